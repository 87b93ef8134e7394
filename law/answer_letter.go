package law

import "rettid/day"

// Pbrl. § 2-2 a, § 7-2; guide 8, 8.1, 8.2, 5.5: within ten working days the patient is sent whether the right was given, with the deadline and the time,
// or the word that the time comes in a letter of its own, and how to complain; without the right, of help in primary care. The referrer has the same.
//
// Our reading: the duty is due on the assessment limit; informing after it is accepted and warned of. A letter must say what was decided. An interval is no
// concrete time: the letter then says that the time follows (G8.1-8).
var answerRule = Rule{
	ID: "answer-letter", Norms: []string{"G2-15", "G2-32", "G3.1-20", "G3.1-22", "G5.3-25", "G5.5-9", "G8-1", "G8.1-2", "G8.1-8", "G8.1-9", "G8.1-10", "G8.1-11", "G8.1-12", "G8.1-13", "G8.2-1", "G8.2-2", "G8.2-3", "G8.2-4", "G8.2-5", "G8.2-6", "R-2.15", "R-5.1", "R-5.2", "R-5.4", "R-5.5"},
	Cite: "pbrl. § 2-2 a, § 7-2; guide 8", Title: "The answer is sent in time, to both, with all it must say", Funcs: []string{"LetterParts", "InformObjections"},
}

var (
	normsLateLetter  = []string{"G8-1"}
	normsOutcomeTold = []string{"G2-32"}
	complaintParts   = []Part{PartComplaintRight, PartComplaintLimit, PartComplaintProcedure}
)

// LetterParts finds what a letter of a kind must hold for a referral.
func LetterParts(kind Letter, f *Facts) []Part {
	switch kind {
	case LetterGranted, LetterSecondOpinion:
		if f.Right == NotGranted {
			return LetterParts(LetterNotGranted, f)
		}
		out := []Part{PartOutcome, PartDeadline}
		if f.Appointment.HasClock() {
			out = append(out, PartAppointment)
		} else {
			out = append(out, PartAppointmentFollows)
		}
		if !f.Meeting.IsZero() {
			out = append(out, PartPreliminary)
		}
		return append(out, complaintParts...)
	case LetterNotGranted:
		return append(append([]Part{PartOutcome}, complaintParts...), PartPrimaryCare)
	case LetterChanged:
		out := []Part{PartDeadline}
		if f.Appointment.HasClock() {
			out = append(out, PartAppointment)
		} else if !f.Appointment.IsZero() {
			out = append(out, PartAppointmentFollows)
		}
		return append(out, complaintParts...)
	case LetterBreach, LetterPostponed, LetterDeclined:
		out := []Part{PartDeadline}
		if f.Appointment.HasClock() {
			out = append(out, PartAppointment)
		}
		return append(out, complaintParts...)
	}
	return nil // the rest have no part the law fixes
}

// InformObjections speaks to sending a letter on a day. first says that the patient is told the outcome for the first time.
func InformObjections(f *Facts, kind Letter, toPatient, toReferrer, first bool, on day.Day) Objections {
	if !toPatient && !toReferrer {
		return Objections{answerRule.object(Refused, []string{"G8.1-10"}, "to-whom")}
	}
	wants := map[Letter]Right{LetterGranted: Granted, LetterNotGranted: NotGranted, LetterNotAssessed: NotAssessed}[kind]
	if wants != "" && f.Right != wants {
		return Objections{answerRule.object(Refused, normsOutcomeTold, "letter-says-otherwise", T("letter."+string(kind)), T("right."+string(f.Right)))}
	}
	if kind == LetterSecondOpinion && f.Right != Granted && f.Right != NotGranted {
		return Objections{answerRule.object(Refused, normsOutcomeTold, "letter-says-otherwise", T("letter.second_opinion"), T("right."+string(f.Right)))}
	}
	if kind == LetterChanged && f.Right != Granted {
		return Objections{answerRule.object(Refused, normsOutcomeTold, "letter-says-otherwise", T("letter.changed"), T("right."+string(f.Right)))}
	}
	if first && toPatient && (kind == LetterGranted || kind == LetterNotGranted) && f.FirstAssessed.IsZero() && !f.AssessBy.IsZero() && on.After(f.AssessBy) {
		return Objections{answerRule.object(Warned, normsLateLetter, "G8-1", D(f.AssessBy))}
	}
	return nil
}
