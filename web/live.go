package web

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"rettid/access"
	"rettid/desk"
	"rettid/ledger"
	"rettid/words"
)

// Live updates: one line on the page that somebody else has changed the case, or the list, by server-sent events; and on the list the rows that are no longer
// what they were say so. The page never moves under the hands: the line says who, what and when, and the reader looks again when it suits. A stream tells nothing
// that its reader could not see on the page, and no patient. The page takes it in by the sse extension of htmx, which opens it again when it is cut off, lets it
// go while the page is out of sight, and says then what it heard last.

const (
	liveEvery = 3 * time.Second  // how often it is looked
	liveFor   = 10 * time.Minute // how long one stream lasts; the browser opens the next
	liveMost  = 2000             // streams at once; the rest have none, and lose nothing else
	newsMost  = 200              // changed referrals that are told one by one
)

// A heard is what a stream says: the line, markup with every word of it escaped; the cases it is about; and what has been heard with it.
type heard struct {
	line  string
	cases []string // their addresses
	heard string
}

func (u heard) write(w http.ResponseWriter) error {
	var b strings.Builder
	if len(u.cases) > 0 {
		fmt.Fprintf(&b, "event: rettid:changed\ndata: %s\n\n", strings.Join(u.cases, " "))
	}
	switch {
	case u.line != "":
		if u.heard != "" {
			fmt.Fprintf(&b, "id: %s\n", u.heard)
		}
		fmt.Fprintf(&b, "data: %s\n\n", strings.ReplaceAll(u.line, "\n", " "))
	case u.heard != "":
		fmt.Fprintf(&b, "id: %s\n\n", u.heard)
	default:
		b.WriteString(": still\n\n")
	}
	_, err := w.Write([]byte(b.String()))
	return err
}

// liveLine is a line of the page: what has happened, and the way to look again.
func (v *view) liveLine(text, again string) string {
	return template.HTMLEscapeString(text) + ` <a href="` + template.HTMLEscapeString(again) + `">` + template.HTMLEscapeString(v.T("live.again")) + "</a>"
}

// live is the stream of a case, ?sak=FJO/12&seq=9, or of every list.
func (s *site) live(w http.ResponseWriter, r *http.Request, v *view) error {
	if !s.streams.enter() {
		w.WriteHeader(http.StatusNoContent) // the browser asks no more
		return nil
	}
	defer s.streams.leave()
	look, err := s.liveLook(r, v)
	if err != nil {
		return err
	}
	out := http.NewResponseController(w)
	out.SetWriteDeadline(time.Now().Add(liveFor + time.Minute)) // longer than a page may take; where it can't be set the stream is shorter
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	if _, err := fmt.Fprint(w, "retry: 15000\n\n"); err != nil {
		return nil
	}
	if err := out.Flush(); err != nil {
		return nil
	}
	ctx, stop := context.WithTimeout(r.Context(), liveFor)
	defer stop()
	tick := time.NewTicker(s.streams.every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		u, err := look(ctx)
		if err != nil {
			return nil // the stream ends, and the browser tries again
		}
		if u.write(w) != nil || out.Flush() != nil {
			return nil
		}
	}
}

// liveURL is the stream of a case, from an entry on.
func liveURL(tenant string, id int64, seq int) string {
	return "/hendt?" + url.Values{"sak": {tenant + "/" + strconv.FormatInt(id, 10)}, "seq": {strconv.Itoa(seq)}}.Encode()
}

// liveLook gives what looks for news; the zero one when there are none.
func (s *site) liveLook(r *http.Request, v *view) (func(context.Context) (heard, error), error) {
	asked := r.URL.Query().Get("sak")
	if asked == "" {
		return s.liveList(r, v)
	}
	tenant, number, _ := strings.Cut(asked, "/")
	id, err := strconv.ParseInt(number, 10, 64)
	seen, err2 := strconv.Atoi(r.URL.Query().Get("seq"))
	if err != nil || err2 != nil || id < 1 {
		return nil, badRequest{code: "web.bad_request_text"}
	}
	x, ok, err := s.desk.Ledger.Row(r.Context(), tenant, id)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, desk.ErrMissing
	}
	if s.guarded() {
		c, err := s.rowCase(x)
		if err != nil {
			return nil, err
		}
		if _, d := s.opens(r, c, caseURL(tenant, id)); !d.Allowed {
			return nil, denied{d.Why}
		}
	} else if !s.ours(x) {
		return nil, desk.ErrMissing
	}
	return func(ctx context.Context) (heard, error) {
		x, ok, err := s.desk.Ledger.Row(ctx, tenant, id)
		if err != nil || !ok || x.Seq <= seen {
			return heard{}, err
		}
		recs, err := s.desk.Ledger.Records(ctx, tenant, id)
		if err != nil || len(recs) == 0 {
			return heard{}, err
		}
		since := slices.DeleteFunc(slices.Clone(recs), func(rec ledger.Record) bool { return rec.Seq <= seen || rec.Actor == s.o.User.ID }) // one's own, in another window
		seen = x.Seq
		if len(since) == 0 {
			return heard{}, nil
		}
		last := since[len(since)-1]
		who := s.actor(last.Actor)
		if who == "" {
			who = v.T("role." + last.Role)
		}
		what := v.T("live.changed")
		if key := "history." + last.Kind; words.Has(words.NB, key) {
			what = lowerFirst(v.T(key))
		}
		at := time.UnixMicro(last.At).In(oslo)
		return heard{line: v.liveLine(v.T("live.case", who, what, words.Clock(v.Lang, at.Hour()*60+at.Minute())), caseURL(tenant, id))}, nil
	}, nil
}

// liveList looks for news of the lists. A stream that is opened again after a while says by Last-Event-ID what it had heard, so that nothing between is lost.
func (s *site) liveList(r *http.Request, v *view) (func(context.Context) (heard, error), error) {
	if !s.may(access.List) {
		return nil, denied{"not_for_role"}
	}
	s.act = access.List
	last, err := s.streams.heads(r.Context(), s.desk.Ledger)
	if err != nil {
		return nil, err
	}
	for tenant, pos := range readHeard(r.Header.Get("Last-Event-ID")) {
		if now, ok := last[tenant]; ok && pos < now {
			last[tenant] = pos
		}
	}
	first := true
	return func(ctx context.Context) (heard, error) {
		now, err := s.streams.heads(ctx, s.desk.Ledger)
		if err != nil {
			return heard{}, err
		}
		if maps.Equal(now, last) && !first {
			return heard{}, nil
		}
		var out heard
		changed := false
		for tenant, pos := range now {
			if pos == last[tenant] {
				continue
			}
			rows, all, err := s.streams.changed(ctx, s.desk.Ledger, tenant, last[tenant], pos)
			if err != nil {
				return heard{}, err
			}
			changed = changed || !all && s.mine(tenant)
			for _, x := range rows {
				if x.by[s.o.User.ID] && len(x.by) == 1 || !s.ours(x.Row) { // one's own, in another window
					continue
				}
				changed = true
				out.cases = append(out.cases, caseURL(x.Tenant, x.Referral))
			}
		}
		first, last = false, now
		out.heard = writeHeard(now)
		if changed {
			slices.Sort(out.cases)
			out.line = v.liveLine(v.T("live.list", v.clockNow()), "")
		}
		return out, nil
	}, nil
}

// writeHeard is how far the chains had come, as the id of an event: FJO:120,INN:44.
func writeHeard(heads map[string]int64) string {
	var parts []string
	for _, tenant := range slices.Sorted(maps.Keys(heads)) {
		parts = append(parts, tenant+":"+strconv.FormatInt(heads[tenant], 10))
	}
	return strings.Join(parts, ",")
}

// readHeard reads it. What cannot be read was not heard of.
func readHeard(id string) map[string]int64 {
	out := make(map[string]int64)
	for _, part := range strings.Split(id, ",") {
		at := strings.LastIndexByte(part, ':')
		if at < 1 {
			continue
		}
		if pos, err := strconv.ParseInt(part[at+1:], 10, 64); err == nil && pos >= 0 {
			out[part[:at]] = pos
		}
	}
	return out
}

// clockNow is the time of day as it is now, not when the page was made.
func (v *view) clockNow() string {
	now := v.s.desk.Now().In(oslo)
	return words.Clock(v.Lang, now.Hour()*60+now.Minute())
}

// streams are the streams that are open. What has changed is looked up once for all of them.
type streams struct {
	every time.Duration
	slots chan struct{}

	mu     sync.Mutex
	at     time.Time
	latest map[string]int64
	kept   map[stretch]*news
}

// A stretch is a part of a tenant's chain: what comes after one place, to another.
type stretch struct {
	tenant   string
	from, to int64
}

// news is the referrals of a stretch; not all of them when there were too many to tell.
type news struct {
	rows []changedRow
	all  bool
}

type changedRow struct {
	ledger.Row
	by map[string]bool // who changed it
}

func newStreams() *streams {
	return &streams{every: liveEvery, slots: make(chan struct{}, liveMost), kept: make(map[stretch]*news)}
}

// heads is how far the chains have come, as it was less than half a look ago.
func (s *streams) heads(ctx context.Context, l *ledger.Ledger) (map[string]int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.latest == nil || time.Since(s.at) >= s.every/2 {
		heads, err := l.Heads(ctx)
		if err != nil {
			return nil, err
		}
		s.latest, s.at = heads, time.Now()
	}
	return maps.Clone(s.latest), nil
}

// errEnough stops the reading of a chain.
var errEnough = errors.New("enough")

// changed gives the referrals of a stretch as they are now, and whether that is all of them.
func (s *streams) changed(ctx context.Context, l *ledger.Ledger, tenant string, from, to int64) ([]changedRow, bool, error) {
	key := stretch{tenant, from, to}
	s.mu.Lock()
	defer s.mu.Unlock()
	if n, ok := s.kept[key]; ok {
		return n.rows, n.all, nil
	}
	by := make(map[int64]map[string]bool)
	n := &news{all: to-from <= 10*newsMost}
	if n.all {
		err := l.EachRecord(ctx, tenant, from+1, func(rec ledger.Record) error {
			if rec.Process() != "" { // no referral
				return nil
			}
			if by[rec.Referral] == nil {
				if len(by) == newsMost {
					return errEnough
				}
				by[rec.Referral] = make(map[string]bool)
			}
			by[rec.Referral][rec.Actor] = true
			return nil
		})
		if n.all = err == nil; err != nil && !errors.Is(err, errEnough) {
			return nil, false, err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(by)) {
		x, ok, err := l.Row(ctx, tenant, id)
		if err != nil {
			return nil, false, err
		}
		if ok {
			n.rows = append(n.rows, changedRow{x, by[id]})
		}
	}
	if len(s.kept) >= 64 {
		clear(s.kept)
	}
	s.kept[key] = n
	return n.rows, n.all, nil
}

func (s *streams) enter() bool {
	select {
	case s.slots <- struct{}{}:
		return true
	default:
		return false
	}
}

func (s *streams) leave() { <-s.slots }
