package law

import "rettid/day"

// Pbrl. § 2-2 b; guide 5.5, 9.2, 10.2: the deadline is met by a start on or before its date; otherwise it is broken from the day after. A breach is
// expected when care can't start by the deadline. It is not counted when the patient declined an offer inside it to wait for a place, or put off a
// time inside it; pathway times never make a breach.
//
// Our reading: the case flag of R-6.10a. It is never stored: facts and a day give it. A postponement by the patient, or on medical grounds,
// takes the referral out when it reaches past the deadline and was recorded by it (R-6.10, setting); the provider's own postponements never do
// . Few days left without a time is no expected breach by itself.
var breachRule = Rule{
	ID: "breach", Norms: []string{"G5.3-4", "G5.3-14", "G5.3-22", "G5.5-1", "G9.2-5", "G9.3-9", "G10.2-3", "G10.2-4", "G10.2-6", "R-4.13", "R-4.14", "R-6.4", "R-6.6", "R-6.7", "R-6.8", "R-6.9", "R-6.10", "R-6.10a", "R-7.12"},
	Cite: "pbrl. §§ 2-2 a, 2-2 b; guide 5.5, 9.2", Title: "When the deadline is broken, and whether it is counted",
	Uses: []string{"breach.postponement_must_precede_deadline"}, Funcs: []string{"Breach", "BreachCounted", "BreachOn"},
}

var (
	normsMet       = []string{"G5.5-1", "G5.3-4"}
	normsOccurred  = []string{"G5.5-1", "G5.3-4", "G9.3-9", "G9.2-7"}
	normsExpected  = []string{"G9.2-1", "G5.3-24", "G10.2-6"}
	normsUncounted = []string{"G9.2-5", "G9.2-3", "G9.2-6", "R-6.7"}
	normsMedical   = []string{"R-6.8", "G9.2-5"}
	normsCounted   = []string{"G9.3-9", "G5.3-4"}
	normsNoRight   = []string{"G5.3-2", "G10.2-3"}
)

// excused tells whether the patient's choice, or health, put the start past the deadline.
func excused(f *Facts, s *Settings) bool {
	p := f.PutOff
	if p.On.IsZero() || (!p.To.IsZero() && !p.To.After(f.StartBy)) {
		return false
	}
	return !s.PostponementPrecedes || !p.On.After(f.StartBy)
}

// BreachOn is the day from which the breach has occurred if nothing more happens, zero when none will: the day after a deadline that was, or is,
// not met. f must hold what is known.
func BreachOn(f *Facts, s *Settings) day.Day {
	if !f.hasRight() || f.StartBy.IsZero() || excused(f, s) || (!f.WaitEnd.IsZero() && !f.WaitEnd.After(f.StartBy)) {
		return day.Day{}
	}
	return f.StartBy.Add(1)
}

// Breach finds how the deadline stands on a day, and why.
func Breach(f *Facts, today day.Day, s *Settings) Finding[BreachState] {
	out := Finding[BreachState]{Rule: "breach", Cite: breachRule.Cite, Value: NoBreach, Because: make([]Reason, 0, 1)}
	if !f.hasRight() || f.StartBy.IsZero() {
		out.Norms = normsNoRight
		out.because("no-deadline-in-force")
		return out
	}
	ended := !f.WaitEnd.IsZero() && !f.WaitEnd.After(today)
	switch {
	case excused(f, s):
		out.Norms = normsUncounted
		if f.PutOff.By == ByMedical {
			out.Norms = normsMedical
		}
		out.putOff(f)
	case ended && !f.WaitEnd.After(f.StartBy):
		out.Norms = normsMet
		out.because("started-in-time", D(f.WaitEnd))
	case ended:
		out.Value, out.Norms = Occurred, normsOccurred
		out.because("started-late", D(f.WaitEnd), N(f.WaitEnd.Sub(f.StartBy)))
	case today.After(f.StartBy):
		out.Value, out.Norms = Occurred, normsOccurred
		out.because("passed", D(f.StartBy))
	case !f.Appointment.IsZero() && f.Appointment.To.After(f.StartBy):
		out.Value, out.Norms = Expected, normsExpected
		out.because("booked-late", D(f.Appointment.To), D(f.StartBy))
	default:
		out.Norms = normsMet
		out.because("deadline-ahead", D(f.StartBy))
	}
	return out
}

func (f *Finding[V]) putOff(x *Facts) {
	switch {
	case x.PutOff.By == ByMedical:
		f.because("medical", D(x.PutOff.On))
	case x.PutOff.To.IsZero():
		f.because("offer-declined", D(x.PutOff.On))
	default:
		f.because("patient-postponed", D(x.PutOff.To))
	}
}

// BreachCounted finds whether the national statistics count a breach of the deadline on a day.
func BreachCounted(f *Facts, today day.Day, s *Settings) Finding[bool] {
	b := Breach(f, today, s)
	out := Finding[bool]{Rule: "breach", Cite: "guide 9.2, 9.3", Value: b.Value == Occurred, Norms: normsCounted, Because: b.Because}
	if f.hasRight() && !f.StartBy.IsZero() && excused(f, s) {
		out.Norms = b.Norms
	}
	return out
}
