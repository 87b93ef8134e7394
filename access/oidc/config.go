package oidc

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	jose "github.com/go-jose/go-jose/v4"
)

// A Kind is whose claims the tokens have.
type Kind string

// The two kinds of issuer.
const (
	HelseID  Kind = "helseid"  // staff: HPR number and identity number
	IDPorten Kind = "idporten" // patients: identity number
)

const idportenHigh = "idporten-loa-high"

// A Config is one issuer and who we are to it. Give the Key or the Secret.
type Config struct {
	Kind        Kind
	Issuer      string // https://helseid-sts.nhn.no, https://idporten.no, or their test twins
	ClientID    string
	RedirectURL string           // our own address that the browser comes back to, as registered with the issuer
	Key         *jose.JSONWebKey // private, with kid and alg: private_key_jwt, the only way HelseID takes
	Secret      string
	Scopes      []string
	Ask         map[string]string // further parameters of the request: acr_values, ui_locales
	DPoP        bool              // prove possession of a key with the code (RFC 9449), as HelseID asks
	Now         func() time.Time  // time.Now when nil
}

// ForHelseID is a configuration with what HelseID wants for staff.
func ForHelseID(issuer, clientID, redirectURL string) Config {
	return Config{Kind: HelseID, Issuer: issuer, ClientID: clientID, RedirectURL: redirectURL, DPoP: true,
		Scopes: []string{"openid", "helseid://scopes/identity/pid", "helseid://scopes/identity/security_level", "helseid://scopes/identity/assurance_level", "helseid://scopes/hpr/hpr_number"}}
}

// ForIDPorten is a configuration with what ID-porten wants for patients.
func ForIDPorten(issuer, clientID, redirectURL string) Config {
	return Config{Kind: IDPorten, Issuer: issuer, ClientID: clientID, RedirectURL: redirectURL,
		Scopes: []string{"openid", "profile"}, Ask: map[string]string{"acr_values": idportenHigh}}
}

// FromEnv reads a configuration from the environment. ok is false, without error, when no issuer is given: then this way in
// is closed. K is HELSEID or IDPORTEN:
//
//	RETTID_K_ISSUER        the issuer's address
//	RETTID_K_CLIENT_ID     who we are to it
//	RETTID_K_REDIRECT_URL  our own address that it sends the browser back to
//	RETTID_K_KEY_FILE      a file with our private key as a JWK with kid and alg; readable by us alone
//	RETTID_K_SECRET        instead of the key, where the issuer takes a secret
func FromEnv(kind Kind, env func(string) string, read func(file string) ([]byte, error)) (c Config, ok bool, err error) {
	name := func(s string) string { return "RETTID_" + strings.ToUpper(string(kind)) + "_" + s }
	if env(name("ISSUER")) == "" {
		return Config{}, false, nil
	}
	preset := ForIDPorten
	if kind == HelseID {
		preset = ForHelseID
	}
	c = preset(env(name("ISSUER")), env(name("CLIENT_ID")), env(name("REDIRECT_URL")))
	c.Secret = env(name("SECRET"))
	if file := env(name("KEY_FILE")); file != "" {
		b, err := read(file)
		if err != nil {
			return Config{}, false, fmt.Errorf("%s: %w", name("KEY_FILE"), err)
		}
		if c.Key, err = ReadKey(b); err != nil {
			return Config{}, false, fmt.Errorf("%s: %w", name("KEY_FILE"), err)
		}
	}
	if err := c.check(); err != nil {
		return Config{}, false, fmt.Errorf("%s*: %w", name(""), err)
	}
	return c, true, nil
}

// ReadKey reads a private key as a JWK. The errors tell nothing of the key.
func ReadKey(b []byte) (*jose.JSONWebKey, error) {
	var k jose.JSONWebKey
	if err := k.UnmarshalJSON(b); err != nil {
		return nil, errors.New("not a JSON Web Key: the file must hold one private key as JSON")
	}
	if err := checkKey(&k); err != nil {
		return nil, err
	}
	return &k, nil
}

func checkKey(k *jose.JSONWebKey) error {
	switch {
	case !k.Valid() || k.IsPublic():
		return errors.New("not a private key of an asymmetric pair")
	case k.KeyID == "":
		return errors.New("the key has no kid: the issuer must know which of our keys it is")
	}
	for _, a := range algorithms {
		if k.Algorithm == a {
			return nil
		}
	}
	return fmt.Errorf("the key's alg is %q: it must be one of %s", k.Algorithm, strings.Join(algorithms, " "))
}

// check finds what would fail later, at somebody's sign-in.
func (c Config) check() error {
	switch {
	case c.Kind != HelseID && c.Kind != IDPorten:
		return fmt.Errorf("kind %q is neither helseid nor idporten", c.Kind)
	case !secure(c.Issuer):
		return fmt.Errorf("issuer %q is not an https address (http only for this machine)", c.Issuer)
	case c.ClientID == "":
		return errors.New("the client id is missing: the issuer gives it when the client is registered")
	case !secure(c.RedirectURL):
		return fmt.Errorf("redirect address %q is not an https address (http only for this machine)", c.RedirectURL)
	case c.Key == nil && c.Secret == "":
		return errors.New("neither key nor secret is given: the issuer would not know us")
	case c.Key != nil && c.Secret != "":
		return errors.New("both key and secret are given: choose one")
	case len(c.Scopes) == 0 || c.Scopes[0] != "openid":
		return errors.New("the first scope must be openid")
	}
	if c.Key != nil {
		return checkKey(c.Key)
	}
	return nil
}

// loopback tells whether our own pages are plain HTTP on this machine, so that a cookie cannot be Secure.
func (c Config) loopback() bool { return strings.HasPrefix(c.RedirectURL, "http:") }

// secure tells whether an address is https, or http on this machine.
func secure(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}
