package ledger

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// postgresStore is a PostgreSQL database: a pool of connections that read, and one that writes. One writes better than many
// here: all of a tenant's appends wait for its head anyway, and together they share one commit.
type postgresStore struct {
	questions
	readOnly bool
	config   *pgx.ConnConfig
	pool     *pgxpool.Pool

	writing sync.Mutex // held while write is used
	write   *pgx.Conn  // nil until needed, and after it has been lost
	closed  bool
}

const (
	oldestPostgres = 15
	poolSize       = 16
)

func openPostgres(ctx context.Context, url string, readOnly bool) (*postgresStore, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("open the database: the address is not as PostgreSQL has it: %w", err) // pgx leaves out the password
	}
	if !strings.Contains(url, "pool_max_conns") {
		config.MaxConns = poolSize
	}
	if config.ConnConfig.RuntimeParams["application_name"] == "" {
		config.ConnConfig.RuntimeParams["application_name"] = "rettid"
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	s := &postgresStore{readOnly: readOnly, config: config.ConnConfig.Copy(), pool: pool}
	err = s.suits(ctx)
	switch {
	case err != nil:
	case readOnly:
		err = checkVersion(ctx, s)
	default:
		err = migrate(ctx, s)
	}
	if err != nil {
		s.close()
		return nil, fmt.Errorf("open the database: %w", s.explain(err))
	}
	return s, nil
}

// suits looks at the server's version and encoding.
func (s *postgresStore) suits(ctx context.Context) error {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	version := conn.Conn().PgConn().ParameterStatus("server_version")
	major, _, _ := strings.Cut(version, ".")
	if n, err := strconv.Atoi(strings.TrimSpace(major)); err == nil && n < oldestPostgres {
		return fmt.Errorf("the server is PostgreSQL %s: version %d or newer is needed", version, oldestPostgres)
	}
	if encoding := conn.Conn().PgConn().ParameterStatus("server_encoding"); encoding != "" && encoding != "UTF8" {
		return fmt.Errorf("the database stores text as %s: make one with ENCODING 'UTF8'", encoding)
	}
	return nil
}

func (s *postgresStore) alone() bool         { return false }
func (s *postgresStore) lock() string        { return " FOR UPDATE" }
func (s *postgresStore) wipe(on bool) string { return "" }

// migrationLock: any number, as long as it is always the same.
func (s *postgresStore) migrationLock() string { return "SELECT pg_advisory_xact_lock(7238468462)" }

// translate: C orders text by its bytes, as SQLite does, and makes the shorter and faster indexes.
func (s *postgresStore) translate(sql string) string {
	return strings.NewReplacer("INTEGER", "BIGINT", "BLOB", "BYTEA", "TEXT", `TEXT COLLATE "C"`,
		" STRICT, WITHOUT ROWID", "", " STRICT", "").Replace(sql)
}

func (s *postgresStore) query(ctx context.Context, sql string, args []any, fn func(*row) error) error {
	s.n.Add(1)
	rows, err := s.pool.Query(ctx, sql, args...)
	if err != nil {
		return s.explain(err)
	}
	return s.explain(eachPostgres(rows, fn))
}

// eachPostgres gives every row to fn, and closes rows.
func eachPostgres(rows pgx.Rows, fn func(*row) error) error {
	defer rows.Close()
	c := &postgresCells{}
	r := row{cells: c}
	for rows.Next() {
		if fn == nil {
			continue
		}
		c.fields, c.raw, r.at = rows.FieldDescriptions(), rows.RawValues(), 0
		err := fn(&r)
		if err == nil {
			err = r.err
		}
		if err == nil {
			err = c.err
		}
		if err != nil {
			return err
		}
	}
	return rows.Err()
}

// postgresCells reads the bytes of the protocol: every column is a number, a text or bytes.
type postgresCells struct {
	fields []pgconn.FieldDescription
	raw    [][]byte
	err    error
}

func (c *postgresCells) int(i int) int64 {
	b := c.raw[i]
	switch {
	case c.fields[i].Format == pgx.TextFormatCode:
		n, err := strconv.ParseInt(string(b), 10, 64)
		c.err = errors.Join(c.err, err)
		return n
	case len(b) == 8:
		return int64(binary.BigEndian.Uint64(b))
	case len(b) == 4:
		return int64(int32(binary.BigEndian.Uint32(b)))
	}
	c.err = errors.Join(c.err, fmt.Errorf("column %s is not a number", c.fields[i].Name))
	return 0
}

func (c *postgresCells) text(i int) string { return string(c.raw[i]) }

func (c *postgresCells) bytes(i int) []byte { return c.onto(i, make([]byte, 0, len(c.raw[i]))) }

func (c *postgresCells) onto(i int, b []byte) []byte {
	if c.fields[i].Format == pgx.TextFormatCode {
		c.err = errors.Join(c.err, fmt.Errorf("column %s came as text", c.fields[i].Name))
		return nil
	}
	return append(b, c.raw[i]...)
}

// postgresTransaction sends steps together, and BEGIN with the first of them.
type postgresTransaction struct {
	conn  *pgx.Conn
	begun bool
}

func (t *postgresTransaction) run(ctx context.Context, steps []*step) error {
	return t.send(ctx, steps, false)
}

func (t *postgresTransaction) send(ctx context.Context, steps []*step, commit bool) error {
	steps = joined(steps)
	batch := &pgx.Batch{}
	if !t.begun {
		batch.Queue("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
	}
	for _, st := range steps {
		batch.Queue(st.sql, st.args...)
	}
	if commit {
		batch.Queue("COMMIT")
	}
	results := t.conn.SendBatch(ctx, batch)
	err := func() error {
		if !t.begun {
			if _, err := results.Exec(); err != nil {
				return err
			}
			t.begun = true
		}
		for _, st := range steps {
			if st.scan == nil {
				if _, err := results.Exec(); err != nil {
					return err
				}
				continue
			}
			rows, err := results.Query()
			if err != nil {
				return err
			}
			if err := eachPostgres(rows, st.scan); err != nil {
				return err
			}
		}
		if commit {
			tag, err := results.Exec()
			if err == nil && tag.String() != "COMMIT" {
				err = fmt.Errorf("the transaction ended with %s", tag)
			}
			return err
		}
		return nil
	}()
	return errors.Join(err, results.Close())
}

// joined makes one statement of those beside each other that say the same: a row costs much less than a statement. The
// numbers of rows are powers of two, so that few different statements are prepared.
func joined(steps []*step) []*step {
	var all []*step
	for i := 0; i < len(steps); {
		n := 1
		for i+n < len(steps) && n < mostRows && steps[i].many && steps[i+n].many && steps[i+n].sql == steps[i].sql {
			n++
		}
		n = 1 << (bits.Len(uint(n)) - 1)
		if n == 1 {
			all = append(all, steps[i])
		} else {
			one := &step{sql: manyRows(steps[i].sql, n, len(steps[i].args))}
			for _, st := range steps[i : i+n] {
				one.args = append(one.args, st.args...)
			}
			all = append(all, one)
		}
		i += n
	}
	return all
}

const mostRows = 64

// manyRows repeats the values of an INSERT, numbered on.
func manyRows(sql string, rows, args int) string {
	const values = "VALUES "
	from := strings.Index(sql, values) + len(values)
	to := strings.Index(sql, " ON CONFLICT")
	if to < 0 {
		to = len(sql)
	}
	var b strings.Builder
	b.WriteString(sql[:to])
	for i := 1; i < rows; i++ {
		b.WriteString(", ")
		one := sql[from:to]
		for {
			mark := strings.IndexByte(one, '$')
			if mark < 0 {
				break
			}
			end := mark + 1
			for end < len(one) && one[end] >= '0' && one[end] <= '9' {
				end++
			}
			n, _ := strconv.Atoi(one[mark+1 : end])
			b.WriteString(one[:mark])
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(n + i*args))
			one = one[end:]
		}
		b.WriteString(one)
	}
	b.WriteString(sql[to:])
	return b.String()
}

func (s *postgresStore) transact(ctx context.Context, fn func(transaction) ([]*step, error)) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	conn, err := s.writer(ctx)
	if err != nil {
		return s.explain(err)
	}
	t := &postgresTransaction{conn: conn}
	last, err := fn(t)
	if err == nil {
		err = t.send(ctx, last, true)
	}
	if err == nil {
		return nil
	}
	if !conn.IsClosed() && !s.lost(err) {
		_, rollback := conn.Exec(ctx, "ROLLBACK")
		if rollback == nil {
			return s.explain(err)
		}
	}
	// Closing ends what the server may still be doing for this connection.
	conn.Close(context.Background())
	s.write = nil
	return s.explain(err)
}

// writer gives the writing connection, a new one if need be.
func (s *postgresStore) writer(ctx context.Context) (*pgx.Conn, error) {
	switch {
	case s.closed:
		return nil, ErrClosed
	case s.readOnly:
		return nil, ErrReadOnly
	case s.write != nil && !s.write.IsClosed():
		return s.write, nil
	}
	conn, err := pgx.ConnectConfig(ctx, s.config)
	if err != nil {
		return nil, err
	}
	// An answered command must survive a power cut; where the server waits for a standby too, it goes on doing so.
	_, err = conn.Exec(ctx, "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local')")
	if err != nil {
		conn.Close(context.Background())
		return nil, err
	}
	s.write = conn
	return conn, nil
}

// retried are the answers of a server that is going down, coming up, or has become a standby, and those of a transaction
// that gave way to another.
var retried = []string{"57P01", "57P02", "57P03", "25006", "40001", "40P01"}

func (s *postgresStore) lost(err error) bool {
	if err == nil || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ErrClosed) || errors.Is(err, ErrReadOnly) {
		return false
	}
	var answer *pgconn.PgError
	if errors.As(err, &answer) {
		return strings.HasPrefix(answer.Code, "08") || slices.Contains(retried, answer.Code)
	}
	var away *pgconn.ConnectError
	var broken net.Error
	return errors.As(err, &away) || errors.As(err, &broken) || pgconn.SafeToRetry(err) || errors.Is(err, io.EOF) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}

// violated: class 23 is integrity constraint violation.
func (s *postgresStore) violated(err error) bool {
	var answer *pgconn.PgError
	return errors.As(err, &answer) && strings.HasPrefix(answer.Code, "23")
}

// explain says what a fault means and how to mend it.
func (s *postgresStore) explain(err error) error {
	if err == nil {
		return nil
	}
	var answer *pgconn.PgError
	var away *pgconn.ConnectError
	var what string
	switch {
	case errors.As(err, &answer) && answer.Code == "53100":
		what = "the database server's disk is full: free some space there, and writing goes on by itself"
	case errors.As(err, &answer) && answer.Code == "53300":
		what = "the database server has no free connections: raise max_connections or lower pool_max_conns"
	case errors.As(err, &answer) && answer.Code == "25006":
		what = "the database server only reads: give all hosts and target_session_attrs=read-write"
	case errors.As(err, &answer) && (answer.Code == "28P01" || answer.Code == "28000"):
		what = "the database server refuses the user: check the user name, the password and pg_hba.conf"
	case errors.As(err, &answer) && answer.Code == "3D000":
		what = "there is no such database on the server: make it, with ENCODING 'UTF8'"
	case errors.As(err, &away):
		what = "the database server does not answer: check that it runs and that the address is right"
	case s.lost(err):
		what = "the connection to the database server was lost: writing goes on by itself when it is back"
	default:
		return err
	}
	return fmt.Errorf("%s: %w", what, err)
}

// clean has the server reclaim the old versions of rows, in which erased text still stands.
func (s *postgresStore) clean(ctx context.Context, whole bool) error {
	for _, table := range []string{"note", "person", "paper", "link"} {
		if _, err := s.pool.Exec(ctx, "VACUUM "+table); err != nil {
			return s.explain(err)
		}
	}
	return nil
}

func (s *postgresStore) close() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.closed = true
	s.pool.Close()
	if s.write == nil {
		return nil
	}
	err := s.write.Close(context.Background())
	s.write = nil
	return err
}
