package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/ledger"
	"rettid/table"
	"rettid/waitlist"
	"rettid/words"
)

// Capacity by unit and week: how many starts are planned, how many there is room for, and which deadlines fall in the week without a time. Real booking systems
// keep the slots; here a unit says how many starts a week it can take, as a paper for each week, and its ordinary week (clinic.Unit.Weekly) holds until then.

const (
	capacityKind  = "capacity" // papers "provider/unit/2026-W12"
	capacityWeeks = 12
	mostStarts    = 2000 // of a unit in a week
	importSize    = 1 << 20
)

type keptCapacity struct {
	Starts int `json:"starts"`
}

// readWeek reads "2026-W12": the Monday of the week.
func readWeek(s string) (day.Day, bool) {
	year, week, ok := strings.Cut(s, "-W")
	y, err1 := strconv.Atoi(year)
	n, err2 := strconv.Atoi(week)
	if !ok || err1 != nil || err2 != nil || y < 2000 || y > 2190 || n < 1 || n > 53 {
		return day.Day{}, false
	}
	monday := mondayOf(day.On(y, 1, 4)).Add(7 * (n - 1)) // 4 January is always in week 1
	if yy, nn := monday.ISOWeek(); yy != y || nn != n {
		return day.Day{}, false
	}
	return monday, true
}

func mondayOf(d day.Day) day.Day { return d.Add(-(int(d.Weekday()) + 6) % 7) }

// weekWord writes a week as readWeek reads it.
func weekWord(monday day.Day) string {
	y, n := monday.ISOWeek()
	return fmt.Sprintf("%d-W%02d", y, n)
}

// weekName is a week for people, with its year when it is another than today's.
func (v *view) weekName(monday day.Day) string {
	y, n := monday.ISOWeek()
	name := v.T("web.week", strconv.Itoa(n))
	if y != v.Today.Year() {
		name += " " + strconv.Itoa(y)
	}
	return name
}

// weekSpan is the weeks from one Monday to another. Where the year turns among them, both years are written.
func (v *view) weekSpan(from, to day.Day) string {
	y, n := from.ISOWeek()
	yy, nn := to.ISOWeek()
	if y != yy {
		return v.T("web.week", strconv.Itoa(n)) + " " + strconv.Itoa(y) + "–" + lowerFirst(v.T("web.week", strconv.Itoa(nn))) + " " + strconv.Itoa(yy)
	}
	span := v.T("web.week", strconv.Itoa(n)+"–"+strconv.Itoa(nn))
	if y != v.Today.Year() {
		span += " " + strconv.Itoa(y)
	}
	return span
}

func (v *view) unitName(provider, unit string) string {
	if p, ok := v.s.desk.Org.Provider(provider); ok {
		for _, u := range p.Units {
			if u.ID == unit {
				return u.Name
			}
		}
	}
	return unit
}

// unitsOf are the units of a provider the one who looks may do something with on the day.
func (s *site) unitsOf(provider string, a access.Action) []clinic.Unit {
	p, _ := s.desk.Org.Provider(provider)
	today := s.desk.Today()
	var out []clinic.Unit
	for _, u := range p.Units {
		if !u.In.From.IsZero() && today.Before(u.In.From) || !u.In.To.IsZero() && today.After(u.In.To) {
			continue
		}
		if slices.ContainsFunc(s.places(a), func(at place) bool {
			return (at.provider == "" || at.provider == provider) && (at.unit == "" || at.unit == u.ID) && (at.specialty == "" || slices.Contains(u.Specialties, at.specialty))
		}) {
			out = append(out, u)
		}
	}
	return out
}

// capacities reads what a provider's units can take, by unit and Monday, from the papers.
func (s *site) capacities(r *http.Request, provider string) (map[ledger.UnitWeek]ledger.Paper, map[ledger.UnitWeek]int, error) {
	papers, starts := make(map[ledger.UnitWeek]ledger.Paper), make(map[ledger.UnitWeek]int)
	p, ok := s.desk.Org.Provider(provider)
	if !ok {
		return papers, starts, nil
	}
	all, err := s.desk.Ledger.Papers(r.Context(), p.Trust, capacityKind, url.PathEscape(provider)+"/", 0, 0)
	if err != nil {
		return nil, nil, err
	}
	for _, x := range all {
		part := strings.Split(x.ID, "/")
		var k keptCapacity
		if len(part) != 3 || json.Unmarshal(x.Body, &k) != nil {
			continue
		}
		unit, _ := url.PathUnescape(part[1])
		if monday, ok := readWeek(part[2]); ok {
			at := ledger.UnitWeek{Unit: unit, Monday: monday}
			papers[at], starts[at] = x, k.Starts
		}
	}
	return papers, starts, nil
}

// free says how many there is still room for.
func (v *view) free(n int) string {
	if n == 1 {
		return v.T("web.capacity.free.one")
	}
	return v.T("web.capacity.free", n)
}

// putCapacity keeps what a unit can take in a week.
func (s *site) putCapacity(r *http.Request, provider, unit string, monday day.Day, starts, seq int) error {
	p, ok := s.desk.Org.Provider(provider)
	if !ok {
		return desk.ErrMissing
	}
	body, err := json.Marshal(keptCapacity{starts})
	if err != nil {
		return err
	}
	_, err = s.desk.Ledger.PutPaper(r.Context(), ledger.Paper{Tenant: p.Trust, Kind: capacityKind, ID: url.PathEscape(provider) + "/" + url.PathEscape(unit) + "/" + weekWord(monday), Seq: seq, At: s.desk.Now().UTC().UnixMicro(),
		Actor: s.self(), Body: body})
	return err
}

// loads counts a provider's weeks: one query for the times and one for the deadlines.
func (s *site) loads(r *http.Request, v *view, provider string, from day.Day, weeks int) (map[ledger.UnitWeek]waitlist.Load, error) {
	period := day.Period{From: from, To: from.Add(7*weeks - 1)}
	tenants, err := s.tenants(r.Context(), "")
	if err != nil {
		return nil, err
	}
	out := make(map[ledger.UnitWeek]waitlist.Load)
	for _, deadline := range []bool{false, true} {
		q := ledger.Query{ListProvider: provider, View: "waiting", Today: v.Today, TimeIn: period}
		if deadline {
			q.View, q.TimeIn, q.DeadlineIn = "no_appointment", day.Period{}, period
		}
		q, ok := s.within(tenants, q)
		if !ok {
			continue
		}
		n, err := s.desk.Ledger.CountByWeek(r.Context(), q, deadline)
		if err != nil {
			return nil, err
		}
		for at, k := range n {
			l := out[at]
			if deadline {
				l.Unmet = k
			} else {
				l.Planned = k
			}
			out[at] = l
		}
	}
	_, starts, err := s.capacities(r, provider)
	if err != nil {
		return nil, err
	}
	p, _ := s.desk.Org.Provider(provider)
	for _, u := range p.Units {
		for i := range weeks {
			at := ledger.UnitWeek{Unit: u.ID, Monday: from.Add(7 * i)}
			l := out[at]
			if n, ok := starts[at]; ok {
				l.Capacity, l.Known = n, true
			} else if u.Weekly > 0 {
				l.Capacity, l.Known = u.Weekly, true
			}
			out[at] = l
		}
	}
	return out, nil
}

type capacityPage struct {
	*frame
	Head, Sub   string
	Picks       []pick
	Weeks       []capacityWeek
	Units       []capacityUnit
	Earlier     string
	Later       string
	ThisWeek    string
	Freed       link
	For         *capacityFor
	MayPlan     bool
	Wrong, Done string
	Provider    string
}

// capacityFor is the case somebody looks for a time for.
type capacityFor struct {
	Case     link
	Deadline string
}

type capacityWeek struct {
	Name, Days string
	Here       bool
}

type capacityUnit struct {
	Name, Edit string
	Cells      []capacityCell
}

type capacityCell struct {
	Week          string
	Load          waitlist.Load
	State         string // "" · full · over
	Text          string
	PlannedURL    string
	UnmetURL      string
	Book          string // sets up a time in the week
	Spoken        string
	BeforeToday   bool
	AfterDeadline bool
}

// capacityRoutes are the pages of capacity and of free times.
func (s *site) capacityRoutes(m *http.ServeMux) {
	m.HandleFunc("GET /kapasitet", s.page(access.List, (*site).capacity))
	m.HandleFunc("GET /kapasitet/endre", s.page(access.PlanCapacity, (*site).capacityForm))
	m.HandleFunc("POST /kapasitet/endre", s.page(access.PlanCapacity, (*site).capacityForm))
	m.HandleFunc("POST /kapasitet/fil", s.page(access.PlanCapacity, (*site).capacityFile))
	m.HandleFunc("GET /ledige", s.page(access.Book, (*site).freeSlots))
	m.HandleFunc("POST /ledige", s.page(access.Book, (*site).changeSlots))
}

// ownProvider is the provider of an address, or the first the one who looks has.
func (s *site) ownProvider(f filter) string {
	if f.Provider != "" {
		return f.Provider
	}
	for _, p := range s.desk.Org.Providers() {
		if p.Kind != clinic.ContractSpecialist && s.mine(p.ID) {
			return p.ID
		}
	}
	return ""
}

func (s *site) capacity(w http.ResponseWriter, r *http.Request, v *view) error {
	return s.capacityPage(w, r, v, http.StatusOK, "", "")
}

func (s *site) capacityPage(w http.ResponseWriter, r *http.Request, v *view, status int, wrong, done string) error {
	f := s.readFilter(r)
	f.Provider = s.ownProvider(f)
	q := r.URL.Query()
	this := mondayOf(v.Today)
	from := this
	if x := q.Get("uke"); x != "" {
		var ok bool
		if from, ok = readWeek(x); !ok {
			return badRequest{code: "web.bad_date"}
		}
	}
	if from.Before(this.Add(-52*7)) || from.After(this.Add(3*52*7)) {
		return badRequest{code: "web.bad_date"}
	}
	v.Here, v.Title = "/kapasitet", v.T("web.capacity.head")
	p := capacityPage{frame: v.frame, Head: v.Title, Sub: v.provider(f.Provider) + " · " + v.weekSpan(from, from.Add(7*(capacityWeeks-1))), MayPlan: s.may(access.PlanCapacity), Wrong: wrong, Done: done, Provider: f.Provider}
	picked := v.pickProvider(f)
	picked.Options = slices.DeleteFunc(picked.Options, func(o option) bool { return o.Value == everywhere })
	p.Picks = []pick{picked}
	at := func(monday day.Day) string {
		out := url.Values{"sykehus": {f.Provider}}
		if monday != this {
			out.Set("uke", weekWord(monday))
		}
		if c := q.Get("sak"); c != "" {
			out.Set("sak", c)
		}
		return "/kapasitet?" + out.Encode()
	}
	p.Earlier, p.Later, p.ThisWeek = at(from.Add(-7*capacityWeeks)), at(from.Add(7*capacityWeeks)), at(this)
	p.Freed = link{"/ledige?sykehus=" + url.QueryEscape(f.Provider), v.T("web.slots.head")}

	// For a case: the weeks it can be booked in are links to its form.
	var deadline day.Day
	book, specialty := "", ""
	if c := q.Get("sak"); c != "" {
		tenant, number, _ := strings.Cut(c, "/")
		id, err := strconv.ParseInt(number, 10, 64)
		if err != nil || id < 1 {
			return badRequest{code: "web.bad_request_text"}
		}
		x, ok, err := s.desk.Ledger.Row(r.Context(), tenant, id)
		if err != nil {
			return err
		}
		state, err := readState(x)
		if !ok || err != nil || !s.ours(x) || !s.can(access.Book, s.caseOf(tenant, &state)).Allowed {
			return desk.ErrMissing
		}
		deadline, book, specialty = state.StartBy, caseURL(tenant, id)+"/gjor/book", state.Specialty
		p.For = &capacityFor{Case: link{caseURL(tenant, id), v.T("web.referral") + " " + caseNumber(tenant, id)}, Deadline: v.long(deadline)}
	}

	loads, err := s.loads(r, v, f.Provider, from, capacityWeeks)
	if err != nil {
		return err
	}
	for i := range capacityWeeks {
		monday := from.Add(7 * i)
		_, n := monday.ISOWeek()
		p.Weeks = append(p.Weeks, capacityWeek{Name: strconv.Itoa(n), Days: v.short(monday), Here: monday == this})
	}
	for _, u := range s.unitsOf(f.Provider, access.List) {
		if specialty != "" && !u.Does(specialty, v.Today) {
			continue
		}
		line := capacityUnit{Name: u.Name}
		if p.MayPlan && slices.ContainsFunc(s.unitsOf(f.Provider, access.PlanCapacity), func(x clinic.Unit) bool { return x.ID == u.ID }) {
			line.Edit = "/kapasitet/endre?" + url.Values{"sykehus": {f.Provider}, "enhet": {u.ID}, "uke": {weekWord(from)}}.Encode()
		}
		for i := range capacityWeeks {
			monday := from.Add(7 * i)
			line.Cells = append(line.Cells, v.capacityCell(f, u, monday, loads[ledger.UnitWeek{Unit: u.ID, Monday: monday}], book, deadline))
		}
		p.Units = append(p.Units, line)
	}
	return s.render(w, status, "capacity", v, p)
}

// capacityCell writes a unit's week.
func (v *view) capacityCell(f filter, u clinic.Unit, monday day.Day, l waitlist.Load, book string, deadline day.Day) capacityCell {
	c := capacityCell{Week: v.weekName(monday), Load: l, BeforeToday: monday.Add(6).Before(v.Today)}
	rows := filter{Provider: f.Provider, Unit: u.ID, Page: 1}
	if l.Planned > 0 {
		g := rows
		g.Week = weekWord(monday)
		c.PlannedURL = g.url("/liste", v.s.o.User)
	}
	if l.Unmet > 0 {
		g := rows
		g.View, g.DueWeek = "uten-time", weekWord(monday)
		c.UnmetURL = g.url("/liste", v.s.o.User)
	}
	switch free := l.Free(); {
	case !l.Known:
		c.Text = v.T("web.capacity.unknown")
	case free < 0:
		c.State, c.Text = "over", v.T("web.capacity.over", -free)
	case free == 0:
		c.State, c.Text = "full", v.T("web.capacity.full")
	default:
		c.Text = v.free(free)
	}
	if book != "" && !c.BeforeToday && (!l.Known || l.Free() > 0) {
		from := monday
		if from.Before(v.Today) {
			from = v.Today
		}
		to := monday.Add(4)
		if to.Before(from) {
			to = from
		}
		c.Book = book + "?" + url.Values{"slag": {"periode"}, "fra": {words.FieldDate(from)}, "til": {words.FieldDate(to)}}.Encode()
		c.AfterDeadline = !deadline.IsZero() && to.After(deadline)
	}
	return c
}

type capacityEdit struct {
	*frame
	Head, Sub string
	Back      link
	Provider  string
	Unit      string
	From      string
	Fields    []field
	Wrong     string
}

// capacityForm asks what a unit can take in each of twelve weeks, and keeps it.
func (s *site) capacityForm(w http.ResponseWriter, r *http.Request, v *view) error {
	q := r.URL.Query()
	if r.Method == http.MethodPost {
		if err := readPlainForm(w, r); err != nil {
			return err
		}
		q = r.PostForm
	}
	provider, unit := q.Get("sykehus"), q.Get("enhet")
	units := s.unitsOf(provider, access.PlanCapacity)
	i := slices.IndexFunc(units, func(u clinic.Unit) bool { return u.ID == unit })
	if i < 0 {
		return desk.ErrMissing
	}
	from, ok := readWeek(q.Get("uke"))
	if !ok {
		return badRequest{code: "web.bad_date"}
	}
	papers, starts, err := s.capacities(r, provider)
	if err != nil {
		return err
	}
	v.Here, v.Title = "/kapasitet", v.T("web.capacity.edit", units[i].Name)
	p := capacityEdit{frame: v.frame, Head: v.Title, Sub: v.provider(provider), Provider: provider, Unit: unit, From: weekWord(from), Back: link{"/kapasitet?" + url.Values{"sykehus": {provider}, "uke": {weekWord(from)}}.Encode(), v.T("web.capacity.head")}}
	bad := false
	for n := range capacityWeeks {
		monday := from.Add(7 * n)
		word := weekWord(monday)
		at := ledger.UnitWeek{Unit: unit, Monday: monday}
		x := field{Name: word, Label: v.weekName(monday) + ", " + v.short(monday), Kind: "line", Need: true}
		if have, ok := starts[at]; ok {
			x.Value = strconv.Itoa(have)
		} else if units[i].Weekly > 0 {
			x.Help = v.T("web.capacity.usual", units[i].Weekly)
		}
		if r.Method == http.MethodPost {
			typed := strings.TrimSpace(q.Get(word))
			was := x.Value
			if x.Value = typed; typed != "" {
				if k, err := strconv.Atoi(typed); err != nil || k < 0 || k > mostStarts {
					x.Errors, bad = []string{v.T("web.capacity.bad", mostStarts)}, true
				} else if typed != was {
					seq, _ := strconv.Atoi(q.Get("seq-" + word))
					switch err := s.putCapacity(r, provider, unit, monday, k, seq); {
					case errors.Is(err, ledger.ErrPaperChanged):
						x.Errors, bad = []string{v.T("web.capacity.changed", was)}, true
					case err != nil:
						return err
					}
				}
			}
		}
		seq := papers[at].Seq
		p.Fields = append(p.Fields, x, field{Name: "seq-" + word, Kind: "hidden", Value: strconv.Itoa(seq)})
	}
	if r.Method == http.MethodPost && !bad {
		http.Redirect(w, r, p.Back.URL, http.StatusSeeOther)
		return nil
	}
	status := http.StatusOK
	if bad {
		status, p.Wrong = http.StatusUnprocessableEntity, v.T("web.capacity.some_kept")
	}
	return s.render(w, status, "capacityform", v, p)
}

// A plannedWeek is one row of a capacity file.
type plannedWeek struct {
	unit   string
	monday day.Day
	starts int
}

// readCapacity reads a CSV file with the columns enhet, uke and starter: a unit's id or name, "2026-W12" and a number. Every fault names its line.
func readCapacity(r io.Reader, units []clinic.Unit) ([]plannedWeek, error) {
	t, err := table.Open(r, []string{"enhet", "uke", "starter"}, []string{"enhet", "uke", "starter"})
	if err != nil {
		return nil, err
	}
	var out []plannedWeek
	for {
		err := t.Next()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(units, func(u clinic.Unit) bool { return u.ID == t.Get(0) || strings.EqualFold(u.Name, t.Get(0)) })
		monday, ok := readWeek(t.Get(1))
		n, err := strconv.Atoi(strings.TrimSpace(t.Get(2)))
		switch {
		case i < 0:
			return nil, badRequest{code: "web.capacity.file_unit", args: []any{t.Line()}}
		case !ok:
			return nil, badRequest{code: "web.capacity.file_week", args: []any{t.Line()}}
		case err != nil || n < 0 || n > mostStarts:
			return nil, badRequest{code: "web.capacity.file_number", args: []any{t.Line(), mostStarts}}
		case len(out) >= 10_000:
			return nil, badRequest{code: "web.capacity.file_long"}
		}
		out = append(out, plannedWeek{units[i].ID, monday, n})
	}
}

// capacityFile takes a file of capacities: all of it, or nothing.
func (s *site) capacityFile(w http.ResponseWriter, r *http.Request, v *view) error {
	r.Body = http.MaxBytesReader(w, r.Body, importSize)
	if err := r.ParseMultipartForm(importSize); err != nil {
		return badRequest{code: "web.bad_request_text"}
	}
	provider := r.FormValue("sykehus")
	units := s.unitsOf(provider, access.PlanCapacity)
	if len(units) == 0 {
		return desk.ErrMissing
	}
	file, _, err := r.FormFile("fil")
	if err != nil {
		return badRequest{code: "web.capacity.file_none"}
	}
	defer file.Close()
	raw, err := io.ReadAll(file)
	if err != nil {
		return badRequest{code: "web.bad_request_text"}
	}
	rows, err := readCapacity(bytes.NewReader(raw), units)
	r.URL.RawQuery = url.Values{"sykehus": {provider}}.Encode()
	var refused badRequest
	switch {
	case errors.As(err, &refused):
		return s.capacityPage(w, r, v, http.StatusUnprocessableEntity, v.T(refused.code, refused.args...), "")
	case err != nil:
		var fault *table.Fault
		line := 1
		if errors.As(err, &fault) {
			line = fault.Line
		}
		return s.capacityPage(w, r, v, http.StatusUnprocessableEntity, v.T("web.capacity.file_shape", line), "")
	}
	papers, starts, err := s.capacities(r, provider)
	if err != nil {
		return err
	}
	for _, x := range rows {
		at := ledger.UnitWeek{Unit: x.unit, Monday: x.monday}
		if n, ok := starts[at]; ok && n == x.starts {
			continue
		}
		if err := s.putCapacity(r, provider, x.unit, x.monday, x.starts, papers[at].Seq); err != nil {
			return err
		}
		starts[at] = x.starts
		p := papers[at]
		p.Seq++
		papers[at] = p
	}
	return s.capacityPage(w, r, v, http.StatusOK, "", v.T("web.capacity.file_done", len(rows)))
}
