package referral

import (
	"testing"

	"rettid/day"
	"rettid/law"
)

func TestSlots(t *testing.T) {
	today := day.On(2026, 3, 16)
	at := func(n, minute int) law.Appointment {
		return law.Appointment{From: today.Add(n), To: today.Add(n), Minute: int16(minute)}
	}
	holds := func(a law.Appointment) *Referral {
		return &Referral{Facts: law.Facts{Status: law.Waiting, Holder: "HF", Site: "A", Appointment: a}}
	}
	closed := holds(at(3, 541))
	closed.Status = law.Closed
	started := &Referral{Facts: law.Facts{Status: law.Started, Holder: "HF", Site: "A"}}
	week := law.Appointment{From: today.Add(7), To: today.Add(11)}
	for _, tt := range []struct {
		name         string
		was, is      *Referral
		freed, taken int
	}{
		{"booked", holds(law.Appointment{}), holds(at(3, 541)), 0, 1},
		{"moved", holds(at(3, 541)), holds(at(9, 541)), 1, 1},
		{"moved to another hour", holds(at(3, 541)), holds(at(3, 601)), 1, 1},
		{"cancelled", holds(at(3, 541)), holds(law.Appointment{}), 1, 0},
		{"closed", holds(at(3, 541)), closed, 1, 0},
		{"the day it is used", holds(at(-1, 541)), started, 0, 0},
		{"an interval is no time", holds(week), holds(law.Appointment{}), 0, 0},
		{"nothing about the time", holds(at(3, 541)), holds(at(3, 541)), 0, 0},
	} {
		freed, taken := Slots(tt.was, tt.is, today)
		if len(freed) != tt.freed || len(taken) != tt.taken {
			t.Errorf("%s: freed %v, taken %v", tt.name, freed, taken)
		}
		for _, a := range append(freed, taken...) {
			if a.At != "HF" || a.Site != "A" {
				t.Errorf("%s: a slot without its place: %+v", tt.name, a)
			}
		}
	}
}
