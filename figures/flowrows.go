package figures

import (
	"rettid/day"
	"rettid/law"
)

// A Part is a number of a month that referrals are counted in.
type Part string

// The parts: those of a Flow, and the breaches of Month.
const (
	PartOpening  Part = "opening"  // Flow.Opening
	PartIn       Part = "in"       // Flow.In
	PartOut      Part = "out"      // Flow.Out, all or those of one code
	PartClosing  Part = "closing"  // Flow.Closing
	PartAssessed Part = "assessed" // Flow.Assessed
	PartLate     Part = "late"     // Flow.Assessed − Flow.InTime
	PartStarted  Part = "started"  // Flow.Started
	PartBreach   Part = "breach"   // Counts.Breaches
)

// AnyEnd is whatever ended the wait.
const AnyEnd = "*"

// Parts are all of them.
func Parts() []Part {
	return []Part{PartOpening, PartIn, PartOut, PartClosing, PartAssessed, PartLate, PartStarted, PartBreach}
}

// IsIn tells whether a referral is counted in a part of a calendar month, as known on a day. It asks the formulas of the count itself: a number and
// its rows cannot differ. The code narrows PartOut to what ended the wait, «started» or a code of list 8445; AnyEnd does not.
func IsIn(f *law.Facts, p Part, code string, month, known day.Day, s *law.Settings) bool {
	first, last := monthOf(month, known)
	if p == PartBreach {
		return day.Period{From: first, To: last}.Contains(law.BreachOn(f, s))
	}
	is := standOf(f, first, last)
	switch p {
	case PartOpening:
		return is.opening
	case PartIn:
		return is.in
	case PartOut:
		return is.out && (code == AnyEnd || code == is.why)
	case PartClosing:
		return is.closing
	case PartAssessed:
		return is.assessed
	case PartLate:
		return is.assessed && !is.inTime
	case PartStarted:
		return is.started
	}
	return false
}
