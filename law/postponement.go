package law

import "rettid/day"

// Guide 9.2; code list 8446: a patient who puts off a start to wait for a place makes a postponement, which is recorded; the service must document
// that the patient was given an offer and declined it.
//
// Our reading: a postponement by the patient past the deadline needs an offer or a booking inside the deadline on record that the provider has not
// taken back; an offer after the deadline is none. Codes 21 and 22, 5 and 6 are the patient's, 3 is medical, 1 and 4 the provider's.
var postponementRule = Rule{
	ID: "postponement", Norms: []string{"G9.2-2", "G9.2-3", "G9.2-4", "G9.2-6", "G9.2-14", "G9.2-15", "R-6.1", "R-6.3", "R-6.5", "R-6.11"}, Cite: "guide 9.2; code list 8446",
	Title: "A postponement by the patient past the deadline needs an offer on record", Funcs: []string{"PostponeObjections", "PostponementCode"},
}

var normsOnRecord = []string{"G9.2-6"}

// PostponementCode gives the code of 8446 for who put it off: the given one, or the default. An unfitting code is refused.
func PostponementCode(by PostponedBy, code int) (int, Objections) {
	allowed := map[PostponedBy][]int{ByPatient: {22, 21, 5, 6}, ByMedical: {3}, ByProvider: {1, 4}}[by]
	if len(allowed) == 0 {
		return 0, Objections{postponementRule.object(Refused, []string{"G9.2-4"}, "postponed-by-whom", T(string(by)))}
	}
	if code == 0 {
		return allowed[0], nil
	}
	for _, a := range allowed {
		if a == code {
			return code, nil
		}
	}
	return 0, Objections{postponementRule.object(Refused, []string{"G9.2-4", "R-6.1"}, "code-does-not-fit", N(code), T("postponed_by."+string(by)))}
}

// PostponeObjections speaks to putting off the start to another day.
func PostponeObjections(f *Facts, by PostponedBy, to, on day.Day) Objections {
	switch {
	case f.Status == Closed:
		return Objections{appointmentRule.object(Refused, []string{"G2-19"}, "closed")}
	case f.Right == Pending:
		return Objections{postponementRule.object(Refused, []string{"G9.2-4"}, "nothing-to-postpone")}
	case to.Before(on):
		return Objections{appointmentRule.object(Refused, []string{"G2-30"}, "time-has-passed", D(to), D(on))}
	case f.Status == Started || !f.hasRight() || f.StartBy.IsZero():
		return nil
	case to == f.StartBy:
		return Objections{appointmentRule.object(Warned, normsOnDeadline, "G5.3-24.on_deadline", D(f.StartBy))}
	case to.Before(f.StartBy):
		return nil
	case by == ByPatient && !f.SecuredInTime:
		return Objections{postponementRule.object(Refused, normsOnRecord, "G9.2-6")}
	case by == ByProvider:
		return Objections{postponementRule.object(Warned, []string{"G5.3-24", "G10.2-6"}, "G5.3-24", D(f.StartBy), D(to))}
	}
	return nil
}
