package referral

import (
	"slices"

	"rettid/day"
	"rettid/law"
)

func (c *Ask) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	return Found{}, law.AskObjections(&r.Facts, c.About)
}

func (c *Ask) fold(r *Referral, e *Event) {
	r.Asked = append(r.Asked[:len(r.Asked):len(r.Asked)], c.About)
}

func (c *Reply) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	if c.Text.IsZero() {
		return Found{}, law.Objections{law.Impossible("no-text")}
	}
	return Found{}, nil
}

func (c *Reply) fold(r *Referral, e *Event) { _, r.Asked = first(r.Asked) }

// done takes away the oldest question about something that has been done.
func (r *Referral) done(about string) {
	if i := slices.Index(r.Asked, about); i >= 0 {
		r.Asked = slices.Delete(slices.Clone(r.Asked), i, i+1)
	}
}

// gone records that a time was given up with no new one, by one who can come from a day: past the deadline that is the patient's own postponement.
func (r *Referral) gone(e *Event, by law.PostponedBy, from day.Day) {
	if by == law.ByProvider || r.StartBy.IsZero() || !from.After(r.StartBy) {
		return
	}
	if r.PutOff.On.IsZero() || r.PutOff.On.After(r.StartBy) {
		r.PutOff = law.PutOff{On: e.On, To: from, By: by, Code: e.Found.Code}
	} else {
		r.PutOff.To = from
	}
}
