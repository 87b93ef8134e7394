package letter

import (
	"rettid/law"
	"rettid/referral"
)

// complaint fills what the log says of the latest complaint.
func (g *gathering) complaint() {
	r, s := g.in.Case, g.in.Settings
	var sentOn, governor bool
	received := g.in.Given.Days["complaint_received_date"]
	about := g.in.Given.Words["complaint_about"]
	var before referral.Referral
	known := false
	speaks := referral.Speaking(g.in.Log)
	for i, e := range speaks {
		if e == nil {
			continue
		}
		switch c := e.Ask.(type) {
		case *referral.Complain:
			received, about, sentOn, governor = e.On, c.About, false, false
			before, known = referral.Fold(g.in.Log[:i]), true
		case *referral.DecideComplaint:
			switch c.Outcome {
			case "sent_on":
				sentOn = true
				g.day("sent_on_date", e.On)
			case "upheld":
				if governor = sentOn; governor {
					g.day("governor_decision_date", e.On)
				}
			}
		}
	}
	if _, said := g.in.Given.Days["governor_decision_date"]; said {
		governor = true
	}
	g.holds("decided_by_hospital", !governor)
	g.day("complaint_received_date", received)
	g.set("complaint_about_text", phrase(g.lang, "about."+about))
	if !received.IsZero() {
		g.day("complaint_reply_by", received.Add(g.in.Contacts.ComplaintDays))
		f := r.Facts
		if known {
			f = before.Facts
		}
		g.holds("complaint_late", about != "" && len(law.ComplaintObjections(&f, about, received, s).Warned()) > 0)
	}
	g.holds("right_granted", r.Right == law.Granted && (!known || before.Right != law.Granted))
	if known && before.Right == law.Granted && before.StartBy != r.StartBy {
		g.holds("deadline_changed", true)
		g.day("old_deadline_date", before.StartBy)
	}
}
