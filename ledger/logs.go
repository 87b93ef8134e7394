package ledger

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"

	"rettid/day"
)

// An Access is one look at a patient: who, in what role, where and why. Referral is 0 when it was not about one.
type Access struct {
	Tenant, Patient string
	Referral        int64
	Actor, Role     string
	Place, Purpose  string
	At              int64 // UTC microseconds
}

// Saw stores a look at a patient, and returns when it is on disk.
func (l *Ledger) Saw(ctx context.Context, a Access) error {
	if err := checkTexts(a.Tenant, a.Patient, a.Actor, a.Role, a.Place, a.Purpose); err != nil {
		return fmt.Errorf("log a look at a patient: %w", err)
	}
	err := l.do(ctx, &step{
		sql: "INSERT INTO access (tenant, patient, at, id, referral, actor, role, place, purpose) " +
			"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
		args: []any{a.Tenant, a.Patient, a.At, number(), a.Referral, a.Actor, a.Role, a.Place, a.Purpose}})
	if err != nil {
		return fmt.Errorf("log a look at patient %s: %w", a.Patient, err)
	}
	return nil
}

// number tells apart what happens in the same microsecond, and a retry from a second time.
func number() int64 {
	var b [8]byte
	rand.Read(b[:])
	return int64(binary.BigEndian.Uint64(b[:]) >> 1)
}

// Accesses gives the looks at a patient, the latest first. also are other ids the same patient was known by.
func (l *Ledger) Accesses(ctx context.Context, tenant, patient string, limit, offset int, also ...string) ([]Access, error) {
	args := []any{tenant, patient}
	for _, id := range also {
		args = append(args, id)
	}
	n := len(args) // marks come in the order of their numbers
	args = append(args, int64(limit), int64(offset))
	var all []Access
	err := l.store.query(ctx, "SELECT patient, referral, actor, role, place, purpose, at FROM access WHERE tenant = $1 AND patient IN ("+marks(2, n-1)+") "+
		fmt.Sprintf("ORDER BY at DESC, id DESC LIMIT CAST($%d AS BIGINT) OFFSET $%d", n+1, n+2), args,
		func(r *row) error {
			all = append(all, Access{Tenant: tenant, Patient: r.string(), Referral: r.int64(), Actor: r.string(), Role: r.string(),
				Place: r.string(), Purpose: r.string(), At: r.int64()})
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("read the looks at patient %s: %w", patient, err)
	}
	return all, nil
}

// A Refusal is one command that was refused, and by which norms.
type Refusal struct {
	Tenant      string
	Referral    int64 // 0: a new one
	Command     string
	Norms       string // ids, separated by spaces
	Role, Actor string
	Place       string
	At          int64   // UTC microseconds
	On          day.Day // the Oslo day
}

// Refused stores a refusal, and returns when it is on disk.
func (l *Ledger) Refused(ctx context.Context, f Refusal) error {
	if err := checkTexts(f.Tenant, f.Command, f.Norms, f.Role, f.Actor, f.Place); err != nil {
		return fmt.Errorf("log a refusal: %w", err)
	}
	err := l.do(ctx, &step{
		sql: "INSERT INTO refusal (tenant, at, id, referral, command, norms, role, actor, place, on_day) " +
			"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
		args: []any{f.Tenant, f.At, number(), f.Referral, f.Command, f.Norms, f.Role, f.Actor, f.Place, dayArg(f.On)}})
	if err != nil {
		return fmt.Errorf("log a refusal on referral %d: %w", f.Referral, err)
	}
	return nil
}

const refusalColumns = "referral, command, norms, role, actor, place, at, on_day"

// Refusals gives the refusals of a tenant, the latest first; of one referral only, unless it is 0.
func (l *Ledger) Refusals(ctx context.Context, tenant string, referral int64, limit, offset int) ([]Refusal, error) {
	sql, args := "SELECT "+refusalColumns+" FROM refusal WHERE tenant = $1 ORDER BY at DESC, id DESC LIMIT CAST($2 AS BIGINT) OFFSET $3",
		[]any{tenant, int64(limit), int64(offset)}
	if referral != 0 {
		sql = "SELECT " + refusalColumns + " FROM refusal WHERE tenant = $1 AND referral = $2 ORDER BY at DESC, id DESC LIMIT CAST($3 AS BIGINT) OFFSET $4"
		args = []any{tenant, referral, int64(limit), int64(offset)}
	}
	var all []Refusal
	err := l.store.query(ctx, sql, args, func(r *row) error {
		all = append(all, Refusal{Tenant: tenant, Referral: r.int64(), Command: r.string(), Norms: r.string(), Role: r.string(),
			Actor: r.string(), Place: r.string(), At: r.int64(), On: r.day()})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the refusals of %s: %w", tenant, err)
	}
	return all, nil
}

// An OutMessage is a stored Message with its key, (tenant, referral, seq, n), which the receiver can tell a repeat by.
type OutMessage struct {
	Tenant   string
	Referral int64
	Seq, N   int
	At       int64 // when it was written, UTC microseconds
	Sent     int64 // when it was sent; 0: not yet
	Message
}

// Pending gives messages not yet sent, the oldest first.
func (l *Ledger) Pending(ctx context.Context, tenant string, limit int) ([]OutMessage, error) {
	return l.messages(ctx, "tenant = $1 AND sent = 0 ORDER BY at, referral, seq, n LIMIT CAST($2 AS BIGINT)", tenant, int64(limit))
}

// PendingOf gives those of one kind.
func (l *Ledger) PendingOf(ctx context.Context, tenant, kind string, limit int) ([]OutMessage, error) {
	return l.messages(ctx, "tenant = $1 AND sent = 0 AND kind = $2 ORDER BY at, referral, seq, n LIMIT CAST($3 AS BIGINT)", tenant, kind, int64(limit))
}

// MessagesOf gives the messages of a referral, sent or not, in the order they were written.
func (l *Ledger) MessagesOf(ctx context.Context, tenant string, referral int64) ([]OutMessage, error) {
	return l.messages(ctx, "tenant = $1 AND referral = $2 ORDER BY seq, n", tenant, referral)
}

func (l *Ledger) messages(ctx context.Context, where string, args ...any) ([]OutMessage, error) {
	var all []OutMessage
	err := l.store.query(ctx, "SELECT tenant, referral, seq, n, at, sent, kind, recipient, body FROM outbox WHERE "+where, args,
		func(r *row) error {
			all = append(all, OutMessage{Tenant: r.string(), Referral: r.int64(), Seq: int(r.int64()), N: int(r.int64()), At: r.int64(),
				Sent: r.int64(), Message: Message{Kind: r.string(), To: r.string(), Body: r.blob()}})
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("read outgoing messages: %w", err)
	}
	return all, nil
}

// MessagesOfKind gives the messages of a kind, sent or not, in the order of the matters they belong to.
func (l *Ledger) MessagesOfKind(ctx context.Context, tenant, kind string) ([]OutMessage, error) {
	return l.messages(ctx, "tenant = $1 AND kind = $2 ORDER BY referral, seq, n", tenant, kind)
}

// RedactMessage puts another body in the place of a message's, for good: what stood there is not in the files any more. When, of what and to whom it was stays.
func (l *Ledger) RedactMessage(ctx context.Context, m OutMessage, body []byte) error {
	err := l.erase(ctx, false, &step{sql: "UPDATE outbox SET body = $1 WHERE tenant = $2 AND referral = $3 AND seq = $4 AND n = $5",
		args: []any{blobArg(body), m.Tenant, m.Referral, int64(m.Seq), int64(m.N)}})
	if err != nil {
		return fmt.Errorf("redact message %d of entry %d of %d: %w", m.N, m.Seq, m.Referral, err)
	}
	return nil
}

// MarkSent notes when messages were sent (UTC microseconds). Marking again keeps the first time.
func (l *Ledger) MarkSent(ctx context.Context, at int64, sent ...OutMessage) error {
	var steps []*step
	for _, m := range sent {
		steps = append(steps, &step{
			sql:  "UPDATE outbox SET sent = $1 WHERE tenant = $2 AND referral = $3 AND seq = $4 AND n = $5 AND sent = 0",
			args: []any{at, m.Tenant, m.Referral, int64(m.Seq), int64(m.N)}})
	}
	if len(steps) == 0 {
		return nil
	}
	if err := l.do(ctx, steps...); err != nil {
		return fmt.Errorf("mark %d messages as sent: %w", len(sent), err)
	}
	return nil
}

// A Setting is stored configuration: a value in force from a day (zero: always), as known from when it was stored.
type Setting struct {
	Tenant, Name string
	From         day.Day
	At           int64 // UTC microseconds
	Actor        string
	Value        []byte
}

// SetSetting stores a setting beside those before it. A later one for the same day speaks in its place.
func (l *Ledger) SetSetting(ctx context.Context, s Setting) error {
	if err := checkTexts(s.Tenant, s.Name, s.Actor); err != nil {
		return fmt.Errorf("store a setting: %w", err)
	}
	err := l.do(ctx, &step{
		sql: "INSERT INTO setting (tenant, name, valid_from, at, value, actor) VALUES ($1, $2, $3, $4, $5, $6) " +
			"ON CONFLICT (tenant, name, valid_from, at) DO UPDATE SET value = excluded.value, actor = excluded.actor",
		args: []any{s.Tenant, s.Name, dayArg(s.From), s.At, blobArg(s.Value), s.Actor}})
	if err != nil {
		return fmt.Errorf("store the setting %s: %w", s.Name, err)
	}
	return nil
}

// Settings gives what is in force on a day, by name.
func (l *Ledger) Settings(ctx context.Context, tenant string, on day.Day) (map[string]Setting, error) {
	all, err := l.AllSettings(ctx, tenant)
	if err != nil {
		return nil, err
	}
	inForce := make(map[string]Setting)
	for _, s := range all {
		if !s.From.After(on) {
			inForce[s.Name] = s
		}
	}
	return inForce, nil
}

// AllSettings gives every setting ever stored, by name, day and when it was stored.
func (l *Ledger) AllSettings(ctx context.Context, tenant string) ([]Setting, error) {
	var all []Setting
	err := l.store.query(ctx, "SELECT name, valid_from, at, actor, value FROM setting WHERE tenant = $1 ORDER BY name, valid_from, at",
		[]any{tenant}, func(r *row) error {
			all = append(all, Setting{Tenant: tenant, Name: r.string(), From: r.day(), At: r.int64(), Actor: r.string(), Value: r.blob()})
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("read the settings of %s: %w", tenant, err)
	}
	return all, nil
}
