package patient

import (
	"fmt"
	"strings"
	"testing"

	"rettid/day"
)

func TestUnnumberedCheck(t *testing.T) {
	mother, _ := MakeSynthetic(day.On(1990, 3, 3), 1, true)
	policy := Policy{AllowSynthetic: true}
	for _, x := range []struct {
		of     Unnumbered
		policy Policy
		want   string
	}{
		{Unnumbered{Why: Abroad, Proof: Passport, Number: "AA 123"}, policy, ""},
		{Unnumbered{Why: Abroad, Proof: Passport}, policy, "number"},
		{Unnumbered{Why: Unknown, Proof: NoProof}, policy, ""},
		{Unnumbered{Why: Unknown, Proof: NoProof, Number: "1"}, policy, "no_proof"},
		{Unnumbered{Why: Other, Proof: DUF, Number: "2024 123456 78"}, policy, ""},
		{Unnumbered{Why: Other, Proof: DUF, Number: "20241234567"}, policy, "duf"},
		{Unnumbered{Why: Other, Proof: DUF, Number: "20241234567x"}, policy, "duf"},
		{Unnumbered{Why: Newborn, Proof: Mother, Number: mother}, policy, ""},
		{Unnumbered{Why: Newborn, Proof: Mother, Number: mother}, Policy{}, "mother"}, // a test person, where they are not taken
		{Unnumbered{Why: Newborn, Proof: Mother, Number: "12345678901"}, policy, "mother"},
		{Unnumbered{Why: Abroad, Proof: Mother, Number: mother}, policy, "not_newborn"},
		{Unnumbered{Why: Abroad, Proof: "library_card", Number: "1"}, policy, "proof"},
	} {
		if got := x.of.Check(x.policy); got != x.want {
			t.Errorf("%s by %s: %q, want %q", x.of.Why, x.of.Proof, got, x.want)
		}
	}
	u := Unnumbered{Why: Abroad, Proof: Passport, Number: "hemmelig", Country: "Sverige"}
	back, err := ReadUnnumbered(u.Marshal())
	if err != nil || back != u {
		t.Errorf("read back: %v %v", back.Why, err)
	}
	if back, err := ReadUnnumbered(nil); err != nil || !back.IsZero() || len(Unnumbered{}.Marshal()) != 0 {
		t.Errorf("nothing is something: %v %v", back, err)
	}
	if _, err := ReadUnnumbered([]byte("{")); err == nil {
		t.Error("half a text is read")
	}
	if s := fmt.Sprintf("%v %+v %#v %s", u, u, u, u); strings.Contains(s, "hemmelig") {
		t.Errorf("the number shows: %s", s)
	}
}
