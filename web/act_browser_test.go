package web

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"rettid/words"
)

// A time after the deadline, by the keyboard alone: the warning, the confirmation, the breach that is expected, the offer elsewhere, and the yes to it.
func TestActJourneyByKeyboard(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	s, srv := newSite(t, Options{})
	id := s.tens["Fiktiv"]
	at := func(css string) { run(t, ctx, "go to "+css, script(`document.querySelector('`+css+`').focus()`)) }
	says := func(what string) {
		t.Helper()
		if !ask[bool](t, ctx, "read", fmt.Sprintf("document.body.innerText.includes(%q)", what)) {
			t.Fatalf("%s does not say %q: %s", where(t, ctx), what, ask[string](t, ctx, "read", `document.querySelector("main").innerText`))
		}
	}
	// go_to presses Tab until the link or field is reached.
	tab := func(to string) {
		t.Helper()
		for range 80 {
			run(t, ctx, "tab", chromedp.KeyEvent(kb.Tab))
			if ask[bool](t, ctx, "read the focus", `document.activeElement.matches('`+to+`')`) {
				return
			}
		}
		t.Fatalf("Tab never reaches %s on %s", to, where(t, ctx))
	}
	run(t, ctx, "open the case", width(1440), chromedp.Navigate(srv.URL+caseURL("FJO", id)), chromedp.WaitReady("footer"))
	tab(`a[href$="/gjor/book"]`)
	run(t, ctx, "book", chromedp.KeyEvent(kb.Enter), chromedp.WaitReady("#f-dag"))
	at("#innhold")
	tab("#f-dag")
	run(t, ctx, "the day", chromedp.KeyEvent("06.05.2025"), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent("09.30"), chromedp.KeyEvent(kb.Enter), chromedp.WaitReady("#svar"))
	says("Lagre likevel")
	says("Timen blir etter fristen")
	at("#innhold")
	tab(`.decide button[type=submit]`)
	run(t, ctx, "save anyway", chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(".donebar"))
	says("Fristbrudd ventes")
	says("Lagret: time satt opp.")
	at("#innhold")
	tab(`a[href$="/gjor/offer"]`)
	run(t, ctx, "offer", chromedp.KeyEvent(kb.Enter), chromedp.WaitReady("#f-sted"))
	at("#f-sted")
	run(t, ctx, "where and when", chromedp.KeyEvent("Sundv"), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent("28.04.2025"), chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(".donebar"))
	at("#innhold")
	tab(`a[href$="/gjor/accept"]`)
	run(t, ctx, "yes", chromedp.KeyEvent(kb.Enter), chromedp.WaitReady("#f-tilbud"))
	at("#innhold")
	tab(`.decide button[type=submit]`)
	run(t, ctx, "save", chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(".donebar"))
	says("Venter på start, med time før fristen")
}

// actSights are the new pages, and how to come to the states that only a form leads to.
func actSights(s *seed) []struct{ name, path, fill string } {
	fiktiv, expected := s.tens["Fiktiv"], s.tens["expected"]
	submit := `; document.querySelector(".decide button[type=submit]").click()`
	return []struct{ name, path, fill string }{
		{"act-book", actURL("FJO", fiktiv, "book"), ""},
		{"act-book-warned", actURL("FJO", fiktiv, "book"), `document.querySelector("#f-dag").value = "06.05.2025"` + submit},
		{"act-book-refused", actURL("FJO", fiktiv, "book"), `document.querySelector("#f-dag").value = "01.04.2025"` + submit},
		{"act-postpone", actURL("INN", expected, "postpone"), ""},
		{"act-helfo", actURL("INN", expected, "notify_helfo"), ""},
		{"act-inform", actURL("FJO", fiktiv, "inform"), ""},
		{"act-deadline", actURL("FJO", fiktiv, "change_deadline"), ""},
		{"act-correct", actURL("INN", expected, "correct"), ""},
		{"act-correct-entry", actURL("INN", expected, "correct") + "?linje=" + words.Number(words.NB, s.state("INN", expected).Seq), ""},
		{"intake", "/mottak", ""},
		{"receive", "/mottak/ny", `for (const [k, v] of [["nummer", "04838012300"], ["fornavn", "Nora"], ["etternavn", "Nykommer"]]) document.querySelector("#f-" + k).value = v` + submit},
		{"receive-seen", "/mottak/ny", `for (const [k, v] of [["lokal", "L-1"], ["fodt", "01.02.1999"], ["fornavn", "Nora"], ["etternavn", "Nykommer"], ["sted", "FJO"], ["fag", "orthopaedics"]]) document.querySelector("#f-" + k).value = v` + submit},
		{"bulk", "/liste/time?sak=FJO/" + itoa(int(fiktiv)) + "&sak=FJO/" + itoa(int(s.tens["Dikt"])), `document.querySelector("#f-fra").value = "05.05.2025"; document.querySelector("#f-til").value = "09.05.2025"` + submit},
		{"case-acts", caseURL("INN", expected) + "?gjort=9", ""},
	}
}

// axe-core finds nothing to say of the forms; nothing is wider than the window. RETTID_SHOTS names a folder for pictures of them.
func TestActPagesInABrowser(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	s, srv := newSite(t, Options{})
	eye := newEye(t, ctx)
	for _, x := range actSights(s) {
		run(t, ctx, "open "+x.name, width(1440), chromedp.Navigate(srv.URL+x.path), chromedp.WaitReady("footer"))
		if x.fill != "" {
			run(t, ctx, "fill in "+x.name, script(x.fill), chromedp.WaitReady(`main [role="alert"], main [role="status"]`))
		}
		eye.look(x.name, 1440, 390)
	}
}
