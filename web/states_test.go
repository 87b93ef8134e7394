package web

import (
	"testing"

	"rettid/ledger"
)

// A state read before is given again only for the same text.
func TestStatesKept(t *testing.T) {
	k := newStates()
	read := func(text string) string {
		t.Helper()
		x, err := k.read(ledger.Row{Tenant: "FJO", Referral: 1, State: []byte(text)})
		if err != nil {
			t.Fatal(err)
		}
		return x.Patient
	}
	for _, want := range []string{"a", "a", "b", "a"} {
		if got := read(`{"patient":"` + want + `"}`); got != want {
			t.Errorf("the state of %q was given as that of %q", want, got)
		}
	}
	if _, err := k.read(ledger.Row{Tenant: "FJO", Referral: 2, State: []byte("{")}); err == nil {
		t.Error("a broken state was read")
	}
	for i := range int64(3 * mostRead) {
		if _, err := k.read(ledger.Row{Tenant: "FJO", Referral: i, State: []byte("{}")}); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(k.kept) + len(k.last); n > mostRead {
		t.Errorf("%d states are kept, at most %d should be", n, mostRead)
	}
	if got := read(`{"patient":"c"}`); got != "c" {
		t.Errorf("after much else the state is that of %q", got)
	}
}
