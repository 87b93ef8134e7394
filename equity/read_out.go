package equity

// ReadOut reads the dimensions as findings in the order of X-703: who gets to the door, who is stopped at the trust, who is granted, how long it takes. A signal calls for an answer; what is not shown
// is never called equal, and a gradient that is not shown does not clear the worry behind it (X-1212).
func ReadOut(all []Dimension) []Finding {
	var out []Finding
	shown, tests := 0, 0
	add := func(f Finding) {
		out = append(out, f)
		if f.Signal != None {
			shown++
		}
	}
	for _, d := range all {
		tests += d.Tests
		if !d.Judged {
			continue
		}
		for _, l := range d.Lines {
			if l.Observed == nil || l.SR == nil || l.Signal == nil || *l.Signal == None || d.Axis == ByInterpreter && l.Area.Area != "yes" {
				continue
			}
			code := "above_"
			if *l.SR < 1 {
				code = "below_"
			}
			add(Finding{Rule: "X-710", Code: code + string(*l.Signal), Signal: *l.Signal, Axis: d.Axis, Area: l.Area.Area, Args: []any{l.Area.Area, *l.Observed, *l.Expected, *l.SR, *l.SRLo, *l.SRHi}})
		}
		if s := SignalOf(d.Overall.P); s != None && (d.Axis == ByRegion || d.Axis == ByCatchment) {
			add(Finding{Rule: "I-5", Code: "spread_" + string(d.Axis), Signal: s, Axis: d.Axis, Args: []any{*d.Overall.X2, *d.Overall.DF, *d.Overall.P}})
		}
	}
	gradient := false
	for _, d := range all {
		g := d.Gradient
		if g == nil || g.TrendP == nil {
			continue
		}
		if s := SignalOf(g.TrendP); s != None {
			code := "gradient_high"
			if *g.TrendZ < 0 {
				code = "gradient_low"
			}
			gradient = true
			add(Finding{Rule: "I-8", Code: code, Signal: s, Axis: ByEducation, Args: []any{*g.ConcentrationPopulation, *g.TrendP}})
		}
	}
	if !gradient {
		add(Finding{Rule: "X-1212", Code: "gradient_not_shown", Signal: None, Axis: ByEducation})
	}
	for _, d := range all {
		for _, l := range d.Lines {
			if d.Axis == ByTrust && l.StopSignal != None && l.StopSignal != "" {
				add(Finding{Rule: "I-4", Code: "stops", Signal: l.StopSignal, Axis: ByTrust, Area: l.Area.Area, Args: []any{l.Area.Area, *l.Stops.Granted, *l.Stops.Decided, 100 * *l.Stops.Lo, 100 * *l.Stops.Hi}})
			}
		}
	}
	for _, d := range all {
		for _, l := range d.Lines {
			if d.Axis == ByRegion && l.GrantSignal != None && l.GrantSignal != "" {
				add(Finding{Rule: "I-4", Code: "granted", Signal: l.GrantSignal, Axis: ByRegion, Area: l.Area.Area, Args: []any{l.Area.Area, *l.Granted.Granted, *l.Granted.Decided, 100 * *l.Granted.Lo, 100 * *l.Granted.Hi}})
			}
		}
	}
	for _, d := range all {
		if g := d.Contrast; g != nil && g.P != nil && g.OddsRatio != nil {
			if s := SignalOf(g.P); s != None {
				code := "contrast_less_"
				if *g.OddsRatio > 1 {
					code = "contrast_more_"
				}
				add(Finding{Rule: "I-7", Code: code + string(d.Axis), Signal: s, Axis: d.Axis, Args: []any{*g.OddsRatio, *g.ORLo, *g.ORHi, *g.P}})
			}
		}
	}
	if shown == 0 {
		add(Finding{Rule: "X-702", Code: "not_shown", Signal: None})
	}
	add(Finding{Rule: "X-710", Code: "tests", Signal: None, Args: []any{tests, 0.05 * float64(tests)}})
	blind := 0
	for _, d := range all {
		for _, l := range d.Lines {
			if d.Judged && l.Expected != nil && *l.Expected >= 1 && l.Limit95Lo != nil && *l.Limit95Lo == 0 {
				blind++
			}
		}
	}
	if blind > 0 {
		add(Finding{Rule: "X-713", Code: "blind_groups", Signal: None, Args: []any{blind}})
	}
	add(Finding{Rule: "X-705", Code: "proxies", Signal: None})
	return out
}

// ID names a finding in addresses and tasks: the same for the same thing in the next review.
func (f Finding) ID() string {
	b := []byte(f.Rule + "-" + f.Code)
	for _, more := range []string{string(f.Axis), f.Area} {
		if more != "" {
			b = append(append(b, '-'), more...)
		}
	}
	for i, c := range b {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_':
		default:
			b[i] = '_'
		}
	}
	return string(b)
}
