package figures

import (
	"math"
	"sync"
	"testing"
)

// A series says of every month and cell what the month says by itself.
func TestSeriesIsTheMonths(t *testing.T) {
	by := []string{"trust", "specialty", "age"}
	const n, months = 40000, 130 // some periods begin before, some end after
	s, err := NewSeries(d("2016-08-01"), months, by)
	if err != nil {
		t.Fatal(err)
	}
	for p := range National(n, 5) {
		if err := s.Add(p); err != nil {
			t.Fatal(err)
		}
	}
	type key struct {
		month int
		cell  [3]string
	}
	got := make(map[key]SeriesCell)
	var mu sync.Mutex
	read := func(from, to int) {
		t.Helper()
		if err := s.Each(from, to, func(part, month, group int, c *SeriesCell) {
			mu.Lock()
			defer mu.Unlock()
			got[key{month, [3]string(s.Names(part, group))}] = *c
		}); err != nil {
			t.Fatal(err)
		}
	}
	read(1, months)
	whole := len(got)
	if whole < 10000 {
		t.Fatalf("%d cells", whole)
	}
	span := MonthOf(d("2016-08-01"))
	checked := 0
	for m := 1; m <= months; m++ {
		if m%13 == 1 || m >= months-1 {
			r, err := Compute(National(n, 5), Options{Span: span, By: by})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range r.Cells {
				k := key{m, [3]string(c.By)}
				x := got[k]
				for fig, have := range map[int]int32{nNew: x.New, nAssessed: x.Assessed, nInLimit: x.InLimit, nGranted: x.Granted, nNotGranted: x.NotGranted, nOrdinary: x.Ordinary,
					nConcludedBreach: x.Breach, nConcludedRight: x.WithDeadline, nPutOff: x.PutOff, nOther: x.Other, nWaiting: x.Waiting, nWaitingBreach: x.WaitingBreach,
					nWaitingRight: x.WaitingRight, nWaitingPutOff: x.WaitingPutOff, nUnassessed: x.Unassessed} {
					checked++
					if int64(have) != c.N[fig] {
						t.Fatalf("%s %v: %s is %d, of the month alone %d", span.Label, c.By, counts[fig].Key, have, c.N[fig])
					}
				}
				for name, have := range map[string]float64{"concluded_mean_days": x.ConcludedMean, "concluded_median_days": x.ConcludedMedian, "waiting_mean_days": x.WaitingMean, "waiting_median_days": x.WaitingMedian} {
					if want, state := c.Value(name); state == Shown && math.Abs(want-have) > 1e-9 || state != Shown && have != 0 {
						t.Fatalf("%s %v: %s is %v, of the month alone %v", span.Label, c.By, name, have, want)
					}
				}
			}
		}
		span = MonthOf(span.To.Add(1))
	}
	t.Logf("%d cells, %d numbers checked", whole, checked)

	// some months alone are the same as within the whole
	all := got
	got = make(map[key]SeriesCell)
	read(60, 62)
	for k, c := range got {
		w := all[k]
		c.concluded, c.waits, w.concluded, w.waits = 0, 0, 0, 0
		if c != w {
			t.Fatalf("%v: %+v alone, %+v in the whole", k, c, w)
		}
	}
}
