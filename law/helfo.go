package law

import "slices"

// Pbrl. § 2-2 b; guide 9.2, 10.2: when care can't start by the deadline the service tries to find an offer inside it at another institution; when none
// is found it notifies Helfo, as a main rule through Fristbruddportalen, with the new expected start; it goes on trying afterwards. Helfo only mediates.
// The patient leaves the list when Helfo says that the patient is on the list of a new provider. When Helfo finds nothing, or does not reach the patient, the
// case comes back: the place on the list was never lost, the search goes on, and Helfo asks the hospital for a time.
//
// Our reading: an agreement with the patient that Helfo is not notified closes the duty to notify (R-7.11, setting), never the duty to find a place. Helfo is told
// at once of a time it asked for, and of one inside the deadline that was found after the notice: no norm names a day, so it is due on the day it arises.
var helfoRule = Rule{
	ID: "helfo", Norms: []string{"G9.2-1", "G9.2-7", "G9.2-8", "G9.2-9", "G9.2-10", "G9.2-11", "G9.2-12", "G9.2-13", "G10.2-5", "G10.2-7", "R-7.1", "R-7.6", "R-7.7", "R-7.8", "R-7.11", "R-7.15"}, Cite: "pbrl. § 2-2 b; guide 9.2",
	Title: "Helfo is notified of a breach, and the search goes on", Uses: []string{"helfo.agreed_not_closes_duty", "helfo.suspended_2020"}, Funcs: []string{"NoticeObjections", "OfferObjections", "ReturnObjections"},
	editions: helfoEditions,
}

var (
	normsPortal   = []string{"G9.2-8"}
	normsNewStart = []string{"G9.2-9"}
)

// NoticeObjections speaks to a notice to Helfo.
func NoticeObjections(f *Facts, expectedStart, portal, agreedNot bool) Objections {
	if f.Status != Waiting || !f.hasRight() {
		return Objections{helfoRule.object(Refused, []string{"G9.2-7"}, "not-waiting")}
	}
	if agreedNot {
		return nil
	}
	var out Objections
	if !portal {
		out = append(out, helfoRule.object(Warned, normsPortal, "G9.2-8"))
	}
	if !expectedStart {
		out = append(out, helfoRule.object(Warned, normsNewStart, "G9.2-9"))
	}
	return out
}

// OfferObjections speaks to offers, their answers and Helfo's placement: they are for one who waits.
func OfferObjections(f *Facts) Objections {
	if f.Status != Waiting || !f.hasRight() {
		return Objections{helfoRule.object(Refused, []string{"G9.2-1"}, "not-waiting")}
	}
	return nil
}

// ReturnObjections speaks to Helfo giving a case back.
func ReturnObjections(f *Facts, why HelfoReason) Objections {
	out := OfferObjections(f)
	if !slices.Contains(HelfoReasons, why) {
		out = append(out, Impossible("unknown-helfo-reason", T(string(why))))
	}
	return out
}

// NoSuchOffer refuses an answer to an offer that is not on record at a place.
func NoSuchOffer(at string) Objection {
	return helfoRule.object(Refused, []string{"G9.2-15"}, "no-such-offer", T(at))
}
