package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"sort"

	"rettid/day"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
)

// Verification is what re-reading the whole ledger found. It is sound when there are no problems.
type Verification struct {
	Referrals   int           `json:"referrals"`
	Matters     int           `json:"matters"` // of the exception scheme
	Reviews     int           `json:"reviews"` // of practice, their numbers counted again
	Entries     int64         `json:"entries"`
	Open        int           `json:"open"`
	Tenants     []Chain       `json:"tenants"`
	Days        int           `json:"unit_days"`   // unit-days whose stock was checked
	Unexplained int           `json:"unexplained"` // unit-days where opening + in − out is not closing
	Problems    []Problem     `json:"problems"`
	Counts      ProblemCounts `json:"counts"`
}

// Chain is the state of one tenant's chain.
type Chain struct {
	Tenant  string `json:"tenant"`
	Entries int64  `json:"entries"`
	Head    string `json:"head"`
}

// ProblemCounts counts all problems of each kind, by its name in Problem; the list is cut at MaxProblems.
type ProblemCounts struct {
	Chain        int `json:"chain"`
	Row          int `json:"row"`
	Duty         int `json:"duty"`
	Finding      int `json:"finding"`
	NextStep     int `json:"next_step"`
	Conservation int `json:"conservation"`
	Unreadable   int `json:"unreadable"`
}

// Problem is one thing that is not as it must be.
type Problem struct {
	Kind     string `json:"kind"` // chain · row · duty · finding · next_step · conservation · unreadable
	Tenant   string `json:"tenant"`
	Referral int64  `json:"referral,omitempty"`
	Seq      int    `json:"seq,omitempty"`
	What     string `json:"what"`
}

// MaxProblems is how many problems are listed; the counts go on.
const MaxProblems = 1000

// Sound tells whether nothing was found wrong.
func (v *Verification) Sound() bool { return v.Counts == ProblemCounts{} }

func (v *Verification) add(p Problem) {
	switch p.Kind {
	case "chain":
		v.Counts.Chain++
	case "row":
		v.Counts.Row++
	case "duty":
		v.Counts.Duty++
	case "finding":
		v.Counts.Finding++
	case "next_step":
		v.Counts.NextStep++
	case "conservation":
		v.Counts.Conservation++
	default:
		v.Counts.Unreadable++
	}
	if len(v.Problems) < MaxProblems {
		v.Problems = append(v.Problems, p)
	}
}

// Verify re-reads the whole ledger: every chain unbroken, every row and duty equal to what its log folds to, every finding what the rules say today
// on the inputs stored with it, every open referral with an owner and a next step on the day, and the stock of every unit on every day equal to the
// stock before plus what came in less what went out, and the numbers of every review of practice those its digest was taken of and those the logs give. progress is told how many referrals have been read. Memory does not grow with the ledger.
func (d *Desk) Verify(ctx context.Context, today day.Day, progress func(referrals int)) (*Verification, error) {
	v := &Verification{Tenants: []Chain{}, Problems: []Problem{}} // lists without anything are empty in JSON: null is what was not computed
	tenants, err := d.Ledger.Tenants(ctx)
	if err != nil {
		return nil, err
	}
	stocks := make(stockBook)
	for _, tenant := range tenants {
		if err := d.verifyTenant(ctx, v, tenant, today, stocks, progress); err != nil {
			return nil, err
		}
		if err := d.verifyMatters(ctx, v, tenant); err != nil {
			return nil, err
		}
	}
	stocks.balance(v)
	if err := d.verifyReviews(ctx, v); err != nil {
		return nil, err
	}
	return v, nil
}

func (d *Desk) verifyTenant(ctx context.Context, v *Verification, tenant string, today day.Day, stocks stockBook, progress func(int)) error {
	n, head, err := d.Ledger.VerifyChain(ctx, tenant)
	var broken ledger.ErrBroken
	switch {
	case errors.As(err, &broken):
		v.add(Problem{Kind: "chain", Tenant: tenant, What: err.Error()})
	case err != nil:
		return err
	}
	v.Tenants = append(v.Tenants, Chain{Tenant: tenant, Entries: n, Head: fmt.Sprintf("%x", head)})
	v.Entries += n

	rows, stopRows := iter.Pull2(stream(func(yield func(ledger.Row) error) error { return d.Ledger.EachRow(ctx, tenant, yield) }))
	defer stopRows()
	duties, stopDuties := iter.Pull2(stream(func(yield func(owed) error) error {
		return d.Ledger.EachDuty(ctx, tenant, func(id int64, du ledger.Duty) error { return yield(owed{id, du}) })
	}))
	defer stopDuties()
	row, err, more := rows()
	duty, dutyErr, moreDuties := duties()

	return errors.Join(d.Ledger.EachReferral(ctx, tenant, func(id int64, recs []ledger.Record) error {
		v.Referrals++
		if progress != nil {
			progress(v.Referrals)
		}
		var stored *ledger.Row
		for more && err == nil && row.Referral <= id {
			if row.Referral == id {
				r := row
				stored = &r
			} else {
				v.add(Problem{Kind: "row", Tenant: tenant, Referral: row.Referral, What: "there is a current row and no log"})
			}
			row, err, more = rows()
		}
		var owes []ledger.Duty
		for moreDuties && dutyErr == nil && duty.referral <= id {
			if duty.referral == id {
				owes = append(owes, duty.Duty)
			}
			duty, dutyErr, moreDuties = duties()
		}
		d.verifyReferral(v, tenant, id, recs, stored, owes, today, stocks)
		return errors.Join(err, dutyErr)
	}), err, dutyErr)
}

type owed struct {
	referral int64
	ledger.Duty
}

// stream turns a function that calls back into a sequence.
func stream[T any](each func(func(T) error) error) iter.Seq2[T, error] {
	stop := errors.New("stop")
	return func(yield func(T, error) bool) {
		err := each(func(t T) error {
			if !yield(t, nil) {
				return stop
			}
			return nil
		})
		if err != nil && !errors.Is(err, stop) {
			var none T
			yield(none, err)
		}
	}
}

func (d *Desk) verifyReferral(v *Verification, tenant string, id int64, recs []ledger.Record, stored *ledger.Row, owes []ledger.Duty, today day.Day, stocks stockBook) {
	problem := func(kind string, seq int, format string, args ...any) {
		v.add(Problem{Kind: kind, Tenant: tenant, Referral: id, Seq: seq, What: fmt.Sprintf(format, args...)})
	}
	log, err := Entries(recs)
	if err != nil {
		problem("unreadable", 0, "%v", err)
		return
	}
	differences, state, err := referral.RecheckUnder(log, d.Law)
	if err != nil {
		problem("unreadable", 0, "%v", err)
		return
	}
	for _, x := range differences {
		problem("finding", x.Seq, "%s, %s: stored %s, today's rules %s", x.Verb, x.What, x.Then, x.Today)
	}
	last := recs[len(recs)-1]
	want, err := Row(&state, d.Law(last.Known), last.Known, d.Org)
	if err != nil {
		problem("unreadable", 0, "%v", err)
		return
	}
	want.Tenant, want.Referral = tenant, id
	switch {
	case stored == nil:
		problem("row", 0, "there is a log and no current row")
	case !sameRow(want, *stored):
		problem("row", 0, "the current row is not what the log folds to: %s", rowDifference(want, *stored))
	}
	if wantDuties := DutyRows(&state, d.Law(last.Known), last.Known, d.Org); !sameDuties(wantDuties, owes) {
		problem("duty", 0, "the stored duties are not what the state gives: %d stored, %d found", len(owes), len(wantDuties))
	}
	if state.Open() {
		v.Open++
		step, ok := law.NextStep(&state.Facts, today, d.Law(today))
		if !ok || step.Role == "" || step.At == "" {
			problem("next_step", 0, "the referral is open and has no owner or no next step")
		}
	}
	stocks.count(d, log)
}

// sameRow compares rows, the state as JSON values: a database may write it differently.
func sameRow(a, b ledger.Row) bool {
	sa, sb := a.State, b.State
	a.State, b.State = nil, nil
	if !bytes.Equal(sa, sb) {
		var x, y any
		if json.Unmarshal(sa, &x) != nil || json.Unmarshal(sb, &y) != nil {
			return false
		}
		xa, _ := json.Marshal(x)
		ya, _ := json.Marshal(y)
		if !bytes.Equal(xa, ya) {
			return false
		}
	}
	return fmt.Sprintf("%+v", a) == fmt.Sprintf("%+v", b)
}

// rowDifference says which fields of a row differ, without their content.
func rowDifference(want, got ledger.Row) string {
	var names []string
	w, g := fieldsOf(want), fieldsOf(got)
	for name := range w {
		if w[name] != g[name] {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return fmt.Sprint(names)
}

func fieldsOf(r ledger.Row) map[string]string {
	b, _ := json.Marshal(r)
	raw := make(map[string]json.RawMessage)
	_ = json.Unmarshal(b, &raw)
	out := make(map[string]string, len(raw))
	for k, v := range raw {
		out[k] = string(v)
	}
	return out
}

func sameDuties(a, b []ledger.Duty) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// stockBook holds for each unit and day what came in, what went out, and what was there: open referrals, and those who wait.
type stockBook map[string]map[day.Day]*flow

type flow struct {
	in, out          int // open referrals
	waitIn, waitOut  int // those who wait
	present, waiting int // change of what is there, from the whereabouts
}

func (b stockBook) at(d *Desk, holder, specialty string, on day.Day) *flow {
	unit := holder + "/" + specialty
	if u, ok := d.Org.Unit(holder, specialty, on); ok {
		unit = holder + "/" + u.ID
	}
	days := b[unit]
	if days == nil {
		days = make(map[day.Day]*flow)
		b[unit] = days
	}
	f := days[on]
	if f == nil {
		f = new(flow)
		days[on] = f
	}
	return f
}

// count writes a referral's moves and its whereabouts into the book: two independent readings of the same log.
func (b stockBook) count(d *Desk, log []referral.Entry) {
	for _, m := range referral.Moves(log) {
		if m.From.Holder != "" {
			f := b.at(d, m.From.Holder, m.From.Specialty, m.On)
			f.out++
			if m.From.Waiting {
				f.waitOut++
			}
		}
		if m.To.Holder != "" {
			f := b.at(d, m.To.Holder, m.To.Specialty, m.On)
			f.in++
			if m.To.Waiting {
				f.waitIn++
			}
		}
	}
	was := referral.Presence{}
	for _, p := range referral.Whereabouts(log) {
		if was.Holder != "" {
			f := b.at(d, was.Holder, was.Specialty, p.From)
			f.present--
			if was.Waiting {
				f.waiting--
			}
		}
		if p.Holder != "" {
			f := b.at(d, p.Holder, p.Specialty, p.From)
			f.present++
			if p.Waiting {
				f.waiting++
			}
		}
		was = p
	}
}

// balance checks every unit and day: opening + in − out = closing.
func (b stockBook) balance(v *Verification) {
	units := make([]string, 0, len(b))
	for u := range b {
		units = append(units, u)
	}
	sort.Strings(units)
	for _, unit := range units {
		days := make([]day.Day, 0, len(b[unit]))
		for on := range b[unit] {
			days = append(days, on)
		}
		sort.Slice(days, func(i, j int) bool { return days[i].Before(days[j]) })
		opening, waitOpening, closing, waiting := 0, 0, 0, 0
		for _, on := range days {
			f := b[unit][on]
			v.Days++
			closing += f.present
			waiting += f.waiting
			opening += f.in - f.out
			waitOpening += f.waitIn - f.waitOut
			if opening != closing || waitOpening != waiting {
				v.Unexplained++
				v.add(Problem{Kind: "conservation", What: fmt.Sprintf("%s on %s: opening + in − out gives %d open and %d waiting, the stock is %d and %d", unit, on, opening, waitOpening, closing, waiting)})
				opening, waitOpening = closing, waiting // each day is told of once
			}
		}
	}
}
