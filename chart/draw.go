package chart

import "math"

// A drawing is shapes in order, the first beneath.
type drawing struct {
	w, h   float64
	shapes []shape
}

type kind byte

const (
	line kind = iota
	path
	circle
	rect
	diamond
	label
)

// A shape is one of the few there are. Its class tells what it means, and by that how it looks (looks.go).
type shape struct {
	kind   kind
	class  string
	at     []point // line: two; path: all; circle, diamond: the middle; rect: a corner and the size; label: where
	r      float64
	text   string
	anchor string // start, middle or end
}

type point struct{ x, y float64 }

func newDrawing() drawing { return drawing{w: Width, h: Height} }

func (d *drawing) line(class string, x1, y1, x2, y2 float64) {
	d.shapes = append(d.shapes, shape{kind: line, class: class, at: []point{{x1, y1}, {x2, y2}}})
}

func (d *drawing) path(class string, at []point) {
	if len(at) > 1 {
		d.shapes = append(d.shapes, shape{kind: path, class: class, at: at})
	}
}

func (d *drawing) circle(class string, x, y, r float64) {
	d.shapes = append(d.shapes, shape{kind: circle, class: class, at: []point{{x, y}}, r: r})
}

func (d *drawing) diamond(class string, x, y float64) {
	d.shapes = append(d.shapes, shape{kind: diamond, class: class, at: []point{{x, y}}, r: 6.4})
}

func (d *drawing) rect(class string, x, y, w, h float64) {
	d.shapes = append(d.shapes, shape{kind: rect, class: class, at: []point{{x, y}, {w, h}}})
}

func (d *drawing) label(class, anchor string, x, y float64, s string) {
	if s != "" {
		d.shapes = append(d.shapes, shape{kind: label, class: class, anchor: anchor, at: []point{{x, y}}, text: s})
	}
}

// An axis maps values to places.
type axis struct{ lo, hi, from, to float64 }

func (a axis) at(v float64) float64 {
	if a.hi == a.lo {
		return (a.from + a.to) / 2
	}
	return a.from + (v-a.lo)/(a.hi-a.lo)*(a.to-a.from)
}

// steps gives round values from at or below lo to at or above hi, about n of them: 1, 2 or 5 times a power of ten apart.
func steps(lo, hi float64, n int) (ticks []float64, step float64) {
	if !(hi > lo) {
		hi = lo + 1
	}
	raw := (hi - lo) / float64(max(n, 1))
	step = math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range []float64{1, 2, 5, 10} {
		if m*step >= raw*0.999 {
			step *= m
			break
		}
	}
	for k := math.Floor(lo/step + 1e-9); ; k++ {
		ticks = append(ticks, k*step)
		if k*step >= hi-step*1e-9 {
			return ticks, step
		}
	}
}

// values draws the horizontal grid and its numbers for values between lo and hi, and gives their axis: y from top to bottom of the plot.
func (f *Figure) values(lo, hi, left, right, top, bottom float64) axis {
	if !f.Unit.Percent && f.Unit.Places == 0 && hi-lo < 4 { // whole numbers have no tenths
		hi = lo + 4
	}
	ticks, step := steps(lo, hi, 4)
	a := axis{ticks[0], ticks[len(ticks)-1], bottom, top}
	for _, t := range ticks {
		y := a.at(t)
		f.d.line("grid", left, y, right, y)
		f.d.label("", "end", left-8, y+4, f.Unit.axis(f.Lang, t, step))
	}
	return a
}

// extent finds the smallest and the largest of what is known; ok is false when nothing is.
func extent(values ...float64) (lo, hi float64, ok bool) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			lo, hi, ok = min(lo, v), max(hi, v), true
		}
	}
	if !ok {
		return 0, 1, false
	}
	return lo, hi, true
}

// spreadKnown is spread of those that have a place; the others are no number, and stay so.
func spreadKnown(ys []float64, gap, lo, hi float64) []float64 {
	var some []float64
	for _, y := range ys {
		if !math.IsNaN(y) {
			some = append(some, y)
		}
	}
	some = spread(some, gap, lo, hi)
	out := make([]float64, len(ys))
	for i, y := range ys {
		if out[i] = y; !math.IsNaN(y) {
			out[i], some = some[0], some[1:]
		}
	}
	return out
}

// spread moves labels apart so that none lie on another: at least gap between them, within the drawing, in the same order.
func spread(ys []float64, gap, lo, hi float64) []float64 {
	order := make([]int, len(ys))
	for i := range order {
		order[i] = i
	}
	for i := 1; i < len(order); i++ {
		for j := i; j > 0 && ys[order[j]] < ys[order[j-1]]; j-- {
			order[j], order[j-1] = order[j-1], order[j]
		}
	}
	out := make([]float64, len(ys))
	copy(out, ys)
	for n, i := range order {
		out[i] = max(out[i], lo)
		if n > 0 {
			out[i] = max(out[i], out[order[n-1]]+gap)
		}
	}
	for n := len(order) - 1; n >= 0; n-- {
		i := order[n]
		out[i] = min(out[i], hi)
		if n < len(order)-1 {
			out[i] = min(out[i], out[order[n+1]]-gap)
		}
	}
	return out
}
