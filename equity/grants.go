package equity

import (
	"maps"
	"math"
	"slices"

	"rettid/day"
)

// Grants is who was granted of those decided (I-4, I-7): low is education quintile 1–2, high 3–5, the strata are regions.
type Grants struct {
	Chi2          *float64 `json:"cmh_chi2"`
	P             *float64 `json:"cmh_p"`
	Chi2Corrected *float64 `json:"cmh_chi2_corrected"`
	PCorrected    *float64 `json:"cmh_p_corrected"`
	OddsRatio     *float64 `json:"odds_ratio"`
	ORLo          *float64 `json:"or_lo"`
	ORHi          *float64 `json:"or_hi"`
	Shares        []Share  `json:"shares"`
}

// A Share is the share granted of a group's decided cases with its 95 % interval by Wilson. Group is low, high, all or a region.
type Share struct {
	Group   string   `json:"group"`
	Granted *int     `json:"granted"` // nil: hidden
	Decided *int     `json:"decided"`
	Share   *float64 `json:"share"`
	Lo      *float64 `json:"lo"`
	Hi      *float64 `json:"hi"`
}

// Fourfold is one stratum: low granted, low not, high granted, high not.
type Fourfold struct{ A, B, C, D float64 }

func share(group string, granted, decided int) Share {
	s := Share{Group: group, Granted: &granted, Decided: &decided}
	if decided > 0 {
		lo, hi := Wilson(granted, decided)
		s.Share, s.Lo, s.Hi = ptr(float64(granted)/float64(decided)), &lo, &hi
	}
	return s
}

func grants(in Input, regions []string) Grants {
	groups := append([]string{"low", "high", "all"}, regions...)
	granted, decided := make([]int, len(groups)), make([]int, len(groups))
	tables := make([]Fourfold, len(regions))
	count := func(g int, yes bool) {
		decided[g]++
		if yes {
			granted[g]++
		}
	}
	for i := range in.Cases {
		c := &in.Cases[i]
		if c.Outcome == "" {
			continue
		}
		yes := c.Outcome == Granted
		count(2, yes)
		region := slices.Index(regions, c.Region)
		if region >= 0 {
			count(3+region, yes)
		}
		switch {
		case c.Quintile == 1 || c.Quintile == 2:
			count(0, yes)
		case c.Quintile >= 3:
			count(1, yes)
		}
		if region >= 0 && c.Quintile > 0 {
			t := &tables[region]
			switch low := c.Quintile <= 2; {
			case low && yes:
				t.A++
			case low:
				t.B++
			case yes:
				t.C++
			default:
				t.D++
			}
		}
	}
	g := likeForLike(tables, in.Settings)
	g.Shares = []Share{}
	for i, name := range groups {
		g.Shares = append(g.Shares, share(name, granted[i], decided[i]))
	}
	return g
}

// likeForLike is the Cochran–Mantel–Haenszel test and the common odds ratio over strata, with the interval of Robins, Breslow and Greenland (I-7).
func likeForLike(tables []Fourfold, set Settings) Grants {
	var g Grants
	var low, high, diff, variance, sumR, sumS, pr, mixed, qs float64
	for _, t := range tables {
		low += t.A + t.B
		high += t.C + t.D
		m1, m2, n1, n2 := t.A+t.B, t.C+t.D, t.A+t.C, t.B+t.D // rows: low, high; columns: granted, not
		T := m1 + m2
		if T < 2 || m1 == 0 || m2 == 0 || n1 == 0 || n2 == 0 {
			continue
		}
		diff += t.A - m1*n1/T
		variance += m1 * m2 * n1 * n2 / (T * T * (T - 1))
		P, Q, R, S := (t.A+t.D)/T, (t.B+t.C)/T, t.A*t.D/T, t.B*t.C/T
		sumR += R
		sumS += S
		pr += P * R
		mixed += P*S + Q*R
		qs += Q * S
	}
	if low+high < float64(set.Least) || low < float64(set.RowLeast) || high < float64(set.RowLeast) || variance == 0 {
		return g
	}
	chi2 := diff * diff / variance
	corrected := math.Pow(max(0, math.Abs(diff)-0.5), 2) / variance
	g.Chi2, g.P = ptr(chi2), ptr(chi2Tail(chi2, 1))
	g.Chi2Corrected, g.PCorrected = ptr(corrected), ptr(chi2Tail(corrected, 1))
	if sumR > 0 && sumS > 0 {
		or := sumR / sumS
		se := math.Sqrt(pr/(2*sumR*sumR) + mixed/(2*sumR*sumS) + qs/(2*sumS*sumS))
		g.OddsRatio, g.ORLo, g.ORHi = ptr(or), ptr(or*math.Exp(-z95*se)), ptr(or*math.Exp(z95*se))
	}
	return g
}

// Gradient is whether areas with more education apply more (I-8). The lists have five places, quintile 1 first.
type Gradient struct {
	SR                      []*float64 `json:"sr"`
	Ratio51                 *float64   `json:"ratio_5_1"`
	ConcentrationPopulation *float64   `json:"concentration_population"`
	ConcentrationNeed       *float64   `json:"concentration_need"`
	TrendU                  *float64   `json:"trend_u"`
	TrendV                  *float64   `json:"trend_v"`
	TrendZ                  *float64   `json:"trend_z"`
	TrendP                  *float64   `json:"trend_p"`
}

func gradient(quintiles []Quintile, set Settings) Gradient {
	g := Gradient{SR: make([]*float64, 5)}
	if len(quintiles) == 0 {
		return g
	}
	var people, seen, expected [5]float64
	for _, q := range quintiles {
		people[q.Quintile-1] += q.Population
		seen[q.Quintile-1] += q.Observed
		expected[q.Quintile-1] += q.Expected
	}
	var all, u, e, es, ess float64
	for t := range 5 {
		all += seen[t]
		if expected[t] >= 1 {
			g.SR[t] = ptr(seen[t] / expected[t])
		}
		score := float64(t + 1)
		u += score * (seen[t] - expected[t])
		e += expected[t]
		es += score * expected[t]
		ess += score * score * expected[t]
	}
	if all < float64(set.Least) || e == 0 {
		return g
	}
	if g.SR[0] != nil && g.SR[4] != nil && *g.SR[0] > 0 {
		g.Ratio51 = ptr(*g.SR[4] / *g.SR[0])
	}
	g.ConcentrationPopulation, g.ConcentrationNeed = ptr(concentration(people[:], seen[:])), ptr(concentration(expected[:], seen[:]))
	v := ess - es*es/e
	g.TrendU, g.TrendV = ptr(u), ptr(v)
	if v > 0 {
		z := u / math.Sqrt(v)
		g.TrendZ, g.TrendP = ptr(z), ptr(normalTwoSided(z))
	}
	return g
}

// Days is how long a region's decided cases took from receipt to decision, in calendar days (I-10).
type Days struct {
	Region string   `json:"region"`
	Median *float64 `json:"median"`
	P90    *float64 `json:"p90"`
	N      *int     `json:"n"` // nil: hidden
	Each   []int    `json:"-"` // every wait, in order; never published
}

// Within gives the share of the waits that were at most so many days, and whether there were any.
func (d Days) Within(days int) (float64, bool) {
	n := 0
	for _, w := range d.Each {
		if w <= days {
			n++
		}
	}
	return float64(n) / float64(max(1, len(d.Each))), len(d.Each) > 0
}

func waits(cases []Case, regions []string) []Days {
	each := make([][]int, len(regions))
	for i := range cases {
		c := &cases[i]
		if r := slices.Index(regions, c.Region); r >= 0 && !c.Received.IsZero() && !c.Decided.IsZero() {
			each[r] = append(each[r], c.Decided.Sub(c.Received))
		}
	}
	out := []Days{}
	for r, region := range regions {
		slices.Sort(each[r])
		out = append(out, daysOf(region, each[r]))
	}
	return out
}

// daysOf is the median and the ninetieth percentile of waits in order.
func daysOf(group string, each []int) Days {
	n := len(each)
	d := Days{Region: group, N: &n, Each: each}
	if n > 0 {
		d.Median = ptr(float64(each[(n-1)/2]+each[n/2]) / 2)
		d.P90 = ptr(float64(each[(9*n+9)/10-1])) // nearest rank: the ⌈0.9 n⌉-th
	}
	return d
}

// A Point is the applications of one month, and of the pooled window that ends with it (X-702: 36 months).
type Point struct {
	Month  day.Day // its first day
	Cases  int
	Pooled int
}

// Run gives the run chart of applications by month received, from the first month to the last with none left out; pooled over so many months.
func Run(cases []Case, pool int) []Point {
	byMonth := make(map[day.Day]int)
	for _, c := range cases {
		if !c.Received.IsZero() {
			y, m, _ := c.Received.Date()
			byMonth[day.On(y, m, 1)]++
		}
	}
	months := slices.SortedFunc(maps.Keys(byMonth), day.Day.Compare)
	if len(months) == 0 {
		return nil
	}
	var out []Point
	for m := months[0]; !m.After(months[len(months)-1]); m = m.AddMonths(1) {
		p := Point{Month: m, Cases: byMonth[m]}
		for _, before := range out[max(0, len(out)-pool+1):] {
			p.Pooled += before.Cases
		}
		p.Pooled += p.Cases
		out = append(out, p)
	}
	return out
}

// A Year is the applications of one calendar year, as they may be published.
type Year struct {
	Year  day.Day // its first day
	Cases Count
}

// PublicYears pools applications by the calendar year they were received (X-721: years before anything else) and hides small numbers, and what they could
// be worked out from when all of them together are known. Years without applications are among them.
func PublicYears(cases []Case, least int) []Year {
	var out []Year
	for _, p := range Run(cases, 1) {
		if y := p.Month.Year(); len(out) == 0 || out[len(out)-1].Year.Year() != y {
			out = append(out, Year{Year: day.On(y, 1, 1)})
		}
		out[len(out)-1].Cases.N += p.Cases
	}
	row, total := make([]Count, 0, len(out)+1), Count{}
	for _, y := range out {
		row = append(row, y.Cases)
		total.N += y.Cases.N
	}
	for i, c := range Suppress([][]Count{append(row, total)}, least)[0][:len(out)] {
		out[i].Cases = c
	}
	return out
}

// Within gives the cases received in the pooled window of so many months that ends on a day.
func Within(cases []Case, months int, until day.Day) []Case {
	from := until.AddMonths(-months).Add(1)
	var out []Case
	for _, c := range cases {
		if !c.Received.Before(from) && !c.Received.After(until) {
			out = append(out, c)
		}
	}
	return out
}
