package casefile

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"rettid/clinic"
)

// Bounds of what is read: a case file is written by people.
const (
	maxFile  = 1 << 20 // bytes
	maxDepth = 64      // brackets, or dashes on a line, inside each other
	maxNodes = 1 << 18 // in a document, aliases unfolded
)

// document is one case's text, with the line it begins on.
type document struct {
	line int // of its first line, from 1
	text []byte
}

// split parts a file at its document markers, so that a mistake in one case leaves the others readable.
func split(text []byte) []document {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	var out []document
	doc := document{line: 1}
	flush := func(next int) {
		if !blank(doc.text) {
			out = append(out, doc)
		}
		doc = document{line: next}
	}
	for i, line := range bytes.SplitAfter(text, []byte("\n")) {
		bare := bytes.TrimRight(line, " \t\n\r")
		switch {
		case bytes.Equal(bare, []byte("---")) || bytes.HasPrefix(line, []byte("--- ")) || bytes.HasPrefix(line, []byte("---\t")):
			flush(i + 1)
			doc.text = append(append(doc.text, "   "...), line[3:]...)
		case bytes.Equal(bare, []byte("...")):
			flush(i + 2)
		case bytes.HasPrefix(line, []byte("%")) && blank(doc.text): // a directive, %YAML 1.2
			doc.text = append(doc.text, '\n')
		default:
			doc.text = append(doc.text, line...)
		}
	}
	flush(0)
	return out
}

// blank tells whether a text holds nothing but comments.
func blank(text []byte) bool {
	for _, line := range bytes.Split(text, []byte("\n")) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return false
		}
	}
	return true
}

type nodeKind uint8

const (
	isText nodeKind = iota
	isNumber
	isBool
	isNull
	isList
	isMap
)

func (k nodeKind) String() string {
	return [...]string{"a text", "a number", "true or false", "null", "a list", "a map"}[k]
}

// node is a value in the file: what it is, and where it stands.
type node struct {
	line  int
	kind  nodeKind
	text  string // of a scalar, as written
	items []*node
	pairs []pair
}

type pair struct {
	line  int
	key   string
	value *node
}

func (n *node) get(key string) *node {
	for _, p := range n.pairs {
		if p.key == key {
			return p.value
		}
	}
	return nil
}

// reader gathers the problems of one document, so that a person sees them all at once.
type reader struct {
	offset   int // lines before the document
	problems []Problem
	anchors  map[string]ast.Node
	nodes    int
	org      *clinic.Org       // of the case's world
	matters  map[string]string // the names of applications, group cases, meetings and reviews, with what they are
}

const maxProblems = 20

func (r *reader) wrong(line int, format string, args ...any) {
	if len(r.problems) < maxProblems {
		r.problems = append(r.problems, Problem{line, fmt.Sprintf(format, args...)})
	}
}

var yamlPlace = regexp.MustCompile(`^\[(\d+):(\d+)\] ([^\n]*)`)

// tree reads a document. nil when it can't be read, with the problem told.
func (r *reader) tree(d document) (tree *node) {
	r.offset, r.anchors = d.line-1, make(map[string]ast.Node)
	if line := tooDeep(d.text); line > 0 {
		r.wrong(line+r.offset, "more than %d brackets or dashes inside each other", maxDepth)
		return nil
	}
	defer func() {
		if p := recover(); p != nil { // the library gives up on some texts so
			r.wrong(d.line, "this is not YAML that can be read")
			tree = nil
		}
	}()
	file, err := parser.ParseBytes(d.text, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		line, text := 1, strings.SplitN(err.Error(), "\n", 2)[0]
		if m := yamlPlace.FindStringSubmatch(err.Error()); m != nil {
			line, _ = strconv.Atoi(m[1])
			text = m[3]
		}
		r.wrong(line+r.offset, "this is not YAML: %s", text)
		return nil
	}
	for _, doc := range file.Docs {
		if doc.Body != nil {
			return r.node(doc.Body, 0)
		}
	}
	r.wrong(d.line, "the case is empty")
	return nil
}

// tooDeep finds the line of a text whose brackets or dashes stand too deep inside each other for the parser's stack; 0 when none do. Quotes are not
// looked at: no sensible text has so many either.
func tooDeep(text []byte) int {
	depth, line, dashes := 0, 1, 0
	for i, c := range text {
		switch c {
		case '[', '{':
			depth++
		case ']', '}':
			depth = max(0, depth-1)
		case '\n':
			line++
			dashes = 0
		case '-', '?', ':':
			if i+1 < len(text) && (text[i+1] == ' ' || text[i+1] == '\t') && c != ':' || c == ':' && depth == 0 {
				dashes++
			}
		}
		if depth > maxDepth || dashes > maxDepth {
			return line
		}
	}
	return 0
}

func (r *reader) node(n ast.Node, depth int) *node {
	line := 1
	if tk := n.GetToken(); tk != nil && tk.Position != nil {
		line = tk.Position.Line
	}
	out := &node{line: line + r.offset}
	if r.nodes++; r.nodes > maxNodes || depth > 2*maxDepth {
		if r.nodes == maxNodes+1 {
			r.wrong(out.line, "the case is too large: more than %d values", maxNodes)
		}
		out.kind = isNull
		return out
	}
	switch n := n.(type) {
	case *ast.NullNode:
		out.kind = isNull
	case *ast.BoolNode:
		out.kind, out.text = isBool, n.GetToken().Value
		if n.Value {
			out.text = "true"
		} else {
			out.text = "false"
		}
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		out.kind, out.text = isNumber, n.GetToken().Value
	case *ast.StringNode:
		out.text = n.Value
	case *ast.LiteralNode:
		out.text = n.Value.Value
	case *ast.SequenceNode:
		out.kind = isList
		for _, v := range n.Values {
			out.items = append(out.items, r.node(v, depth+1))
		}
	case *ast.MappingNode:
		out.kind = isMap
		for _, v := range n.Values {
			r.pair(out, v, depth)
		}
		if len(out.pairs) > 0 && n.IsFlowStyle == false {
			out.line = out.pairs[0].line
		}
	case *ast.MappingValueNode:
		out.kind = isMap
		r.pair(out, n, depth)
	case *ast.AnchorNode:
		if n.Name != nil && n.Value != nil {
			r.anchors[n.Name.GetToken().Value] = n.Value
			return r.node(n.Value, depth+1)
		}
		out.kind = isNull
	case *ast.AliasNode:
		name := n.Value.GetToken().Value
		to, ok := r.anchors[name]
		if !ok {
			r.wrong(out.line, "there is no anchor &%s before *%s", name, name)
			out.kind = isNull
			return out
		}
		got := r.node(to, depth+1)
		return got
	case *ast.TagNode:
		r.wrong(out.line, "tags such as %s are not part of the format", n.GetToken().Value)
		out.kind = isNull
	default:
		r.wrong(out.line, "this is not part of the format")
		out.kind = isNull
	}
	return out
}

func (r *reader) pair(m *node, v *ast.MappingValueNode, depth int) {
	line := m.line
	if tk := v.Key.GetToken(); tk != nil && tk.Position != nil {
		line = tk.Position.Line + r.offset
	}
	key := ""
	switch k := v.Key.(type) {
	case *ast.StringNode:
		key = k.Value
	case *ast.IntegerNode, *ast.BoolNode, *ast.NullNode, *ast.FloatNode:
		key = k.GetToken().Value
	default:
		r.wrong(line, "a key must be a plain word")
		return
	}
	for _, p := range m.pairs {
		if p.key == key {
			r.wrong(line, "key %q stands twice (first on line %d)", key, p.line)
			return
		}
	}
	m.pairs = append(m.pairs, pair{line, key, r.node(v.Value, depth+1)})
}

// only tells of every key of a map that is none of those allowed.
func (r *reader) only(n *node, what string, allowed ...string) {
	for _, p := range n.pairs {
		if !contains(allowed, p.key) {
			r.wrong(p.line, "unknown key %q in %s%s; allowed: %s", p.key, what, meant(p.key, allowed), strings.Join(allowed, ", "))
		}
	}
}

func contains(all []string, s string) bool {
	for _, a := range all {
		if a == s {
			return true
		}
	}
	return false
}

// meant suggests the word that was probably meant.
func meant(got string, allowed []string) string {
	best, near := "", 3
	for _, a := range allowed {
		if d := distance(got, a, near); d < near {
			best, near = a, d
		}
	}
	if best == "" || near >= len(got) {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s?)", best)
}

// distance counts the letters to change between two words, or gives limit when it is that many or more.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			swap := before
			if a[i] != b[j] {
				swap++
			}
			before = row[j+1]
			row[j+1] = min(swap, row[j]+1, row[j+1]+1)
		}
	}
	return min(row[len(b)], limit)
}
