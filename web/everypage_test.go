package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// A stop is a page as one of them meets it.
type stop struct{ who, at, pattern string }

// stops are every page of every route, each as the first who is let in; a route nobody is shown a page of is left out, for files and forms of other states.
func (w *world) stops(t testing.TB, as map[string]visitor, plain bool) []stop {
	t.Helper()
	var out []stop
	for _, r := range allRoutes(t) {
		if r.method != http.MethodGet || r.path == "/static/" || plain && strings.Contains(r.path, "{") && r.path != "/{$}" {
			continue
		}
		for _, at := range w.of(t, r) {
			for _, who := range walkers {
				res, _ := as[who].meet(http.MethodGet, at, nil)
				if res.StatusCode == http.StatusOK && isPage(res) {
					out = append(out, stop{who, at, r.path})
					break
				}
			}
		}
	}
	return out
}

func withLang(at, lang string) string {
	if strings.Contains(at, "?") {
		return at + "&lang=" + lang
	}
	return at + "?lang=" + lang
}

// Every page in every state is written as HTML is to be written: html-validate's standard rules, without exception, in bokmål, nynorsk and English; and no page
// shows a word's key for the word.
func TestEveryPageIsValidHTML(t *testing.T) {
	tool, err := filepath.Abs("testdata/axe/node_modules/.bin/html-validate")
	if err == nil {
		_, err = os.Stat(tool)
	}
	if err != nil {
		absent(t, "html-validate (npm ci in web/testdata/axe)")
	}
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, ".htmlvalidate.json"), []byte(`{"root": true, "extends": ["html-validate:standard"]}`), 0o644); err != nil {
		t.Fatal(err)
	}
	told, n := make(map[string]string), 0
	keep := func(what, body string) {
		n++
		name := fmt.Sprintf("%04d.html", n)
		told[name] = what
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	walk := func(state string, w *world, plain bool) {
		as := walkedAs(t, w)
		for _, x := range w.stops(t, as, plain) {
			for _, lang := range []string{"nb", "nn", "en"} {
				if lang == "nn" && plain || strings.Contains(x.at, "/brev/sendt/") {
					continue
				}
				_, body := as[x.who].get(withLang(x.at, lang))
				keep(fmt.Sprintf("%s, %s as %s in %s", x.at, state, x.who, lang), body)
			}
		}
	}
	w := newWorld(t)
	walk("filled", w, false)
	as := be(t, w.srv, "elsewhere")
	for what, at := range map[string]string{"a reason is asked for": caseURL("FJO", w.tens["over"]), "no access": "/admin", "nothing there": "/sak/FJO/99999", "not understood": "/liste?visning=x", "refused": caseURL("FJO", w.tens["closed"]) + "/gjor/book"} {
		_, body := as.get(at)
		keep(what, body)
	}
	_, body := visit(t, w.srv).get("/inn")
	keep("the door", body)
	_, body = be(t, w.srv, "booking").post("/sok", url.Values{"q": {"Påf"}})
	keep("what a search finds", body)
	_, body = be(t, w.srv, "booking").post("/sok", url.Values{"q": {"Finnesikke"}})
	keep("a search that finds nothing", body)
	walk("empty", serveWorld(t, newSeed(t)), true)
	booking := be(t, w.srv, "booking")
	w.d.Ledger.Close()
	_, body = booking.get("/liste")
	keep("a fault", body)

	cmd := exec.Command(tool, "-f", "json", dir)
	cmd.Dir = dir
	out, err := cmd.Output()
	var found []struct {
		FilePath string
		Messages []struct {
			RuleID, Message, Selector string
			Line, Column              int
		}
	}
	if jsonErr := json.Unmarshal(out, &found); jsonErr != nil {
		t.Fatalf("html-validate: %v, %v: %.400s", err, jsonErr, out)
	}
	shown := make(map[string]int)
	for _, f := range found {
		for _, m := range f.Messages {
			if shown[m.RuleID+m.Message]++; shown[m.RuleID+m.Message] <= 3 {
				t.Errorf("%s, line %d: %s (%s) at %s", told[filepath.Base(f.FilePath)], m.Line, m.Message, m.RuleID, m.Selector)
			}
		}
	}
	if n < 300 {
		t.Errorf("only %d pages were read", n)
	}
}

// axe-core finds nothing to say of any page of any route, filled or empty, nor is any wider than the window, at the widths of a screen, of a screen at
// 200 %, and of a telephone, in bokmål and English. Without RETTID_LONG one page of each route is looked at, at the width of a telephone. Each role is a test of its own: -run 'TestEveryPageInABrowser/filled/booking'.
func TestEveryPageInABrowser(t *testing.T) {
	t.Parallel()
	everything, minutes := os.Getenv("RETTID_LONG") != "", 12
	if everything {
		minutes = 120
	}
	ctx := browserFor(t, minutes)
	all := newEye(t, ctx)
	asOne := func(t *testing.T, w *world, stops []stop, state, who string) {
		eye := all
		eye.t = t
		in, seen := false, make(map[string]int)
		for _, x := range stops {
			if seen[x.pattern]++; x.who != who || !everything && seen[x.pattern] > 1 || strings.Contains(x.at, "/brev/sendt/") {
				continue
			}
			if !in {
				in = true
				run(t, ctx, "be "+who, chromedp.Navigate(w.srv.URL+"/inn"), chromedp.WaitReady("footer"),
					chromedp.Evaluate[chromedp.Void](`fetch("/inn", {method: "POST", headers: {"Content-Type": "application/x-www-form-urlencoded"}, body: "hvem=`+who+`&til=/tastatur"})`, chromedp.EvalAwaitPromise))
			}
			for _, lang := range []string{"nb", "en"} {
				what := fmt.Sprintf("%s, %s as %s in %s", x.at, state, who, lang)
				run(t, ctx, "open "+what, chromedp.Navigate(w.srv.URL+withLang(x.at, lang)), chromedp.WaitReady("body"))
				widths := []int64{1440, 720, 390}
				if !everything {
					widths = widths[2:]
				}
				for _, wide := range widths {
					run(t, ctx, "resize", width(wide))
					eye.fits(what, wide)
					// The rules see the same in the other language, but for what is said.
					if lang == "en" && wide != 390 || lang == "nb" && wide == 720 {
						continue
					}
					eye.reads(what, wide, unfold)

				}
			}
		}
	}
	walk := func(state string, w *world, plain bool) {
		stops := w.stops(t, walkedAs(t, w), plain)
		for _, who := range walkers {
			t.Run(state+"/"+who, func(t *testing.T) { asOne(t, w, stops, state, who) })
		}
	}
	walk("filled", newWorld(t), false)
	walk("empty", serveWorld(t, newSeed(t)), true)
}

// widest names what sticks out furthest.
const widest = `[...document.querySelectorAll("main *, header *, footer *")].map(e => [e.getBoundingClientRect().right, e]).sort((a, b) => b[0] - a[0]).slice(0, 1).map(x => x[1].outerHTML.slice(0, 160)).join()`
