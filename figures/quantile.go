package figures

import "slices"

// mean is the arithmetic mean in days. There must be some.
func mean(days []int32) float64 {
	sum := int64(0)
	for _, d := range days {
		sum += int64(d)
	}
	return float64(sum) / float64(len(days))
}

// median is the middle value, or the mean of the two in the middle. The days are put in another order.
func median(days []int32) float64 {
	n := len(days)
	high := pick(days, n/2)
	if n%2 == 1 {
		return float64(high)
	}
	return (float64(slices.Max(days[:n/2])) + float64(high)) / 2
}

// quantile is the value at rank ⌈p·n⌉. p is percent/100. The days are put in another order.
func quantile(days []int32, percent int) float64 {
	rank := (percent*len(days) + 99) / 100
	return float64(pick(days, max(rank, 1)-1))
}

// pick puts the k-th smallest (from 0) in its place, the smaller before it and the larger after, and gives it.
func pick[T int16 | int32](a []T, k int) T {
	lo, hi := 0, len(a)-1
	for hi-lo > 24 {
		// the middle of three as the pivot
		m := lo + (hi-lo)/2
		if a[m] < a[lo] {
			a[m], a[lo] = a[lo], a[m]
		}
		if a[hi] < a[lo] {
			a[hi], a[lo] = a[lo], a[hi]
		}
		if a[hi] < a[m] {
			a[hi], a[m] = a[m], a[hi]
		}
		pivot := a[m]
		i, j := lo, hi
		for i <= j {
			for a[i] < pivot {
				i++
			}
			for a[j] > pivot {
				j--
			}
			if i <= j {
				a[i], a[j] = a[j], a[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			hi = j
		case k >= i:
			lo = i
		default:
			return a[k]
		}
	}
	for i := lo + 1; i <= hi; i++ {
		for j := i; j > lo && a[j] < a[j-1]; j-- {
			a[j], a[j-1] = a[j-1], a[j]
		}
	}
	return a[k]
}

// survival is the median of the wait by Kaplan and Meier: the first day by which at most half still wait, those whose wait has not ended censored. ok is
// false when more than half are still waiting at the longest wait seen.
func survival(ended, still []int32) (days float64, ok bool) {
	ended, still = slices.Clone(ended), slices.Clone(still)
	slices.Sort(ended)
	slices.Sort(still)
	left := 1.0
	for i, j := 0, 0; i < len(ended); {
		t := ended[i]
		for j < len(still) && still[j] < t { // censored on the day of an end is still at risk on it
			j++
		}
		risk := len(ended) - i + len(still) - j
		n := 0
		for i < len(ended) && ended[i] == t {
			i++
			n++
		}
		left *= 1 - float64(n)/float64(risk)
		if left <= 0.5+1e-12 {
			return float64(t), true
		}
	}
	return 0, false
}
