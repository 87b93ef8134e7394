package registry

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"rettid/desk"
	"rettid/law"
	"rettid/ledger"
	"rettid/npr"
	"rettid/referral"
)

// A patient who is erased leaves the kept messages as one nobody can find: the hospital's own number goes, what was reported stays, the digest of what was sent stays
// on record, and a message that was tampered with is still refused.
func TestAnErasedPatientLeavesTheKeptMessages(t *testing.T) {
	ctx := context.Background()
	x := small(t)
	l := x.Desk.Ledger
	for id, local := range map[string]string{"x-0": `PAS-"7"`, "x-1": "PAS-8"} {
		p, _, err := l.Person(ctx, "FJO", id)
		if err != nil {
			t.Fatal(err)
		}
		p.LocalID = local
		if err := l.PutPerson(ctx, p); err != nil {
			t.Fatal(err)
		}
	}
	made, err := x.Make(ctx, Making{Scope: september, Actor: "u1", Keep: true})
	if err != nil {
		t.Fatal(err)
	}
	february := Scope{Provider: "FJO", Site: "FJO-F", Period: "2025-02"}
	if _, err := x.Make(ctx, Making{Scope: february, Actor: "u1", Keep: true}); err != nil {
		t.Fatal(err)
	}
	file := func(s Scope, n int) string {
		t.Helper()
		var b bytes.Buffer
		if err := x.File(ctx, s, n, &b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	before, other := file(september, made.Message.Number), file(february, 2)
	if !strings.Contains(before, `"PAS-&#34;7&#34;"`) || strings.Contains(other, "&#34;7") {
		t.Fatalf("the number is not in the message: %.3000s", before)
	}
	if some, err := x.Mask(ctx, "FJO", "x-2", "md"); err != nil || some != nil {
		t.Errorf("one without a number of the hospital: %d papers, %v", len(some), err)
	}
	masked, err := x.Mask(ctx, "FJO", "x-0", "md")
	if err != nil || len(masked) == 0 {
		t.Fatalf("%d papers, %v", len(masked), err)
	}
	if file(september, made.Message.Number) != before { // nothing is changed before the decision
		t.Error("looking changed the message")
	}
	for _, id := range []int64{1, 2} {
		if _, err := x.Desk.Take(ctx, desk.Order{Tenant: "FJO", Referral: id, At: referral.At{On: x.Desk.Today()}, Known: x.Desk.Now(), Do: &referral.Close{Reason: law.Died}}); err != nil {
			t.Fatal(err)
		}
	}
	done, err := x.Desk.ErasePatient(ctx, desk.Erasure{Tenant: "FJO", Patient: "x-0", Ground: desk.ErasureNeedless, Reference: "2025/1", Actor: "md", Masked: masked})
	if err != nil {
		t.Fatal(err)
	}
	if done.Took.Papers[kindFile] != 1 {
		t.Errorf("it took %v", done.Took.Papers)
	}
	after := file(september, made.Message.Number)
	if want := strings.ReplaceAll(before, "PAS-&#34;7&#34;", npr.PatientNumber("FJO", "x-0", "")); after != want {
		t.Errorf("the message is now %d bytes, not %d", len(after), len(want))
	}
	if file(february, 2) != other {
		t.Error("another message was changed")
	}
	if sub, err := x.Submission(ctx, september); err != nil || sub.Messages[0].SHA256 != made.Message.SHA256 {
		t.Errorf("what was sent is not on record: %v", err)
	}
	// Whoever changes a message by hand is found out all the same.
	p, _, err := l.Paper(ctx, "FJO", kindFile, september.ID()+"/000001/00001")
	if err != nil {
		t.Fatal(err)
	}
	b, err := pack([]byte(strings.ReplaceAll(after, "4601", "4602")))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.PutPaper(ctx, ledger.Paper{Tenant: "FJO", Kind: kindFile, ID: p.ID, Seq: p.Seq, Actor: "x", Body: b}); err != nil {
		t.Fatal(err)
	}
	if err := x.File(ctx, september, made.Message.Number, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "is not what was made") {
		t.Errorf("a changed message is given out: %v", err)
	}
}
