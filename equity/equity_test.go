package equity

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rettid/day"
)

// The worked example of exceptions.md 7.3.
var example = []struct {
	area, region           string
	young, old             float64
	oYoung, oOld           int
	granted, refused, left int
}{
	{"Nordvik", "Nord", 120000, 40000, 3, 3, 3, 2, 1},
	{"Fjordane", "Vest", 150000, 45000, 5, 6, 6, 4, 1},
	{"Byfjord", "Vest", 280000, 70000, 16, 15, 18, 9, 4},
	{"Midtdal", "Midt", 200000, 60000, 7, 8, 7, 7, 1},
	{"Storby", "SørØst", 420000, 90000, 38, 26, 37, 20, 7},
	{"Innland", "SørØst", 190000, 75000, 8, 11, 8, 8, 3},
}

// How many of each region's decided cases come from areas of low education: granted, not (the rest are high).
var low = map[string][2]int{"Nord": {1, 2}, "Vest": {5, 7}, "Midt": {2, 4}, "SørØst": {7, 13}}

var days = map[string][]int{"Nord": {9, 12, 14, 15, 21, 30}, "Midt": {6, 7, 8, 8, 9, 10, 10, 11, 12, 13, 14, 16, 19, 22, 41}}

func workedExample() Input {
	in := Input{Settings: Default()}
	lows := make(map[string]*[2]int)
	for region, n := range low {
		lows[region] = &[2]int{n[0], n[1]}
	}
	waits := make(map[string][]int)
	for region, n := range days {
		waits[region] = slices.Clone(n)
	}
	for _, e := range example {
		in.Population = append(in.Population, Group{Area: e.area, Region: e.region, AgeGroup: "18-64", Population: e.young},
			Group{Area: e.area, Region: e.region, AgeGroup: "65+", Population: e.old})
		for i := range e.oYoung + e.oOld {
			c := Case{Area: e.area, Region: e.region, AgeGroup: "18-64", Quintile: 4, Outcome: Granted}
			if i >= e.oYoung {
				c.AgeGroup = "65+"
			}
			not := 0
			if i >= e.granted {
				c.Outcome, not = Refused, 1
			}
			if i >= e.granted+e.refused {
				c.Outcome = Other
			}
			if n := lows[e.region]; n[not] > 0 {
				n[not]--
				c.Quintile = 1 + i%2
			}
			if w := waits[e.region]; len(w) > 0 {
				c.Received = day.On(2025, 1, 1)
				c.Decided = c.Received.Add(w[0])
				waits[e.region] = w[1:]
			}
			in.Cases = append(in.Cases, c)
		}
	}
	for i, o := range []float64{18, 23, 28, 33, 44} {
		in.Quintiles = append(in.Quintiles, Quintile{i + 1, 348000, o, []float64{31.2, 30.1, 29.0, 28.3, 27.4}[i]})
	}
	return in
}

func TestWorkedExample(t *testing.T) {
	r := Review(workedExample())
	close := func(what string, got *float64, want float64) {
		t.Helper()
		digits := 1e-6
		if want < 1e-3 {
			digits = 1e-3 * want
		}
		if got == nil {
			t.Errorf("%s: not computed, want %v", what, want)
		} else if math.Abs(*got-want) > digits {
			t.Errorf("%s: %v, want %v", what, *got, want)
		}
	}
	for i, w := range []struct {
		o                        int
		e, r, sr, lo, hi, a      float64
		lo998, lo95, hi95, hi998 float64
		signal                   Signal
	}{
		{6, 14.057276, 3.7500, 0.426825, 0.156637, 0.929019, 3.5814, 0.243873, 0.474232, 1.521994, 1.888132, Amber},
		{11, 16.663700, 5.6410, 0.660118, 0.329528, 1.181133, 5.5389, 0.304915, 0.517143, 1.479449, 1.808253, None},
		{31, 28.563467, 8.8571, 1.085302, 0.737410, 1.540500, 9.1066, 0.457206, 0.632929, 1.364920, 1.608323, None},
		{15, 22.218266, 5.7692, 0.675120, 0.377860, 1.113508, 5.6648, 0.387689, 0.584560, 1.415298, 1.696004, None},
		{64, 40.121517, 12.5490, 1.595154, 1.228463, 2.036976, 13.3846, 0.535652, 0.689688, 1.309079, 1.510489, Red},
		{19, 24.375774, 7.1698, 0.779462, 0.469287, 1.217227, 6.5403, 0.415054, 0.601422, 1.394704, 1.663013, None},
	} {
		a := r.Areas[i]
		if a.Area != example[i].area || *a.Observed != w.o || *a.Signal != w.signal {
			t.Errorf("%s: %d %s, want %d %s", a.Area, *a.Observed, *a.Signal, w.o, w.signal)
		}
		close(a.Area+" E", a.Expected, w.e)
		close(a.Area+" SR", a.SR, w.sr)
		close(a.Area+" lo", a.SRLo, w.lo)
		close(a.Area+" hi", a.SRHi, w.hi)
		close(a.Area+" 99.8 lo", a.Limit998Lo, w.lo998)
		close(a.Area+" 95 lo", a.Limit95Lo, w.lo95)
		close(a.Area+" 95 hi", a.Limit95Hi, w.hi95)
		close(a.Area+" 99.8 hi", a.Limit998Hi, w.hi998)
		close(a.Area+" r", ptr(math.Round(*a.Rate*1e4)/1e4), w.r)
		close(a.Area+" a", ptr(math.Round(*a.AdjustedRate*1e4)/1e4), w.a)
	}
	o := r.Overall
	if *o.Observed != 146 || o.Population != 1740000 || *o.DF != 5 || SignalOf(o.P) != Red {
		t.Errorf("%+v", o)
	}
	close("rate", o.Rate, 8.390805)
	close("EQ", o.EQ, 3.737253)
	close("CV u", o.CVu, 0.476195)
	close("CV w", o.CVw, 0.406261)
	close("SCV", o.SCV, 11.376722)
	close("X2", o.X2, 24.493066)
	close("p", o.P, 1.745e-4)
	close("phi", o.Phi, 4.898613)
	close("Gini", o.Gini, 0.200874)
	g := r.Grants
	close("CMH", g.Chi2, 6.645532)
	close("CMH p", g.P, 0.009940)
	close("CMH corrected", g.Chi2Corrected, 5.730140)
	close("CMH corrected p", g.PCorrected, 0.016676)
	close("OR", g.OddsRatio, 0.370371)
	close("OR lo", g.ORLo, 0.174005)
	close("OR hi", g.ORHi, 0.788336)
	for i, w := range []struct {
		group         string
		k, n          int
		share, lo, hi float64
	}{
		{"low", 15, 41, 0.365854, 0.235898, 0.518793}, {"high", 64, 105, 0.609524, 0.513924, 0.697392}, {"all", 79, 146, 0.541096, 0.460249, 0.619836},
		{"Nord", 3, 6, 0.5, 0.187616, 0.812384}, {"Vest", 24, 42, 24.0 / 42, 0.422062, 0.708823}, {"Midt", 7, 15, 7.0 / 15, 0.248095, 0.698830},
		{"SørØst", 45, 83, 45.0 / 83, 0.435500, 0.645106},
	} {
		s := g.Shares[i]
		if s.Group != w.group || *s.Granted != w.k || *s.Decided != w.n {
			t.Errorf("%s %d/%d, want %+v", s.Group, *s.Granted, *s.Decided, w)
		}
		close(w.group, s.Share, w.share)
		close(w.group+" lo", s.Lo, w.lo)
		close(w.group+" hi", s.Hi, w.hi)
	}
	q := r.Quintiles
	for i, w := range []float64{0.576923, 0.764120, 0.965517, 1.166078, 1.605839} {
		close(fmt.Sprint("quintile ", i+1), q.SR[i], w)
	}
	close("ratio", q.Ratio51, 2.783455)
	close("C population", q.ConcentrationPopulation, 0.169863)
	close("C need", q.ConcentrationNeed, 0.194877)
	close("U", q.TrendU, 71.4)
	close("V", q.TrendV, 292.194795)
	close("z", q.TrendZ, 4.176976)
	close("trend p", q.TrendP, 2.954e-5)
	close("Nord median", r.Days[0].Median, 14.5)
	close("Nord p90", r.Days[0].P90, 30)
	close("Midt median", r.Days[2].Median, 11)
	close("Midt p90", r.Days[2].P90, 22)
	if w, _ := r.Days[0].Within(14); w != 0.5 {
		t.Error(w)
	}
	w, _ := r.Days[2].Within(14)
	close("Midt within 14", &w, 0.733333)
	if r.Tests.Count != 9 || math.Abs(r.Tests.ExpectedFalseAmbers-0.45) > 1e-9 {
		t.Errorf("%+v", r.Tests)
	}
	var rows []string
	for _, row := range r.Hidden {
		b, _ := json.Marshal(row)
		rows = append(rows, strings.NewReplacer(`"area":`, "", `"granted":`, "", `"refused":`, "", `"other":`, "", `"total":`, "", `"`, "", "{", "", "}", "").Replace(string(b)))
	}
	want := "Nordvik,:,:,:,6 Fjordane,6,:,:,11 Byfjord,18,:,:,31 Midtdal,:,7,:,15 Storby,37,20,7,64 Innland,:,8,:,19 All,79,50,17,146"
	if got := strings.Join(rows, " "); got != want {
		t.Errorf("suppressed\n%s\nwant\n%s", got, want)
	}
}

func TestChance(t *testing.T) {
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1.1e-6 {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	near("chi2", chi2Tail(3.841459, 1), 0.05)
	for o, w := range map[int][2]float64{0: {0, 3.688879}, 6: {2.201894, 13.059474}, 64: {49.287799, 81.726571}} {
		lo, hi := ExactPoisson(o)
		near(fmt.Sprint(o), lo, w[0])
		near(fmt.Sprint(o), hi, w[1])
	}
	lo, hi := Wilson(3, 9)
	near("Wilson", lo, 0.120584)
	near("Wilson", hi, 0.645798)
	for e, w := range map[float64][2]float64{4: {0.023, 1.969}, 16: {0.509, 1.488}} {
		if lo, hi := FunnelLimit(e, 0.025), FunnelLimit(e, 0.975); math.Abs(lo-w[0]) > 5e-4 || math.Abs(hi-w[1]) > 5e-4 {
			t.Errorf("E = %v: %v, %v", e, lo, hi)
		}
	}
	// X-1104: where 1.4 are expected, nothing below four applications is amber, and nothing low can be.
	if o, _ := Detectable(1.4); o != 4 || FunnelLimit(1.4, 0.025) != 0 {
		t.Error(o, FunnelLimit(1.4, 0.025))
	}
	// The cumulative distribution is the sum of its terms.
	rapid.Check(t, func(t *rapid.T) {
		mean := rapid.Float64Range(0.01, 200).Draw(t, "mean")
		y := rapid.IntRange(0, 300).Draw(t, "y")
		sum, term := 0.0, math.Exp(-mean)
		for i := range y + 1 {
			sum += term
			term *= mean / float64(i+1)
		}
		if math.Abs(sum-poissonCDF(y, mean)) > 1e-9 {
			t.Fatalf("F(%d; %v) = %v, the sum is %v", y, mean, poissonCDF(y, mean), sum)
		}
	})
}

// X-1101: the published numbers of 2015–2017, without age.
func TestPublished(t *testing.T) {
	var in Input
	for _, a := range []struct {
		name string
		n    float64
		o    int
	}{{"Nord", 484000, 1}, {"Midt", 720000, 4}, {"Vest", 1100000, 18}, {"Sør-Øst", 2960000, 68}} {
		in.Population = append(in.Population, Group{Area: a.name, Region: a.name, AgeGroup: "all", Population: a.n})
		for range a.o {
			in.Cases = append(in.Cases, Case{Area: a.name, Region: a.name, AgeGroup: "all"})
		}
	}
	r := Review(in)
	if r.Overall.X2 == nil || math.Abs(*r.Overall.X2-17.81) > 0.005 || math.Abs(*r.Overall.P-4.8e-4) > 5e-6 {
		t.Errorf("X2 %v, p %v", *r.Overall.X2, *r.Overall.P)
	}
	for i, want := range []Signal{Amber, Amber, None, Amber} {
		if *r.Areas[i].Signal != want {
			t.Errorf("%s is %s, want %s", r.Areas[i].Area, *r.Areas[i].Signal, want)
		}
	}
	if r.Overall.EQ != nil {
		t.Error("EQ with fewer than five in an area")
	}
}

// with too few, nothing is computed; and nothing divides by nothing.
func TestTooFew(t *testing.T) {
	for name, in := range map[string]Input{
		"nothing":      {},
		"nobody":       {Population: []Group{{Area: "a", Region: "r", AgeGroup: "x"}}},
		"no cases":     {Population: []Group{{Area: "a", Region: "r", AgeGroup: "x", Population: 1000}}},
		"one":          {Population: []Group{{Area: "a", Region: "r", AgeGroup: "x", Population: 1000}, {Area: "b", Region: "r", AgeGroup: "x"}}, Cases: []Case{{Area: "a", Region: "r", AgeGroup: "x"}}},
		"elsewhere":    {Population: []Group{{Area: "a", Region: "r", AgeGroup: "x", Population: 1000}}, Cases: []Case{{Area: "z", Region: "q", AgeGroup: "y", Outcome: Granted, Quintile: 3}}},
		"no quintiles": {Quintiles: []Quintile{{1, 0, 0, 0}, {2, 0, 0, 0}, {3, 0, 0, 0}, {4, 0, 0, 0}, {5, 0, 0, 0}}},
	} {
		r := Review(in)
		b, err := json.Marshal(r)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if r.Overall.X2 != nil || r.Overall.EQ != nil || r.Grants.Chi2 != nil || r.Quintiles.TrendZ != nil {
			t.Errorf("%s: %s", name, b)
		}
		if _, err := json.Marshal(r.Public(Default())); err != nil {
			t.Errorf("%s, public: %v", name, err)
		}
	}
}

// The order of the cases changes nothing; ten times the people and nothing else changes no ratio.
func TestOrderAndScale(t *testing.T) {
	in := workedExample()
	want, _ := json.Marshal(Review(in))
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(in.Cases), func(i, j int) { in.Cases[i], in.Cases[j] = in.Cases[j], in.Cases[i] })
	if got, _ := json.Marshal(Review(in)); string(got) != string(want) {
		t.Errorf("in another order: %s\nwant %s", got, want)
	}
	before := Review(in)
	for i := range in.Population {
		in.Population[i].Population *= 10
	}
	after := Review(in)
	for i := range after.Areas {
		if math.Abs(*after.Areas[i].SR-*before.Areas[i].SR) > 1e-9 || math.Abs(*after.Areas[i].Rate*10-*before.Areas[i].Rate) > 1e-9 {
			t.Errorf("%s: %v and %v", after.Areas[i].Area, *after.Areas[i].SR, *before.Areas[i].SR)
		}
	}
}

// One who knows the public table, its margins and the rule can't tell any hidden number, nor that it is one of few: every hidden element has at least two
// values that fit, and the hidden ones of a line with its total shown sum to the threshold.
func TestAttacker(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.IntRange(1, 5).Draw(t, "rows")
		table := make([][]Count, rows+1)
		for i := range table {
			table[i] = make([]Count, 4)
		}
		for i := range rows {
			for j := range 3 {
				n := rapid.IntRange(0, 12).Draw(t, "n")
				for _, at := range [][2]int{{i, j}, {rows, j}, {i, 3}, {rows, 3}} {
					table[at[0]][at[1]].N += n
				}
			}
		}
		out := Suppress(table, 5)
		lines := make([][]*Count, 0)
		for i := range out {
			var line []*Count
			for j := range out[i] {
				if n := out[i][j].N; n > 0 && n < 5 && !out[i][j].Hidden {
					t.Fatalf("%d is shown", n)
				}
				line = append(line, &out[i][j])
			}
			lines = append(lines, line)
		}
		for j := range 4 {
			var line []*Count
			for i := range out {
				line = append(line, &out[i][j])
			}
			lines = append(lines, line)
		}
		for _, line := range lines {
			shown := slices.ContainsFunc(line, func(c *Count) bool { return !c.Hidden && c.N > 0 })
			if !guarded(line, 5) && shown {
				t.Fatalf("a line can be worked out: %+v", out)
			}
		}
	})
}

// A planted inequality is found, and is not found when the areas are dealt out anew.
func TestPlanted(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 11))
	var in Input
	for i := range 12 {
		area, region := fmt.Sprint("Område ", i), fmt.Sprint("Region ", i%4)
		in.Population = append(in.Population, Group{Area: area, Region: region, AgeGroup: "18+", Population: 100000})
		for range 30 {
			if i == 3 && rng.IntN(3) > 0 { // two of three never get to the door
				continue
			}
			in.Cases = append(in.Cases, Case{Area: area, Region: region, AgeGroup: "18+"})
		}
	}
	found := Review(in)
	for i, a := range found.Areas {
		if (*a.Signal == Red) != (i == 3) {
			t.Errorf("%s is %s; the planted one is the fourth", a.Area, *a.Signal)
		}
	}
	for i := range in.Cases {
		g := in.Population[rng.IntN(12)]
		in.Cases[i].Area, in.Cases[i].Region = g.Area, g.Region
	}
	dealt := Review(in)
	if SignalOf(dealt.Overall.P) == Red || *dealt.Areas[3].Signal == Red {
		t.Errorf("found in the shuffled copy: %v", *dealt.Overall.P)
	}
}

func TestPublic(t *testing.T) {
	r := Review(workedExample())
	p := r.Public(Default())
	b, _ := json.Marshal(p)
	for _, g := range p.Grants.Shares {
		switch hidden := g.Share == nil; g.Group {
		case "low", "high", "all":
			if hidden {
				t.Errorf("%s is hidden", g.Group)
			}
		default: // each region has an area with something hidden
			if !hidden || g.Granted != nil || g.Decided != nil {
				t.Errorf("%s is shown: %s", g.Group, b)
			}
		}
	}
	if p.Areas[0].SR == nil || p.Overall.X2 == nil {
		t.Errorf("areas with five or more are published: %s", b)
	}
	if strings.Contains(string(b), `"Nordvik","granted":3`) {
		t.Error("a hidden number is in the answer")
	}
	// With three applications in an area, neither it nor what is made from it is told.
	in := workedExample()
	in.Cases = slices.DeleteFunc(in.Cases, func(c Case) bool { return c.Area == "Nordvik" && c.AgeGroup == "65+" })
	p = Review(in).Public(Default())
	if p.Areas[0].Observed != nil || p.Areas[0].Rate != nil || p.Overall.X2 != nil || p.Areas[4].SR != nil || p.Days[0].N != nil {
		b, _ := json.Marshal(p)
		t.Errorf("%s", b)
	}
	if len(p.Days[0].Each) != 0 || p.Table != nil {
		t.Error("the waits themselves are in what is published")
	}
}

func TestRun(t *testing.T) {
	var cases []Case
	for _, d := range []day.Day{day.On(2025, 1, 5), day.On(2025, 1, 31), day.On(2025, 4, 1)} {
		cases = append(cases, Case{Received: d})
	}
	got := fmt.Sprint(Run(append(cases, Case{}), 3))
	if got != "[{2025-01-01 2 2} {2025-02-01 0 2} {2025-03-01 0 2} {2025-04-01 1 1}]" {
		t.Error(got)
	}
	if n := len(Within(cases, 3, day.On(2025, 4, 30))); n != 2 {
		t.Error(n)
	}
	if Run(nil, 36) != nil {
		t.Error("months without cases")
	}
}

// One year of few hides another with it, for the sum of all is known.
func TestPublicYears(t *testing.T) {
	var cases []Case
	for y, n := range map[int]int{2022: 9, 2023: 2, 2025: 7} {
		for range n {
			cases = append(cases, Case{Received: day.On(y, 6, 1)})
		}
	}
	var got string
	for _, y := range PublicYears(cases, 5) {
		n, _ := y.Cases.MarshalJSON()
		got += fmt.Sprintf("%d=%s ", y.Year.Year(), n)
	}
	if got != `2022=9 2023=":" 2024=0 2025=":" ` {
		t.Error(got)
	}
}

func TestRead(t *testing.T) {
	pop, f, err := ReadPopulation(strings.NewReader("\xEF\xBB\xBFArea;region;age_group;population;more\nA;R;18+;1000;\nA;R;18+;5;\nB;S;18+;x;\nA;S;65+;1;\n"), "pop.csv")
	if err != nil || len(pop) != 1 || len(f.Rejected) != 3 || f.Unknown[0] != "more" {
		t.Fatalf("%v %+v %v", pop, f, err)
	}
	for i, want := range []string{
		`pop.csv, line 3, column age_group, value "18+": the same area, age group and sex stand on line 2; keep one of them`,
		`pop.csv, line 4, column population, value "x": write a number from 0 up with a full stop for decimals, as 120000 or 31.2`,
		`pop.csv, line 5, column region, value "S": the area has the region R on an earlier line; an area lies in one region`,
	} {
		if f.Rejected[i].Error() != want {
			t.Errorf("%v\nwant %s", f.Rejected[i], want)
		}
	}
	cases, f, err := ReadCases(strings.NewReader("area,region,age_group,education_quintile,outcome,received,decided\nA,R,18+,5,granted,2025-01-01,2025-02-01\nX,R,18+,,,,\nA,S,18+,,,,\n"+
		"A,R,0-17,,,,\nA,R,18+,6,,,\nA,R,18+,,yes,,\nA,R,18+,,,2025-13-01,\nA,R,18+,,,2025-02-01,2025-01-01\nA,R,,,,,\n"), "cases.csv", pop)
	if err != nil || len(cases) != 1 || cases[0].Quintile != 5 || cases[0].Outcome != Granted || cases[0].Decided != day.On(2025, 2, 1) {
		t.Fatalf("%+v %v", cases, err)
	}
	var at []string
	for _, r := range f.Rejected {
		at = append(at, fmt.Sprintf("%d:%s", r.Line, r.Column))
	}
	if got := strings.Join(at, " "); got != "3:area 4:region 5:age_group 6:education_quintile 7:outcome 8:received 9:decided 10:age_group" {
		t.Error(got)
	}
	if _, _, err := ReadQuintiles(strings.NewReader("quintile,population,observed,expected\n1,2,3,4\n1,2,3,4\n"), "q.csv"); err == nil || !strings.Contains(err.Error(), "line 3, column quintile") {
		t.Error(err)
	}
	if _, _, err := ReadPopulation(strings.NewReader("area,region\n"), "p.csv"); err == nil || err.Error() != "p.csv: line 1: the column age_group is missing; add it and give every row a value" {
		t.Error(err)
	}
}

// Whatever the files hold, reading ends and the review can be written as JSON.
func FuzzRead(f *testing.F) {
	f.Add("area,region,age_group,population\nA,R,x,10\n", "area,region,age_group,outcome\nA,R,x,granted\n")
	f.Add("area;region;age_group;population;sex\nA;R;x;1e9;K\nB;R;x;0;M\n", "area,region,age_group,sex,education_quintile\nA,R,x,K,1\nB,R,x,M,5\n")
	f.Fuzz(func(t *testing.T, population, cases string) {
		p, _, err := ReadPopulation(strings.NewReader(population), "p")
		if err != nil {
			return
		}
		c, _, err := ReadCases(strings.NewReader(cases), "c", p)
		if err != nil {
			return
		}
		r := Review(Input{Cases: c, Population: p})
		for _, r := range []Result{r, r.Public(Default())} {
			if _, err := json.Marshal(r); err != nil {
				t.Fatal(err)
			}
		}
	})
}
