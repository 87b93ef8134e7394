package clinic

import (
	"strings"
	"testing"
	"testing/fstest"

	"rettid/day"
)

func homes(t *testing.T, extra map[string]string) (*Org, error) {
	t.Helper()
	dir := fstest.MapFS{
		"providers.csv": {Data: []byte("id,name,short_name,kind,region,trust,org_nr,resh_id,her_id,from,to\nA,A,A,public,vest,,,,,,\nP,P,P,private,vest,,,,,,\n")},
		"sites.csv":     {Data: []byte("provider,id,name,municipality\n")}, "units.csv": {Data: []byte("provider,id,name,site,specialties,weekly,from,to\n")},
	}
	for name, text := range extra {
		dir[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return Load(dir)
}

// each table gives its own year; a district is read as its municipality where a table does not divide it; the edition is that of the year, or the one before.
func TestHomeOf(t *testing.T) {
	o, err := homes(t, map[string]string{"catchments.csv": "area,provider,year,name\n4601,A,2024,Byen\n", "centrality.csv": "area,class,year\n4601,2,2020\n4601,1,2024\n", "education.csv": "area,quintile,year\n460101,1,2023\n4601,4,2023\n"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		area string
		on   day.Day
		want Home
	}{
		{"4601", day.On(2025, 3, 1), Home{"Byen", "A", 2024, 1, 2024, 4, 2023}},
		{"4601", day.On(2023, 12, 31), Home{"Byen", "A", 2024, 2, 2020, 4, 2023}},
		{"460101", day.On(2025, 3, 1), Home{"Byen", "A", 2024, 1, 2024, 1, 2023}},
		{"460102", day.On(2025, 3, 1), Home{"Byen", "A", 2024, 1, 2024, 4, 2023}},
	} {
		if got, ok := o.HomeOf(tt.area, tt.on); !ok || got != tt.want {
			t.Errorf("%s on %s: %+v, want %+v", tt.area, tt.on, got, tt.want)
		}
	}
	for _, area := range []string{"", "0301", "46", "9999"} {
		if got, ok := o.HomeOf(area, day.On(2025, 1, 1)); ok {
			t.Errorf("%q is known: %+v", area, got)
		}
	}
	if r, ok := o.RegionOf("460101", day.On(2025, 1, 1)); !ok || r != "vest" {
		t.Errorf("a district has the region %q", r)
	}
}

// A mistake names file, line and field.
func TestHomesMistakes(t *testing.T) {
	for _, tt := range []struct{ file, text, says string }{
		{"catchments.csv", "area,provider,year\n4601,P,2024\n", `catchments.csv line 2: provider: "P" is not a public trust`},
		{"catchments.csv", "area,provider,year\n461,A,2024\n", "catchments.csv line 2: area"},
		{"centrality.csv", "area,class,year\n4601,7,2024\n", "centrality.csv line 2: class"},
		{"centrality.csv", "area,class,year\n4601,2,2024\n4601,3,2024\n", "centrality.csv line 3: area"},
		{"education.csv", "area,quintile,year\n4601,2,\n", "education.csv line 2: year"},
	} {
		if _, err := homes(t, map[string]string{tt.file: tt.text}); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v, want %s", tt.text, err, tt.says)
		}
	}
}

// In the fictitious Norway every area has a home in all three tables, and its trust lies in its region.
func TestDemoHomes(t *testing.T) {
	o := Demo()
	if len(o.HomeAreas()) < 30 {
		t.Fatalf("%d areas", len(o.HomeAreas()))
	}
	for _, a := range o.HomeAreas() {
		h, _ := o.HomeOf(a, day.On(2025, 6, 1))
		region, _ := o.RegionOf(a, day.On(2025, 6, 1))
		p, ok := o.Provider(h.Catchment)
		if !ok || p.Region != region || h.Centrality == 0 || h.Education == 0 || h.Name == "" {
			t.Errorf("%s: %+v in %s", a, h, region)
		}
	}
}
