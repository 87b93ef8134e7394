package oidc

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// assert puts into a form who we are, signed with our key (private_key_jwt, RFC 7523). The audience is the issuer, as HelseID and
// ID-porten both ask.
func (c *Client) assert(form url.Values) error {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.SignatureAlgorithm(c.c.Key.Algorithm), Key: c.c.Key}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return fault("issuer_refused", "the client's key cannot sign: %w", err)
	}
	now := c.now()
	signed, err := jwt.Signed(signer).Claims(jwt.Claims{Issuer: c.c.ClientID, Subject: c.c.ClientID, Audience: jwt.Audience{c.c.Issuer}, ID: random(),
		IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(50 * time.Second))}).Serialize()
	if err != nil {
		return fault("issuer_refused", "the client's key cannot sign: %w", err)
	}
	form.Set("client_id", c.c.ClientID)
	form.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
	form.Set("client_assertion", signed)
	return nil
}

// A prover puts a DPoP proof (RFC 9449) on the requests to the token endpoint. Its key is made at start and lives as long as
// the program.
type prover struct {
	signer jose.Signer
	now    func() time.Time

	mu    sync.Mutex
	nonce string // the issuer's latest
}

func newProver(now func() time.Time) (*prover, error) {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a key for DPoP: %w", err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: k}, (&jose.SignerOptions{EmbedJWK: true}).WithType("dpop+jwt"))
	if err != nil {
		return nil, fmt.Errorf("make a key for DPoP: %w", err)
	}
	return &prover{signer: signer, now: now}, nil
}

type proveKey struct{}

// bind marks the requests of a context to an address as those to prove.
func (p *prover) bind(ctx context.Context, address string) context.Context {
	if p == nil {
		return ctx
	}
	return context.WithValue(ctx, proveKey{}, address)
}

// RoundTrip adds the proof where it belongs.
func (p *prover) RoundTrip(r *http.Request) (*http.Response, error) {
	if to, _ := r.Context().Value(proveKey{}).(string); to == "" || r.Method != http.MethodPost || r.URL.String() != to {
		return http.DefaultTransport.RoundTrip(r)
	}
	p.mu.Lock()
	nonce := p.nonce
	p.mu.Unlock()
	proof, err := jwt.Signed(p.signer).Claims(struct {
		ID     string `json:"jti"`
		Method string `json:"htm"`
		URL    string `json:"htu"`
		At     int64  `json:"iat"`
		Nonce  string `json:"nonce,omitempty"`
	}{random(), r.Method, r.URL.String(), p.now().Unix(), nonce}).Serialize()
	if err != nil {
		return nil, fmt.Errorf("sign a DPoP proof: %w", err)
	}
	r = r.Clone(r.Context()) // a RoundTripper leaves its request as it was
	r.Header.Set("DPoP", proof)
	res, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		if n := res.Header.Get("DPoP-Nonce"); n != "" {
			p.mu.Lock()
			p.nonce = n
			p.mu.Unlock()
		}
	}
	return res, err
}
