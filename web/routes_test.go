package web

import (
	flags "flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"

	"rettid/access"
	"rettid/day"
	"rettid/desk"
	"rettid/exception"
	"rettid/law"
	"rettid/ledger"
	"rettid/letter"
	"rettid/referral"
)

var update = flags.Bool("update", false, "draw testdata/routes.txt anew")

// A route is an address the pages answer at, as the code registers it. The tests over the whole walk these, read out of the code, so that no page can be
// forgotten: a new one is walked by every one of them, and one with a new wildcard fails until [wild] has examples for it.
type route struct {
	method, path string
	action       string // access.Action by its name in the code; empty where the handler decides on the case
	at           string // file and line
}

func (r route) String() string { return r.method + " " + r.path }

// allRoutes reads every HandleFunc and Handle of the room out of its code.
func allRoutes(t testing.TB) []route {
	t.Helper()
	set := token.NewFileSet()
	parsed, err := parser.ParseDir(set, ".", func(f fs.FileInfo) bool { return !strings.HasSuffix(f.Name(), "_test.go") }, 0)
	if err != nil {
		t.Fatal(err)
	}
	consts := make(map[string]ast.Expr)
	for _, f := range parsed["web"].Files {
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, sp := range g.Specs {
				v := sp.(*ast.ValueSpec)
				for i := range v.Values {
					consts[v.Names[i].Name] = v.Values[i]
				}
			}
		}
	}
	var value func(e ast.Expr) string
	value = func(e ast.Expr) string {
		switch e := e.(type) {
		case *ast.BasicLit:
			s, err := strconv.Unquote(e.Value)
			if err != nil {
				t.Fatalf("%s: %v", set.Position(e.Pos()), err)
			}
			return s
		case *ast.BinaryExpr:
			return value(e.X) + value(e.Y)
		case *ast.ParenExpr:
			return value(e.X)
		case *ast.Ident:
			if c, ok := consts[e.Name]; ok {
				return value(c)
			}
			return "{" + e.Name + "}" // what a loop goes through
		}
		t.Fatalf("%s: an address no test can read: write it as text and constants", set.Position(e.Pos()))
		return ""
	}
	var out []route
	for _, f := range parsed["web"].Files {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 2 {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || sel.Sel.Name != "HandleFunc" && sel.Sel.Name != "Handle" {
				return true
			}
			r := route{at: set.Position(call.Pos()).String()}
			pattern := value(call.Args[0])
			r.method, r.path, ok = strings.Cut(pattern, " ")
			if !ok {
				return true // what is under it is walked one by one: the gate, the rest, the files of style and script
			}
			if page, ok := call.Args[1].(*ast.CallExpr); ok && len(page.Args) == 2 {
				if a, ok := page.Args[0].(*ast.SelectorExpr); ok {
					r.action = a.Sel.Name
				}
			}
			out = append(out, r)
			return true
		})
	}
	// The gate's own, in package access.
	out = append(out, route{method: "GET", path: "/inn", at: "access/gate.go"}, route{method: "POST", path: "/inn", at: "access/gate.go"}, route{method: "POST", path: "/ut", at: "access/gate.go"})
	slices.SortFunc(out, func(a, b route) int { return strings.Compare(a.path+" "+a.method, b.path+" "+b.method) })
	if len(out) < 80 {
		t.Fatalf("only %d routes were read out of the code", len(out))
	}
	return out
}

// wholeCast is one of each role, in the region of the seed: staff, patients, somebody's parent, referrers.
func wholeCast() string {
	seen := make(map[string]bool)
	var out strings.Builder
	for _, file := range []string{everyone, outsiders, schemers} {
		of := make(map[string]bool)
		for i, line := range strings.Split(strings.TrimSpace(file), "\n") {
			id, _, _ := strings.Cut(line, ",")
			if i == 0 && out.Len() > 0 || seen[id] {
				continue
			}
			of[id] = true
			out.WriteString(line + "\n")
		}
		for id := range of {
			seen[id] = true
		}
	}
	return out.String()
}

// schemers are those who work with exceptions within Nye metoder.
const schemers = `id,name,role,provider,unit,specialty,tenant,patient,language,hpr,pid_digest,from,to
doctor,Solveig Søkersen,treating_doctor,FJO,,,,,nb,,,,
rhf,Rolf Regionsen-Fiktiv,rhf_director,vest,,,,,nb,,,,
secretariat,Sofie Skissesen,secretariat,,,,,,nb,,,,
committee,Karoline Kulisse,committee,FJO,,,,,nb,,,,
analyst,Anna Analysesen,analyst,,,,,,nb,,,,
reader,Leser Lie-Fiktiv,reader,,,,,,nb,,,,
`

// walkers are those the pages are walked as: one of each role and reach.
var walkers = []string{"booking", "assessor", "intake", "letters", "manager", "director", "otherunit", "elsewhere", "region", "gp", "othergp", "colleague", "office", "user", "author", "admin", "auditor", "doctor", "rhf", "secretariat", "committee", "analyst", "reader", "trym", "parent"}

// A world is the region with everybody in it, served, and the examples of every wildcard.
type world struct {
	*seed
	srv  *httptest.Server
	log  *strings.Builder // what the program logged
	wild map[string][]string
}

// newWorld serves the region to everybody, and keeps what is logged.
func newWorld(t testing.TB) *world {
	t.Helper()
	s := newSeed(t).fill()
	d := day.On
	for _, c := range []struct {
		given, family string
		born          day.Day
	}{{"Bo", "Barnesen", d(2016, 2, 1)}, {"Una", "Ungsen", d(2012, 2, 1)}, {"Vera", "Voksen", d(1940, 2, 1)}} {
		s.tens[c.family] = s.receive(arrival{given: c.given, family: c.family, born: c.born, on: d(2025, 3, 3)})
		s.grant("FJO", s.tens[c.family], d(2025, 3, 10), d(2025, 6, 2), "")
		s.book("FJO", s.tens[c.family], d(2025, 3, 12), d(2025, 5, 20), 9*60)
	}
	s.do("FJO", s.tens["unassessed"], d(2025, 4, 22), law.Specialist, "assessor", &referral.RequestInformation{From: "patient", Text: referral.Say("Hvor lenge har du hatt vondt?")})
	s.do("FJO", s.tens["late-assessment"], d(2025, 4, 21), law.Specialist, "assessor", &referral.RequestInformation{From: "referrer", Text: referral.Say("Send røntgensvar.")})
	s.inform(s.tens["Testesen"], `<!doctype html><html lang="nb"><head><title>Brev</title></head><body><main><h1>Brev</h1><p>Du har rett til helsehjelp.</p></main></body></html>`)
	s.fillScheme()
	return serveWorld(t, s)
}

// fillScheme puts the exception scheme into a region: two methods, an application received, one sent on, one granted and told, a group case on the agenda of a meeting, and a
// review of practice.
func (s *seed) fillScheme() {
	n := exception.National
	s.methods()
	s.practise()
	s.reviewed()
	s.tens["open"] = s.apply("ID2024_902", "Olga", "Oppdiktet")
	s.tens["forwarded"] = s.apply("ID2024_901", "Frida", "Fiktiv")
	s.matter("FJO", s.tens["forwarded"], today.Add(-4), &exception.Consent{})
	s.matter("FJO", s.tens["forwarded"], today.Add(-3), &exception.Forward{Note: exception.Say("Alvorlig, med ventet nytte ut over gruppen.")})
	s.tens["meeting"] = s.matter(n, 0, today.Add(-60), &exception.Schedule{Name: "Mai", Date: today.Add(20), Begins: "09:00", Ends: "11:00", Where: "Kulissebyen"})
	s.tens["group"] = s.matter(n, 0, today.Add(-60), &exception.Propose{Method: "ID2024_902", UsersFrom: today.Add(-60), Group: exception.Group{Text: exception.Say("Voksne med tilstanden.")}})
}

// methods registers two methods: one that was refused and one under assessment.
func (s *seed) methods() {
	s.tens["refused method"] = s.matter(exception.National, 0, today.Add(-300), &exception.RegisterMethod{ID: "ID2024_901", Title: "Fabelmab", State: law.NotIntroduced, Body: "Beslutningsforum"})
	s.tens["method"] = s.matter(exception.National, 0, today.Add(-300), &exception.RegisterMethod{ID: "ID2024_902", Title: "Dummyzumab", State: law.Assessing, Body: "Bestillerforum"})
}

// inform sends a letter to patient and referrer that is kept.
func (s *seed) inform(id int64, page string) {
	s.t.Helper()
	note := digest(page)[:24]
	kept := func(to string) referral.Kept {
		return referral.Kept{To: to, Lang: "nb", Note: note, Digest: digest(page)}
	}
	s.n++
	_, err := s.d.Take(s.ctx, desk.Order{Tenant: "FJO", Referral: id, At: referral.At{On: today, Role: law.Secretary, Actor: "letters", Place: "FJO"}, Known: at(today, 9, s.n%60), Notes: []ledger.Note{{ID: note, Text: page}},
		Do: &referral.Inform{Patient: true, Referrer: true, Letter: law.LetterGranted, Kept: []referral.Kept{kept("patient"), kept("referrer")}}})
	if err != nil {
		s.t.Fatalf("send a letter: %v", err)
	}
}

// serveWorld serves what a seed holds to everybody.
func serveWorld(t testing.TB, s *seed) *world {
	t.Helper()
	people, err := access.ReadPeople(strings.NewReader(wholeCast()))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{seed: s, log: new(strings.Builder)}
	w.srv = httptest.NewUnstartedServer(nil)
	logger := slog.New(slog.NewTextHandler(locked{w.log}, nil))
	h, err := NewGated(s.d, Options{Demo: true, Log: logger}, access.GateOptions{People: people, Demo: true, Listener: w.srv.Listener.Addr(), Limit: access.NewLimit(1000, 1), Log: logger})
	if err != nil {
		t.Fatal(err)
	}
	w.srv.Config.Handler = h
	w.srv.Config.ErrorLog = slog.NewLogLogger(logger.Handler(), slog.LevelError)
	w.srv.Start()
	t.Cleanup(func() { w.srv.CloseClientConnections(); w.srv.Close() })
	w.wild = w.examples()
	return w
}

// locked lets many write to one text.
type locked struct{ to *strings.Builder }

var lock = make(chan struct{}, 1)

func (l locked) Write(b []byte) (int, error) {
	lock <- struct{}{}
	defer func() { <-lock }()
	return l.to.Write(b)
}

func keysOf[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// examples are what stands in the place of wildcards, by the whole path or by the wildcard's name.
func (w *world) examples() map[string][]string {
	id := func(what string) string { return strconv.FormatInt(w.tens[what], 10) }
	out := map[string][]string{
		"{verb}":                          keysOf(acts),
		"{kind}":                          nil,
		"{n}":                             {"0"},
		"{list}":                          {"8451"},
		"{id}":                            {"1"},
		"{number}":                        {"finnes-ikke"}, // a paper that is being made
		"{doc}":                           {"referat.pdf"},
		"{draft}":                         {"finnes-ikke"},
		"{step}":                          {"1"},
		"{to}":                            {"patient"},
		"/sak/{tenant}/{id}/helfo.{kind}": {"pdf", "json", "csv"},
		"{fil}":                           {"ventetid.svg", "ventetid.csv", "finnes-ikke.svg"},
		"{what}":                          nil,
		"/sak":                            {"FJO/" + id("over"), "FJO/" + id("unassessed"), "SUN/" + id("pathway"), "FJO/" + id("Testesen")},
		"/meg":                            {"FJO/" + id("Testesen"), "FJO/" + id("Barnesen"), "FJO/" + id("over")},
		"/unntak":                         {"FJO/" + id("forwarded"), "FJO/" + id("open")},
		"/metoder":                        {"ID2024_902", "ID2024_901"},
		"/gruppeunntak":                   {id("group")},
		"/moter":                          {id("meeting")},
		"/henvis":                         {"FJO/" + id("late-assessment"), "FJO/" + id("Testesen")},

		"/praksisgjennomgang":                 {id("review")},
		"/praksisgjennomgang/{id} {id}":       {id("review"), id("review") + "?akse=municipality&ordne=-folk", id("review") + "?akse=education", id("review") + "?akse=trust&kontroll=1", id("year's review")},
		"/praksisgjennomgang/{id}/{fil}":      {"papir", "larve.svg", "tabell.csv", "gjennomgang.json", "finnes-ikke.svg"},
		"/offentlig/praksisgjennomgang/{fil}": {strconv.Itoa(practiceYear), strconv.Itoa(practiceYear) + ".csv", strconv.Itoa(practiceYear) + ".json", "2019"},
	}
	out["{seq}"] = []string{"1"}
	if letter := w.tens["Testesen"]; letter != 0 {
		out["{seq}"] = []string{itoa(w.state("FJO", letter).Seq)}
	}
	for _, k := range letter.Kinds() {
		out["{kind}"] = append(out["{kind}"], string(k))
	}
	for _, a := range myActs {
		out["{what}"] = append(out["{what}"], a.path)
	}
	for _, r := range registers() {
		out["{register}"] = append(out["{register}"], r.word)
	}
	return out
}

var wildcard = regexp.MustCompile(`\{[^}]*\}`)

// asked are the addresses that show something else by what is asked behind the question mark.
func (w *world) asked() map[string][]string {
	fiktiv := "FJO/" + itoa(int(w.tens["Fiktiv"]))
	return map[string][]string{
		"/kapasitet/endre":   {"?sykehus=FJO&enhet=FJO-01&uke=2025-W17"},
		"/liste/time":        {"?sak=" + fiktiv + "&sak=FJO/" + itoa(int(w.tens["Dikt"]))},
		"/npr/melding":       {"?periode=2025-04&sykehus=FJO&sted=FJO-F"},
		"/liste":             {"?visning=over", "?fag=dermatology", "?visning=uten-ansvarlig", "?kol=mottatt&kol=frist&kol=fag", "?visning=x"},
		"/plikter":           {"?visning=uten-dato"},
		"/fristbrudd":        {"?visning=ventes"},
		"/hendt":             {"?sak=FJO/" + itoa(int(w.tens["over"])) + "&seq=1", "?sak=SUN/" + itoa(int(w.tens["pathway"])) + "&seq=1"},
		"/brev":              {"?visning=utskrift", "?visning=underveis"},
		"/henviser":          {"?visning=alle"},
		"/ledelse/rader":     {"?sykehus=FJO&tall=waiting", "?sykehus=FJO&tall=closing&maaned=2025-03"},
		"/ledelse/rader.csv": {"?sykehus=FJO&tall=waiting"},
	}
}

// of gives addresses of a route with examples in the place of its wildcards; the first is the plainest.
func (w *world) of(t testing.TB, r route) []string {
	t.Helper()
	if r.method == "GET" {
		if more := w.asked()[r.path]; more != nil {
			out := []string{r.path}
			for _, q := range more {
				out = append(out, r.path+q)
			}
			return out
		}
	}
	p := strings.TrimSuffix(r.path, "{$}")
	out := []string{p}
	if strings.Contains(p, "{tenant}/{id}") {
		key := "/sak"
		if strings.HasPrefix(p, "/meg") {
			key = "/meg"
		} else if strings.HasPrefix(p, "/henviser") {
			key = "/henvis"
		} else if strings.HasPrefix(p, "/unntak") {
			key = "/unntak"
		}
		cases := w.wild[key]
		if len(cases) == 0 {
			cases = []string{"FJO/1"}
		}
		out = nil
		for _, c := range cases {
			out = append(out, strings.Replace(p, "{tenant}/{id}", c, 1))
		}
		if strings.Contains(p, "{verb}") || strings.Contains(p, "/{kind}") || strings.Contains(p, "{what}") {
			out = out[:1]
		}
	}
	if strings.HasPrefix(p, "/admin/") && strings.Contains(p, "{id}") {
		out = []string{strings.Replace(p, "{id}", "ny", 1)}
		if strings.Contains(p, "versjoner") {
			out = nil
			for _, x := range []string{"folk/booking"} {
				out = append(out, "/admin/"+x+"/versjoner")
			}
		}
	}
	for {
		i := slices.IndexFunc(out, func(p string) bool { return wildcard.MatchString(p) })
		if i < 0 {
			return out
		}
		name := wildcard.FindString(out[i])
		examples, ok := w.wild[r.path]
		if !ok {
			examples, ok = w.wild[name]
		}
		if at := "/" + strings.Split(r.path, "/")[1]; name == "{id}" && slices.Contains([]string{"/metoder", "/gruppeunntak", "/moter", "/praksisgjennomgang"}, at) {
			examples = w.wild[at]
			if own := w.wild[r.path+" {id}"]; own != nil {
				examples = own
			}
		}
		if !strings.HasPrefix(r.path, "/sak/") {
			switch name { // of other matters than referrals
			case "{verb}":
				examples = []string{"decide"}
				if strings.HasPrefix(r.path, "/unntak") {
					examples = []string{"endorse", "consent", "forward_exception", "send_copy", "complain", "correct"}
				} else if strings.HasPrefix(r.path, "/moter") {
					examples = []string{"invite", "set_agenda"}
				} else if strings.HasPrefix(r.path, "/gruppeunntak") {
					examples = []string{"take_step", "review_group"}
				}
			case "{kind}":
				examples = []string{"exception_received", "exception_refused"}
			case "{doc}":
				if strings.HasPrefix(r.path, "/unntak") {
					examples = []string{"foresporsel", "evaluering"}
				} else if strings.HasPrefix(r.path, "/moter") {
					examples = []string{"innkalling", "referat.pdf"}
				}
			}
		}
		if !ok {
			t.Fatalf("%s (%s): no example of %s; give it in world.examples", r, r.at, name)
		}
		var filled []string
		for _, x := range examples {
			filled = append(filled, strings.Replace(out[i], name, x, 1))
		}
		out = slices.Replace(out, i, i+1, filled...)
	}
}

// staticPaths are the files the pages bring with them.
func staticPaths(t testing.TB) []string {
	var out []string
	err := filepath.WalkDir("static", func(p string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, "/"+filepath.ToSlash(p))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// isForm tells whether an answer is a page.
func isPage(res *http.Response) bool {
	return strings.HasPrefix(res.Header.Get("Content-Type"), "text/html")
}
