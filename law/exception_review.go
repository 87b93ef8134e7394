package law

import "rettid/day"

// The user panels' statement, point 4 (U4-2, U4-3, U4-6), points on the evaluation of Nye metoder (U1-3), and domain rules, X-1105: practice is reviewed regularly in the
// directors' meeting, by region and background, and many single applications for the same thing call for a group exception.
//
// Our reading: a review is due three months after the last, or after the first application when there was none; one overdue is shown as overdue until it is made. It counts the
// applications received in its period, and what had been decided of them by the day of the review: a continuation is no exception and is not counted.
var exceptionReviewRule = Rule{
	ID: "exception-review", Norms: []string{"U1-3", "U4-2", "U4-3", "U4-6", "X-320", "X-605", "X-701", "X-1105"}, Cite: "User panel statement, points 1 and 4", Title: "Practice is reviewed, and like applications are seen together",
	Uses: []string{"exception.review_months", "exception.group_prompt"}, Funcs: []string{"ReviewDue", "GroupPrompt", "Counted", "LoadWarnings"},
}

// ReviewDue finds the day by which practice is to be reviewed next.
func ReviewDue(last, first day.Day, s *Settings) Finding[day.Day] {
	f := Finding[day.Day]{Rule: "exception-review", Norms: []string{"U4-6", "X-701"}, Cite: exceptionReviewRule.Cite}
	switch {
	case !last.IsZero():
		f.Value = last.AddMonths(s.ReviewMonths)
		f.because("review-last", D(last), N(s.ReviewMonths))
	case !first.IsZero():
		f.Value = first.AddMonths(s.ReviewMonths)
		f.because("review-first", D(first), N(s.ReviewMonths))
	}
	return f
}

// GroupPrompt tells whether so many single applications for one method and indication came within twelve months that a group exception is to be considered.
func GroupPrompt(received []day.Day, on day.Day, s *Settings) Finding[bool] {
	f := Finding[bool]{Rule: "exception-review", Norms: []string{"X-320"}, Cite: exceptionReviewRule.Cite}
	n := 0
	for _, d := range received {
		if d.After(on.AddMonths(-12)) && !d.After(on) {
			n++
		}
	}
	if f.Value = n >= s.GroupPrompt; f.Value {
		f.because("group-prompt", N(n))
	}
	return f
}

// Counted tells whether a matter counts as an application in the review of practice.
func Counted(f *ExceptionFacts) bool {
	return f.Kind == SingleException && f.Route != RouteContinuation
}

// LoadWarnings names what is out of the ordinary in a year's numbers (X-1105): nothing is refused for it.
func LoadWarnings(single, access, group int, granted, decided int) []Reason {
	var f Finding[bool]
	if single > 400 {
		f.because("load-single", N(single))
	}
	if access > 60 {
		f.because("load-access", N(access))
	}
	if group > 30 {
		f.because("load-group", N(group))
	}
	if decided >= 20 && (granted == 0 || granted == decided) {
		f.because("load-all-alike", N(decided))
	}
	return f.Because
}
