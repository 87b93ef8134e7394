package web

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rettid/pdf"
)

// A paper that takes its time is waited for on a page that tells so, can be stopped, and is made once: asked for again, by another or by a program, it is there.
func TestAPaperIsMadeOnceAndCanBeStopped(t *testing.T) {
	dir := t.TempDir()
	begun, go1 := filepath.Join(dir, "begun"), filepath.Join(dir, "go")
	slow := "#!/bin/sh\ncat >/dev/null\necho x >>" + begun + "\nwhile [ ! -e " + go1 + " ]; do sleep 0.05; done\nprintf '%%PDF-1.7 the paper'\n"
	if err := os.WriteFile(filepath.Join(dir, "weasyprint"), []byte(slow), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	_, srv := newSite(t, Options{PDF: pdf.Find()})
	times := func() int {
		b, _ := os.ReadFile(begun)
		return strings.Count(string(b), "x")
	}
	c := srv.Client()
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	ask := func(accept, path string) (*http.Response, string) {
		t.Helper()
		r, err := http.NewRequest(http.MethodGet, srv.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", accept)
		return askFor(t, c, r)
	}
	const browser, paper = "text/html,*/*", "/tall/rapport.pdf?periode=2025-03"
	res, _ := ask(browser, paper)
	at := res.Header.Get("Location")
	if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(at, "/papir/") {
		t.Fatalf("a paper that takes its time: %d to %q", res.StatusCode, at)
	}
	res, body := ask(browser, at)
	if res.StatusCode != http.StatusOK || res.Header.Get("Refresh") != "1" || !strings.Contains(text(body), "Papiret lages") || !strings.Contains(body, `href="/tall/rapport?periode=2025-03"`) {
		t.Errorf("under way: %d %s", res.StatusCode, text(body))
	}
	r, err := http.NewRequest(http.MethodPost, srv.URL+"/papir/stopp", strings.NewReader("nr="+strings.TrimPrefix(at, "/papir/")))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if res, _ := askFor(t, c, r); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/tall/rapport?periode=2025-03" {
		t.Errorf("stopped: %d", res.StatusCode)
	}
	if res, _ := ask(browser, at); res.StatusCode != http.StatusNotFound {
		t.Errorf("a stopped paper is still there: %d", res.StatusCode)
	}
	if res, _ = ask(browser, paper); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") == at {
		t.Fatalf("asked for anew: %d %q", res.StatusCode, res.Header.Get("Location"))
	}
	at = res.Header.Get("Location")
	if err := os.WriteFile(go1, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for until := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if res, body = ask(browser, at); strings.Contains(text(body), "Papiret er klart") {
			break
		}
		if time.Now().After(until) {
			t.Fatalf("it never comes: %s", text(body))
		}
	}
	if res.Header.Get("Refresh") != "0; url="+paper || !strings.Contains(body, `href="`+paper+`"`) {
		t.Errorf("ready: %q %s", res.Header.Get("Refresh"), text(body))
	}
	for _, accept := range []string{browser, "*/*", "application/pdf"} {
		if res, body := ask(accept, paper); res.StatusCode != http.StatusOK || body != "%PDF-1.7 the paper" || !strings.Contains(res.Header.Get("Content-Disposition"), "rapport-2025-03.pdf") {
			t.Errorf("fetched as %s: %d %q", accept, res.StatusCode, body)
		}
	}
	if n := times(); n != 2 { // once stopped, once made
		t.Errorf("it was begun %d times", n)
	}
}

func askFor(t *testing.T, c *http.Client, r *http.Request) (*http.Response, string) {
	t.Helper()
	res, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

// The shelf keeps what was asked for last, as much as it has room for, and nothing that failed or was made the plainer way.
func TestTheShelfOfPapers(t *testing.T) {
	var h shelf
	begun := 0
	get := func(key byte, size int, whole bool, err error) *making {
		return h.of([32]byte{key}, "", "", func() *making {
			begun++
			m := &making{key: [32]byte{key}, wanted: map[string]string{}, done: make(chan struct{}), file: make([]byte, size), whole: whole, err: err, stop: func() {}}
			close(m.done)
			return m
		})
	}
	get(1, 10, true, nil)
	get(1, 10, true, nil)
	if begun != 1 {
		t.Errorf("one paper was made %d times", begun)
	}
	get(2, 10, true, io.ErrUnexpectedEOF)
	get(2, 10, false, nil)
	get(2, 10, true, nil)
	if begun != 4 {
		t.Errorf("a failed and a plainer one are kept: %d", begun)
	}
	for i := range byte(keptPapers + 5) {
		get(10+i, 10, true, nil)
	}
	if len(h.all) != keptPapers {
		t.Errorf("%d are kept", len(h.all))
	}
	get(200, keptBytes, true, nil)
	if len(h.all) != 1 {
		t.Errorf("beside one as large as the shelf %d are kept", len(h.all)-1)
	}
}
