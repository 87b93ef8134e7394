package letter

import (
	"strings"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
	"rettid/words"
)

// forwarded fills a letter of a referral sent on.
func (g *gathering) forwarded() {
	r := g.in.Case
	g.holds("out_of_region", r.ClosedFor == "out_of_region")
	if len(r.Hops) == 0 {
		g.day("forwarded_date", r.ClosedOn)
		g.holds("not_yet_assessed", true)
		return
	}
	h := r.Hops[len(r.Hops)-1]
	came := r.ReceivedFirst()
	if n := len(r.Hops); n > 1 {
		came = r.Hops[n-2].On
	}
	g.day("received_date", came)
	g.day("forwarded_date", h.On)
	g.set("new_hospital_name", g.named(h.To))
	g.holds("not_yet_assessed", !h.Assessed)
}

// notAssessed fills a letter of a matter that is not assessed.
func (g *gathering) notAssessed() {
	r := g.in.Case
	g.set("inquiry_text", lowerFirst(words.Say(g.lang, "concerns."+string(r.Concerns))))
	g.set("handling_unit", g.in.Unit.Name)
}

// told finds where the referral stood when the patient last was told of deadline and time; false when the log does not say.
func (g *gathering) told() (referral.Referral, bool) {
	log := g.in.Log
	for i := len(log) - 1; i >= 0; i-- {
		c, ok := log[i].Event.Ask.(*referral.Inform)
		if !ok || !c.Patient {
			continue
		}
		was := referral.Fold(log[:i+1])
		if len(was.Letters) == 0 {
			continue
		}
		switch was.Letters[len(was.Letters)-1].Kind {
		case law.LetterGranted, law.LetterSecondOpinion, law.LetterChanged, law.LetterPostponed, law.LetterComplaintUpheld:
			return was, true
		}
	}
	return referral.Referral{}, false
}

// changed fills what is new since the patient last was told: the time, the deadline, or both.
func (g *gathering) changed() error {
	r := g.in.Case
	was, known := g.told()
	now := r.Appointment
	var deadline, moved bool
	if known {
		deadline = was.StartBy != r.StartBy && !was.StartBy.IsZero()
		moved = !was.Appointment.IsZero() && !sameTime(was.Appointment, now)
		g.set("old_appointment", g.appointment(was.Appointment))
		g.day("old_deadline_date", was.StartBy)
	} else {
		if deadline = (r.Changed.Patient || r.Changed.Referrer) && len(r.Deadlines) > 1; deadline {
			g.day("old_deadline_date", r.Deadlines[len(r.Deadlines)-2].Date)
		}
		moved = g.in.Given.Words["old_appointment"] != ""
	}
	if !deadline && !moved {
		return &Untrue{g.kind, "neither the deadline nor the time is another than the patient was told; a first time goes in the letter of the right"}
	}
	g.holds("deadline_changed", deadline)
	g.holds("time_changed", moved && now.HasClock())
	g.holds("time_cancelled", moved && !now.HasClock())
	g.holds("time_stands", !moved && now.HasClock())
	g.holds("week_stands", !moved && !now.IsZero() && !now.HasClock())
	g.holds("no_time_yet", !moved && now.IsZero())
	g.holds("time_after_deadline", g.missed())
	return nil
}

// sameTime tells whether two appointments are the same to the one who comes.
func sameTime(a, b law.Appointment) bool {
	return a.From == b.From && a.To == b.To && a.Minute == b.Minute && a.At == b.At && a.Site == b.Site && a.Form == b.Form
}

// offer fills the offer a letter is about: the latest that is open, or the latest that was declined.
func (g *gathering) offer() {
	r := g.in.Case
	want := law.Unanswered
	if g.kind == law.LetterDeclined {
		want = law.No
	}
	for i := len(r.Offers) - 1; i >= 0; i-- {
		o := r.Offers[i]
		if o.Answer != want {
			continue
		}
		at := g.in.Hospital
		if o.At != "" && o.At != r.Holder {
			at = g.named(o.At)
		}
		g.set("offer_hospital", at)
		g.day("offer_date", o.Start)
		g.set("offer_weekday", words.Weekday(g.lang, o.Start.Weekday()))
		if o.Minute > 0 {
			g.set("offer_time", clock(day.Moment{Day: o.Start, Minute: o.Minute - 1}))
		}
		g.day("declined_date", o.On)
		g.holds("offer_within_deadline", !r.StartBy.IsZero() && !o.Start.After(r.StartBy))
		wait := g.in.Hospital
		if o.WaitFor != "" {
			wait = g.named(o.WaitFor)
		}
		g.set("waiting_for_place", wait)
		return
	}
}

// postponed fills the latest postponement.
func (g *gathering) postponed() error {
	r := g.in.Case
	if len(r.Postponements) == 0 {
		return &Untrue{g.kind, "no postponement is recorded"}
	}
	p := r.Postponements[len(r.Postponements)-1]
	switch p.By {
	case law.ByPatient:
		g.holds("by_patient", true)
	case law.ByMedical:
		g.holds("by_medical", true)
	default:
		return &Untrue{g.kind, "the hospital put the time off itself: that is told in the letter of a change, and it keeps no breach from counting"}
	}
	g.day("postpone_request_date", p.On)
	g.day("postpone_to_date", p.To)
	speaks := referral.Speaking(g.in.Log)
	for i := len(speaks) - 1; i >= 0; i-- {
		if speaks[i] == nil {
			continue
		}
		if _, ok := speaks[i].Ask.(*referral.Postpone); !ok || speaks[i].On != p.On {
			continue
		}
		before := referral.Fold(g.in.Log[:i])
		if a := before.Appointment; !a.IsZero() && !a.To.After(r.StartBy) {
			g.set("offered_date", g.appointment(a))
		}
		break
	}
	for i := len(r.Offers) - 1; i >= 0 && g.facts.Values["offered_date"] == ""; i-- {
		if o := r.Offers[i]; !o.Start.After(r.StartBy) {
			g.day("offered_date", o.Start)
		}
	}
	return nil
}

// breach fills the letter of a deadline that is not kept.
func (g *gathering) breach() error {
	r := g.in.Case
	state := law.Breach(&r.Facts, g.in.On, g.in.Settings)
	if r.PutOff.On.IsZero() && r.HelfoOn.IsZero() && r.AgreedNotOn.IsZero() {
		return &Untrue{g.kind, "Helfo has neither been notified nor agreed away with the patient (G9.2-7): record which first"}
	}
	if state.Value == law.NoBreach && (!r.PutOff.On.IsZero() || !r.WaitEnd.IsZero()) {
		return &Untrue{g.kind, "the deadline is not broken, and no breach is to be expected (" + strings.Join(state.Norms, ", ") + ")"}
	}
	g.holds("breach_expected", state.Value != law.Occurred)
	g.holds("helfo_notified", !r.HelfoOn.IsZero())
	g.day("helfo_notified_date", r.HelfoOn)
	expected := r.Appointment.From
	for _, e := range referral.Speaking(g.in.Log) {
		if e == nil {
			continue
		}
		if c, ok := e.Ask.(*referral.NotifyHelfo); ok && !c.AgreedNot && r.Appointment.IsZero() {
			expected = c.ExpectedStart
		}
	}
	if d, ok := g.in.Given.Days["expected_start_date"]; ok && expected.IsZero() {
		expected = d
	}
	g.day("expected_start_date", expected)
	g.holds("expected_start", !expected.IsZero())
	return nil
}
