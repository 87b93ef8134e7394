package web

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"rettid/guide"
	"rettid/law"
)

// What in the referral's own words supports each circumstance is underlined and linked from it; what may not count is dashed, and told under «Kan ikke telle
// med» with where it stands (guide 4.5, 4.6). It is a help to the eye; the assessor judges.

// A passage is a stretch of a paragraph: plain, or evidence with an id of its own.
type passage struct {
	Text   string
	ID     string // empty: plain
	Cannot bool
	Title  string // what it speaks of, for those who do not see the underline
}

// An evidenceLink leads from a circumstance, or from what may not count, to its place in the referral.
type evidenceLink struct{ ID, Word, Label string }

// evidence is what was found: the paragraphs cut into passages, and the links of each factor and of each ground.
type evidence struct {
	Prose   [][]passage
	Factors map[int][]evidenceLink
	Cannot  map[string][]evidenceLink
}

// mostLinks is how many places a circumstance is linked to; the rest are underlined all the same.
const mostLinks = 3

func (v *view) evidence(paragraphs []string, c guide.Condition) evidence {
	out := evidence{Factors: make(map[int][]evidenceLink), Cannot: make(map[string][]evidenceLink)}
	n := 0
	for _, text := range paragraphs {
		var found []guide.Passage
		if v.s.guides != nil {
			found = v.s.guides.Evidence(text, c)
		}
		var line []passage
		at := 0
		for _, p := range found {
			if p.From > at {
				line = append(line, passage{Text: text[at:p.From]})
			}
			n++
			id := fmt.Sprintf("ord-%d", n)
			var about []string
			for _, i := range p.About {
				about = append(about, v.factorLabel(c.Factors[i]))
			}
			mark := passage{Text: text[p.From:p.To], ID: id, Cannot: len(p.About) == 0, Title: v.T("web.assess.speaks_of", strings.Join(about, ", "))}
			if mark.Cannot {
				mark.Title = v.T("web.assess.cannot_count")
			}
			line = append(line, mark)
			at = p.To
			link := evidenceLink{ID: id, Word: short(p.Word, 24), Label: v.T("web.assess.show_word", short(p.Word, 24))}
			for _, i := range p.About {
				if len(out.Factors[i]) < mostLinks {
					out.Factors[i] = append(out.Factors[i], link)
				}
			}
			for _, g := range p.Cannot {
				if len(out.Cannot[g]) < mostLinks {
					out.Cannot[g] = append(out.Cannot[g], link)
				}
			}
		}
		if at < len(text) {
			line = append(line, passage{Text: text[at:]})
		}
		out.Prose = append(out.Prose, line)
	}
	return out
}

// short cuts a word that is longer than n letters.
func short(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

// A cannotLine is what the referral speaks of that may not count.
type cannotLine struct {
	Name, Why, Norm string
	Links           []evidenceLink
}

// cannotFound tells what of it the referral speaks of; the rest of what may not count is named beneath.
func (v *view) cannotFound(e evidence) (found []cannotLine, rest []string) {
	for _, g := range law.BasisCodes() {
		if g.Allowed {
			continue
		}
		name, why, _ := strings.Cut(strings.TrimSuffix(v.T("basis."+g.Code), ")"), " (")
		if links := e.Cannot[g.Code]; len(links) > 0 {
			found = append(found, cannotLine{name, why, v.cite(g.Norm), links})
		} else {
			rest = append(rest, name)
		}
	}
	return found, rest
}

// ageGrounds are what age may tell of (guide 4.6): a listed circumstance that is age asks which.
var ageGrounds = []string{"age_risk", "age_gain", "age_severity"}

// isAge tells whether a listed circumstance is the patient's age.
func isAge(f guide.Factor) bool {
	return slices.ContainsFunc(strings.Fields(strings.ToLower(f.LabelNB)), func(w string) bool { return strings.Trim(w, ".,()") == "alder" })
}
