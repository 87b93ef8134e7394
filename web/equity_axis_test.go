package web

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"rettid/chart"
	"rettid/desk"
	"rettid/equity"
	"rettid/pdf"
	"rettid/words"
)

// The table of an axis has pages, is put in order by name and size and by nothing that would rank, and shows one region when asked.
func TestAxisTable(t *testing.T) {
	s, _ := newSite(t, Options{})
	v := &view{s: &site{desk: s.d}, frame: &frame{Lang: words.NB}}
	d := &equity.Dimension{Axis: equity.ByMunicipality, Rates: true}
	var in equity.Input
	for i := range perPage + 7 {
		area := fmt.Sprintf("99%02d", i)
		in.Population = append(in.Population, equity.Group{Area: area, Municipality: area, Region: []string{"nord", "vest"}[i%2], AgeGroup: "0+", Population: float64(10_000 + (i*37)%101*800)})
		for range i % 3 {
			in.Cases = append(in.Cases, equity.Case{Area: area, Municipality: area, Region: []string{"nord", "vest"}[i%2], AgeGroup: "0+"})
		}
	}
	*d = equity.ReviewBy(in, equity.ByMunicipality)[0]
	valuesOf := func(t axisTable, i int) (out []string) {
		for _, r := range t.Rows {
			out = append(out, strings.ReplaceAll(r[i], "\u00a0", ""))
		}
		return out
	}
	get := func(q string) axisTable {
		asked, err := url.ParseQuery(q)
		if err != nil {
			t.Fatal(err)
		}
		return v.axisTable(d, "/x", asked)
	}
	fixed := get("")
	if len(fixed.Rows) != perPage || fixed.Pages.Next == "" || fixed.Rows[0][0] != "9900" || len(fixed.Picks) != 1 {
		t.Errorf("%d rows, first %v, next page %q", len(fixed.Rows), fixed.Rows[0], fixed.Pages.Next)
	}
	var links []string
	for _, c := range fixed.Columns {
		if c.URL != "" {
			links = append(links, c.Text)
		}
	}
	if got := strings.Join(links, ", "); got != "Kommune, Innbyggere, Søkt, Ventet" {
		t.Errorf("it can be put in order by %s", got)
	}
	for _, by := range []string{"folk", "sokt", "ventet"} {
		i := slices.IndexFunc(fixed.Columns, func(c column) bool { return strings.Contains(c.URL, "ordne="+by) })
		up, down := get("ordne="+by), get("ordne=-"+by)
		if up.Columns[i].Sort != "ascending" || down.Columns[i].Sort != "descending" || up.Rows[0][i] == down.Rows[0][i] {
			t.Errorf("%s: %s first, and the other way %s", by, up.Rows[0][i], down.Rows[0][i])
		}
	}
	if got := valuesOf(get("ordne=folk"), 1); !slices.IsSorted(got) {
		t.Errorf("by people: %v", got)
	}
	for _, never := range []string{"forhold", "-rate", "x'y"} {
		if got := valuesOf(get("ordne="+url.QueryEscape(never)), 0); !slices.Equal(got, valuesOf(fixed, 0)) {
			t.Errorf("%s puts it in order", never)
		}
	}
	second := get("side=2&ordne=-navn")
	if len(second.Rows) != 7 || second.Rows[6][0] != "9900" || second.Pages.Prev == "" {
		t.Errorf("the second page: %v", valuesOf(second, 0))
	}
	if one := get("region=vest"); len(one.Rows) != (perPage+7)/2 || one.Rows[0][0] != "9901" {
		t.Errorf("of one region: %v", valuesOf(one, 0))
	}
	if none := get("region=midt"); len(none.Rows) != 0 || strings.Contains(none.Clear, "region") {
		t.Errorf("of a region with none: %v, %s", none.Rows, none.Clear)
	}
	if side := get("side=99"); len(side.Rows) != 7 {
		t.Errorf("a page that is not there shows %d rows", len(side.Rows))
	}
}

// A number that was not computed has a dash on the review's own page, where nothing is hidden, and EQ says why it is not there.
func TestNotComputedIsNotHidden(t *testing.T) {
	s, _ := newSite(t, Options{})
	v := &view{s: &site{desk: s.d}, frame: &frame{Lang: words.NB}}
	var in equity.Input
	for i, r := range equity.PublishedRegions {
		in.Population = append(in.Population, equity.Group{Area: r.Region, Region: r.Region, AgeGroup: "0+", Population: r.People})
		for range r.Cases + i {
			in.Cases = append(in.Cases, equity.Case{Area: r.Region, Region: r.Region, AgeGroup: "0+"})
		}
	}
	d := equity.ReviewBy(in, equity.ByRegion)[0]
	if says := v.axisNote(&d); strings.Contains(says, ":;") || !strings.Contains(says, "EQ ikke regnet ut (et område har under fem søknader)") {
		t.Error(says)
	}
	in.Cases = in.Cases[:3]
	d = equity.ReviewBy(in, equity.ByRegion)[0]
	_, rows := v.dimensionTable(&d, everyColumn)
	for _, r := range rows {
		for _, c := range r {
			if strings.Contains(c, ":") {
				t.Errorf("%v is marked as hidden", r)
			}
		}
	}
	k := v.knownFigures(desk.PracticeNumbers{From: today.Add(-800), To: today, Dimensions: []equity.Dimension{d}})
	if len(k.Regions) != 4 || len(k.Lines) != 5 || k.Regions[3][8] != "ikke vist nå" || len(k.Sights[0]) != 5 || k.Lines[1].Held != nil {
		t.Errorf("a review from before it was held against anything: %+v", k)
	}
	k = v.knownFigures(desk.PracticeNumbers{From: today.Add(-800), To: today, Dimensions: []equity.Dimension{d}, Known: &equity.Known{Access: equity.Route{Applied: 48}}})
	if len(k.Sights[0]) != len(k.Seen) || len(k.Seen) != 8 || len(k.Lines[1].Held) != 1 || !strings.Contains(strings.Join(k.Lines[3].Held, " "), "Med de 48 søknadene") {
		t.Errorf("%+v", k)
	}
}

// A paper's figures stand in it as drawings with looks of their own, and name nothing outside it: the maker of PDFs takes it.
func TestPaperHasItsFigures(t *testing.T) {
	f := chart.Caterpillar(chart.Frame{Lang: words.NB, ID: "larve", Title: "Forhold etter region", Subtitle: "Med intervall.", Unit: chart.Unit{Places: 2}}, 1, []chart.Spread{{Name: "Nord", Value: 0.4, Lo: 0.2, Hi: 0.9, Out: true}})
	var b bytes.Buffer
	if err := paperPage.Execute(&b, meetingDoc{Lang: words.NB, Title: "Papir", Parts: []docPart{{Head: "Tall", Cols: strings.Split("abcdefg", ""), Rows: [][]string{strings.Split("1234567", "")}}}, Figures: []figureView{{Figure: f}}}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<figure><svg ", ">Forhold etter region</text>", `fill="#b81a1a"`, `class="grid wide"`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the paper has no %s:\n%s", want, b.String())
		}
	}
	if _, _, err := pdf.Embedded().Make(t.Context(), b.Bytes()); err != nil {
		t.Error(err)
	}
}

// A finding in a list is named by whom it is about and what it is, not by its axis alone.
func TestFindingsAreNamed(t *testing.T) {
	s := newSeed(t)
	v := &view{s: &site{desk: s.d}, frame: &frame{Lang: words.NB, Today: today}}
	for f, want := range map[*equity.Finding]string{
		{Rule: "X-710", Code: "below_red", Axis: equity.ByRegion, Area: "midt"}:                "Region midt: færre søknader enn ventet",
		{Rule: "X-710", Code: "above_amber", Axis: equity.ByCatchment, Area: "FJO"}:            "Fjordvik sykehus: flere søknader enn ventet",
		{Rule: "X-710", Code: "below_amber", Axis: equity.ByCentrality, Area: "5-6"}:           "Minst sentralt (5–6): færre søknader enn ventet",
		{Rule: "I-5", Code: "spread_region", Axis: equity.ByRegion}:                            "Region: søkes ulikt",
		{Rule: "I-8", Code: "gradient_high", Axis: equity.ByEducation}:                         "Utdanning i området: søknader følger utdanning",
		{Rule: "I-4", Code: "stops", Axis: equity.ByTrust, Area: "STO"}:                        "Storevang sykehus: stopper en annen andel",
		{Rule: "I-7", Code: "contrast_less_education", Axis: equity.ByEducation}:               "Utdanning i området: innvilges ulikt",
		{Rule: "X-710", Code: "below_red", Axis: equity.ByMunicipality, Area: "no such place"}: "no_such_place: færre søknader enn ventet",
	} {
		if got := v.findingName(f.ID()); got != want {
			t.Errorf("%s: %q, want %q", f.ID(), got, want)
		}
	}
}
