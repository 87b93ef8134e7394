// Package equity measures whether like patients have like access to exceptions within Nye metoder: who applies, who is granted, how long it takes, by
// where they live and what their area is like (exceptions.md chapter 7; the numbers X-7.. and I-.. name its rules and formulas).
//
// It takes cases and populations and gives numbers and findings. What never happens here: nothing is loaded or saved, no area is ranked, no individual's
// income, education, ethnicity or country of birth is asked for, and silence is never called equality: what is not shown is said to be not
// shown.
package equity

import (
	"slices"

	"rettid/day"
)

// An Outcome is how a case ended; empty: not decided.
type Outcome string

// The outcomes of the published table, in its order.
const (
	Granted Outcome = "granted"
	Refused Outcome = "refused"
	Other   Outcome = "other" // withdrawn, died, came to nothing
)

var outcomes = []Outcome{Granted, Refused, Other}

// A Case is one application. Nothing in it tells who applied.
type Case struct {
	Area, Region string // of residence, not of treatment
	AgeGroup     string
	Sex          string // empty: not known
	Quintile     int    // education quintile of the area of residence, 1 lowest to 5; 0: not known
	Centrality   string
	Interpreter  string
	Outcome      Outcome
	Received     day.Day
	Decided      day.Day

	Municipality string // within the review alone
	Trust        string // who applied, or ought to have
	Stopped      bool   // at the trust, in the access scheme (I-4)
	Forwarded    bool   // to the interregional committee
}

// A Group is how many live in an area, of one age group and sex.
type Group struct {
	Area, Region  string
	AgeGroup, Sex string
	Population    float64

	Interpreter  string // yes · no; empty: not divided by it
	Municipality string
	Centrality   string // 1-2 · 3-4 · 5-6
	Quintile     int    // of the area's education
}

// A Quintile is a fifth of the areas by education, 1 lowest.
type Quintile struct {
	Quintile   int
	Population float64
	Observed   float64
	Expected   float64
}

// Settings are the choices of chapter 7 that may be made otherwise.
type Settings struct {
	KMin        int // counts of 1 to KMin-1 are hidden: 5, or 3, or 6
	ShareLeast  int // the least denominator of a public share
	SpreadAreas int // spread and heterogeneity need so many areas
	Least       int // spread, heterogeneity, like-for-like and gradient need so many applications
	RowLeast    int // like-for-like needs so many in each row
}

// Default is what exceptions.md chooses.
func Default() Settings {
	return Settings{KMin: 5, ShareLeast: 20, SpreadAreas: 4, Least: 20, RowLeast: 5}
}

// A Signal is how far outside what chance alone gives.
type Signal string

// The signals. None means not shown; it never means equal.
const (
	None  Signal = "none"
	Amber Signal = "amber" // outside the 95 % limits, or p < 0.05
	Red   Signal = "red"   // outside the 99.8 % limits, or p < 0.01
)

// SignalOf tells what a p-value is. Null: not computed, and so not shown.
func SignalOf(p *float64) Signal {
	switch {
	case p == nil || *p >= 0.05:
		return None
	case *p >= 0.01:
		return Amber
	}
	return Red
}

// Input is what a review is made from.
type Input struct {
	Cases      []Case
	Population []Group
	Quintiles  []Quintile // nil: none were given
	Settings   Settings
}

// A Result is the review's numbers. A pointer that is nil was not computed: too few, or nothing to compute it from.
type Result struct {
	Areas     []Area     `json:"areas"`
	Overall   Overall    `json:"overall"`
	Grants    Grants     `json:"grants"`
	Quintiles Gradient   `json:"quintiles"`
	Days      []Days     `json:"days"`
	Tests     Tests      `json:"tests"`
	Table     [][]Count  `json:"-"` // area × outcome with totals, nothing hidden
	Hidden    []TableRow `json:"suppressed"`
	fifths    []float64  // applications by quintile
	hid       hid        // what Public left out
	BySex     bool       `json:"-"` // the strata are sex and age group; else age group alone
}

// Tests is how many tests the review makes, and how many amber signals chance alone is expected to give.
type Tests struct {
	Count               int     `json:"count"`
	ExpectedFalseAmbers float64 `json:"expected_false_ambers"`
}

// Review computes everything of 7.1 that the input has data for. Areas and regions stand in the order of the population, never by size or rate.
func Review(in Input) Result {
	if in.Settings == (Settings{}) {
		in.Settings = Default()
	}
	var r Result
	s := strataOf(in)
	r.BySex = s.bySex
	r.Areas, r.Overall = standardise(s, in.Settings)
	r.Grants = grants(in, s.regions)
	r.Quintiles = gradient(in.Quintiles, in.Settings)
	for _, q := range in.Quintiles {
		r.fifths = append(r.fifths, q.Observed)
	}
	r.Days = waits(in.Cases, s.regions)
	for _, a := range r.Areas {
		if a.SR != nil {
			r.Tests.Count++
		}
	}
	for _, p := range []*float64{r.Overall.P, r.Grants.P, r.Quintiles.TrendP} {
		if p != nil {
			r.Tests.Count++
		}
	}
	r.Tests.ExpectedFalseAmbers = 0.05 * float64(r.Tests.Count)
	r.Table = outcomeTable(s, in.Cases)
	r.Hidden = tableRows(s.areas, Suppress(r.Table, in.Settings.KMin))
	return r
}

// strata are the cases and people by area and by sex and age (X-706: residents, when no register of patients is given).
type strata struct {
	areas   []string
	region  map[string]string
	regions []string
	keys    [][2]string          // the strata: age group and sex
	people  map[string][]float64 // by area, as keys
	cases   map[string][]float64
	bySex   bool
}

func strataOf(in Input) strata {
	s := strata{region: make(map[string]string), people: make(map[string][]float64), cases: make(map[string][]float64)}
	s.bySex = len(in.Cases) > 0 && !slices.ContainsFunc(in.Cases, func(c Case) bool { return c.Sex == "" }) &&
		!slices.ContainsFunc(in.Population, func(g Group) bool { return g.Sex == "" })
	key := func(age, sex string) [2]string {
		if !s.bySex {
			sex = ""
		}
		return [2]string{age, sex}
	}
	index := make(map[[2]string]int)
	for i := range in.Population {
		g := &in.Population[i]
		if _, ok := s.region[g.Area]; !ok {
			s.areas = append(s.areas, g.Area)
			s.region[g.Area] = g.Region
			if !slices.Contains(s.regions, g.Region) {
				s.regions = append(s.regions, g.Region)
			}
		}
		if k := key(g.AgeGroup, g.Sex); !has(index, k) {
			index[k] = len(s.keys)
			s.keys = append(s.keys, k)
		}
	}
	for _, a := range s.areas {
		s.people[a], s.cases[a] = make([]float64, len(s.keys)), make([]float64, len(s.keys))
	}
	for i := range in.Population {
		g := &in.Population[i]
		s.people[g.Area][index[key(g.AgeGroup, g.Sex)]] += g.Population
	}
	for i := range in.Cases {
		c := &in.Cases[i]
		if k, ok := index[key(c.AgeGroup, c.Sex)]; ok {
			if row := s.cases[c.Area]; row != nil {
				row[k]++
			}
		}
	}
	return s
}

func has[K comparable, V any](m map[K]V, k K) bool { _, ok := m[k]; return ok }

func ptr(v float64) *float64 { return &v }
