package web

import (
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"rettid/chart"
	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/referral"
)

// Every figure with its definition, every count with its rows, a balance with nothing unexplained, and the same in every file.
func TestNumbers(t *testing.T) {
	_, srv := newSite(t, Options{})
	status, body := get(t, srv, "/tall?periode=2025-04")
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, text(body))
	}
	for _, want := range []string{"april 2025", "0 uforklart", "Perioden er ikke over", "Median ventetid, startet", "Helsedirektoratets statistikk", "Holdt utenfor", "Ikke vurdert ved periodens slutt", "henvisningsperioder"} {
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

// Each drawing has a finding as its title, a table and three files; the made-up nation has its regions, its funnel and its yardsticks.
func TestNumbersCharts(t *testing.T) {
	t.Parallel()
	_, srv := newSite(t, Options{Demo: true})
	status, body := get(t, srv, "/tall/diagram?kilde=nasjon")
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, text(body))
	}
	for _, want := range []string{`id="tid"`, `id="kontroll"`, `id="sesong"`, `id="fordeling"`, `id="trakt"`, `id="regioner"`, "landet 75", "Region nord", "Vis som tabell", "Halvparten ventet"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(body, "numbers.") || strings.Contains(body, "NaN") {
		t.Error("a key or a NaN stands on the page")
	}
	files := regexp.MustCompile(`href="(/tall/diagram/fil/[^"]+)"`).FindAllStringSubmatch(body, -1)
	if len(files) != 18 {
		t.Errorf("%d files of 6 drawings", len(files))
	}
	for _, m := range files[:6] {
		if status, b := get(t, srv, unescape(m[1])); status != http.StatusOK || len(b) < 200 {
			t.Errorf("%s: %d", m[1], status)
		}
	}
	if status, body := get(t, srv, "/tall/diagram?periode=2025-03&mal=closing"); status != http.StatusOK || !strings.Contains(body, `id="tid"`) {
		t.Errorf("%d %s", status, text(body))
	}
	if status, _ := get(t, srv, "/tall/diagram/fil/ukjent.svg?kilde=nasjon"); status != http.StatusBadRequest {
		t.Errorf("an unknown drawing: %d", status)
	}
}

// What is hidden in a matrix can't be found from the sums of its rows and columns, and never from one column of waits alone.
func TestHeldNumbers(t *testing.T) {
	bins := []chart.Bin{{N: 3}, {N: 9}, {N: 0}, {N: 7}}
	holdBins(bins)
	if !bins[0].Held || bins[1].Held || bins[2].Held || !bins[3].Held {
		t.Errorf("%+v", bins)
	}
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(1, 6).Draw(t, "places")
		n := make([][]float64, k)
		for i := range n {
			n[i] = make([]float64, k)
			for j := range n[i] {
				if i != j {
					n[i][j] = float64(rapid.IntRange(0, 9).Draw(t, "n"))
				}
			}
		}
		was := make([][]float64, k)
		for i := range n {
			was[i] = slices.Clone(n[i])
		}
		holdCrossing(n)
		for i := range n {
			row, column, others, down := 0, 0, 0, 0
			for j := range n {
				if was[i][j] > 0 && was[i][j] < 5 && !math.IsNaN(n[i][j]) {
					t.Fatal("a small number is shown")
				}
				for _, x := range []struct {
					v            float64
					held, others *int
				}{{n[i][j], &row, &others}, {n[j][i], &column, &down}} {
					if math.IsNaN(x.v) {
						*x.held++
					} else if x.v > 0 {
						*x.others++
					}
				}
			}
			if row == 1 && others > 0 || column == 1 && down > 0 {
				t.Fatal("one alone is hidden")
			}
		}
	})
}

// A board's report is what would be published, on the screen and as a PDF, in each language.
func TestNumbersReport(t *testing.T) {
	t.Parallel()
	_, srv := newSite(t, Options{Demo: true})
	status, body := get(t, srv, "/tall/rapport?kilde=nasjon")
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, text(body))
	}
	for _, want := range []string{"Månedsrapport, september 2025", "0 uforklart", "august 2025", "september 2024", "Halvparten av dem som startet", "Helsedirektoratets statistikk", "sjekksum"} {
		if !strings.Contains(text(body), want) {
			t.Errorf("the report lacks %q: %s", want, text(body))
		}
	}
	if strings.Contains(body, "/tall/rader") {
		t.Error("a report leads to rows")
	}
	status, file := get(t, srv, "/tall/rapport.pdf?kilde=nasjon&lang=en")
	if status != http.StatusOK || !strings.HasPrefix(file, "%PDF-") {
		t.Errorf("%d %.200s", status, file)
	}
	if _, body := get(t, srv, "/tall/rapport?periode=2025-03&lang=en"); !strings.Contains(text(body), "Monthly report, March 2025") || strings.Contains(body, "numbers.") {
		t.Errorf("in English: %s", text(body))
	}
}

// A month is published once, is the same when counted again, and a late recording is a revision that names its referral.
func TestNumbersPublished(t *testing.T) {
	t.Parallel()
	s, srv := newSite(t, Options{})
	form := url.Values{"periode": {"2025-03"}, "sykehus": {""}}
	if _, body := get(t, srv, "/tall/offentlig?periode=2025-03"); !strings.Contains(text(body), "Tallene for mars 2025 er ikke offentliggjort") {
		t.Fatal(text(body))
	}
	for _, want := range []string{"Revisjon 1 er offentliggjort", "De samme tallene er allerede offentliggjort som revisjon 1"} {
		if res, body := post(t, srv, "/tall/offentlig", form); res.StatusCode != http.StatusOK || !strings.Contains(text(body), want) {
			t.Fatalf("%d %s", res.StatusCode, text(body))
		}
	}
	s.d.Now = func() time.Time { return time.Date(2025, 4, 24, 10, 42, 0, 0, oslo) }
	c := referral.Receive{Patient: "FJO-Etternøler", Born: day.On(1970, 5, 5), Place: "FJO", Specialty: "orthopaedics", From: referral.From{Role: "gp", Provider: "GP01"}, Text: referral.Say("Lå i feil mappe.")}
	out, err := s.d.Take(s.ctx, desk.Order{Tenant: "FJO", At: referral.At{On: day.On(2025, 3, 14), Role: law.Secretary, Actor: "Pia Pseudosen", Place: "FJO"}, Do: &c, Known: at(day.On(2025, 4, 24), 9, 0)})
	if err != nil {
		t.Fatal(err)
	}
	_, body := get(t, srv, "/tall/offentlig?periode=2025-03")
	if res, b := post(t, srv, "/tall/offentlig/kontroll", form); res.StatusCode != http.StatusOK || !strings.Contains(text(b), "Revisjon 1 er regnet ut på nytt") {
		t.Errorf("%d %s", res.StatusCode, text(b))
	}
	if !strings.Contains(text(body), "1 registrert sent, 0 rettet, 0 ikke lenger med") || !strings.Contains(body, caseURL("FJO", out.Referral)) {
		t.Errorf("%s", text(body))
	}
	if res, b := post(t, srv, "/tall/offentlig", form); res.StatusCode != http.StatusOK || !strings.Contains(text(b), "Revisjon 2 er offentliggjort") || !strings.Contains(text(b), "revisjoner: 1") {
		t.Errorf("%d %s", res.StatusCode, text(b))
	}
	if res, body := post(t, srv, "/tall/offentlig", url.Values{"periode": {"2025-04"}}); res.StatusCode != http.StatusBadRequest {
		t.Errorf("a month that is not over: %d %s", res.StatusCode, text(body))
	}
	_, gated := newGated(t)
	if res, _ := be(t, gated, "user").get("/tall/offentlig?periode=2025-03"); res.StatusCode != http.StatusOK {
		t.Errorf("the user representative: %d", res.StatusCode)
	}
}
