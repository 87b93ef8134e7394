package referral

import (
	"fmt"

	"rettid/day"
	"rettid/entry"
	"rettid/law"
)

// What an entry of a referral's log is made of: the mechanics are every case's, the commands, inputs and findings a referral's own.
type (
	Event      = entry.Event[kind, Command, Given, Found]
	Entry      = entry.Entry[kind, Command, Given, Found]
	At         = entry.At
	Refusal    = entry.Refusal
	Difference = entry.Difference
)

// kind tells the log that it is a referral's.
type kind struct{}

func (kind) Room() string   { return "referral" }
func (kind) Prefix() string { return "" }

func (kind) Make(verb string) (Command, bool) {
	make, ok := verbs[verb]
	if !ok {
		return nil, false
	}
	return make(), true
}

func (kind) Correction(c Command) (entry.Correction[Command], bool) {
	x, ok := c.(*Correct)
	if !ok {
		return entry.Correction[Command]{}, false
	}
	return entry.Correction[Command]{Seq: x.Seq, With: &x.With, On: x.On, Strike: x.Strike}, true
}

// rules is how a referral decides and folds.
func rules() *entry.Rules[Referral, kind, Command, Given, Found] {
	return &entry.Rules[Referral, kind, Command, Given, Found]{Decide: decideOn, Fold: (*Referral).apply, Seq: func(r *Referral) *int { return &r.Seq }}
}

// Given is what had to be looked up for a command: plain facts of the world on the day.
type Given struct {
	Authority    *law.Authority `json:"authority,omitempty"`     // of the provider that receives, holds or assesses
	Guide        *law.Entry     `json:"guide,omitempty"`         // what the guide says of the condition chosen
	GuideVersion day.Day        `json:"guide_version,omitzero"`  // the edition compared with (G2-33)
	GuideFactors []string       `json:"guide_factors,omitempty"` // the circumstances the guide lists for the condition (G2-6)
	OtherRegion  bool           `json:"other_region,omitempty"`
	Parent       *Parent        `json:"parent,omitempty"`
}

// Parent is what a new condition, or a second opinion, needs to know of the referral it comes from.
type Parent struct {
	Kind      law.Kind `json:"kind"`
	StartedOn day.Day  `json:"started_on,omitzero"`

	// And what a second opinion needs to know of the first.
	AssessedOn    day.Day `json:"assessed_on,omitzero"`
	SecondOpinion bool    `json:"second_opinion,omitempty"`
}

// Found is what the law found for a command.
type Found struct {
	Seniority  *law.Finding[day.Day]           `json:"seniority,omitempty"`
	AssessBy   *law.Finding[day.Day]           `json:"assess_by,omitempty"`
	Assessable *law.Finding[law.Assessability] `json:"assessable,omitempty"`
	StartBy    *law.Finding[day.Day]           `json:"start_by,omitempty"`
	Guarantee  *law.Finding[day.Day]           `json:"guarantee,omitempty"`
	Begins     *law.Finding[bool]              `json:"begins,omitempty"`
	MayAssess  bool                            `json:"may_assess,omitempty"`
	Reimbursed bool                            `json:"reimbursed,omitempty"`
	Code       int                             `json:"code,omitempty"`
	Offer      int                             `json:"offer,omitempty"` // 1 + the index of the offer answered
	InTime     bool                            `json:"in_time,omitempty"`
	Parts      []law.Part                      `json:"parts,omitempty"`
	Receipt    *law.Finding[bool]              `json:"receipt,omitempty"` // whether what came closes the letter
	Next       *law.Finding[law.Channel]       `json:"next,omitempty"`    // the way a letter goes on
	Factors    []Factor                        `json:"factors,omitempty"` // the guide's circumstances with the answers given; the rest stand unanswered
}

// IsZero says that nothing was found.
func (f Found) IsZero() bool {
	return f.Seniority == nil && f.AssessBy == nil && f.Assessable == nil && f.StartBy == nil && f.Guarantee == nil && f.Begins == nil &&
		!f.MayAssess && !f.Reimbursed && f.Code == 0 && f.Offer == 0 && !f.InTime && f.Parts == nil && f.Receipt == nil && f.Next == nil && f.Factors == nil
}

// IsZero says that nothing was looked up.
func (g Given) IsZero() bool {
	return g.Authority == nil && g.Guide == nil && !g.OtherRegion && g.Parent == nil && g.GuideVersion.IsZero() && g.GuideFactors == nil
}

// Decide answers a command on a referral whose log is given: the event to append, or a [*Refusal]. It changes nothing. An error that is
// no refusal says what the program could not find out.
func Decide(log []Entry, c Command, at At, g Given, s *law.Settings) (*Event, error) {
	return rules().Answer(log, c, at, g, s)
}

// decideOn answers on a folded state.
func decideOn(r *Referral, c Command, at At, g Given, s *law.Settings) (*Event, error) {
	_, isReceive := c.(*Receive)
	if isReceive != (r.Seq == 0) {
		if isReceive {
			return nil, fmt.Errorf("referral: it has been received already")
		}
		return nil, fmt.Errorf("referral: it has not been received")
	}
	if refused := dateObjections(r, c, at.On); len(refused) > 0 {
		return nil, &Refusal{Objections: refused}
	}
	found, objections := c.decide(r, at, g, s)
	if refused := objections.Refused(); len(refused) > 0 {
		return nil, &Refusal{Objections: refused}
	}
	return &Event{On: at.On, Minute: at.Minute, Role: at.Role, Actor: at.Actor, Place: at.Place, Ask: c, Given: g, Found: found, Warned: objections}, nil
}

// dateObjections refuses a step dated before the referral was received, and a step in its course dated before one already taken: the course
// goes forward, and what was dated wrongly is corrected.
func dateObjections(r *Referral, c Command, on day.Day) law.Objections {
	switch {
	case r.Seq == 0:
		return nil
	case !r.ReceivedFirst().IsZero() && on.Before(r.ReceivedFirst()):
		return law.Objections{law.Impossible("before-received", law.D(on), law.D(r.ReceivedFirst()))}
	case moves(c) && on.Before(r.MovedOn):
		return law.Objections{law.Impossible("before-earlier-step", law.D(on), law.D(r.MovedOn))}
	}
	return nil
}

// moves tells whether a command can take the referral a step further in its course: into, between or out of the stocks.
func moves(c Command) bool {
	switch c.(type) {
	case *Receive, *Forward, *RefuseOutOfRegion, *Assess, *Classify, *Start, *HelfoPlaced, *DecideComplaint, *Close:
		return true
	}
	return false
}

// ReceivedFirst is the first day the referral is known anywhere: the seniority date, or the reception when that has not begun.
func (r *Referral) ReceivedFirst() day.Day {
	if r.Seniority.IsZero() {
		return r.ReceivedOn
	}
	if len(r.Hops) == 0 && r.ReceivedOn.Before(r.Seniority) {
		return r.ReceivedOn
	}
	return r.Seniority
}

// Again runs an event's command again on the log before it: what today's rules say on yesterday's inputs.
func Again(before []Entry, e *Event, s *law.Settings) (*Event, error) {
	return rules().Again(before, e, s)
}

// Fold replays a log. A correction speaks in the place of the entry it corrects, and what it found anew in the place of later ones;
// all stay in the log.
func Fold(log []Entry) Referral { return FoldAsOf(log, day.Day{}) }

// FoldAsOf replays what had happened by the end of a day, of the entries given; the zero day is no limit.
func FoldAsOf(log []Entry, asOf day.Day) Referral { return rules().Replay(log, asOf) }

// Speaking gives for each entry the event that speaks in its place: its own, a correction's, or nil when it was struck out or is a correction itself.
func Speaking(log []Entry) []*Event { return entry.Speaking(log) }

// apply folds one event into the state.
func (r *Referral) apply(e *Event) {
	e.Ask.fold(r, e)
	if moves(e.Ask) && e.On.After(r.MovedOn) {
		r.MovedOn = e.On
	}
	r.settle(e)
}

// settle keeps what follows from several facts at once: since when the time recorded lies after the deadline, that a notice to Helfo
// is spent once a time inside the deadline is found, and that one without the right has no time to wait for, also where a correction took the
// right away from under a booking that stands (G2-14).
func (r *Referral) settle(e *Event) {
	if r.Right == law.NotGranted {
		r.Appointment, r.Meeting = law.Appointment{}, law.Appointment{}
	}
	late := !r.StartBy.IsZero() && !r.Appointment.IsZero() && r.Appointment.To.After(r.StartBy)
	switch {
	case late && r.BreachSince.IsZero():
		r.BreachSince = e.On
	case !late:
		r.BreachSince = day.Day{}
	}
	inTime := !r.StartBy.IsZero() && !r.Appointment.IsZero() && !late
	if inTime {
		switch e.Ask.(type) {
		case *Book, *Accept, *Postpone:
			if !r.HelfoOn.IsZero() && !r.Appointment.Helfo {
				r.HelfoAwaits = e.On // there is no breach any more, and Helfo has nothing to look for: it must hear so
			}
			r.HelfoOn, r.AgreedNotOn = day.Day{}, day.Day{}
		}
	}
}

func (c *Correct) decide(*Referral, At, Given, *law.Settings) (Found, law.Objections) {
	panic("referral: a correction is decided on the log")
}

func (c *Correct) fold(*Referral, *Event) {}
