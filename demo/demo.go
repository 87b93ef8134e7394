// Package demo makes a fictitious year at a fictitious hospital region: patients who do not exist are referred, assessed, told, booked,
// put off, forgotten, found again and treated, and every step is taken at the desk as staff would take it. The same seed gives the same
// year, whatever the number of processors.
//
// What never happens here: no rule is applied and no row is made by hand; what the desk refuses is refused here too. No name belongs to anyone,
// and every identity number is synthetic (month + 80).
package demo

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"

	"rettid/day"
	"rettid/desk"
	"rettid/ledger"
)

// Options say how large a year to make.
type Options struct {
	Patients int     // how many patients; each has one referral, some two or three
	Years    int     // how long the time before Today is; 0: one
	Seed     uint64  // the same seed, the same year
	Today    day.Day // the day after the last day of the data; zero: the desk's own today
	Region   string  // the region whose hospitals receive, "vest"; empty: every region
	Workers  int     // 0: one for each processor

	Progress func(done, total int) // called now and then with the patients made; may be nil
}

// Stats is what was made.
type Stats struct {
	Patients       int            `json:"patients"`
	Referrals      int            `json:"referrals"`
	Entries        int            `json:"entries"`
	Refused        int            `json:"refused"` // commands the desk refused
	From           day.Day        `json:"from"`
	Today          day.Day        `json:"today"`
	Open           int            `json:"open"`
	Waiting        int            `json:"waiting"`
	Over           int            `json:"over_deadline"`   // waiting past the deadline
	BreachExpected int            `json:"breach_expected"` // waiting with a time after the deadline
	DueToday       int            `json:"duties_due"`      // referrals with something due by today
	Verbs          map[string]int `json:"entries_by_kind"`
}

// Check refuses what cannot be made.
func (o Options) Check() error {
	switch {
	case o.Patients < 1 || o.Patients > 50_000_000:
		return fmt.Errorf("demonstration data: %d patients: 1 to 50 000 000 can be made", o.Patients)
	case o.Years < 0 || o.Years > 10:
		return fmt.Errorf("demonstration data: %d years: 1 to 10 can be made", o.Years)
	case !o.Today.IsZero() && (o.Today.Before(firstToday) || o.Today.After(lastToday)):
		return fmt.Errorf("demonstration data: today is %s: a day from %s to %s is needed", o.Today, firstToday, lastToday)
	}
	return nil
}

// The days for which identity numbers can be made for every age, and a year later be planned.
var firstToday, lastToday = day.On(2011, 1, 1), day.On(2039, 12, 31)

// ErrNotEmpty says that there are referrals in the ledger already: demonstration data never mix with others.
var ErrNotEmpty = errors.New("the ledger holds referrals already: demonstration data need an empty one")

// batchPatients is how many patients a worker makes at a time.
const batchPatients = 128

// Generate makes the year. It needs an empty ledger, and the desk's own organisation and guides: nothing else is assumed of them than that
// some public provider has a unit.
func Generate(ctx context.Context, d *desk.Desk, o Options) (Stats, error) {
	if err := o.Check(); err != nil {
		return Stats{}, err
	}
	if o.Years == 0 {
		o.Years = 1
	}
	if o.Today.IsZero() {
		o.Today = d.Today()
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	w, err := newWorld(d, o)
	if err != nil {
		return Stats{}, err
	}
	for _, t := range w.tenants {
		if _, n, err := d.Ledger.List(ctx, ledger.Query{Tenant: t, Today: o.Today}); err != nil {
			return Stats{}, err
		} else if n > 0 {
			return Stats{}, ErrNotEmpty
		}
	}

	ctx, stop := context.WithCancel(ctx)
	defer stop()
	jobs, made := make(chan *batch, o.Workers), make(chan *batch, 2*o.Workers)
	var workers sync.WaitGroup
	for range o.Workers {
		workers.Go(func() {
			for b := range jobs {
				b.make(ctx, w)
				close(b.done)
			}
		})
	}
	go func() {
		// The plans are drawn one after the other, so that numbers and dates never depend on who was first.
		defer close(made)
		defer close(jobs)
		p := newPlanner(w)
		for first := 0; first < o.Patients; first += batchPatients {
			b := &batch{done: make(chan struct{})}
			for i := first; i < min(first+batchPatients, o.Patients); i++ {
				b.plans = append(b.plans, p.next(i))
			}
			select {
			case jobs <- b:
			case <-ctx.Done():
				return
			}
			select {
			case made <- b:
			case <-ctx.Done():
				return
			}
		}
	}()

	stats := Stats{From: w.from, Today: o.Today, Verbs: make(map[string]int)}
	for b := range made {
		<-b.done
		if b.err == nil {
			b.err = b.store(ctx, d)
		}
		if b.err != nil {
			stop()
			workers.Wait()
			return stats, b.err
		}
		stats.add(b, o.Today)
		if o.Progress != nil {
			o.Progress(stats.Patients, o.Patients)
		}
	}
	workers.Wait()
	return stats, ctx.Err()
}

// A batch is some patients, whom one worker makes and the ledger takes in order.
type batch struct {
	plans    []*plan
	writes   []ledger.Write
	ids      []int64 // of the writes
	refusals []ledger.Refusal
	freed    []freedTime // times ahead that nobody has now
	err      error
	done     chan struct{}
}

func (b *batch) make(ctx context.Context, w *world) {
	for _, p := range b.plans {
		if b.err = ctx.Err(); b.err != nil {
			return
		}
		if b.err = b.live(ctx, w, p); b.err != nil {
			b.err = fmt.Errorf("demonstration patient %d, seed %d: %w", p.index, w.seed, b.err)
			return
		}
	}
}

// store appends what was made. The plans have promised each referral its number; a ledger that gives another is not the empty one it was.
func (b *batch) store(ctx context.Context, d *desk.Desk) error {
	var refused sync.WaitGroup
	errs := make([]error, len(b.refusals))
	for i := range b.refusals {
		refused.Go(func() { errs[i] = d.Ledger.Refused(ctx, b.refusals[i]) })
	}
	results, failed := d.Ledger.AppendAll(ctx, b.writes)
	refused.Wait()
	if err := errors.Join(append(errs, failed...)...); err != nil {
		return err
	}
	for i, r := range results {
		if r.Referral != b.ids[i] || r.Replayed {
			return fmt.Errorf("referral %d was to be number %d: %w", r.Referral, b.ids[i], ErrNotEmpty)
		}
	}
	for _, f := range b.freed {
		if err := d.AddSlot(ctx, f.slot, f.unique, f.actor); err != nil {
			return err
		}
	}
	return nil
}

func (s *Stats) add(b *batch, today day.Day) {
	s.Patients += len(b.plans)
	s.Referrals += len(b.writes)
	s.Refused += len(b.refusals)
	for i := range b.writes {
		w := &b.writes[i]
		s.Entries += len(w.Records)
		for _, r := range w.Records {
			s.Verbs[r.Kind]++
		}
		count := func(n *int, when bool) {
			if when {
				*n++
			}
		}
		row := &w.Row
		count(&s.Open, row.Open)
		count(&s.Waiting, row.Waiting)
		count(&s.Over, row.Waiting && !row.BreachOn.IsZero() && !row.BreachOn.After(today))
		count(&s.BreachExpected, row.Waiting && row.BreachExpected && row.BreachOn.After(today))
		due := false
		for _, duty := range w.Duties {
			due = due || !duty.Due.IsZero() && !duty.Due.After(today) && !duty.Opens.After(today)
		}
		count(&s.DueToday, due)
	}
}

// Made tells whether the referrals of a ledger are a demonstration's: the first of some tenant was written by Generate.
func Made(ctx context.Context, d *desk.Desk) (bool, error) {
	tenants, err := d.Ledger.Tenants(ctx)
	if err != nil {
		return false, err
	}
	for _, t := range tenants {
		recs, err := d.Ledger.Records(ctx, t, 1)
		if err != nil {
			return false, err
		}
		if len(recs) == 0 || !strings.HasPrefix(recs[0].Key, "demo/") {
			return false, nil
		}
	}
	return len(tenants) > 0, nil
}
