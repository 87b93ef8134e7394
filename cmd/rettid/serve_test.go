package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rettid/access"
	"rettid/clinic"
	"rettid/desk"
	"rettid/guide"
	"rettid/law"
	"rettid/ledger"
	"rettid/web"
)

// Pages that ask nobody for proof are on no address others can reach.
func TestServeOnThisMachineOnly(t *testing.T) {
	for address, fine := range map[string]bool{"127.0.0.1:8080": true, "localhost:0": true, "[::1]:8080": true, ":8080": false, "0.0.0.0:8080": false, "[::]:80": false, "192.0.2.1:80": false, "example.org:80": false, "8080": false} {
		if err := onThisMachine(address, "why"); (err == nil) != fine {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// idporten sets up ID-porten, with a redirect address of the scheme.
func idporten(scheme string) map[string]string {
	host := map[string]string{"https": "rettid.example.org", "http": "localhost:8080"}[scheme]
	return map[string]string{"RETTID_IDPORTEN_ISSUER": "https://idporten.example.org", "RETTID_IDPORTEN_CLIENT_ID": "rettid", "RETTID_IDPORTEN_REDIRECT_URL": scheme + "://" + host + "/inn/idporten/svar",
		"RETTID_IDPORTEN_SECRET": "made up for the test"}
}

func plus(m map[string]string, key, value string) map[string]string {
	m[key] = value
	return m
}

// Whoever listens for others must know them: issuer, people, and HTTPS in front.
func TestServeGate(t *testing.T) {
	folder := t.TempDir()
	people := filepath.Join(folder, "people.csv")
	if err := os.WriteFile(people, []byte("id,name,role,provider,unit,specialty,tenant,patient,language,hpr,pid_digest,from,to\nu1,Dag Dummy,booking,FJO,FJO-01,,,,nb,,,,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	set := map[string]string{"RETTID_HELSEID_ISSUER": "https://issuer.example.org", "RETTID_HELSEID_CLIENT_ID": "rettid", "RETTID_HELSEID_REDIRECT_URL": "https://rettid.example.org/inn/helseid/svar", "RETTID_HELSEID_SECRET": "made up for the test"}
	for _, tt := range []struct {
		name string
		cmd  ServeCmd
		with map[string]string // "-" takes a setting away
		says string            // in the error; "" is a gate, "none" is no gate
	}{
		{"nothing set", ServeCmd{Listen: "127.0.0.1:0"}, map[string]string{"RETTID_HELSEID_ISSUER": "-"}, "none"},
		{"people and no issuer", ServeCmd{Listen: "127.0.0.1:0", People: people}, map[string]string{"RETTID_HELSEID_ISSUER": "-"}, "RETTID_HELSEID_ISSUER"},
		{"no people", ServeCmd{Listen: "0.0.0.0:80"}, nil, "--people"},
		{"no such people", ServeCmd{Listen: "0.0.0.0:80", People: people + "x"}, nil, "--people"},
		{"no client", ServeCmd{Listen: "0.0.0.0:80", People: people}, map[string]string{"RETTID_HELSEID_CLIENT_ID": "-"}, "client id"},
		{"plain HTTP for others", ServeCmd{Listen: "0.0.0.0:80", People: people}, map[string]string{"RETTID_HELSEID_REDIRECT_URL": "http://localhost:8080/inn/helseid/svar"}, "this machine alone"},
		{"plain HTTP here", ServeCmd{Listen: "127.0.0.1:80", People: people}, map[string]string{"RETTID_HELSEID_REDIRECT_URL": "http://localhost:8080/inn/helseid/svar"}, ""},
		{"patients, half", ServeCmd{Listen: "127.0.0.1:80", People: people}, map[string]string{"RETTID_IDPORTEN_ISSUER": "https://idporten.example.org"}, "RETTID_IDPORTEN_"},
		{"patients too", ServeCmd{Listen: "0.0.0.0:80", People: people}, idporten("https"), ""},
		{"patients alone", ServeCmd{Listen: "0.0.0.0:80"}, plus(idporten("https"), "RETTID_HELSEID_ISSUER", "-"), ""},
		{"patients over plain HTTP for others", ServeCmd{Listen: "0.0.0.0:80"}, plus(idporten("http"), "RETTID_HELSEID_ISSUER", "-"), "this machine alone"},
		{"one cookie, two ways", ServeCmd{Listen: "127.0.0.1:80", People: people}, idporten("http"), "share a cookie"},
		{"for others", ServeCmd{Listen: "0.0.0.0:80", People: people}, nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g, err := tt.cmd.gate(func(k string) string {
				if v, ok := tt.with[k]; ok {
					return strings.TrimPrefix(v, "-")
				}
				return set[k]
			})
			switch {
			case tt.says == "none" && (err != nil || g != nil), tt.says == "" && (err != nil || g == nil):
				t.Errorf("gate %v, error %v", g != nil, err)
			case tt.says != "" && tt.says != "none" && (err == nil || !strings.Contains(err.Error(), tt.says)):
				t.Errorf("the error is %v, want %q in it", err, tt.says)
			}
			if err != nil && strings.Contains(err.Error(), "made up for the test") {
				t.Error("the error tells the secret")
			}
		})
	}
	g, err := (&ServeCmd{Listen: "0.0.0.0:80", People: people}).gate(func(k string) string { return set[k] })
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Memory(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	h, err := web.NewGated(desk.New(l, clinic.Demo(), guide.Embedded(), law.Default()), web.Options{}, *g)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(method, path, body string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		h.ServeHTTP(w, r)
		return w
	}
	if w := ask(http.MethodGet, "/liste", ""); w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/inn") {
		t.Errorf("a list without a sign-in: %d %s", w.Code, w.Header().Get("Location"))
	}
	if w := ask(http.MethodGet, "/inn", ""); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `href="/inn/helseid?til=%2F"`) || strings.Contains(w.Body.String(), "Dag Dummy") {
		t.Errorf("the ways in: %d %s", w.Code, w.Body)
	}
	if w := ask(http.MethodPost, "/inn", "hvem=u1"); w.Code == http.StatusSeeOther || len(w.Result().Cookies()) > 0 {
		t.Errorf("one could choose who to be: %d", w.Code)
	}
	if _, err := web.NewGated(desk.New(l, clinic.Demo(), guide.Embedded(), law.Default()), web.Options{}, access.GateOptions{People: g.People, HelseID: g.HelseID, PidKey: []byte("short")}); err == nil {
		t.Error("a short key was taken")
	}
}
