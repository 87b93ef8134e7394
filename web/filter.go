package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rettid/clinic"
	"rettid/day"
	"rettid/law"
	"rettid/ledger"
	"rettid/words"
)

// perPage is how many rows a page of a list has.
const perPage = 50

// perList is how many rows a page of the waiting list has: what a screen shows. Those after them come as one scrolls.
const perList = 25

// maxPage keeps an address from asking for more than any list has.
const maxPage = 100_000

// The views of the waiting list by the word in the address, in the order of the tabs, and what the ledger calls them.
var listViews = []struct{ word, view, key string }{
	{"plikter", "waiting+duties_today", "web.view.duties"},
	{"uten-time", "no_appointment", "web.view.no_appointment"},
	{"frist-14", "due_14", "web.view.due_14"},
	{"over", "over", "web.view.over"},
	{"", "waiting", "web.view.all"},
}

// Views a number in the head leads to, which have no tab of their own.
var otherViews = []struct{ word, view, key string }{
	{"etter-fristen", "appointment_late", "web.view.appointment_late"},
	{"frist-14-uten-time", "due_14+no_appointment", "web.view.due_14_no_appointment"},
	{"uten-ansvarlig", "unowned", "web.view.unowned"},
}

// The sorts of the waiting list by the word in the address.
var listSorts = map[string]string{"": "left", "pasient": "patient", "gjelder": "condition", "time": "appointment", "plikt": "duty", "ventet": "waited"}

// A filter is what a list is asked for: it is read from an address and can write it again with one thing changed.
type filter struct {
	View, Provider, Site, Specialty, Condition, Duty, Appointment, Role string
	Unit, Week, DueWeek                                                 string // of a unit; with the time, or the deadline, in a week: "2026-W12"
	Sort                                                                string
	Desc                                                                bool
	Page                                                                int      // from 1
	Columns                                                             []string // beside days left and patient, in the order of listColumns; nil: the usual
}

// readFilter reads what an address asks for. One who works at a place sees the lists of its trust alone.
func (s *site) readFilter(r *http.Request) filter {
	u := s.o.User
	q := r.URL.Query()
	f := filter{View: q.Get("visning"), Provider: q.Get("sykehus"), Site: q.Get("sted"), Specialty: q.Get("fag"), Condition: q.Get("tilstand"), Duty: q.Get("plikt"),
		Appointment: q.Get("time"), Role: q.Get("rolle"), Unit: q.Get("enhet"), Week: q.Get("uke"), DueWeek: q.Get("fristuke"), Sort: q.Get("sorter"), Desc: q.Get("retning") == "ned", Page: 1}
	if n, err := strconv.Atoi(q.Get("side")); err == nil && n > 1 {
		f.Page = min(n, maxPage)
	}
	f.Columns = readColumns(q["kol"])
	if !q.Has("sykehus") {
		f.Provider = u.Place
	}
	if f.Provider == everywhere {
		f.Provider = ""
	}
	if !s.mine(f.Provider) && (f.Provider != "" || !s.several()) {
		f.Provider = u.Place
	}
	return f
}

// several tells whether one who is let in at some hospitals is so at more than one: a region's lists are asked for as all of theirs, and narrowed to them.
func (s *site) several() bool {
	if !s.guarded() {
		return false
	}
	places := s.places(s.act)
	return slices.ContainsFunc(places, func(p place) bool { return p.provider != places[0].provider })
}

// allHospitals is what they are called together.
func (v *view) allHospitals() string {
	if v.s.several() {
		return v.T("web.my_hospitals")
	}
	return v.T("web.all_hospitals")
}

// everywhere is how an address says every hospital, for one whose own is the ordinary choice.
const everywhere = "alle"

// narrowed tells whether more is asked for than a view and a hospital.
func (f filter) narrowed() bool {
	return f.Unit != "" || f.Week != "" || f.DueWeek != "" || f.Site != "" || f.Specialty != "" || f.Condition != "" || f.Duty != "" || f.Appointment != "" || f.Role != ""
}

// values is a filter as the words of an address.
func (f filter) values(u User) url.Values {
	q := url.Values{}
	set := func(k, v string) {
		if v != "" {
			q.Set(k, v)
		}
	}
	set("visning", f.View)
	switch {
	case f.Provider == u.Place:
	case f.Provider == "":
		q.Set("sykehus", everywhere)
	default:
		q.Set("sykehus", f.Provider)
	}
	set("sted", f.Site)
	set("fag", f.Specialty)
	set("tilstand", f.Condition)
	set("plikt", f.Duty)
	set("time", f.Appointment)
	set("rolle", f.Role)
	set("enhet", f.Unit)
	set("uke", f.Week)
	set("fristuke", f.DueWeek)
	set("sorter", f.Sort)
	if f.Desc {
		q.Set("retning", "ned")
	}
	if f.Page > 1 {
		q.Set("side", strconv.Itoa(f.Page))
	}
	if f.Columns != nil {
		q["kol"] = f.Columns
	}
	return q
}

// url writes the address of a page of a list: path and values, in the order of their words. A page of a list has some thirty of them.
func (f filter) url(path string, u User) string {
	b := make([]byte, 0, 128)
	b = append(b, path...)
	mark := byte('?')
	set := func(k, v string) {
		if v != "" {
			b = append(append(append(append(b, mark), k...), '='), url.QueryEscape(v)...)
			mark = '&'
		}
	}
	set("enhet", f.Unit)
	set("fag", f.Specialty)
	set("fristuke", f.DueWeek)
	for _, c := range f.Columns {
		set("kol", c)
	}
	set("plikt", f.Duty)
	if f.Desc {
		set("retning", "ned")
	}
	set("rolle", f.Role)
	if f.Page > 1 {
		set("side", strconv.Itoa(f.Page))
	}
	set("sorter", f.Sort)
	set("sted", f.Site)
	switch {
	case f.Provider == u.Place:
	case f.Provider == "":
		set("sykehus", everywhere)
	default:
		set("sykehus", f.Provider)
	}
	set("tilstand", f.Condition)
	set("time", f.Appointment)
	set("uke", f.Week)
	set("visning", f.View)
	return string(b)
}

// listView finds what the ledger calls the view of an address; an unknown one is a mistake in the address.
func listView(word string) (view, key string, err error) {
	for _, v := range append(slices.Clone(listViews), otherViews...) {
		if v.word == word {
			return v.view, v.key, nil
		}
	}
	return "", "", badRequest{code: "web.unknown_view"}
}

// query is what the ledger is asked for: the view, and the filters.
func (f filter) query(v *view) (ledger.Query, error) {
	view, _, err := listView(f.View)
	if err != nil {
		return ledger.Query{}, err
	}
	switch f.Appointment {
	case "":
	case "uten":
		view += "+no_appointment"
	case "etter":
		view += "+appointment_late"
	default:
		return ledger.Query{}, badRequest{code: "web.unknown_view"}
	}
	sort, ok := listSorts[f.Sort]
	if !ok {
		return ledger.Query{}, badRequest{code: "web.unknown_view"}
	}
	q := ledger.Query{ListProvider: f.Provider, ListSite: f.Site, Specialty: f.Specialty, Conditions: v.recorded(f.Specialty, f.Condition), Duty: f.Duty, Role: f.Role, View: view, Today: v.Today, Sort: sort, Desc: f.Desc,
		Unit: f.Unit, Limit: perList, Offset: (f.Page - 1) * perList}
	for _, w := range []struct {
		word string
		to   *day.Period
	}{{f.Week, &q.TimeIn}, {f.DueWeek, &q.DeadlineIn}} {
		if w.word == "" {
			continue
		}
		monday, ok := readWeek(w.word)
		if !ok {
			return ledger.Query{}, badRequest{code: "web.bad_date"}
		}
		*w.to = day.Period{From: monday, To: monday.Add(6)}
	}
	return q, nil
}

// recorded is everything a condition may stand as on a referral: its id, and its names in every edition of the guide, since one taken over from
// elsewhere was recorded by name. Another specialty's condition of the same name is not meant.
func (v *view) recorded(specialty, id string) []string {
	if id == "" {
		return nil
	}
	out := []string{id}
	if v.s.desk.Guides == nil {
		return out
	}
	all := v.s.desk.Guides.All()
	if specialty != "" {
		all = v.s.desk.Guides.Conditions(clinic.GuideArea(specialty))
	}
	for _, c := range all {
		if c.ID != id && c.NameNB != id {
			continue
		}
		for _, name := range []string{c.ID, c.NameNB, c.NameEN} {
			if name != "" && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// An option is one choice of a select.
type option struct {
	Value, Text string
	Chosen      bool
}

// A pick is one select of a filter form.
type pick struct {
	Name, Label string
	Options     []option
}

func (v *view) pickProvider(f filter) pick {
	p := pick{Name: "sykehus", Label: v.T("web.filter.provider"), Options: []option{{Value: everywhere, Text: v.allHospitals(), Chosen: f.Provider == ""}}}
	if v.s.o.User.Place != "" && !v.s.several() {
		p.Options = nil
	}
	found := f.Provider == ""
	for _, o := range v.s.desk.Org.Providers() {
		if o.Kind == clinic.ContractSpecialist || !v.s.mine(o.ID) {
			continue
		}
		p.Options = append(p.Options, option{o.ID, o.ShortName, o.ID == f.Provider})
		found = found || o.ID == f.Provider
	}
	if !found {
		p.Options = append(p.Options, option{f.Provider, v.provider(f.Provider), true})
	}
	return p
}

func (v *view) pickSite(f filter) pick {
	p := pick{Name: "sted", Label: v.T("web.filter.site"), Options: []option{{"", v.T("web.all_sites"), f.Site == ""}}}
	if o, ok := v.s.desk.Org.Provider(f.Provider); ok {
		for _, s := range o.Sites {
			p.Options = append(p.Options, option{s.ID, s.Name, s.ID == f.Site})
		}
	}
	return p
}

func (v *view) pickSpecialty(f filter) pick {
	p := pick{Name: "fag", Label: v.T("web.filter.specialty"), Options: []option{{"", v.T("web.all"), f.Specialty == ""}}}
	for _, o := range v.s.fields[v.Lang] {
		o.Chosen = o.Value == f.Specialty
		p.Options = append(p.Options, o)
	}
	return p
}

// fields are the specialties of each language, by name.
func fields() map[words.Lang][]option {
	out := make(map[words.Lang][]option)
	for _, l := range words.Langs() {
		some := make([]option, 0, len(clinic.Specialties()))
		for _, s := range clinic.Specialties() {
			some = append(some, option{Value: s.Key, Text: specialtyName(l, s)})
		}
		slices.SortFunc(some, func(a, b option) int { return words.Compare(l, a.Text, b.Text) })
		out[l] = some
	}
	return out
}

// pickCondition offers the conditions of the chosen field's guide.
func (v *view) pickCondition(f filter) pick {
	p := pick{Name: "tilstand", Label: v.T("web.filter.condition"), Options: []option{{"", v.T("web.all"), f.Condition == ""}}}
	found := f.Condition == ""
	if f.Specialty != "" && v.s.desk.Guides != nil {
		seen := make(map[string]bool)
		for _, c := range v.s.desk.Guides.Conditions(clinic.GuideArea(f.Specialty)) {
			if seen[c.ID] {
				continue
			}
			seen[c.ID] = true
			name := c.NameNB
			if v.Lang == words.EN {
				name = c.NameEN
			}
			p.Options = append(p.Options, option{c.ID, name, c.ID == f.Condition})
			found = found || c.ID == f.Condition
		}
	}
	if !found {
		p.Options = append(p.Options, option{f.Condition, v.condition(f.Specialty, f.Condition, v.Today), true})
	}
	return p
}

func (v *view) pickDuty(f filter, names ...law.DutyName) pick {
	p := pick{Name: "plikt", Label: v.T("web.filter.duty"), Options: []option{{"", v.T("web.all"), f.Duty == ""}}}
	for _, n := range names {
		p.Options = append(p.Options, option{string(n), v.T("duty." + string(n) + ".chip"), string(n) == f.Duty})
	}
	return p
}

func (v *view) pickAppointment(f filter) pick {
	return pick{Name: "time", Label: v.T("web.filter.appointment"), Options: []option{{"", v.T("web.appointment.any"), f.Appointment == ""},
		{"uten", v.T("web.appointment.none"), f.Appointment == "uten"}, {"etter", v.T("web.appointment.late"), f.Appointment == "etter"}}}
}

func (v *view) pickRole(f filter) pick {
	p := pick{Name: "rolle", Label: v.T("web.filter.role"), Options: []option{{"", v.T("web.all"), f.Role == ""}}}
	for _, r := range []law.Role{law.Specialist, law.Secretary, law.Intake, law.Booking} {
		p.Options = append(p.Options, option{string(r), v.T("role." + string(r)), string(r) == f.Role})
	}
	return p
}

// A pager is the links between the pages of a list.
type pager struct {
	Prev, Next string
	Pages      []pageLink
}

type pageLink struct {
	N       int
	URL     string
	Current bool
	Gap     bool // pages are left out here
}

// pageLinks gives the first page, the last, and those around the one at hand.
func pageLinks(f filter, total int, at func(filter) string) pager {
	return pageLinksOf(perPage, f, total, at)
}

// pageLinksOf is pageLinks, where a page has other than perPage rows.
func pageLinksOf(per int, f filter, total int, at func(filter) string) pager {
	return pageLinksTo(min((total+per-1)/per, deepest/per), f, at)
}

// pageLinksTo is pageLinks, to the last of so many pages.
func pageLinksTo(last int, f filter, at func(filter) string) pager {
	if last < 2 {
		return pager{}
	}
	var p pager
	to := func(n int) string { g := f; g.Page = n; return at(g) }
	if f.Page > 1 {
		p.Prev = to(f.Page - 1)
	}
	if f.Page < last {
		p.Next = to(f.Page + 1)
	}
	before := 0
	for n := 1; n <= last; n++ {
		if n != 1 && n != last && (n < f.Page-1 || n > f.Page+1) && !(f.Page == 1 && n == 3) {
			continue
		}
		if before > 0 && n > before+1 {
			p.Pages = append(p.Pages, pageLink{Gap: true})
		}
		p.Pages = append(p.Pages, pageLink{N: n, URL: to(n), Current: n == f.Page})
		before = n
	}
	return p
}

// pathPart makes a tenant fit for an address.
func pathPart(s string) string { return strings.ReplaceAll(url.PathEscape(s), "/", "%2F") }
