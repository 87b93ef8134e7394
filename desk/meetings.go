package desk

import (
	"context"
	"fmt"
	"slices"

	"rettid/exception"
	"rettid/law"
	"rettid/ledger"
)

// Arrange carries out a step of the exception scheme with what follows of it in the calendar. A group case set down for another meeting leaves the agenda of the one it was set down for,
// while that is still to come, and stands on the new one with its papers; a meeting that is moved takes its cases' days with it. The meeting that was held keeps its agenda as it was.
//
// What follows is taken by the same person on the same day under keys made from the order's own, and only where it is not done already: asked again after a crash, the rest is done.
func (d *Desk) Arrange(ctx context.Context, o MatterOrder) (MatterOutcome, error) {
	out, err := d.TakeMatter(ctx, o)
	if err != nil {
		return out, err
	}
	switch c := o.Do.(type) {
	case *exception.SetMeeting:
		return out, d.moveCase(ctx, o, out, c)
	case *exception.Schedule:
		return out, d.moveMeeting(ctx, o, out, c)
	}
	return out, nil
}

// follow takes a step that follows of another.
func (d *Desk) follow(ctx context.Context, o MatterOrder, matter int64, name string, do exception.Command) error {
	next := MatterOrder{Tenant: o.Tenant, Matter: matter, At: o.At, Do: do, Known: o.Known}
	if o.Key != "" {
		next.Key = fmt.Sprintf("%s/%s/%d", o.Key, name, matter)
	}
	_, err := d.TakeMatter(ctx, next)
	return err
}

func (d *Desk) moveCase(ctx context.Context, o MatterOrder, out MatterOutcome, c *exception.SetMeeting) error {
	item := exception.Item{Matter: out.Matter, Title: d.caseTitle(ctx, &out.State)}
	for _, p := range out.State.Postponed {
		old, err := d.PeekMatter(ctx, o.Tenant, p.Meeting, View{})
		if err != nil || old.State.Meeting == nil || p.Meeting == c.Meeting {
			continue
		}
		i := slices.IndexFunc(old.State.Meeting.Agenda, func(x exception.Item) bool { return x.Matter == out.Matter })
		if i < 0 {
			continue
		}
		item = old.State.Meeting.Agenda[i]
		if old.State.Status != law.MeetingPlanned {
			continue
		}
		rest := slices.Delete(slices.Clone(old.State.Meeting.Agenda), i, i+1)
		if err := d.follow(ctx, o, p.Meeting, "off", &exception.SetAgenda{Items: rest}); err != nil {
			return err
		}
	}
	to, err := d.PeekMatter(ctx, o.Tenant, c.Meeting, View{})
	if err != nil {
		return err
	}
	t := to.State.Meeting
	if t == nil || to.State.Status != law.MeetingPlanned || slices.ContainsFunc(t.Agenda, func(x exception.Item) bool { return x.Matter == out.Matter }) {
		return nil
	}
	return d.follow(ctx, o, c.Meeting, "on", &exception.SetAgenda{Items: append(slices.Clone(t.Agenda), item)})
}

// caseTitle is what a group case is called on an agenda: the method's name in the register, its id, or its number.
func (d *Desk) caseTitle(ctx context.Context, m *exception.Matter) string {
	if m.Method != "" {
		rows, _, err := d.Ledger.Matters(ctx, ledger.MatterQuery{Tenants: []string{exception.National}, Process: exception.Process, Kinds: []string{string(law.MethodMatter)}, Name: m.Method, Limit: 1})
		if err == nil && len(rows) == 1 {
			if x, err := stateOf(rows[0]); err == nil && x.Entry != nil && x.Entry.Title != "" {
				return "Gruppeunntak: " + x.Entry.Title
			}
		}
		return "Gruppeunntak: " + m.Method
	}
	return "Gruppeunntak"
}

func (d *Desk) moveMeeting(ctx context.Context, o MatterOrder, out MatterOutcome, c *exception.Schedule) error {
	if out.State.Meeting == nil {
		return nil
	}
	for _, x := range out.State.Meeting.Agenda {
		if x.Matter == 0 {
			continue
		}
		g, err := d.PeekMatter(ctx, o.Tenant, x.Matter, View{})
		if err != nil {
			return err
		}
		if g.State.MeetingID != out.Matter || g.State.MeetingOn == c.Date || g.State.Status != law.ExceptionReceived {
			continue
		}
		if err := d.follow(ctx, o, x.Matter, "day", &exception.SetMeeting{Meeting: out.Matter, Date: c.Date}); err != nil {
			return err
		}
	}
	return nil
}

// validOthers finds the other group exceptions for the same method and indication with a yes, with the days they are valid, by their first day. A use without a method's id is like no other.
func (d *Desk) validOthers(ctx context.Context, tenant string, matter int64, m *exception.Matter) ([]law.Validity, error) {
	if m.Method == "" {
		return nil, nil
	}
	rows, _, err := d.Ledger.Matters(ctx, ledger.MatterQuery{Tenants: shared(tenant), Process: exception.Process, Kinds: []string{string(law.GroupException)}, Method: m.Method, Decided: true, Limit: 1 << 14})
	if err != nil {
		return nil, err
	}
	var out []law.Validity
	for _, r := range rows {
		if r.Matter == matter && r.Tenant == tenant {
			continue
		}
		x, err := stateOf(r)
		if err != nil {
			return nil, err
		}
		if v, ok := x.Valid(); ok && exception.Indication3(x.Form.Indication) == exception.Indication3(m.Form.Indication) {
			v.Matter = r.Matter
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b law.Validity) int {
		if c := a.From.Compare(b.From); c != 0 {
			return c
		}
		return int(a.Matter - b.Matter)
	})
	return out, nil
}

// Overlapping gives the other group exceptions that are valid on some day on which this one is, by their first day.
func (d *Desk) Overlapping(ctx context.Context, tenant string, matter int64, m *exception.Matter) ([]law.Validity, error) {
	mine, ok := m.Valid()
	if !ok {
		return nil, nil
	}
	all, err := d.validOthers(ctx, tenant, matter, m)
	return slices.DeleteFunc(all, func(v law.Validity) bool { return v.To.Before(mine.From) || v.From.After(mine.To) }), err
}
