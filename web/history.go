package web

import (
	"strconv"
	"strings"

	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/referral"
	"rettid/say"
	"rettid/words"
)

// What has happened, the latest first. Nothing is removed: a correction stands beside what it corrects, with links both ways.

type happening struct {
	ID        string
	On        day.Day
	OnText    string
	What      string
	Detail    string
	Note      string
	By        string
	Warnings  []warning
	Fix       *fix
	Struck    string // what no longer holds, struck through
	FixedLink link   // to the correction
}

type warning struct{ Text, Cite string }

// A fix is a correction: Sto, Gjelder, Grunn, and which dates became others.
type fix struct {
	Of      string
	OfLink  string
	Was     string
	Is      string
	Struck  bool
	Why     string
	Changed []change
}

type change struct{ Label, From, To string }

func (v *view) history(c desk.Case, asOf day.Day, notes map[string]string) []happening {
	fixed := make(map[int]referral.Entry) // by the entry corrected: its last correction
	was := make(map[int]*referral.Event)  // by entry: the event that spoke there so far
	var out []happening
	for i, e := range c.Log {
		was[e.Seq] = e.Event
		if !asOf.IsZero() && e.Event.On.After(asOf) {
			continue
		}
		h := happening{ID: "r" + strconv.Itoa(e.Seq), On: e.Event.On, OnText: v.long(e.Event.On), What: v.T("history." + e.Event.Kind())}
		var who []string
		if name := v.actorFor(e.Event.Actor, nil).Name; name != "" && e.Event.Actor != string(e.Event.Role) {
			who = append(who, name)
		}
		if e.Event.Role != "" {
			role := v.T("role." + string(e.Event.Role))
			if len(who) > 0 {
				role = lowerFirst(role)
			}
			who = append(who, role)
		}
		if e.Event.Place != "" {
			who = append(who, v.referrer(e.Event.Place))
		}
		h.By = strings.Join(who, ", ")
		if e.Known != e.Event.On {
			h.By = strings.TrimPrefix(h.By+" · "+v.T("web.recorded_on", v.long(e.Known)), " · ")
		}
		for _, o := range e.Event.Warned {
			text, cite := say.Objection(v.Lang, o)
			h.Warnings = append(h.Warnings, warning{text, cite})
		}
		if k, ok := e.Event.Ask.(*referral.Correct); ok {
			h.What = ""
			x := fix{OfLink: "#r" + strconv.Itoa(k.Seq), Struck: k.Strike, Why: notes[k.Reason.Note]}
			if old := was[k.Seq]; old != nil {
				x.Of = v.T("web.correction_of", lowerFirst(v.T("history."+old.Kind())), v.long(old.On))
				x.Was = v.summary(old)
				if e.Event.With != nil {
					x.Is = v.summary(e.Event.With)
					x.Changed = v.whoChanged(old.Ask, e.Event.With.Ask)
				}
			}
			was[k.Seq] = e.Event.With
			for _, d := range v.changes(c.Log[:i], c.Log[:i+1]) {
				if !strings.Contains(x.Was, d.From) || !strings.Contains(x.Is, d.To) { // said already
					x.Changed = append(x.Changed, d)
				}
			}
			fixed[k.Seq] = e
			h.Fix = &x
		} else {
			h.Detail, h.Note = v.detail(e.Event), v.noteOf(e.Event.Ask, notes)
		}
		out = append(out, h)
	}
	for i := range out {
		seq, _ := strconv.Atoi(out[i].ID[1:])
		by, ok := fixed[seq]
		if !ok {
			continue
		}
		for _, e := range c.Log {
			if e.Seq == seq {
				out[i].Struck, out[i].Detail = v.summary(e.Event), ""
			}
		}
		out[i].FixedLink = link{"#r" + strconv.Itoa(by.Seq), v.T("web.corrected_on", v.long(by.Event.On))}
	}
	for a, b := 0, len(out)-1; a < b; a, b = a+1, b-1 {
		out[a], out[b] = out[b], out[a]
	}
	return out
}

// whoChanged tells that a reception was corrected to be about somebody else, or somebody born on another day: by the day alone, for a log has no names.
func (v *view) whoChanged(was, is referral.Command) []change {
	a, ok := was.(*referral.Receive)
	b, also := is.(*referral.Receive)
	if !ok || !also || a.Patient == b.Patient && a.Born == b.Born {
		return nil
	}
	said := func(d day.Day) string {
		if d.IsZero() {
			return v.T("unnumbered.born_unknown")
		}
		return lowerFirst(v.T("web.field.born")) + " " + words.Date(v.Lang, d)
	}
	out := change{v.T("web.column.patient"), said(a.Born), said(b.Born)}
	if a.Born == b.Born {
		out.To = v.T("unnumbered.same_birth")
	}
	return []change{out}
}

// changes are the legal dates that became others by the last entry of a log.
func (v *view) changes(before, after []referral.Entry) []change {
	a, b := referral.Fold(before), referral.Fold(after)
	var out []change
	for _, d := range []struct {
		key      string
		from, to day.Day
	}{{"field.seniority_date", a.Seniority, b.Seniority}, {"field.assessment_due", a.AssessBy, b.AssessBy}, {"field.deadline", a.StartBy, b.StartBy}} {
		if d.from != d.to {
			out = append(out, change{v.T(d.key), v.dateOrNone(d.from), v.dateOrNone(d.to)})
		}
	}
	return out
}

func (v *view) dateOrNone(d day.Day) string {
	if d.IsZero() {
		return v.T("web.none")
	}
	return words.Date(v.Lang, d)
}

// summary is an event in a line: what, when, and its detail.
func (v *view) summary(e *referral.Event) string {
	d := v.detail(e)
	if d == "" {
		return v.T("history."+e.Kind()) + " " + words.Date(v.Lang, e.On)
	}
	return d
}

// noteOf is the free text of an entry: its reason, or what was written.
func (v *view) noteOf(c referral.Command, notes map[string]string) string {
	if _, ok := c.(*referral.Receive); ok {
		return "" // the referral's own text has a place of its own
	}
	for _, t := range referral.Texts(c) {
		if n := notes[t.Note]; n != "" {
			return n
		}
	}
	return ""
}

// detail writes what an entry says.
func (v *view) detail(e *referral.Event) string {
	switch c := e.Ask.(type) {
	case *referral.Receive:
		var parts []string
		if c.From.Role != "" && words.Has(words.NB, "role."+c.From.Role) {
			from := lowerFirst(v.T("role." + c.From.Role))
			if name := v.referrer(c.From.Provider); name != "" {
				from += ", " + name
			}
			parts = append(parts, v.T("history.from", from))
		}
		if f := e.Found.AssessBy; f != nil && !f.Value.IsZero() {
			parts = append(parts, v.T("history.assess_by", f.Value))
		}
		return strings.Join(parts, " ")
	case *referral.Forward:
		return v.T("history.to", v.place(c.To, c.Site))
	case *referral.Assess:
		out := v.T("right." + string(c.Outcome))
		if f := e.Found.StartBy; f != nil {
			out += ". " + v.T("history.deadline", f.Value)
		}
		return strings.TrimSuffix(out, ".") + "."
	case *referral.Classify:
		if e.Found.Assessable != nil && e.Found.Assessable.Value == law.NotAssessable {
			return v.T("right.not_assessed") + "."
		}
		return ""
	case *referral.Book:
		return v.T("history.booked", v.whenLong(bookedTime(c))) + v.atPlace(c.At, c.Site)
	case *referral.Inform:
		to := "web.to_patient"
		switch {
		case c.Patient && c.Referrer:
			to = "web.to_both"
		case c.Referrer || !c.Patient:
			to = "web.to_referrer"
		}
		return v.T("history.sent_to", lowerFirst(v.T(to)))
	case *referral.LetterDelivered:
		return v.T("history.letter_way", lowerFirst(v.receiver(c.To)), lowerFirst(v.T("channel."+string(c.Channel))))
	case *referral.LetterNotDelivered:
		return v.T("history.letter_failed", lowerFirst(v.receiver(c.To)), lowerFirst(v.T("channel."+string(c.Channel))), lowerFirst(v.T("undelivered."+string(c.Code))))
	case *referral.ChangeDeadline:
		return v.T("history.new_deadline", c.Deadline)
	case *referral.Worsen:
		return v.T("history.needed_by", c.NeededBy)
	case *referral.WishEarlier:
		if c.No {
			return v.T("history.wish_withdrawn")
		}
		return v.T("history.wish_notice", c.Notice)
	case *referral.Postpone:
		if c.To.IsZero() {
			text := v.T("postponed_by."+string(c.By)) + "."
			if !c.NotBefore.IsZero() {
				text += " " + v.T("history.not_before", c.NotBefore)
			}
			return text
		}
		return v.T("history.postponed", c.To, lowerFirst(v.T("postponed_by."+string(c.By))))
	case *referral.MakeOffer:
		return v.T("history.offer_to", v.provider(c.At), c.Start)
	case *referral.Accept:
		return v.T("history.offer_of", v.provider(c.At))
	case *referral.Decline:
		if c.WaitFor != "" {
			return v.T("history.declined_waits", v.provider(c.At), v.provider(c.WaitFor))
		}
		return v.T("history.offer_of", v.provider(c.At))
	case *referral.Start:
		return v.T("start."+string(c.What)) + "."
	case *referral.NotifyHelfo:
		switch {
		case c.AgreedNot:
			return v.T("history.agreed_not")
		case !c.ExpectedStart.IsZero():
			return v.T("history.expected_start", c.ExpectedStart)
		}
	case *referral.HelfoReturned:
		return v.T("helfo_back."+string(c.Why)) + "."
	case *referral.TellHelfo:
		return v.T("history.told_of", c.Start)
	case *referral.HelfoPlaced:
		return v.T("history.to", v.provider(c.At))
	case *referral.Ask:
		if c.Where != "" {
			return v.T("ask."+c.About) + ": " + v.provider(c.Where) + "."
		}
		return v.T("ask."+c.About) + "."
	case *referral.Complain:
		return v.T("complaint.about."+c.About) + "."
	case *referral.DecideComplaint:
		if c.County {
			return v.T("web.complaint.county") + ": " + lowerFirst(v.T("complaint.outcome."+c.Outcome)) + "."
		}
		return v.T("complaint.outcome."+c.Outcome) + "."
	case *referral.ConsiderKin:
		var roles []string
		for _, r := range c.Roles {
			roles = append(roles, lowerFirst(v.T("kin_role."+string(r))))
		}
		return strings.Join(roles, ", ")
	case *referral.CheckContent:
		var missing []string
		for _, m := range c.Marks {
			if m.Held == law.Lacking {
				missing = append(missing, lowerFirst(v.T("content."+string(m.Point))))
			}
		}
		if len(missing) > 0 {
			return v.T("web.content.lacks", strings.Join(missing, ", "))
		}
		return v.T("web.content.marked", len(c.Marks))
	case *referral.CheckPlace:
		if c.Right == law.Yes {
			return v.T("web.place.is")
		}
		return v.T("web.place.is_not")
	case *referral.AskOpinion:
		return v.T("history.asked_of", v.s.actor(c.Of))
	case *referral.GiveOpinion:
		return v.T("opinion."+c.View) + "."
	case *referral.PathwayEvent:
		return c.Pathway + ": " + lowerFirst(v.T("web.pathway."+c.Event)) + "."
	case *referral.Close:
		return v.sentence("close." + c.Reason)
	}
	return ""
}

// atPlace names the place of a booking when it is said: another provider, or one of the holder's own sites.
func (v *view) atPlace(provider, site string) string {
	if provider == "" {
		for _, p := range v.s.desk.Org.Providers() {
			if s, ok := p.Site(site); ok && s.ID == site {
				return " " + v.T("history.at", s.Name)
			}
		}
		return ""
	}
	return " " + v.T("history.at", v.place(provider, site))
}

// bookedTime is the time or interval of a booking, for showing it.
func bookedTime(c *referral.Book) law.Appointment {
	a := law.Appointment{From: c.From, To: c.To, Provisional: c.Provisional}
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
