package ledger

import (
	"context"
	"fmt"

	"rettid/day"
)

// A UnitWeek is a unit and the Monday of a week.
type UnitWeek struct {
	Unit   string
	Monday day.Day
}

// CountByWeek tells how many rows a query takes in by unit and week: of the appointment, or of the deadline.
func (l *Ledger) CountByWeek(ctx context.Context, q Query, deadline bool) (map[UnitWeek]int, error) {
	c, err := q.conditions()
	if err != nil {
		return nil, err
	}
	column := "r.appt_from"
	if deadline {
		column = "r.start_by"
	}
	c.and(column + " > 0")
	out := make(map[UnitWeek]int)
	// Day 1 is a Monday.
	week := "(" + column + " - 1) / 7"
	err = l.store.query(ctx, "SELECT r.unit, "+week+", COUNT(*) FROM referral r WHERE "+c.sql.String()+" GROUP BY r.unit, "+week, c.args, func(r *row) error {
		unit, n := r.string(), r.int64()
		if n < 0 || n*7+1 > lastDay {
			return fmt.Errorf("a stored day is in week %d", n)
		}
		out[UnitWeek{unit, day.FromNumber(int32(n*7 + 1))}] += int(r.int64())
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count rows by week: %w", err)
	}
	return out, nil
}

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
