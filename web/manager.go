package web

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
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

const (
	shownMonths = 13
	mostStates  = 60_000           // counted for one page: a larger place is shown unit by unit
	staleAfter  = 10 * time.Minute // how old the months may be, which is said beside them
)

// months are the counted months of a scope, and how long those wait who wait now.
type months struct {
	at     time.Time
	flows  []figures.Flow // the latest, unfinished month last
	breach []int
	waits  []int // of those waiting, in order
	tooBig int   // how many there are, when they are too many
}

type monthCache struct {
	mu sync.Mutex
	of map[string]*months
}

// monthsOf counts, or gives what was counted a little while ago.
func (s *site) monthsOf(ctx context.Context, q ledger.Query, today day.Day) (*months, error) {
	key := fmt.Sprint(q.ListProvider, "|", q.Unit, "|", q.Specialty, "|", today, "|", s.places(s.act))
	s.counted.mu.Lock()
	m := s.counted.of[key]
	s.counted.mu.Unlock()
	if m != nil && s.desk.Now().Sub(m.at) < staleAfter && !s.desk.Now().Before(m.at) {
		return m, nil
	}
	m = &months{at: s.desk.Now()}
	q.View, q.Today = "", today
	n, err := s.count(ctx, q)
	if err != nil {
		return nil, err
	}
	if n > mostStates {
		m.tooBig = n
		return m, nil
	}
	from := first(today).AddMonths(-shownMonths)
	var states []*referral.Referral
	err = s.each(ctx, q, batch, func(r ledger.Row) (bool, error) {
		state, err := readState(r)
		if err != nil {
			return false, err
		}
		if f := &state.Facts; f.Open() || !f.WaitEnd.IsZero() && !f.WaitEnd.Before(from) || !f.ClosedOn.IsZero() && !f.ClosedOn.Before(from) {
			states = append(states, &state)
		}
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	for k := shownMonths - 1; k >= 0; k-- {
		month := first(today).AddMonths(-k)
		m.flows = append(m.flows, figures.FlowOf(states, month, today))
		m.breach = append(m.breach, figures.Month(states, month, today, s.desk.Settings).Breaches)
	}
	for _, x := range states {
		if law.IsWaiting(&x.Facts, today) {
			m.waits = append(m.waits, law.WaitingDays(&x.Facts, today))
		}
	}
	slices.Sort(m.waits)
	s.counted.mu.Lock()
	if len(s.counted.of) > 200 { // one for each place somebody leads, for a while
		clear(s.counted.of)
	}
	s.counted.of[key] = m
	s.counted.mu.Unlock()
	return m, nil
}

func first(d day.Day) day.Day {
	y, m, _ := d.Date()
	return day.On(y, m, 1)
}

// share is the value with a share p of the waits at or below it: the nearest rank.
func (m *months) share(p float64) float64 {
	if len(m.waits) == 0 {
		return chart.Missing
	}
	i := int(math.Ceil(p*float64(len(m.waits)))) - 1
	return float64(m.waits[max(0, min(i, len(m.waits)-1))])
}

// managerFigures are the figures of a scope, by their names in addresses. Their tables lead to the rows when the one who looks may see them.
func (v *view) managerFigures(m *months, rows rowsURL) []chart.Figure {
	l := v.Lang
	whole := m.flows[:len(m.flows)-1] // the month that is not over would look like a fall
	var mean, waiting, breach, intime []chart.Point
	for i, f := range whole {
		avg, share := chart.Missing, chart.Missing
		if len(f.Days) > 0 {
			sum := 0
			for _, d := range f.Days {
				sum += d
			}
			avg = float64(sum) / float64(len(f.Days))
		}
		if f.Assessed > 0 {
			share = float64(f.InTime) / float64(f.Assessed)
		}
		mean = append(mean, chart.Point{At: f.Month, Value: avg, URL: rows.of(figures.PartStarted, f.Month, len(f.Days))})
		waiting = append(waiting, chart.Point{At: f.Month, Value: float64(f.Closing), URL: rows.of(figures.PartClosing, f.Month, f.Closing)})
		breach = append(breach, chart.Point{At: f.Month, Value: float64(m.breach[i]), URL: rows.of(figures.PartBreach, f.Month, m.breach[i])})
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
	for _, d := range m.waits {
		bins[min(d/28, len(bins)-1)].N++
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
}

// managerPart is what stands above the table of places.
type managerPart struct {
	Picks   []pick
	Today   string
	Big     []bigNumber
	Flow    *flowView
	Counted string
	Figures []figureView
	TooBig  string
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
	if !q.Has("enhet") && !q.Has("sykehus") && s.guarded() {
		if some := access.Scope(s.user, access.SeeFigures, s.desk.Today()); len(some) > 0 && some[0].Unit != "" {
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

// rowsShown tells whether a number of the scope may lead to its rows.
func (s *site) rowsShown(f filter) bool {
	return !s.guarded() || slices.ContainsFunc(s.places(access.List), func(l place) bool { return l.covers(place{f.Provider, f.Unit, f.Specialty}) })
}

// manager makes the picture of a scope.
func (s *site) manager(r *http.Request, v *view) (*managerPart, error) {
	ctx, f := r.Context(), s.managerScope(r)
	p := &managerPart{Today: v.T("manager.today", v.Clock())}
	hospital := v.pickProvider(f)
	units := pick{Name: "enhet", Label: v.T("web.field.unit"), Options: []option{{Text: v.T("admin.people.every_unit"), Chosen: f.Unit == ""}}}
	for _, u := range unitsOf(s.desk.Org, f.Provider) {
		units.Options = append(units.Options, option{u.ID, u.Name, u.ID == f.Unit})
	}
	p.Picks = []pick{hospital, units, v.pickSpecialty(f)}
	if f.Provider == "" {
		p.Picks = []pick{hospital, v.pickSpecialty(f)}
	}
	base := ledger.Query{ListProvider: f.Provider, Unit: f.Unit, Specialty: f.Specialty, Today: v.Today}
	linked := s.rowsShown(f)
	var rows rowsURL
	if linked {
		rows = rowsURL{v.scopeValues(f)}
	}
	m, err := s.monthsOf(ctx, base, v.Today)
	if err != nil {
		return nil, err
	}
	number := func(word, view, path, label, state string) error {
		q := base
		q.View = view
		n, err := s.count(ctx, q)
		if err != nil {
			return err
		}
		b := bigNumber{Label: v.T(label), Value: words.Number(v.Lang, n)}
		if n > 0 && linked {
			g := f
			g.View = word
			b.URL = g.url(path, s.o.User)
		}
		if n > 0 {
			b.State = state
		}
		p.Big = append(p.Big, b)
		return nil
	}
	for _, x := range [][5]string{{"over", "over", "/liste", "manager.over", "late"}, {"etter-fristen", "expected", "/liste", "manager.expected", "soon"}} {
		if err := number(x[0], x[1], x[2], x[3], x[4]); err != nil {
			return nil, err
		}
	}
	if m.tooBig == 0 {
		last := m.flows[len(m.flows)-2]
		b := bigNumber{Label: v.T("manager.in_time"), Value: "–", Note: v.T("manager.none_assessed", monthOf(v, last.Month))}
		if last.Assessed > 0 {
			b.Value, b.Note = words.Percent(v.Lang, float64(last.InTime)/float64(last.Assessed), 1), v.T("manager.of", last.InTime, last.Assessed, monthOf(v, last.Month))
			b.URL = rows.of(figures.PartAssessed, last.Month, last.Assessed)
		}
		p.Big = append(p.Big, b, bigNumber{Label: v.T("manager.median_now"), URL: rows.waited(0, 0, len(m.waits)), Value: words.Decimal(v.Lang, m.share(0.5), 0), Note: v.T("manager.p90_now", words.Decimal(v.Lang, m.share(0.9), 0))})
	}
	letters := 0
	err = s.lettersOwed(ctx, f, v.Today, 0, func(_ []ledger.DutyRow, n int) { letters += n })
	if err != nil {
		return nil, err
	}
	b := bigNumber{Label: v.T("manager.letters"), Value: words.Number(v.Lang, letters), URL: rows.letters(letters)}
	if letters > 0 && s.may(access.SendLetter) {
		b.URL = lettersURL
	}
	p.Big = append(p.Big, b)
	if err := number("uten-ansvarlig", "unowned", "/liste", "web.tally.unowned", "late"); err != nil {
		return nil, err
	}
	if m.tooBig > 0 {
		p.TooBig = v.T("manager.too_big", m.tooBig)
		return p, nil
	}
	p.Counted = v.T("manager.counted", v.moment(m.at.UnixMicro()))
	p.Flow = v.flow(m.flows[len(m.flows)-2], rows)
	for _, x := range v.managerFigures(m, rows) {
		p.Figures = append(p.Figures, v.figure(x, "/ledelse/figur", v.scopeValues(f)))
	}
	return p, nil
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
	m, err := s.monthsOf(r.Context(), ledger.Query{ListProvider: f.Provider, Unit: f.Unit, Specialty: f.Specialty}, v.Today)
	if err != nil {
		return err
	}
	if m.tooBig > 0 {
		return desk.ErrMissing
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
	parts := []string{v.T("web.all_hospitals")}
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
