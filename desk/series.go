package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

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
	draft := d.Draft(orders[0].Tenant, orders[0].Key)
	draft.write.Person, draft.write.Links = orders[0].Person, orders[0].Links
	outcomes := make([]Outcome, 0, len(orders))
	for i, o := range orders {
		if o.Known.IsZero() {
			o.Known = d.Now()
		}
		o.Person, o.Links = nil, nil
		event, err := draft.Take(ctx, o)
		if err != nil {
			return draft.write, outcomes, err
		}
		outcomes = append(outcomes, Outcome{Seq: i + 1, Event: event, Warned: event.Warned})
	}
	outcomes[len(outcomes)-1].State = draft.State
	w, err := draft.Write()
	return w, outcomes, err
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
