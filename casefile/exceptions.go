package casefile

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"rettid/day"
	"rettid/desk"
	"rettid/exception"
	"rettid/law"
)

// exceptionVerb is one thing that can be done in the exception scheme. subject is the argument that names what it is about: exception, meeting or review.
type exceptionVerb struct {
	name    string
	subject string
	opens   bool
	args    []argument
	build   func(a args, id func(string) int64) exception.Command
}

// representatives are the four user representatives of Nye metoder, as the format names them.
var representatives = listOf(oneOf("B1", "B2", "B3", "B4"))

// exceptionVerbs are the verbs of the exception scheme in the order of the format, and the letter, which is of a matter when its kind is.
var exceptionVerbs = []exceptionVerb{
	{"apply_exception", "exception", true, []argument{must("exception", aText), must("method", aText), may("method_decision", oneOf("no", "yes", "pending")), may("patient", aPatient), may("at", aPlace), may("reason", aText)},
		func(a args, id func(string) int64) exception.Command {
			p := get[patient](a, "patient")
			c := &exception.Apply{Method: get[string](a, "method"), MethodSaid: get[string](a, "method_decision"), Patient: p.id, Born: p.born, Municipality: p.municipality, Place: get[place](a, "at").provider,
				Reason: exception.Say(get[string](a, "reason"))}
			if r := get[string](a, "referral"); r != "" {
				c.Referral = max(id(r), 0)
			}
			return c
		}},
	{"propose_group_exception", "exception", true, []argument{must("exception", aText), must("method", aText), may("group", aText), may("users_from", aDate)},
		func(a args, _ func(string) int64) exception.Command {
			return &exception.Propose{Method: get[string](a, "method"), UsersFrom: get[day.Day](a, "users_from"), Group: exception.Group{Text: exception.Say(get[string](a, "group"))}}
		}},
	{"schedule_meeting", "meeting", true, []argument{must("meeting", aText), may("date", aDay), may("forums_on", aDay)},
		func(a args, _ func(string) int64) exception.Command {
			forums := get[day.Day](a, "forums_on")
			return &exception.Schedule{Name: get[string](a, "meeting"), Date: get[day.Day](a, "date"), Bestiller: forums, Beslutning: forums}
		}},
	{"invite", "meeting", false, []argument{must("meeting", aText), may("representatives", representatives)},
		func(a args, _ func(string) int64) exception.Command {
			return &exception.Invite{Reps: get[[]string](a, "representatives"), Papers: true} // the step stands for an invitation with the papers of the case
		}},
	{"decide_exception", "exception", false, []argument{must("exception", aText), must("outcome", oneOf(law.ExGranted, law.ExRefused)), may("meeting", aText), may("individual", anAnswer), may("basis", someBasis), may("reason", aText)},
		func(a args, id func(string) int64) exception.Command {
			c := &exception.DecideException{Outcome: law.ExceptionOutcome(get[string](a, "outcome")), Individual: get[law.Answer](a, "individual"), Basis: get[[]string](a, "basis"), Reason: exception.Say(get[string](a, "reason"))}
			if m := get[string](a, "meeting"); m != "" {
				c.Meeting = id(m)
			}
			return c
		}},
	{"review_practice", "review", true, []argument{must("review", aText), must("from", aDate), must("to", aDate), may("by", listOf(oneOf(exception.Axes...))), may("meeting", aText), may("conclusion", aText)},
		func(a args, id func(string) int64) exception.Command {
			c := &exception.ReviewPractice{Name: get[string](a, "review"), From: get[day.Day](a, "from"), To: get[day.Day](a, "to"), By: get[[]string](a, "by"), Conclusion: exception.Say(get[string](a, "conclusion"))}
			if m := get[string](a, "meeting"); m != "" {
				c.Meeting = max(id(m), 0)
			}
			return c
		}},
	{"inform", "exception", false, []argument{may("exception", aText), may("patient", aBool), may("referrer", aBool), may("letter", oneOf(exception.Letters...)), may("feedback", aText)},
		func(a args, _ func(string) int64) exception.Command {
			return &exception.Inform{Patient: get[bool](a, "patient"), Referrer: get[bool](a, "referrer"), Letter: law.Letter(get[string](a, "letter"))}
		}},
}

// matterNames are the names matters have in a case.
var matterNames = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)

func exceptionVerbNamed(name string) *exceptionVerb {
	for i := range exceptionVerbs {
		if exceptionVerbs[i].name == name {
			return &exceptionVerbs[i]
		}
	}
	return nil
}

// exceptionVerbOf finds the verb of a step of the exception scheme; nil when it is one of a referral. A letter is of a matter when its kind is, and the case has one.
func (r *reader) exceptionVerbOf(n *node, do string) *exceptionVerb {
	v := exceptionVerbNamed(do)
	if do != "inform" {
		return v
	}
	if n.get("exception") != nil {
		return v
	}
	if l := n.get("letter"); l != nil && slices.Contains(exception.Letters, law.Letter(l.text)) && len(r.ofSubject("exception")) > 0 {
		return v
	}
	return nil
}

// findMatters lists the names a case gives its applications, group cases, meetings and reviews. In a case that schedules no meeting at all, the first invitation
// to one is what it is known by.
func (r *reader) findMatters(steps *node) {
	r.matters = make(map[string]string)
	invited := true
	for _, s := range steps.items {
		if do := s.get("do"); do != nil && do.text == "schedule_meeting" {
			invited = false
		}
	}
	for _, s := range steps.items {
		do := s.get("do")
		if do == nil {
			continue
		}
		if v := exceptionVerbNamed(do.text); v != nil && (v.opens || v.name == "invite" && invited) {
			if name := s.get(v.subject); name != nil && name.text != "" {
				r.matters[name.text] = v.subject
			}
		}
	}
}

func (r *reader) ofSubject(subject string) []string {
	var out []string
	for name, s := range r.matters {
		if s == subject {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// readMatterStep reads a step of the exception scheme.
func (r *reader) readMatterStep(c *Case, s *step, n *node, v *exceptionVerb, names []string) {
	r.only(n, s.do, append(slices.Clone(anyKeys), takes(v.args)...)...)
	s.ask, s.args = v.build, args{}
	for _, a := range v.args {
		val := n.get(a.name)
		switch {
		case val == nil && a.required:
			r.wrong(n.line, "%s lacks %s", s.do, a.name)
		case val == nil || val.kind == isNull && !a.required:
		default:
			if got, ok := a.read(r, val, a.name); ok {
				s.args[a.name] = got
			}
		}
	}
	if ref := n.get("referral"); ref != nil {
		if !contains(names, ref.text) {
			r.wrong(ref.line, "there is no referral %q in the case%s; there is: %s", ref.text, meant(ref.text, names), strings.Join(names, ", "))
		}
		s.args["referral"] = ref.text
	}
	switch m := get[string](s.args, "meeting"); {
	case m == "" || v.subject == "meeting" || contains(r.ofSubject("meeting"), m):
	case s.do == "review_practice", len(s.rejected) > 0:
		delete(s.args, "meeting") // a review may name a meeting to come; to one that nobody scheduled nobody was invited, and that is what is refused (U2-1, U2-2)
	default:
		r.wrong(n.get("meeting").line, "there is no meeting %q in the case%s; there is: %s", m, meant(m, r.ofSubject("meeting")), strings.Join(r.ofSubject("meeting"), ", "))
	}
	s.latest = s.args
	s.matter = get[string](s.args, v.subject)
	all := r.ofSubject(v.subject)
	switch {
	case s.matter == "" && s.do == "inform":
		if len(all) == 1 {
			s.matter = all[0]
		} else {
			r.wrong(n.line, "inform lacks exception: the case has several (%s)", strings.Join(all, ", "))
		}
	case s.matter == "":
	case !matterNames.MatchString(s.matter):
		r.wrong(n.line, "%s must be a name such as X1, not %q", v.subject, s.matter)
	case !v.opens && !contains(all, s.matter):
		r.wrong(n.line, "there is no %s %q in the case%s; there is: %s", v.subject, s.matter, meant(s.matter, all), strings.Join(all, ", "))
	case v.opens && v.subject == "exception":
		for _, before := range c.steps {
			if before.matter == s.matter && before.rejected == nil && (before.do == "apply_exception" || before.do == "propose_group_exception") {
				r.wrong(n.line, "exception %s is opened twice", s.matter)
			}
		}
	}
}

// takeMatter does a step of the exception scheme through the desk. false: the case can't go on.
func (r *run) takeMatter(s *step) bool {
	o := desk.MatterOrder{Tenant: r.tenant, Matter: r.ids[s.matter], Key: fmt.Sprintf("step-%d", s.number), Known: noon(r.today), At: exception.At{On: s.on, Role: law.Role(s.as)}}
	o.Do = s.ask(s.args, r.idOf)
	if c, ok := o.Do.(*exception.Correct); ok {
		c.Seq = r.seqs[s.corrects]
	}
	if o.Matter == 0 && s.do == "invite" && !r.openMeeting(s, &o) {
		return false
	}
	if o.Matter == 0 && exception.Opens(o.Do) == "" {
		r.fail(s, Failure{Message: s.matter + " is not opened before this step"})
		return false
	}
	id, seq, ok := r.order(s, o.Matter, func() (int64, int, law.Objections, error) {
		out, err := r.desk.TakeMatter(r.ctx, o)
		return out.Matter, out.Seq, out.Warned, err
	})
	if seq == 0 {
		return ok
	}
	if o.Matter == 0 {
		r.ids[s.matter] = id
		r.matters = append(r.matters, s.matter)
	}
	return true
}

// openMeeting puts a meeting into the calendar, the day not known yet, for an invitation that comes before it is scheduled. false: it can't be.
func (r *run) openMeeting(s *step, o *desk.MatterOrder) bool {
	first := *o
	first.Do, first.Key = &exception.Schedule{Name: s.matter}, o.Key+"-meeting"
	out, err := r.desk.TakeMatter(r.ctx, first)
	if err != nil {
		r.fail(s, Failure{Key: s.do, Expected: promised(s), Found: "a fault: " + err.Error()})
		return false
	}
	r.ids[s.matter], o.Matter = out.Matter, out.Matter
	r.matters = append(r.matters, s.matter)
	return true
}

// theMatters loads every matter as it stood at the end of a check's day.
func (r *run) theMatters(c *check) (map[string]*exception.Matter, error) {
	out := make(map[string]*exception.Matter)
	for _, name := range r.matters {
		log, err := r.desk.MatterLog(r.ctx, r.tenant, r.ids[name])
		if err != nil {
			return nil, err
		}
		if m := exception.FoldAsOf(known(log, c), c.on); m.Kind != "" {
			out[name] = &m
		}
	}
	return out, nil
}

func exceptionDutyNames() []string {
	out := make([]string, len(law.ExceptionDutyNames))
	for i, n := range law.ExceptionDutyNames {
		out[i] = string(n)
	}
	return out
}

func openMatterDuties(v view) []law.Duty {
	return law.ExceptionDutiesOn(&v.m.ExceptionFacts, v.on, v.settings)
}

// matterExpectations are what can be expected of an application or a group case.
var matterExpectations = []expectation{
	word("status", []law.ExceptionStatus{law.ExceptionReceived, law.ExceptionDecided}, func(v view) law.ExceptionStatus { return v.m.Status }),
	{"outcome", readOutcome},
	{"duties", dutiesOf(exceptionDutyNames, openMatterDuties)},
	{"no_duties", noDutiesOf(exceptionDutyNames, openMatterDuties)},
	{"flags", func(r *reader, n *node) (want, bool) {
		return readListOf(r, n, "flags", func(v view) []string { return v.m.Flags(v.settings) })
	}},
	{"letters", func(r *reader, n *node) (want, bool) {
		return readListOf(r, n, "letters", func(v view) []string {
			var out []string
			for _, l := range v.m.Letters {
				out = append(out, string(l.Kind))
			}
			return out
		})
	}},
	word("participation", []law.ParticipationVerdict{law.Honoured, law.Partly, law.NotHonoured}, func(v view) law.ParticipationVerdict { return v.m.ParticipationOn(v.settings).Value.Verdict }),
	word("route", law.ExceptionRoutes, func(v view) law.ExceptionRoute { return v.m.Route }),
	{"errors", readErrors},
}

// reviewExpectations are what can be expected of a review of practice.
var reviewExpectations = []expectation{
	{"applied", countsOf("applied", func(r exception.Row) int { return r.Applied })},
	{"granted", countsOf("granted", func(r exception.Row) int { return r.Granted })},
	{"refused", countsOf("refused", func(r exception.Row) int { return r.Refused })},
	{"errors", readErrors},
}

// readOutcome reads granted or refused, plainly or to the letter, or null for none yet.
func readOutcome(r *reader, n *node) (want, bool) {
	if n.kind == isNull {
		return want{expected: "null", test: func(v view) (string, bool) { return string(v.m.Outcome), v.m.Outcome == "" }}, true
	}
	_, ok := oneOf(law.ExceptionOutcomes...)(r, n, "outcome")
	return want{expected: n.text, test: func(v view) (string, bool) {
		found := v.m.Outcome
		return string(found), string(found) == n.text || string(found.Plain()) == n.text
	}}, ok
}

func readListOf(r *reader, n *node, key string, found func(view) []string) (want, bool) {
	got, ok := listOf(aText)(r, n, key)
	if !ok {
		return want{}, false
	}
	expected := got.([]string)
	return want{expected: list(expected), test: func(v view) (string, bool) { f := found(v); return list(f), holds(f, expected) }}, true
}

// countsOf reads {group: number}; a group that is not among the counts has none. The groups are those of the first axis that has them.
func countsOf(key string, count func(exception.Row) int) func(r *reader, n *node) (want, bool) {
	return func(r *reader, n *node) (want, bool) {
		if n.kind != isMap {
			r.wrong(n.line, "%s must be a map such as {sor-ost: 2, vest: 1}, not %s", key, shown(n))
			return want{}, false
		}
		type one struct {
			group  string
			number int
		}
		var all []one
		shows, good := []string{}, true
		for _, p := range n.pairs {
			v, ok := aNumber(0, 1<<30)(r, p.value, key+"."+p.key)
			if !ok {
				good = false
				continue
			}
			all = append(all, one{p.key, v.(int)})
			shows = append(shows, p.key+": "+p.value.text)
		}
		return want{expected: "{" + strings.Join(shows, ", ") + "}", test: func(v view) (string, bool) {
			met, found := true, make([]string, len(all))
			for i, o := range all {
				n := 0
				for _, axis := range v.m.Review.By {
					if row, ok := v.m.Review.Counts[axis][o.group]; ok {
						n = count(row)
						break
					}
				}
				found[i] = o.group + ": " + strconv.Itoa(n)
				if by := v.m.Review.By; len(by) == 1 && by[0] == "region" && o.group != "unknown" && !slices.Contains(law.UserPanels, o.group) {
					found[i], met = o.group+": no such region", false // a misspelt region would be none for ever
				}
				met = met && n == o.number
			}
			return "{" + strings.Join(found, ", ") + "}", met
		}}, good
	}
}

// readMatterWants reads what is expected of a matter.
func (r *reader) readMatterWants(p pair) []want {
	of := matterExpectations
	if r.matters[p.key] == "review" {
		of = reviewExpectations
	}
	return r.wantsOf(p, of, p.key, "{status: decided}")
}
