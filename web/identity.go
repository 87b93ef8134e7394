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
	"rettid/day"
	"rettid/desk"
	"rettid/exception"
	"rettid/law"
	"rettid/ledger"
	"rettid/patient"
	"rettid/referral"
	"rettid/say"
	"rettid/words"
)

// A patient who came without a Norwegian number gets one, or turns out to be somebody the house knows: then their referrals are corrected to be that person's, and
// what was known before stays in the person's own papers. Nothing of the log is changed; the corrections stand behind what they correct.

func (s *site) identityRoutes(m *http.ServeMux) {
	m.HandleFunc("GET /sak/{tenant}/{id}/nummer", s.page(access.Receive, (*site).identityPage))
	m.HandleFunc("POST /sak/{tenant}/{id}/nummer", s.page(access.Receive, (*site).identityPage))
	m.HandleFunc("GET /sak/{tenant}/{id}/nummer/angre", s.page(access.Receive, (*site).apartPage))
	m.HandleFunc("POST /sak/{tenant}/{id}/nummer/angre", s.page(access.Receive, (*site).apartPage))
}

// An identified is the body of a version of an identity paper: how the patient was known before, when it was another id, which, or that an earlier version was
// wrong. What is kept of the other id stays its own, so that the two can be parted again; [desk.Desk.KnownAs] reads which are one.
type identified struct {
	Before  *ledger.Person `json:"before,omitempty"` // as it was kept, when the number came to it
	Kind    patient.Kind   `json:"kind,omitempty"`   // of the number that came
	Merged  string         `json:"merged,omitempty"`
	Records []int64        `json:"records,omitempty"` // the referrals it was about then
	Matters []int64        `json:"matters,omitempty"` // and those of the exception scheme
	Carried []standInKey   `json:"carried,omitempty"` // who acted for the other, and not for this one before

	Undoes int `json:"undoes,omitempty"` // the version that was wrong
}

// A standInKey is one who acts for a patient, without the name.
type standInKey struct {
	Digest string `json:"digest"`
	As     string `json:"as"`
}

func (x standIn) key() standInKey { return standInKey{x.Digest, x.As} }

type identityPage struct {
	*frame
	Head, Name, Facts, URL, Key string
	Case                        link
	Seq                         int
	Is                          *noNumber
	Likely                      []alike
	Fields                      []field
	Missing                     int
	Problems                    []problem
	Moved                       bool
	Confirm                     string // what is to be confirmed: whose number it is
	Beside                      []besideLine
	Cases                       []link
	Submit                      string
}

// An alike is somebody the house knows by the same name and day of birth.
type alike struct {
	Name, Facts string
	Cases       []link
}

// A besideLine is what is known here, and of the one who has the number.
type besideLine struct {
	Label, Here, There string
	Differs            bool
}

// namesakes are the persons of a tenant with the name and day of birth of one, of whom one or the other has no number: they may be the same.
func (s *site) namesakes(r *http.Request, p ledger.Person) ([]ledger.Person, error) {
	all, err := s.desk.Ledger.PersonsNamed(r.Context(), p.Tenant, p.Given, p.Family, p.Born)
	return slices.DeleteFunc(all, func(x ledger.Person) bool { return x.ID == p.ID || x.Ident != "" && p.Ident != "" }), err
}

// likely are they with their cases; those without a case are nobody.
func (s *site) likely(r *http.Request, v *view, p ledger.Person) ([]alike, error) {
	some, err := s.namesakes(r, p)
	if err != nil {
		return nil, err
	}
	var out []alike
	for _, one := range some {
		rows, err := s.desk.Ledger.RowsOf(r.Context(), p.Tenant, one.ID)
		if err != nil {
			return nil, err
		}
		a := alike{Name: v.givenName(one), Facts: v.T("unnumbered.without")}
		if one.Ident != "" {
			a.Facts = v.T("unnumbered.with")
		}
		for _, x := range rows {
			a.Cases = append(a.Cases, link{caseURL(x.Tenant, x.Referral), caseNumber(x.Tenant, x.Referral) + ", " + lowerFirst(v.specialty(x.Specialty))})
		}
		if a.Cases != nil {
			out = append(out, a)
		}
	}
	return out, nil
}

// numberless is what a case page says of a patient without a number, with the way to add it for one who may.
func (s *site) numberless(r *http.Request, v *view, c desk.Case) (*noNumber, error) {
	n := v.unnumbered(c.Person)
	if n == nil {
		return nil, nil
	}
	some, err := s.likely(r, v, c.Person)
	if err != nil {
		return nil, err
	}
	for _, x := range some {
		n.Likely = append(n.Likely, x.Cases...)
	}
	if s.can(access.Receive, s.caseOf(c.Tenant, &c.State)).Allowed {
		n.URL = caseURL(c.Tenant, c.ID) + "/nummer"
	}
	return n, nil
}

func (s *site) identityPage(w http.ResponseWriter, r *http.Request, v *view) error {
	if r.Method == http.MethodPost {
		if err := readForm(w, r); err != nil {
			return err
		}
	}
	c, err := s.openOurs(w, r, access.Receive)
	if err != nil || c.ID == 0 {
		return err
	}
	person := c.Person
	is := v.unnumbered(person)
	if is == nil && person.ID != "" && person.Ident != "" { // it has come
		http.Redirect(w, r, caseURL(c.Tenant, c.ID), http.StatusSeeOther)
		return nil
	}
	if is == nil {
		return desk.ErrMissing
	}
	v.Title = v.T("unnumbered.head")
	p := identityPage{frame: v.frame, Head: v.Title, Name: v.givenName(person), Facts: v.personLine(c), URL: caseURL(c.Tenant, c.ID) + "/nummer", Case: v.caseLink(c), Key: rand.Text(), Is: is, Submit: v.T("unnumbered.see")}
	paper, _, err := s.desk.Ledger.Paper(r.Context(), c.Tenant, desk.IdentityPaper, person.ID)
	if err != nil {
		return err
	}
	p.Seq = paper.Seq
	f := &form{v: v, c: c, x: &c.State, bad: make(map[string][]string), person: person}
	show := func(status int) error {
		if p.Likely, err = s.likely(r, v, person); err != nil {
			return err
		}
		p.Fields = f.show([]field{{Name: "nummer", Label: v.T("web.field.ident"), Kind: "line", Need: true, Help: v.T("unnumbered.number_help")},
			{Name: "fornavn", Label: v.T("web.intake.given"), Kind: "line", Value: person.Given, Need: true}, {Name: "etternavn", Label: v.T("web.intake.family"), Kind: "line", Value: person.Family, Need: true}})
		for _, x := range p.Fields {
			if len(x.Errors) > 0 {
				p.Missing++
			}
		}
		return s.render(w, status, "nummer", v, p)
	}
	if r.Method == http.MethodGet {
		return show(http.StatusOK)
	}
	f.typed, p.Key = r.PostForm, r.PostForm.Get("key")
	if f.value("seq") != strconv.Itoa(p.Seq) {
		p.Moved = true
		return show(http.StatusConflict)
	}
	number, given, family := f.need("nummer"), f.need("fornavn"), f.need("etternavn")
	id, err := patient.Identify(number)
	if err == nil {
		err = patient.Policy{AllowSynthetic: s.o.Demo, On: v.Today}.Accept(id)
	}
	var bad *patient.InvalidNumber
	switch {
	case number == "":
	case errors.As(err, &bad):
		f.wrong("nummer", "identity."+bad.Code, bad.Args...)
	case err != nil:
		return err
	}
	if len(f.bad) > 0 {
		return show(http.StatusUnprocessableEntity)
	}
	if wait, ok := s.searches.Allow("number " + s.user.ID); !ok { // nobody tries numbers out
		return tooMuch{wait}
	}
	known, taken, err := s.desk.Ledger.PersonByIdent(r.Context(), c.Tenant, string(id.Kind), id.Number)
	if err != nil {
		return err
	}
	after := person
	after.Ident, after.IdentKind, after.Given, after.Family, after.More = id.Number, string(id.Kind), given, family, nil
	if !id.Born.IsZero() {
		after.Born, after.Sex = id.Born, id.Sex
	}
	if taken {
		after = known
	}
	cases, err := s.casesOf(r.Context(), c.Tenant, person.ID)
	if err != nil {
		return err
	}
	token := "er " + after.ID + " " + after.Born.String()
	p.Beside = v.beside(person, after)
	if f.value("bekreft") != token {
		p.Confirm, p.Submit = token, v.T("unnumbered.add")
		if taken {
			p.Submit = v.T("unnumbered.merge")
		}
		p.Cases = cases.links(c.Tenant)
		return show(http.StatusOK)
	}
	refusal, err := s.moveCases(r.Context(), v, p.Key, words.Say(words.NB, "unnumbered.reason"), c.Tenant, cases, person.ID, after)
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
	body := identified{Before: &person, Kind: id.Kind, Records: cases.records, Matters: cases.matters}
	if taken {
		body.Before, body.Merged = nil, person.ID
	}
	if err := s.identify(r.Context(), person, after, body); errors.Is(err, ledger.ErrPaperChanged) {
		p.Moved = true
		return show(http.StatusConflict)
	} else if err != nil {
		return err
	}
	http.Redirect(w, r, caseURL(c.Tenant, c.ID), http.StatusSeeOther)
	return nil
}

// beside sets what is known of two beside each other.
func (v *view) beside(here, there ledger.Person) []besideLine {
	var out []besideLine
	add := func(key, a, b string) {
		out = append(out, besideLine{v.T(key), firstOf(a, v.T("web.none")), firstOf(b, v.T("web.none")), a != b && a != "" && b != ""})
	}
	date := func(d day.Day) string {
		if d.IsZero() {
			return ""
		}
		return words.Date(v.Lang, d)
	}
	sex := func(x string) string {
		if x == "" {
			return ""
		}
		return v.T("sex." + x)
	}
	add("unnumbered.name", v.givenName(here), v.givenName(there))
	add("web.field.born", date(here.Born), date(there.Born))
	add("unnumbered.sex", sex(here.Sex), sex(there.Sex))
	return out
}

func (v *view) problems(os law.Objections) []problem {
	var out []problem
	for _, x := range os {
		text, cite := say.Objection(v.Lang, x)
		out = append(out, problem{Text: text, Cite: v.cite(cite)})
	}
	return out
}

// A caseList is the numbers of a patient's referrals and matters.
type caseList struct{ records, matters []int64 }

func (s *site) casesOf(ctx context.Context, tenant, patient string) (caseList, error) {
	var out caseList
	rows, err := s.desk.Ledger.RowsOf(ctx, tenant, patient)
	if err != nil {
		return out, err
	}
	for _, x := range rows {
		out.records = append(out.records, x.Referral)
	}
	all, _, err := s.desk.Ledger.CasesOf(ctx, tenant, patient)
	if err != nil {
		return out, err
	}
	for _, id := range all {
		if !slices.Contains(out.records, id) {
			out.matters = append(out.matters, id)
		}
	}
	return out, nil
}

func (l caseList) has(id int64) bool {
	return slices.Contains(l.records, id) || slices.Contains(l.matters, id)
}

// only are those that are in another list too.
func (l caseList) only(of caseList) caseList {
	return caseList{slices.DeleteFunc(slices.Clone(l.records), func(id int64) bool { return !slices.Contains(of.records, id) }),
		slices.DeleteFunc(slices.Clone(l.matters), func(id int64) bool { return !slices.Contains(of.matters, id) })}
}

func (l caseList) links(tenant string) (out []link) {
	for _, id := range l.records {
		out = append(out, link{caseURL(tenant, id), caseNumber(tenant, id)})
	}
	for _, id := range l.matters {
		out = append(out, link{matterURL(tenant, id), caseNumber(tenant, id)})
	}
	return out
}

// moveCases corrects the receptions of referrals, and the applications of the exception scheme, to be about a person, where they are about another: the id, and what
// the law goes by. why is what stands in the log. All are looked over before any is taken.
func (s *site) moveCases(ctx context.Context, v *view, key, why, tenant string, cases caseList, from string, to ledger.Person) (law.Objections, error) {
	u := s.o.User
	on := referral.At{On: v.Today, Minute: -1, Role: u.Role, Actor: u.ID, Place: u.Place}
	var orders []desk.Order
	for _, id := range cases.records {
		c, err := s.desk.Peek(ctx, tenant, id, desk.View{})
		if err != nil {
			return nil, err
		}
		speaks := referral.Speaking(c.Log)
		if len(speaks) == 0 || speaks[0] == nil {
			continue
		}
		was, ok := speaks[0].Ask.(*referral.Receive)
		if !ok || was.Patient != from || was.Patient == to.ID && was.Born == to.Born {
			continue
		}
		with := *was
		with.Patient, with.Born, with.Municipality = to.ID, to.Born, firstOf(with.Municipality, to.Municipality)
		o := desk.Order{Tenant: tenant, Referral: id, Key: key + "/" + strconv.FormatInt(id, 10), Known: s.desk.Now(), Seen: c.State.Seq, At: on, Do: &referral.Correct{Seq: c.Log[0].Seq, With: &with, Reason: referral.Text{Words: why}}}
		if _, _, err := s.desk.Prepare(ctx, o, c.Log); err != nil {
			return refusedBy(err)
		}
		orders = append(orders, o)
	}
	var matters []desk.MatterOrder
	for _, id := range cases.matters {
		log, err := s.desk.MatterLog(ctx, tenant, id)
		if err != nil {
			return nil, err
		}
		speaks := exception.Speaking(log)
		if len(speaks) == 0 || speaks[0] == nil {
			continue
		}
		var with exception.Command
		switch was := speaks[0].Ask.(type) {
		case *exception.Apply:
			is := *was
			if is.Patient == from {
				is.Patient, is.Born, is.Sex, is.Municipality = to.ID, to.Born, firstOf(to.Sex, is.Sex), firstOf(is.Municipality, to.Municipality)
				with = &is
			}
		case *exception.Request:
			is := *was
			if is.Patient == from {
				is.Patient, is.Born, is.Sex, is.Municipality = to.ID, to.Born, firstOf(to.Sex, is.Sex), firstOf(is.Municipality, to.Municipality)
				with = &is
			}
		}
		if with == nil || from == to.ID && exceptionBorn(speaks[0].Ask) == to.Born {
			continue
		}
		matters = append(matters, desk.MatterOrder{Tenant: tenant, Matter: id, Key: key + "/" + strconv.FormatInt(id, 10), Known: s.desk.Now(), Seen: log[len(log)-1].Seq, At: on, Do: &exception.Correct{Seq: log[0].Seq, With: with, Reason: referral.Text{Words: why}}})
	}
	for _, o := range orders {
		if _, err := s.desk.Take(ctx, o); err != nil {
			return refusedBy(err)
		}
	}
	for _, o := range matters {
		if _, err := s.desk.TakeMatter(ctx, o); err != nil {
			return refusedBy(err)
		}
	}
	return nil, nil
}

func exceptionBorn(c exception.Command) day.Day {
	switch x := c.(type) {
	case *exception.Apply:
		return x.Born
	case *exception.Request:
		return x.Born
	}
	return day.Day{}
}

// refusedBy tells a refusal from a fault.
func refusedBy(err error) (law.Objections, error) {
	var refusal *referral.Refusal
	if errors.As(err, &refusal) {
		return refusal.Objections, nil
	}
	return nil, err
}

// identify keeps how the patient was known, and gives the number: to the person there was, or by counting that one and the one who has it as one. Who acts for the first
// then acts for the other.
func (s *site) identify(ctx context.Context, was, is ledger.Person, body identified) error {
	l := s.desk.Ledger
	var from, to actsFor
	var err error
	if body.Merged != "" {
		if from, err = readActsFor(ctx, l, was.Tenant, was.ID); err != nil {
			return err
		}
		if to, err = readActsFor(ctx, l, is.Tenant, is.ID); err != nil {
			return err
		}
		for _, x := range from.People {
			if !slices.ContainsFunc(to.People, func(y standIn) bool { return x.key() == y.key() }) {
				body.Carried = append(body.Carried, x.key())
			}
		}
	}
	if _, err := s.putIdentity(ctx, is, body); err != nil {
		return err
	}
	if body.Merged == "" {
		return l.PutPerson(ctx, is)
	}
	return s.carry(ctx, was, is, from, to, body.Carried)
}

// putIdentity adds a version of how a patient was known.
func (s *site) putIdentity(ctx context.Context, p ledger.Person, body identified) (int, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return 0, err
	}
	before, _, err := s.desk.Ledger.Paper(ctx, p.Tenant, desk.IdentityPaper, p.ID)
	if err != nil {
		return 0, err
	}
	return s.desk.Ledger.PutPaper(ctx, ledger.Paper{Tenant: p.Tenant, Kind: desk.IdentityPaper, ID: p.ID, Seq: before.Seq, At: s.desk.Now().UTC().UnixMicro(), Actor: s.o.User.ID, Body: text})
}

// carry lets those named act for another patient, and all of them no more for the first.
func (s *site) carry(ctx context.Context, was, is ledger.Person, from, to actsFor, who []standInKey) error {
	for _, x := range from.People {
		if !slices.Contains(who, x.key()) {
			continue
		}
		to.People = append(to.People, x)
		if err := s.putActsFor(ctx, is.Tenant, is.ID, to, x.Digest); err != nil {
			return err
		}
		to.seq++
	}
	if len(from.People) == 0 {
		return nil
	}
	return s.putActsFor(ctx, was.Tenant, was.ID, actsFor{seq: from.seq}, "")
}
