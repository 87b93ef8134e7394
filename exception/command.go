package exception

import (
	"slices"

	"rettid/day"
	"rettid/law"
)

// A Command asks for something to be recorded of one matter. about tells which kind of matter it opens, if any, and on which kinds it is a step.
type Command interface {
	Verb() string
	about() (opens law.ExceptionKind, on []law.ExceptionKind)
	decide(m *Matter, at At, g Given, s *law.Settings) (Found, law.Objections)
	fold(m *Matter, e *Event)
	texts() []*Text
}

// Texts gives the free texts of a command, so that the desk can move their words out of the log.
func Texts(c Command) []*Text { return c.texts() }

type kinds = []law.ExceptionKind

var (
	cases   = kinds{law.SingleException, law.GroupException}
	single  = kinds{law.SingleException}
	group   = kinds{law.GroupException}
	meeting = kinds{law.MeetingMatter}
	method  = kinds{law.MethodMatter}
	hearing = kinds{law.HearingMatter}
	review  = kinds{law.ReviewMatter}
	anyKind = law.ExceptionKinds
)

// verbs makes an empty command of each verb, for reading the log.
var verbs = map[string]func() Command{
	"apply_exception": func() Command { return new(Apply) }, "propose_group_exception": func() Command { return new(Propose) }, "register_request": func() Command { return new(Request) },
	"complete_application": func() Command { return new(Complete) }, "endorse": func() Command { return new(Endorse) }, "consent": func() Command { return new(Consent) },
	"ask_information": func() Command { return new(Ask) }, "get_information": func() Command { return new(Got) }, "forward_exception": func() Command { return new(Forward) },
	"decide_exception": func() Command { return new(DecideException) }, "give_reasons": func() Command { return new(GiveReasons) }, "inform": func() Command { return new(Inform) },
	"send_copy": func() Command { return new(SendCopy) }, "start_treatment": func() Command { return new(Start) }, "evaluate": func() Command { return new(Evaluate) },
	"plan_evaluation": func() Command { return new(PlanEvaluation) }, "note_national": func() Command { return new(NoteNational) }, "complain": func() Command { return new(Complain) },
	"decide_complaint": func() Command { return new(DecideComplaint) }, "letter_delivered": func() Command { return new(LetterDelivered) }, "letter_not_delivered": func() Command { return new(LetterNotDelivered) }, "link_referral": func() Command { return new(LinkReferral) },
	"notify_users": func() Command { return new(NotifyUsers) }, "select_representatives": func() Command { return new(SelectReps) }, "take_step": func() Command { return new(TakeStep) },
	"give_input": func() Command { return new(GiveInput) }, "answer_input": func() Command { return new(AnswerInput) }, "panel_answer": func() Command { return new(PanelSays) },
	"set_meeting": func() Command { return new(SetMeeting) }, "publish": func() Command { return new(Publish) }, "review_group": func() Command { return new(ReviewGroup) },
	"schedule_meeting": func() Command { return new(Schedule) }, "invite": func() Command { return new(Invite) }, "set_agenda": func() Command { return new(SetAgenda) },
	"send_papers": func() Command { return new(SendPapers) }, "declare": func() Command { return new(Declare) }, "hold_meeting": func() Command { return new(Hold) },
	"give_opinion": func() Command { return new(GiveOpinion) }, "answer_opinion": func() Command { return new(AnswerOpinion) }, "write_minutes": func() Command { return new(WriteMinutes) },
	"approve_minutes": func() Command { return new(ApproveMinutes) },
	"register_method": func() Command { return new(RegisterMethod) }, "open_door": func() Command { return new(OpenDoor) },
	"open_hearing": func() Command { return new(OpenHearing) }, "answer_hearing": func() Command { return new(AnswerHearing) }, "respond_to_hearing": func() Command { return new(Respond) },
	"review_practice": func() Command { return new(ReviewPractice) }, "answer_finding": func() Command { return new(AnswerFinding) }, "close_finding": func() Command { return new(CloseFinding) },
	"publish_review": func() Command { return new(PublishReview) }, "correct": func() Command { return new(Correct) },
}

// Verbs lists the verb of every command, in order of the alphabet.
func Verbs() []string {
	out := make([]string, 0, len(verbs))
	for v := range verbs {
		out = append(out, v)
	}
	slices.Sort(out)
	return out
}

// New makes an empty command of a verb, for doors that read one; false when there is none.
func New(verb string) (Command, bool) {
	f, ok := verbs[verb]
	if !ok {
		return nil, false
	}
	return f(), true
}

// Opens tells which kind of matter a command opens when it is given without one; "" when it opens none.
func Opens(c Command) law.ExceptionKind { k, _ := c.about(); return k }

// On tells whether a command is a step of matters of a kind.
func On(c Command, kind law.ExceptionKind) bool { _, on := c.about(); return slices.Contains(on, kind) }

// Correct puts another command in the place of an earlier entry, or strikes it out. Both stay in the log.
type Correct struct {
	Seq    int     `json:"seq"`
	With   Command `json:"-"`
	On     day.Day `json:"on,omitzero"` // the corrected day, zero when it is not the day that was wrong
	Strike bool    `json:"strike,omitempty"`
	Reason Text    `json:"reason,omitzero"`
}

func (Correct) Verb() string                                    { return "correct" }
func (Correct) about() (law.ExceptionKind, []law.ExceptionKind) { return "", anyKind }
func (c *Correct) texts() []*Text {
	all := []*Text{&c.Reason}
	if c.With != nil {
		all = append(all, c.With.texts()...)
	}
	return all
}

// undecided refuses a step that stands before the decision, once there is one.
func undecided(m *Matter) law.Objections {
	if m.Status == law.ExceptionDecided {
		return law.Objections{law.Impossible("x-decided", law.D(m.DecidedOn))}
	}
	return nil
}

// decidedYes refuses a step that follows a yes, when there is none.
func decidedYes(m *Matter) law.Objections {
	if !m.Outcome.Granted() {
		return law.Objections{law.Impossible("x-not-granted")}
	}
	return nil
}
