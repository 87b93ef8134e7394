package web

import (
	"cmp"
	"maps"
	"net/http"
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
	sortPeriodRows(rows, q.Get("sorter"), q.Get("retning") == "ned")
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
	page.show(r, v, numbersURL+"/rader", "numbers.rows.deadline", len(rows), a.Page, func(from, to int) { page.Rows = rows[from:to] })
	if elsewhere > 0 {
		page.Note = v.T("numbers.elsewhere", elsewhere)
	}
	return s.render(w, http.StatusOK, "numbersrows", v, page)
}

// sortPeriodRows puts rows in the order a heading asks for: the longest wait first unless another is named, and turned round when it is down.
func sortPeriodRows(rows []periodRow, by string, down bool) {
	slices.SortStableFunc(rows, func(x, y periodRow) int {
		n := 0
		switch by {
		case "start":
			n = x.Start.Compare(y.Start)
		case "vurdert":
			n = x.Assessed.Compare(y.Assessed)
		case "frist":
			n = x.Deadline.Compare(y.Deadline)
		case "slutt":
			n = x.End.Compare(y.End)
		default:
			n = cmp.Compare(y.days, x.days)
		}
		if down {
			n = -n
		}
		return n
	})
}

// show fills in the headings, with their orders, and one page of so many rows in all, which some fills in; path is the page's own, and limit the word of the column
// of deadlines.
func (p *numbersRowsPage) show(r *http.Request, v *view, path, limit string, total, page int, some func(from, to int)) {
	q := r.URL.Query()
	q.Del("lang")
	by, down := q.Get("sorter"), q.Get("retning") == "ned"
	at := func(pairs ...string) string {
		n := maps.Clone(q)
		for i := 0; i < len(pairs); i += 2 {
			if n.Del(pairs[i]); pairs[i+1] != "" {
				n.Set(pairs[i], pairs[i+1])
			}
		}
		return path + "?" + n.Encode()
	}
	for _, c := range [][2]string{{"numbers.rows.case", "-"}, {"numbers.by.specialty", "-"}, {"numbers.rows.start", "start"}, {"numbers.rows.assessed", "vurdert"}, {limit, "frist"}, {"numbers.rows.end", "slutt"}, {"numbers.rows.days", ""}} {
		col := column{Text: v.T(c[0])}
		if c[1] != "-" {
			turn := ""
			if by == c[1] && !down {
				turn = "ned"
			}
			col.URL, col.Icon = at("sorter", c[1], "retning", turn, "side", ""), "both"
			if by == c[1] {
				col.Sort, col.Icon = "ascending", "up"
				if down != (c[1] == "") {
					col.Sort, col.Icon = "descending", "down"
				}
			}
		}
		if c[1] == "" {
			col.Class = "n"
		}
		p.Columns = append(p.Columns, col)
	}
	last := max(1, (total+perPage-1)/perPage)
	page = min(page, last)
	from := (page - 1) * perPage
	some(from, min(from+perPage, total))
	p.Count = v.T("web.shown", words.Number(v.Lang, len(p.Rows)), words.Number(v.Lang, total))
	p.Pages = pageLinksTo(last, filter{Page: page}, func(f filter) string { return at("side", strconv.Itoa(f.Page)) })
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
