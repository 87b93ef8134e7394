package web

import (
	"context"
	"fmt"
	"sync"
	"time"

	"rettid/ledger"
)

// The numbers beside the lists. A small number is counted anew whenever something has been recorded. A large one is kept, and counted again beside the page
// that shows it: no page waits for a count of a million rows, and none of its numbers is older than some seconds.

// manyRows is the most that is counted while somebody waits; what is more is «mer enn 10 000» until it has been counted.
const manyRows = 10_000

// fewestKept is the smallest number that may be shown some seconds old.
const fewestKept = 2000

// keptFor is how old a kept number may be before it is counted again.
const keptFor = 5 * time.Second

// countCache keeps numbers by what was counted.
type countCache struct {
	mu   sync.Mutex
	kept map[string]*counted
}

type counted struct {
	n    int
	more bool  // n is not known: there are more than manyRows
	pos  int64 // the end of the tenant's chain when it was counted
	at   time.Time
	busy bool // it is being counted again
}

func newCountCache() *countCache { return &countCache{kept: make(map[string]*counted)} }

// mostKept is how many numbers are kept before all are forgotten.
const mostKept = 10_000

type headsKey struct{}

// heads are the ends of the tenants' chains as one request sees them: read once.
type heads struct {
	once sync.Once
	pos  map[string]int64
	err  error
}

func withHeads(ctx context.Context) context.Context {
	return context.WithValue(ctx, headsKey{}, new(heads))
}

func (s *site) heads(ctx context.Context) (map[string]int64, error) {
	h, ok := ctx.Value(headsKey{}).(*heads)
	if !ok {
		h = new(heads)
	}
	h.once.Do(func() { h.pos, h.err = s.desk.Ledger.Heads(ctx) })
	return h.pos, h.err
}

// countPart counts the rows of one tenant's query; more tells that there are more than that.
func (s *site) countPart(ctx context.Context, q ledger.Query) (n int, more bool, err error) {
	if s.counts == nil {
		n, err = s.desk.Ledger.Count(ctx, q)
		return n, false, err
	}
	pos, err := s.heads(ctx)
	if err != nil {
		return 0, false, err
	}
	q.Limit, q.Offset, q.Sort, q.Desc = 0, 0, "", false
	key, at := fmt.Sprint(q), pos[q.Tenant]
	c := s.counts
	c.mu.Lock()
	e := c.kept[key]
	switch {
	case e != nil && !e.more && e.pos == at:
		n = e.n
		c.mu.Unlock()
		return n, false, nil
	case e != nil && (e.more || e.n >= fewestKept):
		n, more = e.n, e.more
		if again := !e.busy && time.Since(e.at) > keptFor; again {
			e.busy = true
			go s.countAgain(key, q, at)
		}
		c.mu.Unlock()
		return n, more, nil
	}
	c.mu.Unlock()
	if n, err = s.desk.Ledger.CountTo(ctx, q, manyRows); err != nil {
		return 0, false, err
	}
	e = &counted{n: min(n, manyRows), more: n > manyRows, pos: at, at: time.Now(), busy: n > manyRows}
	c.keep(key, e)
	if e.more {
		go s.countAgain(key, q, at)
	}
	return e.n, e.more, nil
}

func (c *countCache) keep(key string, e *counted) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.kept) >= mostKept {
		clear(c.kept)
	}
	c.kept[key] = e
}

// countAgain counts a large number to its end while nobody waits for it.
func (s *site) countAgain(key string, q ledger.Query, pos int64) {
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	n, err := s.desk.Ledger.Count(ctx, q)
	if err != nil { // the next who asks tries again
		s.counts.mu.Lock()
		if e := s.counts.kept[key]; e != nil {
			e.busy, e.at = false, time.Now()
		}
		s.counts.mu.Unlock()
		return
	}
	s.counts.keep(key, &counted{n: n, pos: pos, at: time.Now()})
}

// countAll counts over every tenant; more tells that there are more than that.
func (s *site) countAll(ctx context.Context, q ledger.Query) (n int, more bool, err error) {
	tenants, err := s.tenants(ctx, q.Tenant)
	if err != nil {
		return 0, false, err
	}
	for _, q := range s.parts(tenants, q) {
		some, m, err := s.countPart(ctx, q)
		if err != nil {
			return 0, false, err
		}
		n, more = n+some, more || m
	}
	return n, more, nil
}

// count is countAll, where the number alone is wanted.
func (s *site) count(ctx context.Context, q ledger.Query) (int, error) {
	n, _, err := s.countAll(ctx, q)
	return n, err
}
