package web

import (
	"encoding/base64"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"rettid/access"
	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/ledger"
	"rettid/letter"
	"rettid/patient"
	"rettid/referral"
	"rettid/words"
)

// outsiders are those who do not work here: patients, a parent, a guardian, referrers, and one with nothing in force. All are made up.
const outsiders = `id,name,role,provider,unit,specialty,tenant,patient,language,hpr,pid_digest,from,to
trym,Trym Testesen,patient,,,,FJO,FJO-TestesenTrym,nb,,,,
gunn,Gunn Gåte,patient,,,,FJO,FJO-GåteGunn,nb,,,,
nils,Nils Nei,patient,,,,FJO,FJO-NeiNils,nb,,,,
over,Per Påfunnsen,patient,,,,FJO,FJO-PåfunnsenPer,nb,,,,
siri,Siri Simulert,patient,,,,FJO,FJO-SimulertSiri,nb,,,,
anna,Anna Antatt,patient,,,,FJO,FJO-AntattAnna,nb,,,,
stine,Stine Startet,patient,,,,FJO,FJO-StartetStine,nb,,,,
barn,Bo Barnesen,patient,,,,FJO,FJO-BarnesenBo,nb,,,,
ung,Una Ungsen,patient,,,,FJO,FJO-UngsenUna,nb,,,,
parent,Fiktiv Forelder,representative,,,,FJO,FJO-BarnesenBo,nb,,,,
parent,,representative,,,,FJO,FJO-UngsenUna,,,,,
parent,,representative,,,,FJO,FJO-VoksenVera,,,,,
guardian,Vilja Verge-Attrapp,representative,,,,FJO,FJO-VoksenVera,nb,,,2025-01-01,
gp,Lise Latsom,referrer,GP01,,,,,nb,990000101,,,
colleague,Tord Tenktesen,referrer,GP01,,,,,nb,990000102,,,
office,Sissel Skranke-Fiktiv,referrer_office,GP01,,,,,nb,,,,
othergp,Roar Reserve,referrer,GP09,,,,,nb,990000901,,,
past,Foreldet Forelder,representative,,,,FJO,FJO-BarnesenBo,nb,,,,2025-04-22
booking,Dag Dummy,booking,FJO,FJO-01,,,,nb,,,,
intake,Eva Eksempelsen,intake,FJO,,,,,nb,,,,
assessor,Siv Skissesen,assessor,FJO,FJO-01,,,,,,,,
`

// newOutside serves a region to those who do not work there.
func newOutside(t testing.TB) (*seed, *httptest.Server) {
	t.Helper()
	s := newSeed(t).fill()
	d := day.On
	child := func(given, family string, born day.Day) {
		s.tens[family] = s.receive(arrival{given: given, family: family, born: born, on: d(2025, 3, 3)})
		s.grant("FJO", s.tens[family], d(2025, 3, 10), d(2025, 6, 2), "")
		s.book("FJO", s.tens[family], d(2025, 3, 12), d(2025, 5, 20), 9*60)
	}
	child("Bo", "Barnesen", d(2016, 2, 1))
	child("Una", "Ungsen", d(2012, 2, 1))
	child("Vera", "Voksen", d(1940, 2, 1))
	s.do("FJO", s.tens["unassessed"], d(2025, 4, 22), law.Specialist, "assessor", &referral.RequestInformation{From: "patient", Text: referral.Say("Hvor lenge har du hatt vondt?")})
	people, err := access.ReadPeople(strings.NewReader(outsiders))
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewUnstartedServer(nil)
	h, err := NewGated(s.d, Options{Demo: true, Log: slog.New(slog.DiscardHandler)}, access.GateOptions{People: people, Demo: true, Listener: srv.Listener.Addr()})
	if err != nil {
		t.Fatal(err)
	}
	srv.Config.Handler = h
	srv.Start()
	t.Cleanup(func() { srv.CloseClientConnections(); srv.Close() }) // a stream that is open would be waited for
	return s, srv
}

func (s *seed) my(family string) string { return myURL("FJO", s.tens[family]) }

// Who sees which case: their own and those they act for, and of another's nothing, not even that it is there.
func TestOutsidersMeetCases(t *testing.T) {
	s, srv := newOutside(t)
	paths := []string{s.my("Testesen"), s.my("Barnesen"), s.my("Ungsen"), s.my("Voksen"), "/meg/sak/FJO/99999", "/meg", "/henviser", "/henviser" + caseURL("FJO", s.tens["Testesen"]), "/liste", "/ledelse", "/mottak", "/sok"}
	for who, want := range map[string]string{
		//           Trym Bo  Una Vera none meg henv h.sak liste led mott sok
		"trym":     "200 404 404 404 404 200 403 404 403 403 403 403",
		"barn":     "404 200 404 404 404 200 403 404 403 403 403 403",
		"parent":   "404 200 200 404 404 200 403 404 403 403 403 403",
		"guardian": "404 404 404 200 404 200 403 404 403 403 403 403",
		"gp":       "404 404 404 404 404 403 200 200 403 403 403 403",
		"othergp":  "404 404 404 404 404 403 200 404 403 403 403 403",
		"booking":  "404 404 404 404 404 403 403 404 200 200 200 200",
	} {
		t.Run(who, func(t *testing.T) {
			v := be(t, srv, who)
			for i, want := range strings.Fields(want) {
				res, body := v.get(paths[i])
				if got := strconv.Itoa(res.StatusCode); got != want {
					t.Errorf("%s: %s, want %s: %.200s", paths[i], got, want, text(body))
				}
				if res.StatusCode != http.StatusOK {
					for _, name := range []string{"Testesen", "Barnesen", "Ungsen", "Vera Voksen"} {
						if strings.Contains(body, name) && !strings.Contains(outsiders, who+","+name) && who != "trym" && who != "barn" {
							t.Errorf("%s tells of %s", paths[i], name)
						}
					}
				}
			}
		})
	}
	// One whose grant has run out does not come in.
	v := visit(t, srv)
	if res, _ := v.post("/inn", url.Values{"hvem": {"past"}, "til": {"/"}}); res.StatusCode != http.StatusForbidden {
		t.Errorf("one without a grant in force comes in: %d", res.StatusCode)
	}
	// Nobody at all is sent to the ways in.
	if res, _ := visit(t, srv).get(s.my("Testesen")); res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), "/inn") {
		t.Errorf("nobody: %d", res.StatusCode)
	}
}

// Every form of another's case is as little there as the case, also when it is sent, and a form from another site is refused.
func TestOutsidersCannotActForOthers(t *testing.T) {
	s, srv := newOutside(t)
	trym := be(t, srv, "trym")
	for _, a := range myActs {
		for _, to := range []string{s.my("Barnesen"), s.my("Antatt"), "/meg/sak/INN/1"} {
			if res, body := trym.get(to + "/" + a.path); res.StatusCode != http.StatusNotFound || strings.Contains(body, "Barnesen") {
				t.Errorf("GET %s/%s: %d", to, a.path, res.StatusCode)
			}
			if res, _ := trym.post(to+"/"+a.path, url.Values{"key": {strings.Repeat("A", 26)}, "seq": {"3"}, "tekst": {"x"}, "gjelder": {"right"}}); res.StatusCode != http.StatusNotFound {
				t.Errorf("POST %s/%s: %d", to, a.path, res.StatusCode)
			}
		}
	}
	if res, _ := trym.get(s.my("Barnesen") + "/innsyn"); res.StatusCode != http.StatusNotFound {
		t.Errorf("another's log: %d", res.StatusCode)
	}
	if res, _ := trym.get(s.my("Barnesen") + "/brev/3"); res.StatusCode != http.StatusNotFound {
		t.Errorf("another's letter: %d", res.StatusCode)
	}
	if res, _ := trym.get("/meg/kontakt/7"); res.StatusCode != http.StatusNotFound {
		t.Errorf("another's address: %d", res.StatusCode)
	}
	if res, _ := trym.get("/meg/foreldre"); res.StatusCode != http.StatusNotFound {
		t.Errorf("a grown patient's wish about parents: %d", res.StatusCode)
	}
	// What is staff's is not theirs, also by its own address.
	for _, at := range []string{"", "/gjor/close", "/gjor/book", "/innsyn", "/vurder"} {
		if res, _ := trym.get(caseURL("FJO", s.tens["Barnesen"]) + at); res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), "/meg/sak/") {
			t.Errorf("staff's page %q of another: %d %s", at, res.StatusCode, res.Header.Get("Location"))
		}
	}
	r, err := http.NewRequest(http.MethodPost, srv.URL+s.my("Testesen")+"/trekk", strings.NewReader("key="+strings.Repeat("A", 26)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "https://elsewhere.example.org")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	res, _ := trym.read(trym.c.Do(r))
	if x := s.stateOf("Testesen"); res.StatusCode != http.StatusForbidden || !x.Open() {
		t.Errorf("a form from another site: %d", res.StatusCode)
	}
}

func (s *seed) stateOf(family string) referral.Referral { return s.state("FJO", s.tens[family]) }

// send fills in a form, says yes to what it leads to, and gives the page that follows.
func (s *seed) send(v visitor, path string, change ...string) string {
	s.t.Helper()
	_, page := v.get(path)
	res, body := v.post(path, filled(s.t, page, change...))
	if res.StatusCode == http.StatusOK && strings.Contains(body, `name="bekreft"`) {
		res, body = v.post(path, filled(s.t, body))
	}
	if res.StatusCode != http.StatusSeeOther {
		s.t.Fatalf("%s: %d %s", path, res.StatusCode, text(body))
	}
	_, after := v.get(res.Header.Get("Location"))
	return text(after)
}

func (s *seed) owes(family string, name law.DutyName) bool {
	x := s.stateOf(family)
	return slices.ContainsFunc(law.DutiesOn(&x.Facts, today, s.d.Settings), func(d law.Duty) bool { return d.Name == name })
}

// Each thing a patient does is an ordinary entry in the role of patient, and somebody owes what follows.
func TestPatientActs(t *testing.T) {
	s, srv := newOutside(t)
	trym := be(t, srv, "trym")
	at := s.my("Testesen")

	if got := s.send(trym, at+"/melding", "tekst", "Kan jeg ta med hund?"); !strings.Contains(got, "Kan jeg ta med hund?") || !s.owes("Testesen", law.DutyAnswerPatient) {
		t.Errorf("a message: %s", got)
	}
	s.do("FJO", s.tens["Testesen"], today, law.Booking, "booking", &referral.Reply{Text: referral.Say("Nei, dessverre.")})
	if _, body := trym.get(at); !strings.Contains(text(body), "Nei, dessverre.") || s.owes("Testesen", law.DutyAnswerPatient) {
		t.Errorf("the answer: %s", text(body))
	}
	s.send(trym, at+"/verre", "tekst", "Vondt om natten.")
	if x := s.stateOf("Testesen"); !slices.Equal(x.Asked, []string{law.AskWorse}) {
		t.Errorf("worse: %v", x.Asked)
	}
	s.send(trym, at+"/annet-sted", "sted", "SUN", "tekst", "Bor nær.")
	s.send(trym, at+"/onske", "onske", "ja", "varsel", "2")
	if x := s.stateOf("Testesen"); x.Earlier.Since.IsZero() || x.Earlier.Notice != 2 || len(x.Asked) != 2 {
		t.Errorf("wishes: %+v %v", x.Earlier, x.Asked)
	}
	s.send(trym, at+"/klage", "gjelder", "deadline", "tekst", "Fristen er for lang.")
	if x := s.stateOf("Testesen"); x.Complaints != 1 || !s.owes("Testesen", law.DutyHandleComplaint) {
		t.Errorf("a complaint: %d", x.Complaints)
	}

	// Giving up a time: what it does to the deadline is said before it is sent, and another consequence is said anew.
	_, page := trym.get(at + "/time")
	_, body := trym.post(at+"/time", filled(t, page, "nar", "fra", "dag", "01.07.2025"))
	if got := text(body); !strings.Contains(got, "1. juli 2025. Det er etter fristen din, 2. juni 2025") || !strings.Contains(got, "ikke lenger kreve") || !strings.Contains(got, "Ingenting er sendt") {
		t.Errorf("past the deadline: %s", got)
	}
	if x := s.stateOf("Testesen"); x.Appointment.IsZero() || len(x.Postponements) != 0 {
		t.Error("something was sent before it was said yes to")
	}
	_, body = trym.post(at+"/time", filled(t, body, "nar", "snart", "dag", ""))
	if got := text(body); !strings.Contains(got, "Fristen din er fortsatt 2. juni 2025") {
		t.Errorf("changed after the consequence was said: %s", got)
	}
	res, _ := trym.post(at+"/time", filled(t, body))
	x := s.stateOf("Testesen")
	if res.StatusCode != http.StatusSeeOther || !x.Appointment.IsZero() || x.StartBy != day.On(2025, 6, 2) || !s.owes("Testesen", law.DutyBook) {
		t.Errorf("the time is given up: %d %+v", res.StatusCode, x.Appointment)
	}
	// Sent twice is done once.
	if res, _ := trym.post(at+"/time", filled(t, body)); res.StatusCode != http.StatusSeeOther || len(s.stateOf("Testesen").Postponements) != 1 {
		t.Errorf("sent twice: %d, %d postponements", res.StatusCode, len(s.stateOf("Testesen").Postponements))
	}
	if res, _ := trym.get(at + "/time"); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a time that is gone can be given up again: %d", res.StatusCode)
	}
	s.send(trym, at+"/trekk")
	if x := s.stateOf("Testesen"); x.Open() || x.ClosedFor != law.Withdrawn {
		t.Errorf("withdrawn: %s %s", x.Status, x.ClosedFor)
	}
	for _, e := range mustLog(t, s, s.tens["Testesen"]) {
		if e.Event.Role == law.Patient && e.Event.Actor != "patient" {
			t.Errorf("entry %d is by %q: no name and no number of the patient stands in the log", e.Seq, e.Event.Actor)
		}
	}
}

// Information asked of the patient is given on their page; the duty to assess and its day stand.
func TestPatientAnswers(t *testing.T) {
	s, srv := newOutside(t)
	siri := be(t, srv, "siri")
	at := s.my("unassessed")
	_, body := siri.get(at)
	if got := text(body); !strings.Contains(got, "Hvor lenge har du hatt vondt?") || !strings.Contains(got, "Svaret ditt kommer senest") {
		t.Errorf("what is asked: %s", got)
	}
	before := s.stateOf("unassessed").AssessBy
	s.send(siri, at+"/opplysninger", "tekst", "Siden jul.")
	if x := s.stateOf("unassessed"); x.InfoGotOn != today || x.AssessBy != before || !s.owes("unassessed", law.DutyAssess) {
		t.Errorf("answered %s, limit %s", x.InfoGotOn, x.AssessBy)
	}
}

// An offer is answered on the patient's page: yes takes it, no and waiting gives up the deadline, and both are said first.
func TestPatientAnswersOffers(t *testing.T) {
	for answer, want := range map[string]string{"ja": "Du får time 5. mai 2025", "vent": "ikke lenger kreve", "nei": "trenger ikke sykehuset si fra til Helfo"} {
		s, srv := newOutside(t)
		gunn := be(t, srv, "gunn")
		at := s.my("offers")
		_, page := gunn.get(at + "/tilbud")
		_, body := gunn.post(at+"/tilbud", filled(t, page, "svar", answer))
		if !strings.Contains(text(body), want) {
			t.Errorf("%s: %s", answer, text(body))
		}
		if res, body := gunn.post(at+"/tilbud", filled(t, body)); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", answer, res.StatusCode, text(body))
		}
		x := s.stateOf("offers")
		o := x.Offers[len(x.Offers)-1]
		if (answer == "ja") != (o.Answer == law.Yes) || (answer == "vent") != (o.WaitFor == "FJO") || !x.DeclinedInTime && answer != "ja" {
			t.Errorf("%s: %+v", answer, o)
		}
	}
}

// A child of twelve or more may say that parents do not see the case, and take it back; a parent then sees nothing.
func TestParents(t *testing.T) {
	s, srv := newOutside(t)
	una, parent := be(t, srv, "ung"), be(t, srv, "parent")
	at := s.my("Ungsen")
	if _, body := parent.get(at); !strings.Contains(text(body), "Du ser saken til Una Ungsen") {
		t.Errorf("a parent's page: %s", text(body))
	}
	s.send(parent, at+"/melding", "tekst", "Hun gleder seg.")
	if e := mustLog(t, s, s.tens["Ungsen"]); e[len(e)-1].Event.Role != law.NextOfKin || e[len(e)-1].Event.Actor != "parent" {
		t.Errorf("a parent's message is by %s %q", e[len(e)-1].Event.Role, e[len(e)-1].Event.Actor)
	}
	_, page := una.get("/meg/foreldre")
	una.post("/meg/foreldre", filled(t, page, "ser", "nei"))
	if res, _ := parent.get(at); res.StatusCode != http.StatusNotFound {
		t.Errorf("a parent sees a case the child has hidden: %d", res.StatusCode)
	}
	if res, _ := parent.get(s.my("Barnesen")); res.StatusCode != http.StatusOK {
		t.Errorf("the other child's: %d", res.StatusCode)
	}
	_, page = una.get("/meg/foreldre")
	una.post("/meg/foreldre", filled(t, page, "ser", "ja"))
	if res, _ := parent.get(at); res.StatusCode != http.StatusOK {
		t.Errorf("after it was taken back: %d", res.StatusCode)
	}
	versions, err := s.d.Ledger.PaperVersions(s.ctx, "FJO", hidePaper, "FJO-UngsenUna")
	if err != nil || len(versions) != 2 {
		t.Errorf("both choices are kept: %d, %v", len(versions), err)
	}
	if res, _ := parent.get("/meg/foreldre"); res.StatusCode != http.StatusNotFound {
		t.Errorf("a parent chooses for the child: %d", res.StatusCode)
	}
}

// Address, telephone and language are changed by the patient; what they were is kept.
func TestPatientChangesAddress(t *testing.T) {
	s, srv := newOutside(t)
	trym := be(t, srv, "trym")
	_, page := trym.get("/meg/kontakt/0")
	res, body := trym.post("/meg/kontakt/0", filled(t, page, "telefon", "x", "postnummer", "12"))
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text(body), "Fire tall.") {
		t.Errorf("wrong: %d %s", res.StatusCode, text(body))
	}
	res, _ = trym.post("/meg/kontakt/0", filled(t, page, "telefon", "00 00 00 99", "adresse", "Fabelveien 1", "postnummer", "9999", "poststed", "Eventyrstad", "sprak", "nn"))
	p, _, err := s.d.Ledger.Person(s.ctx, "FJO", "FJO-TestesenTrym")
	if res.StatusCode != http.StatusSeeOther || err != nil || p.Address != "Fabelveien 1" || p.Language != "nn" || p.Family != "Testesen" || p.Ident == "" {
		t.Errorf("changed: %d %v %s", res.StatusCode, err, p.Address)
	}
	kept, ok, err := s.d.Ledger.Paper(s.ctx, "FJO", contactPaper, p.ID)
	if err != nil || !ok || !strings.Contains(string(kept.Body), `"was"`) || kept.Actor != "patient" {
		t.Errorf("what it was: %v %v", ok, err)
	}
}

// Who has looked is shown with name, role, place, why and when, and a look from outside is marked; the patient's own looks stand there too.
func TestPatientSeesWhoLooked(t *testing.T) {
	s, srv := newOutside(t)
	id := s.tens["Testesen"]
	for _, a := range []ledger.Access{{Actor: "booking", Role: "booking", Place: "FJO", Purpose: "booking"}, {Actor: "assessor", Role: "specialist", Place: "SUN", Purpose: "emergency"}} {
		a.Tenant, a.Patient, a.Referral, a.At = "FJO", "FJO-TestesenTrym", id, s.d.Now().UTC().UnixMicro()
		if err := s.d.Ledger.Saw(s.ctx, a); err != nil {
			t.Fatal(err)
		}
	}
	trym := be(t, srv, "trym")
	trym.get(s.my("Testesen"))
	_, body := trym.get(s.my("Testesen") + "/innsyn")
	got := text(body)
	for _, want := range []string{"Dag Dummy , Timebestilling, Fjordvik sykehus", "Siv Skissesen , Spesialist, Sundet sykehus", "måtte si hvorfor", "du trengte hjelp med en gang", "23. april 2025 kl. 10.42", "Du selv"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not among who looked: %s", want, got)
		}
	}
	if n := strings.Count(body, `class="glass"`); n != 1 {
		t.Errorf("%d looks are marked", n)
	}
}

// A letter is read as it was sent; the first opening is noted, and shown.
func TestPatientReadsLetters(t *testing.T) {
	s, srv := newOutside(t)
	page := `<!doctype html><html lang="nb"><title>Brev</title><p>Oppdiktet brev.</p></html>`
	out, err := s.d.Ledger.Records(s.ctx, "FJO", s.tens["Antatt"])
	if err != nil {
		t.Fatal(err)
	}
	seq := len(out) + 1
	s.letter("FJO", s.tens["Antatt"], page)
	anna := be(t, srv, "anna")
	if _, body := anna.get(s.my("Antatt")); !strings.Contains(text(body), "ikke lest") {
		t.Errorf("an unread letter: %s", text(body))
	}
	at := s.my("Antatt") + "/brev/" + strconv.Itoa(seq)
	if res, body := anna.get(at); res.StatusCode != http.StatusOK || body != page {
		t.Errorf("the letter: %d %s", res.StatusCode, body)
	}
	if _, body := anna.get(s.my("Antatt")); !strings.Contains(text(body), "lest 23. april") {
		t.Errorf("a read letter: %s", text(body))
	}
	looks, err := s.d.Ledger.Accesses(s.ctx, "FJO", "FJO-AntattAnna", 10, 0)
	if err != nil || !slices.ContainsFunc(looks, func(a ledger.Access) bool { return a.Purpose == "own_letter" && a.Role == "patient" }) {
		t.Errorf("opening a letter is a look: %v %v", looks, err)
	}
	if res, _ := anna.get(at + "/pdf"); res.StatusCode != http.StatusNotFound {
		t.Errorf("a PDF that was never made: %d", res.StatusCode)
	}
	file := "%PDF-1.7 oppdiktet"
	s.n++
	_, err = s.d.Take(s.ctx, desk.Order{Tenant: "FJO", Referral: s.tens["Antatt"], At: referral.At{On: today, Role: law.Secretary, Actor: "letters", Place: "FJO"}, Known: s.d.Now(), Notes: []ledger.Note{{ID: "n2", Text: page}, {ID: "n3", Text: base64.StdEncoding.EncodeToString([]byte(file))}},
		Do: &referral.Inform{Patient: true, Letter: law.LetterGranted, Kept: []referral.Kept{{To: "patient", Lang: "nb", Note: "n2", Digest: digest(page), PDF: "n3", PDFDigest: digest(file)}}}})
	if err != nil {
		t.Fatal(err)
	}
	if res, body := anna.get(s.my("Antatt") + "/brev/" + strconv.Itoa(seq+1) + "/pdf"); res.StatusCode != http.StatusOK || body != file || res.Header.Get("Content-Type") != "application/pdf" {
		t.Errorf("the PDF: %d %s", res.StatusCode, body)
	}
	if res, _ := anna.get(s.my("Antatt") + "/brev/1"); res.StatusCode != http.StatusNotFound {
		t.Errorf("an entry that is no letter: %d", res.StatusCode)
	}
}

// The pages of patients in every state: no provision, no norm, no code, no identity number and none of the words that law reserves for staff.
func TestPatientPagesArePlain(t *testing.T) {
	s, srv := newOutside(t)
	for who, family := range map[string]string{"trym": "Testesen", "gunn": "offers", "nils": "no-right", "over": "over", "siri": "unassessed", "anna": "Antatt", "stine": "started", "barn": "Barnesen"} {
		v := be(t, srv, who)
		for _, lang := range []string{"nb", "nn", "en"} {
			for _, path := range []string{"/meg", s.my(family), s.my(family) + "/innsyn", "/meg/rettigheter", "/meg/kontakt/0"} {
				res, body := v.get(path + "?lang=" + lang)
				if res.StatusCode != http.StatusOK {
					t.Fatalf("%s %s: %d %s", who, path, res.StatusCode, text(body))
				}
				main := text(body[strings.Index(body, "<main"):])
				for _, bad := range []string{"§", "pbrl", "G8.1", "R-6", "pat.", "web.", "{0}", "0001-01-01", "%!"} {
					if strings.Contains(main, bad) {
						t.Errorf("%s in %s: %s says %q: %s", who, lang, path, bad, main)
					}
				}
				if n := identityNumber.FindString(main); n != "" {
					if _, err := patient.Identify(n); err == nil {
						t.Errorf("%s: %s shows an identity number", who, path)
					}
				}
			}
		}
	}
}

var identityNumber = regexp.MustCompile(`\b\d{11}\b`)

// All words of the patients' pages together are easy to read (LIX below 40), in each language, and so is each text of more than thirty words.
func TestPatientWordsAreEasy(t *testing.T) {
	for _, l := range words.Langs() {
		var all []string
		for _, key := range words.Keys() {
			if strings.HasPrefix(key, "pat.") && !strings.HasPrefix(key, "pat.kin.demo") {
				one := words.Say(l, key, "Fjordvik", "Fjordvik")
				all = append(all, one)
				for line := range strings.SplitSeq(one, "\n") {
					for _, sentence := range letter.Sentences(line) {
						if why := letter.Hard(sentence); why != "" {
							t.Errorf("%s in %s: %s: %s", key, l, why, sentence)
						}
					}
				}
				if len(strings.Fields(one)) > 30 {
					if lix := letter.LIX(one); lix > letter.Readable {
						t.Errorf("%s in %s: LIX %.1f: %s", key, l, lix, one)
					}
				}
			}
		}
		lix := letter.LIX(all...)
		t.Logf("%s: LIX %.1f over %d texts", l, lix, len(all))
		if lix > 35 {
			t.Errorf("%s: LIX %.1f over %d texts", l, lix, len(all))
		}
	}
}

// Whoever signs in by ID-porten is found in each trust's records, with nothing of staff's, and acts for others by the digest of their number alone.
func TestPatientsByNumber(t *testing.T) {
	s := newSeed(t).fill()
	key := []byte(strings.Repeat("k", 32))
	p, _, err := s.d.Ledger.Person(s.ctx, "FJO", "FJO-TestesenTrym")
	if err != nil || p.Ident == "" {
		t.Fatal("the seed's patient has no number", err)
	}
	digest := access.PidDigest(key, p.Ident)
	people, err := access.ReadPeople(strings.NewReader(strings.SplitAfter(outsiders, "\n")[0] + "rep,Trym Testesen,representative,,,,FJO,FJO-GåteGunn,nb,," + digest + ",2025-01-01,\nrep,,booking,FJO,,,,,,,,,\n"))
	if err != nil {
		t.Fatal(err)
	}
	id, err := patient.Identify(p.Ident)
	if err != nil {
		t.Fatal(err)
	}
	u, ok, err := Patients(s.d, nil, nil)(s.ctx, id)
	if err != nil || !ok || len(u.Roles) != 1 || u.Roles[0].Patient != (access.PatientID{Tenant: "FJO", ID: p.ID}) || strings.Contains(u.ID, p.Ident) {
		t.Errorf("a patient: %v %v %+v", ok, err, u.Roles)
	}
	u, ok, err = Patients(s.d, people, key)(s.ctx, id)
	if err != nil || !ok || u.ID != "rep" || len(u.Roles) != 2 || u.Has(access.Booking, today) {
		t.Errorf("a patient who acts for another: %v %v %+v", ok, err, u.Roles)
	}
	if err := s.d.Ledger.ErasePerson(s.ctx, "FJO", p.ID, 1); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := Patients(s.d, nil, nil)(s.ctx, id); ok || err != nil {
		t.Errorf("an erased patient comes in: %v %v", ok, err)
	}
}
