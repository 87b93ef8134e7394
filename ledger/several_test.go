package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"rettid/day"
)

// A list of several tenants is the lists of each, in one order: by pages and by keys the same rows come, each once.
func TestListOfSeveralTenants(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		tenants := []string{"a", "b", "c"}
		var writes []Write
		people := make(map[string][]string)
		for i := range 90 {
			tenant := tenants[i%3]
			w := received(tenant, fmt.Sprint("k", i))
			r := &w.Row
			r.Patient, r.Waiting, r.Open = fmt.Sprint("p", i%20), true, true
			r.Provider, r.Unit, r.Specialty = []string{"fjordvik", "innvik"}[i/3%2], []string{"ort", "nev"}[i/6%2], []string{"orthopaedics", "neurology"}[i/9%2]
			r.Seniority, r.StartBy, r.NextDue, r.AssessBy, r.Urgency = may.Add(-i%11), may.Add(i%7), may.Add(i%5), may.Add(i%4), i%3
			if i%8 == 0 {
				r.StartBy = day.Day{}
				r.ApptFrom, r.ApptTo = may.Add(i%6), may.Add(i%6)
			}
			if i%4 == 0 {
				r.Condition = []string{"hip", "knee"}[i/4%2]
			}
			if i%5 > 0 {
				w.Person = &Person{ID: r.Patient, Given: "Ada", Family: []string{"Dummy", "Åsfiktiv", "Attrapp"}[i%3] + fmt.Sprint(i%20)}
			}
			people[tenant] = append(people[tenant], r.Patient)
			w.Duties = []Duty{{Name: []string{"assess", "book"}[i%2], Due: may.Add(i % 6), Role: "booking", Place: r.Provider, Unit: r.Unit}, {Name: "book", Role: "booking", Place: r.Provider, Unit: r.Unit}}
			writes = append(writes, w)
		}
		if _, errs := l.AppendAll(t.Context(), writes); slices.ContainsFunc(errs, func(err error) bool { return err != nil }) {
			t.Fatal(errs)
		}
		who := func(r Row) string { return fmt.Sprint(r.Tenant, r.Referral) }
		ask := func(q Query) (all []string, rows []Row) {
			t.Helper()
			rows, _, err := l.List(t.Context(), q)
			if err != nil {
				t.Fatalf("%+v: %v", q, err)
			}
			for _, r := range rows {
				all = append(all, who(r))
			}
			return all, rows
		}
		for sort, by := range sorts {
			for _, q := range []Query{{}, {Desc: true}, {View: "duties_today"}, {Duty: "assess"}, {Within: []Place{{Provider: "fjordvik"}, {Unit: "nev", Specialty: "neurology"}}}, {PatientPrefix: "dummy"}} {
				q.Today, q.Sort, q.Limit, q.Tenants = may, sort, 1000, tenants
				all, rows := ask(q)
				var alone int
				for _, tenant := range tenants {
					one := q
					one.Tenant, one.Tenants = tenant, nil
					want, _ := ask(one)
					alone += len(want)
					var got []string
					for i, r := range rows {
						if r.Tenant == tenant {
							got = append(got, all[i])
						}
					}
					if !slices.Equal(got, want) {
						t.Fatalf("%+v: of tenant %s %v, alone %v", q, tenant, got, want)
					}
				}
				if n, err := l.Count(t.Context(), q); err != nil || n != len(all) || n != alone || n == 0 {
					t.Fatalf("%+v: %d rows, %d counted, %d of each alone, %v", q, len(all), n, alone, err)
				}
				if n, err := l.CountTo(t.Context(), q, 5); err != nil || n != 6 && n != len(all) {
					t.Fatalf("%+v: counted to 5: %d, %v", q, n, err)
				}
				var paged []string
				for q.Limit, q.Offset = 7, 0; q.Offset < len(all); q.Offset += 7 {
					some, _ := ask(q)
					paged = append(paged, some...)
				}
				if !slices.Equal(paged, all) {
					t.Fatalf("%+v: by pages %v, at once %v", q, paged, all)
				}
				if by.key == nil {
					continue
				}
				paged = nil
				for q.Offset, q.NoTotal = 0, true; ; {
					some, rows := ask(q)
					paged = append(paged, some...)
					if len(rows) < q.Limit {
						break
					}
					q.After = KeyOf(sort, rows[len(rows)-1])
				}
				if !slices.Equal(paged, all) {
					t.Fatalf("%+v: by keys %v, at once %v", q, paged, all)
				}
			}
		}
		_, rows := ask(Query{Tenants: tenants, Today: may, Sort: "left", Limit: 1000})
		rows = slices.DeleteFunc(rows, func(r Row) bool { return r.StartBy.IsZero() })
		if !slices.IsSortedFunc(rows, func(a, b Row) int {
			return cmp.Or(a.StartBy.Compare(b.StartBy), cmp.Compare(a.Referral, b.Referral), cmp.Compare(a.Tenant, b.Tenant))
		}) {
			t.Error("the deadlines of several tenants are not in order")
		}

		counts, err := l.CountEach(t.Context(), []Query{{Tenants: tenants, View: "waiting", Today: may}, {Tenant: "b", View: "waiting", Today: may}, {Tenants: tenants, Duty: "assess", Today: may}}, -1)
		if want := []int{90, 30, 45}; err != nil || !slices.Equal(counts, want) {
			t.Errorf("counted at once %v, want %v, %v", counts, want, err)
		}
		places, err := l.CountByPlace(t.Context(), Query{Tenants: tenants, View: "waiting", Today: may})
		sum := 0
		for _, n := range places {
			sum += n
		}
		if err != nil || sum != 90 {
			t.Errorf("by place %v, %v", places, err)
		}

		for _, q := range []DutyQuery{{}, {Desc: true}, {Name: "assess"}, {Within: []Place{{Provider: "innvik"}, {Specialty: "neurology"}}}} {
			q.Tenants, q.Today, q.Limit = tenants, may, 1000
			duty := func(d DutyRow) string { return fmt.Sprint(d.Row.Tenant, d.Referral, d.Duty) }
			all, total, err := l.Duties(t.Context(), q)
			if err != nil || total != len(all) || total == 0 {
				t.Fatal(len(all), total, err)
			}
			alone := 0
			for _, tenant := range tenants {
				one := q
				one.Tenant, one.Tenants = tenant, nil
				want, n, err := l.Duties(t.Context(), one)
				if err != nil {
					t.Fatal(err)
				}
				alone += n
				got := slices.DeleteFunc(slices.Clone(all), func(d DutyRow) bool { return d.Row.Tenant != tenant })
				if !slices.EqualFunc(got, want, func(a, b DutyRow) bool { return duty(a) == duty(b) }) {
					t.Fatalf("%+v: duties of tenant %s in another order than alone", q, tenant)
				}
			}
			if alone != total {
				t.Errorf("%+v: %d duties, %d of each alone", q, total, alone)
			}
			var paged []DutyRow
			for q.Limit, q.Offset = 7, 0; q.Offset < total; q.Offset += 7 {
				some, _, err := l.Duties(t.Context(), q)
				if err != nil {
					t.Fatal(err)
				}
				paged = append(paged, some...)
			}
			if !slices.EqualFunc(paged, all, func(a, b DutyRow) bool { return duty(a) == duty(b) }) {
				t.Errorf("%+v: the pages of duties are not the list", q)
			}
		}

		people["none"] = nil
		found, err := l.PersonsOf(t.Context(), people)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range found {
			if one, ok, err := l.Person(t.Context(), p.Tenant, p.ID); err != nil || !ok || one.Family != p.Family {
				t.Errorf("person %s of %s is %q, alone %q, %v", p.ID, p.Tenant, p.Family, one.Family, err)
			}
		}
		if len(found) < 40 {
			t.Errorf("%d persons were found", len(found))
		}
		names, err := l.NamesOf(t.Context(), people)
		if err != nil || len(names) != len(found) {
			t.Fatalf("%d names of %d persons: %v", len(names), len(found), err)
		}
		for _, p := range found {
			if !slices.ContainsFunc(names, func(n Person) bool {
				return n.Tenant == p.Tenant && n.ID == p.ID && n.Given == p.Given && n.Family == p.Family && n.Born == p.Born && n.Erased == p.Erased && n.Ident == ""
			}) {
				t.Errorf("the name of person %s of %s is not as it stands", p.ID, p.Tenant)
			}
		}
	})
}
