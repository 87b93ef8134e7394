package ledger

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"rettid/day"
)

// A Query asks for rows of a worklist. Empty fields do not narrow it.
type Query struct {
	Tenant                 string
	Tenants                []string // of all of these, instead of Tenant: still one question to the database
	Within                 []Place  // in one of these places; none: wherever
	ListProvider, ListSite string
	Provider, Site, Unit   string
	Specialty, Condition   string
	Status                 string
	Duty, Role, Owner      string // there is one open duty with this name, role and place
	View                   string // see Views; several joined by + narrow each other
	Today                  day.Day
	Conditions             []string // one of these: a condition stands by its id, or by a name it was recorded with

	TimeIn, DeadlineIn day.Period // the appointment begins, the deadline is, in this period; the zero Period: any or none

	Text          []int64  // only these referrals
	Patients      []string // or those of these patients, by internal id
	PatientPrefix string   // names beginning so, family or given name first, or exactly this local id or identity number

	Sort          string // see Sorts; "" is by referral
	Desc          bool
	Limit, Offset int  // Limit 0: no rows, only the total
	After         Key  // only rows after this one in the order; the zero Key: from the first. Together with Offset only when Skipped is told
	Skipped       int  // how many rows there are up to the one of After, and with it: Offset is from the first row all the same
	NoTotal       bool // the total is not wanted: it is then -1, and the rows are all that is asked of the database
	Lines         bool // of each row only what a line is written from: its key, patient, condition and state, and what it is ordered by; the rest is left empty
}

// A Place is where a referral is held; what is empty is all of it.
type Place struct{ Provider, Unit, Specialty string }

// split is a query of each tenant.
func (q Query) split() []Query {
	if len(q.Tenants) == 0 {
		return []Query{q}
	}
	parts := make([]Query, len(q.Tenants))
	for i, t := range q.Tenants {
		parts[i] = q
		parts[i].Tenant, parts[i].Tenants = t, nil
	}
	return parts
}

// A Key is where a row stands in an order: where the next page begins. See KeyOf.
type Key struct {
	set, none bool // none: among the rows without the value sorted by
	at        []any
	tenant    string
}

// IsZero says that the key is no row's.
func (k Key) IsZero() bool { return !k.set }

// Views, and what each takes in.
//
//	waiting           on the waiting list
//	no_appointment    waiting, without an appointment
//	due_14            waiting, and the deadline is today or within 14 days
//	over              waiting, and the deadline is breached by today
//	appointment_late  waiting, with an appointment after the deadline, which has passed or not
//	expected          waiting, and a breach is expected that has not occurred
//	unassessed        open, and someone owes the assessment
//	assess_late       open, and someone owes the assessment, and its last day has passed
//	not_assessed      open, and no assessment is recorded
//	incoming          not_assessed, the care has not started, and something is to be done now: what is not to be assessed and has a time ahead is not in it
//	pending           open, and it is not decided whether there is a right
//	task              open, and not to be assessed for the right
//	duties_today      something is owed today, or should have been done
//	unowned           open, and nobody owes the next step: there are none, and that is shown
//	open, closed      neither ended nor closed; the rest
//	closed_booked     closed, and a time ahead is still held
//	""                all
var views = map[string]string{
	"":                 "",
	"waiting":          "r.waiting = 1",
	"no_appointment":   "r.waiting = 1 AND r.appt_from = 0",
	"due_14":           "r.waiting = 1 AND r.start_by >= $today AND r.start_by <= $in14",
	"over":             "r.waiting = 1 AND r.breach_on > 0 AND r.breach_on <= $today",
	"appointment_late": "r.waiting = 1 AND r.breach_expected = 1",
	"expected":         "r.waiting = 1 AND r.breach_expected = 1 AND r.breach_on > $today",
	"unassessed":       "r.is_open = 1 AND " + owed + "d.name = 'assess' AND d.opens <= $today)",
	"assess_late":      "r.is_open = 1 AND r.assess_by > 0 AND r.assess_by < $today AND " + owed + "d.name = 'assess' AND d.opens <= $today)",
	"not_assessed":     "r.is_open = 1 AND r.assessed_on = 0",
	"incoming":         "r.is_open = 1 AND r.assessed_on = 0 AND r.status <> 'started' AND (r.right_to <> 'not_assessed' OR " + openDuty + ")",
	"pending":          "r.is_open = 1 AND r.right_to = 'pending'",
	"task":             "r.is_open = 1 AND r.right_to = 'not_assessed'",
	"duties_today":     owed + "d.due > 0 AND d.due <= $today AND d.opens <= $today)",
	"unowned":          "r.is_open = 1 AND r.next_due = 0 AND r.next_role = ''",
	"open":             "r.is_open = 1",
	"closed":           "r.is_open = 0",
	"closed_booked":    "r.is_open = 0 AND r.appt_to > 0 AND r.appt_to >= $today",
}

// openDuty tells that something is owed on a row. It is asked of each row by itself, which only few are: an EXISTS PostgreSQL would answer by reading all duties.
const openDuty = "(SELECT MIN(d.opens) FROM duty d WHERE d.tenant = r.tenant AND d.referral = r.referral) <= $today"

// owed begins a condition on a row that has a duty of some kind; $tenant is the tenant. The duties are found once, from their
// index, and not again for each row: SQLite would look for those of each row by their date, among everyone's.
const (
	owed   = "r.referral IN (SELECT d.referral FROM duty d WHERE d.tenant = $tenant AND "
	owedBy = "r.referral IN (SELECT d.referral FROM duty d WHERE d.tenant = ? AND "
)

// A sorting puts rows with a value first, ordered by it, and then those without, by referral.
type sorting struct {
	by   string                             // columns; % stands for the direction
	with string                             // the row has a value
	none string                             // the row has none; "" when all have
	key  func(Row) (values []any, has bool) // of the columns of by but the referral, for paging by them

	noneBy string // what those without are ordered by, when that is more than the referral; key's values but the first are then theirs
}

// by one day, or by nothing but the number.
func byDay(of func(Row) day.Day) func(Row) ([]any, bool) {
	return func(r Row) ([]any, bool) { d := of(r); return []any{dayArg(d)}, !d.IsZero() }
}

// KeyOf gives where a row of a list stands in its order; the zero Key in an order there is none of.
func KeyOf(sort string, r Row) Key {
	s, ok := sorts[sort]
	if !ok {
		return Key{}
	}
	at, has := s.key(r)
	switch {
	case !has && s.noneBy != "":
		at = at[1:]
	case !has:
		at = nil
	}
	return Key{set: true, none: !has, at: append(at, r.Referral), tenant: r.Tenant}
}

// after adds that a row comes after q.After. Rows that stand equal are ordered by tenant.
func (q Query) after(c *conditions, by string) {
	columns := strings.ReplaceAll(by, "%", "")
	than := ">"
	if q.Desc {
		than = "<"
	}
	if q.Tenant > q.After.tenant {
		than += "="
	}
	at := q.After.at
	switch first, rest, _ := strings.Cut(columns, ", "); {
	case first == "r.urgency DESC": // whatever direction the rest has
		c.and("r.urgency <= ? AND (r.urgency < ? OR ("+rest+") "+than+" ("+list(len(at)-1)+"))", append([]any{at[0], at[0]}, at[1:]...)...)
		return
	case first == "p.sort_key" && !q.Desc: // of another table than the last: each database finds the beginning by the first alone
		c.and("p.sort_key >= ?", at[0])
	case first == "p.sort_key":
		c.and("p.sort_key <= ?", at[0])
	}
	c.and("("+columns+") "+than+" ("+list(len(at))+")", at...)
}

var sorts = map[string]sorting{
	"":          {by: "r.referral%", with: "1 = 1", key: func(Row) ([]any, bool) { return nil, true }},
	"left":      {by: "r.start_by%, r.referral%", with: "r.start_by > 0", none: "r.start_by = 0", key: byDay(func(r Row) day.Day { return r.StartBy })},
	"deadline":  {by: "r.start_by%, r.referral%", with: "r.start_by > 0", none: "r.start_by = 0", key: byDay(func(r Row) day.Day { return r.StartBy })},
	"waited":    {by: "r.seniority%, r.referral%", with: "r.seniority > 0", none: "r.seniority = 0", key: byDay(func(r Row) day.Day { return r.Seniority })},
	"seniority": {by: "r.seniority%, r.referral%", with: "r.seniority > 0", none: "r.seniority = 0", key: byDay(func(r Row) day.Day { return r.Seniority })},
	"condition": {by: "r.condition%, r.referral%", with: "r.condition <> ''", none: "r.condition = ''",
		key: func(r Row) ([]any, bool) { return []any{r.Condition}, r.Condition != "" }},
	// No minute is another than -1 without a day; it is named so that these are found on the same index.
	"appointment": {by: "r.appt_from%, r.appt_minute%, r.referral%", with: "r.appt_from > 0", none: "r.appt_from = 0", noneBy: "r.appt_minute%, r.referral%",
		key: func(r Row) ([]any, bool) { return []any{dayArg(r.ApptFrom), int64(r.ApptMinute)}, !r.ApptFrom.IsZero() }},
	"duty":      {by: "r.next_due%, r.referral%", with: "r.next_due > 0", none: "r.next_due = 0", key: byDay(func(r Row) day.Day { return r.NextDue })},
	"assess_by": {by: "r.assess_by%, r.referral%", with: "r.assess_by > 0", none: "r.assess_by = 0", key: byDay(func(r Row) day.Day { return r.AssessBy })},
	"urgency": {by: "r.urgency DESC, r.assess_by%, r.referral%", with: "+r.assess_by > 0", none: "r.assess_by = 0",
		key: func(r Row) ([]any, bool) { return []any{int64(r.Urgency), dayArg(r.AssessBy)}, !r.AssessBy.IsZero() }},
	"arrival": {by: "r.urgency DESC, r.received%, r.referral%", with: "1 = 1",
		key: func(r Row) ([]any, bool) { return []any{int64(r.Urgency), dayArg(r.Received)}, true }},
	"patient": {by: "p.sort_key%, p.id%, r.referral%", with: "p.erased = 0",
		none: "NOT EXISTS (SELECT 1 FROM person p WHERE p.tenant = r.tenant AND p.id = r.patient AND p.erased = 0)",
		key:  func(r Row) ([]any, bool) { return []any{r.ByName, r.Patient}, r.ByName != nil }},
}

// conditions collects a WHERE and its arguments, numbered as they come.
type conditions struct {
	sql  strings.Builder
	args []any
}

// and adds a condition, in which each ? takes the next argument.
func (c *conditions) and(sql string, args ...any) {
	if c.sql.Len() > 0 {
		c.sql.WriteString(" AND ")
	}
	for i := range len(sql) {
		if sql[i] != '?' {
			c.sql.WriteByte(sql[i])
			continue
		}
		c.args = append(c.args, args[0])
		args = args[1:]
		fmt.Fprintf(&c.sql, "$%d", len(c.args))
	}
}

// equal adds column = value, unless value is empty.
func (c *conditions) equal(column, value string) {
	if value != "" {
		c.and(column+" = ?", value)
	}
}

// places adds that one of some places is meant.
func (c *conditions) places(provider, unit, specialty string, some []Place) {
	var each []string
	var args []any
	for _, p := range some {
		var all []string
		for _, x := range [][2]string{{provider, p.Provider}, {unit, p.Unit}, {specialty, p.Specialty}} {
			if x[1] != "" {
				all, args = append(all, x[0]+" = ?"), append(args, x[1])
			}
		}
		if len(all) == 0 {
			return // everywhere
		}
		each = append(each, strings.Join(all, " AND "))
	}
	c.and("("+strings.Join(each, " OR ")+")", args...)
}

// within adds that a day is in a period, unless the period is zero.
func (c *conditions) within(column string, p day.Period) {
	if !p.From.IsZero() {
		c.and(column+" >= ?", dayArg(p.From))
	}
	if !p.To.IsZero() {
		c.and(column+" > 0 AND "+column+" <= ?", dayArg(p.To))
	}
}

// conditions are those of one tenant's query, numbered on from the arguments there are already. walked: rows are passed over in an order, and are not to be
// found by the days of a view, or those found would be sorted.
func (q Query) conditions(args []any, walked bool) (*conditions, error) {
	c := &conditions{args: args}
	c.and("r.tenant = ?", q.Tenant)
	for _, name := range strings.Split(q.View, "+") {
		view, ok := views[name]
		if !ok {
			return nil, fmt.Errorf("no view is called %q", name)
		}
		if walked {
			view = strings.ReplaceAll(view, "r.start_by", "+r.start_by")
		}
		if view != "" {
			c.viewed(view, q)
		}
	}
	c.equal("r.list_provider", q.ListProvider)
	c.equal("r.list_site", q.ListSite)
	c.equal("r.provider", q.Provider)
	c.equal("r.site", q.Site)
	c.equal("r.unit", q.Unit)
	c.equal("r.specialty", q.Specialty)
	c.equal("r.condition", q.Condition)
	if len(q.Conditions) > 0 {
		args := make([]any, len(q.Conditions))
		for i, name := range q.Conditions {
			args[i] = name
		}
		c.and("r.condition IN ("+list(len(args))+")", args...)
	}
	if len(q.Within) > 0 {
		c.places("r.provider", "r.unit", "r.specialty", q.Within)
	}
	c.within("r.appt_from", q.TimeIn)
	c.within("r.start_by", q.DeadlineIn)
	c.equal("r.status", q.Status)
	if q.Duty != "" || q.Role != "" || q.Owner != "" {
		c.and(owedBy+"d.opens <= ?", q.Tenant, dayArg(q.Today))
		c.equal("d.name", q.Duty)
		c.equal("d.role", q.Role)
		c.equal("d.place", q.Owner)
		c.sql.WriteString(")")
	}
	if len(q.Text) > 0 || len(q.Patients) > 0 {
		var among []string
		var args []any
		if len(q.Text) > 0 {
			among = append(among, "r.referral IN ("+list(len(q.Text))+")")
			for _, id := range q.Text {
				args = append(args, id)
			}
		}
		if len(q.Patients) > 0 {
			among = append(among, "r.patient IN ("+list(len(q.Patients))+")")
			for _, id := range q.Patients {
				args = append(args, id)
			}
		}
		c.and("("+strings.Join(among, " OR ")+")", args...)
	}
	if q.PatientPrefix != "" {
		from := foldName(q.PatientPrefix)
		to := from + "\U0010FFFF" // after everything that begins so
		whole := strings.TrimSpace(q.PatientPrefix)
		c.and("r.patient IN (SELECT id FROM person WHERE tenant = ? AND by_family >= ? AND by_family < ?"+
			" UNION ALL SELECT id FROM person WHERE tenant = ? AND by_given >= ? AND by_given < ?"+
			" UNION ALL SELECT id FROM person WHERE tenant = ? AND local_id = ? AND local_id <> ''"+
			" UNION ALL SELECT id FROM person WHERE tenant = ? AND ident = ? AND ident <> '')",
			q.Tenant, from, to, q.Tenant, from, to, q.Tenant, whole, q.Tenant, whole)
	}
	return c, nil
}

func list(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// viewed adds a view, in which $tenant, $today and $in14 stand for what q says.
func (c *conditions) viewed(sql string, q Query) {
	var args []any
	for i := range len(sql) {
		switch {
		case strings.HasPrefix(sql[i:], "$tenant"):
			args = append(args, q.Tenant)
		case strings.HasPrefix(sql[i:], "$today"):
			args = append(args, dayArg(q.Today))
		case strings.HasPrefix(sql[i:], "$in14"):
			args = append(args, dayArg(q.Today)+14)
		}
	}
	c.and(strings.NewReplacer("$tenant", "?", "$today", "?", "$in14", "?").Replace(sql), args...)
}

// CountKey is a text that is the same for queries that count the same rows, and no others: it tells all of a query but the order, the page, and what is wanted
// of the rows.
func (q Query) CountKey() string {
	b := make([]byte, 0, 160)
	text := func(s string) { b = append(strconv.AppendInt(b, int64(len(s)), 10), ':'); b = append(b, s...) }
	number := func(n int64) { b = append(strconv.AppendInt(b, n, 10), ';') }
	texts := func(some []string) {
		number(int64(len(some)))
		for _, s := range some {
			text(s)
		}
	}
	text(q.Tenant)
	texts(q.Tenants)
	number(int64(len(q.Within)))
	for _, p := range q.Within {
		text(p.Provider)
		text(p.Unit)
		text(p.Specialty)
	}
	for _, s := range []string{q.ListProvider, q.ListSite, q.Provider, q.Site, q.Unit, q.Specialty, q.Condition, q.Status, q.Duty, q.Role, q.Owner, q.View, q.PatientPrefix} {
		text(s)
	}
	for _, d := range []day.Day{q.Today, q.TimeIn.From, q.TimeIn.To, q.DeadlineIn.From, q.DeadlineIn.To} {
		number(dayArg(d))
	}
	texts(q.Conditions)
	number(int64(len(q.Text)))
	for _, n := range q.Text {
		number(n)
	}
	texts(q.Patients)
	return string(b)
}

// Count tells how many rows a query takes in, whatever its Limit and Offset.
func (l *Ledger) Count(ctx context.Context, q Query) (int, error) {
	n, err := l.CountEach(ctx, []Query{q}, -1)
	if err != nil {
		return 0, err
	}
	return n[0], nil
}

// CountTo is Count, up to a number: most+1 means that there are more than most. It costs no more than most rows of each tenant do.
func (l *Ledger) CountTo(ctx context.Context, q Query, most int) (int, error) {
	n, err := l.CountEach(ctx, []Query{q}, most)
	if err != nil {
		return 0, err
	}
	return n[0], nil
}

// CountEach is CountTo of several queries by one question to the database, in their order; most below 0: to the end.
func (l *Ledger) CountEach(ctx context.Context, queries []Query, most int) ([]int, error) {
	counts := make([]int, len(queries))
	var each []string
	var args []any
	for i, q := range queries {
		for _, part := range q.split() {
			c, err := part.conditions(args, false)
			if err != nil {
				return nil, err
			}
			each, args = append(each, countSQL("FROM referral r", i, most, c, part.countedBy())), c.args
		}
	}
	if err := l.countAll(ctx, each, args, counts); err != nil {
		return nil, err
	}
	if most >= 0 {
		for i, n := range counts {
			counts[i] = min(n, most+1)
		}
	}
	return counts, nil
}

// How many rows are wanted is written CAST($n AS BIGINT): after a bare LIMIT $n SQLite plans the statement anew each time it is given a number, which costs
// as much as reading a page.

// countedBy is the order in which rows are counted, "" where it is all the same. An order has an index of the few rows it is of; without one
// SQLite, which keeps no statistics, may count those not assessed among all that are open.
func (q Query) countedBy() string {
	for _, name := range strings.Split(q.View, "+") {
		if name == "incoming" || name == "not_assessed" {
			return strings.ReplaceAll(sorts["arrival"].by, "%", "")
		}
	}
	return ""
}

// countSQL counts what some conditions take in, up to most+1 when most is not below 0, under number i, in an order when there is one.
func countSQL(from string, i, most int, c *conditions, order string) string {
	if order != "" {
		limit := int64(math.MaxInt64) // without a limit the order would not count
		if most >= 0 {
			limit = int64(most + 1)
		}
		c.args = append(c.args, limit)
		return fmt.Sprintf("SELECT %d AS i, COUNT(*) AS n FROM (SELECT 1 %s WHERE %s ORDER BY %s LIMIT CAST($%d AS BIGINT)) AS few", i, from, c.sql.String(), order, len(c.args))
	}
	if most < 0 {
		return fmt.Sprintf("SELECT %d AS i, COUNT(*) AS n %s WHERE %s", i, from, c.sql.String())
	}
	c.args = append(c.args, int64(most+1))
	return fmt.Sprintf("SELECT %d AS i, COUNT(*) AS n FROM (SELECT 1 %s WHERE %s LIMIT CAST($%d AS BIGINT)) AS few", i, from, c.sql.String(), len(c.args))
}

// countAll asks for counts at once, and adds each to its number's.
func (l *Ledger) countAll(ctx context.Context, each []string, args []any, counts []int) error {
	if len(each) == 0 {
		return nil
	}
	err := l.store.query(ctx, strings.Join(each, " UNION ALL "), args, func(r *row) error {
		i := r.int64()
		counts[i] += int(r.int64())
		return nil
	})
	if err != nil {
		return fmt.Errorf("count rows: %w", err)
	}
	return nil
}

// A union writes the rows of several tenants in one order, by one statement: each tenant's keys come from its own index in that order, no more of them than
// the page can need, they are merged, and only the rows of the page are then read.
type union struct {
	keys []string // the columns ordered by, as they are called in one tenant's part, with their directions
	each []string // the parts
	args []any
}

// part adds a tenant's; from and c are of its own, tenant and id the columns that find the row again.
func (u *union) part(from, tenant, id string, c *conditions, limit, offset int) {
	var names, order []string
	for i, k := range u.keys {
		column, direction, _ := strings.Cut(k, " ")
		names = append(names, fmt.Sprintf("%s AS k%d", column, i))
		order = append(order, strings.TrimSpace(column+" "+direction))
	}
	c.args = append(c.args, int64(offset+limit))
	u.each = append(u.each, fmt.Sprintf("SELECT * FROM (SELECT %s AS t, %s AS id, %s %s WHERE %s ORDER BY %s LIMIT CAST($%d AS BIGINT)) AS part%d",
		tenant, id, strings.Join(names, ", "), from, c.sql.String(), strings.Join(order, ", "), len(c.args), len(u.each)))
	u.args = c.args
}

// page is the merged keys of a page, under the name page, and the order they stand in.
func (u *union) page(limit, offset int) (sql, order string) {
	var by []string
	for i, k := range u.keys {
		_, direction, _ := strings.Cut(k, " ")
		by = append(by, strings.TrimSpace(fmt.Sprintf("k%d %s", i, direction)))
	}
	order = strings.Join(by, ", ") + ", t"
	u.args = append(u.args, int64(limit), int64(offset))
	return fmt.Sprintf("(SELECT * FROM (%s) AS parts ORDER BY %s LIMIT CAST($%d AS BIGINT) OFFSET $%d) AS page", strings.Join(u.each, " UNION ALL "), order, len(u.args)-1, len(u.args)),
		"page." + strings.Join(by, ", page.") + ", page.t"
}

// List gives one page of rows, and how many there are in all. Rows without the value sorted by come last in both
// directions; rows of several tenants that stand equal come by tenant. The total is of the whole list, whatever comes before q.After.
func (l *Ledger) List(ctx context.Context, q Query) (rows []Row, total int, err error) {
	sort, ok := sorts[q.Sort]
	if !ok {
		return nil, 0, fmt.Errorf("nothing is sorted by %q", q.Sort)
	}
	if !q.After.IsZero() && q.Offset > 0 && (q.Skipped < 1 || q.Skipped > q.Offset) {
		return nil, 0, fmt.Errorf("a list after a row that is number %d, and past %d rows: give one of them, or a row before the page", q.Skipped, q.Offset)
	}
	total = -1
	if !q.NoTotal {
		total, err = l.Count(ctx, q)
		if err != nil || q.Limit == 0 || q.Offset >= total {
			return nil, total, err
		}
	}
	from, found := "FROM referral r", false
	if q.Sort == "patient" {
		// SQLite takes the tables of a CROSS JOIN in the order given. Many rows: go through the persons in order until the page is
		// full. Few: find those, and sort them.
		from = "FROM person p CROSS JOIN referral r"
		few := total
		if q.NoTotal {
			if few, err = l.CountTo(ctx, q, fewRows); err != nil {
				return nil, 0, err
			}
		}
		known := q.PatientPrefix != "" || len(q.Text)+len(q.Patients) > 0
		if few <= fewRows || known {
			from, found = "FROM referral r CROSS JOIN person p", !known
		}
	}
	direction := " ASC"
	if q.Desc {
		direction = " DESC"
	}
	parts := q.split()
	page := func(from, with, by string, limit, offset int) error {
		order := strings.ReplaceAll(by, "%", direction)
		u := union{keys: strings.Split(order, ", ")}
		byPerson := strings.Contains(from, "person p")
		columns, scan, and, andPage := prefixed("r", rowColumns), scanRow, "", ""
		if q.Lines {
			columns, scan = prefixed("r", lineColumns), scanLine
		}
		if byPerson { // where its person stands comes with the row: it is no column of it
			and, andPage = ", p.sort_key", ", page.k0"
		}
		var sql string
		for _, part := range parts {
			c, err := part.conditions(u.args, part.Specialty != "" && !slices.Contains([]string{"left", "deadline", "patient"}, part.Sort))
			if err != nil {
				return err
			}
			if byPerson {
				c.and("p.tenant = ? AND p.id = r.patient", part.Tenant)
			}
			c.and(with)
			if found && with != sort.none { // so it is with every row, and SQLite finds the few on the index of those who wait
				c.and("r.start_by >= 0")
			}
			if !q.After.IsZero() && q.After.none == (with == sort.none) {
				part.after(c, by)
			}
			if len(parts) == 1 {
				u.args = append(c.args, int64(limit), int64(offset))
				sql = fmt.Sprintf("SELECT %s %s WHERE %s ORDER BY %s LIMIT CAST($%d AS BIGINT) OFFSET $%d", columns+and, from, c.sql.String(), order, len(u.args)-1, len(u.args))
				break
			}
			u.part(from, "r.tenant", "r.referral", c, limit, offset)
		}
		if len(parts) > 1 {
			keys, order := u.page(limit, offset)
			sql = "SELECT " + columns + andPage + " FROM " + keys + " CROSS JOIN referral r WHERE r.tenant = page.t AND r.referral = page.id ORDER BY " + order
		}
		return l.store.query(ctx, sql, u.args, func(r *row) error {
			x := scan(r)
			if byPerson {
				x.ByName = r.blob()
			}
			rows = append(rows, x)
			return nil
		})
	}
	rows = make([]Row, 0, min(q.Limit, 500))
	offset := q.Offset
	if !q.After.IsZero() {
		offset = max(q.Offset-q.Skipped, 0)
	}
	if !q.After.none {
		if err := page(from, sort.with, sort.by, q.Limit, offset); err != nil {
			return nil, 0, fmt.Errorf("list rows: %w", err)
		}
	}
	if len(rows) == q.Limit || q.After.IsZero() && !q.NoTotal && q.Offset+len(rows) >= total || sort.none == "" || q.Sort == "appointment" && q.TimeIn != (day.Period{}) {
		return rows, total, nil
	}
	// The page goes on into the rows without a value. How many have one is needed only when none of those was on it.
	before := offset + len(rows)
	if q.After.none {
		before = 0
	} else if len(rows) == 0 && offset > 0 {
		if !q.After.IsZero() { // the rows after it that have one are not all before the page
			q.After, q.Skipped = Key{}, 0
			return l.List(ctx, q)
		}
		if before, err = l.countWith(ctx, parts, sort.with, strings.Contains(from, "person p")); err != nil {
			return nil, 0, err
		}
	}
	if err := page("FROM referral r", sort.none, cmp.Or(sort.noneBy, "r.referral%"), q.Limit-len(rows), max(offset-before, 0)); err != nil {
		return nil, 0, fmt.Errorf("list rows: %w", err)
	}
	return rows, total, nil
}

// countWith counts the rows that have the value sorted by.
func (l *Ledger) countWith(ctx context.Context, parts []Query, with string, person bool) (int, error) {
	var each []string
	var args []any
	from := "FROM referral r"
	if person {
		from = "FROM referral r CROSS JOIN person p"
	}
	for _, part := range parts {
		c, err := part.conditions(args, false)
		if err != nil {
			return 0, err
		}
		if person {
			c.and("p.tenant = ? AND p.id = r.patient", part.Tenant)
		}
		c.and(with)
		each, args = append(each, countSQL(from, 0, -1, c, "")), c.args
	}
	var n [1]int
	err := l.countAll(ctx, each, args, n[:])
	return n[0], err
}

// fewRows can be sorted in less time than it takes to find a page of them among a million others.
const fewRows = 1000

// A DutyQuery asks for duties that are open on Today. Empty fields do not narrow it.
type DutyQuery struct {
	Tenant         string
	Tenants        []string // of all of these, instead of Tenant: still one question to the database
	Within         []Place  // owed at one of these places; none: wherever
	Name, Role     string
	Place, Unit    string
	Specialty      string
	Today          day.Day
	DueFrom, DueTo day.Day  // only those due in this period; zero: no limit. Overdue: DueTo the day before today
	NoDate         bool     // only those without a date
	Names          []string // only those with one of these names
	Desc           bool     // the last day first; those without a date last all the same
	Limit, Offset  int      // Limit 0: no rows, only the total
}

// A DutyRow is a duty and the current row of its referral.
type DutyRow struct {
	Referral int64
	Duty     Duty
	Row      Row
}

// conditions are those of one tenant's query, numbered on from the arguments there are already.
func (q DutyQuery) conditions(args []any) *conditions {
	c := &conditions{args: args}
	c.and("d.tenant = ? AND d.opens <= ?", q.Tenant, dayArg(q.Today))
	c.equal("d.name", q.Name)
	if len(q.Names) > 0 {
		var names []any
		for _, name := range q.Names {
			names = append(names, name)
		}
		c.and("d.name IN ("+list(len(names))+")", names...)
	}
	c.equal("d.role", q.Role)
	c.equal("d.place", q.Place)
	c.equal("d.unit", q.Unit)
	const specialty = "(SELECT s.specialty FROM referral s WHERE s.tenant = d.tenant AND s.referral = d.referral)"
	c.equal(specialty, q.Specialty)
	if len(q.Within) > 0 {
		c.places("d.place", "d.unit", specialty, q.Within)
	}
	if !q.DueFrom.IsZero() {
		c.and("d.due >= ?", dayArg(q.DueFrom))
	}
	if !q.DueTo.IsZero() {
		c.and("d.due > 0 AND d.due <= ?", dayArg(q.DueTo))
	}
	if q.NoDate {
		c.and("d.due = 0")
	}
	return c
}

// split is a query of each tenant.
func (q DutyQuery) split() []DutyQuery {
	if len(q.Tenants) == 0 {
		return []DutyQuery{q}
	}
	parts := make([]DutyQuery, len(q.Tenants))
	for i, t := range q.Tenants {
		parts[i] = q
		parts[i].Tenant, parts[i].Tenants = t, nil
	}
	return parts
}

// Duties gives one page of open duties by date, those without a date last, and how many there are in all.
func (l *Ledger) Duties(ctx context.Context, q DutyQuery) (duties []DutyRow, total int, err error) {
	parts := q.split()
	count := func(with string) (int, error) {
		var each []string
		var args []any
		for _, part := range parts {
			c := part.conditions(args)
			if with != "" {
				c.and(with)
			}
			each, args = append(each, countSQL("FROM duty d", 0, -1, c, "")), c.args
		}
		var n [1]int
		err := l.countAll(ctx, each, args, n[:])
		return n[0], err
	}
	if total, err = count(""); err != nil || q.Limit == 0 || q.Offset >= total {
		return nil, total, err
	}
	direction := ""
	if q.Desc {
		direction = " DESC"
	}
	page := func(with string, limit, offset int) error {
		order := "d.due" + direction + ", d.referral, d.n"
		u := union{keys: strings.Split(order, ", ")}
		var sql string
		for _, part := range parts {
			c := part.conditions(u.args)
			c.and(with)
			if len(parts) == 1 {
				c.and("r.tenant = d.tenant AND r.referral = d.referral")
				u.args = append(c.args, int64(limit), int64(offset))
				sql = fmt.Sprintf("SELECT %s, %s FROM duty d CROSS JOIN referral r WHERE %s ORDER BY %s LIMIT CAST($%d AS BIGINT) OFFSET $%d",
					prefixed("d", dutyColumns), prefixed("r", rowColumns), c.sql.String(), order, len(u.args)-1, len(u.args))
				break
			}
			u.part("FROM duty d", "d.tenant", "d.referral", c, limit, offset)
		}
		if len(parts) > 1 {
			keys, order := u.page(limit, offset)
			sql = "SELECT " + prefixed("d", dutyColumns) + ", " + prefixed("r", rowColumns) + " FROM " + keys +
				" CROSS JOIN duty d CROSS JOIN referral r WHERE d.tenant = page.t AND d.referral = page.id AND d.n = page.k2 AND r.tenant = page.t AND r.referral = page.id ORDER BY " + order
		}
		return l.store.query(ctx, sql, u.args, func(r *row) error {
			id, d := scanDuty(r)
			duties = append(duties, DutyRow{Referral: id, Duty: d, Row: scanRow(r)})
			return nil
		})
	}
	if err := page("d.due > 0", q.Limit, q.Offset); err != nil {
		return nil, 0, fmt.Errorf("list duties: %w", err)
	}
	if len(duties) == q.Limit || q.Offset+len(duties) >= total {
		return duties, total, nil
	}
	before := q.Offset + len(duties)
	if len(duties) == 0 {
		n, err := count("d.due = 0")
		if err != nil {
			return nil, 0, err
		}
		before = total - n
	}
	if err := page("d.due = 0", q.Limit-len(duties), max(q.Offset-before, 0)); err != nil {
		return nil, 0, fmt.Errorf("list duties: %w", err)
	}
	return duties, total, nil
}

// count tells how many there are of what some conditions take in.
func (l *Ledger) count(ctx context.Context, from string, c *conditions) (int, error) {
	var n [1]int
	err := l.countAll(ctx, []string{countSQL(from, 0, -1, c, "")}, c.args, n[:])
	return n[0], err
}
