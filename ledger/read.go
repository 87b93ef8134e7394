package ledger

import (
	"context"
	"fmt"
	"slices"
)

// Records gives a referral's log in order; none when there is no such referral.
func (l *Ledger) Records(ctx context.Context, tenant string, referral int64) ([]Record, error) {
	var all []Record
	err := l.store.query(ctx, "SELECT "+recordColumns+" FROM record WHERE tenant = $1 AND referral = $2 ORDER BY seq",
		[]any{tenant, referral}, func(r *row) error { all = append(all, scanRecord(r)); return nil })
	if err != nil {
		return nil, fmt.Errorf("read the log of referral %d: %w", referral, err)
	}
	return all, nil
}

// LogsOf gives fn the logs of some referrals, or matters, of a tenant, each whole and once, by number. What is not there is left out. fn must not use the ledger.
func (l *Ledger) LogsOf(ctx context.Context, tenant string, ids []int64, fn func(id int64, recs []Record) error) error {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	for some := range slices.Chunk(ids, 500) { // marks in one statement
		args := []any{tenant}
		for _, id := range some {
			args = append(args, id)
		}
		for n := len(some); n&(n-1) != 0; n++ { // few different statements are kept
			args = append(args, some[len(some)-1])
		}
		var recs []Record
		give := func() error {
			if len(recs) == 0 {
				return nil
			}
			return fn(recs[0].Referral, recs)
		}
		err := l.store.query(ctx, "SELECT "+recordColumns+" FROM record WHERE tenant = $1 AND referral IN ("+marks(2, len(args)-1)+") ORDER BY referral, seq", args, func(r *row) error {
			rec := scanRecord(r)
			if len(recs) > 0 && recs[0].Referral != rec.Referral {
				if err := give(); err != nil {
					return err
				}
				recs = nil // fn may keep what it was given
			}
			recs = append(recs, rec)
			return nil
		})
		if err == nil {
			err = give()
		}
		if err != nil {
			return fmt.Errorf("read %d logs: %w", len(some), err)
		}
	}
	return nil
}

// Row gives a referral's current row, and whether there is one.
func (l *Ledger) Row(ctx context.Context, tenant string, referral int64) (Row, bool, error) {
	var got Row
	ok := false
	err := l.store.query(ctx, "SELECT "+rowColumns+" FROM referral WHERE tenant = $1 AND referral = $2",
		[]any{tenant, referral}, func(r *row) error { got, ok = scanRow(r), true; return nil })
	if err != nil {
		return Row{}, false, fmt.Errorf("read the row of referral %d: %w", referral, err)
	}
	return got, ok, nil
}

// RowsOf gives the current rows of a patient's referrals, by number.
func (l *Ledger) RowsOf(ctx context.Context, tenant, patient string) ([]Row, error) {
	var all []Row
	err := l.store.query(ctx, "SELECT "+rowColumns+" FROM referral WHERE tenant = $1 AND patient = $2 ORDER BY referral",
		[]any{tenant, patient}, func(r *row) error { all = append(all, scanRow(r)); return nil })
	if err != nil {
		return nil, fmt.Errorf("read the rows of patient %s: %w", patient, err)
	}
	return all, nil
}

// DutiesOf gives what is owed on a referral, in the order they were written, those not yet open among them.
func (l *Ledger) DutiesOf(ctx context.Context, tenant string, referral int64) ([]Duty, error) {
	var all []Duty
	err := l.store.query(ctx, "SELECT "+dutyColumns+" FROM duty WHERE tenant = $1 AND referral = $2 ORDER BY n",
		[]any{tenant, referral}, func(r *row) error { _, d := scanDuty(r); all = append(all, d); return nil })
	if err != nil {
		return nil, fmt.Errorf("read the duties of referral %d: %w", referral, err)
	}
	return all, nil
}

// Known gives the referral that another system's id belongs to, and whether there is one.
func (l *Ledger) Known(ctx context.Context, tenant, source, external string) (int64, bool, error) {
	var id int64
	ok := false
	err := l.store.query(ctx, selectLink, []any{tenant, source, external},
		func(r *row) error { id, ok = r.int64(), true; return nil })
	if err != nil {
		return 0, false, fmt.Errorf("look up an external id: %w", err)
	}
	return id, ok, nil
}

// LinkedAll gives every referral that has an id of a source, by external id.
func (l *Ledger) LinkedAll(ctx context.Context, tenant, source string) ([]int64, error) {
	var all []int64
	err := l.store.query(ctx, "SELECT referral FROM link WHERE tenant = $1 AND source = $2 ORDER BY external", []any{tenant, source},
		func(r *row) error { all = append(all, r.int64()); return nil })
	if err != nil {
		return nil, fmt.Errorf("read the referrals with an id of one source: %w", err)
	}
	return all, nil
}

// Links gives the other systems' ids of a referral, by source.
func (l *Ledger) Links(ctx context.Context, tenant string, referral int64) ([]Link, error) {
	var all []Link
	err := l.store.query(ctx, "SELECT source, external FROM link WHERE tenant = $1 AND referral = $2 ORDER BY source, external",
		[]any{tenant, referral}, func(r *row) error { all = append(all, Link{r.string(), r.string()}); return nil })
	if err != nil {
		return nil, fmt.Errorf("read the external ids of referral %d: %w", referral, err)
	}
	return all, nil
}

// Tenants gives every tenant that has a record, in order.
func (l *Ledger) Tenants(ctx context.Context) ([]string, error) {
	var all []string
	err := l.store.query(ctx, "SELECT tenant FROM tenant ORDER BY tenant", nil,
		func(r *row) error { all = append(all, r.string()); return nil })
	if err != nil {
		return nil, fmt.Errorf("read the tenants: %w", err)
	}
	return all, nil
}

// each gives every row of a query to fn, one at a time, as of one moment. A database in memory has one connection, so there
// they are all read before the first is given, and fn may use the ledger on any database.
func each[T any](ctx context.Context, l *Ledger, sql string, args []any, scan func(*row) T, fn func(T) error) error {
	if !l.store.alone() {
		return l.store.query(ctx, sql, args, func(r *row) error {
			v := scan(r)
			if r.err != nil {
				return r.err
			}
			return fn(v)
		})
	}
	var all []T
	if err := l.store.query(ctx, sql, args, func(r *row) error { all = append(all, scan(r)); return nil }); err != nil {
		return err
	}
	for _, v := range all {
		if err := fn(v); err != nil {
			return err
		}
	}
	return nil
}

// EachReferral gives fn the log of every referral, in order of referral and seq. It streams: memory does not grow with the
// number of referrals. An error from fn ends it.
func (l *Ledger) EachReferral(ctx context.Context, tenant string, fn func(id int64, recs []Record) error) error {
	return l.eachLog(ctx, tenant, "", func(r *Record) bool { return r.Process() == "" }, fn)
}

// eachLog gives fn every log of a tenant whose records are wanted; which narrows the query.
func (l *Ledger) eachLog(ctx context.Context, tenant, which string, wanted func(*Record) bool, fn func(id int64, recs []Record) error) error {
	var recs []Record
	err := each(ctx, l, "SELECT "+recordColumns+" FROM record WHERE tenant = $1"+which+" ORDER BY referral, seq", []any{tenant}, scanRecord,
		func(rec Record) error {
			if !wanted(&rec) {
				return nil
			}
			if len(recs) > 0 && recs[0].Referral != rec.Referral {
				if err := fn(recs[0].Referral, recs); err != nil {
					return err
				}
				recs = nil // fn may keep what it was given
			}
			recs = append(recs, rec)
			return nil
		})
	if err == nil && len(recs) > 0 {
		err = fn(recs[0].Referral, recs)
	}
	if err != nil {
		return fmt.Errorf("read the logs of %s: %w", tenant, err)
	}
	return nil
}

// EachRecord gives fn every record from a place in the tenant's chain on, in the chain's order. It streams.
func (l *Ledger) EachRecord(ctx context.Context, tenant string, fromPos int64, fn func(Record) error) error {
	err := each(ctx, l, "SELECT "+recordColumns+" FROM record WHERE tenant = $1 AND pos >= $2 ORDER BY pos", []any{tenant, fromPos},
		scanRecord, fn)
	if err != nil {
		return fmt.Errorf("read the chain of %s: %w", tenant, err)
	}
	return nil
}

// EachRow gives fn every current row, by referral. It streams.
func (l *Ledger) EachRow(ctx context.Context, tenant string, fn func(Row) error) error {
	err := each(ctx, l, "SELECT "+rowColumns+" FROM referral WHERE tenant = $1 ORDER BY referral", []any{tenant}, scanRow, fn)
	if err != nil {
		return fmt.Errorf("read the rows of %s: %w", tenant, err)
	}
	return nil
}

// EachDuty gives fn everything owed, by referral. It streams.
func (l *Ledger) EachDuty(ctx context.Context, tenant string, fn func(referral int64, d Duty) error) error {
	type owed struct {
		referral int64
		duty     Duty
	}
	err := each(ctx, l, "SELECT "+dutyColumns+" FROM duty WHERE tenant = $1 ORDER BY referral, n", []any{tenant},
		func(r *row) owed { id, d := scanDuty(r); return owed{id, d} },
		func(o owed) error { return fn(o.referral, o.duty) })
	if err != nil {
		return fmt.Errorf("read the duties of %s: %w", tenant, err)
	}
	return nil
}

// Head gives the end of a tenant's chain: the place and digest of its last record, 0 and zeros without any. A head noted
// elsewhere proves later that nothing before it has been changed.
func (l *Ledger) Head(ctx context.Context, tenant string) (pos int64, digest [32]byte, err error) {
	err = l.store.query(ctx, selectHead, []any{tenant}, func(r *row) error { pos, digest = r.int64(), r.digest(); return nil })
	if err != nil {
		return 0, digest, fmt.Errorf("read the head of the chain of %s: %w", tenant, err)
	}
	return pos, digest, nil
}

// Heads gives the end of every tenant's chain, the place of its last record: what has not moved on since an earlier look has not changed.
func (l *Ledger) Heads(ctx context.Context) (map[string]int64, error) {
	out := make(map[string]int64)
	err := l.store.query(ctx, "SELECT tenant, pos FROM tenant", nil, func(r *row) error { out[r.string()] = r.int64(); return nil })
	if err != nil {
		return nil, fmt.Errorf("read the heads of the chains: %w", err)
	}
	return out, nil
}

// ErrBroken tells where a tenant's chain does not hold.
type ErrBroken struct {
	Tenant string
	Pos    int64  // the first place that is not as it should be
	Why    string // "changed", "missing", "head"
}

func (e ErrBroken) Error() string {
	what := map[string]string{
		"changed": "the record there, or one before it, is not what was written",
		"missing": "a record is missing there",
		"head":    "the records end there, and the chain's head says otherwise",
	}[e.Why]
	return fmt.Sprintf("the chain of %s breaks at place %d: %s", e.Tenant, e.Pos, what)
}

// VerifyChain computes every digest of a tenant's chain again and compares it with what is stored, and the end with the head.
// It gives the number of records that hold and the digest of the last of them; ErrBroken tells where it breaks. Appends
// go on meanwhile: what is added after the beginning is not looked at.
func (l *Ledger) VerifyChain(ctx context.Context, tenant string) (n int64, head [32]byte, err error) {
	pos, want, err := l.Head(ctx, tenant)
	if err != nil {
		return 0, head, err
	}
	err = each(ctx, l, "SELECT "+recordColumns+" FROM record WHERE tenant = $1 AND pos <= $2 ORDER BY pos", []any{tenant, pos},
		scanRecord, func(rec Record) error {
			if rec.Pos != n+1 {
				return ErrBroken{tenant, n + 1, "missing"}
			}
			if rec.digest(head) != rec.Digest {
				return ErrBroken{tenant, rec.Pos, "changed"}
			}
			n, head = rec.Pos, rec.Digest
			return nil
		})
	if err == nil && (n != pos || head != want) {
		err = ErrBroken{tenant, n + 1, "head"}
	}
	if err != nil {
		return n, head, fmt.Errorf("verify the chain: %w", err)
	}
	return n, head, nil
}

// Done gives what a command's key led to, and whether it has been used: a retry is answered without being decided again.
func (l *Ledger) Done(ctx context.Context, tenant, key string) (Result, bool, error) {
	var got Result
	ok := false
	err := l.store.query(ctx, "SELECT referral, seq, pos FROM record WHERE tenant = $1 AND key = $2 ORDER BY part DESC LIMIT 1",
		[]any{tenant, key}, func(r *row) error {
			got, ok = Result{Referral: r.int64(), Seq: int(r.int64()), Pos: r.int64(), Replayed: true}, true
			return nil
		})
	if err != nil {
		return Result{}, false, fmt.Errorf("look up a command's key: %w", err)
	}
	return got, ok, nil
}
