package web

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"rettid/exception"
	"rettid/law"
	"rettid/ledger"
)

// axe-core finds nothing to say of the pages of group exceptions, meetings, users' part and the review of practice, and none is wider than the window. A representative
// gives an input with the keyboard alone. RETTID_SHOTS names a folder for pictures.
func TestGroupPagesInABrowser(t *testing.T) {
	axe, err := os.ReadFile("testdata/axe/node_modules/axe-core/axe.min.js")
	if err != nil {
		absent(t, "axe-core (npm ci in web/testdata/axe)")
	}
	ctx := browser(t)
	d, srv := newScheme(t, 60, false)
	rows, _, err := d.Ledger.Matters(t.Context(), ledger.MatterQuery{Tenants: []string{exception.National}, Process: exception.Process, Kinds: []string{string(law.GroupException)}, Status: "received", Limit: 1})
	if err != nil || len(rows) != 1 {
		t.Fatalf("no open group case (%v)", err)
	}
	at, meet := groupURL(rows[0].Matter), meetingURL(rows[0].Meeting)
	if _, err := chromedp.Call(ctx, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: true}); err != nil {
		t.Fatal(err)
	}
	who := ""
	for _, x := range []struct{ name, who, path string }{
		{"meeting", secretary, meet}, {"group", secretary, at}, {"group-step", secretary, meet + "/gjor/set_agenda"}, {"group-list", secretary, "/gruppeunntak"}, {"meeting-list", secretary, "/moter"}, {"paper", secretary, meet + "/innkalling"},
		{"part", secretary, "/brukermedvirkning"}, {"equity", secretary, "/praksisgjennomgang"}, {"rep", userNord, "/bruker"}, {"meeting-en", userNord, meet + "?lang=en"}, {"rep-nb", userNord, "/bruker?lang=nb"},
	} {
		if who != x.who {
			enter(t, ctx, srv, x.who, x.path)
			who = x.who
		}
		run(t, ctx, "open "+x.name, chromedp.Navigate(srv.URL+x.path), chromedp.WaitReady("footer"), script(string(axe)))
		for _, w := range []int64{1440, 390} {
			run(t, ctx, "resize", width(w))
			for _, v := range ask[[][]string](t, ctx, "measure "+x.name, `axe.run().then(r => r.violations.map(v => [v.id, v.help, ...v.nodes.slice(0, 2).map(n => n.html.slice(0, 200) + " " + n.failureSummary)]))`) {
				t.Errorf("%s at %d px: %v", x.name, w, v)
			}
			if ask[bool](t, ctx, "measure", `document.documentElement.scrollWidth > document.documentElement.clientWidth`) {
				t.Errorf("%s at %d px is wider than the window", x.name, w)
			}
			if dir := os.Getenv("RETTID_SHOTS"); dir != "" {
				png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d.png", x.name, w)), png, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	run(t, ctx, "begin an input", width(1440), chromedp.Navigate(srv.URL+at+"/gjor/give_input"), chromedp.WaitReady("#f-innspill"), chromedp.Focus("#f-innspill"), chromedp.KeyEvent("Vi trenger svar om reise."), chromedp.KeyEvent("\t"), chromedp.KeyEvent("\t"), chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(".groupgrid .said"))
	if got := ask[bool](t, ctx, "read the page", `document.body.textContent.includes("Vi trenger svar om reise.")`); !got {
		t.Error("what the representative wrote by keyboard is not on the page")
	}
}
