package web

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// As administrator, auditor and manager, with the keyboard alone, and axe on every page on the way.
func TestAdminByKeyboard(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	s, srv := newGated(t)
	eye := newEye(t, ctx)
	check := func(name string) {
		eye.lookInto("admin-"+name, 1440, 720, 390)
		run(t, ctx, "resize", width(1440))
	}
	signIn := func(who string) {
		run(t, ctx, "sign in as "+who, chromedp.Navigate(srv.URL+"/inn"), chromedp.WaitReady(`button[value="`+who+`"]`), chromedp.Focus(`button[value="`+who+`"]`), chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(".out"))
	}
	open := func(path, ready string) {
		run(t, ctx, "open "+path, chromedp.Navigate(srv.URL+path), chromedp.WaitReady(ready))
	}
	signIn("admin")
	for _, x := range []struct{ name, path string }{{"front", "/admin"}, {"people", "/admin/folk"}, {"person", "/admin/folk/booking"}, {"settings", "/admin/innstillinger"}, {"setting", "/admin/innstillinger/deadline.roll"}, {"units", "/admin/enheter"}, {"unit", "/admin/enheter/FJO.FJO-01"}, {"letters", "/admin/brevtekster"}, {"letter", "/admin/brevtekster/granted_appointment"}, {"facts", "/admin/brevopplysninger"}, {"fact", "/admin/brevopplysninger/letter.helfo_phone"}, {"codes", "/admin/kodeverk"}, {"code", "/admin/kodeverk/8451"}, {"sessions", "/innlogginger"}} {
		open(x.path, "footer")
		check(x.name)
	}
	open("/admin/innstillinger/complaint.days", "#f-verdi")
	run(t, ctx, "change a setting", chromedp.Focus("#f-verdi"), chromedp.KeyEvent(kb.End), chromedp.KeyEvent(kb.Backspace+kb.Backspace+"35"), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent("01.06.2025"), chromedp.KeyEvent(kb.Enter), chromedp.WaitReady("#lagre"))
	check("confirm")
	run(t, ctx, "save it", chromedp.Focus("#lagre"), chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(".versions"))
	check("versions")
	if got := s.d.Law(today.Add(60)).ComplaintDays; got != 35 {
		t.Errorf("the setting is %d", got)
	}
	be(t, srv, "elsewhere").post(caseURL("FJO", s.tens["over"]), map[string][]string{"grunn": {"emergency"}})
	v := be(t, srv, "elsewhere")
	v.post(caseURL("FJO", s.tens["over"]), map[string][]string{"grunn": {"emergency"}})
	v.get(caseURL("FJO", s.tens["over"]))
	run(t, ctx, "sign out", chromedp.Focus(".out button"), chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(`button[value="auditor"]`))
	signIn("auditor")
	open("/innsynslogg", "footer")
	check("log")
	open("/innsynslogg/oppfolging", ".verdict")
	check("followup")
	run(t, ctx, "close it", chromedp.Focus(`button[value="fine"]`), chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(`[role="status"]`))
	if at := where(t, ctx); !strings.Contains(at, "gjort=fine") {
		t.Errorf("after closing at %s", at)
	}
	run(t, ctx, "sign out", chromedp.Focus(".out button"), chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(`button[value="manager"]`))
	signIn("manager")
	open("/ledelse", ".figs")
	check("manager")
}
