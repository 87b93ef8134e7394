package web

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"rettid/exception"
	"rettid/law"
)

// A schemeWalker does a piece of work in the exception scheme by Tab and Enter, one person after the other.
type schemeWalker struct {
	walker
	s   *seed
	srv *httptest.Server
}

func walkScheme(t *testing.T, ways ...law.Channel) *schemeWalker {
	t.Helper()
	ctx := browser(t)
	s, srv := newExceptions(t, ways...)
	run(t, ctx, "a screen", width(1440))
	return &schemeWalker{walker{t, ctx, srv.URL, false}, s, srv}
}

func (w *schemeWalker) as(who, path string) {
	w.t.Helper()
	enter(w.t, w.ctx, w.srv, who, path)
}

const submit = `.decide button[type=submit]:not([name])`

// lacks tells what the page says that it should not.
func (w *schemeWalker) lacks(what string) {
	w.t.Helper()
	if ask[bool](w.t, w.ctx, "read", fmt.Sprintf(`document.querySelector("main").textContent.includes(%q)`, what)) {
		w.t.Fatalf("%s says %q", where(w.t, w.ctx), what)
	}
}

// upload gives a file to the field that has the focus: the window a person would find it in is the system's own.
func (w *schemeWalker) upload(css, name, content string) {
	w.t.Helper()
	file := filepath.Join(w.t.TempDir(), name)
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		w.t.Fatal(err)
	}
	w.reach(css)
	run(w.t, w.ctx, "choose a file", chromedp.SetUploadFiles(css, []string{file}))
}

// A method has a no: the register tells which door is open for whom and why. The medical directors open one door until a day; the page then tells of it, and of the days before and after as they were. A
// representative sees the same and can open nothing.
func TestDoorsByKeyboard(t *testing.T) {
	t.Parallel()
	w := walkScheme(t)
	w.as(director, "/metoder")
	w.press(`a[href="/metoder/ID2024_901"]`, "#per")
	w.says("Innføres ikke", "Tilgangsordningen etter nei")
	const group = `.exc-doors > section:nth-child(2)`
	door := func(want ...string) {
		t.Helper()
		w.unfold(group + " summary")
		run(t, w.ctx, "wait for the reasons", chromedp.WaitReady(group+" details[open]"))
		w.says(want...)
	}
	door("Lukket", "Etter et nei åpnes denne døren bare av en uttrykkelig beslutning", "Nye metoder")
	w.lacks("X-2")
	w.press(`a[href$="/apne"]`, "#f-til")
	w.choose("#dor-group", "")
	w.fill("#f-til", "01.02.2025")
	w.press(submit, "#svar")
	w.says("Dagen er før beslutningen.")
	w.fill("#f-til", "31.12.2025")
	w.press(submit, ".donebar")
	door("Åpen", "åpnet")
	for _, x := range []struct{ on, want string }{{"2025-04-01", "Lukket"}, {"2025-06-01", "Åpen"}, {"2026-01-02", "Lukket"}} {
		w.open("/metoder/ID2024_901?per=" + x.on)
		if got := ask[string](t, w.ctx, "read the door", `document.querySelector("`+group+` p").innerText.trim()`); got != x.want {
			t.Errorf("on %s the door for groups is %q, want %q", x.on, got, x.want)
		}
	}
	w.as(userNord, "/metoder/ID2024_901")
	if ask[bool](t, w.ctx, "look for a way to open", `!!document.querySelector('a[href$="/apne"], a[href$="/tilstand"]')`) {
		t.Error("a representative is shown the way to open a door")
	}
}

// The register is filled from a file: what is wrong with it is told by line and column and nothing of it is entered; the mended file is looked over and entered whole.
func TestMethodFileByKeyboard(t *testing.T) {
	t.Parallel()
	w := walkScheme(t)
	w.as(secretary, "/metoder")
	w.press(`a[href="/metoder/fil"]`, "#fil")
	w.upload("#fil", "metoder.csv", "id;title;state;decided;from\nID2024_991;Kulissetinib;commissioned;15.01.2025;\nID2024_992;Skissemab;innfort;15.01.2025;\nID2024_991;;not_introduced;17.03.2025;32.04.2025\n")
	w.press(submit, "#svar")
	w.says("2 feil i filen", "Linje 3, kolonnen state: «innfort»", "Linje 4, kolonnen from: «32.04.2025»", "Ingenting er ført inn")
	w.open("/metoder?q=Kulissetinib")
	w.says("Ingen treff")
	w.open("/metoder/fil")
	w.upload("#fil", "metoder.csv", "id;title;state;decided;from\nID2024_991;Kulissetinib;commissioned;15.01.2025;\nID2024_992;Skissemab;introduced;15.01.2025;\nID2024_991;;not_introduced;17.03.2025;02.04.2025\n")
	w.press(submit, "table")
	w.says("3 nye", "Ingenting er lagret ennå")
	w.press(submit, ".donebar")
	w.says("3 tilstander er ført inn", "Kulissetinib", "Skissemab")
	w.press(`a[href="/metoder/ID2024_991"]`, "#per")
	w.says("Innføres ikke", "2. april")
}

// The trust sends a case on itself: the consent is recorded, the director writes the note, and the committee has it, without knowing who it is about.
func TestSentOnByKeyboard(t *testing.T) {
	t.Parallel()
	w := walkScheme(t)
	id := w.s.apply("ID2024_901", "Vera", "Videresen")
	at := matterURL("FJO", id)
	w.as("u1008", at)
	w.press(`a[href$="/gjor/forward_exception"]`, "#f-tekst")
	w.fill("#f-tekst", "Alvorlig, med ventet nytte ut over gruppen.")
	w.press(submit, "#svar") // without consent it goes nowhere
	w.says("amtykke")
	w.lacks("X-332")
	w.as("u2001", at)
	w.press(`a[href$="/gjor/consent"]`, "#f-samtykke")
	w.fill("#f-samtykke", "20.04.2025")
	w.press(submit, ".donebar")
	w.as("u1008", at)
	w.press(`a[href$="/gjor/forward_exception"]`, "#f-tekst")
	w.press(submit, "#svar")
	w.says("Fyll ut dette feltet.")
	w.fill("#f-tekst", "Alvorlig, med ventet nytte ut over gruppen.")
	w.press(submit, ".donebar")
	w.says("Hos komiteen")
	w.as("u2301", "/unntak?visning=alle")
	w.press(`a[href="`+at+`"]`, ".casebar")
	w.says("Alvorlig, med ventet nytte ut over gruppen.")
	w.lacks("Videresen")
	w.lacks("1968")
	if m := w.s.matterState("FJO", id); m.ForwardedOn != today || m.ConsentOn.String() != "2025-04-20" {
		t.Errorf("sent on %s with consent of %s", m.ForwardedOn, m.ConsentOn)
	}
}

// One case from end to end: the application, the trust's no, the letters, the complaint, the trust's own second look, and the County Governor who upholds the no. Nothing is left open then, and the letters
// tell the right to complain.
func TestRefusalToTheEndByKeyboard(t *testing.T) {
	t.Parallel()
	w := walkScheme(t)
	ref := w.s.receive(arrival{given: "Hanna", family: "Henvisesen", born: today.Add(-20000), on: today.Add(-10)})
	w.as("u2001", "/unntak/ny?henvisning=FJO/"+itoa(int(ref)))
	w.press(submit, "#f-metode")
	w.choose("#f-metode", "Dummyzumab")
	w.fill("#f-diagnose", "C50")
	w.press(submit, "#f-skiller")
	w.press(`.exc-track li:last-child a`, ".exc-sum")
	w.press(submit, ".donebar")
	at := where(t, w.ctx)
	id := idOf(t, at)
	at = matterURL("FJO", id)

	w.as("u1008", at)
	w.press(`a[href$="/avgjor"]`, "#f-utfall")
	w.choose("#f-utfall", "Avs")
	w.choose("#enkelt-yes", "")
	for _, c := range law.Criteria {
		w.choose("#vilkar-"+string(c)+"-no", "")
		w.fill(`[name="hvorfor-`+string(c)+`"]`, "Vurdert.")
	}
	w.fill("#f-begrunnelse", "Veid samlet.")
	w.fill("#f-sammendrag", "Nytten er usikker.")
	w.press(submit, ".donebar")
	w.says("Avslått")

	w.as("u1004", at)
	w.press(`a[href$="/brev/exception_refused"]`, ".letter")
	w.says("Du kan klage", "fire uker")
	w.press(`main form[method=post] .acts button:not([name]):not([disabled])`, ".donebar")
	w.press(`a[href$="/gjor/complain"]`, "#f-tekst")
	w.fill("#f-tekst", "Jeg er uenig.")
	w.press(submit, ".donebar")
	w.as("u1008", at)
	for _, x := range []struct{ outcome, says string }{{"sent_on", "Send til Statsforvaltaren"}, {"rejected", "Statsforvaltaren gav ikkje medhald"}} { // the director reads nynorsk
		w.press(`a[href$="/gjor/decide_complaint"]`, "#f-tekst")
		w.choose("#utfall-"+x.outcome, "")
		w.fill("#f-tekst", "Vurdert på nytt.")
		w.press(submit, ".donebar")
		w.says(x.says)
	}
	if ask[bool](t, w.ctx, "look for the complaint", `!!document.querySelector('a[href$="/gjor/decide_complaint"]')`) {
		t.Error("the complaint can be answered once more")
	}
	m := w.s.matterState("FJO", id)
	if m.Outcome != law.ExRefused || m.SentOn != 0 || m.Complaints != 0 || len(m.Complained) != 1 || m.Complained[0].Outcome != "rejected" || m.Told.Patient || m.Told.Referrer || m.Letters[0].Kind != exception.LetterRefused {
		t.Errorf("at the end: %s, complaints %d, sent on %d, %+v, owed %+v", m.Outcome, m.Complaints, m.SentOn, m.Complained, m.Told)
	}
}

// What has been kept long enough is deleted by the administrator: the list with why and since when, a second look, and what was done afterwards.
func TestDeletionByKeyboard(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	s, srv := newExceptions(t)
	id, _ := s.refuse(-2)
	s.matter("FJO", id, today.Add(-1), &exception.SendCopy{To: law.ToRegion})
	s.matter("FJO", id, today.Add(-1), &exception.Inform{Letter: exception.LetterRefused, Patient: true, Referrer: true})
	s.d.Now = func() time.Time { return at(today.Add(400), 9, 0) }
	run(t, ctx, "a screen", width(1440))
	w := &schemeWalker{walker{t, ctx, srv.URL, false}, s, srv}
	w.as("u1901", "/admin")
	w.press(`a[href="`+retentionURL+`"]`, "#videre")
	w.says("FJO-"+itoa(int(id)), "Nøkkelen mellom saken og kopien", "Ingen lovfrist", "Ingenting er slettet ennå")
	w.lacks("Oppdiktet")
	w.press("#videre", "#slett")
	w.says("Det kan ikke angres")
	w.press("#slett", ".donebar")
	w.says("Ingenting skal slettes nå", "Nøkler: 1. Kopier: 0.")
	if left, err := s.d.Expired(context.Background(), s.d.Today()); err != nil || len(left) != 0 {
		t.Errorf("%d left (%v)", len(left), err)
	}
}
