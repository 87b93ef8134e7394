package table

import (
	"errors"
	"io"
	"strings"
	"testing"
)

var names = []string{"area", "region", "fristStart"}

// read gives every row as text, and what was wrong with those that could not be read.
func read(text string) (out []string, err error) {
	t, err := Open(strings.NewReader(text), names, names[:1])
	if err != nil {
		return nil, err
	}
	for {
		err := t.Next()
		var f *Fault
		switch {
		case errors.Is(err, io.EOF):
			return out, nil
		case errors.As(err, &f):
			out = append(out, f.Error())
		case err != nil:
			return out, err
		default:
			out = append(out, t.Get(0)+"|"+t.Get(1)+"|"+t.Get(2))
		}
	}
}

func TestRead(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"commas":                {"area,region\na,b\n", "a|b|"},
		"semicolons, any order": {"\xEF\xBB\xBFregion;more;AREA;friststart\r\n r ; x;a ;f\r\n\r\n", "a|r|f"},
		"tabs, no last break":   {"area\tregion\na\tb,c", "a|b,c|"},
		"quotes over lines":     {"area,region\n\"a\nb\",\"c \"\"d\"\"\"\nx,y\n", "a\nb|c \"d\"|;x|y|"},
		"too few":               {"area,region\na\nx,y\n", "line 2: the row has 1 values, the header has 2; quote values that hold the separator;x|y|"},
		"a stray quote":         {"area,region\na\"b,c\nx,y\n", "line 2: a quotation mark stands in the wrong place (byte 2 of the row); put the value in quotation marks and double those inside;x|y|"},
		"not UTF-8":             {"area,region\na\xF8,c\nx,y\n", "line 2, column area: byte 2 of the value is 0xF8, which is not UTF-8; save the file as CSV UTF-8;x|y|"},
		"a zero":                {"area,region\na,c\x00\n", "line 2, column region: the value holds a zero byte; save the file as text"},
	} {
		got, err := read(c.in)
		if err != nil || strings.Join(got, ";") != c.want {
			t.Errorf("%s: %q, %v\nwant %q", name, got, err, c.want)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	for in, want := range map[string]string{
		"":                                     "the file is empty; its first line must name the columns area",
		"region\n":                             "line 1: the column area is missing; add it and give every row a value",
		"area,area\n":                          "line 1: the column area stands twice; remove one",
		"\xFF\xFEa":                            "the file is UTF-16; save it as CSV UTF-8",
		"PK\x03\x04":                           "the file is a workbook or another archive; save it as CSV UTF-8",
		"\x1F\x8B\x08\x00":                     "the file is compressed; unpack it first",
		"area" + strings.Repeat(",x", 5000):    "line 1 names more than 4096 columns; keep those that are asked for",
		"area,\"" + strings.Repeat("x", 1<<20): "the row that begins on line 1 is longer than 1048576 bytes; look for a quotation mark that is not closed",
	} {
		if _, err := read(in); err == nil || err.Error() != want {
			t.Errorf("%.20q: %v, want %s", in, err, want)
		}
	}
}

// Whatever a file holds, reading it ends, no line is counted twice, and every error can be said.
func FuzzRead(f *testing.F) {
	f.Add("area,region\na,b\n")
	f.Add("area;region\n\"a\n;b\";c\"\n")
	f.Fuzz(func(t *testing.T, in string) {
		r, err := Open(strings.NewReader(in), names, names[:1])
		if err != nil {
			return
		}
		last := 1
		for {
			err := r.Next()
			var f *Fault
			if errors.As(err, &f) {
				_ = f.Error()
			} else if err != nil {
				return
			}
			if r.Line() <= last && last > 1 {
				t.Fatalf("line %d after %d", r.Line(), last)
			}
			last = r.Line()
		}
	})
}
