package web

import (
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// axe-core finds nothing to say of the registry's pages; nothing is wider than the window. RETTID_SHOTS names a folder for pictures of them.
func TestRegistryPagesInABrowser(t *testing.T) {
	t.Parallel()
	axe, err := os.ReadFile("testdata/axe/node_modules/axe-core/axe.min.js")
	if err != nil {
		absent(t, "axe-core (npm ci in web/testdata/axe)")
	}
	ctx := browser(t)
	_, srv := newSite(t, Options{})
	if _, err := chromedp.Call(ctx, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: true}); err != nil {
		t.Fatal(err)
	}
	scope := url.Values{"periode": {"2025-04"}, "sykehus": {"FJO"}, "sted": {"FJO-F"}}
	at := "/npr/melding?" + scope.Encode()
	dir := os.Getenv("RETTID_SHOTS")
	for _, x := range []struct{ name, path, do string }{
		{"npr", "/npr?periode=2025-04", ""},
		{"npr-not-made", at, ""},
		{"npr-made", at, `document.querySelector('form[action="/npr/lag"] button').click()`},
		{"npr-sent", at, `document.querySelector('form[action="/npr/sendt"] button').click()`},
		{"npr-list-made", "/npr?periode=2025-04&sykehus=FJO", ""},
	} {
		run(t, ctx, "open "+x.name, width(1440), chromedp.Navigate(srv.URL+x.path), chromedp.WaitReady("footer"))
		if x.do != "" {
			run(t, ctx, "do "+x.name, script(x.do), chromedp.WaitReady(`main .ds-alert[role="status"]`))
		}
		run(t, ctx, "axe", script(string(axe)))
		for _, w := range []int64{1440, 390} {
			run(t, ctx, "resize", width(w))
			for _, v := range ask[[][]string](t, ctx, "axe", `axe.run().then(r => r.violations.map(v => [v.id, v.help, ...v.nodes.slice(0, 3).map(n => n.html + " " + n.failureSummary)]))`) {
				t.Errorf("%s at %d px: %q", x.name, w, v)
			}
			if ask[bool](t, ctx, "measure", `document.documentElement.scrollWidth > document.documentElement.clientWidth`) {
				t.Errorf("%s at %d px is wider than the window", x.name, w)
			}
			if dir != "" {
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
