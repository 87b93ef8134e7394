package law

import (
	"slices"

	"rettid/day"
)

// The duties of a matter of the exception scheme: what must be done, by which day, by whom, and why; a pure function of the facts (U2-1, U3-1, U3-2; domain rules,
// X-1001 to X-1017).
//
// Our reading: what the rules ask for beyond a step that may be taken is a duty, and the pages hold a decision back until it is met. A refusal is through when the patient and the doctor have
// their letters, with the right to complain: no letter says that there is none. Hearing answers of the regional panels are asked for in twenty working days.
var exceptionDutiesRule = Rule{
	ID: "exception-duties", Norms: []string{"U3-1", "U3-2", "U2-1", "U1-2", "U1-4", "X-312", "X-315", "X-316", "X-317", "X-318", "X-331", "X-332", "X-404", "X-405", "X-406", "X-407", "X-503", "X-504", "X-505", "X-506", "X-511", "X-603", "X-605",
		"X-901", "X-902", "X-903", "X-906", "X-1001", "X-1005", "X-1006", "X-1010", "X-1011", "X-1012", "X-1017", "X-1211"},
	Cite: "User panel statement; pbrl. §§ 7-2, 7-5; Nye metoder", Title: "What must be done in a matter of the exception scheme", Uses: []string{"exception.hearing_workdays"},
	Funcs: []string{"ExceptionDuties", "ExceptionDutiesOn", "HearingDue"},
}

// The duties of the exception scheme. inform_patient, inform_referrer and handle_complaint are those of a referral.
const (
	DutyAssessIndividually DutyName = "assess_individually"
	DutyAcknowledge        DutyName = "acknowledge"
	DutyComplete           DutyName = "complete_application"
	DutyConsent            DutyName = "get_consent"
	DutyEndorse            DutyName = "endorse"
	DutyGiveReasons        DutyName = "give_reasons"
	DutyCopy               DutyName = "send_copy"
	DutyStartExceptional   DutyName = "start_treatment"
	DutyPlanEvaluation     DutyName = "plan_evaluation"
	DutyEvaluate           DutyName = "evaluate"
	DutyNotifyUsers        DutyName = "notify_users"
	DutySelectReps         DutyName = "select_representatives"
	DutyInviteUsers        DutyName = "invite_users"
	DutyAnswerInputs       DutyName = "answer_inputs"
	DutyTreat              DutyName = "treat_in_meeting"
	DutyPublish            DutyName = "publish"
	DutyReviewGroup        DutyName = "review_group"
	DutyExtendOrEnd        DutyName = "extend_or_end"
	DutySendPapers         DutyName = "send_papers"
	DutyMinutes            DutyName = "write_minutes"
	DutyApproveMinutes     DutyName = "approve_minutes"
	DutyHearPanels         DutyName = "hear_panels"
	DutyRespond            DutyName = "respond_to_hearing"
	DutyAnswerFinding      DutyName = "answer_finding"
	DutyFollowFinding      DutyName = "follow_finding"
)

// ExceptionDutyNames lists every duty of the scheme in the order of a worklist's filter.
var ExceptionDutyNames = []DutyName{DutyAcknowledge, DutyComplete, DutyConsent, DutyEndorse, DutyAssessIndividually, DutyGiveReasons, DutyInformPatient, DutyInformReferrer, DutyReachReceiver, DutyPostLetter, DutyDeliverLetter, DutyCopy, DutyStartExceptional, DutyPlanEvaluation,
	DutyEvaluate, DutyHandleComplaint, DutyNotifyUsers, DutySelectReps, DutyInviteUsers, DutyAnswerInputs, DutyTreat, DutyPublish, DutyReviewGroup, DutyExtendOrEnd, DutySendPapers, DutyMinutes, DutyApproveMinutes, DutyHearPanels, DutyRespond, DutyAnswerFinding, DutyFollowFinding}

var exceptionStanding = map[DutyName]standing{
	DutyAssessIndividually: {[]string{"U3-1", "U3-2", "X-316"}, "User panel statement, point 3"},
	DutyAcknowledge:        {[]string{"X-316", "X-1001"}, "Nye metoder"},
	DutyComplete:           {[]string{"X-312"}, "Nye metoder"},
	DutyConsent:            {[]string{"X-332"}, "Nye metoder"},
	DutyEndorse:            {[]string{"X-331"}, "Nye metoder"},
	DutyGiveReasons:        {[]string{"X-314", "X-603"}, "Nye metoder"},
	DutyInformPatient:      {[]string{"X-603", "X-901", "X-902"}, "pbrl. §§ 7-2, 7-5"},
	DutyInformReferrer:     {[]string{"X-1003", "X-603"}, "Nye metoder"},
	DutyReachReceiver:      {[]string{"G8-1", "G2-19", "X-603"}, "pbrl. § 2-2 a"},
	DutyPostLetter:         {[]string{"G8-1", "G2-19", "X-603"}, "pbrl. § 2-2 a"},
	DutyDeliverLetter:      {[]string{"G8-1", "G2-19", "X-603"}, "pbrl. § 2-2 a"},
	DutyCopy:               {[]string{"X-315", "X-1004"}, "Nye metoder"},
	DutyStartExceptional:   {[]string{"X-317"}, "Nye metoder"},
	DutyPlanEvaluation:     {[]string{"X-318"}, "Nye metoder"},
	DutyEvaluate:           {[]string{"X-318", "X-1015"}, "Nye metoder"},
	DutyHandleComplaint:    {[]string{"X-903", "X-901"}, "pbrl. § 7-2"},
	DutyNotifyUsers:        {[]string{"X-503", "U1-1", "U1-2"}, "User panel statement, point 1"},
	DutySelectReps:         {[]string{"X-506", "U2-3"}, "User panel statement, point 2"},
	DutyInviteUsers:        {[]string{"U2-1", "X-505"}, "User panel statement, point 2"},
	DutyAnswerInputs:       {[]string{"X-504", "X-905"}, "Nye metoder"},
	DutyTreat:              {[]string{"X-405", "U2-2"}, "Nye metoder"},
	DutyPublish:            {[]string{"X-407", "X-1012"}, "Nye metoder"},
	DutyReviewGroup:        {[]string{"X-406", "X-404"}, "Nye metoder"},
	DutyExtendOrEnd:        {[]string{"X-406", "X-404"}, "Nye metoder"},
	DutySendPapers:         {[]string{"X-505", "X-1010"}, "Nye metoder"},
	DutyMinutes:            {[]string{"X-405", "X-1011"}, "Nye metoder"},
	DutyApproveMinutes:     {[]string{"X-1017"}, "Nye metoder"},
	DutyHearPanels:         {[]string{"X-511", "U1-4"}, "User panel statement, point 1"},
	DutyRespond:            {[]string{"X-511"}, "Nye metoder"},
	DutyAnswerFinding:      {[]string{"X-701", "U4-6"}, "User panel statement, point 4"},
	DutyFollowFinding:      {[]string{"X-701"}, "Nye metoder"},
}

// HearingDue is the last day of a hearing of the four regional user panels.
func HearingDue(opened day.Day, s *Settings) day.Day {
	return s.workdaysAfter(opened, s.HearingWorkdays)
}

// ExceptionDuties finds every duty of a matter: those open now and those that time will open if nothing more happens.
func ExceptionDuties(f *ExceptionFacts, s *Settings) []Duty {
	var out []Duty
	none := day.Day{}
	add := func(n DutyName, r Role, opens, due day.Day) {
		in := exceptionStanding[n]
		out = append(out, Duty{Name: n, Opens: opens, Due: due, Role: r, At: f.Holder, Norms: in.Norms, Cite: in.Cite})
	}
	received, decided := f.Status == ExceptionReceived, f.Status == ExceptionDecided
	answered := decided && (f.Outcome.Granted() || f.Outcome.Refused() || f.Outcome == ExRedirected)
	switch f.Kind {
	case SingleException:
		if received && f.AcknowledgedOn.IsZero() {
			add(DutyAcknowledge, Secretary, none, AcknowledgeBy(f.ReceivedOn, s))
		}
		if received && len(f.Lacks) > 0 && f.Route != RouteContinuation {
			add(DutyComplete, Specialist, none, none)
		}
		if received && f.Route == RouteAccess && f.ConsentOn.IsZero() {
			add(DutyConsent, Specialist, none, none)
		}
		if received && f.EndorsedOn.IsZero() && f.Route.IsException() {
			add(DutyEndorse, Management, none, none)
		}
		if received || decided && f.Outcome.Refused() && f.Individual != Yes {
			role := HFDirector
			if !f.ForwardedOn.IsZero() {
				role = Committee
			}
			add(DutyAssessIndividually, role, none, DecideExceptionBy(f, s).Value)
		}
		if len(MissingReasons(f)) > 0 {
			role := HFDirector
			if !f.ForwardedOn.IsZero() {
				role = Committee
			}
			add(DutyGiveReasons, role, none, none)
		}
		if answered && f.Told.Patient {
			add(DutyInformPatient, Secretary, none, none)
		}
		if answered && f.Told.Referrer {
			add(DutyInformReferrer, Secretary, none, none)
		}
		if answered && f.CopyOn.IsZero() {
			add(DutyCopy, Secretary, none, CopyBy(f.DecidedOn, s))
		}
		if decided && f.Outcome.Granted() && f.OrdinaryOn.IsZero() && f.StoppedOn.IsZero() {
			if f.StartedOn.IsZero() && !f.NotStarted {
				add(DutyStartExceptional, Specialist, none, f.DecidedOn.Add(s.StartDays))
			}
			if !f.NotStarted {
				if f.EvaluateOn.IsZero() || f.StopCount == 0 {
					add(DutyPlanEvaluation, Specialist, none, f.DecidedOn.Add(s.EvaluationDays))
				}
				if !f.EvaluateOn.IsZero() {
					add(DutyEvaluate, Specialist, f.EvaluateOn, f.EvaluateOn)
				}
			}
		}
	case PatientRequest:
		if f.Told.Patient {
			add(DutyInformPatient, Secretary, none, none)
		}
	case GroupException:
		p := &f.Participation
		if received && p.Notified.IsZero() {
			add(DutyNotifyUsers, Secretariat, none, s.workdaysAfter(f.ReceivedOn, s.EarlyWorkdays))
		}
		if received && !p.Rationale {
			add(DutySelectReps, Secretariat, none, none)
		}
		if p.Inputs > p.Answered {
			add(DutyAnswerInputs, Secretariat, none, none)
		}
		if received {
			add(DutyTreat, RHFDirector, none, f.MeetingOn)
		}
		if answered && f.PublishedOn.IsZero() {
			add(DutyPublish, Secretariat, none, PublishBy(f.DecidedOn, s))
		}
		if answered && f.Outcome.Granted() && f.EndedOn.IsZero() && f.OrdinaryOn.IsZero() {
			if !f.ReviewOn.IsZero() {
				add(DutyReviewGroup, RHFDirector, f.ReviewOn, f.ReviewOn)
			}
			add(DutyExtendOrEnd, RHFDirector, f.ValidTo.Add(-30), f.ValidTo)
		}
	case MeetingMatter:
		switch {
		case f.Status == MeetingPlanned && f.GroupCases > 0:
			if f.Invited < 2 {
				due := none
				if !f.MeetingOn.IsZero() {
					due = workdaysBefore(f.MeetingOn, s.NoticeWorkdays, s)
				}
				add(DutyInviteUsers, Secretariat, none, due)
			}
			if f.PapersOn.IsZero() && !f.MeetingOn.IsZero() {
				add(DutySendPapers, Secretariat, none, workdaysBefore(f.MeetingOn, s.NoticeWorkdays, s))
			}
		case f.Status == MeetingHeld && f.MinutesOn.IsZero():
			add(DutyMinutes, Secretariat, none, s.workdaysAfter(f.HeldOn, s.PublishWorkdays))
		case f.Status == MeetingHeld:
			add(DutyApproveMinutes, RHFDirector, none, none)
		}
	case HearingMatter:
		switch {
		case f.Status != HearingOpen:
		case len(f.Answered) < len(UserPanels):
			add(DutyHearPanels, Secretariat, none, f.HearingBy)
		case !f.Responded:
			add(DutyRespond, Secretariat, none, none)
		}
	case ReviewMatter:
		if f.Unanswered > 0 {
			add(DutyAnswerFinding, RHFDirector, none, none)
		}
		if !f.FollowBy.IsZero() {
			add(DutyFollowFinding, RHFDirector, none, f.FollowBy)
		}
	}
	for _, name := range []DutyName{DutyReachReceiver, DutyPostLetter, DutyDeliverLetter} {
		if due, ok := deliveryDuty(f.Deliveries, name, s); ok {
			add(name, Secretary, none, due)
		}
	}
	if f.Complaints > 0 {
		add(DutyHandleComplaint, HFDirector, none, ReconsiderBy(f.ComplaintOn, s))
	}
	return out
}

// ExceptionDutiesOn finds the duties open on a day.
func ExceptionDutiesOn(f *ExceptionFacts, today day.Day, s *Settings) []Duty {
	return slices.DeleteFunc(ExceptionDuties(f, s), func(d Duty) bool { return !d.OpenOn(today) })
}

// UserPanels are the four regional user panels (regionale brukerutvalg), by their region.
var UserPanels = []string{"nord", "midt", "vest", "sor-ost"}

// workdaysBefore is the last day that has n working days to a day: the last on which a paper, or an invitation, is in time.
func workdaysBefore(d day.Day, n int, s *Settings) day.Day {
	for at := d.Add(-n); ; at = at.Add(-1) {
		if s.Calendar.Working(at, d) >= n {
			return at
		}
	}
}
