package web

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"rettid/access"
	"rettid/chart"
	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/figures"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
	"rettid/words"
)

// The picture for those who lead: how it stands today, how the list went last month, and thirteen months of it. Every number that has rows the reader may see
// leads to them. What is counted is asked of the law and of room figures.

const shownMonths = 13

// staleAfter is how old the periods of figures may be, which is said beside them.
const staleAfter = 10 * time.Minute

// A standsAt is where a referral stands, as lists are narrowed: what is counted of each cell is added up for whoever asks.
type standsAt struct{ provider, list, unit, specialty string }

// A trustTally is what the referrals of one trust come to, cell by cell.
type trustTally struct {
	at    time.Time
	by    *law.Settings
	cells map[standsAt]*figures.Trend
}

// months are the counted months of a scope.
type months struct {
	*figures.Trend           // nil when they are still being counted for the first time
	at             time.Time // when the oldest of it was counted
	newer          bool      // something has been recorded since
	counting       bool
	seen, of       int64 // referrals read, of so many
	err            error // it could not be counted
}

// standingRun is how many numbers of referrals are read at a time.
const standingRun = 10_000

// countedSince is the first day that a count of the latest months can concern.
func countedSince(today day.Day) day.Day { return first(today).AddMonths(-shownMonths) }

// eachStanding gives fn the facts of every referral of one tenant that a query takes in and the latest months can concern.
func (s *site) eachStanding(ctx context.Context, q ledger.Query, numbers int64, seen func(n int64), fn func(*ledger.Standing, *law.Facts)) error {
	for from := int64(1); from <= numbers; from += standingRun {
		to := min(from+standingRun-1, numbers)
		var f law.Facts
		err := s.desk.Ledger.EachStanding(ctx, q, from, to, countedSince(q.Today), func(x *ledger.Standing) error {
			if err := referral.FactsOf(x.State, &f); err != nil {
				return fmt.Errorf("read the state of referral %d: %w", x.Referral, err)
			}
			fn(x, &f)
			return nil
		})
		if err != nil {
			return err
		}
		seen(to)
	}
	return nil
}

// countTally counts a trust's referrals, none of which is kept.
func (s *site) countTally(ctx context.Context, tenant string, today day.Day, seen func(n, of int64)) (*trustTally, error) {
	t := &trustTally{at: s.desk.Now(), by: s.desk.Settings, cells: make(map[standsAt]*figures.Trend)}
	numbers, err := s.desk.Ledger.Numbers(ctx)
	if err != nil {
		return nil, err
	}
	n := numbers[tenant]
	seen(0, n)
	err = s.eachStanding(ctx, ledger.Query{Tenant: tenant, Today: today}, n, func(at int64) { seen(at, n) }, func(x *ledger.Standing, f *law.Facts) {
		at := standsAt{x.Provider, x.ListProvider, x.Unit, x.Specialty}
		trend := t.cells[at]
		if trend == nil {
			trend = figures.NewTrend(shownMonths, today)
			t.cells[at] = trend
		}
		trend.Add(f, t.by)
	})
	return t, err
}

func (s *site) tallyKey(tenant string, today day.Day) string {
	return fmt.Sprintf("%s|%s|%p", tenant, today, s.desk.Settings)
}

// monthsOf counts, or gives what was counted a little while ago. It waits until a moment for a count that is not finished.
func (s *site) monthsOf(ctx context.Context, q ledger.Query, today day.Day, until time.Time) (*months, error) {
	pos, err := s.heads(ctx)
	if err != nil {
		return nil, err
	}
	tenants := slices.Sorted(maps.Keys(pos))
	m := &months{Trend: figures.NewTrend(shownMonths, today), at: s.desk.Now()}
	q, any := s.within(tenants, q)
	for _, tenant := range tenants {
		if !any {
			break
		}
		a, err := s.tallies.ask(ctx, s.tallyKey(tenant, today), pos[tenant], until, func(ctx context.Context, seen func(n, of int64)) (*trustTally, error) {
			return s.countTally(ctx, tenant, today, seen)
		})
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		m.counting, m.newer = m.counting || a.counting, m.newer || a.newer
		m.seen, m.of = m.seen+a.seen, m.of+a.of
		switch {
		case err != nil:
			m.err = err
		case !a.ok:
			m.Trend = nil
		case m.Trend != nil:
			if a.value.at.Before(m.at) {
				m.at = a.value.at
			}
			for at, trend := range a.value.cells {
				if takesIn(&q, at) {
					m.Plus(trend)
				}
			}
		}
	}
	if m.err != nil {
		m.Trend = nil
	}
	return m, nil
}

// takesIn tells whether a list narrowed by q holds what stands in a cell: what ledger.Query says of its places.
func takesIn(q *ledger.Query, c standsAt) bool {
	is := func(asked, here string) bool { return asked == "" || asked == here }
	return is(q.ListProvider, c.list) && is(q.Provider, c.provider) && is(q.Unit, c.unit) && is(q.Specialty, c.specialty) &&
		(len(q.Within) == 0 || slices.ContainsFunc(q.Within, func(p ledger.Place) bool {
			return is(p.Provider, c.provider) && is(p.Unit, c.unit) && is(p.Specialty, c.specialty)
		}))
}

func first(d day.Day) day.Day {
	y, m, _ := d.Date()
	return day.On(y, m, 1)
}

// flowOf is the flow of one of the months.
func (m *months) flowOf(month day.Day) figures.Flow {
	for _, f := range m.Months {
		if f.Month == month {
			return f
		}
	}
	return m.Months[len(m.Months)-2]
}

// readMonth is the month an address asks for: the latest that is over, unless another of the last year is named.
func readMonth(r *http.Request, today day.Day) day.Day {
	latest := first(today).AddMonths(-1)
	m, err := day.Parse(r.URL.Query().Get("maaned") + "-01")
	if err != nil || m.After(latest) || m.Before(first(today).AddMonths(1-shownMonths)) {
		return latest
	}
	return m
}

// share is the days that a share of those who wait have waited at most.
func (m *months) share(p float64) float64 {
	if days, ok := m.Waited(p); ok {
		return float64(days)
	}
	return chart.Missing
}

// managerFigures are the figures of a scope, by their names in addresses. Their tables lead to the rows when the one who looks may see them.
func (v *view) managerFigures(m *months, rows rowsURL) []chart.Figure {
	l := v.Lang
	whole := m.Months[:len(m.Months)-1] // the month that is not over would look like a fall
	var mean, waiting, breach, intime []chart.Point
	for i, f := range whole {
		avg, share := chart.Missing, chart.Missing
		if f.Started > 0 {
			avg = float64(f.Days) / float64(f.Started)
		}
		if f.Assessed > 0 {
			share = float64(f.InTime) / float64(f.Assessed)
		}
		mean = append(mean, chart.Point{At: f.Month, Value: avg, URL: rows.of(figures.PartStarted, f.Month, f.Started)})
		waiting = append(waiting, chart.Point{At: f.Month, Value: float64(f.Closing), URL: rows.of(figures.PartClosing, f.Month, f.Closing)})
		breach = append(breach, chart.Point{At: f.Month, Value: float64(m.Breaches[i]), URL: rows.of(figures.PartBreach, f.Month, m.Breaches[i])})
		intime = append(intime, chart.Point{At: f.Month, Value: share, URL: rows.of(figures.PartAssessed, f.Month, f.Assessed)})
	}
	fr := func(id string, unit chart.Unit, args ...any) chart.Frame {
		return chart.Frame{Lang: l, ID: id, Title: v.T("manager."+id, args...), Subtitle: v.T("manager." + id + ".sub"), Unit: unit}
	}
	days := chart.Unit{Word: v.T("manager.days"), Places: 0}
	var out []chart.Figure
	c := chart.Control(fr("ventetid", days), chart.ControlChart{Points: mean})
	known := 0
	for _, p := range mean {
		if !math.IsNaN(p.Value) {
			known++
		}
	}
	if known < 6 {
		c.Title = v.T("manager.ventetid.few")
	} else if len(c.Says) > 0 { // the title is the finding
		c.Title = v.T("manager.ventetid.changed")
	}
	out = append(out, c)
	from, to := waiting[0].Value, waiting[len(waiting)-1].Value
	word := "manager.ventende.same"
	if to > from {
		word = "manager.ventende.up"
	} else if to < from {
		word = "manager.ventende.down"
	}
	w := fr("ventende", chart.Unit{})
	w.Title = v.T(word, int(math.Abs(to-from)))
	out = append(out, chart.TimeSeries(w, chart.Line{Points: waiting}))
	sum := 0
	for _, p := range breach {
		sum += int(p.Value)
	}
	out = append(out, chart.TimeSeries(fr("fristbrudd", chart.Unit{}, sum), chart.Line{Points: breach}))
	out = append(out, chart.TimeSeries(fr("vurdert", chart.Unit{Percent: true, Places: 1}), chart.Line{Points: intime}))
	bins := make([]chart.Bin, 0, 14)
	for from := 0; from < 364; from += 28 {
		bins = append(bins, chart.Bin{From: float64(from), To: float64(from + 28)})
	}
	bins = append(bins, chart.Bin{From: 364})
	for days, n := range m.Waits {
		bins[min(days/28, len(bins)-1)].N += n
	}
	for i := range bins {
		bins[i].URL = rows.waited(int(bins[i].From), int(bins[i].To), bins[i].N)
	}
	out = append(out, chart.Histogram(fr("fordeling", days, words.Decimal(l, m.share(0.5), 0)), bins, chart.Mark{Name: v.T("manager.median"), Value: m.share(0.5)}, chart.Mark{Name: v.T("manager.p90"), Value: m.share(0.9)}))
	return out
}

type bigNumber struct {
	Label, Value, URL string
	State, Note       string
	More              link // beside the note
}

// managerPart is what stands above the table of places.
type managerPart struct {
	Picks   []pick
	Today   string
	Big     []bigNumber
	Flow    *flowView
	Figures []figureView
	Report  link // of the month

	Counted  string       // when the months were counted
	Counting *countingBar // they are being counted, for the first time
	Failed   *notice      // they could not be
}

// A countingBar tells how far a count has come.
type countingBar struct {
	Head, Says string
	Seen, Of   int64 // Of is 0 while it cannot be told
}

// counting is the bar of a count; the page is asked for again by itself.
func (v *view) counting(w http.ResponseWriter, seen, of int64) *countingBar {
	w.Header().Set("Refresh", "2")
	b := &countingBar{Head: v.T("manager.counting"), Says: v.T("manager.counting.seen", int(seen), int(of)), Seen: seen, Of: of}
	if of == 0 {
		b.Says = v.T("manager.counting.turn")
	}
	return b
}

type flowView struct {
	chart.Flow
	Head                     string
	OpeningText, ClosingText string
	InText, OutText, Says    string
	Came, Went               int
	CameURL, WentURL         string
	Wrong                    bool
}

// scope is what the page is asked for: hospital, unit and field; one who leads a single unit begins there.
func (s *site) managerScope(r *http.Request) filter {
	f := s.readFilter(r)
	f.View, f.Site, f.Condition, f.Duty, f.Appointment, f.Role, f.Sort, f.Page = "", "", "", "", "", "", "", 1
	q := r.URL.Query()
	f.Unit = q.Get("enhet")
	if !q.Has("sykehus") && s.several() {
		f.Provider = ""
	}
	if !q.Has("enhet") && !q.Has("sykehus") && s.guarded() {
		if some := access.Scope(s.user, access.SeeFigures, s.desk.Today()); len(some) > 0 && some[0].Unit != "" && !s.several() {
			f.Provider, f.Unit = some[0].Provider, some[0].Unit
		}
	}
	if f.Unit != "" && !slices.ContainsFunc(unitsOf(s.desk.Org, f.Provider), func(u clinic.Unit) bool { return u.ID == f.Unit }) {
		f.Unit = ""
	}
	return f
}

func unitsOf(o *clinic.Org, provider string) []clinic.Unit {
	p, _ := o.Provider(provider)
	return p.Units
}

// rowsShown tells whether a number of the scope may lead to its rows: those of every place it is counted at.
func (s *site) rowsShown(f filter) bool {
	if !s.guarded() {
		return true
	}
	lists := s.places(access.List)
	wanted := []place{{f.Provider, f.Unit, f.Specialty}}
	if f.Provider == "" {
		wanted = nil
		for _, p := range s.places(s.act) {
			wanted = append(wanted, place{p.provider, cmp.Or(f.Unit, p.unit), cmp.Or(f.Specialty, p.specialty)})
		}
	}
	return len(wanted) > 0 && !slices.ContainsFunc(wanted, func(w place) bool {
		return !slices.ContainsFunc(lists, func(l place) bool { return l.covers(w) })
	})
}

// manager makes the picture of a scope.
func (s *site) manager(w http.ResponseWriter, r *http.Request, v *view, until time.Time) (*managerPart, error) {
	ctx, f := r.Context(), s.managerScope(r)
	p := &managerPart{Today: v.T("manager.today", v.Clock())}
	hospital := v.pickProvider(f)
	units := pick{Name: "enhet", Label: v.T("web.field.unit"), Options: []option{{Text: v.T("admin.people.every_unit"), Chosen: f.Unit == ""}}}
	for _, u := range unitsOf(s.desk.Org, f.Provider) {
		units.Options = append(units.Options, option{u.ID, u.Name, u.ID == f.Unit})
	}
	month := readMonth(r, v.Today)
	when := pick{Name: "maaned", Label: v.T("numbers.period")}
	for k := 1; k < shownMonths; k++ {
		m := first(v.Today).AddMonths(-k)
		value := m.String()[:7]
		if k == 1 {
			value = "" // the latest, whenever it is looked at
		}
		when.Options = append(when.Options, option{value, upperFirst(monthOf(v, m)), m == month})
	}
	p.Picks = []pick{when, hospital, units, v.pickSpecialty(f)}
	if f.Provider == "" {
		p.Picks = []pick{when, hospital, v.pickSpecialty(f)}
	}
	base := ledger.Query{ListProvider: f.Provider, Unit: f.Unit, Specialty: f.Specialty, Today: v.Today}
	linked := s.rowsShown(f)
	var rows rowsURL
	if linked {
		rows = rowsURL{v.scopeValues(f)}
	}
	m, err := s.monthsOf(ctx, base, v.Today, until)
	if err != nil {
		return nil, err
	}
	numbers := []struct{ word, view, label, state string }{{"over", "over", "manager.over", "late"}, {"etter-fristen", "expected", "manager.expected", "soon"}, {"uten-ansvarlig", "unowned", "web.tally.unowned", "late"}}
	queries := make([]ledger.Query, len(numbers))
	for i, x := range numbers {
		queries[i] = base
		queries[i].View = x.view
	}
	counts, more, err := s.countEach(ctx, queries)
	if err != nil {
		return nil, err
	}
	today := make([]bigNumber, len(numbers))
	for i, x := range numbers {
		b := bigNumber{Label: v.T(x.label), Value: words.Number(v.Lang, counts[i])}
		if more[i] {
			b.Value = v.T("web.more_than", counts[i])
		}
		if counts[i] > 0 {
			if b.State = x.state; linked {
				g := f
				g.View = x.word
				b.URL = g.url("/liste", s.o.User)
			}
		}
		today[i] = b
	}
	p.Big = append(p.Big, today[:2]...)
	if m.Trend != nil {
		last := m.flowOf(month)
		b := bigNumber{Label: v.T("manager.in_time"), Value: "–", Note: v.T("manager.none_assessed", monthOf(v, last.Month))}
		if last.Assessed > 0 {
			b.Value, b.Note = words.Percent(v.Lang, float64(last.InTime)/float64(last.Assessed), 1), v.T("manager.of", last.InTime, last.Assessed, monthOf(v, last.Month))
			b.URL = rows.of(figures.PartAssessed, last.Month, last.Assessed)
			if late := last.Assessed - last.InTime; late > 0 {
				b.More = link{rows.of(figures.PartLate, last.Month, late), v.T("manager.late", late)}
			}
		}
		p.Big = append(p.Big, b, bigNumber{Label: v.T("manager.median_now"), URL: rows.waited(0, 0, m.Waiting()), Value: words.Decimal(v.Lang, m.share(0.5), 0), Note: v.T("manager.p90_now", words.Decimal(v.Lang, m.share(0.9), 0))})
	}
	letters, err := s.lettersNumber(ctx, f, v.Today, until)
	if err != nil {
		return nil, err
	}
	b := bigNumber{Label: v.T("manager.letters"), Value: words.Number(v.Lang, letters.value), URL: rows.letters(letters.value)}
	switch {
	case !letters.ok:
		b.Value = "–"
	case letters.value > 0 && s.may(access.SendLetter):
		b.URL = lettersURL
	}
	p.Big = append(p.Big, b, today[2])
	switch {
	case m.err != nil:
		ref := reference()
		s.log.Error("the months of those who lead could not be counted", "reference", ref, "error", m.err)
		p.Failed = &notice{frame: v.frame, State: "fault", Head: v.T("manager.failed"), Lines: []string{v.T("manager.failed.how")}, Ref: ref, Retry: r.URL.RequestURI()}
		return p, nil
	case m.Trend == nil:
		p.Counting = v.counting(w, m.seen, m.of)
		return p, nil
	}
	p.Counted = v.countedAt(m.at, m.newer)
	p.Flow = v.flow(m.flowOf(month), rows)
	if linked {
		p.Flow.Says += " · " + v.T("manager.opens_rows")
	}
	report := url.Values{"periode": {month.String()[:7]}}
	if f.Provider != "" {
		report.Set("sykehus", f.Provider)
		report.Set("enhet", f.Unit)
	}
	if f.Specialty != "" {
		report.Set("fagomrade", fieldCode(f.Specialty))
	}
	p.Report = link{numbersURL + "/rapport?" + report.Encode(), v.T("numbers.nav.report")}
	for _, x := range v.managerFigures(m, rows) {
		p.Figures = append(p.Figures, v.figure(x, "/ledelse/figur", v.scopeValues(f)))
	}
	return p, nil
}

// countedAt says when something was counted, and whether it has changed since.
func (v *view) countedAt(at time.Time, newer bool) string {
	says := v.T("manager.counted", v.moment(at.UnixMicro()))
	if newer {
		says += ". " + v.T("manager.newer")
	}
	return says
}

// scopeValues is a scope as the words of an address, always said: a file is of what its address says.
func (v *view) scopeValues(f filter) url.Values {
	q := url.Values{"sykehus": {f.Provider}, "enhet": {f.Unit}, "fag": {f.Specialty}}
	if f.Provider == "" {
		q.Set("sykehus", everywhere)
	}
	return q
}

func monthOf(v *view, d day.Day) string {
	y, m, _ := d.Date()
	return words.Month(v.Lang, y, m)
}

// flow writes a month's balance: what was, came, went and is.
func (v *view) flow(f figures.Flow, rows rowsURL) *flowView {
	last := f.Month.AddMonths(1).Add(-1)
	out := &flowView{Flow: chart.Flow{Opening: chart.Part{N: f.Opening, URL: rows.of(figures.PartOpening, f.Month, f.Opening)},
		Closing: chart.Part{N: f.Closing, URL: rows.of(figures.PartClosing, f.Month, f.Closing)},
		In:      []chart.Part{{Name: v.T("manager.new"), N: f.In, URL: rows.of(figures.PartIn, f.Month, f.In)}}}, Came: f.In,
		OpeningText: v.T("manager.waited_on", f.Month), ClosingText: v.T("manager.waited_on", last), InText: v.T("manager.came"), OutText: v.T("manager.went")}
	for code, n := range f.Out {
		out.Out = append(out.Out, chart.Part{Name: v.endName(code), N: n, URL: rows.out(f.Month, code, n)})
		out.Went += n
	}
	out.CameURL, out.WentURL = rows.of(figures.PartIn, f.Month, out.Came), rows.out(f.Month, figures.AnyEnd, out.Went)
	slices.SortFunc(out.Out, func(a, b chart.Part) int {
		if a.N != b.N {
			return b.N - a.N
		}
		return strings.Compare(a.Name, b.Name)
	})
	change := f.Closing - f.Opening
	switch {
	case change < 0:
		out.Head = v.T("manager.fell", -change, monthOf(v, f.Month))
	case change > 0:
		out.Head = v.T("manager.rose", change, monthOf(v, f.Month))
	default:
		out.Head = v.T("manager.stood", monthOf(v, f.Month))
	}
	u := out.Unexplained()
	out.Wrong, out.Says = u != 0, v.T("manager.unexplained", u)
	return out
}

// endName says what ended a wait, by its code in a Flow.
func (v *view) endName(code string) string {
	if code == "started" {
		return v.T("manager.started")
	}
	if c, ok := clinic.CodeOf("8445", code); ok {
		return map[words.Lang]string{words.NB: c.NB, words.NN: c.NN, words.EN: c.EN}[v.Lang]
	}
	return v.T("manager.ended")
}

// managerFile is one of the figures as a file.
func (s *site) managerFile(w http.ResponseWriter, r *http.Request, v *view) error {
	name, kind, _ := strings.Cut(r.PathValue("fil"), ".")
	f := s.managerScope(r)
	m, err := s.monthsOf(r.Context(), ledger.Query{ListProvider: f.Provider, Unit: f.Unit, Specialty: f.Specialty, Today: v.Today}, v.Today, forFile())
	if err != nil {
		return err
	}
	if m.err != nil {
		return m.err
	}
	if m.Trend == nil {
		return fmt.Errorf("the months were not counted within an hour")
	}
	for _, x := range v.managerFigures(m, rowsURL{}) {
		if x.ID == name {
			x.Subtitle = strings.TrimSpace(v.listPlaceOf(f) + ". " + x.Subtitle)
			if ok, err := sendFigure(w, x, kind); ok || err != nil {
				return err
			}
		}
	}
	return desk.ErrMissing
}

// listPlaceOf names a scope: hospital, unit and field.
func (v *view) listPlaceOf(f filter) string {
	parts := []string{v.allHospitals()}
	if f.Provider != "" {
		parts[0] = v.provider(f.Provider)
	}
	for _, u := range unitsOf(v.s.desk.Org, f.Provider) {
		if u.ID == f.Unit {
			parts = append(parts, u.Name)
		}
	}
	if f.Specialty != "" {
		parts = append(parts, lowerFirst(v.specialty(f.Specialty)))
	}
	return strings.Join(parts, ", ")
}
