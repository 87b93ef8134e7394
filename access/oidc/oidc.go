// Package oidc is the house's side of signing in by OpenID Connect: it sends the browser to the issuer and reads who came
// back. It speaks the authorisation code flow with PKCE, state and nonce, and to HelseID also pushed authorisation requests
// (PAR), private_key_jwt and DPoP.
//
// What never happens here: nobody is looked up and no session is begun (package access), nothing is asked of the network
// before somebody signs in, and no identity number stands in an address, a log or an error.
package oidc

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	coreos "github.com/coreos/go-oidc/v3/oidc"
	jose "github.com/go-jose/go-jose/v4"
	"golang.org/x/oauth2"
)

// algorithms are those an ID token may be signed with: all asymmetric, so that a public key can never serve as a secret.
var algorithms = []string{coreos.RS256, coreos.RS384, coreos.RS512, coreos.PS256, coreos.PS384, coreos.PS512, coreos.ES256, coreos.ES384, coreos.ES512, coreos.EdDSA}

// Bounds of a sign-in under way.
const (
	pendingFor = 10 * time.Minute
	maxPending = 10_000
	retryAfter = 5 * time.Second // how soon an issuer that did not answer is asked again
	tooOld     = 10 * time.Minute
	skew       = time.Minute // how far clocks may be apart
)

// An Error is a sign-in that came to nothing. Code is for the page and the log:
//
//	unreachable       the issuer does not answer, or not as it should
//	expired           the sign-in took too long, was used before, or was begun in another browser
//	cancelled         the user turned back at the issuer
//	issuer_refused    the issuer refused
//	token_refused     what came back is not a token for us: signature, issuer, audience, time, nonce
//	level_too_low     the user was not identified strongly enough
//	no_identity       the token tells neither identity number nor HPR number
//	busy              too many are signing in at once
type Error struct {
	Code string
	Err  error // never holds a token or a number
}

func (e *Error) Error() string {
	if e.Err == nil {
		return "sign-in: " + e.Code
	}
	return "sign-in: " + e.Code + ": " + scrub(e.Err.Error())
}

func (e *Error) Unwrap() error { return e.Err }

func fault(code, format string, args ...any) error {
	return &Error{Code: code, Err: fmt.Errorf(format, args...)}
}

// scrub hides runs of five digits or more: an identity number must not reach a log by way of somebody else's message.
func scrub(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); {
		n := 0
		for i+n < len(s) && s[i+n] >= '0' && s[i+n] <= '9' {
			n++
		}
		switch {
		case n >= 5:
			out.WriteString("…")
			i += n
		case n > 0:
			out.WriteString(s[i : i+n])
			i += n
		default:
			out.WriteByte(s[i])
			i++
		}
	}
	return out.String()
}

// A Client signs people in at one issuer. It is safe for concurrent use.
type Client struct {
	c    Config
	http *http.Client
	dpop *prover
	now  func() time.Time

	mu      sync.Mutex
	issuer  *issuer
	asked   time.Time // when the issuer last did not answer
	pending map[string]pending
}

// An issuer is what its discovery document tells.
type issuer struct {
	provider *coreos.Provider
	PAR      string `json:"pushed_authorization_request_endpoint"`
	MustPAR  bool   `json:"require_pushed_authorization_requests"`
	SaysWho  bool   `json:"authorization_response_iss_parameter_supported"`
	TokenURL string `json:"token_endpoint"`
}

// A pending is a sign-in under way, kept under its state.
type pending struct {
	nonce, verifier, next string
	binder                [sha256.Size]byte // digest of what the browser's cookie holds
	since                 time.Time
}

// New makes a client. Nothing is asked of the network.
func New(c Config) (*Client, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	client := &Client{c: c, now: time.Now, pending: make(map[string]pending)}
	if c.Now != nil {
		client.now = c.Now
	}
	var transport http.RoundTripper = http.DefaultTransport
	if c.DPoP {
		p, err := newProver(client.now)
		if err != nil {
			return nil, err
		}
		client.dpop, transport = p, p
	}
	client.http = &http.Client{Timeout: 10 * time.Second, Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return errors.New("the issuer answered with a redirect") }}
	return client, nil
}

// discover reads the issuer's own description, once; when that fails, again a while later.
func (c *Client) discover(ctx context.Context) (*issuer, error) {
	c.mu.Lock()
	known, asked := c.issuer, c.asked
	c.mu.Unlock()
	if known != nil {
		return known, nil
	}
	if c.now().Sub(asked) < retryAfter {
		return nil, fault("unreachable", "issuer %s did not answer a moment ago", c.c.Issuer)
	}
	p, err := coreos.NewProvider(coreos.ClientContext(ctx, c.http), c.c.Issuer)
	found := &issuer{provider: p}
	if err == nil {
		err = p.Claims(found)
	}
	if err == nil {
		for _, u := range []string{p.Endpoint().AuthURL, found.TokenURL, found.PAR} {
			if u != "" && !secure(u) {
				err = fmt.Errorf("endpoint %s is not https", u)
			}
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		if ctx.Err() == nil { // the issuer's doing, not a browser that went away
			c.asked = c.now()
		}
		return nil, fault("unreachable", "read the description of issuer %s: %w", c.c.Issuer, err)
	}
	c.issuer = found
	return found, nil
}

func (c *Client) oauth(i *issuer) *oauth2.Config {
	e := i.provider.Endpoint()
	e.AuthStyle = oauth2.AuthStyleInParams
	secret := ""
	if c.c.Key == nil {
		e.AuthStyle, secret = oauth2.AuthStyleInHeader, c.c.Secret
	}
	return &oauth2.Config{ClientID: c.c.ClientID, ClientSecret: secret, Endpoint: e, RedirectURL: c.c.RedirectURL, Scopes: c.c.Scopes}
}

// Begin sends the browser to the issuer. next is where on our own pages the user was going; the caller has made sure that it
// is. The error is an *Error, and then nothing has been written.
func (c *Client) Begin(w http.ResponseWriter, r *http.Request, next string) error {
	i, err := c.discover(r.Context())
	if err != nil {
		return err
	}
	state, binder := random(), random()
	p := pending{nonce: random(), verifier: oauth2.GenerateVerifier(), next: next, binder: sha256.Sum256([]byte(binder)), since: c.now()}
	options := []oauth2.AuthCodeOption{coreos.Nonce(p.nonce), oauth2.S256ChallengeOption(p.verifier)}
	for name, value := range c.c.Ask {
		options = append(options, oauth2.SetAuthURLParam(name, value))
	}
	to := c.oauth(i).AuthCodeURL(state, options...)
	if i.PAR != "" && (i.MustPAR || c.c.Key != nil) {
		if to, err = c.push(r.Context(), i, to); err != nil {
			return err
		}
	}
	if !c.remember(state, p) {
		return &Error{Code: "busy"}
	}
	http.SetCookie(w, c.cookie(state, binder, int(pendingFor/time.Second)))
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

func (c *Client) remember(state string, p pending) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.pending) >= maxPending {
		for k, old := range c.pending {
			if c.now().Sub(old.since) >= pendingFor {
				delete(c.pending, k)
			}
		}
		if len(c.pending) >= maxPending {
			return false
		}
	}
	c.pending[state] = p
	return true
}

// cookie binds the sign-in to the browser it was begun in. There is one for each, so that two tabs do not disturb each
// other. It is Lax: the browser comes back from another site.
func (c *Client) cookie(state, value string, maxAge int) *http.Cookie {
	return &http.Cookie{Name: c.cookieName(state), Value: value, Path: "/", MaxAge: maxAge, HttpOnly: true, Secure: !c.c.loopback(), SameSite: http.SameSiteLaxMode}
}

func (c *Client) cookieName(state string) string {
	name := "rettid-inn-" + state[:8]
	if !c.c.loopback() {
		name = "__Host-" + name
	}
	return name
}

// push sends the request to the issuer beforehand (RFC 9126), so that the browser's address holds a reference alone, and
// nobody can change what is asked.
func (c *Client) push(ctx context.Context, i *issuer, to string) (string, error) {
	u, err := url.Parse(to)
	if err != nil {
		return "", fault("unreachable", "the issuer's authorization endpoint is no address")
	}
	form := u.Query()
	if c.c.Key != nil {
		if err := c.assert(form); err != nil {
			return "", err
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, i.PAR, strings.NewReader(form.Encode()))
	if err != nil {
		return "", fault("unreachable", "the issuer's endpoint for pushed requests is no address")
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if c.c.Key == nil {
		req.SetBasicAuth(url.QueryEscape(c.c.ClientID), url.QueryEscape(c.c.Secret))
	}
	res, err := c.http.Do(req)
	if err != nil {
		return "", fault("unreachable", "push the request to issuer %s: %w", c.c.Issuer, err)
	}
	defer res.Body.Close()
	var answer struct {
		RequestURI string `json:"request_uri"`
		Error      string `json:"error"`
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	if err == nil {
		err = json.Unmarshal(body, &answer)
	}
	if err != nil || res.StatusCode/100 != 2 || answer.RequestURI == "" {
		return "", fault("issuer_refused", "pushed request: status %d, error %q", res.StatusCode, code(answer.Error))
	}
	u.RawQuery = url.Values{"client_id": {c.c.ClientID}, "request_uri": {answer.RequestURI}}.Encode()
	return u.String(), nil
}

// code keeps an OAuth error code and nothing else that may stand in its place.
func code(s string) string {
	if len(s) > 40 || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return "other"
	}
	return s
}

// Finish reads who came back from the issuer, and where they were going. It can be done once for each Begin, in the
// browser that began it. The error is an *Error.
func (c *Client) Finish(w http.ResponseWriter, r *http.Request) (who Subject, next string, err error) {
	w.Header().Set("Cache-Control", "no-store")
	q := r.URL.Query()
	state := q.Get("state")
	p, ok := c.take(w, r, state)
	if !ok {
		return Subject{}, "", &Error{Code: "expired"}
	}
	i, err := c.discover(r.Context())
	if err != nil {
		return Subject{}, p.next, err
	}
	// RFC 9207: an answer from another issuer than the one asked is a mix-up.
	if iss := q.Get("iss"); iss != "" && iss != c.c.Issuer || iss == "" && i.SaysWho {
		return Subject{}, p.next, fault("token_refused", "the answer is from another issuer than the one asked")
	}
	if e := q.Get("error"); e == "access_denied" || e == "login_required" || e == "interaction_required" {
		return Subject{}, p.next, &Error{Code: "cancelled"}
	} else if e != "" || q.Get("code") == "" {
		return Subject{}, p.next, fault("issuer_refused", "the issuer answered %q", code(e))
	}
	token, err := c.exchange(r.Context(), i, q.Get("code"), p.verifier)
	if err != nil {
		return Subject{}, p.next, err
	}
	who, err = c.verify(r.Context(), i, token, p.nonce)
	return who, p.next, err
}

// take finds the sign-in under way and forgets it: whatever follows, its state has been used.
func (c *Client) take(w http.ResponseWriter, r *http.Request, state string) (pending, bool) {
	if len(state) != 43 {
		return pending{}, false
	}
	cookies := r.CookiesNamed(c.cookieName(state))
	c.mu.Lock()
	p, ok := c.pending[state]
	mine := ok && slices.ContainsFunc(cookies, func(k *http.Cookie) bool {
		got := sha256.Sum256([]byte(k.Value))
		return subtle.ConstantTimeCompare(got[:], p.binder[:]) == 1
	})
	if mine { // another browser with the state in hand must not be able to spoil it
		delete(c.pending, state)
	}
	c.mu.Unlock()
	if !mine {
		return pending{}, false
	}
	http.SetCookie(w, c.cookie(state, "", -1))
	return p, c.now().Sub(p.since) < pendingFor
}

// exchange gives the code for tokens.
func (c *Client) exchange(ctx context.Context, i *issuer, got, verifier string) (*oauth2.Token, error) {
	ctx = coreos.ClientContext(ctx, c.http)
	for try := 0; ; try++ {
		options := []oauth2.AuthCodeOption{oauth2.VerifierOption(verifier)}
		if c.c.Key != nil {
			form := make(url.Values)
			if err := c.assert(form); err != nil {
				return nil, err
			}
			for name := range form {
				options = append(options, oauth2.SetAuthURLParam(name, form.Get(name)))
			}
		}
		token, err := c.oauth(i).Exchange(c.dpop.bind(ctx, i.TokenURL), got, options...)
		if err == nil {
			return token, nil
		}
		var refused *oauth2.RetrieveError
		if !errors.As(err, &refused) {
			return nil, fault("unreachable", "the token endpoint of issuer %s gave no token", c.c.Issuer)
		}
		// RFC 9449 section 8: the issuer wants its own nonce in the proof, and gave it with the refusal.
		if refused.ErrorCode == "use_dpop_nonce" && c.dpop != nil && try == 0 {
			continue
		}
		return nil, fault("issuer_refused", "token endpoint: status %d, error %q", refused.Response.StatusCode, code(refused.ErrorCode))
	}
}

// verify reads the ID token: signature, issuer, audience, times, nonce, and how strongly the user was identified.
func (c *Client) verify(ctx context.Context, i *issuer, token *oauth2.Token, nonce string) (Subject, error) {
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return Subject{}, fault("token_refused", "the issuer gave no ID token")
	}
	if err := checkType(raw); err != nil {
		return Subject{}, err
	}
	v := i.provider.VerifierContext(coreos.ClientContext(ctx, c.http), &coreos.Config{ClientID: c.c.ClientID, SupportedSigningAlgs: algorithms, Now: c.now})
	t, err := v.Verify(ctx, raw)
	if err != nil {
		return Subject{}, &Error{Code: "token_refused", Err: err}
	}
	if subtle.ConstantTimeCompare([]byte(t.Nonce), []byte(nonce)) != 1 {
		return Subject{}, fault("token_refused", "wrong nonce: the token is for another sign-in")
	}
	if age := c.now().Sub(t.IssuedAt); age > tooOld || age < -skew {
		return Subject{}, fault("token_refused", "issued at another time than now; check the clock of this machine")
	}
	if t.AccessTokenHash != "" {
		if err := t.VerifyAccessToken(token.AccessToken); err != nil {
			return Subject{}, fault("token_refused", "the access token is not the one the ID token was made with")
		}
	}
	var claims claims
	if err := t.Claims(&claims); err != nil {
		return Subject{}, fault("token_refused", "the claims of the ID token are not of the kinds they should be")
	}
	if len(t.Audience) != 1 || claims.Party != "" && claims.Party != c.c.ClientID {
		return Subject{}, fault("token_refused", "the token is for others too")
	}
	if !c.c.strong(claims) {
		return Subject{}, &Error{Code: "level_too_low"}
	}
	s := Subject{Issuer: t.Issuer, ID: t.Subject, Pid: claims.IDPortenPid, HPR: claims.HPR, OrgParent: claims.OrgParent, OrgChild: claims.OrgChild, Network: claims.Network, Locale: claims.Locale}
	if c.c.Kind == HelseID {
		s.Pid = claims.HelseIDPid
	} else {
		s.HPR = ""
	}
	if s.Pid == "" && s.HPR == "" {
		return Subject{}, &Error{Code: "no_identity"}
	}
	return s, nil
}

// checkType refuses a token made for something else, such as an access token (RFC 8725 section 3.11).
func checkType(raw string) error {
	var supported []jose.SignatureAlgorithm
	for _, a := range algorithms {
		supported = append(supported, jose.SignatureAlgorithm(a))
	}
	t, err := jose.ParseSignedCompact(raw, supported)
	if err != nil {
		return fault("token_refused", "the ID token is not signed in a way that is taken")
	}
	if typ, ok := t.Signatures[0].Header.ExtraHeaders[jose.HeaderType].(string); ok && !strings.EqualFold(typ, "JWT") {
		return fault("token_refused", "the token is not of the type of an ID token")
	}
	return nil
}

// random gives 256 random bits, 43 characters.
func random() string {
	var b [32]byte
	rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}
