package referral

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

// Recheck runs the rules again on every entry of a log, each on what had been recorded before it, and lists what differs from what was stored. It
// gives the folded state too.
func Recheck(log []Entry, s *law.Settings) ([]Difference, Referral, error) {
	return RecheckUnder(log, func(day.Day) *law.Settings { return s })
}

// RecheckUnder is Recheck where each entry is run under the settings of the day it was recorded.
func RecheckUnder(log []Entry, on func(day.Day) *law.Settings) ([]Difference, Referral, error) {
	var out []Difference
	var r Referral
	plain := true // no correction yet: the state can be carried along
	for i, e := range log {
		s := on(e.Known)
		_, isCorrection := e.Event.Ask.(*Correct)
		var again *Event
		var err error
		if plain && !isCorrection {
			again, err = decideOn(&r, e.Event.Ask, at(e.Event), e.Event.Given, s)
		} else {
			again, err = Again(log[:i], e.Event, s)
		}
		refusal, refused := err.(*Refusal)
		switch {
		case refused:
			out = append(out, Difference{Seq: e.Seq, Verb: e.Event.Kind(), What: "refused", Then: "accepted", Today: asJSON(refusal.Objections.Norms())})
		case err != nil:
			return out, r, err
		default:
			out = append(out, differences(e, again)...)
		}
		if isCorrection {
			plain = false
		}
		if plain {
			r.apply(e.Event)
			r.Seq = e.Seq
		}
	}
	if !plain {
		r = Fold(log)
	}
	return out, r, nil
}

func at(e *Event) At {
	return At{On: e.On, Minute: e.Minute, Role: e.Role, Actor: e.Actor, Place: e.Place}
}

// differences compares an event with what the rules say of it today.
func differences(e Entry, today *Event) []Difference {
	var out []Difference
	add := func(what string, then, now any) {
		a, b := asJSON(then), asJSON(now)
		if a != b {
			out = append(out, Difference{Seq: e.Seq, Verb: e.Event.Kind(), What: what, Then: a, Today: b})
		}
	}
	add("found", e.Event.Found, today.Found)
	if len(e.Event.Warned)+len(today.Warned) > 0 {
		add("warned", e.Event.Warned, today.Warned)
	}
	if e.Event.With != nil || today.With != nil || len(e.Event.Then)+len(today.Then) > 0 {
		add("corrected", []any{e.Event.With, sorted(e.Event.Then)}, []any{today.With, sorted(today.Then)})
	}
	return out
}

func sorted(m map[int]*Event) []*Event {
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

// Presence is where an open referral is held from a day on; an empty Holder is nowhere: closed, or not received yet.
type Presence struct {
	From      day.Day
	Holder    string
	Specialty string
	Waiting   bool
}

func (r *Referral) presence(on day.Day) Presence {
	p := Presence{From: on}
	if r.Seq > 0 && r.Open() {
		p.Holder, p.Specialty = r.Holder, r.Specialty
		p.Waiting = law.IsWaiting(&r.Facts, endOfTime) // all that is folded has happened
	}
	return p
}

// endOfTime is the last day there is.
var endOfTime = day.On(2199, 12, 31)

// Whereabouts gives where the referral was held at the end of each day on which anything happened, in order of days: from folding the log as
// of each day.
func Whereabouts(log []Entry) []Presence {
	days := eventDays(log)
	out := make([]Presence, 0, len(days))
	for _, d := range days {
		r := FoldAsOf(log, d)
		out = append(out, r.presence(d))
	}
	return out
}

func eventDays(log []Entry) []day.Day { return daysOf(Speaking(log)) }

func daysOf(events []*Event) []day.Day {
	var days []day.Day
	for _, ev := range events {
		if ev != nil {
			days = append(days, ev.On)
		}
	}
	slices.SortFunc(days, day.Day.Compare)
	return slices.Compact(days)
}

// Move is one step of a referral into, out of, or between the holders' stocks.
type Move struct {
	On       day.Day
	From, To Presence
}

// Moves gives the steps by which the referral came in, went between holders, and went out, from walking the log once in the order it was recorded. An
// entry recorded after others of later days is put in its place: the steps from its day on are told anew, a day at a time. Conservation holds when the
// moves up to a day give the whereabouts of that day.
func Moves(log []Entry) []Move {
	var out []Move
	var r Referral
	was, last := Presence{}, day.Day{}
	speaks := Speaking(log)
	step := func(now Presence) {
		if now.Holder != was.Holder || now.Specialty != was.Specialty || now.Waiting != was.Waiting {
			out = append(out, Move{On: now.From, From: was, To: now})
		}
		was = now
	}
	for i, ev := range speaks {
		if ev == nil {
			continue
		}
		r.apply(ev)
		r.Seq = log[i].Seq
		if !ev.On.Before(last) {
			last = ev.On
			step(r.presence(ev.On))
			continue
		}
		out = slices.DeleteFunc(out, func(m Move) bool { return !m.On.Before(ev.On) })
		was = upTo(speaks[:i+1], ev.On.Add(-1))
		for _, d := range daysOf(speaks[:i+1]) {
			if !d.Before(ev.On) {
				step(upTo(speaks[:i+1], d))
			}
		}
	}
	return out
}

// upTo is where the events of a log's beginning leave the referral by the end of a day.
func upTo(events []*Event, on day.Day) Presence {
	var r Referral
	for i, ev := range events {
		if ev != nil && !ev.On.After(on) {
			r.apply(ev)
			r.Seq = i + 1
		}
	}
	return r.presence(on)
}
