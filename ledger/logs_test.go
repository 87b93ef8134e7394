package ledger

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rettid/day"
)

var compareDays = cmp.AllowUnexported(day.Day{})

func TestLooksAndRefusals(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		ctx := t.Context()
		for at := range int64(5) {
			if err := l.Saw(ctx, Access{Tenant: "hf", Patient: "p1", Referral: 7, Actor: "u1", Role: "assessor", Place: "fjordvik",
				Purpose: "assess", At: at}); err != nil {
				t.Fatal(err)
			}
		}
		same := Access{Tenant: "hf", Patient: "p2", Actor: "u1", At: 9}
		for range 2 { // two looks in one microsecond are two
			if err := l.Saw(ctx, same); err != nil {
				t.Fatal(err)
			}
		}
		got, err := l.Accesses(ctx, "hf", "p1", 2, 1)
		if err != nil || len(got) != 2 || got[0].At != 3 || got[1].At != 2 || got[0].Purpose != "assess" || got[0].Referral != 7 {
			t.Errorf("%+v, %v", got, err)
		}
		if got, _ := l.Accesses(ctx, "hf", "p2", 10, 0); len(got) != 2 {
			t.Errorf("%d looks", len(got))
		}
		first := Refusal{Tenant: "hf", Referral: 1, Command: "assess", Norms: "G4.1-1 G8.1-1", Role: "assessor", Actor: "u1",
			Place: "fjordvik", At: 5, On: may}
		second := first
		second.Referral, second.At = 2, 6
		for _, f := range []Refusal{first, second} {
			if err := l.Refused(ctx, f); err != nil {
				t.Fatal(err)
			}
		}
		refusals, err := l.Refusals(ctx, "hf", 0, 10, 0)
		if d := cmp.Diff([]Refusal{second, first}, refusals, compareDays); d != "" || err != nil {
			t.Error(d, err)
		}
		refusals, err = l.Refusals(ctx, "hf", 1, 10, 0)
		if d := cmp.Diff([]Refusal{first}, refusals, compareDays); d != "" || err != nil {
			t.Error(d, err)
		}
	})
}

func TestOutbox(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		ctx := t.Context()
		w := received("hf", "a")
		w.Outgoing = append(w.Outgoing, Message{Kind: "letter", To: "patient"})
		mustAppend(t, l, w)
		mustAppend(t, l, received("hf", "b"))
		pending, err := l.Pending(ctx, "hf", 2)
		if err != nil || len(pending) != 2 || pending[0].N != 0 || pending[1].Kind != "letter" || pending[1].Seq != 1 {
			t.Fatalf("%+v, %v", pending, err)
		}
		if err := l.MarkSent(ctx, 50, pending...); err != nil {
			t.Fatal(err)
		}
		if err := l.MarkSent(ctx, 60, pending[0]); err != nil {
			t.Fatal(err)
		}
		if pending, _ := l.Pending(ctx, "hf", 10); len(pending) != 1 || pending[0].Referral != 2 {
			t.Errorf("%+v", pending)
		}
		if all, _ := l.MessagesOf(ctx, "hf", 1); len(all) != 2 || all[0].Sent != 50 {
			t.Errorf("%+v", all)
		}
		if err := l.MarkSent(ctx, 60); err != nil {
			t.Error(err)
		}
	})
}

func TestSettings(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		ctx := t.Context()
		for i, s := range []Setting{
			{Name: "calendar", Value: []byte("always")},
			{Name: "calendar", From: may, Value: []byte("from May")},
			{Name: "calendar", From: may, Value: []byte("from May, mended")},
			{Name: "letters", From: may.Add(10), Value: []byte("later")},
		} {
			s.Tenant, s.At, s.Actor = "hf", int64(i), "u1"
			if err := l.SetSetting(ctx, s); err != nil {
				t.Fatal(err)
			}
		}
		for on, want := range map[day.Day]string{may.Add(-1): "always", may: "from May, mended", may.Add(20): "from May, mended"} {
			got, err := l.Settings(ctx, "hf", on)
			if err != nil || string(got["calendar"].Value) != want {
				t.Errorf("on %v: %q, %v", on, got["calendar"].Value, err)
			}
			if _, ok := got["letters"]; ok != on.After(may.Add(9)) {
				t.Errorf("on %v: letters %v", on, ok)
			}
		}
		if all, err := l.AllSettings(ctx, "hf"); len(all) != 4 || err != nil {
			t.Error(len(all), err)
		}
	})
}

func TestStreams(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		ctx := t.Context()
		var writes []Write
		for i := range 40 {
			writes = append(writes, received("hf", fmt.Sprint("new", i)))
		}
		for i := range 40 {
			w := received("hf", fmt.Sprint("more", i))
			w.Referral, w.Expect = int64(i+1), 1
			writes = append(writes, w)
		}
		if _, errs := l.AppendAll(ctx, writes); errors.Join(errs...) != nil {
			t.Fatal(errs)
		}
		// fn may use the ledger, also to write.
		next := int64(1)
		err := l.EachReferral(ctx, "hf", func(id int64, recs []Record) error {
			if id != next || len(recs) != 2 || recs[0].Seq != 1 || recs[1].Seq != 2 {
				return fmt.Errorf("referral %d, %d records", id, len(recs))
			}
			next++
			if id == 3 {
				mustAppend(t, l, received("hf", "meanwhile"))
			}
			_, ok, err := l.Row(ctx, "hf", id)
			if !ok {
				return errors.New("no row")
			}
			return err
		})
		if err != nil || next != 41 {
			t.Errorf("%d referrals, %v", next-1, err)
		}
		pos := int64(75)
		err = l.EachRecord(ctx, "hf", pos, func(rec Record) error {
			if rec.Pos != pos {
				return fmt.Errorf("place %d, want %d", rec.Pos, pos)
			}
			pos++
			return nil
		})
		if err != nil || pos != 82 {
			t.Error(pos, err)
		}
		n := 0
		stop := errors.New("enough")
		if err := l.EachRow(ctx, "hf", func(r Row) error {
			if n++; n == 5 {
				return stop
			}
			return nil
		}); !errors.Is(err, stop) || n != 5 {
			t.Error(n, err)
		}
		n = 0
		if err := l.EachDuty(ctx, "hf", func(id int64, d Duty) error { n++; return nil }); n != 41 || err != nil {
			t.Error(n, err)
		}
	})
}

func TestCallerGoesAway(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := l.Append(ctx, received("hf", "gone")); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if pos, _, err := l.Head(t.Context(), "hf"); pos != 0 || err != nil {
			t.Error(pos, err)
		}
		if _, err := l.Records(ctx, "hf", 1); !errors.Is(err, context.Canceled) {
			t.Error("reading:", err)
		}
		mustAppend(t, l, received("hf", "here"))
	})
}

// Who goes away while much is read is read no more to, and the connection that read serves the next.
func TestCallerGoesAwayWhileReading(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		if l.store.alone() {
			return // one connection in memory reads what it began
		}
		for range 3 {
			ctx, cancel := context.WithCancel(t.Context())
			n := 0
			err := l.store.query(ctx, "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 100000000) SELECT i FROM c", nil, func(r *row) error {
				if n++; n == 100 {
					cancel()
				}
				return nil
			})
			if !errors.Is(err, context.Canceled) || n == 100_000_000 {
				t.Errorf("after %d rows: %v", n, err)
			}
			if _, _, err := l.Head(t.Context(), "hf"); err != nil {
				t.Error("the next:", err)
			}
		}
	})
}

func TestClosed(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		done := make(chan struct{})
		go func() {
			defer close(done)
			for i := 0; ; i++ {
				if _, err := l.Append(context.Background(), received("hf", fmt.Sprint(i))); err != nil {
					if !errors.Is(err, ErrClosed) {
						t.Error(err)
					}
					return
				}
			}
		}()
		time.Sleep(5 * time.Millisecond)
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		<-done
		if _, err := l.Records(context.Background(), "hf", 1); err == nil {
			t.Error("a closed ledger can be read")
		}
	})
}
