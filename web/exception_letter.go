package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/desk"
	"rettid/exception"
	"rettid/law"
	"rettid/letter"
	"rettid/referral"
	"rettid/say"
	"rettid/words"
)

// Letters of an application, to the patient and to the doctor: as they will be read, beside all they must say (X-1001, X-1005, X-1006). One is sent when it says all of it; every answer tells
// the right to complain. What was sent is kept byte for byte, with its digest in the log.

type exceptionLetterPage struct {
	*frame
	toldForm
	Head, Name, Facts, URL, Key string
	Case                        link
	Seq, Missing, Lacks         int
	Letter                      template.HTML
	Shown                       string
	Tabs                        []letterTab
	Must                        []mustItem
	Fields                      []field
	Ready, Look                 bool
	Seen, None                  string
}

// exceptionReceivers are who has the letters.
var exceptionReceivers = []struct {
	code string
	to   letter.Recipient
	name string
}{{"pasient", letter.Patient, "web.to_patient"}, {"lege", letter.Referrer, "exc.to_doctor"}}

// exceptionInput is all the house knows for a letter of an application.
func (s *site) exceptionInput(ctx context.Context, v *view, c desk.MatterCase, names methodNames) letter.ExceptionInput {
	m, p, org := &c.State, c.Person, s.desk.Org
	in := letter.ExceptionInput{Matter: m, Read: s.read(ctx, c.Tenant), Given: make(map[string]string)}
	in.Input = letter.Input{On: v.Today, Settings: s.desk.Settings, Contacts: s.contactsOn(v.Today), Reference: caseNumber(c.Tenant, c.ID), Names: make(map[string]string)}
	if texts, err := s.textsOn(v.Today); err != nil {
		s.log.Error("the house's own texts of letters are left out", "error", err)
	} else {
		in.Texts = texts
	}
	if h, ok := org.Provider(m.Holder); ok {
		in.Hospital = h.Name
		in.Unit = letter.Unit{Name: v.T("exc.letter_unit"), Place: h.Name}
		if u := v.unitName(m.Holder, m.Department); u != "" {
			in.Given["treatment_place"] = u + ", " + h.Name
		} else {
			in.Given["treatment_place"] = h.Name
		}
	}
	in.Unit.Phone, in.Unit.GuidancePhone = s.phoneOf(m.Department, m.Holder), s.guidanceOf(m.Department, m.Holder)
	if name := strings.TrimSpace(p.Given + " " + p.Family); p.Erased == 0 && name != "" {
		in.Patient = letter.Person{Name: name, Born: m.Born, Phone: p.Phone}
		for _, line := range []string{p.Address, strings.TrimSpace(p.Postcode + " " + p.City)} {
			if line != "" {
				in.Patient.Address = append(in.Patient.Address, line)
			}
		}
	}
	if len(m.Municipality) == 4 {
		in.County = m.Municipality[:2]
	}
	if letterLang(p) == words.NN {
		in.Norwegian = words.NN
	}
	for _, h := range org.Providers() {
		in.Names[h.ID] = h.Name
	}
	doctor := s.actor(m.Doctor)
	if u, ok := s.people.ByID(m.Doctor); !ok && s.o.User.ID != m.Doctor || u.Name == "" && doctor == m.Doctor {
		doctor = v.T("exc.the_doctor")
	}
	in.Referrer.Name = doctor
	in.Sender = letter.Sender{Name: s.o.User.Name, Title: v.T("role." + string(orRole(s.o.User.Role, law.Secretary)))}
	for k, x := range map[string]string{"method_name": orElse(names[m.Method], m.Method), "doctor_name": doctor, "contact_name": doctor, "contact_phone": in.Unit.Phone, "publication_url": publicURL} {
		if x != "" {
			in.Given[k] = x
		}
	}
	return in
}

func orRole(r, other law.Role) law.Role {
	if r == "" {
		return other
	}
	return r
}

// exceptionLetter shows a letter, or sends it.
func (s *site) exceptionLetter(w http.ResponseWriter, r *http.Request, v *view) error {
	kind := law.Letter(r.PathValue("kind"))
	if !slices.Contains([]law.Letter{exception.LetterReceived, exception.LetterGranted, exception.LetterRefused, exception.LetterAsked}, kind) {
		return desk.ErrMissing
	}
	c, _, done, err := s.openForm(w, r, access.ExceptionLetter)
	if err != nil || done {
		return err
	}
	at := matterURL(c.Tenant, c.ID)
	f := &form{v: v, x: new(referral.Referral), bad: make(map[string][]string), person: c.Person}
	lang, shown, key := letterLang(c.Person), r.URL.Query().Get("til"), rand.Text()
	if r.Method == http.MethodPost {
		f.typed, key, shown = r.PostForm, r.PostForm.Get("key"), r.PostForm.Get("viser")
		if l, err := words.Parse(f.value("sprak")); err == nil {
			lang = l
		}
		if x := f.value("vis"); x == "pasient" || x == "lege" {
			shown = x
		}
	}
	names, err := s.methodNames(r.Context())
	if err != nil {
		return err
	}
	v.Here, v.Title = exceptionURL, v.T("letter."+string(kind))
	p := exceptionLetterPage{frame: v.frame, Head: v.Title, URL: at + "/brev/" + string(kind), Case: link{at, v.T("exc.case", caseNumber(c.Tenant, c.ID))}, Seq: lastSeq(c), Key: key}
	p.Name, p.Facts = v.matterName(c, whole)
	in := s.exceptionInput(r.Context(), v, c, names)
	receivers := exceptionReceivers
	if kind == exception.LetterAsked { // no doctor applied: it is between the hospital and the patient
		receivers = receivers[:1]
	}
	var asked []string
	made := make(map[string]letter.Letter)
	first := true
	for {
		for _, x := range receivers {
			l, err := letter.MakeException(kind, x.to, lang, in)
			var untrue *letter.Untrue
			switch {
			case errors.As(err, &untrue):
				p.None = v.T("web.letter.untrue")
			case err != nil && !gaps(err):
				return err
			default:
				made[x.code] = l
				for _, place := range l.Missing {
					if first && !slices.Contains(asked, place) {
						asked = append(asked, place)
					}
				}
			}
		}
		if !first || f.typed == nil {
			break
		}
		for _, place := range asked {
			if t := f.value("v-" + place); t != "" {
				in.Given[place] = t
				if as, _ := letter.Asks(place); as == "day" {
					if d, err := typedDay(t); err == nil {
						in.Given[place] = words.Date(lang, d)
					}
				}
			}
		}
		first = false
	}
	if p.None != "" {
		return s.render(w, http.StatusUnprocessableEntity, "exceptionletter", v, p)
	}
	var to []string
	for _, x := range receivers {
		to = append(to, x.code)
	}
	if f.typed != nil {
		to = slices.DeleteFunc(to, func(x string) bool { return !slices.Contains(f.typed["mottaker"], x) })
	}
	if _, ok := made[shown]; !ok {
		shown = "pasient"
	}
	p.Shown = shown
	fields := []field{{Name: "mottaker", Label: v.T("web.letter.to"), Kind: "ticks", Need: true, Value: strings.Join(to, " ")},
		{Name: "sprak", Label: v.T("web.letter.lang"), Kind: "select", Value: string(lang)}}
	for _, l := range words.Langs() {
		fields[1].Options = append(fields[1].Options, option{string(l), words.Say(v.Lang, "web.language_of."+string(l)), false})
	}
	for _, x := range receivers {
		fields[0].Options = append(fields[0].Options, option{x.code, v.T(x.name), false})
		fields = append(fields, v.wayField(x.code, x.name))
	}
	for _, place := range asked {
		as, _ := letter.Asks(place)
		x := field{Name: "v-" + place, Label: capital(letter.Lack{Place: place}.What(v.Lang)), Kind: orElse(as, "line"), Need: true}
		if x.Kind != "day" && x.Kind != "text" {
			x.Kind = "line"
		}
		fields = append(fields, x)
	}
	var seen strings.Builder
	for _, x := range receivers {
		p.Tabs = append(p.Tabs, letterTab{x.code, capital(v.T(x.name)), x.code == shown})
		if !slices.Contains(to, x.code) {
			continue
		}
		fmt.Fprintf(&seen, "%s %s\n", x.code, letterPage(made[x.code]))
		for _, it := range letter.Checklist(made[x.code], nil) {
			i := slices.IndexFunc(p.Must, func(m mustItem) bool { return m.Text == capital(it.What(v.Lang)) })
			if i >= 0 {
				p.Must[i].Met = p.Must[i].Met && it.Met
				continue
			}
			m := mustItem{Text: capital(it.What(v.Lang)), Met: it.Met, Cite: say.Source(v.Lang, "", it.Norms)}
			if !it.Met {
				m.Remedy = it.Remedy(v.Lang)
				if slices.Contains(asked, it.Place) {
					m.Link = link{"#f-v-" + it.Place, v.T("web.letter.fill_in")}
				}
			}
			p.Must = append(p.Must, m)
		}
	}
	for _, m := range p.Must {
		if !m.Met {
			p.Lacks++
		}
	}
	p.Seen, p.Ready = digest(seen.String()), p.Lacks == 0 && len(to) > 0
	p.Letter = drawnLetter(v.Lang, made[shown])
	show := func(status int) error {
		p.Fields = f.show(fields)
		for _, x := range p.Fields {
			if len(x.Errors) > 0 {
				p.Missing++
			}
		}
		return s.render(w, status, "exceptionletter", v, p)
	}
	switch {
	case f.typed == nil || f.value("vis") != "":
		return show(http.StatusOK)
	case f.value("pdf") != "":
		l := made[shown]
		if len(l.Missing) > 0 {
			return show(http.StatusUnprocessableEntity)
		}
		file, _, err := s.o.PDF.Make(r.Context(), []byte(letterPage(l)))
		if err != nil {
			return err
		}
		sendPDF(w, "utkast-"+caseNumber(c.Tenant, c.ID), string(l.Lang), file)
		return nil
	case len(to) == 0:
		f.wrong("mottaker", "web.letter.to_nobody")
		return show(http.StatusUnprocessableEntity)
	case !p.Ready:
		return show(http.StatusUnprocessableEntity)
	case slices.ContainsFunc(to, func(code string) bool { _, known := f.chosenWay(code); return !known }):
		for _, code := range to {
			if _, known := f.chosenWay(code); !known {
				f.wrong("vei-"+code, "web.act.needed")
			}
		}
		return show(http.StatusUnprocessableEntity)
	case f.value("seq") != strconv.Itoa(p.Seq):
		p.Moved = true
		return show(http.StatusConflict)
	case f.value("sett") != p.Seen:
		p.Look = true
		return show(http.StatusOK)
	}
	do := &exception.Inform{Letter: kind, Patient: slices.Contains(to, "pasient"), Referrer: slices.Contains(to, "lege")}
	o := s.matterOrder(c, key, v.Today, do)
	for _, code := range to {
		kept, notes, err := s.keep(r.Context(), key, code, made[code])
		if err != nil {
			return err
		}
		k := exception.Kept{To: law.ToPatient, Lang: kept.Lang, Note: kept.Note, Digest: kept.Digest, PDF: kept.PDF, PDFDigest: kept.PDFDigest}
		if code == "lege" {
			k.To = law.ToReferrer
		}
		k.Channel, _ = f.chosenWay(code)
		if k.Channel.Digital() {
			m, err := desk.ExceptionLetter(k, kind, 0).Message()
			if err != nil {
				return fmt.Errorf("write the message of a letter: %w", err)
			}
			o.Outgoing = append(o.Outgoing, m)
		}
		do.Kept, o.Notes = append(do.Kept, k), append(o.Notes, notes...)
	}
	out, status, err := s.takeMatter(r.Context(), v.Lang, o, &p.toldForm)
	if err != nil {
		return err
	}
	if status != 0 {
		return show(status)
	}
	http.Redirect(w, r, at+"?gjort="+strconv.Itoa(out.Seq), http.StatusSeeOther)
	return nil
}

// printed is the note the printed form of a kept letter is in; before it stood in the log it followed from the page's.
func printed(k exception.Kept) string {
	if k.PDF != "" {
		return k.PDF
	}
	return digest("pdf/" + k.Note)[:24]
}

// receiverCode is who a kept letter went to, as addresses and forms have it.
func receiverCode(k exception.Kept) string {
	if k.Receiver() == law.ToReferrer {
		return "lege"
	}
	return "pasient"
}

// lettersOn lists the letters sent, and those that can be written.
func (s *site) lettersOn(v *view, p *exceptionPage, c desk.MatterCase) {
	for i, e := range exception.Speaking(c.Log) {
		if e == nil {
			continue
		}
		do, ok := e.Ask.(*exception.Inform)
		if !ok {
			continue
		}
		kind := do.Letter
		if kind == "" {
			kind = orLetter(answerLetter(&c.State), exception.LetterReceived)
		}
		for _, to := range []struct {
			is   bool
			code string
			name string
		}{{do.Patient, "pasient", "web.to_patient"}, {do.Referrer, "lege", "exc.to_doctor"}} {
			if !to.is {
				continue
			}
			l := exceptionSent{Name: v.T("letter." + string(kind)), To: capital(v.T(to.name)), When: v.long(e.On)}
			if slices.ContainsFunc(do.Kept, func(k exception.Kept) bool { return receiverCode(k) == to.code }) {
				l.URL = fmt.Sprintf("%s/brev/sendt/%d/%s", p.URL, c.Log[i].Seq, to.code)
				l.PDF = l.URL + "?form=pdf"
			}
			receiver := law.ToPatient
			if to.code == "lege" {
				receiver = law.ToReferrer
			}
			if d, ok := c.State.Delivery(c.Log[i].Seq, receiver); ok {
				line := v.deliveryLine(d)
				l.State, l.Icon, l.How = line.State, line.Icon, line.Text
			}
			p.Letters = append(p.Letters, l)
		}
	}
	if !s.can(access.ExceptionLetter, matterAt(c.Tenant, &c.State)).Allowed {
		return
	}
	kinds := []law.Letter{orLetter(answerLetter(&c.State), exception.LetterReceived)}
	for _, k := range kinds {
		p.Write = append(p.Write, link{p.URL + "/brev/" + string(k), v.T("letter." + string(k))})
	}
}

func orLetter(k, other law.Letter) law.Letter {
	if k == "" {
		return other
	}
	return k
}

// sentException shows a letter as it was sent, as a page or as PDF.
func (s *site) sentException(w http.ResponseWriter, r *http.Request, v *view) error {
	c, may, err := s.openMatter(r, access.SeeException)
	if err != nil {
		return err
	}
	seq, err := strconv.Atoi(r.PathValue("seq"))
	if err != nil || may != whole {
		return desk.ErrMissing
	}
	for _, e := range c.Log {
		do, ok := e.Event.Ask.(*exception.Inform)
		if !ok || e.Seq != seq {
			continue
		}
		for _, k := range do.Kept {
			if receiverCode(k) != r.PathValue("to") {
				continue
			}
			page, ok, err := s.desk.Ledger.Note(r.Context(), c.Tenant, k.Note)
			switch {
			case err != nil:
				return err
			case !ok || page == "":
				return s.erasedLetter(w, v, link{matterURL(c.Tenant, c.ID), v.T("web.act.to_case")})
			case digest(page) != k.Digest:
				return changedLetter{c.ID, seq}
			}
			if r.URL.Query().Get("form") == "pdf" {
				file, gone, err := s.keptFile(r.Context(), c.Tenant, printed(k), k.PDFDigest, changedLetter{c.ID, seq})
				switch {
				case err != nil:
					return err
				case gone:
					return s.erasedLetter(w, v, link{matterURL(c.Tenant, c.ID), v.T("web.act.to_case")})
				}
				sendPDF(w, "brev-"+caseNumber(c.Tenant, c.ID)+"-"+strconv.Itoa(seq), k.Lang, file)
				return nil
			}
			sendPage(w, k.Lang, page)
			return nil
		}
	}
	return desk.ErrMissing
}
