package ledger

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rettid/day"
)

// What a count from a day on cannot concern is passed over; the rest is given once, with its whole state.
func TestEachStanding(t *testing.T) {
	since := day.On(2025, 1, 1)
	onEach(t, func(t *testing.T, l *Ledger) {
		for i, x := range []struct {
			open              bool
			right             string
			assessed, waitEnd day.Day
		}{
			{true, "granted", since.Add(-400), day.Day{}},          // 1 waits
			{false, "granted", since.Add(-400), since},             // 2 ended on the day
			{false, "granted", since.Add(-400), since.Add(-1)},     // 3 ended before it
			{false, "not_granted", since.Add(-1), day.Day{}},       // 4 was refused before it
			{false, "not_granted", since, day.Day{}},               // 5 was refused on it
			{false, "granted", since.Add(-400), day.Day{}},         // 6 has no end recorded
			{true, "not_assessed", day.Day{}, day.Day{}},           // 7 waits to be assessed
			{true, "granted", since.Add(-400), since.Add(-300)},    // 8 has begun, and goes on
			{false, "not_assessed", day.Day{}, day.Day{}},          // 9 was closed unassessed
			{false, "granted", since.Add(-400), since.Add(-30000)}, // 10 ended long ago
		} {
			w := received("hf", fmt.Sprint(i))
			w.Row.Open, w.Row.Right, w.Row.AssessedOn, w.Row.WaitEnd = x.open, x.right, x.assessed, x.waitEnd
			w.Row.Unit, w.Row.State = fmt.Sprint("u", i%2), []byte(fmt.Sprintf(`{"n":%d}`, i+1))
			mustAppend(t, l, w)
		}
		mustAppend(t, l, received("other", "1"))
		numbers, err := l.Numbers(t.Context())
		if err != nil || numbers["hf"] != 10 || numbers["other"] != 1 {
			t.Errorf("the last numbers: %v, %v", numbers, err)
		}
		for _, x := range []struct {
			q           Query
			first, last int64
			want        []int64
		}{
			{Query{Tenant: "hf"}, 1, 10, []int64{1, 2, 5, 6, 7, 8}},
			{Query{Tenant: "hf"}, 2, 6, []int64{2, 5, 6}},
			{Query{Tenant: "hf", Unit: "u1"}, 1, 10, []int64{2, 6, 8}},
			{Query{Tenant: "hf", Within: []Place{{Unit: "u0"}, {Unit: "u7"}}}, 1, 10, []int64{1, 5, 7}},
			{Query{Tenant: "none"}, 1, 10, nil},
		} {
			var got []int64
			err := l.EachStanding(t.Context(), x.q, x.first, x.last, since, func(s *Standing) error {
				got = append(got, s.Referral)
				if want := fmt.Sprintf(`{"n":%d}`, s.Referral); string(s.State) != want || s.Unit != fmt.Sprint("u", (s.Referral-1)%2) {
					t.Errorf("referral %d: unit %s, state %s", s.Referral, s.Unit, s.State)
				}
				return nil
			})
			slices.Sort(got)
			if err != nil || !slices.Equal(got, x.want) {
				t.Errorf("%+v, %d to %d: %v, %v", x.q, x.first, x.last, got, err)
			}
		}
		stop := fmt.Errorf("enough")
		if err := l.EachStanding(t.Context(), Query{Tenant: "hf"}, 1, 10, since, func(*Standing) error { return stop }); err == nil {
			t.Error("an error is lost")
		}
	})
}

// A run of numbers is found by the numbers, among however many and whatever they are narrowed to.
func TestStandingsAreFoundByNumber(t *testing.T) {
	l := openFile(t, filepath.Join(t.TempDir(), "standing.db"))
	years(t, l, 300)
	watched := &listener{store: l.store}
	l.store = watched
	defer func() { l.store = watched.store }()
	for _, q := range []Query{{Tenant: "hf"}, {Tenant: "hf", Unit: "u1", ListProvider: "h1"}, {Tenant: "hf", Within: []Place{{Provider: "h1"}, {Provider: "h2", Specialty: "f1"}}}} {
		watched.asked = nil
		if err := l.EachStanding(t.Context(), q, 1, 100, plansToday, func(*Standing) error { return nil }); err != nil {
			t.Fatal(err)
		}
		for _, st := range watched.asked {
			plan := ""
			err := watched.store.query(t.Context(), "EXPLAIN QUERY PLAN "+st.sql, st.args, func(r *row) error {
				r.int64()
				r.int64()
				r.int64()
				plan += r.string() + "\n"
				return nil
			})
			if err != nil || !strings.Contains(plan, "(tenant=? AND referral>? AND referral<?)") {
				t.Errorf("%v: found by\n%s%s", err, plan, st.sql)
			}
		}
	}
}
