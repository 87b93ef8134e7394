package demo

import (
	"context"
	"fmt"
	"slices"

	"rettid/clinic"
	"rettid/desk"
	"rettid/ledger"
)

// weeksWaited is about how many weeks one waits in the demonstration.
const weeksWaited = 6

// Sized makes every unit as large as the list the demonstration has made for its hospital: what it starts in an ordinary week is its share of those who wait, over the
// weeks one waits. The made-up list is a sliver of a real hospital's; with a real hospital's room there would be ninety free times beside a deadline in danger.
// It is reckoned from [clinic.Demo] and the ledger as it stands, so doing it again changes nothing.
func Sized(ctx context.Context, d *desk.Desk) error {
	waiting := make(map[string]int)
	for _, t := range d.Org.Tenants() {
		n, err := d.Ledger.CountByPlace(ctx, ledger.Query{Tenant: t.ID, View: "waiting", Today: d.Today()})
		if err != nil {
			return fmt.Errorf("count those who wait: %w", err)
		}
		for place, k := range n {
			waiting[place] += k
		}
	}
	providers := clinic.Demo().Providers()
	for i := range providers {
		p := &providers[i]
		whole := 0
		for _, u := range p.Units {
			whole += u.Weekly
		}
		p.Units = slices.Clone(p.Units)
		for j := range p.Units {
			if u := &p.Units[j]; u.Weekly > 0 {
				u.Weekly = min(u.Weekly, u.Weekly*waiting[p.ID]/(whole*weeksWaited)+1)
			}
		}
	}
	org, err := clinic.Demo().WithProviders(providers)
	if err != nil {
		return fmt.Errorf("make the units as large as their lists: %w", err)
	}
	d.Org = org
	return nil
}
