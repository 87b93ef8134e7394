package exception

import (
	"net/url"
	"regexp"
	"slices"

	"rettid/day"
	"rettid/law"
)

// Schedule puts a meeting of the interregional medical directors in the calendar, or moves it (U2-4).
type Schedule struct {
	Name       string  `json:"name,omitempty"`
	Date       day.Day `json:"date,omitzero"`
	Bestiller  day.Day `json:"bestiller,omitzero"`  // the day of Bestillerforum
	Beslutning day.Day `json:"beslutning,omitzero"` // and of Beslutningsforum
	Begins     string  `json:"begins,omitempty"`    // local time, 09:30; empty: not said
	Ends       string  `json:"ends,omitempty"`
	Where      string  `json:"where,omitempty"`
	Link       string  `json:"link,omitempty"` // https
}

// meetingClock is a time of day as a meeting has it.
var meetingClock = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)

// timeObjections refuses a time of day that is none, an end without or before a beginning, and an address that is not one of a web page.
func (c *Schedule) timeObjections() law.Objections {
	for _, t := range []string{c.Begins, c.Ends} {
		if t != "" && !meetingClock.MatchString(t) {
			return law.Objections{law.Impossible("x-meeting-clock", law.T(t))}
		}
	}
	if c.Ends != "" && c.Ends <= c.Begins || c.Ends != "" && c.Begins == "" {
		return law.Objections{law.Impossible("x-meeting-ends", law.T(c.Ends))}
	}
	if u, err := url.Parse(c.Link); c.Link != "" && (err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil) {
		return law.Objections{law.Impossible("x-meeting-link")}
	}
	return nil
}

func (Schedule) Verb() string                                    { return "schedule_meeting" }
func (Schedule) about() (law.ExceptionKind, []law.ExceptionKind) { return law.MeetingMatter, meeting }
func (*Schedule) texts() []*Text                                 { return nil }
func (c *Schedule) decide(m *Matter, _ At, _ Given, _ *law.Settings) (Found, law.Objections) {
	if m.Status == law.MeetingHeld || m.Status == law.MeetingApproved {
		return Found{}, law.Objections{law.Impossible("x-meeting-held", law.D(m.HeldOn))}
	}
	return Found{}, append(c.timeObjections(), law.MeetingDayObjections(c.Date, c.Bestiller, c.Beslutning)...)
}
func (c *Schedule) fold(m *Matter, e *Event) {
	if m.Meeting == nil {
		m.Kind, m.Status, m.ReceivedOn, m.Meeting = law.MeetingMatter, law.MeetingPlanned, e.On, new(Meeting)
	}
	t := *m.Meeting
	t.Date, t.Bestiller, t.Beslutning = c.Date, c.Bestiller, c.Beslutning
	t.Begins, t.Ends, t.Where, t.Link = c.Begins, c.Ends, c.Where, c.Link
	m.Meeting, m.MeetingOn = &t, c.Date
	if c.Name != "" {
		m.Name = c.Name
	}
}

// with changes a copy of the meeting: states that share it stay as they were.
func (m *Matter) with(change func(*Meeting)) {
	t := Meeting{}
	if m.Meeting != nil {
		t = *m.Meeting
	}
	change(&t)
	m.Meeting = &t
	m.Invited = len(law.DistinctReps(&law.GroupMeeting{Invited: t.Invited}, day.Day{}))
	m.GroupCases = 0
	for _, i := range t.Agenda {
		if i.Matter != 0 {
			m.GroupCases++
		}
	}
}

// Invite invites user representatives: any of the four, differently from meeting to meeting (U2-3).
type Invite struct {
	Reps   []string `json:"representatives"`
	Papers bool     `json:"papers,omitempty"` // the case papers went with it
}

func (Invite) Verb() string                                    { return "invite" }
func (Invite) about() (law.ExceptionKind, []law.ExceptionKind) { return "", meeting }
func (*Invite) texts() []*Text                                 { return nil }
func (c *Invite) decide(m *Matter, _ At, _ Given, _ *law.Settings) (Found, law.Objections) {
	if len(c.Reps) == 0 {
		return Found{}, law.Objections{law.Impossible("x-no-representative")}
	}
	return Found{}, nil
}
func (c *Invite) fold(m *Matter, e *Event) {
	m.with(func(t *Meeting) {
		for _, r := range c.Reps {
			t.Invited = append(t.Invited[:len(t.Invited):len(t.Invited)], law.Invitation{Rep: r, On: e.On, Papers: c.Papers})
		}
	})
}

// SetAgenda writes the agenda.
type SetAgenda struct {
	Items []Item `json:"items"`
}

func (SetAgenda) Verb() string                                    { return "set_agenda" }
func (SetAgenda) about() (law.ExceptionKind, []law.ExceptionKind) { return "", meeting }
func (c *SetAgenda) texts() []*Text {
	var out []*Text
	for i := range c.Items {
		out = append(out, &c.Items[i].Papers)
	}
	return out
}
func (c *SetAgenda) decide(m *Matter, _ At, _ Given, _ *law.Settings) (Found, law.Objections) {
	if m.Status != law.MeetingPlanned {
		return Found{}, law.Objections{law.Impossible("x-meeting-held", law.D(m.HeldOn))}
	}
	return Found{}, nil
}
func (c *SetAgenda) fold(m *Matter, _ *Event) { m.with(func(t *Meeting) { t.Agenda = c.Items }) }

// SendPapers records that agenda and papers went out.
type SendPapers struct{}

func (SendPapers) Verb() string                                    { return "send_papers" }
func (SendPapers) about() (law.ExceptionKind, []law.ExceptionKind) { return "", meeting }
func (*SendPapers) texts() []*Text                                 { return nil }
func (c *SendPapers) decide(*Matter, At, Given, *law.Settings) (Found, law.Objections) {
	return Found{}, nil
}
func (c *SendPapers) fold(m *Matter, e *Event) { m.PapersOn = e.On }

// Declare records a statement on conflict of interest and confidentiality. A conflicted representative does not count towards two.
type Declare struct {
	Who          string     `json:"who"`
	Matter       int64      `json:"matter,omitempty"` // the case; 0: every case of the meeting
	Conflict     law.Answer `json:"conflict"`
	Confidential bool       `json:"confidential,omitempty"`
}

func (Declare) Verb() string                                    { return "declare" }
func (Declare) about() (law.ExceptionKind, []law.ExceptionKind) { return "", meeting }
func (*Declare) texts() []*Text                                 { return nil }
func (c *Declare) decide(m *Matter, at At, _ Given, _ *law.Settings) (Found, law.Objections) {
	if m.Meeting == nil {
		return Found{}, nil
	}
	t := *m.Meeting
	t.Declared = append(t.Declared[:len(t.Declared):len(t.Declared)], Declaration{Who: c.Who, Matter: c.Matter, Conflict: c.Conflict})
	return Found{}, law.ConflictObjections(&law.GroupMeeting{Invited: t.Invited, Conflicted: t.Conflicted(c.Matter)})
}
func (c *Declare) fold(m *Matter, e *Event) {
	m.with(func(t *Meeting) {
		t.Declared = append(t.Declared[:len(t.Declared):len(t.Declared)], Declaration{Who: c.Who, Matter: c.Matter, Conflict: c.Conflict, Confidential: c.Confidential, On: e.On})
	})
}

// Hold records that the meeting was held, and who was there.
type Hold struct {
	Present []Attendee `json:"present,omitempty"`
}

func (Hold) Verb() string                                    { return "hold_meeting" }
func (Hold) about() (law.ExceptionKind, []law.ExceptionKind) { return "", meeting }
func (*Hold) texts() []*Text                                 { return nil }
func (c *Hold) decide(m *Matter, _ At, _ Given, _ *law.Settings) (Found, law.Objections) {
	if m.Status == law.MeetingApproved {
		return Found{}, law.Objections{law.Impossible("x-meeting-held", law.D(m.HeldOn))}
	}
	return Found{}, nil
}
func (c *Hold) fold(m *Matter, e *Event) {
	m.Status, m.HeldOn = law.MeetingHeld, e.On
	m.with(func(t *Meeting) { t.Present = c.Present })
}

// GiveOpinion records what a user representative says of a case, with dissent; AnswerOpinion the answer to it.
type GiveOpinion struct {
	Who     string `json:"who"`
	Matter  int64  `json:"matter,omitempty"`
	Words   Text   `json:"words,omitzero"`
	Dissent bool   `json:"dissent,omitempty"`
}

func (GiveOpinion) Verb() string                                    { return "give_opinion" }
func (GiveOpinion) about() (law.ExceptionKind, []law.ExceptionKind) { return "", meeting }
func (c *GiveOpinion) texts() []*Text                               { return []*Text{&c.Words} }
func (c *GiveOpinion) decide(*Matter, At, Given, *law.Settings) (Found, law.Objections) {
	return Found{}, law.AnonymousObjections(c.Words.Words)
}
func (c *GiveOpinion) fold(m *Matter, e *Event) {
	m.with(func(t *Meeting) {
		t.Opinions = append(t.Opinions[:len(t.Opinions):len(t.Opinions)], Opinion{N: len(t.Opinions) + 1, Who: c.Who, Matter: c.Matter, Words: c.Words, Dissent: c.Dissent})
	})
}

// AnswerOpinion answers one.
type AnswerOpinion struct {
	N      int  `json:"n"`
	Answer Text `json:"answer"`
}

func (AnswerOpinion) Verb() string                                    { return "answer_opinion" }
func (AnswerOpinion) about() (law.ExceptionKind, []law.ExceptionKind) { return "", meeting }
func (c *AnswerOpinion) texts() []*Text                               { return []*Text{&c.Answer} }
func (c *AnswerOpinion) decide(m *Matter, _ At, _ Given, _ *law.Settings) (Found, law.Objections) {
	if m.Meeting == nil || c.N < 1 || c.N > len(m.Meeting.Opinions) {
		return Found{}, law.Objections{law.Impossible("x-no-input", law.N(c.N))}
	}
	return Found{}, nil
}
func (c *AnswerOpinion) fold(m *Matter, _ *Event) {
	m.with(func(t *Meeting) {
		if c.N < 1 || c.N > len(t.Opinions) {
			return
		}
		t.Opinions = slices.Clone(t.Opinions)
		t.Opinions[c.N-1].Answer = c.Answer
	})
}

// WriteMinutes writes the minutes: preliminary until approved at the next meeting (X-1017). Written again, they are a new version.
type WriteMinutes struct {
	Words Text `json:"words"`
}

func (WriteMinutes) Verb() string                                    { return "write_minutes" }
func (WriteMinutes) about() (law.ExceptionKind, []law.ExceptionKind) { return "", meeting }
func (c *WriteMinutes) texts() []*Text                               { return []*Text{&c.Words} }
func (c *WriteMinutes) decide(m *Matter, _ At, _ Given, _ *law.Settings) (Found, law.Objections) {
	if m.HeldOn.IsZero() {
		return Found{}, law.Objections{law.Impossible("x-not-held")}
	}
	return Found{}, law.AnonymousObjections(c.Words.Words)
}
func (c *WriteMinutes) fold(m *Matter, e *Event) {
	m.MinutesOn, m.Status, m.ApprovedOn = e.On, law.MeetingHeld, day.Day{}
	m.with(func(t *Meeting) { t.Minutes = c.Words })
}

// ApproveMinutes approves them.
type ApproveMinutes struct{}

func (ApproveMinutes) Verb() string                                    { return "approve_minutes" }
func (ApproveMinutes) about() (law.ExceptionKind, []law.ExceptionKind) { return "", meeting }
func (*ApproveMinutes) texts() []*Text                                 { return nil }
func (c *ApproveMinutes) decide(m *Matter, _ At, _ Given, _ *law.Settings) (Found, law.Objections) {
	if m.MinutesOn.IsZero() {
		return Found{}, law.Objections{law.Impossible("x-not-held")}
	}
	return Found{}, nil
}
func (c *ApproveMinutes) fold(m *Matter, e *Event) {
	m.Status, m.ApprovedOn = law.MeetingApproved, e.On
}
