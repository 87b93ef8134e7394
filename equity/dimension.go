package equity

import (
	"slices"
	"strconv"
)

// An Axis is what a review compares by.
type Axis string

// The axes, in the order they are read in. The municipality is counted within the review and never leaves it.
const (
	ByRegion       Axis = "region"
	ByCatchment    Axis = "catchment"
	ByMunicipality Axis = "municipality"
	ByCentrality   Axis = "centrality"
	ByEducation    Axis = "education"
	ByInterpreter  Axis = "interpreter"
	BySex          Axis = "sex"
	ByAge          Axis = "age"
	ByTrust        Axis = "trust" // who applies, not where one lives: no rates
)

// Axes are all of them.
var Axes = []Axis{ByRegion, ByCatchment, ByMunicipality, ByCentrality, ByEducation, ByInterpreter, BySex, ByAge, ByTrust}

// judged tells whether applications by the axis are held against chance. Illness follows age and sex, and residents are all there is to divide by: there a difference may be need, and rates are shown
// without a signal. Municipalities are so many and so small that chance alone would give signals every time.
func (a Axis) judged() bool {
	return a == ByRegion || a == ByCatchment || a == ByCentrality || a == ByInterpreter
}

// fixed is the order of an axis' groups where it has one of its own; otherwise they stand as in the population, never by size or rate.
func (a Axis) fixed() []string {
	switch a {
	case ByCentrality:
		return []string{"1-2", "3-4", "5-6"}
	case ByEducation:
		return []string{"1", "2", "3", "4", "5"}
	case ByInterpreter:
		return []string{"yes", "no"}
	case BySex:
		return []string{"female", "male"}
	}
	return nil
}

func quintile(q int) string {
	if q < 1 || q > 5 {
		return ""
	}
	return strconv.Itoa(q)
}

func (c *Case) group(a Axis) string {
	switch a {
	case ByRegion:
		return c.Region
	case ByCatchment:
		return c.Area
	case ByMunicipality:
		return c.Municipality
	case ByCentrality:
		return c.Centrality
	case ByEducation:
		return quintile(c.Quintile)
	case ByInterpreter:
		return c.Interpreter
	case BySex:
		return c.Sex
	case ByAge:
		return c.AgeGroup
	}
	return c.Trust
}

func (g *Group) group(a Axis) string {
	switch a {
	case ByRegion:
		return g.Region
	case ByCatchment:
		return g.Area
	case ByMunicipality:
		return g.Municipality
	case ByCentrality:
		return g.Centrality
	case ByEducation:
		return quintile(g.Quintile)
	case ByInterpreter:
		return g.Interpreter
	case BySex:
		return g.Sex
	case ByAge:
		return g.AgeGroup
	}
	return ""
}

// A Line is one group of a dimension. Where the axis has no population, expected and ratio are not there.
type Line struct {
	Area
	Granted     Share   `json:"granted"`
	GrantSignal Signal  `json:"grant_signal"`
	Stops       Share   `json:"stops"` // stopped at the trust, of stopped and forwarded (I-4); Granted is how many were stopped
	StopSignal  Signal  `json:"stop_signal"`
	Days        Days    `json:"days"`
	LeastShown  int     `json:"least_shown,omitempty"` // the smallest number of applications that would have been a signal of too many
	LeastRatio  float64 `json:"least_ratio,omitempty"`
	outcomes    [3]int
}

// A Dimension is the review by one axis.
type Dimension struct {
	Axis     Axis      `json:"axis"`
	Lines    []Line    `json:"lines"`
	Overall  Overall   `json:"overall"`
	Rates    bool      `json:"rates"`    // there is a population to divide by
	Judged   bool      `json:"judged"`   // applications are held against chance
	Unplaced int       `json:"unplaced"` // cases of which the group is not known
	Contrast *Grants   `json:"contrast,omitempty"`
	Gradient *Gradient `json:"gradient,omitempty"`
	Tests    int       `json:"tests"`
}

// ReviewBy reviews by each axis: applications against residents by age and sex, stops, grants, and time.
func ReviewBy(in Input, axes ...Axis) []Dimension {
	if in.Settings == (Settings{}) {
		in.Settings = Default()
	}
	var regions []string
	for i := range in.Population {
		if r := in.Population[i].Region; !slices.Contains(regions, r) {
			regions = append(regions, r)
		}
	}
	out := make([]Dimension, 0, len(axes))
	for _, a := range axes {
		out = append(out, reviewBy(in, a, regions))
	}
	return out
}

// groupsOf lists the groups of an axis, and whether the population is divided by it.
func groupsOf(in *Input, a Axis) (groups []string, region map[string]string, rates bool) {
	region = make(map[string]string)
	seen := make(map[string]bool)
	add := func(g, r string) {
		if g != "" && !seen[g] {
			seen[g] = true
			groups = append(groups, g)
			region[g] = r
		}
	}
	rates = len(in.Population) > 0
	for i := range in.Population {
		p := &in.Population[i]
		g := p.group(a)
		rates = rates && g != ""
		add(g, p.Region)
	}
	if a.fixed() != nil {
		order := a.fixed()
		groups = slices.DeleteFunc(slices.Clone(order), func(g string) bool { return !seen[g] })
	}
	n := len(groups)
	for i := range in.Cases {
		c := &in.Cases[i]
		if g := c.group(a); !rates || a == ByTrust {
			add(g, c.Region)
		}
	}
	slices.Sort(groups[n:])
	return groups, region, rates
}

func reviewBy(in Input, a Axis, regions []string) Dimension {
	d := Dimension{Axis: a, Lines: []Line{}}
	groups, region, rates := groupsOf(&in, a)
	at := make(map[string]int, len(groups))
	for i, g := range groups {
		at[g] = i
	}
	d.Rates = rates
	d.Judged = rates && a.judged()

	type tally struct{ granted, decided, stopped, forwarded, observed int }
	tallies := make([]tally, len(groups))
	waits := make([][]int, len(groups))
	outcomesOf := make([][3]int, len(groups))
	for i := range in.Cases {
		c := &in.Cases[i]
		k, ok := at[c.group(a)]
		if !ok {
			d.Unplaced++
			continue
		}
		t := &tallies[k]
		t.observed++
		o := 2
		switch c.Outcome {
		case Granted:
			o = 0
			t.granted++
			t.decided++
		case Refused:
			o = 1
			t.decided++
		case Other:
			t.decided++
		}
		outcomesOf[k][o]++
		if c.Stopped {
			t.stopped++
		} else if c.Forwarded {
			t.forwarded++
		}
		if !c.Received.IsZero() && !c.Decided.IsZero() {
			waits[k] = append(waits[k], c.Decided.Sub(c.Received))
		}
	}

	var areas []Area
	if rates {
		s := strataBy(in, a, groups, region)
		areas, d.Overall = standardise(s, in.Settings)
	} else {
		for i, g := range groups {
			n := tallies[i].observed
			none := None
			areas = append(areas, Area{Area: g, Region: region[g], Observed: &n, Signal: &none})
		}
		n := len(in.Cases) - d.Unplaced
		d.Overall.Observed = &n
	}
	var all tally
	for _, t := range tallies {
		all.granted += t.granted
		all.decided += t.decided
		all.stopped += t.stopped
		all.forwarded += t.forwarded
	}
	for i, g := range groups {
		t := tallies[i]
		slices.Sort(waits[i])
		l := Line{Area: areas[i], Granted: share(g, t.granted, t.decided), Stops: share(g, t.stopped, t.stopped+t.forwarded), Days: daysOf(g, waits[i]), outcomes: outcomesOf[i], GrantSignal: None, StopSignal: None}
		if !d.Judged {
			none := None
			l.Signal = &none
		} else if l.SR != nil {
			l.LeastShown, l.LeastRatio = Detectable(*l.Expected)
			if a != ByInterpreter || g == "yes" { // the others are what is left
				d.Tests++
			}
		}
		if a == ByRegion && all.decided >= in.Settings.Least && t.decided > 0 {
			l.GrantSignal = ShareSignal(t.granted, t.decided, float64(all.granted)/float64(all.decided))
			d.Tests++
		}
		if n := t.stopped + t.forwarded; a == ByTrust && all.stopped+all.forwarded >= in.Settings.Least && n > 0 {
			l.StopSignal = ShareSignal(t.stopped, n, float64(all.stopped)/float64(all.stopped+all.forwarded))
			d.Tests++
		}
		d.Lines = append(d.Lines, l)
	}
	if d.Judged && d.Overall.P != nil && (a == ByRegion || a == ByCatchment) {
		d.Tests++
	}
	if first := a.contrast(in.Population); first != nil {
		g := contrast(in, regions, func(c *Case) int { return first(c.group(a)) })
		d.Contrast = &g
		if g.P != nil {
			d.Tests++
		}
	}
	if a == ByEducation && rates && len(groups) == 5 {
		var qs []Quintile
		for i, l := range d.Lines {
			if l.Expected == nil {
				break
			}
			qs = append(qs, Quintile{Quintile: i + 1, Population: l.Population, Observed: float64(*l.Observed), Expected: *l.Expected})
		}
		g := gradient(qs, in.Settings)
		d.Gradient = &g
		if g.TrendP != nil {
			d.Tests++
		}
	}
	return d
}

// contrast is how an axis is put in two for the like-for-like test (I-7): 0 the group the worry is about, 1 the others, -1 neither. Nil: it is not put in two.
func (a Axis) contrast(people []Group) func(string) int {
	two := func(first ...string) func(string) int {
		return func(g string) int {
			switch {
			case g == "":
				return -1
			case slices.Contains(first, g):
				return 0
			}
			return 1
		}
	}
	switch a {
	case ByEducation:
		return two("1", "2")
	case ByCentrality:
		return two("3-4", "5-6")
	case ByInterpreter:
		return two("yes")
	case BySex:
		return two("female")
	case ByAge:
		var old []string
		for i := range people {
			if lo, _, ok := ages(people[i].AgeGroup); ok && lo >= 65 && !slices.Contains(old, people[i].AgeGroup) {
				old = append(old, people[i].AgeGroup)
			}
		}
		if old == nil {
			return nil
		}
		return two(old...)
	}
	return nil
}

func contrast(in Input, regions []string, side func(*Case) int) Grants {
	tables := make([]Fourfold, len(regions))
	for i := range in.Cases {
		c := &in.Cases[i]
		r, s := slices.Index(regions, c.Region), side(c)
		if c.Outcome == "" || r < 0 || s < 0 {
			continue
		}
		t := &tables[r]
		switch yes := c.Outcome == Granted; {
		case s == 0 && yes:
			t.A++
		case s == 0:
			t.B++
		case yes:
			t.C++
		default:
			t.D++
		}
	}
	return likeForLike(tables, in.Settings)
}

// strataBy are cases and people by the groups of an axis, and by age and sex where they are not the axis itself.
func strataBy(in Input, a Axis, groups []string, region map[string]string) strata {
	s := strata{areas: groups, region: region, people: make(map[string][]float64, len(groups)), cases: make(map[string][]float64, len(groups))}
	s.bySex = a != BySex && len(in.Cases) > 0 && !slices.ContainsFunc(in.Cases, func(c Case) bool { return c.Sex == "" }) && !slices.ContainsFunc(in.Population, func(g Group) bool { return g.Sex == "" })
	key := func(age, sex string) [2]string {
		if a == ByAge {
			age = ""
		}
		if !s.bySex {
			sex = ""
		}
		return [2]string{age, sex}
	}
	index := make(map[[2]string]int)
	for i := range in.Population {
		p := &in.Population[i]
		if k := key(p.AgeGroup, p.Sex); !has(index, k) {
			index[k] = len(s.keys)
			s.keys = append(s.keys, k)
		}
	}
	for _, g := range groups {
		s.people[g], s.cases[g] = make([]float64, len(s.keys)), make([]float64, len(s.keys))
	}
	for i := range in.Population {
		p := &in.Population[i]
		s.people[p.group(a)][index[key(p.AgeGroup, p.Sex)]] += p.Population
	}
	for i := range in.Cases {
		c := &in.Cases[i]
		if k, ok := index[key(c.AgeGroup, c.Sex)]; ok {
			if row := s.cases[c.group(a)]; row != nil {
				row[k]++
			}
		}
	}
	return s
}

// ages reads an age group, «18-64» or «65+»: from lo to hi.
func ages(group string) (lo, hi int, ok bool) {
	from, to, ranged := cutDash(group)
	lo, err := strconv.Atoi(from)
	if err != nil {
		return 0, 0, false
	}
	if !ranged {
		return lo, 200, len(group) > 0 && group[len(group)-1] == '+'
	}
	hi, err = strconv.Atoi(to)
	return lo, hi, err == nil && hi >= lo
}

func cutDash(s string) (from, to string, ranged bool) {
	for i, r := range s {
		if r == '-' || r == '–' {
			return s[:i], s[i+len(string(r)):], true
		}
	}
	if n := len(s); n > 0 && s[n-1] == '+' {
		return s[:n-1], "", false
	}
	return s, "", false
}

// AgeGroupOf finds the population's age group of an age; empty when none of them holds it.
func AgeGroupOf(people []Group, age int) string {
	for i := range people {
		if lo, hi, ok := ages(people[i].AgeGroup); ok && age >= lo && age <= hi {
			return people[i].AgeGroup
		}
	}
	return ""
}
