package access

import (
	"math"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"
)

// A Limit lets each key through a number of times at once and then once an interval. It is safe for concurrent use.
type Limit struct {
	burst float64
	every time.Duration
	now   func() time.Time

	mu   sync.Mutex
	keys map[string]bucket
}

type bucket struct {
	left float64
	at   time.Time
}

// maxKeys is how many keys are kept apart. When there are more, those who come new share one bucket: the memory is bounded,
// and whoever comes from many addresses meets the limit all the same.
const maxKeys = 10_000

// NewLimit makes a limit of burst at once and then one an interval.
func NewLimit(burst int, every time.Duration) *Limit {
	return &Limit{burst: float64(max(burst, 1)), every: max(every, time.Nanosecond), now: time.Now, keys: make(map[string]bucket)}
}

// Allow counts one for the key. When it is one too many, nothing is counted, and the wait is how long until the next.
func (l *Limit) Allow(k string) (wait time.Duration, ok bool) {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	b, known := l.keys[k]
	if !known && len(l.keys) >= maxKeys {
		l.forget(now)
		if len(l.keys) >= maxKeys {
			k = ""
			b, known = l.keys[k]
		}
	}
	left := l.burst
	if known {
		left = l.refilled(b, now)
	}
	if left < 1 {
		l.keys[k] = bucket{left, now}
		return time.Duration(math.Ceil((1 - left) * float64(l.every))), false
	}
	l.keys[k] = bucket{left - 1, now}
	return 0, true
}

func (l *Limit) refilled(b bucket, now time.Time) float64 {
	return min(l.burst, b.left+max(0, float64(now.Sub(b.at)))/float64(l.every))
}

// forget drops the keys that have their whole burst back.
func (l *Limit) forget(now time.Time) {
	for k, b := range l.keys {
		if l.refilled(b, now) >= l.burst {
			delete(l.keys, k)
		}
	}
}

// Handler answers 429 with Retry-After to those over the limit. key tells them apart; Address when nil.
func (l *Limit) Handler(next http.Handler, key func(*http.Request) string) http.Handler {
	if key == nil {
		key = Address
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if wait, ok := l.Allow(key(r)); !ok {
			tooMany(w, wait)
			http.Error(w, http.StatusText(http.StatusTooManyRequests), http.StatusTooManyRequests)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func tooMany(w http.ResponseWriter, wait time.Duration) {
	w.Header().Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(wait.Seconds())))))
}

// Address is where a request comes from, as the key of a limit: the IPv4 address, or the first 64 bits of an IPv6 one, for a
// household has them all. Behind a proxy that is the proxy: give the limit a key of its own there. A header that anyone
// can write is never believed.
func Address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	a = a.Unmap().WithZone("")
	if a.Is6() {
		p, err := a.Prefix(64)
		if err == nil {
			return p.String()
		}
	}
	return a.String()
}
