package ledger

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rettid/day"
)

// A model of the list, in memory: what Query and Sort say, in the plainest way.
type model struct {
	rows    []Row
	duties  map[int64][]Duty
	persons map[string]Person
}

func (m model) takesIn(q Query, r Row) bool {
	owed := func(is func(Duty) bool) bool {
		return slices.ContainsFunc(m.duties[r.Referral], func(d Duty) bool { return !d.Opens.After(q.Today) && is(d) })
	}
	assess := func(d Duty) bool { return d.Name == "assess" }
	late := func(d, limit day.Day) bool { return !d.IsZero() && d.Before(limit) }
	tomorrow := q.Today.Add(1)
	views := map[string]bool{
		"":                 true,
		"waiting":          r.Waiting,
		"no_appointment":   r.Waiting && r.ApptFrom.IsZero(),
		"due_14":           r.Waiting && !r.StartBy.Before(q.Today) && !r.StartBy.After(q.Today.Add(14)),
		"over":             r.Waiting && late(r.BreachOn, tomorrow),
		"appointment_late": r.Waiting && r.BreachExpected,
		"expected":         r.Waiting && r.BreachExpected && r.BreachOn.After(q.Today),
		"unassessed":       r.Open && owed(assess),
		"assess_late":      r.Open && owed(assess) && late(r.AssessBy, q.Today),
		"not_assessed":     r.Open && r.AssessedOn.IsZero(),
		"incoming":         r.Open && r.AssessedOn.IsZero() && r.Status != "started" && (r.Right != "not_assessed" || owed(func(Duty) bool { return true })),
		"pending":          r.Open && r.Right == "pending",
		"task":             r.Open && r.Right == "not_assessed",
		"duties_today":     owed(func(d Duty) bool { return late(d.Due, tomorrow) }),
		"unowned":          r.Open && r.NextDue.IsZero() && r.NextRole == "",
		"open":             r.Open,
		"closed":           !r.Open,
		"closed_booked":    !r.Open && !r.ApptTo.Before(q.Today) && !r.ApptTo.IsZero(),
	}
	in := true
	for _, view := range strings.Split(q.View, "+") {
		in = in && views[view]
	}
	is := func(want, have string) bool { return want == "" || want == have }
	in = in && is(q.ListProvider, r.ListProvider) && is(q.Specialty, r.Specialty) && is(q.Condition, r.Condition) && is(q.Status, r.Status)
	if q.Duty+q.Role+q.Owner != "" {
		in = in && owed(func(d Duty) bool { return is(q.Duty, d.Name) && is(q.Role, d.Role) && is(q.Owner, d.Place) })
	}
	if len(q.Text)+len(q.Patients) > 0 {
		in = in && (slices.Contains(q.Text, r.Referral) || slices.Contains(q.Patients, r.Patient))
	}
	if q.PatientPrefix != "" {
		p := m.persons[r.Patient]
		prefix := strings.ToLower(q.PatientPrefix)
		in = in && p.ID != "" && (strings.HasPrefix(strings.ToLower(p.Family+" "+p.Given), prefix) ||
			strings.HasPrefix(strings.ToLower(p.Given+" "+p.Family), prefix) || p.LocalID == q.PatientPrefix)
	}
	return in
}

func (m model) list(q Query) []Row {
	dayOf := map[string]func(Row) day.Day{
		"left": func(r Row) day.Day { return r.StartBy }, "deadline": func(r Row) day.Day { return r.StartBy },
		"waited": func(r Row) day.Day { return r.Seniority }, "seniority": func(r Row) day.Day { return r.Seniority },
		"appointment": func(r Row) day.Day { return r.ApptFrom }, "duty": func(r Row) day.Day { return r.NextDue },
		"assess_by": func(r Row) day.Day { return r.AssessBy }, "urgency": func(r Row) day.Day { return r.AssessBy }, "arrival": func(r Row) day.Day { return r.Received },
	}[q.Sort]
	has := func(r Row) bool {
		switch {
		case q.Sort == "arrival":
			return true
		case dayOf != nil:
			return !dayOf(r).IsZero()
		case q.Sort == "condition":
			return r.Condition != ""
		case q.Sort == "patient":
			return m.persons[r.Patient].ID != ""
		}
		return true
	}
	var rows []Row
	for _, r := range m.rows {
		if m.takesIn(q, r) {
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(a, b Row) int {
		c := 0
		if (q.Sort == "urgency" || q.Sort == "arrival") && has(a) && has(b) && a.Urgency != b.Urgency {
			return b.Urgency - a.Urgency // the most urgent first in both directions
		}
		switch {
		case has(a) != has(b):
			if has(a) {
				return -1
			}
			return 1
		case !has(a):
			if q.Sort == "appointment" {
				c = cmp.Compare(a.ApptMinute, b.ApptMinute)
			}
		case dayOf != nil:
			c = dayOf(a).Compare(dayOf(b))
			if q.Sort == "appointment" {
				c = cmp.Or(c, cmp.Compare(a.ApptMinute, b.ApptMinute))
			}
		case q.Sort == "condition":
			c = cmp.Compare(a.Condition, b.Condition)
		case q.Sort == "patient":
			pa, pb := m.persons[a.Patient], m.persons[b.Patient]
			order := "dummy eksempelsen æventyr østtest åsfiktiv" // small letters, as Norwegian orders them
			c = cmp.Or(cmp.Compare(strings.Index(order, strings.ToLower(pa.Family)), strings.Index(order, strings.ToLower(pb.Family))),
				cmp.Compare(pa.Given, pb.Given), cmp.Compare(a.Patient, b.Patient))
		}
		c = cmp.Or(c, cmp.Compare(a.Referral, b.Referral))
		if q.Desc {
			c = -c
		}
		return c
	})
	return rows
}

func TestListAgreesWithItsModel(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		m := model{duties: make(map[int64][]Duty), persons: make(map[string]Person)}
		rnd := uint64(1)
		pick := func(n int) int { // the same on every run
			rnd = rnd*6364136223846793005 + 1442695040888963407
			return int(rnd>>33) % n
		}
		oneOf := func(of ...string) string { return of[pick(len(of))] }
		someDay := func() day.Day {
			if pick(4) == 0 {
				return day.Day{}
			}
			return may.Add(pick(40) - 20)
		}
		var writes []Write
		for i := range 120 {
			w := received("hf", fmt.Sprint("k", i))
			w.Row.Patient = fmt.Sprint("p", pick(30))
			if pick(3) > 0 && m.persons[w.Row.Patient].ID == "" {
				p := Person{ID: w.Row.Patient, LocalID: "L" + w.Row.Patient, Given: oneOf("Ada", "Bo", "Cai"),
					Family: oneOf("Dummy", "eksempelsen", "Æventyr", "Østtest", "Åsfiktiv")}
				m.persons[p.ID], w.Person = p, &p
			}
			r := &w.Row
			r.ListProvider, r.Specialty = oneOf("fjordvik", "innvik"), oneOf("orthopaedics", "neurology")
			r.Condition, r.Status = oneOf("", "knee", "hip"), oneOf("received", "waiting", "started", "closed")
			r.Right, r.Received = oneOf("pending", "granted", "not_assessed"), may.Add(pick(9)-9)
			r.Seniority, r.AssessBy, r.AssessedOn, r.StartBy = someDay(), someDay(), someDay(), someDay()
			r.ApptFrom, r.ApptMinute, r.NextDue, r.BreachOn = someDay(), int16(pick(3)*60-1), someDay(), someDay()
			r.ApptTo = r.ApptFrom
			r.NextRole, r.Urgency = oneOf("", "assessor"), pick(3)
			r.Waiting, r.Open, r.BreachExpected = pick(2) == 0, pick(3) > 0, pick(2) == 0
			w.Duties = nil
			for range pick(3) {
				w.Duties = append(w.Duties, Duty{Name: oneOf("assess", "notify"), Opens: someDay(), Due: someDay(),
					Role: oneOf("assessor", "secretary"), Place: oneOf("fjordvik", "innvik"), Unit: "ort"})
			}
			stored := w.Row
			stored.Tenant, stored.Referral, stored.Seq = "hf", int64(i+1), 1
			m.rows, m.duties[int64(i+1)] = append(m.rows, stored), w.Duties
			writes = append(writes, w)
		}
		_, errs := l.AppendAll(t.Context(), writes)
		for _, err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
		mustAppend(t, l, received("other", "elsewhere"))

		keys := func(m map[string]sorting) (all []string) {
			for k := range m {
				all = append(all, k)
			}
			slices.Sort(all)
			return all
		}
		var viewNames []string
		for name := range views {
			viewNames = append(viewNames, name)
		}
		slices.Sort(viewNames)
		ids := func(rows []Row) (all []int64) {
			for _, r := range rows {
				all = append(all, r.Referral)
			}
			return all
		}
		for _, view := range viewNames {
			if n := len(m.list(Query{View: view, Today: may})); view != "" && (n == 0 || n == len(m.rows)) {
				t.Errorf("view %s takes in %d of %d: the test tells nothing", view, n, len(m.rows))
			}
		}
		rapid.Check(t, func(t *rapid.T) {
			maybe := func(what string, of ...string) string {
				return rapid.SampledFrom(append(make([]string, 4), of...)).Draw(t, what)
			}
			q := Query{Tenant: "hf", Today: may,
				View: rapid.SampledFrom(viewNames).Draw(t, "view"), Sort: rapid.SampledFrom(keys(sorts)).Draw(t, "sort"),
				Desc: rapid.Bool().Draw(t, "desc"), Limit: rapid.IntRange(1, 50).Draw(t, "limit"), Offset: rapid.IntRange(0, 130).Draw(t, "offset"),
				ListProvider: maybe("list", "fjordvik"), Specialty: maybe("specialty", "neurology"), Condition: maybe("condition", "knee"),
				Status: maybe("status", "waiting"), Duty: maybe("duty", "notify"), Role: maybe("role", "secretary"), Owner: maybe("owner", "innvik"),
				PatientPrefix: maybe("prefix", "du", "Ada", "åsfiktiv b", "Lp3", "ada dummy")}
			if rapid.IntRange(0, 2).Draw(t, "two views") == 0 {
				q.View += "+" + rapid.SampledFrom(viewNames).Draw(t, "second view")
			}
			if rapid.IntRange(0, 4).Draw(t, "text") == 0 {
				q.Text, q.Patients = []int64{3, 4, 5, 90}, []string{"p1", "p2"}
			}
			want := m.list(q)
			rows, total, err := l.List(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			page := want[min(q.Offset, len(want)):min(q.Offset+q.Limit, len(want))]
			if total != len(want) || !slices.Equal(ids(rows), ids(page)) {
				t.Fatalf("%+v\ngot  %d: %v\nwant %d: %v", q, total, ids(rows), len(want), ids(page))
			}
			if n, err := l.Count(t.Context(), q); n != total || err != nil {
				t.Fatal(n, err)
			}
			q.Lines, q.NoTotal = true, rapid.Bool().Draw(t, "no total")
			if q.Sort != "patient" && q.Offset > 0 && len(want) > 0 { // the same page, found from a row before it
				at := rapid.IntRange(0, min(q.Offset, len(want))-1).Draw(t, "after")
				q.After, q.Skipped = KeyOf(q.Sort, want[at]), at+1
			}
			lines, _, err := l.List(t.Context(), q)
			if err != nil || len(lines) != len(rows) {
				t.Fatal(len(lines), err)
			}
			for i, x := range lines {
				y := rows[i]
				if x.Tenant != y.Tenant || x.Referral != y.Referral || x.Seq != y.Seq || x.Patient != y.Patient || x.Condition != y.Condition || !bytes.Equal(x.State, y.State) {
					t.Fatalf("line %d is %+v of %+v", i, x, y)
				}
			}
		})
		if _, _, err := l.List(t.Context(), Query{Tenant: "hf", Sort: "colour"}); err == nil {
			t.Error("an unknown sort is not refused")
		}
		if _, err := l.Count(t.Context(), Query{Tenant: "hf", View: "sideways"}); err == nil {
			t.Error("an unknown view is not refused")
		}

		// Duties by date, those without last; not those that are not open yet.
		var want []DutyRow
		for _, r := range m.rows {
			for _, d := range m.duties[r.Referral] {
				if !d.Opens.After(may) && d.Role == "assessor" {
					want = append(want, DutyRow{Referral: r.Referral, Duty: d})
				}
			}
		}
		slices.SortStableFunc(want, func(a, b DutyRow) int {
			if a.Duty.Due.IsZero() != b.Duty.Due.IsZero() {
				return -a.Duty.Due.Compare(b.Duty.Due)
			}
			return a.Duty.Due.Compare(b.Duty.Due)
		})
		var got []DutyRow
		for offset := 0; ; offset += 7 {
			page, total, err := l.Duties(t.Context(), DutyQuery{Tenant: "hf", Role: "assessor", Today: may, Limit: 7, Offset: offset})
			if err != nil || total != len(want) {
				t.Fatal(total, len(want), err)
			}
			if len(page) == 0 {
				break
			}
			got = append(got, page...)
		}
		for i := range want {
			if got[i].Referral != want[i].Referral || got[i].Duty != want[i].Duty || got[i].Row.Referral != want[i].Referral {
				t.Fatalf("duty %d: %+v, want %+v", i, got[i], want[i])
			}
		}
		overdue := slices.DeleteFunc(slices.Clone(want), func(d DutyRow) bool { return d.Duty.Due.IsZero() || !d.Duty.Due.Before(may) })
		if _, total, err := l.Duties(t.Context(), DutyQuery{Tenant: "hf", Role: "assessor", Today: may, DueTo: may.Add(-1)}); total != len(overdue) || err != nil {
			t.Errorf("%d overdue, want %d, %v", total, len(overdue), err)
		}
	})
}
