package law

// Guide ch. 3 and 6: referrals to planned care are assessed; emergencies, internal referrals in a course of care, and requests that are
// not necessary health care are not.
//
// Our reading: an assessment is opened by an elective referral, by a matter the patient brings directly (setting), by any kind that
// concerns a newly found condition (3.3.2), and by a matter found to be care after all (6.4). A mixed referral is undecided until it is
// classified. Care on trial abroad for a rare disease is decided on its own, outside the right (prioriteringsforskriften § 3 second paragraph). The list of ch. 6 is not exhaustive: an unknown code of a task behaves like those listed (G6-3).
var assessableRule = Rule{
	ID: "assessable", Norms: []string{"G2-20", "G3-1", "G3-2", "G3-3", "G3-5", "G3.1-10", "G3.1-12", "G3.1-13", "G3.3.1-1", "G3.3.1-9", "G3.3.1-10", "G3.3.1-11", "G3.3.2-4", "G5.3-21", "G6-1", "G6-2", "G6-3", "G6-4", "G6.1-1", "G6.1-2", "G6.2-1", "G6.2-2", "G6.3-1", "G6.3-2",
		"G6.4-1", "G6.4-2", "G6.4-3", "G6.4-4", "G6.4-5", "G6.4-6", "G6.4-7", "G6.4-8", "G6.4-9", "G6.4-10", "G6.4-11", "G4.3.1-5", "G10-1", "R-1.7", "R-1.9"},
	Cite: "guide 3, 3.3.1, 3.3.2, 6", Title: "Which matters are assessed for the right", Uses: []string{"intake.self_opens_assessment"},
	Funcs: []string{"Assessable", "AssessRefused", "ClassifyObjections"},
}

// Assessability is whether a matter is assessed for the right.
type Assessability string

const (
	IsAssessed    Assessability = "assessed"
	NotAssessable Assessability = "not_assessed"
	ToClassify    Assessability = "to_classify"
)

var (
	normsElective  = []string{"G2-20", "G3-1", "G3-5", "G3.3.1-1", "G3.1-10"}
	normsSelf      = []string{"G3.1-12", "G3.1-13", "R-1.7"}
	normsNewCond   = []string{"G3.3.2-4", "G3.3.2-2", "G5.3-21"}
	normsCare      = []string{"G6.4-10", "G6-4"}
	normsEmergency = []string{"G3-2", "G3-1", "G3.3.1-11"}
	normsInternal  = []string{"G3.3.1-9", "G3.3.1-10", "G3-3"}
	normsMixed     = []string{"G6.4-9"}
	normsConcern   = map[Concern][]string{
		DrivingLicence:     {"G6.1-2", "G6-1"},
		RitualCircumcision: {"G6.2-2", "G6-1"},
		Sterilisation:      {"G6.3-2", "G6-1"},
		Forensic:           {"G6.4-1", "G6.4-2", "G6.4-3", "G6.4-4", "G6-1"},
		BenefitStatement:   {"G6.4-5", "G6-1"},
		Course:             {"G6.4-6", "G6-1"},
		Guidance:           {"G6.4-8", "G6-1"},
		Experimental:       {"G4.3.1-5"},
		Mixed:              {"G6.4-8", "G6.4-11", "G6-1"}, // found to be general guidance
	}
	normsOther = []string{"G6-1", "G6-3"}
)

// Assessable finds whether a matter is assessed. It reads kind, concerns, new condition and what was classified.
func Assessable(f *Facts, s *Settings) Finding[Assessability] {
	out := Finding[Assessability]{Rule: "assessable", Cite: assessableRule.Cite, Value: assessability(f, s), Because: make([]Reason, 0, 1)}
	switch {
	case f.Undecided:
		out.Norms = normsMixed
		out.because("mixed")
	case f.CareAfterAll:
		out.Norms = normsCare
		out.because("care-after-all")
	case f.Concerns == Experimental:
		out.Norms = normsConcern[Experimental]
		out.because("experimental-abroad")
	case f.Concerns != "":
		out.Norms = normsConcern[f.Concerns]
		if out.Norms == nil {
			out.Norms = normsOther
		}
		out.because("not-care", T("concerns."+string(f.Concerns)))
	case f.NewCondition:
		out.Norms = normsNewCond
		out.because("new-condition")
	case f.Kind == Emergency:
		out.Norms = normsEmergency
		out.because("emergency")
	case f.Kind == Internal:
		out.Norms = normsInternal
		out.because("internal")
	case f.Kind == Self:
		out.Norms = normsSelf
		out.because("self")
	default:
		out.Norms = normsElective
		out.because("elective")
	}
	return out
}

// assessability is Assessable without its reasons, for rules that need the answer alone.
func assessability(f *Facts, s *Settings) Assessability {
	switch {
	case f.Undecided:
		return ToClassify
	case f.CareAfterAll:
		return IsAssessed
	case f.Concerns != "":
		return NotAssessable
	case f.NewCondition:
		return IsAssessed
	case f.Kind == Emergency || f.Kind == Internal || f.Kind == Self && !s.SelfOpensAssessment:
		return NotAssessable
	}
	return IsAssessed
}

// AssessRefused refuses an assessment of a matter that is not to be assessed, or not yet, or not any more.
func AssessRefused(f *Facts, s *Settings) Objections {
	a := Assessable(f, s)
	if a.Value != IsAssessed {
		out := Objections{{Rule: a.Rule, Norms: a.Norms, Cite: a.Cite, Value: Refused, Because: a.Because}}
		if a.Value == NotAssessable && f.Concerns != "" && !f.NewCondition { // a task that came as an emergency or inside a course of care is outside for both reasons
			switch f.Kind {
			case Emergency:
				out = append(out, assessableRule.object(Refused, normsEmergency, "emergency"))
			case Internal:
				out = append(out, assessableRule.object(Refused, normsInternal, "internal"))
			}
		}
		return out
	}
	switch {
	case f.Status == Closed && f.Right == Pending:
		return Objections{CaseClosed()} // closed before it was assessed: no answer was given
	case f.Status == Closed || f.Status == Started || f.Right != Pending:
		return Objections{assessableRule.object(Refused, []string{"G2-25"}, "already-decided", T("right."+string(f.Right)))}
	}
	return nil
}

// ClassifyObjections speaks to deciding that a matter is, or is not, care for one patient. as is what it is said to concern now; empty leaves what
// it came in as. An emergency, or an internal referral in a course of care, that concerns no task of chapter 6 is care already and is not
// assessed (G3-2, G3.3.1-9): no classification opens an assessment of it.
func ClassifyObjections(f *Facts, as Concern, isCare Answer, reason bool) Objections {
	concerns := f.Concerns
	if concerns == "" {
		concerns = as
	}
	if f.Status == Closed || f.Status == Started || f.Right == Granted || f.Right == NotGranted {
		return Objections{assessableRule.object(Refused, []string{"G2-25"}, "already-decided", T("right."+string(f.Right)))}
	}
	if isCare == Yes && f.Concerns == "" && !f.NewCondition && !f.CareAfterAll {
		switch f.Kind {
		case Emergency:
			return Objections{assessableRule.object(Refused, normsEmergency, "emergency")}
		case Internal:
			return Objections{assessableRule.object(Refused, normsInternal, "internal")}
		}
	}
	if isCare == Yes && concerns != "" && concerns != Mixed && !reason {
		return Objections{assessableRule.object(Refused, []string{"G6-4"}, "care-needs-reason", T("concerns."+string(concerns)))}
	}
	if isCare == Unanswered && concerns == Mixed {
		return Objections{assessableRule.object(Refused, []string{"G6.4-9"}, "mixed-unanswered")}
	}
	if !reason {
		return Objections{assessableRule.object(Warned, []string{"G6.4-9", "R-1.10"}, "classified-without-reason")}
	}
	return nil
}
