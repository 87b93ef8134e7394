// Package desk is the one way in: it loads a referral's log, folds it, asks for a decision and appends the answer. It knows the clock, who
// asks and what the house looks like; it keeps free text and identity out of the log, and writes refusals and every look at a patient down.
//
// What never happens here: no rule is applied (package law), no SQL is written (package ledger), no page or message is read or made (the doors).
package desk

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"rettid/clinic"
	"rettid/day"
	"rettid/entry"
	"rettid/guide"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
)

// A Desk serves one ledger. It is safe for concurrent use.
type Desk struct {
	Ledger   *ledger.Ledger
	Org      *clinic.Org
	Guides   *guide.Library
	Settings *law.Settings
	Now      func() time.Time

	recent *recent
	live   *atomic.Pointer[live] // shared by the copies of the desk: see ReadHouse
}

// New makes a desk with the ordinary clock and settings.
func New(l *ledger.Ledger, org *clinic.Org, guides *guide.Library, s *law.Settings) *Desk {
	return &Desk{Ledger: l, Org: org, Guides: guides, Settings: s, Now: time.Now, recent: newRecent(), live: newLive()}
}

// Today is the day in Oslo.
func (d *Desk) Today() day.Day { return day.FromTime(d.Now()) }

// An Order is a command at the desk: of which referral, by whom, when it happened, and under which key it may be asked again.
type Order struct {
	Tenant   string
	Referral int64  // 0 for a reception
	Key      string // idempotency key; empty: made anew, and a retry is a new command
	At       referral.At
	Do       referral.Command
	Known    time.Time      // when it is recorded; zero: now
	Seen     int            // the last entry the one who asks has seen; ErrMoved when there are later ones. 0: it is decided on whatever has happened
	Person   *ledger.Person // of a reception: identity, kept outside the log
	Links    []ledger.Link  // of a reception: ids in other systems

	// What goes with it in the same transaction: texts kept outside the log, and messages to be sent.
	Notes    []ledger.Note
	Outgoing []ledger.Message
}

// An Outcome is what an order led to.
type Outcome struct {
	Referral int64
	Seq      int
	Event    *referral.Event
	State    referral.Referral
	Warned   law.Objections
	Replayed bool // the key had been used: nothing new was written

	SlotFault error             // the order stands, but a time it freed could not be kept to be offered to others
	was       referral.Referral // the state before
}

// ErrMissing says that there is no such referral, or none this one may see.
var ErrMissing = errors.New("there is no such referral")

// ErrMoved says that something was recorded after what the one who asks had seen: to be looked at, and decided again.
var ErrMoved = errors.New("the referral has moved on since it was looked at")

// tries is how often a decision is made again when the referral moved on meanwhile.
const tries = 5

// Take carries out an order. A [*referral.Refusal] is the trade saying no: nothing is written but the refusal itself. [ErrMissing] is not found, [ErrMoved] not
// what was seen.
// Anything else is a fault, after which the same order may be given again under the same key.
func (d *Desk) Take(ctx context.Context, o Order) (Outcome, error) {
	if o.Key == "" {
		o.Key = rand.Text()
	}
	if o.Known.IsZero() {
		o.Known = d.Now()
	}
	for i := 0; ; i++ {
		out, err := d.take(ctx, o)
		if errors.Is(err, ledger.ErrConflict) && i < tries {
			continue
		}
		return out, err
	}
}

func (d *Desk) take(ctx context.Context, o Order) (Outcome, error) {
	if log, keys := d.recent.get(o.Tenant, o.Referral); log != nil {
		out, err := d.takeOn(ctx, o, log, keys)
		if err == nil {
			return out, nil
		}
		d.recent.drop(o.Tenant, o.Referral) // it may have moved on elsewhere: whatever the answer, it is given on the log itself
	}
	var log []referral.Entry
	var keys []string
	if o.Referral != 0 {
		recs, err := d.Ledger.Records(ctx, o.Tenant, o.Referral)
		if err != nil {
			return Outcome{}, err
		}
		if len(recs) == 0 {
			return Outcome{}, ErrMissing
		}
		if log, err = Entries(recs); err != nil {
			return Outcome{}, err
		}
		for _, r := range recs {
			keys = append(keys, r.Key)
		}
	}
	out, err := d.takeOn(ctx, o, log, keys)
	var refusal *referral.Refusal
	if errors.As(err, &refusal) {
		if logged := d.refused(ctx, o.Tenant, o.Referral, o.Do, o.At, o.Known, refusal); logged != nil {
			return Outcome{}, logged
		}
	}
	return out, err
}

// takeOn decides an order on a log and appends the answer.
func (d *Desk) takeOn(ctx context.Context, o Order, log []referral.Entry, keys []string) (Outcome, error) {
	for i, key := range keys {
		if key == o.Key { // done already: it is not decided again on what came after it
			return d.replayed(ctx, o, ledger.Result{Referral: o.Referral, Seq: log[i].Seq})
		}
	}
	if o.Seen != 0 && len(log) > 0 && log[len(log)-1].Seq != o.Seen {
		return Outcome{}, ErrMoved
	}
	w, out, err := d.Prepare(ctx, o, log)
	if err != nil {
		return Outcome{}, err
	}
	res, err := d.Ledger.Append(ctx, w)
	if err != nil {
		return Outcome{}, err
	}
	if res.Replayed {
		return d.replayed(ctx, o, res)
	}
	out.Referral, out.Seq = res.Referral, res.Seq
	out.SlotFault = d.keepSlots(ctx, o, &out)
	for _, t := range referral.Texts(o.Do) {
		t.Words = "" // they are in their notes
	}
	d.recent.put(o.Tenant, res.Referral, append(log[:len(log):len(log)], referral.Entry{Seq: res.Seq, Known: w.Records[0].Known, Event: out.Event}), append(keys[:len(keys):len(keys)], o.Key))
	return out, nil
}

// replayed answers an order whose key was used before with what was done then.
func (d *Desk) replayed(ctx context.Context, o Order, res ledger.Result) (Outcome, error) {
	log, err := d.Log(ctx, o.Tenant, res.Referral)
	if err != nil {
		return Outcome{}, err
	}
	out := Outcome{Referral: res.Referral, Seq: res.Seq, State: referral.Fold(log), Replayed: true}
	for _, e := range log {
		if e.Seq == res.Seq {
			out.Event, out.Warned = e.Event, e.Event.Warned
		}
	}
	return out, nil
}

// Prepare decides an order on a log and makes what is to be appended, without appending it: for those who append many at once.
func (d *Desk) Prepare(ctx context.Context, o Order, log []referral.Entry) (ledger.Write, Outcome, error) {
	var last day.Day
	if len(log) > 0 {
		last = log[len(log)-1].Known
	}
	known, err := recordedOn(o.Known, o.At.On, last)
	if err != nil {
		return ledger.Write{}, Outcome{}, err
	}
	if o.At.Role == "" {
		o.At.Role = usual(o.Do)
	}
	c := referral.Course{Log: log[:len(log):len(log)], State: referral.Fold(log)}
	given, err := d.lookUp(ctx, o, log, &c.State)
	if err != nil {
		return ledger.Write{}, Outcome{}, err
	}
	was := c.State
	event, err := c.Decide(o.Do, o.At, given, d.Law(known))
	if err != nil {
		return ledger.Write{}, Outcome{}, err
	}
	notes := setAside(o.Key, referral.Texts(o.Do))
	c.Record(known, event)
	seq, state := len(c.Log), c.State
	body, err := event.MarshalJSON()
	if err != nil {
		return ledger.Write{}, Outcome{}, fmt.Errorf("write event %s: %w", event.Kind(), err)
	}
	row, err := Row(&state, d.Law(known), known, d.Org)
	if err != nil {
		return ledger.Write{}, Outcome{}, err
	}
	row.Tenant, row.Referral = o.Tenant, o.Referral
	w := ledger.Write{
		Tenant: o.Tenant, Referral: o.Referral, Expect: seq - 1, Key: o.Key,
		Records: []ledger.Record{recordOf(event.Kind(), event.At(), o.Known, known, body)},
		Row:     row, Duties: DutyRows(&state, d.Law(known), known, d.Org), Outgoing: append(outgoing(event, log), o.Outgoing...), Notes: append(notes, o.Notes...), Links: append(slices.Clip(o.Links), d.sentBy(o.Key, o.Do)...), Person: o.Person,
	}
	return w, Outcome{Referral: o.Referral, Seq: seq, Event: event, State: state, Warned: event.Warned, was: was}, nil
}

// outgoing finds the messages an event owes others: the answer to the referrer and the letter to the patient are sent from here.
func outgoing(e *referral.Event, log []referral.Entry) []ledger.Message {
	switch c := e.Ask.(type) {
	case *referral.LetterNotDelivered:
		return sendOn(c, e, log)
	case *referral.NotifyHelfo:
		if !c.AgreedNot {
			return []ledger.Message{{Kind: "helfo-notice", To: "helfo", Body: []byte(`{"expected_start":"` + c.ExpectedStart.String() + `"}`)}}
		}
	case *referral.TellHelfo:
		return []ledger.Message{{Kind: "helfo-time", To: "helfo", Body: []byte(`{"start":"` + c.Start.String() + `"}`)}}
	case *referral.Forward:
		return []ledger.Message{{Kind: "referral-forwarded", To: c.To, Body: []byte(`{}`)}}
	}
	return nil
}

// usual is the role that normally does a thing, when nobody is named.
func usual(c referral.Command) law.Role {
	switch c.(type) {
	case *referral.Assess, *referral.ChangeDeadline, *referral.Classify, *referral.Worsen, *referral.Begin:
		return law.Specialist
	case *referral.AskOpinion, *referral.GiveOpinion:
		return law.Specialist
	case *referral.CheckPlace, *referral.CheckContent:
		return law.Intake
	case *referral.Accept, *referral.Decline, *referral.Complain, *referral.WishEarlier, *referral.Ask:
		return law.Patient
	case *referral.HelfoPlaced, *referral.HelfoReturned:
		return law.Helfo
	}
	return law.Secretary
}

// recordedOn is the day an entry is recorded on, after one recorded on the last day (zero: there is none). What lies ahead of it is refused.
func recordedOn(now time.Time, happened, last day.Day) (day.Day, error) {
	known := day.FromTime(now)
	switch {
	case happened.After(known):
		return known, &entry.Refusal{Objections: law.Objections{law.Impossible("in-the-future", law.D(happened), law.D(known))}}
	case last.IsZero() || !known.Before(last):
		return known, nil
	case last.Sub(known) > 1: // servers may differ by a little around midnight; a clock set back by days would make «as known on» false
		return known, fmt.Errorf("the clock says %s, but the case already has an entry recorded on %s: set the clock right and try again", known, last)
	}
	return last, nil
}

// recordOf is an event as the ledger keeps it.
func recordOf(kind string, at entry.At, now time.Time, known day.Day, body []byte) ledger.Record {
	return ledger.Record{Kind: kind, On: at.On, At: now.UTC().UnixMicro(), Known: known, Role: string(at.Role), Actor: at.Actor, Place: at.Place, Body: body}
}

// setAside moves the words of a command's free texts into notes. The ids follow from the key, so that a retry makes the same.
func setAside(key string, texts []*entry.Text) []ledger.Note {
	var notes []ledger.Note
	for i, t := range texts {
		if t.Words == "" {
			continue
		}
		if t.Note == "" {
			sum := sha256.Sum256(fmt.Appendf(nil, "%s/%d", key, i))
			t.Note = hex.EncodeToString(sum[:12])
		}
		notes = append(notes, ledger.Note{ID: t.Note, Text: t.Words})
	}
	return notes
}

// refused writes a refusal into the audit log; the case itself is untouched.
func (d *Desk) refused(ctx context.Context, tenant string, id int64, do entry.Command, at entry.At, now time.Time, r *entry.Refusal) error {
	return d.Ledger.Refused(ctx, ledger.Refusal{Tenant: tenant, Referral: id, Command: do.Verb(), Norms: join(r.Objections.Norms()),
		Role: string(at.Role), Actor: at.Actor, Place: at.Place, At: now.UTC().UnixMicro(), On: at.On})
}

// lookUp finds what the world knows that a command needs: powers, regions, guides, the course a condition was found in. state is what the log folds to.
func (d *Desk) lookUp(ctx context.Context, o Order, log []referral.Entry, state *referral.Referral) (referral.Given, error) {
	var g referral.Given
	on := o.At.On
	do := o.Do
	r := state
	if c, ok := do.(*referral.Correct); ok {
		if c.With == nil {
			return g, nil
		}
		r = new(referral.Referral)
		do = c.With
		if !c.On.IsZero() {
			on = c.On
		}
		for i := range log {
			if log[i].Seq == c.Seq {
				*r = referral.Fold(log[:i])
				if c.On.IsZero() {
					on = log[i].Event.On
				}
			}
		}
	}
	switch c := do.(type) {
	case *referral.Receive:
		g.Authority = d.authority(c.Place, c.Specialty, on)
		if c.NewConditionOf != 0 {
			parent, err := d.Log(ctx, o.Tenant, c.NewConditionOf)
			if err != nil {
				return g, err
			}
			if len(parent) > 0 {
				p := referral.Fold(parent)
				g.Parent = &referral.Parent{Kind: p.Kind, StartedOn: p.StartedOn}
			}
		}
		if c.SecondOf != 0 && g.Parent == nil {
			first, err := d.Log(ctx, o.Tenant, c.SecondOf)
			if err != nil {
				return g, err
			}
			if len(first) > 0 {
				p := referral.Fold(first)
				g.Parent = &referral.Parent{Kind: p.Kind, StartedOn: p.StartedOn, AssessedOn: p.AssessedOn, SecondOpinion: p.SecondOpinion}
			}
		}
	case *referral.Forward:
		specialty := c.Specialty
		if specialty == "" {
			specialty = r.Specialty
		}
		g.Authority = d.authority(c.To, specialty, on)
	case *referral.Assess:
		place := r.Holder
		if c.By.Provider != "" {
			place = c.By.Provider
		}
		g.Authority = d.authority(place, r.Specialty, on)
		if c.Condition != "" && d.Guides != nil {
			if cond, ok := d.Guides.Condition(clinic.GuideArea(r.Specialty), c.Condition, on); ok {
				g.Guide = &law.Entry{Condition: cond.ID, Right: cond.Right, MaxWeeks: cond.MaxWeeks}
				g.GuideVersion = cond.Version
				for _, f := range cond.Factors {
					g.GuideFactors = append(g.GuideFactors, f.LabelNB)
				}
			}
		}
	case *referral.RefuseOutOfRegion:
		p, ok := d.Org.Provider(r.Holder)
		home, known := d.Org.RegionOf(r.Municipality, on)
		g.OtherRegion = ok && known && home != p.Region
	}
	return g, nil
}

// authority finds what a provider may assess on a day; nil when there is no such provider.
func (d *Desk) authority(provider, specialty string, on day.Day) *law.Authority {
	p, ok := d.Org.Provider(provider)
	if !ok {
		return nil
	}
	return &law.Authority{Provider: law.ProviderKind(p.Kind), HasDelegation: p.HasDelegation(on), Covers: p.Delegated(specialty, on)}
}

func join(ss []string) string {
	out := ""
	for i, s := range ss {
		if i > 0 {
			out += " "
		}
		out += s
	}
	return out
}
