package web

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"rettid/access"
	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/ledger"
	"rettid/patient"
	"rettid/words"
)

// Who acts for a patient: guardians, parents and those with the patient's authority, as staff record them, each from a day and until a day, every version kept
// (guide 7, G7-5; pbrl. §§ 3-4, 4-4 and 4-7; vergemålsloven). They are known by the keyed digest of their identity number; the number itself is written nowhere.
// What they may see is the law's to say each day (law.MayActFor), never only what was recorded.

const (
	actsForPaper   = desk.ActsForPaper   // of a tenant, by the patient: everybody who acts for them
	actsForOfPaper = desk.ActsForOfPaper // of a tenant, by the digest: whose records to look in
)

// A standIn is one who acts for a patient.
type standIn struct {
	Digest string  `json:"digest"`
	Name   string  `json:"name"`
	As     string  `json:"as"` // parent · guardian · authority
	Basis  string  `json:"basis,omitempty"`
	From   day.Day `json:"from,omitzero"`
	To     day.Day `json:"to,omitzero"`
}

var standIns = []string{"guardian", "parent", "authority"}

type actsFor struct {
	People []standIn `json:"people"`
	seq    int
}

// period is how long the one acts; a parent from birth.
func (x standIn) period() day.Period {
	if x.As == "parent" {
		return day.Period{To: x.To}
	}
	return day.Period{From: x.From, To: x.To}
}

// userID is the one as who acts: what stands in the log. It is of the digest, and tells nothing of who it is.
func (x standIn) userID() string { return "rep-" + x.Digest[:min(12, len(x.Digest))] }

func readActsFor(ctx context.Context, l *ledger.Ledger, tenant, person string) (actsFor, error) {
	var a actsFor
	p, ok, err := l.Paper(ctx, tenant, actsForPaper, person)
	if err != nil || !ok || p.Gone {
		return a, err
	}
	a.seq = p.Seq
	return a, json.Unmarshal(p.Body, &a)
}

// standInGrants are the grants of one known by a digest, in every trust, as they stand.
func standInGrants(ctx context.Context, l *ledger.Ledger, tenants []string, digest string) (id, name string, out []access.Grant, err error) {
	for _, t := range tenants {
		p, ok, err := l.Paper(ctx, t, actsForOfPaper, digest)
		if err != nil {
			return "", "", nil, err
		}
		if !ok || p.Gone {
			continue
		}
		var patients []string
		if err := json.Unmarshal(p.Body, &patients); err != nil {
			return "", "", nil, err
		}
		for _, who := range patients {
			a, err := readActsFor(ctx, l, t, who)
			if err != nil {
				return "", "", nil, err
			}
			for _, x := range a.People {
				if x.Digest == digest {
					id, name = x.userID(), x.Name
					out = append(out, access.Grant{Role: access.Representative, Patient: access.PatientID{Tenant: t, ID: who}, In: x.period()})
				}
			}
		}
	}
	return id, name, out, nil
}

// stillActs tells whether one who is signed in as acting for a patient still does: what is ended meanwhile ends at the next click.
func (s *site) stillActs(ctx context.Context, g access.Grant) (bool, error) {
	if !strings.HasPrefix(s.user.ID, "rep-") {
		return true, nil
	}
	a, err := readActsFor(ctx, s.desk.Ledger, g.Patient.Tenant, g.Patient.ID)
	if err != nil {
		return false, err
	}
	mine, now := false, false
	for _, x := range a.People {
		if x.userID() == s.user.ID {
			mine = true
			p := x.period()
			now = now || held(p, s.desk.Today())
		}
	}
	return !mine || now, nil // one who stands in the people file is held by that
}

// A standInLine is one on a page.
type standInLine struct {
	N                      int
	Name, As, Basis, Stand string
	On, Ended              bool
}

func (v *view) standInLines(p ledger.Person, a actsFor, wish bool) []standInLine {
	var out []standInLine
	for i, x := range a.People {
		l := standInLine{N: i, Name: x.Name, As: v.T("acts_for.as." + x.As), Basis: x.Basis, Stand: capital(v.periodText(x.period()))}
		switch {
		case !x.To.IsZero() && v.Today.After(x.To):
			l.Ended, l.Stand = true, v.T("acts_for.ended", x.To)
		case !held(x.period(), v.Today):
		case !law.MayActFor(p.Born, x.period().From, wish, v.Today, v.s.desk.Law(v.Today)):
			l.Stand = v.T("acts_for.not_now")
		default:
			l.On = true
		}
		out = append(out, l)
	}
	return out
}

// A contactChange is one version of a patient's phone and address.
type contactChange struct {
	When, Who string
	Changes   []change
}

// contactChanges are the changes of phone, address and language the patient has made, the latest first.
func (s *site) contactChanges(ctx context.Context, v *view, p ledger.Person) ([]contactChange, error) {
	papers, err := s.desk.Ledger.PaperVersions(ctx, p.Tenant, contactPaper, p.ID)
	if err != nil {
		return nil, err
	}
	names, err := s.standInNames(ctx, v, p.Tenant, p.ID)
	if err != nil {
		return nil, err
	}
	var out []contactChange
	for _, x := range slices.Backward(papers) {
		var b struct{ Was, Is contactDetails }
		if err := json.Unmarshal(x.Body, &b); err != nil {
			return nil, err
		}
		c := contactChange{When: v.moment(x.At), Who: v.T("acts_for.by_other")}
		if x.Actor == string(law.Patient) {
			c.Who = v.T("role.patient")
		} else if who, ok := names[x.Actor]; ok {
			c.Who = who.Name + ", " + who.As
		}
		for _, one := range []struct{ key, was, is string }{{"pat.field.phone", b.Was.Phone, b.Is.Phone}, {"pat.field.address", b.Was.Address, b.Is.Address}, {"pat.field.postcode", b.Was.Postcode, b.Is.Postcode}, {"pat.field.city", b.Was.City, b.Is.City}, {"pat.field.language", languageOf(v, b.Was.Language), languageOf(v, b.Is.Language)}} {
			if one.was != one.is {
				c.Changes = append(c.Changes, change{v.T(one.key), firstOf(one.was, v.T("web.none")), firstOf(one.is, v.T("web.none"))})
			}
		}
		out = append(out, c)
	}
	return out, nil
}

func languageOf(v *view, code string) string {
	if l, err := words.Parse(code); err == nil {
		return v.T("web.language_of." + string(l))
	}
	return ""
}

type actsForPage struct {
	*frame
	Head, Name, Facts, URL, Key string
	Case                        link
	Seq                         int
	Lines                       []standInLine
	Wish                        bool
	Nobody                      string
	Fields                      []field
	Missing                     int
	Problems                    []string
	Saved, Moved                bool
	Contacts                    []contactChange
	Now                         []pair
	Versions                    []adminVersion
	Until                       string
}

func (s *site) actsForRoutes(m *http.ServeMux) {
	m.HandleFunc("GET /sak/{tenant}/{id}/handler-for", s.page("", (*site).actsForPage))
	m.HandleFunc("POST /sak/{tenant}/{id}/handler-for", s.page("", (*site).actsForPage))
}

func (s *site) pidKeyOf() []byte {
	if len(s.pidKey) == 0 && s.o.Demo { // nobody signs in by number in the demonstration
		return []byte("demonstration: nobody is real")
	}
	return s.pidKey
}

// actsForPage shows and records who acts for a patient, and shows what the patient has changed of phone and address.
func (s *site) actsForPage(w http.ResponseWriter, r *http.Request, v *view) error {
	if r.Method == http.MethodPost {
		if err := readForm(w, r); err != nil {
			return err
		}
	}
	c, err := s.openOurs(w, r, access.NextOfKin)
	if err != nil || c.ID == 0 {
		return err
	}
	if !s.can(access.NextOfKin, s.caseOf(c.Tenant, &c.State)).Allowed {
		return denied{"not_for_role"}
	}
	ctx, person := r.Context(), c.Person
	if person.ID == "" || person.Erased != 0 {
		return desk.ErrMissing
	}
	a, err := readActsFor(ctx, s.desk.Ledger, c.Tenant, person.ID)
	if err != nil {
		return err
	}
	wish, err := s.hidden(ctx, person)
	if err != nil {
		return err
	}
	v.Title = v.T("acts_for.head")
	p := actsForPage{frame: v.frame, Head: v.Title, Name: v.givenName(person), Facts: v.personLine(c), URL: caseURL(c.Tenant, c.ID) + "/handler-for", Case: v.caseLink(c), Key: rand.Text(), Seq: a.seq, Wish: wish.Hide, Saved: r.URL.Query().Get("lagret") != "", Until: words.FieldDate(v.Today.Add(-1))}
	f := &form{v: v, c: c, x: &c.State, bad: make(map[string][]string), person: person}
	show := func(status int) error {
		var as []option
		for _, x := range standIns {
			as = append(as, option{x, v.T("acts_for.as." + x), false})
		}
		p.Lines = v.standInLines(person, a, wish.Hide)
		p.Nobody = v.T("acts_for.nobody")
		if law.MayActFor(person.Born, day.Day{}, false, v.Today, s.desk.Law(v.Today)) { // parents act for a child, recorded here or not
			p.Nobody = v.T("acts_for.nobody_child")
		}
		p.Fields = f.show([]field{{Name: "nummer", Label: v.T("web.field.ident"), Kind: "line", Need: true, Help: v.T("acts_for.number_help")}, {Name: "navn", Label: v.T("acts_for.name"), Kind: "line", Need: true},
			{Name: "som", Label: v.T("acts_for.as"), Kind: "choice", Need: true, Options: as}, {Name: "fra", Label: v.T("admin.from"), Kind: "day", Value: words.FieldDate(v.Today), Need: true}, {Name: "til", Label: v.T("admin.to"), Kind: "day"},
			{Name: "grunnlag", Label: v.T("acts_for.basis"), Kind: "line", Need: true, Help: v.T("acts_for.basis_help")}})
		for _, x := range p.Fields {
			if len(x.Errors) > 0 {
				p.Missing++
			}
		}
		p.Problems = f.bad[""]
		var err error
		if p.Contacts, err = s.contactChanges(ctx, v, person); err != nil {
			return err
		}
		for _, x := range []struct{ key, is string }{{"pat.field.phone", person.Phone}, {"pat.field.address", strings.Trim(person.Address+", "+strings.TrimSpace(person.Postcode+" "+person.City), ", ")}, {"pat.field.language", v.T("web.language_of." + string(letterLang(person)))}} {
			p.Now = append(p.Now, pair{v.T(x.key), firstOf(x.is, v.T("web.none"))})
		}
		if p.Versions, err = s.actsForVersions(ctx, v, c.Tenant, person.ID); err != nil {
			return err
		}
		return s.render(w, status, "actsfor", v, p)
	}
	if r.Method == http.MethodGet {
		return show(http.StatusOK)
	}
	f.typed = r.PostForm
	if f.value("seq") != strconv.Itoa(a.seq) {
		p.Moved = true
		return show(http.StatusConflict)
	}
	after := actsFor{People: slices.Clone(a.People), seq: a.seq}
	var digest string
	if n, ending := endOf(r, len(a.People)); ending {
		to := f.needDay("slutt")
		if len(f.bad) > 0 || !a.People[n].From.IsZero() && to.Before(a.People[n].From.Add(-1)) {
			f.wrong("", "acts_for.bad_end")
			return show(http.StatusUnprocessableEntity)
		}
		after.People[n].To = to
	} else {
		x := standIn{Name: f.need("navn"), As: f.need("som"), Basis: f.need("grunnlag"), From: f.needDay("fra"), To: f.day("til")}
		number := f.need("nummer")
		if number != "" {
			id, err := patient.Identify(number)
			if err == nil {
				err = patient.Policy{AllowSynthetic: s.o.Demo, On: v.Today}.Accept(id)
			}
			var bad *patient.InvalidNumber
			switch {
			case errors.As(err, &bad):
				f.wrong("nummer", "identity."+bad.Code, bad.Args...)
			case err != nil:
				return err
			case id.Number == person.Ident:
				f.wrong("nummer", "acts_for.self")
			case len(s.pidKeyOf()) == 0:
				f.wrong("nummer", "acts_for.no_key")
			default:
				x.Digest = access.PidDigest(s.pidKeyOf(), id.Number)
			}
		}
		if x.As != "" && !slices.Contains(standIns, x.As) {
			return badRequest{code: "web.bad_request_text"}
		}
		if !x.To.IsZero() && !x.From.IsZero() && x.To.Before(x.From) {
			f.wrong("til", "admin.backwards")
		}
		if len(f.bad["som"]) == 0 && len(f.bad["fra"]) == 0 && !law.MayActFor(person.Born, x.period().From, false, v.Today, s.desk.Law(v.Today)) {
			f.wrong("som", "acts_for.grown") // a parent of one who decides alone, or an appointment from before
		}
		for _, other := range a.People {
			if other.Digest == x.Digest && x.Digest != "" && other.As == x.As && (other.To.IsZero() || !x.From.IsZero() && !other.To.Before(x.From)) {
				f.wrong("nummer", "acts_for.already")
			}
		}
		if len(f.bad) > 0 {
			return show(http.StatusUnprocessableEntity)
		}
		digest = x.Digest
		after.People = append(after.People, x)
	}
	if err := s.putActsFor(ctx, c.Tenant, person.ID, after, digest); errors.Is(err, ledger.ErrPaperChanged) {
		p.Moved = true
		if a, err = readActsFor(ctx, s.desk.Ledger, c.Tenant, person.ID); err != nil {
			return err
		}
		p.Seq = a.seq
		return show(http.StatusConflict)
	} else if err != nil {
		return err
	}
	http.Redirect(w, r, p.URL+"?lagret=1", http.StatusSeeOther)
	return nil
}

// endOf reads which line is to end, from the button pressed.
func endOf(r *http.Request, n int) (int, bool) {
	s := r.PostForm.Get("avslutt")
	for i := range n {
		if s == strconv.Itoa(i) {
			return i, true
		}
	}
	return 0, false
}

// putActsFor stores a version; the way to the records first, for it shows nothing by itself.
func (s *site) putActsFor(ctx context.Context, tenant, person string, a actsFor, digest string) error {
	l, at := s.desk.Ledger, s.desk.Now().UTC().UnixMicro()
	if digest != "" {
		was, _, err := l.Paper(ctx, tenant, actsForOfPaper, digest)
		if err != nil {
			return err
		}
		var whose []string
		if len(was.Body) > 0 {
			if err := json.Unmarshal(was.Body, &whose); err != nil {
				return err
			}
		}
		if !slices.Contains(whose, person) {
			body, err := json.Marshal(append(whose, person))
			if err != nil {
				return err
			}
			if _, err := l.PutPaper(ctx, ledger.Paper{Tenant: tenant, Kind: actsForOfPaper, ID: digest, Seq: was.Seq, At: at, Actor: s.o.User.ID, Body: body}); err != nil {
				return err
			}
		}
	}
	body, err := json.Marshal(a)
	if err != nil {
		return err
	}
	_, err = l.PutPaper(ctx, ledger.Paper{Tenant: tenant, Kind: actsForPaper, ID: person, Seq: a.seq, At: at, Actor: s.o.User.ID, Body: body})
	return err
}

// actsForVersions tells who recorded what, the latest first.
func (s *site) actsForVersions(ctx context.Context, v *view, tenant, person string) ([]adminVersion, error) {
	papers, err := s.desk.Ledger.PaperVersions(ctx, tenant, actsForPaper, person)
	if err != nil {
		return nil, err
	}
	var out []adminVersion
	var before actsFor
	for _, p := range papers {
		var now actsFor
		if len(p.Body) > 0 {
			if err := json.Unmarshal(p.Body, &now); err != nil {
				return nil, err
			}
		}
		x := adminVersion{N: p.Seq, When: v.moment(p.At), Who: s.actor(p.Actor)}
		for i, one := range now.People {
			is, was := v.T("acts_for.as."+one.As)+" "+v.periodText(one.period()), ""
			if i < len(before.People) {
				was = v.T("acts_for.as."+before.People[i].As) + " " + v.periodText(before.People[i].period())
			}
			if is != was {
				x.Changes = append(x.Changes, change{one.Name, firstOf(was, v.T("web.none")), is})
			}
		}
		before = now
		out = append(out, x)
	}
	slices.Reverse(out)
	return out, nil
}

// actingForMe is who acts for the one whose pages these are, for their own sight.
func (s *site) actingForMe(ctx context.Context, v *view, mine []whose) ([]standInLine, error) {
	var out []standInLine
	for _, w := range mine {
		if w.other {
			continue
		}
		a, err := readActsFor(ctx, s.desk.Ledger, w.person.Tenant, w.person.ID)
		if err != nil {
			return nil, err
		}
		wish, err := s.hidden(ctx, w.person)
		if err != nil {
			return nil, err
		}
		for _, l := range v.standInLines(w.person, a, wish.Hide) {
			if !l.Ended {
				out = append(out, l)
			}
		}
	}
	return out, nil
}

// contactDays is how long a changed phone or address is told of on the case.
const contactDays = 30

// contactNew tells of a phone or an address the patient has changed lately; empty when none is.
func (v *view) contactNew(ctx context.Context, p ledger.Person) (string, error) {
	if p.ID == "" {
		return "", nil
	}
	x, ok, err := v.s.desk.Ledger.Paper(ctx, p.Tenant, contactPaper, p.ID)
	if err != nil || !ok || x.Gone {
		return "", err
	}
	on := day.FromTime(time.UnixMicro(x.At).In(oslo))
	if on.Before(v.Today.Add(-contactDays)) {
		return "", nil
	}
	return v.T("acts_for.contact_new", on), nil
}
