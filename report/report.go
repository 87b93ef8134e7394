// Package report draws up how it stands on a day: who waits, what is overdue and what is coming, which deadlines are or will be broken, and which
// referrals are past their limit unassessed.
//
// It takes states and gives values. It never loads, never saves, and never writes a sentence.
package report

import (
	"cmp"
	"slices"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
)

// Report is how it stands at the end of a day, of what was known on a day. Lists are in the order they should be worked through.
type Report struct {
	AsOf       day.Day    `json:"as_of"`
	KnownOn    day.Day    `json:"known_on"`
	Referrals  int        `json:"referrals"`
	Open       int        `json:"open"`
	Waiting    []Line     `json:"waiting"`            // the waiting list: deadline, then urgency (G11-1)
	Overdue    []DutyLine `json:"duties_overdue"`     // due before the day
	Coming     []DutyLine `json:"duties_coming"`      // due on the day or within the days ahead
	Undated    int        `json:"duties_without_day"` // open duties the law gives no last day for
	Expected   []Line     `json:"breaches_expected"`
	Occurred   []Line     `json:"breaches_occurred"` // those still waiting
	Ended      int        `json:"breaches_ended"`    // of those whose wait has ended
	Counted    int        `json:"breaches_counted"`  // of all that occurred, those the statistics count
	Unassessed []Line     `json:"unassessed_past_limit"`
	Ahead      int        `json:"days_ahead"`
}

// Line is one referral.
type Line struct {
	Tenant      string          `json:"tenant"`
	Referral    int64           `json:"referral"`
	Provider    string          `json:"provider"`
	Site        string          `json:"site,omitempty"`
	Specialty   string          `json:"specialty,omitempty"`
	Condition   string          `json:"condition,omitempty"`
	Urgency     int             `json:"urgency,omitempty"`
	Seniority   day.Day         `json:"seniority_date"`
	AssessBy    day.Day         `json:"assessment_due"`
	Deadline    day.Day         `json:"deadline"`
	DaysLeft    *int            `json:"days_left"`
	DaysWaited  int             `json:"days_waited"`
	Appointment string          `json:"appointment"`
	Stage       law.Stage       `json:"stage"`
	Next        law.DutyName    `json:"next_duty"`
	NextOn      day.Day         `json:"next_on"`
	Owner       law.Role        `json:"owner"`
	Why         []law.Reason    `json:"why,omitempty"`
	Breach      law.BreachState `json:"breach"`
}

// DutyLine is one duty of one referral.
type DutyLine struct {
	Tenant   string       `json:"tenant"`
	Referral int64        `json:"referral"`
	Duty     law.DutyName `json:"duty"`
	Due      day.Day      `json:"due"`
	Owner    law.Role     `json:"owner"`
	At       string       `json:"at"`
	Norms    []string     `json:"norms"`
}

// A Maker gathers states into a report.
type Maker struct {
	r Report
	s *law.Settings
}

// New begins a report as of a day. ahead is how many days ahead duties are coming.
func New(asOf, knownOn day.Day, ahead int, s *law.Settings) *Maker {
	return &Maker{r: Report{AsOf: asOf, KnownOn: knownOn, Ahead: ahead, Waiting: []Line{}, Overdue: []DutyLine{}, Coming: []DutyLine{}, Expected: []Line{}, Occurred: []Line{}, Unassessed: []Line{}}, s: s}
}

// Add takes in one referral's state as of the report's day.
func (m *Maker) Add(tenant string, id int64, r *referral.Referral) {
	today, f := m.r.AsOf, &r.Facts
	m.r.Referrals++
	if f.Open() {
		m.r.Open++
	}
	for _, d := range law.DutiesOn(f, today, m.s) {
		line := DutyLine{Tenant: tenant, Referral: id, Duty: d.Name, Due: d.Due, Owner: d.Role, At: d.At, Norms: d.Norms}
		switch {
		case d.Due.IsZero():
			m.r.Undated++
		case d.Due.Before(today):
			m.r.Overdue = append(m.r.Overdue, line)
		case d.Due.Sub(today) <= m.r.Ahead:
			m.r.Coming = append(m.r.Coming, line)
		}
	}
	waiting := law.IsWaiting(f, today)
	breach := law.Breach(f, today, m.s)
	if breach.Value == law.Occurred && law.BreachCounted(f, today, m.s).Value {
		m.r.Counted++
	}
	if breach.Value == law.Occurred && !waiting {
		m.r.Ended++
	}
	late := f.Right == law.Pending && law.AssessmentLate(f, today)
	if !waiting && !late {
		return
	}
	line := m.line(tenant, id, r, today, breach)
	if waiting {
		m.r.Waiting = append(m.r.Waiting, line)
		switch breach.Value {
		case law.Expected:
			m.r.Expected = append(m.r.Expected, line)
		case law.Occurred:
			m.r.Occurred = append(m.r.Occurred, line)
		}
	}
	if late {
		m.r.Unassessed = append(m.r.Unassessed, line)
	}
}

func (m *Maker) line(tenant string, id int64, r *referral.Referral, today day.Day, breach law.Finding[law.BreachState]) Line {
	f := &r.Facts
	provider, site := law.ListPlace(f)
	l := Line{Tenant: tenant, Referral: id, Provider: provider, Site: site, Specialty: f.Specialty, Condition: r.Condition, Urgency: r.Urgency(), Seniority: f.Seniority, AssessBy: f.AssessBy,
		Deadline: f.StartBy, DaysWaited: law.WaitingDays(f, today), Stage: law.StageOn(f, today, m.s), Breach: breach.Value}
	if !f.StartBy.IsZero() {
		left := f.StartBy.Sub(today)
		l.DaysLeft = &left
	}
	if a := f.Appointment; !a.IsZero() {
		l.Appointment = a.Moment().String()
		if a.To != a.From {
			l.Appointment = a.From.String() + "/" + a.To.String()
		}
	}
	if step, ok := law.NextStep(f, today, m.s); ok {
		l.Next, l.NextOn, l.Owner = step.Duty, step.On, step.Role
	}
	if breach.Value != law.NoBreach {
		l.Why = breach.Because
	}
	return l
}

// Report puts the lists in order and gives the report.
func (m *Maker) Report() *Report {
	byDeadline := func(a, b Line) int {
		return cmp.Or(later(a.Deadline, b.Deadline), -cmp.Compare(a.Urgency, b.Urgency), cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Referral, b.Referral))
	}
	byDue := func(a, b DutyLine) int {
		return cmp.Or(later(a.Due, b.Due), cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Referral, b.Referral), cmp.Compare(a.Duty, b.Duty))
	}
	for _, lines := range [][]Line{m.r.Waiting, m.r.Expected, m.r.Occurred} {
		slices.SortFunc(lines, byDeadline)
	}
	slices.SortFunc(m.r.Unassessed, func(a, b Line) int {
		return cmp.Or(-cmp.Compare(a.Urgency, b.Urgency), later(a.AssessBy, b.AssessBy), cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Referral, b.Referral))
	})
	slices.SortFunc(m.r.Overdue, byDue)
	slices.SortFunc(m.r.Coming, byDue)
	return &m.r
}

// later orders days, no day last.
func later(a, b day.Day) int {
	switch {
	case a == b:
		return 0
	case a.IsZero():
		return 1
	case b.IsZero():
		return -1
	}
	return a.Compare(b)
}
