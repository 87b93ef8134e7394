package web

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"rettid/access"
	"rettid/day"
	"rettid/desk"
	"rettid/guide"
	"rettid/law"
	"rettid/referral"
)

// An assessor works at the screen as a browser does: what the page holds is sent back with what is chosen.
type assessor struct {
	t      *testing.T
	srv    *httptest.Server
	path   string
	fields url.Values
	status int
	page   string // as HTML
	text   string
	to     string // where it led
}

func openAssessment(t *testing.T, srv *httptest.Server, path string) *assessor {
	t.Helper()
	a := &assessor{t: t, srv: srv, path: path}
	a.status, a.page = get(t, srv, path)
	a.read()
	return a
}

var (
	inputTag = regexp.MustCompile(`(?s)<input ([^>]*)>`)
	areaTag  = regexp.MustCompile(`(?s)<textarea ([^>]*)>(.*?)</textarea>`)
	attr     = regexp.MustCompile(`([a-z-]+)="([^"]*)"`)
)

func unescape(s string) string {
	return strings.NewReplacer("&#43;", "+", "&#34;", `"`, "&#39;", "'", "&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
}

// read takes the form's fields as a browser would send them.
func (a *assessor) read() {
	a.text = text(a.page)
	a.fields = make(url.Values)
	_, form, ok := strings.Cut(a.page, "data-assess")
	if !ok {
		return
	}
	form, _, _ = strings.Cut(form, "</form>")
	for _, m := range inputTag.FindAllStringSubmatch(form, -1) {
		at := make(map[string]string)
		for _, x := range attr.FindAllStringSubmatch(m[1], -1) {
			at[x[1]] = unescape(x[2])
		}
		switch at["type"] {
		case "radio", "checkbox":
			if strings.Contains(m[1], " checked") {
				a.fields.Add(at["name"], at["value"])
			}
		default:
			a.fields.Add(at["name"], at["value"])
		}
	}
	for _, m := range areaTag.FindAllStringSubmatch(form, -1) {
		for _, x := range attr.FindAllStringSubmatch(m[1], -1) {
			if x[1] == "name" {
				a.fields.Add(x[2], unescape(m[2]))
			}
		}
	}
}

// press fills in pairs of name and value and presses a button.
func (a *assessor) press(do string, pairs ...string) *assessor {
	a.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		a.fields.Set(pairs[i], pairs[i+1])
	}
	sent := make(url.Values)
	for k, v := range a.fields {
		sent[k] = v
	}
	sent.Set("do", do)
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.PostForm(a.srv.URL+a.path, sent)
	if err != nil {
		a.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	a.status, a.page, a.to = res.StatusCode, string(b), res.Header.Get("Location")
	if a.status == http.StatusSeeOther {
		return a
	}
	a.read()
	return a
}

// step is the text of one step of the page.
func (a *assessor) step(n int) string {
	_, after, _ := strings.Cut(a.page, `id="steg-`+strconv.Itoa(n)+`"`)
	after, _, _ = strings.Cut(after, "</section>")
	return text(after)
}

func (a *assessor) says(where, want string) {
	a.t.Helper()
	if !strings.Contains(where, want) {
		a.t.Errorf("it does not say %q: %s", want, where)
	}
}

func lastEvent(t *testing.T, s *seed, tenant string, id int64) *referral.Event {
	t.Helper()
	c, err := s.d.Peek(s.ctx, tenant, id, desk.View{})
	if err != nil {
		t.Fatal(err)
	}
	return c.Log[len(c.Log)-1].Event
}

// smallSite has one referral to assess, beside another of the same field.
func smallSite(t *testing.T, a arrival) (*seed, *httptest.Server, int64) {
	t.Helper()
	s := newSeed(t)
	if a.family == "" {
		a.given, a.family, a.born, a.on = "Siri", "Simulert", day.On(1958, 1, 1), day.On(2025, 4, 14)
	}
	id := s.receive(a)
	srv := httptest.NewServer(New(s.d, Options{Log: slog.New(slog.DiscardHandler), Demo: true, User: User{ID: "u1002", Name: "Siv Skissesen", Role: law.Specialist}}))
	t.Cleanup(func() { srv.CloseClientConnections(); srv.Close() }) // a stream that is open would be waited for
	return s, srv, id
}

const kneeID = "ortopedi.kneleddsartrose"

// The common case: own answers, the guide, a condition, its deadline, decided.
func TestAssessCommonCase(t *testing.T) {
	s, srv, id := smallSite(t, arrival{})
	a := openAssessment(t, srv, caseURL("FJO", id)+"/vurder")
	if a.status != http.StatusOK {
		t.Fatalf("status %d: %s", a.status, a.text)
	}
	a.says(a.text, "Smerter i kneet i to år.")
	a.says(a.text, "Svar på nytte og kostnad først.")
	if strings.Contains(a.page, "Kneleddsartrose") {
		t.Error("the guide is shown before it is asked for")
	}
	a.press("guide", "nytte", "ja", "kostnad", "ja", "behov", "ja")
	a.says(a.step(2), "Kneleddsartrose Rett · 12 uker")
	a.says(a.step(2), "Din egen vurdering kom først.")
	a.says(a.step(2), "Historisk innhold. Kontrolleres før klinisk bruk.")
	a.says(a.text, "Velg en tilstand i veilederen, eller skriv fristen selv.")
	a.press("search", "sok", "kneledd")
	if first := regexp.MustCompile(`name="tilstand" value="([^"]*)"`).FindStringSubmatch(a.page); first == nil || first[1] != kneeID {
		t.Errorf("the search for «kneledd» finds first %q", first)
	}
	a.press("guide", "tilstand", kneeID)
	a.says(a.step(2), "Det gir start senest 7. juli 2025. Du har svart det samme (rett).")
	a.says(a.step(2), "Historisk innhold for demonstrasjon. Må kontrolleres mot gjeldende veileder før klinisk bruk.")
	a.says(a.step(3), "hvile- og nattsmerter")
	if a.fields.Get("uker") != "12" || a.fields.Get("dato") != "07.07.2025" {
		t.Errorf("the proposal is %q weeks, %q", a.fields.Get("uker"), a.fields.Get("dato"))
	}
	a.says(a.step(4), "Mandag 7. juli 2025")
	a.says(a.step(4), "som veilederen")
	a.press("preview", "uker", "8", "f."+kneeID+".0", "ja", "f."+kneeID+".1", "nei", "nyttegrad", "3", "ressurs", "3", "alvor", "2", "avklart", "nei")
	if a.fields.Get("dato") != "09.06.2025" {
		t.Errorf("8 weeks gave %q", a.fields.Get("dato"))
	}
	a.says(a.step(4), "4 uker tidligere enn veilederen")
	a.says(a.step(4), "Siste virkedag er 6. juni 2025")
	a.says(a.text, "Rett, frist 9. juni 2025. Plikter etterpå: «")
	key := a.fields.Get("key")
	a.press("decide")
	if a.status != http.StatusSeeOther || !strings.HasPrefix(a.to, caseURL("FJO", id)+"?gjort=") {
		t.Fatalf("deciding: status %d to %q: %s", a.status, a.to, a.text)
	}
	e := lastEvent(t, s, "FJO", id)
	c := e.Ask.(*referral.Assess)
	if c.Outcome != law.Granted || !c.OwnFirst || c.Condition != kneeID || c.DeadlineWeeks != 8 || e.Found.StartBy.Value != day.On(2025, 6, 9) || c.Clarified != law.No || *c.Severity != 2 {
		t.Errorf("recorded %+v", c)
	}
	if len(c.Individual) != 2 || c.Individual[0] != "hvile- og nattsmerter" || c.Individual[1] != "ikke funksjonssvikt" {
		t.Errorf("individual circumstances %q", c.Individual)
	}
	if f := e.Found.Factors; len(f) < 3 || len(c.Factors) != 2 || f[0].Answer != law.Yes || f[1].Answer != law.No || f[2].Answer != law.Unanswered {
		t.Errorf("circumstances %+v", f)
	}
	if e.Role != law.Specialist || e.Actor != "u1002" {
		t.Errorf("by %q, %q", e.Role, e.Actor)
	}
	a.fields.Set("key", key)
	if a.press("decide"); a.status != http.StatusSeeOther || !strings.Contains(a.to, "?gjort=") {
		t.Errorf("the same form sent twice: status %d to %q", a.status, a.to)
	}
	if n := len(mustLog(t, s, id)); n != 2 {
		t.Errorf("%d entries after a second sending", n)
	}
}

func mustLog(t *testing.T, s *seed, id int64) []referral.Entry {
	t.Helper()
	log, err := s.d.Log(s.ctx, "FJO", id)
	if err != nil {
		t.Fatal(err)
	}
	return log
}

// Each refusal and warning stands beside its step, in the law's words.
func TestAssessObjectionsStandAtTheirStep(t *testing.T) {
	young := arrival{given: "Ronja", family: "Regle", born: day.On(2006, 9, 1), on: day.On(2025, 4, 14), c: referral.Receive{Specialty: "mental_health"}}
	yes := []string{"nytte", "ja", "kostnad", "ja", "behov", "ja", "utfall", "rett", "uker", "12"}
	for _, tt := range []struct {
		name  string
		of    arrival
		typed []string
		ticks []string
		step  int
		says  string
	}{
		{"right without benefit", arrival{}, []string{"nytte", "nei", "kostnad", "ja", "utfall", "rett", "uker", "12"}, nil, 1, "Begge vilkårene må være oppfylt for å gi rett."},
		{"no right with both met", arrival{}, []string{"nytte", "ja", "kostnad", "ja", "utfall", "ikke"}, nil, 1, "Begge vilkårene er oppfylt."},
		{"no need without a reason", arrival{}, []string{"nytte", "ja", "kostnad", "ja", "behov", "nei", "utfall", "ikke"}, nil, 4, "Skriv hvorfor det ikke trengs"},
		{"capacity as a ground", arrival{}, yes, []string{"capacity"}, 3, "Kapasitet kan ikke telle når retten avgjøres."},
		{"low severity, limited benefit", arrival{}, append([]string{"alvor", "0", "nyttegrad", "1", "ressurs", "1"}, yes...), nil, 3, "Lavt alvor og liten nytte krever lav ressursbruk."},
		{"no deadline", arrival{}, []string{"nytte", "ja", "kostnad", "ja", "utfall", "rett"}, nil, 4, "Rett krever en frist."},
		{"after the latest sound start", arrival{}, append([]string{"senest", "02.06.2025"}, yes...), nil, 4, "Fristen er senere enn det som er forsvarlig"},
		{"after 65 working days", young, append([]string{}, "nytte", "ja", "kostnad", "ja", "utfall", "rett", "dato", "01.09.2025"), nil, 4, "Pasienten er under 23 år."},
		{"before it was received", arrival{}, []string{"nytte", "ja", "kostnad", "ja", "utfall", "rett", "dato", "01.04.2025"}, nil, 4, "er før henvisningen ble mottatt"},
		{"a date that is none", arrival{}, []string{"nytte", "ja", "kostnad", "ja", "utfall", "rett", "dato", "31.02.2025"}, nil, 4, "Datoen kan ikke leses."},
		{"weeks that are none", arrival{}, []string{"nytte", "ja", "kostnad", "ja", "utfall", "rett", "uker", "tolv"}, nil, 4, "Skriv hele uker"},
		{"later than the guide without a reason: G2-17", arrival{}, append([]string{"forst", "egen", "tilstand", kneeID, "uker", "20"}, yes[:8]...), nil, 4, "Svaret avviker fra veilederen uten grunn."},
		{"no right where the guide gives it", arrival{}, []string{"forst", "egen", "tilstand", kneeID, "nytte", "nei", "kostnad", "ja", "utfall", "ikke"}, nil, 4, "Svaret avviker fra veilederen uten grunn."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, srv, id := smallSite(t, tt.of)
			a := openAssessment(t, srv, caseURL("FJO", id)+"/vurder")
			a.fields["grunn"] = tt.ticks
			a.press("preview", tt.typed...)
			if a.status != http.StatusOK {
				t.Fatalf("status %d: %s", a.status, a.text)
			}
			a.says(a.step(tt.step), tt.says)
			_, bar, _ := strings.Cut(a.page, `id="avgjor"`)
			if !strings.Contains(bar, "#steg-"+strconv.Itoa(tt.step)) {
				t.Errorf("the bar does not lead to step %d: %s", tt.step, text(bar))
			}
			if n := len(mustLog(t, s, id)); n != 1 {
				t.Errorf("a preview recorded something: %d entries", n)
			}
		})
	}
}

// A refusal at the decision keeps what was typed, is said on top, and records nothing.
func TestAssessRefusedKeepsWhatWasTyped(t *testing.T) {
	s, srv, id := smallSite(t, arrival{})
	a := openAssessment(t, srv, caseURL("FJO", id)+"/vurder")
	a.press("decide", "nytte", "nei", "kostnad", "ja", "utfall", "rett", "uker", "12", "begrunnelse", "Et <ord> om «saken».", "annet", "Bor alene")
	if a.status != http.StatusUnprocessableEntity {
		t.Fatalf("status %d", a.status)
	}
	a.says(a.text, "Dette kan ikke gjøres")
	a.says(a.text, "Ingenting er avgjort. Det du har skrevet, står her.")
	if a.fields.Get("begrunnelse") != "Et <ord> om «saken»." || a.fields.Get("annet") != "Bor alene" || a.fields.Get("dato") != "07.07.2025" {
		t.Errorf("what was typed became %v", a.fields)
	}
	if n := len(mustLog(t, s, id)); n != 1 {
		t.Errorf("%d entries", n)
	}
	a.press("decide", "nytte", "", "kostnad", "", "utfall", "")
	if a.status != http.StatusUnprocessableEntity {
		t.Errorf("without an outcome: status %d", a.status)
	}
}

// No right for a condition the guide gives none for: circumstances are asked for (G2-13), and answering one is enough.
func TestAssessNoRightAsTheGuide(t *testing.T) {
	s, srv, id := smallSite(t, arrival{given: "Tora", family: "Testesen", born: day.On(1980, 1, 1), on: day.On(2025, 4, 14), c: referral.Receive{Specialty: "rheumatology"}})
	cond := ""
	for _, c := range s.d.Guides.Conditions("rheumatology") {
		if !c.Right && c.InForce(today) {
			cond = c.ID
		}
	}
	if cond == "" {
		t.Fatal("the guide of rheumatology has no row without a right")
	}
	a := openAssessment(t, srv, caseURL("FJO", id)+"/vurder")
	a.press("guide", "nytte", "nei", "kostnad", "nei")
	a.press("guide", "tilstand", cond, "utfall", "ikke")
	a.says(a.step(3), "Veilederen sier «ikke rett» for denne gruppen")
	a.says(a.text, "Ikke rett til nødvendig helsehjelp.")
	a.press("preview", "annet", "Nylig forverring")
	if strings.Contains(a.step(3), "ingen individuelle forhold er vurdert") {
		t.Error("it still warns after a circumstance was described")
	}
	a.press("decide")
	if a.status != http.StatusSeeOther {
		t.Fatalf("status %d: %s", a.status, a.text)
	}
	c := lastEvent(t, s, "FJO", id).Ask.(*referral.Assess)
	if c.Outcome != law.NotGranted || !c.Deadline.IsZero() || c.DeadlineWeeks != 0 || len(c.Individual) != 1 || strings.Contains(strings.Join(c.Individual, ""), "forverring") {
		t.Errorf("recorded %+v", c)
	}
	if words, _, _ := s.d.Ledger.Note(s.ctx, "FJO", c.Reason.Note); !strings.Contains(words, "Nylig forverring") {
		t.Errorf("the reason is %q", words)
	}
}

// Which came first is recorded and can't be changed by answering afterwards, nor by another form.
func TestAssessGuideFirstIsRecorded(t *testing.T) {
	s, srv, id := smallSite(t, arrival{})
	a := openAssessment(t, srv, caseURL("FJO", id)+"/vurder")
	a.press("guide")
	a.says(a.step(2), "Veilederen ble vist før du hadde svart.")
	a = openAssessment(t, srv, caseURL("FJO", id)+"/vurder")
	a.press("preview", "forst", "egen", "nytte", "ja", "kostnad", "ja", "tilstand", kneeID)
	a.press("decide")
	if a.status != http.StatusSeeOther {
		t.Fatalf("status %d: %s", a.status, a.text)
	}
	if c := lastEvent(t, s, "FJO", id).Ask.(*referral.Assess); c.OwnFirst {
		t.Error("the guide came first, and the own view is recorded as first")
	}
}

// A draft is there when one comes back, is one's own, is recorded as begun once, and is gone after the decision.
func TestAssessDraft(t *testing.T) {
	s, srv, id := smallSite(t, arrival{})
	path := caseURL("FJO", id) + "/vurder"
	a := openAssessment(t, srv, path)
	a.press("draft", "nytte", "ja", "begrunnelse", "Ikke ferdig.")
	if a.status != http.StatusSeeOther || a.to != path {
		t.Fatalf("status %d to %q", a.status, a.to)
	}
	a = openAssessment(t, srv, path)
	a.says(a.text, "Utkastet ble lagret kl. 10.42.")
	if a.fields.Get("nytte") != "ja" || a.fields.Get("begrunnelse") != "Ikke ferdig." {
		t.Errorf("the draft is %v", a.fields)
	}
	a.press("draft")
	log := mustLog(t, s, id)
	if len(log) != 2 || log[1].Event.Kind() != "begin" {
		t.Fatalf("two drafts left %d entries", len(log))
	}
	row, _, _ := s.d.Ledger.Row(s.ctx, "FJO", id)
	if row.Status != string(law.UnderAssessment) {
		t.Errorf("status %q", row.Status)
	}
	another := httptest.NewServer(New(s.d, Options{Log: slog.New(slog.DiscardHandler), People: access.DemoPeople(), User: User{ID: "u1", Name: "Tora Tenkt", Role: law.Specialist}}))
	defer another.Close()
	b := openAssessment(t, another, path)
	if b.fields.Get("begrunnelse") != "" {
		t.Error("another's draft is shown")
	}
	b.says(b.text, "Siv Skissesen har begynt på denne vurderingen.")
	// The program is started again: the draft is in the ledger, and is there.
	again := httptest.NewServer(New(s.d, Options{Log: slog.New(slog.DiscardHandler), Demo: true, User: User{ID: "u1002", Name: "Siv Skissesen", Role: law.Specialist}}))
	defer again.Close()
	if c := openAssessment(t, again, path); c.fields.Get("begrunnelse") != "Ikke ferdig." {
		t.Errorf("after a new start the draft is %v", c.fields)
	}
	// What is typed is kept as one goes, without a word in the case.
	a = openAssessment(t, srv, path)
	a.press("save", "begrunnelse", "Nesten ferdig.")
	if a.status != http.StatusOK || !strings.HasPrefix(a.page, "Utkastet ble lagret kl. 10.42.") {
		t.Errorf("saving quietly gives %d %q", a.status, a.page)
	}
	if n := len(mustLog(t, s, id)); n != 2 {
		t.Errorf("saving quietly left %d entries", n)
	}
	a = openAssessment(t, srv, path)
	if a.fields.Get("begrunnelse") != "Nesten ferdig." {
		t.Errorf("what was kept is %v", a.fields)
	}
	a.press("decide", "kostnad", "ja", "utfall", "rett", "uker", "12")
	if a.status != http.StatusSeeOther {
		t.Fatalf("status %d: %s", a.status, a.text)
	}
	if a = openAssessment(t, srv, path); strings.Contains(a.page, "Ikke ferdig.") {
		t.Error("the draft is there after the decision")
	}
	papers, err := s.d.Ledger.Papers(s.ctx, "FJO", draftPapers, "", 0, 0)
	if err != nil || len(papers) != 0 {
		t.Errorf("%d drafts are left, %v", len(papers), err)
	}
	versions, err := s.d.Ledger.PaperVersions(s.ctx, "FJO", draftPapers, draftKey{"FJO", id, "u1002/", 0}.paper())
	if err != nil || len(versions) < 2 {
		t.Fatalf("the draft had %d versions, %v", len(versions), err)
	}
	for _, v := range versions {
		if len(v.Body) > 0 {
			t.Errorf("version %d of the draft still has words", v.Seq)
		}
	}
}

// Something recorded meanwhile is shown beside what was typed, and decided again.
func TestAssessConflict(t *testing.T) {
	s, srv, id := smallSite(t, arrival{})
	a := openAssessment(t, srv, caseURL("FJO", id)+"/vurder")
	s.do("FJO", id, today, law.Secretary, "Unni Utkast", &referral.RequestInformation{From: "referrer"})
	a.press("decide", "nytte", "ja", "kostnad", "ja", "utfall", "rett", "uker", "12", "begrunnelse", "Står her.")
	if a.status != http.StatusConflict {
		t.Fatalf("status %d: %s", a.status, a.text)
	}
	a.says(a.text, "Noe har skjedd siden du åpnet saken")
	a.says(a.text, "Unni Utkast")
	if a.fields.Get("begrunnelse") != "Står her." {
		t.Errorf("what was typed became %v", a.fields)
	}
	if a.press("decide"); a.status != http.StatusSeeOther {
		t.Errorf("deciding again: status %d: %s", a.status, a.text)
	}
}

// A decision is undone by a correction: the same screen filled in, a reason asked for, and the old one left in the log.
func TestAssessCorrection(t *testing.T) {
	s, srv, id := smallSite(t, arrival{})
	path := caseURL("FJO", id) + "/vurder"
	a := openAssessment(t, srv, path)
	a.press("guide", "nytte", "ja", "kostnad", "ja", "behov", "ja", "begrunnelse", "Følger veilederen.")
	a.press("guide", "tilstand", kneeID, "alvor", "2", "avklart", "ja")
	a.press("decide", "f."+kneeID+".1", "nei")
	if a.status != http.StatusSeeOther {
		t.Fatalf("status %d: %s", a.status, a.text)
	}
	a = openAssessment(t, srv, path)
	a.says(a.text, "Svaret er alt gitt: rett til nødvendig helsehjelp.")
	a = openAssessment(t, srv, path+"?rett=1")
	for name, want := range map[string]string{"nytte": "ja", "kostnad": "ja", "behov": "ja", "tilstand": kneeID, "uker": "12", "dato": "07.07.2025", "utfall": "rett", "alvor": "2", "avklart": "ja", "begrunnelse": "Følger veilederen.", "f." + kneeID + ".1": "nei", "forst": "egen"} {
		if got := a.fields.Get(name); got != want {
			t.Errorf("%s is filled in as %q, want %q", name, got, want)
		}
	}
	a.press("decide", "uker", "8")
	if a.status != http.StatusUnprocessableEntity {
		t.Errorf("a correction without a reason: status %d", a.status)
	}
	a.says(a.step(5), "Skriv hvorfor vurderingen rettes.")
	a.says(a.text, "Rett vurderingen: Siri Simulert")
	a.press("decide", "rettegrunn", "Feil antall uker.")
	if a.status != http.StatusSeeOther {
		t.Fatalf("status %d: %s", a.status, a.text)
	}
	log := mustLog(t, s, id)
	k, ok := log[len(log)-1].Event.Ask.(*referral.Correct)
	if !ok || k.Seq != 2 {
		t.Fatalf("recorded %+v", log[len(log)-1].Event.Ask)
	}
	if x := referral.Fold(log); x.StartBy != day.On(2025, 6, 9) || x.Condition != kneeID {
		t.Errorf("the deadline is %s", x.StartBy)
	}
}

// Nobody but a specialist decides, outside the demonstration; and there is nothing to correct before an assessment.
func TestAssessNotByAnybody(t *testing.T) {
	s, srv, id := smallSite(t, arrival{})
	booker := httptest.NewServer(New(s.d, Options{Log: slog.New(slog.DiscardHandler), User: User{Name: "Dag Dummy", Role: law.Booking}}))
	defer booker.Close()
	status, body := get(t, booker, caseURL("FJO", id)+"/vurder")
	if status != http.StatusUnprocessableEntity || !strings.Contains(text(body), "Bare en spesialist kan avgjøre rett og frist.") {
		t.Errorf("a booker: status %d: %s", status, text(body))
	}
	if status, _ := get(t, srv, caseURL("FJO", id)+"/vurder?rett=1"); status != http.StatusNotFound {
		t.Errorf("a correction of nothing: status %d", status)
	}
	if status, _ := get(t, srv, "/sak/FJO/999/vurder"); status != http.StatusNotFound {
		t.Errorf("no such case: status %d", status)
	}
	elsewhere := httptest.NewServer(New(s.d, Options{Log: slog.New(slog.DiscardHandler), Demo: true, User: User{Name: "Eva Eksempelsen", Role: law.Specialist, Place: "SUN"}}))
	defer elsewhere.Close()
	if status, _ := get(t, elsewhere, caseURL("FJO", id)+"/vurder"); status != http.StatusSeeOther {
		t.Errorf("another trust's case: status %d", status)
	}
}

// The screens of the worklist lead to each other in its order.
func TestAssessPreviousAndNext(t *testing.T) {
	s, srv, id := smallSite(t, arrival{})
	urgent := s.receive(arrival{given: "Hedda", family: "Hypotetisk", born: day.On(1999, 8, 1), on: day.On(2025, 4, 15), c: referral.Receive{Urgent: true}})
	a := openAssessment(t, srv, caseURL("FJO", id)+"/vurder")
	a.says(a.text, "Sak 2 av 2")
	if !strings.Contains(a.page, `<a href="`+caseURL("FJO", urgent)+`/vurder" rel="prev">`) || strings.Contains(a.page, `rel="next"`) {
		t.Errorf("previous and next: %s", a.page[:2000])
	}
	if _, body := get(t, srv, "/vurdering"); !strings.Contains(body, `href="`+caseURL("FJO", id)+`/vurder"`) {
		t.Error("the worklist does not lead to the screen")
	}
}

// FuzzAssessment: whatever is typed, the screen comes back and nothing faults.
func FuzzAssessment(f *testing.F) {
	for _, x := range []string{"nytte=ja&kostnad=ja&utfall=rett&uker=12", "nytte=tvil&kostnad=nei&utfall=ikke", "dato=01.01.1900&nytte=ja&kostnad=ja&utfall=rett", "dato=31.12.2199&nytte=ja&kostnad=ja&utfall=rett",
		"uker=520&fordato=1&nytte=ja&kostnad=ja", "uker=-1", "senest=99.99.9999&dato=2025-06-09&utfall=rett", "forst=egen&tilstand=" + kneeID + "&f." + kneeID + ".0=ja&sok=kne", "tilstand=ingen&forst=x&grunn=capacity&grunn=x",
		"alvor=9&nyttegrad=-1&ressurs=a", "sok=%00", "forslag=x&foruker=&fordato=&uker=&dato=", "seq=x", "vist=f.&begrunnelse=%F0%9F%98%80"} {
		f.Add(x)
	}
	s := newSeed(f)
	id := s.receive(arrival{given: "Prøve", family: "Testesen", born: day.On(2004, 2, 29), on: day.On(2025, 4, 14), c: referral.Receive{Specialty: "orthopaedics"}})
	pages := New(s.d, Options{Demo: true, Log: slog.New(slog.DiscardHandler)})
	f.Fuzz(func(t *testing.T, body string) {
		for _, do := range []string{"preview", "guide"} {
			r := httptest.NewRequest(http.MethodPost, caseURL("FJO", id)+"/vurder", strings.NewReader("key=AAAAAAAAAAAAAAAAAAAAAAAAAA&seq=1&do="+do+"&"+body))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			w := httptest.NewRecorder()
			pages.ServeHTTP(w, r)
			if w.Code >= 500 {
				t.Fatalf("%s: status %d", body, w.Code)
			}
		}
	})
}

// The referral's words that support a circumstance are marked and linked from it; what may not count is marked apart and told; a listed age asks what it says.
func TestAssessEvidence(t *testing.T) {
	_, srv, id := smallSite(t, arrival{given: "Prøve", family: "Testesen", born: day.On(1958, 3, 12), on: day.On(2025, 4, 14),
		c: referral.Receive{Text: referral.Say("Smerter i høyre ankel, også om natten.\nEr 50 % sykmeldt og arbeidsgiver maser. Løper og går på ski.")}})
	a := openAssessment(t, srv, caseURL("FJO", id)+"/vurder")
	if !strings.Contains(a.page, `class="no">Er 50 % sykmeldt og arbeidsgiver maser</mark>`) {
		t.Errorf("what may not count is not marked: %s", a.page)
	}
	a.says(a.step(3), "Arbeidsevne sykmeldt")
	if strings.Contains(a.page, `>Løper og går på ski</mark>`) {
		t.Error("a circumstance is marked before there is a condition")
	}
	a.press("guide", "nytte", "ja", "kostnad", "ja", "behov", "ja")
	a.press("guide", "tilstand", "ortopedi.ankelinstabilitet")
	found := regexp.MustCompile(`<mark id="(ord-\d+)"[^>]*>Løper og går på ski</mark>`).FindStringSubmatch(a.page)
	if found == nil || !strings.Contains(a.page, `href="#`+found[1]+`" aria-label="Løper, vis i henvisningen"`) {
		t.Errorf("the circumstance does not lead to its place: %v", found)
	}
	a.says(a.step(3), "Hva sier alderen noe om?")
	age := ""
	for i, f := range guide.Embedded().Conditions("orthopaedics") {
		if f.ID != "ortopedi.ankelinstabilitet" {
			continue
		}
		for j, x := range guide.Embedded().Conditions("orthopaedics")[i].Factors {
			if isAge(x) {
				age = factorField(f, j)
			}
		}
	}
	a.press("preview", age, "ja", "utfall", "rett", "uker", "26")
	a.says(a.step(3), "Kryss av for hva alderen sier noe om")
	a.press("preview", "grunn", "age_risk")
	if strings.Contains(a.step(3), "Kryss av for hva alderen sier noe om") {
		t.Error("it still asks what the age says")
	}
}
