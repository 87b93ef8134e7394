package letter

import (
	"strings"

	"rettid/law"
	"rettid/referral"
	"rettid/words"
)

// late tells whether the answer comes after the assessment limit, as the law's rule on answers has it.
func (g *gathering) late() bool {
	r := g.in.Case
	first := !r.AnswerSent.Patient && !r.SecondOpinion
	for _, o := range law.InformObjections(&r.Facts, g.kind, true, false, first, g.in.On).Warned() {
		if o.Names("G8-1") {
			return true
		}
	}
	return false
}

// guarantee tells whether the 65 working days apply: as found at the assessment, or found now.
func (g *gathering) guarantee() bool {
	r := g.in.Case
	if r.Right != law.Granted {
		return false
	}
	if f := r.Found.Guarantee; f != nil {
		return !f.Value.IsZero()
	}
	return !law.Guarantee65(&r.Facts, r.AssessedOn, g.in.Settings).Value.IsZero()
}

// answer finds the code of list 9148 a referrer is answered with.
func (g *gathering) answer() {
	r := g.in.Case
	code := ""
	switch {
	case g.kind == law.LetterForwarded:
		code = "3"
	case r.Right == law.NotGranted:
		code = "4"
	case r.Right == law.Granted && r.Appointment.HasClock():
		code = "1"
	case r.Right == law.Granted:
		code = "2"
	case r.Right == law.NotAssessed && r.Concerns == law.Guidance:
		code = "11"
	}
	if code != "" {
		g.set("answer_code", code)
		g.set("answer_text", words.Say(g.lang, "answer_code."+code))
	}
}

// care names what must have begun by the deadline, and what happens first.
func (g *gathering) care() {
	r := g.in.Case
	kind := "either"
	if r.Clarified == law.Yes {
		kind = "treatment"
	}
	g.set("care_start", phrase(g.lang, "care_start."+kind))
	step := phrase(g.lang, "first_step."+string(r.Appointment.What))
	if step == "" || g.kind == law.LetterOffer {
		step = phrase(g.lang, "first_step."+kind)
	}
	g.set("first_step", step)
}

// missed tells whether a time after the deadline breaks the right. One the patient has chosen, or health demands, does not: then the letter speaks of
// no breach.
func (g *gathering) missed() bool {
	r := g.in.Case
	return !r.StartBy.IsZero() && !r.Appointment.IsZero() && r.Appointment.To.After(r.StartBy) &&
		law.Breach(&r.Facts, g.in.On, g.in.Settings).Value != law.NoBreach
}

// time fills what is known of the time the patient waits for.
func (g *gathering) time() {
	r := g.in.Case
	a := r.Appointment
	g.holds("time_set", a.HasClock())
	g.holds("own_appointment", !a.IsZero())
	if a.IsZero() {
		return
	}
	if a.HasClock() {
		g.day("appointment_date", a.From)
		g.set("appointment_weekday", words.Weekday(g.lang, a.From.Weekday()))
		g.set("appointment_time", clock(a.Moment()))
	} else {
		g.day("interval_from", a.From)
		g.day("interval_to", a.To)
	}
	place := g.in.Unit.Place
	if a.At != "" && a.At != r.Holder {
		place = g.named(a.At)
		if a.Site != "" {
			place = g.named(a.Site) + ", " + place
		}
	} else if a.Site != "" && (place == "" || a.Site != r.Site) {
		place = g.named(a.Site)
	}
	if a.Form == "video" || a.Form == "phone" {
		g.holds("virtual", true)
		g.set("contact_form", phrase(g.lang, "form."+a.Form))
		place = phrase(g.lang, "form."+a.Form)
	}
	g.set("appointment_place", place)
	g.day("own_expected_date", a.From)
	switch {
	case r.StartBy.IsZero():
	case g.missed():
		g.holds("appointment_after_deadline", true)
	case a.To == r.StartBy:
		g.holds("appointment_on_deadline", true)
	default: // also a time after the deadline that the patient has chosen: the day of the deadline is not the day to come
		g.holds("appointment_before_deadline", true)
	}
}

// meeting fills the preliminary meeting.
func (g *gathering) meeting() {
	m := g.in.Case.Meeting
	if m.IsZero() {
		return
	}
	g.holds("preliminary", true)
	g.set("preliminary_date", g.appointment(m))
	g.set("preliminary_what", phrase(g.lang, "preliminary."+string(m.What)))
}

// reasons fills why the answer was no: what the assessor answered to each condition.
func (g *gathering) reasons() {
	if g.kind == law.LetterSecondOpinion {
		g.holds("right_granted", g.in.Case.Right == law.Granted)
	}
	speaks := referral.Speaking(g.in.Log)
	for i := len(speaks) - 1; i >= 0; i-- {
		if speaks[i] == nil {
			continue
		}
		if c, ok := speaks[i].Ask.(*referral.Assess); ok {
			g.holds("reason_not_needed", c.Need == law.No)
			g.holds("reason_benefit", c.Benefit == law.No)
			g.holds("reason_cost", c.ReasonableCost == law.No)
			return
		}
	}
}

// expected fills the day the patient should have heard of a time by, always before the deadline. When nobody has said it, it is the house's
// own number of days; closer to the deadline, the day before it.
func (g *gathering) expected() {
	r := g.in.Case
	by := g.in.Given.Days["appointment_expected_by"]
	if by.IsZero() && g.in.Contacts.ExpectDays > 0 {
		by = g.in.On.Add(g.in.Contacts.ExpectDays)
		if a := r.Appointment; !a.IsZero() && !by.Before(a.From) {
			by = a.From.Add(-1) // of a week: before it begins
		}
		if !r.StartBy.IsZero() && !r.StartBy.Before(g.in.On) && !by.Before(r.StartBy) && !g.missed() {
			by = r.StartBy.Add(-1)
		}
	}
	delete(g.facts.Values, "appointment_expected_by")
	if by.After(g.in.On) && (by.Before(r.StartBy) || r.StartBy.IsZero() || r.StartBy.Before(g.in.On) || g.missed()) {
		g.day("appointment_expected_by", by)
	}
}

// sections lists the sections of pasient- og brukerrettighetsloven a letter rests on (letters.md ch. 4, check 1).
func sections(variant string, l words.Lang) string {
	var nb string
	switch variant {
	case "granted_appointment", "granted_time_follows", "granted_week", "changed":
		nb = "§§ 2-2, 2-2 a, 2-4 og 7-2"
	case "not_granted":
		nb = "§§ 2-1, 2-2, 2-3 og 7-2"
	case "breach":
		nb = "§§ 2-2 a, 2-2 b og 7-2"
	case "complaint_upheld":
		nb = "§§ 2-2, 2-2 a og 7-2"
	case "second_opinion":
		nb = "§§ 2-2, 2-3 og 7-2"
	}
	return strings.Replace(nb, " og ", " "+phrase(l, "and")+" ", 1)
}
