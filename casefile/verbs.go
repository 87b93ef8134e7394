package casefile

import (
	"slices"

	"rettid/day"
	"rettid/exception"
	"rettid/law"
	"rettid/referral"
)

// argument is one thing a verb takes.
type argument struct {
	name     string
	required bool
	read     valueOf
}

// verb is one thing that can be done, as the format writes it.
type verb struct {
	name string
	args []argument
	// build makes the command. id gives the number of a referral by its name in the case, -1 for one that is not there.
	build func(a args, id func(string) int64) referral.Command
}

func must(name string, read valueOf) argument { return argument{name, true, read} }
func may(name string, read valueOf) argument  { return argument{name, false, read} }

var (
	concerns   = oneOf(law.Concerns...)
	contacts   = oneOf(law.Contacts...)
	grade      = aNumber(0, 3)
	someTexts  = listOf(aText)
	someBasis  = listOf(oneOf(basisCodes()...))
	receptions = []argument{
		must("at", aPlace), must("patient", aPatient), may("specialty", aText), may("kind", oneOf(law.Kinds...)), may("from", aReferrer), may("urgent", aBool),
		may("serious_suspected", aBool), may("second_opinion", aBool), may("text", aText), may("concerns", concerns), may("package_pathway", aText),
		may("deficient", aBool), may("site", aText), may("first_received", aDate), may("new_condition_of", aText),
	}
)

func basisCodes() []string {
	var out []string
	for _, g := range law.BasisCodes() {
		out = append(out, g.Code)
	}
	return append(out, law.Undermines) // of the exception scheme alone: the law refuses it elsewhere
}

// receivers are those a letter goes to.
var receivers = []string{law.ToPatient, law.ToReferrer, law.ToGuardian}

// letters are the kinds the format names; those of the exception scheme are of its matters, and refused by the law of referrals where a case has none.
func letters() []string {
	var out []string
	for _, l := range law.Letters {
		out = append(out, string(l))
	}
	for _, l := range exception.Letters {
		out = append(out, string(l))
	}
	return out
}

// verbs are the verbs of referrals in the order of the format.
var verbs = []verb{
	{"receive", receptions, func(a args, id func(string) int64) referral.Command { return receive(a, id) }},
	{"forward", []argument{must("to", aPlace), may("specialty", aText), may("reason", aText)}, func(a args, _ func(string) int64) referral.Command {
		to := get[place](a, "to")
		return &referral.Forward{To: to.provider, Site: to.site, Specialty: get[string](a, "specialty"), Reason: free(a, "reason")}
	}},
	{"request_information", []argument{may("from", oneOf("referrer", "patient")), may("text", aText)}, func(a args, _ func(string) int64) referral.Command {
		return &referral.RequestInformation{From: get[string](a, "from"), Text: free(a, "text")}
	}},
	{"receive_information", []argument{may("from", oneOf("referrer", "patient")), may("text", aText)}, func(a args, _ func(string) int64) referral.Command {
		return &referral.ReceiveInformation{From: get[string](a, "from"), Text: free(a, "text")}
	}},
	{"refuse_out_of_region", []argument{may("reason", aText)}, func(a args, _ func(string) int64) referral.Command {
		return &referral.RefuseOutOfRegion{Reason: free(a, "reason")}
	}},
	{"assess", []argument{
		must("outcome", oneOf(law.Granted, law.NotGranted)), may("benefit", anAnswer), may("reasonable_cost", anAnswer), may("deadline", aDate), may("deadline_weeks", aNumber(0, 520)),
		may("condition", aText), may("individual", someTexts), may("reason", aText), may("basis", someBasis), may("severity", grade), may("benefit_grade", grade), may("resource_grade", grade),
		may("clarified", anAnswer), may("by", anAssessor), may("need", anAnswer), may("uncertain", aBool), may("latest_sound", aDate),
	}, func(a args, _ func(string) int64) referral.Command {
		return &referral.Assess{
			Outcome: law.Right(get[string](a, "outcome")), Benefit: get[law.Answer](a, "benefit"), ReasonableCost: get[law.Answer](a, "reasonable_cost"), Need: get[law.Answer](a, "need"),
			Uncertain: get[bool](a, "uncertain"), Deadline: get[day.Day](a, "deadline"), DeadlineWeeks: get[int](a, "deadline_weeks"), LatestSound: get[day.Day](a, "latest_sound"),
			Condition: get[string](a, "condition"), Individual: get[[]string](a, "individual"), Basis: get[[]string](a, "basis"),
			Severity: graded(a, "severity"), BenefitGrade: graded(a, "benefit_grade"), ResourceGrade: graded(a, "resource_grade"),
			Clarified: get[law.Answer](a, "clarified"), By: get[referral.From](a, "by"), Reason: free(a, "reason"),
		}
	}},
	{"classify", []argument{may("concerns", concerns), may("mixed_is_care", anAnswer), may("reason", aText)}, func(a args, _ func(string) int64) referral.Command {
		return &referral.Classify{Concerns: law.Concern(get[string](a, "concerns")), IsCare: get[law.Answer](a, "mixed_is_care"), Reason: free(a, "reason")}
	}},
	{"book", []argument{
		may("start", aMoment), may("from", aDate), may("to", aDate), may("at", aPlace), may("provisional", aBool), may("form", oneOf("in_person", "video", "phone")), may("what", contacts),
	}, func(a args, _ func(string) int64) referral.Command {
		at := get[place](a, "at")
		return &referral.Book{Start: get[day.Moment](a, "start"), From: get[day.Day](a, "from"), To: get[day.Day](a, "to"), At: at.provider, Site: at.site,
			Provisional: get[bool](a, "provisional"), Form: get[string](a, "form"), What: law.Contact(get[string](a, "what"))}
	}},
	{"inform", []argument{may("patient", aBool), may("referrer", aBool), may("letter", oneOf(letters()...)), may("feedback", aText), may("channel", oneOf(law.Channels...)), may("referrer_channel", oneOf(law.Channels...))}, func(a args, _ func(string) int64) referral.Command {
		c := &referral.Inform{Patient: get[bool](a, "patient"), Referrer: get[bool](a, "referrer"), Letter: law.Letter(get[string](a, "letter")), Feedback: free(a, "feedback")}
		if way := law.Channel(get[string](a, "channel")); way != "" {
			c.Kept = append(c.Kept, referral.Kept{To: law.ToPatient, Channel: way})
		}
		if way := law.Channel(get[string](a, "referrer_channel")); way != "" {
			c.Kept = append(c.Kept, referral.Kept{To: law.ToReferrer, Channel: way})
		}
		return c
	}},
	{"letter_delivered", []argument{must("to", oneOf(receivers...)), must("channel", oneOf(law.Channels...)), may("confirmed", aBool)}, func(a args, _ func(string) int64) referral.Command {
		return &referral.LetterDelivered{To: get[string](a, "to"), Channel: law.Channel(get[string](a, "channel")), Confirmed: get[bool](a, "confirmed")}
	}},
	{"letter_not_delivered", []argument{must("to", oneOf(receivers...)), must("channel", oneOf(law.Channels...)), must("code", oneOf(law.UndeliveredCodes...))}, func(a args, _ func(string) int64) referral.Command {
		return &referral.LetterNotDelivered{To: get[string](a, "to"), Channel: law.Channel(get[string](a, "channel")), Code: law.Undelivered(get[string](a, "code"))}
	}},
	{"change_deadline", []argument{must("deadline", aDate), must("reason", aText), may("basis", someBasis)}, func(a args, _ func(string) int64) referral.Command {
		return &referral.ChangeDeadline{Deadline: get[day.Day](a, "deadline"), Basis: get[[]string](a, "basis"), Reason: free(a, "reason")}
	}},
	{"worsen", []argument{must("needed_by", aDate)}, func(a args, _ func(string) int64) referral.Command {
		return &referral.Worsen{NeededBy: get[day.Day](a, "needed_by")}
	}},
	{"postpone", []argument{must("by", oneOf(law.ByPatient, law.ByMedical, law.ByProvider)), must("to", aMoment), may("reason", aText), may("code", aNumber(1, 99))}, func(a args, _ func(string) int64) referral.Command {
		to := get[day.Moment](a, "to")
		p := &referral.Postpone{By: law.PostponedBy(get[string](a, "by")), To: to.Day, Code: get[int](a, "code"), Reason: free(a, "reason")}
		if to.HasClock() {
			p.Minute = to.Minute + 1
		}
		return p
	}},
	{"wish_earlier", []argument{may("notice", aNumber(0, 999)), may("no", aBool)}, func(a args, _ func(string) int64) referral.Command {
		return &referral.WishEarlier{Notice: get[int](a, "notice"), No: get[bool](a, "no")}
	}},
	{"offer", []argument{may("at", aPlace), may("start", aMoment)}, func(a args, _ func(string) int64) referral.Command {
		start := get[day.Moment](a, "start")
		o := &referral.MakeOffer{At: get[place](a, "at").provider, Start: start.Day}
		if start.HasClock() {
			o.Minute = start.Minute + 1
		}
		return o
	}},
	{"decline", []argument{may("at", aPlace), may("start", aDay), may("wait_for", aPlace)}, func(a args, _ func(string) int64) referral.Command {
		return &referral.Decline{At: get[place](a, "at").provider, Start: get[day.Day](a, "start"), WaitFor: get[place](a, "wait_for").provider}
	}},
	{"accept", []argument{may("at", aPlace), may("start", aDay)}, func(a args, _ func(string) int64) referral.Command {
		return &referral.Accept{At: get[place](a, "at").provider, Start: get[day.Day](a, "start")}
	}},
	{"start", []argument{must("what", contacts), may("care_began", anAnswer)}, func(a args, _ func(string) int64) referral.Command {
		return &referral.Start{What: law.Contact(get[string](a, "what")), Began: get[law.Answer](a, "care_began")}
	}},
	{"notify_helfo", []argument{may("expected_start", aDay), may("channel", oneOf("portal", "other")), may("agreed_not", aBool)}, func(a args, _ func(string) int64) referral.Command {
		return &referral.NotifyHelfo{ExpectedStart: get[day.Day](a, "expected_start"), Channel: get[string](a, "channel"), AgreedNot: get[bool](a, "agreed_not")}
	}},
	{"helfo_returned", []argument{must("why", oneOf("found_none", "not_reached"))}, func(a args, _ func(string) int64) referral.Command {
		return &referral.HelfoReturned{Why: law.HelfoReason(get[string](a, "why"))}
	}},
	{"tell_helfo", []argument{must("start", aDay)}, func(a args, _ func(string) int64) referral.Command {
		return &referral.TellHelfo{Start: get[day.Day](a, "start")}
	}},
	{"helfo_placed", []argument{must("at", aPlace)}, func(a args, _ func(string) int64) referral.Command {
		return &referral.HelfoPlaced{At: get[place](a, "at").provider}
	}},
	{"new_condition", receptions, func(a args, id func(string) int64) referral.Command {
		c := receive(a, id)
		c.NewCondition = true
		return c
	}},
	{"complain", []argument{must("about", oneOf("right", "deadline", "information")), may("by", oneOf(law.Patient, law.NextOfKin))}, func(a args, _ func(string) int64) referral.Command {
		return &referral.Complain{About: get[string](a, "about"), By: law.Role(get[string](a, "by"))}
	}},
	{"ask", []argument{must("about", oneOf(law.Asks...)), may("where", aPlace), may("text", aText)}, func(a args, _ func(string) int64) referral.Command {
		return &referral.Ask{About: get[string](a, "about"), Where: get[place](a, "where").provider, Text: free(a, "text")}
	}},
	{"reply", []argument{must("text", aText)}, func(a args, _ func(string) int64) referral.Command {
		return &referral.Reply{Text: free(a, "text")}
	}},
	{"decide_complaint", []argument{must("outcome", oneOf("upheld", "rejected", "sent_on"))}, func(a args, _ func(string) int64) referral.Command {
		return &referral.DecideComplaint{Outcome: get[string](a, "outcome")}
	}},
	{"next_of_kin", []argument{may("role", listOf(oneOf(law.Kins...))), may("need", aText), may("handled", anAnswer)}, func(a args, _ func(string) int64) referral.Command {
		c := &referral.ConsiderKin{Need: free(a, "need"), Handled: get[law.Answer](a, "handled")}
		for _, k := range get[[]string](a, "role") {
			c.Roles = append(c.Roles, law.Kin(k))
		}
		return c
	}},
	{"pathway_event", []argument{must("pathway", aText), must("event", oneOf("started", "time_exceeded", "ended")), may("goal", aDate)}, func(a args, _ func(string) int64) referral.Command {
		return &referral.PathwayEvent{Pathway: get[string](a, "pathway"), Event: get[string](a, "event"), Goal: get[day.Day](a, "goal")}
	}},
	{"check_content", []argument{may("present", listOf(oneOf(law.Points...))), may("missing", listOf(oneOf(law.Points...))), may("not_needed", listOf(oneOf(law.Points...)))}, func(a args, _ func(string) int64) referral.Command {
		c := &referral.CheckContent{}
		for _, held := range []law.Held{law.Present, law.Lacking, law.NotNeeded} {
			for _, p := range get[[]string](a, string(held)) {
				c.Marks = append(c.Marks, law.Mark{Point: law.Point(p), Held: held})
			}
		}
		return c
	}},
	{"ask_opinion", []argument{must("of", aText), may("question", aText)}, func(a args, _ func(string) int64) referral.Command {
		return &referral.AskOpinion{Of: get[string](a, "of"), Question: free(a, "question")}
	}},
	{"give_opinion", []argument{must("view", oneOf("granted", "not_granted", "unsure")), may("reason", aText)}, func(a args, _ func(string) int64) referral.Command {
		return &referral.GiveOpinion{View: get[string](a, "view"), Reason: free(a, "reason")}
	}},
	{"close", []argument{must("reason", aText)}, func(a args, _ func(string) int64) referral.Command {
		return &referral.Close{Reason: get[string](a, "reason")}
	}},
}

const correct = "correct"

func verbNamed(name string) *verb {
	for i := range verbs {
		if verbs[i].name == name {
			return &verbs[i]
		}
	}
	return nil
}

func verbNames() []string {
	var out []string
	for _, v := range verbs {
		out = append(out, v.name)
	}
	for _, v := range exceptionVerbs {
		if !slices.Contains(out, v.name) { // inform is of both
			out = append(out, v.name)
		}
	}
	return append(out, correct)
}

func takes(of []argument) []string {
	out := make([]string, len(of))
	for i, a := range of {
		out[i] = a.name
	}
	return out
}

func argumentNamed(of []argument, name string) *argument {
	for i := range of {
		if of[i].name == name {
			return &of[i]
		}
	}
	return nil
}

func free(a args, name string) referral.Text { return referral.Say(get[string](a, name)) }

func graded(a args, name string) *int {
	if v, ok := a[name].(int); ok {
		return &v
	}
	return nil
}

func receive(a args, id func(string) int64) *referral.Receive {
	at, p := get[place](a, "at"), get[patient](a, "patient")
	c := &referral.Receive{
		Place: at.provider, Site: at.site, Patient: p.id, Born: p.born, Municipality: p.municipality, Specialty: get[string](a, "specialty"), Kind: law.Kind(get[string](a, "kind")),
		From: get[referral.From](a, "from"), Urgent: get[bool](a, "urgent"), SeriousSuspected: get[bool](a, "serious_suspected"), SecondOpinion: get[bool](a, "second_opinion"),
		Deficient: get[bool](a, "deficient"), Concerns: law.Concern(get[string](a, "concerns")), Pathway: get[string](a, "package_pathway"), FirstReceived: get[day.Day](a, "first_received"), Text: free(a, "text"),
	}
	if site := get[string](a, "site"); site != "" {
		c.Site = site
	}
	if of := get[string](a, "new_condition_of"); of != "" {
		c.NewConditionOf = id(of)
	}
	return c
}
