package ledger

import (
	"fmt"
	"testing"

	"rettid/day"
)

func TestCountByWeek(t *testing.T) {
	monday := day.On(2026, 3, 16)
	onEach(t, func(t *testing.T, l *Ledger) {
		for i, n := range []int{-1, 0, 6, 7, 8} {
			w := received("hf", fmt.Sprint(i))
			w.Row.Unit, w.Row.Waiting, w.Row.ApptFrom, w.Row.StartBy = "U", true, monday.Add(n), monday.Add(20)
			mustAppend(t, l, w)
		}
		got, err := l.CountByWeek(t.Context(), Query{Tenant: "hf", View: "waiting", TimeIn: day.Period{From: monday, To: monday.Add(7)}}, false)
		if err != nil || len(got) != 2 || got[UnitWeek{"U", monday}] != 2 || got[UnitWeek{"U", monday.Add(7)}] != 1 {
			t.Errorf("times: %v, %v", got, err)
		}
		got, err = l.CountByWeek(t.Context(), Query{Tenant: "hf", View: "waiting", DeadlineIn: day.Period{From: monday.Add(14), To: monday.Add(20)}}, true)
		if err != nil || len(got) != 1 || got[UnitWeek{"U", monday.Add(14)}] != 5 {
			t.Errorf("deadlines: %v, %v", got, err)
		}
	})
}
