package exception

import (
	"slices"
	"testing"

	"rettid/day"
	"rettid/law"
)

func application(trust string, on day.Day, outcome law.ExceptionOutcome) *Matter {
	m := &Matter{}
	m.Kind, m.Status, m.Holder, m.ReceivedOn, m.Outcome = law.SingleException, law.ExceptionReceived, trust, on, outcome
	if outcome != "" {
		m.Status = law.ExceptionDecided
	}
	return m
}

// TestNoUse: twelve months up to the day, the day itself included; a continuation is no use of the scheme.
func TestNoUse(t *testing.T) {
	on := day.On(2026, 6, 30)
	goesOn := application("D", on.Add(-10), law.ExGranted)
	goesOn.Route = law.RouteContinuation
	all := []*Matter{application("A", on, ""), application("B", on.AddMonths(-12), law.ExRefused), application("C", on.AddMonths(-12).Add(1), ""), goesOn, application("E", on.Add(1), "")}
	if got := NoUse(all, []string{"F", "E", "D", "C", "B", "A"}, on); !slices.Equal(got, []string{"F", "E", "D", "B"}) {
		t.Errorf("no use at %v, want F, E, D and B", got)
	}
}

// TestLoadIn: nothing out of the ordinary in a usual year; all alike is said only of twenty or more.
func TestLoadIn(t *testing.T) {
	var all []*Matter
	for i := range 19 {
		all = append(all, application("A", day.On(2026, 1, 5).Add(i), law.ExRefused))
	}
	if got := LoadIn(all, 2026); len(got) != 0 {
		t.Errorf("nineteen refusals: %v", got)
	}
	all = append(all, application("B", day.On(2026, 2, 2), law.ExStopped), application("B", day.On(2025, 12, 31), law.ExGranted))
	if got := LoadIn(all, 2026); len(got) != 1 || got[0].Code != "load-all-alike" {
		t.Errorf("twenty refusals of twenty: %v", got)
	}
	for i := range 61 {
		m := application("A", day.On(2026, 3, 2).Add(i), "")
		m.Route = law.RouteAccess
		all = append(all, m)
	}
	for i := range 31 {
		m := application("", day.On(2026, 3, 2).Add(i), "")
		m.Kind = law.GroupException
		all = append(all, m)
	}
	var codes []string
	for _, r := range LoadIn(all, 2026) {
		codes = append(codes, r.Code)
	}
	if !slices.Equal(codes, []string{"load-access", "load-group", "load-all-alike"}) {
		t.Errorf("the year's load: %v", codes)
	}
}

// TestMonthsHeld: the report on users' part has the rhythm of the meetings.
func TestMonthsHeld(t *testing.T) {
	var all []Numbered
	for _, d := range []day.Day{day.On(2026, 1, 19), day.On(2026, 3, 16), day.On(2026, 3, 23), day.On(2027, 1, 18)} {
		m := &Matter{}
		m.Kind, m.HeldOn = law.MeetingMatter, d
		all = append(all, Numbered{State: m})
	}
	if r := ReportParticipation(all, day.On(2026, 1, 1), day.On(2026, 4, 30), law.Default()); r.MonthsHeld != 2 || r.Months != 4 {
		t.Errorf("meetings in %d of %d months, want 2 of 4", r.MonthsHeld, r.Months)
	}
}
