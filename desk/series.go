package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"rettid/day"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
)

// PrepareAll decides several orders on one new referral, each on what came before it, and makes the one [ledger.Write] that appends them all
// or none: for those who take over what was recorded elsewhere, or load many at once. The first order is the reception; its tenant, key,
// person and links are those of the write. Every order has its own At and Known, in the order they were recorded.
//
// Nothing is written. On an error the outcomes are those of the orders before the one that failed, so that len(outcomes) tells which; a
// [*referral.Refusal] is the trade saying no, and whoever wants that on record gives it to [Desk.Refused].
func (d *Desk) PrepareAll(ctx context.Context, orders []Order) (ledger.Write, []Outcome, error) {
	if len(orders) == 0 {
		return ledger.Write{}, nil, fmt.Errorf("prepare a referral: no orders")
	}
	first := &orders[0]
	w := ledger.Write{Tenant: first.Tenant, Key: first.Key, Person: first.Person, Links: first.Links, Records: make([]ledger.Record, 0, len(orders))}
	outcomes := make([]Outcome, 0, len(orders))
	log := make([]referral.Entry, 0, len(orders))
	var known day.Day
	for i, o := range orders {
		o.Tenant, o.Referral = first.Tenant, 0
		if o.Known.IsZero() {
			o.Known = d.Now()
		}
		known = day.FromTime(o.Known)
		if o.At.On.After(known) {
			return w, outcomes, &referral.Refusal{Objections: law.Objections{law.Impossible("in-the-future", law.D(o.At.On), law.D(known))}}
		}
		if o.At.Role == "" {
			o.At.Role = usual(o.Do)
		}
		given, err := d.lookUp(ctx, o, log)
		if err != nil {
			return w, outcomes, err
		}
		event, err := referral.Decide(log, o.Do, o.At, given, d.Settings)
		if err != nil {
			return w, outcomes, err
		}
		w.Notes = append(w.Notes, setAsideOf(first.Key, i, o.Do)...)
		body, err := json.Marshal(event)
		if err != nil {
			return w, outcomes, fmt.Errorf("write event %s: %w", event.Kind(), err)
		}
		w.Records = append(w.Records, ledger.Record{Kind: event.Kind(), On: event.On, At: o.Known.UTC().UnixMicro(), Known: known,
			Role: string(o.At.Role), Actor: o.At.Actor, Place: o.At.Place, Body: body})
		w.Outgoing = append(w.Outgoing, outgoing(event)...)
		log = append(log, referral.Entry{Seq: i + 1, Known: known, Event: event})
		outcomes = append(outcomes, Outcome{Seq: i + 1, Event: event, Warned: event.Warned})
	}
	state := referral.Fold(log)
	outcomes[len(outcomes)-1].State = state
	row, err := Row(&state, d.Settings, known, d.Org)
	if err != nil {
		return w, outcomes, err
	}
	row.Tenant = first.Tenant
	w.Row, w.Duties = row, DutyRows(&state, d.Settings, known, d.Org)
	return w, outcomes, nil
}

// Refused writes into the audit log that an order given to [Desk.PrepareAll] was refused.
func (d *Desk) Refused(ctx context.Context, o Order, r *referral.Refusal) error {
	if o.Known.IsZero() {
		o.Known = d.Now()
	}
	return d.refused(ctx, o, r)
}

// setAsideOf moves the words of the n-th order's free texts into notes, under ids that follow from the key of the series and n.
func setAsideOf(key string, n int, c referral.Command) []ledger.Note {
	var notes []ledger.Note
	for i, t := range referral.Texts(c) {
		if t.Words == "" {
			continue
		}
		if t.Note == "" {
			sum := sha256.Sum256(fmt.Appendf(nil, "%s#%d/%d", key, n, i))
			t.Note = hex.EncodeToString(sum[:12])
		}
		notes = append(notes, ledger.Note{ID: t.Note, Text: t.Words})
	}
	return notes
}
