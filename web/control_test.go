package web

import (
	"net/url"
	"strings"
	"testing"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
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
