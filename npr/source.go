package npr

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/transform"
)

// Bounds of what is read. A message of the registry is flat and its elements are short; what goes beyond is no such message.
const (
	maxToken      = 1 << 20 // bytes of one element or text
	maxDepth      = 40
	maxAttributes = 200
	maxPeriods    = 5000 // of one patient
)

// MaxBytes is how large a message may be unless something else is said: eight gibibytes.
const MaxBytes = 8 << 30

// A source hands the decoder its bytes in UTF-8, keeps those of the token being read, and stops at the bounds.
type source struct {
	r     *bufio.Reader
	token []byte // since mark
	given int64
	left  int64
	err   error
}

var (
	errTokenLong = errors.New("a token is longer than the bound")
	errTooLarge  = errors.New("the file is larger than the bound")
)

// ReadByte gives the next byte.
func (s *source) ReadByte() (byte, error) {
	if s.err != nil {
		return 0, s.err
	}
	c, err := s.r.ReadByte()
	if err != nil {
		s.err = err
		return 0, err
	}
	if s.left--; s.left < 0 {
		s.err = errTooLarge
		return 0, s.err
	}
	if len(s.token) >= maxToken {
		s.err = errTokenLong
		return 0, s.err
	}
	s.given++
	s.token = append(s.token, c)
	return c, nil
}

// Read is never called by the decoder, which reads byte by byte; an io.Reader must have it.
func (s *source) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	c, err := s.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = c
	return 1, nil
}

// mark begins the next token at an offset; what the decoder has looked at beyond it is kept.
func (s *source) mark(offset int64) {
	ahead := int(s.given - offset)
	if ahead <= 0 || ahead > len(s.token) {
		ahead = 0
	}
	copy(s.token, s.token[len(s.token)-ahead:])
	s.token = s.token[:ahead]
}

var declared = regexp.MustCompile(`^<\?xml[^>]{0,100}encoding\s{0,10}=\s{0,10}["']([A-Za-z0-9._:-]{1,40})["']`)

// open looks at the first bytes and finds what the file is written in.
func open(r io.Reader, most int64) (*source, *Problem) {
	if most <= 0 {
		most = MaxBytes
	}
	b := bufio.NewReaderSize(r, 1<<16)
	head, err := b.Peek(512)
	if err != nil && err != io.EOF {
		return nil, &Problem{Code: "truncated", Args: []any{err}}
	}
	switch {
	case len(bytes.TrimSpace(head)) == 0 && err == io.EOF:
		return nil, &Problem{Code: "empty"}
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte{0x1F, 0x8B}), bytes.HasPrefix(head, []byte("BZh")), bytes.HasPrefix(head, []byte{0x28, 0xB5, 0x2F, 0xFD}):
		return nil, &Problem{Line: 1, Column: 1, Code: "compressed"}
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}), bytes.HasPrefix(head, []byte{0xFE, 0xFF}), bytes.HasPrefix(head, []byte{'<', 0}), bytes.HasPrefix(head, []byte{0, '<'}):
		return nil, &Problem{Line: 1, Column: 1, Code: "utf16"}
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		b.Discard(3)
		head = head[3:]
	}
	if rest := bytes.TrimLeft(head, " \t\r\n"); len(rest) == 0 || rest[0] != '<' {
		return nil, &Problem{Line: 1, Column: 1, Code: "not-xml"}
	}
	name := "utf-8"
	if m := declared.FindSubmatch(head); m != nil {
		name = strings.ToLower(string(m[1]))
	}
	switch name {
	case "utf-8", "utf8", "us-ascii", "ascii":
	case "windows-1252", "cp1252", "cp-1252":
		b = bufio.NewReaderSize(transform.NewReader(b, charmap.Windows1252.NewDecoder()), 1<<16)
	case "iso-8859-1", "latin1", "latin-1", "iso8859-1", "iso_8859-1":
		b = bufio.NewReaderSize(transform.NewReader(b, charmap.ISO8859_1.NewDecoder()), 1<<16)
	case "iso-8859-15", "latin9", "latin-9":
		b = bufio.NewReaderSize(transform.NewReader(b, charmap.ISO8859_15.NewDecoder()), 1<<16)
	default:
		return nil, &Problem{Line: 1, Column: 1, Code: "encoding", Value: shown(name)}
	}
	return &source{r: b, left: most, token: make([]byte, 0, 4096)}, nil
}

// attribute finds where an attribute begins in the raw element, as lines and runes from its start; not found: the element itself.
func attribute(token []byte, name string, line, column int) (int, int) {
	for at := 0; ; {
		i := bytes.Index(token[at:], []byte(name))
		if i < 0 {
			return line, column
		}
		i += at
		after := bytes.TrimLeft(token[i+len(name):], " \t\r\n")
		if i > 0 && (token[i-1] <= ' ' || token[i-1] == ':') && len(after) > 0 && after[0] == '=' {
			before := token[:i]
			if n := bytes.Count(before, []byte{'\n'}); n > 0 {
				return line + n, len([]rune(string(before[bytes.LastIndexByte(before, '\n')+1:]))) + 1
			}
			return line, column + len([]rune(string(before)))
		}
		at = i + len(name)
	}
}
