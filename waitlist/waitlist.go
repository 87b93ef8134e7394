// Package waitlist tells who stands on which waiting list, and in what order.
//
// It takes states and gives values. What never happens here: nothing is loaded or saved, no clock is read, and whether a referral waits is asked of
// the law, never decided.
package waitlist

import (
	"cmp"
	"slices"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
)

// A List is one waiting list: that of a provider, or of one of its geographically separate sites.
type List struct {
	Provider string
	Site     string // empty where the provider's list is not parted by site
	Waiting  []int  // indexes into the states given, in the order of the list
}

// Of gives the waiting lists on a day: every granted, not started, not closed referral on the list of the provider and the site it is booked or
// received at (forskrift om ventelisteregistrering § 3; norms G9.3-11, G9.3-12, G2-14). Lists are sorted by provider and site; empty ones are left
// out. states must be as known when the question is asked.
//
// A list is ordered by the legal deadline, the earliest first, then by how long one has waited: the deadline is set by severity, benefit and
// resources, and nothing else gives a place before another (G5.1-1).
func Of(states []*referral.Referral, on day.Day) []List {
	at := make(map[[2]string]*List)
	var lists []*List
	for i, r := range states {
		if !law.IsWaiting(&r.Facts, on) {
			continue
		}
		provider, site := law.ListPlace(&r.Facts)
		l := at[[2]string{provider, site}]
		if l == nil {
			l = &List{Provider: provider, Site: site}
			at[[2]string{provider, site}] = l
			lists = append(lists, l)
		}
		l.Waiting = append(l.Waiting, i)
	}
	out := make([]List, len(lists))
	for i, l := range lists {
		slices.SortStableFunc(l.Waiting, func(a, b int) int { return before(states[a], states[b]) })
		out[i] = *l
	}
	slices.SortFunc(out, func(a, b List) int {
		return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Site, b.Site))
	})
	return out
}

// before orders two on the same list. One without a deadline (March to October 2020) comes after those who have one.
func before(a, b *referral.Referral) int {
	if a.StartBy.IsZero() != b.StartBy.IsZero() {
		if a.StartBy.IsZero() {
			return 1
		}
		return -1
	}
	return cmp.Or(a.StartBy.Compare(b.StartBy), law.WaitingFrom(&a.Facts).Value.Compare(law.WaitingFrom(&b.Facts).Value))
}
