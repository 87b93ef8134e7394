package law

// Pbrl. § 2-2 andre ledd; prioriteringsforskriften § 1; guide 1.3, 4.3, 4.4: the right needs expected benefit and a reasonable relation of
// resources to benefit. Both must be met for the right; when both are met the patient must be given it.
//
// Our reading: neither answer has a default, so a right needs a yes to both. Doubt (3.1) excuses a missing yes to benefit, and an unanswered
// question of cost with it, never a stated no to cost. «need: no» (1.3) is the one ground for no right when both are answered yes, and it
// needs a reason. Doubt that ends in no right is accepted with a warning.
var conditionsRule = Rule{
	ID: "conditions", Norms: []string{"G1.3-1", "G1.3-2", "G1.3-3", "G2-11", "G2-22", "G2-25", "G3.1-18", "G3.1-19", "G3.1-21", "G4.3-1", "G4.3-2", "G4.3-3", "G4.3-4", "G4.4-1", "G4.4-4", "G4.4-5", "G4.4-6"},
	Cite: "pbrl. § 2-2 andre ledd; prif. § 1; guide 4.3, 4.4", Title: "The two conditions decide the right", Funcs: []string{"Conditions"},
}

// Answers are the assessor's own answers to the conditions.
type Answers struct {
	Outcome                   Right
	Benefit, Reasonable, Need Answer
	Uncertain, HasReason      bool
}

var (
	normsBoth    = []string{"G4.3-2", "G1.3-2"}
	normsMust    = []string{"G4.4-6"}
	normsNeed    = []string{"G1.3-3"}
	normsDoubt   = []string{"G3.1-19"}
	normsOutcome = []string{"G2-25"}
)

// Conditions speaks to an outcome given the answers.
func Conditions(a Answers) Objections {
	switch a.Outcome {
	case Granted:
		benefit := a.Benefit == Yes || a.Uncertain
		cost := a.Reasonable == Yes || (a.Uncertain && a.Reasonable == Unanswered)
		if !benefit || !cost {
			return Objections{conditionsRule.object(Refused, normsBoth, "G4.3-2")}
		}
		if a.Need == No {
			return Objections{conditionsRule.object(Refused, normsNeed, "granted-without-need")}
		}
	case NotGranted:
		var out Objections
		if a.Need == No && !a.HasReason {
			out = append(out, conditionsRule.object(Refused, normsNeed, "need-reason"))
		}
		if a.Benefit == Yes && a.Reasonable == Yes && a.Need != No {
			out = append(out, conditionsRule.object(Refused, normsMust, "G4.4-6"))
		}
		if a.Uncertain {
			out = append(out, conditionsRule.object(Warned, normsDoubt, "G3.1-19"))
		}
		return out
	default:
		return Objections{conditionsRule.object(Refused, normsOutcome, "one-outcome", T(string(a.Outcome)))}
	}
	return nil
}
