//go:build unix

package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
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

// recordings is how many referrals are recorded a second while pages are asked for: a region with a million of them a year records some ten things of each, one or two a second.
const recordings = 5

// listToday is the day of the made-up list.
var listToday = day.On(2025, 4, 22)

// BenchmarkListPage holds the page of the waiting list against primary-key reads of the same database, in the same run:
//
//	key         one case's row, read in process
//	key page    the same read, asked for over HTTP and answered in one line: the least a page that reads a key can cost
//	case page   the smallest page of the program itself that reads one case
//	list page   the whole page of the waiting list: its lines, the persons, the numbers and the frame
//	list part   what htmx asks for when the list is narrowed, sorted or turned: the page without the frame
//
// Each is asked for alone by 1, 4 and 16 clients, and then all in turns by RETTID_BENCH_CLIENTS (4 without), first while nothing is recorded and
// then while a few referrals a second are. Pages are chosen at random among the orders, views and
// filters, 7500 lines deep. Before that one client has the page made in parts: what the database is asked, the handler without a network, and over HTTP.
// RETTID_BENCH_ROWS sets the rows (100 000 without); RETTID_BENCH_FILE keeps the SQLite database in a file, and uses the rows that are in it;
// RETTID_BENCH_POSTGRES names a PostgreSQL database that is used so.
func BenchmarkListPage(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) {
		file := os.Getenv("RETTID_BENCH_FILE")
		if file == "" {
			file = filepath.Join(b.TempDir(), "large.db")
		}
		benchList(b, file)
	})
	b.Run("postgres", func(b *testing.B) {
		address := os.Getenv("RETTID_BENCH_POSTGRES")
		if address == "" {
			address = testpg.URL(b)
		}
		benchList(b, address)
	})
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

// A listWorld is the program over a list of n who wait, and its addresses.
type listWorld struct {
	b       *testing.B
	l       *ledger.Ledger
	n       int
	handler http.Handler
	address string
	kinds   []string
	last    map[string]int // the last page asked for of each kind
}

func benchList(b *testing.B, address string) {
	n, clients := number(b, "RETTID_BENCH_ROWS", 100_000), number(b, "RETTID_BENCH_CLIENTS", 4)
	ctx := context.Background()
	l, err := ledger.Open(ctx, address)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	if _, ok, err := l.Row(ctx, "FJO", int64(n)); err != nil || !ok {
		begin := time.Now()
		fillList(b, l, n)
		fmt.Printf("%d rows made in %s\n", n, time.Since(begin).Round(time.Second))
	}
	x := &listWorld{b: b, l: l, n: n, last: make(map[string]int),
		kinds: []string{"", "&visning=uten-time", "&visning=frist-14", "&sorter=ventet", "&sorter=time&retning=ned", "&sorter=plikt", "&fag=neurology", "&sorter=gjelder"}}
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
	x.handler, x.address = m, server.Listener.Addr().String()

	c := x.client()
	const deep = 300 // pages
	for _, k := range x.kinds {
		if _, _, err := c.get("/liste?sykehus=FJO"+k, ""); err != nil { // the large numbers are counted beside the first look
			b.Fatal(err)
		}
		x.last[k] = deep
		status, _, to := c.ask("/liste?sykehus=FJO"+k+"&side="+strconv.Itoa(deep), "")
		if _, page, ok := strings.Cut(to, "side="); status == http.StatusSeeOther && ok { // there are fewer
			page, _, _ = strings.Cut(page, "&")
			if x.last[k], err = strconv.Atoi(page); err != nil {
				b.Fatal(to)
			}
		}
	}
	c.close()
	time.Sleep(time.Duration(2+n/100_000) * time.Second)
	runtime.GC()

	b.ResetTimer()
	for range b.N {
		fmt.Printf("%d rows, %s; %d cores\n", n, b.Name(), runtime.GOMAXPROCS(0))
		x.parts()
		for _, clients := range []int{1, 4, 16} {
			took := make(map[string][]time.Duration)
			for _, what := range []string{"key", "key page", "list page", "list part"} {
				times := 2000
				if what == "key" {
					times = 20_000
				}
				x.phase(clients, times, took, what)
			}
			ratios(fmt.Sprintf("apart, %d clients", clients), took, "list page", "key", "key page")
		}
		took := make(map[string][]time.Duration)
		x.phase(clients, 800, took, "key", "key page", "case page", "list page")
		ratios(fmt.Sprintf("in turns, %d clients", clients), took, "list page", "key", "key page", "case page")
		took = make(map[string][]time.Duration)
		stop := x.record(recordings)
		x.phase(clients, 4000, took, "key", "key page", "case page", "list page")
		fmt.Printf("%d referrals were recorded meanwhile\n", stop())
		ratios(fmt.Sprintf("in turns, %d clients, %d a second recorded", clients, recordings), took, "list page", "key", "key page", "case page")
		fmt.Printf("memory: %s resident, %s at most\n", memory("VmRSS"), memory("VmHWM"))
	}
}

// page chooses a page of the list.
func (x *listWorld) page(random *rand.Rand) string {
	k := x.kinds[random.IntN(len(x.kinds))]
	return "/liste?sykehus=FJO" + k + "&side=" + strconv.Itoa(1+int(float64(x.last[k]-1)*random.Float64()*random.Float64()))
}

// phase has clients ask for some things in turns, so many times each in all, and prints how long it took and the processor time of the whole: of the server, and
// of the client that reads what it answers.
func (x *listWorld) phase(clients, times int, took map[string][]time.Duration, what ...string) {
	var mu sync.Mutex
	var all sync.WaitGroup
	before, gcs, begin := processorTime(x.b), collections(), time.Now()
	read := 0
	for i := range clients {
		all.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(i)))
			c := x.client()
			defer c.close()
			mine := make(map[string][]time.Duration)
			bytes := 0
			for range (times + clients - 1) / clients {
				id := 1 + random.Int64N(int64(x.n))
				for _, w := range what {
					path, target := "", ""
					switch w {
					case "key page":
						path = "/nokkel/" + strconv.FormatInt(id, 10)
					case "case page":
						path = "/sak/FJO/" + strconv.FormatInt(id, 10) + "/innsyn"
					case "list page":
						path = x.page(random)
					case "list part":
						path, target = x.page(random), "div#listen"
					}
					begin := time.Now()
					var err error
					if path == "" {
						_, _, err = x.l.Row(context.Background(), "FJO", id)
					} else {
						var n int
						_, n, err = c.get(path, target)
						bytes += n
					}
					if err != nil {
						x.b.Error(w, err)
						return
					}
					mine[w] = append(mine[w], time.Since(begin))
				}
			}
			mu.Lock()
			defer mu.Unlock()
			read += bytes
			for w, some := range mine {
				took[w] = append(took[w], some...)
			}
		})
	}
	all.Wait()
	if x.b.Failed() {
		x.b.FailNow()
	}
	turns := len(took[what[0]])
	spent := (processorTime(x.b) - before) / time.Duration(turns)
	for _, w := range what {
		slices.Sort(took[w])
		fmt.Printf("%2d clients  %-10s p50 %9s  p99 %9s", clients, w, at(took[w], 0.5).Round(time.Microsecond), at(took[w], 0.99).Round(time.Microsecond))
		if len(what) == 1 {
			fmt.Printf("  processor %8s each, %d a second, %d bytes, %d collections", spent.Round(time.Microsecond), int(float64(turns)/time.Since(begin).Seconds()), read/turns, collections()-gcs)
		}
		fmt.Println()
	}
}

// parts prints the processor time of what a page is made of, by one who asks alone: what the database is asked for the lines, the whole handler without a network, and
// the page over HTTP with the client that reads it.
func (x *listWorld) parts() {
	const times = 1000
	today := listToday
	measured := func(what string, f func(random *rand.Rand) error) time.Duration {
		random := rand.New(rand.NewPCG(2, 2))
		before := processorTime(x.b)
		for range times {
			if err := f(random); err != nil {
				x.b.Fatal(what, err)
			}
		}
		return (processorTime(x.b) - before) / times
	}
	c := x.client()
	defer c.close()
	query := measured("query", func(random *rand.Rand) error { return x.query(x.page(random), today) })
	handler := measured("handler", func(random *rand.Rand) error {
		r := httptest.NewRequest(http.MethodGet, x.page(random), nil)
		w := &deaf{header: make(http.Header)}
		x.handler.ServeHTTP(w, r)
		if w.status != http.StatusOK {
			return fmt.Errorf("status %d", w.status)
		}
		return nil
	})
	over := measured("over HTTP", func(random *rand.Rand) error { _, _, err := c.get(x.page(random), ""); return err })
	fmt.Printf("processor time of a page: %s = rows and persons %s + the rest of the handler %s + written, sent and read %s\n", over.Round(time.Microsecond), query.Round(time.Microsecond), (handler - query).Round(time.Microsecond), (over - handler).Round(time.Microsecond))
}

// query asks the database what the page at an address asks for its lines.
func (x *listWorld) query(address string, today day.Day) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	get := u.Query().Get
	page, err := strconv.Atoi(get("side"))
	if err != nil {
		return err
	}
	q := ledger.Query{Tenant: "FJO", ListProvider: "FJO", Specialty: get("fag"), Today: today, View: map[string]string{"": "waiting", "uten-time": "no_appointment", "frist-14": "due_14"}[get("visning")],
		Sort: map[string]string{"": "left", "ventet": "waited", "time": "appointment", "plikt": "duty", "gjelder": "condition"}[get("sorter")], Desc: get("retning") == "ned",
		Limit: 25, Offset: (page - 1) * 25, NoTotal: true, Lines: true}
	ctx := context.Background()
	rows, _, err := x.l.List(ctx, q)
	if err != nil || len(rows) == 0 {
		return fmt.Errorf("%d rows at %s: %v", len(rows), address, err)
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.Patient
	}
	_, err = x.l.NamesOf(ctx, map[string][]string{"FJO": ids})
	return err
}

// deaf is who a page is written to without a network.
type deaf struct {
	header http.Header
	status int
}

func (d *deaf) Header() http.Header         { return d.header }
func (d *deaf) WriteHeader(status int)      { d.status = status }
func (d *deaf) Write(p []byte) (int, error) { return len(p), nil }

// A httpClient asks over one connection, with as little work as can be: what it does is paid by the cores that the server has.
type httpClient struct {
	conn net.Conn
	in   *bufio.Reader
	out  []byte
}

func (x *listWorld) client() *httpClient {
	conn, err := net.Dial("tcp", x.address)
	if err != nil {
		x.b.Fatal(err)
	}
	return &httpClient{conn: conn, in: bufio.NewReaderSize(conn, 64<<10)}
}

func (c *httpClient) close() { c.conn.Close() }

// ask gives the status, the bytes of the page, and where else to look; status 0 when there is no answer.
func (c *httpClient) ask(path, target string) (status, size int, location string) {
	c.out = append(append(append(c.out[:0], "GET "...), path...), " HTTP/1.1\r\nHost: rettid\r\n"...)
	if target != "" {
		c.out = append(append(append(c.out, "HX-Request: true\r\nHX-Target: "...), target...), "\r\n"...)
	}
	if _, err := c.conn.Write(append(c.out, "\r\n"...)); err != nil {
		return 0, 0, ""
	}
	for first := true; ; first = false {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return 0, 0, ""
		}
		switch name, value, _ := bytes.Cut(bytes.TrimSpace(line), []byte(": ")); {
		case first && len(line) > 12:
			status, _ = strconv.Atoi(string(line[9:12]))
		case len(name) == 0:
			n, err := c.in.Discard(size)
			if err != nil {
				return 0, n, ""
			}
			return status, n, location
		case string(name) == "Content-Length":
			size, _ = strconv.Atoi(string(value))
		case string(name) == "Location":
			location = string(value)
		}
	}
}

func (c *httpClient) get(path, target string) (status, size int, err error) {
	if status, size, _ = c.ask(path, target); status != http.StatusOK {
		return status, size, fmt.Errorf("%s: status %d", path, status)
	}
	return status, size, nil
}

// at is the time that a share of sorted times are within.
func at(sorted []time.Duration, share float64) time.Duration {
	return sorted[min(int(float64(len(sorted))*share), len(sorted)-1)]
}

func ratios(when string, took map[string][]time.Duration, what string, than ...string) {
	for _, t := range than {
		fmt.Printf("ratio %s / %s, %s, p99 = %.1fx (p50 %.1fx; wanted <= %dx)\n", what, t, when, float64(at(took[what], 0.99))/float64(at(took[t], 0.99)), float64(at(took[what], 0.5))/float64(at(took[t], 0.5)), wantedOverKey)
	}
}

// collections is how often the memory has been gone through.
func collections() uint32 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.NumGC
}

// memory reads a line of what the system tells of this process.
func memory(name string) string {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == name+":" {
			if kb, err := strconv.Atoi(f[1]); err == nil {
				return fmt.Sprintf("%d MiB", kb/1024)
			}
		}
	}
	return "unknown"
}

// waitingState is one who waits, as the desk writes it.
const waitingState = `{"kind":"elective","specialty":"orthopaedics","born":"1948-11-11","may_assess_here":true,"holder":"FJO","site":"FJO-F","status":"waiting","right":"granted",
"seniority":"2025-03-17","received_on":"2025-03-17","assess_by":"2025-03-31","assessed_on":"2025-03-24","clarified":"yes","start_by":"2025-06-09","answer_sent":{"patient":true,"referrer":true},
"answered_on":"2025-03-24","seq":3,"moved_on":"2025-03-24","patient":"FJO-1","municipality":"4601","from":{"role":"gp","provider":"GP01"},"condition":"ortopedi.hofteleddsartrose",
"factors":[{"name":"hvile- og nattsmerter"},{"name":"funksjonssvikt"},{"name":"grad av plager"}],"assessed_by":"Siv Skissesen","deadlines":[{"date":"2025-06-09","set_on":"2025-03-24","seq":2}],
"letters":[{"seq":3,"kind":"granted","on":"2025-03-24","patient":true,"referrer":true,"parts":["outcome","deadline","appointment_follows","complaint_right","complaint_limit","complaint_procedure"]}]}`

// A maker makes referrals that wait, with dates, fields and times of their own.
type maker struct {
	b        *testing.B
	state    referral.Referral
	org      *clinic.Org
	settings *law.Settings
	shape    func(i int, x *referral.Referral) // of each at the end; nil for none
}

func newMaker(b *testing.B) *maker {
	m := &maker{b: b, org: clinic.Demo(), settings: law.Default()}
	if err := json.Unmarshal([]byte(waitingState), &m.state); err != nil {
		b.Fatal(err)
	}
	return m
}

var fields = []string{"orthopaedics", "neurology", "dermatology", "ophthalmology", "cardiology"}

// write is the i-th as it is recorded.
func (m *maker) write(i int) ledger.Write {
	x := m.state
	x.Patient, x.Specialty = fmt.Sprintf("FJO-%d", i), fields[i%len(fields)]
	x.Seniority, x.StartBy = listToday.Add(-(i*31)%300-1), listToday.Add((i*17)%400-20)
	x.ReceivedOn = x.Seniority
	if i%3 > 0 {
		on := listToday.Add((i*13)%300 + 1)
		x.Appointment = law.Appointment{From: on, To: on, Minute: 541}
	}
	if m.shape != nil {
		m.shape(i, &x)
	}
	row, err := desk.Row(&x, m.settings, listToday, m.org)
	if err != nil {
		m.b.Fatal(err)
	}
	row.Tenant, row.Seq = "FJO", 1
	return ledger.Write{Tenant: "FJO", Key: "k" + strconv.Itoa(i), Row: row, Duties: desk.DutyRows(&x, m.settings, listToday, m.org),
		Records: []ledger.Record{{Kind: "received", On: x.Seniority, At: 1, Known: listToday, Role: "system", Body: []byte(`{"kind":"received"}`)}},
		Person:  &ledger.Person{Tenant: "FJO", ID: x.Patient, Given: "Nr" + strconv.Itoa(i), Family: "Oppdiktet", Born: day.On(1970, 1, 1)}}
}

// fillList makes n who wait.
func fillList(b *testing.B, l *ledger.Ledger, n int) {
	b.Helper()
	newMaker(b).fill(l, n)
}

// fill makes n, in the order of their numbers.
func (m *maker) fill(l *ledger.Ledger, n int) {
	m.b.Helper()
	const at = 5000
	for from := 0; from < n; from += at {
		writes := make([]ledger.Write, 0, at)
		for i := from; i < min(from+at, n); i++ {
			writes = append(writes, m.write(i))
		}
		_, failed := l.AppendAll(m.b.Context(), writes)
		for _, err := range failed {
			if err != nil {
				m.b.Fatal(err)
			}
		}
	}
}

// record records so many new referrals a second until it is stopped; stop tells how many there were.
func (x *listWorld) record(perSecond int) (stop func() int) {
	m, done, recorded := newMaker(x.b), make(chan struct{}), make(chan int)
	first := int(time.Now().UnixMilli()) // none of an earlier run in the same file
	go func() {
		tick := time.NewTicker(time.Second / time.Duration(perSecond))
		defer tick.Stop()
		for n := 0; ; n++ {
			select {
			case <-done:
				recorded <- n
				return
			case <-tick.C:
			}
			if _, failed := x.l.AppendAll(context.Background(), []ledger.Write{m.write(first + n)}); len(failed) > 0 && failed[0] != nil {
				x.b.Error(failed[0])
			}
		}
	}()
	return func() int { close(done); return <-recorded }
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
		w := &deaf{header: make(http.Header)}
		pages.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.status != http.StatusOK {
			b.Fatal(path, w.status)
		}
		size, _ := strconv.Atoi(w.header.Get("Content-Length"))
		return size
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
