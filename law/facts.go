package law

import "rettid/day"

// Facts is what the law needs to know of one referral: plain values, folded from what has been recorded. Days are zero where
// nothing is recorded. The rules on breach, waiting, duties and the next step are functions of these facts and a day.
type Facts struct {
	Kind           Kind           `json:"kind"`
	Concerns       Concern        `json:"concerns,omitempty"`
	Undecided      bool           `json:"undecided,omitempty"`      // mixed, not yet decided whether it is care
	CareAfterAll   bool           `json:"care_after_all,omitempty"` // decided to be care (G6.4-10, G6-4)
	NewCondition   bool           `json:"new_condition,omitempty"`  // a newly found condition, referred on its own (G3.3.2-4)
	SecondOpinion  bool           `json:"second_opinion,omitempty"` // pbrl. § 2-3: no ten-day limit
	Specialty      string         `json:"specialty,omitempty"`
	Born           day.Day        `json:"born,omitzero"`
	Urgent         bool           `json:"urgent,omitempty"`
	Serious        bool           `json:"serious_suspected,omitempty"`
	Deficient      bool           `json:"deficient,omitempty"`
	MayAssessHere  bool           `json:"may_assess_here,omitempty"` // the holder may assess this field
	Holder         string         `json:"holder,omitempty"`          // the provider that holds the referral
	Site           string         `json:"site,omitempty"`
	Status         Status         `json:"status"`
	Right          Right          `json:"right"`
	Seniority      day.Day        `json:"seniority,omitzero"`   // ansiennitetsdato; zero: no part of the specialist service that counts has had it
	ReceivedOn     day.Day        `json:"received_on,omitzero"` // received by the present holder
	ForwardedOn    day.Day        `json:"forwarded_on,omitzero"`
	AssessBy       day.Day        `json:"assess_by,omitzero"`
	InfoAskedOn    day.Day        `json:"info_asked_on,omitzero"`
	InfoGotOn      day.Day        `json:"info_got_on,omitzero"`
	FirstAssessed  day.Day        `json:"first_assessed,omitzero"` // the first decision, when a complaint has opened it again
	AssessedOn     day.Day        `json:"assessed_on,omitzero"`
	Clarified      Answer         `json:"clarified,omitempty"`
	StartBy        day.Day        `json:"start_by,omitzero"` // frist for start av helsehjelp
	LatestSound    day.Day        `json:"latest_sound,omitzero"`
	NeededBy       day.Day        `json:"needed_by,omitzero"`
	Appointment    Appointment    `json:"appointment,omitzero"` // the time the patient waits for
	Meeting        Appointment    `json:"meeting,omitzero"`     // a preliminary meeting beside it
	Next           Appointment    `json:"next,omitzero"`        // the next planned contact after the start, or of a matter not assessed
	NextBy         day.Day        `json:"next_by,omitzero"`     // the latest sound day for it
	Offers         []Offer        `json:"offers,omitempty"`
	SecuredInTime  bool           `json:"secured_in_time,omitempty"`  // an offer or a booking inside the deadline is on record and was not taken back
	DeclinedInTime bool           `json:"declined_in_time,omitempty"` // the patient declined an offer inside the deadline
	PutOff         PutOff         `json:"put_off,omitzero"`           // the postponement by the patient or on medical grounds that reaches past the deadline
	Postponements  []Postponement `json:"postponements,omitempty"`
	BreachSince    day.Day        `json:"breach_since,omitzero"` // the day an appointment past the deadline was recorded
	HelfoOn        day.Day        `json:"helfo_on,omitzero"`
	AgreedNotOn    day.Day        `json:"agreed_not_on,omitzero"`
	HelfoBack      HelfoBack      `json:"helfo_back,omitzero"`   // Helfo gave the case back: the place on the list was never lost
	HelfoAwaits    day.Day        `json:"helfo_awaits,omitzero"` // since when Helfo waits to hear of a time: it asked for one, or one inside the deadline was found after the notice
	StartedOn      day.Day        `json:"started_on,omitzero"`
	WaitEnd        day.Day        `json:"wait_end,omitzero"`
	EndCode        string         `json:"end_code,omitempty"` // code list 8445
	PlacedAt       string         `json:"placed_at,omitempty"`
	ClosedOn       day.Day        `json:"closed_on,omitzero"`
	Answer         Owed           `json:"answer,omitzero"`          // who still is to be told the outcome
	Changed        Owed           `json:"changed,omitzero"`         // who still is to be told of a changed deadline
	AnswerSent     Owed           `json:"answer_sent,omitzero"`     // who has been told the outcome
	ComplaintInfo  bool           `json:"complaint_info,omitempty"` // an answer letter went without its complaint parts
	GuideReferrer  bool           `json:"guide_referrer,omitempty"`
	KinOpen        int            `json:"kin_open,omitempty"`     // next of kin to be contacted
	Asked          []string       `json:"asked,omitempty"`        // what the patient has asked and nobody has answered, the oldest first
	SentOn         int            `json:"sent_on,omitempty"`      // complaints that lie with the County Governor
	Complaints     int            `json:"complaints,omitempty"`   // complaints not decided
	OpinionOpen    int            `json:"opinion_open,omitempty"` // opinions asked of colleagues and not given
	OpinionOf      string         `json:"opinion_of,omitempty"`   // whom the oldest of them was asked of
	AnsweredOn     day.Day        `json:"answered_on,omitzero"`   // the patient was told the outcome
	Upheld         bool           `json:"upheld,omitempty"`       // a complaint was upheld since the deadline was set
	Deliveries     []Delivery     `json:"deliveries,omitempty"`   // letters that went a way with receipts, the latest last
}

// Owed says who is owed a letter.
type Owed struct {
	Patient  bool `json:"patient,omitempty"`
	Referrer bool `json:"referrer,omitempty"`
}

// Appointment is a time or an interval of days at a place. From and To are the same day for a time. The zero Appointment is none.
type Appointment struct {
	From        day.Day `json:"from,omitzero"`
	To          day.Day `json:"to,omitzero"`
	Minute      int16   `json:"minute,omitempty"` // minutes since midnight plus one; 0: no clock time
	At          string  `json:"at,omitempty"`     // provider, when another than the holder
	Site        string  `json:"site,omitempty"`
	Provisional bool    `json:"provisional,omitempty"`
	What        Contact `json:"what,omitempty"`
	Form        string  `json:"form,omitempty"`  // in_person · video · phone
	Helfo       bool    `json:"helfo,omitempty"` // found through Helfo: the place on the list is kept until Helfo says otherwise
}

// IsZero says that there is no appointment.
func (a Appointment) IsZero() bool { return a.From.IsZero() }

// HasClock says that the appointment is a day and a clock time.
func (a Appointment) HasClock() bool { return a.Minute > 0 && a.From == a.To }

// Days is how many calendar days the appointment leaves open, both ends counted.
func (a Appointment) Days() int { return a.To.Sub(a.From) + 1 }

// Moment is the appointment's day and clock time; without a clock time when it has none.
func (a Appointment) Moment() day.Moment { return day.Moment{Day: a.From, Minute: a.Minute - 1} }

// Offer is a concrete start offered to the patient.
type Offer struct {
	At      string  `json:"at"`
	Start   day.Day `json:"start"`
	Minute  int16   `json:"minute,omitempty"` // minutes since midnight plus one; 0: no clock time
	MadeOn  day.Day `json:"made_on"`
	Helfo   bool    `json:"helfo,omitempty"`
	Answer  Answer  `json:"answer,omitempty"` // yes accepted, no declined
	On      day.Day `json:"on,omitzero"`
	WaitFor string  `json:"wait_for,omitempty"`
}

// HelfoBack is Helfo's word that it found no place, and why.
type HelfoBack struct {
	On  day.Day     `json:"on,omitzero"`
	Why HelfoReason `json:"why,omitempty"`
}

// HelfoReason is why Helfo gives a case back (R-7.6, R-7.7 c).
type HelfoReason string

const (
	HelfoFoundNone HelfoReason = "found_none"  // no provider could take the patient: Helfo asks the hospital for a time
	HelfoNoAnswer  HelfoReason = "not_reached" // the patient did not answer Helfo within ten working days
)

// HelfoReasons lists them.
var HelfoReasons = []HelfoReason{HelfoFoundNone, HelfoNoAnswer}

// PutOff is a postponement past the deadline that the patient chose or health demanded.
type PutOff struct {
	On   day.Day     `json:"on,omitzero"`
	To   day.Day     `json:"to,omitzero"` // zero: for a place, with no day
	By   PostponedBy `json:"by,omitempty"`
	Code int         `json:"code,omitempty"`
}

// Postponement is one recorded postponement: all are kept.
type Postponement struct {
	On   day.Day     `json:"on"`
	To   day.Day     `json:"to,omitzero"`
	By   PostponedBy `json:"by"`
	Code int         `json:"code"` // code list 8446
}

// Open says that the referral still needs something done: it is neither closed nor ended by Helfo.
func (f *Facts) Open() bool { return f.Status != Closed }

// Pathway guards: a legal deadline is one date, and only these facts set it.
func (f *Facts) hasRight() bool { return f.Right == Granted }
