package exception

import (
	"slices"

	"rettid/day"
	"rettid/law"
)

// NotifyUsers records that user representatives were told of a group case: the first time counts as when users joined.
type NotifyUsers struct {
	Reps []string `json:"representatives"`
}

func (NotifyUsers) Verb() string                                    { return "notify_users" }
func (NotifyUsers) about() (law.ExceptionKind, []law.ExceptionKind) { return "", group }
func (*NotifyUsers) texts() []*Text                                 { return nil }
func (c *NotifyUsers) decide(*Matter, At, Given, *law.Settings) (Found, law.Objections) {
	if len(c.Reps) == 0 {
		return Found{}, law.Objections{law.Impossible("x-no-representative")}
	}
	return Found{}, nil
}
func (c *NotifyUsers) fold(m *Matter, e *Event) {
	if p := &m.Participation; p.Notified.IsZero() || e.On.Before(p.Notified) {
		p.Notified = e.On
		if p.UsersFrom.IsZero() || e.On.Before(p.UsersFrom) {
			p.UsersFrom = e.On
		}
	}
}

// SelectReps records which representatives are to be invited and why, with regard to the patient group (U2-3, X-506).
type SelectReps struct {
	Reps []string `json:"representatives"`
	Why  Text     `json:"why,omitzero"`
}

func (SelectReps) Verb() string                                    { return "select_representatives" }
func (SelectReps) about() (law.ExceptionKind, []law.ExceptionKind) { return "", group }
func (c *SelectReps) texts() []*Text                               { return []*Text{&c.Why} }
func (c *SelectReps) decide(*Matter, At, Given, *law.Settings) (Found, law.Objections) {
	if len(c.Reps) == 0 {
		return Found{}, law.Objections{law.Impossible("x-no-representative")}
	}
	return Found{}, nil
}
func (c *SelectReps) fold(m *Matter, _ *Event) {
	m.Selection, m.Participation.Rationale = c.Why, !c.Why.IsZero()
}

// GroupSteps are the steps of a group case in their order. Those of the decision and what follows have commands of their own.
var GroupSteps = []string{"registered", "reps_notified", "complete", "input_round", "memo_final", "summoned", "treated", "decided", "published", "in_force", "review_due", "ended"}

// TakeStep takes a group case a step on; only forward, but that a case found complete may be returned to be registered anew.
type TakeStep struct {
	Step string `json:"step"`
}

func (TakeStep) Verb() string                                    { return "take_step" }
func (TakeStep) about() (law.ExceptionKind, []law.ExceptionKind) { return "", group }
func (*TakeStep) texts() []*Text                                 { return nil }
func (c *TakeStep) decide(m *Matter, _ At, _ Given, _ *law.Settings) (Found, law.Objections) {
	to := slices.Index(GroupSteps, c.Step)
	if to < 0 || to >= slices.Index(GroupSteps, "decided") {
		return Found{}, law.Objections{law.Impossible("x-step", law.T(c.Step))}
	}
	if os := undecided(m); os != nil {
		return Found{}, os
	}
	at := m.Step()
	if to <= slices.Index(GroupSteps, at) && !(c.Step == "registered" && at == "complete") {
		return Found{}, law.Objections{law.Impossible("x-step-back", law.T("group_step."+at))}
	}
	return Found{}, nil
}
func (c *TakeStep) fold(m *Matter, e *Event) {
	m.Steps = append(m.Steps[:len(m.Steps):len(m.Steps)], Step{c.Step, e.On})
	if c.Step == "memo_final" {
		m.Participation.MemoFinal = e.On
	}
}

// Step is the step a group case stands at.
func (m *Matter) Step() string {
	if len(m.Steps) == 0 {
		return ""
	}
	return m.Steps[len(m.Steps)-1].Name
}

// GiveInput records an input to a group case, by anyone, at any stage; AnswerInput the answer to it.
type GiveInput struct {
	By    string `json:"by"`
	Rep   bool   `json:"rep,omitempty"` // a user representative
	Words Text   `json:"words,omitzero"`
}

func (GiveInput) Verb() string                                    { return "give_input" }
func (GiveInput) about() (law.ExceptionKind, []law.ExceptionKind) { return "", group }
func (c *GiveInput) texts() []*Text                               { return []*Text{&c.Words} }
func (c *GiveInput) decide(*Matter, At, Given, *law.Settings) (Found, law.Objections) {
	return Found{}, nil
}
func (c *GiveInput) fold(m *Matter, e *Event) {
	m.Inputs = append(m.Inputs[:len(m.Inputs):len(m.Inputs)], Input{N: len(m.Inputs) + 1, On: e.On, By: c.By, Rep: c.Rep, Words: c.Words})
	m.countInputs()
}

// countInputs keeps how many inputs of representatives there are, and how many are answered.
func (m *Matter) countInputs() {
	p := &m.Participation
	p.Inputs, p.Answered = 0, 0
	for _, i := range m.Inputs {
		if i.Rep {
			p.Inputs++
			if i.Answer != "" {
				p.Answered++
			}
		}
	}
	if t := m.Decision.Meeting; t != nil {
		p.Inputs += t.Opinions
		p.Answered += t.Opinions - t.OpinionsUnmet
	}
}

// AnswerInput answers one: adopted, partly, or not adopted, with a reason.
type AnswerInput struct {
	N      int    `json:"n"`
	Answer string `json:"answer"`
	Why    Text   `json:"why,omitzero"`
}

func (AnswerInput) Verb() string                                    { return "answer_input" }
func (AnswerInput) about() (law.ExceptionKind, []law.ExceptionKind) { return "", group }
func (c *AnswerInput) texts() []*Text                               { return []*Text{&c.Why} }
func (c *AnswerInput) decide(m *Matter, _ At, _ Given, _ *law.Settings) (Found, law.Objections) {
	switch {
	case c.N < 1 || c.N > len(m.Inputs):
		return Found{}, law.Objections{law.Impossible("x-no-input", law.N(c.N))}
	case !slices.Contains([]string{"adopted", "partly", "not_adopted"}, c.Answer), c.Why.IsZero():
		return Found{}, law.Objections{law.Impossible("x-input-answer")}
	}
	return Found{}, nil
}
func (c *AnswerInput) fold(m *Matter, _ *Event) {
	if c.N < 1 || c.N > len(m.Inputs) {
		return
	}
	all := slices.Clone(m.Inputs)
	all[c.N-1].Answer, all[c.N-1].Why = c.Answer, c.Why
	m.Inputs = all
	m.countInputs()
}

// PanelSays records the view of one of the four regional user panels on a group case (U1-4).
type PanelSays struct {
	Panel string `json:"panel"`
	Words Text   `json:"words,omitzero"`
}

func (PanelSays) Verb() string                                    { return "panel_answer" }
func (PanelSays) about() (law.ExceptionKind, []law.ExceptionKind) { return "", group }
func (c *PanelSays) texts() []*Text                               { return []*Text{&c.Words} }
func (c *PanelSays) decide(*Matter, At, Given, *law.Settings) (Found, law.Objections) {
	if !slices.Contains(law.UserPanels, c.Panel) {
		return Found{}, law.Objections{law.Impossible("x-panel", law.T(c.Panel))}
	}
	return Found{}, nil
}
func (c *PanelSays) fold(m *Matter, _ *Event) {
	all := make(map[string]Text, len(m.Panels)+1)
	for k, v := range m.Panels {
		all[k] = v
	}
	all[c.Panel] = c.Words
	m.Panels = all
}

// SetMeeting says in which meeting a group case is to be treated; another than before postpones it, or brings it forward.
type SetMeeting struct {
	Meeting int64   `json:"meeting"`
	Date    day.Day `json:"date,omitzero"`
	Why     Text    `json:"why,omitzero"` // of a case that is moved
}

func (SetMeeting) Verb() string                                    { return "set_meeting" }
func (SetMeeting) about() (law.ExceptionKind, []law.ExceptionKind) { return "", group }
func (c *SetMeeting) texts() []*Text                               { return []*Text{&c.Why} }
func (c *SetMeeting) decide(m *Matter, _ At, _ Given, _ *law.Settings) (Found, law.Objections) {
	return Found{}, undecided(m)
}
func (c *SetMeeting) fold(m *Matter, e *Event) {
	if m.MeetingID != 0 && m.MeetingID != c.Meeting {
		m.Postponed = append(m.Postponed[:len(m.Postponed):len(m.Postponed)], Postponement{Meeting: m.MeetingID, Was: m.MeetingOn, On: e.On, Why: c.Why})
	}
	m.MeetingID, m.MeetingOn = c.Meeting, c.Date
}

// Publish records that the decision stands on the open page.
type Publish struct {
	Words Text `json:"words,omitzero"` // the notice, in plain words
}

func (Publish) Verb() string                                    { return "publish" }
func (Publish) about() (law.ExceptionKind, []law.ExceptionKind) { return "", group }
func (c *Publish) texts() []*Text                               { return []*Text{&c.Words} }
func (c *Publish) decide(m *Matter, _ At, _ Given, _ *law.Settings) (Found, law.Objections) {
	if m.Status != law.ExceptionDecided {
		return Found{}, law.Objections{law.Impossible("x-not-decided")}
	}
	return Found{}, law.AnonymousObjections(c.Words.Words)
}
func (c *Publish) fold(m *Matter, e *Event) {
	m.PublishedOn = e.On
	if !c.Words.IsZero() {
		m.Decision.Summary = c.Words
	}
	m.Steps = append(m.Steps[:len(m.Steps):len(m.Steps)], Step{"published", e.On})
}

// ReviewGroup records the review of a group exception: it goes on, is extended, or ended.
type ReviewGroup struct {
	Result   string  `json:"result"` // continue · extend · end
	ValidTo  day.Day `json:"valid_to,omitzero"`
	ReviewOn day.Day `json:"review_on,omitzero"`
	Words    Text    `json:"words,omitzero"`
}

func (ReviewGroup) Verb() string                                    { return "review_group" }
func (ReviewGroup) about() (law.ExceptionKind, []law.ExceptionKind) { return "", group }
func (c *ReviewGroup) texts() []*Text                               { return []*Text{&c.Words} }
func (c *ReviewGroup) decide(m *Matter, at At, g Given, _ *law.Settings) (Found, law.Objections) {
	if os := decidedYes(m); os != nil {
		return Found{}, os
	}
	switch c.Result {
	case "continue", "end":
	case "extend":
		if !c.ValidTo.After(at.On) {
			return Found{}, law.Objections{law.Impossible("x-valid-to")}
		}
		return Found{}, law.OverlapObjections(m.ValidTo.Add(1), c.ValidTo, g.Valid) // what overlaps already was said when it was decided
	default:
		return Found{}, law.Objections{law.Impossible("x-group-result", law.T(c.Result))}
	}
	return Found{}, nil
}
func (c *ReviewGroup) fold(m *Matter, e *Event) {
	m.ReviewOn = c.ReviewOn
	switch c.Result {
	case "extend":
		m.ValidTo = c.ValidTo
	case "end":
		m.EndedOn = e.On
		m.Steps = append(m.Steps[:len(m.Steps):len(m.Steps)], Step{"ended", e.On})
	}
}
