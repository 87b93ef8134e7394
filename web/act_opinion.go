package web

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"rettid/access"
	"rettid/day"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
	"rettid/words"
)

// The checklist of a referral's content, the opinion asked of a colleague, and what comes after an answer: the County Governor's word on a complaint, and a
// second opinion as a matter of its own. The law decides; a form only asks.

func besideActs() []act {
	return []act{
		{verb: "check_content", icon: "check", offered: func(_ *view, x *referral.Referral) bool { return x.Open() && x.Right == law.Pending },
			fields: contentFields,
			make: func(f *form) referral.Command {
				c := &referral.CheckContent{}
				for _, p := range law.Points {
					if held := f.value("punkt-" + string(p)); held != "" {
						c.Marks = append(c.Marks, law.Mark{Point: p, Held: law.Held(held)})
					}
				}
				return c
			},
			values: func(v *view, c referral.Command) url.Values {
				out := make(url.Values)
				for _, m := range c.(*referral.CheckContent).Marks {
					out.Set("punkt-"+string(m.Point), string(m.Held))
				}
				return out
			}},
		{verb: "check_place", icon: "check", offered: func(_ *view, x *referral.Referral) bool {
			return x.Open() && x.Right == law.Pending && x.PlaceOn.IsZero()
		},
			fields: func(f *form) []field {
				return []field{{Name: "riktig", Label: f.v.T("web.place.right"), Kind: "choice", Need: true, Options: f.v.yesNo(), Help: f.v.T("web.place.wrong_help")}}
			},
			make: func(f *form) referral.Command {
				c := based[referral.CheckPlace](f)
				c.Right = answer(f.need("riktig"))
				return c
			},
			values: func(v *view, c referral.Command) url.Values {
				return url.Values{"riktig": {typedAnswer(c.(*referral.CheckPlace).Right)}}
			}},
		{verb: "ask_opinion", icon: "chat", role: law.Specialist, offered: func(_ *view, x *referral.Referral) bool { return x.Open() },
			fields: func(f *form) []field {
				v := f.v
				var fs []field
				whom := v.T("web.opinion.whom")
				if mates := v.colleagues(f); len(mates) > 1 {
					fs = append(fs, field{Name: "kollega", Label: whom, Kind: "select", Options: mates})
					whom = v.T("web.opinion.someone")
				}
				return append(fs, field{Name: "hvem", Label: whom, Kind: "line", Need: len(fs) == 0, Help: v.T("web.opinion.whom_help")},
					field{Name: "begrunnelse", Label: v.T("web.opinion.question"), Kind: "text", Need: true, Help: v.T("web.act.clock_runs")})
			},
			make: func(f *form) referral.Command {
				c := based[referral.AskOpinion](f)
				c.Of, c.Question = f.value("kollega"), f.text("begrunnelse")
				if f.value("hvem") != "" || c.Of == "" {
					c.Of = f.need("hvem")
				}
				f.need("begrunnelse")
				return c
			},
			values: func(v *view, c referral.Command) url.Values {
				of := c.(*referral.AskOpinion).Of
				if _, ok := v.s.people.ByID(of); ok {
					return url.Values{"kollega": {of}}
				}
				return url.Values{"hvem": {of}}
			}},
		{verb: "give_opinion", icon: "chat", role: law.Specialist, offered: func(_ *view, x *referral.Referral) bool { return x.Open() && x.OpinionOpen > 0 },
			fields: func(f *form) []field {
				v := f.v
				help := v.T("web.opinion.not_deciding")
				for _, o := range f.x.Opinions {
					if o.AnsweredOn.IsZero() {
						help = v.T("web.opinion.asked_of", v.s.actor(o.By), v.s.actor(o.Of), words.Date(v.Lang, o.On)) + ". " + help
						break
					}
				}
				return []field{{Name: "syn", Label: v.T("web.opinion.view"), Kind: "choice", Need: true, Help: help, Options: []option{{"granted", v.T("opinion.granted"), false}, {"not_granted", v.T("opinion.not_granted"), false}, {"unsure", v.T("opinion.unsure"), false}}},
					{Name: "begrunnelse", Label: v.T("web.opinion.why"), Kind: "text", Need: true}}
			},
			make: func(f *form) referral.Command {
				c := based[referral.GiveOpinion](f)
				c.View, c.Reason = f.need("syn"), f.text("begrunnelse")
				f.need("begrunnelse")
				return c
			},
			values: func(v *view, c referral.Command) url.Values {
				return url.Values{"syn": {c.(*referral.GiveOpinion).View}}
			}},
		{verb: "county_answer", icon: "chat", confirm: true, offered: func(_ *view, x *referral.Referral) bool { return x.SentOn > 0 },
			fields: func(f *form) []field {
				v := f.v
				return []field{{Name: "utfall", Label: v.T("web.complaint.county"), Kind: "choice", Need: true, Options: []option{{"upheld", v.T("complaint.outcome.upheld"), false}, {"rejected", v.T("complaint.outcome.rejected"), false}}, Help: v.T("web.complaint.county_help")},
					{Name: "begrunnelse", Label: v.T("web.complaint.county_said"), Kind: "text"}}
			},
			make: func(f *form) referral.Command {
				c := based[referral.DecideComplaint](f)
				c.Outcome, c.County, c.Reason = f.need("utfall"), true, f.text("begrunnelse")
				return c
			}},
		{verb: "second_opinion", icon: "plus", offered: func(_ *view, x *referral.Referral) bool { return !x.AssessedOn.IsZero() && x.Right != law.NotAssessed },
			fields: func(f *form) []field {
				v := f.v
				roles := []option{{"gp", v.T("role.gp"), false}, {"doctor", v.T("role.doctor"), false}, {"patient", v.T("role.patient"), false}, {"other", v.T("role.other"), false}}
				return []field{{Name: "sted", Label: v.T("web.act.assessed_at"), Kind: "select", Options: v.places(), Value: f.x.Holder, Need: true},
					{Name: "fag", Label: v.T("web.filter.specialty"), Kind: "select", Options: v.specialties(v.T("web.act.choose")), Value: f.x.Specialty, Need: true},
					{Name: "rolle", Label: v.T("web.about.from"), Kind: "select", Options: roles, Value: "gp", Need: true},
					{Name: "haster", Label: v.T("web.act.marks"), Kind: "ticks", Options: []option{{"haster", v.T("flag.urgent"), false}, {"alvorlig", v.T("flag.serious_suspected"), false}}},
					{Name: "begrunnelse", Label: v.T("web.intake.text"), Kind: "text"}}
			},
			make: func(f *form) referral.Command {
				return &referral.Receive{Place: f.need("sted"), Specialty: f.need("fag"), Kind: law.Elective, SecondOpinion: true, SecondOf: f.c.ID, Patient: f.x.Patient, Born: f.x.Born, Municipality: f.x.Municipality,
					From: referral.From{Role: f.need("rolle")}, Urgent: ticked(f, "haster"), SeriousSuspected: ticked(f, "alvorlig"), Text: f.text("begrunnelse")}
			}},
	}
}

// colleagues are those who may assess the case beside the one who asks, after an empty choice.
func (v *view) colleagues(f *form) []option {
	out := []option{{"", v.T("web.opinion.choose"), false}}
	at := v.s.caseOf(f.c.Tenant, f.x)
	for _, u := range v.s.people.All() {
		if u.ID != v.s.o.User.ID && access.Decide(u, access.GiveOpinion, at, v.Today).Allowed {
			out = append(out, option{u.ID, u.Name, false})
		}
	}
	slices.SortFunc(out[1:], func(a, b option) int { return words.Compare(v.Lang, a.Text, b.Text) })
	return out
}

// opinionsAskedOf are the cases in which the one who looks is asked for an opinion, of those on the lists shown.
func (s *site) opinionsAskedOf(ctx context.Context, v *view, provider string) ([]link, error) {
	if s.o.User.ID == "" {
		return nil, nil
	}
	rows, _, err := s.duties(ctx, ledger.DutyQuery{Place: provider, Today: v.Today, Name: string(law.DutyGiveOpinion), Limit: 200})
	if err != nil {
		return nil, err
	}
	var out []link
	for _, x := range rows {
		if of := x.State.OpinionOf; of == s.o.User.ID || of == s.o.User.Name {
			out = append(out, link{caseURL(x.Row.Tenant, x.Referral) + "/gjor/give_opinion", v.name(x.Person) + ", " + lowerFirst(v.specialty(x.State.Specialty))})
		}
	}
	return out, nil
}

// ticked tells whether a mark of a referral is ticked.
func ticked(f *form, mark string) bool {
	for _, x := range f.typed["haster"] {
		if x == mark {
			return true
		}
	}
	return false
}

// contentFields ask of each point of the national list whether the referral holds it.
func contentFields(f *form) []field {
	v := f.v
	var out []field
	for _, x := range law.Content(&f.x.Facts, f.x.Content) {
		out = append(out, field{Name: "punkt-" + string(x.Point), Label: v.T("content." + string(x.Point)), Kind: "choice", Value: string(x.Held), Help: v.T("content." + string(x.Point) + ".help"),
			Options: []option{{string(law.Present), v.T("content.present"), false}, {string(law.Lacking), v.T("content.missing"), false}, {string(law.NotNeeded), v.T("content.not_needed"), false}}})
	}
	return out
}

// wanting proposes what to ask for: the points that are missing, a line each.
func (f *form) wanting() string {
	missing := law.Missing(law.Content(&f.x.Facts, f.x.Content))
	if len(missing) == 0 {
		return ""
	}
	lines := []string{f.v.T("web.content.ask")}
	for _, p := range missing {
		lines = append(lines, "– "+lowerFirst(f.v.T("content."+string(p))))
	}
	return strings.Join(lines, "\n")
}

// complaintPapers are what goes with a complaint that is sent on.
var complaintPapers = []string{"complaint", "referral", "decision", "letters", "log", "review", "other"}

func complaintFields(f *form) []field {
	v := f.v
	fs := []field{{Name: "gjelder", Label: v.T("web.act.complaint_about"), Kind: "choice", Need: true, Options: []option{{"right", v.T("complaint.about.right"), false}, {"deadline", v.T("complaint.about.deadline"), false}, {"information", v.T("complaint.about.information"), false}}, Help: v.T("web.act.complaint_help")},
		{Name: "av", Label: v.T("web.act.complaint_by"), Kind: "select", Value: string(law.Patient), Options: []option{{string(law.Patient), v.T("role.patient"), false}, {string(law.NextOfKin), v.T("role.next_of_kin"), false}, {string(law.Referrer), v.T("role.referrer"), false}}},
		{Name: "begrunnelse", Label: v.T("web.act.complaint_text"), Kind: "text"}}
	if limit := law.ComplaintLimit(f.x.AnsweredOn, v.s.desk.Settings).Value; !limit.IsZero() {
		fs[0].Help = v.T("web.complaint.limit", limit) + " " + fs[0].Help
	}
	return fs
}

func decideComplaintFields(f *form) []field {
	v := f.v
	var papers []option
	for _, p := range complaintPapers {
		papers = append(papers, option{p, v.T("paper." + p), false})
	}
	return []field{{Name: "utfall", Label: v.T("web.act.outcome"), Kind: "choice", Need: true, Options: []option{{"upheld", v.T("complaint.outcome.upheld"), false}, {"sent_on", v.T("complaint.outcome.sent_on"), false}, {"rejected", v.T("complaint.outcome.rejected"), false}}, Help: v.T("web.act.outcome_help")},
		{Name: "begrunnelse", Label: v.T("web.complaint.review"), Kind: "text", Help: v.T("web.complaint.review_help")},
		{Name: "papirer", Label: v.T("web.complaint.papers"), Kind: "ticks", For: "utfall-sent_on", Options: papers, Value: "complaint referral decision letters review", Help: v.T("web.complaint.papers_help")}}
}

func makeDecideComplaint(f *form) referral.Command {
	c := based[referral.DecideComplaint](f)
	c.Outcome, c.Reason, c.Papers = f.need("utfall"), f.text("begrunnelse"), nil
	if c.Outcome == "sent_on" && !c.County {
		f.need("begrunnelse")
		for _, p := range complaintPapers {
			for _, x := range f.typed["papirer"] {
				if x == p {
					c.Papers = append(c.Papers, p)
				}
			}
		}
		if len(c.Papers) == 0 {
			f.wrong("papirer", "web.complaint.no_papers")
		}
	}
	return c
}

// soundField asks, after the start, for the latest sound day of the next contact.
func (f *form) soundField() []field {
	if f.x.Status != law.Started {
		return nil
	}
	return []field{{Name: "forsvarlig", Label: f.v.T("web.follow.sound_by"), Kind: "day", Value: words.FieldDate(f.x.NextBy), Help: f.v.T("web.follow.sound_by_help")}}
}

// soundBy reads it; no day when the form has no such field.
func (f *form) soundBy() day.Day {
	if f.x.Status != law.Started {
		return day.Day{}
	}
	return f.day("forsvarlig")
}
