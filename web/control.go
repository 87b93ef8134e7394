package web

import (
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"rettid/access"
	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
	"rettid/say"
	"rettid/table"
	"rettid/waitlist"
	"rettid/words"
)

// Validation of the list: what is stale, contradictory or missing (package waitlist finds it), each with the norm that asks for better and the way to mend it.
// The whole list is read for it, once for everybody who sees the same: a long list is read while the page waits no more than a moment.

// controlWait is how long a page waits for the reading.
const controlWait = 2 * time.Second

// controlKept is how long what was found on a long list is shown before it is read again.
const controlKept = time.Minute

// longList is how many referrals make a list long.
const longList = 2000

// A found is one flaw of one referral.
type found struct {
	tenant string
	id     int64
	flaw   waitlist.Flaw
}

// A control is one reading of a list.
type control struct {
	done  chan struct{}
	at    time.Time
	heads map[string]int64
	read  int
	found []found
	err   error
}

// controls are the readings by what was read.
type controls struct {
	mu   sync.Mutex
	last map[string]*control // done
	runs map[string]*control // under way
}

func newControls() *controls {
	return &controls{last: make(map[string]*control), runs: make(map[string]*control)}
}

// control gives what is found on a list: at once, or within a moment, or nil when it is still being read for the first time.
func (s *site) control(ctx context.Context, q ledger.Query) (*control, error) {
	pos, err := s.heads(ctx)
	if err != nil {
		return nil, err
	}
	tenants := slices.Sorted(maps.Keys(pos))
	q, ok := s.within(tenants, q)
	if !ok {
		return new(control), nil
	}
	key := fmt.Sprint(q)
	c := s.controls
	c.mu.Lock()
	if len(c.last) > 200 {
		clear(c.last)
	}
	have := c.last[key]
	if have != nil && (maps.Equal(have.heads, pos) || have.read > longList && time.Since(have.at) < controlKept) {
		c.mu.Unlock()
		return have, nil
	}
	run := c.runs[key]
	if run == nil {
		run = &control{done: make(chan struct{}), heads: pos}
		c.runs[key] = run
		go s.readAll(key, q, run)
	}
	c.mu.Unlock()
	select {
	case <-run.done:
		return run, run.err
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(controlWait):
		return have, nil
	}
}

// readAll reads every row of a query and finds what is wrong with each.
func (s *site) readAll(key string, q ledger.Query, run *control) {
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Minute)
	defer stop()
	seen := make(map[[4]string]found) // the first of those that may be twins
	told := make(map[[4]string]bool)
	for _, view := range []string{"open", "closed_booked"} {
		q.View, q.Sort, q.Limit, q.NoTotal, q.After = view, "", batch, true, ledger.Key{}
		for run.err == nil {
			rows, _, err := s.desk.Ledger.List(ctx, q)
			if run.err = err; err != nil {
				break
			}
			for _, x := range rows {
				q.After = ledger.KeyOf("", x)
				state, err := readState(x)
				if err != nil {
					run.err = err
					break
				}
				run.read++
				run.found = append(run.found, s.flaws(x, &state, q.Today, seen, told)...)
			}
			if len(rows) < batch {
				break
			}
		}
	}
	rank := make(map[string]int)
	for i, code := range waitlist.Flaws {
		rank[code] = i
	}
	slices.SortStableFunc(run.found, func(a, b found) int {
		return cmp.Or(cmp.Compare(rank[a.flaw.Code], rank[b.flaw.Code]), a.flaw.Since.Compare(b.flaw.Since), strings.Compare(a.tenant, b.tenant), cmp.Compare(a.id, b.id))
	})
	run.at = time.Now()
	c := s.controls
	c.mu.Lock()
	delete(c.runs, key)
	if run.err == nil {
		c.last[key] = run
	}
	c.mu.Unlock()
	close(run.done)
}

// flaws is what is wrong with one row, with those that have a twin among the rows before.
func (s *site) flaws(x ledger.Row, state *referral.Referral, today day.Day, seen map[[4]string]found, told map[[4]string]bool) []found {
	sites := 1
	if p, ok := s.desk.Org.Provider(x.ListProvider); ok {
		sites = len(p.Sites)
	}
	var out []found
	for _, f := range waitlist.Check(state, today, sites, s.desk.Settings) {
		out = append(out, found{x.Tenant, x.Referral, f})
	}
	if k, ok := waitlist.TwinKey(state); ok {
		key := [4]string{x.Tenant, k[0], k[1], k[2]}
		me := found{x.Tenant, x.Referral, waitlist.AsTwin(state)}
		if first, twice := seen[key]; twice {
			if !told[key] {
				told[key] = true
				out = append(out, first)
			}
			out = append(out, me)
		} else {
			seen[key] = me
		}
	}
	return out
}

type controlPage struct {
	*frame
	Head, Sub string
	Tabs      []tab
	Picks     []pick
	Hidden    []option
	Count     string
	Rows      []controlLine
	Pages     pager
	Clear     string
	Without   int
	Empty     string
	Reading   bool
	Again     string
	File      string // what the download asks for
}

type controlLine struct {
	URL, Number, Name, Year string
	Text, Remedy            string
	Since                   day.Day
	SinceText               string
	Cite                    string
	Where                   string
	Act                     link
	By                      string // who mends it, told to one who may not
}

func (s *site) controlRoutes(m *http.ServeMux) {
	m.HandleFunc("GET /liste/kontroll", s.page(access.List, (*site).controlList))
	m.HandleFunc("POST /liste/kontroll", s.page(access.Export, (*site).controlFile))
}

// controlQuery is what a control of a filter reads.
func (f filter) controlQuery(v *view) ledger.Query {
	return ledger.Query{ListProvider: f.Provider, ListSite: f.Site, Specialty: f.Specialty, Today: v.Today}
}

func (s *site) controlList(w http.ResponseWriter, r *http.Request, v *view) error {
	f := s.readFilter(r)
	at := func(f filter) string { return f.url("/liste/kontroll", s.o.User) }
	p := controlPage{frame: v.frame, Sub: v.listPlace(f), File: f.values(s.o.User).Encode()}
	v.Here, v.Title, p.Head = "/liste", v.T("web.control.head"), v.T("web.control.head")
	if f.View != "" && !slices.Contains(waitlist.Flaws, f.View) {
		return badRequest{code: "web.unknown_view"}
	}
	p.Picks = []pick{v.pickProvider(f)}
	if f.Provider != "" {
		p.Picks = append(p.Picks, v.pickSite(f))
	}
	p.Picks = append(p.Picks, v.pickSpecialty(f))
	if f.View != "" {
		p.Hidden = []option{{Value: f.View, Text: "visning"}}
	}
	p.Clear = at(filter{Provider: f.Provider, Page: 1})
	p.Again = at(f)
	c, err := s.control(r.Context(), f.controlQuery(v))
	if err != nil {
		return err
	}
	if c == nil {
		p.Reading = true
		return s.render(w, http.StatusOK, "control", v, p)
	}
	counts := make(map[string]int)
	var some []found
	for _, x := range c.found {
		counts[x.flaw.Code]++
		if f.View == "" || f.View == x.flaw.Code {
			some = append(some, x)
		}
	}
	p.Head = v.T("web.control.n", words.Number(v.Lang, len(c.found)), words.Number(v.Lang, c.read))
	if len(c.found) == 0 {
		p.Head = v.T("web.control.none", words.Number(v.Lang, c.read))
	}
	to := func(code string) string { g := f; g.View, g.Page = code, 1; return at(g) }
	p.Tabs = []tab{{URL: to(""), Text: v.T("web.all"), N: len(c.found), Current: f.View == ""}}
	for _, code := range waitlist.Flaws {
		if counts[code] > 0 || code == f.View {
			p.Tabs = append(p.Tabs, tab{URL: to(code), Text: v.T("flaw." + code), N: counts[code], Current: code == f.View})
		}
	}
	total := len(some)
	if from := (f.Page - 1) * perPage; from >= total && total > 0 {
		f.Page = (total + perPage - 1) / perPage
		http.Redirect(w, r, at(f), http.StatusSeeOther)
		return nil
	}
	some = some[min((f.Page-1)*perPage, total):min(f.Page*perPage, total)]
	if p.Rows, err = s.controlLines(r.Context(), v, some, f.Provider == ""); err != nil {
		return err
	}
	p.Count = v.T("web.shown", words.Number(v.Lang, len(p.Rows)), words.Number(v.Lang, total)) + " · " + v.T("web.control.read", words.Clock(v.Lang, c.at.In(oslo).Hour()*60+c.at.In(oslo).Minute()))
	p.Pages = pageLinks(f, total, at)
	p.Empty = p.Head
	return s.render(w, http.StatusOK, "control", v, p)
}

// controlLines reads the rows of what was found: one query a tenant.
func (s *site) controlLines(ctx context.Context, v *view, some []found, everywhere bool) ([]controlLine, error) {
	wanted := make(map[string][]int64)
	for _, x := range some {
		wanted[x.tenant] = append(wanted[x.tenant], x.id)
	}
	rows := make(map[string]row)
	for tenant, ids := range wanted {
		list, _, err := s.desk.Ledger.List(ctx, ledger.Query{Tenant: tenant, Text: ids, Today: v.Today, Limit: len(ids), NoTotal: true})
		if err != nil {
			return nil, err
		}
		all, err := s.whole(ctx, list)
		if err != nil {
			return nil, err
		}
		for _, x := range all {
			rows[caseNumber(x.Tenant, x.Referral)] = x
		}
	}
	var out []controlLine
	for _, x := range some {
		number := caseNumber(x.tenant, x.id)
		have, ok := rows[number]
		if !ok || !s.ours(have.Row) {
			continue
		}
		f := &have.State.Facts
		line := controlLine{URL: caseURL(x.tenant, x.id), Number: number, Name: v.name(have.Person), Year: born(f.Born, have.Person.Born), Text: v.T("flaw." + x.flaw.Code), Remedy: v.T("flaw." + x.flaw.Code + ".remedy"),
			Since: x.flaw.Since, SinceText: v.short(x.flaw.Since), Cite: say.Source(v.Lang, "", x.flaw.Norms)}
		if everywhere {
			line.Where = v.provider(have.ListProvider)
		}
		if line.Act = v.mend(have, x.flaw); line.Act.URL == "" {
			line.By = v.T("web.control.by", lowerFirst(v.T("role."+mender(x.flaw))))
		}
		out = append(out, line)
	}
	return out, nil
}

// mender is the role a flaw is mended by.
func mender(f waitlist.Flaw) string {
	switch f.Mend {
	case "assess", "assessment":
		return string(law.Specialist)
	case "reception":
		return string(law.Intake)
	}
	return string(law.Booking)
}

// mend is the way to what mends a flaw; none for one who may not do it.
func (v *view) mend(x row, f waitlist.Flaw) link {
	url, c := caseURL(x.Tenant, x.Referral), desk.Case{Tenant: x.Tenant, ID: x.Referral, State: x.State}
	switch f.Mend {
	case "assess":
		if !v.s.can(access.Assess, v.s.caseOf(x.Tenant, &c.State)).Allowed {
			return link{}
		}
		return link{url + "/vurder", v.T("duty.assess.chip")}
	case "assessment":
		if !v.s.can(access.Assess, v.s.caseOf(x.Tenant, &c.State)).Allowed {
			return link{}
		}
		return link{url + "/vurder?rett=1", v.T("web.assess.fix")}
	case "reception":
		if !v.s.mayDo(acts["correct"], c) || !v.s.can(access.Receive, v.s.caseOf(x.Tenant, &c.State)).Allowed {
			return link{}
		}
		if len(c.State.Hops) > 0 { // the reception was another's: what it was sent on with is among the entries
			return link{url + "/gjor/correct", v.T("verb.correct")}
		}
		return link{url + "/gjor/correct?linje=1", v.T("web.control.reception")}
	case "elsewhere":
		if !v.s.mayDo(acts["offer"], c) {
			return link{}
		}
		return link{url + "/annet-sted", v.T("duty.find_alternative.chip")}
	}
	if a := acts[f.Mend]; a != nil && !v.s.mayDo(a, c) {
		return link{}
	}
	return link{url + "/gjor/" + f.Mend, v.T("verb." + f.Mend)}
}

// controlFile writes everything that was found as CSV. Like every export it is logged with its purpose first.
func (s *site) controlFile(w http.ResponseWriter, r *http.Request, v *view) error {
	if err := readPlainForm(w, r); err != nil {
		return err
	}
	like, err := http.NewRequestWithContext(r.Context(), http.MethodGet, "/liste/kontroll?"+r.PostForm.Get("sok"), nil)
	if err != nil {
		return badRequest{code: "web.bad_request_text"}
	}
	f := s.readFilter(like)
	c, err := s.control(r.Context(), f.controlQuery(v))
	if err != nil {
		return err
	}
	if c == nil {
		http.Redirect(w, r, f.url("/liste/kontroll", s.o.User), http.StatusSeeOther)
		return nil
	}
	var some []found
	tenants := make(map[string]bool)
	for _, x := range c.found {
		if f.View == "" || f.View == x.flaw.Code {
			some = append(some, x)
			tenants[x.tenant] = true
		}
	}
	for t := range tenants {
		if err := s.desk.Ledger.Saw(r.Context(), ledger.Access{Tenant: t, Actor: s.o.User.ID, Role: string(s.o.User.Role), Place: s.o.User.Place, Purpose: "export_validation", At: s.desk.Now().UTC().UnixMicro()}); err != nil {
			return err
		}
	}
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="kontroll-%s.csv"`, v.Today))
	w.Write([]byte("\ufeff"))
	out := csv.NewWriter(w)
	out.Comma = ';'
	out.Write([]string{v.T("web.csv.case"), v.T("web.column.patient"), v.T("web.csv.born"), v.T("web.control.what"), v.T("web.control.since"), v.T("web.control.remedy"), v.T("web.column.law"), v.T("web.filter.provider")})
	for len(some) > 0 {
		n := min(len(some), batch)
		lines, err := s.controlLines(r.Context(), v, some[:n], true)
		if err != nil {
			return s.broken(w, r, err)
		}
		for _, x := range lines {
			out.Write(table.Safe([]string{x.Number, x.Name, x.Year, x.Text, x.Since.String(), x.Remedy, x.Cite, x.Where}))
		}
		out.Flush()
		if err := out.Error(); err != nil {
			return s.broken(w, r, err)
		}
		some = some[n:]
	}
	return nil
}
