// Package ledger keeps what happened: an append-only log of facts for every referral, the current row of each, its
// duties, the messages it owes others, and beside them identity, free text and who looked at what.
//
// It is the only room that speaks SQL, and it does not know what the facts mean: bodies are bytes. One append writes its
// records, the current row, the duties and the outgoing messages in one transaction, or nothing at all. (tenant,
// referral, seq) is the key of a record, so of two simultaneous decisions one wins and the other is told ErrConflict; the
// command's idempotency key is unique in the tenant, so a retry is answered with what the first attempt did. The records of
// each tenant form a chain of SHA-256 digests.
//
// Never here: a rule of law, a clock (the caller says when), a change or removal of a record, and a name, an identity
// number or free text in a record, an error or a log.
package ledger

import (
	"context"
	"errors"
	"fmt"

	"rettid/day"
)

// ErrConflict tells that the referral has moved on since it was read: load it again and decide again.
var ErrConflict = errors.New("the referral has changed since it was read")

// ErrReadOnly tells that the ledger was opened for reading only.
var ErrReadOnly = errors.New("the ledger is open for reading only")

// ErrClosed tells that the ledger has been closed.
var ErrClosed = errors.New("the ledger is closed")

// ErrLinked tells that the other system's id already belongs to a referral.
type ErrLinked struct{ Referral int64 }

func (e ErrLinked) Error() string {
	return fmt.Sprintf("the external id already belongs to referral %d", e.Referral)
}

// ErrPersonKnown tells that the identity number already belongs to a person with another id.
type ErrPersonKnown struct{ ID string }

func (e ErrPersonKnown) Error() string {
	return fmt.Sprintf("the identity number already belongs to person %s", e.ID)
}

// A Record is one appended fact.
type Record struct {
	Tenant   string
	Pos      int64 // place in the tenant's chain, from 1; given in the appending transaction
	Referral int64
	Seq      int      // place in the referral's log, from 1
	Kind     string   // event kind, "received"
	On       day.Day  // the day it happened
	At       int64    // when it was recorded, UTC microseconds
	Known    day.Day  // the Oslo day it was recorded
	Role     string   // in what role, by whom (internal user id) and where (provider or unit id)
	Actor    string   //
	Place    string   //
	Key      string   // idempotency key of the command
	Body     []byte   // the event as JSON; never identity or free text of patients
	Digest   [32]byte // see Record.digest
}

// A Row is the current row of a referral, replaced at each append.
type Row struct {
	Tenant   string
	Referral int64
	Seq      int    // the last seq it was folded from
	Patient  string // internal id

	Provider, Site, Unit    string
	Specialty, Kind, Status string
	Right, Condition        string
	ListProvider, ListSite  string // the waiting list it stands on
	Seniority, Received     day.Day
	AssessBy, AssessedOn    day.Day
	StartBy, WaitEnd        day.Day
	ApptFrom, ApptTo        day.Day
	ApptMinute              int16 // minutes since midnight, -1 without a clock time
	Waiting, Open           bool
	BreachExpected          bool
	BreachOn                day.Day // the day from which the breach has occurred; zero when none will
	Urgency                 int     // -1 a task that waits for patients, 0 ordinary, 1 urgent, 2 serious illness suspected
	Flags                   string  // separated by spaces
	NextName                string  // the next step
	NextDue                 day.Day
	NextRole                string
	State                   []byte // the folded state as JSON, so that row = fold can be verified

	ByName []byte // where its person stands by name: on a list in that order alone, and no part of the row
}

// A Duty is something that someone must do. Zero Opens: open at once. Zero Due: no date.
type Duty struct {
	Name              string
	Opens, Due        day.Day
	Role, Place, Unit string
}

// A Message is owed to someone outside. It is stored under (tenant, referral, seq, n) and sent later, at least once.
type Message struct {
	Kind, To string
	Body     []byte
}

// A Note is free text, kept outside the log so that it can be erased.
type Note struct{ ID, Text string }

// A Person is who a patient is, kept outside the log so that it can be erased.
type Person struct {
	Tenant, ID       string
	Ident, IdentKind string // identity number and its kind; one person per number in a tenant
	LocalID          string
	Given, Family    string
	Sex              string
	Municipality     string
	Language         string
	Born             day.Day
	Phone, Address   string
	Postcode, City   string
	More             []byte // whatever else the patient room keeps, as JSON
	Erased           int64  // when it was erased, UTC microseconds; 0 when it is not
}

// A Link is another system's id of the referral, unique in the tenant.
type Link struct{ Source, External string }

// A Write is everything one command leads to.
type Write struct {
	Tenant   string
	Referral int64  // 0: a new one, which gets the tenant's next number
	Expect   int    // the last seq seen; 0 for a new referral
	Key      string // idempotency key of the command, unique in the tenant
	Records  []Record
	Row      Row
	Matter   *Matter // instead of Row, when it is a matter and no referral
	Duties   []Duty
	Outgoing []Message
	Notes    []Note
	Links    []Link
	Person   *Person
}

// A Result tells where a Write went: the last seq and the last place in the chain. Replayed: the key had been used before,
// nothing was written, and the rest tells what was written then.
type Result struct {
	Referral int64
	Seq      int
	Pos      int64
	Replayed bool
}

// Append writes w whole or not at all, and returns when it is on disk. Errors: ErrConflict when the referral has moved on
// from w.Expect, ErrLinked when one of the links is taken, ErrPersonKnown when the identity number is; anything else is a
// fault. After a fault the same Write may be sent again: its key sees to it that it is never written twice.
func (l *Ledger) Append(ctx context.Context, w Write) (Result, error) {
	j := &job{ctx: ctx, writes: []Write{w}}
	if err := l.submit(j); err != nil {
		return Result{}, err
	}
	return j.results[0], j.errs[0]
}

// AppendWhole writes several in one transaction, all or none: a file that is entered as one thing. They must be of different referrals and bring neither links nor persons. When one can't be written none is, and the
// error is that one's.
func (l *Ledger) AppendWhole(ctx context.Context, writes []Write) ([]Result, error) {
	if len(writes) == 0 {
		return nil, nil
	}
	seen := make(map[referralKey]bool)
	for i := range writes {
		w := &writes[i]
		at := referralKey{w.Tenant, w.Referral}
		if len(w.Links) > 0 || w.Person != nil || w.Referral != 0 && seen[at] {
			return nil, fmt.Errorf("append several as a whole: each must be of a referral of its own, without links and persons")
		}
		seen[at] = true
	}
	j := &job{ctx: ctx, writes: writes, whole: true}
	if err := l.submit(j); err != nil {
		return nil, err
	}
	for _, err := range j.errs {
		if err != nil {
			return nil, err
		}
	}
	return j.results, nil
}

// AppendAll writes many in as few transactions as sensible, in order, each whole or not at all. Results and errors have
// the length of writes.
func (l *Ledger) AppendAll(ctx context.Context, writes []Write) ([]Result, []error) {
	results, errs := make([]Result, 0, len(writes)), make([]error, 0, len(writes))
	for len(writes) > 0 {
		n := min(len(writes), bulkWrites)
		j := &job{ctx: ctx, writes: writes[:n]}
		if err := l.submit(j); err != nil {
			j.results, j.errs = make([]Result, n), make([]error, n)
			for i := range j.errs {
				j.errs[i] = err
			}
		}
		results, errs = append(results, j.results...), append(errs, j.errs...)
		writes = writes[n:]
	}
	return results, errs
}
