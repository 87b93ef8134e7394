package web

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/day"
	"rettid/desk"
	"rettid/exception"
	"rettid/law"
	"rettid/referral"
	"rettid/say"
	"rettid/words"
)

// The page of one application: where it stands, what is owed and by whom, what was asked and why, what the line and the decision say, and what has happened.

type exceptionPage struct {
	*frame
	Number, Name, Facts, URL string
	Back                     link
	Done                     string
	Stripped                 bool
	State                    standing
	Dates                    []fact
	Main                     proof
	Others                   []proof
	Duties                   []caseDuty
	Next                     string // what comes, on a day ahead
	Acts                     []doLink
	Form                     []formPart
	Lacks                    []string
	Line                     []said
	Decision                 []pair
	Criteria                 []criterionLine
	Conditions, Stop         []string
	Summary, Departs         string
	Like                     []link
	Follow                   []said
	Letters                  []exceptionSent
	Write                    []link
	Complaints               []said
	About                    []aboutLine
	Events                   []eventLine
	Papers                   []link // request for information, reminder, evaluations (X-1002, X-1015)
	Lead                     string // what an application after a no can count on
}

type doLink struct{ URL, Icon, Text string }

type formPart struct {
	Head  string
	Pairs []pair
}

type said struct {
	Head, Text, Fine string
	Icon, State      string
}

type criterionLine struct{ Name, Met, Icon, State, Why string }

type exceptionSent struct {
	Name, To, When   string
	State, Icon, How string // how it goes, when it went a way with receipts
	URL, PDF         string
}

type aboutLine struct {
	Key, Value, URL string
}

type eventLine struct {
	On         day.Day
	When, What string
	Detail, By string
	Warnings   []warning
	Fixed, Fix bool
	Is         string // what speaks in its place
	ID         string
}

func (s *site) exceptionCase(w http.ResponseWriter, r *http.Request, v *view) error {
	c, may, err := s.openMatter(r, "")
	if err != nil {
		return err
	}
	m := &c.State
	read := s.read(r.Context(), c.Tenant)
	names, err := s.methodNames(r.Context())
	if err != nil {
		return err
	}
	v.Here, v.Title = exceptionURL, v.T("exc.case", caseNumber(c.Tenant, c.ID))
	p := exceptionPage{frame: v.frame, Number: caseNumber(c.Tenant, c.ID), URL: matterURL(c.Tenant, c.ID), Back: link{exceptionURL, v.T("exc.menu")}, Stripped: may == stripped, State: v.matterState(m)}
	p.Name, p.Facts = v.matterName(c, may)
	if seq, err := strconv.Atoi(r.URL.Query().Get("gjort")); err == nil {
		for _, e := range c.Log {
			if e.Seq == seq {
				p.Done = v.T("exc.done", lowerFirst(v.T("verb."+e.Event.Ask.Verb())))
			}
		}
	}
	add := func(label, beside string, d day.Day, big bool) {
		if !d.IsZero() {
			p.Dates = append(p.Dates, fact{Label: v.T(label), Value: v.long(d), Date: d, Beside: beside, Big: big})
		}
	}
	add("exc.column.received", "", m.ReceivedOn, false)
	if m.Kind == law.SingleException && m.Status == law.ExceptionReceived {
		due := law.DecideExceptionBy(&m.ExceptionFacts, s.desk.Settings).Value
		add("exc.decide_by", v.left(due), due, true)
	}
	add("exc.forwarded_on", "", m.ForwardedOn, false)
	add("exc.decided_on", "", m.DecidedOn, true)
	add("exc.started_on", "", m.StartedOn, false)
	if m.StoppedOn.IsZero() && m.Outcome.Granted() {
		add("exc.evaluate_on", v.left(m.EvaluateOn), m.EvaluateOn, false)
	}
	add("exc.stopped_on", "", m.StoppedOn, false)
	if m.Kind == law.SingleException && may != stripped {
		p.Papers = v.papersOf(c.Tenant, c.ID, m)
	}
	if m.Kind == law.SingleException {
		if x, ok := v.matterProof(m, "decide_by", v.T("exc.why.decide_by"), v.T("exc.decide_by"), law.DecideExceptionBy(&m.ExceptionFacts, s.desk.Settings).Value); ok {
			p.Main = x
		}
		if m.Found.Route != nil {
			if x, ok := v.matterProof(m, "route", v.T("exc.why.route"), v.T("route."+string(m.Found.Route.Value)), day.Day{}); ok {
				p.Others = append(p.Others, x)
			}
		}
		p.Others = append(p.Others, v.doorProofs(m.Found.Doors)...)
		if m.MethodState == law.NotIntroduced || m.MethodState == law.Reassessing {
			p.Lead = v.T("exception.always_open")
		}
	}
	for _, d := range law.ExceptionDutiesOn(&m.ExceptionFacts, v.Today, s.desk.Settings) {
		x := caseDuty{Name: d.Name, Icon: "clock", Text: say.ExceptionDuty(v.Lang, d), ShortCaption: v.T("duty." + string(d.Name) + ".chip"), Owner: v.T("role." + string(d.Role)), Cite: say.Source(v.Lang, d.Cite, d.Norms), Due: d.Due}
		if !d.Due.IsZero() {
			x.By = v.short(d.Due)
			if d.Due.Before(v.Today) {
				x.State, x.Icon = "late", "late"
			} else if d.Due == v.Today {
				x.State = "today"
			}
		}
		x.Act = s.dutyWay(v, c, d.Name)
		p.Duties = append(p.Duties, x)
	}
	p.Next = v.comingDuty(m, v.long)
	for _, a := range exceptionActs {
		if a.offered(m) && s.can(a.action, matterAt(c.Tenant, m)).Allowed {
			p.Acts = append(p.Acts, doLink{p.URL + "/gjor/" + a.verb, a.icon, v.T("verb." + a.verb)})
		}
	}
	if s.mayDecideMatter(c) == "" {
		p.Acts = append([]doLink{{p.URL + "/avgjor", "check", v.T("verb.decide_exception")}}, p.Acts...)
	}
	if m.Kind == law.PatientRequest {
		p.Form, p.Acts = v.askedOn(m, read, names), append(s.requestLink(v, c), p.Acts...)
	} else {
		p.Form = v.formParts(m, read, names, may)
	}
	if len(s.correctables(c, may)) > 0 {
		p.Acts = append(p.Acts, doLink{p.URL + "/gjor/correct", "edit", v.T("verb.correct")})
	}
	if m.Status == law.ExceptionReceived {
		for _, l := range m.Lacks {
			p.Lacks = append(p.Lacks, lowerFirst(v.T("exc.field."+l)))
		}
	}
	for _, e := range m.Endorsements {
		x := said{Head: v.T("exc.endorsed."+string(e.Endorse), v.T("role."+string(e.Role))), Fine: v.long(e.On), Icon: "check", State: "done"}
		if e.Endorse == law.No {
			x.Icon, x.State = "cross", "soon"
		}
		if may == whole {
			x.Text, x.Fine = read(e.Words), s.actor(e.Actor)+", "+v.long(e.On)
		}
		p.Line = append(p.Line, x)
	}
	if t := read(m.ForwardNote); t != "" {
		p.Line = append(p.Line, said{Head: v.T("exc.forward_note"), Text: t, Fine: v.long(m.ForwardedOn), Icon: "right", State: "off"})
	}
	s.decisionOn(v, &p, c, read)
	if m.Status == law.ExceptionDecided && s.may(access.SeePrecedent) {
		for _, ref := range m.Decision.Unlike {
			p.Like = append(p.Like, link{"/praksis?metode=" + m.Method, strings.ReplaceAll(ref, "/", "-")})
		}
	}
	for _, e := range m.Evaluations {
		x := said{Head: v.T("exc.evaluated." + e.Result), Text: read(e.Words), Fine: v.long(e.On), Icon: "check", State: "off"}
		if !e.Next.IsZero() {
			x.Fine += " · " + v.T("exc.next_evaluation", v.long(e.Next))
		}
		if e.Result == "stop" {
			x.Icon = "cross"
		}
		p.Follow = append(p.Follow, x)
	}
	if may == whole {
		s.lettersOn(v, &p, c)
		for _, x := range m.Complained {
			y := said{Head: v.T("exc.complained_on", v.long(x.On)), Icon: "clock", State: "soon", Text: v.T("exc.complaint.open")}
			if x.Outcome != "" {
				y.Icon, y.State, y.Text, y.Fine = "check", "off", v.T("exc.complaint."+x.Outcome), v.long(x.OutcomeOn)
			}
			if x.Late {
				y.Fine = strings.TrimPrefix(y.Fine+" · "+v.T("exc.complaint.late"), " · ")
			}
			p.Complaints = append(p.Complaints, y)
		}
	}
	s.aboutMatter(v, &p, c, may, names)
	p.Events = s.matterEvents(v, c, may, read)
	return s.render(w, http.StatusOK, "exception", v, p)
}

// left is how far a day is off, or by how much it is passed.
func (v *view) left(d day.Day) string {
	if d.IsZero() {
		return ""
	}
	return words.Distance(v.Lang, v.Today, d)
}

// matterName is who an application is about, for one who may know it.
func (v *view) matterName(c desk.MatterCase, may sight) (name, facts string) {
	m := &c.State
	if may == stripped {
		return v.T("exc.nameless"), v.T("exc.stripped")
	}
	var parts []string
	if !m.Born.IsZero() {
		parts = append(parts, v.T("web.born", m.Born))
	}
	if c.Person.Ident != "" {
		parts = append(parts, c.Person.Ident)
	}
	return v.givenName(c.Person), strings.Join(parts, " · ")
}

// doorProofs are the three doors on the day of receipt, each with why.
func (v *view) doorProofs(doors map[law.Door]law.Finding[law.Opening]) []proof {
	var out []proof
	for _, d := range law.AllDoors {
		f, ok := doors[d]
		if !ok {
			continue
		}
		p := proof{Ask: v.T("exc.door."+string(d)) + ": " + lowerFirst(v.T("opening."+string(f.Value))), Result: v.T("opening." + string(f.Value)), Cite: say.Source(v.Lang, f.Cite, f.Norms)}
		for _, x := range f.Because {
			p.Steps = append(p.Steps, proofStep{Text: say.Reason(v.Lang, x)})
		}
		out = append(out, p)
	}
	return out
}

// decisionOn shows the decision.
func (s *site) decisionOn(v *view, p *exceptionPage, c desk.MatterCase, read func(exception.Text) string) {
	m := &c.State
	if m.Status != law.ExceptionDecided || m.Kind != law.SingleException {
		return
	}
	d := &m.Decision
	p.Decision = []pair{{v.T("exc.column.outcome"), v.T("exception.outcome." + string(m.Outcome))}, {v.T("exc.decided_by"), v.T("role." + orElse(d.Body, string(law.HFDirector)))}}
	if t := read(d.Reason); t != "" {
		p.Decision = append(p.Decision, pair{v.T("exc.reason"), t})
	}
	if d.Redirect != "" {
		p.Decision = append(p.Decision, pair{v.T("exc.redirect"), v.T("route." + string(d.Redirect))})
	}
	if len(d.Basis) > 0 {
		var b []string
		for _, x := range d.Basis {
			b = append(b, v.T("basis."+x))
		}
		p.Decision = append(p.Decision, pair{v.T("exc.basis"), strings.Join(b, " · ")})
	}
	for _, x := range d.Criteria {
		l := criterionLine{Name: v.T("exception.criterion." + string(x.Criterion)), Met: v.T("exc.met." + orElse(string(x.Met), "unknown")), Why: read(x.Why), Icon: "ring", State: "off"}
		switch x.Met {
		case law.Yes:
			l.Icon, l.State = "check", "done"
		case law.No:
			l.Icon = "cross"
		}
		p.Criteria = append(p.Criteria, l)
	}
	for _, x := range d.Conditions {
		p.Conditions = append(p.Conditions, read(x))
	}
	for _, x := range d.Stop {
		p.Stop = append(p.Stop, read(x))
	}
	p.Summary, p.Departs = read(d.Summary), read(d.Departs)
}

// aboutMatter is what stands beside.
func (s *site) aboutMatter(v *view, p *exceptionPage, c desk.MatterCase, may sight, names methodNames) {
	m := &c.State
	if m.Method != "" {
		l := aboutLine{Key: v.T("exc.column.method"), Value: names.of(m.Method)}
		if s.may(access.SeeMethods) && names[m.Method] != "" {
			l.URL = "/metoder/" + m.Method
		}
		p.About = append(p.About, l)
	}
	if m.MethodState != "" {
		p.About = append(p.About, aboutLine{Key: v.T("exc.method_state"), Value: v.T("method_state." + string(m.MethodState))})
	}
	if m.Route != "" {
		p.About = append(p.About, aboutLine{Key: v.T("exc.route"), Value: v.T("route." + string(m.Route))})
	}
	p.About = append(p.About, aboutLine{Key: v.T("exc.trust"), Value: v.provider(m.Holder)})
	if may != whole {
		return
	}
	if u := v.unitName(m.Holder, m.Department); u != "" {
		p.About = append(p.About, aboutLine{Key: v.T("exc.department"), Value: u})
	}
	if m.Doctor != "" {
		p.About = append(p.About, aboutLine{Key: v.T("exc.doctor"), Value: s.actor(m.Doctor)})
	}
	if m.Referral != 0 {
		p.About = append(p.About, aboutLine{Key: v.T("web.referral"), Value: caseNumber(c.Tenant, m.Referral), URL: caseURL(c.Tenant, m.Referral)})
	}
	if !m.ConsentOn.IsZero() {
		p.About = append(p.About, aboutLine{Key: v.T("exc.consent"), Value: v.long(m.ConsentOn)})
	}
	if !m.CopyOn.IsZero() {
		p.About = append(p.About, aboutLine{Key: v.T("exc.copy_sent"), Value: v.long(m.CopyOn)})
	}
}

// matterEvents is the log in words, the latest first. To one who sees no identity it tells the steps and not who took them.
func (s *site) matterEvents(v *view, c desk.MatterCase, may sight, read func(exception.Text) string) []eventLine {
	speaks := exception.Speaking(c.Log)
	var out []eventLine
	for i, e := range c.Log {
		l := eventLine{ID: "h" + strconv.Itoa(e.Seq), On: e.Event.On, When: v.long(e.Event.On), What: v.T("verb." + e.Event.Ask.Verb())}
		ev := e.Event
		if speaks[i] == nil {
			if x, ok := ev.Ask.(*exception.Correct); ok {
				l.Fix, l.Detail = true, v.T("exc.corrects", x.Seq, v.T("verb."+verbAt(c.Log, x.Seq)))
				if t := read(x.Reason); t != "" && may == whole {
					l.Detail += ": " + t
				}
			} else {
				l.Fixed = true
			}
		}
		if d := v.matterDetail(ev); d != "" {
			l.Detail = d
		}
		if fixed := speaks[i]; fixed != nil && fixed != ev { // what speaks there now, beside what was written
			l.Fixed, l.Is = true, v.matterDated(fixed)
		}
		l.By = v.T("role." + string(ev.Role))
		if may == whole && ev.Actor != "" {
			l.By = s.actor(ev.Actor) + ", " + lowerFirst(l.By)
		}
		l.Warnings = v.warnings(ev.Warned)
		out = append(out, l)
	}
	slices.Reverse(out)
	return out
}

func verbAt(log []exception.Entry, seq int) string {
	for _, e := range log {
		if e.Seq == seq {
			return e.Event.Ask.Verb()
		}
	}
	return "correct"
}

// matterVerbs are the steps that do a duty.
var matterVerbs = map[law.DutyName]string{
	law.DutyComplete:         "complete_application",
	law.DutyConsent:          "consent",
	law.DutyEndorse:          "endorse",
	law.DutyGiveReasons:      "give_reasons",
	law.DutyCopy:             "send_copy",
	law.DutyStartExceptional: "start_treatment",
	law.DutyPlanEvaluation:   "plan_evaluation",
	law.DutyEvaluate:         "evaluate",
	law.DutyHandleComplaint:  "decide_complaint",
	law.DutyPostLetter:       "letter_delivered",
	law.DutyReachReceiver:    "letter_delivered",
	law.DutyDeliverLetter:    "letter_not_delivered",
}

// dutyWay is where a duty is done, for one who may.
func (s *site) dutyWay(v *view, c desk.MatterCase, name law.DutyName) link {
	at := matterURL(c.Tenant, c.ID)
	where := matterAt(c.Tenant, &c.State)
	letter := func(kind law.Letter) link {
		if s.can(access.ExceptionLetter, where).Allowed {
			return link{at + "/brev/" + string(kind), v.T("exc.write_letter")}
		}
		return link{}
	}
	switch name {
	case law.DutyAcknowledge:
		return letter(exception.LetterReceived)
	case law.DutyInformPatient, law.DutyInformReferrer:
		if k := answerLetter(&c.State); k != "" {
			return letter(k)
		}
		return link{}
	case law.DutyAssessIndividually:
		if s.mayDecideMatter(c) == "" {
			return link{at + "/avgjor", v.T("verb.decide_exception")}
		}
		return link{}
	}
	verb := matterVerbs[name]
	for _, a := range exceptionActs {
		if verb != "" && a.verb == verb && a.offered(&c.State) && s.can(a.action, where).Allowed {
			return link{at + "/gjor/" + verb, v.T("verb." + verb)}
		}
	}
	return link{}
}

// answerLetter is the letter that tells the answer; "" when there is none to tell.
func answerLetter(m *exception.Matter) law.Letter {
	switch {
	case m.Kind == law.PatientRequest:
		return exception.LetterAsked
	case m.Status != law.ExceptionDecided || m.Kind != law.SingleException:
		return ""
	case m.Outcome.Granted():
		return exception.LetterGranted
	case m.Outcome.Refused():
		return exception.LetterRefused
	}
	return ""
}

// An xact is one thing that can be done to an application.
type xact struct {
	verb, icon string
	action     access.Action
	offered    func(m *exception.Matter) bool
	fields     func(f *form, m *exception.Matter) []field
	make       func(f *form, m *exception.Matter) exception.Command
}

func yesNo(v *view, name, label string, yes, no string) field {
	return field{Name: name, Label: v.T(label), Kind: "choice", Need: true, Options: []option{{"yes", v.T(yes), false}, {"no", v.T(no), false}}}
}

func (f *form) said(name string) exception.Text { return exception.Say(f.value(name)) }

func wordsField(f *form, label string, need bool) []field {
	return []field{{Name: "tekst", Label: f.v.T(label), Kind: "text", Need: need}}
}

func open(m *exception.Matter) bool {
	return m.Kind == law.SingleException && m.Status == law.ExceptionReceived
}

func onCare(m *exception.Matter) bool {
	return m.Outcome.Granted() && m.StoppedOn.IsZero() && m.OrdinaryOn.IsZero() && !m.NotStarted
}

// lines are the lines of a text, each one thing.
func lines(s string) []exception.Text {
	var out []exception.Text
	for _, l := range strings.Split(s, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, exception.Say(l))
		}
	}
	return out
}

// exceptionActs are what can be done to an application, in the order of its life. The decision has a page of its own.
var exceptionActs = []*xact{
	{verb: "complete_application", icon: "edit", action: access.ApplyException, offered: func(m *exception.Matter) bool { return open(m) && len(m.Lacks) > 0 },
		fields: func(f *form, m *exception.Matter) []field { return f.lackingFields(m.Lacks) },
		make: func(f *form, m *exception.Matter) exception.Command {
			if !slices.ContainsFunc(f.lackingFields(m.Lacks), func(x field) bool { return f.value(x.Name) != "" }) {
				f.wrong(f.lackingFields(m.Lacks)[0].Name, "web.act.needed")
			}
			return &exception.Complete{Form: f.applicationForm()}
		}},
	{verb: "consent", icon: "check", action: access.ApplyException, offered: func(m *exception.Matter) bool { return open(m) && m.ConsentOn.IsZero() },
		fields: func(f *form, _ *exception.Matter) []field {
			return []field{{Name: "samtykke", Label: f.v.T("exc.consent_day"), Kind: "day", Need: true, Help: f.v.T("exc.consent_help")}}
		},
		make: func(f *form, _ *exception.Matter) exception.Command {
			return &exception.Consent{On: f.needDay("samtykke")}
		}},
	{verb: "endorse", icon: "chat", action: access.EndorseException, offered: open,
		fields: func(f *form, _ *exception.Matter) []field {
			return append([]field{yesNo(f.v, "tilra", "exc.endorse", "exc.endorse.yes", "exc.endorse.no")}, wordsField(f, "exc.endorse_why", true)...)
		},
		make: func(f *form, _ *exception.Matter) exception.Command {
			f.need("tekst")
			return &exception.Endorse{Endorse: law.Answer(f.need("tilra")), Words: f.said("tekst")}
		}},
	{verb: "ask_information", icon: "paper", action: access.DecideException, offered: func(m *exception.Matter) bool { return open(m) && m.ForwardedOn.IsZero() && !clockStands(m) },
		fields: func(f *form, _ *exception.Matter) []field { return wordsField(f, "exc.ask_what", true) },
		make: func(f *form, _ *exception.Matter) exception.Command {
			f.need("tekst")
			return &exception.Ask{Words: f.said("tekst")}
		}},
	{verb: "get_information", icon: "paper", action: access.ApplyException, offered: func(m *exception.Matter) bool { return open(m) && clockStands(m) },
		fields: func(f *form, _ *exception.Matter) []field { return wordsField(f, "exc.answer_text", true) },
		make: func(f *form, _ *exception.Matter) exception.Command {
			f.need("tekst")
			return &exception.Got{Words: f.said("tekst")}
		}},
	{verb: "forward_exception", icon: "right", action: access.DecideException, offered: func(m *exception.Matter) bool {
		return open(m) && m.ForwardedOn.IsZero() && m.Route == law.RouteAccess
	},
		fields: func(f *form, _ *exception.Matter) []field {
			return []field{{Name: "tekst", Label: f.v.T("exc.forward_note"), Kind: "text", Need: true, Help: f.v.T("exc.forward_help")}}
		},
		make: func(f *form, _ *exception.Matter) exception.Command {
			f.need("tekst")
			return &exception.Forward{Note: f.said("tekst")}
		}},
	{verb: "give_reasons", icon: "edit", action: access.DecideException, offered: func(m *exception.Matter) bool {
		return m.Kind == law.SingleException && m.Status == law.ExceptionDecided && (len(law.MissingReasons(&m.ExceptionFacts)) > 0 || m.Outcome.Refused() && m.Individual != law.Yes)
	},
		fields: func(f *form, m *exception.Matter) []field {
			out := []field{yesNo(f.v, "enkelt", "exc.individual", "exc.individual.yes", "exc.individual.no")}
			for _, c := range law.MissingReasons(&m.ExceptionFacts) {
				out = append(out, field{Name: "hvorfor-" + string(c), Label: f.v.T("exception.criterion." + string(c)), Kind: "text"})
			}
			return out
		},
		make: func(f *form, m *exception.Matter) exception.Command {
			c := &exception.GiveReasons{Individual: law.Answer(f.need("enkelt"))}
			for _, x := range law.MissingReasons(&m.ExceptionFacts) {
				if why := f.value("hvorfor-" + string(x)); why != "" {
					c.Criteria = append(c.Criteria, exception.Answered{Criterion: x, Met: metOf(m, x), Why: exception.Say(why)})
				}
			}
			return c
		}},
	{verb: "send_copy", icon: "mail", action: access.ExceptionLetter, offered: func(m *exception.Matter) bool {
		return m.Kind == law.SingleException && m.Status == law.ExceptionDecided && m.CopyOn.IsZero()
	},
		fields: func(f *form, _ *exception.Matter) []field {
			x := field{Name: "vei", Label: f.v.T("exc.copy_way"), Kind: "select"}
			if slices.Contains(f.v.s.o.Ways, law.ChannelRegion) {
				x.Options = append(x.Options, option{string(law.ChannelRegion), f.v.T("channel.region"), false})
			}
			x.Options = append(x.Options, option{told, f.v.T("exc.copy_by_hand"), false})
			x.Value = x.Options[0].Value
			return []field{x}
		},
		make: func(f *form, _ *exception.Matter) exception.Command {
			c := &exception.SendCopy{To: law.ToRegion}
			if f.value("vei") == string(law.ChannelRegion) && slices.Contains(f.v.s.o.Ways, law.ChannelRegion) {
				c.Channel = law.ChannelRegion
			}
			return c
		}},
	{verb: "letter_delivered", icon: "check", action: access.ExceptionLetter, offered: func(m *exception.Matter) bool {
		return slices.ContainsFunc(m.Deliveries, func(d law.Delivery) bool { return d.Open() })
	},
		fields: func(f *form, _ *exception.Matter) []field { return deliveredFields(f) },
		make: func(f *form, _ *exception.Matter) exception.Command {
			c := makeDelivered(f).(*referral.LetterDelivered)
			return &exception.LetterDelivered{Letter: c.Letter, To: c.To, Channel: c.Channel, Confirmed: c.Confirmed}
		}},
	{verb: "letter_not_delivered", icon: "cross", action: access.ExceptionLetter, offered: func(m *exception.Matter) bool { return len(m.Deliveries) > 0 },
		fields: func(f *form, _ *exception.Matter) []field { return notDeliveredFields(f) },
		make: func(f *form, _ *exception.Matter) exception.Command {
			c := makeNotDelivered(f).(*referral.LetterNotDelivered)
			return &exception.LetterNotDelivered{Letter: c.Letter, To: c.To, Channel: c.Channel, Code: c.Code}
		}},
	{verb: "start_treatment", icon: "cal", action: access.ApplyException, offered: func(m *exception.Matter) bool { return onCare(m) && m.StartedOn.IsZero() },
		fields: func(f *form, _ *exception.Matter) []field {
			return append([]field{yesNo(f.v, "startet", "exc.start", "exc.start.yes", "exc.start.no")}, field{Name: "tekst", Label: f.v.T("exc.start_why"), Kind: "text", For: "startet-no"})
		},
		make: func(f *form, _ *exception.Matter) exception.Command {
			not := f.need("startet") == "no"
			if not {
				f.need("tekst")
			}
			return &exception.Start{Not: not, Why: f.said("tekst")}
		}},
	{verb: "plan_evaluation", icon: "cal", action: access.ApplyException, offered: onCare,
		fields: func(f *form, m *exception.Matter) []field {
			return []field{{Name: "dag", Label: f.v.T("exc.evaluate_on"), Kind: "day", Need: true, Help: f.v.T("exc.evaluate_help")}, {Name: "stopp", Label: f.v.T("exc.field.stop_criteria"), Kind: "text", Help: f.v.T("web.letter.list_help"), Need: m.StopCount == 0}}
		},
		make: func(f *form, m *exception.Matter) exception.Command {
			if m.StopCount == 0 {
				f.need("stopp")
			}
			return &exception.PlanEvaluation{On: f.needDay("dag"), Stop: lines(f.value("stopp"))}
		}},
	{verb: "evaluate", icon: "check", action: access.ApplyException, offered: func(m *exception.Matter) bool { return onCare(m) && !m.StartedOn.IsZero() },
		fields: func(f *form, _ *exception.Matter) []field {
			return []field{{Name: "resultat", Label: f.v.T("exc.evaluation"), Kind: "choice", Need: true, Options: []option{{"continue", f.v.T("exc.evaluated.continue"), false}, {"extend", f.v.T("exc.evaluated.extend"), false}, {"stop", f.v.T("exc.evaluated.stop"), false}}},
				{Name: "neste", Label: f.v.T("exc.next_on"), Kind: "day"}, {Name: "tekst", Label: f.v.T("exc.evaluate_why"), Kind: "text", Need: true}}
		},
		make: func(f *form, _ *exception.Matter) exception.Command {
			c := &exception.Evaluate{Result: f.need("resultat"), Next: f.day("neste"), Words: f.said("tekst")}
			f.need("tekst")
			if c.Result != "stop" && c.Next.IsZero() && len(f.bad["neste"]) == 0 {
				f.wrong("neste", "web.act.needed")
			}
			if c.Result == "stop" {
				c.Next = day.Day{}
			}
			return c
		}},
	{verb: "note_national", icon: "info", action: access.DecideException, offered: func(m *exception.Matter) bool {
		return m.Kind == law.SingleException && m.National.IsZero() && (open(m) || onCare(m))
	},
		fields: func(f *form, _ *exception.Matter) []field {
			x := field{Name: "tilstand", Label: f.v.T("exc.method_state"), Kind: "select", Need: true}
			for _, st := range []law.MethodState{law.Introduced, law.IntroducedCond, law.Temporary, law.NotIntroduced} {
				x.Options = append(x.Options, option{string(st), f.v.T("method_state." + string(st)), false})
			}
			return []field{x}
		},
		make: func(f *form, _ *exception.Matter) exception.Command {
			return &exception.NoteNational{State: law.MethodState(f.need("tilstand"))}
		}},
	{verb: "complain", icon: "chat", action: access.ExceptionLetter, offered: func(m *exception.Matter) bool { return m.Status == law.ExceptionDecided },
		fields: func(f *form, _ *exception.Matter) []field {
			return []field{{Name: "tekst", Label: f.v.T("exc.complaint_text"), Kind: "text", Need: true, Help: f.v.T("exc.complaint_help")}}
		},
		make: func(f *form, _ *exception.Matter) exception.Command {
			f.need("tekst")
			return &exception.Complain{Words: f.said("tekst")}
		}},
	{verb: "decide_complaint", icon: "check", action: access.DecideException, offered: func(m *exception.Matter) bool { return m.Complaints > 0 || m.SentOn > 0 },
		fields: func(f *form, m *exception.Matter) []field {
			x := field{Name: "utfall", Label: f.v.T("exc.complaint_outcome"), Kind: "choice", Need: true, Options: []option{{"upheld", f.v.T("exc.complaint.upheld"), false}}}
			if m.Complaints > 0 {
				x.Options = append(x.Options, option{"sent_on", f.v.T("exc.complaint.sent_on"), false})
			}
			if m.SentOn > 0 {
				x.Options = append(x.Options, option{"rejected", f.v.T("exc.complaint.rejected"), false})
			}
			return append([]field{x}, wordsField(f, "exc.reason", true)...)
		},
		make: func(f *form, m *exception.Matter) exception.Command {
			f.need("tekst")
			return &exception.DecideComplaint{Outcome: f.need("utfall"), County: m.Complaints == 0 && m.SentOn > 0, Words: f.said("tekst")}
		}},
	{verb: "link_referral", icon: "swap", action: access.ApplyException, offered: func(m *exception.Matter) bool { return m.Kind == law.SingleException && m.Referral == 0 },
		fields: func(f *form, _ *exception.Matter) []field {
			return []field{{Name: "henvisning", Label: f.v.T("exc.referral_number"), Kind: "line", Need: true}}
		},
		make: func(f *form, _ *exception.Matter) exception.Command {
			s := f.need("henvisning")
			if i := strings.LastIndex(s, "-"); i >= 0 {
				s = s[i+1:]
			}
			n, err := strconv.ParseInt(s, 10, 64)
			if err != nil || n < 1 {
				f.wrong("henvisning", "exc.no_such_referral")
			}
			return &exception.LinkReferral{Referral: n}
		}},
}

func clockStands(m *exception.Matter) bool {
	n := len(m.Pauses)
	return n > 0 && m.Pauses[n-1].To.IsZero()
}

func metOf(m *exception.Matter, c law.Criterion) law.Answer {
	for _, x := range m.Decision.Criteria {
		if x.Criterion == c {
			return x.Met
		}
	}
	return law.Unanswered
}

type exceptionActPage struct {
	*frame
	toldForm
	Head, Intro, Name, Facts, URL, Submit, Key string
	Case                                       link
	State                                      standing
	Seq, Missing                               int
	Fields                                     []field
	Shown                                      []pair // what is sent, before it is
	ShownHead                                  string
	Confirmed                                  string // what is warned of, or follows from a correction, is seen
	Warnings                                   []warning
	Entry                                      int // of a correction
	Was, Is                                    string
	Changed                                    []change
	Choose                                     []choice
}

// exceptionAct shows the form of a verb on an application, or takes it.
func (s *site) exceptionAct(w http.ResponseWriter, r *http.Request, v *view) error {
	if r.PathValue("verb") == "correct" {
		return s.correctMatter(w, r, v)
	}
	i := slices.IndexFunc(exceptionActs, func(a *xact) bool { return a.verb == r.PathValue("verb") })
	if i < 0 {
		return desk.ErrMissing
	}
	a := exceptionActs[i]
	c, may, done, err := s.openForm(w, r, a.action)
	if err != nil || done {
		return err
	}
	m, at := &c.State, matterURL(c.Tenant, c.ID)
	if !a.offered(m) {
		http.Redirect(w, r, at, http.StatusSeeOther)
		return nil
	}
	v.Here, v.Title = exceptionURL, v.T("verb."+a.verb)
	p := exceptionActPage{frame: v.frame, Head: v.Title, URL: at + "/gjor/" + a.verb, Submit: v.Title, Case: link{at, v.T("exc.case", caseNumber(c.Tenant, c.ID))}, State: v.matterState(m), Seq: m.Seq, Key: rand.Text()}
	p.Name, p.Facts = v.matterName(c, may)
	if key := "exc.intro." + a.verb; words.Has(words.NB, key) {
		p.Intro = v.T(key)
	}
	if a.verb == "send_copy" {
		p.ShownHead, p.Shown = v.T("exc.copy_holds"), v.copyPairs(m)
	}
	f := &form{v: v, x: &referral.Referral{Facts: law.Facts{Deliveries: m.Deliveries}}, bad: make(map[string][]string), person: c.Person} // letters under way are asked of as a referral's are
	show := func(status int) error {
		p.Fields = f.show(append(a.fields(f, m), f.onField()))
		for _, x := range p.Fields {
			if len(x.Errors) > 0 {
				p.Missing++
			}
		}
		return s.render(w, status, "exceptionact", v, p)
	}
	if r.Method != http.MethodPost {
		return show(http.StatusOK)
	}
	f.typed, p.Key = r.PostForm, r.PostForm.Get("key")
	on := f.needDay("dato")
	do := a.make(f, m)
	if len(f.bad) > 0 {
		return show(http.StatusUnprocessableEntity)
	}
	if seen, err := strconv.Atoi(f.value("seq")); err != nil || seen != m.Seq {
		p.Moved = true
		return show(http.StatusConflict)
	}
	o := s.matterOrder(c, p.Key, on, do)
	event, refused, err := s.tryMatter(r.Context(), o)
	if err != nil {
		return err
	}
	if !refused && len(event.Warned) > 0 { // what is warned of is said before it is saved
		if token := digest(asText(on, event.Warned.Norms()))[:16]; f.value("bekreft") != token {
			p.Confirmed, p.Warnings, p.Submit = token, v.warnings(event.Warned), v.T("web.act.save_anyway")
			return show(http.StatusOK)
		}
	}
	out, status, err := s.takeMatter(r.Context(), v.Lang, o, &p.toldForm)
	if err != nil {
		return err
	}
	if status != 0 {
		return show(status)
	}
	http.Redirect(w, r, at+"?gjort="+strconv.Itoa(out.Seq), http.StatusSeeOther)
	return nil
}

// A toldForm is what a form is told when it is not taken: what the law refuses, or that somebody else was first.
type toldForm struct {
	Problems []string
	Moved    bool
}

// openForm opens an application for a form, and reads what was sent. One that was sent before leads to what it did, and is done with.
func (s *site) openForm(w http.ResponseWriter, r *http.Request, a access.Action) (c desk.MatterCase, may sight, done bool, err error) {
	if r.Method == http.MethodPost {
		if err := readForm(w, r); err != nil {
			return c, blind, false, err
		}
	}
	if c, may, err = s.openMatter(r, a); err != nil || r.Method != http.MethodPost {
		return c, may, false, err
	}
	if seq, ok := doneIn(c, r.PostForm.Get("key")); ok {
		http.Redirect(w, r, matterURL(c.Tenant, c.ID)+"?gjort="+strconv.Itoa(seq), http.StatusSeeOther)
		return c, may, true, nil
	}
	return c, may, false, nil
}

// tryMatter tells what an order would come to; refused is what the desk would say no to, which it writes down when the order is given.
func (s *site) tryMatter(ctx context.Context, o desk.MatterOrder) (event *exception.Event, refused bool, err error) {
	event, err = s.desk.TryMatter(ctx, o)
	if refusal := (*exception.Refusal)(nil); errors.As(err, &refusal) {
		return event, true, nil
	}
	return event, false, err
}

// takeMatter takes an order. With a status the form is shown once more, told what was wrong.
func (s *site) takeMatter(ctx context.Context, l words.Lang, o desk.MatterOrder, told *toldForm) (out desk.MatterOutcome, status int, err error) {
	out, err = s.desk.TakeMatter(ctx, o)
	var refusal *exception.Refusal
	switch {
	case errors.As(err, &refusal):
		told.Problems = say.ExceptionRefusal(l, refusal)
		return out, http.StatusUnprocessableEntity, nil
	case errors.Is(err, desk.ErrMoved):
		told.Moved = true
		return out, http.StatusConflict, nil
	}
	return out, 0, err
}

// doneIn finds the entry made under a key: a form sent twice is done.
func doneIn(c desk.MatterCase, key string) (int, bool) {
	for _, rec := range c.Records {
		if key != "" && rec.Key == key {
			return rec.Seq, true
		}
	}
	return 0, false
}

// matterOrder makes the order of a command on an application: who, where and when.
func (s *site) matterOrder(c desk.MatterCase, key string, on day.Day, do exception.Command) desk.MatterOrder {
	u := s.o.User
	seen := c.State.Seq
	if n := len(c.Log); n > 0 {
		seen = c.Log[n-1].Seq
	}
	return desk.MatterOrder{Tenant: c.Tenant, Matter: c.ID, Key: key, Known: s.desk.Now(), Seen: seen, At: exception.At{On: on, Role: s.roleOf(do), Actor: u.ID, Place: orElse(u.Place, c.State.Holder)}, Do: do}
}

// roleOf is the role a step is taken in: the one who looks has it, or, where nobody signs in, the one that normally does it.
func (s *site) roleOf(do exception.Command) law.Role {
	switch do.(type) {
	case *exception.Complain:
		return law.Patient // it is the patient's, whoever writes it down
	case *exception.SendCopy, *exception.Inform:
		if s.guarded() {
			return s.o.User.Role
		}
	default:
		if s.guarded() {
			return s.o.User.Role
		}
	}
	return "" // the desk's usual
}

// copyPairs are the fields that leave the trust, and no other.
func (v *view) copyPairs(m *exception.Matter) []pair {
	c := exception.CopyOf(m, "")
	out := []pair{{v.T("exc.column.method"), c.Method}, {v.T("exc.field.indication"), c.Indication}, {v.T("exc.trust"), v.provider(c.Trust)}, {v.T("exc.region"), v.regionName(c.Region)}}
	if c.Sex != "" {
		out = append(out, pair{v.T("exc.sex"), v.T("exc.sex." + c.Sex)})
	}
	out = append(out, pair{v.T("exc.age_band"), c.AgeBand}, pair{v.T("exc.route"), v.T("route." + string(c.Route))}, pair{v.T("exc.column.received"), v.long(c.ReceivedOn)}, pair{v.T("exc.decided_on"), v.long(c.DecidedOn)},
		pair{v.T("exc.column.outcome"), v.T("exception.outcome." + string(c.Outcome))})
	var met []string
	for _, x := range c.Criteria {
		met = append(met, v.T("exception.criterion."+string(x)))
	}
	return append(out, pair{v.T("exc.criteria_met"), orElse(strings.Join(met, "; "), "–")}, pair{v.T("exc.conditions"), v.T("exc.yes_no." + strconv.FormatBool(c.Conditions))})
}

func (v *view) regionName(id string) string {
	for _, r := range v.s.desk.Org.Regions() {
		if r.ID == id {
			return r.Name
		}
	}
	return orElse(id, "–")
}
