package post

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rettid/day"
	"rettid/desk"
	"rettid/exception"
	"rettid/law"
	"rettid/ledger"
)

// newScheme is a desk with one granted application whose letter to the patient and copy to the region go ways with receipts.
func newScheme(t *testing.T) (*desk.Desk, int64) {
	t.Helper()
	d, _ := newDesk(t, law.ChannelPost)
	var id int64
	take := func(do exception.Command, o desk.MatterOrder) {
		t.Helper()
		o.Tenant, o.Matter, o.At, o.Do = "HF", id, exception.At{On: sent, Actor: "u1", Place: "HF"}, do
		out, err := d.TakeMatter(t.Context(), o)
		if err != nil {
			t.Fatalf("%s: %v", do.Verb(), err)
		}
		id = out.Matter
	}
	take(&exception.Apply{Method: "ID2024_901", Patient: "X1", Born: day.On(1968, 3, 12), Sex: "female", Municipality: "0301", Place: "HF", Doctor: "u1", Form: exception.Form{Indication: "C50"}, Reason: exception.Say("Annet er prøvd.")},
		desk.MatterOrder{Person: &ledger.Person{Tenant: "HF", ID: "X1", Given: "Fanny", Family: "Fabelsen", Born: day.On(1968, 3, 12)}})
	var answers []exception.Answered
	for _, c := range law.Criteria {
		answers = append(answers, exception.Answered{Criterion: c, Met: law.Yes, Why: exception.Say("Vurdert.")})
	}
	take(&exception.DecideException{Outcome: law.ExGranted, Individual: law.Yes, Criteria: answers, Reason: exception.Say("Klar nytte."), Summary: exception.Say("Klar nytte."), Stop: []exception.Text{exception.Say("Vekst.")}, Evaluate: sent.Add(60)}, desk.MatterOrder{})
	k := exception.Kept{To: law.ToPatient, Lang: "nb", Note: "xn1", Digest: digest(page), Channel: law.ChannelMailbox}
	m, err := desk.ExceptionLetter(k, exception.LetterGranted, 0).Message()
	if err != nil {
		t.Fatal(err)
	}
	take(&exception.Inform{Patient: true, Letter: exception.LetterGranted, Kept: []exception.Kept{k}}, desk.MatterOrder{Notes: []ledger.Note{{ID: "xn1", Text: page}}, Outgoing: []ledger.Message{m}})
	take(&exception.SendCopy{To: law.ToRegion, Channel: law.ChannelRegion}, desk.MatterOrder{})
	return d, id
}

// The letter of an application is handed over as any letter is, and its receipt closes the duty and tells when the patient was told; the copy to the region goes in its own folder, holds nothing of who it is about,
// and is owed until its receipt is here.
func TestAnApplicationsLetterAndItsCopyGoOutAndAreReceived(t *testing.T) {
	d, id := newScheme(t)
	dir := t.TempDir()
	way, err := Folder(dir)
	if err != nil {
		t.Fatal(err)
	}
	var handed []Item
	o := &Office{Desk: d, Ways: map[law.Channel]Way{law.ChannelMailbox: answers(Receipt{Delivered: true, On: sent}, &handed), law.ChannelRegion: way}}
	matter := func() exception.Matter {
		t.Helper()
		c, err := d.PeekMatter(t.Context(), "HF", id, desk.View{})
		if err != nil {
			t.Fatal(err)
		}
		return c.State
	}
	owed := func() bool {
		m := matter()
		return slices.ContainsFunc(law.ExceptionDutiesOn(&m.ExceptionFacts, sent, d.Settings), func(x law.Duty) bool { return x.Name == law.DutyDeliverLetter })
	}
	if !owed() {
		t.Fatal("nothing is owed before the letter has arrived")
	}
	round(t, o)
	round(t, o)
	if len(handed) != 1 || handed[0].Kind != exception.LetterGranted || handed[0].Receiver.Family != "Fabelsen" || string(handed[0].Page) != page {
		t.Fatalf("handed over: %+v", handed)
	}
	if m := matter(); m.ToldOn != sent {
		t.Errorf("told on %s, not %s", m.ToldOn, sent)
	}
	files, err := filepath.Glob(filepath.Join(dir, "out", "*"))
	if err != nil || len(files) != 1 || !strings.HasSuffix(files[0], ".json") {
		t.Fatalf("in the folder: %q (%v)", files, err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var f struct {
		Key    string         `json:"key"`
		Letter string         `json:"letter"`
		To     string         `json:"to"`
		Copy   exception.Copy `json:"copy"`
	}
	if err := json.Unmarshal(text, &f); err != nil || f.Letter != string(exception.LetterCopy) || f.To != law.ToRegion || f.Copy.Method != "ID2024_901" {
		t.Fatalf("the copy: %v %s", err, text)
	}
	for _, secret := range []string{"Fabelsen", "Fanny", "1968-03-12", `"X1"`} {
		if bytes.Contains(text, []byte(secret)) {
			t.Errorf("the copy tells %s", secret)
		}
	}
	if !owed() {
		t.Error("the copy is not owed before its receipt")
	}
	if err := os.WriteFile(filepath.Join(dir, "receipts", "r.json"), []byte(`{"key": "`+f.Key+`", "delivered": true, "on": "2025-09-05"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	round(t, o)
	if owed() {
		t.Error("the copy is owed after its receipt")
	}
	if x, ok := func() (law.Delivery, bool) { m := matter(); return m.Delivery(0, law.ToRegion) }(); !ok || x.Open() || x.On != sent {
		t.Errorf("the copy's delivery: %+v", x)
	}
}

// A digital letter of an application that nobody has confirmed goes on another way, as any letter does (law.Delivery; X-603): the patient is not told yet.
func TestAnApplicationsLetterWithoutAReceiptGoesOn(t *testing.T) {
	d, id := newScheme(t)
	silent := Way{Hand: func(context.Context, Item) error { return nil }, Receipts: func(context.Context) ([]Receipt, error) { return nil, nil }}
	o := &Office{Desk: d, Ways: map[law.Channel]Way{law.ChannelMailbox: silent}}
	round(t, o)
	first := func() law.Delivery {
		t.Helper()
		c, err := d.PeekMatter(t.Context(), "HF", id, desk.View{})
		if err != nil {
			t.Fatal(err)
		}
		if !c.State.ToldOn.IsZero() {
			t.Errorf("told on %s, without a receipt", c.State.ToldOn)
		}
		for _, x := range c.State.Deliveries {
			if x.To == law.ToPatient {
				return x
			}
		}
		t.Fatal("no letter to the patient is under way")
		return law.Delivery{}
	}
	x := first()
	by := law.ReceiptBy(&x, d.Settings)
	if by.IsZero() || x.Channel != law.ChannelMailbox || len(x.Tried) > 0 {
		t.Fatalf("handed over: %+v, a receipt by %s", x, by)
	}
	at(d, by)
	round(t, o)
	if x := first(); len(x.Tried) > 0 {
		t.Errorf("on the last day for its receipt it has gone on: %+v", x)
	}
	at(d, by.Add(1))
	round(t, o)
	if x := first(); len(x.Tried) != 1 || x.Channel == law.ChannelMailbox || !x.Open() {
		t.Errorf("after the last day: %+v", x)
	}
}

// A receipt that says no and not why is a fault of the way, and never a letter delivered.
func TestAReceiptThatSaysNoMustSayWhy(t *testing.T) {
	d, id := newScheme(t)
	var handed []Item
	o := &Office{Desk: d, Ways: map[law.Channel]Way{law.ChannelMailbox: answers(Receipt{}, &handed)}}
	var faults int
	for range 2 {
		n, err := o.Round(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		faults += n.Faults
	}
	c, err := d.PeekMatter(t.Context(), "HF", id, desk.View{})
	if err != nil {
		t.Fatal(err)
	}
	if x, ok := c.State.Delivery(0, law.ToPatient); faults == 0 || !c.State.ToldOn.IsZero() || !ok || !x.Open() {
		t.Errorf("faults %d, told on %s, the letter %+v", faults, c.State.ToldOn, x)
	}
}
