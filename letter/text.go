package letter

import (
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sort"
	"strings"
	"sync"

	"rettid/law"
	"rettid/words"
)

// A Text is one letter's text in every language, as its file gives it.
//
//	-- nb --                 what follows is bokmål; then -- nn -- and -- en --
//	# text                   a heading
//	- text                   an item of a list
//	{name}                   a place that is filled
//	@part NAME               a part of the letter (package law): it runs to the next @part, to the first heading after its text has begun, or to
//	                         the @end of the block it stands in
//	@if NAME … @else … @end  what is there when a condition holds
//	@each NAME … @end        once for each item of a list
//
// Every other line is a paragraph of its own; empty lines are for the eye.
type Text struct {
	Name   string
	In     map[words.Lang][]node
	digest [sha256.Size]byte
}

type nodeKind uint8

const (
	paragraph nodeKind = iota
	heading
	item
	part
	condition
	each
)

type node struct {
	kind        nodeKind
	name        string // of a part, a condition or a list
	line        []piece
	then, other []node // what a block holds, and what stands after its @else
}

// piece is literal text, or a place.
type piece struct{ literal, place string }

const (
	maxText  = 64 << 10 // no letter is longer
	maxDepth = 8
)

// An Error says where a text can't be read, and why.
type Error struct {
	File string
	Line int
	Says string
}

func (e *Error) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Says) }

// open is a block that has not met its @end.
type open struct {
	node *node
	line int
	els  bool
	into *[]node // where the lines before it went
}

// Parse reads a text. Every mistake found is told with its line, joined in one error; each is an [*Error].
func Parse(file, src string) (*Text, error) {
	t := &Text{Name: strings.TrimSuffix(file[strings.LastIndexByte(file, '/')+1:], ".txt"), In: map[words.Lang][]node{}, digest: sha256.Sum256([]byte(src))}
	if len(src) > maxText {
		return nil, &Error{file, 1, fmt.Sprintf("the text is %d bytes; a letter has at most %d", len(src), maxText)}
	}
	var (
		faults []error
		lang   words.Lang
		root   []node
		into   = &root
		blocks []open
		shapes = map[words.Lang]*shape{}
		sh     *shape
	)
	fault := func(line int, format string, args ...any) {
		if len(faults) < 20 {
			faults = append(faults, &Error{file, line, fmt.Sprintf(format, args...)})
		}
	}
	end := func(line int) {
		for _, b := range blocks {
			fault(b.line, "this block has no @end")
		}
		blocks = nil
		if lang != "" {
			t.In[lang] = root
		}
		root, into = nil, &root
	}
	n := 0
	for raw := range strings.SplitSeq(src, "\n") {
		n++
		s := strings.TrimSpace(raw)
		if s == "" {
			continue
		}
		if name, ok := strings.CutPrefix(s, "-- "); ok {
			name, ok = strings.CutSuffix(name, " --")
			l := words.Lang(name)
			if !ok || !slices.Contains(words.Langs(), l) {
				fault(n, "%q is no section; write -- nb --, -- nn -- or -- en --", s)
				continue
			}
			end(n)
			if _, twice := shapes[l]; twice {
				fault(n, "the section %s stands twice", l)
			}
			lang, sh = l, &shape{places: map[string]bool{}, lists: map[string]bool{}}
			shapes[l] = sh
			continue
		}
		if lang == "" {
			fault(n, "text stands before the first section; begin with -- nb --")
			continue
		}
		switch word, rest, _ := strings.Cut(s, " "); {
		case word == "@part":
			if !isPart(law.Part(rest)) {
				fault(n, "there is no part %q; the parts are %s", rest, strings.Join(partNames(), ", "))
				continue
			}
			*into = append(*into, node{kind: part, name: rest})
			sh.say(n, s)
		case word == "@if" || word == "@each":
			kind, known, what := condition, isCondition, "condition"
			if word == "@each" {
				kind, known, what = each, isList, "list"
			}
			if !known(rest) {
				fault(n, "there is no %s %q", what, rest)
			}
			if len(blocks) == maxDepth {
				fault(n, "blocks stand more than %d deep", maxDepth)
				return nil, errors.Join(faults...)
			}
			if kind == each {
				sh.lists[rest] = true
			}
			blocks = append(blocks, open{node: &node{kind: kind, name: rest}, line: n, into: into})
			into = &blocks[len(blocks)-1].node.then
			sh.say(n, s)
		case s == "@else":
			if len(blocks) == 0 || blocks[len(blocks)-1].node.kind != condition {
				fault(n, "@else stands outside an @if")
				continue
			}
			b := &blocks[len(blocks)-1]
			if b.els {
				fault(n, "the @if on line %d has two @else", b.line)
				continue
			}
			b.els, into = true, &b.node.other
			sh.say(n, s)
		case s == "@end":
			if len(blocks) == 0 {
				fault(n, "@end stands outside a block")
				continue
			}
			b := blocks[len(blocks)-1]
			blocks = blocks[:len(blocks)-1]
			into = b.into
			*into = append(*into, *b.node)
			sh.say(n, s)
		case s[0] == '@':
			fault(n, "%q is no command; the commands are @part, @if, @else, @each and @end", word)
		default:
			x := node{kind: paragraph}
			if word == "#" {
				x.kind, s = heading, rest
			} else if word == "-" {
				x.kind, s = item, rest
			} else if s[0] == '#' {
				fault(n, "a heading is # and a space")
				continue
			}
			if strings.TrimSpace(s) == "" || s == "#" || s == "-" {
				fault(n, "the line has no text")
				continue
			}
			line, err := pieces(s)
			if err != nil {
				fault(n, "%v", err)
				continue
			}
			for _, p := range line {
				if p.place == "" {
					continue
				}
				if of := listOf(p.place); of != "" && !slices.ContainsFunc(blocks, func(b open) bool { return b.node.name == of }) {
					fault(n, "{%s} stands outside @each %s", p.place, of)
				} else if of == "" && !isPlace(p.place) {
					fault(n, "there is no place {%s}", p.place)
				}
				sh.places[p.place] = true
			}
			x.line = line
			*into = append(*into, x)
			sh.lines++
		}
	}
	end(n)
	for _, l := range words.Langs() {
		s, ok := shapes[l]
		switch {
		case !ok:
			fault(n, "the section -- %s -- is missing", l)
		case s.lines == 0:
			fault(n, "the section -- %s -- has no text", l)
		case l != words.NB && shapes[words.NB] != nil:
			s.differ(shapes[words.NB], l, fault)
		}
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return t, nil
}

// shape is what must be the same in every language: the commands in order, and the places filled.
type shape struct {
	commands []string
	at       []int
	places   map[string]bool
	lists    map[string]bool
	lines    int
}

func (s *shape) say(line int, command string) {
	s.commands, s.at = append(s.commands, command), append(s.at, line)
}

// differ finds the first place where a language goes another way than bokmål.
func (s *shape) differ(nb *shape, l words.Lang, fault func(int, string, ...any)) {
	for i, c := range s.commands {
		if i >= len(nb.commands) {
			fault(s.at[i], "%s has %q where bokmål has nothing more", l, c)
			return
		}
		if nb.commands[i] != c {
			fault(s.at[i], "%s has %q where bokmål (line %d) has %q", l, c, nb.at[i], nb.commands[i])
			return
		}
	}
	if i := len(s.commands); i < len(nb.commands) {
		fault(nb.at[i], "%s lacks this %q", l, nb.commands[i])
	}
	for _, p := range sorted(nb.places) {
		if !s.places[p] {
			fault(1, "%s never fills {%s}, bokmål does", l, p)
		}
	}
	for _, p := range sorted(s.places) {
		if !nb.places[p] {
			fault(1, "%s fills {%s}, bokmål does not", l, p)
		}
	}
}

func sorted[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// pieces parts a line into literal text and places.
func pieces(s string) ([]piece, error) {
	var out []piece
	for s != "" {
		i := strings.IndexAny(s, "{}")
		if i < 0 {
			return append(out, piece{literal: s}), nil
		}
		if i > 0 {
			out = append(out, piece{literal: s[:i]})
		}
		j := strings.IndexByte(s, '}')
		if s[i] == '}' || j < 0 {
			return nil, errors.New("braces are for places alone: {name}")
		}
		name := s[i+1 : j]
		if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
			return nil, fmt.Errorf("{%s} is no name of a place; names have small letters, digits and _", name)
		}
		out = append(out, piece{place: name})
		s = s[j+1:]
	}
	return out, nil
}

// walk visits every node of a text in one language, both sides of every @else.
func walk(nodes []node, visit func(n *node)) {
	for i := range nodes {
		visit(&nodes[i])
		walk(nodes[i].then, visit)
		walk(nodes[i].other, visit)
	}
}

// names collects what a text uses: parts, conditions, lists and places. The languages are alike.
func (t *Text) names(kinds ...nodeKind) map[string]bool {
	out := map[string]bool{}
	walk(t.In[words.NB], func(n *node) {
		if n.name != "" && slices.Contains(kinds, n.kind) {
			out[n.name] = true
		}
		for _, p := range n.line {
			if p.place != "" && slices.Contains(kinds, paragraph) {
				out[p.place] = true
			}
		}
	})
	return out
}

//go:embed texts/*.txt
var textFiles embed.FS

// Texts are the texts of every letter. They are safe for concurrent use and never change.
type Texts struct{ by map[string]*Text }

// Standard gives the texts the program comes with (letters.md, our own words).
var Standard = sync.OnceValue(func() *Texts {
	ts := &Texts{by: map[string]*Text{}}
	files, err := fs.Glob(textFiles, "texts/*.txt")
	if err != nil {
		panic(err)
	}
	for _, f := range files {
		b, err := textFiles.ReadFile(f)
		if err == nil {
			var t *Text
			if t, err = Parse(f, string(b)); err == nil {
				ts.by[t.Name] = t
				continue
			}
		}
		panic("letter: " + err.Error()) // embedded: a mistake here is a mistake in the program
	}
	return ts
})

// Of finds a text by its name: a variant of a letter ("granted_week"), or frame_top and frame_foot.
func (ts *Texts) Of(name string) (*Text, bool) {
	t, ok := ts.by[name]
	return t, ok
}

// Names lists the texts there are.
func (ts *Texts) Names() []string { return sorted(ts.by) }

// With reads the texts of a directory, one file a letter (granted_week.txt), in the place of those that stand there now. A text must have every part
// of the standard text of its name, and may use the conditions, lists and places of that text, and those every letter has. All mistakes are told.
func (ts *Texts) With(dir fs.FS) (*Texts, error) {
	files, err := fs.Glob(dir, "*.txt")
	if err != nil {
		return nil, err
	}
	out := &Texts{by: map[string]*Text{}}
	for name, t := range ts.by {
		out.by[name] = t
	}
	var faults []error
	for _, f := range files {
		b, err := fs.ReadFile(dir, f)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		t, err := Parse(f, string(b))
		if err == nil {
			err = t.fits(f)
		}
		if err != nil {
			faults = append(faults, err)
			continue
		}
		out.by[t.Name] = t
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return out, nil
}

// fits holds a replaced text against the standard one.
func (t *Text) fits(file string) error {
	std, ok := Standard().Of(t.Name)
	if !ok {
		return &Error{file, 1, fmt.Sprintf("no letter is called %q; the letters are %s", t.Name, strings.Join(Standard().Names(), ", "))}
	}
	var faults []error
	fault := func(format string, args ...any) {
		faults = append(faults, &Error{file, 1, fmt.Sprintf(format, args...)})
	}
	mine := t.names(part)
	for _, p := range sorted(std.names(part)) {
		if !mine[p] {
			fault("the part %q is missing; the letter must have it", p)
		}
	}
	may := std.names(paragraph, condition, each)
	for _, p := range sorted(t.names(paragraph, condition, each)) {
		if !may[p] && !everywhere[p] {
			fault("%q has no value in this letter; the standard text shows what can be filled", p)
		}
	}
	return errors.Join(faults...)
}

// everywhere lists the places every letter can fill.
var everywhere = map[string]bool{"hospital_name": true, "unit_name": true, "unit_phone": true, "case_reference": true, "letter_date": true,
	"emergency_phone": true, "ombud_phone": true, "patient_name": true, "complaint_address": true}

// parts lists the parts of a letter in the order of the guide.
var parts = []law.Part{law.PartOutcome, law.PartAppointment, law.PartAppointmentFollows, law.PartDeadline, law.PartPreliminary, law.PartPrimaryCare,
	law.PartComplaintRight, law.PartComplaintLimit, law.PartComplaintProcedure}

func isPart(p law.Part) bool { return slices.Contains(parts, p) }

func partNames() []string {
	out := make([]string, len(parts))
	for i, p := range parts {
		out[i] = string(p)
	}
	return out
}
