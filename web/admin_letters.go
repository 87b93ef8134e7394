package web

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/letter"
	"rettid/words"
)

// What the house itself says in letters, and its phones and addresses: each from a day on, every version kept. The file the installation was started with seeds
// them; what is stored decides. A letter that was sent is a note beside the log and is never made again, so nothing here changes it.

const (
	letterTextPaper = "letter-text" // by the name of the text: fra, hode.LANG, tekst.LANG
	letterFactPaper = "letter-fact" // by the key of the setting: verdi, fra
)

// A letterBook is what is stored for letters.
type letterBook struct {
	facts     []datedEntry // by key, day and version
	texts     []datedEntry
	phones    map[string]string // of units and providers, by their ids: they go before the file's
	guidance  map[string]string
	addresses map[string]string // of providers, and of sites as PROVIDER.SITE
}

type datedEntry struct {
	from day.Day
	entry
}

// readLetters takes what is stored for letters into use.
func (s *site) readLetters(ctx context.Context) error {
	b := &letterBook{phones: make(map[string]string), guidance: make(map[string]string), addresses: make(map[string]string)}
	for kind, into := range map[string]*[]datedEntry{letterFactPaper: &b.facts, letterTextPaper: &b.texts} {
		papers, err := s.desk.Ledger.Papers(ctx, house, kind, "", 0, 0)
		if err != nil {
			return err
		}
		for _, p := range papers {
			versions, err := s.desk.Ledger.PaperVersions(ctx, house, kind, p.ID)
			if err != nil {
				return err
			}
			for _, v := range versions {
				e, err := readEntry(v)
				if err != nil {
					return err
				}
				from, err := typedDay(e.get("fra"))
				if err != nil {
					return fmt.Errorf("the paper %s %s, version %d, fra: %w", kind, p.ID, v.Seq, err)
				}
				*into = append(*into, datedEntry{from, e})
			}
		}
		slices.SortStableFunc(*into, func(a, b datedEntry) int {
			if c := strings.Compare(a.ID, b.ID); c != 0 {
				return c
			}
			return a.from.Compare(b.from)
		})
	}
	for _, kind := range []string{desk.ProviderPaper, desk.SitePaper, desk.UnitPaper} {
		papers, err := s.desk.Ledger.Papers(ctx, house, kind, "", 0, 0)
		if err != nil {
			return err
		}
		for _, p := range papers {
			e, err := readEntry(p)
			if err != nil {
				return err
			}
			id := e.get("id")
			if kind == desk.SitePaper {
				id = e.get("provider") + "." + id
			}
			for name, of := range map[string]map[string]string{"telefon": b.phones, "fagtelefon": b.guidance, "adresse": b.addresses} {
				if x := e.get(name); x != "" {
					of[id] = x
				}
			}
		}
	}
	s.book.Store(b)
	return nil
}

// stored is what is stored for letters; nothing before it is read.
func (s *site) stored() *letterBook {
	if b := s.book.Load(); b != nil {
		return b
	}
	return &letterBook{}
}

// on gives the version of each thing that holds on a day.
func on(all []datedEntry, d day.Day) map[string]entry {
	out := make(map[string]entry)
	for _, e := range all { // by day and version: the last that has begun speaks
		if !e.from.After(d) {
			out[e.ID] = e.entry
		}
	}
	return out
}

// contactsOn are what letters of a day tell of phones and addresses: the stored, over the file's. A stored value was tried before it was stored.
func (s *site) contactsOn(d day.Day, more ...entry) *letter.Contacts {
	c := letter.Contacts{}
	switch {
	case s.o.House.Contacts != nil:
		c = *s.o.House.Contacts
	case s.o.Demo:
		c = *letter.DemoContacts() // nobody is called in a demonstration
	}
	now := on(s.stored().facts, d)
	for _, e := range more {
		now[e.ID] = e
	}
	for key, e := range now {
		if err := c.Set(key, e.get("verdi")); err != nil {
			s.log.Error("a stored fact of letters is left out", "key", key, "error", err)
		}
	}
	return &c
}

// textsOn are the texts of letters of a day.
func (s *site) textsOn(d day.Day, more ...entry) (*letter.Texts, error) {
	local := make(map[string]letter.Local)
	for id, e := range on(s.stored().texts, d) {
		local[id] = localOf(e.Values)
	}
	for _, e := range more {
		local[e.ID] = localOf(e.Values)
	}
	return letter.Standard().WithLocal(local)
}

// localOf reads the house's own words from the answers of the form.
func localOf(values map[string]string) letter.Local {
	var x letter.Local
	put := func(of *map[words.Lang]string, l words.Lang, s string) {
		if s == "" {
			return
		}
		if *of == nil {
			*of = make(map[words.Lang]string)
		}
		(*of)[l] = s
	}
	for _, l := range words.Langs() {
		put(&x.Heading, l, values["hode."+string(l)])
		put(&x.Lines, l, values["tekst."+string(l)])
	}
	return x
}

// phoneOf finds the number of a unit, or else of its provider: stored, or else the file's, or in the demonstration one that can't be called.
func (s *site) phoneOf(unit, provider string) string {
	return s.phone(s.stored().phones, s.o.House.Phones, unit, provider, "00 00 00 10")
}

// guidanceOf finds the number for professionals, likewise.
func (s *site) guidanceOf(unit, provider string) string {
	return s.phone(s.stored().guidance, s.o.House.Guidance, unit, provider, "00 00 00 11")
}

// addressOf is where a site is, or else its provider; empty when nobody has written it.
func (s *site) addressOf(provider, site string) string {
	b := s.stored()
	if a := b.addresses[provider+"."+site]; a != "" {
		return a
	}
	return b.addresses[provider]
}

// sampleInput is the house as letters of a day have it, for a letter about nobody: the first hospital with a unit.
func (s *site) sampleInput(d day.Day) letter.Input {
	in := letter.Input{On: d, Settings: s.desk.Law(d), Contacts: s.contactsOn(d), Hospital: "–", Unit: letter.Unit{Name: "–", Phone: "–"}}
	for _, p := range s.desk.Org.Providers() {
		if p.Kind != clinic.Public || len(p.Units) == 0 {
			continue
		}
		u := p.Units[0]
		in.Hospital, in.Unit = p.Name, letter.Unit{Name: u.Name, Phone: s.phoneOf(u.ID, p.ID), GuidancePhone: s.guidanceOf(u.ID, p.ID)}
		break
	}
	return in
}

// losses lists what letters lack with b that they have with a: the text, the language and the lack, each once.
func losses(v *view, names []string, a, b letter.Input) ([]string, error) {
	var out []string
	for _, name := range names {
		for _, l := range words.Langs() {
			had := make(map[string]bool)
			for i, in := range []letter.Input{a, b} {
				one, r, err := letter.Sample(name, l, in)
				if err != nil {
					return nil, err
				}
				for _, k := range letter.Check(one, r) {
					what := k.What(v.Lang)
					if i == 0 {
						had[what] = true
					} else if !had[what] {
						out = append(out, v.T("admin.letter.lacks", v.letterText(name), lowerFirst(v.T("web.language_of."+string(l))), what))
					}
				}
			}
		}
	}
	return out, nil
}

// letterText is the name of a text.
func (v *view) letterText(name string) string {
	if key := "admin.letter." + name; words.Has(v.Lang, key) {
		return v.T(key)
	}
	return v.T("letter." + name)
}

// fromToday reads the day something holds from: a wrong number is mended at once, a day that is past is not.
func (f *adminForm) fromToday(name string) day.Day {
	d := f.needDay(name)
	if !d.IsZero() && d.Before(f.v.Today) {
		f.wrong(name, "admin.not_before", f.v.Today)
	}
	return d
}

// pdfNote tells whether letters as PDF are tagged, so that a screen reader can read them (PDF/UA): the page is the master either way.
func pdfNote(v *view) string {
	if v.s.o.PDF.Tagged() {
		return v.T("admin.pdf.tagged")
	}
	return v.T("admin.pdf.plain")
}

func takeLetters(ctx context.Context, s *site) error { return s.readLetters(ctx) }

func letterTextRegister() register {
	fieldNames := func(id string) []string {
		if id == "frame_top" {
			return []string{"tekst"}
		}
		return []string{"hode", "tekst"}
	}
	return register{
		word: "brevtekster", kind: letterTextPaper,
		columns: []string{"admin.letter.text", "admin.letter.own", "admin.period", "admin.letter.code"},
		cells: func(v *view, e entry) []string {
			own := v.T("web.none")
			if now := on(v.s.stored().texts, v.Today)[e.ID]; !localOf(now.Values).IsZero() {
				own = firstOf(now.get("hode."+string(v.Lang)), strings.SplitN(now.get("tekst."+string(v.Lang)), "\n", 2)[0])
			}
			from := ""
			if d := e.period().From; !d.IsZero() {
				from = v.T("admin.since", d)
			}
			return []string{v.letterText(e.ID), own, from, e.ID}
		},
		groups: func(v *view, e entry) []fieldGroup {
			id := firstOf(e.ID, e.get("brev"))
			out := []fieldGroup{{Fields: []field{{Name: "brev", Kind: "hidden"}, {Name: "fra", Label: v.T("admin.from"), Kind: "day", Need: true}}}}
			for _, l := range words.Langs() {
				g := fieldGroup{Head: v.T("web.language_of." + string(l))}
				for _, name := range fieldNames(id) {
					x := field{Name: name + "." + string(l), Label: v.T("admin.letter.heading"), Kind: "line"}
					switch {
					case name == "tekst":
						x.Label, x.Kind, x.Help = v.T("admin.letter.lines"), "text", v.T("admin.letter.lines_help")
						if strings.HasPrefix(id, "frame_") {
							x.Help = ""
						}
					case id == "frame_foot":
						x.Label, x.Help = v.T("admin.letter.greeting"), v.T("admin.letter.greeting_help")
					}
					g.Fields = append(g.Fields, x)
				}
				out = append(out, g)
			}
			var places []string
			for _, p := range letter.LocalPlaces() {
				places = append(places, "{"+p+"}")
			}
			out[0].Fields[1].Help = v.T("admin.letter.places", strings.Join(places, ", ")) + " " + v.T("admin.letter.all_languages")
			return out
		},
		check: func(f *adminForm) {
			from := f.fromToday("fra")
			if len(f.bad) > 0 {
				return
			}
			after := entry{ID: f.e.ID, Values: f.values()}
			before, err := f.s.textsOn(from)
			if err != nil {
				f.s.log.Error("the stored texts of letters do not fit", "error", err)
				before = letter.Standard()
			}
			texts, err := f.s.textsOn(from, after)
			if err != nil {
				f.localWrong(err)
				return
			}
			a, b := f.s.sampleInput(from), f.s.sampleInput(from)
			a.Texts, b.Texts = before, texts
			names := []string{f.e.ID}
			if strings.HasPrefix(f.e.ID, "frame_") {
				names = letter.Standard().Names()
			}
			lost, err := losses(f.v, names, a, b)
			if err != nil {
				lost = append(lost, err.Error())
			}
			for _, what := range lost {
				f.bad[""] = append(f.bad[""], what)
			}
		},
		effect: func(ctx context.Context, f *adminForm) ([]string, error) {
			out := []string{f.v.T("admin.letter.effect", f.day("fra"))}
			for _, l := range words.Langs() {
				if own := f.values()["tekst."+string(l)]; own != "" {
					if lix := letter.LIX(strings.Split(own, "\n")...); lix >= letter.Readable {
						out = append(out, f.v.T("admin.letter.lix", lowerFirst(f.v.T("web.language_of."+string(l))), int(lix+0.5), letter.Readable))
					}
				}
			}
			return out, nil
		},
		apply: takeLetters,
		note:  pdfNote,
		base: func(s *site) []entry {
			var out []entry
			for _, name := range letter.Standard().Names() {
				out = append(out, entry{ID: name, Values: map[string]string{"brev": name}})
			}
			return out
		},
		show: func(ctx context.Context, v *view, e entry) []preview {
			var out []preview
			d := e.period().From
			if d.Before(v.Today) {
				d = v.Today
			}
			texts, err := v.s.textsOn(d, e)
			if err != nil { // what is typed can't be used: the letter as it stands
				if texts, err = v.s.textsOn(d); err != nil {
					return nil
				}
			}
			in := v.s.sampleInput(d)
			in.Texts = texts
			for _, l := range words.Langs() {
				one, _, err := letter.Sample(e.ID, l, in)
				if err != nil {
					return nil
				}
				name := lowerFirst(v.T("web.language_of." + string(l)))
				page := strings.ReplaceAll(string(letter.Article(one, 3)), `"letter-`, `"brev-`+string(l)+"-")
				out = append(out, preview{Head: v.T("admin.letter.preview", name), Lang: l, Letter: template.HTML(page), Note: v.T("admin.letter.preview_of", v.T("admin.since", d)), PDF: v.T("admin.letter.pdf", name)})
			}
			return out
		},
	}
}

// localWrong puts each mistake in the house's own words beside its field.
func (f *adminForm) localWrong(err error) {
	var many interface{ Unwrap() []error }
	if errors.As(err, &many) {
		for _, e := range many.Unwrap() {
			f.localWrong(e)
		}
		return
	}
	var e *letter.LocalError
	if !errors.As(err, &e) || e.Text != f.e.ID {
		f.bad[""] = append(f.bad[""], err.Error())
		return
	}
	name := "tekst." + string(e.Lang)
	if e.Line == 0 && e.Code != "lines" && e.Code != "too_long" && e.Text != "frame_top" {
		name = "hode." + string(e.Lang)
	}
	f.bad[name] = append(f.bad[name], e.Says(f.v.Lang))
}

func firstOf(some ...string) string {
	for _, s := range some {
		if s != "" {
			return s
		}
	}
	return ""
}

// letterTextPDF gives the sample of a text as PDF, with what stands in the form.
func (s *site) letterTextPDF(w http.ResponseWriter, r *http.Request, v *view) error {
	if err := readText(w, r); err != nil {
		return err
	}
	reg := letterTextRegister()
	e, err := s.entry(r.Context(), reg, r.PathValue("id"))
	if err != nil {
		return err
	}
	l, err := words.Parse(r.PostForm.Get("pdf"))
	if err != nil {
		return badRequest{code: "web.bad_request_text"}
	}
	f := &adminForm{form: form{v: v, bad: make(map[string][]string), typed: r.PostForm}, s: s, e: e, named: reg}
	d := f.day("fra")
	if d.Before(v.Today) {
		d = v.Today
	}
	in := s.sampleInput(d)
	if in.Texts, err = s.textsOn(d, entry{ID: e.ID, Values: f.values()}); err != nil {
		return s.adminEdit(w, r, v) // what is wrong stands beside the fields
	}
	one, _, err := letter.Sample(e.ID, l, in)
	if err != nil {
		return err
	}
	file, _, err := s.o.PDF.Make(r.Context(), []byte(letterPage(one)))
	if err != nil {
		return err
	}
	sendPDF(w, "prove-"+e.ID, string(l), file)
	return nil
}

// contactName names a fact of letters.
func (v *view) contactName(key string) string {
	key = strings.TrimPrefix(key, "letter.")
	if number, ok := strings.CutPrefix(key, "county."); ok {
		number, what, _ := strings.Cut(number, ".")
		name, _ := v.s.desk.Org.CountyOf(number+"00", v.Today)
		return v.T("admin.contact.county", firstOf(name, number), lowerFirst(v.T("admin.contact."+what)))
	}
	return v.T("admin.contact." + key)
}

// contactRegister is what letters tell of phones, addresses and the house's own times.
func contactRegister() register {
	return register{
		word: "brevopplysninger", kind: letterFactPaper,
		columns: []string{"admin.contact.what", "admin.setting.now", "admin.period", "admin.setting.key"},
		cells: func(v *view, e entry) []string {
			now := valueOf(v.s.contactsOn(v.Today), e.ID)
			from := ""
			if d := e.period().From; d.After(v.Today) {
				from = v.T("admin.setting.then", firstOf(v.settingText(e.get("verdi")), v.T("web.none")), d)
			} else if !d.IsZero() {
				from = v.T("admin.since", d)
			}
			return []string{v.contactName(e.ID), firstOf(v.settingText(now), v.T("web.none")), from, e.ID}
		},
		groups: func(v *view, e entry) []fieldGroup {
			val := field{Name: "verdi", Label: v.T("admin.contact.value"), Kind: "line", Help: v.T("admin.contact.value_help")}
			if e.get("nokkel") == "letter.interpreter" {
				val.Kind, val.Help = "select", ""
				val.Options = []option{{Value: "true", Text: v.settingText("true")}, {Value: "false", Text: v.settingText("false")}}
			}
			return []fieldGroup{{Fields: []field{{Name: "nokkel", Kind: "hidden"}, val, {Name: "fra", Label: v.T("admin.from"), Kind: "day", Need: true}}}}
		},
		check: func(f *adminForm) {
			from := f.fromToday("fra")
			try := f.s.contactsOn(f.v.Today)
			after := entry{ID: f.e.ID, Values: f.values()}
			if try.Set(f.e.ID, after.get("verdi")) != nil {
				f.wrong("verdi", "admin.contact.bad")
			}
			if len(f.bad) > 0 {
				return
			}
			texts, err := f.s.textsOn(from)
			if err != nil {
				texts = letter.Standard()
			}
			a, b := f.s.sampleInput(from), f.s.sampleInput(from)
			a.Texts, b.Texts, b.Contacts = texts, texts, f.s.contactsOn(from, after)
			if number, ok := strings.CutPrefix(f.e.ID, "letter.county."); ok {
				a.County, b.County = number[:2], number[:2]
			}
			lost, err := losses(f.v, texts.Names(), a, b)
			if err != nil {
				lost = append(lost, err.Error())
			}
			f.bad[""] = append(f.bad[""], lost...)
			if len(lost) == 0 {
				delete(f.bad, "")
			}
		},
		effect: func(ctx context.Context, f *adminForm) ([]string, error) {
			return []string{f.v.T("admin.letter.effect", f.day("fra"))}, nil
		},
		apply: takeLetters,
		base: func(s *site) []entry {
			c := s.contactsOn(day.Day{}) // before anything was stored
			var out []entry
			add := func(key string) {
				out = append(out, entry{ID: key, Values: unstored("nokkel", key, "verdi", valueOf(c, key))})
			}
			for _, x := range letter.ContactSettings() {
				add(x.Key)
			}
			for n := 1; n < 100; n++ {
				number := fmt.Sprintf("%02d", n)
				if _, ok := s.desk.Org.CountyOf(number+"00", s.desk.Today()); ok {
					for _, what := range []string{"ombud_phone", "governor_name", "governor_address"} {
						add("letter.county." + number + "." + what)
					}
				}
			}
			return out
		},
	}
}

// valueOf reads a fact of letters by its key.
func valueOf(c *letter.Contacts, key string) string {
	if number, ok := strings.CutPrefix(key, "letter.county."); ok {
		number, what, _ := strings.Cut(number, ".")
		x := c.Counties[number]
		return map[string]string{"ombud_phone": x.OmbudPhone, "governor_name": x.GovernorName, "governor_address": x.GovernorAddress}[what]
	}
	for _, x := range letter.ContactSettings() {
		if x.Key == key {
			if v := x.Of(c); v != "0" { // no number of days is 0
				return v
			}
		}
	}
	return ""
}
