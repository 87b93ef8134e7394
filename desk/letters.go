package desk

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"rettid/exception"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
)

// LetterMessage is the kind of message a letter on a digital way is in the outbox.
const LetterMessage = "letter"

// A LetterOut is the body of the message of a letter: which letter, to whom, on what way.
type LetterOut struct {
	referral.Kept
	Entry      int        `json:"entry,omitempty"` // the entry that sent it; 0: the message's own
	Letter     law.Letter `json:"letter"`
	AnswerCode string     `json:"answer_code,omitempty"` // to a referrer: code list 9148
}

// Message makes the message of a letter.
func (l LetterOut) Message() (ledger.Message, error) {
	body, err := json.Marshal(l)
	return ledger.Message{Kind: LetterMessage, To: l.To, Body: body}, err
}

// CopyMessage is the kind of message the identity-free copy of a decision is in the outbox; its body is an exception.Copy.
const CopyMessage = "exception-copy"

// LetterUnderWay finds how the letter of an entry goes to a receiver, of a referral or of a matter of the exception scheme; ok is false when there is none, or it went no way with receipts. With it the
// patient of the case.
func (d *Desk) LetterUnderWay(ctx context.Context, tenant string, id int64, entry int, to string) (x law.Delivery, patient ledger.Person, ok bool, err error) {
	recs, err := d.Ledger.Records(ctx, tenant, id)
	switch {
	case err != nil:
		return x, patient, false, err
	case len(recs) == 0:
		return x, patient, false, ErrMissing
	case recs[0].Process() != exception.Process:
		c, err := d.Peek(ctx, tenant, id, View{})
		if err != nil {
			return x, patient, false, err
		}
		x, ok = c.State.Delivery(entry, to)
		return x, c.Person, ok, nil
	}
	m, err := d.PeekMatter(ctx, tenant, id, View{})
	if err != nil {
		return x, patient, false, err
	}
	x, ok = m.State.Delivery(entry, to)
	return x, m.Person, ok, nil
}

// News is what is known of a letter under way: that it arrived, or, with a code, that it did not.
type News struct {
	Letter    int // the entry that sent it
	To        string
	Channel   law.Channel
	Confirmed bool            // a person's word that the receiver has it
	Code      law.Undelivered // why it did not arrive
}

// TakeNews records what is known of a letter, of a referral or of a matter of the exception scheme, once under its key. What the law turns down is on record in another way already (delivered, gone
// on, corrected): then taken is false.
func (d *Desk) TakeNews(ctx context.Context, tenant string, id int64, key string, at referral.At, n News) (taken bool, err error) {
	recs, err := d.Ledger.Records(ctx, tenant, id)
	switch {
	case err != nil:
		return false, err
	case len(recs) == 0:
		return false, ErrMissing
	case recs[0].Process() == exception.Process:
		var do exception.Command = &exception.LetterDelivered{Letter: n.Letter, To: n.To, Channel: n.Channel, Confirmed: n.Confirmed}
		if n.Code != "" {
			do = &exception.LetterNotDelivered{Letter: n.Letter, To: n.To, Channel: n.Channel, Code: n.Code}
		}
		_, err = d.TakeMatter(ctx, MatterOrder{Tenant: tenant, Matter: id, Key: key, At: exception.At{On: at.On, Role: at.Role, Actor: at.Actor, Place: at.Place}, Do: do})
		var refusal *exception.Refusal
		if errors.As(err, &refusal) {
			return false, nil
		}
		return err == nil, err
	}
	var do referral.Command = &referral.LetterDelivered{Letter: n.Letter, To: n.To, Channel: n.Channel, Confirmed: n.Confirmed}
	if n.Code != "" {
		do = &referral.LetterNotDelivered{Letter: n.Letter, To: n.To, Channel: n.Channel, Code: n.Code}
	}
	_, err = d.Take(ctx, Order{Tenant: tenant, Referral: id, Key: key, At: at, Do: do})
	var refusal *referral.Refusal
	if errors.As(err, &refusal) {
		return false, nil
	}
	return err == nil, err
}

// MattersWithLetters gives the open matters of a tenant in which a letter, or a decision's copy, is under way.
func (d *Desk) MattersWithLetters(ctx context.Context, tenant string) ([]exception.Numbered, error) {
	rows, _, err := d.Ledger.Matters(ctx, ledger.MatterQuery{Tenants: []string{tenant}, Process: exception.Process, Kinds: []string{string(law.SingleException), string(law.PatientRequest)}, Open: true, Limit: 1 << 20})
	if err != nil {
		return nil, err
	}
	var out []exception.Numbered
	for _, r := range rows {
		m, err := stateOf(r)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(m.Deliveries, func(x law.Delivery) bool { return x.Open() }) {
			out = append(out, exception.Numbered{Tenant: r.Tenant, ID: r.Matter, State: &m})
		}
	}
	return out, nil
}

// sendMatterOn is sendOn of a matter of the exception scheme.
func sendMatterOn(c *exception.LetterNotDelivered, e *exception.Event, log []exception.Entry) []ledger.Message {
	if e.Found.Next == nil || !e.Found.Next.Value.Digital() {
		return nil
	}
	entry := c.Letter
	if entry == 0 {
		state := exception.Fold(log)
		if d, ok := state.Delivery(0, c.To); ok {
			entry = d.Letter
		}
	}
	for i, x := range exception.Speaking(log) {
		if x == nil || log[i].Seq != entry {
			continue
		}
		inform, ok := x.Ask.(*exception.Inform)
		if !ok {
			return nil
		}
		for _, k := range inform.Kept {
			if k.Receiver() != c.To || k.Note == "" {
				continue
			}
			k.Channel = e.Found.Next.Value
			if m, err := ExceptionLetter(k, inform.Letter, entry).Message(); err == nil {
				return []ledger.Message{m}
			}
		}
	}
	return nil
}

// ExceptionLetter is the body of the message of a letter of the exception scheme.
func ExceptionLetter(k exception.Kept, kind law.Letter, entry int) LetterOut {
	return LetterOut{Entry: entry, Letter: kind, Kept: referral.Kept{To: k.Receiver(), Lang: k.Lang, Note: k.Note, Digest: k.Digest, PDF: k.PDF, PDFDigest: k.PDFDigest, Channel: k.Channel}}
}

// sendOn finds the message that sends a letter on another digital way, in the transaction that records that the first one failed. The post and the person see theirs
// among the duties.
func sendOn(c *referral.LetterNotDelivered, e *referral.Event, log []referral.Entry) []ledger.Message {
	if e.Found.Next == nil || !e.Found.Next.Value.Digital() {
		return nil
	}
	entry := c.Letter
	if entry == 0 {
		state := referral.Fold(log)
		if d, ok := state.Delivery(0, c.To); ok {
			entry = d.Letter
		}
	}
	speaks := referral.Speaking(log)
	for i, l := range log {
		if l.Seq != entry || speaks[i] == nil {
			continue
		}
		inform, ok := speaks[i].Ask.(*referral.Inform)
		if !ok {
			return nil
		}
		for _, k := range inform.Kept {
			if k.To != c.To || k.Note == "" {
				continue
			}
			k.Channel = e.Found.Next.Value
			if m, err := (LetterOut{Kept: k, Entry: entry, Letter: inform.Letter}).Message(); err == nil { // plain values: there is nothing that can't be written
				return []ledger.Message{m}
			}
		}
	}
	return nil
}
