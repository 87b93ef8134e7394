package web

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/guide"
	"rettid/law"
	"rettid/ledger"
)

// wantedOverKey is the most times a primary-key read of the same database that the list may take, at the 99th percentile.
const wantedOverKey = 5

// BenchmarkListPage measures the waiting list against a primary-key read of the same database in the same run, in turns:
//
//	RETTID_BENCH_ROWS=1000000 go test ./web -run '^$' -bench ListPage -benchtime 1x -timeout 30m
//
// RETTID_BENCH_DATABASE names another database than an SQLite file. A key read is one case's row; «rows» is what the database does for a page of fifty, with
// the persons; «page» is the whole page over HTTP, made and written, with the numbers beside it; «case row page» is a page that reads one row, for comparison.
func BenchmarkListPage(b *testing.B) {
	n := 100_000
	if s := os.Getenv("RETTID_BENCH_ROWS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			b.Fatal(err)
		}
	}
	s, handler := largeList(b, n)
	ctx := context.Background()
	b.ResetTimer()
	for range b.N {
		const rounds = 600
		random := rand.New(rand.NewPCG(1, 2))
		took := make(map[string][]time.Duration)
		timed := func(what string, f func() error) {
			begin := time.Now()
			if err := f(); err != nil {
				b.Fatal(what, err)
			}
			took[what] = append(took[what], time.Since(begin))
		}
		get := func(path string) func() error {
			return func() error {
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
				if w.Code != http.StatusOK {
					return fmt.Errorf("%s: %d", path, w.Code)
				}
				return nil
			}
		}
		pages := []string{"/liste?sykehus=FJO", "/liste?sykehus=FJO&side=7", "/liste?sykehus=FJO&sorter=ventet", "/liste?sykehus=FJO&visning=uten-time", "/liste?sykehus=FJO&side=100"}
		for _, p := range pages { // the large numbers are counted beside the first look
			if err := get(p)(); err != nil {
				b.Fatal(err)
			}
		}
		time.Sleep(time.Duration(n/100_000+1) * time.Second)
		for i := range rounds {
			id := 1 + random.Int64N(int64(n))
			timed("key", func() error { _, _, err := s.desk.Ledger.Row(ctx, "FJO", id); return err })
			timed("rows", func() error {
				rows, _, err := s.desk.Ledger.List(ctx, ledger.Query{Tenant: "FJO", ListProvider: "FJO", View: "waiting", Today: s.desk.Today(), Sort: "left", Limit: perPage, Offset: perPage * random.IntN(20), NoTotal: true})
				if err == nil {
					err = s.persons(ctx, rows, make(map[[2]string]ledger.Person))
				}
				return err
			})
			if i%3 == 0 {
				timed("page", get(pages[random.IntN(len(pages))]))
				timed("case page", get("/sak/FJO/"+strconv.FormatInt(id, 10)+"/innsyn"))
			}
		}
		at := func(what string, share float64) time.Duration {
			all := slices.Sorted(slices.Values(took[what]))
			return all[min(int(float64(len(all))*share), len(all)-1)]
		}
		for _, what := range []string{"key", "rows", "page", "case page"} {
			fmt.Printf("%-10s p50 %8s  p99 %8s\n", what, at(what, 0.5).Round(time.Microsecond), at(what, 0.99).Round(time.Microsecond))
		}
		ratio := func(a, c string) float64 { return float64(at(a, 0.99)) / float64(at(c, 0.99)) }
		fmt.Printf("ratio %d rows: list rows/key read p99 = %.1fx, list page/page of one case p99 = %.1fx (wanted <= %dx)\n", n, ratio("rows", "key"), ratio("page", "case page"), wantedOverKey)
		b.ReportMetric(ratio("rows", "key"), "rows/key-p99")
		b.ReportMetric(ratio("page", "case page"), "page/case-p99")
	}
}

// largeList makes a list of n who wait, all with the state of one made at the desk, with dates of their own.
func largeList(b *testing.B, n int) (*site, http.Handler) {
	b.Helper()
	ctx := context.Background()
	small := newSeed(b).fill()
	model, ok, err := small.d.Ledger.Row(ctx, "FJO", small.tens["Dikt"])
	if err != nil || !ok {
		b.Fatal(err)
	}
	state, err := readState(model)
	if err != nil {
		b.Fatal(err)
	}
	address := os.Getenv("RETTID_BENCH_DATABASE")
	if address == "" {
		address = filepath.Join(b.TempDir(), "large.db")
	}
	l, err := ledger.Open(ctx, address)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	begin := time.Now()
	fields := []string{"orthopaedics", "neurology", "dermatology", "ophthalmology", "cardiology"}
	for from := 0; from < n; from += 5000 {
		writes := make([]ledger.Write, 0, 5000)
		for i := from; i < min(from+5000, n); i++ {
			x := state
			x.Patient, x.Specialty = fmt.Sprintf("FJO-%d", i), fields[i%len(fields)]
			x.Seniority, x.StartBy = today.Add(-(i*31)%300-1), today.Add((i*17)%400-20)
			x.ReceivedOn = x.Seniority
			if i%3 > 0 {
				x.Appointment = law.Appointment{From: today.Add((i*13)%300 + 1), To: today.Add((i*13)%300 + 1), Minute: 541}
			}
			row, err := desk.Row(&x, small.d.Settings, today, small.d.Org)
			if err != nil {
				b.Fatal(err)
			}
			row.Tenant, row.Seq = "FJO", 1
			body, err := json.Marshal(map[string]string{"kind": "received"})
			if err != nil {
				b.Fatal(err)
			}
			writes = append(writes, ledger.Write{Tenant: "FJO", Key: "k" + strconv.Itoa(i), Row: row, Duties: desk.DutyRows(&x, small.d.Settings, today, small.d.Org),
				Records: []ledger.Record{{Kind: "received", On: x.Seniority, At: 1, Known: today, Role: "system", Body: body}},
				Person:  &ledger.Person{Tenant: "FJO", ID: x.Patient, Given: "Nr" + strconv.Itoa(i), Family: "Oppdiktet", Born: day.On(1970, 1, 1)}})
		}
		_, failed := l.AppendAll(ctx, writes)
		for _, err := range failed {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Logf("%d rows made in %s", n, time.Since(begin).Round(time.Second))
	d := desk.New(l, clinic.Demo(), guide.Embedded(), law.Default())
	d.Now = small.d.Now
	s := makeSite(d, Options{Demo: true, User: User{Name: "Dag Dummy", Role: law.Booking, Place: ""}})
	return s, headers(s.routes())
}
