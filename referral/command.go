package referral

import (
	"slices"

	"rettid/day"
	"rettid/law"
)

// A Command asks for something to be recorded of one referral. Each is a plain struct of what the case files and the doors give;
// decide answers with what was found, or with objections, and fold writes it into the state.
type Command interface {
	Verb() string
	decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections)
	fold(r *Referral, e *Event)
	texts() []*Text
}

// Receive records that a referral was received (and by `new_condition`, that one was made of a condition found in care).
type Receive struct {
	Place            string      `json:"at"`
	Site             string      `json:"site,omitempty"`
	Patient          string      `json:"patient"`
	Born             day.Day     `json:"born,omitzero"`
	Municipality     string      `json:"municipality,omitempty"`
	Specialty        string      `json:"specialty,omitempty"`
	Kind             law.Kind    `json:"kind,omitempty"`
	From             From        `json:"from,omitzero"`
	Urgent           bool        `json:"urgent,omitempty"`
	SeriousSuspected bool        `json:"serious_suspected,omitempty"`
	SecondOpinion    bool        `json:"second_opinion,omitempty"`
	Deficient        bool        `json:"deficient,omitempty"`
	Concerns         law.Concern `json:"concerns,omitempty"`
	Pathway          string      `json:"package_pathway,omitempty"`
	FirstReceived    day.Day     `json:"first_received,omitzero"`
	NewConditionOf   int64       `json:"new_condition_of,omitempty"`
	NewCondition     bool        `json:"new_condition,omitempty"` // by the verb new_condition
	SecondOf         int64       `json:"second_of,omitempty"`     // of a second opinion: the referral that is assessed anew
	Participant      string      `json:"participant,omitempty"`   // of a course application: patient (default) · next_of_kin (G7-6)
	Diagnosis        string      `json:"diagnosis,omitempty"`
	Text             Text        `json:"text,omitzero"`
}

// Forward sends the referral on to another provider.
type Forward struct {
	To        string `json:"to"`
	Site      string `json:"site,omitempty"`
	Specialty string `json:"specialty,omitempty"`
	Reason    Text   `json:"reason,omitzero"`
}

// RequestInformation asks referrer or patient for more; the clock does not stop.
type RequestInformation struct {
	From string `json:"from,omitempty"` // referrer · patient
	Text Text   `json:"text,omitzero"`
}

// ReceiveInformation records the answer.
type ReceiveInformation struct {
	From string `json:"from,omitempty"`
	Text Text   `json:"text,omitzero"`
}

// RefuseOutOfRegion turns away a referral from another region (spesialisthelsetjenesteloven § 2-1a).
type RefuseOutOfRegion struct {
	Reason Text `json:"reason,omitzero"`
}

// Begin records that an assessor has begun a draft.
type Begin struct{}

// Assess decides the right, and with it the deadline.
type Assess struct {
	Outcome        law.Right  `json:"outcome"`
	Benefit        law.Answer `json:"benefit,omitempty"`
	ReasonableCost law.Answer `json:"reasonable_cost,omitempty"`
	Need           law.Answer `json:"need,omitempty"`
	Uncertain      bool       `json:"uncertain,omitempty"`
	Deadline       day.Day    `json:"deadline,omitzero"`
	DeadlineWeeks  int        `json:"deadline_weeks,omitempty"`
	LatestSound    day.Day    `json:"latest_sound,omitzero"`
	Condition      string     `json:"condition,omitempty"`
	Individual     []string   `json:"individual,omitempty"`
	Factors        []Factor   `json:"factors,omitempty"` // the guide's listed circumstances, each with what was answered (G2-6)
	Basis          []string   `json:"basis,omitempty"`
	Severity       *int       `json:"severity,omitempty"`
	BenefitGrade   *int       `json:"benefit_grade,omitempty"`
	ResourceGrade  *int       `json:"resource_grade,omitempty"`
	Clarified      law.Answer `json:"clarified,omitempty"`
	By             From       `json:"by,omitzero"`
	Reason         Text       `json:"reason,omitzero"`
	Course         Text       `json:"relevant_course,omitzero"` // the course of treatment that is relevant for this patient (G4.3.1-6)
	Planned        Text       `json:"planned_care,omitzero"`    // the care the deadline starts from (G5.3-6)
	IfDelayed      Text       `json:"if_delayed,omitzero"`      // the most likely development if care is put off (G5.1-7)
	Other          Text       `json:"other,omitzero"`           // an individual circumstance that is not on the guide's list (G4.5-2)
	Sound          law.Answer `json:"sound,omitempty"`          // the assessor's word that a start by the deadline is sound through the whole course (G5.3-7 to G5.3-9)
	OwnFirst       bool       `json:"own_first,omitempty"`      // the assessor's own view was entered before the guide's was shown
}

// Classify decides that a matter is, or is not, care for one patient.
type Classify struct {
	Concerns law.Concern `json:"concerns,omitempty"`
	IsCare   law.Answer  `json:"mixed_is_care,omitempty"`
	Reason   Text        `json:"reason,omitzero"`
}

// Book sets a time, or an interval, and after the start a planned further contact.
type Book struct {
	Start       day.Moment  `json:"start,omitzero"`
	From        day.Day     `json:"from,omitzero"`
	To          day.Day     `json:"to,omitzero"`
	At          string      `json:"at,omitempty"`
	Site        string      `json:"site,omitempty"`
	Provisional bool        `json:"provisional,omitempty"`
	Form        string      `json:"form,omitempty"`
	What        law.Contact `json:"what,omitempty"`
	SoundBy     day.Day     `json:"sound_by,omitzero"` // after the start: the latest sound day for the next contact, as the clinician says
}

// Inform records a letter sent. One that went a way with receipts is owed until a receipt comes ([LetterDelivered]).
type Inform struct {
	Patient  bool       `json:"patient,omitempty"`
	Referrer bool       `json:"referrer,omitempty"`
	Letter   law.Letter `json:"letter,omitempty"`
	Feedback Text       `json:"feedback,omitzero"` // for the referrer alone
	Without  []law.Part `json:"without,omitempty"` // parts the letter went without, for letters from elsewhere
	Kept     []Kept     `json:"kept,omitempty"`    // the letters as they were sent; none of letters from elsewhere
}

// Kept is one letter as it was sent: to whom, the note its page is in, and the digest of the page (SHA-256, in hexadecimal). The page holds names and may
// be erased; the digest stays, and proves what is shown again.
type Kept struct {
	To     string `json:"to"` // patient · referrer · guardian
	Lang   string `json:"lang,omitempty"`
	Note   string `json:"note"`
	Digest string `json:"digest"`

	Channel   law.Channel `json:"channel,omitempty"` // the way it goes, when that way has receipts
	PDF       string      `json:"pdf,omitempty"`     // the note the page as PDF is in, in base64
	PDFDigest string      `json:"pdf_digest,omitempty"`
}

// ChangeDeadline sets another legal deadline.
type ChangeDeadline struct {
	Deadline day.Day  `json:"deadline"`
	Basis    []string `json:"basis,omitempty"`
	Reason   Text     `json:"reason,omitzero"`
	// The three criteria as they are graded now (G9.1-2).
	Severity      *int `json:"severity,omitempty"`
	BenefitGrade  *int `json:"benefit_grade,omitempty"`
	ResourceGrade *int `json:"resource_grade,omitempty"`
}

// Worsen records that help is needed earlier than the deadline says.
type Worsen struct {
	NeededBy day.Day `json:"needed_by"`
}

// Postpone puts off the start, or a planned contact, to another day.
type Postpone struct {
	By     law.PostponedBy `json:"by"`
	To     day.Day         `json:"to,omitzero"`
	Minute int16           `json:"minute,omitempty"` // of the new time: minutes since midnight plus one; 0: no clock time
	Code   int             `json:"code,omitempty"`
	NoDay  bool            `json:"no_day,omitempty"` // put off, and no new day is set or known
	Reason Text            `json:"reason,omitzero"`

	// NotBefore is the first day the patient can come, of one who gives up a time without having a new one (NoDay).
	NotBefore day.Day `json:"not_before,omitzero"`
}

// WishEarlier records that the patient wants a time that becomes free before their own, or takes the wish back. It moves no deadline and gives no place
// before another: who is offered a freed time is decided by the nearest deadline.
type WishEarlier struct {
	Notice int  `json:"notice,omitempty"` // how many days ahead the patient must hear of it; 0: the same day will do
	No     bool `json:"no,omitempty"`     // the wish is taken back
}

// MakeOffer records a concrete offer; Accept and Decline the patient's answer.
type MakeOffer struct {
	At     string  `json:"at,omitempty"` // empty: the holder's own
	Start  day.Day `json:"start"`
	Minute int16   `json:"minute,omitempty"` // minutes since midnight plus one; 0: no clock time
}

// Accept records that the patient takes the offer at a place.
type Accept struct {
	At    string  `json:"at,omitempty"` // empty: the latest open offer
	Start day.Day `json:"start,omitzero"`
}

// Decline records that the patient declines the offer at a place, perhaps to wait for another.
type Decline struct {
	At      string  `json:"at,omitempty"`
	Start   day.Day `json:"start,omitzero"`
	WaitFor string  `json:"wait_for,omitempty"`
}

// Start records a contact as the start of care, or after the start a further contact.
type Start struct {
	What  law.Contact `json:"what"`
	Began law.Answer  `json:"care_began,omitempty"`
}

// NotifyHelfo records the notice of a breach, or the agreement not to give one.
type NotifyHelfo struct {
	ExpectedStart day.Day `json:"expected_start,omitzero"`
	Channel       string  `json:"channel,omitempty"` // portal · other
	AgreedNot     bool    `json:"agreed_not,omitempty"`
}

// HelfoPlaced records Helfo's word that the patient is on another provider's list.
type HelfoPlaced struct {
	At string `json:"at"`
}

// HelfoReturned records Helfo's word that it found no place for the patient.
type HelfoReturned struct {
	Why law.HelfoReason `json:"why"`
}

// TellHelfo records that Helfo was told of a time: the one it asked for, or one found after the notice.
type TellHelfo struct {
	Start day.Day `json:"start"`
}

// Complain records a complaint.
type Complain struct {
	About string   `json:"about"` // right · deadline · information
	By    law.Role `json:"by,omitempty"`
	Text  Text     `json:"text,omitzero"` // what the one who complains writes
}

// Ask records what the patient, or one who acts for the patient, asks: somebody must answer.
type Ask struct {
	About string `json:"about"`           // law.Asks
	Where string `json:"where,omitempty"` // of another place: the provider the patient wants, when one was named
	Text  Text   `json:"text,omitzero"`
}

// Reply answers what the patient asked the longest ago, or tells the patient something unasked.
type Reply struct {
	Text Text `json:"text,omitzero"`
}

// DecideComplaint upholds a complaint, sends it on, or records the County Governor's answer.
type DecideComplaint struct {
	Outcome string   `json:"outcome"`          // upheld · sent_on · rejected
	County  bool     `json:"county,omitempty"` // it is the County Governor's answer to one that was sent on
	Reason  Text     `json:"reason,omitzero"`  // the hospital's own review, or what the County Governor answered
	Papers  []string `json:"papers,omitempty"` // what was sent with it: complaint · referral · decision · letters · log · review · other
}

// CheckContent records which points of the national list the referral holds (guide 3.1, 4.1). A later one speaks for the points it marks.
type CheckContent struct {
	Marks []law.Mark `json:"marks"`
}

// AskOpinion asks a colleague for an opinion. It decides nothing, and moves no limit.
type AskOpinion struct {
	Of       string `json:"of"` // the colleague's name, or a team's
	Question Text   `json:"question,omitzero"`
}

// GiveOpinion answers the oldest opinion that was asked for.
type GiveOpinion struct {
	View   string `json:"view"` // granted · not_granted · unsure
	Reason Text   `json:"reason,omitzero"`
}

// ConsiderKin records a next of kin considered with regard to the four roles.
type ConsiderKin struct {
	Roles    []law.Kin  `json:"role"`
	Need     Text       `json:"need,omitzero"`
	Handled  law.Answer `json:"handled,omitempty"`
	Told     Text       `json:"told,omitzero"`      // what the next of kin was told (G7-1)
	Consent  law.Answer `json:"consent,omitempty"`  // whether the patient consents to their being told (G7-1)
	Heard    Text       `json:"heard,omitzero"`     // what the next of kin knows and has seen (G7-3)
	Relation string     `json:"relation,omitempty"` // to the patient (G7-4)
	NamedBy  law.Role   `json:"named_by,omitempty"` // who named them as next of kin (pbrl. § 1-3, G7-4)
}

// CheckPlace records that it was looked at whether the referral came to the right place (G3.3.1-2).
type CheckPlace struct {
	Right law.Answer `json:"right"`
}

// Factor is one of the circumstances a guide lists for a condition: present, absent, or not answered.
type Factor struct {
	Name   string     `json:"name"`
	Answer law.Answer `json:"answer,omitempty"`
}

// PathwayEvent records an event of a cancer package or a mental-health pathway.
type PathwayEvent struct {
	Pathway string  `json:"pathway"`
	Event   string  `json:"event"`         // started · time_exceeded · ended
	Goal    day.Day `json:"goal,omitzero"` // when the next step should be: a goal, never a right
}

// Close ends the referral without a start, or after the start ends the period.
type Close struct {
	Reason string `json:"reason"`
}

// Correct puts another command in the place of an earlier entry, or strikes it out. Both stay in the log.
type Correct struct {
	Seq    int     `json:"seq"`
	With   Command `json:"-"`
	On     day.Day `json:"on,omitzero"` // the corrected day, zero when it is not the day that was wrong
	Strike bool    `json:"strike,omitempty"`
	Reason Text    `json:"reason,omitzero"`
}

func (Receive) Verb() string            { return "receive" }
func (Forward) Verb() string            { return "forward" }
func (RequestInformation) Verb() string { return "request_information" }
func (ReceiveInformation) Verb() string { return "receive_information" }
func (RefuseOutOfRegion) Verb() string  { return "refuse_out_of_region" }
func (Begin) Verb() string              { return "begin" }
func (Assess) Verb() string             { return "assess" }
func (Classify) Verb() string           { return "classify" }
func (Book) Verb() string               { return "book" }
func (Inform) Verb() string             { return "inform" }
func (ChangeDeadline) Verb() string     { return "change_deadline" }
func (Worsen) Verb() string             { return "worsen" }
func (Postpone) Verb() string           { return "postpone" }
func (WishEarlier) Verb() string        { return "wish_earlier" }
func (MakeOffer) Verb() string          { return "offer" }
func (Accept) Verb() string             { return "accept" }
func (Decline) Verb() string            { return "decline" }
func (Start) Verb() string              { return "start" }
func (NotifyHelfo) Verb() string        { return "notify_helfo" }
func (HelfoPlaced) Verb() string        { return "helfo_placed" }
func (HelfoReturned) Verb() string      { return "helfo_returned" }
func (TellHelfo) Verb() string          { return "tell_helfo" }
func (Complain) Verb() string           { return "complain" }
func (Ask) Verb() string                { return "ask" }
func (Reply) Verb() string              { return "reply" }
func (DecideComplaint) Verb() string    { return "decide_complaint" }
func (ConsiderKin) Verb() string        { return "next_of_kin" }
func (PathwayEvent) Verb() string       { return "pathway_event" }
func (CheckPlace) Verb() string         { return "check_place" }
func (CheckContent) Verb() string       { return "check_content" }
func (AskOpinion) Verb() string         { return "ask_opinion" }
func (GiveOpinion) Verb() string        { return "give_opinion" }
func (Close) Verb() string              { return "close" }
func (Correct) Verb() string            { return "correct" }

func (c *Receive) texts() []*Text            { return []*Text{&c.Text} }
func (c *Forward) texts() []*Text            { return []*Text{&c.Reason} }
func (c *RequestInformation) texts() []*Text { return []*Text{&c.Text} }
func (c *ReceiveInformation) texts() []*Text { return []*Text{&c.Text} }
func (c *RefuseOutOfRegion) texts() []*Text  { return []*Text{&c.Reason} }
func (*Begin) texts() []*Text                { return nil }
func (c *Assess) texts() []*Text {
	return []*Text{&c.Reason, &c.Course, &c.Planned, &c.IfDelayed, &c.Other}
}
func (c *Classify) texts() []*Text        { return []*Text{&c.Reason} }
func (*Book) texts() []*Text              { return nil }
func (c *Inform) texts() []*Text          { return []*Text{&c.Feedback} }
func (c *ChangeDeadline) texts() []*Text  { return []*Text{&c.Reason} }
func (*Worsen) texts() []*Text            { return nil }
func (c *Postpone) texts() []*Text        { return []*Text{&c.Reason} }
func (*WishEarlier) texts() []*Text       { return nil }
func (*MakeOffer) texts() []*Text         { return nil }
func (*Accept) texts() []*Text            { return nil }
func (*Decline) texts() []*Text           { return nil }
func (*Start) texts() []*Text             { return nil }
func (*NotifyHelfo) texts() []*Text       { return nil }
func (*HelfoPlaced) texts() []*Text       { return nil }
func (*HelfoReturned) texts() []*Text     { return nil }
func (*TellHelfo) texts() []*Text         { return nil }
func (c *Complain) texts() []*Text        { return []*Text{&c.Text} }
func (c *Ask) texts() []*Text             { return []*Text{&c.Text} }
func (c *Reply) texts() []*Text           { return []*Text{&c.Text} }
func (c *DecideComplaint) texts() []*Text { return []*Text{&c.Reason} }
func (*CheckContent) texts() []*Text      { return nil }
func (c *AskOpinion) texts() []*Text      { return []*Text{&c.Question} }
func (c *GiveOpinion) texts() []*Text     { return []*Text{&c.Reason} }
func (c *ConsiderKin) texts() []*Text     { return []*Text{&c.Need, &c.Told, &c.Heard} }
func (*CheckPlace) texts() []*Text        { return nil }
func (*PathwayEvent) texts() []*Text      { return nil }
func (*Close) texts() []*Text             { return nil }
func (c *Correct) texts() []*Text {
	all := []*Text{&c.Reason}
	if c.With != nil {
		all = append(all, c.With.texts()...)
	}
	return all
}

// Texts gives the free texts of a command, so that the desk can move their words out of the log.
func Texts(c Command) []*Text { return c.texts() }

// verbs makes an empty command of each verb, for reading the log.
var verbs = map[string]func() Command{
	"receive": func() Command { return new(Receive) }, "forward": func() Command { return new(Forward) },
	"request_information": func() Command { return new(RequestInformation) }, "receive_information": func() Command { return new(ReceiveInformation) },
	"refuse_out_of_region": func() Command { return new(RefuseOutOfRegion) }, "begin": func() Command { return new(Begin) },
	"assess": func() Command { return new(Assess) }, "classify": func() Command { return new(Classify) }, "book": func() Command { return new(Book) },
	"letter_delivered": func() Command { return new(LetterDelivered) }, "letter_not_delivered": func() Command { return new(LetterNotDelivered) },
	"inform": func() Command { return new(Inform) }, "change_deadline": func() Command { return new(ChangeDeadline) }, "worsen": func() Command { return new(Worsen) },
	"postpone": func() Command { return new(Postpone) }, "wish_earlier": func() Command { return new(WishEarlier) }, "offer": func() Command { return new(MakeOffer) }, "accept": func() Command { return new(Accept) },
	"decline": func() Command { return new(Decline) }, "start": func() Command { return new(Start) }, "notify_helfo": func() Command { return new(NotifyHelfo) },
	"helfo_placed": func() Command { return new(HelfoPlaced) }, "helfo_returned": func() Command { return new(HelfoReturned) }, "tell_helfo": func() Command { return new(TellHelfo) }, "complain": func() Command { return new(Complain) },
	"ask": func() Command { return new(Ask) }, "reply": func() Command { return new(Reply) },
	"decide_complaint": func() Command { return new(DecideComplaint) }, "next_of_kin": func() Command { return new(ConsiderKin) },
	"pathway_event": func() Command { return new(PathwayEvent) }, "check_place": func() Command { return new(CheckPlace) },
	"check_content": func() Command { return new(CheckContent) }, "ask_opinion": func() Command { return new(AskOpinion) }, "give_opinion": func() Command { return new(GiveOpinion) }, "close": func() Command { return new(Close) }, "correct": func() Command { return new(Correct) },
}

// Verbs lists the verb of every command, in order of the alphabet.
func Verbs() []string {
	out := make([]string, 0, len(verbs))
	for v := range verbs {
		out = append(out, v)
	}
	slices.Sort(out)
	return out
}
