package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rettid/desk"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
)

// A referrer sees what the office has sent, and of nobody else's not even that it is there.
func TestReferrerSeesOwn(t *testing.T) {
	s, srv := newOutside(t)
	other := s.receive(arrival{given: "Olga", family: "Andresen-Fiktiv", born: today.AddMonths(-500), on: today.Add(-3), c: referral.Receive{From: referral.From{Role: "gp", Provider: "GP09", HPR: "990000901"}}})
	inside := s.receive(arrival{given: "Inga", family: "Internsen", born: today.AddMonths(-500), on: today.Add(-3), c: referral.Receive{From: referral.From{Role: "doctor", Provider: "INN"}}})
	gp, nine := be(t, srv, "gp"), be(t, srv, "othergp")
	_, body := gp.get("/henviser?visning=alle")
	if got := text(body); !strings.Contains(got, "Testesen, Trym") || !strings.Contains(got, "Oppdiktet, Ola") && !strings.Contains(body, "side=2") || strings.Contains(got, "Andresen-Fiktiv") || strings.Contains(got, "Internsen") {
		t.Errorf("GP01's list: %s", got)
	}
	_, body = nine.get("/henviser")
	if got := text(body); !strings.Contains(got, "Andresen-Fiktiv, Olga") || strings.Contains(got, "Testesen") || !strings.Contains(got, "Svar innen") {
		t.Errorf("GP09's list: %s", got)
	}
	for _, id := range []int64{other, inside, 9999} {
		for _, at := range []string{"", "/svar", "/brev/1"} {
			if res, body := gp.get(sentURL("FJO", id) + at); res.StatusCode != http.StatusNotFound || strings.Contains(body, "Andresen") {
				t.Errorf("%d%s: %d", id, at, res.StatusCode)
			}
		}
		if res, _ := gp.post(sentURL("FJO", id)+"/svar", url.Values{"key": {strings.Repeat("A", 26)}, "seq": {"1"}, "tekst": {"x"}}); res.StatusCode != http.StatusNotFound {
			t.Errorf("answer %d: %d", id, res.StatusCode)
		}
	}
	// A correction moves it to the one who sent it.
	c := mustLog(t, s, other)[0].Event.Ask.(*referral.Receive)
	with := *c
	with.From.Provider, with.From.HPR = "GP01", "990000101"
	s.do("FJO", other, today, law.Intake, "intake", &referral.Correct{Seq: 1, With: &with, Reason: referral.Say("Feil kontor.")})
	if _, body := nine.get("/henviser?visning=alle"); strings.Contains(text(body), "Andresen-Fiktiv") {
		t.Error("the one who did not send it still sees it")
	}
	if res, _ := gp.get(sentURL("FJO", other)); res.StatusCode != http.StatusOK {
		t.Errorf("the one who sent it: %d", res.StatusCode)
	}
	if ids, err := s.d.Ledger.LinkedAll(s.ctx, "FJO", desk.ReferrerLink("INN")); err != nil || len(ids) != 0 {
		t.Errorf("a hospital is taken for a referrer outside: %v %v", ids, err)
	}
}

// What the hospital asks the referrer is answered on the page; the limit stands (G3.1-17), and the look is written down.
func TestReferrerAnswers(t *testing.T) {
	s, srv := newOutside(t)
	id := s.tens["late-assessment"]
	s.do("FJO", id, today.Add(-2), law.Specialist, "assessor", &referral.RequestInformation{From: "referrer", Text: referral.Say("Send røntgensvar.")})
	gp := be(t, srv, "gp")
	_, body := gp.get("/henviser?visning=venter")
	if got := text(body); !strings.Contains(got, "Blindsen, Birk") || !strings.Contains(got, "Sykehuset venter på svar") {
		t.Errorf("waiting for an answer: %s", got)
	}
	at := sentURL("FJO", id)
	if _, body := gp.get(at); !strings.Contains(text(body), "Send røntgensvar.") {
		t.Errorf("the question: %s", text(body))
	}
	before := s.state("FJO", id).AssessBy
	_, page := gp.get(at + "/svar")
	if res, body := gp.post(at+"/svar", filled(t, page)); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an empty answer: %d %s", res.StatusCode, text(body))
	}
	form := filled(t, page, "tekst", "Røntgen viser ingen brudd.")
	for range 2 {
		if res, body := gp.post(at+"/svar", form); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("the answer: %d %s", res.StatusCode, text(body))
		}
	}
	x := s.state("FJO", id)
	if log := mustLog(t, s, id); x.InfoGotOn != today || x.AssessBy != before || log[len(log)-1].Event.Role != law.Referrer || log[len(log)-1].Event.Actor != "gp" || len(log) != 3 {
		t.Errorf("answered %s, limit %s, %d entries", x.InfoGotOn, x.AssessBy, len(log))
	}
	looks, err := s.d.Ledger.Accesses(s.ctx, "FJO", x.Patient, 10, 0)
	if err != nil || len(looks) == 0 || looks[0].Purpose != "referred" || looks[0].Place != "GP01" {
		t.Errorf("the referrer's looks: %+v %v", looks, err)
	}
}

// The copy of the letter and the feedback are the referrer's; the patient's own letter is not.
func TestReferrerReadsCopies(t *testing.T) {
	s, srv := newOutside(t)
	id := s.tens["Antatt"]
	page := `<!doctype html><html lang="nb"><title>Brev</title><p>Oppdiktet kopi.</p></html>`
	s.n++
	_, err := s.d.Take(s.ctx, desk.Order{Tenant: "FJO", Referral: id, At: referral.At{On: today, Role: law.Secretary, Actor: "letters", Place: "FJO"}, Known: at(today, 9, 30), Notes: []ledger.Note{{ID: "n1", Text: page}},
		Do: &referral.Inform{Referrer: true, Letter: law.LetterGranted, Feedback: referral.Say("Husk blodprøver neste gang."), Kept: []referral.Kept{{To: "referrer", Lang: "nb", Note: "n1", Digest: digest(page)}}}})
	if err != nil {
		t.Fatal(err)
	}
	gp, anna := be(t, srv, "gp"), be(t, srv, "anna")
	seq := itoa(s.state("FJO", id).Seq)
	_, body := gp.get(sentURL("FJO", id))
	if got := text(body); !strings.Contains(got, "Husk blodprøver neste gang.") || !strings.Contains(body, "/brev/"+seq) {
		t.Errorf("the page: %s", got)
	}
	if res, body := gp.get(sentURL("FJO", id) + "/brev/" + seq); res.StatusCode != http.StatusOK || body != page {
		t.Errorf("the copy: %d", res.StatusCode)
	}
	if res, _ := anna.get(s.my("Antatt") + "/brev/" + seq); res.StatusCode != http.StatusNotFound {
		t.Errorf("the patient reads the referrer's copy: %d", res.StatusCode)
	}
	if _, body := anna.get(s.my("Antatt")); strings.Contains(text(body), "blodprøver") {
		t.Error("the patient's page tells the feedback to the referrer")
	}
	s.letter("FJO", id, `<!doctype html><html lang="nb"><title>Brev</title><p>Til pasienten.</p></html>`)
	if res, _ := gp.get(sentURL("FJO", id) + "/brev/" + itoa(s.state("FJO", id).Seq)); res.StatusCode != http.StatusNotFound {
		t.Errorf("the referrer reads the patient's letter: %d", res.StatusCode)
	}
	if _, body := gp.get("/henviser/om"); !strings.Contains(text(body), "veilederen kap. 3.1") || !strings.Contains(text(body), "Individuell plan") {
		t.Errorf("about referring: %s", text(body))
	}
}
