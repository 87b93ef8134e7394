package waitlist

import (
	"testing"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
)

func TestSuits(t *testing.T) {
	slot := Slot{Provider: "HF", Specialty: "orthopaedics", On: now.Add(5), Minute: 541}
	none := law.Appointment{}
	for _, tt := range []struct {
		name string
		make func(r *referral.Referral)
		want Fit
	}{
		{"has a time in order", func(r *referral.Referral) {}, NoFit},
		{"has no time", func(r *referral.Referral) { r.Appointment = none }, FitNoTime},
		{"has no time, and the slot is past a deadline to come", func(r *referral.Referral) { r.Appointment, r.StartBy = none, now.Add(4) }, NoFit},
		{"has no time, and the slot is on the deadline", func(r *referral.Referral) { r.Appointment, r.StartBy = none, now.Add(5) }, FitNoTime},
		{"has no time, and the deadline is broken already", func(r *referral.Referral) { r.Appointment, r.StartBy = none, now.Add(-1) }, FitNoTime},
		{"has no time, and no deadline", func(r *referral.Referral) { r.Appointment, r.StartBy = none, day.Day{} }, FitNoTime},
		{"has a time after the deadline", func(r *referral.Referral) { r.StartBy = now.Add(6) }, FitLate},
		{"and the slot is after it too", func(r *referral.Referral) { r.StartBy = now.Add(4) }, NoFit},
		{"wishes", func(r *referral.Referral) { r.Earlier = referral.Earlier{Since: now.Add(-2), Notice: 5} }, FitWish},
		{"wishes, with longer notice", func(r *referral.Referral) { r.Earlier = referral.Earlier{Since: now.Add(-2), Notice: 6} }, NoFit},
		{"no time, with longer notice", func(r *referral.Referral) {
			r.Appointment, r.Earlier = none, referral.Earlier{Since: now.Add(-2), Notice: 6}
		}, NoFit},
		{"comes earlier already", func(r *referral.Referral) {
			r.Appointment.From, r.Appointment.To, r.Earlier.Since = now.Add(5), now.Add(5), now
		}, NoFit},
		{"put it off further", func(r *referral.Referral) {
			r.Appointment, r.PutOff = none, law.PutOff{On: now.Add(-3), To: now.Add(9), By: law.ByPatient}
		}, NoFit},
		{"put it off until before", func(r *referral.Referral) {
			r.Appointment, r.PutOff = none, law.PutOff{On: now.Add(-3), To: now.Add(4), By: law.ByPatient}
		}, FitNoTime},
		{"another field", func(r *referral.Referral) { r.Appointment, r.Specialty = none, "neurology" }, NoFit},
		{"another hospital", func(r *referral.Referral) { r.Appointment, r.Holder = none, "X" }, NoFit},
		{"closed", func(r *referral.Referral) { r.Appointment, r.Status, r.ClosedOn = none, law.Closed, now }, NoFit},
		{"started", func(r *referral.Referral) { r.Appointment, r.Status, r.WaitEnd = none, law.Started, now }, NoFit},
	} {
		r := whole()
		tt.make(r)
		if got := Suits(r, slot, now); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	past := slot
	past.On = now.Add(-1)
	r := whole()
	r.Appointment = none
	if Suits(r, past, now) != NoFit {
		t.Error("a slot that has passed is offered")
	}
}
