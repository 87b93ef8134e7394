package access

import (
	"slices"

	"rettid/day"
)

// A Decision tells whether somebody may do something, by which grant and why. Why is a code:
//
//	allowed   own_patient · own_referral · own_unit · own_provider · everywhere · reason_given
//	asks      needs_reason
//	refused   no_role (nothing in force) · not_for_role · other_unit · other_provider · not_your_patient · not_your_referral · not_a_reason
//
// The wording is access.<code>.
type Decision struct {
	Allowed     bool
	NeedsReason bool // not allowed yet: say why, then it is (With)
	Why         string
	As          Grant // the grant it rests on; zero when refused
}

// Decide tells whether u may do a with c on the day. The zero Decision's refusal is the rule: a user without grants in
// force is refused everything, and an action no rule knows is refused to all.
func Decide(u User, a Action, c Case, on day.Day) Decision {
	best, rank := Decision{Why: "no_role"}, 0
	for _, g := range u.Roles {
		if !g.InForce(on) {
			continue
		}
		if d, r := weigh(u, g, a, c); r > rank {
			best, rank = d, r
		}
	}
	return best
}

// weigh decides by one grant. The rank tells which of several grants speaks: what allows before what asks before the most
// telling refusal.
func weigh(u User, g Grant, a Action, c Case) (Decision, int) {
	l := rule(g.Role, a)
	if l.may == nowhere && l.ask == nowhere {
		return Decision{Why: "not_for_role"}, 1
	}
	near, why := distance(u, g, a, c)
	switch {
	case l.may == everywhere:
		return Decision{Allowed: true, Why: "everywhere", As: g}, 6
	case near != nowhere && near <= l.may:
		return Decision{Allowed: true, Why: why, As: g}, 6
	case near != nowhere && near <= l.ask:
		return Decision{NeedsReason: true, Why: "needs_reason", As: g}, 5
	case l.may == theirs && g.Role.refers():
		return Decision{Why: "not_your_referral"}, 2
	case l.may == theirs:
		return Decision{Why: "not_your_patient"}, 2
	case near == ownPlace:
		return Decision{Why: "other_unit"}, 4
	}
	return Decision{Why: "other_provider"}, 3
}

// distance finds how far a case is from a grant, and what it is called. It is nowhere when the grant has no place to
// measure from.
func distance(u User, g Grant, a Action, c Case) (reach, string) {
	switch {
	case g.Role == Patient || g.Role == Representative:
		if g.Patient.ID != "" && g.Patient.Tenant != "" && g.Patient == c.Patient {
			return theirs, "own_patient"
		}
		return nowhere, ""
	case g.Role.refers():
		// One who refers sees what they sent, and not what others at the office did; who sent it is told by the number in the register of health personnel.
		own := g.Role == ReferrerOffice || u.HPR != "" && u.HPR == c.ReferrerHPR
		if g.Provider != "" && g.Provider != Everywhere && g.Provider == c.Referrer && own {
			return theirs, "own_referral"
		}
		return nowhere, ""
	case g.Provider == "", c.Holder == "" && c.ListProvider == "":
		return nowhere, ""
	case g.Provider == Everywhere:
		if wide(a) {
			return ownUnit, "everywhere"
		}
		return nowhere, ""
	}
	switch g.Provider {
	case c.Holder:
		switch {
		case g.Specialty != "" && g.Specialty != c.Specialty:
		case g.Unit == "" || g.Unit == c.Unit:
			return ownUnit, "own_unit"
		case c.Unit == "" && g.Specialty != "": // not given to a unit yet: the specialty tells whose it will be
			return ownUnit, "own_unit"
		}
		return ownPlace, "own_provider"
	case c.ListProvider: // the unit is another provider's, so the specialty alone can tell
		if g.Specialty == c.Specialty && g.Specialty != "" || g.Unit == "" && g.Specialty == "" {
			return ownUnit, "own_unit"
		}
		return ownPlace, "own_provider"
	}
	return everywhere, ""
}

// May tells whether any of the user's grants in force gives the action at all, somewhere: whether to show the way there.
// It allows nothing by itself.
func May(u User, a Action, on day.Day) bool { return len(Scope(u, a, on)) > 0 }

// Scope gives the user's grants in force that give the action without a reason: what a list or a search is narrowed to.
func Scope(u User, a Action, on day.Day) []Grant {
	var out []Grant
	for _, g := range u.Roles {
		if g.InForce(on) && rule(g.Role, a).may != nowhere {
			out = append(out, g)
		}
	}
	return out
}

// Reach tells what a grant of Scope gives the action for: "theirs", "unit" (narrow to the unit and specialty of the
// grant), "provider" (every unit of it) or "everywhere"; "" when it does not give it.
func Reach(g Grant, a Action) string {
	return [...]string{nowhere: "", theirs: "theirs", ownUnit: "unit", ownPlace: "provider", everywhere: "everywhere"}[rule(g.Role, a).may]
}

// Reasons lists the reasons one in the role can give for opening a case outside their work, as codes of wording
// purpose.<code>. A free text is no reason: it could not be followed up by rule, and would hold what should not be logged.
func Reasons(r Role) []string {
	switch r {
	case Assessor, TreatingDoctor:
		return []string{"emergency", "referred_here", "assess_for", "complaint"}
	case Intake:
		return []string{"emergency", "referred_here", "complaint"}
	case Booking:
		return []string{"emergency", "referred_here"}
	case Manager, MedicalDirector:
		return []string{"complaint", "supervision"}
	}
	return nil
}

// OutsideOwnWork tells whether a purpose in the access log is one of the reasons for opening a case outside own work, that
// is, whether the look is to be followed up.
func OutsideOwnWork(purpose string) bool {
	return slices.ContainsFunc(Roles(), func(r Role) bool { return slices.Contains(Reasons(r), purpose) })
}

// With answers a decision that asks for a reason. A reason that is not one of the role's is refused.
func (d Decision) With(reason string) Decision {
	switch {
	case !d.NeedsReason:
		return d
	case slices.Contains(Reasons(d.As.Role), reason):
		return Decision{Allowed: true, Why: "reason_given", As: d.As}
	}
	return Decision{NeedsReason: true, Why: "not_a_reason", As: d.As}
}

// Purpose is why one in the role opens a case within their work: wording purpose.<code>, for the access log.
func Purpose(r Role) string {
	switch r {
	case Assessor, TreatingDoctor:
		return "care"
	case Booking:
		return "booking"
	case Manager, MedicalDirector:
		return "quality"
	case Auditor:
		return "supervision"
	case Patient:
		return "own_access"
	case Representative:
		return "acts_for"
	case Referrer, ReferrerOffice:
		return "referred"
	}
	return "follow_up"
}
