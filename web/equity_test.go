package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// The review finds the planted inequality in the made-up two years, and not in a shuffled copy; each signal becomes a task; those who do not make the review see no small numbers.
func TestPracticeReview(t *testing.T) {
	_, srv := newScheme(t, 240, false)
	sec := be(t, srv, secretary)
	_, page := sec.get("/praksisgjennomgang")
	says := text(page)
	if !strings.Contains(says, "Region nord: ") || !strings.Contains(says, "færre enn tilfeldigheter gir") || !strings.Contains(says, "mer enn tilfeldigheter gir") {
		t.Errorf("the planted inequality is not found: %s", says)
	}
	id := find(t, page, `name="funn" value="([^"]+)"`)
	f := keyed(t, page, url.Values{"funn": {id}, "slag": {"action"}, "tekst": {"Opplæring i regionen."}, "ansvarlig": {"Fagdirektør nord"}, "innen": {"01.06.2026"}, "seq": {"0"}})
	f.Set("seq", "0")
	if res, body := sec.post("/praksisgjennomgang", f); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("a task: %d %s", res.StatusCode, text(body))
	}
	if _, page := sec.get("/praksisgjennomgang"); !strings.Contains(text(page), "Tiltak: Opplæring i regionen. Ansvarlig: Fagdirektør nord, innen 1. juni 2026.") {
		t.Error("the task is not shown")
	}
	f.Set("tekst", "")
	if res, _ := sec.post("/praksisgjennomgang", f); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a task without words: %d", res.StatusCode)
	}
	user := be(t, srv, userNord)
	if res, _ := user.post("/praksisgjennomgang", f); res.StatusCode != http.StatusForbidden {
		t.Errorf("a representative writes tasks: %d", res.StatusCode)
	}
	if res, page := user.get("/praksisgjennomgang?lang=en"); res.StatusCode != 200 || strings.Contains(page, "review.") || strings.Contains(page, `name="funn"`) || !strings.Contains(page, "may be published") {
		t.Errorf("the public review: %d", res.StatusCode)
	}
	for file, begins := range map[string]string{"omrader.csv": "\ufeff", "gjennomgang.json": "{", "gjennomgang.pdf": "%PDF-", "soknader.svg": "<"} {
		if res, body := sec.get("/praksisgjennomgang/" + file); res.StatusCode != 200 || !strings.HasPrefix(body, begins) {
			t.Errorf("%s: %d", file, res.StatusCode)
		}
	}
	_, shuffled := newScheme(t, 240, true)
	if _, page := be(t, shuffled, secretary).get("/praksisgjennomgang"); strings.Contains(page, "utenfor 99,8") || !strings.Contains(text(page), "Praksisgjennomgang") {
		t.Errorf("the shuffled copy: %s", text(page))
	}
}
