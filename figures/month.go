// Package figures counts referrals for reports.
//
// It takes states, as known on some day, and gives numbers. What never happens here: nothing is loaded or saved, no clock is read, and every date and
// every breach is asked of the law, never decided. A figure has one definition, which stands with it (norm G9.3-10).
package figures

import (
	"rettid/day"
	"rettid/law"
	"rettid/referral"
)

// Counts are the plain monthly counts of norms G9.3-3 to G9.3-9 (guide 9.3). The registry's figures of nearly the same names leave out exclusions and
// postponements and are others.
type Counts struct {
	NewlyReferred int `json:"newly_referred"` // newly on the waiting list: assessments in the month that gave the right (G9.3-3)
	Cleared       int `json:"cleared"`        // waits ended by a start of care in the month (G9.3-4)
	Waiting       int `json:"waiting"`        // waiting at the end of the month's last day (G9.3-5)
	Breaches      int `json:"breaches"`       // counted breaches whose deadline passed in the month (G9.3-9)
	Granted       int `json:"granted"`        // assessments in the month that gave the right (G9.3-8)
	NotGranted    int `json:"not_granted"`    // assessments in the month that did not (G9.3-8)
}

// Month counts a calendar month, named by any day in it, of states as known on a day. A month that is not over is counted so far: waiting is then
// counted on the day, and a deadline has passed only from the day after it (G5.5-1, R-6.10a).
func Month(states []*referral.Referral, month, known day.Day, s *law.Settings) Counts {
	year, m, _ := month.Date()
	first := day.On(year, m, 1)
	last := first.AddMonths(1).Add(-1)
	if known.Before(last) {
		last = known
	}
	in := func(d day.Day) bool { return !d.IsZero() && !d.Before(first) && !d.After(last) }

	var c Counts
	if last.Before(first) {
		return c
	}
	for _, r := range states {
		f := &r.Facts
		if in(f.AssessedOn) {
			switch f.Right {
			case law.Granted:
				c.Granted++
				c.NewlyReferred++
			case law.NotGranted:
				c.NotGranted++
			}
		}
		if f.Right == law.Granted && in(f.StartedOn) {
			c.Cleared++
		}
		if law.IsWaiting(f, last) {
			c.Waiting++
		}
		// The day a breach occurs is the day after its deadline, when the deadline has passed; an excused one has none.
		if in(law.BreachOn(f, s)) {
			c.Breaches++
		}
	}
	return c
}
