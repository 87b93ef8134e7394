package law

import "rettid/day"

// Guide ch. 2, 4.5, 5.1: the priority guides are advice for groups; right and deadline may differ for the individual, and another practice than
// the guide's should rest on a concrete, stated assessment. Low severity with limited benefit can be defended only with low resource use.
//
// Our reading: nothing is refused on a guide entry alone (G2-16). A warning is given when the right differs, or the deadline is later, and no
// reason is stated; an earlier deadline asks for none. No right for a condition the guide lists as without right warns when no individual
// circumstance is recorded as considered.
var guideRule = Rule{
	ID: "guide-advice", Norms: []string{"G1.1-4", "G2-5", "G2-8", "G2-10", "G2-12", "G2-13", "G2-16", "G2-17", "G4.4-3", "G4.5-2", "G5.1-4", "G11-3", "R-3.16", "R-3.17"},
	Cite: "guide 2, 4.5, 5.1; prif. § 2", Title: "The guide is advice, and leaving it is explained",
	Uses: []string{"weeks.base", "priority.low_severity", "priority.limited_benefit", "priority.low_resources"}, Funcs: []string{"GuideDeadline", "GuideAdvice", "Proportion"},
}

// Entry is what a guide recommends for a condition.
type Entry struct {
	Condition string
	Right     bool
	MaxWeeks  int
}

// GuideDeadline is the day the guide's weeks give: whole weeks of seven days, holidays included (G2-5). Zero without weeks.
func GuideDeadline(weeks int, seniority, assessed day.Day, s *Settings) day.Day {
	base := seniority
	if s.WeeksBase == "assessed" || base.IsZero() {
		base = assessed
	}
	if weeks <= 0 || base.IsZero() {
		return day.Day{}
	}
	return base.Add(7 * weeks)
}

// Comparison is an assessment beside the guide.
type Comparison struct {
	Outcome    Right
	StartBy    day.Day
	GuideBy    day.Day // the day the guide's weeks give, zero when it gives none
	HasReason  bool
	Individual int // individual circumstances recorded as considered
}

var (
	normsDeviation  = []string{"G2-17"}
	normsCareful    = []string{"G2-13"}
	normsProportion = []string{"G5.1-4"}
)

// GuideAdvice warns where an assessment departs from a guide entry without saying why.
func GuideAdvice(e Entry, c Comparison) Objections {
	var out Objections
	if c.Outcome == NotGranted && !e.Right && c.Individual == 0 {
		out = append(out, guideRule.object(Warned, normsCareful, "G2-13"))
	}
	otherRight := (c.Outcome == Granted) != e.Right
	later := c.Outcome == Granted && e.Right && !c.GuideBy.IsZero() && c.StartBy.After(c.GuideBy)
	if (otherRight || later) && !c.HasReason {
		out = append(out, guideRule.object(Warned, normsDeviation, "G2-17", D(c.GuideBy)))
	}
	return out
}

// Grades are the assessor's grades of the three criteria, 0–3 as in the guides; nil is not graded. Resources 3 is clearly reasonable.
type Grades struct{ Severity, Benefit, Resources *int }

// Proportion warns when severity is low, benefit is limited and resources are not low.
func Proportion(g Grades, s *Settings) Objections {
	if g.Severity == nil || g.Benefit == nil || g.Resources == nil {
		return nil
	}
	if *g.Severity <= s.LowSeverity && *g.Benefit <= s.LimitedBenefit && *g.Resources < s.LowResources {
		return Objections{guideRule.object(Warned, normsProportion, "G5.1-4")}
	}
	return nil
}
