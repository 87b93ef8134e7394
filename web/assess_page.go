package web

import (
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"rettid/clinic"
	"rettid/day"
	"rettid/guide"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
	"rettid/say"
	"rettid/words"
)

// The assessment screen as it is shown: the steps filled in, the guide beside the assessor's own view, and what the law would say now.

type assessScreen struct {
	*frame
	Number, URL string
	Action      string
	Name, Age   string
	Facts       string
	Dates       []fact
	Place       string // «Sak 3 av 23»
	Prev, Next  string
	Begun       string
	Correct     string // the same screen for a correction, when it is decided already
	Fix         *assessFix
	From        string
	Paragraphs  []string
	Prose       [][]passage // the same, with what speaks of the circumstances marked
	Content     *contentView
	Opinions    []opinionLine
	Kin         []kinLine // what next of kin have told is heard at the assessment (G7-3)
	AskURL      string    // to ask a colleague; none for one who may not
	ForwardURL  string
	About       []pair
	Key         string
	Seq         int
	First       string

	Own         []assessChoice
	Doubt       bool
	Shown       bool
	FirstText   string
	Search      string
	Hits        []assessHit
	LiveURL     string
	Guide       *assessGuide
	Grades      []assessChoice
	ForFactors  string // the condition the factors are of
	Guidelines  []guide.Guideline
	Factors     []assessFactor
	Other       string
	Grounds     []assessGround
	Cannot      []cannotLine // what the referral speaks of that may not count
	CannotRest  []string
	AgeGrounds  []assessGround // what age may tell of, when a circumstance of the condition is age
	AgeAsks     bool           // it is ticked, and what it tells is not
	Forbidden   []assessGround // chosen, and cannot count
	Clarified   assessChoice
	Outcome     assessChoice
	Weeks, Date string
	Proposed    string
	Base        day.Day // weeks are counted from here
	DateLong    string
	DateBeside  string
	Limits      []pair
	Line        *timeline
	Proof       proof
	Reason      string
	ReasonHint  string
	LatestSound string
	More        []assessText
	MoreOpen    bool
	Sound       bool

	Notes   map[int][]assessNote // by step; 0: of the whole
	Missing []assessNote
	Refused bool
	Sum     string
	After   string
	Saved   string
	Since   []happening
}

type assessFix struct{ Head, Text, Reason string }

// An assessChoice is a question answered with one of few.
type assessChoice struct {
	Legend, Name string
	Options      []option
	Guide, You   string // what the guide says, and how the assessor's own view differs
	Help         string
}

type assessHit struct {
	ID, Name, Field, Says string
	Chosen                bool
}

type assessGuide struct {
	Name, Says, Until string
	Compare           string
	Others            []pair
	Emergency         string
	Label             string
	Source            string
}

type assessFactor struct {
	Name, Label     string
	Effect, Caution string
	Yes, No         bool
	Age             bool // asks what the age indicates (G4.6-12)
	Links           []evidenceLink
}

type assessGround struct {
	Code, Text string
	Chosen     bool
}

type assessText struct{ Name, Label, Help, Value string }

// An assessNote is the law's no, or its warning, beside the step it is about.
type assessNote struct {
	Step       int
	Refused    bool
	Typed      bool // a field that can't be read: said at once
	Text, Cite string
}

// stepOf is where an objection is shown, by the code of its reason and by its rule.
func stepOf(o law.Objection) int {
	for _, b := range o.Because {
		switch b.Code {
		case "G2-13", "G5.1-4":
			return 3
		case "G2-17":
			return 4
		}
	}
	switch o.Rule {
	case "conditions":
		for _, b := range o.Because {
			if b.Code == "need-reason" {
				return 4
			}
		}
		return 1
	case "basis":
		return 3
	case "deadline", "guarantee65", "guide-advice":
		return 4
	}
	return 0
}

// clock writes when something was saved.
func (v *view) clock(t time.Time) string {
	t = t.In(oslo)
	return words.Clock(v.Lang, t.Hour()*60+t.Minute())
}

// assessScreen fills in the page from what was typed.
func (s *site) assessScreen(r *http.Request, f *assessForm) (*assessScreen, error) {
	v, c, x := f.v, f.c, f.x
	p := &assessScreen{frame: v.frame, LiveURL: liveURL(c.Tenant, c.ID, x.Seq), Number: caseNumber(c.Tenant, c.ID), URL: caseURL(c.Tenant, c.ID), Name: v.givenName(c.Person), Facts: v.personLine(c), Key: rand.Text(), Seq: x.Seq,
		First: f.get("forst"), Doubt: f.get("tvil") == "ja", Shown: f.shown(), Search: f.get("sok"), Other: f.get("annet"), Notes: make(map[int][]assessNote), Reason: f.get("begrunnelse"),
		Sound: f.get("forsvarlig") == "ja", LatestSound: f.get("senest"), Proposed: f.get("forslag")}
	p.Action = p.URL + "/vurder"
	v.Title = v.T("web.assess.title")
	if b := x.Born; !b.IsZero() {
		if age := day.Age(b, v.Today); age >= 0 {
			p.Age = v.T("web.years", age)
		}
	}
	p.Dates = v.assessDates(x)
	if f.fixes > 0 {
		p.Action += "?rett=1"
		v.Title = v.T("web.assess.fix")
		p.Fix = &assessFix{Head: v.T("web.assess.fix"), Text: v.T("web.assess.fix_text", f.on), Reason: f.get("rettegrunn")}
	} else if x.Draft != "" && x.Draft != s.o.User.ID {
		p.Begun = v.T("web.assess.begun_by", s.actor(x.Draft))
	}
	if err := s.assessReferral(r, f, p); err != nil {
		return nil, err
	}
	if f.fixes == 0 {
		if err := s.assessPlace(r, f, p); err != nil {
			return nil, err
		}
	}
	v.assessOwn(f, p)
	v.assessGuide(f, p)
	v.assessCriteria(f, p)
	v.assessDeadline(f, p)
	if err := s.assessTry(r, f, p); err != nil {
		return nil, err
	}
	return p, nil
}

func (s *site) showAssessment(w http.ResponseWriter, status int, f *assessForm, p *assessScreen) error {
	return s.render(w, status, "assess", f.v, p)
}

// assessDates are the facts beside the name.
func (v *view) assessDates(x *referral.Referral) []fact {
	f := &x.Facts
	var out []fact
	if !f.Seniority.IsZero() {
		out = append(out, fact{Label: v.T("field.seniority_date"), Date: f.Seniority, Value: words.Date(v.Lang, f.Seniority)})
	}
	if !f.AssessBy.IsZero() {
		left := v.s.desk.Settings.Calendar.Working(v.Today, f.AssessBy)
		d := fact{Label: v.T("field.assessment_due"), Date: f.AssessBy, Value: words.Date(v.Lang, f.AssessBy)}
		if f.Right == law.Pending {
			if v.Today.After(f.AssessBy) {
				left = min(left, -1)
			}
			d.Beside = words.WorkingDistance(v.Lang, left)
			if left < 0 {
				d.Icon, d.State = "late", "late"
			}
		}
		out = append(out, d)
	}
	var marks []string
	for _, m := range x.Flags(v.Today) {
		marks = append(marks, v.T("flag."+m))
	}
	if len(marks) > 0 {
		out = append(out, fact{Label: v.T("web.column.marks"), Value: strings.Join(marks, ", ")})
	}
	return out
}

// assessReferral is the left side: the referral's own words and what is known of it.
func (s *site) assessReferral(r *http.Request, f *assessForm, p *assessScreen) error {
	v, x := f.v, f.x
	from := ""
	if x.From.Role != "" && words.Has(words.NB, "role."+x.From.Role) {
		from = v.T("role." + x.From.Role)
	}
	if name := v.referrer(x.From.Provider); name != "" {
		from = strings.TrimPrefix(from+", "+name, ", ")
	}
	p.From = from
	if x.Text.Note != "" {
		text, _, err := s.desk.Ledger.Note(r.Context(), f.c.Tenant, x.Text.Note)
		if err != nil {
			return err
		}
		for part := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
			if part = strings.TrimSpace(part); part != "" {
				p.Paragraphs = append(p.Paragraphs, part)
			}
		}
	}
	p.Content = v.content(f.c)
	if len(x.Opinions)+len(x.Kin) > 0 {
		notes, err := s.notes(r, f.c)
		if err != nil {
			return err
		}
		p.Opinions, p.Kin = v.opinions(x, notes), v.kinLines(f.c, notes)
	}
	if x.Open() && f.fixes == 0 {
		if s.mayDo(acts["ask_opinion"], f.c) {
			p.AskURL = v.actLink(f.c, "ask_opinion").URL
		}
		if x.Right == law.Pending && s.mayDo(acts["forward"], f.c) {
			p.ForwardURL = v.actLink(f.c, "forward").URL
		}
	}
	p.About = slices.DeleteFunc(v.about(x), func(a pair) bool { return a.Key == v.T("web.about.from") || a.Key == v.T("web.column.marks") })
	return nil
}

// assessPlace finds the referral in the worklist, and those beside it: of one's own units where people sign in, and else of its field.
func (s *site) assessPlace(r *http.Request, f *assessForm, p *assessScreen) error {
	if f.x.Right != law.Pending {
		return nil
	}
	q := ledger.Query{Provider: f.x.Holder, Specialty: f.x.Specialty, View: "unassessed", Today: f.v.Today, Sort: "urgency", Limit: 200}
	if s.guarded() {
		q.Specialty = ""
	}
	rows, total, err := s.list(r.Context(), q)
	if err != nil {
		return err
	}
	for i, x := range rows {
		if x.Tenant != f.c.Tenant || x.Referral != f.c.ID {
			continue
		}
		p.Place = f.v.T("web.assess.place", words.Number(f.v.Lang, i+1), words.Number(f.v.Lang, total))
		if i > 0 {
			p.Prev = caseURL(rows[i-1].Tenant, rows[i-1].Referral) + "/vurder"
		}
		if i+1 < len(rows) {
			p.Next = caseURL(rows[i+1].Tenant, rows[i+1].Referral) + "/vurder"
		}
	}
	return nil
}

// choose makes a question; pairs are value and key of words.
func (v *view) choose(f *assessForm, name, legend string, pairs ...string) assessChoice {
	c := assessChoice{Name: name, Legend: v.T(legend)}
	for i := 0; i < len(pairs); i += 2 {
		c.Options = append(c.Options, option{Value: pairs[i], Text: v.T(pairs[i+1]), Chosen: f.get(name) == pairs[i]})
	}
	return c
}

func (v *view) assessOwn(f *assessForm, p *assessScreen) {
	p.Own = []assessChoice{
		v.choose(f, "nytte", "criterion.benefit", "ja", "web.assess.yes", "tvil", "web.assess.unsure", "nei", "web.assess.no"),
		v.choose(f, "kostnad", "web.assess.cost", "ja", "web.assess.yes", "tvil", "web.assess.unsure", "nei", "web.assess.no"),
		v.choose(f, "behov", "criterion.need", "ja", "web.assess.yes", "nei", "web.assess.no"),
	}
	p.Own[0].Help, p.Own[1].Help = v.T("web.help.nytte"), v.T("web.help.kostnad")
	if f.shown() {
		p.FirstText = v.T("web.assess.own_first")
		if f.get("forst") == "veileder" {
			p.FirstText = v.T("web.assess.guide_first")
		}
		if f.fixes > 0 {
			p.FirstText = "" // which came first was recorded then, and stands
		}
	}
}

// findConditions searches the guide of a field for a text or a code. When nothing is asked for it gives the whole guide, those the referral's own words
// point to first.
func (s *site) findConditions(specialty, asked, text string, on day.Day) []guide.Condition {
	specialty = clinic.GuideArea(specialty)
	q := asked
	if q == "" {
		q = text
	}
	var out []guide.Condition
	for _, h := range s.guides.Search(guide.Query{Text: q, Specialty: specialty, On: on, Limit: 60}) {
		if h.Condition.Specialty == specialty {
			out = append(out, h.Condition)
		}
	}
	if asked != "" {
		return out
	}
	for _, c := range s.desk.Guides.Conditions(specialty) {
		if c.InForce(on) && !slices.ContainsFunc(out, func(x guide.Condition) bool { return x.ID == c.ID }) {
			out = append(out, c)
		}
	}
	return out
}

func (v *view) conditionName(c guide.Condition) string {
	if v.Lang == words.EN {
		return c.NameEN
	}
	return c.NameNB
}

// advice is what a row of the guide says: «Rett · 12 uker».
func (v *view) advice(c guide.Condition) string {
	if !c.Right {
		return v.T("web.assess.no_right")
	}
	return v.T("web.assess.right_weeks", words.Number(v.Lang, c.MaxWeeks))
}

func (v *view) assessGuide(f *assessForm, p *assessScreen) {
	if !f.shown() || v.s.guides == nil {
		return
	}
	chosen, ok := f.condition()
	hits := v.s.findConditions(f.x.Specialty, f.get("sok"), strings.Join(p.Paragraphs, "\n"), f.on)
	if ok && !slices.ContainsFunc(hits, func(c guide.Condition) bool { return c.ID == chosen.ID }) {
		hits = slices.Insert(hits, 0, chosen)
	}
	for _, c := range hits {
		p.Hits = append(p.Hits, assessHit{ID: c.ID, Name: v.conditionName(c), Says: v.advice(c), Chosen: ok && c.ID == chosen.ID})
	}
	p.Hits = append(p.Hits, assessHit{ID: "ingen", Name: v.T("web.assess.none_fits"), Says: v.T("web.assess.none_fits_says"), Chosen: f.get("tilstand") == "ingen"})
	if !ok {
		return
	}
	w := &assessGuide{Name: v.conditionName(chosen), Says: v.advice(chosen), Source: chosen.Source}
	if chosen.Label != "" {
		w.Label = v.T("guide.demonstration")
	}
	if chosen.Right {
		w.Until = v.T("web.assess.guide_until", f.weeksTo(chosen.MaxWeeks))
	}
	for _, a := range chosen.AltDeadlines {
		when := a.WhenNB
		if v.Lang == words.EN {
			when = a.WhenEN
		}
		w.Others = append(w.Others, pair{when, v.T("web.assess.right_weeks", words.Number(v.Lang, a.MaxWeeks))})
	}
	if w.Emergency = chosen.EmergencyIfNB; v.Lang == words.EN {
		w.Emergency = chosen.EmergencyIfEN
	}
	if f.ownView() {
		own := len(law.Conditions(law.Answers{Outcome: law.Granted, Benefit: f.answer("nytte"), Reasonable: f.answer("kostnad"), Need: f.answer("behov"), Uncertain: f.doubt()}).Refused()) == 0
		key := "web.assess.same"
		if own != chosen.Right {
			key = "web.assess.differs"
		}
		yours := "web.assess.no_right"
		if own {
			yours = "web.assess.right"
		}
		w.Compare = v.T(key, lowerFirst(v.T(yours)))
	}
	p.Guide = w
}

// factorLabel is a listed circumstance in the reader's language.
func (v *view) factorLabel(x guide.Factor) string {
	if v.Lang == words.EN {
		return x.LabelEN
	}
	return x.LabelNB
}

// factor is one of the circumstances the guide lists, with what chapter 4.6 says of those that may not count in themselves.
func (v *view) factor(c guide.Condition, i int, f *assessForm) assessFactor {
	x := c.Factors[i]
	out := assessFactor{Name: factorField(c, i), Label: v.factorLabel(x), Age: isAge(x), Yes: f.get(factorField(c, i)) == "ja", No: f.get(factorField(c, i)) == "nei"}
	if x.Effect != guide.Unspecified {
		out.Effect = v.T("web.assess.effect." + string(x.Effect))
		if x.Basis == "inferred" {
			out.Effect += " (" + v.T("web.assess.inferred") + ")"
		}
	}
	if x.Caution != "" {
		out.Caution = v.T("web.assess.caution")
	}
	return out
}

func (v *view) assessCriteria(f *assessForm, p *assessScreen) {
	c, ok := f.condition()
	ok = ok && f.shown()
	grade := func(name, legend string, theirs *int) {
		x := v.choose(f, name, legend, "0", "web.grade.0", "1", "web.grade.1", "2", "web.grade.2", "3", "web.grade.3")
		if ok && theirs != nil {
			x.Guide = v.T("web.assess.guide_says", lowerFirst(v.T("web.grade."+strconv.Itoa(*theirs))))
			if own := f.grade(name); own != nil && *own != *theirs {
				x.You = v.T("web.assess.you_lower")
				if *own > *theirs {
					x.You = v.T("web.assess.you_higher")
				}
			}
		} else if ok {
			x.Guide = v.T("web.assess.guide_silent")
		}
		x.Help = v.T("web.help." + name)
		p.Grades = append(p.Grades, x)
	}
	grade("nyttegrad", "criterion.benefit", c.Benefit)
	grade("ressurs", "criterion.resources_reasonable", c.CostEffectiveness)
	grade("alvor", "criterion.severity", c.Severity)
	chosen := f.typed["grunn"]
	if !ok {
		c = guide.Condition{}
	}
	marked := v.evidence(p.Paragraphs, c)
	p.Prose = marked.Prose
	asksAge := false
	if ok {
		p.ForFactors = c.ID
		p.Guidelines = c.Guidelines
		for i := range c.Factors {
			x := v.factor(c, i, f)
			x.Links = marked.Factors[i]
			p.Factors = append(p.Factors, x)
			asksAge = asksAge || x.Age
			p.AgeAsks = p.AgeAsks || x.Age && x.Yes
		}
	}
	p.AgeAsks = p.AgeAsks && !slices.ContainsFunc(ageGrounds, func(g string) bool { return slices.Contains(chosen, g) })
	if p.AgeAsks {
		p.Notes[3] = append(p.Notes[3], assessNote{Step: 3, Text: v.T("web.assess.age_says_what"), Cite: v.cite("guide 4.6") + " · G4.6-12, G4.6-8"})
	}
	for _, g := range law.BasisCodes() {
		text := v.T("basis." + g.Code)
		x := assessGround{Code: g.Code, Text: text, Chosen: slices.Contains(chosen, g.Code)}
		switch {
		case asksAge && slices.Contains(ageGrounds, g.Code):
			p.AgeGrounds = append(p.AgeGrounds, x)
		case g.Allowed:
			p.Grounds = append(p.Grounds, x)
		case x.Chosen:
			p.Forbidden = append(p.Forbidden, x)
		}
	}
	p.Cannot, p.CannotRest = v.cannotFound(marked)
	p.Clarified = v.choose(f, "avklart", "web.assess.condition_is", "nei", "web.assess.unclarified", "ja", "web.assess.clarified")
	p.Clarified.Help = v.T("web.assess.clarified_help")
}

func (v *view) assessDeadline(f *assessForm, p *assessScreen) {
	p.Outcome = v.choose(f, "utfall", "web.assess.outcome", "rett", "web.assess.right", "ikke", "web.assess.no_right")
	p.Weeks, p.Date, p.Base = f.get("uker"), f.get("dato"), f.weeksTo(1).Add(-7)
	d, weeks, bad := f.deadline()
	latest, err := f.latest()
	if bad != "" {
		p.Missing = append(p.Missing, assessNote{Step: 4, Refused: true, Typed: true, Text: v.T("web.assess.bad_" + bad)})
	}
	if err != nil {
		p.Missing = append(p.Missing, assessNote{Step: 4, Refused: true, Typed: true, Text: v.T("web.assess.bad_senest")})
	}
	if f.outcome() == "" {
		p.Missing = append(p.Missing, assessNote{Step: 4, Refused: true, Text: v.T("web.assess.choose_outcome"), Cite: v.cite("guide 2") + " · G2-25"})
	}
	if f.fixes > 0 && f.get("rettegrunn") == "" {
		p.Missing = append(p.Missing, assessNote{Step: 5, Refused: true, Text: v.T("web.assess.fix_why")})
	}
	guarantee := f.guarantee()
	limit := func(key string, d day.Day) {
		if !d.IsZero() {
			p.Limits = append(p.Limits, pair{v.T(key), words.Date(v.Lang, d)})
		}
	}
	c, ok := f.condition()
	ok = ok && f.shown() && c.Right
	var theirs day.Day
	if ok {
		theirs = f.weeksTo(c.MaxWeeks)
		limit("web.assess.limit.guide", theirs)
	}
	limit("web.assess.limit.guarantee", guarantee)
	limit("web.assess.limit.latest", latest)
	limit("web.assess.limit.needed", f.before.NeededBy)

	switch {
	case !d.IsZero() && f.outcome() != law.NotGranted:
		p.DateLong = upperFirst(words.Weekday(v.Lang, d.Weekday())) + " " + words.Date(v.Lang, d)
		p.DateBeside = v.distanceTo(d)
		if ok {
			p.DateBeside += " · " + v.besideGuide(d, theirs)
		}
		set := law.SetDeadline{Outcome: law.Granted, On: f.on, Date: d, Weeks: weeks, Seniority: f.before.Seniority, Guarantee: guarantee, LatestSound: latest, NeededBy: f.before.NeededBy,
			Severity: f.grade("alvor"), Benefit: f.grade("nyttegrad"), Resources: f.grade("ressurs")}
		if weeks > 0 {
			set.Date = day.Day{}
		}
		if ok {
			set.GuideWeeks = c.MaxWeeks
		}
		found := law.Deadline(set, v.s.desk.Settings)
		p.Proof = proof{Ask: v.T("web.assess.why_date"), Open: true, Result: v.T("field.deadline"), Date: found.Value, Cite: v.cite(found.Cite)}
		if !f.before.Seniority.IsZero() {
			p.Proof.Steps = append(p.Proof.Steps, proofStep{Text: v.T("web.assess.from_seniority", f.before.Seniority)})
		}
		for _, b := range found.Because {
			if text := say.Reason(v.Lang, b); b.Code == "grade" || b.Code == "capacity-never-counts" { // what weighs, or never does, beside what counts days
				p.Proof.Notes = append(p.Proof.Notes, upperFirst(text))
			} else {
				p.Proof.Steps = append(p.Proof.Steps, proofStep{Text: text})
			}
		}
		for _, h := range v.s.desk.Settings.Calendar.Passed(d.Add(-1), d) {
			p.Proof.Notes = append(p.Proof.Notes, v.T("web.assess.on_holiday", words.HolidayName(v.Lang, h.Name), v.s.desk.Settings.Calendar.LastWorkingOnOrBefore(d)))
		}
		p.Line = v.assessLineOf(f, d, theirs, guarantee)
	case f.outcome() == law.NotGranted:
		p.DateLong = v.T("web.assess.no_deadline")
	}
	p.ReasonHint = v.T("web.assess.reason_help")
	if f.outcome() != "" && ok && f.outcome() == law.Granted && !d.IsZero() && d.After(theirs) {
		p.ReasonHint = v.T("web.assess.reason_later")
	} else if cond, any := f.condition(); any && f.shown() && f.outcome() != "" && (f.outcome() == law.Granted) != cond.Right {
		p.ReasonHint = v.T("web.assess.reason_other")
	}
	p.More = []assessText{
		{"planlagt", v.T("web.assess.planned"), v.T("web.assess.planned_help"), f.get("planlagt")},
		{"forlop", v.T("web.assess.course"), v.T("web.assess.course_help"), f.get("forlop")},
		{"utsatt", v.T("web.assess.delayed"), v.T("web.assess.delayed_help"), f.get("utsatt")},
	}
	p.MoreOpen = f.get("planlagt")+f.get("forlop")+f.get("utsatt")+f.get("senest")+f.get("forsvarlig") != ""
}

func (v *view) distanceTo(d day.Day) string {
	if t := words.Distance(v.Lang, v.Today, d); t != "" {
		return t
	}
	return v.T("web.assess.in_days", words.Number(v.Lang, d.Sub(v.Today)))
}

// besideGuide says how a deadline stands to the guide's.
func (v *view) besideGuide(d, theirs day.Day) string {
	n := d.Sub(theirs)
	key := "web.assess.later"
	switch {
	case n == 0:
		return v.T("web.assess.as_guide")
	case n < 0:
		n, key = -n, "web.assess.earlier"
	}
	if n%7 == 0 {
		if n == 7 {
			return v.T(key + "_week")
		}
		return v.T(key+"_weeks", words.Number(v.Lang, n/7))
	}
	return v.T(key+"_days", v.days(n))
}

// assessLineOf draws the deadline on a line: received, today, the guide's day, the 65 working days and the assessor's own.
func (v *view) assessLineOf(f *assessForm, d, theirs, guarantee day.Day) *timeline {
	first, last := f.before.Seniority, d
	if first.IsZero() {
		first = f.on
	}
	for _, x := range []day.Day{theirs, guarantee, v.Today, f.x.AssessBy} {
		if x.After(last) {
			last = x
		}
		if !x.IsZero() && x.Before(first) {
			first = x
		}
	}
	span := max(last.Sub(first), 14)
	place := func(x day.Day) float64 { return 4 + 90*float64(x.Sub(first))/float64(span) }
	t := &timeline{Axis: 52, Height: 80, From: "2%", To: "98%", Now: pct(place(v.Today)), PastX: pct(place(v.Today))}
	marks := []happened{{On: d, Text: v.T("web.assess.line.own", v.short(d)), Kind: "law", Weight: 9}}
	if !theirs.IsZero() && theirs != d {
		marks = append(marks, happened{On: theirs, Text: v.T("web.assess.line.guide", v.short(theirs)), Kind: "guide", Weight: 5})
	}
	if !guarantee.IsZero() && guarantee != d {
		marks = append(marks, happened{On: guarantee, Text: v.T("web.assess.line.guarantee", v.short(guarantee)), Kind: "guide", Weight: 4})
	}
	if v.Today != d {
		marks = append(marks, happened{On: v.Today, Text: v.T("web.line.today"), Kind: "b", Weight: 7})
	}
	slices.SortStableFunc(marks, func(a, b happened) int { return a.On.Compare(b.On) })
	var said []string
	for _, m := range layOut(marks, place, 2) {
		row := max(m.T1, 1)
		m.T1 = t.Axis - 18*row - 6
		m.Y0, m.Y1 = m.T1+4, t.Axis+5
		t.Above = append(t.Above, m)
	}
	for _, m := range marks {
		said = append(said, m.Text)
	}
	t.Below = []flag{{X: pct(place(f.before.Seniority)), Text: v.T("web.assess.line.received", v.short(f.before.Seniority)), Kind: "event"}, {X: pct(place(d)), Kind: "law"}}
	t.Title = v.T("web.assess.line.title", strings.Join(said, ", "))
	return t
}

func pct(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) + "%" }

func upperFirst(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return s
	}
	return strings.ToUpper(string(r[0])) + string(r[1:])
}

// assessTry asks the desk what it would say, without recording anything.
func (s *site) assessTry(r *http.Request, f *assessForm, p *assessScreen) error {
	v := f.v
	note := func(os law.Objections) {
		for _, o := range os {
			text, cite := say.Objection(v.Lang, o)
			n := assessNote{Step: stepOf(o), Refused: o.Value == law.Refused, Text: text, Cite: cite}
			p.Notes[n.Step] = append(p.Notes[n.Step], n)
		}
	}
	if f.fixes == 0 {
		if no := law.AssessRefused(&f.x.Facts, s.desk.Settings); len(no) > 0 {
			note(no)
			p.Sum = v.T("label.refused") + "."
			if assessedAt(f.c.Log) > 0 && f.x.Right != law.Pending {
				p.Correct = p.Action + "?rett=1"
			}
			return nil
		}
	}
	if !f.ownView() && f.outcome() == "" {
		p.Sum = v.T("web.assess.begin")
		return nil
	}
	if len(p.Missing) > 0 {
		p.Sum = v.T("web.assess.not_ready")
		if len(p.Missing) == 1 {
			p.Sum = p.Missing[0].Text
		}
		if f.outcome() == "" {
			return nil
		}
	}
	_, out, err := s.desk.Prepare(r.Context(), f.order(p.Key), f.c.Log)
	var refusal *referral.Refusal
	switch {
	case errors.As(err, &refusal):
		if f.quiet && len(refusal.Objections) == 1 && refusal.Objections[0].Because[0].Code == "G4.4-7" {
			p.Sum = v.T("web.assess.set_deadline") // one is on the way to it: nothing is wrong yet
			return nil
		}
		note(refusal.Objections)
		p.Sum = v.T("web.assess.would_refuse")
		return nil
	case err != nil:
		return err
	}
	note(out.Warned)
	if len(p.Missing) > 0 {
		return nil
	}
	if f.outcome() == law.Granted {
		p.Sum = v.T("web.assess.will_grant", out.State.StartBy)
		if out.State.StartBy.IsZero() {
			p.Sum = v.T("right.granted") + "."
		}
	} else {
		p.Sum = v.T("web.assess.will_refuse_right")
	}
	if f.fixes > 0 {
		p.Sum = v.T("web.assess.will_fix") + " " + p.Sum
	}
	var after []string
	for _, d := range law.DutiesOn(&out.State.Facts, v.Today, s.desk.Settings) {
		if t := "«" + v.T("duty."+string(d.Name)+".chip") + "»"; !slices.Contains(after, t) {
			after = append(after, t)
		}
	}
	if len(after) > 0 {
		p.After = v.T("web.assess.becomes_due", strings.Join(after, ", "))
	}
	return nil
}

// At gives the notes of a step, with what is missing there once one has tried to decide.
func (p *assessScreen) At(step int) []assessNote {
	out := slices.Clone(p.Notes[step])
	for _, m := range p.Missing {
		if m.Step == step && (p.Refused || m.Typed) {
			out = append(out, m)
		}
	}
	return out
}

// Said is everything the law would say, for the bar: how many there are of each sort, with links to their steps.
func (p *assessScreen) Said() []assessNote {
	var out []assessNote
	for step := range 6 {
		out = append(out, p.At(step)...)
	}
	slices.SortStableFunc(out, func(a, b assessNote) int { return boolInt(b.Refused) - boolInt(a.Refused) })
	return out
}
