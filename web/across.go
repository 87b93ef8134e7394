package web

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"rettid/day"
	"rettid/ledger"
	"rettid/referral"
	"rettid/words"
)

// A region is several trusts, each a tenant with its own chain, and a referral stays in the chain of the trust that first received it, whoever holds it
// later. So a hospital's list is gathered from every tenant: each gives its first rows in order, and they are merged here.

// A row is a current row with the state it was made of and who it is about.
type row struct {
	ledger.Row
	State  referral.Referral
	Person ledger.Person
}

// readState folds nothing: it reads the state stored with the row.
func readState(r ledger.Row) (referral.Referral, error) {
	var state referral.Referral
	if err := json.Unmarshal(r.State, &state); err != nil {
		return state, fmt.Errorf("read the state of referral %d: %w", r.Referral, err)
	}
	return state, nil
}

func (s *site) tenants(ctx context.Context, only string) ([]string, error) {
	if only != "" {
		return []string{only}, nil
	}
	pos, err := s.heads(ctx)
	if err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(pos)), nil
}

// A cursor reads one tenant's rows in order, some at a time.
type cursor struct {
	q    ledger.Query
	rows []ledger.Row
	done bool
}

// batch is the most rows read of a tenant at a time: the memory of a list does not grow with its length.
const batch = 500

// each gives fn every row over every tenant in order, until it says that it wants no more.
func (s *site) each(ctx context.Context, q ledger.Query, size int, fn func(ledger.Row) (more bool, err error)) error {
	tenants, err := s.tenants(ctx, q.Tenant)
	if err != nil {
		return err
	}
	size = min(size, batch)
	people := make(map[[2]string]ledger.Person)
	parts := s.parts(tenants, q)
	shared := len(parts) > len(tenants) // several cursors read the same tenant's people
	refill := func(c *cursor) error {
		rows, _, err := s.desk.Ledger.List(ctx, c.q)
		if err != nil {
			return err
		}
		c.rows, c.done = rows, len(rows) < size
		if len(rows) == 0 {
			return nil
		}
		if c.q.After = ledger.KeyOf(c.q.Sort, rows[len(rows)-1]); c.q.After.IsZero() { // an order that is not paged by key
			c.q.Offset += len(rows)
		}
		if q.Sort != "patient" {
			return nil
		}
		maps.DeleteFunc(people, func(k [2]string, _ ledger.Person) bool { return k[0] == c.q.Tenant && !shared })
		return s.persons(ctx, rows, people)
	}
	var cursors []*cursor
	for _, q := range parts {
		q.Limit, q.Offset, q.NoTotal = size, 0, true
		c := &cursor{q: q}
		if err := refill(c); err != nil {
			return err
		}
		if len(c.rows) > 0 {
			cursors = append(cursors, c)
		}
	}
	before := inOrder(q, people)
	for len(cursors) > 0 {
		first := 0
		for i := range cursors {
			if before(cursors[i].rows[0], cursors[first].rows[0]) < 0 {
				first = i
			}
		}
		c := cursors[first]
		if more, err := fn(c.rows[0]); err != nil || !more {
			return err
		}
		if c.rows = c.rows[1:]; len(c.rows) == 0 && !c.done {
			if err := refill(c); err != nil {
				return err
			}
		}
		if len(c.rows) == 0 {
			cursors = slices.Delete(cursors, first, first+1)
		}
	}
	return nil
}

// list gives one page of rows over every tenant, in order, and how many there are in all.
func (s *site) list(ctx context.Context, q ledger.Query) (rows []row, total int, err error) {
	rows, total, _, err = s.listMore(ctx, q)
	return rows, total, err
}

// listMore is list, and tells whether there are more than the total says. The rows of one tenant and place are one query; those of several are merged.
func (s *site) listMore(ctx context.Context, q ledger.Query) (rows []row, total int, more bool, err error) {
	if total, more, err = s.countAll(ctx, q); err != nil || q.Offset >= total && !more {
		return nil, total, more, err
	}
	tenants, err := s.tenants(ctx, q.Tenant)
	if err != nil {
		return nil, 0, false, err
	}
	var page []ledger.Row
	if parts := s.parts(tenants, q); len(parts) == 1 {
		one := parts[0]
		one.NoTotal = true
		page, _, err = s.desk.Ledger.List(ctx, one)
	} else {
		skip := q.Offset
		err = s.each(ctx, q, q.Offset+q.Limit, func(r ledger.Row) (bool, error) {
			if skip > 0 {
				skip--
				return true, nil
			}
			page = append(page, r)
			return len(page) < q.Limit, nil
		})
	}
	if err != nil {
		return nil, 0, false, err
	}
	rows, err = s.whole(ctx, page)
	return rows, total, more, err
}

// whole adds the states and the persons to rows.
func (s *site) whole(ctx context.Context, some []ledger.Row) ([]row, error) {
	people := make(map[[2]string]ledger.Person)
	if err := s.persons(ctx, some, people); err != nil {
		return nil, err
	}
	rows := make([]row, len(some))
	for i, r := range some {
		state, err := s.states.read(r)
		if err != nil {
			return nil, err
		}
		rows[i] = row{Row: r, State: state, Person: people[[2]string{r.Tenant, r.Patient}]}
	}
	return rows, nil
}

// persons adds those the rows are about.
func (s *site) persons(ctx context.Context, rows []ledger.Row, into map[[2]string]ledger.Person) error {
	wanted := make(map[string][]string)
	for _, r := range rows {
		if _, has := into[[2]string{r.Tenant, r.Patient}]; !has && r.Patient != "" {
			wanted[r.Tenant] = append(wanted[r.Tenant], r.Patient)
		}
	}
	for tenant, ids := range wanted {
		found, err := s.desk.Ledger.Persons(ctx, tenant, ids)
		if err != nil {
			return err
		}
		for id, p := range found {
			into[[2]string{tenant, id}] = p
		}
	}
	return nil
}

// inOrder orders rows of several tenants as the ledger orders those of one: rows without the value last, whatever the direction.
func inOrder(q ledger.Query, people map[[2]string]ledger.Person) func(a, b ledger.Row) int {
	turn := 1
	if q.Desc {
		turn = -1
	}
	days := func(of func(ledger.Row) day.Day) func(a, b ledger.Row) int {
		return func(a, b ledger.Row) int {
			x, y := of(a), of(b)
			if x.IsZero() || y.IsZero() {
				return cmp.Compare(boolInt(x.IsZero()), boolInt(y.IsZero()))
			}
			return turn * x.Compare(y)
		}
	}
	var by func(a, b ledger.Row) int
	switch q.Sort {
	case "left", "deadline":
		by = days(func(r ledger.Row) day.Day { return r.StartBy })
	case "waited", "seniority":
		by = days(func(r ledger.Row) day.Day { return r.Seniority })
	case "duty":
		by = days(func(r ledger.Row) day.Day { return r.NextDue })
	case "assess_by":
		by = days(func(r ledger.Row) day.Day { return r.AssessBy })
	case "urgency":
		due := days(func(r ledger.Row) day.Day { return r.AssessBy })
		by = func(a, b ledger.Row) int { return cmp.Or(cmp.Compare(b.Urgency, a.Urgency), due(a, b)) }
	case "arrival":
		came := days(func(r ledger.Row) day.Day { return r.Received })
		by = func(a, b ledger.Row) int { return cmp.Or(cmp.Compare(b.Urgency, a.Urgency), came(a, b)) }
	case "appointment":
		on := days(func(r ledger.Row) day.Day { return r.ApptFrom })
		by = func(a, b ledger.Row) int { return cmp.Or(on(a, b), turn*cmp.Compare(a.ApptMinute, b.ApptMinute)) }
	case "condition":
		by = func(a, b ledger.Row) int {
			if a.Condition == "" || b.Condition == "" {
				return cmp.Compare(boolInt(a.Condition == ""), boolInt(b.Condition == ""))
			}
			return turn * strings.Compare(a.Condition, b.Condition)
		}
	case "patient":
		by = func(a, b ledger.Row) int {
			p, q := people[[2]string{a.Tenant, a.Patient}], people[[2]string{b.Tenant, b.Patient}]
			return turn * cmp.Or(words.Compare(words.NB, p.Family, q.Family), words.Compare(words.NB, p.Given, q.Given))
		}
	default:
		by = func(a, b ledger.Row) int { return 0 }
	}
	return func(a, b ledger.Row) int {
		return cmp.Or(by(a, b), cmp.Compare(a.Referral, b.Referral), strings.Compare(a.Tenant, b.Tenant))
	}
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// deepest is how far into the duties of a whole region one can leaf: nobody does a duty on page two hundred, and narrowing is one choice away.
const deepest = 200 * perPage

// A dutyRow is a duty, the referral it is owed on and who it is about.
type dutyRow struct {
	ledger.DutyRow
	State  referral.Referral
	Person ledger.Person
}

// duties gives one page of open duties over every tenant, by date, and how many there are in all.
func (s *site) duties(ctx context.Context, q ledger.DutyQuery) (duties []dutyRow, total int, err error) {
	tenants, err := s.tenants(ctx, q.Tenant)
	if err != nil {
		return nil, 0, err
	}
	var all []ledger.DutyRow
	ask := q
	if q.Offset > deepest {
		return nil, 0, badRequest{code: "web.too_deep"}
	}
	parts := s.dutyParts(tenants, q)
	if len(parts) > 1 && q.Limit > 0 {
		ask.Limit, ask.Offset = q.Offset+q.Limit, 0
	}
	for _, part := range parts {
		part.Limit, part.Offset = ask.Limit, ask.Offset
		some, n, err := s.desk.Ledger.Duties(ctx, part)
		if err != nil {
			return nil, 0, err
		}
		all = append(all, some...)
		total += n
	}
	if len(parts) > 1 {
		slices.SortStableFunc(all, func(a, b ledger.DutyRow) int {
			x, y := a.Duty.Due, b.Duty.Due
			if x.IsZero() || y.IsZero() {
				return cmp.Or(cmp.Compare(boolInt(x.IsZero()), boolInt(y.IsZero())), cmp.Compare(a.Referral, b.Referral))
			}
			turn := 1
			if q.Desc {
				turn = -1
			}
			return cmp.Or(turn*x.Compare(y), cmp.Compare(a.Referral, b.Referral))
		})
		all = all[min(q.Offset, len(all)):min(q.Offset+q.Limit, len(all))]
	}
	rows := make([]ledger.Row, len(all))
	for i := range all {
		rows[i] = all[i].Row
	}
	people := make(map[[2]string]ledger.Person)
	if err := s.persons(ctx, rows, people); err != nil {
		return nil, 0, err
	}
	duties = make([]dutyRow, len(all))
	for i, d := range all {
		duties[i] = dutyRow{DutyRow: d, Person: people[[2]string{d.Row.Tenant, d.Row.Patient}]}
		if duties[i].State, err = s.states.read(d.Row); err != nil {
			return nil, 0, err
		}
	}
	return duties, total, nil
}

// caseNumber writes a case's number as people say it: "FJO-4711".
func caseNumber(tenant string, id int64) string { return tenant + "-" + strconv.FormatInt(id, 10) }

// caseURL is the address of a case. It holds a number and never a name.
func caseURL(tenant string, id int64) string {
	var b bytes.Buffer
	b.WriteString("/sak/")
	b.WriteString(pathPart(tenant))
	b.WriteString("/")
	b.WriteString(strconv.FormatInt(id, 10))
	return b.String()
}
