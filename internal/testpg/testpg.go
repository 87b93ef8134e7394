// Package testpg starts a throw-away PostgreSQL server for tests: one for each test process, in a directory of its own, on a
// socket of its own. It goes when the test process does. Never used by the program itself.
package testpg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// URL gives the address of a new, empty database for this test, on the server that RETTID_TEST_POSTGRES names or else on
// one started for this test process; it skips the test when there is neither. The started one does not wait for the disk:
// use Start where that matters.
func URL(t testing.TB) string {
	t.Helper()
	base := os.Getenv("RETTID_TEST_POSTGRES")
	if base == "" {
		s, err := shared()
		if errors.Is(err, errNone) {
			if os.Getenv("RETTID_REQUIRE_ALL") != "" {
				t.Fatal("no PostgreSQL, and RETTID_REQUIRE_ALL is set: install it, or set RETTID_TEST_POSTGRES=postgres://…")
			}
			t.Skip("no PostgreSQL: install it, or set RETTID_TEST_POSTGRES=postgres://…")
		}
		if err != nil {
			t.Fatal(err)
		}
		base = s.URL
	}
	return newDatabase(t, base)
}

var (
	shared = sync.OnceValues(func() (*Server, error) { return start(false) })
	number atomic.Int64
)

func newDatabase(t testing.TB, base string) string {
	t.Helper()
	name := fmt.Sprintf("rettid_test_%d_%d", os.Getpid(), number.Add(1))
	admin := func(sql string) error {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		conn, err := pgx.Connect(ctx, base)
		if err != nil {
			return err
		}
		defer conn.Close(ctx)
		_, err = conn.Exec(ctx, sql)
		return err
	}
	if err := admin("CREATE DATABASE " + name + " ENCODING 'UTF8' TEMPLATE template0"); err != nil {
		t.Fatalf("make a test database: %v", err)
	}
	t.Cleanup(func() {
		if err := admin("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); err != nil {
			t.Logf("remove the test database: %v", err)
		}
	})
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// A Server is a PostgreSQL server of a test's own.
type Server struct {
	URL string // database postgres, as superuser

	dir, bin   string
	durable    bool
	credential *syscall.Credential
	cmd        *exec.Cmd
	ended      chan struct{}
}

var errNone = errors.New("no PostgreSQL is installed")

// Start starts a server that keeps its promises to the disk, for tests that kill it and for measurements, and stops it with
// the test; it skips the test when PostgreSQL is not installed.
func Start(t testing.TB) *Server {
	t.Helper()
	s, err := start(true)
	if errors.Is(err, errNone) {
		t.Skip("no PostgreSQL is installed")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.remove)
	return s
}

const prefix = "rettid-testpg-"

func start(durable bool) (*Server, error) {
	bin, err := find()
	if err != nil {
		return nil, err
	}
	sweep()
	// The path of a socket may have no more than some hundred characters, so the directory is not in a test's own.
	dir, err := os.MkdirTemp(os.TempDir(), fmt.Sprintf("%s%d-", prefix, os.Getpid()))
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, bin: bin, durable: durable}
	if os.Geteuid() == 0 { // PostgreSQL refuses to run as root
		if err := s.asPostgres(); err != nil {
			return nil, err
		}
	}
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"), "-U", "postgres", "-A", "trust",
		"-E", "UTF8", "--locale=C", "--no-sync")
	initdb.Dir = dir
	initdb.SysProcAttr = &syscall.SysProcAttr{Credential: s.credential}
	if out, err := initdb.CombinedOutput(); err != nil {
		os.RemoveAll(dir)
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	s.URL = "postgres://postgres@/postgres?sslmode=disable&host=" + url.QueryEscape(dir)
	if err := s.Run(); err != nil {
		s.remove()
		return nil, err
	}
	return s, nil
}

// find gives the directory of the server's programs: PATH, or the newest under /usr/lib/postgresql.
func find() (string, error) {
	for _, name := range []string{"initdb", "postgres"} {
		path, err := exec.LookPath(name)
		if err != nil {
			break
		}
		if path, err = filepath.EvalSymlinks(path); err == nil && name == "postgres" {
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), "initdb")); err == nil {
				return filepath.Dir(path), nil
			}
		}
	}
	dirs, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(dirs) == 0 {
		return "", errNone
	}
	slices.SortFunc(dirs, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(dirs[len(dirs)-1]), nil
}

func version(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
	return n
}

// asPostgres has the server run as the user postgres, or nobody, and gives that user the directory.
func (s *Server) asPostgres() error {
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return err
		}
	}
	uid, err1 := strconv.Atoi(u.Uid)
	gid, err2 := strconv.Atoi(u.Gid)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	s.credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(s.dir, uid, gid)
}

// Run starts the server, again after Kill, and returns when it answers.
func (s *Server) Run() error {
	args := []string{"-D", filepath.Join(s.dir, "data"), "-k", s.dir, "-c", "listen_addresses=", "-c", "max_connections=200",
		"-c", "log_min_messages=fatal"}
	if !s.durable {
		args = append(args, "-c", "fsync=off", "-c", "full_page_writes=off")
	}
	s.cmd = exec.Command(filepath.Join(s.bin, "postgres"), args...)
	s.cmd.Dir = s.dir
	// SIGQUIT is PostgreSQL's immediate shutdown: the server goes when the test process does, however it goes.
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.credential, Pdeathsig: syscall.SIGQUIT, Setpgid: true}
	log, err := os.Create(filepath.Join(s.dir, "log"))
	if err != nil {
		return err
	}
	defer log.Close()
	s.cmd.Stdout, s.cmd.Stderr = log, log
	s.ended = make(chan struct{})
	started := make(chan error)
	go func(cmd *exec.Cmd, ended chan struct{}) {
		// The death signal follows the thread that started the server, so that thread is kept until the server has ended.
		runtime.LockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			cmd.Wait()
		}
		close(ended)
	}(s.cmd, s.ended)
	if err := <-started; err != nil {
		return err
	}
	deadline := time.Now().Add(60 * time.Second)
	for {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		conn, err := pgx.Connect(ctx, s.URL)
		if err == nil {
			conn.Close(ctx)
			cancel()
			return nil
		}
		cancel()
		select {
		case <-s.ended:
			text, _ := os.ReadFile(filepath.Join(s.dir, "log"))
			return fmt.Errorf("the server ended: %s", text)
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the server does not answer: %w", err)
		}
	}
}

// Kill ends the server and all its processes at once, as kill -9 does, without giving it a chance to write anything.
func (s *Server) Kill() {
	// Its processes are each in a group of their own, but all are children of the first, which is stopped so that it makes no
	// more. A server started again waits for none of them: they must have gone.
	s.cmd.Process.Signal(syscall.SIGSTOP)
	pid := strconv.Itoa(s.cmd.Process.Pid)
	list, _ := os.ReadFile("/proc/" + pid + "/task/" + pid + "/children")
	var children []int
	for _, child := range strings.Fields(string(list)) {
		if n, err := strconv.Atoi(child); err == nil {
			children = append(children, n)
		}
	}
	s.cmd.Process.Kill()
	for _, child := range children {
		syscall.Kill(child, syscall.SIGKILL)
	}
	<-s.ended
	for _, child := range children {
		for deadline := time.Now().Add(5 * time.Second); runs(child) && time.Now().Before(deadline); {
			time.Sleep(time.Millisecond)
		}
	}
	os.Remove(filepath.Join(s.dir, "data", "postmaster.pid"))
}

// runs tells whether there is such a process, and not only what nobody has asked after yet.
func runs(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	after := stat[bytes.LastIndexByte(stat, ')')+1:]
	return !bytes.HasPrefix(after, []byte(" Z")) && !bytes.HasPrefix(after, []byte(" X"))
}

// Stop ends the server in order.
func (s *Server) Stop() {
	s.cmd.Process.Signal(os.Interrupt)
	<-s.ended
}

// Quiet waits until nobody else is connected to the database at url: what a killed program had sent is then written, or not.
func Quiet(t testing.TB, url string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	for {
		var others int
		err := conn.QueryRow(ctx, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "+
			"AND backend_type = 'client backend'").Scan(&others)
		if err != nil {
			t.Fatal(err)
		}
		if others == 0 {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// Database gives the address of a new, empty database on s.
func (s *Server) Database(t testing.TB) string { return newDatabase(t, s.URL) }

// Bin is the directory of the server's programs, for pgbench.
func (s *Server) Bin() string { return s.bin }

// Dir is the directory of the server's socket.
func (s *Server) Dir() string { return s.dir }

func (s *Server) remove() {
	if s.cmd != nil && s.cmd.Process != nil {
		s.cmd.Process.Signal(syscall.SIGQUIT)
		select {
		case <-s.ended:
		case <-time.After(10 * time.Second):
			s.Kill()
		}
	}
	os.RemoveAll(s.dir)
}

// sweep removes what test processes that have ended left behind.
func sweep() {
	dirs, _ := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*"))
	for _, dir := range dirs {
		pid, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), prefix), "-")
		n, err := strconv.Atoi(pid)
		if err == nil && syscall.Kill(n, 0) == syscall.ESRCH {
			os.RemoveAll(dir)
		}
	}
}
