package law

import "rettid/day"

// Pbrl. §§ 7-2, 7-5: a patient who believes the rights are broken may complain within four weeks of sufficient knowledge; the complaint goes to the one
// that decided, who upholds it or sends it on to the County Governor (Statsforvalteren). A late complaint may still be heard; the system never refuses one.
//
// Our reading: four weeks are 28 calendar days from the day the answer reached the patient. A complaint stops no deadline.
var complaintRule = Rule{
	ID: "complaint", Norms: []string{"R-2.31", "R-5.12", "R-5.13", "R-5.14", "R-5.15", "R-5.18"}, Cite: "pbrl. §§ 7-2, 7-5", Title: "The patient may complain, and the complaint is handled",
	Uses: []string{"complaint.days"}, Funcs: []string{"ComplaintLimit", "ComplaintObjections", "DecideComplaintObjections"},
}

// ComplaintLimit finds the last day to complain after being told on a day; zero when nothing was told.
func ComplaintLimit(told day.Day, s *Settings) Finding[day.Day] {
	f := Finding[day.Day]{Rule: "complaint", Norms: []string{"R-2.31"}, Cite: complaintRule.Cite}
	if !told.IsZero() {
		f.Value = told.Add(s.ComplaintDays)
		f.because("complaint-limit", D(told))
	}
	return f
}

// ComplaintObjections marks a complaint that comes late; it is received all the same.
func ComplaintObjections(f *Facts, about string, on day.Day, s *Settings) Objections {
	switch about {
	case "right", "deadline", "information":
	default:
		return Objections{complaintRule.object(Refused, []string{"R-5.12"}, "complaint-about", T(about))}
	}
	if limit := ComplaintLimit(f.AnsweredOn, s).Value; !limit.IsZero() && on.After(limit) {
		return Objections{complaintRule.object(Warned, []string{"R-5.15", "R-5.14"}, "complaint-late", D(limit))}
	}
	return nil
}

// DecideComplaintObjections speaks to deciding a complaint; county tells that it is the County Governor's answer to one that was sent on.
func DecideComplaintObjections(f *Facts, outcome string, county bool) Objections {
	switch {
	case county && outcome == "sent_on":
		return Objections{complaintRule.object(Refused, []string{"R-5.13"}, "complaint-outcome", T(outcome))}
	case county && f.SentOn == 0:
		return Objections{complaintRule.object(Refused, []string{"R-5.13"}, "nothing-sent-on")}
	case county && (outcome == "upheld" || outcome == "rejected"):
		return nil
	}
	switch outcome {
	case "upheld", "rejected", "sent_on":
	default:
		return Objections{complaintRule.object(Refused, []string{"R-5.13"}, "complaint-outcome", T(outcome))}
	}
	if f.Complaints == 0 && outcome != "rejected" && !(outcome == "upheld" && f.SentOn > 0) {
		return Objections{complaintRule.object(Refused, []string{"R-5.13"}, "no-complaint")}
	}
	return nil
}
