package web

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"rettid/law"
)

// A letter is filled in, seen and sent in a browser; axe-core finds nothing to say of what it looks like on the way, nor of the letter as it was sent, and
// nothing is wider than the window. RETTID_SHOTS names a folder for pictures.
func TestLetterInABrowser(t *testing.T) {
	t.Parallel()
	axe, err := os.ReadFile("testdata/axe/node_modules/axe-core/axe.min.js")
	if err != nil {
		absent(t, "axe-core (npm ci in web/testdata/axe)")
	}
	ctx := browser(t)
	s, srv := newSite(t, Options{})
	if _, err := chromedp.Call(ctx, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: true}); err != nil {
		t.Fatal(err)
	}
	shoot := func(name string, w int64) {
		dir := os.Getenv("RETTID_SHOTS")
		if dir == "" {
			return
		}
		png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d.png", name, w)), png, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	look := func(name string) {
		t.Helper()
		run(t, ctx, "axe", script(string(axe)))
		for _, w := range []int64{1440, 720, 390} {
			run(t, ctx, "resize", width(w))
			for _, v := range ask[[][]string](t, ctx, "axe", `axe.run().then(r => r.violations.map(v => [v.id, v.help, ...v.nodes.slice(0, 3).map(n => n.html + " " + n.failureSummary)]))`) {
				t.Errorf("%s at %d px: %q", name, w, v)
			}
			if ask[bool](t, ctx, "measure", `document.documentElement.scrollWidth > document.documentElement.clientWidth`) {
				t.Errorf("%s at %d px is wider than the window", name, w)
			}
			shoot(name, w)
		}
	}
	id := s.unanswered("Brevesen", law.Granted)
	run(t, ctx, "open the letter", width(1440), chromedp.Navigate(srv.URL+brev("FJO", id, "granted")+"?sprak=en"), chromedp.WaitReady("footer"))
	look("letter-lacks")
	for _, name := range []string{"v-condition_text", "v-condition_text.en"} {
		run(t, ctx, "fill in", script(`document.getElementById("f-`+name+`").value = "pain in the knee"`))
	}
	run(t, ctx, "show", chromedp.Click(`button[name=vis][value="1"]`), chromedp.WaitReady(`.letterside button[type=submit]:not([name]):not([disabled])`))
	look("letter-ready")
	run(t, ctx, "the referrer's copy", chromedp.Click(`button[name=vis][value="henviser"]`), chromedp.WaitReady(`[data-letter="referrer_copy"]`))
	look("letter-referrer")
	run(t, ctx, "send", chromedp.Click(`.letterside button[type=submit]:not([name])`), chromedp.WaitReady(".donebar"))
	seq := strconv.Itoa(s.state("FJO", id).Seq)
	run(t, ctx, "the letters", chromedp.Navigate(srv.URL+brev("FJO", id, "")[:len(brev("FJO", id, ""))-1]), chromedp.WaitReady("footer"))
	look("letters")
	run(t, ctx, "as it was sent", chromedp.Click(`a[href$="/sendt/`+seq+`?til=patient"]`), chromedp.WaitReady(".letterpage"))
	look("letter-sent")
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}); err != nil {
		t.Fatal(err)
	}
	run(t, ctx, "on paper", width(800))
	shoot("letter-print", 800)
	if got := ask[string](t, ctx, "read the style", `getComputedStyle(document.querySelectorAll(".letter")[1]).breakBefore`); got != "page" {
		t.Errorf("the English letter begins with %q, not on a page of its own", got)
	}
}
