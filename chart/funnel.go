package chart

import (
	"math"
	"slices"
	"unicode/utf8"

	"rettid/words"
)

// A Place is one unit in a funnel chart: how many it rests on, and its value.
type Place struct {
	Name  string
	N     float64 // on the axis: cases, or the number expected
	Count int     // of the N, for the table; shown when Counted
	Value float64 // Missing when it is suppressed
	Own   bool
	URL   string
}

// A FunnelChart compares units by what chance can give in units of their size. It orders by size, and is no league table.
type FunnelChart struct {
	Places  []Place
	Centre  float64 // the national value
	Named   string  // its name at the line: "landet"
	Across  string  // what the horizontal axis counts: "vurderte henvisninger i mars 2025"
	Counted bool    // the table shows Count
	// Within gives the limits for a unit of size n, for a normal deviate z: 1.96 for 95 %, 3.09 for 99.8 %. Shares when nil.
	Within func(n, z float64) (lower, upper float64)
}

const (
	z95  = 1.959964
	z998 = 3.090232
)

// ShareLimits are the limits of a share p in n cases by the normal approximation, kept between 0 and 1.
func ShareLimits(p float64) func(n, z float64) (float64, float64) {
	return func(n, z float64) (float64, float64) {
		if n <= 0 {
			return 0, 1
		}
		reach := z * math.Sqrt(p*(1-p)/n)
		return max(0, p-reach), min(1, p+reach)
	}
}

// Outside tells whether a value lies outside what chance gives 998 times of a thousand in a unit of its size.
func (c FunnelChart) Outside(p Place) bool {
	lo, hi := c.within()(p.N, z998)
	return !math.IsNaN(p.Value) && (p.Value < lo || p.Value > hi)
}

func (c FunnelChart) within() func(n, z float64) (float64, float64) {
	if c.Within != nil {
		return c.Within
	}
	return ShareLimits(c.Centre)
}

// Funnel draws a funnel chart: 95 % dotted, 99.8 % dashed. Only the own unit and those outside 99.8 % are named.
func Funnel(fr Frame, c FunnelChart) Figure {
	f := Figure{Frame: fr, d: newDrawing()}
	within := c.within()
	places := slices.Clone(c.Places)
	slices.SortStableFunc(places, func(a, b Place) int { return -cmpFloat(a.N, b.N) })
	largest := 1.0
	values := []float64{c.Centre}
	for _, p := range places {
		largest = max(largest, p.N)
		values = append(values, p.Value)
	}
	across, step := steps(0, largest, 5)
	xEnd := across[len(across)-1]
	lo, hi, _ := extent(values...)
	l, u := within(xEnd/8, z998)
	lo, hi = min(lo, l), max(hi, u)
	if lo > 0 && lo < hi/2 {
		lo = 0
	}
	centre := c.Named + " " + f.Unit.text(f.Lang, c.Centre)
	right := min(right, f.d.w-10-6.8*float64(utf8.RuneCountInString(centre))) // there is room for what stands at the end of the line
	y := f.values(lo, hi, left, right, top, bottom-8)
	x := axis{0, xEnd, left, right}
	for _, t := range across {
		f.d.label("", "middle", x.at(t), bottom+12, words.Decimal(f.Lang, t, placesOf(step)))
	}
	f.d.label("", "middle", (left+right)/2, bottom+32, c.Across)
	labels := []float64{}
	for _, lim := range []struct {
		z     float64
		class string
	}{{z998, "limit"}, {z95, "limit in"}} {
		var over, under []point
		for i := 1; i <= 160; i++ {
			n := xEnd * float64(i) / 160
			l, u := within(n, lim.z)
			if u <= y.hi {
				over = append(over, point{x.at(n), y.at(u)})
			}
			if l >= y.lo {
				under = append(under, point{x.at(n), y.at(l)})
			}
		}
		f.d.path(lim.class, over)
		f.d.path(lim.class, under)
		_, u := within(xEnd, lim.z)
		labels = append(labels, y.at(u))
	}
	f.d.line("mean", left, y.at(c.Centre), right, y.at(c.Centre))
	labels = spread(append(labels, y.at(c.Centre)), 15, top-8, bottom)
	f.d.label("", "start", right+6, labels[0]+4, words.Percent(f.Lang, 0.998, 1))
	f.d.label("", "start", right+6, labels[1]+4, words.Percent(f.Lang, 0.95, 0))
	f.d.label("mean", "start", right+6, labels[2]+4, centre)
	var named []Place
	for _, p := range places {
		if math.IsNaN(p.Value) {
			continue
		}
		switch px, py := x.at(p.N), y.at(p.Value); {
		case p.Own:
			named = append(named, p)
		case c.Outside(p):
			f.d.diamond("pt out", px, py)
			named = append(named, p)
		default:
			f.d.circle("pt", px, py, 3.2)
		}
	}
	f.name(c, named, x, y)
	f.head(f.say("unit"), c.Across)
	if c.Counted {
		f.Head = append(f.Head, Cell{Text: f.say("count"), Number: true})
	}
	f.Head = append(f.Head, Cell{Text: f.valueHead(), Number: true}, Cell{Text: f.say("verdict")})
	for _, p := range places {
		row := []Cell{text(p.Name), f.number(Unit{Places: placesOf(step)}, p.N, "")}
		if c.Counted {
			n := f.whole(p.Count)
			if n.URL = p.URL; math.IsNaN(p.Value) {
				n = f.number(Unit{}, Missing, "")
			}
			row = append(row, n)
		}
		row = append(row, f.number(f.Unit, p.Value, p.URL))
		verdict := "–"
		if !math.IsNaN(p.Value) {
			verdict = f.say("funnel." + c.verdict(p))
		}
		f.row(append(row, text(verdict))...)
	}
	return f
}

// verdict is a code: within, between (outside 95 % and inside 99.8 %), above or below.
func (c FunnelChart) verdict(p Place) string {
	within := c.within()
	lo, hi := within(p.N, z998)
	in, out := within(p.N, z95)
	switch {
	case p.Value > hi:
		return "above"
	case p.Value < lo:
		return "below"
	case p.Value > out || p.Value < in:
		return "between"
	}
	return "within"
}

// name writes the names of those that have one, beside their points, and none on another.
func (f *Figure) name(c FunnelChart, named []Place, x, y axis) {
	ys := make([]float64, len(named))
	for i, p := range named {
		ys[i] = y.at(p.Value)
	}
	for i, p := range named {
		if p.Own && !c.Outside(p) { // lifted out of the crowd
			if ys[i] = y.at(p.Value) - 48; ys[i] < top {
				ys[i] = y.at(p.Value) + 48
			}
		}
	}
	at := spread(ys, 15, top-4, bottom-8)
	for i, p := range named {
		px, py := x.at(p.N), y.at(p.Value)
		class, says := "out", p.Name+" "+f.Unit.text(f.Lang, p.Value)
		if p.Own {
			class = "us"
			f.d.circle("pt us", px, py, 5.5)
			says += ", " + f.say("funnel."+c.verdict(p))
		}
		if math.Abs(at[i]-py) > 6 {
			f.d.line("leader", px, py, px+8, at[i])
		}
		anchor, off := "start", 11.0
		if px > right-130 {
			anchor, off = "end", -11
		}
		f.d.label(class, anchor, px+off, at[i]+4, says)
		if !p.Own {
			f.Says = append(f.Says, f.say("outside", p.Name, f.Unit.text(f.Lang, p.Value)))
		}
	}
}

func cmpFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func placesOf(step float64) int {
	n := 0
	for step < 0.999 && n < 4 {
		step, n = step*10, n+1
	}
	return n
}
