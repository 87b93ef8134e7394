package referral

import (
	"slices"

	"rettid/day"
	"rettid/law"
)

// Slots tells which times a referral gave up and which it took when it went from one state to another: single days from today on, with their place. An
// interval is no time, and one that has passed is of use to nobody. Real booking systems own the slots; this is what the log tells of them.
func Slots(was, is *Referral, today day.Day) (freed, taken []law.Appointment) {
	had, has := was.times(today), is.times(today)
	for _, a := range had {
		if !slices.ContainsFunc(has, a.same) {
			freed = append(freed, a.Appointment)
		}
	}
	for _, a := range has {
		if !slices.ContainsFunc(had, a.same) {
			taken = append(taken, a.Appointment)
		}
	}
	return freed, taken
}

// A place in a calendar.
type slot struct{ law.Appointment }

func (a slot) same(b slot) bool {
	return a.From == b.From && a.Minute == b.Minute && a.At == b.At && a.Site == b.Site
}

// times are the single days ahead that an open referral holds, each with the provider it is at.
func (r *Referral) times(today day.Day) []slot {
	var out []slot
	if !r.Open() {
		return nil
	}
	for _, a := range []law.Appointment{r.Appointment, r.Meeting, r.Next} {
		if a.IsZero() || a.From != a.To || a.From.Before(today) {
			continue
		}
		if a.At == "" {
			a.At = r.Holder
		}
		if a.Site == "" && a.At == r.Holder {
			a.Site = r.Site
		}
		out = append(out, slot{a})
	}
	return out
}
