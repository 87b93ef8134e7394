package web

import (
	"bytes"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"rettid/day"
	"rettid/law"
	"rettid/ledger"
)

// The days of the letter office, a patient, the administrator and a manager, by the keyboard alone.

// as signs somebody in at a door where one chooses who to be.
func as(t *testing.T, s *seed, srv *httptest.Server, wide int64, who string) *walker {
	t.Helper()
	w := &walker{t, browser(t), srv.URL, false}
	run(t, w.ctx, "a window", width(wide))
	w.become(who)
	return w
}

func (w *walker) become(who string) {
	w.t.Helper()
	w.open("/inn")
	w.press(`button[name="hvem"][value="`+who+`"]`, ".out button")
}

// leave signs out.
func (w *walker) leave() {
	w.t.Helper()
	run(w.t, w.ctx, "to the menu", script(`document.querySelector(".ds-skip-link").focus()`))
	w.press(".out button", `button[name="hvem"]`)
}

// menu follows an item of the menu, from the top of the page.
func (w *walker) menu(href, then string) {
	w.t.Helper()
	run(w.t, w.ctx, "to the menu", script(`document.querySelector(".ds-skip-link").focus()`))
	w.press(`nav a[href="`+href+`"]`, then)
}

// printed is the page as it stands, as PDF.
func (w *walker) printed() []byte {
	w.t.Helper()
	printed, err := chromedp.Call(w.ctx, page.PrintToPDF, page.PrintToPDFParams{PaperWidth: 8.27, PaperHeight: 11.69})
	if err != nil {
		w.t.Fatal(err)
	}
	return printed.Data
}

// sheetsIn counts the sheets of paper of a PDF.
func sheetsIn(pdf []byte) int {
	return len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(pdf, -1))
}

// lastLines are what stands lowest on each sheet of a PDF.
func lastLines(t *testing.T, pdf []byte) []string {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		absent(t, "pdftotext (poppler-utils)")
	}
	run := exec.CommandContext(t.Context(), "pdftotext", "-layout", "-", "-")
	run.Stdin = bytes.NewReader(pdf)
	out, err := run.Output()
	if err != nil {
		t.Fatal(err)
	}
	var last []string
	for _, sheet := range strings.Split(strings.TrimSuffix(string(out), "\f"), "\f") {
		lines := strings.Split(strings.TrimSpace(sheet), "\n")
		last = append(last, strings.ReplaceAll(lines[len(lines)-1], " ", ""))
	}
	return last
}

// A letter is written and sent; the mailbox turns it down, so it is printed and posted; it comes back, so somebody tells the patient; and then nothing is owed.
func TestLetterOfficeByKeyboard(t *testing.T) {
	t.Parallel()
	s, srv := newGatedWith(t, Options{Ways: []law.Channel{law.ChannelMailbox, law.ChannelMessage}})
	id := s.unanswered("Returpost", law.Granted)
	at := caseURL("FJO", id)
	w := as(t, s, srv, 1440, "letters")
	w.menu("/brev", ".office .rows-table")
	w.press(`.rows-table a[href="`+at+`/brev"]`, "#h-ny")
	w.press(`a[href$="/brev/granted"]`, ".letterview")
	w.fill(`[id="f-v-condition_text"]`, "vondt i kneet")
	w.press(`button[name=vis][value="1"]`, `.letterside button[type=submit]:not([name]):not([disabled])`)
	w.press(`.letterside button[type=submit]:not([name])`, ".donebar")

	owes := func(names ...law.DutyName) {
		t.Helper()
		x := s.state("FJO", id)
		duties := law.DutiesOn(&x.Facts, today, s.d.Settings)
		for _, n := range []law.DutyName{law.DutyInformPatient, law.DutyDeliverLetter, law.DutyPostLetter, law.DutyReachReceiver} {
			if has := slices.ContainsFunc(duties, func(d law.Duty) bool { return d.Name == n }); has != slices.Contains(names, n) {
				t.Fatalf("%s is owed: %t, and those owed should be %v", n, has, names)
			}
		}
	}
	owes(law.DutyDeliverLetter)
	code := itoa(s.state("FJO", id).Seq) + "-patient"
	failed := func(row, why string) {
		t.Helper()
		w.press(row, ".decide")
		if why != "" {
			w.choose("#f-hvorfor", why)
		}
		w.send(".donebar")
	}
	w.menu("/brev", ".office")
	w.press(`.views a[href*="visning=venter"]`, `.views a[href*="visning=venter"][aria-current]`)
	failed(`.rows-table a[href="`+at+`/gjor/letter_not_delivered?sending=`+code+`"]`, "Mottakeren har r")
	owes(law.DutyDeliverLetter, law.DutyPostLetter) // the referrer's copy still waits for its receipt

	// In the print queue: looked at as sheets, printed, and marked as posted.
	w.menu("/brev", ".office")
	w.press(`.views a[href*="visning=utskrift"]`, "#koen")
	for ask[int](t, w.ctx, "count those ticked", `document.querySelectorAll('#koen input[name=brev]:checked').length`) > 1 { // only this one
		w.choose(`#koen input[name=brev]:checked:not([value="FJO/`+itoa(int(id))+`/`+strings.Replace(code, "-", "/", 1)+`"])`, "")
	}
	w.press(`#koen button[formaction="/brev/utskrift"]`, ".letter")
	w.says("Test Returpost")
	queued := w.printed()
	w.press(`a[href="/brev?visning=utskrift"]`, "#koen")
	w.press(`#koen .decide button[type=submit]:not([formaction])`, "#svar")
	owes(law.DutyDeliverLetter)

	// It comes back: the letter is no longer delivered, and somebody must reach the patient.
	w.open(at)
	failed(`a[href$="/gjor/letter_not_delivered"]`, "")
	owes(law.DutyReachReceiver, law.DutyDeliverLetter)
	w.menu("/brev", ".office")
	w.press(`.views a[href*="visning=ikke-levert"]`, `.views a[href*="visning=ikke-levert"][aria-current]`)
	w.says("Returpost", "En person må sørge for")
	w.press(`.rows-table a[href="`+at+`/gjor/letter_delivered?sending=`+code+`"]`, ".decide")
	w.choose("#hvordan-told", "")
	w.send(".donebar")
	owes(law.DutyDeliverLetter)
	w.press(`a[href$="/brev"]`, "#h-se")
	w.says("Til pasienten: Levert 23. apr. (en person). Tidligere forsøk", "(brev i posten): kom i retur i posten")

	// A single letter as it was sent is printed on its own.
	w.press(`a[href*="/sendt/"][href*="til=patient"]:not([href*="pdf"])`, ".letterpage, main .letter")
	alone := w.printed()
	if n, q := sheetsIn(alone), sheetsIn(queued); n != q || n > 2 {
		t.Errorf("the letter is printed on %d sheets, and on %d from the queue", n, q)
	}
	// Every sheet has its number: of how many where there is one letter, and from 1 where several may lie in a pile.
	for i, line := range lastLines(t, alone) {
		if want := itoa(i+1) + "/" + itoa(sheetsIn(alone)); line != want {
			t.Errorf("sheet %d of the letter ends %q, not %q", i+1, line, want)
		}
	}
	for i, line := range lastLines(t, queued) {
		if line != itoa(i+1) {
			t.Errorf("sheet %d from the queue ends %q", i+1, line)
		}
	}
}

// What a patient does on a telephone besides moving a time and complaining: says no to an offer, asks for a freed time and for another place, changes address and
// language, reads a letter, and sees who has looked.
func TestPatientsPagesByKeyboard(t *testing.T) {
	t.Parallel()
	s, srv := newOutside(t)
	if err := s.d.Ledger.Saw(s.ctx, ledger.Access{Tenant: "FJO", Patient: "FJO-AntattAnna", Referral: s.tens["Antatt"], At: s.d.Now().UTC().UnixMicro(), Actor: "booking", Role: "booking", Place: "FJO", Purpose: "booking"}); err != nil {
		t.Fatal(err)
	}
	s.letter("FJO", s.tens["Antatt"], `<!doctype html><html lang="nb"><head><meta name="viewport" content="width=device-width"><title>Brev</title></head><body><p class="letter">Oppdiktet brev.</p></body></html>`)
	w := as(t, s, srv, 390, "gunn")
	fits := func() {
		t.Helper()
		if over := ask[int](t, w.ctx, "measure", `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
			t.Errorf("%s is %d px wider than the telephone", where(t, w.ctx), over)
		}
	}
	follow := func(to, then string) { t.Helper(); w.press(to, then); fits() }
	send := func(then string) { t.Helper(); follow(".pform button[type=submit]", then) }

	w.open("/meg")
	follow(`.minelist a`, "#h-kan")
	follow(`a[href$="/tilbud"]`, "#f-svar")
	w.choose("#svar-nei", "")
	send(`[name="bekreft"]`)
	w.says("trenger ikke sykehuset si fra til Helfo", "Ingenting er sendt")
	send(".donebar")
	if x := s.stateOf("offers"); x.Offers[len(x.Offers)-1].Answer != law.No {
		t.Errorf("the offer is answered %q", x.Offers[len(x.Offers)-1].Answer)
	}

	w.leave()
	w.become("anna")
	w.open("/meg")
	follow(`.minelist a`, "#h-kan")
	follow(`a[href$="/onske"]`, "#f-onske")
	w.choose("#onske-ja", "")
	w.choose("#f-varsel", "En u")
	send(".donebar")
	follow(`a[href$="/annet-sted"]`, "#f-sted")
	w.choose("#f-sted", "Sund")
	w.fill("#f-tekst", "Jeg bor der.")
	send(`[name="bekreft"]`)
	send(".donebar")
	if x := s.stateOf("Antatt"); x.Earlier.Since.IsZero() || x.Earlier.Notice != 7 || !slices.Contains(x.Asked, law.AskOtherPlace) {
		t.Errorf("the wishes are %+v %v", x.Earlier, x.Asked)
	}
	follow(`a[href$="/innsyn"]`, ".lookers")
	w.says("Dag Dummy", "Fjordvik")
	follow(`.crumb a`, "#h-brev")
	follow(`.letters a`, "p.letter")

	// Address and language: the next letters are in nynorsk; the pages are read in nynorsk and in English.
	w.open("/meg")
	follow(`a[href^="/meg/kontakt"]`, "#f-adresse")
	for _, x := range [][2]string{{"telefon", "00 00 00 98"}, {"adresse", "Fabelvegen 2"}, {"postnummer", "9999"}, {"poststed", "Eventyrstad"}} {
		w.fill("#f-"+x[0], x[1])
	}
	w.choose("#sprak-nn", "")
	send(".donebar")
	if p, _, err := s.d.Ledger.Person(s.ctx, "FJO", "FJO-AntattAnna"); err != nil || p.Address != "Fabelvegen 2" || p.Language != "nn" {
		t.Errorf("the details are %q %q %v", p.Address, p.Language, err)
	}
	w.open(s.my("Antatt"))
	for _, x := range [][2]string{{"nn", "Dette kan du gjere"}, {"en", "What you can do"}} {
		run(t, w.ctx, "to the top", script(`document.querySelector(".ds-skip-link").focus()`))
		follow(`.langs a[lang="`+x[0]+`"]`, `.langs b[lang="`+x[0]+`"]`)
		w.says(x[1])
	}
}

// The administrator gives a private hospital the power to assess, looks up a code, writes the house's own words into a letter and sees it, closes a day and changes a
// setting with what each means, and a look from outside is followed up.
func TestAdministratorsDayByKeyboard(t *testing.T) {
	t.Parallel()
	s, srv := newGated(t)
	w := as(t, s, srv, 1440, "admin")
	save := func() {
		t.Helper()
		w.press(`#skjema .decide button[type=submit]:not([name])`, "#lagre")
		w.says("Ingenting er lagret ennå")
	}
	stored := func() { t.Helper(); w.press("#lagre", ".versions") }
	door := func(word, then string) {
		t.Helper()
		w.menu("/admin", ".doors")
		w.press(`.doors a[href="/admin/`+word+`"]`, then)
	}

	door("delegering", ".adminlist")
	w.press(`a[href="/admin/delegering/ny"]`, "#f-provider")
	w.choose("#f-provider", "Knek")
	w.choose("#f-omrade", "Revma")
	w.choose("#f-rhf", "Vest")
	w.fill("#f-kilde", "Vedtak 12/25")
	w.fill("#f-fra", "01.05.2025")
	save()
	stored()

	door("kodeverk", ".adminlist")
	w.fill("#f-q", "8451")
	w.press(".filters button[type=submit]", `.rows-table a[href="/admin/kodeverk/8451"]`)
	w.press(`.rows-table a[href="/admin/kodeverk/8451"]`, ".rows-table")

	door("brevtekster", ".rows-table")
	w.press(`.rows-table a[href$="/granted_appointment"]`, ".letterpreview")
	w.fill("#f-fra", "01.05.2025")
	for _, x := range [][3]string{{"nb", "Parkering", "Det er plass bak bygget."}, {"nn", "Parkering", "Det er plass bak bygget."}, {"en", "Parking", "There is room behind the building."}} {
		w.fill(`[id="f-hode.`+x[0]+`"]`, x[1])
		w.fill(`[id="f-tekst.`+x[0]+`"]`, x[2])
	}
	save()
	w.says("Det er plass bak bygget.", "Brev som er sendt, endres aldri")
	stored()

	door("lukkede-dager", ".adminlist")
	w.press(`a[href="/admin/lukkede-dager/ny"]`, "#f-dag")
	w.fill("#f-dag", "02.05.2025")
	w.fill("#f-navn", "Inneklemt dag")
	save()
	w.says("virkedag")
	stored()
	if s.d.Law(today.Add(1)).Calendar.IsWorking(day.On(2025, 5, 2)) {
		t.Error("the closed day is a working day")
	}

	door("innstillinger", ".rows-table")
	w.press(`.rows-table a[href$="/complaint.days"]`, "#f-verdi")
	w.fill("#f-verdi", "35")
	w.fill("#f-fra", "01.06.2025")
	save()
	stored()
	if got := s.d.Law(day.On(2025, 6, 1)).ComplaintDays; got != 35 {
		t.Errorf("the setting is %d", got)
	}

	// Somebody opens a case from outside, saying why; the auditor asks them, and closes it.
	w.leave()
	w.become("elsewhere")
	w.open(caseURL("FJO", s.tens["over"]))
	w.choose("#grunn", "Øye")
	w.press(`form[action="`+caseURL("FJO", s.tens["over"])+`"] button[type=submit]`, "#h-st")
	w.leave()
	w.become("auditor")
	w.menu("/innsynslogg", ".rows-table")
	w.says("Kari Kulisse")
	w.press(`.views a[href="/innsynslogg/oppfolging"]`, ".verdict")
	w.fill(".verdict [name=grunn]", "Hva var det som hastet?")
	w.press(`.verdict button[value=ask]`, `[role=status]`)
	w.says("den ansatte skal spørres")
}

// From a number of today's picture to its rows, and from the rows to the file of them, which is saved.
func TestManagersFileByKeyboard(t *testing.T) {
	t.Parallel()
	s, srv := newGated(t)
	w := as(t, s, srv, 1440, "manager")
	w.menu("/ledelse", ".big4")
	run(t, w.ctx, "write a long reason", script(`document.querySelector(".flowt tbody th").textContent = "Pasienten får helsehjelp et annet sted, skaffet av Helfo"`))
	run(t, w.ctx, "on a telephone", width(390))
	if over := ask[int](t, w.ctx, "measure", `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		t.Errorf("with a long reason the picture is %d px wider than a telephone", over)
	}
	run(t, w.ctx, "on a screen", width(1440))
	n := ask[string](t, w.ctx, "a number", `document.querySelector('.big4 a[href^="/liste"] .num').textContent.trim()`)
	w.press(`.big4 a[href^="/liste"]`, ".wl")
	rows := ask[int](t, w.ctx, "count the rows", `document.querySelectorAll(".wl tbody tr").length`)
	if itoa(rows) != n {
		t.Errorf("the number is %s, and leads to %d rows", n, rows)
	}
	dir := t.TempDir()
	if _, err := chromedp.Call(w.ctx, cdpbrowser.SetDownloadBehavior, cdpbrowser.SetDownloadBehaviorParams{Behavior: cdpbrowser.SetDownloadBehaviorBehaviorAllow, BrowserContextID: chromedp.FromContext(w.ctx).BrowserContextID, DownloadPath: dir}); err != nil {
		t.Fatal(err)
	}
	w.press(`a[href^="/liste/eksport"]`, "form[data-export]")
	w.says(n)
	w.choose(`input[name=format][value=csv]`, "")
	w.choose("#f-formaal", "Opp")
	w.reach(`form[data-export] button[type=submit]`)
	run(t, w.ctx, "take it out", chromedp.KeyEvent(kb.Enter))
	var file []byte
	for until := time.Now().Add(30 * time.Second); len(file) == 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(until) {
			d, _ := os.ReadDir(dir)
			t.Fatalf("no file is saved: %v %s %s", d, where(t, w.ctx), ask[string](t, w.ctx, "read", `document.querySelector("main").innerText`))
		}
		if names, _ := filepath.Glob(filepath.Join(dir, "*.csv")); len(names) == 1 {
			file, _ = os.ReadFile(names[0])
		}
	}
	if lines := strings.Split(strings.TrimSpace(string(file)), "\n"); len(lines) != rows+1 {
		t.Errorf("the file has %d lines for %d rows", len(lines), rows)
	}
}
