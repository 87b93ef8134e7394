package guide

import "unicode/utf8"

// compounds takes Norwegian compounds apart: kneprotese is kne and protese. It knows the words it was made of.
type compounds struct {
	parts map[string]bool // words and stems that may stand in a compound
}

const (
	minPart  = 4 // letters of a part from the guides; the list of parts may have shorter ones (kne, hud, øre)
	minStart = 5 // letters of a beginning recognised before an unknown part
	minEnd   = 6 // letters of an end recognised after one: shorter ones are mere endings
	maxParts = 4
)

// add makes a word a part, whole and as a stem.
func (c compounds) add(word string, short bool) {
	for _, w := range []string{word, stem(word)} {
		if n := utf8.RuneCountInString(w); n >= minPart || short && n >= 3 {
			c.parts[w] = true
		}
	}
}

// split gives the parts of a word, in order: as few as possible, the first as long as possible. Between parts an s or an e may
// stand, and the last may have an ending. Nothing when the word cannot be taken apart whole.
func (c compounds) split(word string) []string {
	var bounds [maxWord + 2]int // byte offsets of letters
	n := 0
	for i := range word {
		if n > maxWord {
			return nil
		}
		bounds[n] = i
		n++
	}
	if n < 6 || n > maxWord {
		return nil
	}
	bounds[n] = len(word)
	// fewest[i]: the fewest parts that letters i to the end can be made of; 0 none. next[i]: where the first of them ends.
	var fewest, next [maxWord + 2]int
	for i := n - 3; i >= 0; i-- {
		for j := n; j >= i+3; j-- {
			if i == 0 && j == n {
				continue // the word itself is no split
			}
			if !c.parts[word[bounds[i]:bounds[j]]] && (j < n || !c.parts[stem(word[bounds[i]:])]) {
				continue
			}
			if j == n {
				fewest[i], next[i] = 1, n
				continue
			}
			for _, k := range []int{j, j + 1} {
				if k >= n || k > j && (word[bounds[j]] != 's' && word[bounds[j]] != 'e') {
					continue
				}
				if fewest[k] > 0 && (fewest[i] == 0 || fewest[k]+1 < fewest[i]) {
					fewest[i], next[i] = fewest[k]+1, j
					// remember where the rest begins by the parity of the link, found again below
				}
			}
		}
	}
	if fewest[0] < 2 || fewest[0] > maxParts {
		return nil
	}
	var out []string
	for i := 0; i < n; {
		j := next[i]
		out = append(out, word[bounds[i]:bounds[j]])
		if j < n && fewest[j] != fewest[i]-1 {
			j++ // a linking letter
		}
		i = j
	}
	return out
}

// all gives the parts of a word and theirs: hofteleddsartrose has hofteledd and artrose, and hofteledd has hofte and ledd.
func (c compounds) all(word string) []string {
	var out []string
	for _, p := range c.split(word) {
		out = append(append(out, p), c.all(p)...)
	}
	return out
}

// ends gives the longest known beginning and the longest known end of a word that cannot be taken apart whole.
func (c compounds) ends(word string) []string {
	var out []string
	r := []rune(word)
	for j := len(r) - 3; j >= minStart; j-- {
		if w := string(r[:j]); c.parts[w] {
			out = append(out, w)
			break
		}
	}
	for i := 3; i <= len(r)-minEnd; i++ {
		if w := string(r[i:]); c.parts[w] || c.parts[stem(w)] {
			out = append(out, w)
			break
		}
	}
	return out
}
