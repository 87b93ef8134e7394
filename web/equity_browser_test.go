package web

import (
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The analyst's year by the keyboard alone: a review is made, an axis is read, put in order and leafed through, its figures are fetched, a finding becomes a task with an owner and a day, the task is done,
// the numbers are counted again, and the year is published.
func TestPracticeReviewByKeyboard(t *testing.T) {
	t.Parallel()
	w := newSchemeWalk(t, newPractice(t).srv.URL, false)
	year := strconv.Itoa(practiceYear)
	into := func(css, text string) {
		t.Helper()
		run(t, w.ctx, "write in "+css, script(`{ const f = document.querySelector('`+css+`'); f.focus(); f.select(); }`), chromedp.KeyEvent(text))
	}
	unfold := func(summary, field string) {
		t.Helper()
		run(t, w.ctx, "unfold "+summary, script(`document.querySelector('`+summary+`').focus()`), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(field))
	}
	count := func(js string) int {
		t.Helper()
		return ask[int](t, w.ctx, "count", js)
	}
	w.be("analyst")
	w.open(equityURL)
	into("#f-navn", "Året "+year)
	into("#f-fra", "01.01."+year)
	into("#f-til", "31.12."+year)
	w.press("#lag button")
	w.says("Praksisgjennomgang: Året "+year, "16 søknader", "utenfor 99,8 %-grensene", "Mangler forklaring", "Tilgangsordningen")

	w.press(`nav a[href*="akse=municipality"]`)
	const heads, first = `[...document.querySelectorAll(".axis thead th")]`, `document.querySelector(".axis tbody tr td").textContent.replace(/\D/g, "") | 0`
	if n := count(heads + `.filter(h => h.querySelector("a")).length`); n != 4 {
		t.Errorf("%d columns can be put in order, want the name and three of size", n)
	}
	w.press(`.axis a[href*="ordne=folk"]`)
	few := count(first)
	w.press(`.axis a[href*="ordne=-folk"]`)
	if many := count(first); many <= few || ask[string](t, w.ctx, "read", heads+`.find(h => h.ariaSort)?.ariaSort`) != "descending" {
		t.Errorf("first %d people, then the other way %d", few, many)
	}
	w.press(`a[rel="next"]`)
	if n := count(`document.querySelectorAll(".axis tbody tr").length`); n == 0 || n >= perPage || count(first) >= few*40 {
		t.Errorf("%d rows on the second page", n)
	}
	w.choose("region", "vest")
	w.press(".filters button")
	w.says("Ordnes etter navn og størrelse")
	w.press(`nav a[href*="akse=region"]`)
	for _, status := range ask[[]int](t, w.ctx, "fetch the figures", `Promise.all([...document.querySelectorAll(".fig .dl a")].map(a => fetch(a.href).then(r => r.status)))`) {
		if status != 200 {
			t.Errorf("a figure's file: %d", status)
		}
	}
	if n := count(`document.querySelectorAll(".fig .dl a").length`); n < 9 {
		t.Errorf("only %d files of figures", n)
	}

	unfold(".finds details summary", `.finds [name="tekst"]`)
	w.choose("slag", "action")
	into(`.finds [name="tekst"]`, "Opplæring i regionen.")
	w.choose("ansvarlig", "nord")
	into(`.finds [name="innen"]`, "01.06.2025")
	w.press(`.finds form[action$="/funn"] button`)
	w.says("Tiltak: Opplæring i regionen.", "Region nord, innen 1. juni 2025")
	w.open(equityURL + "/oppgaver?ansvarlig=nord")
	w.says("Opplæring i regionen.")
	w.press("tbody th a")
	unfold(`.finds details:has(form[action$="/lukk"]) summary`, `form[action$="/lukk"] [name="tekst"]`)
	into(`form[action$="/lukk"] [name="tekst"]`, "Holdt i mai.")
	w.press(`form[action$="/lukk"] button`)
	w.says("Holdt i mai.", "lukket 23. april 2025")
	w.press(`a[href*="kontroll=1"]`)
	w.says("Regnet om fra loggen:")
	w.clean("gjennomgang")
	w.press("#publiser button")
	w.says("Praksisgjennomgang "+year, "Alle", "16")
	w.clean("publisert")
}
