package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"

	"rettid/day"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
)

// Times that become free when an appointment is moved, given up or closed are kept as papers of the trust they are at, to be offered to others, and taken away
// when somebody else gets them. They are no part of a case: losing one loses an offer, never a right.

// SlotKind is the kind of the papers; an id is "provider/2026-03-16/0900/specialty/…".
const SlotKind = "free_slot"

// A FreeSlot is the body of a paper.
type FreeSlot struct {
	Provider  string      `json:"provider"`
	Site      string      `json:"site,omitempty"`
	Unit      string      `json:"unit,omitempty"`
	Specialty string      `json:"specialty"`
	On        day.Day     `json:"on"`
	Minute    int16       `json:"minute,omitempty"` // minutes since midnight plus one; 0: only the day is known
	What      law.Contact `json:"what,omitempty"`
	Form      string      `json:"form,omitempty"`
	Why       string      `json:"why"`             // the verb that freed it, "added" by staff
	Taken     string      `json:"taken,omitempty"` // of a paper taken away: "booked", "removed"
}

// prefix is what the ids of the slots at one time begin with.
func (f *FreeSlot) prefix() string {
	clock := "day"
	if f.Minute > 0 {
		clock = fmt.Sprintf("%02d%02d", (f.Minute-1)/60, (f.Minute-1)%60)
	}
	return fmt.Sprintf("%s/%s/%s/%s/", url.PathEscape(f.Provider), f.On, clock, url.PathEscape(f.Specialty))
}

// trust is the tenant whose paper it is.
func (d *Desk) trust(provider string) string {
	if p, ok := d.Org.Provider(provider); ok {
		return p.Trust
	}
	return provider
}

// AddSlot keeps a free time. unique tells it from others at the same time.
func (d *Desk) AddSlot(ctx context.Context, f FreeSlot, unique, actor string) error {
	if u, ok := d.Org.Unit(f.Provider, f.Specialty, f.On); ok && f.Unit == "" {
		f.Unit = u.ID
	}
	body, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("write a free slot: %w", err)
	}
	_, err = d.Ledger.PutPaper(ctx, ledger.Paper{Tenant: d.trust(f.Provider), Kind: SlotKind, ID: f.prefix() + unique, At: d.Now().UTC().UnixMicro(), Actor: actor, Body: body})
	if errors.Is(err, ledger.ErrPaperChanged) { // the same entry freed it before
		return nil
	}
	return err
}

// TakeSlot takes a free time away; how is "booked" or "removed". It is no error that somebody was before.
func (d *Desk) TakeSlot(ctx context.Context, p ledger.Paper, how, actor string) error {
	var f FreeSlot
	if err := json.Unmarshal(p.Body, &f); err != nil {
		return fmt.Errorf("read a free slot: %w", err)
	}
	f.Taken = how
	body, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("write a free slot: %w", err)
	}
	p.Gone, p.Body, p.Actor, p.At = true, body, actor, d.Now().UTC().UnixMicro()
	if _, err := d.Ledger.PutPaper(ctx, p); err != nil && !errors.Is(err, ledger.ErrPaperChanged) {
		return err
	}
	return nil
}

// Slots gives the free times at a provider that begin with a prefix of their date, "2026-03" or "": from today on, by time.
func (d *Desk) Slots(ctx context.Context, provider, date string) ([]ledger.Paper, []FreeSlot, error) {
	all, err := d.Ledger.Papers(ctx, d.trust(provider), SlotKind, url.PathEscape(provider)+"/"+date, 0, 0)
	if err != nil {
		return nil, nil, err
	}
	var papers []ledger.Paper
	var slots []FreeSlot
	for _, p := range all {
		var f FreeSlot
		if err := json.Unmarshal(p.Body, &f); err != nil {
			return nil, nil, fmt.Errorf("read the free slot %s: %w", p.ID, err)
		}
		if !f.On.Before(d.Today()) {
			papers, slots = append(papers, p), append(slots, f)
		}
	}
	return papers, slots, nil
}

// keepSlots keeps the times an order freed, and takes away those it took.
func (d *Desk) keepSlots(ctx context.Context, o Order, out *Outcome) error {
	freed, taken := referral.Slots(&out.was, &out.State, d.Today())
	specialty := out.State.Specialty
	for i, a := range freed {
		if a.From == d.Today() { // nobody can be called in on the day by this list
			continue
		}
		f := FreeSlot{Provider: a.At, Site: a.Site, Specialty: specialty, On: a.From, Minute: a.Minute, What: a.What, Form: a.Form, Why: o.Do.Verb()}
		if err := d.AddSlot(ctx, f, fmt.Sprintf("%s-%d-%d-%d", url.PathEscape(o.Tenant), out.Referral, out.Seq, i), o.At.Actor); err != nil {
			return err
		}
	}
	for _, a := range taken {
		f := FreeSlot{Provider: a.At, Specialty: specialty, On: a.From, Minute: a.Minute}
		some, err := d.Ledger.Papers(ctx, d.trust(f.Provider), SlotKind, f.prefix(), 1, 0)
		if err != nil || len(some) == 0 {
			return err
		}
		if err := d.TakeSlot(ctx, some[0], "booked", o.At.Actor); err != nil {
			return err
		}
	}
	return nil
}
