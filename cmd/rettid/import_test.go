package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rettid/ledger"
)

// An import that is killed leaves whole referrals only, and the same file goes on where it was: the n-th row has a reception, an assessment and a time, or is
// not there.
func TestImportKilledHalfway(t *testing.T) {
	const rows = 2000
	dir := t.TempDir()
	list, database := filepath.Join(dir, "list.csv"), filepath.Join(dir, "ledger.db")
	var b strings.Builder
	b.WriteString("external_id,received,at,patient_local,born,specialty,assessed,outcome,deadline,appointment\n")
	for i := range rows {
		fmt.Fprintf(&b, "X%d,2025-09-01,STO,L%d,1990-01-01,neurology,2025-09-08,granted,2026-01-15,2026-01-08T10:30\n", i, i)
	}
	if err := os.WriteFile(list, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := func() *exec.Cmd {
		return &exec.Cmd{Path: self, Args: []string{"rettid", "import", "--database", database, list}, Dir: dir, Env: os.Environ()}
	}
	ctx := context.Background()
	count := func() (referrals int) {
		l, err := ledger.OpenReadOnly(ctx, database)
		if err != nil {
			return 0
		}
		defer l.Close()
		_ = l.EachReferral(ctx, "STO", func(id int64, recs []ledger.Record) error {
			referrals++
			if len(recs) != 3 || recs[0].Kind != "receive" || recs[1].Kind != "assess" || recs[2].Kind != "book" {
				t.Errorf("referral %d is not whole: %d entries", id, len(recs))
			}
			return nil
		})
		return referrals
	}

	child := program()
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	for range 2000 { // until something is there
		if count() > 0 {
			break
		}
		time.Sleep(2 * time.Millisecond)
	}
	if err := child.Process.Kill(); err != nil {
		t.Log("it was done before it could be killed")
	}
	_ = child.Wait()
	left := count()
	if left == 0 {
		t.Fatal("nothing was imported before the kill")
	}
	if left == rows {
		t.Log("all was imported before the kill")
	}

	again := program()
	var out bytes.Buffer
	again.Stdout, again.Stderr = &out, &out
	if err := again.Run(); err != nil {
		t.Fatal(err, out.String())
	}
	if want := fmt.Sprintf("kjent fra før %s", number(left)); count() != rows || !strings.Contains(out.String(), want) {
		t.Errorf("%d referrals; %s, want %s", count(), out.String(), want)
	}
}

// number writes a count as the program does in bokmål.
func number(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d\u00a0%03d", n/1000, n%1000)
}
