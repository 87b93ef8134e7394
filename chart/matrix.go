package chart

import "math"

// A Matrix is how many go from one place to another. Values are N[from][to]; Missing is suppressed, and what is 0 is left blank.
type Matrix struct {
	From, To []string
	N        [][]float64
	URL      func(from, to int) string // to the rows; may be nil
}

// Crossing draws a matrix: rows are where they come from, columns where they go; darker is more, and each says its value.
func Crossing(fr Frame, m Matrix) Figure {
	f := Figure{Frame: fr, d: newDrawing()}
	const names, head = 130.0, 26.0
	w := min(110, (Width-names-10)/float64(max(len(m.To), 1)))
	h := 34.0
	f.d.h = head + h*float64(len(m.From)) + 10
	top := 0.0
	for _, row := range m.N {
		for _, v := range row {
			if !math.IsNaN(v) {
				top = max(top, v)
			}
		}
	}
	f.head(f.say("from"), f.say("to"), f.valueHead())
	f.Head[1].Number = false
	for j, name := range m.To {
		f.d.label("tname", "middle", names+w*(float64(j)+0.5), head-9, short(name, int(w/7)))
	}
	for i, from := range m.From {
		y := head + h*float64(i)
		f.d.label("tname", "end", names-10, y+h/2+4, short(from, 17))
		for j, to := range m.To {
			v, x := m.N[i][j], names+w*float64(j)
			class, value := "tile", "big"
			if v > 0 {
				q := step5([]float64{0, top}, v)
				class += " q" + itoa(q)
				if q >= 3 {
					value = "on"
				}
			}
			f.d.rect(class, x+1, y+1, w-2, h-2)
			if v == 0 {
				continue
			}
			f.d.label(value, "middle", x+w/2, y+h/2+5, f.Unit.text(f.Lang, v))
			url := ""
			if m.URL != nil {
				url = m.URL(i, j)
			}
			f.row(text(from), text(to), f.number(f.Unit, v, url))
		}
	}
	return f
}
