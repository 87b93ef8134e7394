// Package exception is where one matter of the exception scheme of Nye metoder stands and how it gets there: an application for one patient, a group
// exception, a patient's own request, a meeting of the interregional medical directors, a method in the register, a hearing of the user panels, a review of
// practice. The shape is a referral's: commands ask, Decide answers with an event or a refusal, Fold replays the log.
//
// What never happens here: no database, no clock, no sentence, no identity; nothing is refused by rule alone, and no setting closes the way of a single
// patient after a no (U3-1 to U3-3). What had to be looked up (a method's state, a meeting's invitations, like cases) stands in the event, so that the rules can be
// run again on exactly what they were run on.
package exception

import (
	"slices"
	"strings"

	"rettid/day"
	"rettid/entry"
	"rettid/law"
)

// Process is the name of the scheme's matters in the ledger.
const Process = "exception"

// Matter is the fold of a matter's log and nothing else: the facts the law reads, and what people want to see beside them. Exactly one of the pointers is set for a
// meeting, a method, a hearing and a review.
type Matter struct {
	law.ExceptionFacts
	Seq     int     `json:"seq"`               // the last entry folded
	Name    string  `json:"name,omitempty"`    // a meeting's, a method's id, a review's
	MovedOn day.Day `json:"moved_on,omitzero"` // the day of the latest step

	// An application, a group case, a request.
	Method       string          `json:"method,omitempty"` // id of Nye metoder; empty for a group case of a use without one
	MethodSaid   string          `json:"method_decision,omitempty"`
	MethodState  law.MethodState `json:"method_state,omitempty"` // on the day it was received
	NoHTA        bool            `json:"no_hta,omitempty"`
	NoMethodID   Text            `json:"no_method_id,omitzero"`
	Patient      string          `json:"patient,omitempty"`
	Born         day.Day         `json:"born,omitzero"`
	Sex          string          `json:"sex,omitempty"`
	Municipality string          `json:"municipality,omitempty"`
	Region       string          `json:"region,omitempty"` // of residence
	Home         *Home           `json:"home,omitempty"`   // of the area of residence; for the review of practice alone, never for a decision
	Interpreter  law.Answer      `json:"interpreter,omitempty"`
	Department   string          `json:"department,omitempty"`
	Doctor       string          `json:"doctor,omitempty"` // internal id of the one who applies
	ByPatient    bool            `json:"by_patient,omitempty"`
	Referral     int64           `json:"referral,omitempty"` // the referral it came from
	Form         Form            `json:"form,omitzero"`
	Reason       Text            `json:"reason,omitzero"` // of the application
	Endorsements []Endorsement   `json:"endorsements,omitempty"`
	ForwardNote  Text            `json:"forward_note,omitzero"`
	Asked        Text            `json:"asked,omitzero"`
	Group        Group           `json:"group,omitzero"`
	Earlier      int64           `json:"earlier,omitempty"` // the refused case raised again, or the request behind an application
	MeetingID    int64           `json:"meeting_id,omitempty"`
	Postponed    []Postponement  `json:"postponed,omitempty"` // a group case's earlier meetings
	Decision     Decision        `json:"decision,omitzero"`
	Evaluations  []Evaluation    `json:"evaluations,omitempty"`
	Letters      []Sent          `json:"letters,omitempty"`
	Complained   []Complaint     `json:"complained,omitempty"`
	National     day.Day         `json:"national,omitzero"` // the day the method got its national decision while this stood
	Found        Found           `json:"found,omitzero"`    // the findings in force
	Steps        []Step          `json:"steps,omitempty"`   // of a group case
	Inputs       []Input         `json:"inputs,omitempty"`
	Panels       map[string]Text `json:"panels,omitempty"` // answers of the regional user panels (U1-4)
	Selection    Text            `json:"selection,omitzero"`

	Meeting *Meeting `json:"meeting,omitempty"`
	Entry   *Method  `json:"entry,omitempty"`
	Hearing *Hearing `json:"hearing,omitempty"`
	Review  *Review  `json:"review,omitempty"`
}

// Form is what an application holds. Numbers and codes stand here; the words are kept outside the log.
type Form struct {
	Indication    string            `json:"indication,omitempty"` // ICD-10, three characters
	Line          int               `json:"line,omitempty"`       // of treatment, from 1
	Authorisation law.Authorisation `json:"authorisation,omitempty"`
	Severity      *int              `json:"severity,omitempty"` // 0–3 as in an assessment
	Benefit       *int              `json:"benefit,omitempty"`
	Resources     *int              `json:"resources,omitempty"`
	Weeks         int               `json:"weeks,omitempty"` // planned length
	Cost          int               `json:"cost,omitempty"`  // kroner for the course: restricted
	Evaluate      []day.Day         `json:"evaluate,omitempty"`
	Informed      day.Day           `json:"informed,omitzero"`
	Conflict      law.Answer        `json:"conflict,omitempty"` // of interest, declared by the doctor
	InTrial       bool              `json:"in_trial,omitempty"`
	StartedBefore bool              `json:"started_before,omitempty"`
	Prescription  bool              `json:"prescription,omitempty"`
	Competence    law.Answer        `json:"competence,omitempty"`

	Earlier      Text `json:"earlier,omitzero"` // treatment tried, and its result
	Differs      Text `json:"differs,omitzero"` // why this patient differs from the group
	Evidence     Text `json:"evidence,omitzero"`
	Expected     Text `json:"expected,omitzero"`
	Untreated    Text `json:"untreated,omitzero"`
	Dose         Text `json:"dose,omitzero"`
	Alternatives Text `json:"alternatives,omitzero"`
	Start        Text `json:"start,omitzero"` // start criteria
	Stop         Text `json:"stop,omitzero"`  // stop criteria
	UrgentWhy    Text `json:"urgent_why,omitzero"`
}

func (f *Form) texts() []*Text {
	return []*Text{&f.Earlier, &f.Differs, &f.Evidence, &f.Expected, &f.Untreated, &f.Dose, &f.Alternatives, &f.Start, &f.Stop, &f.UrgentWhy}
}

// has tells whether a field of law.ApplicationFields is filled in.
func (f *Form) has(field, method string) bool {
	switch field {
	case "method":
		return method != ""
	case "indication":
		return f.Indication != ""
	case "line":
		return f.Line > 0
	case "authorisation":
		return f.Authorisation != ""
	case "earlier":
		return !f.Earlier.IsZero()
	case "differs":
		return !f.Differs.IsZero()
	case "evidence":
		return !f.Evidence.IsZero()
	case "expected":
		return !f.Expected.IsZero()
	case "severity":
		return f.Severity != nil
	case "untreated":
		return !f.Untreated.IsZero()
	case "dose":
		return !f.Dose.IsZero()
	case "weeks":
		return f.Weeks > 0
	case "cost":
		return f.Cost > 0
	case "alternatives":
		return !f.Alternatives.IsZero()
	case "start_criteria":
		return !f.Start.IsZero()
	case "stop_criteria":
		return !f.Stop.IsZero()
	case "evaluation":
		return len(f.Evaluate) > 0
	case "informed":
		return !f.Informed.IsZero()
	case "conflict":
		return f.Conflict != ""
	}
	return false
}

// over lays what another form says over this one.
func (f Form) over(g Form) Form {
	str := func(a *string, b string) {
		if b != "" {
			*a = b
		}
	}
	num := func(a *int, b int) {
		if b != 0 {
			*a = b
		}
	}
	grade := func(a **int, b *int) {
		if b != nil {
			*a = b
		}
	}
	str(&f.Indication, g.Indication)
	num(&f.Line, g.Line)
	str((*string)(&f.Authorisation), string(g.Authorisation))
	grade(&f.Severity, g.Severity)
	grade(&f.Benefit, g.Benefit)
	grade(&f.Resources, g.Resources)
	num(&f.Weeks, g.Weeks)
	num(&f.Cost, g.Cost)
	if g.Evaluate != nil {
		f.Evaluate = g.Evaluate
	}
	if !g.Informed.IsZero() {
		f.Informed = g.Informed
	}
	str((*string)(&f.Conflict), string(g.Conflict))
	str((*string)(&f.Competence), string(g.Competence))
	f.InTrial, f.StartedBefore, f.Prescription = f.InTrial || g.InTrial, f.StartedBefore || g.StartedBefore, f.Prescription || g.Prescription
	mine, theirs := f.texts(), g.texts()
	for i, t := range theirs {
		if !t.IsZero() {
			*mine[i] = *t
		}
	}
	return f
}

// Group is whom a group exception is for.
type Group struct {
	Text       Text `json:"text,omitzero"` // the definition, in plain words: of a group, never of a person
	PerYear    int  `json:"per_year,omitempty"`
	Need       Text `json:"need,omitzero"`
	Benefit    Text `json:"benefit,omitzero"`
	Evidence   Text `json:"evidence,omitzero"`
	Cost       Text `json:"cost,omitzero"`  // restricted
	Equal      Text `json:"equal,omitzero"` // availability in all four regions
	Exit       Text `json:"exit,omitzero"`  // the plan for a national no
	PlainWords Text `json:"plain,omitzero"` // the summary for user representatives
}

func (g *Group) texts() []*Text {
	return []*Text{&g.Text, &g.Need, &g.Benefit, &g.Evidence, &g.Cost, &g.Equal, &g.Exit, &g.PlainWords}
}

// Endorsement is a word on an application from the line to the medical director.
type Endorsement struct {
	On      day.Day    `json:"on"`
	Role    law.Role   `json:"role,omitempty"`
	Actor   string     `json:"actor,omitempty"`
	Endorse law.Answer `json:"endorse"`
	Words   Text       `json:"words,omitzero"`
}

// Decision is a decision with its mandatory elements.
type Decision struct {
	On         day.Day               `json:"on,omitzero"`
	Actor      string                `json:"actor,omitempty"`
	Body       string                `json:"body,omitempty"` // hf_director · committee · directors
	Basis      []string              `json:"basis,omitempty"`
	Reason     Text                  `json:"reason,omitzero"`
	Summary    Text                  `json:"summary,omitzero"` // for others to read: no identity
	Criteria   []Answered            `json:"criteria,omitempty"`
	Conditions []Text                `json:"conditions,omitempty"`
	Stop       []Text                `json:"stop,omitempty"`
	Unlike     []string              `json:"unlike,omitempty"` // like cases with another answer
	Departs    Text                  `json:"departs,omitzero"` // why this one differs from them
	Votes      map[string]law.Answer `json:"votes,omitempty"`  // by region
	Members    []law.CommitteeMember `json:"members,omitempty"`
	Dissent    Text                  `json:"dissent,omitzero"`
	Redirect   law.ExceptionRoute    `json:"redirect,omitempty"`
	Meeting    *law.GroupMeeting     `json:"meeting,omitempty"` // as it was on the day
}

// Answered is one criterion with its answer and its reason.
type Answered struct {
	Criterion law.Criterion `json:"criterion"`
	Met       law.Answer    `json:"met,omitempty"`
	Why       Text          `json:"why,omitzero"`
}

// Evaluation is one evaluation of treatment under an exception.
type Evaluation struct {
	On     day.Day `json:"on"`
	Result string  `json:"result"` // continue · stop · extend
	Next   day.Day `json:"next,omitzero"`
	Words  Text    `json:"words,omitzero"`
}

// Sent is a letter that was sent and delivered.
type Sent struct {
	Kind     law.Letter `json:"kind"`
	On       day.Day    `json:"on"`
	Patient  bool       `json:"patient,omitempty"`
	Referrer bool       `json:"referrer,omitempty"` // the doctor who applied
	Kept     []Kept     `json:"kept,omitempty"`
}

// Kept is one letter as it was sent: to whom, the note its page is in, and the page's digest (SHA-256, in hexadecimal).
type Kept struct {
	To     string `json:"to"`
	Lang   string `json:"lang,omitempty"`
	Note   string `json:"note"`
	Digest string `json:"digest"`

	PDF       string      `json:"pdf,omitempty"`        // the note its printed form is in (base64)
	PDFDigest string      `json:"pdf_digest,omitempty"` // of the file
	Channel   law.Channel `json:"channel,omitempty"`    // a way with receipts; empty: told, handed over, or read in the house
}

// Receiver is who a kept letter went to, as letters under way name them: law.ToPatient or law.ToReferrer (the doctor who applied).
func (k Kept) Receiver() string {
	switch k.To { // as it was written before letters went ways with receipts
	case "pasient":
		return law.ToPatient
	case "lege":
		return law.ToReferrer
	}
	return k.To
}

// Complaint is one complaint and what became of it.
type Complaint struct {
	On        day.Day `json:"on"`
	Late      bool    `json:"late,omitempty"`
	Outcome   string  `json:"outcome,omitempty"` // upheld (reversed by the trust, or by the County Governor) · sent_on · rejected
	OutcomeOn day.Day `json:"outcome_on,omitzero"`
}

// Step is a step of a group case.
type Step struct {
	Name string  `json:"name"`
	On   day.Day `json:"on"`
}

// Postponement is a meeting a group case was to be treated in, and was not.
type Postponement struct {
	Meeting int64   `json:"meeting"`
	Was     day.Day `json:"was,omitzero"`
	On      day.Day `json:"on"`
	Why     Text    `json:"why,omitzero"`
}

// Input is what somebody said of a group case, and the answer.
type Input struct {
	N      int     `json:"n"`
	On     day.Day `json:"on"`
	By     string  `json:"by"` // a representative's id, or an organisation's name
	Rep    bool    `json:"rep,omitempty"`
	Words  Text    `json:"words,omitzero"`
	Answer string  `json:"answer,omitempty"` // adopted · partly · not_adopted
	Why    Text    `json:"why,omitzero"`
}

// Meeting is a meeting of the interregional medical directors.
type Meeting struct {
	Date       day.Day          `json:"date,omitzero"`
	Bestiller  day.Day          `json:"bestiller,omitzero"`
	Beslutning day.Day          `json:"beslutning,omitzero"`
	Begins     string           `json:"begins,omitempty"` // local time, 09:30; empty: not said
	Ends       string           `json:"ends,omitempty"`
	Where      string           `json:"where,omitempty"` // a room, a town
	Link       string           `json:"link,omitempty"`  // https, for those who take part from elsewhere
	Agenda     []Item           `json:"agenda,omitempty"`
	Invited    []law.Invitation `json:"invited,omitempty"`
	Declared   []Declaration    `json:"declared,omitempty"`
	Present    []Attendee       `json:"present,omitempty"`
	Opinions   []Opinion        `json:"opinions,omitempty"`
	Minutes    Text             `json:"minutes,omitzero"`
}

// Item is one line of an agenda.
type Item struct {
	Matter int64  `json:"matter,omitempty"` // a group case, or a review
	Title  string `json:"title,omitempty"`
	Papers Text   `json:"papers,omitzero"`
}

// Declaration is a statement on conflict of interest and confidentiality in one case.
type Declaration struct {
	Who          string     `json:"who"`
	Matter       int64      `json:"matter,omitempty"`
	Conflict     law.Answer `json:"conflict"`
	Confidential bool       `json:"confidential,omitempty"`
	On           day.Day    `json:"on"`
}

// Attendee is somebody who was there.
type Attendee struct {
	Who    string   `json:"who"`
	Role   law.Role `json:"role"`
	Region string   `json:"region,omitempty"`
	Deputy bool     `json:"deputy,omitempty"`
}

// Opinion is what a user representative said of a case, and the answer to it.
type Opinion struct {
	N       int    `json:"n"`
	Who     string `json:"who"`
	Matter  int64  `json:"matter,omitempty"`
	Words   Text   `json:"words,omitzero"`
	Dissent bool   `json:"dissent,omitempty"`
	Answer  Text   `json:"answer,omitzero"`
}

// Method is an entry of the register of methods, with its history.
type Method struct {
	ID      string             `json:"id"`
	Title   string             `json:"title,omitempty"`
	History []State            `json:"history"`
	Doors   []law.DoorDecision `json:"doors,omitempty"`
}

// State is a state a method came into.
type State struct {
	State law.MethodState `json:"state"`
	On    day.Day         `json:"on"`             // decided
	From  day.Day         `json:"from"`           // in effect
	Body  string          `json:"body,omitempty"` // who decided
	Link  string          `json:"link,omitempty"`
	NoHTA bool            `json:"no_hta,omitempty"`
}

// Has tells whether the register has a state already, decided on a day and in effect from the same one.
func (m *Method) Has(c *RegisterMethod, on day.Day) bool {
	from := c.From
	if from.IsZero() {
		from = on
	}
	return slices.ContainsFunc(m.History, func(h State) bool { return h.State == c.State && h.On == on && h.From == from })
}

// At is what the register says of the method on a day.
func (m *Method) At(on day.Day) law.MethodOn {
	out := law.MethodOn{ID: m.ID, Openings: m.Doors}
	for _, h := range m.History {
		if !h.From.After(on) && !h.From.Before(out.Since) {
			out.State, out.Since, out.NoHTA = h.State, h.From, h.NoHTA
		}
	}
	return out
}

// Hearing is a hearing of the regional user panels on a change of the scheme, and the thread of their comments (U2-5, X-511).
type Hearing struct {
	Title    string        `json:"title,omitempty"`
	About    Text          `json:"about,omitzero"`
	Answers  []PanelAnswer `json:"answers,omitempty"`
	Response Text          `json:"response,omitzero"`
}

// PanelAnswer is what a panel answered, or commented later.
type PanelAnswer struct {
	Panel string  `json:"panel"`
	On    day.Day `json:"on"`
	Words Text    `json:"words,omitzero"`
}

// Review is a review of practice with its counts, as they were on the day.
type Review struct {
	From       day.Day                   `json:"from"`
	To         day.Day                   `json:"to"`
	By         []string                  `json:"by"`
	Meeting    int64                     `json:"meeting,omitempty"`
	Conclusion Text                      `json:"conclusion,omitzero"`
	Counts     map[string]map[string]Row `json:"counts,omitempty"`  // axis → group → counts
	KnownOn    day.Day                   `json:"known_on,omitzero"` // the numbers are made of what had been recorded by then
	Digest     string                    `json:"digest,omitempty"`  // SHA-256 of the numbers, which are kept as a paper
	People     int                       `json:"people,omitempty"`  // which version of the population
	Signals    []Signalled               `json:"signals,omitempty"` // the findings that call for an answer
	Tasks      []Task                    `json:"tasks,omitempty"`   // what is done about them
	Published  string                    `json:"published,omitempty"`
}

// Signalled is a finding of a review that calls for an answer: its id, and amber or red.
type Signalled struct {
	Finding string `json:"finding"`
	Signal  string `json:"signal"`
}

// Task is what is done about a finding of a review: an explanation, an action, or no action with its reason; an owner and a day.
type Task struct {
	Finding string  `json:"finding"`
	Kind    string  `json:"kind"`  // explanation · action · none
	Owner   string  `json:"owner"` // secretariat, or the region whose medical director it is
	By      day.Day `json:"by"`
	Words   Text    `json:"words,omitzero"`
	On      day.Day `json:"on"`
	Closed  day.Day `json:"closed,omitzero"`
	Result  Text    `json:"result,omitzero"` // what came of it
	Moved   int     `json:"moved,omitempty"` // how many times it was given a later day
}

// Home is what the tables say of the area somebody lives in, with the year of each: the catchment's trust, the centrality class 1 to 6, the education quintile 1 to 5. It tells of the area, never of
// the person.
type Home struct {
	Catchment      string `json:"catchment,omitempty"`
	CatchmentYear  int    `json:"catchment_year,omitempty"`
	Centrality     int    `json:"centrality,omitempty"`
	CentralityYear int    `json:"centrality_year,omitempty"`
	Education      int    `json:"education,omitempty"`
	EducationYear  int    `json:"education_year,omitempty"`
}

// CentralityGroup is the class in three groups, «1-2», «3-4» and «5-6»; empty when it is not known.
func (h *Home) CentralityGroup() string {
	if h == nil || h.Centrality < 1 || h.Centrality > 6 {
		return ""
	}
	return [3]string{"1-2", "3-4", "5-6"}[(h.Centrality-1)/2]
}

// Row is one group's line in a review.
type Row struct {
	Applied int `json:"applied"`
	Granted int `json:"granted,omitempty"`
	Refused int `json:"refused,omitempty"`
	Stopped int `json:"stopped,omitempty"` // at the trust; among the refused
	Other   int `json:"other,omitempty"`
	Waiting int `json:"waiting,omitempty"` // not decided by the day of the review
	Days    int `json:"days,omitempty"`    // summed, from receipt to decision
}

// Text is free text, kept outside the log.
type Text = entry.Text

// Say makes a text of words.
func Say(words string) Text { return entry.Say(words) }

// Flags lists the marks on the matter in a fixed order: words.flag.CODE.
func (m *Matter) Flags(s *law.Settings) []string {
	var out []string
	mark := func(on bool, name string) {
		if on {
			out = append(out, name)
		}
	}
	mark(m.Urgent, "urgent")
	mark(len(m.Lacks) > 0 && m.Status == law.ExceptionReceived, "incomplete")
	mark(m.NoHTA, "no_hta")
	mark(m.ByPatient, "by_patient")
	mark(m.Route == law.RouteContinuation, "continuation")
	mark(m.MethodState == law.NotIntroduced || m.MethodState == law.Reassessing, "after_no")
	mark(len(m.Pauses) > 0 && m.Pauses[len(m.Pauses)-1].To.IsZero(), "clock_stands")
	mark(m.Complaints > 0, "complained")
	mark(len(m.Decision.Unlike) > 0, "departs")
	mark(m.Earlier > 0, "raised_again")
	mark(m.Kind == law.SingleException && m.Status == law.ExceptionDecided && !m.ForwardedOn.IsZero() && len(law.CommitteeObjections(m.Decision.Members, m.Holder)) > 0, "committee_quorum")
	if m.Kind == law.GroupException {
		p := law.ParticipationOf(m.Participation, s).Value
		mark(m.Status == law.ExceptionDecided && p.Verdict == law.NotHonoured, "participation_not_honoured")
		mark(p.ShortNotice, "short_notice")
		mark(m.Status == law.ExceptionDecided && p.NoInput, "no_input")
		mark(len(law.UsersFromObjections(m.ReceivedOn, m.Participation.UsersFrom)) > 0, "users_late")
		mark(m.Status == law.ExceptionDecided && m.Decision.Meeting != nil && len(m.Decision.Meeting.Regions) < 4, "quorum")
	}
	return out
}

// InForce tells whether a group exception is in force for new patients on a day.
func (m *Matter) InForce(on day.Day) bool {
	return law.GroupInForce(&m.ExceptionFacts, m.National, on).Value
}

// Valid is when a group exception with a yes is valid for new patients, as far as is known: until its last day, the day before it was ended, or the day before the national decision. False when it
// is not one, or never was valid on a day.
func (m *Matter) Valid() (law.Validity, bool) {
	if m.Kind != law.GroupException || !m.Outcome.Granted() {
		return law.Validity{}, false
	}
	v := law.Validity{From: m.ValidFrom, To: m.ValidTo}
	for _, d := range []day.Day{m.EndedOn, m.National} {
		if !d.IsZero() && !d.After(v.To) {
			v.To = d.Add(-1)
		}
	}
	return v, !v.To.Before(v.From)
}

// Participation measures users' part in a group case, and tells why.
func (m *Matter) ParticipationOn(s *law.Settings) law.Finding[law.Participation] {
	return law.ParticipationOf(m.Participation, s)
}

// UsersJoined tells at which stage of a group case the users joined (U1-2): the last step taken by the day they did; empty when they never did.
func (m *Matter) UsersJoined() string {
	joined := m.Participation.UsersFrom
	if joined.IsZero() {
		return ""
	}
	at := "registered"
	for _, s := range m.Steps {
		if s.On.Before(joined) {
			at = s.Name
		}
	}
	return at
}

// PanelsMissing lists the regional user panels that have not answered (U1-4).
func (m *Matter) PanelsMissing() []string {
	var out []string
	for _, p := range law.UserPanels {
		if _, ok := m.Panels[p]; !ok && !slices.Contains(m.Answered, p) {
			out = append(out, p)
		}
	}
	return out
}

// Words are the codes a decision can be found by, without free text and without identity.
func (m *Matter) Words() string {
	parts := []string{m.Method, m.Form.Indication, Indication3(m.Form.Indication), string(m.Outcome), string(m.Route)}
	parts = append(parts, m.Decision.Basis...)
	for _, c := range m.Decision.Criteria {
		if c.Met == law.Yes {
			parts = append(parts, string(c.Criterion))
		}
	}
	if parts[1] == parts[2] {
		parts[2] = ""
	}
	return strings.ToLower(strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " "))
}

// Conflicted lists the user representatives with a declared conflict of interest in a matter; the latest statement of each counts.
func (m *Meeting) Conflicted(matter int64) []string {
	said := make(map[string]law.Answer)
	var order []string
	for _, d := range m.Declared {
		if d.Matter != 0 && d.Matter != matter {
			continue
		}
		if _, ok := said[d.Who]; !ok {
			order = append(order, d.Who)
		}
		said[d.Who] = d.Conflict
	}
	return slices.DeleteFunc(order, func(w string) bool { return said[w] != law.Yes })
}

// GroupMeeting is what a case needs to know of a meeting.
func (m *Matter) GroupMeeting(id, matter int64) *law.GroupMeeting {
	t := m.Meeting
	out := &law.GroupMeeting{ID: id, On: t.Date, Bestiller: t.Bestiller, Beslutning: t.Beslutning, Invited: t.Invited, Conflicted: t.Conflicted(matter), PapersOn: m.PapersOn, MinutesOn: m.MinutesOn}
	for _, p := range t.Present {
		switch p.Role {
		case law.UserRep:
			out.Attended++
		case law.RHFDirector:
			if p.Region != "" && !slices.Contains(out.Regions, p.Region) {
				out.Regions = append(out.Regions, p.Region)
			}
		}
	}
	for _, o := range t.Opinions {
		if o.Matter != 0 && o.Matter != matter {
			continue
		}
		out.Opinions++
		if o.Dissent {
			out.Dissenting++
		}
		if o.Answer.IsZero() {
			out.OpinionsUnmet++
		}
	}
	return out
}

// Lacking lists the fields of the form that are not filled in (law.ApplicationFields).
func (m *Matter) Lacking() []string {
	return law.ApplicationLacks(func(f string) bool { return m.Form.has(f, m.Method) })
}
