package web

import (
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
)

// post sends a form and follows nothing.
func post(t testing.TB, srv *httptest.Server, path string, form url.Values) (*http.Response, string) {
	t.Helper()
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.PostForm(srv.URL+path, form)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

var (
	hiddenInput = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)
	tickInput   = regexp.MustCompile(`<input [^>]*type="(?:checkbox|radio)"[^>]*name="([^"]+)" value="([^"]*)" checked>`)
	lineInput   = regexp.MustCompile(`<input class="ds-input" id="f-[^"]+" name="([^"]+)" value="([^"]*)"`)
	selectInput = regexp.MustCompile(`(?s)<select class="ds-input" id="f-[^"]+" name="([^"]+)".*?</select>`)
	chosenInput = regexp.MustCompile(`<option value="([^"]*)" selected>`)
	textInput   = regexp.MustCompile(`(?s)<textarea [^>]*name="([^"]+)"[^>]*>(.*?)</textarea>`)
)

// filled reads the form of a page as a browser would send it, and changes some answers.
func filled(t testing.TB, page string, change ...string) url.Values {
	t.Helper()
	_, page, ok := strings.Cut(page, `<form method="post" action="/`)
	if !ok {
		t.Fatal("the page has no form")
	}
	out := make(url.Values)
	for _, re := range []*regexp.Regexp{hiddenInput, tickInput, lineInput, textInput} {
		for _, m := range re.FindAllStringSubmatch(page, -1) {
			if m[1] != "q" {
				out.Add(m[1], html.UnescapeString(m[2]))
			}
		}
	}
	for _, m := range selectInput.FindAllStringSubmatch(page, -1) {
		if c := chosenInput.FindStringSubmatch(m[0]); c != nil {
			out.Set(m[1], html.UnescapeString(c[1]))
		}
	}
	set := make(map[string]bool)
	for i := 0; i < len(change); i += 2 {
		if !set[change[i]] {
			out.Del(change[i])
		}
		set[change[i]] = true
		if change[i+1] != "" {
			out.Add(change[i], change[i+1])
		}
	}
	return out
}

func actURL(tenant string, id int64, verb string) string {
	return caseURL(tenant, id) + "/gjor/" + verb
}

// take fills in the form of a verb and sends it, confirming what is warned of; it gives where it led.
func take(t testing.TB, srv *httptest.Server, tenant string, id int64, verb string, change ...string) string {
	t.Helper()
	path := actURL(tenant, id, verb)
	status, page := get(t, srv, path)
	if status != http.StatusOK {
		t.Fatalf("GET %s: %d %s", path, status, text(page))
	}
	res, body := post(t, srv, path, filled(t, page, change...))
	if res.StatusCode == http.StatusOK {
		res, body = post(t, srv, path, filled(t, body))
	}
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("POST %s: %d %s", path, res.StatusCode, text(body))
	}
	return res.Header.Get("Location")
}

func (s *seed) state(tenant string, id int64) referral.Referral {
	s.t.Helper()
	log, err := s.d.Log(s.ctx, tenant, id)
	if err != nil {
		s.t.Fatal(err)
	}
	return referral.Fold(log)
}

// Every verb, as it is done when all is well: the form is filled in, and what it led to stands in the log and on the case page.
func TestActEveryVerb(t *testing.T) {
	s, srv := newSite(t, Options{})
	fresh := func(family string, c referral.Receive) int64 {
		return s.receive(arrival{given: "Test", family: family, born: day.On(1970, 1, 1), on: day.On(2025, 4, 10), c: c})
	}
	granted := func(family string) int64 {
		id := fresh(family, referral.Receive{})
		s.grant("FJO", id, day.On(2025, 4, 11), day.On(2025, 6, 20), "")
		return id
	}
	offered := func(family string) int64 {
		id := granted(family)
		s.do("FJO", id, day.On(2025, 4, 12), law.Booking, "Dag Dummy", &referral.MakeOffer{At: "SUN", Start: day.On(2025, 6, 2)})
		return id
	}
	over := s.tens["over"]
	started := s.tens["started"]
	for _, tt := range []struct {
		verb   string
		id     int64
		change []string
		says   string
		ok     func(x referral.Referral) bool
	}{
		{"forward", fresh("Videre", referral.Receive{}), []string{"sted", "SUN", "begrunnelse", "Hører til der."}, "Videresendt", func(x referral.Referral) bool { return x.Holder == "SUN" && len(x.Hops) == 1 }},
		{"request_information", fresh("Sporsmal", referral.Receive{Deficient: true}), []string{"begrunnelse", "Mangler røntgen."}, "Spurt om opplysninger", func(x referral.Referral) bool { return x.InfoAskedOn == today }},
		{"receive_information", fresh("Svar", referral.Receive{Deficient: true}), []string{"fra", "patient"}, "Opplysninger mottatt", func(x referral.Referral) bool { return x.InfoGotOn == today }},
		{"classify", fresh("Type", referral.Receive{Concerns: law.Mixed}), []string{"helsehjelp", "ja", "begrunnelse", "Gjelder én pasient."}, "Type avgjort", func(x referral.Referral) bool { return x.CareAfterAll }},
		{"book", granted("Time"), []string{"dag", "02.06.2025", "klokke", "09.30", "hva", "treatment"}, "Time satt opp", func(x referral.Referral) bool {
			return x.Appointment.From == day.On(2025, 6, 2) && x.Appointment.Minute == 9*60+31 && x.Appointment.What == law.Treatment && x.Appointment.Form == "in_person"
		}},
		{"book", granted("Uke"), []string{"slag", "periode", "fra", "2025-06-02", "til", "6.6.2025", "mer", "forelopig"}, "Time satt opp", func(x referral.Referral) bool {
			return x.Appointment.To == day.On(2025, 6, 6) && x.Appointment.Provisional
		}},
		{"postpone", s.tens["Liksom"], []string{"av", "provider", "dag", "05.05.2025", "klokke", "12.15"}, "Time utsatt", func(x referral.Referral) bool {
			return x.Appointment.To == day.On(2025, 5, 5) && x.Appointment.Minute == 12*60+16 && x.Postponements[0].Code == 1
		}},
		{"wish_earlier", granted("Tidligere"), []string{"varsel", "3"}, "Ønsker tidligere time", func(x referral.Referral) bool {
			return x.Earlier == referral.Earlier{Since: today, Notice: 3}
		}},
		{"offer", granted("Tilbud"), []string{"sted", "SUN", "dag", "01.06.2025", "tilbyder", "helfo"}, "Tilbud gitt", func(x referral.Referral) bool { return len(x.Offers) == 1 && x.Offers[0].Helfo }},
		{"accept", offered("Ja"), nil, "Pasienten sa ja", func(x referral.Referral) bool { return x.Appointment.At == "SUN" }},
		{"decline", offered("Nei"), []string{"vent", "FJO"}, "Pasienten sa nei", func(x referral.Referral) bool { return x.DeclinedInTime && x.Offers[0].WaitFor == "FJO" }},
		{"worsen", granted("Verre"), []string{"trengs", "10.05.2025"}, "Forverring meldt", func(x referral.Referral) bool { return x.NeededBy == day.On(2025, 5, 10) }},
		{"change_deadline", granted("Frist"), []string{"dag", "10.06.2025", "grunnlag", "pain", "begrunnelse", "Mer smerte."}, "Frist endret", func(x referral.Referral) bool { return x.StartBy == day.On(2025, 6, 10) }},
		{"start", s.tens["Kulisse"], []string{"hva", "treatment", "begynt", "ja"}, "Kontakt gjennomført", func(x referral.Referral) bool { return x.StartedOn == today }},
		{"notify_helfo", s.tens["expected"], nil, "Helfo varslet", func(x referral.Referral) bool { return x.HelfoOn == today }},
		{"helfo_returned", over, []string{"svar", "found_none"}, "Helfo ga saken tilbake", func(x referral.Referral) bool {
			return x.HelfoAwaits == today && x.HelfoBack == law.HelfoBack{On: today, Why: law.HelfoFoundNone} && x.Status == law.Waiting
		}},
		{"tell_helfo", over, []string{"dag", "09.05.2025"}, "Helfo fikk beskjed om time", func(x referral.Referral) bool { return x.HelfoAwaits.IsZero() && !x.HelfoBack.On.IsZero() }},
		{"helfo_placed", over, []string{"sted", "SUN"}, "Helfo har skaffet plass", func(x referral.Referral) bool { return x.PlacedAt == "SUN" }},
		{"inform", granted("Brev"), []string{"brev", "offer", "mottaker", "pasient"}, "Brev sendt", func(x referral.Referral) bool {
			l := x.Letters[len(x.Letters)-1]
			return l.Kind == law.LetterOffer && l.Patient && !l.Referrer
		}},
		{"complain", granted("Klage"), []string{"gjelder", "deadline"}, "Klage mottatt", func(x referral.Referral) bool { return x.Complaints == 1 }},
		{"decide_complaint", s.tens["no-right"], []string{"utfall", "upheld"}, "Klage avgjort", func(x referral.Referral) bool { return x.Right == law.Pending }},
		{"check_content", fresh("Innhold", referral.Receive{}), []string{"punkt-problem", "present", "punkt-findings", "missing", "punkt-individual_plan", "not_needed"}, "Innholdet sjekket", func(x referral.Referral) bool { return x.Deficient && len(x.Content) == 3 }},
		{"check_place", fresh("Sted", referral.Receive{}), []string{"riktig", "ja"}, "Sted sjekket", func(x referral.Referral) bool { return x.PlaceOn == today && x.PlaceRight == law.Yes }},
		{"ask_opinion", fresh("Kollega", referral.Receive{}), []string{"hvem", "Siv Skissesen", "begrunnelse", "Ser du det samme på bildene?"}, "Kollega spurt", func(x referral.Referral) bool { return x.OpinionOpen == 1 && x.OpinionOf == "Siv Skissesen" }},
		{"worsen", started, []string{"trengs", "10.05.2025"}, "Forverring meldt", func(x referral.Referral) bool { return x.NextBy == day.On(2025, 5, 10) && x.NeededBy.IsZero() }},
		{"next_of_kin", granted("Barn"), []string{"roller", "child", "roller", "burdened"}, "Pårørende vurdert", func(x referral.Referral) bool { return x.KinOpen == 1 && len(x.Kin[0].Roles) == 2 }},
		{"pathway_event", granted("Forlop"), []string{"forlop", "sarkom", "hendelse", "started"}, "Forløp registrert", func(x referral.Referral) bool { return x.Pathway == "sarkom" }},
		{"close", granted("Slutt"), []string{"grunn", "2"}, "Avsluttet", func(x referral.Referral) bool { return x.Status == law.Closed && x.EndCode == "2" }},
	} {
		t.Run(tt.verb, func(t *testing.T) {
			tenant := "FJO"
			if tt.id == s.tens["expected"] && tt.verb == "notify_helfo" {
				tenant = "INN"
			}
			at := take(t, srv, tenant, tt.id, tt.verb, tt.change...)
			if x := s.state(tenant, tt.id); !tt.ok(x) {
				t.Errorf("the log folds to something else: %+v", x.Facts)
			}
			if status, page := get(t, srv, at); status != 200 || !strings.Contains(text(page), "Lagret: "+lowerFirst(tt.says)) {
				t.Errorf("GET %s: %d does not say that %q was saved: %s", at, status, tt.says, text(page)[:600])
			}
		})
	}
	t.Run("new_condition", func(t *testing.T) {
		at := take(t, srv, "FJO", started, "new_condition", "fag", "dermatology", "begrunnelse", "Funn på huden.")
		if _, page := get(t, srv, at); !strings.HasPrefix(at, "/sak/FJO/") || strings.HasPrefix(at, caseURL("FJO", started)+"?") || !strings.Contains(text(page), "Stine Startet") {
			t.Errorf("a new condition led to %s: %s", at, text(page))
		}
	})
	t.Run("refuse_out_of_region", func(t *testing.T) {
		id := s.receive(arrival{given: "Fra", family: "Langtbort", born: day.On(1970, 1, 1), on: day.On(2025, 4, 10)})
		path := actURL("FJO", id, "refuse_out_of_region")
		_, page := get(t, srv, path)
		res, body := post(t, srv, path, filled(t, page))
		if res.StatusCode != 422 || !strings.Contains(text(body), "Pasienten bor i deres egen region.") || !strings.Contains(text(body), "Hva du kan gjøre: Send videre") {
			t.Errorf("one of the own region: %d %s", res.StatusCode, text(body))
		}
	})
}

// A refusal is shown on top and beside its field, says what can be done instead, and keeps every word; it is written down.
func TestActRefused(t *testing.T) {
	s, srv := newSite(t, Options{})
	for _, tt := range []struct {
		verb, tenant string
		id           int64
		change       []string
		says         []string
	}{
		{"book", "FJO", s.tens["Fiktiv"], []string{"dag", "01.04.2025"}, []string{"Dette kan ikke gjøres", "veilederen kap. 2", "01.04.2025"}},
		{"book", "FJO", s.tens["no-right"], []string{"dag", "01.05.2025"}, []string{"Pasienten har ikke rett og kan ikke stå på venteliste", "Registrer klage"}},
		{"close", "FJO", s.tens["unassessed"], []string{"grunn", "9"}, []string{"Vurder henvisningen"}},
		{"offer", "FJO", s.tens["unassessed"], []string{"sted", "SUN", "dag", "01.05.2025"}, []string{"Ingenting er endret", "01.05.2025"}},
		{"start", "FJO", s.tens["Kulisse"], []string{"hva", "digital_consultation"}, []string{`id="e-begynt"`}},
		{"start", "FJO", s.tens["Kulisse"], []string{"hva", "treatment", "dato", "01.01.2024"}, []string{"er før henvisningen ble mottatt", `id="e-dato"`}},
		{"change_deadline", "FJO", s.tens["Fiktiv"], []string{"dag", "01.08.2025", "grunnlag", "capacity"}, []string{"Kapasitet kan ikke flytte fristen", `id="e-grunnlag"`}},
		{"inform", "FJO", s.tens["Fiktiv"], []string{"mottaker", "", "begrunnelse", ""}, []string{`id="e-mottaker"`}},
		{"postpone", "FJO", s.tens["Liksom"], []string{"av", "provider", "dag", "30.04.2025", "kode", "22"}, []string{`id="e-kode"`}},
		{"complain", "FJO", s.tens["Fiktiv"], nil, []string{"Fyll ut dette feltet", `id="e-gjelder"`}},
		{"worsen", "FJO", s.tens["Fiktiv"], []string{"trengs", "31.02.2025"}, []string{"Datoen kan ikke leses", "31.02.2025"}},
		{"book", "FJO", s.tens["Fiktiv"], []string{"dag", "02.05.2025", "klokke", "25.00"}, []string{"Klokkeslettet kan ikke leses", "25.00"}},
	} {
		t.Run(tt.verb+"-"+tt.says[0], func(t *testing.T) {
			path := actURL(tt.tenant, tt.id, tt.verb)
			before := s.state(tt.tenant, tt.id).Seq
			keep := "Ord som ikke skal bort."
			if tt.verb == "inform" { // a feedback to the referrer is to somebody
				keep = ""
			}
			_, page := get(t, srv, path)
			res, body := post(t, srv, path, filled(t, page, append([]string{"begrunnelse", keep}, tt.change...)...))
			if res.StatusCode != http.StatusUnprocessableEntity {
				t.Fatalf("status %d: %s", res.StatusCode, text(body))
			}
			for _, want := range tt.says {
				if !strings.Contains(body, want) {
					t.Errorf("the page does not say %q: %s", want, text(body))
				}
			}
			if strings.Contains(page, `name="begrunnelse"`) && !strings.Contains(body, keep) {
				t.Error("what was typed is gone")
			}
			if s.state(tt.tenant, tt.id).Seq != before {
				t.Error("something was written all the same")
			}
		})
	}
	if rs, err := s.d.Ledger.Refusals(s.ctx, "FJO", s.tens["no-right"], 10, 0); err != nil || len(rs) != 1 || rs[0].Command != "book" {
		t.Errorf("the refusal is not on record: %+v %v", rs, err)
	}
}

// A form made before somebody else's step is shown with both, and sent again it is decided on what holds now. One sent twice is done once.
func TestActConflictAndReplay(t *testing.T) {
	s, srv := newSite(t, Options{})
	id := s.tens["Fiktiv"]
	path := actURL("FJO", id, "book")
	_, page := get(t, srv, path)
	form := filled(t, page, "dag", "28.04.2025", "klokke", "10.15")
	s.do("FJO", id, today, law.Booking, "Malin Modellsen", &referral.Book{Start: day.Moment{Day: day.On(2025, 4, 25), Minute: 9 * 60}})
	res, body := post(t, srv, path, form)
	if got := text(body); res.StatusCode != http.StatusConflict || !strings.Contains(got, "Saken er endret mens du skrev") || !strings.Contains(got, "25. april 2025 kl. 09.00") || !strings.Contains(got, "Malin Modellsen") || !strings.Contains(got, "28.04.2025") {
		t.Fatalf("status %d: %s", res.StatusCode, got)
	}
	again := filled(t, body)
	if again.Get("dag") != "28.04.2025" || again.Get("klokke") != "10.15" {
		t.Fatalf("what was typed is gone: %v", again)
	}
	res, _ = post(t, srv, path, again)
	first := res.Header.Get("Location")
	n := s.state("FJO", id).Seq
	res, _ = post(t, srv, path, again)
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != first || s.state("FJO", id).Seq != n {
		t.Errorf("sent twice: %d to %s and %s, seq %d and %d", res.StatusCode, first, res.Header.Get("Location"), n, s.state("FJO", id).Seq)
	}
	for name, bad := range map[string]url.Values{"no key": {}, "a key of one's own": {"key": {"x"}}, "no text": {"key": again["key"], "dag": {"\xff"}}, "too large": {"key": again["key"], "begrunnelse": {strings.Repeat("x", formSize)}}} {
		if res, _ := post(t, srv, path, bad); res.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: status %d", name, res.StatusCode)
		}
	}
	req, _ := http.NewRequest(http.MethodPost, srv.URL+path, strings.NewReader(again.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	if res, err := http.DefaultClient.Do(req); err != nil || res.StatusCode != http.StatusForbidden {
		t.Errorf("a form from another site: %v %v", res, err)
	}
}

// A time is set up at one of the hospital's sites: the form names them, and the case, the patient's page and the letter tell which.
func TestBookingNamesTheSite(t *testing.T) {
	s, srv := newOutside(t)
	id := s.tens["Fiktiv"] // stands at Holmen
	path := actURL("FJO", id, "book")
	staff := be(t, srv, "booking")
	_, page := staff.get(path)
	if got := text(page); !strings.Contains(page, `<option value="@FJO-H" selected>`) || !strings.Contains(got, "Vestlia") {
		t.Fatalf("the sites are not there: %s", got)
	}
	res, body := staff.post(path, filled(t, page, "dag", "28.04.2025", "klokke", "09.30", "sted", "@FJO-V"))
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d: %s", res.StatusCode, text(body))
	}
	x := s.state("FJO", id)
	if at, site := law.ListPlace(&x.Facts); x.Appointment.Site != "FJO-V" || x.Appointment.At != "" || at != "FJO" || site != "FJO-V" {
		t.Errorf("the time is at %q %q", x.Appointment.At, x.Appointment.Site)
	}
	if _, body := staff.get(caseURL("FJO", id)); strings.Count(text(body), "Vestlia") < 2 {
		t.Errorf("the case and its history do not tell where: %s", text(body))
	}
	if _, body := staff.get(brev("FJO", id, "granted")); !strings.Contains(text(body), "Vestlia") {
		t.Errorf("the letter does not tell where: %s", text(body))
	}
	_, page = staff.get(path)
	if res, body := staff.post(path, filled(t, page, "dag", "29.04.2025", "klokke", "09.30", "sted", "@NOWHERE")); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a site that is none: %d %s", res.StatusCode, text(body))
	}

	// The patient's own page tells the site of the time, not that of the list.
	s.do("FJO", s.tens["Testesen"], today, law.Booking, "booking", &referral.Book{Start: day.Moment{Day: day.On(2025, 5, 28), Minute: 9 * 60}, Site: "FJO-V"})
	if _, body := be(t, srv, "trym").get(s.my("Testesen")); !strings.Contains(text(body), "Vestlia") {
		t.Errorf("the patient is not told where: %s", text(body))
	}
}

// A time after the deadline is warned of before it is saved, and the warning stands on the case page after it.
func TestActConfirms(t *testing.T) {
	s, srv := newSite(t, Options{})
	id := s.tens["Fiktiv"]
	path := actURL("FJO", id, "book")
	_, page := get(t, srv, path)
	if !strings.Contains(text(page), "Fristen for start er 29. april 2025. Fristen er innen 4 måneder etter vurderingen") {
		t.Errorf("the four months are not explained: %s", text(page))
	}
	seq := s.state("FJO", id).Seq
	res, body := post(t, srv, path, filled(t, page, "dag", "06.05.2025", "klokke", "09.00"))
	if res.StatusCode != http.StatusOK || !strings.Contains(text(body), "Lagre likevel") || !strings.Contains(text(body), "Timen blir etter fristen 29. april 2025") || s.state("FJO", id).Seq != seq {
		t.Fatalf("status %d: %s", res.StatusCode, text(body))
	}
	res, body = post(t, srv, path, filled(t, body, "klokke", "")) // now it lacks a clock time too: that is another warning, and is said
	if res.StatusCode != http.StatusOK || !strings.Contains(text(body), "Da bør pasienten få dato og klokkeslett") {
		t.Fatalf("status %d: %s", res.StatusCode, text(body))
	}
	res, _ = post(t, srv, path, filled(t, body))
	if _, page := get(t, srv, res.Header.Get("Location")); !strings.Contains(text(page), "Fristbrudd ventes") || !strings.Contains(text(page), "Lagret: time satt opp.") || !strings.Contains(text(page), "Da bør pasienten få dato og klokkeslett") {
		t.Errorf("after saving: %s", text(page)[:900])
	}
}

// A correction shows Sto and Gjelder and the dates that follow, before it is saved.
func TestActCorrect(t *testing.T) {
	s, srv := newSite(t, Options{})
	id := s.tens["Liksom"]
	path := actURL("FJO", id, "correct")
	_, page := get(t, srv, path)
	if !strings.Contains(text(page), "Hva skal rettes?") {
		t.Fatal(text(page))
	}
	seq := s.state("FJO", id).Seq // the booking is the last entry
	_, page = get(t, srv, path+"?linje="+itoa(seq))
	form := filled(t, page)
	if form.Get("dag") != "30.04.2025" || form.Get("klokke") != "10.15" {
		t.Fatalf("the form is not filled with what stands: %v", form)
	}
	res, body := post(t, srv, path, filled(t, page, "dag", "08.05.2025"))
	if res.StatusCode != 422 || !strings.Contains(body, `id="e-hvorfor"`) {
		t.Fatalf("a correction without a reason: %d %s", res.StatusCode, text(body))
	}
	res, body = post(t, srv, path, filled(t, body, "hvorfor", "Feil dag valgt."))
	if got := text(body); res.StatusCode != 200 || !strings.Contains(got, "30. april 2025") || !strings.Contains(got, "8. mai 2025") || !strings.Contains(got, "Timen blir etter fristen") {
		t.Fatalf("status %d: %s", res.StatusCode, got)
	}
	res, _ = post(t, srv, path, filled(t, body))
	if x := s.state("FJO", id); res.StatusCode != 303 || x.Appointment.From != day.On(2025, 5, 8) || x.Appointment.Minute != 10*60+16 {
		t.Errorf("status %d: %+v", res.StatusCode, x.Appointment)
	}
	// Struck: it did not happen.
	_, page = get(t, srv, path+"?linje="+itoa(seq))
	_, body = post(t, srv, path, filled(t, page, "hvordan", "stryk", "hvorfor", "Feil pasient."))
	if !strings.Contains(text(body), "Strøket") {
		t.Fatal(text(body))
	}
	post(t, srv, path, filled(t, body))
	if x := s.state("FJO", id); !x.Appointment.IsZero() {
		t.Errorf("the booking still stands: %+v", x.Appointment)
	}
	// The reception: its first day, with the dates that follow from it; it can't be struck.
	_, page = get(t, srv, path+"?linje=1")
	if strings.Contains(page, "stryk") {
		t.Error("the reception is offered to be struck")
	}
	_, body = post(t, srv, path, filled(t, page, "dato", "05.02.2025", "hvorfor", "Stemplet dagen før."))
	if !strings.Contains(text(body), "Ansiennitetsdato: 6. februar 2025 5. februar 2025") {
		t.Error(text(body))
	}
}

// What is offered is what makes sense, and what one may do.
func TestActOffersWhatMakesSense(t *testing.T) {
	s, srv := newSite(t, Options{})
	links := func(srv *httptest.Server, id int64) string {
		_, page := get(t, srv, caseURL("FJO", id))
		var out []string
		for _, m := range regexp.MustCompile(`<li><a href="/sak/FJO/\d+/gjor/([a-z_]+)">`).FindAllStringSubmatch(page, -1) {
			out = append(out, m[1])
		}
		return strings.Join(out, " ")
	}
	for what, want := range map[string]string{
		"unassessed": "classify inform check_content request_information check_place forward ask_opinion ask next_of_kin pathway_event close correct",
		"Fiktiv":     "book wish_earlier start offer notify_helfo inform forward ask_opinion change_deadline worsen complain ask next_of_kin pathway_event second_opinion close correct",
		"closed":     "inform correct",
	} {
		if got := links(srv, s.tens[what]); got != want {
			t.Errorf("%s offers\n%s, want\n%s", what, got, want)
		}
	}
	real := httptest.NewServer(New(s.d, Options{User: User{Name: "Dag Dummy", Role: law.Booking, Place: "FJO"}}))
	defer real.Close()
	if got := links(real, s.tens["Fiktiv"]); strings.Contains(got, "change_deadline") || !strings.Contains(got, "book") {
		t.Errorf("one who books is offered %s", got)
	}
	for _, path := range []string{actURL("FJO", s.tens["Fiktiv"], "change_deadline"), actURL("FJO", s.tens["Fiktiv"], "worsen")} {
		if status, _ := get(t, real, path); status != http.StatusForbidden {
			t.Errorf("GET %s as one who books: %d", path, status)
		}
		if res, _ := post(t, real, path, url.Values{"key": {strings.Repeat("A", 26)}, "seq": {"1"}}); res.StatusCode != http.StatusForbidden {
			t.Errorf("POST %s as one who books: %d", path, res.StatusCode)
		}
	}
	other := httptest.NewServer(New(s.d, Options{User: User{Name: "Eva Eksempelsen", Role: law.Booking, Place: "SUN"}}))
	defer other.Close()
	path := actURL("FJO", s.tens["Fiktiv"], "book")
	if status, page := get(t, other, path); status != http.StatusSeeOther || strings.Contains(page, "Fiktiv") {
		t.Errorf("another trust's case: %d", status)
	}
	if status, _ := get(t, srv, actURL("FJO", s.tens["Fiktiv"], "fly")); status != http.StatusNotFound {
		t.Errorf("a verb that is none: %d", status)
	}
}

func TestActTypedDays(t *testing.T) {
	for in, want := range map[string]string{"02.05.2025": "2025-05-02", "2.5.2025": "2025-05-02", "2025-05-02": "2025-05-02", "2. 5. 2025": "2025-05-02", "": ""} {
		if d, err := typedDay(in); err != nil || d.String() != want {
			t.Errorf("%q is %s, %v", in, d, err)
		}
	}
	for _, in := range []string{"31.02.2025", "2.5.25", "i går", "02/05/2025", "00.00.0000", "2025-13-01"} {
		if d, err := typedDay(in); err == nil {
			t.Errorf("%q was read as %s", in, d)
		}
	}
	for in, want := range map[string]int16{"9.30": 570, "09:30": 570, "0930": 570, "kl. 9.30": 570, "": -1, "00.00": 0} {
		if m, ok := typedClock(in); !ok || m != want {
			t.Errorf("%q is %d %v", in, m, ok)
		}
	}
	for _, in := range []string{"24.00", "9.60", "9", "ni"} {
		if m, ok := typedClock(in); ok {
			t.Errorf("%q was read as %d", in, m)
		}
	}
}

func FuzzTypedDay(f *testing.F) {
	for _, s := range []string{"02.05.2025", "2025-05-02", "31.02.2025", "9.30"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := typedDay(s); err == nil && s != "" && d.IsZero() {
			t.Errorf("%q was read as no day", s)
		}
		if m, ok := typedClock(s); ok && (m < -1 || m >= 24*60) {
			t.Errorf("%q was read as %d minutes", s, m)
		}
	})
}
