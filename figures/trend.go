package figures

import (
	"maps"
	"math"
	"slices"

	"rettid/day"
	"rettid/law"
)

// A Trend is the latest months of a list, and how long those wait who wait. Referrals are added one at a time and none is kept: what it holds does not grow
// with their number, and the trend of a region is the sum of those of its units.
type Trend struct {
	Months   []Flow // the oldest first; the last is that of the day of what is known, and may not be over
	Breaches []int  // of each month, as Counts.Breaches
	Waits    map[int]int

	known day.Day
	ends  []day.Period // of each month, as far as it is known
}

// NewTrend begins a trend of so many months, of what is known on a day.
func NewTrend(months int, known day.Day) *Trend {
	t := &Trend{Waits: make(map[int]int), Breaches: make([]int, months), known: known}
	for k := months - 1; k >= 0; k-- {
		first, last := monthOf(monthsBack(known, k), known)
		t.Months = append(t.Months, Flow{Month: first, Out: make(map[string]int)})
		t.ends = append(t.ends, day.Period{From: first, To: last})
	}
	return t
}

func monthsBack(d day.Day, n int) day.Day {
	year, m, _ := d.Date()
	return day.On(year, m, 1).AddMonths(-n)
}

// Add counts one referral. Of its facts those are asked for that FactsOf reads in room referral.
func (t *Trend) Add(f *law.Facts, s *law.Settings) {
	breach := law.BreachOn(f, s)
	for i, p := range t.ends {
		t.Months[i].add(f, standOf(f, p.From, p.To))
		t.Breaches[i] += one(p.Contains(breach))
	}
	if law.IsWaiting(f, t.known) {
		t.Waits[law.WaitingDays(f, t.known)]++
	}
}

// Plus adds other referrals of the same months.
func (t *Trend) Plus(o *Trend) {
	for i := range o.Months {
		t.Months[i].plus(&o.Months[i])
		t.Breaches[i] += o.Breaches[i]
	}
	for days, n := range o.Waits {
		t.Waits[days] += n
	}
}

// Waiting is how many wait.
func (t *Trend) Waiting() int {
	n := 0
	for _, k := range t.Waits {
		n += k
	}
	return n
}

// Waited gives the days that a share of those who wait have waited, or fewer: the nearest rank. False when nobody waits.
func (t *Trend) Waited(share float64) (days int, ok bool) {
	n := t.Waiting()
	rank := max(1, int(math.Ceil(share*float64(n))))
	for _, days := range slices.Sorted(maps.Keys(t.Waits)) {
		if rank -= t.Waits[days]; rank <= 0 {
			return days, true
		}
	}
	return 0, false
}
