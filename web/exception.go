package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/day"
	"rettid/desk"
	"rettid/exception"
	"rettid/law"
	"rettid/ledger"
	"rettid/say"
	"rettid/words"
)

// Applications in the exception scheme: the worklist of each role, and what is common to their pages. Within the trust's own line an application is seen whole;
// the secretariat and the committee see what was sent on to them, without who it is about; nobody else sees a single patient's application.

const exceptionURL = "/unntak"

func (s *site) exceptionRoutes(m *http.ServeMux) {
	m.HandleFunc("GET /unntak", s.page("", (*site).exceptionList))
	m.HandleFunc("GET /unntak/ny", s.page(access.ApplyException, (*site).newApplication))
	m.HandleFunc("GET "+requestURL, s.page("", (*site).newRequest))
	m.HandleFunc("POST "+requestURL, s.page("", (*site).newRequest))
	m.HandleFunc("GET /soknad/{draft}/{step}", s.page(access.ApplyException, (*site).application))
	m.HandleFunc("POST /soknad/{draft}/{step}", s.page(access.ApplyException, (*site).application))
	m.HandleFunc("GET /unntak/{tenant}/{id}", s.page("", (*site).exceptionCase))
	m.HandleFunc("GET /unntak/{tenant}/{id}/avgjor", s.page("", (*site).decideException))
	m.HandleFunc("POST /unntak/{tenant}/{id}/avgjor", s.page("", (*site).decideException))
	m.HandleFunc("GET /unntak/{tenant}/{id}/gjor/{verb}", s.page("", (*site).exceptionAct))
	m.HandleFunc("POST /unntak/{tenant}/{id}/gjor/{verb}", s.page("", (*site).exceptionAct))
	m.HandleFunc("GET /unntak/{tenant}/{id}/brev/{kind}", s.page("", (*site).exceptionLetter))
	m.HandleFunc("POST /unntak/{tenant}/{id}/brev/{kind}", s.page("", (*site).exceptionLetter))
	m.HandleFunc("GET /unntak/{tenant}/{id}/brev/sendt/{seq}/{to}", s.page("", (*site).sentException))
	m.HandleFunc("GET /unntak/{tenant}/{id}/kopi/{seq}", s.page("", (*site).copyFile))
	m.HandleFunc("GET /metoder", s.page(access.SeeMethods, (*site).methodList))
	m.HandleFunc("GET /metoder/ny", s.page(access.KeepMethods, (*site).newMethod))
	m.HandleFunc("POST /metoder/ny", s.page(access.KeepMethods, (*site).newMethod))
	m.HandleFunc("GET /metoder/fil", s.page(access.KeepMethods, (*site).importMethods))
	m.HandleFunc("POST /metoder/fil", s.page(access.KeepMethods, (*site).importMethods))
	m.HandleFunc("GET /metoder/register.csv", s.page(access.SeeMethods, (*site).methodFile))
	m.HandleFunc("GET /metoder/{id}", s.page(access.SeeMethods, (*site).methodPage))
	m.HandleFunc("GET /metoder/{id}/tilstand", s.page(access.KeepMethods, (*site).methodState))
	m.HandleFunc("POST /metoder/{id}/tilstand", s.page(access.KeepMethods, (*site).methodState))
	m.HandleFunc("GET /metoder/{id}/apne", s.page(access.OpenExceptionDoors, (*site).openDoor))
	m.HandleFunc("POST /metoder/{id}/apne", s.page(access.OpenExceptionDoors, (*site).openDoor))
	m.HandleFunc("GET /praksis", s.page(access.SeePrecedent, (*site).precedents))
	s.publicRoutes(m)
}

// matterURL is the address of an application. It holds a number and never a name.
func matterURL(tenant string, id int64) string {
	return exceptionURL + "/" + pathPart(tenant) + "/" + strconv.FormatInt(id, 10)
}

// A sight is how much of an application one may see.
type sight int

const (
	blind    sight = iota
	stripped       // without identity: secretariat and committee
	whole
)

// matterAt is what access asks about an application.
func matterAt(tenant string, m *exception.Matter) access.Case {
	return access.Case{Holder: m.Holder, ListProvider: m.Holder, Unit: m.Department, Patient: access.PatientID{Tenant: tenant, ID: m.Patient}}
}

// sees tells how much of an application the one who looks may see, and why not when it is nothing.
func (s *site) sees(tenant string, m *exception.Matter) (sight, access.Decision) {
	d := s.can(access.SeeException, matterAt(tenant, m))
	if d.Allowed {
		return whole, d
	}
	if !m.ForwardedOn.IsZero() {
		if e := s.can(access.SeeForwarded, matterAt(tenant, m)); e.Allowed {
			return stripped, e
		}
	}
	return blind, d
}

// mattersRole is the role in which one acts in the scheme: the department's lead is the line, the trust's medical director decides.
func mattersRole(r access.Role) law.Role {
	if r == access.MedicalDirector {
		return law.HFDirector
	}
	return r.Law()
}

// myRoles are the roles of the law in which the one who looks has something to do in the scheme.
func (s *site) myRoles() []law.Role {
	if !s.guarded() {
		return []law.Role{s.o.User.Role}
	}
	var out []law.Role
	for _, g := range s.user.Roles {
		if g.InForce(s.desk.Today()) && mattersRole(g.Role) != "" {
			out = append(out, mattersRole(g.Role))
		}
	}
	return out
}

// An application is one row, as far as the one who looks may see it.
type applicationRow struct {
	tenant string
	id     int64
	m      exception.Matter
	sight  sight
	person ledger.Person
	duties []law.Duty
}

// trusts are the tenants that are trusts.
func (s *site) trusts(ctx context.Context) ([]string, error) {
	all, err := s.desk.Ledger.Tenants(ctx)
	return slices.DeleteFunc(all, func(t string) bool { return t == exception.National }), err
}

// applications gives every application the one who looks may see. There are a few hundred a year in the whole country (X-1105): they are narrowed, sorted and paged here.
func (s *site) applications(ctx context.Context) ([]applicationRow, error) {
	tenants, err := s.trusts(ctx)
	if err != nil || len(tenants) == 0 {
		return nil, err
	}
	rows, _, err := s.desk.Ledger.Matters(ctx, ledger.MatterQuery{Tenants: tenants, Process: exception.Process, Kinds: []string{string(law.SingleException), string(law.PatientRequest)}, Limit: 1 << 20})
	if err != nil {
		return nil, err
	}
	var out []applicationRow
	for _, r := range rows {
		a := applicationRow{tenant: r.Tenant, id: r.Matter}
		if err := json.Unmarshal(r.State, &a.m); err != nil {
			return nil, fmt.Errorf("matter %d: %w", r.Matter, err)
		}
		if a.sight, _ = s.sees(r.Tenant, &a.m); a.sight == blind {
			continue
		}
		a.duties = law.ExceptionDutiesOn(&a.m.ExceptionFacts, s.desk.Today(), s.desk.Settings)
		out = append(out, a)
	}
	return out, nil
}

// exceptionViews are the tabs of the list, by the word in the address.
var exceptionViews = []struct {
	word, key string
	in        func(a *applicationRow, roles []law.Role) bool
}{
	{"mine", "exc.view.mine", func(a *applicationRow, roles []law.Role) bool {
		return slices.ContainsFunc(a.duties, func(d law.Duty) bool { return slices.Contains(roles, d.Role) })
	}},
	{"apne", "exc.view.open", func(a *applicationRow, _ []law.Role) bool {
		return a.m.Kind == law.SingleException && a.m.Status == law.ExceptionReceived
	}},
	{"oppfolging", "exc.view.followed", func(a *applicationRow, _ []law.Role) bool {
		return a.m.Status == law.ExceptionDecided && a.m.Outcome.Granted() && a.m.StoppedOn.IsZero() && a.m.OrdinaryOn.IsZero() && !a.m.NotStarted
	}},
	{"avgjort", "exc.view.decided", func(a *applicationRow, _ []law.Role) bool {
		return a.m.Kind == law.SingleException && a.m.Status == law.ExceptionDecided
	}},
	{"spurt", "exc.view.asked", func(a *applicationRow, _ []law.Role) bool { return a.m.Kind == law.PatientRequest }},
	{"alle", "exc.view.all", func(*applicationRow, []law.Role) bool { return true }},
}

type exceptionLine struct {
	URL, Number, Name, Year string
	Method, Route, Where    string
	Received                day.Day
	ReceivedText            string
	State                   standing
	Duty                    dutyChip
	Next                    string // what comes, where nothing is open
	Marks                   []string
}

type exceptionListPage struct {
	*frame
	Head, Sub, Count, Clear, Empty string
	Tabs                           []tab
	Picks                          []pick
	Hidden                         []option
	Columns                        []column
	Rows                           []exceptionLine
	Pages                          pager
	Without                        int
	MayApply, MayAsk               bool
	Drafts                         []link
}

// exceptionList is the worklist: what waits for the one who looks, and the rest they may see.
func (s *site) exceptionList(w http.ResponseWriter, r *http.Request, v *view) error {
	if !s.may(access.SeeException) && !s.may(access.SeeForwarded) {
		return denied{access.Decide(s.user, access.SeeException, access.Case{}, v.Today).Why}
	}
	v.Here, v.Title = exceptionURL, v.T("exc.menu")
	q := r.URL.Query()
	all, err := s.applications(r.Context())
	if err != nil {
		return err
	}
	at := kept(exceptionURL, q, "visning", "metode", "utfall", "sorter")
	p := exceptionListPage{frame: v.frame, MayApply: s.may(access.ApplyException), MayAsk: s.may(access.ApplyException) || s.may(access.ExceptionLetter), Empty: v.T("exc.none"), Clear: at("metode", "", "utfall", "")}
	roles := s.myRoles()
	views := make(map[string][]applicationRow)
	for _, x := range exceptionViews {
		for _, a := range all {
			if x.in(&a, roles) {
				views[x.word] = append(views[x.word], a)
			}
		}
	}
	word := q.Get("visning")
	if word == "" { // what waits for the one who looks; where nothing does, what waits for others
		if word = "mine"; len(views[word]) == 0 && len(views["apne"]) > 0 {
			word = "apne"
		}
	}
	known := false
	for _, x := range exceptionViews {
		known = known || x.word == word
		p.Tabs = append(p.Tabs, tab{URL: at("visning", x.word), Text: v.T(x.key), Current: x.word == word, N: len(views[x.word])})
	}
	if !known {
		return badRequest{code: "web.unknown_view"}
	}
	methods := make(map[string]bool)
	chosen := views[word]
	p.Head = v.T("exc.head", p.Tabs[0].N)
	p.Sub = v.T("exc.sub")
	total := len(chosen)
	for _, a := range chosen {
		methods[a.m.Method] = true
	}
	method, outcome := q.Get("metode"), q.Get("utfall")
	chosen = slices.DeleteFunc(chosen, func(a applicationRow) bool {
		return method != "" && a.m.Method != method || outcome != "" && string(a.m.Outcome) != outcome
	})
	if len(chosen) == 0 && (method != "" || outcome != "") {
		p.Without = total
	}
	names, err := s.methodNames(r.Context())
	if err != nil {
		return err
	}
	pm := pick{Name: "metode", Label: v.T("exc.column.method"), Options: []option{{"", v.T("web.all"), method == ""}}}
	for m := range methods {
		if m != "" {
			pm.Options = append(pm.Options, option{m, names.of(m), m == method})
		}
	}
	slices.SortFunc(pm.Options[1:], func(a, b option) int { return words.Compare(v.Lang, a.Text, b.Text) })
	po := pick{Name: "utfall", Label: v.T("exc.column.outcome"), Options: []option{{"", v.T("web.all"), outcome == ""}}}
	for _, o := range law.ExceptionOutcomes {
		po.Options = append(po.Options, option{string(o), v.T("exception.outcome." + string(o)), string(o) == outcome})
	}
	p.Picks = []pick{pm, po}
	for _, k := range []string{"visning", "sorter"} {
		if x := q.Get(k); x != "" {
			p.Hidden = append(p.Hidden, option{Value: x, Text: k})
		}
	}
	by := q.Get("sorter")
	sortApplications(chosen, by)
	for _, c := range []struct{ word, key string }{{"mottatt", "exc.column.received"}, {"", "web.column.patient"}, {"metode", "exc.column.method"}, {"", "exc.column.state"}, {"frist", "web.column.duty"}} {
		p.Columns = append(p.Columns, sortColumn(v, c.word, c.key, by, func(to string) string { return at("sorter", to, "side", "") }))
	}
	page, _ := strconv.Atoi(q.Get("side"))
	page = max(page, 1)
	from := min((page-1)*perPage, len(chosen))
	shown := chosen[from:min(from+perPage, len(chosen))]
	p.Pages = pageLinks(filter{Page: page}, len(chosen), func(f filter) string {
		if f.Page > 1 {
			return at("side", strconv.Itoa(f.Page))
		}
		return at()
	})
	if err := s.nameThem(r.Context(), shown); err != nil {
		return err
	}
	for i := range shown {
		p.Rows = append(p.Rows, v.exceptionLine(&shown[i], names))
	}
	p.Count = v.T("web.shown", words.Number(v.Lang, len(shown)), words.Number(v.Lang, len(chosen)))
	if p.MayApply {
		if p.Drafts, err = s.myDrafts(r.Context(), v, names); err != nil {
			return err
		}
	}
	return s.render(w, http.StatusOK, "exceptions", v, p)
}

// kept makes the addresses of a list: what was asked for by these names stays, but for the changes, name and value in turn; an empty value takes the name away.
func kept(at string, q url.Values, names ...string) func(change ...string) string {
	return func(change ...string) string {
		u := url.Values{}
		for _, k := range names {
			if x := q.Get(k); x != "" {
				u.Set(k, x)
			}
		}
		for i := 0; i+1 < len(change); i += 2 {
			u.Del(change[i])
			if change[i+1] != "" {
				u.Set(change[i], change[i+1])
			}
		}
		if len(u) == 0 {
			return at
		}
		return at + "?" + u.Encode()
	}
}

// sortColumn is a header that sorts: again the other way about.
func sortColumn(v *view, word, key, by string, at func(string) string) column {
	c := column{Text: v.T(key)}
	if word == "" {
		return c
	}
	c.Icon, c.URL = "both", at(word)
	switch by {
	case word:
		c.Icon, c.Sort, c.URL = "up", "ascending", at("-"+word)
	case "-" + word:
		c.Icon, c.Sort = "down", "descending"
	}
	return c
}

// sortApplications puts rows in order; unless asked, by what is due first, and then the latest received.
func sortApplications(all []applicationRow, by string) {
	word, down := strings.CutPrefix(by, "-")
	due := func(a *applicationRow) day.Day {
		var first day.Day
		for _, d := range a.duties {
			if !d.Due.IsZero() && (first.IsZero() || d.Due.Before(first)) {
				first = d.Due
			}
		}
		return first
	}
	slices.SortStableFunc(all, func(a, b applicationRow) int {
		c := 0
		switch word {
		case "mottatt":
			c = a.m.ReceivedOn.Compare(b.m.ReceivedOn)
		case "metode":
			c = strings.Compare(a.m.Method, b.m.Method)
		default:
			x, y := due(&a), due(&b)
			switch {
			case x.IsZero() && y.IsZero():
				return b.m.ReceivedOn.Compare(a.m.ReceivedOn)
			case x.IsZero():
				return 1
			case y.IsZero():
				return -1
			}
			c = x.Compare(y)
		}
		if down {
			return -c
		}
		return c
	})
}

// nameThem finds the patients of the rows that may be seen whole.
func (s *site) nameThem(ctx context.Context, rows []applicationRow) error {
	ids := make(map[string][]string)
	for _, a := range rows {
		if a.sight == whole && a.m.Patient != "" {
			ids[a.tenant] = append(ids[a.tenant], a.m.Patient)
		}
	}
	for t, some := range ids {
		people, err := s.desk.Ledger.Persons(ctx, t, some)
		if err != nil {
			return err
		}
		for i := range rows {
			if rows[i].tenant == t && rows[i].sight == whole {
				rows[i].person = people[rows[i].m.Patient]
			}
		}
	}
	return nil
}

// comingDuty tells what comes in a case and on which day, written as on says; "" when nothing does.
func (v *view) comingDuty(m *exception.Matter, on func(day.Day) string) string {
	var next law.Duty
	for _, d := range law.ExceptionDuties(&m.ExceptionFacts, v.s.desk.Settings) {
		if d.Opens.After(v.Today) && (next.Opens.IsZero() || d.Opens.Before(next.Opens)) {
			next = d
		}
	}
	if next.Opens.IsZero() {
		return ""
	}
	return v.T("exc.next_duty", v.T("duty."+string(next.Name)+".chip"), on(next.Opens))
}

func (v *view) exceptionLine(a *applicationRow, names methodNames) exceptionLine {
	m := &a.m
	l := exceptionLine{URL: matterURL(a.tenant, a.id), Number: caseNumber(a.tenant, a.id), Method: names.of(m.Method), Received: m.ReceivedOn, ReceivedText: v.short(m.ReceivedOn), State: v.matterState(m), Where: v.provider(m.Holder)}
	if m.Route != "" {
		l.Route = v.T("route." + string(m.Route))
	}
	switch {
	case a.sight == stripped:
		l.Name = v.T("exc.nameless")
	default:
		l.Name = v.listName(a.person)
		if !m.Born.IsZero() {
			l.Year = strconv.Itoa(m.Born.Year())
		}
	}
	mine := slices.DeleteFunc(slices.Clone(a.duties), func(d law.Duty) bool { return !slices.Contains(v.s.myRoles(), d.Role) })
	if len(mine) == 0 { // nothing for the one who looks: what others owe
		mine = a.duties
	}
	if l.Duty = v.matterChip(l.URL, mine); len(mine) == 0 {
		l.Next = v.comingDuty(m, v.short)
	}
	for _, f := range m.Flags(v.s.desk.Settings) {
		if f == "urgent" {
			l.Marks = append(l.Marks, v.T("flag.urgent"))
		} else if f != "incomplete" {
			l.Marks = append(l.Marks, v.T("exception.flag."+f))
		}
	}
	return l
}

// listName is «Etternavn, Fornavn».
func (v *view) listName(p ledger.Person) string {
	switch {
	case p.Erased != 0 || p.Family == "" && p.Given == "":
		return v.T("web.nameless")
	case p.Given == "":
		return p.Family
	}
	return strings.TrimPrefix(p.Family+", "+p.Given, ", ")
}

// matterChip is the first of the duties, by day.
func (v *view) matterChip(url string, duties []law.Duty) dutyChip {
	var first *law.Duty
	for i := range duties {
		d := &duties[i]
		if first == nil || !d.Due.IsZero() && (first.Due.IsZero() || d.Due.Before(first.Due)) {
			first = d
		}
	}
	if first == nil {
		return dutyChip{}
	}
	c := dutyChip{URL: url, Icon: "clock", Text: v.T("duty." + string(first.Name) + ".chip")}
	if !first.Due.IsZero() {
		c.By = v.short(first.Due)
		switch {
		case first.Due.Before(v.Today):
			c.State, c.Icon = "late", "late"
		case first.Due == v.Today:
			c.State = "soon"
		}
	}
	return c
}

// matterState is where an application stands, in a word and a shape.
func (v *view) matterState(m *exception.Matter) standing {
	switch {
	case m.Kind == law.PatientRequest:
		return standing{Head: v.T("exception.kind.request"), Icon: "chat", State: "off", Text: v.T("exc.state.asked_text")}
	case m.Status == law.ExceptionReceived && !m.ForwardedOn.IsZero():
		return standing{Head: v.T("exc.state.forwarded"), Icon: "half", State: "off", Text: v.T("exc.state.forwarded_text", v.long(m.ForwardedOn))}
	case m.Status == law.ExceptionReceived:
		return standing{Head: v.T("exc.state.received"), Icon: "ring", State: "off", Text: v.T("exc.state.received_text", v.long(m.ReceivedOn))}
	}
	out := standing{Head: v.T("exception.outcome." + string(m.Outcome)), Icon: "cross", State: "off", Text: v.T("exc.state.decided_text", v.long(m.DecidedOn), lowerFirst(v.T("role."+orElse(m.Decision.Body, string(law.HFDirector)))))}
	switch {
	case !m.StoppedOn.IsZero():
		out.Head, out.Icon, out.Text = v.T("exc.state.stopped"), "check", v.T("exc.state.stopped_text", v.long(m.StoppedOn))
	case !m.OrdinaryOn.IsZero():
		out.Head, out.Icon, out.Text = v.T("exc.state.ordinary"), "check", v.T("exc.state.ordinary_text", v.long(m.OrdinaryOn))
	case m.Outcome.Granted() && !m.StartedOn.IsZero():
		out.Icon, out.State, out.Text = "check", "done", v.T("exc.state.started_text", v.long(m.StartedOn))
	case m.Outcome.Granted():
		out.Icon, out.State = "check", "done"
	}
	return out
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// openMatter loads an application for a page, as far as the one who looks may see it. The look is written down where somebody's name is shown.
func (s *site) openMatter(r *http.Request, a access.Action) (desk.MatterCase, sight, error) {
	tenant := r.PathValue("tenant")
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id < 1 || tenant == exception.National {
		return desk.MatterCase{}, blind, desk.ErrMissing
	}
	c, err := s.desk.PeekMatter(r.Context(), tenant, id, desk.View{})
	if err != nil {
		return c, blind, err
	}
	if c.State.Kind != law.SingleException && c.State.Kind != law.PatientRequest {
		return desk.MatterCase{}, blind, desk.ErrMissing
	}
	may, d := s.sees(tenant, &c.State)
	if may == blind {
		return desk.MatterCase{}, blind, denied{d.Why}
	}
	if a != "" {
		if d = s.can(a, matterAt(tenant, &c.State)); !d.Allowed {
			return desk.MatterCase{}, blind, denied{d.Why}
		}
	}
	if s.guarded() {
		s.as(d.As)
		s.o.User.Role = mattersRole(d.As.Role)
	}
	if may == stripped {
		c.State, c.Person = c.State.Stripped(), ledger.Person{}
		return c, may, nil
	}
	if r.Method == http.MethodGet {
		c, err = s.desk.OpenMatter(r.Context(), tenant, id, desk.View{}, ledger.Access{Actor: s.o.User.ID, Role: string(s.o.User.Role), Place: s.o.User.Place, Purpose: s.o.User.Purpose})
	}
	return c, may, err
}

// read gives the words of texts, which stand in notes.
func (s *site) read(ctx context.Context, tenant string) func(exception.Text) string {
	return func(t exception.Text) string {
		if t.Words != "" || t.Note == "" {
			return t.Words
		}
		text, _, err := s.desk.Ledger.Note(ctx, tenant, t.Note)
		if err != nil {
			return ""
		}
		return text
	}
}

// readSome is read, of texts that are read at once.
func (s *site) readSome(ctx context.Context, tenant string, some []exception.Text) (func(exception.Text) string, error) {
	var ids []string
	for _, t := range some {
		if t.Words == "" && t.Note != "" {
			ids = append(ids, t.Note)
		}
	}
	found, err := s.desk.Ledger.NotesOf(ctx, tenant, ids)
	return func(t exception.Text) string {
		if t.Words != "" {
			return t.Words
		}
		return found[t.Note]
	}, err
}

// methodNames are the titles of the methods in the register.
type methodNames map[string]string

// of is a method as people know it: its name and its id.
func (n methodNames) of(id string) string {
	if t := n[id]; t != "" {
		return t + " (" + id + ")"
	}
	return id
}

func (s *site) methodNames(ctx context.Context) (methodNames, error) {
	pos, err := s.heads(ctx)
	if err != nil {
		return nil, err
	}
	a, err := s.methods.ask(ctx, "", pos[exception.National], forFile(), func(ctx context.Context, _ func(n, of int64)) (methodNames, error) {
		rows, err := s.methodRows(ctx)
		out := make(methodNames, len(rows))
		for _, x := range rows {
			out[x.m.Entry.ID] = x.m.Entry.Title
		}
		return out, err
	})
	return a.value, err
}

// matterProof is «Hvorfor?» of a value of an application.
func (v *view) matterProof(m *exception.Matter, key, ask, result string, date day.Day) (proof, bool) {
	e, ok := m.Explain(key, v.Today, v.s.desk.Settings)
	if !ok {
		return proof{}, false
	}
	p := proof{Ask: ask, Result: result, Date: date, Cite: say.Source(v.Lang, e.Cite, e.Norms)}
	for _, x := range e.Because {
		text := say.Reason(v.Lang, x)
		if asides[x.Code] {
			p.Notes = append(p.Notes, text)
		} else {
			p.Steps = append(p.Steps, proofStep{Text: text})
		}
	}
	return p, true
}
