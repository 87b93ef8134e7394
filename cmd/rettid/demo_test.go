package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rettid/clinic"
	"rettid/desk"
	"rettid/guide"
	"rettid/law"
	"rettid/ledger"
	"rettid/web"
	"rettid/words"
)

// Whoever one chooses to be in the demonstration finds something on the pages that hold what people keep, and made twice nothing comes twice.
func TestDemoHasSomethingForEverybody(t *testing.T) {
	database := filepath.Join(t.TempDir(), "demo.db")
	var out, errs bytes.Buffer
	if status := run([]string{"demo", "--patients", "500", "--no-serve", "--today", "2025-10-20", "--database", database}, &Stdio{In: strings.NewReader(""), Out: &out, Err: &errs}); status != 0 {
		t.Fatal(errs.String())
	}
	l, err := ledger.Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	d := desk.New(l, clinic.Demo(), guide.Embedded(), law.Default())
	d.Now = func() time.Time { return time.Date(2025, 10, 20, 12, 0, 0, 0, time.UTC) } // the same year whenever the test runs
	count := func() (n int64) {
		for _, tenant := range []string{"FJO", desk.HouseTenant} {
			one, err := l.PaperCount(t.Context(), tenant)
			if err != nil {
				t.Fatal(err)
			}
			n += one
		}
		return n
	}
	before := count()
	if err := web.DemoPapers(t.Context(), d); err != nil || count() != before {
		t.Errorf("made twice: %d papers and then %d, %v", before, count(), err)
	}
	srv := httptest.NewUnstartedServer(nil)
	pages, err := demoPages(d, words.NB, srv.Listener.Addr())
	if err != nil {
		t.Fatal(err)
	}
	srv.Config.Handler = pages
	srv.Start()
	defer srv.Close()
	be := func(who string) func(path string) string {
		jar, _ := cookiejar.New(nil)
		c := &http.Client{Jar: jar}
		read := func(res *http.Response, err error) string {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			b, err := io.ReadAll(res.Body)
			if err != nil || res.StatusCode != http.StatusOK {
				t.Fatalf("%s at %s: %d %v", who, res.Request.URL.Path, res.StatusCode, err)
			}
			return string(b)
		}
		req, err := http.NewRequest(http.MethodPost, srv.URL+"/inn", strings.NewReader(url.Values{"hvem": {who}}.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", srv.URL)
		read(c.Do(req))
		return func(path string) string { return read(c.Get(srv.URL + path)) }
	}
	for _, x := range []struct{ who, path, want, not string }{
		{"u1601", "/henviser/utkast", "Eksempelsen, Frøydis", "Du har ingen utkast"},
		{"u1603", "/henviser/utkast", "Tenktsen, Gunnar", "Eksempelsen, Frøydis"},
		{"u1001", "/liste/visninger", "Uten time, eldste først", ""},
		{"u1902", "/innsynslogg", "Helsehjelp", "Ingen oppslag"},
		{"u1902", "/innsynslogg/oppfolging", "Utenfor eget arbeid", "Ingen oppslag å følge opp"},
		{"u1901", "/npr", "Sendt", ""},
		{"u1003", "/mottak?fag=paediatrics", "Barseldummy", ""},
		{"rep-1", "/meg", "Saken til", ""},
		{"rep-2", "/meg", "Saken til", ""},
	} {
		page := be(x.who)(x.path)
		if !strings.Contains(page, x.want) || x.not != "" && strings.Contains(page, x.not) {
			t.Errorf("%s at %s: %q is not there, or %q is", x.who, x.path, x.want, x.not)
		}
	}
	for kind, least := range map[string]int{"capacity": 5, "list_view": 8, "draft": 1, "look-review": 1, desk.ContactPaper: 1, desk.ActsForPaper: 2} {
		n := 0
		for _, tenant := range []string{"FJO", "INN", "SUN"} {
			all, err := l.Papers(t.Context(), tenant, kind, "", 0, 0)
			if err != nil {
				t.Fatal(err)
			}
			n += len(all)
		}
		if n < least {
			t.Errorf("%d papers of %s", n, kind)
		}
	}
}
