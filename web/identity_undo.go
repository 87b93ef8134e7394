package web

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"rettid/access"
	"rettid/desk"
	"rettid/ledger"
	"rettid/words"
)

// What was recorded of who somebody is may be wrong: two who were taken for one, or a number that is another's. It is undone as it was done, by later facts: the cases
// are corrected back, and both corrections stand in them. What came to the patient after is not moved.

// A madeOne is a version of an identity paper that stands: nobody has undone it.
type madeOne struct {
	identified
	Seq, Last int // the version, and the last there is
	At        int64
	Actor     string
}

// madeOne finds the latest time a case's patient got a number or was found to be another, and the case was among those it was about. ok is false when there is none, or
// when what was before is no longer kept.
func (s *site) madeOne(ctx context.Context, tenant, patient string, id int64) (out madeOne, ok bool, err error) {
	versions, err := s.desk.Ledger.PaperVersions(ctx, tenant, desk.IdentityPaper, patient)
	if err != nil || len(versions) == 0 {
		return out, false, err
	}
	undone := make(map[int]bool)
	for _, p := range slices.Backward(versions) {
		var body identified
		if len(p.Body) == 0 {
			continue
		}
		if err := json.Unmarshal(p.Body, &body); err != nil {
			return out, false, err
		}
		undone[body.Undoes] = true
		if body.Undoes != 0 || undone[p.Seq] || !(caseList{body.Records, body.Matters}).has(id) {
			continue
		}
		out = madeOne{body, p.Seq, versions[len(versions)-1].Seq, p.At, p.Actor}
		if body.Merged == "" {
			return out, body.Before != nil, nil
		}
		was, known, err := s.desk.Ledger.Person(ctx, tenant, body.Merged)
		return out, known && was.Erased == 0, err
	}
	return out, false, nil
}

// An identityNote tells on a case that the patient was another before, with the way to undo it.
type identityNote struct {
	Text string
	Undo link
}

// identityNote is for those who register who somebody is; nil for others.
func (s *site) identityNote(r *http.Request, v *view, c desk.Case) (*identityNote, error) {
	if c.Person.Ident == "" || !s.can(access.Receive, s.caseOf(c.Tenant, &c.State)).Allowed {
		return nil, nil
	}
	one, ok, err := s.madeOne(r.Context(), c.Tenant, c.State.Patient, c.ID)
	if err != nil || !ok {
		return nil, err
	}
	return &identityNote{v.madeText(one), link{caseURL(c.Tenant, c.ID) + "/nummer/angre", v.T("unnumbered.undo_link")}}, nil
}

func (v *view) madeText(one madeOne) string {
	key := "unnumbered.given_on"
	if one.Merged != "" {
		key = "unnumbered.merged_on"
	}
	return v.T(key, v.moment(one.At), v.s.actor(one.Actor))
}

type apartPage struct {
	*frame
	Head, Name, Facts, URL, Key, Text string
	Case                              link
	Seq                               int
	Beside                            []besideLine
	Back, Stay                        []link
	Blocked                           bool
	Fields                            []field
	Missing                           int
	Problems                          []problem
	Moved                             bool
	Submit                            string
}

func (s *site) apartPage(w http.ResponseWriter, r *http.Request, v *view) error {
	if r.Method == http.MethodPost {
		if err := readForm(w, r); err != nil {
			return err
		}
	}
	c, err := s.openOurs(w, r, access.Receive)
	if err != nil || c.ID == 0 {
		return err
	}
	ctx, at := r.Context(), caseURL(c.Tenant, c.ID)
	one, ok, err := s.madeOne(ctx, c.Tenant, c.State.Patient, c.ID)
	if err != nil {
		return err
	}
	if !ok { // it is undone, or never was
		if r.Method == http.MethodPost {
			http.Redirect(w, r, at, http.StatusSeeOther)
			return nil
		}
		return desk.ErrMissing
	}
	is := c.Person
	was := is
	if one.Merged != "" {
		was, _, err = s.desk.Ledger.Person(ctx, c.Tenant, one.Merged)
		if err != nil {
			return err
		}
	} else { // what else has changed since stays
		was.Ident, was.IdentKind, was.Given, was.Family, was.Born, was.Sex, was.More = "", "", one.Before.Given, one.Before.Family, one.Before.Born, one.Before.Sex, one.Before.More
	}
	now, err := s.casesOf(ctx, c.Tenant, is.ID)
	if err != nil {
		return err
	}
	back := now.only(caseList{one.Records, one.Matters})
	later := caseList{slices.DeleteFunc(slices.Clone(now.records), back.has), slices.DeleteFunc(slices.Clone(now.matters), back.has)}
	v.Title = v.T("unnumbered.apart_head")
	if one.Merged == "" {
		v.Title = v.T("unnumbered.take_head")
	}
	p := apartPage{frame: v.frame, Head: v.Title, Name: v.givenName(is), Facts: v.personLine(c), URL: at + "/nummer/angre", Key: rand.Text(), Text: v.madeText(one), Case: v.caseLink(c), Seq: one.Last,
		Beside: v.beside(is, was), Back: back.links(c.Tenant), Stay: later.links(c.Tenant), Submit: v.Title}
	p.Blocked = one.Merged == "" && len(p.Stay) > 0 // they came by the number, and are whose number it is
	f := &form{v: v, c: c, x: &c.State, bad: make(map[string][]string), person: is}
	show := func(status int) error {
		p.Fields = f.show([]field{{Name: "hvorfor", Label: v.T("unnumbered.undo_why"), Kind: "text", Need: true, Help: v.T("unnumbered.undo_why_help")}})
		for _, x := range p.Fields {
			if len(x.Errors) > 0 {
				p.Missing++
			}
		}
		return s.render(w, status, "nummerangre", v, p)
	}
	if r.Method == http.MethodGet {
		return show(http.StatusOK)
	}
	f.typed, p.Key = r.PostForm, r.PostForm.Get("key")
	if p.Moved = f.value("seq") != strconv.Itoa(p.Seq); p.Moved || p.Blocked {
		return show(http.StatusConflict)
	}
	why := f.need("hvorfor")
	if len(f.bad) > 0 {
		return show(http.StatusUnprocessableEntity)
	}
	reason := "unnumbered.take_reason"
	if one.Merged != "" {
		reason = "unnumbered.apart_reason"
	}
	refusal, err := s.moveCases(ctx, v, p.Key, words.Say(words.NB, reason, why), c.Tenant, back, is.ID, was)
	switch {
	case errors.Is(err, desk.ErrMoved):
		p.Moved = true
		return show(http.StatusConflict)
	case err != nil:
		return err
	case len(refusal) > 0:
		p.Problems = v.problems(refusal)
		return show(http.StatusUnprocessableEntity)
	}
	if one.Merged == "" {
		err = s.desk.Ledger.PutPerson(ctx, was)
	} else {
		err = s.carryBack(ctx, is, was, one.Carried)
	}
	if err != nil {
		return err
	}
	if _, err := s.putIdentity(ctx, is, identified{Undoes: one.Seq}); errors.Is(err, ledger.ErrPaperChanged) {
		p.Moved = true
		return show(http.StatusConflict)
	} else if err != nil {
		return err
	}
	http.Redirect(w, r, at, http.StatusSeeOther)
	return nil
}

// carryBack lets those who came to act for one with another act for the other again, and not for the one.
func (s *site) carryBack(ctx context.Context, is, was ledger.Person, who []standInKey) error {
	if len(who) == 0 {
		return nil
	}
	l := s.desk.Ledger
	from, err := readActsFor(ctx, l, is.Tenant, is.ID)
	if err != nil {
		return err
	}
	to, err := readActsFor(ctx, l, was.Tenant, was.ID)
	if err != nil {
		return err
	}
	left := actsFor{seq: from.seq}
	for _, x := range from.People {
		if !slices.Contains(who, x.key()) {
			left.People = append(left.People, x)
			continue
		}
		to.People = append(to.People, x)
		if err := s.putActsFor(ctx, was.Tenant, was.ID, to, x.Digest); err != nil {
			return err
		}
		to.seq++
	}
	return s.putActsFor(ctx, is.Tenant, is.ID, left, "")
}
