package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"sync"

	"rettid/access"
	"rettid/clinic"
	"rettid/day"
	"rettid/words"
)

//go:embed pages
var pageFiles embed.FS

// pages are the templates of one language, by name.
type pages map[string]*template.Template

// names are the pages: every file that fills the frame's main part.
var names = func() (names []string) {
	files, err := fs.Glob(pageFiles, "pages/*.html")
	if err != nil {
		panic("web: " + err.Error())
	}
	for _, f := range files {
		if name := strings.TrimSuffix(path.Base(f), ".html"); name != "frame" && !strings.HasPrefix(name, "parts") {
			names = append(names, name)
		}
	}
	return names
}()

// allPages are the pages of the program, read the first time somebody serves them.
var allPages = sync.OnceValue(parsePages)

// parsePages reads every page once for each language, so that words stand in them as {{t "key"}}.
func parsePages() map[words.Lang]pages {
	out := make(map[words.Lang]pages)
	for _, l := range words.Langs() {
		funcs := template.FuncMap{
			"t":    func(key string, args ...any) string { return words.Say(l, key, args...) },
			"html": func() words.Lang { return l },
			"n":    func(n int) string { return words.Number(l, n) },
			"iso":  func(d day.Day) string { return d.String() },
			"date": func(d day.Day) string { return words.Date(l, d) },
			"icon": icon,

			"picks":  func(some []pick) template.HTML { return placed(func(b *bytes.Buffer) { writePicks(b, some) }) },
			"tally":  func(some []tally) template.HTML { return placed(func(b *bytes.Buffer) { writeTally(b, l, some) }) },
			"tabs":   func(some []tab) template.HTML { return placed(func(b *bytes.Buffer) { writeTabs(b, l, some) }) },
			"hidden": func(some []option) template.HTML { return placed(func(b *bytes.Buffer) { writeHidden(b, some) }) },
			"ticks": func(name string, some []option) template.HTML {
				return placed(func(b *bytes.Buffer) { writeTicks(b, name, some) })
			},
			"heads":    func(some []column) template.HTML { return placed(func(b *bytes.Buffer) { writeHeads(b, l, some) }) },
			"pager":    func(p pager) template.HTML { return placed(func(b *bytes.Buffer) { writePager(b, l, p) }) },
			"menu":     func(some []menuItem) template.HTML { return placed(func(b *bytes.Buffer) { writeMenu(b, l, some) }) },
			"langs":    func(some []langLink) template.HTML { return placed(func(b *bytes.Buffer) { writeLangs(b, some) }) },
			"timecell": func(t timeCell) template.HTML { return placed(func(b *bytes.Buffer) { writeTime(b, t) }) },
			"chip":     func(d dutyChip) template.HTML { return placed(func(b *bytes.Buffer) { writeChip(b, l, d) }) },
			"add":      func(a, b int) int { return a + b },
		}
		ps := make(pages)
		shared := template.Must(template.New("frame.html").Funcs(funcs).ParseFS(pageFiles, "pages/frame.html", "pages/parts*.html"))
		settle(shared, l)
		for _, name := range names {
			own := template.Must(template.New(name).Funcs(funcs).ParseFS(pageFiles, "pages/"+name+".html"))
			settle(own, l)
			ps[name] = template.Must(onlyUsed(shared, own, funcs))
		}
		out[l] = ps
	}
	return out
}

// render writes a whole page or none of it: a template that fails is a fault, not half a page.
func (s *site) render(w http.ResponseWriter, status int, name string, v *view, data any) error {
	return s.renderPart(w, status, name, wholePage, v, data)
}

// wholePage is the template that every page is made by.
const wholePage = "frame.html"

// renderPart is render, of one template of the page.
func (s *site) renderPart(w http.ResponseWriter, status int, name, part string, v *view, data any) error {
	b := pageBuffers.Get().(*bytes.Buffer)
	defer keepBuffer(b)
	if err := s.pages[v.Lang][name].ExecuteTemplate(&pageWriter{b, v.insets}, part, data); err != nil {
		return fmt.Errorf("write the page %s: %w", name, err)
	}
	h := w.Header()
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(v.Lang))
	w.WriteHeader(status)
	w.Write(b.Bytes())
	return nil
}

// icon draws one of the sprite's shapes; what it means always stands beside it in words.
func icon(name string) template.HTML {
	class := "i"
	if name == "both" { // can be sorted by, is not: quiet
		class = "i faint"
	}
	return template.HTML(`<svg class="` + class + `" viewBox="0 0 16 16" aria-hidden="true"><use href="#` + template.HTMLEscapeString(name) + `"/></svg>`)
}

// T says the words of a key.
func (v *frame) T(key string, args ...any) string { return words.Say(v.Lang, key, args...) }

// Demo tells that everybody is made up.
func (v *frame) Demo() bool { return v.v.s.o.Demo }

// Public tells that the page is open for everybody.
func (v *frame) Public() bool { return v.public }

// UserName and UserTitle are who looks: name, role and place.
func (v *frame) UserName() string { return v.v.s.o.User.Name }

func (v *frame) UserTitle() string {
	if v.v.s.guarded() {
		if g, ok := v.v.s.user.Main(v.Today); ok {
			return v.v.grantTitle(g)
		}
		return ""
	}
	t := v.T("role." + string(v.v.s.o.User.Role))
	if p := v.v.s.o.User.Place; p != "" {
		return t + ", " + v.v.provider(p)
	}
	return t + ", " + lowerFirst(v.T("web.all_hospitals"))
}

// Menu is the main menu, gathered once for a page.
func (v *frame) Menu() []menuItem {
	if v.menu == nil && !v.public {
		v.menu = v.v.menuItems()
	}
	return v.menu
}

func (v *view) menuItems() []menuItem {
	var items []menuItem
	if v.s.refers() {
		items = []menuItem{{URL: "/henviser", Text: v.T("ref.menu.mine"), Current: v.Here == "/henviser"}}
		if v.MayRefer() {
			items = append(items, menuItem{URL: referURL, Text: v.T("ref.new"), Current: v.Here == referURL})
		}
		return append(items, menuItem{URL: "/henviser/om", Text: v.T("ref.menu.about"), Current: v.Here == "/henviser/om"})
	}
	for _, m := range menu {
		if !v.v.s.may(m.action) || m.signedIn && !v.v.s.guarded() || v.v.s.guarded() && m.url == "/mottak" && !v.v.s.may(access.Receive) && !v.v.s.may(access.Forward) {
			continue
		}
		if n := len(items); n > 0 && items[n-1].URL == m.url { // one way for two roles
			continue
		}
		i := menuItem{URL: m.url, Text: v.T(m.key), Current: m.url == v.Here}
		if m.url == "/mottak" && v.v.waitingIn != nil {
			i.N = v.v.waitingIn()
		}
		if m.url == lettersURL && v.v.lettersDue != nil {
			i.N = v.v.lettersDue()
		}
		items = append(items, i)
	}
	return items
}

// menu is every item, and what one must be able to do to see it.
var menu = []struct {
	url, key string
	action   access.Action
	signedIn bool // only where people sign in
}{{"/mottak", "web.menu.intake", access.List, false}, {"/liste", "web.menu.list", access.List, false}, {"/kapasitet", "web.menu.capacity", access.Book, false}, {"/plikter", "web.menu.duties", access.List, false}, {"/fristbrudd", "web.menu.breaches", access.List, false},
	{"/vurdering", "web.menu.assessment", access.List, false}, {lettersURL, "web.menu.letters", access.SendLetter, false}, {"/ledelse", "web.menu.overview", access.SeeFigures, false}, {numbersURL, "numbers.menu", access.SeeFigures, false}, {"/innsynslogg", "web.menu.log", access.Audit, true}, {"/innsynslogg/oppfolging", "log.follow_up", access.FollowUp, true}, {nprURL, "web.menu.npr", access.ReportNPR, true}, {repURL, "web.menu.rep", access.SpeakForUsers, true}, {groupsURL, "web.menu.groups", access.SeeGroups, true}, {meetingsURL, "web.menu.meetings", access.SeeMeetings, true}, {partURL, "web.menu.part", access.SeeMeetings, true}, {equityURL, "web.menu.equity", access.SeeEquity, true},
	{exceptionURL, "exc.menu", access.SeeException, true}, {exceptionURL, "exc.menu", access.SeeForwarded, true}, {methodsURL, "exc.methods", access.SeeMethods, true}, {"/praksis", "exc.practice", access.SeePrecedent, true},
	{"/admin", "web.menu.admin", access.Administer, true}}

type menuItem struct {
	URL, Text string
	Current   bool
	N         int // how many are there; shown when there are some
}

// Clock is the time the page was made, for the footer.
func (v *frame) Clock() string { return words.Clock(v.Lang, v.Now.Hour()*60+v.Now.Minute()) }

// Longday is the day in full: "onsdag 23. april 2025".
func (v *frame) Longday() string {
	return words.Weekday(v.Lang, v.Today.Weekday()) + " " + words.Date(v.Lang, v.Today)
}

// Langs are the languages this page can be read in, each a link to itself.
func (v *frame) Langs() []langLink {
	var out []langLink
	for _, l := range words.Langs() {
		q, _ := url.ParseQuery(v.query)
		q.Set("lang", string(l))
		out = append(out, langLink{Lang: l, URL: v.path + "?" + q.Encode(), Text: words.Say(l, "web.language"), Current: l == v.Lang})
	}
	return out
}

type langLink struct {
	Lang      words.Lang
	URL, Text string
	Current   bool
}

// provider is the short name of a provider, or the id of one that is not in the organisation data.
func (v *view) provider(id string) string {
	if p, ok := v.s.desk.Org.Provider(id); ok {
		return p.ShortName
	}
	return id
}

// place is provider and site: "Fjordvik sykehus, Holmen".
func (v *view) place(provider, site string) string {
	p, ok := v.s.desk.Org.Provider(provider)
	if !ok {
		return strings.TrimSuffix(provider+", "+site, ", ")
	}
	if s, ok := p.Site(site); ok && s.Name != p.ShortName && !strings.HasPrefix(p.ShortName, s.Name) {
		return p.ShortName + ", " + s.Name
	}
	return p.ShortName
}

// specialty is the name of a field.
func (v *view) specialty(key string) string {
	if s, ok := clinic.SpecialtyByKey(key); ok {
		return specialtyName(v.Lang, s)
	}
	return key
}

func specialtyName(l words.Lang, s clinic.Specialty) string {
	switch l {
	case words.NN:
		return s.NN
	case words.EN:
		return s.EN
	}
	return s.NB
}

// A conditionKey is a condition as it was recorded; see condition.
type conditionKey struct {
	specialty, recorded string
	on                  day.Day
}

// condition is the name of a condition in the guides, by the id or name that was recorded; the field when none was.
func (v *view) condition(specialty, recorded string, on day.Day) string {
	key := conditionKey{specialty, recorded, on}
	name, ok := v.conditions[key]
	if !ok {
		if v.conditions == nil {
			v.conditions = make(map[conditionKey]string)
		}
		name = v.findCondition(key)
		v.conditions[key] = name
	}
	return name
}

func (v *view) findCondition(key conditionKey) string {
	if key.recorded == "" {
		return v.specialty(key.specialty)
	}
	if v.s.desk.Guides == nil {
		return key.recorded
	}
	c, ok := v.s.desk.Guides.Condition(clinic.GuideArea(key.specialty), key.recorded, key.on)
	if !ok {
		c, ok = v.s.desk.Guides.Condition(clinic.GuideArea(key.specialty), key.recorded, v.Today)
	}
	switch {
	case !ok:
		return key.recorded
	case v.Lang == words.EN:
		return c.NameEN
	}
	return c.NameNB
}

// short is a day in a list: "28. apr.", with its year when it is another than today's, and always in a paper, which is read in another year.
func (v *view) short(d day.Day) string {
	if d.IsZero() || !v.role && d.Year() == v.Today.Year() {
		return words.ShortDate(v.Lang, d)
	}
	return words.ShortDate(v.Lang, d) + " " + fmt.Sprint(d.Year())
}

// long is a day in running text about a case: "28. april", with its year as a day in a list has it.
func (v *view) long(d day.Day) string {
	if d.IsZero() || !v.role && d.Year() == v.Today.Year() {
		return words.LongDate(v.Lang, d)
	}
	return words.Date(v.Lang, d)
}

func lowerFirst(s string) string {
	r := []rune(s)
	if len(r) > 1 && strings.ToLower(string(r[1])) == string(r[1]) {
		r[0] = []rune(strings.ToLower(string(r[0])))[0]
	}
	return string(r)
}
