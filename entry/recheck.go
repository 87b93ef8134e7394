package entry

import (
	"encoding/json"
	"maps"
	"slices"

	"rettid/day"
	"rettid/law"
)

// Difference is where a stored event is not what the rules say today on the inputs stored with it.
type Difference struct {
	Seq   int
	Verb  string
	What  string // found · warned · refused · corrected
	Then  string // as stored, as JSON: findings and codes, never text or identity
	Today string
}

// Recheck runs the rules again on every entry of a log, each on what had been recorded before it and under the settings of the day it was recorded, and
// lists what differs from what was stored. It gives the folded state too.
func (r *Rules[S, K, C, G, F]) Recheck(log []Entry[K, C, G, F], on func(day.Day) *law.Settings) ([]Difference, S, error) {
	var k K
	var out []Difference
	var state S
	whole := true // no correction yet: the state can be carried along
	for i, e := range log {
		s := on(e.Known)
		_, corrects := k.Correction(e.Event.Ask)
		var again *Event[K, C, G, F]
		var err error
		if whole && !corrects {
			again, err = r.Decide(&state, e.Event.Ask, e.Event.At(), e.Event.Given, s)
		} else {
			again, err = r.Again(log[:i], e.Event, s)
		}
		refusal, refused := err.(*Refusal)
		switch {
		case refused:
			out = append(out, Difference{Seq: e.Seq, Verb: e.Event.Ask.Verb(), What: "refused", Then: "accepted", Today: asJSON(refusal.Objections.Norms())})
		case err != nil:
			return out, state, err
		default:
			out = append(out, differences(e, again)...)
		}
		whole = whole && !corrects
		if whole {
			r.Fold(&state, e.Event)
			*r.Seq(&state) = e.Seq
		}
	}
	if !whole {
		state = r.Replay(log, day.Day{})
	}
	return out, state, nil
}

// differences compares an event with what the rules say of it today.
func differences[K Case[C], C Command, G, F any](e Entry[K, C, G, F], today *Event[K, C, G, F]) []Difference {
	var out []Difference
	add := func(what string, then, now any) {
		if a, b := asJSON(then), asJSON(now); a != b {
			out = append(out, Difference{Seq: e.Seq, Verb: e.Event.Ask.Verb(), What: what, Then: a, Today: b})
		}
	}
	add("found", e.Event.Found, today.Found)
	if len(e.Event.Warned)+len(today.Warned) > 0 {
		add("warned", e.Event.Warned, today.Warned)
	}
	if e.Event.With != nil || today.With != nil || len(e.Event.Then)+len(today.Then) > 0 {
		add("corrected", []any{e.Event.With, inOrder(e.Event.Then)}, []any{today.With, inOrder(today.Then)})
	}
	return out
}

// inOrder gives a map's values in order of their entries.
func inOrder[E any](m map[int]E) []E {
	out := make([]E, 0, len(m))
	for _, seq := range slices.Sorted(maps.Keys(m)) {
		out = append(out, m[seq])
	}
	return out
}

func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}
