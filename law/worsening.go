package law

import "rettid/day"

// Guide 5.3, 9.1: if the patient turns out to need care earlier than the deadline, it must be given earlier, also when a later time is booked.
//
// Our reading: the earlier need is a date of its own, recorded beside the deadline; it opens the duty to start care by then and bounds any new deadline. After
// the start it is the latest sound day for the next contact (G5.3-18, G5.3-20).
var worseningRule = Rule{
	ID: "worsening", Norms: []string{"G5.3-16", "G5.3-17", "R-4.9"}, Cite: "guide 5.3, 9.1", Title: "Care is given earlier when it is needed earlier", Funcs: []string{"WorsenObjections"},
}

var normsBookedLater = []string{"G5.3-17"}

// WorsenObjections speaks to recording that help is needed by a day.
func WorsenObjections(f *Facts, neededBy, on day.Day) Objections {
	switch {
	case f.Status == Closed || f.Right == NotGranted:
		return Objections{appointmentRule.object(Refused, []string{"G2-19"}, "closed")}
	case neededBy.Before(f.Seniority):
		return Objections{worseningRule.object(Refused, []string{"G5.3-16"}, "needed-before-received", D(neededBy), D(f.Seniority))}
	case f.Status == Started && !f.Next.IsZero() && f.Next.To.After(neededBy):
		return Objections{worseningRule.object(Warned, normsBookedLater, "G5.3-17", D(neededBy))}
	case !f.Appointment.IsZero() && f.Appointment.To.After(neededBy):
		return Objections{worseningRule.object(Warned, normsBookedLater, "G5.3-17", D(neededBy))}
	}
	return nil
}
