package web

import (
	"cmp"
	"math"
	"net/http"
	"slices"
	"strings"

	"rettid/chart"
	"rettid/day"
	"rettid/figures"
	"rettid/words"
)

// The figures as drawings: a measure over the months, through the year and within its limits, how waits are spread, places compared by what chance can give,
// regions, and where referrals go. Each title says what is so, and each has a table of the same numbers with the same hidden.

// numbersMeasures are the measures that can be drawn over time.
var numbersMeasures = []string{"concluded_mean_days", "concluded_median_days", "concluded_p90_days", "waiting_median_days", "closing", "newly_referred", "ordinarily_concluded", "concluded_breach_share", "waiting_breach_share", "assessed_within_limit_share", "appointment_share"}

const (
	drawnMonths       = 36
	drawnNationMonths = 60
)

type chartsPage struct {
	*frame
	Head, Sub, Counted string
	Nav                []navItem
	Picks              []pick
	Hidden             []option
	Figures            []figureView
	Notes              []string
	Empty, Clear       string
	Without            int
}

// readMeasure reads which measure is drawn.
func readMeasure(r *http.Request) string {
	if m := r.URL.Query().Get("mal"); slices.Contains(numbersMeasures, m) {
		return m
	}
	return numbersMeasures[0]
}

// every tells whether the one who looks may compare all places.
func (s *site) every(a numbersAsk) bool {
	return a.Nation || slices.ContainsFunc(s.places(s.act), func(l place) bool { return l == place{} })
}

func (s *site) numbersCharts(w http.ResponseWriter, r *http.Request, v *view) error {
	a, err := s.readNumbers(r)
	if err != nil {
		return err
	}
	a.By = nil
	v.Here = numbersURL
	g, err := s.gathered(w, r, v, a)
	if g == nil || err != nil {
		return err
	}
	measure := readMeasure(r)
	drawn, err := s.drawNumbers(v, g, a, measure)
	if err != nil {
		return err
	}
	p := chartsPage{frame: v.frame, Sub: v.numbersPlace(a), Counted: v.numbersCounted(g, a), Nav: v.numbersNav(a, numbersURL+"/diagram"), Clear: numbersAsk{Nation: a.Nation, Span: a.Span, Page: 1}.url(numbersURL + "/diagram"), Empty: v.T("numbers.empty")}
	p.Head = v.measure(measure)
	if len(drawn) > 0 {
		p.Head = drawn[0].Title
	}
	v.Title = p.Head
	pickMeasure := pick{Name: "mal", Label: v.T("numbers.figure")}
	for _, m := range numbersMeasures {
		pickMeasure.Options = append(pickMeasure.Options, option{m, v.measure(m), m == measure})
	}
	p.Picks = append([]pick{pickMeasure}, slices.DeleteFunc(v.numbersPicks(a), func(x pick) bool { return x.Name == "fordel" || x.Name == "og" })...)
	for _, x := range [][2]string{{"kilde", map[bool]string{true: nation}[a.Nation]}, {"skjul", map[bool]string{true: "1"}[a.Hide]}} {
		if x[1] != "" {
			p.Hidden = append(p.Hidden, option{Value: x[1], Text: x[0]})
		}
	}
	asked := a.values()
	asked.Set("mal", measure)
	for _, f := range drawn {
		fv := v.figure(f, numbersURL+"/diagram/fil", asked)
		fv.Definition = &link{numbersURL + "/definisjoner#" + measure, v.T("numbers.nav.defined")}
		p.Figures = append(p.Figures, fv)
	}
	return s.render(w, http.StatusOK, "numberscharts", v, p)
}

// numbersChartFile is one of the drawings as a file.
func (s *site) numbersChartFile(w http.ResponseWriter, r *http.Request, v *view) error {
	a, err := s.readNumbers(r)
	if err != nil {
		return err
	}
	a.By = nil
	g, err := s.gatheredFile(r, v, a)
	if err != nil {
		return err
	}
	drawn, err := s.drawNumbers(v, g, a, readMeasure(r))
	if err != nil {
		return err
	}
	id, kind, _ := strings.Cut(r.PathValue("fil"), ".")
	for _, f := range drawn {
		if f.ID == id {
			f.Subtitle = v.numbersPlace(a) + ". " + f.Subtitle
			if ok, err := sendFigure(w, f, kind); ok || err != nil {
				return err
			}
		}
	}
	return badRequest{code: "web.bad_request_text"}
}

func unitOfFigure(v *view, f figures.Figure) chart.Unit {
	switch f.Unit {
	case "share":
		return chart.Unit{Percent: true, Places: 1}
	case "days":
		return chart.Unit{Word: v.T("manager.days"), Places: 1}
	}
	return chart.Unit{}
}

// measure is what a figure is called in a title.
func (v *view) measure(key string) string {
	if key == "closing" {
		return v.T("numbers.measure.closing")
	}
	return v.T("figure." + key)
}

// value is a figure as a drawing takes it.
func value(c *figures.Cell, key string) float64 {
	if n, state := c.Value(key); state == figures.Shown {
		return n
	}
	return chart.Missing
}

// monthly counts a measure month by month up to the last whole month of what is asked.
func (s *site) monthly(v *view, g *gathering, a numbersAsk, key string) ([]chart.Point, error) {
	n := drawnMonths
	last := first(a.Span.To)
	if a.Nation {
		n = drawnNationMonths
	} else if !last.AddMonths(1).Add(-1).Before(v.Today) { // a month that is not over would look like a fall
		last = first(v.Today).AddMonths(-1)
	}
	span := figures.Span{Label: a.Span.Label, From: last.AddMonths(1 - n), To: last.AddMonths(1).Add(-1)}
	c, err := s.countNumbers(g, a, span, []string{figures.ByMonth})
	if err != nil {
		return nil, err
	}
	at := make(map[string]*figures.Cell)
	for _, cell := range c.Cells {
		at[c.names(cell)[0]] = cell
	}
	var out []chart.Point
	for k := range n {
		month := figures.MonthOf(span.From.AddMonths(k))
		p := chart.Point{At: month.From, Value: chart.Missing}
		cell := at[month.Label]
		if len(out) == 0 && (cell == nil || value(cell, "opening") == 0 && value(cell, "in") == 0) { // before there was anything
			continue
		}
		if cell != nil {
			p.Value = value(cell, key)
			b := a
			b.Span = month
			p.URL = b.url(numbersURL)
		}
		p.New = slices.Contains([]day.Day{day.On(2020, 3, 1), day.On(2020, 11, 1)}, month.From) && strings.Contains(key, "breach")
		out = append(out, p)
	}
	return out, nil
}

// drawNumbers makes the drawings.
func (s *site) drawNumbers(v *view, g *gathering, a numbersAsk, key string) ([]chart.Figure, error) {
	f, _ := figures.FigureByKey(key)
	unit, name := unitOfFigure(v, f), v.measure(key)
	fr := func(id, title, sub string) chart.Frame {
		return chart.Frame{Lang: v.Lang, ID: id, Title: title, Subtitle: sub, Unit: unit}
	}
	var out []chart.Figure
	points, err := s.monthly(v, g, a, key)
	if err != nil {
		return nil, err
	}
	if len(points) > 1 {
		lines := []chart.Line{{Points: points, Own: true}}
		sub := v.T("numbers.chart.months", name)
		if own := (chart.Line{Name: v.T("numbers.published"), Points: v.yardsticks(a, key, points)}); own.Points != nil {
			lines[0].Name = v.T("numbers.here")
			lines = append(lines, own)
			sub += " " + v.T("numbers.chart.yardstick")
		} else if (a.Provider != "" || a.Field != "") && s.every(a) {
			b := a
			b.Provider, b.Unit, b.Field = "", "", ""
			all, err := s.monthly(v, g, b, key)
			if err != nil {
				return nil, err
			}
			if f.Unit != "count" && len(all) == len(points) { // a count of all would only be larger
				lines[0].Name = v.T("numbers.here")
				lines = append(lines, chart.Line{Name: lowerFirst(v.T("numbers.all")), Points: all})
			}
		}
		out = append(out, chart.TimeSeries(fr("tid", v.changed(points, f, name), sub), lines...))
		c := chart.Control(fr("kontroll", v.T("numbers.chart.steady", name), v.T("numbers.chart.control", name)), chart.ControlChart{Points: points})
		if len(c.Says) > 0 {
			c.Title = v.T("numbers.chart.shifted", name)
		}
		out = append(out, c)
		if len(points) > 12 {
			title := v.T("numbers.chart.season", name)
			if lo, hi, ok := seasons(points); ok {
				title = v.T("numbers.chart.season_of", name, v.monthName(lo), v.monthName(hi))
			}
			out = append(out, chart.Seasons(fr("sesong", title, v.T("numbers.chart.seasons", name)), points))
		}
	}
	whole, err := s.countNumbers(g, a, a.Span, nil)
	if err != nil {
		return nil, err
	}
	if total := whole.total(); total != nil {
		if h, ok := v.spreadOf(total, key, a); ok {
			out = append(out, h)
		}
	}
	places, err := s.placeCharts(v, g, a, key, fr)
	if err != nil {
		return nil, err
	}
	out = append(out, places...)
	if m, ok := s.movesChart(v, g, a); ok {
		out = append(out, m)
	}
	return out, nil
}

// yardsticks are the published national figures beside the made-up nation's; nil where there are none.
func (v *view) yardsticks(a numbersAsk, key string, points []chart.Point) []chart.Point {
	if !a.Nation || a.Provider != "" {
		return nil
	}
	var out []chart.Point
	any := false
	for _, p := range points {
		y, ok := figures.YardstickFor(key, figures.Sector(a.Field), p.At)
		q := chart.Point{At: p.At, Value: chart.Missing}
		if ok {
			q.Value, any = y.Value, true
		}
		out = append(out, q)
	}
	if !any {
		return nil
	}
	return out
}

// changed says how a measure has changed since the same month a year before.
func (v *view) changed(points []chart.Point, f figures.Figure, name string) string {
	last := points[len(points)-1].Value
	before := chart.Missing
	if len(points) > 12 {
		before = points[len(points)-13].Value
	}
	diff := last - before
	switch {
	case math.IsNaN(diff):
		return name
	case f.Unit == "share" && math.Abs(diff) < 0.0005, f.Unit != "share" && math.Abs(diff) < 0.05:
		return v.T("numbers.chart.same", name)
	}
	size := words.Decimal(v.Lang, math.Abs(diff), 1)
	switch f.Unit {
	case "share":
		size = v.T("numbers.points", words.Decimal(v.Lang, math.Abs(diff)*100, 1))
	case "days":
		size = v.T("numbers.days", size)
	default:
		size = words.Number(v.Lang, int(math.Abs(diff)))
	}
	if diff > 0 {
		return v.T("numbers.chart.up", name, size)
	}
	return v.T("numbers.chart.down", name, size)
}

// seasons finds the calendar months with the lowest and the highest mean value; false with less than two whole years.
func seasons(points []chart.Point) (lo, hi int, ok bool) {
	var sum [13]float64
	var n [13]int
	for _, p := range points {
		if !math.IsNaN(p.Value) {
			_, m, _ := p.At.Date()
			sum[m], n[m] = sum[m]+p.Value, n[m]+1
		}
	}
	for m := 1; m <= 12; m++ {
		if n[m] < 2 {
			return 0, 0, false
		}
		mean := sum[m] / float64(n[m])
		if lo == 0 || mean < sum[lo]/float64(n[lo]) {
			lo = m
		}
		if hi == 0 || mean > sum[hi]/float64(n[hi]) {
			hi = m
		}
	}
	return lo, hi, true
}

func (v *view) monthName(m int) string {
	name, _, _ := strings.Cut(words.Month(v.Lang, 2025, m), " ")
	return name
}

// spreadOf draws how waits are spread: of those who started, or of those waiting.
func (v *view) spreadOf(c *figures.Cell, key string, a numbersAsk) (chart.Figure, bool) {
	concluded, waits := c.Days()
	days, which := concluded, "concluded"
	if strings.HasPrefix(key, "waiting") || key == "closing" {
		days, which = waits, "waiting"
	}
	if len(days) == 0 {
		return chart.Figure{}, false
	}
	bins := make([]chart.Bin, 0, 14)
	for from := 0; from < 364; from += 28 {
		bins = append(bins, chart.Bin{From: float64(from), To: float64(from + 28)})
	}
	bins = append(bins, chart.Bin{From: 364})
	for _, d := range days {
		bins[max(0, min(int(d)/28, len(bins)-1))].N++
	}
	if a.Hide || !v.s.numbersRows(a) {
		holdBins(bins)
	}
	median, p90 := value(c, which+"_median_days"), value(c, which+"_p90_days")
	unit := chart.Unit{Word: v.T("manager.days"), Places: 0}
	return chart.Histogram(chart.Frame{Lang: v.Lang, ID: "fordeling", Title: v.T("numbers.chart.half_"+which, words.Decimal(v.Lang, median, 0)), Subtitle: v.T("numbers.chart.spread_" + which), Unit: unit}, bins,
		chart.Mark{Name: v.T("manager.median"), Value: median}, chart.Mark{Name: v.T("manager.p90"), Value: p90}), true
}

// holdBins hides columns of fewer than five, and when that is one alone, the smallest of the others with it: their sum is known.
func holdBins(bins []chart.Bin) {
	held := 0
	for i := range bins {
		if n := bins[i].N; n > 0 && n < 5 {
			bins[i].Held = true
			held++
		}
	}
	if held != 1 {
		return
	}
	least := -1
	for i := range bins {
		if !bins[i].Held && bins[i].N > 0 && (least < 0 || bins[i].N < bins[least].N) {
			least = i
		}
	}
	if least >= 0 {
		bins[least].Held = true
	}
}

// placeCharts compare hospitals, or the units of one, and the regions.
func (s *site) placeCharts(v *view, g *gathering, a numbersAsk, key string, fr func(id, title, sub string) chart.Frame) ([]chart.Figure, error) {
	var out []chart.Figure
	b, by := a, "trust"
	b.Unit = ""
	if s.every(a) {
		b.Provider = ""
	} else if by = "department"; a.Unit != "" && !slices.ContainsFunc(s.places(s.act), func(l place) bool { return l.covers(place{provider: a.Provider}) }) {
		return nil, nil
	}
	share := key
	if f, _ := figures.FigureByKey(key); f.Unit != "share" {
		share = "concluded_breach_share"
	}
	all, err := s.countNumbers(g, b, a.Span, nil)
	if err != nil {
		return nil, err
	}
	c, err := s.countNumbers(g, b, a.Span, []string{by})
	if err != nil {
		return nil, err
	}
	if total := all.total(); total != nil && !math.IsNaN(value(total, share)) {
		fc := chart.FunnelChart{Centre: value(total, share), Named: lowerFirst(v.T("numbers.all")), Across: lowerFirst(v.T("figure." + funnelBase[share])), Counted: true}
		outside := 0
		for _, cell := range c.Cells {
			n, state := cell.Value(funnelBase[share])
			if state != figures.Shown || n == 0 {
				continue
			}
			id := c.names(cell)[0]
			p := chart.Place{Name: v.dimName(by, id, b), N: n, Count: int(n), Value: value(cell, share), Own: id == a.Provider && id != "" || id == a.Unit && id != ""}
			if s.numbersRows(a) {
				p.URL = v.number(numbersCount{c.Result, withBy(b, by), c.fixed}, cell, share).URL
			}
			fc.Places = append(fc.Places, p)
			if fc.Outside(p) {
				outside++
			}
		}
		if len(fc.Places) > 1 {
			frame := fr("trakt", v.T("numbers.chart.within", v.T("figure."+share)), v.T("numbers.chart.funnel", v.T("figure."+share)))
			frame.Unit = chart.Unit{Percent: true, Places: 1}
			if outside > 0 {
				frame.Title = v.T("numbers.chart.outside", outside, len(fc.Places), lowerFirst(v.T("figure."+share)))
			}
			out = append(out, chart.Funnel(frame, fc))
		}
	}
	if !s.every(a) {
		return out, nil
	}
	c, err = s.countNumbers(g, b, a.Span, []string{"region"})
	if err != nil {
		return nil, err
	}
	at := map[string][2]int{"nord": {0, 2}, "midt": {1, 1}, "vest": {2, 0}, "sor-ost": {2, 1}}
	var tiles []chart.Tile
	for _, cell := range c.Cells {
		id := c.names(cell)[0]
		where, ok := at[id]
		if !ok {
			continue
		}
		tiles = append(tiles, chart.Tile{Name: v.dimName("region", id, b), Row: where[0], Column: where[1], Value: value(cell, key), URL: withBy(b, "region").url(numbersURL)})
	}
	if len(tiles) > 1 {
		frame := fr("regioner", v.measure(key), v.T("numbers.chart.tiles", v.measure(key)))
		shown := slices.DeleteFunc(slices.Clone(tiles), func(t chart.Tile) bool { return math.IsNaN(t.Value) })
		if len(shown) > 1 {
			most := slices.MaxFunc(shown, func(x, y chart.Tile) int { return cmp.Compare(x.Value, y.Value) })
			least := slices.MinFunc(shown, func(x, y chart.Tile) int { return cmp.Compare(x.Value, y.Value) })
			frame.Title = v.T("numbers.chart.regions", v.measure(key), most.Name, least.Name)
		}
		out = append(out, chart.Tiles(frame, tiles))
	}
	return out, nil
}

// funnelBase is the count each share is set against in a funnel: the one nearest to its denominator that is published itself.
var funnelBase = map[string]string{"concluded_breach_share": "ordinarily_concluded", "waiting_breach_share": "waiting", "assessed_within_limit_share": "assessed", "appointment_share": "granted"}

func withBy(a numbersAsk, by string) numbersAsk {
	a.By = []string{by}
	return a
}

// movesChart draws where referrals went from one hospital to another in the year up to the end of the period.
func (s *site) movesChart(v *view, g *gathering, a numbersAsk) (chart.Figure, bool) {
	if !s.every(a) || a.Nation {
		return chart.Figure{}, false
	}
	to := a.asOf(v.Today)
	from := to.AddMonths(-12).Add(1)
	n := make(map[[2]string]float64)
	seen := make(map[string]bool)
	total := 0
	for i := range g.periods {
		p := &g.periods[i]
		for j, m := range p.Moves {
			next := p.Institution
			if j+1 < len(p.Moves) {
				next = p.Moves[j+1].Institution
			}
			if m.Institution == next || m.On.Before(from) || m.On.After(to) || a.Field != "" && m.Specialty != a.Field && p.Specialty != a.Field || a.Provider != "" && m.Institution != a.Provider && next != a.Provider {
				continue
			}
			n[[2]string{m.Institution, next}]++
			seen[m.Institution], seen[next] = true, true
			total++
		}
	}
	if total == 0 {
		return chart.Figure{}, false
	}
	var ids []string
	for id := range seen {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(x, y string) int { return strings.Compare(v.provider(x), v.provider(y)) })
	m := chart.Matrix{}
	for _, x := range ids {
		m.From, m.To = append(m.From, v.provider(x)), append(m.To, v.provider(x))
		row := make([]float64, len(ids))
		for j, y := range ids {
			row[j] = n[[2]string{x, y}]
		}
		m.N = append(m.N, row)
	}
	title := v.T("numbers.chart.moves", total)
	if a.Hide || !s.numbersRows(a) {
		if holdCrossing(m.N) {
			title = v.T("numbers.chart.moves_some")
		}
	}
	return chart.Crossing(chart.Frame{Lang: v.Lang, ID: "flytting", Title: title, Subtitle: v.T("numbers.chart.moves_sub", from, to)}, m), true
}

// holdCrossing hides numbers from 1 to 4, and another in every row and column where one alone is hidden, for their sums may be known. It tells whether any is.
func holdCrossing(n [][]float64) bool {
	held := false
	for i := range n {
		for j := range n[i] {
			if n[i][j] > 0 && n[i][j] < 5 {
				n[i][j], held = chart.Missing, true
			}
		}
	}
	for again := held; again; {
		again = false
		for k := range n {
			for _, column := range []bool{false, true} {
				at := func(x int) *float64 {
					if column {
						return &n[x][k]
					}
					return &n[k][x]
				}
				hidden, least := 0, -1
				for x := range n {
					switch v := *at(x); {
					case math.IsNaN(v):
						hidden++
					case v > 0 && (least < 0 || v < *at(least)):
						least = x
					}
				}
				if hidden == 1 && least >= 0 {
					*at(least), again = chart.Missing, true
				}
			}
		}
	}
	return held
}
