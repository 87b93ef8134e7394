package access

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"rettid/access/oidc"
	"rettid/clinic"
	"rettid/day"
	"rettid/internal/testissuer"
	"rettid/patient"
	"rettid/words"
)

func synthetic(t testing.TB, serial int) string {
	t.Helper()
	pid, ok := patient.MakeSynthetic(day.On(1980, 4, 23), serial, false)
	if !ok {
		t.Fatal("no synthetic number")
	}
	return pid
}

// A house is a running server with a gate, and a browser at its door.
type house struct {
	*httptest.Server
	gate *Gate
	log  *bytes.Buffer
	c    *http.Client
}

// open runs a house with a gate; the page behind it tells who is there.
func open(t *testing.T, change func(server string, o *GateOptions)) *house {
	t.Helper()
	h := &house{log: new(bytes.Buffer)}
	h.Server = httptest.NewUnstartedServer(nil)
	server := "http://" + h.Listener.Addr().String()
	o := GateOptions{Sessions: NewSessions(SessionOptions{Loopback: true}), People: DemoPeople(), Org: clinic.Demo(), Listener: h.Listener.Addr(),
		Today: func() day.Day { return today }, Log: slog.New(slog.NewTextHandler(h.log, nil))}
	if change != nil {
		change(server, &o)
	}
	var err error
	if h.gate, err = NewGate(o); err != nil {
		t.Fatal(err)
	}
	m := http.NewServeMux()
	m.Handle("/inn", h.gate)
	m.Handle("/inn/", h.gate)
	m.Handle("/ut", h.gate)
	m.Handle("/", h.gate.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		u, _ := Of(r.Context())
		io.WriteString(w, r.URL.Path+" seen by "+u.ID)
	})))
	h.Config.Handler = o.Sessions.With(m)
	h.Start()
	t.Cleanup(h.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	h.c = &http.Client{Jar: jar}
	return h
}

func body(t *testing.T, res *http.Response, err error) (int, string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

func (h *house) get(t *testing.T, path string) (int, string) {
	t.Helper()
	res, err := h.c.Get(h.URL + path)
	return body(t, res, err)
}

func (h *house) post(t *testing.T, path string, v url.Values) (int, string) {
	t.Helper()
	res, err := h.c.PostForm(h.URL+path, v)
	return body(t, res, err)
}

// has finds what must stand, and must not stand, in the log.
func (h *house) logged(t *testing.T, want string, never ...string) {
	t.Helper()
	if !strings.Contains(h.log.String(), want) {
		t.Errorf("the log lacks %q:\n%s", want, h.log)
	}
	for _, s := range never {
		if strings.Contains(h.log.String(), s) {
			t.Error("the log tells a name or a number")
		}
	}
}

func demo(_ string, o *GateOptions) { o.Demo = true }

func TestDemo(t *testing.T) {
	h := open(t, demo)
	status, page := h.get(t, "/sak/FJO/7?per=2025-04-01")
	for _, want := range []string{"Velg hvem du vil være", `value="u1001">Dag Dummy</button>`, "Fjordvik sykehus, Ortopedisk poliklinikk", "Referrer", `name="til" value="/sak/FJO/7?per=2025-04-01"`} {
		if want == "Referrer" {
			want = "Henviser, Tenkt legesenter"
		}
		if !strings.Contains(page, want) {
			t.Errorf("%d: the page lacks %q:\n%.600s", status, want, page)
		}
	}
	status, page = h.post(t, "/inn", url.Values{"hvem": {"u1001"}, "til": {"/sak/FJO/7"}})
	if status != 200 || page != "/sak/FJO/7 seen by u1001" {
		t.Errorf("%d %s", status, page)
	}
	h.logged(t, "user=u1001", "Dummy")
	if _, page = h.post(t, "/inn", url.Values{"hvem": {"u1002"}}); page != "/ seen by u1002" {
		t.Errorf("another: %s", page)
	}
	if status, page = h.post(t, "/ut", nil); status != 200 || !strings.Contains(page, "Velg hvem") {
		t.Errorf("out: %d %.80s", status, page)
	}
	if _, page = h.get(t, "/liste"); strings.Contains(page, "seen by") {
		t.Error("still in after going out")
	}
	if status, page = h.post(t, "/inn", url.Values{"hvem": {"u9999"}}); status != 403 || !strings.Contains(page, "Vi finner deg ikke her") {
		t.Errorf("nobody: %d %.300s", status, page)
	}
	if status, _ = h.post(t, "/lagre", nil); status != http.StatusUnauthorized {
		t.Errorf("a form by one who is not signed in: %d", status)
	}
	if _, page = h.get(t, "/inn?lang=en"); !strings.Contains(page, "Choose who to be") || !strings.Contains(page, `lang="en"`) {
		t.Errorf("in English: %.300s", page)
	}
}

func TestDemoMore(t *testing.T) {
	one := User{ID: "p7", Name: "Prøve Testesen", Roles: []Grant{{Role: Patient, Patient: PatientID{"FJO", "p7"}}}}
	h := open(t, func(_ string, o *GateOptions) {
		o.Demo, o.More = true, func(context.Context) ([]User, error) { return []User{one}, nil }
	})
	if _, page := h.get(t, "/inn"); !strings.Contains(page, "Prøve Testesen</button> Pasient") {
		t.Error("the patient is not on the page")
	}
	if _, page := h.post(t, "/inn", url.Values{"hvem": {"p7"}}); page != "/ seen by p7" {
		t.Errorf("%s", page)
	}
	h = open(t, func(_ string, o *GateOptions) {
		o.Demo, o.More = true, func(context.Context) ([]User, error) { return nil, errors.New("no ledger") }
	})
	if status, _ := h.get(t, "/inn"); status != 500 {
		t.Errorf("a fault: %d", status)
	}
	h.logged(t, "no ledger")
}

// Choosing who to be is for this machine: every sign that somebody else is there closes it.
func TestDemoIsForThisMachine(t *testing.T) {
	h := open(t, demo)
	ask := func(method string, change func(*http.Request)) int {
		var form io.Reader
		if method == "POST" {
			form = strings.NewReader("hvem=u1001")
		}
		r, err := http.NewRequest(method, h.URL+"/inn", form)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		change(r)
		res, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(r)
		status, _ := body(t, res, err)
		return status
	}
	for _, method := range []string{"GET", "POST"} {
		fine := map[string]int{"GET": 200, "POST": 303}[method]
		for name, tt := range map[string]struct {
			change func(*http.Request)
			want   int
		}{
			"here":                   {func(r *http.Request) {}, fine},
			"by name":                {func(r *http.Request) { r.Host = "localhost:8080" }, fine},
			"by IPv6":                {func(r *http.Request) { r.Host = "[::1]:8080" }, fine},
			"another name":           {func(r *http.Request) { r.Host = "elsewhere.example" }, 403},
			"a name that begins so":  {func(r *http.Request) { r.Host = "127.0.0.1.elsewhere.example" }, 403},
			"a name that ends so":    {func(r *http.Request) { r.Host = "elsewhere.localhost" }, 403},
			"another address":        {func(r *http.Request) { r.Host = "192.0.2.1" }, 403},
			"behind a proxy":         {func(r *http.Request) { r.Header.Set("X-Forwarded-For", "127.0.0.1") }, 403},
			"behind a newer proxy":   {func(r *http.Request) { r.Header.Set("Forwarded", "for=192.0.2.1") }, 403},
			"behind a via proxy":     {func(r *http.Request) { r.Header.Set("Via", "1.1 proxy") }, 403},
			"a form on another site": {func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, map[string]int{"GET": 200, "POST": 403}[method]},
			"a form of another origin": {func(r *http.Request) { r.Header.Set("Origin", "https://elsewhere.example") },
				map[string]int{"GET": 200, "POST": 403}[method]},
		} {
			if got := ask(method, tt.change); got != tt.want {
				t.Errorf("%s, %s: %d, want %d", method, name, got, tt.want)
			}
		}
	}

	// A handler that does not know where it listens, or is reached from elsewhere, stays closed.
	from := func(remote string, at net.Addr) int {
		r := httptest.NewRequest("POST", "http://localhost/inn", strings.NewReader("hvem=u1001"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.RemoteAddr = remote
		if at != nil {
			r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, at))
		}
		w := httptest.NewRecorder()
		h.gate.ServeHTTP(w, r)
		return w.Code
	}
	here, there := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80}, &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 80}
	if got := from("127.0.0.1:4711", here); got != 303 {
		t.Errorf("from here: %d", got)
	}
	if from("192.0.2.7:4711", here) != 403 || from("127.0.0.1:4711", there) != 403 || from("127.0.0.1:4711", nil) != 403 || from("@", here) != 403 {
		t.Error("somebody chose who to be from elsewhere")
	}
}

func TestNewGateRefuses(t *testing.T) {
	client, err := oidc.New(func() oidc.Config {
		c := oidc.ForIDPorten("https://idporten.example", "rettid", "https://rettid.example/inn/idporten/svar")
		c.Secret = "s"
		return c
	}())
	if err != nil {
		t.Fatal(err)
	}
	loopback := &net.TCPAddr{IP: net.IPv6loopback, Port: 80}
	find := func(context.Context, patient.Identity) (User, bool, error) { return User{}, false, nil }
	sessions := NewSessions(SessionOptions{})
	for want, o := range map[string]GateOptions{
		"sessions":        {},
		"listen on":       {Sessions: sessions, Demo: true},
		"this machine":    {Sessions: sessions, Demo: true, Listener: &net.TCPAddr{IP: net.IPv4zero, Port: 80}},
		"beside the door": {Sessions: sessions, Demo: true, Listener: loopback, IDPorten: client, Patients: find},
		"the patient":     {Sessions: sessions, IDPorten: client},
		"work here":       {Sessions: sessions, HelseID: client},
		"32 bytes":        {Sessions: sessions, PidKey: []byte("short")},
		"":                {Sessions: sessions, Demo: true, Listener: loopback},
	} {
		_, err := NewGate(o)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	// Where nothing is set up nobody comes in, least of all by choosing.
	h := open(t, nil)
	if status, page := h.get(t, "/liste"); status != 200 || !strings.Contains(page, "Innlogging er ikke satt opp her") || strings.Contains(page, "Dummy") {
		t.Errorf("%d %.300s", status, page)
	}
	if status, _ := h.post(t, "/inn", url.Values{"hvem": {"u1001"}}); status != 405 {
		t.Errorf("choosing where it is not offered: %d", status)
	}
	if status, _ := h.get(t, "/inn/helseid"); status != 404 {
		t.Errorf("HelseID where it is not set up: %d", status)
	}
}

func TestLimitOfAttempts(t *testing.T) {
	h := open(t, func(_ string, o *GateOptions) { o.Demo, o.Limit = true, NewLimit(3, time.Hour) })
	for i := range 5 {
		status, page := h.post(t, "/inn", url.Values{"hvem": {"u9999"}})
		if want := map[bool]int{true: 403, false: 429}[i < 3]; status != want || want == 429 && !strings.Contains(page, "For mange forsøk") {
			t.Errorf("attempt %d: %d", i+1, status)
		}
	}
}

// staffFile has one by both numbers, one by each, one whose role is over, and one more.
func staffFile(t *testing.T, key []byte) *People {
	t.Helper()
	p, err := ReadPeople(strings.NewReader(head +
		"both,Siv Skissesen,assessor,FJO,FJO-01,,,,nb,1000001," + PidDigest(key, synthetic(t, 1)) + ",,\n" +
		"hpr,Lars Liksom,assessor,FJO,FJO-09,,,,nb,1000002,,,\n" +
		"pid,Dag Dummy,booking,FJO,FJO-01,,,,nb,," + PidDigest(key, synthetic(t, 3)) + ",,\n" +
		"over,Pia Pseudosen,intake,INN,,,,,nb,1000004,,,2025-04-22\n" +
		"other,Eva Eksempelsen,intake,FJO,,,,,nb,1000005," + PidDigest(key, synthetic(t, 5)) + ",,\n"))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestHelseID(t *testing.T) {
	i := testissuer.Start()
	defer i.Close()
	client := testissuer.NewKey()
	public := client.Public()
	i.Client, i.MustPAR, i.DPoP, i.SaysWho = &public, true, true, true
	key := []byte(strings.Repeat("k", 32))
	h := open(t, func(server string, o *GateOptions) {
		c := oidc.ForHelseID(i.URL, testissuer.ClientID, server+"/inn/helseid/svar")
		c.Key = client
		var err error
		if o.HelseID, err = oidc.New(c); err != nil {
			t.Fatal(err)
		}
		o.People, o.PidKey, o.Limit = staffFile(t, key), key, NewLimit(1000, time.Second)
	})
	if i.Requests != 0 {
		t.Error("the issuer was asked at start")
	}
	if _, page := h.get(t, "/liste?sortering=frist"); !strings.Contains(page, `href="/inn/helseid?til=%2Fliste%3Fsortering%3Dfrist"`) || strings.Contains(page, "Skissesen") {
		t.Errorf("the ways in: %.500s", page)
	}
	tests := []struct {
		name, pid, hpr string
		user           string // who comes in
		text           string // or what the page says
	}{
		{"both numbers", synthetic(t, 1), "1000001", "both", ""},
		{"HPR number alone", "", "1000001", "both", ""},
		{"identity number alone", synthetic(t, 1), "", "both", ""},
		{"known by HPR number, identity number not in the file", synthetic(t, 2), "1000002", "hpr", ""},
		{"known by identity number, HPR number not in the file", synthetic(t, 3), "1000003", "pid", ""},
		{"the numbers of two", synthetic(t, 1), "1000005", "", "stemmer ikke overens"},
		{"another HPR number than the file has", synthetic(t, 1), "1000009", "", "stemmer ikke overens"},
		{"nobody here", synthetic(t, 9), "1000009", "", "Vi finner deg ikke her"},
		{"a role that is over", "", "1000004", "", "ingen rolle i dag"},
		{"no number at all", "", "", "", "fortalte ikke hvem du er"},
	}
	for _, tt := range tests {
		claims := testissuer.Staff(tt.pid, tt.hpr)
		i.Next(testissuer.Login{Claims: claims})
		h.post(t, "/ut", nil)
		_, page := h.get(t, "/inn/helseid?til=%2Fliste%3Fside%3D2")
		if tt.user != "" && page != "/liste seen by "+tt.user || tt.user == "" && !strings.Contains(page, tt.text) {
			t.Errorf("%s: %.400s", tt.name, page)
		}
		if _, after := h.get(t, "/liste"); strings.Contains(after, "seen by") != (tt.user != "") {
			t.Errorf("%s: afterwards %.100s", tt.name, after)
		}
	}
	h.logged(t, "user=both", synthetic(t, 1), synthetic(t, 2), synthetic(t, 9), "1000001", "1000009", "Skissesen", "Ikke For Loggen")
}

func TestIDPorten(t *testing.T) {
	i := testissuer.Start()
	defer i.Close()
	mine, broken := synthetic(t, 1), synthetic(t, 2)
	h := open(t, func(server string, o *GateOptions) {
		c := oidc.ForIDPorten(i.URL, testissuer.ClientID, server+"/inn/idporten/svar")
		c.Secret = testissuer.Secret
		var err error
		if o.IDPorten, err = oidc.New(c); err != nil {
			t.Fatal(err)
		}
		o.People = nil
		o.Patients = func(_ context.Context, pid patient.Identity) (User, bool, error) {
			switch pid.Number {
			case mine:
				return User{ID: "p7", Name: "Prøve Testesen", Roles: []Grant{{Role: Administrator}, {Role: Patient, Patient: PatientID{"FJO", "p7"}}, {Role: Assessor, Provider: "FJO"}}}, true, nil
			case broken:
				return User{}, false, errors.New("no ledger")
			}
			return User{}, false, nil
		}
	})
	come := func(claims map[string]any) string {
		i.Next(testissuer.Login{Claims: claims})
		h.post(t, "/ut", nil)
		_, page := h.get(t, "/inn/idporten?til=/min")
		return page
	}
	if got := come(testissuer.Citizen(mine)); got != "/min seen by p7" {
		t.Errorf("%.300s", got)
	}
	for k, x := range h.gate.o.Sessions.byKey {
		if len(x.user.Roles) != 1 || x.user.Roles[0].Role != Patient {
			t.Errorf("session %x of a patient has other roles", k[:2])
		}
	}
	for pid, want := range map[string]string{synthetic(t, 3): "Vi finner deg ikke her", "12345678901": "fortalte ikke hvem du er", "310003220": "fortalte ikke hvem du er", broken: "Noe gikk galt"} {
		if got := come(testissuer.Citizen(pid)); !strings.Contains(got, want) {
			t.Errorf("%q: %.400s", want, got)
		}
	}
	low := testissuer.Citizen(mine)
	low["acr"] = "idporten-loa-substantial"
	if got := come(low); !strings.Contains(got, "høyeste sikkerhetsnivå") {
		t.Errorf("low level: %.400s", got)
	}
	h.logged(t, "no ledger", mine, broken, "12345678901", "Testesen")

	// The answer of one sign-in brings in nobody else's browser.
	i.Next(testissuer.Login{Claims: testissuer.Citizen(mine)})
	h.post(t, "/ut", nil)
	stop := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := stop.Get(h.URL + "/inn/idporten")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	back, err := testissuer.Visit(res.Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	if _, page := h.get(t, back.RequestURI()); !strings.Contains(page, "tok for lang tid") {
		t.Errorf("somebody else's answer: %.300s", page)
	}
}

func TestSafeNext(t *testing.T) {
	for s, want := range map[string]string{
		"/liste": "/liste", "/sak/FJO/7?per=2025-04-01": "/sak/FJO/7?per=2025-04-01", "/innsyn": "/innsyn", "/utsatt": "/utsatt", "/a%2F%2Fb": "/a%2F%2Fb",
		"": "/", "liste": "/", "//elsewhere.example": "/", "/\\elsewhere.example": "/", "\\\\elsewhere": "/", "https://elsewhere.example": "/", "/\t/elsewhere.example": "/", "/\n/x": "/", "javascript:alert(1)": "/",
		"/./inn": "/", "/x/../ut": "/", "/%69nn": "/", "/inn": "/", "/inn?til=/inn": "/", "/inn/helseid": "/", "/ut": "/", "/%zz": "/", "/" + strings.Repeat("a", 1000): "/", " /liste": "/",
	} {
		if got := safeNext(s); got != want {
			t.Errorf("safeNext(%q) = %q, want %q", s, got, want)
		}
	}
}

// However it is written, what is kept stays on our own pages, as a browser reads it.
func FuzzSafeNext(f *testing.F) {
	for _, s := range []string{"/liste", "//elsewhere.example", "/\\elsewhere.example", "/a?b=c#d", "https://elsewhere.example", "/inn"} {
		f.Add(s)
	}
	home, err := url.Parse("https://rettid.example/inn")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := safeNext(s)
		u, err := home.Parse(got)
		if err != nil || u.Host != home.Host || u.Scheme != home.Scheme || u.User != nil || strings.ContainsAny(got, "\\\t\r\n") || u.Path == "/inn" || u.Path == "/ut" {
			t.Fatalf("%q leads to %v (%v)", got, u, err)
		}
	})
}

// Every role, action and answer has words, in every language.
func TestWords(t *testing.T) {
	var keys []string
	for _, r := range Roles() {
		keys = append(keys, "role."+string(r), "purpose."+Purpose(r))
		for _, reason := range Reasons(r) {
			keys = append(keys, "purpose."+reason)
		}
	}
	for _, a := range Actions() {
		keys = append(keys, "action."+string(a))
	}
	for _, why := range []string{"own_patient", "own_referral", "own_unit", "own_provider", "everywhere", "reason_given", "needs_reason", "no_role", "not_for_role", "other_unit", "other_provider", "not_your_patient", "not_your_referral", "not_a_reason"} {
		keys = append(keys, "access."+why)
	}
	for _, code := range []string{"unreachable", "expired", "cancelled", "issuer_refused", "token_refused", "level_too_low", "no_identity", "busy", "unknown_person", "ambiguous", "no_role", "not_here", "too_many", "fault"} {
		keys = append(keys, "sign_in.failed."+code)
	}
	for _, k := range []string{"head", "choose", "choose_text", "helseid", "idporten", "closed", "again", "out", "failed"} {
		keys = append(keys, "sign_in."+k)
	}
	for _, k := range keys {
		for _, l := range words.Langs() {
			if !words.Has(l, k) {
				t.Errorf("no words for %s in %s", k, l)
			}
		}
	}
}

func TestDescribe(t *testing.T) {
	org := clinic.Demo()
	for want, g := range map[string]Grant{
		"Timebestilling, Fjordvik sykehus, Ortopedisk poliklinikk": {Role: Booking, Provider: "FJO", Unit: "FJO-01"},
		"Inntak, Innvik sykehus":                                   {Role: Intake, Provider: "INN"},
		"Henviser, Tenkt legesenter":                               {Role: Referrer, Provider: "GP01"},
		"Administrator":                                            {Role: Administrator},
	} {
		if got := Describe(words.NB, g, org); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := Describe(words.EN, Grant{Role: Booking, Provider: "FJO"}, nil); got != "Booking" {
		t.Errorf("without an organisation: %q", got)
	}
}
