package law

// The user panels' statement, point 3 (U3-1 to U3-4), with the legal right to an individual assessment and the Storting's premise that there is room for it through the
// whole process; domain rules: after a no a single patient is still assessed, and nothing is refused by rule alone.
//
// Our reading: no command and no setting stands in the way of an application for one patient, whatever the method's decision. A decision on one patient that was not
// made individually is refused, and so is one that rests on concern for undermining the system. A refusal that does not say that it was individual is warned of, and
// the duty to assess stands. No setting weakens this: an authority that has not adopted the panels' view on participation is bound here all the same.
var exceptionIndividualRule = Rule{
	ID: "exception-individual", Norms: []string{"U3-1", "U3-2", "U3-3", "U3-4", "X-314", "X-330", "X-333", "X-601", "X-602", "X-603", "X-604", "X-1214"}, Cite: "User panel statement, point 3; pbrl. § 2-2",
	Title: "A single patient is assessed individually, also after a no", Funcs: []string{"IndividualObjections", "CanClose"},
}

// Undermines is the ground that concern for the system would be (U3-4).
const Undermines = "undermines_system"

// ExceptionDecision is a decision as it is about to be made.
type ExceptionDecision struct {
	Kind       ExceptionKind
	Outcome    ExceptionOutcome
	Individual Answer
	Basis      []string
}

// IndividualObjections refuses a decision on one patient that is not individual, and any that rests on concern for the system.
func IndividualObjections(d ExceptionDecision) Objections {
	var out Objections
	if d.Kind == SingleException {
		switch {
		case d.Individual == No:
			out = append(out, exceptionIndividualRule.object(Refused, []string{"U3-2"}, "U3-2"))
		case d.Individual == Unanswered && d.Outcome.Refused():
			out = append(out, exceptionIndividualRule.object(Warned, []string{"U3-2", "X-604"}, "individual-unsaid"))
		}
	}
	for _, b := range d.Basis {
		if b == Undermines {
			out = append(out, exceptionIndividualRule.object(Refused, []string{"U3-4"}, "U3-4"))
			break
		}
	}
	return out
}

// CanClose tells whether a decided application is through: a refusal has a reason for each criterion, and the patient has a letter with complaint information
//
func CanClose(f *ExceptionFacts) bool {
	if f.Status != ExceptionDecided {
		return false
	}
	return !f.Outcome.Refused() || len(MissingReasons(f)) == 0 && !f.Told.Patient && f.Individual == Yes
}
