package oidc

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"rettid/internal/testissuer"
)

const (
	pid  = "13816900284" // synthetic: month + 80
	back = "http://127.0.0.1:9/inn/svar"
)

// setting is an issuer and a client of it.
func setting(t *testing.T, kind Kind, change func(*testissuer.Issuer, *Config)) (*testissuer.Issuer, *Client) {
	t.Helper()
	i := testissuer.Start()
	t.Cleanup(i.Close)
	c := ForIDPorten(i.URL, testissuer.ClientID, back)
	if kind == HelseID {
		c = ForHelseID(i.URL, testissuer.ClientID, back)
	}
	c.Secret = testissuer.Secret
	if change != nil {
		change(i, &c)
	}
	client, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return i, client
}

// withKey makes the client show a key instead of the secret.
func withKey(i *testissuer.Issuer, c *Config) {
	k := testissuer.NewKey()
	public := k.Public()
	i.Client, c.Key, c.Secret = &public, k, ""
}

// begin goes to the issuer and back: the address the browser is to go to, and its cookies.
func begin(t *testing.T, c *Client) (*url.URL, []*http.Cookie) {
	t.Helper()
	w := httptest.NewRecorder()
	if err := c.Begin(w, httptest.NewRequest("GET", "/inn", nil), "/liste?side=2"); err != nil {
		t.Fatal(err)
	}
	to, err := testissuer.Visit(w.Result().Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	return to, w.Result().Cookies()
}

func finish(c *Client, to *url.URL, cookies []*http.Cookie) (Subject, string, error) {
	r := httptest.NewRequest("GET", to.String(), nil)
	for _, k := range cookies {
		r.AddCookie(k)
	}
	return c.Finish(httptest.NewRecorder(), r)
}

func codeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return fmt.Sprint(err)
}

func TestSignIn(t *testing.T) {
	everything := func(i *testissuer.Issuer, c *Config) {
		withKey(i, c)
		i.MustPAR, i.DPoP, i.SaysWho = true, true, true
	}
	tests := []struct {
		name   string
		kind   Kind
		change func(*testissuer.Issuer, *Config)
		claims map[string]any
		want   Subject
	}{
		{"ID-porten, secret", IDPorten, nil, testissuer.Citizen(pid), Subject{Pid: pid, Locale: "nb"}},
		{"ID-porten, key", IDPorten, withKey, testissuer.Citizen(pid), Subject{Pid: pid, Locale: "nb"}},
		{"HelseID, secret", HelseID, nil, testissuer.Staff(pid, "1234567"), Subject{Pid: pid, HPR: "1234567", OrgParent: "310003220", Network: "internett"}},
		{"HelseID, key, PAR, DPoP with a nonce, iss", HelseID, everything, testissuer.Staff(pid, "1234567"), Subject{Pid: pid, HPR: "1234567", OrgParent: "310003220", Network: "internett"}},
		{"HelseID, PAR with a secret", HelseID, func(i *testissuer.Issuer, c *Config) { i.MustPAR = true }, testissuer.Staff(pid, ""), Subject{Pid: pid, OrgParent: "310003220", Network: "internett"}},
		{"an HPR number from ID-porten is not believed", IDPorten, nil, func() map[string]any {
			c := testissuer.Citizen(pid)
			c["helseid://claims/hpr/hpr_number"] = "1234567"
			return c
		}(), Subject{Pid: pid, Locale: "nb"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			i, c := setting(t, tt.kind, tt.change)
			for range 2 { // the second time with what the first learnt
				i.Next(testissuer.Login{Claims: tt.claims})
				to, cookies := begin(t, c)
				who, next, err := finish(c, to, cookies)
				if err != nil {
					t.Fatal(err)
				}
				if next != "/liste?side=2" {
					t.Errorf("next is %q", next)
				}
				if who.ID == "" || who.Issuer != i.URL {
					t.Errorf("issuer %q", who.Issuer)
				}
				who.ID, who.Issuer = "", ""
				if who != tt.want {
					t.Errorf("pid right %v, hpr right %v, the rest %q %q %q", who.Pid == tt.want.Pid, who.HPR == tt.want.HPR, who.OrgParent, who.Network, who.Locale)
				}
			}
		})
	}
}

// Whatever is wrong with what comes back is refused, by the code that tells what it is.
func TestRefused(t *testing.T) {
	alter := func(name string, v any) testissuer.Login {
		return testissuer.Login{Alter: func(c map[string]any) {
			if c[name] = v; v == nil {
				delete(c, name)
			}
		}}
	}
	now := time.Now().Unix()
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		login testissuer.Login
		code  string
	}{
		{"wrong nonce", alter("nonce", "another"), "token_refused"},
		{"no nonce", alter("nonce", nil), "token_refused"},
		{"expired", alter("exp", now-61), "token_refused"},
		{"no expiry", alter("exp", nil), "token_refused"},
		{"issued long ago", alter("iat", now-3600), "token_refused"},
		{"issued in the future", alter("iat", now+3600), "token_refused"},
		{"not valid yet", alter("nbf", now+3600), "token_refused"},
		{"wrong audience", alter("aud", "another"), "token_refused"},
		{"no audience", alter("aud", nil), "token_refused"},
		{"two audiences", alter("aud", []string{testissuer.ClientID, "another"}), "token_refused"},
		{"made for another party", alter("azp", "another"), "token_refused"},
		{"wrong issuer", alter("iss", "https://idporten.example"), "token_refused"},
		{"another access token", alter("at_hash", base64.RawURLEncoding.EncodeToString(make([]byte, 16))), "token_refused"},
		{"a number for a number", alter("pid", 13816900284), "token_refused"},
		{"an access token", testissuer.Login{Type: "at+jwt"}, "token_refused"},
		{"a logout token", testissuer.Login{Type: "logout+jwt"}, "token_refused"},
		{"unsigned", testissuer.Login{Sign: func(p []byte) string {
			return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + base64.RawURLEncoding.EncodeToString(p) + "."
		}}, "token_refused"},
		{"signed by another", testissuer.Login{Sign: func(p []byte) string { return testissuer.Sign(jose.ES256, other, "k1", "JWT", p) }}, "token_refused"},
		{"signed by a key that is not there", testissuer.Login{Sign: func(p []byte) string { return testissuer.Sign(jose.ES256, other, "k2", "JWT", p) }}, "token_refused"},
		{"signed with our secret", testissuer.Login{Sign: func(p []byte) string {
			return testissuer.Sign(jose.HS256, []byte(testissuer.Secret+strings.Repeat(" ", 32)), "k1", "JWT", p)
		}}, "token_refused"},
		{"no ID token", testissuer.Login{Token: func(a map[string]any) { delete(a, "id_token") }}, "token_refused"},
		{"no access token", testissuer.Login{Token: func(a map[string]any) { delete(a, "access_token") }}, "unreachable"},
		{"level substantial", alter("acr", "idporten-loa-substantial"), "level_too_low"},
		{"no level", alter("acr", nil), "level_too_low"},
		{"nobody", alter("pid", nil), "no_identity"},
		{"turned back", testissuer.Login{Answer: func(q url.Values) { q.Del("code"); q.Set("error", "access_denied") }}, "cancelled"},
		{"the issuer's own trouble", testissuer.Login{Answer: func(q url.Values) { q.Del("code"); q.Set("error", "server_error") }}, "issuer_refused"},
		{"neither code nor error", testissuer.Login{Answer: func(q url.Values) { q.Del("code") }}, "issuer_refused"},
		{"a code that was never given", testissuer.Login{Answer: func(q url.Values) { q.Set("code", "invented") }}, "issuer_refused"},
		{"from another issuer", testissuer.Login{Answer: func(q url.Values) { q.Set("iss", "https://idporten.example") }}, "token_refused"},
		{"wrong state", testissuer.Login{Answer: func(q url.Values) { q.Set("state", strings.Repeat("A", 43)) }}, "expired"},
		{"no state", testissuer.Login{Answer: func(q url.Values) { q.Del("state") }}, "expired"},
	}
	i, c := setting(t, IDPorten, nil)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.login.Claims = testissuer.Citizen(pid)
			i.Next(tt.login)
			to, cookies := begin(t, c)
			who, _, err := finish(c, to, cookies)
			if codeOf(err) != tt.code {
				t.Errorf("%v, want %s", err, tt.code)
			}
			if who != (Subject{}) {
				t.Error("somebody came in all the same")
			}
			if err != nil && (strings.Contains(err.Error(), pid) || strings.Contains(err.Error(), "13116900216")) {
				t.Error("the error holds an identity number")
			}
		})
	}
}

func TestLevelsOfHelseID(t *testing.T) {
	i, c := setting(t, HelseID, nil)
	for _, tt := range []struct{ level, assurance, code string }{{"4", "high", "<nil>"}, {"3", "high", "level_too_low"}, {"4", "substantial", "level_too_low"}, {"4", "", "level_too_low"}, {"", "high", "level_too_low"}, {"", "", "level_too_low"}} {
		claims := testissuer.Staff(pid, "1234567")
		claims["helseid://claims/identity/security_level"], claims["helseid://claims/identity/assurance_level"] = tt.level, tt.assurance
		i.Next(testissuer.Login{Claims: claims})
		to, cookies := begin(t, c)
		if _, _, err := finish(c, to, cookies); codeOf(err) != tt.code {
			t.Errorf("level %q, assurance %q: %v, want %s", tt.level, tt.assurance, err, tt.code)
		}
	}
}

// An answer serves once, in the browser that asked, for ten minutes.
func TestReplay(t *testing.T) {
	at := time.Now()
	i, c := setting(t, IDPorten, func(i *testissuer.Issuer, c *Config) {
		c.Now = func() time.Time { return at }
		i.Now = c.Now
	})
	i.Next(testissuer.Login{Claims: testissuer.Citizen(pid)})
	to, cookies := begin(t, c)

	if _, _, err := finish(c, to, nil); codeOf(err) != "expired" {
		t.Errorf("without the cookie: %v", err)
	}
	_, others := begin(t, c)
	if _, _, err := finish(c, to, others); codeOf(err) != "expired" {
		t.Errorf("with the cookie of another sign-in: %v", err)
	}
	forged := *cookies[0]
	forged.Value = strings.Repeat("A", 43)
	if _, _, err := finish(c, to, []*http.Cookie{&forged}); codeOf(err) != "expired" {
		t.Errorf("with a made up cookie: %v", err)
	}
	if _, _, err := finish(c, to, cookies); err != nil {
		t.Errorf("the right one, after the wrong ones: %v", err)
	}
	if _, _, err := finish(c, to, cookies); codeOf(err) != "expired" {
		t.Errorf("again: %v", err)
	}

	to, cookies = begin(t, c)
	at = at.Add(pendingFor)
	if _, _, err := finish(c, to, cookies); codeOf(err) != "expired" {
		t.Errorf("too late: %v", err)
	}
}

func TestTheAddressTellsNothing(t *testing.T) {
	i, c := setting(t, HelseID, func(i *testissuer.Issuer, c *Config) { withKey(i, c); i.MustPAR = true })
	w := httptest.NewRecorder()
	if err := c.Begin(w, httptest.NewRequest("GET", "/inn", nil), "/sak/FJO/7"); err != nil {
		t.Fatal(err)
	}
	to, err := url.Parse(w.Result().Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	if q := to.Query(); len(q) != 2 || q.Get("client_id") != testissuer.ClientID || !strings.HasPrefix(q.Get("request_uri"), "urn:") || !strings.HasPrefix(to.String(), i.URL) {
		t.Errorf("the browser is sent to %s", to)
	}
	if k := w.Result().Cookies()[0]; !k.HttpOnly || k.SameSite != http.SameSiteLaxMode || k.MaxAge != 600 || k.Secure {
		t.Errorf("cookie %+v", k)
	}
}

func TestCookieIsSecureOverHTTPS(t *testing.T) {
	i, c := setting(t, IDPorten, func(i *testissuer.Issuer, c *Config) { c.RedirectURL = "https://rettid.example/inn/idporten/svar" })
	i.Next(testissuer.Login{Claims: testissuer.Citizen(pid)})
	to, cookies := begin(t, c)
	if k := cookies[0]; !k.Secure || !strings.HasPrefix(k.Name, "__Host-rettid-inn-") || k.Path != "/" || k.Domain != "" {
		t.Errorf("cookie %+v", k)
	}
	if _, _, err := finish(c, to, cookies); err != nil {
		t.Error(err)
	}
}

// Nothing is asked of the network before somebody signs in, and an issuer that is away is not asked at every click.
func TestNoNetworkAtStart(t *testing.T) {
	at := time.Now()
	i, c := setting(t, IDPorten, func(i *testissuer.Issuer, c *Config) { c.Now = func() time.Time { return at } })
	if i.Requests != 0 {
		t.Errorf("%d requests at start", i.Requests)
	}
	i.Close()
	for range 3 {
		w := httptest.NewRecorder()
		if err := c.Begin(w, httptest.NewRequest("GET", "/inn", nil), "/"); codeOf(err) != "unreachable" {
			t.Errorf("%v", err)
		}
		if len(w.Result().Cookies()) > 0 || w.Body.Len() > 0 {
			t.Error("something was written all the same")
		}
	}
	if !c.asked.Equal(at) {
		t.Error("asked again at once")
	}
}

func TestIssuerMustBeWhoItSays(t *testing.T) {
	i := testissuer.Start()
	t.Cleanup(i.Close)
	c := ForIDPorten(strings.Replace(i.URL, "127.0.0.1", "localhost", 1), testissuer.ClientID, back)
	c.Secret = testissuer.Secret
	client, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Begin(httptest.NewRecorder(), httptest.NewRequest("GET", "/inn", nil), "/"); codeOf(err) != "unreachable" {
		t.Errorf("an issuer of another name: %v", err)
	}
}

func TestWrongClient(t *testing.T) {
	for name, change := range map[string]func(*testissuer.Issuer, *Config){
		"secret": func(i *testissuer.Issuer, c *Config) { c.Secret = "wrong" },
		"key":    func(i *testissuer.Issuer, c *Config) { withKey(i, c); c.Key = testissuer.NewKey() },
	} {
		i, c := setting(t, IDPorten, change)
		i.Next(testissuer.Login{Claims: testissuer.Citizen(pid)})
		w := httptest.NewRecorder()
		err := c.Begin(w, httptest.NewRequest("GET", "/inn", nil), "/")
		if err == nil {
			var to *url.URL
			if to, err = testissuer.Visit(w.Result().Header.Get("Location")); err == nil {
				_, _, err = finish(c, to, w.Result().Cookies())
			}
		}
		if codeOf(err) != "issuer_refused" || !strings.Contains(err.Error(), "invalid_client") || strings.Contains(err.Error(), "must not reach") {
			t.Errorf("wrong %s: %v", name, err)
		}
	}
}

func TestTooMany(t *testing.T) {
	at := time.Now()
	i, c := setting(t, IDPorten, func(i *testissuer.Issuer, c *Config) { c.Now = func() time.Time { return at } })
	i.Next(testissuer.Login{Claims: testissuer.Citizen(pid)})
	for n := range maxPending {
		c.pending[fmt.Sprint(n)] = pending{since: at}
	}
	if err := c.Begin(httptest.NewRecorder(), httptest.NewRequest("GET", "/inn", nil), "/"); codeOf(err) != "busy" {
		t.Errorf("%v", err)
	}
	at = at.Add(pendingFor)
	if err := c.Begin(httptest.NewRecorder(), httptest.NewRequest("GET", "/inn", nil), "/"); err != nil || len(c.pending) != 1 {
		t.Errorf("ten minutes later: %v, %d pending", err, len(c.pending))
	}
}

func TestConfig(t *testing.T) {
	good := func() Config {
		c := ForHelseID("https://helseid.example", "rettid", "https://rettid.example/inn/helseid/svar")
		c.Key = testissuer.NewKey()
		return c
	}
	public := testissuer.NewKey().Public()
	tests := []struct {
		name  string
		spoil func(*Config)
		want  string // "" is taken
	}{
		{"good", func(c *Config) {}, ""},
		{"this machine", func(c *Config) { c.Issuer = "http://[::1]:8080" }, ""},
		{"kind", func(c *Config) { c.Kind = "github" }, "kind"},
		{"issuer over http", func(c *Config) { c.Issuer = "http://helseid.example" }, "https"},
		{"issuer with a password", func(c *Config) { c.Issuer = "https://a:b@helseid.example" }, "https"},
		{"no issuer", func(c *Config) { c.Issuer = "" }, "issuer"},
		{"no client", func(c *Config) { c.ClientID = "" }, "client id"},
		{"back over http", func(c *Config) { c.RedirectURL = "http://rettid.example/" }, "redirect"},
		{"neither", func(c *Config) { c.Key = nil }, "neither"},
		{"both", func(c *Config) { c.Secret = "x" }, "both"},
		{"public key", func(c *Config) { c.Key = &public }, "private"},
		{"no kid", func(c *Config) { c.Key.KeyID = "" }, "kid"},
		{"secret alg", func(c *Config) { c.Key.Algorithm = "HS256" }, "alg"},
		{"scopes", func(c *Config) { c.Scopes = nil }, "openid"},
	}
	for _, tt := range tests {
		c := good()
		tt.spoil(&c)
		_, err := New(c)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestFromEnv(t *testing.T) {
	key, err := testissuer.NewKey().MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalECPrivateKey(testissuer.NewKey().Key.(*ecdsa.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{"key.json": key, "key.der": der}
	read := func(name string) ([]byte, error) {
		if b, ok := files[name]; ok {
			return b, nil
		}
		return nil, os.ErrNotExist
	}
	env := map[string]string{}
	get := func(name string) string { return env[name] }

	if _, ok, err := FromEnv(HelseID, get, read); ok || err != nil {
		t.Errorf("nothing given: %v %v", ok, err)
	}
	env["RETTID_HELSEID_ISSUER"] = "https://helseid.example"
	if _, ok, err := FromEnv(HelseID, get, read); ok || err == nil || !strings.Contains(err.Error(), "RETTID_HELSEID_") {
		t.Errorf("half given: %v %v", ok, err)
	}
	env["RETTID_HELSEID_CLIENT_ID"], env["RETTID_HELSEID_REDIRECT_URL"], env["RETTID_HELSEID_KEY_FILE"] = "rettid", "https://rettid.example/inn/helseid/svar", "key.json"
	if c, ok, err := FromEnv(HelseID, get, read); !ok || err != nil || c.Key == nil || c.Kind != HelseID || !c.DPoP || c.ClientID != "rettid" {
		t.Errorf("all given: %v %v", ok, err)
	}
	for file, want := range map[string]string{"key.der": "JSON Web Key", "away.json": "not exist"} {
		env["RETTID_HELSEID_KEY_FILE"] = file
		if _, ok, err := FromEnv(HelseID, get, read); ok || err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "RETTID_HELSEID_KEY_FILE") {
			t.Errorf("%s: %v %v", file, ok, err)
		}
	}
	env = map[string]string{"RETTID_IDPORTEN_ISSUER": "https://idporten.example", "RETTID_IDPORTEN_CLIENT_ID": "rettid", "RETTID_IDPORTEN_REDIRECT_URL": "https://rettid.example/inn/idporten/svar", "RETTID_IDPORTEN_SECRET": "s"}
	if c, ok, err := FromEnv(IDPorten, get, read); !ok || err != nil || c.Kind != IDPorten || c.Ask["acr_values"] != "idporten-loa-high" {
		t.Errorf("ID-porten: %v %v", ok, err)
	}
}

func TestNumbersAreNotWritten(t *testing.T) {
	s := Subject{Issuer: "https://idporten.example", ID: "abc", Pid: pid, HPR: "1234567"}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		if got := fmt.Sprintf(format, s); strings.Contains(got, pid) || strings.Contains(got, "1234567") || strings.Contains(got, "abc") {
			t.Errorf("%s writes %s", format, got)
		}
	}
	if got := s.LogValue().String(); strings.Contains(got, pid) {
		t.Errorf("the log has %s", got)
	}
	e := &Error{Code: "token_refused", Err: errors.New("what of " + pid + " at 127.0.0.1:8080?")}
	if got := e.Error(); got != "sign-in: token_refused: what of … at 127.0.0.1:8080?" {
		t.Errorf("the error says %s", got)
	}
}

// No key that is not one of ours, and no panic, whatever the file holds.
func FuzzReadKey(f *testing.F) {
	private, err := testissuer.NewKey().MarshalJSON()
	if err != nil {
		f.Fatal(err)
	}
	public := testissuer.NewKey().Public()
	open, err := public.MarshalJSON()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(private)
	f.Add(open)
	f.Add([]byte(`{"kty":"oct","k":"c2VjcmV0","kid":"1","alg":"HS256"}`))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		k, err := ReadKey(b)
		if (k == nil) == (err == nil) {
			t.Fatal("neither key nor error, or both")
		}
		if k != nil && (k.IsPublic() || k.KeyID == "" || k.Algorithm == "") {
			t.Fatal("took a key that cannot sign for us")
		}
	})
}
