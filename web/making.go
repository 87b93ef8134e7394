package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"rettid/desk"
)

// Papers as PDF take their time, those with figures a second or two of a processor. A paper is made once and kept by what stands in it; while one is made the page tells how long it has been at work, and it can be
// stopped. It is made behind the page's back: one who leaves finds it ready later.

const (
	paperWait   = time.Second     // after which a page tells that the paper is being made
	paperLimit  = 5 * time.Minute // after which it is given up
	keptPapers  = 64              // papers kept at once, the last that were asked for
	keptBytes   = 64 << 20        // and how much they may hold
	makingURL   = "/papir"        // where one waits for a paper
	makingPause = 1               // seconds between looks
)

// A making is one paper, made or on its way.
type making struct {
	key    [sha256.Size]byte
	number string
	wanted map[string]string // who asked for it, and the address it is sent from
	began  time.Time
	stop   context.CancelFunc
	done   chan struct{} // closed when the rest may be read
	file   []byte
	whole  bool // as the installed program makes it, figures and all; another is not kept
	err    error
}

// A shelf is the papers that were made, and those that are being made. The one asked for last stands last.
type shelf struct {
	mu  sync.Mutex
	all []*making
}

func (m *making) ended() bool {
	select {
	case <-m.done:
		return true
	default:
		return false
	}
}

// of gives the paper of a key, begun by begin when it is not there or failed. who is nobody for a file that nobody waits for by name.
func (h *shelf) of(key [sha256.Size]byte, who, address string, begin func() *making) *making {
	h.mu.Lock()
	defer h.mu.Unlock()
	var m *making
	if i := slices.IndexFunc(h.all, func(x *making) bool { return x.key == key }); i >= 0 {
		m = h.all[i]
		h.all = slices.Delete(h.all, i, i+1)
		if m.ended() && (m.err != nil || !m.whole) {
			m = nil
		}
	}
	if m == nil {
		m = begin()
	}
	h.all = append(h.all, m)
	if who != "" {
		m.wanted[who] = address
	}
	size, n := 0, 0
	for i := len(h.all) - 1; i >= 0; i-- { // the oldest that are finished make room
		x := h.all[i]
		if !x.ended() {
			continue
		}
		if size, n = size+len(x.file), n+1; x != m && (n > keptPapers || size > keptBytes) {
			h.all = slices.Delete(h.all, i, i+1)
		}
	}
	return m
}

// find gives a paper somebody waits for, by its number, and the address it is sent from.
func (h *shelf) find(number, who string) (*making, string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, m := range h.all {
		if address, ok := m.wanted[who]; ok && m.number == number {
			return m, address
		}
	}
	return nil, ""
}

// halt ends the waiting of one for a paper. The making is stopped when nobody else waits for it.
func (h *shelf) halt(number, who string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, m := range h.all {
		if _, ok := m.wanted[who]; !ok || m.number != number || m.ended() {
			continue
		}
		if delete(m.wanted, who); len(m.wanted) == 0 {
			m.stop()
			h.all = slices.Delete(h.all, i, i+1)
		}
		return
	}
}

// begin makes a paper of a page, behind the page's back.
func (s *site) begin(ctx context.Context, key [sha256.Size]byte, page []byte) *making {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), paperLimit)
	m := &making{key: key, number: rand.Text(), wanted: make(map[string]string), began: time.Now(), stop: stop, done: make(chan struct{})}
	go func() {
		defer close(m.done)
		defer stop()
		defer func() {
			if p := recover(); p != nil { // the page tells, with a number; the others go on
				m.err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			}
		}()
		tagged := false
		m.file, tagged, m.err = s.o.PDF.Make(ctx, page)
		m.whole = tagged || !s.o.PDF.Tagged()
	}()
	return m
}

// made gives a page as a PDF, made now or before, however long it takes.
func (s *site) made(ctx context.Context, page []byte) ([]byte, error) {
	key := sha256.Sum256(page)
	m := s.shelf.of(key, "", "", func() *making { return s.begin(ctx, key, page) })
	select {
	case <-m.done:
		return m.file, m.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// sendMade answers with a page as a PDF. A browser that would wait long is shown how it goes instead; what only wants the file waits.
func (s *site) sendMade(w http.ResponseWriter, r *http.Request, name, lang string, page []byte) error {
	if !strings.Contains(r.Header.Get("Accept"), "text/html") {
		file, err := s.made(r.Context(), page)
		if err == nil {
			sendPDF(w, name, lang, file)
		}
		return err
	}
	key := sha256.Sum256(page)
	m := s.shelf.of(key, s.self(), r.URL.RequestURI(), func() *making { return s.begin(r.Context(), key, page) })
	late := time.NewTimer(paperWait)
	defer late.Stop()
	select {
	case <-m.done:
		if m.err == nil {
			sendPDF(w, name, lang, m.file)
		}
		return m.err
	case <-late.C:
	case <-r.Context().Done():
		return r.Context().Err()
	}
	http.Redirect(w, r, makingURL+"/"+m.number, http.StatusSeeOther)
	return nil
}

func (s *site) makingRoutes(m *http.ServeMux) {
	m.HandleFunc("GET "+makingURL+"/{number}", s.page("", (*site).paperUnderWay))
	m.HandleFunc("POST "+makingURL+"/stopp", s.page("", (*site).stopPaper))
}

type makingPage struct {
	*frame
	Head, Says, Number string
	File, Back         string // File when it is ready
}

// paperUnderWay tells how far a paper has come; when it is ready the browser fetches it, and the way to it stands on the page.
func (s *site) paperUnderWay(w http.ResponseWriter, r *http.Request, v *view) error {
	m, address := s.shelf.find(r.PathValue("number"), s.self())
	if m == nil {
		return desk.ErrMissing
	}
	v.Title = v.T("paper.making")
	p := makingPage{frame: v.frame, Head: v.Title, Number: m.number, Back: pageOf(address)}
	switch {
	case !m.ended():
		w.Header().Set("Refresh", strconv.Itoa(makingPause))
		p.Says = v.T("paper.making_for", int(time.Since(m.began)/time.Second))
	case errors.Is(m.err, context.DeadlineExceeded):
		return badRequest{"paper.too_long", []any{int(paperLimit / time.Minute)}}
	case m.err != nil:
		return m.err
	default:
		w.Header().Set("Refresh", "0; url="+address)
		v.Title = v.T("paper.made")
		p.Head, p.File, p.Says = v.Title, address, v.T("paper.made_text")
	}
	return s.render(w, http.StatusOK, "making", v, p)
}

// stopPaper ends the waiting for a paper, and goes back to the page it is of.
func (s *site) stopPaper(w http.ResponseWriter, r *http.Request, _ *view) error {
	if err := readPlainForm(w, r); err != nil {
		return err
	}
	_, address := s.shelf.find(r.PostForm.Get("nr"), s.self())
	if address == "" {
		return desk.ErrMissing
	}
	s.shelf.halt(r.PostForm.Get("nr"), s.self())
	http.Redirect(w, r, pageOf(address), http.StatusSeeOther)
	return nil
}

// pageOf is the address of the page a PDF is made of.
func pageOf(address string) string { return strings.Replace(address, ".pdf", "", 1) }
