package web

import (
	"context"

	"slices"
	"strconv"
	"strings"

	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/ledger"
	"rettid/say"
	"rettid/words"
)

// Settings, closed days and the organisation: what the desk reads of the house (desk.ReadHouse). A change holds from a day to come; what was decided stands.

// readHouse takes what is stored into use; the site's own desk is the root all requests copy.
func readHouse(ctx context.Context, s *site) error {
	if err := s.desk.ReadHouse(ctx); err != nil {
		return err
	}
	return s.readLetters(ctx) // the phones and addresses of places stand in letters
}

// openCases is how many cases are open: those a change will be met by.
func (s *site) openCases(ctx context.Context) (int, error) {
	tenants, err := s.desk.Ledger.Tenants(ctx)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, t := range tenants {
		for _, view := range []string{"waiting", "unassessed"} {
			k, err := s.desk.Ledger.Count(ctx, ledger.Query{Tenant: t, View: view, Today: s.desk.Today()})
			if err != nil {
				return 0, err
			}
			n += k
		}
	}
	return n, nil
}

// fromTomorrow reads the day something holds from: none before tomorrow, for what is decided today is decided under today's.
func (f *adminForm) fromTomorrow(name string) day.Day {
	d := f.needDay(name)
	if !d.IsZero() && !d.After(f.v.Today) {
		f.wrong(name, "admin.not_before", f.v.Today.Add(1))
	}
	return d
}

// changeOfCases is what a change does to cases: none that are decided, and the open ones from then on.
func changeOfCases(ctx context.Context, f *adminForm) ([]string, error) {
	n, err := f.s.openCases(ctx)
	if err != nil {
		return nil, err
	}
	from := f.day("fra")
	if from.IsZero() {
		from = f.v.Today.Add(1)
	}
	return []string{f.v.T("admin.effect", from, n), f.v.T("admin.effect_none")}, nil
}

// ---- settings ----

func settingsRegister() register {
	about := func(v *view, key string) law.Setting {
		for _, x := range law.AllSettings() {
			if x.Key == key {
				return x
			}
		}
		return law.Setting{}
	}
	return register{
		word: "innstillinger", kind: desk.SettingPaper,
		columns: []string{"admin.setting", "admin.setting.now", "admin.setting.default", "admin.setting.rule", "admin.setting.key"},
		cells: func(v *view, e entry) []string {
			x := about(v, e.ID)
			now := v.settingText(v.s.desk.Settings.Get(e.ID))
			if from := e.period().From; e.get("verdi") != "" && from.After(v.Today) {
				now += ", " + v.T("admin.setting.then", v.settingText(e.get("verdi")), from)
			}
			return []string{v.settingSays(x), now, v.settingText(x.Default), v.settingRule(x), e.ID}
		},
		groups: func(v *view, e entry) []fieldGroup {
			x := about(v, e.ID)
			if x.Key == "" { // a version without its id: its answers alone
				x.Key = e.get("nokkel")
				x = about(v, x.Key)
			}
			val := field{Name: "verdi", Label: v.T("admin.setting.value"), Kind: "line", Need: true, Help: v.T("admin.setting.range", x.Values, v.settingText(x.Default))}
			if strings.Contains(x.Values, " | ") || x.Values == "a date" { // the values stand in the field, or are any day
				val.Help = v.T("admin.setting.default_is", v.settingText(x.Default))
			}
			if some := strings.Split(x.Values, " | "); len(some) > 1 {
				val.Kind = "select"
				for _, one := range some {
					val.Options = append(val.Options, option{Value: one, Text: v.settingText(one)})
				}
			} else if x.Values == "a date" {
				val.Kind = "day"
			}
			return []fieldGroup{{Fields: []field{{Name: "nokkel", Kind: "hidden"}, val, {Name: "fra", Label: v.T("admin.from"), Kind: "day", Need: true, Help: v.T("admin.from_help")}}}}
		},
		check: func(f *adminForm) {
			f.fromTomorrow("fra")
			try := *f.s.desk.Settings
			if err := try.Set(f.e.ID, f.values()["verdi"]); f.need("verdi") != "" && err != nil {
				f.wrong("verdi", "admin.setting.bad", about(f.v, f.e.ID).Values)
			}
		},
		effect: changeOfCases,
		apply:  readHouse,
		note:   pdfNote,
		show: func(_ context.Context, v *view, e entry) []preview {
			return []preview{v.settingMeans(about(v, e.get("nokkel")))}
		},
		base: func(s *site) []entry {
			var out []entry
			for _, x := range law.AllSettings() {
				out = append(out, entry{ID: x.Key, Values: map[string]string{"nokkel": x.Key, "verdi": s.desk.Settings.Get(x.Key)}})
			}
			return out
		},
	}
}

// settingSays is what a setting means in law.
func (v *view) settingSays(x law.Setting) string {
	if key := "setting." + x.Key; words.Has(v.Lang, key) {
		return v.T(key)
	}
	return x.Says
}

// settingMeans tells what a setting does to rights and dates, and what the rules that read it rest on.
func (v *view) settingMeans(x law.Setting) preview {
	p := preview{Head: v.T("admin.setting.law"), Lang: v.Lang}
	if key := "setting." + x.Key + ".means"; words.Has(v.Lang, key) {
		p.Text = append(p.Text, v.T(key))
	}
	var cites []string
	for _, r := range law.Rules() {
		if slices.Contains(r.Uses, x.Key) && !slices.Contains(cites, r.Cite) {
			cites = append(cites, r.Cite)
		}
	}
	if len(cites) > 0 {
		p.Text = append(p.Text, v.T("admin.setting.rests", v.cite(strings.Join(cites, "; "))))
	}
	if rule := v.settingRule(x); rule == v.T("admin.setting.open") {
		p.Text = append(p.Text, rule+".")
	} else {
		p.Text = append(p.Text, v.T("admin.setting.norm", rule))
	}
	return p
}

// settingRule is where what a setting settles stands, as people look it up. A limit of the exception scheme is of the scheme's own making; where the sources are
// silent, that is said.
func (v *view) settingRule(x law.Setting) string {
	if strings.HasPrefix(x.Rule, "X-") {
		return v.T("admin.setting.ours")
	}
	if cite := say.Source(v.Lang, "", []string{x.Rule}); cite != "" {
		return cite
	}
	return v.T("admin.setting.open")
}

// settingText writes a value.
func (v *view) settingText(value string) string {
	if key := "setting.value." + value; words.Has(v.Lang, key) {
		return v.T(key)
	}
	if d, err := day.Parse(value); err == nil {
		return words.Date(v.Lang, d)
	}
	return value
}

// ---- closed days ----

func closedRegister() register {
	return register{
		word: "lukkede-dager", kind: desk.ClosedDayPaper,
		columns: []string{"admin.closed.day", "admin.closed.name"},
		cells: func(v *view, e entry) []string {
			d, _ := typedDay(e.get("dag"))
			return []string{words.Date(v.Lang, d), e.get("navn")}
		},
		groups: func(v *view, e entry) []fieldGroup {
			return []fieldGroup{{Fields: []field{{Name: "dag", Label: v.T("admin.closed.day"), Kind: "day", Need: true, Help: v.T("admin.closed.help")}, {Name: "navn", Label: v.T("admin.closed.name"), Kind: "line", Need: true}}}}
		},
		check: func(f *adminForm) {
			f.need("navn")
			d := f.fromTomorrow("dag")
			if len(f.bad) > 0 {
				return
			}
			if c := f.s.desk.Settings.Calendar; !c.IsWorking(d) && d.String() != f.e.get("dag") {
				f.wrong("dag", "admin.closed.already")
			}
			if f.e.ID != "" && f.e.ID != d.String() {
				f.wrong("dag", "admin.closed.other_day")
			}
		},
		id: func(f *adminForm) string { return f.day("dag").String() },
		effect: func(ctx context.Context, f *adminForm) ([]string, error) {
			out, err := f.closedMeans()
			if err != nil {
				return nil, err
			}
			return append(out, f.v.T("admin.closed.effect_dates"), f.v.T("admin.closed.effect"), f.v.T("admin.effect_none")), nil
		},
		apply: readHouse,
		ends:  true,
	}
}

// closedMeans tells by an example what a closed day does to what is counted in working days: to the assessment of a referral that comes on the day it is closed, or on the
// working day before.
func (f *adminForm) closedMeans() ([]string, error) {
	d := f.day("dag")
	now := f.s.desk.Law(d)
	o := now.Calendar.Options()
	away := f.value("bort") == "ja"
	o.Closed = slices.DeleteFunc(o.Closed, func(c day.Closed) bool { return c.Day == d })
	open, err := day.New(o)
	if err != nil {
		return nil, err
	}
	o.Closed = append(o.Closed, day.Closed{Day: d, Name: f.value("navn")})
	closed, err := day.New(o)
	if err != nil {
		return nil, err
	}
	comes := open.LastWorkingOnOrBefore(d.Add(-1))
	due := func(c *day.Calendar) (day.Day, error) {
		with := *now
		with.Calendar = c
		x, err := law.AssessmentDue(law.Clock{Seniority: comes}, &with)
		return x.Value, err
	}
	before, err := due(open)
	if err != nil {
		return nil, err
	}
	after, err := due(closed)
	if err != nil {
		return nil, err
	}
	if away {
		return []string{f.v.T("admin.closed.effect_open_again", comes, before, after)}, nil
	}
	return []string{f.v.T("admin.closed.effect_limit", comes, after, before)}, nil
}

// ---- the organisation ----

// orgEntry checks an entry against the whole organisation as it would be.
func orgEntry(kind string, id func(map[string]string) string) func(f *adminForm) {
	return func(f *adminForm) {
		f.checkPeriod("fra", "til")
		for _, g := range f.named.groups(f.v, f.e) {
			for _, x := range g.Fields {
				if x.Need {
					f.need(x.Name)
				}
			}
		}
		if len(f.bad) > 0 {
			return
		}
		values := f.values()
		if kind != desk.DelegationPaper && f.e.ID != "" && id(values) != f.e.ID {
			f.wrong("id", "admin.org.same_id")
			return
		}
		if _, err := f.s.desk.TryOrg(f.v.ctx, kind, id(values), values); err != nil {
			f.wrong("", "admin.org.unsound", wrongOrg(err))
		}
	}
}

// wrongOrg is what the organisation's own check says: names and numbers of places, nobody's.
func wrongOrg(err error) string { return err.Error() }

func options(v *view, empty string, pairs ...string) []option {
	var out []option
	if empty != "" {
		out = append(out, option{Text: v.T(empty)})
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, option{Value: pairs[i], Text: pairs[i+1]})
	}
	return out
}

func (v *view) providerOptions(only func(clinic.Provider) bool) []option {
	var out []option
	for _, p := range v.s.desk.Org.Providers() {
		if only == nil || only(p) {
			out = append(out, option{Value: p.ID, Text: p.Name})
		}
	}
	slices.SortStableFunc(out, func(a, b option) int { return words.Compare(v.Lang, a.Text, b.Text) })
	return out
}

func (v *view) regionOptions() []option {
	var out []option
	for _, r := range v.s.desk.Org.Regions() {
		out = append(out, option{Value: r.ID, Text: r.Name})
	}
	return out
}

func (v *view) specialtyOptions(every bool) []option {
	var out []option
	if every {
		out = append(out, option{Value: "*", Text: v.T("admin.people.every_field")})
	}
	for _, x := range clinic.Specialties() {
		out = append(out, option{Value: x.Key, Text: v.specialty(x.Key)})
	}
	return out
}

// unstored makes a map of what is not empty.
func unstored(pairs ...string) map[string]string {
	out := make(map[string]string)
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out[pairs[i]] = pairs[i+1]
		}
	}
	return out
}

func providerRegister() register {
	id := func(m map[string]string) string { return m["id"] }
	return register{
		word: "virksomheter", kind: desk.ProviderPaper,
		columns: []string{"admin.org.name", "admin.org.kind", "admin.org.region", "admin.org.id", "admin.period"},
		cells: func(v *view, e entry) []string {
			return []string{e.get("navn"), v.T("admin.org.kind." + e.get("slag")), v.region(e.get("region")), e.get("id"), v.periodText(e.period())}
		},
		groups: func(v *view, e entry) []fieldGroup {
			return []fieldGroup{{Fields: append([]field{
				{Name: "id", Label: v.T("admin.org.id"), Kind: "line", Need: true, Help: v.T("admin.org.id_help")},
				{Name: "navn", Label: v.T("admin.org.name"), Kind: "line", Need: true}, {Name: "kort", Label: v.T("admin.org.short"), Kind: "line"},
				{Name: "slag", Label: v.T("admin.org.kind"), Kind: "select", Need: true, Options: options(v, "", "public", v.T("admin.org.kind.public"), "private", v.T("admin.org.kind.private"), "contract_specialist", v.T("admin.org.kind.contract_specialist"))},
				{Name: "region", Label: v.T("admin.org.region"), Kind: "select", Need: true, Options: v.regionOptions()},
				{Name: "trust", Label: v.T("admin.org.trust"), Kind: "select", Options: append(options(v, "admin.org.own_records"), v.providerOptions(func(p clinic.Provider) bool { return p.Trust == p.ID })...), Help: v.T("admin.org.trust_help")},
				{Name: "adresse", Label: v.T("admin.org.address"), Kind: "text"}, {Name: "telefon", Label: v.T("admin.org.phone"), Kind: "line"}, {Name: "fagtelefon", Label: v.T("admin.org.guidance"), Kind: "line"},
				{Name: "orgnr", Label: v.T("web.field.orgnr"), Kind: "line"}, {Name: "resh", Label: "RESH-id", Kind: "line"}, {Name: "her", Label: "HER-id", Kind: "line"}},
				v.periodFields()...)}}
		},
		id: func(f *adminForm) string { return id(f.values()) }, check: orgEntry(desk.ProviderPaper, id), effect: changeOfOrg, apply: readHouse,
		base: func(s *site) []entry {
			var out []entry
			for _, p := range s.desk.Org.Providers() {
				out = append(out, entry{ID: p.ID, Values: unstored("id", p.ID, "navn", p.Name, "kort", p.ShortName, "slag", string(p.Kind), "region", p.Region, "trust", p.Trust, "telefon", s.o.House.Phones[p.ID], "fagtelefon", s.o.House.Guidance[p.ID], "orgnr", p.OrgNr, "resh", p.ResHID, "her", p.HERID, "fra", p.In.From.String(), "til", p.In.To.String())})
			}
			return out
		},
	}
}

func siteRegister() register {
	id := func(m map[string]string) string { return m["provider"] + "." + m["id"] }
	return register{
		word: "steder", kind: desk.SitePaper,
		columns: []string{"admin.org.name", "admin.org.provider", "admin.org.municipality", "admin.org.id"},
		cells: func(v *view, e entry) []string {
			return []string{e.get("navn"), v.provider(e.get("provider")), e.get("kommune"), e.get("id")}
		},
		groups: func(v *view, e entry) []fieldGroup {
			return []fieldGroup{{Fields: []field{
				{Name: "provider", Label: v.T("admin.org.provider"), Kind: "select", Need: true, Options: v.providerOptions(nil)}, {Name: "id", Label: v.T("admin.org.id"), Kind: "line", Need: true, Help: v.T("admin.org.id_help")},
				{Name: "navn", Label: v.T("admin.org.name"), Kind: "line", Need: true}, {Name: "kommune", Label: v.T("admin.org.municipality"), Kind: "line", Help: v.T("admin.org.municipality_help")},
				{Name: "adresse", Label: v.T("admin.org.address"), Kind: "text"}, {Name: "telefon", Label: v.T("admin.org.phone"), Kind: "line"}, {Name: "orgnr", Label: v.T("web.field.orgnr"), Kind: "line"}}}}
		},
		id: func(f *adminForm) string { return id(f.values()) }, check: orgEntry(desk.SitePaper, id), effect: changeOfOrg, apply: readHouse,
		base: func(s *site) []entry {
			var out []entry
			for _, p := range s.desk.Org.Providers() {
				for _, x := range p.Sites {
					out = append(out, entry{ID: p.ID + "." + x.ID, Values: unstored("provider", p.ID, "id", x.ID, "navn", x.Name, "kommune", x.Municipality, "orgnr", x.OrgNr)})
				}
			}
			return out
		},
	}
}

func unitRegister() register {
	id := func(m map[string]string) string { return m["provider"] + "." + m["id"] }
	return register{
		word: "enheter", kind: desk.UnitPaper,
		columns: []string{"admin.org.name", "admin.org.provider", "web.filter.specialty", "admin.org.id", "admin.period"},
		cells: func(v *view, e entry) []string {
			var fields []string
			for _, k := range strings.Fields(e.get("fag")) {
				if k == "*" {
					fields = append(fields, v.T("admin.people.every_field"))
				} else {
					fields = append(fields, v.specialty(k))
				}
			}
			return []string{e.get("navn"), v.provider(e.get("provider")), strings.Join(fields, ", "), e.get("id"), v.periodText(e.period())}
		},
		groups: func(v *view, e entry) []fieldGroup {
			sites := options(v, "web.none")
			for _, p := range v.s.desk.Org.Providers() {
				for _, x := range p.Sites {
					if e.get("provider") == "" || p.ID == e.get("provider") {
						sites = append(sites, option{Value: x.ID, Text: p.ShortName + ": " + x.Name})
					}
				}
			}
			return []fieldGroup{{Fields: append([]field{
				{Name: "provider", Label: v.T("admin.org.provider"), Kind: "select", Need: true, Options: v.providerOptions(nil)}, {Name: "id", Label: v.T("admin.org.id"), Kind: "line", Need: true, Help: v.T("admin.org.id_help")},
				{Name: "navn", Label: v.T("admin.org.name"), Kind: "line", Need: true}, {Name: "sted", Label: v.T("web.filter.site"), Kind: "select", Options: sites},
				{Name: "telefon", Label: v.T("admin.org.phone"), Kind: "line"}, {Name: "fagtelefon", Label: v.T("admin.org.guidance"), Kind: "line"}, {Name: "uke", Label: v.T("admin.org.weekly"), Kind: "line"}, {Name: "resh", Label: "RESH-id", Kind: "line"}, {Name: "avdeling", Label: v.T("admin.org.department"), Kind: "line"}},
				v.periodFields()...)}, {Fields: []field{{Name: "fag", Label: v.T("admin.org.fields"), Kind: "ticks", Need: true, Options: v.specialtyOptions(true)}}}}
		},
		id: func(f *adminForm) string { return id(f.values()) }, check: orgEntry(desk.UnitPaper, id), effect: changeOfOrg, apply: readHouse,
		base: func(s *site) []entry {
			var out []entry
			for _, p := range s.desk.Org.Providers() {
				for _, x := range p.Units {
					weekly := ""
					if x.Weekly > 0 {
						weekly = strconv.Itoa(x.Weekly)
					}
					out = append(out, entry{ID: p.ID + "." + x.ID, Values: unstored("provider", p.ID, "id", x.ID, "navn", x.Name, "sted", x.Site, "fag", strings.Join(x.Specialties, " "), "uke", weekly, "telefon", s.o.House.Phones[x.ID], "fagtelefon", s.o.House.Guidance[x.ID], "resh", x.ResHID, "avdeling", x.DeptCode, "fra", x.In.From.String(), "til", x.In.To.String())})
				}
			}
			return out
		},
	}
}

// delegationRegister is which private providers may assess what, since when and by which decision (guide 3.2; G3.2-4, G3.2-7).
func delegationRegister() register {
	id := func(m map[string]string) string {
		if m["erstatter"] != "" {
			return m["erstatter"]
		}
		return strings.Join([]string{m["provider"], m["omrade"], m["rhf"], m["fra"]}, ".")
	}
	return register{
		word: "delegering", kind: desk.DelegationPaper,
		columns: []string{"admin.org.provider", "admin.delegation.area", "admin.delegation.by", "admin.delegation.source", "admin.period"},
		cells: func(v *view, e entry) []string {
			return []string{v.provider(e.get("provider")), v.specialty(e.get("omrade")), v.region(e.get("rhf")), e.get("kilde"), v.periodText(e.period())}
		},
		groups: func(v *view, e entry) []fieldGroup {
			days := v.periodFields()
			days[0].Need = true
			areas := v.specialtyOptions(false)
			if a := e.get("omrade"); a != "" && !slices.ContainsFunc(areas, func(o option) bool { return o.Value == a }) {
				areas = append(areas, option{Value: a, Text: a})
			}
			return []fieldGroup{{Fields: append([]field{{Name: "erstatter", Kind: "hidden"},
				{Name: "provider", Label: v.T("admin.org.provider"), Kind: "select", Need: true, Options: v.providerOptions(func(p clinic.Provider) bool { return p.Kind == clinic.Private }), Help: v.T("admin.delegation.who")},
				{Name: "omrade", Label: v.T("admin.delegation.area"), Kind: "select", Need: true, Options: areas},
				{Name: "rhf", Label: v.T("admin.delegation.by"), Kind: "select", Need: true, Options: v.regionOptions()},
				{Name: "kilde", Label: v.T("admin.delegation.source"), Kind: "line", Need: true, Help: v.T("admin.delegation.source_help")}}, days...)}}
		},
		id: func(f *adminForm) string { return id(f.values()) }, check: orgEntry(desk.DelegationPaper, id), effect: changeOfOrg, apply: readHouse,
		base: func(s *site) []entry {
			var out []entry
			for _, p := range s.desk.Org.Providers() {
				for _, g := range p.MayAssess {
					at := desk.DelegationID(p.ID, g)
					out = append(out, entry{ID: at, Values: unstored("erstatter", at, "provider", p.ID, "omrade", g.Area, "rhf", g.RHF, "kilde", g.Source, "fra", g.In.From.String(), "til", g.In.To.String())})
				}
			}
			return out
		},
	}
}

func changeOfOrg(ctx context.Context, f *adminForm) ([]string, error) {
	values := f.values()
	where := values["provider"]
	if where == "" {
		where = values["id"]
	}
	n := 0
	tenants, err := f.s.desk.Ledger.Tenants(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range tenants {
		for _, view := range []string{"waiting", "unassessed"} {
			k, err := f.s.desk.Ledger.Count(ctx, ledger.Query{Tenant: t, View: view, Provider: where, Today: f.v.Today})
			if err != nil {
				return nil, err
			}
			n += k
		}
	}
	out := []string{f.v.T("admin.org.effect", f.v.provider(where), n)}
	if from := f.day("fra"); from.After(f.v.Today) {
		out[0] = f.v.T("admin.org.effect_from", f.v.provider(where), n, from)
	}
	if f.named.kind == desk.DelegationPaper {
		out = append(out, f.v.T("admin.delegation.effect", f.v.provider(where), f.v.specialty(values["omrade"])))
	}
	return append(out, f.v.T("admin.effect_none")), nil
}

// region is the name of a regional health authority's area.
func (v *view) region(id string) string {
	for _, r := range v.s.desk.Org.Regions() {
		if r.ID == id {
			return r.Name
		}
	}
	return id
}
