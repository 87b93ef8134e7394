package guide

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"rettid/day"
)

// A Query asks which conditions a referral may be about.
type Query struct {
	Text      string  // a word, a code or the whole text of a referral, in Norwegian
	Specialty string  // specialty or guide key, or empty: its conditions rank higher, and no others are left out
	On        day.Day // conditions in force on the day; no day asks about now and later
	Limit     int     // at most so many hits; 0 gives 10
}

// A Hit is a condition that may be the right one. It is a suggestion: the assessor chooses.
type Hit struct {
	Condition Condition
	Score     float64 // above 0; of use only to compare hits of one search
	Why       []Match // what spoke for it, the weightiest first; never empty
}

// A Match is one thing in the text that points to the condition.
type Match struct {
	Term  string // as read from the text, in small letters; a code in capital letters without the point
	Field string // where it was found: "name", "name_en", "synonym", "factor", "guide" or "code"
	Kind  Kind
}

// A Kind is how a term was recognised.
type Kind string

const (
	Exact    Kind = "exact"    // the word itself
	Stem     Kind = "stem"     // another form of the word
	Compound Kind = "compound" // a part of a compound, or a compound of it
	Synonym  Kind = "synonym"  // another word for it
	Spelling Kind = "spelling" // the nearest word
	Code     Kind = "code"     // ICD-10 or ICPC-2
)

// What the weights of fields and kinds are was set on testdata/phrasings_tune.csv.
const (
	saturation = 1.2 // BM25's k1
	shortness  = 0.4 // BM25's b: synonyms make some conditions long without their being about more

	phraseWeight   = 1.1 // of the words' rarity, when all words of a synonym stand together in the text
	codeWeight     = 14.0
	partWeight     = 0.5 // a part of a compound beside the whole word
	endWeight      = 0.35
	deniedWeight   = 0.35 // «ikke», «uten», «ingen» before the word
	ownSpecialty   = 2.5
	otherAge       = 0.35 // a child's condition for an adult
	adultForChild  = 0.75
	childUntold    = 0.85 // a child's condition when the text does not tell of a child
	insideAges     = 1.25
	outsideAges    = 0.6
	windowBeyond   = 3 // words that may stand between those of a synonym
	maxCorrections = 3
)

type field uint8

// In the order of telling: a term that stands in the name and in a synonym is shown as of the name.
const (
	fieldName field = iota
	fieldNameEN
	fieldPart
	fieldSynonym
	fieldSynonymPart
	fieldFactor
	fieldGuide
	fieldCode
	fields
)

var fieldNames = [fields]string{"name", "name_en", "name", "synonym", "synonym", "factor", "guide", "code"}
var fieldWeights = [fields]float64{3, 1.2, 1.2, 2.2, 0.5, 0.3, 0.4, 0}

// A posting is what a stem is worth to a condition.
type posting struct {
	doc    int32
	field  field // the first it stands in
	weight float64
}

// A phrase is a synonym of more than one word.
type phrase struct {
	text   string
	stems  []string
	docs   []int32
	weight float64
}

// ages is what a condition's name says of age: «over 45 år», «under 5 år».
type ages struct{ over, under int } // 0 not said

// An Index finds conditions by words and codes. It never changes after NewIndex and may be searched by many at once.
type Index struct {
	conditions []Condition
	stop       map[string]bool
	ordinary   map[string]bool // words that are not taken for misspelt ones
	postings   map[string][]posting
	surfaces   []map[string]bool // of each condition: the words themselves
	phrases    map[string][]phrase
	codes      map[string]map[string][]int32 // system, code
	parts      compounds
	spelling   spelling
	children   []bool
	ages       []ages
	unused     []string // rows of synonyms that mean no condition here
	cues       []cues   // words that speak of circumstances, and of what may not count
}

// NewIndex makes an index of every condition of the library, all editions. It takes about a tenth of a second: make it once.
// Errors name the row of the search data that could not be used.
func NewIndex(lib *Library) (*Index, error) {
	if lib == nil {
		return nil, errors.New("index guides: no library was given")
	}
	synonyms, err := readSynonyms()
	if err != nil {
		return nil, err
	}
	codes, err := readCodes()
	if err != nil {
		return nil, err
	}
	stop, err := readWords("stopwords.txt")
	if err != nil {
		return nil, err
	}
	parts, err := readWords("compounds.txt")
	if err != nil {
		return nil, err
	}
	ordinary, err := readWords("ordinary.txt")
	if err != nil {
		return nil, err
	}
	x := &Index{
		conditions: lib.All(),
		ordinary:   set(ordinary...),
		stop:       set(stop...),
		postings:   make(map[string][]posting),
		phrases:    make(map[string][]phrase),
		codes:      map[string]map[string][]int32{"icd10": {}, "icpc2": {}},
		parts:      compounds{make(map[string]bool)},
	}
	for _, p := range parts {
		x.parts.add(p, true)
	}
	if err := x.readCues(); err != nil {
		return nil, err
	}
	names := make(map[string]string) // guide keys to the guide's own name
	for _, g := range lib.Guides() {
		names[g.Key] = g.NameNB
	}
	builds := make([]*build, len(x.conditions))
	for i, c := range x.conditions {
		b := &build{surfaces: make(map[string]bool), weight: make(map[string]*[fields]float64)}
		b.take(fieldName, x.words(c.NameNB))
		b.take(fieldNameEN, x.words(c.NameEN))
		b.take(fieldGuide, x.words(names[c.Guide]))
		for _, f := range c.Factors {
			b.take(fieldFactor, x.words(f.LabelNB))
		}
		for _, a := range c.AltDeadlines {
			b.take(fieldFactor, x.words(a.WhenNB))
		}
		builds[i] = b
		x.children = append(x.children, forChildren(c))
		x.ages = append(x.ages, agesIn(c.NameNB))
		x.surfaces = append(x.surfaces, b.surfaces)
	}
	x.addSynonyms(synonyms, builds)
	x.addParts(builds)
	x.weigh(builds)
	for _, row := range codes {
		for i, c := range x.conditions {
			if c.ID == row.condition {
				x.codes[row.system][row.code] = append(x.codes[row.system][row.code], int32(i))
			}
		}
	}
	return x, nil
}

// build is a condition while the index is made.
type build struct {
	surfaces map[string]bool
	weight   map[string]*[fields]float64 // of each stem: how often in each field
}

func (b *build) take(f field, words []token) {
	for _, t := range words {
		b.surfaces[t.text] = true
		b.count(f, t.stem, 1)
	}
}

func (b *build) count(f field, stem string, n float64) {
	w := b.weight[stem]
	if w == nil {
		w = new([fields]float64)
		b.weight[stem] = w
	}
	w[f] += n
}

// words gives the words of a text that tell something.
func (x *Index) words(text string) []token {
	return slices.DeleteFunc(tokens(strings.ToLower(text), x.stop), func(t token) bool { return t.weak })
}

// addSynonyms puts the terms of each row on the conditions it means.
func (x *Index) addSynonyms(rows []synonymRow, builds []*build) {
	names := make([]map[string]bool, len(x.conditions))
	for i, c := range x.conditions {
		names[i] = make(map[string]bool)
		for _, t := range x.words(c.NameNB) {
			names[i][t.stem] = true
		}
	}
	for _, row := range rows {
		docs := x.meant(row.means, names)
		if len(docs) == 0 {
			x.unused = append(x.unused, row.means) // another library has other conditions
			continue
		}
		for _, term := range row.terms {
			all := tokens(strings.ToLower(term), x.stop)
			telling := slices.DeleteFunc(slices.Clone(all), func(t token) bool { return t.weak })
			if len(telling) == 1 && len(telling) == len(all)-count(all, func(t token) bool { return t.weak && !t.denies }) {
				for _, d := range docs {
					builds[d].take(fieldSynonym, telling)
				}
				continue
			}
			p := phrase{text: strings.ToLower(term), docs: docs}
			for _, t := range all {
				if (!t.weak || t.denies) && !slices.Contains(p.stems, t.stem) {
					p.stems = append(p.stems, t.stem)
				}
			}
			if len(p.stems) == 0 {
				continue
			}
			x.phrases[p.stems[0]] = append(x.phrases[p.stems[0]], p)
			for _, d := range docs {
				for _, t := range telling {
					builds[d].surfaces[t.text] = true
					builds[d].count(fieldSynonymPart, t.stem, 1)
				}
			}
		}
	}
}

func count(list []token, is func(token) bool) int {
	n := 0
	for _, t := range list {
		if is(t) {
			n++
		}
	}
	return n
}

// meant gives the conditions a row of synonyms is for. names is the stems of each condition's name.
func (x *Index) meant(means string, names []map[string]bool) []int32 {
	var docs []int32
	prefix, many := strings.CutSuffix(means, "*")
	byID := strings.Contains(means, ".")
	words := x.words(means)
	for i, c := range x.conditions {
		yes := c.ID == means || many && strings.HasPrefix(c.ID, prefix)
		if !byID {
			yes = len(words) > 0 && !slices.ContainsFunc(words, func(w token) bool { return !names[i][w.stem] })
		}
		if yes {
			docs = append(docs, int32(i))
		}
	}
	return docs
}

// addParts teaches the splitter every word there is, and puts the parts of each condition's compounds on it.
func (x *Index) addParts(builds []*build) {
	for _, b := range builds {
		for w := range b.surfaces {
			if !x.stop[w] && !denials[w] {
				x.parts.add(w, false)
			}
		}
	}
	for _, b := range builds {
		for w := range b.surfaces {
			had := b.weight[stem(w)]
			if had == nil {
				continue
			}
			for _, p := range x.parts.all(w) {
				st := stem(p)
				switch {
				case had[fieldName] > 0:
					b.count(fieldPart, st, 1)
				case had[fieldSynonym] > 0:
					b.count(fieldSynonymPart, st, 1)
				}
			}
		}
	}
}

// weigh makes the postings: BM25 over the fields together (BM25F), worked out once, since the conditions never change.
func (x *Index) weigh(builds []*build) {
	if len(builds) == 0 {
		return
	}
	in := make(map[string]int)
	lengths, total := make([]float64, len(builds)), 0.0
	for i, b := range builds {
		for _, st := range slices.Sorted(maps.Keys(b.weight)) { // in order: the same sums each time
			in[st]++
			for f, n := range b.weight[st] {
				lengths[i] += n * fieldWeights[f]
			}
		}
		total += lengths[i]
	}
	mean := max(total/float64(len(builds)), 1)
	rarity := func(st string) float64 {
		n := float64(in[st])
		return math.Log(1 + (float64(len(builds))-n+0.5)/(n+0.5))
	}
	for i, b := range builds {
		for st, w := range b.weight {
			sum, shown := 0.0, fields
			for f, n := range w {
				sum += min(n, 2) * fieldWeights[f]
				if n > 0 && shown == fields {
					shown = field(f)
				}
			}
			sum /= 1 - shortness + shortness*lengths[i]/mean
			x.postings[st] = append(x.postings[st], posting{int32(i), shown, rarity(st) * sum / (saturation + sum)})
		}
	}
	known := make([]string, 0, len(x.postings))
	for st, list := range x.postings { // the misspelt word is taken to be Norwegian
		if slices.ContainsFunc(list, func(p posting) bool { return p.field != fieldNameEN }) {
			known = append(known, st)
		}
	}
	slices.Sort(known)
	x.spelling = newSpelling(known)
	for first, list := range x.phrases {
		for i, p := range list {
			for _, st := range p.stems {
				if n := in[st]; n > 0 {
					list[i].weight += phraseWeight * rarity(st)
				} else {
					list[i].weight += phraseWeight // a negation
				}
			}
		}
		x.phrases[first] = list
	}
}

var agesPattern = regexp.MustCompile(`(over|under) ([0-9]{1,3}) år`)

func agesIn(name string) ages {
	var a ages
	for _, m := range agesPattern.FindAllStringSubmatch(strings.ToLower(name), -1) {
		if n, err := strconv.Atoi(m[2]); err == nil {
			if m[1] == "over" {
				a.over = n
			} else {
				a.under = n
			}
		}
	}
	return a
}

var childSpecialties = set("paediatric_surgery", "paediatrics", "child_habilitation", "child_mental_health")

// forChildren tells whether a condition is for children alone.
func forChildren(c Condition) bool {
	if childSpecialties[c.Specialty] {
		return true
	}
	name := strings.ToLower(c.NameNB)
	for _, t := range tokens(name, nil) {
		if t.text == "barn" {
			return !strings.Contains(name, "voksne")
		}
	}
	return false
}

// finding is how far one condition has come in a search.
type finding struct {
	score float64
	why   []weighed
}

type weighed struct {
	Match
	weight float64
}

// Search finds the conditions a text may be about, the likeliest first. A text that names no known word or code has no hits; that
// is a normal answer, as the guides cover 75-80 % of what is referred (guide 2).
func (x *Index) Search(q Query) []Hit {
	r := understand(q.Text, x.stop)
	found := make([]finding, len(x.conditions))
	x.searchCodes(r, found)
	x.searchWords(r, found)

	var order []int
	for i := range found {
		f := &found[i]
		if f.score <= 0 || !x.conditions[i].InForce(q.On) {
			continue
		}
		f.score *= x.suits(i, r, q.Specialty)
		order = append(order, i)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(found[b].score, found[a].score) })
	limit := q.Limit
	if limit <= 0 {
		limit = 10
	}
	order = order[:min(limit, len(order))]
	hits := make([]Hit, len(order))
	for n, i := range order {
		hits[n] = Hit{Condition: x.conditions[i], Score: found[i].score, Why: reasons(found[i].why)}
	}
	return hits
}

// suits weighs specialty and age.
func (x *Index) suits(i int, r request, specialty string) float64 {
	c := &x.conditions[i]
	w := 1.0
	own := specialty != "" && (c.Specialty == specialty || c.Guide == specialty)
	if own {
		w *= ownSpecialty
	}
	switch {
	case x.children[i] && r.adult:
		w *= otherAge
	case x.children[i] && !r.child && !own:
		w *= childUntold
	case !x.children[i] && r.child:
		w *= adultForChild
	}
	if a := x.ages[i]; !(x.children[i] && r.adult) && r.age >= 0 && (a.over > 0 || a.under > 0) {
		if (a.over == 0 || r.age >= a.over) && (a.under == 0 || r.age <= a.under) {
			w *= insideAges
		} else {
			w *= outsideAges
		}
	}
	return w
}

// searchCodes finds the longest known beginning of each code, in both systems: R95 means one thing in ICPC-2, another in ICD-10.
func (x *Index) searchCodes(r request, found []finding) {
	for _, code := range r.codes {
		for _, system := range []string{"icpc2", "icd10"} {
			if system == "icpc2" && len(code) > 3 {
				continue
			}
			for n := len(code); n >= 3; n-- {
				docs := x.codes[system][code[:n]]
				if len(docs) == 0 {
					continue
				}
				// A code of one condition says more than one of ten.
				w := codeWeight / (1 + 0.05*float64(len(docs)))
				for _, d := range docs {
					found[d].add(weighed{Match{code, "code", Code}, w})
				}
				break
			}
		}
	}
}

func (f *finding) add(w weighed) {
	f.score += w.weight
	f.why = append(f.why, w)
}

// A reading is a stem a word may stand for.
type reading struct {
	stem   string
	kind   Kind
	weight float64
}

// readings finds what a word may stand for: itself, its parts, or the nearest known words.
func (x *Index) readings(t token) []reading {
	var out []reading
	_, known := x.postings[t.stem]
	if known {
		out = append(out, reading{t.stem, Stem, 1})
	}
	part := partWeight
	if !known {
		part = 0.8 // nothing else is known of the word
	}
	split := x.parts.split(t.text)
	for _, p := range split {
		out = append(out, reading{stem(p), Compound, part})
	}
	if known || len(split) > 0 || x.ordinary[t.text] {
		return out
	}
	near, d := x.spelling.near(t.stem, 2)
	ends := x.parts.ends(t.text)
	if len(near) > 0 && (d < 2 || len(ends) == 0) {
		for _, st := range near[:min(len(near), maxCorrections)] {
			out = append(out, reading{st, Spelling, [...]float64{0.85, 0.7, 0.5}[d]})
		}
		return out
	}
	for _, p := range ends {
		out = append(out, reading{stem(p), Compound, endWeight})
	}
	return out
}

func (x *Index) searchWords(r request, found []finding) {
	at := make(map[string][]int) // stem: positions among the telling words
	spelt := make(map[string]float64)
	done := make(map[string]bool)
	n := 0
	// What one word gives each condition: the word and its other spellings once, its parts together.
	given := make([]weighed, len(found))
	var touched []int32
	for _, t := range r.tokens {
		if t.weak {
			if t.denies {
				at[t.stem] = append(at[t.stem], n)
				spelt[t.stem] = 1
			}
			continue
		}
		n++
		rs := x.readings(t)
		for _, rd := range rs {
			if p := at[rd.stem]; len(p) == 0 || p[len(p)-1] != n {
				at[rd.stem] = append(p, n)
			}
			w := rd.weight
			if rd.kind == Compound {
				w = max(w, 0.8)
			}
			spelt[rd.stem] = max(spelt[rd.stem], w)
		}
		if done[t.stem] {
			continue
		}
		done[t.stem] = true
		touched = touched[:0]
		for _, rd := range rs {
			for _, p := range x.postings[rd.stem] {
				w := p.weight * rd.weight
				if t.negated {
					w *= deniedWeight
				}
				g := &given[p.doc]
				if g.weight == 0 {
					touched = append(touched, p.doc)
				}
				if rd.kind == Spelling && g.weight > 0 {
					if w <= g.weight {
						continue
					}
					g.weight = 0
				}
				if g.weight == 0 || w > g.weight {
					g.Match = Match{t.text, fieldNames[p.field], x.kind(p, rd.kind, t.text)}
				}
				g.weight += w
			}
		}
		for _, d := range touched {
			found[d].add(given[d])
			given[d] = weighed{}
		}
	}
	x.searchPhrases(at, spelt, found)
}

// kind tells how a word was recognised in a condition.
func (x *Index) kind(p posting, read Kind, text string) Kind {
	switch {
	case read == Spelling || read == Compound:
		return read
	case p.field == fieldPart:
		return Compound
	case p.field == fieldSynonym || p.field == fieldSynonymPart:
		return Synonym
	case x.surfaces[p.doc][text]:
		return Exact
	}
	return Stem
}

// searchPhrases finds the synonyms of more than one word whose words all stand near each other.
func (x *Index) searchPhrases(at map[string][]int, spelt map[string]float64, found []finding) {
	best := make(map[int32]float64)
	for first, positions := range at {
		for _, p := range x.phrases[first] {
			w := p.weight
			for _, st := range p.stems {
				w *= spelt[st] // nothing when the word is missing
			}
			if w == 0 || !together(p.stems, positions, at) {
				continue
			}
			for _, d := range p.docs {
				found[d].why = append(found[d].why, weighed{Match{p.text, "synonym", Synonym}, w})
				best[d] = max(best[d], w)
			}
		}
	}
	// The longest synonym speaks; several that say the same do not add up.
	for d, w := range best {
		found[d].score += w
	}
}

// together tells whether every stem stands near one of the first stem's places.
func together(stems []string, positions []int, at map[string][]int) bool {
	reach := len(stems) + windowBeyond
	for _, p := range positions {
		all := true
		for _, st := range stems[1:] {
			if !slices.ContainsFunc(at[st], func(o int) bool { return o-p <= reach && p-o <= reach }) {
				all = false
				break
			}
		}
		if all {
			return true
		}
	}
	return false
}

// reasons puts the weightiest first, each once.
func reasons(why []weighed) []Match {
	slices.SortStableFunc(why, func(a, b weighed) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), strings.Compare(a.Term, b.Term))
	})
	var out []Match
	for _, w := range why {
		if !slices.Contains(out, w.Match) {
			out = append(out, w.Match)
		}
	}
	return out
}

// String tells a match as it would be logged or tested: "hofte: stem in name".
func (m Match) String() string { return fmt.Sprintf("%s: %s in %s", m.Term, m.Kind, m.Field) }
