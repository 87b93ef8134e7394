package ledger

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"rettid/internal/testpg"
)

// TestMain lets the test binary be started again as a program that appends and is killed (see crash).
func TestMain(m *testing.M) {
	if url := os.Getenv("RETTID_TEST_APPEND_TO"); url != "" {
		appendForever(url, os.Getenv("RETTID_TEST_ROUND"))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// appendForever has many clients append, and prints each key once it is acknowledged.
func appendForever(url, round string) {
	ctx := context.Background()
	l, err := Open(ctx, url)
	if err != nil {
		fmt.Println("fault", err)
		return
	}
	var wg sync.WaitGroup
	var printing sync.Mutex
	for c := range 16 {
		wg.Go(func() {
			var last Result
			for i := 0; ; i++ {
				w := received("hf", fmt.Sprintf("%s-%d-%d", round, c, i))
				w.Records = append(w.Records, fact("registered", "{}"))
				w.Referral, w.Expect = last.Referral, last.Seq
				if i%5 == 0 {
					w.Referral, w.Expect = 0, 0
				}
				if c%4 == 0 { // some are of the exception scheme
					m := applied("hf", w.Key)
					m.Records = append(m.Records, fact("exception/endorse", "{}"))
					m.Referral, m.Expect, m.Outgoing = w.Referral, w.Expect, w.Outgoing
					w = m
				}
				r, err := l.Append(ctx, w)
				if err != nil {
					printing.Lock()
					fmt.Println("fault", err)
					printing.Unlock()
					return
				}
				last = r
				printing.Lock()
				fmt.Println("acknowledged", w.Key)
				printing.Unlock()
			}
		})
	}
	wg.Wait()
}

// crash runs appendForever in a process of its own, kills it or something else after a while, and gives the keys that had
// been acknowledged.
func crash(t *testing.T, url string, round int, kill func(*exec.Cmd)) []string {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "RETTID_TEST_APPEND_TO="+url, fmt.Sprintf("RETTID_TEST_ROUND=%d", round))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var acknowledged []string
	lines := bufio.NewScanner(out)
	begun, killed := false, make(chan struct{})
	for lines.Scan() {
		key, ok := strings.CutPrefix(lines.Text(), "acknowledged ")
		if ok {
			acknowledged = append(acknowledged, key)
		}
		if ok && !begun {
			begun = true
			go func() {
				time.Sleep(time.Duration(rand.IntN(300)) * time.Millisecond)
				kill(cmd)
				close(killed)
			}()
		}
		if !ok && !begun {
			t.Fatalf("before anything was killed: %s", lines.Text())
		}
	}
	cmd.Wait()
	if begun {
		<-killed
	}
	return acknowledged
}

// holds checks that every acknowledged key is there once, the chain is whole, and rows, duties and messages go with the log.
func holds(t *testing.T, l *Ledger, acknowledged []string) {
	t.Helper()
	ctx := t.Context()
	times := make(map[string]int)
	last := make(map[int64]int)
	count := func(id int64, recs []Record) error {
		for i, rec := range recs {
			times[rec.Key]++
			if rec.Seq != i+1 {
				return fmt.Errorf("referral %d has seq %d in place %d", id, rec.Seq, i+1)
			}
		}
		last[id] = len(recs)
		return nil
	}
	if err := errors.Join(l.EachReferral(ctx, "hf", count), l.EachMatter(ctx, "hf", "exception", count)); err != nil {
		t.Fatal(err)
	}
	for _, key := range acknowledged {
		if times[key] != 2 {
			t.Errorf("acknowledged command %s has %d records, not 2", key, times[key])
		}
	}
	commands := len(times)
	for key, n := range times {
		if n != 2 {
			t.Errorf("command %s has %d records, not 2", key, n)
		}
	}
	if n, _, err := l.VerifyChain(ctx, "hf"); err != nil || n != int64(2*commands) {
		t.Errorf("%d records in the chain of %d commands, %v", n, commands, err)
	}
	rows, duties := 0, 0
	if err := l.EachRow(ctx, "hf", func(r Row) error {
		rows++
		if r.Seq != last[r.Referral] {
			return fmt.Errorf("row %d is at seq %d, its log at %d", r.Referral, r.Seq, last[r.Referral])
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
	if err := l.EachMatterRow(ctx, "hf", "exception", func(m Matter) error {
		rows++
		if m.Seq != last[m.Matter] {
			return fmt.Errorf("the row of matter %d is at seq %d, its log at %d", m.Matter, m.Seq, last[m.Matter])
		}
		owed, err := l.MatterDuties(ctx, "hf", m.Matter)
		duties += len(owed)
		return err
	}); err != nil {
		t.Error(err)
	}
	if err := l.EachDuty(ctx, "hf", func(int64, Duty) error { duties++; return nil }); err != nil {
		t.Error(err)
	}
	pending, err := l.Pending(ctx, "hf", 1<<30)
	if err != nil || rows != len(last) || duties != len(last) || len(pending) != commands {
		t.Errorf("%d referrals, %d rows, %d duties; %d commands, %d messages; %v", len(last), rows, duties, commands, len(pending), err)
	}
}

func TestProgramIsKilled(t *testing.T) {
	test := func(t *testing.T, url string) {
		var acknowledged []string
		for round := range 4 {
			acknowledged = append(acknowledged, crash(t, url, round, func(cmd *exec.Cmd) { cmd.Process.Kill() })...)
			if strings.HasPrefix(url, "postgres") {
				testpg.Quiet(t, url)
			}
			l, err := Open(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			holds(t, l, acknowledged)
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if len(acknowledged) < 50 {
			t.Errorf("only %d commands: the test tells nothing", len(acknowledged))
		}
	}
	t.Run("file", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "rettid.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, testpg.URL(t)) })
}

func TestServerIsKilled(t *testing.T) {
	s := testpg.Start(t)
	url := s.Database(t)
	var acknowledged []string
	for round := range 3 {
		acknowledged = append(acknowledged, crash(t, url, round, func(cmd *exec.Cmd) {
			s.Kill()
			cmd.Process.Kill()
		})...)
		if err := s.Run(); err != nil {
			t.Fatal(err)
		}
		l, err := Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		holds(t, l, acknowledged)
		l.Close()
	}
	if len(acknowledged) < 50 {
		t.Errorf("only %d commands: the test tells nothing", len(acknowledged))
	}
}

// The server goes away and comes back under a program that goes on: clients that send what failed again lose nothing.
func TestServerGoesAndComesBack(t *testing.T) {
	s := testpg.Start(t)
	l, err := Open(t.Context(), s.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	stop := make(chan struct{})
	var wg sync.WaitGroup
	var mu sync.Mutex
	var acknowledged []string
	var faults []error
	for c := range 8 {
		wg.Go(func() {
			for i := 0; ; i++ {
				w := received("hf", fmt.Sprintf("%d-%d", c, i))
				w.Records = append(w.Records, fact("registered", "{}"))
				for {
					_, err := l.Append(context.Background(), w)
					mu.Lock()
					if err == nil {
						acknowledged = append(acknowledged, w.Key)
					} else {
						faults = append(faults, err)
					}
					mu.Unlock()
					select {
					case <-stop:
						return
					default:
					}
					if err == nil {
						break
					}
					time.Sleep(10 * time.Millisecond)
				}
			}
		})
	}
	for i := range 3 {
		time.Sleep(100 * time.Millisecond)
		if i == 1 {
			s.Stop()
		} else {
			s.Kill()
		}
		time.Sleep(50 * time.Millisecond)
		if err := s.Run(); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(200 * time.Millisecond)
	close(stop)
	wg.Wait()
	holds(t, l, acknowledged)
	if len(faults) == 0 || len(acknowledged) < 50 {
		t.Errorf("%d faults and %d commands: the test tells nothing", len(faults), len(acknowledged))
	}
	for _, err := range faults {
		if !strings.Contains(err.Error(), "database server") {
			t.Errorf("not a clear message: %v", err)
		}
	}
	if _, err := l.Records(t.Context(), "hf", 1); err != nil {
		t.Errorf("reading afterwards: %v", err)
	}
}

func openFile(t *testing.T, path string) *Ledger {
	t.Helper()
	l, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func twice(key string) Write {
	w := received("hf", key)
	w.Records = append(w.Records, fact("registered", "{}"))
	return w
}

func TestDiskIsFull(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rettid.db")
	l := openFile(t, path)
	var acknowledged []string
	fill := func(prefix string) (err error) {
		for i := 0; i < 10000; i++ {
			w := twice(fmt.Sprint(prefix, i))
			w.Row.State = make([]byte, 2000)
			if _, err = l.Append(t.Context(), w); err != nil {
				return err
			}
			acknowledged = append(acknowledged, w.Key)
		}
		return nil
	}
	limit := func(pages int) {
		t.Helper()
		if err := runSQLite(l.store.(*sqliteStore).write, fmt.Sprintf("PRAGMA max_page_count = %d", pages), nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	limit(200)
	err := fill("a")
	if err == nil || !strings.Contains(err.Error(), "disk is full") {
		t.Fatalf("not a clear message: %v", err)
	}
	holds(t, l, acknowledged)
	large := []Write{twice("b1"), twice("b2"), twice("b3")}
	for i := range large {
		large[i].Row.State = make([]byte, 20000)
	}
	results, errs := l.AppendAll(t.Context(), large)
	for i, err := range errs {
		if err == nil || !strings.Contains(err.Error(), "disk is full") || results[i] != (Result{}) {
			t.Errorf("written on a full disk: %+v, %v", results[i], err)
		}
	}
	holds(t, l, acknowledged)
	limit(1 << 20)
	for i := range 20 { // by itself, also what failed before
		mustAppend(t, l, twice(fmt.Sprint("a", len(acknowledged)-i)))
		mustAppend(t, l, twice(fmt.Sprint("c", i)))
		acknowledged = append(acknowledged, fmt.Sprint("c", i))
	}
	holds(t, l, acknowledged)
}

// A file system of its own that fills up while the write-ahead log grows.
func TestFileSystemIsFull(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1536k"); err != nil {
		t.Skipf("no file system of its own can be made here: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	l := openFile(t, filepath.Join(dir, "rettid.db"))
	var acknowledged []string
	var err error
	for i := 0; err == nil && i < 10000; i++ {
		w := twice(fmt.Sprint("a", i))
		if _, err = l.Append(t.Context(), w); err == nil {
			acknowledged = append(acknowledged, w.Key)
		}
	}
	if err == nil || !strings.Contains(err.Error(), "disk is full") || len(acknowledged) == 0 {
		t.Fatalf("after %d: %v", len(acknowledged), err)
	}
	holds(t, l, acknowledged)
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=64m"); err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		mustAppend(t, l, twice(fmt.Sprint("b", i)))
		acknowledged = append(acknowledged, fmt.Sprint("b", i))
	}
	holds(t, l, acknowledged)
}

func TestFileCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "rettid.db")
	l := openFile(t, path)
	mustAppend(t, l, twice("a"))
	l.Close()

	if os.Geteuid() == 0 {
		// Rights do not stop root; a file system that is mounted for reading only does.
		if err := syscall.Mount(dir, dir, "", syscall.MS_BIND, ""); err != nil {
			t.Skipf("no file system for reading only can be made here: %v", err)
		}
		t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
		if err := syscall.Mount("", dir, "", syscall.MS_BIND|syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
			t.Skip(err)
		}
	} else {
		os.Chmod(path, 0o444)
		os.Chmod(dir, 0o555)
		t.Cleanup(func() { os.Chmod(dir, 0o755) })
	}
	if l, err := Open(t.Context(), path); err == nil {
		_, err = l.Append(t.Context(), twice("b"))
		l.Close()
		if err == nil || !strings.Contains(err.Error(), "cannot be written") {
			t.Errorf("append: not a clear message: %v", err)
		}
	} else if !strings.Contains(err.Error(), "cannot be ") {
		t.Errorf("open: not a clear message: %v", err)
	}
	if os.Geteuid() == 0 {
		if err := syscall.Mount("", dir, "", syscall.MS_BIND|syscall.MS_REMOUNT, ""); err != nil {
			t.Fatal(err)
		}
	} else {
		os.Chmod(dir, 0o755)
		os.Chmod(path, 0o644)
	}
	l = openFile(t, path)
	mustAppend(t, l, twice("b"))
	holds(t, l, []string{"a", "b"})
}

// The file is moved away under an open ledger, and comes back: nothing is acknowledged into a file that is not there.
func TestFileIsGoneAndComesBack(t *testing.T) {
	dir := t.TempDir()
	path, away := filepath.Join(dir, "rettid.db"), filepath.Join(dir, "away.db")
	l := openFile(t, path)
	mustAppend(t, l, twice("a"))
	move := func(from, to string) {
		t.Helper()
		for _, end := range []string{"", "-wal", "-shm"} {
			if err := os.Rename(from+end, to+end); err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
		}
	}
	move(path, away)
	_, err := l.Append(t.Context(), twice("b"))
	if err == nil || !strings.Contains(err.Error(), "is gone") {
		t.Fatalf("not a clear message: %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Fatal("a new file was made in its place")
	}
	move(away, path)
	mustAppend(t, l, twice("b"))
	holds(t, l, []string{"a", "b"})

	// Another file in its place, as after restoring a backup taken before b.
	backup := filepath.Join(dir, "backup.db")
	other := openFile(t, backup)
	mustAppend(t, other, twice("a"))
	other.Close()
	move(path, away)
	move(backup, path)
	if r := mustAppend(t, l, twice("b")); r.Replayed || r.Pos != 4 {
		t.Errorf("the old file still answers: %+v", r)
	}
	mustAppend(t, l, twice("c"))
	holds(t, l, []string{"a", "b", "c"})
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("this is not a database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	newer := filepath.Join(dir, "newer.db")
	l := openFile(t, newer)
	tamper(t, l, "INSERT INTO migration (version) VALUES (99)")
	l.Close()
	for url, want := range map[string]string{
		"":                                      "no address",
		"sqlite:":                               "no address",
		"mysql://localhost/rettid":              "unknown kind mysql",
		filepath.Join(dir, "none", "rettid.db"): "cannot be opened",
		text:                                    "not a SQLite database",
		newer:                                   "use the newer program",
		"postgres://u:secret@127.0.0.1:1/x":     "does not answer",
		"postgres://u:secret@127.0.0.1:port/x":  "not as PostgreSQL has it",
	} {
		l, err := Open(t.Context(), url)
		if err == nil {
			l.Close()
			t.Errorf("%q was opened", url)
			continue
		}
		if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", url, err)
		}
	}
	if _, err := OpenReadOnly(t.Context(), filepath.Join(dir, "none.db")); err == nil {
		t.Error("a file that is not there was opened for reading")
	}
}

func TestReadOnly(t *testing.T) {
	test := func(t *testing.T, url string) {
		l, err := Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		mustAppend(t, l, twice("a"))
		r, err := OpenReadOnly(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		mustAppend(t, l, twice("b"))
		holds(t, r, []string{"a", "b"})
		if _, err := r.Append(t.Context(), twice("c")); !errors.Is(err, ErrReadOnly) {
			t.Error(err)
		}
		l.Close()
		holds(t, r, []string{"a", "b"})
		r.Close()
	}
	t.Run("file", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "rettid.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, testpg.URL(t)) })
}
