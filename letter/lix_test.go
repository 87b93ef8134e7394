package letter

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"rettid/words"
)

func TestLIX(t *testing.T) {
	for _, c := range []struct {
		text string
		want float64
	}{
		{"", 0},
		{"Du får svar.", 3},                                      // three words, one sentence, none long
		{"Du får svar 12. mars 2027.", 6},                        // the stop in a date ends no sentence
		{"Timen er klokken 10.30.", 4 + 100.0/4},                 // nor the one in a clock time; klokken is long
		{"Frist: tolv uker.\nHa det!", 5.0 / 3},                  // colon and line ends
		{"Spesialisthelsetjenesten vurderer henvisningen.", 103}, // all long
		{"pasient- og brukerrettighetsloven", 3 + 100*2.0/3},     // pasient and the act's name have more than six letters
		{"å være på øya i dag eller ikke", 8},                    // æ, ø and å are letters, not more
		{"NAV's svar", 2},                                        // one word with its apostrophe
		{"helse-og-omsorgstjenesten er én ting", 4 + 100.0/4},    // joined words are one
		{"- . ! ?", 0},
	} {
		if got := LIX(c.text); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("LIX(%q) = %v, want %v", c.text, got, c.want)
		}
	}
}

// Every letter, with all its conditional parts counted, is easy to read, and about as easy as it was drafted (letters.md ch. 2 and 8).
func TestLettersAreReadable(t *testing.T) {
	f, err := os.Open("testdata/readability.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	seen := map[string]bool{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := lines.Text()
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Fields(line)
		text, ok := Standard().Of(cells[0])
		if !ok {
			t.Fatalf("there is no text %s", cells[0])
		}
		seen[cells[0]] = true
		for i, l := range words.Langs() {
			var drafted float64
			var count int
			if _, err := fmt.Sscanf(cells[i+1], "%f/%d", &drafted, &count); err != nil {
				t.Fatal(err)
			}
			lix, n := text.LIX(l)
			if lix >= Readable {
				t.Errorf("%s %s: LIX %.1f, must stay below %d", cells[0], l, lix, Readable)
			}
			if math.Abs(lix-drafted) > 1.5 {
				t.Errorf("%s %s: LIX %.1f (%d words), drafted as %.1f (%d)", cells[0], l, lix, n, drafted, count)
			}
			t.Logf("%s %s: LIX %.1f (%d words), drafted as %.1f (%d)", cells[0], l, lix, n, drafted, count)
		}
	}
	for _, name := range Standard().Names() {
		if !seen[name] && !strings.HasPrefix(name, "frame_") {
			t.Errorf("%s has no readability on record", name)
		}
	}
}

// No sentence of a letter is long or packed, whatever the mean is: at most 20 words, and a LIX of its own below 60 (Björnsson's scale: 50 is official text, 60 is hard)
// where it has ten words or more, which is where the measure of one sentence begins to mean something. The limit of words is the house's own.
func TestNoSentenceIsHard(t *testing.T) {
	n := 0
	for _, name := range Standard().Names() {
		text, _ := Standard().Of(name)
		for _, l := range words.Langs() {
			walk(text.In[l], func(node *node) {
				var b strings.Builder
				for _, p := range node.line {
					if p.place != "" {
						b.WriteString(sample(p.place, l))
					} else {
						b.WriteString(p.literal)
					}
				}
				for _, s := range Sentences(b.String()) {
					n++
					if why := Hard(s); why != "" {
						t.Errorf("%s %s: %s: %s", name, l, why, s)
					}
				}
			})
		}
	}
	if n < 1000 {
		t.Errorf("only %d sentences were read", n)
	}
	if Hard(strings.Repeat("ord ", 21)) == "" || Hard("Spesialisthelsetjenesten vurderer henvisningen etter pasient- og brukerrettighetsloven, behandlingsbehovet, prioriteringsforskriften, helsepersonelloven og forvaltningsloven.") == "" || Hard("Du har rett til hjelp, og fristen er 12. mars 2027.") != "" {
		t.Error("the measure says nothing")
	}
}
