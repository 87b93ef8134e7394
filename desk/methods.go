package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"rettid/day"
	"rettid/exception"
	"rettid/ledger"
)

// MethodsRefused are the lines of a file of methods that were refused. Nothing of such a file is entered.
type MethodsRefused []MethodRefused

// A MethodRefused is one line of a file of methods that was refused, and why.
type MethodRefused struct {
	Line int
	Why  *exception.Refusal
}

func (r MethodsRefused) Error() string {
	return fmt.Sprintf("%d lines are refused, the first is line %d: %s", len(r), r[0].Line, r[0].Why)
}

// ImportMethods enters the states of methods that a file tells into the national register, in one transaction: all of it or nothing. A state that is there already, of the same days, is left alone: importing again adds
// nothing. at says who enters it; a line has its own day. It gives how many states were added. The error is [MethodsRefused], or a fault, and then nothing was.
func (d *Desk) ImportMethods(ctx context.Context, lines []exception.MethodLine, key string, at exception.At) (added int, err error) {
	for i := 0; ; i++ {
		added, err = d.importMethods(ctx, lines, key, at)
		if errors.Is(err, ledger.ErrConflict) && i < tries {
			continue
		}
		var refused MethodsRefused
		if errors.As(err, &refused) {
			for _, r := range refused {
				l := lines[slices.IndexFunc(lines, func(l exception.MethodLine) bool { return l.Line == r.Line })]
				at.On = l.On
				if err := d.refused(ctx, exception.National, 0, &l.Do, at, d.Now(), r.Why); err != nil {
					return 0, err
				}
			}
		}
		return added, err
	}
}

func (d *Desk) importMethods(ctx context.Context, lines []exception.MethodLine, key string, at exception.At) (added int, err error) {
	all, err := d.Methods(ctx)
	if err != nil {
		return 0, err
	}
	ids := make(map[string]int64)
	for _, m := range all {
		if m.State.Entry != nil {
			ids[m.State.Entry.ID] = m.ID
		}
	}
	now := d.Now()
	known := day.FromTime(now)
	writes, logs := make(map[string]*ledger.Write), make(map[string][]exception.Entry)
	var order []string
	var refused MethodsRefused
	for i := range lines {
		l := &lines[i]
		id := l.Do.ID
		log, read := logs[id]
		if !read {
			if log, err = d.MatterLog(ctx, exception.National, ids[id]); err != nil {
				return 0, err
			}
			logs[id] = log
		}
		if state := exception.Fold(log); state.Entry != nil && state.Entry.Has(&l.Do, l.On) {
			continue
		}
		at.On = l.On
		o := MatterOrder{Tenant: exception.National, Matter: ids[id], Key: key + "/" + id, Known: now, At: at, Do: &l.Do}
		w, out, err := d.prepareMatter(ctx, o, log)
		var no *exception.Refusal
		switch {
		case errors.As(err, &no):
			refused = append(refused, MethodRefused{l.Line, no})
			continue
		case err != nil:
			return 0, fmt.Errorf("line %d: %w", l.Line, err)
		}
		logs[id] = append(log[:len(log):len(log)], exception.Entry{Seq: out.Seq, Known: known, Event: out.Event})
		if before := writes[id]; before != nil { // the state after the last of its lines, and the records of them all
			w.Expect, w.Records = before.Expect, append(before.Records, w.Records...)
		} else {
			order = append(order, id)
		}
		writes[id] = &w
		added++
	}
	if len(refused) > 0 {
		return 0, refused
	}
	var whole []ledger.Write
	for _, id := range order {
		whole = append(whole, *writes[id])
	}
	if _, err := d.Ledger.AppendWhole(ctx, whole); err != nil {
		return 0, err
	}
	return added, nil
}
