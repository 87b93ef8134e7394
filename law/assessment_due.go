package law

import (
	"fmt"

	"rettid/day"
)

// Pasient- og brukerrettighetsloven § 2-2 a andre ledd (guide 4.1, 8, 8.1): within ten working days (virkedager) after the specialist
// health service first received the referral, it is assessed and the patient is sent the outcome.
//
// Our reading: «after» starts the count the day after receipt (day of receipt is day 0, R-2.12); Saturdays, Sundays and public holidays
// do not count (4.1); the limit is the last moment of the tenth working day. The edition is the one in force on the seniority date.
// Before 1 November 2015 the limit was 30 working days, 10 for patients under 23 in mental health or addiction care since
// 1 September 2008; from 27 March to 27 May 2020 it was 30 days (R-2.18; we read virkedager, as in the provision it replaced).
var assessmentDueRule = Rule{
	ID: "assessment-due", Norms: []string{"G4.1-1", "G4.1-2", "G4.1-3", "G3.3.1-7", "G8.1-1", "G10.1-2", "G3.1-17", "G4.2-1", "R-2.11", "R-2.12", "R-2.13", "R-2.17", "R-2.18", "R-1.39"},
	Cite:  "pbrl. § 2-2 a andre ledd; guide 4.1",
	Title: "The referral is assessed within ten working days of its first reception",
	Uses:  []string{"assessment.receipt_day_counts", "assessment.urgent_workdays"},
	Funcs: []string{"AssessmentDue", "AssessmentTarget", "AssessmentLate", "LateAssessment"},
	editions: func() []InForce {
		return assessmentDays.listed(func(l assessmentLimit) string {
			if l.YoungDays != l.Days {
				return fmt.Sprintf("%d working days; %d for patients under 23 in mental health or addiction care", l.Days, l.YoungDays)
			}
			return fmt.Sprintf("%d working days", l.Days)
		})
	},
}

type assessmentLimit struct{ Days, YoungDays int }

// assessmentDays: the number of working days by the seniority date.
var assessmentDays = Editions[assessmentLimit]{
	{From: day.On(2001, 1, 1), Cite: "pasientrettighetsloven § 2-2", Says: assessmentLimit{30, 30}},
	{From: day.On(2008, 9, 1), Cite: "pasientrettighetsloven § 2-2", Says: assessmentLimit{30, 10}},
	{From: day.On(2015, 11, 1), Cite: "pbrl. § 2-2 a andre ledd", Says: assessmentLimit{10, 10}},
	{From: day.On(2020, 3, 27), Cite: "pbrl. § 2-2 a andre ledd, midlertidig 2020", Says: assessmentLimit{30, 30}},
	{From: day.On(2020, 5, 28), Cite: "pbrl. § 2-2 a andre ledd; guide 4.1", Says: assessmentLimit{10, 10}},
}

var (
	normsDue          = []string{"G4.1-1", "G4.1-3", "G3.3.1-7", "G8.1-1", "G10.1-2"}
	normsDueForwarded = []string{"G4.1-1", "G4.1-2", "G4.1-3", "G3.3.1-7", "G8.1-1", "G10.1-2"}
	normsDueNone      = []string{"R-2.17", "G3.3.1-6"}
	normsLate         = []string{"G4.1-1", "G8.1-1"}
)

// Clock is what the assessment limit is counted from.
type Clock struct {
	Seniority     day.Day // zero: the clock has not started
	Before        bool    // forwarded, or received elsewhere first
	Young         bool    // under 23 in mental health or addiction care, for the editions that ask
	SecondOpinion bool    // pbrl. § 2-3: no limit
}

// AssessmentDue finds the last day to assess the referral and send the patient the outcome; zero when there is no limit.
func AssessmentDue(c Clock, s *Settings) (Finding[day.Day], error) {
	f := Finding[day.Day]{Rule: "assessment-due", Norms: normsDue}
	if c.SecondOpinion {
		f.Norms, f.Cite = normsDueNone[:1], "pbrl. § 2-3"
		f.because("second-opinion")
		return f, nil
	}
	if c.Seniority.IsZero() {
		f.Norms, f.Cite = normsDueNone[1:], assessmentDueRule.Cite
		f.because("clock-not-started")
		return f, nil
	}
	ed, err := assessmentDays.On(c.Seniority)
	if err != nil {
		return Finding[day.Day]{}, err
	}
	days := ed.Says.Days
	if c.Young {
		days = ed.Says.YoungDays
	}
	count := days
	if s.ReceiptDayCounts && s.Calendar.IsWorking(c.Seniority) {
		count--
	}
	due, err := s.Calendar.AddWorking(c.Seniority, count)
	if err != nil {
		return Finding[day.Day]{}, err
	}
	f.Value, f.Cite = due, ed.Cite
	passed := s.Calendar.Passed(c.Seniority, due)
	room := 2 + len(passed)
	if c.Before {
		room++
	}
	f.Because = make([]Reason, 0, room)
	f.because("received", D(c.Seniority))
	f.because("working-days", N(days))
	if c.Before {
		f.Norms = normsDueForwarded
		f.because("forwarding-moves-nothing")
	}
	for _, h := range passed {
		f.because("holiday", D(h.Day), T(holidayCode(h.Name)))
	}
	return f, nil
}

// holidayCodes are the codes of the statute's holidays, made once.
var holidayCodes = func() map[string]string {
	out := make(map[string]string)
	for year := 2020; year < 2040; year++ { // long enough for those that coincide, too
		for _, h := range day.Norway.Holidays(year) {
			out[h.Name] = "holiday." + h.Name
		}
	}
	return out
}()

func holidayCode(name string) string {
	if code, ok := holidayCodes[name]; ok {
		return code
	}
	return "holiday." + name
}

// AssessmentLate tells whether the limit is broken on a day: assessed after it, or unassessed when it has passed.
func AssessmentLate(f *Facts, today day.Day) bool {
	switch {
	case f.AssessBy.IsZero():
		return false
	case f.Right == NotAssessed: // ended unassessed: late when that came after the limit
		return !f.ClosedOn.IsZero() && f.ClosedOn.After(f.AssessBy)
	}
	if !f.FirstAssessed.IsZero() && !f.FirstAssessed.After(today) {
		return f.FirstAssessed.After(f.AssessBy) // assessed anew after a complaint: the first decision kept the limit, or did not
	}
	if !f.AssessedOn.IsZero() && !f.AssessedOn.After(today) {
		return f.AssessedOn.After(f.AssessBy)
	}
	return f.Status != Closed && today.After(f.AssessBy)
}

// AssessmentTarget is the day the house itself means to have assessed an urgent referral, or one with serious disease suspected (R-1.39, setting): never a
// limit, and never after the limit. Zero for the others, and before the clock has started.
func AssessmentTarget(f *Facts, s *Settings) day.Day {
	if !f.Urgent && !f.Serious || f.Seniority.IsZero() {
		return day.Day{}
	}
	target, err := s.Calendar.AddWorking(f.Seniority, s.UrgentWorkdays)
	if err != nil || !f.AssessBy.IsZero() && target.After(f.AssessBy) {
		return f.AssessBy
	}
	return target
}

// LateAssessment warns when an assessment comes after the limit; it is accepted and counts as late.
func LateAssessment(f *Facts, on day.Day, s *Settings) Objections {
	if f.AssessBy.IsZero() || !on.After(f.AssessBy) || !f.FirstAssessed.IsZero() {
		return nil
	}
	o := assessmentDueRule.object(Warned, normsLate, "late", N(s.Calendar.Working(f.AssessBy, on)), D(f.AssessBy))
	return Objections{o}
}
