// Package chart draws figures: values in, a drawing and its table twin out. A drawing is SVG for a page (classes, positions as attributes, no style), SVG as
// a file, or PNG; the table and the CSV hold the same numbers.
//
// Shapes carry the meaning and colour repeats it: a point outside its limits is a diamond, eight or more on one side of the mean lie on a band. Bars begin
// at zero. What is suppressed or not known is a gap in the drawing and a mark in the table, never a nought.
//
// What never happens here: nothing is counted or decided (packages figures and equity), no page is laid out (package web), nothing is read or written.
package chart

import (
	"math"
	"strings"

	"rettid/words"
)

// Width and Height are the size of a drawing, in its own units: pixels when nothing scales it.
const (
	Width  = 640
	Height = 280
)

// A Frame is what every figure is given beside its values.
type Frame struct {
	Lang     words.Lang
	ID       string // names the figure on its page and in downloads: letters, digits and hyphens
	Title    string // the finding: "Ventelisten gikk ned med 28 i mars"
	Subtitle string // measure, unit, period, and how to read it
	Name     string // the accessible name of the drawing; the title and subtitle when empty
	Unit     Unit
}

// A Unit tells how values are written.
type Unit struct {
	Word    string // after the number at the end of a line: "dager"
	Places  int    // decimals
	Percent bool   // values are shares, 0.971 is written 97,1 %
}

// text writes a value; what is not known is ":".
func (u Unit) text(l words.Lang, v float64) string {
	switch {
	case math.IsNaN(v):
		return Suppressed
	case u.Percent:
		return words.Percent(l, v, u.Places)
	}
	return words.Decimal(l, v, u.Places)
}

// axis writes a value of the axis: with no more decimals than the steps need.
func (u Unit) axis(l words.Lang, v, step float64) string {
	places, one := 0, step
	if u.Percent {
		one *= 100
	}
	for one < 0.999 && places < 4 {
		one, places = one*10, places+1
	}
	if u.Percent {
		return words.Percent(l, v, places)
	}
	return words.Decimal(l, v, places)
}

// Suppressed stands where a number is held back because it tells of too few, or is not known.
const Suppressed = ":"

// Missing is the value of what is suppressed or not known.
var Missing = math.NaN()

// A Cell is a cell of the table twin.
type Cell struct {
	Text   string
	URL    string // to the rows the number is made of; may be empty
	Number bool   // set right, and exported as a number
	value  float64
	isSet  bool
	places int
}

// A Figure is a drawing and its table twin.
type Figure struct {
	Frame
	Head []Cell   // of the table: one for each column
	Rows [][]Cell // the same numbers as in the drawing; the first cell of a row names it
	Says []string // what the drawing shows, in sentences: signals, what is outside
	d    drawing
}

func (f *Figure) head(keys ...string) {
	for i, k := range keys {
		f.Head = append(f.Head, Cell{Text: k, Number: i > 0})
	}
}

func (f *Figure) row(cells ...Cell) { f.Rows = append(f.Rows, cells) }

func text(s string) Cell { return Cell{Text: s} }

func (f *Figure) number(u Unit, v float64, url string) Cell {
	c := Cell{Text: u.text(f.Lang, v), URL: url, Number: true, value: v, isSet: true, places: u.Places}
	if u.Percent { // exported in the unit shown
		c.value = v * 100
	}
	if math.IsNaN(v) {
		c.URL = ""
	}
	return c
}

// whole is a count.
func (f *Figure) whole(n int) Cell {
	return Cell{Text: words.Number(f.Lang, n), Number: true, value: float64(n), isSet: true}
}

// Label is the accessible name of the drawing.
func (f Figure) Label() string {
	if f.Name != "" {
		return f.Name
	}
	return strings.TrimSpace(strings.Join(append([]string{ended(f.Title), ended(f.Subtitle)}, f.Says...), " "))
}

func ended(s string) string {
	if s == "" || strings.ContainsRune(".!?", rune(s[len(s)-1])) {
		return s
	}
	return s + "."
}

func (f Figure) say(key string, args ...any) string { return words.Say(f.Lang, "chart."+key, args...) }

// MarkupSafe tells that an ID can stand in markup and in a file name.
func MarkupSafe(id string) bool {
	return id != "" && strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == ""
}
