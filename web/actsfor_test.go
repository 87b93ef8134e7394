package web

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"rettid/access"
	"rettid/day"
	"rettid/patient"
	"rettid/words"
)

// Staff record a guardian, who is then found at sign-in and let in; when it ends, it ends at the next click. Every version stands, and the number nowhere.
func TestWhoActsForAPatient(t *testing.T) {
	s, srv := newSite(t, Options{Demo: true})
	id := s.tens["Testesen"]
	who := s.state("FJO", id).Patient
	at := caseURL("FJO", id) + "/handler-for"
	number, ok := patient.MakeSynthetic(day.On(1980, 5, 5), 7, true)
	if !ok {
		t.Fatal("no number")
	}
	form := func(change ...string) url.Values {
		_, page := get(t, srv, at)
		f := url.Values{"key": {rand.Text()}, "seq": {hidden(t, page, "seq")}, "nummer": {number}, "navn": {"Vilja Verge-Attrapp"}, "som": {"guardian"}, "fra": {words.FieldDate(today)}, "grunnlag": {"Vergefullmakt 1. april 2025"}}
		for i := 0; i < len(change); i += 2 {
			f.Set(change[i], change[i+1])
		}
		return f
	}
	for _, wrong := range [][]string{{"nummer", "123"}, {"nummer", ""}, {"navn", ""}, {"grunnlag", ""}, {"som", ""}, {"som", "parent"}, {"til", words.FieldDate(today.Add(-3))}} {
		if res, body := post(t, srv, at, form(wrong...)); res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%v: %d %s", wrong, res.StatusCode, text(body))
		}
	}
	if res, body := post(t, srv, at, form("seq", "7")); res.StatusCode != http.StatusConflict {
		t.Errorf("an old version: %d %s", res.StatusCode, text(body))
	}
	if res, body := post(t, srv, at, form()); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("recording: %d %s", res.StatusCode, text(body))
	}
	if res, _ := post(t, srv, at, form()); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("the same one twice: %d", res.StatusCode)
	}
	_, page := get(t, srv, at)
	if !strings.Contains(text(page), "Vilja Verge-Attrapp, verge") || strings.Contains(page, number) {
		t.Errorf("the page: %s", text(page))
	}
	pid, err := patient.Identify(number)
	if err != nil {
		t.Fatal(err)
	}
	key := []byte("demonstration: nobody is real")
	u, ok, err := Patients(s.d, nil, key)(s.ctx, pid)
	if err != nil || !ok || len(u.Roles) != 1 || u.Roles[0].Role != access.Representative || u.Roles[0].Patient.ID != who || u.Name != "Vilja Verge-Attrapp" || !strings.HasPrefix(u.ID, "rep-") {
		t.Fatalf("at sign-in: %v %v %+v", ok, err, u)
	}
	inner := makeSite(s.d, Options{Demo: true})
	inner.user = u
	if mine, err := inner.patientsOf(s.ctx); err != nil || len(mine) != 1 || !mine[0].other {
		t.Errorf("the guardian sees %d patients: %v", len(mine), err)
	}
	own := makeSite(s.d, Options{Demo: true})
	own.user = access.User{ID: "p", Roles: []access.Grant{{Role: access.Patient, Patient: access.PatientID{Tenant: "FJO", ID: who}}}}
	mine, err := own.patientsOf(s.ctx)
	if err != nil {
		t.Fatal(err)
	}
	v := &view{s: own, frame: &frame{Lang: words.NB, Today: today}}
	v.frame.v = v
	if lines, err := own.actingForMe(s.ctx, v, mine); err != nil || len(lines) != 1 || lines[0].Name != "Vilja Verge-Attrapp" || !lines[0].On {
		t.Errorf("the patient sees %+v: %v", lines, err)
	}
	if res, body := post(t, srv, at, form("avslutt", "0", "slutt", words.FieldDate(today.Add(-1)))); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("ending: %d %s", res.StatusCode, text(body))
	}
	if mine, err := inner.patientsOf(s.ctx); err != nil || len(mine) != 0 {
		t.Errorf("one whose time has ended sees %d patients: %v", len(mine), err)
	}
	papers, err := s.d.Ledger.PaperVersions(s.ctx, "FJO", actsForPaper, who)
	if err != nil || len(papers) != 2 {
		t.Fatalf("%d versions: %v", len(papers), err)
	}
	for _, p := range papers {
		if strings.Contains(string(p.Body), number) {
			t.Error("the number is kept")
		}
	}
	if status, _ := get(t, srv, caseURL("FJO", 99999)+"/handler-for"); status != http.StatusNotFound {
		t.Errorf("no such case: %d", status)
	}
}

// A phone the patient has changed is told of on the case, with what it was before.
func TestChangedContactIsTold(t *testing.T) {
	s, srv := newSite(t, Options{Demo: true})
	id := s.tens["Testesen"]
	p, _, err := s.d.Ledger.Person(s.ctx, "FJO", s.state("FJO", id).Patient)
	if err != nil {
		t.Fatal(err)
	}
	was := p.Phone
	own := makeSite(s.d, Options{Demo: true})
	own.o.User.ID = "patient"
	d := contactOf(p)
	d.Phone = "00 00 55 55"
	r, _ := http.NewRequestWithContext(s.ctx, http.MethodPost, "/", nil)
	if err := own.putContact(r, p, d); err != nil {
		t.Fatal(err)
	}
	if _, page := get(t, srv, caseURL("FJO", id)); !strings.Contains(text(page), "Pasienten endret telefon eller adresse") {
		t.Error("the case does not tell that the phone is another")
	}
	_, page := get(t, srv, caseURL("FJO", id)+"/handler-for")
	if !strings.Contains(page, "00 00 55 55") || was != "" && !strings.Contains(page, was) {
		t.Errorf("the page does not show what was and is: %s", text(page))
	}
}

func hidden(t *testing.T, page, name string) string {
	t.Helper()
	v := fieldsOf(page).Get(name)
	if _, err := strconv.Atoi(v); err != nil {
		t.Fatalf("the page has no %s", name)
	}
	return v
}
