package law

import "rettid/day"

// Pbrl. §§ 3-3, 3-4, 4-3, 4-4: parents, or others with parental responsibility, consent to care for one under 16 and are told what they need for that. When the
// patient is between 12 and 16, they are not told what the patient for reasons that should be respected does not want them to know. From 16 the patient
// decides alone, and another acts by the patient's authority or as an appointed guardian.
//
// Our reading: what a parent sees here is the whole case, so a wish of one of 12 or more closes it whole; what the parents must know all the same
// (§ 3-4 third paragraph) they are told by those who treat the child. An authority or appointment has a day it began: one recorded while the patient was a
// child was a parent's, and ends with childhood. One whose birth is not known is taken to be grown.
var representationRule = Rule{
	ID: "representation", Norms: []string{"G7-5", "R-5.11"}, Cite: "pbrl. §§ 3-3, 3-4, 4-3, 4-4", Title: "Who acts for a patient, and until when",
	Uses: []string{"representation.parent_until", "representation.own_wish_from"}, Funcs: []string{"DecidesAloneFrom", "MayActFor"},
}

// DecidesAloneFrom finds the day from which one born on a day decides alone.
func DecidesAloneFrom(born day.Day, s *Settings) day.Day {
	if born.IsZero() {
		return day.Day{}
	}
	return born.AddMonths(12 * s.ParentUntil)
}

// MayActFor tells whether one who is recorded as the patient's representative from a day (zero: not said) sees the case and acts in it today. wish: the
// patient does not want it, which counts from the age of the setting on.
func MayActFor(born, since day.Day, wish bool, today day.Day, s *Settings) bool {
	grown := DecidesAloneFrom(born, s)
	if !born.IsZero() && today.Before(grown) {
		return !wish || day.Age(born, today) < s.OwnWishFrom
	}
	return !since.IsZero() && !since.Before(grown)
}

// MayWish tells whether a child may say that parents shall not see the case.
func MayWish(born, today day.Day, s *Settings) bool {
	return !born.IsZero() && today.Before(DecidesAloneFrom(born, s)) && day.Age(born, today) >= s.OwnWishFrom
}
