package web

import (
	"bytes"
	"html/template"

	"rettid/words"
)

// The lines of a list are written here and not in a template: fifty lines of seven cells are most of what the page of the waiting list is, and a template asks
// by reflection for each. Whatever comes from people goes through esc.

// esc writes text so that it is safe between tags and in an attribute.
func esc(b *bytes.Buffer, text string) {
	for i := range len(text) {
		switch text[i] {
		case '&', '<', '>', '"', '\'', 0:
			template.HTMLEscape(b, []byte(text))
			return
		}
	}
	b.WriteString(text)
}

// attribute writes ` name="value"`, and nothing when there is no value.
func attribute(b *bytes.Buffer, name, value string) {
	if value == "" {
		return
	}
	b.WriteByte(' ')
	b.WriteString(name)
	b.WriteString(`="`)
	esc(b, value)
	b.WriteByte('"')
}

// placed writes what stands in one place of a list in a page made by a template.
func placed(write func(b *bytes.Buffer)) template.HTML {
	b := pageBuffers.Get().(*bytes.Buffer)
	defer keepBuffer(b)
	write(b)
	return template.HTML(b.String())
}

// writeScale draws a scale; its ticks are those of the sprite.
func writeScale(b *bytes.Buffer, s *scale) {
	kind := ""
	if s.Kind != "" {
		kind = " " + s.Kind
	}
	after := ""
	if s.AppointmentLate {
		after = " after"
	}
	b.WriteString(`<svg viewBox="0 0 208 20" aria-hidden="true"><use href="#weeks"/>`)
	if s.BarW != "" {
		each(b, `<rect class="sc-bar`, kind, `" x="`, s.BarX, `" y="6" width="`, s.BarW, `" height="8"/>`)
	}
	if s.End != "" {
		each(b, `<line class="sc-end`, kind, `" x1="`, s.End, `" x2="`, s.End, `" y1="3" y2="17"/>`)
	}
	b.WriteString(`<line class="sc-zero" x1="28" x2="28" y1="1" y2="19"/>`)
	if s.OverX1 != "" {
		each(b, `<line class="sc-over" x1="`, s.OverX1, `" x2="`, s.OverX2, `" y1="10" y2="10"/>`)
	}
	if s.WeekW != "" {
		each(b, `<rect class="sc-week`, after, `" x="`, s.WeekX, `" y="5" width="`, s.WeekW, `" height="10" rx="2"/>`)
	}
	if s.Diamond != "" {
		each(b, `<path class="sc-appt`, after, `" d="`, s.Diamond, `"/>`)
	}
	b.WriteString("</svg>")
}

// each writes texts as they are: markup, and numbers of this program's.
func each(b *bytes.Buffer, texts ...string) {
	for _, t := range texts {
		b.WriteString(t)
	}
}

// writePicks writes the selects of a filter form.
func writePicks(b *bytes.Buffer, some []pick) {
	for _, p := range some {
		b.WriteString(`<div class="f"><label for="f-`)
		esc(b, p.Name)
		b.WriteString(`">`)
		esc(b, p.Label)
		b.WriteString(`</label><select class="ds-input" id="f-`)
		esc(b, p.Name)
		b.WriteString(`" name="`)
		esc(b, p.Name)
		b.WriteString(`">`)
		for i := range p.Options {
			o := &p.Options[i]
			b.WriteString(`<option value="`)
			esc(b, o.Value)
			if o.Chosen {
				b.WriteString(`" selected>`)
			} else {
				b.WriteString(`">`)
			}
			esc(b, o.Text)
			b.WriteString("</option>")
		}
		b.WriteString("</select></div>")
	}
}

// writeTally writes the numbers in the head of a list.
func writeTally(b *bytes.Buffer, l words.Lang, some []tally) {
	b.WriteString(`<dl class="facts tally">`)
	for _, t := range some {
		b.WriteString("<div><dt>")
		esc(b, t.Label)
		b.WriteString(`</dt><dd class="num">`)
		if t.URL != "" {
			b.WriteString("<a")
			attribute(b, "href", t.URL)
			b.WriteByte('>')
		}
		writeCount(b, l, t.N, t.More)
		if t.URL != "" {
			b.WriteString("</a>")
		}
		b.WriteString("</dd></div>")
	}
	b.WriteString("</dl>")
}

// writeCount writes a number, with + when there are more.
func writeCount(b *bytes.Buffer, l words.Lang, n int, more bool) {
	b.WriteString(words.Number(l, n))
	if more {
		b.WriteByte('+')
	}
}

// writeTabs writes the views of a list, each with its number.
func writeTabs(b *bytes.Buffer, l words.Lang, some []tab) {
	b.WriteString("<ul>")
	for _, t := range some {
		b.WriteString("<li><a")
		attribute(b, "href", t.URL)
		if t.Current {
			b.WriteString(` aria-current="page"`)
		}
		b.WriteByte('>')
		esc(b, t.Text)
		b.WriteString(` <span class="count num">`)
		writeCount(b, l, t.N, t.More)
		b.WriteString("</span></a></li>")
	}
	b.WriteString("</ul>")
}

// writeHidden writes what a form keeps without showing it: the name is the option's text.
func writeHidden(b *bytes.Buffer, some []option) {
	for _, o := range some {
		b.WriteString(`<input type="hidden" name="`)
		esc(b, o.Text)
		b.WriteString(`" value="`)
		esc(b, o.Value)
		b.WriteString(`">`)
	}
}

// writeTicks writes boxes to tick, all of one name.
func writeTicks(b *bytes.Buffer, name string, some []option) {
	for _, o := range some {
		b.WriteString(`<label class="tick"><input class="ds-input" type="checkbox" name="`)
		esc(b, name)
		b.WriteString(`" value="`)
		esc(b, o.Value)
		b.WriteByte('"')
		if o.Chosen {
			b.WriteString(" checked")
		}
		b.WriteString("> ")
		esc(b, o.Text)
		b.WriteString("</label>")
	}
}

// writeHeads writes the headers of the waiting list: that of the scale has its weeks and the deadline's beside it.
func writeHeads(b *bytes.Buffer, l words.Lang, some []column) {
	link := func(c *column) {
		b.WriteString("<a")
		attribute(b, "href", c.URL)
		b.WriteByte('>')
		esc(b, c.Text)
		writeIcon(b, c.Icon)
		b.WriteString("</a>")
	}
	for i := range some {
		c := &some[i]
		b.WriteString(`<th role="columnheader" scope="col"`)
		attribute(b, "class", c.Class)
		attribute(b, "aria-sort", c.Sort)
		b.WriteByte('>')
		switch {
		case c.Left:
			b.WriteString(`<div class="left scale-head">`)
			link(c)
			b.WriteString(`<svg viewBox="0 0 208 20" aria-hidden="true">`)
			for _, t := range [][2]string{{"28", words.Say(l, "time.today")}, {"63", "2"}, {"98", "4"}, {"133", "6"}, {"168", words.Say(l, "web.eight_weeks")}} {
				each(b, `<text class="sc-text" x="`, t[0], `" y="15" text-anchor="middle">`)
				esc(b, t[1])
				b.WriteString("</text>")
			}
			b.WriteString("</svg><span>")
			esc(b, words.Say(l, "web.column.deadline"))
			b.WriteString("</span></div>")
		case c.URL != "":
			link(c)
		default:
			esc(b, c.Text)
		}
		b.WriteString("</th>\n")
	}
}

// writePager writes the links between the pages of a list; nothing when there is one page.
func writePager(b *bytes.Buffer, l words.Lang, p pager) {
	if len(p.Pages) == 0 {
		return
	}
	step := func(url, rel, text string) {
		if url == "" {
			b.WriteString(`<li><span class="ds-button" data-variant="tertiary" aria-hidden="true">`)
			esc(b, text)
			b.WriteString("</span></li>")
			return
		}
		each(b, `<li><a class="ds-button" data-variant="tertiary" rel="`, rel, `"`)
		attribute(b, "href", url)
		b.WriteByte('>')
		esc(b, text)
		b.WriteString("</a></li>")
	}
	b.WriteString(`<nav class="ds-pagination"`)
	attribute(b, "aria-label", words.Say(l, "web.pages"))
	b.WriteString("><ul>\n")
	step(p.Prev, "prev", words.Say(l, "web.previous"))
	b.WriteByte('\n')
	for _, one := range p.Pages {
		if one.Gap {
			b.WriteString(`<li><span class="quiet">…</span></li>`)
			continue
		}
		b.WriteString(`<li><a class="ds-button" data-variant="tertiary"`)
		if one.Current {
			b.WriteString(` aria-current="true"`)
		}
		attribute(b, "aria-label", words.Say(l, "web.page_n", one.N))
		attribute(b, "href", one.URL)
		each(b, ">", words.Number(l, one.N), "</a></li>")
	}
	b.WriteByte('\n')
	step(p.Next, "next", words.Say(l, "web.next"))
	b.WriteString("\n</ul></nav>")
}

// writeMenu writes the items of the main menu.
func writeMenu(b *bytes.Buffer, l words.Lang, some []menuItem) {
	for _, i := range some {
		b.WriteString("<li><a")
		attribute(b, "href", i.URL)
		if i.Current {
			b.WriteString(` aria-current="page"`)
		}
		b.WriteByte('>')
		esc(b, i.Text)
		if i.N > 0 {
			each(b, ` <span class="count">`, words.Number(l, i.N), "</span>")
		}
		b.WriteString("</a></li>")
	}
}

// writeLangs writes the links to the page in other languages.
func writeLangs(b *bytes.Buffer, some []langLink) {
	for _, x := range some {
		if x.Current {
			each(b, `<b lang="`, string(x.Lang), `">`)
			esc(b, x.Text)
			b.WriteString("</b>")
			continue
		}
		b.WriteString("<a")
		attribute(b, "href", x.URL)
		each(b, ` lang="`, string(x.Lang), `" hreflang="`, string(x.Lang), `">`)
		esc(b, x.Text)
		b.WriteString("</a>")
	}
}

// writeIcon writes what icon draws.
func writeIcon(b *bytes.Buffer, name string) {
	if name == "both" {
		b.WriteString(`<svg class="i faint" viewBox="0 0 16 16" aria-hidden="true"><use href="#both"/></svg>`)
		return
	}
	b.WriteString(`<svg class="i" viewBox="0 0 16 16" aria-hidden="true"><use href="#`)
	esc(b, name)
	b.WriteString(`"/></svg>`)
}

func writeTime(b *bytes.Buffer, t timeCell) {
	if t.Icon != "" {
		b.WriteString(`<span class="st" data-s="`)
		esc(b, t.State)
		b.WriteString(`">`)
		writeIcon(b, t.Icon)
		esc(b, t.Text)
		b.WriteString("</span>")
	} else {
		esc(b, t.Text)
	}
	if t.Spoken != "" {
		b.WriteString(`<span class="ds-sr-only">`)
		esc(b, t.Spoken)
		b.WriteString("</span>")
	}
}

func writeChip(b *bytes.Buffer, l words.Lang, d dutyChip) {
	if d.Text == "" {
		b.WriteString(`<span class="quiet" aria-hidden="true">–</span><span class="ds-sr-only">`)
		esc(b, words.Say(l, "web.no_duties"))
		b.WriteString("</span>")
		return
	}
	b.WriteString(`<a class="duty"`)
	attribute(b, "href", d.URL)
	attribute(b, "data-s", d.State)
	b.WriteString("><span>")
	writeIcon(b, d.Icon)
	esc(b, d.Text)
	b.WriteString("</span>")
	if d.By != "" {
		b.WriteString(`<span class="by">`)
		esc(b, d.By)
		b.WriteString("</span>")
	}
	b.WriteString("</a>")
}

// lines writes the lines of the waiting list, each a row of its table. everywhere: they are of several hospitals, and each tells which.
func (v *view) lines(b *bytes.Buffer, rows []row, shown []listColumn, everywhere bool) {
	none, days := v.T("time.no_deadline"), v.T("web.days_waited")
	cells := make([]listCell, 0, len(shown))
	for i := range rows {
		x := v.listRow(&rows[i], everywhere)
		cells = v.listCells(cells[:0], &rows[i], &x, shown)
		deadline := x.Deadline.String()
		b.WriteString("<tr role=\"row\">\n<td role=\"cell\" class=\"c-sel\"><input class=\"ds-input\" type=\"checkbox\" name=\"sak\" form=\"valgte\"")
		attribute(b, "value", x.ID)
		attribute(b, "data-deadline", deadline)
		attribute(b, "data-text", x.DeadlineText)
		attribute(b, "aria-label", v.T("web.choose", x.Name))
		b.WriteString("></td>\n<td role=\"cell\" class=\"c-left\">")
		if x.Days != "" {
			b.WriteString(`<div class="left"`)
			attribute(b, "data-s", x.Kind)
			b.WriteString(`><b aria-hidden="true">`)
			esc(b, x.Days)
			b.WriteString("</b>")
			writeScale(b, &x.Scale)
			b.WriteString("<time")
			attribute(b, "datetime", deadline)
			b.WriteByte('>')
			esc(b, x.DeadlineText)
			b.WriteString(`</time><span class="ds-sr-only">`)
			esc(b, x.Spoken)
			b.WriteString("</span></div>")
		} else {
			b.WriteString(`<span class="quiet">`)
			esc(b, none)
			b.WriteString("</span>")
		}
		b.WriteString("</td>\n<th role=\"rowheader\" scope=\"row\" class=\"c-name\"><a")
		attribute(b, "href", x.URL)
		b.WriteByte('>')
		esc(b, x.Name)
		b.WriteString(`</a> <span class="quiet num">`)
		esc(b, x.Year)
		b.WriteString("</span></th>\n")
		for j := range cells {
			writeCell(b, v.Lang, &cells[j], days)
			b.WriteByte('\n')
		}
		b.WriteString("</tr>\n")
	}
}

// writeCell writes a cell; days is the word for them.
func writeCell(b *bytes.Buffer, l words.Lang, c *listCell, days string) {
	b.WriteString(`<td role="cell"`)
	attribute(b, "class", c.Class)
	attribute(b, "title", c.Title)
	b.WriteByte('>')
	switch {
	case c.Time != nil:
		writeTime(b, *c.Time)
	case c.Duty != nil:
		writeChip(b, l, *c.Duty)
	case c.Where != "":
		esc(b, c.Where)
		b.WriteString(` <span class="where">`)
		esc(b, c.Owner)
		b.WriteString("</span>")
	default:
		esc(b, c.Text)
		if c.Unit {
			b.WriteString(`<span class="unit"> `)
			esc(b, days)
			b.WriteString("</span>")
		}
	}
	b.WriteString("</td>")
}
