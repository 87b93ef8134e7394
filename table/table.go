// Package table reads tables from CSV files as people really have them: UTF-8 with or without a byte-order mark, commas, semicolons or tabs, columns in
// any order and more of them than were asked for.
//
// Memory does not grow with the file, nor with a quotation mark that is never closed. What never happens here: no value is understood, and none is
// put into an error; the room that asked knows what may be told.
package table

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// MaxRow is how many bytes one row may have.
const MaxRow = 1 << 20

// MaxColumns is how many columns a file may have.
const MaxColumns = 4096

// A Reader gives the rows of one file.
type Reader struct {
	Head    []string // the header as it stands in the file
	Comma   rune
	Unknown []string // columns in the file that nobody asked for: they are left out

	file   *bufio.Reader
	parse  *csv.Reader // of the one record in feed
	feed   feed
	buf    []byte // the record as it stands in the file
	line   int    // lines read
	at     int    // the line the row begins on
	raw    []byte
	column []int // by index in the names asked for; -1: not in the file
	fields []string
}

// A Fault is what is wrong with one row. The next row can be read all the same.
type Fault struct {
	Line int
	Code string // "quotes": a quotation mark in the wrong place; "columns": more or fewer values than the header has; "not_utf8"; "zero_byte"
	Head string // the column as the header calls it; "" for the whole row
	Args []any  // quotes: the byte in the row; columns: how many, how many were expected; not_utf8: the byte in the value, what it is
}

func (f *Fault) Error() string {
	switch f.Code {
	case "quotes":
		return fmt.Sprintf("line %d: a quotation mark stands in the wrong place (byte %v of the row); put the value in quotation marks and double those inside", f.Line, f.Args[0])
	case "columns":
		return fmt.Sprintf("line %d: the row has %v values, the header has %v; quote values that hold the separator", f.Line, f.Args[0], f.Args[1])
	case "zero_byte":
		return fmt.Sprintf("line %d, column %s: the value holds a zero byte; save the file as text", f.Line, f.Head)
	}
	return fmt.Sprintf("line %d, column %s: byte %v of the value is %v, which is not UTF-8; save the file as CSV UTF-8", f.Line, f.Head, f.Args[0], f.Args[1])
}

// feed gives a parser one record and no more.
type feed struct{ rest []byte }

func (f *feed) Read(p []byte) (int, error) {
	if len(f.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

// Open reads the header. names are the columns asked for, lower case for headers in any case; those of required must be there. An error tells what the
// header lacks.
func Open(r io.Reader, names, required []string) (*Reader, error) {
	t := &Reader{file: bufio.NewReaderSize(r, 1<<16)}
	first, _ := t.file.Peek(4)
	switch {
	case bytes.HasPrefix(first, []byte{0xFF, 0xFE}) || bytes.HasPrefix(first, []byte{0xFE, 0xFF}):
		return nil, errors.New("the file is UTF-16; save it as CSV UTF-8")
	case bytes.HasPrefix(first, []byte("\xEF\xBB\xBF")):
		t.file.Discard(3)
	case bytes.Equal(first, []byte("PK\x03\x04")):
		return nil, errors.New("the file is a workbook or another archive; save it as CSV UTF-8")
	case bytes.HasPrefix(first, []byte{0x1F, 0x8B}):
		return nil, errors.New("the file is compressed; unpack it first")
	}
	peek, _ := t.file.Peek(4096)
	header, _, _ := bytes.Cut(peek, []byte("\n"))
	t.Comma = separator(string(header))
	err := t.record()
	if errors.Is(err, io.EOF) {
		if len(required) == 0 {
			return nil, errors.New("the file is empty; its first line must name the columns")
		}
		return nil, fmt.Errorf("the file is empty; its first line must name the columns %s", strings.Join(required, ", "))
	}
	if err != nil {
		return nil, err
	}
	if n := bytes.Count(t.raw, []byte(string(t.Comma))); n >= MaxColumns {
		return nil, fmt.Errorf("line 1 names more than %d columns; keep those that are asked for", MaxColumns)
	}
	head, err := t.Split(t.raw)
	if err != nil {
		return nil, fmt.Errorf("line 1 can't be read: %w", err)
	}
	t.Head = slices.Clone(head)
	t.column = make([]int, len(names))
	for i := range t.column {
		t.column[i] = -1
	}
	for i, name := range head {
		if !utf8.ValidString(name) {
			return nil, fmt.Errorf("line 1, column %d is not UTF-8; save the file as CSV UTF-8", i+1)
		}
		name = strings.TrimSpace(name)
		at := slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
		switch {
		case at < 0:
			t.Unknown = append(t.Unknown, name)
		case t.column[at] >= 0:
			return nil, fmt.Errorf("line 1: the column %s stands twice; remove one", names[at])
		default:
			t.column[at] = i
		}
	}
	for _, name := range required {
		if !t.Has(slices.Index(names, name)) {
			return nil, fmt.Errorf("line 1: the column %s is missing; add it and give every row a value", name)
		}
	}
	return t, nil
}

// separator finds what parts the columns: whichever of semicolon, tab and comma stands most in the header.
func separator(header string) rune {
	best, most := ',', strings.Count(header, ",")
	for _, c := range []rune{';', '\t'} {
		if n := strings.Count(header, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}

// record reads the next row as it stands in the file: a line, or several when a quoted field holds line breaks.
func (t *Reader) record() error {
	t.buf = t.buf[:0]
	t.at = t.line + 1
	quoted, start := false, true // inside a quoted field; at the beginning of a field
	for {
		from := len(t.buf)
		for {
			part, err := t.file.ReadSlice('\n')
			t.buf = append(t.buf, part...)
			if len(t.buf) > MaxRow {
				return fmt.Errorf("the row that begins on line %d is longer than %d bytes; look for a quotation mark that is not closed", t.at, MaxRow)
			}
			if errors.Is(err, bufio.ErrBufferFull) {
				continue
			}
			if err != nil && !errors.Is(err, io.EOF) {
				return err
			}
			if errors.Is(err, io.EOF) && len(part) == 0 {
				if len(t.buf) == 0 {
					return io.EOF
				}
				t.raw = t.buf
				return nil
			}
			break
		}
		t.line++
		for i := from; i < len(t.buf); i++ {
			switch b := t.buf[i]; {
			case quoted && b == '"':
				if i+1 < len(t.buf) && t.buf[i+1] == '"' {
					i++
				} else {
					quoted = false
				}
			case quoted:
			case b == '"' && start:
				quoted, start = true, false
			default:
				start = rune(b) == t.Comma || b == '\n'
			}
		}
		if !quoted {
			t.raw = t.buf
			return nil
		}
	}
}

// Split reads the fields of a row as it stands in the file. They are valid until the next call.
func (t *Reader) Split(raw []byte) ([]string, error) {
	if t.parse == nil {
		t.parse = csv.NewReader(&t.feed)
		t.parse.Comma, t.parse.FieldsPerRecord, t.parse.ReuseRecord = t.Comma, -1, true
	}
	t.feed.rest = raw
	fields, err := t.parse.Read()
	if err != nil {
		t.parse = nil // what it has not read of this row must not be taken for the next
	}
	return fields, err
}

// Next reads a row; empty lines are passed over. io.EOF after the last; a *[Fault] when this row can't be read and the next may be tried; any other
// error ends the file.
func (t *Reader) Next() error {
	for {
		if err := t.record(); err != nil {
			return err
		}
		if len(bytes.TrimSpace(t.raw)) == 0 {
			continue
		}
		t.fields = nil
		fields, err := t.Split(t.raw)
		var bad *csv.ParseError
		switch {
		case errors.As(err, &bad):
			return &Fault{Line: t.at, Code: "quotes", Args: []any{bad.Column}}
		case err != nil:
			return &Fault{Line: t.at, Code: "quotes", Args: []any{1}}
		case len(fields) != len(t.Head):
			return &Fault{Line: t.at, Code: "columns", Args: []any{len(fields), len(t.Head)}}
		}
		t.fields = fields
		for i, f := range fields {
			if !utf8.ValidString(f) {
				at := 0
				for at < len(f) {
					r, n := utf8.DecodeRuneInString(f[at:])
					if r == utf8.RuneError && n == 1 {
						break
					}
					at += n
				}
				return &Fault{Line: t.at, Head: t.Head[i], Code: "not_utf8", Args: []any{at + 1, fmt.Sprintf("0x%02X", f[at])}}
			}
			if strings.IndexByte(f, 0) >= 0 {
				return &Fault{Line: t.at, Head: t.Head[i], Code: "zero_byte"}
			}
		}
		return nil
	}
}

// Line is the line the last row began on, from 1.
func (t *Reader) Line() int { return t.at }

// Raw is the last row as it stands in the file, valid until the next.
func (t *Reader) Raw() []byte { return bytes.TrimRight(t.raw, "\r\n") }

// Has tells whether the file has the column names[i].
func (t *Reader) Has(i int) bool { return t.column[i] >= 0 }

// Get gives the value of the column names[i] without spaces around it; "" when the file has not got the column.
func (t *Reader) Get(i int) string {
	if t.column[i] < 0 || t.fields == nil {
		return ""
	}
	return strings.TrimSpace(t.fields[t.column[i]])
}
