package web

import (
	"crypto/rand"
	"errors"
	"io"
	"maps"
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

// The specialist's assessment: the referral on the left, the law in four steps on the right. The assessor's own answers come first and the guide's after
// (guide 2); which came first is recorded. What the law will say is tried on the desk before it is asked, and nothing typed is lost whatever it says.

// formSizeAssess is the most an assessment may hold.
const formSizeAssess = 64 << 10

// assess shows the screen, and takes it.
func (s *site) assess(w http.ResponseWriter, r *http.Request, v *view) error {
	tenant := r.PathValue("tenant")
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id < 1 {
		return desk.ErrMissing
	}
	row, ok, err := s.desk.Ledger.Row(r.Context(), tenant, id)
	if err != nil {
		return err
	}
	if !ok {
		return desk.ErrMissing
	}
	if s.guarded() {
		if err := s.actOn(r, row, access.Assess); err != nil {
			return err
		}
	} else if !s.ours(row) { // the case page asks why; another trust's case may be read, and not decided
		http.Redirect(w, r, caseURL(tenant, id), http.StatusSeeOther)
		return nil
	}
	if no := law.RoleMayDecide(s.assessor()); len(no) > 0 {
		return &referral.Refusal{Objections: no}
	}
	var c desk.Case
	if r.Method == http.MethodPost {
		c, err = s.desk.Peek(r.Context(), tenant, id, desk.View{})
	} else {
		c, err = s.desk.Open(r.Context(), tenant, id, desk.View{}, ledger.Access{Actor: s.o.User.ID, Role: string(s.o.User.Role), Place: s.o.User.Place, Purpose: s.o.User.Purpose})
	}
	if err != nil {
		return err
	}
	v.Here = "/vurdering"
	f := &assessForm{v: v, c: c, x: &c.State, before: c.State, on: v.Today, typed: make(url.Values)}
	f.quiet = r.Method != http.MethodPost
	if r.URL.Query().Get("rett") != "" {
		if f.fixes = assessedAt(c.Log); f.fixes == 0 {
			return desk.ErrMissing
		}
		f.before, f.on = beforeEntry(c.Log, f.fixes)
	}
	if r.Method == http.MethodPost {
		return s.takeAssessment(w, r, f)
	}
	k := s.draftKey(f)
	d, ok, err := s.draft(r.Context(), k)
	if err != nil {
		return err
	}
	if ok {
		f.typed = maps.Clone(d.typed)
		p, err := s.assessScreen(r, f)
		if err != nil {
			return err
		}
		p.Saved = v.T("web.assess.kept", v.clock(d.saved))
		return s.showAssessment(w, http.StatusOK, f, p)
	}
	if f.fixes > 0 {
		notes, err := s.notes(r, c)
		if err != nil {
			return err
		}
		speaks := referral.Speaking(c.Log)
		for i, e := range c.Log {
			if e.Seq == f.fixes {
				if a, ok := speaks[i].Ask.(*referral.Assess); ok {
					f.typed = f.filled(a, speaks[i], notes)
				}
			}
		}
	}
	p, err := s.assessScreen(r, f)
	if err != nil {
		return err
	}
	return s.showAssessment(w, http.StatusOK, f, p)
}

// assessActs leads from the case to its assessment, or to correcting it, for one who may decide.
func (v *view) assessActs(c desk.Case) []actItem {
	at := caseURL(c.Tenant, c.ID) + "/vurder"
	switch x := &c.State; {
	case !v.s.mayAssess(c.Tenant, x):
	case len(law.AssessRefused(&x.Facts, v.s.desk.Settings)) == 0:
		return []actItem{{link{at, v.T("verb.assess")}, "edit"}}
	case x.Right != law.Pending && assessedAt(c.Log) > 0:
		return []actItem{{link{at + "?rett=1", v.T("web.assess.fix")}, "edit"}}
	}
	return nil
}

// assessedAt is the entry of the assessment that speaks now; 0 when there is none.
func assessedAt(log []referral.Entry) int {
	speaks := referral.Speaking(log)
	for i, e := range slices.Backward(log) {
		if speaks[i] == nil {
			continue
		}
		if _, ok := speaks[i].Ask.(*referral.Assess); ok {
			return e.Seq
		}
	}
	return 0
}

// beforeEntry is the state an entry was decided on, and the day it speaks of.
func beforeEntry(log []referral.Entry, seq int) (referral.Referral, day.Day) {
	speaks := referral.Speaking(log)
	for i, e := range log {
		if e.Seq == seq {
			return referral.Fold(log[:i]), speaks[i].On
		}
	}
	return referral.Referral{}, day.Day{}
}

func (s *site) draftKey(f *assessForm) draftKey {
	return draftKey{f.c.Tenant, f.c.ID, s.o.User.ID + "/" + s.o.User.Place, f.fixes}
}

// readAssessment reads what was sent. Fields that the page did not show, the circumstances of other conditions, are kept from the draft; so is which
// view came first, which no form can change.
func readAssessment(w http.ResponseWriter, r *http.Request, kept url.Values) (url.Values, error) {
	r.Body = http.MaxBytesReader(w, r.Body, formSizeAssess)
	if err := r.ParseForm(); err != nil {
		return nil, badRequest{code: "web.bad_request_text"}
	}
	typed := make(url.Values)
	for k, values := range r.PostForm {
		if !isText(k) || slices.ContainsFunc(values, func(x string) bool { return !isText(x) }) {
			return nil, badRequest{code: "web.bad_request_text"}
		}
		typed[k] = slices.DeleteFunc(slices.Clone(values), func(x string) bool { return x == "" })
	}
	shown := "f." + typed.Get("vist") + "."
	for k, values := range kept {
		if strings.HasPrefix(k, "f.") && !strings.HasPrefix(k, shown) {
			typed[k] = values
		}
	}
	if first := kept.Get("forst"); first != "" {
		typed.Set("forst", first)
	}
	return typed, nil
}

func (s *site) takeAssessment(w http.ResponseWriter, r *http.Request, f *assessForm) error {
	v, c := f.v, f.c
	k := s.draftKey(f)
	old, _, err := s.draft(r.Context(), k)
	if err != nil {
		return err
	}
	typed, err := readAssessment(w, r, old.typed)
	if err != nil {
		return err
	}
	f.typed = typed
	key := typed.Get("key")
	if len(key) < 16 || len(key) > 64 {
		return badRequest{code: "web.bad_request_text"}
	}
	if typed.Get("do") == "save" {
		return s.saveQuietly(w, r, f, k)
	}
	for _, rec := range c.Records {
		if rec.Key == key { // sent twice: it is done
			http.Redirect(w, r, caseURL(c.Tenant, c.ID)+"?gjort="+strconv.Itoa(rec.Seq), http.StatusSeeOther)
			return nil
		}
	}
	do := typed.Get("do")
	typed.Del("do")
	if do == "guide" || do == "search" {
		f.reveal()
		f.quiet = true
	}
	if do == "preview" && typed.Get("sok") != old.typed.Get("sok") { // Enter in the search field, without script
		f.quiet = true
	}
	f.agree()
	f.suggest()
	f.propose()
	if err := s.storeDraft(r.Context(), k, f.typed, v.Now); err != nil {
		return err
	}

	seen, err := strconv.Atoi(typed.Get("seq"))
	moved := err != nil || seen != c.State.Seq
	if moved {
		p, err := s.assessScreen(r, f)
		if err != nil {
			return err
		}
		p.Since = v.since(c, seen)
		return s.showAssessment(w, http.StatusConflict, f, p)
	}
	if do == "draft" {
		return s.keepDraft(w, r, f)
	}
	p, err := s.assessScreen(r, f)
	if err != nil {
		return err
	}
	if do != "decide" || len(p.Missing) > 0 {
		status := http.StatusOK
		if do == "decide" {
			status = http.StatusUnprocessableEntity
			p.Refused = true
		}
		return s.showAssessment(w, status, f, p)
	}
	o := f.order(key)
	o.Seen = seen
	out, err := s.desk.Take(r.Context(), o)
	var refusal *referral.Refusal
	switch {
	case errors.As(err, &refusal):
		p.Refused = true
		return s.showAssessment(w, http.StatusUnprocessableEntity, f, p)
	case errors.Is(err, desk.ErrMoved):
		if f.c, err = s.desk.Peek(r.Context(), c.Tenant, c.ID, desk.View{}); err != nil {
			return err
		}
		f.x = &f.c.State
		if p, err = s.assessScreen(r, f); err != nil {
			return err
		}
		p.Since = v.since(f.c, seen)
		return s.showAssessment(w, http.StatusConflict, f, p)
	case err != nil:
		return err
	}
	if err := s.dropDrafts(r.Context(), c.Tenant, c.ID); err != nil {
		s.log.Error("the drafts of a decided case are still there", "tenant", c.Tenant, "referral", c.ID, "error", err) // it is decided all the same
	}
	http.Redirect(w, r, caseURL(c.Tenant, c.ID)+"?gjort="+strconv.Itoa(out.Seq), http.StatusSeeOther)
	return nil
}

// saveQuietly keeps what is typed while one types, and answers with when. It asks the law nothing, and records nothing in the case.
func (s *site) saveQuietly(w http.ResponseWriter, r *http.Request, f *assessForm, k draftKey) error {
	f.typed.Del("do")
	if f.fixes == 0 && len(law.AssessRefused(&f.x.Facts, s.desk.Settings)) > 0 {
		w.WriteHeader(http.StatusNoContent) // it was decided meanwhile
		return nil
	}
	if err := s.storeDraft(r.Context(), k, f.typed, f.v.Now); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := io.WriteString(w, f.v.T("web.assess.kept", f.v.clock(f.v.Now)))
	return err
}

// keepDraft records once that somebody has begun, and comes back to the screen.
func (s *site) keepDraft(w http.ResponseWriter, r *http.Request, f *assessForm) error {
	if f.fixes == 0 && f.x.Status == law.Received && len(law.AssessRefused(&f.x.Facts, s.desk.Settings)) == 0 {
		o := f.order(rand.Text())
		o.Do = &referral.Begin{}
		if _, err := s.desk.Take(r.Context(), o); err != nil {
			return err
		}
	}
	at := caseURL(f.c.Tenant, f.c.ID) + "/vurder"
	if f.fixes > 0 {
		at += "?rett=1"
	}
	http.Redirect(w, r, at, http.StatusSeeOther)
	return nil
}

// since is what has happened to a case after an entry, the latest first.
func (v *view) since(c desk.Case, seen int) []happening {
	var out []happening
	for _, h := range v.history(c, day.Day{}, nil) {
		if n, _ := strconv.Atoi(strings.TrimPrefix(h.ID, "r")); n > seen {
			if h.Fix != nil {
				h.What, h.Detail = v.T("history.correct"), h.Fix.Is
			}
			out = append(out, h)
		}
	}
	return out
}
