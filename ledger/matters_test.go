package ledger

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rettid/day"
)

// applied is a Write that makes a new matter.
func applied(tenant, key string) Write {
	return Write{Tenant: tenant, Key: key, Records: []Record{fact("exception/apply_exception", `{"method":"ID2024_001"}`)},
		Matter: &Matter{Process: "exception", Kind: "single", Status: "received", Route: "access", Method: "ID2024_001", Diagnosis: "C50", Place: "fjordvik", Region: "vest",
			Patient: "p-" + key, Received: may, Open: true, Flags: "urgent no_hta", Words: "brystkreft tidlig 50%", NextName: "assess_individually", NextDue: may.Add(14),
			NextRole: "management", State: []byte(`{"status":"received"}`)},
		Duties: []Duty{{Name: "assess_individually", Due: may.Add(14), Role: "management", Place: "fjordvik"}}}
}

func TestMattersStandBesideReferrals(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		ctx := t.Context()
		mustAppend(t, l, received("hf", "r1"))
		got := mustAppend(t, l, applied("hf", "x1"))
		if got.Referral != 2 || got.Pos != 2 {
			t.Fatalf("a matter takes number %d and place %d, not those after the referral's", got.Referral, got.Pos)
		}
		mustAppend(t, l, received("hf", "r2"))

		row, ok, err := l.MatterRow(ctx, "hf", 2)
		want := *applied("hf", "x1").Matter
		want.Tenant, want.Matter, want.Seq = "hf", 2, 1
		if d := cmp.Diff(want, row, cmp.AllowUnexported(day.Day{})); d != "" || !ok || err != nil {
			t.Error(ok, err, d)
		}
		// No list, count or worklist of referrals sees it.
		rows, total, err := l.List(ctx, Query{Tenant: "hf", Limit: 10})
		if err != nil || total != 2 || len(rows) != 2 {
			t.Errorf("%d referrals on the list, %d in all (%v)", len(rows), total, err)
		}
		duties, n, err := l.Duties(ctx, DutyQuery{Tenant: "hf", Today: may, Limit: 10})
		if err != nil || n != 2 || len(duties) != 2 {
			t.Errorf("%d duties of referrals (%v)", n, err)
		}
		seen := 0
		if err := l.EachReferral(ctx, "hf", func(id int64, recs []Record) error {
			seen++
			if id == 2 {
				t.Error("the matter's log is read as a referral's")
			}
			return nil
		}); err != nil || seen != 2 {
			t.Error(seen, err)
		}
		if err := l.EachMatter(ctx, "hf", "exception", func(id int64, recs []Record) error {
			if id != 2 || len(recs) != 1 {
				t.Errorf("matter %d with %d records", id, len(recs))
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
		// The chain holds all of them.
		if n, _, err := l.VerifyChain(ctx, "hf"); n != 3 || err != nil {
			t.Error(n, err)
		}

		// The next step replaces row and duties; one that comes too late, or again, writes nothing.
		next := applied("hf", "x2")
		next.Referral, next.Expect, next.Duties = 2, 1, nil
		next.Matter.Status, next.Matter.Open, next.Matter.Decided = "decided", false, may.Add(3)
		next.Records = []Record{fact("exception/decide_exception", `{}`)}
		if r := mustAppend(t, l, next); r.Seq != 2 {
			t.Error(r)
		}
		late := applied("hf", "x3")
		late.Referral, late.Expect = 2, 1
		if _, err := l.Append(ctx, late); !errors.Is(err, ErrConflict) {
			t.Errorf("a step on what was read before: %v", err)
		}
		if r := mustAppend(t, l, next); !r.Replayed {
			t.Error("the same command is written twice")
		}
		if owed, err := l.MatterDuties(ctx, "hf", 2); err != nil || len(owed) != 0 {
			t.Error(owed, err)
		}
		// A matter's command on a referral's number writes nothing, nor the other way about.
		wrong := applied("hf", "x4")
		wrong.Referral, wrong.Expect = 1, 1
		if _, err := l.Append(ctx, wrong); !errors.Is(err, ErrConflict) {
			t.Errorf("a matter's step on a referral: %v", err)
		}
		mixed := received("hf", "x5")
		mixed.Records = []Record{fact("exception/decide_exception", "{}")}
		if _, err := l.Append(ctx, mixed); err == nil {
			t.Error("a matter's record stands in a referral's log")
		}
	})
}

func TestMatterLists(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		ctx := t.Context()
		for i := range 5 {
			w := applied("hf", fmt.Sprintf("x%d", i))
			w.Matter.Received = may.Add(i)
			w.Matter.NextDue = day.Day{}
			if i > 1 {
				w.Matter.NextDue = may.Add(20 - i)
			}
			if i == 3 {
				w.Matter.Kind, w.Matter.Flags, w.Matter.Words, w.Matter.Meeting = "group", "", "prosent 50 lunge", 9
			}
			mustAppend(t, l, w)
		}
		mustAppend(t, l, applied("other", "y"))
		for _, x := range []struct {
			q    MatterQuery
			want string
		}{
			{MatterQuery{Tenants: []string{"hf"}, Sort: "-received"}, "[5 4 3 2 1]"},
			{MatterQuery{Tenants: []string{"hf"}, Sort: "next"}, "[5 4 3 1 2]"},
			{MatterQuery{Tenants: []string{"hf", "other"}, Kinds: []string{"single"}}, "[1 1 2 3 5]"},
			{MatterQuery{Tenants: []string{"hf"}, Flag: "no_hta"}, "[1 2 3 5]"},
			{MatterQuery{Tenants: []string{"hf"}, Flag: "hta"}, "[]"},
			{MatterQuery{Tenants: []string{"hf"}, Words: []string{"50%"}}, "[1 2 3 5]"},
			{MatterQuery{Tenants: []string{"hf"}, Words: []string{"prosent", "lunge"}}, "[4]"},
			{MatterQuery{Tenants: []string{"hf"}, Meeting: 9}, "[4]"},
			{MatterQuery{Tenants: []string{"hf"}, ReceivedFrom: may.Add(1), ReceivedTo: may.Add(2)}, "[2 3]"},
			{MatterQuery{Tenants: []string{"hf"}, NextTo: may.Add(17)}, "[4 5]"},
			{MatterQuery{Tenants: []string{"hf"}, Decided: true}, "[]"},
		} {
			x.q.Process, x.q.Limit = "exception", 10
			rows, total, err := l.Matters(ctx, x.q)
			ids := []int64{}
			for _, r := range rows {
				ids = append(ids, r.Matter)
			}
			if got := fmt.Sprint(ids); got != x.want || total != len(rows) || err != nil {
				t.Errorf("%+v: %s of %d, want %s (%v)", x.q, got, total, x.want, err)
			}
		}
		owed, total, err := l.OwedOnMatters(ctx, MatterDutyQuery{Tenants: []string{"hf"}, Process: "exception", Roles: []string{"management"}, Today: may, DueTo: may.Add(30), Limit: 2, Offset: 1})
		if err != nil || total != 5 || len(owed) != 2 || owed[0].Row.Matter != 2 {
			t.Errorf("%d of %d duties (%v)", len(owed), total, err)
		}
		if _, _, err := l.Matters(ctx, MatterQuery{Tenants: []string{"hf"}, Sort: "shoe size"}); err == nil {
			t.Error("an order there is none of is taken")
		}
	})
}

// Many at once on one matter: each step is taken once, and the chain holds.
func TestMattersTakeTurns(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		ctx := t.Context()
		id := mustAppend(t, l, applied("hf", "first")).Referral
		var wg sync.WaitGroup
		for c := range 4 {
			wg.Go(func() {
				for i := range 10 {
					for {
						row, _, err := l.MatterRow(ctx, "hf", id)
						if err != nil {
							t.Error(err)
							return
						}
						w := applied("hf", fmt.Sprintf("%d-%d", c, i))
						w.Referral, w.Expect = id, row.Seq
						if _, err = l.Append(ctx, w); err == nil {
							break
						}
						if !errors.Is(err, ErrConflict) {
							t.Error(err)
							return
						}
					}
				}
			})
		}
		wg.Wait()
		recs, err := l.Records(ctx, "hf", id)
		if err != nil || len(recs) != 41 {
			t.Errorf("%d records (%v)", len(recs), err)
		}
		if n, _, err := l.VerifyChain(ctx, "hf"); n != 41 || err != nil {
			t.Error(n, err)
		}
	})
}

// Several written as a whole stand or fall together: a stale one, a faulty one or a break in the database in their midst leaves nothing of them, and what was written once is not written again.
func TestAppendWhole(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		ctx := t.Context()
		first := mustAppend(t, l, applied("hf", "x0"))
		named := func(names ...string) []Write {
			var out []Write
			for _, n := range names {
				w := applied("hf", n)
				w.Matter.Name, w.Records = n, append(w.Records, fact("exception/endorse", "{}"))
				out = append(out, w)
			}
			return out
		}
		none := func(what string, writes []Write, is func(error) bool) {
			t.Helper()
			if got, err := l.AppendWhole(ctx, writes); err == nil || !is(err) || got != nil {
				t.Errorf("%s: %v, %v", what, got, err)
			}
			if rows, _, err := l.Matters(ctx, MatterQuery{Tenants: []string{"hf"}, Process: "exception", Limit: 100}); err != nil || len(rows) != 1 {
				t.Errorf("%s: %d matters are there, %v", what, len(rows), err)
			}
			if n, _, err := l.VerifyChain(ctx, "hf"); err != nil || n != 1 {
				t.Errorf("%s: the chain has %d, %v", what, n, err)
			}
		}
		stale := named("a", "b", "c")
		stale[1].Referral, stale[1].Expect = first.Referral, 7
		none("one comes too late", stale, func(err error) bool { return errors.Is(err, ErrConflict) })
		faulty := named("a", "b", "c")
		faulty[2].Matter.Status = "\x00"
		none("one can't be stored", faulty, func(err error) bool { return strings.Contains(err.Error(), "zero bytes") })
		twice := named("a", "b")
		twice[0].Referral, twice[0].Expect, twice[1].Referral, twice[1].Expect = first.Referral, 1, first.Referral, 1
		none("two of one matter", twice, func(err error) bool { return strings.Contains(err.Error(), "of its own") })

		if err := l.do(ctx, &step{sql: "CREATE UNIQUE INDEX test_fault ON matter (name)"}); err != nil {
			t.Fatal(err)
		}
		broken := named("a", "b", "b", "c")
		broken[2].Key = "b2"
		none("the database breaks in the middle", broken, func(err error) bool { return !errors.Is(err, ErrConflict) })

		whole := named("a", "b", "c")
		whole = append(whole, applied("hf", "x1"))
		whole[3].Referral, whole[3].Expect, whole[3].Matter.Name = first.Referral, 1, "x1"
		got, err := l.AppendWhole(ctx, whole)
		if err != nil || len(got) != 4 || got[0].Referral != 2 || got[2].Referral != 4 || got[2].Seq != 2 || got[3].Referral != first.Referral || got[3].Seq != 2 {
			t.Fatalf("written: %+v, %v", got, err)
		}
		if n, _, err := l.VerifyChain(ctx, "hf"); err != nil || n != 8 {
			t.Errorf("the chain has %d, %v", n, err)
		}
		again, err := l.AppendWhole(ctx, whole)
		if err != nil || len(again) != 4 || !again[0].Replayed || again[2].Referral != 4 {
			t.Errorf("sent again: %+v, %v", again, err)
		}
		if n, _, err := l.VerifyChain(ctx, "hf"); err != nil || n != 8 {
			t.Errorf("the chain has %d after it was sent again, %v", n, err)
		}
	})
}
