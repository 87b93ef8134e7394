package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// The review is made, finds the planted inequality, each signal becomes a task that is followed up, the paper is made, the year is published once, and those who do not make the review see what is published and
// nothing else.
func TestPracticeReview(t *testing.T) {
	t.Parallel()
	_, srv := newScheme(t, 240, false)
	sec := be(t, srv, analyst)
	_, page := sec.get("/praksisgjennomgang")
	form := keyed(t, page, url.Values{"navn": {"Prøve"}, "fra": {"03.03.2023"}, "til": {"28.02.2026"}, "konklusjon": {"Følges opp."}})
	res, body := sec.post("/praksisgjennomgang", form)
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("make a review: %d %s", res.StatusCode, text(body))
	}
	at := res.Header.Get("Location")
	_, page = sec.get(at)
	says := text(page)
	for _, want := range []string{"Region nord: ", "færre enn tilfeldigheter gir", "mer enn tilfeldigheter gir", "Det søkes mer for pasienter fra områder med lang utdanning", "Trenger tolk: ", "Minst sentralt (5–6): ", "Viddevoll", "Av tilfeldigheter alene ventes"} {
		if !strings.Contains(says, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	id := find(t, page, `name="funn" value="([^"]+)"`)
	task := keyed(t, page, url.Values{"funn": {id}, "slag": {"action"}, "tekst": {"Opplæring i regionen."}, "ansvarlig": {"nord"}, "innen": {"01.06.2026"}})
	if res, body := sec.post(at+"/funn", task); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("a task: %d %s", res.StatusCode, text(body))
	}
	if _, page = sec.get(at); !strings.Contains(text(page), "Tiltak: Opplæring i regionen. Ansvarlig: Fagdirektøren, Region nord, innen 1. juni 2026.") {
		t.Error("the task is not shown")
	}
	empty := keyed(t, page, url.Values{"funn": {id}, "slag": {"action"}, "tekst": {""}, "ansvarlig": {"nord"}, "innen": {"01.06.2026"}})
	if res, _ := sec.post(at+"/funn", empty); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a task without words: %d", res.StatusCode)
	}
	if _, list := sec.get("/praksisgjennomgang/oppgaver?ansvarlig=nord"); !strings.Contains(text(list), "Opplæring i regionen.") {
		t.Error("the task is not in the list")
	}
	done := keyed(t, page, url.Values{"funn": {id}, "tekst": {"Holdt i april."}})
	if res, body := sec.post(at+"/lukk", done); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("close it: %d %s", res.StatusCode, text(body))
	}
	if _, list := sec.get("/praksisgjennomgang/oppgaver?vis=lukket"); !strings.Contains(text(list), "Holdt i april.") {
		t.Error("the closed task is not in the list")
	}
	for _, a := range []string{"region", "catchment", "municipality", "centrality", "education", "interpreter", "sex", "age", "trust"} {
		res, page := sec.get(at + "?akse=" + a + "&lang=en")
		if key := regexp.MustCompile(`(review|equity|chart)\.[a-z_]+.{30}`).FindString(text(page)); res.StatusCode != 200 || key != "" {
			t.Errorf("%s: %d; a key stands in the place of words: %q", a, res.StatusCode, key)
		}
	}
	for file, begins := range map[string]string{"tabell.csv?akse=education": "\ufeff", "gjennomgang.json": "{", "papir.pdf": "%PDF-", "papir": "<!doctype", "trakt.svg": "<", "larve.png": "\x89PNG", "kurve.csv?akse=education": "\ufeff", "ventetid.svg": "<", "soknader.svg": "<"} {
		if res, body := sec.get(at + "/" + file); res.StatusCode != 200 || !strings.HasPrefix(body, begins) {
			t.Errorf("%s: %d", file, res.StatusCode)
		}
	}
	_, page = sec.get(at + "/papir?lang=nb")
	paper := text(page)
	for _, want := range []string{"Søknader mot det som var ventet, etter region", "Søknader mot det som var ventet, etter opptaksområde", "Forhold mellom søknader og ventet, etter utdanning i området", "Hvordan søknadene følger utdanningen", "Dager fra mottak til avgjørelse", "Søknader måned for måned", "Region: hva som skjedde med søknadene", "Regionene den gang", "Sen tilgang: "} {
		if !strings.Contains(paper, want) {
			t.Errorf("the paper has no %q", want)
		}
	}
	_, page = sec.get(at + "?kontroll=1&lang=nb")
	if says := text(page); !strings.Contains(says, "Regnet om fra loggen: ") || !strings.Contains(says, "kontrollsummen stemmer") {
		t.Error("the numbers counted again are not told of")
	}
	sec.get(at + "?lang=en")
	user := be(t, srv, userNord)
	if _, page := user.get("/praksisgjennomgang"); !strings.Contains(text(page), "Praksisgjennomgang 2024") || strings.Contains(page, openEquityURL+"/2025") || strings.Contains(page, `name="navn"`) {
		t.Errorf("before anything is published: %s", text(page))
	}
	if res, _ := user.get(at); res.StatusCode != http.StatusForbidden {
		t.Errorf("a representative reads the review's own numbers: %d", res.StatusCode)
	}
	_, page = sec.get(at)
	if strings.Contains(page, `id="publiser"`) || !strings.Contains(text(page), "A year is published when it is over") {
		t.Errorf("a year that is not over may be published: %s", text(page[strings.Index(page, "h-u"):]))
	}
	if res, body := sec.post(at+"/publiser", keyed(t, page, url.Values{})); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text(body), "A year is published when it is over") {
		t.Errorf("publish a year that is not over: %d", res.StatusCode)
	}
	if res, _ := user.get(openEquityURL + "/2026"); res.StatusCode != http.StatusNotFound {
		t.Errorf("what was refused is published: %d", res.StatusCode)
	}
	_, page = sec.get("/praksisgjennomgang")
	res, body = sec.post("/praksisgjennomgang", keyed(t, page, url.Values{"navn": {"Året 2025"}, "fra": {"01.01.2023"}, "til": {"31.12.2025"}}))
	if at = res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("make the year's review: %d %s", res.StatusCode, text(body))
	}
	_, page = sec.get(at)
	res, body = sec.post(at+"/publiser", keyed(t, page, url.Values{}))
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != openEquityURL+"/2025" {
		t.Fatalf("publish: %d %s", res.StatusCode, text(body))
	}
	if res, _ := sec.post(at+"/publiser", keyed(t, page, url.Values{})); res.StatusCode != http.StatusConflict && res.StatusCode != http.StatusSeeOther {
		t.Errorf("publish again: %d", res.StatusCode)
	}
	if _, page := user.get("/praksisgjennomgang"); !strings.Contains(page, openEquityURL+"/2025") {
		t.Error("the published year is not shown")
	}
	code, open := get(t, srv, openEquityURL+"/2025")
	if code != 200 || strings.Contains(open, "Storneset") || !strings.Contains(text(open), "Trenger tolk") || !strings.Contains(text(open), "Tall under 5 er skjult") {
		t.Errorf("the published page: %d", code)
	}
	for _, path := range []string{openEquityURL, openEquityURL + "/2025.json", openEquityURL + "/2025.csv", openEquityURL + "/2025-soknader.svg", openEquityURL + "/2025?lang=en"} {
		if code, body := get(t, srv, path); code != 200 || strings.Contains(body, "review.") {
			t.Errorf("%s: %d", path, code)
		}
	}
	if code, _ := get(t, srv, openEquityURL+"/2019"); code != http.StatusNotFound {
		t.Errorf("a year not published: %d", code)
	}
	_, shuffled := newScheme(t, 240, true)
	sec = be(t, shuffled, analyst)
	_, page = sec.get("/praksisgjennomgang")
	res, _ = sec.post("/praksisgjennomgang", keyed(t, page, form))
	if _, page := sec.get(res.Header.Get("Location")); strings.Contains(page, "utenfor 99,8") || !strings.Contains(text(page), "Praksisgjennomgang") {
		t.Errorf("the shuffled copy: %s", text(page))
	}
}

// A population is taken whole or not at all; what is wrong is told with line and column; each version is kept.
func TestPopulationFile(t *testing.T) {
	_, srv := newScheme(t, 10, false)
	sec := be(t, srv, analyst)
	send := func(csv string) (int, string) {
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		w, _ := m.CreateFormFile("fil", "f.csv")
		w.Write([]byte(csv))
		m.Close()
		res, body := sec.read(sec.c.Post(srv.URL+"/praksisgjennomgang/folketall", m.FormDataContentType(), &b))
		return res.StatusCode, body
	}
	for _, tt := range []struct {
		csv, says string
		code      int
	}{
		{"area,region,age_group,population\n4601,vest,18+,mange\n", "line 2, column population", http.StatusUnprocessableEntity},
		{"area,region,age_group,population\n4601,bergen,18+,5\n", "regionen «bergen» må være en av", http.StatusUnprocessableEntity},
		{"navn\nx\n", "ikke tatt i bruk", http.StatusUnprocessableEntity},
		{"area,region,age_group,population\n4601,vest,18+,1000\n0301,sor-ost,18+,2000\n", "2 rader er tatt i bruk som utgave 2", http.StatusOK},
	} {
		if code, body := send(tt.csv); code != tt.code || !strings.Contains(text(body), tt.says) {
			t.Errorf("%q: %d %s", tt.csv, code, text(body))
		}
	}
	if res, body := sec.get("/praksisgjennomgang/folketall.csv"); res.StatusCode != 200 || !strings.Contains(body, "4601,vest,18+,1000") {
		t.Errorf("the file in use: %d", res.StatusCode)
	}
}
