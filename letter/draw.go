package letter

import (
	"slices"
	"strings"
	"unicode"

	"rettid/law"
	"rettid/words"
)

// Facts are what a text is filled with.
type Facts struct {
	Values map[string]string   // by place, as it is printed
	Holds  map[string]bool     // the conditions that hold
	Lists  map[string][]Values // the items of each list
}

// Values fill places.
type Values map[string]string

func newFacts() Facts {
	return Facts{Values: map[string]string{}, Holds: map[string]bool{}, Lists: map[string][]Values{}}
}

// A Block is a heading, a paragraph or a list, and the part of the letter it stands in.
type Block struct {
	Part  law.Part `json:"part,omitempty"`
	Level int      `json:"level,omitempty"` // of a heading: 1 is the letter's own
	Text  string   `json:"text,omitempty"`  // of a heading or a paragraph; a line break in it is kept
	Items []string `json:"items,omitempty"` // of a list
	Holds []string `json:"holds,omitempty"` // the places filled in it, in order
}

// Draw fills a text: its blocks, and the places and lists that have no value, once each. A place without a value stands as {name}.
func (t *Text) Draw(l words.Lang, f Facts) (blocks []Block, missing []string) {
	d := drawer{facts: f}
	d.draw(t.In[l], 0, nil)
	return d.blocks, d.missing
}

type drawer struct {
	facts   Facts
	blocks  []Block
	missing []string
	part    law.Part
	depth   int  // how deep the part was begun
	begun   bool // its text has begun
	titled  bool // the letter has its own heading
}

func (d *drawer) draw(nodes []node, depth int, row Values) {
	for i := range nodes {
		n := &nodes[i]
		switch n.kind {
		case part:
			d.part, d.depth, d.begun = law.Part(n.name), depth, false
			continue
		case condition:
			if d.facts.Holds[n.name] {
				d.draw(n.then, depth+1, row)
			} else {
				d.draw(n.other, depth+1, row)
			}
			d.leave(depth)
			continue
		case each:
			items := d.facts.Lists[n.name]
			if len(items) == 0 && !mayBeEmpty[n.name] {
				d.lack(n.name)
			}
			for _, it := range items {
				d.draw(n.then, depth+1, it)
			}
			d.leave(depth)
			continue
		case heading:
			if d.begun {
				d.part = ""
			}
		}
		d.begun = true
		text, holds := d.fill(n.line, row)
		b := Block{Part: d.part, Holds: holds}
		switch {
		case n.kind == heading:
			if b.Level = 2; !d.titled {
				b.Level, d.titled = 1, true
			}
			b.Text = text
		case n.kind == item:
			if last := len(d.blocks) - 1; last >= 0 && d.blocks[last].Items != nil && d.blocks[last].Part == d.part {
				d.blocks[last].Items = append(d.blocks[last].Items, text)
				d.blocks[last].Holds = append(d.blocks[last].Holds, holds...)
				continue
			}
			b.Items = []string{text}
		default:
			b.Text = text
		}
		d.blocks = append(d.blocks, b)
	}
}

// leave ends a part that was begun inside the block that ends.
func (d *drawer) leave(depth int) {
	if d.depth > depth {
		d.part, d.depth = "", 0
	}
}

func (d *drawer) lack(name string) {
	if !slices.Contains(d.missing, name) {
		d.missing = append(d.missing, name)
	}
}

// fill writes a line. A value that ends in a full stop does not get a second one.
func (d *drawer) fill(line []piece, row Values) (string, []string) {
	var b strings.Builder
	var holds []string
	for i, p := range line {
		if p.place == "" {
			b.WriteString(p.literal)
			continue
		}
		v := row[p.place]
		if v == "" {
			v = d.facts.Values[p.place]
		}
		if v = clean(v); v == "" {
			d.lack(p.place)
			b.WriteString("{" + p.place + "}")
			continue
		}
		if i+1 < len(line) && strings.HasPrefix(line[i+1].literal, ".") {
			v = strings.TrimRight(v, ".")
		}
		holds = append(holds, p.place)
		b.WriteString(v)
	}
	if k := places()[line[0].place]; k == isWeekday || k == isFixed || k == isPhrase || k == isText {
		return upperFirst(b.String()), holds
	}
	return b.String(), holds
}

// upperFirst begins a line with a capital: a weekday or somebody's words may stand first. Names keep their own.
func upperFirst(s string) string {
	for i, r := range s {
		if i > 0 || !unicode.IsLower(r) || strings.HasPrefix(s, "{") {
			return s
		}
		return string(unicode.ToUpper(r)) + s[len(string(r)):]
	}
	return s
}

// clean takes control characters and needless space out of a value; its line breaks stay.
func clean(v string) string {
	if !strings.ContainsFunc(v, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Cf, r)
	}) {
		return strings.TrimSpace(v)
	}
	lines := strings.FieldsFunc(v, func(r rune) bool { return r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029' })
	out := lines[:0]
	for _, line := range lines {
		line = strings.TrimSpace(strings.Map(func(r rune) rune {
			switch {
			case r == '\t':
				return ' '
			case unicode.IsControl(r), unicode.Is(unicode.Cf, r) && r != '\u00ad' && r != '\u200d':
				return -1 // also the marks that turn the direction of the text round
			}
			return r
		}, line))
		if line != "" {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

// partsOf lists the parts blocks have, in their order.
func partsOf(blocks []Block) []law.Part {
	var out []law.Part
	for _, b := range blocks {
		if b.Part != "" && !slices.Contains(out, b.Part) {
			out = append(out, b.Part)
		}
	}
	return out
}
