// Package bench measures Rettid against named peers doing the same work, and holds its answers against theirs. It is a
// module of its own so that no peer comes near the program.
package bench

import (
	"fmt"
	"testing"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/no"

	"rettid/day"
)

// wanted is how many times faster than the peer the program is to count working days.
const wanted = 1000

// peer is rickar/cal with its Norwegian holidays. They leave out Easter Sunday and Whit Sunday, which are Sundays anyway:
// for working days the two calendars are the same, as TestWorkingDaysAgree shows.
func peer() *cal.BusinessCalendar {
	c := cal.NewBusinessCalendar()
	c.AddHoliday(no.Holidays...)
	return c
}

// A start is the same day in both shapes.
type start struct {
	day  day.Day
	time time.Time
}

// starts gives days of every month and weekday of twenty years.
func starts() []start {
	var all []start
	for d := day.On(2015, 1, 1); d.Before(day.On(2035, 1, 1)); d = d.Add(17) {
		all = append(all, start{d, timeOf(d)})
	}
	return all
}

func timeOf(d day.Day) time.Time {
	year, month, dom := d.Date()
	return time.Date(year, time.Month(month), dom, 0, 0, 0, 0, time.UTC)
}

var (
	sinkDay  day.Day
	sinkTime time.Time
	sinkInt  int
)

// BenchmarkAddWorking finds the tenth working day after a day, the assessment limit.
func BenchmarkAddWorking(b *testing.B) {
	days, c := starts(), peer()
	compare(b, "AddWorking", len(days),
		func() {
			for i := range days {
				sinkDay, _ = day.Norway.AddWorking(days[i].day, 10)
			}
		},
		func() {
			for i := range days {
				sinkTime = c.WorkdaysFrom(days[i].time, 10)
			}
		})
}

// BenchmarkWorking counts the working days of the ninety days after a day, as long as many wait.
func BenchmarkWorking(b *testing.B) {
	type span struct {
		from, to           day.Day
		timeFirst, timeEnd time.Time
	}
	var spans []span
	for _, d := range starts() {
		// Ours is in (from, to]; the peer's takes in both ends, so it begins a day later.
		spans = append(spans, span{d.day, d.day.Add(90), d.time.AddDate(0, 0, 1), d.time.AddDate(0, 0, 90)})
	}
	c := peer()
	compare(b, "Working", len(spans),
		func() {
			for i := range spans {
				sinkInt = day.Norway.Working(spans[i].from, spans[i].to)
			}
		},
		func() {
			for i := range spans {
				sinkInt = c.WorkdaysInRange(spans[i].timeFirst, spans[i].timeEnd)
			}
		})
}

// compare runs both over the same days in one go, and prints how many times faster ours is. Each f makes so many calls.
func compare(b *testing.B, name string, calls int, ours, theirs func()) {
	perCall := func(label string, f func()) (ns float64) {
		b.Run(label, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f()
			}
			ns = float64(b.Elapsed().Nanoseconds()) / float64(b.N) / float64(calls)
			b.ReportMetric(ns, "ns/call")
		})
		return ns
	}
	rettid, other := perCall("rettid", ours), perCall("cal", theirs)
	if rettid > 0 && other > 0 {
		fmt.Printf("ratio %s rettid/cal = %.0fx (wanted >= %dx)\n", name, other/rettid, wanted)
	}
}

func TestWorkingDaysAgree(t *testing.T) {
	c := peer()
	for d := day.On(1980, 1, 1); d.Before(day.On(2060, 1, 1)); d = d.Add(1) {
		if got, want := day.Norway.IsWorking(d), c.IsWorkday(timeOf(d)); got != want {
			t.Errorf("%s is a working day: %t, by cal %t", d, got, want)
		}
	}
	for _, s := range starts() {
		got, err := day.Norway.AddWorking(s.day, 10)
		if want := day.FromTime(c.WorkdaysFrom(s.time, 10)); err != nil || got != want {
			t.Errorf("ten working days after %s: %s, %v, by cal %s", s.day, got, err, want)
		}
		if got, want := day.Norway.Working(s.day, s.day.Add(90)), c.WorkdaysInRange(s.time.AddDate(0, 0, 1), s.time.AddDate(0, 0, 90)); got != want {
			t.Errorf("working days in the ninety days after %s: %d, by cal %d", s.day, got, want)
		}
	}
}
