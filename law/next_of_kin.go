package law

// Guide ch. 7; helsepersonelloven § 10 a: next of kin are considered with regard to four roles; children, and those with a treatment need of their own,
// are contacted.
//
// Our reading: it is the role that opens the duty; a need recorded for one who is active or burdened is kept and shown (G7-9).
var nextOfKinRule = Rule{
	ID: "next-of-kin", Norms: []string{"G7-5", "G7-7", "G7-8", "G7-9", "G7-10", "G7-11"}, Cite: "guide 7; hpl. § 10 a", Title: "Next of kin are considered, and some are contacted",
	Funcs: []string{"KinObjections", "MustContact"},
}

// Kin is a role of a next of kin.
type Kin string

const (
	ActiveInCare     Kin = "active_in_care"
	Burdened         Kin = "burdened"
	OwnTreatmentNeed Kin = "own_treatment_need"
	Child            Kin = "child"
)

// Kins lists the four roles.
var Kins = []Kin{ActiveInCare, Burdened, OwnTreatmentNeed, Child}

// MustContact tells whether one of the roles asks for contact.
func MustContact(roles []Kin) bool {
	for _, r := range roles {
		if r == OwnTreatmentNeed || r == Child {
			return true
		}
	}
	return false
}

// KinObjections refuses a role that is none of the four.
func KinObjections(roles []Kin) Objections {
	if len(roles) == 0 {
		return Objections{nextOfKinRule.object(Refused, []string{"G7-7"}, "kin-role-missing")}
	}
next:
	for _, r := range roles {
		for _, k := range Kins {
			if r == k {
				continue next
			}
		}
		return Objections{nextOfKinRule.object(Refused, []string{"G7-7"}, "kin-role-unknown", T(string(r)))}
	}
	return nil
}
