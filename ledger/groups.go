package ledger

import (
	"context"
	"fmt"
	"strings"

	"rettid/day"
)

// A UnitWeek is a unit and the Monday of a week.
type UnitWeek struct {
	Unit   string
	Monday day.Day
}

// CountByWeek tells how many rows a query takes in by unit and week: of the appointment, or of the deadline.
func (l *Ledger) CountByWeek(ctx context.Context, q Query, deadline bool) (map[UnitWeek]int, error) {
	column := "r.appt_from"
	if deadline {
		column = "r.start_by"
	}
	// Day 1 is a Monday.
	week := "(" + column + " - 1) / 7"
	out := make(map[UnitWeek]int)
	err := l.groups(ctx, q, "r.unit, "+week, column+" > 0", func(r *row) error {
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
	out := make(map[string]int)
	err := l.groups(ctx, q, "r.list_provider", "", func(r *row) error { at := r.string(); out[at] += int(r.int64()); return nil })
	if err != nil {
		return nil, fmt.Errorf("count rows by place: %w", err)
	}
	return out, nil
}

// groups counts the rows of a query by some columns, of each tenant apart, by one question to the database.
func (l *Ledger) groups(ctx context.Context, q Query, by, with string, fn func(*row) error) error {
	var each []string
	var args []any
	for _, part := range q.split() {
		c, err := part.conditions(args, false)
		if err != nil {
			return err
		}
		if with != "" {
			c.and(with)
		}
		each, args = append(each, "SELECT "+by+", COUNT(*) FROM referral r WHERE "+c.sql.String()+" GROUP BY "+by), c.args
	}
	return l.store.query(ctx, strings.Join(each, " UNION ALL "), args, fn)
}
