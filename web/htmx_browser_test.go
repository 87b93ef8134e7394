package web

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
)

// watched notes what the policy stops, on every page that is opened from now on.
const watched = `document.addEventListener("securitypolicyviolation", e => { sessionStorage.setItem("stopped", (sessionStorage.getItem("stopped") || "") + e.violatedDirective + " " + e.blockedURI + " at " + e.sourceFile + ":" + e.lineNumber + "; "); })`

// A list changes without the page being read anew: narrowed, sorted, scrolled and turned by the keyboard, the address follows, focus stays where one works, the
// number of hits is told, and Back leads back. The search for a guide condition answers while one types. Nothing of it is stopped by the page's policy.
func TestListChangesInPlaceByKeyboard(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	s, srv := newSite(t, Options{User: User{Name: "Siv Skissesen", Role: law.Specialist}})
	for i := range perList + 10 {
		id := s.receive(arrival{given: "Nr" + itoa(i), family: "Oppdiktet", born: day.On(1970, 1, 1), on: day.On(2025, 4, 1), c: referral.Receive{Specialty: "dermatology"}})
		s.do("FJO", id, day.On(2025, 4, 2), law.Specialist, "Siv Skissesen", &referral.Assess{Outcome: law.Granted, Benefit: law.Yes, ReasonableCost: law.Yes, Need: law.Yes, Deadline: day.On(2025, 8, 1), Clarified: law.Yes, Reason: referral.Say("Følger veilederen.")})
	}
	if _, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: watched}); err != nil {
		t.Fatal(err)
	}
	rows := func() int { return ask[int](t, ctx, "count", `document.querySelectorAll("#rader > tr").length`) }
	same := func(what string) {
		t.Helper()
		if !ask[bool](t, ctx, "read", `window.notReadAnew === true`) {
			t.Errorf("%s: the page was read anew", what)
		}
	}
	told := func(want string) chromedp.Action[chromedp.Void] {
		return chromedp.WaitReady(`//*[@data-told and contains(., "` + want + `")]`)
	}
	run(t, ctx, "the list", chromedp.EmulateViewport(1440, 700), chromedp.Navigate(srv.URL+"/liste"), chromedp.WaitVisible(".wl"), script(`window.notReadAnew = true`))
	total := len(s.tens) // of the seed: only to tell that there are more after
	run(t, ctx, "narrow it", script(`document.querySelector("#f-fag").value = "dermatology"; document.querySelector(".filters button").focus()`), chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(`#f-fag option[value=dermatology][selected]`), told(itoa(perList+10)))
	same("narrowed")
	if got := where(t, ctx); !strings.Contains(got, "fag=dermatology") {
		t.Errorf("narrowed, the address is %s", got)
	}
	if got := ask[string](t, ctx, "read the focus", `document.activeElement.closest(".filters") ? document.activeElement.tagName : document.activeElement.outerHTML.slice(0, 80)`); got != "BUTTON" {
		t.Errorf("narrowed, focus is on %s", got)
	}
	run(t, ctx, "sort it", script(`document.querySelector("thead .c-name a").focus()`), chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(`thead .c-name[aria-sort]`))
	same("sorted")
	if !ask[bool](t, ctx, "read the focus", `!!document.activeElement.closest("thead .c-name")`) {
		t.Errorf("sorted, focus is on %s", ask[string](t, ctx, "read the focus", `document.activeElement.outerHTML.slice(0, 80)`))
	}
	if n := rows(); n != perList {
		t.Fatalf("%d rows of a page of %d (%d in the seed)", n, perList, total)
	}
	run(t, ctx, "scroll to the end", script(`document.querySelector("#mer").scrollIntoView()`), chromedp.WaitReady(`#rader > tr:nth-child(`+itoa(perList+10)+`)`), told(itoa(perList+10)))
	same("scrolled")
	if ask[int](t, ctx, "count", `new Set([...document.querySelectorAll("#rader input")].map(b => b.value)).size`) != perList+10 || ask[bool](t, ctx, "read", `document.querySelector("#mer").hasAttribute("data-hx-get")`) {
		t.Error("rows are there twice, or there are more")
	}
	run(t, ctx, "turn back", script(`document.querySelector("#sider a[rel=prev]").focus()`), chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(`#sider a[rel=next]`), chromedp.WaitReady(`#listen h1:focus`))
	same("turned")
	run(t, ctx, "choose", chromedp.KeyEvent("j"), chromedp.KeyEvent("x"))
	if got := ask[string](t, ctx, "read the bar", `document.querySelector("[data-chosen]").textContent`); got != "1 valgt" {
		t.Errorf("after a swap X says %q", got)
	}
	run(t, ctx, "back", script(`history.back()`), chromedp.WaitReady(`thead .c-name[aria-sort]`))
	if got := where(t, ctx); !strings.Contains(got, "sorter=pasient") {
		t.Errorf("Back leads to %s", got)
	}

	// The guide's conditions come while one types; Enter is not needed.
	at := caseURL("FJO", s.tens["unassessed"]) + "/vurder"
	run(t, ctx, "assess", chromedp.Navigate(srv.URL+at), chromedp.WaitReady("#steg-1"), script(`document.querySelector('section button[value="guide"]').click()`), chromedp.WaitReady("input#sok"), script(`window.notReadAnew = true; document.querySelector("#sok").focus(); document.querySelector("#sok").select()`))
	run(t, ctx, "type", chromedp.KeyEvent("hofteledds"), chromedp.WaitReady(`//*[@id="treff"]//li[1][contains(., "Hofteleddsartrose")]`), told("ingen passer"))
	same("typed")
	if got := ask[string](t, ctx, "read the focus", `document.activeElement.id + " " + document.activeElement.value`); got != "sok hofteledds" {
		t.Errorf("typing, focus and text are %q", got)
	}
	for _, path := range []string{"/plikter", "/fristbrudd", "/mottak", "/vurdering", caseURL("FJO", s.tens["over"]), actURL("FJO", s.tens["over"], "book")} {
		run(t, ctx, "open "+path, chromedp.Navigate(srv.URL+path), chromedp.WaitReady("footer"))
		if got := ask[string](t, ctx, "read", `window.htmx ? htmx.version : "no htmx"`); got != "4.0.1" {
			t.Errorf("%s has %s", path, got)
		}
	}
	if got := ask[string](t, ctx, "read", `sessionStorage.getItem("stopped") || ""`); got != "" {
		t.Errorf("the policy stopped %s", got)
	}
}

// On paper the list says what it was narrowed to and when it was read, and each row has every column, also that of a duty nobody has.
func TestListOnPaper(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	_, srv := newSite(t, Options{})
	run(t, ctx, "the list", chromedp.EmulateViewport(700, 900), chromedp.Navigate(srv.URL+"/liste?sykehus=FJO&fag=orthopaedics"), chromedp.WaitVisible(".wl"))
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}); err != nil {
		t.Fatal(err)
	}
	if got := ask[string](t, ctx, "read the filters", `[...document.querySelectorAll(".filters select")].filter(x => x.checkVisibility()).map(x => x.selectedOptions[0].text).join(", ")`); got != "Fjordvik sykehus, Ortopedi" {
		t.Errorf("on paper the list is narrowed to %q", got)
	}
	if !ask[bool](t, ctx, "read the foot", `document.querySelector(".foot > span").checkVisibility() && !document.querySelector(".foot a").checkVisibility()`) {
		t.Error("on paper the list does not say when it was read, or shows links")
	}
	if got := ask[[]int](t, ctx, "count the cells", `[...new Set([...document.querySelectorAll(".wl tr")].map(r => [...r.cells].filter(c => c.checkVisibility()).length))]`); len(got) != 1 || got[0] < 6 {
		t.Errorf("on paper rows have %v cells", got)
	}
}

// The page one comes to in each role holds at 200 % of a screen of 1280: nothing is wider than the window, and nothing that can be pressed is outside what can be
// scrolled to. Where less motion is asked for nothing moves, and in forced colours what is chosen is told from what is not.
func TestFrontPagesEnlargedAndStill(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	w := serveWorld(t, newSeed(t).fill())
	media := func(media string, features ...string) {
		t.Helper()
		p := emulation.SetEmulatedMediaParams{Media: media}
		for i := 0; i < len(features); i += 2 {
			p.Features = append(p.Features, &emulation.MediaFeature{Name: features[i], Value: features[i+1]})
		}
		if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, p); err != nil {
			t.Fatal(err)
		}
	}
	for _, who := range walkers {
		media("")
		run(t, ctx, "be "+who, chromedp.EmulateViewport(640, 450, chromedp.EmulateScale(2)), chromedp.Navigate(w.srv.URL+"/inn"), chromedp.WaitReady(`button[name="hvem"][value="`+who+`"]`),
			script(`document.querySelector('button[name="hvem"][value="`+who+`"]').click()`), chromedp.WaitReady("main h1"), chromedp.Navigate(w.srv.URL+"/"), chromedp.WaitReady("main h1"))
		path := where(t, ctx)
		if ask[bool](t, ctx, "measure", `document.documentElement.scrollWidth > document.documentElement.clientWidth`) {
			t.Errorf("%s at %s: wider than the window at 200 %%", who, path)
		}
		for _, cut := range ask[[]string](t, ctx, "look for what is cut off", `[...document.querySelectorAll("main :is(a[href], button, input:not([type=hidden]), select, textarea, h1, h2, h3)")].filter(e => {
			const r = e.getBoundingClientRect();
			if (!r.width || !r.height || e.closest(".ds-sr-only, details:not([open]) > :not(summary)")) return false;
			for (let p = e.parentElement; p; p = p.parentElement) if (/auto|scroll/.test(getComputedStyle(p).overflowX)) return false;
			return r.left < -1 || r.right > innerWidth + 1 || e.matches("a, button, h1, h2, h3") && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX === "hidden" && getComputedStyle(e).textOverflow !== "ellipsis";
		}).map(e => e.outerHTML.slice(0, 120))`) {
			t.Errorf("%s at %s: cut off at 200 %%: %s", who, path, cut)
		}
		media("", "prefers-reduced-motion", "reduce")
		for _, moves := range ask[[]string](t, ctx, "look for what moves", `[...document.querySelectorAll("*")].flatMap(e => ["", "::before", "::after"].map(p => [e, p, getComputedStyle(e, p || null)])).filter(([e, p, s]) =>
			[...s.transitionDuration.split(","), ...(s.animationName === "none" ? [] : s.animationDuration.split(","))].some(d => parseFloat(d) * (d.trim().endsWith("ms") ? 0.001 : 1) > 0.01) || s.scrollBehavior === "smooth").map(([e, p]) => e.outerHTML.slice(0, 80) + p).slice(0, 5)`) {
			t.Errorf("%s at %s: moves where less motion is asked for: %s", who, path, moves)
		}
		media("", "forced-colors", "active")
		if got := ask[string](t, ctx, "compare", `(() => { const is = document.querySelector(".top nav a[aria-current]"), not = document.querySelector(".top nav a:not([aria-current])"); return is && not && getComputedStyle(is).borderBottomColor === getComputedStyle(not).borderBottomColor ? is.outerHTML : ""; })()`); got != "" {
			t.Errorf("%s at %s: in forced colours where one is looks like where one is not: %s", who, path, got)
		}
		if !ask[bool](t, ctx, "read", `matchMedia("(forced-colors: active)").matches`) {
			t.Fatal("colours are not forced: nothing was tested")
		}
	}
}
