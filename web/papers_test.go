package web

import (
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"rettid/desk"
	"rettid/exception"
	"rettid/law"
	"rettid/ledger"
)

// Every paper holds what it must, each part once under its id and with something in it, on the page and in the PDF made of it; and no patient. RETTID_SHOTS names a folder for the PDFs.
func TestPapersHoldTheirParts(t *testing.T) {
	d, srv := newScheme(t, 90, false)
	sec, doctor := be(t, srv, secretary), be(t, srv, applicant)
	one := func(q ledger.MatterQuery) ledger.Matter {
		t.Helper()
		q.Process, q.Limit = exception.Process, 1
		rows, _, err := d.Ledger.Matters(t.Context(), q)
		if err != nil || len(rows) == 0 {
			t.Fatalf("no matter as %+v (%v)", q, err)
		}
		return rows[0]
	}
	national := []string{exception.National}
	open := one(ledger.MatterQuery{Tenants: national, Kinds: []string{string(law.GroupException)}, Status: "received"})
	closed := one(ledger.MatterQuery{Tenants: national, Kinds: []string{string(law.GroupException)}, Decided: true})
	held := one(ledger.MatterQuery{Tenants: national, Kinds: []string{string(law.MeetingMatter)}, Status: "approved"})
	single := one(ledger.MatterQuery{Tenants: []string{"FJO"}, Kinds: []string{string(law.SingleException)}, Status: "received"})
	take := func(on int, c exception.Command) {
		t.Helper()
		if _, err := d.TakeMatter(t.Context(), desk.MatterOrder{Tenant: "FJO", Matter: single.Matter, At: exception.At{On: schemeDay.Add(on), Actor: applicant, Place: "FJO"}, Do: c}); err != nil {
			t.Fatalf("%s: %v", c.Verb(), err)
		}
	}
	take(-1, &exception.Ask{Words: exception.Say("Svar på siste bildeundersøkelse.")})
	take(-1, &exception.Got{})
	take(-1, &exception.DecideException{Outcome: law.ExGranted, Individual: law.Yes, Stop: []exception.Text{exception.Say("Ingen virkning etter tre måneder.")}, Evaluate: schemeDay.Add(60)})
	take(-1, &exception.Start{})
	take(0, &exception.Evaluate{Result: "extend", Next: schemeDay.Add(80), Words: exception.Say("Trenger mer tid.")})
	person, _, err := d.Ledger.Person(t.Context(), "FJO", single.Patient)
	if err != nil {
		t.Fatal(err)
	}
	app := "/unntak/FJO/" + strconv.FormatInt(single.Matter, 10) + "/papir/"
	_, page := doctor.get("/unntak/FJO/" + strconv.FormatInt(single.Matter, 10))
	seen := make(map[exception.Paper]bool)
	for _, x := range []struct {
		paper exception.Paper
		who   visitor
		at    string
		says  []string
	}{
		{exception.PaperRequest, doctor, app + "foresporsel", []string{"Svar på siste bildeundersøkelse.", "sto stille", "Fagdirektøren, Fjordvik sykehus", "Til: Solveig Søkersen", "-F1", "Versjon 1 "}},
		{exception.PaperReminder, doctor, app + "paminnelse", []string{"21. mai 2026", "Ingen virkning etter tre måneder."}},
		{exception.PaperEvaluation, doctor, app + "evaluering", []string{"Forlenget", "Trenger mer tid."}},
		{exception.PaperMemo, sec, groupURL(open.Matter) + "/framlegg", []string{"dag 1 i saken", "Brukerrepresentant Region"}},
		{exception.PaperDecision, sec, groupURL(closed.Matter) + "/vedtak", []string{"Gjelder fra"}},
		{exception.PaperSummons, sec, meetingURL(open.Meeting) + "/innkalling", []string{"kl. 09.00 til kl. 11.30", "Møterom Kulisse", "Til: De fire fagdirektørene i regionene; Brukerrepresentantene for Region", "FDM 20", "-I"}},
		{exception.PaperMinutes, sec, meetingURL(held.Matter) + "/protokoll", []string{"Godkjent", "Fagdirektør", "-P", "Versjon 1 "}},
		{exception.PaperParticipation, sec, partURL + "/rapport?mnd=36", []string{"Sak for sak", "1. kvartal"}},
	} {
		seen[x.paper] = true
		res, body := x.who.get(x.at)
		if res.StatusCode != 200 {
			t.Errorf("%s: %d", x.at, res.StatusCode)
			continue
		}
		if strings.HasPrefix(x.at, app) && !strings.Contains(page, `href="`+x.at+`"`) {
			t.Errorf("the application's page does not lead to %s", x.at)
		}
		var heads []string
		for _, id := range exception.PaperParts(x.paper) {
			part := regexp.MustCompile(`(?s)<section id="`+id+`">(.*?)</section>`).FindAllStringSubmatch(body, -1)
			if len(part) != 1 || len(text(part[0][1])) < 12 {
				t.Errorf("%s holds %d parts «%s» with something in them", x.paper, len(part), id)
				continue
			}
			heads = append(heads, text(regexp.MustCompile(`(?s)<h2>(.*?)</h2>`).FindStringSubmatch(part[0][1])[1]))
		}
		for _, w := range x.says {
			if !strings.Contains(text(body), w) {
				t.Errorf("%s does not say %q: %s", x.paper, w, text(body))
			}
		}
		for _, d := range regexp.MustCompile(`\b\d{1,2}\. (jan|feb|mars|apr|mai|juni|juli|aug|sep|okt|nov|des)[a-zå]*\.?( \d{4})?`).FindAllStringSubmatch(text(body[strings.Index(body, "<article"):]), -1) {
			if d[2] == "" {
				t.Errorf("%s has the day %q without its year", x.paper, d[0])
			}
		}
		if person.Family == "" || strings.Contains(body, person.Family) || strings.Contains(body, person.LocalID) || strings.Contains(body, single.Patient) {
			t.Errorf("%s tells of a patient", x.paper)
		}
		path, query, _ := strings.Cut(x.at, "?")
		res, file := x.who.get(path + ".pdf?" + query)
		if res.StatusCode != 200 || !strings.HasPrefix(file, "%PDF-") {
			t.Errorf("%s.pdf: %d", path, res.StatusCode)
			continue
		}
		if dir := os.Getenv("RETTID_SHOTS"); dir != "" {
			if err := os.WriteFile(filepath.Join(dir, string(x.paper)+".pdf"), []byte(file), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := exec.LookPath("pdftotext"); err != nil {
			absent(t, "pdftotext (poppler-utils)")
		}
		run := exec.CommandContext(t.Context(), "pdftotext", "-layout", "-", "-")
		run.Stdin = strings.NewReader(file)
		out, err := run.Output()
		if err != nil {
			t.Fatal(err)
		}
		words := strings.Join(strings.Fields(string(out)), " ")
		for _, h := range heads {
			if !strings.Contains(words, h) {
				t.Errorf("%s.pdf has no %q", path, h)
			}
		}
	}
	for _, p := range exception.Papers {
		if !seen[p] {
			t.Errorf("the paper %s is not looked at", p)
		}
	}
	// Who sat somewhere stands by role and region.
	for _, at := range []string{groupURL(open.Matter) + "/framlegg", groupURL(closed.Matter) + "/vedtak", meetingURL(held.Matter) + "/protokoll"} {
		if _, body := sec.get(at); strings.Contains(body[strings.Index(body, "<article"):], "Utvalg-Fiktiv") {
			t.Errorf("%s names a representative", at)
		}
	}
	// A representative reads the papers of groups and none of a single case.
	user := be(t, srv, userNord)
	if res, _ := user.get(groupURL(open.Matter) + "/framlegg"); res.StatusCode != 200 {
		t.Errorf("a representative and the memo: %d", res.StatusCode)
	}
	if res, _ := user.get(app + "paminnelse"); res.StatusCode != 403 && res.StatusCode != 404 {
		t.Errorf("a representative and a reminder in a single case: %d", res.StatusCode)
	}
	if slices.Contains(exception.PaperParts(exception.PaperMemo), "cost") {
		t.Error("prices have no part in the memo (X-807)")
	}
}

// An authority that has not adopted the panels' view lets a case through with fewer than two invited, on the leader's recorded reason alone; the case is then never honoured and stands first in the report
// . The route of a single patient has no such setting (U3-3).
func TestPanelDemandsAsAWarning(t *testing.T) {
	for _, setting := range []string{"refuse", "warn"} {
		d, srv := newScheme(t, 24, false)
		d.Settings.PanelDemands = setting
		sec, dir := be(t, srv, secretary), be(t, srv, director)
		at := sec.step("/gruppeunntak/ny", url.Values{"metode": {"ID2023_902"}, "region": {"vest"}, "indikasjon": {"c99"}, "gruppen": {"Voksne med en annen undertype."}, "pasienter_i_aret": {"25"}, "sammendrag": {"En ny behandling for noen få."}, "grunn": {"Mange enkeltsøknader."},
			"brukere_fra": {"02.03.2026"}})
		meet := sec.step("/moter/nytt", url.Values{"motedag": {"02.03.2026"}, "begynner": {"9.30"}, "slutter": {"11.00"}})
		group, meeting := strconv.FormatInt(idOf(t, at), 10), strconv.FormatInt(idOf(t, meet), 10)
		sec.step(at+"/gjor/set_meeting", url.Values{"mote": {meeting}})
		sec.step(at+"/gjor/take_step", url.Values{"steg": {"memo_final"}})
		sec.step(meet+"/gjor/hold_meeting", url.Values{"direktorer": {"u2101", "u2102", "u2103", "u2104"}})
		vote := func(reason string) (*http.Response, string) {
			_, page := dir.get(meet + "?sak=" + group)
			f := url.Values{"utfall": {"granted"}, "begrunnelse": {"Samlet vurdering."}, "likevel": {reason}}
			for _, r := range law.UserPanels {
				f.Set("stem_"+r, "yes")
			}
			return dir.post(meet+"?sak="+group, keyed(t, page, f))
		}
		if res, body := vote(""); res.StatusCode != http.StatusUnprocessableEntity || setting == "warn" && !strings.Contains(body, "møtelederens grunn") {
			t.Errorf("%s, without a reason: %d", setting, res.StatusCode)
		}
		res, body := vote("Det haster, og panelet er varslet.")
		if setting == "refuse" {
			if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text(body), "Inviter minst to") {
				t.Errorf("a reason opens the gate where the demand refuses: %d", res.StatusCode)
			}
			continue
		}
		// The warning is shown before anything is saved.
		if c, err := d.PeekMatter(t.Context(), exception.National, idOf(t, at), desk.View{}); res.StatusCode != http.StatusOK || !strings.Contains(body, `name="bekreft"`) || !strings.Contains(body, "Fatt vedtaket likevel") || err != nil || c.State.Status != law.ExceptionReceived {
			t.Fatalf("the warning: %d (%v) %s", res.StatusCode, err, text(body))
		}
		_, page := dir.get(meet + "?sak=" + group)
		f := url.Values{"utfall": {"granted"}, "begrunnelse": {"Samlet vurdering."}, "likevel": {"Det haster, og panelet er varslet."}}
		for _, r := range law.UserPanels {
			f.Set("stem_"+r, "yes")
		}
		if res, body := dir.confirmed(meet+"?sak="+group, keyed(t, page, f)); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("confirmed: %d %s", res.StatusCode, text(body))
		}
		c, err := d.PeekMatter(t.Context(), exception.National, idOf(t, at), desk.View{})
		if err != nil || !c.State.Participation.Passed || c.State.ParticipationOn(d.Settings).Value.Verdict != law.NotHonoured {
			t.Errorf("the case is counted as %+v (%v)", c.State.ParticipationOn(d.Settings).Value, err)
		}
		if _, page := sec.get(partURL + "?mnd=3"); strings.Index(page, groupURL(c.ID)+`"`) > strings.Index(page, "data-s=\"done\"") && strings.Contains(page, "data-s=\"done\"") {
			t.Error("the case does not stand before those that are honoured")
		}
	}
}
