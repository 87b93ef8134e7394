package ledger

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
)

// The writer is one goroutine. It takes everything that waits into one transaction (group commit), so that many clients
// share the cost of getting it to disk, and answers each when it is there.
const (
	queueLength  = 1024
	groupWrites  = 512 // a group takes no more jobs when it has this many writes
	bulkWrites   = 512 // AppendAll hands over this many at a time
	writeTimeout = 30 * time.Second
)

// A job is what one caller wants written: writes, or a few steps of its own.
type job struct {
	ctx     context.Context
	writes  []Write
	whole   bool // the writes stand or fall together
	steps   []*step
	results []Result
	errs    []error // one for each write, or a single one for the steps

	state atomic.Int32
	done  chan struct{}
}

const (
	waiting int32 = iota
	taken
	withdrawn
)

// submit hands j to the writer and waits. A caller whose context ends before the writer has begun gets the context's error,
// and nothing is written; after that the answer is waited for, so that it is never unknown.
func (l *Ledger) submit(j *job) error {
	if err := j.ctx.Err(); err != nil {
		return err
	}
	n := max(len(j.writes), 1)
	j.results, j.errs, j.done = make([]Result, n), make([]error, n), make(chan struct{})

	l.closing.RLock()
	if l.closed {
		l.closing.RUnlock()
		return ErrClosed
	}
	select {
	case l.queue <- j:
		l.closing.RUnlock()
	case <-j.ctx.Done():
		l.closing.RUnlock()
		return j.ctx.Err()
	}
	select {
	case <-j.done:
		return nil
	case <-j.ctx.Done():
		if j.state.CompareAndSwap(waiting, withdrawn) {
			return j.ctx.Err()
		}
		<-j.done
		return nil
	}
}

// do has the writer run steps of their own, and returns when they are on disk.
func (l *Ledger) do(ctx context.Context, steps ...*step) error {
	j := &job{ctx: ctx, steps: steps}
	if err := l.submit(j); err != nil {
		return err
	}
	return j.errs[0]
}

// writer is the goroutine; it ends when the queue is closed and empty.
func (l *Ledger) writer() {
	defer close(l.stopped)
	var group []*job
	var took time.Duration // by the last group
	clients := 0           // how many waited for it, or have come since
	for j := range l.queue {
		// The clients answered a moment ago are on their way back with more: let them in, but not for long.
		for enough := time.Now().Add(took / 8); 1+len(l.queue) < clients && time.Now().Before(enough); {
			runtime.Gosched()
		}
		group = group[:0]
		writes := 0
		for {
			if j.state.CompareAndSwap(waiting, taken) {
				group = append(group, j)
				writes += len(j.results)
			}
			if writes >= groupWrites {
				break
			}
			var more bool
			select {
			case j, more = <-l.queue:
			default:
			}
			if !more {
				break
			}
		}
		begin := time.Now()
		l.commit(group)
		took, clients = time.Since(begin), len(group)+len(l.queue)
		for _, j := range group {
			close(j.done)
		}
	}
}

// commit writes a group, and fills in every result and error.
func (l *Ledger) commit(group []*job) {
	var units []*unit
	for _, j := range group {
		if j.writes == nil {
			units = append(units, &unit{steps: j.steps, results: j.results, errs: j.errs})
		}
		n := 1
		if j.whole {
			n = len(j.writes)
		}
		for i := 0; i < len(j.writes); i += n {
			u := &unit{writes: j.writes[i : i+n], results: j.results[i : i+n], errs: j.errs[i : i+n]}
			if err := u.check(); err != nil {
				u.fail(func(*Write) error { return err })
			} else {
				units = append(units, u)
			}
		}
	}
	l.commitUnits(units)
}

// A unit is what stands or falls together: one write, the writes of a whole, or the steps of one job.
type unit struct {
	writes  []Write
	steps   []*step
	results []Result
	errs    []error // one for each write, or a single one for the steps
}

func (u *unit) check() error {
	for i := range u.writes {
		if err := u.writes[i].check(); err != nil {
			return err
		}
	}
	return nil
}

// fail answers all of a unit with an error; write is nil for steps.
func (u *unit) fail(why func(write *Write) error) {
	for i := range u.errs {
		u.results[i] = Result{}
		if u.writes == nil {
			u.errs[i] = why(nil)
		} else {
			u.errs[i] = why(&u.writes[i])
		}
	}
}

// commitUnits writes units in one transaction. When the transaction fails for another reason than a lost connection, one
// of them may be to blame, so the halves are tried by themselves.
func (l *Ledger) commitUnits(units []*unit) {
	if len(units) == 0 {
		return
	}
	err := l.tryUnits(units)
	if err != nil && l.store.lost(err) {
		err = l.tryUnits(units) // on a new connection; keys see to it that nothing is written twice
	}
	switch {
	case err == nil:
	case len(units) > 1 && !l.store.lost(err):
		l.commitUnits(units[:len(units)/2])
		l.commitUnits(units[len(units)/2:])
	default:
		for _, u := range units {
			u.fail(func(w *Write) error {
				if w == nil {
					return fmt.Errorf("write to the ledger: %w", err)
				}
				return fmt.Errorf("append to referral %d: %w", w.Referral, err)
			})
		}
	}
}

// tryUnits first writes blind, on the heads that the last transaction left, and looks only when that does not hold.
func (l *Ledger) tryUnits(units []*unit) error {
	ctx, cancel := context.WithTimeout(context.Background(), writeTimeout)
	defer cancel()

	if v := l.blind(units); v != nil {
		err := l.store.transact(ctx, func(transaction) ([]*step, error) { return v.plan(units), nil })
		if err == nil {
			l.keep(v)
			return nil
		}
		clear(l.heads)
		if !l.store.violated(err) {
			return err
		}
	}
	v := newView()
	err := l.store.transact(ctx, func(t transaction) ([]*step, error) {
		if err := v.read(ctx, t, l.store.lock(), units); err != nil {
			return nil, err
		}
		return v.plan(units), nil
	})
	if err == nil {
		l.keep(v)
	}
	return err
}

// blind gives a view that knows the heads of all tenants of units, or nil.
func (l *Ledger) blind(units []*unit) *view {
	v := newView()
	v.blind = true
	for _, u := range units {
		for i := range u.writes {
			tenant := u.writes[i].Tenant
			h, ok := l.heads[tenant]
			if !ok {
				return nil
			}
			if v.heads[tenant] == nil {
				v.heads[tenant] = &h
			}
		}
	}
	return v
}

func (l *Ledger) keep(v *view) {
	for tenant, h := range v.heads {
		l.heads[tenant] = head{pos: h.pos, digest: h.digest, referrals: h.referrals}
	}
}
