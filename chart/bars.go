package chart

import (
	"math"
	"slices"

	"rettid/words"
)

// A Bar is one value among others.
type Bar struct {
	Name  string
	Value float64 // Missing when it is suppressed
	URL   string
	Own   bool // in petrol
}

// Bars draws bars from zero, side by side on one scale, in the order given. max is the end of the scale when several figures share it; 0: the largest value.
func Bars(fr Frame, bars []Bar, max_ float64) Figure {
	f := Figure{Frame: fr, d: newDrawing()}
	const names, row = 210.0, 24.0
	f.d.h = max(80, row*float64(len(bars))+20)
	hi := max_
	lo := 0.0
	for _, b := range bars {
		if !math.IsNaN(b.Value) {
			hi, lo = max(hi, b.Value), min(lo, b.Value)
		}
	}
	if hi == lo {
		hi = lo + 1
	}
	x := axis{lo, hi, names, right}
	f.d.line("axis", x.at(0), 4, x.at(0), f.d.h-8)
	f.head(f.say("group"), f.valueHead())
	for i, b := range bars {
		mid := 8 + row*(float64(i)+0.5)
		class, name := "bar", "tname"
		if b.Own {
			class, name = "bar us", "us"
		}
		f.d.label(name, "end", names-10, mid+4, short(b.Name, 30))
		at := x.at(0)
		if !math.IsNaN(b.Value) {
			from, to := x.at(min(0, b.Value)), x.at(max(0, b.Value))
			f.d.rect(class, from, mid-8, to-from, 16)
			at = to
		}
		f.d.label("", "start", at+6, mid+4, f.Unit.text(f.Lang, b.Value))
		f.row(text(b.Name), f.number(f.Unit, b.Value, b.URL))
	}
	return f
}

// A Bin is how many lie in an interval, From included and To not; the last may have no end (To 0).
type Bin struct {
	From, To float64
	N        int
	Held     bool // suppressed
	URL      string
}

// A Mark is a value with a name on the axis of a histogram: the median, the ninth decile, a deadline.
type Mark struct {
	Name  string
	Value float64
}

// Histogram draws how values are spread: columns from zero, each as wide as its interval, which are to be equally wide, and marks with their values.
func Histogram(fr Frame, bins []Bin, marks ...Mark) Figure {
	f := Figure{Frame: fr, d: newDrawing()}
	most, end := 0.0, 1.0
	for _, b := range bins {
		most = max(most, float64(b.N))
		end = max(end, b.To)
	}
	width := 1.0
	if len(bins) > 0 && bins[0].To > bins[0].From {
		width = bins[0].To - bins[0].From
	}
	if n := len(bins); n > 0 && bins[n-1].To == 0 {
		end = bins[n-1].From + width
	}
	counts := Frame{Lang: f.Lang}
	f.Unit, counts.Unit = Unit{}, f.Unit
	y := f.values(0, max(most, 4), left, right, top+14, bottom)
	f.Unit = counts.Unit
	start := 0.0
	if len(bins) > 0 {
		start = bins[0].From
	}
	x := axis{start, end, left, right}
	every := 1
	for len(bins)/every > 12 {
		every++
	}
	f.head(f.say("interval"), f.say("count"))
	for i, b := range bins {
		to, name := b.To, words.Decimal(f.Lang, b.From, f.Unit.Places)+"–"+words.Decimal(f.Lang, b.To-math.Pow10(-f.Unit.Places), f.Unit.Places)
		if b.To == 0 {
			to, name = b.From+width, f.say("or_more", words.Decimal(f.Lang, b.From, f.Unit.Places))
		}
		n := f.whole(b.N)
		if n.URL = b.URL; b.Held {
			n = f.number(Unit{}, Missing, "")
			f.d.label("", "middle", x.at((b.From+to)/2), bottom-4, Suppressed)
		} else if b.N > 0 {
			f.d.rect("bar", x.at(b.From)+1, y.at(float64(b.N)), x.at(to)-x.at(b.From)-2, bottom-y.at(float64(b.N)))
		}
		if i%every == 0 {
			f.d.label("", "middle", x.at(b.From), bottom+18, words.Decimal(f.Lang, b.From, f.Unit.Places))
		}
		f.row(text(name), n)
	}
	f.d.line("axis", left, bottom, right, bottom)
	f.d.label("", "end", right, bottom+36, f.Unit.Word)
	marks = slices.Clone(marks)
	slices.SortStableFunc(marks, func(a, b Mark) int { return cmpFloat(a.Value, b.Value) })
	free := math.Inf(-1) // where the label before ends
	for i, m := range marks {
		if math.IsNaN(m.Value) {
			continue
		}
		px := min(x.at(m.Value), right)
		f.d.line("mean", px, top+8, px, bottom)
		says := m.Name + " " + f.withUnit(m.Value)
		anchor, from := "start", px+5
		if wide := 7 * float64(len([]rune(says))); px+wide > Width {
			anchor, from = "end", px-5-wide
		}
		at := top + 4
		if from < free {
			at += 15 * float64(i)
		}
		free = max(free, from+7*float64(len([]rune(says))))
		if anchor == "end" {
			f.d.label("mean", anchor, px-5, at, says)
		} else {
			f.d.label("mean", anchor, px+5, at, says)
		}
		f.Says = append(f.Says, says+".")
	}
	return f
}

// short cuts a name that is longer than its room; the table has it whole.
func short(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}
