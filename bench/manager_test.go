//go:build unix

package bench

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
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

// BenchmarkManager asks for the picture of a whole region as those who lead do, over RETTID_BENCH_ROWS referrals (100 000 without), half of them open: the first page, which is
// given at once and counts beside itself; how long the count takes; the page when it is counted; and the same for the rows of the largest number, the last page of them among others.
// RETTID_BENCH_FILE keeps the SQLite database in a file, and uses the rows that are in it; RETTID_BENCH_POSTGRES is the address of a PostgreSQL that has them.
func BenchmarkManager(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) {
		file := os.Getenv("RETTID_BENCH_FILE")
		if file == "" {
			file = filepath.Join(b.TempDir(), "large.db")
		}
		benchManager(b, file)
	})
	b.Run("postgres", func(b *testing.B) {
		address := os.Getenv("RETTID_BENCH_POSTGRES")
		if address == "" {
			address = testpg.URL(b)
		}
		benchManager(b, address)
	})
}

func benchManager(b *testing.B, address string) {
	n := number(b, "RETTID_BENCH_ROWS", 100_000)
	ctx := context.Background()
	l, err := ledger.Open(ctx, address)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	if _, ok, err := l.Row(ctx, "FJO", int64(n)); err != nil || !ok {
		m := newMaker(b)
		m.shape = course
		m.fill(l, n)
	}
	d := desk.New(l, clinic.Demo(), guide.Embedded(), law.Default())
	d.Now = func() time.Time { return time.Date(2025, 4, 22, 9, 0, 0, 0, time.UTC) }
	handler := web.New(d, web.Options{Demo: true, User: web.User{Name: "Dag Dummy", Role: law.Management}})
	ask := func(path string) (body string, counting bool, took time.Duration) {
		begin := time.Now()
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if took = time.Since(begin); w.Code != http.StatusOK {
			b.Fatal(path, w.Code)
		}
		return w.Body.String(), w.Header().Get("Refresh") != "", took
	}
	counted := func(what, path string) string { // as the browser asks again
		runtime.GC()
		begin, spent := time.Now(), processorTime(b)
		body, counting, first := ask(path)
		longest := first
		for counting {
			time.Sleep(100 * time.Millisecond)
			var took time.Duration
			body, counting, took = ask(path)
			longest = max(longest, took)
		}
		all, spent := time.Since(begin), processorTime(b)-spent
		_, _, again := ask(path)
		fmt.Printf("%-40s first page %8s, longest wait for a page %8s, counted in %8s (processor %8s), page then %8s\n", what, first.Round(time.Millisecond), longest.Round(time.Millisecond), all.Round(time.Millisecond), spent.Round(time.Millisecond), again.Round(100*time.Microsecond))
		return body
	}
	for range b.N {
		fmt.Printf("%d rows, %s; %d cores\n", n, b.Name(), runtime.GOMAXPROCS(0))
		page := counted("/ledelse, the region", "/ledelse")
		if !strings.Contains(page, "0 uforklart") {
			b.Fatal("the month does not add up")
		}
		counted("/ledelse, one hospital", "/ledelse?sykehus=FJO")
		at := regexp.MustCompile(`href="(/ledelse/rader\?[^"]*tall=closing[^"]*)"`).FindStringSubmatch(page)
		if at == nil {
			b.Fatal("no number leads to its rows")
		}
		path := strings.ReplaceAll(at[1], "&amp;", "&")
		rows := counted("the rows of those who waited", path)
		fmt.Println("  ", regexp.MustCompile(`<h1>([^<]*)</h1>`).FindStringSubmatch(rows)[1])
		counted("the same, page 5 000", path+"&side=5000")
		counted("the same, by their deadline", path+"&sorter=frist&retning=ned")
		begin := time.Now()
		file, _, _ := ask(strings.Replace(path, "rader?", "rader.csv?", 1))
		fmt.Printf("the same as a file: %s lines in %s\n", strconv.Itoa(strings.Count(file, "\n")), time.Since(begin).Round(100*time.Millisecond))
		fmt.Printf("memory: %s resident, %s at most\n", memory("VmRSS"), memory("VmHWM"))
	}
}

// course gives four of ten a start of care in the last year and one of ten a refusal.
func course(i int, x *referral.Referral) {
	if i%10 > 4 {
		return
	}
	x.Seniority = listToday.Add(-60 - (i*31)%480)
	x.ReceivedOn, x.AssessBy, x.AssessedOn = x.Seniority, x.Seniority.Add(14), x.Seniority.Add(7+i%11)
	x.Status, x.Appointment = law.Closed, law.Appointment{}
	if i%10 == 4 {
		x.Right, x.StartBy, x.ClosedOn = law.NotGranted, day.Day{}, x.AssessedOn
		return
	}
	x.StartedOn = x.Seniority.Add(30 + (i*7)%120)
	x.WaitEnd, x.ClosedOn = x.StartedOn, x.StartedOn
}
