package bench

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"rettid/figures"
)

// rowsOf reads a number of rows from the environment, as 1000000 or 1e7.
func rowsOf(t testing.TB, name string, otherwise int) int {
	s := os.Getenv(name)
	if s == "" {
		return otherwise
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || n < 1 {
		t.Fatalf("%s=%s is no number of rows", name, s)
	}
	return int(n)
}

// duck runs statements in DuckDB and gives the rows of those that begin with "-- rows", with the seconds of each statement and the peak memory in KiB.
func duck(t testing.TB, threads int, statements ...string) (rows []map[string]any, seconds []float64, peak int) {
	t.Helper()
	if _, err := os.Stat("node_modules/@duckdb"); errors.Is(err, os.ErrNotExist) {
		missing(t, "DuckDB is not installed: run npm ci in bench/ (needs Node.js) to compare with it")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		missing(t, "Node.js is not installed, so DuckDB can't be asked")
	}
	file := filepath.Join(t.TempDir(), "statements.sql")
	if err := os.WriteFile(file, []byte(strings.Join(statements, "\n-- next\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, "--max-old-space-size=4096", "duck.mjs", file, strconv.Itoa(threads))
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("DuckDB: %v\n%.3000s", err, said.String())
	}
	lines := bufio.NewScanner(strings.NewReader(string(out)))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var row map[string]any
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	for _, line := range strings.Split(said.String(), "\n") {
		what, value, _ := strings.Cut(line, " ")
		switch what {
		case "seconds":
			s, _ := strconv.ParseFloat(value, 64)
			seconds = append(seconds, s)
		case "peak":
			peak, _ = strconv.Atoi(value)
		}
	}
	return rows, seconds, peak
}

func missing(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("RETTID_REQUIRE_ALL") != "" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// num reads what DuckDB gives as a number or, when it is a large integer, as text.
func num(v any) float64 {
	switch v := v.(type) {
	case float64:
		return v
	case string:
		f, err := strconv.ParseFloat(v, 64)
		if err == nil {
			return f
		}
	}
	return math.NaN()
}

// writeNation writes the made-up nation and the almanac as Parquet files.
func writeNation(t testing.TB, n int) (periods, almanac string) {
	t.Helper()
	dir := t.TempDir()
	periods, almanac = filepath.Join(dir, "periods.parquet"), filepath.Join(dir, "almanac.parquet")
	f, err := os.Create(periods)
	if err != nil {
		t.Fatal(err)
	}
	w := figures.NewParquetWriter(f)
	for p := range figures.National(n, 1) {
		if err := w.Write(p); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	if f, err = os.Create(almanac); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(figures.WriteAlmanac(f), f.Close()); err != nil {
		t.Fatal(err)
	}
	return periods, almanac
}

// TestFiguresAgree runs the SQL drawn from the definitions in DuckDB over the national set, and holds every number of every cell against what is counted here.
func TestFiguresAgree(t *testing.T) {
	n := rowsOf(t, "RETTID_FIGURES_ROWS", 100000)
	periods, almanac := writeNation(t, n)
	cells, numbers := 0, 0
	for _, c := range []struct{ span, by string }{{"2021-06", ""}, {"2020-T1", "region,sector"}, {"2024", "sex,age"}, {"2019-11", "trust,specialty,age"}, {"2016-01", "level,right"}, {"2025-12", "site"}} {
		span, err := figures.ParseSpan(c.span)
		if err != nil {
			t.Fatal(err)
		}
		by, err := figures.ParseBy(c.by)
		if err != nil {
			t.Fatal(err)
		}
		o := figures.Options{Span: span, By: by}
		ours, err := figures.Compute(figures.National(n, 1), o)
		if err != nil {
			t.Fatal(err)
		}
		sql, err := figures.SQL(figures.DuckDB, o, "read_parquet('"+periods+"')", "read_parquet('"+almanac+"')")
		if err != nil {
			t.Fatal(err)
		}
		rows, _, _ := duck(t, 2, "-- rows\n"+sql)
		theirs := make(map[string]map[string]any)
		for _, row := range rows {
			var key []string
			for i := range by {
				key = append(key, row["by"+strconv.Itoa(i+1)].(string))
			}
			theirs[strings.Join(key, "/")] = row
		}
		for _, cell := range ours.Cells {
			key := strings.Join(cell.By, "/")
			row := theirs[key]
			if row == nil {
				t.Errorf("%s by %s: the SQL has no cell %s", c.span, c.by, key)
				continue
			}
			cells++
			same := func(name string, want float64) {
				numbers++
				got := num(row[name])
				if !(math.Abs(got-want) <= 1e-9*math.Max(1, math.Abs(want))) && !(math.IsNaN(got) && math.IsNaN(want)) {
					t.Errorf("%s by %s, %s: %s is %v, by SQL %v", c.span, c.by, key, name, want, row[name])
				}
			}
			for i, name := range figures.CountKeys() {
				same(name, float64(cell.N[i]))
			}
			for _, f := range figures.Figures {
				if f.Unit != "days" {
					continue
				}
				v, state := cell.Value(f.Key)
				if state != figures.Shown {
					v = math.NaN()
				}
				same(f.Key, v)
			}
			for _, code := range []int32{1, 6, 7, 9, 10, 11, 12, 20, 21, 22, 23, 24, 27, 30, 31, 32, 33} {
				same(fmt.Sprintf("excluded_%d", code), float64(cell.Excluded[code]))
			}
			delete(theirs, key)
		}
		for key, row := range theirs {
			for _, name := range figures.CountKeys() {
				if num(row[name]) != 0 {
					t.Errorf("%s by %s: the SQL has a cell %s with %s", c.span, c.by, key, name)
				}
			}
		}
	}
	t.Logf("%d periods: %d numbers in %d cells are the same in DuckDB", n, numbers, cells)
}
