package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"rettid/clinic"
	"rettid/day"
	"rettid/law"
	"rettid/ledger"
)

// What an installation decides for itself while the program runs: settings from a day on, closed days, the organisation. It is kept in the ledger, as
// papers of the tenant House, and read with ReadHouse. What was decided in a case stays: an entry is decided under the settings of the day it is recorded, and
// Verify runs the rules again under the same.

// House is the tenant of what holds for the whole installation.
const House = "*"

// Kinds of papers of the house that the desk reads. Each is a JSON object of texts.
const (
	SettingPaper    = "setting"    // by its key: verdi, fra; each version stands beside those before it
	ClosedDayPaper  = "closed-day" // dag, navn
	ProviderPaper   = "provider"   // id, navn, kort, slag, region, trust, orgnr, resh, her, fra, til
	SitePaper       = "site"       // provider, id, navn, kommune, orgnr
	UnitPaper       = "unit"       // provider, id, navn, sted, fag, uke, resh, avdeling, fra, til
	DelegationPaper = "delegation" // provider, omrade, rhf, kilde, fra, til
)

// A live is what a running desk and its copies share.
type live struct {
	laws []dated // by day, the earliest first
	org  *clinic.Org
}

// dated are the settings in force from a day on.
type dated struct {
	from day.Day
	s    *law.Settings
}

// Law gives the settings that entries recorded on a day are decided under.
func (d *Desk) Law(on day.Day) *law.Settings {
	if d.live != nil {
		if l := d.live.Load(); l != nil {
			s := d.Settings
			for _, x := range l.laws {
				if x.from.After(on) {
					break
				}
				s = x.s
			}
			return s
		}
	}
	return d.Settings
}

// InForce is the desk with the settings and the organisation of today, for one request or one round of work.
func (d *Desk) InForce() *Desk {
	if d.live == nil {
		return d
	}
	l := d.live.Load()
	if l == nil {
		return d
	}
	c := *d
	c.Settings = d.Law(d.Today())
	if l.org != nil {
		c.Org = l.org
	}
	return &c
}

// ReadHouse takes what is stored for the installation into use, from now on and for every copy of the desk. What can't be read is an error, and nothing is changed.
func (d *Desk) ReadHouse(ctx context.Context) error {
	settings, err := d.settings(ctx)
	if err != nil {
		return err
	}
	closed, err := d.papers(ctx, ClosedDayPaper)
	if err != nil {
		return err
	}
	laws, err := lawsOf(d.Settings, settings, closed)
	if err != nil {
		return err
	}
	org, err := d.readOrg(ctx)
	if err != nil {
		return err
	}
	d.live.Store(&live{laws: laws, org: org})
	return nil
}

// settings gives every value a setting was ever given, by name, day and version.
func (d *Desk) settings(ctx context.Context) ([]ledger.Setting, error) {
	named, err := d.Ledger.Papers(ctx, House, SettingPaper, "", 0, 0)
	if err != nil {
		return nil, err
	}
	var out []ledger.Setting
	for _, p := range named {
		versions, err := d.Ledger.PaperVersions(ctx, House, SettingPaper, p.ID)
		if err != nil {
			return nil, err
		}
		for _, v := range versions {
			var values map[string]string
			if err := json.Unmarshal(v.Body, &values); err != nil {
				return nil, fmt.Errorf("read the setting %s, version %d: %w", p.ID, v.Seq, err)
			}
			from, err := day.Parse(values["fra"])
			if err != nil {
				return nil, fmt.Errorf("the setting %s, version %d, fra: %w", p.ID, v.Seq, err)
			}
			out = append(out, ledger.Setting{Tenant: House, Name: p.ID, From: from, At: v.At, Actor: v.Actor, Value: []byte(values["verdi"])})
		}
	}
	slices.SortStableFunc(out, func(a, b ledger.Setting) int { return cmp.Or(strings.Compare(a.Name, b.Name), a.From.Compare(b.From)) })
	return out, nil
}

// TryOrg gives the organisation as it would be with one paper more, or what is wrong with it. values nil: the paper taken away.
func (d *Desk) TryOrg(ctx context.Context, kind, id string, values map[string]string) (*clinic.Org, error) {
	return d.readOrg(ctx, housePaper{kind: kind, id: id, gone: values == nil, values: values})
}

// A housePaper is one thing stored for the house.
type housePaper struct {
	kind, id string
	gone     bool
	stored   day.Day
	values   map[string]string
}

func (d *Desk) papers(ctx context.Context, kind string) ([]housePaper, error) {
	papers, err := d.Ledger.Papers(ctx, House, kind, "", 0, 0)
	if err != nil {
		return nil, err
	}
	var out []housePaper
	for _, p := range papers {
		h := housePaper{kind: kind, id: p.ID, stored: day.FromTime(time.UnixMicro(p.At))}
		if err := json.Unmarshal(p.Body, &h.values); err != nil {
			return nil, fmt.Errorf("read the paper %s %s: %w", kind, p.ID, err)
		}
		out = append(out, h)
	}
	return out, nil
}

// lawsOf makes the settings of each day anything changes. A closed day counts in what is recorded from the day after it was stored: what was decided before did
// not know it.
func lawsOf(base *law.Settings, settings []ledger.Setting, closed []housePaper) ([]dated, error) {
	var days []day.Day
	for _, s := range settings {
		days = append(days, s.From)
	}
	calendar := base.Calendar
	if len(closed) > 0 && base.Calendar != nil {
		o := base.Calendar.Options()
		for _, p := range closed {
			on, err := day.Parse(p.values["dag"])
			if err != nil {
				return nil, fmt.Errorf("the closed day %s: %w", p.id, err)
			}
			o.Closed = append(o.Closed, day.Closed{Day: on, Name: p.values["navn"], KnownFrom: p.stored.Add(1)})
			days = append(days, p.stored.Add(1))
		}
		var err error
		if calendar, err = day.New(o); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(days, day.Day.Compare)
	days = slices.Compact(days)
	var out []dated
	for _, on := range days {
		s := *base
		if calendar != nil {
			s.Calendar = calendar.KnownOn(on)
		}
		last := make(map[string]ledger.Setting)
		for _, x := range settings { // by name, day and when it was stored: the last that fits speaks
			if !x.From.After(on) {
				last[x.Name] = x
			}
		}
		for name, x := range last {
			if err := s.Set(name, string(x.Value)); err != nil {
				return nil, fmt.Errorf("the stored settings: %w", err)
			}
		}
		out = append(out, dated{on, &s})
	}
	return out, nil
}

// readOrg lays what is stored over the organisation the program was started with; nil when nothing is stored. more is one paper that is not stored yet.
func (d *Desk) readOrg(ctx context.Context, more ...housePaper) (*clinic.Org, error) {
	var all []housePaper
	for _, kind := range []string{ProviderPaper, SitePaper, UnitPaper, DelegationPaper} {
		some, err := d.papers(ctx, kind)
		if err != nil {
			return nil, err
		}
		for _, m := range more {
			if m.kind != kind {
				continue
			}
			some = slices.DeleteFunc(some, func(p housePaper) bool { return p.id == m.id })
			if !m.gone {
				some = append(some, m)
			}
		}
		all = append(all, some...)
	}
	if len(all) == 0 || d.Org == nil {
		return nil, nil
	}
	providers := d.Org.Providers()
	for i := range providers { // their lists are the first organisation's: copied before they are changed
		providers[i].Sites, providers[i].Units, providers[i].MayAssess = slices.Clone(providers[i].Sites), slices.Clone(providers[i].Units), slices.Clone(providers[i].MayAssess)
	}
	at := func(id string) *clinic.Provider {
		if i := slices.IndexFunc(providers, func(p clinic.Provider) bool { return p.ID == id }); i >= 0 {
			return &providers[i]
		}
		return nil
	}
	for _, h := range all {
		v := h.values
		in, err := periodOf(v)
		if err != nil {
			return nil, fmt.Errorf("the paper %s %s: %w", h.kind, h.id, err)
		}
		if h.kind == ProviderPaper {
			p := at(v["id"])
			if p == nil {
				providers = append(providers, clinic.Provider{ID: v["id"]})
				p = at(v["id"])
			}
			p.Name, p.ShortName, p.Kind, p.Region, p.Trust = v["navn"], v["kort"], clinic.ProviderKind(v["slag"]), v["region"], v["trust"]
			p.OrgNr, p.ResHID, p.HERID, p.In = v["orgnr"], v["resh"], v["her"], in
			continue
		}
		p := at(v["provider"])
		if p == nil {
			return nil, fmt.Errorf("the paper %s %s: there is no provider %q", h.kind, h.id, v["provider"])
		}
		switch h.kind {
		case SitePaper:
			put(&p.Sites, clinic.Site{ID: v["id"], Name: v["navn"], Municipality: v["kommune"], OrgNr: v["orgnr"]}, func(s clinic.Site) bool { return s.ID == v["id"] })
		case UnitPaper:
			u := clinic.Unit{ID: v["id"], Name: v["navn"], Site: v["sted"], Specialties: strings.Fields(v["fag"]), In: in, ResHID: v["resh"], DeptCode: v["avdeling"]}
			fmt.Sscan(v["uke"], &u.Weekly)
			put(&p.Units, u, func(x clinic.Unit) bool { return x.ID == u.ID })
		case DelegationPaper:
			g := clinic.Delegation{Area: v["omrade"], RHF: v["rhf"], Source: v["kilde"], In: in}
			was := v["erstatter"] // which row of the files it stands in the place of
			put(&p.MayAssess, g, func(x clinic.Delegation) bool { return was != "" && DelegationID(p.ID, x) == was })
		}
	}
	return d.Org.WithProviders(providers)
}

// DelegationID names a delegation of the organisation's files, which have no ids.
func DelegationID(provider string, g clinic.Delegation) string {
	return strings.Join([]string{provider, g.Area, g.RHF, g.In.From.String()}, ".")
}

func put[T any](list *[]T, x T, same func(T) bool) {
	if i := slices.IndexFunc(*list, same); i >= 0 {
		(*list)[i] = x
		return
	}
	*list = append(*list, x)
}

func periodOf(v map[string]string) (day.Period, error) {
	var p day.Period
	var err error
	if v["fra"] != "" {
		if p.From, err = day.Parse(v["fra"]); err != nil {
			return p, fmt.Errorf("fra: %w", err)
		}
	}
	if v["til"] != "" {
		if p.To, err = day.Parse(v["til"]); err != nil {
			return p, fmt.Errorf("til: %w", err)
		}
	}
	return p, nil
}

func newLive() *atomic.Pointer[live] { return new(atomic.Pointer[live]) }
