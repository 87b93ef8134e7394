package clinic

import "strings"

// IsHPR tells whether s has the form of a number in the register of health personnel (Helsepersonellregisteret): 5 to 9 digits. The number has no check digit,
// so that it is somebody's can only be asked of the register.
func IsHPR(s string) bool {
	return len(s) >= 5 && len(s) <= 9 && strings.Trim(s, "0123456789") == ""
}
