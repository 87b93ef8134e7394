package demo

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"rettid/access"
	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/guide"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
)

// live makes the referrals of a patient, one life after the other.
func (b *batch) live(ctx context.Context, w *world, p *plan) error {
	var parent *life
	for i, m := range p.matters {
		l := &life{ctx: ctx, w: w, p: p, m: m, r: p.rng(uint64(2 + i)), now: m.on}
		l.draft = w.desk.Draft(p.tenant, fmt.Sprintf("demo/%d/%d/%d", p.seed, p.index, i))
		if i == 0 {
			l.person = p.person()
		}
		if parent != nil && m.more {
			if s := parent.draft.State; !s.StartedOn.IsZero() && s.StartedOn.Before(m.on) {
				l.parent = parent
			}
		}
		if parent != nil && l.parent == nil {
			if s := parent.draft.State; s.Right == law.NotGranted && s.AssessedOn.Before(m.on) && !s.SecondOpinion {
				l.second = parent
				l.m.at = parent.m.at
			}
		}
		if err := l.live(); err != nil {
			return err
		}
		write, err := l.draft.Write()
		if err != nil {
			return err
		}
		b.writes, b.ids, b.refusals, b.freed = append(b.writes, write), append(b.ids, m.id), append(b.refusals, l.refusals...), append(b.freed, l.freed...)
		parent = l
	}
	return nil
}

// A life is one referral on its way. Its steps stand in an agenda and are taken in the order of their days; each looks at how the referral
// stands before it is taken, as staff would.
type life struct {
	ctx      context.Context
	w        *world
	p        *plan
	m        matter
	r        *rand.Rand
	draft    *desk.Draft
	person   *ledger.Person
	parent   *life
	second   *life // the one that is assessed anew
	refusals []ledger.Refusal

	now    day.Day
	notes  []ledger.Note // of the command that is given
	freed  []freedTime
	agenda []step
	last   time.Time // when the last entry was recorded
	asked  bool      // a colleague has been asked
	stop   bool      // what comes now would be recorded after today
	err    error

	cond    guide.Condition
	hasCond bool
	target  day.Day // the day the clinic means to start
	late    bool    // the clinic will not make the deadline
}

type step struct {
	on day.Day
	do func()
}

// state is how the referral stands.
func (l *life) state() *referral.Referral { return &l.draft.State }

// on puts a step into the agenda, never before now.
func (l *life) on(d day.Day, do func()) {
	if d.Before(l.now) {
		d = l.now
	}
	i := len(l.agenda)
	for i > 0 && l.agenda[i-1].on.After(d) {
		i--
	}
	l.agenda = append(l.agenda, step{})
	copy(l.agenda[i+1:], l.agenda[i:])
	l.agenda[i] = step{d, do}
}

// in puts a step some working days ahead.
func (l *life) in(workingDays int, do func()) { l.on(l.w.plus(l.now, workingDays), do) }

// chance is true in a share of the cases.
func (l *life) chance(share float64) bool { return l.r.Float64() < share }

// between draws a whole number from a to b, both included.
func (l *life) between(a, b int) int {
	if b <= a {
		return a
	}
	return a + l.r.IntN(b-a+1)
}

func (l *life) live() error {
	l.receive()
	for len(l.agenda) > 0 && !l.stop && l.err == nil {
		next := l.agenda[0]
		l.agenda = l.agenda[1:]
		if !next.on.Before(l.w.today) {
			break // today's work is still to be done
		}
		l.now = next.on
		next.do()
	}
	if l.err == nil && len(l.draft.Log) == 0 {
		l.err = errors.New("it was not received")
	}
	return l.err
}

// take gives a command at the desk, on the present day. late is how many days after it happened it is recorded. It is false when the desk refused, or
// when it would not be recorded until after today.
func (l *life) take(role law.Role, c referral.Command, late ...int) bool {
	if l.stop || l.err != nil {
		return false
	}
	minute := l.between(8*60, 15*60+30)
	if l.now == l.w.today {
		minute = l.between(6*60, 7*60+30)
	}
	recorded := l.now
	if len(late) > 0 {
		recorded = l.w.plus(l.now, late[0])
	} else if next := l.w.plus(l.now.Add(1), 0); l.chance(0.02) && (len(l.draft.Log) > 0 || next.Before(l.w.today)) {
		recorded = next
	}
	year, month, dom := recorded.Date()
	at := time.Date(year, time.Month(month), dom, minute/60, minute%60, l.r.IntN(60), 0, l.w.oslo)
	if !at.After(l.last) {
		at = l.last.Add(time.Duration(l.between(20, 400)) * time.Second)
	}
	if !day.FromTime(at).Before(l.w.today) && !(l.now == l.w.today && len(l.draft.Log) == 0) {
		l.stop = true
		return false
	}
	o := desk.Order{At: referral.At{On: l.now, Role: role, Actor: l.actor(role), Place: l.place()}, Do: c, Known: at}
	if len(l.draft.Log) == 0 {
		o.Person = l.person
	}
	o.Notes = l.notes
	was := l.draft.State
	_, err := l.draft.Take(l.ctx, o)
	var refusal *referral.Refusal
	switch {
	case err == nil:
		l.last = at
		switch c.(type) {
		case *referral.Book, *referral.Accept, *referral.Postpone:
			if !l.state().HelfoAwaits.IsZero() {
				l.in(1, l.tellHelfo)
			}
		}
		l.free(&was, c.Verb())
		return true
	case errors.As(err, &refusal):
		l.refusals = append(l.refusals, l.draft.Refusal(l.m.id, o, refusal))
	default:
		l.err = fmt.Errorf("%s on %s: %w", c.Verb(), l.now, err)
	}
	return false
}

// actor names who does it, by internal user id.
func (l *life) actor(role law.Role) string {
	switch role {
	case law.Patient, law.Helfo, law.NextOfKin:
		return string(role)
	}
	if ids := l.colleagues(role); len(ids) > 0 {
		return ids[int(uint(l.p.index)%uint(len(ids)))]
	}
	switch role {
	case law.Specialist:
		return fmt.Sprintf("spesialist.%s.%d", l.place(), 1+int(uint(l.p.index))%7)
	}
	return fmt.Sprintf("%s.%s.%d", map[law.Role]string{law.Secretary: "sekretaer", law.Booking: "timetildeling", law.Intake: "inntak", law.Management: "leder"}[role], l.place(), 1+int(uint(l.p.index))%5)
}

// colleagues are the people of the demonstration who do such things at the place and in the unit, by internal id: those the pages know the names of.
func (l *life) colleagues(role law.Role) []string {
	place, specialty, unit := l.place(), l.m.at.specialty, ""
	if u, ok := l.w.desk.Org.Unit(place, specialty, l.now); ok {
		unit = u.ID
	}
	var ids []string
	for _, u := range access.DemoPeople().All() {
		for _, g := range u.Roles {
			if g.Role.Law() == role && g.Role != access.MedicalDirector && g.Provider == place && (g.Unit == "" || g.Unit == unit) && (g.Specialty == "" || g.Specialty == specialty) {
				ids = append(ids, u.ID)
				break
			}
		}
	}
	return ids
}

func (l *life) place() string {
	if h := l.state().Holder; h != "" {
		return h
	}
	return l.m.at.provider
}

// ---- reception ----

func (l *life) receive() {
	s := l.m.at.specialty
	c := &referral.Receive{Place: l.m.at.provider, Site: l.m.at.site, Patient: l.p.patient(), Born: l.p.born, Municipality: l.p.municipality, Specialty: s,
		From: referral.From{Role: l.m.from.Role, Provider: l.m.from.ID, HPR: l.w.doctor(l.m.from, l.p.index)}, Kind: law.Elective}
	if sector(s) == "somatic" || l.chance(0.7) {
		l.cond, l.hasCond = l.condition()
	}
	if len(l.w.allied) > 0 && l.chance(0.07) {
		if a := pick(l.r, l.w.allied); fits(a.Role, s) {
			c.From = referral.From{Role: a.Role, Provider: a.ID, HPR: l.w.doctor(a, l.p.index)}
		}
	}
	u := l.r.Float64()
	switch {
	case l.second != nil:
		c.SecondOpinion, c.SecondOf = true, l.second.m.id
		s := &l.second.draft.State
		l.draft.Parent = &referral.Parent{Kind: s.Kind, StartedOn: s.StartedOn, AssessedOn: s.AssessedOn, SecondOpinion: s.SecondOpinion}
	case l.parent != nil:
		c.NewConditionOf, c.NewCondition, c.Kind = l.parent.m.id, true, law.Elective
		c.From = referral.From{Role: "doctor", Provider: l.m.at.provider}
		l.draft.Parent = &referral.Parent{Kind: l.parent.draft.State.Kind, StartedOn: l.parent.draft.State.StartedOn}
	case u < 0.045 && sector(s) == "somatic":
		c.Kind, c.From = law.Emergency, referral.From{Role: "doctor"}
	case u < 0.09:
		c.Kind, c.From = law.Internal, referral.From{Role: "doctor", Provider: l.m.at.provider}
	case u < 0.105 && (sector(s) == "TSB" || sector(s) == "VOP"):
		c.Kind, c.From = law.Self, referral.From{Role: "patient"}
	case u < 0.12:
		c.Concerns = concern(l.r, s)
	case u < 0.128:
		c.Concerns = law.Mixed
	case u < 0.143:
		c.SecondOpinion = true
	case u < 0.155:
		c.FirstReceived = l.now.Add(-l.between(2, 9)) // another hospital sent it on
	}
	ordinary := c.Kind == law.Elective && c.Concerns == ""
	if ordinary && c.NewConditionOf == 0 {
		switch u := l.r.Float64(); {
		case u < seriousShare(s):
			c.SeriousSuspected, c.Urgent = true, l.chance(0.6)
			c.Pathway = cancerPathway(s)
		case u < seriousShare(s)+0.06:
			c.Urgent = true
		}
		if sector(s) != "somatic" && l.chance(0.35) {
			c.Pathway = "psykisk helse og rus"
		}
		c.Deficient = l.chance(0.045)
	}
	wrong := ordinary && c.NewConditionOf == 0 && c.FirstReceived.IsZero() && !c.SecondOpinion && l.chance(0.03)
	if wrong {
		if to, ok := l.wrongPlace(); ok {
			c.Place, c.Site = to.ID, ""
		} else {
			wrong = false
		}
	}
	c.Text = l.text(referralTexts)
	if c.Deficient {
		c.Text = l.text(deficientTexts)
	}
	if c.Concerns != "" {
		c.Text = l.text(taskTexts)
	}
	if !l.take(law.Secretary, c) {
		return
	}
	if c.Pathway != "" && c.SeriousSuspected {
		l.pathway("started", law.Secretary)
	}
	l.ahead(c, wrong)
}

// ahead puts what follows a reception into the agenda.
func (l *life) ahead(c *referral.Receive, wrong bool) {
	switch {
	case c.Kind == law.Emergency && c.NewConditionOf == 0:
		l.on(l.now, l.emergency)
	case c.Kind == law.Internal && c.NewConditionOf == 0:
		l.in(l.between(1, 9), l.bookOther)
	case c.Concerns == law.Mixed:
		l.in(l.between(1, 6), l.classify)
	case c.Concerns != "":
		l.in(l.between(1, 8), l.task)
	default:
		if c.Kind != law.Emergency && c.Kind != law.Internal && l.chance(0.6) {
			l.in(l.between(0, 2), l.content)
		}
		l.in(l.assessmentDelay(), l.assess)
		if wrong {
			l.in(l.between(0, 3), l.forwardWrong)
		} else if l.chance(0.025) {
			l.in(l.between(1, 5), l.forwardOther)
		}
		if c.Deficient {
			l.in(l.between(0, 3), l.ask)
		}
		if l.chance(0.004) {
			l.in(l.between(1, 4), func() {
				l.take(law.Intake, &referral.RefuseOutOfRegion{Reason: say("Oppdiktet: Foretaket kan ikke ta imot flere pasienter fra andre regioner uten å svikte egen region.")})
			})
		}
		if l.chance(0.01) {
			l.in(l.between(2, 40), l.withdraw)
		}
		if l.chance(0.008) {
			l.in(l.between(1, 3), l.nonsense)
		}
		if l.chance(0.005) {
			l.in(l.between(1, 6), l.duplicate)
		}
	}
	if l.chance(kinShare(c.Specialty)) {
		l.in(l.between(2, 25), l.kin)
	}
	if l.chance(0.008) {
		l.in(l.between(1, 12), l.wrongReception)
	}
}

// wrongPlace finds somebody who receives what only others may assess.
func (l *life) wrongPlace() (clinic.Provider, bool) {
	for range 6 {
		if len(l.w.wrong) == 0 {
			break
		}
		if p := pick(l.r, l.w.wrong); p.Trust == l.p.tenant {
			return p, true
		}
	}
	return clinic.Provider{}, false
}

func (l *life) forwardWrong() {
	s := l.state()
	if s.Right != law.Pending || s.Status == law.Closed || s.MayAssessHere {
		return
	}
	l.take(law.Intake, &referral.Forward{To: l.m.at.provider, Site: l.m.at.site, Reason: l.text(forwardTexts)})
}

// forwardOther sends it on to another hospital that does more of this.
func (l *life) forwardOther() {
	s := l.state()
	if s.Right != law.Pending || s.Status == law.Closed {
		return
	}
	if to, ok := l.elsewhere(); ok {
		if l.take(law.Intake, &referral.Forward{To: to.provider, Site: to.site, Reason: l.text(forwardTexts)}) && l.chance(0.7) {
			l.inform(law.Secretary, &referral.Inform{Patient: true, Letter: law.LetterForwarded})
		}
	}
}

// elsewhere finds another provider that may treat the same.
func (l *life) elsewhere() (place, bool) {
	others := l.w.treats[l.state().Specialty]
	for range 6 {
		if len(others) == 0 {
			break
		}
		if to := pick(l.r, others); to.provider != l.state().Holder {
			return to, true
		}
	}
	return place{}, false
}

func (l *life) ask() {
	s := l.state()
	if s.Right != law.Pending || s.Status == law.Closed {
		return
	}
	whom := "referrer"
	if l.chance(0.15) {
		whom = "patient"
	}
	if l.take(law.Specialist, &referral.RequestInformation{From: whom, Text: l.text(askTexts)}) && l.chance(0.68) {
		l.in(l.between(2, 7), func() {
			if l.state().Status != law.Closed {
				l.take(law.Secretary, &referral.ReceiveInformation{From: whom, Text: l.text(answerTexts)})
			}
		})
	}
}

// ---- assessment ----

// assessmentDelay draws how many working days go before the assessment; a few come after the limit.
func (l *life) assessmentDelay() int {
	c := l.draft.Log[0].Event.Ask.(*referral.Receive)
	u := l.r.Float64()
	switch {
	case c.SeriousSuspected:
		return l.between(0, 2)
	case c.Urgent:
		return l.between(0, 4)
	case u < 0.033:
		return 11 + int(l.r.ExpFloat64()*6)
	case c.SecondOpinion:
		return l.between(5, 22)
	}
	return 1 + int(8*math.Pow(l.r.Float64(), 0.75))
}

func (l *life) condition() (guide.Condition, bool) {
	all := l.w.guides[l.m.at.specialty]
	if len(all) == 0 || l.chance(0.2) {
		return guide.Condition{}, false
	}
	return pick(l.r, all), true
}

func (l *life) assess() {
	s := l.state()
	if s.Right != law.Pending || s.Status == law.Closed {
		return
	}
	if !s.MayAssessHere {
		l.forwardWrong() // nobody had sent it on
		l.in(1, l.assess)
		return
	}
	if s.Status == law.Received && l.chance(0.12) {
		if l.take(law.Specialist, &referral.Begin{}) && l.chance(0.5) {
			l.in(1, l.assess)
			return
		}
	}
	if !l.asked && !s.Serious && l.chance(0.035) {
		l.asked = true
		l.opinion()
		return
	}
	c := &referral.Assess{Reason: l.text(assessTexts), OwnFirst: l.chance(0.3), Clarified: law.No}
	if l.chance(0.25) {
		c.Clarified = law.Yes
	}
	if l.hasCond {
		c.Condition = l.cond.ID
		for _, f := range l.cond.Factors {
			if len(c.Individual) < 2 && l.chance(0.25) {
				c.Individual = append(c.Individual, f.LabelNB)
			}
		}
	}
	refuse := 0.055
	switch {
	case s.Serious:
		refuse = 0.005
	case l.hasCond && !l.cond.Right:
		refuse = 0.55
	case s.Deficient && s.InfoGotOn.IsZero():
		refuse = 0.16
	case sector(s.Specialty) == "VOP":
		refuse = 0.12
	}
	if l.chance(refuse) {
		c.Outcome, c.Benefit, c.ReasonableCost, c.Reason = law.NotGranted, law.No, law.Yes, l.text(notGrantedTexts)
		switch u := l.r.Float64(); {
		case u < 0.2:
			c.Benefit, c.ReasonableCost = law.Yes, law.No
		case u < 0.35:
			c.Benefit, c.Need = law.Yes, law.No
		}
		l.weighed(c, l.hasCond)
		if l.take(law.Specialist, c) {
			l.tell()
			if l.chance(0.09) {
				after := l.between(6, 18)
				if l.chance(0.2) {
					after = l.between(25, 45) // too late, and received all the same
				}
				l.in(after, func() { l.complain("right") })
			}
		}
		return
	}
	c.Outcome, c.Benefit, c.ReasonableCost, c.Need = law.Granted, law.Yes, law.Yes, law.Yes
	c.Uncertain = l.chance(0.04)
	if l.chance(0.5) {
		grade := func(low, high int) *int { n := l.between(low, high); return &n }
		c.Severity, c.BenefitGrade, c.ResourceGrade = grade(1, 3), grade(2, 3), grade(2, 3)
		if s.Serious {
			c.Severity = grade(3, 3)
		}
	}
	if l.chance(0.4) {
		c.Basis = append(c.Basis, pick(l.r, []string{"function", "pain", "risk", "suffering", "prevents_worsening", "improves", "degree"}))
	}
	c.DeadlineWeeks = l.weeks()
	by := law.GuideDeadline(c.DeadlineWeeks, s.Seniority, l.now, l.w.desk.Settings)
	if ceiling := law.Guarantee65(&s.Facts, l.now, l.w.desk.Settings).Value; !ceiling.IsZero() && by.After(ceiling) {
		by = ceiling.Add(-l.between(0, 10))
		c.Deadline, c.DeadlineWeeks = by, 0
	} else if by.Before(l.now.Add(2)) {
		by = l.w.plus(l.now, l.between(3, 9)) // assessed so late that the weeks are spent
		c.Deadline, c.DeadlineWeeks = by, 0
	} else if l.chance(0.15) {
		c.Deadline, c.DeadlineWeeks = l.w.cal.LastWorkingOnOrBefore(by), 0
	}
	if l.chance(0.1) && c.Deadline.IsZero() {
		c.LatestSound = by.Add(l.between(0, 21))
	}
	l.weighed(c, l.hasCond)
	if !l.take(law.Specialist, c) {
		return
	}
	if s := l.state(); s.Pathway != "" && !s.Serious {
		l.pathway("started", law.Specialist)
	}
	l.waiting()
}

// weeks draws the whole weeks to the deadline: the guide's, or another for a reason, or what is usual where the guide is silent.
func (l *life) weeks() int {
	s := l.state()
	var n int
	switch {
	case l.hasCond && l.cond.Right:
		n = l.cond.MaxWeeks
		switch u := l.r.Float64(); {
		case u < 0.15:
			n = max(1, int(float64(n)*(0.5+0.35*l.r.Float64())))
		case u < 0.2 && len(l.cond.AltDeadlines) > 0:
			n = pick(l.r, l.cond.AltDeadlines).MaxWeeks
		case u < 0.25:
			n += l.between(1, 4)
		}
		if n > 20 {
			n = 16 + l.r.IntN(n-15) // a guide's long limits are for the mildest
		}
	case sector(s.Specialty) == "TSB":
		n = pick(l.r, []int{4, 6, 6, 8})
	case sector(s.Specialty) == "VOP":
		n = pick(l.r, []int{4, 8, 10, 12, 12})
	case sector(s.Specialty) == "PHBU":
		n = pick(l.r, []int{6, 8, 10, 12})
	case s.Specialty == "oncology" || s.Specialty == "haematology":
		n = pick(l.r, []int{2, 3, 4})
	default:
		n = pick(l.r, []int{6, 8, 12, 12, 14, 16, 20, 26, 30})
	}
	switch {
	case s.Serious:
		n = min(n, l.between(2, 3))
	case s.Urgent:
		n = min(n, l.between(3, 5))
	}
	return n
}

// waiting settles what the clinic means to do with one who has got the right, and puts it into the agenda.
func (l *life) waiting() {
	s := l.state()
	span := float64(s.StartBy.Sub(s.Seniority))
	mean := map[string]float64{"somatic": 0.76, "VOP": 0.66, "PHBU": 0.64, "TSB": 0.52}[sector(s.Specialty)]
	if span > 200 {
		mean -= 0.14
	}
	f := min(0.99, max(0.08, mean+0.2*l.r.NormFloat64()))
	miss := map[string]float64{"somatic": 0.062, "VOP": 0.04, "PHBU": 0.03, "TSB": 0.025}[sector(s.Specialty)]
	if l.late = !s.Serious && l.chance(miss); l.late {
		f = 1.03 + 0.22*l.r.ExpFloat64()
	}
	target := s.Seniority.Add(int(f * span))
	if first := l.w.plus(l.now, 2); target.Before(first) {
		target = first
	}
	if l.late {
		l.target = l.w.clinicDay(l.r, target, day.Day{})
	} else {
		l.target = l.w.clinicDay(l.r, target, s.StartBy)
	}

	if l.chance(0.6) || s.Serious || s.Urgent {
		l.book()
		l.tell()
	} else {
		l.tell()
		lead := l.between(14, 40)
		when := l.target.Add(-lead)
		if l.late && l.chance(0.6) {
			when = l.target.Add(-l.between(3, 20)) // no time was found until long after
		}
		l.on(l.w.working(when), l.book)
	}
	if l.chance(0.22) && sector(s.Specialty) != "somatic" || l.chance(0.03) {
		l.on(l.w.working(l.now.Add(l.between(5, 25))), l.preliminary)
	}
	if span > 20 {
		l.troubles()
	}
	// Whatever is planned, somebody looks at the list the day after a deadline.
	l.on(l.w.working(s.StartBy.Add(1+l.between(0, 2))), l.missed)
}

// troubles are what may happen while one waits.
func (l *life) troubles() {
	until := max(4, l.target.Sub(l.now)-2)
	some := func(share float64, do func()) {
		if l.chance(share) {
			l.on(l.w.working(l.now.Add(l.between(3, until))), do)
		}
	}
	some(0.075, func() { l.postpone(law.ByPatient) })
	some(0.015, func() { l.postpone(law.ByMedical) })
	some(0.05, func() { l.postpone(law.ByProvider) })
	some(0.02, l.offerElsewhere)
	some(0.012, l.worsen)
	some(0.025, l.withdraw)
	some(0.004, l.die)
	some(0.006, l.goElsewhere)
	some(0.012, func() { l.complain("deadline") })
	some(0.004, func() { l.complain("information") })
	some(0.009, l.wrongDeadline)
	some(0.007, l.shorten)
	some(0.03, l.wish)
	some(0.012, l.giveUp)
	some(0.012, func() { l.request(law.AskWorse) })
	some(0.01, func() { l.request(law.AskOtherPlace) })
	some(0.02, func() { l.request(law.AskMessage) })
	some(0.003, func() { // nobody may set the deadline by the room there is
		l.take(law.Specialist, &referral.ChangeDeadline{Deadline: l.state().StartBy.Add(28), Basis: []string{"capacity"}, Reason: say("Oppdiktet: ikke plass før.")})
	})
}

// tell sends the answer, mostly at once and mostly to both.
func (l *life) tell() {
	send := func() {
		s := l.state()
		if !s.Answer.Patient && !s.Answer.Referrer {
			return
		}
		c := &referral.Inform{Patient: s.Answer.Patient, Referrer: s.Answer.Referrer}
		apart := c.Patient && c.Referrer && l.chance(0.03)
		if apart {
			c.Referrer = false
		}
		if s.GuideReferrer && c.Referrer && l.chance(0.7) {
			c.Feedback = l.text(feedbackTexts)
		}
		if l.chance(0.006) {
			c.Without = []law.Part{law.PartComplaintProcedure}
		}
		l.inform(law.Secretary, c)
		if apart {
			l.in(l.between(1, 8), func() {
				if l.state().Answer.Referrer {
					l.inform(law.Secretary, &referral.Inform{Referrer: true})
				}
			})
		}
		if l.state().GuideReferrer {
			l.in(l.between(2, 15), func() {
				if l.state().GuideReferrer {
					l.inform(law.Specialist, &referral.Inform{Feedback: l.text(feedbackTexts)})
				}
			})
		}
		if l.state().ComplaintInfo {
			l.in(l.between(3, 15), func() {
				if l.state().ComplaintInfo && l.state().Status != law.Closed {
					l.inform(law.Secretary, &referral.Inform{Patient: true})
				}
			})
		}
	}
	left := 3 // a second opinion has no limit
	if by := l.state().AssessBy; !by.IsZero() {
		left = l.w.cal.Working(l.now, by)
	}
	switch u := l.r.Float64(); {
	case u < 0.6 || left <= 0:
		send()
	case u < 0.965:
		l.in(min(l.between(1, 2), left), send)
	default:
		l.in(l.between(2, 9), send)
	}
}

// ---- booking ----

func (l *life) book() {
	s := l.state()
	if s.Status != law.Waiting || !s.Appointment.IsZero() {
		return
	}
	if l.target.Before(l.now.Add(1)) {
		l.target = l.w.plus(l.now, l.between(2, 8))
	}
	if l.target.Sub(l.now) > 20 && l.chance(0.13) {
		monday := l.target.Add(-(int(l.target.Weekday()) + 6) % 7)
		length := 4
		if l.chance(0.05) {
			length = 11
		}
		from, to := monday, monday.Add(length)
		if !l.late && to.After(s.StartBy) {
			to = s.StartBy
		}
		if l.take(law.Booking, &referral.Book{From: from, To: to, What: l.what()}) {
			l.on(l.w.working(l.target.Add(-l.between(8, 14))), l.precise)
		}
		return
	}
	l.give(l.target)
}

// give books a day and a clock time, and the patient comes then.
func (l *life) give(d day.Day) bool {
	form := "in_person"
	switch u := l.r.Float64(); {
	case u < 0.05:
		form = "video"
	case u < 0.07:
		form = "phone"
	}
	c := &referral.Book{Start: day.Moment{Day: d, Minute: int16(8*60 + 15*l.r.IntN(28))}, What: l.what(), Form: form, Provisional: d.Sub(l.now) > 30 && l.chance(0.05)}
	if !l.take(law.Booking, c) {
		return false
	}
	if c.Provisional {
		l.on(l.w.working(d.Add(-l.between(8, 21))), l.precise)
	}
	l.on(d, l.attend)
	l.breachAhead()
	return true
}

// precise turns an interval or a provisional time into a day and a clock time.
func (l *life) precise() {
	s := l.state()
	if s.Status != law.Waiting || s.Appointment.IsZero() || s.Appointment.HasClock() && !s.Appointment.Provisional {
		return
	}
	d := s.Appointment.From
	if s.Appointment.To.Sub(d) > 0 {
		d = l.w.working(d.Add(l.r.IntN(s.Appointment.To.Sub(d) + 1)))
		if d.After(s.Appointment.To) {
			d = l.w.cal.LastWorkingOnOrBefore(s.Appointment.To)
		}
	}
	if d.Before(l.now) {
		d = l.w.plus(l.now, 1)
	}
	if l.take(law.Booking, &referral.Book{Start: day.Moment{Day: d, Minute: int16(8*60 + 15*l.r.IntN(28))}, What: l.what(), Form: "in_person"}) {
		l.on(d, l.attend)
		if l.chance(0.5) {
			l.inform(law.Secretary, &referral.Inform{Patient: true, Letter: law.LetterOffer})
		}
	}
}

func (l *life) what() law.Contact {
	if l.state().Clarified == law.Yes || sector(l.state().Specialty) != "somatic" && l.p.index%2 == 0 {
		return law.Treatment
	}
	return law.Investigation
}

// attend is the day of an appointment: most come and care begins.
func (l *life) attend() {
	s := l.state()
	a := s.Appointment
	if s.Status != law.Waiting || a.IsZero() || a.To != l.now {
		return
	}
	late := 0
	if l.chance(0.025) {
		late = l.between(1, 9) // recorded some days after
	}
	switch u := l.r.Float64(); {
	case u < 0.035:
		l.noShow(late)
		return
	case u < 0.055 && a.Form == "video" || u < 0.038:
		l.take(law.Specialist, &referral.Start{What: law.DigitalConsultation, Began: law.No}, late)
		l.rebook(l.between(7, 30))
		return
	}
	c := &referral.Start{What: l.what()}
	if a.Form == "video" {
		c.What, c.Began = law.DigitalConsultation, law.Yes
	}
	if !l.take(law.Specialist, c, late) {
		return
	}
	if l.state().Status != law.Started {
		l.rebook(l.between(7, 30))
		return
	}
	if l.chance(0.004) {
		l.in(l.between(1, 5), func() { l.correctStart(len(l.draft.Log)) })
	}
	l.after()
}

// noShow records that the patient did not come (8446 code 21), with another time.
func (l *life) noShow(late int) {
	to := l.w.clinicDay(l.r, l.now.Add(l.between(12, 45)), day.Day{})
	if l.chance(0.12) { // never came
		l.on(l.w.working(l.now.Add(l.between(20, 40))), l.withdraw)
	}
	if l.take(law.Secretary, &referral.Postpone{By: law.ByPatient, To: to, Code: 21, Reason: l.text(noShowTexts)}, late) {
		l.on(to, l.attend)
		return
	}
	l.rebook(l.between(5, 25))
}

// rebook finds another time some days ahead.
func (l *life) rebook(days int) {
	if l.state().Status != law.Waiting {
		return
	}
	d := l.w.clinicDay(l.r, l.now.Add(days), day.Day{})
	if by := l.state().StartBy; d.After(by) && by.Sub(l.now) > 2 {
		d = l.w.cal.LastWorkingOnOrBefore(by)
	}
	if !d.After(l.now) {
		d = l.w.plus(l.now, 2)
	}
	l.give(d)
}

// postpone puts the time off.
func (l *life) postpone(by law.PostponedBy) {
	s := l.state()
	if s.Status != law.Waiting || s.Appointment.IsZero() || !s.Appointment.To.After(l.now) {
		return
	}
	c := &referral.Postpone{By: by}
	from := s.Appointment.To
	switch by {
	case law.ByPatient:
		c.To, c.Code, c.Reason = from.Add(l.between(7, 50)), 22, l.text(patientTexts)
	case law.ByMedical:
		c.To, c.Code, c.Reason = from.Add(l.between(14, 75)), 3, l.text(medicalTexts)
	default:
		c.To, c.Reason = from.Add(l.between(4, 35)), l.text(providerTexts)
		if c.To.After(s.StartBy) && l.chance(0.75) && s.StartBy.Sub(l.now) > 3 {
			c.To = l.w.cal.LastWorkingOnOrBefore(s.StartBy)
		}
	}
	c.To = l.w.working(c.To)
	if by == law.ByProvider && !c.To.After(from) {
		return
	}
	if !l.take(law.Booking, c) {
		// A time after the deadline was the patient's own only where one before it had been given: the clinic finds one before.
		if s.StartBy.After(l.now.Add(2)) {
			l.give(l.w.cal.LastWorkingOnOrBefore(s.StartBy))
		}
		return
	}
	l.on(c.To, l.attend)
	if l.chance(0.6) {
		l.inform(law.Secretary, &referral.Inform{Patient: true, Letter: law.LetterPostponed})
	}
	l.breachAhead()
}

// ---- deadlines that will not hold ----

// breachAhead is what staff do when the time given lies after the deadline.
func (l *life) breachAhead() {
	s := l.state()
	if s.Status != law.Waiting || law.Breach(&s.Facts, l.now, l.w.desk.Settings).Value != law.Expected {
		return
	}
	if s.StartBy.Sub(l.now) > 8 && l.chance(0.4) {
		l.in(l.between(1, 4), l.offerElsewhere)
	}
	if l.chance(0.88) {
		l.in(l.between(0, 6), l.notify)
	}
}

// notify tells Helfo, or agrees with the patient not to.
func (l *life) notify() {
	s := l.state()
	if s.Status != law.Waiting || !s.HelfoOn.IsZero() || !s.AgreedNotOn.IsZero() || s.DeclinedInTime {
		return
	}
	if b := law.Breach(&s.Facts, l.now, l.w.desk.Settings).Value; b == law.NoBreach {
		return
	}
	c := &referral.NotifyHelfo{ExpectedStart: s.Appointment.To, Channel: "portal"}
	switch u := l.r.Float64(); {
	case u < 0.08:
		c = &referral.NotifyHelfo{AgreedNot: true}
	case u < 0.12:
		c.Channel = "other"
	}
	if !l.take(law.Booking, c) || c.AgreedNot {
		return
	}
	if l.chance(0.5) {
		l.inform(law.Secretary, &referral.Inform{Patient: true, Letter: law.LetterBreach})
	}
	switch u := l.r.Float64(); {
	case u < 0.12:
		l.in(l.between(5, 15), func() {
			if to, ok := l.elsewhere(); ok && l.state().Status == law.Waiting {
				l.take(law.Helfo, &referral.HelfoPlaced{At: to.provider})
			}
		})
	case u < 0.2:
		l.in(l.between(4, 12), func() { l.offerFrom(law.Helfo) })
	case u < 0.28:
		l.in(12, func() { l.takeBack(law.HelfoFoundNone) })
	case u < 0.31:
		l.in(16, func() { l.takeBack(law.HelfoNoAnswer) })
	}
}

// takeBack is Helfo giving the case back; the day after, Helfo is told of the time the patient has.
func (l *life) takeBack(why law.HelfoReason) {
	if s := l.state(); s.Status != law.Waiting || s.HelfoOn.IsZero() || s.StartBy.IsZero() {
		return
	}
	l.take(law.Helfo, &referral.HelfoReturned{Why: why})
	l.in(1, l.tellHelfo)
}

// tellHelfo tells Helfo of the time it waits to hear of, when there is one.
func (l *life) tellHelfo() {
	if s := l.state(); s.Status == law.Waiting && !s.HelfoAwaits.IsZero() && !s.Appointment.IsZero() {
		l.take(law.Booking, &referral.TellHelfo{Start: s.Appointment.From})
	}
}

// missed is what happens when a deadline has passed and care has not begun.
func (l *life) missed() {
	s := l.state()
	if s.Status != law.Waiting || law.Breach(&s.Facts, l.now, l.w.desk.Settings).Value != law.Occurred {
		return
	}
	if l.chance(0.85) {
		l.in(l.between(0, 3), l.notify)
	}
	if s.Appointment.IsZero() {
		l.in(l.between(3, 30), l.book)
	}
}

func (l *life) offerElsewhere() { l.offerFrom(law.Booking) }

// offerFrom offers a start at another provider, which the patient takes or not.
func (l *life) offerFrom(role law.Role) {
	s := l.state()
	to, ok := l.elsewhere()
	if s.Status != law.Waiting || !ok {
		return
	}
	start := l.w.plus(l.now, l.between(8, 25))
	if by := s.StartBy; start.After(by) && by.Sub(l.now) > 8 {
		start = l.w.cal.LastWorkingOnOrBefore(by)
	}
	if !l.take(role, &referral.MakeOffer{At: to.provider, Start: start}) {
		return
	}
	if role != law.Helfo && l.chance(0.5) {
		l.inform(law.Secretary, &referral.Inform{Patient: true, Letter: law.LetterOffer})
	}
	l.in(l.between(1, 5), func() {
		if l.state().Status != law.Waiting {
			return
		}
		switch u := l.r.Float64(); {
		case u < 0.55 && start.After(l.now):
			if l.take(law.Patient, &referral.Accept{At: to.provider, Start: start}) {
				l.on(start, l.attend)
			}
		case u < 0.8:
			c := &referral.Decline{At: to.provider, Start: start}
			if l.chance(0.7) {
				c.WaitFor = l.state().Holder
			}
			if l.take(law.Patient, c) && l.chance(0.6) {
				l.inform(law.Secretary, &referral.Inform{Patient: true, Letter: law.LetterDeclined})
			}
		case u < 0.92:
			l.take(law.Patient, &referral.Decline{At: to.provider, Start: start})
		}
	})
}

// worsen records that help is needed sooner; most get it.
func (l *life) worsen() {
	s := l.state()
	if s.Status != law.Waiting || s.StartBy.Sub(l.now) < 14 {
		return
	}
	by := l.w.plus(l.now, l.between(5, 15))
	if !l.take(law.Specialist, &referral.Worsen{NeededBy: by}) {
		return
	}
	if l.chance(0.5) {
		if l.take(law.Specialist, &referral.ChangeDeadline{Deadline: by, Reason: l.text(worseTexts)}) {
			l.tellChange()
		}
	}
	if l.chance(0.9) {
		l.in(1, func() {
			if l.state().Status == law.Waiting && by.After(l.now) {
				l.give(l.w.cal.LastWorkingOnOrBefore(by))
			}
		})
	}
}

// shorten sets an earlier deadline.
func (l *life) shorten() {
	s := l.state()
	if s.Status != law.Waiting || s.StartBy.Sub(l.now) < 30 {
		return
	}
	by := s.StartBy.Add(-l.between(7, 21))
	if l.take(law.Specialist, &referral.ChangeDeadline{Deadline: by, Basis: []string{"degree"}, Reason: l.text(worseTexts)}) {
		l.tellChange()
		l.breachAhead()
	}
}

func (l *life) tellChange() {
	l.in(l.between(0, 3), func() {
		if c := l.state().Changed; c.Patient || c.Referrer {
			l.inform(law.Secretary, &referral.Inform{Patient: c.Patient, Referrer: c.Referrer, Letter: law.LetterChanged})
		}
	})
}

// ---- complaints, corrections, kin ----

func (l *life) complain(about string) {
	s := l.state()
	if s.AnsweredOn.IsZero() || s.Status == law.Started {
		return
	}
	if s.Status == law.Closed && s.Right != law.NotGranted {
		return
	}
	if !l.take(law.Patient, &referral.Complain{About: about, By: law.Patient, Text: l.text(complaintTexts)}) {
		return
	}
	if l.chance(0.8) {
		l.in(l.between(0, 3), func() {
			l.inform(law.Secretary, &referral.Inform{Patient: true, Letter: law.LetterComplaintReceived})
		})
	}
	l.in(l.between(6, 22), func() {
		if l.state().Complaints == 0 {
			return
		}
		if l.chance(0.35) {
			if !l.take(law.Specialist, &referral.DecideComplaint{Outcome: "upheld", Reason: l.text(reviewTexts)}) {
				return
			}
			switch s := l.state(); {
			case s.Right == law.Pending:
				l.in(l.between(0, 2), l.assess)
			case s.Status == law.Waiting && about == "deadline" && s.StartBy.Sub(l.now) > 25:
				if l.take(law.Specialist, &referral.ChangeDeadline{Deadline: s.StartBy.Add(-l.between(7, 20)), Reason: say("Oppdiktet: Klagen tas til følge.")}) {
					l.tellChange()
				}
			}
			return
		}
		if !l.take(law.Specialist, &referral.DecideComplaint{Outcome: "sent_on", Reason: l.text(reviewTexts[:1]), Papers: []string{"complaint", "referral", "decision", "letters", "review"}}) {
			return
		}
		l.inform(law.Secretary, &referral.Inform{Patient: true, Letter: law.LetterComplaintSentOn})
		if l.chance(0.7) {
			l.in(l.between(20, 50), func() {
				outcome, text := "rejected", countyTexts[:1]
				if l.chance(0.15) {
					outcome, text = "upheld", countyTexts[1:]
				}
				l.take(law.Secretary, &referral.DecideComplaint{Outcome: outcome, County: true, Reason: l.text(text)})
			})
		}
	})
}

func (l *life) kin() {
	roles := []law.Kin{pick(l.r, law.Kins)}
	if l.chance(0.2) && roles[0] != law.Child {
		roles = append(roles, law.Child)
	}
	if !l.take(law.Specialist, &referral.ConsiderKin{Roles: roles, Need: l.text(kinTexts)}) || l.state().KinOpen == 0 {
		return
	}
	if l.chance(0.9) {
		l.in(l.between(2, 15), func() {
			if l.state().KinOpen > 0 {
				l.take(law.Specialist, &referral.ConsiderKin{Roles: roles, Handled: law.Yes})
			}
		})
	}
}

// wrongReception corrects the day the referral was received: it had lain in the post room.
func (l *life) wrongReception() {
	first := l.draft.Log[0].Event
	c := *first.Ask.(*referral.Receive)
	if c.NewConditionOf != 0 {
		return
	}
	l.take(law.Secretary, &referral.Correct{Seq: 1, With: &c, On: first.On.Add(-l.between(1, 4)), Reason: say("Oppdiktet: Henvisningen ble stemplet for sent i postmottaket.")})
}

// wrongDeadline corrects an assessment whose deadline was read off the wrong row of the guide.
func (l *life) wrongDeadline() {
	s := l.state()
	for _, e := range referral.Speaking(l.draft.Log) {
		if e == nil {
			continue
		}
		was, ok := e.Ask.(*referral.Assess)
		if !ok || s.Status != law.Waiting || was.Outcome != law.Granted || was.DeadlineWeeks < 4 {
			continue
		}
		c := *was
		c.DeadlineWeeks = max(2, was.DeadlineWeeks-l.between(1, 4))
		for i := range l.draft.Log {
			if l.draft.Log[i].Event == e && l.take(law.Specialist, &referral.Correct{Seq: l.draft.Log[i].Seq, With: &c, Reason: say("Oppdiktet: Fristen var lest av feil rad i veilederen.")}) {
				if l.chance(0.8) {
					l.inform(law.Secretary, &referral.Inform{Patient: true, Referrer: true, Letter: law.LetterChanged})
				}
				l.on(l.w.working(l.state().StartBy.Add(2)), l.missed)
				l.breachAhead()
			}
		}
		return
	}
}

// correctStart corrects the day of a start that was recorded under the day before or after.
func (l *life) correctStart(seq int) {
	if seq < 1 || seq > len(l.draft.Log) {
		return
	}
	e := l.draft.Log[seq-1].Event
	if c, ok := e.Ask.(*referral.Start); ok {
		again := *c
		l.take(law.Secretary, &referral.Correct{Seq: seq, With: &again, On: e.On.Add(-1), Reason: say("Oppdiktet: Konsultasjonen var ført på feil dag.")})
	}
}

// ---- ends ----

func (l *life) withdraw() { l.close(law.Withdrawn, law.Secretary) }
func (l *life) die()      { l.close(law.Died, law.Secretary) }

func (l *life) duplicate() {
	if l.state().Right == law.Pending {
		l.close(law.Duplicate, law.Intake)
	}
}

func (l *life) goElsewhere() {
	if l.state().Status == law.Waiting {
		l.close(pick(l.r, []string{"4", "4", "3", "7", "9"}), law.Secretary)
	}
}

func (l *life) close(reason string, role law.Role) {
	s := l.state()
	if s.Status == law.Started || s.Status == law.Closed {
		return
	}
	l.take(role, &referral.Close{Reason: reason})
}

// after is the course when care has begun: further contacts, and one day the end.
func (l *life) after() {
	s := l.state()
	if s.Pathway != "" && l.chance(0.6) {
		event := "ended"
		if l.chance(0.2) {
			event = "time_exceeded"
		}
		l.in(l.between(5, 40), func() { l.pathway(event, law.Specialist) })
	}
	if l.chance(0.35) {
		l.in(l.between(0, 8), func() { l.finish() })
		return
	}
	d := l.w.clinicDay(l.r, l.now.Add(l.between(10, 80)), day.Day{})
	l.in(l.between(0, 3), func() {
		if l.state().Status == law.Started && d.After(l.now) && l.take(law.Booking, &referral.Book{Start: day.Moment{Day: d, Minute: int16(8*60 + 15*l.r.IntN(28))}, What: law.Treatment}) {
			l.on(d, l.again)
		}
	})
}

// again is a further contact.
func (l *life) again() {
	if l.state().Status != law.Started {
		return
	}
	if l.chance(0.06) {
		to := l.w.clinicDay(l.r, l.now.Add(l.between(10, 40)), day.Day{})
		if l.take(law.Secretary, &referral.Postpone{By: law.ByPatient, To: to}) {
			l.on(to, l.again)
		}
		return
	}
	if l.take(law.Specialist, &referral.Start{What: law.Treatment}) {
		if l.chance(0.65) {
			l.in(l.between(0, 5), l.finish)
		} else {
			l.after()
		}
	}
}

func (l *life) finish() {
	if l.state().Status == law.Started {
		l.take(law.Secretary, &referral.Close{Reason: law.Completed})
	}
}

// ---- what is not assessed ----

func (l *life) emergency() {
	if l.take(law.Specialist, &referral.Start{What: law.Treatment}) {
		l.on(l.now.Add(l.between(1, 9)), l.finish)
	}
}

// bookOther books and carries out an internal matter.
func (l *life) bookOther() {
	d := l.w.clinicDay(l.r, l.now.Add(l.between(3, 45)), day.Day{})
	if l.state().Status == law.Closed || !l.take(law.Booking, &referral.Book{Start: day.Moment{Day: d, Minute: int16(8*60 + 15*l.r.IntN(28))}, What: law.Treatment}) {
		return
	}
	l.on(d, func() {
		if l.state().Status != law.Closed && l.take(law.Specialist, &referral.Start{What: law.Treatment}) {
			l.after()
		}
	})
}

// task handles something that is no necessary health care.
func (l *life) task() {
	if l.state().Status == law.Closed {
		return
	}
	if l.chance(0.7) {
		l.inform(law.Secretary, &referral.Inform{Patient: true, Referrer: true, Letter: law.LetterNotAssessed})
	}
	d := l.w.clinicDay(l.r, l.now.Add(l.between(10, 70)), day.Day{})
	if l.chance(0.8) && l.take(law.Booking, &referral.Book{Start: day.Moment{Day: d, Minute: int16(8*60 + 15*l.r.IntN(28))}}) {
		l.on(l.w.plus(d, l.between(0, 4)), func() { l.take(law.Secretary, &referral.Close{Reason: law.Handled}) })
		return
	}
	l.in(l.between(5, 30), func() { l.take(law.Secretary, &referral.Close{Reason: law.Handled}) })
}

// classify decides whether a mixed matter is care for one patient.
func (l *life) classify() {
	if l.chance(0.55) {
		if l.take(law.Specialist, &referral.Classify{Concerns: law.Mixed, IsCare: law.Yes, Reason: say("Oppdiktet: Gjelder helsehjelp til en bestemt pasient.")}) {
			l.in(l.between(0, 3), l.assess)
		}
		return
	}
	if l.take(law.Specialist, &referral.Classify{Concerns: law.Guidance, IsCare: law.No, Reason: say("Oppdiktet: Gjelder veiledning til kommunen.")}) {
		l.in(l.between(1, 5), l.task)
	}
}

// preliminary is a talk or an examination before the care itself.
func (l *life) preliminary() {
	s := l.state()
	if s.Status != law.Waiting {
		return
	}
	what := law.PreExamination
	if sector(s.Specialty) != "somatic" {
		what = pick(l.r, []law.Contact{law.PathwayTalk, law.IntroductoryTalk})
	}
	d := l.w.plus(l.now, l.between(3, 10))
	if !l.take(law.Booking, &referral.Book{Start: day.Moment{Day: d, Minute: int16(9*60 + 15*l.r.IntN(20))}, What: what}) {
		return
	}
	l.on(d, func() {
		if l.state().Status == law.Waiting && l.state().Meeting.To == l.now {
			// The clinic keeps the real time: a talk is no start of care.
			l.take(law.Specialist, &referral.Start{What: what, Began: law.No})
			if l.state().Status == law.Waiting && l.state().Appointment.IsZero() {
				l.in(1, l.book)
			}
		}
	})
}

func (l *life) pathway(event string, role law.Role) {
	if name := l.state().Pathway; name != "" {
		c := &referral.PathwayEvent{Pathway: name, Event: event}
		if event == "started" {
			c.Goal = l.goal()
		}
		l.take(role, c)
	}
}

// nonsense is what people try that the law does not allow; the desk says no and writes it down.
func (l *life) nonsense() {
	s := l.state()
	if s.Status == law.Closed || s.Right != law.Pending {
		return
	}
	switch l.r.IntN(5) {
	case 0:
		l.take(law.Secretary, &referral.Assess{Outcome: law.Granted, Benefit: law.Yes, ReasonableCost: law.Yes, DeadlineWeeks: 12})
	case 1:
		l.take(law.Secretary, &referral.Close{Reason: law.ReturnedDeficient})
	case 2:
		l.take(law.Specialist, &referral.Assess{Outcome: law.NotGranted, Benefit: law.No, ReasonableCost: law.Yes, Basis: []string{"capacity"}, Reason: say("Oppdiktet: Fullt.")})
	case 3:
		l.take(law.Specialist, &referral.Assess{Outcome: law.Granted, Benefit: law.Yes, ReasonableCost: law.Yes})
	default:
		l.take(law.Secretary, &referral.Close{Reason: law.OtherRegion})
	}
}
