package equity

import (
	"encoding/json"
	"slices"
)

// A Count is one element of a table that may be published: a number, or hidden.
type Count struct {
	N      int
	Hidden bool
}

// MarshalJSON writes the number, or ":" when it is hidden.
func (c Count) MarshalJSON() ([]byte, error) {
	if c.Hidden {
		return []byte(`":"`), nil
	}
	return json.Marshal(c.N)
}

// Suppress hides what would tell of few persons, and what they could be worked out from. The last row and the last column of table are the
// totals. The table given is not changed.
//
// Hidden first: every number of 1 to least-1, totals among them. Then each row, and each column, has either nothing hidden, or at least two hidden
// elements that, when their total is shown, sum to least; otherwise the smallest shown number that is not zero is hidden too, the first of equals, the
// total last. Rows before columns, again and again until nothing changes.
func Suppress(table [][]Count, least int) [][]Count {
	out := make([][]Count, len(table))
	for i, row := range table {
		out[i] = slices.Clone(row)
		for j := range out[i] {
			if n := out[i][j].N; n > 0 && n < least {
				out[i][j].Hidden = true
			}
		}
	}
	guard(out, least)
	return out
}

// SuppressTogether hides in tables over the same cases, whose last rows are the same numbers: what is hidden in the last row of one is hidden in that of all, so that no table gives away what another hides
//
func SuppressTogether(tables [][][]Count, least int) [][][]Count {
	out := make([][][]Count, len(tables))
	for i, t := range tables {
		out[i] = Suppress(t, least)
	}
	for again := true; again; {
		again = false
		for j := range len(lastRow(out)) {
			hidden := slices.ContainsFunc(out, func(t [][]Count) bool { return t[len(t)-1][j].Hidden })
			for _, t := range out {
				if c := &t[len(t)-1][j]; hidden && !c.Hidden {
					c.Hidden, again = true, true
				}
			}
		}
		for _, t := range out {
			guard(t, least)
		}
		for j := range len(lastRow(out)) { // guarding may have hidden another total
			n := 0
			for _, t := range out {
				if t[len(t)-1][j].Hidden {
					n++
				}
			}
			again = again || n > 0 && n < len(out)
		}
	}
	return out
}

func lastRow(tables [][][]Count) []Count {
	if len(tables) == 0 || len(tables[0]) == 0 {
		return nil
	}
	return tables[0][len(tables[0])-1]
}

// guard hides more until nothing hidden can be worked out from a row or a column.
func guard(out [][]Count, least int) {
	if len(out) == 0 {
		return
	}
	columns := make([][]*Count, len(out[0]))
	rows := make([][]*Count, len(out))
	for i := range out {
		for j := range out[i] {
			rows[i] = append(rows[i], &out[i][j])
			columns[j] = append(columns[j], &out[i][j])
		}
	}
	for again := true; again; {
		again = false
		for _, line := range slices.Concat(rows, columns) {
			for !guarded(line, least) {
				if !hideSmallest(line) {
					break
				}
				again = true
			}
		}
	}
}

// guarded tells whether nothing can be worked out from a line of numbers and its total.
func guarded(line []*Count, least int) bool {
	hidden, sum := 0, 0
	for _, c := range line {
		if c.Hidden {
			hidden++
			sum += c.N
		}
	}
	total := line[len(line)-1]
	return hidden == 0 || hidden >= 2 && (total.Hidden || sum >= least)
}

// hideSmallest hides the smallest number shown that is not zero, the first of equals; false when there is none.
func hideSmallest(line []*Count) bool {
	var smallest *Count
	for _, c := range line {
		if !c.Hidden && c.N > 0 && (smallest == nil || c.N < smallest.N) {
			smallest = c
		}
	}
	if smallest == nil {
		return false
	}
	smallest.Hidden = true
	return true
}

// outcomeTable counts area × outcome with totals. A case that is not decided is counted as other.
func outcomeTable(s strata, cases []Case) [][]Count {
	table := make([][]Count, len(s.areas)+1)
	for i := range table {
		table[i] = make([]Count, len(outcomes)+1)
	}
	at := make(map[string]int, len(s.areas))
	for i, a := range s.areas {
		at[a] = i
	}
	for k := range cases {
		c := &cases[k]
		i, ok := at[c.Area]
		if !ok {
			continue
		}
		j := slices.Index(outcomes, c.Outcome)
		if j < 0 {
			j = slices.Index(outcomes, Other)
		}
		for _, row := range []int{i, len(s.areas)} {
			table[row][j].N++
			table[row][len(outcomes)].N++
		}
	}
	return table
}

// A TableRow is an area's outcomes in the public table; the last is All.
type TableRow struct {
	Area    string `json:"area"`
	Granted Count  `json:"granted"`
	Refused Count  `json:"refused"`
	Other   Count  `json:"other"`
	Total   Count  `json:"total"`
}

func tableRows(areas []string, table [][]Count) []TableRow {
	out := []TableRow{}
	for i, row := range table {
		name := "All"
		if i < len(areas) {
			name = areas[i]
		}
		out = append(out, TableRow{name, row[0], row[1], row[2], row[3]})
	}
	return out
}

// hid is what of a review is left out because it tells of few, and not for want of anything to compute it from.
type hid struct{ rates, grants, gradient bool }

// RatesHidden tells whether expected numbers and ratios are left out because an area tells of few; without it, what is not there was not computed.
func (r Result) RatesHidden() bool { return r.hid.rates }

// Open is the table of area × outcome with nothing hidden, for those who may see the cases themselves.
func (r Result) Open() []TableRow {
	areas := make([]string, len(r.Areas))
	for i, a := range r.Areas {
		areas[i] = a.Area
	}
	return tableRows(areas, r.Table)
}

// Public is the review as it may be published: what tells of few, and what that could be worked out from, is left out. The review
// itself is for the directors' meeting.
func (r Result) Public(set Settings) Result {
	if set == (Settings{}) {
		set = Default()
	}
	p := r
	p.Areas = slices.Clone(r.Areas)
	hiddenCells := make(map[string]bool)  // areas with an outcome hidden
	hiddenTotals := make(map[string]bool) // areas with their number of applications hidden
	for _, row := range r.Hidden {
		hiddenCells[row.Area] = row.Granted.Hidden || row.Refused.Hidden || row.Other.Hidden || row.Total.Hidden
		hiddenTotals[row.Area] = row.Total.Hidden
	}
	few := hiddenTotals["All"] // some area tells of few: what is computed from all areas would tell of it
	regionCells := make(map[string]bool)
	regionTotals := make(map[string]bool)
	for i := range p.Areas {
		a := &p.Areas[i]
		regionCells[a.Region] = regionCells[a.Region] || hiddenCells[a.Area]
		if hiddenTotals[a.Area] {
			few = true
			regionTotals[a.Region] = true
			*a = Area{Area: a.Area, Region: a.Region, Population: a.Population}
		}
	}
	p.hid.rates = few
	if few {
		for i := range p.Areas { // expected numbers, and the rates over all, are made from the hidden ones too
			if a := &p.Areas[i]; a.Observed != nil {
				*a = Area{Area: a.Area, Region: a.Region, Population: a.Population, Observed: a.Observed, Rate: a.Rate}
			}
		}
		p.Overall = Overall{Observed: r.Overall.Observed, Population: r.Overall.Population, Rate: r.Overall.Rate}
		if hiddenTotals["All"] {
			p.Overall.Observed, p.Overall.Rate = nil, nil
		}
	}

	p.Grants.Shares = slices.Clone(r.Grants.Shares)
	open := true // whether every group behind the test may be shown
	for i := range p.Grants.Shares {
		s := &p.Grants.Shares[i]
		granted, decided := *s.Granted, *s.Decided
		small := decided < set.ShareLeast || granted > 0 && granted < set.KMin || decided > granted && decided-granted < set.KMin
		if i >= 3 {
			small = small || regionCells[s.Group]
		}
		if !small {
			continue
		}
		if i < 2 {
			open = false
		}
		*s = Share{Group: s.Group}
		if decided == 0 {
			zero := 0
			s.Granted, s.Decided = &zero, &zero
		}
	}
	if !open {
		p.hid.grants = r.Grants.P != nil
		p.Grants = Grants{Shares: p.Grants.Shares}
		for i := range 2 { // of low, high and all, two that are shown give the third
			p.Grants.Shares[i] = Share{Group: p.Grants.Shares[i].Group}
		}
	}

	if slices.ContainsFunc(r.fifths, func(n float64) bool { return n > 0 && n < float64(set.KMin) }) {
		p.hid.gradient = r.Quintiles.TrendP != nil
		p.Quintiles = Gradient{SR: make([]*float64, 5)}
	}
	p.Days = slices.Clone(r.Days)
	for i, d := range p.Days {
		if n := len(d.Each); n > 0 && n < set.KMin || regionTotals[d.Region] {
			p.Days[i] = Days{Region: d.Region}
		} else {
			p.Days[i].Each = nil
		}
	}
	p.Table, p.fifths = nil, nil
	return p
}

// UnmarshalJSON reads what MarshalJSON wrote: what was hidden stays hidden, and its number is not known.
func (c *Count) UnmarshalJSON(b []byte) error {
	if string(b) == `":"` {
		*c = Count{Hidden: true}
		return nil
	}
	*c = Count{}
	return json.Unmarshal(b, &c.N)
}
