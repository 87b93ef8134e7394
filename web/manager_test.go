package web

import (
	"bytes"
	"image/png"
	"net/http"
	"regexp"
	"strings"
	"testing"
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
