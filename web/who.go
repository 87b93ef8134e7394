package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"rettid/access"
	"rettid/desk"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
	"rettid/words"
)

// Who looks, and what they may see and do. With a gate every page is decided by [access.Decide] for the one who is signed in: the page itself before its
// handler runs, each list by what it is narrowed to, and each case and verb where it is used (helsepersonelloven §§ 21 a, 25 and 45,
// pasientjournalloven §§ 15, 16, 19 and 22). Without one, everybody is [Options.User].

// NewGated makes the pages of a desk behind a gate. The gate's page, day and organisation are the desk's; its sessions are made here when there are none.
// It is an error to let people choose who to be anywhere but on this machine.
func NewGated(d *desk.Desk, o Options, g access.GateOptions) (http.Handler, error) {
	h, _, err := newGatedSite(d, o, g)
	return h, err
}

func newGatedSite(d *desk.Desk, o Options, g access.GateOptions) (http.Handler, *site, error) {
	s := makeSite(d, o)
	if g.Sessions == nil {
		g.Sessions = access.NewSessions(access.SessionOptions{Loopback: g.Demo})
	}
	s.sessions, s.people, s.pidKey = g.Sessions, g.People, g.PidKey
	g.Org, g.Today, g.Log, g.Page = d.Org, d.Today, s.log, s.gatePage
	if g.People != nil {
		if err := g.People.Check(d.Org); err != nil {
			return nil, nil, fmt.Errorf("the people: %w", err)
		}
	}
	if err := s.seedPeople(context.Background()); err != nil {
		return nil, nil, fmt.Errorf("store the people: %w", err)
	}
	if err := s.applyAll(context.Background()); err != nil {
		return nil, nil, err
	}
	gate, err := access.NewGate(g)
	if err != nil {
		return nil, nil, err
	}
	m := http.NewServeMux()
	m.Handle("/static/", staticFiles())
	open := http.NewServeMux() // for everybody, without signing in
	s.publicRoutes(open)
	m.Handle("/offentlig/", open)
	m.Handle("/inn", gate)
	m.Handle("/inn/", gate)
	m.Handle("/ut", gate)
	m.Handle("/", gate.Require(s.routes()))
	return headers(s.freshly(g.Sessions.With(m))), s, nil
}

// guarded tells whether people sign in.
func (s *site) guarded() bool { return s.sessions != nil }

// of is the site as the one who is signed in meets it: a copy that lives as long as the request. One who is not signed in has no grants, and is refused.
func (s *site) of(r *http.Request, a access.Action) *site {
	t := *s
	t.desk = s.desk.InForce()
	if !s.guarded() {
		return &t
	}
	u, _ := access.Of(r.Context())
	t.user, t.act, t.o.User = u, a, User{ID: u.ID, Name: u.Name}
	if some := t.scope(a); len(some) > 0 {
		t.as(some[0])
	} else if g, ok := u.Main(s.desk.Today()); ok {
		t.as(g)
	}
	return &t
}

// as makes a grant what the one who looks acts by: it stands in the log with what is done.
func (s *site) as(g access.Grant) {
	s.o.User = User{ID: s.user.ID, Name: s.user.Name, Role: g.Role.Law(), Place: g.Provider, Purpose: access.Purpose(g.Role)}
	switch {
	case g.Role == access.Patient: // the case is about them: the role says who it is
		s.o.User.ID = string(g.Role.Law())
	case g.Provider == access.Everywhere:
		s.o.User.Place = ""
	case g.Role == access.RHFDirector, g.Role == access.UserRepresentative, g.Role == access.Committee: // a region, or where one is employed: no list is narrowed to it
		s.o.User.Place = ""
	}
}

// can decides one thing about one case.
func (s *site) can(a access.Action, c access.Case) access.Decision {
	if !s.guarded() {
		return access.Decision{Allowed: true}
	}
	return access.Decide(s.user, a, c, s.desk.Today())
}

// may tells whether the one who looks may do it anywhere: whether to show the way there.
func (s *site) may(a access.Action) bool { return !s.guarded() || len(s.scope(a)) > 0 }

// scope is the grants that give an action on a list. Patients and referrers have no lists here: their reach is single cases.
func (s *site) scope(a access.Action) []access.Grant {
	var out []access.Grant
	for _, g := range access.Scope(s.user, a, s.desk.Today()) {
		one := access.User{Roles: []access.Grant{g}}
		if access.Reach(g, a) == "theirs" || g.Provider == access.Everywhere && !access.Decide(one, a, access.ListOf("-", "", ""), s.desk.Today()).Allowed {
			continue
		}
		out = append(out, g)
	}
	return out
}

// A place is what a list is narrowed to; what is empty is all of it.
type place struct{ provider, unit, specialty string }

func (p place) covers(o place) bool {
	return (p.provider == "" || p.provider == o.provider) && (p.unit == "" || p.unit == o.unit) && (p.specialty == "" || p.specialty == o.specialty)
}

// places are where the one who looks may do it, none of them inside another.
func (s *site) places(a access.Action) []place {
	if !s.guarded() {
		return []place{{}}
	}
	var out []place
	for _, g := range s.scope(a) {
		p := place{g.Provider, g.Unit, g.Specialty}
		switch reach := access.Reach(g, a); {
		case reach == "everywhere" || g.Provider == access.Everywhere:
			p = place{}
		case g.Provider == "": // a role at no place is none
			continue
		case reach == "provider":
			p.unit, p.specialty = "", ""
		}
		if slices.ContainsFunc(out, func(o place) bool { return o.covers(p) }) {
			continue
		}
		out = append(slices.DeleteFunc(out, p.covers), p)
	}
	return out
}

// fits tells whether what is asked for can be had where one may look; what is empty is all of it.
func fits(asked, may string) bool { return may == "" || asked == "" || asked == may }

// within narrows a list to where it may be seen, of some tenants; false when nothing is left.
func (s *site) within(tenants []string, q ledger.Query) (ledger.Query, bool) {
	q.Tenant, q.Tenants, q.Within = "", tenants, nil
	all := false
	for _, p := range s.places(s.act) {
		switch {
		case !fits(q.Unit, p.unit) || !fits(q.Specialty, p.specialty):
			continue
		case q.ListProvider != "":
			if !fits(q.ListProvider, p.provider) {
				continue
			}
			p.provider = "" // on its list, whoever holds it
		case q.Provider != "" || len(q.Text) == 0:
			if !fits(q.Provider, p.provider) {
				continue
			}
		default:
			p.provider = "" // chosen rows are decided one by one
		}
		all = all || p == place{}
		q.Within = append(q.Within, ledger.Place{Provider: p.provider, Unit: p.unit, Specialty: p.specialty})
	}
	ok := len(q.Within) > 0 && len(tenants) > 0
	if all {
		q.Within = nil
	}
	return one(q), ok
}

// one asks a single tenant as a single tenant.
func one(q ledger.Query) ledger.Query {
	if len(q.Tenants) == 1 {
		q.Tenant, q.Tenants = q.Tenants[0], nil
	}
	if len(q.Within) == 1 { // the same as if it were asked for
		p := q.Within[0]
		q.Within = nil
		q.Provider, q.Unit, q.Specialty = cmp.Or(q.Provider, p.Provider), cmp.Or(q.Unit, p.Unit), cmp.Or(q.Specialty, p.Specialty)
	}
	return q
}

// dutiesWithin is within, of duties.
func (s *site) dutiesWithin(tenants []string, q ledger.DutyQuery) (ledger.DutyQuery, bool) {
	q.Tenant, q.Tenants, q.Within = "", tenants, nil
	all := false
	for _, p := range s.places(s.act) {
		if fits(q.Place, p.provider) && fits(q.Unit, p.unit) && fits(q.Specialty, p.specialty) {
			all = all || p == place{}
			q.Within = append(q.Within, ledger.Place{Provider: p.provider, Unit: p.unit, Specialty: p.specialty})
		}
	}
	ok := len(q.Within) > 0 && len(tenants) > 0
	if all {
		q.Within = nil
	}
	if len(tenants) == 1 {
		q.Tenant, q.Tenants = tenants[0], nil
	}
	return q, ok
}

// caseOf is what access asks about a case.
func (s *site) caseOf(tenant string, x *referral.Referral) access.Case {
	list, _ := law.ListPlace(&x.Facts)
	c := access.Case{Holder: x.Holder, ListProvider: list, Specialty: x.Specialty, Patient: access.PatientID{Tenant: tenant, ID: x.Patient}, Referrer: x.From.Provider, ReferrerHPR: x.From.HPR}
	if u, ok := s.desk.Org.Unit(x.Holder, x.Specialty, s.desk.Today()); ok {
		c.Unit = u.ID
	}
	return c
}

// rowCase is caseOf, of a current row.
func (s *site) rowCase(x ledger.Row) (access.Case, error) {
	state, err := readState(x)
	if err != nil {
		return access.Case{}, err
	}
	return s.caseOf(x.Tenant, &state), nil
}

// opens decides whether a case may be opened now, at once or by the reason given for it in this session, and for what purpose.
func (s *site) opens(r *http.Request, c access.Case, url string) (string, access.Decision) {
	d := s.can(access.Open, c)
	why := access.Purpose(d.As.Role)
	if d.NeedsReason {
		given, ok := s.sessions.ReasonGiven(r, url)
		if !ok {
			return "", d
		}
		d, why = d.With(given), given
	}
	if !d.Allowed {
		return "", d
	}
	s.as(d.As)
	s.o.User.Purpose = why
	return why, d
}

// openCase decides on the page of a case. Without a reason where one is needed, it asks for it, tells no name, and gives "".
func (s *site) openCase(w http.ResponseWriter, r *http.Request, v *view, tenant string, id int64) (string, error) {
	x, ok, err := s.desk.Ledger.Row(r.Context(), tenant, id)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", desk.ErrMissing
	}
	c, err := s.rowCase(x)
	if err != nil {
		return "", err
	}
	at := caseURL(tenant, id)
	purpose, d := s.opens(r, c, at)
	switch {
	case r.Method == http.MethodPost && d.NeedsReason:
		r.Body = http.MaxBytesReader(w, r.Body, 4096)
		if err := r.ParseForm(); err != nil {
			return "", badRequest{code: "web.bad_request_text"}
		}
		if why := r.PostForm.Get("grunn"); d.With(why).Allowed {
			s.sessions.GiveReason(r, at, why)
			http.Redirect(w, r, at, http.StatusSeeOther)
			return "", nil
		}
	case r.Method == http.MethodPost && d.Allowed:
		http.Redirect(w, r, at, http.StatusSeeOther)
		return "", nil
	case d.Allowed:
		return purpose, nil
	}
	if !d.NeedsReason {
		return "", denied{d.Why}
	}
	return "", s.locked(w, v, x, access.Reasons(d.As.Role))
}

// actOn decides on a form about a case: one must be able to open it, and to do what the form does.
func (s *site) actOn(r *http.Request, x ledger.Row, a access.Action) error {
	c, err := s.rowCase(x)
	if err != nil {
		return err
	}
	purpose, d := s.opens(r, c, caseURL(x.Tenant, x.Referral))
	if !d.Allowed {
		return denied{d.Why}
	}
	e := s.can(a, c)
	if !e.Allowed {
		return denied{e.Why}
	}
	s.as(e.As)
	s.o.User.Purpose = purpose
	return nil
}

// actionOf is the action of a form or an entry.
func actionOf(verb string) access.Action {
	switch verb {
	case "new_condition": // a referral of its own, from whoever found it
		return access.NewCondition
	case "second_opinion": // another, received here
		return access.Receive
	case "county_answer":
		return access.DecideComplaint
	}
	a, _ := access.ActionOf(verb)
	return a
}

// mayCorrect tells whether an entry may be corrected: whoever corrects must be one who could have made it.
func (f *form) mayCorrect(e *referral.Event) bool {
	s := f.v.s
	return !s.guarded() || e.Ask != nil && s.can(actionOf(e.Ask.Verb()), s.caseOf(f.c.Tenant, f.x)).Allowed
}

// denied is a page or a deed that is not for the one who asks.
type denied struct{ why string }

func (e denied) Error() string { return "not allowed: " + e.why }

// front is where the one who looks begins; false for one who has no page of their own.
func (v *view) front() (link, bool) {
	if v.public {
		return link{publicURL, v.T("exc.public.head")}, true
	}
	if !v.s.guarded() {
		return link{"/liste", v.T("web.back_to_list")}, true
	}
	if v.s.ownPages() {
		return link{"/meg", v.T("pat.menu.mine")}, true
	}
	for _, i := range menu {
		if i.url != "/mottak" && v.s.may(i.action) {
			return link{i.url, v.T(i.key)}, true
		}
	}
	if v.s.refers() {
		return link{"/henviser", v.T("ref.menu.mine")}, true
	}
	if v.s.findsByNumber() {
		return link{"/sok", v.T("web.search.head")}, true
	}
	return link{}, false
}

// start leads to where one begins.
func (s *site) start(w http.ResponseWriter, r *http.Request, v *view) error {
	if l, ok := v.front(); ok {
		http.Redirect(w, r, l.URL, http.StatusSeeOther)
		return nil
	}
	v.Title = v.T("web.nothing_here")
	return s.render(w, http.StatusOK, "notice", v, notice{frame: v.frame, State: "missing", Head: v.Title, Lines: []string{v.T("web.nothing_here_text")}})
}

// SignedIn tells whether there is somebody to sign out.
func (v *frame) SignedIn() bool { return !v.public && v.v.s.guarded() && v.v.s.user.ID != "" }

// Finds tells whether the search stands in the head.
func (v *frame) Finds() bool { return !v.public && (v.v.s.may(access.Search) || v.v.s.findsByNumber()) }

// findsByNumber tells whether one who may not search by name finds a case, or its log, by number.
func (s *site) findsByNumber() bool { return s.asksToOpen() || s.may(access.SeeAccessLog) }

// asksToOpen tells whether the one who looks opens cases by giving a reason alone: they find them by number.
func (s *site) asksToOpen() bool {
	return slices.ContainsFunc(s.user.Roles, func(g access.Grant) bool { return g.InForce(s.desk.Today()) && len(access.Reasons(g.Role)) > 0 })
}

// signInPage is the gate's page in the frame of the others.
type signInPage struct {
	*frame
	Head, Text, Next string
	Ways             []link
	Groups           []whoGroup
	Again            string
}

// A whoGroup is the people of one place one can be in the demonstration.
type whoGroup struct {
	Head string
	Who  []whoLine
}

type whoLine struct{ ID, Name, What string }

func (s *site) gatePage(w http.ResponseWriter, r *http.Request, g access.Page) {
	t := s.of(r, "")
	v := t.look(w, r)
	p := signInPage{frame: v.frame, Head: v.T("sign_in.head"), Next: g.Next}
	for _, way := range g.Ways {
		p.Ways = append(p.Ways, link{"/inn/" + way + "?til=" + url.QueryEscape(g.Next), v.T("sign_in." + way)})
	}
	for _, u := range g.Who {
		m, ok := u.Main(v.Today)
		if !ok {
			continue
		}
		head := v.T("sign_in.elsewhere")
		if m.Role == access.Patient || m.Role == access.Representative {
			head = v.T("sign_in.patients")
		}
		if o, ok := s.desk.Org.Provider(m.Provider); ok {
			head = o.ShortName
		}
		i := slices.IndexFunc(p.Groups, func(x whoGroup) bool { return x.Head == head })
		if i < 0 {
			i, p.Groups = len(p.Groups), append(p.Groups, whoGroup{Head: head})
		}
		p.Groups[i].Who = append(p.Groups[i].Who, whoLine{u.ID, u.Name, v.grantTitle(m) + s.demoAbout(r.Context(), v, m)})
	}
	switch {
	case g.Code != "":
		p.Head, p.Text, p.Again = v.T("sign_in.failed"), v.T("sign_in.failed."+g.Code), v.T("sign_in.again")
	case len(p.Groups) > 0:
		p.Head, p.Text = v.T("sign_in.choose"), v.T("sign_in.choose_text")
	case len(p.Ways) == 0:
		p.Text = v.T("sign_in.closed")
	}
	v.Title = p.Head
	if err := s.render(w, g.Status, "signin", v, p); err != nil {
		s.log.Error("a page of the gate failed", "error", err)
		http.Error(w, words.Say(v.Lang, "web.fault"), http.StatusInternalServerError)
	}
}

// grantTitle is role, place and unit.
func (v *view) grantTitle(g access.Grant) string {
	return access.Describe(v.Lang, g, v.s.desk.Org)
}

// back leads from a case to the list, for one who has a list.
func (v *view) back() link {
	if v.s.may(access.List) {
		return link{"/liste", v.T("list.waiting")}
	}
	l, _ := v.front()
	return l
}

// BackLink is front, for a page that shows it; nil when there is none.
func (v *frame) BackLink() *link {
	if l, ok := v.v.front(); ok {
		return &l
	}
	return nil
}

// MayExport, MayBook and MayReceive tell whether a list shows the way to what is done from it.
func (v *frame) MayExport() bool  { return v.v.s.may(access.Export) }
func (v *frame) MayBook() bool    { return v.v.s.may(access.Book) }
func (v *frame) MayReceive() bool { return v.v.s.may(access.Receive) }

// mayAssess tells whether the one who looks decides right and deadline in a case (G2-18).
func (s *site) mayAssess(tenant string, x *referral.Referral) bool {
	if s.guarded() {
		return s.can(access.Assess, s.caseOf(tenant, x)).Allowed
	}
	return len(law.RoleMayDecide(s.assessor())) == 0
}
