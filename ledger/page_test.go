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
			w.Row.Urgency = i % 3
			if i%6 > 0 { // two to a name, and some known to nobody
				w.Person = &Person{ID: w.Row.Patient, Given: "Else", Family: fmt.Sprintf("Attrapp-%d", i/2), Born: may}
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
		if _, _, err := l.List(t.Context(), Query{Tenant: "hf", After: KeyOf("", Row{Referral: 1}), Offset: 1, Limit: 1}); err == nil {
			t.Error("rows after one, and past one more, were answered")
		}
	})
}
