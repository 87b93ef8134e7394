package web

import (
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
)

// Without script the work is done all the same: a referral is checked in, assessed with the guide, answered by letter, given a time and begun; a patient tells of a
// new address and says no to a time; a referrer answers. All in one region, each as themselves.
func TestWithoutScriptByMouse(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	w := serveWorld(t, newSeed(t).fill())
	id := w.receive(arrival{given: "Kari", family: "Eksempelsen", born: day.On(1962, 2, 2), on: day.On(2025, 4, 22), c: referral.Receive{Text: referral.Say("Kneleddsartrose. Smerter i kneet i to år, også om natten. Har prøvd trening i seks måneder.")}})
	at := caseURL("FJO", id)
	w.do("FJO", w.tens["late-assessment"], today, law.Specialist, "assessor", &referral.RequestInformation{From: "referrer", Text: referral.Say("Send bilder.")})
	save, done := `.decide button[type=submit]`, ".donebar"

	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	run(t, ctx, "a screen", width(1440))
	hand := &walker{t, ctx, w.srv.URL, true}
	press := hand.press
	// as opens a page as somebody. Choosing who to be takes the place of the one before.
	as := func(who, path string) {
		t.Helper()
		run(t, ctx, "open the door", chromedp.Navigate(w.srv.URL+"/inn?til="+url.QueryEscape(path)))
		press(`button[name="hvem"][value="`+who+`"]`, "footer")
		if got := where(t, ctx); got != path {
			t.Fatalf("%s is led to %s, not to %s", who, got, path)
		}
	}
	// tick takes a radio button by its label or itself.
	tick := func(css, box string) {
		t.Helper()
		run(t, ctx, "tick "+css, chromedp.Click(css), chromedp.WaitReady(box+":checked"))
	}
	set := func(css, value string) {
		t.Helper()
		run(t, ctx, "write in "+css, chromedp.SetValue(css, value))
	}

	as("intake", at)
	if ask[bool](t, ctx, "read", `"htmx" in window`) {
		t.Fatal("scripts run")
	}
	press(`a[href$="/gjor/check_content"]`, "#f-punkt-problem")
	tick(`input[name="punkt-problem"][value="present"]`, `input[name="punkt-problem"][value="present"]`)
	press(save, done)

	as("assessor", "/vurdering")
	press(`.rows-table th a[href^="`+at+`"]`, "#steg-1")
	for _, name := range []string{"nytte", "kostnad", "behov"} {
		tick(`label:has(input[name="`+name+`"][value="ja"])`, `input[name="`+name+`"][value="ja"]`)
	}
	press(`section button[value="guide"]`, "input#sok")
	tick(`.hits li:first-child label`, `.hits li:first-child input`)
	press(`section button[value="guide"]`, ".factable")
	press(`.decide button[value="decide"]`, "#h-st")
	if x := w.state("FJO", id); x.Right != law.Granted {
		t.Fatalf("the assessment came to %q", x.Right)
	}

	as("letters", at+"/brev/granted")
	press(`button[name=vis][value="1"]`, `.letterside button[type=submit]:not([name]):not([disabled])`)
	press(`.letterside button[type=submit]:not([name])`, done)
	if x := w.state("FJO", id); len(x.Letters) == 0 {
		t.Error("no letter is recorded")
	}

	as("booking", at+"/gjor/book")
	set("#f-dag", "23.04.2025")
	set("#f-klokke", "13.30")
	press(save, done)
	as("assessor", at+"/gjor/start")
	set("#f-hva", "treatment")
	tick(`#begynt-ja`, `#begynt-ja`)
	press(save, done)
	if x := w.state("FJO", id); x.StartedOn != today {
		t.Errorf("it began %s", x.StartedOn)
	}

	as("trym", "/meg/kontakt/0")
	set("#f-adresse", "Fabelveien 1")
	press(`.pform button[type=submit]`, done)
	if p, _, err := w.d.Ledger.Person(w.ctx, "FJO", "FJO-TestesenTrym"); err != nil || p.Address != "Fabelveien 1" {
		t.Errorf("the address is %q %v", p.Address, err)
	}
	run(t, ctx, "the time", chromedp.Navigate(w.srv.URL+w.my("Testesen")+"/time"), chromedp.WaitReady("#f-nar"))
	tick(`#nar-snart`, `#nar-snart`)
	press(`.pform button[type=submit]`, `[name="bekreft"]`)
	press(`.pform button[type=submit]`, done)
	if x := w.stateOf("Testesen"); !x.Appointment.IsZero() {
		t.Errorf("the time is still %+v", x.Appointment)
	}

	as("gp", sentURL("FJO", w.tens["late-assessment"])+"/svar")
	set("#f-tekst", "Bilder er sendt.")
	press(save, done)
	if x := w.stateOf("late-assessment"); x.InfoGotOn != today {
		t.Errorf("the answer came %s", x.InfoGotOn)
	}

	// A list is narrowed, sorted and turned by its own addresses.
	as("booking", "/liste")
	press(`thead .c-name a`, `thead .c-name[aria-sort]`)
	set("#f-fag", "orthopaedics")
	press(`.filters button[type=submit]`, "#f-tilstand")
	if got := where(t, ctx); !strings.Contains(got, "fag=orthopaedics") || !strings.Contains(got, "sorter=pasient") {
		t.Errorf("the list is at %s", got)
	}
}
