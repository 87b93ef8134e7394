package web

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"rettid/desk"
	"rettid/exception"
	"rettid/law"
	"rettid/ledger"
)

// axe-core finds nothing to say of the pages of group exceptions, meetings, users' part and the review of practice, and none is wider than the window. A representative
// gives an input with the keyboard alone. RETTID_SHOTS names a folder for pictures.
func TestGroupPagesInABrowser(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	d, srv := newScheme(t, 60, false)
	rows, _, err := d.Ledger.Matters(t.Context(), ledger.MatterQuery{Tenants: []string{exception.National}, Process: exception.Process, Kinds: []string{string(law.GroupException)}, Status: "received", Limit: 1})
	if err != nil || len(rows) != 1 {
		t.Fatalf("no open group case (%v)", err)
	}
	at, meet := groupURL(rows[0].Matter), meetingURL(rows[0].Meeting)
	eye := newEye(t, ctx)
	who := ""
	for _, x := range []struct{ name, who, path string }{
		{"meeting", secretary, meet}, {"group", secretary, at}, {"group-step", secretary, meet + "/gjor/set_agenda"}, {"group-list", secretary, "/gruppeunntak"}, {"meeting-list", secretary, "/moter"}, {"paper", secretary, meet + "/innkalling"},
		{"part", secretary, "/brukermedvirkning"}, {"equity", secretary, "/praksisgjennomgang"}, {"rep", userNord, "/bruker"}, {"meeting-en", userNord, meet + "?lang=en"}, {"rep-nb", userNord, "/bruker?lang=nb"},
	} {
		if who != x.who {
			enter(t, ctx, srv, x.who, x.path)
			who = x.who
		}
		run(t, ctx, "open "+x.name, chromedp.Navigate(srv.URL+x.path), chromedp.WaitReady("footer"))
		eye.look(x.name, 1440, 390)
	}
	run(t, ctx, "begin an input", width(1440), chromedp.Navigate(srv.URL+at+"/gjor/give_input"), chromedp.WaitReady("#f-innspill"), chromedp.Focus("#f-innspill"), chromedp.KeyEvent("Vi trenger svar om reise."), chromedp.KeyEvent("\t"), chromedp.KeyEvent("\t"), chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(".groupgrid .said"))
	if got := ask[bool](t, ctx, "read the page", `document.body.textContent.includes("Vi trenger svar om reise.")`); !got {
		t.Error("what the representative wrote by keyboard is not on the page")
	}
}

// A group exception from its proposal to its review by the keyboard alone: the secretariat, a user representative and a medical director each do their own part, the law's
// warnings are confirmed where there are any, and axe-core finds nothing to say of what only such a case shows. RETTID_SHOTS names a folder for pictures.
func TestGroupByKeyboard(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	d, srv := newScheme(t, 12, false)
	rows, _, err := d.Ledger.Matters(t.Context(), ledger.MatterQuery{Tenants: []string{exception.National}, Process: exception.Process, Kinds: []string{string(law.GroupException)}, Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	var valid *exception.Matter // a group exception in force, which the new one is to overlap
	var ahead int64             // a meeting that is planned
	for _, r := range rows {
		m, err := desk.MatterState(r)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case m.Status == law.ExceptionReceived && m.MeetingID != 0:
			ahead = m.MeetingID
		case m.Outcome.Granted() && m.EndedOn.IsZero() && m.ValidTo.After(schemeDay) && (valid == nil || m.ValidTo.After(valid.ValidTo)):
			valid = &m
		}
	}
	if valid == nil || ahead == 0 {
		t.Fatal("the made-up years have no group exception in force, or no case with a meeting")
	}
	eye := newEye(t, ctx)
	w := &walker{t, ctx, srv.URL, false}
	run(t, ctx, "a screen", width(1440))
	as := func(who, path string) {
		t.Helper()
		enter(t, ctx, srv, who, path)
	}
	// pick goes down a drop-down to a value.
	pick := func(css, value string) {
		t.Helper()
		w.reach(css)
		for range 40 {
			if ask[string](t, ctx, "read the choice", fmt.Sprintf("document.querySelector(%q).value", css)) == value {
				return
			}
			run(t, ctx, "arrow", chromedp.KeyEvent(kb.ArrowDown))
		}
		t.Fatalf("%s has no %q", css, value)
	}
	// sent submits a form, and confirms what the law warns of; warned names that page.
	sent := func(button, warned string) {
		t.Helper()
		w.press(button, "main")
		confirm := ask[bool](t, ctx, "is it to be confirmed", `!!document.querySelector('[name="bekreft"]')`)
		if confirm != (warned != "") {
			t.Errorf("%s is to be confirmed: %v: %s", where(t, ctx), confirm, ask[string](t, ctx, "read", `document.querySelector("#svar")?.innerText || ""`))
		}
		if confirm {
			if warned != "" {
				eye.look("group-"+warned, 1440)
			}
			w.press(button, "main")
		}
		if no := ask[string](t, ctx, "read what is wrong", `document.querySelector("#svar")?.innerText || ""`); no != "" {
			t.Fatalf("%s: %s", where(t, ctx), no)
		}
	}
	const save = ".decide button[type=submit]"
	// step takes a step, from its link on the page.
	step := func(verb, warned string, fields func()) {
		t.Helper()
		w.press(`a[href$="/gjor/`+verb+`"]`, save)
		if fields != nil {
			fields()
		}
		sent(save, warned)
	}

	// A meeting with hours and a place, and a proposal.
	as(secretary, "/moter")
	w.press(`a[href="/moter/nytt"]`, "#f-motedag")
	w.fill("#f-motedag", "02.03.2026")
	w.fill("#f-begynner", "12.30")
	w.fill("#f-slutter", "14.00")
	w.fill("#f-motested", "Møterom Kulisse")
	sent(save, "")
	meet := where(t, ctx)
	w.says("12.30", "Møterom Kulisse")
	w.open("/gruppeunntak")
	w.press(`a[href="/gruppeunntak/ny"]`, "#f-metode")
	w.fill("#f-metode", valid.Method)
	w.fill("#f-indikasjon", valid.Form.Indication)
	w.fill("#f-gruppen", "Voksne med tilbakefall.")
	w.fill("#f-pasienter_i_aret", "25")
	w.fill("#f-sammendrag", "Ny behandling for noen.")
	w.fill("#f-kostnad", "400 000 kroner.")
	w.fill("#f-grunn", "Mange søker hver for seg.")
	sent(save, "")
	group := where(t, ctx)
	id := strconv.FormatInt(idOf(t, group), 10)

	// The users know, the case has a meeting and is moved to another.
	step("notify_users", "", func() { w.choose("#representanter-"+userNord, ""); w.choose("#representanter-u1703", "") })
	step("select_representatives", "", func() {
		w.choose("#representanter-"+userNord, "")
		w.choose("#representanter-u1703", "")
		w.fill("#f-hvorfor_disse", "De kjenner gruppen.")
	})
	step("set_meeting", "", func() { pick("#f-mote", strconv.FormatInt(ahead, 10)) })
	step("set_meeting", "", func() {
		pick("#f-mote", strconv.FormatInt(idOf(t, meet), 10))
		w.fill("#f-hvorfor_utsatt", "Det haster.")
	})
	w.says("Det haster.")
	eye.look("group-moved", 1440)
	step("take_step", "", func() { w.choose("#steg-memo_final", "") })
	w.open(meet)
	step("set_agenda", "", func() {
		pick("#f-sak1", id)
		w.fill("#f-papir1", "# Bakgrunn")
	})
	step("invite", "", func() { w.choose("#representanter-"+userNord, ""); w.choose("#representanter-u1703", "") })
	step("declare", "", func() {
		pick("#f-hvem", "u2104")
		w.choose("#inhabil-ja", "")
		w.choose("#taushet-ja", "")
	})

	// The representative's own workspace: the invitation, the statement, the price it opens, and an input.
	as(userNord, "/bruker")
	eye.look("group-workspace", 1440)
	w.press(`a[href^="`+meet+`/gjor/declare"]`, "#f-inhabil")
	w.choose("#inhabil-nei", "")
	w.choose("#taushet-ja", "")
	sent(save, "")
	w.open("/bruker")
	w.press(`a[href="`+group+`/gjor/give_input"]`, "#f-innspill")
	w.fill("#f-innspill", "Reisen må dekkes.")
	sent(save, "")
	w.open(group)
	w.says("400 000", "Reisen må dekkes.")
	as(secretary, group)
	step("answer_input", "", func() {
		w.choose("#svar-adopted", "")
		w.fill("#f-begrunnelse", "Reise dekkes.")
	})
	w.open(meet)
	step("hold_meeting", "", func() {
		w.choose("#brukere-"+userNord, "")
		for _, x := range []string{"u2101", "u2102", "u2103"} {
			w.choose("#direktorer-"+x, "")
		}
		w.choose("#varaer-u2104", "")
	})
	as(userNord, meet)
	step("give_opinion", "", func() {
		pick("#f-sak", id)
		w.fill("#f-uttalelse", "Vi er uenige om reise.")
		w.choose("#uenig-ja", "")
	})
	as(secretary, meet)
	step("answer_opinion", "", func() { w.fill("#f-svar_uttalelse", "Reise dekkes.") })

	// The decision overlaps another in force: the law warns of it, and the case says so ever after.
	as(director, meet+"?sak="+id)
	for _, r := range law.UserPanels {
		w.choose(`input[name="stem_`+r+`"][value="yes"]`, "")
	}
	w.choose("#utfall-granted", "")
	w.fill("#f-begrunnelse", "Samlet vurdering.")
	sent(".closing button[type=submit]", "overlap-warned")
	w.open(group)
	if !ask[bool](t, ctx, "look for the overlap", `!!document.querySelector('.ds-alert[data-color="warning"] a[href^="/gruppeunntak/"]')`) {
		t.Error("the case does not say what it overlaps")
	}
	eye.look("group-overlap", 1440)
	as(secretary, group)
	step("publish", "", func() { w.fill("#f-kunngjoring", "Regionene har sagt ja.") })
	w.open(meet)
	step("write_minutes", "", func() { w.fill("#f-protokoll", "Vedtak som foreslått.") })
	as(director, meet)
	step("approve_minutes", "", nil)
	w.open(group)
	step("review_group", "", func() {
		w.choose("#resultat-continue", "")
		w.fill("#f-begrunnelse", "Går som ventet.")
	})
	w.open(publicURL + "/" + id)
	w.says("Regionene har sagt ja.")
	eye.look("group-public", 1440)

	c, err := d.PeekMatter(t.Context(), exception.National, idOf(t, group), desk.View{})
	if err != nil {
		t.Fatal(err)
	}
	m := c.State
	if m.Outcome != law.ExGranted || len(m.Decision.Votes) != 4 || m.Decision.Meeting.Dissenting != 1 || m.PublishedOn != schemeDay || len(m.Inputs) != 1 || m.Inputs[0].Answer != "adopted" || len(m.Postponed) != 1 {
		t.Errorf("the case: %+v", m)
	}
	if mt, err := d.PeekMatter(t.Context(), exception.National, idOf(t, meet), desk.View{}); err != nil || mt.State.Status != law.MeetingApproved || mt.State.Meeting.Begins != "12:30" {
		t.Errorf("the meeting: %+v (%v)", mt.State.Meeting, err)
	}
}
