// Package testissuer is a small OpenID Connect issuer for tests: the claims of HelseID and ID-porten, signed here, on this
// machine. It is as strict as the real ones with what it is sent (PKCE, client authentication, PAR, DPoP, codes used once)
// and can be told to answer wrongly, so that what must be refused can be seen refused.
//
// What never happens here: nobody is asked who they are. Who signs in next is said by the test.
package testissuer

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// ClientID and Secret are the one client's.
const (
	ClientID = "rettid-test"
	Secret   = "a secret for tests"
)

// A Login is who signs in next, and what is wrong with the token they come back with.
type Login struct {
	Claims map[string]any
	Alter  func(claims map[string]any) // changes the claims of the ID token just before it is signed
	Sign   func(payload []byte) string // signs it otherwise; nil: rightly
	Type   string                      // the token's typ; "JWT" when empty
	Answer func(q url.Values)          // changes what the browser brings back
	Token  func(answer map[string]any) // changes what the token endpoint answers
}

// An Issuer is one running issuer. Its fields may be set before it is asked.
type Issuer struct {
	URL      string
	Key      *ecdsa.PrivateKey // what it signs with
	Client   *jose.JSONWebKey  // the client's public key; nil: the client shows the secret
	MustPAR  bool
	DPoP     bool // ask for a proof, with a nonce
	SaysWho  bool // iss in the answer
	Now      func() time.Time
	Requests int // how many it has had

	server *httptest.Server
	mu     sync.Mutex
	next   Login
	pushed map[string]url.Values
	codes  map[string]code
	seen   map[string]bool // jti
	nonce  string
}

type code struct {
	ask   url.Values
	login Login
}

// Start runs an issuer; Close stops it.
func Start() *Issuer {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic("testissuer: " + err.Error())
	}
	i := &Issuer{Key: k, Now: time.Now, pushed: make(map[string]url.Values), codes: make(map[string]code), seen: make(map[string]bool), nonce: rand.Text()}
	m := http.NewServeMux()
	m.HandleFunc("GET /.well-known/openid-configuration", i.describe)
	m.HandleFunc("GET /keys", i.keys)
	m.HandleFunc("GET /authorize", i.authorize)
	m.HandleFunc("POST /par", i.push)
	m.HandleFunc("POST /token", i.token)
	i.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.mu.Lock()
		defer i.mu.Unlock()
		i.Requests++
		m.ServeHTTP(w, r)
	}))
	i.URL = i.server.URL
	return i
}

// Close stops the issuer.
func (i *Issuer) Close() { i.server.Close() }

// Next says who signs in next.
func (i *Issuer) Next(l Login) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.next = l
}

// Staff are the claims of HelseID for one with these numbers.
func Staff(pid, hpr string) map[string]any {
	return map[string]any{"sub": "staff-" + rand.Text(), "name": "Ikke For Loggen", "helseid://claims/identity/pid": pid, "helseid://claims/hpr/hpr_number": hpr,
		"helseid://claims/identity/security_level": "4", "helseid://claims/identity/assurance_level": "high", "helseid://claims/identity/network": "internett",
		"helseid://claims/client/claims/orgnr_parent": "310003220"}
}

// Citizen are the claims of ID-porten for one with this number.
func Citizen(pid string) map[string]any {
	return map[string]any{"sub": "citizen-" + rand.Text(), "pid": pid, "acr": "idporten-loa-high", "amr": []string{"BankID"}, "locale": "nb", "sid": rand.Text()}
}

// Visit does what the browser does at the issuer: goes where it was sent, and gives the address it is sent back to.
func Visit(location string) (*url.URL, error) {
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Get(location)
	if err != nil {
		return nil, err
	}
	res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		return nil, fmt.Errorf("the issuer answered %s", res.Status)
	}
	return res.Location()
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}

func refuse(w http.ResponseWriter, status int, code string) {
	answer(w, status, map[string]string{"error": code, "error_description": "about 13116900216, which must not reach a log"})
}

func (i *Issuer) describe(w http.ResponseWriter, r *http.Request) {
	d := map[string]any{"issuer": i.URL, "authorization_endpoint": i.URL + "/authorize", "token_endpoint": i.URL + "/token", "jwks_uri": i.URL + "/keys",
		"response_types_supported": []string{"code"}, "id_token_signing_alg_values_supported": []string{"ES256"}, "authorization_response_iss_parameter_supported": i.SaysWho}
	if i.MustPAR || i.Client != nil {
		d["pushed_authorization_request_endpoint"], d["require_pushed_authorization_requests"] = i.URL+"/par", i.MustPAR
	}
	answer(w, http.StatusOK, d)
}

func (i *Issuer) keys(w http.ResponseWriter, r *http.Request) {
	answer(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: i.Key.Public(), KeyID: "k1", Algorithm: "ES256", Use: "sig"}}})
}

func (i *Issuer) authorize(w http.ResponseWriter, r *http.Request) {
	ask := r.URL.Query()
	if ref := ask.Get("request_uri"); ref != "" {
		pushed, ok := i.pushed[ref]
		if delete(i.pushed, ref); !ok || len(ask) != 2 {
			refuse(w, http.StatusBadRequest, "invalid_request_uri")
			return
		}
		ask = pushed
	} else if i.MustPAR {
		refuse(w, http.StatusBadRequest, "invalid_request")
		return
	}
	if ask.Get("client_id") != ClientID || ask.Get("response_type") != "code" || ask.Get("code_challenge_method") != "S256" || len(ask.Get("code_challenge")) != 43 ||
		len(ask.Get("state")) < 22 || len(ask.Get("nonce")) < 22 || !slices.Contains(strings.Fields(ask.Get("scope")), "openid") {
		refuse(w, http.StatusBadRequest, "invalid_request")
		return
	}
	to, err := url.Parse(ask.Get("redirect_uri"))
	if err != nil {
		refuse(w, http.StatusBadRequest, "invalid_request")
		return
	}
	c := rand.Text()
	i.codes[c] = code{ask, i.next}
	q := url.Values{"code": {c}, "state": {ask.Get("state")}}
	if i.SaysWho {
		q.Set("iss", i.URL)
	}
	if i.next.Answer != nil {
		i.next.Answer(q)
	}
	to.RawQuery = q.Encode()
	http.Redirect(w, r, to.String(), http.StatusSeeOther)
}

func (i *Issuer) push(w http.ResponseWriter, r *http.Request) {
	if err := i.authenticate(r); err != nil {
		refuse(w, http.StatusUnauthorized, "invalid_client")
		return
	}
	ref := "urn:ietf:params:oauth:request_uri:" + rand.Text()
	ask := maps.Clone(r.PostForm)
	i.pushed[ref] = ask
	answer(w, http.StatusCreated, map[string]any{"request_uri": ref, "expires_in": 60})
}

// authenticate knows the client, by its key or by the secret, and takes no assertion twice.
func (i *Issuer) authenticate(r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	if i.Client == nil {
		id, secret, ok := r.BasicAuth()
		if id, _ = url.QueryUnescape(id); !ok || id != ClientID {
			return errors.New("no client")
		}
		if secret, _ = url.QueryUnescape(secret); secret != Secret {
			return errors.New("wrong secret")
		}
		return nil
	}
	if r.PostForm.Get("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" || r.PostForm.Get("client_id") != ClientID {
		return errors.New("no assertion")
	}
	t, err := jwt.ParseSigned(r.PostForm.Get("client_assertion"), []jose.SignatureAlgorithm{jose.ES256, jose.PS256, jose.RS256})
	if err != nil {
		return err
	}
	var c jwt.Claims
	if err := t.Claims(i.Client.Key, &c); err != nil {
		return err
	}
	if err := c.Validate(jwt.Expected{Issuer: ClientID, Subject: ClientID, AnyAudience: jwt.Audience{i.URL}, Time: i.Now()}); err != nil {
		return err
	}
	if t.Headers[0].KeyID != i.Client.KeyID || c.Expiry == nil || c.Expiry.Time().Sub(i.Now()) > time.Minute || c.ID == "" || i.seen[c.ID] || len(c.Audience) != 1 {
		return errors.New("assertion used before, too long, or of another key")
	}
	i.seen[c.ID] = true
	return nil
}

// prove checks the DPoP proof; the code is "" when it is right.
func (i *Issuer) prove(r *http.Request) string {
	t, err := jose.ParseSignedCompact(r.Header.Get("DPoP"), []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return "invalid_dpop_proof"
	}
	h := t.Signatures[0].Header
	if h.JSONWebKey == nil || !h.JSONWebKey.IsPublic() || h.ExtraHeaders[jose.HeaderType] != "dpop+jwt" {
		return "invalid_dpop_proof"
	}
	payload, err := t.Verify(h.JSONWebKey)
	if err != nil {
		return "invalid_dpop_proof"
	}
	var c struct {
		ID     string `json:"jti"`
		Method string `json:"htm"`
		URL    string `json:"htu"`
		At     int64  `json:"iat"`
		Nonce  string `json:"nonce"`
	}
	if json.Unmarshal(payload, &c) != nil || c.Method != "POST" || c.URL != i.URL+"/token" || i.seen[c.ID] || i.Now().Sub(time.Unix(c.At, 0)).Abs() > time.Minute {
		return "invalid_dpop_proof"
	}
	i.seen[c.ID] = true
	if c.Nonce != i.nonce {
		return "use_dpop_nonce"
	}
	return ""
}

func (i *Issuer) token(w http.ResponseWriter, r *http.Request) {
	if err := i.authenticate(r); err != nil {
		refuse(w, http.StatusUnauthorized, "invalid_client")
		return
	}
	if i.DPoP {
		w.Header().Set("DPoP-Nonce", i.nonce)
		if wrong := i.prove(r); wrong != "" {
			refuse(w, http.StatusBadRequest, wrong)
			return
		}
	}
	f := r.PostForm
	c, ok := i.codes[f.Get("code")]
	delete(i.codes, f.Get("code"))
	challenge := sha256.Sum256([]byte(f.Get("code_verifier")))
	if !ok || f.Get("grant_type") != "authorization_code" || f.Get("redirect_uri") != c.ask.Get("redirect_uri") ||
		base64.RawURLEncoding.EncodeToString(challenge[:]) != c.ask.Get("code_challenge") {
		refuse(w, http.StatusBadRequest, "invalid_grant")
		return
	}
	access := rand.Text()
	half := sha256.Sum256([]byte(access))
	now := i.Now()
	claims := map[string]any{"iss": i.URL, "aud": ClientID, "iat": now.Unix(), "exp": now.Add(2 * time.Minute).Unix(), "auth_time": now.Unix(), "nonce": c.ask.Get("nonce"),
		"at_hash": base64.RawURLEncoding.EncodeToString(half[:16])}
	maps.Copy(claims, c.login.Claims)
	if c.login.Alter != nil {
		c.login.Alter(claims)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		refuse(w, http.StatusInternalServerError, "server_error")
		return
	}
	typ := c.login.Type
	if typ == "" {
		typ = "JWT"
	}
	sign := c.login.Sign
	if sign == nil {
		sign = func(p []byte) string { return Sign(jose.ES256, i.Key, "k1", typ, p) }
	}
	out := map[string]any{"access_token": access, "token_type": "Bearer", "expires_in": 60, "id_token": sign(payload)}
	if c.login.Token != nil {
		c.login.Token(out)
	}
	answer(w, http.StatusOK, out)
}

// Sign makes a signed token of a payload.
func Sign(alg jose.SignatureAlgorithm, key any, kid, typ string, payload []byte) string {
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, (&jose.SignerOptions{}).WithType(jose.ContentType(typ)).WithHeader("kid", kid))
	if err != nil {
		panic("testissuer: " + err.Error())
	}
	t, err := s.Sign(payload)
	if err != nil {
		panic("testissuer: " + err.Error())
	}
	out, err := t.CompactSerialize()
	if err != nil {
		panic("testissuer: " + err.Error())
	}
	return out
}

// NewKey makes a client's private key; give its Public to Issuer.Client.
func NewKey() *jose.JSONWebKey {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic("testissuer: " + err.Error())
	}
	return &jose.JSONWebKey{Key: k, KeyID: "client-1", Algorithm: "ES256", Use: "sig"}
}
