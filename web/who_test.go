package web

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"rettid/access"
	"rettid/words"
)

// everyone is one of each role, at Fjordvik and elsewhere. All are made up.
const everyone = `id,name,role,provider,unit,specialty,tenant,patient,language,hpr,pid_digest,from,to
booking,Dag Dummy,booking,FJO,FJO-01,,,,nb,,,,
assessor,Siv Skissesen,assessor,FJO,FJO-01,,,,,,,,
intake,Eva Eksempelsen,intake,FJO,,,,,,,,,
letters,Unni Utkast,letter_office,FJO,,,,,,,,,
manager,Arne Attrapp-Leder,manager,FJO,FJO-01,,,,,,,,
director,Finn Fabelsen,medical_director,FJO,,,,,,,,,
otherunit,Lars Liksom,assessor,FJO,FJO-09,,,,,,,,
elsewhere,Kari Kulisse,booking,INN,INN-01,,,,,,,,
region,Ragnhild Rollespill,manager,*,,,,,,,,,
gp,Lise Latsom,referrer,GP01,,,,,,990000101,,,
user,Brita Brukerstemme-Fiktiv,user_representative,,,,,,,,,,
author,Vilde Veileder-Fiktiv,guide_author,,,,,,,,,,
admin,Asta Adminsen,administrator,,,,,,,,,,
auditor,Leif Loggmann,auditor,FJO,,,,,,,,,
`

// newGated serves a filled region where one chooses who to be.
func newGated(t testing.TB) (*seed, *httptest.Server) {
	t.Helper()
	return newGatedWith(t, Options{})
}

// newGatedWith serves it in a house with ways or settings of its own.
func newGatedWith(t testing.TB, o Options) (*seed, *httptest.Server) {
	t.Helper()
	o.Demo, o.Log = true, slog.New(slog.DiscardHandler)
	s := newSeed(t).fill()
	people, err := access.ReadPeople(strings.NewReader(everyone))
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewUnstartedServer(nil)
	h, err := NewGated(s.d, o, access.GateOptions{People: people, Demo: true, Listener: srv.Listener.Addr()})
	if err != nil {
		t.Fatal(err)
	}
	srv.Config.Handler = h
	srv.Start()
	t.Cleanup(func() { srv.CloseClientConnections(); srv.Close() }) // a stream that is open would be waited for
	return s, srv
}

// A visitor is a browser with its cookies.
type visitor struct {
	t   testing.TB
	c   *http.Client
	url string
}

func visit(t testing.TB, srv *httptest.Server) visitor {
	jar, _ := cookiejar.New(nil)
	return visitor{t, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, srv.URL}
}

func (v visitor) read(res *http.Response, err error) (*http.Response, string) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return res, string(b)
}

func (v visitor) get(path string) (*http.Response, string) {
	v.t.Helper()
	return fetch(v.t, v.c, v.url+path)
}

func (v visitor) post(path string, f url.Values) (*http.Response, string) {
	v.t.Helper()
	return v.read(v.c.PostForm(v.url+path, f))
}

func be(t testing.TB, srv *httptest.Server, who string) visitor {
	t.Helper()
	v := visit(t, srv)
	if res, body := v.post("/inn", url.Values{"hvem": {who}, "til": {"/"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("be %s: %d %s", who, res.StatusCode, text(body))
	}
	return v
}

// Who may see and do what, by role and page: 200 shows it, 403 refuses in plain words, "ask" asks for a reason and tells no name.
func TestRolesMeetPages(t *testing.T) {
	s, srv := newGated(t)
	at := caseURL("FJO", s.tens["over"])
	unassessed := caseURL("FJO", s.tens["unassessed"])
	paths := []string{"/liste", "/plikter", "/fristbrudd", "/vurdering", "/mottak", "/mottak/ny", "/liste/eksport", "/ledelse", "/sok", at, at + "/innsyn", at + "/gjor/book", at + "/gjor/inform", at + "/gjor/change_deadline",
		unassessed + "/vurder", at + "/gjor/notify_helfo", at + "/gjor/complain", at + "/gjor/correct"}
	for who, want := range map[string]string{
		//           list plik brud vurd mott ny   csv  led  sok  case innsyn book inform change vurder helfo complain correct
		"booking":   "200 200 200 200 200 403 200 200 200 200 200 200 200 403 403 200 403 200",
		"assessor":  "200 200 200 200 200 403 403 200 200 200 200 403 403 200 200 403 403 200",
		"intake":    "200 200 200 200 200 200 403 200 200 200 200 403 403 403 403 200 200 200",
		"letters":   "200 200 200 200 200 403 403 403 200 200 403 403 200 403 403 403 200 403",
		"manager":   "200 200 200 200 200 403 200 200 200 200 200 403 403 403 403 200 403 403",
		"director":  "403 403 403 403 403 403 403 200 200 ask 200 403 403 403 403 403 403 403",
		"otherunit": "200 200 200 200 200 403 403 200 200 ask 403 403 403 403 403 403 403 403",
		"elsewhere": "200 200 200 200 200 403 200 200 200 ask 403 403 403 403 403 403 403 403",
		"region":    "403 403 403 403 403 403 403 200 200 403 200 403 403 403 403 403 403 403",
		"gp":        "403 403 403 403 403 403 403 403 403 303 303 303 303 303 303 303 303 303",
		"user":      "403 403 403 403 403 403 403 200 403 403 403 403 403 403 403 403 403 403",
		"author":    "403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403",
		"admin":     "403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403",
		"auditor":   "403 403 403 403 403 403 403 403 200 403 200 403 403 403 403 403 403 403",
	} {
		t.Run(who, func(t *testing.T) {
			v := be(t, srv, who)
			for i, want := range strings.Fields(want) {
				res, body := v.get(paths[i])
				got := itoa(res.StatusCode)
				if got == "403" && strings.Contains(body, `name="grunn"`) {
					got = "ask"
				}
				if got != want {
					t.Errorf("GET %s: %s, want %s: %s", paths[i], got, want, text(body))
				}
				if got != "200" && strings.Contains(body, "Påfunnsen") {
					t.Errorf("GET %s is refused and tells a name", paths[i])
				}
				if got == "403" && !strings.Contains(text(body), "Du har ikke tilgang til dette") {
					t.Errorf("GET %s refuses without plain words: %s", paths[i], text(body))
				}
			}
		})
	}
}

// What is refused to be seen is refused to be done, whatever the form says.
func TestRefusedFormsChangeNothing(t *testing.T) {
	s, srv := newGated(t)
	at, unassessed := caseURL("FJO", s.tens["over"]), caseURL("FJO", s.tens["unassessed"])
	before, _, _ := s.d.Ledger.Row(s.ctx, "FJO", s.tens["over"])
	f := url.Values{"key": {strings.Repeat("A", 26)}, "seq": {itoa(before.Seq)}, "dato": {"23.04.2025"}, "slag": {"time"}, "dag": {"05.05.2025"}, "sak": {"FJO/" + itoa(int(s.tens["over"]))}}
	for who, paths := range map[string][]string{
		"assessor": {at + "/gjor/book", "/liste/time", "/mottak/ny"}, "letters": {at + "/gjor/book", at + "/gjor/correct"}, "booking": {unassessed + "/vurder", at + "/gjor/worsen", "/mottak/ny"},
		"elsewhere": {at + "/gjor/book", "/liste/time"}, "auditor": {at + "/gjor/book", at}, "otherunit": {unassessed + "/vurder"}, "director": {at + "/gjor/decide_complaint"},
	} {
		v := be(t, srv, who)
		for _, p := range paths {
			if res, body := v.post(p, f); res.StatusCode != http.StatusForbidden {
				t.Errorf("%s: POST %s: %d %s", who, p, res.StatusCode, text(body))
			}
		}
	}
	if after, _, _ := s.d.Ledger.Row(s.ctx, "FJO", s.tens["over"]); after.Seq != before.Seq {
		t.Errorf("the case went from %d to %d entries", before.Seq, after.Seq)
	}
}

// Lists hold what the role's places give, and no more.
func TestListsAreNarrowed(t *testing.T) {
	_, srv := newGated(t)
	for who, want := range map[string]struct{ has, not string }{
		"booking":   {"Påfunnsen", "Regle, Ronja"},
		"elsewhere": {"", "Påfunnsen|Oppdiktet, Ola|Simulert|Regle, Ronja"},
		"otherunit": {"", "Påfunnsen|Oppdiktet, Ola|Fiktiv, Frida|Simulert|Regle, Ronja"},
	} {
		v := be(t, srv, who)
		seen := ""
		for _, p := range []string{"/liste", "/liste?sykehus=alle", "/liste?sykehus=FJO", "/liste?sykehus=INN", "/plikter?visning=apne&sykehus=FJO", "/fristbrudd?sykehus=alle", "/fristbrudd?visning=ventes", "/vurdering?sykehus=FJO", "/mottak?sykehus=alle"} {
			res, body := v.get(p)
			if res.StatusCode != http.StatusOK {
				t.Errorf("%s: GET %s: %d", who, p, res.StatusCode)
			}
			if m := regexp.MustCompile(want.not).FindString(body); m != "" {
				t.Errorf("%s: GET %s shows %s", who, p, m)
			}
			seen += body
		}
		if !strings.Contains(seen, want.has) {
			t.Errorf("%s does not see %s", who, want.has)
		}
		if _, body := v.post("/sok", url.Values{"q": {"Påfu"}}); strings.Contains(body, "Påfunnsen, ") != (who == "booking") {
			t.Errorf("%s searches: %s", who, text(body))
		}
	}
}

// One who reads logs comes by number to who has looked, and to no case; a name finds nothing.
func TestAuditorFindsTheLog(t *testing.T) {
	s, srv := newGated(t)
	v := be(t, srv, "auditor")
	if res, _ := v.get("/"); res.Header.Get("Location") != "/innsynslogg" {
		t.Errorf("an auditor begins at %q", res.Header.Get("Location"))
	}
	if res, _ := v.post("/sok", url.Values{"q": {caseNumber("FJO", s.tens["over"])}}); res.Header.Get("Location") != caseURL("FJO", s.tens["over"])+"/innsyn" {
		t.Errorf("a number leads to %q", res.Header.Get("Location"))
	}
	if res, body := v.post("/sok", url.Values{"q": {"Påfu"}}); res.StatusCode != http.StatusForbidden || strings.Contains(body, "Påfunnsen") {
		t.Errorf("a name: %d %s", res.StatusCode, text(body))
	}
	if res, _ := v.get(caseURL("SUN", s.tens["pathway"]) + "/innsyn"); res.StatusCode != http.StatusForbidden {
		t.Errorf("another hospital's log: %d", res.StatusCode)
	}
}

// A reason opens a case for reading; it stands in the log each time, and is asked for once.
func TestReasonOpensForReading(t *testing.T) {
	s, srv := newGated(t)
	at := caseURL("FJO", s.tens["over"])
	v := be(t, srv, "elsewhere")
	if res, body := be(t, srv, "director").get(at + "/slett"); res.StatusCode != http.StatusForbidden || !strings.Contains(body, `href="`+at+`"`) {
		t.Errorf("a page behind the case does not lead to where the reason is asked for: %d %s", res.StatusCode, text(body))
	}
	if res, _ := v.post(at, url.Values{"grunn": {"supervision"}}); res.StatusCode != http.StatusForbidden {
		t.Errorf("a reason that is not booking's: %d", res.StatusCode)
	}
	if res, body := v.post(at, url.Values{"grunn": {"emergency"}}); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != at {
		t.Fatalf("a reason: %d %s", res.StatusCode, text(body))
	}
	for range 2 {
		if res, body := v.get(at); res.StatusCode != http.StatusOK || !strings.Contains(body, "Påfunnsen") || strings.Contains(body, "/gjor/") {
			t.Errorf("opened with a reason: %d, forms %v", res.StatusCode, strings.Contains(body, "/gjor/"))
		}
	}
	if res, _ := v.get(at + "/gjor/book"); res.StatusCode != http.StatusForbidden {
		t.Errorf("a reason let somebody book: %d", res.StatusCode)
	}
	row, _, _ := s.d.Ledger.Row(s.ctx, "FJO", s.tens["over"])
	looks, err := s.d.Ledger.Accesses(s.ctx, "FJO", row.Patient, 10, 0)
	if err != nil || len(looks) != 2 || looks[0].Purpose != "emergency" || looks[0].Actor != "elsewhere" || looks[0].Place != "INN" {
		t.Errorf("the log has %+v, %v", looks, err)
	}
	if res, _ := be(t, srv, "elsewhere").get(at); res.StatusCode != http.StatusForbidden {
		t.Errorf("the reason served another session: %d", res.StatusCode)
	}
}

// What is done stands with who, role and place of the session.
func TestDoneByTheOneSignedIn(t *testing.T) {
	s, srv := newGated(t)
	at := caseURL("FJO", s.tens["over"]) + "/gjor/complain"
	v := be(t, srv, "letters")
	_, body := v.get(at)
	f := url.Values{"dato": {"23.04.2025"}, "gjelder": {"deadline"}, "av": {"patient"}}
	for _, k := range []string{"key", "seq"} {
		m := regexp.MustCompile(`name="` + k + `" value="([^"]+)"`).FindStringSubmatch(body)
		if m == nil {
			t.Fatalf("the form has no %s: %s", k, text(body))
		}
		f.Set(k, m[1])
	}
	if res, body := v.post(at, f); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d: %s", res.StatusCode, text(body))
	}
	recs, err := s.d.Ledger.Records(s.ctx, "FJO", s.tens["over"])
	if err != nil {
		t.Fatal(err)
	}
	if r := recs[len(recs)-1]; r.Actor != "letters" || r.Role != "secretary" || r.Place != "FJO" {
		t.Errorf("it stands as %s, %s, %s", r.Actor, r.Role, r.Place)
	}
}

func TestSignInAndOut(t *testing.T) {
	_, srv := newGated(t)
	v := visit(t, srv)
	if res, _ := v.get("/liste?visning=over"); res.Header.Get("Location") != "/inn?til="+url.QueryEscape("/liste?visning=over") {
		t.Errorf("one who is not signed in is sent to %q", res.Header.Get("Location"))
	}
	if res, body := v.post("/sok", url.Values{"q": {"Påfu"}}); res.StatusCode != http.StatusUnauthorized || strings.Contains(body, "Påfunnsen") {
		t.Errorf("a search without a session: %d", res.StatusCode)
	}
	res, body := v.get("/inn")
	if got := text(body); res.StatusCode != http.StatusOK || !strings.Contains(got, "Velg hvem du vil være") || !strings.Contains(got, "Siv Skissesen Den som vurderer, Fjordvik sykehus") || strings.Contains(body, `action="/sok"`) || strings.Contains(body, "Logg ut") {
		t.Errorf("the ways in: %d %s", res.StatusCode, got)
	}
	if strings.Contains(body, "style=") || strings.Contains(body, "<script>") || strings.Contains(text(body), "sign_in.") {
		t.Error("the page has what the policy forbids, or a key for a word")
	}
	res, _ = v.post("/inn", url.Values{"hvem": {"assessor"}, "til": {"/vurdering"}})
	if res.Header.Get("Location") != "/vurdering" || len(res.Cookies()) != 1 {
		t.Fatalf("signed in: to %q with %v", res.Header.Get("Location"), res.Cookies())
	}
	if c := res.Cookies()[0]; !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Secure || c.Domain != "" {
		t.Errorf("the cookie of a demonstration is %s", c)
	}
	_, body = v.get("/vurdering")
	if got := text(body); !strings.Contains(got, "Siv Skissesen Den som vurderer, Fjordvik sykehus") || !strings.Contains(got, "Logg ut") || strings.Contains(body, `href="/mottak/ny"`) {
		t.Errorf("the head says %s", got)
	}
	old := res.Cookies()
	if res, _ = v.post("/ut", nil); res.StatusCode != http.StatusSeeOther || res.Cookies()[0].MaxAge >= 0 {
		t.Errorf("signed out: %d %v", res.StatusCode, res.Cookies())
	}
	r, _ := http.NewRequest(http.MethodGet, srv.URL+"/vurdering", nil)
	r.AddCookie(old[0])
	if res, body := v.read(http.DefaultTransport.RoundTrip(r)); res.StatusCode != http.StatusSeeOther {
		t.Errorf("the cookie serves after sign-out: %d %s", res.StatusCode, text(body))
	}
}

// Choosing who to be is refused where others could reach it, and by another name than this machine's.
func TestChoosingIsForThisMachine(t *testing.T) {
	s, srv := newGated(t)
	people, err := access.ReadPeople(strings.NewReader(everyone))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewGated(s.d, Options{}, access.GateOptions{People: people, Demo: true, Listener: addr("0.0.0.0:8080")}); err == nil || !strings.Contains(err.Error(), "this machine") {
		t.Errorf("a demonstration for everybody: %v", err)
	}
	for _, m := range []string{http.MethodGet, http.MethodPost} {
		r, _ := http.NewRequest(m, srv.URL+"/inn", strings.NewReader("hvem=assessor"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Host = "rettid.example.org"
		res, body := visit(t, srv).read(http.DefaultTransport.RoundTrip(r))
		if res.StatusCode != http.StatusForbidden || len(res.Cookies()) != 0 || strings.Contains(body, "Skissesen") {
			t.Errorf("%s under another name: %d %s", m, res.StatusCode, text(body))
		}
	}
}

type addr string

func (addr) Network() string  { return "tcp" }
func (a addr) String() string { return string(a) }

// Away from the demonstration the cookie is Secure and of this host alone.
func TestCookieOfProduction(t *testing.T) {
	sessions := access.NewSessions(access.SessionOptions{})
	w := httptest.NewRecorder()
	if err := sessions.SignIn(w, httptest.NewRequest(http.MethodPost, "/inn", nil), access.User{ID: "x"}); err != nil {
		t.Fatal(err)
	}
	if c := w.Result().Cookies()[0]; c.Name != "__Host-rettid" || !c.Secure || !c.HttpOnly {
		t.Errorf("the cookie is %s", c)
	}
}

// Every code a refusal can have is said in words.
func TestRefusalsHaveWords(t *testing.T) {
	for _, why := range []string{"no_role", "not_for_role", "other_unit", "other_provider", "not_your_patient", "not_your_referral", "not_a_reason", "needs_reason"} {
		if !words.Has(words.NB, "access."+why) {
			t.Errorf("access.%s has no words", why)
		}
	}
}
