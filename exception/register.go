package exception

import (
	"slices"

	"rettid/day"
	"rettid/law"
)

// RegisterMethod enters a method in the register, or a state it came into.
type RegisterMethod struct {
	ID    string          `json:"id"`
	Title string          `json:"title,omitempty"`
	State law.MethodState `json:"state"`
	From  day.Day         `json:"from,omitzero"` // in effect; zero: the day of the decision
	Body  string          `json:"body,omitempty"`
	Link  string          `json:"link,omitempty"`
	NoHTA bool            `json:"no_hta,omitempty"`
}

func (RegisterMethod) Verb() string { return "register_method" }
func (RegisterMethod) about() (law.ExceptionKind, []law.ExceptionKind) {
	return law.MethodMatter, method
}
func (*RegisterMethod) texts() []*Text { return nil }
func (c *RegisterMethod) decide(m *Matter, _ At, _ Given, _ *law.Settings) (Found, law.Objections) {
	switch {
	case !law.MethodID(c.ID) && m.Entry == nil:
		return Found{}, law.Objections{law.Impossible("x-method-id", law.T(c.ID))}
	case !slices.Contains(law.MethodStates, c.State):
		return Found{}, law.Objections{law.Impossible("x-method-state", law.T(string(c.State)))}
	case m.Entry != nil && c.ID != "" && c.ID != m.Entry.ID:
		return Found{}, law.Objections{law.Impossible("x-method-id", law.T(c.ID))}
	}
	return Found{}, nil
}
func (c *RegisterMethod) fold(m *Matter, e *Event) {
	entry := Method{ID: c.ID}
	if m.Entry != nil {
		entry = *m.Entry
	} else {
		m.Kind, m.Status, m.ReceivedOn = law.MethodMatter, law.MethodKept, e.On
	}
	if c.Title != "" {
		entry.Title = c.Title
	}
	from := c.From
	if from.IsZero() {
		from = e.On
	}
	entry.History = append(entry.History[:len(entry.History):len(entry.History)], State{State: c.State, On: e.On, From: from, Body: c.Body, Link: c.Link, NoHTA: c.NoHTA})
	m.Entry, m.Method, m.Name, m.MethodState = &entry, entry.ID, entry.ID, c.State
}

// OpenDoor records that the interregional medical directors opened a door for a method that has a no.
type OpenDoor struct {
	Door law.Door `json:"door"` // single · group
	To   day.Day  `json:"to,omitzero"`
	Link string   `json:"link,omitempty"`
}

func (OpenDoor) Verb() string                                    { return "open_door" }
func (OpenDoor) about() (law.ExceptionKind, []law.ExceptionKind) { return "", method }
func (*OpenDoor) texts() []*Text                                 { return nil }
func (c *OpenDoor) decide(*Matter, At, Given, *law.Settings) (Found, law.Objections) {
	if c.Door != law.SingleDoor && c.Door != law.GroupDoor {
		return Found{}, law.Objections{law.Impossible("x-door", law.T(string(c.Door)))}
	}
	return Found{}, nil
}
func (c *OpenDoor) fold(m *Matter, e *Event) {
	entry := Method{}
	if m.Entry != nil {
		entry = *m.Entry
	}
	entry.Doors = append(entry.Doors[:len(entry.Doors):len(entry.Doors)], law.DoorDecision{Door: c.Door, From: e.On, To: c.To})
	m.Entry = &entry
}

// OpenHearing asks the four regional user panels for their views on a change of the scheme.
type OpenHearing struct {
	Title string `json:"title"`
	About Text   `json:"about,omitzero"`
}

func (OpenHearing) Verb() string                                    { return "open_hearing" }
func (OpenHearing) about() (law.ExceptionKind, []law.ExceptionKind) { return law.HearingMatter, nil }
func (c *OpenHearing) texts() []*Text                               { return []*Text{&c.About} }
func (c *OpenHearing) decide(_ *Matter, at At, _ Given, s *law.Settings) (Found, law.Objections) {
	due := law.Finding[day.Day]{Rule: "exception-duties", Norms: []string{"X-511"}, Value: law.HearingDue(at.On, s)}
	return Found{Due: &due}, nil
}
func (c *OpenHearing) fold(m *Matter, e *Event) {
	m.Kind, m.Status, m.ReceivedOn, m.Name = law.HearingMatter, law.HearingOpen, e.On, c.Title
	m.Hearing = &Hearing{Title: c.Title, About: c.About}
	if e.Found.Due != nil {
		m.HearingBy = e.Found.Due.Value
	}
}

// AnswerHearing is a panel's answer, and later a comment in the same thread (U2-5).
type AnswerHearing struct {
	Panel string `json:"panel"`
	Words Text   `json:"words"`
}

func (AnswerHearing) Verb() string                                    { return "answer_hearing" }
func (AnswerHearing) about() (law.ExceptionKind, []law.ExceptionKind) { return "", hearing }
func (c *AnswerHearing) texts() []*Text                               { return []*Text{&c.Words} }
func (c *AnswerHearing) decide(*Matter, At, Given, *law.Settings) (Found, law.Objections) {
	if !slices.Contains(law.UserPanels, c.Panel) {
		return Found{}, law.Objections{law.Impossible("x-panel", law.T(c.Panel))}
	}
	return Found{}, nil
}
func (c *AnswerHearing) fold(m *Matter, e *Event) {
	h := Hearing{}
	if m.Hearing != nil {
		h = *m.Hearing
	}
	h.Answers = append(h.Answers[:len(h.Answers):len(h.Answers)], PanelAnswer{Panel: c.Panel, On: e.On, Words: c.Words})
	m.Hearing = &h
	if !slices.Contains(m.Answered, c.Panel) {
		m.Answered = append(m.Answered[:len(m.Answered):len(m.Answered)], c.Panel)
	}
}

// Respond answers the panels, point by point, and closes the hearing.
type Respond struct {
	Words Text `json:"words"`
}

func (Respond) Verb() string                                    { return "respond_to_hearing" }
func (Respond) about() (law.ExceptionKind, []law.ExceptionKind) { return "", hearing }
func (c *Respond) texts() []*Text                               { return []*Text{&c.Words} }
func (c *Respond) decide(*Matter, At, Given, *law.Settings) (Found, law.Objections) {
	return Found{}, nil
}
func (c *Respond) fold(m *Matter, _ *Event) {
	h := Hearing{}
	if m.Hearing != nil {
		h = *m.Hearing
	}
	h.Response = c.Words
	m.Hearing, m.Responded, m.Status = &h, true, law.HearingClosed
}

// ReviewPractice stores a review of practice with its counts, as they were on the day, and its conclusion (U4-3, U4-6). Given again it is a new version.
type ReviewPractice struct {
	Name       string   `json:"name,omitempty"`
	From       day.Day  `json:"from"`
	To         day.Day  `json:"to"`
	By         []string `json:"by,omitempty"` // axes; empty: region
	Meeting    int64    `json:"meeting,omitempty"`
	Conclusion Text     `json:"conclusion,omitzero"`

	KnownOn day.Day     `json:"known_on,omitzero"` // the numbers are of what had been recorded by then
	Digest  string      `json:"digest,omitempty"`  // SHA-256 of the numbers
	People  int         `json:"people,omitempty"`  // the version of the population they are held against
	Signals []Signalled `json:"signals,omitempty"`
}

func (ReviewPractice) Verb() string { return "review_practice" }
func (ReviewPractice) about() (law.ExceptionKind, []law.ExceptionKind) {
	return law.ReviewMatter, review
}
func (c *ReviewPractice) texts() []*Text { return []*Text{&c.Conclusion} }
func (c *ReviewPractice) decide(*Matter, At, Given, *law.Settings) (Found, law.Objections) {
	if c.To.Before(c.From) {
		return Found{}, law.Objections{law.Impossible("x-period", law.D(c.From), law.D(c.To))}
	}
	return Found{}, law.AnonymousObjections(c.Conclusion.Words)
}
func (c *ReviewPractice) fold(m *Matter, e *Event) {
	m.Kind, m.Status = law.ReviewMatter, law.Reviewed
	if m.ReceivedOn.IsZero() {
		m.ReceivedOn = e.On
	}
	m.DecidedOn, m.Name, m.MeetingID = e.On, c.Name, c.Meeting
	old := m.reviewed()
	m.Review = &Review{Tasks: old.Tasks, Published: old.Published, From: c.From, To: c.To, By: c.Axes(), Meeting: c.Meeting, Conclusion: c.Conclusion, Counts: e.Given.Counts, KnownOn: c.KnownOn, Digest: c.Digest, People: c.People, Signals: c.Signals}
	m.followFindings()
}

// Axes are what the review counts by.
func (c *ReviewPractice) Axes() []string {
	if len(c.By) == 0 {
		return []string{"region"}
	}
	return c.By
}
