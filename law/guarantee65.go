package law

import "rettid/day"

// Prioriteringsforskriften § 4 a; guide 5.4: patients under 23 with the right in mental health care or addiction treatment start within at most 65
// working days.
//
// Our reading: a ceiling on the individual deadline, not a replacement. The guide names neither the day it is counted from nor the day the age is
// taken on; both are settings. Default: counted from the earlier of the assessment and its limit, so that a late assessment does not lengthen it
// age on the seniority date, from the full birth date, one born on 29 February turning on 1 March.
var guaranteeRule = Rule{
	ID: "guarantee65", Norms: []string{"G5.4-1", "R-2.19", "R-2.20", "R-2.21", "R-2.22", "R-2.23", "R-2.24", "R-2.25", "R-2.26"}, Cite: "prif. § 4 a; guide 5.4",
	Title: "Under 23 in mental health or addiction care: start within 65 working days", Uses: []string{"guarantee65.anchor", "guarantee65.age_at"}, Funcs: []string{"Guarantee65", "Young"},
}

var norms65 = []string{"G5.4-1", "R-2.26"}

// Young tells whether a patient is under 23 in a field of the guarantee.
func Young(specialty string, born, on day.Day) bool {
	switch specialty {
	case MentalHealth, ChildMentalHealth, Addiction:
		return !born.IsZero() && !on.IsZero() && day.Age(born, on) < 23
	}
	return false
}

// Guarantee65 finds the last day of the 65 working days; zero when the guarantee does not apply.
func Guarantee65(f *Facts, assessed day.Day, s *Settings) Finding[day.Day] {
	out := Finding[day.Day]{Rule: "guarantee65", Norms: norms65, Cite: guaranteeRule.Cite}
	at := f.Seniority
	if s.Guarantee65AgeAt == "assessed" {
		at = assessed
	}
	if !Young(f.Specialty, f.Born, at) {
		return out
	}
	anchor := assessed
	switch s.Guarantee65Anchor {
	case "seniority":
		anchor = f.Seniority
	case "assessed_or_limit":
		if !f.AssessBy.IsZero() && f.AssessBy.Before(assessed) {
			anchor = f.AssessBy
		}
	}
	last, err := s.Calendar.AddWorking(anchor, 65)
	if err != nil {
		return out
	}
	out.Value = last
	out.because("guarantee-65", N(65))
	out.because("counted-from", D(anchor))
	return out
}
