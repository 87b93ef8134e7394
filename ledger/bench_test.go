package ledger

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"rettid/internal/testpg"
)

// Every benchmark here measures both sides in the same run, in turns, and prints the ratio:
//
//	go test ./ledger -run '^$' -bench . -benchtime 1x

// About as large as the events and states of a referral.
var (
	benchBody  = bytes.Repeat([]byte(`{"finding":"assess-by","cite":"pbrl. 2-2 a"},`), 8)
	benchState = bytes.Repeat(benchBody, 2)
)

// benchWrite is the i-th command of a client: even ones receive a referral, odd ones assess it.
func benchWrite(client, i int, last Result) Write {
	w := received("hf", fmt.Sprintf("command-%d-%d", client, i))
	w.Records[0].Body, w.Row.State = benchBody, benchState
	w.Duties = append(w.Duties, Duty{Name: "notify", Due: may.Add(14), Role: "secretary", Place: "fjordvik"})
	if i%2 == 1 {
		w.Referral, w.Expect = last.Referral, last.Seq
		w.Row.Waiting, w.Row.StartBy, w.Row.AssessedOn = true, may.Add(60+i%90), may
	}
	return w
}

// rate runs clients side by side for a while, and gives how many commands a second were done.
func rate(b *testing.B, clients int, d time.Duration, command func(client, i int) error) float64 {
	b.Helper()
	var done atomic.Int64
	var wg sync.WaitGroup
	begin := time.Now()
	for c := range clients {
		wg.Go(func() {
			for i := 0; time.Since(begin) < d; i++ {
				if err := command(c, i); err != nil {
					b.Error(err)
					return
				}
				done.Add(1)
			}
		})
	}
	wg.Wait()
	return float64(done.Load()) / time.Since(begin).Seconds()
}

func ledgerRate(b *testing.B, url string, clients int) float64 {
	l, err := Open(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	last := make([]Result, clients)
	return rate(b, clients, benchTime, func(c, i int) error {
		r, err := l.Append(context.Background(), benchWrite(c, i, last[c]))
		last[c] = r
		return err
	})
}

const (
	benchTime = time.Second
	turns     = 5
)

// rawWrites makes beforehand the statements that a writer who checks nothing needs for the rows of these clients' commands,
// taking turns. The argument of each is the same as in the ledger.
func rawWrites(n, clients int) [][]*step {
	v, h := newView(), &head{}
	v.heads["hf"] = h
	var old head
	last := make([]Result, clients)
	var all [][]*step
	for i := range n {
		c := i % clients
		w := benchWrite(c, i/clients, last[c])
		result, _, err := v.settle(&w)
		if err != nil {
			panic(err)
		}
		d := &draft{rows: make(map[referralKey]*Write), replaced: make(map[string][]any)}
		v.append(d, &w, &result, true)
		steps := d.steps(v, nil)
		if c == clients-1 {
			from, to := old, *h
			old = *h
			steps = append(steps, &step{sql: updateHead, args: []any{from.pos, from.digest[:], to.pos - from.pos, to.digest[:], to.referrals, "hf"}})
		}
		last[c] = result
		all = append(all, steps)
	}
	return all
}

// rawSQLite writes prepared statements with the driver alone, group of them in each transaction.
func rawSQLite(b *testing.B, group int) float64 {
	path := filepath.Join(b.TempDir(), "raw.db")
	l, err := Open(b.Context(), path) // for the schema
	if err != nil {
		b.Fatal(err)
	}
	mustBench(b, l.do(b.Context(), &step{sql: insertHead, args: []any{"hf", make([]byte, 32)}}))
	l.Close()
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	mustBench(b, err)
	defer conn.Close()
	for _, pragma := range []string{"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA cache_size = -65536",
		"PRAGMA wal_autocheckpoint = 8000"} {
		mustBench(b, sqlitex.ExecuteTransient(conn, pragma, nil))
	}
	writes := rawWrites(rawMost, group)
	done := 0
	begin := time.Now()
	for time.Since(begin) < benchTime && done+group <= len(writes) {
		mustBench(b, runSQLite(conn, "BEGIN IMMEDIATE", nil, nil))
		for _, steps := range writes[done : done+group] {
			for _, st := range steps {
				mustBench(b, runSQLite(conn, st.sql, st.args, nil))
			}
		}
		mustBench(b, runSQLite(conn, "COMMIT", nil, nil))
		done += group
	}
	return float64(done) / time.Since(begin).Seconds()
}

const rawMost = 60_000

func mustBench(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkSQLite holds durable appends against the driver alone writing the same rows as durably: one client against a
// transaction for each command, 64 clients against a transaction for each 64 commands.
func BenchmarkSQLite(b *testing.B) {
	for _, clients := range []int{1, 64} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			for b.Loop() {
				inTurns(b, fmt.Sprintf("SQLite, %d clients: ledger/driver alone", clients), 0.7,
					func() float64 { return ledgerRate(b, filepath.Join(b.TempDir(), "rettid.db"), clients) },
					func() float64 { return rawSQLite(b, clients) })
			}
		})
	}
}

// inTurns measures both sides several times, one after the other so that what else the machine does strikes both, and prints
// the median of the ratios.
func inTurns(b *testing.B, what string, wanted float64, own, peer func() float64) {
	var ratios, owns, peers []float64
	for range turns {
		o, p := own(), peer()
		ratios, owns, peers = append(ratios, o/p), append(owns, o), append(peers, p)
	}
	fmt.Fprintf(os.Stderr, "ratio %s = %.2f (wanted >= %.2f; medians of %d: %.0f/s against %.0f/s)\n", what, median(ratios), wanted,
		turns, median(owns), median(peers))
	b.ReportMetric(median(ratios), "ratio")
}

func median(of []float64) float64 {
	slices.Sort(of)
	return of[len(of)/2]
}

// rawPostgres writes with the driver alone: one message for each group of commands, BEGIN and COMMIT in it.
func rawPostgres(b *testing.B, url string, group int) float64 {
	l, err := Open(b.Context(), url)
	mustBench(b, err)
	mustBench(b, l.do(b.Context(), &step{sql: insertHead, args: []any{"hf", make([]byte, 32)}}))
	l.Close()
	conn, err := pgx.Connect(b.Context(), url)
	mustBench(b, err)
	defer conn.Close(context.Background())
	writes := rawWrites(rawMost, group)
	done := 0
	begin := time.Now()
	for time.Since(begin) < benchTime && done+group <= len(writes) {
		batch := &pgx.Batch{}
		batch.Queue("BEGIN")
		for _, steps := range writes[done : done+group] {
			for _, st := range steps {
				batch.Queue(st.sql, st.args...)
			}
		}
		batch.Queue("COMMIT")
		mustBench(b, conn.SendBatch(b.Context(), batch).Close())
		done += group
	}
	return float64(done) / time.Since(begin).Seconds()
}

// BenchmarkPostgres holds durable appends against the driver alone, and against pgbench's TPC-B with as many connections as
// there are clients, on the same server.
func BenchmarkPostgres(b *testing.B) {
	for _, clients := range []int{1, 64} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			s := testpg.Start(b)
			initialised := false
			for b.Loop() {
				own := func() float64 { return ledgerRate(b, s.Database(b), clients) }
				inTurns(b, fmt.Sprintf("PostgreSQL, %d clients: ledger/driver alone", clients), 0.7, own,
					func() float64 { return rawPostgres(b, s.Database(b), clients) })
				inTurns(b, fmt.Sprintf("PostgreSQL, %d clients: ledger/pgbench TPC-B", clients), 1, own,
					func() float64 { made := initialised; initialised = true; return pgbench(b, s, clients, made) })
			}
		})
	}
}

var tps = regexp.MustCompile(`tps = ([0-9.]+)`)

func pgbench(b *testing.B, s *testpg.Server, connections int, initialised bool) float64 {
	run := func(args ...string) []byte {
		cmd := exec.Command(filepath.Join(s.Bin(), "pgbench"), append(args, "-h", s.Dir(), "-U", "postgres", "postgres")...)
		out, err := cmd.CombinedOutput()
		if err != nil {
			b.Skipf("pgbench: %v\n%s", err, out)
		}
		return out
	}
	if !initialised {
		run("-i", "-s", "10", "-q")
	}
	out := run("-c", strconv.Itoa(connections), "-j", "2", "-T", "2", "-M", "prepared", "-n")
	found := tps.FindSubmatch(out)
	if found == nil {
		b.Fatalf("pgbench told no tps:\n%s", out)
	}
	n, err := strconv.ParseFloat(string(found[1]), 64)
	mustBench(b, err)
	return n
}

// BenchmarkMemory tells what a case of the case-file runner costs in the ledger: open, eight appends, close.
func BenchmarkMemory(b *testing.B) {
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			l, err := Memory(b.Context())
			mustBench(b, err)
			l.Close()
		}
	})
	b.Run("case", func(b *testing.B) {
		for b.Loop() {
			l, err := Memory(b.Context())
			mustBench(b, err)
			var last Result
			for i := range 8 {
				last, err = l.Append(b.Context(), benchWrite(0, i, last))
				mustBench(b, err)
				_, err = l.Records(b.Context(), "hf", last.Referral)
				mustBench(b, err)
			}
			l.Close()
		}
	})
}
