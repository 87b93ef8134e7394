package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
)

// The medical director decides, in two steps, that everything about a patient is erased; others can't, and open cases stand in the way.
func TestErasePage(t *testing.T) {
	w := newWorld(t)
	id := w.tens["Testesen"]
	at := caseURL("FJO", id) + "/slett"
	for _, who := range []string{"booking", "assessor", "letters", "manager", "admin", "auditor", "trym", "gp"} {
		as := be(t, w.srv, who)
		if res, _ := as.meet(http.MethodGet, at, nil); res.StatusCode == http.StatusOK {
			t.Errorf("%s sees the page", who)
		}
		if res, _ := as.post(at, url.Values{"grunnlag": {"harmful"}, "arkiv": {"2025/1"}, "vurdert": {"ja"}, "bekreft": {"ja"}}); res.StatusCode == http.StatusSeeOther && strings.Contains(res.Header.Get("Location"), "gjort") {
			t.Errorf("%s erases", who)
		}
	}
	d := be(t, w.srv, "director")
	if res, _ := d.post(caseURL("FJO", id), url.Values{"grunn": {"supervision"}}); res.StatusCode >= 400 {
		t.Fatalf("opening with a reason: %d", res.StatusCode)
	}
	if res, body := d.get(at); res.StatusCode != http.StatusOK || !strings.Contains(text(body), "Saker må avsluttes først") || strings.Contains(body, `name="grunnlag"`) {
		t.Fatalf("with an open case: %d %s", res.StatusCode, text(body))
	}
	w.do("FJO", id, day.On(2025, 4, 22), law.Secretary, "Pia Pseudosen", &referral.Close{Reason: "withdrawn"})
	form := url.Values{"grunnlag": {"harmful"}, "arkiv": {"2025/17"}, "vurdert": {"ja"}}
	for field, wrong := range map[string]string{"grunnlag": "", "arkiv": "Ada Testesen", "vurdert": ""} {
		f := url.Values{}
		for k, v := range form {
			f[k] = v
		}
		f.Set(field, wrong)
		if res, _ := d.post(at, f); res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s %q: %d", field, wrong, res.StatusCode)
		}
	}
	res, body := d.post(at, form)
	if res.StatusCode != http.StatusOK || !strings.Contains(body, `name="bekreft"`) {
		t.Fatalf("the first step: %d %s", res.StatusCode, text(body))
	}
	p, _, _ := w.d.Ledger.Person(w.ctx, "FJO", w.state("FJO", id).Patient)
	if p.Erased != 0 {
		t.Fatal("erased in the first step")
	}
	form.Set("bekreft", "ja")
	if res, _ := d.post(at, form); res.StatusCode != http.StatusConflict {
		t.Errorf("without having seen: %d", res.StatusCode)
	}
	_, token, _ := strings.Cut(body, `name="sett" value="`)
	token, _, _ = strings.Cut(token, `"`)
	form.Set("sett", token)
	if res, body := d.post(at, form); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("the second step: %d %s", res.StatusCode, text(body))
	}
	if p, _, err := w.d.Ledger.Person(w.ctx, "FJO", p.ID); err != nil || p.Erased == 0 || p.Family != "" {
		t.Errorf("the person is still there: %v", err)
	}
	if res, body := d.get(at); res.StatusCode != http.StatusOK || !strings.Contains(text(body), "2025/17") || !strings.Contains(text(body), "§ 43 nr. 1") || strings.Contains(body, "Testesen") {
		t.Errorf("afterwards: %d %s", res.StatusCode, text(body))
	}
	booking := be(t, w.srv, "booking") // what shows the case still does, without the name
	for _, page := range []string{caseURL("FJO", id), caseURL("FJO", id) + "/brev", "/liste", caseURL("FJO", id) + "/innsyn"} {
		if res, body := booking.get(page); res.StatusCode != http.StatusOK || strings.Contains(body, "Testesen") {
			t.Errorf("%s: %d", page, res.StatusCode)
		}
	}
}
