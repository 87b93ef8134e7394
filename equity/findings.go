package equity

// A Finding is one thing the review has to say, as a code of the words equity.* and its arguments; doors turn it into a sentence. What is not shown is
// said to be not shown, never to be equal (X-702, X-1212).
type Finding struct {
	Rule   string // as X-703
	Code   string
	Signal Signal
	Axis   Axis   // what is compared; "" for the areas of a review on files
	Area   string // the area or group it is about; "" when it is about all
	Args   []any  // names, whole numbers (int) and others (float64)
}

// Findings reads the review in the order of X-703: who gets to the door, then who is granted, then how long it takes. Each amber or red signal wants an
// explanation, an action or "no action" with its reason, an owner and a date.
func (r Result) Findings() []Finding {
	var out []Finding
	shown := 0
	add := func(rule, code string, s Signal, area string, args ...any) {
		out = append(out, Finding{Rule: rule, Code: code, Signal: s, Area: area, Args: args})
		if s != None {
			shown++
		}
	}
	few := 0
	for _, a := range r.Areas {
		switch {
		case a.Observed == nil:
		case a.SR == nil && r.hid.rates:
		case a.SR == nil:
			few++
		case *a.Signal != None:
			code := "above"
			if *a.SR < 1 {
				code = "below"
			}
			add("X-710", code+"_"+string(*a.Signal), *a.Signal, a.Area, a.Area, *a.Observed, *a.Expected, *a.SR, *a.SRLo, *a.SRHi)
		}
	}
	if few > 0 {
		add("X-711", "too_few_expected", None, "", few)
	}
	if o := r.Overall; r.hid.rates {
		add("X-723", "rates_hidden", None, "")
	} else if o.P != nil {
		if s := SignalOf(o.P); s != None {
			add("I-5", "spread", s, "", *o.X2, *o.DF, *o.P)
		}
	} else {
		add("X-711", "spread_not_computed", None, "")
	}
	if g := r.Quintiles; g.TrendP != nil {
		if s := SignalOf(g.TrendP); s != None {
			code := "gradient_high"
			if *g.TrendZ < 0 {
				code = "gradient_low"
			}
			add("I-8", code, s, "", *g.ConcentrationPopulation, *g.TrendP)
		}
	} else if r.hid.gradient {
		add("X-723", "gradient_hidden", None, "")
	} else {
		add("X-711", "gradient_not_computed", None, "")
	}
	if g := r.Grants; g.P != nil {
		if s := SignalOf(g.P); s != None && g.OddsRatio != nil {
			code := "grants_low"
			if *g.OddsRatio > 1 {
				code = "grants_high"
			}
			add("I-7", code, s, "", *g.OddsRatio, *g.ORLo, *g.ORHi, *g.P)
		}
	} else if r.hid.grants {
		add("X-723", "grants_hidden", None, "")
	} else {
		add("X-711", "grants_not_computed", None, "")
	}
	if shown == 0 {
		add("X-702", "not_shown", None, "")
	}
	add("X-710", "tests", None, "", r.Tests.Count, r.Tests.ExpectedFalseAmbers)
	for _, a := range r.Areas { // what could have been seen at all
		if a.Expected != nil && *a.Expected >= 1 && *a.Limit95Lo == 0 {
			o, ratio := Detectable(*a.Expected)
			add("X-713", "blind_low", None, a.Area, a.Area, *a.Expected, o, ratio)
		}
	}
	add("X-705", "proxies", None, "")
	return out
}
