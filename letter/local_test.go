package letter

import (
	"errors"
	"strings"
	"testing"

	"rettid/day"
	"rettid/words"
)

func sampleInput(ts *Texts) Input {
	return Input{On: day.On(2026, 3, 12), Contacts: DemoContacts(), Texts: ts, Hospital: "Oppdiktet sykehus", Unit: Unit{Name: "Kneavdelingen", Phone: "00 00 00 10"}}
}

// The sample of every text lacks nothing in any language: what is lacking later is the house's doing.
func TestEverySampleIsWhole(t *testing.T) {
	for _, name := range Standard().Names() {
		for _, l := range words.Langs() {
			one, r, err := Sample(name, l, sampleInput(nil))
			if err != nil {
				t.Fatalf("%s %s: %v", name, l, err)
			}
			if len(one.Missing) > 0 {
				t.Errorf("%s %s: no value for %v", name, l, one.Missing)
			}
			for _, k := range Check(one, r) {
				t.Errorf("%s %s lacks %s (%v)", name, l, k.What(words.EN), k.Norms)
			}
		}
	}
}

func every(s string) map[words.Lang]string {
	return map[words.Lang]string{words.NB: s, words.NN: s, words.EN: s}
}

// What a house adds stands in the letter, after all that stood there before; the version of the letter is another.
func TestLocalLinesAreAdded(t *testing.T) {
	for _, name := range Standard().Names() {
		x := Local{Heading: every("Parkering"), Lines: every("Det er plass ved {hospital_name}.\n- Ring {unit_phone}")}
		if strings.HasPrefix(name, "frame_") {
			x.Lines = every("Det er plass ved {hospital_name}.\nRing {unit_phone}")
		}
		if name == "frame_top" {
			x.Heading = nil
		}
		ts, err := Standard().WithLocal(map[string]Local{name: x})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, l := range words.Langs() {
			before, _, _ := Sample(name, l, sampleInput(nil))
			after, r, err := Sample(name, l, sampleInput(ts))
			if err != nil || len(Check(after, r)) > 0 {
				t.Fatalf("%s %s: %v %v", name, l, err, Check(after, r))
			}
			if before.Version == after.Version {
				t.Errorf("%s: the version does not tell the texts apart", name)
			}
			own := PlainText(after)
			for _, want := range []string{"Det er plass ved Oppdiktet sykehus.", "Ring 00 00 00 10"} {
				if !strings.Contains(own, want) {
					t.Errorf("%s %s does not say %q:\n%s", name, l, want, own)
				}
			}
			for _, line := range strings.Split(PlainText(before), "\n") {
				greets := name == "frame_foot" && strings.HasPrefix(line, before.Foot[0].Text)
				if !greets && !strings.Contains(own, line) {
					t.Errorf("%s %s lost %q", name, l, line)
				}
			}
		}
	}
}

func TestLocalIsRefused(t *testing.T) {
	for _, c := range []struct {
		name, text string
		x          Local
		code       string
	}{
		{"a language is missing", "not_granted", Local{Heading: every("A"), Lines: map[words.Lang]string{words.NB: "Bare bokmål."}}, "every_language"},
		{"a place no letter has", "not_granted", Local{Heading: every("A"), Lines: every("Frist {deadline_date}")}, "place"},
		{"a brace", "not_granted", Local{Heading: every("A"), Lines: every("Pris {100")}, "braces"},
		{"a command", "not_granted", Local{Heading: every("A"), Lines: every("@part outcome")}, "command"},
		{"a heading among the lines", "not_granted", Local{Heading: every("A"), Lines: every("# Ny")}, "command"},
		{"a list in the head", "frame_top", Local{Lines: every("- Punkt")}, "command"},
		{"no heading", "declined", Local{Lines: every("Uten overskrift.")}, "heading"},
		{"a heading of nothing", "declined", Local{Heading: every("Alene")}, "lines"},
		{"a heading in the head", "frame_top", Local{Heading: every("Alene"), Lines: every("Linje")}, "no_heading"},
		{"no right to complain", "not_granted", Local{Heading: every("A"), Lines: every("Du kan ikke klage på dette.")}, "denies"},
		{"far too long", "not_granted", Local{Heading: every("A"), Lines: every(strings.Repeat("x", 5000))}, "too_long"},
	} {
		_, err := Standard().WithLocal(map[string]Local{c.text: c.x})
		var e *LocalError
		if !errors.As(err, &e) || e.Code != c.code {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for _, l := range words.Langs() {
			if e.Says(l) == "" || strings.HasPrefix(e.Says(l), "letter.local.") {
				t.Errorf("%s: no words in %s", c.name, l)
			}
		}
	}
	if _, err := Standard().WithLocal(map[string]Local{"nothing": {Lines: every("x")}}); err == nil {
		t.Error("a text that is not there is taken")
	}
}

func FuzzLocal(f *testing.F) {
	f.Add("Parkering", "Det er plass.\n- Ring {unit_phone}")
	f.Add("", "@end")
	f.Add("{", "- ")
	f.Fuzz(func(t *testing.T, head, lines string) {
		for _, name := range []string{"frame_foot", "granted_week"} {
			ts, err := Standard().WithLocal(map[string]Local{name: {Heading: every(head), Lines: every(lines)}})
			if err != nil {
				continue
			}
			for _, l := range words.Langs() {
				one, r, err := Sample(name, l, sampleInput(ts))
				if err != nil || len(one.Missing) > 0 || len(Check(one, r)) > 0 {
					t.Fatalf("%s %s: %v %v %v", name, l, err, one.Missing, Check(one, r))
				}
			}
		}
	})
}
