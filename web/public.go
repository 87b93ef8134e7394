package web

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"rettid/day"
	"rettid/desk"
	"rettid/exception"
	"rettid/law"
	"rettid/ledger"
	"rettid/words"
)

// The open page: every decision on a group exception, granted and refused, the latest first, with a feed and a page for each (X-401, X-407, X-1012). No one signs in, nothing of a single patient
// is ever here, and what is restricted (costs, papers, how each region voted) is not read.

const publicURL = "/offentlig/unntak"

func (s *site) publicRoutes(m *http.ServeMux) {
	m.HandleFunc("GET "+publicURL, s.open((*site).publicList))
	m.HandleFunc("GET "+publicURL+"/atom.xml", s.open((*site).publicFeed))
	m.HandleFunc("GET "+publicURL+"/{id}", s.open((*site).publicPage))
	m.HandleFunc("GET "+publicURL+"/{id}/pdf", s.open((*site).publicPDF))
	m.HandleFunc("GET "+openEquityURL, s.open((*site).openReviews))
	m.HandleFunc("GET "+openEquityURL+"/{fil}", s.open((*site).openReview))
}

// open is page for everybody: whoever looks, and signed in or not, the page is the same.
func (s *site) open(h func(*site, http.ResponseWriter, *http.Request, *view) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		t := *s
		t.desk, t.o.User = s.desk.InForce(), User{}
		v := t.look(w, r)
		v.public = true
		if !legible(r) {
			t.fail(w, r, v, badRequest{code: "web.bad_request_text"})
			return
		}
		w.Header().Set("Cache-Control", "public, max-age=300")
		w.Header().Add("Vary", "Cookie, Accept-Language")
		if err := h(&t, w, r, v); err != nil {
			w.Header().Set("Cache-Control", "no-store")
			t.fail(w, r, v, err)
		}
	}
}

func unmarshalState(r ledger.Matter, m *exception.Matter) error {
	if err := json.Unmarshal(r.State, m); err != nil {
		return fmt.Errorf("matter %d: %w", r.Matter, err)
	}
	return nil
}

type publicLine struct {
	URL, Title, Group string
	Outcome           doorCell
	Decided           day.Day
	DecidedText       string
	Valid             string
	InForce           bool
}

type publicListPage struct {
	*frame
	Head, Sub, Feed, Count string
	Rows                   []publicLine
	Pages                  pager
	Query                  string
}

func (s *site) publicTitle(v *view, m *exception.Matter, names methodNames) string {
	if m.Method == "" {
		return v.T("exc.no_method_id")
	}
	return names.of(m.Method)
}

func (s *site) publicLine(v *view, g exception.Numbered, names methodNames, read func(exception.Text) string) publicLine {
	m := g.State
	l := publicLine{URL: publicURL + "/" + strconv.FormatInt(g.ID, 10), Title: s.publicTitle(v, m, names), Group: read(m.Group.Text), Outcome: doorCell{Text: v.T("exception.outcome." + string(m.Outcome)), Icon: "cross", State: "off"}, Decided: m.DecidedOn, DecidedText: words.Date(v.Lang, m.DecidedOn)}
	if m.Outcome.Granted() {
		l.Outcome.Icon, l.Outcome.State = "check", "done"
		l.InForce = m.InForce(v.Today)
		switch {
		case !m.EndedOn.IsZero():
			l.Valid = v.T("exc.public.ended", words.Date(v.Lang, m.EndedOn))
		case l.InForce:
			l.Valid = v.T("exc.public.valid_to", words.Date(v.Lang, m.ValidTo))
		case m.ValidFrom.After(v.Today):
			l.Valid = v.T("exc.public.valid_from", words.Date(v.Lang, m.ValidFrom))
		default:
			l.Valid = v.T("exc.public.expired", words.Date(v.Lang, m.ValidTo))
		}
	}
	return l
}

func (s *site) publicList(w http.ResponseWriter, r *http.Request, v *view) error {
	all, err := s.published(r.Context())
	if err != nil {
		return err
	}
	names, err := s.methodNames(r.Context())
	if err != nil {
		return err
	}
	v.Title = v.T("exc.public.head")
	p := publicListPage{frame: v.frame, Head: v.T("exc.public.head"), Sub: v.T("exc.public.sub"), Feed: publicURL + "/atom.xml", Query: strings.TrimSpace(r.URL.Query().Get("q"))}
	read := s.read(r.Context(), exception.National)
	var lines []publicLine
	for _, g := range all {
		l := s.publicLine(v, g, names, read)
		if p.Query == "" || strings.Contains(strings.ToLower(l.Title+" "+l.Group), strings.ToLower(p.Query)) {
			lines = append(lines, l)
		}
	}
	page, _ := strconv.Atoi(r.URL.Query().Get("side"))
	page = max(page, 1)
	from := min((page-1)*perPage, len(lines))
	p.Rows = lines[from:min(from+perPage, len(lines))]
	p.Count = v.T("web.shown", words.Number(v.Lang, len(p.Rows)), words.Number(v.Lang, len(lines)))
	p.Pages = pageLinks(filter{Page: page}, len(lines), func(f filter) string {
		return publicURL + "?side=" + strconv.Itoa(f.Page)
	})
	return s.render(w, http.StatusOK, "public", v, p)
}

// publicCase finds a published decision. One that is not published is not there.
func (s *site) publicCase(r *http.Request) (exception.Numbered, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return exception.Numbered{}, desk.ErrMissing
	}
	all, err := s.published(r.Context())
	if err != nil {
		return exception.Numbered{}, err
	}
	for _, g := range all {
		if g.ID == id {
			return g, nil
		}
	}
	return exception.Numbered{}, desk.ErrMissing
}

type publicCasePage struct {
	*frame
	Line                      publicLine
	Head, Summary, Indication string
	Facts                     []pair
	Conditions, Stop          []string
	Users                     []pair
	Why                       proof
	Complain                  string
	PDF                       string
}

func (s *site) publicView(v *view, g exception.Numbered, r *http.Request) (publicCasePage, error) {
	m := g.State
	names, err := s.methodNames(r.Context())
	if err != nil {
		return publicCasePage{}, err
	}
	read := s.read(r.Context(), exception.National)
	p := publicCasePage{frame: v.frame, Line: s.publicLine(v, g, names, read), Summary: read(m.Decision.Summary), Indication: m.Form.Indication, PDF: publicURL + "/" + strconv.FormatInt(g.ID, 10) + "/pdf"}
	if p.Summary == "" {
		p.Summary = read(m.Group.PlainWords)
	}
	p.Head = p.Line.Title + ": " + lowerFirst(p.Line.Outcome.Text)
	v.Title = p.Head
	add := func(key string, value string) {
		if value != "" {
			p.Facts = append(p.Facts, pair{v.T(key), value})
		}
	}
	date := func(d day.Day) string {
		if d.IsZero() {
			return ""
		}
		return words.Date(v.Lang, d)
	}
	add("exc.decided_on", date(m.DecidedOn))
	add("exc.decided_by", v.T("exception.meeting_name"))
	if m.Outcome.Granted() {
		add("exc.public.from", date(m.ValidFrom))
		add("exc.public.to", date(m.ValidTo))
		add("exc.public.review", date(m.ReviewOn))
	}
	add("exc.public.published", date(m.PublishedOn))
	for _, x := range m.Decision.Conditions {
		if t := read(x); t != "" {
			p.Conditions = append(p.Conditions, t)
		}
	}
	for _, x := range m.Decision.Stop {
		if t := read(x); t != "" {
			p.Stop = append(p.Stop, t)
		}
	}
	part := m.ParticipationOn(s.desk.Settings).Value
	invited := 0
	if t := m.Decision.Meeting; t != nil {
		invited = len(law.DistinctReps(t, day.Day{}))
	}
	p.Users = []pair{{v.T("exc.public.users_from"), orElse(date(m.Participation.UsersFrom), v.T("exception.users_never"))}, {v.T("exc.public.invited"), v.T("exc.public.of_four", invited)}, {v.T("exc.public.present"), strconv.Itoa(part.Attended)},
		{v.T("exc.public.verdict"), v.T("participation.verdict." + string(part.Verdict))}}
	if x, ok := v.matterProof(m, "in_force", v.T("exc.public.why"), orElse(p.Line.Valid, p.Line.Outcome.Text), day.Day{}); ok && m.Outcome.Granted() {
		p.Why = x
	}
	return p, nil
}

func (s *site) publicPage(w http.ResponseWriter, r *http.Request, v *view) error {
	g, err := s.publicCase(r)
	if err != nil {
		return err
	}
	p, err := s.publicView(v, g, r)
	if err != nil {
		return err
	}
	return s.render(w, http.StatusOK, "publiccase", v, p)
}

// publicPDF is the page of one decision, for print and for keeping.
func (s *site) publicPDF(w http.ResponseWriter, r *http.Request, v *view) error {
	g, err := s.publicCase(r)
	if err != nil {
		return err
	}
	p, err := s.publicView(v, g, r)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := s.pages[v.Lang]["publicpaper"].ExecuteTemplate(&b, "paper", p); err != nil {
		return fmt.Errorf("draw the notice of matter %d: %w", g.ID, err)
	}
	file, err := s.made(r.Context(), b.Bytes())
	if err != nil {
		return err
	}
	sendPDF(w, "gruppeunntak-"+strconv.FormatInt(g.ID, 10), string(v.Lang), file)
	return nil
}

// The feed, in Atom (RFC 4287): an entry for each decision, the latest first, at most fifty.
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  atomAuthor  `xml:"author"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomAuthor struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID        string     `xml:"id"`
	Title     string     `xml:"title"`
	Updated   string     `xml:"updated"`
	Published string     `xml:"published"`
	Links     []atomLink `xml:"link"`
	Summary   string     `xml:"summary"`
}

// outside is where the pages are found from outside: as the house says, else as the caller wrote it. Over plain HTTP only from this machine.
func (s *site) outside(r *http.Request) string {
	if s.o.Home != "" {
		return s.o.Home
	}
	scheme := "https"
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if ip, err := netip.ParseAddr(strings.Trim(host, "[]")); r.TLS == nil && (host == "localhost" || err == nil && ip.IsLoopback()) {
		scheme = "http"
	}
	return scheme + "://" + r.Host
}

func (s *site) publicFeed(w http.ResponseWriter, r *http.Request, v *view) error {
	all, err := s.published(r.Context())
	if err != nil {
		return err
	}
	names, err := s.methodNames(r.Context())
	if err != nil {
		return err
	}
	read := s.read(r.Context(), exception.National)
	stamp := func(d day.Day) string {
		y, m, n := d.Date()
		return time.Date(y, time.Month(m), n, 12, 0, 0, 0, time.UTC).Format(time.RFC3339)
	}
	f := atomFeed{Lang: string(v.Lang), ID: "urn:rettid:nye-metoder:gruppeunntak", Title: v.T("exc.public.head"), Updated: stamp(day.On(2015, 1, 1)), Author: atomAuthor{v.T("exc.public.author")},
		Links: []atomLink{{"self", "application/atom+xml", s.outside(r) + publicURL + "/atom.xml"}, {"alternate", "text/html", s.outside(r) + publicURL}}}
	for i, g := range all {
		if i == 50 {
			break
		}
		l := s.publicLine(v, g, names, read)
		updated := g.State.PublishedOn
		if !g.State.EndedOn.IsZero() && g.State.EndedOn.After(updated) {
			updated = g.State.EndedOn
		}
		if i == 0 || stamp(updated) > f.Updated {
			f.Updated = stamp(updated)
		}
		f.Entries = append(f.Entries, atomEntry{ID: "urn:rettid:nye-metoder:gruppeunntak:" + strconv.FormatInt(g.ID, 10), Title: l.Title + ": " + lowerFirst(l.Outcome.Text), Published: stamp(g.State.PublishedOn), Updated: stamp(updated),
			Links: []atomLink{{"alternate", "text/html", s.outside(r) + l.URL}}, Summary: orElse(read(g.State.Decision.Summary), l.Group)})
	}
	body, err := xml.MarshalIndent(f, "", " ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
	w.Write([]byte(xml.Header))
	w.Write(body)
	return nil
}
