package chart

import (
	"math"
	"slices"
)

// A Tile is one region or area, all equally large, so that land does not weigh more than people. Row and Column say where it lies, from the north-west.
type Tile struct {
	Name        string
	Row, Column int
	Value       float64 // Missing when it is suppressed
	URL         string
}

// Tiles draws regions as tiles: darker is more, in five steps of the values shown; each says its value.
func Tiles(fr Frame, tiles []Tile) Figure {
	f := Figure{Frame: fr, d: newDrawing()}
	var values []float64
	rows, columns := 1, 1
	for _, t := range tiles {
		rows, columns = max(rows, t.Row+1), max(columns, t.Column+1)
		if !math.IsNaN(t.Value) {
			values = append(values, t.Value)
		}
	}
	slices.Sort(values)
	w, h := min(150, (Width-20)/float64(columns)), 66.0
	f.d.h = h*float64(rows) + 12
	off := (Width - w*float64(columns)) / 2
	f.head(f.say("region"), f.valueHead())
	for _, t := range tiles {
		class, name, value := "tile", "tname", "big"
		if !math.IsNaN(t.Value) {
			q := step5(values, t.Value)
			class += " q" + itoa(q)
			if q >= 3 {
				name, value = "on", "on"
			}
		}
		x, y := off+w*float64(t.Column), 6+h*float64(t.Row)
		f.d.rect(class, x+2, y+2, w-4, h-4)
		f.d.label(name, "middle", x+w/2, y+27, short(t.Name, int(w/7)))
		f.d.label(value, "middle", x+w/2, y+49, f.Unit.text(f.Lang, t.Value))
		f.row(text(t.Name), f.number(f.Unit, t.Value, t.URL))
	}
	return f
}

// step5 is which fifth of the way from the smallest to the largest a value lies in, 1 to 5; 1 when all are alike.
func step5(sorted []float64, v float64) int {
	lo, hi := sorted[0], sorted[len(sorted)-1]
	if hi == lo {
		return 1
	}
	return min(5, 1+int(5*(v-lo)/(hi-lo)))
}
