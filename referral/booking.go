package referral

import (
	"rettid/day"
	"rettid/law"
)

// appointment is the time or interval a booking asks for.
func (c *Book) appointment() law.Appointment {
	a := law.Appointment{From: c.From, To: c.To, At: c.At, Site: c.Site, Provisional: c.Provisional, What: c.What, Form: c.Form}
	if !c.Start.Day.IsZero() {
		a.From, a.To = c.Start.Day, c.Start.Day
		if c.Start.HasClock() {
			a.Minute = c.Start.Minute + 1
		}
	}
	if a.To.IsZero() {
		a.To = a.From
	}
	return a
}

func (c *Book) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	if !c.Start.Day.IsZero() && !c.From.IsZero() {
		return Found{}, law.Objections{law.Impossible("time-or-interval")}
	}
	a := c.appointment()
	f := r.Facts
	if f.Status == law.Started && !c.SoundBy.IsZero() {
		f.NextBy = c.SoundBy
	}
	out := law.AppointmentObjections(&f, a, at.On, s)
	return Found{InTime: !r.StartBy.IsZero() && !a.To.After(r.StartBy)}, out
}

func (c *Book) fold(r *Referral, e *Event) {
	a := c.appointment()
	switch {
	case r.Status == law.Started || r.Right == law.NotAssessed:
		r.Next = a
		if !c.SoundBy.IsZero() {
			r.NextBy = c.SoundBy
		}
	case a.What.Preliminary():
		r.Meeting = a
	default:
		r.take(a)
	}
}

// take sets the time the patient waits for, and keeps whether the patient has been given one inside the deadline.
func (r *Referral) take(a law.Appointment) {
	r.Appointment = a
	if r.StartBy.IsZero() {
		return
	}
	r.SecuredInTime = !a.To.After(r.StartBy)
	if r.SecuredInTime {
		r.PutOff, r.DeclinedInTime = law.PutOff{}, false
	} else if r.PutOff.On.IsZero() {
		r.DeclinedInTime = false // the provider set a later time: Helfo must hear of it (G10.2-6)
		r.SecuredInTime = offeredBy(r.Offers, r.StartBy)
	} else {
		r.SecuredInTime = true
	}
}

func (c *Postpone) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	code, out := law.PostponementCode(c.By, c.Code)
	if c.NoDay && c.To.IsZero() {
		// It reaches past no deadline while there is no day: only whether there is something to put off is asked.
		// With a first day the patient can come, that day is asked about as a new day would be.
		if c.NotBefore.After(at.On) {
			return Found{Code: code, InTime: !r.StartBy.IsZero() && !c.NotBefore.After(r.StartBy)}, append(out, law.PostponeObjections(&r.Facts, c.By, c.NotBefore, at.On)...)
		}
		f := r.Facts
		f.StartBy = day.Day{}
		return Found{Code: code}, append(out, law.PostponeObjections(&f, c.By, at.On, at.On)...)
	}
	if c.To.IsZero() {
		return Found{}, append(out, law.Impossible("no-date"))
	}
	out = append(out, law.PostponeObjections(&r.Facts, c.By, c.To, at.On)...)
	out = append(out, law.NextObjections(&r.Facts, c.To, r.NextBy)...)
	return Found{Code: code, InTime: !r.StartBy.IsZero() && !c.To.After(r.StartBy)}, out
}

func (c *Postpone) fold(r *Referral, e *Event) {
	if c.To.IsZero() {
		// The old time no longer holds and there is none instead. The postponement is kept; without a day it puts nothing past the
		// deadline, so it keeps no breach from counting.
		if r.Status == law.Started || r.Right == law.NotAssessed {
			r.Next = law.Appointment{}
			return
		}
		r.Postponements = append(r.Postponements[:len(r.Postponements):len(r.Postponements)], law.Postponement{On: e.On, By: c.By, Code: e.Found.Code})
		r.Appointment = law.Appointment{}
		r.gone(e, c.By, c.NotBefore)
		return
	}
	if r.Status == law.Started || r.Right == law.NotAssessed {
		r.Next.From, r.Next.To, r.Next.Minute = c.To, c.To, c.Minute
		return
	}
	r.Postponements = append(r.Postponements[:len(r.Postponements):len(r.Postponements)], law.Postponement{On: e.On, To: c.To, By: c.By, Code: e.Found.Code})
	a := r.Appointment
	a.From, a.To, a.Minute = c.To, c.To, c.Minute
	if c.By != law.ByProvider && a.At != "" && a.At != r.Holder {
		a.At, a.Site = "", "" // the patient waits for the place that holds the referral
	}
	r.Appointment = a
	if r.StartBy.IsZero() {
		return
	}
	late := c.To.After(r.StartBy)
	switch {
	case !late:
		r.SecuredInTime = true
		if c.By == law.ByProvider {
			r.PutOff = law.PutOff{}
		}
	case c.By == law.ByProvider:
		if r.PutOff.On.IsZero() {
			r.DeclinedInTime = false
			r.SecuredInTime = offeredBy(r.Offers, r.StartBy)
		}
	default:
		if r.PutOff.On.IsZero() || r.PutOff.On.After(r.StartBy) {
			r.PutOff = law.PutOff{On: e.On, To: c.To, By: c.By, Code: e.Found.Code}
		} else {
			r.PutOff.To = c.To
		}
	}
}

// mostNotice is the longest notice a wish for an earlier time can ask for, in days: with more, nothing that becomes free is of use.
const mostNotice = 60

func (c *WishEarlier) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	out := law.OfferObjections(&r.Facts)
	if c.Notice < 0 || c.Notice > mostNotice {
		out = append(out, law.Impossible("notice", law.N(c.Notice), law.N(mostNotice)))
	}
	return Found{}, out
}

func (c *WishEarlier) fold(r *Referral, e *Event) {
	if c.No {
		r.Earlier = Earlier{}
		return
	}
	if r.Earlier.Since.IsZero() {
		r.Earlier.Since = e.On
	}
	r.Earlier.Notice = c.Notice
}

func (c *MakeOffer) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	out := law.OfferObjections(&r.Facts)
	if c.Start.IsZero() {
		out = append(out, law.Impossible("no-date"))
	}
	if c.Start.Before(at.On) && !c.Start.IsZero() {
		out = append(out, law.Impossible("offer-in-the-past", law.D(c.Start), law.D(at.On)))
	}
	return Found{InTime: !r.StartBy.IsZero() && !c.Start.After(r.StartBy)}, out
}

func (c *MakeOffer) fold(r *Referral, e *Event) {
	at := c.At
	if at == "" {
		at = r.Holder
	}
	r.Offers = append(r.Offers[:len(r.Offers):len(r.Offers)], law.Offer{At: at, Start: c.Start, Minute: c.Minute, MadeOn: e.On, Helfo: e.Role == law.Helfo})
	if e.Found.InTime {
		r.SecuredInTime = true
	}
}

// answered finds the open offer an answer is about: the latest at the place, with the start when it is named.
func (r *Referral) answered(at string, start day.Day) int {
	for i := len(r.Offers) - 1; i >= 0; i-- {
		o := r.Offers[i]
		if o.Answer == law.Unanswered && (at == "" || o.At == at) && (start.IsZero() || o.Start == start) {
			return i + 1
		}
	}
	return 0
}

func (r *Referral) decideAnswer(place string, start day.Day) (Found, law.Objections) {
	out := law.OfferObjections(&r.Facts)
	i := r.answered(place, start)
	if i == 0 {
		return Found{}, append(out, law.NoSuchOffer(place))
	}
	return Found{Offer: i, InTime: !r.StartBy.IsZero() && !r.Offers[i-1].Start.After(r.StartBy)}, out
}

// reply writes an answer beside its offer.
func (r *Referral) reply(e *Event, yes law.Answer, waitFor string) *law.Offer {
	offers := append([]law.Offer(nil), r.Offers...)
	r.Offers = offers
	if e.Found.Offer < 1 || e.Found.Offer > len(offers) {
		return &law.Offer{}
	}
	o := &offers[e.Found.Offer-1]
	o.Answer, o.On, o.WaitFor = yes, e.On, waitFor
	return o
}

func (c *Accept) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	return r.decideAnswer(c.At, c.Start)
}

func (c *Accept) fold(r *Referral, e *Event) {
	o := r.reply(e, law.Yes, "")
	a := law.Appointment{From: o.Start, To: o.Start, Minute: o.Minute, At: o.At, Helfo: o.Helfo}
	if o.At == r.Holder {
		a.At = ""
	}
	secured := r.SecuredInTime && !e.Found.InTime
	r.take(a)
	r.SecuredInTime = r.SecuredInTime || secured
}

func (c *Decline) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	return r.decideAnswer(c.At, c.Start)
}

func (c *Decline) fold(r *Referral, e *Event) {
	o := r.reply(e, law.No, c.WaitFor)
	if !e.Found.InTime {
		return
	}
	r.DeclinedInTime = true
	if c.WaitFor == "" {
		return
	}
	code := 5
	if o.Helfo {
		code = 6
	}
	r.Postponements = append(r.Postponements[:len(r.Postponements):len(r.Postponements)], law.Postponement{On: e.On, By: law.ByPatient, Code: code})
	if r.PutOff.On.IsZero() || r.PutOff.On.After(r.StartBy) {
		r.PutOff = law.PutOff{On: e.On, By: law.ByPatient, Code: code}
	}
}

func (c *Start) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	known := false
	for _, k := range law.Contacts {
		known = known || k == c.What
	}
	if !known {
		return Found{}, law.Objections{law.Impossible("unknown-contact", law.T(string(c.What)))}
	}
	b := law.BeginsCare(c.What, c.Began, r.Clarified)
	return Found{Begins: &b}, law.StartObjections(&r.Facts, c.What, c.Began, at.On, s)
}

func (c *Start) fold(r *Referral, e *Event) {
	begins := e.Found.Begins != nil && e.Found.Begins.Value
	r.Contacts = append(r.Contacts[:len(r.Contacts):len(r.Contacts)], Contact{On: e.On, What: c.What, Began: begins})
	r.spend(&r.Next, e.On)
	r.spend(&r.Meeting, e.On)
	if r.Status == law.Started {
		r.NextBy = day.Day{} // it was kept; the next is for the clinician to say
		return
	}
	if !begins {
		r.spend(&r.Appointment, e.On)
		return
	}
	r.Status, r.StartedOn = law.Started, e.On
	if r.Right == law.Granted {
		r.WaitEnd, r.EndCode = e.On, "1"
	}
	r.Appointment, r.Meeting, r.NeededBy = law.Appointment{}, law.Appointment{}, day.Day{}
}

// spend takes away an appointment that has been kept by a day.
func (r *Referral) spend(a *law.Appointment, on day.Day) {
	if !a.IsZero() && !a.From.After(on) {
		*a = law.Appointment{}
	}
}

func (c *NotifyHelfo) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	switch c.Channel {
	case "", "portal", "other":
	default:
		return Found{}, law.Objections{law.Impossible("unknown-channel", law.T(c.Channel))}
	}
	return Found{}, law.NoticeObjections(&r.Facts, !c.ExpectedStart.IsZero(), c.Channel != "other", c.AgreedNot)
}

func (c *NotifyHelfo) fold(r *Referral, e *Event) {
	if c.AgreedNot {
		r.AgreedNotOn = e.On
	} else {
		r.HelfoOn, r.HelfoBack = e.On, law.HelfoBack{} // a new notice is a new search
		if !c.ExpectedStart.IsZero() {
			r.HelfoAwaits = day.Day{}
		}
	}
}

func (c *HelfoReturned) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	return Found{}, law.ReturnObjections(&r.Facts, c.Why)
}

func (c *HelfoReturned) fold(r *Referral, e *Event) {
	r.HelfoBack = law.HelfoBack{On: e.On, Why: c.Why}
	if c.Why == law.HelfoFoundNone {
		r.HelfoAwaits = e.On
	}
}

func (c *TellHelfo) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	out := law.OfferObjections(&r.Facts)
	if c.Start.IsZero() {
		out = append(out, law.Impossible("no-date"))
	}
	return Found{}, out
}

func (c *TellHelfo) fold(r *Referral, e *Event) { r.HelfoAwaits = day.Day{} }

func (c *HelfoPlaced) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	return Found{}, law.OfferObjections(&r.Facts)
}

func (c *HelfoPlaced) fold(r *Referral, e *Event) {
	r.Status, r.ClosedOn, r.ClosedFor, r.PlacedAt = law.Closed, e.On, "helfo_placed", c.At
	r.WaitEnd, r.EndCode = e.On, "5"
	r.NeededBy, r.HelfoAwaits = day.Day{}, day.Day{}
}
