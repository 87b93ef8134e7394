package law

import "rettid/day"

// Pbrl. § 2-2 a; prioriteringsforskriften § 2; guide 4.4, 5.1, 5.3: who has the right gets one individual legal deadline, the latest medically
// sound start; it rests on benefit, resources and severity, never on capacity; it is for the start of the course, and after the start no new
// one is set.
//
// Our reading: the deadline is a calendar date and is not moved off weekends (R-2.29, setting). One before the seniority date is an error, one
// before the assessment is accepted with a warning. It may be shortened; it may be lengthened only after an upheld complaint, or on
// medical grounds where a setting allows. From 27 March to 1 October 2020 the duty to set one rested. Earlier law told a time for work-up
// from one for treatment; the date recorded counts as the one deadline, and the explanation of an old one says so (R-4.21, setting).
var deadlineRule = Rule{
	ID: "deadline", Norms: []string{"G1.1-1", "G1.1-3", "G1.3-4", "G1.3-5", "G2-26", "G2-27", "G2-29", "G4.4-7", "G5.1-1", "G5.1-2", "G5.1-7", "G5.3-1", "G5.3-2", "G5.3-3", "G5.3-5", "G5.3-6", "G5.3-7", "G5.3-8", "G5.3-9", "G5.3-10", "G5.3-13", "G5.3-18", "G5.3-22", "G10.1-1", "G10.1-2", "G10.1-3", "R-2.29", "R-4.8", "R-4.10", "R-4.11", "R-4.12", "R-4.21", "R-7.15"},
	Cite: "pbrl. § 2-2 a; prif. § 2; guide 4.4, 5.1, 5.3", Title: "One individual legal deadline for the start of care",
	Uses: []string{"deadline.roll", "deadline.allow_medical_extension", "helfo.suspended_2020", "law.single_start_from", "weeks.base"}, Funcs: []string{"Deadline", "DeadlineObjections", "ChangeObjections"},
	editions: func() []InForce {
		return deadlineDuty.listed(func(must bool) string {
			if must {
				return "a right needs a deadline"
			}
			return "the duty to set one rests"
		})
	},
}

// deadlineDuty: whether a right needs a deadline, by the day of the assessment.
var deadlineDuty = Editions[bool]{
	{From: day.On(2001, 1, 1), Cite: "pbrl. § 2-2 a", Says: true},
	{From: day.On(2020, 3, 27), Cite: "midlertidig 2020", Says: false},
	{From: day.On(2020, 10, 2), Cite: "pbrl. § 2-2 a; guide 4.4", Says: true},
}

var (
	normsDeadline      = []string{"G4.4-7", "G5.1-1", "G5.1-2", "G5.3-1", "G5.3-2", "G5.3-3", "G5.3-4", "G5.3-6", "G5.3-10", "G5.3-13", "G1.3-4", "G1.3-5", "G2-29", "G10.1-1", "G10.1-3"}
	normsDeadlineGuide = append([]string{"G2-5", "G2-27", "R-2.28"}, normsDeadline...)
	normsDeadline65    = append([]string{"G5.4-1"}, normsDeadline...)
	normsNoDeadline    = []string{"G4.4-7", "G5.1-1", "G5.3-2", "G5.3-3"}
	normsSound         = []string{"G5.3-5"}
	normsTooEarly      = []string{"R-4.8"}
	normsStarted       = []string{"G5.3-18"}
	normsLonger        = []string{"R-4.11", "R-4.10"}
	normsOnlyGranted   = []string{"G1.3-4"}
)

// SetDeadline is what an assessor sets, and what bounds it.
type SetDeadline struct {
	Outcome                      Right
	On                           day.Day // the day of the decision
	Date                         day.Day // the date set, zero when none
	Weeks                        int     // or the weeks set
	Seniority                    day.Day
	GuideWeeks                   int     // the guide's recommendation, 0 when none
	Guarantee                    day.Day // the last day of the 65 working days, zero when it does not apply
	LatestSound                  day.Day // the latest sound start, zero when none is recorded
	NeededBy                     day.Day // help is needed earlier, zero when not
	Severity, Benefit, Resources *int
}

// old tells whether the deadline was set while the law told a time for work-up from one for treatment.
func (d *SetDeadline) old(s *Settings) bool { return d.On.Before(s.SingleStartFrom) }

// reasons counts what there is to say of a deadline, so that it is made room for once.
func (d *SetDeadline) reasons(s *Settings) int {
	n := 2 // how it was set, and that capacity never counts
	if d.old(s) {
		n++
	}
	if d.GuideWeeks > 0 {
		n++
	}
	if !d.Guarantee.IsZero() {
		n++
	}
	if !d.LatestSound.IsZero() {
		n++
	}
	if d.Severity != nil || d.Benefit != nil || d.Resources != nil {
		n += 3
	}
	return n
}

// Deadline finds the legal deadline an assessment sets, with its reasons.
func Deadline(d SetDeadline, s *Settings) Finding[day.Day] {
	f := Finding[day.Day]{Rule: "deadline", Norms: normsDeadline, Cite: deadlineRule.Cite, Value: d.Date, Because: make([]Reason, 0, d.reasons(s))}
	if f.Value.IsZero() && d.Weeks > 0 {
		f.Value = GuideDeadline(d.Weeks, d.Seniority, d.On, s)
		if s.DeadlineRoll == "back_to_workday" {
			f.Value = s.Calendar.LastWorkingOnOrBefore(f.Value)
		}
		f.because("weeks-set", N(d.Weeks), D(f.Value))
	} else {
		f.because("set", D(d.On), D(d.Date))
	}
	if d.old(s) {
		f.because("before-single-start", D(s.SingleStartFrom))
	}
	if d.GuideWeeks > 0 {
		f.Norms = normsDeadlineGuide
		f.because("guide-weeks-from", N(d.GuideWeeks), D(GuideDeadline(d.GuideWeeks, d.Seniority, d.On, s)))
	}
	if !d.Guarantee.IsZero() {
		f.Norms = normsDeadline65
		f.because("guarantee-until", D(d.Guarantee))
	}
	if !d.LatestSound.IsZero() {
		f.because("latest-sound", D(d.LatestSound))
	}
	if d.Severity != nil {
		f.because("grade", T("criterion.severity"), N(*d.Severity))
	}
	if d.Benefit != nil {
		f.because("grade", T("criterion.benefit"), N(*d.Benefit))
	}
	if d.Resources != nil {
		f.because("grade", T("criterion.resources"), N(*d.Resources))
	}
	f.because("capacity-never-counts")
	return f
}

// DeadlineObjections speaks to the deadline of an assessment: f is the deadline found.
func DeadlineObjections(d SetDeadline, value day.Day, s *Settings) Objections {
	var out Objections
	if d.Outcome != Granted {
		if !value.IsZero() {
			out = append(out, deadlineRule.object(Refused, normsOnlyGranted, "deadline-without-right"))
		}
		return out
	}
	if value.IsZero() {
		if ed, err := deadlineDuty.On(d.On); s.Suspended2020 && err == nil && !ed.Says {
			return nil
		}
		return append(out, deadlineRule.object(Refused, normsNoDeadline, "G4.4-7"))
	}
	out = append(out, dateObjections(d, value)...)
	if value.Before(d.On) {
		out = append(out, deadlineRule.object(Warned, normsTooEarly, "deadline-before-assessment", D(value), D(d.On)))
	}
	return out
}

func dateObjections(d SetDeadline, value day.Day) Objections {
	var out Objections
	if value.Before(d.Seniority) {
		out = append(out, deadlineRule.object(Refused, normsTooEarly, "deadline-before-seniority", D(value), D(d.Seniority)))
	}
	switch {
	case !d.NeededBy.IsZero() && value.After(d.NeededBy):
		out = append(out, deadlineRule.object(Refused, normsSound, "G5.3-5", D(d.NeededBy)))
	case !d.LatestSound.IsZero() && value.After(d.LatestSound):
		out = append(out, deadlineRule.object(Refused, normsSound, "G5.3-5", D(d.LatestSound)))
	}
	if !d.Guarantee.IsZero() && value.After(d.Guarantee) {
		out = append(out, guaranteeRule.object(Refused, norms65, "G5.4-1", D(d.Guarantee)))
	}
	return out
}

// ChangeObjections speaks to changing a deadline in force to another date.
func ChangeObjections(f *Facts, d SetDeadline, s *Settings) Objections {
	var out Objections
	switch {
	case f.Status == Started || !f.StartedOn.IsZero():
		return Objections{deadlineRule.object(Refused, normsStarted, "G5.3-18")}
	case f.Right != Granted || f.Status == Closed:
		return Objections{deadlineRule.object(Refused, normsOnlyGranted, "no-deadline-to-change")}
	}
	out = append(out, dateObjections(d, d.Date)...)
	if d.Date.After(f.StartBy) && !f.StartBy.IsZero() && !s.MedicalExtension && !f.Upheld {
		out = append(out, deadlineRule.object(Refused, normsLonger, "deadline-not-lengthened", D(f.StartBy)))
	}
	return out
}
