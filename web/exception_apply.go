package web

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/clinic"
	"rettid/desk"
	"rettid/exception"
	"rettid/law"
	"rettid/ledger"
	"rettid/patient"
	"rettid/referral"
	"rettid/say"
	"rettid/words"
)

// The application form in steps. What is typed is kept as a draft after each step, the doctor's own, until it is sent; then the draft is erased. Nothing has to be filled in to go on, and
// an application that lacks something is received all the same: what is lacking is said, and is a duty afterwards.

// applicationSteps in their order; the last is the summary.
var applicationSteps = []string{"pasient", "metode", "hvorfor", "nytte", "plan", "samtykke", "send"}

const applicationPapers = desk.ApplicationPaper

// An applicationDraft is what a doctor has typed so far.
type applicationDraft struct {
	Actor    string     `json:"actor"`
	Referral int64      `json:"referral,omitempty"`
	Request  int64      `json:"request,omitempty"` // the patient's own request behind it
	Typed    url.Values `json:"typed"`

	id, place, tenant string
	seq               int
}

// newApplication begins one: for the patient of a referral, or for one who is written in.
func (s *site) newApplication(w http.ResponseWriter, r *http.Request, v *view) error {
	place := ""
	q := url.Values{}
	if at := r.URL.Query().Get("henvisning"); at != "" {
		tenant, number, _ := strings.Cut(at, "/")
		id, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return desk.ErrMissing
		}
		x, ok, err := s.desk.Ledger.Row(r.Context(), tenant, id)
		if err != nil {
			return err
		}
		if !ok {
			return desk.ErrMissing
		}
		state, err := readState(x)
		if err != nil {
			return err
		}
		place = state.Holder
		q.Set("henvisning", number)
	}
	if asked := r.URL.Query().Get("sporsmal"); asked != "" {
		q.Set("sporsmal", asked)
	}
	if place == "" || !s.appliesAt(place) {
		some := s.applyPlaces()
		if len(some) == 0 {
			return denied{"not_for_role"}
		}
		if place != "" {
			return denied{"other_provider"}
		}
		place = some[0]
	}
	to := "/soknad/" + pathPart(place+"~"+strings.ToLower(rand.Text())) + "/" + applicationSteps[0]
	if len(q) > 0 {
		to += "?" + q.Encode()
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// applyPlaces are the providers one may apply at.
func (s *site) applyPlaces() []string {
	var out []string
	for _, p := range s.desk.Org.Providers() {
		if p.Kind == clinic.Public && s.appliesAt(p.ID) && (s.o.User.Place == "" || s.guarded() || s.o.User.Place == p.ID) {
			out = append(out, p.ID)
		}
	}
	return out
}

// appliesAt tells whether one may apply for patients of a provider, in some unit of it.
func (s *site) appliesAt(place string) bool {
	if !s.guarded() {
		return true
	}
	return slices.ContainsFunc(s.scope(access.ApplyException), func(g access.Grant) bool { return g.Provider == place })
}

// applyUnits are the units of a provider one may apply from.
func (s *site) applyUnits(place string) []clinic.Unit {
	p, _ := s.desk.Org.Provider(place)
	return slices.DeleteFunc(slices.Clone(p.Units), func(u clinic.Unit) bool {
		return !s.can(access.ApplyException, access.Case{Holder: place, ListProvider: place, Unit: u.ID}).Allowed
	})
}

func (s *site) applicationDraft(ctx context.Context, id string) (*applicationDraft, error) {
	place, key, ok := strings.Cut(id, "~")
	p, known := s.desk.Org.Provider(place)
	if !ok || !known || len(key) != 26 || !s.appliesAt(place) {
		return nil, desk.ErrMissing
	}
	d := &applicationDraft{Actor: s.o.User.ID, Typed: make(url.Values), id: id, place: place, tenant: p.Trust}
	paper, ok, err := s.desk.Ledger.Paper(ctx, d.tenant, applicationPapers, id)
	if err != nil || !ok {
		return d, err
	}
	d.seq = paper.Seq
	if paper.Gone {
		return nil, desk.ErrMissing // it was sent
	}
	if err := json.Unmarshal(paper.Body, d); err != nil {
		return nil, fmt.Errorf("read the draft of an application: %w", err)
	}
	if d.Actor != s.o.User.ID {
		return nil, desk.ErrMissing // another's
	}
	return d, nil
}

func (s *site) keepApplication(ctx context.Context, d *applicationDraft) error {
	body, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("write the draft of an application: %w", err)
	}
	_, err = s.desk.Ledger.PutPaper(ctx, ledger.Paper{Tenant: d.tenant, Kind: applicationPapers, ID: d.id, Seq: d.seq, At: s.desk.Now().UTC().UnixMicro(), Actor: s.o.User.ID, Body: body})
	return err
}

// myDrafts are the applications the one who looks has begun.
func (s *site) myDrafts(ctx context.Context, v *view, names methodNames) ([]link, error) {
	var out []link
	for _, place := range s.applyPlaces() {
		p, _ := s.desk.Org.Provider(place)
		papers, err := s.desk.Ledger.Papers(ctx, p.Trust, applicationPapers, place+"~", 0, 0)
		if err != nil {
			return nil, err
		}
		for _, x := range papers {
			var d applicationDraft
			if json.Unmarshal(x.Body, &d) != nil || d.Actor != s.o.User.ID {
				continue
			}
			out = append(out, link{"/soknad/" + pathPart(x.ID) + "/" + applicationSteps[len(applicationSteps)-1], v.T("exc.draft_of", orElse(names.of(d.Typed.Get("metode")), v.T("exc.no_method_yet")))})
		}
	}
	return out, nil
}

type stepLink struct {
	N       int
	URL     string
	Text    string
	Current bool
	Done    bool
}

type applicationPage struct {
	*frame
	toldForm
	Head, Intro, Name, Facts, URL, Key string
	Steps                              []stepLink
	N, Of                              int
	Fields                             []field
	Missing                            int
	Last                               bool
	Back                               string
	// of the summary
	Form    []formPart
	Lacks   []link
	Doors   []proof
	Route   proof
	Like    int
	LikeURL string
	Prompt  string
}

// grades are the four grades of an assessment: the words are the same, because the law is.
func grades(v *view) []option {
	var out []option
	for _, g := range []string{"0", "1", "2", "3"} {
		out = append(out, option{g, v.T("web.grade." + g), false})
	}
	return out
}

// applicationFields are the questions of a step.
func (f *form) applicationFields(step string, d *applicationDraft, names methodNames) []field {
	v := f.v
	text := func(name, key string) field {
		x := field{Name: name, Label: v.T("exc.field." + key), Kind: "text"}
		if k := "exc.help." + key; words.Has(words.NB, k) {
			x.Help = v.T(k)
		}
		return x
	}
	switch step {
	case "pasient":
		var out []field
		if d.Referral == 0 {
			out = append(out, field{Name: "nummer", Label: v.T("web.field.ident"), Kind: "line", Need: true, Help: v.T("web.intake.number_help")}, field{Name: "lokal", Label: v.T("web.intake.local"), Kind: "line"},
				field{Name: "fodt", Label: v.T("web.field.born"), Kind: "day"}, field{Name: "fornavn", Label: v.T("web.intake.given"), Kind: "line", Need: true}, field{Name: "etternavn", Label: v.T("web.intake.family"), Kind: "line", Need: true},
				field{Name: "kommune", Label: v.T("web.intake.municipality"), Kind: "line"})
		}
		unit := field{Name: "avdeling", Label: v.T("exc.department"), Kind: "select", Options: []option{{"", v.T("web.act.choose"), false}}}
		for _, u := range v.s.applyUnits(d.place) {
			unit.Options = append(unit.Options, option{u.ID, u.Name, false})
		}
		if len(unit.Options) == 2 {
			unit.Value = unit.Options[1].Value
		}
		return append(out, unit, yesNo(v, "tolk", "exc.interpreter", "exc.yes_no.true", "exc.yes_no.false"))
	case "metode":
		m := field{Name: "metode", Label: v.T("exc.field.method"), Kind: "select", Need: true, Options: []option{{"", v.T("web.act.choose"), false}}}
		for id := range names {
			m.Options = append(m.Options, option{id, names.of(id), false})
		}
		slices.SortFunc(m.Options[1:], func(a, b option) int { return words.Compare(v.Lang, a.Text, b.Text) })
		mt := field{Name: "mt", Label: v.T("exc.field.authorisation"), Kind: "choice"}
		for _, a := range []law.Authorisation{law.Authorised, law.ConditionallyMT, law.OtherIndication, law.NoMT} {
			mt.Options = append(mt.Options, option{string(a), v.T("exc.mt." + string(a)), false})
		}
		return []field{m, {Name: "annen", Label: v.T("exc.other_method"), Kind: "line", Help: v.T("exc.other_method_help")}, {Name: "diagnose", Label: v.T("exc.field.indication"), Kind: "line", Help: v.T("exc.help.indication")},
			{Name: "linje", Label: v.T("exc.field.line"), Kind: "line"}, mt,
			{Name: "ruting", Label: v.T("exc.routing"), Kind: "ticks", Options: []option{{"studie", v.T("exc.in_trial"), false}, {"startet", v.T("exc.started_before"), false}, {"resept", v.T("exc.prescription"), false}, {"utland", v.T("exc.no_competence"), false}}}}
	case "hvorfor":
		return []field{text("skiller", "differs"), text("tidligere", "earlier"), text("alternativer", "alternatives"), text("dokumentasjon", "evidence")}
	case "nytte":
		return []field{{Name: "alvor", Label: v.T("exc.field.severity"), Kind: "choice", Options: grades(v)}, text("ubehandlet", "untreated"), {Name: "nyttegrad", Label: v.T("exc.field.benefit"), Kind: "choice", Options: grades(v)}, text("ventet", "expected"),
			{Name: "ressurser", Label: v.T("exc.field.resources"), Kind: "choice", Options: grades(v)}}
	case "plan":
		return []field{text("dose", "dose"), {Name: "uker", Label: v.T("exc.field.weeks"), Kind: "line"}, {Name: "kostnad", Label: v.T("exc.field.cost"), Kind: "line", Help: v.T("exc.help.cost")},
			text("start", "start_criteria"), text("stopp", "stop_criteria"), {Name: "evaluering", Label: v.T("exc.field.evaluation"), Kind: "day", Help: v.T("exc.evaluate_help")}}
	case "samtykke":
		return []field{{Name: "informert", Label: v.T("exc.field.informed"), Kind: "day"}, {Name: "samtykke", Label: v.T("exc.consent_day"), Kind: "day", Help: v.T("exc.consent_help")},
			yesNo(v, "interesser", "exc.field.conflict", "exc.yes_no.true", "exc.yes_no.false"), {Name: "haster", Label: v.T("exc.urgency"), Kind: "ticks", Options: []option{{"ja", v.T("flag.urgent"), false}}},
			text("hastegrunn", "urgent_why"), text("begrunnelse", "reason")}
	}
	routes := field{Name: "vei", Label: v.T("exc.route_choice"), Kind: "select", Options: []option{{"", v.T("exc.route_proposed"), false}}}
	for _, r := range law.ExceptionRoutes {
		if r != law.RouteGroup {
			routes.Options = append(routes.Options, option{string(r), v.T("route." + string(r)), false})
		}
	}
	return []field{routes, {Name: "veigrunn", Label: v.T("exc.route_why"), Kind: "text"}}
}

// lackingField is which question a field of law.ApplicationFields is answered by, and on which step.
var lackingField = map[string][2]string{"method": {"metode", "metode"}, "indication": {"metode", "diagnose"}, "line": {"metode", "linje"}, "authorisation": {"metode", "mt"}, "earlier": {"hvorfor", "tidligere"}, "differs": {"hvorfor", "skiller"},
	"evidence": {"hvorfor", "dokumentasjon"}, "expected": {"nytte", "ventet"}, "severity": {"nytte", "alvor"}, "untreated": {"nytte", "ubehandlet"}, "dose": {"plan", "dose"}, "weeks": {"plan", "uker"}, "cost": {"plan", "kostnad"},
	"alternatives": {"hvorfor", "alternativer"}, "start_criteria": {"plan", "start"}, "stop_criteria": {"plan", "stopp"}, "evaluation": {"plan", "evaluering"}, "informed": {"samtykke", "informert"}, "conflict": {"samtykke", "interesser"}}

// lackingFields are the questions an application has no answer to.
func (f *form) lackingFields(lacks []string) []field {
	var out []field
	for _, step := range applicationSteps {
		for _, x := range f.applicationFields(step, &applicationDraft{Referral: 1}, nil) {
			if x.Name != "metode" && slices.ContainsFunc(lacks, func(l string) bool { return lackingField[l] == [2]string{step, x.Name} }) {
				x.Need = false
				out = append(out, x)
			}
		}
	}
	return out
}

// number reads a whole number above zero; what is none is wrong.
func (f *form) number(name string) int {
	s := strings.NewReplacer(" ", "", " ", "").Replace(f.value(name))
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 1_000_000_000 {
		f.wrong(name, "exc.bad_number")
		return 0
	}
	return n
}

func (f *form) grade(name string) *int {
	n, err := strconv.Atoi(f.value(name))
	if err != nil || n < 0 || n > 3 {
		return nil
	}
	return &n
}

// applicationForm reads the answers; what can't be read is marked.
func (f *form) applicationForm() exception.Form {
	ticked := func(x string) bool { return slices.Contains(f.typed["ruting"], x) }
	out := exception.Form{Indication: strings.ToUpper(f.value("diagnose")), Line: f.number("linje"), Authorisation: law.Authorisation(f.value("mt")), Severity: f.grade("alvor"), Benefit: f.grade("nyttegrad"), Resources: f.grade("ressurser"),
		Weeks: f.number("uker"), Cost: f.number("kostnad"), Informed: f.day("informert"), Conflict: law.Answer(f.value("interesser")), InTrial: ticked("studie"), StartedBefore: ticked("startet"), Prescription: ticked("resept"),
		Earlier: f.said("tidligere"), Differs: f.said("skiller"), Evidence: f.said("dokumentasjon"), Expected: f.said("ventet"), Untreated: f.said("ubehandlet"), Dose: f.said("dose"), Alternatives: f.said("alternativer"), Start: f.said("start"), Stop: f.said("stopp"),
		UrgentWhy: f.said("hastegrunn")}
	if ticked("utland") {
		out.Competence = law.No
	}
	if d := f.day("evaluering"); !d.IsZero() {
		out.Evaluate = append(out.Evaluate, d)
	}
	if c := out.Indication; c != "" && !indicationShape(c) {
		f.wrong("diagnose", "exc.bad_indication")
	}
	return out
}

// indicationShape tells whether a code is of ICD-10's form, in its first three characters.
func indicationShape(c string) bool {
	return len(c) >= 3 && len(c) <= 7 && c[0] >= 'A' && c[0] <= 'Z' && c[1] >= '0' && c[1] <= '9' && c[2] >= '0' && c[2] <= '9'
}

func (f *form) method() string {
	if m := strings.ToUpper(f.value("annen")); m != "" {
		return m
	}
	return f.value("metode")
}

// application shows a step, or takes it.
func (s *site) application(w http.ResponseWriter, r *http.Request, v *view) error {
	step := r.PathValue("step")
	n := slices.Index(applicationSteps, step)
	if n < 0 {
		return desk.ErrMissing
	}
	if r.Method == http.MethodPost {
		if err := readForm(w, r); err != nil {
			return err
		}
		if place, _, ok := strings.Cut(r.PathValue("draft"), "~"); ok { // sent twice: it is done
			if p, ok := s.desk.Org.Provider(place); ok && s.appliesAt(place) {
				if done, used, err := s.desk.Ledger.Done(r.Context(), p.Trust, r.PostForm.Get("key")); err != nil {
					return err
				} else if used {
					http.Redirect(w, r, matterURL(p.Trust, done.Referral)+"?gjort="+strconv.Itoa(done.Seq), http.StatusSeeOther)
					return nil
				}
			}
		}
	}
	d, err := s.applicationDraft(r.Context(), r.PathValue("draft"))
	if err != nil {
		return err
	}
	if d.Referral == 0 {
		from := r.URL.Query().Get("henvisning")
		if r.Method == http.MethodPost {
			from = r.PostForm.Get("henvisning")
		}
		if from != "" {
			if d.Referral, err = strconv.ParseInt(from, 10, 64); err != nil || d.Referral < 1 {
				return desk.ErrMissing
			}
		}
	}
	if err := s.asked(r, d); err != nil {
		return err
	}
	names, err := s.methodNames(r.Context())
	if err != nil {
		return err
	}
	f := &form{v: v, x: new(referral.Referral), bad: make(map[string][]string), typed: d.Typed}
	base := "/soknad/" + pathPart(d.id) + "/"
	v.Here, v.Title = exceptionURL, v.T("exc.apply")
	p := applicationPage{frame: v.frame, Head: v.T("exc.step." + step), URL: base + step, N: n + 1, Of: len(applicationSteps), Last: n == len(applicationSteps)-1, Key: rand.Text()}
	if k := "exc.step." + step + ".intro"; words.Has(words.NB, k) {
		p.Intro = v.T(k)
	}
	if n > 0 {
		p.Back = base + applicationSteps[n-1]
	}
	for i, x := range applicationSteps {
		p.Steps = append(p.Steps, stepLink{i + 1, base + x, v.T("exc.step." + x), i == n, i < n})
	}
	var ref *referral.Referral
	if d.Referral != 0 {
		if ref, p.Name, p.Facts, err = s.applicant(w, r, v, d, step); err != nil {
			return err
		}
		if ref == nil {
			return nil // a reason is asked for on the case's own page
		}
	}
	show := func(status int) error {
		p.Fields = f.show(f.applicationFields(step, d, names))
		if d.Referral != 0 {
			p.Fields = append([]field{{Name: "henvisning", Kind: "hidden", Value: strconv.FormatInt(d.Referral, 10)}}, p.Fields...)
		}
		if d.Request != 0 {
			p.Fields = append([]field{{Name: "sporsmal", Kind: "hidden", Value: strconv.FormatInt(d.Request, 10)}}, p.Fields...)
		}
		for _, x := range p.Fields {
			if len(x.Errors) > 0 {
				p.Missing++
			}
		}
		return s.render(w, status, "application", v, p)
	}
	if r.Method != http.MethodPost {
		if len(d.Typed) == 0 {
			f.typed = nil
		}
		if p.Last {
			if f.typed == nil {
				f.typed = make(url.Values)
			}
			if err := s.summary(r.Context(), v, &p, f, d, names); err != nil {
				return err
			}
		}
		return show(http.StatusOK)
	}
	key := r.PostForm.Get("key")
	p.Key = key
	for _, x := range f.applicationFields(step, d, names) { // the step's own answers, also those taken back
		d.Typed.Del(x.Name)
		if given := r.PostForm[x.Name]; len(given) > 0 {
			d.Typed[x.Name] = given
		}
	}
	f.typed = d.Typed
	f.applicationForm()
	if err := s.keepApplication(r.Context(), d); err != nil {
		return err
	}
	if !p.Last {
		for _, x := range f.applicationFields(step, d, names) {
			if len(f.bad[x.Name]) > 0 {
				return show(http.StatusUnprocessableEntity)
			}
		}
		to := base + applicationSteps[n+1]
		if r.PostForm.Get("lagre") != "" {
			to = exceptionURL
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	}
	return s.sendApplication(w, r, v, &p, f, d, ref, names, show)
}

// asked finds the patient's own request an application answers, in the trust that applies, for one who may see it.
func (s *site) asked(r *http.Request, d *applicationDraft) error {
	from := r.URL.Query().Get("sporsmal")
	if r.Method == http.MethodPost {
		from = r.PostForm.Get("sporsmal")
	}
	if d.Request != 0 || from == "" {
		return nil
	}
	id, err := strconv.ParseInt(from, 10, 64)
	if err != nil {
		return desk.ErrMissing
	}
	c, err := s.desk.PeekMatter(r.Context(), d.tenant, id, desk.View{})
	if err != nil {
		return err
	}
	if may, _ := s.sees(d.tenant, &c.State); may != whole || c.State.Kind != law.PatientRequest {
		return desk.ErrMissing
	}
	d.Request = id
	if d.Typed.Get("metode") == "" && d.Typed.Get("annen") == "" {
		d.Typed.Set("metode", c.State.Method)
	}
	return nil
}

// applicant is the patient of the referral an application comes from. Nil when the referral can't be opened without a reason.
func (s *site) applicant(w http.ResponseWriter, r *http.Request, v *view, d *applicationDraft, step string) (*referral.Referral, string, string, error) {
	x, ok, err := s.desk.Ledger.Row(r.Context(), d.tenant, d.Referral)
	if err != nil || !ok {
		if err == nil {
			err = desk.ErrMissing
		}
		return nil, "", "", err
	}
	state, err := readState(x)
	if err != nil {
		return nil, "", "", err
	}
	if s.guarded() {
		keep := s.o.User
		_, e := s.opens(r, s.caseOf(d.tenant, &state), caseURL(d.tenant, d.Referral))
		s.o.User = keep
		switch {
		case e.NeedsReason:
			http.Redirect(w, r, caseURL(d.tenant, d.Referral), http.StatusSeeOther)
			return nil, "", "", nil
		case !e.Allowed:
			return nil, "", "", denied{e.Why}
		}
	}
	var c desk.Case
	if step == applicationSteps[0] && r.Method == http.MethodGet {
		c, err = s.desk.Open(r.Context(), d.tenant, d.Referral, desk.View{}, ledger.Access{Actor: s.o.User.ID, Role: string(s.o.User.Role), Place: s.o.User.Place, Purpose: s.o.User.Purpose})
	} else {
		c, err = s.desk.Peek(r.Context(), d.tenant, d.Referral, desk.View{})
	}
	if err != nil {
		return nil, "", "", err
	}
	return &c.State, v.givenName(c.Person), v.personLine(c), nil
}

// command makes the command of a draft.
func (f *form) command(d *applicationDraft) *exception.Apply {
	c := &exception.Apply{Method: f.method(), Place: d.place, Department: f.value("avdeling"), Doctor: f.v.s.o.User.ID, Interpreter: law.Answer(f.value("tolk")), Urgent: f.value("haster") != "", Consent: f.day("samtykke"),
		Route: law.ExceptionRoute(f.value("vei")), RouteWhy: f.said("veigrunn"), Referral: d.Referral, Request: d.Request, Form: f.applicationForm(), Reason: f.said("begrunnelse")}
	return c
}

// summary shows what is about to be sent: which door is open and which route fits, and why; what is lacking; and the like cases there are.
func (s *site) summary(ctx context.Context, v *view, p *applicationPage, f *form, d *applicationDraft, names methodNames) error {
	c := f.command(d)
	on, err := s.desk.MethodOn(ctx, d.tenant, c.Method, v.Today)
	if err != nil {
		return err
	}
	var method law.MethodOn
	if on != nil {
		method = *on
	}
	doors := law.Doors(method, v.Today)
	p.Doors = v.doorProofs(doors)
	route := law.RouteOf(law.Routing{Authorisation: c.Form.Authorisation, Method: method, InTrial: c.Form.InTrial, StartedBefore: c.Form.StartedBefore, Prescription: c.Form.Prescription, Competence: c.Form.Competence}, doors)
	p.Route = proof{Ask: v.T("exc.why.route"), Open: true, Result: v.T("route." + string(route.Value)), Cite: say.Source(v.Lang, route.Cite, route.Norms)}
	for _, x := range route.Because {
		p.Route.Steps = append(p.Route.Steps, proofStep{Text: say.Reason(v.Lang, x)})
	}
	m := exception.Matter{Method: c.Method, Form: c.Form}
	p.Form = v.formParts(&m, func(t exception.Text) string { return t.Words }, names, whole)
	base := "/soknad/" + pathPart(d.id) + "/"
	for _, l := range m.Lacking() {
		at := lackingField[l]
		p.Lacks = append(p.Lacks, link{base + at[0] + "#f-" + at[1], v.T("exc.field." + l)})
	}
	if s.may(access.SeePrecedent) && c.Method != "" {
		if _, p.Like, err = s.desk.Precedents(ctx, desk.PrecedentQuery{Method: c.Method, Indication: c.Form.Indication}); err != nil {
			return err
		}
		p.LikeURL = "/praksis?" + url.Values{"metode": {c.Method}, "diagnose": {c.Form.Indication}}.Encode()
	}
	return nil
}

// formParts are the answers of an application, in the order of its steps.
func (v *view) formParts(m *exception.Matter, read func(exception.Text) string, names methodNames, may sight) []formPart {
	x := &m.Form
	grade := func(n *int) string {
		if n == nil {
			return ""
		}
		return v.T("web.grade." + strconv.Itoa(*n))
	}
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return words.Number(v.Lang, n)
	}
	answer := func(a law.Answer) string {
		if a == law.Unanswered {
			return ""
		}
		return v.T("exc.yes_no." + strconv.FormatBool(a == law.Yes))
	}
	mt, evaluate := "", ""
	if x.Authorisation != "" {
		mt = v.T("exc.mt." + string(x.Authorisation))
	}
	for _, d := range x.Evaluate {
		evaluate = strings.TrimPrefix(evaluate+", "+v.long(d), ", ")
	}
	parts := []struct {
		step  string
		pairs []pair
	}{
		{"metode", []pair{{"method", names.of(m.Method)}, {"indication", x.Indication}, {"line", number(x.Line)}, {"authorisation", mt}}},
		{"hvorfor", []pair{{"differs", read(x.Differs)}, {"earlier", read(x.Earlier)}, {"alternatives", read(x.Alternatives)}, {"evidence", read(x.Evidence)}}},
		{"nytte", []pair{{"severity", grade(x.Severity)}, {"untreated", read(x.Untreated)}, {"benefit", grade(x.Benefit)}, {"expected", read(x.Expected)}, {"resources", grade(x.Resources)}}},
		{"plan", []pair{{"dose", read(x.Dose)}, {"weeks", number(x.Weeks)}, {"cost", number(x.Cost)}, {"start_criteria", read(x.Start)}, {"stop_criteria", read(x.Stop)}, {"evaluation", evaluate}}},
		{"samtykke", []pair{{"informed", v.long(x.Informed)}, {"conflict", answer(x.Conflict)}, {"urgent_why", read(x.UrgentWhy)}, {"reason", read(m.Reason)}}},
	}
	var out []formPart
	for _, p := range parts {
		part := formPart{Head: v.T("exc.step." + p.step)}
		for _, x := range p.pairs {
			if x.Value != "" {
				part.Pairs = append(part.Pairs, pair{v.T("exc.field." + x.Key), x.Value})
			}
		}
		if len(part.Pairs) > 0 {
			out = append(out, part)
		}
	}
	return out
}

// sendApplication sends it. Whatever is lacking, it is received.
func (s *site) sendApplication(w http.ResponseWriter, r *http.Request, v *view, p *applicationPage, f *form, d *applicationDraft, ref *referral.Referral, names methodNames, show func(int) error) error {
	again := func() error {
		if err := s.summary(r.Context(), v, p, f, d, names); err != nil {
			return err
		}
		for name := range f.bad { // what is wrong on another step is said here too
			for _, at := range lackingField {
				if at[1] == name {
					p.Problems = append(p.Problems, strings.Join(f.bad[name], " "))
				}
			}
		}
		return show(http.StatusUnprocessableEntity)
	}
	c := f.command(d)
	if c.Route != "" && c.RouteWhy.IsZero() {
		f.wrong("veigrunn", "exc.route_why_needed")
	}
	o := desk.MatterOrder{Tenant: d.tenant, Key: p.Key, Known: s.desk.Now(), At: exception.At{On: v.Today, Role: law.Specialist, Actor: s.o.User.ID, Place: d.place}, Do: c}
	if ref != nil {
		person, _, err := s.desk.Ledger.Person(r.Context(), d.tenant, ref.Patient)
		if err != nil {
			return err
		}
		c.Patient, c.Born, c.Municipality, c.Sex = ref.Patient, ref.Born, ref.Municipality, person.Sex
		if c.Department == "" {
			if u, ok := s.desk.Org.Unit(ref.Holder, ref.Specialty, v.Today); ok {
				c.Department = u.ID
			}
		}
	} else {
		typed := url.Values{"key": {p.Key}}
		for k, x := range f.typed {
			typed[k] = x
		}
		g := &form{v: v, x: f.x, typed: typed, bad: make(map[string][]string)}
		who, fresh, err := g.patientOf(r, d.tenant)
		if err != nil {
			return err
		}
		if len(g.bad) > 0 {
			p.Problems = append(p.Problems, v.T("exc.who_needed"))
			return again()
		}
		if id, err := patient.Identify(who.Ident); err == nil && who.Sex == "" {
			who.Sex = id.Sex
		}
		c.Patient, c.Born, c.Municipality, c.Sex = who.ID, who.Born, who.Municipality, who.Sex
		if fresh {
			o.Person = &who
		}
	}
	if c.Department != "" && !slices.ContainsFunc(s.applyUnits(d.place), func(u clinic.Unit) bool { return u.ID == c.Department }) || c.Department == "" && !s.can(access.ApplyException, access.Case{Holder: d.place, ListProvider: d.place}).Allowed {
		p.Problems = append(p.Problems, v.T("exc.department_needed"))
		return again()
	}
	if len(f.bad) > 0 {
		return again()
	}
	out, status, err := s.takeMatter(r.Context(), v.Lang, o, &p.toldForm)
	if err != nil {
		return err
	}
	if status != 0 {
		return again()
	}
	if err := s.desk.Ledger.ErasePaper(r.Context(), d.tenant, applicationPapers, d.id); err != nil {
		s.log.Error("the draft of an application that was sent is still there", "tenant", d.tenant, "matter", out.Matter, "error", err) // it is sent all the same
	}
	http.Redirect(w, r, matterURL(d.tenant, out.Matter)+"?gjort="+strconv.Itoa(out.Seq), http.StatusSeeOther)
	return nil
}

// applyAct is the way from a referral to an application, for one who may apply there.
func (v *view) applyAct(c desk.Case) []actItem {
	if !v.s.guarded() || !v.s.appliesAt(c.State.Holder) {
		return nil
	}
	from := "?henvisning=" + pathPart(c.Tenant) + "/" + strconv.FormatInt(c.ID, 10)
	return []actItem{{link{"/unntak/ny" + from, v.T("exc.apply")}, "paper"}, {link{requestURL + from, v.T("exc.ask_without")}, "chat"}}
}

// ledTo are the applications a referral led to, for one who may see them.
func (s *site) ledTo(ctx context.Context, v *view, c desk.Case) ([]relatedLine, error) {
	if !s.guarded() && !s.o.Demo {
		return nil, nil
	}
	rows, err := s.desk.MattersOf(ctx, c.Tenant, c.ID)
	if err != nil {
		return nil, err
	}
	var out []relatedLine
	for _, r := range rows {
		var m exception.Matter
		if err := unmarshalState(r, &m); err != nil {
			return nil, err
		}
		if may, _ := s.sees(c.Tenant, &m); may != whole {
			continue
		}
		out = append(out, relatedLine{How: v.T("exc.led_to"), URL: matterURL(r.Tenant, r.Matter), Number: caseNumber(r.Tenant, r.Matter), What: lowerFirst(v.T("exception.kind." + string(m.Kind))), State: v.matterState(&m).Head})
	}
	return out, nil
}
