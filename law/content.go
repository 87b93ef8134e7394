package law

import "slices"

// Guide 3.1, 4.1: a referral must hold enough for an assessment in time and for taking over the treatment: the problem, its history, findings, what was tried,
// statements from others, the status of an individual plan, what is wished for, and how urgent it is.
//
// Our reading: whoever reads the referral marks each point as there, missing or not needed; none has a default (G4.1-14). One point missing makes the referral
// deficient, and opens the duty to ask; a list with every point answered and none missing takes the mark away. Whoever comes without a referral, and a task that
// is not care, owes no such list. The assessment limit never moves (G3.1-17, G3.1-18).
var contentRule = Rule{
	ID: "content", Norms: []string{"G3.1-14", "G4.1-7", "G4.1-8", "G4.1-9", "G4.1-10", "G4.1-11", "G4.1-12", "G4.1-13", "G4.1-14"}, Cite: "guide 3.1, 4.1", Title: "What a referral holds",
	Funcs: []string{"Content", "ContentDeficient", "ContentObjections"},
}

// Point is one thing a referral should hold.
type Point string

// The points, in the order of the guide.
const (
	PointProblem    Point = "problem"
	PointHistory    Point = "history"
	PointFindings   Point = "findings"
	PointEarlier    Point = "earlier_treatment"
	PointStatements Point = "statements"
	PointPlan       Point = "individual_plan"
	PointWish       Point = "wish"
	PointUrgency    Point = "urgency"
)

// Points lists them in the order of the guide.
var Points = []Point{PointProblem, PointHistory, PointFindings, PointEarlier, PointStatements, PointPlan, PointWish, PointUrgency}

var pointNorms = map[Point]string{PointProblem: "G4.1-7", PointHistory: "G4.1-8", PointFindings: "G4.1-9", PointEarlier: "G4.1-10", PointStatements: "G4.1-11", PointPlan: "G4.1-12",
	PointWish: "G4.1-13", PointUrgency: "G4.1-14"}

// Held is how a point stands: there, missing, not needed for this patient, or not answered.
type Held string

const (
	Unmarked  Held = ""
	Present   Held = "present"
	Lacking   Held = "missing"
	NotNeeded Held = "not_needed"
)

// Mark is what somebody found of one point.
type Mark struct {
	Point Point `json:"point"`
	Held  Held  `json:"held"`
}

// PointFound is how one point stands, and the norm that asks for it.
type PointFound struct {
	Mark
	Norm string
}

// Content finds how every point stands, in the order of the guide: what was marked; the urgency also from the referrer's own marks; and nothing is needed of a
// matter that came without a referral or is a task that is not care.
func Content(f *Facts, marks []Mark) []PointFound {
	out := make([]PointFound, 0, len(Points))
	for _, p := range Points {
		x := PointFound{Mark: Mark{Point: p}, Norm: pointNorms[p]}
		for _, m := range marks {
			if m.Point == p {
				x.Held = m.Held
			}
		}
		switch {
		case x.Held != Unmarked:
		case p == PointUrgency && (f.Urgent || f.Serious):
			x.Held = Present
		case f.Kind == Self || f.Kind == Emergency || f.Concerns != "" && !f.Undecided && !f.CareAfterAll:
			x.Held = NotNeeded
		}
		out = append(out, x)
	}
	return out
}

// Missing gives the points that are missing, of a list.
func Missing(of []PointFound) []Point {
	var out []Point
	for _, x := range of {
		if x.Held == Lacking {
			out = append(out, x.Point)
		}
	}
	return out
}

// ContentDeficient tells whether the list makes the referral deficient, and whether it can tell: a list with open points and none missing can't.
func ContentDeficient(of []PointFound) (deficient, known bool) {
	known = true
	for _, x := range of {
		switch x.Held {
		case Lacking:
			return true, true
		case Unmarked:
			known = false
		}
	}
	return false, known
}

// ContentObjections speaks to marking points: an unknown one is refused, and missing ones are said with what follows.
func ContentObjections(f *Facts, marks []Mark) Objections {
	if f.Status == Closed {
		return Objections{CaseClosed()}
	}
	if len(marks) == 0 {
		return Objections{contentRule.object(Refused, []string{"G4.1-14"}, "nothing-marked")}
	}
	for _, m := range marks {
		if !slices.Contains(Points, m.Point) || m.Held != Present && m.Held != Lacking && m.Held != NotNeeded && m.Held != Unmarked {
			return Objections{contentRule.object(Refused, []string{"G4.1-14"}, "unknown-point", T(string(m.Point)), T(string(m.Held)))}
		}
	}
	if n := len(Missing(Content(f, marks))); n > 0 && f.Right == Pending {
		o := contentRule.object(Warned, []string{"G3.1-14", "G3.1-17"}, "content-lacks", N(n))
		if !f.AssessBy.IsZero() {
			o.because("clock-runs", D(f.AssessBy))
		}
		return Objections{o}
	}
	return nil
}
