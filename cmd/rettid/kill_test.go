package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/guide"
	"rettid/internal/testpg"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
)

// The program is killed while many work: everything that was answered with "it is saved" is there when it starts again, and the ledger holds.
func TestKilledWhileManyWork(t *testing.T) {
	for name, database := range map[string]func(t *testing.T) string{
		"SQLite":     func(t *testing.T) string { return filepath.Join(t.TempDir(), "rettid.db") },
		"PostgreSQL": func(t *testing.T) string { return testpg.URL(t) },
	} {
		t.Run(name, func(t *testing.T) { killed(t, database(t)) })
	}
}

// A saved is a write that was acknowledged: the case, the entry it became and its key.
type saved struct {
	id  int64
	seq int
	key string
}

func killed(t *testing.T, database string) {
	const clients, atLeast = 6, 40
	ids := waitingOnes(t, database, clients)

	at, kill := served(t, database)
	var mu sync.Mutex
	var acknowledged []saved
	enough := make(chan struct{})
	var all sync.WaitGroup
	for _, id := range ids {
		all.Go(func() {
			for n := 0; ; n++ {
				s, err := wish(at, id, n%9)
				if err != nil {
					return // the program is gone
				}
				if s.seq == 0 {
					t.Errorf("case %d: a wish was not taken", id)
					return
				}
				mu.Lock()
				if acknowledged = append(acknowledged, s); len(acknowledged) == atLeast {
					close(enough)
				}
				mu.Unlock()
			}
		})
	}
	select {
	case <-enough:
	case <-time.After(2 * time.Minute):
		t.Fatal("the clients got nothing done")
	}
	kill()
	all.Wait()

	at, kill = served(t, database) // it starts again as if nothing had happened
	res, err := http.Get(at + "/sak/FJO/" + strconv.FormatInt(ids[0], 10))
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("after the kill a case gives %v %v", res, err)
	}
	res.Body.Close()
	kill()
	l, err := ledger.OpenReadOnly(context.Background(), database)
	if err != nil {
		t.Fatal(err)
	}
	there := make(map[saved]bool)
	for _, id := range ids {
		recs, err := l.Records(context.Background(), "FJO", id)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range recs {
			there[saved{id, r.Seq, r.Key}] = true
		}
	}
	l.Close()
	for _, s := range acknowledged {
		if !there[s] {
			t.Errorf("entry %d of case %d was acknowledged and is not there", s.seq, s.id)
		}
	}
	t.Logf("%d writes were acknowledged before the kill", len(acknowledged))
	if out, err := exec.Command("rettid", "verify", "--database", database).CombinedOutput(); err != nil {
		t.Errorf("verify: %v\n%s", err, out)
	}
}

// waitingOnes makes referrals that wait for a time, one for each client.
func waitingOnes(t *testing.T, database string, n int) []int64 {
	t.Helper()
	ctx := context.Background()
	l, err := ledger.Open(ctx, database)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	d := desk.New(l, clinic.Demo(), guide.Embedded(), law.Default())
	today := d.Today()
	var ids []int64
	for i := range n {
		born := day.On(1970, 1, 1)
		patient := "FJO-Attrapp" + strconv.Itoa(i)
		out, err := d.Take(ctx, desk.Order{Tenant: "FJO", At: referral.At{On: today.Add(-3), Role: law.Secretary, Actor: "test", Place: "FJO"},
			Do:     &referral.Receive{Patient: patient, Born: born, Municipality: "4601", Place: "FJO", Specialty: "orthopaedics", From: referral.From{Role: "gp", Provider: "GP01"}, Text: referral.Say("Oppdiktet.")},
			Person: &ledger.Person{Tenant: "FJO", ID: patient, Given: "Arne", Family: "Attrapp", Born: born, Language: "nb", Municipality: "4601"}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err = d.Take(ctx, desk.Order{Tenant: "FJO", Referral: out.Referral, At: referral.At{On: today.Add(-2), Role: law.Specialist, Actor: "test", Place: "FJO"},
			Do: &referral.Assess{Outcome: law.Granted, Benefit: law.Yes, ReasonableCost: law.Yes, Need: law.Yes, Deadline: today.Add(60), Clarified: law.Yes, Reason: referral.Say("Oppdiktet.")}}); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, out.Referral)
	}
	return ids
}

// served starts the program on a database, and gives where it is and how it is killed: without a word of warning.
func served(t *testing.T, database string) (at string, kill func()) {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listen := free.Addr().String()
	free.Close()
	cmd := exec.Command("rettid", "serve", "--database", database, "--listen", listen)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill = sync.OnceFunc(func() { cmd.Process.Kill(); cmd.Wait() })
	t.Cleanup(kill)
	ready := make(chan bool, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if strings.Contains(lines.Text(), listen) {
				ready <- true
			}
		}
		ready <- false
	}()
	select {
	case ok := <-ready:
		if !ok {
			kill()
			t.Fatalf("the program did not start: %s", said.String())
		}
	case <-time.After(time.Minute):
		t.Fatal("the program did not start in a minute")
	}
	return "http://" + listen, kill
}

var (
	hiddenField = regexp.MustCompile(`<input type="hidden" name="(key|seq)" value="([^"]*)">`)
	one         = &http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
)

// wish has a patient wish for an earlier time, as a person at a screen does it: the form is opened, filled in and sent. An error is that nobody answers.
func wish(at string, id int64, notice int) (saved, error) {
	path := fmt.Sprintf("%s/sak/FJO/%d/gjor/wish_earlier", at, id)
	res, err := one.Get(path)
	if err != nil {
		return saved{}, err
	}
	page, err := io.ReadAll(res.Body)
	res.Body.Close()
	if err != nil {
		return saved{}, err
	}
	form := url.Values{"onske": {"ja"}, "varsel": {strconv.Itoa(notice)}, "dato": {day.FromTime(time.Now()).String()}}
	for _, m := range hiddenField.FindAllSubmatch(page, -1) {
		form.Set(string(m[1]), html.UnescapeString(string(m[2])))
	}
	if res, err = one.PostForm(path, form); err != nil {
		return saved{}, err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return saved{}, err
	}
	to, err := url.Parse(res.Header.Get("Location"))
	if res.StatusCode != http.StatusSeeOther || err != nil {
		return saved{}, nil
	}
	seq, _ := strconv.Atoi(to.Query().Get("gjort"))
	return saved{id, seq, form.Get("key")}, nil
}
