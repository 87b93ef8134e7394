package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"rettid/ledger"
	"rettid/referral"
)

// A region is several trusts, each a tenant with its own chain, and a referral stays in the chain of the trust that first received it, whoever holds it
// later. So a hospital's list is asked of every tenant, and the ledger gives them in one order by one question.

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

// batch is the most rows read at a time: the memory of a list does not grow with its length.
const batch = 500

// each gives fn every row over every tenant in order, until it says that it wants no more.
func (s *site) each(ctx context.Context, q ledger.Query, size int, fn func(ledger.Row) (more bool, err error)) error {
	tenants, err := s.tenants(ctx, q.Tenant)
	if err != nil {
		return err
	}
	q, ok := s.within(tenants, q)
	if !ok {
		return nil
	}
	for q.Limit, q.Offset, q.NoTotal = min(size, batch), 0, true; ; {
		rows, _, err := s.desk.Ledger.List(ctx, q)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if more, err := fn(r); err != nil || !more {
				return err
			}
		}
		if len(rows) < q.Limit {
			return nil
		}
		q.After = ledger.KeyOf(q.Sort, rows[len(rows)-1])
	}
}

// list gives one page of rows over every tenant, in order, and how many there are in all.
func (s *site) list(ctx context.Context, q ledger.Query) (rows []row, total int, err error) {
	rows, total, _, err = s.listMore(ctx, q)
	return rows, total, err
}

// listMore is list, and tells whether there are more than the total says.
func (s *site) listMore(ctx context.Context, q ledger.Query) (rows []row, total int, more bool, err error) {
	page, total, more, err := s.listPage(ctx, q)
	if err != nil {
		return nil, 0, false, err
	}
	rows, err = s.whole(ctx, page)
	return rows, total, more, err
}

// listPage is listMore, of the rows as they stand in the ledger.
func (s *site) listPage(ctx context.Context, q ledger.Query) (page []ledger.Row, total int, more bool, err error) {
	if total, more, err = s.countAll(ctx, q); err != nil || q.Offset >= total && !more {
		return nil, total, more, err
	}
	tenants, err := s.tenants(ctx, q.Tenant)
	if err != nil {
		return nil, 0, false, err
	}
	q, ok := s.within(tenants, q)
	if !ok {
		return nil, total, more, nil
	}
	pos, err := s.headsOf(ctx, tenants)
	if err != nil {
		return nil, 0, false, err
	}
	q.NoTotal = true
	if page, _, err = s.desk.Ledger.List(ctx, s.leafed.before(q, pos)); err != nil {
		return nil, 0, false, err
	}
	s.leafed.note(q, pos, page)
	return page, total, more, nil
}

// A line is a row of the waiting list as it is asked for, and who it is about: what the row was made of is read only when the line is not kept.
type line struct {
	ledger.Row
	Person ledger.Person
}

// listLines is listMore, of lines.
func (s *site) listLines(ctx context.Context, q ledger.Query) (lines []line, total int, more bool, err error) {
	q.Lines = true
	page, total, more, err := s.listPage(ctx, q)
	if err != nil || len(page) == 0 {
		return nil, total, more, err
	}
	people := make(map[[2]string]ledger.Person, len(page))
	if err := addPersons(ctx, page, people, s.desk.Ledger.NamesOf); err != nil {
		return nil, 0, false, err
	}
	lines = make([]line, len(page))
	for i, r := range page {
		lines[i] = line{r, people[[2]string{r.Tenant, r.Patient}]}
	}
	return lines, total, more, nil
}

// findPersons finds persons of several tenants, ids by tenant.
type findPersons func(ctx context.Context, ids map[string][]string) ([]ledger.Person, error)

// whole adds the states and the persons to rows.
func (s *site) whole(ctx context.Context, some []ledger.Row) ([]row, error) {
	people := make(map[[2]string]ledger.Person)
	if err := addPersons(ctx, some, people, s.desk.Ledger.PersonsOf); err != nil {
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

// addPersons adds those the rows are about.
func addPersons(ctx context.Context, rows []ledger.Row, into map[[2]string]ledger.Person, find findPersons) error {
	wanted := make(map[string][]string)
	for _, r := range rows {
		if _, has := into[[2]string{r.Tenant, r.Patient}]; !has && r.Patient != "" {
			wanted[r.Tenant] = append(wanted[r.Tenant], r.Patient)
		}
	}
	found, err := find(ctx, wanted)
	if err != nil {
		return err
	}
	for _, p := range found {
		into[[2]string{p.Tenant, p.ID}] = p
	}
	return nil
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
	if q.Offset > deepest {
		return nil, 0, badRequest{code: "web.too_deep"}
	}
	q, ok := s.dutiesWithin(tenants, q)
	if !ok {
		return nil, 0, nil
	}
	all, total, err := s.desk.Ledger.Duties(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	rows := make([]ledger.Row, len(all))
	for i := range all {
		rows[i] = all[i].Row
	}
	people := make(map[[2]string]ledger.Person)
	if err := addPersons(ctx, rows, people, s.desk.Ledger.PersonsOf); err != nil {
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
