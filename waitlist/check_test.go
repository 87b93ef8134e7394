package waitlist

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
)

var now = day.On(2026, 3, 16)

// whole is a referral that nothing is wrong with: granted in time, with a time inside its deadline.
func whole() *referral.Referral {
	r := &referral.Referral{Patient: "P1", Condition: "knee", MovedOn: now.Add(-10)}
	r.Facts = law.Facts{Status: law.Waiting, Right: law.Granted, Specialty: "orthopaedics", Born: day.On(1970, 1, 1), Holder: "HF", Site: "A", Seniority: now.Add(-40), ReceivedOn: now.Add(-40), AssessedOn: now.Add(-35),
		AssessBy: now.Add(-26), StartBy: now.Add(30), Appointment: law.Appointment{From: now.Add(20), To: now.Add(20)}, SecuredInTime: true, AnsweredOn: now.Add(-34)}
	return r
}

func codes(fs []Flaw) []string {
	var out []string
	for _, f := range fs {
		out = append(out, f.Code)
	}
	return out
}

// One thing at a time is made wrong, and that is what is found; just inside the line nothing is.
func TestCheckFindsWhatIsWrong(t *testing.T) {
	s := law.Default()
	if got := Check(whole(), now, 3, s); len(got) != 0 {
		t.Fatalf("a referral in order has %v", codes(got))
	}
	none := law.Appointment{}
	for _, tt := range []struct {
		name string
		make func(r *referral.Referral)
		want string
	}{
		{"deadline long past, silence", func(r *referral.Referral) { r.StartBy, r.Appointment, r.SecuredInTime = now.Add(-15), none, false }, LateNoContact},
		{"deadline just past", func(r *referral.Referral) { r.StartBy, r.Appointment, r.SecuredInTime = now.Add(-14), none, false }, ""},
		{"deadline long past, Helfo told", func(r *referral.Referral) {
			r.StartBy, r.Appointment, r.SecuredInTime, r.HelfoOn = now.Add(-15), none, false, now.Add(-3)
		}, ""},
		{"unassessed past the limit", func(r *referral.Referral) {
			r.Status, r.Right, r.AssessedOn, r.StartBy, r.Appointment, r.AssessBy = law.Received, law.Pending, day.Day{}, day.Day{}, none, now.Add(-1)
		}, Unassessed},
		{"unassessed inside it", func(r *referral.Referral) {
			r.Status, r.Right, r.AssessedOn, r.StartBy, r.Appointment, r.AssessBy = law.Received, law.Pending, day.Day{}, day.Day{}, none, now
		}, ""},
		{"the time has passed", func(r *referral.Referral) { r.Appointment.From, r.Appointment.To = now.Add(-1), now.Add(-1) }, TimePassed},
		{"the time is today", func(r *referral.Referral) { r.Appointment.From, r.Appointment.To = now, now }, ""},
		{"closed with a time", func(r *referral.Referral) {
			r.Status, r.ClosedOn, r.ClosedFor = law.Closed, now.Add(-2), law.Died
		}, BookedClosed},
		{"closed without", func(r *referral.Referral) { r.Status, r.ClosedOn, r.Appointment = law.Closed, now.Add(-2), none }, ""},
		{"near and provisional", func(r *referral.Referral) {
			r.Appointment.From, r.Appointment.To, r.Appointment.Provisional = now.Add(14), now.Add(14), true
		}, StillProvisional},
		{"far and provisional", func(r *referral.Referral) { r.Appointment.Provisional = true }, ""},
		{"nothing for long", func(r *referral.Referral) { r.Appointment, r.MovedOn = none, now.Add(-121) }, Stale},
		{"no deadline", func(r *referral.Referral) { r.StartBy = day.Day{} }, NoDeadline},
		{"no deadline in the summer of 2020", func(r *referral.Referral) {
			r.StartBy, r.AssessedOn, r.Seniority, r.ReceivedOn = day.Day{}, day.On(2020, 6, 1), day.On(2020, 5, 20), day.On(2020, 5, 20)
		}, ""},
		{"seniority after the reception", func(r *referral.Referral) { r.Seniority = now.Add(-39) }, SeniorityAfter},
		{"assessed before it came", func(r *referral.Referral) { r.AssessedOn = now.Add(-41) }, AssessedBefore},
		{"no field", func(r *referral.Referral) { r.Specialty = "" }, NoSpecialty},
		{"no condition", func(r *referral.Referral) { r.Condition = "" }, NoCondition},
		{"no birth", func(r *referral.Referral) { r.Born = day.Day{} }, NoBirth},
		{"on none of several lists", func(r *referral.Referral) { r.Site = "" }, NoSite},
		{"wishes and has no time", func(r *referral.Referral) { r.Appointment, r.Earlier = none, referral.Earlier{Since: now.Add(-61)} }, WishPassed},
	} {
		r := whole()
		tt.make(r)
		got := codes(Check(r, now, 3, s))
		if tt.want == "" && len(got) > 0 || tt.want != "" && !slices.Equal(got, []string{tt.want}) {
			t.Errorf("%s: %v, want %q", tt.name, got, tt.want)
		}
	}
	r := whole()
	r.StartBy, r.Appointment = now.Add(-41), none
	if got := codes(Check(r, now, 3, s)); !slices.Contains(got, DeadlineBefore) {
		t.Errorf("a deadline before the seniority: %v", got)
	}
	r = whole()
	r.Site = ""
	if got := Check(r, now, 1, s); len(got) != 0 {
		t.Errorf("a provider with one list: %v", codes(got))
	}
}

// Whatever the facts, what is found is of the known codes, each at most once, and has an act that mends it.
func TestCheckAlwaysMends(t *testing.T) {
	s := law.Default()
	rapid.Check(t, func(t *rapid.T) {
		some := func(name string) day.Day {
			if rapid.Bool().Draw(t, name+" known") {
				return now.Add(rapid.IntRange(-300, 300).Draw(t, name))
			}
			return day.Day{}
		}
		r := whole()
		r.Status = rapid.SampledFrom(law.Statuses).Draw(t, "status")
		r.Right = rapid.SampledFrom([]law.Right{law.Pending, law.Granted, law.NotGranted, law.NotAssessed}).Draw(t, "right")
		r.Seniority, r.ReceivedOn, r.AssessedOn, r.StartBy, r.ClosedOn = some("seniority"), some("received"), some("assessed"), some("start by"), some("closed")
		from := some("time")
		r.Appointment.From, r.Appointment.To = from, from
		seen := make(map[string]bool)
		for _, f := range Check(r, now, 2, s) {
			if seen[f.Code] || !slices.Contains(Flaws, f.Code) || f.Mend == "" {
				t.Fatalf("%+v", f)
			}
			seen[f.Code] = true
		}
	})
}

func TestTwins(t *testing.T) {
	a, b := whole(), whole()
	k, ok := TwinKey(a)
	l, _ := TwinKey(b)
	if !ok || k != l || AsTwin(a).Code != Twin {
		t.Error("two of the same are no twins")
	}
	for name, change := range map[string]func(*referral.Referral){"another condition": func(r *referral.Referral) { r.Condition = "hip" }, "another person": func(r *referral.Referral) { r.Patient = "P2" },
		"closed": func(r *referral.Referral) { r.Status = law.Closed }, "started": func(r *referral.Referral) { r.Status = law.Started }, "a second opinion": func(r *referral.Referral) { r.SecondOpinion = true }} {
		c := whole()
		change(c)
		if m, ok := TwinKey(c); ok && m == k {
			t.Errorf("%s is a twin", name)
		}
	}
}
