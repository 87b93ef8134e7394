package referral

import (
	"testing"

	"rettid/day"
	"rettid/law"
)

// waitingFor gives a log of one who has the right and a time before the deadline.
func waitingFor(t *testing.T, s *law.Settings) *Course {
	t.Helper()
	c := new(Course)
	for _, m := range []struct {
		on day.Day
		do Command
	}{
		{day.On(2025, 9, 1), &Receive{Place: "HF", Patient: "p1", Specialty: "orthopaedics", Kind: law.Elective}},
		{day.On(2025, 9, 5), &Assess{Outcome: law.Granted, Benefit: law.Yes, ReasonableCost: law.Yes, Need: law.Yes, Deadline: day.On(2025, 11, 17), Reason: Say("x")}},
		{day.On(2025, 9, 8), &Book{Start: day.Moment{Day: day.On(2025, 11, 3), Minute: 600}}},
	} {
		give(t, c, m.do, m.on, s)
	}
	return c
}

func give(t *testing.T, c *Course, do Command, on day.Day, s *law.Settings) {
	t.Helper()
	m := move{do: do, role: law.Specialist}
	e, err := c.Decide(do, m.at(on), m.given(&c.State), s)
	if err != nil {
		t.Fatalf("%s: %v", do.Verb(), err)
	}
	c.Record(on, e)
}

// What the patient asks is somebody's until it is answered, or done.
func TestAskedIsOwned(t *testing.T) {
	s := law.Default()
	c := waitingFor(t, s)
	on := day.On(2025, 9, 10)
	owner := func() law.Role {
		for _, d := range law.DutiesOn(&c.State.Facts, on, s) {
			if d.Name == law.DutyAnswerPatient {
				return d.Role
			}
		}
		return ""
	}
	if owner() != "" {
		t.Fatal("there is somebody to answer before anybody asked")
	}
	give(t, c, &Ask{About: law.AskMessage, Text: Say("x")}, on, s)
	if owner() != law.Booking {
		t.Errorf("a message is %q's", owner())
	}
	give(t, c, &Ask{About: law.AskWorse}, on, s)
	if owner() != law.Specialist {
		t.Errorf("getting worse is %q's", owner())
	}
	give(t, c, &Worsen{NeededBy: day.On(2025, 10, 1)}, on, s)
	if owner() != law.Booking {
		t.Errorf("after the worsening was recorded it is %q's", owner())
	}
	give(t, c, &Reply{Text: Say("x")}, on, s)
	if owner() != "" {
		t.Error("an answered question is still open")
	}
	if len(c.Log) == 0 || c.State.StartBy != day.On(2025, 11, 17) {
		t.Error("asking moved the deadline")
	}
}

// A time the patient gives up leaves the deadline where it is, and the hospital with the duty to find another; a first day past the deadline is the
// patient's own postponement, when there was a time inside it.
func TestGivingUpATime(t *testing.T) {
	s := law.Default()
	on, deadline := day.On(2025, 9, 10), day.On(2025, 11, 17)
	for name, tt := range map[string]struct {
		from     day.Day
		putOff   bool
		breaches bool
	}{
		"no day":              {day.Day{}, false, true},
		"before the deadline": {day.On(2025, 11, 10), false, true},
		"on the deadline":     {deadline, false, true},
		"past the deadline":   {day.On(2026, 1, 12), true, false},
	} {
		c := waitingFor(t, s)
		give(t, c, &Postpone{By: law.ByPatient, NoDay: true, NotBefore: tt.from}, on, s)
		f := &c.State.Facts
		if !f.Appointment.IsZero() || f.StartBy != deadline || f.PutOff.On.IsZero() == tt.putOff || law.BreachOn(f, s).IsZero() == tt.breaches {
			t.Errorf("%s: appointment %v, deadline %s, put off %v, breach %s", name, f.Appointment, f.StartBy, f.PutOff, law.BreachOn(f, s))
		}
		book := false
		for _, d := range law.DutiesOn(f, on, s) {
			book = book || d.Name == law.DutyBook
		}
		if !book {
			t.Errorf("%s: nobody owes a new time", name)
		}
	}
	c := waitingFor(t, s)
	give(t, c, &Book{Start: day.Moment{Day: day.On(2025, 12, 1)}}, on, s) // the provider took the time in the deadline away
	m := move{do: &Postpone{By: law.ByPatient, NoDay: true, NotBefore: day.On(2026, 1, 12)}, role: law.Patient}
	if _, err := c.Decide(m.do, m.at(on), m.given(&c.State), s); err == nil {
		t.Error("a patient without a time inside the deadline put it off past it (G9.2-6)")
	}
}
