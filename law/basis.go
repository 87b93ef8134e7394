package law

// Guide 3.2, 3.3.1, 4.3, 4.4, 4.6, 5.2, 5.3: what may not count in the right or the deadline, and what may.
//
// Our reading: each ground is a code. A forbidden one refuses the decision it stands in, naming its norm, whatever else weighed. Experimental
// treatment is forbidden only as a ground for the right. Capacity is heard only through the out-of-region exception (3.2), and has its own
// norm when a deadline is changed (5.3). Age and occupation count through what they tell, never in themselves.
var basisRule = Rule{
	ID: "basis", Norms: []string{"G3.2-8", "G3.3.1-5", "G4.3-5", "G4.3-6", "G4.3.1-1", "G4.3.1-2", "G4.3.1-3", "G4.3.1-4", "G4.3.1-8", "G4.3.2-2", "G4.3.2-3", "G4.3.2-4", "G4.3.2-5", "G4.3.2-6", "G4.4-2",
		"G4.6-1", "G4.6-2", "G4.6-3", "G4.6-4", "G4.6-5", "G4.6-6", "G4.6-7", "G4.6-8", "G4.6-9", "G4.6-10", "G4.6-11", "G4.6-13", "G4.6-14", "G4.6-15", "G5.2.1-2", "G5.2.1-3", "G5.2.1-4", "G5.2.1-5", "G5.2.1-6", "G5.2.1-7", "G5.2.1-8", "G5.2.2-1", "G5.2.3-2", "G5.2.3-3", "G5.2.3-4", "G5.2.3-5", "G5.3-11"},
	Cite: "pbrl. § 2-2; prif. §§ 1–2; guide 4.3–4.6, 5.2, 5.3", Title: "What may and may not count", Funcs: []string{"Basis", "BasisCodes"},
}

type ground struct {
	Code     string
	Norm     string   // the norm that names it
	norms    []string // with those that repeat it
	Allowed  bool
	GrantBan bool // forbidden only as a ground for the right
}

var grounds = []ground{
	{Code: "gender", Norm: "G4.6-1"}, {Code: "ethnicity", Norm: "G4.6-2"}, {Code: "past_harmful_behaviour", Norm: "G4.6-3"},
	{Code: "work_capacity", Norm: "G4.6-4"}, {Code: "worldview", Norm: "G4.6-5"}, {Code: "sexual_orientation", Norm: "G4.6-6"},
	{Code: "social_status", Norm: "G4.6-7"}, {Code: "age_alone", Norm: "G4.6-8"}, {Code: "occupation_alone", Norm: "G4.6-13"},
	{Code: "residence", Norm: "G3.2-8"}, {Code: "capacity", Norm: "G4.3-5"}, {Code: "resources_alone", Norm: "G4.3.2-2", norms: []string{"G4.3.2-2", "G5.2.2-1"}},
	{Code: "earlier_treatment_cost", Norm: "G4.3.2-3"}, {Code: "value_of_work", Norm: "G4.3.2-4"}, {Code: "benefits_saved", Norm: "G4.3.2-5"},
	{Code: "diagnosis_alone", Norm: "G4.4-2"}, {Code: "experimental_treatment", Norm: "G4.3.1-4", GrantBan: true},
	{Code: "other_provider_available", Norm: "G3.3.1-5"}, {Code: "self_realisation", Norm: "G5.2.1-7"},
	{Code: "age_risk", Norm: "G4.6-9", Allowed: true}, {Code: "age_gain", Norm: "G4.6-10", Allowed: true}, {Code: "age_severity", Norm: "G4.6-11", Allowed: true},
	{Code: "occupation_danger", Norm: "G4.6-14", Allowed: true}, {Code: "work_quality_of_life", Norm: "G4.3.2-6", Allowed: true},
	{Code: "coping_health", Norm: "G5.2.1-6", Allowed: true}, {Code: "realistic_serious", Norm: "G4.3.1-8", Allowed: true},
	{Code: "improves", Norm: "G4.3.1-1", Allowed: true}, {Code: "prevents_worsening", Norm: "G4.3.1-2", Allowed: true}, {Code: "options_lost", Norm: "G4.3.1-3", Allowed: true},
	{Code: "survival", Norm: "G5.2.1-2", Allowed: true}, {Code: "function", Norm: "G5.2.1-3", Allowed: true}, {Code: "pain", Norm: "G5.2.1-4", Allowed: true},
	{Code: "self_care", Norm: "G5.2.1-8", Allowed: true}, {Code: "risk", Norm: "G5.2.3-2", Allowed: true}, {Code: "degree", Norm: "G5.2.3-3", Allowed: true}, {Code: "suffering", Norm: "G5.2.3-4", Allowed: true},
}

// Ground is one code of what may or may not count, with the norm that names it.
type Ground struct {
	Code, Norm string
	Allowed    bool
}

// BasisCodes lists the grounds in the order of a form: those that may count last.
func BasisCodes() []Ground {
	out := make([]Ground, len(grounds))
	for i, g := range grounds {
		out[i] = Ground{g.Code, g.Norm, g.Allowed}
	}
	return out
}

// Deciding is which decision a ground stands in.
type Deciding string

const (
	DecidingRight    Deciding = "right"
	DecidingDeadline Deciding = "deadline"
)

// Basis refuses every forbidden ground among codes, and codes that are none. outcome matters for experimental treatment.
func Basis(codes []string, what Deciding, outcome Right) Objections {
	var out Objections
next:
	for _, c := range codes {
		for i := range grounds {
			g := &grounds[i]
			if g.Code != c {
				continue
			}
			if g.Allowed || (g.GrantBan && outcome != Granted) {
				continue next
			}
			norm, norms := g.Norm, g.norms
			if c == "capacity" && what == DecidingDeadline {
				norm = "G5.3-11"
			}
			if norms == nil {
				norms = []string{norm}
			}
			out = append(out, basisRule.object(Refused, norms, norm))
			continue next
		}
		out = append(out, basisRule.object(Refused, []string{"G1.1-1"}, "unknown-ground", T(c)))
	}
	return out
}
