package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/guide"
	"rettid/law"
	"rettid/referral"
	"rettid/words"
)

// What an assessor has typed, and the command it becomes. Every field is text until it is asked for, so that nothing typed is lost whatever the answer.

type assessForm struct {
	v      *view
	c      desk.Case
	x      *referral.Referral
	before referral.Referral // what the assessment is decided on: the state, or the state before what is corrected
	on     day.Day           // the day of the decision
	typed  url.Values
	quiet  bool // nobody has asked yet whether it can be decided
	fixes  int  // the entry a correction corrects; 0 for an assessment
}

func (f *assessForm) get(name string) string { return strings.TrimSpace(f.typed.Get(name)) }

// answer reads yes and no; doubt, and what nobody could mean, is not answered.
func (f *assessForm) answer(name string) law.Answer {
	switch f.get(name) {
	case "ja":
		return law.Yes
	case "nei":
		return law.No
	}
	return law.Unanswered
}

func (f *assessForm) doubt() bool {
	return f.get("nytte") == "tvil" || f.get("kostnad") == "tvil" || f.get("tvil") == "ja"
}

// ownView tells whether the assessor has answered for benefit and cost, also with doubt.
func (f *assessForm) ownView() bool { return f.get("nytte") != "" && f.get("kostnad") != "" }

// shown tells whether the guide has been shown.
func (f *assessForm) shown() bool { return f.get("forst") != "" }

// reveal shows the guide, and keeps for good which came first.
func (f *assessForm) reveal() {
	if f.shown() {
		return
	}
	first := "veileder"
	if f.ownView() {
		first = "egen"
	}
	f.typed.Set("forst", first)
}

// outcome is the answer chosen; none until it is.
func (f *assessForm) outcome() law.Right {
	switch f.get("utfall") {
	case "rett":
		return law.Granted
	case "ikke":
		return law.NotGranted
	}
	return ""
}

// suggest chooses the outcome the assessor's own answers lead to, when none is chosen and they lead to one.
func (f *assessForm) suggest() {
	if f.outcome() != "" || !f.ownView() {
		return
	}
	a := law.Answers{Outcome: law.Granted, Benefit: f.answer("nytte"), Reasonable: f.answer("kostnad"), Need: f.answer("behov"), Uncertain: f.doubt()}
	if len(law.Conditions(a).Refused()) == 0 {
		f.typed.Set("utfall", "rett")
	}
}

// condition is the guide's row that was chosen.
func (f *assessForm) condition() (guide.Condition, bool) {
	id := f.get("tilstand")
	if id == "" || id == "ingen" || f.v.s.desk.Guides == nil {
		return guide.Condition{}, false
	}
	return f.v.s.desk.Guides.Condition(clinic.GuideArea(f.x.Specialty), id, f.on)
}

func (f *assessForm) grade(name string) *int {
	n, err := strconv.Atoi(f.get(name))
	if err != nil || n < 0 || n > 3 {
		return nil
	}
	return &n
}

// mostWeeks is the longest deadline a field of weeks can hold.
const mostWeeks = 520

// weeksTo is the deadline a number of weeks gives.
func (f *assessForm) weeksTo(n int) day.Day {
	return law.Deadline(law.SetDeadline{Outcome: law.Granted, On: f.on, Weeks: n, Seniority: f.before.Seniority}, f.v.s.desk.Settings).Value
}

// weeksOf is the whole weeks that give a day; 0 when none do.
func (f *assessForm) weeksOf(d day.Day) int {
	base := f.before.Seniority
	if f.v.s.desk.Settings.WeeksBase == "assessed" || base.IsZero() {
		base = f.on
	}
	if d.IsZero() || base.IsZero() {
		return 0
	}
	n := (d.Sub(base) + 6) / 7
	if n < 1 || n > mostWeeks || f.weeksTo(n) != d {
		return 0
	}
	return n
}

// deadline makes the two fields one value: the one that was changed speaks. bad names the field that can't be read.
func (f *assessForm) deadline() (d day.Day, weeks int, bad string) {
	uker, dato := f.get("uker"), f.get("dato")
	if dato != f.get("fordato") || uker == f.get("foruker") {
		if dato == "" && f.get("fordato") != "" && uker == f.get("foruker") {
			return day.Day{}, 0, "" // taken away
		}
		if dato != "" {
			d, err := typedDay(dato)
			if err != nil {
				return day.Day{}, 0, "dato"
			}
			return d, f.weeksOf(d), ""
		}
	}
	if uker == "" {
		return day.Day{}, 0, ""
	}
	n, err := strconv.Atoi(uker)
	if err != nil || n < 1 || n > mostWeeks {
		return day.Day{}, 0, "uker"
	}
	return f.weeksTo(n), n, ""
}

// guarantee is the last of the 65 working days, when they apply.
func (f *assessForm) guarantee() day.Day {
	return law.Guarantee65(&f.before.Facts, f.on, f.v.s.desk.Settings).Value
}

// latest is the latest sound start the assessor has set.
func (f *assessForm) latest() (day.Day, error) { return typedDay(f.get("senest")) }

// propose fills in the deadline the guide's weeks give, brought inside what bounds it, as long as the assessor has set no other.
func (f *assessForm) propose() {
	d, _, bad := f.deadline()
	c, ok := f.condition()
	own := bad != "" || !d.IsZero() && d.String() != f.get("forslag")
	if own || f.outcome() == law.NotGranted || !f.shown() {
		return
	}
	if !ok || !c.Right {
		if !d.IsZero() { // what was proposed for another condition
			f.settle(day.Day{})
			f.typed.Del("forslag")
		}
		return
	}
	by := f.weeksTo(c.MaxWeeks)
	latest, _ := f.latest()
	for _, limit := range []day.Day{f.guarantee(), latest, f.before.NeededBy} {
		if !limit.IsZero() && limit.Before(by) {
			by = limit
		}
	}
	f.typed.Set("forslag", by.String())
	f.settle(by)
}

// settle writes a deadline in both fields; no day empties them.
func (f *assessForm) settle(d day.Day) {
	weeks := ""
	if n := f.weeksOf(d); n > 0 {
		weeks = strconv.Itoa(n)
	}
	for name, value := range map[string]string{"dato": fieldDay(d), "fordato": fieldDay(d), "uker": weeks, "foruker": weeks} {
		f.typed.Set(name, value)
	}
}

// agree makes the two fields of the deadline say the same, unless one can't be read.
func (f *assessForm) agree() {
	if d, _, bad := f.deadline(); bad == "" {
		f.settle(d)
	}
}

// factor is the name of the field of one of a condition's individual circumstances.
func factorField(c guide.Condition, i int) string { return "f." + c.ID + "." + strconv.Itoa(i) }

// other is what Individual holds when the assessor has described a circumstance that is not on the guide's list. The words themselves are a part of the
// reason, which is a note: free text about a patient never stands in the log.
const other = "andre forhold"

// reason is the assessor's reason, with the circumstance that is not on the guide's list.
func (f *assessForm) reason() string {
	why, more := f.get("begrunnelse"), f.get("annet")
	if more == "" {
		return why
	}
	return strings.TrimSpace(why + "\n\nAndre forhold: " + more)
}

// notPresent is how a circumstance that was considered and found absent is written.
const notPresent = "ikke "

// individual lists the circumstances considered, present or absent, and the answers to those the guide lists.
func (f *assessForm) individual() (names []string, answers []referral.Factor) {
	if c, ok := f.condition(); ok && f.shown() {
		for i, x := range c.Factors {
			a := f.answer(factorField(c, i))
			switch a {
			case law.Yes:
				names = append(names, x.LabelNB)
			case law.No:
				names = append(names, notPresent+x.LabelNB)
			default:
				continue // what nobody answered is recorded as unanswered beside the others (G2-6)
			}
			answers = append(answers, referral.Factor{Name: x.LabelNB, Answer: a})
		}
	}
	if f.get("annet") != "" {
		names = append(names, other)
	}
	return names, answers
}

// command makes the assessment of what was typed.
func (f *assessForm) command() *referral.Assess {
	d, weeks, _ := f.deadline()
	latest, _ := f.latest()
	names, answers := f.individual()
	c := &referral.Assess{
		Outcome: f.outcome(), Benefit: f.answer("nytte"), ReasonableCost: f.answer("kostnad"), Need: f.answer("behov"), Uncertain: f.doubt(), LatestSound: latest,
		Individual: names, Factors: answers, Basis: f.typed["grunn"], Severity: f.grade("alvor"), BenefitGrade: f.grade("nyttegrad"), ResourceGrade: f.grade("ressurs"), Clarified: f.answer("avklart"),
		Reason: referral.Text{Words: f.reason()}, Course: referral.Text{Words: f.get("forlop")}, Planned: referral.Text{Words: f.get("planlagt")}, IfDelayed: referral.Text{Words: f.get("utsatt")},
		Sound: f.answer("forsvarlig"), OwnFirst: f.ownView() && f.get("forst") != "veileder",
	}
	if x, ok := f.condition(); ok && f.shown() {
		c.Condition = x.ID
	}
	if c.Outcome == law.NotGranted {
		return c // no deadline goes with no right; what was typed stays in the form
	}
	if weeks > 0 {
		c.DeadlineWeeks = weeks
	} else {
		c.Deadline = d
	}
	return c
}

// order is what is asked of the desk.
func (f *assessForm) order(key string) desk.Order {
	u := f.v.s.o.User
	o := desk.Order{Tenant: f.c.Tenant, Referral: f.c.ID, Key: key, Known: f.v.s.desk.Now(), Do: f.command(),
		At: referral.At{On: f.v.Today, Minute: -1, Role: f.v.s.assessor(), Actor: u.ID, Place: u.Place}}
	if o.At.Place == "" {
		o.At.Place = f.x.Holder
	}
	if f.fixes > 0 {
		o.Do = &referral.Correct{Seq: f.fixes, With: o.Do, Reason: referral.Text{Words: f.get("rettegrunn")}}
	}
	return o
}

// assessor is the role one assesses in: one's own, and in the demonstration a specialist's.
func (s *site) assessor() law.Role {
	if s.o.Demo && !s.guarded() {
		return law.Specialist
	}
	return s.o.User.Role
}

// filled writes an assessment that was recorded back into the fields, for correcting it.
func (f *assessForm) filled(c *referral.Assess, e *referral.Event, notes map[string]string) url.Values {
	u := make(url.Values)
	set := func(name, value string) {
		if value != "" {
			u.Set(name, value)
		}
	}
	word := func(a law.Answer, doubt bool) string {
		switch {
		case a == law.Yes:
			return "ja"
		case a == law.No:
			return "nei"
		case doubt:
			return "tvil"
		}
		return ""
	}
	set("nytte", word(c.Benefit, c.Uncertain))
	set("kostnad", word(c.ReasonableCost, c.Uncertain))
	set("behov", word(c.Need, false))
	if c.Uncertain && c.Benefit != law.Unanswered && c.ReasonableCost != law.Unanswered {
		set("tvil", "ja")
	}
	set("forst", map[bool]string{true: "egen", false: "veileder"}[c.OwnFirst])
	set("utfall", map[law.Right]string{law.Granted: "rett", law.NotGranted: "ikke"}[c.Outcome])
	set("avklart", word(c.Clarified, false))
	set("forsvarlig", word(c.Sound, false))
	for name, g := range map[string]*int{"alvor": c.Severity, "nyttegrad": c.BenefitGrade, "ressurs": c.ResourceGrade} {
		if g != nil {
			set(name, strconv.Itoa(*g))
		}
	}
	for name, t := range map[string]referral.Text{"begrunnelse": c.Reason, "forlop": c.Course, "planlagt": c.Planned, "utsatt": c.IfDelayed} {
		set(name, notes[t.Note])
	}
	u["grunn"] = slices.Clone(c.Basis)
	set("senest", fieldDay(c.LatestSound))
	if g := f.v.s.desk.Guides; g != nil && c.Condition != "" {
		if x, ok := g.Condition(f.x.Specialty, c.Condition, f.on); ok {
			set("tilstand", x.ID)
			for i, factor := range x.Factors {
				switch {
				case slices.Contains(c.Factors, referral.Factor{Name: factor.LabelNB, Answer: law.Yes}) || slices.Contains(c.Individual, factor.LabelNB):
					set(factorField(x, i), "ja")
				case slices.Contains(c.Individual, notPresent+factor.LabelNB):
					set(factorField(x, i), "nei")
				}
			}
		}
	}
	f.typed = u
	if found := e.Found.StartBy; found != nil {
		f.settle(found.Value)
	}
	return u
}

func fieldDay(d day.Day) string {
	if d.IsZero() {
		return ""
	}
	return words.FieldDate(d)
}
