package equity

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"rettid/day"
)

// A Publication is the one layout a year's review is published in. Everything in it is made of the numbers it shows and of the population: nothing of what is hidden can be worked out from it.
type Publication struct {
	Year    int           `json:"year"`
	From    day.Day       `json:"from"` // the pooled window the cases came in
	To      day.Day       `json:"to"`
	KnownOn day.Day       `json:"known_on"`
	Least   int           `json:"least"`  // numbers below are hidden
	Merged  bool          `json:"merged"` // refused and other stand together
	Total   Count         `json:"total"`
	Tables  []PublicTable `json:"tables"`
	Years   []PublicYear  `json:"years"`
	Asked   Count         `json:"asked"` // patients who asked without the doctor applying (I-9)
}

// A PublicTable is an axis × outcome with its total; the last row is all.
type PublicTable struct {
	Axis   Axis        `json:"axis"`
	Joined []string    `json:"joined,omitempty"` // regions whose catchments stand together (X-721)
	Rows   []PublicRow `json:"rows"`
}

// A PublicRow is a group as it may be shown. Not is refused and other when they stand together, and refused otherwise.
type PublicRow struct {
	Group      string   `json:"group"`
	Granted    Count    `json:"granted"`
	Not        Count    `json:"not_granted"`
	Other      Count    `json:"other"`
	Total      Count    `json:"total"`
	Population *float64 `json:"population"`
	Rate       *float64 `json:"rate"`
	Expected   *float64 `json:"expected"`
	SR         *float64 `json:"sr"`
	SRLo       *float64 `json:"sr_lo"`
	SRHi       *float64 `json:"sr_hi"`
	Signal     Signal   `json:"signal"`
	Share      *float64 `json:"share"` // granted of granted and not
	Lo         *float64 `json:"share_lo"`
	Hi         *float64 `json:"share_hi"`
}

// A PublicYear is the applications of a calendar year.
type PublicYear struct {
	Year  int   `json:"year"`
	Cases Count `json:"cases"`
}

// PublicAxes are the tables of the layout, the same every year. The trust that applies and the municipality are never published.
var PublicAxes = []Axis{ByCatchment, ByCentrality, ByEducation, ByInterpreter, BySex, ByAge}

// Publish makes the year's publication of cases pooled over the window: catchments of a region with a small number stand together as the region, then refused and other stand together when that is not
// enough, then small numbers are hidden in all tables together. asked is how many patients asked without an application.
func Publish(in Input, year int, from, to, known day.Day, asked int) Publication {
	if in.Settings == (Settings{}) {
		in.Settings = Default()
	}
	set := in.Settings
	p := Publication{Year: year, From: from, To: to, KnownOn: known, Least: set.KMin, Asked: Count{N: asked, Hidden: asked > 0 && asked < set.KMin}}
	small := func(c [3]int) bool {
		sum := 0
		for _, n := range c {
			if sum += n; n > 0 && n < set.KMin {
				return true
			}
		}
		return sum > 0 && sum < set.KMin
	}
	// Areas first: one catchment with a small number takes the others of its region with it.
	in, joined := joinAreas(in, func(d Dimension) []string {
		var regions []string
		for _, l := range d.Lines {
			if small(l.outcomes) && !slices.Contains(regions, l.Region) {
				regions = append(regions, l.Region)
			}
		}
		return regions
	})
	dims := ReviewBy(in, PublicAxes...)
	for _, d := range dims {
		for _, l := range d.Lines {
			p.Merged = p.Merged || small(l.outcomes)
		}
	}
	// The tables are over the same cases: those a table can't place have a row of their own, so that the last rows are the same.
	tables := make([][][]Count, len(dims))
	unplaced := make([]bool, len(dims))
	for i, d := range dims {
		t := make([][]Count, 0, len(d.Lines)+2)
		row := func(o [3]int) []Count {
			if p.Merged {
				o[1], o[2] = o[1]+o[2], 0
			}
			return []Count{{N: o[0]}, {N: o[1]}, {N: o[2]}, {N: o[0] + o[1] + o[2]}}
		}
		var sum [3]int
		for _, l := range d.Lines {
			for j, n := range l.outcomes {
				sum[j] += n
			}
			t = append(t, row(l.outcomes))
		}
		all := outcomesOf(in.Cases)
		if rest := [3]int{all[0] - sum[0], all[1] - sum[1], all[2] - sum[2]}; rest != [3]int{} {
			unplaced[i] = true
			t = append(t, row(rest))
		}
		tables[i] = append(t, row(all))
	}
	tables = SuppressTogether(tables, set.KMin)
	for i, d := range dims {
		t := PublicTable{Axis: d.Axis}
		if d.Axis == ByCatchment {
			t.Joined = joined
		}
		// A ratio is made of every number shown, and of how many there are of each age and sex in all.
		ratios := d.Judged && !unplaced[i] && !fewStrata(in, d.Axis, set.KMin)
		for _, l := range d.Lines {
			ratios = ratios && l.Observed != nil && *l.Observed >= set.KMin
		}
		for k, c := range tables[i] {
			r := PublicRow{Granted: c[0], Not: c[1], Other: c[2], Total: c[3], Signal: None}
			switch {
			case k < len(d.Lines):
				l := d.Lines[k]
				r.Group = l.Area.Area
				if d.Rates {
					r.Population = ptr(l.Population)
					if !r.Total.Hidden && l.Population > 0 {
						r.Rate = ptr(per * float64(r.Total.N) / l.Population)
					}
				}
				if ratios && !r.Total.Hidden && l.SR != nil {
					r.Expected, r.SR, r.SRLo, r.SRHi, r.Signal = rounded(l.Expected, 1), rounded(l.SR, 2), rounded(l.SRLo, 2), rounded(l.SRHi, 2), *l.Signal
				}
			case k == len(tables[i])-1:
				r.Group = "all"
			default:
				r.Group = "unknown"
			}
			if n := r.Granted.N + r.Not.N; !r.Granted.Hidden && !r.Not.Hidden && n >= set.ShareLeast {
				lo, hi := Wilson(r.Granted.N, n)
				r.Share, r.Lo, r.Hi = rounded(ptr(float64(r.Granted.N)/float64(n)), 2), rounded(&lo, 2), rounded(&hi, 2)
			}
			t.Rows = append(t.Rows, r)
		}
		p.Tables = append(p.Tables, t)
	}
	if n := len(tables); n > 0 {
		p.Total = lastRow(tables)[3]
	}
	if !p.Total.Hidden {
		for _, y := range PublicYears(in.Cases, set.KMin) {
			p.Years = append(p.Years, PublicYear{y.Year.Year(), y.Cases})
		}
	}
	return p
}

// joinAreas puts the catchments of some regions together as the region, in cases and population alike.
func joinAreas(in Input, which func(Dimension) []string) (Input, []string) {
	regions := which(ReviewBy(in, ByCatchment)[0])
	if len(regions) == 0 {
		return in, nil
	}
	in.Cases, in.Population = slices.Clone(in.Cases), slices.Clone(in.Population)
	for i := range in.Cases {
		if c := &in.Cases[i]; slices.Contains(regions, c.Region) {
			c.Area = c.Region
		}
	}
	for i := range in.Population {
		if g := &in.Population[i]; slices.Contains(regions, g.Region) {
			g.Area = g.Region
		}
	}
	return in, regions
}

func outcomesOf(cases []Case) (out [3]int) {
	for i := range cases {
		switch cases[i].Outcome {
		case Granted:
			out[0]++
		case Refused:
			out[1]++
		default:
			out[2]++
		}
	}
	return out
}

// fewStrata tells whether an age and sex has so few applications in all that expected numbers would tell of them.
func fewStrata(in Input, a Axis, least int) bool {
	groups, region, _ := groupsOf(&in, a)
	s := strataBy(in, a, groups, region)
	for k := range s.keys {
		n := 0.0
		for _, g := range groups {
			n += s.cases[g][k]
		}
		if n > 0 && n < float64(least) {
			return true
		}
	}
	return false
}

func rounded(v *float64, places int) *float64 {
	if v == nil {
		return nil
	}
	scale := 1.0
	for range places {
		scale *= 10
	}
	return ptr(float64(int(*v*scale+0.5)) / scale)
}

// Digest is the SHA-256 of what numbers are written as: the same numbers, the same digest.
func Digest(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("digest of a review: %w", err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}
