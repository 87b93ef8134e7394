package exception

import (
	"encoding/json"
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

// Recheck runs the rules again on every entry of a log, each on what had been recorded before it, and lists what differs from what was stored. It gives the folded state
// too.
func Recheck(log []Entry, s *law.Settings) ([]Difference, Matter, error) {
	return RecheckUnder(log, func(day.Day) *law.Settings { return s })
}

// RecheckUnder is Recheck where each entry is run under the settings of the day it was recorded.
func RecheckUnder(log []Entry, on func(day.Day) *law.Settings) ([]Difference, Matter, error) {
	var out []Difference
	for i, e := range log {
		again, err := Again(log[:i], e.Event, on(e.Known))
		refusal, refused := err.(*Refusal)
		add := func(what string, then, now any) {
			if a, b := asJSON(then), asJSON(now); a != b {
				out = append(out, Difference{Seq: e.Seq, Verb: e.Event.Ask.Verb(), What: what, Then: a, Today: b})
			}
		}
		switch {
		case refused:
			out = append(out, Difference{Seq: e.Seq, Verb: e.Event.Ask.Verb(), What: "refused", Then: "accepted", Today: asJSON(refusal.Objections.Norms())})
		case err != nil:
			return out, Matter{}, err
		default:
			add("found", e.Event.Found, again.Found)
			if len(e.Event.Warned)+len(again.Warned) > 0 {
				add("warned", e.Event.Warned, again.Warned)
			}
			if e.Event.With != nil || again.With != nil || len(e.Event.Then)+len(again.Then) > 0 {
				add("corrected", []any{e.Event.With, inOrder(e.Event.Then)}, []any{again.With, inOrder(again.Then)})
			}
		}
	}
	return out, Fold(log), nil
}

func inOrder(m map[int]*Event) []*Event {
	var seqs []int
	for seq := range m {
		seqs = append(seqs, seq)
	}
	slices.Sort(seqs)
	out := make([]*Event, len(seqs))
	for i, seq := range seqs {
		out[i] = m[seq]
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
