package chart

// A Step is one step of a concentration curve: a group's shares of the people and of the applications.
type Step struct {
	Name                 string
	People, Applications float64 // counts; the shares are made of them
}

// Concentration draws the concentration curve with its diagonal: the groups in the order given, from the left, people along and applications up. Over the diagonal the first groups have more than
// their part.
func Concentration(fr Frame, across, up string, parts []Step) Figure {
	f := Figure{Frame: fr, d: newDrawing()}
	u := Unit{Percent: true}
	f.Unit = u
	const from, to = 80.0, 400.0
	y := f.values(0, 1, from, to, top, bottom)
	x := axis{0, 1, from, to}
	for _, t := range []float64{0, 0.2, 0.4, 0.6, 0.8, 1} {
		f.d.label("", "middle", x.at(t), bottom+16, u.text(f.Lang, t))
	}
	f.d.label("", "middle", (from+to)/2, bottom+36, across)
	f.d.label("", "start", from+6, top-7, up)
	f.d.line("mean", x.at(0), y.at(0), x.at(1), y.at(1))
	var people, applications float64
	for _, p := range parts {
		people += p.People
		applications += p.Applications
	}
	f.head(f.say("unit"), across, up)
	if people <= 0 || applications <= 0 {
		return f
	}
	at := []point{{x.at(0), y.at(0)}}
	var px, py float64
	for _, p := range parts {
		px += p.People / people
		py += p.Applications / applications
		at = append(at, point{x.at(px), y.at(py)})
		f.row(text(p.Name), f.number(Unit{Percent: true, Places: 1}, px, ""), f.number(Unit{Percent: true, Places: 1}, py, ""))
	}
	f.d.path("line us", at)
	for i, p := range at[1:] {
		f.d.circle("pt", p.x, p.y, 3.2)
		f.d.label("", "start", p.x+9, p.y+14, short(parts[i].Name, 30))
	}
	return f
}
