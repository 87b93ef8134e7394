package guide

import (
	"strings"
	"unicode/utf8"
)

// sounds writes a word as it is heard, so that what Norwegian writers mix up becomes one: kj, skj, sj, tj and rs; å and aa; c, ch
// and k; ph and f; th and t; x and ks; z and s; w and v; silent h and g before j; double consonants.
func sounds(word string) string {
	word = heard.Replace(word)
	var b strings.Builder
	var last rune
	for _, r := range word {
		if r == last {
			continue // double letters are written single
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

var heard = strings.NewReplacer(
	"skj", "S", "sch", "S", "sj", "S", "kj", "S", "tj", "S", "ski", "Si", "sky", "Sy", "rs", "S",
	"aa", "å", "ae", "e", "oe", "ø", "æ", "e", "au", "æu", "hj", "j", "gj", "j", "ch", "k", "ck", "k", "ph", "f", "th", "t", "rh", "r",
	"ce", "se", "ci", "si", "cy", "sy", "c", "k", "x", "ks", "z", "s", "w", "v", "q", "k", "y", "i",
)

// A spelling finds the known stems nearest to one that is not known.
type spelling struct {
	byFirst map[rune][]spelt
	exact   map[string][]string // as heard: stems
}

type spelt struct {
	stem, heard string
	runes       []rune
}

func newSpelling(stems []string) spelling {
	s := spelling{byFirst: make(map[rune][]spelt), exact: make(map[string][]string)}
	for _, st := range stems {
		h := sounds(st)
		r := []rune(h)
		if len(r) < 4 {
			continue // too short to be told from other words
		}
		s.byFirst[r[0]] = append(s.byFirst[r[0]], spelt{st, h, r})
		s.exact[h] = append(s.exact[h], st)
	}
	return s
}

// near gives the stems at the smallest distance from the word as heard, and the distance; none beyond most, and none beyond
// 1 for short words: there the neighbours are other words. The first sound must be right.
func (s *spelling) near(st string, most int) ([]string, int) {
	h := sounds(st)
	if same := s.exact[h]; len(same) > 0 {
		return same, 0
	}
	n := utf8.RuneCountInString(h)
	switch {
	case n < 5:
		return nil, 0
	case n < 9:
		most = min(most, 1)
	}
	r := []rune(h)
	var best []string
	for _, c := range s.byFirst[r[0]] {
		if d := len(c.runes) - n; d > most || d < -most {
			continue
		}
		switch d := distance(r, c.runes, most); {
		case d > most:
		case d < most || len(best) == 0:
			if d < most {
				best = best[:0]
			}
			most = d
			best = append(best, c.stem)
		default:
			best = append(best, c.stem)
		}
	}
	return best, most
}

// distance is the number of letters to add, take away, change or swap with the next; more than most is given as most+1.
func distance(a, b []rune, most int) int {
	var rows [3][maxWord*2 + 2]int
	if len(a) > maxWord*2 || len(b) > maxWord*2 {
		return most + 1
	}
	before, prev, cur := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			change := prev[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			d := min(change, prev[j]+1, cur[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			cur[j] = d
			least = min(least, d)
		}
		if least > most {
			return most + 1
		}
		before, prev, cur = prev, cur, before
	}
	return min(prev[len(b)], most+1)
}
