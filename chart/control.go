package chart

import (
	"math"

	"rettid/day"
	"rettid/words"
)

// Limits of a control chart: the mean, and how far chance alone is likely to reach.
type Limits struct{ Mean, Lower, Upper float64 }

// XmR finds the limits of single values in order: mean ± 2.66 × the mean distance between neighbours (Wheeler & Chambers, Understanding Statistical Process
// Control). Missing values are left out, and no distance is taken across them. ok is false with fewer than two neighbours.
func XmR(values []float64) (l Limits, ok bool) {
	n, sum, moves, moved := 0, 0.0, 0, 0.0
	for i, v := range values {
		if math.IsNaN(v) {
			continue
		}
		n, sum = n+1, sum+v
		if i > 0 && !math.IsNaN(values[i-1]) {
			moves, moved = moves+1, moved+math.Abs(v-values[i-1])
		}
	}
	if moves == 0 {
		return Limits{}, false
	}
	mean, reach := sum/float64(n), 2.66*moved/float64(moves)
	return Limits{mean, mean - reach, mean + reach}, true
}

// A Signal is what a point of a control chart tells.
type Signal int

// Of the two signals that one rule out of many keeps: outside a limit, and eight or more in a row on one side of the mean.
const (
	Within Signal = iota
	Above         // above the upper limit
	Below
	RunAbove // one of eight or more in a row above the mean
	RunBelow
)

// longRun is how many in a row on one side of the mean are no longer chance.
const longRun = 8

// Signals finds the signal of each value. One on the mean ends a run, and so does one that is missing or from which the definition is new (fresh, which
// may be nil).
func Signals(values []float64, l Limits, fresh []bool) []Signal {
	out := make([]Signal, len(values))
	for _, r := range runs(values, l, fresh) {
		for i := r[0]; i < r[1]; i++ {
			if out[i] = RunAbove; values[i] < l.Mean {
				out[i] = RunBelow
			}
		}
	}
	for i, v := range values {
		switch {
		case v > l.Upper:
			out[i] = Above
		case v < l.Lower:
			out[i] = Below
		}
	}
	return out
}

// runs finds the stretches, from and up to, of eight or more on one side of the mean.
func runs(values []float64, l Limits, fresh []bool) [][2]int {
	side := func(i int) int {
		switch v := values[i]; {
		case v > l.Mean:
			return 1
		case v < l.Mean:
			return -1
		}
		return 0 // on the mean, or missing
	}
	var out [][2]int
	for i := 0; i < len(values); {
		j := i + 1
		for j < len(values) && side(i) != 0 && side(j) == side(i) && !(j < len(fresh) && fresh[j]) {
			j++
		}
		if side(i) != 0 && j-i >= longRun {
			out = append(out, [2]int{i, j})
		}
		i = j
	}
	return out
}

// A ControlChart is a measure over months with its limits.
type ControlChart struct {
	Points   []Point
	From, To day.Day // the baseline the limits are taken from; zero: the first and the last month
	Given    *Limits // limits from elsewhere; the baseline's when nil
	AtLeast  float64 // no limit lies below it: 0 for counts, days and shares
}

// Control draws a control chart: the mean solid, the limits dashed and named with their values; a value outside is a red diamond, eight or more on one side
// of the mean lie on an amber band, and a sentence says so. A line never connects two definitions.
func Control(fr Frame, c ControlChart) Figure {
	f := Figure{Frame: fr, d: newDrawing()}
	values := make([]float64, len(c.Points))
	fresh := make([]bool, len(c.Points))
	var base []float64
	for i, p := range c.Points {
		values[i], fresh[i] = p.Value, p.New
		if (c.From.IsZero() || !p.At.Before(c.From)) && (c.To.IsZero() || !p.At.After(c.To)) {
			base = append(base, p.Value)
		}
	}
	l, known := XmR(base)
	if c.Given != nil {
		l, known = *c.Given, true
	}
	l.Lower = max(l.Lower, c.AtLeast)
	all := values
	signals := make([]Signal, len(values))
	if known {
		all = append(append([]float64{}, values...), l.Lower, l.Upper)
		signals = Signals(values, l, fresh)
	}
	lo, hi, _ := extent(all...)
	y := f.values(lo, hi, left, right, top, bottom)
	x := axis{0, float64(max(len(c.Points)-1, 1)), left, right}
	f.months(c.Points, x)
	if known {
		f.d.line("limit", left, y.at(l.Upper), right, y.at(l.Upper))
		f.d.line("limit", left, y.at(l.Lower), right, y.at(l.Lower))
		f.d.line("mean", left, y.at(l.Mean), right, y.at(l.Mean))
	}
	if known {
		for _, r := range runs(values, l, fresh) {
			var band []point
			for i := r[0]; i < r[1]; i++ {
				band = append(band, point{x.at(float64(i)), y.at(values[i])})
			}
			f.d.path("run", band)
			key := "run_above"
			if values[r[0]] < l.Mean {
				key = "run_below"
			}
			f.Says = append(f.Says, f.say(key, r[1]-r[0], monthText(f.Lang, c.Points[r[0]].At)))
		}
	}
	last := f.draw("line", c.Points, x, y)
	for i, p := range c.Points {
		if math.IsNaN(p.Value) {
			continue
		}
		px, py := x.at(float64(i)), y.at(p.Value)
		switch signals[i] {
		case Above, Below:
			f.d.diamond("pt out", px, py)
		default:
			f.d.circle("pt", px, py, 3.2)
		}
		f.cause(p, px, y)
	}
	// At the right edge: the limits and the last value, none on another.
	names := []string{"", "", "", ""}
	places := []float64{y.at(l.Upper), y.at(l.Mean), y.at(l.Lower), math.NaN()}
	if known {
		one := Unit{Places: max(f.Unit.Places, 1), Percent: f.Unit.Percent}
		names = []string{f.say("upper", one.text(f.Lang, l.Upper)), f.say("mean", one.text(f.Lang, l.Mean)), f.say("lower", one.text(f.Lang, l.Lower)), ""}
	} else {
		places = []float64{math.NaN(), math.NaN(), math.NaN(), math.NaN()}
	}
	if last >= 0 {
		names[3], places[3] = f.withUnit(values[last]), y.at(values[last])
	}
	places = spreadKnown(places, 15, top-8, bottom)
	for i, class := range []string{"", "mean", "", "lbl"} {
		if names[i] != "" {
			f.d.label(class, "start", right+9, places[i]+4, names[i])
		}
	}
	for i, s := range signals {
		switch s {
		case Above:
			f.Says = append(f.Says, f.say("above", monthText(f.Lang, c.Points[i].At)))
		case Below:
			f.Says = append(f.Says, f.say("below", monthText(f.Lang, c.Points[i].At)))
		}
	}
	f.head(f.say("month"), f.valueHead(), f.say("limits"), f.say("verdict"))
	f.Head[3].Number = false
	limits := "–"
	if known {
		one := Unit{Places: max(f.Unit.Places, 1), Percent: f.Unit.Percent}
		limits = one.text(f.Lang, l.Lower) + "–" + one.text(f.Lang, l.Upper)
	}
	for i := len(c.Points) - 1; i >= 0; i-- {
		verdict := "–"
		if known && !math.IsNaN(values[i]) {
			verdict = f.say("signal." + signals[i].code())
		}
		cell := text(limits)
		cell.Number = true
		f.row(text(monthText(f.Lang, c.Points[i].At)), f.number(f.Unit, values[i], c.Points[i].URL), cell, text(verdict))
	}
	return f
}

func (s Signal) code() string {
	return [...]string{"within", "above", "below", "run_above", "run_below"}[s]
}

func (f *Figure) valueHead() string {
	if f.Unit.Word != "" {
		return upperFirst(f.Unit.Word)
	}
	return words.Say(f.Lang, "chart.value")
}
