package equity

import (
	"math"
	"slices"
)

// An Area is one catchment of residence: applications seen and expected (I-1, I-2, I-6). Rates are per 100,000 over the whole period.
type Area struct {
	Area         string   `json:"area"`
	Region       string   `json:"region"`
	Population   float64  `json:"population"`
	Observed     *int     `json:"observed"` // nil: hidden
	Expected     *float64 `json:"expected"`
	Rate         *float64 `json:"rate"`
	SR           *float64 `json:"sr"` // observed over expected, by age and sex; nil: fewer than one expected, or hidden
	SRLo         *float64 `json:"sr_lo"`
	SRHi         *float64 `json:"sr_hi"`
	AdjustedRate *float64 `json:"adjusted_rate"`
	Limit998Lo   *float64 `json:"limit_998_lo"`
	Limit95Lo    *float64 `json:"limit_95_lo"`
	Limit95Hi    *float64 `json:"limit_95_hi"`
	Limit998Hi   *float64 `json:"limit_998_hi"`
	Signal       *Signal  `json:"signal"`
}

// Overall is the spread over areas (I-3, I-5, I-11).
type Overall struct {
	Observed   *int     `json:"observed"` // nil: hidden
	Population float64  `json:"population"`
	Rate       *float64 `json:"rate"`
	EQ         *float64 `json:"eq"`
	CVu        *float64 `json:"cv_unweighted"`
	CVw        *float64 `json:"cv_weighted"`
	SCV        *float64 `json:"scv"`
	X2         *float64 `json:"x2"`
	DF         *int     `json:"x2_df"`
	P          *float64 `json:"x2_p"`
	Phi        *float64 `json:"phi"`
	Gini       *float64 `json:"gini"`
}

const per = 1e5 // rates are per 100,000

// standardise computes I-1, I-2, I-3, I-5, I-6 and I-11.
func standardise(s strata, set Settings) ([]Area, Overall) {
	O, N := make([]float64, len(s.keys)), make([]float64, len(s.keys))
	var o Overall
	for _, a := range s.areas {
		for k := range s.keys {
			O[k] += s.cases[a][k]
			N[k] += s.people[a][k]
		}
	}
	var all float64
	for k := range s.keys {
		all += O[k]
		o.Population += N[k]
	}
	total := int(all)
	o.Observed = &total
	if o.Population > 0 {
		o.Rate = ptr(per * all / o.Population)
	}
	areas := []Area{}
	var seen, expected, people []float64
	for _, name := range s.areas {
		var obs, e, n float64
		for k := range s.keys {
			obs += s.cases[name][k]
			n += s.people[name][k]
			if N[k] > 0 {
				e += s.people[name][k] * O[k] / N[k]
			}
		}
		seen, expected, people = append(seen, obs), append(expected, e), append(people, n)
		count, signal := int(obs), None
		a := Area{Area: name, Region: s.region[name], Population: n, Observed: &count, Expected: ptr(e)}
		if n > 0 {
			a.Rate = ptr(per * obs / n)
		}
		if e >= 1 {
			lo, hi := ExactPoisson(count)
			a.SR, a.SRLo, a.SRHi = ptr(obs/e), ptr(lo/e), ptr(hi/e)
			a.AdjustedRate = ptr(obs / e * *o.Rate)
			a.Limit998Lo, a.Limit95Lo = ptr(FunnelLimit(e, 0.001)), ptr(FunnelLimit(e, 0.025))
			a.Limit95Hi, a.Limit998Hi = ptr(FunnelLimit(e, 0.975)), ptr(FunnelLimit(e, 0.999))
			switch sr := *a.SR; {
			case sr < *a.Limit998Lo || sr > *a.Limit998Hi:
				signal = Red
			case sr < *a.Limit95Lo || sr > *a.Limit95Hi:
				signal = Amber
			}
		}
		a.Signal = &signal
		areas = append(areas, a)
	}
	spread(&o, areas, seen, expected, people, set)
	return areas, o
}

// spread computes I-3, I-5 and I-11; with fewer than four areas or twenty applications nothing of it says anything.
func spread(o *Overall, areas []Area, seen, expected, people []float64, set Settings) {
	k := len(areas)
	if *o.Observed > 0 && o.Population > 0 {
		o.Gini = ptr(gini(seen, people))
	}
	if k < set.SpreadAreas || *o.Observed < set.Least || slices.ContainsFunc(expected, func(e float64) bool { return e <= 0 }) {
		return
	}
	var mean, wmean, x2, excess float64
	adjusted := make([]float64, k)
	for i := range areas {
		adjusted[i] = seen[i] / expected[i] * *o.Rate
		mean += adjusted[i] / float64(k)
		wmean += adjusted[i] * people[i] / o.Population
		d := seen[i] - expected[i]
		x2 += d * d / expected[i]
		excess += d*d/(expected[i]*expected[i]) - 1/expected[i]
	}
	var v, wv float64
	for i, a := range adjusted {
		v += (a - mean) * (a - mean) / float64(k-1)
		wv += people[i] / o.Population * (a - wmean) * (a - wmean)
	}
	if slices.Min(seen) >= 5 {
		o.EQ = ptr(slices.Max(adjusted) / slices.Min(adjusted))
	}
	o.CVu, o.CVw, o.SCV = ptr(math.Sqrt(v)/mean), ptr(math.Sqrt(wv)/wmean), ptr(100*excess/float64(k))
	df := k - 1
	o.X2, o.DF, o.P, o.Phi = ptr(x2), &df, ptr(chi2Tail(x2, df)), ptr(x2/float64(df))
}

// gini is I-11: areas by crude rate, their shares of the population against their shares of the applications.
func gini(seen, people []float64) float64 {
	order := make([]int, 0, len(seen))
	for i, n := range people {
		if n > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch x, y := seen[a]*people[b], seen[b]*people[a]; {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	O, N := make([]float64, len(order)), make([]float64, len(order))
	for i, j := range order {
		O[i], N[i] = seen[j], people[j]
	}
	return concentration(N, O)
}

// concentration is Σ (p_t L_(t+1) − p_(t+1) L_t) with p and L the cumulative shares of need and of applications (I-8).
func concentration(need, applications []float64) float64 {
	var n, a, c float64
	for i := range need {
		n += need[i]
		a += applications[i]
	}
	if n == 0 || a == 0 {
		return 0
	}
	var p, l float64
	for i := range need {
		p2, l2 := p+need[i]/n, l+applications[i]/a
		c += p*l2 - p2*l
		p, l = p2, l2
	}
	return c
}
