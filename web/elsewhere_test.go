package web

import (
	"strings"
	"testing"

	"rettid/law"
)

// From a breach that is expected to an offer elsewhere, its answer, and what still stands.
func TestFindAnotherPlace(t *testing.T) {
	s, srv := newSite(t, Options{})
	id := s.tens["over"] // past its deadline, Helfo notified
	_, page := get(t, srv, caseURL("INN", s.tens["expected"]))
	if !strings.Contains(page, caseURL("INN", s.tens["expected"])+"/annet-sted") {
		t.Error("the duty does not lead there")
	}
	_, page = get(t, srv, caseURL("INN", s.tens["expected"])+"/annet-sted")
	for _, want := range []string{"Varsle Helfo", "Innvik sykehus", "Sundet sykehus", "egen region", "annen region", "Før fristen"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, "Øyesenteret") {
		t.Error("a place without the field is listed")
	}
	if strings.Index(page, "Sundet sykehus") > strings.Index(page, "Storevang sykehus") {
		t.Error("another region comes before the patient's own")
	}
	// An offer from the page: the form is filled in.
	href := strings.ReplaceAll(find(t, page, `href="([^"]*/gjor/offer\?[^"]*sted=SUN[^"]*)"`), "&amp;", "&")
	_, form := get(t, srv, href)
	if !strings.Contains(form, `<option value="SUN" selected>`) || !strings.Contains(form, `value="23.04.2025"`) {
		t.Errorf("%s does not fill in the form", href)
	}
	path, _, _ := strings.Cut(href, "?")
	res, body := post(t, srv, path, filled(t, form))
	if res.StatusCode == 200 {
		res, body = post(t, srv, path, filled(t, body))
	}
	if res.StatusCode != 303 {
		t.Fatalf("%d %s", res.StatusCode, text(body))
	}
	x := s.state("INN", s.tens["expected"])
	if o := x.Offers[len(x.Offers)-1]; o.At != "SUN" || o.Answer != law.Unanswered {
		t.Errorf("the offer is %+v", o)
	}
	_, page = get(t, srv, caseURL("INN", s.tens["expected"])+"/annet-sted")
	if !strings.Contains(page, "Pasienten sier nei") || !strings.Contains(page, "/gjor/accept") {
		t.Error("the offer can't be answered from the page")
	}
	_, page = get(t, srv, caseURL("FJO", id)+"/annet-sted")
	if !strings.Contains(page, "Plikten til å varsle Helfo og til å lete videre står") {
		t.Error("what stands is not said")
	}
	if status, _ := get(t, srv, "/sak/FJO/99999/annet-sted"); status != 404 {
		t.Error("a case that is not there")
	}
}
