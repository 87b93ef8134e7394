package web

import (
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"rettid/law"
)

// A letter is filled in, seen and sent in a browser; axe-core finds nothing to say of what it looks like on the way, nor of the letter as it was sent, and
// nothing is wider than the window. RETTID_SHOTS names a folder for pictures.
func TestLetterInABrowser(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	s, srv := newSite(t, Options{})
	eye := newEye(t, ctx)
	id := s.unanswered("Brevesen", law.Granted)
	run(t, ctx, "open the letter", width(1440), chromedp.Navigate(srv.URL+brev("FJO", id, "granted")+"?sprak=en"), chromedp.WaitReady("footer"))
	eye.look("letter-lacks", 1440, 720, 390)
	for _, name := range []string{"v-condition_text", "v-condition_text.en"} {
		run(t, ctx, "fill in", script(`document.getElementById("f-`+name+`").value = "pain in the knee"`))
	}
	run(t, ctx, "show", chromedp.Click(`button[name=vis][value="1"]`), chromedp.WaitReady(`.letterside button[type=submit]:not([name]):not([disabled])`))
	eye.look("letter-ready", 1440, 720, 390)
	run(t, ctx, "the referrer's copy", chromedp.Click(`button[name=vis][value="henviser"]`), chromedp.WaitReady(`[data-letter="referrer_copy"]`))
	eye.look("letter-referrer", 1440, 720, 390)
	run(t, ctx, "send", chromedp.Click(`.letterside button[type=submit]:not([name])`), chromedp.WaitReady(".donebar"))
	seq := strconv.Itoa(s.state("FJO", id).Seq)
	run(t, ctx, "the letters", chromedp.Navigate(srv.URL+brev("FJO", id, "")[:len(brev("FJO", id, ""))-1]), chromedp.WaitReady("footer"))
	eye.look("letters", 1440, 720, 390)
	run(t, ctx, "as it was sent", chromedp.Click(`a[href$="/sendt/`+seq+`?til=patient"]`), chromedp.WaitReady(".letterpage"))
	eye.look("letter-sent", 1440, 720, 390)
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}); err != nil {
		t.Fatal(err)
	}
	run(t, ctx, "on paper", width(800))
	eye.shoot("letter-print", 800)
	if got := ask[string](t, ctx, "read the style", `getComputedStyle(document.querySelectorAll(".letter")[1]).breakBefore`); got != "page" {
		t.Errorf("the English letter begins with %q, not on a page of its own", got)
	}
}
