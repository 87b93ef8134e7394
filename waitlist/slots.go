package waitlist

import (
	"rettid/day"
	"rettid/law"
	"rettid/referral"
)

// A Slot is a time that is free: where, in which field, when.
type Slot struct {
	Provider  string      `json:"provider"`
	Site      string      `json:"site,omitempty"`
	Unit      string      `json:"unit,omitempty"`
	Specialty string      `json:"specialty"`
	On        day.Day     `json:"on"`
	Minute    int16       `json:"minute,omitempty"` // minutes since midnight plus one; 0: only the day is known
	What      law.Contact `json:"what,omitempty"`
	Form      string      `json:"form,omitempty"`
}

// A Fit is why somebody can be offered a slot; the wording is fit.<code>.
type Fit string

const (
	FitNoTime Fit = "no_time" // waits without a time
	FitLate   Fit = "late"    // has a time after the deadline, and this one is inside it
	FitWish   Fit = "wish"    // has asked to be offered a time that becomes free
	NoFit     Fit = ""
)

// Suits tells why one who waits can be offered a slot, or that they can't: it must be in their field at the provider that holds the referral, earlier than what
// they have, with the notice they asked for, not in a period they put off themselves, and not past a deadline that can still be kept. A wish gives no place
// before another: those offered are taken in the order of the list, by the nearest deadline (G5.1-1).
func Suits(r *referral.Referral, s Slot, today day.Day) Fit {
	f := &r.Facts
	switch {
	case !law.IsWaiting(f, today), f.Status != law.Waiting, f.Holder != s.Provider, f.Specialty != s.Specialty, s.On.Before(today):
		return NoFit
	case !f.PutOff.On.IsZero() && (f.PutOff.To.IsZero() || f.PutOff.To.After(s.On)): // the patient chose later
		return NoFit
	case f.Appointment.IsZero():
		if !r.Earlier.Since.IsZero() && s.On.Sub(today) < r.Earlier.Notice {
			return NoFit
		}
		if !f.StartBy.Before(today) && s.On.After(f.StartBy) {
			return NoFit // a deadline that can still be kept is not to be broken by booking past it
		}
		return FitNoTime
	case !f.Appointment.From.After(s.On):
		return NoFit
	case !r.Earlier.Since.IsZero() && s.On.Sub(today) >= r.Earlier.Notice:
		return FitWish
	case !f.StartBy.IsZero() && f.Appointment.To.After(f.StartBy) && !s.On.After(f.StartBy) && r.Earlier.Since.IsZero():
		return FitLate
	}
	return NoFit
}

// A Load is a unit's week: what is planned, what it can take, and the deadlines in it that nobody has a time for.
type Load struct {
	Planned, Capacity, Unmet int
	Known                    bool // the capacity is known
}

// Free is how many more starts there is room for; below zero when more is planned than there is room for.
func (l Load) Free() int { return l.Capacity - l.Planned }
