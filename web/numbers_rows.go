package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/day"
	"rettid/figures"
	"rettid/words"
)

// From a number to its rows in one step: the referral periods that are counted in it, each a way to its case. No name stands here; the case asks who looks.

type numbersRowsPage struct {
	*frame
	Head, Sub, Says string
	Back            link
	Columns         []column
	Rows            []periodRow
	Count           string
	Pages           pager
	Note            string
	Empty, Clear    string
	Download        string // the rows as a file; empty where there is none
	Without         int
}

type periodRow struct {
	Number, URL, Field, Where      string
	Start, Assessed, Deadline, End day.Day
	EndText                        string
	Days                           string
	Excluded                       string

	days int
}

func (s *site) numbersRowList(w http.ResponseWriter, r *http.Request, v *view) error {
	a, err := s.readNumbers(r)
	if err != nil {
		return err
	}
	if !s.numbersRows(a) {
		return denied{access.Decide(s.user, access.List, access.ListOf(a.Provider, a.Unit, fieldKey(a.Field)), v.Today).Why}
	}
	q := r.URL.Query()
	key, cell := q.Get("tall"), q["celle"]
	which := slices.Index(figures.CountKeys(), key)
	code, byCode := strings.CutPrefix(key, "excluded.")
	if which < 0 && !byCode {
		return badRequest{code: "numbers.no_rows"}
	}
	v.Here = numbersURL
	g, err := s.gathered(w, r, v, a)
	if g == nil || err != nil {
		return err
	}
	fixed, values := a.fixed()
	var rest []string
	for _, b := range a.By {
		if !slices.Contains(fixed, b) && !slices.Contains(fixed, numbersSame[b]) {
			rest = append(rest, b)
		}
	}
	if len(cell) > len(rest) {
		return badRequest{code: "numbers.no_rows"}
	}
	rest = rest[:len(cell)]
	span := a.Span
	if !a.Nation && span.To.After(v.Today) {
		span.To = v.Today
	}
	m, err := figures.NewMarker(figures.Options{Span: span, By: append(slices.Clone(fixed), rest...)})
	if err != nil {
		return err
	}
	want := append(slices.Clone(values), cell...)
	lists := s.places(access.List)
	var rows []periodRow
	elsewhere := 0
	for i := range g.periods {
		p := &g.periods[i]
		x, err := m.Mark(p)
		if err != nil {
			return err
		}
		if !slices.Equal(x.By, want) || byCode && strconv.Itoa(x.Excluded) != code || !byCode && !x.Counted[which] {
			continue
		}
		if !a.Nation && !slices.ContainsFunc(lists, func(l place) bool { return l.covers(place{p.Institution, p.Department, fieldKey(p.Specialty)}) }) {
			elsewhere++
			continue
		}
		rows = append(rows, v.periodRow(p, x, a))
	}
	slices.SortStableFunc(rows, func(x, y periodRow) int {
		var n int
		switch q.Get("sorter") {
		case "start":
			n = x.Start.Compare(y.Start)
		case "frist":
			n = x.Deadline.Compare(y.Deadline)
		case "slutt":
			n = x.End.Compare(y.End)
		default:
			n = cmp.Compare(y.days, x.days)
		}
		if q.Get("retning") == "ned" {
			n = -n
		}
		return n
	})
	name := v.T("numbers.part." + key)
	if f, ok := figures.FigureByKey(key); ok {
		name = v.T("figure." + f.Key)
	} else if byCode {
		name = v.T("npr.excluded." + code)
	}
	v.Title = name
	page := numbersRowsPage{frame: v.frame, Head: name + ": " + words.Number(v.Lang, len(rows)), Sub: v.numbersPlace(a), Back: link{a.url(numbersURL), v.T("numbers.nav.table")}, Says: v.numbersCounted(g, a), Empty: v.T("numbers.rows_empty"), Clear: a.url(numbersURL)}
	for i, c := range cell {
		page.Sub += " · " + v.dimName(rest[i], c, a)
	}
	at := func(change func(url.Values)) string {
		n := r.URL.Query()
		n.Del("lang")
		change(n)
		return numbersURL + "/rader?" + n.Encode()
	}
	for _, c := range [][2]string{{"numbers.rows.case", "-"}, {"numbers.by.specialty", "-"}, {"numbers.rows.start", "start"}, {"numbers.rows.assessed", "-"}, {"numbers.rows.deadline", "frist"}, {"numbers.rows.end", "slutt"}, {"numbers.rows.days", ""}} {
		col := column{Text: v.T(c[0])}
		if c[1] != "-" {
			desc := q.Get("sorter") == c[1] && q.Get("retning") != "ned"
			col.URL = at(func(n url.Values) {
				n.Set("sorter", c[1])
				n.Del("retning")
				n.Del("side")
				if desc {
					n.Set("retning", "ned")
				}
			})
			if q.Get("sorter") == c[1] {
				col.Sort = "ascending"
				if (q.Get("retning") == "ned") != (c[1] == "") {
					col.Sort = "descending"
				}
			}
		}
		if c[1] == "" {
			col.Class = "n"
		}
		page.Columns = append(page.Columns, col)
	}
	total := len(rows)
	from := min((a.Page-1)*perPage, total)
	page.Rows = rows[from:min(from+perPage, total)]
	page.Count = v.T("web.shown", words.Number(v.Lang, len(page.Rows)), words.Number(v.Lang, total))
	page.Pages = pageLinks(filter{Page: a.Page}, total, func(f filter) string { return at(func(n url.Values) { n.Set("side", strconv.Itoa(f.Page)) }) })
	if elsewhere > 0 {
		page.Note = v.T("numbers.elsewhere", elsewhere)
	}
	return s.render(w, http.StatusOK, "numbersrows", v, page)
}

func (v *view) periodRow(p *figures.Period, x figures.Marked, a numbersAsk) periodRow {
	out := periodRow{Number: p.ID, Field: v.named("8451", p.Specialty), Where: v.provider(p.Institution), Start: p.Start(), Assessed: p.Assessed, Deadline: p.Deadline, End: p.End, days: x.Days}
	if p.EndCode != 0 {
		out.EndText = v.named("8445", strconv.Itoa(p.EndCode))
	}
	if x.Excluded != 0 {
		out.Excluded = v.T("npr.excluded." + strconv.Itoa(x.Excluded))
	} else {
		out.Days = words.Number(v.Lang, x.Days)
	}
	if i := strings.LastIndexByte(p.ID, '-'); i > 0 && !a.Nation {
		if n, err := strconv.ParseInt(p.ID[i+1:], 10, 64); err == nil {
			out.URL = caseURL(p.ID[:i], n)
		}
	}
	return out
}
