package demo

import (
	"fmt"
	"net/url"

	"rettid/day"
	"rettid/desk"
	"rettid/guide"
	"rettid/law"
	"rettid/referral"
)

// What is asked and answered on the way: what a referral holds, a colleague's opinion, what patients ask for, and the times they give up.

// freedFor is how many days a freed time stays before somebody else has got it.
const freedFor = 12

// free keeps the times ahead that a step gave up.
func (l *life) free(was *referral.Referral, verb string) {
	if l.w.today.Sub(l.now) > freedFor {
		return
	}
	freed, _ := referral.Slots(was, l.state(), l.w.today)
	for i, a := range freed {
		if !a.From.After(l.w.today) {
			continue
		}
		l.freed = append(l.freed, freedTime{desk.FreeSlot{Provider: a.At, Site: a.Site, Specialty: l.state().Specialty, On: a.From, Minute: a.Minute, What: a.What, Form: a.Form, Why: verb},
			fmt.Sprintf("%s-%d-%d-%d", url.PathEscape(l.p.tenant), l.m.id, len(l.draft.Log), i), l.actor(law.Booking)})
	}
}

// A freedTime is a time that was given up, and by whom.
type freedTime struct {
	slot          desk.FreeSlot
	unique, actor string
}

// content is looking through the referral against the national list: it came to the right place, and what it holds. Some find that more is needed, and ask.
func (l *life) content() {
	s := l.state()
	if s.Right != law.Pending || s.Status == law.Closed || !s.MayAssessHere {
		return
	}
	lacking := 0
	switch {
	case s.Deficient:
		lacking = l.between(1, 3)
	case l.chance(0.02):
		lacking = 1
	}
	marks := make([]law.Mark, 0, len(law.Points))
	first := l.r.IntN(len(law.Points))
	for i, p := range law.Points {
		m := law.Mark{Point: p, Held: law.Present}
		switch {
		case (i+len(law.Points)-first)%len(law.Points) < lacking:
			m.Held = law.Lacking
		case p == law.PointPlan && l.chance(0.8), p == law.PointStatements && l.chance(0.6):
			m.Held = law.NotNeeded
		}
		marks = append(marks, m)
	}
	if l.chance(0.7) {
		l.take(law.Intake, &referral.CheckPlace{Right: law.Yes})
	}
	if l.take(law.Intake, &referral.CheckContent{Marks: marks}) && lacking > 0 && s.InfoAskedOn.IsZero() {
		l.in(l.between(0, 2), l.ask)
	}
}

// opinion asks a colleague before the decision, and goes on to it when there is an answer, or when the limit is near.
func (l *life) opinion() {
	of := pick(l.r, []string{"Vurderingsteamet", "Fagansvarlig overlege", "Tverrfaglig møte", "Kollega ved samme enhet"})
	if !l.take(law.Specialist, &referral.AskOpinion{Of: of, Question: l.text(opinionTexts)}) {
		return
	}
	l.in(l.between(1, 3), func() {
		if s := l.state(); s.Right == law.Pending && s.Status != law.Closed && l.chance(0.85) {
			view := "granted"
			switch u := l.r.Float64(); {
			case u < 0.15:
				view = "not_granted"
			case u < 0.35:
				view = "unsure"
			}
			l.take(law.Specialist, &referral.GiveOpinion{View: view, Reason: l.text(viewTexts)})
		}
		l.in(l.between(0, 2), l.assess)
	})
}

// request is something the patient asks for on the patient's own page; most are answered within some days.
func (l *life) request(about string) {
	s := l.state()
	if s.Status == law.Closed && about != law.AskMessage {
		return
	}
	c := &referral.Ask{About: about}
	switch about {
	case law.AskWorse:
		c.Text = l.text(worseAskTexts)
	case law.AskOtherPlace:
		c.Text = l.text(otherPlaceTexts)
		if to, ok := l.elsewhere(); ok && l.chance(0.7) {
			c.Where = to.provider
		}
	default:
		c.Text = l.text(messageTexts)
	}
	if !l.take(law.Patient, c) {
		return
	}
	l.in(l.between(1, 6), func() {
		if len(l.state().Asked) == 0 || l.chance(0.06) {
			return
		}
		role := law.Secretary
		if about == law.AskWorse {
			role = law.Specialist
		}
		l.take(role, &referral.Reply{Text: l.text(replyTexts)})
		switch {
		case about == law.AskWorse && l.chance(0.3):
			l.worsen()
		case about == law.AskOtherPlace && l.chance(0.4):
			l.in(l.between(1, 5), l.offerElsewhere)
		}
	})
}

// wish is that the patient wants an earlier time when one becomes free.
func (l *life) wish() {
	if s := l.state(); s.Status == law.Waiting {
		l.take(law.Patient, &referral.WishEarlier{Notice: pick(l.r, []int{0, 1, 2, 7})})
	}
}

// giveUp is that the patient gives up the time on the patient's own page, and says from when another suits.
func (l *life) giveUp() {
	s := l.state()
	if s.Status != law.Waiting || s.Appointment.IsZero() || s.Appointment.From.Sub(l.now) < 3 {
		return
	}
	if l.take(law.Patient, &referral.Postpone{By: law.ByPatient, NoDay: true, NotBefore: s.Appointment.From.Add(l.between(3, 21)), Reason: l.text(patientTexts)}) {
		l.in(l.between(2, 8), func() {
			if l.state().Status == law.Waiting && l.state().Appointment.IsZero() {
				l.rebook(l.between(10, 30))
			}
		})
	}
}

// weighed adds what an assessor writes down beside the decision: the circumstances the guide lists, the course, and that a start by the deadline is sound.
func (l *life) weighed(c *referral.Assess, guided bool) {
	if guided {
		for _, f := range l.cond.Factors {
			answer := law.No
			for _, present := range c.Individual {
				if present == f.LabelNB {
					answer = law.Yes
				}
			}
			if answer == law.Yes || l.chance(0.8) {
				c.Factors = append(c.Factors, referral.Factor{Name: f.LabelNB, Answer: answer})
			}
		}
	}
	if c.Outcome != law.Granted {
		return
	}
	c.Sound = law.Yes
	if l.chance(0.5) {
		c.Planned = l.text(plannedTexts)
	}
	if l.chance(0.35) {
		c.Course, c.IfDelayed = l.text(courseTexts), l.text(delayedTexts)
	}
	if l.chance(0.05) {
		c.Other = l.text(circumstanceTexts)
	}
	if guided && deviates(l.cond, c) {
		c.Reason = l.text(deviationTexts)
	}
}

// deviates tells whether a decision is another than the guide's for the condition.
func deviates(cond guide.Condition, c *referral.Assess) bool {
	return !cond.Right || c.DeadlineWeeks != cond.MaxWeeks
}

// goal is when the next step of a pathway should be.
func (l *life) goal() day.Day { return l.w.working(l.now.Add(l.between(10, 35))) }

var (
	opinionTexts      = []string{"Er du enig i at {} bør utredes her og ikke i primærhelsetjenesten?", "Hvordan vil du vurdere nytten ved {}?", "Kan fristen være som i veilederen når pasienten også har smerter?"}
	viewTexts         = []string{"Enig. Funnene tilsier utredning.", "Jeg ville gitt rett, med fristen i veilederen.", "Usikker. Bildene bør sees på nytt først.", "Dette kan fastlegen følge opp med råd fra oss."}
	worseAskTexts     = []string{"Jeg er blitt dårligere den siste uken og sover lite.", "Smertene er mye verre nå. Kan timen bli tidligere?"}
	otherPlaceTexts   = []string{"Jeg kan reise dersom et annet sykehus har kortere ventetid.", "Jeg ønsker å bli behandlet nærmere familien min."}
	messageTexts      = []string{"Skal jeg ta de vanlige medisinene mine samme dag?", "Trenger jeg tolk med meg, eller ordner dere det?", "Kan jeg ha med en pårørende?"}
	replyTexts        = []string{"Takk for beskjeden. Vi har sett på saken og tar kontakt dersom noe endres.", "Ja, det går fint.", "En spesialist har lest det du skriver. Fristen din står ved lag."}
	plannedTexts      = []string{"Første undersøkelse ved poliklinikken, med prøver samme dag.", "Utredning av {} med bilder og legeundersøkelse."}
	courseTexts       = []string{"Utredning, og behandling ved funn. Kontroll etter tre måneder.", "Samtale og undersøkelse, deretter plan sammen med pasienten."}
	delayedTexts      = []string{"Økende plager og fall i funksjon ved lengre venting.", "Liten risiko for varig skade; plagene kan øke."}
	circumstanceTexts = []string{"Har omsorg for små barn alene.", "Bor langt fra sykehuset og trenger samordnede timer."}
	deviationTexts    = []string{"Avvik fra veilederen: raskt fall i funksjon gir kortere frist.", "Avvik fra veilederen: individuelle forhold er vurdert og gir en annen frist enn den veiledende.", "Avvik fra veilederen: mindre alvorlig enn det veilederen legger til grunn."}
	reviewTexts       = []string{"Klagen er vurdert på nytt av en annen spesialist. Vi står ved vedtaket.", "Ny vurdering gir samme resultat; begrunnelsen er utdypet."}
	countyTexts       = []string{"Statsforvalteren er enig med sykehuset.", "Statsforvalteren mener at pasienten har rett til nødvendig helsehjelp."}
	complaintTexts    = []string{"Jeg er ikke enig i avgjørelsen og ber om en ny vurdering.", "Fristen er for lang for meg."}
)
