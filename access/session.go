package access

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// SessionOptions says how long one stays signed in. The zero value is for production.
type SessionOptions struct {
	Idle     time.Duration    // without a request; 30 minutes when 0
	Absolute time.Duration    // whatever one does; 8 hours when 0
	Glass    time.Duration    // how long a reason given for opening a case serves; 1 hour when 0
	Loopback bool             // plain HTTP on this machine: the cookie cannot be Secure, nor carry the __Host- prefix
	Now      func() time.Time // time.Now when nil
}

// Sessions keeps who is signed in, in memory: a restart signs everybody out. The browser holds 256 random bits; here
// stands only their digest, so that a dump of the memory lets nobody in. It is safe for concurrent use.
type Sessions struct {
	o SessionOptions

	mu    sync.Mutex
	byKey map[key]*session
	swept time.Time
}

type key [sha256.Size]byte

type session struct {
	user        User
	began, seen time.Time
	given       map[string]given
}

// A given is a reason given for a case.
type given struct {
	reason string
	at     time.Time
}

// Bounds, so that no one fills the memory.
const (
	maxSessions = 100_000
	maxPerUser  = 8   // the oldest is ended by the ninth
	maxGiven    = 500 // cases opened with a reason in one session
)

// ErrFull says that nobody more can sign in now.
var ErrFull = errors.New("too many are signed in: try again later, or start the server anew")

// NewSessions makes an empty store.
func NewSessions(o SessionOptions) *Sessions {
	if o.Idle <= 0 {
		o.Idle = 30 * time.Minute
	}
	if o.Absolute <= 0 {
		o.Absolute = 8 * time.Hour
	}
	if o.Glass <= 0 {
		o.Glass = time.Hour
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Sessions{o: o, byKey: make(map[key]*session)}
}

// cookieName is __Host-rettid, which browsers take only with Secure, from this very host and for every path: no other host
// under the same domain can set it. Over plain HTTP on this machine it is rettid.
func (s *Sessions) cookieName() string { return hostCookie("rettid", s.o.Loopback) }

func hostCookie(name string, loopback bool) string {
	if loopback {
		return name
	}
	return "__Host-" + name
}

func (s *Sessions) cookie(value string, maxAge int) *http.Cookie {
	// Lax, not Strict: one who comes back from HelseID or follows a link in a letter is still signed in. It is not sent with a
	// form or script of another site.
	return &http.Cookie{Name: s.cookieName(), Value: value, Path: "/", MaxAge: maxAge, HttpOnly: true, Secure: !s.o.Loopback, SameSite: http.SameSiteLaxMode}
}

// random gives 256 random bits as text for a cookie or an address.
func random() string {
	var b [32]byte
	rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// keys gives the keys of the session cookies of a request: one, unless another program on the same host set one more.
func (s *Sessions) keys(r *http.Request) []key {
	var out []key
	for _, c := range r.CookiesNamed(s.cookieName()) {
		if len(c.Value) == 43 && len(out) < 4 {
			out = append(out, sha256.Sum256([]byte(c.Value)))
		}
	}
	return out
}

// SignIn starts a session for the user under a new id; a session the browser had is ended, so that an id known before the
// sign-in is worth nothing after it. A user with no grant is signed in all the same, and may do nothing.
func (s *Sessions) SignIn(w http.ResponseWriter, r *http.Request, u User) error {
	now := s.o.Now()
	id := random()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.keys(r) {
		delete(s.byKey, k)
	}
	s.sweep(now)
	if len(s.byKey) >= maxSessions {
		return ErrFull
	}
	s.makeRoom(u.ID)
	s.byKey[sha256.Sum256([]byte(id))] = &session{user: u, began: now, seen: now}
	http.SetCookie(w, s.cookie(id, 0))
	return nil
}

// makeRoom ends the user's oldest session when there are as many as may be.
func (s *Sessions) makeRoom(user string) {
	n, oldest, first := 0, key{}, time.Time{}
	for k, x := range s.byKey {
		if x.user.ID == user {
			if n++; n == 1 || x.began.Before(first) {
				oldest, first = k, x.began
			}
		}
	}
	if n >= maxPerUser {
		delete(s.byKey, oldest)
	}
}

// SignOut ends the session of the request and takes the cookie back.
func (s *Sessions) SignOut(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	for _, k := range s.keys(r) {
		delete(s.byKey, k)
	}
	s.mu.Unlock()
	http.SetCookie(w, s.cookie("", -1))
}

// End ends every session of a user: when grants are withdrawn, or somebody has lost a machine.
func (s *Sessions) End(user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, x := range s.byKey {
		if x.user.ID == user {
			delete(s.byKey, k)
		}
	}
}

// Count is how many sessions live.
func (s *Sessions) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.swept = time.Time{}
	s.sweep(s.o.Now())
	return len(s.byKey)
}

func (s *Sessions) alive(x *session, now time.Time) bool {
	return now.Sub(x.seen) < s.o.Idle && now.Sub(x.began) < s.o.Absolute
}

// sweep forgets the sessions that are over, at most once a minute.
func (s *Sessions) sweep(now time.Time) {
	if now.Sub(s.swept) < time.Minute {
		return
	}
	s.swept = now
	for k, x := range s.byKey {
		if !s.alive(x, now) {
			delete(s.byKey, k)
		}
	}
}

// find gives the living session of a request; mu is held.
func (s *Sessions) find(r *http.Request, now time.Time) (*session, bool) {
	for _, k := range s.keys(r) {
		x, ok := s.byKey[k]
		if ok && s.alive(x, now) {
			return x, true
		}
		delete(s.byKey, k)
	}
	return nil, false
}

type userKey struct{}

// With puts the one who is signed in into the request, for Of. It lets everybody through: a page that needs somebody asks
// Of, or stands behind Require. What one who is signed in sees is not kept by the browser, unless the page says so.
func (s *Sessions) With(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now := s.o.Now()
		s.mu.Lock()
		x, ok := s.find(r, now)
		var u User
		if ok {
			x.seen, u = now, x.user
		}
		s.mu.Unlock()
		if ok {
			w.Header().Set("Cache-Control", "no-store")
			r = r.WithContext(WithUser(r.Context(), u))
		}
		next.ServeHTTP(w, r)
	})
}

// WithUser puts a user into a context.
func WithUser(ctx context.Context, u User) context.Context {
	return context.WithValue(ctx, userKey{}, u)
}

// Of gives the one who is signed in.
func Of(ctx context.Context) (User, bool) {
	u, ok := ctx.Value(userKey{}).(User)
	return u, ok
}

// GiveReason keeps the reason somebody gave for opening a case outside their work, so that it is asked for once. what is
// the case, as the caller names it. Write the look down all the same, each time.
func (s *Sessions) GiveReason(r *http.Request, what, reason string) {
	now := s.o.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	x, ok := s.find(r, now)
	if !ok {
		return
	}
	if x.given == nil || len(x.given) >= maxGiven {
		x.given = make(map[string]given) // whoever opened that many is asked again
	}
	x.given[what] = given{reason, now}
}

// ReasonGiven is the reason given in this session for opening the case, while it serves.
func (s *Sessions) ReasonGiven(r *http.Request, what string) (string, bool) {
	now := s.o.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	x, ok := s.find(r, now)
	if !ok {
		return "", false
	}
	g, ok := x.given[what]
	if !ok || now.Sub(g.at) >= s.o.Glass {
		return "", false
	}
	return g.reason, true
}

// Renew gives one who is signed in the grants and the name they have now, in every session; one without a grant left may do nothing.
func (s *Sessions) Renew(u User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range s.byKey {
		if x.user.ID == u.ID {
			x.user = u
		}
	}
}

// A SessionInfo is a living session, told without anything that lets somebody in.
type SessionInfo struct {
	ID          string // names it here, and opens nothing: the beginning of the digest of its secret
	User        string // internal id
	Began, Seen time.Time
	Own         bool // of the request it was asked with (ListFor)
}

func (k key) name() string { return base64.RawURLEncoding.EncodeToString(k[:9]) }

// List gives the living sessions, the latest seen first.
func (s *Sessions) List() []SessionInfo {
	now := s.o.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []SessionInfo
	for k, x := range s.byKey {
		if s.alive(x, now) {
			out = append(out, SessionInfo{ID: k.name(), User: x.user.ID, Began: x.began, Seen: x.seen})
		}
	}
	slices.SortFunc(out, func(a, b SessionInfo) int { return cmp.Or(b.Seen.Compare(a.Seen), strings.Compare(a.ID, b.ID)) })
	return out
}

// ListFor is List, with the one of the request marked.
func (s *Sessions) ListFor(r *http.Request) []SessionInfo {
	out := s.List()
	for _, k := range s.keys(r) {
		for i := range out {
			out[i].Own = out[i].Own || out[i].ID == k.name()
		}
	}
	return out
}

// EndOne ends the session List calls id, and tells whose it was; false when there is none.
func (s *Sessions) EndOne(id string) (user string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, x := range s.byKey {
		if k.name() == id {
			delete(s.byKey, k)
			return x.user.ID, true
		}
	}
	return "", false
}
