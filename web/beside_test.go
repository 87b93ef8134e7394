package web

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
)

// The checklist of a referral's content: marked on one page, said on the case and in intake, and what is missing is proposed where one asks for it.
func TestContentIsCheckedAndAskedFor(t *testing.T) {
	s, srv := newSite(t, Options{})
	id := s.receive(arrival{given: "Innhold", family: "Eventyr", born: day.On(1970, 1, 1), on: day.On(2025, 4, 10)})
	before := s.state("FJO", id)
	at := take(t, srv, "FJO", id, "check_content", "punkt-problem", "present", "punkt-history", "present", "punkt-findings", "missing", "punkt-earlier_treatment", "missing", "punkt-statements", "not_needed")
	_, page := get(t, srv, at)
	for _, want := range []string{"2 av 7 punkter er med.", "Mangler: funn og prøver, behandling til nå.", "Ikke besvart: individuell plan, ønsket tiltak, hastegrad.", "Be henviser eller pasient om opplysninger", "Vurderingsfristen løper som før.", "veilederen kap. 4.1"} {
		if !strings.Contains(text(page), want) {
			t.Errorf("the case does not say %q", want)
		}
	}
	if x := s.state("FJO", id); x.AssessBy != before.AssessBy || !x.Deficient {
		t.Errorf("the limit is %s and deficient %t; it was %s", x.AssessBy, x.Deficient, before.AssessBy)
	}
	_, page = get(t, srv, actURL("FJO", id, "request_information"))
	if !strings.Contains(text(page), "– funn og prøver") || !strings.Contains(text(page), "løper mens vi venter") {
		t.Errorf("what is missing is not proposed: %s", text(page))
	}
	if _, page = get(t, srv, "/mottak"); !strings.Contains(text(page), "Mangler innhold: spør om det") {
		t.Error("intake does not say that content is missing")
	}
	// Marked whole, nothing is missing any more.
	var all []string
	for _, p := range law.Points {
		all = append(all, "punkt-"+string(p), "present")
	}
	take(t, srv, "FJO", id, "check_content", all...)
	if x := s.state("FJO", id); x.Deficient {
		t.Error("a whole referral is deficient")
	}
	// Nothing marked is refused, and says so.
	other := s.receive(arrival{given: "Tomt", family: "Eventyr", born: day.On(1970, 1, 1), on: day.On(2025, 4, 10)})
	_, page = get(t, srv, actURL("FJO", other, "check_content"))
	if res, body := post(t, srv, actURL("FJO", other, "check_content"), filled(t, page)); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text(body), "Marker minst ett punkt") {
		t.Errorf("an empty checklist gives %d", res.StatusCode)
	}
}

// A colleague is asked, owes an answer, and answers; the case is still to be assessed by the one who has it.
func TestOpinionOfAColleague(t *testing.T) {
	s, srv := newSite(t, Options{})
	id := s.tens["unassessed"]
	at := take(t, srv, "FJO", id, "ask_opinion", "hvem", "Siv Skissesen", "begrunnelse", "Ser du artrose?")
	_, page := get(t, srv, at)
	for _, want := range []string{"Siv Skissesen er spurt om en vurdering.", "Venter på svar fra Siv Skissesen", "«Ser du artrose?»", "Den som vurderer saken, avgjør."} {
		if !strings.Contains(text(page), want) {
			t.Errorf("the case does not say %q", want)
		}
	}
	if _, page = get(t, srv, "/plikter?plikt=give_opinion&visning=apne"); !strings.Contains(text(page), "Simulert, Siri") {
		t.Error("the duty is not on the list of duties")
	}
	before := s.state("FJO", id)
	at = take(t, srv, "FJO", id, "give_opinion", "syn", "granted", "begrunnelse", "Ja, grad tre.")
	_, page = get(t, srv, at)
	if !strings.Contains(text(page), "bør ha rett") || !strings.Contains(text(page), "«Ja, grad tre.»") {
		t.Errorf("the answer is not shown: %s", text(page))
	}
	if x := s.state("FJO", id); x.Right != law.Pending || x.OpinionOpen != 0 || x.AssessBy != before.AssessBy {
		t.Errorf("an opinion changed the case: %+v", x.Facts)
	}
}

// A complaint from the reception to the County Governor's answer: late and taken all the same, reviewed here, sent on with its papers, and answered.
func TestComplaintAllTheWay(t *testing.T) {
	s, srv := newSite(t, Options{})
	id := s.receive(arrival{given: "Kari", family: "Fabelsen", born: day.On(1970, 1, 1), on: day.On(2025, 2, 3)})
	s.do("FJO", id, day.On(2025, 2, 10), law.Specialist, "Siv Skissesen", &referral.Assess{Outcome: law.NotGranted, Benefit: law.No, ReasonableCost: law.Yes, Need: law.Yes, Reason: referral.Say("Fastlegen kan følge opp.")})
	s.do("FJO", id, day.On(2025, 2, 10), law.Secretary, "Unni Utkast", &referral.Inform{Patient: true, Referrer: true})
	_, page := get(t, srv, actURL("FJO", id, "complain"))
	if !strings.Contains(text(page), "Klagefristen er 10. mars 2025.") {
		t.Error("the form does not tell the limit")
	}
	at := take(t, srv, "FJO", id, "complain", "gjelder", "right", "begrunnelse", "Jeg har mye vondt.")
	_, page = get(t, srv, at)
	for _, want := range []string{"Klage på retten", "Etter fristen, tatt imot likevel", "Venter på vår egen vurdering", "«Jeg har mye vondt.»"} {
		if !strings.Contains(text(page), want) {
			t.Errorf("the case does not say %q", want)
		}
	}
	// Sent on without a review or papers is not sent on.
	path := actURL("FJO", id, "decide_complaint")
	_, page = get(t, srv, path)
	if res, body := post(t, srv, path, filled(t, page, "utfall", "sent_on", "papirer", "")); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text(body), "Velg hvilke papirer som følger med.") {
		t.Errorf("sent on with nothing: %d", res.StatusCode)
	}
	at = take(t, srv, "FJO", id, "decide_complaint", "utfall", "sent_on", "begrunnelse", "Vi har sett på bildene på nytt.", "papirer", "complaint", "papirer", "decision")
	_, page = get(t, srv, at)
	for _, want := range []string{"Sendt med: klagen, avgjørelsen med begrunnelse", "Hos Statsforvalteren", "Vi har sett på bildene på nytt.", "Registrer svar fra Statsforvalteren"} {
		if !strings.Contains(text(page), want) {
			t.Errorf("the case does not say %q", want)
		}
	}
	at = take(t, srv, "FJO", id, "county_answer", "utfall", "upheld", "begrunnelse", "Pasienten har rett.")
	_, page = get(t, srv, at)
	if !strings.Contains(text(page), "Statsforvalteren, medhold") {
		t.Errorf("the answer is not shown: %s", text(page))
	}
	if x := s.state("FJO", id); x.Right != law.Pending || x.SentOn != 0 || x.Grievances[0].Answer != "upheld" || !x.Grievances[0].Late {
		t.Errorf("it folds to %+v", x.Grievances)
	}
}

// After the start the next contact is guarded: a latest sound day, a plan past it, and a plan in time; the legal deadline is not touched.
func TestNextContactIsGuarded(t *testing.T) {
	s, srv := newSite(t, Options{})
	id := s.tens["started"]
	take(t, srv, "FJO", id, "worsen", "trengs", "05.05.2025")
	_, page := get(t, srv, caseURL("FJO", id))
	if !strings.Contains(text(page), "Neste kontakt må planlegges nå") || !strings.Contains(text(page), "5. mai 2025") {
		t.Errorf("the day is not shown: %s", text(page))
	}
	path := actURL("FJO", id, "book")
	_, page = get(t, srv, path)
	if !strings.Contains(page, `name="forsvarlig" value="05.05.2025"`) {
		t.Error("the form does not have the sound day")
	}
	_, body := post(t, srv, path, filled(t, page, "dag", "20.05.2025", "hva", "treatment"))
	if !strings.Contains(text(body), "etter siste forsvarlige dag 5. mai 2025") {
		t.Fatalf("a contact past the sound day is not warned of: %s", text(body))
	}
	res, _ := post(t, srv, path, filled(t, body))
	_, page = get(t, srv, res.Header.Get("Location"))
	if !strings.Contains(text(page), "Neste kontakt er satt for sent") {
		t.Error("the case does not say that it is too late")
	}
	x := s.state("FJO", id)
	if law.Breach(&x.Facts, today, s.d.Settings).Value != law.NoBreach {
		t.Error("a planned contact breached the deadline (G5.3-14)")
	}
	take(t, srv, "FJO", id, "book", "dag", "02.05.2025", "hva", "treatment")
	if _, page = get(t, srv, caseURL("FJO", id)); strings.Contains(text(page), "satt for sent") {
		t.Error("a contact in time is still too late")
	}
}

// A newly found condition and a second opinion are cases of their own, linked both ways.
func TestRelatedCasesLinkBothWays(t *testing.T) {
	s, srv := newSite(t, Options{})
	id := s.tens["started"]
	child := take(t, srv, "FJO", id, "new_condition", "fag", "dermatology", "begrunnelse", "Funn på huden.")
	child, _, _ = strings.Cut(child, "?")
	second := take(t, srv, "FJO", id, "second_opinion", "begrunnelse", "Ønsker ny vurdering.")
	second, _, _ = strings.Cut(second, "?")
	_, page := get(t, srv, caseURL("FJO", id))
	for _, want := range []string{`href="` + child + `"`, `href="` + second + `"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the case lacks %s", want)
		}
	}
	for at, how := range map[string]string{child: "Tilstanden ble funnet i", second: "Fornyet vurdering av"} {
		_, page := get(t, srv, at)
		if !strings.Contains(text(page), how) || !strings.Contains(page, `href="`+caseURL("FJO", id)+`"`) {
			t.Errorf("%s does not lead back: %s", at, text(page))
		}
	}
}

// Whoever finds a new condition under way refers for it: the specialist stays with the patient when the new referral is assessed by others, and sees that it is
// made. What is suggested after a refusal is what one may do.
func TestTheSpecialistRefersForWhatIsFound(t *testing.T) {
	s := newSeed(t).fill()
	siv := be(t, newPeople(t, s, ""), "assessor")
	at := caseURL("FJO", s.tens["started"])
	_, page := siv.get(at)
	if !strings.Contains(page, at+"/gjor/new_condition") || !strings.Contains(text(page), "Registrer kontakt") || strings.Contains(text(page), "Registrer oppstart") {
		t.Fatalf("the case: %s", text(page))
	}
	_, page = siv.get(at + "/gjor/new_condition")
	res, body := siv.post(at+"/gjor/new_condition", filled(t, page, "fag", "dermatology", "begrunnelse", "Funn på huden."))
	if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), at+"?nysak=") {
		t.Fatalf("saved: %d %s %s", res.StatusCode, res.Header.Get("Location"), text(body))
	}
	if _, page = siv.get(res.Header.Get("Location")); !strings.Contains(text(page), "er en ny henvisning. Den vurderes der den ble sendt.") || !strings.Contains(text(page), "Hører sammen med") {
		t.Errorf("after it: %s", text(page))
	}
	path := caseURL("FJO", s.tens["Fiktiv"]) + "/gjor/change_deadline"
	_, page = siv.get(path)
	_, body = siv.post(path, filled(t, page, "dag", "01.08.2025", "grunnlag", "capacity"))
	if !strings.Contains(text(body), "Kapasitet kan ikke flytte fristen") || strings.Contains(body, "/gjor/notify_helfo") || strings.Contains(body, "/gjor/offer") {
		t.Errorf("the refusal leads to what booking does: %s", text(body))
	}
}

// One who is asked for an opinion sees it on the list of assessments, by the id that stands in the log; names are looked up.
func TestOpinionReachesTheColleague(t *testing.T) {
	s := newSeed(t).fill()
	id := s.tens["unassessed"]
	s.do("FJO", id, today, law.Specialist, "u1002", &referral.AskOpinion{Of: "u77", Question: referral.Say("Enig?")})
	mine := httptest.NewServer(New(s.d, Options{User: User{ID: "u77", Name: "Tora Tenkt", Role: law.Specialist}}))
	defer mine.Close()
	_, page := get(t, mine, "/vurdering")
	if !strings.Contains(text(page), "Kolleger har spurt deg Simulert, Siri") || !strings.Contains(page, actURL("FJO", id, "give_opinion")) {
		t.Errorf("the list does not tell: %s", text(page)[:500])
	}
	if _, page = get(t, mine, caseURL("FJO", id)); !strings.Contains(text(page), "Tora Tenkt er spurt om en vurdering.") {
		t.Error("the duty does not name the colleague")
	}
	other := httptest.NewServer(New(s.d, Options{User: User{ID: "u78", Name: "Eva Eksempelsen", Role: law.Specialist}}))
	defer other.Close()
	if _, page = get(t, other, "/vurdering"); strings.Contains(text(page), "Kolleger har spurt deg") {
		t.Error("another is told")
	}
}

// Intake is one list, in the order things came with the urgent first, of matters that are assessed and those that are not; a certificate for a driving licence
// stands after every patient who needs care (G6.1-3), and nothing is last for lacking a deadline (G3-4).
func TestIntakeIsOneListInOrder(t *testing.T) {
	s := newSeed(t)
	in := func(family string, on int, c referral.Receive) {
		s.receive(arrival{given: "Test", family: family, born: day.On(1970, 1, 1), on: day.On(2025, 4, on), c: c})
	}
	in("Attest", 1, referral.Receive{Concerns: law.DrivingLicence})
	in("Intern", 2, referral.Receive{Kind: law.Internal})
	in("Elektiv", 3, referral.Receive{})
	in("Kurs", 4, referral.Receive{Concerns: law.Course})
	in("Haster", 8, referral.Receive{Urgent: true})
	in("Alvor", 9, referral.Receive{SeriousSuspected: true})
	started := s.receive(arrival{given: "Test", family: "Hjelpes", born: day.On(1970, 1, 1), on: day.On(2025, 4, 2), c: referral.Receive{Kind: law.Internal}}) // nothing is left to take in
	s.do("FJO", started, day.On(2025, 4, 10), law.Specialist, "Siv Skissesen", &referral.Start{What: law.Treatment, Began: law.Yes})
	srv := httptest.NewServer(New(s.d, Options{Demo: true}))
	defer srv.Close()
	order := func(path string) string {
		_, page := get(t, srv, path)
		var out []string
		for _, m := range regexp.MustCompile(`<th scope="row" class="c-name"><a [^>]*>([^,<]*)`).FindAllStringSubmatch(page, -1) {
			out = append(out, m[1])
		}
		return strings.Join(out, " ")
	}
	for path, want := range map[string]string{"/mottak": "Alvor Haster Intern Elektiv Kurs Attest", "/mottak?visning=vurderes": "Alvor Haster Elektiv", "/mottak?visning=oppgaver": "Intern Kurs Attest"} {
		if got := order(path); got != want {
			t.Errorf("%s lists %s, want %s", path, got, want)
		}
	}
	if status, _ := get(t, srv, "/mottak?visning=tull"); status != http.StatusBadRequest {
		t.Errorf("a view that is none: %d", status)
	}
}

// The page of next of kin: who was considered, what they told, their own rights with the source, and the measures the house has set up (G7-13, G7-14).
func TestKinPage(t *testing.T) {
	s, srv := newSite(t, Options{})
	id := s.tens["unassessed"]
	_, page := get(t, srv, caseURL("FJO", id)+"/parorende")
	if !strings.Contains(text(page), "Ingen pårørende er vurdert") || !strings.Contains(text(page), "Ingen tiltak er lagt inn") && !strings.Contains(text(page), "oppdiktet") {
		t.Errorf("the empty page: %s", text(page))
	}
	take(t, srv, "FJO", id, "next_of_kin", "roller", "child", "slektskap", "barn født 2019", "samtykke", "ja", "hort", "Blir redd om natten.", "fortalt", "At mor skal til undersøkelse.")
	_, page = get(t, srv, caseURL("FJO", id)+"/parorende")
	for _, want := range []string{"1 pårørende skal kontaktes", "Barn som pårørende (barn født 2019)", "Blir redd om natten.", "At mor skal til undersøkelse.", "Skal kontaktes", "pbrl. § 3-3", "helsepersonelloven § 10 a", "følger av rollen, samtykket og fullmakten"} {
		if !strings.Contains(text(page), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	var h House
	if err := h.Set("kin.measure", "Kurs for pårørende, telefon 00 00 00 20"); err != nil || len(h.Measures) != 1 {
		t.Fatal(err)
	}
	if err := h.Set("kin.measure", " "); err == nil {
		t.Error("a measure without words is taken")
	}
	own := httptest.NewServer(New(s.d, Options{House: h}))
	defer own.Close()
	if _, page = get(t, own, caseURL("FJO", id)+"/parorende"); !strings.Contains(text(page), "Kurs for pårørende, telefon 00 00 00 20") || strings.Contains(text(page), "oppdiktet") {
		t.Errorf("the house's own measures are not shown: %s", text(page))
	}
	if status, _ := get(t, srv, caseURL("FJO", 99999)+"/parorende"); status != http.StatusNotFound {
		t.Errorf("a case that is none: %d", status)
	}
}

// A pathway's goal stands beside the legal deadline, in its own words and colour, and changes nothing of it.
func TestPathwayGoalIsNoDeadline(t *testing.T) {
	s, srv := newSite(t, Options{})
	id := s.tens["pathway"]
	before := s.state("SUN", id)
	at := take(t, srv, "SUN", id, "pathway_event", "hendelse", "started", "mal", "10.05.2025")
	_, page := get(t, srv, at)
	for _, want := range []string{"Mål: 10. mai 2025", "Den juridiske fristen er 28. mai 2025.", "Mål 10. mai", "Målet er ingen rettighet, og fristen står."} {
		if !strings.Contains(text(page), want) {
			t.Errorf("the case does not say %q", want)
		}
	}
	if !strings.Contains(page, `class="goalbox"`) || !strings.Contains(page, `<line class="goal"`) {
		t.Error("the goal does not look like a goal")
	}
	after := s.state("SUN", id)
	if after.StartBy != before.StartBy || law.Breach(&after.Facts, day.On(2025, 5, 12), s.d.Settings).Value != law.Breach(&before.Facts, day.On(2025, 5, 12), s.d.Settings).Value {
		t.Error("a goal changed the deadline")
	}
}

// A task that is care after all is decided to be so with a reason (G6-4), and a referral that is a task likewise; the case tells of the patient's other
// referrals in the field.
func TestClassifyBothWaysAndOtherReferrals(t *testing.T) {
	s, srv := newSite(t, Options{})
	task := s.receive(arrival{given: "Test", family: "Attest", born: day.On(1970, 1, 1), on: day.On(2025, 4, 14), c: referral.Receive{Concerns: law.DrivingLicence}})
	take(t, srv, "FJO", task, "classify", "gjelder", "driving_licence", "helsehjelp", "ja", "begrunnelse", "Beskriver nye anfall.")
	if x := s.state("FJO", task); x.Right != law.Pending || x.AssessBy != day.On(2025, 5, 2) {
		t.Errorf("care after all: %s by %s", x.Right, x.AssessBy)
	}
	again := s.receive(arrival{given: "Test", family: "Attest", born: day.On(1970, 1, 1), on: day.On(2025, 4, 15)})
	_, page := get(t, srv, caseURL("FJO", again))
	if !strings.Contains(text(page), "Åpen i samme fagområde: kan være den samme") || !strings.Contains(page, `href="`+caseURL("FJO", task)+`"`) {
		t.Error("a likely duplicate is not told")
	}
	take(t, srv, "FJO", again, "classify", "gjelder", "course", "helsehjelp", "nei", "begrunnelse", "Søknad om kurs.")
	if x := s.state("FJO", again); x.Right != law.NotAssessed {
		t.Errorf("a task is %s", x.Right)
	}
}
