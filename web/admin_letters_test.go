package web

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"rettid/law"
	"rettid/letter"
	"rettid/words"
)

// The house adds words of its own from a day on: letters written then have them, the letter that was sent before stays byte for byte, and going back is a new version.
func TestLetterTextsOfTheHouse(t *testing.T) {
	s, srv := newSite(t, Options{Demo: true, Ways: []law.Channel{law.ChannelMailbox, law.ChannelMessage}})
	v := visit(t, srv)
	send := func(family string) (int64, string, int) {
		t.Helper()
		id := s.unanswered(family, law.Granted)
		at := brev("FJO", id, "granted")
		_, page := get(t, srv, at)
		_, body := post(t, srv, at, filled(t, page, "v-condition_text", "vondt i kneet"))
		if res, body := post(t, srv, at, filled(t, body)); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("sending: %d %s", res.StatusCode, text(body))
		}
		seq := s.state("FJO", id).Seq
		_, sent := get(t, srv, brev("FJO", id, "sendt/"+strconv.Itoa(seq))+"?til=patient")
		return id, sent, seq
	}
	id, before, seq := send("Først")

	own := []string{"fra", words.FieldDate(today), "hode.nb", "Parkering", "hode.nn", "Parkering", "hode.en", "Parking", "tekst.nb", "Du kan parkere ved {hospital_name}.", "tekst.nn", "Du kan parkere ved {hospital_name}.", "tekst.en", "You can park at {hospital_name}."}
	at := "/admin/brevtekster/granted_time_follows"
	res, body := v.save(at, own...)
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("the text is not stored: %d %s", res.StatusCode, text(body))
	}
	if _, after, _ := send("Siden"); !strings.Contains(after, "Du kan parkere ved ") || strings.Contains(after, "{hospital_name}") {
		t.Errorf("a letter written now has not the house's text: %s", text(after))
	}
	if _, again := get(t, srv, brev("FJO", id, "sendt/"+strconv.Itoa(seq))+"?til=patient"); again != before {
		t.Error("a letter that was sent is another now")
	}
	if _, body := get(t, srv, at); strings.Count(body, "Du kan parkere ved ") < 2+2 || !strings.Contains(body, "You can park at ") {
		t.Error("the preview does not show the text in each language")
	}
	if _, body := get(t, srv, "/admin/brevtekster?q=parkering"); !strings.Contains(body, at) {
		t.Error("the list does not find the text")
	}
	_, page := get(t, srv, at)
	f := fieldsOf(page)
	f.Set("pdf", "nn")
	if res, file := v.post(at+"/pdf", f); res.Header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(file, "%PDF-") || res.Header.Get("Content-Language") != "nn" {
		t.Errorf("no PDF of the sample: %d", res.StatusCode)
	}

	for _, wrong := range [][]string{
		{"tekst.en", ""},
		{"tekst.nb", "Fristen er {deadline_date}."},
		{"tekst.nb", "Du kan ikke klage."},
		{"hode.nb", "", "hode.nn", "", "hode.en", ""},
		{"fra", "01.01.2020"},
	} {
		if res, body := v.save(at, wrong...); res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%v: %d %s", wrong, res.StatusCode, text(body))
		}
	}
	if res, body := v.save(at, "tekst.nb", "", "tekst.nn", "", "tekst.en", "", "hode.nb", "", "hode.nn", "", "hode.en", ""); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("going back to the standard text: %d %s", res.StatusCode, text(body))
	}
	if _, after, _ := send("Sist"); strings.Contains(after, "Du kan parkere") {
		t.Error("the text that was taken away stands in the letter")
	}
}

// Text from a day to come is not in the letters of today.
func TestLetterTextFromADay(t *testing.T) {
	s, srv := newSite(t, Options{Demo: true})
	v := visit(t, srv)
	if res, body := v.save("/admin/brevtekster/frame_foot", "fra", words.FieldDate(today.Add(10)), "hode.nb", "Med vennlig hilsen", "hode.nn", "Venleg helsing", "hode.en", "Kind regards"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, text(body))
	}
	id := s.unanswered("Prøve", law.Granted)
	if _, body := get(t, srv, brev("FJO", id, "granted")); strings.Contains(body, "Med vennlig hilsen") {
		t.Error("the greeting of a day to come stands in the letter of today")
	}
	if _, body := get(t, srv, "/admin/brevtekster/frame_foot"); !strings.Contains(body, "<p>Med vennlig hilsen") {
		t.Error("the preview does not show the letter as it will be")
	}
}

// Phones and addresses of the register are what letters and the patient's page say; what the law demands of a letter can't be emptied.
func TestFactsOfLetters(t *testing.T) {
	base := letter.DemoContacts()
	base.HelfoPhone = "00 00 99 99"
	s, srv := newSite(t, Options{Demo: true, House: House{Contacts: base, Phones: map[string]string{"FJO-01": "00 00 11 11"}}})
	v := visit(t, srv)
	id := s.unanswered("Prøve", law.Granted)
	letterNow := func() string {
		_, body := get(t, srv, brev("FJO", id, "granted"))
		return text(body)
	}
	if l := letterNow(); !strings.Contains(l, "00 00 99 99") || !strings.Contains(l, "00 00 11 11") {
		t.Fatalf("the file does not seed the letter: %s", l)
	}
	now := words.FieldDate(today)
	for _, key := range []string{"letter.complaint_address", "letter.emergency_phone", "letter.helfo_phone", "letter.ombud_phone"} {
		if res, body := v.save("/admin/brevopplysninger/"+key, "verdi", "", "fra", now); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text(body), "ville mangle") {
			t.Errorf("%s can be emptied: %d", key, res.StatusCode)
		}
	}
	if res, body := v.save("/admin/brevopplysninger/letter.complaint_portal", "verdi", "", "fra", now); res.StatusCode != http.StatusSeeOther {
		t.Errorf("what no letter must say can't be left out: %d %s", res.StatusCode, text(body))
	}
	if res, body := v.save("/admin/brevopplysninger/letter.expect_days", "verdi", "900", "fra", now); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("900 days is taken: %d %s", res.StatusCode, text(body))
	}
	if res, body := v.save("/admin/brevopplysninger/letter.helfo_phone", "verdi", "00 00 77 77", "fra", now); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, text(body))
	}
	if res, body := v.save("/admin/enheter/FJO.FJO-01", "telefon", "00 00 22 22"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, text(body))
	}
	if l := letterNow(); !strings.Contains(l, "00 00 77 77") || !strings.Contains(l, "00 00 22 22") || strings.Contains(l, "00 00 99 99") || strings.Contains(l, "00 00 11 11") {
		t.Errorf("the register does not decide: %s", l)
	}
	if _, body := get(t, srv, "/admin/brevopplysninger?q=Rogaland"); !strings.Contains(body, "letter.county.11.ombud_phone") {
		t.Error("the counties are not there")
	}
}
