package web

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"rettid/chart"
	"rettid/figures"
	"rettid/words"
)

// The monthly report for a board: what is so, the balance, the figures beside those of the month and the year before, the course over a year, and how each figure
// is defined. It is what would be published: small numbers are hidden, whoever makes it. On the screen, on paper, and as a PDF of the same.

type reportPage struct {
	*frame
	Head, Sub, Counted string
	Nav                []navItem
	Picks              []pick
	Hidden             []option
	PDF                link
	Says               []string
	Flow               *numbersFlow
	Months             []string // the heads of the table: this month, the month before, a year ago
	Lines              []reportLine
	Course             []string // the measures of the table of months
	Rows               []reportRow
	Drawings           []reportDrawing
	Defined            []numbersLine
	Texts              []string
	Rests              string
	Empty, Clear       string
	Without            int
}

type reportLine struct {
	Name   string
	Values []numberText
}

type reportRow struct {
	Month  string
	Values []numberText
}

type reportDrawing struct {
	Title, Subtitle string
	SVG             template.HTML // for the page
	Paper           template.HTML // for the PDF: it brings its own looks
}

// reportKeys are the figures of the report.
var reportKeys = []string{"newly_referred", "ordinarily_concluded", "concluded_mean_days", "concluded_median_days", "concluded_p90_days", "concluded_breach_share", "closing", "waiting_median_days", "waiting_breach", "waiting_breach_share", "unassessed", "assessed", "assessed_within_limit_share", "appointment_share", "letters_within_limit_share", "contacts_kept_share", "helfo_notified"}

var reportCourse = []string{"in", "out", "closing", "concluded_mean_days", "concluded_breach_share", "assessed_within_limit_share"}

func (s *site) numbersReport(w http.ResponseWriter, r *http.Request, v *view) error {
	a, err := s.readReport(r)
	if err != nil {
		return err
	}
	v.Here = numbersURL
	g, err := s.gathered(w, r, v, a)
	if g == nil || err != nil {
		return err
	}
	p, err := s.report(v, g, a)
	if err != nil {
		return err
	}
	return s.render(w, http.StatusOK, "numbersreport", v, p)
}

// numbersReportPDF is the report as a PDF.
func (s *site) numbersReportPDF(w http.ResponseWriter, r *http.Request, v *view) error {
	a, err := s.readReport(r)
	if err != nil {
		return err
	}
	g, err := s.gatheredFile(r, v, a)
	if err != nil {
		return err
	}
	p, err := s.report(v, g, a)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := s.pages[v.Lang]["numbersreport"].ExecuteTemplate(&b, "paper", p); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return s.sendMade(w, r, "rapport-"+a.Span.Label, string(v.Lang), b.Bytes())
}

// readReport reads what a report is of: a month, and what is published of it.
func (s *site) readReport(r *http.Request) (numbersAsk, error) {
	a, err := s.readNumbers(r)
	a.By, a.Hide, a.Group, a.Sort, a.Page = nil, true, "", "", 1
	if len(a.Span.Label) != len("2025-09") || strings.Contains(a.Span.Label, "T") {
		a.Span = figures.MonthOf(a.Span.To)
	}
	return a, err
}

func (s *site) report(v *view, g *gathering, a numbersAsk) (*reportPage, error) {
	p := &reportPage{frame: v.frame, Sub: v.numbersPlace(a), Counted: v.numbersCounted(g, a), Nav: v.numbersNav(a, numbersURL+"/rapport"), PDF: link{a.url(numbersURL + "/rapport.pdf"), v.T("numbers.report.pdf")}, Empty: v.T("numbers.empty"), Clear: numbersURL + "/rapport"}
	v.Title = v.T("numbers.report", v.spanName(a.Span.Label))
	p.Head = v.Title
	for _, x := range v.numbersPicks(a) {
		if x.Name != "fordel" && x.Name != "og" {
			p.Picks = append(p.Picks, x)
		}
	}
	if a.Nation {
		p.Hidden = append(p.Hidden, option{Value: nation, Text: "kilde"})
	}
	months := figures.Span{Label: a.Span.Label, From: a.Span.From.AddMonths(-12), To: a.Span.To}
	c, err := s.countNumbers(g, a, months, []string{figures.ByMonth})
	if err != nil {
		return nil, err
	}
	at := make(map[string]*figures.Cell)
	for _, cell := range c.Cells {
		at[c.names(cell)[0]] = cell
	}
	this := at[a.Span.Label]
	if this == nil {
		return p, nil
	}
	c.Span = a.Span
	text := func(cell *figures.Cell, key string) numberText {
		if cell == nil {
			return numberText{Text: "–", Spoken: v.T("numbers.not_computed")}
		}
		f, _ := figures.FigureByKey(key)
		return v.numberText(cell, &f)
	}
	p.Flow = v.numbersFlow(c, this)
	p.Flow.Opening.URL, p.Flow.In.URL, p.Flow.Out.URL, p.Flow.Closing.URL = "", "", "", ""
	for _, part := range [][]numbersLine{p.Flow.Came, p.Flow.Went} {
		for i := range part {
			part[i].Value.URL = ""
		}
	}
	for _, k := range []int{0, -1, -12} {
		p.Months = append(p.Months, monthOf(v, a.Span.From.AddMonths(k)))
	}
	p.Says = append(p.Says, v.reportHead(this, v.spanName(a.Span.Label))+".")
	for _, x := range [][2]string{{"concluded_median_days", "numbers.report.median"}, {"concluded_breach_share", "numbers.report.breach"}, {"assessed_within_limit_share", "numbers.report.limit"}, {"waiting_breach", "numbers.report.waiting_breach"}} {
		if t := text(this, x[0]); t.Spoken == "" {
			p.Says = append(p.Says, v.T(x[1], t.Text))
		}
	}
	for _, key := range reportKeys {
		line := reportLine{Name: v.T("figure." + key)}
		for _, k := range []int{0, -1, -12} {
			line.Values = append(line.Values, text(at[figures.MonthOf(a.Span.From.AddMonths(k)).Label], key))
		}
		p.Lines = append(p.Lines, line)
		f, _ := figures.FigureByKey(key)
		p.Defined = append(p.Defined, numbersLine{Name: line.Name, Rule: v.ruleOf(f.Rule), Define: v.T("figure." + key + ".def")})
	}
	for _, key := range reportCourse {
		p.Course = append(p.Course, v.T("figure."+key))
	}
	var points = make(map[string][]chart.Point)
	for k := -12; k <= 0; k++ {
		month := figures.MonthOf(a.Span.From.AddMonths(k))
		row := reportRow{Month: monthOf(v, month.From)}
		for _, key := range reportCourse {
			row.Values = append(row.Values, text(at[month.Label], key))
			x := chart.Point{At: month.From, Value: chart.Missing}
			if cell := at[month.Label]; cell != nil {
				x.Value = value(cell, key)
			}
			points[key] = append(points[key], x)
		}
		p.Rows = append(p.Rows, row)
	}
	for _, key := range []string{"closing", "concluded_mean_days", "concluded_breach_share"} {
		f, _ := figures.FigureByKey(key)
		d := chart.TimeSeries(chart.Frame{Lang: v.Lang, ID: "rapport-" + strings.ReplaceAll(key, "_", "-"), Title: v.changed(points[key], f, v.measure(key)), Subtitle: v.T("numbers.chart.months", v.measure(key)), Unit: unitOfFigure(v, f)}, chart.Line{Points: points[key], Own: true})
		file := string(d.File())
		if i := strings.Index(file, "<svg"); i > 0 {
			file = file[i:]
		}
		p.Drawings = append(p.Drawings, reportDrawing{d.Title, d.Subtitle, template.HTML(d.SVG()), template.HTML(file)})
	}
	p.Rests = v.T("numbers.report.rests", words.Number(v.Lang, len(g.periods)), g.digest())
	return p, nil
}

// reportHead says how the list went, where that may be said.
func (v *view) reportHead(cell *figures.Cell, period string) string {
	opening, a := cell.Value("opening")
	closing, b := cell.Value("closing")
	switch change := int(closing - opening); {
	case a != figures.Shown || b != figures.Shown:
		return v.T("numbers.head", period)
	case change < 0:
		return v.T("manager.fell", -change, period)
	case change > 0:
		return v.T("manager.rose", change, period)
	}
	return v.T("manager.stood", period)
}
