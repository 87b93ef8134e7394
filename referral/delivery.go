package referral

import (
	"rettid/day"
	"rettid/law"
)

// Letters on their way. An answer that went a way with receipts is owed until the receipt is here; each receipt, and each way that failed, is a fact of its own.

// LetterDelivered records a receipt for a letter to one receiver: from a digital way, a person's word that a printed letter was posted, or that the receiver has been told.
type LetterDelivered struct {
	Letter    int         `json:"letter,omitempty"` // the entry that sent it; 0: the latest to the receiver
	To        string      `json:"to"`               // patient · referrer · guardian
	Channel   law.Channel `json:"channel"`
	Confirmed bool        `json:"confirmed,omitempty"` // a person's word that the receiver has it
}

// LetterNotDelivered records that a letter to one receiver did not arrive, and why. It goes on another way, and last to a person.
type LetterNotDelivered struct {
	Letter  int             `json:"letter"`
	To      string          `json:"to"`
	Channel law.Channel     `json:"channel"`
	Code    law.Undelivered `json:"code"`
}

func (LetterDelivered) Verb() string       { return "letter_delivered" }
func (LetterNotDelivered) Verb() string    { return "letter_not_delivered" }
func (*LetterDelivered) texts() []*Text    { return nil }
func (*LetterNotDelivered) texts() []*Text { return nil }

// Delivery finds the letter of an entry to a receiver, when it went a way with receipts; with no entry the latest to the receiver.
func (r *Referral) Delivery(letter int, to string) (law.Delivery, bool) {
	if i := law.FindDelivery(r.Deliveries, letter, to); i >= 0 {
		return r.Deliveries[i], true
	}
	return law.Delivery{}, false
}

func (c *LetterDelivered) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	d, ok := r.Delivery(c.Letter, c.To)
	receipt := law.Receipt(c.Channel, c.Confirmed, s)
	return Found{Receipt: &receipt}, law.DeliveryObjections(&d, ok, c.Channel, false, "", at.On)
}

func (c *LetterDelivered) fold(r *Referral, e *Event) {
	r.Deliveries = law.ChangeDelivery(r.Deliveries, c.Letter, c.To, func(d *law.Delivery) {
		if d.Arrive(c.Channel, e.On, e.Found.Receipt) && outcomeLetter(d.Kind) && d.To != law.ToReferrer {
			r.AnsweredOn = e.On
		}
	})
}

func (c *LetterNotDelivered) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	d, ok := r.Delivery(c.Letter, c.To)
	next := law.NextChannel(c.To, c.Channel, c.Code, d.Tried)
	return Found{Next: &next}, law.DeliveryObjections(&d, ok, c.Channel, true, c.Code, at.On)
}

func (c *LetterNotDelivered) fold(r *Referral, e *Event) {
	r.Deliveries = law.ChangeDelivery(r.Deliveries, c.Letter, c.To, func(d *law.Delivery) {
		if !d.On.IsZero() && r.AnsweredOn == d.On && outcomeLetter(d.Kind) && d.To != law.ToReferrer {
			r.AnsweredOn = day.Day{} // it came back: the patient has not been told
		}
		d.Fail(c.Channel, c.Code, e.On, e.Found.Next)
	})
}

// outcomeLetter tells whether a letter tells the outcome.
func outcomeLetter(k law.Letter) bool {
	return k == law.LetterGranted || k == law.LetterNotGranted || k == law.LetterSecondOpinion
}

// stopDeliveries takes the letters out of the way that need not arrive any more.
func (r *Referral) stopDeliveries(on day.Day, which func(*law.Delivery) bool) {
	r.Deliveries = law.StopDeliveries(r.Deliveries, on, which)
}

// send folds the letters of an entry that go ways with receipts. A letter takes the place of an older one of its kind to the same receiver.
func (c *Inform) send(r *Referral, kind law.Letter, on day.Day) (patientWaits bool) {
	r.stopDeliveries(on, func(d *law.Delivery) bool {
		same := d.Kind == kind || outcomeLetter(d.Kind) && outcomeLetter(kind)
		return same && (d.To == law.ToReferrer && c.Referrer || d.To != law.ToReferrer && c.Patient)
	})
	for _, k := range c.Kept {
		if k.Channel == "" {
			continue
		}
		d := law.Delivery{Letter: r.Seq + 1, To: k.To, Kind: kind, Channel: k.Channel, SentOn: on, OnWay: on}
		if outcomeLetter(kind) && r.FirstAssessed.IsZero() {
			d.Due = r.AssessBy
		}
		r.Deliveries = append(r.Deliveries[:len(r.Deliveries):len(r.Deliveries)], d)
		patientWaits = patientWaits || k.To != law.ToReferrer
	}
	return patientWaits
}
