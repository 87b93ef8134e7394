package law

import "testing"

func TestWhere(t *testing.T) {
	for _, c := range []struct {
		norms []string
		want  string
	}{
		{nil, ""},
		{[]string{"X-701"}, ""},
		{[]string{"R-4.8"}, ""},
		{[]string{"G5.3-24", "G2-31", "R-4.24"}, "guide 2, 5.3, 10.2"},
		{[]string{"G9.2-1", "R-2.31", "G10.2-5", "G9.2-7"}, "pbrl. § 7-5; guide 9.2, 10.2"},
		{[]string{"U4-6", "X-701", "U4-1"}, "User panel statement, point 4"},
		{[]string{"R-10.3", "G9.3-7", "R-8.2"}, "the registry's waiting-list file; guide 9.3"},
	} {
		if got := Where(c.norms); got != c.want {
			t.Errorf("Where(%v) = %q, want %q", c.norms, got, c.want)
		}
	}
	// Every chapter the norms speak of is written, and every source of a rule of ours is of a rule that is used.
	for _, n := range AllNorms() {
		if w := Where([]string{n.ID}); w == "" && n.ID[0] != 'X' {
			t.Errorf("%s stands nowhere", n.ID)
		}
	}
}
