package web

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/clinic"
	"rettid/day"
	"rettid/ledger"
)

// People and what they may do: kept in the ledger with every version, begun from the people file. Nobody changes their own rights.

// blankGrants is how many empty lines for new grants a form has.
const blankGrants = 2

func peopleRegister() register {
	return register{
		word: "folk", kind: "person-of-staff",
		columns: []string{"admin.people.name", "admin.people.roles", "admin.people.places", "admin.period"},
		cells: func(v *view, e entry) []string {
			m := memberOf(e.ID, e.Values)
			var roles, places []string
			add := func(list *[]string, s string) {
				if s != "" && !slices.Contains(*list, s) {
					*list = append(*list, s)
				}
			}
			until := day.Period{}
			for i, g := range m.Roles {
				add(&roles, v.T("role."+string(g.Role)))
				add(&places, v.grantPlace(g))
				if i == 0 || g.In.To.IsZero() || !until.To.IsZero() && g.In.To.After(until.To) {
					until.To = g.In.To
				}
				if i == 0 || g.In.From.IsZero() || !until.From.IsZero() && g.In.From.Before(until.From) {
					until.From = g.In.From
				}
			}
			return []string{m.Name, strings.Join(roles, ", "), strings.Join(places, ", "), v.periodText(until)}
		},
		groups: peopleFields,
		id: func(f *adminForm) string { // made up and lasting: nobody's name or number
			most := 1000
			for _, m := range f.s.people.Members() {
				if n, err := strconv.Atoi(strings.TrimPrefix(m.ID, "u")); err == nil {
					most = max(most, n)
				}
			}
			return "u" + strconv.Itoa(most+1)
		},
		check: checkPerson,
		effect: func(ctx context.Context, f *adminForm) ([]string, error) {
			out := []string{f.v.T("admin.people.effect")}
			if n := f.s.livingSessions(f.e.ID); n > 0 {
				out = append(out, f.v.T("admin.people.effect_sessions", n))
			}
			return out, nil
		},
		apply: applyPeople,
	}
}

// livingSessions is how many sessions one has now.
func (s *site) livingSessions(id string) int {
	if s.sessions == nil || id == "" {
		return 0
	}
	n := 0
	for _, x := range s.sessions.List() {
		if x.User == id {
			n++
		}
	}
	return n
}

// applyPeople makes those stored the people that are let in, and gives those who are signed in their new rights.
func applyPeople(ctx context.Context, s *site) error {
	if s.people == nil {
		return nil
	}
	reg := peopleRegister()
	entries, err := s.entries(ctx, reg)
	if err != nil {
		return err
	}
	var members []access.Member
	for _, e := range entries {
		members = append(members, memberOf(e.ID, e.Values))
	}
	people, err := access.NewPeople(members)
	if err != nil {
		return err
	}
	s.people.Replace(people)
	if s.sessions != nil {
		for _, m := range members {
			s.sessions.Renew(m.User)
		}
	}
	return nil
}

// seedPeople stores those of the people file that are not there yet; one who is, is as the ledger has them.
func (s *site) seedPeople(ctx context.Context) error {
	if s.people == nil {
		return nil
	}
	kind := peopleRegister().kind
	for _, m := range s.people.Members() {
		if _, ok, err := s.desk.Ledger.Paper(ctx, house, kind, m.ID); err != nil || ok {
			if err != nil {
				return err
			}
			continue
		}
		as := *s
		as.o.User.ID = "people-file"
		if err := as.store(ctx, peopleRegister(), entry{ID: m.ID, Values: memberValues(m)}); err != nil && err != ledger.ErrPaperChanged {
			return err
		}
	}
	return nil
}

// memberValues writes a person as answers.
func memberValues(m access.Member) map[string]string {
	out := map[string]string{"navn": m.Name, "sprak": m.Language, "hpr": m.HPR, "fnr": m.PidDigest}
	for i, g := range m.Roles {
		at := fmt.Sprintf("r%d.", i)
		out[at+"rolle"], out[at+"sted"], out[at+"enhet"], out[at+"fag"] = string(g.Role), g.Provider, g.Unit, g.Specialty
		out[at+"tenant"], out[at+"pasient"] = g.Patient.Tenant, g.Patient.ID
		out[at+"fra"], out[at+"til"] = g.In.From.String(), g.In.To.String()
	}
	for k, v := range out {
		if v == "" {
			delete(out, k)
		}
	}
	return out
}

// memberOf reads a person from answers; days that can't be read are open (checkPerson finds them).
func memberOf(id string, values map[string]string) access.Member {
	m := access.Member{User: access.User{ID: id, Name: values["navn"], Language: values["sprak"], HPR: values["hpr"]}, PidDigest: values["fnr"]}
	for i := range grantLines(values) {
		at := fmt.Sprintf("r%d.", i)
		if values[at+"rolle"] == "" {
			continue
		}
		g := access.Grant{Role: access.Role(values[at+"rolle"]), Provider: values[at+"sted"], Unit: values[at+"enhet"], Specialty: values[at+"fag"], Patient: access.PatientID{Tenant: values[at+"tenant"], ID: values[at+"pasient"]}}
		g.In.From, _ = typedDay(values[at+"fra"])
		g.In.To, _ = typedDay(values[at+"til"])
		m.Roles = append(m.Roles, g)
	}
	return m
}

// mostGrants bounds a form.
const mostGrants = 40

// grantLines is one more than the last line that has an answer.
func grantLines(values map[string]string) int {
	n := 0
	for k := range values {
		if rest, ok := strings.CutPrefix(k, "r"); ok {
			if num, _, ok := strings.Cut(rest, "."); ok {
				if i, err := strconv.Atoi(num); err == nil && i >= 0 && i < mostGrants {
					n = max(n, i+1)
				}
			}
		}
	}
	return n
}

func peopleFields(v *view, e entry) []fieldGroup {
	out := []fieldGroup{{Fields: []field{
		{Name: "navn", Label: v.T("admin.people.name"), Kind: "line", Need: true, Help: v.T("admin.people.name_help")},
		{Name: "sprak", Label: v.T("admin.people.language"), Kind: "select", Options: []option{{Value: "", Text: v.T("admin.people.not_chosen")}, {Value: "nb", Text: "Bokmål"}, {Value: "nn", Text: "Nynorsk"}, {Value: "en", Text: "English"}}},
		{Name: "hpr", Label: v.T("admin.people.hpr"), Kind: "line", Help: v.T("admin.people.hpr_help")},
		{Name: "fnr", Label: v.T("admin.people.digest"), Kind: "line", Help: v.T("admin.people.digest_help")},
	}}}
	n := grantLines(e.Values)
	for i := range min(n+blankGrants, mostGrants) {
		at := fmt.Sprintf("r%d.", i)
		g := fieldGroup{Head: v.T("admin.people.grant_n", i+1)}
		if i >= n {
			g.Head = v.T("admin.people.grant_new")
		}
		if role := access.Role(e.get(at + "rolle")); role == access.Patient || role == access.Representative { // given where patients sign in; shown, and kept
			for _, x := range []string{"rolle", "tenant", "pasient", "fra", "til"} {
				g.Fields = append(g.Fields, field{Name: at + x, Kind: "hidden"})
			}
			g.Help = v.T("role." + string(role))
			out = append(out, g)
			continue
		}
		roles := []option{{Value: "", Text: v.T("admin.people.no_role")}}
		for _, r := range access.Roles() {
			if r != access.Patient && r != access.Representative {
				roles = append(roles, option{Value: string(r), Text: v.T("role." + string(r))})
			}
		}
		places, units := []option{{Value: "", Text: v.T("admin.people.no_place")}, {Value: access.Everywhere, Text: v.T("admin.people.everywhere")}}, []option{{Value: "", Text: v.T("admin.people.every_unit")}}
		for _, p := range v.s.desk.Org.Providers() {
			places = append(places, option{Value: p.ID, Text: p.ShortName})
			for _, u := range p.Units {
				units = append(units, option{Value: u.ID, Text: p.ShortName + ": " + u.Name})
			}
		}
		for _, r := range v.s.desk.Org.Referrers() {
			places = append(places, option{Value: r.ID, Text: v.T("admin.people.referrer", r.Name)})
		}
		fields := []option{{Value: "", Text: v.T("admin.people.every_field")}}
		for _, x := range clinic.Specialties() {
			fields = append(fields, option{Value: x.Key, Text: v.specialty(x.Key)})
		}
		g.Fields = []field{
			{Name: at + "rolle", Label: v.T("admin.people.role"), Kind: "select", Options: roles},
			{Name: at + "sted", Label: v.T("admin.people.place"), Kind: "select", Options: places},
			{Name: at + "enhet", Label: v.T("admin.people.unit"), Kind: "select", Options: units},
			{Name: at + "fag", Label: v.T("web.filter.specialty"), Kind: "select", Options: fields},
			{Name: at + "fra", Label: v.T("admin.from"), Kind: "day"},
			{Name: at + "til", Label: v.T("admin.to"), Kind: "day"},
		}
		out = append(out, g)
	}
	return out
}

// checkPerson finds what is wrong with a person, by the rules of the people file, and that nobody changes their own rights.
func checkPerson(f *adminForm) {
	f.need("navn")
	values := f.values()
	for i := range grantLines(values) {
		f.checkPeriod(fmt.Sprintf("r%d.fra", i), fmt.Sprintf("r%d.til", i))
	}
	if len(f.bad) > 0 {
		return
	}
	id := f.e.ID
	if id == "" {
		id = peopleRegister().id(f)
	}
	after := memberOf(id, values)
	if len(after.Roles) == 0 {
		f.wrong("r0.rolle", "admin.people.needs_role")
		return
	}
	var before *access.Member
	members := f.s.people.Members()
	for i := range members {
		if members[i].ID == f.e.ID {
			before = &members[i]
		}
	}
	if why := access.MayChange(f.s.user, before, after); why != "" {
		f.wrong("", "admin.people."+why)
		return
	}
	members = append(slices.DeleteFunc(members, func(m access.Member) bool { return m.ID == id }), after)
	if _, err := access.NewPeople(members); err != nil {
		f.wrong(personField(err), "admin.people.unsound")
		return
	}
	for i, g := range after.Roles {
		if g.Check(f.s.desk.Org) != nil {
			f.wrong(fmt.Sprintf("r%d.enhet", i), "admin.people.not_there")
		}
	}
}

// personField is the field that an error of the people's rules is about.
func personField(err error) string {
	s := err.Error()
	for word, name := range map[string]string{"hpr:": "hpr", "pid_digest:": "fnr", "language:": "sprak", "provider:": "r0.sted", "unit:": "r0.enhet", "name:": "navn"} {
		if strings.Contains(s, word) {
			return name
		}
	}
	return ""
}

// grantPlace is where a grant holds.
func (v *view) grantPlace(g access.Grant) string {
	switch {
	case g.Provider == access.Everywhere:
		return v.T("admin.people.everywhere")
	case g.Role == access.Referrer || g.Role == access.ReferrerOffice:
		return v.referrer(g.Provider)
	case g.Provider == "":
		return ""
	}
	for _, r := range v.s.desk.Org.Regions() {
		if r.ID == g.Provider {
			return r.Name
		}
	}
	return v.provider(g.Provider)
}
