package access

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// A browser keeps the cookies it is given, as far as these tests need.
type browser map[string]string

func (b browser) request(method, target string, body string) *http.Request {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range b {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	return r
}

func (b browser) keep(res *http.Response) {
	for _, c := range res.Cookies() {
		if c.MaxAge < 0 {
			delete(b, c.Name)
		} else {
			b[c.Name] = c.Value
		}
	}
}

type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func newClock() *clock { return &clock{time.Date(2025, 4, 23, 8, 0, 0, 0, time.UTC)} }

// signIn signs a user in and gives the cookie as the browser got it.
func signIn(t *testing.T, s *Sessions, b browser, u User) *http.Cookie {
	t.Helper()
	w := httptest.NewRecorder()
	if err := s.SignIn(w, b.request("POST", "/", ""), u); err != nil {
		t.Fatal(err)
	}
	b.keep(w.Result())
	return w.Result().Cookies()[0]
}

// who tells who a browser's request is from.
func who(s *Sessions, b browser) string {
	id := "nobody"
	w := httptest.NewRecorder()
	s.With(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if u, ok := Of(r.Context()); ok {
			id = u.ID
		}
	})).ServeHTTP(w, b.request("GET", "/", ""))
	if signedIn := w.Header().Get("Cache-Control") == "no-store"; signedIn != (id != "nobody") {
		return id + ", and the browser may keep the page"
	}
	return id
}

func TestCookie(t *testing.T) {
	for _, loopback := range []bool{false, true} {
		c := signIn(t, NewSessions(SessionOptions{Loopback: loopback}), browser{}, User{ID: "u1"})
		name := "__Host-rettid"
		if loopback {
			name = "rettid"
		}
		if c.Name != name || c.Secure == loopback || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 0 || len(c.Value) != 43 {
			t.Errorf("loopback %v: cookie %+v", loopback, c)
		}
	}
}

func TestSession(t *testing.T) {
	c := newClock()
	s := NewSessions(SessionOptions{Now: c.now})
	b := browser{}
	if got := who(s, b); got != "nobody" {
		t.Errorf("before: %s", got)
	}
	first := signIn(t, s, b, User{ID: "u1"})
	if got := who(s, b); got != "u1" {
		t.Errorf("signed in: %s", got)
	}

	// A new sign-in in the same browser is a new id, and the old one is worth nothing.
	second := signIn(t, s, b, User{ID: "u2"})
	if first.Value == second.Value || who(s, b) != "u2" || who(s, browser{first.Name: first.Value}) != "nobody" || s.Count() != 1 {
		t.Error("the id was not changed at sign-in")
	}

	// An id that was never given out is not taken on (session fixation).
	fixed := browser{first.Name: strings.Repeat("A", 43)}
	if third := signIn(t, s, fixed, User{ID: "u3"}); third.Value == strings.Repeat("A", 43) || who(s, browser{first.Name: strings.Repeat("A", 43)}) != "nobody" {
		t.Error("an id from outside was taken on")
	}

	w := httptest.NewRecorder()
	s.SignOut(w, b.request("POST", "/", ""))
	if out := w.Result().Cookies(); len(out) != 1 || out[0].MaxAge >= 0 || out[0].Name != "__Host-rettid" || !out[0].Secure {
		t.Errorf("signed out with %+v", out)
	}
	if got := who(s, browser{second.Name: second.Value}); got != "nobody" {
		t.Errorf("after signing out: %s", got)
	}
	s.End("u3")
	if s.Count() != 0 {
		t.Error("End left a session")
	}
}

func TestSessionEnds(t *testing.T) {
	c := newClock()
	s := NewSessions(SessionOptions{Now: c.now})
	idle, busy := browser{}, browser{}
	signIn(t, s, idle, User{ID: "idle"})
	signIn(t, s, busy, User{ID: "busy"})
	for range 16 {
		c.at = c.at.Add(29*time.Minute + 59*time.Second)
		if got := who(s, busy); got != "busy" {
			t.Fatalf("%s: %s, though never idle for 30 minutes", c.at, got)
		}
	}
	if got := who(s, idle); got != "nobody" {
		t.Errorf("idle for hours: %s", got)
	}
	c.at = newClock().at.Add(8 * time.Hour) // 16 times 29:59 is 16 seconds less
	if got := who(s, busy); got != "nobody" {
		t.Errorf("after eight hours: %s", got)
	}
	signIn(t, s, busy, User{ID: "busy"})
	c.at = c.at.Add(30 * time.Minute)
	if got := who(s, busy); got != "nobody" {
		t.Errorf("after 30 idle minutes: %s", got)
	}
	if n := s.Count(); n != 0 {
		t.Errorf("%d sessions are kept though over", n)
	}
}

func TestSessionsOfOneUser(t *testing.T) {
	c := newClock()
	s := NewSessions(SessionOptions{Now: c.now})
	var all []browser
	for range maxPerUser + 1 {
		b := browser{}
		signIn(t, s, b, User{ID: "u1"})
		all = append(all, b)
		c.at = c.at.Add(time.Second)
	}
	if who(s, all[0]) != "nobody" || who(s, all[1]) != "u1" || who(s, all[maxPerUser]) != "u1" {
		t.Error("not the oldest session was ended")
	}
}

func TestSessionsAreBounded(t *testing.T) {
	c := newClock()
	s := NewSessions(SessionOptions{Now: c.now})
	s.swept = c.at
	for n := range maxSessions {
		s.byKey[key{byte(n), byte(n >> 8), byte(n >> 16)}] = &session{user: User{ID: "u"}, began: c.at, seen: c.at}
	}
	w := httptest.NewRecorder()
	if err := s.SignIn(w, httptest.NewRequest("POST", "/", nil), User{ID: "late"}); err != ErrFull || len(w.Result().Cookies()) > 0 {
		t.Errorf("one too many: %v", err)
	}
	c.at = c.at.Add(30 * time.Minute)
	if err := s.SignIn(httptest.NewRecorder(), httptest.NewRequest("POST", "/", nil), User{ID: "late"}); err != nil || s.Count() != 1 {
		t.Errorf("when the others are over: %v, %d sessions", err, s.Count())
	}
}

func TestGivenReasons(t *testing.T) {
	c := newClock()
	s := NewSessions(SessionOptions{Now: c.now, Idle: 2 * time.Hour})
	b, other := browser{}, browser{}
	signIn(t, s, b, User{ID: "u1"})
	signIn(t, s, other, User{ID: "u1"})
	r := b.request("GET", "/", "")
	s.GiveReason(r, "INN/7", "emergency")
	if why, ok := s.ReasonGiven(r, "INN/7"); !ok || why != "emergency" {
		t.Errorf("given: %q %v", why, ok)
	}
	if _, ok := s.ReasonGiven(r, "INN/8"); ok {
		t.Error("it serves for another case")
	}
	if _, ok := s.ReasonGiven(other.request("GET", "/", ""), "INN/7"); ok {
		t.Error("it serves in another session")
	}
	c.at = c.at.Add(time.Hour)
	if _, ok := s.ReasonGiven(r, "INN/7"); ok {
		t.Error("it serves after an hour")
	}
	s.GiveReason(browser{}.request("GET", "/", ""), "INN/7", "emergency") // nobody: nothing happens
	signIn(t, s, b, User{ID: "u1"})
	s.GiveReason(b.request("GET", "/", ""), "INN/9", "emergency")
	signIn(t, s, b, User{ID: "u1"})
	if _, ok := s.ReasonGiven(b.request("GET", "/", ""), "INN/9"); ok {
		t.Error("it survived a new sign-in")
	}
}

func TestSessionsTogether(t *testing.T) {
	s := NewSessions(SessionOptions{})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			b := browser{}
			for range 50 {
				w := httptest.NewRecorder()
				if err := s.SignIn(w, b.request("POST", "/", ""), User{ID: "u" + random()}); err != nil {
					t.Error(err)
				}
				b.keep(w.Result())
				s.GiveReason(b.request("GET", "/", ""), "a", "b")
				if who(s, b) == "nobody" {
					t.Error("lost the session")
				}
			}
		})
	}
	wg.Wait()
	if n := s.Count(); n != 8 {
		t.Errorf("%d sessions of 8 browsers", n)
	}
}

func TestLimit(t *testing.T) {
	c := newClock()
	l := NewLimit(3, 10*time.Second)
	l.now = c.now
	allowed := func(k string) bool { _, ok := l.Allow(k); return ok }
	for range 3 {
		if !allowed("a") {
			t.Fatal("refused within the burst")
		}
	}
	if wait, ok := l.Allow("a"); ok || wait != 10*time.Second {
		t.Errorf("the fourth: %v, wait %v", ok, wait)
	}
	if !allowed("b") {
		t.Error("one pays for another")
	}
	c.at = c.at.Add(9 * time.Second)
	if wait, ok := l.Allow("a"); ok || wait > time.Second+time.Millisecond || wait <= 0 {
		t.Errorf("after 9 seconds: %v, wait %v", ok, wait)
	}
	c.at = c.at.Add(time.Second + time.Millisecond)
	if !allowed("a") || allowed("a") {
		t.Error("one every ten seconds")
	}
	c.at = c.at.Add(time.Hour)
	for i := range 5 {
		if allowed("a") != (i < 3) {
			t.Errorf("after an hour: number %d", i+1)
		}
	}
}

// However many keys there are, the memory is bounded and the limit holds.
func TestLimitOfManyKeys(t *testing.T) {
	c := newClock()
	l := NewLimit(2, time.Minute)
	l.now = c.now
	let := 0
	for i := range maxKeys + 100 {
		if _, ok := l.Allow(strings.Repeat("x", i%7) + random()); ok {
			let++
		}
	}
	if len(l.keys) > maxKeys+1 || let > maxKeys+2 || let < maxKeys {
		t.Errorf("%d keys, %d let through", len(l.keys), let)
	}
	c.at = c.at.Add(time.Hour)
	if _, ok := l.Allow("new"); !ok || len(l.keys) != 1 {
		t.Errorf("%d keys after an hour", len(l.keys))
	}
}

func TestLimitHandler(t *testing.T) {
	l := NewLimit(1, time.Minute)
	l.now = newClock().now
	h := l.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {}), nil)
	for i, want := range []int{200, 429} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if w.Code != want || (want == 429) != (w.Header().Get("Retry-After") == "60") {
			t.Errorf("request %d: %d, Retry-After %q", i+1, w.Code, w.Header().Get("Retry-After"))
		}
	}
}

func TestAddress(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.7:4711": "192.0.2.7", "[2001:db8:1:2:3:4:5:6]:80": "2001:db8:1:2::/64", "[2001:db8:1:2:ffff::1]:81": "2001:db8:1:2::/64", "[::ffff:192.0.2.7]:80": "192.0.2.7", "[fe80::1%eth0]:80": "fe80::/64", "@": "@", "": "",
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = remote
		r.Header.Set("X-Forwarded-For", "198.51.100.1")
		if got := Address(r); got != want {
			t.Errorf("Address(%s) = %q, want %q", remote, got, want)
		}
	}
}
