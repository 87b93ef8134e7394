package letter

import (
	"html"
	"strconv"
	"strings"

	"rettid/law"
)

// A Page is what stands around a letter shown by itself.
type Page struct {
	Styles []string // addresses of style sheets; the class names are those of rettid.css
}

// Screen is the page of a letter as it is kept and shown by the pages of the house.
func Screen() Page {
	return Page{Styles: []string{"/static/vendor/designsystemet/designsystemet.css", "/static/vendor/designsystemet/theme-rettid.css", "/static/rettid.css"}}
}

// HTML writes a letter as a page of its own: the referrer's page first, then the Norwegian letter, then the English. It has its language, one order
// of headings, no style and no script of its own, and is the same byte for byte for the same letter.
func HTML(l Letter, p Page) []byte {
	b := &strings.Builder{}
	all := l.all()
	b.WriteString("<!doctype html>\n<html lang=\"" + string(all[0].Lang) + "\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
	b.WriteString("<title>" + html.EscapeString(all[0].Subject) + "</title>\n")
	for _, s := range p.Styles {
		b.WriteString("<link rel=\"stylesheet\" href=\"" + html.EscapeString(s) + "\">\n")
	}
	b.WriteString("</head>\n<body class=\"letterpage\">\n<main>\n")
	for i := range all {
		article(b, all[i], 1, i)
	}
	b.WriteString("</main>\n</body>\n</html>\n")
	return []byte(b.String())
}

// Article writes a letter to stand inside another page, its own heading at a level from 1 to 5.
func Article(l Letter, level int) []byte {
	b := &strings.Builder{}
	for i, one := range l.all() {
		article(b, one, max(1, min(level, 5)), i)
	}
	return []byte(b.String())
}

// all lists what is sent together, in the order it is read.
func (l *Letter) all() []*Letter {
	var out []*Letter
	for _, one := range []*Letter{l.Cover, l.Record, l} {
		if one != nil {
			out = append(out, one)
		}
	}
	return out
}

func article(b *strings.Builder, l *Letter, level, n int) {
	id := "letter-" + strconv.Itoa(n+1)
	b.WriteString("<article class=\"letter\" lang=\"" + string(l.Lang) + "\" aria-labelledby=\"" + id + "\" data-letter=\"" + l.Variant + "\">\n")
	b.WriteString("<header class=\"lh\">\n")
	for _, x := range l.Top {
		b.WriteString("<p>" + lines(x.Text) + "</p>\n")
	}
	b.WriteString("</header>\n")
	open := false
	var in law.Part
	for i, x := range l.Blocks {
		if open && x.Part != in {
			b.WriteString("</section>\n")
			open = false
		}
		if !open && x.Part != "" {
			b.WriteString("<section data-part=\"" + string(x.Part) + "\">\n")
			open, in = true, x.Part
		}
		switch {
		case x.Items != nil:
			b.WriteString("<ul>\n")
			for _, it := range x.Items {
				b.WriteString("<li>" + lines(it) + "</li>\n")
			}
			b.WriteString("</ul>\n")
		case x.Level > 0:
			h := "h" + strconv.Itoa(min(level+x.Level-1, 6))
			b.WriteString("<" + h)
			if x.Level == 1 && first(l.Blocks, i) {
				b.WriteString(" id=\"" + id + "\"")
			}
			b.WriteString(">" + lines(x.Text) + "</" + h + ">\n")
		default:
			b.WriteString("<p>" + lines(x.Text) + "</p>\n")
		}
	}
	if open {
		b.WriteString("</section>\n")
	}
	b.WriteString("<footer>\n")
	for _, x := range l.Foot {
		b.WriteString("<p>" + lines(x.Text) + "</p>\n")
	}
	b.WriteString("</footer>\n</article>\n")
}

// first tells whether the block at i is the first heading of its level.
func first(bs []Block, i int) bool {
	for _, b := range bs[:i] {
		if b.Level == bs[i].Level {
			return false
		}
	}
	return true
}

func lines(s string) string { return strings.ReplaceAll(html.EscapeString(s), "\n", "<br>") }

// PlainText writes a letter as plain text, for a message or a screen without pages: headings stand alone with a line above, items begin with a dash.
func PlainText(l Letter) string {
	b := &strings.Builder{}
	for i, one := range l.all() {
		if i > 0 {
			b.WriteString("\n" + strings.Repeat("-", 72) + "\n\n")
		}
		for _, x := range one.Top {
			b.WriteString(x.Text + "\n")
		}
		for _, x := range one.Blocks {
			switch {
			case x.Level > 0:
				b.WriteString("\n" + x.Text + "\n\n")
			case x.Items != nil:
				for _, it := range x.Items {
					b.WriteString("- " + strings.ReplaceAll(it, "\n", "\n  ") + "\n")
				}
			default:
				b.WriteString(x.Text + "\n")
			}
		}
		b.WriteString("\n")
		for _, x := range one.Foot {
			b.WriteString(x.Text + "\n")
		}
	}
	return b.String()
}
