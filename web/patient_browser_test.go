package web

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"rettid/day"
	"rettid/desk"
	"rettid/ledger"
	"rettid/patient"
	"rettid/referral"
)

// enter signs a browser in as one of the outsiders, and leads to a page.
func enter(t testing.TB, ctx context.Context, srv *httptest.Server, who, path string) {
	t.Helper()
	run(t, ctx, "open the door", chromedp.Navigate(srv.URL+"/inn"), chromedp.WaitReady(`button[name="hvem"][value="`+who+`"]`))
	run(t, ctx, "be "+who, script(`{ const f = document.querySelector('form[action="/inn"]'); f.elements.til.value = "`+path+`"; f.requestSubmit(document.querySelector('button[value="`+who+`"]')); }`), chromedp.WaitReady(".pmain, .casebar, .pagehead h1"))
	run(t, ctx, "open "+path, chromedp.Navigate(srv.URL+path), chromedp.WaitReady("footer"))
}

// outsideSights are the pages of patients and referrers, and who looks at each.
func outsideSights(s *seed) []struct{ name, who, path string } {
	if _, err := s.d.Ledger.PutPaper(s.ctx, ledger.Paper{Tenant: desk.HouseTenant, Kind: desk.ReferralDraftPaper, ID: draftsOf("gp") + "kladd", At: s.d.Now().UnixMicro(), Actor: "gp",
		Body: []byte(`{"typed":{"key":["AAAAAAAAAAAAAAAAAAAAAAAAAA"],"uten":["abroad"],"fornavn":["Tove"],"etternavn":["Turistdummy"],"legitimasjon":["passport"],"legnr":["X123"],"land":["Sverige"],"fag":["orthopaedics"],"punkt-problem":["Brudd."]}}`)}); err != nil {
		s.t.Fatal(err)
	}
	newborn := s.receive(arrival{given: "Nyfødt", family: "Barseldummy", born: day.On(2025, 4, 20), on: day.On(2025, 4, 22)})
	x := s.state("FJO", newborn)
	if err := s.d.Ledger.PutPerson(s.ctx, ledger.Person{Tenant: "FJO", ID: x.Patient, Given: "Nyfødt", Family: "Barseldummy", Born: x.Born, More: patient.Unnumbered{Why: patient.Newborn, Proof: patient.NoProof}.Marshal()}); err != nil {
		s.t.Fatal(err)
	}
	merged := s.tens["Fabelsen"] // two who were taken for one
	if _, err := s.d.Ledger.PutPaper(s.ctx, ledger.Paper{Tenant: "FJO", Kind: desk.IdentityPaper, ID: s.state("FJO", merged).Patient, At: s.d.Now().UnixMicro(), Actor: "intake", Body: fmt.Appendf(nil, `{"merged":%q,"records":[%d]}`, x.Patient, merged)}); err != nil {
		s.t.Fatal(err)
	}
	return []struct{ name, who, path string }{
		{"pat-mine", "trym", "/meg"}, {"pat-case", "trym", s.my("Testesen")}, {"pat-time", "trym", s.my("Testesen") + "/time"}, {"pat-complain", "trym", s.my("Testesen") + "/klage"}, {"pat-worse", "trym", s.my("Testesen") + "/verre"},
		{"pat-place", "trym", s.my("Testesen") + "/annet-sted"}, {"pat-wish", "trym", s.my("Testesen") + "/onske"}, {"pat-looks", "trym", s.my("Testesen") + "/innsyn"}, {"pat-contact", "trym", "/meg/kontakt/0"}, {"pat-rights", "trym", "/meg/rettigheter"},
		{"pat-kin", "trym", "/meg/parorende"}, {"pat-missing", "trym", s.my("Barnesen")}, {"pat-nn", "trym", s.my("Testesen") + "?lang=nn"}, {"pat-en", "trym", s.my("Testesen") + "?lang=en"},
		{"pat-offer", "gunn", s.my("offers")}, {"pat-offer-answer", "gunn", s.my("offers") + "/tilbud"}, {"pat-no", "nils", s.my("no-right")}, {"pat-over", "over", s.my("over")}, {"pat-asked", "siri", s.my("unassessed")}, {"pat-started", "stine", s.my("started")},
		{"pat-no-time", "anna", s.my("Antatt")}, {"pat-parent", "parent", "/meg"}, {"pat-child", "parent", s.my("Barnesen")}, {"pat-parents", "ung", "/meg/foreldre"},
		{"ref-list", "gp", "/henviser"}, {"ref-case", "gp", sentURL("FJO", s.tens["no-right"])}, {"ref-answer", "gp", sentURL("FJO", s.tens["late-assessment"]) + "/svar"}, {"ref-about", "gp", "/henviser/om"}, {"ref-none", "othergp", "/henviser"},
		{"ref-new", "gp", "/henviser/ny"}, {"ref-receipt", "gp", sentURL("FJO", s.tens["Testesen"]) + "/kvittering"}, {"ref-drafts", "gp", draftsURL}, {"ref-draft", "gp", referURL + "?utkast=kladd"}, {"ref-office", "office", "/henviser"},
		{"intake-number", "intake", caseURL("FJO", newborn) + "/nummer"}, {"intake-number-undo", "intake", caseURL("FJO", merged) + "/nummer/angre"}, {"intake-merged", "intake", caseURL("FJO", merged)},
	}
}

// axe-core finds nothing to say of any page of patients and referrers, no page is wider than the window, also at 200 %, and whoever can be pressed is
// large enough to be pressed on a telephone.
func TestOutsideAxe(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	s, srv := newOutside(t)
	eye := newEye(t, ctx)
	some := map[string]bool{"pat-mine": true, "pat-case": true, "pat-time": true, "pat-looks": true, "pat-offer": true, "pat-missing": true, "ref-list": true, "ref-case": true}
	who := ""
	for _, at := range outsideSights(s) {
		if os.Getenv("RETTID_REQUIRE_ALL") == "" && !some[at.name] {
			continue
		}
		if who != at.who {
			enter(t, ctx, srv, at.who, at.path)
			who = at.who
		}
		run(t, ctx, "open "+at.name, chromedp.Navigate(srv.URL+at.path), chromedp.WaitReady("footer"))
		eye.lookInto(at.name, 1440, 720, 390)
	}
}

// A patient moves a time and complains, by the keyboard alone, on a telephone's width: what it leads to is said first.
func TestPatientJourneyByKeyboard(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	s, srv := newOutside(t)
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
	says := func(what string) {
		t.Helper()
		if !ask[bool](t, ctx, "read", fmt.Sprintf("document.body.innerText.includes(%q)", what)) {
			t.Fatalf("%s does not say %q: %s", where(t, ctx), what, ask[string](t, ctx, "read", `document.querySelector("main").innerText`))
		}
	}
	run(t, ctx, "a telephone", width(390))
	enter(t, ctx, srv, "trym", s.my("Testesen"))
	tab(".why summary")
	run(t, ctx, "why", chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(".why[open] .proof"))
	tab(`a[href$="/time"]`)
	run(t, ctx, "cannot come", chromedp.KeyEvent(kb.Enter), chromedp.WaitReady("#f-nar"))
	tab(`#nar-snart`)
	run(t, ctx, "soon", chromedp.KeyEvent(" "))
	tab(`.pform button[type=submit]`)
	run(t, ctx, "go on", chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(`[name="bekreft"]`))
	says("Fristen din er fortsatt 2. juni 2025.")
	tab(`.pform button[type=submit]`)
	run(t, ctx, "yes", chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(".donebar"))
	says("Du får en ny time i brev.")
	tab(`a[href$="/klage"]`)
	run(t, ctx, "complain", chromedp.KeyEvent(kb.Enter), chromedp.WaitReady("#f-gjelder"))
	tab(`#gjelder-right`)
	run(t, ctx, "about the deadline", chromedp.KeyEvent(kb.ArrowDown))
	tab(`#f-tekst`)
	run(t, ctx, "why", chromedp.KeyEvent("For lenge."))
	tab(`.pform button[type=submit]`)
	run(t, ctx, "go on", chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(`[name="bekreft"]`))
	says("Statsforvalteren")
	tab(`.pform button[type=submit]`)
	run(t, ctx, "yes", chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(".donebar"))
	says("Sykehuset har fått klagen din.")
	x := s.stateOf("Testesen")
	if x.Complaints != 1 || !x.Appointment.IsZero() || len(x.ComplainedOf) != 1 || x.ComplainedOf[0] != "deadline" {
		t.Errorf("%d complaints about %v, the time is %+v", x.Complaints, x.ComplainedOf, x.Appointment)
	}
}

// A referrer finds what waits for an answer and answers it, by the keyboard alone.
func TestReferrerJourneyByKeyboard(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	s, srv := newOutside(t)
	s.do("FJO", s.tens["late-assessment"], today, "specialist", "assessor", &referral.RequestInformation{From: "referrer", Text: referral.Say("Send bilder.")})
	tab := func(to string) {
		t.Helper()
		for range 60 {
			run(t, ctx, "tab", chromedp.KeyEvent(kb.Tab))
			if ask[bool](t, ctx, "read the focus", `document.activeElement.matches('`+to+`')`) {
				return
			}
		}
		t.Fatalf("Tab never reaches %s on %s", to, where(t, ctx))
	}
	run(t, ctx, "a screen", width(1440))
	enter(t, ctx, srv, "gp", "/henviser")
	tab(`a[href*="visning=venter"]`)
	run(t, ctx, "what waits", chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(`a[href*="visning=venter"][aria-current]`))
	tab(`.rows-table a`)
	run(t, ctx, "open", chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(`a[href$="/svar"]`))
	tab(`a[href$="/svar"]`)
	run(t, ctx, "answer", chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(`#f-tekst`))
	tab(`#f-tekst`)
	run(t, ctx, "write", chromedp.KeyEvent("Bilder er sendt."))
	tab(`.decide button[type=submit]`)
	run(t, ctx, "send", chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(`.donebar`))
	if x := s.stateOf("late-assessment"); x.InfoGotOn != today {
		t.Errorf("the answer is not there: %s", x.InfoGotOn)
	}
}

// TestOutsideShots takes pictures for people to look at, with 200 % of a telephone's width last.
func TestOutsideShots(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("RETTID_SHOTS")
	if dir == "" {
		t.Skip("RETTID_SHOTS names no folder for pictures")
	}
	ctx := browser(t)
	s, srv := newOutside(t)
	only := os.Getenv("RETTID_SHOTS_ONLY")
	who := ""
	for _, at := range outsideSights(s) {
		if only != "" && !strings.Contains(","+only+",", ","+at.name+",") {
			continue
		}
		if who != at.who {
			enter(t, ctx, srv, at.who, at.path)
			who = at.who
		}
		for _, w := range []int64{1440, 390} {
			run(t, ctx, "open "+at.name, width(w), chromedp.Navigate(srv.URL+at.path), chromedp.WaitReady("footer"))
			png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d.png", at.name, w)), png, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
