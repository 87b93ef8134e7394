package waitlist

import (
	"slices"
	"testing"

	"rettid/day"
)

func TestOrderOfPlaces(t *testing.T) {
	monday := day.On(2026, 3, 16) // a Monday
	if now != monday {
		t.Fatal("the test's day is no Monday")
	}
	make := func(name string, near Nearness, known bool, weeks ...Week) Elsewhere {
		e := Elsewhere{Name: name, Near: near, Known: known}
		for _, w := range weeks {
			e.Place(w, monday.Add(10), monday.Add(1))
		}
		return e
	}
	at := func(n, free int) Week { return Week{monday.Add(7 * n), free} }
	some := []Elsewhere{make("full", SameTrust, true, at(0, 0), at(1, -2)), make("far, in time", OtherRegion, true, at(0, 1)), make("late", SameTrust, true, at(2, 3)), make("unknown", SameRegion, false),
		make("near, second week", SameRegion, true, at(1, 2)), make("near, first week", SameRegion, true, at(0, 2))}
	Order(some)
	var got []string
	for _, e := range some {
		got = append(got, e.Name)
	}
	if want := []string{"near, first week", "near, second week", "far, in time", "unknown", "late", "full"}; !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	e := Elsewhere{}
	e.Place(at(0, 5), monday.Add(10), monday.Add(5)) // a Saturday: nothing is left of the week
	if len(e.InTime)+len(e.Later) != 0 {
		t.Error("a week that is over has room")
	}
	e.Place(at(0, 5), day.Day{}, monday)
	if len(e.Later) != 1 {
		t.Error("without a deadline no week is before it")
	}
}
