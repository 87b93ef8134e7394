package web

import (
	"slices"

	"rettid/law"
	"rettid/words"
)

// The columns of the waiting list. Days left and patient are always there; the rest is each user's choice, kept in the address and so in saved views.

// A listColumn is one column: its word in the address, its class and header, and the sort it leads to, "-" when there is none.
type listColumn struct {
	word, class, key, sort string
	usual                  bool
}

var listColumns = []listColumn{
	{"gjelder", "c-cond", "web.column.condition", "gjelder", true},
	{"time", "c-appt", "web.column.appointment", "time", true},
	{"plikt", "c-duty", "web.column.duty", "plikt", true},
	{"ansvarlig", "c-own", "web.column.owner", "-", true},
	{"ventet", "c-wait n", "web.column.waited", "ventet", true},
	{"nummer", "c-more", "web.csv.case", "-", false},
	{"fag", "c-more", "web.filter.specialty", "-", false},
	{"sykehus", "c-more", "web.filter.provider", "-", false},
	{"sted", "c-more", "web.filter.site", "-", false},
	{"ansiennitet", "c-more", "field.seniority_date", "ventet", false},
	{"vurdert", "c-more", "field.assessed_date", "-", false},
	{"varslet", "c-more", "web.column.helfo", "-", false},
	{"onske", "c-more", "web.column.wish", "-", false},
	{"risiko", "c-more", "web.column.risk", "-", false},
}

// readColumns reads the columns an address asks for, in their own order; nil is the usual ones. Unknown words are left out.
func readColumns(asked []string) []string {
	if len(asked) == 0 {
		return nil
	}
	out := []string{}
	usual := true
	for _, c := range listColumns {
		has := slices.Contains(asked, c.word)
		if usual = usual && has == c.usual; has {
			out = append(out, c.word)
		}
	}
	if usual || len(out) == 0 {
		return nil
	}
	return out
}

// shown is the columns of a filter.
func (f filter) shown() []listColumn {
	out := make([]listColumn, 0, len(listColumns))
	for _, c := range listColumns {
		if f.Columns == nil && c.usual || slices.Contains(f.Columns, c.word) {
			out = append(out, c)
		}
	}
	return out
}

// columns writes the headers: those that can be sorted by are links.
func (v *view) columns(f filter, at func(filter) string) []column {
	all := append([]listColumn{{"", "c-left", "web.column.left", "", true}, {"pasient", "c-name", "web.column.patient", "pasient", true}}, f.shown()...)
	var out []column
	for _, c := range all {
		col := column{Class: c.class, Text: v.T(c.key), Left: c.class == "c-left"}
		if c.sort != "-" && c.word != "ansiennitet" {
			g := f
			g.Page, g.Sort, g.Desc = 1, c.sort, false
			col.Icon = "both"
			if f.Sort == c.sort {
				g.Desc = !f.Desc
				col.Sort, col.Icon = "ascending", "up"
				if f.Desc != (c.sort == "ventet") {
					col.Sort, col.Icon = "descending", "down"
				}
			}
			col.URL = at(g)
		}
		out = append(out, col)
	}
	return out
}

// chooseColumns fills the form that chooses columns.
func (p *listPage) chooseColumns(f filter) {
	v := p.v
	shown := f.shown()
	for _, c := range listColumns {
		on := slices.ContainsFunc(shown, func(x listColumn) bool { return x.word == c.word })
		p.Choose = append(p.Choose, option{c.word, v.T(c.key), on})
		p.More = p.More || on && !c.usual
	}
	g := f
	g.Columns, g.Page = nil, 1
	p.ChooseURL = g.url("/liste", v.s.o.User)
	for k, values := range g.values(v.s.o.User) {
		for _, x := range values {
			p.Keep = append(p.Keep, option{Value: x, Text: k})
		}
	}
	slices.SortFunc(p.Keep, func(a, b option) int { return words.Compare(words.NB, a.Text, b.Text) })
}

// listCells adds the chosen columns of a line, which point into it.
func (v *view) listCells(out []listCell, x *row, line *listRow, shown []listColumn) []listCell {
	f := &x.State.Facts
	place, site := law.ListPlace(f)
	for _, c := range shown {
		cell := listCell{Class: c.class}
		switch c.word {
		case "gjelder":
			cell.Text, cell.Title = line.Condition, line.Condition
		case "time":
			cell.Time = &line.Time
		case "plikt":
			cell.Duty = &line.Duty
		case "ansvarlig":
			cell.Text = line.Owner
			if line.Where != "" {
				cell.Title, cell.Where, cell.Owner = line.Owner+", "+line.Where, line.Where, line.Owner
			}
		case "ventet":
			cell.Text, cell.Unit = words.Number(v.Lang, line.Waited), true
		case "nummer":
			cell.Text = line.Number
		case "fag":
			cell.Text = v.specialty(f.Specialty)
		case "sykehus":
			cell.Text = v.provider(place)
		case "sted":
			if p, ok := v.s.desk.Org.Provider(place); ok {
				if t, ok := p.Site(site); ok {
					cell.Text = t.Name
				}
			}
		case "ansiennitet":
			cell.Text = v.short(f.Seniority)
		case "vurdert":
			cell.Text = v.short(f.AssessedOn)
		case "varslet":
			cell.Text = v.short(f.HelfoOn)
		case "onske":
			if e := x.State.Earlier; !e.Since.IsZero() {
				cell.Text = v.T("web.wish_days", e.Notice)
			}
		case "risiko":
			cell.Text = v.T("stage." + string(law.StageOn(f, v.Today, v.s.desk.Settings)))
		}
		if cell.Title == "" && cell.Class == "c-more" {
			cell.Title = cell.Text
		}
		if cell.Class == "c-more" && cell.Text == "" {
			cell.Text = "–"
		}
		out = append(out, cell)
	}
	return out
}
