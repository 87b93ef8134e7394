package referral

import (
	"rettid/day"
	"rettid/law"
)

// What the tests of this room share: four providers, the commands somebody might give on a state, and what the world knows of them.

// providers of the tests: HF and HUS are public, KNE is private with an agreement on orthopaedics, PRI private with none, AVT a contract specialist.
func authorityOf(place, specialty string) *law.Authority {
	switch place {
	case "HF", "HUS":
		return &law.Authority{Provider: law.Public}
	case "KNE":
		return &law.Authority{Provider: law.Private, HasDelegation: true, Covers: specialty == "orthopaedics"}
	case "PRI":
		return &law.Authority{Provider: law.Private}
	case "AVT":
		return &law.Authority{Provider: law.ContractSpecialist}
	}
	return nil
}

// A move is a command somebody gives.
type move struct {
	name  string
	do    Command
	role  law.Role
	guide *law.Entry
	other bool // the patient is of another region
}

// given is what the desk would look up for a move.
func (m move) given(r *Referral) Given {
	g := Given{Guide: m.guide, OtherRegion: m.other}
	switch c := m.do.(type) {
	case *Receive:
		g.Authority = authorityOf(c.Place, c.Specialty)
		if c.NewConditionOf != 0 {
			g.Parent = &Parent{Kind: law.Elective, StartedOn: day.On(2025, 8, 1)}
		}
	case *Forward:
		specialty := c.Specialty
		if specialty == "" {
			specialty = r.Specialty
		}
		g.Authority = authorityOf(c.To, specialty)
	case *Assess:
		g.Authority = authorityOf(r.Holder, r.Specialty)
	}
	return g
}

func (m move) at(on day.Day) At { return At{On: on, Role: m.role, Actor: "a1", Place: "HF"} }

// receptions are the ways a referral comes in.
func receptions() []move {
	receive := func(name string, c Receive) move {
		if c.Place == "" {
			c.Place = "HF"
		}
		if c.Specialty == "" {
			c.Specialty = "orthopaedics"
		}
		c.Patient, c.From = "P1", From{Role: "gp"}
		return move{name: name, do: &c, role: law.Secretary}
	}
	return []move{
		receive("elective", Receive{Born: day.On(1968, 3, 12)}),
		receive("urgent and deficient", Receive{Urgent: true, SeriousSuspected: true, Deficient: true}),
		receive("young, mental health", Receive{Specialty: law.MentalHealth, Born: day.On(2005, 5, 20), Pathway: "mental health"}),
		receive("second opinion", Receive{SecondOpinion: true}),
		receive("emergency", Receive{Kind: law.Emergency}),
		receive("internal", Receive{Kind: law.Internal}),
		receive("internal, new condition", Receive{Kind: law.Internal, NewConditionOf: 7, NewCondition: true}),
		receive("self", Receive{Kind: law.Self}),
		receive("course", Receive{Concerns: law.Course}),
		receive("mixed", Receive{Concerns: law.Mixed}),
		receive("at a contract specialist", Receive{Place: "AVT"}),
		receive("at a private provider", Receive{Place: "KNE", Specialty: "hip_surgery"}),
		receive("had elsewhere before", Receive{FirstReceived: day.On(2025, 8, 25)}),
	}
}

// choices are the commands somebody might give on a state on a day: every command there is, each with arguments on both sides of every line
// the law draws.
func choices(r *Referral, today day.Day) []move {
	by := r.StartBy
	if by.IsZero() {
		by = today.Add(60)
	}
	one, three := 1, 3
	text := Text{Note: "n1"}
	moment := func(d day.Day) day.Moment { return day.Moment{Day: d, Minute: 9 * 60} }
	out := make([]move, 0, 128)
	add := func(name string, c Command, role law.Role) *move {
		out = append(out, move{name: name, do: c, role: role})
		return &out[len(out)-1]
	}
	yes := Assess{Outcome: law.Granted, Benefit: law.Yes, ReasonableCost: law.Yes}
	assess := func(name string, change func(a *Assess)) *move {
		a := yes
		change(&a)
		return add("assess "+name, &a, law.Specialist)
	}

	add("forward", &Forward{To: "HUS", Reason: text}, law.Secretary)
	add("forward to a private provider", &Forward{To: "KNE"}, law.Secretary)
	add("forward to a contract specialist", &Forward{To: "AVT"}, law.Secretary)
	add("request_information", &RequestInformation{From: "referrer", Text: text}, law.Specialist)
	add("receive_information", &ReceiveInformation{From: "referrer", Text: text}, law.Secretary)
	add("refuse_out_of_region", &RefuseOutOfRegion{Reason: text}, law.Management).other = true
	add("refuse_out_of_region, own region", &RefuseOutOfRegion{Reason: text}, law.Management)
	add("begin", &Begin{}, law.Specialist)
	assess("granted", func(a *Assess) { a.Deadline = today.Add(60) })
	assess("granted, clarified", func(a *Assess) { a.Deadline, a.Clarified = today.Add(60), law.Yes })
	assess("granted by weeks", func(a *Assess) { a.DeadlineWeeks, a.Severity, a.BenefitGrade, a.ResourceGrade = 12, &one, &one, &one })
	assess("granted beside the guide", func(a *Assess) { a.Deadline, a.Condition, a.ResourceGrade = today.Add(200), "hip", &three }).guide = &law.Entry{Condition: "hip", Right: true, MaxWeeks: 12}
	assess("granted, deadline passed", func(a *Assess) { a.Deadline, a.LatestSound = today.Add(-1), today.Add(30) })
	assess("granted, no deadline", func(a *Assess) {})
	assess("granted on capacity", func(a *Assess) { a.Deadline, a.Basis = today.Add(60), []string{"capacity"} })
	assess("granted without benefit", func(a *Assess) { a.Deadline, a.Benefit = today.Add(60), law.No })
	assess("not_granted", func(a *Assess) { a.Outcome, a.Benefit, a.Reason = law.NotGranted, law.No, text })
	assess("not_granted in doubt", func(a *Assess) { a.Outcome, a.Benefit, a.Uncertain = law.NotGranted, law.Unanswered, true })
	assess("not_granted though met", func(a *Assess) { a.Outcome = law.NotGranted })
	out = append(out, move{name: "assess by a secretary", do: &Assess{Outcome: law.Granted, Benefit: law.Yes, ReasonableCost: law.Yes, Deadline: today.Add(60)}, role: law.Secretary})
	add("classify as care", &Classify{Concerns: law.Mixed, IsCare: law.Yes, Reason: text}, law.Specialist)
	add("classify as guidance", &Classify{Concerns: law.Mixed, IsCare: law.No, Reason: text}, law.Specialist)
	add("classify as a course", &Classify{Concerns: law.Course, Reason: text}, law.Specialist)
	for _, x := range []struct {
		name string
		on   day.Day
	}{{"in time", by.Add(-7)}, {"on the deadline", by}, {"late", by.Add(14)}} {
		add("book "+x.name, &Book{Start: moment(x.on)}, law.Secretary)
	}
	add("book by a sound day", &Book{Start: moment(today.Add(10)), SoundBy: today.Add(12)}, law.Secretary)
	add("book after the sound day", &Book{Start: moment(today.Add(20)), SoundBy: today.Add(12)}, law.Secretary)
	add("book an interval", &Book{From: today.Add(20), To: today.Add(29), At: "HUS"}, law.Secretary)
	add("book a talk", &Book{Start: moment(today.Add(5)), What: law.PathwayTalk}, law.Secretary)
	for _, l := range law.Letters {
		add("inform both, "+string(l), &Inform{Patient: true, Referrer: true, Letter: l}, law.Secretary)
	}
	add("inform both, receipts awaited", &Inform{Patient: true, Referrer: true, Kept: []Kept{{To: law.ToPatient, Note: "n2", Digest: "d2", Channel: law.ChannelMailbox}, {To: law.ToReferrer, Note: "n3", Digest: "d3", Channel: law.ChannelMessage}}}, law.Secretary)
	letter, to, way := 3, law.ToPatient, law.ChannelMailbox
	if n := len(r.Deliveries); n > 0 {
		d := r.Deliveries[n-1]
		letter, to, way = d.Letter, d.To, d.Channel
	}
	add("letter_delivered", &LetterDelivered{Letter: letter, To: to, Channel: way}, law.System)
	add("letter_delivered, confirmed", &LetterDelivered{Letter: letter, To: to, Channel: law.ChannelPerson, Confirmed: true}, law.Secretary)
	add("letter_delivered, posted", &LetterDelivered{Letter: letter, To: to, Channel: law.ChannelPost}, law.Secretary)
	add("letter_not_delivered", &LetterNotDelivered{Letter: letter, To: to, Channel: way, Code: law.NoMailbox}, law.System)
	add("letter_not_delivered, returned", &LetterNotDelivered{Letter: letter, To: to, Channel: law.ChannelPost, Code: law.ReturnedMail}, law.Secretary)
	add("inform the patient", &Inform{Patient: true}, law.Secretary)
	add("inform the referrer", &Inform{Referrer: true}, law.Secretary)
	add("inform, no way to complain", &Inform{Patient: true, Without: []law.Part{law.PartComplaintProcedure}}, law.Secretary)
	add("inform, feedback alone", &Inform{Feedback: text}, law.Specialist)
	add("change_deadline, shorter", &ChangeDeadline{Deadline: by.Add(-10), Reason: text}, law.Specialist)
	add("change_deadline, longer", &ChangeDeadline{Deadline: by.Add(10), Reason: text}, law.Specialist)
	add("change_deadline, capacity", &ChangeDeadline{Deadline: by.Add(-10), Basis: []string{"capacity"}}, law.Specialist)
	add("worsen", &Worsen{NeededBy: today.Add(5)}, law.Specialist)
	for _, who := range []law.PostponedBy{law.ByPatient, law.ByMedical, law.ByProvider} {
		add("postpone by "+string(who)+", in time", &Postpone{By: who, To: by.Add(-3)}, law.Secretary)
		add("postpone by "+string(who)+", late", &Postpone{By: who, To: by.Add(21), Reason: text}, law.Secretary)
	}
	add("postpone, did not attend", &Postpone{By: law.ByPatient, To: by.Add(21), Code: 21}, law.Secretary)
	add("postpone by us, with a clock time", &Postpone{By: law.ByProvider, To: by.Add(-3), Minute: 9*60 + 31}, law.Secretary)
	add("wish_earlier", &WishEarlier{Notice: 2}, law.Patient)
	add("wish_earlier, taken back", &WishEarlier{No: true}, law.Patient)
	add("wish_earlier, too long a notice", &WishEarlier{Notice: 61}, law.Patient)
	add("offer in time", &MakeOffer{At: "HUS", Start: by.Add(-5)}, law.Secretary)
	add("offer late", &MakeOffer{At: "HUS", Start: by.Add(10)}, law.Secretary)
	add("offer through Helfo", &MakeOffer{At: "KNE", Start: by.Add(-2)}, law.Helfo)
	add("accept", &Accept{At: "HUS"}, law.Patient)
	add("accept Helfo's", &Accept{At: "KNE"}, law.Patient)
	add("decline", &Decline{At: "HUS"}, law.Patient)
	add("decline, waits for HF", &Decline{At: "HUS", WaitFor: "HF"}, law.Patient)
	add("decline Helfo's, waits for HF", &Decline{At: "KNE", WaitFor: "HF"}, law.Patient)
	for _, what := range law.Contacts {
		add("start "+string(what), &Start{What: what}, law.Secretary)
	}
	add("start digital, began", &Start{What: law.DigitalConsultation, Began: law.Yes}, law.Secretary)
	add("start digital, did not begin", &Start{What: law.DigitalConsultation, Began: law.No}, law.Secretary)
	add("notify_helfo", &NotifyHelfo{ExpectedStart: by.Add(21), Channel: "portal"}, law.Secretary)
	add("notify_helfo, bare", &NotifyHelfo{Channel: "other"}, law.Secretary)
	add("notify_helfo, agreed not", &NotifyHelfo{AgreedNot: true}, law.Secretary)
	add("helfo_placed", &HelfoPlaced{At: "KNE"}, law.Helfo)
	add("helfo_returned, found none", &HelfoReturned{Why: law.HelfoFoundNone}, law.Helfo)
	add("helfo_returned, not reached", &HelfoReturned{Why: law.HelfoNoAnswer}, law.Helfo)
	add("helfo_returned, no reason", &HelfoReturned{}, law.Helfo)
	add("tell_helfo", &TellHelfo{Start: by.Add(21)}, law.Secretary)
	add("tell_helfo, no day", &TellHelfo{}, law.Secretary)
	add("complain", &Complain{About: "right", By: law.Patient}, law.Patient)
	for _, about := range law.Asks {
		add("ask, "+about, &Ask{About: about, Text: text}, law.Patient)
	}
	add("reply", &Reply{Text: text}, law.Booking)
	add("decide_complaint, upheld", &DecideComplaint{Outcome: "upheld"}, law.Specialist)
	add("decide_complaint, sent on", &DecideComplaint{Outcome: "sent_on"}, law.Specialist)
	add("decide_complaint, rejected", &DecideComplaint{Outcome: "rejected"}, law.System)
	add("decide_complaint, the county's yes", &DecideComplaint{Outcome: "upheld", County: true, Reason: text}, law.Specialist)
	add("decide_complaint, the county's no", &DecideComplaint{Outcome: "rejected", County: true}, law.Specialist)
	add("decide_complaint, the county sends on", &DecideComplaint{Outcome: "sent_on", County: true}, law.Specialist)
	add("next_of_kin, child", &ConsiderKin{Roles: []law.Kin{law.Child}, Need: text}, law.Secretary)
	add("next_of_kin, handled", &ConsiderKin{Roles: []law.Kin{law.Child}, Handled: law.Yes}, law.Secretary)
	add("pathway_event", &PathwayEvent{Pathway: "colorectal cancer", Event: "time_exceeded"}, law.Secretary)
	add("pathway_event with a goal", &PathwayEvent{Pathway: "colorectal cancer", Event: "started", Goal: today.Add(9)}, law.Secretary)
	add("check_place", &CheckPlace{Right: law.Yes}, law.Intake)
	add("check_content, findings missing", &CheckContent{Marks: []law.Mark{{Point: law.PointProblem, Held: law.Present}, {Point: law.PointFindings, Held: law.Lacking}}}, law.Intake)
	whole := &CheckContent{}
	for _, p := range law.Points {
		whole.Marks = append(whole.Marks, law.Mark{Point: p, Held: law.Present})
	}
	add("check_content, whole", whole, law.Intake)
	add("check_content, nothing", &CheckContent{}, law.Intake)
	add("ask_opinion", &AskOpinion{Of: "a2", Question: text}, law.Specialist)
	add("ask_opinion of nobody", &AskOpinion{}, law.Specialist)
	add("give_opinion", &GiveOpinion{View: "granted", Reason: text}, law.Specialist)
	add("give_opinion by a secretary", &GiveOpinion{View: "unsure"}, law.Secretary)
	add("give_opinion, no view", &GiveOpinion{}, law.Specialist)
	for _, why := range []string{law.Withdrawn, law.Died, law.Duplicate, law.Handled, law.Completed, law.ReturnedDeficient, law.OtherRegion, "1", "3", "4", "9"} {
		add("close "+why, &Close{Reason: why}, law.Secretary)
	}
	return out
}
