package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const periodsCSV = `id,ansienDato,mottaksDato,vurdDato,rettTilHelsehjelp,fristStartBehandling,ventetidSluttDato,ventetidSluttKode,utsettKode,fagomrade,note
A1,2024-03-01,2024-03-01,2024-03-08,3,2024-05-24,2024-05-21,1,,050,x
A2,2024-02-12,2024-02-12,2024-02-20,3,2024-05-06,2024-05-07,1,,050,
A3,2024-04-26,2024-04-26,2024-05-14,3,2024-08-16,,,,320,
A8,2024-03-11,2024-03-11,2024-03-19,3,2024-05-10,2024-05-28,1,22,320,
A9,2024-05-13,2024-05-13,2024-05-33,3,2024-05-27,2024-05-14,1,,,
`

// figuresOf runs the command and gives status, output and what was told beside it.
func figuresOf(t *testing.T, args ...string) (int, string, string) {
	t.Helper()
	var out, errs bytes.Buffer
	status := run(append([]string{"figures"}, args...), &Stdio{In: strings.NewReader(""), Out: &out, Err: &errs})
	return status, out.String(), errs.String()
}

func TestFiguresOfAFile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "periods.csv")
	if err := os.WriteFile(file, []byte(periodsCSV), 0o600); err != nil {
		t.Fatal(err)
	}
	status, out, errs := figuresOf(t, "--from", file, "--period", "2024-05", "--by", "fagomrade", "--no-suppress", "--format", "json")
	var got struct {
		Period string
		Source struct {
			Rows, Rejected int
			SHA256         string
		}
		Cells []map[string]any
	}
	if err := json.Unmarshal([]byte(out), &got); status != 0 || err != nil {
		t.Fatalf("status %d, %v, %s", status, err, errs)
	}
	if got.Period != "2024-05" || got.Source.Rows != 5 || got.Source.Rejected != 1 || len(got.Source.SHA256) != 64 || len(got.Cells) != 2 {
		t.Errorf("%+v", got)
	}
	if by := got.Cells[0]["by"].(map[string]any); by["fagomrade"] != "050" {
		t.Errorf("by %v", by)
	}
	for _, key := range strings.Fields(`by newly_referred ordinarily_concluded concluded_mean_days concluded_median_days concluded_p90_days concluded_breach concluded_breach_share
		started_with_postponement ended_other waiting waiting_mean_days waiting_median_days waiting_p90_days km_median_days waiting_breach waiting_breach_share waiting_postponed unassessed
		assessed assessed_within_limit assessed_within_limit_share helfo_notified granted not_granted concluded_q1_days concluded_q3_days waiting_q1_days waiting_q3_days appointment_share
		guarantee_65_share contacts_kept_share letters_within_limit_share re_referred data_errors excluded opening in out closing unexplained`) {
		if _, ok := got.Cells[0][key]; !ok {
			t.Errorf("the cell has no %s", key)
		}
	}
	if n := got.Cells[0]["concluded_median_days"]; n != 83.0 {
		t.Errorf("median %v", n)
	}
	for _, want := range []string{`line 6, column vurdDato, value "2024-05-33": no such date`, `the column "note" is not asked for`} {
		if !strings.Contains(errs, want) {
			t.Errorf("stderr lacks %s:\n%s", want, errs)
		}
	}

	var piped, told bytes.Buffer
	if status := run([]string{"figures", "--from", "-", "--period", "2024-05", "--by", "fagomrade", "--no-suppress", "--format", "json"}, &Stdio{In: strings.NewReader(periodsCSV), Out: &piped, Err: &told}); status != 0 || piped.String() != out {
		t.Errorf("from a pipe: %d %s\n%s", status, told.String(), piped.String())
	}
	if status := run([]string{"figures", "--from", "-", "--period", "2024-05"}, &Stdio{In: strings.NewReader("PAR1"), Out: &piped, Err: &told}); status != exitInput || !strings.Contains(told.String(), "name the file") {
		t.Errorf("Parquet from a pipe: %d %s", status, told.String())
	}
	if status, _, errs := figuresOf(t, "--from", file, "--period", "2024-05", "--strict"); status != exitInput || !strings.Contains(errs, "line 6") {
		t.Errorf("strict: %d %s", status, errs)
	}
	if _, out, _ := figuresOf(t, "--from", file, "--period", "2024-05", "--format", "json"); !strings.Contains(out, `"ordinarily_concluded": null`) || !strings.Contains(out, `"suppressed": [`) {
		t.Errorf("small numbers are shown:\n%s", out)
	}
	if _, out, _ := figuresOf(t, "--from", file, "--period", "2024-05", "--rows", "waiting"); !strings.HasPrefix(out, "id,excluded,days,") || strings.Count(out, "\n") != 2 || !strings.Contains(out, "\nA3,,35,") {
		t.Errorf("rows:\n%s", out)
	}
	for _, format := range []string{"csv", "parquet", "xlsx", "table"} {
		to := filepath.Join(dir, "out."+format)
		if status, _, errs := figuresOf(t, "--from", file, "--period", "2024-T2", "--by", "specialty,month", "--format", format, "--out", to); status != 0 {
			t.Errorf("%s: %d %s", format, status, errs)
		} else if info, err := os.Stat(to); err != nil || info.Size() < 100 {
			t.Errorf("%s: %v %v", format, info, err)
		}
	}
	for _, bad := range [][]string{{"--period", "2024-13", "--from", file}, {"--period", "2024-05"}, {"--period", "2024-05", "--from", file, "--by", "region"}, {"--period", "2024-05", "--from", file, "--by", "mood"}} {
		if status, _, errs := figuresOf(t, bad...); status != exitInput || errs == "" {
			t.Errorf("%v: %d %s", bad, status, errs)
		}
	}
}

func TestFiguresOfTheLedger(t *testing.T) {
	database := filepath.Join(t.TempDir(), "demo.db")
	var out, errs bytes.Buffer
	if status := run([]string{"demo", "--patients", "200", "--no-serve", "--today", "2025-10-20", "--database", database}, &Stdio{In: strings.NewReader(""), Out: &out, Err: &errs}); status != 0 {
		t.Fatal(errs.String())
	}
	base := []string{"--ledger", "--database", database, "--period", "2025-09", "--by", "trust", "--format", "json"}
	digest := func(args ...string) string {
		t.Helper()
		status, out, errs := figuresOf(t, append(slices.Clone(base), args...)...)
		if status != 0 {
			t.Fatalf("%v: %s", args, errs)
		}
		var got struct{ Source struct{ SHA256 string } }
		if err := json.Unmarshal([]byte(out), &got); err != nil {
			t.Fatal(err)
		}
		return got.Source.SHA256
	}
	early, late := digest("--publish", "--known-on", "2025-09-15"), digest("--publish")
	if early == late {
		t.Error("what came later changes nothing")
	}
	if again := digest("--publish"); again != late {
		t.Error("the same facts have another digest")
	}
	status, text, said := figuresOf(t, append(slices.Clone(base), "--recount")...)
	if status != 0 || strings.Count(text, ": the same\n") != 2 || !strings.Contains(text, "revision 2") {
		t.Errorf("recount: %d\n%s%s", status, text, said)
	}

	// a message to the registry is counted as the ledger is
	message := filepath.Join(t.TempDir(), "message.xml")
	errs.Reset()
	if status := run([]string{"npr", "export", "--database", database, "--period", "2025-09", "--unit", "FJO", "--out", message}, &Stdio{In: strings.NewReader(""), Out: &out, Err: &errs}); status == exitInput {
		t.Fatal(errs.String())
	}
	if status, text, said := figuresOf(t, "--from", message, "--period", "2025-09", "--no-suppress", "--format", "csv"); status != 0 || strings.Count(text, "\n") != 2 {
		t.Errorf("figures of a message: %d\n%s%s", status, text, said)
	}
}
