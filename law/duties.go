package law

import "rettid/day"

// The duties of a referral: what must be done, by which day, by whom, and why. They are a pure function of the facts; time opens some of them by itself,
// so each carries the day it opens. Worklists, reminders and reports read nothing else.
//
// Guide 2 (soundness from receipt to discharge), 3.1, 3.2, 4.1, 5.3, 6.4, 7, 8, 9.2. An open referral always has an owner and a next step: an open duty or a
// booked date ahead (G2-19).
var dutiesRule = Rule{
	ID: "duties", Norms: []string{"G2-15", "G2-19", "G2-20", "G2-30", "G2-32", "G3.1-17", "G3.1-20", "G3.2-5", "G3.3.1-3", "G3.3.1-4", "G5.3-16", "G5.3-15", "G5.3-19", "G5.3-20", "G5.3-25", "G6-2", "G6.4-9", "G7-10", "G7-11", "G8-1", "G8.1-1", "G8.1-10", "G8.1-14", "G9.1-1",
		"G8.2-1", "G8.2-2", "G2-18", "G9.2-1", "G9.2-7", "G9.2-11", "G10.2-5", "G10.2-6", "R-4.12", "R-5.13", "R-8.13"},
	Cite: "guide 2, 3–9; pbrl. § 2-2 b", Title: "What must be done, by which day, by whom", Uses: []string{"helfo.agreed_not_closes_duty", "helfo.suspended_2020"}, Funcs: []string{"Duties", "DutiesOn", "NextStep"},
	editions: helfoEditions,
}

// DutyName names a duty.
type DutyName string

const (
	DutyAssess             DutyName = "assess"
	DutyClassify           DutyName = "classify"
	DutyForward            DutyName = "forward"
	DutyRequestInformation DutyName = "request_information"
	DutyInformPatient      DutyName = "inform_patient"
	DutyInformReferrer     DutyName = "inform_referrer"
	DutyInformComplaint    DutyName = "inform_about_complaint"
	DutyDeliverLetter      DutyName = "deliver_letter" // sent; the receipt is not here yet
	DutyPostLetter         DutyName = "post_letter"    // to be printed and posted
	DutyReachReceiver      DutyName = "reach_receiver" // no way got through: a person sees that it is told
	DutyGuideReferrer      DutyName = "guide_referrer"
	DutyBook               DutyName = "book"
	DutyStartCare          DutyName = "start_care"
	DutyFindAlternative    DutyName = "find_alternative"
	DutyNotifyHelfo        DutyName = "notify_helfo"
	DutyTellHelfo          DutyName = "tell_helfo"        // of the time it asks for, or of one inside the deadline found after the notice
	DutyRecordAttendance   DutyName = "record_attendance" // the time has passed and nothing is recorded
	DutyPlanNext           DutyName = "plan_next"         // after the start, or without assessment: the next contact, or the closing (G5.3-19)
	DutyHandle             DutyName = "handle"            // a matter that is not assessed (G6-2)
	DutyHandleComplaint    DutyName = "handle_complaint"
	DutyContactKin         DutyName = "contact_next_of_kin"
	DutyGiveOpinion        DutyName = "give_opinion" // asked of a colleague; it decides nothing (G2-18)
	DutyAnswerPatient      DutyName = "answer_patient"
)

// DutyNames lists every duty in the order of a worklist's filter.
var DutyNames = []DutyName{DutyClassify, DutyForward, DutyAssess, DutyRequestInformation, DutyInformPatient, DutyInformReferrer, DutyInformComplaint, DutyDeliverLetter, DutyPostLetter, DutyReachReceiver, DutyGuideReferrer, DutyBook, DutyStartCare,
	DutyFindAlternative, DutyNotifyHelfo, DutyTellHelfo, DutyRecordAttendance, DutyPlanNext, DutyHandle, DutyHandleComplaint, DutyContactKin, DutyAnswerPatient, DutyGiveOpinion}

// Duty is one thing that must be done.
type Duty struct {
	Name  DutyName
	Opens day.Day // zero: it is open now
	Due   day.Day // the last day, zero when the law gives none
	Role  Role    // who owns it
	At    string  // the provider that owes it
	Norms []string
	Cite  string
}

// OpenOn tells whether the duty is open on a day.
func (d Duty) OpenOn(today day.Day) bool { return !d.Opens.After(today) }

// standing is where a duty stands written.
type standing struct {
	Norms []string
	Cite  string
}

var dutyStanding = map[DutyName]standing{
	DutyAssess:             {[]string{"G2-20", "G4.1-1", "G3.3.1-1"}, "pbrl. § 2-2 a"},
	DutyClassify:           {[]string{"G6.4-9"}, "kap. 6.4"},
	DutyForward:            {[]string{"G3.2-5", "G3.3.1-4"}, "kap. 3.2"},
	DutyRequestInformation: {[]string{"G3.1-17"}, "kap. 3.1"},
	DutyInformPatient:      {[]string{"G8-1", "G2-32", "G8.2-1"}, "pbrl. § 2-2 a; kap. 8"},
	DutyInformReferrer:     {[]string{"G8.1-10", "G2-32", "G8.2-2"}, "kap. 8.1"},
	DutyInformComplaint:    {[]string{"G8.1-11", "G8.1-12", "G8.1-13"}, "pbrl. § 7-2; kap. 8.1"},
	DutyDeliverLetter:      {[]string{"G8-1", "G8.1-10", "G2-19"}, "pbrl. § 2-2 a; kap. 8"},
	DutyPostLetter:         {[]string{"G8-1", "G8.1-10", "G2-19"}, "pbrl. § 2-2 a; kap. 8"},
	DutyReachReceiver:      {[]string{"G8-1", "G8.1-10", "G2-19"}, "pbrl. § 2-2 a; kap. 8"},
	DutyGuideReferrer:      {[]string{"G3.1-20"}, "kap. 3.1"},
	DutyBook:               {[]string{"G2-30", "G8.1-3"}, "kap. 8.1"},
	DutyStartCare:          {[]string{"G5.3-16"}, "kap. 5.3"},
	DutyFindAlternative:    {[]string{"G9.2-1", "G9.2-11"}, "kap. 9.2"},
	DutyNotifyHelfo:        {[]string{"G9.2-7", "G10.2-5"}, "pbrl. § 2-2 b; kap. 9.2"},
	DutyTellHelfo:          {[]string{"R-7.7", "G9.2-9"}, "kap. 9.2"},
	DutyRecordAttendance:   {[]string{"R-8.13", "G2-19"}, "kap. 2"},
	DutyPlanNext:           {[]string{"G5.3-19", "G5.3-20", "G5.3-15"}, "kap. 5.3"},
	DutyHandle:             {[]string{"G6-2"}, "kap. 6"},
	DutyHandleComplaint:    {[]string{"R-5.13"}, "pbrl. § 7-2"},
	DutyContactKin:         {[]string{"G7-10", "G7-11"}, "kap. 7; hpl. § 10 a"},
	DutyAnswerPatient:      {[]string{"G2-19"}, "pbrl. §§ 2-4, 3-1; fvl. § 11 a"},
	DutyGiveOpinion:        {[]string{"G2-18"}, "kap. 2"},
}

// helfoDuty: whether the duty to notify Helfo was in force, by the day a breach is expected or has occurred.
var helfoDuty = Editions[bool]{
	{From: day.On(2001, 1, 1), Cite: "pbrl. § 2-2", Says: true},
	{From: day.On(2020, 3, 27), Cite: "midlertidig 2020", Says: false},
	{From: day.On(2020, 10, 2), Cite: "pbrl. § 2-2 b; guide 9.2", Says: true},
}

// helfoEditions tells from when Helfo is to be notified.
func helfoEditions() []InForce {
	return helfoDuty.listed(func(must bool) string {
		if must {
			return "Helfo is notified of an expected or occurred breach"
		}
		return "the duty to notify Helfo rests"
	})
}

// Duties finds every duty of a referral: those open now and those that time will open if nothing more happens. Sorted as they arise.
func Duties(f *Facts, s *Settings) []Duty {
	var buf [12]Duty
	out := buf[:0]
	add := func(n DutyName, r Role, opens, due day.Day) {
		in := dutyStanding[n]
		out = append(out, Duty{Name: n, Opens: opens, Due: due, Role: r, At: f.Holder, Norms: in.Norms, Cite: in.Cite})
	}
	none := day.Day{}

	if f.Complaints > 0 {
		add(DutyHandleComplaint, Specialist, none, none)
	}
	if f.KinOpen > 0 {
		add(DutyContactKin, Specialist, none, none)
	}
	if len(f.Asked) > 0 {
		owner := Booking
		for _, about := range f.Asked {
			if about == AskWorse {
				owner = Specialist
			}
		}
		add(DutyAnswerPatient, owner, none, none)
	}
	answerBy := f.AssessBy
	if !f.FirstAssessed.IsZero() {
		answerBy = none
	}
	if f.Answer.Patient {
		add(DutyInformPatient, Secretary, none, answerBy)
	} else if f.Changed.Patient {
		add(DutyInformPatient, Secretary, none, none)
	}
	if f.Answer.Referrer {
		add(DutyInformReferrer, Secretary, none, answerBy)
	} else if f.Changed.Referrer {
		add(DutyInformReferrer, Secretary, none, none)
	}
	if f.ComplaintInfo {
		add(DutyInformComplaint, Secretary, none, none)
	}
	for _, name := range []DutyName{DutyReachReceiver, DutyPostLetter, DutyDeliverLetter} {
		if due, ok := deliveryDuty(f.Deliveries, name, s); ok {
			add(name, Secretary, none, due)
		}
	}
	if f.GuideReferrer {
		add(DutyGuideReferrer, Specialist, none, none)
	}
	if f.Status == Closed {
		return append([]Duty(nil), out...)
	}

	if f.OpinionOpen > 0 {
		due := none
		if f.Right == Pending && f.FirstAssessed.IsZero() {
			due = f.AssessBy // asking moves no limit
		}
		add(DutyGiveOpinion, Specialist, none, due)
	}

	switch {
	case f.Right == Pending && assessability(f, s) == ToClassify:
		add(DutyClassify, Specialist, none, f.AssessBy)
	case f.Right == Pending:
		due := f.AssessBy
		if !f.FirstAssessed.IsZero() {
			due = none // after an upheld complaint the law gives no new day
		}
		add(DutyAssess, Specialist, none, due)
		if f.Deficient && f.InfoAskedOn.IsZero() && f.InfoGotOn.IsZero() {
			add(DutyRequestInformation, Specialist, none, none)
		}
		if !f.MayAssessHere {
			add(DutyForward, Intake, none, none)
		}
		if !f.NeededBy.IsZero() {
			add(DutyStartCare, Booking, none, f.NeededBy)
		}
	case f.Status == Started || f.Right == NotAssessed && f.Concerns == "":
		opens, due := none, f.NextBy
		switch {
		case f.Next.IsZero():
		case !due.IsZero() && f.Next.To.After(due): // planned too late: open until it is earlier
		default:
			opens, due = f.Next.To.Add(1), f.Next.To // missed, it is overdue at once
		}
		add(DutyPlanNext, Booking, opens, due)
	case f.Right == NotAssessed:
		opens := none
		if !f.Next.IsZero() {
			opens = f.Next.To.Add(1)
		}
		add(DutyHandle, Intake, opens, none)
	case f.Right == Granted:
		waitingDuties(f, s, add)
	}
	return append([]Duty(nil), out...)
}

// deliveryDuty tells whether some letter under way owes a duty, and the first day one is due.
func deliveryDuty(all []Delivery, name DutyName, s *Settings) (due day.Day, ok bool) {
	for i := range all {
		d := &all[i]
		if !d.Open() || d.Duty() != name {
			continue
		}
		if by := DeliveryDue(d, s); !ok || sooner(by, due) {
			due, ok = by, true
		}
	}
	return due, ok
}

// waitingDuties finds the duties of one who waits for a start.
func waitingDuties(f *Facts, s *Settings, add func(DutyName, Role, day.Day, day.Day)) {
	none := day.Day{}
	if f.Appointment.IsZero() {
		add(DutyBook, Booking, none, f.StartBy)
	} else {
		add(DutyRecordAttendance, Booking, f.Appointment.To.Add(1), none)
	}
	if !f.NeededBy.IsZero() {
		add(DutyStartCare, Booking, none, f.NeededBy)
	}
	if !f.HelfoAwaits.IsZero() {
		add(DutyTellHelfo, Booking, f.HelfoAwaits, f.HelfoAwaits)
	}
	breachOn := BreachOn(f, s)
	if breachOn.IsZero() {
		return
	}
	opens := breachOn
	if !f.Appointment.IsZero() && f.Appointment.To.After(f.StartBy) {
		opens = f.BreachSince // expected at once
		if opens.After(breachOn) {
			opens = breachOn
		}
	}
	add(DutyFindAlternative, Booking, opens, f.StartBy)
	notified := !f.HelfoOn.IsZero() || (s.AgreedNotCloses && !f.AgreedNotOn.IsZero())
	if notified || f.DeclinedInTime {
		return
	}
	if ed, err := helfoDuty.On(opens); s.Suspended2020 && err == nil && !ed.Says {
		opens = helfoDuty.after(opens) // the duty rested, and is there again when it no longer does
	}
	add(DutyNotifyHelfo, Booking, opens, opens)
}

// DutiesOn finds the duties open on a day.
func DutiesOn(f *Facts, today day.Day, s *Settings) []Duty {
	all := Duties(f, s)
	open := all[:0]
	for _, d := range all {
		if d.OpenOn(today) {
			open = append(open, d)
		}
	}
	return open
}

// Step is the next step of a referral: a duty, or a booked date ahead. It has an owner and, when there is one, a day.
type Step struct {
	Duty DutyName // empty: the booked date itself
	On   day.Day
	Role Role
	At   string
}

// NextStep finds the next step of an open referral on a day: the open duty that comes first, else the appointment or planned contact ahead. A closed
// referral without open duties has none. ok is false only for those.
func NextStep(f *Facts, today day.Day, s *Settings) (step Step, ok bool) {
	best := -1
	open := DutiesOn(f, today, s)
	for i, d := range open {
		if best < 0 || sooner(d.Due, open[best].Due) {
			best = i
		}
	}
	if best >= 0 {
		return Step{Duty: open[best].Name, On: open[best].Due, Role: open[best].Role, At: open[best].At}, true
	}
	if f.Status == Closed {
		return Step{}, false
	}
	for _, a := range []Appointment{f.Appointment, f.Next} {
		if !a.IsZero() && !a.To.Before(today) {
			at := a.At
			if at == "" {
				at = f.Holder
			}
			return Step{On: a.From, Role: Booking, At: at}, true
		}
	}
	return Step{}, false
}

// sooner orders due days: a day before no day.
func sooner(a, b day.Day) bool {
	if a.IsZero() || b.IsZero() {
		return !a.IsZero() && b.IsZero()
	}
	return a.Before(b)
}

// Stage is how near the deadline is for a worklist; it is drawn from the breach, never sets it.
type Stage string

const (
	StageOK       Stage = "ok"
	StageWatch    Stage = "watch"
	StageAtRisk   Stage = "at_risk"
	StageExpected Stage = "expected_breach"
	StageBreached Stage = "breached"
)

// StageOn finds the stage on a day.
func StageOn(f *Facts, today day.Day, s *Settings) Stage {
	switch Breach(f, today, s).Value {
	case Occurred:
		return StageBreached
	case Expected:
		return StageExpected
	}
	if !IsWaiting(f, today) || f.StartBy.IsZero() || f.StartBy.Sub(today) > s.WatchDays {
		return StageOK
	}
	if f.Appointment.IsZero() {
		return StageAtRisk
	}
	return StageWatch
}
