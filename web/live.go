package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"rettid/access"
	"rettid/desk"
	"rettid/words"
)

// Live updates: one line on the page that somebody else has changed the case, or the list, by server-sent events. The page never moves under the hands: the
// line says who, what and when, and the reader looks again when it suits. A stream tells nothing that its reader could not see on the page, and no patient.

const (
	liveEvery = 3 * time.Second  // how often it is looked
	liveFor   = 10 * time.Minute // how long one stream lasts; the browser opens the next
	liveMost  = 2000             // streams at once; the rest have none, and lose nothing else
)

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
		line, err := look(ctx)
		if err != nil {
			return nil // the stream ends, and the browser tries again
		}
		text := ": still\n\n"
		if line != "" {
			text = "data: " + strings.ReplaceAll(line, "\n", " ") + "\n\n"
		}
		if _, err := fmt.Fprint(w, text); err != nil || out.Flush() != nil {
			return nil
		}
	}
}

// liveLook gives what looks for news: a line, or "" when there are none.
func (s *site) liveLook(r *http.Request, v *view) (func(context.Context) (string, error), error) {
	asked := r.URL.Query().Get("sak")
	if asked == "" {
		if !s.may(access.List) {
			return nil, denied{"not_for_role"}
		}
		last, err := s.desk.Ledger.Heads(r.Context())
		if err != nil {
			return nil, err
		}
		return func(ctx context.Context) (string, error) {
			now, err := s.desk.Ledger.Heads(ctx)
			if err != nil {
				return "", err
			}
			changed := false
			for t, pos := range now {
				changed = changed || (last[t] != pos && s.mine(t))
			}
			if last = now; !changed {
				return "", nil
			}
			return v.T("live.list", v.clockNow()), nil
		}, nil
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
	return func(ctx context.Context) (string, error) {
		x, ok, err := s.desk.Ledger.Row(ctx, tenant, id)
		if err != nil || !ok || x.Seq <= seen {
			return "", err
		}
		recs, err := s.desk.Ledger.Records(ctx, tenant, id)
		if err != nil || len(recs) == 0 {
			return "", err
		}
		last := recs[len(recs)-1]
		seen = x.Seq
		if last.Actor == s.o.User.ID { // one's own, in another window
			return "", nil
		}
		who := s.actor(last.Actor)
		if who == "" {
			who = v.T("role." + last.Role)
		}
		what := v.T("live.changed")
		if key := "history." + last.Kind; words.Has(words.NB, key) {
			what = lowerFirst(v.T(key))
		}
		at := time.UnixMicro(last.At).In(oslo)
		return v.T("live.case", who, what, words.Clock(v.Lang, at.Hour()*60+at.Minute())), nil
	}, nil
}

// clockNow is the time of day as it is now, not when the page was made.
func (v *view) clockNow() string {
	now := v.s.desk.Now().In(oslo)
	return words.Clock(v.Lang, now.Hour()*60+now.Minute())
}

// streams counts the streams that are open.
type streams struct {
	every time.Duration
	slots chan struct{}
}

func newStreams() *streams { return &streams{every: liveEvery, slots: make(chan struct{}, liveMost)} }

func (s *streams) enter() bool {
	select {
	case s.slots <- struct{}{}:
		return true
	default:
		return false
	}
}

func (s *streams) leave() { <-s.slots }
