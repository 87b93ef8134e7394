package law

import (
	"slices"

	"rettid/day"
)

// Pbrl. § 2-2 a; guide 8, 8.1 (norms G8-1, G8.1-10, G2-32, G2-19): within ten working days the patient shall be told the outcome, and the referrer the same.
// One who has not got the letter has not been told.
//
// Our reading: a letter that goes a way with receipts leaves the duty open, under another name and with the same day, until the receipt comes. What is handed
// over or told by a person needs none. When a way fails the letter goes on at once: to a patient from the digital mailbox to Helsenorge, to a printed letter by
// post, and last to a person, who sees that it is told; to a referrer from the electronic message to the post, and last to a person. A receiver who has said no to
// digital post is not tried on another digital way; a letter that came back in the post is not printed again. A printed letter counts as delivered when a person has
// recorded that it was posted, until it is recorded as returned; an installation may want a confirmation instead. The four weeks to complain run from the delivery
//
var deliveryRule = Rule{
	ID: "delivery", Norms: []string{"G2-19", "G2-32", "G8-1", "G8.1-10", "G8.2-1", "G8.2-2", "R-2.31"}, Cite: "pbrl. § 2-2 a; guide 8", Title: "A letter that was sent is owed until it is known to have arrived",
	Uses: []string{"delivery.post_is_receipt", "delivery.receipt_days"}, Funcs: []string{"NextChannel", "Receipt", "ReceiptBy", "DeliveryObjections"},
}

// Channel is a way a letter goes. The empty channel is told or handed over by a person, or sent from elsewhere: no receipt is waited for.
type Channel string

const (
	ChannelMailbox    Channel = "digital_mailbox" // digital postkasse til innbyggere
	ChannelHelsenorge Channel = "helsenorge"
	ChannelMessage    Channel = "message" // electronic message to a referrer
	ChannelPost       Channel = "post"    // printed, by post
	ChannelRegion     Channel = "region"  // the identity-free copy of a decision to the regional medical director
	ChannelPerson     Channel = "person"  // no way is left: a person sees to it
)

// Channels lists the ways, the first first.
var Channels = []Channel{ChannelMailbox, ChannelHelsenorge, ChannelMessage, ChannelPost, ChannelRegion, ChannelPerson}

// Digital tells whether the way is electronic.
func (c Channel) Digital() bool {
	return c == ChannelMailbox || c == ChannelHelsenorge || c == ChannelMessage || c == ChannelRegion
}

// Undelivered is why a letter did not arrive.
type Undelivered string

const (
	Reserved     Undelivered = "reserved"      // the receiver has said no to digital post
	NoMailbox    Undelivered = "no_mailbox"    // the receiver is not found there
	NotOpened    Undelivered = "no_receipt"    // no receipt came in time
	TurnedDown   Undelivered = "rejected"      // the receiving system would not take it
	OutOfOrder   Undelivered = "technical"     // the way did not work
	NotSetUp     Undelivered = "not_set_up"    // the installation does not have the way
	BadAddress   Undelivered = "bad_address"   // the address is missing or wrong
	ReturnedMail Undelivered = "returned_mail" // it came back in the post
)

// UndeliveredCodes lists why a letter did not arrive.
var UndeliveredCodes = []Undelivered{Reserved, NoMailbox, NotOpened, TurnedDown, OutOfOrder, NotSetUp, BadAddress, ReturnedMail}

// The receivers of letters, as they stand in the log.
const (
	ToPatient  = "patient"
	ToReferrer = "referrer"
	ToGuardian = "guardian"
	ToRegion   = "rhf" // the regional medical director, of an exception's copy
)

// Delivery is how one letter to one receiver goes.
type Delivery struct {
	Letter  int     `json:"letter"` // the entry that sent it
	To      string  `json:"to"`     // patient · referrer · guardian
	Kind    Letter  `json:"kind"`
	Channel Channel `json:"channel"`          // the way it goes now
	SentOn  day.Day `json:"sent_on"`          // on the first way
	OnWay   day.Day `json:"on_way,omitzero"`  // on this way
	Due     day.Day `json:"due,omitzero"`     // the last day for the receiver to have been told; zero: the law gives none
	Posted  day.Day `json:"posted,omitzero"`  // a person recorded that it was posted
	On      day.Day `json:"on,omitzero"`      // delivered
	Stopped day.Day `json:"stopped,omitzero"` // another letter took its place, or the referral was closed
	Tried   []Try   `json:"tried,omitempty"`
}

// Try is a way that did not get through.
type Try struct {
	Channel Channel     `json:"channel"`
	Code    Undelivered `json:"code"`
	On      day.Day     `json:"on"`
}

// FindDelivery finds the letter of an entry to a receiver among those under way; with no entry the latest to the receiver. -1: there is none.
func FindDelivery(all []Delivery, letter int, to string) int {
	for i := len(all) - 1; i >= 0; i-- {
		if d := &all[i]; (d.Letter == letter || letter == 0) && d.To == to {
			return i
		}
	}
	return -1
}

// ChangeDelivery changes the letter of an entry to a receiver, in a copy of all; nothing when a correction took it away.
func ChangeDelivery(all []Delivery, letter int, to string, change func(*Delivery)) []Delivery {
	i := FindDelivery(all, letter, to)
	if i < 0 {
		return all
	}
	all = slices.Clone(all)
	change(&all[i])
	return all
}

// StopDeliveries takes the letters out of the way that need not arrive any more, in a copy of all.
func StopDeliveries(all []Delivery, on day.Day, which func(*Delivery) bool) []Delivery {
	for i := range all {
		if d := all[i]; d.Open() && which(&d) {
			d.Stopped = on
			all = slices.Clone(all)
			all[i] = d
		}
	}
	return all
}

// Arrive records what came by a way on a day: that a printed letter was posted, and the receipt when it is one. It tells whether the receiver has the letter now.
func (d *Delivery) Arrive(c Channel, on day.Day, receipt *Finding[bool]) bool {
	if c == ChannelPost {
		d.Posted = on
	}
	if receipt == nil || !receipt.Value {
		return false
	}
	d.On = on
	return true
}

// Fail records that a way did not get through, and the next the letter goes.
func (d *Delivery) Fail(c Channel, code Undelivered, on day.Day, next *Finding[Channel]) {
	d.Tried = append(d.Tried[:len(d.Tried):len(d.Tried)], Try{Channel: c, Code: code, On: on})
	d.On, d.Posted, d.OnWay = day.Day{}, day.Day{}, on
	if next != nil {
		d.Channel = next.Value
	}
}

// Open says that the letter is not known to have arrived, and still should.
func (d *Delivery) Open() bool { return d.On.IsZero() && d.Stopped.IsZero() }

// Duty is what is owed for a letter under way: to get the receipt, to print and post it, or to reach the receiver.
func (d *Delivery) Duty() DutyName {
	switch {
	case d.Channel == ChannelPerson:
		return DutyReachReceiver
	case d.Channel == ChannelPost && d.Posted.IsZero():
		return DutyPostLetter
	}
	return DutyDeliverLetter
}

// NextChannel finds the way a letter goes on when one failed. tried are the ways before it.
func NextChannel(to string, failed Channel, code Undelivered, tried []Try) Finding[Channel] {
	f := Finding[Channel]{Rule: "delivery", Norms: []string{"G8-1", "G2-19"}, Cite: deliveryRule.Cite, Value: ChannelPerson}
	ways := []Channel{ChannelMailbox, ChannelHelsenorge, ChannelPost}
	switch to {
	case ToReferrer:
		ways = []Channel{ChannelMessage, ChannelPost}
	case ToRegion:
		ways = []Channel{ChannelRegion}
	}
	refused := code == Reserved || slices.ContainsFunc(tried, func(t Try) bool { return t.Code == Reserved })
	if at := slices.Index(ways, failed); at >= 0 {
		for _, c := range ways[at+1:] {
			if !wasTried(c, tried) && !(c.Digital() && refused) {
				f.Value = c
				break
			}
		}
	}
	f.because("delivery-failed", T("channel."+string(failed)), T("undelivered."+string(code)))
	if f.Value == ChannelPerson {
		f.because("delivery-to-person")
	} else {
		f.because("delivery-next", T("channel."+string(f.Value)))
	}
	return f
}

func wasTried(c Channel, tried []Try) bool {
	return slices.ContainsFunc(tried, func(t Try) bool { return t.Channel == c })
}

// Receipt tells whether what came is a receipt that the letter was delivered: a digital way's is; of a printed letter it is a person's word that it was posted, unless
// the installation wants more; confirmed is a person's word that the receiver has it.
func Receipt(c Channel, confirmed bool, s *Settings) Finding[bool] {
	f := Finding[bool]{Rule: "delivery", Norms: []string{"G8-1"}, Cite: deliveryRule.Cite, Value: true}
	switch {
	case confirmed:
		f.because("delivery-confirmed")
	case c == ChannelPost && s.PostIsReceipt:
		f.because("delivery-posted")
	case c == ChannelPost:
		f.Value = false
		f.because("delivery-posted-waits")
	case c == ChannelPerson:
		f.Value = false
		f.because("delivery-needs-word")
	default:
		f.because("delivery-receipt", T("channel."+string(c)))
	}
	return f
}

// ReceiptBy is the last day a digital way's receipt is waited for before the letter goes another way; zero for the ways people go.
func ReceiptBy(d *Delivery, s *Settings) day.Day {
	if !d.Channel.Digital() || !d.Open() {
		return day.Day{}
	}
	due, _ := s.Calendar.AddWorking(d.OnWay, s.ReceiptDays)
	return due
}

// DeliveryDue is the last day to have told the receiver: of an answer the assessment limit, of other letters the last day of a receipt.
func DeliveryDue(d *Delivery, s *Settings) day.Day {
	if !d.Due.IsZero() {
		return d.Due
	}
	due, _ := s.Calendar.AddWorking(d.SentOn, s.ReceiptDays)
	return due
}

// DeliveryObjections speaks to a receipt, or the word that a letter did not arrive, of a letter to a receiver. ok is false when no such letter went a way with receipts.
func DeliveryObjections(d *Delivery, ok bool, channel Channel, failed bool, code Undelivered, on day.Day) Objections {
	switch {
	case !ok:
		return Objections{deliveryRule.object(Refused, []string{"G8-1"}, "delivery-no-letter")}
	case on.Before(d.SentOn):
		return Objections{deliveryRule.object(Refused, []string{"G8-1"}, "delivery-before-sent", D(on), D(d.SentOn))}
	case failed && !slices.Contains(UndeliveredCodes, code):
		return Objections{deliveryRule.object(Refused, []string{"G8-1"}, "delivery-why")}
	case failed && channel != d.Channel && !wasTried(channel, d.Tried):
		return Objections{deliveryRule.object(Refused, []string{"G8-1"}, "delivery-other-way", T("channel."+string(d.Channel)))}
	case failed && wasTried(channel, d.Tried):
		return Objections{deliveryRule.object(Refused, []string{"G8-1"}, "delivery-known-failed", T("channel."+string(channel)))}
	case failed && !d.Stopped.IsZero():
		return Objections{deliveryRule.object(Refused, []string{"G8-1"}, "delivery-stopped", D(d.Stopped))}
	case failed && !d.On.IsZero() && code != ReturnedMail:
		return Objections{deliveryRule.object(Refused, []string{"G8-1"}, "delivery-is-delivered", D(d.On))}
	case !failed && !d.On.IsZero():
		return Objections{deliveryRule.object(Refused, []string{"G8-1"}, "delivery-is-delivered", D(d.On))}
	case !failed && !d.Due.IsZero() && on.After(d.Due):
		return Objections{deliveryRule.object(Warned, []string{"G8-1"}, "delivery-late", D(d.Due))}
	}
	return nil
}
