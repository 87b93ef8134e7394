package exception

import (
	"fmt"
	"slices"
	"strconv"

	"rettid/day"
	"rettid/law"
)

// Axes are what a review of practice can count by: codes that stand in the case, and what the tables say of the area of residence. The municipality is counted by within the review and never
// leaves it.
var Axes = []string{"region", "catchment", "municipality", "centrality", "education", "provider", "age", "sex", "interpreter", "method", "route"}

// GroupOf is the group of an application on an axis; «unknown» when it is not recorded.
func (m *Matter) GroupOf(axis string) string {
	g := ""
	switch axis {
	case "region":
		g = m.Region
	case "municipality":
		g = m.Municipality
	case "provider":
		g = m.Holder
	case "catchment":
		if m.Home != nil {
			g = m.Home.Catchment
		}
	case "centrality":
		g = m.Home.CentralityGroup()
	case "education":
		if m.Home != nil && m.Home.Education > 0 {
			g = strconv.Itoa(m.Home.Education)
		}
	case "sex":
		g = m.Sex
	case "interpreter":
		g = string(m.Interpreter)
	case "method":
		g = m.Method
	case "route":
		g = string(m.Route)
	case "age":
		if !m.Born.IsZero() && !m.Born.After(m.ReceivedOn) {
			age := day.Age(m.Born, m.ReceivedOn)
			g = fmt.Sprintf("%d-%d", age/10*10, age/10*10+9)
		}
	}
	if g == "" {
		return "unknown"
	}
	return g
}

// CountPractice counts the applications received in a period, by each axis, with what had been decided of them in the states given (U4-2, U4-3, U4-5).
func CountPractice(all []*Matter, from, to day.Day, axes []string) map[string]map[string]Row {
	out := make(map[string]map[string]Row, len(axes))
	for _, axis := range axes {
		out[axis] = make(map[string]Row)
		for _, m := range all {
			if !law.Counted(&m.ExceptionFacts) || m.ReceivedOn.Before(from) || m.ReceivedOn.After(to) {
				continue
			}
			g := m.GroupOf(axis)
			r := out[axis][g]
			r.Applied++
			switch {
			case m.Status != law.ExceptionDecided:
				r.Waiting++
			case m.Outcome.Granted():
				r.Granted++
			case m.Outcome.Refused():
				r.Refused++
				if m.Outcome == law.ExStopped {
					r.Stopped++
				}
			default:
				r.Other++
			}
			if m.Status == law.ExceptionDecided {
				r.Days += m.DecidedOn.Sub(m.ReceivedOn)
			}
			out[axis][g] = r
		}
	}
	return out
}

// ParticipationReport is users' part over a period (X-513, U1-3): case by case, and the shares.
type ParticipationReport struct {
	From, To    day.Day
	Cases       []ParticipationCase
	Honoured    int
	Partly      int
	NotHonoured int
	Invited2    int
	Early       int
	FromStart   int // users from the opening day (U1-1, U1-3)
	SameDay     map[law.SameDayAs]int
	Attendance  int
	MonthsHeld  int // months of the period with a meeting held, of Months in which one was to be; July counts only when one was held
	Months      int
	NoRep       int            // cases nobody of them came to
	NoInput     []int64        // cases no representative gave input to
	Invitations map[string]int // distinct cases each representative was invited to
}

// ParticipationCase is one line of it. Those not honoured stand first.
type ParticipationCase struct {
	Matter int64
	State  *Matter
	Joined string // at which stage the users joined (U1-2)
	Part   law.Participation
}

// Numbered is a matter with its number.
type Numbered struct {
	Tenant string
	ID     int64
	State  *Matter
}

// ReportParticipation measures the group cases decided in a period.
func ReportParticipation(all []Numbered, from, to day.Day, s *law.Settings) ParticipationReport {
	out := ParticipationReport{From: from, To: to, SameDay: make(map[law.SameDayAs]int), Invitations: make(map[string]int)}
	var held []day.Day
	for _, n := range all {
		m := n.State
		if m.Kind == law.MeetingMatter && !m.HeldOn.IsZero() && !m.HeldOn.Before(from) && !m.HeldOn.After(to) {
			held = append(held, m.HeldOn)
		}
		if m.Kind != law.GroupException || m.Status != law.ExceptionDecided || m.DecidedOn.Before(from) || m.DecidedOn.After(to) {
			continue
		}
		p := m.ParticipationOn(s).Value
		out.Cases = append(out.Cases, ParticipationCase{n.ID, m, m.UsersJoined(), p})
		switch p.Verdict {
		case law.Honoured:
			out.Honoured++
		case law.Partly:
			out.Partly++
		default:
			out.NotHonoured++
		}
		count := func(is bool, into *int) {
			if is {
				*into++
			}
		}
		count(p.Invited2, &out.Invited2)
		count(p.Early, &out.Early)
		count(len(law.UsersFromObjections(m.ReceivedOn, m.Participation.UsersFrom)) == 0, &out.FromStart)
		count(p.Attended == 0, &out.NoRep)
		out.SameDay[p.SameDay]++
		out.Attendance += p.Attended
		if p.NoInput {
			out.NoInput = append(out.NoInput, n.ID)
		}
		for _, i := range law.DistinctReps(&law.GroupMeeting{Invited: m.Participation.Invited}, day.Day{}) {
			out.Invitations[i.Rep]++
		}
	}
	out.MonthsHeld, out.Months = law.Cadence(held, from, to)
	rank := map[law.ParticipationVerdict]int{law.NotHonoured: 0, law.Partly: 1, law.Honoured: 2}
	slices.SortStableFunc(out.Cases, func(a, b ParticipationCase) int { return rank[a.Part.Verdict] - rank[b.Part.Verdict] })
	return out
}

// NoUse lists the trusts from which no application came in the twelve months up to a day, in the order given. It says «no use», never «no need»: few applications may come of doctors
// who do not know the route. Continuations are no applications.
func NoUse(all []*Matter, trusts []string, on day.Day) []string {
	used := make(map[string]bool)
	for _, m := range all {
		if law.Counted(&m.ExceptionFacts) && m.ReceivedOn.After(on.AddMonths(-12)) && !m.ReceivedOn.After(on) {
			used[m.Holder] = true
		}
	}
	var out []string
	for _, t := range trusts {
		if !used[t] {
			out = append(out, t)
		}
	}
	return out
}

// LoadIn counts the applications and group cases received in a year, and the grants among those decided, and names what is out of the ordinary (X-1105).
func LoadIn(all []*Matter, year int) []law.Reason {
	var single, access, group, granted, decided int
	for _, m := range all {
		if m.ReceivedOn.Year() != year {
			continue
		}
		switch {
		case m.Kind == law.GroupException:
			group++
			continue
		case !law.Counted(&m.ExceptionFacts):
			continue
		case m.Route == law.RouteAccess:
			access++
		default:
			single++
		}
		if m.Outcome.Granted() || m.Outcome.Refused() {
			decided++
		}
		if m.Outcome.Granted() {
			granted++
		}
	}
	return law.LoadWarnings(single, access, group, granted, decided)
}
