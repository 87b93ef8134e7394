package equity

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"rettid/day"
)

// X-1101: the published counts of 2015 to October 2017: rates 2.30, 1.64, 0.56 and 0.21 per 100,000; X² 17.81, p 4.8e-4; Sør-Øst amber high, Midt and Nord amber low.
func TestPublishedRegions(t *testing.T) {
	d := Published()
	var got []string
	for _, l := range d.Lines {
		got = append(got, fmt.Sprintf("%s %d %.2f %s", l.Area.Area, *l.Observed, *l.Rate, *l.Signal))
	}
	if s := strings.Join(got, ", "); s != "nord 1 0.21 amber, midt 4 0.56 amber, vest 18 1.64 none, sor-ost 68 2.30 amber" {
		t.Error(s)
	}
	if *d.Overall.Observed != 91 || math.Abs(*d.Overall.X2-17.81) > 0.005 || *d.Overall.DF != 3 || math.Abs(*d.Overall.P-4.8e-4) > 5e-6 || d.Overall.EQ != nil {
		t.Errorf("%d, X² %v, p %v; EQ is not told with a region below five", *d.Overall.Observed, *d.Overall.X2, *d.Overall.P)
	}
	if highest, lowest := *d.Lines[3].Rate, *d.Lines[0].Rate; math.Abs(highest/lowest-11.1) > 0.05 {
		t.Errorf("the highest rate is %v times the lowest", highest/lowest)
	}
}

// now is a review by region of so many applications in Nord, Midt, Vest and Sør-Øst.
func now(cases ...int) Dimension {
	var in Input
	for i, r := range PublishedRegions {
		in.Population = append(in.Population, Group{Area: r.Region, Region: r.Region, AgeGroup: "0+", Population: r.People})
		for range cases[i] {
			in.Cases = append(in.Cases, Case{Area: r.Region, Region: r.Region, AgeGroup: "0+"})
		}
	}
	return ReviewBy(in, ByRegion)[0]
}

func TestCompareRegions(t *testing.T) {
	for want, cases := range map[string][]int{
		"nord same, midt same, vest neither, sor-ost same":       {1, 4, 18, 68},
		"nord turned, midt turned, vest neither, sor-ost turned": {40, 50, 42, 40},
		"nord gone, midt gone, vest neither, sor-ost gone":       {10, 14, 21, 56},
		"nord gone, midt gone, vest new, sor-ost gone":           {9, 13, 45, 56},
	} {
		var got []string
		for _, c := range CompareRegions(now(cases...)) {
			got = append(got, c.Now.Area.Area+" "+c.Code)
		}
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("%v: %s, want %s", cases, s, want)
		}
	}
	if CompareRegions(Dimension{}) != nil {
		t.Error("regions without people are compared")
	}
}

// X-1104: of sixteen a year, a region with nine per cent of the people expects 1.4; nothing below four is a signal (limit ratio 2.63), and none of too few is possible. X-713: the limits at 4 and 16 expected.
func TestSightOf(t *testing.T) {
	all := SightOf(now(1, 1, 1, 1), PublishedAccess)
	nord := all[0]
	if len(all) != 4 || nord.Region != "nord" || math.Abs(nord.Share-0.092) > 0.001 || nord.Low {
		t.Errorf("%+v", all)
	}
	people := []Line{{Area: Area{Area: "nord", Population: 9}}, {Area: Area{Area: "others", Population: 91}}}
	nord = SightOf(Dimension{Lines: people}, PublishedAccess)[0]
	if math.Abs(nord.Expected-1.44) > 1e-9 || nord.Least != 4 || nord.Low || math.Abs(nord.Ratio-2.63) > 0.005 {
		t.Errorf("%+v", nord)
	}
	for n, want := range map[float64]string{4: "1.969 true", 16: "1.488 true", 0.5: "4.000 false"} {
		s := SightOf(Dimension{Lines: people[:1]}, n)[0]
		if got := fmt.Sprintf("%.3f %v", s.Ratio, s.Low); got[:5] != want[:5] && n >= 4 || s.Low != strings.HasSuffix(want, "true") {
			t.Errorf("%v expected: %s, want %s", n, got, want)
		}
	}
	if SightOf(now(1, 1, 1, 1), 0) != nil {
		t.Error("something is seen of nothing")
	}
}

func TestHeldAgainst(t *testing.T) {
	from, to := day.On(2023, 3, 1), day.On(2026, 2, 28)
	said := func(k Known) string {
		var out []string
		for _, f := range k.HeldAgainst(now(1, 4, 18, 68), from, to) {
			if f.Signal != None {
				t.Errorf("%s is a signal", f.Code)
			}
			if f.Rule != "X-1101" {
				out = append(out, fmt.Sprintf("%s %s %v", f.Rule, strings.TrimPrefix(f.Code, "known_"), f.Args))
			}
		}
		return strings.Join(out, "\n")
	}
	median := 12.5
	for _, tt := range []struct {
		k    Known
		want string
	}{
		{Known{}, "X-1102 granted_below [0 400]\nX-1103 access_fewer [2025 0 16]\nX-1104 sight [16 3 4]\nX-1106 not_measured []"},
		{Known{Single: Route{Granted: 400, Median: &median, Timed: 8, InTime: 3}, Access: Route{Applied: 48, Granted: 20, Decided: 21, Years: []YearCount{{2024, 3}, {2025, 16}}}, ToStart: 10, Started: 9, Groups: 7, Honoured: 2},
			"X-1102 granted_reached [400 400]\nX-1103 access_not_shown [2025 16 16]\nX-1103 access_granted_apart [20 21 77.33 99.15 3 9 12.06 64.58]\nX-1104 sight [16 3 4]\nX-1104 sight_own [48 0 4]\nX-1106 slow_single [3 8 12.5]\nX-1106 introduced [9 10]\nX-1106 users [2 7]\nX-1106 not_measured []"},
		{Known{Access: Route{Granted: 1, Decided: 4, Years: []YearCount{{2025, 60}}}},
			"X-1102 granted_below [0 400]\nX-1103 access_more [2025 60 16]\nX-1103 access_granted_overlap [1 4 4.559 69.94 3 9 12.06 64.58]\nX-1104 sight [16 3 4]\nX-1106 not_measured []"},
	} {
		got := said(tt.k)
		for _, f := range tt.k.HeldAgainst(now(1, 4, 18, 68), from, to) {
			for _, a := range f.Args {
				if x, ok := a.(float64); ok {
					got = strings.ReplaceAll(got, fmt.Sprint(x), fmt.Sprintf("%.4g", x))
				}
			}
		}
		if got != tt.want {
			t.Errorf("got\n%s\nwant\n%s", got, tt.want)
		}
	}
}

func TestRouteOf(t *testing.T) {
	d := day.On
	r := RouteOf([]Case{
		{Received: d(2025, 5, 1), Decided: d(2025, 5, 11), Outcome: Granted},
		{Received: d(2024, 5, 1), Decided: d(2024, 5, 5), Outcome: Refused},
		{Received: d(2025, 6, 1), Decided: d(2025, 6, 21), Outcome: Other},
		{Received: d(2025, 7, 1)},
	}, []day.Day{d(2025, 5, 10), d(2024, 5, 5), {}, d(2025, 7, 15)})
	if r.Applied != 4 || r.Granted != 1 || r.Decided != 2 || r.Timed != 2 || r.InTime != 1 || *r.Median != 10 || fmt.Sprint(r.Years) != "[{2024 1} {2025 3}]" {
		t.Errorf("%+v", r)
	}
	if r := RouteOf(nil, nil); r.Median != nil || r.Applied != 0 {
		t.Errorf("%+v", r)
	}
}
