package referral

import (
	"slices"

	"rettid/day"
	"rettid/law"
)

func (c *Assess) set(r *Referral, at At, g Given, guarantee day.Day) law.SetDeadline {
	d := law.SetDeadline{Outcome: c.Outcome, On: at.On, Date: c.Deadline, Weeks: c.DeadlineWeeks, Seniority: r.Seniority, Guarantee: guarantee,
		LatestSound: c.LatestSound, NeededBy: r.NeededBy, Severity: c.Severity, Benefit: c.BenefitGrade, Resources: c.ResourceGrade}
	if g.Guide != nil && g.Guide.Right {
		d.GuideWeeks = g.Guide.MaxWeeks
	}
	return d
}

func (c *Assess) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	var found Found
	f := &r.Facts
	out := law.AssessRefused(f, s)
	role := at.Role
	if c.By.Role != "" && c.By.Role != string(law.ContractSpecialist) {
		role = law.Role(c.By.Role)
	}
	out = append(out, law.RoleMayDecide(role)...)
	switch {
	case c.By.Role == string(law.ContractSpecialist):
		out = append(out, law.MayAssess(law.Authority{Provider: law.ContractSpecialist}, r.Specialty)...)
	case g.Authority != nil:
		out = append(out, law.MayAssess(*g.Authority, r.Specialty)...)
	}
	if c.Reason.Words == law.OtherRegion {
		out = append(out, law.CloseObjections(f, law.OtherRegion)...)
	}
	out = append(out, law.Conditions(law.Answers{Outcome: c.Outcome, Benefit: c.Benefit, Reasonable: c.ReasonableCost, Need: c.Need, Uncertain: c.Uncertain, HasReason: !c.Reason.IsZero()})...)
	out = append(out, law.Basis(c.Basis, law.DecidingRight, c.Outcome)...)

	guarantee := law.Guarantee65(f, at.On, s)
	if !guarantee.Value.IsZero() {
		found.Guarantee = &guarantee
	}
	d := c.set(r, at, g, guarantee.Value)
	var startBy day.Day
	if !c.Deadline.IsZero() || c.DeadlineWeeks > 0 {
		dl := law.Deadline(d, s)
		startBy = dl.Value
		if c.Outcome == law.Granted {
			found.StartBy = &dl
		}
	}
	out = append(out, law.DeadlineObjections(d, startBy, s)...)
	if g.Guide != nil {
		out = append(out, law.GuideAdvice(*g.Guide, law.Comparison{Outcome: c.Outcome, StartBy: startBy, GuideBy: law.GuideDeadline(g.Guide.MaxWeeks, r.Seniority, at.On, s),
			HasReason: !c.Reason.IsZero(), Individual: len(c.Individual)})...)
	}
	if c.Outcome == law.Granted {
		out = append(out, law.Proportion(law.Grades{Severity: c.Severity, Benefit: c.BenefitGrade, Resources: c.ResourceGrade}, s)...)
	}
	out = append(out, law.LateAssessment(f, at.On, s)...)
	found.Factors = c.factors(g)
	return found, out
}

// factors sets the guide's listed circumstances beside what was answered of each: those nobody answered stand as unanswered (G2-6, G4.5-1).
func (c *Assess) factors(g Given) []Factor {
	out := append([]Factor(nil), c.Factors...)
next:
	for _, name := range g.GuideFactors {
		for _, f := range out {
			if f.Name == name {
				continue next
			}
		}
		out = append(out, Factor{Name: name})
	}
	return out
}

func (c *Assess) fold(r *Referral, e *Event) {
	r.Factors = e.Found.Factors
	r.Right, r.AssessedOn, r.AssessedBy = c.Outcome, e.On, e.Actor
	r.Clarified, r.LatestSound, r.Condition, r.Individual, r.Basis, r.Reason, r.Course, r.Uncertain = c.Clarified, c.LatestSound, c.Condition, c.Individual, c.Basis, c.Reason, c.Course, c.Uncertain
	r.Draft, r.Upheld = "", false
	r.Answer = law.Owed{Patient: true, Referrer: true}
	r.AnswerSent, r.Changed = law.Owed{}, law.Owed{}
	r.GuideReferrer = r.Deficient && r.InfoGotOn.IsZero()
	if c.Outcome == law.NotGranted {
		r.Status, r.ClosedOn, r.ClosedFor = law.Closed, e.On, "not_granted"
		r.Appointment, r.Meeting = law.Appointment{}, law.Appointment{}
		return
	}
	r.Status, r.ClosedOn, r.ClosedFor = law.Waiting, day.Day{}, ""
	if e.Found.StartBy != nil {
		r.StartBy, r.Found.StartBy = e.Found.StartBy.Value, e.Found.StartBy
		r.Deadlines = append(r.Deadlines[:len(r.Deadlines):len(r.Deadlines)], Deadline{Date: r.StartBy, SetOn: e.On, Seq: r.Seq + 1, Reason: c.Reason, Planned: c.Planned, IfDelayed: c.IfDelayed, Sound: c.Sound})
	}
	r.Found.Guarantee = e.Found.Guarantee
	r.SecuredInTime = !r.Appointment.IsZero() && !r.Appointment.To.After(r.StartBy)
}

func (c *ChangeDeadline) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	var found Found
	assessed := r.AssessedOn
	if assessed.IsZero() {
		assessed = at.On
	}
	guarantee := law.Guarantee65(&r.Facts, assessed, s)
	d := law.SetDeadline{Outcome: law.Granted, On: at.On, Date: c.Deadline, Seniority: r.Seniority, Guarantee: guarantee.Value, LatestSound: r.LatestSound, NeededBy: r.NeededBy,
		Severity: c.Severity, Benefit: c.BenefitGrade, Resources: c.ResourceGrade}
	out := law.RoleMayDecide(at.Role)
	if c.Deadline.IsZero() {
		return found, append(out, law.Impossible("no-date"))
	}
	out = append(out, law.Basis(c.Basis, law.DecidingDeadline, law.Granted)...)
	out = append(out, law.ChangeObjections(&r.Facts, d, s)...)
	f := law.Deadline(d, s)
	found.StartBy = &f
	return found, out
}

func (c *ChangeDeadline) fold(r *Referral, e *Event) {
	r.StartBy, r.Found.StartBy = c.Deadline, e.Found.StartBy
	r.Deadlines = append(r.Deadlines[:len(r.Deadlines):len(r.Deadlines)], Deadline{Date: c.Deadline, SetOn: e.On, Seq: r.Seq + 1, Reason: c.Reason})
	// One who has not been told of a deadline yet is told of this one in the answer; the others are told of the change.
	r.Changed = law.Owed{Patient: !r.Answer.Patient, Referrer: !r.Answer.Referrer}
	r.Upheld = false
	if !r.Appointment.IsZero() {
		r.SecuredInTime = !r.Appointment.To.After(r.StartBy) || r.SecuredInTime && offeredBy(r.Offers, r.StartBy)
	}
}

// offeredBy tells whether an offer that was not taken back starts by a day.
func offeredBy(offers []law.Offer, by day.Day) bool {
	for _, o := range offers {
		if o.Answer != law.Yes && !o.Start.After(by) {
			return true
		}
	}
	return false
}

func (c *Worsen) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	if c.NeededBy.IsZero() {
		return Found{}, law.Objections{law.Impossible("no-date")}
	}
	return Found{}, law.WorsenObjections(&r.Facts, c.NeededBy, at.On)
}

func (c *Worsen) fold(r *Referral, e *Event) {
	r.done(law.AskWorse)
	if r.Status == law.Started {
		r.NextBy = c.NeededBy
		return
	}
	r.NeededBy = c.NeededBy
}

// letter finds the kind of an answer that was not named: the outcome's, or the change's.
func (c *Inform) letter(r *Referral) law.Letter {
	switch {
	case c.Letter != "":
		return c.Letter
	case r.Right == law.Granted && !r.Answer.Patient && !r.Answer.Referrer && (r.Changed.Patient || r.Changed.Referrer):
		return law.LetterChanged
	case r.Right == law.Granted:
		return law.LetterGranted
	case r.Right == law.NotGranted:
		return law.LetterNotGranted
	case r.Right == law.NotAssessed:
		return law.LetterNotAssessed
	}
	return law.LetterInformation
}

func (c *Inform) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	kind := c.letter(r)
	var parts []law.Part
next:
	for _, p := range law.LetterParts(kind, &r.Facts) {
		for _, w := range c.Without {
			if p == w {
				continue next
			}
		}
		parts = append(parts, p)
	}
	if c.feedbackAlone(r) {
		parts = nil
	}
	known := false
	for _, l := range law.Letters {
		known = known || l == kind
	}
	if !known {
		return Found{}, law.Objections{law.Impossible("unknown-letter", law.T(string(kind)))}
	}
	toReferrer := c.Referrer || !c.Feedback.IsZero()
	return Found{Parts: parts}, law.InformObjections(&r.Facts, kind, c.Patient, toReferrer, r.Answer.Patient && !r.SecondOpinion, at.On)
}

// feedbackAlone tells whether the referrer is given professional feedback and nothing else: that is no letter of an outcome.
func (c *Inform) feedbackAlone(r *Referral) bool {
	return c.Letter == "" && !c.Feedback.IsZero() && !c.Patient && !r.Answer.Referrer && !r.Changed.Referrer
}

func (c *Inform) fold(r *Referral, e *Event) {
	if !c.Feedback.IsZero() {
		r.GuideReferrer = false
	}
	if c.feedbackAlone(r) {
		return
	}
	kind := c.letter(r)
	r.Letters = append(r.Letters[:len(r.Letters):len(r.Letters)], Sent{Seq: r.Seq + 1, Kind: kind, On: e.On, Patient: c.Patient, Referrer: c.Referrer, Parts: e.Found.Parts})
	waits := c.send(r, kind, e.On)
	switch kind {
	case law.LetterGranted, law.LetterNotGranted, law.LetterSecondOpinion:
		if c.Patient {
			r.Answer.Patient = false
			r.AnswerSent.Patient = true
			if !waits {
				r.AnsweredOn = e.On
			}
		}
		if c.Referrer {
			r.Answer.Referrer = false
			r.AnswerSent.Referrer = true
		}
	case law.LetterChanged:
		if c.Patient {
			r.Changed.Patient = false
		}
		if c.Referrer {
			r.Changed.Referrer = false
		}
	}
	has := 0
	for _, p := range e.Found.Parts {
		if p == law.PartComplaintRight || p == law.PartComplaintLimit || p == law.PartComplaintProcedure {
			has++
		}
	}
	switch {
	case c.Patient && has == 3:
		r.ComplaintInfo = false
	case c.Patient && (kind == law.LetterGranted || kind == law.LetterNotGranted || kind == law.LetterSecondOpinion):
		r.ComplaintInfo = true
	}
}

func (c *Complain) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	return Found{}, law.ComplaintObjections(&r.Facts, c.About, at.On, s)
}

func (c *Complain) fold(r *Referral, e *Event) {
	r.Complaints++
	r.ComplainedOf = append(r.ComplainedOf[:len(r.ComplainedOf):len(r.ComplainedOf)], c.About)
	late := slices.ContainsFunc(e.Warned, func(o law.Objection) bool { return o.Names("R-5.15") })
	r.Grievances = append(r.Grievances[:len(r.Grievances):len(r.Grievances)], Grievance{On: e.On, About: c.About, By: c.By, Late: late, Text: c.Text})
}

func (c *DecideComplaint) decide(r *Referral, at At, g Given, s *law.Settings) (Found, law.Objections) {
	return Found{}, law.DecideComplaintObjections(&r.Facts, c.Outcome, c.County)
}

// first takes the oldest of the complaints that wait.
func first(about []string) (string, []string) {
	if len(about) == 0 {
		return "", nil
	}
	return about[0], append([]string(nil), about[1:]...)
}

func (c *DecideComplaint) fold(r *Referral, e *Event) {
	about := ""
	waits := func(g Grievance) bool { return g.DecidedOn.IsZero() }
	if c.County || r.Complaints == 0 {
		waits = func(g Grievance) bool { return g.Outcome == "sent_on" && g.AnsweredOn.IsZero() }
	}
	if i := slices.IndexFunc(r.Grievances, waits); i >= 0 {
		r.Grievances = slices.Clone(r.Grievances)
		if g := &r.Grievances[i]; g.DecidedOn.IsZero() {
			g.DecidedOn, g.Outcome, g.Review, g.Papers = e.On, c.Outcome, c.Reason, c.Papers
		} else {
			g.AnsweredOn, g.Answer, g.Said = e.On, c.Outcome, c.Reason
		}
	}
	switch {
	case r.Complaints > 0 && !c.County:
		r.Complaints--
		about, r.ComplainedOf = first(r.ComplainedOf)
		if c.Outcome == "sent_on" {
			r.SentOn++
			r.SentOnOf = append(r.SentOnOf[:len(r.SentOnOf):len(r.SentOnOf)], about)
		}
	case r.SentOn > 0:
		r.SentOn-- // the County Governor's answer
		about, r.SentOnOf = first(r.SentOnOf)
	}
	if c.Outcome != "upheld" {
		return
	}
	r.Upheld = true
	if r.Right == law.NotGranted && about == "right" {
		// The hospital gave the patient right: the referral is assessed anew.
		if r.FirstAssessed.IsZero() {
			r.FirstAssessed = r.AssessedOn
		}
		r.Right, r.Status, r.ClosedOn, r.ClosedFor, r.AssessedOn = law.Pending, law.Received, day.Day{}, "", day.Day{}
		r.Answer = law.Owed{}
	}
}
