package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rettid/exception"
	"rettid/law"
)

// answered are reasons for every criterion, as a form has them.
func answered(met string) []string {
	var out []string
	for _, c := range law.Criteria {
		out = append(out, "vilkar-"+string(c), met, "hvorfor-"+string(c), "Vurdert for seg.")
	}
	return out
}

// refuse lets the trust's medical director say no to the open application, and gives its address.
func (s *seed) refuse(on int) (int64, string) {
	s.t.Helper()
	id := s.tens["open"]
	var why []exception.Answered
	for _, c := range law.Criteria {
		why = append(why, exception.Answered{Criterion: c, Met: law.No, Why: exception.Say("Vurdert for seg.")})
	}
	s.matter("FJO", id, today.Add(on), &exception.DecideException{Outcome: law.ExRefused, Individual: law.Yes, Criteria: why, Reason: exception.Say("Veid samlet."), Summary: exception.Say("Nytten er usikker.")})
	return id, matterURL("FJO", id)
}

// The copy that goes to the region can be fetched by those who send it, holds the fields that may leave the trust and no other, and nothing of who it is about.
func TestTheCopyCanBeFetched(t *testing.T) {
	s, srv := newExceptions(t, law.ChannelRegion)
	id, at := s.refuse(-2)
	office := be(t, srv, "u1004")
	_, page := office.get(at + "/gjor/send_copy")
	res, body := office.post(at+"/gjor/send_copy", filled(t, page))
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("sending the copy: %d %s", res.StatusCode, text(body))
	}
	m := s.matterState("FJO", id)
	file := at + "/kopi/" + itoa(m.Seq)
	res, body = office.get(file)
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") || !strings.Contains(res.Header.Get("Content-Disposition"), "attachment") {
		t.Fatalf("%s: %d %v", file, res.StatusCode, res.Header)
	}
	var fields map[string]any
	if err := json.Unmarshal([]byte(body), &fields); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"key", "method", "indication", "trust", "outcome", "decided"} {
		if fields[name] == nil {
			t.Errorf("the copy has no %s: %s", name, body)
		}
	}
	for _, no := range []string{"Oppdiktet", "Olga", "xOppdiktet", "1968", "4601", "Liksom", "Nytten", "Vurdert", "u2001"} {
		if strings.Contains(body, no) {
			t.Errorf("the copy tells %q: %s", no, body)
		}
	}
	if strings.Contains(strings.Split(res.Header.Get("Content-Disposition"), "filename")[1], "Oppdiktet") {
		t.Error("the name of the file is the patient's")
	}
	for _, other := range []string{at + "/kopi/1", at + "/kopi/x", at + "/kopi/99", matterURL("FJO", s.tens["forwarded"]) + "/kopi/" + itoa(m.Seq)} {
		if res, _ := office.get(other); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", other, res.StatusCode)
		}
	}
	for _, who := range []string{"u2201", "u2301", "u1701", "u2101", "u1901", "u2003"} {
		if res, _ := be(t, srv, who).get(file); res.StatusCode != http.StatusForbidden && res.StatusCode != http.StatusNotFound {
			t.Errorf("%s fetches the copy: %d", who, res.StatusCode)
		}
	}
}

// A letter that did not arrive is told by a form: which letter and why; it is owed again, and sent another way it is told again.
func TestALetterThatDidNotArrive(t *testing.T) {
	s, srv := newExceptions(t, law.ChannelMailbox)
	id, at := s.refuse(-2)
	office := be(t, srv, "u1004")
	send := func() {
		t.Helper()
		for range 2 { // values were proposed: it is looked over and sent
			_, page := office.get(at + "/brev/exception_refused")
			if res, _ := office.post(at+"/brev/exception_refused", filled(t, page)); res.StatusCode == http.StatusSeeOther {
				return
			}
		}
		t.Fatal("the letter is not sent")
	}
	send()
	m := s.matterState("FJO", id)
	if len(m.Deliveries) == 0 || !m.Deliveries[0].Open() {
		t.Fatalf("no letter is on its way: %+v", m.Deliveries)
	}
	d := m.Deliveries[0]
	form := at + "/gjor/letter_not_delivered"
	_, page := office.get(form + "?sending=" + deliveryCode(d.Letter, d.To))
	if res, body := office.post(form, filled(t, page, "hvorfor", "")); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d %s", res.StatusCode, text(body))
	}
	if m := s.matterState("FJO", id); !m.Deliveries[0].Open() || len(m.Deliveries[0].Tried) > 0 {
		t.Errorf("something was saved: %+v", m.Deliveries[0])
	}
	res, body := office.post(form, filled(t, page, "sending", deliveryCode(d.Letter, d.To), "hvorfor", string(law.UndeliveredCodes[0])))
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("not delivered: %d %s", res.StatusCode, text(body))
	}
	m = s.matterState("FJO", id)
	if got, ok := m.Delivery(d.Letter, d.To); !ok || len(got.Tried) != 1 || got.Tried[0].Code != law.UndeliveredCodes[0] {
		t.Errorf("the delivery: %+v", got)
	}
	if !m.Told.Patient && !m.Deliveries[0].Open() {
		t.Errorf("nothing is owed after a letter that did not arrive: %+v", m.Told)
	}
	_, page = be(t, srv, "u1008").get(at)
	if !strings.Contains(text(page), "ikke") || !strings.Contains(page, "letter_not_delivered") && !strings.Contains(page, "letter_delivered") && !strings.Contains(page, "/brev/exception_refused") {
		t.Errorf("the page says nothing of it: %s", text(page))
	}
	if res, _ := be(t, srv, "u2001").post(form, url.Values{"key": {strings.Repeat("C", 26)}}); res.StatusCode != http.StatusForbidden {
		t.Errorf("the doctor tells of the letter office's letter: %d", res.StatusCode)
	}
}

// A correction that changes what was written, and does not strike it out: it is looked over, what follows from it is shown, the new speaks and the old stays in the log.
func TestCorrectedByAChange(t *testing.T) {
	s, srv := newExceptions(t)
	id, at := s.refuse(-2)
	director := be(t, srv, "u1008")
	seq := s.matterState("FJO", id).Seq
	form := at + "/gjor/correct"
	_, page := director.get(form + "?linje=" + itoa(seq))
	if !strings.Contains(text(page), "Veid samlet.") {
		t.Fatalf("the form does not hold what was written: %s", text(page))
	}
	change := append([]string{"hvordan", "endre", "utfall", string(law.ExConditions), "enkelt", "yes", "begrunnelse", "Veid på nytt.", "vilkar", "Kontroll hver måned.", "stopp", "Svulsten vokser.", "evaluering", "01.06.2025", "hvorfor", "Feil utfall ble valgt."}, answered("yes")...)
	if res, body := director.post(form, filled(t, page, "hvordan", "endre", "hvorfor", "")); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a correction without a reason: %d %s", res.StatusCode, text(body))
	}
	res, body := director.post(form, filled(t, page, change...))
	if res.StatusCode != http.StatusOK || !strings.Contains(body, `name="bekreft"`) || !strings.Contains(text(body), "Innvilget med vilkår") && !strings.Contains(text(body), "Innvilga med vilkår") {
		t.Fatalf("looking it over: %d %s", res.StatusCode, text(body))
	}
	if m := s.matterState("FJO", id); m.Outcome != law.ExRefused {
		t.Error("it was saved before it was looked over")
	}
	if res, body = director.post(form, filled(t, body)); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("corrected: %d %s", res.StatusCode, text(body))
	}
	m := s.matterState("FJO", id)
	if m.Outcome != law.ExConditions || m.EvaluateOn.String() != "2025-06-01" || m.DecidedOn != today.Add(-2) {
		t.Errorf("after the correction: %s, evaluated %s, decided %s", m.Outcome, m.EvaluateOn, m.DecidedOn)
	}
	_, page = director.get(at)
	for _, want := range []string{"Feil utfall ble valgt.", "Kontroll hver måned.", "Veid på nytt."} {
		if !strings.Contains(text(page), want) {
			t.Errorf("the page does not say %q: %s", want, text(page))
		}
	}
	if log, err := s.d.MatterLog(s.ctx, "FJO", id); err != nil || len(log) != seq+1 || log[seq-1].Event.Ask.(*exception.DecideException).Outcome != law.ExRefused {
		t.Errorf("what was first written does not stay in the log: %d entries (%v)", len(log), err)
	}
}

// What is out of the ordinary in a year's numbers (X-1105) is told where meetings are planned and held, and nothing is told of an ordinary year.
func TestLoadIsToldWhereMeetingsArePlanned(t *testing.T) {
	s, srv := newExceptions(t)
	n := exception.National
	meeting := meetingURL(s.matter(n, 0, today.Add(-20), &exception.Schedule{Name: "Mai", Date: today.Add(20)}))
	sec := be(t, srv, secretary)
	pages := []string{meetingsURL, meeting, meetingsURL + "/nytt", meeting + "/gjor/set_agenda"}
	for _, at := range pages {
		if _, body := sec.get(at); strings.Contains(body, `id="belastning"`) {
			t.Errorf("%s warns of an ordinary year: %s", at, text(body))
		}
	}
	for range 31 {
		s.matter(n, 0, today.Add(-10), &exception.Propose{Method: "ID2024_902", UsersFrom: today.Add(-10), Group: exception.Group{Text: exception.Say("Voksne.")}})
	}
	for _, at := range pages {
		res, body := sec.get(at)
		if got := text(body); res.StatusCode != http.StatusOK || !strings.Contains(got, "31 gruppesaker på et år er uvanlig mange.") || !strings.Contains(got, "Uvanlige tall i 2025") {
			t.Errorf("%s: %d %s", at, res.StatusCode, got)
		}
	}
	if _, body := be(t, srv, userNord).get(meetingsURL + "?lang=en"); !strings.Contains(text(body), "31 group cases in a year are unusually many.") {
		t.Errorf("a representative is not told: %s", text(body))
	}
}

// Nothing is deleted but what was seen and confirmed, and by nobody but the administrator.
func TestDeletionIsConfirmed(t *testing.T) {
	s, srv := newExceptions(t)
	id, _ := s.refuse(-2)
	s.matter("FJO", id, today.Add(-1), &exception.SendCopy{To: law.ToRegion})
	s.matter("FJO", id, today.Add(-1), &exception.Inform{Letter: exception.LetterRefused, Patient: true, Referrer: true})
	admin := be(t, srv, "u1901")
	if _, body := admin.get(retentionURL); !strings.Contains(text(body), "Ingenting skal slettes nå") || strings.Contains(body, `id="videre"`) {
		t.Errorf("before anything is due: %s", text(body))
	}
	if _, body := admin.get(retentionURL + "?visning=kommer"); !strings.Contains(text(body), "FJO-"+itoa(int(id))) {
		t.Errorf("what comes within a year: %s", text(body))
	}
	s.d.Now = func() time.Time { return at(today.Add(400), 9, 0) }
	left := func() int {
		t.Helper()
		some, err := s.d.Expired(s.ctx, s.d.Today())
		if err != nil {
			t.Fatal(err)
		}
		return len(some)
	}
	for _, who := range []string{"u1008", "u2201", "u1701", "u1004"} {
		v := be(t, srv, who)
		for _, f := range []url.Values{{}, {"bekreft": {"ja"}}} {
			if res, _ := v.post(retentionURL, f); res.StatusCode != http.StatusForbidden {
				t.Errorf("%s deletes: %d", who, res.StatusCode)
			}
		}
	}
	if res, body := admin.post(retentionURL, url.Values{}); res.StatusCode != http.StatusOK || !strings.Contains(body, `id="slett"`) {
		t.Errorf("the second look: %d", res.StatusCode)
	}
	if res, body := admin.post(retentionURL, url.Values{"bekreft": {"ja"}, "sett": {"another list"}}); res.StatusCode != http.StatusConflict || !strings.Contains(text(body), "en annen enn den du så") {
		t.Errorf("a list that was not seen: %d %s", res.StatusCode, text(body))
	}
	if n := left(); n != 1 {
		t.Fatalf("%d are due, and nothing was confirmed", n)
	}
	_, body := admin.post(retentionURL, url.Values{})
	var seen string
	for _, m := range hiddenInput.FindAllStringSubmatch(body, -1) {
		if m[1] == "sett" {
			seen = m[2]
		}
	}
	if res, _ := admin.post(retentionURL, url.Values{"bekreft": {"ja"}, "sett": {seen}}); res.StatusCode != http.StatusSeeOther || left() != 0 {
		t.Errorf("deleted: %d, %d left", res.StatusCode, left())
	}
	did, err := s.d.Retentions(s.ctx)
	if err != nil || len(did) != 1 || did[0].Actor != "u1901" || did[0].Keys != 1 || did[0].Copies != 0 {
		t.Errorf("what was done is kept as %+v (%v)", did, err)
	}
	if res, _ := admin.post(retentionURL, url.Values{"bekreft": {"ja"}}); res.StatusCode != http.StatusSeeOther || len(did) != 1 {
		t.Errorf("with nothing to delete: %d", res.StatusCode)
	}
}
