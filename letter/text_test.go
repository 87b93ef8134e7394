package letter

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"rettid/law"
	"rettid/words"
)

// in3 writes the same lines in every language.
func in3(s string) string { return "-- nb --\n" + s + "-- nn --\n" + s + "-- en --\n" + s }

func TestParse(t *testing.T) {
	text, err := Parse("texts/letter.txt", in3("# Svar\n@part outcome\nFra {referrer_name}.\n@if late\n- ett\n- to\n@else\nI tide.\n@end\n# Slutt\nHei.\n"))
	if err != nil {
		t.Fatal(err)
	}
	f := newFacts()
	f.Values["referrer_name"] = "Fabelbyen legekontor."
	show := func() (out []string) {
		blocks, missing := text.Draw(words.NB, f)
		if len(missing) > 0 {
			t.Fatalf("missing %v", missing)
		}
		for _, b := range blocks {
			s := string(b.Part) + "|" + b.Text + strings.Join(b.Items, ";")
			if b.Level > 0 {
				s = strings.Repeat("#", b.Level) + s
			}
			out = append(out, s)
		}
		return out
	}
	if got, want := show(), []string{"#|Svar", "outcome|Fra Fabelbyen legekontor.", "outcome|I tide.", "##|Slutt", "|Hei."}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	f.Holds["late"] = true
	if got, want := show(), []string{"#|Svar", "outcome|Fra Fabelbyen legekontor.", "outcome|ett;to", "##|Slutt", "|Hei."}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// A part runs to the next one, to the first heading after its text has begun, or to the end of the block it stands in.
func TestHowFarAPartRuns(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"# A\n@part outcome\nx\n@part deadline\ny\n", ". outcome deadline"},
		{"@part outcome\n# A\nx\n# B\ny\n", "outcome outcome . ."},
		{"# A\n@if late\n@part outcome\nx\n@end\ny\n", ". outcome ."},
		{"# A\n@part outcome\nx\n@if late\ny\n@end\nz\n", ". outcome outcome outcome"},
		{"# A\n@part outcome\n@if late\n# B\nx\n@end\ny\n", ". outcome outcome outcome"},
		{"# A\n@part outcome\nx\n@if late\n@part deadline\ny\n@end\nz\n", ". outcome deadline ."},
		{"# A\n@if late\nx\n@else\n@part outcome\ny\n@end\nz\n", ". . ."},
	} {
		text, err := Parse("t.txt", in3(c.text))
		if err != nil {
			t.Fatal(err)
		}
		f := newFacts()
		f.Holds["late"] = true
		blocks, _ := text.Draw(words.NB, f)
		var got []string
		for _, b := range blocks {
			if b.Part == "" {
				b.Part = "."
			}
			got = append(got, string(b.Part))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q: %v, want %s", c.text, got, c.want)
		}
	}
}

func TestParseTells(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"Hei\n", "t.txt:1: text stands before the first section"},
		{"-- nb --\n# A\n", "the section -- nn -- is missing"},
		{"-- se --\n", `t.txt:1: "-- se --" is no section`},
		{in3("# A\n") + "-- nb --\n", "the section nb stands twice"},
		{in3("# A\n@part greeting\n"), `t.txt:3: there is no part "greeting"; the parts are outcome`},
		{in3("# A\n@if tired\nx\n@end\n"), `t.txt:3: there is no condition "tired"`},
		{in3("# A\n@each sheep\nx\n@end\n"), `t.txt:3: there is no list "sheep"`},
		{in3("# A\n@if late\nx\n"), "t.txt:3: this block has no @end"},
		{in3("# A\n@end\n"), "t.txt:3: @end stands outside a block"},
		{in3("# A\n@else\n"), "t.txt:3: @else stands outside an @if"},
		{in3("# A\n@each questions\n- {question}\n@else\n@end\n"), "t.txt:5: @else stands outside an @if"},
		{in3("# A\n@if late\nx\n@else\ny\n@else\n@end\n"), "t.txt:7: the @if on line 3 has two @else"},
		{in3("# A\n@loop\n"), `t.txt:3: "@loop" is no command`},
		{in3("#A\n"), "t.txt:2: a heading is # and a space"},
		{in3("# \n"), "t.txt:2: the line has no text"},
		{in3("# A\n{Name}\n"), "t.txt:3: {Name} is no name of a place"},
		{in3("# A\n{nowhere}\n"), "t.txt:3: there is no place {nowhere}"},
		{in3("# A\nx } y\n"), "t.txt:3: braces are for places alone"},
		{in3("# A\n{question}\n"), "t.txt:3: {question} stands outside @each questions"},
		{"-- nb --\n# A\n{unit_name}\n-- nn --\n# A\n-- en --\n# A\n{unit_name}\n", "nn never fills {unit_name}, bokmål does"},
		{"-- nb --\n# A\n-- nn --\n# A\n@if late\nx\n@end\n-- en --\n# A\n", `t.txt:5: nn has "@if late" where bokmål has nothing more`},
		{in3(strings.Repeat("@if late\n", 9)), "blocks stand more than 8 deep"},
		{strings.Repeat("x", maxText+1), "a letter has at most 65536"},
	} {
		_, err := Parse("t.txt", c.src)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.60q: %v, want %q", c.src, err, c.want)
		}
		var e *Error
		if err != nil && !errors.As(err, &e) {
			t.Errorf("%.60q: the error has no file and line", c.src)
		}
	}
}

// A house's own texts are held to the same rules, to the parts the standard text has, and to what can be filled in that letter.
func TestTextsOfOnesOwn(t *testing.T) {
	std, err := textFiles.ReadFile("texts/new_condition.txt")
	if err != nil {
		t.Fatal(err)
	}
	offer, err := textFiles.ReadFile("texts/offer.txt")
	if err != nil {
		t.Fatal(err)
	}
	own := func(name, text string) fs.FS {
		return fstest.MapFS{name: {Data: []byte(text)}, "README.md": {Data: []byte("not a text")}}
	}
	ts, err := Standard().With(own("new_condition.txt", strings.ReplaceAll(string(std), "Dette skjer nå", "Dette gjør vi nå")))
	if err != nil {
		t.Fatal(err)
	}
	mine, _ := ts.Of("new_condition")
	was, _ := Standard().Of("new_condition")
	if mine.digest == was.digest {
		t.Error("the own text is not taken")
	}
	for _, c := range []struct{ name, text, want string }{
		{"valentine.txt", string(std), `no letter is called "valentine"`},
		{"new_condition.txt", strings.ReplaceAll(string(std), "{unit_phone}", "{offer_date}"), `"offer_date" has no value in this letter`},
		{"offer.txt", strings.ReplaceAll(string(offer), "@part deadline\n", ""), `the part "deadline" is missing`},
		{"new_condition.txt", "-- nb --\n", "new_condition.txt:2: the section -- nb -- has no text"},
	} {
		if _, err := Standard().With(own(c.name, c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if _, err := Standard().With(own("new_condition.txt", strings.ReplaceAll(string(std), "{unit_phone}", "{ombud_phone}"))); err != nil {
		t.Errorf("a place every letter has: %v", err)
	}
}

// Whatever the text, the reader answers, its errors say where, and what it takes can be filled and measured in every language.
func FuzzParse(f *testing.F) {
	for _, name := range Standard().Names() {
		if b, err := textFiles.ReadFile("texts/" + name + ".txt"); err == nil {
			f.Add(string(b))
		}
	}
	f.Add(in3("# A\n@if late\n@else\n@end\n{unit_name}\n"))
	f.Add("-- nb --\n@each questions\n{question}}")
	f.Fuzz(func(t *testing.T, src string) {
		text, err := Parse("t.txt", src)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.File != "t.txt" || e.Line < 1 {
				t.Fatalf("the error does not say where: %v", err)
			}
			return
		}
		facts := newFacts()
		for place := range places() {
			facts.Values[place] = "x"
		}
		for i, c := range conditionNames {
			facts.Holds[c] = i%2 == 0
		}
		for _, l := range words.Langs() {
			blocks, missing := text.Draw(l, facts)
			for _, m := range missing {
				if !isList(m) {
					t.Fatalf("%s is missing", m)
				}
			}
			for _, b := range blocks {
				if b.Text == "" && len(b.Items) == 0 {
					t.Fatal("an empty block")
				}
			}
			if lix, _ := text.LIX(l); lix < 0 {
				t.Fatal("a negative LIX")
			}
		}
	})
}

// The norms the letters are held to are norms of the guide, every one.
func TestNormsExist(t *testing.T) {
	known := map[string]bool{}
	for _, n := range law.AllNorms() {
		known[n.ID] = true
	}
	for _, d := range demands() {
		for _, n := range d.norms {
			if !known[n] {
				t.Errorf("%v %s: there is no norm %s", d.letters, d.must, n)
			}
		}
		for _, l := range d.letters {
			if _, ok := Standard().Of(l); !ok {
				t.Errorf("there is no text %s", l)
			}
		}
		for _, l := range words.Langs() {
			if phrase(l, "must."+d.must) == "" {
				t.Errorf("%s has no words in %s", d.must, l)
			}
		}
	}
	if len(Carries) != 3 || len(Carries[0].Norms) < 60 {
		t.Errorf("%v", Carries)
	}
}

// The words of the room are there in all three languages.
func TestPhrases(t *testing.T) {
	for key := range phrases() {
		_, code, _ := strings.Cut(key, " ")
		for _, l := range words.Langs() {
			if phrase(l, code) == "" {
				t.Errorf("%s has no words in %s", code, l)
			}
		}
		if place, ok := strings.CutPrefix(code, "place."); ok && !isPlace(place) && !isList(place) {
			t.Errorf("%s names no place", code)
		}
	}
	for _, k := range Kinds() {
		for _, l := range words.Langs() {
			if n := Name(k, l); n == "letter."+string(k) {
				t.Errorf("%s has no name in %s", k, l)
			}
		}
	}
}

// Every condition and place of the vocabulary is used, and every letter has the parts the law's rule asks of its kind, some way through.
func TestVocabulary(t *testing.T) {
	used := map[string]bool{}
	for _, name := range Standard().Names() {
		text, _ := Standard().Of(name)
		for n := range text.names(paragraph, condition, each) {
			used[n] = true
		}
	}
	for _, c := range conditionNames {
		if !used[c] {
			t.Errorf("the condition %s is in no letter", c)
		}
	}
	for p := range places() {
		if !used[p] {
			t.Errorf("the place {%s} is in no letter", p)
		}
	}
}

func TestContacts(t *testing.T) {
	c := DemoContacts()
	for _, s := range [][2]string{{"letter.helfo_phone", "00 00 00 55"}, {"letter.expect_days", "14"}, {"letter.interpreter", "false"}, {"letter.complaint_portal", ""},
		{"letter.county.03.ombud_phone", "00 00 03 00"}, {"letter.county.46.governor_name", "Statsforvalteren i Skissefylket"}, {"letter.county.46.governor_address", "Postboks 1"}} {
		if err := c.Set(s[0], s[1]); err != nil {
			t.Error(err)
		}
	}
	if !c.NoInterpreter || c.ExpectDays != 14 || c.HelfoPhone != "00 00 00 55" || c.ComplaintPortal != "" || c.of("03").OmbudPhone != "00 00 03 00" ||
		c.of("03").GovernorName != c.GovernorName || c.of("46").GovernorName != "Statsforvalteren i Skissefylket" || c.of("46").OmbudPhone != c.OmbudPhone {
		t.Errorf("%+v", c)
	}
	for _, s := range [][2]string{{"letter.fax", "1"}, {"letter.expect_days", "0"}, {"letter.expect_days", "soon"}, {"letter.interpreter", "perhaps"},
		{"letter.county.3.ombud_phone", "1"}, {"letter.county.03.fax", "1"}, {"letter.helfo_phone", "1\n2"}} {
		if err := c.Set(s[0], s[1]); err == nil || !strings.Contains(err.Error(), s[0]) {
			t.Errorf("%s=%q: %v", s[0], s[1], err)
		}
	}
	for _, s := range ContactSettings() {
		if s.Says == "" || s.Key == "" {
			t.Errorf("%+v", s)
		}
	}
}
