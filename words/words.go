// Package words holds what people read: every sentence, label and button of the program in bokmål, nynorsk and English,
// and the way dates, clock times, distances and numbers are written. The texts are data (wording.csv); the trade's terms
// with their sources are in glossary.csv.
//
// What never happens here: no rule is applied, no clock is read, nothing is escaped for HTML or XML (the doors do that),
// and no text of a patient is kept.
package words

import (
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"
	"sync"

	"rettid/day"
)

// A Lang is a language people read: NB, NN or EN.
type Lang string

// The languages, bokmål first: what is missing in another language is shown in bokmål.
const (
	NB Lang = "nb"
	NN Lang = "nn"
	EN Lang = "en"
)

// langs is what Langs gives.
var langs = [...]Lang{NB, NN, EN}

// Langs gives the languages in the order they are offered: nb, nn, en.
func Langs() []Lang { return append([]Lang(nil), langs[:]...) }

// Parse reads a language: "nb", "nn" or "en", in any case, with or without a region ("nb-NO"); "no" is taken as nb.
// Anything else is an error that names the choices.
func Parse(lang string) (Lang, error) {
	base, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(lang)), "-")
	base, _, _ = strings.Cut(base, "_")
	switch base {
	case "nb", "no":
		return NB, nil
	case "nn":
		return NN, nil
	case "en":
		return EN, nil
	}
	return "", fmt.Errorf("language %q is not known: choose nb (bokmål), nn (nynorsk) or en (English)", lang)
}

// A text is one row of wording.csv.
type text struct {
	key    string
	in     map[Lang]string
	source string // the provision or rule behind the words; empty for plain labels
}

//go:embed wording.csv
var wordingCSV string

// wording is read once, at first use, and never changes.
var wording = sync.OnceValue(func() map[string]text {
	book, err := readWording(strings.NewReader(wordingCSV))
	if err != nil {
		panic("words/wording.csv: " + err.Error()) // it is embedded: a mistake here is a mistake in the program
	}
	return book
})

// readWording reads the columns key, nb, nn, en, law_source. Every text must be there in all three languages, with the
// same placeholders; errors name the line and the key.
func readWording(r io.Reader) (map[string]text, error) {
	book := make(map[string]text)
	err := eachRow(r, []string{"key", "nb", "nn", "en", "law_source"}, func(line int, row []string) error {
		t := text{key: row[0], in: map[Lang]string{NB: row[1], NN: row[2], EN: row[3]}, source: row[4]}
		if t.key == "" {
			return fmt.Errorf("line %d: the key is empty", line)
		}
		if _, twice := book[t.key]; twice {
			return fmt.Errorf("line %d: key %q stands twice", line, t.key)
		}
		want := strings.Join(placeholders(t.in[NB]), " ")
		for _, l := range langs {
			if strings.TrimSpace(t.in[l]) == "" {
				return fmt.Errorf("line %d: key %q has no text in %s", line, t.key, l)
			}
			if got := strings.Join(placeholders(t.in[l]), " "); got != want {
				return fmt.Errorf("line %d: key %q has placeholders [%s] in %s and [%s] in nb", line, t.key, got, l, want)
			}
		}
		book[t.key] = t
		return nil
	})
	return book, err
}

// eachRow reads a CSV file with the given header and hands over each row with its line number.
func eachRow(r io.Reader, header []string, row func(line int, fields []string) error) error {
	c := csv.NewReader(r)
	c.FieldsPerRecord = len(header)
	c.ReuseRecord = true
	for first := true; ; first = false {
		fields, err := c.Read()
		if errors.Is(err, io.EOF) {
			if first {
				return fmt.Errorf("the file is empty: expected the header %s", strings.Join(header, ","))
			}
			return nil
		}
		if err != nil {
			return err // names line and column itself
		}
		if first {
			if got := strings.Join(fields, ","); got != strings.Join(header, ",") {
				return fmt.Errorf("line 1: the header is %q, expected %q", got, strings.Join(header, ","))
			}
			continue
		}
		line, _ := c.FieldPos(0)
		if err := row(line, fields); err != nil {
			return err
		}
	}
}

// Has tells whether the key has a text in the language itself, without falling back.
func Has(l Lang, key string) bool { return wording()[key].in[l] != "" }

// Keys gives every key, sorted.
func Keys() []string {
	book := wording()
	keys := make([]string, 0, len(book))
	for k := range book {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// Source gives the provision or rule behind a text ("pbrl § 2-2 a"), empty when it has none.
func Source(key string) string { return wording()[key].source }

// Say gives the text of a key with {0}, {1} ... replaced by the arguments. Days are written as Date, moments as
// MomentText, whole numbers as Number, everything else as fmt prints it. A text missing in the language is given in
// bokmål, and an unknown key as itself, so that a gap is seen and not hidden; Has tells beforehand.
// A placeholder without an argument stays as it is. Where the first argument is the number 1 and the key has a text of its own for one (KEY.1), that is given.
func Say(l Lang, key string, args ...any) string {
	if len(args) > 0 && (args[0] == 1 || args[0] == "1") && Has(NB, key+".1") {
		key += ".1"
	}
	return fill(template(l, key), func(name string) (string, bool) {
		i, err := strconv.Atoi(name)
		if err != nil || i < 0 || i >= len(args) {
			return "", false
		}
		return written(l, args[i]), true
	})
}

// SayNamed is Say for texts with named places: SayNamed(NB, "duty.book.sentence", map[string]string{"date": "2. mai 2025"}).
func SayNamed(l Lang, key string, args map[string]string) string {
	return fill(template(l, key), func(name string) (string, bool) {
		v, ok := args[name]
		return v, ok
	})
}

func template(l Lang, key string) string {
	t := wording()[key]
	switch {
	case t.in[l] != "":
		return t.in[l]
	case t.in[NB] != "":
		return t.in[NB]
	}
	return key
}

func written(l Lang, v any) string {
	switch v := v.(type) {
	case string:
		return v
	case day.Day:
		return Date(l, v)
	case day.Moment:
		return MomentText(l, v)
	case int:
		return Number(l, v)
	case int64:
		return Number(l, int(v))
	case error:
		return v.Error()
	}
	return fmt.Sprint(v)
}

// fill replaces each {name} in one pass, so that a brace inside a value is never taken for a place.
func fill(s string, value func(name string) (string, bool)) string {
	if !strings.Contains(s, "{") {
		return s
	}
	var b strings.Builder
	for {
		name, before, after, ok := cutPlace(s)
		if !ok {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(before)
		if v, known := value(name); known {
			b.WriteString(v)
		} else {
			b.WriteString("{" + name + "}")
		}
		s = after
	}
}

// placeholders gives the names in braces, sorted.
func placeholders(s string) []string {
	var names []string
	for {
		name, _, after, ok := cutPlace(s)
		if !ok {
			sort.Strings(names)
			return names
		}
		names = append(names, name)
		s = after
	}
}

// cutPlace finds the first {name}: letters, digits and low lines between braces. Other braces are plain text.
func cutPlace(s string) (name, before, after string, ok bool) {
	for from := 0; ; {
		open := strings.IndexByte(s[from:], '{')
		if open < 0 {
			return "", "", "", false
		}
		open += from
		end := open + 1
		for end < len(s) && isPlaceByte(s[end]) {
			end++
		}
		if end < len(s) && s[end] == '}' && end > open+1 {
			return s[open+1 : end], s[:open], s[end+1:], true
		}
		from = open + 1
	}
}

func isPlaceByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
