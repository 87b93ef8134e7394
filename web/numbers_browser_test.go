package web

import (
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// axe-core finds nothing to say of the pages of figures; nothing is wider than the window. RETTID_SHOTS names a folder for pictures of them.
func TestNumbersInABrowser(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	_, srv := newSite(t, Options{Demo: true})
	eye := newEye(t, ctx)
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
		eye.look(x.name, 1440, 720, 390)
	}
}
