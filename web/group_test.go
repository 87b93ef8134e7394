package web

import (
	"context"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"rettid/access"
	"rettid/clinic"
	"rettid/day"
	"rettid/demo"
	"rettid/desk"
	"rettid/exception"
	"rettid/guide"
	"rettid/law"
	"rettid/ledger"
)

// schemeDay is the day on the pages of the exception scheme's tests.
var schemeDay = day.On(2026, 3, 2)

// newScheme serves the made-up two years of the exception scheme, where one chooses who to be among the made-up people.
func newScheme(t testing.TB, applications int, shuffled bool) (*desk.Desk, *httptest.Server) {
	t.Helper()
	d := desk.New(emptyLedger(t), clinic.Demo(), guide.Embedded(), law.Default())
	d.Now = func() time.Time { return day.Moment{Day: schemeDay, Minute: 10 * 60}.Time() }
	if _, err := demo.GenerateExceptions(context.Background(), d, demo.ExceptionOptions{Applications: applications, Seed: 5, Today: schemeDay, Shuffled: shuffled}); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewUnstartedServer(nil)
	h, err := NewGated(d, Options{Demo: true, Log: slog.New(slog.DiscardHandler)}, access.GateOptions{People: access.DemoPeople(), Demo: true, Listener: srv.Listener.Addr()})
	if err != nil {
		t.Fatal(err)
	}
	srv.Config.Handler = h
	srv.Start()
	t.Cleanup(srv.Close)
	return d, srv
}

// The made-up people the tests are.
const (
	secretary   = "u2201"
	director    = "u2101"
	userNord    = "u1704"
	analyst     = "u2401"
	reader      = "u2501"
	applicant   = "u2001"
	hfDirector  = "u1008"
	bookingHere = "u1001"
)

// keyed fills in the key and the entry a form was shown with.
func keyed(t testing.TB, page string, f url.Values) url.Values {
	t.Helper()
	f.Set("key", regexp.MustCompile(`name="key" value="([A-Z2-7]{26})"`).FindStringSubmatch(page + `name="key" value="AAAAAAAAAAAAAAAAAAAAAAAAAA"`)[1])
	if m := regexp.MustCompile(`name="seq" value="(\d+)"`).FindStringSubmatch(page); m != nil {
		f.Set("seq", m[1])
	}
	if f.Get("dato") == "" {
		f.Set("dato", "02.03.2026")
	}
	return f
}

// step takes a step as somebody, and gives where it led.
func (v visitor) step(at string, f url.Values) string {
	v.t.Helper()
	_, page := v.get(at)
	res, body := v.confirmed(at, keyed(v.t, page, f))
	if res.StatusCode != http.StatusSeeOther {
		v.t.Fatalf("%s: %d %s", at, res.StatusCode, text(body))
	}
	return res.Header.Get("Location")
}

// confirmed sends a form, and again with what it warned of confirmed.
func (v visitor) confirmed(at string, f url.Values) (*http.Response, string) {
	v.t.Helper()
	res, body := v.post(at, f)
	if m := regexp.MustCompile(`name="bekreft" value="([^"]*)"`).FindStringSubmatch(body); res.StatusCode == http.StatusOK && m != nil {
		f.Set("bekreft", html.UnescapeString(m[1]))
		res, body = v.post(at, f)
	}
	return res, body
}

// idOf is the number at the end of an address.
func idOf(t testing.TB, at string) int64 {
	t.Helper()
	at, _, _ = strings.Cut(at, "?")
	id, err := strconv.ParseInt(at[strings.LastIndex(at, "/")+1:], 10, 64)
	if err != nil {
		t.Fatalf("no number in %q", at)
	}
	return id
}

// A group case from a proposal to a published decision, by those whose work it is: held back while something is missing, refused by the law with fewer than two
// invited (U2-1, X-510), and decided when all is there.
func TestGroupCaseFromProposalToDecision(t *testing.T) {
	d, srv := newScheme(t, 24, false)
	sec, dir, user := be(t, srv, secretary), be(t, srv, director), be(t, srv, userNord)

	_, page := sec.get("/gruppeunntak/ny")
	res, body := sec.post("/gruppeunntak/ny", keyed(t, page, url.Values{"metode": {"x"}, "region": {"vest"}}))
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "Skriv nummeret som ID2024_001.") || !strings.Contains(body, `role="alert"`) {
		t.Fatalf("a proposal without what it must have: %d %s", res.StatusCode, text(body))
	}
	at := sec.step("/gruppeunntak/ny", url.Values{"metode": {"ID2023_902"}, "region": {"vest"}, "indikasjon": {"c61"}, "gruppen": {"Voksne med tilbakefall."}, "pasienter_i_aret": {"25"}, "sammendrag": {"En ny behandling for noen få."},
		"kostnad": {"400 000 kroner."}, "grunn": {"Mange enkeltsøknader."}})
	group := idOf(t, at)
	meet := sec.step("/moter/nytt", url.Values{"motedag": {"02.03.2026"}, "bestillerforum": {"02.03.2026"}, "beslutningsforum": {"02.03.2026"}})
	meeting := idOf(t, meet)
	sec.step(at+"/gjor/set_meeting", url.Values{"mote": {strconv.FormatInt(meeting, 10)}})
	sec.step(meet+"/gjor/set_agenda", url.Values{"tittel1": {""}, "sak1": {strconv.FormatInt(group, 10)}, "papir1": {"# Bakgrunn\n\nTekst med <b>.\n\n- ett\n- to"}, "tittel2": {"Eventuelt"}})
	if res, body := user.get(meet + "/papir/1"); res.StatusCode != 200 || !strings.Contains(body, "<h2>Bakgrunn</h2>") || !strings.Contains(body, "&lt;b&gt;") || !strings.Contains(body, "<li>to</li>") {
		t.Errorf("the paper: %d %s", res.StatusCode, body)
	}

	// The price opens for a representative who has signed and is not in conflict, and for no other.
	if _, body := user.get(at); strings.Contains(body, "400 000") || !strings.Contains(body, "Prisnotatet åpnes") {
		t.Error("the price is open before the statement")
	}
	user.step(meet+"/gjor/declare", url.Values{"sak": {strconv.FormatInt(group, 10)}, "inhabil": {"nei"}, "taushet": {"ja"}})
	if _, body := user.get(at); !strings.Contains(body, "400 000") {
		t.Error("the price is shut after the statement")
	}
	if _, body := be(t, srv, reader).get(at); strings.Contains(body, "400 000") {
		t.Error("a reader sees the price")
	}

	// A decision lacks standpoints, who is present, a memo, and two invited.
	vote := func(extra url.Values) (*http.Response, string) {
		_, page := dir.get(meet + "?sak=" + strconv.FormatInt(group, 10))
		f := url.Values{"utfall": {"granted"}, "begrunnelse": {"Samlet vurdering."}, "gjelder_fra": {"02.03.2026"}, "gjelder_til": {"01.03.2027"}, "ny_gjennomgang": {"02.09.2026"}}
		for _, r := range law.UserPanels {
			f.Set("stem_"+r, "yes")
		}
		for k, x := range extra {
			f[k] = x
		}
		return dir.confirmed(meet+"?sak="+strconv.FormatInt(group, 10), keyed(t, page, f))
	}
	res, body = vote(url.Values{"stem_nord": {"wait"}})
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "standpunkt fra Region nord") {
		t.Errorf("without a standpoint: %d %s", res.StatusCode, text(body))
	}
	res, body = vote(nil)
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "minst to inviterte brukerrepresentanter (nå 0)") || !strings.Contains(body, "ferdig saksframlegg") {
		t.Errorf("with nobody invited: %d %s", res.StatusCode, text(body))
	}
	sec.step(at+"/gjor/take_step", url.Values{"steg": {"memo_final"}})
	sec.step(meet+"/gjor/hold_meeting", url.Values{"brukere": {userNord}, "direktorer": {"u2101", "u2102", "u2103"}, "varaer": {"u2104"}})
	res, body = vote(nil)
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "Brukerutvalgenes uttalelse, punkt 1 og 2") {
		t.Errorf("the law's no: %d %s", res.StatusCode, text(body))
	}
	sec.step(meet+"/gjor/invite", url.Values{"representanter": {userNord, "u1703"}, "papirer": {"ja"}})
	user.step(meet+"/gjor/give_opinion", url.Values{"sak": {strconv.FormatInt(group, 10)}, "uttalelse": {"Brukerne er uenige i vilkåret om reise."}, "uenig": {"ja"}})
	if res, body = vote(nil); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("with all there: %d %s", res.StatusCode, text(body))
	}
	c, err := d.PeekMatter(t.Context(), exception.National, group, desk.View{})
	if err != nil || c.State.Outcome != law.ExGranted || len(c.State.Decision.Votes) != 4 || c.State.Decision.Meeting.Dissenting != 1 || c.State.ValidTo != day.On(2027, 3, 1) {
		t.Errorf("the case: %+v (%v)", c.State.Decision, err)
	}
	sec.step(meet+"/gjor/answer_opinion", url.Values{"n": {"1"}, "svar_uttalelse": {"Reise dekkes."}})
	sec.step(meet+"/gjor/write_minutes", url.Values{"protokoll": {"Vedtak som foreslått."}})
	if _, body := user.get(meet + "/protokoll"); !strings.Contains(body, "Foreløpig") || !strings.Contains(body, "var uenig: Brukerne er uenige") || !strings.Contains(body, "Svar: Reise dekkes.") {
		t.Errorf("the minutes: %s", text(body))
	}
	dir.step(meet+"/gjor/approve_minutes", url.Values{})
	if _, body := user.get(meet + "/protokoll"); !strings.Contains(body, "Godkjent 2. mars 2026") {
		t.Error("the minutes are not approved")
	}
	sec.step(meet+"/gjor/write_minutes", url.Values{"protokoll": {"Vedtak som foreslått. Rettet."}})
	if _, body := sec.get(meet); !strings.Contains(body, "Versjon 2") || !strings.Contains(text(body), "Protokollen er foreløpig") {
		t.Error("corrected minutes are no new version")
	}
	sec.step(at+"/gjor/publish", url.Values{"kunngjoring": {"Regionene har sagt ja."}})
	for _, doc := range []string{meet + "/innkalling.pdf", meet + "/protokoll.pdf", meet + "/papir/1.pdf", at + "/vedtak.pdf"} {
		if res, body := user.get(doc); res.StatusCode != 200 || !strings.HasPrefix(body, "%PDF-") {
			t.Errorf("%s: %d", doc, res.StatusCode)
		}
	}
	if v, err := d.Verify(t.Context(), d.Today(), nil); err != nil || !v.Sound() {
		t.Errorf("verify: %+v (%v)", v.Problems, err)
	}
}

// Each page by role: who sees it, and who does not. A user representative meets no patient and no single case, whatever the address.
func TestRolesMeetGroupPages(t *testing.T) {
	d, srv := newScheme(t, 24, false)
	rows, _, err := d.Ledger.Matters(t.Context(), ledger.MatterQuery{Tenants: []string{exception.National}, Process: exception.Process, Kinds: []string{string(law.GroupException)}, Status: "received", Limit: 1})
	if err != nil || len(rows) != 1 {
		t.Fatalf("no open group case (%v)", err)
	}
	at := groupURL(rows[0].Matter)
	m, err := desk.MatterState(rows[0])
	if err != nil || m.MeetingID == 0 {
		t.Fatalf("the open case has no meeting (%v)", err)
	}
	meet := meetingURL(m.MeetingID)
	paths := []string{"/gruppeunntak", at, "/gruppeunntak/ny", at + "/gjor/select_representatives", at + "/gjor/give_input", "/moter", meet, meet + "/innkalling", meet + "/gjor/declare", "/moter/nytt", "/bruker", "/brukermedvirkning", "/brukermedvirkning/saker.csv"}
	for who, want := range map[string]string{
		//            list case ny  reps input moter meet innk decl nytt bruker part csv
		secretary:   "200 200 200 200 200 200 200 200 200 200 403 200 200",
		director:    "200 200 200 403 403 200 200 200 200 403 403 200 200",
		userNord:    "200 200 403 403 200 200 200 200 200 403 200 200 200",
		analyst:     "200 200 403 403 403 403 403 403 403 403 403 200 200",
		reader:      "200 200 403 403 403 403 403 403 403 403 403 200 200",
		applicant:   "200 200 403 403 403 403 403 403 403 403 403 200 200",
		hfDirector:  "200 200 200 403 403 403 403 403 403 403 403 200 200",
		bookingHere: "403 403 403 403 403 403 403 403 403 403 403 403 403",
	} {
		v := be(t, srv, who)
		for i, code := range strings.Fields(want) {
			if res, body := v.get(paths[i]); strconv.Itoa(res.StatusCode) != code {
				t.Errorf("%s %s: %d, want %s: %s", who, paths[i], res.StatusCode, code, text(body)[:min(300, len(text(body)))])
			}
		}
	}
}

// A user representative never sees a single patient's papers: every address of the pages, with the numbers and names of single cases, gives no name, no identity and no case.
func TestRepresentativeMeetsNoPatient(t *testing.T) {
	d, srv := newScheme(t, 24, false)
	user := be(t, srv, userNord)
	rows, _, err := d.Ledger.Matters(t.Context(), ledger.MatterQuery{Tenants: []string{"FJO"}, Process: exception.Process, Kinds: []string{string(law.SingleException)}, Limit: 1})
	if err != nil || len(rows) == 0 {
		t.Fatalf("no single case (%v)", err)
	}
	single := strconv.FormatInt(rows[0].Matter, 10)
	person, _, err := d.Ledger.Person(t.Context(), "FJO", rows[0].Patient)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, pattern := range routesOf(t) {
		path := strings.NewReplacer("{tenant}", "FJO", "{trust}", "FJO", "{id}", single, "{seq}", "1", "{kind}", "granted", "{verb}", "give_input", "{fil}", "x.csv", "{doc}", "innkalling", "{n}", "1", "{$}", "").Replace(pattern)
		path = regexp.MustCompile(`\{[^}]*\}`).ReplaceAllString(path, single)
		res, body := user.get(path)
		n++
		switch {
		case res.StatusCode >= 500:
			t.Errorf("%s: %d", path, res.StatusCode)
		case person.Family != "" && strings.Contains(body, person.Family+", "+person.Given), strings.Contains(body, person.LocalID), strings.Contains(body, rows[0].Patient):
			t.Errorf("%s tells of a patient", path)
		case strings.Contains(pattern, "{id}") && res.StatusCode == http.StatusOK:
			t.Errorf("%s shows a single case's number as something: %s", path, text(body)[:200])
		}
	}
	if n < 60 {
		t.Errorf("only %d addresses were tried", n)
	}
}

// routesOf reads the addresses of the pages from the program's own source.
func routesOf(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{"lettersURL": lettersURL, "groupsURL": groupsURL, "meetingsURL": meetingsURL, "repURL": repURL, "partURL": partURL, "nprURL": nprURL, "equityURL": equityURL}
	var out []string
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`HandleFunc\("GET ([^"]*)"(?:\s*\+\s*(\w+))?(?:\s*\+\s*"([^"]*)")?`).FindAllStringSubmatch(string(b), -1) {
			if path := m[1] + names[m[2]] + m[3]; strings.HasPrefix(path, "/") {
				out = append(out, path)
			}
		}
	}
	return out
}

// The report on users' part says the same on the page, in the figure's table and in the file.
func TestParticipationReport(t *testing.T) {
	d, srv := newScheme(t, 24, false)
	user := be(t, srv, userNord)
	_, page := user.get("/brukermedvirkning?mnd=36")
	cases, err := d.GroupCases(t.Context(), exception.National, schemeDay.AddMonths(-36).Add(1), schemeDay)
	if err != nil {
		t.Fatal(err)
	}
	rep := exception.ReportParticipation(cases, schemeDay.AddMonths(-36).Add(1), schemeDay, d.Settings)
	if want := "Brukerne var med slik de har krevd i " + strconv.Itoa(rep.Honoured) + " av " + strconv.Itoa(len(rep.Cases)) + " gruppesaker"; !strings.Contains(page, want) {
		t.Errorf("the page does not say %q", want)
	}
	res, file := user.get("/brukermedvirkning/saker.csv?mnd=36")
	if lines := strings.Count(file, "\r\n"); res.StatusCode != 200 || lines != len(rep.Cases)+1 {
		t.Errorf("the file has %d lines for %d cases", lines, len(rep.Cases))
	}
	for _, kind := range []string{"svg", "png", "csv"} {
		if res, _ := user.get("/brukermedvirkning/figur/medvirkning." + kind + "?mnd=36"); res.StatusCode != 200 {
			t.Errorf("the figure as %s: %d", kind, res.StatusCode)
		}
	}
	if _, page := user.get("/bruker?lang=en"); strings.Contains(page, "rep.") || !strings.Contains(page, "For user representatives") {
		t.Error("in English there are words missing")
	}
}

// The little Markdown that papers use, and text that looks like more than it is.
func TestMarkdown(t *testing.T) {
	for _, x := range []struct {
		in   string
		want string
	}{
		{"", "Papir||"}, {"en\nto\n\ntre", "Papir|en to/tre|"}, {"# A\n\ntekst\n- ett\n- to\netter\n## B\nmer", "A|tekst|ett/to;|etter|;B|mer|"}, {"<script>", "Papir|<script>|"},
	} {
		var parts []string
		for _, p := range markdown("Papir", x.in) {
			parts = append(parts, p.Head+"|"+strings.Join(p.Text, "/")+"|"+strings.Join(p.Items, "/"))
		}
		if got := strings.Join(parts, ";"); got != x.want {
			t.Errorf("%q: %s, want %s", x.in, got, x.want)
		}
	}
}

// FuzzMarkdown: no paper stops the program, and no word of it is lost.
func FuzzMarkdown(f *testing.F) {
	f.Add("# A\n\ntekst\n- ett\n- to\netter")
	f.Add("#\n* \n-")
	f.Fuzz(func(t *testing.T, s string) {
		var all string
		for _, p := range markdown("h", s) {
			all += p.Head + strings.Join(p.Text, "") + strings.Join(p.Items, "")
		}
		letters := func(s string) (n int) {
			for _, r := range s {
				if r >= 'a' && r <= 'z' {
					n++
				}
			}
			return n
		}
		if letters(all) < letters(s) {
			t.Errorf("words are lost of %q: %q", s, all)
		}
	})
}
