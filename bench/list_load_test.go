package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/guide"
	"rettid/internal/testpg"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
	"rettid/web"
)

// wantedOverKey is the most times a primary-key read of the same database that the list page may take, at the 99th percentile.
const wantedOverKey = 5

// listToday is the day of the made-up list.
var listToday = day.On(2025, 4, 22)

// BenchmarkListPage holds the page of the waiting list against primary-key reads of the same database, in the same run and by the same clients in turns:
//
//	key         one case's row, read in process
//	key page    the same read, asked for over HTTP and answered in one line: the least a page that reads a key can cost
//	case page   the smallest page of the program itself that reads one case
//	list page   the whole page of the waiting list: fifty rows, the persons, the numbers and the frame
//
// Set RETTID_BENCH_ROWS (100 000 without) and RETTID_BENCH_CLIENTS (4 without). Pages are chosen at random among the orders, views and filters, down to page 150.
func BenchmarkListPage(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchList(b, filepath.Join(b.TempDir(), "large.db")) })
	b.Run("postgres", func(b *testing.B) { benchList(b, testpg.URL(b)) })
}

func number(b *testing.B, name string, otherwise int) int {
	b.Helper()
	s := os.Getenv(name)
	if s == "" {
		return otherwise
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		b.Fatalf("%s is %q, not a number from 1", name, s)
	}
	return n
}

func benchList(b *testing.B, address string) {
	n, clients := number(b, "RETTID_BENCH_ROWS", 100_000), number(b, "RETTID_BENCH_CLIENTS", 4)
	ctx := context.Background()
	l, err := ledger.Open(ctx, address)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	begin := time.Now()
	fillList(b, l, n)
	b.Logf("%d rows made in %s", n, time.Since(begin).Round(time.Second))

	d := desk.New(l, clinic.Demo(), guide.Embedded(), law.Default())
	d.Now = func() time.Time { return time.Date(2025, 4, 22, 9, 0, 0, 0, time.UTC) }
	m := http.NewServeMux()
	m.Handle("/", web.New(d, web.Options{Demo: true, User: web.User{Name: "Dag Dummy", Role: law.Booking}}))
	m.HandleFunc("GET /nokkel/{id}", func(w http.ResponseWriter, r *http.Request) {
		id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
		if err != nil {
			http.Error(w, "not a number", http.StatusBadRequest)
			return
		}
		x, ok, err := l.Row(r.Context(), "FJO", id)
		if err != nil || !ok {
			http.Error(w, "no row", http.StatusInternalServerError)
			return
		}
		fmt.Fprintf(w, "%d %s\n", x.Referral, x.StartBy)
	})
	server := httptest.NewServer(m)
	b.Cleanup(server.Close)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	get := func(path string) error {
		res, err := client.Get(server.URL + path)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		if _, err := io.Copy(io.Discard, res.Body); err != nil {
			return err
		}
		if res.StatusCode != http.StatusOK {
			return fmt.Errorf("%s: %s", path, res.Status)
		}
		return nil
	}
	kinds := []string{"", "&visning=uten-time", "&visning=frist-14", "&sorter=ventet", "&sorter=time&retning=ned", "&sorter=plikt", "&fag=neurology", "&sorter=gjelder"}
	page := func(random *rand.Rand) (kind, path string) {
		kind = kinds[random.IntN(len(kinds))]
		return "list page" + kind, "/liste?sykehus=FJO" + kind + "&side=" + strconv.Itoa(1+int(149*random.Float64()*random.Float64()))
	}
	for _, k := range kinds { // the large numbers are counted beside the first look
		if err := get("/liste?sykehus=FJO" + k); err != nil {
			b.Fatal(err)
		}
	}
	time.Sleep(time.Duration(2+n/100_000) * time.Second)

	b.ResetTimer()
	for range b.N {
		const rounds = 200 // of each client
		var mu sync.Mutex
		took := make(map[string][]time.Duration)
		var all sync.WaitGroup
		for c := range clients {
			all.Go(func() {
				random := rand.New(rand.NewPCG(1, uint64(c)))
				mine := make(map[string][]time.Duration)
				timed := func(what string, f func() error) {
					begin := time.Now()
					if err := f(); err != nil {
						b.Error(what, err)
						return
					}
					mine[what] = append(mine[what], time.Since(begin))
				}
				for range rounds {
					id := 1 + random.Int64N(int64(n))
					timed("key", func() error { _, _, err := l.Row(ctx, "FJO", id); return err })
					timed("key page", func() error { return get("/nokkel/" + strconv.FormatInt(id, 10)) })
					timed("case page", func() error { return get("/sak/FJO/" + strconv.FormatInt(id, 10) + "/innsyn") })
					kind, at := page(random)
					timed(kind, func() error { return get(at) })
				}
				mu.Lock()
				defer mu.Unlock()
				for what, some := range mine {
					took[what] = append(took[what], some...)
				}
			})
		}
		all.Wait()
		if b.Failed() {
			b.FailNow()
		}
		for _, k := range kinds {
			took["list page of all"] = append(took["list page of all"], took["list page"+k]...)
		}
		for _, some := range took {
			slices.Sort(some)
		}
		at := func(what string, share float64) time.Duration {
			return took[what][min(int(float64(len(took[what]))*share), len(took[what])-1)]
		}
		for _, what := range slices.Sorted(maps.Keys(took)) {
			fmt.Printf("%-40s p50 %9s  p99 %9s\n", what, at(what, 0.5).Round(time.Microsecond), at(what, 0.99).Round(time.Microsecond))
		}
		for _, than := range []string{"key", "key page", "case page"} {
			ratio := float64(at("list page of all", 0.99)) / float64(at(than, 0.99))
			fmt.Printf("ratio list page / %s, %d rows, %d clients, p99 = %.1fx (p50 %.1fx; wanted <= %dx)\n", than, n, clients, ratio,
				float64(at("list page of all", 0.5))/float64(at(than, 0.5)), wantedOverKey)
		}
	}
}

// waitingState is one who waits, as the desk writes it.
const waitingState = `{"kind":"elective","specialty":"orthopaedics","born":"1948-11-11","may_assess_here":true,"holder":"FJO","site":"FJO-F","status":"waiting","right":"granted",
"seniority":"2025-03-17","received_on":"2025-03-17","assess_by":"2025-03-31","assessed_on":"2025-03-24","clarified":"yes","start_by":"2025-06-09","answer_sent":{"patient":true,"referrer":true},
"answered_on":"2025-03-24","seq":3,"moved_on":"2025-03-24","patient":"FJO-1","municipality":"4601","from":{"role":"gp","provider":"GP01"},"condition":"ortopedi.hofteleddsartrose",
"factors":[{"name":"hvile- og nattsmerter"},{"name":"funksjonssvikt"},{"name":"grad av plager"}],"assessed_by":"Siv Skissesen","deadlines":[{"date":"2025-06-09","set_on":"2025-03-24","seq":2}],
"letters":[{"seq":3,"kind":"granted","on":"2025-03-24","patient":true,"referrer":true,"parts":["outcome","deadline","appointment_follows","complaint_right","complaint_limit","complaint_procedure"]}]}`

// fillList makes n who wait, with dates, fields and times of their own.
func fillList(b *testing.B, l *ledger.Ledger, n int) {
	b.Helper()
	ctx := context.Background()
	var state referral.Referral
	if err := json.Unmarshal([]byte(waitingState), &state); err != nil {
		b.Fatal(err)
	}
	org, settings := clinic.Demo(), law.Default()
	fields := []string{"orthopaedics", "neurology", "dermatology", "ophthalmology", "cardiology"}
	const at = 5000
	for from := 0; from < n; from += at {
		writes := make([]ledger.Write, 0, at)
		for i := from; i < min(from+at, n); i++ {
			x := state
			x.Patient, x.Specialty = fmt.Sprintf("FJO-%d", i), fields[i%len(fields)]
			x.Seniority, x.StartBy = listToday.Add(-(i*31)%300-1), listToday.Add((i*17)%400-20)
			x.ReceivedOn = x.Seniority
			if i%3 > 0 {
				on := listToday.Add((i*13)%300 + 1)
				x.Appointment = law.Appointment{From: on, To: on, Minute: 541}
			}
			row, err := desk.Row(&x, settings, listToday, org)
			if err != nil {
				b.Fatal(err)
			}
			row.Tenant, row.Seq = "FJO", 1
			writes = append(writes, ledger.Write{Tenant: "FJO", Key: "k" + strconv.Itoa(i), Row: row, Duties: desk.DutyRows(&x, settings, listToday, org),
				Records: []ledger.Record{{Kind: "received", On: x.Seniority, At: 1, Known: listToday, Role: "system", Body: []byte(`{"kind":"received"}`)}},
				Person:  &ledger.Person{Tenant: "FJO", ID: x.Patient, Given: "Nr" + strconv.Itoa(i), Family: "Oppdiktet", Born: day.On(1970, 1, 1)}})
		}
		_, failed := l.AppendAll(ctx, writes)
		for _, err := range failed {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkListAlone makes the page of the waiting list by one who asks alone, without a network: what one page costs in time and memory.
func BenchmarkListAlone(b *testing.B) {
	n := number(b, "RETTID_BENCH_ROWS", 20_000)
	l, err := ledger.Open(b.Context(), filepath.Join(b.TempDir(), "alone.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	fillList(b, l, n)
	d := desk.New(l, clinic.Demo(), guide.Embedded(), law.Default())
	d.Now = func() time.Time { return time.Date(2025, 4, 22, 9, 0, 0, 0, time.UTC) }
	pages := web.New(d, web.Options{Demo: true, User: web.User{Name: "Dag Dummy", Role: law.Booking}})
	one := func(path string) int {
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != http.StatusOK {
			b.Fatal(path, w.Code)
		}
		return w.Body.Len()
	}
	paths := []string{"/liste?sykehus=FJO", "/liste?sykehus=FJO&sorter=ventet&side=40", "/liste?sykehus=FJO&fag=neurology", "/liste?sykehus=FJO&sorter=plikt&retning=ned"}
	size := 0
	for _, p := range paths {
		size = one(p)
	}
	time.Sleep(2 * time.Second)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		one(paths[i%len(paths)])
		i++
	}
	b.ReportMetric(float64(size), "B/page")
}
