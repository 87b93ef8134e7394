package web

import (
	"context"
	flags "flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// absent skips a test when something it needs is not on the machine, and fails where everything must be there.
func absent(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("RETTID_REQUIRE_ALL") != "" {
		t.Fatalf("%s is not here, and RETTID_REQUIRE_ALL is set", what)
	}
	t.Skipf("%s is not here", what)
}

// chromium is the one Chromium of all the tests: it starts when the first of them asks for it, and [TestMain] closes it.
var chromium struct {
	once sync.Once
	path string
	ctx  context.Context
	err  error
}

func TestMain(m *testing.M) {
	debug.SetGCPercent(400)                                 // hundreds of small sites are made and thrown away
	if err := flags.Set("test.parallel", "3"); err != nil { // a window waits more than it works; -parallel on the command line wins
		panic(err)
	}
	code := m.Run()
	if chromium.ctx != nil {
		if err := chromedp.Cancel(chromium.ctx); err != nil {
			fmt.Fprintf(os.Stderr, "close %s: %v\n", chromium.path, err)
		}
	}
	os.Exit(code)
}

// browser opens a window for a test, with nothing in it of what other tests did: its cookies and its storage are its own.
func browser(t testing.TB) context.Context { return browserFor(t, 3) }

// browserFor opens one for a test that takes up to so many minutes.
func browserFor(t testing.TB, minutes int) context.Context {
	t.Helper()
	chromium.once.Do(startChromium)
	if chromium.path == "" {
		absent(t, "Chromium")
	}
	if chromium.err != nil {
		t.Fatalf("start %s: %v", chromium.path, chromium.err)
	}
	ctx, stop := chromedp.NewContext(chromium.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(stop)
	ctx, stop = context.WithTimeout(ctx, time.Duration(minutes)*time.Minute)
	t.Cleanup(stop)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("open a window: %v", err)
	}
	return ctx
}

func startChromium() {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			chromium.path = p
			break
		}
	}
	if chromium.path == "" {
		return
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium.path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("disable-dev-shm-usage", true))
	ctx, _ := chromedp.NewExecAllocator(context.Background(), opts...)
	chromium.ctx, _ = chromedp.NewContext(ctx)
	chromium.err = chromedp.Do(chromium.ctx)
}

// run does steps, one after the other.
func run(t testing.TB, ctx context.Context, what string, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// ask runs a script of the test's own on the page, and gives its answer.
func ask[T any](t testing.TB, ctx context.Context, what, js string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	return v
}

func width(w int64) chromedp.Action[chromedp.Void] { return chromedp.EmulateViewport(w, 900) }

// script runs a script whose answer nobody wants.
func script(js string) chromedp.Action[chromedp.Void] { return chromedp.Evaluate[chromedp.Void](js) }

// where is the page's address without the host.
func where(t testing.TB, ctx context.Context) string {
	t.Helper()
	return ask[string](t, ctx, "read the address", `location.pathname + location.search`)
}

// whileWaiting makes the list wait for its rows, and tells the first cell that moves by it.
const whileWaiting = `(() => {
	const list = document.querySelector(".wl"), shape = () => [...list.querySelectorAll("th, td")].map(c => { const r = c.getBoundingClientRect(); return [r.left, r.top, r.width, r.height].map(Math.round).join(" "); });
	const before = shape();
	list.setAttribute("aria-busy", "true");
	const after = shape();
	list.removeAttribute("aria-busy");
	const at = before.findIndex((b, i) => b !== after[i]);
	return at < 0 ? "" : before[at] + " becomes " + after[at];
})()`

// changedMarks says of every case on the list, one with a long name among them, that somebody else has changed it, and tells the marks that are not seen whole.
const changedMarks = `(() => {
	const names = [...document.querySelectorAll(".wl tbody th a")];
	names[1].textContent += "-Langenavnesen-Eksempelsen";
	document.querySelector(".live").dispatchEvent(new CustomEvent("rettid:changed", { bubbles: true, detail: { data: names.map(a => new URL(a.href).pathname).join(" ") } }));
	const marks = [...document.querySelectorAll(".wl .changedmark")];
	return marks.length == names.length ? marks.filter(m => m.getBoundingClientRect().right > m.closest("th").getBoundingClientRect().right).map(m => m.parentElement.innerText).join("; ") : marks.length + " marks of " + names.length;
})()`

// From the list to a case and back, with the mouse, at three widths.
func TestJourneyByMouse(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	_, srv := newSite(t, Options{})
	for _, w := range []int64{1440, 1100, 720, 390} {
		run(t, ctx, "open the list", width(w), chromedp.Navigate(srv.URL+"/"), chromedp.WaitVisible(".wl"))
		if moved := ask[string](t, ctx, "let the list wait", whileWaiting); moved != "" {
			t.Errorf("at %d px a list that waits for its rows is not where it was: %s", w, moved)
		}
		if cut := ask[string](t, ctx, "let somebody else change every case", changedMarks); cut != "" {
			t.Errorf("at %d px the mark of a case somebody else has changed is cut off: %s", w, cut)
		}
		run(t, ctx, "open the case", chromedp.Click(`//table//a[contains(., "Oppdiktet, Ola")]`), chromedp.WaitVisible("#h-st"))
		if at := where(t, ctx); at != "/sak/INN/1" {
			t.Errorf("at %d px the case is at %s", w, at)
		}
		run(t, ctx, "ask why", chromedp.Click("details.why summary"), chromedp.WaitVisible("details.why[open] .proof"))
		run(t, ctx, "go back", chromedp.Click("[data-back]"), chromedp.WaitVisible(".wl"))
		if ask[bool](t, ctx, "measure", `document.documentElement.scrollWidth > document.documentElement.clientWidth`) {
			t.Errorf("at %d px the list is wider than the window", w)
		}
	}
}

// The same with the keyboard alone: skip link, J, K, X, Enter, W, P, Esc, and a name search.
func TestJourneyByKeyboard(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	_, srv := newSite(t, Options{})
	focus := func() string {
		return ask[string](t, ctx, "read the focus", `(document.activeElement.textContent || document.activeElement.id || "").trim()`)
	}
	for _, w := range []int64{1440, 720, 390} {
		run(t, ctx, "open the list", width(w), chromedp.Navigate(srv.URL+"/liste?visning=over"), chromedp.WaitVisible(".wl"), chromedp.KeyEvent("\t"))
		if got := focus(); got != "Hopp til innholdet" {
			t.Errorf("at %d px the first Tab leads to %q", w, got)
		}
		run(t, ctx, "skip", chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent("j"))
		if got := focus(); got != "Påfunnsen, Per" {
			t.Errorf("at %d px J leads to %q", w, got)
		}
		run(t, ctx, "move", chromedp.KeyEvent("j"), chromedp.KeyEvent("j"), chromedp.KeyEvent("k"), chromedp.KeyEvent("x"))
		if got := focus(); got != "Mønster, Mona" {
			t.Errorf("at %d px J J K leads to %q", w, got)
		}
		if chosen := ask[string](t, ctx, "read the bar", `document.querySelector("[data-chosen]").textContent`); chosen != "1 valgt" {
			t.Errorf("at %d px X says %q", w, chosen)
		}
		run(t, ctx, "open", chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible("#h-st"), chromedp.KeyEvent("w"), chromedp.WaitVisible("details.why[open]"), chromedp.KeyEvent("p"))
		if got := focus(); got != "Åpne plikter" {
			t.Errorf("at %d px P leads to %q", w, got)
		}
		run(t, ctx, "back", chromedp.KeyEvent(kb.Escape), chromedp.WaitVisible(".wl"))
		if at := where(t, ctx); at != "/liste?visning=over" {
			t.Errorf("at %d px Esc leads to %s", w, at)
		}
	}
	run(t, ctx, "search", width(1440), chromedp.KeyEvent("/"), chromedp.KeyEvent("oppdi"), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible("#q-page"))
	if at := where(t, ctx); at != "/sok" {
		t.Errorf("a name search is at %s", at)
	}
}

// sights are the pages and states that are looked at and measured.
func sights(s *seed) []struct{ name, path string } {
	return []struct{ name, path string }{
		{"list", "/liste"}, {"list-over", "/liste?visning=over"}, {"list-field", "/liste?sykehus=FJO&fag=orthopaedics"}, {"list-filtered-empty", "/liste?fag=dermatology"}, {"list-empty", "/liste?visning=uten-ansvarlig"},
		{"list-en", "/liste?lang=en"}, {"duties", "/plikter?lang=nb"}, {"breaches", "/fristbrudd"}, {"assessment", "/vurdering"}, {"assess", caseURL("FJO", s.tens["unassessed"]) + "/vurder"}, {"assess-correct", caseURL("FJO", s.tens["over"]) + "/vurder?rett=1"}, {"overview", "/ledelse"}, {"search", "/sok"}, {"keys", "/tastatur"},
		{"case", caseURL("INN", s.tens["expected"])}, {"case-over", caseURL("FJO", s.tens["over"])}, {"case-postponed", caseURL("FJO", s.tens["postponed"])},
		{"case-unassessed", caseURL("FJO", s.tens["unassessed"])}, {"case-pathway", caseURL("SUN", s.tens["pathway"])}, {"case-offers", caseURL("FJO", s.tens["offers"])},
		{"case-no-right", caseURL("FJO", s.tens["no-right"])}, {"case-then", caseURL("INN", s.tens["expected"]) + "?kjent=2025-03-01"}, {"case-nn", caseURL("INN", s.tens["expected"]) + "?lang=nn"},
		{"looks", caseURL("INN", s.tens["expected"]) + "/innsyn?lang=nb"}, {"missing", "/sak/FJO/999"}, {"bad", "/liste?visning=x"},
	}
}

// some are one page of each sort.
var some = map[string]bool{"list": true, "list-filtered-empty": true, "duties": true, "breaches": true, "assessment": true, "overview": true, "search": true, "case": true, "looks": true, "missing": true}

// axe-core finds nothing to say of any page, at three widths.
func TestAxe(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	s, srv := newSite(t, Options{})
	_, locked := newSite(t, Options{User: User{Name: "Eva Eksempelsen", Role: "secretary", Place: "SUN"}})
	eye := newEye(t, ctx)
	check := func(name, url string) {
		run(t, ctx, "open "+name, chromedp.Navigate(url), chromedp.WaitReady("footer"))
		eye.lookInto(name, 1440, 720, 390)
	}
	everything := os.Getenv("RETTID_REQUIRE_ALL") != "" // some pages of each sort otherwise, which take a third of the time
	for _, at := range sights(s) {
		if everything || some[at.name] {
			check(at.name, srv.URL+at.path)
		}
	}
	check("locked", locked.URL+caseURL("FJO", s.tens["over"]))
}

// On no timeline do two labels touch, and none leaves the drawing, at any width it is shown at.
func TestTimelineLabelsDoNotTouch(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	s, srv := newSite(t, Options{})
	for what, id := range s.tens {
		tenant := map[string]string{"expected": "INN", "pathway": "SUN"}[what]
		if tenant == "" {
			tenant = "FJO"
		}
		run(t, ctx, "open", chromedp.Navigate(srv.URL+caseURL(tenant, id)), chromedp.WaitReady("footer"))
		for _, w := range []int64{1440, 1200, 920} {
			run(t, ctx, "resize", width(w))
			touching := ask[[]string](t, ctx, "measure", `(() => {
				const ts = [...document.querySelectorAll(".tl.wide text")].filter(t => t.textContent && !t.previousElementSibling?.classList.contains("tick"))
					.map(t => ({ t: t.textContent, b: t.getBoundingClientRect() }));
				const out = [];
				const box = document.querySelector(".tl.wide").getBoundingClientRect();
				for (const [i, a] of ts.entries()) {
					if (a.b.left < box.left - 1 || a.b.right > box.right + 1) out.push("«" + a.t + "» leaves the drawing");
					for (const c of ts.slice(i + 1))
						if (a.b.left < c.b.right && c.b.left < a.b.right && a.b.top + 3 < c.b.bottom && c.b.top + 3 < a.b.bottom) out.push("«" + a.t + "» touches «" + c.t + "»");
				}
				return out; })()`)
			for _, x := range touching {
				t.Errorf("%s at %d px: %s", what, w, x)
			}
		}
	}
}

// TestShots takes pictures of every page into the folder RETTID_SHOTS names, for people to look at.
func TestShots(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("RETTID_SHOTS")
	if dir == "" {
		t.Skip("RETTID_SHOTS names no folder for pictures")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	ctx := browser(t)
	s, srv := newSite(t, Options{})
	shoot := func(name, url string, w int64, before ...chromedp.Action[chromedp.Void]) {
		run(t, ctx, "open "+name, width(w), chromedp.Navigate(url), chromedp.WaitReady("footer"))
		run(t, ctx, "prepare "+name, before...)
		png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d.png", name, w)), png, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	only := os.Getenv("RETTID_SHOTS_ONLY")
	for _, at := range sights(s) {
		if only != "" && !strings.Contains(","+only+",", ","+at.name+",") {
			continue
		}
		for _, w := range []int64{1440, 720, 390} {
			shoot(at.name, srv.URL+at.path, w)
		}
	}
	if only == "" || strings.Contains(only, "extra") {
		shoot("case-open", srv.URL+caseURL("INN", s.tens["expected"])+"?lang=nb", 1440, script(`for (const d of document.querySelectorAll("details.why")) d.open = true`))
		shoot("list-chosen", srv.URL+"/liste", 1440, chromedp.KeyEvent("j"), chromedp.KeyEvent("x"), chromedp.KeyEvent("j"), chromedp.KeyEvent("x"))
		if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}); err != nil {
			t.Fatal(err)
		}
		shoot("list-print", srv.URL+"/liste", 1000)
		shoot("case-print", srv.URL+caseURL("INN", s.tens["expected"]), 1000)
	}
}
