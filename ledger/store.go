package ledger

import (
	"context"
	"fmt"
	"sync/atomic"

	"rettid/day"
)

// A store is one of the two databases: SQLite (sqlite.go) or PostgreSQL (postgres.go). All SQL outside those two files is
// read by both.
type store interface {
	// query runs one statement and gives each row to fn, which must not keep it. An error from fn ends the query.
	query(ctx context.Context, sql string, args []any, fn func(*row) error) error

	// transact runs fn in one transaction. The steps that fn returns are run last and committed; they are handed over
	// instead of run so that PostgreSQL gets them and the commit in one message. When transact returns nil, everything is
	// on disk; when it returns an error, nothing is, unless lost(err).
	transact(ctx context.Context, fn func(transaction) ([]*step, error)) error

	// alone tells that a query must have ended before the next can begin.
	alone() bool

	// lock is added to a SELECT of rows that the transaction is going to change.
	lock() string

	// wipe is run before (on) and after (off) erasure, so that what is erased is overwritten; "" when the database cannot.
	wipe(on bool) string

	// translate turns the text of a migration into this database's; migrationLock keeps two programs from migrating at once.
	translate(sql string) string
	migrationLock() string

	// lost tells that the connection was lost, or the database was not ready for writing: the same may be tried again.
	lost(err error) bool

	// violated tells that a constraint did not hold.
	violated(err error) bool

	// clean removes what erased text has left behind in the database's files.
	clean(ctx context.Context, whole bool) error

	close() error

	// queries is how many have been run.
	queries() int64
}

// questions counts queries.
type questions struct{ n atomic.Int64 }

func (q *questions) queries() int64 { return q.n.Load() }

// A transaction runs steps in order, and stops at the first that fails.
type transaction interface {
	run(ctx context.Context, steps []*step) error
}

// A step is one statement. Arguments are int64, string and []byte, and never nil.
type step struct {
	sql  string
	args []any
	scan func(*row) error // nil: the rows, if any, are not wanted
	many bool             // an INSERT … VALUES (…) that may be joined with those beside it into one of many rows
}

// cells are the columns of one row, from 0.
type cells interface {
	int(i int) int64
	text(i int) string
	bytes(i int) []byte // a copy
	onto(i int, b []byte) []byte
}

// A row is read column by column, in the order of the SELECT. The first thing that is not as it should be is kept in err.
type row struct {
	cells
	at  int
	err error
}

func (r *row) int64() int64 {
	r.at++
	return r.int(r.at - 1)
}

func (r *row) string() string {
	r.at++
	return r.text(r.at - 1)
}

func (r *row) blob() []byte {
	r.at++
	return r.bytes(r.at - 1)
}

// onto is blob, into memory that is there already: the bytes come after those of b.
func (r *row) onto(b []byte) []byte {
	r.at++
	return r.cells.onto(r.at-1, b)
}

func (r *row) bool() bool { return r.int64() != 0 }

func (r *row) digest() (d [32]byte) {
	b := r.blob()
	if len(b) != len(d) && r.err == nil {
		r.err = fmt.Errorf("a stored digest has %d bytes, not %d", len(b), len(d))
	}
	copy(d[:], b)
	return d
}

// lastDay is the number of 2199-12-31. A number outside the range is corrupt data, and must not stop the program.
var lastDay = int64(day.On(2199, 12, 31).Number())

func (r *row) day() day.Day {
	n := r.int64()
	if n < 0 || n > lastDay {
		if r.err == nil {
			r.err = fmt.Errorf("a stored day has the number %d, outside 0-%d", n, lastDay)
		}
		return day.Day{}
	}
	return day.FromNumber(int32(n))
}

func dayArg(d day.Day) int64 { return int64(d.Number()) }

func boolArg(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// blobArg sees to it that no bytes are stored as empty, not as NULL.
func blobArg(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
