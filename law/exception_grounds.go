package law

import "slices"

// The user panels' statement, point 4 (U4-1, U4-4, U4-5), guide 4.6, domain rule X-313: background and geography do not decide who gets an exception.
//
// Our reading: the grounds are those of the right (guide 4.3 to 4.6, rule basis), and what may not count there may not count here; a ground of background is refused
// naming U4-4 too, home address naming U4-5. Experimental treatment is no ground for a yes.
var exceptionGroundsRule = Rule{
	ID: "exception-grounds", Norms: []string{"U4-1", "U4-4", "U4-5", "X-303", "X-313"}, Cite: "User panel statement, point 4; guide 4.6", Title: "Neither background nor geography counts",
	Funcs: []string{"ExceptionGrounds", "DepartureObjections"},
}

// background are the grounds of guide 4.6.
var background = []string{"gender", "ethnicity", "past_harmful_behaviour", "work_capacity", "worldview", "sexual_orientation", "social_status", "age_alone", "occupation_alone"}

// ExceptionGrounds refuses every ground that may not count in a decision of the exception scheme.
func ExceptionGrounds(codes []string, outcome ExceptionOutcome) Objections {
	right := NotGranted
	if outcome.Granted() {
		right = Granted
	}
	var out Objections
	for _, c := range codes {
		if c == Undermines {
			continue // speaks for itself: IndividualObjections
		}
		for _, o := range Basis([]string{c}, DecidingRight, right) {
			switch {
			case slices.Contains(background, c):
				o.Norms = append([]string{"U4-4", "X-313"}, o.Norms...)
			case c == "residence":
				o.Norms = append([]string{"U4-5"}, o.Norms...)
			}
			o.Rule, o.Cite = exceptionGroundsRule.ID, exceptionGroundsRule.Cite
			out = append(out, o)
		}
	}
	return out
}

// DepartureObjections warns of a decision that differs from like ones (the same method, indication and criteria) without saying why: like cases are to be
// treated alike, and a departure is explained.
func DepartureObjections(unlike int, explained bool) Objections {
	if unlike == 0 || explained {
		return nil
	}
	return Objections{exceptionGroundsRule.object(Warned, []string{"U4-1"}, "departs", N(unlike))}
}
