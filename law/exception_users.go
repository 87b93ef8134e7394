package law

import (
	"slices"

	"rettid/day"
)

// The user panels' statement, points 1 and 2 (U1-1 to U1-4, U2-1 to U2-5), domain rules: users take part from the very beginning, at least two of the four user
// representatives of Nye metoder are invited when a group exception is treated, in the interregional meeting of medical directors, held on the day of the two forums.
//
// Our reading: the test is invitation, not attendance. Each representative counts once, from the first invitation, and one with a conflict of interest not at all. A group
// exception decided without two is refused; an authority that has not adopted the panels' view may turn that into a warning, and then the meeting leader's reason is recorded and the
// case is never counted as honoured. The warning on late users has no margin; the measure EARLY has one of five working days. Notice runs from
// the day a representative had both the invitation and the case papers: an invitation without papers waits for them. Which representatives are invited is free.
var exceptionUsersRule = Rule{
	ID: "exception-users", Norms: []string{"U1-1", "U1-2", "U1-3", "U1-4", "U2-1", "U2-2", "U2-3", "U2-4", "U2-5", "X-103", "X-108", "X-405", "X-409", "X-501", "X-502", "X-503", "X-504", "X-505", "X-506", "X-507", "X-508", "X-509", "X-510", "X-511", "X-512", "X-513", "X-905", "X-1204"},
	Cite: "User panel statement, points 1 and 2", Title: "Users are there from the start, invited to the table, and heard", Uses: []string{"exception.panel_demands", "exception.early_workdays", "exception.notice_workdays"},
	Funcs: []string{"UsersFromObjections", "InvitedObjections", "MeetingDayObjections", "ParticipationOf", "SameDay", "DistinctReps", "ConflictObjections", "Cadence"},
}

// Invitation is one user representative invited to a meeting.
type Invitation struct {
	Rep    string  `json:"rep"`
	On     day.Day `json:"on"`
	Papers bool    `json:"papers,omitempty"` // the case papers went with it
}

// GroupMeeting is what a group case needs to know of the meeting it is decided in.
type GroupMeeting struct {
	ID            int64        `json:"id,omitempty"`
	On            day.Day      `json:"on,omitzero"`
	Bestiller     day.Day      `json:"bestiller,omitzero"` // the day of Bestillerforum nearest to it, and of Beslutningsforum
	Beslutning    day.Day      `json:"beslutning,omitzero"`
	Invited       []Invitation `json:"invited,omitempty"`
	Conflicted    []string     `json:"conflicted,omitempty"` // user representatives with a declared conflict of interest in this case
	Attended      int          `json:"attended,omitempty"`   // user representatives who came
	Regions       []string     `json:"regions,omitempty"`    // regional trusts present or represented
	PapersOn      day.Day      `json:"papers_on,omitzero"`
	MinutesOn     day.Day      `json:"minutes_on,omitzero"`
	Opinions      int          `json:"opinions,omitempty"`
	Dissenting    int          `json:"dissenting,omitempty"`
	OpinionsUnmet int          `json:"opinions_unanswered,omitempty"`
}

// UsersFromObjections warns when users joined later than the day the matter was opened, or never.
func UsersFromObjections(opened, usersFrom day.Day) Objections {
	if !usersFrom.IsZero() && !usersFrom.After(opened) {
		return nil
	}
	o := exceptionUsersRule.object(Warned, []string{"U1-1", "U1-2"}, "U1-1")
	if usersFrom.IsZero() {
		o.because("users-never", D(opened))
	} else {
		o.because("users-late", D(opened), D(usersFrom))
	}
	return Objections{o}
}

// DistinctReps gives the representatives invited by a day, each once with the first invitation, without those who have a conflict of interest.
func DistinctReps(m *GroupMeeting, by day.Day) []Invitation {
	if m == nil {
		return nil
	}
	var known []Invitation
	for _, i := range m.Invited {
		if by.IsZero() || !i.On.After(by) {
			known = append(known, i)
		}
	}
	return distinctReps(known, m.Conflicted)
}

// InvitedObjections refuses a decision on a group exception to which fewer than two of the four user representatives are invited. reason: the meeting leader has given one,
// which counts only where the authority has turned the demand into a warning.
func InvitedObjections(m *GroupMeeting, on day.Day, reason bool, s *Settings) Objections {
	if len(DistinctReps(m, on)) >= 2 {
		return nil
	}
	verdict := Refused
	if s.PanelDemands == "warn" && reason {
		verdict = Warned
	}
	norms := []string{"U2-1", "X-510"}
	if m == nil {
		norms = []string{"U2-1", "U2-2", "X-510"}
	}
	o := exceptionUsersRule.object(verdict, norms, "U2-1")
	switch {
	case m == nil:
		o.because("no-meeting")
	case s.PanelDemands == "warn" && !reason:
		o.because("gate-reason")
	}
	return Objections{o}
}

// MeetingDayObjections warns of a meeting on another day than the two forums.
func MeetingDayObjections(date day.Day, forums ...day.Day) Objections {
	for _, f := range forums {
		if !f.IsZero() && !date.IsZero() && f != date {
			return Objections{exceptionUsersRule.object(Warned, []string{"U2-4", "X-507"}, "U2-4")}
		}
	}
	return nil
}

// ConflictObjections warns when so many of the invited have a conflict of interest that two are not left.
func ConflictObjections(m *GroupMeeting) Objections {
	all := GroupMeeting{Invited: m.Invited}
	if len(m.Conflicted) == 0 || len(DistinctReps(m, day.Day{})) >= 2 || len(DistinctReps(&all, day.Day{})) < 2 {
		return nil
	}
	return Objections{exceptionUsersRule.object(Warned, []string{"X-512", "U2-1"}, "conflict-leaves-few")}
}

// ParticipationFacts is what is known of users' part in one group case.
type ParticipationFacts struct {
	Registered day.Day      `json:"registered,omitzero"`
	Notified   day.Day      `json:"notified,omitzero"` // the first representative was told of the case
	UsersFrom  day.Day      `json:"users_from,omitzero"`
	MemoFinal  day.Day      `json:"memo_final,omitzero"`
	Invited    []Invitation `json:"invited,omitempty"`
	PapersOn   day.Day      `json:"papers_on,omitzero"` // the papers of the meeting went out: to those whose invitation had none
	Conflicted []string     `json:"conflicted,omitempty"`
	Meeting    day.Day      `json:"meeting,omitzero"`
	Bestiller  day.Day      `json:"bestiller,omitzero"`
	Beslutning day.Day      `json:"beslutning,omitzero"`
	Inputs     int          `json:"inputs,omitempty"`
	Answered   int          `json:"answered,omitempty"`
	Rationale  bool         `json:"rationale,omitempty"` // why these representatives, with regard to the patient group
	Urgent     bool         `json:"urgent,omitempty"`
	Attended   int          `json:"attended,omitempty"`
	Passed     bool         `json:"passed,omitempty"` // decided with fewer than two invited, on a recorded reason
}

// SameDayAs tells whether a meeting was on the day of both forums, of one, or of none; empty when no day is known.
type SameDayAs string

// SameDay compares the days.
func SameDay(meeting, bestiller, beslutning day.Day) SameDayAs {
	if meeting.IsZero() || bestiller.IsZero() && beslutning.IsZero() {
		return ""
	}
	switch a, b := meeting == bestiller, meeting == beslutning; {
	case a && b:
		return "both"
	case a || b:
		return "one"
	}
	return "none"
}

// Verdict on users' part in a case.
type ParticipationVerdict string

const (
	Honoured    ParticipationVerdict = "honoured"
	Partly      ParticipationVerdict = "partly"
	NotHonoured ParticipationVerdict = "not_honoured"
)

// Participation is how the demands of the panels were met in one case: its parts, and the verdict on them.
type Participation struct {
	Early       bool                 `json:"early"`
	EarlyDays   int                  `json:"early_days"` // working days from registration to the first notice; -1 without one
	Distinct    int                  `json:"distinct"`
	Invited2    bool                 `json:"invited_two"`
	Notice      string               `json:"notice"`      // yes · short · no
	NoticeDays  int                  `json:"notice_days"` // of the second of those invited in the best time
	Inputs      int                  `json:"inputs"`
	Unanswered  int                  `json:"unanswered"`
	NoInput     bool                 `json:"no_input,omitempty"`
	Rationale   bool                 `json:"rationale"`
	SameDay     SameDayAs            `json:"same_day,omitempty"`
	Attended    int                  `json:"attended"`
	ShortNotice bool                 `json:"short_notice,omitempty"`
	Verdict     ParticipationVerdict `json:"verdict"`
	Failed      []string             `json:"failed,omitempty"` // early · invited_two · notice · answered · rationale
}

// ParticipationOf measures users' part in a group case.
func ParticipationOf(p ParticipationFacts, s *Settings) Finding[Participation] {
	f := Finding[Participation]{Rule: "exception-users", Norms: []string{"X-509", "X-503", "X-504", "X-505", "X-506", "U1-1", "U2-1"}, Cite: exceptionUsersRule.Cite}
	v := &f.Value
	v.EarlyDays = -1
	if !p.Notified.IsZero() && !p.Registered.IsZero() {
		v.EarlyDays = s.Calendar.Working(p.Registered, p.Notified)
		v.Early = v.EarlyDays <= s.EarlyWorkdays && (p.MemoFinal.IsZero() || !p.Notified.After(p.MemoFinal))
	}
	reps := distinctReps(p.Invited, p.Conflicted)
	v.Distinct, v.Invited2, v.Notice = len(reps), len(reps) >= 2, "no"
	if !p.Meeting.IsZero() {
		var days []int
		for _, r := range reps {
			days = append(days, s.noticeDays(r.Rep, &p))
		}
		slices.SortFunc(days, func(a, b int) int { return b - a })
		if len(days) >= 2 {
			v.NoticeDays, v.Notice = days[1], "short"
			if days[1] >= s.NoticeWorkdays {
				v.Notice = "yes"
			}
		}
	}
	v.ShortNotice = v.Notice == "short"
	v.Inputs, v.Unanswered, v.NoInput = p.Inputs, p.Inputs-p.Answered, p.Inputs == 0
	v.Rationale, v.Attended = p.Rationale, p.Attended
	v.SameDay = SameDay(p.Meeting, p.Bestiller, p.Beslutning)
	for _, part := range []struct {
		name string
		met  bool
	}{{"early", v.Early}, {"invited_two", v.Invited2}, {"notice", v.Notice == "yes"}, {"answered", v.Unanswered <= 0}, {"rationale", v.Rationale}} {
		if !part.met {
			v.Failed = append(v.Failed, part.name)
			f.because("participation-failed", T("participation."+part.name))
		}
	}
	switch {
	case !v.Invited2 || p.Passed:
		v.Verdict = NotHonoured
		f.because("participation-not-honoured")
	case v.Failed == nil:
		v.Verdict = Honoured
		f.because("participation-honoured")
	default:
		v.Verdict = Partly
		f.because("participation-partly")
	}
	return f
}

// noticeDays counts the working days from the day a representative had both invitation and papers to the meeting; 0 without papers.
func (s *Settings) noticeDays(rep string, p *ParticipationFacts) int {
	best := 0
	for _, i := range p.Invited {
		had := i.On
		switch {
		case i.Rep != rep:
			continue
		case i.Papers:
		case p.PapersOn.IsZero():
			continue
		case p.PapersOn.After(had):
			had = p.PapersOn
		}
		if !had.After(p.Meeting) {
			best = max(best, s.Calendar.Working(had, p.Meeting))
		}
	}
	return best
}

// Cadence counts the months of a period that have a held meeting, and the months in which one was to be; July counts in neither when no meeting was held.
func Cadence(held []day.Day, from, to day.Day) (with, months int) {
	for m := day.On(from.Year(), month(from), 1); !m.After(to); m = m.AddMonths(1) {
		has := slices.ContainsFunc(held, func(d day.Day) bool { return d.Year() == m.Year() && month(d) == month(m) })
		switch {
		case has:
			with, months = with+1, months+1
		case month(m) != 7:
			months++
		}
	}
	return with, months
}

func month(d day.Day) int { _, m, _ := d.Date(); return m }
