package equity

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"rettid/day"
	"rettid/table"
)

// The columns of the three files, the required first (formats: rettid equity).
var (
	CaseColumns       = []string{"area", "region", "age_group", "sex", "education_quintile", "centrality", "interpreter", "outcome", "received", "decided"}
	PopulationColumns = []string{"area", "region", "age_group", "population", "sex", "interpreter"}
	QuintileColumns   = []string{"quintile", "population", "observed", "expected"}
)

// MaxRows is how many rows a file may have.
const MaxRows = 5_000_000

// A Rejected row is one that can't be used: where, what stands there, and how to mend it.
type Rejected struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column string `json:"column"`
	Value  string `json:"value"`
	Remedy string `json:"remedy"`
}

func (r Rejected) Error() string {
	where := fmt.Sprintf("%s, line %d", r.File, r.Line)
	if r.Column != "" {
		where += ", column " + r.Column
	}
	if r.Value != "" {
		where += fmt.Sprintf(", value %q", r.Value)
	}
	return where + ": " + r.Remedy
}

// A File is what was read beside the rows themselves.
type File struct {
	Rows     int
	Rejected []Rejected
	Unknown  []string // columns left out
}

// rows gives every row to fn; what fn says is wrong is noted as rejected.
func rows(r io.Reader, name string, names, required []string, fn func(*table.Reader, *checks)) (File, error) {
	var f File
	t, err := table.Open(r, names, required)
	if err != nil {
		return f, fmt.Errorf("%s: %w", name, err)
	}
	f.Unknown = t.Unknown
	for {
		err := t.Next()
		var fault *table.Fault
		switch {
		case errors.Is(err, io.EOF):
			return f, nil
		case errors.As(err, &fault):
			f.Rows++
			_, remedy, _ := strings.Cut(fault.Error(), ": ")
			f.Rejected = append(f.Rejected, Rejected{File: name, Line: fault.Line, Column: fault.Head, Remedy: remedy})
		case err != nil:
			return f, fmt.Errorf("%s: %w", name, err)
		default:
			if f.Rows++; f.Rows > MaxRows {
				return f, fmt.Errorf("%s has more than %d rows", name, MaxRows)
			}
			c := checks{t: t, names: names}
			if fn(t, &c); c.bad != nil {
				c.bad.File, c.bad.Line = name, t.Line()
				f.Rejected = append(f.Rejected, *c.bad)
			}
		}
		if len(f.Rejected) > 100_000 {
			return f, fmt.Errorf("%s: more than 100000 rows can't be used; the first: %w", name, f.Rejected[0])
		}
	}
}

// checks reads the values of one row and keeps the first that is wrong.
type checks struct {
	t     *table.Reader
	names []string
	bad   *Rejected
}

func (c *checks) wrong(col int, remedy string, args ...any) {
	if c.bad == nil {
		v := c.t.Get(col)
		if r := []rune(v); len(r) > 40 {
			v = string(r[:40]) + "…"
		}
		c.bad = &Rejected{Column: c.names[col], Value: v, Remedy: fmt.Sprintf(remedy, args...)}
	}
}

func (c *checks) must(col int) string {
	v := c.t.Get(col)
	if v == "" {
		c.wrong(col, "it is empty; give it a value")
	}
	return v
}

func (c *checks) among(col int, values ...string) string {
	v := c.t.Get(col)
	if v != "" && !slices.Contains(values, v) {
		c.wrong(col, "it must be one of %s, or empty", strings.Join(values, ", "))
	}
	return v
}

func (c *checks) number(col int) float64 {
	v := c.must(col)
	n, err := strconv.ParseFloat(v, 64)
	if v != "" && (err != nil || math.IsNaN(n) || math.IsInf(n, 0) || n < 0 || n > 1e10 || strings.ContainsAny(v, "xXpP_")) {
		c.wrong(col, "write a number from 0 up with a full stop for decimals, as 120000 or 31.2")
		return 0
	}
	return n
}

func (c *checks) date(col int) day.Day {
	v := c.t.Get(col)
	if v == "" {
		return day.Day{}
	}
	d, err := day.Parse(v)
	if err != nil {
		c.wrong(col, "write a date as 2025-09-01")
	}
	return d
}

// ReadPopulation reads who lives where. name stands in what is said of rows.
func ReadPopulation(r io.Reader, name string) ([]Group, File, error) {
	var out []Group
	region := make(map[string]string)
	at := make(map[[4]string]int)
	f, err := rows(r, name, PopulationColumns, PopulationColumns[:4], func(t *table.Reader, c *checks) {
		g := Group{Area: c.must(0), Region: c.must(1), AgeGroup: c.must(2), Population: c.number(3), Sex: t.Get(4), Interpreter: c.among(5, "yes", "no")}
		if c.bad != nil {
			return
		}
		if before, ok := region[g.Area]; ok && before != g.Region {
			c.wrong(1, "the area has the region %s on an earlier line; an area lies in one region", before)
			return
		}
		key := [4]string{g.Area, g.AgeGroup, g.Sex, g.Interpreter}
		if line, ok := at[key]; ok {
			c.wrong(2, "the same area, age group and sex stand on line %d; keep one of them", line)
			return
		}
		region[g.Area] = g.Region
		at[key] = t.Line()
		out = append(out, g)
	})
	if err == nil && len(out) == 0 {
		err = fmt.Errorf("%s has no row that can be used", name)
		if len(f.Rejected) > 0 {
			err = fmt.Errorf("%w; %w", err, f.Rejected[0])
		}
	}
	return out, f, err
}

// ReadCases reads the applications. An area and an age group must be in the population, or there is nothing to hold the case against.
func ReadCases(r io.Reader, name string, population []Group) ([]Case, File, error) {
	type place struct{ area, region string }
	places := make(map[string]place)
	ages := make(map[string]string)
	for i := range population {
		g := &population[i]
		places[g.Area] = place{g.Area, g.Region}
		ages[g.AgeGroup] = g.AgeGroup
	}
	var out []Case
	seen := make(map[string]string) // each word once: a million rows hold a few hundred
	one := func(s string) string {
		v, ok := seen[s]
		if !ok {
			v = strings.Clone(s)
			if len(seen) < 10_000 {
				seen[v] = v
			}
		}
		return v
	}
	f, err := rows(r, name, CaseColumns, CaseColumns[:3], func(t *table.Reader, c *checks) {
		area, region, age := c.must(0), c.must(1), c.must(2)
		at, known := places[area]
		group, aged := ages[age]
		k := Case{Area: at.area, Region: at.region, AgeGroup: group, Sex: one(t.Get(3)), Centrality: one(t.Get(5)), Interpreter: one(t.Get(6))}
		if o := c.among(7, string(Granted), string(Refused), string(Other)); o != "" {
			k.Outcome = Outcome(one(o))
		}
		if q := c.among(4, "1", "2", "3", "4", "5"); q != "" && c.bad == nil {
			k.Quintile = int(q[0] - '0')
		}
		k.Received, k.Decided = c.date(8), c.date(9)
		switch {
		case c.bad != nil:
		case !known:
			c.wrong(0, "the area is not in the population file; add it there, or mend the name")
		case at.region != region:
			c.wrong(1, "the population file has the area in the region %s", at.region)
		case !aged:
			c.wrong(2, "the age group is not in the population file; use the same groups in both")
		case !k.Decided.IsZero() && !k.Received.IsZero() && k.Decided.Before(k.Received):
			c.wrong(9, "it is decided before it was received; mend one of the dates")
		}
		if c.bad == nil {
			if len(out) == cap(out) { // a quarter more each time would move a million rows again and again
				out = slices.Grow(out, max(256, len(out)))
			}
			out = append(out, k)
		}
	})
	return out, f, err
}

// ReadQuintiles reads applications by the education quintile of the area.
func ReadQuintiles(r io.Reader, name string) ([]Quintile, File, error) {
	var out []Quintile
	at := make(map[string]int)
	f, err := rows(r, name, QuintileColumns, QuintileColumns, func(t *table.Reader, c *checks) {
		q := c.must(0)
		c.among(0, "1", "2", "3", "4", "5")
		k := Quintile{Population: c.number(1), Observed: c.number(2), Expected: c.number(3)}
		if c.bad != nil {
			return
		}
		if line, ok := at[q]; ok {
			c.wrong(0, "the quintile stands on line %d too; keep one of them", line)
			return
		}
		at[q] = t.Line()
		k.Quintile = int(q[0] - '0')
		out = append(out, k)
	})
	if err == nil && len(out) != 5 {
		err = fmt.Errorf("%s has %d of the five quintiles that can be used; give all five, 1 to 5", name, len(out))
		if len(f.Rejected) > 0 {
			err = fmt.Errorf("%w; %w", err, f.Rejected[0])
		}
	}
	return out, f, err
}
