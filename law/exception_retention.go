package law

import "rettid/day"

// Domain rule X-806: what leaves the trust for the review of practice is kept for ten years and then only as sums, and the key between a case at the trust and its copy in the review is deleted
// twelve months after the case was closed. Both are defaults, and settings. How long the trust keeps the record of the patient is settled by other law, and is not touched.
//
// Our reading: a case is closed when nothing more is to be done in it: a no is through when the patient and the doctor have their letters, a yes when treatment has stopped, never began, or has
// become ordinary; a complaint that is not answered keeps it open. Ten years run from the decision. What is kept until a day is deleted on the first run after it.
var exceptionRetentionRule = Rule{
	ID: "exception-retention", Norms: []string{"X-806"}, Cite: "no statutory limit: set in the settings", Title: "What the review of practice no longer needs is deleted",
	Uses: []string{"exception.keep_key_months", "exception.keep_review_years"}, Funcs: []string{"ClosedOn", "KeyKept", "ReviewKept"},
}

// ClosedOn is the day nothing more was to be done in an application; zero while something is.
func ClosedOn(f *ExceptionFacts) day.Day {
	last := f.DecidedOn
	for _, d := range []day.Day{f.ToldOn, f.CopyOn} {
		if d.After(last) {
			last = d
		}
	}
	switch {
	case f.Status != ExceptionDecided || f.Complaints > 0 || f.SentOn > 0 || !CanClose(f) || f.Told.Patient || f.Told.Referrer:
		return day.Day{}
	case !f.Outcome.Granted() || f.NotStarted:
		return last
	}
	for _, end := range []day.Day{f.StoppedOn, f.OrdinaryOn} {
		if !end.IsZero() {
			if end.After(last) {
				last = end
			}
			return last
		}
	}
	return day.Day{}
}

// KeyKept is the last day the key between a case and its copy is kept; zero while the case is open.
func KeyKept(f *ExceptionFacts, s *Settings) Finding[day.Day] {
	out := Finding[day.Day]{Rule: "exception-retention", Norms: []string{"X-806"}, Cite: exceptionRetentionRule.Cite}
	closed := ClosedOn(f)
	if closed.IsZero() {
		out.because("key-open")
		return out
	}
	out.Value = closed.AddMonths(s.KeepKeyMonths)
	out.because("key-kept", D(closed), N(s.KeepKeyMonths))
	return out
}

// ReviewKept is the last day the copy of a decision is kept one by one; zero before the decision.
func ReviewKept(f *ExceptionFacts, s *Settings) Finding[day.Day] {
	out := Finding[day.Day]{Rule: "exception-retention", Norms: []string{"X-806"}, Cite: exceptionRetentionRule.Cite}
	if f.DecidedOn.IsZero() {
		out.because("review-open")
		return out
	}
	out.Value = f.DecidedOn.AddMonths(12 * s.KeepReviewYears)
	out.because("review-kept", D(f.DecidedOn), N(s.KeepReviewYears))
	return out
}
