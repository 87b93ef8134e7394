package law

import "rettid/day"

// Guide 5.3, 9.1: times planned for further care give no right as the legal deadline does, but the whole course must be sound: a first consultation before
// the deadline followed by unsound waiting is not allowed, and care that turns out to be needed earlier is given earlier.
//
// Our reading: after the start the next planned contact is guarded. The clinician may set the latest sound day for it; a contact planned later than that, put
// off past it, or missed, is said at once and stands red on the worklist. It is never a breach of the deadline, and Helfo is not told (G5.3-14).
var followUpRule = Rule{
	ID: "follow-up", Norms: []string{"G5.3-14", "G5.3-15", "G5.3-16", "G5.3-17", "G5.3-19", "G5.3-20"}, Cite: "guide 5.3, 9.1", Title: "After the start the next contact comes in sound time",
	Funcs: []string{"FollowUp", "NextObjections"},
}

// Follow is how the next contact after the start stands.
type Follow string

const (
	FollowNone    Follow = ""          // care has not started, or the case is closed
	FollowPlanned Follow = "planned"   // a contact is planned in sound time
	FollowOpen    Follow = "unplanned" // none is planned
	FollowSoon    Follow = "soon"      // none is planned, and the latest sound day is near
	FollowAfter   Follow = "after"     // it is planned after the latest sound day
	FollowMissed  Follow = "missed"    // the planned day has passed and nothing is recorded
	FollowLate    Follow = "late"      // the latest sound day has passed without a contact
)

// FollowUp finds how the next contact stands on a day.
func FollowUp(f *Facts, today day.Day, s *Settings) Finding[Follow] {
	out := Finding[Follow]{Rule: "follow-up", Norms: []string{"G5.3-19", "G5.3-20"}, Cite: followUpRule.Cite}
	switch by := f.NextBy; {
	case f.Status != Started:
	case !by.IsZero() && today.After(by):
		out.Value = FollowLate
		out.because("sound-day-passed", D(by))
	case !f.Next.IsZero() && today.After(f.Next.To):
		out.Value, out.Norms = FollowMissed, []string{"G5.3-15", "G5.3-14"}
		out.because("contact-missed", D(f.Next.To))
	case !f.Next.IsZero() && !by.IsZero() && f.Next.To.After(by):
		out.Value = FollowAfter
		out.because("next-after-sound", D(f.Next.To), D(by))
	case !f.Next.IsZero():
		out.Value = FollowPlanned
		out.because("contact-planned", D(f.Next.From))
	case !by.IsZero() && by.Sub(today) <= s.SoonDays:
		out.Value = FollowSoon
		out.because("plan-by", D(by))
	default:
		out.Value = FollowOpen
		out.because("contact-unplanned")
	}
	return out
}

// NextObjections warns of a contact after the start that is set, or put off, past the latest sound day. by is that day.
func NextObjections(f *Facts, to, by day.Day) Objections {
	if f.Status != Started || to.IsZero() || by.IsZero() || !to.After(by) {
		return nil
	}
	return Objections{followUpRule.object(Warned, []string{"G5.3-20", "G5.3-19", "G5.3-14"}, "next-after-sound", D(to), D(by))}
}
