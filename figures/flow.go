package figures

import (
	"rettid/day"
	"rettid/law"
	"rettid/referral"
)

// A Flow is what a waiting list held when a month began, who came and went, and what it holds when the month ends: Opening + In − Out = Closing, or Unexplained is not 0. It counts
// the referrals it is given, wherever they stood before: a unit's flow is that of the referrals that are the unit's now.
type Flow struct {
	Month            day.Day // its first day
	Opening, Closing int
	In               int            // assessed in the month with the right given (G9.3-3)
	Out              map[string]int // by what ended the wait: "started" (G9.3-4), or the code of list 8445
	Assessed, InTime int            // assessments in the month, and those by their limit (pbrl. § 2-2)
	Days             []int          // waited by those who started in the month
}

// FlowOf counts a calendar month, named by any day in it, of states as known on a day. A month that is not over is counted so far.
func FlowOf(states []*referral.Referral, month, known day.Day) Flow {
	year, m, _ := month.Date()
	first := day.On(year, m, 1)
	last := first.AddMonths(1).Add(-1)
	if known.Before(last) {
		last = known
	}
	in := func(d day.Day) bool { return !d.IsZero() && !d.Before(first) && !d.After(last) }
	c := Flow{Month: first, Out: make(map[string]int)}
	for _, r := range states {
		f := &r.Facts
		was, is := law.IsWaiting(f, first.Add(-1)), law.IsWaiting(f, last)
		came := f.Right == law.Granted && in(f.AssessedOn)
		if was {
			c.Opening++
		}
		if is {
			c.Closing++
		}
		if came && !was {
			c.In++
		}
		if in(f.AssessedOn) && (f.Right == law.Granted || f.Right == law.NotGranted) {
			c.Assessed++
			if f.AssessBy.IsZero() || !f.AssessedOn.After(f.AssessBy) {
				c.InTime++
			}
		}
		if f.Right == law.Granted && in(f.StartedOn) {
			c.Days = append(c.Days, law.WaitingDays(f, f.StartedOn))
		}
		if (was || came) && !is {
			why := f.EndCode
			if in(f.StartedOn) || why == "" && !f.StartedOn.IsZero() {
				why = "started"
			}
			c.Out[why]++
		}
	}
	return c
}

// Unexplained is how many are there without having come, or the other way about.
func (c Flow) Unexplained() int {
	n := c.Closing - c.Opening - c.In
	for _, k := range c.Out {
		n += k
	}
	return n
}
