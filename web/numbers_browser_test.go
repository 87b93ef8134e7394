package web

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// axe-core finds nothing to say of the pages of figures; nothing is wider than the window. RETTID_SHOTS names a folder for pictures of them.
func TestNumbersInABrowser(t *testing.T) {
	t.Parallel()
	axe, err := os.ReadFile("testdata/axe/node_modules/axe-core/axe.min.js")
	if err != nil {
		absent(t, "axe-core (npm ci in web/testdata/axe)")
	}
	ctx := browser(t)
	_, srv := newSite(t, Options{Demo: true})
	if _, err := chromedp.Call(ctx, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: true}); err != nil {
		t.Fatal(err)
	}
	dir := os.Getenv("RETTID_SHOTS")
	for _, x := range []struct{ name, path string }{
		{"numbers", "/tall?periode=2025-04"},
		{"numbers-nation", "/tall?kilde=nasjon"},
		{"numbers-cells", "/tall?kilde=nasjon&fordel=region&og=sector&gruppe=startet&sorter=concluded_median_days&retning=ned&skjul=1"},
		{"numbers-empty", "/tall?periode=2025-04&fagomrade=610&fordel=sex"},
		{"numbers-rows", "/tall/rader?periode=2025-04&tall=waiting"},
		{"numbers-charts", "/tall/diagram?kilde=nasjon"},
		{"numbers-charts-own", "/tall/diagram?periode=2025-03&mal=closing"},
		{"numbers-report", "/tall/rapport?kilde=nasjon"},
		{"numbers-published", "/tall/offentlig?periode=2025-03"},
		{"numbers-defined", "/tall/definisjoner"},
	} {
		if only := os.Getenv("RETTID_SHOTS_ONLY"); only != "" && !strings.Contains(","+only+",", ","+x.name+",") {
			continue
		}
		run(t, ctx, "open "+x.name, width(1440), chromedp.Navigate(srv.URL+x.path), chromedp.WaitReady("footer"), chromedp.WaitReady("main .sheet:not([aria-busy]), main .ds-alert"))
		run(t, ctx, "axe", script(string(axe)))
		for _, w := range []int64{1440, 720, 390} {
			run(t, ctx, "resize", width(w))
			for _, v := range ask[[][]string](t, ctx, "axe", `axe.run().then(r => r.violations.map(v => [v.id, v.help, ...v.nodes.slice(0, 3).map(n => n.html + " " + n.failureSummary)]))`) {
				t.Errorf("%s at %d px: %q", x.name, w, v)
			}
			if ask[bool](t, ctx, "measure", `document.documentElement.scrollWidth > document.documentElement.clientWidth`) {
				t.Errorf("%s at %d px is wider than the window", x.name, w)
			}
			if dir != "" && w != 720 {
				png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, x.name+"-"+strconv.FormatInt(w, 10)+".png"), png, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}
