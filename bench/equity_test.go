package bench

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"rettid/equity"
)

// equityFile writes so many made-up applications, and gives the people they are held against: two hundred areas in four regions, five ages, both sexes, one area with half as many again.
func equityFile(b *testing.B, rows int) (file string, people []equity.Group) {
	b.Helper()
	regions, ages, sexes := []string{"nord", "midt", "vest", "sor-ost"}, []string{"0-17", "18-39", "40-64", "65-79", "80+"}, []string{"female", "male"}
	for i := range 200 {
		for a, age := range ages {
			for _, sex := range sexes {
				people = append(people, equity.Group{Area: fmt.Sprintf("Omrade %03d", i), Region: regions[i%4], AgeGroup: age, Sex: sex, Population: float64(2000 + 37*i + 500*a)})
			}
		}
	}
	file = filepath.Join(b.TempDir(), "cases.csv")
	f, err := os.Create(file)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	rng := rand.New(rand.NewPCG(1, 1))
	fmt.Fprintln(w, "area,region,age_group,sex,education_quintile,centrality,interpreter,outcome,received,decided")
	for i := range rows {
		g := people[rng.IntN(len(people))]
		if rng.IntN(400) == 0 {
			g = people[0]
		}
		fmt.Fprintf(w, "%s,%s,%s,%s,%d,%s,%s,%s,2024-%02d-%02d,2025-01-%02d\n", g.Area, g.Region, g.AgeGroup, g.Sex, 1+rng.IntN(5), []string{"1-2", "3-4", "5-6"}[rng.IntN(3)], []string{"no", "no", "no", "yes"}[rng.IntN(4)],
			[]string{"granted", "refused", "other"}[rng.IntN(3)], 1+i%12, 1+rng.IntN(28), 1+rng.IntN(28))
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	return file, people
}

// BenchmarkEquity reads a million applications (RETTID_EQUITY_ROWS) and reviews them, against encoding/csv that reads the same file and counts the areas, and does nothing else. The two take turns, and
// processor time is compared; the counts must be the same.
func BenchmarkEquity(b *testing.B) {
	rows := rowsOf(b, "RETTID_EQUITY_ROWS", 1_000_000)
	file, people := equityFile(b, rows)
	open := func() *os.File {
		f, err := os.Open(file)
		if err != nil {
			b.Fatal(err)
		}
		return f
	}
	plain := func() map[string]int {
		f := open()
		defer f.Close()
		r := csv.NewReader(bufio.NewReaderSize(f, 1<<16))
		r.ReuseRecord = true
		n := make(map[string]int)
		for {
			rec, err := r.Read()
			if errors.Is(err, io.EOF) {
				return n
			}
			if err != nil {
				b.Fatal(err)
			}
			n[rec[0]]++
		}
	}
	var read, reviewed time.Duration
	var held uint64
	ours := func() equity.Result {
		f := open()
		defer f.Close()
		begun := processorTime(b)
		cases, bad, err := equity.ReadCases(f, "cases", people)
		if err != nil || len(bad.Rejected) > 0 || len(cases) != rows {
			b.Fatal(len(cases), bad.Rejected, err)
		}
		mid := processorTime(b)
		in := equity.Input{Cases: cases, Population: people}
		r := equity.Review(in)
		read, reviewed = read+mid-begun, reviewed+processorTime(b)-mid
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		held = max(held, m.HeapAlloc)
		return r
	}
	const turns = 3
	var peer time.Duration
	for b.Loop() {
		for range turns {
			begun := processorTime(b)
			want := plain()
			peer += processorTime(b) - begun
			red := 0
			for _, a := range ours().Areas {
				if *a.Observed != want[a.Area] {
					b.Fatalf("%s: %d applications, by encoding/csv %d", a.Area, *a.Observed, want[a.Area])
				}
				if *a.Signal == equity.Red {
					red++
				}
			}
			if red == 0 {
				b.Fatal("the planted area is not found")
			}
		}
	}
	n := float64(b.N * turns)
	ratio := (read + reviewed).Seconds() / peer.Seconds()
	b.ReportMetric(ratio, "rettid/csv")
	b.ReportMetric((read+reviewed).Seconds()/n, "cpu-s/review")
	fmt.Printf("%d applications, processor time: encoding/csv alone %.2f s, read %.2f s, reviewed %.2f s, at most %d MB held\n", rows, peer.Seconds()/n, read.Seconds()/n, reviewed.Seconds()/n, held>>20)
	fmt.Printf("ratio Equity rettid/encoding-csv = %.1fx (wanted <= 6x)\n", ratio)
	if ratio > 6 {
		b.Errorf("reading and reviewing costs %.1f times reading alone", ratio)
	}
}
