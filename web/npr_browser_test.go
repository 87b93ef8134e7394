package web

import (
	"net/url"
	"testing"

	"github.com/chromedp/chromedp"
)

// axe-core finds nothing to say of the registry's pages; nothing is wider than the window. RETTID_SHOTS names a folder for pictures of them.
func TestRegistryPagesInABrowser(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	_, srv := newSite(t, Options{})
	eye := newEye(t, ctx)
	scope := url.Values{"periode": {"2025-04"}, "sykehus": {"FJO"}, "sted": {"FJO-F"}}
	at := "/npr/melding?" + scope.Encode()
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
		eye.look(x.name, 1440, 390)
	}
}
