package chart

import (
	"math"
	"unicode/utf8"

	"rettid/day"
	"rettid/words"
)

// A Point is the value of a month.
type Point struct {
	At    day.Day // a day of the month
	Value float64 // Missing when it is suppressed or not known
	URL   string  // to the rows it is made of; may be empty
	Cause string  // a known cause, written at the point: "ombygging i oktober"
	New   bool    // the definition is another from here: the line is broken before it
}

// A Line is a measure over months, the earliest first.
type Line struct {
	Name   string // at the end of the line; may be empty when there is one line
	Own    bool   // the one the figure is about: in petrol
	Points []Point
}

const (
	left, right = 52.0, 548.0
	top, bottom = 20.0, 232.0
)

// endOf is what stands at the end of a line: its name, where there are several, and its last value.
func (f *Figure) endOf(l Line, last float64) string {
	if l.Name == "" {
		return f.withUnit(last)
	}
	return l.Name + " " + f.Unit.text(f.Lang, last)
}

// roomAtEnd is where the lines end at the most, so that what stands at the end of each is seen whole.
func (f *Figure) roomAtEnd(lines []Line) float64 {
	out := right
	for _, l := range lines {
		for _, p := range l.Points {
			if !math.IsNaN(p.Value) {
				out = min(out, f.d.w-11-6.8*float64(utf8.RuneCountInString(f.endOf(l, p.Value))))
			}
		}
	}
	return out
}

// TimeSeries draws measures over the same months. The value axis begins at zero when that does not flatten the lines: when the smallest value is less than
// half the largest.
func TimeSeries(fr Frame, lines ...Line) Figure {
	f := Figure{Frame: fr, d: newDrawing()}
	var all []float64
	var months []Point
	for _, l := range lines {
		for _, p := range l.Points {
			all = append(all, p.Value)
		}
		if len(l.Points) > len(months) {
			months = l.Points
		}
	}
	lo, hi, _ := extent(all...)
	if lo >= 0 && lo < hi/2 || lo == hi && lo >= 0 {
		lo = 0
	}
	right := f.roomAtEnd(lines)
	y := f.values(lo, hi, left, right, top, bottom)
	x := axis{0, float64(max(len(months)-1, 1)), left, right}
	f.months(months, x)
	ends := make([]float64, len(lines))
	for i, l := range lines {
		ends[i] = math.NaN()
		for _, p := range l.Points {
			if !math.IsNaN(p.Value) {
				ends[i] = y.at(p.Value)
			}
		}
	}
	at := spreadKnown(ends, 15, top, bottom)
	for i, l := range lines {
		class, name := "line", "lbl"
		if l.Own {
			class, name = "line us", "us"
		} else if len(lines) > 1 {
			name = ""
		}
		last := f.draw(class, l.Points, x, y)
		for j, p := range l.Points {
			if !math.IsNaN(p.Value) && (len(l.Points) <= 36 || j == len(l.Points)-1) && len(lines) == 1 {
				f.d.circle("pt", x.at(float64(j)), y.at(p.Value), 3.2)
			}
			f.cause(p, x.at(float64(j)), y)
		}
		if last >= 0 {
			f.d.label(name, "start", x.at(float64(last))+9, at[i]+4, f.endOf(l, l.Points[last].Value))
		}
	}
	f.head(f.say("month"))
	for _, l := range lines {
		name := l.Name
		if name == "" {
			name = f.say("value")
		}
		f.Head = append(f.Head, Cell{Text: name, Number: true})
	}
	for j := len(months) - 1; j >= 0; j-- {
		row := []Cell{text(monthText(f.Lang, months[j].At))}
		for _, l := range lines {
			p := Point{Value: Missing}
			if j < len(l.Points) {
				p = l.Points[j]
			}
			row = append(row, f.number(f.Unit, p.Value, p.URL))
		}
		f.row(row...)
	}
	return f
}

// Seasons draws a measure month by month through the year, one line for each year: the latest in petrol, those before in grey. points are months in order.
func Seasons(fr Frame, points []Point) Figure {
	f := Figure{Frame: fr, d: newDrawing()}
	var values []float64
	years := make(map[int][]Point)
	var order []int
	for _, p := range points {
		values = append(values, p.Value)
		if years[p.At.Year()] == nil {
			order = append(order, p.At.Year())
			years[p.At.Year()] = make([]Point, 12)
			for m := range 12 {
				years[p.At.Year()][m] = Point{At: day.On(p.At.Year(), m+1, 1), Value: Missing}
			}
		}
		_, m, _ := p.At.Date()
		years[p.At.Year()][m-1] = p
	}
	lo, hi, _ := extent(values...)
	if lo >= 0 && lo < hi/2 || lo == hi && lo >= 0 {
		lo = 0
	}
	y := f.values(lo, hi, left, right, top, bottom)
	x := axis{0, 11, left, right}
	for m := range 12 {
		f.d.label("", "middle", x.at(float64(m)), bottom+24, shortMonth(f.Lang, m+1))
	}
	ends := make([]float64, len(order))
	for i, year := range order {
		ends[i] = math.NaN()
		for _, p := range years[year] {
			if !math.IsNaN(p.Value) {
				ends[i] = y.at(p.Value)
			}
		}
	}
	at := spreadKnown(ends, 15, top, bottom)
	f.head(f.say("month"))
	for i, year := range order {
		class, name := "line old", ""
		if i == len(order)-1 {
			class, name = "line us", "us"
		}
		if last := f.draw(class, years[year], x, y); last >= 0 {
			f.d.label(name, "start", x.at(float64(last))+9, at[i]+4, itoa(year))
		}
		f.Head = append(f.Head, Cell{Text: itoa(year), Number: true})
	}
	for m := range 12 {
		row := []Cell{text(monthName(f.Lang, m+1))}
		for _, year := range order {
			p := years[year][m]
			row = append(row, f.number(f.Unit, p.Value, p.URL))
		}
		f.row(row...)
	}
	return f
}

// draw draws the line through points, broken where a value is missing or the definition changes, and gives the last that has a value; -1 for none.
func (f *Figure) draw(class string, points []Point, x, y axis) int {
	last := -1
	var part []point
	end := func() {
		if len(part) == 1 { // alone between gaps: a line can't show it
			f.d.circle("pt", part[0].x, part[0].y, 3.2)
		}
		f.d.path(class, part)
		part = nil
	}
	for i, p := range points {
		if p.New {
			end()
			f.d.line("break", x.at(float64(i)-0.5), top, x.at(float64(i)-0.5), bottom)
		}
		if math.IsNaN(p.Value) {
			end()
			continue
		}
		last = i
		part = append(part, point{x.at(float64(i)), y.at(p.Value)})
	}
	end()
	return last
}

// cause writes a known cause above its point, or beneath when there is no room.
func (f *Figure) cause(p Point, x float64, y axis) {
	if p.Cause == "" || math.IsNaN(p.Value) {
		return
	}
	at, anchor := y.at(p.Value)-10, "middle"
	if at < 12 {
		at += 26
	}
	switch {
	case x > right-70:
		anchor = "end"
	case x < left+70:
		anchor = "start"
	}
	f.d.label("", anchor, x, at, p.Cause)
}

func (f *Figure) withUnit(v float64) string {
	s := f.Unit.text(f.Lang, v)
	if f.Unit.Word != "" {
		s += " " + f.Unit.Word
	}
	return s
}

// months writes the months under the plot: at most about nine of them, the year under January and under the first.
func (f *Figure) months(points []Point, x axis) {
	every := 1
	for _, e := range []int{1, 2, 3, 6, 12} {
		if every = e; len(points)/e <= 9 {
			break
		}
	}
	shown := 0
	for i, p := range points {
		_, m, _ := p.At.Date()
		if every > 1 && (m-1)%every != 0 {
			continue
		}
		f.d.label("", "middle", x.at(float64(i)), bottom+24, shortMonth(f.Lang, m))
		if m == 1 || shown == 0 {
			f.d.label("", "middle", x.at(float64(i)), bottom+39, itoa(p.At.Year()))
		}
		shown++
	}
}

func monthText(l words.Lang, d day.Day) string {
	y, m, _ := d.Date()
	return words.Month(l, y, m)
}
