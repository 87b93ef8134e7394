package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/ledger"
	"rettid/letter"
	"rettid/referral"
	"rettid/say"
	"rettid/words"
)

// One letter before it is sent: as the receiver gets it, beside all it must say. It is sent only when it says all of it, and only as it was seen: a value
// changed after the letter was shown shows it again.

// letterView is the preview, with all that can be said of a form.
type letterView struct {
	actPage
	List   link
	Late   []warning // what the law warns of when it is sent today
	Letter template.HTML
	Shown  string // pasient · henviser
	Tabs   []letterTab
	Must   []mustItem
	Lacks  int
	Ready  bool
	Seen   string // what was shown: the digest of every letter that would be sent
	Look   bool   // it is not what was seen
	None   string // why there is no letter
}

type letterTab struct {
	Value, Text string
	Current     bool
}

// A mustItem is one thing the letter must say.
type mustItem struct {
	Text   string
	Met    bool
	Cite   string
	Remedy string
	Link   link
}

var receivers = []struct {
	code string
	to   letter.Recipient
	name string
}{{"pasient", letter.Patient, "web.to_patient"}, {"henviser", letter.Referrer, "web.to_referrer"}}

// A writing is a letter being made: for each receiver, with what was given.
type writing struct {
	f      *form
	kind   law.Letter
	lang   words.Lang
	in     letter.Input
	made   map[string]letter.Letter // by receiver
	asked  []string                 // the places that have no value of their own
	untrue string
	wish   bool // a child's own wish that parents do not see the case
}

// make writes the letters, first without and then with what was given: so the fields stay when they are filled in.
func (w *writing) make() error {
	ticked := func(to string) bool {
		return w.f.typed == nil && w.usual(to) || slices.Contains(w.f.typed["mottaker"], to)
	}
	if ticked("pasient") && ticked("henviser") && w.in.Referrer.Name != "" {
		w.in.Copies = []string{w.in.Referrer.Name}
	}
	w.guardian()
	w.made = make(map[string]letter.Letter)
	given := w.in.Given
	for _, g := range []letter.Given{{}, given} {
		w.in.Given = g
		for _, r := range receivers {
			l, err := letter.Make(w.kind, w.recipient(r.code), w.langOf(r.code), w.in)
			var untrue *letter.Untrue
			switch {
			case errors.As(err, &untrue):
				w.untrue = untrue.Why
				continue
			case err != nil && !gaps(err):
				return err
			}
			w.made[r.code] = l
			for _, place := range l.Missing {
				if !slices.Contains(w.asked, place) {
					w.asked = append(w.asked, place)
				}
			}
		}
	}
	return nil
}

// sending tells who is to have it: of those it can be written to, those ticked; both when nothing was.
func (w *writing) sending() []string {
	var out []string
	for _, r := range receivers {
		_, can := w.made[r.code]
		if can && (w.f.typed == nil && w.usual(r.code) || slices.Contains(w.f.typed["mottaker"], r.code)) {
			out = append(out, r.code)
		}
	}
	return out
}

// usual tells who has a letter of the kind unless somebody says otherwise: both, so that the referrer knows what the patient does (G8.1-10); what is
// asked for is asked of one.
func (w *writing) usual(to string) bool {
	return w.kind != law.LetterInformation || to == "henviser"
}

// proposed is what the letter can say before anybody has written: the guide's name of the condition, to be put in plainer words by the one who sends it.
func (w *writing) proposed() map[string]string {
	lib, x := w.f.v.s.desk.Guides, w.f.x
	if lib == nil || x.Condition == "" {
		return nil
	}
	c, ok := lib.Condition(x.Specialty, x.Condition, x.AssessedOn)
	if !ok {
		return nil
	}
	return map[string]string{"condition_text": lowerFirst(c.NameNB), "condition_text.en": lowerFirst(c.NameEN)}
}

// optional are the places that may be filled in and need not.
func (w *writing) optional() []string {
	switch w.kind {
	case law.LetterNotGranted:
		return []string{"advice_text"}
	case law.LetterOffer:
		return []string{"travel_text"}
	}
	return nil
}

// mending is where a value that the case itself should give is mended: it is never typed into a letter.
var mending = map[string]string{
	"deadline_date": "change_deadline", "seniority_date": "correct", "received_date": "correct", "assessed_date": "correct", "assessment_due_date": "correct", "appointment_date": "book",
	"appointment_time": "book", "appointment_weekday": "book", "interval_from": "book", "interval_to": "book",
}

// given reads the fields of the letter.
func (w *writing) given() letter.Given {
	g := letter.Given{Words: make(map[string]string), Days: make(map[string]day.Day), Times: make(map[string]day.Moment), Lists: make(map[string][]string)}
	f := w.f
	for name := range f.typed {
		key, ok := strings.CutPrefix(name, "v-")
		s := f.value(name)
		if !ok || s == "" {
			continue
		}
		place, _, _ := strings.Cut(key, ".")
		as, _ := letter.Asks(place)
		if mending[place] != "" {
			continue
		}
		switch as {
		case "day":
			if d := f.day(name); !d.IsZero() {
				g.Days[place] = d
			}
		case "clock":
			if m := f.clock(name); m >= 0 {
				g.Times[place] = day.Moment{Day: f.v.Today, Minute: m}
			}
		case "moment":
			at, clock, _ := strings.Cut(s, " ")
			d, err := typedDay(at)
			m, ok := typedClock(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(clock), "kl. ")))
			if err != nil || !ok {
				f.wrong(name, "web.letter.bad_moment")
				continue
			}
			g.Times[place] = day.Moment{Day: d, Minute: m}
		case "list":
			for line := range strings.Lines(s) {
				if line = strings.TrimSpace(line); line != "" {
					g.Lists[place] = append(g.Lists[place], line)
				}
			}
		case "":
		default:
			g.Words[key] = s
		}
	}
	if s := f.value("faglig"); s != "" {
		g.Words["professional_feedback"] = s
		g.Words["professional_feedback."+string(w.lang)] = s
	}
	return g
}

// fields are what the letter lacks, and what may be added.
func (w *writing) fields() []field {
	v := w.f.v
	to := field{Name: "mottaker", Label: v.T("web.letter.to"), Kind: "ticks", Need: true}
	for _, r := range receivers {
		if _, ok := w.made[r.code]; ok {
			to.Options = append(to.Options, option{r.code, v.T(r.name), false})
			if w.usual(r.code) {
				to.Value += " " + r.code
			}
		}
	}
	lang := field{Name: "sprak", Label: v.T("web.letter.lang"), Kind: "select", Value: string(w.lang), Help: v.T("web.letter.lang_help", lowerFirst(words.Say(v.Lang, "web.language_of."+string(letterLang(w.f.person)))))}
	for _, l := range words.Langs() {
		lang.Options = append(lang.Options, option{string(l), words.Say(v.Lang, "web.language_of."+string(l)), false})
	}
	out := append(append([]field{to, lang}, w.guardianFields()...), w.wayFields()...)
	proposed := w.proposed()
	add := func(place string, need bool) {
		if mending[place] != "" {
			return
		}
		as, byHand := letter.Asks(place)
		x := field{Name: "v-" + place, Label: letter.Lack{Place: place}.What(v.Lang), Kind: as, Need: need, Value: proposed[place]}
		if x.Value != "" {
			x.Help = v.T("web.letter.proposed")
		}
		switch as {
		case "moment":
			x.Kind, x.Help = "line", v.T("web.letter.moment_help")
		case "list":
			x.Kind, x.Help = "text", v.T("web.letter.list_help")
		}
		x.Label = capital(x.Label)
		if byHand && w.lang == words.EN {
			en := x
			x.Label += " (" + lowerFirst(v.T("web.language_of.nb")) + ")"
			en.Value = proposed[place+".en"]
			en.Name, en.Label = en.Name+".en", en.Label+" ("+lowerFirst(v.T("web.language_of.en"))+")"
			out = append(out, x, en)
			return
		}
		out = append(out, x)
	}
	for _, place := range w.asked {
		add(place, true)
	}
	for _, place := range w.optional() {
		if !slices.Contains(w.asked, place) {
			add(place, false)
		}
	}
	if _, ok := w.made["henviser"]; ok {
		out = append(out, field{Name: "faglig", Label: v.T("field.professional_feedback"), Kind: "text", Help: v.T("web.act.feedback_help")})
	}
	return out
}

// must lists all that the letters must say: what is lacking first, each thing once, met only when it is met in every letter that is to be sent.
func (w *writing) must(to []string, fields []field) []mustItem {
	v, x := w.f.v, w.f.x
	type key struct{ must, place string }
	at := make(map[key]int)
	var items []letter.Item
	for _, code := range to {
		for _, it := range letter.Checklist(w.made[code], x) {
			k := key{it.Must, it.Place}
			if i, ok := at[k]; ok {
				items[i].Met = items[i].Met && it.Met
				continue
			}
			at[k] = len(items)
			items = append(items, it)
		}
	}
	blank := slices.ContainsFunc(items, func(it letter.Item) bool { return !it.Met && it.Place != "" })
	var out []mustItem
	for _, it := range items {
		m := mustItem{Text: capital(it.What(v.Lang)), Met: it.Met, Cite: say.Source(v.Lang, "", it.Norms)}
		if !it.Met && blank && it.Place == "" { // most likely it follows when what is missing is filled in: only then can it be said
			m.Remedy = v.T("web.letter.follows")
		} else if !it.Met {
			m.Remedy = it.Remedy(v.Lang)
			name := "v-" + it.Place
			switch has := func(n string) bool { return slices.ContainsFunc(fields, func(f field) bool { return f.Name == n }) }; {
			case mending[it.Place] != "":
				m.Link = v.actLink(w.f.c, mending[it.Place])
			case it.Must == "no_translation" && has(name+".en"):
				m.Link = link{"#f-" + name + ".en", v.T("web.letter.fill_in")}
			case it.Place != "" && has(name):
				m.Link = link{"#f-" + name, v.T("web.letter.fill_in")}
			case it.Place == "professional_feedback":
				m.Link = link{"#f-faglig", v.T("web.letter.fill_in")}
			case it.Must == "guarantee_kept":
				m.Link = v.actLink(w.f.c, "change_deadline")
			default:
				m.Link = v.actLink(w.f.c, "correct")
			}
		}
		out = append(out, m)
	}
	slices.SortStableFunc(out, func(a, b mustItem) int {
		switch {
		case a.Met == b.Met:
			return 0
		case b.Met:
			return -1
		}
		return 1
	})
	return out
}

// drawnLetter is a letter inside a page, each place without a value marked with what it lacks, in the language of the one who writes. The room that writes letters has escaped it.
func drawnLetter(writer words.Lang, l letter.Letter) template.HTML {
	page := string(letter.Article(l, 2))
	for _, place := range l.Missing {
		page = strings.ReplaceAll(page, "{"+place+"}", `<mark lang="`+string(writer)+`">`+template.HTMLEscapeString(letter.Lack{Place: place}.What(writer))+"</mark>")
	}
	return template.HTML(page)
}

// seen is the digest of all that would be sent.
func (w *writing) seen(to []string) string {
	h := sha256.New()
	for _, code := range to {
		fmt.Fprintf(h, "%s %s\n", code, letterPage(w.made[code]))
	}
	return hex.EncodeToString(h.Sum(nil))
}

func capital(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}

// writeLetter shows a letter before it is sent, or sends it.
func (s *site) writeLetter(w http.ResponseWriter, r *http.Request, v *view) error {
	kind := law.Letter(r.PathValue("kind"))
	if !slices.Contains(letter.Kinds(), kind) {
		return desk.ErrMissing
	}
	if r.Method == http.MethodPost {
		if err := readForm(w, r); err != nil {
			return err
		}
	}
	c, err := s.openOurs(w, r, access.SendLetter)
	if err != nil || c.ID == 0 {
		return err
	}
	f := &form{v: v, c: c, x: &c.State, bad: make(map[string][]string), person: c.Person}
	lang := letterLang(c.Person)
	chosen := r.URL.Query().Get("sprak")
	shown := r.URL.Query().Get("til")
	key := rand.Text()
	if r.Method == http.MethodPost {
		f.typed = r.PostForm
		chosen, key = f.value("sprak"), f.value("key")
		shown = f.value("viser")
		for _, rec := range c.Records {
			if rec.Key == key { // sent twice: it is done
				http.Redirect(w, r, caseURL(c.Tenant, c.ID)+"?gjort="+strconv.Itoa(rec.Seq), http.StatusSeeOther)
				return nil
			}
		}
		if vis := f.value("vis"); vis == "pasient" || vis == "henviser" {
			shown = vis
		}
	}
	if l, err := words.Parse(chosen); err == nil {
		lang = l
	}
	wish, err := s.hidden(r.Context(), c.Person)
	if err != nil {
		return err
	}
	wr := &writing{f: f, kind: kind, lang: lang, in: s.letterInput(v, c, kind), wish: wish.Hide}
	if f.typed == nil {
		wr.in.Given.Words = wr.proposed()
	} else {
		wr.in.Given = wr.given()
	}
	if err := wr.make(); err != nil {
		return err
	}
	do := &referral.Inform{Letter: kind}
	fields := wr.fields()
	to := wr.sending()
	p := s.letterView(wr, to, fields, shown)
	p.Key = key
	show := func(status int) error {
		p.Fields = f.show(fields)
		for _, x := range p.Fields {
			if len(x.Errors) > 0 {
				p.Missing++
				p.Ready = false
			}
		}
		return s.render(w, status, "letter", v, p)
	}
	if len(wr.made) == 0 {
		return s.render(w, http.StatusUnprocessableEntity, "letter", v, p)
	}
	if f.typed == nil {
		return show(http.StatusOK)
	}
	if seen, err := strconv.Atoi(f.value("seq")); err != nil || seen != c.State.Seq {
		return f.conflict(&p.actPage, seen, fields, show)
	}
	switch {
	case f.value("vis") != "":
		return show(http.StatusOK)
	case f.value("pdf") != "": // as it would be, to be looked at
		l, ok := wr.made[p.Shown]
		if !ok || len(l.Missing) > 0 {
			return show(http.StatusUnprocessableEntity)
		}
		file, _, err := s.o.PDF.Make(r.Context(), []byte(letterPage(l)))
		if err != nil {
			return err
		}
		sendPDF(w, "utkast-"+caseNumber(c.Tenant, c.ID), string(l.Lang), file)
		return nil
	case !wr.waysKnown():
		return show(http.StatusUnprocessableEntity)
	case len(to) == 0:
		f.wrong("mottaker", "web.letter.to_nobody")
		return show(http.StatusUnprocessableEntity)
	case !p.Ready || len(f.bad) > 0:
		return show(http.StatusUnprocessableEntity)
	case f.value("sett") != p.Seen:
		p.Look = true
		return show(http.StatusOK)
	}
	o := f.order(acts["inform"], key, do, v.Today)
	for _, code := range to {
		if err := wr.attach(r.Context(), &o, do, code); err != nil {
			return err
		}
	}
	do.Feedback = f.text("faglig")
	if !do.Referrer {
		do.Feedback = referral.Text{}
	}
	out, err := s.desk.Take(r.Context(), o)
	var refusal *referral.Refusal
	switch {
	case errors.As(err, &refusal):
		f.refused(&p.actPage, acts["inform"], refusal, nil)
		return show(http.StatusUnprocessableEntity)
	case errors.Is(err, desk.ErrMoved):
		if f.c, err = s.desk.Peek(r.Context(), c.Tenant, c.ID, desk.View{}); err != nil {
			return err
		}
		seen := p.Seq
		f.x, p.Seq = &f.c.State, f.c.State.Seq
		return f.conflict(&p.actPage, seen, fields, show)
	case err != nil:
		return err
	}
	http.Redirect(w, r, caseURL(c.Tenant, c.ID)+"?gjort="+strconv.Itoa(out.Seq), http.StatusSeeOther)
	return nil
}

// attach puts one letter into the order: its page as a note beside the log, its digest in the log, and a message to whoever delivers it. The note's id
// follows from the key, so that a retry makes the same.
func (wr *writing) attach(ctx context.Context, o *desk.Order, do *referral.Inform, code string) error {
	to := wr.recipient(code)
	k, notes, err := wr.f.v.s.keep(ctx, o.Key, code, wr.made[code])
	if err != nil {
		return err
	}
	k.To, k.Channel = string(to), wr.way(code)
	m, err := desk.LetterOut{Kept: k, Letter: wr.kind, AnswerCode: wr.made[code].AnswerCode}.Message()
	if err != nil {
		return fmt.Errorf("write the message of a letter: %w", err)
	}
	do.Kept = append(do.Kept, k)
	do.Patient, do.Referrer = do.Patient || to != letter.Referrer, do.Referrer || to == letter.Referrer
	o.Notes = append(o.Notes, notes...)
	if k.Channel.Digital() {
		o.Outgoing = append(o.Outgoing, m)
	}
	return nil
}

// keep makes what is kept of a letter: its page and its printed form as notes whose ids follow from the key, so that a retry makes the same, and their digests.
func (s *site) keep(ctx context.Context, key, code string, l letter.Letter) (referral.Kept, []ledger.Note, error) {
	page := letterPage(l)
	file, _, err := s.o.PDF.Make(ctx, []byte(page))
	if err != nil {
		return referral.Kept{}, nil, err
	}
	id := func(what string) string {
		sum := sha256.Sum256([]byte(key + what + code))
		return hex.EncodeToString(sum[:12])
	}
	k := referral.Kept{Lang: string(l.Lang), Note: id("/letter/"), Digest: digest(page), PDF: id("/pdf/"), PDFDigest: digest(string(file))}
	return k, []ledger.Note{{ID: k.Note, Text: page}, {ID: k.PDF, Text: base64.StdEncoding.EncodeToString(file)}}, nil
}

// letterView gathers the page.
func (s *site) letterView(wr *writing, to []string, fields []field, shown string) letterView {
	f := wr.f
	v, c := f.v, f.c
	p := letterView{actPage: s.actPage(f, acts["inform"]), List: link{caseURL(c.Tenant, c.ID) + "/brev", v.T("web.letters.head")}}
	p.Head, p.URL, p.Seq = v.T("letter."+string(wr.kind)), brevURL(c, string(wr.kind)), c.State.Seq
	v.Title = p.Head
	p.actPage.frame = v.frame
	if len(wr.made) == 0 {
		p.None = v.T("web.letter.untrue")
		return p
	}
	if _, ok := wr.made[shown]; !ok {
		shown = ""
		for _, r := range receivers {
			if _, ok := wr.made[r.code]; ok && (shown == "" || !slices.Contains(to, shown)) {
				shown = r.code
			}
		}
	}
	p.Shown = shown
	for _, r := range receivers {
		if _, ok := wr.made[r.code]; ok {
			p.Tabs = append(p.Tabs, letterTab{r.code, capital(v.T(wr.name(r.code))), r.code == shown})
		}
	}
	p.Letter = drawnLetter(v.Lang, wr.made[shown])
	p.Must = wr.must(to, fields)
	for _, m := range p.Must {
		if !m.Met {
			p.Lacks++
		}
	}
	p.Ready = p.Lacks == 0 && len(to) > 0
	first := f.x.Answer.Patient && !f.x.SecondOpinion
	p.Late = v.foreseen(law.InformObjections(&f.x.Facts, wr.kind, slices.Contains(to, "pasient"), slices.Contains(to, "henviser"), first, v.Today).Warned())
	p.Seen = wr.seen(to)
	return p
}
