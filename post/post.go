// Package post gets letters out: it takes them from the outbox, hands each to the way it goes, and records through the desk what is known of its arrival. What fails
// goes on another way, as the law's rule on delivery says, and last to a person.
//
// A letter is handed over under a key that never changes, before it is marked as sent: a program that is stopped at any moment hands it over again under the same key
// and no letter is lost. A receipt is an order under a key of its own: twice is once.
//
// What never happens here: no letter is written or changed, no rule is applied, and no name stands in a log or an error.
package post

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"rettid/day"
	"rettid/desk"
	"rettid/exception"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
)

// An Item is one letter to one receiver on one way.
type Item struct {
	Key      string // the same each time it is handed over: tenant, referral, entry, number of the message
	Tenant   string
	Referral int64
	Letter   int // the entry that sent it
	Way      law.Channel
	Kind     law.Letter
	To       string // patient · referrer · guardian
	Lang     string
	Digest   string // of Page, SHA-256
	Page     []byte // the letter as HTML, byte for byte as it was kept
	PDF      []byte // and as PDF, when it was made
	Code     string // to a referrer: the answer's code (9148)
	Copy     []byte // instead of Page: the identity-free copy of an exception's decision to the region, as JSON

	Receiver ledger.Person // the patient; empty when the letter goes to another
}

// A Receipt is what a way tells of a letter.
type Receipt struct {
	Key       string
	Delivered bool            // else Code says why not
	Code      law.Undelivered // law.UndeliveredCodes
	On        day.Day         // zero: the day it is read
}

// A Way hands letters over and gives the receipts that have come. Hand may be called again with the same key. Taken tells that a receipt is recorded and need not be given again.
type Way struct {
	Hand     func(ctx context.Context, it Item) error
	Receipts func(ctx context.Context) ([]Receipt, error)
	Taken    func(r Receipt) error
}

// An Office sends the letters of one ledger.
type Office struct {
	Desk *desk.Desk
	Ways map[law.Channel]Way
	Log  *slog.Logger // faults, without names; slog.Default when nil

	waited day.Day // the last day receipts that did not come were looked for
}

// Counts is what a round did.
type Counts struct{ Handed, Delivered, Failed, Faults int }

// batch is how many letters are taken at a time.
const batch = 100

// Run makes rounds until the context ends.
func (o *Office) Run(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if _, err := o.Round(ctx); err != nil && ctx.Err() == nil {
			o.log().Error("letters are not sent", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (o *Office) log() *slog.Logger {
	if o.Log != nil {
		return o.Log
	}
	return slog.Default()
}

// Round hands over what is pending, takes the receipts that have come, and once a day sends on what no receipt came for. A fault with one letter leaves it for the next
// round and stops no other.
func (o *Office) Round(ctx context.Context) (Counts, error) {
	var n Counts
	tenants, err := o.Desk.Ledger.Tenants(ctx)
	if err != nil {
		return n, err
	}
	for _, tenant := range tenants {
		if err := o.hand(ctx, tenant, &n); err != nil {
			return n, err
		}
	}
	for way, w := range o.Ways {
		if w.Receipts == nil {
			continue
		}
		got, err := w.Receipts(ctx)
		if err != nil {
			o.fault(&n, string(way), err)
		}
		for _, r := range got {
			if err := o.receive(ctx, way, r, &n); err != nil {
				o.fault(&n, r.Key, err)
				continue
			}
			if w.Taken == nil {
				continue
			}
			if err := w.Taken(r); err != nil {
				o.fault(&n, r.Key, err)
			}
		}
	}
	if today := o.Desk.Today(); o.waited != today {
		for _, tenant := range tenants {
			if err := o.sendOn(ctx, tenant, &n); err != nil {
				return n, err
			}
		}
		o.waited = today
	}
	return n, ctx.Err()
}

func (o *Office) fault(n *Counts, what string, err error) {
	n.Faults++
	o.log().Warn("a letter waits for the next round", "key", what, "error", err)
}

// hand hands over the pending letters of a tenant.
func (o *Office) hand(ctx context.Context, tenant string, n *Counts) error {
	pending, err := o.Desk.Ledger.PendingOf(ctx, tenant, desk.LetterMessage, batch)
	if err != nil {
		return err
	}
	copies, err := o.Desk.Ledger.PendingOf(ctx, tenant, desk.CopyMessage, batch)
	if err != nil {
		return err
	}
	for _, m := range append(pending, copies...) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		key := Key(m)
		if err := o.handOne(ctx, m, key, n); err != nil {
			o.fault(n, key, err)
			continue
		}
		if err := o.Desk.Ledger.MarkSent(ctx, o.Desk.Now().UTC().UnixMicro(), m); err != nil {
			return err
		}
	}
	return nil
}

// Key names a message for those it is handed to.
func Key(m ledger.OutMessage) string {
	return fmt.Sprintf("%s-%d-%d-%d", m.Tenant, m.Referral, m.Seq, m.N)
}

// readKey finds tenant, referral and entry in a key.
func readKey(key string) (tenant string, id int64, seq, n int, err error) {
	parts := strings.Split(key, "-")
	if len(parts) < 4 {
		return "", 0, 0, 0, fmt.Errorf("the key %q is not TENANT-REFERRAL-ENTRY-NUMBER", key)
	}
	at := len(parts) - 3
	id, e1 := strconv.ParseInt(parts[at], 10, 64)
	seq, e2 := strconv.Atoi(parts[at+1])
	n, e3 := strconv.Atoi(parts[at+2])
	if err := errors.Join(e1, e2, e3); err != nil {
		return "", 0, 0, 0, fmt.Errorf("the key %q is not TENANT-REFERRAL-ENTRY-NUMBER", key)
	}
	return strings.Join(parts[:at], "-"), id, seq, n, nil
}

func (o *Office) handOne(ctx context.Context, m ledger.OutMessage, key string, n *Counts) error {
	out, err := readMessage(m)
	if err != nil {
		return err
	}
	if !out.Channel.Digital() {
		return nil // printed letters are found among the duties
	}
	d, receiver, ok, err := o.Desk.LetterUnderWay(ctx, m.Tenant, m.Referral, out.Entry, out.To)
	if err != nil {
		return err
	}
	if !ok || !d.Open() || d.Channel != out.Channel {
		return nil // it has arrived, gone another way, or been corrected away
	}
	w, ok := o.Ways[out.Channel]
	if !ok {
		n.Failed++
		return o.take(ctx, m.Tenant, m.Referral, "not-set-up/"+key, o.Desk.Today(), desk.News{Letter: out.Entry, To: out.To, Channel: out.Channel, Code: law.NotSetUp})
	}
	it := Item{Key: key, Tenant: m.Tenant, Referral: m.Referral, Letter: out.Entry, Way: out.Channel, Kind: out.Letter, To: out.To, Lang: out.Lang, Digest: out.Digest, Code: out.AnswerCode}
	if m.Kind == desk.CopyMessage {
		it.Copy = m.Body
		if err := w.Hand(ctx, it); err != nil {
			return err
		}
		n.Handed++
		return nil
	}
	page, ok, err := o.Desk.Ledger.Note(ctx, m.Tenant, out.Note)
	switch {
	case err != nil:
		return err
	case !ok || page == "":
		return nil // erased: there is nothing to send
	}
	it.Page = []byte(page)
	if out.PDF != "" {
		text, ok, err := o.Desk.Ledger.Note(ctx, m.Tenant, out.PDF)
		if err != nil {
			return err
		}
		if ok {
			if it.PDF, err = base64.StdEncoding.DecodeString(text); err != nil {
				return fmt.Errorf("the PDF of the letter can't be read: %w", err)
			}
		}
	}
	if out.To == law.ToPatient {
		it.Receiver = receiver
	}
	if err := w.Hand(ctx, it); err != nil {
		return err
	}
	n.Handed++
	return nil
}

// receive records one receipt.
func (o *Office) receive(ctx context.Context, way law.Channel, r Receipt, n *Counts) error {
	tenant, id, seq, num, err := readKey(r.Key)
	if err != nil {
		return err
	}
	messages, err := o.Desk.Ledger.MessagesOf(ctx, tenant, id)
	if err != nil {
		return err
	}
	for _, m := range messages {
		if m.Seq != seq || m.N != num || m.Kind != desk.LetterMessage && m.Kind != desk.CopyMessage {
			continue
		}
		out, err := readMessage(m)
		if err != nil {
			return err
		}
		on, today := r.On, o.Desk.Today()
		if on.IsZero() || on.After(today) {
			on = today
		}
		if !r.Delivered && !slices.Contains(law.UndeliveredCodes, r.Code) {
			return fmt.Errorf("the receipt with the key %s says that the letter was not delivered, and not why: the way must give one of %v", r.Key, law.UndeliveredCodes)
		}
		if !r.Delivered {
			n.Failed++
			return o.take(ctx, tenant, id, "receipt/"+r.Key+"/"+string(r.Code), on, desk.News{Letter: out.Entry, To: out.To, Channel: way, Code: r.Code})
		}
		n.Delivered++
		return o.take(ctx, tenant, id, "receipt/"+r.Key, on, desk.News{Letter: out.Entry, To: out.To, Channel: way})
	}
	return fmt.Errorf("there is no letter with the key %s", r.Key)
}

// take records something of a letter. What the law turns down is on record in another way already (delivered, gone on, corrected): that is no fault.
func (o *Office) take(ctx context.Context, tenant string, id int64, key string, on day.Day, news desk.News) error {
	_, err := o.Desk.TakeNews(ctx, tenant, id, key, referral.At{On: on, Minute: -1, Role: law.System, Actor: "Rettid"}, news)
	return err
}

// readMessage reads the message of a letter, or of a copy to the region, which is no letter of words.
func readMessage(m ledger.OutMessage) (desk.LetterOut, error) {
	if m.Kind == desk.CopyMessage {
		return desk.LetterOut{Entry: m.Seq, Letter: exception.LetterCopy, Kept: referral.Kept{To: law.ToRegion, Channel: law.ChannelRegion}}, nil
	}
	var out desk.LetterOut
	if err := json.Unmarshal(m.Body, &out); err != nil {
		return out, fmt.Errorf("read the message: %w", err)
	}
	if out.Entry == 0 {
		out.Entry = m.Seq
	}
	return out, nil
}

// sendOn sends on the letters whose receipt did not come in time.
func (o *Office) sendOn(ctx context.Context, tenant string, n *Counts) error {
	today := o.Desk.Today()
	type late struct {
		id int64
		d  law.Delivery
	}
	var all []late
	for offset := 0; ; offset += batch {
		rows, total, err := o.Desk.Ledger.Duties(ctx, ledger.DutyQuery{Tenant: tenant, Name: string(law.DutyDeliverLetter), Today: today, Limit: batch, Offset: offset})
		if err != nil {
			return err
		}
		for _, x := range rows {
			var state referral.Referral
			if err := json.Unmarshal(x.Row.State, &state); err != nil {
				return fmt.Errorf("read the row of referral %d: %w", x.Referral, err)
			}
			for _, d := range state.Deliveries {
				if by := law.ReceiptBy(&d, o.Desk.Settings); !by.IsZero() && today.After(by) {
					all = append(all, late{x.Referral, d})
				}
			}
		}
		if offset+batch >= total {
			break
		}
	}
	matters, err := o.Desk.MattersWithLetters(ctx, tenant)
	if err != nil {
		return err
	}
	for _, x := range matters {
		for _, d := range x.State.Deliveries {
			if by := law.ReceiptBy(&d, o.Desk.Settings); !by.IsZero() && today.After(by) {
				all = append(all, late{x.ID, d})
			}
		}
	}
	for _, l := range all {
		key := fmt.Sprintf("no-receipt/%s-%d-%d-%s-%s-%d", tenant, l.id, l.d.Letter, l.d.To, l.d.Channel, len(l.d.Tried))
		if err := o.take(ctx, tenant, l.id, key, today, desk.News{Letter: l.d.Letter, To: l.d.To, Channel: l.d.Channel, Code: law.NotOpened}); err != nil {
			o.fault(n, key, err)
			continue
		}
		n.Failed++
	}
	return nil
}
