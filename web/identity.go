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
}

// An identified is the body of a version of an identity paper: how the patient was known, and when it was another id, which.
type identified struct {
	Was     patient.Unnumbered `json:"was,omitzero"`
	Given   string             `json:"given,omitempty"`
	Family  string             `json:"family,omitempty"`
	Born    day.Day            `json:"born,omitzero"`
	Kind    patient.Kind       `json:"kind,omitempty"` // of the number that came
	Merged  string             `json:"merged,omitempty"`
	Records []int64            `json:"records,omitempty"` // the referrals that were corrected
}

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
	rows, err := s.desk.Ledger.RowsOf(r.Context(), c.Tenant, person.ID)
	if err != nil {
		return err
	}
	all, _, err := s.desk.Ledger.CasesOf(r.Context(), c.Tenant, person.ID)
	if err != nil {
		return err
	}
	if taken && len(all) > len(rows) {
		f.wrong("nummer", "unnumbered.wrong.exception")
		return show(http.StatusUnprocessableEntity)
	}
	token := "er " + after.ID + " " + after.Born.String()
	p.Beside = v.beside(person, after)
	if f.value("bekreft") != token {
		p.Confirm, p.Submit = token, v.T("unnumbered.add")
		if taken {
			p.Submit = v.T("unnumbered.merge")
		}
		for _, x := range rows {
			p.Cases = append(p.Cases, link{caseURL(x.Tenant, x.Referral), caseNumber(x.Tenant, x.Referral)})
		}
		return show(http.StatusOK)
	}
	moved, refusal, err := s.moveCases(r.Context(), v, p.Key, rows, after)
	switch {
	case errors.Is(err, desk.ErrMoved):
		p.Moved = true
		return show(http.StatusConflict)
	case err != nil:
		return err
	case refusal != nil:
		for _, x := range refusal.Objections {
			text, cite := say.Objection(v.Lang, x)
			p.Problems = append(p.Problems, problem{Text: text, Cite: v.cite(cite)})
		}
		return show(http.StatusUnprocessableEntity)
	}
	was, err := patient.ReadUnnumbered(person.More)
	if err != nil {
		return err
	}
	body := identified{Was: was, Given: person.Given, Family: person.Family, Born: person.Born, Kind: id.Kind, Records: moved}
	if taken {
		body.Merged = person.ID
	}
	if err := s.identify(r.Context(), person, after, body, taken); errors.Is(err, ledger.ErrPaperChanged) {
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

// moveCases corrects the receptions of referrals to be about a person, where they are not: the id, and the day of birth the law goes by. All are looked over before
// any is taken.
func (s *site) moveCases(ctx context.Context, v *view, key string, rows []ledger.Row, to ledger.Person) (moved []int64, refusal *referral.Refusal, err error) {
	var orders []desk.Order
	for _, row := range rows {
		c, err := s.desk.Peek(ctx, row.Tenant, row.Referral, desk.View{})
		if err != nil {
			return nil, nil, err
		}
		speaks := referral.Speaking(c.Log)
		if len(speaks) == 0 || speaks[0] == nil {
			continue
		}
		was, ok := speaks[0].Ask.(*referral.Receive)
		if !ok || was.Patient == to.ID && was.Born == to.Born {
			continue
		}
		with := *was
		with.Patient, with.Born = to.ID, to.Born
		if with.Municipality == "" {
			with.Municipality = to.Municipality
		}
		u := s.o.User
		o := desk.Order{Tenant: row.Tenant, Referral: row.Referral, Key: key + "/" + strconv.FormatInt(row.Referral, 10), Known: s.desk.Now(), Seen: c.State.Seq, At: referral.At{On: v.Today, Minute: -1, Role: u.Role, Actor: u.ID, Place: u.Place},
			Do: &referral.Correct{Seq: c.Log[0].Seq, With: &with, Reason: referral.Text{Words: words.Say(words.NB, "unnumbered.reason")}}}
		if _, _, err := s.desk.Prepare(ctx, o, c.Log); err != nil {
			if errors.As(err, &refusal) {
				return nil, refusal, nil
			}
			return nil, nil, err
		}
		orders = append(orders, o)
	}
	for _, o := range orders {
		if _, err := s.desk.Take(ctx, o); err != nil {
			if errors.As(err, &refusal) {
				return moved, refusal, nil
			}
			return moved, nil, err
		}
		moved = append(moved, o.Referral)
	}
	return moved, nil, nil
}

// identify keeps how the patient was known, and gives the number: to the person there was, or by leaving that one for the one who has it. Who acts for the first
// then acts for the other.
func (s *site) identify(ctx context.Context, was, is ledger.Person, body identified, taken bool) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	l, at := s.desk.Ledger, s.desk.Now().UTC().UnixMicro()
	before, _, err := l.Paper(ctx, is.Tenant, desk.IdentityPaper, is.ID)
	if err != nil {
		return err
	}
	if _, err := l.PutPaper(ctx, ledger.Paper{Tenant: is.Tenant, Kind: desk.IdentityPaper, ID: is.ID, Seq: before.Seq, At: at, Actor: s.o.User.ID, Body: text}); err != nil {
		return err
	}
	if !taken {
		return l.PutPerson(ctx, is)
	}
	from, err := readActsFor(ctx, l, was.Tenant, was.ID)
	if err != nil {
		return err
	}
	to, err := readActsFor(ctx, l, is.Tenant, is.ID)
	if err != nil {
		return err
	}
	for _, x := range from.People {
		if slices.ContainsFunc(to.People, func(y standIn) bool { return y.Digest == x.Digest && y.As == x.As }) {
			continue
		}
		to.People = append(to.People, x)
		if err := s.putActsFor(ctx, is.Tenant, is.ID, to, x.Digest); err != nil {
			return err
		}
		to.seq++
	}
	for _, kind := range []string{desk.ActsForPaper, desk.ContactPaper, desk.HidePaper, desk.IdentityPaper} {
		if err := l.ErasePaper(ctx, was.Tenant, kind, was.ID); err != nil {
			return err
		}
	}
	return l.ErasePerson(ctx, was.Tenant, was.ID, at)
}
