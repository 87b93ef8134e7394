// Package web is the pages for people: the waiting list, what is to be done today, breaches, referrals waiting for an assessment, and the page
// of one case, where every date and every duty tells why.
//
// Pages are made on the server and work without script. What never happens here: no rule is applied (package law), no sentence of the law is
// typed (packages words and say), and no name stands in an address or a log. Every look at a case is written down before it is shown.
package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"rettid/access"
	"rettid/day"
	"rettid/desk"
	"rettid/exception"
	"rettid/guide"
	"rettid/law"
	"rettid/pdf"
	"rettid/referral"
	"rettid/say"
	"rettid/words"
)

// Options says who looks, and how.
type Options struct {
	Lang   words.Lang     // the language of one who has not chosen; bokmål when empty
	Demo   bool           // everybody is made up, and every page says so
	User   User           // who looks; in the demonstration a made-up booker who sees every hospital
	House  House          // what letters tell of the house
	Ways   []law.Channel  // the digital ways letters go here; the post is always one
	Home   string         // where the pages are found from outside, as https://rettid.example.no, for addresses that leave them; as the caller wrote it when empty
	PDF    *pdf.Maker     // letters as PDF; the embedded maker when nil
	People *access.People // who works here, for the names of those who acted; behind a gate the gate's. May be nil
	Log    *slog.Logger   // faults go here, without names and texts; slog.Default when nil
}

// User is the one who looks.
type User struct {
	ID      string // the house's own, made up and lasting: what stands in the log as the one who acted or looked; "local" when empty
	Name    string // as it is shown; never written down
	Role    law.Role
	Place   string // the provider the user works at; empty: every hospital in the ledger
	Purpose string // why cases are opened, a code of words purpose.*; empty: by the role
}

// A site is the pages of one desk.
type site struct {
	desk  *desk.Desk
	o     Options
	log   *slog.Logger
	pages map[words.Lang]pages

	book     *atomic.Pointer[letterBook] // what is stored for letters; shared by the copies
	people   *access.People              // for the names of those who acted; may be nil
	tallies  *keeper[*trustTally]        // the months of those who lead, trust by trust
	found    *keeper[*foundRows]         // the rows of a number of theirs
	placed   *keeper[[]map[string]int]   // how many there are at each place
	owed     *keeper[int]                // how many letters have not come to those they are to
	methods  *keeper[methodNames]        // what the methods are called
	pidKey   []byte                      // of access.PidDigest; nil: nobody's own record can be told
	sessions *access.Sessions            // nil without a gate: everybody is o.User
	user     access.User                 // who is signed in, in the copy a request has
	act      access.Action               // what the page is for, by which its lists are narrowed

	guides *guide.Index // nil when the desk has no guides
	fields map[words.Lang][]option

	counts  *countCache // numbers beside the lists
	states  *states     // of the lines shown lately
	drawn   *drawn      // the lines of the waiting list that were shown lately
	leafed  *places     // where the pages of the waiting list begin
	exports *exports    // downloads under way

	controls *controls     // what is wrong on the lists
	streams  *streams      // live updates that are open
	searches *access.Limit // of searches, by who searches: nobody reads the register one name at a time

	shelf      *shelf      // papers as PDF, made and being made
	gatherings *gatherings // what figures are counted from, for a while
	fresh      *freshness  // how far what is stored for the installation is read; shared by the copies
}

//go:embed static
var static embed.FS

// New makes the pages of a desk, for one who is given; NewGated for those who sign in.
func New(d *desk.Desk, o Options) http.Handler { return headers(makeSite(d, o).routes()) }

func makeSite(d *desk.Desk, o Options) *site {
	if o.Lang == "" {
		o.Lang = words.NB
	}
	if o.User.Name == "" {
		o.User = User{ID: o.User.ID, Name: "Dag Dummy", Role: law.Booking, Place: o.User.Place}
	}
	if o.User.ID == "" {
		o.User.ID = "local"
	}
	if o.User.Purpose == "" {
		o.User.Purpose = purposeOf(o.User.Role)
	}
	s := &site{desk: d, o: o, log: o.Log, people: o.People, pages: allPages(), counts: newCountCache(), states: newStates(), drawn: newDrawn(), leafed: newPlaces(), exports: new(exports), controls: newControls(), streams: newStreams(), searches: access.NewLimit(30, 2*time.Second), gatherings: newGatherings(), shelf: new(shelf), fields: fields(), book: new(atomic.Pointer[letterBook]), fresh: newFreshness()}
	turn := make(chan struct{}, 1) // what reads everything does so one at a time
	s.tallies, s.found, s.placed, s.owed, s.methods = newKeeper[*trustTally](100, turn), newKeeper[*foundRows](8, turn), newKeeper[[]map[string]int](100, nil), newKeeper[int](500, nil), newKeeper[methodNames](1, nil)
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.o.PDF == nil {
		s.o.PDF = pdf.Embedded()
	}

	if d.Guides != nil {
		var err error
		if s.guides, err = guide.NewIndex(d.Guides); err != nil {
			panic("web: search the guides: " + err.Error()) // the index is made of words in the program
		}
	}
	return s
}

// routes are the pages, each with what one must be able to do to see it. Where that is empty, the handler decides on the case.
func (s *site) routes() http.Handler {
	m := http.NewServeMux()
	m.Handle("GET /static/", staticFiles())
	m.HandleFunc("GET /{$}", s.page("", (*site).start))
	m.HandleFunc("GET /liste", s.page(access.List, (*site).waitingList))
	s.viewRoutes(m)
	s.exportRoutes(m)
	s.controlRoutes(m)
	s.capacityRoutes(m)
	m.HandleFunc("GET /hendt", s.page("", (*site).live))
	m.HandleFunc("GET /sak/{tenant}/{id}/annet-sted", s.page("", (*site).elsewhere))
	m.HandleFunc("GET /plikter", s.page(access.List, (*site).dutyList))
	m.HandleFunc("GET /fristbrudd", s.page(access.List, (*site).breachList))
	m.HandleFunc("GET /mottak", s.page(access.List, (*site).intake))
	m.HandleFunc("GET /mottak/ny", s.page(access.Receive, (*site).receiveForm))
	m.HandleFunc("POST /mottak/ny", s.page(access.Receive, (*site).receiveForm))
	m.HandleFunc("GET /liste/time", s.page(access.Book, (*site).bulkBook))
	m.HandleFunc("POST /liste/time", s.page(access.Book, (*site).bulkBook))
	m.HandleFunc("GET /vurdering", s.page(access.List, (*site).assessmentList))
	m.HandleFunc("GET /ledelse", s.page(access.SeeFigures, (*site).overview))
	s.nprRoutes(m)
	s.numbersRoutes(m)
	s.groupRoutes(m)
	s.meetingRoutes(m)
	s.paperRoutes(m)
	s.makingRoutes(m)
	s.userRoutes(m)
	s.equityRoutes(m)
	m.HandleFunc("GET /sak/{tenant}/{id}", s.page("", (*site).casePage))
	m.HandleFunc("POST /sak/{tenant}/{id}", s.page("", (*site).casePage))
	m.HandleFunc("GET /sak/{tenant}/{id}/vurder", s.page(access.Assess, (*site).assess))
	m.HandleFunc("POST /sak/{tenant}/{id}/vurder", s.page(access.Assess, (*site).assess))
	m.HandleFunc("GET /sak/{tenant}/{id}/innsyn", s.page("", (*site).lookPage))
	s.officeRoutes(m)
	s.helfoRoutes(m)
	m.HandleFunc("GET /sak/{tenant}/{id}/brev/sendt/{seq}/pdf", s.page("", (*site).sentPDF))
	m.HandleFunc("GET /sak/{tenant}/{id}/brev", s.page("", (*site).caseLetters))
	m.HandleFunc("GET /sak/{tenant}/{id}/brev/{kind}", s.page("", (*site).writeLetter))
	m.HandleFunc("POST /sak/{tenant}/{id}/brev/{kind}", s.page("", (*site).writeLetter))
	m.HandleFunc("GET /sak/{tenant}/{id}/brev/sendt/{seq}", s.page("", (*site).sentLetter))
	m.HandleFunc("GET /sak/{tenant}/{id}/gjor/{verb}", s.page("", (*site).do))
	m.HandleFunc("POST /sak/{tenant}/{id}/gjor/{verb}", s.page("", (*site).do))
	s.kinRoutes(m)
	s.actsForRoutes(m)
	s.eraseRoutes(m)
	m.HandleFunc("GET /sok", s.page("", (*site).search))
	m.HandleFunc("POST /sok", s.page("", (*site).search))
	s.adminRoutes(m)
	s.exceptionRoutes(m)
	m.HandleFunc("GET /ledelse/figur/{fil}", s.page(access.SeeFigures, (*site).managerFile))
	m.HandleFunc("GET /ledelse/rader", s.page(access.SeeFigures, (*site).managerRowList))
	m.HandleFunc("GET /ledelse/rader.csv", s.page(access.Export, (*site).managerRowFile))
	s.patientRoutes(m)
	s.referrerRoutes(m)
	s.referRoutes(m)
	s.identityRoutes(m)
	s.accessRoutes(m)
	m.HandleFunc("GET /tastatur", s.page("", (*site).keyPage))
	m.HandleFunc("/", s.page("", func(*site, http.ResponseWriter, *http.Request, *view) error { return desk.ErrMissing }))
	return http.NewCrossOriginProtection().Handler(m)
}

// purposeOf is why one in a role opens a case, unless something else is said.
func purposeOf(role law.Role) string {
	switch role {
	case law.Booking, law.Secretary:
		return "booking"
	case law.Specialist:
		return "care"
	case law.Management:
		return "quality"
	}
	return "follow_up"
}

// headers closes what a page of a health record needs closed.
func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// staticFiles serves style, fonts and script; they hold nothing about anybody.
func staticFiles() http.Handler {
	files, err := fs.Sub(static, "static")
	if err != nil {
		panic("web: " + err.Error())
	}
	serve := http.StripPrefix("/static/", http.FileServerFS(files))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/") {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "public, max-age=3600")
		serve.ServeHTTP(w, r)
	})
}

// A view is one look at a page: the language, the day, and the frame around the page.
type view struct {
	*frame
	s *site

	ctx        context.Context // of the request, for what a form has to look up
	waitingIn  func() int      // how many referrals are in intake
	lettersDue func() int      // how many wait for the letter office

	insets     []func(b *bytes.Buffer) // parts written straight into the page: see inset
	conditions map[conditionKey]string // names found for this page
	texts      map[string]string       // of the national tenant, read for this page, by their ids
}

// frame is what every page knows of the visit, and its template may ask for. A page embeds it and not the view, whose some three hundred methods would be
// made again for each page.
type frame struct {
	v     *view
	Lang  words.Lang
	Today day.Day
	Now   time.Time
	Here  string // the address of the menu's item
	role  bool   // in a paper that leaves the house: who sits somewhere stands by role and region, without a name, and days have their years
	Title string
	path  string
	query string

	public bool // the open pages: nobody is signed in, and nobody is named

	menu []menuItem // see Menu
}

// page runs a handler and answers for what went wrong: the one place where errors become pages.
func (s *site) page(a access.Action, h func(*site, http.ResponseWriter, *http.Request, *view) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r = r.WithContext(withHeads(r.Context()))
		s := s.of(r, a)
		v := s.look(w, r)
		v.waitingIn = func() int { return v.intakeCount(r) }
		v.lettersDue = func() int { return v.letterCount(r) }
		defer func() {
			if p := recover(); p == http.ErrAbortHandler {
				panic(p)
			} else if p != nil { // a mistake of the program's: the reader gets a page and a number all the same
				s.fail(w, r, v, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
			}
		}()
		if to, ok := s.outsideWay(r); ok { // the pages of staff are not theirs
			http.Redirect(w, r, to, http.StatusSeeOther)
			return
		}
		if !legible(r) {
			s.fail(w, r, v, badRequest{code: "web.bad_request_text"})
			return
		}
		if a != "" && !s.may(a) {
			s.fail(w, r, v, denied{access.Decide(s.user, a, access.Case{}, v.Today).Why})
			return
		}
		if err := h(s, w, r, v); err != nil {
			s.fail(w, r, v, err)
		}
	}
}

// legible tells whether an address is text: PostgreSQL takes no other.
func legible(r *http.Request) bool {
	if !isText(r.URL.Path) {
		return false
	}
	for k, values := range r.URL.Query() {
		if !isText(k) || slices.ContainsFunc(values, func(v string) bool { return !isText(v) }) {
			return false
		}
	}
	return true
}

func isText(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

// oslo is where the clock on the pages stands.
var oslo = func() *time.Location {
	l, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		panic("web: " + err.Error()) // package day embeds the zones
	}
	return l
}()

// look finds the language and the day. A language chosen by ?lang= is remembered.
func (s *site) look(w http.ResponseWriter, r *http.Request) *view {
	v := &view{s: s, ctx: r.Context(), frame: &frame{Lang: s.o.Lang, Today: s.desk.Today(), Now: s.desk.Now().In(oslo), path: r.URL.Path, query: r.URL.RawQuery}}
	v.frame.v = v
	if l, err := words.Parse(s.user.Language); err == nil {
		v.Lang = l
	}
	if c, err := r.Cookie("lang"); err == nil {
		if l, err := words.Parse(c.Value); err == nil {
			v.Lang = l
		}
	}
	if l, err := words.Parse(r.URL.Query().Get("lang")); err == nil {
		v.Lang = l
		http.SetCookie(w, &http.Cookie{Name: "lang", Value: string(l), Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	}
	return v
}

// A notice is a page with one message.
type notice struct {
	*frame
	State string // fault · refusal · denied · missing
	Head  string
	Lines []string
	Ref   string
	Retry string
	Link  link
}

type link struct{ URL, Text string }

// fail makes a page of an error. A refusal is the law's own words; what is not found is said plainly; anything else is a fault, written in the log
// under a reference number that the page gives.
func (s *site) fail(w http.ResponseWriter, r *http.Request, v *view, err error) {
	v.Here = ""
	n := notice{frame: v.frame}
	n.Link, _ = v.front()
	status := http.StatusInternalServerError
	var refusal *referral.Refusal
	var exceptional *exception.Refusal
	var unreadable badRequest
	var no denied
	var much tooMuch
	switch {
	case errors.Is(err, context.Canceled):
		return // nobody is there to read it
	case errors.Is(err, desk.ErrMissing):
		status, n.State, n.Head, n.Lines = http.StatusNotFound, "missing", v.T("web.missing"), []string{v.T("web.missing_text")}
	case errors.As(err, &refusal):
		status, n.State, n.Head, n.Lines = http.StatusUnprocessableEntity, "refusal", v.T("label.refused"), say.Refusal(v.Lang, refusal)
	case errors.As(err, &exceptional):
		status, n.State, n.Head, n.Lines = http.StatusUnprocessableEntity, "refusal", v.T("label.refused"), say.ExceptionRefusal(v.Lang, exceptional)
	case errors.As(err, &no):
		status, n.State, n.Head, n.Lines = http.StatusForbidden, "denied", v.T("web.denied"), []string{v.T("access." + no.why)}
		if tenant, id := r.PathValue("tenant"), r.PathValue("id"); no.why == "needs_reason" && id != "" && strings.HasPrefix(r.URL.Path, "/sak/") {
			n.Link = link{"/sak/" + tenant + "/" + id, v.T("web.give_reason")} // where the reason is asked for
		}
	case errors.As(err, &much):
		status, n.State, n.Head, n.Lines = http.StatusTooManyRequests, "refusal", v.T("web.too_many"), []string{v.T("web.too_many_text")}
		w.Header().Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(much.wait.Seconds())))))
	case errors.As(err, &unreadable):
		status, n.State, n.Head, n.Lines = http.StatusBadRequest, "refusal", v.T("web.bad_request"), []string{v.T(unreadable.code, unreadable.args...)}
	default:
		n.Ref = reference()
		n.State, n.Head, n.Lines = "fault", v.T("web.fault"), []string{v.T("web.fault_text")}
		s.log.Error("a page failed", "reference", n.Ref, "page", r.Pattern, "error", err)
	}
	v.Title = n.Head
	if r.Method == http.MethodGet {
		n.Retry = r.URL.RequestURI()
	}
	s.render(w, status, "notice", v, n)
}

// tooMuch is one more than the house lets anybody do at once.
type tooMuch struct{ wait time.Duration }

func (e tooMuch) Error() string { return "too many requests" }

// badRequest is an address or a form nobody could have meant.
type badRequest struct {
	code string
	args []any
}

func (e badRequest) Error() string { return "bad request: " + e.code }

// reference makes a number a person can read over the telephone.
func reference() string {
	b := make([]byte, 3)
	rand.Read(b)
	t := strings.ToUpper(hex.EncodeToString(b))
	return t[:4] + "-" + t[4:]
}
