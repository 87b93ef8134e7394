package clinic

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"
	"rettid/day"
)

func TestRegionOf(t *testing.T) {
	tests := []struct {
		municipality string
		on           day.Day
		want         string // empty: no region
	}{
		{"0301", day.On(2025, 4, 14), "sor-ost"}, // Oslo, through every reform
		{"0301", day.On(2015, 4, 14), "sor-ost"},
		{"4601", day.On(2025, 4, 14), "vest"}, // Bergen
		{"1201", day.On(2019, 12, 31), "vest"},
		{"5001", day.On(2025, 4, 14), "midt"}, // Trondheim
		{"1601", day.On(2017, 12, 31), "midt"},
		{"1804", day.On(2025, 4, 14), "nord"}, // Bodø
		{"5501", day.On(2024, 1, 1), "nord"},  // Tromsø after the split
		{"5401", day.On(2023, 12, 31), "nord"},
		{"1902", day.On(2019, 6, 1), "nord"},
		{"3005", day.On(2021, 6, 1), "sor-ost"}, // Drammen in Viken
		{"3301", day.On(2025, 6, 1), "sor-ost"},
		{"1507", day.On(2021, 6, 1), "midt"}, // Ålesund before Haram left it
		{"1508", day.On(2025, 6, 1), "midt"},
		{"1811", day.On(2025, 6, 1), "nord"}, // Bindal, on the border to Trøndelag
		{"1444", day.On(2019, 6, 1), "vest"}, // Hornindal became part of Volda in 2020 and changed region
		{"1577", day.On(2020, 6, 1), "midt"},
		{"1201", day.On(2025, 4, 14), "vest"}, // an address older than the day
		{"4601", day.On(2015, 4, 14), "vest"}, // an address newer than the day
		{"3005", day.Day{}, "sor-ost"},
		{"2100", day.On(2025, 1, 1), ""}, // Svalbard
		{"9999", day.On(2025, 1, 1), ""}, // unknown
		{"", day.On(2025, 1, 1), ""}, {"301", day.On(2025, 1, 1), ""}, {"03011", day.On(2025, 1, 1), ""}, {"03a1", day.On(2025, 1, 1), ""},
	}
	for _, tt := range tests {
		got, ok := Plain().RegionOf(tt.municipality, tt.on)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("RegionOf(%q, %s) = %q, %v; want %q", tt.municipality, tt.on, got, ok, tt.want)
		}
	}
	if name, ok := National().CountyOf("0711", day.On(2015, 1, 1)); !ok || name != "Vestfold" {
		t.Errorf("CountyOf(0711) = %q, %v", name, ok)
	}
}

// What lets a number out of date be read at all: no county number has served two regions.
func TestCountyNumbersKeepTheirRegion(t *testing.T) {
	region := make(map[string]string)
	for _, a := range National().areas {
		if before, seen := region[a.prefix]; seen && before != a.region {
			t.Errorf("county number %s serves both %s and %s", a.prefix, before, a.region)
		}
		region[a.prefix] = a.region
	}
	if len(region) < 30 {
		t.Errorf("only %d county numbers", len(region))
	}
}

// On any day since 2002 the counties in force are the right number: 19, then 18 from 2018, 11 from 2020 and 15 from 2024.
func TestCountiesInForce(t *testing.T) {
	for _, tt := range []struct {
		on   day.Day
		want int
	}{{day.On(2002, 1, 1), 19}, {day.On(2017, 12, 31), 19}, {day.On(2018, 1, 1), 18}, {day.On(2019, 12, 31), 18}, {day.On(2020, 1, 1), 11}, {day.On(2023, 12, 31), 11}, {day.On(2024, 1, 1), 15}} {
		n := 0
		for _, a := range National().areas {
			if covers(a.in, tt.on) {
				n++
			}
		}
		if n != tt.want {
			t.Errorf("%d counties on %s, want %d", n, tt.on, tt.want)
		}
	}
}

func TestAMunicipalityGoesBeforeItsCounty(t *testing.T) {
	files := demoFiles(t)
	files["regions.csv"] = &fstest.MapFile{Data: []byte("id,name\nsor-ost,A\nvest,B\nmidt,C\nnord,D\n")}
	files["areas.csv"] = &fstest.MapFile{Data: []byte("prefix,name,region,from,to\n18,Nordland,nord,,\n1811,Bindal,midt,2020-01-01,\n")}
	o, err := Load(files)
	if err != nil {
		t.Fatal(err)
	}
	for municipality, want := range map[string]string{"1811": "midt", "1812": "nord"} {
		if got, _ := o.RegionOf(municipality, day.On(2025, 1, 1)); got != want {
			t.Errorf("RegionOf(%s) = %s, want %s", municipality, got, want)
		}
	}
}

func TestRegionOfNeverPanics(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.String().Draw(t, "municipality")
		on := day.On(1900, 1, 1).Add(rapid.IntRange(0, 100000).Draw(t, "day"))
		region, ok := National().RegionOf(m, on)
		if ok != (region != "") {
			t.Fatalf("RegionOf(%q, %s) = %q, %v", m, on, region, ok)
		}
	})
}

func TestPlain(t *testing.T) {
	p, ok := Plain().Provider("HF")
	if !ok || p.Kind != Public || p.Region != "sor-ost" || p.Trust != "HF" {
		t.Fatalf("Plain has %+v", p)
	}
	for _, specialty := range []string{"orthopaedics", "anything at all"} {
		if _, ok := Plain().Unit("HF", specialty, day.On(2025, 1, 1)); !ok {
			t.Errorf("no unit for %q", specialty)
		}
	}
	if _, ok := Plain().Unit("OUS", "orthopaedics", day.On(2025, 1, 1)); ok {
		t.Error("a unit at an unknown provider")
	}
	if got := Plain().Tenants(); len(got) != 1 || got[0].ID != "HF" {
		t.Errorf("tenants %v", got)
	}
}

func TestDelegation(t *testing.T) {
	kne, ok := Demo().Provider("KNE")
	if !ok {
		t.Fatal("no KNE in the demonstration")
	}
	tests := []struct {
		area string
		on   day.Day
		in   bool
		any  bool
	}{
		{"knee_surgery", day.On(2019, 12, 31), false, false}, // before the first agreement
		{"knee_surgery", day.On(2020, 1, 1), true, true},
		{"knee_surgery", day.On(2023, 12, 31), true, true},
		{"knee_surgery", day.On(2024, 1, 1), true, true}, // the next agreement follows at once
		{"knee_surgery", day.On(2028, 1, 1), false, false},
		{"hip_surgery", day.On(2025, 1, 1), false, true}, // outside the area (G3.2-4), but delegated for something
	}
	for _, tt := range tests {
		if got := kne.Delegated(tt.area, tt.on); got != tt.in {
			t.Errorf("Delegated(%s, %s) = %v", tt.area, tt.on, got)
		}
		if got := kne.HasDelegation(tt.on); got != tt.any {
			t.Errorf("HasDelegation(%s) = %v", tt.on, got)
		}
	}
}

func TestUnit(t *testing.T) {
	o, err := New([]Provider{{
		ID: "OUS", Kind: Public, Region: "sor-ost", Sites: []Site{{ID: "A", Name: "Nord"}},
		Units: []Unit{
			{ID: "1", Name: "Alt", Specialties: []string{"*"}},
			{ID: "2", Name: "Ortopedi, gammel", Site: "A", Specialties: []string{"orthopaedics"}, In: day.Period{To: day.On(2024, 12, 31)}},
			{ID: "3", Name: "Ortopedi, ny", Site: "A", Specialties: []string{"hip_surgery", "orthopaedics"}, In: day.Period{From: day.On(2025, 1, 1)}},
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		specialty string
		on        day.Day
		want      string
	}{
		{"orthopaedics", day.On(2024, 12, 31), "2"}, {"orthopaedics", day.On(2025, 1, 1), "3"},
		{"hip_surgery", day.On(2024, 12, 31), "1"}, {"hip_surgery", day.On(2025, 1, 1), "3"}, {"neurology", day.On(2025, 1, 1), "1"},
	} {
		if u, ok := o.Unit("OUS", tt.specialty, tt.on); !ok || u.ID != tt.want {
			t.Errorf("Unit(%s, %s) = %q, want %q", tt.specialty, tt.on, u.ID, tt.want)
		}
	}
	p, _ := o.Provider("OUS")
	if p.Name != "OUS" || p.ShortName != "OUS" || p.Trust != "OUS" {
		t.Errorf("what was left out is filled as %+v", p)
	}
	for _, name := range []string{"A", "Nord"} {
		if s, ok := p.Site(name); !ok || s.ID != "A" {
			t.Errorf("Site(%s) = %v, %v", name, s, ok)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	good := func() Provider { return Provider{ID: "P", Kind: Public, Region: "vest"} }
	tests := []struct {
		name  string
		spoil func(*Provider)
		want  string
	}{
		{"no id", func(p *Provider) { p.ID = "" }, "no id"},
		{"kind", func(p *Provider) { p.Kind = "state" }, `kind "state"`},
		{"region", func(p *Provider) { p.Region = "øst" }, `region "øst"`},
		{"trust", func(p *Provider) { p.Trust = "Q" }, `trust "Q"`},
		{"org nr", func(p *Provider) { p.OrgNr = "974760674" }, "org_nr"},
		{"period", func(p *Provider) { p.In = day.Period{From: day.On(2025, 1, 2), To: day.On(2025, 1, 1)} }, "before from"},
		{"site name", func(p *Provider) { p.Sites = []Site{{ID: "A"}} }, "site lacks"},
		{"site twice", func(p *Provider) { p.Sites = []Site{{ID: "A", Name: "A"}, {ID: "A", Name: "B"}} }, `site "A" stands twice`},
		{"site municipality", func(p *Provider) { p.Sites = []Site{{ID: "A", Name: "A", Municipality: "301"}} }, "four digits"},
		{"unit site", func(p *Provider) { p.Units = []Unit{{ID: "U", Name: "U", Site: "A", Specialties: []string{"*"}}} }, `site "A" is not`},
		{"unit specialty", func(p *Provider) { p.Units = []Unit{{ID: "U", Name: "U"}} }, "no specialty"},
		{"unit weekly", func(p *Provider) { p.Units = []Unit{{ID: "U", Name: "U", Specialties: []string{"*"}, Weekly: -1}} }, "weekly"},
		{"unit name", func(p *Provider) { p.Units = []Unit{{ID: "U"}} }, "unit lacks"},
		{"area", func(p *Provider) { p.MayAssess = []Delegation{{}} }, "no area"},
		{"rhf", func(p *Provider) { p.MayAssess = []Delegation{{Area: "x", RHF: "y"}} }, `rhf "y"`},
	}
	for _, tt := range tests {
		p := good()
		tt.spoil(&p)
		if _, err := New([]Provider{p}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want one with %q", tt.name, err, tt.want)
		}
	}
	if _, err := New([]Provider{good(), good()}); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("the same provider twice gave %v", err)
	}
	if _, err := New([]Provider{good()}); err != nil {
		t.Errorf("the good one is refused: %v", err)
	}
}

func TestValidOrgNr(t *testing.T) {
	for nr, want := range map[string]bool{
		"974760673": true, "974760674": false, "889640782": true, "97476067": false, "9747606733": false, "97476067x": false, "": false,
	} {
		if validOrgNr(nr) != want {
			t.Errorf("validOrgNr(%q) = %v", nr, !want)
		}
	}
}

// The demonstration must look like a country: skewed sizes, every kind of provider, delegations past, present and to come,
// and nothing that could be taken for a real hospital's number.
func TestDemo(t *testing.T) {
	o, on := Demo(), day.On(2025, 4, 23)
	if n := len(o.Tenants()); n < 10 || n > 14 {
		t.Errorf("%d tenants, want 10 to 14", n)
	}
	for _, p := range o.Tenants() {
		if p.Kind != Public {
			t.Errorf("tenant %s is not a health trust", p.ID)
		}
	}
	kinds, regions, numbers := map[ProviderKind]int{}, map[string]int{}, map[string]string{}
	inForce, ended := 0, 0
	for _, p := range o.Providers() {
		kinds[p.Kind]++
		regions[p.Region]++
		for _, nr := range []string{p.OrgNr, "her " + p.HERID, "resh " + p.ResHID} {
			if other, twice := numbers[nr]; twice {
				t.Errorf("%s and %s share the number %s", p.ID, other, nr)
			}
			numbers[nr] = p.ID
		}
		if !strings.HasPrefix(p.OrgNr, "3") {
			t.Errorf("%s: organisation number %s could be a real one; real ones begin with 8 or 9", p.ID, p.OrgNr)
		}
		if len(p.Sites) == 0 || len(p.Units) == 0 {
			t.Errorf("%s has no site or no unit", p.ID)
		}
		for _, s := range p.Sites {
			if region, _ := o.RegionOf(s.Municipality, on); region != p.Region {
				t.Errorf("site %s lies in %s, its provider in %s", s.ID, region, p.Region)
			}
		}
		for _, u := range p.Units {
			if u.Weekly == 0 {
				t.Errorf("unit %s starts nobody", u.ID)
			}
			for _, key := range u.Specialties {
				if _, known := SpecialtyByKey(key); !known {
					t.Errorf("unit %s: specialty %q is not known", u.ID, key)
				}
			}
		}
		for _, d := range p.MayAssess {
			if covers(d.In, on) {
				inForce++
			} else {
				ended++
			}
		}
	}
	if kinds[Private] < 4 || kinds[ContractSpecialist] < 4 || len(regions) != 4 || inForce < 4 || ended < 1 {
		t.Errorf("kinds %v, regions %v, delegations in force %d, ended %d", kinds, regions, inForce, ended)
	}
	if kul, _ := o.Provider("KUL"); kul.HasDelegation(on) {
		t.Error("KUL's only agreement ended in 2024")
	}
	var sizes []int
	for _, p := range o.Tenants() {
		sum := 0
		for _, u := range p.Units {
			sum += u.Weekly
		}
		sizes = append(sizes, sum)
	}
	if slices.Max(sizes) < 8*slices.Min(sizes) {
		t.Errorf("the sizes are not skewed: %v", sizes)
	}
	for _, f := range o.Referrers() {
		if region, _ := o.RegionOf(f.Municipality, on); region != f.Region {
			t.Errorf("referrer %s lies in %s, not %s", f.ID, region, f.Region)
		}
	}
	if len(o.Referrers()) < 20 {
		t.Errorf("only %d referrers", len(o.Referrers()))
	}
}

func TestCodes(t *testing.T) {
	today := day.On(2025, 4, 23)
	tests := []struct {
		list, code string
		on         day.Day
		want       bool
	}{
		{"8444", "3", today, true}, {"8444", "4", day.On(2015, 10, 31), true}, {"8444", "4", day.On(2015, 11, 1), false}, {"8444", "1", today, false},
		{"8445", "7", today, true}, {"8445", "6", today, false}, {"8445", "8", today, false},
		{"8446", "21", today, true}, {"8446", "2", today, false},
		{"8451", "050", today, true}, {"8451", "50", today, false}, {"8451", "430", day.On(2016, 12, 31), false}, {"8451", "430", day.On(2017, 1, 1), true},
		{"8455", "11", today, true}, {"8485", "1", today, false}, {"8477", "31", today, true}, {"9180", "2", today, true}, {"8487", "2", today, false},
		{"9148", "11", today, true}, {"9146", "5", today, true}, {"8426", "70", today, true}, {"8406", "3", today, true}, {"8432", "6", today, true},
		{"8404", "28", today, true}, {"8404", "2", today, false}, {"8476", "9", today, true}, {"1", "1", today, false},
	}
	for _, tt := range tests {
		if got := Valid(tt.list, tt.code, tt.on); got != tt.want {
			t.Errorf("Valid(%s, %s, %s) = %v", tt.list, tt.code, tt.on, got)
		}
	}
	for _, list := range strings.Fields("8404 8406 8426 8432 8444 8445 8446 8451 8455 8476 8477 8487 9146 9148 9180") {
		if len(Codes(list)) < 2 || !slices.Contains(Lists(), list) {
			t.Errorf("list %s has %d codes", list, len(Codes(list)))
		}
	}
	if c, ok := CodeOf("8444", "4"); !ok || c.NB == "" {
		t.Error("a code no longer in use can't be shown")
	}
	if Codes("0") != nil {
		t.Error("a list that is not here has codes")
	}
}

func TestSpecialties(t *testing.T) {
	for key, code := range map[string]string{
		"orthopaedics": "050", "neurology": "250", "dermatology": "240", "mental_health": "320", "child_mental_health": "310", "addiction": "360",
		"gastroenterology": "140", "cardiology": "150", "ophthalmology": "300", "rehabilitation": "230", "oncology": "853", "gynaecology": "200",
		"surgery": "010", "radiology": "852", "physiotherapy": "900", "endocrinology": "130", "medical_genetics": "840", "laboratory": "822",
		"knee_surgery": "050", "hip_surgery": "050",
	} {
		if s, ok := SpecialtyByKey(key); !ok || s.Code != code {
			t.Errorf("SpecialtyByKey(%s) = %q, want %s", key, s.Code, code)
		}
	}
	if s, _ := SpecialtyByCode("050"); s.Key != "orthopaedics" {
		t.Errorf("050 is first of all %q", s.Key)
	}
	if s, _ := SpecialtyByGuide("ortopedi"); s.Key != "orthopaedics" {
		t.Errorf("the guide ortopedi is for %q", s.Key)
	}
	if _, ok := SpecialtyByGuide(""); ok {
		t.Error("no guide finds a specialty")
	}
	// the guarantee covers 310, 320, 360, 365 and 370, and no other.
	for _, s := range Specialties() {
		if want := slices.Contains([]string{"310", "320", "360", "365", "370"}, s.Code); s.Guarantee65 != want {
			t.Errorf("%s (%s): guarantee %v", s.Key, s.Code, s.Guarantee65)
		}
	}
	for _, c := range Codes("8451") {
		if _, ok := SpecialtyByCode(c.Code); !ok {
			t.Errorf("code %s (%s) has no key", c.Code, c.NB)
		}
	}
}

func demoFiles(t testing.TB) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	dir := embedded("data/demo")
	names, err := fs.Glob(dir, "*.csv")
	if err != nil || len(names) != 8 {
		t.Fatalf("the demonstration has files %v, %v", names, err)
	}
	for _, name := range names {
		b, err := fs.ReadFile(dir, name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: b}
	}
	return files
}

func TestLoadRefuses(t *testing.T) {
	tests := []struct{ name, file, data, want string }{
		{"missing file", "units.csv", "", "units.csv is missing"},
		{"empty file", "units.csv", " ", "units.csv"},
		{"column missing", "sites.csv", "provider,id,name\n", "sites.csv line 1: column municipality is missing"},
		{"column twice", "sites.csv", "provider,id,name,name\n", "column name stands twice"},
		{"column too many", "sites.csv", "provider,id,name,municipality,x\n", "expected the 4 columns"},
		{"short row", "sites.csv", "provider,id,name,municipality\nFJO,A\n", "sites.csv"},
		{"not UTF-8", "sites.csv", "provider,id,name,municipality\nFJO,A,\xff,\n", "sites.csv is not UTF-8"},
		{"unknown provider", "sites.csv", "provider,id,name,municipality\nXXX,A,B,\n", `sites.csv line 2: provider: "XXX"`},
		{"municipality", "sites.csv", "provider,id,name,municipality\nFJO,A,B,46\n", `sites.csv line 2: municipality: "46"`},
		{"unit site", "units.csv", "provider,id,name,site,specialties,weekly,from,to\nFJO,A,B,ZZZ,neurology,1,,\n", `units.csv line 2: site: "ZZZ"`},
		{"unit weekly", "units.csv", "provider,id,name,site,specialties,weekly,from,to\nFJO,A,B,,neurology,mange,,\n", `units.csv line 2: weekly: "mange"`},
		{"unit date", "units.csv", "provider,id,name,site,specialties,weekly,from,to\nFJO,A,B,,neurology,1,2025-02-30,\n", "units.csv line 2: from: "},
		{"unit period", "units.csv", "provider,id,name,site,specialties,weekly,from,to\nFJO,A,B,,neurology,1,2025-02-02,2025-02-01\n", "units.csv line 2: to: "},
		{"unit twice", "units.csv", "provider,id,name,site,specialties,weekly,from,to\nFJO,A,B,,neurology,1,,\nFJO,A,B,,neurology,1,,\n", "units.csv line 3: id: "},
		{"delegation without source", "delegations.csv", "provider,area,rhf,source,from,to\nKNE,knee_surgery,vest,,2020-01-01,\n", "delegations.csv line 2: source: is empty"},
		{"delegation without date", "delegations.csv", "provider,area,rhf,source,from,to\nKNE,knee_surgery,vest,avtale,,\n", "delegations.csv line 2: from: is empty"},
		{"delegated contract specialist", "delegations.csv", "provider,area,rhf,source,from,to\nAV1,ophthalmology,vest,avtale,2020-01-01,\n", "contract specialist"},
		{"region", "providers.csv", providerHead + "P,P,,public,øst,,,,,,\n", `providers.csv line 2: region: "øst"`},
		{"kind", "providers.csv", providerHead + "P,P,,state,vest,,,,,,\n", `providers.csv line 2: kind: "state"`},
		{"org nr", "providers.csv", providerHead + "P,P,,public,vest,,123,,,,\n", "providers.csv line 2: org_nr: "},
		{"trust", "providers.csv", providerHead + "P,P,,public,vest,Q,,,,,\n", `providers.csv line 2: trust: "Q"`},
		{"provider twice", "providers.csv", providerHead + "P,P,,public,vest,,,,,,\nP,P,,public,vest,,,,,,\n", `providers.csv line 3: id: "P"`},
		{"referrer region", "referrers.csv", "id,name,role,municipality,region,size,org_nr,her_id\nG,G,gp,0301,øst,1,,\n", `referrers.csv line 2: region: "øst"`},
		{"regions without areas", "regions.csv", "id,name\nvest,V\n", "areas.csv is missing"},
	}
	for _, tt := range tests {
		files := demoFiles(t)
		if tt.data == "" {
			delete(files, tt.file)
		} else {
			files[tt.file] = &fstest.MapFile{Data: []byte(tt.data)}
		}
		if _, err := Load(files); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want one with %q", tt.name, err, tt.want)
		}
	}
}

const providerHead = "id,name,short_name,kind,region,trust,org_nr,resh_id,her_id,from,to\n"

// An installation's files come from a spreadsheet: semicolons, a byte order mark, columns in another order, files left out.
func TestLoadFromASpreadsheet(t *testing.T) {
	o, err := Load(fstest.MapFS{
		"providers.csv": {Data: []byte("\ufeffname;id;short_name;kind;region;trust;org_nr;resh_id;her_id;from;to\r\nEksempel sykehus;EKS;;public;vest;;;;;;\r\n")},
		"sites.csv":     {Data: []byte("provider;id;name;municipality\r\nEKS;1;Eksempelvik;4601\r\n")},
		"units.csv":     {Data: []byte("provider;id;name;site;specialties;weekly;from;to\r\nEKS;1;Poliklinikk;1;neurology pain;12;2020-01-01;\r\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	p, ok := o.Provider("EKS")
	if !ok || p.Name != "Eksempel sykehus" || p.Units[0].Weekly != 12 || !p.Units[0].Does("pain", day.On(2020, 1, 1)) || p.Units[0].Does("pain", day.On(2019, 12, 31)) {
		t.Errorf("read as %+v", p)
	}
	if len(o.Regions()) != 4 {
		t.Errorf("the national regions are not there: %v", o.Regions())
	}
}

func FuzzLoad(f *testing.F) {
	base := demoFiles(f)
	for name, file := range base {
		f.Add(name, string(file.Data[:min(len(file.Data), 400)]))
	}
	f.Add("areas.csv", "prefix,name,region,from,to\n03,Oslo,sor-ost,,\n")
	f.Add("units.csv", "provider;id;name;site;specialties;weekly;from;to\nFJO;1;A;;*;1;;\n")
	f.Fuzz(func(t *testing.T, name, data string) {
		files := fstest.MapFS{}
		for n, file := range base {
			files[n] = file
		}
		if !fs.ValidPath(name) || strings.Contains(name, "/") || name == "." {
			return
		}
		files[name] = &fstest.MapFile{Data: []byte(data)}
		o, err := Load(files)
		if err != nil {
			return
		}
		for _, p := range o.Providers() {
			if p.ID == "" || p.Trust == "" {
				t.Fatalf("accepted %+v", p)
			}
			o.Unit(p.ID, "neurology", day.On(2025, 1, 1))
		}
		o.RegionOf("0301", day.On(2025, 1, 1))
	})
}

// Every list has a name and a source, and no national list takes codes of a house's own.
func TestEveryListIsNamed(t *testing.T) {
	for _, number := range Lists() {
		l, ok := CodeList(number)
		if !ok {
			t.Errorf("list %s is not in lists.csv", number)
			continue
		}
		if l.Local || (l.Source != "volven" && l.Source != "npr") || (l.OID() == "") != (l.Source == "npr") {
			t.Errorf("list %s: %+v", number, l)
		}
	}
	if _, ok := CodeList("0"); ok {
		t.Error("a list that is not here has a name")
	}
}

func TestGuideArea(t *testing.T) {
	for key, want := range map[string]string{"hip_surgery": "orthopaedics", "knee_surgery": "orthopaedics", "orthopaedics": "orthopaedics", "physiotherapy": "physiotherapy", "radiology": "radiology", "fritekst": "fritekst", "": ""} {
		if got := GuideArea(key); got != want {
			t.Errorf("the guide of %q is that of %q, not %q", key, got, want)
		}
	}
}
