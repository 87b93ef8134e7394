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
	var b bytes.Buffer
	write(&b)
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

// writeIcon writes what icon draws.
func writeIcon(b *bytes.Buffer, name string) {
	if name == "both" {
		b.WriteString(string(icon(name)))
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
