package web

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/clinic"
	"rettid/day"
	"rettid/figures"
	"rettid/words"
)

// The figures of a reporting period: every one of room figures, broken down as one asks, each with its definition and, for those who may, its rows. What is asked
// stands in the address and nothing else does, so that a page can be kept and sent on: it holds no name.

const numbersURL = "/tall"

func (s *site) numbersRoutes(m *http.ServeMux) {
	m.HandleFunc("GET "+numbersURL, s.page(access.SeeFigures, (*site).numbers))
	m.HandleFunc("GET "+numbersURL+"/fil/{fil}", s.page(access.SeeFigures, (*site).numbersFile))
	m.HandleFunc("GET "+numbersURL+"/rader", s.page(access.SeeFigures, (*site).numbersRowList))
	m.HandleFunc("GET "+numbersURL+"/definisjoner", s.page(access.SeeFigures, (*site).numbersDefined))
	m.HandleFunc("GET "+numbersURL+"/diagram", s.page(access.SeeFigures, (*site).numbersCharts))
	m.HandleFunc("GET "+numbersURL+"/diagram/fil/{fil}", s.page(access.SeeFigures, (*site).numbersChartFile))
	m.HandleFunc("GET "+numbersURL+"/rapport", s.page(access.SeeFigures, (*site).numbersReport))
	m.HandleFunc("GET "+numbersURL+"/rapport.pdf", s.page(access.SeeFigures, (*site).numbersReportPDF))
	m.HandleFunc("GET "+numbersURL+"/offentlig", s.page(access.SeeFigures, (*site).numbersPublished))
	m.HandleFunc("POST "+numbersURL+"/offentlig", s.page(access.ReportNPR, (*site).numbersPublish))
	m.HandleFunc("POST "+numbersURL+"/offentlig/kontroll", s.page(access.SeeFigures, (*site).numbersRecount))
	m.HandleFunc("POST "+numbersURL+"/stopp", s.page(access.SeeFigures, (*site).numbersStop))
	m.HandleFunc("GET "+numbersURL+"/stoppet", s.page(access.SeeFigures, (*site).numbersStopped))
}

// A numbersAsk is what is asked.
type numbersAsk struct {
	Nation                bool
	Span                  figures.Span
	By                    []string // at most two, as figures.ParseBy writes them
	Provider, Unit, Field string   // the registry's code of a field; empty: all
	Group                 string   // the figures shown of each cell
	Sort                  string   // a figure; empty: by name
	Desc                  bool
	Page                  int
	Known                 day.Day // of what was known then; zero: all
	Hide                  bool    // small numbers are hidden from one who may see them too, as they are published
}

// numbersDims are the breakdowns people choose between.
var numbersDims = []string{"region", "trust", "site", "department", "sector", "specialty", "level", "age", "sex"}

// numbersGroups are the figures shown side by side, under the word of the address.
var numbersGroups = []struct {
	word string
	keys []string
}{
	{"", []string{"newly_referred", "ordinarily_concluded", "concluded_median_days", "concluded_breach_share", "closing", "waiting_median_days", "waiting_breach", "assessed_within_limit_share"}},
	{"flyt", []string{"opening", "in", "out", "closing", "unexplained", "newly_referred", "ordinarily_concluded", "started_with_postponement", "ended_other"}},
	{"startet", []string{"ordinarily_concluded", "concluded_mean_days", "concluded_q1_days", "concluded_median_days", "concluded_q3_days", "concluded_p90_days", "km_median_days", "concluded_breach", "concluded_breach_share"}},
	{"ventende", []string{"waiting", "waiting_mean_days", "waiting_q1_days", "waiting_median_days", "waiting_q3_days", "waiting_p90_days", "waiting_breach", "waiting_breach_share", "waiting_postponed", "unassessed"}},
	{"vurdering", []string{"assessed", "assessed_within_limit", "assessed_within_limit_share", "granted", "not_granted", "letters_within_limit_share", "appointment_share", "guarantee_65_share"}},
	{"kvalitet", []string{"helfo_notified", "contacts_kept_share", "re_referred", "data_errors"}},
}

// readNumbers reads what an address asks for. One who may see some places only is given one of them.
func (s *site) readNumbers(r *http.Request) (numbersAsk, error) {
	q := r.URL.Query()
	a := numbersAsk{Nation: s.o.Demo && q.Get("kilde") == nation, Provider: q.Get("sykehus"), Unit: q.Get("enhet"), Field: q.Get("fagomrade"), Group: q.Get("gruppe"), Sort: q.Get("sorter"), Desc: q.Get("retning") == "ned", Page: 1, Hide: q.Get("skjul") == "1"}
	label := q.Get("periode")
	if label == "" {
		label = s.lastMonth(a.Nation).Label
	}
	var err error
	if a.Span, err = figures.ParseSpan(label); err != nil || a.Span.From.Year() < 2008 || a.Span.From.Year() > 2100 {
		return a, badRequest{code: "numbers.bad_period"}
	}
	if !a.Nation && a.Span.From.After(s.desk.Today()) {
		return a, badRequest{code: "numbers.not_begun"}
	}
	if k := q.Get("kjent"); k != "" {
		if a.Known, err = day.Parse(k); err != nil {
			return a, badRequest{code: "web.bad_date"}
		}
	}
	for _, name := range []string{q.Get("fordel"), q.Get("og")} {
		by, err := figures.ParseBy(name)
		if err != nil || len(by) > 1 || len(by) == 1 && !slices.Contains(numbersDims, by[0]) {
			return a, badRequest{code: "numbers.bad_by"}
		}
		if len(by) == 1 && !slices.Contains(a.By, by[0]) {
			a.By = append(a.By, by[0])
		}
	}
	if !slices.ContainsFunc(numbersGroups, func(g struct {
		word string
		keys []string
	}) bool {
		return g.word == a.Group
	}) {
		a.Group = ""
	}
	if _, ok := figures.FigureByKey(a.Sort); !ok {
		a.Sort = ""
	}
	if n, err := strconv.Atoi(q.Get("side")); err == nil && n > 1 {
		a.Page = min(n, maxPage)
	}
	if a.Provider == everywhere {
		a.Provider = ""
	}
	if a.Nation {
		a.Unit = ""
		return a.plain(), nil
	}
	if a.Unit != "" && !slices.ContainsFunc(unitsOf(s.desk.Org, a.Provider), func(u clinic.Unit) bool { return u.ID == a.Unit }) {
		a.Unit = ""
	}
	if !q.Has("enhet") && !q.Has("sykehus") && s.guarded() { // one who leads a unit begins there
		if some := access.Scope(s.user, access.SeeFigures, s.desk.Today()); len(some) > 0 && some[0].Unit != "" {
			a.Provider, a.Unit = some[0].Provider, some[0].Unit
		}
	}
	places := s.places(s.act)
	asked := place{a.Provider, a.Unit, fieldKey(a.Field)}
	if a.Field == "" {
		asked.specialty = ""
	}
	if !slices.ContainsFunc(places, func(l place) bool { return l.covers(asked) }) && len(places) > 0 {
		if slices.ContainsFunc(places, func(l place) bool { return a.Provider != "" && l.provider == a.Provider }) {
			i := slices.IndexFunc(places, func(l place) bool { return l.provider == a.Provider })
			places = places[i : i+1]
		}
		a.Provider, a.Unit = places[0].provider, cmp.Or(places[0].unit, a.Unit)
		if places[0].specialty != "" {
			a.Field = fieldCode(places[0].specialty)
		}
	}
	return a.plain(), nil
}

// plain leaves out the breakdowns that a choice has made one cell.
func (a numbersAsk) plain() numbersAsk {
	fixed, _ := a.fixed()
	a.By = slices.DeleteFunc(a.By, func(by string) bool { return slices.Contains(fixed, by) || slices.Contains(fixed, numbersSame[by]) })
	return a
}

// lastMonth is the month the figures begin with: the last one that is over.
func (s *site) lastMonth(nation bool) figures.Span {
	if nation {
		return figures.MonthOf(day.On(2025, 9, 1))
	}
	return figures.MonthOf(first(s.desk.Today()).Add(-1))
}

func (a numbersAsk) values() url.Values {
	q := url.Values{"periode": {a.Span.Label}}
	set := func(k, v string) {
		if v != "" {
			q.Set(k, v)
		}
	}
	if a.Nation {
		q.Set("kilde", nation)
	}
	for i, by := range a.By {
		q.Set([]string{"fordel", "og"}[i], by)
	}
	set("sykehus", a.Provider)
	set("enhet", a.Unit)
	set("fagomrade", a.Field)
	set("gruppe", a.Group)
	set("sorter", a.Sort)
	if a.Desc {
		q.Set("retning", "ned")
	}
	if a.Page > 1 {
		q.Set("side", strconv.Itoa(a.Page))
	}
	if !a.Known.IsZero() {
		q.Set("kjent", a.Known.String())
	}
	if a.Hide {
		q.Set("skjul", "1")
	}
	return q
}

func (a numbersAsk) url(path string) string { return path + "?" + a.values().Encode() }

// fixed are the breakdowns a choice of place or field is made by, with the value chosen. A place is chosen as a cell of the table of all places, so that what is
// hidden in one table is hidden in the others too, and what has moved there is among what came.
func (a numbersAsk) fixed() (by, values []string) {
	for _, x := range [][2]string{{"institusjonID", a.Provider}, {"department", a.Unit}, {"fagomrade", a.Field}} {
		if x[1] != "" {
			by, values = append(by, x[0]), append(values, x[1])
		}
	}
	return by, values
}

// A numbersCount is the figures of what is asked.
type numbersCount struct {
	*figures.Result
	a     numbersAsk
	fixed int // the first breakdowns are those of the choice
}

// names are the values of a cell in the breakdowns asked for.
func (c numbersCount) names(cell *figures.Cell) []string { return cell.By[c.fixed:] }

// numbersSame are other names of the same breakdowns.
var numbersSame = map[string]string{"trust": "institusjonID", "specialty": "fagomrade"}

// countNumbers counts a reporting period by some breakdowns.
func (s *site) countNumbers(g *gathering, a numbersAsk, span figures.Span, by []string) (numbersCount, error) {
	fixed, values := a.fixed()
	var rest []string
	for _, b := range by {
		if !slices.Contains(fixed, b) && !slices.Contains(fixed, numbersSame[b]) {
			rest = append(rest, b)
		}
	}
	if today := s.desk.Today(); !a.Nation && span.To.After(today) {
		span.To = today
	}
	r, err := figures.Compute(func(yield func(*figures.Period) bool) {
		for i := range g.periods {
			if !yield(&g.periods[i]) {
				return
			}
		}
	}, figures.Options{Span: span, By: append(slices.Clone(fixed), rest...), Suppress: a.Hide || !s.numbersRows(a)})
	if errors.Is(err, figures.ErrTooFine) {
		return numbersCount{}, badRequest{code: "numbers.too_fine"}
	}
	if err != nil {
		return numbersCount{}, err
	}
	r.Cells = slices.DeleteFunc(r.Cells, func(c *figures.Cell) bool { return !slices.Equal(c.By[:len(fixed)], values) })
	return numbersCount{r, a, len(fixed)}, nil
}

// total is the one cell of a count without breakdowns; nil when nothing is there.
func (c numbersCount) total() *figures.Cell {
	if len(c.Cells) == 0 {
		return nil
	}
	return c.Cells[0]
}

type numbersPage struct {
	*frame
	Head, Sub, Counted string
	Nav                []navItem
	Picks              []pick
	Hidden             []option
	Flow               *numbersFlow
	Groups             []navItem
	Parts              []numbersPart // of one cell: a line for each figure
	Columns            []column      // of many: a line for each cell
	Rows               []numbersRow
	Count, Says        string
	Notes              []string
	Pages              pager
	Files              []link
	Switch             link // with or without small numbers
	Clear, Empty       string
	Without            int
}

type navItem struct {
	URL, Text string
	Current   bool
}

type numbersRow struct {
	Name  string
	Names []string // of the second breakdown
	Cells []numberText
}

// A numberText is one figure as it is written.
type numberText struct {
	Text, URL, Spoken string
	Hidden            bool
}

type numbersPart struct {
	Head  string
	Lines []numbersLine
}

type numbersLine struct {
	Name, Rule, Define string
	Value              numberText
}

// A numbersFlow is opening + in − out = closing, as it is written.
type numbersFlow struct {
	Head                      string
	Opening, In, Out, Closing numberText
	OpeningText, ClosingText  string
	Came, Went                []numbersLine
	Says                      string
	Wrong                     bool
}

func (s *site) numbers(w http.ResponseWriter, r *http.Request, v *view) error {
	a, err := s.readNumbers(r)
	if err != nil {
		return err
	}
	v.Here = numbersURL
	g, err := s.gathered(w, r, v, a)
	if g == nil || err != nil {
		return err
	}
	whole, err := s.countNumbers(g, a, a.Span, nil)
	if err != nil {
		return err
	}
	p := numbersPage{frame: v.frame, Sub: v.numbersPlace(a), Counted: v.numbersCounted(g, a), Nav: v.numbersNav(a, numbersURL), Picks: v.numbersPicks(a), Clear: numbersAsk{Nation: a.Nation, Span: a.Span, Page: 1}.url(numbersURL), Empty: v.T("numbers.empty")}
	p.Head = v.numbersHead(whole)
	v.Title = p.Head
	for _, x := range [][2]string{{"gruppe", a.Group}, {"kilde", map[bool]string{true: nation}[a.Nation]}, {"skjul", map[bool]string{true: "1"}[a.Hide]}} {
		if x[1] != "" {
			p.Hidden = append(p.Hidden, option{Value: x[1], Text: x[0]})
		}
	}
	if total := whole.total(); total != nil {
		p.Flow = v.numbersFlow(whole, total)
	}
	for _, x := range whole.NotComparable {
		p.Notes = append(p.Notes, v.T("numbers.not_comparable", lowerFirst(v.T("figure."+x))))
	}
	if s.numbersRows(a) {
		b := a
		b.Hide = !a.Hide
		p.Switch = link{b.url(numbersURL), v.T("numbers.hide")}
		if a.Hide {
			p.Switch.Text = v.T("numbers.show_all")
		}
	}
	for _, kind := range []string{"csv", "xlsx", "json", "parquet"} {
		p.Files = append(p.Files, link{a.url(numbersURL + "/fil/tall." + kind), map[string]string{"csv": "CSV", "xlsx": "Excel", "json": "JSON", "parquet": "Parquet"}[kind]})
	}
	if len(a.By) == 0 {
		if total := whole.total(); total != nil {
			p.Parts = v.numbersParts(whole, total)
		}
		return s.render(w, http.StatusOK, "numbers", v, p)
	}
	c, err := s.countNumbers(g, a, a.Span, a.By)
	if err != nil {
		return err
	}
	keys := a.keys()
	for _, x := range numbersGroups {
		b := a
		b.Group, b.Page = x.word, 1
		p.Groups = append(p.Groups, navItem{b.url(numbersURL), v.T("numbers.group." + cmp.Or(x.word, "hoved")), x.word == a.Group})
	}
	p.Columns = v.numbersColumns(a, keys)
	cells := v.sortCells(c, a)
	from := min((a.Page-1)*perPage, len(cells))
	if from == len(cells) && from > 0 {
		a.Page = (len(cells) + perPage - 1) / perPage
		http.Redirect(w, r, a.url(numbersURL), http.StatusSeeOther)
		return nil
	}
	shown := cells[from:min(from+perPage, len(cells))]
	for _, cell := range shown {
		p.Rows = append(p.Rows, v.numbersRow(c, cell, keys))
	}
	p.Count = v.T("web.shown", words.Number(v.Lang, len(shown)), words.Number(v.Lang, len(cells)))
	p.Pages = pageLinks(filter{Page: a.Page}, len(cells), func(f filter) string { b := a; b.Page = f.Page; return b.url(numbersURL) })
	return s.render(w, http.StatusOK, "numbers", v, p)
}

func (a numbersAsk) keys() []string {
	for _, g := range numbersGroups {
		if g.word == a.Group {
			return g.keys
		}
	}
	return numbersGroups[0].keys
}

// numbersHead says what is so: how the list went.
func (v *view) numbersHead(c numbersCount) string {
	period := v.spanName(c.a.Span.Label)
	total := c.total()
	if total == nil {
		return v.T("numbers.head", period)
	}
	return v.reportHead(total, period)
}

// numbersPlace names what is counted.
func (v *view) numbersPlace(a numbersAsk) string {
	parts := []string{v.T("web.all_hospitals")}
	switch {
	case a.Nation:
		parts[0] = v.T("numbers.nation")
		if a.Provider != "" {
			parts = append(parts, a.Provider)
		}
	case a.Provider != "":
		parts[0] = v.provider(a.Provider)
		if a.Unit != "" {
			parts = append(parts, v.unitName(a.Provider, a.Unit))
		}
	}
	if a.Field != "" {
		parts = append(parts, lowerFirst(v.named("8451", a.Field)))
	}
	return strings.Join(append([]string{strings.Join(parts, ", ")}, v.spanName(a.Span.Label)), " · ")
}

// spanName names a reporting period as people do.
func (v *view) spanName(label string) string {
	span, err := figures.ParseSpan(label)
	year, rest, _ := strings.Cut(label, "-")
	switch {
	case err != nil:
		return label
	case rest == "":
		return v.T("web.npr.year", year)
	case rest[0] == 'T':
		return v.T("numbers.tertial", rest[1:], year)
	}
	return monthOf(v, span.From)
}

// numbersCounted says how old the figures are, and what they rest on.
func (v *view) numbersCounted(g *gathering, a numbersAsk) string {
	says := v.T("numbers.counted", v.moment(g.at.UnixMicro()), len(g.periods))
	if !a.Known.IsZero() {
		says += " " + v.T("numbers.known_on", a.Known)
	}
	if !a.Nation && a.Span.To.After(v.Today) {
		says += " " + v.T("numbers.so_far", v.Today)
	}
	return says
}

// numbersNav are the pages of the figures.
func (v *view) numbersNav(a numbersAsk, here string) []navItem {
	a.Page, a.Sort, a.Desc = 1, "", false
	b := a
	b.By, b.Group = nil, ""
	out := []navItem{{a.url(numbersURL), v.T("numbers.nav.table"), here == numbersURL}, {b.url(numbersURL + "/diagram"), v.T("numbers.nav.charts"), here == numbersURL+"/diagram"}}
	b.Hide = false
	out = append(out, navItem{b.url(numbersURL + "/rapport"), v.T("numbers.nav.report"), here == numbersURL+"/rapport"})
	// What is published is of a whole hospital: one who sees a unit alone has no way there.
	whole := slices.ContainsFunc(v.s.places(access.SeeFigures), func(l place) bool {
		return l.unit == "" && l.specialty == "" && (a.Provider == "" || l.covers(place{provider: a.Provider}))
	})
	if !a.Nation && whole {
		out = append(out, navItem{b.url(numbersURL + "/offentlig"), v.T("numbers.nav.published"), here == numbersURL+"/offentlig"})
	}
	return append(out, navItem{numbersURL + "/definisjoner", v.T("numbers.nav.defined"), here == numbersURL+"/definisjoner"})
}

// numbersPicks are the choices of the form.
func (v *view) numbersPicks(a numbersAsk) []pick {
	period := pick{Name: "periode", Label: v.T("numbers.period")}
	seen := false
	for _, x := range v.s.numbersSpans(a.Nation) {
		period.Options = append(period.Options, option{x.Label, v.spanName(x.Label), x.Label == a.Span.Label})
		seen = seen || x.Label == a.Span.Label
	}
	if !seen {
		period.Options = append(period.Options, option{a.Span.Label, v.spanName(a.Span.Label), true})
	}
	out := []pick{period}
	every := slices.ContainsFunc(v.s.places(v.s.act), func(l place) bool { return l.provider == "" })
	hospital := pick{Name: "sykehus", Label: v.T("web.filter.provider")}
	if every || a.Nation {
		hospital.Options = append(hospital.Options, option{everywhere, v.T("web.all_hospitals"), a.Provider == ""})
	}
	if a.Nation {
		for i := range figures.NationalTrusts {
			id := fmt.Sprintf("T%02d", i+1)
			hospital.Options = append(hospital.Options, option{id, id, id == a.Provider})
		}
	} else {
		for _, o := range v.s.desk.Org.Providers() {
			if o.Kind != clinic.ContractSpecialist && v.s.mine(o.ID) || o.ID == a.Provider {
				hospital.Options = append(hospital.Options, option{o.ID, o.ShortName, o.ID == a.Provider})
			}
		}
	}
	out = append(out, hospital)
	if units := unitsOf(v.s.desk.Org, a.Provider); !a.Nation && len(units) > 0 {
		p := pick{Name: "enhet", Label: v.T("web.field.unit"), Options: []option{{"", v.T("admin.people.every_unit"), a.Unit == ""}}}
		for _, u := range units {
			p.Options = append(p.Options, option{u.ID, u.Name, u.ID == a.Unit})
		}
		out = append(out, p)
	}
	field := pick{Name: "fagomrade", Label: v.T("numbers.by.specialty"), Options: []option{{"", v.T("numbers.all_fields"), a.Field == ""}}}
	for _, c := range clinic.Codes("8451") {
		if !clinic.Valid("8451", c.Code, a.Span.To) {
			continue
		}
		field.Options = append(field.Options, option{c.Code, v.named("8451", c.Code), c.Code == a.Field})
	}
	out = append(out, field)
	for i, name := range []string{"fordel", "og"} {
		p := pick{Name: name, Label: v.T("numbers." + name), Options: []option{{"", v.T("numbers.no_by"), len(a.By) <= i}}}
		for _, d := range numbersDims {
			p.Options = append(p.Options, option{d, v.T("numbers.by." + d), len(a.By) > i && a.By[i] == d})
		}
		out = append(out, p)
	}
	return out
}

// numbersSpans are the reporting periods one can choose: 24 months, the tertials and the years they lie in.
func (s *site) numbersSpans(nation bool) []figures.Span {
	last := s.lastMonth(nation)
	if !nation {
		last = figures.MonthOf(s.desk.Today())
	}
	var months, tertials, years []string
	for k := range 25 {
		d := last.From.AddMonths(-k)
		y, m, _ := d.Date()
		months = append(months, figures.MonthOf(d).Label)
		tertials = append(tertials, fmt.Sprintf("%d-T%d", y, (m-1)/4+1))
		years = append(years, strconv.Itoa(y))
	}
	var out []figures.Span
	for _, label := range slices.Concat(months, slices.Compact(tertials), slices.Compact(years)) {
		if span, err := figures.ParseSpan(label); err == nil {
			out = append(out, span)
		}
	}
	return out
}

// numberText writes a figure of a cell; : where it is hidden, – where there is none.
func (v *view) numberText(cell *figures.Cell, f *figures.Figure) numberText {
	n, state := cell.Value(f.Key)
	switch {
	case state == figures.Hidden:
		return numberText{Text: figures.HiddenMark, Spoken: v.T("figure.suppressed"), Hidden: true}
	case state == figures.NotComputed:
		return numberText{Text: "–", Spoken: v.T("numbers.not_computed")}
	case f.Unit == "share":
		return numberText{Text: words.Percent(v.Lang, n, 1)}
	case f.Unit == "days":
		return numberText{Text: words.Decimal(v.Lang, n, 1)}
	}
	return numberText{Text: words.Number(v.Lang, int(n))}
}

// numbersBehind is the count whose rows a figure rests on; empty: none.
func numbersBehind(key string) string {
	switch key {
	case "concluded_breach_share":
		return "concluded_breach"
	case "waiting_breach_share":
		return "waiting_breach"
	case "assessed_within_limit_share":
		return "assessed"
	case "appointment_share":
		return "appointment_of"
	case "guarantee_65_share":
		return "guarantee_65_of"
	case "contacts_kept_share":
		return "contacts_planned"
	case "letters_within_limit_share":
		return "letters_of"
	case "km_median_days", "unexplained":
		return ""
	}
	if strings.HasSuffix(key, "_days") {
		return map[string]string{"concluded": "ordinarily_concluded", "waiting": "waiting"}[key[:strings.Index(key, "_")]]
	}
	return key
}

// number writes a figure with the way to its rows, for those who may see them.
func (v *view) number(c numbersCount, cell *figures.Cell, key string) numberText {
	f, _ := figures.FigureByKey(key)
	out := v.numberText(cell, &f)
	behind := numbersBehind(key)
	n, state := cell.Value(key)
	if behind == "" || state != figures.Shown || n == 0 && f.Unit == "count" || !v.s.numbersRows(c.a) {
		return out
	}
	b := c.a
	b.Page, b.Sort, b.Desc, b.Group = 1, "", false, ""
	q := b.values()
	q.Set("tall", behind)
	q["celle"] = c.names(cell)
	if len(c.names(cell)) == 0 {
		q.Del("fordel")
		q.Del("og")
	}
	out.URL = numbersURL + "/rader?" + q.Encode()
	return out
}

func (v *view) numbersLine(c numbersCount, cell *figures.Cell, key string) numbersLine {
	f, _ := figures.FigureByKey(key)
	return numbersLine{Name: v.T("figure." + key), Rule: v.ruleOf(f.Rule), Define: numbersURL + "/definisjoner#" + key, Value: v.number(c, cell, key)}
}

// numbersParts are all figures of one cell, each with its rule.
func (v *view) numbersParts(c numbersCount, cell *figures.Cell) []numbersPart {
	var out []numbersPart
	for _, g := range numbersGroups[1:] {
		p := numbersPart{Head: v.T("numbers.group." + g.word)}
		for _, key := range g.keys {
			if g.word == "flyt" && key == "ordinarily_concluded" { // among those started
				continue
			}
			p.Lines = append(p.Lines, v.numbersLine(c, cell, key))
		}
		out = append(out, p)
	}
	// who is held outside, by the registry's code
	p := numbersPart{Head: v.T("figure.excluded")}
	for _, x := range strings.Fields(cell.ExcludedText()) {
		code, n, _ := strings.Cut(x, "=")
		line := numbersLine{Name: v.T("npr.excluded." + code), Rule: v.cite("R-10.11") + " · " + code, Define: numbersURL + "/definisjoner#excluded", Value: numberText{Text: n}}
		if i, err := strconv.Atoi(n); err == nil {
			line.Value.Text = words.Number(v.Lang, i)
			if v.s.numbersRows(c.a) && i > 0 {
				q := c.a.values()
				q.Set("tall", "excluded."+code)
				line.Value.URL = numbersURL + "/rader?" + q.Encode()
			}
		} else {
			line.Value.Spoken, line.Value.Hidden = v.T("figure.suppressed"), true
		}
		p.Lines = append(p.Lines, line)
	}
	if len(p.Lines) > 0 {
		out = append(out, p)
	}
	return out
}

// numbersFlow writes the balance of a cell.
func (v *view) numbersFlow(c numbersCount, cell *figures.Cell) *numbersFlow {
	last := c.Span.To
	f := &numbersFlow{Head: v.numbersHead(c), Opening: v.number(c, cell, "opening"), In: v.number(c, cell, "in"), Out: v.number(c, cell, "out"), Closing: v.number(c, cell, "closing"),
		OpeningText: v.T("manager.waited_on", c.Span.From), ClosingText: v.T("manager.waited_on", last)}
	part := func(of string, keys ...string) []numbersLine {
		var out []numbersLine
		sum, n, all := 0.0, 0.0, true
		for _, key := range keys {
			out = append(out, v.numbersLine(c, cell, key))
			x, state := cell.Value(key)
			sum, all = sum+x, all && state == figures.Shown
		}
		n, state := cell.Value(of)
		if rest := n - sum; all && state == figures.Shown && rest > 0 && (rest >= 5 || !c.a.Hide && v.s.numbersRows(c.a)) {
			out = append(out, numbersLine{Name: v.T("numbers.moved." + of), Value: numberText{Text: words.Number(v.Lang, int(rest))}})
		}
		return out
	}
	f.Came, f.Went = part("in", "newly_referred"), part("out", "ordinarily_concluded", "started_with_postponement", "ended_other")
	u, _ := cell.Value("unexplained")
	f.Wrong, f.Says = u != 0, v.T("manager.unexplained", int(u))
	return f
}

// numbersColumns are the headers of the table: what it is broken down by, and the figures, each a way to sort and its definition.
func (v *view) numbersColumns(a numbersAsk, keys []string) []column {
	var out []column
	for _, by := range a.By {
		b := a
		b.Sort, b.Desc, b.Page = "", false, 1
		out = append(out, column{Text: v.T("numbers.by." + by), URL: b.url(numbersURL)})
	}
	for _, key := range keys {
		b := a
		b.Sort, b.Page = key, 1
		b.Desc = !(a.Sort == key && a.Desc)
		c := column{Class: "n", Text: v.T("figure." + key), URL: b.url(numbersURL), Icon: "both"}
		if a.Sort == key {
			c.Sort, c.Icon = "ascending", "up"
			if a.Desc {
				c.Sort, c.Icon = "descending", "down"
			}
		}
		out = append(out, c)
	}
	return out
}

// sortCells puts the cells in the order asked for: by name, or by a figure with what has no value last.
func (v *view) sortCells(c numbersCount, a numbersAsk) []*figures.Cell {
	cells := slices.Clone(c.Cells)
	slices.SortStableFunc(cells, func(x, y *figures.Cell) int {
		if a.Sort == "" {
			for i := range c.names(x) {
				if n := strings.Compare(v.dimName(a.dim(c, i), c.names(x)[i], a), v.dimName(a.dim(c, i), c.names(y)[i], a)); n != 0 {
					return n
				}
			}
			return 0
		}
		m, s := x.Value(a.Sort)
		n, t := y.Value(a.Sort)
		switch {
		case (s == figures.Shown) != (t == figures.Shown):
			if s == figures.Shown {
				return -1
			}
			return 1
		case a.Desc:
			return cmp.Compare(n, m)
		}
		return cmp.Compare(m, n)
	})
	return cells
}

// dim is the name of a breakdown by its place among the names of a cell.
func (numbersAsk) dim(c numbersCount, i int) string { return c.Result.By[c.fixed+i] }

func (v *view) numbersRow(c numbersCount, cell *figures.Cell, keys []string) numbersRow {
	var out numbersRow
	for i, value := range c.names(cell) {
		name := v.dimName(c.a.dim(c, i), value, c.a)
		if i == 0 {
			out.Name = name
		} else {
			out.Names = append(out.Names, name)
		}
	}
	for _, key := range keys {
		out.Cells = append(out.Cells, v.number(c, cell, key))
	}
	return out
}

// dimName is what a value of a breakdown is called.
func (v *view) dimName(dim, value string, a numbersAsk) string {
	if value == "" {
		return v.T("numbers.not_given")
	}
	switch dim {
	case "region":
		for _, r := range v.s.desk.Org.Regions() {
			if r.ID == value {
				return r.Name
			}
		}
	case "trust", "institusjonID":
		return v.provider(value)
	case "site":
		for _, o := range v.s.desk.Org.Providers() {
			if x, ok := o.Site(value); ok && x.ID == value {
				return v.place(o.ID, x.ID)
			}
		}
		return v.provider(value)
	case "department":
		for _, o := range v.s.desk.Org.Providers() {
			for _, u := range o.Units {
				if u.ID == value && (a.Provider == "" || a.Provider == o.ID) {
					if a.Provider == "" {
						return o.ShortName + ", " + lowerFirst(u.Name)
					}
					return u.Name
				}
			}
		}
	case "specialty", "fagomrade":
		return v.named("8451", value)
	case "level":
		return v.named("8406", value)
	case "sex":
		return v.named("3101", value)
	case "sector":
		return v.T("numbers.sector." + value)
	case "age":
		return v.T("numbers.age", strings.ReplaceAll(value, "-", "–"))
	}
	return value
}

// numbersFile is the table as a file: the same cells, unrounded, with the same hidden.
func (s *site) numbersFile(w http.ResponseWriter, r *http.Request, v *view) error {
	a, err := s.readNumbers(r)
	if err != nil {
		return err
	}
	_, kind, _ := strings.Cut(r.PathValue("fil"), ".")
	mime, ok := map[string]string{"json": "application/json", "csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}[kind]
	if !ok {
		return badRequest{code: "web.bad_request_text"}
	}
	g, err := s.gatheredFile(r, v, a)
	if err != nil {
		return err
	}
	c, err := s.countNumbers(g, a, a.Span, a.By)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", mime)
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="tall-%s.%s"`, a.Span.Label, kind))
	switch kind {
	case "csv":
		return c.WriteCSV(w)
	case "parquet":
		return c.WriteParquet(w)
	case "xlsx":
		return c.WriteWorkbook(w)
	}
	return c.WriteJSON(w, figures.Source{Rows: len(g.periods), SHA256: g.digest()}, a.Hide || !s.numbersRows(a))
}

// digest is of the periods, as figures.AppendPeriod writes them, in order.
func (g *gathering) digest() string {
	sum := sha256.New()
	var line []byte
	for i := range g.periods {
		line = figures.AppendPeriod(line[:0], &g.periods[i])
		sum.Write(line)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

type definedPage struct {
	*frame
	Head, Sub string
	Nav       []navItem
	Rows      []definedRow
}

type definedRow struct{ Key, Name, Text, Rule, Unit, Kind string }

// numbersDefined says how every figure is defined, by rule (G9.3-10).
func (s *site) numbersDefined(w http.ResponseWriter, r *http.Request, v *view) error {
	v.Here, v.Title = numbersURL, v.T("numbers.nav.defined")
	p := definedPage{frame: v.frame, Head: v.T("numbers.defined.head"), Sub: v.T("numbers.defined.sub"), Nav: v.numbersNav(numbersAsk{Span: s.lastMonth(false), Page: 1}, numbersURL+"/definisjoner")}
	for _, f := range figures.Figures {
		kind := "numbers.over"
		if f.Stock {
			kind = "numbers.at_end"
		}
		p.Rows = append(p.Rows, definedRow{f.Key, v.T("figure." + f.Key), v.T("figure." + f.Key + ".def"), v.ruleOf(f.Rule), v.T("numbers.unit." + f.Unit), v.T(kind)})
	}
	return s.render(w, http.StatusOK, "numbersdefined", v, p)
}
