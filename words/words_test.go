package words

import (
	"cmp"
	"strings"
	"sync"
	"testing"

	"rettid/day"
)

func TestParse(t *testing.T) {
	for in, want := range map[string]Lang{"nb": NB, "NN": NN, " en ": EN, "no": NB, "nb-NO": NB, "nn_NO": NN, "en-GB": EN} {
		if got, err := Parse(in); err != nil || got != want {
			t.Errorf("Parse(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"", "sv", "nbx", "norsk", "-nb"} {
		if got, err := Parse(in); err == nil {
			t.Errorf("Parse(%q) = %q, want an error", in, got)
		}
	}
}

// Every row of the embedded file is whole in all three languages with the same places: readWording refuses anything else,
// and here it is checked on its own so that a mended reader does not hide a broken row.
func TestEveryTextIsWhole(t *testing.T) {
	keys := Keys()
	if len(keys) < 550 {
		t.Fatalf("only %d keys in wording.csv", len(keys))
	}
	for _, key := range keys {
		want := strings.Join(placeholders(wording()[key].in[NB]), " ")
		for _, l := range Langs() {
			s := wording()[key].in[l]
			if strings.TrimSpace(s) == "" {
				t.Errorf("%s has no text in %s", key, l)
			}
			if s != strings.TrimSpace(s) {
				t.Errorf("%s has space around its text in %s", key, l)
			}
			if got := strings.Join(placeholders(s), " "); got != want {
				t.Errorf("%s: places [%s] in %s, [%s] in nb", key, got, l, want)
			}
			if strings.Count(s, "{") != len(placeholders(s)) || strings.Count(s, "}") != len(placeholders(s)) {
				t.Errorf("%s has a stray brace in %s: %q", key, l, s)
			}
			if !Has(l, key) {
				t.Errorf("Has(%s, %s) = false", l, key)
			}
		}
	}
	if Has(NB, "no.such.key") || Has("sv", "status.received") {
		t.Error("Has finds what is not there")
	}
}

func TestSay(t *testing.T) {
	d := day.On(2025, 5, 2)
	tests := []struct {
		got, want string
	}{
		{Say(NB, "status.received"), "Mottatt"},
		{Say(NN, "status.received"), "Motteken"},
		{Say(EN, "status.received"), "Received"},
		{Say("", "status.received"), "Mottatt"}, // an unset language is bokmål
		{Say(NB, "no.such.key", 1, 2), "no.such.key"},
		{Say(NB, "because.received", d), "Henvisningen ble mottatt 2. mai 2025."},
		{Say(EN, "because.holiday", d, "Labour Day"), "2 May 2025 is Labour Day and is not counted."},
		{SayNamed(NB, "duty.assess.sentence", map[string]string{"date": "2. mai 2025"}), "Henvisningen skal være vurdert senest 2. mai 2025."},
		{SayNamed(NB, "duty.assess.sentence", nil), "Henvisningen skal være vurdert senest {date}."},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
	if Source("duty.assess.sentence") == "" {
		t.Error("duty.assess.sentence lost its source")
	}
}

func TestFill(t *testing.T) {
	tests := []struct {
		template string
		args     []any
		want     string
	}{
		{"{0} og {1}", []any{"a", "b"}, "a og b"},
		{"{1} og {0}", []any{"a", "b"}, "b og a"},
		{"{0}{0}", []any{1284}, "1\u00a02841\u00a0284"},
		{"{0}", []any{"{1}", "x"}, "{1}"}, // a value is never filled again
		{"{0} {1}", []any{"a"}, "a {1}"},  // a missing argument is seen
		{"{", nil, "{"}, {"{}", nil, "{}"}, {"{a b}", nil, "{a b}"}, {"{{0}}", []any{"x"}, "{x}"},
	}
	for _, tt := range tests {
		book := map[string]string{"t": tt.template}
		got := fill(book["t"], func(name string) (string, bool) {
			for i, a := range tt.args {
				if name == string(rune('0'+i)) {
					return written(NB, a), true
				}
			}
			return "", false
		})
		if got != tt.want {
			t.Errorf("fill(%q, %v) = %q, want %q", tt.template, tt.args, got, tt.want)
		}
	}
}

func TestWordingRefuses(t *testing.T) {
	const head = "key,nb,nn,en,law_source\n"
	tests := []struct{ name, csv, want string }{
		{"empty file", "", "empty"},
		{"other header", "key,nb,nn,en,source\n", "line 1"},
		{"too few columns", head + "a,b,c\n", "line 2"},
		{"key twice", head + "a,x,x,x,\na,x,x,x,\n", `line 3: key "a" stands twice`},
		{"missing nynorsk", head + "a,x,,x,\n", `key "a" has no text in nn`},
		{"missing English", head + "a,x,x, ,\n", `key "a" has no text in en`},
		{"other places", head + "a,{0},{0},{1},\n", `line 2: key "a" has placeholders [1] in en`},
		{"no key", head + ",x,x,x,\n", "line 2: the key is empty"},
		{"open quote", head + `a,"x,x,x,`, "line 2"},
	}
	for _, tt := range tests {
		if _, err := readWording(strings.NewReader(tt.csv)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want one with %q", tt.name, err, tt.want)
		}
	}
}

func TestGlossary(t *testing.T) {
	terms := Glossary()
	if len(terms) < 130 {
		t.Fatalf("only %d terms", len(terms))
	}
	found := false
	for _, term := range terms {
		found = found || term.EN == "seniority date" && strings.HasPrefix(term.NB, "ansiennitetsdato")
	}
	if !found {
		t.Error("the glossary lacks seniority date (ansiennitetsdato)")
	}
	_, err := readGlossary(strings.NewReader("term_en,term_nb,term_nn,definition_en,source,identifier\na,b,c,d,,f\n"))
	if err == nil || !strings.Contains(err.Error(), "line 2: source is empty") {
		t.Errorf("a term without a source gave %v", err)
	}
}

func TestCompare(t *testing.T) {
	order := []string{
		"abelsen", "Abelsen", "Attrapp", "Dummy", "Eksempelsen, Eva", "Eksempelsen, Åse", "Fabelsen", "Oppdiktet", "Skissesen",
		"Testesen", "Utkast", "Zorro", "Ærlig", "Østerdal", "Ås", "Aasen",
	}
	// The pairs that matter, spelled out: aa and å are one letter, last in the alphabet.
	after := [][2]string{
		{"Zorro", "Ærlig"}, {"Ærlig", "Østerdal"}, {"Østerdal", "Åsen"}, {"Østerdal", "Aasen"}, {"Zorro", "Aasen"},
		{"Dummy", "dummyn"}, {"Eksempelsen", "Testesen"}, {"Aas", "Åsen"}, {"Ås", "Aasen"},
	}
	for _, l := range Langs() {
		for _, p := range after {
			if Compare(l, p[0], p[1]) != -1 || Compare(l, p[1], p[0]) != 1 {
				t.Errorf("%s: %q should stand before %q", l, p[0], p[1])
			}
		}
		for i := range order {
			for j := range order {
				if got, want := Compare(l, order[i], order[j]), cmp.Compare(i, j); got != want {
					t.Errorf("%s: Compare(%q, %q) = %d, want %d", l, order[i], order[j], got, want)
				}
			}
		}
	}
}

func TestCompareFromManyGoroutines(t *testing.T) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 500 {
				if Compare(NB, "Zorro", "Ås") != -1 || Compare(NN, "Ås", "Zorro") != 1 {
					t.Error("the order changed under load")
					return
				}
			}
		})
	}
	wg.Wait()
}

func FuzzWording(f *testing.F) {
	f.Add("key,nb,nn,en,law_source\na,{0} b,{0} b,{0} b,\n")
	f.Add("key,nb,nn,en,law_source\n\"a\",\"x\ny\",x,x,§\n")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		book, err := readWording(strings.NewReader(s))
		if err != nil {
			return
		}
		for key, text := range book {
			if key == "" || text.in[NB] == "" || text.in[NN] == "" || text.in[EN] == "" {
				t.Fatalf("an incomplete row was accepted: %+v", text)
			}
		}
	})
}

func FuzzFill(f *testing.F) {
	f.Add("Mottatt {0} av {1}.", "x")
	f.Add("{{0}}{", "{0}")
	f.Fuzz(func(t *testing.T, s, v string) {
		got := fill(s, func(string) (string, bool) { return v, true })
		want := len(s) + len(placeholders(s))*len(v)
		for _, p := range placeholders(s) {
			want -= len(p) + 2
		}
		if len(got) != want {
			t.Fatalf("fill(%q, %q) = %q: %d bytes, want %d", s, v, got, len(got), want)
		}
	})
}

// One is said of one, in the key's own text for it; a key without such a text says what it says of many.
func TestOneIsSaidOfOne(t *testing.T) {
	for _, x := range []struct {
		lang Lang
		n    any
		want string
	}{{NB, 1, "1 gruppesak er til behandling"}, {NB, "1", "1 gruppesak er til behandling"}, {NB, 0, "0 gruppesaker er til behandling"}, {NN, 2, "2 gruppesaker er til handsaming"}, {EN, 1, "1 group case is under way"}, {EN, 21, "21 group cases are under way"}} {
		if got := Say(x.lang, "group.head", x.n); got != x.want {
			t.Errorf("%v in %s: %q, want %q", x.n, x.lang, got, x.want)
		}
	}
}
