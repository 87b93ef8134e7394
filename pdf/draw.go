package pdf

import (
	"bytes"
	"fmt"
	"strings"
	"sync"

	"github.com/johnfercher/maroto/v2"
	"github.com/johnfercher/maroto/v2/pkg/components/col"
	"github.com/johnfercher/maroto/v2/pkg/components/line"
	"github.com/johnfercher/maroto/v2/pkg/components/page"
	"github.com/johnfercher/maroto/v2/pkg/components/row"
	"github.com/johnfercher/maroto/v2/pkg/components/text"
	"github.com/johnfercher/maroto/v2/pkg/config"
	"github.com/johnfercher/maroto/v2/pkg/consts/breakline"
	"github.com/johnfercher/maroto/v2/pkg/consts/fontstyle"
	"github.com/johnfercher/maroto/v2/pkg/consts/pagesize"
	"github.com/johnfercher/maroto/v2/pkg/core"
	"github.com/johnfercher/maroto/v2/pkg/core/entity"
	"github.com/johnfercher/maroto/v2/pkg/props"
	"github.com/johnfercher/maroto/v2/pkg/repository"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// The embedded maker: the page's headings, paragraphs, lists and tables one after the other, in a typeface with every letter of the European languages. Not tagged.

// A piece is one thing that stands by itself on the paper.
type piece struct {
	kind  string // heading · text · item · head · pair
	level int
	text  string
	value string // of a pair
}

// A part is what begins on a page of its own.
type part []piece

const family = "go"

var fonts = sync.OnceValues(func() ([]*entity.CustomFont, error) {
	return repository.New().AddUTF8FontFromBytes(family, fontstyle.Normal, goregular.TTF).AddUTF8FontFromBytes(family, fontstyle.Bold, gobold.TTF).Load()
})

// draw makes a PDF of a page.
func draw(b []byte) ([]byte, error) {
	title, parts, err := read(b)
	if err != nil {
		return nil, err
	}
	own, err := fonts()
	if err != nil {
		return nil, fmt.Errorf("load the typeface: %w", err)
	}
	cfg := config.NewBuilder().WithPageSize(pagesize.A4).WithLeftMargin(25).WithRightMargin(22).WithTopMargin(20).WithBottomMargin(18).WithCustomFonts(own).
		WithDefaultFont(&props.Font{Family: family, Size: 10.5}).WithTitle(title, true).WithCreator("Rettid", true).WithPageNumber(props.PageNumber{Pattern: "{current} / {total}", Place: props.RightBottom, Family: family, Size: 9}).Build()
	m := maroto.New(cfg)
	for i, p := range parts {
		if i == 0 {
			for _, x := range p {
				m.AddRows(rows(x)...)
			}
			continue
		}
		next := page.New()
		for _, x := range p {
			next.Add(rows(x)...)
		}
		m.AddPages(next)
	}
	doc, err := m.Generate()
	if err != nil {
		return nil, fmt.Errorf("draw the PDF: %w", err)
	}
	return doc.GetBytes(), nil
}

// rows are a piece as rows of the paper.
func rows(x piece) []core.Row {
	p := props.Text{Family: family, Size: 10.5, VerticalPadding: 1.1, Bottom: 1.8, BreakLineStrategy: breakline.EmptySpaceStrategy}
	say := func(s string, p props.Text) []core.Row {
		var out []core.Row
		lines := strings.Split(s, "\n")
		for i, l := range lines {
			q := p
			if i > 0 {
				q.Top = 0
			}
			if i < len(lines)-1 {
				q.Bottom = 0
			}
			out = append(out, text.NewAutoRow(l, q))
		}
		return out
	}
	switch x.kind {
	case "head":
		p.Size, p.Style, p.Color = 13, fontstyle.Bold, &props.Color{Red: 14, Green: 83, Blue: 102}
		return append(say(x.text, p), line.NewRow(8, props.Line{Color: p.Color, Thickness: 0.4, SizePercent: 100}))
	case "heading":
		p.Style, p.Top = fontstyle.Bold, 4
		if x.level == 1 {
			p.Size, p.Top = 15, 6
		}
		return say(x.text, p)
	case "foot":
		p.Top = 7
	case "item":
		p.Left = 5
		return say("• "+x.text, p)
	case "pair":
		q := p
		q.Bottom = 1
		return []core.Row{row.New().Add(col.New(5).Add(text.New(x.text, q)), col.New(7).Add(text.New(x.value, q)))}
	}
	return say(x.text, p)
}

// read finds what stands on a page, in its order.
func read(b []byte) (title string, parts []part, err error) {
	doc, err := html.Parse(bytes.NewReader(b))
	if err != nil {
		return "", nil, fmt.Errorf("read the page: %w", err)
	}
	parts = []part{nil}
	add := func(x piece) {
		if x.text != "" || x.value != "" {
			parts[len(parts)-1] = append(parts[len(parts)-1], x)
		}
	}
	first, foot := false, false // the next paragraph is the letter's head, or begins its foot
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode {
			switch n.DataAtom {
			case atom.Title:
				title = words(n)
				return
			case atom.Head, atom.Body, atom.Main, atom.Html:
			case atom.Article:
				if len(parts[len(parts)-1]) > 0 {
					parts = append(parts, nil)
				}
			case atom.Header:
				first = true
			case atom.Footer:
				foot = true
			case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
				add(piece{kind: "heading", level: int(n.Data[1] - '0'), text: words(n)})
				return
			case atom.Li:
				add(piece{kind: "item", text: words(n)})
				return
			case atom.Tr:
				var cells []string
				for c := n.FirstChild; c != nil; c = c.NextSibling {
					if c.DataAtom == atom.Th || c.DataAtom == atom.Td {
						cells = append(cells, words(c))
					}
				}
				if len(cells) > 0 {
					add(piece{kind: "pair", text: cells[0], value: strings.Join(cells[1:], " · ")})
				}
				return
			case atom.P, atom.Dt, atom.Dd, atom.Caption:
				x := piece{kind: "text", text: words(n)}
				switch {
				case first:
					x.kind, first = "head", false
				case foot:
					x.kind, foot = "foot", false
				}
				add(x)
				return
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(doc)
	return title, parts, nil
}

// words are the text of a node, with its line breaks.
func words(n *html.Node) string {
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			if s := strings.Join(strings.Fields(n.Data), " "); s == "" || strings.ContainsAny(n.Data[:1], " \n\t") {
				b.WriteString(" " + s)
			} else {
				b.WriteString(s)
			}
			if strings.ContainsAny(n.Data[len(n.Data)-1:], " \n\t") {
				b.WriteByte(' ')
			}
		case n.DataAtom == atom.Br:
			b.WriteByte('\n')
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	var out []string
	for l := range strings.SplitSeq(b.String(), "\n") {
		out = append(out, strings.Join(strings.Fields(l), " "))
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}
