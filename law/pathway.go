package law

import "rettid/day"

// Guide 10, 10.2: patients in a package pathway for cancer, or a national pathway in mental health and addiction, have a legal deadline besides. Pathway times are
// goals: a missed one is no breach, and Helfo is not told.
//
// Our reading: the goal for the next step is a date of its own, shown beside the legal deadline and apart from it. A legal deadline later than the goal is
// said when the goal is recorded; it is right all the same.
var pathwayRule = Rule{
	ID: "pathway", Norms: []string{"G10.2-3", "G10.2-4", "R-11.1", "R-11.10"}, Cite: "guide 10.2", Title: "A pathway's goal stands beside the legal deadline", Funcs: []string{"PathwayObjections"},
}

// PathwayObjections says that the legal deadline is later than the goal of the pathway's next step.
func PathwayObjections(f *Facts, goal day.Day) Objections {
	if goal.IsZero() || f.Status != Waiting || f.StartBy.IsZero() || !f.StartBy.After(goal) {
		return nil
	}
	return Objections{pathwayRule.object(Warned, []string{"R-11.10", "G10.2-3"}, "deadline-after-goal", D(f.StartBy), D(goal))}
}
