package ledger

import (
	"context"
	"fmt"
	"strings"
	"sync"
)

// A Ledger is an open database. Safe for concurrent use.
type Ledger struct {
	store    store
	readOnly bool

	queue   chan *job
	stopped chan struct{}   // closed when the writer has ended
	heads   map[string]head // by tenant, as the last append left them; only the writer's

	closing sync.RWMutex // held for reading while a job is put in the queue
	closed  bool
}

// Open opens the database at url and brings its schema to this program's version. url is a file name or "sqlite:" and a
// file name, ":memory:", or "postgres://…" (also "postgresql://…"). A file that is not there is made.
func Open(ctx context.Context, url string) (*Ledger, error) { return open(ctx, url, false) }

// OpenReadOnly opens a database that must exist and have this program's schema, for reading only.
func OpenReadOnly(ctx context.Context, url string) (*Ledger, error) { return open(ctx, url, true) }

// Memory opens an empty ledger that lives in memory until it is closed. It takes some tenths of a millisecond.
func Memory(ctx context.Context) (*Ledger, error) { return open(ctx, ":memory:", false) }

func open(ctx context.Context, url string, readOnly bool) (*Ledger, error) {
	var s store
	var err error
	path := strings.TrimPrefix(url, "sqlite:")
	switch {
	case url == "" || path == "":
		return nil, fmt.Errorf("open the database: no address: give a file name, :memory: or postgres://…")
	case strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://"):
		s, err = openPostgres(ctx, url, readOnly)
	case strings.Contains(path, "://"):
		scheme, _, _ := strings.Cut(path, "://")
		return nil, fmt.Errorf("open the database: unknown kind %s: give a file name, :memory: or postgres://…", scheme)
	case path == ":memory:":
		s, err = openMemory(ctx)
	default:
		s, err = openSQLite(ctx, path, readOnly)
	}
	if err != nil {
		return nil, err
	}
	l := &Ledger{store: s, readOnly: readOnly, queue: make(chan *job, queueLength), stopped: make(chan struct{}),
		heads: make(map[string]head)}
	go l.writer()
	return l, nil
}

// Close answers what is in the queue, and closes the database. Closing again does nothing.
func (l *Ledger) Close() error {
	l.closing.Lock()
	if l.closed {
		l.closing.Unlock()
		return nil
	}
	l.closed = true
	l.closing.Unlock()
	close(l.queue)
	<-l.stopped
	if err := l.store.close(); err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	return nil
}

// Asked is how many questions this program has asked of the database since it was opened: what a page costs whoever waits for it is seen by it.
func (l *Ledger) Asked() int64 { return l.store.queries() }
