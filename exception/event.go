package exception

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"rettid/day"
	"rettid/law"
)

// At is when something happened, and who did it.
type At struct {
	On    day.Day
	Role  law.Role
	Actor string
	Place string // the trust, region or body the actor works for
}

// Event tells what was done: the command that was asked, what was looked up for it, what the law found, and what it warned of. It carries
// its findings, so folding needs no law, and its inputs, so the rules can be run again.
type Event struct {
	On     day.Day        `json:"on"`
	Role   law.Role       `json:"role,omitempty"`
	Actor  string         `json:"actor,omitempty"`
	Place  string         `json:"place,omitempty"`
	Ask    Command        `json:"-"`
	Given  Given          `json:"given,omitzero"`
	Found  Found          `json:"found,omitzero"`
	Warned law.Objections `json:"warned,omitempty"`
	Then   map[int]*Event `json:"then,omitempty"` // of a correction: later entries with their findings found anew
	With   *Event         `json:"with,omitempty"` // of a correction: what speaks in the place of the corrected entry
}

// Given is what had to be looked up for a command: plain facts of the world on the day.
type Given struct {
	Method  *law.MethodOn             `json:"method,omitempty"` // what the register says of the method on the day of receipt
	Region  string                    `json:"region,omitempty"` // of residence
	Meeting *law.GroupMeeting         `json:"meeting,omitempty"`
	Unlike  []string                  `json:"unlike,omitempty"` // decided like cases with another answer
	Counts  map[string]map[string]Row `json:"counts,omitempty"` // of a review of practice
}

// IsZero says that nothing was looked up.
func (g Given) IsZero() bool {
	return g.Method == nil && g.Region == "" && g.Meeting == nil && g.Unlike == nil && g.Counts == nil
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
}

// IsZero says that nothing was found.
func (f Found) IsZero() bool {
	return f.Doors == nil && f.Route == nil && f.ValidTo == nil && f.ReviewOn == nil && f.Participation == nil && !f.Passed && f.Due == nil
}

// over lays later findings over these.
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

// Kind names the event in the log.
func (e *Event) Kind() string { return Process + "/" + e.Ask.Verb() }

type plainEvent Event

type wireEvent struct {
	Do  string          `json:"do"`
	Ask json.RawMessage `json:"ask"`
	plainEvent
}

// MarshalJSON writes the event with its command.
func (e *Event) MarshalJSON() ([]byte, error) {
	ask, err := json.Marshal(e.Ask)
	if err != nil {
		return nil, err
	}
	return json.Marshal(wireEvent{Do: e.Ask.Verb(), Ask: ask, plainEvent: plainEvent(*e)})
}

// UnmarshalJSON reads an event of any shape that was ever written.
func (e *Event) UnmarshalJSON(b []byte) error {
	var w wireEvent
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	make, ok := verbs[w.Do]
	if !ok {
		return fmt.Errorf("exception: the log holds an event %q this program does not know", w.Do)
	}
	*e = Event(w.plainEvent)
	e.Ask = make()
	if err := json.Unmarshal(w.Ask, e.Ask); err != nil {
		return fmt.Errorf("exception: event %q: %w", w.Do, err)
	}
	if c, ok := e.Ask.(*Correct); ok && e.With != nil {
		c.With = e.With.Ask
	}
	return nil
}

// Entry is one place in the log.
type Entry struct {
	Seq   int
	Known day.Day // the day it was recorded
	Event *Event
}

// Refusal is the trade saying no: the objections that refuse, each with its norms and reasons.
type Refusal struct{ Objections law.Objections }

// Error names the norms; it holds no text and no identity.
func (r *Refusal) Error() string {
	return "refused: " + strings.Join(r.Objections.Norms(), ", ")
}

// Decide answers a command on a matter whose log is given: the event to append, or a [*Refusal]. It changes nothing. An error that is
// no refusal says what the program could not find out.
func Decide(log []Entry, c Command, at At, g Given, s *law.Settings) (*Event, error) {
	if c, ok := c.(*Correct); ok {
		return decideCorrection(log, c, at, g, s)
	}
	m := Fold(log)
	return decideOn(&m, c, at, g, s)
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
		return nil, &Refusal{law.Objections{law.Impossible("before-received", law.D(at.On), law.D(m.ReceivedOn))}}
	}
	found, objections := c.decide(m, at, g, s)
	if refused := objections.Refused(); len(refused) > 0 {
		return nil, &Refusal{refused}
	}
	return &Event{On: at.On, Role: at.Role, Actor: at.Actor, Place: at.Place, Ask: c, Given: g, Found: found, Warned: objections}, nil
}

// Again runs an event's command again on the log before it: what today's rules say on yesterday's inputs.
func Again(before []Entry, e *Event, s *law.Settings) (*Event, error) {
	at := At{On: e.On, Role: e.Role, Actor: e.Actor, Place: e.Place}
	return Decide(before, e.Ask, at, e.Given, s)
}

// Fold replays a log. A correction speaks in the place of the entry it corrects, and what it found anew in the place of later ones;
// all stay in the log.
func Fold(log []Entry) Matter { return FoldAsOf(log, day.Day{}) }

// FoldAsOf replays what had happened by the end of a day, of the entries given; the zero day is no limit.
func FoldAsOf(log []Entry, asOf day.Day) Matter {
	speaks := Speaking(log)
	var m Matter
	for i, e := range log {
		ev := speaks[i]
		if ev == nil {
			m.Seq = e.Seq
			continue
		}
		if !asOf.IsZero() && ev.On.After(asOf) {
			continue
		}
		m.apply(ev)
		m.Seq = e.Seq
	}
	return m
}

// Speaking gives for each entry the event that speaks in its place: its own, a correction's, or nil when it was struck out or is a correction itself.
func Speaking(log []Entry) []*Event {
	out := make([]*Event, len(log))
	at := func(seq int) int {
		for i := range log {
			if log[i].Seq == seq {
				return i
			}
		}
		return -1
	}
	for i, e := range log {
		c, ok := e.Event.Ask.(*Correct)
		if !ok {
			out[i] = e.Event
			continue
		}
		if j := at(c.Seq); j >= 0 {
			out[j] = e.Event.With
		}
		for seq, ev := range e.Event.Then {
			if j := at(seq); j >= 0 && out[j] != nil {
				out[j] = ev
			}
		}
	}
	return out
}

// apply folds one event into the state.
func (m *Matter) apply(e *Event) {
	e.Ask.fold(m, e)
	m.Found = m.Found.over(e.Found)
	if e.On.After(m.MovedOn) {
		m.MovedOn = e.On
	}
}

// decideCorrection answers a correction: the corrected command decided on what came before it, and every later entry decided again.
func decideCorrection(log []Entry, c *Correct, at At, g Given, s *law.Settings) (*Event, error) {
	i := -1
	for j := range log {
		if log[j].Seq == c.Seq {
			i = j
		}
	}
	speaks := Speaking(log)
	switch {
	case i < 0 || speaks[i] == nil:
		return nil, &Refusal{law.Objections{law.Impossible("nothing-to-correct", law.N(c.Seq))}}
	case c.Strike && i == 0:
		return nil, &Refusal{law.Objections{law.Impossible("reception-stands")}}
	}
	out := &Event{On: at.On, Role: at.Role, Actor: at.Actor, Place: at.Place, Ask: c, Given: g}

	var m Matter
	replay := func(ev *Event, seq int) {
		if ev != nil {
			m.apply(ev)
		}
		m.Seq = seq
	}
	for j := 0; j < i; j++ {
		replay(speaks[j], log[j].Seq)
	}
	if !c.Strike {
		was := speaks[i]
		on := was.On
		if !c.On.IsZero() {
			on = c.On
		}
		if on.After(at.On) {
			return nil, &Refusal{law.Objections{law.Impossible("in-the-future", law.D(on), law.D(at.On))}}
		}
		with, err := decideOn(&m, c.With, At{On: on, Role: was.Role, Actor: was.Actor, Place: was.Place}, g, s)
		if err != nil {
			return nil, err
		}
		out.With = with
	}
	replay(out.With, log[i].Seq)
	for j := i + 1; j < len(log); j++ {
		ev := speaks[j]
		if ev == nil {
			m.Seq = log[j].Seq
			continue
		}
		again, err := decideOn(&m, ev.Ask, At{On: ev.On, Role: ev.Role, Actor: ev.Actor, Place: ev.Place}, ev.Given, s)
		switch refusal, refused := err.(*Refusal); {
		case refused:
			// The law would now have said no to a step that was taken. It was taken; it stands, and this is said.
			o := law.Questioned(refusal.Objections, log[j].Seq)
			out.Warned = append(out.Warned, o)
		case err != nil:
			return nil, err
		default:
			if out.Then == nil {
				out.Then = make(map[int]*Event)
			}
			out.Then[log[j].Seq], ev = again, again
		}
		replay(ev, log[j].Seq)
	}
	return out, nil
}

func (c *Correct) decide(*Matter, At, Given, *law.Settings) (Found, law.Objections) {
	panic("exception: a correction is decided on the log")
}

func (c *Correct) fold(*Matter, *Event) {}
