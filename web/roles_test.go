package web

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rettid/ledger"
)

// ask gets an address and closes what comes; of a stream that goes on nothing is read.
func (v visitor) meet(method, path string, head http.Header) (*http.Response, string) {
	v.t.Helper()
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader("")
	}
	r, err := http.NewRequest(method, v.url+path, body)
	if err != nil {
		v.t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for k, x := range head {
		r.Header[k] = x
	}
	res, err := v.c.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		return res, ""
	}
	b, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatalf("%s %s: %v", method, path, err)
	}
	return res, string(b)
}

// walkedAs are everybody, each with a session of their own.
func walkedAs(t testing.TB, w *world) map[string]visitor {
	out := make(map[string]visitor)
	for _, who := range walkers {
		out[who] = be(t, w.srv, who)
	}
	return out
}

// secrets are what must stand in no address and no log: the patients' names and identity numbers.
func secrets(t testing.TB, w *world) []string {
	t.Helper()
	var out []string
	for _, tenant := range []string{"FJO", "INN", "SUN"} {
		err := w.d.Ledger.EachPerson(w.ctx, tenant, func(p ledger.Person) error {
			out = append(out, p.Family)
			if p.Ident != "" {
				out = append(out, p.Ident)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(out) < 60 {
		t.Fatalf("only %d names and numbers to look for", len(out))
	}
	return out
}

// Who meets what at every address of every role, drawn as one table. A new page, a new role or a right that was moved shows in the table's diff:
// go test ./web -run EveryAddressByRole -update. Beside the table, everything a page must have is asked of every answer: the headers, no style or script
// inside it, no fault, no patient told of in a refusal, no name in an address or a log.
func TestEveryAddressByRole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	as := walkedAs(t, w)
	names := secrets(t, w)
	var drawn strings.Builder
	fmt.Fprintf(&drawn, "What each role meets at every address that is looked at, in the region of the tests.\n200 is the page, ask that a reason is asked for, 403 no access, 404 that there is nothing for this reader, 303 the way to another page.\n\n%-52s %s\n", "", strings.Join(walkers, " "))
	for _, r := range allRoutes(t) {
		if r.method != http.MethodGet || r.path == "/static/" {
			continue
		}
		for _, at := range w.of(t, r) {
			fmt.Fprintf(&drawn, "%-52s", at)
			for _, who := range walkers {
				res, body := as[who].meet(http.MethodGet, at, nil)
				got := itoa(res.StatusCode)
				if res.StatusCode == http.StatusForbidden && strings.Contains(body, `name="grunn"`) {
					got = "ask"
				}
				fmt.Fprintf(&drawn, " %*s", len(who), got)
				meetsHeaders(t, who+" GET "+at, res)
				if res.StatusCode >= 500 {
					t.Errorf("%s GET %s: %d %s", who, at, res.StatusCode, text(body))
				}
				if isPage(res) {
					keepsPolicy(t, who+" GET "+at, body)
					namelessAddresses(t, who+" GET "+at, body, names)
				}
				if res.StatusCode >= 400 && who != "trym" {
					says := text(body)
					for _, n := range names {
						if strings.Contains(says, n+",") {
							t.Errorf("%s GET %s is refused and tells of %s", who, at, n)
						}
					}
				}
			}
			drawn.WriteString("\n")
		}
	}
	file := filepath.Join("testdata", "routes.txt")
	if *update {
		if err := os.WriteFile(file, []byte(drawn.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if drawn.String() != string(want) {
		had, has := strings.Split(string(want), "\n"), strings.Split(drawn.String(), "\n")
		for _, line := range has {
			if !slices.Contains(had, line) {
				t.Errorf("is now:  %s", line)
			}
		}
		for _, line := range had {
			if !slices.Contains(has, line) {
				t.Errorf("was:     %s", line)
			}
		}
		t.Error("when this is meant: go test ./web -run EveryAddressByRole -update, and read the diff")
	}
	logged(t, w, names)

	// Whoever looked stands in the log by an id, and with no name.
	looks := 0
	for _, tenant := range []string{"FJO", "INN", "SUN"} {
		err := w.d.Ledger.EachPerson(w.ctx, tenant, func(p ledger.Person) error {
			all, err := w.d.Ledger.Accesses(w.ctx, tenant, p.ID, 1000, 0)
			for _, l := range all {
				looks++
				if !slices.Contains(append([]string{"patient", "representative", "referrer"}, walkers...), l.Actor) {
					t.Errorf("a look is written down as by %q, %s for %s", l.Actor, l.Role, l.Purpose)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if looks < 100 {
		t.Errorf("only %d looks are written down", looks)
	}
}

// logged fails when the log holds a patient.
func logged(t *testing.T, w *world, names []string) {
	t.Helper()
	lock <- struct{}{}
	log := w.log.String()
	<-lock
	for _, n := range names {
		if strings.Contains(log, n) {
			t.Errorf("the log holds %q", n)
		}
	}
	if strings.Contains(log, "panic") {
		t.Errorf("the log tells of a panic: %.4000s", log[strings.Index(log, "panic"):])
	}
}

// meetsHeaders asks for what closes a page of a health record.
func meetsHeaders(t *testing.T, what string, res *http.Response) {
	t.Helper()
	for k, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"} {
		if got := res.Header.Get(k); got != want && !(k == "Cache-Control" && strings.Contains(what, " GET /offentlig/")) { // the open pages tell of nobody, and may be kept
			t.Errorf("%s: %s is %q", what, k, got)
		}
	}
	p := res.Header.Get("Content-Security-Policy")
	wants := []string{"default-src 'none'"} // a drawing or a kept letter is closed further still
	if isPage(res) && !strings.Contains(p, "sandbox") {
		wants = append(wants, "script-src 'self'", "style-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'")
	}
	for _, want := range wants {
		if !strings.Contains(p, want) {
			t.Errorf("%s: the policy lacks %q: %s", what, want, p)
		}
	}
	if strings.Contains(p, "unsafe") || strings.Contains(p, "*") {
		t.Errorf("%s: the policy is open: %s", what, p)
	}
	for _, c := range res.Cookies() {
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
			t.Errorf("%s: the cookie %s", what, c)
		}
	}
}

var (
	inlineStyle  = regexp.MustCompile(`<[^>]*\sstyle\s*=|<style`)
	inlineScript = regexp.MustCompile(`<script(>|[^>]*[^>c]>[^<])|<[a-z][^>]*\son[a-z]+\s*=\s*["']|href="javascript:`)
	addresses    = regexp.MustCompile(`\s(?:href|src|action|formaction|data-hx-sse:connect|data-hx-get|data-hx-post)="([^"]*)"`)
	framed       = regexp.MustCompile(`(?s)srcdoc="[^"]*"`)
	elevenDigits = regexp.MustCompile(`(^|\D)\d{11}(\D|$)`)
)

// keepsPolicy asks that a page holds no style and no script of its own: the policy would stop them.
func keepsPolicy(t *testing.T, what, body string) {
	t.Helper()
	body = framed.ReplaceAllString(body, "")
	for _, rule := range []*regexp.Regexp{inlineStyle, inlineScript} {
		if m := rule.FindString(body); m != "" {
			t.Errorf("%s has %q, which the policy stops", what, m)
		}
	}
	if strings.Contains(body, "ZgotmplZ") || strings.Contains(body, "%!") {
		t.Errorf("%s has a trace of a value that could not be written", what)
	}
}

// namelessAddresses asks that no address on a page holds a name or a number of a patient.
func namelessAddresses(t *testing.T, what, body string, names []string) {
	t.Helper()
	for _, m := range addresses.FindAllStringSubmatch(body, -1) {
		at, err := url.QueryUnescape(unescape(m[1]))
		if err != nil {
			t.Errorf("%s: the address %q can't be read", what, m[1])
			continue
		}
		if strings.HasPrefix(at, "data:") {
			continue
		}
		for _, n := range names {
			if strings.Contains(at, n) {
				t.Errorf("%s: the address %q tells of %s", what, at, n)
			}
		}
		if elevenDigits.MatchString(at) {
			t.Errorf("%s: the address %q has a number of eleven digits", what, at)
		}
	}
}

// entries counts everything that is recorded of every case.
func entries(t testing.TB, w *world) string {
	t.Helper()
	var b strings.Builder
	for _, tenant := range []string{"FJO", "INN", "SUN"} {
		for id := int64(1); id < 200; id++ {
			recs, err := w.d.Ledger.Records(w.ctx, tenant, id)
			if err != nil || len(recs) == 0 {
				break
			}
			fmt.Fprintf(&b, "%s/%d:%d ", tenant, id, len(recs))
		}
	}
	return b.String()
}

// What another site sends is refused at every address that takes something, for everybody, before anything is done.
func TestNothingIsTakenFromAnotherSite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	as := walkedAs(t, w)
	before := entries(t, w)
	tried := 0
	for _, r := range allRoutes(t) {
		if r.method != http.MethodPost {
			continue
		}
		for _, at := range w.of(t, r)[:1] {
			for who, v := range as {
				for _, head := range []http.Header{{"Sec-Fetch-Site": {"cross-site"}}, {"Sec-Fetch-Site": {"same-site"}}, {"Origin": {"https://elsewhere.example.org"}}} {
					res, body := v.meet(http.MethodPost, at, head)
					tried++
					if res.StatusCode != http.StatusForbidden {
						t.Errorf("%s POST %s from %v: %d %s", who, at, head, res.StatusCode, text(body))
					}
					if len(res.Cookies()) > 0 {
						t.Errorf("%s POST %s from another site sets %v", who, at, res.Cookies())
					}
				}
			}
		}
	}
	if after := entries(t, w); after != before {
		t.Errorf("something was recorded:\n%s\n%s", before, after)
	}
	if tried < 1000 {
		t.Errorf("only %d were tried", tried)
	}
	for who, v := range as { // nobody was signed out either
		if res, _ := v.meet(http.MethodGet, "/tastatur", nil); res.StatusCode == http.StatusSeeOther && strings.HasPrefix(res.Header.Get("Location"), "/inn") {
			t.Errorf("%s was signed out", who)
		}
	}
}

// Whoever has no right to a case cannot change it by any address: every form is sent to every case of another hospital by everybody who has nothing to do
// there, and to a case of their own hospital by those whose role does nothing, and nothing is recorded.
func TestNobodyChangesWhatIsNotTheirs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := entries(t, w)
	reach := map[string][]string{ // cases out of reach
		"SUN/" + itoa(int(w.tens["pathway"])): {"booking", "assessor", "intake", "letters", "manager", "director", "otherunit", "elsewhere", "region", "othergp", "user", "author", "admin", "auditor", "trym", "parent"},
		"FJO/" + itoa(int(w.tens["over"])):    {"otherunit", "elsewhere", "region", "othergp", "user", "author", "admin", "auditor", "trym", "parent"},
		"FJO/" + itoa(int(w.tens["open"])):    {"booking", "assessor", "intake", "manager", "otherunit", "elsewhere", "region", "gp", "user", "author", "admin", "auditor", "rhf", "secretariat", "committee", "analyst", "reader", "trym", "parent"},
	}
	form := url.Values{"key": {strings.Repeat("A", 26)}, "seq": {"3"}, "dato": {"23.04.2025"}, "begrunnelse": {"Prøve"}, "tekst": {"Prøve"}, "gjelder": {"deadline"}, "av": {"patient"}, "sted": {"FJO"}, "gjor": {"decide"}, "bekreft": {"ja"}, "fra": {"patient"}}
	for at, who := range reach {
		for _, who := range who {
			v := be(t, w.srv, who)
			for _, r := range allRoutes(t) {
				if r.method != http.MethodPost || !strings.Contains(r.path, "{tenant}/{id}") {
					continue
				}
				w.wild["/sak"], w.wild["/meg"], w.wild["/henvis"], w.wild["/unntak"] = []string{at}, []string{at}, []string{at}, []string{at}
				for _, path := range w.of(t, r) {
					res, body := v.post(path, form)
					if path == "/sak/"+at { // a reason can be given; it opens for reading, nothing more
						continue
					}
					if res.StatusCode != http.StatusForbidden && res.StatusCode != http.StatusNotFound && !(res.StatusCode == http.StatusSeeOther && isOutside(who)) {
						t.Errorf("%s POST %s: %d %s", who, path, res.StatusCode, text(body))
					}
				}
			}
		}
	}
	if after := entries(t, w); after != before {
		t.Errorf("something was recorded:\n%s\n%s", before, after)
	}
}

func isOutside(who string) bool {
	return slices.Contains([]string{"gp", "othergp", "trym", "parent"}, who)
}

// No address leads to a case by guessing: of a case that is not theirs patients and referrers hear the same as of one that is not there.
func TestACaseThatIsNotTheirsIsAsOneThatIsNot(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for who, root := range map[string]string{"trym": "/meg", "parent": "/meg", "gp": "/henviser", "othergp": "/henviser"} {
		v := be(t, w.srv, who)
		_, none := v.get(root + "/sak/FJO/99999")
		for _, at := range []string{"FJO/" + itoa(int(w.tens["closed"])), "SUN/" + itoa(int(w.tens["pathway"])), "XXX/1"} {
			if root == "/henviser" && who == "gp" && at != "XXX/1" {
				continue // the office has sent most of them
			}
			res, body := v.get(root + "/sak/" + at)
			same := func(s string) string { return regexp.MustCompile(`/sak/[A-Z]+/\d+`).ReplaceAllString(s, "/sak") }
			if res.StatusCode != http.StatusNotFound || same(body) != same(none) {
				t.Errorf("%s at %s: %d, which is told apart from a case that is not there", who, at, res.StatusCode)
			}
		}
	}
}

// Every link a page shows leads somewhere: whoever it is shown to is not refused there, and no address tells of a patient.
func TestEveryLinkLeadsSomewhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	names := secrets(t, w)
	digits := regexp.MustCompile(`\d+`)
	for _, who := range walkers {
		v := be(t, w.srv, who)
		queue, seen, shapes := []string{"/"}, map[string]string{"/": "the door"}, map[string]int{}
		for n := 0; len(queue) > 0 && n < 200; n++ {
			at := queue[0]
			queue = queue[1:]
			res, body := v.meet(http.MethodGet, at, nil)
			switch {
			case res.StatusCode == http.StatusSeeOther:
				body = ` href="` + res.Header.Get("Location") + `"`
			case res.StatusCode != http.StatusOK && res.StatusCode != http.StatusNoContent:
				t.Errorf("%s is shown %s on %s, and meets %d there: %.300s", who, at, seen[at], res.StatusCode, text(body))
				continue
			case !isPage(res):
				continue
			}
			namelessAddresses(t, who+" "+at, body, names)
			for _, m := range regexp.MustCompile(`<a\s[^>]*href="([^"]*)"| href="(/[^"]*)"`).FindAllStringSubmatch(body, -1) {
				to := unescape(m[1] + m[2])
				to, _, _ = strings.Cut(to, "#")
				if to == "" || !strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "?") || strings.HasPrefix(to, "/static/") {
					continue
				}
				if strings.HasPrefix(to, "?") {
					to = strings.Split(at, "?")[0] + to
				}
				// Two of each shape: the same page of another case, or the same list sorted another way, says nothing new.
				shape := digits.ReplaceAllString(to, "0")
				if u, err := url.Parse(to); err == nil {
					shape = digits.ReplaceAllString(u.Path, "0") + "?" + strings.Join(keysOf(u.Query()), "&")
				}
				if _, ok := seen[to]; ok || shapes[shape] >= 2 {
					continue
				}
				seen[to] = at
				shapes[shape]++
				queue = append(queue, to)
			}
		}
		if len(seen) < 3 {
			t.Errorf("%s finds only %v", who, keysOf(seen))
		}
	}
	logged(t, w, names)
}

// When the ledger is gone, every page says so with a number to read over the telephone, and nothing of what failed.
func TestEveryPageOfAFault(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	as := walkedAs(t, w)
	names := secrets(t, w)
	w.d.Ledger.Close()
	faults := 0
	for _, r := range allRoutes(t) {
		for _, at := range w.of(t, r)[:1] {
			for _, who := range []string{"booking", "intake", "manager", "trym", "gp", "admin", "auditor"} {
				if r.path == "/inn" || r.path == "/ut" || r.path == "/static/" {
					continue
				}
				res, body := as[who].meet(r.method, at, nil)
				meetsHeaders(t, who+" "+r.method+" "+at, res)
				if isPage(res) {
					keepsPolicy(t, who+" "+r.method+" "+at, body)
				}
				if res.StatusCode < 500 {
					continue
				}
				faults++
				if !regexp.MustCompile(`[0-9A-F]{4}-[0-9A-F]{2}`).MatchString(text(body)) || strings.Contains(body, "sql:") || strings.Contains(body, "closed") {
					t.Errorf("%s %s %s: the fault is told as %.300s", who, r.method, at, text(body))
				}
			}
		}
	}
	if faults < 80 {
		t.Errorf("only %d faults were met", faults)
	}
	logged(t, w, names)
}
