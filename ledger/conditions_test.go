package ledger

import "testing"

// A condition is found by its id and by the name it was recorded with, and no other is.
func TestConditionsByIdAndName(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		for i, name := range []string{"knee-1", "Kneleddsartrose", "hip-1", ""} {
			w := received("hf", "k"+string(rune('0'+i)))
			w.Row.Condition = name
			if _, err := l.Append(t.Context(), w); err != nil {
				t.Fatal(err)
			}
		}
		rows, total, err := l.List(t.Context(), Query{Tenant: "hf", Conditions: []string{"knee-1", "Kneleddsartrose"}, Limit: 10})
		if err != nil || total != 2 || len(rows) != 2 || rows[0].Condition != "knee-1" || rows[1].Condition != "Kneleddsartrose" {
			t.Errorf("%d of %d: %v %v", len(rows), total, rows, err)
		}
	})
}
