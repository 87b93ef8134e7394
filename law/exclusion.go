package law

import (
	"strings"

	"rettid/day"
)

// The registry's exclusion codes (slettekode), as the delivered waiting-list file defines them: the first condition that fits names the code, and
// a period that has one is counted in no waiting-list figure.
//
// Our reading: the codes stand in the order of. 1 and 3 say the same and are given as 1. 11 is read as ended before the first day of the period. The
// codes 6, 23 and 24 ask the official three-digit department code; without one they are not evaluated, save that outcome 6 is 6 and that radiology
// (852) is 23 by its specialty too. 12 and 30 say «before the period end» and take its last day with them: a start the next day does not enter the figures at all
// . The retired outcomes 3 to 7 (list 8485) are asked for; a period reported by today's list (8455) must give its old value beside it, or 99
// fits none of them.
var exclusionRule = Rule{
	ID: "exclusion", Norms: []string{"R-10.3", "R-10.10", "R-10.11", "R-10.12", "R-10.13"}, Cite: "R-10.11; the registry's slettekode",
	Title: "Which periods the registry counts in no waiting-list figure, and why", Funcs: []string{"Exclusion"},
}

// A Reported is a referral period in the registry's own codes, as far as its exclusions ask. Days are zero where nothing is reported.
type Reported struct {
	Seniority, Received, Assessed, WaitEnd day.Day
	EndCode                                string // 8445
	Right                                  string // 8444
	Outcome                                string // 8485, the retired list; "" where only today's list 8455 is given and it tells no more
	Specialty                              string // 8451
	Department                             string // the official department code, three digits; "" when not known
	Duplicate                              bool
}

// From is the day the wait is counted from: the seniority date, or the reception when it is missing or later.
func (x *Reported) From() day.Day {
	if !x.Seniority.IsZero() && (x.Received.IsZero() || !x.Seniority.After(x.Received)) {
		return x.Seniority
	}
	return x.Received
}

// Exclusion gives the first exclusion code that fits the period in a reporting period, "" when it is counted. The registry is asked with what stood at the end
// of the reporting period: an assessment or an end after it has not happened.
func Exclusion(x *Reported, in day.Period) string {
	from := x.From()
	assessed, end := x.Assessed, x.WaitEnd
	if assessed.After(in.To) {
		assessed = day.Day{}
	}
	ended := !end.IsZero() && !end.After(in.To)
	toOther := x.EndCode == "3" || x.EndCode == "4" || x.EndCode == "5"
	substance := x.Specialty == "360" || x.Specialty == "365" || x.Specialty == "370"
	last := in.To
	if ended {
		last = end
	}
	switch {
	case from.IsZero():
		return "9"
	case from.After(in.To):
		return "7"
	case !end.IsZero() && x.EndCode == "":
		return "1"
	case !end.IsZero() && end.Before(in.From):
		return "11"
	case assessed.IsZero():
		return "20"
	case x.Right == "5":
		return "31"
	case x.Right == "6" || x.Outcome == "7":
		return "33"
	case x.Outcome == "3":
		return "21"
	case x.Outcome == "5":
		return "27"
	case x.Outcome == "6" || len(x.Department) == 3 && strings.HasPrefix(x.Department, "26"):
		return "6"
	case x.Specialty == "852" || len(x.Department) == 3 && (x.Department == "852" || x.Department[0] == '8' && !substance):
		return "23"
	case len(x.Department) == 3 && x.Department[0] == '9':
		return "24"
	case ended && !x.Received.IsZero() && end.Before(x.Received):
		return "30"
	case last.After(from.AddMonths(120)):
		return "10"
	case ended && !toOther && end.Sub(from) >= 0 && end.Sub(from) <= 1, x.Outcome == "4":
		return "12"
	case ended && !toOther && end == assessed:
		return "22"
	case x.Duplicate:
		return "32"
	}
	return ""
}
