package clinic

import (
	"fmt"
	"slices"
	"sync"

	"rettid/day"
)

// An Org is everybody a referral can come from, go to and be handled by. It never changes after loading and may be read
// by many at once.
type Org struct {
	providers []Provider
	byID      map[string]int
	regions   []Region
	areas     []area
	referrers []Referrer
	homes     homeTables
}

// National gives the four regions and the municipalities they serve, with no providers: what every installation shares.
func National() *Org { return national() }

var national = sync.OnceValue(func() *Org {
	o, err := loadNational(embedded("data/national"))
	if err != nil {
		panic("clinic/data/national: " + err.Error())
	}
	return o
})

// New builds an organisation from providers given in code, as case files do, on the national regions. The errors name the
// provider and the field.
func New(providers []Provider) (*Org, error) {
	o := *National()
	return o.with(slices.Clone(providers), nil)
}

// Plain is the world of a case that names no providers: one public hospital trust, id "HF", in region sor-ost, with a
// unit for every specialty.
func Plain() *Org { return plain() }

var plain = sync.OnceValue(func() *Org {
	o, err := New([]Provider{{
		ID: "HF", Name: "HF", ShortName: "HF", Kind: Public, Region: "sor-ost",
		Units: []Unit{{ID: "HF-1", Name: "HF", Specialties: []string{"*"}}},
	}})
	if err != nil {
		panic("clinic: " + err.Error())
	}
	return o
})

// WithProviders gives the organisation with these providers in the place of its own, checked as when it was loaded; regions and referrers stay.
func (o *Org) WithProviders(providers []Provider) (*Org, error) {
	return o.with(slices.Clone(providers), o.referrers)
}

// with checks providers and referrers against the regions and fills what is left out: the short name and the trust.
func (o Org) with(providers []Provider, referrers []Referrer) (*Org, error) {
	o.providers, o.byID, o.referrers = providers, make(map[string]int, len(providers)), referrers
	regions := make(map[string]bool, len(o.regions))
	for _, r := range o.regions {
		regions[r.ID] = true
	}
	for i := range providers {
		p := &providers[i]
		if err := o.check(p, regions); err != nil {
			return nil, err
		}
		if _, twice := o.byID[p.ID]; twice {
			return nil, fmt.Errorf("provider %q: id stands twice", p.ID)
		}
		o.byID[p.ID] = i
		if p.Name == "" {
			p.Name = p.ID
		}
		if p.ShortName == "" {
			p.ShortName = p.Name
		}
		if p.Trust == "" {
			p.Trust = p.ID
		}
	}
	for _, p := range providers {
		if _, known := o.byID[p.Trust]; !known {
			return nil, fmt.Errorf("provider %q: trust %q is no provider: name one, or leave it out when the provider keeps its own records", p.ID, p.Trust)
		}
	}
	return &o, nil
}

func (o Org) check(p *Provider, regions map[string]bool) error {
	wrong := func(format string, args ...any) error {
		return fmt.Errorf("provider %q: "+format, append([]any{p.ID}, args...)...)
	}
	switch {
	case p.ID == "":
		return fmt.Errorf("a provider has no id")
	case p.Kind != Public && p.Kind != Private && p.Kind != ContractSpecialist:
		return wrong("kind %q is not public, private or contract_specialist", p.Kind)
	case !regions[p.Region]:
		return wrong("region %q is not known", p.Region)
	case p.OrgNr != "" && !validOrgNr(p.OrgNr):
		return wrong("org_nr is not an organisation number: nine digits with a right check digit")
	case backwards(p.In):
		return wrong("to %s is before from %s", p.In.To, p.In.From)
	}
	sites := make(map[string]bool, len(p.Sites))
	for _, s := range p.Sites {
		switch {
		case s.ID == "" || s.Name == "":
			return wrong("a site lacks id or name")
		case sites[s.ID]:
			return wrong("site %q stands twice", s.ID)
		case s.OrgNr != "" && !validOrgNr(s.OrgNr):
			return wrong("site %q: org_nr is not an organisation number: nine digits with a right check digit", s.ID)
		case s.Municipality != "" && !fourDigits(s.Municipality):
			return wrong("site %q: municipality %q is not four digits", s.ID, s.Municipality)
		}
		sites[s.ID] = true
	}
	units := make(map[string]bool, len(p.Units))
	for _, u := range p.Units {
		switch {
		case u.ID == "" || u.Name == "":
			return wrong("a unit lacks id or name")
		case units[u.ID]:
			return wrong("unit %q stands twice", u.ID)
		case u.Site != "" && !sites[u.Site]:
			return wrong("unit %q: site %q is not among the provider's sites", u.ID, u.Site)
		case len(u.Specialties) == 0 || slices.Contains(u.Specialties, ""):
			return wrong("unit %q has no specialty; write * for every specialty", u.ID)
		case u.Weekly < 0:
			return wrong("unit %q: weekly is below zero", u.ID)
		case backwards(u.In):
			return wrong("unit %q: to %s is before from %s", u.ID, u.In.To, u.In.From)
		}
		units[u.ID] = true
	}
	for _, d := range p.MayAssess {
		switch {
		case d.Area == "":
			return wrong("a delegation has no area")
		case d.RHF != "" && !regions[d.RHF]:
			return wrong("delegation for %s: rhf %q is no region", d.Area, d.RHF)
		case backwards(d.In):
			return wrong("delegation for %s: to %s is before from %s", d.Area, d.In.To, d.In.From)
		}
	}
	return nil
}

func backwards(p day.Period) bool {
	return !p.To.IsZero() && !p.From.IsZero() && p.To.Before(p.From)
}

// Provider finds a provider by its id.
func (o *Org) Provider(id string) (Provider, bool) {
	i, ok := o.byID[id]
	if !ok {
		return Provider{}, false
	}
	return o.providers[i], true
}

// Providers gives every provider in the order of the file.
func (o *Org) Providers() []Provider { return slices.Clone(o.providers) }

// Regions gives the regions in the order of the file.
func (o *Org) Regions() []Region { return slices.Clone(o.regions) }

// Referrers gives those outside the service who refer, in the order of the file.
func (o *Org) Referrers() []Referrer { return slices.Clone(o.referrers) }

// Tenants gives the providers that keep records, their own and others': each is a tenant of the ledger. Those are the
// health trusts, and private providers with no trust to keep theirs.
func (o *Org) Tenants() []Provider {
	var keep []Provider
	for _, p := range o.providers {
		if p.Trust == p.ID {
			keep = append(keep, p)
		}
	}
	return keep
}

// Unit finds the provider's first unit that works in the specialty on the day. A unit named for the specialty is taken
// before one that does everything.
func (o *Org) Unit(provider, specialty string, on day.Day) (Unit, bool) {
	p, _ := o.Provider(provider)
	for _, u := range p.Units {
		if slices.Contains(u.Specialties, specialty) && u.Does(specialty, on) {
			return u, true
		}
	}
	for _, u := range p.Units {
		if u.Does(specialty, on) {
			return u, true
		}
	}
	return Unit{}, false
}

// RegionOf gives the region that serves a municipality ("0301" gives "sor-ost"): the patient's home region. The rows are
// county prefixes with validity (data/national/areas.csv); a longer number, a single municipality, goes before its county.
//
// Numbers changed when counties were joined in 2018 and 2020 and split in 2024, and an address in a register can be older
// or newer than the day asked about. A number not in force on the day is therefore read as of the nearest day it was: no
// number has served two regions. Svalbard, the continental shelf, foreign and unknown addresses (21xx and above without a
// county) belong to no region and give false.
func (o *Org) RegionOf(municipality string, on day.Day) (string, bool) {
	a, ok := o.area(municipality, on)
	return a.region, ok
}

// CountyOf gives the county's name, by the same rows as RegionOf.
func (o *Org) CountyOf(municipality string, on day.Day) (string, bool) {
	a, ok := o.area(municipality, on)
	return a.name, ok
}

// An area is a county or a single municipality and the region that serves it.
type area struct {
	prefix, name, region string
	in                   day.Period
}

func (o *Org) area(municipality string, on day.Day) (best area, found bool) {
	if len(municipality) == 6 { // a city district lies in its municipality
		municipality = municipality[:4]
	}
	if !fourDigits(municipality) {
		return area{}, false
	}
	bestGap := 0
	for _, a := range o.areas {
		if len(a.prefix) < len(best.prefix) || municipality[:len(a.prefix)] != a.prefix {
			continue
		}
		gap := away(a.in, on)
		if !found || len(a.prefix) > len(best.prefix) || gap < bestGap {
			best, bestGap, found = a, gap, true
		}
	}
	return best, found
}

// away is how many days the day lies outside the period; 0 inside. No day is inside every period that is still open.
func away(p day.Period, on day.Day) int {
	switch {
	case on.IsZero():
		if p.To.IsZero() {
			return 0
		}
		return 1
	case !p.From.IsZero() && on.Before(p.From):
		return p.From.Sub(on)
	case !p.To.IsZero() && on.After(p.To):
		return on.Sub(p.To)
	}
	return 0
}

func fourDigits(s string) bool {
	if len(s) != 4 {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// validOrgNr checks the ninth digit of an organisation number: modulus 11 with weights 3 2 7 6 5 4 3 2.
func validOrgNr(s string) bool {
	if len(s) != 9 {
		return false
	}
	sum := 0
	for i, w := range [...]int{3, 2, 7, 6, 5, 4, 3, 2} {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		sum += int(s[i]-'0') * w
	}
	check := (11 - sum%11) % 11
	return check < 10 && int(s[8])-'0' == check
}
