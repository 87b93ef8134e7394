package equity

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// z95 bounds the middle 95 % of the normal distribution.
const z95 = 1.959963984540054

// chi2Tail is the share of a chi-square distribution with df degrees of freedom above x.
func chi2Tail(x float64, df int) float64 { return mathext.GammaIncRegComp(float64(df)/2, x/2) }

// normalTwoSided is how often a normal value is at least as far from 0 as z.
func normalTwoSided(z float64) float64 { return math.Erfc(math.Abs(z) / math.Sqrt2) }

// poissonCDF is F(y), the chance of at most y events where mean are expected; 0 below 0.
func poissonCDF(y int, mean float64) float64 {
	switch {
	case y < 0:
		return 0
	case mean <= 0:
		return 1
	}
	return mathext.GammaIncRegComp(float64(y)+1, mean)
}

// ExactPoisson gives the exact 95 % interval of the expected number when o events were seen (I-2).
func ExactPoisson(o int) (lo, hi float64) {
	if o > 0 {
		lo = mathext.GammaIncRegInv(float64(o), 0.025)
	}
	return lo, mathext.GammaIncRegInv(float64(o)+1, 0.975)
}

// FunnelLimit is the p-quantile of what chance gives where e are expected, as a ratio to e, interpolated between the whole numbers (I-6).
func FunnelLimit(e, p float64) float64 {
	lo, hi := -1, int(e)+1 // F(lo) < p <= F(hi)
	for poissonCDF(hi, e) < p {
		lo, hi = hi, hi*2
	}
	for hi-lo > 1 {
		if mid := lo + (hi-lo)/2; poissonCDF(mid, e) >= p {
			hi = mid
		} else {
			lo = mid
		}
	}
	f, before := poissonCDF(hi, e), poissonCDF(hi-1, e)
	return max(0, (float64(hi)-(f-p)/(f-before))/e)
}

// Detectable is the smallest number of applications, and its ratio, that lies above the 95 % limit where e are expected.
func Detectable(e float64) (o int, ratio float64) {
	o = int(math.Floor(FunnelLimit(e, 0.975)*e)) + 1
	return o, float64(o) / e
}

// binomialTails are the chances of at most k, and of at least k, of n when each has the chance p.
func binomialTails(k, n int, p float64) (atMost, atLeast float64) {
	below := func(k int) float64 { // P(X ≤ k)
		switch {
		case k < 0:
			return 0
		case k >= n || p <= 0:
			return 1
		case p >= 1:
			return 0
		}
		return mathext.RegIncBeta(float64(n-k), float64(k)+1, 1-p)
	}
	return below(k), 1 - below(k-1)
}

// ShareSignal tells how far k of n lies from what chance gives when each has the chance p, by the exact binomial tails: a share that few rest on is no signal.
func ShareSignal(k, n int, p float64) Signal {
	atMost, atLeast := binomialTails(k, n, p)
	switch tail := min(atMost, atLeast); {
	case n == 0:
		return None
	case tail < 0.001:
		return Red
	case tail < 0.025:
		return Amber
	}
	return None
}

// Wilson is the 95 % interval of a share of n; 0 and 1 when n is 0 (I-4).
func Wilson(k, n int) (lo, hi float64) {
	if n == 0 {
		return 0, 1
	}
	N, p := float64(n), float64(k)/float64(n)
	mid := (p + z95*z95/(2*N)) / (1 + z95*z95/N)
	half := z95 / (1 + z95*z95/N) * math.Sqrt(p*(1-p)/N+z95*z95/(4*N*N))
	return max(0, mid-half), min(1, mid+half)
}
