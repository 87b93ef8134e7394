package figures

import (
	"rettid/day"
	"rettid/law"
	"rettid/referral"
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
	PartStarted  Part = "started"  // those whose days are in Flow.Days
	PartBreach   Part = "breach"   // Counts.Breaches
)

// AnyEnd is whatever ended the wait.
const AnyEnd = "*"

// Parts are all of them.
func Parts() []Part {
	return []Part{PartOpening, PartIn, PartOut, PartClosing, PartAssessed, PartLate, PartStarted, PartBreach}
}

// IsIn tells whether a referral is counted in a part of a calendar month, as known on a day. It asks the count itself, of this one
// referral: a number and its rows cannot differ. The code narrows PartOut to what ended the wait, «started» or a code of list 8445; AnyEnd does not.
func IsIn(r *referral.Referral, p Part, code string, month, known day.Day, s *law.Settings) bool {
	one := []*referral.Referral{r}
	if p == PartBreach {
		return Month(one, month, known, s).Breaches > 0
	}
	f := FlowOf(one, month, known)
	switch p {
	case PartOpening:
		return f.Opening > 0
	case PartIn:
		return f.In > 0
	case PartOut:
		return code == AnyEnd && len(f.Out) > 0 || f.Out[code] > 0
	case PartClosing:
		return f.Closing > 0
	case PartAssessed:
		return f.Assessed > 0
	case PartLate:
		return f.Assessed > f.InTime
	case PartStarted:
		return len(f.Days) > 0
	}
	return false
}
