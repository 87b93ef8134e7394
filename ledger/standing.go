package ledger

import (
	"context"
	"fmt"

	"rettid/day"
)

// Figures over everything. A count over a million referrals reads of each row where it stands and the state, one at a time, in runs of numbers: no question holds the
// database for long, and what is recorded meanwhile is not held up.

// A Standing is where a referral stands, and its folded state.
type Standing struct {
	Referral                                int64
	Provider, ListProvider, Unit, Specialty string
	State                                   []byte // as JSON; only until the next is given
}

// Numbers gives the last number given to a referral, or to a matter, of each tenant.
func (l *Ledger) Numbers(ctx context.Context) (map[string]int64, error) {
	out := make(map[string]int64)
	err := l.store.query(ctx, "SELECT tenant, referrals FROM tenant", nil, func(r *row) error { out[r.string()] = r.int64(); return nil })
	if err != nil {
		return nil, fmt.Errorf("read the last numbers: %w", err)
	}
	return out, nil
}

// EachStanding gives fn, in no order, the referrals of one tenant numbered first to last that a query takes in and that a count from a day on can concern: those
// open, those assessed or whose wait ended on that day or later, and those with the right whose wait has no end recorded. fn must not use the ledger.
func (l *Ledger) EachStanding(ctx context.Context, q Query, first, last int64, since day.Day, fn func(*Standing) error) error {
	c, err := q.conditions(nil, false)
	if err != nil {
		return err
	}
	from := dayArg(since)
	c.and("r.referral >= ? AND r.referral <= ? AND (r.is_open = 1 OR r.wait_end >= ? OR r.assessed_on >= ? OR r.wait_end = 0 AND r.right_to = 'granted')", first, last, from, from)
	var x Standing
	err = l.store.query(ctx, "SELECT r.referral, r.provider, r.list_provider, r.unit, r.specialty, r.state FROM referral r WHERE "+c.sql.String(), c.args, func(r *row) error {
		x.Referral, x.Provider, x.ListProvider, x.Unit, x.Specialty = r.int64(), r.string(), r.string(), r.string(), r.string()
		x.State = r.onto(x.State[:0])
		return fn(&x)
	})
	if err != nil {
		return fmt.Errorf("read how the referrals of %s stand: %w", q.Tenant, err)
	}
	return nil
}
