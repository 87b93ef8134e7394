package exception

import (
	"rettid/day"
	"rettid/law"
)

// Letters on their way, by the same rule as a referral's (law.Delivery): one that went a way with receipts is owed until the receipt is here, and the weeks to complain run from the
// delivery. The identity-free copy to the region goes the same way.

// LetterDelivered records a receipt for a letter to one receiver: from a digital way, a person's word that a printed letter was posted, or that the receiver has been told.
type LetterDelivered struct {
	Letter    int         `json:"letter,omitempty"` // the entry that sent it; 0: the latest to the receiver
	To        string      `json:"to"`               // patient · referrer · rhf
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

var withLetters = kinds{law.SingleException, law.PatientRequest}

func (LetterDelivered) Verb() string                                       { return "letter_delivered" }
func (LetterNotDelivered) Verb() string                                    { return "letter_not_delivered" }
func (LetterDelivered) about() (law.ExceptionKind, []law.ExceptionKind)    { return "", withLetters }
func (LetterNotDelivered) about() (law.ExceptionKind, []law.ExceptionKind) { return "", withLetters }
func (*LetterDelivered) texts() []*Text                                    { return nil }
func (*LetterNotDelivered) texts() []*Text                                 { return nil }

// Delivery finds the letter of an entry to a receiver, when it went a way with receipts; with no entry the latest to the receiver.
func (m *Matter) Delivery(letter int, to string) (law.Delivery, bool) {
	if i := law.FindDelivery(m.Deliveries, letter, to); i >= 0 {
		return m.Deliveries[i], true
	}
	return law.Delivery{}, false
}

func (c *LetterDelivered) decide(m *Matter, at At, _ Given, s *law.Settings) (Found, law.Objections) {
	d, ok := m.Delivery(c.Letter, c.To)
	receipt := law.Receipt(c.Channel, c.Confirmed, s)
	return Found{Receipt: &receipt}, law.DeliveryObjections(&d, ok, c.Channel, false, "", at.On)
}

func (c *LetterDelivered) fold(m *Matter, e *Event) {
	m.Deliveries = law.ChangeDelivery(m.Deliveries, c.Letter, c.To, func(d *law.Delivery) {
		if d.Arrive(c.Channel, e.On, e.Found.Receipt) && tellsAnswer(d) {
			m.ToldOn = e.On
		}
	})
}

func (c *LetterNotDelivered) decide(m *Matter, at At, _ Given, _ *law.Settings) (Found, law.Objections) {
	d, ok := m.Delivery(c.Letter, c.To)
	next := law.NextChannel(c.To, c.Channel, c.Code, d.Tried)
	return Found{Next: &next}, law.DeliveryObjections(&d, ok, c.Channel, true, c.Code, at.On)
}

func (c *LetterNotDelivered) fold(m *Matter, e *Event) {
	m.Deliveries = law.ChangeDelivery(m.Deliveries, c.Letter, c.To, func(d *law.Delivery) {
		if !d.On.IsZero() && m.ToldOn == d.On && tellsAnswer(d) {
			m.ToldOn = day.Day{} // it came back: the patient has not been told
		}
		d.Fail(c.Channel, c.Code, e.On, e.Found.Next)
	})
}

// tellsAnswer tells whether a letter tells the patient what was decided.
func tellsAnswer(d *law.Delivery) bool { return d.To == law.ToPatient && d.Kind != LetterReceived }

// stopDeliveries takes the letters out of the way that need not arrive any more.
func (m *Matter) stopDeliveries(on day.Day, which func(*law.Delivery) bool) {
	m.Deliveries = law.StopDeliveries(m.Deliveries, on, which)
}

// send folds the letters of an entry that go ways with receipts. A letter takes the place of an older one to the same receiver: the answer that of the receipt too.
func (c *Inform) send(m *Matter, on day.Day) (patientWaits bool) {
	m.stopDeliveries(on, func(d *law.Delivery) bool {
		return d.To == law.ToPatient && c.Patient || d.To == law.ToReferrer && c.Referrer
	})
	for _, k := range c.Kept {
		if k.Channel == "" {
			continue
		}
		m.Deliveries = append(m.Deliveries[:len(m.Deliveries):len(m.Deliveries)], law.Delivery{Letter: m.Seq + 1, To: k.Receiver(), Kind: c.Letter, Channel: k.Channel, SentOn: on, OnWay: on})
		patientWaits = patientWaits || k.Receiver() == law.ToPatient
	}
	return patientWaits
}
