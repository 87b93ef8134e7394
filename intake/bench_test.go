package intake

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/ledger"
)

// rows makes a list of n rows, each with an assessment and a time, one patient in three new.
func rows(t testing.TB, n int) string {
	var b strings.Builder
	b.WriteString(head)
	for i := range n {
		born := day.On(1930, 1, 1).Add(i / 3 % 30000)
		fmt.Fprintf(&b, "X%d,2025-09-01T09:15,STO,%s,orthopaedics,2025-09-08,granted,2026-01-15,2026-01-08T10:30,,,,\n", i, synthetic(t, born, i/3/30000))
	}
	return b.String()
}

// BenchmarkCSV takes over a list into a file. rows/s and the memory held afterwards; RSS is bounded by the batch, not by the file.
func BenchmarkCSV(b *testing.B) {
	const n = 100_000
	text := rows(b, n)
	for b.Loop() {
		l, err := ledger.Open(context.Background(), filepath.Join(b.TempDir(), "bench.db"))
		if err != nil {
			b.Fatal(err)
		}
		d := desk.New(l, clinic.Demo(), nil, law.Default())
		r, err := NewCSV(strings.NewReader(text), testly)
		if err != nil {
			b.Fatal(err)
		}
		m := &Import{Desk: d, Policy: testly}
		if err := m.Run(context.Background(), "list.csv", r); err != nil || m.Counts.Received != n {
			b.Fatal(err, m.Counts)
		}
		l.Close()
	}
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(mem.HeapSys)/1e6, "heap-MB")
}
