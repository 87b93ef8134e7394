package web

import (
	"bytes"
	"html/template"
	"strings"

	"rettid/words"
)

// The lines of a list are written here and not in a template: fifty lines of seven cells are most of what the page of the waiting list is, and a template asks
// by reflection for each. Whatever comes from people goes through esc.

// esc writes text so that it is safe between tags and in an attribute.
func esc(b *bytes.Buffer, text string) {
	if strings.ContainsAny(text, "&<>\"'\x00") {
		text = template.HTMLEscapeString(text)
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

func writeScale(b *bytes.Buffer, s scale) {
	b.WriteString(`<svg viewBox="0 0 208 20" aria-hidden="true">`)
	lineAt := func(class, x1, x2, y1, y2 string) {
		b.WriteString("<line")
		for _, a := range [...][2]string{{"class", class}, {"x1", x1}, {"x2", x2}, {"y1", y1}, {"y2", y2}} {
			attribute(b, a[0], a[1])
		}
		b.WriteString("/>")
	}
	boxAt := func(class, x, y, width, height, round string) {
		b.WriteString("<rect")
		for _, a := range [...][2]string{{"class", class}, {"x", x}, {"y", y}, {"width", width}, {"height", height}, {"rx", round}} {
			attribute(b, a[0], a[1])
		}
		b.WriteString("/>")
	}
	kind := s.Kind
	if kind != "" {
		kind = " " + kind
	}
	after := ""
	if s.AppointmentLate {
		after = " after"
	}
	for _, x := range s.Ticks {
		lineAt("sc-tick", x, x, "3", "17")
	}
	if s.BarW != "" {
		boxAt("sc-bar"+kind, s.BarX, "6", s.BarW, "8", "")
	}
	if s.End != "" {
		lineAt("sc-end"+kind, s.End, s.End, "3", "17")
	}
	lineAt("sc-zero", "28", "28", "1", "19")
	if s.OverX1 != "" {
		lineAt("sc-over", s.OverX1, s.OverX2, "10", "10")
	}
	if s.WeekW != "" {
		boxAt("sc-week"+after, s.WeekX, "5", s.WeekW, "10", "2")
	}
	if s.Diamond != "" {
		b.WriteString("<path")
		attribute(b, "class", "sc-appt"+after)
		attribute(b, "d", s.Diamond)
		b.WriteString("/>")
	}
	b.WriteString("</svg>")
}

func writeTime(b *bytes.Buffer, t timeCell) {
	if t.Icon != "" {
		b.WriteString(`<span class="st" data-s="`)
		esc(b, t.State)
		b.WriteString(`">`)
		b.WriteString(string(icon(t.Icon)))
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
	b.WriteString(string(icon(d.Icon)))
	esc(b, d.Text)
	b.WriteString("</span>")
	if d.By != "" {
		b.WriteString(`<span class="by">`)
		esc(b, d.By)
		b.WriteString("</span>")
	}
	b.WriteString("</a>")
}

// lines writes the lines of the waiting list, each a row of its table.
func (v *view) lines(rows []listRow) template.HTML {
	var b bytes.Buffer
	b.Grow(2048 * len(rows))
	none, days := v.T("time.no_deadline"), v.T("web.days_waited")
	for i := range rows {
		x := &rows[i]
		deadline := x.Deadline.String()
		b.WriteString("<tr role=\"row\">\n<td role=\"cell\" class=\"c-sel\"><input class=\"ds-input\" type=\"checkbox\" name=\"sak\" form=\"valgte\"")
		attribute(&b, "value", x.ID)
		attribute(&b, "data-deadline", deadline)
		attribute(&b, "data-text", x.DeadlineText)
		attribute(&b, "aria-label", v.T("web.choose", x.Name))
		b.WriteString("></td>\n<td role=\"cell\" class=\"c-left\">")
		if x.Days != "" {
			b.WriteString(`<div class="left"`)
			attribute(&b, "data-s", x.Kind)
			b.WriteString(`><b aria-hidden="true">`)
			esc(&b, x.Days)
			b.WriteString("</b>")
			writeScale(&b, x.Scale)
			b.WriteString("<time")
			attribute(&b, "datetime", deadline)
			b.WriteByte('>')
			esc(&b, x.DeadlineText)
			b.WriteString(`</time><span class="ds-sr-only">`)
			esc(&b, x.Spoken)
			b.WriteString("</span></div>")
		} else {
			b.WriteString(`<span class="quiet">`)
			esc(&b, none)
			b.WriteString("</span>")
		}
		b.WriteString("</td>\n<th role=\"rowheader\" scope=\"row\" class=\"c-name\"><a")
		attribute(&b, "href", x.URL)
		b.WriteByte('>')
		esc(&b, x.Name)
		b.WriteString(`</a> <span class="quiet num">`)
		esc(&b, x.Year)
		b.WriteString("</span></th>\n")
		for j := range x.Cells {
			c := &x.Cells[j]
			b.WriteString(`<td role="cell"`)
			attribute(&b, "class", c.Class)
			attribute(&b, "title", c.Title)
			b.WriteByte('>')
			switch {
			case c.Time != nil:
				writeTime(&b, *c.Time)
			case c.Duty != nil:
				writeChip(&b, v.Lang, *c.Duty)
			case c.Where != "":
				esc(&b, c.Where)
				b.WriteString(` <span class="where">`)
				esc(&b, c.Owner)
				b.WriteString("</span>")
			default:
				esc(&b, c.Text)
				if c.Unit {
					b.WriteString(`<span class="unit"> `)
					esc(&b, days)
					b.WriteString("</span>")
				}
			}
			b.WriteString("</td>\n")
		}
		b.WriteString("</tr>\n")
	}
	return template.HTML(b.String())
}
