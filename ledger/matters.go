package ledger

import (
	"context"
	"fmt"
	"strings"

	"rettid/day"
)

// A Matter is the current row of a case that is no referral: of the exception scheme. Its log is kept as a referral's is, in the same chain and with
// the same guarantees, under a number from the same series; its row stands in a table of its own, where no list of referrals looks.
type Matter struct {
	Tenant  string
	Matter  int64
	Seq     int    // the last seq it was folded from
	Process string // the room it belongs to, "exception"; the kind of each of its records is "exception/…"

	Kind, Name       string // what it is, and the name it goes by where it has one: a meeting's, a method's id
	Status, Outcome  string
	Route, Method    string
	Diagnosis, Place string
	Region, Patient  string
	Referral         int64 // the referral it came from
	Meeting          int64 // the meeting that treats it
	Received         day.Day
	Decided          day.Day
	Open             bool
	Flags            string // separated by spaces
	Words            string // folded words without identity, for search among decisions
	NextName         string // the next step
	NextDue          day.Day
	NextRole         string
	State            []byte // the folded state as JSON, so that row = fold can be verified
}

// Process gives the process a record belongs to; empty for a referral.
func (r *Record) Process() string {
	process, _, ok := strings.Cut(r.Kind, "/")
	if !ok {
		return ""
	}
	return process
}

const (
	matterColumns = "tenant, matter, seq, process, kind, name, status, outcome, route, method, diagnosis, place, region, patient, referral, meeting, " +
		"received, decided, is_open, flags, words, next_name, next_due, next_role, state"
	matterDutyColumns  = "matter, name, opens, due, role, place, unit"
	selectMatterSeq    = "SELECT seq FROM matter WHERE tenant = $1 AND matter = $2"
	deleteMatterDuties = "DELETE FROM matter_duty WHERE tenant = $1 AND matter IN ("
	insertMatterDuty   = "INSERT INTO matter_duty (tenant, matter, n, name, opens, due, role, place, unit) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
)

var upsertMatter = upsert("matter", matterColumns, 2, "")

func (m *Matter) args() []any {
	return []any{m.Tenant, m.Matter, int64(m.Seq), m.Process, m.Kind, m.Name, m.Status, m.Outcome, m.Route, m.Method, m.Diagnosis, m.Place, m.Region,
		m.Patient, m.Referral, m.Meeting, dayArg(m.Received), dayArg(m.Decided), boolArg(m.Open), m.Flags, m.Words, m.NextName, dayArg(m.NextDue),
		m.NextRole, blobArg(m.State)}
}

func scanMatter(r *row) Matter {
	return Matter{Tenant: r.string(), Matter: r.int64(), Seq: int(r.int64()), Process: r.string(), Kind: r.string(), Name: r.string(), Status: r.string(),
		Outcome: r.string(), Route: r.string(), Method: r.string(), Diagnosis: r.string(), Place: r.string(), Region: r.string(), Patient: r.string(),
		Referral: r.int64(), Meeting: r.int64(), Received: r.day(), Decided: r.day(), Open: r.bool(), Flags: r.string(), Words: r.string(),
		NextName: r.string(), NextDue: r.day(), NextRole: r.string(), State: r.blob()}
}

// texts are the texts of a row, for checkTexts.
func (m *Matter) texts() []string {
	return []string{m.Process, m.Kind, m.Name, m.Status, m.Outcome, m.Route, m.Method, m.Diagnosis, m.Place, m.Region, m.Patient, m.Flags, m.Words,
		m.NextName, m.NextRole}
}

// checkMatter refuses a Write of a matter whose records would be taken for a referral's, or the other way about.
func (w *Write) checkMatter() error {
	process := ""
	if w.Matter != nil {
		if process = w.Matter.Process; process == "" || strings.Contains(process, "/") {
			return fmt.Errorf("append to matter %d: it has no process", w.Referral)
		}
	}
	for i := range w.Records {
		if got := w.Records[i].Process(); got != process {
			return fmt.Errorf("append to %d: a record of %q cannot stand in the log of %q", w.Referral, got, process)
		}
	}
	return nil
}

// MatterRow gives a matter's current row, and whether there is one.
func (l *Ledger) MatterRow(ctx context.Context, tenant string, matter int64) (Matter, bool, error) {
	var got Matter
	ok := false
	err := l.store.query(ctx, "SELECT "+matterColumns+" FROM matter WHERE tenant = $1 AND matter = $2", []any{tenant, matter},
		func(r *row) error { got, ok = scanMatter(r), true; return nil })
	if err != nil {
		return Matter{}, false, fmt.Errorf("read the row of matter %d: %w", matter, err)
	}
	return got, ok, nil
}

// MatterDuties gives what is owed on a matter, in the order they were written, those not yet open among them.
func (l *Ledger) MatterDuties(ctx context.Context, tenant string, matter int64) ([]Duty, error) {
	var all []Duty
	err := l.store.query(ctx, "SELECT "+matterDutyColumns+" FROM matter_duty WHERE tenant = $1 AND matter = $2 ORDER BY n", []any{tenant, matter},
		func(r *row) error { _, d := scanDuty(r); all = append(all, d); return nil })
	if err != nil {
		return nil, fmt.Errorf("read the duties of matter %d: %w", matter, err)
	}
	return all, nil
}

// A MatterQuery asks for matters. Empty fields do not narrow it.
type MatterQuery struct {
	Tenants                  []string // at least one
	Process                  string
	Kinds                    []string
	Name                     string
	Status, Outcome, Route   string
	Method, Diagnosis        string
	Place, Region, Patient   string
	Referral, Meeting        int64
	Open                     bool // only open ones
	Decided                  bool // only decided ones
	Flag                     string
	Words                    []string // each must stand in the row's words
	ReceivedFrom, ReceivedTo day.Day
	DecidedFrom, DecidedTo   day.Day
	NextTo                   day.Day // whose next step is due by this day
	Sort                     string  // "" by number, "received", "decided", "next", "method"; a minus before it: the other way about
	Limit, Offset            int     // Limit 0: no rows, only the total
}

func (q MatterQuery) conditions() *conditions {
	c := &conditions{}
	anyOf := func(column string, values []string) {
		args := make([]any, len(values))
		marks := make([]string, len(values))
		for i, v := range values {
			args[i], marks[i] = v, "?"
		}
		c.and(column+" IN ("+strings.Join(marks, ", ")+")", args...)
	}
	anyOf("m.tenant", q.Tenants)
	c.equal("m.process", q.Process)
	if len(q.Kinds) > 0 {
		anyOf("m.kind", q.Kinds)
	}
	for _, x := range [][2]string{{"m.name", q.Name}, {"m.status", q.Status}, {"m.outcome", q.Outcome}, {"m.route", q.Route}, {"m.method", q.Method},
		{"m.diagnosis", q.Diagnosis}, {"m.place", q.Place}, {"m.region", q.Region}, {"m.patient", q.Patient}} {
		c.equal(x[0], x[1])
	}
	if q.Referral != 0 {
		c.and("m.referral = ?", q.Referral)
	}
	if q.Meeting != 0 {
		c.and("m.meeting = ?", q.Meeting)
	}
	if q.Open {
		c.and("m.is_open = 1")
	}
	if q.Decided {
		c.and("m.decided > 0")
	}
	if q.Flag != "" {
		c.and("' ' || m.flags || ' ' LIKE ?", "% "+q.Flag+" %")
	}
	for _, w := range q.Words {
		c.and("m.words LIKE ? ESCAPE '!'", "%"+strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(w)+"%")
	}
	between := func(column string, from, to day.Day) {
		if !from.IsZero() {
			c.and(column+" >= ?", dayArg(from))
		}
		if !to.IsZero() {
			c.and(column+" > 0 AND "+column+" <= ?", dayArg(to))
		}
	}
	between("m.received", q.ReceivedFrom, q.ReceivedTo)
	between("m.decided", q.DecidedFrom, q.DecidedTo)
	between("m.next_due", day.Day{}, q.NextTo)
	return c
}

// matterSorts are the orders a list of matters can have; % stands for the direction. What has no day stands last.
var matterSorts = map[string]string{
	"":         "m.matter%",
	"received": "m.received%, m.matter%",
	"decided":  "m.decided%, m.matter%",
	"next":     "CASE WHEN m.next_due = 0 THEN 1 ELSE 0 END, m.next_due%, m.matter%",
	"method":   "m.method%, m.matter%",
}

// Matters gives one page of matters, and how many there are in all.
func (l *Ledger) Matters(ctx context.Context, q MatterQuery) (rows []Matter, total int, err error) {
	name, down := strings.CutPrefix(q.Sort, "-")
	by, ok := matterSorts[name]
	switch {
	case !ok:
		return nil, 0, fmt.Errorf("list matters: there is no order %q", q.Sort)
	case len(q.Tenants) == 0:
		return nil, 0, fmt.Errorf("list matters: no tenant")
	case q.Limit < 0 || q.Offset < 0:
		return nil, 0, fmt.Errorf("list matters: limit %d, offset %d: neither can be negative", q.Limit, q.Offset)
	}
	if total, err = l.count(ctx, "FROM matter m", q.conditions()); err != nil || q.Limit == 0 || q.Offset >= total {
		return nil, total, err
	}
	direction := ""
	if down {
		direction = " DESC"
	}
	c := q.conditions()
	c.args = append(c.args, int64(q.Limit), int64(q.Offset))
	sql := fmt.Sprintf("SELECT %s FROM matter m WHERE %s ORDER BY %s, m.tenant LIMIT CAST($%d AS BIGINT) OFFSET $%d", prefixed("m", matterColumns), c.sql.String(),
		strings.ReplaceAll(by, "%", direction), len(c.args)-1, len(c.args))
	if err := l.store.query(ctx, sql, c.args, func(r *row) error { rows = append(rows, scanMatter(r)); return nil }); err != nil {
		return nil, 0, fmt.Errorf("list matters: %w", err)
	}
	return rows, total, nil
}

// CountDecided tells how many decided matters of some kinds there are of each method and diagnosis, over some tenants.
func (l *Ledger) CountDecided(ctx context.Context, tenants []string, process string, kinds ...string) (map[[2]string]int, error) {
	if len(tenants) == 0 {
		return nil, fmt.Errorf("count decided matters: no tenant")
	}
	out := make(map[[2]string]int)
	c := MatterQuery{Tenants: tenants, Process: process, Kinds: kinds, Decided: true}.conditions()
	err := l.store.query(ctx, "SELECT m.method, m.diagnosis, COUNT(*) FROM matter m WHERE "+c.sql.String()+" GROUP BY m.method, m.diagnosis", c.args, func(r *row) error {
		at := [2]string{r.string(), r.string()}
		out[at] = int(r.int64())
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count decided matters: %w", err)
	}
	return out, nil
}

// A MatterDutyQuery asks for duties of matters that are open on Today. Empty fields do not narrow it.
type MatterDutyQuery struct {
	Tenants        []string // at least one
	Process        string
	Name           string
	Names          []string // one of these; none: any
	Roles          []string
	Place          string
	Today          day.Day
	DueFrom, DueTo day.Day
	Limit, Offset  int // Limit 0: no rows, only the total
}

// A MatterDuty is a duty and the current row of its matter.
type MatterDuty struct {
	Duty Duty
	Row  Matter
}

// OwedOnMatters gives one page of open duties by date, those without a date last, and how many there are in all.
func (l *Ledger) OwedOnMatters(ctx context.Context, q MatterDutyQuery) (out []MatterDuty, total int, err error) {
	if len(q.Tenants) == 0 {
		return nil, 0, fmt.Errorf("list duties of matters: no tenant")
	}
	asked := func() *conditions {
		c := MatterQuery{Tenants: q.Tenants, Process: q.Process}.conditions()
		c.and("d.tenant = m.tenant AND d.matter = m.matter AND d.opens <= ?", dayArg(q.Today))
		c.equal("d.name", q.Name)
		c.equal("d.place", q.Place)
		for _, x := range []struct {
			column string
			any    []string
		}{{"d.role", q.Roles}, {"d.name", q.Names}} {
			if len(x.any) > 0 {
				args := make([]any, len(x.any))
				for i, value := range x.any {
					args[i] = value
				}
				c.and(x.column+" IN ("+list(len(args))+")", args...)
			}
		}
		if !q.DueFrom.IsZero() {
			c.and("d.due >= ?", dayArg(q.DueFrom))
		}
		if !q.DueTo.IsZero() {
			c.and("d.due > 0 AND d.due <= ?", dayArg(q.DueTo))
		}
		return c
	}
	total, err = l.count(ctx, "FROM matter m, matter_duty d", asked())
	if err != nil || q.Limit == 0 || q.Offset >= total {
		return nil, total, err
	}
	c := asked()
	c.args = append(c.args, int64(q.Limit), int64(q.Offset))
	sql := fmt.Sprintf("SELECT %s, %s FROM matter m, matter_duty d WHERE %s ORDER BY CASE WHEN d.due = 0 THEN 1 ELSE 0 END, d.due, m.tenant, d.matter, d.n LIMIT CAST($%d AS BIGINT) OFFSET $%d",
		prefixed("d", matterDutyColumns), prefixed("m", matterColumns), c.sql.String(), len(c.args)-1, len(c.args))
	err = l.store.query(ctx, sql, c.args, func(r *row) error {
		_, d := scanDuty(r)
		out = append(out, MatterDuty{Duty: d, Row: scanMatter(r)})
		return nil
	})
	if err != nil {
		return nil, 0, fmt.Errorf("list duties of matters: %w", err)
	}
	return out, total, nil
}

// EachMatter gives fn the log of every matter of a process, in order of number and seq. It streams as EachReferral does.
func (l *Ledger) EachMatter(ctx context.Context, tenant, process string, fn func(id int64, recs []Record) error) error {
	return l.eachLog(ctx, tenant, " AND kind LIKE '%/%'", func(r *Record) bool { return r.Process() == process }, fn)
}

// EachMatterRow gives fn the current row of every matter of a process, by number. It streams.
func (l *Ledger) EachMatterRow(ctx context.Context, tenant, process string, fn func(Matter) error) error {
	err := each(ctx, l, "SELECT "+matterColumns+" FROM matter WHERE tenant = $1 AND process = $2 ORDER BY matter", []any{tenant, process}, scanMatter, fn)
	if err != nil {
		return fmt.Errorf("read the rows of %s: %w", tenant, err)
	}
	return nil
}

// EachMatterDuty gives fn everything owed on matters, by number and in the order they were written. It streams.
func (l *Ledger) EachMatterDuty(ctx context.Context, tenant string, fn func(matter int64, d Duty) error) error {
	type owed struct {
		matter int64
		duty   Duty
	}
	err := each(ctx, l, "SELECT "+matterDutyColumns+" FROM matter_duty WHERE tenant = $1 ORDER BY matter, n", []any{tenant},
		func(r *row) owed { id, d := scanDuty(r); return owed{id, d} },
		func(o owed) error { return fn(o.matter, o.duty) })
	if err != nil {
		return fmt.Errorf("read the duties on matters of %s: %w", tenant, err)
	}
	return nil
}
