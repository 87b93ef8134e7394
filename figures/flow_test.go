package figures

import (
	"testing"

	"pgregory.net/rapid"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
)

// By hand: three waited on 28 February; one more is given the right in March; one starts, one is closed.
func TestFlowByHand(t *testing.T) {
	r := func(assessed, start, closed day.Day, code string) *referral.Referral {
		x := &referral.Referral{}
		x.Facts = law.Facts{Right: law.Granted, Seniority: assessed.Add(-10), AssessBy: assessed.Add(2), AssessedOn: assessed, StartedOn: start, ClosedOn: closed, EndCode: code, WaitEnd: start}
		if start.IsZero() {
			x.WaitEnd = closed
		}
		return x
	}
	none := day.Day{}
	states := []*referral.Referral{
		r(day.On(2025, 1, 10), none, none, ""),
		r(day.On(2025, 1, 20), day.On(2025, 3, 5), none, ""),
		r(day.On(2025, 2, 1), none, day.On(2025, 3, 31), "2"),
		r(day.On(2025, 3, 10), none, none, ""),
		r(day.On(2025, 4, 1), none, none, ""),
		r(day.On(2025, 1, 2), day.On(2025, 2, 27), none, ""),
	}
	states[3].AssessBy = day.On(2025, 3, 9)
	f := FlowOf(states, day.On(2025, 3, 15), day.On(2025, 4, 23))
	if f.Opening != 3 || f.In != 1 || f.Out["started"] != 1 || f.Out["2"] != 1 || f.Closing != 2 || f.Unexplained() != 0 || f.Assessed != 1 || f.InTime != 0 {
		t.Errorf("%+v", f)
	}
	if len(f.Days) != 1 || f.Days[0] != day.On(2025, 3, 5).Sub(day.On(2025, 1, 10)) {
		t.Errorf("days %v", f.Days)
	}
}

// Whatever the referrals, a month adds up, and it begins with what the month before ended with.
func TestFlowAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		some := func(label string, zero bool) day.Day {
			n := rapid.IntRange(-1, 200).Draw(t, label)
			if n < 0 && zero {
				return day.Day{}
			}
			return day.On(2025, 1, 1).Add(max(n, 0))
		}
		var states []*referral.Referral
		for range rapid.IntRange(0, 20).Draw(t, "n") {
			x := &referral.Referral{}
			x.Right = rapid.SampledFrom([]law.Right{law.Granted, law.NotGranted, law.Pending}).Draw(t, "right")
			x.AssessedOn, x.StartedOn, x.ClosedOn = some("assessed", false), some("started", true), some("closed", true)
			x.WaitEnd = x.StartedOn
			if !x.ClosedOn.IsZero() && (x.WaitEnd.IsZero() || x.ClosedOn.Before(x.WaitEnd)) {
				x.WaitEnd, x.EndCode = x.ClosedOn, "2"
			}
			states = append(states, x)
		}
		closing := -1
		for m := range 6 {
			f := FlowOf(states, day.On(2025, 1+m, 1), day.On(2026, 1, 1))
			if f.Unexplained() != 0 {
				t.Fatalf("%d unexplained in %s: %+v", f.Unexplained(), f.Month, f)
			}
			if closing >= 0 && f.Opening != closing {
				t.Fatalf("%s opens with %d, and the month before closed with %d", f.Month, f.Opening, closing)
			}
			closing = f.Closing
		}
	})
}

// A number and its rows are the same: as many are in each part as the count says, whatever the referrals.
func TestRowsOfAFlow(t *testing.T) {
	s := law.Default()
	rapid.Check(t, func(t *rapid.T) {
		some := func(label string) day.Day {
			n := rapid.IntRange(-1, 200).Draw(t, label)
			if n < 0 {
				return day.Day{}
			}
			return day.On(2025, 1, 1).Add(n)
		}
		var states []*referral.Referral
		for range rapid.IntRange(0, 20).Draw(t, "n") {
			x := &referral.Referral{}
			x.Right = rapid.SampledFrom([]law.Right{law.Granted, law.NotGranted, law.Pending}).Draw(t, "right")
			x.AssessedOn, x.AssessBy, x.StartedOn, x.ClosedOn, x.StartBy = some("assessed"), some("limit"), some("started"), some("closed"), some("deadline")
			x.WaitEnd = x.StartedOn
			if !x.ClosedOn.IsZero() && (x.WaitEnd.IsZero() || x.ClosedOn.Before(x.WaitEnd)) {
				x.WaitEnd, x.EndCode = x.ClosedOn, rapid.SampledFrom([]string{"", "2", "5"}).Draw(t, "code")
			}
			states = append(states, x)
		}
		month, known := day.On(2025, 3, 1), day.On(2025, 6, 1)
		f := FlowOf(states, month, known)
		out := 0
		for _, n := range f.Out {
			out += n
		}
		want := map[Part]int{PartOpening: f.Opening, PartIn: f.In, PartOut: out, PartClosing: f.Closing, PartAssessed: f.Assessed, PartLate: f.Assessed - f.InTime, PartStarted: len(f.Days), PartBreach: Month(states, month, known, s).Breaches}
		rows := func(p Part, code string) int {
			n := 0
			for _, x := range states {
				if IsIn(x, p, code, month, known, s) {
					n++
				}
			}
			return n
		}
		for _, p := range Parts() {
			if n := rows(p, AnyEnd); n != want[p] {
				t.Errorf("%s: %d counted, %d rows", p, want[p], n)
			}
		}
		for code, n := range f.Out {
			if got := rows(PartOut, code); got != n {
				t.Errorf("out by %q: %d counted, %d rows", code, n, got)
			}
		}
	})
}
