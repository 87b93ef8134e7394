package web

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"
)

// Every figure with its definition, every count with its rows, a balance with nothing unexplained, and the same in every file.
func TestNumbers(t *testing.T) {
	_, srv := newSite(t, Options{})
	status, body := get(t, srv, "/tall?periode=2025-04")
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, text(body))
	}
	for _, want := range []string{"april 2025", "0 uforklart", "Perioden er ikke over", "Median ventetid, startet", "R-10.15", "Holdt utenfor", "Ikke vurdert ved periodens slutt", "henvisningsperioder"} {
		if !strings.Contains(text(body), want) {
			t.Errorf("the page lacks %q: %s", want, text(body))
		}
	}
	if strings.Contains(body, "figure.") || regexp.MustCompile(`Fiktiv|Oppdiktet|Påfunnsen`).MatchString(body) {
		t.Error("a key or a name stands on the page")
	}
	// Every count leads to as many rows, and every row to a case.
	links := regexp.MustCompile(`href="(/tall/rader\?[^"]+)">([^<]+)<`).FindAllStringSubmatch(body, -1)
	if len(links) < 10 {
		t.Fatalf("only %d ways to rows", len(links))
	}
	for _, m := range links {
		status, rows := get(t, srv, unescape(m[1]))
		if status != http.StatusOK || !regexp.MustCompile(`href="/sak/[A-Z]+/\d+"`).MatchString(rows) {
			t.Errorf("%s: %d %s", m[1], status, text(rows))
		}
		if n := strings.TrimSpace(m[2]); regexp.MustCompile(`^\d+$`).MatchString(n) && !strings.Contains(text(rows), ": "+n+" ") {
			t.Errorf("%s says %s and leads to %s", m[1], n, text(rows))
		}
	}
	// A definition one click away.
	for _, m := range regexp.MustCompile(`href="/tall/definisjoner#(\w+)"`).FindAllStringSubmatch(body, -1) {
		if _, defs := get(t, srv, "/tall/definisjoner"); !strings.Contains(defs, `id="`+m[1]+`"`) || strings.Contains(defs, ".def") {
			t.Errorf("%s is not defined", m[1])
		}
	}
	// Broken down, sorted, and hidden as it would be published.
	status, body = get(t, srv, "/tall?periode=2025-04&fordel=trust&og=sex&gruppe=ventende&sorter=waiting&retning=ned")
	if status != http.StatusOK || !strings.Contains(body, `aria-sort="descending"`) || !strings.Contains(text(body), "Kvinne") {
		t.Errorf("%d %s", status, text(body))
	}
	if _, hidden := get(t, srv, "/tall?periode=2025-04&fordel=trust&gruppe=ventende&skjul=1"); !strings.Contains(text(hidden), "Skjult: for få personer") {
		t.Errorf("nothing is hidden: %s", text(hidden))
	}
	for path, want := range map[string]int{"/tall?periode=igår": 400, "/tall?periode=2031": 400, "/tall?fordel=navn": 400, "/tall?kjent=x": 400, "/tall/rader?tall=mean": 400, "/tall/fil/tall.exe": 400, "/tall?side=99&fordel=sex": 303, "/tall?kilde=nasjon": 200} {
		if status, body := get(t, srv, path); status != want {
			t.Errorf("%s: %d %s", path, status, text(body))
		}
	}
}

// The files hold the same cells as the page, in the shapes of the command line.
func TestNumbersFiles(t *testing.T) {
	_, srv := newSite(t, Options{})
	at := "?periode=2025-04&fordel=trust"
	var answer struct {
		Period string
		Source struct{ SHA256 string }
		Cells  []struct {
			By      map[string]string
			Closing *int
		}
	}
	_, body := get(t, srv, "/tall/fil/tall.json"+at)
	if err := json.Unmarshal([]byte(body), &answer); err != nil || answer.Period != "2025-04" || len(answer.Source.SHA256) != 64 || len(answer.Cells) == 0 || answer.Cells[0].By["trust"] == "" {
		t.Errorf("%v %.300s", err, body)
	}
	if _, body := get(t, srv, "/tall/fil/tall.csv"+at); !strings.HasPrefix(body, "period,trust,newly_referred,") {
		t.Errorf("%.100s", body)
	}
	_, body = get(t, srv, "/tall/fil/tall.xlsx"+at)
	if f, err := excelize.OpenReader(strings.NewReader(body)); err != nil || len(f.GetSheetList()) != 2 {
		t.Error(err)
	}
	_, body = get(t, srv, "/tall/fil/tall.parquet"+at)
	if f, err := parquet.OpenFile(strings.NewReader(body), int64(len(body))); err != nil || int(f.NumRows()) != len(answer.Cells) {
		t.Error(err)
	}
}

// One who leads a unit sees that unit's; one who sees figures and no lists sees no small number and no row.
func TestNumbersAccess(t *testing.T) {
	_, srv := newGated(t)
	manager := be(t, srv, "manager")
	if _, body := manager.get("/tall?periode=2025-04&sykehus=SUN&fordel=trust"); !strings.Contains(text(body), "Fjordvik sykehus · april 2025") || strings.Contains(body, "celle=SUN") {
		t.Errorf("the manager asks for another hospital: %s", text(body))
	}
	_, body := manager.get("/tall?periode=2025-04")
	if !strings.Contains(text(body), "Fjordvik sykehus, Ortopedisk poliklinikk") || !strings.Contains(body, "/tall/rader") || strings.Contains(body, `value="SUN"`) {
		t.Errorf("the manager: %s", text(body))
	}
	user := be(t, srv, "user")
	_, body = user.get("/tall?periode=2025-04&fordel=trust")
	if strings.Contains(body, "/tall/rader") || strings.Contains(body, "skjul=1") || !strings.Contains(text(body), "Skjult") {
		t.Errorf("the user representative: %s", text(body))
	}
	if res, _ := user.get("/tall/rader?periode=2025-04&tall=waiting"); res.StatusCode != http.StatusForbidden {
		t.Errorf("rows for one without lists: %d", res.StatusCode)
	}
	if _, body := user.get("/tall/fil/tall.csv?periode=2025-04&fordel=trust"); !strings.Contains(body, ",:,") {
		t.Errorf("nothing is hidden in the file: %s", body)
	}
	for _, who := range []string{"letters", "admin", "gp", "auditor"} {
		for _, path := range []string{"/tall", "/tall/fil/tall.csv", "/tall/rader?tall=waiting", "/tall/definisjoner"} {
			if res, _ := be(t, srv, who).get(path); res.StatusCode != http.StatusForbidden {
				t.Errorf("%s at %s: %d", who, path, res.StatusCode)
			}
		}
	}
}
