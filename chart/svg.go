package chart

import (
	"fmt"
	"html"
	"strconv"
	"strings"
)

// SVG is the drawing for a page: classes and positions, no style. It is markup; every text in it is escaped.
func (f Figure) SVG() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="chart" viewBox="0 0 %s %s" role="img" aria-labelledby="%s-t"><title id="%s-t">%s</title>`, num(f.d.w), num(f.d.h), f.id(), f.id(), html.EscapeString(f.Label()))
	for _, s := range f.d.shapes {
		class := ""
		if s.class != "" {
			class = ` class="` + s.class + `"`
		}
		write(&b, s, class)
	}
	b.WriteString("</svg>")
	return b.String()
}

// File is the drawing as a file of its own: it looks alike without a style sheet, and has title and subtitle above.
func (f Figure) File() []byte {
	d := f.framed()
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+`<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" viewBox="0 0 %s %s" role="img" aria-labelledby="%s-t" font-family="Inter, Arial, sans-serif" font-size="13"><title id="%s-t">%s</title>`,
		num(d.w), num(d.h), num(d.w), num(d.h), f.id(), f.id(), html.EscapeString(f.Label()))
	fmt.Fprintf(&b, `<rect x="0" y="0" width="%s" height="%s" fill="%s"/>`, num(d.w), num(d.h), sheet)
	for _, s := range d.shapes {
		write(&b, s, inline(s))
	}
	b.WriteString("</svg>\n")
	return []byte(b.String())
}

func (f Figure) id() string {
	if MarkupSafe(f.ID) {
		return f.ID
	}
	return "figure"
}

// framed is the drawing with its title and subtitle above, for those who meet it outside the page.
func (f Figure) framed() drawing {
	const margin = 16.0
	lines := wrap(f.Subtitle, 100)
	top := margin + 22 + 18*float64(len(lines)) + 6
	d := drawing{w: f.d.w + 2*margin + 24, h: f.d.h + top + margin}
	d.label("head", "start", margin, margin+14, f.Title)
	for i, l := range lines {
		d.label("", "start", margin, margin+34+18*float64(i), l)
	}
	for _, s := range f.d.shapes {
		at := make([]point, len(s.at))
		copy(at, s.at)
		for i := range at {
			if s.kind == rect && i == 1 {
				continue // a size, not a place
			}
			at[i].x, at[i].y = at[i].x+margin, at[i].y+top
		}
		s.at = at
		d.shapes = append(d.shapes, s)
	}
	return d
}

// wrap breaks a text into lines of at most n letters, between words.
func wrap(s string, n int) []string {
	var lines []string
	for _, w := range strings.Fields(s) {
		if k := len(lines); k > 0 && len([]rune(lines[k-1]))+1+len([]rune(w)) <= n {
			lines[k-1] += " " + w
		} else {
			lines = append(lines, w)
		}
	}
	return lines
}

func write(b *strings.Builder, s shape, attributes string) {
	p := s.at[0]
	switch s.kind {
	case line:
		fmt.Fprintf(b, `<line%s x1="%s" y1="%s" x2="%s" y2="%s"/>`, attributes, num(p.x), num(p.y), num(s.at[1].x), num(s.at[1].y))
	case path:
		fmt.Fprintf(b, `<path%s d="%s"/>`, attributes, data(s.at))
	case circle:
		fmt.Fprintf(b, `<circle%s cx="%s" cy="%s" r="%s"/>`, attributes, num(p.x), num(p.y), num(s.r))
	case rect:
		fmt.Fprintf(b, `<rect%s x="%s" y="%s" width="%s" height="%s"/>`, attributes, num(p.x), num(p.y), num(s.at[1].x), num(s.at[1].y))
	case diamond:
		fmt.Fprintf(b, `<path%s d="%sZ"/>`, attributes, data(corners(s)))
	case label:
		fmt.Fprintf(b, `<text%s x="%s" y="%s"`, attributes, num(p.x), num(p.y))
		if s.anchor != "" && s.anchor != "start" {
			fmt.Fprintf(b, ` text-anchor="%s"`, s.anchor)
		}
		fmt.Fprintf(b, `>%s</text>`, html.EscapeString(s.text))
	}
}

func corners(s shape) []point {
	p, r := s.at[0], s.r
	return []point{{p.x, p.y - r}, {p.x + r, p.y}, {p.x, p.y + r}, {p.x - r, p.y}}
}

func data(at []point) string {
	var b strings.Builder
	for i, p := range at {
		if b.WriteByte('L'); i == 0 {
			b.Reset()
			b.WriteByte('M')
		}
		b.WriteString(num(p.x) + " " + num(p.y))
	}
	return b.String()
}

// inline is a look as attributes.
func inline(s shape) string {
	if s.kind == label {
		l := textLooks[s.class]
		out := ` fill="` + l.fill + `"`
		if l.bold {
			out += ` font-weight="600"`
		}
		if s.class == "head" {
			out += ` font-size="17"`
		}
		return out
	}
	l := shapeLooks[s.class]
	fill := l.fill
	if fill == "" {
		fill = "none"
	}
	out := ` fill="` + fill + `"`
	if l.stroke != "" {
		out += fmt.Sprintf(` stroke="%s" stroke-width="%s"`, l.stroke, num(l.width))
	}
	if l.opacity > 0 {
		out += fmt.Sprintf(` stroke-opacity="%s" stroke-linecap="round" stroke-linejoin="round"`, strconv.FormatFloat(l.opacity, 'f', -1, 64))
	}
	if len(l.dash) > 0 {
		out += fmt.Sprintf(` stroke-dasharray="%s %s"`, num(l.dash[0]), num(l.dash[1]))
	}
	return out
}

// num writes a place with at most one decimal.
func num(v float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
}
