package desk

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"rettid/clinic"
	"rettid/day"
	"rettid/exception"
	"rettid/guide"
	"rettid/law"
	"rettid/ledger"
)

// A key is gone twelve months after the case was closed, and the copy ten years after the decision, counted in the sums of its year: the files of the database no longer hold them. Before that, and in a
// case that is open, nothing goes; run again, nothing more goes and nothing is counted twice.
func TestRetention(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rettid.db")
	l, err := ledger.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	d := New(l, clinic.Demo(), guide.Embedded(), law.Default())
	on := day.On(2014, 3, 3)
	apply := func(person string) int64 {
		id := mustMatter(t, d, matterOrder("HF", 0, on, &exception.Apply{Method: "ID2012_001", MethodSaid: "pending", Patient: person, Born: day.On(1950, 3, 12), Municipality: "0301", Place: "HF", Reason: exception.Say("x")})).Matter
		mustMatter(t, d, matterOrder("HF", id, on.Add(5), &exception.DecideException{Outcome: law.ExRefused, Individual: law.Yes, Criteria: answered(law.Criteria...), Reason: exception.Say("weighed")}))
		mustMatter(t, d, matterOrder("HF", id, on.Add(6), &exception.SendCopy{To: "rhf"}))
		return id
	}
	closed, open := apply("P1"), apply("P2")
	mustMatter(t, d, matterOrder("HF", closed, on.Add(9), &exception.Inform{Letter: exception.LetterRefused, Patient: true, Referrer: true}))
	keyOf := func(id int64) string {
		t.Helper()
		all, err := l.MessagesOf(t.Context(), "HF", id)
		if err != nil || len(all) != 1 {
			t.Fatalf("%d messages (%v)", len(all), err)
		}
		if len(all[0].Body) == 0 {
			return ""
		}
		var c exception.Copy
		if err := json.Unmarshal(all[0].Body, &c); err != nil {
			t.Fatal(err)
		}
		return c.Key
	}
	inFiles := func(what string) (n int) {
		for _, end := range []string{"", "-wal"} {
			b, err := os.ReadFile(path + end)
			if err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
			n += bytes.Count(b, []byte(what))
		}
		return n
	}
	expire := func(on day.Day, want ...string) {
		t.Helper()
		would, err := d.Expired(t.Context(), on)
		if err != nil {
			t.Fatal(err)
		}
		did, err := d.Expire(t.Context(), on, "retention")
		if err != nil || len(did) != len(would) || len(did) != len(want) {
			t.Fatalf("%s: %d would go, %d went, want %v (%v)", on, len(would), len(did), want, err)
		}
		for i, x := range did {
			if x.What != want[i] {
				t.Errorf("%s: %s went, want %s", on, x.What, want[i])
			}
		}
	}
	key, other := keyOf(closed), keyOf(open)
	if key == "" || key == other || inFiles(key) == 0 || inFiles(other) == 0 {
		t.Fatal("the test does not see the keys where they are")
	}
	end := on.Add(9).AddMonths(12)
	expire(end)
	if inFiles(key) == 0 {
		t.Error("the key went before its time")
	}
	expire(end.Add(1), ExpiredKey)
	if n := inFiles(key); n != 0 || keyOf(closed) != "" {
		t.Errorf("the key is still there %d times", n)
	}
	if inFiles(other) == 0 {
		t.Error("the key of an open case went")
	}
	if log, err := d.MatterLog(t.Context(), "HF", closed); err != nil || len(log) != 4 {
		t.Errorf("the case itself has %d entries (%v)", len(log), err)
	}
	expire(end.Add(1))
	ten := on.Add(5).AddMonths(120)
	expire(ten)
	// Cut short after the copies were counted, it is run again: they are not counted twice.
	all, err := d.Expired(t.Context(), ten.Add(1))
	if err != nil || len(all) != 2 {
		t.Fatalf("%d have been kept long enough (%v)", len(all), err)
	}
	var sums ReviewSums
	for _, x := range all {
		sums.add(x.copy)
		sums.Pending = append(sums.Pending, x.name())
	}
	body, err := json.Marshal(sums)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.PutPaper(t.Context(), ledger.Paper{Tenant: "HF", Kind: sumsKind, ID: "2014", At: 1, Actor: "retention", Body: body}); err != nil {
		t.Fatal(err)
	}
	expire(ten.Add(1), ExpiredReview, ExpiredReview)
	expire(ten.Add(1))
	sums, err = d.ReviewSums(t.Context(), "HF", "2014")
	if err != nil || len(sums.Rows) != 1 || sums.Rows[0].N != 2 || len(sums.Pending) != 0 || sums.Rows[0].Outcome != law.ExRefused {
		t.Errorf("the sums: %+v (%v)", sums, err)
	}
	if n := inFiles(other); n != 0 {
		t.Errorf("the copy is still there %d times", n)
	}
	if v, err := d.Verify(t.Context(), d.Today(), nil); err != nil || !v.Sound() {
		t.Errorf("verify: %+v (%v)", v.Problems, err)
	}
}
