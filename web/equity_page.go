package web

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/chart"
	"rettid/day"
	"rettid/desk"
	"rettid/equity"
	"rettid/exception"
	"rettid/law"
	"rettid/ledger"
	"rettid/words"
)

// The review of practice: who gets to the door, who is granted, how long it takes, from the cases of every trust. Those who make the review see its own numbers; the others what may
// be published. Each signal becomes a task with an explanation, an action, or a reason for none, an owner and a date.

func (s *site) equityRoutes(m *http.ServeMux) {
	m.HandleFunc("GET "+equityURL, s.page(access.SeeEquity, (*site).equityPage))
	m.HandleFunc("POST "+equityURL, s.page(access.KeepReview, (*site).equityTask))
	m.HandleFunc("GET "+equityURL+"/{fil}", s.page(access.SeeEquity, (*site).equityFile))
}

// taskPaper is the kind of the papers that hold what is done about a finding.
const taskPaper = "equity-task"

// A reviewTask is what is done about one finding.
type reviewTask struct {
	Kind  string  `json:"kind"` // explanation · action · none
	Text  string  `json:"text"`
	Owner string  `json:"owner"`
	By    day.Day `json:"by"`
}

// poolMonths is the main window of a review.
const poolMonths = 36

// review makes the review as it stands today; own tells that small numbers are shown.
func (s *site) review(ctx context.Context, today day.Day, own bool) (equity.Result, []equity.Case, map[string]int, int, error) {
	people, err := s.residents(ctx)
	if err != nil {
		return equity.Result{}, nil, nil, 0, err
	}
	apps, err := s.desk.Applications(ctx, exception.National, today.AddMonths(-poolMonths).Add(1), today, day.Day{})
	if err != nil {
		return equity.Result{}, nil, nil, 0, err
	}
	in := equity.Input{Population: people, Settings: equity.Default()}
	applied := make(map[string]int)
	for _, a := range apps {
		m := a.State
		if !law.Counted(&m.ExceptionFacts) {
			continue
		}
		if m.ReceivedOn.After(today.AddMonths(-12)) {
			applied[m.Holder]++
		}
		c := equity.Case{Area: m.Region, Region: m.Region, AgeGroup: "18-64", Received: m.ReceivedOn, Decided: m.DecidedOn}
		if !m.Born.IsZero() && day.Age(m.Born, m.ReceivedOn) >= 65 {
			c.AgeGroup = "65+"
		}
		switch {
		case m.Outcome.Granted():
			c.Outcome = equity.Granted
		case m.Outcome.Refused():
			c.Outcome = equity.Refused
		case m.Status == law.ExceptionDecided:
			c.Outcome = equity.Other
		}
		in.Cases = append(in.Cases, c)
	}
	asked := 0
	requests, total, err := s.desk.Ledger.Matters(ctx, ledger.MatterQuery{Tenants: s.nationalTenants(ctx), Process: exception.Process, Kinds: []string{string(law.PatientRequest)}, ReceivedFrom: today.AddMonths(-poolMonths).Add(1), ReceivedTo: today})
	if err != nil {
		return equity.Result{}, nil, nil, 0, err
	}
	_ = requests
	asked = total
	r := equity.Review(in)
	if !own {
		r = r.Public(in.Settings)
	}
	return r, in.Cases, applied, asked, nil
}

// nationalTenants are every tenant there is, and the national one.
func (s *site) nationalTenants(ctx context.Context) []string {
	all, err := s.desk.Ledger.Tenants(ctx)
	if err != nil || len(all) == 0 {
		return []string{exception.National}
	}
	return all
}

type equityPageData struct {
	*frame
	Head, Sub string
	Own       bool
	Findings  []findingLine
	Areas     [][]string
	Shares    [][]string
	Days      [][]string
	Figures   []figureView
	NoUse     []string
	Asked     string
	Files     []link
	NoPeople  bool
	Key       string
	Today     string
	Bad       string
}

type findingLine struct {
	ID, Text, Rule string
	status
	Word   string
	Signal bool
	Task   string
	Seq    int
	Open   bool
}

func (v *view) num(x *float64, places int) string {
	if x == nil {
		return ":"
	}
	return words.Decimal(v.Lang, *x, places)
}

func (v *view) count(n *int) string {
	if n == nil {
		return ":"
	}
	return words.Number(v.Lang, *n)
}

// findingText is a finding as a sentence, with the region by its name.
func (v *view) findingText(f equity.Finding) string {
	args := make([]any, len(f.Args))
	for i, a := range f.Args {
		switch x := a.(type) {
		case float64:
			args[i] = words.Decimal(v.Lang, x, 2)
			if x > 0 && x < 0.005 {
				args[i] = "<" + words.Decimal(v.Lang, 0.01, 2)
			}
		case string:
			args[i] = v.region(x)
		default:
			args[i] = a
		}
	}
	return v.T("equity."+f.Code, args...)
}

// findingID names a finding in addresses and papers.
func findingID(f equity.Finding) string {
	return strings.Trim(strings.ReplaceAll(f.Rule+"-"+f.Code+"-"+f.Area, " ", "_"), "-")
}

func (v *view) findings(r equity.Result) ([]findingLine, error) {
	var out []findingLine
	for _, f := range r.Findings() {
		l := findingLine{ID: findingID(f), Text: v.findingText(f), Rule: f.Rule, status: status{"info", "", v.T("equity.signal_none")}}
		if f.Signal != equity.None {
			l.Signal, l.status = true, status{"risk", "soon", v.T("equity.signal_" + string(f.Signal))}
			if f.Signal == equity.Red {
				l.status = status{"late", "late", v.T("equity.signal_red")}
			}
			p, ok, err := v.s.desk.Ledger.Paper(v.ctx, exception.National, taskPaper, l.ID)
			if err != nil {
				return nil, err
			}
			if l.Open = !ok || p.Gone; ok {
				l.Seq = p.Seq
				var t reviewTask
				if json.Unmarshal(p.Body, &t) == nil {
					l.Task = v.T("review.task", v.T("review.kind."+t.Kind), t.Text, t.Owner, words.Date(v.Lang, t.By))
				}
			}
		}
		l.Word = l.status.Text
		out = append(out, l)
	}
	return out, nil
}

func known(x *float64) float64 {
	if x == nil {
		return chart.Missing
	}
	return *x
}

// equityFigures are the funnel and the run chart, with the numbers the page shows.
func (v *view) equityFigures(r equity.Result, cases []equity.Case) []chart.Figure {
	places := []chart.Place{}
	for _, a := range r.Areas {
		if a.Expected != nil && a.Observed != nil {
			places = append(places, chart.Place{Name: v.region(a.Area), N: *a.Expected, Count: *a.Observed, Value: known(a.SR)})
		}
	}
	var out []chart.Figure
	if len(places) > 0 {
		out = append(out, chart.Funnel(chart.Frame{Lang: v.Lang, ID: "trakt", Title: v.T("review.funnel"), Subtitle: v.T("chart.equity_funnel"), Unit: chart.Unit{Places: 2}}, chart.FunnelChart{Places: places, Centre: 1, Named: v.T("review.expected_line"), Across: v.T("review.expected"), Counted: true,
			Within: func(n, z float64) (float64, float64) {
				if n <= 0 {
					return 0, 2
				}
				reach := z / math.Sqrt(n) // the normal approximation, for the drawing; the table's signals are exact
				return max(0, 1-reach), 1 + reach
			}}))
	}
	var points []chart.Point
	title, sub := "review.run", "review.run.sub"
	if v.s.may(access.KeepReview) {
		for _, p := range equity.Run(cases, poolMonths) {
			points = append(points, chart.Point{At: p.Month, Value: float64(p.Cases)})
		}
	} else { // months of few would tell of persons, and hiding them one by one leaves what they add up to
		title, sub = "review.years", "review.years.sub"
		for _, p := range equity.PublicYears(cases, equity.Default().KMin) {
			value := float64(p.Cases.N)
			if p.Cases.Hidden {
				value = chart.Missing
			}
			points = append(points, chart.Point{At: p.Year, Value: value})
		}
	}
	if len(points) > 1 {
		out = append(out, chart.TimeSeries(chart.Frame{Lang: v.Lang, ID: "soknader", Title: v.T(title), Subtitle: v.T(sub)}, chart.Line{Points: points, Own: true}))
	}
	return out
}

func (s *site) equityPage(w http.ResponseWriter, r *http.Request, v *view) error {
	return s.showReview(w, r, v, http.StatusOK, "")
}

func (s *site) showReview(w http.ResponseWriter, r *http.Request, v *view, code int, bad string) error {
	v.Here, v.Title = equityURL, v.T("review.title")
	own := s.may(access.KeepReview)
	p := equityPageData{frame: v.frame, Own: own, Key: rand.Text(), Bad: bad, Sub: v.T("review.sub", v.long(v.Today.AddMonths(-poolMonths).Add(1)), v.long(v.Today)), Today: words.FieldDate(v.Today.AddMonths(1))}
	res, cases, applied, asked, err := s.review(v.ctx, v.Today, own)
	if err != nil {
		return err
	}
	if p.NoPeople = len(res.Areas) == 0; p.NoPeople {
		p.Head = v.T("review.no_people")
		return s.render(w, code, "equity", v, p)
	}
	if p.Findings, err = v.findings(res); err != nil {
		return err
	}
	n := 0
	for _, f := range p.Findings {
		if f.Signal {
			n++
		}
	}
	p.Head = v.T("review.head", n)
	if n == 0 {
		p.Head = v.T("review.head_none")
	}
	p.Areas, p.Shares, p.Days = v.reviewTables(res)
	for _, f := range v.equityFigures(res, cases) {
		p.Figures = append(p.Figures, v.figure(f, equityURL, nil))
	}
	for _, o := range s.desk.Org.Tenants() {
		if o.Kind == "public" && applied[o.ID] == 0 {
			p.NoUse = append(p.NoUse, o.ShortName)
		}
	}
	p.Asked = v.T("review.asked", asked)
	if asked > 0 && asked < equity.Default().KMin && !own {
		p.Asked = v.T("review.asked_few", equity.Default().KMin)
	}
	p.Files = []link{{equityURL + "/omrader.csv", "CSV"}, {equityURL + "/gjennomgang.json", "JSON"}, {equityURL + "/gjennomgang.pdf", v.T("review.paper") + " (PDF)"}}
	return s.render(w, code, "equity", v, p)
}

// reviewTables are the tables of a review in the order of X-703; what is hidden or not computed is ":".
func (v *view) reviewTables(r equity.Result) (areas, shares, days [][]string) {
	for _, a := range r.Areas {
		signal, interval := ":", ":"
		if a.Signal != nil {
			signal = v.T("equity.signal_" + string(*a.Signal))
		}
		if a.SRLo != nil {
			interval = v.num(a.SRLo, 2) + "–" + v.num(a.SRHi, 2)
		}
		areas = append(areas, []string{v.region(a.Area), v.count(a.Observed), v.num(a.Expected, 1), v.num(a.SR, 2), interval, v.num(a.AdjustedRate, 2), signal})
	}
	for _, x := range r.Grants.Shares {
		if x.Group == "low" || x.Group == "high" {
			continue
		}
		name, share, interval := v.region(x.Group), ":", ":"
		if x.Group == "all" {
			name = v.T("equity.all")
		}
		if x.Share != nil {
			share, interval = words.Percent(v.Lang, *x.Share, 0), words.Percent(v.Lang, *x.Lo, 0)+"–"+words.Percent(v.Lang, *x.Hi, 0)
		}
		shares = append(shares, []string{name, v.count(x.Granted), v.count(x.Decided), share, interval})
	}
	for _, x := range r.Days {
		days = append(days, []string{v.region(x.Region), v.count(x.N), v.num(x.Median, 0), v.num(x.P90, 0)})
	}
	return areas, shares, days
}

// equityTask records what is done about a finding. A second version builds on the first.
func (s *site) equityTask(w http.ResponseWriter, r *http.Request, v *view) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	f := &form{v: v, typed: r.PostForm, bad: make(map[string][]string)}
	t := reviewTask{Kind: f.need("slag"), Text: f.need("tekst"), Owner: f.need("ansvarlig"), By: f.needDay("innen")}
	id := f.value("funn")
	res, _, _, _, err := s.review(v.ctx, v.Today, true)
	if err != nil {
		return err
	}
	is := slices.ContainsFunc(res.Findings(), func(x equity.Finding) bool { return x.Signal != equity.None && findingID(x) == id })
	if !is || !slices.Contains([]string{"explanation", "action", "none"}, t.Kind) || len(f.bad) > 0 {
		return s.showReview(w, r, v, http.StatusUnprocessableEntity, v.T("review.task_needs"))
	}
	body, err := json.Marshal(t)
	if err != nil {
		return err
	}
	seq, _ := strconv.Atoi(f.value("seq"))
	if _, err := s.desk.Ledger.PutPaper(v.ctx, ledger.Paper{Tenant: exception.National, Kind: taskPaper, ID: id, Seq: seq, At: s.desk.Now().UTC().UnixMicro(), Actor: s.o.User.ID, Body: body}); errors.Is(err, ledger.ErrPaperChanged) {
		return s.showReview(w, r, v, http.StatusConflict, v.T("web.act.moved_text"))
	} else if err != nil {
		return err
	}
	http.Redirect(w, r, equityURL+"#"+id, http.StatusSeeOther)
	return nil
}

// equityFile is the review as a file: tables, everything as JSON, figures, or the meeting's paper.
func (s *site) equityFile(w http.ResponseWriter, r *http.Request, v *view) error {
	res, cases, _, _, err := s.review(v.ctx, v.Today, s.may(access.KeepReview))
	if err != nil {
		return err
	}
	areas, shares, days := v.reviewTables(res)
	switch r.PathValue("fil") {
	case "omrader.csv":
		return sendRows(w, "praksisgjennomgang", append([][]string{strings.Split(v.T("equity.head_areas"), "\t")}, areas...))
	case "gjennomgang.json":
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Disposition", `attachment; filename="praksisgjennomgang.json"`)
		return json.NewEncoder(w).Encode(res)
	case "gjennomgang.pdf":
		lines, err := v.findings(res)
		if err != nil {
			return err
		}
		d := meetingDoc{Lang: v.Lang, Title: v.T("review.title"), From: v.T("meeting.body"), Date: words.Date(v.Lang, v.Today), Stands: v.T("equity.hidden", equity.Default().KMin)}
		found := docPart{Head: v.T("review.findings")}
		for _, l := range lines {
			t := l.Text
			if l.Signal && l.Task != "" {
				t += " " + l.Task
			} else if l.Signal {
				t += " " + v.T("review.no_task")
			}
			found.Items = append(found.Items, t)
		}
		table := func(head string, rows [][]string) docPart {
			p := docPart{Head: head}
			for _, x := range rows {
				p.Pairs = append(p.Pairs, pair{x[0], strings.Join(x[1:], " · ")})
			}
			return p
		}
		d.Parts = []docPart{found, table(v.T("review.door"), areas), table(v.T("review.granted"), shares), table(v.T("review.time"), days)}
		return s.sendDoc(w, r, "praksisgjennomgang", d)
	}
	name, kind, _ := strings.Cut(r.PathValue("fil"), ".")
	for _, f := range v.equityFigures(res, cases) {
		if f.ID == name {
			if ok, err := sendFigure(w, f, kind); ok || err != nil {
				return err
			}
		}
	}
	return desk.ErrMissing
}
