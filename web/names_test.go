package web

import (
	"strings"
	"testing"

	"rettid/access"
	"rettid/ledger"
)

// Names are looked up when they are shown: the log has ids, and a log from before has names.
func TestActorNames(t *testing.T) {
	people, err := access.ReadPeople(strings.NewReader(everyone))
	if err != nil {
		t.Fatal(err)
	}
	s := &site{people: people, o: Options{User: User{ID: "local", Name: "Fia Fiktiv"}}}
	for id, want := range map[string]string{"booking": "Dag Dummy", "local": "Fia Fiktiv", "Odd Omriss": "Odd Omriss", "gone": "gone", "": ""} {
		if got := s.actor(id); got != want {
			t.Errorf("%q is shown as %q, want %q", id, got, want)
		}
	}
	if got := (&site{}).actor("u1"); got != "u1" {
		t.Errorf("without people: %q", got)
	}
}

// What is done and seen through the pages never writes a name down.
func TestNoNamesInLogs(t *testing.T) {
	s, srv := newGated(t)
	id := s.tens["over"]
	be(t, srv, "booking").get(caseURL("FJO", id))
	x, _, err := s.d.Ledger.Row(s.ctx, "FJO", id)
	if err != nil {
		t.Fatal(err)
	}
	looks, err := s.d.Ledger.Accesses(s.ctx, "FJO", x.Patient, 100, 0)
	if err != nil || !has(looks, "booking") || has(looks, "Dag Dummy") {
		t.Errorf("looks: %+v, %v", looks, err)
	}
}

func has(looks []ledger.Access, actor string) bool {
	for _, a := range looks {
		if a.Actor == actor {
			return true
		}
	}
	return false
}

// A look a patient has taken stands in the access log as the patient's, and not by the word of the log.
func TestAccessLogNamesThePatient(t *testing.T) {
	s, srv := newGated(t)
	if err := s.d.Ledger.Saw(s.ctx, ledger.Access{Tenant: "FJO", Patient: "FJO-TestesenTrym", Referral: s.tens["Testesen"], At: s.d.Now().UTC().UnixMicro(), Actor: "patient", Role: "patient", Purpose: "own_case"}); err != nil {
		t.Fatal(err)
	}
	if _, body := be(t, srv, "auditor").get("/innsynslogg"); !strings.Contains(text(body), "Pasienten selv") || strings.Contains(text(body), " patient ") {
		t.Errorf("the log: %s", text(body))
	}
}
