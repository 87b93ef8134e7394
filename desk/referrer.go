package desk

import (
	"slices"

	"rettid/clinic"
	"rettid/ledger"
	"rettid/referral"
)

// ReferrerLink is the source of the links that lead from a referrer outside the service to the referrals sent: their own list is read from it. The
// external id is the key of the entry that said so, for one referrer sends many.
func ReferrerLink(referrer string) string { return "referrer/" + referrer }

// sentBy links a reception, or a correction of one, to the referrer who sent it, when it is one the house knows.
func (d *Desk) sentBy(key string, c referral.Command) []ledger.Link {
	if fix, ok := c.(*referral.Correct); ok {
		c = fix.With
	}
	r, ok := c.(*referral.Receive)
	if !ok || d.Org == nil || r.From.Provider == "" || !slices.ContainsFunc(d.Org.Referrers(), func(x clinic.Referrer) bool { return x.ID == r.From.Provider }) {
		return nil
	}
	return []ledger.Link{{Source: ReferrerLink(r.From.Provider), External: key}}
}
