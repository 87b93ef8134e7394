package waitlist

import (
	"cmp"
	"slices"

	"rettid/day"
)

// Nearness tells how far another place is from the patient's own, by who runs it.
type Nearness int

// The same provider, another of the same trust, another of the patient's region, another region.
const (
	SameProvider Nearness = iota
	SameTrust
	SameRegion
	OtherRegion
)

// An Elsewhere is a place that can take a patient whose deadline is in danger (guide 9.2; G9.2-1): a unit of the field, and the weeks it has room in.
type Elsewhere struct {
	Provider, Unit string
	Name           string // for the last order
	Near           Nearness
	InTime         []Week // with room, and a working day of the week before the deadline or on it
	Later          []Week // with room, after it
	Known          bool   // its capacity is known; where it is not, it must be asked
}

// A Week is a week with room for some more.
type Week struct {
	Monday day.Day
	Free   int
}

// Place puts a week with room where it belongs, as of today.
func (e *Elsewhere) Place(w Week, deadline, today day.Day) {
	first := w.Monday
	if first.Before(today) {
		first = today
	}
	if w.Free <= 0 || first.Sub(w.Monday) > 4 { // the week's working days are over
		return
	}
	if !deadline.IsZero() && !first.After(deadline) {
		e.InTime = append(e.InTime, w)
	} else {
		e.Later = append(e.Later, w)
	}
}

// Order puts places in the order they are asked: those with room before the deadline, then those whose room is not known, then the rest; the nearest first, then
// the earliest week. Every place stays: which one suits the patient is for people to decide (G9.2-10).
func Order(places []Elsewhere) {
	rank := func(e Elsewhere) int {
		switch {
		case len(e.InTime) > 0:
			return 0
		case !e.Known:
			return 1
		case len(e.Later) > 0:
			return 2
		}
		return 3
	}
	first := func(e Elsewhere) day.Day {
		for _, some := range [][]Week{e.InTime, e.Later} {
			if len(some) > 0 {
				return some[0].Monday
			}
		}
		return day.Day{}
	}
	slices.SortStableFunc(places, func(a, b Elsewhere) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Near, b.Near), first(a).Compare(first(b)), cmp.Compare(a.Name, b.Name))
	})
}
