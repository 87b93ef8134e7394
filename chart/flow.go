package chart

// A Part is one way in or out of a list.
type Part struct {
	Name string
	N    int
	URL  string
}

// A Flow is what a list held, what came and went, and what it holds: opening + in − out = closing. What does not add up is said, with its rows.
type Flow struct {
	Opening, Closing Part
	In, Out          []Part
	UnexplainedURL   string
}

// Sum adds parts.
func Sum(parts []Part) int {
	n := 0
	for _, p := range parts {
		n += p.N
	}
	return n
}

// Unexplained is how many are there without having come, or the other way about; 0 in a list that adds up.
func (f Flow) Unexplained() int {
	return f.Closing.N - f.Opening.N - Sum(f.In) + Sum(f.Out)
}

// Width is a part's share of the largest part in the flow, in per cent with one decimal, for a bar: bars that are compared share one scale.
func (f Flow) Width(p Part) string {
	most := 1
	for _, q := range append(append([]Part{}, f.In...), f.Out...) {
		most = max(most, q.N)
	}
	return num(100*float64(max(p.N, 0))/float64(most)) + "%"
}

// Balance draws the flow as a figure with a table: what was, came, went and is.
func Balance(fr Frame, w Flow) Figure {
	var bars []Bar
	bars = append(bars, Bar{Name: w.Opening.Name, Value: float64(w.Opening.N), URL: w.Opening.URL, Own: true})
	for _, p := range w.In {
		bars = append(bars, Bar{Name: "+ " + p.Name, Value: float64(p.N), URL: p.URL})
	}
	for _, p := range w.Out {
		bars = append(bars, Bar{Name: "− " + p.Name, Value: float64(p.N), URL: p.URL})
	}
	bars = append(bars, Bar{Name: w.Closing.Name, Value: float64(w.Closing.N), URL: w.Closing.URL, Own: true})
	f := Bars(fr, bars, 0)
	f.row(text(f.say("unexplained")), f.number(Unit{}, float64(w.Unexplained()), w.UnexplainedURL))
	return f
}
