package exception

import (
	"rettid/day"
	"rettid/law"
)

// Recheck runs the rules again on every entry of a log, each on what had been recorded before it, and lists what differs from what was stored. It gives the folded state
// too.
func Recheck(log []Entry, s *law.Settings) ([]Difference, Matter, error) {
	return RecheckUnder(log, func(day.Day) *law.Settings { return s })
}

// RecheckUnder is Recheck where each entry is run under the settings of the day it was recorded.
func RecheckUnder(log []Entry, on func(day.Day) *law.Settings) ([]Difference, Matter, error) {
	return rules().Recheck(log, on)
}
