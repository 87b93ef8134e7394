package exception

import (
	"rettid/day"
	"rettid/law"
)

// Explanation is why a value of a matter is as it is on a day.
type Explanation struct {
	Key     string
	Norms   []string
	Cite    string
	Because []law.Reason
}

// Keys lists the values that can be explained.
var Keys = []string{"door", "route", "decide_by", "participation", "valid_to", "review_on", "in_force"}

// Explain tells why a value is as it is on a day. ok is false for a value that is not explained, or not there.
func (m *Matter) Explain(key string, on day.Day, s *law.Settings) (Explanation, bool) {
	switch key {
	case "door":
		f, ok := m.Found.Doors[m.Door()]
		return of(key, &f, ok)
	case "route":
		return of(key, m.Found.Route, m.Found.Route != nil)
	case "decide_by":
		f := law.DecideExceptionBy(&m.ExceptionFacts, s)
		return of(key, &f, m.Kind == law.SingleException)
	case "participation":
		f := m.ParticipationOn(s)
		return of(key, &f, m.Kind == law.GroupException)
	case "valid_to":
		return of(key, m.Found.ValidTo, m.Found.ValidTo != nil)
	case "review_on":
		return of(key, m.Found.ReviewOn, m.Found.ReviewOn != nil)
	case "in_force":
		f := law.GroupInForce(&m.ExceptionFacts, m.National, on)
		return of(key, &f, m.Kind == law.GroupException)
	}
	return Explanation{}, false
}

// Door is the door a matter came by.
func (m *Matter) Door() law.Door {
	switch {
	case m.Kind == law.GroupException:
		return law.GroupDoor
	case m.Route == law.RouteAccess:
		return law.AccessDoor
	}
	return law.SingleDoor
}

func of[V any](key string, f *law.Finding[V], ok bool) (Explanation, bool) {
	if !ok {
		return Explanation{}, false
	}
	return Explanation{Key: key, Norms: f.Norms, Cite: f.Cite, Because: f.Because}, true
}
