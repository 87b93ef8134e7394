package web

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"rettid/exception"
	"rettid/law"
)

// A schemeWalk is one browser going through the forms of the exception scheme as one after the other.
type schemeWalk struct {
	t     testing.TB
	ctx   context.Context
	at    string // the address of the house
	eye   eye
	mouse bool
}

// newSchemeWalk starts a browser. Pages are looked at by axe on the first of the two databases, and photographed into the folder RETTID_SHOTS names.
func newSchemeWalk(t testing.TB, at string, mouse bool) *schemeWalk {
	t.Helper()
	w := &schemeWalk{t: t, ctx: browserFor(t, 6), at: at, mouse: mouse}
	if strings.HasPrefix(t.Name(), onPostgres) {
		return w
	}
	w.eye = newEye(t, w.ctx)
	return w
}

// settle waits for a page that is not the one that was left.
func (w *schemeWalk) settle(what string) {
	w.t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(30 * time.Millisecond) {
		there, err := chromedp.Run(w.ctx, chromedp.Evaluate[bool](`!document.querySelector("[data-left]") && document.readyState === "complete" && !!document.querySelector("footer")`))
		if err == nil && there {
			return
		}
	}
	w.t.Fatalf("%s: no new page came after %s: %s", what, where(w.t, w.ctx), ask[string](w.t, w.ctx, "read", `document.querySelector("main").innerText`))
}

func (w *schemeWalk) be(who string) {
	w.t.Helper()
	run(w.t, w.ctx, "be "+who, chromedp.Navigate(w.at+"/inn"), chromedp.WaitReady("footer"),
		chromedp.Evaluate[chromedp.Void](`fetch("/inn", {method: "POST", headers: {"Content-Type": "application/x-www-form-urlencoded"}, body: "hvem=`+who+`&til=/tastatur"})`, chromedp.EvalAwaitPromise))
}

func (w *schemeWalk) open(path string) {
	w.t.Helper()
	run(w.t, w.ctx, "open "+path, width(1440), chromedp.Navigate(w.at+path), chromedp.WaitReady("footer"))
}

// put writes into a field.
func (w *schemeWalk) put(name, text string) {
	w.t.Helper()
	run(w.t, w.ctx, "write in "+name, script(`{ const f = document.querySelector('[name="`+name+`"]'); f.focus(); f.select(); }`), chromedp.KeyEvent(text))
}

// choose ticks an answer, or picks it from a list.
func (w *schemeWalk) choose(name, value string) {
	w.t.Helper()
	if ask[bool](w.t, w.ctx, "look at "+name, `document.querySelector('[name="`+name+`"]').tagName === "SELECT"`) {
		run(w.t, w.ctx, "pick "+value, script(`{ const f = document.querySelector('[name="`+name+`"]'); f.focus(); f.value = "`+value+`"; f.dispatchEvent(new Event("change", {bubbles: true})) }`))
		return
	}
	css := `[name="` + name + `"][value="` + value + `"]`
	if w.mouse {
		run(w.t, w.ctx, "click "+css, script(`document.querySelector('`+css+`').scrollIntoView({block: "center"})`), chromedp.Click(css))
		return
	}
	run(w.t, w.ctx, "tick "+css, script(`document.querySelector('`+css+`').focus()`), chromedp.KeyEvent(" "))
}

// press presses a button or follows a link, and waits for the page it leads to.
func (w *schemeWalk) press(css string) {
	w.t.Helper()
	if w.mouse {
		run(w.t, w.ctx, "click "+css, script(`document.querySelector("main > *").dataset.left = ""; document.querySelector('`+css+`').scrollIntoView({block: "center"})`), chromedp.Click(css))
	} else {
		run(w.t, w.ctx, "press "+css, script(`document.querySelector("main > *").dataset.left = ""; document.querySelector('`+css+`').focus()`), chromedp.KeyEvent(kb.Enter))
	}
	w.settle(css)
}

func (w *schemeWalk) save() {
	w.t.Helper()
	w.press(`main form[method=post] .acts button.ds-button:not([name])`)
}

func (w *schemeWalk) says(what ...string) {
	w.t.Helper()
	for _, x := range what {
		if !ask[bool](w.t, w.ctx, "read", fmt.Sprintf(`document.querySelector("main").textContent.includes(%q)`, x)) {
			w.t.Fatalf("%s does not say %q: %s", where(w.t, w.ctx), x, ask[string](w.t, w.ctx, "read", `document.querySelector("main").innerText`))
		}
	}
}

// clean asks axe of the page as it stands, and that nothing is wider than the window.
func (w *schemeWalk) clean(name string) {
	w.t.Helper()
	if w.eye.axe == "" {
		return
	}
	if w.eye.shots != "" || os.Getenv("RETTID_LONG") != "" {
		w.eye.look("exc-"+name, 1440)
	}
	w.eye.look("exc-"+name, 390)
	run(w.t, w.ctx, "back to a screen", width(1440))
}

// An application by the keyboard alone: the doctor's form in steps, information asked for and given, the line, a yes with conditions, the letter on its way and its receipt, the copy, the start, an evaluation that
// extends and one that stops.
func TestExceptionByKeyboard(t *testing.T) {
	t.Parallel()
	s, srv := newExceptions(t, law.ChannelMailbox, law.ChannelRegion)
	ref := s.receive(arrival{given: "Hanna", family: "Henvisesen", born: today.Add(-20000), on: today.Add(-10)})
	w := newSchemeWalk(t, srv.URL, false)
	w.be("u2001")
	w.open("/unntak/ny?henvisning=FJO/" + itoa(int(ref)))
	w.choose("avdeling", "FJO-01")
	w.choose("tolk", "no")
	w.save()
	w.choose("metode", "ID2024_902")
	w.put("diagnose", "c50")
	w.put("linje", "3")
	w.choose("mt", "yes")
	w.clean("metode")
	w.save()
	w.put("skiller", "Sjelden mutasjon.")
	w.save()
	w.choose("alvor", "3")
	w.save()
	w.put("stopp", "Ingen virkning.")
	w.save()
	w.put("informert", "20.04.2025")
	w.put("samtykke", "20.04.2025")
	w.save()
	w.says("Sjelden mutasjon.")
	w.clean("send")
	w.save()
	w.says("Lagret")
	w.clean("soknad")
	at := where(t, w.ctx)
	at, _, _ = strings.Cut(at, "?")

	w.be("u1008")
	w.open(at + "/gjor/ask_information")
	w.save()
	w.says("Fyll ut dette feltet.")
	w.put("tekst", "Hvilken mutasjon?")
	w.save()
	w.be("u2001")
	w.open(at + "/gjor/get_information")
	w.put("tekst", "Svaret er vedlagt.")
	w.save()
	w.be("u2011")
	w.open(at + "/gjor/endorse")
	w.choose("tilra", "yes")
	w.put("tekst", "Støttes.")
	w.save()
	w.be("u1008")
	w.open(at + "/avgjor")
	w.choose("utfall", string(law.ExConditions))
	w.save()
	w.clean("avgjor-holdt")
	w.choose("enkelt", "yes")
	for _, c := range law.Criteria {
		w.choose("vilkar-"+string(c), "yes")
		w.put("hvorfor-"+string(c), "Vurdert.")
	}
	w.put("begrunnelse", "Annet er prøvd.")
	w.put("sammendrag", "Klar nytte.")
	w.put("vilkar", "Kontroll hver måned.")
	w.put("stopp", "Svulsten vokser.")
	w.put("evaluering", "01.06.2025")
	w.save()
	w.says("Kontroll hver måned.")

	w.be("u1004")
	w.open("/brev")
	w.says("Henvisesen")
	w.open(at + "/brev/exception_granted")
	w.clean("brev")
	missing := ask[[]string](t, w.ctx, "what the letter lacks", `[...document.querySelectorAll('[name^="v-"]')].filter(f => !f.value).map(f => f.name)`)
	for _, name := range missing {
		w.put(name, "Seks måneder")
	}
	if len(missing) > 0 {
		w.press(`button[name=vis][value="1"]`)
	}
	w.save()
	w.says("Venter på kvittering")
	w.open("/brev?visning=venter")
	w.says("Henvisesen")
	w.clean("brevkontor")
	w.open(at + "/gjor/letter_delivered")
	w.choose("hvordan", "receipt")
	w.save()
	w.says("Levert")
	w.open(at + "/gjor/send_copy")
	w.save()

	w.be("u2001")
	w.open(at + "/gjor/start_treatment")
	w.choose("startet", "yes")
	w.save()
	for _, x := range []string{"extend", "stop"} {
		w.open(at + "/gjor/evaluate")
		w.choose("resultat", x)
		if x == "extend" {
			w.put("neste", "01.09.2025")
		}
		w.put("tekst", "Vurdert mot stoppkriteriene.")
		w.save()
	}
	w.clean("stoppet")
	w.open(at + "/gjor/correct")
	w.clean("rett-velg")
	w.press(`ul.rows a`)
	w.put("hvorfor", "Skrevet på feil sak.")
	w.choose("hvordan", "stryk")
	w.save()
	w.clean("rett-se")
	w.save()
	w.says("Skrevet på feil sak.")
	w.clean("rettet")
	w.open(at + "?lang=en")
	w.clean("sak-en")
	m := s.matterState("FJO", idOf(t, at))
	if !m.StoppedOn.IsZero() || m.EvaluateOn.IsZero() || m.ToldOn.IsZero() || m.Referral != ref {
		t.Errorf("after the walk: stopped %s, evaluated %s, told %s, from %d", m.StoppedOn, m.EvaluateOn, m.ToldOn, m.Referral)
	}
}

// After a no, with the mouse: the trust sends it on with consent, the committee says no without knowing who it is, the patient complains, the trust sends that on, the County Governor upholds it, and the case is
// assessed again; and a patient who asks in vain gets a statement.
func TestExceptionByMouse(t *testing.T) {
	t.Parallel()
	s, srv := newExceptions(t)
	at := matterURL("FJO", s.tens["forwarded"])
	w := newSchemeWalk(t, srv.URL, true)
	w.be("u2301")
	w.open("/unntak?visning=alle")
	w.clean("komite-liste")
	w.open(at + "/avgjor")
	if ask[bool](t, w.ctx, "read", `document.body.textContent.includes("Frida")`) {
		t.Error("the committee is told who it is")
	}
	w.choose("utfall", "refused")
	w.choose("enkelt", "yes")
	for _, who := range []string{"u2301", "u2303", "u2304"} {
		w.choose("medlemmer", who)
	}
	for _, c := range law.Criteria {
		w.choose("vilkar-"+string(c), "no")
		w.put("hvorfor-"+string(c), "Vurdert for seg.")
	}
	w.put("begrunnelse", "Nytten er usikker.")
	w.put("sammendrag", "Nytten er usikker.")
	w.save()
	w.clean("komite-avgjort")
	w.be("u1004")
	w.open(at + "/gjor/complain")
	w.put("tekst", "Jeg er uenig.")
	w.save()
	w.be("u1008")
	for _, x := range []string{"sent_on", "upheld"} {
		w.open(at + "/gjor/decide_complaint")
		w.choose("utfall", x)
		w.put("tekst", "Vurdert på nytt.")
		w.save()
	}
	w.says("Individuell")
	w.clean("gjenapnet")
	if m := s.matterState("FJO", s.tens["forwarded"]); m.Status != law.ExceptionReceived || m.SentOn != 0 || m.Complained[0].Outcome != "upheld" {
		t.Errorf("after the complaint: %s, %+v", m.Status, m.Complained)
	}

	w.be("u1004")
	w.open(requestURL)
	w.save()
	w.clean("spurt-mangler")
	for name, text := range map[string]string{"lokal": "L-77", "fodt": "01.02.1970", "fornavn": "Fanny", "etternavn": "Fabelsen", "onske": "Dummyzumab.", "legens": "Legen mener at behandlingen ikke vil hjelpe."} {
		w.put(name, text)
	}
	w.choose("metode", "ID2024_902")
	w.save()
	w.clean("spurt")
	asked, _, _ := strings.Cut(where(t, w.ctx), "?")
	w.press(`a[href$="/brev/exception_asked"]`)
	w.says("Legen mener at behandlingen ikke vil hjelpe.", "ny vurdering", "klage")
	w.clean("spurt-brev")
	w.save()
	if m := s.matterState("FJO", idOf(t, asked)); m.Told.Patient || len(m.Letters) != 1 || m.Letters[0].Kind != exception.LetterAsked {
		t.Errorf("after the statement: %+v %+v", m.Told, m.Letters)
	}
}
