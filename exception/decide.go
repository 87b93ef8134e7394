package exception

import (
	"slices"

	"rettid/day"
	"rettid/law"
)

// DecideException decides an application or a group case, with the elements a decision must have. What is lacking is a duty afterwards; only what the norms
// of the panels' statement and of guide 4.6 forbid is refused.
type DecideException struct {
	Outcome    law.ExceptionOutcome  `json:"outcome"`
	Meeting    int64                 `json:"meeting,omitempty"`
	Body       string                `json:"body,omitempty"`
	Individual law.Answer            `json:"individual,omitempty"`
	Basis      []string              `json:"basis,omitempty"`
	Reason     Text                  `json:"reason,omitzero"`
	Summary    Text                  `json:"summary,omitzero"`
	Criteria   []Answered            `json:"criteria,omitempty"`
	Conditions []Text                `json:"conditions,omitempty"`
	Stop       []Text                `json:"stop,omitempty"`
	Evaluate   day.Day               `json:"evaluate,omitzero"`
	ValidFrom  day.Day               `json:"valid_from,omitzero"` // of a group exception; zero: the day of the decision
	ValidTo    day.Day               `json:"valid_to,omitzero"`
	ReviewOn   day.Day               `json:"review_on,omitzero"`
	Departs    Text                  `json:"departs,omitzero"` // why it differs from like cases
	Votes      map[string]law.Answer `json:"votes,omitempty"`
	Members    []law.CommitteeMember `json:"members,omitempty"` // of the interregional committee, who took part
	Dissent    Text                  `json:"dissent,omitzero"`
	Redirect   law.ExceptionRoute    `json:"redirect,omitempty"`
	GateReason Text                  `json:"gate_reason,omitzero"` // the meeting leader's, where the authority lets one through with fewer than two invited
}

func (DecideException) Verb() string                                    { return "decide_exception" }
func (DecideException) about() (law.ExceptionKind, []law.ExceptionKind) { return "", cases }
func (c *DecideException) texts() []*Text {
	out := []*Text{&c.Reason, &c.Summary, &c.Departs, &c.Dissent, &c.GateReason}
	for i := range c.Criteria {
		out = append(out, &c.Criteria[i].Why)
	}
	for i := range c.Conditions {
		out = append(out, &c.Conditions[i])
	}
	for i := range c.Stop {
		out = append(out, &c.Stop[i])
	}
	return out
}

func (c *DecideException) decide(m *Matter, at At, g Given, s *law.Settings) (Found, law.Objections) {
	var out Found
	if os := undecided(m); os != nil {
		return out, os
	}
	if !slices.Contains(law.ExceptionOutcomes, c.Outcome) {
		return out, law.Objections{law.Impossible("x-outcome", law.T(string(c.Outcome)))}
	}
	os := law.IndividualObjections(law.ExceptionDecision{Kind: m.Kind, Outcome: c.Outcome, Individual: c.Individual, Basis: c.Basis})
	os = append(os, law.ExceptionGrounds(c.Basis, c.Outcome)...)
	os = append(os, law.AnonymousObjections(c.Summary.Words)...)
	switch m.Kind {
	case law.GroupException:
		if c.Outcome.Granted() || c.Outcome.Refused() {
			gate := law.InvitedObjections(g.Meeting, at.On, !c.GateReason.IsZero() || !c.Reason.IsZero(), s)
			out.Passed = len(gate.Warned()) > 0
			os = append(os, gate...)
			os = append(os, law.UsersFromObjections(m.ReceivedOn, m.Participation.UsersFrom)...)
		}
		p := law.ParticipationOf(c.participation(m, g, out.Passed), s)
		out.Participation = &p
		if c.Outcome.Granted() {
			to, review := law.GroupValidity(c.from(at.On), c.ValidTo, c.ReviewOn, s)
			out.ValidTo, out.ReviewOn = &to, &review
			os = append(os, law.OverlapObjections(c.from(at.On), to.Value, g.Valid)...)
		}
	case law.SingleException:
		due := law.DecideExceptionBy(&m.ExceptionFacts, s)
		out.Due = &due
		os = append(os, law.DepartureObjections(len(g.Unlike), !c.Departs.IsZero())...)
		if !m.ForwardedOn.IsZero() {
			os = append(os, law.CommitteeObjections(c.Members, m.Holder)...)
		}
		if c.Outcome.Granted() {
			os = append(os, law.EvaluationObjections(at.On, c.evaluate(m, at.On), s)...)
		}
	}
	return out, os
}

func (c *DecideException) from(on day.Day) day.Day {
	if c.ValidFrom.IsZero() {
		return on
	}
	return c.ValidFrom
}

// evaluate is the first evaluation: as decided, else the first one of the form that lies ahead.
func (c *DecideException) evaluate(m *Matter, on day.Day) day.Day {
	if !c.Evaluate.IsZero() {
		return c.Evaluate
	}
	var first day.Day
	for _, d := range m.Form.Evaluate {
		if d.After(on) && (first.IsZero() || d.Before(first)) {
			first = d
		}
	}
	return first
}

// participation joins what the case and its meeting tell of users' part.
func (c *DecideException) participation(m *Matter, g Given, passed bool) law.ParticipationFacts {
	p := m.Participation
	p.Passed = passed
	if t := g.Meeting; t != nil {
		p.Meeting, p.Bestiller, p.Beslutning, p.Invited, p.PapersOn, p.Conflicted, p.Attended = t.On, t.Bestiller, t.Beslutning, t.Invited, t.PapersOn, t.Conflicted, t.Attended
		p.Inputs += t.Opinions
		p.Answered += t.Opinions - t.OpinionsUnmet
	}
	return p
}

func (c *DecideException) fold(m *Matter, e *Event) {
	m.Status, m.Outcome, m.DecidedOn = law.ExceptionDecided, c.Outcome, e.On
	m.Decision = Decision{On: e.On, Actor: e.Actor, Body: c.Body, Basis: c.Basis, Reason: c.Reason, Summary: c.Summary, Criteria: c.Criteria, Conditions: c.Conditions, Stop: c.Stop,
		Unlike: e.Given.Unlike, Departs: c.Departs, Votes: c.Votes, Members: c.Members, Dissent: c.Dissent, Redirect: c.Redirect, Meeting: e.Given.Meeting}
	m.Reasoned = reasoned(c.Criteria)
	answered := c.Outcome.Granted() || c.Outcome.Refused() || c.Outcome == law.ExRedirected
	switch m.Kind {
	case law.SingleException:
		m.Individual = c.Individual
		if m.Individual == law.Unanswered && c.Outcome.Granted() {
			m.Individual = law.Yes // a yes for one patient is one
		}
		m.Told = law.Owed{Patient: answered, Referrer: answered}
		m.ToldOn, m.CopyOn = day.Day{}, day.Day{}
		m.StopCount, m.EvaluateOn = 0, day.Day{}
		if c.Outcome.Granted() {
			m.StopCount, m.EvaluateOn = len(c.Stop), c.evaluate(m, e.On)
			if m.StopCount == 0 && !m.Form.Stop.IsZero() {
				m.StopCount = 1 // those of the application stand
			}
		}
		if m.Decision.Body == "" {
			m.Decision.Body = string(law.HFDirector)
			if !m.ForwardedOn.IsZero() {
				m.Decision.Body = string(law.Committee)
			}
		}
	case law.GroupException:
		m.MeetingID = c.Meeting
		m.Participation = c.participation(m, e.Given, e.Found.Passed)
		m.Decision.Body = string(law.RHFDirector)
		if c.Outcome.Granted() {
			m.ValidFrom = c.from(e.On)
			if e.Found.ValidTo != nil {
				m.ValidTo, m.ReviewOn = e.Found.ValidTo.Value, e.Found.ReviewOn.Value
			}
		}
		m.Steps = append(m.Steps[:len(m.Steps):len(m.Steps)], Step{"decided", e.On})
	}
}

func reasoned(cs []Answered) []law.Criterion {
	var out []law.Criterion
	for _, c := range cs {
		if !c.Why.IsZero() && !slices.Contains(out, c.Criterion) {
			out = append(out, c.Criterion)
		}
	}
	return out
}

// GiveReasons writes the reasons a decision lacked: for each criterion, and that it was individual.
type GiveReasons struct {
	Individual law.Answer `json:"individual,omitempty"`
	Criteria   []Answered `json:"criteria,omitempty"`
	Summary    Text       `json:"summary,omitzero"`
}

func (GiveReasons) Verb() string                                    { return "give_reasons" }
func (GiveReasons) about() (law.ExceptionKind, []law.ExceptionKind) { return "", cases }
func (c *GiveReasons) texts() []*Text {
	out := []*Text{&c.Summary}
	for i := range c.Criteria {
		out = append(out, &c.Criteria[i].Why)
	}
	return out
}
func (c *GiveReasons) decide(m *Matter, _ At, _ Given, _ *law.Settings) (Found, law.Objections) {
	if m.Status != law.ExceptionDecided {
		return Found{}, law.Objections{law.Impossible("x-not-decided")}
	}
	os := law.IndividualObjections(law.ExceptionDecision{Kind: m.Kind, Outcome: m.Outcome, Individual: c.Individual}).Refused()
	return Found{}, append(os, law.AnonymousObjections(c.Summary.Words)...)
}
func (c *GiveReasons) fold(m *Matter, _ *Event) {
	if c.Individual != law.Unanswered {
		m.Individual = c.Individual
	}
	if !c.Summary.IsZero() {
		m.Decision.Summary = c.Summary
	}
	all := slices.DeleteFunc(slices.Clone(m.Decision.Criteria), func(a Answered) bool {
		return slices.ContainsFunc(c.Criteria, func(b Answered) bool { return a.Criterion == b.Criterion })
	})
	m.Decision.Criteria = append(all, c.Criteria...)
	m.Reasoned = reasoned(m.Decision.Criteria)
}

// Inform records a letter sent. One that goes a way with receipts is owed until the receipt is here (LetterDelivered).
type Inform struct {
	Patient  bool       `json:"patient,omitempty"`
	Referrer bool       `json:"referrer,omitempty"` // the doctor who applied
	Letter   law.Letter `json:"letter,omitempty"`
	Kept     []Kept     `json:"kept,omitempty"`
}

func (Inform) Verb() string { return "inform" }
func (Inform) about() (law.ExceptionKind, []law.ExceptionKind) {
	return "", kinds{law.SingleException, law.GroupException, law.PatientRequest}
}
func (*Inform) texts() []*Text { return nil }
func (c *Inform) decide(m *Matter, _ At, _ Given, _ *law.Settings) (Found, law.Objections) {
	answer := c.Letter == LetterGranted || c.Letter == LetterRefused
	switch {
	case (c.Letter == LetterAsked) != (m.Kind == law.PatientRequest) && c.Letter != "":
		return Found{}, law.Objections{law.Impossible("x-letter-untrue")}
	case answer && m.Status != law.ExceptionDecided:
		return Found{}, law.Objections{law.Impossible("x-not-decided")}
	case c.Letter == LetterGranted && !m.Outcome.Granted(), c.Letter == LetterRefused && m.Outcome.Granted():
		return Found{}, law.Objections{law.Impossible("x-letter-untrue")}
	}
	return Found{}, nil
}
func (c *Inform) fold(m *Matter, e *Event) {
	m.Letters = append(m.Letters[:len(m.Letters):len(m.Letters)], Sent{Kind: c.Letter, On: e.On, Patient: c.Patient, Referrer: c.Referrer, Kept: c.Kept})
	waits := c.send(m, e.On)
	if c.Letter == LetterReceived {
		m.AcknowledgedOn = e.On
		return
	}
	if m.Status != law.ExceptionDecided {
		return
	}
	if c.Patient {
		m.Told.Patient, m.ToldOn = false, e.On
		if waits { // the weeks to complain run from the delivery
			m.ToldOn = day.Day{}
		}
	}
	if c.Referrer {
		m.Told.Referrer = false
	}
}

// The letters of the scheme.
const (
	LetterReceived law.Letter = "exception_received"
	LetterGranted  law.Letter = "exception_granted"
	LetterRefused  law.Letter = "exception_refused"
	LetterGroup    law.Letter = "exception_group"
	LetterAsked    law.Letter = "exception_asked" // to a patient who asks while no doctor applies (X-605, X-1016)

	// LetterCopy is the identity-free copy of a decision to the regional medical director (X-1004): no letter of words, but delivered as one.
	LetterCopy law.Letter = "exception_copy"
)

// Letters lists them.
var Letters = []law.Letter{LetterReceived, LetterGranted, LetterRefused, LetterGroup, LetterAsked}

// SendCopy records that the identity-free copy went to the regional medical director.
type SendCopy struct {
	To      string      `json:"to,omitempty"`
	Channel law.Channel `json:"channel,omitempty"` // a way with receipts; empty: handed over by a person
}

func (SendCopy) Verb() string                                    { return "send_copy" }
func (SendCopy) about() (law.ExceptionKind, []law.ExceptionKind) { return "", single }
func (*SendCopy) texts() []*Text                                 { return nil }
func (c *SendCopy) decide(m *Matter, _ At, _ Given, _ *law.Settings) (Found, law.Objections) {
	if m.Status != law.ExceptionDecided {
		return Found{}, law.Objections{law.Impossible("x-not-decided")}
	}
	return Found{}, nil
}
func (c *SendCopy) fold(m *Matter, e *Event) {
	m.CopyOn = e.On
	m.stopDeliveries(e.On, func(d *law.Delivery) bool { return d.To == law.ToRegion })
	if c.Channel != "" {
		m.Deliveries = append(m.Deliveries[:len(m.Deliveries):len(m.Deliveries)], law.Delivery{Letter: m.Seq + 1, To: law.ToRegion, Kind: LetterCopy, Channel: c.Channel, SentOn: e.On, OnWay: e.On})
	}
}

// Start records that treatment under the exception began, or why it did not.
type Start struct {
	Not bool `json:"not,omitempty"`
	Why Text `json:"why,omitzero"`
}

func (Start) Verb() string                                    { return "start_treatment" }
func (Start) about() (law.ExceptionKind, []law.ExceptionKind) { return "", single }
func (c *Start) texts() []*Text                               { return []*Text{&c.Why} }
func (c *Start) decide(m *Matter, at At, _ Given, _ *law.Settings) (Found, law.Objections) {
	os := decidedYes(m)
	if os == nil && !c.Not && m.National.IsZero() == false && m.OrdinaryOn.IsZero() && !at.On.Before(m.National) && m.StartedOn.IsZero() {
		os = law.Objections{law.Impossible("x-no-new-start", law.D(m.National))}
	}
	return Found{}, os
}
func (c *Start) fold(m *Matter, e *Event) {
	m.NotStarted = c.Not
	if !c.Not && m.StartedOn.IsZero() {
		m.StartedOn = e.On
	}
}

// PlanEvaluation sets stop criteria and the next evaluation.
type PlanEvaluation struct {
	On   day.Day `json:"on"`
	Stop []Text  `json:"stop,omitempty"`
}

func (PlanEvaluation) Verb() string                                    { return "plan_evaluation" }
func (PlanEvaluation) about() (law.ExceptionKind, []law.ExceptionKind) { return "", single }
func (c *PlanEvaluation) texts() []*Text {
	var out []*Text
	for i := range c.Stop {
		out = append(out, &c.Stop[i])
	}
	return out
}
func (c *PlanEvaluation) decide(m *Matter, _ At, _ Given, s *law.Settings) (Found, law.Objections) {
	if os := decidedYes(m); os != nil {
		return Found{}, os
	}
	if len(m.Evaluations) > 0 {
		return Found{}, nil
	}
	return Found{}, law.EvaluationObjections(m.DecidedOn, c.On, s)
}
func (c *PlanEvaluation) fold(m *Matter, _ *Event) {
	m.EvaluateOn = c.On
	if len(c.Stop) > 0 {
		m.StopCount, m.Decision.Stop = len(c.Stop), c.Stop
	}
}

// Evaluate records an evaluation: go on, stop, or extend to another day.
type Evaluate struct {
	Result string  `json:"result"` // continue · stop · extend
	Next   day.Day `json:"next,omitzero"`
	Words  Text    `json:"words,omitzero"` // which criterion, or why
}

func (Evaluate) Verb() string                                    { return "evaluate" }
func (Evaluate) about() (law.ExceptionKind, []law.ExceptionKind) { return "", single }
func (c *Evaluate) texts() []*Text                               { return []*Text{&c.Words} }
func (c *Evaluate) decide(m *Matter, at At, _ Given, _ *law.Settings) (Found, law.Objections) {
	if os := decidedYes(m); os != nil {
		return Found{}, os
	}
	switch c.Result {
	case "continue", "stop":
	case "extend":
		if !c.Next.After(at.On) {
			return Found{}, law.Objections{law.Impossible("x-next-evaluation")}
		}
	default:
		return Found{}, law.Objections{law.Impossible("x-evaluation", law.T(c.Result))}
	}
	return Found{}, nil
}
func (c *Evaluate) fold(m *Matter, e *Event) {
	m.Evaluations = append(m.Evaluations[:len(m.Evaluations):len(m.Evaluations)], Evaluation{On: e.On, Result: c.Result, Next: c.Next, Words: c.Words})
	m.EvaluateOn = c.Next
	if c.Result == "stop" {
		m.StoppedOn, m.EvaluateOn = e.On, day.Day{}
	}
}

// NoteNational records that the method got its national decision while this stood: introduced ends the exception in ordinary use; a no ends it for new patients,
// and those on treatment go on.
type NoteNational struct {
	State law.MethodState `json:"state"`
}

func (NoteNational) Verb() string                                    { return "note_national" }
func (NoteNational) about() (law.ExceptionKind, []law.ExceptionKind) { return "", cases }
func (*NoteNational) texts() []*Text                                 { return nil }
func (c *NoteNational) decide(*Matter, At, Given, *law.Settings) (Found, law.Objections) {
	return Found{}, nil
}
func (c *NoteNational) fold(m *Matter, e *Event) {
	m.National, m.MethodState = e.On, c.State
	switch c.State {
	case law.Introduced, law.IntroducedCond, law.Temporary:
		m.OrdinaryOn = e.On
	case law.NotIntroduced:
		if m.Kind == law.GroupException && m.Outcome.Granted() {
			m.EndedOn = e.On
		}
	}
}

// Complain records a complaint; a late one is received all the same. DecideComplaint what became of it.
type Complain struct {
	Words Text `json:"words,omitzero"`
}

func (Complain) Verb() string { return "complain" }
func (Complain) about() (law.ExceptionKind, []law.ExceptionKind) {
	return "", kinds{law.SingleException, law.PatientRequest}
}
func (c *Complain) texts() []*Text { return []*Text{&c.Words} }
func (c *Complain) decide(m *Matter, at At, _ Given, s *law.Settings) (Found, law.Objections) {
	f := law.Facts{AnsweredOn: m.ToldOn}
	return Found{}, law.ComplaintObjections(&f, "right", at.On, s)
}
func (c *Complain) fold(m *Matter, e *Event) {
	late := len(e.Warned) > 0
	m.Complained = append(m.Complained[:len(m.Complained):len(m.Complained)], Complaint{On: e.On, Late: late})
	m.Complaints, m.ComplaintOn = m.Complaints+1, e.On
}

// DecideComplaint: upheld by the trust, or by the County Governor, opens the assessment again; sent_on lies with the County Governor; rejected is its answer.
type DecideComplaint struct {
	Outcome string `json:"outcome"`
	County  bool   `json:"county,omitempty"` // the County Governor's answer to one that was sent on
	Words   Text   `json:"words,omitzero"`
}

func (DecideComplaint) Verb() string { return "decide_complaint" }
func (DecideComplaint) about() (law.ExceptionKind, []law.ExceptionKind) {
	return "", kinds{law.SingleException, law.PatientRequest}
}
func (c *DecideComplaint) texts() []*Text { return []*Text{&c.Words} }
func (c *DecideComplaint) decide(m *Matter, _ At, _ Given, _ *law.Settings) (Found, law.Objections) {
	f := law.Facts{Complaints: m.Complaints, SentOn: m.SentOn}
	return Found{}, law.DecideComplaintObjections(&f, c.Outcome, c.County)
}
func (c *DecideComplaint) fold(m *Matter, e *Event) {
	for i := range m.Complained {
		x := &m.Complained[i]
		if x.Outcome == "" && c.Outcome != "rejected" || x.Outcome == "sent_on" && c.Outcome != "sent_on" {
			all := slices.Clone(m.Complained)
			all[i].Outcome, all[i].OutcomeOn = c.Outcome, e.On
			m.Complained = all
			break
		}
	}
	switch {
	case c.Outcome == "sent_on":
		m.Complaints, m.SentOn = max(m.Complaints-1, 0), m.SentOn+1
	case m.SentOn > 0 && (c.County || c.Outcome == "rejected" || m.Complaints == 0):
		m.SentOn--
	default:
		m.Complaints = max(m.Complaints-1, 0)
	}
	if c.Outcome == "upheld" && m.Kind == law.SingleException && m.Outcome.Refused() {
		// Assessed again: what was decided stands in the log. The clock begins anew.
		m.Status, m.Outcome, m.ReopenedOn, m.ForwardedOn, m.Individual, m.Reasoned, m.Told = law.ExceptionReceived, "", e.On, day.Day{}, law.Unanswered, nil, law.Owed{}
		m.DecidedOn, m.CopyOn = day.Day{}, day.Day{}
		m.Pauses = nil
		m.stopDeliveries(e.On, func(d *law.Delivery) bool { return d.Kind != LetterReceived })
	}
}
