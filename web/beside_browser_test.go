package web

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
)

// A common case, as the guide has it, is eight clicks from the list to decided: own view, the guide, its condition, decide. It is counted, so that one
// more is seen.
func TestCommonCaseIsFewClicks(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	s, srv, id := smallSite(t, arrival{c: referral.Receive{Text: referral.Say("Kneleddsartrose. Smerter i kneet i to år, også om natten. Har prøvd trening i seks måneder.")}})
	clicks := 0
	click := func(css, then string) {
		t.Helper()
		clicks++
		run(t, ctx, "click "+css, chromedp.Click(css), chromedp.WaitReady(then))
	}
	run(t, ctx, "open the list", width(1440), chromedp.Navigate(srv.URL+"/vurdering"), chromedp.WaitVisible(".rows-table"))
	click(".rows-table th a", "#steg-1")
	for _, name := range []string{"nytte", "kostnad", "behov"} {
		click(`label:has(input[name="`+name+`"][value="ja"])`, `input[name="`+name+`"][value="ja"]:checked`)
	}
	click(`section button[value="guide"]`, "input#sok")
	click(`.hits li:first-child label`, `.hits li:first-child input:checked`)
	click(`section button[value="guide"]`, ".factable")
	click(`.decide button[value="decide"]`, "#h-st")
	c, ok := lastEvent(t, s, "FJO", id).Ask.(*referral.Assess)
	if !ok || c.Outcome != law.Granted || c.Condition != kneeID || c.DeadlineWeeks != 12 || !c.OwnFirst {
		t.Fatalf("recorded %+v", c)
	}
	if clicks > 8 {
		t.Errorf("a common case took %d clicks", clicks)
	}
	t.Logf("a common case took %d clicks and no typing", clicks)
}

// Content, asking for what is missing, and a colleague's opinion, by the keyboard alone.
func TestIntakeByKeyboard(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	s, srv, id := smallSite(t, arrival{})
	tab := func(to string) {
		t.Helper()
		for range 90 {
			run(t, ctx, "tab", chromedp.KeyEvent(kb.Tab))
			if ask[bool](t, ctx, "read the focus", `document.activeElement.matches('`+to+`')`) {
				return
			}
		}
		t.Fatalf("Tab never reaches %s on %s", to, where(t, ctx))
	}
	top := func() { run(t, ctx, "to the top", script(`document.querySelector("#innhold").focus()`)) }
	run(t, ctx, "open the case", width(1440), chromedp.Navigate(srv.URL+caseURL("FJO", id)), chromedp.WaitReady("footer"))
	tab(`a[href$="/gjor/check_content"]`)
	run(t, ctx, "the list", chromedp.KeyEvent(kb.Enter), chromedp.WaitReady("#f-punkt-problem"))
	top()
	tab(`input[name="punkt-problem"]`)
	run(t, ctx, "there", chromedp.KeyEvent(" "), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(" "), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(" "), chromedp.KeyEvent(kb.ArrowRight))
	if got := ask[string](t, ctx, "read", `["problem", "history", "findings"].map(n => document.querySelector("input[name=punkt-" + n + "]:checked")?.value).join()`); got != "present,present,missing" {
		t.Fatalf("the marks are %s", got)
	}
	run(t, ctx, "save", chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(".donebar"))
	top()
	tab(`a[href$="/gjor/request_information"]`)
	run(t, ctx, "ask for it", chromedp.KeyEvent(kb.Enter), chromedp.WaitReady("#f-begrunnelse"))
	if got := ask[string](t, ctx, "read", `document.querySelector("#f-begrunnelse").value`); got != "Vi mangler disse opplysningene for å vurdere henvisningen:\n– funn og prøver" {
		t.Errorf("proposed is %q", got)
	}
	top()
	tab(`.decide button[type=submit]`)
	run(t, ctx, "save", chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(".donebar"))
	top()
	tab(`a[href$="/gjor/ask_opinion"]`)
	run(t, ctx, "ask", chromedp.KeyEvent(kb.Enter), chromedp.WaitReady("#f-hvem"))
	top()
	tab("#f-hvem")
	run(t, ctx, "whom", chromedp.KeyEvent("Seksjon for kne"), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent("Enig?"))
	tab(`.decide button[type=submit]`)
	run(t, ctx, "save", chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(".donebar"))
	x := s.state("FJO", id)
	if !x.Deficient || x.InfoAskedOn.IsZero() || x.OpinionOf != "Seksjon for kne" || x.AssessBy != day.On(2025, 5, 2) {
		t.Errorf("it folds to %+v", x.Facts)
	}
}

// besideSights are the pages and states of intake, opinions, complaints, next of kin and what comes after the start.
func besideSights(s *seed) []struct{ name, path string } {
	id := s.receive(arrival{given: "Kari", family: "Fabelsen", born: day.On(1970, 1, 1), on: day.On(2025, 4, 10), c: referral.Receive{Pathway: "sarkom"}})
	s.do("FJO", id, day.On(2025, 4, 11), law.Intake, "Pia Pseudosen", &referral.CheckContent{Marks: []law.Mark{{Point: law.PointProblem, Held: law.Present}, {Point: law.PointFindings, Held: law.Lacking}, {Point: law.PointPlan, Held: law.NotNeeded}}})
	s.do("FJO", id, day.On(2025, 4, 11), law.Specialist, "Siv Skissesen", &referral.AskOpinion{Of: "Tora Tenkt", Question: referral.Say("Ser du det samme på bildene?")})
	s.do("FJO", id, day.On(2025, 4, 14), law.Specialist, "Tora Tenkt", &referral.GiveOpinion{View: "granted", Reason: referral.Say("Ja, tydelig.")})
	s.do("FJO", id, day.On(2025, 4, 14), law.Specialist, "Siv Skissesen", &referral.AskOpinion{Of: "Eva Eksempelsen", Question: referral.Say("Og du?")})
	s.do("FJO", id, day.On(2025, 4, 14), law.Secretary, "Unni Utkast", &referral.ConsiderKin{Roles: []law.Kin{law.Child}, Relation: "barn født 2019", Heard: referral.Say("Blir redd om natten."), Consent: law.Yes})
	s.do("FJO", id, day.On(2025, 4, 14), law.Secretary, "Unni Utkast", &referral.PathwayEvent{Pathway: "sarkom", Event: "started", Goal: day.On(2025, 4, 29)})
	s.receive(arrival{given: "Kari", family: "Fabelsen", born: day.On(1970, 1, 1), on: day.On(2025, 4, 15)})

	after := s.tens["started"]
	s.do("FJO", after, day.On(2025, 4, 1), law.Specialist, "Siv Skissesen", &referral.Worsen{NeededBy: day.On(2025, 4, 30)})
	s.do("FJO", after, day.On(2025, 4, 2), law.Booking, "Malin Modellsen", &referral.Book{Start: day.Moment{Day: day.On(2025, 5, 20), Minute: 540}})
	s.do("FJO", after, day.On(2025, 4, 3), law.Patient, "", &referral.Complain{About: "information", By: law.Patient, Text: referral.Say("Fikk ikke vite om kurset.")})
	s.do("FJO", after, day.On(2025, 4, 4), law.Specialist, "Siv Skissesen", &referral.DecideComplaint{Outcome: "sent_on", Reason: referral.Say("Vi har sett på brevet på nytt."), Papers: []string{"complaint", "letters", "review"}})
	return []struct{ name, path string }{
		{"beside-case", caseURL("FJO", id)}, {"beside-assess", caseURL("FJO", id) + "/vurder"}, {"beside-after", caseURL("FJO", after)}, {"beside-kin", caseURL("FJO", id) + "/parorende"}, {"beside-acts", caseURL("FJO", id) + "/handler-for"}, {"beside-intake", "/mottak"},
		{"beside-content", actURL("FJO", id, "check_content")}, {"beside-opinion", actURL("FJO", id, "give_opinion")}, {"beside-county", actURL("FJO", after, "county_answer")}, {"beside-second", actURL("FJO", after, "second_opinion")},
		{"beside-complaint", actURL("FJO", s.tens["no-right"], "decide_complaint")}, {"beside-next", actURL("FJO", after, "book")}, {"beside-kinform", actURL("FJO", id, "next_of_kin")},
	}
}

// axe-core finds nothing to say of them, and nothing is wider than the window. RETTID_SHOTS names a folder for pictures.
func TestBesidePagesInABrowser(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	s, srv := newSite(t, Options{Demo: true})
	eye := newEye(t, ctx)
	for _, x := range besideSights(s) {
		run(t, ctx, "open "+x.name, width(1440), chromedp.Navigate(srv.URL+x.path), chromedp.WaitReady("footer"))
		eye.look(x.name, 1440, 390)
	}
}

// What is typed is kept without a press of a button, and is there when the page is opened again.
func TestDraftIsKeptAsOneTypes(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	_, srv, id := smallSite(t, arrival{})
	path := srv.URL + caseURL("FJO", id) + "/vurder"
	run(t, ctx, "open", width(1440), chromedp.Navigate(path), chromedp.WaitVisible("#begrunnelse"), script(`document.querySelector("#begrunnelse").focus()`), chromedp.KeyEvent("Uferdig tanke"))
	if told := ask[string](t, ctx, "wait until it is kept", `new Promise(done => { const at = document.querySelector("[data-saved]"); const look = () => at.textContent ? done(at.textContent) : setTimeout(look, 100); look(); })`); told == "" {
		t.Error("the page does not tell that it is kept")
	}
	run(t, ctx, "open again", chromedp.Navigate("about:blank"), chromedp.Navigate(path), chromedp.WaitVisible("#begrunnelse"))
	if got := ask[string](t, ctx, "read", `document.querySelector("#begrunnelse").value`); got != "Uferdig tanke" {
		t.Errorf("the draft is %q", got)
	}
}
