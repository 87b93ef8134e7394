package web

import (
	"strings"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
	"rettid/say"
)

// «Hvorfor denne datoen?»: the steps of a finding, numbered, with the date they lead to and where the law says so. Drawn from the finding, never typed.

type proof struct {
	Ask    string
	Open   bool
	Steps  []proofStep
	Result string
	Date   day.Day
	Cite   string
	Notes  []string
}

type proofStep struct{ Text, Cite string }

// asides are reasons that follow as a note: days passed over in the count.
var asides = map[string]bool{"holiday": true, "weekend": true, "day-zero": true, "eve-counted": true}

// proof writes an explanation; ok is false when there is nothing to explain.
func (v *view) proof(x *referral.Referral, key, ask, result string, date day.Day) (proof, bool) {
	e, ok := x.Explain(key, v.Today, v.s.desk.Settings)
	if !ok {
		return proof{}, false
	}
	p := proof{Ask: v.T(ask), Date: date, Cite: say.Source(v.Lang, e.Cite, e.Norms)}
	if date.IsZero() {
		p.Result = v.T(result)
	} else {
		p.Result = v.T(result)
		p.Ask = v.T(ask, date)
	}
	seen := make(map[string]bool)
	for _, r := range e.Because {
		text := say.Reason(v.Lang, r)
		if seen[text] {
			continue
		}
		seen[text] = true
		if asides[r.Code] {
			p.Notes = append(p.Notes, text)
			continue
		}
		p.Steps = append(p.Steps, proofStep{Text: text})
	}
	return p, true
}

// cite writes where a finding stands in the reader's words: the guide is «veilederen».
func (v *view) cite(cite string) string {
	return say.Source(v.Lang, cite, nil)
}

// ruleOf tells where the rules of a figure stand; one that stands nowhere is of the house's own making, and says so.
func (v *view) ruleOf(rules string) string {
	if cite := say.Source(v.Lang, "", strings.Split(rules, ", ")); cite != "" {
		return cite
	}
	return v.T("web.own_rule")
}

// proofs are the explanation of the date that rules now, and those of the other dates and decisions.
func (v *view) proofs(x *referral.Referral) (proof, []proof) {
	f := &x.Facts
	var all []proof
	add := func(key, ask, result string, date day.Day) {
		if p, ok := v.proof(x, key, ask, result, date); ok {
			all = append(all, p)
		}
	}
	if !f.StartBy.IsZero() {
		add("deadline", "web.why.deadline", "field.deadline", f.StartBy)
	}
	if f.Right == law.Pending && !f.AssessBy.IsZero() {
		add("assessment_due", "web.why.assessment", "field.assessment_due", f.AssessBy)
	}
	if f.Right == law.Granted && !f.StartBy.IsZero() {
		switch law.Breach(f, v.Today, v.s.desk.Settings).Value {
		case law.Occurred:
			add("breach", "web.why.breach", "breach.occurred", f.StartBy.Add(1))
		case law.Expected:
			add("breach", "web.why.breach_expected", "breach.expected", day.Day{})
		default:
			add("breach", "web.why.no_breach", "breach.none", day.Day{})
		}
	}
	add("right", "web.why.right", "right."+string(f.Right), f.AssessedOn)
	if f.Right != law.Pending && !f.AssessBy.IsZero() {
		add("assessment_due", "web.why.assessment", "field.assessment_due", f.AssessBy)
	}
	if !f.Seniority.IsZero() {
		add("seniority_date", "web.why.seniority", "field.seniority_date", f.Seniority)
	} else {
		add("seniority_date", "web.why.no_seniority", "web.why.no_seniority_yet", day.Day{})
	}
	if f.Right == law.Granted {
		add("waiting", "web.why.waiting", "list.waiting", day.Day{})
		if w := law.WaitingFrom(f).Value; !w.IsZero() {
			add("waiting_from", "web.why.waiting_from", "field.waiting_from", w)
		}
	}
	if g := x.Found.Guarantee; g != nil {
		add("guarantee", "web.why.guarantee", "flag.guarantee_65", g.Value)
	}
	if len(all) == 0 {
		return proof{}, nil
	}
	return all[0], all[1:]
}
