package web

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"rettid/access"
	"rettid/desk"
	"rettid/ledger"
	"rettid/words"
)

// Saved views of the waiting list: a filter with its sort and columns under a name. A view is its maker's own, or shared with the maker's unit; only the
// maker changes it. What is kept is the filter's words, never a row or a name of a patient.

const (
	viewKind     = "list_view"
	mostViews    = 50 // of one person
	longestTitle = 60 // letters in a name
)

// A keptView is the body of a view's paper.
type keptView struct {
	Name  string `json:"name"`
	Query string `json:"query"` // the filter, as the address has it
	Owner string `json:"owner"` // who may change it
	By    string `json:"by"`    // the name others see it with
}

// savedViews is what the list shows of them.
type savedViews struct {
	Views   []savedView
	Current string // the name of the one shown
	Query   string // of what is shown now, to be saved
	Unit    string // whom it can be shared with; empty: nobody
}

type savedView struct {
	ID, Name, URL, By string
	Mine, Shared      bool
	Current           bool
}

// papersAt is the tenant whose papers the one who looks reads and writes: the trust they work at.
func (s *site) papersAt() string {
	if p, ok := s.desk.Org.Provider(s.o.User.Place); ok {
		return p.Trust
	}
	return everywhere
}

// self is who the one who looks is, to papers.
func (s *site) self() string {
	if s.guarded() {
		return s.user.ID
	}
	return s.o.User.Name
}

// own and unit are what the ids of one's own and one's unit's papers begin with; unit is empty for one who has none.
func (s *site) own() string { return "own/" + url.PathEscape(s.self()) + "/" }

func (s *site) unit() (prefix, name string) {
	if s.guarded() {
		g, ok := s.user.Main(s.desk.Today())
		if !ok || g.Provider == "" || g.Provider == access.Everywhere {
			return "", ""
		}
		name = g.Provider
		if p, ok := s.desk.Org.Provider(g.Provider); ok {
			name = p.ShortName
			for _, u := range p.Units {
				if u.ID == g.Unit {
					name = u.Name
				}
			}
		}
		return "unit/" + url.PathEscape(g.Provider) + "/" + url.PathEscape(g.Unit) + "/", name
	}
	if p, ok := s.desk.Org.Provider(s.o.User.Place); ok {
		return "unit/" + url.PathEscape(p.ID) + "//", p.ShortName
	}
	return "", ""
}

// keptViews reads one's own views and those shared with one's unit, by name.
func (s *site) keptViews(r *http.Request, v *view) ([]savedView, map[string]ledger.Paper, error) {
	papers := make(map[string]ledger.Paper)
	var out []savedView
	read := func(prefix string, shared bool) error {
		if prefix == "" {
			return nil
		}
		all, err := s.desk.Ledger.Papers(r.Context(), s.papersAt(), viewKind, prefix, 200, 0)
		if err != nil {
			return err
		}
		for _, p := range all {
			var k keptView
			if err := json.Unmarshal(p.Body, &k); err != nil {
				continue // of a shape this program does not know: it is left alone
			}
			papers[p.ID] = p
			one := savedView{ID: p.ID, Name: k.Name, URL: "/liste", Mine: k.Owner == s.self(), Shared: shared}
			if k.Query != "" {
				one.URL += "?" + k.Query
			}
			if !one.Mine {
				one.By = k.By
			}
			out = append(out, one)
		}
		return nil
	}
	prefix, _ := s.unit()
	if err := errors.Join(read(s.own(), false), read(prefix, true)); err != nil {
		return nil, nil, err
	}
	slices.SortFunc(out, func(a, b savedView) int { return words.Compare(v.Lang, a.Name, b.Name) })
	return out, papers, nil
}

// savedViews gathers what the list shows.
func (s *site) savedViews(r *http.Request, v *view, f filter) (savedViews, error) {
	f.Page = 1
	out := savedViews{Query: f.values(s.o.User).Encode()}
	_, out.Unit = s.unit()
	var err error
	if out.Views, _, err = s.keptViews(r, v); err != nil {
		return out, err
	}
	for i := range out.Views {
		if x := &out.Views[i]; x.URL == f.url("/liste", s.o.User) && out.Query != "" {
			x.Current, out.Current = true, x.Name
		}
	}
	return out, nil
}

type viewsPage struct {
	*frame
	Head  string
	Back  link
	Views []savedView
	Unit  string
	Error string
}

// viewRoutes are the pages of saved views.
func (s *site) viewRoutes(m *http.ServeMux) {
	m.HandleFunc("GET /liste/visninger", s.page(access.List, (*site).viewList))
	m.HandleFunc("POST /liste/visninger", s.page(access.List, (*site).changeView))
}

func (s *site) viewList(w http.ResponseWriter, r *http.Request, v *view) error {
	return s.viewPage(w, r, v, http.StatusOK, "")
}

func (s *site) viewPage(w http.ResponseWriter, r *http.Request, v *view, status int, wrong string) error {
	v.Here, v.Title = "/liste", v.T("web.views.saved")
	p := viewsPage{frame: v.frame, Head: v.Title, Back: link{"/liste", v.T("list.waiting")}, Error: wrong}
	_, p.Unit = s.unit()
	var err error
	if p.Views, _, err = s.keptViews(r, v); err != nil {
		return err
	}
	return s.render(w, status, "views", v, p)
}

// changeView saves, renames, shares or takes away a view.
func (s *site) changeView(w http.ResponseWriter, r *http.Request, v *view) error {
	if err := readPlainForm(w, r); err != nil {
		return err
	}
	have, papers, err := s.keptViews(r, v)
	if err != nil {
		return err
	}
	name := strings.Join(strings.Fields(r.PostForm.Get("navn")), " ")
	badName := name == "" || utf8.RuneCountInString(name) > longestTitle
	share := r.PostForm.Get("del") == "ja"
	unit, _ := s.unit()
	put := func(p ledger.Paper) error {
		p.Tenant, p.Kind, p.Actor, p.At = s.papersAt(), viewKind, s.self(), s.desk.Now().UTC().UnixMicro()
		_, err := s.desk.Ledger.PutPaper(r.Context(), p)
		return err
	}
	add := func(k keptView, shared bool) error {
		prefix := s.own()
		if shared && unit != "" {
			prefix = unit
		}
		body, err := json.Marshal(k)
		if err != nil {
			return err
		}
		return put(ledger.Paper{ID: prefix + rand.Text(), Body: body})
	}
	do := r.PostForm.Get("gjor")
	if do == "lagre" {
		mine := 0
		for _, x := range have {
			if x.Mine {
				mine++
			}
		}
		switch {
		case badName:
			return s.viewPage(w, r, v, http.StatusUnprocessableEntity, v.T("web.views.bad_name", longestTitle))
		case mine >= mostViews:
			return s.viewPage(w, r, v, http.StatusUnprocessableEntity, v.T("web.views.too_many", mostViews))
		}
		asked, err := http.NewRequest(http.MethodGet, "/liste?"+r.PostForm.Get("sok"), nil)
		if err != nil {
			return badRequest{code: "web.bad_request_text"}
		}
		f := s.readFilter(asked)
		if _, err := f.query(v); err != nil {
			return err
		}
		f.Page = 1
		if err := add(keptView{Name: name, Query: f.values(s.o.User).Encode(), Owner: s.self(), By: s.o.User.Name}, share); err != nil {
			return err
		}
		http.Redirect(w, r, f.url("/liste", s.o.User), http.StatusSeeOther)
		return nil
	}
	p, ok := papers[r.PostForm.Get("id")]
	var k keptView
	if !ok || json.Unmarshal(p.Body, &k) != nil || k.Owner != s.self() {
		return desk.ErrMissing
	}
	gone := p
	gone.Gone, gone.Body = true, nil
	switch do {
	case "navn":
		if badName {
			return s.viewPage(w, r, v, http.StatusUnprocessableEntity, v.T("web.views.bad_name", longestTitle))
		}
		k.Name = name
		if p.Body, err = json.Marshal(k); err == nil {
			err = put(p)
		}
	case "slett":
		err = put(gone)
	case "del": // it moves between one's own and the unit's
		if err = add(k, strings.HasPrefix(p.ID, "own/")); err == nil {
			err = put(gone)
		}
	default:
		return badRequest{code: "web.bad_request_text"}
	}
	if err != nil && !errors.Is(err, ledger.ErrPaperChanged) { // changed meanwhile: the page shows what it is now
		return err
	}
	http.Redirect(w, r, "/liste/visninger", http.StatusSeeOther)
	return nil
}

// readPlainForm reads a form that needs no key: sending it twice does no more than sending it once.
func readPlainForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, formSize)
	if err := r.ParseForm(); err != nil {
		return badRequest{code: "web.bad_request_text"}
	}
	for k, values := range r.PostForm {
		if !isText(k) || slices.ContainsFunc(values, func(s string) bool { return !isText(s) }) {
			return badRequest{code: "web.bad_request_text"}
		}
	}
	return nil
}
