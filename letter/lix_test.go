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
