package demo

import (
	"testing"

	"rettid/clinic"
)

// A hospital of the demonstration has room for about those who wait there, never for more than the hospital it is made after, and never for none; reckoned again it
// is the same.
func TestUnitsAreAsLargeAsTheirLists(t *testing.T) {
	d, _ := generate(t, Options{Patients: 60, Seed: 1, Region: "vest"})
	sum := func() (n int) {
		p, _ := d.Org.Provider("FJO")
		for _, u := range p.Units {
			n += u.Weekly
		}
		return n
	}
	real := sum()
	for range 2 {
		if err := Sized(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		if n := sum(); n >= real/2 {
			t.Errorf("%d starts a week, of %d", n, real)
		}
	}
	for _, p := range clinic.Demo().Providers() {
		now, _ := d.Org.Provider(p.ID)
		for i, u := range p.Units {
			if w := now.Units[i].Weekly; w > u.Weekly || (w > 0) != (u.Weekly > 0) {
				t.Errorf("%s %s starts %d a week, of %d", p.ID, u.ID, w, u.Weekly)
			}
		}
	}
}
