package exception

import (
	"fmt"
	"slices"

	"rettid/day"
	"rettid/entry"
	"rettid/law"
)

// What an entry of a matter's log is made of: the mechanics are every case's, the commands, inputs and findings the exception scheme's own.
type (
	Event      = entry.Event[kind, Command, Given, Found]
	Entry      = entry.Entry[kind, Command, Given, Found]
	At         = entry.At
	Refusal    = entry.Refusal
	Difference = entry.Difference
)

// kind tells the log that it is a matter's.
type kind struct{}

func (kind) Room() string   { return "exception" }
func (kind) Prefix() string { return Process + "/" }

func (kind) Make(verb string) (Command, bool) {
	make, ok := verbs[verb]
	if !ok {
		return nil, false
	}
	return make(), true
}

func (kind) Correction(c Command) (entry.Correction[Command], bool) {
	x, ok := c.(*Correct)
	if !ok {
		return entry.Correction[Command]{}, false
	}
	return entry.Correction[Command]{Seq: x.Seq, With: &x.With, On: x.On, Strike: x.Strike}, true
}

// rules is how a matter decides and folds.
func rules() *entry.Rules[Matter, kind, Command, Given, Found] {
	return &entry.Rules[Matter, kind, Command, Given, Found]{Decide: decideOn, Fold: (*Matter).apply, Seq: func(m *Matter) *int { return &m.Seq }}
}

// Given is what had to be looked up for a command: plain facts of the world on the day.
type Given struct {
	Method  *law.MethodOn             `json:"method,omitempty"` // what the register says of the method on the day of receipt
	Region  string                    `json:"region,omitempty"` // of residence
	Home    *Home                     `json:"home,omitempty"`   // what the tables say of the area of residence
	Meeting *law.GroupMeeting         `json:"meeting,omitempty"`
	Unlike  []string                  `json:"unlike,omitempty"` // decided like cases with another answer
	Valid   []law.Validity            `json:"valid,omitempty"`  // other group exceptions for the same method and indication
	Counts  map[string]map[string]Row `json:"counts,omitempty"` // of a review of practice
}

// IsZero says that nothing was looked up.
func (g Given) IsZero() bool {
	return g.Method == nil && g.Region == "" && g.Home == nil && g.Meeting == nil && g.Unlike == nil && g.Valid == nil && g.Counts == nil
}

// Found is what the law found for a command.
type Found struct {
	Doors         map[law.Door]law.Finding[law.Opening] `json:"doors,omitempty"`
	Route         *law.Finding[law.ExceptionRoute]      `json:"route,omitempty"`
	ValidTo       *law.Finding[day.Day]                 `json:"valid_to,omitempty"`
	ReviewOn      *law.Finding[day.Day]                 `json:"review_on,omitempty"`
	Participation *law.Finding[law.Participation]       `json:"participation,omitempty"`
	Passed        bool                                  `json:"passed,omitempty"` // decided with fewer than two invited, on a recorded reason
	Due           *law.Finding[day.Day]                 `json:"due,omitempty"`
	Receipt       *law.Finding[bool]                    `json:"receipt,omitempty"` // that a letter arrived: whether it counts
	Next          *law.Finding[law.Channel]             `json:"next,omitempty"`    // that a letter did not arrive: the way it goes on
}

// IsZero says that nothing was found.
func (f Found) IsZero() bool {
	return f.Doors == nil && f.Route == nil && f.ValidTo == nil && f.ReviewOn == nil && f.Participation == nil && !f.Passed && f.Due == nil && f.Receipt == nil && f.Next == nil
}

// over lays later findings over these. What was found of one letter stands with that entry alone.
func (f Found) over(g Found) Found {
	if g.Doors != nil {
		f.Doors = g.Doors
	}
	if g.Route != nil {
		f.Route = g.Route
	}
	if g.ValidTo != nil {
		f.ValidTo = g.ValidTo
	}
	if g.ReviewOn != nil {
		f.ReviewOn = g.ReviewOn
	}
	if g.Participation != nil {
		f.Participation = g.Participation
	}
	if g.Due != nil {
		f.Due = g.Due
	}
	f.Passed = f.Passed || g.Passed
	return f
}

// Decide answers a command on a matter whose log is given: the event to append, or a [*Refusal]. It changes nothing. An error that is
// no refusal says what the program could not find out.
func Decide(log []Entry, c Command, at At, g Given, s *law.Settings) (*Event, error) {
	return rules().Answer(log, c, at, g, s)
}

// decideOn answers on a folded state.
func decideOn(m *Matter, c Command, at At, g Given, s *law.Settings) (*Event, error) {
	opens, on := c.about()
	switch {
	case m.Seq == 0 && opens == "":
		return nil, fmt.Errorf("exception: %s on what has not been opened", c.Verb())
	case m.Seq > 0 && !slices.Contains(on, m.Kind):
		return nil, fmt.Errorf("exception: %s is not of a matter of kind %q", c.Verb(), m.Kind)
	case m.Seq > 0 && m.Kind != law.MeetingMatter && m.Kind != law.MethodMatter && at.On.Before(m.ReceivedOn):
		return nil, &Refusal{Objections: law.Objections{law.Impossible("before-received", law.D(at.On), law.D(m.ReceivedOn))}}
	}
	found, objections := c.decide(m, at, g, s)
	if refused := objections.Refused(); len(refused) > 0 {
		return nil, &Refusal{Objections: refused}
	}
	return &Event{On: at.On, Minute: at.Minute, Role: at.Role, Actor: at.Actor, Place: at.Place, Ask: c, Given: g, Found: found, Warned: objections}, nil
}

// Again runs an event's command again on the log before it: what today's rules say on yesterday's inputs.
func Again(before []Entry, e *Event, s *law.Settings) (*Event, error) {
	return rules().Again(before, e, s)
}

// Fold replays a log. A correction speaks in the place of the entry it corrects, and what it found anew in the place of later ones;
// all stay in the log.
func Fold(log []Entry) Matter { return FoldAsOf(log, day.Day{}) }

// FoldAsOf replays what had happened by the end of a day, of the entries given; the zero day is no limit.
func FoldAsOf(log []Entry, asOf day.Day) Matter { return rules().Replay(log, asOf) }

// Speaking gives for each entry the event that speaks in its place: its own, a correction's, or nil when it was struck out or is a correction itself.
func Speaking(log []Entry) []*Event { return entry.Speaking(log) }

// apply folds one event into the state.
func (m *Matter) apply(e *Event) {
	e.Ask.fold(m, e)
	m.Found = m.Found.over(e.Found)
	if e.On.After(m.MovedOn) {
		m.MovedOn = e.On
	}
}

func (c *Correct) decide(*Matter, At, Given, *law.Settings) (Found, law.Objections) {
	panic("exception: a correction is decided on the log")
}

func (c *Correct) fold(*Matter, *Event) {}
