package web

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
)

// A common case decided with the keyboard alone, and axe-core on the way.
func TestAssessByKeyboard(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	s, srv, id := smallSite(t, arrival{})
	run(t, ctx, "open", width(1440), chromedp.Navigate(srv.URL+"/vurdering"), chromedp.WaitVisible(".rows-table"), chromedp.KeyEvent("j"), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible("#steg-1"))
	focus := func() string {
		return ask[string](t, ctx, "read the focus", `document.activeElement.name || document.activeElement.id || document.activeElement.textContent.trim()`)
	}
	alt := func(key string) chromedp.Action[chromedp.Void] {
		code := "Key" + strings.ToUpper(key)
		if key >= "0" && key <= "9" {
			code = "Digit" + key
		}
		return script(`document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "` + key + `", code: "` + code + `", altKey: true, bubbles: true, cancelable: true }))`)
	}
	run(t, ctx, "step 1", alt("1"))
	if got := focus(); got != "steg-1" {
		t.Fatalf("Alt 1 leads to %q", got)
	}
	// Tab to each question, Space on its first answer.
	run(t, ctx, "answer", chromedp.KeyEvent("\t"), chromedp.KeyEvent(" "), chromedp.KeyEvent("\t"), chromedp.KeyEvent(" "), chromedp.KeyEvent("\t"), chromedp.KeyEvent(" "))
	if got := ask[string](t, ctx, "read", `["nytte", "kostnad", "behov"].map(n => document.querySelector("input[name=" + n + "]:checked")?.value).join()`); got != "ja,ja,ja" {
		t.Fatalf("the answers are %s, with focus on %q", got, focus())
	}
	run(t, ctx, "the guide", alt("v"), chromedp.WaitVisible("input#sok"), alt("v"))
	run(t, ctx, "search", chromedp.KeyEvent("kneleddsartrose"), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(`input#sok[value="kneleddsartrose"]`), chromedp.WaitVisible(`input[value="`+kneeID+`"]`)) // what is searched for stands in the answer, not in the page it was typed on
	run(t, ctx, "to the hits", alt("v"))
	for range 6 {
		run(t, ctx, "tab", chromedp.KeyEvent("\t"))
		if focus() == "tilstand" {
			break
		}
	}
	run(t, ctx, "choose", chromedp.KeyEvent(" "), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(".factable"))
	if got := ask[string](t, ctx, "read the deadline", `document.getElementById("dato").value + " " + document.getElementById("uker").value`); got != "07.07.2025 12" {
		t.Fatalf("the proposal is %s", got)
	}
	run(t, ctx, "the deadline", alt("f"), chromedp.KeyEvent("09.06.2025"))
	if got := ask[string](t, ctx, "read the weeks", `document.getElementById("uker").value`); got != "8" {
		t.Errorf("the date gave %q weeks", got)
	}
	run(t, ctx, "preview", chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(`#uker[value="8"]`))
	t.Run("looks", func(t *testing.T) { newEye(t, ctx).lookInto("assess", 1440, 720, 390) })
	run(t, ctx, "decide", script(`document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true, cancelable: true }))`), chromedp.WaitVisible("#h-st"))
	if at := where(t, ctx); !strings.HasPrefix(at, caseURL("FJO", id)+"?gjort=") {
		t.Errorf("deciding leads to %s", at)
	}
	if c, ok := lastEvent(t, s, "FJO", id).Ask.(*referral.Assess); !ok || c.Outcome != law.Granted || c.DeadlineWeeks != 8 || !c.OwnFirst {
		t.Errorf("recorded %+v", c)
	}
}

// TestAssessShots takes pictures of the assessment into the folder RETTID_SHOTS names, for people to look at.
func TestAssessShots(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("RETTID_SHOTS")
	if dir == "" {
		t.Skip("RETTID_SHOTS names no folder for pictures")
	}
	ctx := browser(t)
	text := "Ber om vurdering av høyre kne.\nSmerter i to år, også i hvile og om natten. Går 300 meter. Har prøvd trening i seks måneder og paracet fast.\nRøntgen i mars viser medial artrose grad 3.\nEr 50 % sykmeldt. Ønsker vurdering med tanke på protese."
	_, srv, id := smallSite(t, arrival{given: "Prøve", family: "Testesen", born: day.On(1958, 3, 12), on: day.On(2025, 4, 14), c: referral.Receive{Text: referral.Say(text)}})
	path := srv.URL + caseURL("FJO", id) + "/vurder"
	shoot := func(name string, w int64, steps ...chromedp.Action[chromedp.Void]) {
		run(t, ctx, name, append(append([]chromedp.Action[chromedp.Void]{width(w)}, steps...), script(`scrollTo(0, 0)`))...)
		png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	pick := func(name, value string) chromedp.Action[chromedp.Void] {
		return script(`document.querySelector("input[name='` + name + `'][value='` + value + `']").checked = true`)
	}
	press := func(what string) chromedp.Action[chromedp.Void] {
		return script(`[...document.querySelectorAll("button[value=` + what + `]")].at(-1).click()`)
	}
	shoot("assess-new", 1440, chromedp.Navigate(path), chromedp.WaitReady("footer"))
	shoot("assess-guide", 1440, pick("nytte", "ja"), pick("kostnad", "ja"), pick("behov", "ja"), press("guide"), chromedp.WaitVisible("input#sok"))
	shoot("assess-full", 1440, pick("tilstand", kneeID), press("guide"), chromedp.WaitVisible(".factable"), pick("nyttegrad", "3"), pick("ressurs", "3"), pick("alvor", "2"), pick("avklart", "nei"),
		pick("f."+kneeID+".0", "ja"), pick("f."+kneeID+".1", "ja"), script(`document.getElementById("uker").value = "16"`), script(`document.getElementById("dato").value = document.querySelector("[name=fordato]").value`), press("preview"), chromedp.WaitVisible(".lawnote"))
	shoot("assess-full-1100", 1100)
	shoot("assess-full-390", 390)
	shoot("assess-refused", 1440, pick("kostnad", "nei"), press("decide"), chromedp.WaitVisible(".assessbar"))
}
