package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// fieldsOf reads what a form would send: hidden fields, inputs, textareas and chosen options.
func fieldsOf(body string) url.Values {
	out := make(url.Values)
	i := strings.Index(body, `<main`)
	for _, m := range regexp.MustCompile(`<input [^>]*name="([^"]+)"[^>]*>`).FindAllStringSubmatch(body[i:], -1) {
		value := ""
		if v := regexp.MustCompile(` value="([^"]*)"`).FindStringSubmatch(m[0]); v != nil {
			value = unescape(v[1])
		}
		if strings.Contains(m[0], `type="checkbox"`) || strings.Contains(m[0], `type="radio"`) {
			if !strings.Contains(m[0], " checked") {
				continue
			}
		}
		out.Add(m[1], value)
	}
	for _, m := range regexp.MustCompile(`(?s)<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>`).FindAllStringSubmatch(body[i:], -1) {
		for _, o := range regexp.MustCompile(`<option value="([^"]*)" selected`).FindAllStringSubmatch(m[2], -1) {
			out.Add(m[1], unescape(o[1]))
		}
	}
	for _, m := range regexp.MustCompile(`(?s)<textarea [^>]*name="([^"]+)"[^>]*>(.*?)</textarea>`).FindAllStringSubmatch(body[i:], -1) {
		out.Add(m[1], unescape(m[2]))
	}
	return out
}

// save changes answers of an entry and takes the two steps; it gives the last answer.
func (v visitor) save(at string, change ...string) (*http.Response, string) {
	v.t.Helper()
	res, body := v.get(at)
	if res.StatusCode != http.StatusOK {
		v.t.Fatalf("GET %s: %d", at, res.StatusCode)
	}
	f := fieldsOf(body)
	for i := 0; i < len(change); i += 2 {
		f.Set(change[i], change[i+1])
	}
	res, body = v.post(strings.Split(at, "?")[0], f)
	if res.StatusCode != http.StatusOK || !strings.Contains(body, `id="lagre"`) {
		return res, body
	}
	return v.post(strings.Split(at, "?")[0], fieldsOf(body))
}

// An administrator adds somebody, who is let in with what they were given; changes it, and the one who is signed in has the new rights at the next click;
// sees who changed what; and goes back.
func TestAdminPeople(t *testing.T) {
	_, srv := newGated(t)
	admin := be(t, srv, "admin")
	res, body := admin.save("/admin/folk/ny", "navn", "Nina Nyskapt", "r0.rolle", "booking", "r0.sted", "FJO", "r0.enhet", "FJO-01")
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/admin/folk/u1001/versjoner" {
		t.Fatalf("adding: %d to %s: %s", res.StatusCode, res.Header.Get("Location"), text(body))
	}
	nina := be(t, srv, "u1001")
	if res, _ := nina.get("/liste/time?sak=FJO%2F1"); res.StatusCode == http.StatusForbidden {
		t.Errorf("one who books may not book: %d", res.StatusCode)
	}
	if res, _ := nina.get("/mottak/ny"); res.StatusCode != http.StatusForbidden {
		t.Errorf("one who books may receive: %d", res.StatusCode)
	}
	if res, body := admin.save("/admin/folk/u1001", "r0.rolle", "intake", "r0.enhet", ""); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("changing: %d: %s", res.StatusCode, text(body))
	}
	if res, _ := nina.get("/mottak/ny"); res.StatusCode != http.StatusOK {
		t.Errorf("the new role holds not at the next click: %d", res.StatusCode)
	}
	_, body = admin.get("/admin/folk/u1001/versjoner")
	for _, want := range []string{"Asta Adminsen", "Rolle 1: rolle", "Timebestilling Inntak", "Gå tilbake til versjon 1"} {
		if !strings.Contains(text(body), want) {
			t.Errorf("the versions do not say %q: %s", want, text(body))
		}
	}
	if res, body := admin.save("/admin/folk/u1001?angre=1"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("going back: %d: %s", res.StatusCode, text(body))
	}
	if res, _ := nina.get("/mottak/ny"); res.StatusCode != http.StatusForbidden {
		t.Error("after going back the role is still the other")
	}
	if _, body := admin.get("/admin/folk?q=nyskapt"); !strings.Contains(body, "Nina Nyskapt") || strings.Contains(body, "Siv Skissesen") {
		t.Error("looking for somebody finds others")
	}
}

// Nobody gives themselves anything, whatever is in the form.
func TestNobodyRaisesTheirOwnRights(t *testing.T) {
	_, srv := newGated(t)
	admin := be(t, srv, "admin")
	for _, change := range [][]string{
		{"r1.rolle", "assessor", "r1.sted", "FJO"},
		{"r0.rolle", "medical_director", "r0.sted", "FJO"},
		{"r0.til", "01.01.2020"},
		{"hpr", "7654321"},
	} {
		res, body := admin.save("/admin/folk/admin", change...)
		if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text(body), "En annen administrator må gjøre det") {
			t.Errorf("%v: %d %s", change, res.StatusCode, text(body))
		}
	}
	if res, _ := admin.save("/admin/folk/admin", "navn", "Asta Nytt-Navn"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("one's own name: %d", res.StatusCode)
	}
	if res, body := admin.save("/admin/folk/booking", "r0.rolle", "assessor", "r0.enhet", "INN-01"); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a unit of another place: %d %s", res.StatusCode, text(body))
	}
	for _, who := range []string{"booking", "manager", "director", "auditor", "author"} {
		v := be(t, srv, who)
		for _, path := range []string{"/admin", "/admin/folk", "/admin/folk/ny", "/admin/folk/" + who} {
			if res, _ := v.get(path); res.StatusCode != http.StatusForbidden {
				t.Errorf("%s at %s: %d", who, path, res.StatusCode)
			}
			if res, _ := v.post(path, url.Values{"navn": {"x"}, "r0.rolle": {"administrator"}}); res.StatusCode != http.StatusForbidden && res.StatusCode != http.StatusNotFound {
				t.Errorf("%s sends to %s: %d", who, path, res.StatusCode)
			}
		}
	}
}

// Two change the same: the later sees what differs, and nothing is overwritten unseen.
func TestAdminConflict(t *testing.T) {
	_, srv := newGated(t)
	a, b := be(t, srv, "admin"), be(t, srv, "admin")
	_, body := b.get("/admin/folk/booking")
	mine := fieldsOf(body)
	if res, _ := a.save("/admin/folk/booking", "sprak", "nn"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("the first: %d", res.StatusCode)
	}
	mine.Set("sprak", "en")
	res, body := b.post("/admin/folk/booking", mine)
	if res.StatusCode != http.StatusConflict || !strings.Contains(text(body), "lagret en annen versjon") || !strings.Contains(text(body), "Nynorsk English") {
		t.Fatalf("the second: %d %s", res.StatusCode, text(body))
	}
	if got := fieldsOf(body); got.Get("sprak") != "en" || got.Get("seq") != "2" {
		t.Errorf("what was typed is lost: %v", got)
	}
	res, body = b.post("/admin/folk/booking", fieldsOf(body))
	if res, body = b.post("/admin/folk/booking", fieldsOf(body)); res.StatusCode != http.StatusSeeOther {
		t.Errorf("deciding again: %d %s", res.StatusCode, text(body))
	}
}
