package law

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"rettid/day"
)

// A row is one example of a rule's text file on its way through the rule. It keeps which columns were read: one that no runner reads is a
// promise nobody checks, and fails.
type row struct {
	*testing.T
	rule  *Rule
	cells map[string]string
	read  map[string]bool
}

func (r *row) cell(column string) string {
	r.read[column] = true
	return r.cells[column]
}

func (r *row) day(column string) day.Day {
	r.Helper()
	s := r.cell(column)
	if s == "" || s == "none" || s == "refused" {
		return day.Day{}
	}
	d, err := day.Parse(s)
	if err != nil {
		r.Fatalf("column %s: %v", column, err)
	}
	return d
}

func (r *row) yes(column string) bool {
	r.Helper()
	switch s := r.cell(column); s {
	case "yes":
		return true
	case "no", "":
		return false
	default:
		r.Fatalf("column %s is %q, not yes or no", column, s)
		return false
	}
}

func (r *row) answer(column string) Answer {
	r.Helper()
	switch s := r.cell(column); s {
	case "", "yes", "no":
		return Answer(s)
	default:
		r.Fatalf("column %s is %q, not yes, no or empty", column, s)
		return ""
	}
}

func (r *row) number(column string) int {
	r.Helper()
	s := r.cell(column)
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		r.Fatalf("column %s: %v", column, err)
	}
	return n
}

// want compares what the rule answers with the cell of a column.
func (r *row) want(column, got string) {
	r.Helper()
	if want := r.cell(column); got != want {
		r.Errorf("column %s: the rule says %q, the example %q", column, got, want)
	}
}

// says writes objections as the examples do: the norm that speaks first, or "accepted".
func says(os Objections) string {
	if len(os) == 0 {
		return "accepted"
	}
	return os[0].Norms[0]
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func orNone(d day.Day) string {
	if d.IsZero() {
		return "none"
	}
	return d.String()
}

// runners says how the examples of each rule are run.
var runners = map[string]func(r *row, s *Settings){
	"seniority": func(r *row, s *Settings) {
		f := Seniority(Reception{On: r.day("on"), FirstReceived: r.day("first_received"), Provider: ProviderKind(r.cell("provider")), HasDelegation: r.yes("delegation"),
			NewCondition: r.yes("new"), Before: r.day("before")}, s)
		r.want("seniority", orNone(f.Value))
	},
	"assessable": func(r *row, s *Settings) {
		f := Facts{Kind: Kind(r.cell("kind")), Concerns: Concern(r.cell("concerns")), NewCondition: r.yes("new"), Right: Pending, Status: Received}
		f.Undecided = f.Concerns == Mixed
		switch r.cell("classified") {
		case "care":
			f.Undecided, f.CareAfterAll = false, true
		case "guidance":
			f.Undecided = false
		case "":
		default:
			r.Fatalf("classified is %q, not care or guidance", r.cell("classified"))
		}
		a := Assessable(&f, s)
		r.want("assessed", string(a.Value))
		if refused := len(AssessRefused(&f, s)) > 0; refused == (a.Value == IsAssessed) {
			r.Errorf("it is %s, and an assessment is refused: %t", a.Value, refused)
		}
	},
	"content": func(r *row, s *Settings) {
		f := Facts{Kind: Kind(r.cell("kind")), Concerns: Concern(r.cell("concerns")), Right: Pending, Status: Received, AssessBy: day.On(2025, 9, 15)}
		f.Undecided = f.Concerns == Mixed
		var marks []Mark
		for _, m := range strings.Fields(r.cell("marks")) {
			point, held, _ := strings.Cut(m, "=")
			marks = append(marks, Mark{Point(point), Held(held)})
		}
		found := Content(&f, marks)
		var missing []string
		for _, p := range Missing(found) {
			missing = append(missing, string(p))
		}
		r.want("missing", strings.Join(missing, " "))
		deficient, known := ContentDeficient(found)
		got := "unknown"
		if known {
			got = yesNo(deficient)
		}
		r.want("deficient", got)
		r.want("answer", says(ContentObjections(&f, marks)))
	},
	"follow-up": func(r *row, s *Settings) {
		next := r.day("next")
		f := Facts{Status: Status(r.cell("status")), Right: Granted, NextBy: r.day("by"), Next: Appointment{From: next, To: next}}
		r.want("stands", string(FollowUp(&f, r.day("today"), s).Value))
		r.want("answer", says(NextObjections(&f, next, f.NextBy)))
	},
	"pathway": func(r *row, s *Settings) {
		f := Facts{Status: Status(r.cell("status")), Right: Granted, StartBy: r.day("deadline")}
		r.want("answer", says(PathwayObjections(&f, r.day("goal"))))
	},
	"second-opinion": func(r *row, s *Settings) {
		var first *Facts
		switch r.cell("first") {
		case "assessed":
			first = &Facts{AssessedOn: day.On(2025, 9, 5)}
		case "received":
			first = &Facts{}
		case "second":
			first = &Facts{AssessedOn: day.On(2025, 9, 5), SecondOpinion: true}
		}
		r.want("answer", says(SecondOpinionObjections(first, r.cell("role"))))
	},
	"reimbursement": func(r *row, s *Settings) {
		r.want("reimbursed", yesNo(Reimbursed(r.cell("role"), r.cell("specialty"), Elective, r.yes("inside"), s)))
	},
	"authority": func(r *row, s *Settings) {
		a := Authority{Provider: ProviderKind(r.cell("provider")), HasDelegation: r.yes("delegation"), Covers: r.yes("covers")}
		os := MayAssess(a, "orthopaedics")
		got := says(os)
		if got == "accepted" {
			got = "yes"
		}
		r.want("may", got)
		if refused := len(ForwardRefused(a, true)) > 0; refused != (len(os) > 0) {
			r.Errorf("it may assess: %t, and forwarding an unassessed referral to it is refused: %t", len(os) == 0, refused)
		}
		if os := ForwardRefused(a, false); len(os) > 0 {
			r.Errorf("forwarding an assessed referral is refused: %v", os.Norms())
		}
	},
	"assessment-due": func(r *row, s *Settings) {
		f, err := AssessmentDue(Clock{Seniority: r.day("seniority"), Young: r.yes("young")}, s)
		got := f.Value.String()
		if err != nil {
			got = "refused"
		}
		r.want("due", got)
		if r.cell("because") == "" {
			r.Error("the example does not say why")
		}
	},
	"conditions": func(r *row, s *Settings) {
		r.want("answer", says(Conditions(Answers{Outcome: Right(r.cell("outcome")), Benefit: r.answer("benefit"), Reasonable: r.answer("cost"), Need: r.answer("need"),
			Uncertain: r.yes("uncertain"), HasReason: r.yes("reason")})))
	},
	"basis": func(r *row, s *Settings) {
		r.want("answer", says(Basis([]string{r.cell("ground")}, Deciding(r.cell("deciding")), Right(r.cell("outcome")))))
	},
	"guide-advice": func(r *row, s *Settings) {
		e := Entry{Condition: "example", Right: r.yes("guide_right")}
		got := says(GuideAdvice(e, Comparison{Outcome: Right(r.cell("outcome")), StartBy: r.day("deadline"), GuideBy: r.day("guide_by"), HasReason: r.yes("reason"), Individual: r.number("individual")}))
		if got == "accepted" {
			got = "none"
		}
		r.want("warning", got)
	},
	"deadline": func(r *row, s *Settings) {
		d := SetDeadline{Outcome: Granted, Seniority: r.day("seniority"), On: r.day("on"), Date: r.day("date"), Weeks: r.number("weeks"), LatestSound: r.day("sound")}
		f := Deadline(d, s)
		r.want("deadline", f.Value.String())
		r.want("answer", says(DeadlineObjections(d, f.Value, s)))
	},
	"guarantee65": func(r *row, s *Settings) {
		f := Facts{Specialty: r.cell("specialty"), Born: r.day("born"), Seniority: r.day("seniority")}
		due, err := AssessmentDue(Clock{Seniority: f.Seniority}, s)
		if err != nil {
			r.Fatal(err)
		}
		f.AssessBy = due.Value
		r.want("last", orNone(Guarantee65(&f, r.day("assessed"), s).Value))
	},
	"appointment": func(r *row, s *Settings) {
		f := Facts{Right: Granted, Status: Waiting, AssessedOn: r.day("assessed"), StartBy: r.day("deadline")}
		a := Appointment{From: r.day("from"), To: r.day("to")}
		if r.yes("clock") {
			a.Minute = 9*60 + 1
		}
		r.want("answer", says(AppointmentObjections(&f, a, f.AssessedOn, s)))
	},
	"answer-letter": func(r *row, s *Settings) {
		f := Facts{Right: Right(r.cell("right"))}
		at := day.On(2025, 11, 24)
		switch r.cell("appointment") {
		case "clock":
			f.Appointment = Appointment{From: at, To: at, Minute: 12*60 + 16}
		case "interval":
			f.Appointment = Appointment{From: at, To: at.Add(4)}
		case "none":
		default:
			r.Fatalf("appointment is %q", r.cell("appointment"))
		}
		if r.yes("meeting") {
			f.Meeting = Appointment{From: at.Add(-30), To: at.Add(-30), What: PathwayTalk}
		}
		var got []string
		for _, p := range LetterParts(Letter(r.cell("letter")), &f) {
			got = append(got, string(p))
		}
		r.want("parts", strings.Join(got, " "))
	},
	"delivery": func(r *row, s *Settings) {
		if key, value, ok := strings.Cut(r.cell("setting"), "="); ok {
			other := *s
			if err := other.Set("delivery."+key, value); err != nil {
				r.Fatal(err)
			}
			s = &other
		}
		var tried []Try
		if c := r.cell("before"); c != "" {
			tried = []Try{{Channel: Channel(c), Code: NotOpened}}
		}
		d := Delivery{To: r.cell("to"), Channel: Channel(r.cell("channel")), SentOn: day.On(2025, 9, 5), OnWay: day.On(2025, 9, 5)}
		code := Undelivered(r.cell("code"))
		if os := DeliveryObjections(&d, true, d.Channel, true, code, d.SentOn); len(os) > 0 {
			r.Errorf("it is objected: %v", os)
		}
		next := NextChannel(d.To, d.Channel, code, tried)
		r.want("next", string(next.Value))
		r.want("posted", yesNo(Receipt(ChannelPost, false, s).Value))
		r.want("receipt_by", orNone(ReceiptBy(&d, s)))
	},
	"complaint": func(r *row, s *Settings) {
		f := Facts{AnsweredOn: r.day("told")}
		r.want("limit", ComplaintLimit(f.AnsweredOn, s).Value.String())
		os := ComplaintObjections(&f, "right", r.day("on"), s)
		r.want("late", yesNo(len(os) > 0))
		if len(os.Refused()) > 0 {
			r.Error("a late complaint is refused; it is to be received all the same")
		}
	},
	"worsening": func(r *row, s *Settings) {
		f := Facts{Right: Granted, Status: Waiting, Seniority: day.On(2025, 9, 1)}
		if at := r.day("appointment"); !at.IsZero() {
			f.Appointment = Appointment{From: at, To: at}
		}
		r.want("answer", says(WorsenObjections(&f, r.day("needed_by"), day.On(2025, 9, 22))))
	},
	"postponement": func(r *row, s *Settings) {
		f := Facts{Right: Granted, Status: Waiting, StartBy: r.day("deadline"), SecuredInTime: r.yes("secured")}
		r.want("answer", says(PostponeObjections(&f, PostponedBy(r.cell("by")), r.day("to"), f.StartBy.Add(-30))))
	},
	"start-of-care": func(r *row, s *Settings) {
		what, began := Contact(r.cell("what")), r.answer("began")
		f := Facts{Kind: Elective, Right: Granted, Status: Waiting, Clarified: r.answer("clarified")}
		b := BeginsCare(what, began, f.Clarified)
		got := yesNo(b.Value)
		if os := StartObjections(&f, what, began, day.On(2025, 10, 1), s); len(os) > 0 {
			got = says(os)
			if b.Value {
				r.Errorf("care began, and yet it is objected: %v", os.Norms())
			}
		}
		r.want("starts", got)
	},
	"breach": func(r *row, s *Settings) {
		f := Facts{Right: Granted, Status: Waiting, StartBy: r.day("deadline")}
		if d := r.day("started"); !d.IsZero() {
			f.Status, f.StartedOn, f.WaitEnd = Started, d, d
		}
		if d := r.day("booked"); !d.IsZero() {
			f.Appointment = Appointment{From: d, To: d}
		}
		f.PutOff = PutOff{On: r.day("putoff_on"), To: r.day("putoff_to"), By: PostponedBy(r.cell("by"))}
		today := r.day("today")
		r.want("breach", string(Breach(&f, today, s).Value))
		r.want("counted", yesNo(BreachCounted(&f, today, s).Value))
	},
	"helfo": func(r *row, s *Settings) {
		f := Facts{Right: Granted, Status: Waiting}
		var got []string
		for _, o := range NoticeObjections(&f, r.yes("expected_start"), r.yes("portal"), r.yes("agreed_not")) {
			got = append(got, o.Norms[0])
		}
		if got == nil {
			got = []string{"none"}
		}
		r.want("warnings", strings.Join(got, " "))
	},
	"exclusion": func(r *row, s *Settings) {
		x := Reported{Seniority: r.day("seniority"), Received: r.day("received"), Assessed: r.day("assessed"), WaitEnd: r.day("ended"), EndCode: r.cell("end_code"), Right: r.cell("right"),
			Outcome: r.cell("outcome"), Specialty: r.cell("specialty"), Department: r.cell("department"), Duplicate: r.yes("duplicate")}
		r.want("code", Exclusion(&x, day.Period{From: day.On(2024, 5, 1), To: day.On(2024, 5, 31)}))
	},
	"waiting": func(r *row, s *Settings) {
		f := Facts{Right: Right(r.cell("right")), Seniority: r.day("seniority"), ReceivedOn: r.day("received"), WaitEnd: r.day("ended")}
		f.AssessedOn = f.ReceivedOn.Add(7)
		today := r.day("today")
		r.want("waiting", yesNo(IsWaiting(&f, today)))
		r.want("days", strconv.Itoa(WaitingDays(&f, today)))
	},
	"new-condition": func(r *row, s *Settings) {
		f := Facts{Kind: Kind(r.cell("parent_kind"))}
		if r.yes("parent_started") {
			f.StartedOn = day.On(2025, 10, 1)
		}
		r.want("answer", says(NewConditionObjections(&f)))
	},
	"asking": func(r *row, s *Settings) {
		f := Facts{Status: Status(r.cell("status")), Right: Right(r.cell("right"))}
		r.want("answer", says(AskObjections(&f, r.cell("about"))))
	},
	"representation": func(r *row, s *Settings) {
		r.want("sees", yesNo(MayActFor(r.day("born"), r.day("since"), r.yes("wish"), r.day("today"), s)))
	},
	"next-of-kin": func(r *row, s *Settings) {
		roles := []Kin{Kin(r.cell("role"))}
		r.want("contact", yesNo(MustContact(roles)))
		if os := KinObjections(roles); len(os) > 0 {
			r.Errorf("the role is refused: %v", os.Norms())
		}
	},
	"closing": func(r *row, s *Settings) {
		f := Facts{Kind: Elective, Right: Right(r.cell("right")), Status: Status(r.cell("status"))}
		r.want("answer", says(CloseObjections(&f, r.cell("reason"))))
	},
	"duties": func(r *row, s *Settings) {
		received := day.On(2025, 9, 1)
		f := Facts{Kind: Elective, Right: Pending, Status: Received, Seniority: received, ReceivedOn: received, AssessBy: day.On(2025, 9, 15), MayAssessHere: true, Holder: "HF"}
		granted := func() {
			f.Right, f.Status, f.AssessedOn, f.StartBy, f.Answer = Granted, Waiting, day.On(2025, 9, 5), day.On(2025, 11, 17), Owed{Patient: true, Referrer: true}
		}
		switch state := r.cell("state"); state {
		case "elective received":
		case "deficient received":
			f.Deficient = true
		case "received outside the agreement":
			f.MayAssessHere = false
		case "mixed received":
			f.Concerns, f.Undecided = Mixed, true
		case "emergency received":
			f.Kind, f.Right = Emergency, NotAssessed
		case "course received":
			f.Concerns, f.Right = Course, NotAssessed
		case "granted":
			granted()
		case "granted, letters on their way":
			granted()
			f.Answer = Owed{}
			f.Deliveries = []Delivery{{Letter: 3, To: ToPatient, Kind: LetterGranted, Channel: ChannelMailbox, SentOn: day.On(2025, 9, 5), Due: f.AssessBy},
				{Letter: 3, To: ToReferrer, Kind: LetterGranted, Channel: ChannelPost, SentOn: day.On(2025, 9, 5), Due: f.AssessBy}}
		case "granted, one letter arrived and one can't":
			granted()
			f.Answer = Owed{}
			f.Deliveries = []Delivery{{Letter: 3, To: ToPatient, Kind: LetterGranted, Channel: ChannelPerson, SentOn: day.On(2025, 9, 5), Due: f.AssessBy},
				{Letter: 3, To: ToReferrer, Kind: LetterGranted, Channel: ChannelMessage, SentOn: day.On(2025, 9, 5), Due: f.AssessBy, On: day.On(2025, 9, 6)}}
		case "granted, booked in time":
			granted()
			f.Appointment = Appointment{From: day.On(2025, 11, 3), To: day.On(2025, 11, 3)}
		case "granted, booked after the deadline":
			granted()
			f.Appointment, f.BreachSince = Appointment{From: day.On(2025, 12, 8), To: day.On(2025, 12, 8)}, day.On(2025, 9, 5)
		case "granted, Helfo found none":
			granted()
			f.Appointment, f.BreachSince, f.HelfoOn = Appointment{From: day.On(2025, 12, 8), To: day.On(2025, 12, 8)}, day.On(2025, 9, 5), day.On(2025, 9, 5)
			f.HelfoBack, f.HelfoAwaits = HelfoBack{On: day.On(2025, 9, 6), Why: HelfoFoundNone}, day.On(2025, 9, 6)
		case "granted, needed earlier":
			granted()
			f.NeededBy = day.On(2025, 10, 6)
		case "started", "started, contact ahead", "started, planned contact missed", "started, planned after sound day":
			granted()
			f.Status, f.StartedOn, f.WaitEnd, f.Answer = Started, day.On(2025, 9, 6), day.On(2025, 9, 6), Owed{}
			switch state {
			case "started, contact ahead":
				f.Next = Appointment{From: day.On(2025, 9, 8), To: day.On(2025, 9, 8)}
			case "started, planned contact missed":
				f.Next = Appointment{From: day.On(2025, 9, 7), To: day.On(2025, 9, 7)}
			case "started, planned after sound day":
				f.Next, f.NextBy = Appointment{From: day.On(2025, 9, 20), To: day.On(2025, 9, 20)}, day.On(2025, 9, 15)
			}
		case "opinion asked":
			f.OpinionOpen, f.OpinionOf = 1, "Siv Skissesen"
		case "not granted":
			f.Right, f.Status, f.Answer = NotGranted, Closed, Owed{Patient: true, Referrer: true}
		default:
			r.Fatalf("no state %q", state)
		}
		var got []string
		norm := r.cell("norm")
		named := norm == ""
		for _, d := range DutiesOn(&f, day.On(2025, 9, 8), s) {
			got = append(got, string(d.Name))
			named = named || slices.Contains(d.Norms, norm)
		}
		if !named {
			r.Errorf("none of %v names %s", got, norm)
		}
		r.want("duties", strings.Join(got, " "))
	},
	"exception-door": func(r *row, s *Settings) {
		m := MethodOn{ID: "ID2024_001", State: MethodState(r.cell("state"))}
		if d := r.cell("opened"); d != "" {
			m.Openings = []DoorDecision{{Door: Door(d), From: day.On(2025, 9, 1), To: day.On(2025, 12, 31)}}
		}
		doors := Doors(m, r.day("on"))
		for _, d := range AllDoors {
			r.want(string(d), string(doors[d].Value))
			if last := doors[d].Because[len(doors[d].Because)-1].Code; last != "door-always" {
				r.Errorf("the %s door does not tell that an individual assessment can be asked for (X-607)", d)
			}
		}
	},
	"exception-route": func(r *row, s *Settings) {
		q := Routing{Authorisation: Authorisation(r.cell("authorisation")), Method: MethodOn{State: MethodState(r.cell("state"))}}
		switch r.cell("other") {
		case "trial":
			q.InTrial = true
		case "before":
			q.StartedBefore = true
		case "group":
			q.Group = true
		case "competence":
			q.Competence = No
		case "prescription":
			q.Prescription = true
		}
		r.want("route", string(RouteOf(q, Doors(q.Method, day.On(2025, 9, 1))).Value))
	},
	"exception-application": func(r *row, s *Settings) {
		f := ExceptionFacts{Kind: SingleException, Status: ExceptionReceived, Route: ExceptionRoute(r.cell("route"))}
		if r.yes("consent") {
			f.ConsentOn = day.On(2025, 9, 1)
		}
		if r.yes("forwarded") {
			f.ForwardedOn = day.On(2025, 9, 2)
		}
		r.want("answer", says(append(ForwardExceptionObjections(&f), AnonymousObjections(r.cell("text"))...)))
	},
	"exception-individual": func(r *row, s *Settings) {
		d := ExceptionDecision{Kind: ExceptionKind(r.cell("kind")), Outcome: ExceptionOutcome(r.cell("outcome")), Individual: r.answer("individual")}
		if g := r.cell("ground"); g != "" {
			d.Basis = []string{g}
		}
		r.want("answer", says(IndividualObjections(d)))
	},
	"exception-grounds": func(r *row, s *Settings) {
		os := ExceptionGrounds([]string{r.cell("ground")}, ExceptionOutcome(r.cell("outcome")))
		r.want("answer", says(os))
		if len(os) != len(os.Refused()) {
			r.Error("a ground that may not count is only warned of")
		}
	},
	"exception-users": func(r *row, s *Settings) {
		p := ParticipationFacts{Registered: r.day("registered"), Notified: r.day("notified"), MemoFinal: r.day("memo"), Meeting: r.day("meeting"), Inputs: r.number("inputs"), Answered: r.number("answered"),
			Rationale: r.yes("why"), Bestiller: day.On(2026, 9, 21), Beslutning: day.On(2026, 9, 21)}
		if p.Meeting.After(day.On(2026, 10, 1)) {
			p.Bestiller, p.Beslutning = day.On(2026, 10, 19), day.On(2026, 10, 19)
		}
		for _, i := range strings.Fields(r.cell("invited")) {
			rep, on, _ := strings.Cut(i, ":")
			d, err := day.Parse(on)
			if err != nil {
				r.Fatal(err)
			}
			p.Invited = append(p.Invited, Invitation{Rep: rep, On: d, Papers: true})
		}
		r.cell("case")
		got := ParticipationOf(p, s)
		v := got.Value
		r.want("early", yesNo(v.Early))
		r.want("distinct", strconv.Itoa(v.Distinct))
		r.want("notice", v.Notice)
		r.want("same_day", string(v.SameDay))
		r.want("verdict", string(v.Verdict))
		r.want("gate", says(InvitedObjections(&GroupMeeting{On: p.Meeting, Invited: p.Invited}, p.Meeting, false, s)))
		r.want("U1-1", says(UsersFromObjections(p.Registered, p.Notified)))
		r.want("U2-4", says(MeetingDayObjections(p.Meeting, p.Bestiller, p.Beslutning)))
		if v.Verdict != Honoured && len(v.Failed) == 0 {
			r.Error("the failed parts are not listed (X-509)")
		}
	},
	"exception-times": func(r *row, s *Settings) {
		f := ExceptionFacts{Kind: SingleException, Status: ExceptionReceived, ReceivedOn: r.day("received"), Urgent: r.yes("urgent"), ForwardedOn: r.day("forwarded")}
		if at := r.day("asked"); !at.IsZero() {
			f.Pauses = []Pause{{From: at, To: r.day("answered")}}
		} else {
			r.cell("answered")
		}
		r.want("decide_by", orNone(DecideExceptionBy(&f, s).Value))
		g := ExceptionFacts{Kind: GroupException, Outcome: ExGranted, ValidFrom: day.On(2026, 8, 24)}
		if on := r.day("on"); on.After(day.On(2026, 12, 1)) && on.Before(day.On(2027, 1, 1)) && r.day("national").IsZero() {
			g.ValidFrom = on
		}
		to, review := GroupValidity(g.ValidFrom, day.Day{}, day.Day{}, s)
		g.ValidTo = to.Value
		if !review.Value.Before(to.Value) {
			r.Errorf("reviewed on %s, after its last day %s", review.Value, to.Value)
		}
		r.want("in_force", yesNo(GroupInForce(&g, r.day("national"), r.day("on")).Value))
		var others []Validity
		if from, to := r.day("other_from"), r.day("other_to"); !from.IsZero() {
			others = append(others, Validity{7, from, to})
		}
		r.want("overlap", yesNo(len(OverlapObjections(day.On(2026, 8, 24), day.On(2027, 8, 23), others)) > 0))
	},
	"exception-retention": func(r *row, s *Settings) {
		f := ExceptionFacts{Kind: SingleException, Status: ExceptionDecided, Outcome: ExceptionOutcome(r.cell("outcome")), DecidedOn: r.day("decided"), ToldOn: r.day("told"), StoppedOn: r.day("stopped"), Individual: Yes, Reasoned: Criteria}
		f.Told = Owed{Patient: f.ToldOn.IsZero(), Referrer: f.ToldOn.IsZero()}
		if r.yes("complaint") {
			f.Complaints = 1
		}
		open := func(d day.Day) string {
			if d.IsZero() {
				return "open"
			}
			return d.String()
		}
		r.want("key_kept", open(KeyKept(&f, s).Value))
		r.want("review_kept", open(ReviewKept(&f, s).Value))
	},
	"exception-review": func(r *row, s *Settings) {
		r.want("due", orNone(ReviewDue(r.day("last"), r.day("first"), s).Value))
		var days []day.Day
		for _, w := range strings.Fields(r.cell("applications")) {
			d, err := day.Parse(w)
			if err != nil {
				r.Fatal(err)
			}
			days = append(days, d)
		}
		r.want("prompt", yesNo(GroupPrompt(days, r.day("on"), s).Value))
	},
	"exception-duties": func(r *row, s *Settings) {
		var got []string
		norm := r.cell("norm")
		named := norm == ""
		for _, d := range ExceptionDutiesOn(exceptionIn(r, r.cell("state")), day.On(2026, 9, 8), s) {
			got = append(got, string(d.Name))
			named = named || slices.Contains(d.Norms, norm)
		}
		if !named {
			r.Errorf("none of %v names %s", got, norm)
		}
		r.want("duties", strings.Join(got, " "))
	},
	"impossible": func(r *row, s *Settings) {
		var args []Arg
		for _, a := range strings.Fields(r.cell("told")) {
			if d, err := day.Parse(a); err == nil {
				args = append(args, D(d))
			} else if n, err := strconv.Atoi(a); err == nil {
				args = append(args, N(n))
			} else {
				args = append(args, T(a))
			}
		}
		code := r.cell("what")
		var o Objection
		switch code {
		case "closed":
			o = CaseClosed()
		case "would-be-refused":
			n, _ := args[0].Int()
			o = Questioned(CloseObjections(&Facts{Status: Closed}, Withdrawn), n)
		default:
			o = Impossible(code, args...)
		}
		if o.Because[0].Code != code || len(o.Because[0].List()) != len(args) {
			r.Errorf("it says %v, not %s with %d arguments", o.Because, code, len(args))
		}
		r.want("answer", fmt.Sprint(o.Value, " ", o.Norms[0]))
	},
}

func TestExamples(t *testing.T) {
	s := Default()
	for _, rule := range Rules() {
		t.Run(rule.ID, func(t *testing.T) {
			p := rule.Provision()
			run := runners[rule.ID]
			if run == nil {
				t.Fatalf("no runner for the examples of %s: add one to runners", rule.ID)
			}
			if len(p.Examples) == 0 {
				t.Fatalf("law/%s has no examples", rule.file())
			}
			read := make(map[string]bool)
			for _, ex := range p.Examples {
				t.Run(fmt.Sprintf("line %d", ex.Line), func(t *testing.T) {
					run(&row{T: t, rule: &rule, cells: ex.Cells, read: read}, s)
				})
			}
			for _, column := range p.Header {
				if !read[column] {
					t.Errorf("law/%s has a column %q that no example is run with", rule.file(), column)
				}
			}
			for column := range read {
				if !slices.Contains(p.Header, column) {
					t.Errorf("law/%s lacks the column %q that its examples are run with", rule.file(), column)
				}
			}
		})
	}
	for id := range runners {
		if _, ok := RuleOf(id); !ok {
			t.Errorf("there is a runner for %q, which is no rule", id)
		}
	}
}

// TestEveryGroundIsShown: a ground that may, or may not, count stands in the examples.
func TestEveryGroundIsShown(t *testing.T) {
	shown := make(map[string]bool)
	for _, ex := range basisRule.Provision().Examples {
		shown[ex.Cells["ground"]] = true
	}
	for _, g := range BasisCodes() {
		if !shown[g.Code] {
			t.Errorf("law/basis.txt has no example of %s (%s)", g.Code, g.Norm)
		}
	}
}

// TestClassifyOpensNoAssessmentOfEmergencies: what is care already, and not assessed, is not made assessable by a classification.
func TestClassifyOpensNoAssessmentOfEmergencies(t *testing.T) {
	for _, x := range []struct {
		f    Facts
		want string
	}{
		{Facts{Kind: Emergency, Right: NotAssessed}, "G3-2"},
		{Facts{Kind: Internal, Right: NotAssessed}, "G3.3.1-9"},
		{Facts{Kind: Internal, Right: Pending, NewCondition: true}, "accepted"},
		{Facts{Kind: Internal, Right: Pending, Concerns: Mixed, Undecided: true}, "accepted"},
		{Facts{Kind: Elective, Right: NotAssessed, Concerns: Course}, "accepted"},
		{Facts{Kind: Elective, Right: Pending}, "accepted"},
	} {
		x.f.Status = Received
		if got := says(ClassifyObjections(&x.f, "", Yes, true)); got != x.want {
			t.Errorf("%s, concerns %q: classified as care is %s, want %s", x.f.Kind, x.f.Concerns, got, x.want)
		}
	}
}

// TestProvisions holds every rule's text file to its shape: a reading, the same reasons in three languages, and the settings it says it uses.
func TestProvisions(t *testing.T) {
	known := make(map[string]bool)
	for _, s := range AllSettings() {
		known[s.Key] = true
	}
	for _, rule := range Rules() {
		p := rule.Provision()
		if p.Reading == "" {
			t.Errorf("law/%s has no reading", rule.file())
		}
		for _, lang := range []string{"nb", "nn", "en"} {
			for code := range p.Words["nb"] {
				if p.Words[lang][code] == "" {
					t.Errorf("law/%s: %s has no words in %s", rule.file(), code, lang)
				}
			}
			if len(p.Words[lang]) != len(p.Words["nb"]) {
				t.Errorf("law/%s: %s has %d reasons, nb %d", rule.file(), lang, len(p.Words[lang]), len(p.Words["nb"]))
			}
		}
		for _, key := range rule.Uses {
			if !known[key] {
				t.Errorf("rule %s uses the setting %q, which there is none of", rule.ID, key)
			}
		}
		if rule.Cite == "" || rule.Title == "" || len(rule.Norms) == 0 || len(rule.Funcs) == 0 {
			t.Errorf("rule %s lacks a cite, a title, its norms or its functions", rule.ID)
		}
	}
}
