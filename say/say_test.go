package say

import (
	"regexp"
	"strings"
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

func TestObjectionTellsWhereItStands(t *testing.T) {
	os := law.Basis([]string{"gender"}, law.DecidingRight, law.Granted)
	text, cite := Objection(words.NB, os[0])
	if text != "Kjønn kan ikke telle. Fjern denne grunnen." {
		t.Errorf("text: %q", text)
	}
	if want := "pbrl. § 2-2; prif. §§ 1–2; veilederen kap. 4.3–4.6, 5.2, 5.3"; cite != want {
		t.Errorf("cite: %q, want %q", cite, want)
	}
	if want := "pbrl. § 2-2; prif. §§ 1–2; guide 4.3–4.6, 5.2, 5.3 (G4.6-1)"; Cite(os[0]) != want {
		t.Errorf("cite for one who writes rules: %q, want %q", Cite(os[0]), want)
	}
}

// Every provision a rule cites is written in words of the reader's language, and the numbers of norms, which nobody can look up, are not shown to people.
func TestSourcesAreThoseOfReaders(t *testing.T) {
	number := regexp.MustCompile(`\b[GURX]-?\d[\d.]*-?\d`)
	english := regexp.MustCompile(`\b(guide|code list|statement|points?|settings|statutory|limit|domain rules?)\b`)
	for _, r := range law.Rules() {
		for _, l := range words.Langs() {
			got := Source(l, r.Cite, r.Norms)
			if number.MatchString(got) || strings.Contains(got, "domain rule") || l != words.EN && english.MatchString(got) || strings.TrimSpace(got) == "" {
				t.Errorf("%s in %s: %q", r.ID, l, got)
			}
		}
	}
	for _, x := range []struct {
		lang words.Lang
		want string
	}{{words.NB, "Brukerutvalgenes uttalelse, punkt 1 og 2"}, {words.NN, "Fråsegna frå brukarutvala, punkt 1 og 2"}, {words.EN, "User panel statement, points 1 and 2"}} {
		if got := Source(x.lang, "User panel statement, points 1 and 2", []string{"U2-1", "X-505"}); got != x.want {
			t.Errorf("%s: %q, want %q", x.lang, got, x.want)
		}
	}
}
