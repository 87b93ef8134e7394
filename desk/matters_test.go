package desk

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"rettid/day"
	"rettid/exception"
	"rettid/law"
	"rettid/ledger"
)

func matterOrder(tenant string, id int64, on day.Day, do exception.Command) MatterOrder {
	return MatterOrder{Tenant: tenant, Matter: id, At: exception.At{On: on, Actor: "u1"}, Known: noon(on), Do: do}
}

func mustMatter(t *testing.T, d *Desk, o MatterOrder) MatterOutcome {
	t.Helper()
	out, err := d.TakeMatter(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func answered(met ...law.Criterion) []exception.Answered {
	var out []exception.Answered
	for _, c := range met {
		out = append(out, exception.Answered{Criterion: c, Met: law.Yes, Why: exception.Say("because of the case")})
	}
	return out
}

// TestAnApplicationFromReferralToFollowUp: one application with everything around it, in the same ledger as its referral; then the whole ledger is sound.
func TestAnApplicationFromReferralToFollowUp(t *testing.T) {
	onBoth(t, func(t *testing.T, d *Desk) {
		ctx := t.Context()
		on := day.On(2025, 9, 1)
		ref := receive(t, d, on)
		n := exception.National
		mustMatter(t, d, matterOrder(n, 0, on.Add(-30), &exception.RegisterMethod{ID: "ID2024_001", Title: "Fabelmab", State: law.Assessing, Body: "Bestillerforum"}))
		mustMatter(t, d, matterOrder(n, 1, on.Add(-3), &exception.RegisterMethod{State: law.NotIntroduced, Body: "Beslutningsforum"}))

		indication := "C50"
		apply := func(on day.Day) MatterOutcome {
			return mustMatter(t, d, matterOrder("HF", 0, on, &exception.Apply{Method: "ID2024_001", MethodSaid: "pending", Patient: "P1", Born: day.On(1968, 3, 12), Municipality: "0301", Place: "HF", Referral: ref,
				Form: exception.Form{Indication: indication}, Reason: exception.Say("nothing else has helped")}))
		}
		a := apply(on)
		if a.State.Route != law.RouteAccess || a.State.MethodState != law.NotIntroduced || a.State.Region != "sor-ost" {
			t.Fatalf("the register says no, and the application goes by %q in state %q from %q", a.State.Route, a.State.MethodState, a.State.Region)
		}
		// The referral shows it, and no list of referrals does.
		rows, err := d.MattersOf(ctx, "HF", ref)
		if err != nil || len(rows) != 1 || rows[0].Matter != a.Matter {
			t.Errorf("the referral leads to %v (%v)", rows, err)
		}
		if _, total, err := d.Ledger.List(ctx, ledger.Query{Tenant: "HF", Today: on}); err != nil || total != 1 {
			t.Errorf("%d referrals (%v)", total, err)
		}
		if _, err := d.Peek(ctx, "HF", a.Matter, View{}); err == nil {
			t.Error("an application is opened as a referral")
		}
		if _, err := d.PeekMatter(ctx, "HF", ref, View{}); !errors.Is(err, ErrMissing) {
			t.Errorf("a referral is opened as a matter: %v", err)
		}
		// No consent: it can't leave the trust, and that leaves no trace but the refusal.
		_, err = d.TakeMatter(ctx, matterOrder("HF", a.Matter, on.Add(1), &exception.Forward{}))
		var refusal *exception.Refusal
		if !errors.As(err, &refusal) || refusal.Objections.Norms()[0] != "X-332" {
			t.Errorf("forwarded without consent: %v", err)
		}
		mustMatter(t, d, matterOrder("HF", a.Matter, on.Add(1), &exception.Consent{}))
		mustMatter(t, d, matterOrder("HF", a.Matter, on.Add(2), &exception.Forward{Note: exception.Say("severe, and a clear benefit is expected")}))
		o := matterOrder("HF", a.Matter, on.Add(9), &exception.DecideException{Outcome: law.ExGranted, Individual: law.Yes, Criteria: answered(law.Criteria...), Stop: []exception.Text{exception.Say("it grows")}, Evaluate: on.Add(60), Summary: exception.Say("clear benefit for this patient")})
		o.Key = "once"
		mustMatter(t, d, o)
		if again := mustMatter(t, d, o); !again.Replayed {
			t.Error("decided twice under one key")
		}
		stale := matterOrder("HF", a.Matter, on.Add(9), &exception.SendCopy{})
		stale.Seen = 2
		if _, err := d.TakeMatter(ctx, stale); !errors.Is(err, ErrMoved) {
			t.Errorf("a step on what was seen before: %v", err)
		}
		mustMatter(t, d, matterOrder("HF", a.Matter, on.Add(10), &exception.Inform{Letter: exception.LetterGranted, Patient: true, Referrer: true}))
		mustMatter(t, d, matterOrder("HF", a.Matter, on.Add(10), &exception.SendCopy{}))
		mustMatter(t, d, matterOrder("HF", a.Matter, on.Add(14), &exception.Start{}))
		owed, err := d.Ledger.MatterDuties(ctx, "HF", a.Matter)
		if err != nil || len(owed) != 1 || owed[0].Name != "evaluate" {
			t.Errorf("owed after the start: %v (%v)", owed, err)
		}
		pending, err := d.Ledger.Pending(ctx, "HF", 10)
		if err != nil || len(pending) == 0 || strings.Contains(string(pending[len(pending)-1].Body), "P1") {
			t.Errorf("the copy: %v (%v)", pending, err)
		}

		// A like case with another answer is warned of, until the departure is explained.
		indication = "C50.4" // told more finely, and the same indication all the same
		b := apply(on.Add(20))
		no := &exception.DecideException{Outcome: law.ExRefused, Individual: law.Yes, Criteria: answered(law.Criteria...)}
		out := mustMatter(t, d, matterOrder("HF", b.Matter, on.Add(25), no))
		if len(out.Warned) == 0 || out.Warned.Norms()[0] != "U4-1" {
			t.Errorf("a departure goes without a word: %v", out.Warned.Norms())
		}
		found, total, err := d.Precedents(ctx, PrecedentQuery{Method: "ID2024_001", Words: []string{"Differs"}, Limit: 10})
		if err != nil || total != 2 || found[0].Outcome != law.ExRefused || found[1].Summary.Note == "" || found[0].Region != "" {
			t.Errorf("precedents: %+v of %d (%v)", found, total, err)
		}

		// Three in a year prompt a group exception; a review counts them nationally; the next is due three months later.
		apply(on.Add(30))
		if p, err := d.GroupPrompt(ctx, "ID2024_001", "C50.9", on.Add(31)); err != nil || !p.Value {
			t.Errorf("three like applications prompt nothing (%v)", err)
		}
		r := mustMatter(t, d, matterOrder(n, 0, on.Add(40), &exception.ReviewPractice{Name: "V1", From: on, To: on.Add(35)}))
		if got := r.State.Review.Counts["region"]["sor-ost"]; got.Applied != 3 || got.Granted != 1 || got.Refused != 1 || got.Waiting != 1 {
			t.Errorf("the review counts %+v", got)
		}
		if due, err := d.ReviewDue(ctx, n); err != nil || due.Value != on.Add(40).AddMonths(3) {
			t.Errorf("the next review is due %s (%v)", due.Value, err)
		}

		// The look at a patient's application is written down.
		if _, err := d.OpenMatter(ctx, "HF", a.Matter, View{}, ledger.Access{Actor: "u2", Role: "hf_director", Purpose: "decide"}); err != nil {
			t.Error(err)
		}
		if looks, err := d.Ledger.Accesses(ctx, "HF", "P1", 10, 0); err != nil || len(looks) != 1 || looks[0].Referral != a.Matter {
			t.Errorf("looks: %v (%v)", looks, err)
		}
		// A correction; and then everything is as the log says.
		mustMatter(t, d, matterOrder("HF", b.Matter, on.Add(41), &exception.Correct{Seq: 2, With: &exception.DecideException{Outcome: law.ExRefused, Individual: law.Yes, Criteria: answered(law.Criteria...), Departs: exception.Say("another stage")}, Reason: exception.Say("left out")}))
		v, err := d.Verify(ctx, on.Add(60), nil)
		if err != nil || !v.Sound() || v.Matters != 5 || v.Referrals != 1 {
			t.Errorf("verified: %+v (%v)", v, err)
		}
	})
}

// TestVerifySeesMatters: a row or a duty that is not what the log gives is found.
func TestVerifySeesMatters(t *testing.T) {
	onBoth(t, func(t *testing.T, d *Desk) {
		on := day.On(2025, 9, 1)
		out := mustMatter(t, d, matterOrder("HF", 0, on, &exception.Apply{Method: "ID2024_001", Patient: "P1", Place: "HF"}))
		row, _, err := d.Ledger.MatterRow(t.Context(), "HF", out.Matter)
		if err != nil {
			t.Fatal(err)
		}
		row.Outcome = "granted"
		e := ledger.Record{Kind: "exception/consent", On: on, Known: on, At: noon(on).UnixMicro(), Body: []byte(`{"do":"consent","ask":{},"on":"2025-09-01"}`)}
		if _, err := d.Ledger.Append(t.Context(), ledger.Write{Tenant: "HF", Referral: out.Matter, Expect: 1, Key: "forged", Matter: &row, Records: []ledger.Record{e}}); err != nil {
			t.Fatal(err)
		}
		v, err := d.Verify(t.Context(), on, nil)
		if err != nil || v.Counts.Row != 1 || v.Counts.Duty != 1 {
			t.Errorf("a forged row: %+v (%v)", v, err)
		}
	})
}

// TestTwoDecideAtOnce: of eight who decide one application at once, one does.
func TestTwoDecideAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, d *Desk) {
		on := day.On(2025, 9, 1)
		id := mustMatter(t, d, matterOrder("HF", 0, on, &exception.Apply{Method: "ID2024_001", Patient: "P1", Place: "HF"})).Matter
		var wg sync.WaitGroup
		var mu sync.Mutex
		won := 0
		for range 8 {
			wg.Go(func() {
				_, err := d.TakeMatter(context.Background(), matterOrder("HF", id, on.Add(1), &exception.DecideException{Outcome: law.ExGranted, Individual: law.Yes}))
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					won++
				}
			})
		}
		wg.Wait()
		if won != 1 {
			t.Errorf("%d decisions were taken", won)
		}
	})
}
