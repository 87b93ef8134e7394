package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/day"
	"rettid/desk"
	"rettid/exception"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
	"rettid/say"
	"rettid/words"
)

// The register of methods: every state a method came into, who decided it and from when, and which door stands open for whom on a day, with why. An entry is a fact:
// what was wrong is followed by what is right, and both stay.

const methodsURL = "/metoder"

type methodRow struct {
	id  int64
	m   exception.Matter
	row ledger.Matter
}

func (s *site) methodRows(ctx context.Context) ([]methodRow, error) {
	rows, _, err := s.desk.Ledger.Matters(ctx, ledger.MatterQuery{Tenants: []string{exception.National}, Process: exception.Process, Kinds: []string{string(law.MethodMatter)}, Sort: "method", Limit: 1 << 16})
	if err != nil {
		return nil, err
	}
	out := make([]methodRow, 0, len(rows))
	for _, r := range rows {
		x := methodRow{id: r.Matter, row: r}
		if err := json.Unmarshal(r.State, &x.m); err != nil {
			return nil, fmt.Errorf("matter %d: %w", r.Matter, err)
		}
		if x.m.Entry != nil {
			out = append(out, x)
		}
	}
	return out, nil
}

type methodLine struct {
	URL, ID, Title, State, Since string
	SinceDay                     day.Day
	Doors                        []doorCell
}

type doorCell struct{ Text, Icon, State string }

type methodListPage struct {
	*frame
	Head, Count, Clear, Empty, Query string
	Picks                            []pick
	Hidden                           []option
	Columns                          []column
	Rows                             []methodLine
	Pages                            pager
	Without                          int
	MayKeep                          bool
	Done                             string
}

func (v *view) doorCell(o law.Opening) doorCell {
	c := doorCell{Text: v.T("opening." + string(o)), Icon: "info", State: "off"}
	switch o {
	case law.DoorOpen:
		c.Icon, c.State = "check", "done"
	case law.DoorClosed:
		c.Icon = "ban"
	}
	return c
}

func (s *site) methodList(w http.ResponseWriter, r *http.Request, v *view) error {
	v.Here, v.Title = methodsURL, v.T("exc.methods")
	q := r.URL.Query()
	at := kept(methodsURL, q, "q", "tilstand", "dor", "sorter")
	all, err := s.methodRows(r.Context())
	if err != nil {
		return err
	}
	p := methodListPage{frame: v.frame, MayKeep: s.may(access.KeepMethods), Clear: methodsURL, Empty: v.T("exc.methods_none"), Query: strings.TrimSpace(q.Get("q"))}
	if n, err := strconv.Atoi(q.Get("inn")); err == nil && n > 0 {
		p.Done = v.T("exc.imported", n)
	}
	state, door := q.Get("tilstand"), q.Get("dor")
	ps := pick{Name: "tilstand", Label: v.T("exc.method_state"), Options: []option{{"", v.T("web.all"), state == ""}}}
	for _, x := range law.MethodStates {
		ps.Options = append(ps.Options, option{string(x), v.T("method_state." + string(x)), string(x) == state})
	}
	pd := pick{Name: "dor", Label: v.T("exc.open_door"), Options: []option{{"", v.T("web.all"), door == ""}}}
	for _, x := range law.AllDoors {
		pd.Options = append(pd.Options, option{string(x), v.T("exc.door." + string(x)), string(x) == door})
	}
	p.Picks = []pick{ps, pd}
	by := q.Get("sorter")
	if by != "" {
		p.Hidden = []option{{Value: by, Text: "sorter"}}
	}
	on := func(x methodRow) law.MethodOn { return x.m.Entry.At(v.Today) }
	open := 0
	for _, x := range all {
		if d := law.Doors(on(x), v.Today); d[law.SingleDoor].Value == law.DoorOpen || d[law.AccessDoor].Value == law.DoorOpen {
			open++
		}
	}
	p.Head = v.T("exc.methods_head", len(all), open)
	find := strings.ToLower(p.Query)
	chosen := slices.DeleteFunc(slices.Clone(all), func(x methodRow) bool {
		return find != "" && !strings.Contains(strings.ToLower(x.m.Entry.ID+" "+x.m.Entry.Title), find) || state != "" && string(on(x).State) != state ||
			door != "" && law.DoorOn(law.Door(door), on(x), v.Today).Value != law.DoorOpen
	})
	if len(chosen) == 0 && len(all) > 0 {
		p.Without = len(all)
	}
	word, down := strings.CutPrefix(by, "-")
	slices.SortStableFunc(chosen, func(a, b methodRow) int {
		c := 0
		switch word {
		case "navn":
			c = words.Compare(v.Lang, a.m.Entry.Title, b.m.Entry.Title)
		case "siden":
			c = on(a).Since.Compare(on(b).Since)
		default:
			c = strings.Compare(a.m.Entry.ID, b.m.Entry.ID)
		}
		if down {
			return -c
		}
		return c
	})
	sort := func(to string) string { return at("sorter", to) }
	p.Columns = []column{sortColumn(v, "id", "exc.method_id", orElse(by, "id"), sort), sortColumn(v, "navn", "exc.method_name", by, sort), sortColumn(v, "", "exc.method_state", by, sort), sortColumn(v, "siden", "exc.since", by, sort)}
	for _, x := range law.AllDoors {
		p.Columns = append(p.Columns, column{Text: v.T("exc.door." + string(x))})
	}
	page, _ := strconv.Atoi(q.Get("side"))
	page = max(page, 1)
	from := min((page-1)*perPage, len(chosen))
	shown := chosen[from:min(from+perPage, len(chosen))]
	p.Pages = pageLinks(filter{Page: page}, len(chosen), func(f filter) string { return at("side", strconv.Itoa(f.Page)) })
	for _, x := range shown {
		now := on(x)
		l := methodLine{URL: methodsURL + "/" + pathPart(x.m.Entry.ID), ID: x.m.Entry.ID, Title: x.m.Entry.Title, SinceDay: now.Since, Since: v.short(now.Since)}
		if now.State != "" {
			l.State = v.T("method_state." + string(now.State))
		}
		doors := law.Doors(now, v.Today)
		for _, d := range law.AllDoors {
			l.Doors = append(l.Doors, v.doorCell(doors[d].Value))
		}
		p.Rows = append(p.Rows, l)
	}
	p.Count = v.T("web.shown", words.Number(v.Lang, len(shown)), words.Number(v.Lang, len(chosen)))
	return s.render(w, http.StatusOK, "methods", v, p)
}

type methodViewPage struct {
	*frame
	ID, Name, URL, Done string
	On                  day.Day
	OnText              string
	State               standing
	Doors               []doorView
	History             []methodStateLine
	Openings            []pair
	Groups              []link
	Applied, Granted    int
	SeesPractice        bool
	MayKeep, MayOpen    bool
	Events              []eventLine
	Always              string
}

type doorView struct {
	Name, For string
	Cell      doorCell
	Why       proof
}

type methodStateLine struct {
	From, Decided   day.Day
	FromText        string
	DecidedText     string
	State, By, Link string
	NoHTA           bool
	Ahead           bool
}

func (s *site) methodOf(r *http.Request) (desk.MatterCase, error) {
	id := r.PathValue("id")
	rows, _, err := s.desk.Ledger.Matters(r.Context(), ledger.MatterQuery{Tenants: []string{exception.National}, Process: exception.Process, Kinds: []string{string(law.MethodMatter)}, Name: id, Limit: 1})
	if err != nil {
		return desk.MatterCase{}, err
	}
	if len(rows) == 0 || !law.MethodID(id) {
		return desk.MatterCase{}, desk.ErrMissing
	}
	return s.desk.PeekMatter(r.Context(), exception.National, rows[0].Matter, desk.View{})
}

// methodPage shows a method: its states, and on the chosen day which door is open for whom, and why.
func (s *site) methodPage(w http.ResponseWriter, r *http.Request, v *view) error {
	c, err := s.methodOf(r)
	if err != nil {
		return err
	}
	e := c.State.Entry
	v.Here, v.Title = methodsURL, e.Title+" "+e.ID
	p := methodViewPage{frame: v.frame, ID: e.ID, Name: orElse(e.Title, e.ID), URL: methodsURL + "/" + pathPart(e.ID), On: v.Today, MayKeep: s.may(access.KeepMethods), MayOpen: s.may(access.OpenExceptionDoors), Always: v.T("exception.always_open")}
	if d, err := typedDay(r.URL.Query().Get("per")); err == nil && !d.IsZero() {
		p.On = d
	}
	p.OnText = v.long(p.On)
	if seq, err := strconv.Atoi(r.URL.Query().Get("gjort")); err == nil && verbAt(c.Log, seq) != "correct" {
		p.Done = v.T("exc.done", lowerFirst(v.T("verb."+verbAt(c.Log, seq))))
	}
	now := e.At(p.On)
	p.State = standing{Head: v.T("exc.state_unknown"), Icon: "ring", State: "off"}
	if now.State != "" {
		p.State = standing{Head: v.T("method_state." + string(now.State)), Icon: "dot", State: "off", Text: v.T("exc.in_state_since", v.long(now.Since))}
	}
	doors := law.Doors(now, p.On)
	proofs := v.doorProofs(doors)
	for i, d := range law.AllDoors {
		why := proofs[i]
		why.Ask = v.T("exc.why.door")
		p.Doors = append(p.Doors, doorView{Name: v.T("exc.door." + string(d)), For: v.T("exc.door." + string(d) + ".for"), Cell: v.doorCell(doors[d].Value), Why: why})
	}
	for _, h := range slices.Backward(e.History) {
		p.History = append(p.History, methodStateLine{From: h.From, Decided: h.On, FromText: v.long(h.From), DecidedText: v.long(h.On), State: v.T("method_state." + string(h.State)), By: h.Body, Link: safeLink(h.Link), NoHTA: h.NoHTA, Ahead: h.From.After(v.Today)})
	}
	for _, d := range e.Doors {
		until := v.T("exc.until_further")
		if !d.To.IsZero() {
			until = v.long(d.To)
		}
		p.Openings = append(p.Openings, pair{v.T("exc.door." + string(d.Door)), v.long(d.From) + " – " + until})
	}
	groups, err := s.published(r.Context())
	if err != nil {
		return err
	}
	for _, g := range groups {
		if g.State.Method == e.ID {
			p.Groups = append(p.Groups, link{publicURL + "/" + strconv.FormatInt(g.ID, 10), v.T("exception.outcome."+string(g.State.Outcome)) + ", " + v.long(g.State.DecidedOn)})
		}
	}
	if p.SeesPractice = s.may(access.SeePrecedent); p.SeesPractice {
		if _, p.Applied, err = s.desk.Precedents(r.Context(), desk.PrecedentQuery{Method: e.ID}); err != nil {
			return err
		}
	}
	p.Events = s.matterEvents(v, c, whole, func(exception.Text) string { return "" })
	return s.render(w, http.StatusOK, "method", v, p)
}

// safeLink is an address that can be followed: of the web, or none.
func safeLink(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return ""
	}
	return s
}

type methodFormPage struct {
	*frame
	toldForm
	Head, Intro, URL, Submit, Key string
	Case                          link
	Seq, Missing                  int
	Fields                        []field
}

func (f *form) stateFields() []field {
	v := f.v
	st := field{Name: "tilstand", Label: v.T("exc.method_state"), Kind: "select", Need: true, Options: []option{{"", v.T("web.act.choose"), false}}}
	for _, x := range law.MethodStates {
		st.Options = append(st.Options, option{string(x), v.T("method_state." + string(x)), false})
	}
	return []field{st, {Name: "besluttet", Label: v.T("exc.decided_on"), Kind: "day", Need: true, Value: words.FieldDate(v.Today)}, {Name: "fra", Label: v.T("exc.in_effect"), Kind: "day", Help: v.T("exc.in_effect_help")},
		{Name: "organ", Label: v.T("exc.body"), Kind: "line", Need: true, Help: v.T("exc.body_help")}, {Name: "lenke", Label: v.T("exc.link"), Kind: "line"},
		{Name: "merke", Label: v.T("web.act.marks"), Kind: "ticks", Options: []option{{"uten", v.T("exception.flag.no_hta"), false}}}}
}

func (f *form) stateOf(id, title string) (*exception.RegisterMethod, day.Day) {
	c := &exception.RegisterMethod{ID: id, Title: title, State: law.MethodState(f.need("tilstand")), From: f.day("fra"), Body: f.need("organ"), Link: f.value("lenke"), NoHTA: slices.Contains(f.typed["merke"], "uten")}
	if c.Link != "" && safeLink(c.Link) == "" {
		f.wrong("lenke", "exc.bad_link")
	}
	return c, f.needDay("besluttet")
}

// methodForm is the common course of the forms of the register.
func (s *site) methodForm(w http.ResponseWriter, r *http.Request, v *view, p methodFormPage, id int64, log []exception.Entry, fields func(*form) []field, make_ func(*form) (exception.Command, day.Day)) error {
	v.Here, p.frame = methodsURL, v.frame
	f := &form{v: v, x: new(referral.Referral), bad: make(map[string][]string)}
	p.Key = rand.Text()
	if n := len(log); n > 0 {
		p.Seq = log[n-1].Seq
	}
	show := func(status int) error {
		p.Fields = f.show(fields(f))
		for _, x := range p.Fields {
			if len(x.Errors) > 0 {
				p.Missing++
			}
		}
		return s.render(w, status, "methodform", v, p)
	}
	if r.Method != http.MethodPost {
		return show(http.StatusOK)
	}
	if err := readForm(w, r); err != nil {
		return err
	}
	f.typed, p.Key = r.PostForm, r.PostForm.Get("key")
	if done, used, err := s.desk.Ledger.Done(r.Context(), exception.National, p.Key); err != nil {
		return err
	} else if used {
		http.Redirect(w, r, p.Case.URL+"?gjort="+strconv.Itoa(done.Seq), http.StatusSeeOther)
		return nil
	}
	do, on := make_(f)
	if len(f.bad) > 0 {
		return show(http.StatusUnprocessableEntity)
	}
	if id != 0 && f.value("seq") != strconv.Itoa(p.Seq) {
		p.Moved = true
		return show(http.StatusConflict)
	}
	u := s.o.User
	o := desk.MatterOrder{Tenant: exception.National, Matter: id, Key: p.Key, Known: s.desk.Now(), Seen: p.Seq, At: exception.At{On: on, Role: s.registerRole(), Actor: u.ID, Place: exception.National}, Do: do}
	out, status, err := s.takeMatter(r.Context(), v.Lang, o, &p.toldForm)
	if err != nil {
		return err
	}
	if status != 0 {
		return show(status)
	}
	to := p.Case.URL
	if id == 0 {
		to = methodsURL + "/" + pathPart(out.State.Entry.ID)
	}
	http.Redirect(w, r, to+"?gjort="+strconv.Itoa(out.Seq), http.StatusSeeOther)
	return nil
}

// registerRole is the role an entry of the register is made in: the one who looks has it, or the desk's usual.
func (s *site) registerRole() law.Role {
	if s.guarded() {
		return s.o.User.Role
	}
	return ""
}

func (s *site) newMethod(w http.ResponseWriter, r *http.Request, v *view) error {
	v.Title = v.T("exc.method_new")
	rows, err := s.methodRows(r.Context())
	if err != nil {
		return err
	}
	return s.methodForm(w, r, v, methodFormPage{Head: v.Title, Intro: v.T("exc.method_new_intro"), URL: methodsURL + "/ny", Submit: v.T("verb.register_method"), Case: link{methodsURL, v.T("exc.methods")}}, 0, nil, func(f *form) []field {
		return append([]field{{Name: "id", Label: v.T("exc.method_id"), Kind: "line", Need: true, Help: v.T("exc.method_id_help")}, {Name: "navn", Label: v.T("exc.method_name"), Kind: "line", Need: true}}, f.stateFields()...)
	}, func(f *form) (exception.Command, day.Day) {
		id := strings.ToUpper(f.need("id"))
		switch {
		case id != "" && !law.MethodID(id):
			f.wrong("id", "exc.bad_method_id")
		case slices.ContainsFunc(rows, func(x methodRow) bool { return x.m.Entry.ID == id }):
			f.wrong("id", "exc.method_there")
		}
		return f.stateOf(id, f.need("navn"))
	})
}

func (s *site) methodState(w http.ResponseWriter, r *http.Request, v *view) error {
	c, err := s.methodOf(r)
	if err != nil {
		return err
	}
	e := c.State.Entry
	v.Title = v.T("exc.method_change")
	at := methodsURL + "/" + pathPart(e.ID)
	return s.methodForm(w, r, v, methodFormPage{Head: v.Title, Intro: v.T("exc.method_change_intro"), URL: at + "/tilstand", Submit: v.T("exc.method_change"), Case: link{at, orElse(e.Title, e.ID)}}, c.ID, c.Log, func(f *form) []field { return f.stateFields() },
		func(f *form) (exception.Command, day.Day) { return f.stateOf("", "") })
}

func (s *site) openDoor(w http.ResponseWriter, r *http.Request, v *view) error {
	c, err := s.methodOf(r)
	if err != nil {
		return err
	}
	e := c.State.Entry
	v.Title = v.T("verb.open_door")
	at := methodsURL + "/" + pathPart(e.ID)
	return s.methodForm(w, r, v, methodFormPage{Head: v.Title, Intro: v.T("exc.open_door_intro"), URL: at + "/apne", Submit: v.Title, Case: link{at, orElse(e.Title, e.ID)}}, c.ID, c.Log, func(f *form) []field {
		x := field{Name: "dor", Label: v.T("exc.which_door"), Kind: "choice", Need: true}
		for _, d := range []law.Door{law.SingleDoor, law.GroupDoor} {
			x.Options = append(x.Options, option{string(d), v.T("exc.door." + string(d)), false})
		}
		return []field{x, {Name: "fra", Label: v.T("exc.decided_on"), Kind: "day", Need: true, Value: words.FieldDate(v.Today)}, {Name: "til", Label: v.T("exc.until"), Kind: "day"}, {Name: "lenke", Label: v.T("exc.link"), Kind: "line"}}
	}, func(f *form) (exception.Command, day.Day) {
		d := &exception.OpenDoor{Door: law.Door(f.need("dor")), To: f.day("til"), Link: f.value("lenke")}
		if d.Link != "" && safeLink(d.Link) == "" {
			f.wrong("lenke", "exc.bad_link")
		}
		on := f.needDay("fra")
		if !d.To.IsZero() && d.To.Before(on) {
			f.wrong("til", "exc.until_before")
		}
		return d, on
	})
}

// methodFile is the register as a file, a line for each state: what a file that is entered looks like, so that it can be mended and entered anew.
func (s *site) methodFile(w http.ResponseWriter, r *http.Request, _ *view) error {
	all, err := s.methodRows(r.Context())
	if err != nil {
		return err
	}
	rows := [][]string{exception.MethodColumns}
	for _, x := range all {
		for _, h := range x.m.Entry.History {
			rows = append(rows, exception.MethodRow(x.m.Entry, h))
		}
	}
	return sendRows(w, "metoder-"+s.desk.Today().String(), rows)
}

// methodFileSize is the most a file of methods may hold.
const methodFileSize = 2 << 20

type methodImportPage struct {
	*frame
	Head, Key string
	Case      link
	Errors    []string
	Rows      []methodFileLine
	Text      string
	New, Same int
}

// A methodFileLine is one line of the file, before it is entered.
type methodFileLine struct {
	exception.MethodLine
	Title, State, Decided, From string
	Same                        bool // it stands in the register already
}

// readMethods reads a file of states of methods, a line each, by day. What is wrong is told by line and column, all of it at once; then nothing is entered.
func readMethods(v *view, text []byte, known []methodRow) (out []methodFileLine, wrong []string) {
	place := func(line int, column, says string) {
		wrong = append(wrong, v.T("exc.import_place", line, column, says))
	}
	lines, err := exception.ReadMethods(bytes.NewReader(text), v.T("exc.import_file"))
	var faults exception.MethodFaults
	switch {
	case errors.As(err, &faults):
		for _, f := range faults {
			switch f.Code {
			case "id":
				place(f.Line, f.Column, v.T("exc.import_id", f.Value))
			case "state":
				place(f.Line, f.Column, v.T("exc.import_state", f.Value, methodStateCodes()))
			case "day", "missing":
				place(f.Line, f.Column, v.T("exc.import_day", f.Value))
			case "no_hta":
				place(f.Line, f.Column, v.T("exc.import_no_hta"))
			default:
				says := v.T("import."+f.Code, f.Args...)
				if f.Column == "" {
					wrong = append(wrong, v.T("exc.import_line", f.Line, says))
				} else {
					place(f.Line, f.Column, says)
				}
			}
		}
		return nil, wrong
	case err != nil:
		return nil, []string{v.T("exc.import_head", err.Error(), strings.Join(exception.MethodColumns, ", "))}
	case len(lines) == 0:
		return nil, []string{v.T("exc.import_empty")}
	}
	entries := make(map[string]*exception.Method)
	titles := make(map[string]string)
	for _, x := range known {
		entries[x.m.Entry.ID], titles[x.m.Entry.ID] = x.m.Entry, x.m.Entry.Title
	}
	for _, l := range lines {
		id := l.Do.ID
		titles[id] = orElse(l.Do.Title, titles[id])
		if titles[id] == "" && entries[id] == nil {
			place(l.Line, "title", v.T("exc.import_title", id))
		}
		if l.On.After(v.Today) {
			place(l.Line, "decided", v.T("exc.import_future", v.long(l.On)))
		}
		if l.Do.Link != "" && safeLink(l.Do.Link) == "" {
			place(l.Line, "link", v.T("exc.bad_link"))
		}
		x := methodFileLine{MethodLine: l, Title: titles[id], State: v.T("method_state." + string(l.Do.State)), Decided: v.long(l.On), From: v.long(l.Do.From)}
		if e := entries[id]; e != nil {
			x.Same = e.Has(&l.Do, l.On)
		}
		out = append(out, x)
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	return out, nil
}

func methodStateCodes() string {
	var all []string
	for _, x := range law.MethodStates {
		all = append(all, string(x))
	}
	return strings.Join(all, ", ")
}

// importMethods shows a file before it is entered, with what is wrong line by line, and enters it.
func (s *site) importMethods(w http.ResponseWriter, r *http.Request, v *view) error {
	v.Here, v.Title = methodsURL, v.T("exc.import")
	p := methodImportPage{frame: v.frame, Head: v.Title, Key: rand.Text(), Case: link{methodsURL, v.T("exc.methods")}}
	if r.Method != http.MethodPost {
		return s.render(w, http.StatusOK, "methodimport", v, p)
	}
	r.Body = http.MaxBytesReader(w, r.Body, methodFileSize)
	if err := r.ParseMultipartForm(methodFileSize); err != nil {
		return badRequest{code: "web.bad_request_text"}
	}
	if r.MultipartForm != nil {
		defer r.MultipartForm.RemoveAll()
	}
	p.Key = r.FormValue("key")
	if !keyShape.MatchString(p.Key) {
		return badRequest{code: "web.bad_request_text"}
	}
	text := []byte(r.FormValue("tekst"))
	if file, _, err := r.FormFile("fil"); err == nil {
		defer file.Close()
		if text, err = io.ReadAll(file); err != nil {
			return badRequest{code: "web.bad_request_text"}
		}
	}
	if len(text) == 0 {
		p.Errors = []string{v.T("exc.import_empty")}
		return s.render(w, http.StatusUnprocessableEntity, "methodimport", v, p)
	}
	known, err := s.methodRows(r.Context())
	if err != nil {
		return err
	}
	p.Rows, p.Errors = readMethods(v, text, known)
	if len(p.Errors) > 0 {
		return s.render(w, http.StatusUnprocessableEntity, "methodimport", v, p)
	}
	for _, x := range p.Rows {
		if x.Same {
			p.Same++
		} else {
			p.New++
		}
	}
	p.Text = string(text)
	if r.FormValue("bekreft") == "" {
		return s.render(w, http.StatusOK, "methodimport", v, p)
	}
	var lines []exception.MethodLine
	for _, x := range p.Rows {
		lines = append(lines, x.MethodLine)
	}
	_, err = s.desk.ImportMethods(r.Context(), lines, p.Key, exception.At{Role: s.registerRole(), Actor: s.o.User.ID, Place: exception.National})
	var refused desk.MethodsRefused
	switch {
	case errors.As(err, &refused):
		for _, x := range refused {
			p.Errors = append(p.Errors, v.T("exc.import_line", x.Line, strings.Join(say.ExceptionRefusal(v.Lang, x.Why), " ")))
		}
		p.Rows, p.Text = nil, ""
		return s.render(w, http.StatusUnprocessableEntity, "methodimport", v, p)
	case err != nil:
		return err
	}
	http.Redirect(w, r, methodsURL+"?inn="+strconv.Itoa(p.New), http.StatusSeeOther)
	return nil
}
