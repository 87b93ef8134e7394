package desk_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
)

// drafted takes orders into a draft until one fails, and tells how many were taken.
func drafted(d *desk.Desk, orders []desk.Order) (w ledger.Write, n int, err error) {
	draft := d.Draft(orders[0].Tenant, orders[0].Key)
	for _, o := range orders {
		if _, err := draft.Take(context.Background(), o); err != nil {
			return w, n, err
		}
		n++
	}
	w, err = draft.Write()
	return w, n, err
}

// A draft is one write: the same log, row and duties as when its orders are taken one by one.
func TestDraftIsTheSameAsOneByOne(t *testing.T) {
	now := time.Date(2025, 11, 24, 9, 0, 0, 0, time.UTC)
	orders := func() []desk.Order {
		at := func(y, m, d int) referral.At { return referral.At{On: day.On(y, m, d), Minute: day.NoClock} }
		return []desk.Order{
			{Tenant: "HF", Key: "k", At: at(2025, 9, 1), Known: now, Links: []ledger.Link{{Source: "s", External: "1"}},
				Person: &ledger.Person{ID: "p1", Family: "Dummy"},
				Do:     &referral.Receive{Place: "HF", Patient: "p1", Specialty: "orthopaedics", Text: referral.Say("vond hofte")}},
			{At: at(2025, 9, 8), Known: now, Do: &referral.Assess{Outcome: law.Granted, Benefit: law.Yes, ReasonableCost: law.Yes, Deadline: day.On(2026, 3, 1), Reason: referral.Say("fordi")}},
			{At: at(2025, 10, 1), Known: now, Do: &referral.Book{Start: day.Moment{Day: day.On(2026, 2, 2), Minute: 600}}},
		}
	}
	open := func() *desk.Desk {
		l, err := ledger.Memory(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		d := desk.New(l, clinic.Plain(), nil, law.Default())
		d.Now = func() time.Time { return now }
		return d
	}
	ctx := context.Background()

	whole := open()
	w, n, err := drafted(whole, orders())
	if err != nil || n != 3 || len(w.Records) != 3 {
		t.Fatalf("%d orders taken, %d records, %v", n, len(w.Records), err)
	}
	if len(w.Notes) != 2 || w.Notes[0].ID == w.Notes[1].ID {
		t.Fatalf("two texts, notes %d", len(w.Notes))
	}
	if _, err := whole.Ledger.Append(ctx, w); err != nil {
		t.Fatal(err)
	}

	single := open()
	var id int64
	for i, o := range orders() {
		o.Tenant, o.Referral, o.Key = "HF", id, "k"+string(rune('0'+i))
		out, err := single.Take(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		id = out.Referral
	}
	a, _, _ := whole.Ledger.Row(ctx, "HF", 1)
	b, _, _ := single.Ledger.Row(ctx, "HF", 1)
	if a.Status != b.Status || a.StartBy != b.StartBy || a.ApptFrom != b.ApptFrom || a.Seq != b.Seq || a.NextName != b.NextName || a.Waiting != b.Waiting {
		t.Fatalf("whole %+v\nsingle %+v", a, b)
	}
	da, _ := whole.Ledger.DutiesOf(ctx, "HF", 1)
	db, _ := single.Ledger.DutiesOf(ctx, "HF", 1)
	if len(da) != len(db) {
		t.Fatalf("duties %v and %v", da, db)
	}
	log, err := whole.Log(ctx, "HF", 1)
	if err != nil {
		t.Fatal(err)
	}
	state := referral.Fold(log)
	row, err := desk.Row(&state, whole.Settings, day.FromTime(now), whole.Org)
	if err != nil || !bytes.Equal(row.State, a.State) {
		t.Fatalf("the stored row is not the fold: %v\n%s\n%s", err, row.State, a.State)
	}
}

// A refusal says which order it was, and nothing is written.
func TestDraftRefused(t *testing.T) {
	ctx := context.Background()
	l, err := ledger.Memory(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	d := desk.New(l, clinic.Plain(), nil, law.Default())
	now := time.Date(2025, 11, 24, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name   string
		second desk.Order
		norm   string
	}{
		{"a right without a deadline", desk.Order{Known: now, At: referral.At{On: day.On(2025, 9, 8)}, Do: &referral.Assess{Outcome: law.Granted, Benefit: law.Yes, ReasonableCost: law.Yes}}, "G4.4-7"},
		{"in the future", desk.Order{Known: now, At: referral.At{On: day.On(2025, 11, 25)}, Do: &referral.Close{Reason: "2"}}, "R-1.36"},
	} {
		first := desk.Order{Tenant: "HF", Key: c.name, Known: now, At: referral.At{On: day.On(2025, 9, 1)}, Do: &referral.Receive{Place: "HF", Patient: "p"}}
		_, n, err := drafted(d, []desk.Order{first, c.second})
		var refusal *referral.Refusal
		if !errors.As(err, &refusal) || n != 1 {
			t.Fatalf("%s: %v after %d orders", c.name, err, n)
		}
		found := false
		for _, n := range refusal.Objections.Norms() {
			found = found || n == c.norm
		}
		if !found {
			t.Errorf("%s: refused by %v, want %s", c.name, refusal.Objections.Norms(), c.norm)
		}
	}
	if tenants, _ := l.Tenants(ctx); len(tenants) != 0 {
		t.Errorf("something was written: %v", tenants)
	}
}
