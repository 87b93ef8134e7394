package web

import (
	"bytes"
	"image/png"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"rettid/access"
)

// The picture for those who lead: numbers of today that lead to their rows, a month that adds up, figures with tables and files.
func TestManager(t *testing.T) {
	t.Parallel()
	_, srv := newGated(t)
	manager := be(t, srv, "manager")
	res, body := manager.get("/ledelse")
	if res.StatusCode != http.StatusOK {
		t.Fatalf("status %d: %s", res.StatusCode, text(body))
	}
	for _, want := range []string{"Fjordvik sykehus, Ortopedisk poliklinikk", "Over fristen nå 3", "Uten ansvarlig 0", "Vurdert innen fristen", "0 uforklart", "Median ventetid nå", "Ventelisten økte med", "Vis som tabell", "Halvparten har ventet mer enn"} {
		if !strings.Contains(text(body), want) {
			t.Errorf("the page does not say %q: %s", want, text(body))
		}
	}
	over := regexp.MustCompile(`href="(/liste\?[^"]*visning=over[^"]*)"`).FindStringSubmatch(body)
	if over == nil {
		t.Fatal("the number of those past the deadline leads nowhere")
	}
	if _, rows := manager.get(unescape(over[1])); !strings.Contains(text(rows), "3 av 3 vises") {
		t.Errorf("the rows are not those counted: %s", text(rows))
	}
	file := regexp.MustCompile(`href="(/ledelse/figur/[^"]+)"`).FindAllStringSubmatch(body, -1)
	if len(file) != 15 {
		t.Errorf("%d files of 5 figures", len(file))
	}
	for _, m := range file {
		res, b := manager.get(unescape(m[1]))
		kind := res.Header.Get("Content-Type")
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", m[1], res.StatusCode)
		}
		switch {
		case strings.Contains(m[1], ".png"):
			if _, err := png.Decode(bytes.NewReader([]byte(b))); err != nil || kind != "image/png" {
				t.Errorf("%s: %v", m[1], err)
			}
		case strings.Contains(m[1], ".svg"):
			if !strings.Contains(b, "<svg xmlns=") || kind != "image/svg+xml" {
				t.Errorf("%s is no drawing", m[1])
			}
		default:
			if !strings.Contains(b, ";") || kind != "text/csv; charset=utf-8" {
				t.Errorf("%s is no table", m[1])
			}
		}
	}
	for _, path := range []string{"/ledelse/figur/ukjent.svg", "/ledelse/figur/ventetid.exe", "/ledelse/figur/ventetid"} {
		if res, _ := manager.get(path); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	for _, who := range []string{"letters", "admin", "gp", "auditor"} {
		if res, _ := be(t, srv, who).get("/ledelse/figur/ventetid.csv"); res.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d", who, res.StatusCode)
		}
	}
	// One who sees figures and no lists gets numbers without links; names are in none of it.
	if _, body := be(t, srv, "user").get("/ledelse?sykehus=FJO"); strings.Contains(body, `href="/liste`) || strings.Contains(body, "Påfunnsen") || !strings.Contains(text(body), "Over fristen nå 3") {
		t.Errorf("the user representative: %s", text(body))
	}
	if _, body := manager.get("/ledelse?lang=en"); strings.Contains(body, "manager.") || !strings.Contains(text(body), "Past the deadline now 3") {
		t.Error("in English there are words missing")
	}
}

// Another month than the latest can be asked for, and what is asked in the address for is not believed.
func TestManagerMonth(t *testing.T) {
	t.Parallel()
	_, srv := newGated(t)
	manager := be(t, srv, "manager")
	for asked, want := range map[string]string{"": "i mars 2025", "?maaned=2025-02": "i februar 2025", "?maaned=2025-04": "i mars 2025", "?maaned=2019-01": "i mars 2025", "?maaned=x": "i mars 2025"} {
		_, body := manager.get("/ledelse" + asked)
		flow := regexp.MustCompile(`<h2 id="h-f">([^<]*)</h2>`).FindStringSubmatch(body)
		if flow == nil || !strings.Contains(flow[1], want) {
			t.Errorf("%q: %v", asked, flow)
		}
		if !strings.Contains(body, `href="/tall/rapport?`) || !strings.Contains(text(body), "hvert tall åpner radene sine") {
			t.Errorf("%q: no report of the month, or nothing about rows", asked)
		}
	}
}

// One who leads several hospitals begins with all of them together, and finds there the rows of them all and of no other.
func TestManagerOfARegion(t *testing.T) {
	t.Parallel()
	s := newSeed(t).fill()
	people, err := access.ReadPeople(strings.NewReader("id,name,role,provider,unit,specialty,tenant,patient,language,hpr,pid_digest,from,to\nrita,Rita Regionsen,manager,FJO,,,,,,,,,\nrita,,manager,SUN,,,,,,,,,\nfjord,Fia Fjordsen-Fiktiv,manager,FJO,,,,,,,,,\n"))
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewUnstartedServer(nil)
	h, err := NewGated(s.d, Options{Demo: true, Log: slog.New(slog.DiscardHandler)}, access.GateOptions{People: people, Demo: true, Listener: srv.Listener.Addr()})
	if err != nil {
		t.Fatal(err)
	}
	srv.Config.Handler = h
	srv.Start()
	t.Cleanup(func() { srv.CloseClientConnections(); srv.Close() })
	waiting := func(who, at string) (n int, body string) {
		_, body = be(t, srv, who).get(at)
		m := regexp.MustCompile(`<h1>[^<]*: ([\d  ]+)</h1>`).FindStringSubmatch(body)
		if m == nil {
			t.Fatalf("%s of %s: %s", at, who, text(body))
		}
		n, _ = strconv.Atoi(m[1])
		return n, body
	}
	rows := managerRowsURL + "?tall=waiting&sykehus="
	all, body := waiting("rita", rows+"alle")
	fjo, _ := waiting("rita", rows+"FJO")
	sun, _ := waiting("rita", rows+"SUN")
	if all != fjo+sun || sun == 0 || !strings.Contains(body, "SUN-") || !strings.Contains(body, "FJO-") {
		t.Errorf("%d rows of all, %d and %d of each", all, fjo, sun)
	}
	rita := be(t, srv, "rita")
	_, body = rita.get("/ledelse")
	if !strings.Contains(text(body), "Alle mine sykehus") || !strings.Contains(body, `<option value="alle" selected>`) {
		t.Errorf("a region's picture: %s", text(body))
	}
	over := regexp.MustCompile(`href="(/liste\?[^"]*visning=over[^"]*)"><span class="num">(\d+)<`).FindStringSubmatch(body)
	if over == nil {
		t.Fatal("the number of those past the deadline leads nowhere")
	}
	if _, list := rita.get(unescape(over[1])); !strings.Contains(text(list), over[2]+" av "+over[2]+" vises") {
		t.Errorf("%s past the deadline, and the list: %s", over[2], text(list))
	}
	if _, body := be(t, srv, "fjord").get("/ledelse?sykehus=alle"); strings.Contains(text(body), "Alle mine sykehus") || !strings.Contains(body, `<h1>Fjordvik sykehus</h1>`) {
		t.Errorf("the manager of one hospital asks for all: %s", text(body))
	}
	if n, _ := waiting("fjord", rows+"SUN"); n != fjo {
		t.Errorf("the manager of one hospital asks for another: %d rows", n)
	}
}
