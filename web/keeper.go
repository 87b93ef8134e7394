package web

import (
	"context"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// What takes long to count is counted beside the pages, and kept. A page waits a moment for it; then it says how far the count has come, or shows what was counted
// before and when. Of one thing there is one count at a time, however many ask for it.

const (
	quickCount = 300 * time.Millisecond // what is counted so fast is counted again for the next page as soon as something has been recorded
	keptShare  = 30                     // what is slower, when so many times the time it took have passed,
	keptLeast  = 5 * time.Minute        // and not before this
	keptMost   = time.Hour              // what is older than this is shown to nobody
	errorsFor  = 10 * time.Second       // a count that failed is not begun again before this, unless something has been recorded
)

// countPatience is how long a page waits for its counts, and hopeFor how long for one that is then not a quarter done.
const (
	countPatience = 1500 * time.Millisecond
	hopeFor       = 300 * time.Millisecond
)

// A keeper keeps counts of one kind by what was counted.
type keeper[T any] struct {
	mu   sync.Mutex
	kept map[string]*keptCount[T]
	most int           // so many are kept
	turn chan struct{} // full while one is counted; nil: as many as are asked for
}

type keptCount[T any] struct {
	last   *oneCount[T] // the latest that was finished; nil when there is none
	failed *oneCount[T] // the latest, when it failed
	next   *oneCount[T] // under way
}

// A oneCount is one count of something, finished or under way.
type oneCount[T any] struct {
	pos      int64 // the ends of the tenants' chains, added up, when it began
	began    time.Time
	took     time.Duration
	seen, of atomic.Int64 // how far it has come
	done     chan struct{}
	value    T
	err      error
}

func newKeeper[T any](most int, turn chan struct{}) *keeper[T] {
	return &keeper[T]{kept: make(map[string]*keptCount[T]), most: most, turn: turn}
}

// A keptAnswer is what a keeper has to give just now.
type keptAnswer[T any] struct {
	value    T
	ok       bool  // there is a value
	newer    bool  // something has been recorded since
	counting bool  // it is being counted
	seen, of int64 // how far that has come; of is 0 when it cannot be told
}

// ask gives what is kept under a key, has it counted when it is not there or no longer holds, and waits for that until a moment. pos grows with every record of what is
// counted. The count goes on when nobody waits for it, and ends with an error when the ledger is closed.
func (k *keeper[T]) ask(ctx context.Context, key string, pos int64, until time.Time, begin func(ctx context.Context, seen func(n, of int64)) (T, error)) (keptAnswer[T], error) {
	k.mu.Lock()
	e := k.kept[key]
	if e == nil {
		k.room()
		e = &keptCount[T]{}
		k.kept[key] = e
	}
	last := e.last
	if last != nil && time.Since(last.began) > keptMost {
		last = nil
	}
	broken := e.failed != nil && e.failed.pos == pos && time.Since(e.failed.began.Add(e.failed.took)) < errorsFor
	if last != nil && (last.holds(pos) || broken) {
		k.mu.Unlock()
		return last.answer(pos)
	}
	if broken {
		k.mu.Unlock()
		return e.failed.answer(pos)
	}
	next := e.next
	if next == nil {
		next = &oneCount[T]{pos: pos, done: make(chan struct{})}
		e.next = next
		go k.run(context.WithoutCancel(ctx), e, next, begin)
	}
	k.mu.Unlock()
	if last != nil && last.took > quickCount { // what was counted is shown meanwhile
		a, err := last.answer(pos)
		a.counting = true
		return a, err
	}
	for soon := time.Now().Add(hopeFor); ; soon = until { // a count that is far from its end is not waited for
		if soon.After(until) {
			soon = until
		}
		wait := time.NewTimer(time.Until(soon))
		select {
		case <-next.done:
			wait.Stop()
			return next.answer(pos)
		case <-ctx.Done():
			wait.Stop()
			return keptAnswer[T]{}, ctx.Err()
		case <-wait.C:
		}
		seen, of := next.seen.Load(), next.of.Load()
		if soon == until || seen*4 < of && until.Before(soon.Add(countPatience)) {
			return keptAnswer[T]{counting: true, seen: seen, of: of}, nil
		}
	}
}

// holds tells that a finished count may be shown without another being begun.
func (c *oneCount[T]) holds(pos int64) bool {
	return c.pos == pos || c.took > quickCount && time.Since(c.began) < max(keptLeast, keptShare*c.took)
}

func (c *oneCount[T]) answer(pos int64) (keptAnswer[T], error) {
	return keptAnswer[T]{value: c.value, ok: c.err == nil, newer: c.pos != pos}, c.err
}

func (k *keeper[T]) run(ctx context.Context, e *keptCount[T], c *oneCount[T], begin func(context.Context, func(n, of int64)) (T, error)) {
	if k.turn != nil {
		k.turn <- struct{}{}
		defer func() { <-k.turn }()
	}
	c.began = time.Now()
	func() {
		defer func() {
			if p := recover(); p != nil { // the page tells, with a number; the others go on
				c.err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			}
		}()
		c.value, c.err = begin(ctx, func(n, of int64) { c.seen.Store(n); c.of.Store(of) })
	}()
	c.took = time.Since(c.began)
	k.mu.Lock()
	if e.next, e.failed = nil, nil; c.err == nil {
		e.last = c
	} else { // what was counted before is better than nothing, until it is too old
		e.failed = c
	}
	k.mu.Unlock()
	close(c.done)
}

// room is called with the lock held. Those that nobody waits for make room, the oldest first.
func (k *keeper[T]) room() {
	for len(k.kept) >= k.most {
		oldest := ""
		for _, key := range slices.Sorted(maps.Keys(k.kept)) {
			e := k.kept[key]
			switch {
			case e.next != nil:
			case e.last == nil: // it failed
				oldest = key
			case oldest == "" || k.kept[oldest].last != nil && e.last.began.Before(k.kept[oldest].last.began):
				oldest = key
			}
		}
		if oldest == "" {
			return
		}
		delete(k.kept, oldest)
	}
}

// patiently is when a page that begins now has waited long enough for its counts.
func patiently() time.Time { return time.Now().Add(countPatience) }

// forFile is when a file has waited long enough.
func forFile() time.Time { return time.Now().Add(time.Hour) }
