package equity

import (
	"slices"

	"rettid/day"
)

// What is published of the scheme (exceptions.md chapter 11), and what a review holds that can be set beside it. The published numbers are small, of other periods and not by illness: they tell whether the
// review's own are of a likely size, and call for no answer (X-1101 to X-1106).

// A PublishedRegion is one region's exceptions for single patients from 2015 to October 2017 (VG 2017) and its population then (X-1101).
type PublishedRegion struct {
	Region string
	People float64
	Cases  int
}

// PublishedRegions are all four.
var PublishedRegions = []PublishedRegion{{"nord", 484_000, 1}, {"midt", 720_000, 4}, {"vest", 1_100_000, 18}, {"sor-ost", 2_960_000, 68}}

// The other published counts: patients granted an exception «in recent years», about 2023 (X-1102); applications in the access scheme in all of 2025 and, of the nine first, those granted (X-1103).
const (
	PublishedGranted     = 400
	PublishedAccess      = 16
	PublishedAccessFirst = 9
	PublishedAccessYes   = 3
)

// Known is what a review holds that the published figures speak of.
type Known struct {
	Single Route `json:"single"` // exceptions for single patients
	Access Route `json:"access"` // the access scheme

	ToStart  int `json:"to_start"` // granted so long before that treatment is to have begun
	Started  int `json:"started"`  // and it has
	Groups   int `json:"groups"`   // group cases decided
	Honoured int `json:"honoured"` // of them with users' part as demanded
}

// A Route is one way of applying.
type Route struct {
	Applied int         `json:"applied"`
	Granted int         `json:"granted"`
	Decided int         `json:"decided"` // granted or refused
	Timed   int         `json:"timed"`   // closed with a day to be decided by
	InTime  int         `json:"in_time"` // by that day
	Median  *float64    `json:"median"`  // calendar days from receipt to decision
	Years   []YearCount `json:"years"`   // by the calendar year received
}

// A YearCount is the applications of one calendar year.
type YearCount struct {
	Year  int `json:"year"`
	Cases int `json:"cases"`
}

// RouteOf counts the cases of one route. by is the day each is to be decided, in the order of cases; zero while that is not known.
func RouteOf(cases []Case, by []day.Day) Route {
	r := Route{Applied: len(cases), Years: []YearCount{}}
	var waits []int
	for i := range cases {
		c := &cases[i]
		switch c.Outcome {
		case Granted:
			r.Granted++
			r.Decided++
		case Refused:
			r.Decided++
		}
		if !c.Decided.IsZero() && !c.Received.IsZero() {
			waits = append(waits, c.Decided.Sub(c.Received))
			if !by[i].IsZero() {
				r.Timed++
				if !c.Decided.After(by[i]) {
					r.InTime++
				}
			}
		}
		y := c.Received.Year()
		k, ok := slices.BinarySearchFunc(r.Years, y, func(a YearCount, y int) int { return a.Year - y })
		if !ok {
			r.Years = slices.Insert(r.Years, k, YearCount{Year: y})
		}
		r.Years[k].Cases++
	}
	slices.Sort(waits)
	r.Median = daysOf("", waits).Median
	return r
}

// Published are the published counts of X-1101 as a dimension by region, as the review makes its own.
func Published() Dimension {
	var in Input
	for _, r := range PublishedRegions {
		in.Population = append(in.Population, Group{Area: r.Region, Region: r.Region, AgeGroup: "0+", Population: r.People})
		for range r.Cases {
			in.Cases = append(in.Cases, Case{Area: r.Region, Region: r.Region, AgeGroup: "0+"})
		}
	}
	return ReviewBy(in, ByRegion)[0]
}

// A Compared is a region then and now.
type Compared struct {
	Then, Now Line
	Code      string // same · turned · gone · new · neither: which side of what was expected it was signalled on; gone and neither never say that it is equal
}

// CompareRegions sets the review's regions beside the published ones, in the order of the review. Regions that are not in both are left out.
func CompareRegions(now Dimension) []Compared {
	var out []Compared
	then := Published()
	side := func(l Line) int {
		switch {
		case l.Signal == nil || *l.Signal == None || l.SR == nil:
			return 0
		case *l.SR < 1:
			return -1
		}
		return 1
	}
	for _, n := range now.Lines {
		i := slices.IndexFunc(then.Lines, func(t Line) bool { return t.Area.Area == n.Area.Area })
		if i < 0 || !now.Rates {
			continue
		}
		c := Compared{Then: then.Lines[i], Now: n, Code: "neither"}
		switch a, b := side(c.Then), side(n); {
		case a != 0 && a == b:
			c.Code = "same"
		case a != 0 && b != 0:
			c.Code = "turned"
		case a != 0:
			c.Code = "gone"
		case b != 0:
			c.Code = "new"
		}
		out = append(out, c)
	}
	return out
}

// A Sight is what could be seen in one region with so many applications in all (X-1104, X-713).
type Sight struct {
	Region   string
	Share    float64 // of the people
	Expected float64
	Least    int     // the smallest number that is a signal of too many
	Ratio    float64 // the 95 % limit, as a ratio to what is expected
	Low      bool    // whether any number at all would be a signal of too few
}

// SightOf tells what could be seen by region of so many applications.
func SightOf(now Dimension, applications float64) []Sight {
	people := 0.0
	for _, l := range now.Lines {
		people += l.Population
	}
	var out []Sight
	for _, l := range now.Lines {
		if l.Population <= 0 || applications <= 0 {
			continue
		}
		s := Sight{Region: l.Area.Area, Share: l.Population / people}
		s.Expected = s.Share * applications
		s.Least, _ = Detectable(s.Expected)
		s.Ratio, s.Low = FunnelLimit(s.Expected, 0.975), FunnelLimit(s.Expected, 0.025) > 0
		out = append(out, s)
	}
	return out
}

// HeldAgainst reads what a review holds beside what is published, in the order of chapter 11. None of it is a signal.
func (k Known) HeldAgainst(now Dimension, from, to day.Day) []Finding {
	var out []Finding
	add := func(rule, code string, args ...any) {
		out = append(out, Finding{Rule: rule, Code: "known_" + code, Signal: None, Axis: ByRegion, Args: args})
	}
	for _, c := range CompareRegions(now) {
		if c.Now.SR != nil {
			add("X-1101", c.Code, c.Now.Area.Area, *c.Then.Observed, *c.Then.SR, *c.Now.Observed, *c.Now.SR)
		}
	}
	if code := "granted_below"; k.Single.Granted < PublishedGranted {
		add("X-1102", code, k.Single.Granted, PublishedGranted)
	} else {
		add("X-1102", "granted_reached", k.Single.Granted, PublishedGranted)
	}
	for i := to.Year(); !from.IsZero() && i >= from.Year(); i-- { // the latest whole year
		if from.After(day.On(i, 1, 1)) || to.Before(day.On(i, 12, 31)) {
			continue
		}
		n := 0
		if at, ok := slices.BinarySearchFunc(k.Access.Years, i, func(a YearCount, y int) int { return a.Year - y }); ok {
			n = k.Access.Years[at].Cases
		}
		code := "access_not_shown"
		if ShareSignal(n, n+PublishedAccess, 0.5) != None { // of both years' applications, half are expected in each
			if code = "access_more"; n < PublishedAccess {
				code = "access_fewer"
			}
		}
		add("X-1103", code, YearText(i), n, PublishedAccess)
		break
	}
	if a := k.Access; a.Decided > 0 {
		lo, hi := Wilson(a.Granted, a.Decided)
		plo, phi := Wilson(PublishedAccessYes, PublishedAccessFirst)
		code := "access_granted_apart"
		if lo <= phi && plo <= hi {
			code = "access_granted_overlap"
		}
		add("X-1103", code, a.Granted, a.Decided, 100*lo, 100*hi, PublishedAccessYes, PublishedAccessFirst, 100*plo, 100*phi)
	}
	blind := func(n float64) (blind, all int) {
		for _, s := range SightOf(now, n) {
			all++
			if !s.Low {
				blind++
			}
		}
		return blind, all
	}
	if b, all := blind(PublishedAccess); all > 0 {
		add("X-1104", "sight", PublishedAccess, b, all)
		if k.Access.Applied > 0 {
			b, all = blind(float64(k.Access.Applied))
			add("X-1104", "sight_own", k.Access.Applied, b, all)
		}
	}
	for _, r := range []struct {
		name string
		Route
	}{{"single", k.Single}, {"access", k.Access}} {
		if r.Median != nil {
			add("X-1106", "slow_"+r.name, r.InTime, r.Timed, *r.Median)
		}
	}
	if k.ToStart > 0 {
		add("X-1106", "introduced", k.Started, k.ToStart)
	}
	if k.Groups > 0 {
		add("X-1106", "users", k.Honoured, k.Groups)
	}
	add("X-1106", "not_measured")
	return out
}

// YearText is a year, written without a separator of thousands.
type YearText int
