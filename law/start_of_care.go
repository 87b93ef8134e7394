package law

import "rettid/day"

// Guide 5.5, 10.1: the right is fulfilled and the deadline met when a real rendering of health care has begun by the deadline date. Talks and
// pre-examinations before the measure itself are none. In an unclarified condition the first consultation is as a main rule work-up and counts;
// where the referral makes clear that the condition is clarified, treatment is what must start. The form of contact does not decide.
//
// Our reading: the kind of contact settles it for talks, pre-examinations and (in a clarified condition) work-up; a digital consultation is asked
// whether care really began; a stated «care did not begin» is believed for every kind.
var startRule = Rule{
	ID: "start-of-care", Norms: []string{"G5.5-2", "G5.5-3", "G5.5-4", "G5.5-5", "G5.5-6", "G5.5-7", "G5.5-10", "G5.5-11", "G10.1-4", "R-4.15", "R-4.16", "R-4.17", "R-4.18", "R-4.19"},
	Cite: "guide 5.5", Title: "Only a real start of care ends the wait", Funcs: []string{"BeginsCare", "StartObjections"},
}

var (
	normsRealStart   = []string{"G5.5-3", "G10.1-4"}
	normsUnclarified = []string{"G5.5-2", "G5.5-3", "G10.1-4"}
	normsDigitalYes  = []string{"G5.5-7", "G5.5-6", "G5.5-3"}
	normsPathwayTalk = []string{"G5.5-4", "G5.5-3"}
	normsIntroTalk   = []string{"G5.5-5", "G5.5-3"}
	normsPreExam     = []string{"G5.5-10", "G5.5-3"}
	normsClarified   = []string{"G5.5-11", "G5.5-3"}
)

// BeginsCare finds whether a contact is the start of care.
func BeginsCare(what Contact, began, clarified Answer) Finding[bool] {
	f := Finding[bool]{Rule: "start-of-care", Cite: startRule.Cite, Because: make([]Reason, 0, 1)}
	switch {
	case what == PathwayTalk:
		f.Norms = normsPathwayTalk
		f.because("G5.5-4")
	case what == IntroductoryTalk:
		f.Norms = normsIntroTalk
		f.because("G5.5-5")
	case what == PreExamination:
		f.Norms = normsPreExam
		f.because("G5.5-10")
	case what == Investigation && clarified == Yes:
		f.Norms = normsClarified
		f.because("G5.5-11")
	case began == No:
		f.Norms = normsRealStart
		if what == DigitalConsultation {
			f.Norms = normsDigitalYes
		}
		f.because("care-did-not-begin")
	case what == DigitalConsultation:
		f.Value, f.Norms = began == Yes, normsDigitalYes
		f.because("digital-began")
	case what == Investigation:
		f.Value, f.Norms = true, normsUnclarified
		f.because("work-up-began")
	default:
		f.Value, f.Norms = true, normsRealStart
		f.because("treatment-began")
	}
	return f
}

// StartObjections speaks to recording a contact as a start of care on a day.
func StartObjections(f *Facts, what Contact, began Answer, on day.Day, s *Settings) Objections {
	switch {
	case f.Status == Closed && f.Right == NotGranted:
		return Objections{appointmentRule.object(Refused, normsNotOnList, "G2-14")}
	case f.Status == Closed:
		return Objections{appointmentRule.object(Refused, []string{"G2-19"}, "closed")}
	case f.Right == Pending && assessability(f, s) != NotAssessable:
		return Objections{startRule.object(Refused, []string{"G4.3-1"}, "assess-first")}
	case what == DigitalConsultation && began == Unanswered:
		return Objections{startRule.object(Refused, normsDigitalYes[:1], "digital-asks")}
	case f.Status == Started:
		return nil
	}
	b := BeginsCare(what, began, f.Clarified)
	if b.Value || f.Right != Granted || what == DigitalConsultation {
		return nil
	}
	return Objections{{Rule: b.Rule, Norms: b.Norms, Cite: b.Cite, Value: Warned, Because: b.Because}}
}
