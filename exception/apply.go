package exception

import (
	"rettid/day"
	"rettid/law"
)

// Apply asks for an exception for one patient: by the treating doctor, whatever the method's decision (U3-1, X-310).
type Apply struct {
	Method       string             `json:"method"`
	MethodSaid   string             `json:"method_decision,omitempty"` // what the applicant says: no · yes · pending; the register goes before it
	Patient      string             `json:"patient,omitempty"`
	Born         day.Day            `json:"born,omitzero"`
	Sex          string             `json:"sex,omitempty"`
	Municipality string             `json:"municipality,omitempty"`
	Interpreter  law.Answer         `json:"interpreter,omitempty"`
	Place        string             `json:"at,omitempty"`
	Department   string             `json:"department,omitempty"`
	Doctor       string             `json:"doctor,omitempty"`
	Urgent       bool               `json:"urgent,omitempty"`
	Consent      day.Day            `json:"consent,omitzero"` // written, by the patient
	Route        law.ExceptionRoute `json:"route,omitempty"`  // chosen by a person instead of the one proposed
	RouteWhy     Text               `json:"route_why,omitzero"`
	Referral     int64              `json:"referral,omitempty"`
	Request      int64              `json:"request,omitempty"` // the patient's own request behind it
	Form         Form               `json:"form,omitzero"`
	Reason       Text               `json:"reason,omitzero"`
}

func (Apply) Verb() string                                    { return "apply_exception" }
func (Apply) about() (law.ExceptionKind, []law.ExceptionKind) { return law.SingleException, nil }
func (c *Apply) texts() []*Text                               { return append(c.Form.texts(), &c.Reason, &c.RouteWhy) }

// methodOn is what is known of the method: by the register, and where it is silent by the one who applies.
func methodOn(id, said string, g Given) law.MethodOn {
	if g.Method != nil && g.Method.State != "" {
		return *g.Method
	}
	m := law.MethodOn{ID: id}
	switch said {
	case "no":
		m.State = law.NotIntroduced
	case "yes":
		m.State = law.Introduced
	case "pending":
		m.State = law.Assessing
	}
	return m
}

func (c *Apply) decide(_ *Matter, at At, g Given, s *law.Settings) (Found, law.Objections) {
	doors := law.Doors(methodOn(c.Method, c.MethodSaid, g), at.On)
	route := law.RouteOf(law.Routing{Authorisation: c.Form.Authorisation, Method: methodOn(c.Method, c.MethodSaid, g), InTrial: c.Form.InTrial, StartedBefore: c.Form.StartedBefore, Prescription: c.Form.Prescription,
		Competence: c.Form.Competence}, doors)
	return Found{Doors: doors, Route: &route}, law.ApplicantObjections(law.SingleException, at.Role)
}

func (c *Apply) fold(m *Matter, e *Event) {
	known := methodOn(c.Method, c.MethodSaid, e.Given)
	m.Kind, m.Status, m.ReceivedOn, m.Holder = law.SingleException, law.ExceptionReceived, e.On, c.Place
	m.Method, m.MethodSaid, m.MethodState, m.NoHTA = c.Method, c.MethodSaid, known.State, known.NoHTA
	m.Patient, m.Born, m.Sex, m.Municipality, m.Interpreter, m.Region = c.Patient, c.Born, c.Sex, c.Municipality, c.Interpreter, e.Given.Region
	m.Home = e.Given.Home
	m.Department, m.Doctor, m.Urgent, m.Form, m.Reason, m.Referral, m.Earlier = c.Department, c.Doctor, c.Urgent, c.Form, c.Reason, c.Referral, c.Request
	m.ByPatient = e.Role == law.Patient || e.Role == law.NextOfKin
	m.ConsentOn, m.InformedOn = c.Consent, c.Form.Informed
	m.Route = c.Route
	if m.Route == "" && e.Found.Route != nil {
		m.Route = e.Found.Route.Value
	}
	m.Lacks = law.ApplicationLacks(func(f string) bool { return m.Form.has(f, m.Method) })
}

// Propose proposes an exception for a group.
type Propose struct {
	Method     string  `json:"method,omitempty"`
	MethodSaid string  `json:"method_decision,omitempty"`
	NoMethodID Text    `json:"no_method_id,omitzero"` // why there is no id of Nye metoder
	Place      string  `json:"at,omitempty"`          // the region, or the trust, that proposes
	UsersFrom  day.Day `json:"users_from,omitzero"`
	Urgent     bool    `json:"urgent,omitempty"`
	Earlier    int64   `json:"earlier,omitempty"` // the refused case raised again on new evidence
	Form       Form    `json:"form,omitzero"`
	Group      Group   `json:"group,omitzero"`
	Reason     Text    `json:"reason,omitzero"`
}

func (Propose) Verb() string                                    { return "propose_group_exception" }
func (Propose) about() (law.ExceptionKind, []law.ExceptionKind) { return law.GroupException, nil }
func (c *Propose) texts() []*Text {
	return append(append(c.Form.texts(), c.Group.texts()...), &c.Reason, &c.NoMethodID)
}

func (c *Propose) decide(_ *Matter, at At, g Given, s *law.Settings) (Found, law.Objections) {
	doors := law.Doors(methodOn(c.Method, c.MethodSaid, g), at.On)
	return Found{Doors: doors}, law.ApplicantObjections(law.GroupException, at.Role)
}

func (c *Propose) fold(m *Matter, e *Event) {
	known := methodOn(c.Method, c.MethodSaid, e.Given)
	m.Kind, m.Status, m.ReceivedOn, m.Holder, m.Route = law.GroupException, law.ExceptionReceived, e.On, c.Place, law.RouteGroup
	m.Method, m.MethodSaid, m.MethodState, m.NoHTA, m.NoMethodID = c.Method, c.MethodSaid, known.State, known.NoHTA, c.NoMethodID
	m.Urgent, m.Form, m.Group, m.Reason, m.Earlier = c.Urgent, c.Form, c.Group, c.Reason, c.Earlier
	m.Participation = law.ParticipationFacts{Registered: e.On, UsersFrom: c.UsersFrom, Notified: c.UsersFrom, Urgent: c.Urgent}
	m.Steps = append(m.Steps, Step{"registered", e.On})
}

// Request registers that a patient asks while the doctor does not apply: the silent no is seen and counted.
type Request struct {
	Method       string  `json:"method,omitempty"`
	Patient      string  `json:"patient,omitempty"`
	Born         day.Day `json:"born,omitzero"`
	Sex          string  `json:"sex,omitempty"`
	Municipality string  `json:"municipality,omitempty"`
	Place        string  `json:"at,omitempty"`
	Department   string  `json:"department,omitempty"`
	Referral     int64   `json:"referral,omitempty"`
	Wish         Text    `json:"wish,omitzero"`
	DoctorsWhy   Text    `json:"doctors_why,omitzero"`
}

func (Request) Verb() string                                    { return "register_request" }
func (Request) about() (law.ExceptionKind, []law.ExceptionKind) { return law.PatientRequest, nil }
func (c *Request) texts() []*Text                               { return []*Text{&c.Wish, &c.DoctorsWhy} }
func (c *Request) decide(*Matter, At, Given, *law.Settings) (Found, law.Objections) {
	return Found{}, nil
}
func (c *Request) fold(m *Matter, e *Event) {
	// What is owed is the statement on a renewed assessment and the ombud (X-1016).
	m.Kind, m.Status, m.ReceivedOn, m.DecidedOn, m.Holder, m.Told = law.PatientRequest, law.ExceptionDecided, e.On, e.On, c.Place, law.Owed{Patient: true}
	m.Method, m.Patient, m.Born, m.Sex, m.Municipality, m.Region, m.Referral = c.Method, c.Patient, c.Born, c.Sex, c.Municipality, e.Given.Region, c.Referral
	m.Home, m.Department = e.Given.Home, c.Department
	m.Reason, m.Asked = c.DoctorsWhy, c.Wish
}

// Complete fills in what an application lacks.
type Complete struct {
	Form   Form  `json:"form,omitzero"`
	Group  Group `json:"group,omitzero"`
	Urgent bool  `json:"urgent,omitempty"`
}

func (Complete) Verb() string                                    { return "complete_application" }
func (Complete) about() (law.ExceptionKind, []law.ExceptionKind) { return "", cases }
func (c *Complete) texts() []*Text                               { return append(c.Form.texts(), c.Group.texts()...) }
func (c *Complete) decide(m *Matter, _ At, _ Given, _ *law.Settings) (Found, law.Objections) {
	return Found{}, undecided(m)
}
func (c *Complete) fold(m *Matter, e *Event) {
	m.Form = m.Form.over(c.Form)
	m.Urgent = m.Urgent || c.Urgent
	mine, theirs := m.Group.texts(), c.Group.texts()
	for i, t := range theirs {
		if !t.IsZero() {
			*mine[i] = *t
		}
	}
	if c.Group.PerYear > 0 {
		m.Group.PerYear = c.Group.PerYear
	}
	if m.Kind == law.SingleException {
		m.InformedOn = m.Form.Informed
		m.Lacks = law.ApplicationLacks(func(f string) bool { return m.Form.has(f, m.Method) })
	}
}

// Endorse is a word from the line to the medical director: for or against, with reasons; it decides nothing.
type Endorse struct {
	Endorse law.Answer `json:"endorse"`
	Words   Text       `json:"words,omitzero"`
}

func (Endorse) Verb() string                                    { return "endorse" }
func (Endorse) about() (law.ExceptionKind, []law.ExceptionKind) { return "", single }
func (c *Endorse) texts() []*Text                               { return []*Text{&c.Words} }
func (c *Endorse) decide(m *Matter, _ At, _ Given, _ *law.Settings) (Found, law.Objections) {
	return Found{}, undecided(m)
}
func (c *Endorse) fold(m *Matter, e *Event) {
	m.Endorsements = append(m.Endorsements, Endorsement{On: e.On, Role: e.Role, Actor: e.Actor, Endorse: c.Endorse, Words: c.Words})
	m.EndorsedOn = e.On
}

// Consent records the patient's written consent, or that it was withdrawn.
type Consent struct {
	On        day.Day `json:"on,omitzero"` // zero: the day it is recorded
	Withdrawn bool    `json:"withdrawn,omitempty"`
}

func (Consent) Verb() string                                    { return "consent" }
func (Consent) about() (law.ExceptionKind, []law.ExceptionKind) { return "", single }
func (*Consent) texts() []*Text                                 { return nil }
func (c *Consent) decide(*Matter, At, Given, *law.Settings) (Found, law.Objections) {
	return Found{}, nil
}
func (c *Consent) fold(m *Matter, e *Event) {
	m.ConsentOn = c.On
	switch {
	case c.Withdrawn:
		m.ConsentOn = day.Day{}
	case c.On.IsZero():
		m.ConsentOn = e.On
	}
}

// Ask asks for information on an application: the one thing that stops the clock. Got starts it again.
type Ask struct {
	Words Text `json:"words,omitzero"`
}

func (Ask) Verb() string                                    { return "ask_information" }
func (Ask) about() (law.ExceptionKind, []law.ExceptionKind) { return "", cases }
func (c *Ask) texts() []*Text                               { return []*Text{&c.Words} }
func (c *Ask) decide(m *Matter, _ At, _ Given, _ *law.Settings) (Found, law.Objections) {
	return Found{}, undecided(m)
}
func (c *Ask) fold(m *Matter, e *Event) {
	m.Asked = c.Words
	if n := len(m.Pauses); n == 0 || !m.Pauses[n-1].To.IsZero() {
		m.Pauses = append(m.Pauses[:n:n], law.Pause{From: e.On})
	}
}

// Got records the answer.
type Got struct {
	Form  Form `json:"form,omitzero"`
	Words Text `json:"words,omitzero"`
}

func (Got) Verb() string                                    { return "get_information" }
func (Got) about() (law.ExceptionKind, []law.ExceptionKind) { return "", cases }
func (c *Got) texts() []*Text                               { return append(c.Form.texts(), &c.Words) }
func (c *Got) decide(m *Matter, _ At, _ Given, _ *law.Settings) (Found, law.Objections) {
	if n := len(m.Pauses); n == 0 || !m.Pauses[n-1].To.IsZero() {
		return Found{}, law.Objections{law.Impossible("x-nothing-asked")}
	}
	return Found{}, nil
}
func (c *Got) fold(m *Matter, e *Event) {
	if n := len(m.Pauses); n > 0 {
		pauses := append([]law.Pause(nil), m.Pauses...)
		pauses[n-1].To = e.On
		m.Pauses = pauses
	}
	(&Complete{Form: c.Form}).fold(m, e)
}

// Forward sends an application in the access scheme on to the interregional committee.
type Forward struct {
	Note Text `json:"note,omitzero"` // of exceptionality, benefit, severity and resources; without identity
}

func (Forward) Verb() string                                    { return "forward_exception" }
func (Forward) about() (law.ExceptionKind, []law.ExceptionKind) { return "", single }
func (c *Forward) texts() []*Text                               { return []*Text{&c.Note} }
func (c *Forward) decide(m *Matter, _ At, _ Given, _ *law.Settings) (Found, law.Objections) {
	return Found{}, append(law.ForwardExceptionObjections(&m.ExceptionFacts), law.AnonymousObjections(c.Note.Words)...)
}
func (c *Forward) fold(m *Matter, e *Event) { m.ForwardedOn, m.ForwardNote = e.On, c.Note }

// LinkReferral ties an application to the referral it came from.
type LinkReferral struct {
	Referral int64 `json:"referral"`
}

func (LinkReferral) Verb() string { return "link_referral" }
func (LinkReferral) about() (law.ExceptionKind, []law.ExceptionKind) {
	return "", kinds{law.SingleException, law.PatientRequest}
}
func (*LinkReferral) texts() []*Text { return nil }
func (c *LinkReferral) decide(*Matter, At, Given, *law.Settings) (Found, law.Objections) {
	return Found{}, nil
}
func (c *LinkReferral) fold(m *Matter, _ *Event) { m.Referral = c.Referral }
