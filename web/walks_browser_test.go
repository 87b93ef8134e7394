package web

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"rettid/law"
)

// keys is somebody with a keyboard and no mouse.
type keys struct {
	t   testing.TB
	ctx context.Context
}

// tab presses Tab until something is reached.
func (k keys) tab(to string) {
	k.t.Helper()
	for range 120 {
		run(k.t, k.ctx, "tab", chromedp.KeyEvent(kb.Tab))
		if ask[bool](k.t, k.ctx, "read the focus", fmt.Sprintf("document.activeElement.matches(%q)", to)) {
			return
		}
	}
	k.t.Fatalf("Tab never reaches %s on %s", to, where(k.t, k.ctx))
}

// press goes to something and presses Enter, and waits for what only the next page has.
func (k keys) press(to, then string) {
	k.t.Helper()
	k.tab(to)
	run(k.t, k.ctx, "press "+to, chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(then))
}

// write goes to a field and types.
func (k keys) write(to, what string) {
	k.t.Helper()
	k.tab(to)
	run(k.t, k.ctx, "write in "+to, chromedp.KeyEvent(what))
}

// top goes back to where a page's contents begin.
func (k keys) top() {
	k.t.Helper()
	run(k.t, k.ctx, "to the top", script(`document.querySelector("#innhold").focus()`))
}

func (k keys) says(what ...string) {
	k.t.Helper()
	for _, w := range what {
		if !ask[bool](k.t, k.ctx, "read", fmt.Sprintf("document.body.innerText.includes(%q)", w)) {
			k.t.Fatalf("%s does not say %q: %s", where(k.t, k.ctx), w, ask[string](k.t, k.ctx, "read", `document.querySelector("main").innerText`))
		}
	}
}

// A referrer writes a referral by the keyboard alone: the list beside it follows what is written, what is missing is said, and the receipt tells the limit.
func TestReferByKeyboard(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	s, srv := newOutside(t)
	k := keys{t, ctx}
	number := newNumber(t)
	run(t, ctx, "a screen", width(1440))
	enter(t, ctx, srv, "gp", "/henviser")
	k.press(`.pagehead a[href="/henviser/ny"]`, "#f-nummer")
	k.write("#f-nummer", number)
	k.write("#f-fornavn", "Nora")
	k.write("#f-etternavn", "Nyhenvist")
	k.write("#f-fag", "Ortop")
	k.write("#f-sted", "Fjord")
	k.write("#f-punkt-problem", "Vondt i kneet.")
	run(t, ctx, "the list follows", chromedp.WaitReady(`[data-point="problem"][data-held="present"]`))
	k.says("1 av 8 punkter er på plass.")
	k.press(`button[name="lagre"]`, "#utkast")
	k.says("Utkast, lagret i dag", "1 av 8 punkter er på plass.")
	k.tab("#t-individual_plan")
	run(t, ctx, "not needed", chromedp.KeyEvent(" "), chromedp.WaitReady(`[data-point="individual_plan"][data-held="not_needed"]`))
	k.press(`.decide button[type=submit]`, "#h-pre")
	k.says("Dette mangler", "Funn og prøver", "8. mai 2025", "Ikke sendt ennå")
	k.top()
	k.press(`.decide button[type=submit]`, "#h-n")
	k.says("Henvisningen er sendt og mottatt ved Fjordvik sykehus.")
	tenant, id := sentAt(t, where(t, ctx))
	if x := s.state(tenant, id); x.Seniority != today || x.From.HPR != "990000101" || x.Right != law.Pending {
		t.Errorf("it folds to %+v", x.Facts)
	}
	if n := s.drafts(); n != 0 {
		t.Errorf("%d drafts after it was sent", n)
	}
	if ask[bool](t, ctx, "look for the number", fmt.Sprintf("document.documentElement.outerHTML.includes(%q) || location.href.includes(%q)", number, number)) {
		t.Error("the receipt shows the identity number")
	}
	k.press(`nav a[href="/henviser"]`, ".rows-table")
	k.says("Nyhenvist, Nora")
}

// The same with the mouse, on a telephone.
func TestReferByMouse(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	_, srv := newOutside(t)
	run(t, ctx, "a telephone", width(390))
	enter(t, ctx, srv, "gp", "/henviser")
	run(t, ctx, "begin", chromedp.Click(`.pagehead a[href="/henviser/ny"]`), chromedp.WaitVisible("#f-nummer"))
	run(t, ctx, "look it over with nothing in it", chromedp.Click(`.decide button[type=submit]`), chromedp.WaitVisible(`#svar a[href="#f-nummer"]`), chromedp.Click(`#svar a[href="#f-nummer"]`))
	if at := ask[string](t, ctx, "read the focus", `document.activeElement.id || location.hash`); !strings.Contains(at, "f-nummer") {
		t.Errorf("the list of what is missing leads to %q", at)
	}
	run(t, ctx, "write", script(fmt.Sprintf(`for (const [k, v] of [["nummer", %q], ["fornavn", "Nora"], ["etternavn", "Nyhenvist"], ["fag", "orthopaedics"], ["sted", "FJO"], ["punkt-problem", "Vondt i kneet."]]) document.querySelector("#f-" + k).value = v`, newNumber(t))))
	run(t, ctx, "urgent", chromedp.Click(`label[for="merke-haster"]`), chromedp.WaitReady(`#merke-haster:checked`), chromedp.Click(`.decide button[type=submit]`), chromedp.WaitVisible("#h-pre"))
	run(t, ctx, "send", chromedp.Click(`.decide button[type=submit]`), chromedp.WaitVisible("#h-n"))
	if ask[bool](t, ctx, "measure", `document.documentElement.scrollWidth > document.documentElement.clientWidth`) {
		t.Error("the receipt is wider than the telephone")
	}
	run(t, ctx, "open it", chromedp.Click(`a[href^="/henviser/sak/"].ds-button`), chromedp.WaitVisible("#h-st"))
}

// The one who leads a unit goes from today's picture to a number's rows, to a case, back, and to those without an owner: nobody.
func TestManagerByKeyboard(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	_, srv := newGated(t)
	k := keys{t, ctx}
	run(t, ctx, "sign in", width(1440), chromedp.Navigate(srv.URL+"/inn"), chromedp.WaitReady(`button[value="manager"]`), chromedp.Focus(`button[value="manager"]`), chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(".out"))
	k.press(`nav a[href="/ledelse"]`, ".big4")
	n := ask[string](t, ctx, "a number", `document.querySelector(".big4 a .num").textContent.trim()`)
	k.press(`.big4 a`, ".wl, .rows-table")
	k.says(n)
	k.press(`.wl tbody a, .rows-table tbody a`, "#h-st")
	run(t, ctx, "back to the picture", chromedp.Navigate(srv.URL+"/ledelse"), chromedp.WaitReady(".figs"))
	k.tab(`.figs a[href^="/ledelse/figur/"]`)
	if got := ask[string](t, ctx, "the figure's file", `fetch(document.activeElement.href).then(r => r.status + " " + (r.headers.get("Content-Disposition") || ""))`); !strings.HasPrefix(got, "200") {
		t.Errorf("the file behind a figure: %s", got)
	}
	run(t, ctx, "without an owner", chromedp.Navigate(srv.URL+"/liste?visning=uten-ansvarlig"), chromedp.WaitReady(".empty"))
	if ask[int](t, ctx, "count", `document.querySelectorAll(".wl tbody tr, .rows-table tbody tr").length`) != 0 {
		t.Error("somebody is without an owner")
	}
}

// The registry's message: made, looked through, what is wrong in it followed to its case, and marked as sent.
func TestRegistryByKeyboard(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	_, srv := newGated(t)
	k := keys{t, ctx}
	run(t, ctx, "sign in", width(1440), chromedp.Navigate(srv.URL+"/inn"), chromedp.WaitReady(`button[value="manager"]`), chromedp.Focus(`button[value="manager"]`), chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(".out"))
	run(t, ctx, "the list", chromedp.Navigate(srv.URL+"/npr?periode=2025-04&sykehus=FJO"), chromedp.WaitReady(".npr-table"))
	k.press(`.npr-table tbody a`, `form[action="/npr/lag"]`)
	k.press(`form[action="/npr/lag"] button`, "#h-melding")
	k.says("Melding 1")
	at := where(t, ctx)
	k.press(`.rows-table .c-name a`, `#h-st, [name="grunn"]`)
	run(t, ctx, "back to the message", chromedp.Navigate(srv.URL+at), chromedp.WaitReady("#h-melding"))
	k.press(`form[action="/npr/sendt"] button`, `.ds-alert[data-color="success"]`)
	k.says("Sendt")
	run(t, ctx, "it can't be marked as sent twice", chromedp.WaitNotPresent(`form[action="/npr/sendt"]`))
}
