package law

// Pbrl. § 2-3 (rett til fornyet vurdering): after a referral from a general practitioner, one who has been told the outcome may have the condition assessed anew by
// the specialist health service, once for the same condition. The patient need not say why.
//
// Our reading: it is a matter of its own, linked to the one it is about; the limit of ten working days is not for it. What is missing is warned of and
// never refuses the patient an assessment.
var secondOpinionRule = Rule{
	ID: "second-opinion", Norms: []string{"R-2.17", "R-5.19"}, Cite: "pbrl. § 2-3", Title: "The patient may be assessed anew, once", Funcs: []string{"SecondOpinionObjections"},
}

// SecondOpinionObjections speaks to taking in a second opinion of a referral that was known here; first is nil when it was not. role is who refers.
func SecondOpinionObjections(first *Facts, role string) Objections {
	var out Objections
	if first != nil && first.AssessedOn.IsZero() {
		out = append(out, secondOpinionRule.object(Warned, []string{"R-5.19"}, "second-before-answer"))
	}
	if first != nil && first.SecondOpinion {
		out = append(out, secondOpinionRule.object(Warned, []string{"R-5.19"}, "second-again"))
	}
	if role != "gp" && role != "doctor" {
		out = append(out, secondOpinionRule.object(Warned, []string{"R-5.19"}, "second-needs-gp"))
	}
	return out
}
