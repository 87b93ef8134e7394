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
	Started, Days    int            // those who started in the month, and the days they had waited, added up
}

// A stand is how one referral stands to one month: the formulas of a Flow, each asked of the law.
type stand struct {
	opening, closing, in, assessed, inTime, started, out bool
	why                                                  string // what ended the wait
}

// standOf finds it; last is the month's last day, or the day of what is known when the month is not over.
func standOf(f *law.Facts, first, last day.Day) (s stand) {
	in := func(d day.Day) bool { return !d.IsZero() && !d.Before(first) && !d.After(last) }
	s.opening, s.closing = law.IsWaiting(f, first.Add(-1)), law.IsWaiting(f, last)
	came := f.Right == law.Granted && in(f.AssessedOn)
	s.in = came && !s.opening
	s.assessed = in(f.AssessedOn) && (f.Right == law.Granted || f.Right == law.NotGranted)
	s.inTime = s.assessed && (f.AssessBy.IsZero() || !f.AssessedOn.After(f.AssessBy))
	s.started = f.Right == law.Granted && in(f.StartedOn)
	if s.out = (s.opening || came) && !s.closing; s.out {
		if s.why = f.EndCode; in(f.StartedOn) || s.why == "" && !f.StartedOn.IsZero() {
			s.why = "started"
		}
	}
	return s
}

// monthOf gives the first day of a calendar month, and the last that is known of.
func monthOf(month, known day.Day) (first, last day.Day) {
	year, m, _ := month.Date()
	first = day.On(year, m, 1)
	last = first.AddMonths(1).Add(-1)
	if known.Before(last) {
		last = known
	}
	return first, last
}

// FlowOf counts a calendar month, named by any day in it, of states as known on a day. A month that is not over is counted so far.
func FlowOf(states []*referral.Referral, month, known day.Day) Flow {
	first, last := monthOf(month, known)
	c := Flow{Month: first, Out: make(map[string]int)}
	for _, r := range states {
		c.add(&r.Facts, standOf(&r.Facts, first, last))
	}
	return c
}

func (c *Flow) add(f *law.Facts, s stand) {
	c.Opening += one(s.opening)
	c.Closing += one(s.closing)
	c.In += one(s.in)
	c.Assessed += one(s.assessed)
	c.InTime += one(s.inTime)
	if s.started {
		c.Started++
		c.Days += law.WaitingDays(f, f.StartedOn)
	}
	if s.out {
		c.Out[s.why]++
	}
}

// plus adds the same month of other referrals.
func (c *Flow) plus(o *Flow) {
	c.Opening += o.Opening
	c.Closing += o.Closing
	c.In += o.In
	c.Assessed += o.Assessed
	c.InTime += o.InTime
	c.Started += o.Started
	c.Days += o.Days
	for why, n := range o.Out {
		c.Out[why] += n
	}
}

// Unexplained is how many are there without having come, or the other way about.
func (c Flow) Unexplained() int {
	n := c.Closing - c.Opening - c.In
	for _, k := range c.Out {
		n += k
	}
	return n
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
