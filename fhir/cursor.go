package fhir

import (
	"bufio"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// How much is read into memory at once: a Bundle is, a file with one resource a line is not.
const (
	maxFile  = 256 << 20
	maxLine  = 16 << 20
	maxDepth = 64
)

// An entry is one resource of a file.
type entry struct {
	line int
	url  string // Bundle.entry.fullUrl
	kind string // Patient, ServiceRequest …
	raw  []byte // the resource as it stood there
	xml  bool
	in   string // the Bundle it stands in, when the file has one a line; "" else
	bad  error  // it can't be read
}

// decode reads the resource.
func (e *entry) decode(into any) error {
	if e.xml {
		return xml.Unmarshal(e.raw, into)
	}
	return json.Unmarshal(e.raw, into)
}

// A cursor gives the resources of a file one by one, and io.EOF after the last.
type cursor interface{ next() (entry, error) }

var bom = []byte("\xEF\xBB\xBF")

// open finds the format of a file and begins at its beginning.
func open(f io.ReadSeeker) (c cursor, isXML bool, err error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, false, err
	}
	r := bufio.NewReaderSize(f, 1<<16)
	if head, _ := r.Peek(3); bytes.Equal(head, bom) {
		r.Discard(3)
	}
	line := 1
	for {
		b, err := r.ReadByte()
		if errors.Is(err, io.EOF) {
			return nil, false, errors.New("the file is empty; it should hold FHIR R4 resources in JSON or XML")
		}
		if err != nil {
			return nil, false, err
		}
		switch b {
		case '\n':
			line++
			continue
		case ' ', '\t', '\r':
			continue
		}
		r.UnreadByte()
		switch b {
		case '<':
			c, err := openXML(r, line)
			return c, true, err
		case '{':
			c, err := openJSON(r, line)
			return c, false, err
		}
		return nil, false, fmt.Errorf("line %d: the file is neither FHIR JSON (beginning with {) nor FHIR XML (beginning with <)", line)
	}
}

// openJSON tells one resource a line from a single one: the first line is a whole object, and more follows.
func openJSON(r *bufio.Reader, line int) (cursor, error) {
	first, err := readLine(r)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, errLong) {
		return nil, err
	}
	if err == nil && json.Valid(first) {
		rest := &ndjson{r: r, line: line}
		if e, err := rest.peek(); err != nil || e != nil {
			rest.first = first
			rest.line = line - 1
			return rest, err
		}
	}
	whole, err := readAll(io.MultiReader(bytes.NewReader(first), r))
	if err != nil {
		return nil, err
	}
	return newBundle(whole, line)
}

var errLong = fmt.Errorf("a line is longer than %d bytes", maxLine)

// readLine reads a line without its end. On errLong the part read is given; what follows is still in r.
func readLine(r *bufio.Reader) ([]byte, error) {
	var b []byte
	for {
		part, err := r.ReadSlice('\n')
		b = append(b, part...)
		switch {
		case len(b) > maxLine:
			return b, errLong
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && len(b) > 0 && errors.Is(err, io.EOF):
			return b, nil
		case err != nil:
			return b, err
		}
		return b, nil
	}
}

func readAll(r io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err == nil && len(b) > maxFile {
		err = fmt.Errorf("the file is larger than %d MiB; write one resource a line (NDJSON) or split it", maxFile>>20)
	}
	return b, err
}

// ndjson has a resource a line, or a small Bundle a line.
type ndjson struct {
	r     *bufio.Reader
	first []byte // a line read already
	blank int    // empty lines after it, read already
	line  int
	in    *bundle // the Bundle of this line
}

// peek looks for another line with something on it.
func (n *ndjson) peek() ([]byte, error) {
	skipped, err := n.r.Peek(1)
	for err == nil && (skipped[0] == '\n' || skipped[0] == '\r' || skipped[0] == ' ' || skipped[0] == '\t') {
		if b, _ := n.r.ReadByte(); b == '\n' {
			n.blank++
		}
		skipped, err = n.r.Peek(1)
	}
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	return skipped, err
}

func (n *ndjson) next() (entry, error) {
	for {
		if n.in != nil {
			e, err := n.in.next()
			if err == nil {
				e.line = n.line
				e.in = fmt.Sprintf("%d ", n.line)
				return e, nil
			}
			n.in = nil
			if !errors.Is(err, io.EOF) {
				return entry{line: n.line, bad: errors.New("is not a Bundle")}, nil
			}
		}
		raw := n.first
		n.first = nil
		if raw == nil {
			n.line, n.blank = n.line+n.blank, 0
			var err error
			if raw, err = readLine(n.r); err != nil {
				if errors.Is(err, errLong) {
					return entry{}, fmt.Errorf("line %d: %w", n.line+1, err)
				}
				return entry{}, err
			}
		}
		n.line++
		raw = bytes.TrimSpace(raw)
		if len(raw) == 0 {
			continue
		}
		kind, err := sound(raw)
		if err != nil {
			return entry{line: n.line, raw: raw, bad: err}, nil
		}
		if kind == "Bundle" {
			in, err := newBundle(raw, n.line)
			if err != nil {
				return entry{line: n.line, raw: raw, bad: err}, nil
			}
			n.in = in
			continue
		}
		return entry{line: n.line, kind: kind, raw: raw}, nil
	}
}

// sound finds what kind of resource a JSON value is, and refuses what two programs would read differently: names that stand twice, text that is not UTF-8,
// and nesting no resource has.
func sound(raw []byte) (kind string, err error) {
	if !utf8.Valid(raw) {
		return "", errors.New("is not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	type level struct {
		names map[string]bool // nil in an array
		name  bool            // a name comes next
	}
	var stack []level
	last, done := "", false
	for {
		t, err := d.Token()
		switch {
		case errors.Is(err, io.EOF) && done && kind == "":
			return "", errors.New("has no resourceType")
		case errors.Is(err, io.EOF) && done:
			return kind, nil
		case err != nil:
			return "", errors.New("is not JSON")
		case done:
			return "", errors.New("has more after its end")
		}
		top := len(stack) - 1
		if delim, ok := t.(json.Delim); ok {
			switch delim {
			case '{':
				if len(stack) == maxDepth {
					return "", fmt.Errorf("is nested deeper than %d levels", maxDepth)
				}
				stack = append(stack, level{names: make(map[string]bool), name: true})
			case '[':
				if len(stack) == 0 {
					return "", errors.New("is an array, not a resource")
				}
				if len(stack) == maxDepth {
					return "", fmt.Errorf("is nested deeper than %d levels", maxDepth)
				}
				stack = append(stack, level{})
			default:
				stack = stack[:top]
				done = top == 0
				if top > 0 && stack[top-1].names != nil {
					stack[top-1].name = true
				}
			}
			continue
		}
		if top < 0 {
			return "", errors.New("is not an object")
		}
		l := &stack[top]
		switch s, isText := t.(string); {
		case l.names != nil && l.name:
			if l.names[s] {
				return "", errors.New("has a name twice in one object")
			}
			l.names[s], l.name, last = true, false, s
		default:
			if top == 0 && last == "resourceType" && isText {
				kind = s
			}
			l.name = l.names != nil
		}
	}
}

// bundle is a Bundle in memory, or a single resource.
type bundle struct {
	d     *json.Decoder
	whole []byte
	at    int // lines are counted up to here
	line  int
	one   *entry
}

func newBundle(whole []byte, line int) (*bundle, error) {
	kind, err := sound(whole)
	if err != nil {
		return nil, fmt.Errorf("the file %w", err)
	}
	b := &bundle{whole: whole, line: line}
	if kind != "Bundle" {
		b.one = &entry{line: line, kind: kind, raw: bytes.TrimSpace(whole)}
		return b, nil
	}
	b.d = json.NewDecoder(bytes.NewReader(whole))
	b.d.Token() // {
	for b.d.More() {
		name, err := b.d.Token()
		if err != nil {
			return nil, err
		}
		if name == "entry" {
			if t, err := b.d.Token(); err != nil || t != json.Delim('[') {
				return nil, errors.New("Bundle.entry is not an array")
			}
			return b, nil
		}
		var skip json.RawMessage
		if err := b.d.Decode(&skip); err != nil {
			return nil, err
		}
	}
	b.d = nil // no entries
	return b, nil
}

func (b *bundle) next() (entry, error) {
	if b.one != nil {
		e := *b.one
		b.one = nil
		return e, nil
	}
	if b.d == nil || !b.d.More() {
		return entry{}, io.EOF
	}
	var in struct {
		FullURL  string          `json:"fullUrl"`
		Resource json.RawMessage `json:"resource"`
	}
	from := int(b.d.InputOffset())
	err := b.d.Decode(&in)
	for from < len(b.whole) && strings.IndexByte(" \t\r\n,", b.whole[from]) >= 0 {
		from++
	}
	b.line += bytes.Count(b.whole[b.at:from], []byte("\n"))
	b.at = from
	e := entry{line: b.line, url: in.FullURL, raw: in.Resource}
	if err != nil {
		// The shape of an entry is wrong; the next is found all the same, as the whole is JSON.
		e.raw = bytes.TrimSpace(b.whole[from:b.d.InputOffset()])
		e.bad = errors.New("is not an entry with a resource")
		if int(b.d.InputOffset()) <= from {
			return entry{}, errors.New("Bundle.entry can't be read") // never twice from the same place
		}
		return e, nil
	}
	if len(in.Resource) == 0 {
		e.kind = "entry without a resource"
		return e, nil
	}
	e.kind, e.bad = sound(in.Resource)
	return e, nil
}

// xmlBundle is a Bundle or a single resource in XML.
type xmlBundle struct {
	d   *xml.Decoder
	off int // lines before the part that is decoded
	one *entry
}

const namespace = "http://hl7.org/fhir"

func openXML(r io.Reader, line int) (*xmlBundle, error) {
	whole, err := readAll(r)
	if err != nil {
		return nil, err
	}
	b := &xmlBundle{d: xml.NewDecoder(bytes.NewReader(whole)), off: line - 1}
	for {
		from := b.d.InputOffset()
		t, err := b.d.Token()
		if err != nil {
			return nil, fmt.Errorf("the file is not XML: %w", plainXML(err))
		}
		switch t := t.(type) {
		case xml.Directive:
			return nil, errors.New("the file has a <!DOCTYPE or the like, which FHIR does not have and is not read; remove it")
		case xml.StartElement:
			if t.Name.Space != namespace {
				return nil, fmt.Errorf("the file is XML, but not FHIR: its root is not in the namespace %s", namespace)
			}
			if t.Name.Local == "Bundle" {
				return b, nil
			}
			line := line + bytes.Count(whole[:from], []byte("\n"))
			b.one = &entry{line: line, raw: bytes.TrimSpace(whole[from:]), xml: true}
			b.one.kind, b.one.bad = soundXML(b.one.raw)
			return b, nil
		}
	}
}

// plainXML takes the line and the fault from an error, and nothing of the text.
func plainXML(err error) error {
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("line %d", syntax.Line)
	}
	return errors.New("it can't be read")
}

func (b *xmlBundle) next() (entry, error) {
	if b.one != nil {
		e := *b.one
		b.one, b.d = nil, nil
		return e, nil
	}
	if b.d == nil {
		return entry{}, io.EOF
	}
	for {
		t, err := b.d.Token()
		if errors.Is(err, io.EOF) {
			return entry{}, io.EOF
		}
		if err != nil {
			return entry{}, fmt.Errorf("the file is not XML: %w", plainXML(err))
		}
		switch t := t.(type) {
		case xml.Directive:
			return entry{}, errors.New("the file has a <!DOCTYPE or the like, which FHIR does not have and is not read; remove it")
		case xml.StartElement:
			if t.Name.Local != "entry" {
				if err := b.d.Skip(); err != nil {
					return entry{}, fmt.Errorf("the file is not XML: %w", plainXML(err))
				}
				continue
			}
			line, _ := b.d.InputPos()
			var in struct {
				FullURL  Str `xml:"fullUrl"`
				Resource struct {
					Inner []byte `xml:",innerxml"`
				} `xml:"resource"`
			}
			if err := b.d.DecodeElement(&in, &t); err != nil {
				return entry{}, fmt.Errorf("the file is not XML: %w", plainXML(err))
			}
			e := entry{line: b.off + line, url: string(in.FullURL), raw: bytes.TrimSpace(in.Resource.Inner), xml: true}
			e.kind, e.bad = soundXML(e.raw)
			return e, nil
		}
	}
}

// soundXML finds the kind of a resource and refuses nesting no resource has.
func soundXML(raw []byte) (kind string, err error) {
	d := xml.NewDecoder(bytes.NewReader(raw))
	depth := 0
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			if kind == "" {
				return "entry without a resource", nil
			}
			return kind, nil
		}
		if err != nil {
			return "", errors.New("is not XML")
		}
		switch t := t.(type) {
		case xml.StartElement:
			if depth == 0 && kind == "" {
				kind = t.Name.Local
			}
			if depth++; depth > maxDepth {
				return "", fmt.Errorf("is nested deeper than %d levels", maxDepth)
			}
		case xml.EndElement:
			depth--
		}
	}
}
