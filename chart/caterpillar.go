package chart

import "math"

// A Spread is a value with its interval.
type Spread struct {
	Name   string
	Value  float64 // Missing when it is suppressed or not computed
	Lo, Hi float64
	Out    bool // outside what chance gives
	Says   string
}

// Caterpillar draws values with their intervals, one beneath the other in the order given, which is never by value; the line is at centre.
func Caterpillar(fr Frame, centre float64, all []Spread) Figure {
	f := Figure{Frame: fr, d: newDrawing()}
	const room, row = 150.0, 22.0
	f.d.h = 40 + row*float64(max(1, len(all))) + 24
	values := []float64{0, centre}
	for _, s := range all {
		if !math.IsNaN(s.Value) {
			values = append(values, s.Lo, min(s.Hi, 4*max(centre, s.Value)))
		}
	}
	lo, hi, _ := extent(values...)
	ticks, step := steps(lo, hi, 5)
	x := axis{ticks[0], ticks[len(ticks)-1], room, Width - 20}
	low := f.d.h - 34
	for _, t := range ticks {
		f.d.line("grid", x.at(t), 12, x.at(t), low)
		f.d.label("", "middle", x.at(t), low+18, f.Unit.axis(f.Lang, t, step))
	}
	f.d.line("mean", x.at(centre), 12, x.at(centre), low)
	f.head(f.say("unit"), f.valueHead(), f.say("interval_from"), f.say("interval_to"))
	f.Head = append(f.Head, Cell{Text: f.say("verdict")})
	for i, s := range all {
		y := 12 + row*(float64(i)+0.5)
		f.d.label("", "end", room-10, y+4, short(s.Name, 20))
		says := s.Says
		if says == "" {
			says = "–"
		}
		if math.IsNaN(s.Value) {
			f.d.label("", "start", x.at(centre)+8, y+4, Suppressed)
			f.row(text(s.Name), f.number(f.Unit, Missing, ""), f.number(f.Unit, Missing, ""), f.number(f.Unit, Missing, ""), text(says))
			continue
		}
		f.d.line("axis", x.at(max(s.Lo, x.lo)), y, x.at(min(s.Hi, x.hi)), y)
		if s.Out {
			f.d.diamond("pt out", x.at(s.Value), y)
		} else {
			f.d.circle("pt", x.at(s.Value), y, 3.6)
		}
		f.row(text(s.Name), f.number(f.Unit, s.Value, ""), f.number(f.Unit, s.Lo, ""), f.number(f.Unit, s.Hi, ""), text(says))
	}
	return f
}
