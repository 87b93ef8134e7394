package web

import (
	"net/url"
	"strings"
	"testing"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
	"rettid/waitlist"
	"rettid/words"
)

// The control finds what is wrong, leads to what mends it, and changes nothing.
func TestControlFindsAndLeadsToTheMending(t *testing.T) {
	s, srv := newSite(t, Options{})
	twin := s.receive(arrival{given: "Frida", family: "Fiktiv", born: day.On(1984, 7, 1), on: day.On(2025, 4, 14)})
	other := s.receive(arrival{given: "Frida", family: "Fiktiv", born: day.On(1984, 7, 1), on: day.On(2025, 4, 15)})
	x := s.receive(arrival{given: "Død", family: "Dummy", born: day.On(1940, 7, 1), on: day.On(2025, 2, 14), c: referral.Receive{Site: "FJO-F"}})
	s.grant("FJO", x, day.On(2025, 2, 20), day.On(2025, 7, 1), "")
	s.book("FJO", x, day.On(2025, 3, 1), day.On(2025, 6, 1), 600)
	s.do("FJO", x, day.On(2025, 4, 2), law.Secretary, "Pia Pseudosen", &referral.Close{Reason: law.Died})
	_, page := get(t, srv, "/liste/kontroll")
	for _, want := range []string{"Ikke vurdert innen fristen", "Åpen to ganger for samme pasient", actURL("FJO", twin, "close"), actURL("FJO", other, "close"), "Saken er avsluttet, men har fortsatt en time", actURL("FJO", x, "correct"),
		caseURL("FJO", s.tens["late-assessment"]) + "/vurder"} {
		if !strings.Contains(page, want) {
			t.Errorf("the control lacks %s", want)
		}
	}
	_, page = get(t, srv, "/liste/kontroll?visning=twin")
	if strings.Count(page, "FJO-") != 2 {
		t.Errorf("two twins, on the page %s", text(page))
	}
	// Mended, it is no longer there.
	s.do("FJO", other, today, law.Secretary, "Pia Pseudosen", &referral.Close{Reason: law.Duplicate})
	if _, page = get(t, srv, "/liste/kontroll?visning=twin"); strings.Contains(page, actURL("FJO", twin, "close")) {
		t.Error("a twin that was closed is still found")
	}
	if status, _ := get(t, srv, "/liste/kontroll?visning=x"); status != 400 {
		t.Errorf("an unknown kind: %d", status)
	}
	_, file := post(t, srv, "/liste/kontroll", url.Values{"sok": {"visning=booked_closed"}})
	if lines := strings.Split(strings.TrimSpace(file), "\n"); len(lines) != 2 || !strings.Contains(lines[1], "Dummy, Død") {
		t.Errorf("the file is %q", lines)
	}
	log, err := s.d.Ledger.Accesses(s.ctx, "FJO", "", 10, 0)
	if err != nil || len(log) != 1 || log[0].Purpose != "export_validation" {
		t.Errorf("the download is logged as %v, %v", log, err)
	}
}

// Each of the checks leads to a page that has the question it is mended by.
func TestEveryFlawLeadsToItsMending(t *testing.T) {
	s, srv := newSite(t, Options{})
	v := &view{s: makeSite(s.d, Options{Demo: true}), frame: &frame{Lang: words.NB, Today: today}}
	x := s.receive(arrival{given: "Død", family: "Dummy", born: day.On(1940, 7, 1), on: day.On(2025, 2, 14), c: referral.Receive{Site: "FJO-F"}})
	s.grant("FJO", x, day.On(2025, 2, 20), day.On(2025, 7, 1), "")
	s.book("FJO", x, day.On(2025, 3, 1), day.On(2025, 6, 1), 600)
	s.do("FJO", x, day.On(2025, 4, 2), law.Secretary, "Pia Pseudosen", &referral.Close{Reason: law.Died})
	granted, booked := s.tens["Fiktiv"], s.tens["Liksom"]
	for code, tt := range map[string]struct {
		id   int64
		asks []string // what the page has
	}{
		waitlist.LateNoContact:     {s.tens["over"], []string{`id="h-pl"`, "/gjor/offer"}},
		waitlist.Unassessed:        {s.tens["late-assessment"], []string{`name="sok"`, `name="dato"`}},
		waitlist.NoOwner:           {granted, []string{`name="dag"`}},
		waitlist.TimePassed:        {booked, []string{`name="hva"`}},
		waitlist.BookedClosed:      {x, []string{"?linje=3", "Time satt opp"}},
		waitlist.StillProvisional:  {booked, []string{`name="dag"`, `value="forelopig"`}},
		waitlist.Stale:             {granted, []string{`name="dag"`}},
		waitlist.Twin:              {granted, []string{`value="duplicate"`}},
		waitlist.NoDeadline:        {granted, []string{`name="rettegrunn"`, `name="senest"`}},
		waitlist.DeadlineBefore:    {granted, []string{"/vurder?rett=1", "?linje=1"}},
		waitlist.SeniorityAfter:    {granted, []string{`name="forst"`, `name="dato"`}},
		waitlist.AssessedBefore:    {granted, []string{"/vurder?rett=1", "?linje=1"}},
		waitlist.AppointmentBefore: {booked, []string{"Time satt opp", "?linje=1"}},
		waitlist.NoSpecialty:       {granted, []string{`name="fag"`}},
		waitlist.NoCondition:       {granted, []string{`name="rettegrunn"`, `name="sok"`}},
		waitlist.NoBirth:           {granted, []string{`name="fodt"`}},
		waitlist.NoSite:            {granted, []string{`name="liste"`, `value="FJO-H"`}},
		waitlist.WishPassed:        {granted, []string{`name="dag"`}},
	} {
		r, ok, err := s.d.Ledger.Row(s.ctx, "FJO", tt.id)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		to := v.mend(row{Row: r, State: s.state("FJO", tt.id)}, waitlist.FlawOf(code))
		status, page := get(t, srv, to.URL)
		if status != 200 || to.Text == "" {
			t.Errorf("%s leads to %q, %s: %d", code, to.Text, to.URL, status)
		}
		for _, want := range tt.asks {
			if !strings.Contains(page, want) {
				t.Errorf("%s leads to %s, which has no %s", code, to.URL, want)
			}
		}
	}
	for _, code := range waitlist.Flaws {
		if waitlist.FlawOf(code).Mend == "" {
			t.Errorf("%s has no mending", code)
		}
	}
}

// A reception that lacks its list is corrected, and is then found no more; what the form does not ask stays as it was.
func TestReceptionIsMended(t *testing.T) {
	s, srv := newSite(t, Options{})
	id := s.receive(arrival{given: "Uten", family: "Liste", born: day.On(1980, 3, 4), on: day.On(2025, 3, 3), c: referral.Receive{Urgent: true}})
	s.grant("FJO", id, day.On(2025, 3, 10), day.On(2025, 6, 2), "")
	was := s.state("FJO", id)
	path := actURL("FJO", id, "correct")
	if _, page := get(t, srv, "/liste/kontroll?visning=no_site"); !strings.Contains(page, path+"?linje=1") {
		t.Fatalf("the control does not lead to the reception: %s", text(page))
	}
	_, page := get(t, srv, path+"?linje=1")
	res, body := post(t, srv, path, filled(t, page, "liste", "SUN-A", "hvorfor", "Holmen var ikke valgt."))
	if res.StatusCode != 422 || !strings.Contains(text(body), "Velg et sted ved det samme sykehuset") {
		t.Errorf("another hospital's list: %d %s", res.StatusCode, text(body))
	}
	_, body = post(t, srv, path, filled(t, page, "liste", "FJO-H", "hvorfor", "Holmen var ikke valgt."))
	res, body = post(t, srv, path, filled(t, body))
	is := s.state("FJO", id)
	if res.StatusCode != 303 || is.Site != "FJO-H" {
		t.Fatalf("%d, the list is %q: %s", res.StatusCode, is.Site, text(body))
	}
	if is.Patient != was.Patient || is.Born != was.Born || !is.Urgent || is.Seniority != was.Seniority || is.StartBy != was.StartBy || is.From != was.From || is.Municipality != was.Municipality {
		t.Errorf("more was changed than the list: %+v, was %+v", is.Facts, was.Facts)
	}
	if _, page := get(t, srv, "/liste/kontroll?visning=no_site"); strings.Contains(page, path) {
		t.Error("the reception is mended, and is still found")
	}
}
