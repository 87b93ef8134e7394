package web

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"rettid/ledger"
)

// The numbers beside the lists. A small number is counted anew whenever something has been recorded. A large one is kept, and counted again beside the page
// that shows it: no page waits for a count of a million rows, and none of its numbers is older than some seconds. Counting takes a twentieth of a core for each.

// manyRows is the most that is counted while somebody waits; what is more is «mer enn 10 000» until it has been counted.
const manyRows = 10_000

// fewestKept is the smallest number that may be shown some seconds old.
const fewestKept = 2000

// keptFor is how old a kept number may be before it is counted again.
const keptFor = 5 * time.Second

// slowCount is how long a count may take and still be made anew whenever something has been recorded: a small number can take long to find.
const slowCount = 20 * time.Millisecond

// countCache keeps numbers by what was counted.
type countCache struct {
	mu   sync.Mutex
	kept map[string]*counted
}

type counted struct {
	n    int
	more bool  // n is not known: there are more than manyRows
	pos  int64 // the ends of the tenants' chains, added up, when it was counted
	at   time.Time
	slow bool // it took long to count
	busy bool // it is being counted again

	took time.Duration // to count it
}

// old tells that a kept number may be counted again: after some seconds, and not so often that counting is what the machine does.
func (e *counted) old() bool { return time.Since(e.at) > max(keptFor, 20*e.took) }

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

// headsOf are the ends of some tenants' chains, added up: they grow with every record of theirs.
func (s *site) headsOf(ctx context.Context, tenants []string) (int64, error) {
	pos, err := s.heads(ctx)
	var sum int64
	for _, t := range tenants {
		sum += pos[t]
	}
	return sum, err
}

// countEach counts over every tenant, of several queries: those that have to be counted while somebody waits by one question to the database. more tells
// that there are more than the number.
func (s *site) countEach(ctx context.Context, queries []ledger.Query) (counts []int, more []bool, err error) {
	pos, err := s.heads(ctx)
	if err != nil {
		return nil, nil, err
	}
	every := slices.Sorted(maps.Keys(pos))
	counts, more = make([]int, len(queries)), make([]bool, len(queries))
	var ask []ledger.Query
	var keys []string
	var of []int
	var ends []int64
	for i, q := range queries {
		tenants := every
		if q.Tenant != "" {
			tenants = []string{q.Tenant}
		}
		q, ok := s.within(tenants, q)
		if !ok {
			continue
		}
		var at int64 // grows with every record of those counted
		for _, t := range tenants {
			at += pos[t]
		}
		key := q.CountKey()
		if n, m, ok := s.keptCount(key, q, at); ok {
			counts[i], more[i] = n, m
			continue
		}
		ask, keys, of, ends = append(ask, q), append(keys, key), append(of, i), append(ends, at)
	}
	if len(ask) == 0 {
		return counts, more, nil
	}
	if s.counts == nil { // nothing is kept
		found, err := s.desk.Ledger.CountEach(ctx, ask, -1)
		for j, n := range found {
			counts[of[j]] = n
		}
		return counts, more, err
	}
	begin := time.Now()
	found, err := s.desk.Ledger.CountEach(ctx, ask, manyRows)
	if err != nil {
		return nil, nil, err
	}
	took := time.Since(begin)
	for j, n := range found {
		e := &counted{n: min(n, manyRows), more: n > manyRows, pos: ends[j], at: time.Now(), slow: took > slowCount, busy: n > manyRows, took: took / time.Duration(len(found))}
		s.counts.keep(keys[j], e)
		if counts[of[j]], more[of[j]] = e.n, e.more; e.more {
			go s.countAgain(keys[j], ask[j], ends[j])
		}
	}
	return counts, more, nil
}

// keptCount gives a number that was counted before, when it may be shown.
func (s *site) keptCount(key string, q ledger.Query, at int64) (n int, more, ok bool) {
	c := s.counts
	if c == nil {
		return 0, false, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.kept[key]
	switch {
	case e == nil:
		return 0, false, false
	case !e.more && e.pos == at:
		return e.n, false, true
	case e.more || e.n >= fewestKept || e.slow:
		if !e.busy && e.old() {
			e.busy = true
			go s.countAgain(key, q, at)
		}
		return e.n, e.more, true
	}
	return 0, false, false
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
	begin := time.Now()
	n, err := s.desk.Ledger.Count(ctx, q)
	if err != nil { // the next who asks tries again
		s.counts.mu.Lock()
		if e := s.counts.kept[key]; e != nil {
			e.busy, e.at = false, time.Now()
		}
		s.counts.mu.Unlock()
		return
	}
	took := time.Since(begin)
	s.counts.keep(key, &counted{n: n, pos: pos, at: time.Now(), slow: took > slowCount, took: took})
}

// countAll is countEach, of one query.
func (s *site) countAll(ctx context.Context, q ledger.Query) (n int, more bool, err error) {
	counts, mores, err := s.countEach(ctx, []ledger.Query{q})
	if err != nil {
		return 0, false, err
	}
	return counts[0], mores[0], nil
}

// count is countAll, where the number alone is wanted.
func (s *site) count(ctx context.Context, q ledger.Query) (int, error) {
	n, _, err := s.countAll(ctx, q)
	return n, err
}
