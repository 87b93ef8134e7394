package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"rettid/law"
	"rettid/words"
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

// A setting is changed from a day to come, with what it means in law and what it does; a case decided before keeps its date.
func TestAdminSettings(t *testing.T) {
	s, srv := newGated(t)
	admin := be(t, srv, "admin")
	before := s.state("FJO", s.tens["unassessed"])
	const at = "/admin/innstillinger/assessment.receipt_day_counts"
	if res, body := admin.save(at, "verdi", "true", "fra", "23.04.2025"); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text(body), "Kan tidligst gjelde fra 24. april 2025") {
		t.Errorf("from today: %d %s", res.StatusCode, text(body))
	}
	if res, body := admin.save("/admin/innstillinger/complaint.days", "verdi", "0", "fra", "24.04.2025"); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text(body), "1–365") {
		t.Errorf("no days to complain: %d %s", res.StatusCode, text(body))
	}
	_, body := admin.get(at)
	f := fieldsOf(body)
	f.Set("verdi", "true")
	f.Set("fra", "24.04.2025")
	if _, body = admin.post(at, f); !strings.Contains(text(body), "Gjelder fra 24. april 2025.") || !strings.Contains(text(body), "åpne saker kan møte endringen") || !strings.Contains(text(body), "Verdi nei ja") {
		t.Errorf("what it does: %s", text(body))
	}
	if s.d.Law(today.Add(1)).ReceiptDayCounts {
		t.Error("it was changed before it was meant")
	}
	if res, _ := admin.post(at, fieldsOf(body)); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("saving: %d", res.StatusCode)
	}
	if s.d.Law(today).ReceiptDayCounts || !s.d.Law(today.Add(1)).ReceiptDayCounts {
		t.Error("it is not changed from the day")
	}
	if after := s.state("FJO", s.tens["unassessed"]); after.AssessBy != before.AssessBy {
		t.Errorf("an old case: %s became %s", before.AssessBy, after.AssessBy)
	}
	if _, body := admin.get("/admin/innstillinger"); !strings.Contains(text(body), "nei, ja fra 24. april 2025") {
		t.Errorf("the list does not say what comes: %s", text(body))
	}
	if v, err := s.d.Verify(s.ctx, today, nil); err != nil || len(v.Problems) > 0 {
		t.Errorf("verify: %+v %v", v.Problems, err)
	}
}

// Closed days and the organisation are added, refused when they do not fit, and hold without a restart.
func TestAdminHouse(t *testing.T) {
	s, srv := newGated(t)
	admin := be(t, srv, "admin")
	if res, body := admin.save("/admin/lukkede-dager/ny", "dag", "02.05.2025", "navn", "Inneklemt fredag"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("closing a day: %d %s", res.StatusCode, text(body))
	}
	if s.d.Law(today).Calendar.IsWorking(today.Add(9)) == false || s.d.Law(today.Add(1)).Calendar.IsWorking(today.Add(9)) {
		t.Error("2 May is not closed from tomorrow")
	}
	if res, _ := admin.save("/admin/lukkede-dager/ny", "dag", "01.05.2025", "navn", "x"); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a holiday is closed again: %d", res.StatusCode)
	}
	_, body := admin.get("/admin/lukkede-dager/2025-05-02")
	f := fieldsOf(body)
	f.Set("bort", "ja")
	_, body = admin.post("/admin/lukkede-dager/2025-05-02", f)
	if res, _ := admin.post("/admin/lukkede-dager/2025-05-02", fieldsOf(body)); res.StatusCode != http.StatusSeeOther || !s.d.Law(today.Add(1)).Calendar.IsWorking(today.Add(9)) {
		t.Errorf("taking it away: %d", res.StatusCode)
	}
	if res, body := admin.save("/admin/enheter/ny", "provider", "FJO", "id", "FJO-99", "navn", "Fiktiv søvnenhet", "fag", "neurology", "fra", "01.05.2025"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("a unit: %d %s", res.StatusCode, text(body))
	}
	p, _ := s.d.InForce().Org.Provider("FJO")
	if u := p.Units[len(p.Units)-1]; u.ID != "FJO-99" || u.In.From != today.Add(8) {
		t.Errorf("the unit is not there: %+v", u)
	}
	if _, body := admin.get("/admin/folk/booking"); !strings.Contains(body, "Fiktiv søvnenhet") {
		t.Error("nobody can be given a role in the new unit")
	}
	if res, body := admin.save("/admin/enheter/FJO.FJO-99", "id", "FJO-98"); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("another code: %d %s", res.StatusCode, text(body))
	}
	if res, body := admin.save("/admin/virksomheter/ny", "id", "NYE", "navn", "Nye", "slag", "private", "region", "vest", "orgnr", "123456789"); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text(body), "Stemmer ikke med resten") {
		t.Errorf("a wrong organisation number: %d %s", res.StatusCode, text(body))
	}
	_, body = admin.get("/admin/delegering")
	at := regexp.MustCompile(`href="(/admin/delegering/[^"?]+)"`).FindAllStringSubmatch(body, -1)
	var one string
	for _, m := range at {
		if !strings.HasSuffix(m[1], "/ny") {
			one = m[1]
		}
	}
	if res, body := admin.save(one, "til", "31.12.2025"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("ending a delegation at %s: %d %s", one, res.StatusCode, text(body))
	}
	for _, word := range []string{"virksomheter", "steder", "enheter", "delegering", "innstillinger", "lukkede-dager", "folk"} {
		if res, body := admin.get("/admin/" + word + "?sorter=1&retning=ned&lang=en"); res.StatusCode != http.StatusOK || strings.Contains(body, "admin.") {
			t.Errorf("%s: %d", word, res.StatusCode)
		}
	}
}

// Every setting is named and explained in words, in every language: none is shown by its English note in the program.
func TestEverySettingIsExplained(t *testing.T) {
	for _, x := range law.AllSettings() {
		for _, l := range words.Langs() {
			if !words.Has(l, "setting."+x.Key) {
				t.Errorf("setting.%s has no words in %s", x.Key, l)
			}
			if !words.Has(l, "setting."+x.Key+".means") && !strings.HasPrefix(x.Key, "exception.") { // there the name says it
				t.Errorf("setting.%s.means has no words in %s", x.Key, l)
			}
		}
		for _, one := range strings.Split(x.Values, " | ") {
			if strings.Contains(x.Values, " | ") && !words.Has(words.NB, "setting.value."+one) {
				t.Errorf("setting.value.%s, of %s, has no words", one, x.Key)
			}
		}
	}
}
