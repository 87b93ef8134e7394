package law

import (
	"slices"

	"rettid/day"
)

// ExceptionKind is what a matter of the exception scheme is.
type ExceptionKind string

const (
	SingleException ExceptionKind = "single"  // an application for one patient
	GroupException  ExceptionKind = "group"   // for a defined group, nationally
	PatientRequest  ExceptionKind = "request" // a patient asks, and the doctor does not apply
	MeetingMatter   ExceptionKind = "meeting"
	MethodMatter    ExceptionKind = "method"
	HearingMatter   ExceptionKind = "hearing"
	ReviewMatter    ExceptionKind = "review"
)

// ExceptionKinds lists them in the order of a menu.
var ExceptionKinds = []ExceptionKind{SingleException, GroupException, PatientRequest, MeetingMatter, MethodMatter, HearingMatter, ReviewMatter}

// ExceptionStatus is where a matter stands. Of applications and group cases: received is every state before the decision.
type ExceptionStatus string

const (
	ExceptionReceived ExceptionStatus = "received"
	ExceptionDecided  ExceptionStatus = "decided"
	MeetingPlanned    ExceptionStatus = "planned"
	MeetingHeld       ExceptionStatus = "held"
	MeetingApproved   ExceptionStatus = "approved" // its minutes are (X-1017)
	HearingOpen       ExceptionStatus = "open"
	HearingClosed     ExceptionStatus = "closed"
	MethodKept        ExceptionStatus = "kept" // a method stands in the register as long as there is one
	Reviewed          ExceptionStatus = "reviewed"
)

// ExceptionOutcome is what came of an application or a group case.
type ExceptionOutcome string

const (
	ExGranted    ExceptionOutcome = "granted"
	ExConditions ExceptionOutcome = "granted_with_conditions"
	ExRefused    ExceptionOutcome = "refused"
	ExStopped    ExceptionOutcome = "stopped_at_hf" // in the access scheme: not sent on from the hospital trust
	ExRedirected ExceptionOutcome = "redirected"
	ExWithdrawn  ExceptionOutcome = "withdrawn"
	ExDied       ExceptionOutcome = "patient_died"
	ExLapsed     ExceptionOutcome = "lapsed"
)

// ExceptionOutcomes lists them in the order of a form.
var ExceptionOutcomes = []ExceptionOutcome{ExGranted, ExConditions, ExRefused, ExStopped, ExRedirected, ExWithdrawn, ExDied, ExLapsed}

// Granted tells whether the patient, or the group, gets the method.
func (o ExceptionOutcome) Granted() bool { return o == ExGranted || o == ExConditions }

// Refused tells whether the answer is no.
func (o ExceptionOutcome) Refused() bool { return o == ExRefused || o == ExStopped }

// Plain is the outcome as case files and figures have it: granted, refused, or what else became of it.
func (o ExceptionOutcome) Plain() ExceptionOutcome {
	switch {
	case o.Granted():
		return ExGranted
	case o.Refused():
		return ExRefused
	}
	return o
}

// Roles of the exception scheme, beside those of a referral.
const (
	HFDirector  Role = "hf_director"
	RHFDirector Role = "rhf_director"
	Secretariat Role = "secretariat"
	Committee   Role = "committee"
	UserRep     Role = "user_representative"
)

// Pause is a time the clock stood still: for a dated request for information, and nothing else.
type Pause struct {
	From day.Day `json:"from"`
	To   day.Day `json:"to,omitzero"` // zero: no answer yet
}

// ExceptionFacts is what the law needs to know of one matter of the exception scheme: plain values folded from what has been recorded.
type ExceptionFacts struct {
	Kind    ExceptionKind    `json:"kind"`
	Status  ExceptionStatus  `json:"status"`
	Outcome ExceptionOutcome `json:"outcome,omitempty"`
	Route   ExceptionRoute   `json:"route,omitempty"`
	Holder  string           `json:"holder,omitempty"` // the trust that owes the next step; of group cases the region that proposed

	ReceivedOn     day.Day `json:"received_on,omitzero"` // of a group case: registered
	ReopenedOn     day.Day `json:"reopened_on,omitzero"` // a complaint was upheld: assessed again, on a clock of its own
	AcknowledgedOn day.Day `json:"acknowledged_on,omitzero"`
	Urgent         bool    `json:"urgent,omitempty"`
	Pauses         []Pause `json:"pauses,omitempty"`

	// One patient's application.
	Lacks       []string `json:"lacks,omitempty"` // fields of the form that are not filled in
	InformedOn  day.Day  `json:"informed_on,omitzero"`
	ConsentOn   day.Day  `json:"consent_on,omitzero"`
	EndorsedOn  day.Day  `json:"endorsed_on,omitzero"`
	ForwardedOn day.Day  `json:"forwarded_on,omitzero"` // to the interregional committee

	// The decision.
	DecidedOn   day.Day     `json:"decided_on,omitzero"`
	Individual  Answer      `json:"individual,omitempty"` // assessed for this one patient
	Reasoned    []Criterion `json:"reasoned,omitempty"`   // the criteria with a reason of their own
	Told        Owed        `json:"told,omitzero"`        // who has been told the answer
	ToldOn      day.Day     `json:"told_on,omitzero"`     // the patient
	CopyOn      day.Day     `json:"copy_on,omitzero"`     // the identity-free copy to the region
	StartedOn   day.Day     `json:"started_on,omitzero"`
	NotStarted  bool        `json:"not_started,omitempty"`
	StopCount   int         `json:"stop_criteria,omitempty"`
	EvaluateOn  day.Day     `json:"evaluate_on,omitzero"` // the next evaluation; zero when none is planned
	StoppedOn   day.Day     `json:"stopped_on,omitzero"`
	OrdinaryOn  day.Day     `json:"ordinary_on,omitzero"` // the method was introduced: ordinary use from here
	Complaints  int         `json:"complaints,omitempty"` // not reconsidered yet
	ComplaintOn day.Day     `json:"complaint_on,omitzero"`
	SentOn      int         `json:"sent_on,omitempty"`    // with the County Governor
	Deliveries  []Delivery  `json:"deliveries,omitempty"` // letters and the copy that went a way with receipts, the latest last

	// A group case, and the meeting it is treated in.
	Participation ParticipationFacts `json:"participation,omitzero"`
	MeetingOn     day.Day            `json:"meeting_on,omitzero"`
	ValidFrom     day.Day            `json:"valid_from,omitzero"`
	ValidTo       day.Day            `json:"valid_to,omitzero"`
	ReviewOn      day.Day            `json:"review_on,omitzero"`
	PublishedOn   day.Day            `json:"published_on,omitzero"`
	EndedOn       day.Day            `json:"ended_on,omitzero"`

	// A meeting.
	PapersOn   day.Day `json:"papers_on,omitzero"`
	HeldOn     day.Day `json:"held_on,omitzero"`
	MinutesOn  day.Day `json:"minutes_on,omitzero"`
	ApprovedOn day.Day `json:"approved_on,omitzero"`
	GroupCases int     `json:"group_cases,omitempty"` // on its agenda
	Invited    int     `json:"invited,omitempty"`     // user representatives, distinct

	// A hearing of the four regional user panels.
	HearingBy day.Day  `json:"hearing_by,omitzero"`
	Answered  []string `json:"answered,omitempty"` // the panels that have answered
	Responded bool     `json:"responded,omitempty"`

	// A review of practice.
	Unanswered int     `json:"unanswered,omitempty"` // signals without an explanation, an action or a reason for none
	FollowBy   day.Day `json:"follow_by,omitzero"`   // the first day something is to be done about one; zero when all is closed
}

// OnCare tells whether the patient is treated under the exception: what is given goes on while stop criteria are not met.
func (f *ExceptionFacts) OnCare() bool {
	return f.Outcome.Granted() && !f.StartedOn.IsZero() && f.StoppedOn.IsZero() && f.OrdinaryOn.IsZero()
}

// Ended tells whether nothing more can be owed: for lists of what is open. What is owed on a day, ExceptionDutiesOn tells.
func (f *ExceptionFacts) Ended(s *Settings) bool {
	switch f.Kind {
	case MethodMatter:
		return true
	case ReviewMatter:
		return f.Unanswered == 0 && f.FollowBy.IsZero()
	case MeetingMatter:
		return f.Status == MeetingApproved
	case HearingMatter:
		return f.Status == HearingClosed
	}
	return f.Status == ExceptionDecided && len(ExceptionDuties(f, s)) == 0
}

// clockFrom gives the working day n working days after a day, the pauses laid to. ok is false while the clock stands still.
func clockFrom(from day.Day, n int, pauses []Pause, s *Settings) (due day.Day, held int, ok bool) {
	for _, p := range pauses {
		if p.To.IsZero() {
			return day.Day{}, held, false
		}
		if p.From.Before(from) && !p.To.After(from) {
			continue
		}
		start := p.From
		if start.Before(from) {
			start = from
		}
		held += s.Calendar.Working(start, p.To)
	}
	due, err := s.Calendar.AddWorking(from, n+held)
	return due, held, err == nil
}

// distinctReps gives each representative once, with the day first invited, in the order they were invited. Those with a conflict of interest are left out.
func distinctReps(invited []Invitation, conflicted []string) []Invitation {
	var out []Invitation
	for _, i := range invited {
		if slices.Contains(conflicted, i.Rep) || slices.ContainsFunc(out, func(o Invitation) bool { return o.Rep == i.Rep }) {
			continue
		}
		out = append(out, i)
	}
	return out
}
