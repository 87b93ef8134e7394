package figures

import (
	"testing"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
)

func TestMonth(t *testing.T) {
	s := law.Default()
	state := func(f law.Facts) *referral.Referral {
		if f.Right == "" {
			f.Right = law.Granted
		}
		return &referral.Referral{Facts: f}
	}
	aug, sept, oct := day.On(2025, 8, 20), day.On(2025, 9, 10), day.On(2025, 10, 8)
	states := []*referral.Referral{
		state(law.Facts{AssessedOn: sept, StartBy: day.On(2025, 12, 1)}),                                                               // new, waits
		state(law.Facts{AssessedOn: aug, StartBy: day.On(2025, 9, 30)}),                                                                // waits; the breach is October's
		state(law.Facts{AssessedOn: aug, StartBy: day.On(2025, 8, 31)}),                                                                // waits; broken in September
		state(law.Facts{AssessedOn: aug, StartBy: day.On(2025, 9, 15), StartedOn: day.On(2025, 9, 15), WaitEnd: day.On(2025, 9, 15)}),  // cleared in time
		state(law.Facts{AssessedOn: aug, StartBy: day.On(2025, 9, 15), StartedOn: oct, WaitEnd: oct}),                                  // waited at the end; broken; cleared in October
		state(law.Facts{AssessedOn: aug, StartBy: day.On(2025, 9, 15), WaitEnd: day.On(2025, 9, 16), ClosedOn: day.On(2025, 9, 16)}),   // broken, then closed: no start
		state(law.Facts{AssessedOn: aug, StartBy: day.On(2025, 9, 15), PutOff: law.PutOff{On: day.On(2025, 9, 1), By: law.ByPatient}}), // waits; excused
		state(law.Facts{AssessedOn: sept, Right: law.NotGranted}),                                                                      // no right
		state(law.Facts{AssessedOn: day.Day{}, Right: law.Pending}),                                                                    // not assessed
		state(law.Facts{Right: law.NotAssessed, StartedOn: sept}),                                                                      // an emergency: in no figure
		state(law.Facts{AssessedOn: oct, StartBy: day.On(2025, 12, 1)}),                                                                // October's
	}
	for _, c := range []struct {
		name         string
		month, known day.Day
		want         Counts
	}{
		{"September", sept, day.On(2025, 10, 31), Counts{NewlyReferred: 1, Cleared: 1, Waiting: 5, Breaches: 3, Granted: 1, NotGranted: 1}},
		{"September so far", sept, day.On(2025, 9, 15), Counts{NewlyReferred: 1, Cleared: 1, Waiting: 6, Breaches: 1, Granted: 1, NotGranted: 1}},
		{"October", oct, day.On(2025, 10, 31), Counts{NewlyReferred: 1, Cleared: 1, Waiting: 5, Breaches: 1, Granted: 1}},
		{"before anything", day.On(2025, 7, 1), day.On(2025, 10, 31), Counts{}},
		{"not begun", day.On(2025, 12, 1), day.On(2025, 10, 31), Counts{}},
	} {
		if got := Month(states, c.month, c.known, s); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}
