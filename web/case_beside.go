package web

import (
	"context"
	"slices"
	"strings"

	"rettid/access"
	"rettid/desk"
	"rettid/law"
	"rettid/referral"
	"rettid/say"
	"rettid/words"
)

// What stands beside the course of a case: what the referral holds of the national list, what colleagues answered, complaints on their way, the referrals it
// belongs with, and the next contact after the start.

// A contentView is the list of what the referral holds.
type contentView struct {
	Sum, Lacks, Open string
	Points           []contentPoint
	Check, Ask       link
	Clock            string // the limit that runs meanwhile
}

type contentPoint struct{ Name, Held, Norm, Icon, State string }

// content shows what the referral holds; nil when nobody has looked and it makes no sense to.
func (v *view) content(c desk.Case) *contentView {
	x := &c.State
	if len(x.Content) == 0 && x.Right != law.Pending {
		return nil
	}
	found := law.Content(&x.Facts, x.Content)
	out := &contentView{}
	there, asked := 0, 0
	var missing, open []string
	for _, p := range found {
		line := contentPoint{Name: v.T("content." + string(p.Point)), Norm: v.cite(p.Norm), Icon: "ring", State: "off", Held: v.T("content.unmarked")}
		switch p.Held {
		case law.Present:
			there++
			asked++
			line.Icon, line.State, line.Held = "check", "done", v.T("content.present")
		case law.Lacking:
			asked++
			missing = append(missing, lowerFirst(line.Name))
			line.Icon, line.State, line.Held = "risk", "soon", v.T("content.missing")
		case law.NotNeeded:
			line.Icon, line.Held = "cross", v.T("content.not_needed")
		default:
			asked++
			open = append(open, lowerFirst(line.Name))
		}
		out.Points = append(out.Points, line)
	}
	out.Sum = v.T("web.content.sum", there, asked)
	if len(x.Content) == 0 {
		out.Sum = v.T("web.content.unseen")
	}
	if len(missing) > 0 {
		out.Lacks = v.T("web.content.lacks", strings.Join(missing, ", "))
	}
	if len(open) > 0 && len(x.Content) > 0 {
		out.Open = v.T("web.content.open", strings.Join(open, ", "))
	}
	if x.Right == law.Pending && x.Open() {
		if v.s.mayDo(acts["check_content"], c) {
			out.Check = v.actLink(c, "check_content")
			if len(x.Content) > 0 && len(missing)+len(open) == 0 {
				out.Check.Text = v.T("web.content.again")
			}
		}
		if (len(missing) > 0 || x.Deficient) && v.s.mayDo(acts["request_information"], c) {
			out.Ask = link{v.actLink(c, "request_information").URL, v.T("web.content.ask_do")}
		}
		if !x.AssessBy.IsZero() {
			out.Clock = v.T("web.content.clock")
		}
	}
	return out
}

// An opinionLine is what a colleague was asked, and answered.
type opinionLine struct {
	Head, Asked, Question, Reason string
	Icon, State                   string
}

func (v *view) opinions(x *referral.Referral, notes map[string]string) []opinionLine {
	var out []opinionLine
	for _, o := range slices.Backward(x.Opinions) {
		l := opinionLine{Asked: v.T("web.opinion.asked_of", v.s.actor(o.By), v.s.actor(o.Of), v.short(o.On)), Question: notes[o.Question.Note], Reason: notes[o.Reason.Note]}
		if o.AnsweredOn.IsZero() {
			l.Head, l.Icon, l.State = v.T("web.opinion.waits", v.s.actor(o.Of)), "clock", "soon"
		} else {
			l.Head, l.Icon, l.State = v.T("web.opinion.answered", v.s.actor(o.AnsweredBy), v.short(o.AnsweredOn), lowerFirst(v.T("opinion."+o.View))), "chat", "off"
		}
		out = append(out, l)
	}
	return out
}

// dutyText is a duty in a sentence, with the name of a colleague who is asked.
func (v *view) dutyText(d law.Duty, f *law.Facts) string {
	if d.Name == law.DutyPlanNext && (!f.Next.IsZero() || !f.NextBy.IsZero()) {
		return strings.Join(say.Reasons(v.Lang, law.FollowUp(f, v.Today, v.s.desk.Settings).Because), " ")
	}
	g := *f
	g.OpinionOf = v.s.actor(f.OpinionOf)
	return say.Duty(v.Lang, d, &g)
}

// A complaintLine is a complaint on its way.
type complaintLine struct {
	Head, Late string
	Icon       string
	State      string
	Steps      []pair
	Text       string
	Papers     string
	Act        link
}

func (v *view) complaints(c desk.Case, notes map[string]string) []complaintLine {
	var out []complaintLine
	act := func(verb string) link {
		if !v.s.mayDo(acts[verb], c) {
			return link{}
		}
		return v.actLink(c, verb)
	}
	for _, g := range slices.Backward(c.State.Grievances) {
		l := complaintLine{Head: v.T("complaint.about." + g.About), Text: notes[g.Text.Note]}
		if g.Late {
			l.Late = v.T("web.complaint.late_mark")
		}
		by := ""
		if g.By != "" {
			by = v.T("role." + string(g.By))
		}
		l.Steps = append(l.Steps, pair{v.T("web.complaint.received", v.short(g.On)), by})
		switch {
		case g.DecidedOn.IsZero():
			l.Icon, l.State, l.Act = "clock", "soon", act("decide_complaint")
			l.Steps = append(l.Steps, pair{v.T("web.complaint.waits_us"), ""})
		default:
			l.Icon, l.State = "check", "done"
			l.Steps = append(l.Steps, pair{v.T("web.complaint.decided", v.T("complaint.outcome."+g.Outcome), v.short(g.DecidedOn)), notes[g.Review.Note]})
		}
		if g.Outcome == "sent_on" {
			var papers []string
			for _, p := range g.Papers {
				papers = append(papers, lowerFirst(v.T("paper."+p)))
			}
			if len(papers) > 0 {
				l.Papers = v.T("web.complaint.papers_sent", strings.Join(papers, ", "))
			}
			if g.AnsweredOn.IsZero() {
				l.Icon, l.State, l.Act = "half", "off", act("county_answer")
				l.Steps = append(l.Steps, pair{v.T("web.complaint.waits_county"), ""})
			} else {
				l.Steps = append(l.Steps, pair{v.T("web.complaint.decided", v.T("web.complaint.county")+", "+lowerFirst(v.T("complaint.outcome."+g.Answer)), v.short(g.AnsweredOn)), notes[g.Said.Note]})
			}
		}
		out = append(out, l)
	}
	return out
}

// A relatedLine is a referral of the same patient that this one comes from, or that came of it, with its own deadline.
type relatedLine struct{ How, URL, Number, What, State string }

// A goalView is the goal of a pathway's next step, beside the legal deadline and apart from it.
type goalView struct {
	Text, Beside string
	Legal        string
}

// goal is the goal in force: of the latest event that set one, unless the pathway has ended.
func (v *view) goal(x *referral.Referral) *goalView {
	for _, m := range slices.Backward(x.Milestones) {
		if m.Event == "ended" {
			return nil
		}
		if m.Goal.IsZero() {
			continue
		}
		g := &goalView{Text: v.T("web.pathway.goal_is", m.Goal), Beside: words.Distance(v.Lang, v.Today, m.Goal)}
		if m.Goal.Before(v.Today) {
			g.Beside = v.T("web.pathway.goal_passed")
		}
		if !x.StartBy.IsZero() {
			g.Legal = v.T("web.pathway.legal_is", x.StartBy)
		}
		return g
	}
	return nil
}

// related finds the referrals a case belongs with, both ways: the one a new condition was found in, the first of a second opinion, and what came of this one; and the patient's others, with
// one that may be the same or an earlier one of the same field named as that.
func (s *site) related(ctx context.Context, v *view, c desk.Case) (out, others []relatedLine, err error) {
	if c.State.Patient == "" {
		return nil, nil, nil
	}
	rows, err := s.desk.Ledger.RowsOf(ctx, c.Tenant, c.State.Patient)
	if err != nil {
		return nil, nil, err
	}
	for _, row := range rows {
		if row.Referral == c.ID {
			continue
		}
		other, err := readState(row)
		if err != nil {
			return nil, nil, err
		}
		how, mine := "", true
		switch {
		case row.Referral == c.State.Parent:
			how = "web.related.found_under"
		case row.Referral == c.State.SecondOf:
			how = "web.related.second_of"
		case other.Parent == c.ID:
			how = "web.related.found_here"
		case other.SecondOf == c.ID:
			how = "web.related.second_here"
		case other.Specialty == c.State.Specialty && other.Open():
			how, mine = "web.related.same", false
		case other.Specialty == c.State.Specialty:
			how, mine = "web.related.earlier", false
		default:
			how, mine = "web.related.other", false
		}
		l := relatedLine{How: v.T(how), URL: caseURL(row.Tenant, row.Referral), Number: caseNumber(row.Tenant, row.Referral), What: v.condition(other.Specialty, other.Condition, other.AssessedOn), State: v.T("status." + string(other.Status))}
		if !other.StartBy.IsZero() {
			l.State += ", " + lowerFirst(v.T("field.deadline")) + " " + words.Date(v.Lang, other.StartBy)
		}
		if s.guarded() && !s.can(access.Open, s.caseOf(row.Tenant, &other)).Allowed {
			l.URL = "" // its own page would ask why; the number tells enough
			if !mine {
				continue
			}
		}
		if mine {
			out = append(out, l)
		} else {
			others = append(others, l)
		}
	}
	return out, others, nil
}

// followStanding is how a started case stands when its next contact is not in order; false when it is.
func (v *view) followStanding(f *law.Facts) (standing, bool) {
	found := law.FollowUp(f, v.Today, v.s.desk.Settings)
	text := strings.Join(say.Reasons(v.Lang, found.Because), " ")
	switch found.Value {
	case law.FollowLate:
		return standing{v.T("web.follow.late"), "late", "late", text}, true
	case law.FollowMissed:
		return standing{v.T("web.follow.missed"), "late", "late", text}, true
	case law.FollowAfter:
		return standing{v.T("web.follow.after"), "risk", "late", text}, true
	case law.FollowSoon:
		return standing{v.T("web.follow.soon"), "risk", "soon", text}, true
	}
	return standing{}, false
}

// followDates are the next contact and the latest sound day for it, beside the dates of a case whose care has started.
func (v *view) followDates(f *law.Facts) []fact {
	if f.Status != law.Started {
		return nil
	}
	var out []fact
	next := fact{Label: v.T("web.follow.next"), Value: v.T("web.follow.none"), Icon: "ring", State: "off"}
	if !f.Next.IsZero() {
		next = fact{Label: v.T("web.follow.next"), Date: f.Next.From, Value: v.whenLong(f.Next), Beside: words.Distance(v.Lang, v.Today, f.Next.From)}
		if got := law.FollowUp(f, v.Today, v.s.desk.Settings).Value; got == law.FollowAfter || got == law.FollowMissed || got == law.FollowLate {
			next.Icon, next.State = "late", "late"
		}
	}
	out = append(out, next)
	if !f.NextBy.IsZero() {
		by := fact{Label: v.T("web.follow.by"), Date: f.NextBy, Value: words.Date(v.Lang, f.NextBy), Beside: words.Distance(v.Lang, v.Today, f.NextBy)}
		switch law.FollowUp(f, v.Today, v.s.desk.Settings).Value {
		case law.FollowLate:
			by.Icon, by.State = "late", "late"
		case law.FollowSoon, law.FollowAfter:
			by.Icon, by.State = "risk", "soon"
		}
		out = append(out, by)
	}
	return out
}
