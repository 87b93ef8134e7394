package casefile

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // the clock is Norwegian wherever the program runs

	"rettid/day"
	"rettid/desk"
	"rettid/entry"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
)

var oslo = sync.OnceValue(func() *time.Location {
	l, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		panic(err) // tzdata is part of the program
	}
	return l
})

// noon is the time a step is recorded at.
func noon(d day.Day) time.Time {
	year, month, dom := d.Date()
	return time.Date(year, time.Month(month), dom, 12, 0, 0, 0, oslo())
}

// RunAll runs cases, several at once, and gives their results in the same order. parallel below 1 means as many as there are processors. Each case
// has a ledger of its own, in memory.
func RunAll(ctx context.Context, cases []*Case, parallel int) []Result {
	if parallel < 1 {
		parallel = runtime.GOMAXPROCS(0)
	}
	out := make([]Result, len(cases))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(parallel, len(cases)) {
		wg.Go(func() {
			for i := range next {
				l, err := ledger.Memory(ctx)
				out[i] = runIn(ctx, l, err, "case", cases[i])
				if err == nil {
					l.Close()
				}
			}
		})
	}
	for i := range cases {
		next <- i
	}
	close(next)
	wg.Wait()
	return out
}

// Run runs one case, in a ledger of its own. A case with problems fails with them.
func Run(ctx context.Context, c *Case) Result { return RunAll(ctx, []*Case{c}, 1)[0] }

// runIn runs a case as a tenant of a ledger; opening says why there is no ledger.
func runIn(ctx context.Context, l *ledger.Ledger, opening error, tenant string, c *Case) Result {
	res := Result{File: c.File, Line: c.Line, Case: c.Name, Norms: c.Norms}
	switch {
	case len(c.Problems) > 0:
		for _, p := range c.Problems {
			res.Failures = append(res.Failures, Failure{Line: p.Line, Message: p.Text})
		}
		return res
	case opening != nil:
		res.Failures = []Failure{{Line: c.Line, Message: "the case could not be run: " + opening.Error()}}
		return res
	}
	r := &run{ctx: ctx, c: c, tenant: tenant, ids: make(map[string]int64), seqs: make(map[int]int), today: c.steps[0].on}
	r.desk = desk.New(l, c.org, c.guides, law.Default())
	r.desk.Now = func() time.Time { return noon(r.today) }
	r.steps()
	res.Failures = r.failures
	res.Passed = len(res.Failures) == 0
	return res
}

// run is a case under way.
type run struct {
	ctx      context.Context
	c        *Case
	desk     *desk.Desk
	tenant   string
	today    day.Day // the simulated clock
	ids      map[string]int64
	names    []string    // of the referrals, as they were received
	matters  []string    // of the exception scheme, as they were opened
	seqs     map[int]int // entry in the log by step
	failures []Failure
}

func (r *run) steps() {
	for i := range r.c.steps {
		s := &r.c.steps[i]
		if s.on.After(r.today) {
			r.today = s.on // a step dated before the one above it was recorded late
		}
		if s.do != "" && !r.take(s) {
			return // what follows would only tell of the same again
		}
		if s.check != nil && !r.check(s.check) {
			return
		}
	}
	if r.c.close != nil {
		r.check(r.c.close)
	}
}

// fail tells of a step.
func (r *run) fail(s *step, f Failure) {
	f.Line, f.Step, f.Do, f.On = s.line, s.number, s.do, s.on
	r.failures = append(r.failures, f)
}

// take does a step through the desk. false: the case can't go on.
func (r *run) take(s *step) bool {
	if s.ask != nil {
		return r.takeMatter(s)
	}
	order := desk.Order{Tenant: r.tenant, Key: fmt.Sprintf("step-%d", s.number), Known: noon(r.today), At: referral.At{On: s.on, Minute: s.minute, Role: law.Role(s.as)}}
	id, known := r.ids[s.referral]
	opens := s.do == "receive" || s.do == "new_condition"
	switch {
	case opens && known:
		r.fail(s, Failure{Message: s.referral + " is received already"})
		return false
	case !opens && !known:
		r.fail(s, Failure{Message: s.referral + " is not received before this step"})
		return false
	}
	order.Referral = id
	order.Do = s.build(s.args, r.idOf)
	if c, ok := order.Do.(*referral.Correct); ok {
		c.Seq = r.seqs[s.corrects]
	}

	id, seq, ok := r.order(s, id, func() (int64, int, law.Objections, error) {
		out, err := r.desk.Take(r.ctx, order)
		return out.Referral, out.Seq, out.Warned, err
	})
	if seq == 0 {
		return ok
	}
	if opens {
		r.ids[s.referral] = id
		r.names = append(r.names, s.referral)
	}
	return true
}

// order gives an order to the desk on a case (0: it opens one) and holds the answer against what the step promises. It gives the case and the number of the
// entry, 0 when nothing was written; false: the case can't go on.
func (r *run) order(s *step, id int64, take func() (id int64, seq int, warned law.Objections, err error)) (int64, int, bool) {
	var before standing
	if s.rejected != nil {
		var err error
		if before, err = r.standing(id); err != nil {
			r.fail(s, Failure{Message: err.Error()})
			return 0, 0, false
		}
	}
	got, seq, warned, err := take()
	var refusal *entry.Refusal
	switch {
	case errors.As(err, &refusal):
		if s.rejected == nil {
			r.fail(s, Failure{Key: s.do, Expected: "accepted", Found: "rejected: " + list(refusal.Objections.Norms()), Refusals: refusal.Objections})
			return 0, 0, false
		}
		return 0, 0, r.refused(s, id, before, refusal)
	case err != nil:
		r.fail(s, Failure{Key: s.do, Expected: promised(s), Found: "a fault: " + err.Error()})
		return 0, 0, false
	case s.rejected != nil:
		r.fail(s, Failure{Key: "rejected", Expected: promised(s), Found: "accepted", Warnings: warned})
		return 0, 0, false
	}
	r.seqs[s.number] = seq
	r.holdWarnings(s, warned)
	return got, seq, true
}

// idOf is the case of a name; -1: there is none yet.
func (r *run) idOf(name string) int64 {
	if id, ok := r.ids[name]; ok {
		return id
	}
	return -1
}

// holdWarnings holds the warnings given against those the step promised.
func (r *run) holdWarnings(s *step, given law.Objections) {
	warned := given.Warned().Norms()
	if !holds(warned, s.warns) {
		r.fail(s, Failure{Key: "warns", Expected: list(s.warns), Found: list(warned), Warnings: given})
	}
	for _, n := range s.noWarns {
		if contains(warned, n) {
			r.fail(s, Failure{Key: "no_warns", Expected: "none of " + list(s.noWarns), Found: list(warned), Warnings: given})
			break
		}
	}
}

func promised(s *step) string {
	if s.rejected != nil {
		return "rejected: " + list(s.rejected)
	}
	return "accepted"
}

// standing is what a refused step must leave untouched, and how many refusals there are.
type standing struct {
	head     int64
	digest   [32]byte
	row      ledger.Row
	matter   ledger.Matter
	refusals int
}

func (r *run) standing(id int64) (st standing, err error) {
	if st.head, st.digest, err = r.desk.Ledger.Head(r.ctx, r.tenant); err != nil {
		return st, err
	}
	if id != 0 {
		if st.row, _, err = r.desk.Ledger.Row(r.ctx, r.tenant, id); err != nil {
			return st, err
		}
		if st.matter, _, err = r.desk.Ledger.MatterRow(r.ctx, r.tenant, id); err != nil {
			return st, err
		}
	}
	refusals, err := r.desk.Ledger.Refusals(r.ctx, r.tenant, id, 1000, 0)
	st.refusals = len(refusals)
	return st, err
}

// refused holds a refusal against what the step promised: the norms named, no trace in log and row, and the refusal in the audit log.
func (r *run) refused(s *step, id int64, before standing, refusal *entry.Refusal) bool {
	norms := refusal.Objections.Norms()
	if !holds(norms, s.rejected) {
		r.fail(s, Failure{Key: "rejected", Expected: list(s.rejected), Found: list(norms), Refusals: refusal.Objections})
	}
	after, err := r.standing(id)
	if err != nil {
		r.fail(s, Failure{Message: err.Error()})
		return false
	}
	if after.head != before.head || after.digest != before.digest || !reflect.DeepEqual(after.row, before.row) || !reflect.DeepEqual(after.matter, before.matter) {
		r.fail(s, Failure{Key: "rejected", Expected: "no trace but the refusal", Found: "the log or the case has changed"})
	}
	if after.refusals != before.refusals+1 {
		r.fail(s, Failure{Key: "rejected", Expected: "the refusal in the audit log", Found: "none"})
	}
	return true
}

// check holds the world at the end of a day against what is expected. false: it could not be looked at.
func (r *run) check(c *check) bool {
	v := view{on: c.on, settings: r.desk.Settings}
	for _, name := range r.names {
		log, err := r.desk.Log(r.ctx, r.tenant, r.ids[name])
		if err != nil {
			r.failures = append(r.failures, Failure{Line: c.line, Step: c.step, On: c.on, Message: err.Error()})
			return false
		}
		state := desk.View{AsOf: c.on}.At(known(log, c))
		if state.Seq == 0 {
			continue // not received by then
		}
		v.all = append(v.all, named{name, &state})
	}
	matters, err := r.theMatters(c)
	if err != nil {
		r.failures = append(r.failures, Failure{Line: c.line, Step: c.step, On: c.on, Message: err.Error()})
		return false
	}
	for _, a := range c.about {
		v.r, v.m = nil, matters[a.name]
		for _, n := range v.all {
			if n.name == a.name {
				v.r = n.state
			}
		}
		if v.r == nil && v.m == nil && a.name != "waiting_list" && a.name != "statistics" {
			r.failures = append(r.failures, Failure{Line: a.line, Step: c.step, On: c.on, Message: a.name + " is not received by then"})
			continue
		}
		for _, w := range a.wants {
			if found, ok := w.test(v); !ok {
				r.failures = append(r.failures, Failure{Line: w.line, Step: c.step, On: c.on, Key: w.key, Expected: w.expected, Found: found, Explanation: explain(w.key, v)})
			}
		}
	}
	return true
}

// known keeps what a check may know. All that stands above it has been recorded, also late; but what is asked of an earlier day between the steps is as that day
// knew it, and a correction made after it had not been made.
func known[K entry.Case[C], C entry.Command, G, F any](log []entry.Entry[K, C, G, F], c *check) []entry.Entry[K, C, G, F] {
	if c.step == 0 {
		return log
	}
	return slices.DeleteFunc(slices.Clone(log), func(e entry.Entry[K, C, G, F]) bool { return e.Event.With != nil && e.Event.On.After(c.on) })
}

// explain finds the law's reasons for a value; nil where the law has none to give.
func explain(key string, v view) *Explanation {
	if v.r == nil {
		return nil
	}
	_, key, _ = strings.Cut(key, ".")
	switch key {
	case "duties", "no_duties":
		out := &Explanation{facts: &v.r.Facts, duties: openDuties(v)}
		for _, d := range out.duties {
			for _, n := range d.Norms {
				if !contains(out.Norms, n) {
					out.Norms = append(out.Norms, n)
				}
			}
		}
		return out
	}
	value, ok := explained[key]
	if !ok {
		return nil
	}
	e, ok := v.r.Explain(value, v.on, v.settings)
	if !ok {
		// A value that is not there is explained by where the decision stands.
		if e, ok = v.r.Explain("right", v.on, v.settings); !ok {
			return nil
		}
	}
	return &Explanation{Norms: e.Norms, Cite: e.Cite, Because: e.Because}
}
