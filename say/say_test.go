package say

import (
	"testing"

	"rettid/day"
	"rettid/law"
	"rettid/words"
)

func TestReasonMeetsItsWords(t *testing.T) {
	due, err := law.AssessmentDue(law.Clock{Seniority: day.On(2025, 4, 14)}, law.Default())
	if err != nil {
		t.Fatal(err)
	}
	got := Reasons(words.NB, due.Because)
	want := []string{"Henvisningen ble mottatt 14. april 2025.", "Fristen er 10 virkedager etter mottak.", "17. april 2025 er skjærtorsdag og regnes ikke med."}
	for i, w := range want {
		if i >= len(got) || got[i] != w {
			t.Errorf("sentence %d: got %q, want %q", i, got, w)
		}
	}
}

func TestObjectionNamesItsNorms(t *testing.T) {
	os := law.Basis([]string{"gender"}, law.DecidingRight, law.Granted)
	text, cite := Objection(words.NB, os[0])
	if text != "Kjønn kan ikke telle. Fjern denne grunnen." {
		t.Errorf("text: %q", text)
	}
	if want := "pbrl. § 2-2; prif. §§ 1–2; guide 4.3–4.6, 5.2, 5.3 (G4.6-1)"; cite != want {
		t.Errorf("cite: %q, want %q", cite, want)
	}
}
