// Package clinic holds the organisation of the specialist health service as plain rows with validity: regions, health
// trusts, private providers with the areas they may assess, contract specialists, sites, units and referrers; and the
// national code lists and specialties the messages and statistics speak in.
//
// What never happens here: no rule of law is applied (package law asks these rows), no clock is read, and no row is
// changed after loading. All data are files (data/), replaced as a whole by an installation's own.
package clinic

import (
	"slices"

	"rettid/day"
)

// A ProviderKind tells what a provider is in pasient- og brukerrettighetsloven's eyes.
type ProviderKind string

// Public providers may assess every referral; private ones only what they are delegated; contract specialists
// (avtalespesialister) none (guide 3.2).
const (
	Public             ProviderKind = "public"
	Private            ProviderKind = "private"
	ContractSpecialist ProviderKind = "contract_specialist"
)

// A Delegation is a regional health authority's decision that a private provider may assess referrals in one area (pbrl.
// § 2-2 a femte ledd; norm G3.2-7): configuration with a source and dates, never code.
type Delegation struct {
	Area   string // a specialty key, "orthopaedics", or a narrower agreement, "knee_surgery"
	RHF    string // the region whose authority delegated, as in Region.ID
	Source string // the agreement or decision it rests on
	In     day.Period
}

// A Site is a place a provider treats patients at; a waiting list is kept for each (ventelisteforskriften § 3, R-9.1).
type Site struct {
	ID, Name     string
	Municipality string // four digits, empty when not known
	OrgNr        string // of the business (virksomhet) there, by which the registry knows the site; empty when not known
}

// A Unit is the part of a provider that assesses and treats within some specialties.
type Unit struct {
	ID, Name    string
	Site        string   // Site.ID, empty when the provider has none
	Specialties []string // specialty keys; "*" stands for every specialty
	In          day.Period
	Weekly      int    // planned starts of care a week, for demonstration and forecasts; 0 when not known
	ResHID      string // in the register of units (RESH); empty when not known
	DeptCode    string // the official department code, three digits; empty when not known
}

// Does tells whether the unit works in the specialty on the day.
func (u Unit) Does(specialty string, on day.Day) bool {
	return covers(u.In, on) && (slices.Contains(u.Specialties, specialty) || slices.Contains(u.Specialties, "*"))
}

// A Provider is a hospital trust, a private provider with an agreement, or a contract specialist.
type Provider struct {
	ID, Name, ShortName  string
	Kind                 ProviderKind
	Region               string // Region.ID
	Trust                string // the tenant whose records its referrals are kept in; the provider's own ID when it keeps its own
	MayAssess            []Delegation
	Sites                []Site
	Units                []Unit
	In                   day.Period
	OrgNr, ResHID, HERID string // organisation number, RESH id and HER id; empty when not known
}

// Delegated tells whether the provider's authority to assess covers the specialty on the day by delegation. It looks at
// the delegations alone: a public provider needs none, and a contract specialist's never count (law decides that).
func (p Provider) Delegated(specialty string, on day.Day) bool {
	return slices.ContainsFunc(p.MayAssess, func(d Delegation) bool { return d.Area == specialty && covers(d.In, on) })
}

// HasDelegation tells whether any delegation is in force on the day, whatever its area: then a reception there starts
// the seniority date although the referral must be forwarded.
func (p Provider) HasDelegation(on day.Day) bool {
	return slices.ContainsFunc(p.MayAssess, func(d Delegation) bool { return covers(d.In, on) })
}

// Site finds a site of the provider by id or by name.
func (p Provider) Site(idOrName string) (Site, bool) {
	for _, s := range p.Sites {
		if s.ID == idOrName || s.Name == idOrName {
			return s, true
		}
	}
	return Site{}, false
}

// A Region is a regional health authority's area: sor-ost, vest, midt or nord.
type Region struct{ ID, Name string }

// A Referrer is someone outside the service who refers: a GP office (legekontor), a municipality service.
type Referrer struct {
	ID, Name     string
	Role         string // gp, doctor, chiropractor ... as in the wording key role.*
	Municipality string // four digits
	Region       string // Region.ID
	Size         int    // referrals a week, for demonstration; 0 when not known
	OrgNr, HERID string
}

// covers is Period.Contains with a zero From meaning «always been so».
func covers(p day.Period, on day.Day) bool {
	return (p.From.IsZero() || !on.Before(p.From)) && (p.To.IsZero() || !on.After(p.To))
}
