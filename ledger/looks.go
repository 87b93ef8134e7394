package ledger

import (
	"context"
	"fmt"
)

// A LookQuery asks for looks at the patients of a tenant. Empty fields do not narrow it.
type LookQuery struct {
	Tenant         string
	From, To       int64 // when, UTC microseconds: From included, To not; 0: no limit
	Actor, Patient string
	Place          string
	Purposes       []string // any of them
	Limit          int      // 0: all
}

// Looks gives looks at the patients of a tenant, the latest first.
func (l *Ledger) Looks(ctx context.Context, q LookQuery) ([]Access, error) {
	c := &conditions{}
	c.and("tenant = ?", q.Tenant)
	if q.From != 0 {
		c.and("at >= ?", q.From)
	}
	if q.To != 0 {
		c.and("at < ?", q.To)
	}
	c.equal("actor", q.Actor)
	c.equal("patient", q.Patient)
	c.equal("place", q.Place)
	if len(q.Purposes) > 0 {
		args := make([]any, len(q.Purposes))
		for i, p := range q.Purposes {
			args[i] = p
		}
		c.and("purpose IN ("+list(len(args))+")", args...)
	}
	sql := "SELECT patient, referral, actor, role, place, purpose, at FROM access WHERE " + c.sql.String() + " ORDER BY at DESC, id DESC"
	if q.Limit > 0 {
		c.args = append(c.args, int64(q.Limit))
		sql += fmt.Sprintf(" LIMIT CAST($%d AS BIGINT)", len(c.args))
	}
	var all []Access
	err := l.store.query(ctx, sql, c.args, func(r *row) error {
		all = append(all, Access{Tenant: q.Tenant, Patient: r.string(), Referral: r.int64(), Actor: r.string(), Role: r.string(), Place: r.string(), Purpose: r.string(), At: r.int64()})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the looks of %s: %w", q.Tenant, err)
	}
	return all, nil
}
