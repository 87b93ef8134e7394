package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"rettid/day"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
)

// A Draft is a new referral that is decided step by step before any of it is in the ledger: for those who append whole lives at once. Each
// step is answered as [Desk.Take] would answer it; Write gives them all as one write. It serves one goroutine.
type Draft struct {
	referral.Course
	Parent *referral.Parent // of a new condition whose first referral is still a draft too

	desk  *Desk
	write ledger.Write
}

// Draft begins a referral in a tenant's records. key is the idempotency key of the whole.
func (d *Desk) Draft(tenant, key string) *Draft {
	return &Draft{desk: d, write: ledger.Write{Tenant: tenant, Key: key}}
}

// Take carries out an order in the draft: tenant, referral and key are the draft's. The error is a [*referral.Refusal], after which the draft is as it was
// before, or a fault.
func (f *Draft) Take(ctx context.Context, o Order) (*referral.Event, error) {
	known := day.FromTime(o.Known)
	if o.At.On.After(known) {
		return nil, &referral.Refusal{Objections: law.Objections{law.Impossible("in-the-future", law.D(o.At.On), law.D(known))}}
	}
	if o.At.Role == "" {
		o.At.Role = usual(o.Do)
	}
	o.Tenant = f.write.Tenant
	given, err := f.lookUp(ctx, o)
	if err != nil {
		return nil, err
	}
	event, err := f.Decide(o.Do, o.At, given, f.desk.Law(known))
	if err != nil {
		return nil, err
	}
	f.write.Notes = append(f.write.Notes, setAsideOf(f.write.Key, len(f.Log), o.Do)...)
	f.write.Notes = append(f.write.Notes, o.Notes...)
	body, err := event.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("write event %s: %w", event.Kind(), err)
	}
	f.Record(known, event)
	f.write.Records = append(f.write.Records, ledger.Record{Kind: event.Kind(), On: event.On, At: o.Known.UTC().UnixMicro(), Known: known,
		Role: string(o.At.Role), Actor: o.At.Actor, Place: o.At.Place, Body: body})
	f.write.Outgoing = append(append(f.write.Outgoing, outgoing(event, f.Log)...), o.Outgoing...)
	f.write.Links = append(append(f.write.Links, o.Links...), f.desk.sentBy(fmt.Sprintf("%s/%d", f.write.Key, len(f.Log)), o.Do)...)
	if o.Person != nil {
		f.write.Person = o.Person
	}
	return event, nil
}

func (f *Draft) lookUp(ctx context.Context, o Order) (referral.Given, error) {
	c, ok := o.Do.(*referral.Receive)
	if !ok || f.Parent == nil {
		return f.desk.lookUp(ctx, o, f.Log, &f.State)
	}
	return referral.Given{Authority: f.desk.authority(c.Place, c.Specialty, o.At.On), Parent: f.Parent}, nil
}

// Refusal makes what the audit log keeps of an order that was refused. id is the number the referral will have.
func (f *Draft) Refusal(id int64, o Order, r *referral.Refusal) ledger.Refusal {
	return ledger.Refusal{Tenant: f.write.Tenant, Referral: id, Command: o.Do.Verb(), Norms: join(r.Objections.Norms()),
		Role: string(o.At.Role), Actor: o.At.Actor, Place: o.At.Place, At: o.Known.UTC().UnixMicro(), On: o.At.On}
}

// Write gives the whole draft with its current row and duties, ready to be appended.
func (f *Draft) Write() (ledger.Write, error) {
	if len(f.Log) == 0 {
		return ledger.Write{}, fmt.Errorf("the draft is empty: a referral begins with its reception")
	}
	d, known := f.desk, f.Log[len(f.Log)-1].Known
	row, err := Row(&f.State, d.Law(known), known, d.Org)
	if err != nil {
		return ledger.Write{}, err
	}
	w := f.write
	row.Tenant = w.Tenant
	w.Row, w.Duties = row, DutyRows(&f.State, d.Law(known), known, d.Org)
	return w, nil
}

// setAsideOf moves the words of the n-th step's free texts into notes, under ids that follow from the key of the draft and n.
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
