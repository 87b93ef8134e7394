package web

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
)

// The referrer's own pages: the referrals the office has sent, how each stands and by when, the letters that are the referrer's copy (G8.1-10), what is asked for
// and the answer to it (G3.1-17), the feedback (G3.1-22), and what the law says of referring (G3.1-2, G3.1-11, G3.1-15).

func (s *site) referrerRoutes(m *http.ServeMux) {
	m.HandleFunc("GET /henviser", s.page("", (*site).sentReferrals))
	m.HandleFunc("GET /henviser/om", s.page("", (*site).aboutReferring))
	m.HandleFunc("GET /henviser/sak/{tenant}/{id}", s.page("", (*site).sentReferral))
	m.HandleFunc("GET /henviser/sak/{tenant}/{id}/svar", s.page("", (*site).answerHospital))
	m.HandleFunc("POST /henviser/sak/{tenant}/{id}/svar", s.page("", (*site).answerHospital))
	m.HandleFunc("GET /henviser/sak/{tenant}/{id}/brev/{seq}", s.page("", (*site).referrerLetter))
}

func sentURL(tenant string, id int64) string { return "/henviser" + caseURL(tenant, id) }

// offices are the referrers the one who looks is, today.
func (s *site) offices() []access.Grant {
	var out []access.Grant
	if s.guarded() {
		for _, g := range s.user.Roles {
			if (g.Role == access.Referrer || g.Role == access.ReferrerOffice) && g.InForce(s.desk.Today()) {
				out = append(out, g)
			}
		}
	}
	return out
}

// sentViews are the views of what an office has sent.
var sentViews = []string{"aapne", "venter", "avsluttet", "alle"}

type sentPage struct {
	*frame
	Head  string
	Tabs  []tab
	Count string
	Rows  []sentRow
	Pages pager
}

type sentRow struct {
	URL, Name, Year, What, Where, Sent string
	SentOn                             day.Day
	State                              standing
	Due                                day.Day
	DueText                            string
	Asked                              bool
}

// awaitsAnswer tells whether the hospital waits for an answer.
func awaitsAnswer(x *referral.Referral) bool {
	return x.Open() && !x.InfoAskedOn.IsZero() && x.InfoGotOn.IsZero()
}

// lastAsked is the latest request for information that stands; nil when there is none.
func lastAsked(log []referral.Entry) *referral.RequestInformation {
	for _, e := range slices.Backward(referral.Speaking(log)) {
		if e != nil {
			if q, ok := e.Ask.(*referral.RequestInformation); ok {
				return q
			}
		}
	}
	return nil
}

type sentKey struct {
	tenant string
	id     int64
}

// sentBy gathers the rows of what an office has sent, the latest first, how many there are in each view, and which wait for its answer. What an earlier reception said and a
// correction has changed is decided on the row as it stands.
func (s *site) sentBy(ctx context.Context, view string) (out []ledger.Row, count map[string]int, waiting map[sentKey]bool, err error) {
	tenants, err := s.desk.Ledger.Tenants(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	count, waiting = make(map[string]int), make(map[sentKey]bool)
	for _, t := range tenants {
		var ids []int64
		for _, g := range s.offices() {
			some, err := s.desk.Ledger.LinkedAll(ctx, t, desk.ReferrerLink(g.Provider))
			if err != nil {
				return nil, nil, nil, err
			}
			ids = append(ids, some...)
		}
		slices.Sort(ids)
		ids = slices.Compact(ids)
		for len(ids) > 0 {
			n := min(len(ids), 500)
			rows, _, err := s.desk.Ledger.List(ctx, ledger.Query{Tenant: t, Text: ids[:n], Limit: n})
			if err != nil {
				return nil, nil, nil, err
			}
			var asked []int64 // whom it was asked of stands in the log
			rows = slices.DeleteFunc(rows, func(row ledger.Row) bool {
				x, no := readState(row)
				if err = cmp.Or(err, no); no != nil || !s.can(access.Open, s.caseOf(t, &x)).Allowed {
					return true
				}
				if awaitsAnswer(&x) {
					asked = append(asked, row.Referral)
				}
				return false
			})
			if err != nil {
				return nil, nil, nil, err
			}
			err = s.desk.Ledger.LogsOf(ctx, t, asked, func(id int64, recs []ledger.Record) error {
				log, err := desk.Entries(recs)
				q := lastAsked(log)
				waiting[sentKey{t, id}] = q != nil && q.From != string(law.Patient)
				return err
			})
			if err != nil {
				return nil, nil, nil, err
			}
			for _, row := range rows {
				waits := waiting[sentKey{t, row.Referral}]
				in := map[string]bool{"alle": true, "aapne": row.Open, "avsluttet": !row.Open, "venter": waits}
				for name, yes := range in {
					if yes {
						count[name]++
					}
				}
				if in[view] {
					out = append(out, row)
				}
			}
			ids = ids[n:]
		}
	}
	slices.SortStableFunc(out, func(a, b ledger.Row) int {
		return cmp.Or(b.Received.Compare(a.Received), cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(b.Referral, a.Referral))
	})
	return out, count, waiting, nil
}

func sentPageURL(view string, n int) string {
	q := url.Values{"visning": {view}}
	if n > 1 {
		q.Set("side", strconv.Itoa(n))
	}
	return "/henviser?" + q.Encode()
}

// sentTabs are the views of what is sent, and the drafts of one who refers; drafts is -1 for one who does not.
func (v *view) sentTabs(show string, count map[string]int, drafts int) []tab {
	var out []tab
	for _, name := range sentViews {
		out = append(out, tab{URL: sentPageURL(name, 1), Text: v.T("ref.view." + name), N: count[name], Current: name == show})
	}
	if drafts >= 0 {
		out = append(out, tab{URL: draftsURL, Text: v.T("ref.draft.tab"), N: drafts, Current: show == ""})
	}
	return out
}

func (s *site) sentReferrals(w http.ResponseWriter, r *http.Request, v *view) error {
	if len(s.offices()) == 0 {
		return denied{"not_for_role"}
	}
	v.Here, v.Title = "/henviser", v.T("ref.menu.mine")
	show := r.URL.Query().Get("visning")
	if show == "" {
		show = "aapne"
	}
	if !slices.Contains(sentViews, show) {
		return badRequest{code: "web.bad_request_text"}
	}
	page, _ := strconv.Atoi(r.URL.Query().Get("side"))
	page = min(max(page, 1), maxPage)
	rows, count, waiting, err := s.sentBy(r.Context(), show)
	if err != nil {
		return err
	}
	p := sentPage{frame: v.frame, Head: v.Title, Count: v.T("ref.count", len(rows))}
	drafts := -1
	if v.MayRefer() {
		mine, err := s.ownDrafts(r.Context())
		if err != nil {
			return err
		}
		drafts = len(mine)
	}
	p.Tabs = v.sentTabs(show, count, drafts)
	p.Pages = pageLinks(filter{Page: page}, len(rows), func(f filter) string { return sentPageURL(show, f.Page) })
	from := min((page-1)*perPage, len(rows))
	rows = rows[from:min(from+perPage, len(rows))]
	people := make(map[[2]string]ledger.Person)
	if err := addPersons(r.Context(), rows, people, s.desk.Ledger.PersonsOf); err != nil {
		return err
	}
	for _, row := range rows {
		x, err := readState(row)
		if err != nil {
			return err
		}
		one := people[[2]string{row.Tenant, row.Patient}]
		l := sentRow{URL: sentURL(row.Tenant, row.Referral), Name: v.name(one), Year: born(x.Born, one.Born), What: v.specialty(x.Specialty), Where: v.place(x.Holder, x.Site), SentOn: x.ReceivedFirst(), Sent: v.short(x.ReceivedFirst()),
			State: v.standing(&x), Asked: waiting[sentKey{row.Tenant, row.Referral}]}
		switch {
		case x.Right == law.Pending && x.Open() && !x.AssessBy.IsZero():
			l.Due, l.DueText = x.AssessBy, v.T("ref.due.answer", v.short(x.AssessBy))
		case law.IsWaiting(&x.Facts, v.Today) && !x.StartBy.IsZero():
			l.Due, l.DueText = x.StartBy, v.T("ref.due.start", v.short(x.StartBy))
		}
		p.Rows = append(p.Rows, l)
	}
	return s.render(w, http.StatusOK, "henviser", v, p)
}

// referred finds a referral the one who looks has sent, for one who may do the action with it; another's is not there.
func (s *site) referred(r *http.Request, a access.Action) (ledger.Row, error) {
	tenant, id, ok := caseOfPath(r)
	if !ok || len(s.offices()) == 0 {
		return ledger.Row{}, desk.ErrMissing
	}
	x, ok, err := s.desk.Ledger.Row(r.Context(), tenant, id)
	if err != nil {
		return x, err
	}
	if !ok {
		return x, desk.ErrMissing
	}
	c, err := s.rowCase(x)
	if err != nil {
		return x, err
	}
	for _, g := range s.offices() {
		one := access.User{ID: s.user.ID, HPR: s.user.HPR, Roles: []access.Grant{g}}
		if access.Decide(one, access.Open, c, s.desk.Today()).Allowed {
			if d := access.Decide(one, a, c, s.desk.Today()); !d.Allowed {
				return x, denied{d.Why}
			}
			s.as(g)
			return x, nil
		}
	}
	return x, desk.ErrMissing
}

type sentCase struct {
	*frame
	Name, Facts, Number, URL string
	State                    standing
	Dates                    []fact
	Main                     proof
	Question, AskedOn        string // what the hospital asks, when it waits for the answer
	Done                     bool
	Sent                     string // the referral's text
	OutcomeHead              string
	Outcome                  []pair
	Feedback                 []pair
	Guidance                 string // the telephone for professionals
	Letters                  []myLetterLine
	Happened                 []pair
}

func (s *site) sentReferral(w http.ResponseWriter, r *http.Request, v *view) error {
	row, err := s.referred(r, access.Open)
	if err != nil {
		return err
	}
	c, err := s.seen(r, row)
	if err != nil {
		return err
	}
	x := &c.State
	v.Here, v.Title = "/henviser", caseNumber(c.Tenant, c.ID)
	p := sentCase{frame: v.frame, Name: v.givenName(c.Person), Facts: v.personLine(c), Number: v.Title, URL: sentURL(c.Tenant, c.ID), State: v.standing(x), Dates: v.dates(x), Done: r.URL.Query().Get("gjort") != ""}
	p.Dates = slices.DeleteFunc(p.Dates, func(f fact) bool { return f.Label == v.T("web.fact.owner") })
	p.Main, _ = v.proofs(x)
	notes, err := s.notes(r, c)
	if err != nil {
		return err
	}
	if q := lastAsked(c.Log); awaitsAnswer(x) && q != nil && q.From != string(law.Patient) {
		p.Question, p.AskedOn = notes[q.Text.Note], v.long(x.InfoAskedOn)
		if p.Question == "" {
			p.Question = v.T("ref.asked_bare")
		}
	}
	p.Sent = notes[x.Text.Note]
	add := func(key, value string) {
		if value != "" {
			p.Outcome = append(p.Outcome, pair{v.T(key), value})
		}
	}
	p.OutcomeHead = v.T("ref.held")
	add("web.about.holder", v.place(x.Holder, x.Site))
	if x.Right != law.Pending {
		p.OutcomeHead = v.T("ref.outcome")
		add("web.about.right", v.T("right."+string(x.Right)))
		add("field.assessed_date", v.long(x.AssessedOn))
	}
	unit := ""
	if u, ok := s.desk.Org.Unit(x.Holder, x.Specialty, v.Today); ok {
		unit = u.ID
	}
	p.Guidance = s.guidanceOf(unit, x.Holder)
	speaks := referral.Speaking(c.Log)
	for i := len(speaks) - 1; i >= 0; i-- {
		e := speaks[i]
		if e == nil {
			continue
		}
		q, ok := e.Ask.(*referral.Inform)
		if !ok {
			continue
		}
		if text := notes[q.Feedback.Note]; text != "" {
			p.Feedback = append(p.Feedback, pair{v.long(e.On), text})
		}
		if !q.Referrer {
			continue
		}
		kind := q.Letter
		if kind == "" {
			kind = law.LetterGranted
			if x.Right == law.NotGranted {
				kind = law.LetterNotGranted
			}
		}
		l := myLetterLine{Name: v.T("letter." + string(kind)), When: v.long(e.On)}
		if slices.ContainsFunc(q.Kept, func(k referral.Kept) bool { return k.To == string(law.Referrer) }) {
			l.URL = p.URL + "/brev/" + strconv.Itoa(c.Log[i].Seq)
		}
		p.Letters = append(p.Letters, l)
	}
	for _, h := range v.happenedIn(c, v.Today) {
		if h.Kind != "goal" {
			text := strings.TrimSpace(strings.TrimSuffix(h.Text, v.short(h.On))) // the day stands beside it
			if h.More != "" {
				text += ". " + h.More
			} else if h.Sub != "" {
				text += ", " + h.Sub
			}
			p.Happened = append(p.Happened, pair{v.short(h.On), text})
		}
	}
	slices.Reverse(p.Happened)
	return s.render(w, http.StatusOK, "henvsak", v, p)
}

// referrerLetter shows the referrer's copy as it was sent.
func (s *site) referrerLetter(w http.ResponseWriter, r *http.Request, v *view) error {
	row, err := s.referred(r, access.Open)
	if err != nil {
		return err
	}
	c, err := s.seen(r, row)
	if err != nil {
		return err
	}
	seq, err := strconv.Atoi(r.PathValue("seq"))
	if err != nil {
		return desk.ErrMissing
	}
	kept := keptIn(c.Log, seq)
	at := slices.IndexFunc(kept, func(k referral.Kept) bool { return k.To == string(law.Referrer) })
	if at < 0 {
		return desk.ErrMissing
	}
	page, ok, err := s.desk.Ledger.Note(r.Context(), c.Tenant, kept[at].Note)
	switch {
	case err != nil:
		return err
	case !ok || page == "":
		return s.erasedLetter(w, v, link{sentURL(c.Tenant, c.ID), v.T("ref.back")})
	case digest(page) != kept[at].Digest:
		return changedLetter{c.ID, seq}
	}
	sendPage(w, kept[at].Lang, page)
	return nil
}

type answerPage struct {
	*frame
	Name, Facts, Question, URL, Key string
	Case                            link
	Seq                             int
	Fields                          []field
	Missing                         int
	Moved                           bool
}

// answerHospital takes what the hospital has asked the referrer for. It moves no date.
func (s *site) answerHospital(w http.ResponseWriter, r *http.Request, v *view) error {
	row, err := s.referred(r, access.ReceiveInformation)
	if err != nil {
		return err
	}
	var c desk.Case
	if r.Method == http.MethodPost {
		if err := readForm(w, r); err != nil {
			return err
		}
		c, err = s.desk.Peek(r.Context(), row.Tenant, row.Referral, desk.View{})
	} else {
		c, err = s.seen(r, row)
	}
	if err != nil {
		return err
	}
	x := &c.State
	at := sentURL(c.Tenant, c.ID)
	v.Here, v.Title = "/henviser", v.T("ref.answer")
	p := answerPage{frame: v.frame, Name: v.givenName(c.Person), Facts: v.personLine(c), URL: at + "/svar", Case: link{at, v.T("ref.back")}, Seq: x.Seq}
	f := &form{v: v, c: c, x: x, bad: make(map[string][]string), person: c.Person}
	show := func(status int) error {
		notes, err := s.notes(r, c)
		if err != nil {
			return err
		}
		if q := lastAsked(c.Log); q != nil && q.From != string(law.Patient) {
			p.Question = notes[q.Text.Note]
		}
		p.Fields = f.show([]field{f.say("ref.answer_text")})
		for _, x := range p.Fields {
			if len(x.Errors) > 0 {
				p.Missing++
			}
		}
		return s.render(w, status, "henvsvar", v, p)
	}
	if r.Method != http.MethodPost {
		p.Key = rand.Text()
		return show(http.StatusOK)
	}
	p.Key = r.PostForm.Get("key")
	for _, rec := range c.Records {
		if rec.Key == p.Key {
			http.Redirect(w, r, at+"?gjort=1", http.StatusSeeOther)
			return nil
		}
	}
	f.typed = r.PostForm
	if f.need("tekst") == "" {
		return show(http.StatusUnprocessableEntity)
	}
	if seen, err := strconv.Atoi(f.value("seq")); err != nil || seen != x.Seq {
		p.Moved = true
		return show(http.StatusConflict)
	}
	u := s.o.User
	_, err = s.desk.Take(r.Context(), desk.Order{Tenant: c.Tenant, Referral: c.ID, Key: p.Key, Known: s.desk.Now(), Seen: x.Seq, At: referral.At{On: v.Today, Minute: -1, Role: u.Role, Actor: u.ID, Place: u.Place},
		Do: &referral.ReceiveInformation{From: string(law.Referrer), Text: f.text("tekst")}})
	switch {
	case errors.Is(err, desk.ErrMoved):
		if c, err = s.desk.Peek(r.Context(), c.Tenant, c.ID, desk.View{}); err != nil {
			return err
		}
		f.c, f.x, p.Seq, p.Moved = c, &c.State, c.State.Seq, true
		return show(http.StatusConflict)
	case err != nil:
		return err
	}
	http.Redirect(w, r, at+"?gjort=1", http.StatusSeeOther)
	return nil
}

// aboutReferring tells what the law says of referring, and what a good referral holds.
func (s *site) aboutReferring(w http.ResponseWriter, r *http.Request, v *view) error {
	if len(s.offices()) == 0 {
		return denied{"not_for_role"}
	}
	v.Here, v.Title = "/henviser/om", v.T("ref.about.head")
	p := struct {
		*frame
		Duties, Holds []pair
	}{frame: v.frame}
	for _, norm := range []string{"G3.1-2", "G3.1-11", "G3.1-15", "G3.1-10"} {
		p.Duties = append(p.Duties, pair{v.cite(norm), v.T("ref.about." + norm)})
	}
	for _, point := range law.Points {
		p.Holds = append(p.Holds, pair{v.T("content." + string(point)), v.T("content." + string(point) + ".help")})
	}
	return s.render(w, http.StatusOK, "henvom", v, p)
}
