package referral

import (
	"slices"

	"rettid/day"
	"rettid/law"
)

// Recheck runs the rules again on every entry of a log, each on what had been recorded before it, and lists what differs from what was stored. It
// gives the folded state too.
func Recheck(log []Entry, s *law.Settings) ([]Difference, Referral, error) {
	return RecheckUnder(log, func(day.Day) *law.Settings { return s })
}

// RecheckUnder is Recheck where each entry is run under the settings of the day it was recorded.
func RecheckUnder(log []Entry, on func(day.Day) *law.Settings) ([]Difference, Referral, error) {
	return rules().Recheck(log, on)
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
