package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"rettid/access"
	"rettid/clinic"
	"rettid/day"
	"rettid/figures"
)

// What figures are counted from: the referral periods of the places the one who asks may see figures of, as they stood on a day, of what was known then. They are
// gathered once and kept for a little while, so that another breakdown is another count and not another reading. In the demonstration there is a made-up nation too.

const (
	mostPeriods    = 250_000 // kept for pages at once; more is for `rettid figures`
	keptGatherings = 6
	nationSize     = 60_000
	gatherWait     = 1500 * time.Millisecond // after which a page says how far the gathering has come
)

// nation is how an address asks for the made-up nation, which the demonstration alone has.
const nation = "nasjon"

var errTooMany = errors.New("there are more referral periods than a page counts")

// A gathering is referral periods, there or on their way.
type gathering struct {
	key, owner, number string
	at                 time.Time
	stop               context.CancelFunc
	seen               atomic.Int64
	done               chan struct{} // closed when the rest may be read
	periods            []figures.Period
	err                error
}

type gatherings struct {
	mu  sync.Mutex
	all map[string]*gathering
}

func newGatherings() *gatherings { return &gatherings{all: make(map[string]*gathering)} }

// of gives what is gathered under a key, begun by begin when it is not there, is old, or failed.
func (g *gatherings) of(key string, now time.Time, begin func() *gathering) *gathering {
	g.mu.Lock()
	defer g.mu.Unlock()
	if old := g.all[key]; old != nil {
		select {
		case <-old.done:
			if old.err == nil && now.Sub(old.at) < staleAfter && !now.Before(old.at) {
				return old
			}
		default:
			return old
		}
	}
	if len(g.all) >= keptGatherings { // the oldest that is finished makes room
		oldest := ""
		for _, k := range slices.Sorted(maps.Keys(g.all)) {
			select {
			case <-g.all[k].done:
				if oldest == "" || g.all[k].at.Before(g.all[oldest].at) {
					oldest = k
				}
			default:
			}
		}
		delete(g.all, oldest)
	}
	g.all[key] = begin()
	return g.all[key]
}

// halt stops a gathering of the one who asked for it.
func (g *gatherings) halt(number, owner string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for k, x := range g.all {
		if x.number == number && x.owner == owner {
			x.stop()
			delete(g.all, k)
		}
	}
}

// gather finds the periods of what is asked, or begins to.
func (s *site) gather(r *http.Request, a numbersAsk) *gathering {
	places := s.places(s.act)
	key := fmt.Sprint("nation")
	if !a.Nation {
		key = fmt.Sprint(a.asOf(s.desk.Today()), "|", a.Known, "|", places)
	}
	return s.gatherings.of(key, s.desk.Now(), func() *gathering {
		ctx, stop := context.WithCancel(context.WithoutCancel(r.Context()))
		g := &gathering{key: key, owner: s.self(), number: rand.Text(), at: s.desk.Now(), stop: stop, done: make(chan struct{})}
		go func() {
			defer close(g.done)
			defer stop()
			defer func() {
				if p := recover(); p != nil { // the page tells, with a number; the others go on
					g.err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
				}
			}()
			g.err = s.fetch(ctx, g, a, places)
		}()
		return g
	})
}

func (s *site) fetch(ctx context.Context, g *gathering, a numbersAsk, places []place) error {
	add := func(p *figures.Period) error {
		g.seen.Add(1)
		if len(g.periods) == mostPeriods {
			return errTooMany
		}
		g.periods = append(g.periods, *p)
		return nil
	}
	if a.Nation {
		for p := range figures.National(nationSize, 1) {
			if err := ctx.Err(); err != nil {
				return err
			}
			p.Postponements, p.Times = slices.Clone(p.Postponements), slices.Clone(p.Times)
			if err := add(p); err != nil {
				return err
			}
		}
		return nil
	}
	tenants, err := s.tenants(ctx, "")
	if err != nil {
		return err
	}
	return s.registry().EachPeriod(ctx, tenants, a.asOf(s.desk.Today()), a.Known, func(p *figures.Period) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !touches(places, p) {
			return nil
		}
		return add(p)
	})
}

// touches tells whether a period is, or has been, at a place the one who asks may see figures of.
func touches(places []place, p *figures.Period) bool {
	return slices.ContainsFunc(places, func(l place) bool {
		return l.provider == "" || l.provider == p.Institution || slices.ContainsFunc(p.Moves, func(m figures.Move) bool { return m.Institution == l.provider })
	})
}

// ready waits a little for a gathering; false when it is still under way.
func (g *gathering) ready(ctx context.Context, patience time.Duration) bool {
	t := time.NewTimer(patience)
	defer t.Stop()
	select {
	case <-g.done:
		return true
	case <-t.C:
	case <-ctx.Done():
	}
	return false
}

type waitPage struct {
	*frame
	Head, Sub, Says, Number, Back string
}

// gathered gives the periods of a page. Where they are not there yet it shows how far they have come, and gives nil.
func (s *site) gathered(w http.ResponseWriter, r *http.Request, v *view, a numbersAsk) (*gathering, error) {
	g := s.gather(r, a)
	if !g.ready(r.Context(), gatherWait) {
		v.Title = v.T("numbers.wait")
		w.Header().Set("Refresh", "1")
		return nil, s.render(w, http.StatusOK, "numberswait", v, waitPage{frame: v.frame, Head: v.Title, Sub: v.numbersPlace(a), Says: v.T("numbers.wait.seen", int(g.seen.Load())), Number: g.number, Back: a.url(numbersURL)})
	}
	return g, s.gatheredWell(v, g)
}

// gatheredFile gives the periods of a file, however long it takes.
func (s *site) gatheredFile(r *http.Request, v *view, a numbersAsk) (*gathering, error) {
	g := s.gather(r, a)
	select {
	case <-g.done:
		return g, s.gatheredWell(v, g)
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

func (s *site) gatheredWell(v *view, g *gathering) error {
	switch {
	case errors.Is(g.err, errTooMany):
		return badRequest{"numbers.too_many", []any{mostPeriods}}
	case errors.Is(g.err, context.Canceled):
		return badRequest{code: "numbers.stopped"}
	}
	return g.err
}

// numbersStop stops a gathering, and says so.
func (s *site) numbersStop(w http.ResponseWriter, r *http.Request, v *view) error {
	if err := readPlainForm(w, r); err != nil {
		return err
	}
	s.gatherings.halt(r.PostForm.Get("nr"), s.self())
	http.Redirect(w, r, numbersURL+"/stoppet", http.StatusSeeOther)
	return nil
}

func (s *site) numbersStopped(w http.ResponseWriter, r *http.Request, v *view) error {
	v.Title, v.Here = v.T("numbers.stopped.head"), numbersURL
	return s.render(w, http.StatusOK, "notice", v, notice{frame: v.frame, State: "missing", Head: v.Title, Lines: []string{v.T("numbers.stopped")}, Link: link{numbersURL, v.T("numbers.menu")}})
}

// fieldCode and fieldKey lead between the names of a field here and at the registry (code list 8451).
func fieldCode(key string) string {
	if f, ok := clinic.SpecialtyByKey(key); ok {
		return f.Code
	}
	return key
}

func fieldKey(code string) string {
	for _, f := range clinic.Specialties() {
		if f.Code == code {
			return f.Key
		}
	}
	return code
}

// numbersRows tells whether the rows of what is asked may be seen, and so its small numbers.
func (s *site) numbersRows(a numbersAsk) bool {
	if a.Nation || !s.guarded() {
		return true
	}
	return slices.ContainsFunc(s.places(access.List), func(l place) bool { return l.covers(place{a.Provider, a.Unit, fieldKey(a.Field)}) })
}

// asOf is the day the periods are taken as they stood on: the last day of the period, or today while it lasts.
func (a numbersAsk) asOf(today day.Day) day.Day {
	if a.Span.To.After(today) {
		return today
	}
	return a.Span.To
}

// named is the words of a code in the language of the page; the code itself when nobody knows it.
func (v *view) named(list, code string) string {
	c, ok := clinic.CodeOf(list, code)
	if !ok {
		return code
	}
	return strings.TrimSpace(map[string]string{"nb": c.NB, "nn": c.NN, "en": c.EN}[string(v.Lang)])
}
