package web

import (
	"bytes"
	"encoding/xml"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"rettid/access"
	"rettid/day"
	"rettid/desk"
	"rettid/exception"
	"rettid/law"
	"rettid/ledger"
)

// newExceptions serves a small house of the exception scheme to the people of the demonstration: two methods, an application on its way in each state, and a group case.
func newExceptions(t testing.TB, ways ...law.Channel) (*seed, *httptest.Server) {
	t.Helper()
	s := newSeed(t)
	s.matter(exception.National, 0, today.Add(-300), &exception.RegisterMethod{ID: "ID2024_901", Title: "Fabelmab", State: law.NotIntroduced, Body: "Beslutningsforum"})
	s.matter(exception.National, 0, today.Add(-300), &exception.RegisterMethod{ID: "ID2024_902", Title: "Dummyzumab", State: law.Assessing, Body: "Bestillerforum"})
	s.tens["open"] = s.apply("ID2024_902", "Olga", "Oppdiktet")
	s.tens["forwarded"] = s.apply("ID2024_901", "Frida", "Fiktiv")
	s.matter("FJO", s.tens["forwarded"], today.Add(-4), &exception.Consent{})
	s.matter("FJO", s.tens["forwarded"], today.Add(-3), &exception.Forward{Note: exception.Say("Alvorlig, med ventet nytte ut over gruppen.")})
	srv := httptest.NewUnstartedServer(nil)
	h, err := NewGated(s.d, Options{Demo: true, Ways: ways, Log: slog.New(slog.DiscardHandler)}, access.GateOptions{People: access.DemoPeople(), Demo: true, Listener: srv.Listener.Addr()})
	if err != nil {
		t.Fatal(err)
	}
	srv.Config.Handler = h
	srv.Start()
	t.Cleanup(func() { srv.CloseClientConnections(); srv.Close() })
	return s, srv
}

func (s *seed) matter(tenant string, id int64, on day.Day, c exception.Command) int64 {
	s.t.Helper()
	s.n++
	out, err := s.d.TakeMatter(s.ctx, desk.MatterOrder{Tenant: tenant, Matter: id, At: exception.At{On: on, Actor: "u2001"}, Known: at(on, 9, s.n%60), Do: c})
	if err != nil {
		s.t.Fatalf("%s %d: %s on %s: %v", tenant, id, c.Verb(), on, err)
	}
	return out.Matter
}

// matterState is where a matter stands.
func (s *seed) matterState(tenant string, id int64) exception.Matter {
	s.t.Helper()
	c, err := s.d.PeekMatter(s.ctx, tenant, id, desk.View{})
	if err != nil {
		s.t.Fatal(err)
	}
	return c.State
}

func (s *seed) apply(method, given, family string) int64 {
	s.t.Helper()
	s.n++
	two := 2
	c := &exception.Apply{Method: method, Patient: "x" + family, Born: day.On(1968, 3, 12), Sex: "female", Municipality: "4601", Place: "FJO", Doctor: "u2001",
		Form: exception.Form{Indication: "C50", Authorisation: law.Authorised, Severity: &two, Differs: exception.Say("Sjelden mutasjon."), Stop: exception.Say("Ingen virkning.")}, Reason: exception.Say("Annet er prøvd.")}
	out, err := s.d.TakeMatter(s.ctx, desk.MatterOrder{Tenant: "FJO", At: exception.At{On: today.Add(-5), Actor: "u2001", Place: "FJO"}, Known: at(today.Add(-5), 9, s.n%60), Do: c,
		Person: &ledger.Person{Tenant: "FJO", ID: c.Patient, Given: given, Family: family, Born: c.Born, Language: "nb", Municipality: "4601", LocalID: family, Address: "Liksomveien 1", Postcode: "9999", City: "Liksomstad"}})
	if err != nil {
		s.t.Fatal(err)
	}
	return out.Matter
}

// Every role against every route of a single patient's application: a representative, an analyst, a reader, a regional director, an administrator never opens one; the
// committee and the secretariat see what was sent on, and never who it is about.
func TestWhoSeesAnApplication(t *testing.T) {
	s, srv := newExceptions(t)
	at := func(id int64, rest string) string { return matterURL("FJO", id) + rest }
	routes := []string{"", "/avgjor", "/gjor/endorse", "/gjor/consent", "/gjor/forward_exception", "/gjor/complain", "/gjor/send_copy", "/brev/exception_received", "/brev/exception_refused", "/brev/sendt/1/pasient"}
	for _, tt := range []struct {
		who                 string
		list, open, sent    int // statuses of the list, of one at the trust, of one sent on
		named, sentNamed    bool
		methods, precedents int
	}{
		{"u2001", 200, 200, 200, true, true, 200, 200},   // the treating doctor
		{"u2011", 200, 200, 200, true, true, 200, 200},   // the department's lead
		{"u1008", 200, 200, 200, true, true, 200, 200},   // the trust's medical director
		{"u1004", 200, 200, 200, true, true, 403, 403},   // the letter office
		{"u2003", 200, 403, 403, false, false, 200, 200}, // a doctor of another trust
		{"u1107", 200, 403, 403, false, false, 200, 200}, // a medical director of another trust
		{"u2201", 200, 403, 200, false, false, 200, 200}, // the secretariat
		{"u2301", 200, 403, 200, false, false, 200, 200}, // the committee
		{"u2101", 403, 403, 403, false, false, 200, 200}, // a regional medical director
		{"u1701", 403, 403, 403, false, false, 200, 403}, // a user representative
		{"u2401", 403, 403, 403, false, false, 200, 403}, // an analyst
		{"u2501", 403, 403, 403, false, false, 200, 403}, // a reader
		{"u1901", 403, 403, 403, false, false, 200, 403}, // an administrator
		{"u1601", 403, 403, 403, false, false, 403, 403}, // a GP office
		{"u1001", 403, 403, 403, false, false, 403, 403}, // booking
	} {
		v := be(t, srv, tt.who)
		for path, want := range map[string]int{"/unntak?visning=alle": tt.list, at(s.tens["open"], ""): tt.open, at(s.tens["forwarded"], ""): tt.sent, "/metoder": tt.methods, "/praksis": tt.precedents} {
			res, body := v.get(path)
			if res.StatusCode != want {
				t.Errorf("%s %s: %d, not %d", tt.who, path, res.StatusCode, want)
			}
			named := strings.Contains(body, "Oppdiktet") || strings.Contains(body, "Fiktiv, Frida") || strings.Contains(body, "Frida Fiktiv") || strings.Contains(body, "1968")
			if named && !tt.named {
				t.Errorf("%s %s tells who it is about", tt.who, path)
			}
		}
		for _, rest := range routes {
			for _, id := range []int64{s.tens["open"], s.tens["forwarded"]} {
				res, body := v.get(at(id, rest))
				if !tt.named && (strings.Contains(body, "Oppdiktet") || strings.Contains(body, "Frida") || strings.Contains(body, "12.03.1968") || strings.Contains(body, "Liksomveien")) {
					t.Errorf("%s %s: tells who it is about", tt.who, at(id, rest))
				}
				if tt.open == 403 && tt.sent == 403 && res.StatusCode != http.StatusForbidden && res.StatusCode != http.StatusNotFound {
					t.Errorf("%s %s: %d", tt.who, at(id, rest), res.StatusCode)
				}
				post, _ := v.post(at(id, rest), url.Values{"key": {strings.Repeat("A", 26)}, "seq": {"1"}})
				if !tt.named && tt.who != "u2301" && post.StatusCode != http.StatusForbidden && post.StatusCode != http.StatusNotFound && post.StatusCode != http.StatusMethodNotAllowed {
					t.Errorf("%s POST %s: %d", tt.who, at(id, rest), post.StatusCode)
				}
			}
		}
	}
	// One of the committee from the trust that applies does not decide its case.
	if res, body := be(t, srv, "u2302").get(at(s.tens["forwarded"], "/avgjor")); res.StatusCode != http.StatusForbidden || !strings.Contains(text(body), "eget sykehus") {
		t.Errorf("a committee member of the trust itself: %d", res.StatusCode)
	}
}

// From the form in steps to the decision and the letter: by the one whose it is, each step; a decision that lacks something is held back with what is missing, and no drafts stay.
func TestApplicationJourney(t *testing.T) {
	s, srv := newExceptions(t)
	ref := s.receive(arrival{given: "Hanna", family: "Henvisesen", born: day.On(1970, 5, 5), on: today.Add(-10)})
	doctor, lead, director, office := be(t, srv, "u2001"), be(t, srv, "u2011"), be(t, srv, "u1008"), be(t, srv, "u1004")
	// The link stands on the referral's page for one who holds both roles.
	if _, body := be(t, srv, "u1002").get(caseURL("FJO", ref)); !strings.Contains(body, "/unntak/ny?henvisning=FJO/"+strconv.FormatInt(ref, 10)) {
		t.Error("no way from the referral to an application")
	}
	res, _ := doctor.get("/unntak/ny?henvisning=FJO/" + strconv.FormatInt(ref, 10))
	step := res.Header.Get("Location")
	if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(step, "/soknad/FJO~") {
		t.Fatalf("begin: %d %s", res.StatusCode, step)
	}
	answers := map[string][]string{"pasient": {"avdeling", "FJO-01", "tolk", "no"}, "metode": {"metode", "ID2024_902", "diagnose", "c50", "linje", "3", "mt", "yes"}, "hvorfor": {"skiller", "Sjelden mutasjon."},
		"nytte": {"alvor", "3"}, "plan": {"stopp", "Ingen virkning."}, "samtykke": {"informert", "20.04.2025"}}
	draft := ""
	for i, name := range applicationSteps[:len(applicationSteps)-1] {
		res, body := doctor.get(step)
		if res.StatusCode != http.StatusOK || i == 0 && !strings.Contains(text(body), "Hanna Henvisesen") {
			t.Fatalf("step %s: %d", name, res.StatusCode)
		}
		if name == "metode" {
			if res, _ := doctor.post(strings.Split(step, "?")[0], filled(t, body, "diagnose", "tull")); res.StatusCode != http.StatusUnprocessableEntity {
				t.Errorf("a condition that is none: %d", res.StatusCode)
			}
		}
		res, body = doctor.post(strings.Split(step, "?")[0], filled(t, body, answers[name]...))
		if step = res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("after step %s: %d %s", name, res.StatusCode, text(body))
		}
		draft = step
	}
	_, body := doctor.get(step)
	if got := text(body); !strings.Contains(got, "Sjelden mutasjon.") || !strings.Contains(got, "Unntak mens metoden vurderes: åpen") || !strings.Contains(got, "mangler") {
		t.Errorf("the summary: %s", got)
	}
	if res, _ := be(t, srv, "u1002").get(draft); res.StatusCode != http.StatusNotFound {
		t.Errorf("another's draft: %d", res.StatusCode)
	}
	form := filled(t, body)
	res, body = doctor.post(step, form)
	to, _, _ := strings.Cut(res.Header.Get("Location"), "?")
	if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, "/unntak/FJO/") {
		t.Fatalf("sending: %d %s", res.StatusCode, text(body))
	}
	if res, _ := doctor.post(step, form); res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), to) {
		t.Errorf("sent twice: %d %s", res.StatusCode, res.Header.Get("Location"))
	}
	if res, _ := doctor.get(draft); res.StatusCode != http.StatusNotFound {
		t.Errorf("the draft after it was sent: %d", res.StatusCode)
	}
	if _, body := be(t, srv, "u1002").get(caseURL("FJO", ref)); !strings.Contains(body, to) {
		t.Error("the referral does not show its application")
	}
	_, body = lead.get(to + "/gjor/endorse")
	if res, _ := lead.post(to+"/gjor/endorse", filled(t, body)); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an empty word from the line: %d", res.StatusCode)
	}
	if res, body := lead.post(to+"/gjor/endorse", filled(t, body, "tilra", "yes", "tekst", "Avdelingen støtter.")); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("endorse: %d %s", res.StatusCode, text(body))
	}
	if res, _ := lead.get(to + "/avgjor"); res.StatusCode != http.StatusForbidden {
		t.Errorf("the line decides: %d", res.StatusCode)
	}
	_, body = director.get(to + "/avgjor")
	if got := text(body); !strings.Contains(got, "Grunngiving: pasienten skil seg klart frå gruppa") {
		t.Errorf("what is missing is not said: %s", got)
	}
	decision := []string{"utfall", "refused", "enkelt", "yes", "begrunnelse", "Veid samlet.", "sammendrag", "Nytten er usikker."}
	if res, _ := director.post(to+"/avgjor", filled(t, body, decision...)); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a decision without reasons for each criterion: %d", res.StatusCode)
	}
	for _, c := range law.Criteria {
		decision = append(decision, "vilkar-"+string(c), "yes", "hvorfor-"+string(c), "Vurdert for denne pasienten.")
	}
	if res, body := director.post(to+"/avgjor", filled(t, body, append([]string{"utfall", "refused", "enkelt", "no", "begrunnelse", "x", "sammendrag", "x"}, decision[8:]...)...)); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("not individual: %d %s", res.StatusCode, text(body))
	}
	_, body = director.get(to + "/avgjor")
	if res, body := director.post(to+"/avgjor", filled(t, body, decision...)); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("decide: %d %s", res.StatusCode, text(body))
	}
	_, body = office.get(to + "/brev/exception_refused")
	got := text(body)
	if !strings.Contains(got, "Du kan klage") || !strings.Contains(got, "fire uker") || strings.Contains(got, "ikke klage") {
		t.Errorf("the letter's complaint rights: %s", got)
	}
	res, _ = office.post(to+"/brev/exception_refused", filled(t, body))
	if res.StatusCode == http.StatusOK { // values were proposed: it is looked over and sent
		_, body = office.get(to + "/brev/exception_refused")
		res, _ = office.post(to+"/brev/exception_refused", filled(t, body))
	}
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("the letter: %d", res.StatusCode)
	}
	_, body = doctor.get(to)
	if !strings.Contains(body, "/brev/sendt/") || !strings.Contains(text(body), "Ingen åpne plikter") && !strings.Contains(text(body), "Send kopi") {
		t.Errorf("after the letter: %s", text(body))
	}
	if _, body := doctor.get("/praksis?metode=ID2024_902"); !strings.Contains(text(body), "Nytten er usikker.") || strings.Contains(text(body), "Fjordvik") && strings.Contains(text(body), "1 avgjorte saker Like") && strings.Contains(body, "april 2025 · Fjordvik") {
		t.Errorf("precedent: %s", text(body))
	}
}

// The list opens on what waits for the one who looks, and where nothing does, on what waits for others: the secretariat decides no application, and meets those that were sent on.
func TestTheListOpensWhereThereIsSomething(t *testing.T) {
	_, srv := newExceptions(t)
	for who, want := range map[string]string{"u2201": "visning=apne", "u2301": "visning=mine", "u1008": "visning=mine"} {
		_, body := be(t, srv, who).get("/unntak")
		if current := regexp.MustCompile(`<a href="/unntak\?([^"]*)" aria-current`).FindStringSubmatch(body); current == nil || current[1] != want || strings.Contains(text(body), "Ingen søknader her") {
			t.Errorf("%s: the list opens on %v, not %s", who, current, want)
		}
	}
}

// Where nothing is open the case and the list tell what comes: one under treatment is to be evaluated, and not done with.
func TestWhatComesIsTold(t *testing.T) {
	s, srv := newExceptions(t)
	id := s.apply("ID2024_902", "Frøydis", "Fabelsen")
	var why []exception.Answered
	for _, c := range law.Criteria {
		why = append(why, exception.Answered{Criterion: c, Met: law.Yes, Why: exception.Say("Vurdert.")})
	}
	for i, do := range []exception.Command{&exception.Inform{Letter: exception.LetterReceived, Patient: true, Referrer: true}, &exception.Complete{Form: exception.Form{Line: 2, Weeks: 12, Cost: 1, Evaluate: []day.Day{today.Add(60)}, Informed: today.Add(-4), Conflict: law.No,
		Earlier: exception.Say("a"), Evidence: exception.Say("a"), Expected: exception.Say("a"), Untreated: exception.Say("a"), Dose: exception.Say("a"), Alternatives: exception.Say("a"), Start: exception.Say("a")}},
		&exception.Endorse{Endorse: law.Yes, Words: exception.Say("Ja.")},
		&exception.DecideException{Outcome: law.ExGranted, Individual: law.Yes, Basis: []string{"survival"}, Criteria: why, Reason: exception.Say("Samlet."), Stop: []exception.Text{exception.Say("Ingen virkning.")}, Evaluate: today.Add(60), Departs: exception.Say("Annet forløp.")},
		&exception.Inform{Letter: exception.LetterGranted, Patient: true, Referrer: true}, &exception.SendCopy{}, &exception.Start{}} {
		s.matter("FJO", id, today.Add(-4+i/3), do)
	}
	doctor := be(t, srv, "u2001")
	const want = "Neste: Evaluer, 22. juni"
	if _, body := doctor.get(matterURL("FJO", id)); !strings.Contains(text(body), want) || !strings.Contains(text(body), "Ingen åpne plikter") || strings.Contains(text(body), "Ingenting gjenstår") {
		t.Errorf("the case lacks %q: %s", want, text(body))
	}
	if _, body := doctor.get("/unntak?visning=oppfolging"); !strings.Contains(text(body), want) {
		t.Errorf("the list: %s", text(body))
	}
}

// A file of methods is told by line what is wrong, entered whole or not at all, and once.
func TestMethodsFromFile(t *testing.T) {
	_, srv := newExceptions(t)
	v := be(t, srv, "u2201")
	key := strings.Repeat("B", 26)
	send := func(more ...string) (*http.Response, string) {
		f := url.Values{"key": {key}}
		for i := 0; i < len(more); i += 2 {
			f.Set(more[i], more[i+1])
		}
		var b bytes.Buffer
		parts := multipart.NewWriter(&b)
		for k := range f {
			if err := parts.WriteField(k, f.Get(k)); err != nil {
				t.Fatal(err)
			}
		}
		parts.Close()
		return v.read(v.c.Post(v.url+"/metoder/fil", parts.FormDataContentType(), &b))
	}
	bad := "id;title;state;decided\nID2024_991;Kulissetinib;commissioned;15.01.2025\nID1999_1;X;commissioned;15.01.2025\nID2024_992;Y;tull;32.01.2025\n"
	if res, body := send("tekst", bad); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text(body), "Linje 3, kolonnen id:") || !strings.Contains(text(body), "Linje 4, kolonnen state:") || !strings.Contains(text(body), "Linje 4, kolonnen decided:") || strings.Contains(text(body), "Linje 2") {
		t.Errorf("errors by line: %d %s", res.StatusCode, text(body))
	}
	quoted := "id;title;state;decided\nID2024_991;Kulissetinib;commissioned;15.01.2025\nID2024_992;\"Y;raised;15.01.2025\nID2024_993;Z;raised\n"
	if res, body := send("tekst", quoted); res.StatusCode != http.StatusUnprocessableEntity || strings.Contains(text(body), "quotation") || strings.Contains(body, "import.") {
		t.Errorf("faults of the file itself: %d %s", res.StatusCode, text(body))
	}
	good := "id;title;state;decided;from\nID2024_991;Kulissetinib;commissioned;15.01.2025;\nID2024_991;;not_introduced;17.03.2025;01.04.2025\n"
	if res, body := send("tekst", good); res.StatusCode != http.StatusOK || !strings.Contains(text(body), "2 nye") {
		t.Errorf("looked over: %d %s", res.StatusCode, text(body))
	}
	if res, _ := v.get("/metoder/ID2024_991"); res.StatusCode != http.StatusNotFound {
		t.Errorf("entered before it was confirmed: %d", res.StatusCode)
	}
	for range 2 {
		if res, body := send("tekst", good, "bekreft", "ja"); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("entered: %d %s", res.StatusCode, text(body))
		}
	}
	if _, file := v.get("/metoder/register.csv"); !strings.Contains(file, "ID2024_991;commissioned;2025-01-15;2025-01-15;Kulissetinib;;;\r\n") || !strings.Contains(file, "ID2024_991;not_introduced;2025-03-17;2025-04-01;") {
		t.Errorf("the register as a file: %s", file)
	} else if res, body := send("tekst", file); res.StatusCode != http.StatusOK || !strings.Contains(text(body), "0 nye") {
		t.Errorf("the register's own file entered again: %d %s", res.StatusCode, text(body))
	}
	if _, body := v.get("/metoder/ID2024_991?per=2025-03-20"); !strings.Contains(text(body), "Oppdrag gitt") || !strings.Contains(text(body), "Det er") && !strings.Contains(text(body), "Åpen") {
		t.Errorf("as on a day: %s", text(body))
	}
	if _, body := v.get("/metoder?q=kulisse&dor=access"); !strings.Contains(text(body), "Kulissetinib") || strings.Contains(text(body), "Dummyzumab ") {
		t.Errorf("found by name and open door: %s", text(body))
	}
	if res, _ := be(t, srv, "u1701").get("/metoder/ny"); res.StatusCode != http.StatusForbidden {
		t.Errorf("a representative keeps the register: %d", res.StatusCode)
	}
}

// The open page is for everybody, holds what is published and nothing else, and nothing of a single patient.
func TestOpenPage(t *testing.T) {
	s, srv := newExceptions(t)
	n := exception.National
	m := s.matter(n, 0, today.Add(-60), &exception.Schedule{Name: "Mars", Date: today.Add(-30)})
	for _, rep := range []string{"R1", "R3"} {
		s.matter(n, m, today.Add(-50), &exception.Invite{Reps: []string{rep}, Papers: true})
	}
	g := s.matter(n, 0, today.Add(-60), &exception.Propose{Method: "ID2024_902", UsersFrom: today.Add(-60), Group: exception.Group{Text: exception.Say("Voksne med <tilstanden>.")}})
	s.matter(n, g, today.Add(-30), &exception.DecideException{Outcome: law.ExGranted, Meeting: m, Reason: exception.Say("Hemmelig pris."), Summary: exception.Say("Gjevn nytte i gruppen.")})
	at := publicURL + "/" + strconv.FormatInt(g, 10)
	if code, body := get(t, srv, publicURL); code != http.StatusOK || strings.Contains(body, "Voksne med") {
		t.Errorf("before it is published: %d", code)
	}
	if code, _ := get(t, srv, at); code != http.StatusNotFound {
		t.Errorf("a page before it is published: %d", code)
	}
	s.matter(n, g, today.Add(-28), &exception.Publish{})
	for _, path := range []string{publicURL, at, publicURL + "?lang=en", at + "?lang=nn", publicURL + "/atom.xml"} {
		code, body := get(t, srv, path)
		if code != http.StatusOK || !strings.Contains(body, "Voksne med &lt;tilstanden") && !strings.Contains(body, "Gjevn nytte") {
			t.Errorf("%s: %d", path, code)
		}
		if strings.Contains(body, "Hemmelig") || strings.Contains(body, "Oppdiktet, ") || strings.Contains(body, "Frida") {
			t.Errorf("%s tells too much", path)
		}
	}
	_, body := get(t, srv, publicURL+"/atom.xml")
	var feed atomFeed
	if err := xml.Unmarshal([]byte(body), &feed); err != nil || len(feed.Entries) != 1 {
		t.Errorf("the feed: %v %+v", err, feed)
	}
	validAtom(t, feed, srv.URL)
	if code, body := get(t, srv, at+"/pdf"); code != http.StatusOK || !strings.HasPrefix(body, "%PDF-") {
		t.Errorf("the notice as PDF: %d", code)
	}
	if code, _ := get(t, srv, publicURL+"/"+strconv.FormatInt(s.tens["open"], 10)); code != http.StatusNotFound {
		t.Errorf("a single patient's application on the open page: %d", code)
	}
}

// validAtom holds a feed to RFC 4287: what a feed and an entry must have (4.1.1, 4.1.2), dates of RFC 3339 (3.3), an id that is an absolute IRI and stands once (4.2.6), and links that lead somewhere for
// one who has only the feed (4.2.7): absolute, one to the feed itself.
func validAtom(t *testing.T, f atomFeed, home string) {
	t.Helper()
	when := func(what, s string) time.Time {
		d, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		return d
	}
	ids := make(map[string]bool)
	one := func(what, id, title string, links []atomLink) {
		if u, err := url.Parse(id); err != nil || !u.IsAbs() || ids[id] {
			t.Errorf("%s: the id %q is no absolute IRI, or stands twice", what, id)
		}
		ids[id] = true
		if strings.TrimSpace(title) == "" {
			t.Errorf("%s has no title", what)
		}
		alternates := 0
		for _, l := range links {
			if !strings.HasPrefix(l.Href, home+"/") {
				t.Errorf("%s: the link %q does not begin with %s", what, l.Href, home)
			}
			if l.Rel == "alternate" {
				alternates++
			}
		}
		if alternates != 1 {
			t.Errorf("%s has %d alternate links", what, alternates)
		}
	}
	one("the feed", f.ID, f.Title, f.Links)
	if f.XMLName.Space != "http://www.w3.org/2005/Atom" || f.XMLName.Local != "feed" || f.Author.Name == "" || !slices.ContainsFunc(f.Links, func(l atomLink) bool { return l.Rel == "self" && l.Type == "application/atom+xml" }) {
		t.Errorf("the feed is not Atom, or lacks its author or the link to itself: %+v", f)
	}
	newest := when("the feed", f.Updated)
	for i, e := range f.Entries {
		one("entry "+e.ID, e.ID, e.Title, e.Links)
		if updated := when(e.ID, e.Updated); updated.Before(when(e.ID, e.Published)) || newest.Before(updated) {
			t.Errorf("entry %s: published %s, updated %s, in a feed updated %s", e.ID, e.Published, e.Updated, f.Updated)
		}
		if i > 0 && e.Published > f.Entries[i-1].Published {
			t.Errorf("entry %s is later than the one before it", e.ID)
		}
	}
}

// The addresses in the feed are those of the house, whatever name the caller used.
func TestFeedTellsWhereTheHouseIs(t *testing.T) {
	for _, x := range []struct{ home, host, want string }{{"https://rettid.example.no", "10.0.0.7:8080", "https://rettid.example.no"}, {"", "rettid.example.no", "https://rettid.example.no"}, {"", "127.0.0.1:8080", "http://127.0.0.1:8080"}, {"", "[::1]:8080", "http://[::1]:8080"}, {"", "localhost", "http://localhost"}} {
		s := &site{o: Options{Home: x.home}}
		if got := s.outside(&http.Request{Host: x.host}); got != x.want {
			t.Errorf("home %q asked as %q: %q, want %q", x.home, x.host, got, x.want)
		}
	}
}
