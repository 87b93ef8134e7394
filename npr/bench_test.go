package npr

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// Writing and checking a message, against xmllint --stream merely parsing the same file in the same run: go test ./npr -run - -bench Message -benchtime 1x.
func BenchmarkMessage(b *testing.B) {
	n := 250000
	var all []Period
	synthetic(11, 5000, func(p *Period) { all = append(all, *p) })
	file := filepath.Join(b.TempDir(), "message.xml")
	for b.Loop() {
		f, err := os.Create(file)
		if err != nil {
			b.Fatal(err)
		}
		runtime.GC()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		began := time.Now()
		w := NewWriter(f, &testHead, DefaultNames())
		c := NewChecker(&testHead, nil)
		var out []Finding
		for i := range n {
			p := &all[i%len(all)]
			out = c.Check(p, 0, 0, out[:0])
			if err := w.Write(p); err != nil {
				b.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
		if err := f.Close(); err != nil {
			b.Fatal(err)
		}
		took := time.Since(began)
		runtime.ReadMemStats(&after)
		info, _ := os.Stat(file)
		size := float64(info.Size()) / 1e6
		b.ReportMetric(size, "MB")
		b.ReportMetric(size/took.Seconds(), "write+check-MB/s")
		b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/1e6, "allocated-MB")
		if path, err := exec.LookPath("xmllint"); err == nil {
			began = time.Now()
			if err := exec.Command(path, "--noout", "--stream", file).Run(); err != nil {
				b.Fatal(err)
			}
			lint := time.Since(began)
			b.ReportMetric(size/lint.Seconds(), "xmllint-MB/s")
			b.ReportMetric(lint.Seconds()/took.Seconds(), "times-xmllint")
		}
	}
}

// Reading a message with the standard library's decoder.
func BenchmarkRead(b *testing.B) {
	m := message(b, 20000)
	b.SetBytes(int64(len(m)))
	for b.Loop() {
		if err := Read(bufio.NewReader(bytes.NewReader(m)), func(Period) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	p, c := sound(), NewChecker(&testHead, nil)
	for b.Loop() {
		c.Check(&p, 0, 0, nil)
	}
}

func BenchmarkWrite(b *testing.B) {
	p := sound()
	w := NewWriter(io.Discard, &testHead, DefaultNames())
	for b.Loop() {
		w.Write(&p)
	}
}
