package guide

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func condition(t testing.TB, specialty, name string) Condition {
	t.Helper()
	for _, c := range Embedded().Conditions(specialty) {
		if c.NameNB == name {
			return c
		}
	}
	t.Fatalf("no condition %s", name)
	return Condition{}
}

// A referral in plain words: each clause with the factors it speaks of, and what may not count.
func TestEvidence(t *testing.T) {
	x := index(t)
	hip := condition(t, "orthopaedics", "Hofteleddsartrose")
	text := "Ber om vurdering av hofte. Smerter også om natten, går 300 meter med stokk.\nHar prøvd trening i 3,5 måneder. Røntgen viser artrose grad 3.\nEr 50 % sykmeldt og arbeidsgiver ønsker rask avklaring. Lang ventetid ved Innvik."
	want := map[string]string{
		"Smerter også om natten":                                 "hvile- og nattsmerter",
		"går 300 meter med stokk":                                "funksjonssvikt",
		"Har prøvd trening i 3,5 måneder":                        "ikke effekt av konservativ behandling",
		"Røntgen viser artrose grad 3":                           "samsvar mellom klinikk og røntgen",
		"Er 50 % sykmeldt og arbeidsgiver ønsker rask avklaring": "!work_capacity",
		"Lang ventetid ved Innvik":                               "!capacity",
	}
	got := x.Evidence(text, hip)
	for _, p := range got {
		said := text[p.From:p.To]
		about := want[said]
		switch {
		case about == "":
			t.Errorf("%q is taken for evidence of %v %v", said, p.About, p.Cannot)
		case about[0] == '!':
			if len(p.Cannot) != 1 || p.Cannot[0] != about[1:] {
				t.Errorf("%q may not count as %v, want %s", said, p.Cannot, about[1:])
			}
		default:
			names := ""
			for _, i := range p.About {
				names += hip.Factors[i].LabelNB + "; "
			}
			if !strings.Contains(names, about) {
				t.Errorf("%q speaks of %s, want %s", said, names, about)
			}
		}
		if !strings.Contains(said, p.Word) || p.Word == "" {
			t.Errorf("%q: the word %q", said, p.Word)
		}
		delete(want, said)
	}
	for said := range want {
		t.Errorf("%q is not found", said)
	}
	if got := x.Evidence("Kontroll.", Condition{}); len(got) != 0 {
		t.Errorf("nothing gives %v", got)
	}
}

// FuzzEvidence: whatever is pasted, passages lie in the text in order, none overlapping, and on letters' edges.
func FuzzEvidence(f *testing.F) {
	x := index(f)
	hip := condition(f, "orthopaedics", "Hofteleddsartrose")
	for _, s := range []string{"", "Smerter. Natt, natt; natt", "æøå\xff går 300 m", "3,5 km.\r\nGår", "sykmeldt"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at := 0
		for _, p := range x.Evidence(s, hip) {
			if p.From < at || p.To <= p.From || p.To > len(s) {
				t.Fatalf("%d to %d after %d in %d bytes", p.From, p.To, at, len(s))
			}
			if utf8.ValidString(s) && !utf8.ValidString(s[p.From:p.To]) {
				t.Fatalf("%q is cut inside a letter", s[p.From:p.To])
			}
			at = p.To
		}
	})
}
