package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"rettid/ledger"
)

// Looks are read by those who audit, marked by rule, narrowed and taken out; a patient is a number.
func TestAccessLog(t *testing.T) {
	s, srv := newGated(t)
	look := func(actor, purpose string, id int64, daysAgo int) {
		x, _, err := s.d.Ledger.Row(s.ctx, "FJO", id)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.d.Ledger.Saw(s.ctx, ledger.Access{Tenant: "FJO", Patient: x.Patient, Referral: id, Actor: actor, Role: "booking", Place: "FJO", Purpose: purpose, At: s.d.Now().Add(-time.Duration(daysAgo) * 24 * time.Hour).UnixMicro()}); err != nil {
			t.Fatal(err)
		}
	}
	look("booking", "booking", s.tens["over"], 0)
	look("assessor", "care", s.tens["Skissesen"], 1) // Siv Skissesen at Sander Skissesen
	look("elsewhere", "emergency", s.tens["over"], 10)
	look("Odd Omriss", "booking", s.tens["over"], 2)
	look("booking", "booking", s.tens["over"], 45)
	auditor := be(t, srv, "auditor")
	res, body := auditor.get("/innsynslogg")
	if res.StatusCode != http.StatusOK {
		t.Fatalf("status %d", res.StatusCode)
	}
	for _, want := range []string{"4 oppslag", "Dag Dummy", "Samme etternavn", "Odd Omriss", "Øyeblikkelig hjelp"} {
		if !strings.Contains(text(body), want) {
			t.Errorf("the log does not say %q: %s", want, text(body))
		}
	}
	if strings.Contains(body, "Påfunnsen") || strings.Contains(body, "Sander") {
		t.Error("the log tells who the patient is")
	}
	for q, want := range map[string]string{"hvem=dummy": "1 oppslag", "formal=utenfor": "1 oppslag", "merket=same_surname": "1 oppslag", "merket=ja": "2 oppslag", "fra=01.03.2025": "5 oppslag",
		"sak=" + caseNumber("FJO", s.tens["over"]): "3 oppslag", "sak=FJO-99999": "0 oppslag", "til=01.03.2025&fra=01.02.2025": "0 oppslag"} {
		if _, body := auditor.get("/innsynslogg?" + q); !strings.Contains(text(body), want) {
			t.Errorf("%s: not %q: %s", q, want, text(body))
		}
	}
	res, body = auditor.get("/innsynslogg.csv?merket=ja")
	if res.Header.Get("Content-Type") != "text/csv; charset=utf-8" || strings.Count(body, "\n") != 3 || !strings.Contains(body, ";assessor;") {
		t.Errorf("CSV: %q", body)
	}
	for _, who := range []string{"booking", "manager", "admin", "user"} {
		for _, path := range []string{"/innsynslogg", "/innsynslogg.csv"} {
			if res, _ := be(t, srv, who).get(path); res.StatusCode != http.StatusForbidden {
				t.Errorf("%s at %s: %d", who, path, res.StatusCode)
			}
		}
	}
	if res, _ := auditor.get("/innsynslogg?fra=x"); res.StatusCode != http.StatusBadRequest {
		t.Errorf("no day: %d", res.StatusCode)
	}
}

// A look outside own work becomes a task of the leader and the auditor; it is late after a week, and done when somebody else than the one who looked says so.
func TestFollowUp(t *testing.T) {
	s, srv := newGated(t)
	at := caseURL("FJO", s.tens["over"])
	other := be(t, srv, "elsewhere")
	other.post(at, url.Values{"grunn": {"emergency"}})
	other.get(at)
	other.get(at)
	x, _, err := s.d.Ledger.Row(s.ctx, "FJO", s.tens["over"])
	if err != nil {
		t.Fatal(err)
	}
	if err := s.d.Ledger.Saw(s.ctx, ledger.Access{Tenant: "FJO", Patient: x.Patient, Referral: x.Referral, Actor: "otherunit", Role: "specialist", Place: "FJO", Purpose: "referred_here", At: s.d.Now().Add(-9 * 24 * time.Hour).UnixMicro()}); err != nil {
		t.Fatal(err)
	}
	manager := be(t, srv, "manager")
	_, body := manager.get("/innsynslogg/oppfolging")
	for _, want := range []string{"2 oppslag å følge opp, 1 over fristen", "Kari Kulisse", "Lars Liksom", "Skulle vært fulgt opp innen 21. april", "2 ganger"} {
		if !strings.Contains(text(body), want) {
			t.Errorf("the tasks do not say %q: %s", want, text(body))
		}
	}
	form := regexp.MustCompile(`name="hf" value="([^"]+)"><input type="hidden" name="id" value="([^"]+)"`).FindAllStringSubmatch(body, -1)
	if len(form) != 2 {
		t.Fatalf("%d forms", len(form))
	}
	answer := url.Values{"hf": {form[0][1]}, "id": {form[0][2]}, "seq": {"0"}, "utfall": {"deviation"}}
	if res, body := manager.post("/innsynslogg/oppfolging", answer); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text(body), "Skriv hvorfor") {
		t.Errorf("a deviation without a reason: %d", res.StatusCode)
	}
	answer.Set("utfall", "ask")
	answer.Set("grunn", "Hva var grunnen?")
	if res, _ := manager.post("/innsynslogg/oppfolging", answer); res.StatusCode != http.StatusSeeOther {
		t.Errorf("asking: %d", res.StatusCode)
	}
	if res, body := manager.post("/innsynslogg/oppfolging", answer); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text(body), "i mellomtiden") {
		t.Errorf("twice on the same: %d", res.StatusCode)
	}
	if _, body := manager.get("/innsynslogg/oppfolging?visning=spurt"); !strings.Contains(text(body), "Hva var grunnen?") || !strings.Contains(text(body), "Arne Attrapp-Leder") {
		t.Errorf("asked: %s", text(body))
	}
	answer.Set("seq", "1")
	answer.Set("utfall", "fine")
	if res, _ := be(t, srv, "auditor").post("/innsynslogg/oppfolging", answer); res.StatusCode != http.StatusSeeOther {
		t.Errorf("closing: %d", res.StatusCode)
	}
	if _, body := manager.get("/innsynslogg/oppfolging"); !strings.Contains(text(body), "1 oppslag å følge opp, 0 over fristen") {
		t.Errorf("after: %s", text(body))
	}
	for _, who := range []string{"booking", "admin", "otherunit"} {
		if res, _ := be(t, srv, who).get("/innsynslogg/oppfolging"); res.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d", who, res.StatusCode)
		}
	}
}

// Nobody follows up their own look.
func TestOwnLookIsAnothersToFollowUp(t *testing.T) {
	s, srv := newGated(t)
	director := be(t, srv, "director")
	at := caseURL("FJO", s.tens["over"])
	director.post(at, url.Values{"grunn": {"supervision"}})
	director.get(at)
	_, body := director.get("/innsynslogg/oppfolging")
	if !strings.Contains(text(body), "Dette er ditt eget oppslag") || strings.Contains(body, `name="utfall"`) {
		t.Errorf("the director's own look: %s", text(body))
	}
	_, body = be(t, srv, "auditor").get("/innsynslogg/oppfolging")
	form := regexp.MustCompile(`name="hf" value="([^"]+)"><input type="hidden" name="id" value="([^"]+)"`).FindStringSubmatch(body)
	if form == nil {
		t.Fatal("the auditor has no task")
	}
	if res, _ := director.post("/innsynslogg/oppfolging", url.Values{"hf": {form[1]}, "id": {form[2]}, "seq": {"0"}, "utfall": {"fine"}}); res.StatusCode != http.StatusForbidden {
		t.Errorf("the director closes their own: %d", res.StatusCode)
	}
}

// One sees and ends one's own sessions; an administrator everybody's; nobody another's.
func TestSessionPage(t *testing.T) {
	_, srv := newGated(t)
	here, there, other, admin := be(t, srv, "booking"), be(t, srv, "booking"), be(t, srv, "assessor"), be(t, srv, "admin")
	_, body := here.get("/innlogginger")
	ids := regexp.MustCompile(`name="id" value="([^"]+)"`).FindAllStringSubmatch(body, -1)
	if len(ids) != 2 || strings.Contains(body, "Siv Skissesen") {
		t.Fatalf("%d sessions: %s", len(ids), text(body))
	}
	if _, body := admin.get("/innlogginger"); !strings.Contains(text(body), "4 innlogginger er i gang") || !strings.Contains(body, "Siv Skissesen") {
		t.Errorf("the administrator sees %s", text(body))
	}
	for _, id := range ids {
		if res, _ := other.post("/innlogginger", url.Values{"id": {id[1]}}); res.StatusCode != http.StatusNotFound {
			t.Errorf("another's session: %d", res.StatusCode)
		}
	}
	own := regexp.MustCompile(`(?s)denne</span>.*?name="id" value="([^"]+)"`).FindStringSubmatch(body)
	for _, id := range ids {
		if own == nil || id[1] == own[1] {
			continue
		}
		if res, _ := here.post("/innlogginger", url.Values{"id": {id[1]}}); res.StatusCode != http.StatusSeeOther {
			t.Errorf("ending: %d", res.StatusCode)
		}
	}
	if res, _ := there.get("/liste"); res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), "/inn") {
		t.Errorf("the ended session opens the list: %d", res.StatusCode)
	}
	if res, _ := here.get("/liste"); res.StatusCode != http.StatusOK {
		t.Errorf("the other session: %d", res.StatusCode)
	}
}

// An application of the exception scheme is a case as a referral is: the log leads from a look at it to all who have looked at its patient.
func TestLooksAtAnApplication(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at := w.wild["/unntak"][0]
	tenant, number, _ := strings.Cut(at, "/")
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	m, ok, err := w.d.Ledger.MatterRow(w.ctx, tenant, id)
	if err != nil || !ok || m.Patient == "" {
		t.Fatalf("%s is no application: %v", at, err)
	}
	if err := w.d.Ledger.Saw(w.ctx, ledger.Access{Tenant: tenant, Patient: m.Patient, Referral: id, Actor: "booking", Role: "booking", Place: m.Place, Purpose: "booking", At: w.d.Now().UnixMicro()}); err != nil {
		t.Fatal(err)
	}
	auditor := be(t, w.srv, "auditor")
	if _, body := auditor.get("/innsynslogg"); !strings.Contains(body, `href="/sak/`+at+`/innsyn"`) {
		t.Errorf("the log has no link to the looks at %s", at)
	}
	res, body := auditor.get("/sak/" + at + "/innsyn")
	if res.StatusCode != http.StatusOK || !strings.Contains(text(body), "Dag Dummy") {
		t.Errorf("looks at an application: %d %s", res.StatusCode, text(body))
	}
	if strings.Contains(body, `href="/unntak/`+at) {
		t.Error("one who opens no case is shown a link to it")
	}
	for _, who := range []string{"booking", "user", "gp", "elsewhere"} {
		if res, _ := be(t, w.srv, who).get("/sak/" + at + "/innsyn"); res.StatusCode != http.StatusForbidden && res.StatusCode != http.StatusNotFound && !(res.StatusCode == http.StatusSeeOther && isOutside(who)) {
			t.Errorf("%s: %d", who, res.StatusCode)
		}
	}
}
