package clinic

import (
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"rettid/day"
)

//go:embed data
var data embed.FS

func embedded(dir string) fs.FS {
	sub, err := fs.Sub(data, dir)
	if err != nil {
		panic(err) // only a malformed path, written above
	}
	return sub
}

// Demo is a fictitious Norway for demonstration: four regions, fourteen trusts of very different size, private providers
// with delegated areas and periods, contract specialists and GP offices. No name, number or agreement in it is real.
func Demo() *Org { return demo() }

var demo = sync.OnceValue(func() *Org {
	o, err := Load(embedded("data/demo"))
	if err != nil {
		panic("clinic/data/demo: " + err.Error())
	}
	return o
})

// Load reads an installation's own organisation from a directory of CSV files in UTF-8, separated by commas or
// semicolons, with dates as 2025-09-01 and empty cells for what is not known:
//
//	providers.csv    id,name,short_name,kind,region,trust,org_nr,resh_id,her_id,from,to
//	sites.csv        provider,id,name,municipality, and org_nr where it is known
//	units.csv        provider,id,name,site,specialties,weekly,from,to     specialties apart by spaces, * for every one; and resh_id, dept_code where they are known
//	delegations.csv  provider,area,rhf,source,from,to                     may be missing: then nobody is delegated
//	referrers.csv    id,name,role,municipality,region,size,org_nr,her_id  may be missing
//	regions.csv      id,name                                              may be missing: then the national ones
//	areas.csv        prefix,name,region,from,to                           goes with regions.csv
//	catchments.csv   area,provider,year, and name where it is known       may be missing; area is a municipality or a city district
//	centrality.csv   area,class,year                                      may be missing; 1 to 6
//	education.csv    area,quintile,year                                   may be missing; 1, the lowest, to 5
//
// A mistake is an error naming file, line and field; nothing is loaded by halves.
func Load(dir fs.FS) (*Org, error) {
	base := *National()
	if has(dir, "regions.csv") || has(dir, "areas.csv") {
		own, err := loadNational(dir)
		if err != nil {
			return nil, err
		}
		base = *own
	}
	regions := make(map[string]bool)
	for _, r := range base.regions {
		regions[r.ID] = true
	}

	var providers []Provider
	at := make(map[string]int)
	lines := make(map[string]int)
	err := readTable(dir, "providers.csv", "id,name,short_name,kind,region,trust,org_nr,resh_id,her_id,from,to", func(r *row) {
		p := Provider{
			ID: r.must("id"), Name: r.must("name"), ShortName: r.get("short_name"), Kind: ProviderKind(r.must("kind")), Region: r.must("region"),
			Trust: r.get("trust"), OrgNr: r.get("org_nr"), ResHID: r.get("resh_id"), HERID: r.get("her_id"), In: r.period(),
		}
		if !regions[p.Region] {
			r.wrong("region", "%q is not known", p.Region)
		}
		if p.Kind != Public && p.Kind != Private && p.Kind != ContractSpecialist {
			r.wrong("kind", "%q is not public, private or contract_specialist", p.Kind)
		}
		if p.OrgNr != "" && !validOrgNr(p.OrgNr) {
			r.wrong("org_nr", "is not an organisation number: nine digits with a right check digit")
		}
		if _, twice := at[p.ID]; twice {
			r.wrong("id", "%q stands twice", p.ID)
		}
		at[p.ID], lines[p.ID] = len(providers), r.line
		providers = append(providers, p)
	})
	if err != nil {
		return nil, err
	}
	for _, p := range providers {
		if _, known := at[p.Trust]; p.Trust != "" && !known {
			return nil, fmt.Errorf("providers.csv line %d: trust: %q is no provider in the file", lines[p.ID], p.Trust)
		}
	}
	owner := func(r *row) *Provider {
		i, known := at[r.must("provider")]
		if !known {
			r.wrong("provider", "%q is not in providers.csv", r.get("provider"))
			return &Provider{}
		}
		return &providers[i]
	}

	err = readTable(dir, "sites.csv", "provider,id,name,municipality,org_nr?", func(r *row) {
		p, s := owner(r), Site{ID: r.must("id"), Name: r.must("name"), Municipality: r.get("municipality"), OrgNr: r.get("org_nr")}
		if s.OrgNr != "" && !validOrgNr(s.OrgNr) {
			r.wrong("org_nr", "is not an organisation number: nine digits with a right check digit")
		}
		if s.Municipality != "" && !fourDigits(s.Municipality) {
			r.wrong("municipality", "%q is not four digits", s.Municipality)
		}
		if _, twice := p.siteByID(s.ID); twice {
			r.wrong("id", "%q stands twice at the provider", s.ID)
		}
		p.Sites = append(p.Sites, s)
	})
	if err != nil {
		return nil, err
	}

	err = readTable(dir, "units.csv", "provider,id,name,site,specialties,weekly,from,to,resh_id?,dept_code?", func(r *row) {
		p := owner(r)
		u := Unit{
			ID: r.must("id"), Name: r.must("name"), Site: r.get("site"), Specialties: strings.Fields(r.must("specialties")),
			Weekly: r.number("weekly"), In: r.period(), ResHID: r.get("resh_id"), DeptCode: r.get("dept_code"),
		}
		if u.DeptCode != "" && !fourDigits("0"+u.DeptCode) {
			r.wrong("dept_code", "%q is not three digits", u.DeptCode)
		}
		if _, ok := p.siteByID(u.Site); u.Site != "" && !ok {
			r.wrong("site", "%q is not among the provider's sites", u.Site)
		}
		for _, other := range p.Units {
			if other.ID == u.ID {
				r.wrong("id", "%q stands twice at the provider", u.ID)
			}
		}
		p.Units = append(p.Units, u)
	})
	if err != nil {
		return nil, err
	}

	if has(dir, "delegations.csv") {
		err = readTable(dir, "delegations.csv", "provider,area,rhf,source,from,to", func(r *row) {
			p := owner(r)
			// The power to assess must say what it rests on and from when (norm G3.2-7).
			d := Delegation{Area: r.must("area"), RHF: r.must("rhf"), Source: r.must("source"), In: r.period()}
			r.must("from")
			if !regions[d.RHF] {
				r.wrong("rhf", "%q is no region", d.RHF)
			}
			if p.Kind == ContractSpecialist {
				r.wrong("provider", "is a contract specialist, who can't be given power to assess (guide 3.2)")
			}
			p.MayAssess = append(p.MayAssess, d)
		})
		if err != nil {
			return nil, err
		}
	}

	var referrers []Referrer
	if has(dir, "referrers.csv") {
		seen := make(map[string]bool)
		err = readTable(dir, "referrers.csv", "id,name,role,municipality,region,size,org_nr,her_id", func(r *row) {
			f := Referrer{
				ID: r.must("id"), Name: r.must("name"), Role: r.must("role"), Municipality: r.must("municipality"), Region: r.must("region"),
				Size: r.number("size"), OrgNr: r.get("org_nr"), HERID: r.get("her_id"),
			}
			if !fourDigits(f.Municipality) {
				r.wrong("municipality", "%q is not four digits", f.Municipality)
			}
			if !regions[f.Region] {
				r.wrong("region", "%q is not known", f.Region)
			}
			if f.OrgNr != "" && !validOrgNr(f.OrgNr) {
				r.wrong("org_nr", "is not an organisation number: nine digits with a right check digit")
			}
			if seen[f.ID] {
				r.wrong("id", "%q stands twice", f.ID)
			}
			seen[f.ID] = true
			referrers = append(referrers, f)
		})
		if err != nil {
			return nil, err
		}
	}
	base.homes, err = loadHomes(dir, func(id string) bool { i, ok := at[id]; return ok && providers[i].Kind == Public })
	if err != nil {
		return nil, err
	}
	return base.with(providers, referrers)
}

func (p Provider) siteByID(id string) (Site, bool) {
	for _, s := range p.Sites {
		if s.ID == id {
			return s, true
		}
	}
	return Site{}, false
}

// loadNational reads regions.csv and areas.csv.
func loadNational(dir fs.FS) (*Org, error) {
	o := &Org{byID: map[string]int{}}
	known := make(map[string]bool)
	err := readTable(dir, "regions.csv", "id,name", func(r *row) {
		g := Region{ID: r.must("id"), Name: r.must("name")}
		if known[g.ID] {
			r.wrong("id", "%q stands twice", g.ID)
		}
		known[g.ID] = true
		o.regions = append(o.regions, g)
	})
	if err != nil {
		return nil, err
	}
	err = readTable(dir, "areas.csv", "prefix,name,region,from,to", func(r *row) {
		a := area{prefix: r.must("prefix"), name: r.must("name"), region: r.must("region"), in: r.period()}
		if !fourDigits(a.prefix) && !fourDigits(a.prefix+"00") {
			r.wrong("prefix", "%q is not two digits (a county) or four (a municipality)", a.prefix)
		}
		if !known[a.region] {
			r.wrong("region", "%q is not in regions.csv", a.region)
		}
		for _, other := range o.areas {
			if other.prefix == a.prefix && overlap(other.in, a.in) {
				r.wrong("prefix", "%q stands twice for the same days", a.prefix)
			}
		}
		o.areas = append(o.areas, a)
	})
	return o, err
}

func overlap(a, b day.Period) bool {
	return (a.To.IsZero() || b.From.IsZero() || !b.From.After(a.To)) && (b.To.IsZero() || a.From.IsZero() || !a.From.After(b.To))
}

func has(dir fs.FS, file string) bool {
	_, err := fs.Stat(dir, file)
	return err == nil
}

// A row is one line of a table being read; the first mistake found in it is kept.
type row struct {
	file   string
	line   int
	column map[string]int
	fields []string
	err    error
}

// get gives the cell of a column, empty when the column may be missing and is.
func (r *row) get(field string) string {
	i, ok := r.column[field]
	if !ok {
		return ""
	}
	return strings.TrimSpace(r.fields[i])
}

func (r *row) must(field string) string {
	v := r.get(field)
	if v == "" {
		r.wrong(field, "is empty")
	}
	return v
}

func (r *row) number(field string) int {
	v := r.get(field)
	if v == "" {
		return 0
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 0 {
		r.wrong(field, "%q is not a whole number from 0 up", v)
	}
	return n
}

func (r *row) day(field string) day.Day {
	v := r.get(field)
	if v == "" {
		return day.Day{}
	}
	d, err := day.Parse(v)
	if err != nil {
		r.wrong(field, "%v", err)
	}
	return d
}

func (r *row) period() day.Period {
	p := day.Period{From: r.day("from"), To: r.day("to")}
	if r.err == nil && backwards(p) {
		r.wrong("to", "%s is before from %s", p.To, p.From)
	}
	return p
}

func (r *row) wrong(field, format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("%s line %d: %s: "+format, append([]any{r.file, r.line, field}, args...)...)
	}
}

// readTable reads a CSV file whose first line must name these columns in any order, and hands over each row; a column with a question mark may be missing. Spreadsheets
// in Norwegian write semicolons and a byte order mark; both are read.
func readTable(dir fs.FS, file, columns string, each func(*row)) error {
	b, err := fs.ReadFile(dir, file)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s is missing: it must have the columns %s", file, columns)
		}
		return fmt.Errorf("read %s: %w", file, err)
	}
	if !utf8.Valid(b) {
		return fmt.Errorf("%s is not UTF-8: save it as CSV UTF-8", file)
	}
	text := strings.TrimPrefix(string(b), "\ufeff")
	c := csv.NewReader(strings.NewReader(text))
	if first, _, _ := strings.Cut(text, "\n"); !strings.Contains(first, ",") && strings.Contains(first, ";") {
		c.Comma = ';'
	}
	head, err := c.Read()
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%s is empty: it must have the columns %s", file, columns)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	var want, may []string
	for _, name := range strings.Split(columns, ",") {
		if optional, ok := strings.CutSuffix(name, "?"); ok {
			may = append(may, optional)
		} else {
			want = append(want, name)
		}
	}
	columns = strings.Join(want, ",")
	column := make(map[string]int, len(want))
	for i, name := range head {
		name = strings.TrimSpace(name)
		if _, twice := column[name]; twice {
			return fmt.Errorf("%s line 1: column %s stands twice", file, name)
		}
		column[name] = i
	}
	for _, name := range want {
		if _, ok := column[name]; !ok {
			return fmt.Errorf("%s line 1: column %s is missing", file, name)
		}
	}
	for _, name := range may {
		if _, ok := column[name]; ok {
			want = append(want, name)
		}
	}
	if len(head) != len(want) {
		return fmt.Errorf("%s line 1: has %d columns, expected the %d columns %s", file, len(head), len(want), columns)
	}
	for {
		fields, err := c.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		line, _ := c.FieldPos(0)
		r := &row{file: file, line: line, column: column, fields: fields}
		each(r)
		if r.err != nil {
			return r.err
		}
	}
}
