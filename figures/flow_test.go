package figures

import (
	"math"
	"reflect"
	"slices"
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
	if f.Started != 1 || f.Days != day.On(2025, 3, 5).Sub(day.On(2025, 1, 10)) {
		t.Errorf("%d days, of %d", f.Days, f.Started)
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
		want := map[Part]int{PartOpening: f.Opening, PartIn: f.In, PartOut: out, PartClosing: f.Closing, PartAssessed: f.Assessed, PartLate: f.Assessed - f.InTime, PartStarted: f.Started, PartBreach: Month(states, month, known, s).Breaches}
		rows := func(p Part, code string) int {
			n := 0
			for _, x := range states {
				if IsIn(&x.Facts, p, code, month, known, s) {
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

// A trend is the months of its referrals counted apart, whatever they are and however they are divided before they are added up.
func TestTrendIsItsMonths(t *testing.T) {
	s := law.Default()
	rapid.Check(t, func(t *rapid.T) {
		some := func(label string) day.Day {
			n := rapid.IntRange(-1, 500).Draw(t, label)
			if n < 0 {
				return day.Day{}
			}
			return day.On(2025, 1, 1).Add(n)
		}
		known := day.On(2026, 3, 1).Add(rapid.IntRange(0, 40).Draw(t, "known"))
		var states []*referral.Referral
		parts := []*Trend{NewTrend(13, known), NewTrend(13, known)}
		var waits []int
		for i := range rapid.IntRange(0, 20).Draw(t, "n") {
			x := &referral.Referral{}
			x.Right = rapid.SampledFrom([]law.Right{law.Granted, law.NotGranted, law.Pending}).Draw(t, "right")
			x.Seniority, x.AssessedOn, x.AssessBy, x.StartedOn, x.ClosedOn, x.StartBy = some("seniority"), some("assessed"), some("limit"), some("started"), some("closed"), some("deadline")
			x.ReceivedOn, x.WaitEnd = x.Seniority, x.StartedOn
			states = append(states, x)
			parts[i%2].Add(&x.Facts, s)
			if law.IsWaiting(&x.Facts, known) {
				waits = append(waits, law.WaitingDays(&x.Facts, known))
			}
		}
		all := NewTrend(13, known)
		all.Plus(parts[0])
		all.Plus(parts[1])
		if all.Months[12].Month != monthsBack(known, 0) || len(all.Months) != 13 {
			t.Fatalf("the months end with %s", all.Months[12].Month)
		}
		for i, m := range all.Months {
			if want := FlowOf(states, m.Month, known); !reflect.DeepEqual(m, want) {
				t.Errorf("%s: %+v, counted apart %+v", m.Month, m, want)
			}
			if want := Month(states, m.Month, known, s).Breaches; all.Breaches[i] != want {
				t.Errorf("%s: %d breaches, counted apart %d", m.Month, all.Breaches[i], want)
			}
		}
		slices.Sort(waits)
		if all.Waiting() != len(waits) {
			t.Fatalf("%d wait, counted apart %d", all.Waiting(), len(waits))
		}
		for _, share := range []float64{0.01, 0.5, 0.9, 1} {
			got, ok := all.Waited(share)
			if ok != (len(waits) > 0) {
				t.Fatal("nobody waits, and has waited")
			}
			if ok && got != waits[int(math.Ceil(share*float64(len(waits))))-1] {
				t.Errorf("%v have waited %d days, of %v", share, got, waits)
			}
		}
	})
}
