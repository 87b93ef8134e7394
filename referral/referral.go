// Package referral is where one referral stands and how it gets there: commands ask, Decide answers with an event or a
// refusal, Fold replays the log.
//
// What never happens here: no database, no clock, no sentence, no identity. The day is given, free text and persons are referred to
// by id, and what had to be looked up (a provider's power, a guide's advice) stands in the event, so that the rules can be run again
// on exactly what they were run on.
package referral

import (
	"rettid/day"
	"rettid/entry"
	"rettid/law"
)

// Referral is the fold of a referral's log and nothing else: the facts the law reads, and what people want to see beside them.
type Referral struct {
	law.Facts
	Seq          int          `json:"seq"`               // the last entry folded
	MovedOn      day.Day      `json:"moved_on,omitzero"` // the day of the latest step in its course
	Patient      string       `json:"patient,omitempty"` // internal id of the patient
	Municipality string       `json:"municipality,omitempty"`
	From         From         `json:"from,omitzero"`
	Text         Text         `json:"text,omitzero"`
	Parent       int64        `json:"parent,omitempty"`    // the referral a new condition was found under
	SecondOf     int64        `json:"second_of,omitempty"` // the referral a second opinion assesses anew
	Content      []law.Mark   `json:"content,omitempty"`   // which points of the national list it holds, as far as it was looked at
	Opinions     []Opinion    `json:"opinions,omitempty"`
	Grievances   []Grievance  `json:"grievances,omitempty"` // every complaint, with what became of it
	Pathway      string       `json:"pathway,omitempty"`
	Diagnosis    string       `json:"diagnosis,omitempty"`
	Condition    string       `json:"condition,omitempty"`
	Individual   []string     `json:"individual,omitempty"`
	Factors      []Factor     `json:"factors,omitempty"` // the guide's listed circumstances: answered, and those left unanswered (G2-6)
	PlaceOn      day.Day      `json:"place_on,omitzero"` // the day it was looked at whether this is the right place, and the answer
	PlaceRight   law.Answer   `json:"place_right,omitempty"`
	Participant  string       `json:"participant,omitempty"`
	Basis        []string     `json:"basis,omitempty"`
	Reason       Text         `json:"reason,omitzero"`          // of the assessment
	Course       Text         `json:"relevant_course,omitzero"` // of treatment, by the assessment
	AssessedBy   string       `json:"assessed_by,omitempty"`
	NoReimbursed bool         `json:"no_reimbursement,omitempty"`
	Uncertain    bool         `json:"uncertain,omitempty"`
	Hops         []Hop        `json:"hops,omitempty"`
	Deadlines    []Deadline   `json:"deadlines,omitempty"` // every deadline there has been; the last is in force
	Letters      []Sent       `json:"letters,omitempty"`
	Contacts     []Contact    `json:"contacts,omitempty"`
	Milestones   []Milestone  `json:"milestones,omitempty"`
	Kin          []KinContact `json:"kin,omitempty"`
	ClosedFor    string       `json:"closed_for,omitempty"`
	ComplainedOf []string     `json:"complained_of,omitempty"` // what the complaints that wait are about, the oldest first
	SentOnOf     []string     `json:"sent_on_of,omitempty"`    // and those that lie with the County Governor
	Draft        string       `json:"draft,omitempty"`         // the assessor who has begun
	Earlier      Earlier      `json:"earlier,omitzero"`        // the patient's wish for a time that becomes free
	Found        Found        `json:"found,omitzero"`          // the findings behind the dates in force
}

// From is who referred: as what, from which office or provider, and who there.
type From struct {
	Role     string `json:"role,omitempty"`
	Provider string `json:"provider,omitempty"`
	HPR      string `json:"hpr,omitempty"` // number in the register of health personnel of the one who referred; empty when it was not told
}

// Opinion is what a colleague was asked, and what was answered. It decides nothing.
type Opinion struct {
	On       day.Day `json:"on"`
	By       string  `json:"by,omitempty"`
	Of       string  `json:"of"`
	Question Text    `json:"question,omitzero"`

	AnsweredOn day.Day `json:"answered_on,omitzero"`
	AnsweredBy string  `json:"answered_by,omitempty"`
	View       string  `json:"view,omitempty"`
	Reason     Text    `json:"reason,omitzero"`
}

// Grievance is a complaint on its way: received, reviewed here, perhaps sent on, and answered.
type Grievance struct {
	On    day.Day  `json:"on"`
	About string   `json:"about"`
	By    law.Role `json:"by,omitempty"`
	Late  bool     `json:"late,omitempty"` // it came after the four weeks, and was taken all the same
	Text  Text     `json:"text,omitzero"`

	DecidedOn day.Day  `json:"decided_on,omitzero"`
	Outcome   string   `json:"outcome,omitempty"` // upheld · sent_on · rejected
	Review    Text     `json:"review,omitzero"`
	Papers    []string `json:"papers,omitempty"`

	AnsweredOn day.Day `json:"answered_on,omitzero"` // by the County Governor
	Answer     string  `json:"answer,omitempty"`     // upheld · rejected
	Said       Text    `json:"said,omitzero"`
}

// Hop is a forwarding: every one is kept.
type Hop struct {
	From     string  `json:"from"`
	To       string  `json:"to"`
	On       day.Day `json:"on"`
	Assessed bool    `json:"assessed,omitempty"`
	Reason   Text    `json:"reason,omitzero"`
}

// Deadline is a legal deadline that is, or was, in force.
type Deadline struct {
	Date   day.Day `json:"date"`
	SetOn  day.Day `json:"set_on"`
	Seq    int     `json:"seq"`
	Reason Text    `json:"reason,omitzero"`

	// Of one set by an assessment: what it starts from, and what speaks for it (guide 5.1, 5.3).
	Planned   Text       `json:"planned_care,omitzero"`
	IfDelayed Text       `json:"if_delayed,omitzero"`
	Sound     law.Answer `json:"sound,omitempty"`
}

// Earlier is a patient's wish to come earlier, when a time becomes free.
type Earlier struct {
	Since  day.Day `json:"since,omitzero"`   // zero: no such wish
	Notice int     `json:"notice,omitempty"` // days ahead the patient must hear of it
}

// Sent is a letter that was sent; how it goes, when it went a way with receipts, stands in Deliveries.
type Sent struct {
	Seq      int        `json:"seq,omitempty"` // the entry
	Kind     law.Letter `json:"kind"`
	On       day.Day    `json:"on"`
	Patient  bool       `json:"patient,omitempty"`
	Referrer bool       `json:"referrer,omitempty"`
	Parts    []law.Part `json:"parts,omitempty"`
}

// Contact is a contact that took place.
type Contact struct {
	On    day.Day     `json:"on"`
	What  law.Contact `json:"what"`
	Began bool        `json:"began,omitempty"` // it began the care
}

// Milestone is a registration in a pathway: a goal, never a right.
type Milestone struct {
	Pathway string  `json:"pathway"`
	Event   string  `json:"event"`
	Goal    day.Day `json:"goal,omitzero"` // of the next step
	On      day.Day `json:"on"`
}

// KinContact is a next of kin considered with regard to the four roles.
type KinContact struct {
	Roles    []law.Kin  `json:"roles"`
	On       day.Day    `json:"on"`
	Need     Text       `json:"need,omitzero"`
	Handled  bool       `json:"handled,omitempty"`
	Told     Text       `json:"told,omitzero"`
	Consent  law.Answer `json:"consent,omitempty"`
	Heard    Text       `json:"heard,omitzero"`
	Relation string     `json:"relation,omitempty"`
	NamedBy  law.Role   `json:"named_by,omitempty"`
}

// Flags lists the marks on the referral in a fixed order.
func (r *Referral) Flags(today day.Day) []string {
	var out []string
	mark := func(on bool, name string) {
		if on {
			out = append(out, name)
		}
	}
	mark(r.Urgent, "urgent")
	mark(r.Serious, "serious_suspected")
	mark(r.Deficient, "deficient")
	mark(law.AssessmentLate(&r.Facts, today), "assessment_late")
	mark(r.Appointment.Provisional, "provisional")
	mark(r.SecondOpinion, "second_opinion")
	mark(law.Young(r.Specialty, r.Born, r.Seniority), "guarantee_65")
	mark(r.Pathway != "", "pathway")
	mark(r.NoReimbursed, "no_reimbursement")
	return out
}

// Urgency orders a worklist: suspected serious disease first, then the referrer's mark (G4.1-4, G4.1-5, G4.2-1), and a certificate for a driving licence
// after all who need care (G6.1-3).
func (r *Referral) Urgency() int {
	switch {
	case r.Concerns == law.DrivingLicence && r.Right == law.NotAssessed:
		return -1
	case r.Serious:
		return 2
	case r.Urgent:
		return 1
	}
	return 0
}

// Text is free text, kept outside the log.
type Text = entry.Text

// Say makes a text of words.
func Say(words string) Text { return entry.Say(words) }
