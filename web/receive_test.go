package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"rettid/day"
	"rettid/law"
	"rettid/patient"
	"rettid/referral"
)

// The intake list: what has come and is not assessed, the urgent first, what is wanting in it, and its number in the menu.
func TestActIntake(t *testing.T) {
	s, srv := newSite(t, Options{})
	_, page := get(t, srv, "/mottak")
	got := text(page)
	for _, want := range []string{"6 i mottak", "Mangler innhold: spør om det", "Registrer papirhenvisning", "Mottak 6"} {
		if !strings.Contains(got, want) {
			t.Errorf("the intake does not say %q: %s", want, got)
		}
	}
	if i, j := strings.Index(got, "Pseudosen, Pia"), strings.Index(got, "Hypotetisk, Hedda"); i < 0 || j < i || strings.Index(got, "Simulert, Siri") < j {
		t.Errorf("suspected serious disease, then the urgent, then the rest: %s", got)
	}
	// What is neither right nor task until somebody says which is among what is to be decided (G6.4-9): no row is outside both halves.
	if _, page := get(t, srv, "/mottak?visning=vurderes"); !strings.Contains(text(page), "Alle 6 Skal vurderes 6 Vurderes ikke 0") || !strings.Contains(text(page), "Veiledning, Vilje") {
		t.Errorf("the mixed one: %s", text(page))
	}
	// What is not to be assessed is there until it is planned, and then it is somebody's appointment.
	internal := s.receive(arrival{given: "Ine", family: "Indre", born: day.On(1980, 1, 2), on: day.On(2025, 4, 11), c: referral.Receive{Kind: law.Internal}})
	if _, page := get(t, srv, "/mottak?visning=oppgaver"); !strings.Contains(text(page), "7 i mottak") || !strings.Contains(text(page), "Indre, Ine") || !strings.Contains(text(page), "Sett opp time") {
		t.Errorf("an internal one: %s", text(page))
	}
	s.book("FJO", internal, today, today.Add(14), 9*60)
	if _, page := get(t, srv, "/mottak?visning=oppgaver"); !strings.Contains(text(page), "6 i mottak") || strings.Contains(text(page), "Indre, Ine") {
		t.Errorf("planned, it is still in the intake: %s", text(page))
	}
	if status, page := get(t, srv, "/mottak?fag=cardiology"); status != 200 || !strings.Contains(text(page), "Ingen treff") {
		t.Errorf("a field without any: %d", status)
	}
}

// A paper referral: what follows is shown first, then it is saved once, however often the form is sent.
func TestActReceive(t *testing.T) {
	s, srv := newSite(t, Options{})
	number, _ := patient.MakeSynthetic(day.On(1980, 3, 4), 7, true)
	_, page := get(t, srv, "/mottak/ny")
	form := func(change ...string) url.Values {
		out := filled(t, page, "nummer", number, "fornavn", "Nora", "etternavn", "Nykommer", "sted", "FJO", "fag", "orthopaedics", "dato", "22.04.2025", "begrunnelse", "Vondt i hoften.")
		for i := 0; i < len(change); i += 2 {
			out.Set(change[i], change[i+1])
		}
		return out
	}
	for name, tt := range map[string]struct {
		change []string
		says   string
	}{
		"a wrong number":      {[]string{"nummer", "12345678901"}, `id="e-nummer"`},
		"nobody":              {[]string{"nummer", ""}, "Oppgi fødselsnummer, eller lokalt nummer"},
		"no birth":            {[]string{"nummer", "", "lokal", "L-1"}, `id="e-fodt"`},
		"no name":             {[]string{"etternavn", ""}, `id="e-etternavn"`},
		"no field":            {[]string{"fag", ""}, `id="e-fag"`},
		"first received late": {[]string{"forst", "23.04.2025"}, `id="e-forst"`},
		"in the future":       {[]string{"dato", "24.04.2025"}, `id="e-dato"`},
	} {
		res, body := post(t, srv, "/mottak/ny", form(tt.change...))
		if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, tt.says) || !strings.Contains(body, "Vondt i hoften.") {
			t.Errorf("%s: %d %s", name, res.StatusCode, text(body))
		}
	}
	res, body := post(t, srv, "/mottak/ny", form("forst", "10.04.2025"))
	if got := text(body); res.StatusCode != 200 || !strings.Contains(got, "Hvorfor er ansiennitetsdatoen 10. april 2025?") || !strings.Contains(got, "Hvorfor skal den vurderes senest") {
		t.Fatalf("status %d: %s", res.StatusCode, got)
	}
	res, again := post(t, srv, "/mottak/ny", filled(t, body, "forst", "")) // another limit is shown anew
	if res.StatusCode != 200 || !strings.Contains(text(again), "ansiennitetsdatoen 22. april 2025") {
		t.Fatalf("status %d: %s", res.StatusCode, text(again))
	}
	sent := filled(t, again)
	res, _ = post(t, srv, "/mottak/ny", sent)
	first := res.Header.Get("Location")
	if _, page := get(t, srv, first); !strings.Contains(text(page), "Nora Nykommer") || !strings.Contains(text(page), "Venter på vurdering") {
		t.Fatalf("%s: %s", first, text(page))
	}
	if res, _ := post(t, srv, "/mottak/ny", sent); res.Header.Get("Location") != first {
		t.Errorf("sent twice it led to %s and %s", first, res.Header.Get("Location"))
	}
	// The same patient again, in the same field: shown before it is saved.
	_, page = get(t, srv, "/mottak/ny")
	res, body = post(t, srv, "/mottak/ny", form("fornavn", "", "etternavn", ""))
	if res.StatusCode != 200 || !strings.Contains(text(body), "Pasienten har allerede en åpen henvisning") || !strings.Contains(body, strings.Split(first, "?")[0]) || !strings.Contains(text(body), "Lagre likevel") {
		t.Fatalf("status %d: %s", res.StatusCode, text(body))
	}
	if res, _ = post(t, srv, "/mottak/ny", filled(t, body)); res.StatusCode != 303 || res.Header.Get("Location") == first {
		t.Errorf("saved anyway: %d %s", res.StatusCode, res.Header.Get("Location"))
	}
	// As the number is typed, before the form is looked through: what is open in any field, until one is chosen.
	known := func(change ...string) string {
		t.Helper()
		res, body := post(t, srv, "/mottak/ny", form(append([]string{"kjent", "1"}, change...)...))
		if res.StatusCode != 200 || strings.Contains(body, "<form") {
			t.Fatalf("what is known: %d %s", res.StatusCode, body)
		}
		return text(body)
	}
	if got := known("fag", "", "etternavn", ""); strings.Count(got, "FJO-") != 2 || !strings.Contains(got, "Pasienten har allerede åpne henvisninger") {
		t.Errorf("known by number: %s", got)
	}
	if got := known("fag", "cardiology"); got != "" {
		t.Errorf("nothing in the field: %s", got)
	}
	if got := known("sted", "SUN", "fag", ""); got != "" {
		t.Errorf("in another trust: %s", got)
	}
	if got := known("nummer", "12345678901"); got != "" {
		t.Errorf("a wrong number: %s", got)
	}
	// Referred again: one that ended a while ago in the same field, but not long ago.
	trond := func(from day.Day) string {
		p, _, err := s.d.Ledger.Person(s.ctx, "FJO", s.state("FJO", s.tens["closed"]).Patient)
		if err != nil || p.Ident == "" {
			t.Fatalf("%+v %v", p, err)
		}
		s.d.Now = func() time.Time { return at(from, 10, 0) }
		t.Cleanup(func() { s.d.Now = func() time.Time { return at(today, 10, 42) } })
		return known("nummer", p.Ident)
	}
	if got := trond(today); !strings.Contains(got, "Pasienten hadde en henvisning i fagområdet det siste året") || !strings.Contains(got, "avsluttet 6. mars") {
		t.Errorf("referred again: %s", got)
	}
	if got := trond(day.On(2026, 3, 7)); got != "" {
		t.Errorf("a year after: %s", got)
	}
	s.d.Now = func() time.Time { return at(today, 10, 42) }
	// Without a number, by local id and birth.
	_, page = get(t, srv, "/mottak/ny")
	res, body = post(t, srv, "/mottak/ny", form("nummer", "", "lokal", "L-77", "fodt", "04.03.1980"))
	if got := text(body); !strings.Contains(got, "Noen med samme navn og fødselsdato har en åpen henvisning") {
		t.Errorf("a namesake who has a number: %s", got)
	}
	res, body = post(t, srv, "/mottak/ny", form("nummer", "", "lokal", "L-77", "fodt", "01.02.1999"))
	if res, _ = post(t, srv, "/mottak/ny", filled(t, body)); res.StatusCode != 303 {
		t.Errorf("by local number: %d %s", res.StatusCode, text(body))
	}
	// Where it is not a demonstration, nobody made up is registered.
	real := httptest.NewServer(New(s.d, Options{User: User{Name: "Pia Pseudosen", Role: law.Intake, Place: "FJO"}}))
	defer real.Close()
	_, page = get(t, real, "/mottak/ny")
	if res, body := post(t, real, "/mottak/ny", form()); res.StatusCode != 422 || !strings.Contains(body, `id="e-nummer"`) {
		t.Errorf("a test person: %d %s", res.StatusCode, text(body))
	}
	if res, body := post(t, real, "/mottak/ny", form("sted", "SUN")); res.StatusCode != 422 || !strings.Contains(body, `id="e-sted"`) {
		t.Errorf("another trust: %d %s", res.StatusCode, text(body))
	}
}

// Several booked at once: a plan first, then each an order of its own.
func TestActBulk(t *testing.T) {
	s, srv := newSite(t, Options{})
	ids := func(names ...string) string {
		q := url.Values{}
		for _, n := range names {
			q.Add("sak", "FJO/"+itoa(int(s.tens[n])))
		}
		return "/liste/time?" + q.Encode()
	}
	status, page := get(t, srv, ids("Dikt", "Fiktiv", "no-right"))
	if status != 200 || !strings.Contains(text(page), "Sett opp time for 3") {
		t.Fatalf("status %d: %s", status, text(page))
	}
	res, body := post(t, srv, "/liste/time", filled(t, page, "slag", "time", "dag", "05.05.2025", "klokke", "09.00", "minutter", "3"))
	if res.StatusCode != 422 || !strings.Contains(body, `id="e-minutter"`) {
		t.Errorf("three minutes: %d", res.StatusCode)
	}
	res, body = post(t, srv, "/liste/time", filled(t, body, "minutter", "45"))
	got := text(body)
	for _, want := range []string{"Planen", "5. mai 2025 kl. 09.00", "5. mai 2025 kl. 09.45", "5. mai 2025 kl. 10.30", "Timen blir etter fristen", "Pasienten har ikke rett"} {
		if !strings.Contains(got, want) {
			t.Errorf("the plan does not say %q: %s", want, got)
		}
	}
	if regexp.MustCompile(`Fiktiv.*09\.00.*Dikt.*09\.45`).FindString(got) == "" {
		t.Errorf("the nearest deadline has not the first time: %s", got)
	}
	if !s.state("FJO", s.tens["Dikt"]).Appointment.IsZero() {
		t.Fatal("the plan was saved")
	}
	form := filled(t, body)
	s.do("FJO", s.tens["Dikt"], today, law.Booking, "Malin Modellsen", &referral.RequestInformation{From: "patient"})
	res, body = post(t, srv, "/liste/time", form)
	if got := text(body); res.StatusCode != 200 || !strings.Contains(got, "1 av 3 timer er satt opp") || !strings.Contains(got, "Endret av en annen") {
		t.Fatalf("status %d: %s", res.StatusCode, got)
	}
	if a := s.state("FJO", s.tens["Fiktiv"]).Appointment; a.From != day.On(2025, 5, 5) || a.Minute != 9*60+1 {
		t.Errorf("booked %+v", a)
	}
	seq := s.state("FJO", s.tens["Fiktiv"]).Seq
	if post(t, srv, "/liste/time", form); s.state("FJO", s.tens["Fiktiv"]).Seq != seq {
		t.Error("sent twice, booked twice")
	}
	_, page = get(t, srv, ids("Dikt", "Fabelsen"))
	if res, body := post(t, srv, "/liste/time", filled(t, page, "fra", "12.05.2025", "til", "16.05.2025", "sted", "@SUN-S")); res.StatusCode != 422 || !strings.Contains(body, `id="e-sted"`) {
		t.Errorf("another hospital's site: %d", res.StatusCode)
	}
	_, body = post(t, srv, "/liste/time", filled(t, page, "fra", "12.05.2025", "til", "16.05.2025", "sted", "@FJO-H"))
	if !strings.Contains(text(body), "Fjordvik sykehus, Holmen") {
		t.Errorf("the plan does not say where: %s", text(body))
	}
	if _, body = post(t, srv, "/liste/time", filled(t, body)); !strings.Contains(text(body), "2 av 2 timer er satt opp") {
		t.Error(text(body))
	}
	for _, name := range []string{"Dikt", "Fabelsen"} {
		if x := s.state("FJO", s.tens[name]); x.Appointment.Site != "FJO-H" && x.Site != "FJO-H" || x.Appointment.At != "" {
			t.Errorf("%s is booked at %+v", name, x.Appointment)
		}
	}
	for path, want := range map[string]int{"/liste/time": 400, "/liste/time?sak=x": 400, "/liste/time?sak=FJO/9999": 404} {
		if status, _ := get(t, srv, path); status != want {
			t.Errorf("GET %s: %d, want %d", path, status, want)
		}
	}
}
