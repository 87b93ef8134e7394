package chart

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rettid/day"
	"rettid/words"
)

// months are values from April 2023.
func months(values ...float64) []Point {
	out := make([]Point, len(values))
	for i, v := range values {
		m := 3 + i
		out[i] = Point{At: day.On(2023+m/12, m%12+1, 1), Value: v, URL: fmt.Sprintf("/liste?m=%d", i)}
	}
	return out
}

// waits are those of the mockup.
var waits = []float64{71, 70, 72, 69, 73, 71, 76, 70, 72, 74, 71, 73, 72, 70, 73, 71, 74, 72, 79, 66, 65, 64, 63, 62}

func frame(id string) Frame {
	return Frame{Lang: words.NB, ID: id, Title: "Ventetiden har falt, og det er ikke tilfeldig", Subtitle: "Gjennomsnittlig dager til start, per måned. Snitt og kontrollgrenser fra april 2023 til september 2024. Rute: utenfor grensene.", Unit: Unit{Word: "dager"}}
}

// every is one of each figure.
func every() []Figure {
	control := months(waits...)
	control[18].Cause = "ombygging i oktober"
	broken := months(5, 6, 7, Missing, 8, 9, 9)
	broken[5].New = true
	share := frame("trakt")
	share.Unit, share.Title = Unit{Percent: true, Places: 1}, "Fristene våre er på linje med landet"
	var places []Place
	for i := range 30 {
		places = append(places, Place{Name: fmt.Sprintf("Enhet %d", i), N: float64(40 + 23*i), Count: 4 + 2*i, Value: 0.087 + 0.02*math.Sin(float64(i))})
	}
	places = append(places, Place{Name: "Fjordvik", N: 410, Count: 41, Value: 0.10, Own: true}, Place{Name: "Nordvåg", N: 524, Count: 74, Value: 0.141}, Place{Name: "Lillesund", N: 287, Count: 6, Value: 0.021}, Place{Name: "Liten", N: 7, Value: Missing})
	bins := make([]Bin, 20)
	for i := range bins {
		bins[i] = Bin{From: float64(14 * i), To: float64(14 * (i + 1)), N: int(300 * math.Exp(-float64(i*i)/40))}
	}
	bins[18].Held, bins[19].To = true, 0
	return []Figure{
		Control(frame("kontroll"), ControlChart{Points: control, To: day.On(2024, 9, 30)}),
		TimeSeries(frame("serie"), Line{Name: "Fjordvik", Own: true, Points: months(waits...)}, Line{Name: "regionen", Points: months(waits[3:]...)}),
		TimeSeries(frame("brutt"), Line{Points: broken}),
		Seasons(frame("sesong"), months(waits...)),
		Funnel(share, FunnelChart{Places: places, Centre: 0.087, Named: "landet", Across: "vurderte henvisninger i mars 2025", Counted: true}),
		Bars(frame("stolper"), []Bar{{Name: "Ortopedi & <traumer>", Value: 372, Own: true}, {Name: "Hud", Value: Missing}, {Name: "Nevrologi", Value: 0}, {Name: "Øre, nese, hals", Value: 34}}, 0),
		Histogram(frame("fordeling"), bins, Mark{"median", 42}, Mark{"90 % innen", 120}),
		Tiles(frame("regioner"), []Tile{{"Nord", 0, 1, 71, ""}, {"Midt", 1, 1, 66, ""}, {"Vest", 2, 0, 62, ""}, {"Sør-Øst", 2, 1, Missing, ""}}),
		Caterpillar(frame("larve"), 1, []Spread{{"Region nord", 0.43, 0.16, 0.93, true, "gult"}, {"Et langt navn på et sykehusområde", 1.08, 0.74, 1.54, false, ""}, {"Liten", Missing, 0, 0, false, "for få"}, {"Storby", 1.6, 1.23, 9.04, true, "rødt"}}),
		Concentration(frame("kurve"), "innbyggere", "søknader", []Step{{"Kortest utdanning", 348000, 18}, {"2", 348000, 23}, {"3", 348000, 28}, {"4", 348000, 33}, {"Lengst utdanning", 348000, 44}}),
		Boxes(frame("boks"), []Box{Quarters("Nord", []int{9, 12, 14, 15, 21, 30}), Quarters("Vest", []int{1, 2}), Quarters("Ingen", nil), Quarters("Midt", []int{6, 7, 8, 8, 9, 10, 41})}),
		Balance(frame("balanse"), Flow{Opening: Part{Name: "ventet 1. mars", N: 1312}, In: []Part{{"Nyhenviste", 372, ""}, {"Flyttet hit", 34, ""}}, Out: []Part{{"Helsehjelp startet", 371, ""}, {"Andre", 63, ""}}, Closing: Part{Name: "ventet 31. mars", N: 1284}}),
	}
}

var place = regexp.MustCompile(` (?:x|y|x1|x2|y1|y2|cx|cy|width|height|r|d)="([^"]*)"`)

// Every drawing is sound markup without style, with a name, and with numbers for places; the file and the picture can be read; the table has as many cells
// in every row.
func TestEveryFigure(t *testing.T) {
	shots := os.Getenv("RETTID_SHOTS")
	for _, f := range every() {
		svg := f.SVG()
		for kind, s := range map[string]string{"page": svg, "file": string(f.File())} {
			d := xml.NewDecoder(strings.NewReader(s))
			for {
				tok, err := d.Token()
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatalf("%s, %s: %v", f.ID, kind, err)
				}
				if e, ok := tok.(xml.StartElement); ok {
					for _, a := range e.Attr {
						if a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") {
							t.Errorf("%s, %s: attribute %s", f.ID, kind, a.Name.Local)
						}
					}
				}
			}
			if strings.Contains(s, "NaN") || strings.Contains(s, "Inf") {
				t.Errorf("%s, %s draws what is no number", f.ID, kind)
			}
		}
		if !strings.Contains(svg, `role="img" aria-labelledby="`+f.ID+`-t"><title id="`+f.ID+`-t">`) || f.Label() == "" {
			t.Errorf("%s has no accessible name", f.ID)
		}
		for _, m := range place.FindAllStringSubmatch(svg, -1) {
			if m[1] == "" || strings.Contains(m[1], "e+") {
				t.Errorf("%s: a place is %q", f.ID, m[1])
			}
		}
		for i, r := range f.Rows {
			if len(r) != len(f.Head) {
				t.Errorf("%s: row %d has %d cells under %d heads", f.ID, i, len(r), len(f.Head))
			}
		}
		rows, err := csvRows(f.CSV())
		if err != nil || len(rows) != 1+len(f.Rows) {
			t.Errorf("%s: CSV of %d rows, %v", f.ID, len(rows), err)
		}
		picture, err := f.PNG()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := png.Decode(bytes.NewReader(picture)); err != nil {
			t.Errorf("%s: %v", f.ID, err)
		}
		if shots != "" {
			os.WriteFile(filepath.Join(shots, "chart-"+f.ID+".png"), picture, 0o644)
			os.WriteFile(filepath.Join(shots, "chart-"+f.ID+".svg"), f.File(), 0o644)
		}
	}
}

func csvRows(b []byte) ([][]string, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff"))))
	r.Comma = ';'
	return r.ReadAll()
}

// The mockup's control chart: its mean and limits, and what lies outside.
func TestControlChart(t *testing.T) {
	l, ok := XmR(waits[:18])
	if !ok || math.Abs(l.Mean-71.9) > 0.05 {
		t.Errorf("limits %+v", l)
	}
	// By hand: 4 6 7 3: mean 5, moves 2 1 4, mean move 7/3, reach 2.66 × 7/3.
	if l, _ := XmR([]float64{4, 6, 7, 3}); math.Abs(l.Mean-5) > 1e-12 || math.Abs(l.Upper-(5+2.66*7/3)) > 1e-12 || math.Abs(l.Lower-(5-2.66*7/3)) > 1e-12 {
		t.Errorf("limits by hand: %+v", l)
	}
	// No move is taken across a gap.
	if l, _ := XmR([]float64{1, 2, Missing, 9, 10}); math.Abs(l.Upper-l.Mean-2.66) > 1e-12 {
		t.Errorf("across a gap: %+v", l)
	}
	if _, ok := XmR([]float64{1, Missing, 2}); ok {
		t.Error("limits without neighbours")
	}
	f := Control(frame("k"), ControlChart{Points: months(waits...), Given: &Limits{71.9, 64.8, 78.9}})
	if got := strings.Join(f.Says, " "); got != "Over øvre grense i oktober 2024. Under nedre grense i januar 2025. Under nedre grense i februar 2025. Under nedre grense i mars 2025." {
		t.Errorf("it says %s", got)
	}
	if n := strings.Count(f.SVG(), `class="pt out"`); n != 4 {
		t.Errorf("%d diamonds", n)
	}
	if f.Rows[0][0].Text != "mars 2025" || f.Rows[0][1].Text != "62" || f.Rows[0][2].Text != "64,8–78,9" || f.Rows[0][3].Text != "under nedre grense" || f.Rows[0][1].URL != "/liste?m=23" {
		t.Errorf("the table begins %+v", f.Rows[0])
	}
}

func TestSignals(t *testing.T) {
	l := Limits{Mean: 10, Lower: 5, Upper: 15}
	eight := []float64{11, 12, 11, 12, 11, 12, 16, 11}
	for _, tt := range []struct {
		name   string
		values []float64
		fresh  []bool
		want   string
	}{
		{"nothing", []float64{9, 11, 10, 12}, nil, "0000"},
		{"seven are chance", []float64{11, 11, 11, 11, 11, 11, 11, 9}, nil, "00000000"},
		{"eight are not, one of them outside", eight, nil, "33333313"},
		{"one on the mean ends it", []float64{11, 11, 11, 11, 10, 11, 11, 11, 11}, nil, "000000000"},
		{"a gap ends it", []float64{9, 9, 9, 9, Missing, 9, 9, 9, 9}, nil, "000000000"},
		{"another definition ends it", []float64{9, 9, 9, 9, 9, 9, 9, 9}, []bool{false, false, false, true, false, false, false, false}, "00000000"},
		{"below", []float64{9, 9, 9, 9, 9, 9, 9, 9, 4, 12}, nil, "4444444420"},
		{"two runs", []float64{9, 9, 9, 9, 9, 9, 9, 9, 11, 11, 11, 11, 11, 11, 11, 11}, nil, "4444444433333333"},
	} {
		got := ""
		for _, s := range Signals(tt.values, l, tt.fresh) {
			got += itoa(int(s))
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	f := Control(frame("k"), ControlChart{Points: months(eight...), Given: &l})
	if n := strings.Count(f.SVG(), `class="run"`); n != 1 || f.Says[0] != "8 måneder på rad over snittet, fra april 2023." {
		t.Errorf("%d bands; %q", n, f.Says)
	}
}

// What is held back is a gap and a mark, and no nought.
func TestMissing(t *testing.T) {
	points := months(5, Missing, 7, 8)
	points[3].New = true
	f := TimeSeries(frame("s"), Line{Points: points})
	if f.Rows[2][1].Text != ":" || f.Rows[2][1].URL != "" {
		t.Errorf("a missing value is written %+v", f.Rows[2][1])
	}
	if n := strings.Count(f.SVG(), `class="line"`); n != 0 {
		t.Errorf("%d lines across gaps and definitions", n)
	}
	if !strings.Contains(string(f.CSV()), "mai 2023;:\r\n") {
		t.Errorf("CSV: %q", f.CSV())
	}
}

func TestFunnel(t *testing.T) {
	c := FunnelChart{Centre: 0.5, Places: []Place{{Name: "a", N: 100, Value: 0.66}, {Name: "b", N: 100, Value: 0.64}, {Name: "c", N: 100, Value: 0.59}}}
	for i, want := range []string{"above", "between", "within"} { // 1.96 × 5 % = 9.8 %; 3.09 × 5 % = 15.5 %
		if got := c.verdict(c.Places[i]); got != want || c.Outside(c.Places[i]) != (want == "above") {
			t.Errorf("%s is %s, want %s", c.Places[i].Name, got, want)
		}
	}
	f := Funnel(frame("f"), c)
	for name, want := range map[string]bool{">a 1<": true, ">b 1<": false, ">c 1<": false} { // values are written without decimals here
		if strings.Contains(f.SVG(), name) != want {
			t.Errorf("%s named: %v", name, !want)
		}
	}
}

func TestFlow(t *testing.T) {
	w := Flow{Opening: Part{N: 1312}, In: []Part{{N: 372}, {N: 34}}, Out: []Part{{N: 371}, {N: 63}}, Closing: Part{N: 1284}}
	if w.Unexplained() != 0 || w.Width(w.In[0]) != "100%" || w.Width(w.In[1]) != "9.1%" {
		t.Errorf("unexplained %d, widths %s %s", w.Unexplained(), w.Width(w.In[0]), w.Width(w.In[1]))
	}
	if w.Closing.N++; w.Unexplained() != 1 {
		t.Errorf("one too many is unexplained as %d", w.Unexplained())
	}
}

func TestSteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lo := rapid.Float64Range(-1e6, 1e6).Draw(t, "lo")
		hi := lo + rapid.Float64Range(1e-3, 1e6).Draw(t, "more")
		ticks, step := steps(lo, hi, 4)
		if len(ticks) < 2 || len(ticks) > 8 || ticks[0] > lo+step*1e-6 || ticks[len(ticks)-1] < hi-step*1e-6 {
			t.Fatalf("%v to %v: %v", lo, hi, ticks)
		}
	})
}

// Labels that are moved apart stay in order, apart and within.
func TestSpread(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ys := rapid.SliceOfN(rapid.Float64Range(0, 200), 1, 10).Draw(t, "ys")
		out := spread(ys, 15, 0, 200)
		for i := range out {
			for j := range out {
				if i != j && math.Abs(out[i]-out[j]) < 15-1e-9 {
					t.Fatalf("%v lie on one another", out)
				}
			}
		}
	})
}

// No text of anybody's becomes markup or a formula.
func TestTextsAreText(t *testing.T) {
	f := Bars(Frame{Lang: words.NB, ID: `"><script>`, Title: "<b>", Subtitle: "&"}, []Bar{{Name: `<img src=x>`, Value: 1}, {Name: "=1+1", Value: 2}}, 0)
	for _, s := range []string{f.SVG(), string(f.File())} {
		if strings.Contains(s, "<img") || strings.Contains(s, "<script") || strings.Contains(s, "<b>") {
			t.Error(s)
		}
	}
	if !strings.Contains(string(f.CSV()), "'=1+1;2") {
		t.Errorf("%q", f.CSV())
	}
}

func FuzzFigures(f *testing.F) {
	f.Add("a", 1.0, 2.0, 3)
	f.Add("<", math.NaN(), math.Inf(1), 0)
	f.Add("é", -1e300, 1e300, 40)
	f.Fuzz(func(t *testing.T, name string, a, b float64, n int) {
		if math.IsInf(a, 0) || math.IsInf(b, 0) || math.Abs(a) > 1e12 || math.Abs(b) > 1e12 {
			t.Skip()
		}
		n = min(max(n, 0), 60)
		var values []float64
		for i := range n {
			values = append(values, []float64{a, b}[i%2])
		}
		for _, x := range []Figure{TimeSeries(Frame{Title: name}, Line{Name: name, Points: months(values...)}), Control(Frame{Title: name}, ControlChart{Points: months(values...)}), Seasons(Frame{}, months(values...)),
			Bars(Frame{}, []Bar{{Name: name, Value: a}, {Name: name, Value: b}}, 0), Tiles(Frame{}, []Tile{{Name: name, Value: a}, {Name: name, Value: b}})} {
			if s := x.SVG(); strings.Contains(s, "NaN") || strings.Contains(s, "Inf") {
				t.Fatal(s)
			}
		}
	})
}

// A matrix says each number once in the drawing and once in the table; what is hidden is a mark, what is 0 is left blank.
func TestCrossing(t *testing.T) {
	f := Crossing(Frame{Lang: words.NB, ID: "flytting", Title: "Fra og til"}, Matrix{From: []string{"Fjord", "Sund"}, To: []string{"Fjord", "Sund"}, N: [][]float64{{0, 12}, {Missing, 0}}})
	if len(f.Rows) != 2 || f.Rows[0][2].Text != "12" || f.Rows[1][2].Text != Suppressed {
		t.Errorf("%+v", f.Rows)
	}
	svg := f.SVG()
	if strings.Count(svg, ">12<") != 1 || strings.Contains(svg, "NaN") || strings.Count(svg, "tile") != 4 {
		t.Error(svg)
	}
	if !strings.Contains(string(f.CSV()), "Fjord;Sund;12") {
		t.Errorf("%s", f.CSV())
	}
	if _, err := f.PNG(); err != nil {
		t.Error(err)
	}
}

// The quarters of numbers in order, by linear interpolation; of fewer than five there is no box.
func TestQuarters(t *testing.T) {
	b := Quarters("x", []int{9, 12, 14, 15, 21, 30})
	if b.Few || b.Least != 9 || b.Q1 != 12.5 || b.Mid != 14.5 || b.Q3 != 19.5 || b.Most != 30 {
		t.Errorf("quarters %+v", b)
	}
	if b := Quarters("x", []int{1, 2, 3, 4}); !b.Few {
		t.Error("four are drawn")
	}
	f := Boxes(frame("x"), []Box{Quarters("Få", []int{1, 2, 3, 4})})
	if got := string(f.CSV()); strings.Contains(got, "1,0") || !strings.Contains(got, "Få;4;:;:;:;:;:") {
		t.Errorf("the table of four: %s", got)
	}
}

// The curve ends where both are all, and the table holds the cumulative shares.
func TestConcentration(t *testing.T) {
	f := Concentration(frame("x"), "innbyggere", "søknader", []Step{{"a", 50, 10}, {"b", 50, 30}})
	if got := string(f.CSV()); !strings.Contains(got, "a;50,0;25,0") || !strings.Contains(got, "b;100,0;100,0") {
		t.Errorf("the table: %s", got)
	}
	if f := Concentration(frame("x"), "", "", nil); len(f.Rows) != 0 {
		t.Error("of nothing there are rows")
	}
}
