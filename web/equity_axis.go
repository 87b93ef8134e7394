package web

import (
	"cmp"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rettid/equity"
	"rettid/words"
)

// The table of an axis: what is known of each group, in the order of X-703. It may be put in order by name and by size, and never by what would make a ranking of it.

// An axisColumn is one column of it.
type axisColumn struct {
	key   string // of its head; empty: the axis itself
	order string // the word it is put in order by; empty: never
	after bool   // what happens to those applied for; the others are who gets to the door
	says  func(l *equity.Line) string
	less  func(a, b *equity.Line) int
}

// axisColumns are the columns an axis has.
func (v *view) axisColumns(d *equity.Dimension) []axisColumn {
	share := func(s equity.Share) string {
		if s.Share == nil {
			return "–"
		}
		return fmt.Sprintf("%s (%d/%d)", words.Percent(v.Lang, *s.Share, 0), *s.Granted, *s.Decided)
	}
	of := func(x *float64) float64 {
		if x == nil {
			return -1
		}
		return *x
	}
	applied := func(l *equity.Line) int {
		if l.Observed == nil {
			return -1
		}
		return *l.Observed
	}
	out := []axisColumn{{order: "navn", says: func(l *equity.Line) string { return v.groupName(d.Axis, l.Area.Area) }, less: func(a, b *equity.Line) int {
		return words.Compare(v.Lang, v.groupName(d.Axis, a.Area.Area), v.groupName(d.Axis, b.Area.Area))
	}}}
	add := func(key, order string, says func(l *equity.Line) string, less func(a, b *equity.Line) int) {
		out = append(out, axisColumn{key: key, order: order, says: says, less: less})
	}
	if d.Rates {
		add("review.col.people", "folk", func(l *equity.Line) string { return words.Number(v.Lang, int(math.Round(l.Population))) }, func(a, b *equity.Line) int { return cmp.Compare(a.Population, b.Population) })
	}
	add("meeting.applied", "sokt", func(l *equity.Line) string { return v.count(l.Observed) }, func(a, b *equity.Line) int { return cmp.Compare(applied(a), applied(b)) })
	if d.Rates {
		add("review.col.rate", "", func(l *equity.Line) string { return v.num(l.Rate, 1) }, nil)
		add("review.expected_short", "ventet", func(l *equity.Line) string { return v.num(l.Expected, 1) }, func(a, b *equity.Line) int { return cmp.Compare(of(a.Expected), of(b.Expected)) })
		add("review.ratio", "", func(l *equity.Line) string { return v.num(l.SR, 2) }, nil)
		add("review.interval", "", func(l *equity.Line) string {
			if l.SRLo == nil {
				return "–"
			}
			return v.num(l.SRLo, 2) + "–" + v.num(l.SRHi, 2)
		}, nil)
	}
	if d.Judged {
		add("review.signal", "", func(l *equity.Line) string {
			if l.SR == nil {
				return v.T("review.too_few")
			}
			return signalStatus(v, *l.Signal).Text
		}, nil)
		add("review.col.least", "", func(l *equity.Line) string {
			if l.SR == nil {
				return "–"
			}
			return v.T("review.least", l.LeastShown, words.Decimal(v.Lang, l.LeastRatio, 2))
		}, nil)
	}
	door := len(out)
	add("review.col.stops", "", func(l *equity.Line) string { return share(l.Stops) }, nil)
	add("review.col.granted", "", func(l *equity.Line) string { return share(l.Granted) }, nil)
	add("review.interval", "", func(l *equity.Line) string {
		if l.Granted.Lo == nil {
			return "–"
		}
		return words.Percent(v.Lang, *l.Granted.Lo, 0) + "–" + words.Percent(v.Lang, *l.Granted.Hi, 0)
	}, nil)
	add("review.median", "", func(l *equity.Line) string { return v.num(l.Days.Median, 0) }, nil)
	add("review.p90", "", func(l *equity.Line) string { return v.num(l.Days.P90, 0) }, nil)
	for i := door; i < len(out); i++ {
		out[i].after = true
	}
	return out
}

func (v *view) axisHead(d *equity.Dimension, c axisColumn) string {
	if c.key == "" {
		return v.T("review.axis." + string(d.Axis))
	}
	return v.T(c.key)
}

// dimensionTable is an axis as heads and rows, in its fixed order; of the columns wanted, and the groups' names.
func (v *view) dimensionTable(d *equity.Dimension, want func(axisColumn) bool) (head []string, rows [][]string) {
	columns := slices.DeleteFunc(v.axisColumns(d), func(c axisColumn) bool { return c.key != "" && !want(c) })
	for _, c := range columns {
		head = append(head, v.axisHead(d, c))
	}
	for i := range d.Lines {
		row := make([]string, 0, len(columns))
		for _, c := range columns {
			row = append(row, c.says(&d.Lines[i]))
		}
		rows = append(rows, row)
	}
	return head, rows
}

func everyColumn(axisColumn) bool { return true }

// An axisTable is an axis on the page: a page of it, in the order asked for, of the region asked for.
type axisTable struct {
	Columns []column
	Rows    [][]string
	Pages   pager
	Count   string
	Picks   []pick
	Hidden  []option
	Note    string // on the order
	Clear   string // the same without the region, when no group is left
}

// axisTable reads what is asked: ordne (a word of a column, after «-» the other way), region, side.
func (v *view) axisTable(d *equity.Dimension, at string, q url.Values) axisTable {
	var t axisTable
	by, region := q.Get("ordne"), q.Get("region")
	to := func(set ...string) string {
		g := url.Values{"akse": {string(d.Axis)}}
		for k, x := range map[string]string{"ordne": by, "region": region} {
			if x != "" {
				g.Set(k, x)
			}
		}
		for i := 0; i < len(set); i += 2 {
			g.Set(set[i], set[i+1])
		}
		return at + "?" + g.Encode() + "#akser"
	}
	columns := v.axisColumns(d)
	lines := make([]*equity.Line, 0, len(d.Lines))
	var regions []string
	for i := range d.Lines {
		l := &d.Lines[i]
		if l.Region != "" && !slices.Contains(regions, l.Region) {
			regions = append(regions, l.Region)
		}
		if region == "" || l.Region == region {
			lines = append(lines, l)
		}
	}
	word, down := strings.CutPrefix(by, "-")
	for _, c := range columns {
		k := sortColumn(v, c.order, c.key, by, func(to_ string) string { return to("ordne", to_) })
		k.Text = v.axisHead(d, c)
		t.Columns = append(t.Columns, k)
		if c.order != "" && c.order == word {
			slices.SortStableFunc(lines, func(a, b *equity.Line) int {
				if down {
					return c.less(b, a)
				}
				return c.less(a, b)
			})
		}
	}
	page, _ := strconv.Atoi(q.Get("side"))
	page = max(1, min(page, (len(lines)+perPage-1)/perPage))
	for _, l := range lines[min((page-1)*perPage, len(lines)):min(page*perPage, len(lines))] {
		row := make([]string, 0, len(columns))
		for _, c := range columns {
			row = append(row, c.says(l))
		}
		t.Rows = append(t.Rows, row)
	}
	t.Count = v.T("web.shown", words.Number(v.Lang, len(t.Rows)), words.Number(v.Lang, len(lines)))
	t.Pages = pageLinks(filter{Page: page}, len(lines), func(f filter) string { return to("side", strconv.Itoa(f.Page)) })
	t.Note = v.T("review.never_ranked")
	if d.Axis != equity.ByRegion && len(regions) > 1 && (d.Axis == equity.ByMunicipality || d.Axis == equity.ByCatchment || d.Axis == equity.ByTrust) {
		p := pick{Name: "region", Label: v.T("review.axis.region"), Options: []option{{"", v.T("web.all"), region == ""}}}
		for _, r := range regions {
			p.Options = append(p.Options, option{r, v.region(r), r == region})
		}
		t.Picks, t.Hidden = []pick{p}, []option{{Value: "akse", Text: string(d.Axis)}}
		if by != "" {
			t.Hidden = append(t.Hidden, option{Value: "ordne", Text: by})
		}
	}
	if region != "" && len(lines) == 0 {
		region = ""
		t.Clear = to()
	}
	return t
}
