package web

import (
	"crypto/rand"
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rettid/chart"
	"rettid/desk"
	"rettid/equity"
	"rettid/exception"
	"rettid/law"
	"rettid/say"
	"rettid/words"
)

// One review: its findings in the order they are read, what is done about each, the tables by every axis, the plots of X-712, what has changed since the last, the meeting's paper, and the year's publication.

type reviewPageData struct {
	*frame
	Head, Sub  string
	Facts      []pair
	Findings   []findingLine
	Plain      []findingLine // what is said without a signal
	Axes       []option
	AxisLinks  []link
	AxisName   string
	AxisNote   string
	Table      axisTable
	Contrast   string
	Figures    []figureView
	Changes    []string
	Known      knownView // published figures to hold it against
	Check      status    // of its numbers, counted again
	CheckSays  []string
	CheckURL   string
	Files      []link
	Key        string
	Seq        int
	Owners     []option
	By         string
	Bad        string
	MayPublish bool
	Year       int
	Published  *link
	NoNumbers  bool
	ID         int64
	YearText   string
}

type findingLine struct {
	ID, FindingText, Rule string
	status
	Signal       bool
	About        string // what is compared, and which group of it
	Task         *taskRow
	Open         bool // a task that is not closed
	Kind, Owner  string
	Words, ByDay string
}

// num is a number of the review's own, in which nothing is hidden: what is not there was not computed.
func (v *view) num(x *float64, places int) string {
	if x == nil {
		return "–"
	}
	return words.Decimal(v.Lang, *x, places)
}

func (v *view) count(n *int) string {
	if n == nil {
		return "–"
	}
	return words.Number(v.Lang, *n)
}

// groupName is a group of an axis in words.
func (v *view) groupName(a equity.Axis, g string) string {
	switch a {
	case equity.ByRegion:
		return v.region(g)
	case equity.ByCatchment, equity.ByTrust:
		if p, ok := v.s.desk.Org.Provider(g); ok {
			return p.ShortName
		}
		return v.region(g)
	case equity.ByMunicipality:
		if h, ok := v.s.desk.Org.HomeOf(g, v.Today); ok && h.Name != "" {
			return h.Name
		}
		return g
	case equity.ByAge:
		return v.T("review.age", strings.ReplaceAll(g, "-", "–"))
	case equity.ByCentrality, equity.ByEducation, equity.ByInterpreter, equity.BySex:
		return v.T("review.group." + string(a) + "." + g)
	}
	return g
}

// findingText is a finding as a sentence, with its group by name.
func (v *view) findingText(f equity.Finding) string {
	args := make([]any, len(f.Args))
	for i, a := range f.Args {
		switch x := a.(type) {
		case float64:
			args[i] = words.Decimal(v.Lang, x, 2)
			switch {
			case f.Rule == "I-4", f.Rule == "X-1103", f.Rule == "X-1106":
				args[i] = words.Decimal(v.Lang, x, 0)
			case x > 0 && x < 0.005:
				args[i] = "<" + words.Decimal(v.Lang, 0.01, 2)
			}
		case string:
			args[i] = v.groupName(f.Axis, x)
		default:
			args[i] = a
		}
	}
	return v.T("equity."+f.Code, args...)
}

func signalStatus(v *view, s equity.Signal) status {
	switch s {
	case equity.Red:
		return status{"late", "late", v.T("equity.signal_red")}
	case equity.Amber:
		return status{"risk", "soon", v.T("equity.signal_amber")}
	}
	return status{"info", "", v.T("equity.signal_none")}
}

// findingLines are the findings with what is done about each.
func (v *view) findingLines(n desk.PracticeNumbers, m *exception.Matter) (signals, plain []findingLine) {
	for _, f := range equity.ReadOut(n.Dimensions) {
		l := findingLine{ID: f.ID(), FindingText: v.findingText(f), Rule: f.Rule, status: signalStatus(v, f.Signal), Signal: f.Signal != equity.None, About: v.T("review.axis." + orElse(string(f.Axis), "all"))}
		if f.Area != "" {
			l.About += ", " + v.groupName(f.Axis, f.Area)
		}
		if !l.Signal {
			plain = append(plain, l)
			continue
		}
		l.ByDay = words.FieldDate(v.Today.AddMonths(2))
		for _, t := range m.Review.Tasks {
			if t.Finding != l.ID {
				continue
			}
			l.Open = t.Closed.IsZero()
			l.Kind, l.Owner, l.Words, l.ByDay = t.Kind, t.Owner, v.written(t.Words), words.FieldDate(t.By)
			row := taskRow{Words: v.T("review.task", v.T("review.kind."+t.Kind), l.Words, v.owner(t.Owner), words.Date(v.Lang, t.By)), status: status{"clock", "", v.T("review.open")}, Result: v.written(t.Result)}
			switch {
			case !l.Open:
				row.status = status{"check", "done", v.T("review.closed_on", words.Date(v.Lang, t.Closed))}
			case t.By.Before(v.Today):
				row.status = status{"late", "late", v.T("review.late")}
			}
			l.Task = &row
		}
		signals = append(signals, l)
	}
	return signals, plain
}

func dimension(n desk.PracticeNumbers, a equity.Axis) *equity.Dimension {
	for i := range n.Dimensions {
		if n.Dimensions[i].Axis == a {
			return &n.Dimensions[i]
		}
	}
	return nil
}

func known(x *float64) float64 {
	if x == nil {
		return chart.Missing
	}
	return *x
}

// exactWithin are the funnel's limits: the prediction limits of Poisson, exact, for a normal deviate's tail (I-6).
func exactWithin(n, z float64) (float64, float64) {
	if n <= 0 {
		return 0, 2
	}
	p := math.Erfc(z/math.Sqrt2) / 2
	return equity.FunnelLimit(n, p), equity.FunnelLimit(n, 1-p)
}

// reviewFigures are the plots of X-712 for an axis, with the numbers of its table.
func (v *view) reviewFigures(n desk.PracticeNumbers, d *equity.Dimension) []chart.Figure {
	var out []chart.Figure
	axis := v.T("review.axis." + string(d.Axis))
	if d.Rates {
		var places []chart.Place
		var worms []chart.Spread
		for _, l := range d.Lines {
			name := v.groupName(d.Axis, l.Area.Area)
			if l.Expected != nil && l.Observed != nil {
				places = append(places, chart.Place{Name: name, N: *l.Expected, Count: *l.Observed, Value: known(l.SR)})
			}
			w := chart.Spread{Name: name, Value: chart.Missing, Says: v.T("review.too_few")}
			if l.SR != nil {
				w = chart.Spread{Name: name, Value: *l.SR, Lo: *l.SRLo, Hi: *l.SRHi, Out: *l.Signal != equity.None}
				if w.Out {
					w.Says = signalStatus(v, *l.Signal).Text
				}
			}
			worms = append(worms, w)
		}
		if d.Judged && len(places) > 2 {
			out = append(out, chart.Funnel(chart.Frame{Lang: v.Lang, ID: "trakt", Title: v.T("review.funnel_by", lowerFirst(axis)), Subtitle: v.T("chart.equity_funnel"), Unit: chart.Unit{Places: 2}},
				chart.FunnelChart{Places: places, Centre: 1, Named: v.T("review.expected_line"), Across: v.T("review.expected"), Counted: true, Within: exactWithin}))
		}
		if len(worms) <= 60 {
			out = append(out, chart.Caterpillar(chart.Frame{Lang: v.Lang, ID: "larve", Title: v.T("review.worm", lowerFirst(axis)), Subtitle: v.T("review.worm.sub"), Unit: chart.Unit{Places: 2}}, 1, worms))
		}
	}
	if d.Axis == equity.ByEducation && d.Rates {
		var steps []chart.Step
		for _, l := range d.Lines {
			steps = append(steps, chart.Step{Name: v.groupName(d.Axis, l.Area.Area), People: known(l.Expected), Applications: float64(*l.Observed)})
		}
		out = append(out, chart.Concentration(chart.Frame{Lang: v.Lang, ID: "kurve", Title: v.T("review.curve"), Subtitle: v.T("review.curve.sub")}, v.T("review.curve.across"), v.T("review.curve.up"), steps))
	}
	if d.Axis == equity.ByRegion {
		var boxes []chart.Box
		for _, l := range d.Lines {
			boxes = append(boxes, chart.Quarters(v.region(l.Area.Area), n.Waits[l.Area.Area]))
		}
		out = append(out, chart.Boxes(chart.Frame{Lang: v.Lang, ID: "ventetid", Title: v.T("review.boxes"), Subtitle: v.T("review.boxes.sub")}, boxes))
		var points, pooled []chart.Point
		for _, p := range n.Months {
			points = append(points, chart.Point{At: p.Month, Value: float64(p.Cases)})
			pooled = append(pooled, chart.Point{At: p.Month, Value: float64(p.Pooled)})
		}
		if len(points) > 1 {
			out = append(out, chart.TimeSeries(chart.Frame{Lang: v.Lang, ID: "soknader", Title: v.T("review.run"), Subtitle: v.T("review.run.sub")}, chart.Line{Points: points, Own: true}))
		}
	}
	return out
}

func (s *site) reviewPage(w http.ResponseWriter, r *http.Request, v *view) error {
	return s.showReview(w, r, v, http.StatusOK, "")
}

// axisAsked is the axis a page is asked to show; the region when it is none.
func axisAsked(q url.Values) equity.Axis {
	if a := equity.Axis(q.Get("akse")); slices.Contains(equity.Axes, a) {
		return a
	}
	return equity.ByRegion
}

func (s *site) showReview(w http.ResponseWriter, r *http.Request, v *view, code int, bad string) error {
	c, err := s.matter(r, law.ReviewMatter)
	if err != nil {
		return err
	}
	m := &c.State
	n, ok, err := s.desk.ReviewNumbers(v.ctx, c.ID)
	if err != nil {
		return err
	}
	v.Here, v.Title = equityURL, v.T("review.named", m.Name)
	p := reviewPageData{frame: v.frame, ID: c.ID, Head: v.Title, Key: rand.Text(), Seq: m.Seq, Bad: bad, NoNumbers: !ok, By: words.FieldDate(v.Today.AddMonths(1)), Year: m.Review.To.Year(),
		Sub: v.T("review.sub", words.Date(v.Lang, m.Review.From), words.Date(v.Lang, m.Review.To))}
	for _, o := range exception.FindingOwners {
		p.Owners = append(p.Owners, option{o, v.owner(o), false})
	}
	p.Facts = []pair{{v.T("review.made"), words.Date(v.Lang, m.DecidedOn)}}
	if !m.Review.KnownOn.IsZero() {
		p.Facts = append(p.Facts, pair{v.T("review.known_on"), words.Date(v.Lang, m.Review.KnownOn)}, pair{v.T("review.denominator"), v.T("review.denominator_text", m.Review.People)}, pair{v.T("review.digest"), m.Review.Digest})
	}
	if t := v.written(m.Review.Conclusion); t != "" {
		p.Facts = append(p.Facts, pair{v.T("review.conclusion"), t})
	}
	if !ok {
		return s.render(w, code, "equityreview", v, p)
	}
	p.Findings, p.Plain = v.findingLines(n, m)
	p.Facts = append(p.Facts, pair{v.T("review.unmet"), v.unmet(n)})
	if len(n.NoUse) > 0 {
		p.Facts = append(p.Facts, pair{v.T("review.no_use"), v.trusts(n.NoUse)})
	}
	p.Facts = append(p.Facts, pair{v.T("review.load", strconv.Itoa(n.To.Year())), v.load(n)})
	at := axisAsked(r.URL.Query())
	for _, a := range equity.Axes {
		p.AxisLinks = append(p.AxisLinks, link{reviewURL(c.ID) + "?akse=" + string(a) + "#akser", v.T("review.axis." + string(a))})
		p.Axes = append(p.Axes, option{string(a), v.T("review.axis." + string(a)), a == at})
	}
	d := dimension(n, at)
	if d == nil {
		return desk.ErrMissing
	}
	p.AxisName, p.AxisNote = v.T("review.axis."+string(at)), v.axisNote(d)
	p.Table = v.axisTable(d, reviewURL(c.ID), r.URL.Query())
	p.Contrast = v.contrastText(d)
	for _, f := range v.reviewFigures(n, d) {
		p.Figures = append(p.Figures, v.figure(f, reviewURL(c.ID), url.Values{"akse": {string(at)}}))
	}
	if p.Changes, err = s.changedSince(v, c.ID, m, n); err != nil {
		return err
	}
	p.Known = v.knownFigures(n)
	p.CheckURL = reviewURL(c.ID) + "?akse=" + string(at) + "&kontroll=1#h-s"
	if p.Check, p.CheckSays, err = s.checkReview(v, c.ID, r.URL.Query().Get("kontroll") != ""); err != nil {
		return err
	}
	p.Files = []link{{reviewURL(c.ID) + "/papir", v.T("review.paper")}, {reviewURL(c.ID) + "/papir.pdf", "PDF"}, {reviewURL(c.ID) + "/tabell.csv?akse=" + string(at), "CSV"}, {reviewURL(c.ID) + "/gjennomgang.json", "JSON"}}
	if _, is, err := s.desk.Publication(v.ctx, p.Year); err != nil {
		return err
	} else if is {
		p.Published = &link{openEquityURL + "/" + strconv.Itoa(p.Year), v.T("review.year", strconv.Itoa(p.Year))}
	}
	_, whole := m.Review.Year()
	p.MayPublish = p.Published == nil && whole
	p.YearText = strconv.Itoa(p.Year)
	return s.render(w, code, "equityreview", v, p)
}

// unmet is I-9: who asked without the doctor applying, per hundred applications.
func (v *view) unmet(n desk.PracticeNumbers) string {
	if n.Cases == 0 {
		return v.T("review.asked", n.Asked)
	}
	return v.T("review.asked_per", n.Asked, words.Decimal(v.Lang, 100*float64(n.Asked)/float64(n.Cases), 1))
}

// load is what is out of the ordinary in the year's numbers (X-1105): nothing is refused for it.
func (v *view) load(n desk.PracticeNumbers) string {
	if len(n.Load) == 0 {
		return v.T("review.load_none")
	}
	return strings.Join(say.Reasons(v.Lang, n.Load), " ")
}

func (v *view) trusts(ids []string) string {
	var out []string
	for _, id := range ids {
		out = append(out, v.groupName(equity.ByTrust, id))
	}
	return strings.Join(out, ", ")
}

// axisNote tells how an axis is to be read.
func (v *view) axisNote(d *equity.Dimension) string {
	var out []string
	switch {
	case d.Axis == equity.ByTrust:
		out = append(out, v.T("review.note.trust"))
	case !d.Rates:
		out = append(out, v.T("review.note.no_people"))
	case d.Axis == equity.ByMunicipality:
		out = append(out, v.T("review.note.municipality"))
	case !d.Judged && d.Axis != equity.ByEducation:
		out = append(out, v.T("review.note.need"))
	case d.Axis == equity.ByEducation, d.Axis == equity.ByCentrality:
		out = append(out, v.T("equity.proxies"))
	}
	if d.Unplaced > 0 {
		out = append(out, v.T("review.note.unplaced", d.Unplaced))
	}
	if o := d.Overall; o.X2 != nil && (d.Axis == equity.ByRegion || d.Axis == equity.ByCatchment) {
		eq := v.T("review.note.no_eq")
		if o.EQ != nil {
			eq = v.T("review.note.eq", v.num(o.EQ, 2))
		}
		out = append(out, v.T("review.note.spread", v.num(o.X2, 2), *o.DF, v.pValue(o.P), eq, v.num(o.SCV, 1), v.num(o.CVw, 2), v.num(o.Gini, 2)))
	} else if d.Rates && (d.Axis == equity.ByRegion || d.Axis == equity.ByCatchment) {
		out = append(out, v.T("equity.spread_not_computed"))
	}
	if g := d.Gradient; g != nil && g.TrendP != nil {
		out = append(out, v.T("review.note.gradient", v.num(g.ConcentrationPopulation, 3), v.num(g.ConcentrationNeed, 3), v.num(g.Ratio51, 2), v.pValue(g.TrendP)))
	}
	return strings.Join(out, " ")
}

func (v *view) pValue(p *float64) string {
	if p != nil && *p < 0.001 {
		return "<" + words.Decimal(v.Lang, 0.001, 3)
	}
	return v.num(p, 3)
}

// contrastText is the like-for-like test of an axis (I-7).
func (v *view) contrastText(d *equity.Dimension) string {
	g := d.Contrast
	switch {
	case g == nil:
		return ""
	case g.P == nil || g.OddsRatio == nil:
		return v.T("equity.grants_not_computed")
	}
	return v.T("review.contrast", v.T("review.contrast."+string(d.Axis)), v.num(g.OddsRatio, 2), v.num(g.ORLo, 2), v.num(g.ORHi, 2), v.num(g.Chi2, 2), v.pValue(g.P), v.pValue(g.PCorrected))
}

// changedSince sets a review beside the last one before it: findings that are new, that stand, and that are no longer shown, which does not say that they are gone.
func (s *site) changedSince(v *view, id int64, m *exception.Matter, n desk.PracticeNumbers) ([]string, error) {
	all, err := s.matters(v.ctx, law.ReviewMatter)
	if err != nil {
		return nil, err
	}
	var last *exception.Matter
	for _, x := range all {
		if x.ID != id && x.State.Review.To.Before(m.Review.To) && (last == nil || x.State.Review.To.After(last.Review.To)) {
			last = x.State
		}
	}
	if last == nil {
		return []string{v.T("review.first")}, nil
	}
	has := func(list []exception.Signalled, f string) bool {
		return slices.ContainsFunc(list, func(x exception.Signalled) bool { return x.Finding == f })
	}
	fresh, stand, gone := 0, 0, 0
	for _, x := range m.Review.Signals {
		if has(last.Review.Signals, x.Finding) {
			stand++
		} else {
			fresh++
		}
	}
	for _, x := range last.Review.Signals {
		if !has(m.Review.Signals, x.Finding) {
			gone++
		}
	}
	return []string{v.T("review.since", last.Name, fresh, stand), v.T("review.since_gone", gone)}, nil
}

// reviewFile is a review as a file: the meeting's paper, a table, everything as JSON, or a figure.
func (s *site) reviewFile(w http.ResponseWriter, r *http.Request, v *view) error {
	c, err := s.matter(r, law.ReviewMatter)
	if err != nil {
		return err
	}
	n, ok, err := s.desk.ReviewNumbers(v.ctx, c.ID)
	if err != nil {
		return err
	}
	d := dimension(n, axisAsked(r.URL.Query()))
	if !ok || d == nil {
		return desk.ErrMissing
	}
	switch file := r.PathValue("fil"); file {
	case "tabell.csv":
		head, rows := v.dimensionTable(d, everyColumn)
		return sendRows(w, "praksisgjennomgang-"+string(d.Axis), append([][]string{head}, rows...))
	case "gjennomgang.json":
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Disposition", `attachment; filename="praksisgjennomgang.json"`)
		return json.NewEncoder(w).Encode(n)
	case "papir", "papir.pdf":
		doc := v.reviewPaper(n, &c.State)
		for _, a := range []equity.Axis{equity.ByRegion, equity.ByCatchment, equity.ByEducation} {
			for _, f := range v.reviewFigures(n, dimension(n, a)) {
				f.ID = string(a) + "-" + f.ID
				doc.Figures = append(doc.Figures, v.figure(f, reviewURL(c.ID), nil))
			}
		}
		if file == "papir.pdf" {
			return s.sendDoc(w, r, "praksisgjennomgang", doc)
		}
		v.Here, v.Title = equityURL, doc.Title
		return s.render(w, http.StatusOK, "group-paper", v, docPage{frame: v.frame, Doc: doc, PDF: reviewURL(c.ID) + "/papir.pdf", Back: link{reviewURL(c.ID), v.T("review.named", c.State.Name)}})
	}
	name, kind, _ := strings.Cut(r.PathValue("fil"), ".")
	if a, rest, ok := strings.Cut(name, "-"); ok && slices.Contains(equity.Axes, equity.Axis(a)) {
		d, name = dimension(n, equity.Axis(a)), rest
	}
	for _, f := range v.reviewFigures(n, d) {
		if f.ID == name {
			if ok, err := sendFigure(w, f, kind); ok || err != nil {
				return err
			}
		}
	}
	return desk.ErrMissing
}

// reviewPaper is the meeting's paper of a review (X-1014): findings with what is done, tables by every axis but the municipality, and what the numbers can't say.
func (v *view) reviewPaper(n desk.PracticeNumbers, m *exception.Matter) meetingDoc {
	d := meetingDoc{Lang: v.Lang, Title: v.T("review.named", m.Name), From: v.T("meeting.body"), Date: words.Date(v.Lang, m.DecidedOn), Stands: v.T("review.own") + ". " + v.T("review.sub", words.Date(v.Lang, n.From), words.Date(v.Lang, n.To)) + " " + v.T("review.denominator_text", n.People)}
	signals, plain := v.findingLines(n, m)
	found := docPart{Head: v.T("review.findings")}
	for _, l := range signals {
		t := upperFirst(l.status.Text) + ": " + l.FindingText
		if l.Task != nil {
			t += " " + l.Task.Words + " " + l.Task.Result
		} else {
			t += " " + v.T("review.no_task")
		}
		found.Items = append(found.Items, strings.TrimSpace(t))
	}
	said := docPart{Head: v.T("review.not_signals"), Items: []string{v.unmet(n)}}
	for _, l := range plain {
		said.Items = append(said.Items, l.FindingText)
	}
	if len(n.NoUse) > 0 {
		said.Items = append(said.Items, v.T("review.no_use")+" "+v.trusts(n.NoUse)+".")
	}
	said.Items = append(said.Items, v.T("review.load", strconv.Itoa(n.To.Year()))+": "+v.load(n))
	d.Parts = []docPart{found, said}
	for _, a := range equity.Axes {
		x := dimension(n, a)
		if x == nil || a == equity.ByMunicipality {
			continue
		}
		part := docPart{Head: v.T("review.axis." + string(a))}
		for _, t := range []string{v.axisNote(x), v.contrastText(x)} {
			if t != "" {
				part.Text = append(part.Text, t)
			}
		}
		if x.Rates { // two tables, each as wide as the paper
			part.Cols, part.Rows = v.dimensionTable(x, func(c axisColumn) bool { return !c.after })
			d.Parts = append(d.Parts, part)
			part = docPart{Head: v.T("review.after", v.T("review.axis."+string(a)))}
			part.Cols, part.Rows = v.dimensionTable(x, func(c axisColumn) bool { return c.after })
		} else {
			part.Cols, part.Rows = v.dimensionTable(x, everyColumn)
		}
		d.Parts = append(d.Parts, part)
	}
	k := v.knownFigures(n)
	published := docPart{Head: v.T("review.known_head")}
	for _, l := range k.Lines {
		published.Items = append(published.Items, strings.Join(append([]string{l.Published}, l.Held...), " "))
	}
	d.Parts = append(d.Parts, published, docPart{Head: v.T("review.known_regions"), Cols: k.Columns, Rows: k.Regions}, docPart{Head: v.T("review.sight"), Cols: k.Seen, Rows: k.Sights})
	return d
}

// The published reviews: open to all, one layout a year.

type openReviewsPage struct {
	*frame
	Head, Sub string
	Years     []link
}

func (s *site) openReviews(w http.ResponseWriter, r *http.Request, v *view) error {
	years, err := s.publishedYears(v.ctx)
	if err != nil {
		return err
	}
	v.Title = v.T("review.title")
	p := openReviewsPage{frame: v.frame, Head: v.T("review.title"), Sub: v.T("review.what")}
	for _, y := range years {
		p.Years = append(p.Years, link{openEquityURL + "/" + strconv.Itoa(y), v.T("review.year", strconv.Itoa(y))})
	}
	return s.render(w, http.StatusOK, "openreviews", v, p)
}

type openTable struct {
	Name    string
	Notes   []string
	Columns []string
	Rows    [][]string
}

type openReviewPage struct {
	*frame
	Head, Sub string
	Notes     []string
	Tables    []openTable
	Years     *figureView
	Files     []link
}

// openReview is what is published of a year: a page, or the same numbers as JSON or CSV.
func (s *site) openReview(w http.ResponseWriter, r *http.Request, v *view) error {
	name, kind, _ := strings.Cut(r.PathValue("fil"), ".")
	head, rest, _ := strings.Cut(name, "-")
	year, err := strconv.Atoi(head)
	if err != nil {
		return desk.ErrMissing
	}
	pub, ok, err := s.desk.Publication(v.ctx, year)
	if err != nil {
		return err
	}
	if !ok {
		return desk.ErrMissing
	}
	tables := v.openTables(pub)
	years := v.openYears(pub)
	switch {
	case rest == "soknader" && years != nil:
		if ok, err := sendFigure(w, *years, kind); ok || err != nil {
			return err
		}
		return desk.ErrMissing
	case rest != "":
		return desk.ErrMissing
	case kind == "json":
		w.Header().Set("Content-Type", "application/json")
		return json.NewEncoder(w).Encode(pub)
	case kind == "csv":
		var rows [][]string
		for _, t := range tables {
			rows = append(append(rows, t.Columns), t.Rows...)
		}
		return sendRows(w, "praksisgjennomgang-"+strconv.Itoa(year), rows)
	case kind != "":
		return desk.ErrMissing
	}
	v.Title = v.T("review.year", head)
	p := openReviewPage{frame: v.frame, Head: v.Title, Sub: v.T("review.sub", words.Date(v.Lang, pub.From), words.Date(v.Lang, pub.To)), Tables: tables, Files: []link{{openEquityURL + "/" + head + ".csv", "CSV"}, {openEquityURL + "/" + head + ".json", "JSON"}}}
	p.Notes = []string{v.T("equity.hidden", pub.Least), v.T("review.open.dash"), v.T("review.open.asked", v.hidden(pub.Asked)), v.T("review.open.known", words.Date(v.Lang, pub.KnownOn)), v.T("equity.proxies"), v.T("equity.gradient_not_shown_open"), v.T("review.open.once")}
	if years != nil {
		f := v.figure(*years, openEquityURL, nil)
		for i, k := range []string{"svg", "png", "csv"} {
			f.Files[i].URL = openEquityURL + "/" + head + "-soknader." + k
		}
		p.Years = &f
	}
	return s.render(w, http.StatusOK, "openreview", v, p)
}

func (v *view) hidden(c equity.Count) string {
	if c.Hidden {
		return ":"
	}
	return words.Number(v.Lang, c.N)
}

func (v *view) openYears(p equity.Publication) *chart.Figure {
	if len(p.Years) < 2 {
		return nil
	}
	var bars []chart.Bar
	for _, y := range p.Years {
		value := float64(y.Cases.N)
		if y.Cases.Hidden {
			value = chart.Missing
		}
		bars = append(bars, chart.Bar{Name: strconv.Itoa(y.Year), Value: value, Own: true})
	}
	f := chart.Bars(chart.Frame{Lang: v.Lang, ID: "soknader", Title: v.T("review.years"), Subtitle: v.T("review.years.sub")}, bars, 0)
	return &f
}

func (v *view) openTables(p equity.Publication) []openTable {
	var out []openTable
	for _, t := range p.Tables {
		x := openTable{Name: v.T("review.axis." + string(t.Axis))}
		x.Columns = []string{x.Name, v.T("review.col.people"), v.T("exception.outcome.granted"), v.T("exception.outcome.refused")}
		if p.Merged {
			x.Columns[3] = v.T("review.not_granted")
		} else {
			x.Columns = append(x.Columns, v.T("review.other"))
		}
		ratios := slices.ContainsFunc(t.Rows, func(r equity.PublicRow) bool { return r.SR != nil })
		x.Columns = append(x.Columns, v.T("equity.total"), v.T("review.col.rate"))
		if ratios {
			x.Columns = append(x.Columns, v.T("review.ratio"), v.T("review.interval"))
		}
		x.Columns = append(x.Columns, v.T("manager.share"), v.T("review.interval"))
		if len(t.Joined) > 0 {
			var names []string
			for _, r := range t.Joined {
				names = append(names, v.region(r))
			}
			x.Notes = append(x.Notes, v.T("review.open.joined", strings.Join(names, ", ")))
		}
		if !ratios && slices.Contains([]equity.Axis{equity.ByCatchment, equity.ByCentrality, equity.ByInterpreter}, t.Axis) {
			x.Notes = append(x.Notes, v.T("review.open.no_ratio"))
		}
		for _, r := range t.Rows {
			name := v.groupName(t.Axis, r.Group)
			switch r.Group {
			case "all":
				name = v.T("equity.all")
			case "unknown":
				name = v.T("review.unknown")
			}
			people := "–"
			if r.Population != nil {
				people = words.Number(v.Lang, int(math.Round(*r.Population)))
			}
			row := []string{name, people, v.hidden(r.Granted), v.hidden(r.Not)}
			if !p.Merged {
				row = append(row, v.hidden(r.Other))
			}
			// What small numbers keep back has a colon; what there is nothing to compute from, or too few to publish a share of, a dash.
			kept := func(hidden bool) string {
				if hidden {
					return ":"
				}
				return "–"
			}
			rate, share := kept(r.Population != nil && r.Total.Hidden), kept(r.Granted.Hidden || r.Not.Hidden)
			shares, ratio, interval := share, kept(r.Total.Hidden), kept(r.Total.Hidden)
			if r.Rate != nil {
				rate = v.num(r.Rate, 1)
			}
			if r.SRLo != nil {
				ratio, interval = v.num(r.SR, 2), v.num(r.SRLo, 2)+"–"+v.num(r.SRHi, 2)
			}
			if r.Lo != nil {
				share, shares = words.Percent(v.Lang, *r.Share, 0), words.Percent(v.Lang, *r.Lo, 0)+"–"+words.Percent(v.Lang, *r.Hi, 0)
			}
			row = append(row, v.hidden(r.Total), rate)
			if ratios {
				row = append(row, ratio, interval)
			}
			x.Rows = append(x.Rows, append(row, share, shares))
		}
		out = append(out, x)
	}
	return out
}
