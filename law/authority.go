package law

// Pbrl. § 2-2 a femte ledd; guide 2 and 3.2: the specialist or team decides; all public units may assess and grant rights; a private
// provider only when a regional health authority it has an agreement with has delegated it, and only inside the area of the agreement; a
// contract specialist (avtalespesialist) may not.
//
// Our reading: the power is that of the provider holding the referral, or of the one the assessor acts for when that is another, on the day
// of the assessment. A private provider with no delegation lies outside every area too, so both norms speak.
var authorityRule = Rule{
	ID: "authority", Norms: []string{"G2-18", "G3.2-1", "G3.2-2", "G3.2-3", "G3.2-4", "G3.2-5", "G3.2-6", "G3.2-7", "R-1.22", "R-1.23", "R-1.24", "R-1.25", "R-1.26"},
	Cite: "pbrl. § 2-2 a femte ledd; guide 2, 3.2", Title: "Who may assess", Funcs: []string{"MayAssess", "RoleMayDecide", "ForwardRefused"},
}

// Authority is what is known of a provider's power to assess a field on a day.
type Authority struct {
	Provider      ProviderKind
	HasDelegation bool // any delegation valid on the day
	Covers        bool // a delegation valid on the day covers the field
}

var (
	normsContract  = []string{"G3.2-6"}
	normsNoPower   = []string{"G3.2-2", "G3.2-3"}
	normsOutside   = []string{"G3.2-3"}
	normsRole      = []string{"G2-18"}
	normsForwardTo = []string{"G3.2-5"}
)

// MayAssess refuses an assessment by a provider without the power; nothing is said when it may.
func MayAssess(a Authority, field string) Objections {
	switch {
	case a.Provider == ContractSpecialist:
		return Objections{authorityRule.object(Refused, normsContract, "G3.2-6")}
	case a.Provider == Private && !a.HasDelegation:
		return Objections{authorityRule.object(Refused, normsNoPower, "G3.2-2")}
	case a.Provider == Private && !a.Covers:
		return Objections{authorityRule.object(Refused, normsOutside, "G3.2-3", T(field))}
	}
	return nil
}

// RoleMayDecide refuses decisions on right and deadline by one without assessor competence.
func RoleMayDecide(r Role) Objections {
	switch r {
	case Specialist, "", "doctor", "psychologist":
		return nil
	}
	return Objections{authorityRule.object(Refused, normsRole, "G2-18")}
}

// ForwardRefused refuses sending an unassessed referral to a provider that may not assess it.
func ForwardRefused(to Authority, unassessed bool) Objections {
	if unassessed && len(MayAssess(to, "")) > 0 {
		return Objections{authorityRule.object(Refused, normsForwardTo, "G3.2-5")}
	}
	return nil
}
