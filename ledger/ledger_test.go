package ledger

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rettid/day"
	"rettid/internal/testpg"
)

// onEach runs a test on every database: in memory, in a file, and on PostgreSQL where there is one.
func onEach(t *testing.T, test func(t *testing.T, l *Ledger)) {
	t.Helper()
	open := func(url func(t *testing.T) string) func(t *testing.T) {
		return func(t *testing.T) {
			l, err := Open(t.Context(), url(t))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := l.Close(); err != nil {
					t.Error(err)
				}
			})
			test(t, l)
		}
	}
	t.Run("memory", open(func(t *testing.T) string { return ":memory:" }))
	t.Run("file", open(func(t *testing.T) string { return filepath.Join(t.TempDir(), "rettid.db") }))
	t.Run("postgres", open(func(t *testing.T) string { return testpg.URL(t) }))
}

var may = day.On(2025, 5, 2)

// fact is a record as the desk would make it.
func fact(kind, body string) Record {
	return Record{Kind: kind, On: may, At: 1746180000000000, Known: may, Role: "assessor", Actor: "u1", Place: "fjordvik",
		Body: []byte(body)}
}

// received is a Write that makes a new referral.
func received(tenant, key string) Write {
	return Write{
		Tenant: tenant, Key: key,
		Records: []Record{fact("received", `{"from":"gp"}`)},
		Row: Row{Patient: "p-" + key, Provider: "fjordvik", Site: "s1", Unit: "ort", Specialty: "orthopaedics", Kind: "ordinary",
			Status: "received", ListProvider: "fjordvik", Seniority: may, Received: may, AssessBy: may.Add(14), ApptMinute: -1,
			Open: true, NextName: "assess", NextDue: may.Add(14), NextRole: "assessor", State: []byte(`{"status":"received"}`)},
		Duties:   []Duty{{Name: "assess", Due: may.Add(14), Role: "assessor", Place: "fjordvik", Unit: "ort"}},
		Outgoing: []Message{{Kind: "receipt", To: "gp-1", Body: []byte("<Msg/>")}},
	}
}

func mustAppend(t *testing.T, l *Ledger, w Write) Result {
	t.Helper()
	r, err := l.Append(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAppendAndReadBack(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		ctx := t.Context()
		w := received("hf", "k1")
		w.Notes = []Note{{ID: "n1", Text: "Kne låser seg æøå"}}
		w.Links = []Link{{Source: "fhir", External: "ServiceRequest/1"}}
		w.Person = &Person{ID: "p-k1", Ident: "01819012345", IdentKind: "fnr", LocalID: "L1", Given: "Kari", Family: "Oppdiktet",
			Sex: "female", Municipality: "4601", Language: "nb", Born: day.On(1990, 1, 1), Phone: "99999999", Address: "Fiktivveien 1",
			Postcode: "0001", City: "Oppdikt", More: []byte("{}")}
		got := mustAppend(t, l, w)
		if want := (Result{Referral: 1, Seq: 1, Pos: 1}); got != want {
			t.Fatalf("result %+v, want %+v", got, want)
		}

		recs, err := l.Records(ctx, "hf", 1)
		if err != nil || len(recs) != 1 {
			t.Fatalf("%d records, %v", len(recs), err)
		}
		want := w.Records[0]
		want.Tenant, want.Referral, want.Seq, want.Pos, want.Key = "hf", 1, 1, 1, "k1"
		want.Digest = want.digest([32]byte{})
		if d := cmp.Diff(want, recs[0], cmp.AllowUnexported(day.Day{})); d != "" {
			t.Error(d)
		}

		row, ok, err := l.Row(ctx, "hf", 1)
		wantRow := w.Row
		wantRow.Tenant, wantRow.Referral, wantRow.Seq = "hf", 1, 1
		if d := cmp.Diff(wantRow, row, cmp.AllowUnexported(day.Day{})); d != "" || !ok || err != nil {
			t.Error(ok, err, d)
		}

		person, ok, err := l.PersonByIdent(ctx, "hf", "fnr", "01819012345")
		wantPerson := *w.Person
		wantPerson.Tenant = "hf"
		if d := cmp.Diff(wantPerson, person, cmp.AllowUnexported(day.Day{})); d != "" || !ok || err != nil {
			t.Error(ok, err, d)
		}
		if p, ok, err := l.PersonByLocal(ctx, "hf", "L1"); !ok || err != nil || p.ID != "p-k1" {
			t.Error(p.ID, ok, err)
		}
		if _, ok, _ := l.PersonByLocal(ctx, "hf", ""); ok {
			t.Error("an empty local id found someone")
		}
		if _, ok, _ := l.Person(ctx, "other", "p-k1"); ok {
			t.Error("found in another tenant")
		}
		if words, ok, err := l.Note(ctx, "hf", "n1"); words != "Kne låser seg æøå" || !ok || err != nil {
			t.Error(words, ok, err)
		}
		if id, ok, err := l.Known(ctx, "hf", "fhir", "ServiceRequest/1"); id != 1 || !ok || err != nil {
			t.Error(id, ok, err)
		}
		if duties, err := l.DutiesOf(ctx, "hf", 1); len(duties) != 1 || duties[0] != w.Duties[0] || err != nil {
			t.Error(duties, err)
		}
		if out, err := l.Pending(ctx, "hf", 10); len(out) != 1 || string(out[0].Body) != "<Msg/>" || out[0].To != "gp-1" || err != nil {
			t.Error(out, err)
		}

		// The next append replaces the row and the duties, and adds to the log.
		next := Write{Tenant: "hf", Referral: 1, Expect: 1, Key: "k2", Row: w.Row,
			Records: []Record{fact("assessed", "{}"), fact("letter", "{}")}}
		next.Row.Status = "waiting"
		if got := mustAppend(t, l, next); got != (Result{Referral: 1, Seq: 3, Pos: 3}) {
			t.Fatalf("result %+v", got)
		}
		if row, _, _ := l.Row(ctx, "hf", 1); row.Status != "waiting" || row.Seq != 3 {
			t.Errorf("row %+v", row)
		}
		if duties, _ := l.DutiesOf(ctx, "hf", 1); len(duties) != 0 {
			t.Error(duties)
		}
		if n, _, err := l.VerifyChain(ctx, "hf"); n != 3 || err != nil {
			t.Error(n, err)
		}
		if tenants, err := l.Tenants(ctx); err != nil || !cmp.Equal(tenants, []string{"hf"}) {
			t.Error(tenants, err)
		}
	})
}

func TestRetryIsAnsweredWithTheFirst(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		w := received("hf", "k1")
		w.Records = append(w.Records, fact("registered", "{}"))
		first := mustAppend(t, l, w)
		mustAppend(t, l, received("hf", "k2"))
		again := mustAppend(t, l, w)
		if first.Replayed || !again.Replayed {
			t.Errorf("replayed: %v, then %v", first.Replayed, again.Replayed)
		}
		again.Replayed = false
		if again != first {
			t.Errorf("first %+v, again %+v", first, again)
		}
		if n, _, err := l.VerifyChain(t.Context(), "hf"); n != 3 || err != nil {
			t.Errorf("%d records, %v", n, err)
		}
		// The same key in another tenant is another command.
		if other := mustAppend(t, l, received("other", "k1")); other.Replayed || other.Referral != 1 {
			t.Errorf("%+v", other)
		}
	})
}

func TestOneOfManySimultaneousDecisionsWins(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		id := mustAppend(t, l, received("hf", "new")).Referral
		const rivals = 32
		var wg sync.WaitGroup
		won := make(chan string, rivals)
		for i := range rivals {
			wg.Go(func() {
				w := received("hf", fmt.Sprint("decision-", i))
				w.Referral, w.Expect = id, 1
				_, err := l.Append(context.Background(), w)
				switch {
				case err == nil:
					won <- w.Key
				case !errors.Is(err, ErrConflict):
					t.Error(err)
				}
			})
		}
		wg.Wait()
		close(won)
		if len(won) != 1 {
			t.Fatalf("%d won", len(won))
		}
		recs, err := l.Records(t.Context(), "hf", id)
		if err != nil || len(recs) != 2 || recs[1].Key != <-won {
			t.Errorf("%d records, %v", len(recs), err)
		}
	})
}

func TestConflictsLeaveTheRestOfAGroupAlone(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		linked := received("hf", "linked")
		linked.Links = []Link{{"fhir", "1"}}
		linked.Person = &Person{ID: "p1", Ident: "01819012345", IdentKind: "fnr"}
		mustAppend(t, l, linked)

		late := received("hf", "late")
		late.Referral, late.Expect = 1, 7
		none := received("hf", "none")
		none.Referral, none.Expect = 99, 1
		taken := received("hf", "taken")
		taken.Links = []Link{{"fhir", "1"}}
		double := received("hf", "double")
		double.Person = &Person{ID: "p2", Ident: "01819012345", IdentKind: "fnr"}
		bad := received("hf", "bad")
		bad.Row.Unit = "a\x00b"
		twin1, twin2 := received("hf", "twin1"), received("hf", "twin2")
		twin1.Links, twin2.Links = []Link{{"fhir", "2"}}, []Link{{"fhir", "2"}}
		onTop := received("hf", "on-top")
		onTop.Referral, onTop.Expect = 1, 1
		onTop.Links = []Link{{"fhir", "1"}} // its own
		onTop2 := received("hf", "on-top-2")
		onTop2.Referral, onTop2.Expect = 1, 2

		writes := []Write{received("hf", "a"), late, none, taken, double, bad, twin1, twin2, linked, onTop, onTop2, {Tenant: "hf"},
			received("hf", "a"), received("hf", "b"), received("hf", strings.Repeat("k", 3000))}
		results, errs := l.AppendAll(t.Context(), writes)

		var isLinked ErrLinked
		var isKnown ErrPersonKnown
		for i, want := range []func(error) bool{
			isNil, isConflict, isConflict,
			func(err error) bool { return errors.As(err, &isLinked) && isLinked.Referral == 1 },
			func(err error) bool { return errors.As(err, &isKnown) && isKnown.ID == "p1" },
			isOther, isNil,
			func(err error) bool { return errors.As(err, &isLinked) && isLinked.Referral == results[6].Referral },
			isNil, isNil, isNil, isOther, isNil, isNil, isOther,
		} {
			if !want(errs[i]) {
				t.Errorf("write %d: %v", i, errs[i])
			}
		}
		for i, r := range results {
			if replayed := i == 8 || i == 12; r.Replayed != replayed {
				t.Errorf("write %d: replayed %v", i, r.Replayed)
			}
		}
		if results[10].Seq != 3 {
			t.Errorf("two appends to one referral in a group: seq %d", results[10].Seq)
		}
		if n, _, err := l.VerifyChain(t.Context(), "hf"); n != 6 || err != nil {
			t.Errorf("%d records, %v", n, err)
		}
		if pending, _ := l.Pending(t.Context(), "hf", 100); len(pending) != 6 {
			t.Errorf("%d messages", len(pending))
		}
	})
}

func isNil(err error) bool      { return err == nil }
func isConflict(err error) bool { return errors.Is(err, ErrConflict) }
func isOther(err error) bool    { return err != nil && !isConflict(err) }
