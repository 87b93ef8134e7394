package clinic

import (
	"io/fs"
	"slices"

	"rettid/day"
)

// A Home is what the tables tell of the area somebody lives in, never of the person: the trust whose catchment it is, how central it is, and how many there have a long education. Each
// table has a year of its own, and the year used stands beside what it gave. Zero: the table does not know the area.
type Home struct {
	Name           string `json:"name,omitempty"`
	Catchment      string `json:"catchment,omitempty"` // id of the trust
	CatchmentYear  int    `json:"catchment_year,omitempty"`
	Centrality     int    `json:"centrality,omitempty"` // 1, the most central, to 6 (Statistics Norway's classes)
	CentralityYear int    `json:"centrality_year,omitempty"`
	Education      int    `json:"education,omitempty"` // quintile of the share with long higher education, 1 the lowest
	EducationYear  int    `json:"education_year,omitempty"`
}

// homeTables are the three tables, each by area; of an area the editions, the oldest first.
type homeTables struct {
	catchments, centrality, education map[string][]edition
	order                             []string // the areas as they stand in catchments.csv: a fixed geographic order
}

type edition struct {
	year, value int
	name, text  string
}

// HomeOf looks up where somebody lives: a municipality (four digits), or a city district (six digits), which is read as its municipality where a table does not divide it. The edition is the latest of the
// year of the day or before; when all are younger, the oldest. False when no table knows the area.
func (o *Org) HomeOf(area string, on day.Day) (Home, bool) {
	var h Home
	found := false
	pick := func(table map[string][]edition) (edition, bool) {
		all := table[area]
		if len(all) == 0 && len(area) == 6 {
			all = table[area[:4]]
		}
		if len(all) == 0 {
			return edition{}, false
		}
		best := all[0]
		for _, e := range all[1:] {
			if on.IsZero() || e.year <= on.Year() {
				best = e
			}
		}
		found = true
		return best, true
	}
	if e, ok := pick(o.homes.catchments); ok {
		h.Name, h.Catchment, h.CatchmentYear = e.name, e.text, e.year
	}
	if e, ok := pick(o.homes.centrality); ok {
		h.Centrality, h.CentralityYear = e.value, e.year
	}
	if e, ok := pick(o.homes.education); ok {
		h.Education, h.EducationYear = e.value, e.year
	}
	return h, found
}

// HomeAreas lists the areas the catchment table knows, in its order.
func (o *Org) HomeAreas() []string { return slices.Clone(o.homes.order) }

// loadHomes reads the tables there are; each may be missing.
func loadHomes(dir fs.FS, trust func(string) bool) (homeTables, error) {
	t := homeTables{catchments: make(map[string][]edition), centrality: make(map[string][]edition), education: make(map[string][]edition)}
	add := func(r *row, into map[string][]edition, e edition) {
		area := r.must("area")
		if !fourDigits(area) && !(len(area) == 6 && fourDigits(area[:4]) && fourDigits(area[2:])) {
			r.wrong("area", "%q is not four digits (a municipality) or six (a city district)", area)
		}
		if e.year = r.number("year"); e.year < 1990 || e.year > 2200 {
			r.wrong("year", "%q is not the year of the table, as 2024", r.get("year"))
		}
		if slices.ContainsFunc(into[area], func(x edition) bool { return x.year == e.year }) {
			r.wrong("area", "%q stands twice for %d", area, e.year)
		}
		into[area] = append(into[area], e)
		slices.SortFunc(into[area], func(a, b edition) int { return a.year - b.year })
	}
	if has(dir, "catchments.csv") {
		err := readTable(dir, "catchments.csv", "area,provider,year,name?", func(r *row) {
			e := edition{text: r.must("provider"), name: r.get("name")}
			if e.text != "" && !trust(e.text) {
				r.wrong("provider", "%q is not a public trust in providers.csv", e.text)
			}
			if area := r.get("area"); len(t.catchments[area]) == 0 {
				t.order = append(t.order, area)
			}
			add(r, t.catchments, e)
		})
		if err != nil {
			return t, err
		}
	}
	scale := func(file, field string, most int, into map[string][]edition) error {
		if !has(dir, file) {
			return nil
		}
		return readTable(dir, file, "area,"+field+",year", func(r *row) {
			e := edition{value: r.number(field)}
			if e.value < 1 || e.value > most {
				r.wrong(field, "%q is not from 1 to %d", r.get(field), most)
			}
			add(r, into, e)
		})
	}
	if err := scale("centrality.csv", "class", 6, t.centrality); err != nil {
		return t, err
	}
	return t, scale("education.csv", "quintile", 5, t.education)
}
