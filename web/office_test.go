package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"rettid/law"
	"rettid/referral"
)

// sendLetter writes and sends the answer on the ways given, and tells the entry.
func (s *seed) sendLetter(srv *httptest.Server, id int64, kind law.Letter, change ...string) int {
	s.t.Helper()
	at := brev("FJO", id, string(kind))
	_, body := get(s.t, srv, at)
	_, body = post(s.t, srv, at, filled(s.t, body, change...))
	res, body := post(s.t, srv, at, filled(s.t, body))
	if res.StatusCode != http.StatusSeeOther {
		s.t.Fatalf("send %s of %d: %d %s", kind, id, res.StatusCode, text(body))
	}
	return s.state("FJO", id).Seq
}

// The letter office through a letter's life: to be written, to be printed, posted, returned, told by a person; and another that waits for its receipt.
func TestLetterOffice(t *testing.T) {
	s, srv := newSite(t, Options{Ways: []law.Channel{law.ChannelMailbox}})
	id := s.unanswered("Brevesen", law.Granted)
	list := func(view, has string, want bool) string {
		t.Helper()
		at := lettersURL
		if view != "" {
			at += "?visning=" + view
		}
		status, body := get(t, srv, at)
		if status != http.StatusOK || strings.Contains(body, caseURL("FJO", id)+`"`) != want || want && !strings.Contains(text(body), has) {
			t.Errorf("the view %q: %d, the case is there: %t, or %q is not said: %s", view, status, !want, has, text(body))
		}
		return body
	}
	list("", "Skriv brevet", true)
	list("utskrift", "", false)

	entry := s.sendLetter(srv, id, law.LetterGranted, "v-condition_text", "vondt i kneet", "vei-pasient", "post", "vei-henviser", told)
	list("", "", false)
	body := list("utskrift", "til pasienten", true)
	code := fmt.Sprintf("FJO/%d/%d/patient", id, entry)
	if !strings.Contains(body, `value="`+code+`"`) {
		t.Fatalf("the letter can't be ticked: %s", text(body))
	}
	status, sheets := get(t, srv, "/brev/utskrift?brev="+code+"&brev="+code)
	if status != http.StatusOK || strings.Count(sheets, "vondt i kneet") < 2 || strings.Count(sheets, `class="printsheet"`) != 2 || strings.Contains(sheets, `id="letter-1"`) {
		t.Errorf("the sheets: %d %s", status, text(sheets))
	}
	if _, page := get(t, srv, caseURL("FJO", id)); !strings.Contains(text(page), "Skal skrives ut og postes") {
		t.Errorf("the case does not say how the letter goes: %s", text(page))
	}
	form := filled(t, body)
	for range 2 { // the second is a retry
		if res, body := post(t, srv, "/brev/postet", form); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("mark as posted: %d %s", res.StatusCode, text(body))
		}
	}
	if x := s.state("FJO", id); x.Seq != entry+1 || len(openDeliveries(&x)) != 0 || x.AnsweredOn != today {
		t.Fatalf("after posting it stands at entry %d with %+v", x.Seq, x.Deliveries)
	}
	list("utskrift", "", false)

	// It comes back in the post: a person sees to it, and then tells it.
	at := caseURL("FJO", id) + "/gjor/letter_not_delivered"
	_, body = get(t, srv, at)
	if res, body := post(t, srv, at, filled(t, body, "hvorfor", string(law.ReturnedMail))); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("returned mail: %d %s", res.StatusCode, text(body))
	}
	if x := s.state("FJO", id); !x.AnsweredOn.IsZero() {
		t.Error("the letter came back, and the patient counts as told")
	}
	body = list("ikke-levert", "kom i retur i posten", true)
	if want := "/gjor/letter_delivered?sending=" + deliveryCode(entry, "patient"); !strings.Contains(body, want) {
		t.Errorf("the row does not lead to %s", want)
	}
	at = caseURL("FJO", id) + "/gjor/letter_delivered"
	_, body = get(t, srv, at)
	if res, body := post(t, srv, at, filled(t, body, "hvordan", "told")); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("told: %d %s", res.StatusCode, text(body))
	}
	list("ikke-levert", "", false)
	if x := s.state("FJO", id); x.AnsweredOn != today {
		t.Error("the patient is told by a person, and does not count as told")
	}
	if _, page := get(t, srv, caseURL("FJO", id)); !strings.Contains(text(page), "Levert 23. apr. (en person)") {
		t.Errorf("the case does not say that the letter arrived: %s", text(page))
	}

	id = s.unanswered("Ventesen", law.Granted)
	s.sendLetter(srv, id, law.LetterGranted, "v-condition_text", "vondt i kneet", "vei-henviser", told)
	list("venter", "Venter på kvittering (digital postkasse)", true)
	for _, bad := range []string{"/brev?visning=alt", "/brev/utskrift?brev=FJO", "/brev/utskrift?brev=FJO/x/1/patient"} {
		if status, _ := get(t, srv, bad); status != http.StatusBadRequest {
			t.Errorf("%s answers %d", bad, status)
		}
	}
	if status, _ := get(t, srv, "/brev/utskrift?brev=FJO/999999/1/patient"); status != http.StatusNotFound {
		t.Errorf("a letter of no case answers %d", status)
	}
}

// The letter office in a browser, by keyboard alone: the print queue is opened, one letter is left out, and the rest are marked as posted. axe-core finds nothing to say.
func TestLetterOfficeInABrowser(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	s, srv := newSite(t, Options{Ways: []law.Channel{law.ChannelMailbox, law.ChannelMessage}})
	eye := newEye(t, ctx)
	look := func(name string) {
		t.Helper()
		eye.look(name, 1440, 390)
		run(t, ctx, "resize", width(1440))
	}
	var ids []int64
	for i, family := range []string{"Brevesen", "Postesen", "Ventesen", "Retursen"} {
		id := s.unanswered(family, law.Granted)
		ids = append(ids, id)
		way := []string{"post", "post", "digital_mailbox", "post"}[i]
		entry := s.sendLetter(srv, id, law.LetterGranted, "v-condition_text", "vondt i kneet", "vei-pasient", way, "vei-henviser", "message")
		if i == 3 {
			s.do("FJO", id, today, law.Secretary, "Berit Brevik", &referral.LetterNotDelivered{Letter: entry, To: law.ToPatient, Channel: law.ChannelPost, Code: law.BadAddress})
		}
	}
	s.unanswered("Skrivesen", law.NotGranted)
	run(t, ctx, "to write", width(1440), chromedp.Navigate(srv.URL+lettersURL), chromedp.WaitReady("footer"))
	look("office-write")
	run(t, ctx, "not delivered", chromedp.Navigate(srv.URL+lettersURL+"?visning=ikke-levert"), chromedp.WaitReady(".oneletter"))
	look("office-failed")
	run(t, ctx, "waiting", chromedp.Navigate(srv.URL+lettersURL+"?visning=venter"), chromedp.WaitReady(".oneletter"))
	look("office-waits")
	run(t, ctx, "the case", chromedp.Navigate(srv.URL+caseURL("FJO", ids[3])+"/brev"), chromedp.WaitReady(".way"))
	look("office-case")
	run(t, ctx, "the queue", chromedp.Navigate(srv.URL+lettersURL+"?visning=utskrift"), chromedp.WaitReady("#koen"))
	look("office-print")

	// From here on by keyboard alone.
	run(t, ctx, "leave one out", chromedp.Focus(`input[name=brev][value^="FJO/`+strconv.FormatInt(ids[1], 10)+`/"]`), chromedp.KeyEvent(" "))
	run(t, ctx, "see the sheets", chromedp.Focus(`button[formaction="/brev/utskrift"]`), chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(".printsheet"))
	if n := ask[int](t, ctx, "count the sheets", `document.querySelectorAll(".printsheet").length`); n != 1 {
		t.Errorf("%d sheets are shown, not the one that was chosen", n)
	}
	look("office-sheets")
	run(t, ctx, "back", chromedp.Focus(".crumb a"), chromedp.KeyEvent(kb.Enter), chromedp.WaitReady("#koen"))
	run(t, ctx, "leave one out again", chromedp.Focus(`input[name=brev][value^="FJO/`+strconv.FormatInt(ids[1], 10)+`/"]`), chromedp.KeyEvent(" "))
	run(t, ctx, "mark as posted", chromedp.Focus(`#koen button[type=submit]:not([formaction])`), chromedp.KeyEvent(kb.Enter), chromedp.WaitReady("#svar"))
	for i, open := range []bool{false, true} {
		x := s.state("FJO", ids[i])
		if d, _ := x.Delivery(0, law.ToPatient); d.Open() != open {
			t.Errorf("letter %d is open: %t", i, d.Open())
		}
	}
	look("office-posted")
}
