package clinic

import "testing"

func TestIsHPR(t *testing.T) {
	for s, want := range map[string]bool{"1234567": true, "990000101": true, "12345": true, "1234": false, "1234567890": false, "": false, "12345a": false, "１２３４５": false, " 12345": false} {
		if got := IsHPR(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}
