package web

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"rettid/words"
)

// newSite serves a filled region.
func newSite(t testing.TB, o Options) (*seed, *httptest.Server) {
	t.Helper()
	s := newSeed(t).fill()
	o.Demo = true
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	srv := httptest.NewServer(New(s.d, o))
	t.Cleanup(func() { srv.CloseClientConnections(); srv.Close() }) // a stream that is open would be waited for
	return s, srv
}

func get(t testing.TB, srv *httptest.Server, path string) (int, string) {
	t.Helper()
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, body := fetch(t, c, srv.URL+path)
	return res.StatusCode, body
}

// fetch is how a browser asks: a page that is still being counted is asked for again, as it says.
func fetch(t testing.TB, c *http.Client, url string) (*http.Response, string) {
	t.Helper()
	for until := time.Now().Add(2 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		res, err := c.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if res.Header.Get("Refresh") == "" || time.Now().After(until) {
			return res, string(b)
		}
	}
}

// text takes the drawings and tags away and joins the white space. Written by hand: the walks read ten thousand pages with it.
func text(html string) string {
	var out strings.Builder
	for html != "" {
		words, rest, ok := strings.Cut(html, "<")
		out.WriteString(words)
		if !ok {
			break
		}
		if strings.HasPrefix(rest, "svg") {
			if _, after, ok := strings.Cut(rest, "</svg>"); ok {
				html = after
				continue
			}
		}
		_, after, ok := strings.Cut(rest, ">")
		if !ok {
			out.WriteString("<" + rest)
			break
		}
		out.WriteByte(' ')
		html = after
	}
	return strings.Join(strings.Fields(entities.Replace(out.String())), " ")
}

var entities = strings.NewReplacer("&#43;", "+", "&#34;", `"`, "&#39;", "'", "&amp;", "&")

func TestPagesSayWhatIsSo(t *testing.T) {
	s, srv := newSite(t, Options{})
	caseOf := func(tenant, what string) string {
		id, ok := s.tens[what]
		if !ok {
			t.Fatalf("the seed has no case %q", what)
		}
		return caseURL(tenant, id)
	}
	for _, tt := range []struct {
		path string
		says []string
	}{
		{"/liste", []string{"Venteliste", "Alle sykehus · onsdag 23. april 2025", "Påfunnsen, Per", "9 dager over fristen", "Helfo varslet 15. apr.", "Sett opp time", "frist i dag", "i dag kl. 13.30", "Uke 24 (foreløpig)", "telles ikke som fristbrudd"}},
		{"/liste?visning=over", []string{"Mønster, Mona", "Attrapp, Arne", "3 av 3 vises"}},
		{"/liste?visning=etter-fristen", []string{"Oppdiktet, Ola", "6. mai", ", etter fristen"}},
		{"/liste?visning=frist-14-uten-time", []string{"Fiktiv, Frida", "Antatt, Anna"}},
		{"/liste?visning=uten-ansvarlig", []string{"Alle åpne henvisninger har en ansvarlig"}},
		{"/liste?fag=dermatology", []string{"Ingen treff med disse filtrene", "Fjern filtrene"}},
		{"/liste?sykehus=FJO&sted=FJO-H", []string{"Fjordvik sykehus, Holmen", "Fiktiv, Frida"}},
		{"/liste?lang=en", []string{"Waiting list", "Wednesday 23 April 2025", "9 days past the deadline"}},
		{"/liste?lang=nn", []string{"Alle sjukehus", "onsdag 23. april 2025"}},
		{"/plikter", []string{"9 plikter å gjøre i dag, 8 er forfalt", "Varsle Helfo", "Finn annet sted", "pbrl. § 2-2 b"}},
		{"/plikter?visning=uten-dato", []string{"uten dato"}},
		{"/fristbrudd", []string{"3 fristbrudd, 1 ventes", "Varslet 15. apr.", "Ikke varslet", "Fristen 22. april 2025"}},
		{"/fristbrudd?visning=ventes", []string{"Oppdiktet, Ola"}},
		{"/vurdering", []string{"5 venter på vurdering, 1 over fristen", "Mistanke om alvorlig sykdom", "Haster", "virkedager over fristen", "Mangelfull"}},
		{"/ledelse", []string{"Fjordvik sykehus", "er over fristen"}},
		{"/tastatur", []string{"Hurtigtaster"}},
		{"/sok", []string{"Skriv et saksnummer"}},
		{caseOf("INN", "expected"), []string{"Ola Oppdiktet, 65 år", "Fristbrudd ventes", "Timen 6. mai er 8 dager etter fristen. Helfo er ikke varslet.", "Hvorfor er fristen 28. april 2025?", "Hvorfor ventes fristbrudd?", "veilederen kap.",
			"Rettelse av: vurdert 14. februar", "4. august 2025", "Raden for ankelinstabilitet var valgt ved en feil.", "Flyttet av oss", "Kapasitet.", "Dag Dummy", "Oppfølging av time", "Vurderes innen 17. feb.", "syntetisk"}},
		{caseOf("FJO", "over"), []string{"Fristen er brutt", "Fristen var 14. april, 9 dager siden. Helfo ble varslet 15. april."}},
		{caseOf("FJO", "postponed"), []string{"Utsatt, fristbrudd telles ikke", "Utsatt av pasienten"}},
		{caseOf("FJO", "unassessed"), []string{"Venter på vurdering", "Hvorfor skal den vurderes senest"}},
		{caseOf("FJO", "late-assessment"), []string{"Vurderingen er for sen", "virkedag"}},
		{caseOf("SUN", "pathway"), []string{"I pakkeforløp: psykisk helse", "Forløpstider er mål", "65 virkedager"}},
		{caseOf("FJO", "offers"), []string{"Tilbud og utsettelser", "Nei 9. apr., venter på Fjordvik sykehus", "Ikke besvart"}},
		{caseOf("FJO", "started"), []string{"Helsehjelpen er startet", "Startet 20. mars. Fristen var 31. mars."}},
		{caseOf("FJO", "no-right"), []string{"Ikke rett til nødvendig helsehjelp", "Klage på retten"}},
		{caseOf("FJO", "closed"), []string{"Avsluttet 6. mars"}},
		{caseOf("INN", "expected") + "?kjent=2025-03-01", []string{"slik det var kjent 1. mars 2025", "Frist for start av helsehjelp 4. august 2025", "Se saken slik den er nå"}},
		{caseOf("INN", "expected") + "?per=2025-02-10", []string{"Slik saken var 10. februar 2025", "Venter på vurdering"}},
		{caseOf("INN", "expected") + "/innsyn", []string{"Hvem har sett i saken", "Dag Dummy"}},
	} {
		t.Run(strings.NewReplacer("/", "_", "?", "_", "&", "_").Replace(tt.path), func(t *testing.T) {
			status, body := get(t, srv, tt.path)
			if status != http.StatusOK {
				t.Fatalf("GET %s: status %d: %s", tt.path, status, text(body))
			}
			got := text(body)
			for _, want := range tt.says {
				if !strings.Contains(got, want) {
					t.Errorf("GET %s does not say %q. It says:\n%s", tt.path, want, got)
				}
			}
			for _, key := range regexp.MustCompile(`\b(web|history|purpose|because|duty|role|kind|status|right|flag|close|start)\.[a-z_]+[a-z_.]*`).FindAllString(got, -1) {
				t.Errorf("GET %s shows the key %q instead of its words", tt.path, key)
			}
			if strings.Contains(body, "style=") || strings.Contains(body, "<script>") || strings.Contains(body, "onclick") {
				t.Errorf("GET %s has style or script in the page, which the policy forbids", tt.path)
			}
		})
	}
}

func TestErrorsBecomePages(t *testing.T) {
	s, srv := newSite(t, Options{})
	for _, tt := range []struct {
		path   string
		status int
		says   string
	}{
		{"/sak/FJO/999999", 404, "Saken eller siden finnes ikke"},
		{"/sak/NOPE/1", 404, "Saken eller siden finnes ikke"},
		{"/sak/FJO/abc", 404, "Saken eller siden finnes ikke"},
		{"/sak/FJO/-1", 404, "Saken eller siden finnes ikke"},
		{"/hvasomhelst", 404, "Finner ikke siden"},
		{"/liste?visning=finnesikke", 400, "visning som ikke finnes"},
		{"/liste?sorter=x", 400, "visning som ikke finnes"},
		{"/plikter?visning=x", 400, "visning som ikke finnes"},
		{"/sok?q=Oppdiktet", 400, "Skriv navnet i søkefeltet"},
		{caseURL("FJO", s.tens["over"]) + "?per=2025-02-30", 400, "Skriv datoen som år-måned-dag"},
		{caseURL("FJO", s.tens["over"]) + "?per=2020-01-01", 404, "Saken eller siden finnes ikke"},
		{"/liste?sted=%00", 400, "kan ikke leses"},
		{"/liste?fag=%FF", 400, "kan ikke leses"},
		{"/static/", 404, "404"},
	} {
		status, body := get(t, srv, tt.path)
		if status != tt.status || !strings.Contains(text(body), tt.says) {
			t.Errorf("GET %s: %d %s, want %d saying %q", tt.path, status, text(body), tt.status, tt.says)
		}
	}
}

// A fault shows a reference and nothing of what went wrong; the log has both.
func TestFaultHasAReference(t *testing.T) {
	var log strings.Builder
	s, srv := newSite(t, Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	s.d.Ledger.Close()
	status, body := get(t, srv, "/liste")
	ref := regexp.MustCompile(`[0-9A-F]{4}-[0-9A-F]{2}`).FindString(text(body))
	if status != http.StatusInternalServerError || ref == "" || strings.Contains(body, "closed") {
		t.Errorf("status %d, reference %q: %s", status, ref, text(body))
	}
	if !strings.Contains(log.String(), ref) || strings.Contains(log.String(), "Oppdiktet") {
		t.Errorf("the log does not hold the reference %q alone: %s", ref, log.String())
	}
}

func TestHeaders(t *testing.T) {
	_, srv := newSite(t, Options{})
	res, err := http.Get(srv.URL + "/liste")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	for k, want := range map[string]string{"Content-Security-Policy": "frame-ancestors 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "Content-Language": "nb"} {
		if got := res.Header.Get(k); !strings.Contains(got, want) {
			t.Errorf("%s is %q, want %q in it", k, got, want)
		}
	}
	if p := res.Header.Get("Content-Security-Policy"); strings.Contains(p, "unsafe") || !strings.HasPrefix(p, "default-src 'none'") {
		t.Errorf("the policy lets too much in: %s", p)
	}
	for _, file := range []string{"/static/rettid.css", "/static/rettid.js", "/static/rettid.svg", "/static/vendor/inter/inter-latin-wght-normal.woff2"} {
		if status, _ := get(t, srv, file); status != http.StatusOK {
			t.Errorf("GET %s: status %d", file, status)
		}
	}
}

// Every look at a case is written down with its purpose before it is shown.
func TestLooksAreLogged(t *testing.T) {
	s, srv := newSite(t, Options{})
	id := s.tens["expected"]
	get(t, srv, caseURL("INN", id))
	get(t, srv, caseURL("INN", id))
	row, _, err := s.d.Ledger.Row(s.ctx, "INN", id)
	if err != nil {
		t.Fatal(err)
	}
	looks, err := s.d.Ledger.Accesses(s.ctx, "INN", row.Patient, 10, 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(looks) != 2 || looks[0].Actor != "local" || looks[0].Purpose != "booking" || looks[0].Referral != id {
		t.Errorf("two looks left %+v", looks)
	}
}

// One who works elsewhere is asked why, sees no name before that, and the reason is written down.
func TestLockedCase(t *testing.T) {
	s, srv := newSite(t, Options{User: User{Name: "Eva Eksempelsen", Role: "secretary", Place: "SUN"}})
	path := caseURL("FJO", s.tens["over"])
	status, body := get(t, srv, path)
	if status != http.StatusForbidden || strings.Contains(body, "Påfunnsen") || !strings.Contains(text(body), "Hvorfor trenger du å se saken?") {
		t.Fatalf("status %d: %s", status, text(body))
	}
	res, err := http.PostForm(srv.URL+path, url.Values{"grunn": {"finnesikke"}})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusForbidden {
		t.Errorf("a reason that is none opened the case: status %d", res.StatusCode)
	}
	res, err = http.PostForm(srv.URL+path, url.Values{"grunn": {"emergency"}})
	if err != nil {
		t.Fatal(err)
	}
	b, _ := io.ReadAll(res.Body)
	res.Body.Close()
	if res.StatusCode != http.StatusOK || !strings.Contains(text(string(b)), "Øyeblikkelig hjelp") {
		t.Errorf("status %d with a reason: %s", res.StatusCode, text(string(b)))
	}
	for _, list := range []string{"/liste", "/liste?sykehus=alle", "/liste?sykehus=FJO", "/plikter?visning=apne&sykehus=FJO", "/fristbrudd?sykehus=alle", "/vurdering?sykehus=alle", "/ledelse", "/liste/eksport?sykehus=FJO", "/liste/eksport?sak=FJO/1", path + "/innsyn"} {
		if _, body := get(t, srv, list); regexp.MustCompile("Påfunnsen|Fiktiv|Attrapp, Arne|Simulert").MatchString(body) {
			t.Errorf("GET %s shows another trust's patients", list)
		}
	}
	if status, _ := get(t, srv, caseURL("SUN", s.tens["pathway"])); status != http.StatusOK {
		t.Errorf("the own hospital's case: status %d", status)
	}
}

func TestSearch(t *testing.T) {
	s, srv := newSite(t, Options{})
	post := func(q string) (*http.Response, string) {
		c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		res, err := c.PostForm(srv.URL+"/sok", url.Values{"q": {q}})
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(res.Body)
		res.Body.Close()
		return res, text(string(b))
	}
	if res, _ := post(caseNumber("INN", s.tens["expected"])); res.Header.Get("Location") != caseURL("INN", s.tens["expected"]) {
		t.Errorf("a case number led to %q", res.Header.Get("Location"))
	}
	if res, got := post("oppd"); res.StatusCode != 200 || !strings.Contains(got, "1 treff") || !strings.Contains(got, "Oppdiktet, Ola") {
		t.Errorf("the beginning of a name: %d %s", res.StatusCode, got)
	}
	if _, got := post("Zzz"); !strings.Contains(got, "Ingen treff") {
		t.Errorf("nobody by that name: %s", got)
	}
	if _, got := post("1"); !strings.Contains(got, "treff") {
		t.Errorf("a number that several hospitals have: %s", got)
	}
}

// A number in the head leads to as many rows.
func TestEveryNumberIsALinkToItsRows(t *testing.T) {
	_, srv := newSite(t, Options{})
	_, body := get(t, srv, "/liste")
	found := regexp.MustCompile(`<dd class="num"><a href="([^"]+)">(\d+)</a>`).FindAllStringSubmatch(body, -1)
	found = append(found, regexp.MustCompile(`<li><a href="([^"]+)"[^>]*>[^<]* <span class="count num">(\d+)</span>`).FindAllStringSubmatch(body, -1)...)
	if len(found) < 10 {
		t.Fatalf("only %d numbers are links", len(found))
	}
	for _, m := range found {
		_, page := get(t, srv, strings.ReplaceAll(m[1], "&amp;", "&"))
		want := m[2]
		if rows := strings.Count(page, `class="c-sel"`) - 1; want != "0" && want != itoa(rows) {
			t.Errorf("%s says %s and shows %d rows", m[1], want, rows)
		}
	}
}

func itoa(n int) string { return strings.TrimSpace(words.Number(words.NB, n)) }

// Sorting by each header gives the same rows, and the one that is asked for first.
func TestSorting(t *testing.T) {
	_, srv := newSite(t, Options{})
	first := func(path string) string {
		_, body := get(t, srv, path)
		m := regexp.MustCompile(`(?s)<tbody.*?<th role="rowheader"[^>]*><a [^>]*>([^<]+)<`).FindStringSubmatch(body)
		if m == nil {
			t.Fatalf("GET %s has no rows", path)
		}
		return m[1]
	}
	for path, want := range map[string]string{
		"/liste": "Tåkesen, Terje", "/liste?retning=ned": "Skinn, Sverre", "/liste?sorter=pasient": "Antatt, Anna", "/liste?sorter=pasient&retning=ned": "Åpenbart, Åse",
		"/liste?sorter=ventet": "Kulisse, Kjell", "/liste?sorter=time": "Kulisse, Kjell",
	} {
		if got := first(path); got != want {
			t.Errorf("GET %s begins with %q, want %q", path, got, want)
		}
	}
	for _, sort := range []string{"gjelder", "plikt"} {
		first("/liste?sorter=" + sort)
		first("/liste?retning=ned&sorter=" + sort)
	}
	if _, body := get(t, srv, "/liste?sorter=ventet"); !strings.Contains(body, `aria-sort="descending"`) {
		t.Error("the longest wait first is not said to be descending")
	}
}
