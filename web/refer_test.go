package web

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"rettid/law"
	"rettid/ledger"
	"rettid/patient"
)

// newNumber is a made-up identity number no seed has.
func newNumber(t testing.TB) string {
	t.Helper()
	n, err := patient.MakeSynthetic(today.AddMonths(-12*44), 77, true)
	if n == "" {
		t.Fatal(err)
	}
	return n
}

// changed is a form with another answer to one question.
func changed(form url.Values, name, value string) url.Values {
	out := maps.Clone(form)
	out.Set(name, value)
	return out
}

// named is how many persons have a family name.
func (s *seed) named(tenant, family string) int {
	s.t.Helper()
	n := 0
	if err := s.d.Ledger.EachPerson(s.ctx, tenant, func(p ledger.Person) error {
		if p.Family == family {
			n++
		}
		return nil
	}); err != nil {
		s.t.Fatal(err)
	}
	return n
}

// sentAt reads tenant and number out of the address of a receipt.
func sentAt(t testing.TB, at string) (string, int64) {
	t.Helper()
	m := regexp.MustCompile(`^/henviser/sak/([A-Z]+)/([0-9]+)/kvittering$`).FindStringSubmatch(at)
	if m == nil {
		t.Fatalf("not the address of a receipt: %s", at)
	}
	id, err := strconv.ParseInt(m[2], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return m[1], id
}

// A referral is written by the one who refers: what is missing is said and stops nothing, the clock and the place in the queue are shown before it is sent, it is
// sent once, and stands at once in intake and on the list of the one who sent it, of the office, and of nobody else (G3.1-14, G3.1-17, G4.1-1).
func TestRefer(t *testing.T) {
	s, srv := newOutside(t)
	gp, colleague, office := be(t, srv, "gp"), be(t, srv, "colleague"), be(t, srv, "office")
	for who, v := range map[string]visitor{"office": office, "booking": be(t, srv, "booking"), "trym": be(t, srv, "trym")} {
		if res, _ := v.get(referURL); res.StatusCode != http.StatusForbidden {
			t.Errorf("%s may refer: %d", who, res.StatusCode)
		}
		if res, _ := v.post(referURL, url.Values{"key": {strings.Repeat("A", 26)}}); res.StatusCode != http.StatusForbidden {
			t.Errorf("%s sends one: %d", who, res.StatusCode)
		}
	}
	_, page := gp.get(referURL)
	if got := text(page); !strings.Contains(got, "0 av 8 punkter er på plass.") || !strings.Contains(got, "innen ti virkedager") {
		t.Errorf("the empty form: %s", got)
	}
	res, body := gp.post(referURL, filled(t, page))
	if got := text(body); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got, "Problemstilling : Fyll ut") || !strings.Contains(got, "Sykehus : Fyll ut") {
		t.Errorf("nothing filled in: %d %s", res.StatusCode, got)
	}
	number := newNumber(t)
	write := []string{"nummer", number, "fornavn", "Nora", "etternavn", "Nyhenvist", "fag", "orthopaedics", "sted", "FJO", "punkt-problem", "Vondt i kneet.", "punkt-history", "Siden jul.", "trengs-ikke-individual_plan", "1", "merke", "haster"}
	form := filled(t, page, write...)
	if res, body := gp.post(referURL, changed(form, "fag", "finnes-ikke")); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a field nobody has: %d %s", res.StatusCode, text(body))
	}
	if res, body := gp.post(referURL, changed(form, "nummer", "12345678901")); res.StatusCode != http.StatusUnprocessableEntity || strings.Contains(res.Header.Get("Location"), "1234") {
		t.Errorf("a number that is none: %d %s", res.StatusCode, text(body))
	}
	_, told := gp.post(referURL+"/innhold", form)
	for _, want := range []string{`"sum":"4 av 8 punkter er på plass."`, `{"point":"history","held":"present","text":"Med"}`, `{"point":"findings","held":"missing","text":"Mangler"}`, `{"point":"individual_plan","held":"not_needed"`, `{"point":"urgency","held":"present"`} {
		if !strings.Contains(told, want) {
			t.Errorf("as one writes: no %s in %s", want, told)
		}
	}
	res, body = gp.post(referURL, form)
	got := text(body)
	for _, want := range []string{"Dette sendes til Fjordvik sykehus", "Dette mangler", "Funn og prøver", "Behandling til nå", "Ikke sendt ennå", "8. mai 2025", "Send likevel"} {
		if res.StatusCode != http.StatusOK || !strings.Contains(got, want) {
			t.Errorf("before it is sent: %d, no %q in %s", res.StatusCode, want, got)
		}
	}
	if n := s.named("FJO", "Nyhenvist"); n != 0 {
		t.Errorf("%d persons before it is sent", n)
	}
	form = filled(t, body)
	var at string
	for range 2 { // pressed twice, sent once
		res, body = gp.post(referURL, form)
		if res.StatusCode != http.StatusSeeOther {
			t.Fatalf("sent: %d %s", res.StatusCode, text(body))
		}
		if at != "" && res.Header.Get("Location") != at {
			t.Errorf("twice: %s and %s", at, res.Header.Get("Location"))
		}
		at = res.Header.Get("Location")
	}
	if strings.Contains(at, number) || s.named("FJO", "Nyhenvist") != 1 {
		t.Errorf("at %s, %d persons", at, s.named("FJO", "Nyhenvist"))
	}
	_, body = gp.get(at)
	if got := text(body); !strings.Contains(got, "sendt og mottatt ved Fjordvik sykehus") || !strings.Contains(got, "8. mai 2025") || !strings.Contains(got, "Lise Latsom") || strings.Contains(got, number) {
		t.Errorf("the receipt: %s", got)
	}
	tenant, id := sentAt(t, at)
	x := s.state(tenant, id)
	if x.Seniority != today || x.ReceivedOn != today || x.From.HPR != "990000101" || x.From.Provider != "GP01" || x.From.Role != "gp" || !x.Urgent || x.Deficient || x.Holder != "FJO" || len(x.Content) != 0 {
		t.Errorf("it folds to %+v", x)
	}
	if e := mustLog(t, s, id)[0].Event; e.Role != law.Referrer || e.Actor != "gp" || e.Place != "GP01" {
		t.Errorf("it stands as %s %s %s", e.Role, e.Actor, e.Place)
	}
	for who, want := range map[visitor]bool{gp: true, office: true, colleague: false} {
		if _, body := who.get("/henviser"); strings.Contains(text(body), "Nyhenvist, Nora") != want {
			t.Errorf("on the list: %v", !want)
		}
		if res, _ := who.get(sentURL(tenant, id)); (res.StatusCode == http.StatusOK) != want {
			t.Errorf("the case: %d", res.StatusCode)
		}
	}
	if _, body := be(t, srv, "booking").get("/mottak"); !strings.Contains(text(body), "Nyhenvist, Nora") {
		t.Error("it does not stand in intake")
	}
	_, body = gp.get(sentURL(tenant, id))
	if got := text(body); !strings.Contains(got, "Problemstilling Vondt i kneet.") || !strings.Contains(got, "Individuell plan Trengs ikke.") {
		t.Errorf("the text: %s", got)
	}
	// Once more about the same, under another name: both are said.
	_, page = gp.get(referURL)
	_, body = gp.post(referURL, changed(filled(t, page, write...), "etternavn", "Attrapp"))
	if got := text(body); !strings.Contains(got, "Pasienten har allerede en åpen henvisning i fagområdet") || !strings.Contains(got, "et annet etternavn") || strings.Contains(got, "Nyhenvist") {
		t.Errorf("once more: %s", got)
	}
}
