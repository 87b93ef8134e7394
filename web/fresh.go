package web

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"rettid/desk"
)

// Several server processes may serve one ledger. What an administrator changes at one of them (people, settings, closed days, the organisation, the words of
// letters) is stored as papers of the house; the others see by the number of their versions that something is new, and take it into use before the next page
// they show. Who is signed in is each process's own: one browser is to be led to one process.

// freshFor is how long a process goes without looking whether something is new.
const freshFor = 2 * time.Second

// A freshness is how far one process has read what is stored for the installation.
type freshness struct {
	mu     sync.Mutex
	looked time.Time
	seen   int64 // versions of the house's papers
	now    func() time.Time
}

func newFreshness() *freshness { return &freshness{now: time.Now} }

// refresh takes into use what is new. Of those who come at once, one looks and the others go on.
func (s *site) refresh(ctx context.Context) {
	f := s.fresh
	if !f.mu.TryLock() {
		return
	}
	defer f.mu.Unlock()
	now := f.now()
	if !f.looked.IsZero() && now.Sub(f.looked) < freshFor {
		return
	}
	n, err := s.desk.Ledger.PaperCount(ctx, desk.House)
	if err == nil && n != f.seen {
		if err = s.applyAll(ctx); err == nil {
			f.seen = n
		}
	}
	if err != nil && ctx.Err() == nil {
		s.log.Error("what is stored for the installation is not read again: what held before holds", "error", err)
	}
	f.looked = now
}

// freshly answers by what is stored for the installation, whichever process stored it.
func (s *site) freshly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/static/") {
			s.refresh(r.Context())
		}
		next.ServeHTTP(w, r)
	})
}
