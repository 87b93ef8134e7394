package law

import "slices"

// Pbrl. §§ 2-4, 3-1; forvaltningsloven § 11 a: the patient takes part, may choose where in the country the help is given, and is answered without undue
// delay. Guide 5.3, 9.1: one who gets worse is to be looked at again.
//
// Our reading: what the patient asks stands with an owner until it is answered; a question about getting worse is a specialist's, others the
// booking's. It moves no deadline and no time.
var askingRule = Rule{
	ID: "asking", Norms: []string{"G2-19", "G5.3-16", "R-6.14"}, Cite: "pbrl. §§ 2-4, 3-1; fvl. § 11 a", Title: "What the patient asks is answered",
	Funcs: []string{"AskObjections"},
}

// Asked is what a patient asks about.
const (
	AskWorse      = "worse"       // the patient is getting worse
	AskOtherPlace = "other_place" // wants to be helped somewhere else
	AskMessage    = "message"     // anything else
)

// Asks lists them in the order of a form.
var Asks = []string{AskWorse, AskOtherPlace, AskMessage}

// AskObjections speaks to recording what the patient asks. After a referral is closed there is only a message to be left.
func AskObjections(f *Facts, about string) Objections {
	switch {
	case !slices.Contains(Asks, about):
		return Objections{askingRule.object(Refused, []string{"G2-19"}, "ask-about", T(about))}
	case f.Status == Closed && about != AskMessage:
		return Objections{appointmentRule.object(Refused, []string{"G2-19"}, "closed")}
	}
	return nil
}
