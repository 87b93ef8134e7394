package web

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
)

// A walker does a piece of work in the browser, by the keyboard alone or with the mouse: the same steps either way.
type walker struct {
	t     *testing.T
	ctx   context.Context
	base  string
	mouse bool
}

func walk(t *testing.T, mouse bool) (*walker, *seed) {
	t.Helper()
	ctx := browser(t)
	s, srv := newSite(t, Options{})
	run(t, ctx, "a screen", width(1440))
	return &walker{t, ctx, srv.URL, mouse}, s
}

// open goes to an address, as from a bookmark.
func (w *walker) open(path string) {
	w.t.Helper()
	run(w.t, w.ctx, "open "+path, chromedp.Navigate(w.base+path), chromedp.WaitReady("footer"))
}

// stopsBefore counts the stops of Tab from where the focus is to an element.
const stopsBefore = `(css => {
	const stops = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")].filter(e => e.tabIndex >= 0 && !e.disabled && e.checkVisibility());
	const from = document.activeElement, after = stops.filter(e => from.compareDocumentPosition(e) & 4);
	return after.findIndex(e => e.matches(css)) + 1;
})(%q)`

// reach brings the focus to an element: by Tab from where it stands, or by the mouse's eye.
func (w *walker) reach(css string) {
	w.t.Helper()
	if ask[bool](w.t, w.ctx, "is it a new page", `document.activeElement == document.body`) {
		w.again()
	}
	// As many times as there are things before it, and then one at a time.
	n := ask[int](w.t, w.ctx, "count what is before it", fmt.Sprintf(stopsBefore, css))
	for i := range n + 160 {
		run(w.t, w.ctx, "tab", chromedp.KeyEvent(kb.Tab))
		if i+1 < n-2 {
			continue
		}
		if ask[bool](w.t, w.ctx, "read the focus", fmt.Sprintf("document.activeElement.matches(%q)", css)) {
			return
		}
	}
	w.t.Fatalf("Tab never reaches %s on %s: %s", css, where(w.t, w.ctx), ask[string](w.t, w.ctx, "read", `document.querySelector("main").innerText`))
}

// again starts from the top of the main part, as the skip link does.
func (w *walker) again() {
	run(w.t, w.ctx, "skip", script(`document.querySelector("#innhold").focus()`))
}

// press follows a link or presses a button, and waits for what only the page it leads to has.
func (w *walker) press(css, then string) {
	w.t.Helper()
	// What stands is marked, so that a page of the same shape is not taken for the next: the page itself, and the part that is changed in place.
	run(w.t, w.ctx, "mark the page", script(`document.querySelectorAll("html, #listen").forEach(e => e.dataset.left = "1")`))
	if w.mouse {
		run(w.t, w.ctx, "click "+css, chromedp.Click(css))
	} else {
		w.reach(css)
		run(w.t, w.ctx, "enter "+css, chromedp.KeyEvent(kb.Enter))
	}
	ctx, stop := context.WithTimeout(w.ctx, 20*time.Second)
	defer stop()
	if err := chromedp.Do(ctx, chromedp.WaitReady("html:not([data-left]) "+then+", #listen:not([data-left]) "+then)); err != nil {
		w.t.Fatalf("%s leads to %s, which has no %s: %v: %s", css, where(w.t, w.ctx), then, err, ask[string](w.t, w.ctx, "read", `document.querySelector("main").innerText`))
	}
}

// unfold opens a part of the page that is folded.
func (w *walker) unfold(css string) {
	w.t.Helper()
	if w.mouse {
		run(w.t, w.ctx, "unfold "+css, chromedp.Click(css))
		return
	}
	w.reach(css)
	run(w.t, w.ctx, "unfold "+css, chromedp.KeyEvent(kb.Enter))
}

// fill types into a field in place of what stands there.
func (w *walker) fill(css, text string) {
	w.t.Helper()
	if w.mouse {
		run(w.t, w.ctx, "click "+css, chromedp.Click(css))
	} else {
		w.reach(css)
	}
	run(w.t, w.ctx, "clear "+css, script(fmt.Sprintf("document.querySelector(%q).select?.()", css)), chromedp.KeyEvent(text))
}

// choose ticks a box, takes a radio button, or the option of a select that begins so.
func (w *walker) choose(css, begins string) {
	w.t.Helper()
	switch {
	case begins != "":
		if w.mouse { // the drop-down is the system's own: it is opened by the mouse and chosen from by letters
			run(w.t, w.ctx, "focus "+css, chromedp.Focus(css))
		} else {
			w.reach(css)
		}
		run(w.t, w.ctx, "choose "+begins, chromedp.KeyEvent(begins))
	case w.mouse:
		run(w.t, w.ctx, "click "+css, script(fmt.Sprintf("document.querySelector(%q).click()", css)))
	default:
		group := ask[string](w.t, w.ctx, "read the group", fmt.Sprintf("(e => e.type == 'radio' ? 'input[name=\"' + e.name + '\"]' : %q)(document.querySelector(%q))", css, css))
		w.reach(group) // Tab stops once in a group of radio buttons; arrows go on
		for range 12 {
			if ask[bool](w.t, w.ctx, "read the focus", fmt.Sprintf("document.activeElement.matches(%q)", css)) {
				break
			}
			run(w.t, w.ctx, "arrow", chromedp.KeyEvent(kb.ArrowDown))
		}
		if !ask[bool](w.t, w.ctx, "is it taken", fmt.Sprintf("(e => e.type == 'radio' && e.checked)(document.querySelector(%q))", css)) {
			run(w.t, w.ctx, "space", chromedp.KeyEvent(" "))
		}
	}
}

// send submits the form of the case's page.
func (w *walker) send(then string) {
	w.t.Helper()
	w.press(`.decide button[type=submit]:not([name])`, then)
}

// do gives one command by its form: fields as they are, and the warning confirmed when the law has one.
func (w *walker) do(verb string, fields func()) {
	w.t.Helper()
	w.press(`a[href$="/gjor/`+verb+`"]`, ".decide")
	if fields != nil {
		fields()
	}
	w.send("main")
	if ask[bool](w.t, w.ctx, "is it to be confirmed", `!!document.querySelector('[name="bekreft"]')`) {
		w.send(".donebar")
	}
	if !ask[bool](w.t, w.ctx, "is it done", `!!document.querySelector(".donebar")`) {
		w.t.Fatalf("%s is not done: %s", verb, ask[string](w.t, w.ctx, "read", `document.querySelector("main").innerText`))
	}
}

func (w *walker) says(what ...string) {
	w.t.Helper()
	text := strings.Join(strings.Fields(ask[string](w.t, w.ctx, "read", `document.querySelector("main").innerText`)), " ")
	for _, x := range what {
		if !strings.Contains(text, x) {
			w.t.Fatalf("%s does not say %q: %s", where(w.t, w.ctx), x, text)
		}
	}
}

func TestBookingByKeyboard(t *testing.T) { booking(t, false) }
func TestBookingByMouse(t *testing.T)    { booking(t, true) }

// A day's booking: one who needs a time, a week where the four-month rule allows it, capacity, a freed time given on, and several at once with one too late.
func booking(t *testing.T, mouse bool) {
	w, s := walk(t, mouse)
	w.open("/liste?visning=uten-time")
	w.press(`.wl a[href="`+caseURL("FJO", s.tens["Fiktiv"])+`"]`, "#h-st")
	w.do("book", func() { w.fill("#f-dag", "28.04.2025"); w.fill("#f-klokke", "09.30") })
	w.says("Time satt opp", "Venter på start, med time før fristen")

	// The deadline is more than four months after the assessment: a week will do.
	w.open(caseURL("FJO", s.tens["Antatt"]))
	w.do("book", func() {
		w.says("Fristen er mer enn 4 måneder etter vurderingen")
		w.choose("#slag-periode", "")
		w.fill("#f-fra", "28.04.2025")
		w.fill("#f-til", "30.04.2025")
	})
	w.says("Time satt opp", "28. apr")

	// Capacity by unit and week is changed, and shows.
	w.open("/kapasitet?sykehus=FJO")
	w.press(`a[href*="enhet=FJO-01"]`, `[action="/kapasitet/endre"]`)
	w.fill(`[id="f-2025-W18"]`, "9")
	w.press(`[action="/kapasitet/endre"] button[type=submit]`, ".weeks")
	w.says("/ 9")

	// A time given up is offered to the one with the nearest deadline.
	w.open(caseURL("FJO", s.tens["Liksom"]))
	w.do("postpone", func() { w.choose("#av-patient", ""); w.fill("#f-dag", "01.05.2025") })
	w.open("/ledige?sykehus=FJO")
	w.says("30. april", "Skissesen, Sander")
	w.press(`.cand button[aria-label*="Skissesen"][aria-label*="30. april"]`, `[role=status]`)
	w.says("Timen er satt opp.")

	// Several at once: the plan is shown first, with what is too late, and a breach is expected at once.
	w.open("/liste?visning=uten-time")
	for _, who := range []string{"Kladd", "Fabelsen"} {
		w.choose(`input[name=sak][value="FJO/`+itoa(int(s.tens[who]))+`"]`, "")
	}
	w.press(`button[formaction="/liste/time"]`, ".plan")
	w.fill("#f-fra", "12.05.2025")
	w.fill("#f-til", "16.05.2025")
	w.send(`[name="bekreft"]`)
	w.says("Kladd", "Fabelsen", "Timen blir etter fristen")
	w.send(`main:not(:has([name="bekreft"]))`)
	w.says("2 av 2 timer er satt opp")
	w.open("/fristbrudd?visning=ventes")
	w.says("Kladd")
	if x := s.state("FJO", s.tens["Kladd"]); x.BreachSince != today {
		t.Errorf("a time after the deadline is a breach expected since %s", x.BreachSince)
	}
}

func TestWaitingListByKeyboard(t *testing.T) { waitingList(t, false) }
func TestWaitingListByMouse(t *testing.T)    { waitingList(t, true) }

// The list: filter, sort, columns, a saved view, the file of it, and the control with its mending.
func waitingList(t *testing.T, mouse bool) {
	w, s := walk(t, mouse)
	w.open("/liste")
	w.choose("#f-sykehus", "Fjord")
	w.choose("#f-fag", "Ortop")
	w.press(".filters button[type=submit]", ".wl")
	w.press(`th.c-name a[href*="sorter"]`, `th.c-name[aria-sort]`)
	first := ask[string](t, w.ctx, "the first row", `document.querySelector(".wl tbody .c-name a").innerText`)
	if first != "Antatt, Anna" {
		t.Errorf("by name the first is %q", first)
	}
	w.unfold(`details:has([name=kol]) summary`)
	w.choose(`input[name=kol][value="varslet"]`, "")
	w.press(`details:has([name=kol]) button[type=submit]`, ".wl.more")
	w.says("Helfo varslet")
	w.unfold(`details:has(#visningsnavn) summary`)
	w.fill("#visningsnavn", "Ortopedi med Helfo")
	w.press(`details:has(#visningsnavn) button[type=submit]`, ".wl.more")
	there := where(t, w.ctx)
	rows := ask[int](t, w.ctx, "count the rows", `document.querySelectorAll(".wl tbody tr").length`)
	w.open("/liste")
	w.unfold(`details:has(#visningsnavn) summary`)
	w.press(`details:has(#visningsnavn) .plainlist a`, ".wl.more")
	if got := where(t, w.ctx); got != there {
		t.Errorf("the view leads to %s, not %s", got, there)
	}
	w.press(`a[href^="/liste/eksport"]`, "form[data-export]")
	w.choose(`input[name=format][value=csv]`, "")
	w.choose("#f-formaal", "Kont")
	// The file is what the form asks for: as many rows as the list, in its order.
	file := ask[string](t, w.ctx, "take the file out", `fetch("/liste/eksport", {method: "POST", body: new URLSearchParams(new FormData(document.querySelector("form[data-export]")))}).then(r => r.text())`)
	lines := strings.Split(strings.TrimSpace(file), "\n")
	if len(lines) != rows+1 || !strings.Contains(lines[1], "Antatt") {
		t.Errorf("the file has %d lines for %d rows: %q", len(lines), rows, lines[:min(2, len(lines))])
	}
	w.open("/liste")
	w.press(`a[href="/liste/kontroll"]`, ".rows-table")
	w.says("Ikke vurdert innen fristen")
	w.press(`.rows-table a[href="`+caseURL("FJO", s.tens["late-assessment"])+`/vurder"]`, "main form")
}

func TestDangerByKeyboard(t *testing.T) { danger(t, false) }
func TestDangerByMouse(t *testing.T)    { danger(t, true) }

// A deadline in danger: why, another place, an offer declined, Helfo told, Helfo finding nothing, Helfo told of a time, and the patient off the list only when placed.
func danger(t *testing.T, mouse bool) {
	w, s := walk(t, mouse)
	id := s.tens["expected"]
	at := caseURL("INN", id)
	w.open("/fristbrudd?visning=ventes")
	w.press(`.rows-table a[href="`+at+`"]`, "#h-st")
	w.says("Fristbrudd ventes")
	w.press(`a[href$="/annet-sted"]`, "#h-pl")
	w.press(`.weeklink[href*="/gjor/offer"]`, "#f-sted")
	w.fill("#f-dag", "02.05.2025")
	w.send("main")
	if ask[bool](t, w.ctx, "is it to be confirmed", `!!document.querySelector('[name="bekreft"]')`) {
		w.send(".donebar")
	}
	w.do("decline", nil)
	w.says("Pasienten sa nei", "Fristbrudd ventes")
	w.do("notify_helfo", nil)
	w.says("Helfo ble varslet")
	w.open(at + "/helfo")
	w.says("Til Fristbruddportalen", "6. mai 2025")
	w.do("helfo_returned", func() { w.choose("#svar-found_none", "") })
	w.says("Helfo fant ingen plass", "Vi leter videre")
	x := s.state("INN", id)
	if x.Status != law.Waiting || x.HelfoAwaits != today {
		t.Fatalf("after Helfo found nothing: %s, Helfo waits since %s", x.Status, x.HelfoAwaits)
	}
	w.do("tell_helfo", nil)
	w.says("Helfo fikk beskjed om time")
	w.press(`a[href$="/annet-sted"]`, "#h-pl") // the duty stands
	w.open(at + "/helfo")
	w.says("Pasienten står på ventelisten til Helfo melder")
	w.do("helfo_placed", func() { w.choose("#f-sted", "Sund") })
	w.says("Står på listen et annet sted gjennom Helfo")
	if x := s.state("INN", id); x.EndCode != "5" || x.WaitEnd != today {
		t.Errorf("placed: end code %q, waited until %s", x.EndCode, x.WaitEnd)
	}
	// Put off by the patient's own wish, it is no breach that counts, and Helfo is not told.
	w.open(caseURL("FJO", s.tens["Øvelsesen"]))
	w.do("postpone", func() { w.choose("#av-patient", ""); w.fill("#f-dag", "20.05.2025") })
	if x := s.state("FJO", s.tens["Øvelsesen"]); slices.ContainsFunc(law.DutiesOn(&x.Facts, day.On(2025, 5, 20), s.d.Settings), func(d law.Duty) bool { return d.Name == law.DutyNotifyHelfo }) {
		t.Error("Helfo is to be told of a start the patient put off")
	}
}

func TestAfterTheStartByKeyboard(t *testing.T) { afterTheStart(t, false) }
func TestAfterTheStartByMouse(t *testing.T)    { afterTheStart(t, true) }

// After the start: the next contact guarded by its sound day, worsening, a condition found on the way, a late complaint reviewed and sent on, a second opinion,
// and a pathway's goals that are told from the deadline.
func afterTheStart(t *testing.T, mouse bool) {
	w, s := walk(t, mouse)
	id := s.tens["started"]
	w.open(caseURL("FJO", id))
	w.do("book", func() { w.fill("#f-forsvarlig", "15.05.2025"); w.fill("#f-dag", "20.05.2025") })
	w.says("15. mai", "etter siste forsvarlige dag")
	if x := s.state("FJO", id); x.NextBy != day.On(2025, 5, 15) || x.Next.From != day.On(2025, 5, 20) {
		t.Errorf("the next contact is %+v, by %s", x.Next, x.NextBy)
	}
	w.do("worsen", func() { w.fill("#f-trengs", "05.05.2025") })
	if x := s.state("FJO", id); x.NextBy != day.On(2025, 5, 5) {
		t.Errorf("worse, and the next contact is by %s", x.NextBy)
	}
	w.press(`a[href$="/gjor/new_condition"]`, ".decide")
	w.choose("#f-fag", "Hud")
	w.fill("#f-begrunnelse", "Mistenkelig føflekk funnet ved kontrollen.")
	w.send(".donebar")
	if got := where(t, w.ctx); strings.HasPrefix(got, caseURL("FJO", id)+"?") {
		t.Errorf("a condition found on the way is no referral of its own: %s", got)
	}
	w.says("Hud- og veneriske sykdommer")

	// Told 30 January, complained of 23 April: late, and received all the same.
	w.open(caseURL("FJO", s.tens["over"]))
	w.do("complain", func() { w.choose("#gjelder-deadline", ""); w.fill("#f-begrunnelse", "Fristen er for sen.") })
	w.says("Etter fristen, tatt imot likevel")
	w.do("decide_complaint", func() {
		w.choose("#utfall-sent_on", "")
		w.fill("#f-begrunnelse", "Fristen er vurdert på nytt og står.")
	})
	w.says("Hos Statsforvalteren")
	w.open(caseURL("FJO", s.tens["offers"]))
	w.press(`a[href$="/gjor/second_opinion"]`, ".decide")

	w.open(caseURL("SUN", s.tens["pathway"]))
	goal, legal := `getComputedStyle(document.querySelector(".goalword")).color`, `getComputedStyle(document.querySelector(".facts dd.big")).color`
	if ask[bool](t, w.ctx, "compare the colours", goal+" == "+legal) {
		t.Error("a pathway's goal has the colour of the legal deadline")
	}
}

// walkSights are the states of these journeys that no other test looks at.
func walkSights(s *seed) []struct{ name, path string } {
	over, expected := s.tens["over"], s.tens["expected"]
	return []struct{ name, path string }{
		{"walk-capacity", "/kapasitet?sykehus=FJO"}, {"walk-capacity-case", "/kapasitet?sykehus=FJO&sak=FJO/" + itoa(int(s.tens["Antatt"]))}, {"walk-capacity-change", "/kapasitet/endre?sykehus=FJO&enhet=FJO-01&uke=2025-W17"},
		{"walk-free", "/ledige?sykehus=FJO"}, {"walk-list-columns", "/liste?kol=gjelder&kol=time&kol=plikt&kol=ansvarlig&kol=ventet&kol=nummer&kol=fag&kol=ansiennitet&kol=vurdert&kol=varslet"}, {"walk-views", "/liste/visninger"}, {"walk-control", "/liste/kontroll"}, {"walk-export", "/liste/eksport"},
		{"walk-elsewhere", caseURL("INN", expected) + "/annet-sted"}, {"walk-helfo", caseURL("FJO", over) + "/helfo"}, {"walk-helfo-none", actURL("FJO", over, "helfo_returned")}, {"walk-helfo-tell", actURL("FJO", over, "tell_helfo")},
		{"walk-case-none", caseURL("FJO", over)}, {"walk-breach-empty", "/fristbrudd?sykehus=INN"}, {"walk-breach-expected", "/fristbrudd?visning=ventes"}, {"walk-after", caseURL("FJO", s.tens["started"])}, {"walk-pathway", caseURL("SUN", s.tens["pathway"])},
	}
}

// axe-core finds nothing to say of the states of these journeys, on a screen and on a telephone. RETTID_SHOTS names a folder for pictures of them.
func TestWalksInABrowser(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	s, srv := newSite(t, Options{})
	s.do("FJO", s.tens["over"], today, law.Helfo, "Helfo", &referral.HelfoReturned{Why: law.HelfoFoundNone})
	s.do("FJO", s.tens["Liksom"], today, law.Booking, "Dag Dummy", &referral.Postpone{By: law.ByPatient, To: day.On(2025, 5, 1)}) // a time that becomes free
	eye := newEye(t, ctx)
	for _, x := range walkSights(s) {
		run(t, ctx, "open "+x.name, width(1440), chromedp.Navigate(srv.URL+x.path), chromedp.WaitReady("footer"))
		eye.look(x.name, 1440, 390)
	}
}
