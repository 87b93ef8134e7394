package chart

import "math"

// A Box is how something is spread in a group: the least, the quarters and the most. Few tells that there are too few to draw.
type Box struct {
	Name                     string
	N                        int
	Least, Q1, Mid, Q3, Most float64
	Few                      bool
}

// Quarters makes a box of values in order; of fewer than five nothing is drawn.
func Quarters(name string, sorted []int) Box {
	b := Box{Name: name, N: len(sorted), Few: len(sorted) < 5}
	if len(sorted) == 0 {
		return b
	}
	at := func(q float64) float64 {
		i := q * float64(len(sorted)-1)
		lo := int(i)
		hi := min(lo+1, len(sorted)-1)
		return float64(sorted[lo]) + (i-float64(lo))*float64(sorted[hi]-sorted[lo])
	}
	b.Least, b.Q1, b.Mid, b.Q3, b.Most = float64(sorted[0]), at(0.25), at(0.5), at(0.75), float64(sorted[len(sorted)-1])
	return b
}

// Boxes draws a box for each group, in the order given: the box holds the middle half, the stroke in it is the median, the whiskers reach the least and the most.
func Boxes(fr Frame, all []Box) Figure {
	f := Figure{Frame: fr, d: newDrawing()}
	const room, row = 150.0, 34.0
	f.d.h = 24 + row*float64(max(1, len(all))) + 34
	values := []float64{0}
	for _, b := range all {
		if !b.Few {
			values = append(values, b.Most)
		}
	}
	_, hi, _ := extent(values...)
	ticks, step := steps(0, max(hi, 1), 6)
	x := axis{0, ticks[len(ticks)-1], room, Width - 20}
	low := f.d.h - 34
	for _, t := range ticks {
		f.d.line("grid", x.at(t), 12, x.at(t), low)
		f.d.label("", "middle", x.at(t), low+18, f.Unit.axis(f.Lang, t, step))
	}
	f.head(f.say("unit"), f.say("count"), f.say("least"), f.say("quarter"), f.say("median"), f.say("three_quarters"), f.say("most"))
	for i, b := range all {
		y := 12 + row*(float64(i)+0.5)
		f.d.label("", "end", room-10, y+4, short(b.Name, 20))
		cells := []Cell{text(b.Name), f.whole(b.N)}
		if b.Few {
			f.d.label("", "start", room+8, y+4, Suppressed)
			for range 5 {
				cells = append(cells, f.number(f.Unit, math.NaN(), ""))
			}
			f.row(cells...)
			continue
		}
		f.d.line("axis", x.at(b.Least), y, x.at(b.Q1), y)
		f.d.line("axis", x.at(b.Q3), y, x.at(b.Most), y)
		f.d.rect("bar", x.at(b.Q1), y-8, max(1, x.at(b.Q3)-x.at(b.Q1)), 16)
		f.d.line("mean", x.at(b.Mid), y-8, x.at(b.Mid), y+8)
		for _, v := range []float64{b.Least, b.Q1, b.Mid, b.Q3, b.Most} {
			cells = append(cells, f.number(f.Unit, v, ""))
		}
		f.row(cells...)
	}
	return f
}
