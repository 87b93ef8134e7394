package ledger

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// sqliteStore is a file, with one connection that writes and as many as needed that read, or a database in memory, with one
// connection for both.
type sqliteStore struct {
	questions
	path     string // "" in memory
	readOnly bool

	writing sync.Mutex // held while write is used
	write   *sqliteConn
	opened  os.FileInfo // the file that write has open

	mu     sync.Mutex
	idle   []*sqliteReader
	closed bool
}

// A sqliteConn is a connection that keeps each different statement that it has run.
type sqliteConn struct {
	*sqlite.Conn
	statements map[string]*sqlite.Stmt
}

func keepStatements(conn *sqlite.Conn) *sqliteConn {
	return &sqliteConn{conn, make(map[string]*sqlite.Stmt)}
}

// statement gives a statement to be run again, with every argument given anew. The connection's own Prepare would clear those it had, and SQLite plans a statement
// that compares with an argument again when it is cleared: it took as long as reading a page.
func (c *sqliteConn) statement(sql string) (*sqlite.Stmt, error) {
	if stmt, ok := c.statements[sql]; ok {
		return stmt, nil
	}
	stmt, err := c.Prepare(sql)
	if err == nil {
		c.statements[sql] = stmt
	}
	return stmt, err
}

// A sqliteReader is a reading connection.
type sqliteReader struct {
	*sqliteConn
	stop chan struct{} // closed when nobody waits for what it reads any more
}

// listen makes the connection heed a new stop. It starts a goroutine that waits for it, and ending that one waits for a turn of the processors: done for each
// query, it was most of what a page took when many asked at once.
func (r *sqliteReader) listen() {
	r.stop = make(chan struct{})
	r.SetInterrupt(r.stop)
}

// mostStatements is how many statements a reading connection may keep before it is closed: worklists can be asked for in more
// ways than should be kept.
const mostStatements = 200

// busyTimeout is how long a writer waits for another process to finish its transaction.
const busyTimeout = 10 * time.Second

// idleReaders is how many reading connections are kept for the next reader, each with readerCache of the database in memory: two megabytes, SQLite's own choice, hold
// less than the indexes of a million referrals that a page of a list goes through.
const (
	idleReaders = 16
	readerCache = "PRAGMA cache_size = -16384"
)

func openSQLite(ctx context.Context, path string, readOnly bool) (*sqliteStore, error) {
	s := &sqliteStore{path: path, readOnly: readOnly}
	if readOnly {
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("open the database %s for reading: %w", path, err)
		}
		if err := checkVersion(ctx, s); err != nil {
			s.close()
			return nil, fmt.Errorf("open the database %s for reading: %w", path, err)
		}
		return s, nil
	}
	if err := s.connect(true); err != nil {
		return nil, err
	}
	if err := migrate(ctx, s); err != nil {
		s.close()
		return nil, fmt.Errorf("open the database %s: %w", path, err)
	}
	return s, nil
}

// connect opens the writing connection. Only the first time may it make the file: a database that has gone away is not
// replaced by an empty one.
func (s *sqliteStore) connect(create bool) error {
	flags := sqlite.OpenReadWrite
	if create {
		flags |= sqlite.OpenCreate
	}
	conn, err := sqlite.OpenConn(s.path, flags)
	if err != nil {
		return fmt.Errorf("open the database %s: %w", s.path, s.explain(err))
	}
	conn.SetBusyTimeout(busyTimeout)
	// FULL: an answered command survives a power cut. secure_delete stays off but for erasure (see clean): overwriting
	// what every replaced row leaves would double the writing.
	for _, pragma := range []string{"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA cache_size = -65536",
		"PRAGMA wal_autocheckpoint = 8000"} {
		if err := sqlitex.ExecuteTransient(conn, pragma, nil); err != nil {
			conn.Close()
			return fmt.Errorf("open the database %s: %w", s.path, s.explain(err))
		}
	}
	info, err := os.Stat(s.path)
	if err != nil {
		conn.Close()
		return fmt.Errorf("open the database %s: %w", s.path, err)
	}
	s.write, s.opened = keepStatements(conn), info
	return nil
}

func (s *sqliteStore) alone() bool           { return s.path == "" }
func (s *sqliteStore) lock() string          { return "" } // BEGIN IMMEDIATE has locked it all
func (s *sqliteStore) migrationLock() string { return "" }
func (s *sqliteStore) wipe(on bool) string {
	if on {
		return "PRAGMA secure_delete = ON"
	}
	return "PRAGMA secure_delete = OFF"
}
func (s *sqliteStore) translate(sql string) string { return sql }

func (s *sqliteStore) lost(err error) bool { return false }

func (s *sqliteStore) violated(err error) bool {
	return sqlite.ErrCode(err).ToPrimary() == sqlite.ResultConstraint
}

// reader takes a connection to read with; done gives it back.
func (s *sqliteStore) reader(ctx context.Context) (conn *sqliteConn, done func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	if s.alone() {
		s.writing.Lock()
		if s.write == nil {
			s.writing.Unlock()
			return nil, nil, ErrClosed
		}
		return s.write, s.writing.Unlock, nil
	}
	var r *sqliteReader
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil, nil, ErrClosed
	}
	if n := len(s.idle); n > 0 {
		r, s.idle = s.idle[n-1], s.idle[:n-1]
	}
	s.mu.Unlock()
	if r == nil {
		conn, err := sqlite.OpenConn(s.path, sqlite.OpenReadOnly)
		if err != nil {
			return nil, nil, fmt.Errorf("open the database %s for reading: %w", s.path, s.explain(err))
		}
		conn.SetBusyTimeout(busyTimeout)
		if err := sqlitex.ExecuteTransient(conn, readerCache, nil); err != nil {
			conn.Close()
			return nil, nil, fmt.Errorf("open the database %s for reading: %w", s.path, s.explain(err))
		}
		r = &sqliteReader{sqliteConn: keepStatements(conn)}
		r.listen()
	}
	stop := r.stop
	unheard := context.AfterFunc(ctx, func() { close(stop) })
	return r.sqliteConn, func() {
		if !unheard() { // it has been stopped, or is about to be
			r.listen()
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.closed || len(s.idle) >= idleReaders || len(r.statements) > mostStatements {
			r.Close()
			return
		}
		s.idle = append(s.idle, r)
	}, nil
}

func (s *sqliteStore) query(ctx context.Context, sql string, args []any, fn func(*row) error) error {
	s.n.Add(1)
	conn, done, err := s.reader(ctx)
	if err != nil {
		return err
	}
	defer done()
	err = runSQLite(conn, sql, args, fn)
	if sqlite.ErrCode(err) == sqlite.ResultInterrupt && ctx.Err() != nil {
		return ctx.Err()
	}
	return s.explain(err)
}

// runSQLite runs one statement on conn.
func runSQLite(conn *sqliteConn, sql string, args []any, fn func(*row) error) error {
	stmt, err := conn.statement(sql)
	if err != nil {
		return err
	}
	for i, arg := range args {
		switch v := arg.(type) {
		case int64:
			stmt.BindInt64(i+1, v)
		case string:
			stmt.BindText(i+1, v)
		case []byte:
			stmt.BindBytes(i+1, v)
		default:
			return fmt.Errorf("argument %d is a %T: the ledger stores int64, string and []byte", i+1, arg)
		}
	}
	r := row{cells: sqliteCells{stmt}}
	for {
		more, err := stmt.Step()
		if err != nil || !more {
			return errors.Join(err, stmt.Reset())
		}
		if fn == nil {
			continue
		}
		r.at = 0
		err = fn(&r)
		if err == nil {
			err = r.err
		}
		if err != nil {
			return errors.Join(err, stmt.Reset())
		}
	}
}

type sqliteCells struct{ stmt *sqlite.Stmt }

func (c sqliteCells) int(i int) int64   { return c.stmt.ColumnInt64(i) }
func (c sqliteCells) text(i int) string { return c.stmt.ColumnText(i) }
func (c sqliteCells) bytes(i int) []byte {
	b := make([]byte, c.stmt.ColumnLen(i))
	c.stmt.ColumnBytes(i, b)
	return b
}

func (c sqliteCells) onto(i int, b []byte) []byte {
	n := c.stmt.ColumnLen(i)
	b = slices.Grow(b, n)
	return b[:len(b)+c.stmt.ColumnBytes(i, b[len(b):len(b)+n])]
}

type sqliteTransaction struct{ conn *sqliteConn }

func (t sqliteTransaction) run(ctx context.Context, steps []*step) error {
	for _, st := range steps {
		if err := runSQLite(t.conn, st.sql, st.args, st.scan); err != nil {
			return err
		}
	}
	return nil
}

func (s *sqliteStore) transact(ctx context.Context, fn func(transaction) ([]*step, error)) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.ready(); err != nil {
		return err
	}
	err := func() error {
		if err := runSQLite(s.write, "BEGIN IMMEDIATE", nil, nil); err != nil {
			return err
		}
		t := sqliteTransaction{s.write}
		last, err := fn(t)
		if err == nil {
			err = t.run(ctx, last)
		}
		if err == nil {
			err = runSQLite(s.write, "COMMIT", nil, nil)
		}
		return err
	}()
	if err == nil {
		return nil
	}
	// Some faults have rolled back already. One that cannot be rolled back leaves the connection useless: the next
	// transaction opens a new one, and SQLite recovers from the write-ahead log by itself.
	if !s.write.AutocommitEnabled() {
		runSQLite(s.write, "ROLLBACK", nil, nil)
	}
	if !s.alone() && (!s.write.AutocommitEnabled() || broken(err)) {
		s.write.Close()
		s.write = nil
	}
	return s.explain(err)
}

// ready sees to it that write is a connection to the file that stands at path now. A process keeps a removed file open, so
// without this look commands would be acknowledged into a file that nobody finds again.
func (s *sqliteStore) ready() error {
	s.mu.Lock()
	closed := s.closed
	s.mu.Unlock()
	switch {
	case closed:
		return ErrClosed
	case s.readOnly:
		return ErrReadOnly
	case s.alone():
		return nil
	}
	info, err := os.Stat(s.path)
	if err != nil {
		return fmt.Errorf("the database %s is gone: put it back; nothing was written: %w", s.path, err)
	}
	if s.write != nil && os.SameFile(info, s.opened) {
		return nil
	}
	if s.write != nil {
		s.write.Close()
		s.write = nil
		s.dropReaders()
	}
	return s.connect(false)
}

func (s *sqliteStore) dropReaders() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, conn := range s.idle {
		conn.Close()
	}
	s.idle = nil
}

// broken tells that the connection should not be used again.
func broken(err error) bool {
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultIOErr, sqlite.ResultCantOpen, sqlite.ResultReadOnly, sqlite.ResultNotADB, sqlite.ResultCorrupt:
		return true
	}
	return false
}

// explain says what a fault of the file means and how to mend it.
func (s *sqliteStore) explain(err error) error {
	if err == nil {
		return nil
	}
	var what string
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultFull:
		what = "the disk is full: free some space, and writing goes on by itself"
	case sqlite.ResultReadOnly, sqlite.ResultPerm:
		what = "the database cannot be written: check the rights of the file and its directory"
	case sqlite.ResultCantOpen:
		what = "the database cannot be opened: check that its directory exists and may be written"
	case sqlite.ResultBusy, sqlite.ResultLocked:
		what = fmt.Sprintf("another process has held the database for %v: stop it or try again", busyTimeout)
	case sqlite.ResultNotADB:
		what = "the file is not a SQLite database: check the path"
	case sqlite.ResultCorrupt:
		what = "the database is damaged: restore it from a backup"
	case sqlite.ResultIOErr:
		what = "the disk does not answer as it should: check it, and restore from a backup if it is failing"
	default:
		return err
	}
	return fmt.Errorf("%s (%s): %w", what, filepath.Base(s.path), err)
}

// clean moves the write-ahead log into the database and overwrites it, so that erased text is in neither. whole: the database is written anew first, for rows
// that were changed or moved before leave copies of what they were in the free room of its pages. Nothing else is written meanwhile.
func (s *sqliteStore) clean(ctx context.Context, whole bool) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.alone() {
		return nil
	}
	if err := s.ready(); err != nil {
		return err
	}
	if whole {
		if err := runSQLite(s.write, "VACUUM", nil, nil); err != nil {
			return s.explain(err)
		}
	}
	return s.explain(runSQLite(s.write, "PRAGMA wal_checkpoint(TRUNCATE)", nil, nil))
}

func (s *sqliteStore) close() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.dropReaders()
	if s.write == nil {
		return nil
	}
	err := s.write.Close()
	s.write = nil
	return err
}

// openMemory makes a database in memory from an image in which the migrations have been run.
func openMemory(ctx context.Context) (*sqliteStore, error) {
	image, err := migratedImage()
	if err != nil {
		return nil, err
	}
	conn, err := sqlite.OpenConn(":memory:", sqlite.OpenReadWrite|sqlite.OpenCreate)
	if err != nil {
		return nil, err
	}
	if err := conn.Deserialize("main", image); err != nil {
		conn.Close()
		return nil, err
	}
	return &sqliteStore{write: keepStatements(conn)}, nil
}

// migratedImage is made once: opening in memory is then a copy of some hundred kilobytes.
var migratedImage = sync.OnceValues(func() ([]byte, error) {
	conn, err := sqlite.OpenConn(":memory:", sqlite.OpenReadWrite|sqlite.OpenCreate)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := migrate(context.Background(), &sqliteStore{write: keepStatements(conn)}); err != nil {
		return nil, err
	}
	return conn.Serialize("main")
})
