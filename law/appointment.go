package law

import "rettid/day"

// Guide 2, 5.3, 8.1: the patient is entitled to a time for the first consultation, set earlier than the deadline; told as a date and a clock time
// where the deadline is less than four months ahead, and never in an interval wider than a week. A patient without the right is not booked.
//
// Our reading: a time (or the end of an interval) after the deadline is recorded with a warning and makes a breach expected at once; on the
// deadline itself it warns and leaves the breach as it was. Four months are counted from the assessment, exactly four months included
// . A week is seven calendar days, both ends counted. A talk or a pre-examination stands beside the time waited for.
var appointmentRule = Rule{
	ID: "appointment", Norms: []string{"G2-14", "G2-30", "G2-31", "G5.3-14", "G5.3-23", "G5.3-24", "G5.5-8", "G5.5-12", "G8.1-3", "G8.1-4", "G8.1-5", "G8.1-6", "G8.1-7", "R-4.22", "R-4.23", "R-4.24", "R-4.25"},
	Cite: "guide 2, 5.3, 8.1", Title: "The appointment is before the deadline, and precise", Uses: []string{"appointment.clock_months", "appointment.interval_days"},
	Funcs: []string{"AppointmentObjections"},
}

var (
	normsNotOnList  = []string{"G2-14"}
	normsAfter      = []string{"G5.3-24", "G2-31", "G5.5-8"}
	normsOnDeadline = []string{"G5.3-24", "G2-31", "R-4.24"}
	normsWeek       = []string{"G8.1-5", "G2-30"}
	normsClock      = []string{"G8.1-6"}
	normsTreatFirst = []string{"G5.5-12"}
)

// AppointmentObjections speaks to booking a time or an interval on a day.
func AppointmentObjections(f *Facts, a Appointment, on day.Day, s *Settings) Objections {
	switch {
	case f.Right == NotGranted:
		return Objections{appointmentRule.object(Refused, normsNotOnList, "G2-14")}
	case f.Status == Closed:
		return Objections{appointmentRule.object(Refused, []string{"G2-19"}, "closed")}
	case a.From.IsZero() || a.To.Before(a.From):
		return Objections{appointmentRule.object(Refused, []string{"G2-30"}, "no-time")}
	case a.To.Before(on):
		return Objections{appointmentRule.object(Refused, []string{"G2-30"}, "time-has-passed", D(a.To), D(on))}
	}
	var out Objections
	if f.Status == Started || f.Right != Granted || a.What.Preliminary() {
		return NextObjections(f, a.To, f.NextBy)
	}
	if !f.StartBy.IsZero() {
		if a.To.After(f.StartBy) {
			out = append(out, appointmentRule.object(Warned, normsAfter, "G5.3-24", D(f.StartBy), D(a.To)))
		} else if a.To == f.StartBy {
			out = append(out, appointmentRule.object(Warned, normsOnDeadline, "G5.3-24.on_deadline", D(f.StartBy)))
		}
	}
	if a.Days() > s.IntervalDays {
		out = append(out, appointmentRule.object(Warned, normsWeek, "G8.1-5", N(a.Days())))
	}
	if !a.HasClock() && !f.StartBy.IsZero() && !f.AssessedOn.IsZero() && !f.StartBy.After(f.AssessedOn.AddMonths(s.AppointmentMonths)) {
		out = append(out, appointmentRule.object(Warned, normsClock, "G8.1-6", D(f.StartBy)))
	}
	if f.Clarified == Yes && a.What == Investigation {
		out = append(out, appointmentRule.object(Warned, normsTreatFirst, "treatment-first"))
	}
	return out
}
