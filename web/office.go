package web

import (
	"crypto/rand"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
	"rettid/words"
)

// The letter office: what is to be written, what waits for a receipt, what is to be printed and posted, and what did not arrive.

const lettersURL = "/brev"

func (s *site) officeRoutes(m *http.ServeMux) {
	m.HandleFunc("GET "+lettersURL, s.page(access.SendLetter, (*site).office))
	m.HandleFunc("POST "+lettersURL+"/postet", s.page(access.SendLetter, (*site).posted))
	m.HandleFunc("GET "+lettersURL+"/utskrift", s.page(access.SendLetter, (*site).printOut))
}

// officeViews are the tabs, by the word in the address and the duties they are of. The first is what nobody else will do.
var officeViews = []struct {
	word, key string
	duties    []string
}{
	{"", "web.office.write", []string{string(law.DutyInformPatient), string(law.DutyInformReferrer), string(law.DutyInformComplaint)}},
	{"utskrift", "web.office.print", []string{string(law.DutyPostLetter)}},
	{"ikke-levert", "web.office.failed", []string{string(law.DutyReachReceiver)}},
	{"venter", "web.office.waits", []string{string(law.DutyDeliverLetter)}},
}

type officePage struct {
	*frame
	Head, Sub string
	Tabs      []tab
	Picks     []pick
	Hidden    []option
	Count     string
	Rows      []officeLine
	Pages     pager
	Clear     string
	Without   int
	Empty     string
	Next      link // where there is something, when there is nothing here
	Printing  bool // the rows are letters to be printed
	Sort      link // the other direction
	Desc      bool
	Key       string
	Back      string // the address of this page
	Posted    string // what was just recorded
}

type officeLine struct {
	URL, Number string
	Name, Year  string
	Icon, Text  string
	By, State   string
	Due         day.Day
	Owner       string
	Where       string
	Letters     []officeLetter
	Act         link
}

// An officeLetter is one letter on the line of a case.
type officeLetter struct {
	Code string // which, in the forms: TENANT/ID/ENTRY/RECEIVER
	Name string
	Line deliveryLine
	See  string // the letter as it was sent; empty when it is not kept here
	Act  link
}

// letterCount is how many cases wait for the letter office, for the menu; -1 when they could not be counted.
func (v *view) letterCount(r *http.Request) int {
	t := *v.s
	t.act = access.SendLetter
	var queries []ledger.Query
	for _, name := range []law.DutyName{law.DutyInformPatient, law.DutyPostLetter, law.DutyReachReceiver} {
		q := ledger.Query{Duty: string(name), Today: v.Today}
		if !t.guarded() {
			q.Provider = v.s.o.User.Place
		}
		queries = append(queries, q)
	}
	counts, _, err := t.countEach(r.Context(), queries)
	if err != nil {
		return -1
	}
	n := 0
	for _, some := range counts {
		n += some
	}
	more, err := v.s.exceptionsDue(r.Context())
	if err != nil {
		return -1
	}
	return n + more
}

// byDue orders lines by the day they are due; those without a day come last.
func byDue(desc bool) func(a, b officeLine) int {
	return func(a, b officeLine) int {
		switch {
		case a.Due.IsZero() != b.Due.IsZero():
			if a.Due.IsZero() {
				return 1
			}
			return -1
		case desc:
			return b.Due.Compare(a.Due)
		}
		return a.Due.Compare(b.Due)
	}
}

func (s *site) office(w http.ResponseWriter, r *http.Request, v *view) error {
	f := s.readFilter(r)
	ctx := r.Context()
	at := func(f filter) string { return f.url(lettersURL, s.o.User) }
	v.Here, v.Title = lettersURL, v.T("web.menu.letters")
	p := officePage{frame: v.frame, Sub: v.listPlace(f), Key: rand.Text(), Back: at(f), Desc: f.Desc}
	ask := ledger.DutyQuery{Place: f.Provider, Today: v.Today, Specialty: f.Specialty, Name: f.Duty, Desc: f.Desc}
	known, total := false, 0
	scheme, err := s.exceptionLetters(ctx, v, f.Provider)
	if err != nil {
		return err
	}
	if f.Specialty != "" || f.Duty != "" { // what is narrowed to referrals
		scheme = nil
	}
	for _, ov := range officeViews {
		q := ask
		if f.View != ov.word {
			q.Name = "" // the duty chosen is one of this tab
		}
		q.Names = ov.duties
		_, n, err := s.duties(ctx, q)
		if err != nil {
			return err
		}
		g := f
		g.View, g.Page, g.Duty = ov.word, 1, ""
		p.Tabs = append(p.Tabs, tab{URL: at(g), Text: v.T(ov.key), N: n + len(scheme[ov.word]), Current: ov.word == f.View})
		if ov.word != f.View {
			continue
		}
		known, total, p.Printing = true, n, ov.word == "utskrift"
		q.Limit, q.Offset = perPage, (f.Page-1)*perPage
		rows, _, err := s.duties(ctx, q)
		if err != nil {
			return err
		}
		if f.Page == 1 {
			p.Rows = scheme[ov.word]
		}
		for _, x := range rows {
			p.Rows = append(p.Rows, v.officeLine(x, f.Provider == ""))
		}
		slices.SortStableFunc(p.Rows, byDue(f.Desc)) // the letters of the exception scheme in their places among the referrals
		p.Count = v.T("web.shown", words.Number(v.Lang, len(p.Rows)), words.Number(v.Lang, n+len(scheme[ov.word])))
		if n == 0 && (f.Specialty != "" || f.Duty != "") {
			if _, p.Without, err = s.duties(ctx, ledger.DutyQuery{Place: f.Provider, Today: v.Today, Names: ov.duties}); err != nil {
				return err
			}
		}
		p.Picks = []pick{v.pickProvider(f), v.pickSpecialty(f)}
		if len(ov.duties) > 1 {
			p.Picks = append(p.Picks, v.pickDuty(f, law.DutyInformPatient, law.DutyInformReferrer, law.DutyInformComplaint))
		}
		p.Empty = v.T(ov.key + "_none")
	}
	if !known {
		return badRequest{code: "web.unknown_view"}
	}
	for _, x := range p.Tabs {
		if x.N > 0 && p.Next.URL == "" {
			p.Next = link{x.URL, x.Text + ": " + words.Number(v.Lang, x.N)}
		}
	}
	p.Head = v.T("web.office.head", p.Tabs[0].N, p.Tabs[1].N, p.Tabs[2].N)
	if p.Tabs[0].N+p.Tabs[1].N+p.Tabs[2].N == 0 {
		p.Head = v.T("web.office.head_none")
	}
	if f.View != "" {
		p.Hidden = []option{{Value: f.View, Text: "visning"}}
	}
	if f.Desc {
		p.Hidden = append(p.Hidden, option{Value: "ned", Text: "retning"})
	}
	g := f
	g.Desc, g.Page = !f.Desc, 1
	p.Sort = link{at(g), v.T("web.column.due")}
	p.Clear = at(filter{View: f.View, Provider: f.Provider, Page: 1})
	p.Pages = pageLinks(f, total, at)
	if n, err := strconv.Atoi(r.URL.Query().Get("postet")); err == nil && n > 0 && n <= perPage {
		p.Posted = v.T("web.office.posted", n)
	}
	return s.render(w, http.StatusOK, "office", v, p)
}

// officeLine is a case with the letters a duty is about.
func (v *view) officeLine(x dutyRow, everywhere bool) officeLine {
	c := desk.Case{Tenant: x.Row.Tenant, ID: x.Referral, State: x.State, Person: x.Person}
	name := law.DutyName(x.Duty.Name)
	out := officeLine{URL: caseURL(c.Tenant, c.ID), Number: caseNumber(c.Tenant, c.ID), Name: v.name(x.Person), Year: born(x.State.Born, x.Person.Born), Icon: dutyIcons[name],
		Text: v.T("duty." + x.Duty.Name + ".chip"), Due: x.Duty.Due, Owner: v.T("role." + x.Duty.Role)}
	if out.By, out.State = v.dueWord(x.Duty.Due); out.By == "" {
		out.By = v.T("web.no_date")
	}
	if everywhere {
		out.Where = v.provider(x.Duty.Place)
	}
	switch name {
	case law.DutyInformPatient, law.DutyInformReferrer, law.DutyInformComplaint:
		out.Act = link{out.URL + "/brev", v.T("web.office.to_write")}
		return out
	}
	for _, d := range x.State.Deliveries {
		if !d.Open() || d.Duty() != name {
			continue
		}
		l := officeLetter{Code: strings.Join([]string{c.Tenant, strconv.FormatInt(c.ID, 10), strconv.Itoa(d.Letter), d.To}, "/"), Name: v.T("letter." + string(d.Kind)), Line: v.deliveryLine(d),
			See: brevURL(c, "sendt/"+strconv.Itoa(d.Letter)) + "?til=" + d.To}
		verb := "letter_delivered"
		if name == law.DutyDeliverLetter {
			verb = "letter_not_delivered"
		}
		if v.s.mayDo(acts[verb], c) {
			l.Act = v.actLink(c, verb)
			l.Act.URL += "?sending=" + deliveryCode(d.Letter, d.To)
		}
		out.Letters = append(out.Letters, l)
	}
	return out
}

// A chosen letter is one that was ticked in the print queue.
type chosenLetter struct {
	tenant string
	id     int64
	letter int
	to     string
}

// chosen reads the letters ticked; no more than a page has.
func chosen(codes []string) ([]chosenLetter, error) {
	var out []chosenLetter
	for _, code := range codes {
		parts := strings.Split(code, "/")
		if len(parts) != 4 || len(out) == 2*perPage {
			return nil, badRequest{code: "web.bad_request_text"}
		}
		id, e1 := strconv.ParseInt(parts[1], 10, 64)
		letter, e2 := strconv.Atoi(parts[2])
		if e1 != nil || e2 != nil || id < 1 || letter < 1 || !slices.Contains([]string{law.ToPatient, law.ToReferrer, law.ToGuardian, law.ToRegion}, parts[3]) {
			return nil, badRequest{code: "web.bad_request_text"}
		}
		out = append(out, chosenLetter{parts[0], id, letter, parts[3]})
	}
	return out, nil
}

// mayChoose tells whether one may act on the letters of a case; a case that is not one's own stops the whole, for nobody ticked it.
func (s *site) mayChoose(r *http.Request, l chosenLetter) error {
	if _, is, err := s.chosenMatter(r.Context(), l); is || err != nil {
		return err
	}
	x, ok, err := s.desk.Ledger.Row(r.Context(), l.tenant, l.id)
	switch {
	case err != nil:
		return err
	case !ok || !s.ours(x):
		return desk.ErrMissing
	case s.guarded():
		return s.actOn(r, x, access.SendLetter)
	}
	return nil
}

// posted records that the letters ticked were posted. One that has gone another way meanwhile is left as it is.
func (s *site) posted(w http.ResponseWriter, r *http.Request, v *view) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	some, err := chosen(r.PostForm["brev"])
	if err != nil {
		return err
	}
	key := r.PostForm.Get("key")
	if key == "" || len(key) > 64 {
		return badRequest{code: "web.bad_request_text"}
	}
	done := 0
	for _, l := range some {
		if err := s.mayChoose(r, l); err != nil {
			return err
		}
		u := s.o.User
		taken, err := s.desk.TakeNews(r.Context(), l.tenant, l.id, key+"/"+strconv.FormatInt(l.id, 10)+"/"+strconv.Itoa(l.letter)+"/"+l.to,
			referral.At{On: v.Today, Minute: -1, Role: u.Role, Actor: u.ID, Place: u.Place}, desk.News{Letter: l.letter, To: l.to, Channel: law.ChannelPost})
		if err != nil {
			return err
		}
		if taken { // else it has arrived or gone on since the page was made
			done++
		}
	}
	http.Redirect(w, r, lettersURL+"?visning=utskrift&postet="+strconv.Itoa(done), http.StatusSeeOther)
	return nil
}

// printOut shows the letters ticked one after the other, each on a sheet of its own, byte for byte as they were kept.
func (s *site) printOut(w http.ResponseWriter, r *http.Request, v *view) error {
	some, err := chosen(r.URL.Query()["brev"])
	if err != nil {
		return err
	}
	v.Here, v.Title = lettersURL, v.T("web.office.sheets")
	p := struct {
		*frame
		Sheets []template.HTML
		Gone   int // letters that are not kept here
		Back   link
	}{frame: v.frame, Back: link{lettersURL + "?visning=utskrift", v.T("web.menu.letters")}}
	for i, l := range some {
		if err := s.mayChoose(r, l); err != nil {
			return err
		}
		who := ledger.Access{Actor: s.o.User.ID, Role: string(s.o.User.Role), Place: s.o.User.Place, Purpose: s.o.User.Purpose}
		var sheet template.HTML
		m, is, err := s.chosenMatter(r.Context(), l)
		switch {
		case err != nil:
			return err
		case is:
			if m, err = s.desk.OpenMatter(r.Context(), l.tenant, l.id, desk.View{}, who); err != nil {
				return err
			}
			note, sum := keptOf(m, l.letter, l.to)
			sheet, err = s.sheetOf(r, l, note, sum, i)
		default:
			var c desk.Case
			if c, err = s.desk.Open(r.Context(), l.tenant, l.id, desk.View{}, who); err != nil {
				return err
			}
			sheet, err = s.sheet(r, c, l, i)
		}
		if err != nil {
			return err
		}
		if sheet == "" {
			p.Gone++
			continue
		}
		p.Sheets = append(p.Sheets, sheet)
	}
	return s.render(w, http.StatusOK, "sheets", v, p)
}

// sheet is a kept letter to stand among others: what is in its main element, with its ids made its own. The room that wrote it has escaped it, and the digest says that
// it is unchanged.
func (s *site) sheet(r *http.Request, c desk.Case, l chosenLetter, n int) (template.HTML, error) {
	for _, k := range keptIn(c.Log, l.letter) {
		if k.To == l.to && k.Note != "" {
			return s.sheetOf(r, l, k.Note, k.Digest, n)
		}
	}
	return "", nil
}

// sheetOf is sheet of a letter whose page is in a note; none when there is no note.
func (s *site) sheetOf(r *http.Request, l chosenLetter, note, sum string, n int) (template.HTML, error) {
	if note == "" {
		return "", nil
	}
	page, ok, err := s.desk.Ledger.Note(r.Context(), l.tenant, note)
	switch {
	case err != nil:
		return "", err
	case !ok || page == "":
		return "", nil
	case digest(page) != sum:
		return "", changedLetter{l.id, l.letter}
	}
	_, body, _ := strings.Cut(page, "<main>")
	body, _, ok = strings.Cut(body, "</main>")
	if !ok {
		return "", changedLetter{l.id, l.letter}
	}
	own := "s" + strconv.Itoa(n+1) + "-letter-"
	return template.HTML(strings.NewReplacer(`id="letter-`, `id="`+own, `aria-labelledby="letter-`, `aria-labelledby="`+own).Replace(body)), nil
}
