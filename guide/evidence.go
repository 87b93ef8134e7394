package guide

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What in a referral's own words speaks of a condition's individual circumstances, and of what may not count (guide 4.5, 4.6). It is a help to the eye: it
// finds words, and judges nothing. What it does not find may be there all the same.

// A Passage is a stretch of a text, bytes From to To, with what it speaks of.
type Passage struct {
	From, To int
	About    []int    // indices of the condition's factors
	Cannot   []string // grounds that may not count, as codes of package law
	Word     string   // the first word that tells, for a link to it
}

// A cue is a word that speaks of something.
type cues struct {
	about  []string        // stems that stand in a factor's name, all of them; empty for a ground
	ground string          // or the code of a ground that may not count
	stems  map[string]bool // words that speak of it
}

func (x *Index) readCues() error {
	rows, err := records("evidence.csv", "about", "cues")
	if err != nil {
		return err
	}
	for i, row := range rows {
		c := cues{stems: make(map[string]bool)}
		if code, ok := strings.CutPrefix(row[0], "!"); ok {
			c.ground = code
		} else {
			for _, w := range strings.Fields(row[0]) {
				c.about = append(c.about, stem(plain(w)))
			}
		}
		for _, w := range strings.Fields(row[1]) {
			c.stems[stem(plain(w))] = true
		}
		if c.ground == "" && len(c.about) == 0 || len(c.stems) == 0 {
			return fmt.Errorf("evidence.csv: row %d says nothing", i+2)
		}
		x.cues = append(x.cues, c)
	}
	return nil
}

// Grounds lists the codes of what may not count that the words of a text can speak of.
func (x *Index) Grounds() []string {
	var out []string
	for _, c := range x.cues {
		if c.ground != "" {
			out = append(out, c.ground)
		}
	}
	return out
}

// speaks gives the stems that speak of each factor of a condition: the words of its own name, and the cues of what its name tells of.
func (x *Index) speaks(c Condition) []map[string]bool {
	out := make([]map[string]bool, len(c.Factors))
	for i, f := range c.Factors {
		out[i] = make(map[string]bool)
		own := make(map[string]bool)
		for _, t := range x.words(f.LabelNB) {
			own[t.stem] = true
			if utf8.RuneCountInString(t.text) >= minPart && !vague[t.stem] {
				out[i][t.stem] = true
			}
			for _, p := range x.parts.all(t.text) {
				own[stem(p)] = true
			}
		}
		for _, cue := range x.cues {
			if cue.ground == "" && !slices.ContainsFunc(cue.about, func(s string) bool { return !own[s] }) {
				for s := range cue.stems {
					out[i][s] = true
				}
			}
		}
	}
	return out
}

// vague are words of factors' names that tell nothing alone.
var vague = func() map[string]bool {
	out := make(map[string]bool)
	for _, w := range strings.Fields("alder grad nivå andre annen annet eller effekt samlet fare tap behandling sykdom tilstand mistanke usikker høy lav dårlig nedsatt redusert alvorlig alvorlige uttalt uttalte samtidig tidligere mellom flere ikke type størrelse forhold under over årsak mulig varige symptom") {
		out[stem(w)] = true
	}
	return out
}()

// Evidence finds what in a text speaks of a condition's factors and of what may not count: clauses, in order, none overlapping. A condition without factors,
// or none, gives what may not count alone.
func (x *Index) Evidence(text string, c Condition) []Passage {
	speaks := x.speaks(c)
	var out []Passage
	for _, cl := range clauses(text) {
		p := Passage{From: cl[0], To: cl[1]}
		said := text[cl[0]:cl[1]]
		for from, word := range placed(said) {
			low := plain(strings.ToLower(word))
			if x.stop[low] && !denials[low] || utf8.RuneCountInString(low) > maxWord {
				continue
			}
			stems := []string{stem(low)}
			for _, part := range x.parts.all(low) {
				if utf8.RuneCountInString(part) >= minPart {
					stems = append(stems, stem(part))
				}
			}
			hit := false
			for _, s := range stems {
				for i, set := range speaks {
					if set[s] {
						hit = true
						if !slices.Contains(p.About, i) {
							p.About = append(p.About, i)
						}
					}
				}
			}
			for _, cue := range x.cues {
				if cue.ground != "" && cue.stems[stems[0]] {
					hit = true
					if !slices.Contains(p.Cannot, cue.ground) {
						p.Cannot = append(p.Cannot, cue.ground)
					}
				}
			}
			if hit && p.Word == "" {
				p.Word = said[from : from+len(word)]
			}
		}
		if p.Word != "" {
			slices.Sort(p.About)
			out = append(out, p)
		}
	}
	return out
}

// clauses parts a text at full stops, line ends and commas, not inside a number: bytes from and to of each, trimmed.
func clauses(text string) [][2]int {
	var out [][2]int
	from := 0
	add := func(to int) {
		part := text[from:to]
		left := len(part) - len(strings.TrimLeftFunc(part, unicode.IsSpace))
		part = strings.TrimSpace(part)
		if part != "" {
			out = append(out, [2]int{from + left, from + left + len(part)})
		}
	}
	for i, r := range text {
		switch r {
		case '.', ',', ':':
			if i+1 < len(text) && !unicode.IsSpace(rune(text[i+1])) { // 3,5 and 10.30 and «kl.10»
				continue
			}
		case ';', '!', '?', '\n', '\r':
		default:
			continue
		}
		add(i)
		from = i + utf8.RuneLen(r)
	}
	add(len(text))
	return out
}

// placed gives the words of a text with where each begins.
func placed(text string) func(func(int, string) bool) {
	return func(yield func(int, string) bool) {
		from := -1
		for i, r := range text {
			word := unicode.IsLetter(r) || unicode.IsDigit(r)
			switch {
			case word && from < 0:
				from = i
			case !word && from >= 0:
				if !yield(from, text[from:i]) {
					return
				}
				from = -1
			}
		}
		if from >= 0 {
			yield(from, text[from:])
		}
	}
}
