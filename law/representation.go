package law

import "rettid/day"

// Pbrl. §§ 3-3, 3-4, 4-3, 4-4: parents, or others with parental responsibility, consent to care for one under 16 and are told what they need for that. When the
// patient is between 12 and 16, they are not told what the patient for reasons that should be respected does not want them to know. From 16 the patient
// decides alone, and parents are told no more than the patient wants.
//
// Our reading: what a parent sees here is the whole case, so a wish of one of 12 or more closes it whole; what the parents must know all the same
// (§ 3-4 third paragraph) they are told by those who treat the child. A guardian, and one with the patient's authority, acts as long as the
// appointment or the authority runs, which is recorded with its days.
var representationRule = Rule{
	ID: "representation", Norms: []string{"G7-5", "R-5.11"}, Cite: "pbrl. §§ 3-3, 3-4, 4-3, 4-4", Title: "Who acts for a patient, and until when",
	Uses: []string{"representation.parent_until", "representation.own_wish_from"}, Funcs: []string{"ParentUntil", "ParentSees"},
}

// ParentUntil finds the last day parents act for a child born on a day: the day before the birthday on which the child decides alone.
func ParentUntil(born day.Day, s *Settings) day.Day {
	if born.IsZero() {
		return day.Day{}
	}
	return born.AddMonths(12 * s.ParentUntil).Add(-1)
}

// ParentSees tells whether parents see a child's case on a day. wish: the child does not want it. One whose birth is not known is taken to be grown.
func ParentSees(born day.Day, wish bool, on day.Day, s *Settings) bool {
	if born.IsZero() || on.After(ParentUntil(born, s)) {
		return false
	}
	return !wish || day.Age(born, on) < s.OwnWishFrom
}
