package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
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
		d := &draft{rows: make(map[referralKey]*Write), replaced: make(map[[2]string][]any)}
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
	kept := keepStatements(conn)
	writes := rawWrites(rawMost, group)
	done := 0
	begin := time.Now()
	for time.Since(begin) < benchTime && done+group <= len(writes) {
		mustBench(b, runSQLite(kept, "BEGIN IMMEDIATE", nil, nil))
		for _, steps := range writes[done : done+group] {
			for _, st := range steps {
				mustBench(b, runSQLite(kept, st.sql, st.args, nil))
			}
		}
		mustBench(b, runSQLite(kept, "COMMIT", nil, nil))
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

// BenchmarkMillion fills a ledger with referrals of a few events each and tells how long the lists take, and how much memory
// reading it all takes. RETTID_BENCH_REFERRALS says how many (default 100000); RETTID_BENCH_DATABASE where (default a file).
func BenchmarkMillion(b *testing.B) {
	referrals := 100_000
	if n, err := strconv.Atoi(os.Getenv("RETTID_BENCH_REFERRALS")); err == nil {
		referrals = n
	}
	url := os.Getenv("RETTID_BENCH_DATABASE")
	if url == "" {
		url = filepath.Join(b.TempDir(), "rettid.db")
	}
	for b.Loop() {
		l, err := Open(b.Context(), url)
		mustBench(b, err)
		begin := time.Now()
		events := fillMany(b, l, referrals)
		fmt.Fprintf(os.Stderr, "filled with %d referrals, %d events: %.0f events/s\n", referrals, events, float64(events)/time.Since(begin).Seconds())
		for _, q := range []Query{
			{View: "waiting", Sort: "left"}, {View: "waiting", Sort: "left", Desc: true}, {View: "waiting", Sort: "waited"},
			{View: "waiting", Sort: "patient"}, {View: "waiting", Sort: "condition"}, {View: "waiting", Sort: "appointment"},
			{View: "due_14", Sort: "left"}, {View: "over", Sort: "left"}, {View: "no_appointment", Sort: "left"},
			{View: "appointment_late", Sort: "left"}, {View: "unassessed", Sort: "assess_by"}, {View: "assess_late", Sort: "assess_by"},
			{View: "not_assessed", Sort: "urgency"}, {View: "open", Sort: "duty"}, {View: "duties_today", Sort: "duty"},
			{View: "waiting", Sort: "left", ListProvider: "hf7", Specialty: "s3"}, {View: "waiting", Sort: "patient", ListProvider: "hf7", Specialty: "s3"},
			{View: "open", Sort: "duty", Role: "secretary", Owner: "hf7"}, {PatientPrefix: "oppdiktet 77", Sort: "patient"}, {},
		} {
			q.Tenant, q.Today, q.Limit = "hf", may, 50
			begin := time.Now()
			_, total, err := l.List(b.Context(), q)
			mustBench(b, err)
			fmt.Fprintf(os.Stderr, "list %-16s by %-12s %-22s %8d rows in all: %v\n", q.View, q.Sort, q.ListProvider+q.Owner+q.PatientPrefix, total, time.Since(begin).Round(100*time.Microsecond))
		}
		begin = time.Now()
		_, total, err := l.Duties(b.Context(), DutyQuery{Tenant: "hf", Today: may, Role: "secretary", Place: "hf7", Limit: 50})
		mustBench(b, err)
		fmt.Fprintf(os.Stderr, "duties of a role at a place: %d in all: %v\n", total, time.Since(begin).Round(100*time.Microsecond))

		begin = time.Now()
		n, _, err := l.VerifyChain(b.Context(), "hf")
		mustBench(b, err)
		fmt.Fprintf(os.Stderr, "chain verified: %.0f events/s\n", float64(n)/time.Since(begin).Seconds())
		begin = time.Now()
		n = 0
		mustBench(b, l.EachReferral(b.Context(), "hf", func(id int64, recs []Record) error { n += int64(len(recs)); return nil }))
		fmt.Fprintf(os.Stderr, "all logs read: %.0f events/s\n", float64(n)/time.Since(begin).Seconds())
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		status, _ := os.ReadFile("/proc/self/status")
		fmt.Fprintf(os.Stderr, "memory: Go has %d MiB; the process at most %s\n", memory.Sys>>20, peak.FindSubmatch(status)[1])
		l.Close()
	}
}

var peak = regexp.MustCompile(`VmHWM:\s*(.*)`)

func fillMany(b *testing.B, l *Ledger, referrals int) (events int) {
	flush := func(writes []Write) {
		_, errs := l.AppendAll(b.Context(), writes)
		mustBench(b, errors.Join(errs...))
	}
	var writes []Write
	for i := range referrals {
		w := benchWrite(0, i*2, Result{})
		r := &w.Row
		place := fmt.Sprint("hf", i%12)
		r.Patient, r.ListProvider, r.Specialty, r.Condition = fmt.Sprint("p", i*7%referrals), place, fmt.Sprint("s", i%17), fmt.Sprint("c", i%40)
		r.Open, r.Waiting = i%4 == 0, i%5 == 0 && i%4 == 0
		r.StartBy, r.Seniority, r.NextDue = may.Add(i%400-100), may.Add(-i%300), may.Add(i%60-10)
		if i%3 == 0 {
			r.ApptFrom = may.Add(i % 90)
		}
		r.BreachExpected = i%11 == 0
		r.BreachOn = r.StartBy.Add(1)
		if !r.Open {
			w.Duties = nil
		}
		for j := range w.Duties {
			w.Duties[j].Place, w.Duties[j].Due = place, r.NextDue
		}
		if !r.Waiting && r.Open {
			r.AssessBy = may.Add(i % 20)
		} else {
			r.AssessedOn = may
		}
		for range 7 {
			w.Records = append(w.Records, w.Records[0])
		}
		if i%2 == 0 {
			w.Outgoing = nil
		}
		w.Person = &Person{ID: fmt.Sprint("p", i), Given: fmt.Sprint("Ada ", i%1000), Family: fmt.Sprint("Oppdiktet ", i*31%9999), Ident: fmt.Sprint(i), IdentKind: "test"}
		events += len(w.Records)
		if writes = append(writes, w); len(writes) == 4*bulkWrites {
			flush(writes)
			writes = writes[:0]
		}
	}
	flush(writes)
	return events
}
