package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"rettid/access"
	"rettid/day"
	"rettid/desk"
	"rettid/ledger"
	"rettid/words"
)

// Administration. What an installation decides for itself is kept as papers with every version: who wrote it and when is shown, undoing is a new version, and
// two who change the same at once meet. A change is shown with what it does before it is saved. Nothing here changes what has been decided in a case.

// house is the tenant of what holds for the whole installation.
const house = desk.House

// A register is one sort of what is administered: people, units, texts.
type register struct {
	word    string // in addresses and words: admin.<word>
	kind    string // of papers
	columns []string
	cells   func(v *view, e entry) []string // of the list: the first is the name, linked
	groups  func(v *view, e entry) []fieldGroup
	check   func(f *adminForm)                                        // finds what is wrong, and what must not be
	id      func(f *adminForm) string                                 // of a new entry
	effect  func(ctx context.Context, f *adminForm) ([]string, error) // what saving will do, in sentences
	apply   func(ctx context.Context, s *site) error                  // makes what is stored hold
	base    func(s *site) []entry                                     // what is there without being stored: from files; may be nil
	show    func(ctx context.Context, v *view, e entry) []preview     // beside the form: how it will look
	note    func(v *view) string                                      // beneath what is said of the register
	ends    bool                                                      // an entry can be taken away; the others end by their last day
}

// A preview is a piece of a page beside a form.
type preview struct {
	Head string
	HTML string // a whole document, shown as text in a frame of its own; or
	Text []string
	Lang words.Lang

	Letter template.HTML // a letter, written and escaped by the room that writes letters
	Note   string
	PDF    string // the words of the button that gives it as PDF
}

// A fieldGroup is fields under a heading.
type fieldGroup struct {
	Head, Help string
	Fields     []field
}

// An entry is one version of one thing that is administered: its answers by the names of the fields.
type entry struct {
	ID     string
	Seq    int // 0: not stored
	At     int64
	Actor  string
	Gone   bool
	Values map[string]string
}

func (e entry) get(name string) string { return e.Values[name] }

// period reads the validity of an entry; what can't be read is open.
func (e entry) period() day.Period {
	from, _ := typedDay(e.get("fra"))
	to, _ := typedDay(e.get("til"))
	return day.Period{From: from, To: to}
}

// inForce tells whether the entry holds on the day.
func (e entry) inForce(on day.Day) bool {
	p := e.period()
	return !e.Gone && (p.From.IsZero() || !on.Before(p.From)) && (p.To.IsZero() || !on.After(p.To))
}

// An adminForm is an entry being changed.
type adminForm struct {
	form
	s     *site
	e     entry // as it is stored
	named register
}

// values are what was typed, without what is empty.
func (f *adminForm) values() map[string]string {
	out := make(map[string]string)
	for k, v := range f.typed {
		if s := strings.TrimSpace(strings.Join(v, " ")); s != "" && !reserved[k] {
			out[k] = s
		}
	}
	for _, g := range f.named.groups(f.v, entry{Values: out}) {
		for _, x := range g.Fields {
			if d, err := typedDay(out[x.Name]); x.Kind == "day" && err == nil && !d.IsZero() {
				out[x.Name] = d.String() // a day is stored in one way, however it was written
			}
		}
	}
	return out
}

var reserved = map[string]bool{"seq": true, "steg": true, "angre": true, "bekreft": true, "bort": true, "pdf": true}

// entries gives the entries of a register: the stored ones, and those of the files that nobody has changed.
func (s *site) entries(ctx context.Context, r register) ([]entry, error) {
	papers, err := s.desk.Ledger.Papers(ctx, house, r.kind, "", 0, 0)
	if err != nil {
		return nil, err
	}
	var out []entry
	stored := make(map[string]bool)
	for _, p := range papers {
		e, err := readEntry(p)
		if err != nil {
			return nil, err
		}
		stored[e.ID] = true
		out = append(out, e)
	}
	if r.base == nil {
		return out, nil
	}
	gone, err := s.desk.Ledger.PapersGone(ctx, house, r.kind)
	if err != nil {
		return nil, err
	}
	for _, e := range r.base(s) {
		if !stored[e.ID] && !gone[e.ID] {
			out = append(out, e)
		}
	}
	return out, nil
}

// entry gives one entry, stored or from the files.
func (s *site) entry(ctx context.Context, r register, id string) (entry, error) {
	p, ok, err := s.desk.Ledger.Paper(ctx, house, r.kind, id)
	if err != nil {
		return entry{}, err
	}
	if ok {
		return readEntry(p)
	}
	if r.base != nil {
		for _, e := range r.base(s) {
			if e.ID == id {
				return e, nil
			}
		}
	}
	return entry{}, desk.ErrMissing
}

func readEntry(p ledger.Paper) (entry, error) {
	e := entry{ID: p.ID, Seq: p.Seq, At: p.At, Actor: p.Actor, Gone: p.Gone}
	if len(p.Body) > 0 {
		if err := json.Unmarshal(p.Body, &e.Values); err != nil {
			return e, fmt.Errorf("read the paper %s %s: %w", p.Kind, p.ID, err)
		}
	}
	return e, nil
}

// store adds a version of an entry.
func (s *site) store(ctx context.Context, r register, e entry) error {
	body, err := json.Marshal(e.Values)
	if err != nil {
		return fmt.Errorf("write the paper %s %s: %w", r.kind, e.ID, err)
	}
	_, err = s.desk.Ledger.PutPaper(ctx, ledger.Paper{Tenant: house, Kind: r.kind, ID: e.ID, Seq: e.Seq, At: s.desk.Now().UTC().UnixMicro(), Actor: s.o.User.ID, Gone: e.Gone, Body: body})
	return err
}

func (s *site) adminRoutes(m *http.ServeMux) {
	m.HandleFunc("GET /admin", s.page(access.Administer, (*site).adminFront))
	m.HandleFunc("GET "+codesAt, s.page(access.Administer, (*site).codeLists))
	m.HandleFunc("GET "+codesAt+"/{list}", s.page(access.Administer, (*site).codeList))
	s.retentionRoutes(m)
	m.HandleFunc("GET /admin/{register}", s.page(access.Administer, (*site).adminList))
	m.HandleFunc("GET /admin/{register}/{id}", s.page(access.Administer, (*site).adminEdit))
	m.HandleFunc("POST /admin/{register}/{id}", s.page(access.Administer, (*site).adminEdit))
	m.HandleFunc("POST /admin/brevtekster/{id}/pdf", s.page(access.Administer, (*site).letterTextPDF))
	m.HandleFunc("GET /admin/{register}/{id}/versjoner", s.page(access.Administer, (*site).adminVersions))
}

// registers are everything of the sort, in the order of the front page.
func registers() []register {
	return []register{peopleRegister(), settingsRegister(), closedRegister(), providerRegister(), siteRegister(), unitRegister(), delegationRegister(), letterTextRegister(), contactRegister()}
}

func registerOf(word string) (register, bool) {
	for _, r := range registers() {
		if r.word == word {
			return r, true
		}
	}
	return register{}, false
}

// applyAll makes what is stored hold, when the pages are made.
func (s *site) applyAll(ctx context.Context) error {
	if err := s.desk.ReadHouse(ctx); err != nil {
		return fmt.Errorf("take what is stored for the installation into use: %w", err)
	}
	for _, r := range registers() {
		if r.apply != nil {
			if err := r.apply(ctx, s); err != nil {
				return fmt.Errorf("take the stored %s into use: %w", r.word, err)
			}
		}
	}
	return nil
}

type adminFrontPage struct {
	*frame
	Items []adminItem
}

type adminItem struct{ URL, Head, Text string }

func (s *site) adminFront(w http.ResponseWriter, r *http.Request, v *view) error {
	v.Here, v.Title = "/admin", v.T("web.menu.admin")
	p := adminFrontPage{frame: v.frame}
	for _, r := range registers() {
		p.Items = append(p.Items, adminItem{"/admin/" + r.word, v.T("admin." + r.word), v.T("admin." + r.word + ".about")})
	}
	if s.may(access.Audit) {
		p.Items = append(p.Items, adminItem{"/innsynslogg", v.T("web.menu.log"), v.T("admin.accesslog.about")})
	} else {
		p.Items = append(p.Items, adminItem{"", v.T("web.menu.log"), v.T("admin.accesslog.who")})
	}
	p.Items = append(p.Items, adminItem{codesAt, v.T("admin.kodeverk"), v.T("admin.kodeverk.about")}, adminItem{retentionURL, v.T("retention.title"), v.T("retention.front")})
	return s.render(w, http.StatusOK, "admin", v, p)
}

type adminListPage struct {
	*frame
	Head, About, URL, New string
	Note                  string
	Back                  link
	Asked, Shown          string // what is looked for, and which are shown
	Hidden                []option
	Picks                 []pick
	Columns               []column
	Rows                  []adminRow
	Count                 string
	Pages                 pager
}

type adminRow struct {
	URL, Name string
	Cells     []string
	Off       bool   // not in force today
	find      string // more it is found by
}

// adminList is the entries of a register: looked for by words, sorted by a column, a page at a time.
func (s *site) adminList(w http.ResponseWriter, r *http.Request, v *view) error {
	reg, ok := registerOf(r.PathValue("register"))
	if !ok {
		return desk.ErrMissing
	}
	all, err := s.entries(r.Context(), reg)
	if err != nil {
		return err
	}
	v.Here = "/admin"
	p := adminListPage{frame: v.frame, Head: v.T("admin." + reg.word), About: v.T("admin." + reg.word + ".about"), URL: "/admin/" + reg.word, New: "/admin/" + reg.word + "/ny"}
	if reg.id == nil {
		p.New = ""
	}
	if reg.note != nil {
		p.Note = reg.note(v)
	}
	v.Title = p.Head
	var rows []adminRow
	for _, e := range all {
		cells := reg.cells(v, e)
		rows = append(rows, adminRow{URL: "/admin/" + reg.word + "/" + url.PathEscape(e.ID), Name: cells[0], Cells: cells[1:], Off: !e.inForce(v.Today), find: e.ID})
	}
	p.fill(r, reg.columns, rows)
	return s.render(w, http.StatusOK, "adminlist", v, p)
}

// fill narrows the rows to those asked for, sorts them, and takes a page of them.
func (p *adminListPage) fill(r *http.Request, columns []string, all []adminRow) {
	v, q := p.v, r.URL.Query()
	p.Asked, p.Shown = strings.TrimSpace(q.Get("q")), q.Get("vis")
	asked, shown := p.Asked, p.Shown
	by, _ := strconv.Atoi(q.Get("sorter"))
	down := q.Get("retning") == "ned"
	if by < 0 || by >= len(columns) {
		by = 0
	}
	var rows []adminRow
	for _, row := range all {
		if shown == "gjelder" && row.Off || shown == "avsluttet" && !row.Off {
			continue
		}
		if asked != "" && !strings.Contains(strings.ToLower(row.Name+" "+strings.Join(row.Cells, " ")+" "+row.find), strings.ToLower(asked)) {
			continue
		}
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b adminRow) int {
		x, y := append([]string{a.Name}, a.Cells...), append([]string{b.Name}, b.Cells...)
		m, errM := strconv.Atoi(x[by])
		n, errN := strconv.Atoi(y[by])
		c := words.Compare(v.Lang, x[by], y[by])
		if errM == nil && errN == nil { // codes and counts go by their size
			c = m - n
		}
		if down {
			c = -c
		}
		return c
	})
	at := func(page, by int, down bool) string {
		q := url.Values{}
		for k, val := range map[string]string{"q": asked, "vis": shown} {
			if val != "" {
				q.Set(k, val)
			}
		}
		if by > 0 {
			q.Set("sorter", strconv.Itoa(by))
		}
		if down {
			q.Set("retning", "ned")
		}
		if page > 1 {
			q.Set("side", strconv.Itoa(page))
		}
		if len(q) == 0 {
			return p.URL
		}
		return p.URL + "?" + q.Encode()
	}
	for i, key := range columns {
		c := column{Text: v.T(key), URL: at(1, i, false), Icon: "both"}
		if i == by {
			c.Sort, c.Icon, c.URL = "ascending", "up", at(1, i, !down)
			if down {
				c.Sort, c.Icon = "descending", "down"
			}
		}
		p.Columns = append(p.Columns, c)
	}
	if by > 0 {
		p.Hidden = append(p.Hidden, option{Text: "sorter", Value: strconv.Itoa(by)})
	}
	p.Picks = []pick{{Name: "vis", Label: v.T("admin.show"), Options: []option{{Value: "", Text: v.T("admin.show.all"), Chosen: shown == ""}, {Value: "gjelder", Text: v.T("admin.show.in_force"), Chosen: shown == "gjelder"}, {Value: "avsluttet", Text: v.T("admin.show.ended"), Chosen: shown == "avsluttet"}}}}
	page, _ := strconv.Atoi(q.Get("side"))
	page = min(max(page, 1), max(1, (len(rows)+perPage-1)/perPage))
	p.Pages = pageLinks(filter{Page: page}, len(rows), func(f filter) string { return at(f.Page, by, down) })
	p.Count = v.T("web.shown", words.Number(v.Lang, min(perPage, len(rows)-(page-1)*perPage)), words.Number(v.Lang, len(rows)))
	p.Rows = rows[(page-1)*perPage : min(page*perPage, len(rows))]
}

type adminEditPage struct {
	*frame
	Head, URL    string
	Back         link
	Seq          int
	Groups       []fieldGroup
	Missing      []field
	Problems     []string
	Confirm      bool
	Changes      []change
	Effects      []string
	Kept         []option // what was typed, on the page that asks whether it is meant
	Theirs       *conflict
	Last         string
	History      string
	Previews     []preview
	Undo         int
	MayEnd, Gone bool // it can be taken away; it is
	Away         bool // it is about to be
}

// A conflict is that somebody else has stored a version meanwhile.
type conflict struct {
	Who, When string
	Rows      []conflictRow
}

type conflictRow struct{ Label, Theirs, Yours string }

// adminEdit shows an entry, shows what a change does, and stores it: three steps of one form.
func (s *site) adminEdit(w http.ResponseWriter, r *http.Request, v *view) error {
	reg, ok := registerOf(r.PathValue("register"))
	if !ok {
		return desk.ErrMissing
	}
	ctx, id := r.Context(), r.PathValue("id")
	fresh := id == "ny"
	var e entry
	if !fresh {
		var err error
		if e, err = s.entry(ctx, reg, id); err != nil {
			return err
		}
	} else if reg.id == nil {
		return desk.ErrMissing
	}
	f := &adminForm{form: form{v: v, bad: make(map[string][]string)}, s: s, e: e, named: reg}
	v.Here = "/admin"
	p := adminEditPage{frame: v.frame, URL: "/admin/" + reg.word + "/" + url.PathEscape(id), Back: link{"/admin/" + reg.word, v.T("admin." + reg.word)}, Seq: e.Seq, Gone: e.Gone, MayEnd: reg.ends && !fresh && !e.Gone}
	p.Head = v.T("admin." + reg.word + ".new")
	if !fresh {
		p.Head = reg.cells(v, e)[0]
	}
	v.Title = p.Head
	if e.Seq > 0 {
		p.Last, p.History = v.T("admin.last", v.moment(e.At), s.actor(e.Actor)), p.URL+"/versjoner"
	}
	render := func(status int) error {
		shown := e
		if f.typed != nil {
			shown.Values = f.values()
		}
		p.Groups = reg.groups(v, shown)
		for i := range p.Groups {
			p.Groups[i].Fields = f.showAs(p.Groups[i].Fields, shown)
			for _, x := range p.Groups[i].Fields {
				if len(x.Errors) > 0 {
					p.Missing = append(p.Missing, x)
				}
			}
		}
		p.Problems = f.bad[""]
		if reg.show != nil {
			p.Previews = reg.show(ctx, v, shown)
		}
		return s.render(w, status, "adminedit", v, p)
	}
	if r.Method == http.MethodGet {
		if n, err := strconv.Atoi(r.URL.Query().Get("angre")); err == nil && !fresh {
			versions, err := s.desk.Ledger.PaperVersions(ctx, house, reg.kind, id)
			if err != nil {
				return err
			}
			if n < 1 || n > len(versions) {
				return desk.ErrMissing
			}
			old, err := readEntry(versions[n-1])
			if err != nil {
				return err
			}
			f.typed = make(url.Values)
			for k, val := range old.Values {
				f.typed.Set(k, val)
			}
			p.Undo = n
		}
		return render(http.StatusOK)
	}
	if err := readText(w, r); err != nil {
		return err
	}
	f.typed = r.PostForm
	seen, _ := strconv.Atoi(f.value("seq"))
	reg.check(f)
	if fresh && len(f.bad) == 0 {
		id = reg.id(f)
		if _, err := s.entry(ctx, reg, id); err == nil {
			f.wrong("", "admin.there_already")
		} else if !errors.Is(err, desk.ErrMissing) {
			return err
		}
	}
	if len(f.bad) > 0 {
		return render(http.StatusUnprocessableEntity)
	}
	after := entry{ID: id, Seq: seen, Values: f.values()}
	p.Changes = f.changes(e.Values, after.Values)
	collide := func() error {
		now, err := s.entry(ctx, reg, id)
		if err != nil {
			return err
		}
		f.e, p.Seq = now, now.Seq
		p.Theirs = &conflict{Who: s.actor(now.Actor), When: v.moment(now.At)}
		for _, c := range f.changes(now.Values, after.Values) {
			p.Theirs.Rows = append(p.Theirs.Rows, conflictRow{c.Label, firstOf(c.From, v.T("web.none")), c.To})
		}
		return render(http.StatusConflict)
	}
	if e.Seq != seen {
		return collide()
	}
	if len(p.Changes) == 0 && !fresh && !e.Gone && f.value("bort") == "" {
		f.wrong("", "admin.nothing_changed")
		return render(http.StatusUnprocessableEntity)
	}
	if reg.ends && f.value("bort") == "ja" {
		after.Gone = true
	}
	if f.value("steg") != "lagre" {
		if reg.effect != nil {
			var err error
			if p.Effects, err = reg.effect(ctx, f); err != nil {
				return err
			}
		}
		p.Confirm, p.Away = true, after.Gone
		for _, k := range slices.Sorted(maps.Keys(after.Values)) {
			p.Kept = append(p.Kept, option{Text: k, Value: after.Values[k]})
		}
		return render(http.StatusOK)
	}
	if err := s.store(ctx, reg, after); errors.Is(err, ledger.ErrPaperChanged) {
		return collide()
	} else if err != nil {
		return err
	}
	if reg.apply != nil {
		if err := reg.apply(ctx, s); err != nil {
			return fmt.Errorf("stored, and not taken into use: %w", err)
		}
	}
	s.log.Info("administration changed", "register", reg.word, "id", id, "by", s.o.User.ID)
	http.Redirect(w, r, "/admin/"+reg.word+"/"+url.PathEscape(id)+"/versjoner", http.StatusSeeOther)
	return nil
}

// showAs fills fields with what stands in an entry, or was typed, and puts what is wrong beside them.
func (f *adminForm) showAs(fields []field, e entry) []field {
	for i := range fields {
		x := &fields[i]
		x.Value = e.get(x.Name)
		if d, err := typedDay(x.Value); x.Kind == "day" && err == nil {
			x.Value = words.FieldDate(d)
		}
		given := []string{x.Value}
		if x.Kind == "ticks" {
			given = strings.Fields(x.Value)
		}
		for j := range x.Options {
			x.Options[j].Chosen = slices.Contains(given, x.Options[j].Value)
		}
		x.Errors = f.bad[x.Name]
	}
	return fields
}

// changes are the answers that differ, by the labels of their fields.
func (f *adminForm) changes(before, after map[string]string) []change {
	var out []change
	seen := make(map[string]bool)
	for _, of := range []map[string]string{after, before} {
		for _, g := range f.named.groups(f.v, entry{Values: of}) {
			for _, x := range g.Fields {
				if seen[x.Name] || before[x.Name] == after[x.Name] {
					continue
				}
				seen[x.Name] = true
				label := x.Label
				if g.Head != "" {
					label = g.Head + ": " + lowerFirst(label)
				}
				c := change{Label: label, To: f.spoken(x, after[x.Name])}
				if before[x.Name] != "" { // what was not there is not struck out
					c.From = f.spoken(x, before[x.Name])
				}
				out = append(out, c)
			}
		}
	}
	return out
}

// spoken writes an answer as people read it.
func (f *adminForm) spoken(x field, value string) string {
	if value == "" {
		return f.v.T("web.none")
	}
	if x.Kind == "day" {
		if d, err := typedDay(value); err == nil {
			return words.Date(f.v.Lang, d)
		}
	}
	var some []string
	for _, o := range x.Options {
		if o.Value == value || x.Kind == "ticks" && slices.Contains(strings.Fields(value), o.Value) {
			some = append(some, o.Text)
		}
	}
	if len(some) > 0 {
		return strings.Join(some, ", ")
	}
	return value
}

type adminVersionsPage struct {
	*frame
	Head, URL string
	Back      link
	Versions  []adminVersion
}

type adminVersion struct {
	N         int
	When, Who string
	Changes   []change
	Undo      string // to go back to it
	Gone      bool
	Now       bool
}

// adminVersions is every version of an entry, the latest first, with what each changed.
func (s *site) adminVersions(w http.ResponseWriter, r *http.Request, v *view) error {
	reg, ok := registerOf(r.PathValue("register"))
	if !ok {
		return desk.ErrMissing
	}
	e, err := s.entry(r.Context(), reg, r.PathValue("id"))
	if err != nil {
		return err
	}
	papers, err := s.desk.Ledger.PaperVersions(r.Context(), house, reg.kind, e.ID)
	if err != nil {
		return err
	}
	v.Here = "/admin"
	at := "/admin/" + reg.word + "/" + url.PathEscape(e.ID)
	p := adminVersionsPage{frame: v.frame, Head: reg.cells(v, e)[0], URL: at, Back: link{"/admin/" + reg.word, v.T("admin." + reg.word)}}
	v.Title = p.Head
	f := &adminForm{form: form{v: v}, s: s, named: reg}
	before := map[string]string{}
	if reg.base != nil {
		for _, b := range reg.base(s) {
			if b.ID == e.ID {
				before = b.Values
			}
		}
	}
	for i, paper := range papers {
		x, err := readEntry(paper)
		if err != nil {
			return err
		}
		a := adminVersion{N: x.Seq, When: v.moment(x.At), Who: s.actor(x.Actor), Changes: f.changes(before, x.Values), Gone: x.Gone, Now: i == len(papers)-1}
		if !a.Now {
			a.Undo = at + "?angre=" + strconv.Itoa(x.Seq)
		}
		before = x.Values
		p.Versions = append(p.Versions, a)
	}
	slices.Reverse(p.Versions)
	return s.render(w, http.StatusOK, "adminversions", v, p)
}

// moment is a time in the log as people read it.
func (v *view) moment(at int64) string {
	t := time.UnixMicro(at).In(oslo)
	return words.Date(v.Lang, day.FromTime(t)) + " " + words.Clock(v.Lang, t.Hour()*60+t.Minute())
}

// periodFields are the first and the last day.
func (v *view) periodFields() []field {
	return []field{{Name: "fra", Label: v.T("admin.from"), Kind: "day"}, {Name: "til", Label: v.T("admin.to"), Kind: "day"}}
}

// checkPeriod finds what is wrong with the days of a period.
func (f *adminForm) checkPeriod(from, to string) {
	a, b := f.day(from), f.day(to)
	if !a.IsZero() && !b.IsZero() && b.Before(a) {
		f.wrong(to, "admin.backwards")
	}
}

// periodText writes the validity of an entry.
func (v *view) periodText(p day.Period) string {
	switch {
	case p.From.IsZero() && p.To.IsZero():
		return v.T("admin.always")
	case p.To.IsZero():
		return v.T("admin.since", p.From)
	case p.From.IsZero():
		return v.T("admin.until", p.To)
	}
	return v.T("admin.between", p.From, p.To)
}
