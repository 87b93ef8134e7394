package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rettid/day"
	"rettid/internal/testpg"
)

// tamper runs SQL behind the ledger's back.
func tamper(t *testing.T, l *Ledger, sql string, args ...any) {
	t.Helper()
	if err := l.do(t.Context(), &step{sql: sql, args: args}); err != nil {
		t.Fatal(err)
	}
}

func TestChainFindsWhatHasBeenChanged(t *testing.T) {
	const referrals, each = 4, 3
	fill := func(t *testing.T, l *Ledger, tenant string) {
		for i := range referrals {
			last := mustAppend(t, l, received(tenant, fmt.Sprint("new", i)))
			for n := 1; n < each; n++ {
				w := received(tenant, fmt.Sprint("more", i, n))
				w.Referral, w.Expect = last.Referral, last.Seq
				last = mustAppend(t, l, w)
			}
		}
	}
	changes := []struct {
		name string
		sql  string
		args []any
		at   int64
		why  string
	}{
		{"one byte of a body", "UPDATE record SET body = $1 WHERE tenant = 'hf' AND pos = 5", []any{[]byte(`{"from":"gq"}`)}, 5, "changed"},
		{"a kind", "UPDATE record SET kind = 'closed' WHERE tenant = 'hf' AND pos = 12", nil, 12, "changed"},
		{"a day", "UPDATE record SET on_day = on_day + 1 WHERE tenant = 'hf' AND pos = 1", nil, 1, "changed"},
		{"an impossible day", "UPDATE record SET on_day = 999999999 WHERE tenant = 'hf' AND pos = 3", nil, 0, ""},
		{"who", "UPDATE record SET actor = 'u2' WHERE tenant = 'hf' AND pos = 7", nil, 7, "changed"},
		{"when", "UPDATE record SET at = at - 1 WHERE tenant = 'hf' AND pos = 7", nil, 7, "changed"},
		{"a key", "UPDATE record SET key = 'x' WHERE tenant = 'hf' AND pos = 7", nil, 7, "changed"},
		{"the referral it belongs to", "UPDATE record SET referral = 77 WHERE tenant = 'hf' AND pos = 7", nil, 7, "changed"},
		{"a digest", "UPDATE record SET digest = $1 WHERE tenant = 'hf' AND pos = 7", []any{make([]byte, 32)}, 7, "changed"},
		{"a deletion", "DELETE FROM record WHERE tenant = 'hf' AND pos = 6", nil, 6, "missing"},
		{"a deletion of the first", "DELETE FROM record WHERE tenant = 'hf' AND pos = 1", nil, 1, "missing"},
		{"a deletion of the last", "DELETE FROM record WHERE tenant = 'hf' AND pos = 12", nil, 12, "head"},
		{"a deletion of all", "DELETE FROM record WHERE tenant = 'hf'", nil, 1, "head"},
		{"a new order", "UPDATE record SET pos = CASE pos WHEN 5 THEN -6 ELSE -5 END WHERE tenant = 'hf' AND pos IN (5, 6);" +
			"UPDATE record SET pos = -pos WHERE tenant = 'hf' AND pos < 0", nil, 5, "changed"},
		{"a head moved back", "UPDATE tenant SET pos = 11 WHERE tenant = 'hf'", nil, 12, "head"},
	}
	onEach(t, func(t *testing.T, l *Ledger) {
		mustAppend(t, l, received("other", "untouched"))
		for i, c := range changes {
			t.Run(c.name, func(t *testing.T) {
				tenant := fmt.Sprint("hf", i)
				fill(t, l, tenant)
				if n, _, err := l.VerifyChain(t.Context(), tenant); n != referrals*each || err != nil {
					t.Fatalf("before: %d, %v", n, err)
				}
				for _, sql := range strings.Split(c.sql, ";") {
					tamper(t, l, strings.ReplaceAll(sql, "'hf'", "'"+tenant+"'"), c.args...)
				}
				n, _, err := l.VerifyChain(t.Context(), tenant)
				var broken ErrBroken
				if c.why == "" {
					if err == nil {
						t.Fatal("not found")
					}
					return
				}
				if !errors.As(err, &broken) || broken.Pos != c.at || broken.Why != c.why || n != c.at-1 {
					t.Errorf("%d hold, then %v; want a break at %d, %s", n, err, c.at, c.why)
				}
				if n, _, err := l.VerifyChain(t.Context(), "other"); n != 1 || err != nil {
					t.Errorf("the other tenant's chain: %d, %v", n, err)
				}
			})
		}
	})
}

// A chain that someone else has moved on, moved back or removed is noticed by a writer that remembers its end.
func TestWriterWithAnOldMemoryOfTheHead(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		mustAppend(t, l, received("hf", "a"))
		mustAppend(t, l, received("hf", "b"))

		// As another program would.
		l.heads["hf"] = head{pos: 1, referrals: 1}
		if r := mustAppend(t, l, received("hf", "c")); r.Pos != 3 || r.Referral != 3 {
			t.Errorf("moved on: %+v", r)
		}
		// As after falling over to a server that lacks the last appends.
		tamper(t, l, "DELETE FROM record WHERE tenant = 'hf' AND pos = 3")
		tamper(t, l, "DELETE FROM referral WHERE tenant = 'hf' AND referral = 3")
		tamper(t, l, "DELETE FROM outbox WHERE tenant = 'hf' AND referral = 3")
		tamper(t, l, "DELETE FROM duty WHERE tenant = 'hf' AND referral = 3")
		recs, err := l.Records(t.Context(), "hf", 2)
		if err != nil {
			t.Fatal(err)
		}
		tamper(t, l, "UPDATE tenant SET pos = 2, digest = $1, referrals = 2 WHERE tenant = 'hf'", recs[0].Digest[:])
		if r := mustAppend(t, l, received("hf", "d")); r.Pos != 3 || r.Referral != 3 {
			t.Errorf("moved back: %+v", r)
		}
		if n, _, err := l.VerifyChain(t.Context(), "hf"); n != 3 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		for _, table := range []string{"tenant", "record", "referral", "duty", "outbox"} {
			tamper(t, l, "DELETE FROM "+table)
		}
		if r := mustAppend(t, l, received("hf", "e")); r.Pos != 1 || r.Referral != 1 {
			t.Errorf("emptied: %+v", r)
		}
	})
}

// Two programs with the same database: every command of both is written once.
func TestTwoWriters(t *testing.T) {
	test := func(t *testing.T, url string) {
		a, err := Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		b, err := Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		const each = 60
		failed := make(chan error, 2)
		for i, l := range []*Ledger{a, b} {
			go func() {
				for n := range each {
					if _, err := l.Append(t.Context(), received([]string{"hf", "other"}[n%2], fmt.Sprint(i, "-", n))); err != nil {
						failed <- err
						return
					}
				}
				failed <- nil
			}()
		}
		for range 2 {
			if err := <-failed; err != nil {
				t.Fatal(err)
			}
		}
		for _, tenant := range []string{"hf", "other"} {
			if n, _, err := a.VerifyChain(t.Context(), tenant); n != each || err != nil {
				t.Errorf("%s: %d, %v", tenant, n, err)
			}
		}
	}
	t.Run("file", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "rettid.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, testpg.URL(t)) })
}

// No two records have the same bytes under their digest.
func TestDigestTellsAllFieldsApart(t *testing.T) {
	text := rapid.StringN(0, 4, 8)
	record := rapid.Custom(func(t *rapid.T) Record {
		return Record{Tenant: text.Draw(t, "tenant"), Pos: rapid.Int64Range(0, 3).Draw(t, "pos"), Referral: rapid.Int64Range(0, 3).Draw(t, "referral"),
			Seq: rapid.IntRange(0, 3).Draw(t, "seq"), Kind: text.Draw(t, "kind"), On: day.FromNumber(rapid.Int32Range(0, 3).Draw(t, "on")),
			At: rapid.Int64Range(0, 3).Draw(t, "at"), Known: day.FromNumber(rapid.Int32Range(0, 3).Draw(t, "known")),
			Role: text.Draw(t, "role"), Actor: text.Draw(t, "actor"), Place: text.Draw(t, "place"), Key: text.Draw(t, "key"),
			Body: []byte(text.Draw(t, "body"))}
	})
	same := func(a, b Record) bool {
		return bytes.Equal(a.Body, b.Body) && fmt.Sprintf("%#v", without(a)) == fmt.Sprintf("%#v", without(b))
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := record.Draw(t, "a"), record.Draw(t, "b")
		if rapid.Bool().Draw(t, "near") { // the same text, cut elsewhere
			b = a
			whole := a.Role + a.Actor
			cut := rapid.IntRange(0, len(whole)).Draw(t, "cut")
			b.Role, b.Actor = whole[:cut], whole[cut:]
		}
		if (a.digest([32]byte{}) == b.digest([32]byte{})) != same(a, b) {
			t.Fatalf("%#v\n%#v", a, b)
		}
		if a.digest([32]byte{}) == a.digest([32]byte{1}) {
			t.Fatal("the digest before it does not count")
		}
	})
}

func without(r Record) Record { r.Body = nil; return r }

// The way a digest is computed is part of what is stored: it must never change.
func TestDigestStaysTheSame(t *testing.T) {
	r := Record{Tenant: "hf", Pos: 1, Referral: 2, Seq: 3, Kind: "received", On: day.On(2025, 5, 2), At: 1746180000000000,
		Known: day.On(2025, 5, 2), Role: "assessor", Actor: "u1", Place: "fjordvik", Key: "k", Body: []byte("{}")}
	const want = "21bdbd495af0b1774ba2905ab35c330b882231f74c33e4c736d414a860fe9f82"
	if got := fmt.Sprintf("%x", r.digest([32]byte{})); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
