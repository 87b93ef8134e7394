package desk

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"rettid/clinic"
	"rettid/day"
	"rettid/guide"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
)

// The desk's whole way (key looked up, log loaded and folded, law asked, answer appended durably) against the driver alone writing the rows the desk
// wrote, as durably, in transactions of as many commands as there are clients:
//
//	go test ./desk -run '^$' -bench Desk -benchtime 1x
func BenchmarkDesk(b *testing.B) {
	for _, clients := range []int{1, 64} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			for b.Loop() {
				var ratios []float64
				var own, peer float64
				for range 3 {
					path := filepath.Join(b.TempDir(), "desk.db")
					own = deskRate(b, path, clients)
					peer = rawRate(b, path, filepath.Join(b.TempDir(), "raw.db"), clients)
					ratios = append(ratios, own/peer)
				}
				slices.Sort(ratios)
				fmt.Fprintf(os.Stderr, "ratio SQLite, %d clients: desk/driver alone = %.2f (wanted >= 0.70; last %.0f/s against %.0f/s)\n", clients, ratios[1], own, peer)
				b.ReportMetric(ratios[1], "ratio")
			}
		})
	}
}

const benchTime = time.Second

func deskRate(b *testing.B, path string, clients int) float64 {
	l, err := ledger.Open(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	d := New(l, clinic.Plain(), guide.Embedded(), law.Default())
	var done atomic.Int64
	var wg sync.WaitGroup
	begin := time.Now()
	for c := range clients {
		wg.Go(func() {
			var id int64
			for i := 0; time.Since(begin) < benchTime; i++ {
				out, err := d.Take(context.Background(), benchOrder(c, i, id))
				if err != nil {
					b.Error(err)
					return
				}
				id = out.Referral
				done.Add(1)
			}
		})
	}
	wg.Wait()
	return float64(done.Load()) / time.Since(begin).Seconds()
}

// benchOrder is the i-th command of a client: each referral is received, assessed, booked and answered.
func benchOrder(client, i int, id int64) Order {
	on := day.On(2025, 9, 1).Add(i % 4)
	o := Order{Tenant: "HF", Referral: id, Key: fmt.Sprintf("%d-%d", client, i), At: referral.At{On: on, Actor: "bench"}, Known: noon(on)}
	switch i % 4 {
	case 0:
		o.Referral = 0
		o.Do = &referral.Receive{Place: "HF", Patient: "P1", Born: day.On(1968, 3, 12), Municipality: "0301", Specialty: "orthopaedics", From: referral.From{Role: "gp"}}
	case 1:
		o.Do = grant(day.On(2025, 12, 15))
	case 2:
		o.Do = &referral.Book{Start: day.Moment{Day: day.On(2025, 11, 3), Minute: 540}}
	default:
		o.Do = &referral.Inform{Patient: true, Referrer: true, Letter: law.LetterGranted}
	}
	return o
}

// rawRate writes the rows a desk wrote with the driver alone, a transaction for each group of commands.
func rawRate(b *testing.B, from, to string, group int) float64 {
	l, err := ledger.Open(b.Context(), to) // for the schema
	if err != nil {
		b.Fatal(err)
	}
	l.Close()
	src, err := sqlite.OpenConn(from, sqlite.OpenReadOnly)
	if err != nil {
		b.Fatal(err)
	}
	defer src.Close()
	type rows [][]any
	read := func(sql string, args ...any) (columns []string, out rows) {
		err := sqlitex.Execute(src, sql, &sqlitex.ExecOptions{Args: args, ResultFunc: func(st *sqlite.Stmt) error {
			row := make([]any, st.ColumnCount())
			if columns == nil {
				for i := range row {
					columns = append(columns, st.ColumnName(i))
				}
			}
			for i := range row {
				switch st.ColumnType(i) {
				case sqlite.TypeInteger:
					row[i] = st.ColumnInt64(i)
				case sqlite.TypeBlob:
					blob := make([]byte, st.ColumnLen(i))
					st.ColumnBytes(i, blob)
					row[i] = blob
				default:
					row[i] = st.ColumnText(i)
				}
			}
			out = append(out, row)
			return nil
		}})
		if err != nil {
			b.Fatal(err)
		}
		return columns, out
	}
	rc, records := read("SELECT referral AS a_referral, * FROM record ORDER BY pos")
	fc, referrals := read("SELECT referral AS a_referral, * FROM referral")
	dc, duties := read("SELECT referral AS a_referral, * FROM duty ORDER BY referral, n")
	current := make(map[int64][]any)
	for _, r := range referrals {
		current[r[0].(int64)] = r[1:]
	}
	owed := make(map[int64]rows)
	for _, r := range duties {
		owed[r[0].(int64)] = append(owed[r[0].(int64)], r[1:])
	}
	insert := func(table string, columns []string) string {
		marks := strings.TrimSuffix(strings.Repeat("?,", len(columns)-1), ",")
		return "INSERT OR REPLACE INTO " + table + " (" + strings.Join(columns[1:], ",") + ") VALUES (" + marks + ")"
	}
	putRecord, putRow, putDuty := insert("record", rc), insert("referral", fc), ""
	if dc != nil {
		putDuty = insert("duty", dc)
	}

	dst, err := sqlite.OpenConn(to, sqlite.OpenReadWrite)
	if err != nil {
		b.Fatal(err)
	}
	defer dst.Close()
	run := func(sql string, args ...any) {
		if err := sqlitex.Execute(dst, sql, &sqlitex.ExecOptions{Args: args}); err != nil {
			b.Fatal(err)
		}
	}
	for _, pragma := range []string{"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA cache_size = -65536", "PRAGMA wal_autocheckpoint = 8000"} {
		if err := sqlitex.ExecuteTransient(dst, pragma, nil); err != nil {
			b.Fatal(err)
		}
	}
	begin := time.Now()
	done := 0
	for done < len(records) && time.Since(begin) < benchTime {
		run("BEGIN IMMEDIATE")
		for i := 0; i < group && done < len(records); i++ {
			r := records[done]
			id := r[0].(int64)
			run(putRecord, r[1:]...)
			run(putRow, current[id]...)
			run("DELETE FROM duty WHERE tenant = ? AND referral = ?", "HF", id)
			for _, du := range owed[id] {
				run(putDuty, du...)
			}
			done++
		}
		run("COMMIT")
	}
	return float64(done) / time.Since(begin).Seconds()
}
