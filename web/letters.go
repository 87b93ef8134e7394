package web

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/desk"
	"rettid/law"
	"rettid/ledger"
	"rettid/letter"
	"rettid/referral"
	"rettid/words"
)

// The letters of a case: those that can be written as it stands, and those that were sent, shown again byte for byte.

// House is what letters tell of the house. What is not set is asked for when a letter is written.
type House struct {
	Contacts *letter.Contacts  // nil: the demonstration's in the demonstration, else none
	Phones   map[string]string // of units and providers, by their ids
	Guidance map[string]string // the telephone for professionals, likewise
	Measures []string          // of teaching and support for next of kin, in the order they are shown (G7-13)
}

// Set gives one value: letter.* as the letters have them, phone.ID and guidance.ID of a unit or a provider, kin.measure for each measure for next of kin.
func (h *House) Set(key, value string) error {
	value = strings.TrimSpace(value)
	for prefix, of := range map[string]*map[string]string{"phone.": &h.Phones, "guidance.": &h.Guidance} {
		if id, ok := strings.CutPrefix(key, prefix); ok {
			if id == "" || value == "" || strings.ContainsAny(value, "\r\n") {
				return fmt.Errorf("setting %q: write %sUNIT=NUMBER, with the id of a unit or a provider", key, prefix)
			}
			if *of == nil {
				*of = make(map[string]string)
			}
			(*of)[id] = value
			return nil
		}
	}
	if key == "kin.measure" {
		if value == "" {
			return errors.New("setting \"kin.measure\": write what there is, and how to come to it")
		}
		h.Measures = append(h.Measures, value)
		return nil
	}
	if h.Contacts == nil {
		h.Contacts = &letter.Contacts{}
	}
	return h.Contacts.Set(key, value)
}

// phone finds the number of a unit, or else of its provider: the stored before the file's; in the demonstration one that can't be called.
func (s *site) phone(stored, file map[string]string, unit, provider, demo string) string {
	for _, id := range []string{unit, provider} {
		if n := firstOf(stored[id], file[id]); n != "" {
			return n
		}
	}
	if s.o.Demo {
		return demo
	}
	return ""
}

// letterLang is the language a patient has chosen; bokmål when none was.
func letterLang(p ledger.Person) words.Lang {
	if l, err := words.Parse(p.Language); err == nil {
		return l
	}
	return words.NB
}

// letterInput is all the house knows for a letter of a case. A letter of an outcome is signed by the one who decided it, others by the one who sends.
func (s *site) letterInput(v *view, c desk.Case, kind law.Letter) letter.Input {
	x, p := &c.State, c.Person
	org := s.desk.Org
	in := letter.Input{Case: x, Log: c.Log, On: v.Today, Settings: s.desk.Settings, Contacts: s.contactsOn(v.Today), Reference: caseNumber(c.Tenant, c.ID), Names: make(map[string]string)}
	if texts, err := s.textsOn(v.Today); err != nil {
		s.log.Error("the house's own texts of letters are left out", "error", err)
	} else {
		in.Texts = texts
	}
	if h, ok := org.Provider(x.Holder); ok {
		in.Hospital = h.Name
	}
	if u, ok := org.Unit(x.Holder, x.Specialty, v.Today); ok {
		site := x.Site
		if at, other := careAt(&x.Facts, x.Appointment); at == x.Holder { // the time may be at another of the hospital's sites
			site = other
		}
		in.Unit = letter.Unit{Name: u.Name, Place: u.Name + ", " + v.place(x.Holder, site)}
		in.Unit.Phone, in.Unit.GuidancePhone = s.phoneOf(u.ID, x.Holder), s.guidanceOf(u.ID, x.Holder)
		if at := s.addressOf(x.Holder, site); at != "" {
			in.Unit.Place += ", " + strings.Join(strings.Fields(at), " ")
		}
	}
	if name := strings.TrimSpace(p.Given + " " + p.Family); p.Erased == 0 && name != "" {
		in.Patient = letter.Person{Name: name, Born: x.Born, Phone: p.Phone}
		for _, line := range []string{p.Address, strings.TrimSpace(p.Postcode + " " + p.City)} {
			if line != "" {
				in.Patient.Address = append(in.Patient.Address, line)
			}
		}
	}
	for _, r := range org.Referrers() {
		if r.ID == x.From.Provider {
			in.Referrer.Name = r.Name
		}
	}
	for _, h := range org.Providers() {
		in.Names[h.ID] = h.Name
		if h.ID == x.From.Provider {
			in.Referrer.Name = h.Name
		}
		for _, place := range h.Sites {
			in.Names[place.ID] = place.Name
		}
	}
	if len(x.Municipality) == 4 {
		in.County = x.Municipality[:2]
	}
	if letterLang(p) == words.NN {
		in.Norwegian = words.NN
	}
	u := s.o.User
	in.Sender = letter.Sender{Name: u.Name, Title: words.Say(words.NB, "role."+string(u.Role))}
	switch kind {
	case law.LetterGranted, law.LetterNotGranted, law.LetterSecondOpinion:
		speaks := referral.Speaking(c.Log)
		for i := len(speaks) - 1; i >= 0; i-- {
			if e := speaks[i]; e != nil && e.Ask.Verb() == "assess" && i < len(c.Records) && c.Records[i].Actor != "" {
				in.Sender = letter.Sender{Name: s.actor(c.Records[i].Actor), Title: words.Say(words.NB, "role."+c.Records[i].Role)}
				break
			}
		}
	}
	return in
}

// letterKind is the letter a duty to inform asks for, or "" when none can be written.
func (v *view) letterKind(c desk.Case) law.Letter {
	if kinds := v.possible(c, 1); len(kinds) > 0 {
		return kinds[0]
	}
	return ""
}

// possible lists the letters that say what is so, as the case stands: to the patient or to the referrer; no more than most of them.
func (v *view) possible(c desk.Case, most int) []law.Letter {
	f := &form{v: v, c: c, x: &c.State}
	var out []law.Letter
	for _, kind := range f.letterKinds() {
		if len(out) == most {
			break
		}
		in := v.s.letterInput(v, c, kind)
		for _, to := range []letter.Recipient{letter.Patient, letter.Referrer} {
			if _, err := letter.Make(kind, to, words.NB, in); err == nil || gaps(err) {
				out = append(out, kind)
				break
			}
		}
	}
	return out
}

// gaps tells whether a letter lacks values and nothing else.
func gaps(err error) bool {
	_, ok := err.(*letter.Missing)
	return ok
}

func brevURL(c desk.Case, at string) string { return caseURL(c.Tenant, c.ID) + "/brev/" + at }

// keptIn finds the letters an entry sent; none when they came from elsewhere, or there is no such entry.
func keptIn(log []referral.Entry, seq int) []referral.Kept {
	speaks := referral.Speaking(log)
	for i, e := range log {
		if e.Seq != seq {
			continue
		}
		for _, event := range []*referral.Event{e.Event, speaks[i]} { // what was sent was sent, also when its entry was corrected
			if event == nil {
				continue
			}
			if c, ok := event.Ask.(*referral.Inform); ok && len(c.Kept) > 0 {
				return c.Kept
			}
		}
	}
	return nil
}

// sentLinks leads from each letter sent to the page as it was sent; empty for letters from elsewhere. seqs are the entries that sent them.
func sentLinks(c desk.Case) (links [][]keptLink, seqs []int) {
	links = make([][]keptLink, len(c.State.Letters))
	for i, l := range c.State.Letters {
		seqs = append(seqs, l.Seq)
		for _, k := range keptIn(c.Log, l.Seq) {
			if k.Note != "" {
				at := brevURL(c, "sendt/"+strconv.Itoa(l.Seq))
				links[i] = append(links[i], keptLink{at + "?til=" + k.To, k.To, at + "/pdf?til=" + k.To})
			}
		}
	}
	return links, seqs
}

type keptLink struct{ URL, To, PDF string }

// caseLetters is the page of a case's letters.
func (s *site) caseLetters(w http.ResponseWriter, r *http.Request, v *view) error {
	c, err := s.openOurs(w, r, access.Open)
	if err != nil || c.ID == 0 {
		return err
	}
	v.Title = v.T("web.letters.head")
	p := struct {
		*frame
		Case        link
		Name, Facts string
		Letters     []caseLetter
		Possible    []link
		MayWrite    bool
		Elsewhere   link
	}{frame: v.frame, Case: v.caseLink(c), Name: v.givenName(c.Person), Facts: v.personLine(c), Letters: v.letters(c), Elsewhere: v.actLink(c, "inform")}
	if p.MayWrite = s.mayDo(acts["inform"], c); !p.MayWrite {
		return s.render(w, http.StatusOK, "letters", v, p)
	}
	for _, kind := range v.possible(c, len(law.Letters)) {
		p.Possible = append(p.Possible, link{brevURL(c, string(kind)), v.T("letter." + string(kind))})
	}
	return s.render(w, http.StatusOK, "letters", v, p)
}

func (v *view) caseLink(c desk.Case) link {
	return link{caseURL(c.Tenant, c.ID), v.T("web.referral") + " " + caseNumber(c.Tenant, c.ID)}
}

// openOurs opens a case of one's own trust, and writes the look down; another trust's is led to the case page, which asks why, and no case is given.
func (s *site) openOurs(w http.ResponseWriter, r *http.Request, what access.Action) (desk.Case, error) {
	tenant := r.PathValue("tenant")
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id < 1 {
		return desk.Case{}, desk.ErrMissing
	}
	x, ok, err := s.desk.Ledger.Row(r.Context(), tenant, id)
	switch {
	case err != nil:
		return desk.Case{}, err
	case !ok:
		return desk.Case{}, desk.ErrMissing
	case s.guarded() && what != access.Open:
		if err := s.actOn(r, x, what); err != nil {
			return desk.Case{}, err
		}
	case s.guarded():
		c, err := s.rowCase(x)
		if err != nil {
			return desk.Case{}, err
		}
		if _, d := s.opens(r, c, caseURL(tenant, id)); !d.Allowed {
			http.Redirect(w, r, caseURL(tenant, id), http.StatusSeeOther)
			return desk.Case{}, nil
		}
	case !s.ours(x):
		http.Redirect(w, r, caseURL(tenant, id), http.StatusSeeOther)
		return desk.Case{}, nil
	}
	if r.Method == http.MethodPost {
		return s.desk.Peek(r.Context(), tenant, id, desk.View{})
	}
	return s.desk.Open(r.Context(), tenant, id, desk.View{}, ledger.Access{Actor: s.o.User.ID, Role: string(s.o.User.Role), Place: s.o.User.Place, Purpose: s.o.User.Purpose})
}

// keptPage finds a letter as it was sent: its page, and how it was kept. erased tells that the page is gone for good. No case means that the answer is given.
func (s *site) keptPage(w http.ResponseWriter, r *http.Request) (c desk.Case, k referral.Kept, page string, erased bool, err error) {
	if c, err = s.openOurs(w, r, access.Open); err != nil || c.ID == 0 {
		return c, k, "", false, err
	}
	seq, err := strconv.Atoi(r.PathValue("seq"))
	if err != nil {
		return c, k, "", false, desk.ErrMissing
	}
	kept := keptIn(c.Log, seq)
	to := r.URL.Query().Get("til")
	at := slices.IndexFunc(kept, func(k referral.Kept) bool { return k.To == to || to == "" })
	if at < 0 || kept[at].Note == "" {
		return c, k, "", false, desk.ErrMissing
	}
	k = kept[at]
	page, ok, err := s.desk.Ledger.Note(r.Context(), c.Tenant, k.Note)
	switch {
	case err != nil:
		return c, k, "", false, err
	case !ok || page == "":
		return c, k, "", true, nil
	case digest(page) != k.Digest:
		return c, k, "", false, changedLetter{c.ID, seq}
	}
	return c, k, page, false, nil
}

// sentLetter shows a letter as it was sent: the same bytes, or nothing.
func (s *site) sentLetter(w http.ResponseWriter, r *http.Request, v *view) error {
	c, k, page, erased, err := s.keptPage(w, r)
	switch {
	case err != nil || c.ID == 0:
		return err
	case erased:
		return s.erasedLetter(w, v, link{caseURL(c.Tenant, c.ID) + "/brev", v.T("web.letters.head")})
	}
	sendPage(w, k.Lang, page)
	return nil
}

// sendPage answers with a letter as it was kept.
func sendPage(w http.ResponseWriter, lang, page string) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", lang)
	w.Write([]byte(page))
}

// erasedLetter tells that a letter that was sent has been erased, and leads back.
func (s *site) erasedLetter(w http.ResponseWriter, v *view, back link) error {
	v.Title = v.T("web.letter.erased")
	return s.render(w, http.StatusGone, "notice", v, notice{frame: v.frame, State: "missing", Head: v.Title, Lines: []string{v.T("web.letter.erased_text")}, Link: back})
}

// keptFile is the PDF that was made when a letter was sent; gone when it has been erased. One that is not what was sent is a fault; sum may be empty for one from before there was a digest.
func (s *site) keptFile(ctx context.Context, tenant, note, sum string, fault error) (file []byte, gone bool, err error) {
	text, ok, err := s.desk.Ledger.Note(ctx, tenant, note)
	if err != nil || !ok || text == "" {
		return nil, err == nil, err
	}
	if file, err = base64.StdEncoding.DecodeString(text); err != nil || sum != "" && digest(string(file)) != sum {
		return nil, false, fault
	}
	return file, false, nil
}

// sentPDF gives a letter as PDF: the bytes that were made when it was sent. Of a letter sent before there were any, it is made of the page as it was kept.
func (s *site) sentPDF(w http.ResponseWriter, r *http.Request, v *view) error {
	c, k, page, erased, err := s.keptPage(w, r)
	switch {
	case err != nil || c.ID == 0:
		return err
	case erased:
		return s.erasedLetter(w, v, link{caseURL(c.Tenant, c.ID) + "/brev", v.T("web.letters.head")})
	}
	var file []byte
	if k.PDF != "" {
		seq, _ := strconv.Atoi(r.PathValue("seq"))
		var gone bool
		if file, gone, err = s.keptFile(r.Context(), c.Tenant, k.PDF, k.PDFDigest, changedLetter{c.ID, seq}); err != nil {
			return err
		} else if gone {
			return s.erasedLetter(w, v, link{caseURL(c.Tenant, c.ID) + "/brev", v.T("web.letters.head")})
		}
	} else if file, _, err = s.o.PDF.Make(r.Context(), []byte(page)); err != nil {
		return err
	}
	sendPDF(w, "brev-"+caseNumber(c.Tenant, c.ID)+"-"+r.PathValue("seq"), k.Lang, file)
	return nil
}

// sendPDF answers with a PDF to be saved; the name holds a number and no person.
func sendPDF(w http.ResponseWriter, name, lang string, file []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Language", lang)
	h.Set("Content-Disposition", `attachment; filename="`+name+`.pdf"`)
	h.Set("Content-Length", strconv.Itoa(len(file)))
	w.Write(file)
}

// changedLetter is the fault of a letter that is not what was sent.
type changedLetter struct {
	id  int64
	seq int
}

func (e changedLetter) Error() string {
	return "the letter of entry " + strconv.Itoa(e.seq) + " of referral " + strconv.FormatInt(e.id, 10) + " is not what was sent: its digest differs from the log's; restore the note from a backup"
}

func digest(page string) string {
	sum := sha256.Sum256([]byte(page))
	return hex.EncodeToString(sum[:])
}

// letterPage writes a letter as the page that is sent and kept.
func letterPage(l letter.Letter) string {
	return string(letter.HTML(l, letter.Screen()))
}
