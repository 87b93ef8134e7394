package web

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
)

var regexpBrev = regexp.MustCompile(`<li><a href="(/sak/[A-Z]+/\d+/brev/[a-z_]+)">`)

func brev(tenant string, id int64, at string) string { return caseURL(tenant, id) + "/brev/" + at }

// unanswered is a referral that was assessed, and nobody told.
func (s *seed) unanswered(family string, right law.Right) int64 {
	s.t.Helper()
	id := s.receive(arrival{given: "Test", family: family, born: day.On(1970, 1, 1), on: day.On(2025, 4, 10)})
	c := &referral.Assess{Outcome: right, Benefit: law.Yes, ReasonableCost: law.Yes, Need: law.Yes, Clarified: law.Yes, Reason: referral.Say("Følger veilederen.")}
	if right == law.Granted {
		c.Deadline = day.On(2025, 6, 20)
	} else {
		c.Benefit = law.No
	}
	s.do("FJO", id, day.On(2025, 4, 11), law.Specialist, "Siv Skissesen", c)
	return id
}

// The right, no right, and a change: what is missing is asked for and blocks the sending, and what was sent is shown again byte for byte.
func TestLetterIsSentAndKept(t *testing.T) {
	t.Parallel()
	s, srv := newSite(t, Options{Ways: []law.Channel{law.ChannelMailbox, law.ChannelMessage}})
	changed := s.tens["Testesen"]
	s.do("FJO", changed, today, law.Specialist, "Siv Skissesen", &referral.ChangeDeadline{Deadline: day.On(2025, 5, 26), Basis: []string{"pain"}, Reason: referral.Say("Mer smerte.")})
	for _, tt := range []struct {
		kind   law.Letter
		id     int64
		change []string
		says   string
	}{
		{law.LetterGranted, s.unanswered("Rett", law.Granted), []string{"v-condition_text", "vondt i kneet"}, "Det gjelder: vondt i kneet."},
		{law.LetterNotGranted, s.unanswered("Ikkerett", law.NotGranted), []string{"v-condition_text", "vondt i kneet", "v-reason_text", "Kneet kan trenes.", "v-follow_up_text", "trening"}, "Kneet kan trenes."},
		{law.LetterChanged, changed, []string{"v-deadline_change_reason", "Du er blitt verre.", "v-time_change_reason", "Legen er bortreist."}, "Du er blitt verre."},
	} {
		at := brev("FJO", tt.id, string(tt.kind))
		status, page := get(t, srv, at)
		if status != http.StatusOK || !strings.Contains(page, "disabled aria-describedby") {
			t.Fatalf("%s: %d, and a letter with holes can be sent: %s", tt.kind, status, text(page))
		}
		before := s.state("FJO", tt.id).Seq
		if res, body := post(t, srv, at, filled(t, page)); res.StatusCode != http.StatusUnprocessableEntity || s.state("FJO", tt.id).Seq != before {
			t.Fatalf("%s: a letter with holes was sent: %d %s", tt.kind, res.StatusCode, text(body))
		}
		// Filled in and sent at once it is shown first: nobody has seen it.
		res, body := post(t, srv, at, filled(t, page, tt.change...))
		if res.StatusCode != http.StatusOK || !strings.Contains(text(body), "Brevet er ikke sendt ennå") || !strings.Contains(body, tt.says) || s.state("FJO", tt.id).Seq != before {
			t.Fatalf("%s: %d %s", tt.kind, res.StatusCode, text(body))
		}
		form := filled(t, body)
		_, copyPage := post(t, srv, at, plus(form, "vis", "henviser"))
		if !strings.Contains(copyPage, `data-letter="referrer_copy"`) {
			t.Errorf("%s: the referrer's copy has no page of its own: %s", tt.kind, text(copyPage))
		}
		if res, draft := post(t, srv, at, plus(form, "pdf", "1")); res.Header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(draft, "%PDF-") {
			t.Errorf("%s: no PDF to be looked at: %d", tt.kind, res.StatusCode)
		}
		form.Set("faglig", "MR er sett.")
		_, body = post(t, srv, at, plus(form, "vis", "1"))
		form = filled(t, body)
		for range 2 { // the second is a retry, and sends nothing
			if res, body = post(t, srv, at, form); res.StatusCode != http.StatusSeeOther {
				t.Fatalf("%s: %d %s", tt.kind, res.StatusCode, text(body))
			}
		}
		x := s.state("FJO", tt.id)
		if l := x.Letters[len(x.Letters)-1]; x.Seq != before+1 || l.Kind != tt.kind || !l.Patient || !l.Referrer {
			t.Fatalf("%s: entry %d after %d, %+v", tt.kind, x.Seq, before, l)
		}
		log, err := s.d.Log(s.ctx, "FJO", tt.id)
		if err != nil {
			t.Fatal(err)
		}
		kept := keptIn(log, x.Seq)
		if len(kept) != 2 {
			t.Fatalf("%s: %d letters are kept", tt.kind, len(kept))
		}
		for _, k := range kept {
			status, sent := get(t, srv, brev("FJO", tt.id, "sendt/"+strconv.Itoa(x.Seq))+"?til="+k.To)
			if status != http.StatusOK || digest(sent) != k.Digest || !strings.Contains(sent, tt.says) {
				t.Errorf("%s to %s: %d, or not what was sent", tt.kind, k.To, status)
			}
			if strings.Contains(sent, "MR er sett.") != (k.To == "referrer") {
				t.Errorf("%s to %s: the feedback is where it should not be, or not where it should", tt.kind, k.To)
			}
			pdfAt := brev("FJO", tt.id, "sendt/"+strconv.Itoa(x.Seq)) + "/pdf?til=" + k.To
			status, file := get(t, srv, pdfAt)
			if status != http.StatusOK || !strings.HasPrefix(file, "%PDF-") || digest(file) != k.PDFDigest {
				t.Errorf("%s to %s as PDF: %d, or not what was sent", tt.kind, k.To, status)
			}
			// Another day, another name: the letter stays as it was.
			s.d.Now = func() time.Time { return time.Date(2025, 6, 1, 12, 0, 0, 0, oslo) }
			if _, again := get(t, srv, brev("FJO", tt.id, "sendt/"+strconv.Itoa(x.Seq))+"?til="+k.To); again != sent {
				t.Errorf("%s to %s: the letter is another later", tt.kind, k.To)
			}
			if _, again := get(t, srv, pdfAt); again != file {
				t.Errorf("%s to %s: the PDF is another later", tt.kind, k.To)
			}
			s.d.Now = func() time.Time { return time.Date(2025, 4, 23, 10, 42, 0, 0, oslo) }
		}
		owed, err := s.d.Ledger.MessagesOf(s.ctx, "FJO", tt.id)
		if err != nil {
			t.Fatal(err)
		}
		var digests []string
		for _, m := range owed {
			if m.Kind == "letter" && m.Seq == x.Seq {
				for _, k := range kept {
					if m.To == k.To && strings.Contains(string(m.Body), k.Digest) && !strings.Contains(string(m.Body), "Test") {
						digests = append(digests, k.Digest)
					}
				}
			}
		}
		if len(digests) != 2 {
			t.Errorf("%s: %d letters are to be delivered: %+v", tt.kind, len(digests), owed)
		}
		for _, page := range []string{caseURL("FJO", tt.id), caseURL("FJO", tt.id) + "/brev"} {
			if _, body := get(t, srv, page); !strings.Contains(body, "/brev/sendt/"+strconv.Itoa(x.Seq)+"?til=patient") {
				t.Errorf("%s: %s does not lead to what was sent", tt.kind, page)
			}
		}
	}
}

func plus(form url.Values, k, v string) url.Values {
	out := make(url.Values)
	for key, vs := range form {
		out[key] = slices.Clone(vs)
	}
	out.Set(k, v)
	return out
}

// ready gives a letter that may be sent, as its form.
func ready(t testing.TB, post func(url.Values) string, page string) url.Values {
	t.Helper()
	form := filled(t, page, "v-condition_text", "vondt i kneet")
	return filled(t, post(plus(form, "vis", "1")))
}

// Somebody did something meanwhile: nothing is sent, what has happened is shown, and the letter is written anew.
func TestLetterIsNotSentOfACaseThatMoved(t *testing.T) {
	s, srv := newSite(t, Options{})
	id := s.unanswered("Samtidig", law.Granted)
	at := brev("FJO", id, "granted")
	_, page := get(t, srv, at)
	form := ready(t, func(f url.Values) string { _, b := post(t, srv, at, f); return b }, page)
	s.do("FJO", id, today, law.Booking, "Malin Modellsen", &referral.Book{Start: day.Moment{Day: day.On(2025, 5, 20), Minute: 10 * 60}})
	res, body := post(t, srv, at, form)
	if res.StatusCode != http.StatusConflict || !strings.Contains(text(body), "Saken er endret mens du skrev") || !strings.Contains(body, `value="vondt i kneet"`) || !strings.Contains(body, "20. mai 2025") {
		t.Fatalf("%d %s", res.StatusCode, text(body))
	}
	if len(s.state("FJO", id).Letters) != 0 {
		t.Error("the letter was sent of a case nobody had seen")
	}
	if res, body = post(t, srv, at, filled(t, body)); res.StatusCode != http.StatusSeeOther {
		t.Errorf("seen anew it is not sent: %d %s", res.StatusCode, text(body))
	}
}

// What was stored is proved by the log: a letter that was changed is a fault, one that was erased says so, and there is none of what came from elsewhere.
func TestSentLetterIsProved(t *testing.T) {
	s, srv := newSite(t, Options{})
	id := s.unanswered("Bevis", law.Granted)
	at := brev("FJO", id, "granted")
	_, page := get(t, srv, at)
	form := ready(t, func(f url.Values) string { _, b := post(t, srv, at, f); return b }, page)
	if res, body := post(t, srv, at, form); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, text(body))
	}
	seq := s.state("FJO", id).Seq
	log, _ := s.d.Log(s.ctx, "FJO", id)
	kept := keptIn(log, seq)
	sent := brev("FJO", id, "sendt/"+strconv.Itoa(seq))
	if _, _, err := s.d.Ledger.Note(s.ctx, "FJO", kept[0].Note); err != nil {
		t.Fatal(err)
	}
	// The note of another letter is not this letter.
	if _, err := s.d.Take(s.ctx, desk.Order{Tenant: "FJO", Referral: id, Key: "OVERSKRIVER", At: referral.At{On: today, Role: law.Secretary, Place: "FJO"}, Do: &referral.Inform{Letter: law.LetterGranted, Patient: true},
		Notes: []ledger.Note{{ID: kept[1].Note, Text: "noe annet"}}}); err != nil {
		t.Fatal(err)
	}
	if status, body := get(t, srv, sent+"?til=referrer"); status != http.StatusInternalServerError || strings.Contains(body, "noe annet") {
		t.Errorf("a changed letter is shown: %d", status)
	}
	if err := s.d.Ledger.EraseNote(s.ctx, "FJO", kept[0].Note, 1); err != nil {
		t.Fatal(err)
	}
	if status, body := get(t, srv, sent+"?til=patient"); status != http.StatusGone || !strings.Contains(text(body), "Brevet er slettet") {
		t.Errorf("an erased letter: %d %s", status, text(body))
	}
	for _, path := range []string{brev("FJO", id, "sendt/1"), brev("FJO", id, "sendt/99"), brev("FJO", id, "sendt/x"), sent + "?til=guardian", brev("FJO", id, "sang"), brev("FJO", 999, "granted")} {
		if status, _ := get(t, srv, path); status != http.StatusNotFound {
			t.Errorf("%s: %d", path, status)
		}
	}
	if status, _ := get(t, srv, brev("FJO", id, "not_granted")); status != http.StatusUnprocessableEntity {
		t.Errorf("a refusal of one who has the right: %d", status)
	}
}

// The letter is in the patient's language, or the one chosen; an English one carries the Norwegian, and asks for words in both.
func TestLetterLanguage(t *testing.T) {
	t.Parallel()
	s, srv := newSite(t, Options{})
	id := s.unanswered("Tale", law.Granted)
	at := brev("FJO", id, "granted")
	for _, tt := range []struct{ query, says, not string }{
		{"", `lang="nb" aria-labelledby`, `lang="en" aria-labelledby`}, {"?sprak=nn", `lang="nn" aria-labelledby`, `lang="nb" aria-labelledby`}, {"?sprak=en", `lang="en" aria-labelledby`, "\x00"}, {"?sprak=en", `name="v-condition_text.en"`, "\x00"},
	} {
		if _, page := get(t, srv, at+tt.query); !strings.Contains(page, tt.says) || strings.Contains(page, tt.not) {
			t.Errorf("%q lacks %s or has %s", tt.query, tt.says, tt.not)
		}
	}
	// The duty leads to the letter, and another trust's letters are not read without a reason.
	if _, page := get(t, srv, caseURL("FJO", id)); !strings.Contains(page, `href="`+at+`"`) {
		t.Error("the duty to inform does not lead to the letter")
	}
	_, other := newSite(t, Options{User: User{Name: "Eva Eksempelsen", Role: "secretary", Place: "SUN"}})
	if status, _ := get(t, other, brev("FJO", s.tens["over"], "granted")); status != http.StatusSeeOther {
		t.Errorf("another trust's letter: %d", status)
	}
}

// Every possible letter of every case can be shown.
func TestEveryPossibleLetterIsShown(t *testing.T) {
	t.Parallel()
	s, srv := newSite(t, Options{})
	n := 0
	for what, id := range s.tens {
		tenant := map[string]string{"expected": "INN", "pathway": "SUN"}[what]
		if tenant == "" {
			tenant = "FJO"
		}
		_, page := get(t, srv, caseURL(tenant, id)+"/brev")
		for _, m := range regexpBrev.FindAllStringSubmatch(page, -1) {
			n++
			if status, body := get(t, srv, m[1]); status != http.StatusOK || !strings.Contains(body, `class="letter"`) {
				t.Errorf("%s: %d", m[1], status)
			}
		}
	}
	if n < 40 {
		t.Errorf("only %d letters can be written", n)
	}
}

// What somebody typed is text and nothing else, in the preview and in the letter that is sent; a date that can't be read blocks the sending.
func TestLetterTypedIsText(t *testing.T) {
	s, srv := newSite(t, Options{})
	id := s.unanswered("Tegn", law.Granted)
	at := brev("FJO", id, "granted")
	_, page := get(t, srv, at)
	_, body := post(t, srv, at, plus(filled(t, page, "v-condition_text", `<script>alert(1)</script> {reason_text}`), "vis", "1"))
	if strings.Contains(body, "<script>alert") || !strings.Contains(body, "&lt;script&gt;alert(1)&lt;/script&gt; {reason_text}") {
		t.Error("what was typed is not text in the preview")
	}
	if res, b := post(t, srv, at, filled(t, body)); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, text(b))
	}
	if _, sent := get(t, srv, brev("FJO", id, "sendt/"+strconv.Itoa(s.state("FJO", id).Seq))); strings.Contains(sent, "<script") {
		t.Error("what was typed is not text in the letter")
	}
	ask := brev("FJO", id, "information_request")
	_, page = get(t, srv, ask)
	res, body := post(t, srv, ask, filled(t, page, "v-answer_by_date", "31.02.2025", "v-missing_items", "findings\nRøntgen"))
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, `id="e-v-answer_by_date"`) || !strings.Contains(body, "Røntgen</li>") {
		t.Errorf("%d %s", res.StatusCode, text(body))
	}
	if res, body = post(t, srv, ask, filled(t, page, "mottaker", "")); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, `id="e-mottaker"`) {
		t.Errorf("to nobody: %d %s", res.StatusCode, text(body))
	}
}

// A child's letter goes to the parents, in the child's place, until somebody says otherwise; the referrer's copy is Norwegian whatever the patient reads; and a letter
// after the limit warns before it is sent.
func TestLetterToParentsAndTheReferrersLanguage(t *testing.T) {
	s, srv := newSite(t, Options{Ways: []law.Channel{law.ChannelMailbox}})
	id := s.receive(arrival{given: "Barn", family: "Eventyr", born: day.On(2014, 6, 1), on: day.On(2025, 4, 1)})
	s.do("FJO", id, day.On(2025, 4, 2), law.Specialist, "Siv Skissesen", &referral.Assess{Outcome: law.Granted, Benefit: law.Yes, ReasonableCost: law.Yes, Need: law.Yes, Clarified: law.Yes, Deadline: day.On(2025, 6, 20), Reason: referral.Say("Følger veilederen.")})
	at := brev("FJO", id, "granted") + "?sprak=en"
	status, page := get(t, srv, at)
	for _, want := range []string{"Foreldre eller foresatte til Barn Eventyr", "This letter is about Barn Eventyr", "Fristen for å gi svar var 15. april 2025"} {
		if status != http.StatusOK || !strings.Contains(text(page), want) && !strings.Contains(page, want) {
			t.Errorf("%d, and it does not say %q: %s", status, want, text(page))
		}
	}
	_, page = post(t, srv, at, filled(t, page, "v-condition_text", "vondt i kneet", "v-condition_text.en", "pain in the knee", "vei-pasient", told, "vei-henviser", told))
	res, body := post(t, srv, at, filled(t, page))
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("send: %d %s", res.StatusCode, text(body))
	}
	log, err := s.d.Log(s.ctx, "FJO", id)
	if err != nil {
		t.Fatal(err)
	}
	x := s.state("FJO", id)
	kept := keptIn(log, x.Seq)
	if len(kept) != 2 || kept[0].To != law.ToGuardian || kept[0].Lang != "en" || kept[1].To != law.ToReferrer || kept[1].Lang != "nb" {
		t.Fatalf("kept: %+v", kept)
	}
	if l := x.Letters[len(x.Letters)-1]; !l.Patient || x.Answer.Patient || x.AnsweredOn != today {
		t.Errorf("the parents have the letter, and the patient is still to be told: %+v", l)
	}
	_, sent := get(t, srv, brev("FJO", id, "sendt/"+strconv.Itoa(x.Seq))+"?til=guardian")
	if !strings.Contains(sent, "Foreldre eller foresatte til Barn Eventyr") || !strings.Contains(sent, "pain in the knee") {
		t.Errorf("the letter to the parents: %s", text(sent))
	}
	_, copied := get(t, srv, brev("FJO", id, "sendt/"+strconv.Itoa(x.Seq))+"?til=referrer")
	if !strings.Contains(copied, "vondt i kneet") || strings.Contains(copied, `<article class="letter" lang="en"`) {
		t.Errorf("the referrer's copy: %s", text(copied))
	}
	// A grown patient's letter is the patient's.
	if _, page := get(t, srv, brev("FJO", s.unanswered("Voksen", law.Granted), "granted")); strings.Contains(page, "verge-navn") {
		t.Error("a grown patient's letter goes to somebody else")
	}
}
