package bench

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"rettid/day"
	"rettid/figures"
)

const scaleMonths = 126 // 2016-01 to 2026-06

// TestFiguresChild is run by TestFiguresScale in a process of its own, so that its peak memory is its own.
func TestFiguresChild(t *testing.T) {
	rows, err := strconv.Atoi(os.Getenv("RETTID_FIGURES_CHILD"))
	if err != nil {
		t.Skip("run by TestFiguresScale")
	}
	s, err := figures.NewSeries(day.On(2016, 1, 1), scaleMonths, []string{"trust", "specialty", "age"})
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	for p := range figures.National(rows, 1) {
		if err := s.Add(p); err != nil {
			t.Fatal(err)
		}
	}
	fmt.Printf("added %v\n", time.Since(begun).Seconds())
	if file := os.Getenv("RETTID_FIGURES_RECORDS"); file != "" {
		f, err := os.Create(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.WriteRecords(f); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		var ends []string
		for i, e := range s.MonthEnds() {
			ends = append(ends, fmt.Sprintf("(%d,%d)", i+1, e))
		}
		fmt.Printf("ends %s\n", strings.Join(ends, ","))
		return
	}
	type sum struct {
		cells, new, inLimit, granted, ordinary, breach, waiting, waitingBreach, unassessed int64
		concluded, waits, means                                                            float64
		_                                                                                  [64]byte
	}
	once := func(from, to int) (sum, float64) {
		parts := make([]sum, 64)
		begun := time.Now()
		err := s.Each(from, to, func(part, month, group int, c *figures.SeriesCell) {
			p := &parts[part]
			p.cells++
			p.new += int64(c.New)
			p.inLimit += int64(c.InLimit)
			p.granted += int64(c.Granted)
			p.ordinary += int64(c.Ordinary)
			p.breach += int64(c.Breach)
			p.waiting += int64(c.Waiting)
			p.waitingBreach += int64(c.WaitingBreach)
			p.unassessed += int64(c.Unassessed)
			p.concluded += c.ConcludedMedian
			p.waits += c.WaitingMedian
			p.means += c.ConcludedMean + c.WaitingMean
		})
		if err != nil {
			t.Fatal(err)
		}
		took := time.Since(begun).Seconds()
		var all sum
		for _, p := range parts {
			all.cells += p.cells
			all.new += p.new
			all.inLimit += p.inLimit
			all.granted += p.granted
			all.ordinary += p.ordinary
			all.breach += p.breach
			all.waiting += p.waiting
			all.waitingBreach += p.waitingBreach
			all.unassessed += p.unassessed
			all.concluded += p.concluded
			all.waits += p.waits
			all.means += p.means
		}
		return all, took
	}
	_, cold := once(1, scaleMonths)
	x, warm := once(1, scaleMonths)
	_, month := once(scaleMonths-6, scaleMonths-6)
	fmt.Printf("counted %v\nmonth %v\ncells %d\n", min(cold, warm), month, x.cells)
	fmt.Printf("sums %d %d %d %d %d %d %d %d %.6f %.6f %.3f\n", x.new, x.inLimit, x.granted, x.ordinary, x.breach, x.waiting, x.waitingBreach, x.unassessed, x.concluded, x.waits, x.means)
	status, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(status), "\n") {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmHWM:" {
			fmt.Printf("peak %s\n", f[1])
		}
	}
}

// child runs the child and gives what it printed, by the first word.
func child(t *testing.T, rows int, env ...string) map[string]string {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run", "^TestFiguresChild$", "-test.v")
	cmd.Env = append(append(os.Environ(), "RETTID_FIGURES_CHILD="+strconv.Itoa(rows)), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("the child: %v\n%.2000s", err, out)
	}
	said := make(map[string]string)
	for _, line := range strings.Split(string(out), "\n") {
		what, value, _ := strings.Cut(line, " ")
		said[what] = value
	}
	return said
}

// TestFiguresScale counts all indicators by month, trust, specialty and age group over ten years, here and in DuckDB: the same judged records, the same counts,
// means and exact medians, on the same cores in the same run. RETTID_FIGURES_ROWS sets how many periods (1e6).
func TestFiguresScale(t *testing.T) {
	rows := rowsOf(t, "RETTID_FIGURES_ROWS", 1000000)
	file := filepath.Join(t.TempDir(), "records.parquet")
	ends := child(t, rows, "RETTID_FIGURES_RECORDS="+file)["ends"]
	ours := child(t, rows)

	flag := func(i int) string { return fmt.Sprintf("SUM((flags >> %d) & 1)", i) }
	_, seconds, peak := duck(t, runtime.GOMAXPROCS(0),
		"CREATE TABLE r AS SELECT part::UTINYINT part, grp::USMALLINT grp, asked::UTINYINT asked, ended::UTINYINT ended, first_month::UTINYINT first_month, last_month::UTINYINT last_month, begun_month::UTINYINT begun_month, unassessed_month::UTINYINT unassessed_month, start_day::USMALLINT start_day, end_day::USMALLINT end_day, deadline::USMALLINT deadline, flags::USMALLINT flags FROM read_parquet('"+file+"'); CREATE TABLE m(month UTINYINT, pe USMALLINT); INSERT INTO m VALUES "+ends,
		"CREATE TABLE a AS SELECT asked AS month, part, grp, "+flag(0)+" AS new, "+flag(1)+" AS assessed, "+flag(2)+" AS in_limit, "+flag(3)+" AS granted, "+flag(4)+" AS not_granted FROM r WHERE asked > 0 AND (flags & 31) > 0 GROUP BY ALL",
		"CREATE TABLE e AS SELECT ended AS month, part, grp, "+flag(5)+" AS ordinary, "+flag(6)+" AS put_off, "+flag(7)+" AS other, "+flag(8)+" AS breach, "+flag(9)+" AS with_deadline, AVG(end_day - start_day) FILTER (WHERE (flags & 32) > 0) AS mean, MEDIAN(end_day - start_day) FILTER (WHERE (flags & 32) > 0) AS median FROM r WHERE ended > 0 AND (flags & 224) > 0 GROUP BY ALL",
		"CREATE TABLE w AS SELECT month, part, grp, COUNT(*) FILTER (WHERE (flags & 1024) = 0) AS waiting, COUNT(*) FILTER (WHERE (flags & 1024) > 0) AS put_off, COUNT(*) FILTER (WHERE (flags & 3072) = 2048) AS with_right, COUNT(*) FILTER (WHERE (flags & 3072) = 2048 AND deadline > 0 AND deadline < pe) AS breach, AVG(pe - start_day) FILTER (WHERE (flags & 1024) = 0) AS mean, MEDIAN(pe - start_day) FILTER (WHERE (flags & 1024) = 0) AS median FROM r JOIN m ON month BETWEEN first_month AND last_month WHERE first_month > 0 GROUP BY ALL",
		"CREATE TABLE u AS SELECT month, part, grp, COUNT(*) AS n FROM r JOIN m ON month BETWEEN begun_month AND unassessed_month WHERE unassessed_month > 0 GROUP BY ALL")
	sums, _, _ := duck(t, runtime.GOMAXPROCS(0),
		"CREATE TABLE r AS SELECT * FROM read_parquet('"+file+"'); CREATE TABLE m(month INT, pe INT); INSERT INTO m VALUES "+ends,
		"-- rows\nWITH e AS (SELECT ended, part, grp, "+flag(8)+" AS breach, COUNT(*) FILTER (WHERE (flags & 32) > 0) AS n, MEDIAN(end_day - start_day) FILTER (WHERE (flags & 32) > 0) AS median, AVG(end_day - start_day) FILTER (WHERE (flags & 32) > 0) AS mean FROM r WHERE ended > 0 AND (flags & 224) > 0 GROUP BY ALL), "+
			"w AS (SELECT month, part, grp, COUNT(*) AS n, COUNT(*) FILTER (WHERE (flags & 2048) > 0 AND deadline > 0 AND deadline < pe) AS breach, MEDIAN(pe - start_day) AS median, AVG(pe - start_day) AS mean FROM r JOIN m ON month BETWEEN first_month AND last_month WHERE first_month > 0 AND (flags & 1024) = 0 GROUP BY ALL) "+
			"SELECT (SELECT "+flag(0)+" FROM r WHERE asked > 0) AS new, (SELECT SUM(n) FROM e) AS ordinary, (SELECT SUM(breach) FROM e) AS breach, (SELECT SUM(n) FROM w) AS waiting, (SELECT SUM(breach) FROM w) AS waiting_breach, (SELECT SUM(median) FROM e) AS concluded, (SELECT SUM(median) FROM w) AS waits")

	got := strings.Fields(ours["sums"])
	if len(sums) != 1 || len(got) != 11 {
		t.Fatalf("DuckDB gave %d rows, the child %v", len(sums), ours)
	}
	for name, i := range map[string]int{"new": 0, "ordinary": 3, "breach": 4, "waiting": 5, "waiting_breach": 6, "concluded": 8, "waits": 9} {
		have, _ := strconv.ParseFloat(got[i], 64)
		if want := num(sums[0][name]); !(math.Abs(have-want) <= 1e-6*math.Max(1, want)) {
			t.Errorf("the sum of %s is %v, by DuckDB %v", name, have, want)
		}
	}
	f := func(key string) float64 { v, _ := strconv.ParseFloat(ours[key], 64); return v }
	theirs := 0.0
	for _, s := range seconds[1:] {
		theirs += s
	}
	fmt.Printf("%d periods, %s cells, %d cores: counted in %.3f s, DuckDB %.3f s; peak %.0f MiB, DuckDB %.0f MiB; one month anew %.4f s\n", rows, ours["cells"], runtime.GOMAXPROCS(0),
		f("counted"), theirs, f("peak")/1024, float64(peak)/1024, f("month"))
	fmt.Printf("ratio figures DuckDB/rettid = %.2fx (wanted >= 3x)\nratio memory rettid/DuckDB = %.2fx (wanted <= 1x)\n", theirs/f("counted"), f("peak")/float64(peak))
}

// TestFiguresSlope prints how the cost grows with the periods: 1 is linear.
func TestFiguresSlope(t *testing.T) {
	most := rowsOf(t, "RETTID_FIGURES_ROWS", 1000000)
	var xs, ys []float64
	for n := 10000; n <= most; n *= 10 {
		said := child(t, n)
		counted, _ := strconv.ParseFloat(said["counted"], 64)
		added, _ := strconv.ParseFloat(said["added"], 64)
		fmt.Printf("%9d periods: judged in %.3f s, counted in %.4f s\n", n, added, counted)
		xs, ys = append(xs, math.Log(float64(n))), append(ys, math.Log(counted+added))
	}
	mx, my := 0.0, 0.0
	for i := range xs {
		mx += xs[i] / float64(len(xs))
		my += ys[i] / float64(len(ys))
	}
	num, den := 0.0, 0.0
	for i := range xs {
		num += (xs[i] - mx) * (ys[i] - my)
		den += (xs[i] - mx) * (xs[i] - mx)
	}
	fmt.Printf("slope figures = %.3f (wanted <= 1.1)\n", num/den)
}
