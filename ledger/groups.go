package ledger

import (
	"context"
	"fmt"
)

// CountByPlace tells how many rows a query takes in, whatever its Limit and Offset, by the provider whose waiting list they stand on.
func (l *Ledger) CountByPlace(ctx context.Context, q Query) (map[string]int, error) {
	c, err := q.conditions()
	if err != nil {
		return nil, err
	}
	out := make(map[string]int)
	err = l.store.query(ctx, "SELECT r.list_provider, COUNT(*) FROM referral r WHERE "+c.sql.String()+" GROUP BY r.list_provider", c.args,
		func(r *row) error { out[r.string()] = int(r.int64()); return nil })
	if err != nil {
		return nil, fmt.Errorf("count rows by place: %w", err)
	}
	return out, nil
}
