package ledger

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"rettid/day"
)

// What rows are about is read for many of them by one question: each once, whole, and what is not there left out.
func TestReadsOfMany(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		ctx := t.Context()
		var ids []int64
		for i := range 5 {
			w := received("hf", fmt.Sprint(i))
			w.Notes = []Note{{ID: fmt.Sprint("n", i), Text: fmt.Sprint("text ", i)}}
			ids = append(ids, mustAppend(t, l, w).Referral)
		}
		before := l.Asked()
		var got []int64
		records := 0
		err := l.LogsOf(ctx, "hf", []int64{ids[4], ids[0], ids[2], ids[0], 99}, func(id int64, recs []Record) error {
			got, records = append(got, id), records+len(recs)
			for _, r := range recs {
				if r.Referral != id {
					t.Errorf("a record of %d in the log of %d", r.Referral, id)
				}
			}
			return nil
		})
		if err != nil || !slices.Equal(got, []int64{ids[0], ids[2], ids[4]}) {
			t.Errorf("logs %v of %v, %v", got, ids, err)
		}
		whole, err := l.Records(ctx, "hf", ids[0])
		if err != nil || records != 3*len(whole) || len(whole) == 0 {
			t.Errorf("%d records of three logs of %d: %v", records, len(whole), err)
		}
		stop := fmt.Errorf("enough")
		if err := l.LogsOf(ctx, "hf", ids, func(int64, []Record) error { return stop }); err == nil {
			t.Error("an error is lost")
		}
		if err := l.LogsOf(ctx, "hf", nil, func(int64, []Record) error { return stop }); err != nil {
			t.Errorf("no logs: %v", err)
		}
		notes, err := l.NotesOf(ctx, "hf", []string{"n1", "n3", "none", "n4"})
		if err != nil || !maps.Equal(notes, map[string]string{"n1": "text 1", "n3": "text 3", "n4": "text 4"}) {
			t.Errorf("notes %v, %v", notes, err)
		}
		if n := l.Asked() - before; n != 4 {
			t.Errorf("%d questions were asked", n)
		}
	})
}

// Those decided are counted by method and diagnosis; what is owed on matters is given by number, and asked for by several names.
func TestMattersAreCountedTogether(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		ctx := context.Background()
		on := day.On(2026, 5, 4)
		for i, decided := range []day.Day{on, on, {}, on} {
			w := received("hf", fmt.Sprint(i))
			w.Row, w.Person = Row{}, nil
			for j := range w.Records {
				w.Records[j].Kind = "exception/apply"
			}
			w.Matter = &Matter{Process: "exception", Kind: "single", Method: []string{"M1", "M1", "M1", "M2"}[i], Diagnosis: "C50", Decided: decided, Received: on, Open: true, State: []byte("{}")}
			w.Duties = []Duty{{Name: []string{"a", "b", "c", "a"}[i], Opens: on, Role: "x"}, {Name: "d", Opens: on, Role: "x"}}
			mustAppend(t, l, w)
		}
		counts, err := l.CountDecided(ctx, []string{"hf", "other"}, "exception", "single")
		if err != nil || !maps.Equal(counts, map[[2]string]int{{"M1", "C50"}: 2, {"M2", "C50"}: 1}) {
			t.Errorf("decided: %v, %v", counts, err)
		}
		if _, err := l.CountDecided(ctx, nil, "exception"); err == nil {
			t.Error("counted of no tenant")
		}
		owed, n, err := l.OwedOnMatters(ctx, MatterDutyQuery{Tenants: []string{"hf"}, Process: "exception", Names: []string{"a", "b"}, Today: on, Limit: 10})
		if err != nil || n != 3 || len(owed) != 3 {
			t.Errorf("owed by two names: %d of %d, %v", len(owed), n, err)
		}
		var all []string
		err = l.EachMatterDuty(ctx, "hf", func(id int64, d Duty) error { all = append(all, fmt.Sprint(id, d.Name)); return nil })
		if err != nil || !slices.Equal(all, []string{"1a", "1d", "2b", "2d", "3c", "3d", "4a", "4d"}) {
			t.Errorf("all that is owed: %v, %v", all, err)
		}
	})
}
