package ledger

import (
	"fmt"
	"slices"
	"testing"

	"rettid/day"
)

// Paged by key, a list is the same list in every order and direction, rows without the value last, and no row twice or left out.
func TestPagesByKeyAreTheList(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		for i := range 23 {
			w := received("hf", fmt.Sprintf("k%d", i))
			w.Row.Condition = []string{"", "a", "b"}[i%3]
			if i%4 > 0 {
				w.Row.StartBy, w.Row.NextDue = may.Add(i%5), may.Add(i%2)
			}
			if i%5 > 1 {
				w.Row.ApptFrom, w.Row.ApptMinute = may.Add(i%3), int16(i%2)
			}
			if i%7 == 0 {
				w.Row.AssessBy, w.Row.Seniority = day.Day{}, day.Day{}
			}
			mustAppend(t, l, w)
		}
		for sort := range sorts {
			for _, desc := range []bool{false, true} {
				q := Query{Tenant: "hf", Sort: sort, Desc: desc, Limit: 100, Today: may}
				whole, total, err := l.List(t.Context(), q)
				if err != nil || total != 23 || len(whole) != 23 {
					t.Fatalf("%s: %d of %d, %v", sort, len(whole), total, err)
				}
				if KeyOf(sort, whole[0]).IsZero() {
					if sort != "patient" && sort != "urgency" && sort != "arrival" {
						t.Errorf("%s is not paged by key", sort)
					}
					continue
				}
				var got []int64
				q.Limit, q.NoTotal = 4, true
				for {
					rows, _, err := l.List(t.Context(), q)
					if err != nil {
						t.Fatal(err)
					}
					for _, r := range rows {
						got = append(got, r.Referral)
						q.After = KeyOf(sort, r)
					}
					if len(rows) < q.Limit {
						break
					}
				}
				var want []int64
				for _, r := range whole {
					want = append(want, r.Referral)
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s, descending %v: %v, want %v", sort, desc, got, want)
				}
			}
		}
		if n, err := l.CountTo(t.Context(), Query{Tenant: "hf"}, 10); n != 11 || err != nil {
			t.Errorf("more than 10 is %d, %v", n, err)
		}
		if n, err := l.CountTo(t.Context(), Query{Tenant: "hf"}, 50); n != 23 || err != nil {
			t.Errorf("23 is %d, %v", n, err)
		}
		for _, q := range []Query{{Tenant: "hf", Sort: "patient", After: KeyOf("", Row{Referral: 1}), Limit: 1}, {Tenant: "hf", After: KeyOf("", Row{Referral: 1}), Offset: 1, Limit: 1}} {
			if _, _, err := l.List(t.Context(), q); err == nil {
				t.Errorf("%+v was answered", q)
			}
		}
	})
}
