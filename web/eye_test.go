package web

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// unfold opens all that is folded on a page.
const unfold = `for (const d of document.querySelectorAll("details")) d.open = true; `

// An eye looks at the page that is open in the browser, as one who cannot see it, and one who has a small window, would have it.
type eye struct {
	t     testing.TB
	ctx   context.Context
	axe   string
	shots string // the folder pictures are put into; "" for none
}

// newEye opens an eye: the test skips, or fails where nothing may be skipped, without axe-core. The pages' policy lets no other script in; axe-core comes by the
// browser's side door.
func newEye(t testing.TB, ctx context.Context) eye {
	t.Helper()
	axe, err := os.ReadFile("testdata/axe/node_modules/axe-core/axe.min.js")
	if err != nil {
		absent(t, "axe-core (npm ci in web/testdata/axe)")
	}
	if _, err := chromedp.Call(ctx, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: true}); err != nil {
		t.Fatal(err)
	}
	return eye{t: t, ctx: ctx, axe: string(axe), shots: os.Getenv("RETTID_SHOTS")}
}

// look says what axe-core finds on the page at each width, and whether the page is wider than the window.
func (e eye) look(name string, widths ...int64) {
	e.t.Helper()
	e.each(name, "", widths)
}

// lookInto is look with all that is folded opened.
func (e eye) lookInto(name string, widths ...int64) {
	e.t.Helper()
	e.each(name, unfold, widths)
}

func (e eye) each(name, first string, widths []int64) {
	e.t.Helper()
	for _, w := range widths {
		run(e.t, e.ctx, "resize", width(w))
		e.reads(name, w, first)
		e.fits(name, w)
		e.shoot(name, w)
	}
}

// reads says what axe-core finds on the page as it stands, after first has been done to it.
func (e eye) reads(name string, w int64, first string) {
	e.t.Helper()
	run(e.t, e.ctx, "bring axe", script(`void (window.axe || (() => {`+e.axe+`})())`))
	for _, v := range ask[[][]string](e.t, e.ctx, "axe on "+name, first+`axe.run().then(r => r.violations.map(v => [v.id, v.help, ...v.nodes.slice(0, 3).map(n => n.html.slice(0, 300) + " " + n.failureSummary)]))`) {
		e.t.Errorf("%s at %d px: %q", name, w, v)
	}
}

// fits says whether the page is wider than the window, and what makes it so.
func (e eye) fits(name string, w int64) {
	e.t.Helper()
	if over := ask[int](e.t, e.ctx, "measure "+name, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		e.t.Errorf("%s at %d px is %d px wider than the window: %s", name, w, over, ask[string](e.t, e.ctx, "find it", widest))
	}
}

// shoot takes a picture of the whole page, when pictures are wanted.
func (e eye) shoot(name string, w int64) {
	e.t.Helper()
	if e.shots == "" {
		return
	}
	png, err := chromedp.Run(e.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		e.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(e.shots, fmt.Sprintf("%s-%d.png", name, w)), png, 0o644); err != nil {
		e.t.Fatal(err)
	}
}
