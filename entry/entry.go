// Package entry is how the log of one case works, whatever the case: entries are numbered and never changed, a correction speaks in the place of what it
// corrects, and what was decided can be decided again on the inputs it was decided with. A referral and a matter of the exception scheme are both such cases.
//
// What never happens here: no rule, no command, no database, no clock. What a command asks, what the law finds and what a state is are the case's own.
package entry

import (
	"encoding/json"
	"fmt"
	"strings"

	"rettid/day"
	"rettid/law"
)

// Command is what is asked of a case.
type Command interface{ Verb() string }

// Case tells what an entry needs to know of the sort of case it is of: an empty struct of the room that owns the case.
type Case[C Command] interface {
	Room() string                       // names the room in errors
	Prefix() string                     // before the verb, where the verbs of several sorts of case stand in one log
	Make(verb string) (C, bool)         // an empty command to read into
	Correction(C) (Correction[C], bool) // what a command corrects, when it is a correction
}

// Correction is what a command says of an earlier entry.
type Correction[C Command] struct {
	Seq    int     // the entry
	With   *C      // where the command stands that speaks in its place
	On     day.Day // the corrected day, zero when it is not the day that was wrong
	Strike bool    // it never happened
}

// At is when something happened, and who did it.
type At struct {
	On     day.Day
	Minute int16 // minutes since midnight, local time; -1 or 0 when only the day is known
	Role   law.Role
	Actor  string
	Place  string // the provider, trust, region or body the actor works for
}

// Event tells what was done: the command that was asked, what was looked up for it, what the law found, and what it warned of. It carries
// its findings, so folding needs no law, and its inputs, so the rules can be run again.
type Event[K Case[C], C Command, G, F any] struct {
	On     day.Day                    `json:"on"`
	Minute int16                      `json:"minute,omitempty"`
	Role   law.Role                   `json:"role,omitempty"`
	Actor  string                     `json:"actor,omitempty"`
	Place  string                     `json:"place,omitempty"`
	Ask    C                          `json:"-"`
	Given  G                          `json:"given,omitzero"`
	Found  F                          `json:"found,omitzero"`
	Warned law.Objections             `json:"warned,omitempty"`
	Then   map[int]*Event[K, C, G, F] `json:"then,omitempty"` // of a correction: later entries with their findings found anew
	With   *Event[K, C, G, F]         `json:"with,omitempty"` // of a correction: what speaks in the place of the corrected entry
}

// Entry is one place in the log.
type Entry[K Case[C], C Command, G, F any] struct {
	Seq   int
	Known day.Day // the day it was recorded
	Event *Event[K, C, G, F]
}

// Refusal is the trade saying no: the objections that refuse, each with its norms and reasons.
type Refusal struct{ Objections law.Objections }

// Error names the norms; it holds no text and no identity.
func (r *Refusal) Error() string {
	return "refused: " + strings.Join(r.Objections.Norms(), ", ")
}

// Kind names the event in the log.
func (e *Event[K, C, G, F]) Kind() string {
	var k K
	return k.Prefix() + e.Ask.Verb()
}

// At is when the event happened, and who did it.
func (e *Event[K, C, G, F]) At() At {
	return At{On: e.On, Minute: e.Minute, Role: e.Role, Actor: e.Actor, Place: e.Place}
}

type plain[K Case[C], C Command, G, F any] Event[K, C, G, F]

type wire[K Case[C], C Command, G, F any] struct {
	Do  string          `json:"do"`
	Ask json.RawMessage `json:"ask"`
	plain[K, C, G, F]
}

// MarshalJSON writes the event with its command.
func (e *Event[K, C, G, F]) MarshalJSON() ([]byte, error) {
	ask, err := json.Marshal(e.Ask)
	if err != nil {
		return nil, err
	}
	return json.Marshal(wire[K, C, G, F]{Do: e.Ask.Verb(), Ask: ask, plain: plain[K, C, G, F](*e)})
}

// UnmarshalJSON reads an event of any shape that was ever written.
func (e *Event[K, C, G, F]) UnmarshalJSON(b []byte) error {
	var w wire[K, C, G, F]
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	var k K
	ask, ok := k.Make(w.Do)
	if !ok {
		return fmt.Errorf("%s: the log holds an event %q this program does not know", k.Room(), w.Do)
	}
	*e = Event[K, C, G, F](w.plain)
	e.Ask = ask
	if err := json.Unmarshal(w.Ask, e.Ask); err != nil {
		return fmt.Errorf("%s: event %q: %w", k.Room(), w.Do, err)
	}
	if c, ok := k.Correction(e.Ask); ok && e.With != nil {
		*c.With = e.With.Ask
	}
	return nil
}

// Speaking gives for each entry the event that speaks in its place: its own, a correction's, or nil when it was struck out or is a correction itself.
func Speaking[K Case[C], C Command, G, F any](log []Entry[K, C, G, F]) []*Event[K, C, G, F] {
	var k K
	out := make([]*Event[K, C, G, F], len(log))
	for i, e := range log {
		c, ok := k.Correction(e.Event.Ask)
		if !ok {
			out[i] = e.Event
			continue
		}
		if j := at(log, c.Seq); j >= 0 {
			out[j] = e.Event.With
		}
		for seq, ev := range e.Event.Then {
			if j := at(log, seq); j >= 0 && out[j] != nil {
				out[j] = ev
			}
		}
	}
	return out
}

// at is the index of an entry, -1 when there is none.
func at[K Case[C], C Command, G, F any](log []Entry[K, C, G, F], seq int) int {
	for i := range log {
		if log[i].Seq == seq {
			return i
		}
	}
	return -1
}

// KnownBy keeps the entries recorded by the end of a day; the zero day keeps all.
func KnownBy[K Case[C], C Command, G, F any](log []Entry[K, C, G, F], by day.Day) []Entry[K, C, G, F] {
	if by.IsZero() {
		return log
	}
	n := 0
	for n < len(log) && !log[n].Known.After(by) {
		n++
	}
	return log[:n]
}

// Rules is how a sort of case decides and folds.
type Rules[S any, K Case[C], C Command, G, F any] struct {
	Decide func(*S, C, At, G, *law.Settings) (*Event[K, C, G, F], error) // on a folded state; a correction is never asked of it
	Fold   func(*S, *Event[K, C, G, F])                                  // one event into the state
	Seq    func(*S) *int                                                 // where the state keeps the number of the last entry
}

// Answer decides a command on a case whose log is given: the event to append, or a [*Refusal]. It changes nothing. An error that is
// no refusal says what the program could not find out.
func (r *Rules[S, K, C, G, F]) Answer(log []Entry[K, C, G, F], c C, at At, g G, s *law.Settings) (*Event[K, C, G, F], error) {
	var k K
	if correction, ok := k.Correction(c); ok {
		return r.correct(log, c, correction, at, g, s)
	}
	state := r.Replay(log, day.Day{})
	return r.Decide(&state, c, at, g, s)
}

// Again runs an event's command again on the log before it: what today's rules say on yesterday's inputs.
func (r *Rules[S, K, C, G, F]) Again(before []Entry[K, C, G, F], e *Event[K, C, G, F], s *law.Settings) (*Event[K, C, G, F], error) {
	return r.Answer(before, e.Ask, e.At(), e.Given, s)
}

// Replay folds what had happened by the end of a day, of the entries given; the zero day is no limit. A correction speaks in the place of the
// entry it corrects, and what it found anew in the place of later ones; all stay in the log.
func (r *Rules[S, K, C, G, F]) Replay(log []Entry[K, C, G, F], asOf day.Day) S {
	speaks := Speaking(log)
	var state S
	for i, e := range log {
		ev := speaks[i]
		if ev == nil {
			*r.Seq(&state) = e.Seq
			continue
		}
		if !asOf.IsZero() && ev.On.After(asOf) {
			continue
		}
		*r.Seq(&state) = e.Seq - 1
		r.Fold(&state, ev)
		*r.Seq(&state) = e.Seq
	}
	return state
}

// correct answers a correction: the corrected command decided on what came before it, and every later entry decided again.
func (r *Rules[S, K, C, G, F]) correct(log []Entry[K, C, G, F], c C, what Correction[C], by At, g G, s *law.Settings) (*Event[K, C, G, F], error) {
	i := at(log, what.Seq)
	speaks := Speaking(log)
	switch {
	case i < 0 || speaks[i] == nil:
		return nil, &Refusal{law.Objections{law.Impossible("nothing-to-correct", law.N(what.Seq))}}
	case what.Strike && i == 0:
		return nil, &Refusal{law.Objections{law.Impossible("reception-stands")}}
	}
	out := &Event[K, C, G, F]{On: by.On, Minute: by.Minute, Role: by.Role, Actor: by.Actor, Place: by.Place, Ask: c, Given: g}

	var state S
	replay := func(ev *Event[K, C, G, F], seq int) {
		if ev != nil {
			r.Fold(&state, ev)
		}
		*r.Seq(&state) = seq
	}
	for j := 0; j < i; j++ {
		replay(speaks[j], log[j].Seq)
	}
	if !what.Strike {
		was := speaks[i].At()
		if !what.On.IsZero() {
			was.On = what.On
		}
		if was.On.After(by.On) {
			return nil, &Refusal{law.Objections{law.Impossible("in-the-future", law.D(was.On), law.D(by.On))}}
		}
		with, err := r.Decide(&state, *what.With, was, g, s)
		if err != nil {
			return nil, err
		}
		out.With = with
	}
	replay(out.With, log[i].Seq)
	for j := i + 1; j < len(log); j++ {
		ev := speaks[j]
		if ev == nil {
			*r.Seq(&state) = log[j].Seq
			continue
		}
		again, err := r.Decide(&state, ev.Ask, ev.At(), ev.Given, s)
		switch refusal, refused := err.(*Refusal); {
		case refused:
			// The law would now have said no to a step that was taken. It was taken; it stands, and this is said.
			out.Warned = append(out.Warned, law.Questioned(refusal.Objections, log[j].Seq))
		case err != nil:
			return nil, err
		default:
			if out.Then == nil {
				out.Then = make(map[int]*Event[K, C, G, F])
			}
			out.Then[log[j].Seq], ev = again, again
		}
		replay(ev, log[j].Seq)
	}
	return out, nil
}
