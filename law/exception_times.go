package law

import "rettid/day"

// Domain rules: no published limits were found (X-1202, X-1209), so the days are defaults and settings.
//
// Our reading: working days count from the day after. The clock of a decision stops only for a dated request for information, and the working days it stood are laid to. A group exception
// is valid until the national decision or its last day, whichever comes first; a national no ends it for new patients that day, and patients on treatment go on while no
// stop criterion is met. In the access scheme the committee's clock runs from the day the application was sent on. Two group exceptions for the same method and indication that are valid at
// once leave a doctor with two sets of conditions: that is warned of, and not refused, since the later may be for another part of the group.
var exceptionTimesRule = Rule{
	ID: "exception-times", Norms: []string{"X-315", "X-316", "X-317", "X-318", "X-319", "X-334", "X-406", "X-407", "X-903", "X-1202", "X-1209"}, Cite: "Nye metoder (no statutory limit: set in the settings)", Title: "How long a step of the exception scheme may take",
	Uses: []string{"exception.acknowledge_workdays", "exception.decision_workdays", "exception.urgent_workdays", "exception.committee_workdays", "exception.committee_urgent_workdays", "exception.copy_workdays",
		"exception.publish_workdays", "exception.evaluation_days", "exception.start_days", "exception.group_months", "exception.group_review_months", "exception.reconsider_workdays"},
	Funcs: []string{"DecideExceptionBy", "AcknowledgeBy", "CopyBy", "PublishBy", "ReconsiderBy", "EvaluationObjections", "GroupValidity", "GroupInForce", "OverlapObjections"},
}

func (s *Settings) workdaysAfter(d day.Day, n int) day.Day {
	if d.IsZero() {
		return day.Day{}
	}
	due, err := s.Calendar.AddWorking(d, n)
	if err != nil {
		return day.Day{}
	}
	return due
}

// DecideExceptionBy finds the last day to decide an application: at the trust, and when it has been sent on, in the committee. Zero while the clock stands still.
func DecideExceptionBy(f *ExceptionFacts, s *Settings) Finding[day.Day] {
	out := Finding[day.Day]{Rule: "exception-times", Norms: []string{"X-316"}, Cite: exceptionTimesRule.Cite}
	from, n := f.ReceivedOn, s.ExceptionWorkdays
	if !f.ReopenedOn.IsZero() {
		from = f.ReopenedOn
	}
	if f.Urgent {
		n = s.ExceptionUrgent
	}
	if !f.ForwardedOn.IsZero() {
		out.Norms = []string{"X-334"}
		from, n = f.ForwardedOn, s.CommitteeWorkdays
		if f.Urgent {
			n = s.CommitteeUrgent
		}
		out.because("decide-forwarded", D(from), N(n))
	} else {
		out.because("decide-received", D(from), N(n))
	}
	if f.Urgent {
		out.because("decide-urgent")
	}
	if from.IsZero() {
		return out
	}
	due, held, ok := clockFrom(from, n, f.Pauses, s)
	switch {
	case !ok:
		out.because("clock-stands", D(f.Pauses[len(f.Pauses)-1].From))
	default:
		out.Value = due
		if held > 0 {
			out.because("clock-stood", N(held))
		}
	}
	return out
}

// AcknowledgeBy, CopyBy, PublishBy and ReconsiderBy are the last days for a receipt, the identity-free copy to the region, publication, and the trust's second look at a complaint.
func AcknowledgeBy(received day.Day, s *Settings) day.Day {
	return s.workdaysAfter(received, s.AcknowledgeWorkdays)
}

// CopyBy: see AcknowledgeBy.
func CopyBy(decided day.Day, s *Settings) day.Day { return s.workdaysAfter(decided, s.CopyWorkdays) }

// PublishBy: see AcknowledgeBy.
func PublishBy(decided day.Day, s *Settings) day.Day {
	return s.workdaysAfter(decided, s.PublishWorkdays)
}

// ReconsiderBy: see AcknowledgeBy.
func ReconsiderBy(complaint day.Day, s *Settings) day.Day {
	return s.workdaysAfter(complaint, s.ReconsiderWorkdays)
}

// EvaluationObjections warns of a first evaluation later than the longest time.
func EvaluationObjections(decided, evaluate day.Day, s *Settings) Objections {
	if evaluate.IsZero() || !evaluate.After(decided.Add(s.EvaluationDays)) {
		return nil
	}
	return Objections{exceptionTimesRule.object(Warned, []string{"X-318"}, "evaluation-late", D(decided.Add(s.EvaluationDays)))}
}

// GroupValidity finds the last day of a group exception and the day it is to be reviewed, from its first day and what was decided; zero days take the defaults.
func GroupValidity(from, to, review day.Day, s *Settings) (validTo, reviewOn Finding[day.Day]) {
	validTo = Finding[day.Day]{Rule: "exception-times", Norms: []string{"X-406"}, Cite: exceptionTimesRule.Cite, Value: to}
	reviewOn = validTo
	reviewOn.Value = review
	if to.IsZero() {
		validTo.Value = from.AddMonths(s.GroupMonths).Add(-1)
		validTo.because("group-valid", D(from), N(s.GroupMonths))
	}
	if review.IsZero() {
		reviewOn.Value = from.AddMonths(s.GroupReviewMonths)
		reviewOn.because("group-review", D(from), N(s.GroupReviewMonths))
	}
	return validTo, reviewOn
}

// GroupInForce tells whether new patients may be treated under a group exception on a day: decided with a yes, begun, not past its last day, not ended, and no national decision since.
func GroupInForce(f *ExceptionFacts, national day.Day, on day.Day) Finding[bool] {
	out := Finding[bool]{Rule: "exception-times", Norms: []string{"X-406", "X-319"}, Cite: exceptionTimesRule.Cite}
	switch {
	case f.Kind != GroupException || !f.Outcome.Granted() || on.Before(f.ValidFrom):
		out.because("group-not-in-force")
	case !national.IsZero() && !on.Before(national):
		out.because("group-national", D(national))
	case !f.EndedOn.IsZero() && !on.Before(f.EndedOn):
		out.because("group-ended", D(f.EndedOn))
	case on.After(f.ValidTo):
		out.because("group-expired", D(f.ValidTo))
	default:
		out.Value = true
		out.because("group-in-force", D(f.ValidFrom), D(f.ValidTo))
	}
	return out
}

// Validity is when another group exception, for the same method and indication, is valid: until its last day, its end or the national decision, whichever comes first.
type Validity struct {
	Matter int64   `json:"matter"`
	From   day.Day `json:"from"`
	To     day.Day `json:"to"`
}

// OverlapObjections warns when a group exception would be valid on days on which another for the same method and indication is: one objection for each, in the order given.
func OverlapObjections(from, to day.Day, others []Validity) Objections {
	var out Objections
	for _, o := range others {
		if from.IsZero() || to.IsZero() || from.After(o.To) || to.Before(o.From) {
			continue
		}
		out = append(out, exceptionTimesRule.object(Warned, []string{"X-406"}, "group-overlap", D(o.From), D(o.To), N(int(o.Matter))))
	}
	return out
}
