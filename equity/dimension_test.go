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

	"rettid/clinic"
	"rettid/day"
	"rettid/exception"
	"rettid/law"
)

// made is a population of four regions with three catchments each, spread over centrality, education, sex, age and need of an interpreter.
func made() []Group {
	var out []Group
	for a := range 12 {
		for q := 1; q <= 5; q++ {
			for _, sex := range []string{"female", "male"} {
				for _, age := range []string{"18-64", "65+"} {
					for _, tolk := range []string{"yes", "no"} {
						n := 8000.0
						if age == "65+" {
							n /= 3
						}
						if tolk == "yes" {
							n /= 8
						}
						out = append(out, Group{Area: fmt.Sprint("A", a), Region: fmt.Sprint("R", a/3), Municipality: fmt.Sprint("M", a, q), AgeGroup: age, Sex: sex, Interpreter: tolk, Population: n * float64(1+a%3),
							Quintile: q, Centrality: []string{"1-2", "3-4", "5-6"}[(a+q)%3]})
					}
				}
			}
		}
	}
	return out
}

// draw makes applications: people apply by their number, old four times as often, times more; granted with the chance, times better.
func draw(rng *rand.Rand, people []Group, n int, more func(*Group) float64, better func(*Case) float64) []Case {
	weights := make([]float64, len(people))
	sum := 0.0
	for i := range people {
		w := people[i].Population * more(&people[i])
		if people[i].AgeGroup == "65+" {
			w *= 4
		}
		sum += w
		weights[i] = sum
	}
	out := make([]Case, 0, n)
	for range n {
		u := rng.Float64() * sum
		i, _ := slices.BinarySearch(weights, u)
		g := &people[min(i, len(people)-1)]
		on := day.On(2024, 1, 1).Add(rng.IntN(700))
		c := Case{Area: g.Area, Region: g.Region, Municipality: g.Municipality, AgeGroup: g.AgeGroup, Sex: g.Sex, Interpreter: g.Interpreter, Quintile: g.Quintile, Centrality: g.Centrality, Trust: g.Area, Received: on, Decided: on.Add(rng.IntN(20))}
		c.Forwarded = rng.IntN(2) == 0
		if c.Outcome = Refused; rng.Float64() < 0.5*better(&c) {
			c.Outcome = Granted
		}
		out = append(out, c)
	}
	return out
}

func even(*Group) float64 { return 1 }
func alike(*Case) float64 { return 1 }
func signals(fs []Finding, axis Axis) (amber, red int) {
	for _, f := range fs {
		if f.Axis == axis {
			switch f.Signal {
			case Amber:
				amber++
			case Red:
				red++
			}
		}
	}
	return amber, red
}

// TestPlantedByEveryAxis: an inequality planted in one dimension is found in that dimension by nearly every draw, both at the door and in who is granted.
func TestPlantedByEveryAxis(t *testing.T) {
	people := made()
	few := func(is bool) float64 {
		if is {
			return 0.4
		}
		return 1
	}
	const draws = 12
	for _, tt := range []struct {
		name   string
		axis   Axis
		more   func(*Group) float64
		better func(*Case) float64
	}{
		{"fewer apply in a region", ByRegion, func(g *Group) float64 { return few(g.Region == "R1") }, alike},
		{"fewer apply in a catchment", ByCatchment, func(g *Group) float64 { return few(g.Area == "A5") }, alike},
		{"fewer apply far from towns", ByCentrality, func(g *Group) float64 { return few(g.Centrality == "5-6") }, alike},
		{"more apply from areas of long education", ByEducation, func(g *Group) float64 { return 0.5 + 0.25*float64(g.Quintile) }, alike},
		{"fewer apply with an interpreter", ByInterpreter, func(g *Group) float64 { return few(g.Interpreter == "yes") }, alike},
		{"fewer are granted in a region", ByRegion, even, func(c *Case) float64 { return few(c.Region == "R2") }},
		{"fewer are granted from areas of short education", ByEducation, even, func(c *Case) float64 { return few(c.Quintile <= 2) }},
		{"fewer are granted far from towns", ByCentrality, even, func(c *Case) float64 { return few(c.Centrality != "1-2") }},
		{"fewer are granted with an interpreter", ByInterpreter, even, func(c *Case) float64 { return few(c.Interpreter == "yes") }},
		{"fewer women are granted", BySex, even, func(c *Case) float64 { return few(c.Sex == "female") }},
		{"fewer old are granted", ByAge, even, func(c *Case) float64 { return few(c.AgeGroup == "65+") }},
	} {
		found := 0
		for i := range draws {
			rng := rand.New(rand.NewPCG(uint64(i), 3))
			_, red := signals(ReadOut(ReviewBy(Input{Population: people, Cases: draw(rng, people, 600, tt.more, tt.better)}, tt.axis)), tt.axis)
			if red > 0 {
				found++
			}
		}
		if found < draws*8/10 {
			t.Errorf("%s: found in %d of %d", tt.name, found, draws)
		}
	}
	stops := 0
	for i := range draws {
		rng := rand.New(rand.NewPCG(uint64(i), 4))
		cases := draw(rng, people, 600, even, alike)
		for j := range cases {
			if c := &cases[j]; c.Forwarded && c.Trust == "A8" && rng.IntN(10) < 8 {
				c.Stopped, c.Forwarded, c.Outcome = true, false, Refused
			}
		}
		if _, red := signals(ReadOut(ReviewBy(Input{Population: people, Cases: cases}, ByTrust)), ByTrust); red > 0 {
			stops++
		}
	}
	if stops < draws*8/10 {
		t.Errorf("one trust stops most: found in %d of %d", stops, draws)
	}
}

// TestFalseAlarms: where nothing is planted, each dimension gives no more signals than it says chance gives: over many draws at most one in twenty tests is amber or red, and one in a hundred red, with room
// for chance itself.
func TestFalseAlarms(t *testing.T) {
	people := made()
	const draws = 120
	type tally struct{ tests, amber, red int }
	got := make(map[Axis]*tally)
	for i := range draws {
		rng := rand.New(rand.NewPCG(uint64(i), 5))
		cases := draw(rng, people, 400, even, alike)
		for j := range cases {
			if c := &cases[j]; c.Forwarded && rng.IntN(6) == 0 {
				c.Stopped, c.Forwarded, c.Outcome = true, false, Refused
			}
		}
		for _, d := range ReviewBy(Input{Population: people, Cases: cases}, Axes...) {
			x := got[d.Axis]
			if x == nil {
				x = &tally{}
				got[d.Axis] = x
			}
			amber, red := signals(ReadOut([]Dimension{d}), d.Axis)
			x.tests += d.Tests
			x.amber += amber
			x.red += red
		}
	}
	for _, a := range Axes {
		x := got[a]
		if a == ByMunicipality {
			if x.tests+x.amber+x.red != 0 {
				t.Errorf("municipalities are judged: %+v", x)
			}
			continue
		}
		n := float64(x.tests)
		room := func(p float64) float64 { return n*p + 4*math.Sqrt(n*p) }
		if x.tests < draws || float64(x.amber+x.red) > room(0.05) || float64(x.red) > room(0.01) {
			t.Errorf("%s: %d tests in %d draws gave %d amber and %d red", a, x.tests, draws, x.amber, x.red)
		}
	}
}

// Age and sex are shown as rates and never as a signal of who applies: illness follows them.
func TestNeedIsNotJudged(t *testing.T) {
	people := made()
	rng := rand.New(rand.NewPCG(1, 1))
	in := Input{Population: people, Cases: draw(rng, people, 600, func(g *Group) float64 {
		if g.Sex == "male" {
			return 0.1
		}
		return 1
	}, alike)}
	for _, d := range ReviewBy(in, BySex, ByAge, ByMunicipality) {
		if d.Judged || !d.Rates {
			t.Errorf("%s: judged %t, rates %t", d.Axis, d.Judged, d.Rates)
		}
		for _, l := range d.Lines {
			if *l.Signal != None {
				t.Errorf("%s %s has the signal %s", d.Axis, l.Area.Area, *l.Signal)
			}
		}
	}
}

// The dimensions count the same cases, and what they can't place is told.
func TestDimensionsAddUp(t *testing.T) {
	people := made()
	rng := rand.New(rand.NewPCG(2, 1))
	cases := draw(rng, people, 300, even, alike)
	for i := range cases {
		if i%10 == 0 {
			cases[i].Interpreter, cases[i].Quintile = "", 0
		}
	}
	for _, d := range ReviewBy(Input{Population: people, Cases: cases}, Axes...) {
		sum, expected := d.Unplaced, 0.0
		for _, l := range d.Lines {
			sum += *l.Observed
			if l.Expected != nil {
				expected += *l.Expected
			}
		}
		if want := map[bool]int{true: 30}[d.Axis == ByInterpreter || d.Axis == ByEducation]; sum != 300 || d.Unplaced != want {
			t.Errorf("%s: %d cases, %d unplaced", d.Axis, sum, d.Unplaced)
		}
		if d.Rates && math.Abs(expected-float64(300-d.Unplaced)) > 1e-6 {
			t.Errorf("%s: %f expected of %d", d.Axis, expected, 300-d.Unplaced)
		}
	}
}

// The exact tails: of 10 with the chance a half, at most 1 is 11/1024.
func TestShareSignal(t *testing.T) {
	if lo, hi := binomialTails(1, 10, 0.5); math.Abs(lo-11.0/1024) > 1e-12 || math.Abs(hi-1023.0/1024) > 1e-12 {
		t.Errorf("tails %v and %v", lo, hi)
	}
	for _, tt := range []struct {
		k, n int
		p    float64
		want Signal
	}{{0, 0, 0.5, None}, {0, 1, 0.5, None}, {0, 5, 0.5, None}, {0, 6, 0.5, Amber}, {10, 10, 0.5, Red}, {9, 9, 0.5, Amber}, {3, 3, 1, None}, {0, 4, 0, None}} {
		if got := ShareSignal(tt.k, tt.n, tt.p); got != tt.want {
			t.Errorf("%d of %d at %v is %s, want %s", tt.k, tt.n, tt.p, got, tt.want)
		}
	}
}

// X-1101: the published counts of 2015 to October 2017 through the dimensions of the review: Sør-Øst amber high, Midt and Nord amber low, the spread red.
func TestPublishedFiguresByRegion(t *testing.T) {
	in := Input{}
	for _, r := range []struct {
		region string
		people float64
		cases  int
	}{{"sor-ost", 2_960_000, 68}, {"vest", 1_100_000, 18}, {"midt", 720_000, 4}, {"nord", 484_000, 1}} {
		in.Population = append(in.Population, Group{Area: r.region, Region: r.region, AgeGroup: "0+", Population: r.people})
		for range r.cases {
			in.Cases = append(in.Cases, Case{Area: r.region, Region: r.region, AgeGroup: "0+"})
		}
	}
	d := ReviewBy(in, ByRegion)[0]
	if math.Abs(*d.Overall.X2-17.81) > 0.01 || math.Abs(*d.Overall.P-4.8e-4) > 1e-5 || *d.Lines[0].Signal != Amber || *d.Lines[1].Signal != None || *d.Lines[2].Signal != Amber || *d.Lines[3].Signal != Amber {
		t.Errorf("X² %v, p %v, signals %s %s %s %s", *d.Overall.X2, *d.Overall.P, *d.Lines[0].Signal, *d.Lines[1].Signal, *d.Lines[2].Signal, *d.Lines[3].Signal)
	}
	// X-1104: sixteen a year, nine per cent of the people: nothing below four is a signal, and no low signal is possible.
	if o, ratio := Detectable(1.44); o != 4 || FunnelLimit(1.44, 0.025) != 0 || math.Abs(ratio-4/1.44) > 1e-9 {
		t.Errorf("detectable %d at %v", o, ratio)
	}
}

// TestPublishKeepsItsSecrets: in the year's layout no number from 1 to 4 is shown, the tables have the same last row, everything shown adds up in lines with a total, and nothing hidden is the only number
// that fits.
func TestPublishKeepsItsSecrets(t *testing.T) {
	people := made()
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 9))
		cases := draw(rng, people, rapid.IntRange(0, 250).Draw(t, "cases"), func(g *Group) float64 {
			if g.Region == "R3" {
				return 0.1
			}
			return 1
		}, func(c *Case) float64 {
			if c.Quintile == 1 {
				return 0.1
			}
			return 1
		})
		p := Publish(Input{Population: people, Cases: cases}, 2025, day.On(2023, 1, 1), day.On(2025, 12, 31), day.On(2026, 2, 1), rapid.IntRange(0, 9).Draw(t, "asked"))
		b, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		var back Publication
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatal(err)
		}
		if again, _ := json.Marshal(back); string(again) != string(b) {
			t.Fatal("read again it is another")
		}
		check := func(c Count) {
			if !c.Hidden && c.N > 0 && c.N < 5 {
				t.Fatalf("%d is shown", c.N)
			}
		}
		first := back.Tables[0].Rows[len(back.Tables[0].Rows)-1]
		for _, x := range back.Tables {
			last := x.Rows[len(x.Rows)-1]
			if last.Granted != first.Granted || last.Not != first.Not || last.Other != first.Other || last.Total != first.Total {
				t.Fatalf("%s: the last row is %+v, of the first table %+v", x.Axis, last, first)
			}
			cells := func(r PublicRow) []Count { return []Count{r.Granted, r.Not, r.Other, r.Total} }
			for _, r := range x.Rows {
				n := 0
				for _, c := range cells(r) {
					check(c)
					if c.Hidden {
						n++
					}
				}
				if n == 1 {
					t.Fatalf("%s, %s: one number is hidden, and can be worked out", x.Axis, r.Group)
				}
				if r.Total.Hidden && (r.Rate != nil || r.SR != nil || r.Share != nil && (r.Granted.Hidden || r.Not.Hidden)) {
					t.Fatalf("%s, %s: something is computed of what is hidden", x.Axis, r.Group)
				}
			}
			for j := range 4 {
				n := 0
				for _, r := range x.Rows {
					if cells(r)[j].Hidden {
						n++
					}
				}
				if n == 1 && len(x.Rows) > 1 {
					t.Fatalf("%s: column %d hides one number, which can be worked out", x.Axis, j)
				}
			}
		}
		for _, y := range back.Years {
			check(y.Cases)
		}
	})
}

// areas first, then outcomes. Enough everywhere: nothing is joined. Few in one catchment: its region stands as one, and the other regions stand as they are.
func TestPublishMergesInOrder(t *testing.T) {
	people := made()
	rng := rand.New(rand.NewPCG(3, 3))
	many := draw(rng, people, 6000, even, alike)
	p := Publish(Input{Population: people, Cases: many}, 2025, day.Day{}, day.Day{}, day.Day{}, 0)
	if len(p.Tables[0].Joined) != 0 || p.Merged || p.Total.N != 6000 || len(p.Tables[0].Rows) != 13 || p.Tables[0].Rows[0].SR == nil {
		t.Errorf("with six thousand: joined %v, merged %t, %d rows", p.Tables[0].Joined, p.Merged, len(p.Tables[0].Rows))
	}
	few := slices.DeleteFunc(slices.Clone(many), func(c Case) bool { return c.Area == "A4" && c.Outcome == Granted && rng.IntN(100) > 0 })
	few = append(few, Case{Area: "A4", Region: "R1", AgeGroup: "65+", Sex: "male", Interpreter: "no", Quintile: 3, Centrality: "1-2", Outcome: Granted})
	p = Publish(Input{Population: people, Cases: few}, 2025, day.Day{}, day.Day{}, day.Day{}, 0)
	var groups []string
	for _, r := range p.Tables[0].Rows {
		groups = append(groups, r.Group)
	}
	if !slices.Equal(p.Tables[0].Joined, []string{"R1"}) || !slices.Contains(groups, "R1") || slices.Contains(groups, "A4") || !slices.Contains(groups, "A0") || p.Merged {
		t.Errorf("with few in one catchment: joined %v, rows %v, merged %t", p.Tables[0].Joined, groups, p.Merged)
	}
	others := slices.Clone(many)
	for i := range others[:2] {
		others[i].Outcome = Other
	}
	if p := Publish(Input{Population: people, Cases: others}, 2025, day.Day{}, day.Day{}, day.Day{}, 0); !p.Merged {
		t.Error("two of another outcome stand alone")
	}
}

// Words of findings never claim equality, and each code has its words.
func TestReadOutNeverClaimsEquality(t *testing.T) {
	people := made()
	rng := rand.New(rand.NewPCG(4, 3))
	fs := ReadOut(ReviewBy(Input{Population: people, Cases: draw(rng, people, 5, even, alike)}, Axes...))
	codes := []string{}
	for _, f := range fs {
		codes = append(codes, f.Code)
		if f.Signal != None {
			t.Errorf("five cases give %s", f.Code)
		}
	}
	for _, want := range []string{"gradient_not_shown", "not_shown", "tests", "proxies"} {
		if !slices.Contains(codes, want) {
			t.Errorf("%s is not said: %v", want, codes)
		}
	}
	if id := (Finding{Rule: "I-4", Code: "stops", Axis: ByTrust, Area: "Å/1"}).ID(); strings.ContainsAny(id, "Å/ ") || id != "I-4-stops-trust-___1" {
		t.Errorf("the id is %s", id)
	}
}

// An application is read as codes alone, by the area of residence; a continuation is none.
func TestCaseOf(t *testing.T) {
	people := []Group{{Area: "4601", AgeGroup: "18-64"}, {Area: "4601", AgeGroup: "65+"}}
	m := &exception.Matter{}
	m.Kind, m.Status, m.Holder, m.ReceivedOn, m.Outcome, m.DecidedOn = law.SingleException, law.ExceptionDecided, "FJO", day.On(2025, 5, 1), law.ExStopped, day.On(2025, 5, 9)
	m.Region, m.Municipality, m.Sex, m.Interpreter, m.Born, m.Patient, m.Home = "vest", "4601", "male", law.Yes, day.On(1950, 1, 1), "p1", &exception.Home{Catchment: "INN", Centrality: 3, Education: 2}
	got, ok := CaseOf(m, people)
	want := Case{Area: "INN", Region: "vest", AgeGroup: "65+", Sex: "male", Quintile: 2, Centrality: "3-4", Interpreter: "yes", Outcome: Refused, Received: day.On(2025, 5, 1), Decided: day.On(2025, 5, 9), Municipality: "4601", Trust: "FJO", Stopped: true}
	if !ok || got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if m.Route = law.RouteContinuation; true {
		if _, ok := CaseOf(m, people); ok {
			t.Error("a continuation is counted")
		}
	}
	settled := Settled([]Group{{Area: "4601", Region: "vest", AgeGroup: "65+", Population: 7}, {Area: "Fjern", Region: "vest", AgeGroup: "65+", Population: 1}}, clinic.Demo(), day.On(2025, 6, 1))
	if settled[0].Area != "FJO" || settled[0].Municipality != "4601" || settled[0].Quintile != 5 || settled[0].Centrality != "1-2" || settled[1].Area != "Fjern" || settled[1].Quintile != 0 {
		t.Errorf("settled: %+v", settled)
	}
}
