package referral

import (
	"slices"
	"strings"

	"rettid/day"
	"rettid/law"
)

func (c *Receive) facts(found Found) law.Facts {
	kind := c.Kind
	if kind == "" {
		kind = law.Elective
	}
	f := law.Facts{
		Kind: kind, Concerns: c.Concerns, Undecided: c.Concerns == law.Mixed, NewCondition: c.NewConditionOf != 0, SecondOpinion: c.SecondOpinion,
		Specialty: c.Specialty, Born: c.Born, Urgent: c.Urgent, Serious: c.SeriousSuspected, Deficient: c.Deficient, MayAssessHere: found.MayAssess,
		Holder: c.Place, Site: c.Site, Status: law.Received, Right: law.Pending,
	}
	return f
}

func (c *Receive) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	var found Found
	var out, second law.Objections
	if c.NewConditionOf != 0 || c.NewCondition {
		var parent *law.Facts
		if g.Parent != nil {
			parent = &law.Facts{Kind: g.Parent.Kind, StartedOn: g.Parent.StartedOn}
		}
		out = append(out, law.NewConditionObjections(parent)...)
	}
	if !c.FirstReceived.IsZero() && c.FirstReceived.After(at.On) {
		out = append(out, law.Impossible("first-received-later", law.D(c.FirstReceived), law.D(at.On)))
	}
	if !c.Born.IsZero() && c.Born.After(at.On) {
		out = append(out, law.Impossible("born-later", law.D(at.On)))
	}
	if c.SecondOf != 0 && c.SecondOpinion {
		var first *law.Facts
		if g.Parent != nil {
			first = &law.Facts{AssessedOn: g.Parent.AssessedOn, SecondOpinion: g.Parent.SecondOpinion}
		}
		second = law.SecondOpinionObjections(first, c.From.Role)
	}
	if g.Authority == nil {
		return found, append(out, law.Impossible("unknown-provider", law.T(c.Place)))
	}
	found.MayAssess = len(law.MayAssess(*g.Authority, c.Specialty)) == 0
	f := c.facts(found)
	if len(out) > 0 {
		return found, out
	}

	sen := law.Seniority(law.Reception{On: at.On, FirstReceived: c.FirstReceived, Provider: g.Authority.Provider, HasDelegation: g.Authority.HasDelegation, NewCondition: f.NewCondition}, s)
	found.Seniority = &sen
	assessable := law.Assessable(&f, s)
	found.Assessable = &assessable
	if assessable.Value != law.NotAssessable {
		due, err := law.AssessmentDue(law.Clock{Seniority: sen.Value, Before: !c.FirstReceived.IsZero() && !f.NewCondition, Young: law.Young(c.Specialty, c.Born, sen.Value), SecondOpinion: c.SecondOpinion}, s)
		if err != nil {
			return found, append(out, law.Impossible("no-edition", law.D(sen.Value)))
		}
		found.AssessBy = &due
	}
	found.Reimbursed = law.Reimbursed(c.From.Role, c.Specialty, f.Kind, c.From.Provider != "" && c.From.Provider == c.Place, s)
	return found, append(out, second...)
}

func (c *Receive) fold(r *Referral, e *Event) {
	r.Facts = c.facts(e.Found)
	r.Patient, r.Municipality, r.From, r.Text, r.Parent = c.Patient, c.Municipality, c.From, c.Text, c.NewConditionOf
	r.SecondOf = c.SecondOf
	r.Pathway, r.Diagnosis, r.Participant = c.Pathway, c.Diagnosis, c.Participant
	r.ReceivedOn = e.On
	r.NoReimbursed = !e.Found.Reimbursed
	r.clock(e)
	if e.Found.Assessable != nil && e.Found.Assessable.Value == law.NotAssessable {
		r.Right = law.NotAssessed
	}
}

// clock takes over the dates an event found.
func (r *Referral) clock(e *Event) {
	if e.Found.Seniority != nil {
		r.Seniority, r.Found.Seniority = e.Found.Seniority.Value, e.Found.Seniority
	}
	if e.Found.AssessBy != nil {
		r.AssessBy, r.Found.AssessBy = e.Found.AssessBy.Value, e.Found.AssessBy
	}
}

func (c *Forward) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	var found Found
	specialty := c.Specialty
	if specialty == "" {
		specialty = r.Specialty
	}
	switch {
	case g.Authority == nil:
		return found, law.Objections{law.Impossible("unknown-provider", law.T(c.To))}
	case r.Status == law.Closed || r.Status == law.Started:
		return found, law.Objections{law.Impossible("not-to-forward", law.T("status."+string(r.Status)))}
	}
	out := law.ForwardRefused(*g.Authority, r.Right == law.Pending)
	found.MayAssess = len(law.MayAssess(*g.Authority, specialty)) == 0
	sen := law.Seniority(law.Reception{On: at.On, Provider: g.Authority.Provider, HasDelegation: g.Authority.HasDelegation, Before: r.Seniority}, s)
	found.Seniority = &sen
	if r.Right == law.NotAssessed {
		return found, out
	}
	due, err := law.AssessmentDue(law.Clock{Seniority: sen.Value, Before: !r.Seniority.IsZero(), Young: law.Young(specialty, r.Born, sen.Value), SecondOpinion: r.SecondOpinion}, s)
	if err != nil {
		return found, append(out, law.Impossible("no-edition", law.D(sen.Value)))
	}
	found.AssessBy = &due
	return found, out
}

func (c *Forward) fold(r *Referral, e *Event) {
	r.Hops = append(r.Hops[:len(r.Hops):len(r.Hops)], Hop{From: r.Holder, To: c.To, On: e.On, Assessed: !r.AssessedOn.IsZero(), Reason: c.Reason})
	r.Holder, r.Site, r.ReceivedOn, r.ForwardedOn = c.To, c.Site, e.On, e.On
	if c.Specialty != "" {
		r.Specialty = c.Specialty
	}
	r.MayAssessHere = e.Found.MayAssess
	r.done(law.AskOtherPlace)
	if r.Status == law.UnderAssessment {
		r.Status, r.Draft = law.Received, ""
	}
	r.clock(e)
}

func (c *RequestInformation) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	if r.Status == law.Closed {
		return Found{}, law.Objections{law.CaseClosed()}
	}
	return Found{}, nil
}

func (c *RequestInformation) fold(r *Referral, e *Event) { r.InfoAskedOn = e.On }

func (c *ReceiveInformation) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	return Found{}, nil
}

func (c *ReceiveInformation) fold(r *Referral, e *Event) { r.InfoGotOn = e.On }

func (c *RefuseOutOfRegion) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	return Found{}, law.OutOfRegion(&r.Facts, g.OtherRegion, !c.Reason.IsZero())
}

func (c *RefuseOutOfRegion) fold(r *Referral, e *Event) {
	r.Right, r.Status, r.ClosedOn, r.ClosedFor, r.Reason = law.NotAssessed, law.Closed, e.On, "out_of_region", c.Reason
}

func (c *Classify) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	f := r.Facts
	out := law.ClassifyObjections(&f, c.Concerns, c.IsCare, !c.Reason.IsZero())
	c.classify(&f)
	a := law.Assessable(&f, s)
	found := Found{Assessable: &a}
	if a.Value == law.IsAssessed {
		// The limit runs from the seniority date, however late it was found to be care (G6.4-10, G6-4).
		due, err := law.AssessmentDue(law.Clock{Seniority: r.Seniority, Before: len(r.Hops) > 0, Young: law.Young(r.Specialty, r.Born, r.Seniority), SecondOpinion: r.SecondOpinion}, s)
		if err != nil {
			return found, append(out, law.Impossible("no-edition", law.D(r.Seniority)))
		}
		found.AssessBy = &due
	}
	return found, out
}

// classify writes what was decided into the facts.
func (c *Classify) classify(f *law.Facts) {
	if c.Concerns != "" && (f.Concerns == "" || c.Concerns != law.Mixed) {
		f.Concerns = c.Concerns
	}
	f.Undecided = false
	f.CareAfterAll = c.IsCare == law.Yes
}

func (c *Classify) fold(r *Referral, e *Event) {
	if r.Right == law.Granted || r.Right == law.NotGranted || r.Status == law.Started || r.Status == law.Closed {
		return // one that stands after a correction gave the answer before it: what was decided holds
	}
	c.classify(&r.Facts)
	if e.Found.Assessable == nil {
		return
	}
	switch e.Found.Assessable.Value {
	case law.IsAssessed:
		r.Right = law.Pending
		r.clock(e)
	case law.NotAssessable:
		r.Right = law.NotAssessed
		r.AssessBy, r.Found.AssessBy = day.Day{}, nil
	}
}

func (c *Close) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	return Found{}, law.CloseObjections(&r.Facts, c.Reason)
}

func (c *Close) fold(r *Referral, e *Event) {
	if r.Right == law.Pending {
		r.Right = law.NotAssessed // every referral ends in the right, no right, or not assessed with its ground (G3-5)
	}
	waited := r.Status == law.Waiting || r.Status == law.Received && r.Right == law.Granted
	r.Status, r.ClosedOn, r.ClosedFor = law.Closed, e.On, c.Reason
	if waited && r.WaitEnd.IsZero() {
		r.WaitEnd, r.EndCode = e.On, law.EndCode(c.Reason)
	}
	r.Answer, r.Changed, r.ComplaintInfo, r.GuideReferrer = law.Owed{}, law.Owed{}, false, false
	r.stopDeliveries(e.On, func(*law.Delivery) bool { return true })
}

func (c *Begin) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	return Found{}, law.AssessRefused(&r.Facts, s)
}

func (c *Begin) fold(r *Referral, e *Event) {
	if r.Right != law.Pending || r.Status == law.Closed {
		return // a draft that stands after a correction gave the answer before it: it opens nothing again
	}
	r.Status, r.Draft = law.UnderAssessment, e.Actor
}

func (c *ConsiderKin) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	return Found{}, law.KinObjections(c.Roles)
}

func (c *ConsiderKin) fold(r *Referral, e *Event) {
	r.Kin = append(r.Kin[:len(r.Kin):len(r.Kin)], KinContact{Roles: c.Roles, On: e.On, Need: c.Need, Handled: c.Handled == law.Yes, Told: c.Told, Consent: c.Consent, Heard: c.Heard, Relation: c.Relation, NamedBy: c.NamedBy})
	switch {
	case c.Handled == law.Yes && r.KinOpen > 0:
		r.KinOpen--
	case c.Handled != law.Yes && law.MustContact(c.Roles):
		r.KinOpen++
	}
}

func (c *PathwayEvent) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	switch c.Event {
	case "started", "time_exceeded", "ended":
		return Found{}, law.PathwayObjections(&r.Facts, c.Goal)
	}
	return Found{}, law.Objections{law.Impossible("pathway-event", law.T(c.Event))}
}

func (c *PathwayEvent) fold(r *Referral, e *Event) {
	r.Milestones = append(r.Milestones[:len(r.Milestones):len(r.Milestones)], Milestone{Pathway: c.Pathway, Event: c.Event, On: e.On, Goal: c.Goal})
	if r.Pathway == "" {
		r.Pathway = c.Pathway
	}
}

func (c *CheckPlace) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	if r.Status == law.Closed {
		return Found{}, law.Objections{law.CaseClosed()}
	}
	return Found{}, nil
}

func (c *CheckPlace) fold(r *Referral, e *Event) { r.PlaceOn, r.PlaceRight = e.On, c.Right }

// marked gives what is known of the points after this check: those it marks, and of the others what was known before.
func (c *CheckContent) marked(before []law.Mark) []law.Mark {
	out := append([]law.Mark(nil), before...)
	for _, m := range c.Marks {
		i := slices.IndexFunc(out, func(x law.Mark) bool { return x.Point == m.Point })
		if i < 0 {
			out = append(out, m)
		} else {
			out[i] = m
		}
	}
	return out
}

func (c *CheckContent) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	if out := law.ContentObjections(&r.Facts, c.Marks).Refused(); len(out) > 0 {
		return Found{}, out
	}
	return Found{}, law.ContentObjections(&r.Facts, c.marked(r.Content))
}

func (c *CheckContent) fold(r *Referral, e *Event) {
	r.Content = c.marked(r.Content)
	if deficient, known := law.ContentDeficient(law.Content(&r.Facts, r.Content)); known {
		r.Deficient = deficient
	}
}

func (c *AskOpinion) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	switch {
	case r.Status == law.Closed:
		return Found{}, law.Objections{law.CaseClosed()}
	case strings.TrimSpace(c.Of) == "":
		return Found{}, law.Objections{law.Impossible("opinion-of-whom")}
	}
	return Found{}, nil
}

func (c *AskOpinion) fold(r *Referral, e *Event) {
	r.Opinions = append(r.Opinions[:len(r.Opinions):len(r.Opinions)], Opinion{On: e.On, By: e.Actor, Of: c.Of, Question: c.Question})
	r.opinions()
}

func (c *GiveOpinion) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	switch c.View {
	case "granted", "not_granted", "unsure":
	default:
		return Found{}, law.Objections{law.Impossible("opinion-view", law.T(c.View))}
	}
	if r.OpinionOpen == 0 {
		return Found{}, law.Objections{law.Impossible("no-opinion-asked")}
	}
	return Found{}, law.RoleMayDecide(at.Role)
}

func (c *GiveOpinion) fold(r *Referral, e *Event) {
	i := slices.IndexFunc(r.Opinions, func(o Opinion) bool { return o.AnsweredOn.IsZero() })
	if i < 0 {
		return // the question was struck out; the answer stands in the log
	}
	r.Opinions = slices.Clone(r.Opinions)
	o := &r.Opinions[i]
	o.AnsweredOn, o.AnsweredBy, o.View, o.Reason = e.On, e.Actor, c.View, c.Reason
	r.opinions()
}

// opinions keeps how many are asked for and not given, and of whom the oldest.
func (r *Referral) opinions() {
	r.OpinionOpen, r.OpinionOf = 0, ""
	for _, o := range r.Opinions {
		if !o.AnsweredOn.IsZero() {
			continue
		}
		if r.OpinionOpen++; r.OpinionOpen == 1 {
			r.OpinionOf = o.Of
		}
	}
}
