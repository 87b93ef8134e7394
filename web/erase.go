package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"rettid/access"
	"rettid/desk"
	"rettid/ledger"
	"rettid/words"
)

// Erasing everything that is kept of a patient (helsepersonelloven §§ 43 and 44): decided by the trust's medical director, on a ground, under a number in the archive,
// in two steps. What goes is counted before; what stays is said. Afterwards the page tells that it was decided, when, by whom and why.

func (s *site) eraseRoutes(m *http.ServeMux) {
	m.HandleFunc("GET /sak/{tenant}/{id}/slett", s.page(access.Erase, (*site).erasePage))
	m.HandleFunc("POST /sak/{tenant}/{id}/slett", s.page(access.Erase, (*site).erasePage))
}

type erasePage struct {
	*frame
	Head, Name, Facts, URL string
	Case                   link
	Goes                   []pair
	Open                   []link // cases that must be closed first
	Fields                 []field
	Missing                int
	Confirm                string // the token of what was counted; empty in the first step
	Sure                   string
	Moved                  bool
	Done                   []pair // it is done: when, by whom, why
	Just                   bool
}

func (s *site) erasePage(w http.ResponseWriter, r *http.Request, v *view) error {
	if !s.guarded() { // nobody in particular decides nothing
		return denied{"not_for_role"}
	}
	if r.Method == http.MethodPost {
		if err := readText(w, r); err != nil {
			return err
		}
	}
	c, err := s.openOurs(w, r, access.Erase)
	if err != nil || c.ID == 0 {
		return err
	}
	ctx, person := r.Context(), c.Person
	if person.ID == "" {
		return desk.ErrMissing
	}
	v.Title = v.T("erase.head")
	p := erasePage{frame: v.frame, Head: v.Title, Name: v.givenName(person), Facts: v.personLine(c), URL: caseURL(c.Tenant, c.ID) + "/slett", Case: v.caseLink(c), Just: r.URL.Query().Get("gjort") != ""}
	about, err := s.desk.ToErase(ctx, c.Tenant, person.ID)
	if errors.Is(err, desk.ErrErased) {
		was, ok, err := s.desk.Erasure(ctx, c.Tenant, person.ID)
		if err != nil {
			return err
		}
		p.Done = []pair{{v.T("erase.when"), v.moment(person.Erased)}}
		if ok {
			p.Done = append(p.Done, pair{v.T("erase.by"), s.actor(was.Actor)}, pair{v.T("erase.ground"), v.T("erase.ground." + string(was.Ground))}, pair{v.T("erase.reference"), was.Reference})
			p.Goes = v.erased(was.Took)
		}
		return s.render(w, http.StatusOK, "erase", v, p)
	}
	if err != nil {
		return err
	}
	p.Goes = append([]pair{{v.T("erase.takes.identity"), v.T("erase.takes.identity_text")}}, v.erased(about)...)
	for _, id := range about.Open {
		l := link{matterURL(c.Tenant, id), caseNumber(c.Tenant, id)}
		if _, ok, err := s.desk.Ledger.Row(ctx, c.Tenant, id); err != nil {
			return err
		} else if ok {
			l.URL = caseURL(c.Tenant, id)
		}
		p.Open = append(p.Open, l)
	}
	f := &form{v: v, c: c, x: &c.State, bad: make(map[string][]string), person: person}
	show := func(status int) error {
		var grounds []option
		for _, g := range desk.ErasureGrounds() {
			grounds = append(grounds, option{string(g), v.T("erase.ground." + string(g)), false})
		}
		p.Fields = f.show([]field{{Name: "grunnlag", Label: v.T("erase.ground"), Kind: "choice", Need: true, Options: grounds},
			{Name: "arkiv", Label: v.T("erase.reference"), Kind: "line", Need: true, Help: v.T("erase.reference_help")},
			{Name: "vurdert", Label: v.T("erase.considered"), Kind: "ticks", Need: true, Options: []option{{"ja", v.T("erase.considered_text"), false}}}})
		for _, x := range p.Fields {
			if len(x.Errors) > 0 {
				p.Missing++
			}
		}
		return s.render(w, status, "erase", v, p)
	}
	if r.Method != http.MethodPost || len(p.Open) > 0 {
		return show(http.StatusOK)
	}
	f.typed = r.PostForm
	e := desk.Erasure{Tenant: c.Tenant, Patient: person.ID, Ground: desk.ErasureGround(f.need("grunnlag")), Reference: f.need("arkiv"), Actor: s.o.User.ID, Role: string(s.o.User.Role), Seen: f.value("sett")}
	switch {
	case e.Ground != "" && !slices.Contains(desk.ErasureGrounds(), e.Ground):
		return badRequest{code: "web.bad_request_text"}
	case e.Reference != "" && !desk.ArchiveNumber(e.Reference):
		f.wrong("arkiv", "erase.bad_reference")
	}
	if !f.yes("vurdert") {
		f.wrong("vurdert", "erase.consider")
	}
	if len(f.bad) > 0 {
		return show(http.StatusUnprocessableEntity)
	}
	token := desk.ErasureToken(about)
	p.Confirm, p.Sure = token, v.T("erase.sure", about.Cases, about.Notes)
	if f.value("bekreft") == "" {
		return show(http.StatusOK)
	}
	if e.Seen != token {
		p.Moved = true
		return show(http.StatusConflict)
	}
	if e.Masked, err = s.registry().Mask(ctx, c.Tenant, person.ID, s.o.User.ID); err != nil {
		return err
	}
	_, err = s.desk.ErasePatient(ctx, e)
	switch {
	case errors.Is(err, desk.ErrMoved), errors.Is(err, desk.ErrStillOpen), errors.Is(err, ledger.ErrPaperChanged):
		p.Moved = true
		return show(http.StatusConflict)
	case err != nil && !errors.Is(err, desk.ErrErased):
		return err
	}
	http.Redirect(w, r, p.URL+"?gjort=1", http.StatusSeeOther)
	return nil
}

// erased tells what goes, or went, in words.
func (v *view) erased(a ledger.About) []pair {
	n := 0
	for _, x := range a.Papers {
		n += x
	}
	var out []pair
	for _, x := range []struct {
		key string
		n   int
	}{{"notes", a.Notes}, {"papers", n}, {"links", a.Links}} {
		out = append(out, pair{v.T("erase.takes." + x.key), words.Number(v.Lang, x.n)})
	}
	return append(out, pair{v.T("erase.takes.cases"), strings.TrimSpace(words.Number(v.Lang, a.Cases))})
}
