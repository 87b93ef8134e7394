package post

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/guide"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
)

var sent = day.On(2025, 9, 5)

// newDesk is a desk with one granted referral whose letter to the patient is sent on a way.
func newDesk(t *testing.T, way law.Channel) (*desk.Desk, int64) {
	t.Helper()
	l, err := ledger.Memory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	d := desk.New(l, clinic.Plain(), guide.Embedded(), law.Default())
	at(d, sent)
	out, err := d.Take(t.Context(), desk.Order{Tenant: "HF", At: referral.At{On: day.On(2025, 9, 1)}, Person: &ledger.Person{Tenant: "HF", ID: "P1", Given: "Fiktiv", Family: "Attrapp"},
		Do: &referral.Receive{Place: "HF", Patient: "P1", Born: day.On(1968, 3, 12), Municipality: "0301", Specialty: "orthopaedics", From: referral.From{Role: "gp"}}})
	if err != nil {
		t.Fatal(err)
	}
	take := func(do referral.Command, m ...ledger.Message) {
		t.Helper()
		o := desk.Order{Tenant: "HF", Referral: out.Referral, At: referral.At{On: sent}, Do: do, Outgoing: m}
		if inform, ok := do.(*referral.Inform); ok {
			o.Notes = []ledger.Note{{ID: inform.Kept[0].Note, Text: page}}
		}
		if _, err := d.Take(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	take(&referral.Assess{Outcome: law.Granted, Benefit: law.Yes, ReasonableCost: law.Yes, Deadline: day.On(2025, 12, 15)})
	k := referral.Kept{To: law.ToPatient, Lang: "nb", Note: "n1", Digest: digest(page), Channel: way}
	m, err := desk.LetterOut{Kept: k, Letter: law.LetterGranted}.Message()
	if err != nil {
		t.Fatal(err)
	}
	take(&referral.Inform{Patient: true, Letter: law.LetterGranted, Kept: []referral.Kept{k}}, m)
	return d, out.Referral
}

const page = "<!doctype html><title>Brev</title>"

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func at(d *desk.Desk, on day.Day) {
	d.Now = func() time.Time { return day.Moment{Day: on, Minute: 12 * 60}.Time() }
}

func state(t *testing.T, d *desk.Desk, id int64) referral.Referral {
	t.Helper()
	c, err := d.Peek(t.Context(), "HF", id, desk.View{})
	if err != nil {
		t.Fatal(err)
	}
	return c.State
}

func owes(t *testing.T, d *desk.Desk, id int64, name law.DutyName) bool {
	t.Helper()
	duties, err := d.Ledger.DutiesOf(t.Context(), "HF", id)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range duties {
		if x.Name == string(name) {
			return true
		}
	}
	return false
}

func round(t *testing.T, o *Office) Counts {
	t.Helper()
	n, err := o.Round(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// answers is a way that answers each letter with a receipt.
func answers(r Receipt, handed *[]Item) Way {
	var come []Receipt
	return Way{
		Hand: func(_ context.Context, it Item) error {
			*handed = append(*handed, it)
			r.Key = it.Key
			come = append(come, r)
			return nil
		},
		Receipts: func(context.Context) ([]Receipt, error) { return come, nil }, // again and again
	}
}

func TestALetterIsHandedOverOnceAndItsReceiptClosesTheDuty(t *testing.T) {
	d, id := newDesk(t, law.ChannelMailbox)
	if !owes(t, d, id, law.DutyDeliverLetter) {
		t.Fatal("the letter is sent, and nobody owes its delivery")
	}
	var handed []Item
	o := &Office{Desk: d, Ways: map[law.Channel]Way{law.ChannelMailbox: answers(Receipt{Delivered: true}, &handed)}}
	for range 3 {
		round(t, o)
	}
	if len(handed) != 1 || string(handed[0].Page) != page || handed[0].Receiver.ID != "P1" || handed[0].Digest != digest(page) {
		t.Errorf("handed over: %d letters, %+v", len(handed), handed)
	}
	if owes(t, d, id, law.DutyDeliverLetter) || state(t, d, id).AnsweredOn != sent {
		t.Error("the receipt is here, and the delivery is still owed")
	}
	recs, err := d.Ledger.Records(t.Context(), "HF", id)
	if err != nil || len(recs) != 4 {
		t.Errorf("the same receipt three times is recorded %d times, %v", len(recs)-3, err)
	}
}

func TestWhatFailsGoesOnAndLastToTheQueueAndAPerson(t *testing.T) {
	d, id := newDesk(t, law.ChannelMailbox)
	var mailbox []Item
	o := &Office{Desk: d, Ways: map[law.Channel]Way{law.ChannelMailbox: answers(Receipt{Code: law.NoMailbox}, &mailbox)}}
	round(t, o) // the mailbox says no
	round(t, o) // Helsenorge is not set up here
	s := state(t, d, id)
	if got, ok := s.Delivery(0, law.ToPatient); !ok || got.Channel != law.ChannelPost || len(got.Tried) != 2 || got.Tried[1].Code != law.NotSetUp {
		t.Fatalf("after two ways that failed the letter stands as %+v", got)
	}
	if !owes(t, d, id, law.DutyPostLetter) {
		t.Error("the letter is to be printed, and nobody owes it")
	}
	if n := round(t, o); n.Handed+n.Failed > 1 {
		t.Errorf("a letter for the post is handed over: %+v", n)
	}
}

func TestALetterWithoutAReceiptGoesOnAfterThreeWorkingDays(t *testing.T) {
	d, id := newDesk(t, law.ChannelHelsenorge)
	silent := Way{Hand: func(context.Context, Item) error { return nil }}
	o := &Office{Desk: d, Ways: map[law.Channel]Way{law.ChannelHelsenorge: silent}}
	for _, tt := range []struct {
		on   day.Day
		post bool
	}{{sent, false}, {day.On(2025, 9, 10), false}, {day.On(2025, 9, 11), true}} {
		at(d, tt.on)
		round(t, o)
		if owes(t, d, id, law.DutyPostLetter) != tt.post {
			t.Errorf("on %s the letter is for the post: %t", tt.on, !tt.post)
		}
	}
}

func TestAProgramThatStopsLosesNoLetterAndSendsNoneTwice(t *testing.T) {
	d, id := newDesk(t, law.ChannelMailbox)
	dir := t.TempDir()
	way, err := Folder(dir)
	if err != nil {
		t.Fatal(err)
	}
	// Handed over, and stopped before it was marked as sent; or stopped before it was handed over whole.
	stop := errors.New("stopped")
	for _, hand := range []func(context.Context, Item) error{
		func(ctx context.Context, it Item) error { return errors.Join(way.Hand(ctx, it), stop) },
		func(context.Context, Item) error { return stop },
	} {
		if n := round(t, &Office{Desk: d, Ways: map[law.Channel]Way{law.ChannelMailbox: {Hand: hand}}}); n.Faults != 1 {
			t.Fatalf("the program stopped, and it shows as %+v", n)
		}
	}
	o := &Office{Desk: d, Ways: map[law.Channel]Way{law.ChannelMailbox: way}}
	round(t, o)
	files, err := filepath.Glob(filepath.Join(dir, "out", "*"))
	if err != nil || len(files) != 2 {
		t.Fatalf("the folder has %q, %v", files, err)
	}
	html, err := os.ReadFile(strings.TrimSuffix(files[1], ".json") + ".html")
	if err != nil || string(html) != page {
		t.Errorf("the letter reads %q, %v", html, err)
	}
	b, err := os.ReadFile(files[1])
	var about letterFile
	if err != nil || json.Unmarshal(b, &about) != nil || about.SHA256 != digest(page) || about.Receiver == nil || about.Receiver.Name != "Fiktiv Attrapp" {
		t.Fatalf("the letter is described as %s, %v", b, err)
	}

	for i, bad := range []string{"{", `{"key": "HF-1-4-0"}`, `{"key": "HF-999-4-0", "delivered": true}`} {
		if err := os.WriteFile(filepath.Join(dir, "receipts", "bad"+string(rune('a'+i))+".json"), []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	receipt := []byte(`{"key": "` + about.Key + `", "delivered": true, "on": "2025-09-05"}`)
	if err := os.WriteFile(filepath.Join(dir, "receipts", "r1.json"), receipt, 0o600); err != nil {
		t.Fatal(err)
	}
	if n := round(t, o); n.Delivered != 1 || n.Faults != 2 {
		t.Errorf("one receipt and three that are none: %+v", n)
	}
	if owes(t, d, id, law.DutyDeliverLetter) {
		t.Error("the receipt is here, and the delivery is still owed")
	}
	if _, err := os.Stat(filepath.Join(dir, "done", "r1.json")); err != nil {
		t.Errorf("the receipt is not put away: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "receipts", "*")); len(left) != 3 {
		t.Errorf("receipts that can't be read are to stay: %q", left)
	}
}

func TestSimulatedMostArriveAndSomeDoNot(t *testing.T) {
	count := make(map[string]int)
	for i := range 1000 {
		r, ok := fate(law.ChannelMailbox, 1, "HF-"+string(rune('a'+i%26))+"-"+strings.Repeat("1", i/26+1)+"-0")
		again, _ := fate(law.ChannelMailbox, 1, "HF-"+string(rune('a'+i%26))+"-"+strings.Repeat("1", i/26+1)+"-0")
		if r != again {
			t.Fatal("the same letter has two fates")
		}
		switch {
		case !ok:
			count["silent"]++
		case r.Delivered:
			count["delivered"]++
		default:
			count[string(r.Code)]++
		}
	}
	if count["delivered"] < 700 || count["delivered"] > 850 || count["no_mailbox"] == 0 || count["reserved"] == 0 || count["technical"] == 0 || count["silent"] == 0 {
		t.Errorf("the fates of 1000 letters: %v", count)
	}
}

// FuzzReceipt: what another program puts in the folder is read or refused, never more.
func FuzzReceipt(f *testing.F) {
	for _, s := range []string{`{"key": "HF-12-4-0", "delivered": true, "on": "2025-09-08"}`, `{"key": "HF-12-4-0", "delivered": false, "why": "no_mailbox"}`, `{}`, `{"key":"a-b-c-d"}`, `[]`, "\xff"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := ParseReceipt(b)
		if err == nil && (r.Key == "" || r.Delivered == (r.Code != "")) {
			t.Errorf("%q is read as %+v", b, r)
		}
	})
}
