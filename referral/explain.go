package referral

import (
	"rettid/day"
	"rettid/law"
)

// Explanation is why a value of a referral is as it is on a day: the provision steps in order, each with its date when it has one.
type Explanation struct {
	Key     string
	Norms   []string
	Cite    string
	Because []law.Reason
}

// Keys lists the values that can be explained.
var Keys = []string{"seniority_date", "assessment_due", "deadline", "breach", "breach_counted", "right", "waiting_from", "waiting", "guarantee"}

// Explain tells why a value is as it is on a day. ok is false for a value that is not explained, or not there.
func (r *Referral) Explain(key string, today day.Day, s *law.Settings) (e Explanation, ok bool) {
	switch key {
	case "seniority_date":
		return of(key, r.Found.Seniority)
	case "assessment_due":
		e, ok = of(key, r.Found.AssessBy)
		if ok && !r.InfoAskedOn.IsZero() {
			e.Norms = append(append([]string(nil), e.Norms...), "G3.1-17")
			e.Because = append(append([]law.Reason(nil), e.Because...), reason("information-asked", law.D(r.InfoAskedOn)))
		}
		if ok && (r.Urgent || r.Serious) {
			e.Norms = append(append([]string(nil), e.Norms...), "G4.2-1", "G4.1-5")
		}
		return e, ok
	case "deadline":
		e, ok = of(key, r.Found.StartBy)
		if !ok {
			return e, ok
		}
		if n := len(r.Deadlines); n > 1 {
			e.Because = append(append([]law.Reason(nil), e.Because...), reason("deadline-changed", law.D(r.Deadlines[n-2].Date), law.D(r.Deadlines[n-1].Date), law.D(r.Deadlines[n-1].SetOn)))
		}
		if r.NewCondition {
			e.Norms = append(append([]string(nil), e.Norms...), "G5.3-22")
		}
		if r.Pathway != "" {
			e.Norms = append(append([]string(nil), e.Norms...), "G10.1-1", "G10.2-8", "G10-1")
			e.Because = append(append([]law.Reason(nil), e.Because...), reason("pathway-not-legal"))
		}
		return e, true
	case "guarantee":
		return of(key, r.Found.Guarantee)
	case "breach":
		f := law.Breach(&r.Facts, today, s)
		return of(key, &f)
	case "breach_counted":
		f := law.BreachCounted(&r.Facts, today, s)
		return of(key, &f)
	case "waiting_from":
		f := law.WaitingFrom(&r.Facts)
		return of(key, &f)
	case "right":
		return r.explainRight(), true
	case "waiting":
		return r.explainWaiting(today), true
	}
	return Explanation{}, false
}

func of[V any](key string, f *law.Finding[V]) (Explanation, bool) {
	if f == nil {
		return Explanation{}, false
	}
	return Explanation{Key: key, Norms: f.Norms, Cite: f.Cite, Because: f.Because}, true
}

func reason(code string, args ...law.Arg) law.Reason {
	r := law.Reason{Code: code}
	copy(r.Args[:], args)
	return r
}

func (r *Referral) explainRight() Explanation {
	e := Explanation{Key: "right", Cite: "pbrl. § 2-2; guide 4.4"}
	switch r.Right {
	case law.Granted:
		e.Norms = []string{"G4.4-4", "G4.3-2", "G1.3-1", "G1.3-2", "G4.4-1"}
		e.Because = []law.Reason{reason("right-granted", law.D(r.AssessedOn))}
	case law.NotGranted:
		e.Norms = []string{"G4.4-5", "G4.3-2", "G1.3-2", "G2-14"}
		e.Because = []law.Reason{reason("right-not-granted", law.D(r.AssessedOn))}
	case law.Pending:
		e.Norms = []string{"G2-20", "G3-5"}
		e.Because = []law.Reason{reason("right-pending", law.D(r.AssessBy))}
	default:
		if a := law.Assessable(&r.Facts, law.Default()); a.Value == law.NotAssessable {
			e.Norms, e.Cite, e.Because = a.Norms, a.Cite, a.Because
		} else {
			e.Norms = []string{"G3.2-10", "G3-5"}
			e.Because = []law.Reason{reason("right-out-of-region", law.D(r.ClosedOn))}
		}
	}
	return e
}

func (r *Referral) explainWaiting(today day.Day) Explanation {
	e := Explanation{Key: "waiting", Cite: "forskrift om ventelisteregistrering § 3", Norms: []string{"G9.3-11", "G4.4-4"}}
	switch {
	case law.IsWaiting(&r.Facts, today):
		e.Because = []law.Reason{reason("is-waiting")}
	case r.Right != law.Granted:
		e.Norms = []string{"G2-14", "G4.4-5"}
		e.Because = []law.Reason{reason("waits-without-right")}
	case r.EndCode == "5":
		e.Norms = []string{"G9.2-13"}
		e.Because = []law.Reason{reason("helfo-placed", law.D(r.WaitEnd), law.T(r.PlacedAt))}
	case !r.StartedOn.IsZero():
		e.Norms = []string{"G5.5-1", "G5.5-3"}
		e.Because = []law.Reason{reason("wait-ended-start", law.D(r.StartedOn))}
	default:
		e.Because = []law.Reason{reason("wait-ended", law.D(r.WaitEnd))}
	}
	return e
}
