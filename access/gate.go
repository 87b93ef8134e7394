package access

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"rettid/access/oidc"
	"rettid/clinic"
	"rettid/day"
	"rettid/patient"
	"rettid/words"
)

// GateOptions says how people come in. Sessions is needed; what else is left out is closed.
type GateOptions struct {
	Sessions *Sessions
	People   *People // staff, and who one can be in the demonstration

	HelseID *oidc.Client // staff; nil: closed
	PidKey  []byte       // of PidDigest, 32 bytes or more; without it staff are known by HPR number alone

	IDPorten *oidc.Client // patients; nil: closed
	// Patients finds the patient, or who acts for patients, by an identity number that has been checked; false when there is none. It must
	// not write the number anywhere.
	Patients func(ctx context.Context, pid patient.Identity) (User, bool, error)

	Demo     bool                                      // choose who to be, with no proof at all: on this machine alone
	Listener net.Addr                                  // where the pages are; in the demonstration it must be on loopback
	More     func(ctx context.Context) ([]User, error) // further ones to be in the demonstration, say patients; may be nil

	Org     *clinic.Org                                    // for the names of places on the plain page; may be nil
	Limit   *Limit                                         // attempts from one address; nil: 20 at once and then one in six seconds, in the demonstration ten times that
	Address func(*http.Request) string                     // what the limit tells apart; Address when nil
	Today   func() day.Day                                 // today in Oslo when nil
	Page    func(http.ResponseWriter, *http.Request, Page) // shows a page of the gate; a plain one when nil
	Log     *slog.Logger                                   // internal ids and codes; slog.Default when nil
}

// A Page is what the gate has to show: the ways in, or why one did not come in. Write Status as the answer's.
type Page struct {
	Status int
	Code   string   // why one did not come in: wording sign_in.failed.<code>; empty: the ways in
	Next   string   // where one was going: the field «til» of the form and the links
	Ways   []string // helseid, idporten: GET /inn/<way>?til=…, wording sign_in.<way>
	Who    []User   // in the demonstration: who one can be: POST /inn with «hvem» and «til»
}

// A Gate lets people in and out:
//
//	GET  /inn                 the ways in
//	POST /inn                 in the demonstration: be «hvem»
//	GET  /inn/helseid         to HelseID; comes back to /inn/helseid/svar
//	GET  /inn/idporten        to ID-porten; comes back to /inn/idporten/svar
//	POST /ut                  out
type Gate struct {
	o GateOptions
	h http.Handler
}

// NewGate makes a gate. It asks nothing of the network.
func NewGate(o GateOptions) (*Gate, error) {
	switch {
	case o.Sessions == nil:
		return nil, errors.New("gate: there must be sessions to let people into")
	case o.Demo && !onLoopback(o.Listener):
		return nil, errors.New("gate: choosing who to be works on this machine alone: listen on 127.0.0.1 or leave the demonstration out")
	case o.Demo && (o.HelseID != nil || o.IDPorten != nil):
		return nil, errors.New("gate: either one chooses who to be or one signs in: both is a door beside the door")
	case o.IDPorten != nil && o.Patients == nil:
		return nil, errors.New("gate: ID-porten needs somebody to find the patient")
	case o.HelseID != nil && o.People == nil:
		return nil, errors.New("gate: HelseID needs the people who work here")
	case len(o.PidKey) > 0 && len(o.PidKey) < 32:
		return nil, errors.New("gate: the key of the identity numbers must be 32 bytes or more")
	}
	if o.Limit == nil {
		o.Limit = NewLimit(20, 6*time.Second)
		if o.Demo {
			o.Limit = NewLimit(200, 600*time.Millisecond)
		}
	}
	if o.Address == nil {
		o.Address = Address
	}
	if o.Today == nil {
		o.Today = func() day.Day { return day.FromTime(time.Now()) }
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	g := &Gate{o: o}
	if o.Page == nil {
		g.o.Page = g.plain
	}
	m := http.NewServeMux()
	m.HandleFunc("GET /inn", g.ways)
	if o.Demo {
		m.HandleFunc("POST /inn", g.be)
	}
	if o.HelseID != nil {
		m.HandleFunc("GET /inn/helseid", g.begin(o.HelseID))
		m.HandleFunc("GET /inn/helseid/svar", g.finish(o.HelseID, "helseid", g.staff))
	}
	if o.IDPorten != nil {
		m.HandleFunc("GET /inn/idporten", g.begin(o.IDPorten))
		m.HandleFunc("GET /inn/idporten/svar", g.finish(o.IDPorten, "idporten", g.patient))
	}
	m.HandleFunc("POST /ut", func(w http.ResponseWriter, r *http.Request) {
		o.Sessions.SignOut(w, r)
		http.Redirect(w, r, "/inn", http.StatusSeeOther)
	})
	// A form on another site must not sign anybody in or out.
	guarded := http.NewCrossOriginProtection().Handler(m)
	g.h = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Referrer-Policy", "no-referrer") // the address has a code in it on the way back
		h.Set("X-Content-Type-Options", "nosniff")
		guarded.ServeHTTP(w, r)
	})
	return g, nil
}

// ServeHTTP serves /inn, /inn/… and /ut.
func (g *Gate) ServeHTTP(w http.ResponseWriter, r *http.Request) { g.h.ServeHTTP(w, r) }

// Require lets those through who are signed in, and sends others to the ways in. Put Sessions.With outside it.
func (g *Gate) Require(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := Of(r.Context()); ok {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			g.o.Page(w, r, Page{Status: http.StatusUnauthorized, Code: "expired", Next: "/"})
			return
		}
		to := "/inn"
		if n := safeNext(r.URL.RequestURI()); n != "/" {
			to += "?til=" + url.QueryEscape(n)
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
	})
}

// safeNext keeps an address on our own pages, and gives the front page for anything else: a link to us must not be a way to
// elsewhere, nor round in a ring.
func safeNext(s string) string {
	if len(s) == 0 || len(s) > 1000 || s[0] != '/' || strings.HasPrefix(s, "//") || strings.Contains(s, "\\") {
		return "/"
	}
	for _, c := range s {
		if c <= ' ' || c == 0x7f {
			return "/" // browsers drop tabs and line ends, and «/\t/elsewhere» becomes another site
		}
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil {
		return "/"
	}
	switch p := path.Clean(u.Path); {
	case p == "/inn", strings.HasPrefix(p, "/inn/"), p == "/ut":
		return "/"
	}
	return s
}

// ways shows the ways in.
func (g *Gate) ways(w http.ResponseWriter, r *http.Request) {
	p := Page{Status: http.StatusOK, Next: safeNext(r.URL.Query().Get("til"))}
	if g.o.HelseID != nil {
		p.Ways = append(p.Ways, "helseid")
	}
	if g.o.IDPorten != nil {
		p.Ways = append(p.Ways, "idporten")
	}
	if g.o.Demo {
		if !local(r) {
			g.fail(w, r, "demo", "not_here", nil)
			return
		}
		who, err := g.who(r.Context())
		if err != nil {
			g.fail(w, r, "demo", "fault", err)
			return
		}
		p.Who = who
	}
	g.o.Page(w, r, p)
}

// who lists who one can be in the demonstration.
func (g *Gate) who(ctx context.Context) ([]User, error) {
	var out []User
	if g.o.People != nil {
		out = g.o.People.All()
	}
	if g.o.More != nil {
		more, err := g.o.More(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// be signs in whom one chose to be.
func (g *Gate) be(w http.ResponseWriter, r *http.Request) {
	if !local(r) {
		g.fail(w, r, "demo", "not_here", nil)
		return
	}
	if !g.attempt(w, r) {
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 4096)
	if err := r.ParseForm(); err != nil {
		g.fail(w, r, "demo", "unknown_person", nil)
		return
	}
	who, err := g.who(r.Context())
	if err != nil {
		g.fail(w, r, "demo", "fault", err)
		return
	}
	i := slices.IndexFunc(who, func(u User) bool { return u.ID == r.PostForm.Get("hvem") })
	if i < 0 {
		g.fail(w, r, "demo", "unknown_person", nil)
		return
	}
	g.letIn(w, r, "demo", who[i], safeNext(r.PostForm.Get("til")))
}

func (g *Gate) begin(c *oidc.Client) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !g.attempt(w, r) {
			return
		}
		if err := c.Begin(w, r, safeNext(r.URL.Query().Get("til"))); err != nil {
			g.failed(w, r, strings.TrimPrefix(r.URL.Path, "/inn/"), err)
		}
	}
}

func (g *Gate) finish(c *oidc.Client, way string, find func(context.Context, oidc.Subject) (User, string, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !g.attempt(w, r) {
			return
		}
		s, next, err := c.Finish(w, r)
		if err != nil {
			g.failed(w, r, way, err)
			return
		}
		u, code, err := find(r.Context(), s)
		if err != nil || code != "" {
			g.fail(w, r, way, code, err)
			return
		}
		g.letIn(w, r, way, u, next)
	}
}

// staff finds one who works here by HPR number and identity number. When both are known here they must be the same person's.
func (g *Gate) staff(_ context.Context, s oidc.Subject) (User, string, error) {
	byHPR, known := g.o.People.ByHPR(s.HPR)
	var byPid User
	alsoKnown := false
	if len(g.o.PidKey) > 0 && s.Pid != "" {
		byPid, alsoKnown = g.o.People.ByPid(PidDigest(g.o.PidKey, s.Pid))
	}
	switch {
	case known && alsoKnown && byHPR.ID != byPid.ID:
		return User{}, "ambiguous", nil
	case known:
		return byHPR, "", nil
	case alsoKnown && s.HPR != "" && g.o.People.hprOf(byPid.ID) != "":
		return User{}, "ambiguous", nil // the file has another HPR number for the one with this identity number
	case alsoKnown:
		return byPid, "", nil
	}
	return User{}, "unknown_person", nil
}

// patient finds a patient by identity number.
func (g *Gate) patient(ctx context.Context, s oidc.Subject) (User, string, error) {
	pid, err := patient.Identify(s.Pid)
	if err != nil || pid.Kind == patient.OrgNr {
		return User{}, "no_identity", nil
	}
	u, ok, err := g.o.Patients(ctx, pid)
	switch {
	case err != nil:
		return User{}, "fault", fmt.Errorf("find a patient who signs in: %w", err)
	case !ok || u.ID == "":
		return User{}, "unknown_person", nil
	}
	// This way in is the patient's: grants of staff are for HelseID.
	u.Roles = slices.DeleteFunc(slices.Clone(u.Roles), func(g Grant) bool { return g.Role != Patient && g.Role != Representative })
	return u, "", nil
}

// letIn begins the session of one who has a role today.
func (g *Gate) letIn(w http.ResponseWriter, r *http.Request, way string, u User, next string) {
	if _, ok := u.Main(g.o.Today()); !ok {
		g.o.Log.Warn("sign-in refused", "by", way, "code", "no_role", "user", u.ID)
		g.o.Page(w, r, Page{Status: http.StatusForbidden, Code: "no_role", Next: "/"})
		return
	}
	if err := g.o.Sessions.SignIn(w, r, u); errors.Is(err, ErrFull) {
		g.fail(w, r, way, "busy", err)
		return
	} else if err != nil {
		g.fail(w, r, way, "fault", err)
		return
	}
	g.o.Log.Info("signed in", "by", way, "user", u.ID)
	http.Redirect(w, r, next, http.StatusSeeOther)
}

// attempt counts an attempt, and answers when there are too many.
func (g *Gate) attempt(w http.ResponseWriter, r *http.Request) bool {
	wait, ok := g.o.Limit.Allow(g.o.Address(r))
	if !ok {
		tooMany(w, wait)
		g.o.Page(w, r, Page{Status: http.StatusTooManyRequests, Code: "too_many", Next: "/"})
	}
	return ok
}

func (g *Gate) failed(w http.ResponseWriter, r *http.Request, way string, err error) {
	code := "fault"
	var e *oidc.Error
	if errors.As(err, &e) {
		code = e.Code
	}
	g.fail(w, r, way, code, err)
}

// fail shows why one did not come in, and writes the code in the log: no name, no number, no address.
func (g *Gate) fail(w http.ResponseWriter, r *http.Request, way, code string, err error) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		return // nobody is there to read it
	}
	if code == "" {
		code = "fault"
	}
	status := http.StatusForbidden
	switch code {
	case "unreachable", "issuer_refused", "token_refused":
		status = http.StatusBadGateway
	case "busy":
		status = http.StatusServiceUnavailable
	case "expired", "cancelled":
		status = http.StatusBadRequest
	case "fault":
		status = http.StatusInternalServerError
	}
	args := []any{"by", way, "code", code}
	if err != nil {
		args = append(args, "error", err)
	}
	g.o.Log.Warn("sign-in refused", args...)
	g.o.Page(w, r, Page{Status: status, Code: code, Next: "/"})
}

// onLoopback tells whether only this machine can reach an address.
func onLoopback(a net.Addr) bool {
	if a == nil {
		return false
	}
	p, err := netip.ParseAddrPort(a.String())
	return err == nil && p.Addr().Unmap().IsLoopback()
}

// local tells whether a request was made on this machine, to this machine, by this machine's name: the last against other
// sites that give their own name our address (DNS rebinding), and none of the marks of a proxy, behind which anybody can be.
func local(r *http.Request) bool {
	here, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok || !onLoopback(here) {
		return false
	}
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !from.Addr().Unmap().IsLoopback() {
		return false
	}
	for _, mark := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via"} {
		if len(r.Header.Values(mark)) > 0 {
			return false
		}
	}
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// plainPage is the page when the caller has none of its own: without style or script.
var plainPage = template.Must(template.New("inn").Parse(`<!doctype html>
<html lang="{{.Lang}}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Head}} · Rettid</title>
<main><h1>{{.Head}}</h1>
{{with .Text}}<p>{{.}}</p>
{{end}}{{range .Ways}}<p><a href="{{.URL}}">{{.Text}}</a></p>
{{end}}{{if .Who}}<form method="post" action="/inn"><input type="hidden" name="til" value="{{.Next}}"><ul>
{{range .Who}}<li><button name="hvem" value="{{.ID}}">{{.Name}}</button> {{.What}}</li>
{{end}}</ul></form>
{{end}}{{with .Again}}<p><a href="/inn">{{.}}</a></p>
{{end}}</main></html>
`))

// plain shows a page without style.
func (g *Gate) plain(w http.ResponseWriter, r *http.Request, p Page) {
	lang := words.NB
	for _, asked := range []string{r.URL.Query().Get("lang"), cookieValue(r, "lang")} {
		if l, err := words.Parse(asked); err == nil {
			lang = l
			break
		}
	}
	say := func(key string) string { return words.Say(lang, "sign_in."+key) }
	type way struct{ URL, Text string }
	type one struct{ ID, Name, What string }
	v := struct {
		Lang, Head, Text, Next, Again string
		Ways                          []way
		Who                           []one
	}{Lang: string(lang), Head: say("head"), Next: p.Next}
	for _, x := range p.Ways {
		v.Ways = append(v.Ways, way{"/inn/" + x + "?til=" + url.QueryEscape(p.Next), say(x)})
	}
	for _, u := range p.Who {
		what := ""
		if m, ok := u.Main(g.o.Today()); ok {
			what = Describe(lang, m, g.o.Org)
		}
		v.Who = append(v.Who, one{u.ID, u.Name, what})
	}
	switch {
	case p.Code != "":
		v.Head, v.Text, v.Again = say("failed"), say("failed."+p.Code), say("again")
	case len(p.Who) > 0:
		v.Head, v.Text = say("choose"), say("choose_text")
	case len(p.Ways) == 0:
		v.Text = say("closed")
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	w.WriteHeader(p.Status)
	if err := plainPage.Execute(w, v); err != nil {
		g.o.Log.Warn("a page of the gate was not written", "error", err)
	}
}

func cookieValue(r *http.Request, name string) string {
	if c, err := r.Cookie(name); err == nil {
		return c.Value
	}
	return ""
}

// Describe names a grant for people: «Timebestilling, Fjordvik sykehus, Ortopedisk poliklinikk». org may be nil.
func Describe(l words.Lang, g Grant, org *clinic.Org) string {
	parts := []string{words.Say(l, "role."+string(g.Role))}
	if org == nil {
		return parts[0]
	}
	if p, ok := org.Provider(g.Provider); ok {
		parts = append(parts, p.ShortName)
		for _, u := range p.Units {
			if u.ID == g.Unit {
				parts = append(parts, u.Name)
			}
		}
	}
	for _, r := range org.Regions() {
		if g.regional() && r.ID == g.Provider {
			parts = append(parts, r.Name)
		}
	}
	for _, r := range org.Referrers() {
		if g.Role.refers() && r.ID == g.Provider {
			parts = append(parts, r.Name)
		}
	}
	return strings.Join(parts, ", ")
}
