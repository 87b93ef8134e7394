package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/guide"
	"rettid/law"
	"rettid/ledger"
	"rettid/patient"
	"rettid/referral"
	"rettid/say"
	"rettid/words"
)

// The page of one case: how it stands, by which dates and why, what is owed, what has happened, and who has looked.

type casePage struct {
	Seq int // the last entry shown
	*frame
	Tenant      string
	ID          int64
	Number, URL string
	LiveURL     string
	Back        link
	Name, Age   string
	Facts       string // the line under the name
	Then        *then  // nil: as it is now
	AsOf, Known day.Day
	State       standing
	Dates       []fact
	Main        proof
	Others      []proof
	Line        timeline
	Duties      []caseDuty
	NextStep    string
	Letters     []caseLetter
	MayWrite    bool // letters may be written
	Events      []happening
	About       []pair
	Guidelines  []guide.Guideline
	Offers      []offerLine
	PutOffs     []pair
	Pathway     string
	Milestones  []pair
	Guarantee   bool
	Looks       []look
	MoreLooks   bool
	SeesLooks   bool // who has looked may be seen
	ReferralTxt string
	Content     *contentView
	Opinions    []opinionLine
	Complaints  []complaintLine
	Related     []relatedLine
	OtherCases  []relatedLine // the patient's other referrals
	KinURL      string
	EraseURL    string
	Unnumbered  *noNumber
	Identity    *identityNote
	ContactNew  string // that the patient has changed phone or address lately
	Goal        *goalView
	Acts        []actItem // what can be done as it stands; none when the page is about another day
	Done        *done     // what was just done
}

// then says which day the page is about, when it is not today.
type then struct{ Text, Now string }

// A standing is how the case stands, as a heading, a shape and a sentence.
type standing struct{ Head, Icon, State, Text string }

type fact struct {
	Label string
	Value string
	Date  day.Day
	Beside,
	Icon, State string
	Big bool
}

type pair struct{ Key, Value string }

type caseDuty struct {
	Name         law.DutyName
	Icon, Text   string
	Due          day.Day
	By, State    string
	Owner        string
	Cite         string
	ID           string
	NotYet       bool
	OpensText    string
	ShortCaption string
	Act          link // where it is done
}

type caseLetter struct {
	Name, To string
	On       day.Day
	OnText   string
	Parts    string
	Kept     []keptLink     // as they were sent; none of letters from elsewhere
	Ways     []deliveryLine // how they go, of those that went a way with receipts
}

type offerLine struct {
	Where, Start, Made, Answer, Icon, State string
}

// opening are the codes of why somebody opens a case that is not their own unit's.
var opening = []string{"emergency", "referred_here", "assess_for", "complaint", "supervision"}

func (s *site) casePage(w http.ResponseWriter, r *http.Request, v *view) error {
	tenant := r.PathValue("tenant")
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id < 1 {
		return desk.ErrMissing
	}
	known := desk.View{}
	if known.AsOf, err = readDay(r, "per"); err != nil {
		return err
	}
	if known.KnownOn, err = readDay(r, "kjent"); err != nil {
		return err
	}
	purpose := s.o.User.Purpose
	if s.guarded() {
		if purpose, err = s.openCase(w, r, v, tenant, id); err != nil || purpose == "" {
			return err
		}
	} else if s.home() != "" {
		open, err := s.mayOpen(r, v, w, tenant, id)
		if err != nil || open == "" {
			return err
		}
		if open != "own" {
			purpose = open
		}
	} else if r.Method == http.MethodPost {
		http.Redirect(w, r, caseURL(tenant, id), http.StatusSeeOther)
		return nil
	}
	c, err := s.desk.Open(r.Context(), tenant, id, known, ledger.Access{Actor: s.o.User.ID, Role: string(s.o.User.Role), Place: s.o.User.Place, Purpose: purpose})
	if err != nil {
		return err
	}
	p, err := s.caseView(r, v, c, known)
	if err != nil {
		return err
	}
	return s.render(w, http.StatusOK, "case", v, p)
}

// home is the trust of the one who looks; empty for one who may see all.
func (s *site) home() string {
	if s.o.User.Place == "" {
		return ""
	}
	if p, ok := s.desk.Org.Provider(s.o.User.Place); ok {
		return p.Trust
	}
	return s.o.User.Place
}

// mine tells whether a provider's lists may be seen: those of one's own trust, or every one for one who belongs to none.
func (s *site) mine(provider string) bool {
	if s.guarded() {
		return slices.ContainsFunc(s.places(s.act), func(p place) bool { return p.provider == "" || p.provider == provider })
	}
	home := s.home()
	if home == "" || provider == home {
		return true
	}
	p, ok := s.desk.Org.Provider(provider)
	return ok && p.Trust == home
}

// ours tells whether a referral is one's own trust's: it holds it, has it on its list, or first received it.
func (s *site) ours(x ledger.Row) bool {
	if s.guarded() { // what the page is for, on this case
		c, err := s.rowCase(x)
		return err == nil && s.can(s.act, c).Allowed
	}
	return s.mine(x.Provider) || s.mine(x.ListProvider) || s.mine(x.Tenant)
}

// mayOpen tells why a case may be opened: "own" when the trust has, or has had, something to do with it; else the reason that was given. Without one
// it asks for it, tells no name, and gives "".
func (s *site) mayOpen(r *http.Request, v *view, w http.ResponseWriter, tenant string, id int64) (string, error) {
	x, ok, err := s.desk.Ledger.Row(r.Context(), tenant, id)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", desk.ErrMissing
	}
	if s.ours(x) {
		if r.Method == http.MethodPost {
			http.Redirect(w, r, caseURL(tenant, id), http.StatusSeeOther)
			return "", nil
		}
		return "own", nil
	}
	if r.Method == http.MethodPost {
		r.Body = http.MaxBytesReader(w, r.Body, 4096)
		if err := r.ParseForm(); err != nil {
			return "", badRequest{code: "web.bad_request_text"}
		}
		if why := r.PostForm.Get("grunn"); slices.Contains(opening, why) {
			return why, nil
		}
	}
	return "", s.locked(w, v, x, opening)
}

// locked asks why a case is to be opened, and tells no name.
func (s *site) locked(w http.ResponseWriter, v *view, x ledger.Row, reasons []string) error {
	v.Title = v.T("web.locked.head")
	p := struct {
		*frame
		Text, URL string
		Reasons   []option
	}{frame: v.frame, Text: v.T("web.locked.text", v.provider(x.Provider), lowerFirst(v.specialty(x.Specialty))), URL: caseURL(x.Tenant, x.Referral)}
	for _, code := range reasons {
		p.Reasons = append(p.Reasons, option{Value: code, Text: v.T("purpose." + code)})
	}
	return s.render(w, http.StatusForbidden, "locked", v, p)
}

// readDay reads a day of the address; an empty one is no day.
func readDay(r *http.Request, key string) (day.Day, error) {
	text := r.URL.Query().Get(key)
	if text == "" {
		return day.Day{}, nil
	}
	d, err := day.Parse(text)
	if err != nil {
		return day.Day{}, badRequest{code: "web.bad_date"}
	}
	return d, nil
}

// caseView gathers the page. on is the day it is seen from: the day asked about, or the day of what was known, or today.
func (s *site) caseView(r *http.Request, v *view, c desk.Case, known desk.View) (casePage, error) {
	ctx := r.Context()
	x := &c.State
	f := &x.Facts
	realToday := v.Today
	on := v.Today
	if !known.KnownOn.IsZero() && known.KnownOn.Before(on) {
		on = known.KnownOn
	}
	if !known.AsOf.IsZero() {
		on = known.AsOf
	}
	v.Today = on
	p := casePage{frame: v.frame, Tenant: c.Tenant, ID: c.ID, Number: caseNumber(c.Tenant, c.ID), URL: caseURL(c.Tenant, c.ID), LiveURL: liveURL(c.Tenant, c.ID, x.Seq), Seq: x.Seq, AsOf: known.AsOf, Known: known.KnownOn,
		Back: v.back()}
	v.Title = p.Number
	if on != realToday || !known.KnownOn.IsZero() {
		p.Then = &then{Text: v.thenText(known, realToday), Now: p.URL}
	}
	if x.Seq == 0 {
		return p, desk.ErrMissing
	}

	var err error
	p.Name, p.Age = v.givenName(c.Person), ""
	if b := f.Born; !b.IsZero() {
		if age := day.Age(b, on); age >= 0 {
			p.Age = v.T("web.years", age)
		}
	}
	p.Facts = v.personLine(c)
	if p.Unnumbered, err = s.numberless(r, v, c); err != nil {
		return p, err
	}
	if p.Identity, err = s.identityNote(r, v, c); err != nil {
		return p, err
	}
	p.State = v.standing(x)
	p.Dates = v.dates(x)
	p.Main, p.Others = v.proofs(x)
	p.Line = v.timeline(c, on)
	p.Duties, p.NextStep = v.caseDuties(x)
	p.Letters, p.MayWrite = v.letters(c), v.s.mayDo(acts["inform"], c)
	notes, err := s.notes(r, c)
	if err != nil {
		return p, err
	}
	p.ReferralTxt = notes[x.Text.Note]
	p.Events = v.history(c, known.AsOf, notes)
	p.About = v.about(x)
	if v.s.desk.Guides != nil && x.Condition != "" {
		if c, ok := v.s.desk.Guides.Condition(clinic.GuideArea(x.Specialty), x.Condition, x.AssessedOn); ok {
			p.Guidelines = c.Guidelines
		}
	}
	p.Content, p.Opinions, p.Complaints = v.content(c), v.opinions(x, notes), v.complaints(c, notes)
	if s.can(access.NextOfKin, s.caseOf(c.Tenant, x)).Allowed {
		p.KinURL = p.URL + "/parorende"
		if p.ContactNew, err = v.contactNew(ctx, c.Person); err != nil {
			return p, err
		}
	}
	if s.guarded() && s.can(access.Erase, s.caseOf(c.Tenant, x)).Allowed {
		p.EraseURL = p.URL + "/slett"
	}
	p.Goal = v.goal(x)
	if p.Related, p.OtherCases, err = s.related(ctx, v, c); err != nil {
		return p, err
	}
	led, err := s.ledTo(ctx, v, c)
	if err != nil {
		return p, err
	}
	p.Related = append(p.Related, led...)
	p.Offers = v.offers(x)
	for _, o := range f.Postponements {
		text := v.T("postponed_by." + string(o.By))
		if !o.To.IsZero() {
			text = v.T("web.postponed_to", v.long(o.To), lowerFirst(text))
		}
		p.PutOffs = append(p.PutOffs, pair{v.short(o.On), text + " (" + lowerFirst(v.T("postponement_code."+strconv.Itoa(o.Code))) + ")"})
	}
	p.Pathway = x.Pathway
	for _, m := range x.Milestones {
		p.Milestones = append(p.Milestones, pair{v.short(m.On), m.Pathway + ": " + v.T("web.pathway."+m.Event)})
		if !m.Goal.IsZero() {
			p.Milestones[len(p.Milestones)-1].Value += ". " + v.T("web.pathway.goal_set", m.Goal)
		}
	}
	if s.can(access.SeeAccessLog, s.caseOf(c.Tenant, x)).Allowed {
		if p.Looks, p.MoreLooks, err = s.looks(ctx, v, c.Tenant, x.Patient, realToday, 0, shownLooks); err != nil {
			return p, err
		}
		p.SeesLooks = true
	}
	if p.Then == nil && (s.guarded() || s.ours(ledger.Row{Tenant: c.Tenant, Provider: f.Holder})) {
		p.Acts, p.Done = append(v.assessActs(c), v.caseActs(c)...), v.doneNow(r, c)
		p.Acts = append(p.Acts, v.applyAct(c)...)
		for i := range p.Duties {
			p.Duties[i].Act = v.dutyAct(c, p.Duties[i].Name)
		}
	}
	return p, nil
}

// thenText says which day the page is about: «Slik saken var 1. mars 2025, slik det var kjent 5. mars 2025».
func (v *view) thenText(known desk.View, today day.Day) string {
	var parts []string
	if !known.AsOf.IsZero() {
		parts = append(parts, v.T("web.then.as_of", known.AsOf))
	}
	if !known.KnownOn.IsZero() {
		parts = append(parts, v.T("web.then.known", known.KnownOn))
	}
	return strings.Join(parts, ", ") + ". " + v.T("web.then.today", today)
}

func (v *view) givenName(p ledger.Person) string {
	if p.Erased != 0 || p.Family == "" && p.Given == "" {
		return v.T("web.nameless")
	}
	return strings.TrimSpace(p.Given + " " + p.Family)
}

// personLine is who it is about: born, number, language, and what it concerns.
func (v *view) personLine(c desk.Case) string {
	f := &c.State.Facts
	var parts []string
	if !f.Born.IsZero() {
		parts = append(parts, v.T("web.born", f.Born))
	}
	if p := c.Person; p.Ident != "" {
		number := p.Ident
		if id, err := patient.Identify(number); err == nil && id.Synthetic != "" {
			number += " (" + v.T("web.synthetic") + ")"
		}
		parts = append(parts, number)
	}
	if l, err := words.Parse(c.Person.Language); err == nil {
		parts = append(parts, lowerFirst(words.Say(v.Lang, "web.language_of."+string(l))))
	}
	parts = append(parts, v.condition(f.Specialty, c.State.Condition, f.AssessedOn))
	return strings.Join(parts, " · ")
}

// standing says how the case stands in a heading and a sentence.
func (v *view) standing(x *referral.Referral) standing {
	f, s, today := &x.Facts, v.s.desk.Settings, v.Today
	b := law.Breach(f, today, s)
	a := f.Appointment
	helfo := v.T("web.state.helfo_not")
	switch {
	case !f.HelfoOn.IsZero():
		helfo = v.T("web.state.helfo_on", v.long(f.HelfoOn))
		if back := f.HelfoBack; !back.On.IsZero() {
			helfo += " " + v.T("web.state.helfo_"+string(back.Why), v.long(back.On))
		}
	case !f.AgreedNotOn.IsZero():
		helfo = v.T("web.state.helfo_agreed", v.long(f.AgreedNotOn))
	case f.DeclinedInTime:
		helfo = v.T("web.declined_in_time") + "."
	}
	if st, ok := v.followStanding(f); ok {
		return st
	}
	switch {
	case f.Status == law.Closed && f.Right == law.NotGranted:
		return standing{v.T("right.not_granted"), "cross", "done", v.T("web.state.assessed_on", v.long(f.AssessedOn))}
	case f.Status == law.Closed:
		return standing{v.T("web.state.closed", v.long(f.ClosedOn)), "check", "done", v.sentence("close." + x.ClosedFor)}
	case f.Right == law.Pending && law.Assessable(f, s).Value == law.ToClassify:
		return standing{v.T("web.state.classify"), "ring", "off", v.assessBy(f)}
	case f.Right == law.Pending && !f.AssessBy.IsZero() && today.After(f.AssessBy):
		return standing{v.T("web.state.assess_late"), "late", "late", v.assessBy(f)}
	case f.Right == law.Pending:
		return standing{v.T("web.state.unassessed"), "clock", "calm", v.assessBy(f)}
	case f.Right == law.NotAssessed:
		return standing{v.T("right.not_assessed"), "ring", "off", v.sentence("concerns." + string(f.Concerns))}
	case !f.WaitEnd.IsZero() && !f.StartedOn.IsZero() && b.Value == law.Occurred:
		return standing{v.T("web.state.started_late", f.WaitEnd.Sub(f.StartBy)), "late", "late", v.T("web.state.started_on", v.long(f.StartedOn), v.long(f.StartBy))}
	case !f.StartedOn.IsZero():
		return standing{v.T("status.started"), "check", "done", v.T("web.state.started_on", v.long(f.StartedOn), v.long(f.StartBy))}
	case !f.WaitEnd.IsZero():
		return standing{v.T("web.state.ended", v.long(f.WaitEnd)), "check", "done", v.sentence("end_code." + f.EndCode)}
	case b.Value == law.Occurred:
		return standing{v.T("web.state.broken"), "late", "late", v.T("web.state.was_due", v.long(f.StartBy), v.days(today.Sub(f.StartBy))) + " " + helfo}
	case b.Value == law.Expected:
		return standing{v.T("web.state.expected"), "risk", "late", v.T("web.state.appointment_after", v.long(a.To), v.days(a.To.Sub(f.StartBy))) + " " + helfo}
	case !f.PutOff.On.IsZero() && law.BreachOn(f, s).IsZero():
		return standing{v.T("web.state.put_off"), "half", "calm", strings.Join(say.Reasons(v.Lang, b.Because), " ")}
	case f.StartBy.IsZero(): // the duty to set a deadline rested in 2020
		return standing{v.T("status.waiting"), "ring", "off", v.sentence("time.no_deadline")}
	case a.IsZero() && f.StartBy.Sub(today) <= s.SoonDays:
		return standing{v.T("web.state.no_time_soon"), "risk", "soon", v.T("web.state.due", v.long(f.StartBy), v.distance(f.StartBy))}
	case a.IsZero():
		return standing{v.T("web.state.no_time"), "ring", "off", v.T("web.state.due", v.long(f.StartBy), v.distance(f.StartBy))}
	case a.To.Before(today):
		return standing{v.T("web.state.not_recorded"), "risk", "soon", v.T("web.state.time_was", v.long(a.To))}
	}
	return standing{v.T("web.state.has_time"), "check", "done", v.T("web.state.appointment_before", v.long(a.To), v.days(f.StartBy.Sub(a.To)))}
}

// sentence makes the words of a code a sentence; nothing when it has none.
func (v *view) sentence(key string) string {
	if !words.Has(words.NB, key) {
		return ""
	}
	return strings.TrimSuffix(v.T(key), ".") + "."
}

func (v *view) assessBy(f *law.Facts) string {
	if f.AssessBy.IsZero() {
		return v.T("web.state.no_assess_by")
	}
	left := v.s.desk.Settings.Calendar.Working(v.Today, f.AssessBy)
	if v.Today.After(f.AssessBy) {
		left = min(left, -1)
	}
	return v.T("web.state.assess_by", v.long(f.AssessBy), words.WorkingDistance(v.Lang, left))
}

// days writes a number of days: «1 dag», «8 dager».
func (v *view) days(n int) string {
	if n == 1 {
		return v.T("web.one_day")
	}
	return v.T("web.n_days", n)
}

// distance tells how far off a deadline is; a date far away is enough in itself.
func (v *view) distance(d day.Day) string {
	if t := words.Distance(v.Lang, v.Today, d); t != "" {
		return t
	}
	return v.days(d.Sub(v.Today))
}

// dates are the facts under the heading.
func (v *view) dates(x *referral.Referral) []fact {
	f, s := &x.Facts, v.s.desk.Settings
	var out []fact
	switch {
	case !f.StartBy.IsZero():
		d := fact{Label: v.T("field.deadline"), Date: f.StartBy, Value: words.Date(v.Lang, f.StartBy), Big: true}
		if f.WaitEnd.IsZero() && f.Status == law.Waiting {
			d.Beside = words.Distance(v.Lang, v.Today, f.StartBy)
		}
		out = append(out, d)
	case !f.AssessBy.IsZero() && f.Right == law.Pending:
		out = append(out, fact{Label: v.T("field.assessment_due"), Date: f.AssessBy, Value: words.Date(v.Lang, f.AssessBy), Big: true, Beside: words.Relative(v.Lang, v.Today, f.AssessBy)})
	}
	if f.Right == law.Granted && f.Status == law.Waiting {
		if a := f.Appointment; !a.IsZero() {
			t := fact{Label: v.T("field.appointment"), Date: a.From, Value: v.whenLong(a)}
			if a.To.After(f.StartBy) && law.Breach(f, v.Today, s).Value != law.NoBreach {
				t.Icon, t.State, t.Beside = "risk", "late", v.T("web.after_deadline")
			}
			if at, site := careAt(f, a); at != f.Holder || site != f.Site {
				t.Value += ", " + v.place(at, site)
			}
			out = append(out, t)
		} else {
			out = append(out, fact{Label: v.T("field.appointment"), Value: v.T("web.no_time")})
		}
	}
	if !f.StartedOn.IsZero() {
		out = append(out, fact{Label: v.T("web.fact.started"), Date: f.StartedOn, Value: words.Date(v.Lang, f.StartedOn)})
	}
	out = append(out, v.followDates(f)...)
	if !f.Next.IsZero() && f.Status != law.Started {
		out = append(out, fact{Label: v.T("web.fact.next"), Date: f.Next.From, Value: v.whenLong(f.Next)})
	}
	if !f.Seniority.IsZero() {
		out = append(out, fact{Label: v.T("field.seniority_date"), Date: f.Seniority, Value: words.Date(v.Lang, f.Seniority)})
	}
	if f.Right == law.Granted {
		label := "web.fact.waited"
		if !f.WaitEnd.IsZero() {
			label = "web.fact.waited_until"
		}
		out = append(out, fact{Label: v.T(label), Value: v.days(law.WaitingDays(f, v.Today))})
	}
	if step, ok := law.NextStep(f, v.Today, s); ok {
		out = append(out, fact{Label: v.T("web.fact.owner"), Value: v.T("role."+string(step.Role)) + ", " + v.provider(step.At)})
	}
	switch f.Clarified {
	case law.Yes:
		out = append(out, fact{Label: v.T("web.fact.clarified"), Value: v.T("web.fact.treatment_first")})
	case law.No:
		out = append(out, fact{Label: v.T("web.fact.unclarified"), Value: v.T("web.fact.investigation_first")})
	}
	return out
}

// whenLong writes an appointment in full.
func (v *view) whenLong(a law.Appointment) string {
	if a.From != a.To {
		return v.T("web.between", a.From, a.To)
	}
	text := words.MomentText(v.Lang, a.Moment())
	if a.Provisional {
		text += " (" + lowerFirst(v.T("web.provisional")) + ")"
	}
	return text
}

// caseDuties are the duties open on the day, those that come first first; and the next step when there are none.
func (v *view) caseDuties(x *referral.Referral) ([]caseDuty, string) {
	f, s := &x.Facts, v.s.desk.Settings
	open := law.DutiesOn(f, v.Today, s)
	slices.SortStableFunc(open, func(a, b law.Duty) int {
		if a.Due.IsZero() || b.Due.IsZero() {
			return boolInt(a.Due.IsZero()) - boolInt(b.Due.IsZero())
		}
		return a.Due.Compare(b.Due)
	})
	var out []caseDuty
	for _, d := range open {
		c := caseDuty{Name: d.Name, Icon: dutyIcons[d.Name], Text: v.dutyText(d, f), Due: d.Due, Owner: v.T("role."+string(d.Role)) + ", " + v.provider(d.At), Cite: say.Source(v.Lang, d.Cite, d.Norms),
			ShortCaption: v.T("duty." + string(d.Name) + ".chip")}
		if c.By, c.State = v.dueWord(d.Due); c.By == "" {
			c.By = v.T("web.no_date")
		}
		out = append(out, c)
	}
	if len(out) > 0 {
		return out, ""
	}
	if step, ok := law.NextStep(f, v.Today, s); ok {
		return nil, v.T("web.next_step", v.long(step.On), v.T("role."+string(step.Role)), v.provider(step.At))
	}
	return nil, ""
}

func (v *view) letters(c desk.Case) []caseLetter {
	x := &c.State
	kept, sentBy := sentLinks(c)
	var out []caseLetter
	for i := len(x.Letters) - 1; i >= 0; i-- {
		l := x.Letters[i]
		to := "web.to_patient"
		switch {
		case l.Patient && l.Referrer:
			to = "web.to_both"
		case l.Referrer:
			to = "web.to_referrer"
		}
		var parts []string
		for _, p := range l.Parts {
			parts = append(parts, lowerFirst(v.T("part."+string(p))))
		}
		out = append(out, caseLetter{Name: v.T("letter." + string(l.Kind)), To: v.T(to), On: l.On, OnText: v.short(l.On), Parts: strings.Join(parts, ", "), Kept: kept[i], Ways: v.deliveryLines(x, sentBy[i])})
	}
	return out
}

func (v *view) offers(x *referral.Referral) []offerLine {
	var out []offerLine
	for _, o := range slices.Backward(x.Offers) {
		l := offerLine{Where: v.provider(o.At), Start: v.long(o.Start), Made: v.T("web.offered_on", v.short(o.MadeOn))}
		if o.Helfo {
			l.Made = v.T("web.offered_by_helfo", v.short(o.MadeOn))
		}
		switch o.Answer {
		case law.Yes:
			l.Icon, l.State, l.Answer = "check", "done", v.T("web.offer_yes", v.short(o.On))
		case law.No:
			l.Icon, l.State, l.Answer = "cross", "off", v.T("web.offer_no", v.short(o.On))
			if o.WaitFor != "" {
				l.Answer = v.T("web.offer_no_waits", v.short(o.On), v.provider(o.WaitFor))
			}
		default:
			l.Icon, l.State, l.Answer = "ring", "off", v.T("web.offer_open")
		}
		out = append(out, l)
	}
	return out
}

// about is what was known when it came in, and what was decided.
func (v *view) about(x *referral.Referral) []pair {
	f := &x.Facts
	var out []pair
	add := func(key, value string) {
		if value != "" {
			out = append(out, pair{v.T(key), value})
		}
	}
	from := ""
	if x.From.Role != "" && words.Has(words.NB, "role."+x.From.Role) {
		from = v.T("role." + x.From.Role)
	}
	if name := v.referredBy(x.From); name != "" {
		from = strings.TrimPrefix(from+", "+name, ", ")
	}
	add("web.about.from", from)
	add("web.about.kind", v.T("kind."+string(f.Kind)))
	add("web.filter.specialty", v.specialty(f.Specialty))
	add("web.about.holder", v.place(f.Holder, f.Site))
	add("field.received_date", v.long(f.ReceivedOn))
	if !f.AssessedOn.IsZero() {
		assessed := v.long(f.AssessedOn)
		if x.AssessedBy != "" {
			assessed += ", " + v.s.actor(x.AssessedBy)
		}
		add("field.assessed_date", assessed)
	}
	if f.Right != law.Pending {
		add("web.about.right", v.T("right."+string(f.Right)))
	}
	if e := x.Earlier; !e.Since.IsZero() && x.Status == law.Waiting {
		add("history.wish_earlier", v.T("web.wish_since", v.long(e.Since), e.Notice))
	}
	if x.Condition != "" && v.s.desk.Guides != nil {
		if g, ok := v.s.desk.Guides.Condition(clinic.GuideArea(f.Specialty), x.Condition, f.AssessedOn); ok && g.Label != "" {
			add("field.guide_advice", v.T("guide.demonstration"))
		}
	}
	add("web.about.individual", strings.Join(v.individual(x), ", "))
	if !f.LatestSound.IsZero() {
		add("field.latest_sound", v.long(f.LatestSound))
	}
	if county, ok := v.s.desk.Org.CountyOf(x.Municipality, v.Today); ok {
		add("web.about.municipality", x.Municipality+", "+county)
	}
	var marks []string
	for _, m := range x.Flags(v.Today) {
		marks = append(marks, lowerFirst(v.T("flag."+m)))
	}
	add("web.column.marks", strings.Join(marks, ", "))
	if f.Complaints > 0 {
		add("list.complaints", v.T("web.about.complaints", f.Complaints))
	}
	return out
}

// individual are the circumstances that counted, those of the guide in the reader's language.
func (v *view) individual(x *referral.Referral) []string {
	if v.Lang != words.EN || v.s.desk.Guides == nil {
		return x.Individual
	}
	c, ok := v.s.desk.Guides.Condition(clinic.GuideArea(x.Specialty), x.Condition, x.AssessedOn)
	if !ok {
		return x.Individual
	}
	out := slices.Clone(x.Individual)
	for i, said := range out {
		for _, f := range c.Factors {
			if f.LabelEN != "" && strings.EqualFold(said, f.LabelNB) {
				out[i] = f.LabelEN
			}
		}
	}
	return out
}

// referrer is the name of the one who referred, in the service or outside it.
func (v *view) referrer(id string) string {
	if id == "" {
		return ""
	}
	i := slices.IndexFunc(v.s.desk.Org.Referrers(), func(r clinic.Referrer) bool { return r.ID == id })
	if i < 0 {
		return v.provider(id)
	}
	return v.s.desk.Org.Referrers()[i].Name
}

// notes loads the free texts a case's entries speak of, by id. What has been erased is not there.
func (s *site) notes(r *http.Request, c desk.Case) (map[string]string, error) {
	out := make(map[string]string)
	load := func(cmd referral.Command) error {
		for _, t := range referral.Texts(cmd) {
			if t.Note == "" {
				continue
			}
			words, ok, err := s.desk.Ledger.Note(r.Context(), c.Tenant, t.Note)
			if err != nil {
				return err
			}
			if ok && words != "" {
				out[t.Note] = words
			}
		}
		return nil
	}
	for _, e := range c.Log {
		if err := load(e.Event.Ask); err != nil {
			return nil, err
		}
		if e.Event.With != nil {
			if err := load(e.Event.With.Ask); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}
