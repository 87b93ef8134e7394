package law

import "rettid/day"

// Forskrift om ventelisteregistrering § 3; guide 2, 4.4, 9.2, 9.3: every granted, not started, not closed referral stands on its provider's list, one list a
// site; one without the right does not.
//
// Our reading: the wait runs from the seniority date, or from the reception here when that is missing or later, in calendar days, until
// care starts, the referral is closed, or Helfo says that the patient is on another list. A referral stands on the list of the place it is booked at,
// else of the one that holds it.
var waitingRule = Rule{
	ID: "waiting", Norms: []string{"G2-14", "G2-19", "G3-4", "G4.4-4", "G4.4-5", "G9.2-2", "G9.2-12", "G9.2-13", "G9.3-5", "G9.3-7", "G9.3-11", "G9.3-12", "R-8.2", "R-10.3", "R-10.4"}, Cite: "forskrift om ventelisteregistrering § 3; guide 9.3",
	Title: "Who waits, since when, and on which list", Funcs: []string{"IsWaiting", "WaitingFrom", "WaitingDays", "ListPlace"},
}

// IsWaiting tells whether the referral counts as waiting on a day.
func IsWaiting(f *Facts, today day.Day) bool {
	return f.hasRight() && !f.AssessedOn.After(today) && (f.WaitEnd.IsZero() || f.WaitEnd.After(today)) && (f.ClosedOn.IsZero() || f.ClosedOn.After(today))
}

// WaitingFrom finds the day the wait is counted from; zero for one without the right.
func WaitingFrom(f *Facts) Finding[day.Day] {
	out := Finding[day.Day]{Rule: "waiting", Norms: waitingNorms, Cite: "R-10.3"}
	switch {
	case !f.hasRight():
	case !f.Seniority.IsZero() && (f.ReceivedOn.IsZero() || !f.Seniority.After(f.ReceivedOn)):
		out.Value = f.Seniority
		out.because("received", D(f.Seniority))
	default:
		out.Value = f.ReceivedOn
		out.because("received", D(f.ReceivedOn))
	}
	return out
}

var waitingNorms = []string{"R-10.3", "G9.3-7"}

// WaitingDays counts the calendar days waited so far, or until the wait ended. 0 for one without the right.
func WaitingDays(f *Facts, today day.Day) int {
	from := WaitingFrom(f).Value
	if from.IsZero() {
		return 0
	}
	to := today
	if !f.WaitEnd.IsZero() && f.WaitEnd.Before(today) {
		to = f.WaitEnd
	}
	return max(0, to.Sub(from))
}

// ListPlace finds the provider and site whose list the referral stands on.
func ListPlace(f *Facts) (provider, site string) {
	if at := f.Appointment.At; at != "" && at != f.Holder && !f.Appointment.Helfo { // nothing before Helfo's word takes the place (G9.2-13)
		return at, f.Appointment.Site
	}
	if f.Appointment.Site != "" {
		return f.Holder, f.Appointment.Site
	}
	return f.Holder, f.Site
}
