package desk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"rettid/clinic"
	"rettid/day"
	"rettid/guide"
	"rettid/internal/testpg"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
)

// onBoth runs a test on SQLite in memory and on PostgreSQL.
func onBoth(t *testing.T, test func(t *testing.T, d *Desk)) {
	open := func(t *testing.T, l *ledger.Ledger, err error) *Desk {
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		d := New(l, clinic.Plain(), guide.Embedded(), law.Default())
		d.Now = func() time.Time { return noon(day.On(2025, 12, 1)) }
		return d
	}
	t.Run("sqlite", func(t *testing.T) {
		l, err := ledger.Memory(t.Context())
		test(t, open(t, l, err))
	})
	t.Run("postgres", func(t *testing.T) {
		l, err := ledger.Open(t.Context(), testpg.URL(t))
		test(t, open(t, l, err))
	})
}

func noon(d day.Day) time.Time { return day.Moment{Day: d, Minute: 12 * 60}.Time() }

// order makes an order recorded on the day it happened.
func order(id int64, on day.Day, do referral.Command) Order {
	return Order{Tenant: "HF", Referral: id, At: referral.At{On: on}, Known: noon(on), Do: do}
}

func receive(t *testing.T, d *Desk, on day.Day) int64 {
	t.Helper()
	out, err := d.Take(t.Context(), order(0, on, &referral.Receive{Place: "HF", Patient: "P1", Born: day.On(1968, 3, 12), Municipality: "0301", Specialty: "orthopaedics", From: referral.From{Role: "gp"}}))
	if err != nil {
		t.Fatal(err)
	}
	return out.Referral
}

func grant(deadline day.Day) *referral.Assess {
	return &referral.Assess{Outcome: law.Granted, Benefit: law.Yes, ReasonableCost: law.Yes, Deadline: deadline}
}

func must(t *testing.T, d *Desk, o Order) Outcome {
	t.Helper()
	out, err := d.Take(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRefusalLeavesNoTraceButTheAuditLog(t *testing.T) {
	onBoth(t, func(t *testing.T, d *Desk) {
		id := receive(t, d, day.On(2025, 9, 1))
		before, _, err := d.Ledger.Row(t.Context(), "HF", id)
		if err != nil {
			t.Fatal(err)
		}
		_, err = d.Take(t.Context(), order(id, day.On(2025, 9, 8), &referral.Assess{Outcome: law.Granted, Benefit: law.No, ReasonableCost: law.Yes, Deadline: day.On(2025, 12, 15)}))
		var refusal *referral.Refusal
		if !errors.As(err, &refusal) || refusal.Objections.Norms()[0] != "G4.3-2" {
			t.Fatalf("got %v, want a refusal naming G4.3-2", err)
		}
		after, _, err := d.Ledger.Row(t.Context(), "HF", id)
		if err != nil || fmt.Sprint(before) != fmt.Sprint(after) {
			t.Errorf("the row changed: %v", err)
		}
		refusals, err := d.Ledger.Refusals(t.Context(), "HF", id, 10, 0)
		if err != nil || len(refusals) != 1 || refusals[0].Command != "assess" {
			t.Errorf("audit log: %v, %v", refusals, err)
		}
	})
}

func TestRetryIsTheSameDecision(t *testing.T) {
	onBoth(t, func(t *testing.T, d *Desk) {
		o := order(0, day.On(2025, 9, 1), &referral.Receive{Place: "HF", Patient: "P1", Specialty: "orthopaedics"})
		o.Key = "reception-1"
		first := must(t, d, o)
		again := must(t, d, o)
		if !again.Replayed || again.Referral != first.Referral {
			t.Errorf("a retried reception made referral %d beside %d", again.Referral, first.Referral)
		}
		a := order(first.Referral, day.On(2025, 9, 8), grant(day.On(2025, 12, 15)))
		a.Key = "assessment-1"
		must(t, d, a)
		if out := must(t, d, a); !out.Replayed || out.Seq != 2 {
			t.Errorf("a retried assessment: %+v", out)
		}
	})
}

func TestTwoDecisionsNeverBothWin(t *testing.T) {
	onBoth(t, func(t *testing.T, d *Desk) {
		id := receive(t, d, day.On(2025, 9, 1))
		var wg sync.WaitGroup
		var mu sync.Mutex
		won := 0
		for i := range 8 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				_, err := d.Take(context.Background(), order(id, day.On(2025, 9, 8), grant(day.On(2025, 12, 1+i))))
				var refusal *referral.Refusal
				switch {
				case err == nil:
					mu.Lock()
					won++
					mu.Unlock()
				case !errors.As(err, &refusal):
					t.Errorf("neither won nor refused: %v", err)
				}
			}()
		}
		wg.Wait()
		if won != 1 {
			t.Errorf("%d decisions won", won)
		}
	})
}

func TestWordsStayOutOfTheLog(t *testing.T) {
	onBoth(t, func(t *testing.T, d *Desk) {
		out := must(t, d, Order{Tenant: "HF", At: referral.At{On: day.On(2025, 9, 1)}, Known: noon(day.On(2025, 9, 1)),
			Do: &referral.Receive{Place: "HF", Patient: "P1", Specialty: "neurology", Text: referral.Say("smerter i kne etter fall")}})
		recs, err := d.Ledger.Records(t.Context(), "HF", out.Referral)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(recs[0].Body, []byte("smerter")) {
			t.Error("the referral's text is in the log")
		}
		c, err := d.Peek(t.Context(), "HF", out.Referral, View{})
		if err != nil {
			t.Fatal(err)
		}
		words, ok, err := d.Ledger.Note(t.Context(), "HF", c.State.Text.Note)
		if err != nil || !ok || words != "smerter i kne etter fall" {
			t.Errorf("note: %q %v %v", words, ok, err)
		}
	})
}

func TestAsOfAndAsKnownOn(t *testing.T) {
	onBoth(t, func(t *testing.T, d *Desk) {
		id := receive(t, d, day.On(2025, 9, 8))
		must(t, d, order(id, day.On(2025, 9, 15), grant(day.On(2025, 12, 15))))
		// On the 20th it is found that the referral was stamped on the 3rd.
		c := order(id, day.On(2025, 9, 20), &referral.Correct{Seq: 1, On: day.On(2025, 9, 3), With: &referral.Receive{Place: "HF", Patient: "P1", Specialty: "orthopaedics"}, Reason: referral.Say("stemplet den 3.")})
		must(t, d, c)

		now, err := d.Peek(t.Context(), "HF", id, View{})
		if err != nil {
			t.Fatal(err)
		}
		if now.State.Seniority != day.On(2025, 9, 3) || now.State.AssessBy != day.On(2025, 9, 17) || now.State.StartBy != day.On(2025, 12, 15) {
			t.Errorf("now: %v %v %v", now.State.Seniority, now.State.AssessBy, now.State.StartBy)
		}
		then, err := d.Peek(t.Context(), "HF", id, View{KnownOn: day.On(2025, 9, 16)})
		if err != nil {
			t.Fatal(err)
		}
		if then.State.Seniority != day.On(2025, 9, 8) || then.State.AssessBy != day.On(2025, 9, 22) {
			t.Errorf("as known on the 16th: %v %v", then.State.Seniority, then.State.AssessBy)
		}
		asOf, err := d.Peek(t.Context(), "HF", id, View{AsOf: day.On(2025, 9, 5)})
		if err != nil {
			t.Fatal(err)
		}
		if asOf.State.Seniority != day.On(2025, 9, 3) || asOf.State.Right != law.Pending {
			t.Errorf("as of the 5th, as known today: %v %v", asOf.State.Seniority, asOf.State.Right)
		}
	})
}

func TestVerifyIsSoundAndFindsWhatIsNot(t *testing.T) {
	onBoth(t, func(t *testing.T, d *Desk) {
		id := receive(t, d, day.On(2025, 9, 1))
		must(t, d, order(id, day.On(2025, 9, 8), grant(day.On(2025, 12, 15))))
		must(t, d, order(id, day.On(2025, 9, 9), &referral.Book{Start: day.Moment{Day: day.On(2025, 12, 22), Minute: 540}}))
		other := receive(t, d, day.On(2025, 9, 2))
		must(t, d, order(other, day.On(2025, 9, 8), &referral.Assess{Outcome: law.NotGranted, Benefit: law.No}))
		must(t, d, order(id, day.On(2025, 9, 20), &referral.Correct{Seq: 1, On: day.On(2025, 8, 29), With: &referral.Receive{Place: "HF", Patient: "P1", Specialty: "orthopaedics"}}))

		v, err := d.Verify(t.Context(), day.On(2025, 12, 1), nil)
		if err != nil {
			t.Fatal(err)
		}
		if !v.Sound() || v.Referrals != 2 || v.Entries != 6 || v.Open != 1 {
			t.Fatalf("a sound ledger: %+v", v)
		}
		// Another reading of the law shows its cases: the same log under a setting that counts the day of reception.
		d.Settings.ReceiptDayCounts = true
		v, err = d.Verify(t.Context(), day.On(2025, 12, 1), nil)
		if err != nil {
			t.Fatal(err)
		}
		if v.Sound() || v.Counts.Finding == 0 {
			t.Errorf("a mended reading shows no differences: %+v", v.Counts)
		}
		d.Settings.ReceiptDayCounts = false
		// A row that is not its fold is found.
		w, _, err := d.Prepare(t.Context(), order(id, day.On(2025, 11, 1), &referral.ReceiveInformation{From: "patient"}), mustLog(t, d, id))
		if err != nil {
			t.Fatal(err)
		}
		w.Key, w.Row.StartBy = "k", day.On(2026, 6, 1)
		if _, err := d.Ledger.Append(t.Context(), w); err != nil {
			t.Fatal(err)
		}
		v, err = d.Verify(t.Context(), day.On(2025, 12, 1), nil)
		if err != nil {
			t.Fatal(err)
		}
		if v.Counts.Row != 1 {
			t.Errorf("a false row was not found: %+v", v.Counts)
		}
	})
}

func mustLog(t *testing.T, d *Desk, id int64) []referral.Entry {
	t.Helper()
	log, err := d.Log(t.Context(), "HF", id)
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func TestClockSetBackIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, d *Desk) {
		id := receive(t, d, day.On(2025, 9, 10))
		o := order(id, day.On(2025, 9, 3), grant(day.On(2025, 12, 15)))
		if _, err := d.Take(t.Context(), o); err == nil {
			t.Error("an entry recorded a week before the one before it was taken")
		}
		o = order(id, day.On(2025, 9, 20), grant(day.On(2025, 12, 15)))
		o.Known = noon(day.On(2025, 9, 11))
		var refusal *referral.Refusal
		if _, err := d.Take(t.Context(), o); !errors.As(err, &refusal) {
			t.Errorf("a step in the future: %v", err)
		}
	})
}

// One who decides on what was seen is told when there is more to see; a retry of what was done is no such decision.
func TestSeen(t *testing.T) {
	onBoth(t, func(t *testing.T, d *Desk) {
		on := day.On(2025, 9, 1)
		id := receive(t, d, on)
		ask := order(id, on, &referral.RequestInformation{From: "referrer"})
		ask.Key, ask.Seen = "first", 1
		if out := must(t, d, ask); out.Seq != 2 {
			t.Fatalf("seq %d, want 2", out.Seq)
		}
		if out := must(t, d, ask); !out.Replayed {
			t.Error("the same order again was not known again")
		}
		late := order(id, on, &referral.RequestInformation{From: "patient"})
		late.Seen = 1
		if _, err := d.Take(t.Context(), late); !errors.Is(err, ErrMoved) {
			t.Errorf("decided on what had moved on: %v", err)
		}
		late.Seen = 2
		if out := must(t, d, late); out.Seq != 3 {
			t.Errorf("seq %d, want 3", out.Seq)
		}
	})
}
