package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/day"
	"rettid/desk"
	"rettid/exception"
	"rettid/law"
	"rettid/say"
	"rettid/words"
)

// What is done in a group case and with a meeting: a form for each step, as with a referral. What was typed is never lost, and a second sending of a form is harmless.

// A matterStep is one thing that can be done: on what, by whom, when it makes sense, what it asks, and the command it becomes.
type matterStep struct {
	verb    string
	kind    law.ExceptionKind
	acts    []access.Action // any of them
	offered func(m *exception.Matter) bool
	fields  func(f *stepForm) []field
	make    func(f *stepForm) exception.Command
}

// A stepForm is what one person fills in.
type stepForm struct {
	form
	m    *exception.Matter
	id   int64
	r    *http.Request
	self string // of a user representative: the one who speaks

	warned law.Objections // what the law warns of, to be confirmed before it is saved
	token  string         // names those warnings
}

func (f *stepForm) words(name string) exception.Text { return exception.Say(f.value(name)) }
func (f *stepForm) needWords(name string) exception.Text {
	f.need(name)
	return f.words(name)
}
func (f *stepForm) t(key string, args ...any) string { return f.v.T(key, args...) }
func (f *stepForm) line(name string, need bool) field {
	return field{Name: name, Label: f.t("step." + name), Kind: "line", Need: need}
}
func (f *stepForm) area(name string, need bool) field {
	return field{Name: name, Label: f.t("step." + name), Kind: "text", Need: need}
}
func (f *stepForm) date(name string, d day.Day) field {
	return field{Name: name, Label: f.t("step." + name), Kind: "day", Value: words.FieldDate(d)}
}
func (f *stepForm) yesNo(name string) field {
	return field{Name: name, Label: f.t("step." + name), Kind: "choice", Options: []option{{Value: "ja", Text: f.t("answer.yes")}, {Value: "nei", Text: f.t("answer.no")}}}
}

// number reads a whole number; empty is 0.
func (f *stepForm) number(name string) int {
	s := f.value(name)
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 1e9 {
		f.wrong(name, "step.bad_number")
	}
	return n
}

// reps asks for user representatives, by their seats.
func (f *stepForm) reps(help string) field {
	x := field{Name: "representanter", Label: f.t("step.representanter"), Kind: "ticks", Need: true, Help: help}
	for _, s := range f.v.seats(access.UserRepresentative) {
		x.Options = append(x.Options, option{Value: s.ID, Text: strings.TrimSuffix(f.v.region(s.Region)+": "+s.Name, ": ")})
	}
	return x
}

func (f *stepForm) chosen(name string) []string {
	var out []string
	for _, s := range f.typed[name] {
		if slices.ContainsFunc(f.v.seats(access.UserRepresentative), func(x seat) bool { return x.ID == s }) && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		f.wrong(name, "web.act.needed")
	}
	return out
}

// speaker asks who says something; a user representative speaks for nobody else.
func (f *stepForm) speaker() []field {
	if f.self != "" {
		return nil
	}
	x := field{Name: "hvem", Label: f.t("step.hvem"), Kind: "select", Need: true, Options: []option{{}}}
	for _, s := range f.v.seats(access.UserRepresentative) {
		x.Options = append(x.Options, option{Value: s.ID, Text: strings.TrimSuffix(f.v.region(s.Region)+": "+s.Name, ": ")})
	}
	return []field{x}
}

func (f *stepForm) who() string {
	if f.self != "" {
		return f.self
	}
	return f.need("hvem")
}

// caseField asks which case of a meeting's agenda.
func (f *stepForm) caseField(all bool) field {
	x := field{Name: "sak", Label: f.t("step.sak"), Kind: "select", Value: f.r.URL.Query().Get("sak"), Need: !all}
	if all {
		x.Options = append(x.Options, option{Text: f.t("step.every_case")})
	}
	if f.m.Meeting != nil {
		for i, a := range f.m.Meeting.Agenda {
			if a.Matter != 0 {
				x.Options = append(x.Options, option{Value: strconv.FormatInt(a.Matter, 10), Text: strconv.Itoa(i+1) + ". " + a.Title})
			}
		}
	}
	return x
}

func (f *stepForm) theCase() int64 {
	n, _ := strconv.ParseInt(f.value("sak"), 10, 64)
	return n
}

func received(m *exception.Matter) bool { return m.Status == law.ExceptionReceived }
func decided(m *exception.Matter) bool  { return m.Status == law.ExceptionDecided }
func granted(m *exception.Matter) bool {
	return decided(m) && m.Outcome.Granted() && m.EndedOn.IsZero()
}
func planned(m *exception.Matter) bool { return m.Status == law.MeetingPlanned }
func anyTime(*exception.Matter) bool   { return true }

var keeps = []access.Action{access.KeepGroups}

// matterStepList is the steps in the order they are offered in; matterSteps the same by their verbs.
var (
	matterStepList = allMatterSteps()
	matterSteps    = stepsByVerb(matterStepList)
)

func stepsByVerb(all []matterStep) map[string]*matterStep {
	out := make(map[string]*matterStep)
	for i := range all {
		out[all[i].verb] = &all[i]
	}
	return out
}

func allMatterSteps() []matterStep {
	return []matterStep{
		{"propose_group_exception", "", []access.Action{access.ProposeGroup}, anyTime, proposeFields, makeProposal},
		{"notify_users", law.GroupException, keeps, received, func(f *stepForm) []field { return []field{f.reps("")} },
			func(f *stepForm) exception.Command { return &exception.NotifyUsers{Reps: f.chosen("representanter")} }},
		{"select_representatives", law.GroupException, keeps, received, func(f *stepForm) []field {
			return []field{f.reps(f.t("step.reps_help")), f.area("hvorfor_disse", true)}
		}, func(f *stepForm) exception.Command {
			return &exception.SelectReps{Reps: f.chosen("representanter"), Why: f.needWords("hvorfor_disse")}
		}},
		{"give_input", law.GroupException, []access.Action{access.SpeakForUsers, access.KeepGroups}, anyTime, func(f *stepForm) []field {
			var out []field
			if f.self == "" {
				x := f.speaker()[0]
				x.Options[0].Text, x.Need = f.t("step.somebody_else"), false
				out = append(out, x, f.line("andre", false))
			}
			return append(out, f.area("innspill", true))
		}, func(f *stepForm) exception.Command {
			c := &exception.GiveInput{By: f.self, Rep: f.self != "", Words: f.needWords("innspill")}
			if f.self == "" {
				if c.By = f.value("hvem"); c.By != "" {
					c.Rep = true
				} else {
					c.By = f.need("andre")
				}
			}
			return c
		}},
		{"answer_input", law.GroupException, keeps, func(m *exception.Matter) bool {
			return slices.ContainsFunc(m.Inputs, func(i exception.Input) bool { return i.Answer == "" })
		}, func(f *stepForm) []field {
			x := field{Name: "n", Label: f.t("step.n"), Kind: "select", Value: f.r.URL.Query().Get("n"), Need: true}
			for _, i := range f.m.Inputs {
				if i.Answer == "" {
					x.Options = append(x.Options, option{Value: strconv.Itoa(i.N), Text: f.t("step.input_n", i.N, f.v.seatName(i.By))})
				}
			}
			return []field{x, {Name: "svar", Label: f.t("step.svar"), Kind: "choice", Need: true, Options: []option{{Value: "adopted", Text: f.t("group.input.adopted")}, {Value: "partly", Text: f.t("group.input.partly")}, {Value: "not_adopted", Text: f.t("group.input.not_adopted")}}}, f.area("begrunnelse", true)}
		}, func(f *stepForm) exception.Command {
			n, _ := strconv.Atoi(f.need("n"))
			return &exception.AnswerInput{N: n, Answer: f.need("svar"), Why: f.needWords("begrunnelse")}
		}},
		{"panel_answer", law.GroupException, keeps, received, func(f *stepForm) []field {
			x := field{Name: "utvalg", Label: f.t("step.utvalg"), Kind: "select", Need: true, Options: []option{{}}}
			for _, p := range law.UserPanels {
				x.Options = append(x.Options, option{Value: p, Text: f.v.region(p)})
			}
			return []field{x, f.area("syn", true)}
		}, func(f *stepForm) exception.Command {
			return &exception.PanelSays{Panel: f.need("utvalg"), Words: f.needWords("syn")}
		}},
		{"complete_application", law.GroupException, []access.Action{access.ProposeGroup}, received, func(f *stepForm) []field {
			return append(groupFields(f, false), f.line("indikasjon", false))
		}, func(f *stepForm) exception.Command {
			return &exception.Complete{Group: readGroup(f), Form: exception.Form{Indication: strings.ToUpper(f.value("indikasjon"))}}
		}},
		{"take_step", law.GroupException, keeps, received, func(f *stepForm) []field {
			x := field{Name: "steg", Label: f.t("step.steg"), Kind: "choice", Need: true}
			at := slices.Index(exception.GroupSteps, f.m.Step())
			for i, s := range exception.GroupSteps {
				if i > at && s != "decided" && s != "reps_notified" && i < slices.Index(exception.GroupSteps, "decided") {
					x.Options = append(x.Options, option{Value: s, Text: f.t("group_step." + s)})
				}
			}
			return []field{x}
		}, func(f *stepForm) exception.Command { return &exception.TakeStep{Step: f.need("steg")} }},
		{"set_meeting", law.GroupException, keeps, received, func(f *stepForm) []field {
			x := field{Name: "mote", Label: f.t("step.mote"), Kind: "select", Need: true, Help: f.t("step.mote_help"), Options: []option{{}}}
			all, err := f.v.s.matters(f.r.Context(), law.MeetingMatter)
			if err == nil {
				for _, t := range slices.Backward(all) {
					if t.State.Status == law.MeetingPlanned && t.State.Meeting != nil && !t.State.Meeting.Date.Before(f.v.Today) {
						x.Options = append(x.Options, option{Value: strconv.FormatInt(t.ID, 10), Text: f.v.long(t.State.Meeting.Date)})
					}
				}
			}
			if f.m.MeetingID != 0 {
				x.Value = strconv.FormatInt(f.m.MeetingID, 10)
			}
			if f.m.MeetingID == 0 {
				return []field{x}
			}
			return []field{x, f.area("hvorfor_utsatt", false)}
		}, func(f *stepForm) exception.Command {
			id, _ := strconv.ParseInt(f.need("mote"), 10, 64)
			t, err := f.v.s.matterOf(f.r.Context(), id, law.MeetingMatter)
			if err != nil || t.State.Meeting == nil {
				f.wrong("mote", "web.act.needed")
				return nil
			}
			return &exception.SetMeeting{Meeting: id, Date: t.State.Meeting.Date, Why: f.words("hvorfor_utsatt")}
		}},
		{"publish", law.GroupException, keeps, func(m *exception.Matter) bool { return decided(m) && m.PublishedOn.IsZero() }, func(f *stepForm) []field { return []field{f.area("kunngjoring", true)} },
			func(f *stepForm) exception.Command { return &exception.Publish{Words: f.needWords("kunngjoring")} }},
		{"review_group", law.GroupException, []access.Action{access.DecideGroup}, granted, func(f *stepForm) []field {
			return []field{{Name: "resultat", Label: f.t("step.resultat"), Kind: "choice", Need: true, Options: []option{{Value: "continue", Text: f.t("group.review.continue")}, {Value: "extend", Text: f.t("group.review.extend")}, {Value: "end", Text: f.t("group.review.end")}}},
				f.date("gjelder_til", f.m.ValidTo), f.date("ny_gjennomgang", f.v.Today.AddMonths(6)), f.area("begrunnelse", false)}
		}, func(f *stepForm) exception.Command {
			c := &exception.ReviewGroup{Result: f.need("resultat"), ReviewOn: f.day("ny_gjennomgang"), Words: f.words("begrunnelse")}
			if c.Result == "extend" {
				c.ValidTo = f.needDay("gjelder_til")
			}
			if c.Result == "end" {
				c.ReviewOn = day.Day{}
			}
			return c
		}},
		{"note_national", law.GroupException, keeps, func(m *exception.Matter) bool { return m.National.IsZero() }, func(f *stepForm) []field {
			x := field{Name: "tilstand", Label: f.t("step.tilstand"), Kind: "choice", Need: true}
			for _, s := range []law.MethodState{law.Introduced, law.IntroducedCond, law.NotIntroduced} {
				x.Options = append(x.Options, option{Value: string(s), Text: f.t("method_state." + string(s))})
			}
			return []field{x}
		}, func(f *stepForm) exception.Command {
			return &exception.NoteNational{State: law.MethodState(f.need("tilstand"))}
		}},
		{"decide_exception", law.GroupException, []access.Action{access.DecideGroup, access.KeepGroups}, received, decideFields, makeDecision},

		{"schedule_meeting", law.MeetingMatter, keeps, planned, func(f *stepForm) []field {
			t := exception.Meeting{}
			if f.m.Meeting != nil {
				t = *f.m.Meeting
			}
			name := f.line("navn", false)
			name.Value = f.m.Name
			begins, ends, place, link := f.clockField("begynner", t.Begins), f.clockField("slutter", t.Ends), f.line("motested", false), f.line("lenke", false)
			place.Value, link.Value, link.Help = t.Where, t.Link, f.t("step.lenke_help")
			return []field{f.needed(f.date("motedag", t.Date)), begins, ends, place, link, f.date("bestillerforum", t.Bestiller), f.date("beslutningsforum", t.Beslutning), name}
		}, func(f *stepForm) exception.Command {
			return &exception.Schedule{Name: f.value("navn"), Date: f.needDay("motedag"), Bestiller: f.day("bestillerforum"), Beslutning: f.day("beslutningsforum"),
				Begins: f.clockText("begynner"), Ends: f.clockText("slutter"), Where: f.value("motested"), Link: f.value("lenke")}
		}},
		{"set_agenda", law.MeetingMatter, keeps, planned, agendaFields, makeAgenda},
		{"invite", law.MeetingMatter, keeps, planned, func(f *stepForm) []field {
			papers := f.yesNo("papirer")
			papers.Value = "ja"
			return []field{f.reps(f.inviteHelp()), papers}
		}, func(f *stepForm) exception.Command {
			return &exception.Invite{Reps: f.chosen("representanter"), Papers: f.yes("papirer")}
		}},
		{"send_papers", law.MeetingMatter, keeps, func(m *exception.Matter) bool { return planned(m) && len(m.Meeting.Agenda) > 0 }, func(*stepForm) []field { return nil }, func(*stepForm) exception.Command { return &exception.SendPapers{} }},
		{"declare", law.MeetingMatter, []access.Action{access.SpeakForUsers, access.DecideGroup, access.KeepGroups}, func(m *exception.Matter) bool { return m.Status != law.MeetingApproved }, func(f *stepForm) []field {
			var out []field
			if f.self == "" {
				x := f.speaker()[0]
				for _, s := range f.v.seats(access.RHFDirector) {
					x.Options = append(x.Options, option{Value: s.ID, Text: f.t("step.director_of", f.v.region(s.Region), s.Name)})
				}
				out = append(out, x)
			}
			conflict, secret := f.yesNo("inhabil"), f.yesNo("taushet")
			conflict.Need, secret.Need = true, true
			return append(out, f.caseField(true), conflict, secret)
		}, func(f *stepForm) exception.Command {
			c := &exception.Declare{Who: f.who(), Matter: f.theCase(), Conflict: law.No, Confidential: f.yes("taushet")}
			f.need("inhabil")
			f.need("taushet")
			if f.yes("inhabil") {
				c.Conflict = law.Yes
			}
			return c
		}},
		{"hold_meeting", law.MeetingMatter, keeps, func(m *exception.Matter) bool { return m.Status != law.MeetingApproved }, func(f *stepForm) []field {
			users, dirs := f.reps(""), field{Name: "direktorer", Label: f.t("step.direktorer"), Kind: "ticks"}
			users.Name, users.Label, users.Need = "brukere", f.t("step.brukere"), false
			deputies := field{Name: "varaer", Label: f.t("step.varaer"), Kind: "ticks"}
			for _, s := range f.v.seats(access.RHFDirector) {
				o := option{Value: s.ID, Text: strings.TrimSuffix(f.v.region(s.Region)+": "+s.Name, ": ")}
				dirs.Options = append(dirs.Options, o)
				deputies.Options = append(deputies.Options, option{Value: s.ID, Text: f.v.region(s.Region)})
			}
			return []field{users, dirs, deputies}
		}, func(f *stepForm) exception.Command {
			c := &exception.Hold{}
			for _, s := range f.v.seats(access.UserRepresentative) {
				if slices.Contains(f.typed["brukere"], s.ID) {
					c.Present = append(c.Present, exception.Attendee{Who: s.ID, Role: law.UserRep, Region: s.Region})
				}
			}
			for _, s := range f.v.seats(access.RHFDirector) {
				if deputy := slices.Contains(f.typed["varaer"], s.ID); deputy || slices.Contains(f.typed["direktorer"], s.ID) {
					c.Present = append(c.Present, exception.Attendee{Who: s.ID, Role: law.RHFDirector, Region: s.Region, Deputy: deputy})
				}
			}
			return c
		}},
		{"give_opinion", law.MeetingMatter, []access.Action{access.SpeakForUsers, access.KeepGroups}, func(m *exception.Matter) bool { return m.Status != law.MeetingApproved }, func(f *stepForm) []field {
			dissent := f.yesNo("uenig")
			dissent.Value = "nei"
			return append(f.speaker(), f.caseField(true), f.area("uttalelse", true), dissent)
		}, func(f *stepForm) exception.Command {
			return &exception.GiveOpinion{Who: f.who(), Matter: f.theCase(), Words: f.needWords("uttalelse"), Dissent: f.yes("uenig")}
		}},
		{"answer_opinion", law.MeetingMatter, keeps, func(m *exception.Matter) bool {
			return m.Meeting != nil && slices.ContainsFunc(m.Meeting.Opinions, func(o exception.Opinion) bool { return o.Answer.IsZero() })
		}, func(f *stepForm) []field {
			x := field{Name: "n", Label: f.t("step.uttalelse_n"), Kind: "select", Value: f.r.URL.Query().Get("n"), Need: true}
			for _, o := range f.m.Meeting.Opinions {
				if o.Answer.IsZero() {
					x.Options = append(x.Options, option{Value: strconv.Itoa(o.N), Text: f.t("step.input_n", o.N, f.v.seatName(o.Who))})
				}
			}
			return []field{x, f.area("svar_uttalelse", true)}
		}, func(f *stepForm) exception.Command {
			n, _ := strconv.Atoi(f.need("n"))
			return &exception.AnswerOpinion{N: n, Answer: f.needWords("svar_uttalelse")}
		}},
		{"write_minutes", law.MeetingMatter, keeps, func(m *exception.Matter) bool { return !m.HeldOn.IsZero() }, func(f *stepForm) []field {
			x := f.area("protokoll", true)
			if f.m.Meeting != nil {
				x.Value = f.v.written(f.m.Meeting.Minutes)
			}
			return []field{x}
		}, func(f *stepForm) exception.Command {
			return &exception.WriteMinutes{Words: f.needWords("protokoll")}
		}},
		{"approve_minutes", law.MeetingMatter, []access.Action{access.DecideGroup}, func(m *exception.Matter) bool { return m.Status == law.MeetingHeld && !m.MinutesOn.IsZero() }, func(*stepForm) []field { return nil },
			func(*stepForm) exception.Command { return &exception.ApproveMinutes{} }},
	}
}

func (f *stepForm) needed(x field) field { x.Need = true; return x }

// inviteHelp tells by which day an invitation is in time.
func (f *stepForm) inviteHelp() string {
	if f.m.Meeting == nil || f.m.Meeting.Date.IsZero() {
		return ""
	}
	n := f.v.s.desk.Settings.Calendar.Working(f.v.Today, f.m.Meeting.Date)
	return f.t("step.invite_help", n, f.v.s.desk.Settings.NoticeWorkdays)
}

// groupFields ask for the elements of X-403.
func groupFields(f *stepForm, need bool) []field {
	g := exception.Group{}
	if f.m != nil {
		g = f.m.Group
	}
	area := func(name string, t exception.Text, need bool) field {
		x := f.area(name, need)
		x.Value = f.v.written(t)
		return x
	}
	number := f.line("pasienter_i_aret", need)
	if g.PerYear > 0 {
		number.Value = strconv.Itoa(g.PerYear)
	}
	plain := area("sammendrag", g.PlainWords, need)
	plain.Help = f.t("step.sammendrag_help")
	return []field{area("gruppen", g.Text, need), number, plain, area("behov", g.Need, false), area("nytte", g.Benefit, false), area("kunnskap", g.Evidence, false), area("kostnad", g.Cost, false), area("lik", g.Equal, false), area("utgang", g.Exit, false)}
}

func readGroup(f *stepForm) exception.Group {
	return exception.Group{Text: f.words("gruppen"), PerYear: f.number("pasienter_i_aret"), PlainWords: f.words("sammendrag"), Need: f.words("behov"), Benefit: f.words("nytte"), Evidence: f.words("kunnskap"), Cost: f.words("kostnad"), Equal: f.words("lik"), Exit: f.words("utgang")}
}

func proposeFields(f *stepForm) []field {
	place := field{Name: "region", Label: f.t("step.region"), Kind: "select", Need: true}
	for _, r := range law.UserPanels {
		place.Options = append(place.Options, option{Value: r, Text: f.v.region(r)})
	}
	place.Value = f.v.s.o.User.Place
	method := f.line("metode", false)
	method.Help, method.Value = f.t("step.metode_help"), f.r.URL.Query().Get("metode")
	mt := field{Name: "mt", Label: f.t("step.mt"), Kind: "select", Options: []option{{}}}
	for _, a := range []law.Authorisation{law.Authorised, law.ConditionallyMT, law.OtherIndication, law.NoMT} {
		mt.Options = append(mt.Options, option{Value: string(a), Text: f.t("step.mt." + string(a))})
	}
	users := f.date("brukere_fra", day.Day{})
	users.Help = f.t("step.brukere_fra_help")
	return slices.Concat([]field{method, f.area("uten_id", false), place, f.line("indikasjon", true), mt}, groupFields(f, true), []field{users, f.yesNo("haster"), f.area("grunn", true), f.line("tidligere", false)})
}

func makeProposal(f *stepForm) exception.Command {
	c := &exception.Propose{Method: strings.ToUpper(f.value("metode")), NoMethodID: f.words("uten_id"), Place: f.need("region"), UsersFrom: f.day("brukere_fra"), Urgent: f.yes("haster"), Group: readGroup(f), Reason: f.needWords("grunn"),
		Form: exception.Form{Indication: strings.ToUpper(f.need("indikasjon")), Authorisation: law.Authorisation(f.value("mt"))}}
	c.Earlier = int64(f.number("tidligere"))
	if c.Method == "" && c.NoMethodID.IsZero() {
		f.wrong("metode", "step.method_or_why")
	}
	if c.Method != "" && !law.MethodID(c.Method) {
		f.wrong("metode", "step.method_shape")
	}
	f.need("gruppen")
	f.need("pasienter_i_aret")
	f.need("sammendrag")
	if d := c.UsersFrom; !d.IsZero() && d.After(f.v.Today) {
		f.wrong("brukere_fra", "web.act.bad_day")
	}
	return c
}

// decideFields ask for a decision: each region's standpoint, the period, conditions and reasons.
func decideFields(f *stepForm) []field {
	out := []field{{Name: "utfall", Label: f.t("step.utfall"), Kind: "choice", Need: true, Options: []option{{Value: string(law.ExGranted), Text: f.t("exception.outcome.granted")}, {Value: string(law.ExConditions), Text: f.t("exception.outcome.granted_with_conditions")}, {Value: string(law.ExRefused), Text: f.t("exception.outcome.refused")}}}}
	return append(out, f.date("gjelder_fra", f.v.Today), f.date("gjelder_til", f.v.Today.AddMonths(f.v.s.desk.Settings.GroupMonths).Add(-1)), f.date("ny_gjennomgang", f.v.Today.AddMonths(6)), f.area("vilkar", false), f.area("begrunnelse", true))
}

func makeDecision(f *stepForm) exception.Command {
	c := &exception.DecideException{Outcome: law.ExceptionOutcome(f.need("utfall")), Meeting: f.m.MeetingID, Reason: f.needWords("begrunnelse"), Body: "directors", Votes: make(map[string]law.Answer)}
	for _, s := range strings.Split(f.value("vilkar"), "\n") {
		if s = strings.TrimSpace(s); s != "" {
			c.Conditions = append(c.Conditions, exception.Say(s))
		}
	}
	if c.Outcome == law.ExConditions && len(c.Conditions) == 0 {
		f.wrong("vilkar", "web.act.needed")
	}
	if c.Outcome.Granted() {
		c.ValidFrom, c.ValidTo, c.ReviewOn = f.day("gjelder_fra"), f.day("gjelder_til"), f.day("ny_gjennomgang")
	}
	var remarks []string
	for _, region := range law.UserPanels {
		switch f.value("stem_" + region) {
		case "yes":
			c.Votes[region] = law.Yes
		case "no":
			c.Votes[region] = law.No
		}
		if t := f.value("merknad_" + region); t != "" {
			remarks = append(remarks, f.v.region(region)+": "+t)
		}
	}
	c.Dissent = exception.Say(strings.Join(remarks, "\n"))
	if t := f.value("likevel"); t != "" {
		c.GateReason = exception.Say(t)
	}
	return c
}

// agendaRows is how many lines an agenda's form has beyond those that are there.
const agendaRows = 3

// agendaFields ask for the agenda: a line for each item, with its papers as text, typed or from a file.
func agendaFields(f *stepForm) []field {
	var items []exception.Item
	if f.m.Meeting != nil {
		items = f.m.Meeting.Agenda
	}
	cases := []option{{Text: f.t("agenda.no_case")}}
	all, err := f.v.s.matters(f.r.Context(), law.GroupException)
	if err == nil {
		for _, x := range all {
			if received(x.State) || slices.ContainsFunc(items, func(i exception.Item) bool { return i.Matter == x.ID }) {
				cases = append(cases, option{Value: strconv.FormatInt(x.ID, 10), Text: f.t("agenda.case", x.ID, f.v.methodTitle(x.State.Method))})
			}
		}
	}
	var out []field
	for i := range len(items) + agendaRows {
		n := strconv.Itoa(i + 1)
		title := field{Name: "tittel" + n, Label: f.t("agenda.title", i+1), Kind: "line"}
		which := field{Name: "sak" + n, Label: f.t("agenda.which", i+1), Kind: "select", Options: slices.Clone(cases)}
		papers := field{Name: "papir" + n, Label: f.t("agenda.papers", i+1), Kind: "text"}
		if i < len(items) {
			title.Value, papers.Value = items[i].Title, f.v.written(items[i].Papers)
			if items[i].Matter != 0 {
				which.Value = strconv.FormatInt(items[i].Matter, 10)
			}
		}
		out = append(out, title, which, papers)
	}
	return out
}

func makeAgenda(f *stepForm) exception.Command {
	c := &exception.SetAgenda{}
	var before []exception.Item
	if f.m.Meeting != nil {
		before = f.m.Meeting.Agenda
	}
	for i := 1; i <= len(before)+agendaRows; i++ {
		n := strconv.Itoa(i)
		item := exception.Item{Title: f.value("tittel" + n), Papers: f.words("papir" + n)}
		item.Matter, _ = strconv.ParseInt(f.value("sak"+n), 10, 64)
		if item.Title == "" && item.Matter == 0 {
			if !item.Papers.IsZero() {
				f.wrong("tittel"+n, "web.act.needed")
			}
			continue
		}
		if item.Matter != 0 {
			x, err := f.v.s.matterOf(f.r.Context(), item.Matter, law.GroupException)
			if err != nil {
				f.wrong("sak"+n, "web.act.needed")
				continue
			}
			if item.Title == "" {
				item.Title = f.t("group.title", f.v.methodTitle(x.State.Method))
			}
		}
		for _, b := range before { // papers that stand as they were keep their place in the log, and the day they came
			if !b.Papers.IsZero() && f.v.written(b.Papers) == item.Papers.Words {
				item.Papers = exception.Text{Note: b.Papers.Note}
			}
		}
		c.Items = append(c.Items, item)
	}
	if len(c.Items) == 0 {
		f.wrong("tittel1", "web.act.needed")
	}
	return c
}

// mayStep tells whether the one who looks may take a step.
func (v *view) mayStep(x *matterStep) bool {
	return x != nil && slices.ContainsFunc(x.acts, v.s.may)
}

// stepsFor are the steps that make sense now for the one who looks.
func (v *view) stepsFor(m *exception.Matter, at string) []link {
	var out []link
	for i := range matterStepList {
		x := &matterStepList[i]
		if x.kind == m.Kind && x.verb != "decide_exception" && v.mayStep(x) && x.offered(m) {
			out = append(out, link{at + "/gjor/" + x.verb, v.T("verb." + x.verb)})
		}
	}
	return out
}

type stepPage struct {
	*frame
	Head, Intro, URL string
	Back             link
	Beside           []pair
	Demands          []demand
	Measured         status
	Fields           []field
	Files            bool
	Key              string
	Seq              int
	Problems         []problem
	Missing          int
	Moved            bool
	Submit           string
	Lines            []string
	Load             loadNote
	Warnings         []warning
	Confirmed        string // names the warnings shown; sent back, they are confirmed
}

func (s *site) groupStep(w http.ResponseWriter, r *http.Request, v *view) error {
	c, err := s.matter(r, law.GroupException)
	if err != nil {
		return err
	}
	v.Here = groupsURL
	return s.step(w, r, v, &c, r.PathValue("verb"), groupURL(c.ID))
}

func (s *site) openGroup(w http.ResponseWriter, r *http.Request, v *view) error {
	v.Here = groupsURL
	return s.step(w, r, v, nil, "propose_group_exception", groupsURL+"/ny")
}

// step shows the form of a step, or takes it. c is nil for what opens a matter.
func (s *site) step(w http.ResponseWriter, r *http.Request, v *view, c *desk.MatterCase, verb, at string) error {
	x := matterSteps[verb]
	if x == nil || c != nil && x.kind != c.State.Kind {
		return desk.ErrMissing
	}
	if !v.mayStep(x) {
		return denied{access.Decide(s.user, x.acts[0], access.Case{}, v.Today).Why}
	}
	f := s.stepForm(r, v, c, x)
	if c != nil && !x.offered(f.m) && r.Method == http.MethodGet {
		return desk.ErrMissing
	}
	p, err := s.stepPage(f, x, at)
	if err != nil {
		return err
	}
	if r.Method != http.MethodPost {
		p.Key, p.Seq = rand.Text(), seqOf(f)
		p.Fields = f.show(append(x.fields(f), f.onField()))
		return s.render(w, http.StatusOK, "group-step", v, p)
	}
	if err := readStep(w, r); err != nil {
		return err
	}
	f.typed = r.PostForm
	out, err := s.takeStep(f, x)
	if err == nil && out.Matter != 0 {
		to := at
		if c != nil {
			to = strings.TrimSuffix(at, "/gjor/"+verb)
		} else if x.kind == law.MeetingMatter {
			to = meetingURL(out.Matter)
		} else {
			to = groupURL(out.Matter)
		}
		if back := r.PostForm.Get("tilbake"); strings.HasPrefix(back, meetingsURL+"/") || back == repURL {
			to = back
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	}
	status := http.StatusUnprocessableEntity
	p.Key, p.Seq = r.PostForm.Get("key"), seqOf(f)
	if f.token != "" {
		p.Warnings, p.Confirmed, p.Submit, status = v.foreseen(f.warned), f.token, v.T("web.act.save_anyway"), http.StatusOK
	}
	switch refusal := (*exception.Refusal)(nil); {
	case errors.As(err, &refusal):
		p.Problems = v.matterProblems(refusal)
	case errors.Is(err, desk.ErrMoved):
		p.Moved, p.Key, status = true, rand.Text(), http.StatusConflict
	case err != nil:
		return err
	}
	p.Missing = len(f.bad)
	p.Fields = f.show(append(x.fields(f), f.onField()))
	return s.render(w, status, "group-step", v, p)
}

// matterProblems are the law's no in sentences.
func (v *view) matterProblems(r *exception.Refusal) []problem {
	var out []problem
	for _, o := range r.Objections {
		text, cite := say.Objection(v.Lang, o)
		out = append(out, problem{Text: text, Cite: cite})
	}
	return out
}

func seqOf(f *stepForm) int {
	if f.m == nil {
		return 0
	}
	return f.m.Seq
}

func (s *site) stepForm(r *http.Request, v *view, c *desk.MatterCase, x *matterStep) *stepForm {
	f := &stepForm{form: form{v: v, bad: make(map[string][]string)}, r: r, m: new(exception.Matter)}
	if c != nil {
		f.m, f.id = &c.State, c.ID
	}
	if s.guarded() && slices.Contains(x.acts, access.SpeakForUsers) && s.may(access.SpeakForUsers) {
		f.self = s.user.ID
	}
	return f
}

func (s *site) stepPage(f *stepForm, x *matterStep, at string) (stepPage, error) {
	v := f.v
	p := stepPage{frame: v.frame, Head: v.T("verb." + x.verb), URL: at, Submit: v.T("verb." + x.verb), Back: link{groupsURL, v.T("group.list")}, Files: x.verb == "set_agenda"}
	if f.id != 0 {
		p.URL = at + "/gjor/" + x.verb
	}
	v.Title = p.Head
	if key := "step.intro." + x.verb; words.Has(words.NB, key) {
		p.Intro = v.T(key)
	}
	switch {
	case x.kind == law.MeetingMatter && f.id == 0:
		p.Back = link{meetingsURL, v.T("meeting.list")}
	case x.kind == law.MeetingMatter:
		p.Back = link{at, v.T("meeting.of", v.long(f.m.Meeting.Date))}
		p.Beside = v.meetingFacts(f.m)
	case f.id != 0:
		p.Back = link{at, v.T("group.title", v.methodTitle(f.m.Method))}
		p.Beside = v.groupFacts(f.m)
		var g *law.GroupMeeting
		if t, err := v.s.matterOf(v.ctx, f.m.MeetingID, law.MeetingMatter); err == nil {
			g = t.State.GroupMeeting(f.m.MeetingID, f.id)
		}
		p.Demands = v.demands(f.m, g)
		p.Measured = v.demandsStatus(p.Demands)
	}
	if x.verb == "schedule_meeting" || x.verb == "set_agenda" {
		year := v.Today.Year()
		if f.m.Meeting != nil {
			year = f.m.Meeting.Date.Year()
		}
		var err error
		if p.Load, err = v.loadOf(year); err != nil {
			return p, err
		}
	}
	switch x.verb {
	case "answer_input":
		for _, i := range f.m.Inputs {
			if i.Answer == "" {
				p.Lines = append(p.Lines, v.T("step.input_says", i.N, v.seatName(i.By), v.written(i.Words)))
			}
		}
	case "answer_opinion":
		for _, o := range f.m.Meeting.Opinions {
			if o.Answer.IsZero() {
				p.Lines = append(p.Lines, v.T("step.input_says", o.N, v.seatName(o.Who), v.written(o.Words)))
			}
		}
	}
	return p, nil
}

// stepSize is the most a form with papers may hold.
const stepSize = 1 << 20

// readStep reads a form that was sent, with its files as texts: a file's words go where its field's words would.
func readStep(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, stepSize)
	bad := badRequest{code: "web.bad_request_text"}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		if err := r.ParseMultipartForm(stepSize); err != nil {
			return bad
		}
		r.PostForm = url.Values(r.MultipartForm.Value)
		for name, files := range r.MultipartForm.File {
			for _, h := range files {
				file, err := h.Open()
				if err != nil {
					return bad
				}
				b, err := io.ReadAll(file)
				file.Close()
				if err != nil {
					return bad
				}
				if into, ok := strings.CutPrefix(name, "fil_"); ok && len(b) > 0 {
					r.PostForm.Set(into, strings.TrimSpace(strings.TrimPrefix(string(b), "\ufeff")))
				}
			}
		}
	} else if err := r.ParseForm(); err != nil {
		return bad
	}
	for k, values := range r.PostForm {
		if !isText(k) || slices.ContainsFunc(values, func(s string) bool { return !isText(s) }) {
			return badRequest{code: "step.not_text"}
		}
	}
	if !keyShape.MatchString(r.PostForm.Get("key")) {
		return bad
	}
	return nil
}

// takeStep makes the command of a form and takes it. With nothing taken and no error, f.bad says what is missing, or f.warned what the law warns of: that is confirmed before it is saved.
func (s *site) takeStep(f *stepForm, x *matterStep) (desk.MatterOutcome, error) {
	do := x.make(f)
	on := f.needDay("dato")
	if !on.IsZero() && on.After(f.v.Today) {
		f.wrong("dato", "web.act.bad_day")
	}
	if len(f.bad) > 0 || do == nil {
		return desk.MatterOutcome{}, nil
	}
	seen, _ := strconv.Atoi(f.value("seq"))
	for _, a := range x.acts {
		if some := s.scope(a); s.guarded() && len(some) > 0 {
			s.as(some[0])
			break
		}
	}
	at := exception.At{On: on, Role: s.o.User.Role, Actor: s.o.User.ID, Place: s.o.User.Place}
	if f.self != "" {
		at.Role = law.UserRep
	} else if !s.guarded() {
		at.Role = "" // the one who usually does it
	}
	o := desk.MatterOrder{Tenant: exception.National, Matter: f.id, Key: f.value("key"), At: at, Do: do, Known: s.desk.Now(), Seen: seen}
	if e, err := s.desk.TryMatter(f.v.ctx, o); err == nil && len(e.Warned) > 0 {
		// A refusal is left to the desk, which writes it down.
		if token := confirmation(e.Warned, nil); token != f.value("bekreft") {
			f.warned, f.token = e.Warned, token
			return desk.MatterOutcome{}, nil
		}
	}
	return s.desk.Arrange(f.v.ctx, o)
}

// clockField asks for a time of day; the value is as a meeting has it, 09:30.
func (f *stepForm) clockField(name, value string) field {
	return field{Name: name, Label: f.t("step." + name), Kind: "clock", Value: value}
}

// clockText reads a time of day as a meeting has it; empty when none was given.
func (f *stepForm) clockText(name string) string {
	m := f.clock(name)
	if m < 0 {
		return ""
	}
	return fmt.Sprintf("%02d:%02d", m/60, m%60)
}
