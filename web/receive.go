package web

import (
	"cmp"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/ledger"
	"rettid/patient"
	"rettid/referral"
	"rettid/say"
	"rettid/words"
)

// The intake: referrals that have come and are not assessed, urgent first, and the form for one that came on paper. What the law makes of the reception
// is shown before it is saved: the seniority date, the last day to assess, and why; so is a referral the patient may have already.

type intakePage struct {
	*frame
	Head, Sub string
	Count     string
	Picks     []pick
	Rows      []intakeLine
	Pages     pager
	Clear     string
	Without   int
	Empty     string
	Tabs      []tab
	Hidden    []option
}

type intakeLine struct {
	assessLine
	Act     link   // where what is owed is done
	What    string // what it is, when it is no ordinary referral, and how much is missing in it
	Hint    string // what is wanting in it
	HintURL string
}

// intakeViews by the word in the address: all that has come on one list, whether it is assessed or not (G6.1-3), and either alone.
var intakeViews = []struct{ word, key, view string }{
	{"", "web.intake.all", "incoming"},
	{"vurderes", "web.intake.to_assess", "incoming+pending"},
	{"oppgaver", "web.intake.tasks", "incoming+task"},
}

// incoming are the open referrals of a provider that somebody is to assess, classify, send on, handle or plan: in the order they came, the urgent first. Where care
// has started, or what is not to be assessed has its time, nothing is left to take in.
func incoming(f filter, today day.Day) ledger.Query {
	q := ledger.Query{Provider: f.Provider, Specialty: f.Specialty, Today: today, Sort: "arrival"}
	for _, x := range intakeViews {
		if x.word == f.View {
			q.View = x.view
		}
	}
	return q
}

func (s *site) intake(w http.ResponseWriter, r *http.Request, v *view) error {
	f := s.readFilter(r)
	ctx := r.Context()
	at := func(f filter) string { return f.url("/mottak", s.o.User) }
	v.Here, v.Title = "/mottak", v.T("web.menu.intake")
	p := intakePage{frame: v.frame, Sub: v.listPlace(f), Empty: v.T("empty.assessment_list")}
	q := incoming(f, v.Today)
	if q.View == "" {
		return badRequest{code: "web.unknown_view"}
	}
	for _, x := range intakeViews {
		g := f
		g.View, g.Page = x.word, 1
		n, more, err := s.countAll(ctx, incoming(g, v.Today))
		if err != nil {
			return err
		}
		p.Tabs = append(p.Tabs, tab{at(g), v.T(x.key), n, x.word == f.View, more})
	}
	if f.View != "" {
		p.Hidden = []option{{Value: f.View, Text: "visning"}}
	}
	q.Limit, q.Offset = perPage, (f.Page-1)*perPage
	rows, total, err := s.list(ctx, q)
	if err != nil {
		return err
	}
	p.Head = v.T("web.intake.head", p.Tabs[0].N)
	for _, x := range rows {
		p.Rows = append(p.Rows, v.intakeLine(x, f.Provider == ""))
	}
	p.Count = v.T("web.shown", words.Number(v.Lang, len(rows)), words.Number(v.Lang, total))
	p.Picks = []pick{v.pickProvider(f), v.pickSpecialty(f)}
	g := filter{View: f.View, Provider: f.Provider, Page: 1}
	p.Clear = at(g)
	if total == 0 && f.narrowed() {
		if p.Without, err = s.count(ctx, incoming(g, v.Today)); err != nil {
			return err
		}
	}
	p.Pages = pageLinks(f, total, at)
	return s.render(w, http.StatusOK, "intake", v, p)
}

func (v *view) intakeLine(x row, everywhere bool) intakeLine {
	out := intakeLine{assessLine: v.assessLine(x, everywhere)}
	c := desk.Case{Tenant: x.Tenant, ID: x.Referral, State: x.State}
	if step, ok := law.NextStep(&x.State.Facts, v.Today, v.s.desk.Settings); ok && step.Duty != "" && step.Duty != law.DutyHandle { // what a task asks for stands in the case: closing it is the last of it
		out.Act = v.dutyAct(c, step.Duty)
	}
	f := &x.State.Facts
	if f.Concerns != "" {
		out.What = v.T("concerns." + string(f.Concerns))
	} else if f.Kind != law.Elective {
		out.What = v.T("kind." + string(f.Kind))
	}
	if missing := law.Missing(law.Content(f, x.State.Content)); len(missing) > 0 && f.Right == law.Pending {
		out.What = strings.TrimPrefix(out.What+" · "+v.T("web.intake.lacks", len(missing)), " · ")
	}
	switch {
	case f.Deficient && f.InfoAskedOn.IsZero():
		l := v.actLink(c, "request_information")
		out.Hint, out.HintURL = v.T("web.intake.deficient"), l.URL
	case f.Deficient && f.InfoGotOn.IsZero():
		l := v.actLink(c, "receive_information")
		out.Hint, out.HintURL = v.T("web.intake.asked", v.short(f.InfoAskedOn)), l.URL
	case v.unnumbered(x.Person) != nil:
		out.Hint, out.HintURL = v.T("unnumbered.hint"), caseURL(x.Tenant, x.Referral)+"/nummer"
	}
	return out
}

// intakeCount is how many are on the intake list, for the menu; -1 when it could not be counted, and the page is shown without.
func (v *view) intakeCount(r *http.Request) int {
	q := incoming(filter{Provider: v.s.o.User.Place}, v.Today)
	t := *v.s
	t.act = access.List // whatever the page itself is for
	if t.guarded() {
		q.Provider = ""
	}
	n, err := t.count(r.Context(), q)
	if err != nil {
		return -1
	}
	return n
}

// receivePage is the form of a paper referral, and what will follow from it.
type receivePage struct {
	actPage
	Seniority, AssessBy proof
	Preview             bool
	Groups              []askedGroup
	Same                []sameGroup
}

// An askedGroup is the fields of a form that belong together, under their heading.
type askedGroup struct {
	ID, Head string
	Fields   []field
}

// A sameCase is a referral of the same patient, or of one who may be the same.
type sameCase struct{ URL, Number, What, Text string }

// A sameGroup is the referrals one should look at before another is registered, and why.
type sameGroup struct {
	Head, Text string
	Cases      []sameCase
}

// receiveGroups are the questions of a paper referral: who, when it came and where, who refers, and what it is.
func (f *form) receiveGroups() []askedGroup {
	v := f.v
	var at []option
	for _, p := range v.s.desk.Org.Providers() {
		if p.Kind != clinic.ContractSpecialist && v.s.mine(p.ID) {
			at = append(at, option{p.ID, p.ShortName, false})
		}
	}
	slices.SortFunc(at, func(a, b option) int { return words.Compare(v.Lang, a.Text, b.Text) })
	home := v.s.o.User.Place
	if home == "" {
		at = append([]option{{"", v.T("web.act.choose"), false}}, at...)
	}
	return []askedGroup{
		{"pasient", v.T("web.column.patient"), []field{
			{Name: "nummer", Label: v.T("web.field.ident"), Kind: "line", Need: true, Help: v.T("web.intake.number_help")},
			{Name: "kommune", Label: v.T("web.intake.municipality"), Kind: "line"},
			{Name: "fornavn", Label: v.T("web.intake.given"), Kind: "line", Need: true}, {Name: "etternavn", Label: v.T("web.intake.family"), Kind: "line", Need: true},
			{Name: "lokal", Label: v.T("web.intake.local"), Kind: "line"}, {Name: "fodt", Label: v.T("web.field.born"), Kind: "day"},
		}},
		{"mottatt", v.T("web.intake.group.received"), slices.Concat([]field{{Name: "sted", Label: v.T("web.intake.at"), Kind: "select", Options: at, Value: home, Need: true}}, v.siteField(v.s.mine), []field{
			{Name: "dato", Label: v.T("field.received_date"), Kind: "day", Value: words.FieldDate(v.Today), Need: true, Help: v.T("web.intake.received_help")},
			{Name: "forst", Label: v.T("web.intake.first"), Kind: "day", Help: v.T("web.intake.first_help")},
		})},
		{"henvist-av", v.T("web.about.from"), v.fromFields("gp")},
		{"hva", v.T("web.intake.group.what"), slices.Concat([]field{{Name: "fag", Label: v.T("web.filter.specialty"), Kind: "select", Options: v.specialties(v.T("web.act.choose")), Need: true}}, v.whatFields(), []field{{Name: "begrunnelse", Label: v.T("web.intake.text"), Kind: "text"}})},
	}
}

// siteField asks on which list a referral is to stand, among those of the providers that keep several; none when there is no such provider.
func (v *view) siteField(of func(provider string) bool) []field {
	var out []option
	for _, p := range v.s.desk.Org.Providers() {
		if len(p.Sites) < 2 || !of(p.ID) {
			continue
		}
		for _, x := range p.Sites {
			name := x.Name
			if !strings.HasPrefix(name, p.ShortName) {
				name = p.ShortName + ", " + name
			}
			out = append(out, option{x.ID, name, false})
		}
	}
	if out == nil {
		return nil
	}
	slices.SortFunc(out, func(a, b option) int { return words.Compare(v.Lang, a.Text, b.Text) })
	return []field{{Name: "liste", Label: v.T("web.intake.site"), Kind: "select", Options: append([]option{{"", v.T("web.act.choose"), false}}, out...), Help: v.T("web.intake.site_help")}}
}

// siteOf reads whose list a referral is to stand on, which is one of the provider's.
func (f *form) siteOf(provider string) string {
	site := f.value("liste")
	if site == "" {
		return ""
	}
	p, _ := f.v.s.desk.Org.Provider(provider)
	if !slices.ContainsFunc(p.Sites, func(x clinic.Site) bool { return x.ID == site }) {
		f.wrong("liste", "web.intake.wrong_site")
	}
	return site
}

// fromFields ask who refers. role is what is proposed.
func (v *view) fromFields(role string) []field {
	var roles, from []option
	known := []string{"gp", "doctor", "psychologist", "chiropractor", "manual_therapist", "dentist", "optometrist", "midwife", "child_welfare", "municipality", "patient", "other"}
	if !slices.Contains(known, role) && role != "" {
		known = append(known, role)
	}
	for _, r := range known {
		roles = append(roles, option{r, v.T("role." + r), false})
	}
	for _, x := range v.s.desk.Org.Referrers() {
		from = append(from, option{x.ID, x.Name, false})
	}
	slices.SortFunc(from, func(a, b option) int { return words.Compare(v.Lang, a.Text, b.Text) })
	from = append([]option{{"", v.T("web.intake.from_unknown"), false}}, from...)
	return []field{{Name: "rolle", Label: v.T("web.about.from"), Kind: "select", Options: roles, Value: role, Need: true}, {Name: "henviser", Label: v.T("web.intake.referrer"), Kind: "select", Options: from},
		{Name: "hpr", Label: v.T("web.intake.hpr"), Kind: "line", Help: v.T("web.intake.hpr_help")}}
}

// whatFields ask what a referral is.
func (v *view) whatFields() []field {
	var kinds []option
	for _, k := range law.Kinds {
		kinds = append(kinds, option{string(k), v.T("kind." + string(k)), false})
	}
	return []field{{Name: "slag", Label: v.T("web.about.kind"), Kind: "select", Options: kinds, Value: string(law.Elective)},
		{Name: "gjelder", Label: v.T("web.act.concerns"), Kind: "select", Options: v.concerns(true), Help: v.T("web.intake.concerns_help")},
		{Name: "merke", Label: v.T("web.act.marks"), Kind: "ticks", Options: []option{{"haster", v.T("flag.urgent"), false}, {"alvorlig", v.T("flag.serious_suspected"), false},
			{"mangelfull", v.T("flag.deficient"), false}, {"ny", v.T("flag.second_opinion"), false}}, Help: v.T("web.intake.marks_help")}}
}

// readWhat reads what the reception's form and its correction both ask.
func (f *form) readWhat(c *referral.Receive) {
	has := func(mark string) bool { return slices.Contains(f.typed["merke"], mark) }
	c.Specialty, c.Kind, c.Concerns, c.FirstReceived = f.need("fag"), law.Kind(f.value("slag")), law.Concern(f.value("gjelder")), f.day("forst")
	c.Urgent, c.SeriousSuspected, c.Deficient, c.SecondOpinion = has("haster"), has("alvorlig"), has("mangelfull"), has("ny")
	c.From.Role, c.From.HPR = f.need("rolle"), f.value("hpr")
	if x := f.value("henviser"); x != "" || slices.ContainsFunc(f.v.s.desk.Org.Referrers(), func(r clinic.Referrer) bool { return r.ID == c.From.Provider }) {
		c.From.Provider = x // one the form does not know stays
	}
	if c.From.HPR != "" && !clinic.IsHPR(c.From.HPR) {
		f.wrong("hpr", "web.intake.hpr_shape")
	}
	if p, _ := f.v.s.desk.Org.Provider(c.Place); len(p.Sites) > 1 {
		c.Site = f.siteOf(c.Place)
	}
}

// reception is how a reception is corrected: what it is made with, but not who and where. It is made in the intake's form.
func reception() *act {
	return &act{verb: "receive",
		fields: func(f *form) []field {
			v, was := f.v, based[referral.Receive](f)
			out := []field{{Name: "fag", Label: v.T("web.filter.specialty"), Kind: "select", Options: v.specialties(v.T("web.act.choose")), Need: true}}
			return slices.Concat(out, v.siteField(func(id string) bool { return id == was.Place }), []field{{Name: "fodt", Label: v.T("web.field.born"), Kind: "day"}, {Name: "forst", Label: v.T("web.intake.first"), Kind: "day", Help: v.T("web.intake.first_help")}},
				v.fromFields(was.From.Role), v.whatFields())
		},
		make: func(f *form) referral.Command {
			c := based[referral.Receive](f)
			c.Born = f.day("fodt")
			f.readWhat(c)
			return c
		},
		values: func(v *view, c referral.Command) url.Values {
			x := c.(*referral.Receive)
			out := url.Values{"fag": {x.Specialty}, "liste": {x.Site}, "fodt": {words.FieldDate(x.Born)}, "forst": {words.FieldDate(x.FirstReceived)}, "rolle": {x.From.Role}, "henviser": {x.From.Provider}, "hpr": {x.From.HPR},
				"slag": {string(cmp.Or(x.Kind, law.Elective))}, "gjelder": {string(x.Concerns)}, "merke": {}}
			for _, m := range []struct {
				on   bool
				mark string
			}{{x.Urgent, "haster"}, {x.SeriousSuspected, "alvorlig"}, {x.Deficient, "mangelfull"}, {x.SecondOpinion, "ny"}} {
				if m.on {
					out.Add("merke", m.mark)
				}
			}
			return out
		}}
}

// patientOf finds or makes the person of a reception. fresh is false for one that is known already, in the tenant.
func (f *form) patientOf(r *http.Request, tenant string) (who ledger.Person, fresh bool, err error) {
	v := f.v
	l := v.s.desk.Ledger
	number, local := f.value("nummer"), f.value("lokal")
	who = ledger.Person{Tenant: tenant, Given: f.value("fornavn"), Family: f.value("etternavn"), Municipality: f.value("kommune"), LocalID: local, Born: f.day("fodt"), Language: string(words.NB)}
	switch {
	case number != "":
		id, err := patient.Identify(number)
		if err == nil {
			err = patient.Policy{AllowSynthetic: v.s.o.Demo, On: v.Today}.Accept(id)
		}
		var bad *patient.InvalidNumber
		if errors.As(err, &bad) {
			f.wrong("nummer", "identity."+bad.Code, bad.Args...)
			return who, false, nil
		}
		if err != nil {
			return who, false, err
		}
		known, ok, err := l.PersonByIdent(r.Context(), tenant, string(id.Kind), id.Number)
		if err != nil || ok {
			return known, false, err
		}
		who.Ident, who.IdentKind = id.Number, string(id.Kind)
		if !id.Born.IsZero() {
			who.Born = id.Born
		}
	case local != "":
		known, ok, err := l.PersonByLocal(r.Context(), tenant, local)
		if err != nil {
			return who, false, err
		}
		if ok {
			if !who.Born.IsZero() && known.Born != who.Born {
				f.wrong("lokal", "web.intake.local_taken")
			}
			return known, false, nil
		}
		if who.Born.IsZero() && len(f.bad["fodt"]) == 0 {
			f.wrong("fodt", "web.act.needed")
		}
	default:
		f.wrong("nummer", "web.intake.who")
	}
	f.need("fornavn")
	f.need("etternavn")
	// The id follows from the form's key, so that one sent twice makes one person.
	who.ID = personOf(f.value("key"))
	return who, true, nil
}

// personOf is the id of the person a form makes.
func personOf(key string) string { return "p" + strings.ToLower(key[:16]) }

func (s *site) receiveForm(w http.ResponseWriter, r *http.Request, v *view) error {
	v.Here, v.Title = "/mottak", v.T("web.intake.new")
	f := &form{v: v, x: new(referral.Referral), bad: make(map[string][]string)}
	p := receivePage{actPage: actPage{frame: v.frame, Head: v.Title, URL: "/mottak/ny", Case: link{"/mottak", v.T("web.menu.intake")}, Submit: v.T("web.intake.see"), Key: rand.Text()}}
	show := func(status int) error {
		p.Groups = f.receiveGroups()
		for i := range p.Groups {
			p.Groups[i].Fields = f.show(p.Groups[i].Fields)
			for _, x := range p.Groups[i].Fields {
				p.Fields = append(p.Fields, x)
				if len(x.Errors) > 0 {
					p.Missing++
				}
			}
		}
		return s.render(w, status, "receive", v, p)
	}
	if r.Method == http.MethodGet {
		return show(http.StatusOK)
	}
	if err := readForm(w, r); err != nil {
		return err
	}
	f.typed, p.Key = r.PostForm, r.PostForm.Get("key")
	if f.value("kjent") != "" {
		var err error
		if p.Same, err = f.known(r); err != nil {
			return err
		}
		return s.renderPart(w, http.StatusOK, "receive", "known", v, p)
	}
	place := f.need("sted")
	org, ok := s.desk.Org.Provider(place)
	if !ok || !s.mine(place) {
		f.bad["sted"] = []string{v.T("web.act.needed")}
		for _, name := range []string{"fag", "fornavn", "etternavn"} {
			f.need(name)
		}
		return show(http.StatusUnprocessableEntity)
	}
	tenant := org.Trust
	if done, ok, err := s.desk.Ledger.Done(r.Context(), tenant, p.Key); err != nil {
		return err
	} else if ok {
		http.Redirect(w, r, caseURL(tenant, done.Referral)+"?gjort="+strconv.Itoa(done.Seq), http.StatusSeeOther)
		return nil
	}
	who, fresh, err := f.patientOf(r, tenant)
	if err != nil {
		return err
	}
	do := &referral.Receive{Place: place, Patient: who.ID, Born: who.Born, Municipality: who.Municipality, Text: f.text("begrunnelse")}
	f.readWhat(do)
	o := desk.Order{Tenant: tenant, Key: p.Key, Known: s.desk.Now(), At: referral.At{On: f.needDay("dato"), Minute: -1, Role: s.o.User.Role, Actor: s.o.User.ID, Place: place}, Do: do}
	if fresh {
		o.Person = &who
	}
	if len(f.bad) > 0 {
		return show(http.StatusUnprocessableEntity)
	}
	_, out, err := s.desk.Prepare(r.Context(), o, nil)
	var refusal *referral.Refusal
	if err != nil && !errors.As(err, &refusal) {
		return err
	}
	if refusal == nil {
		if p.Same, err = s.sameCases(r, v, who, do.Specialty); err != nil {
			return err
		}
		token := "se " + out.State.Seniority.String() + " " + out.State.AssessBy.String() // another limit is another thing to confirm
		for _, g := range p.Same {
			for _, x := range g.Cases {
				token += " " + x.Number
			}
		}
		if r.PostForm.Get("bekreft") != token {
			p.Preview, p.Confirmed, p.Warnings = true, token, v.warnings(out.Warned)
			p.Submit = v.T("verb.receive")
			if len(p.Same) > 0 {
				p.Submit = v.T("web.act.save_anyway")
			}
			p.Seniority, p.AssessBy = v.receptionProofs(&out.State)
			return show(http.StatusOK)
		}
	}
	out, err = s.desk.Take(r.Context(), o)
	if errors.As(err, &refusal) {
		for _, x := range refusal.Objections {
			text, cite := say.Objection(v.Lang, x)
			p.Problems = append(p.Problems, problem{Text: text, Cite: cite})
			for _, b := range x.Because {
				if name, ok := map[string]string{"first-received-later": "forst", "born-later": "fodt", "unknown-provider": "sted"}[b.Code]; ok {
					f.bad[name] = []string{text}
				} else {
					f.bad["dato"] = []string{text}
				}
			}
		}
		return show(http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, caseURL(tenant, out.Referral)+"?gjort="+strconv.Itoa(out.Seq), http.StatusSeeOther)
	return nil
}

// receptionProofs explain the two dates a reception leads to.
func (v *view) receptionProofs(x *referral.Referral) (seniority, assessBy proof) {
	if x.Seniority.IsZero() {
		seniority, _ = v.proof(x, "seniority_date", "web.why.no_seniority", "web.why.no_seniority_yet", day.Day{})
	} else {
		seniority, _ = v.proof(x, "seniority_date", "web.why.seniority", "field.seniority_date", x.Seniority)
	}
	if !x.AssessBy.IsZero() {
		assessBy, _ = v.proof(x, "assessment_due", "web.why.assessment", "field.assessment_due", x.AssessBy)
	}
	seniority.Open, assessBy.Open = true, true
	return seniority, assessBy
}

// known finds what the house has of the patient as far as the form is typed: by number, by local number, or by name and day of birth. Nobody tries numbers out with it.
func (f *form) known(r *http.Request) ([]sameGroup, error) {
	v, s := f.v, f.v.s
	org, ok := s.desk.Org.Provider(f.value("sted"))
	if !ok || !s.mine(org.ID) {
		return nil, nil
	}
	if _, ok := s.searches.Allow("number " + s.user.ID); !ok {
		return nil, nil // it is told when the form is looked through
	}
	who := ledger.Person{Tenant: org.Trust, Given: f.value("fornavn"), Family: f.value("etternavn"), Born: f.day("fodt")}
	l, ctx := s.desk.Ledger, r.Context()
	if id, err := patient.Identify(f.value("nummer")); err == nil {
		found, ok, err := l.PersonByIdent(ctx, org.Trust, string(id.Kind), id.Number)
		if err != nil {
			return nil, err
		}
		if who.Ident = id.Number; !id.Born.IsZero() {
			who.Born = id.Born
		}
		if ok {
			who = found
		}
	} else if local := f.value("lokal"); local != "" {
		found, ok, err := l.PersonByLocal(ctx, org.Trust, local)
		if err != nil {
			return nil, err
		}
		if ok {
			who = found
		}
	}
	return s.sameCases(r, v, who, f.value("fag"))
}

// againWithin is for how many days after a referral ended another in the field is likely to be about the same.
const againWithin = 365

// sameCases are the referrals of the trust to look at before another of the patient is registered in a specialty (any, when none is chosen): those that are open, for it
// may be a duplicate; those that ended in the last year, for it may be referred again; and those of persons by the same name and day of birth where one has no number.
func (s *site) sameCases(r *http.Request, v *view, who ledger.Person, specialty string) ([]sameGroup, error) {
	open := sameGroup{Head: v.T("web.intake.same_head"), Text: v.T("web.intake.same_text")}
	if specialty == "" {
		open.Head = v.T("web.intake.same_any")
	}
	ended := sameGroup{Head: v.T("web.intake.again_head"), Text: v.T("web.intake.again_text")}
	alike := sameGroup{Head: v.T("web.intake.alike_head"), Text: v.T("web.intake.alike_text")}
	if who.ID != "" {
		rows, err := s.desk.Ledger.RowsOf(r.Context(), who.Tenant, who.ID)
		if err != nil {
			return nil, err
		}
		for _, x := range rows {
			switch {
			case specialty != "" && x.Specialty != specialty:
			case x.Open:
				open.Cases = append(open.Cases, v.sameCase(x))
			default:
				state, err := readState(x)
				if err != nil {
					return nil, err
				}
				if on := state.ClosedOn; !on.IsZero() && v.Today.Sub(on) <= againWithin {
					one := v.sameCase(x)
					one.Text = v.T("web.intake.again", v.long(x.Received), v.provider(x.Provider), v.long(on))
					ended.Cases = append(ended.Cases, one)
				}
			}
		}
	}
	some, err := s.namesakes(r, who)
	if err != nil {
		return nil, err
	}
	for _, one := range some {
		rows, err := s.desk.Ledger.RowsOf(r.Context(), one.Tenant, one.ID)
		if err != nil {
			return nil, err
		}
		for _, x := range rows {
			if x.Open {
				alike.Cases = append(alike.Cases, v.sameCase(x))
			}
		}
	}
	return slices.DeleteFunc([]sameGroup{open, ended, alike}, func(g sameGroup) bool { return g.Cases == nil }), nil
}

func (v *view) sameCase(x ledger.Row) sameCase {
	return sameCase{caseURL(x.Tenant, x.Referral), caseNumber(x.Tenant, x.Referral), v.condition(x.Specialty, x.Condition, x.AssessedOn), v.T("web.intake.same", v.long(x.Received), v.provider(x.Provider), lowerFirst(v.T("status."+x.Status)))}
}
