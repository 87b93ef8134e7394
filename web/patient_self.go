package web

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"rettid/access"
	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/ledger"
	"rettid/words"
)

// What a patient sees and says of themselves: who has looked, where letters go, whether parents see, and what rights there are.

type myLook struct {
	ISO, When, Who, Role, Where, Why string
	Outside                          bool
	Times                            int
}

type myLookPage struct {
	*frame
	Back, Older link
	Looks       []myLook
}

// myLooks shows who has opened the record: name, role, place, why and when (pasientjournalloven § 18; pasientjournalforskriften § 14). One opened with a
// reason from outside the unit is marked.
func (s *site) myLooks(w http.ResponseWriter, r *http.Request, v *view) error {
	x, _, err := s.theirs(r, access.SeeAccessLog)
	if err != nil {
		return err
	}
	from, _ := strconv.Atoi(r.URL.Query().Get("fra"))
	from = min(max(from, 0), maxPage)
	all, err := s.accesses(r.Context(), x.Tenant, x.Patient, pageLooks+1, from)
	if err != nil {
		return err
	}
	at := myURL(x.Tenant, x.Referral)
	v.Title = v.T("pat.looks.head")
	p := myLookPage{frame: v.frame, Back: link{at, v.T("pat.back")}}
	if len(all) > pageLooks {
		all = all[:pageLooks]
		p.Older = link{at + "/innsyn?" + url.Values{"fra": {strconv.Itoa(from + pageLooks)}}.Encode(), v.T("pat.looks.older")}
	}
	names, err := s.standInNames(r.Context(), v, x.Tenant, x.Patient)
	if err != nil {
		return err
	}
	var last ledger.Access
	for _, a := range all {
		who := v.actorFor(a.Actor, names)
		when := time.UnixMicro(a.At).In(oslo)
		on := day.FromTime(when)
		if n := len(p.Looks); n > 0 && last.Actor == a.Actor && last.Role == a.Role && last.Place == a.Place && last.Purpose == a.Purpose && day.FromTime(time.UnixMicro(last.At)) == on {
			p.Looks[n-1].Times = max(p.Looks[n-1].Times, 1) + 1
			continue
		}
		last = a
		l := myLook{ISO: when.Format("2006-01-02T15:04"), When: v.T("pat.at_clock", words.Date(v.Lang, on), words.Clock(v.Lang, when.Hour()*60+when.Minute())), Who: who.Name, Why: a.Purpose, Outside: access.OutsideOwnWork(a.Purpose)}
		if a.Place != "" {
			l.Where = v.referrer(a.Place)
		}
		if words.Has(words.NB, "purpose."+a.Purpose) {
			l.Why = v.T("purpose." + a.Purpose)
		}
		if words.Has(words.NB, "pat.purpose."+a.Purpose) {
			l.Why = v.T("pat.purpose." + a.Purpose)
		}
		switch a.Role {
		case string(law.Patient):
			l.Who = v.T("pat.looks.patient")
		default:
			if words.Has(words.NB, "role."+a.Role) {
				l.Role = v.T("role." + a.Role)
			}
			if who.As != "" {
				l.Role = capital(who.As)
			}
		}
		p.Looks = append(p.Looks, l)
	}
	return s.render(w, http.StatusOK, "meginnsyn", v, p)
}

// contactPaper keeps each version of a patient's contact details as the patient gave them, and what they were before.
const contactPaper = desk.ContactPaper

type contactDetails struct {
	Phone    string `json:"phone"`
	Address  string `json:"address"`
	Postcode string `json:"postcode"`
	City     string `json:"city"`
	Language string `json:"language"`
}

func contactOf(p ledger.Person) contactDetails {
	return contactDetails{p.Phone, p.Address, p.Postcode, p.City, p.Language}
}

type contactPage struct {
	*frame
	Head, For, URL, Key string
	Fields              []field
	Missing             int
	Saved               bool
	Acting              []standInLine // who acts for the one whose pages these are
}

// contactPage takes a change of telephone, address or language. The same person is changed in the records of every trust they see.
func (s *site) contactPage(w http.ResponseWriter, r *http.Request, v *view) error {
	if err := s.ownRoles(); err != nil {
		return err
	}
	mine, err := s.patientsOf(r.Context())
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 0 || n >= len(mine) {
		return desk.ErrMissing
	}
	who := mine[n]
	s.as(who.grant)
	v.Title = v.T("pat.act.contact")
	p := contactPage{frame: v.frame, Head: v.Title, URL: "/meg/kontakt/" + strconv.Itoa(n), Key: rand.Text(), Saved: r.URL.Query().Get("lagret") != ""}
	if who.other {
		p.For = v.givenName(who.person)
	} else if p.Acting, err = s.actingForMe(r.Context(), v, mine); err != nil {
		return err
	}
	f := &form{v: v, bad: make(map[string][]string), person: who.person}
	fields := func() []field {
		was := contactOf(who.person)
		lang := field{Name: "sprak", Label: v.T("pat.field.language"), Kind: "choice", Value: string(letterLang(who.person))}
		for _, l := range words.Langs() {
			lang.Options = append(lang.Options, option{string(l), words.Say(l, "web.language"), false})
		}
		return []field{{Name: "telefon", Label: v.T("pat.field.phone"), Kind: "line", Value: was.Phone, Need: true}, {Name: "adresse", Label: v.T("pat.field.address"), Kind: "line", Value: was.Address, Need: true},
			{Name: "postnummer", Label: v.T("pat.field.postcode"), Kind: "line", Value: was.Postcode, Need: true}, {Name: "poststed", Label: v.T("pat.field.city"), Kind: "line", Value: was.City, Need: true}, lang}
	}
	show := func(status int) error {
		p.Fields = f.show(fields())
		for _, x := range p.Fields {
			if len(x.Errors) > 0 {
				p.Missing++
			}
		}
		return s.render(w, status, "megkontakt", v, p)
	}
	if r.Method != http.MethodPost {
		return show(http.StatusOK)
	}
	if err := readForm(w, r); err != nil {
		return err
	}
	f.typed = r.PostForm
	d := contactDetails{Phone: f.value("telefon"), Address: f.value("adresse"), Postcode: f.value("postnummer"), City: f.value("poststed"), Language: f.value("sprak")}
	if d.Phone != "" && !isPhone(d.Phone) {
		f.wrong("telefon", "pat.wrong.phone")
	}
	if d.Postcode != "" && (len(d.Postcode) != 4 || strings.Trim(d.Postcode, "0123456789") != "") {
		f.wrong("postnummer", "pat.wrong.postcode")
	}
	for _, name := range []string{"telefon", "adresse", "poststed"} {
		if len(f.value(name)) > 200 {
			f.wrong(name, "pat.wrong.long")
		}
	}
	if _, err := words.Parse(d.Language); err != nil {
		d.Language = string(letterLang(who.person))
	}
	if len(f.bad) > 0 {
		return show(http.StatusUnprocessableEntity)
	}
	for _, m := range mine {
		if m.grant != who.grant && (who.other || m.other) { // one's own records in other trusts, and no other person's
			continue
		}
		if err := s.putContact(r, m.person, d); errors.Is(err, ledger.ErrPaperChanged) {
			f.wrong("telefon", "pat.wrong.twice")
			return show(http.StatusConflict)
		} else if err != nil {
			return err
		}
	}
	http.Redirect(w, r, p.URL+"?lagret=1", http.StatusSeeOther)
	return nil
}

// putContact keeps what was, and what is now, and then changes the person.
func (s *site) putContact(r *http.Request, p ledger.Person, d contactDetails) error {
	was := contactOf(p)
	if was == d {
		return nil
	}
	before, _, err := s.desk.Ledger.Paper(r.Context(), p.Tenant, contactPaper, p.ID)
	if err != nil {
		return err
	}
	body, err := json.Marshal(struct {
		Was contactDetails `json:"was"`
		Is  contactDetails `json:"is"`
	}{was, d})
	if err != nil {
		return err
	}
	if _, err = s.desk.Ledger.PutPaper(r.Context(), ledger.Paper{Tenant: p.Tenant, Kind: contactPaper, ID: p.ID, Seq: before.Seq, At: s.desk.Now().UTC().UnixMicro(), Actor: s.o.User.ID, Body: body}); err != nil {
		return err
	}
	p.Phone, p.Address, p.Postcode, p.City, p.Language = d.Phone, d.Address, d.Postcode, d.City, d.Language
	return s.desk.Ledger.PutPerson(r.Context(), p)
}

// isPhone tells whether a text can be a telephone number: digits, spaces and a plus in front.
func isPhone(s string) bool {
	digits := strings.TrimPrefix(strings.ReplaceAll(s, " ", ""), "+")
	return len(digits) >= 5 && len(digits) <= 15 && strings.Trim(digits, "0123456789") == ""
}

type parentsPage struct {
	*frame
	Key         string
	Hidden      bool
	Saved       bool
	Fields      []field
	From, Until int
}

// parentsPage takes the wish of one between twelve and sixteen that parents do not see the case here (pbrl. § 3-4).
func (s *site) parentsPage(w http.ResponseWriter, r *http.Request, v *view) error {
	if err := s.ownRoles(); err != nil {
		return err
	}
	mine, err := s.patientsOf(r.Context())
	if err != nil {
		return err
	}
	mine = slices.DeleteFunc(mine, func(w whose) bool { return w.other || !law.MayWish(w.person.Born, v.Today, s.desk.Law(v.Today)) })
	if len(mine) == 0 {
		return desk.ErrMissing
	}
	s.as(mine[0].grant)
	if r.Method == http.MethodPost {
		if err := readForm(w, r); err != nil {
			return err
		}
		choice := r.PostForm.Get("ser")
		if choice != "ja" && choice != "nei" {
			return badRequest{code: "web.bad_request_text"}
		}
		for _, m := range mine {
			if err := s.setHidden(r.Context(), m.person, choice == "nei"); err != nil {
				return err
			}
		}
		http.Redirect(w, r, "/meg/foreldre?lagret=1", http.StatusSeeOther)
		return nil
	}
	h, err := s.hidden(r.Context(), mine[0].person)
	if err != nil {
		return err
	}
	v.Title = v.T("pat.parents.head")
	p := parentsPage{frame: v.frame, Key: rand.Text(), Hidden: h.Hide, Saved: r.URL.Query().Get("lagret") != "", From: s.desk.Law(v.Today).OwnWishFrom, Until: s.desk.Law(v.Today).ParentUntil}
	value := "ja"
	if h.Hide {
		value = "nei"
	}
	f := &form{v: v, bad: make(map[string][]string)}
	p.Fields = f.show([]field{{Name: "ser", Label: v.T("pat.parents.field"), Kind: "choice", Value: value, Need: true, Options: []option{{"ja", v.T("pat.parents.yes"), false}, {"nei", v.T("pat.parents.no"), false}}}})
	return s.render(w, http.StatusOK, "megforeldre", v, p)
}

type rightsPage struct {
	*frame
	Days int
}

// myRights tells of the rights a patient has whatever the case: choice of place, complaint, a second opinion, sight of the log.
func (s *site) myRights(w http.ResponseWriter, r *http.Request, v *view) error {
	if err := s.ownRoles(); err != nil {
		return err
	}
	v.Title = v.T("pat.rights.head")
	return s.render(w, http.StatusOK, "megrett", v, rightsPage{frame: v.frame, Days: s.desk.Law(v.Today).ComplaintDays})
}

type kinPage struct {
	*frame
	Measures []string
}

// kinMeasures are the measures of teaching and support the house has set; in the demonstration made-up ones.
func (v *view) kinMeasures() []string {
	out := v.s.o.House.Measures
	if len(out) == 0 && v.s.o.Demo {
		for _, key := range []string{"course", "talk", "group", "municipality", "child"} {
			out = append(out, v.T("pat.kin.demo_"+key))
		}
	}
	return out
}

// kinPage tells next of kin of their rights (pbrl. chapter 3; guide 7, G7-14) and of measures of teaching and support (G7-13), which the house sets.
func (s *site) kinPage(w http.ResponseWriter, r *http.Request, v *view) error {
	if err := s.ownRoles(); err != nil {
		return err
	}
	v.Title = v.T("pat.kin.head")
	p := kinPage{frame: v.frame, Measures: v.kinMeasures()}
	return s.render(w, http.StatusOK, "megparorende", v, p)
}
