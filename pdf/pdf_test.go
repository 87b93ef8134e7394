package pdf

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/*.txt anew")

// absent skips a test that needs a program this machine does not have, and fails where everything must be there.
func absent(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("RETTID_REQUIRE_ALL") != "" {
		t.Fatalf("%s is not installed, and RETTID_REQUIRE_ALL asks for everything", what)
	}
	t.Skipf("%s is not installed", what)
}

func need(t testing.TB, program, debian string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		absent(t, program+" (Debian package "+debian+")")
	}
	return path
}

func sample(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/letter.html")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func output(t *testing.T, program string, args ...string) string {
	t.Helper()
	out, err := exec.Command(program, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", filepath.Base(program), err, out)
	}
	return string(out)
}

// A PDF of either maker is sound, has its title, and says what the page says, in its order; WeasyPrint's is tagged too.
func TestBothMakersSayWhatThePageSays(t *testing.T) {
	qpdf, text, info := need(t, "qpdf", "qpdf"), need(t, "pdftotext", "poppler-utils"), need(t, "pdfinfo", "poppler-utils")
	for _, tt := range []struct {
		name string
		m    *Maker
	}{{"embedded", Embedded()}, {"weasyprint", Find()}} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.name == "weasyprint" {
				need(t, "weasyprint", "weasyprint")
			}
			b, tagged, err := tt.m.Make(t.Context(), sample(t))
			if err != nil {
				t.Fatal(err)
			}
			if tagged != (tt.name == "weasyprint") || tagged != tt.m.Tagged() {
				t.Errorf("tagged: %t, and the maker says %t", tagged, tt.m.Tagged())
			}
			file := filepath.Join(t.TempDir(), "letter.pdf")
			if err := os.WriteFile(file, b, 0o600); err != nil {
				t.Fatal(err)
			}
			if dir := os.Getenv("RETTID_SHOTS"); dir != "" {
				if err := os.WriteFile(filepath.Join(dir, "letter-"+tt.name+".pdf"), b, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			output(t, qpdf, "--check", file)
			about := output(t, info, file)
			for _, want := range []string{"Du har rett til helsehjelp", "Pages:           2", "A4"} {
				if !strings.Contains(about, want) {
					t.Errorf("pdfinfo does not say %q:\n%s", want, about)
				}
			}
			if !strings.Contains(about, "Tagged:          yes") == tagged {
				t.Errorf("tagged should be %t:\n%s", tagged, about)
			}
			if tagged {
				tree := output(t, info, "-struct-text", file)
				for _, want := range []string{"H1", "H2", "L (block)", "LI", "Din FRIST"} {
					if !strings.Contains(tree, want) {
						t.Errorf("the structure has no %q:\n%s", want, tree)
					}
				}
				if bytes.Contains(b, []byte("pdfuaid")) == false {
					t.Error("it does not say that it is PDF/UA")
				}
			}
			got := output(t, text, "-layout", file, "-")
			golden := filepath.Join("testdata", tt.name+".txt")
			// Where the lines break depends on the typefaces of the machine; what is said does not.
			got = strings.ReplaceAll(strings.Join(strings.Fields(got), " "), ". ", ".\n") + "\n"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil || got != string(want) {
				t.Errorf("the PDF says\n%s\nnot what stands in %s (%v); -update writes it anew, and the diff shows what changed", got, golden, err)
			}
		})
	}
}

// A page that would fetch, or is too large, is refused by every maker.
func TestAPageThatNamesSomethingOutsideIsRefused(t *testing.T) {
	for _, bad := range []string{`<img src="http://example.invalid/x">`, `<link rel="icon" href="file:///etc/passwd">`, `<p style="background:url(x)">`, `<style>@import "x"</style>`, `<script>1</script>`,
		`<iframe></iframe>`, `<svg><image href="x"/></svg>`, `<svg><use href="x"/></svg>`, `<svg><foreignObject></foreignObject></svg>`, `<meta http-equiv="refresh">`, strings.Repeat("x", maxPage)} {
		if _, _, err := Embedded().Make(t.Context(), []byte("<!doctype html><title>t</title>"+bad)); err == nil {
			t.Errorf("%.40q is taken", bad)
		}
	}
}

// The program fails, hangs on or gives something else: the embedded maker does it.
func TestALetterGoesOutThoughTheProgramFails(t *testing.T) {
	dir := t.TempDir()
	for name, script := range map[string]string{"fails": "exit 3", "empty": "true", "other": "echo hello", "missing": ""} {
		path := filepath.Join(dir, name)
		if script != "" {
			if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		m := &Maker{weasy: path, busy: make(chan struct{}, 1)}
		b, tagged, err := m.Make(t.Context(), sample(t))
		if err != nil || tagged || !bytes.HasPrefix(b, []byte("%PDF-")) {
			t.Errorf("%s: %d bytes, tagged %t, %v", name, len(b), tagged, err)
		}
	}
}

// FuzzRead: no page makes the embedded maker's reader fall over, and what it finds is text.
func FuzzRead(f *testing.F) {
	f.Add(sample(f))
	f.Add([]byte("<table><tr><th>a<td>b</table><ul><li>x<p>y</ul>"))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, parts, err := read(b)
		if err == nil && len(parts) == 0 {
			t.Error("a page has no part")
		}
	})
}

func benchmark(b *testing.B, m *Maker) {
	page := sample(b)
	for b.Loop() {
		if _, _, err := m.Make(b.Context(), page); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "letters/s")
}

func BenchmarkEmbedded(b *testing.B) { benchmark(b, Embedded()) }

func BenchmarkWeasyPrint(b *testing.B) {
	need(b, "weasyprint", "weasyprint")
	benchmark(b, Find())
}
