package referral

import (
	"encoding/json"
	"fmt"
	"strings"

	"rettid/day"
	"rettid/law"
)

// Event tells what was done: the command that was asked, what was looked up for it, what the law found, and what it warned of. It carries
// its findings, so folding needs no law, and its inputs, so the rules can be run again.
type Event struct {
	On     day.Day        `json:"on"`
	Minute int16          `json:"minute,omitempty"`
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
	Authority    *law.Authority `json:"authority,omitempty"`     // of the provider that receives, holds or assesses
	Guide        *law.Entry     `json:"guide,omitempty"`         // what the guide says of the condition chosen
	GuideVersion day.Day        `json:"guide_version,omitzero"`  // the edition compared with (G2-33)
	GuideFactors []string       `json:"guide_factors,omitempty"` // the circumstances the guide lists for the condition (G2-6)
	OtherRegion  bool           `json:"other_region,omitempty"`
	Parent       *Parent        `json:"parent,omitempty"`
}

// Parent is what a new condition, or a second opinion, needs to know of the referral it comes from.
type Parent struct {
	Kind      law.Kind `json:"kind"`
	StartedOn day.Day  `json:"started_on,omitzero"`

	// And what a second opinion needs to know of the first.
	AssessedOn    day.Day `json:"assessed_on,omitzero"`
	SecondOpinion bool    `json:"second_opinion,omitempty"`
}

// Found is what the law found for a command.
type Found struct {
	Seniority  *law.Finding[day.Day]           `json:"seniority,omitempty"`
	AssessBy   *law.Finding[day.Day]           `json:"assess_by,omitempty"`
	Assessable *law.Finding[law.Assessability] `json:"assessable,omitempty"`
	StartBy    *law.Finding[day.Day]           `json:"start_by,omitempty"`
	Guarantee  *law.Finding[day.Day]           `json:"guarantee,omitempty"`
	Begins     *law.Finding[bool]              `json:"begins,omitempty"`
	MayAssess  bool                            `json:"may_assess,omitempty"`
	Reimbursed bool                            `json:"reimbursed,omitempty"`
	Code       int                             `json:"code,omitempty"`
	Offer      int                             `json:"offer,omitempty"` // 1 + the index of the offer answered
	InTime     bool                            `json:"in_time,omitempty"`
	Parts      []law.Part                      `json:"parts,omitempty"`
	Receipt    *law.Finding[bool]              `json:"receipt,omitempty"` // whether what came closes the letter
	Next       *law.Finding[law.Channel]       `json:"next,omitempty"`    // the way a letter goes on
	Factors    []Factor                        `json:"factors,omitempty"` // the guide's circumstances with the answers given; the rest stand unanswered
}

// IsZero says that nothing was found.
func (f Found) IsZero() bool {
	return f.Seniority == nil && f.AssessBy == nil && f.Assessable == nil && f.StartBy == nil && f.Guarantee == nil && f.Begins == nil &&
		!f.MayAssess && !f.Reimbursed && f.Code == 0 && f.Offer == 0 && !f.InTime && f.Parts == nil && f.Receipt == nil && f.Next == nil && f.Factors == nil
}

// IsZero says that nothing was looked up.
func (g Given) IsZero() bool {
	return g.Authority == nil && g.Guide == nil && !g.OtherRegion && g.Parent == nil && g.GuideVersion.IsZero() && g.GuideFactors == nil
}

// Kind names the event in the log.
func (e *Event) Kind() string { return e.Ask.Verb() }

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
		return fmt.Errorf("referral: the log holds an event %q this program does not know", w.Do)
	}
	*e = Event(w.plainEvent)
	e.Ask = make()
	if err := json.Unmarshal(w.Ask, e.Ask); err != nil {
		return fmt.Errorf("referral: event %q: %w", w.Do, err)
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

// Decide answers a command on a referral whose log is given: the event to append, or a [*Refusal]. It changes nothing. An error that is
// no refusal says what the program could not find out.
func Decide(log []Entry, c Command, at At, g Given, s *law.Settings) (*Event, error) {
	if c, ok := c.(*Correct); ok {
		return decideCorrection(log, c, at, g, s)
	}
	r := Fold(log)
	return decideOn(&r, c, at, g, s)
}

// decideOn answers on a folded state.
func decideOn(r *Referral, c Command, at At, g Given, s *law.Settings) (*Event, error) {
	_, isReceive := c.(*Receive)
	if isReceive != (r.Seq == 0) {
		if isReceive {
			return nil, fmt.Errorf("referral: it has been received already")
		}
		return nil, fmt.Errorf("referral: it has not been received")
	}
	if refused := dateObjections(r, c, at.On); len(refused) > 0 {
		return nil, &Refusal{refused}
	}
	found, objections := c.decide(r, at, g, s)
	if refused := objections.Refused(); len(refused) > 0 {
		return nil, &Refusal{refused}
	}
	return &Event{On: at.On, Minute: at.Minute, Role: at.Role, Actor: at.Actor, Place: at.Place, Ask: c, Given: g, Found: found, Warned: objections}, nil
}

// dateObjections refuses a step dated before the referral was received, and a step in its course dated before one already taken: the course
// goes forward, and what was dated wrongly is corrected.
func dateObjections(r *Referral, c Command, on day.Day) law.Objections {
	switch {
	case r.Seq == 0:
		return nil
	case !r.ReceivedFirst().IsZero() && on.Before(r.ReceivedFirst()):
		return law.Objections{law.Impossible("before-received", law.D(on), law.D(r.ReceivedFirst()))}
	case moves(c) && on.Before(r.MovedOn):
		return law.Objections{law.Impossible("before-earlier-step", law.D(on), law.D(r.MovedOn))}
	}
	return nil
}

// moves tells whether a command can take the referral a step further in its course: into, between or out of the stocks.
func moves(c Command) bool {
	switch c.(type) {
	case *Receive, *Forward, *RefuseOutOfRegion, *Assess, *Classify, *Start, *HelfoPlaced, *DecideComplaint, *Close:
		return true
	}
	return false
}

// ReceivedFirst is the first day the referral is known anywhere: the seniority date, or the reception when that has not begun.
func (r *Referral) ReceivedFirst() day.Day {
	if r.Seniority.IsZero() {
		return r.ReceivedOn
	}
	if len(r.Hops) == 0 && r.ReceivedOn.Before(r.Seniority) {
		return r.ReceivedOn
	}
	return r.Seniority
}

// Again runs an event's command again on the log before it: what today's rules say on yesterday's inputs.
func Again(before []Entry, e *Event, s *law.Settings) (*Event, error) {
	at := At{On: e.On, Minute: e.Minute, Role: e.Role, Actor: e.Actor, Place: e.Place}
	return Decide(before, e.Ask, at, e.Given, s)
}

// Fold replays a log. A correction speaks in the place of the entry it corrects, and what it found anew in the place of later ones;
// all stay in the log.
func Fold(log []Entry) Referral { return FoldAsOf(log, day.Day{}) }

// FoldAsOf replays what had happened by the end of a day, of the entries given; the zero day is no limit.
func FoldAsOf(log []Entry, asOf day.Day) Referral {
	speaks := Speaking(log)
	var r Referral
	for i, e := range log {
		ev := speaks[i]
		if ev == nil {
			r.Seq = e.Seq
			continue
		}
		if !asOf.IsZero() && ev.On.After(asOf) {
			continue
		}
		r.Seq = e.Seq - 1
		r.apply(ev)
		r.Seq = e.Seq
	}
	return r
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
func (r *Referral) apply(e *Event) {
	e.Ask.fold(r, e)
	if moves(e.Ask) && e.On.After(r.MovedOn) {
		r.MovedOn = e.On
	}
	r.settle(e)
}

// settle keeps what follows from several facts at once: since when the time recorded lies after the deadline, that a notice to Helfo
// is spent once a time inside the deadline is found, and that one without the right has no time to wait for, also where a correction took the
// right away from under a booking that stands (G2-14).
func (r *Referral) settle(e *Event) {
	if r.Right == law.NotGranted {
		r.Appointment, r.Meeting = law.Appointment{}, law.Appointment{}
	}
	late := !r.StartBy.IsZero() && !r.Appointment.IsZero() && r.Appointment.To.After(r.StartBy)
	switch {
	case late && r.BreachSince.IsZero():
		r.BreachSince = e.On
	case !late:
		r.BreachSince = day.Day{}
	}
	inTime := !r.StartBy.IsZero() && !r.Appointment.IsZero() && !late
	if inTime {
		switch e.Ask.(type) {
		case *Book, *Accept, *Postpone:
			r.HelfoOn, r.AgreedNotOn = day.Day{}, day.Day{}
		}
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
	out := &Event{On: at.On, Minute: at.Minute, Role: at.Role, Actor: at.Actor, Place: at.Place, Ask: c, Given: g}

	var r Referral
	replay := func(ev *Event, seq int) {
		if ev != nil {
			r.apply(ev)
		}
		r.Seq = seq
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
		with, err := decideOn(&r, c.With, At{On: on, Minute: was.Minute, Role: was.Role, Actor: was.Actor, Place: was.Place}, g, s)
		if err != nil {
			return nil, err
		}
		out.With = with
	}
	replay(out.With, log[i].Seq)
	for j := i + 1; j < len(log); j++ {
		ev := speaks[j]
		if ev == nil {
			r.Seq = log[j].Seq
			continue
		}
		again, err := decideOn(&r, ev.Ask, At{On: ev.On, Minute: ev.Minute, Role: ev.Role, Actor: ev.Actor, Place: ev.Place}, ev.Given, s)
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

func (c *Correct) decide(*Referral, At, Given, *law.Settings) (Found, law.Objections) {
	panic("referral: a correction is decided on the log")
}

func (c *Correct) fold(*Referral, *Event) {}
