package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestCodeLists(t *testing.T) {
	_, srv := newGated(t)
	admin := be(t, srv, "admin")
	_, body := admin.get("/admin/kodeverk")
	for _, want := range []string{"/admin/kodeverk/8445", "/admin/kodeverk/9148", "Ingen av listene tar imot lokale koder"} {
		if !strings.Contains(body, want) {
			t.Errorf("the lists do not say %q", want)
		}
	}
	if _, body := admin.get("/admin/kodeverk?q=velferd"); !strings.Contains(body, "/admin/kodeverk/8446") || strings.Contains(body, "/admin/kodeverk/8445") {
		t.Error("the search does not find a code inside a list, or finds others")
	}
	_, body = admin.get("/admin/kodeverk/8451?side=2")
	if !strings.Contains(body, "2.16.578.1.12.4.1.1.8451") || strings.Contains(body, `id="lagre"`) || strings.Contains(body, ">010<") {
		t.Errorf("the second page of the specialties: %s", text(body))
	}
	if _, body := admin.get("/admin/kodeverk/8445?retning=ned"); strings.Index(body, ">9</th>") > strings.Index(body, ">1</th>") {
		t.Error("the codes are not turned round")
	}
	if _, body := admin.get("/admin/kodeverk/8444?vis=avsluttet&lang=en"); !strings.Contains(body, "Ended") {
		t.Errorf("no English page: %s", text(body))
	}
	if res, _ := admin.get("/admin/kodeverk/0"); res.StatusCode != http.StatusNotFound {
		t.Errorf("a list that is not here: %d", res.StatusCode)
	}
	if res, _ := be(t, srv, "booking").get("/admin/kodeverk"); res.StatusCode != http.StatusForbidden {
		t.Errorf("one who books sees administration: %d", res.StatusCode)
	}
	if _, body := admin.get("/admin/innstillinger"); !strings.Contains(body, "PDF/UA") && !strings.Contains(body, "WeasyPrint") {
		t.Error("the settings do not tell whether PDFs are tagged")
	}
}

// Whoever searches and searches is asked to wait; others are not.
func TestSearchIsLimited(t *testing.T) {
	_, srv := newGated(t)
	v := be(t, srv, "booking")
	status := 0
	for range 60 {
		res, body := v.post("/sok", url.Values{"q": {"Testesen"}})
		if status = res.StatusCode; status == http.StatusTooManyRequests {
			if res.Header.Get("Retry-After") == "" || !strings.Contains(body, "For mange søk") || strings.Contains(body, "Testesen") {
				t.Errorf("the answer to one too many: %q %s", res.Header.Get("Retry-After"), text(body))
			}
			break
		}
	}
	if status != http.StatusTooManyRequests {
		t.Errorf("sixty searches at once end in %d", status)
	}
	if res, _ := be(t, srv, "assessor").post("/sok", url.Values{"q": {"Testesen"}}); res.StatusCode != http.StatusOK {
		t.Errorf("another waits too: %d", res.StatusCode)
	}
	if res, _ := v.get("/sok"); res.StatusCode != http.StatusOK {
		t.Errorf("the page itself is closed: %d", res.StatusCode)
	}
}
