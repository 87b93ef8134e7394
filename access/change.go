package access

import "slices"

// MayChange tells why one may not change a person from before to after (nil: a new one), as a code of wording admin.people.<code>; "" when they may. Nobody
// gives themselves anything: one's own grants, and the numbers one is known by, are changed by somebody else, ending them included, so that no one can say
// afterwards that they were another.
func MayChange(by User, before *Member, after Member) string {
	if by.ID != after.ID && (before == nil || by.ID != before.ID) {
		return ""
	}
	if before == nil || before.ID != after.ID || before.HPR != after.HPR || before.PidDigest != after.PidDigest {
		return "own_numbers"
	}
	if !slices.Equal(before.Roles, after.Roles) {
		return "own_rights"
	}
	return ""
}
