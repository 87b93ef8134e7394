package web

import (
	"crypto/rand"
	"encoding/json"
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
	"rettid/referral"
	"rettid/words"
)

// Correcting an entry of an application, as of a referral: choose it, say what it should have been, see was and is and what follows, and save. Both stay in the log.

// mayCorrectMatter tells whether the one who looks may correct an entry: one who might have made it.
func (s *site) mayCorrectMatter(c desk.MatterCase, e *exception.Event, may sight) bool {
	where := matterAt(c.Tenant, &c.State)
	switch verb := e.Ask.Verb(); verb {
	case "decide_exception":
		if c.State.ForwardedOn.IsZero() {
			return s.can(access.DecideException, where).Allowed
		}
		d := s.can(access.DecideForwarded, where)
		return d.Allowed && d.As.Provider != c.State.Holder
	case "apply_exception":
		return may == whole && s.can(access.ApplyException, where).Allowed
	case "inform":
		return may == whole && s.can(access.ExceptionLetter, where).Allowed
	case "register_request":
		return may == whole && (s.can(access.ApplyException, where).Allowed || s.can(access.ExceptionLetter, where).Allowed)
	default:
		i := slices.IndexFunc(exceptionActs, func(a *xact) bool { return a.verb == verb })
		return i >= 0 && may == whole && s.can(exceptionActs[i].action, where).Allowed
	}
}

// correctables are the entries one may correct, the latest first, each with what speaks there now.
func (s *site) correctables(c desk.MatterCase, may sight) []int {
	var out []int
	for i, e := range slices.Backward(exception.Speaking(c.Log)) {
		if e != nil && s.mayCorrectMatter(c, e, may) {
			out = append(out, i)
		}
	}
	return out
}

// correctMatter lists what can be corrected, shows the form of the entry chosen, or takes it.
func (s *site) correctMatter(w http.ResponseWriter, r *http.Request, v *view) error {
	c, may, done, err := s.openForm(w, r, "")
	if err != nil || done {
		return err
	}
	at := matterURL(c.Tenant, c.ID)
	some := s.correctables(c, may)
	if len(some) == 0 {
		return denied{"not_for_role"}
	}
	v.Here, v.Title = exceptionURL, v.T("verb.correct")
	p := exceptionActPage{frame: v.frame, Head: v.Title, URL: at + "/gjor/correct", Submit: v.T("web.act.see_correction"), Case: link{at, v.T("exc.case", caseNumber(c.Tenant, c.ID))}, State: v.matterState(&c.State), Seq: lastSeq(c), Key: rand.Text()}
	p.Name, p.Facts = v.matterName(c, may)
	p.Intro = v.T("exc.intro.correct")
	speaks := exception.Speaking(c.Log)
	line := r.URL.Query().Get("linje")
	if r.Method == http.MethodPost {
		line = r.PostForm.Get("linje")
	}
	if line == "" {
		for _, i := range some {
			seq := strconv.Itoa(c.Log[i].Seq)
			p.Choose = append(p.Choose, choice{p.URL + "?linje=" + seq, v.long(speaks[i].On), v.T("verb." + speaks[i].Ask.Verb()), v.matterDetail(speaks[i])})
		}
		return s.render(w, http.StatusOK, "exceptionact", v, p)
	}
	seq, err := strconv.Atoi(line)
	i := slices.IndexFunc(some, func(i int) bool { return c.Log[i].Seq == seq })
	if err != nil || i < 0 {
		return desk.ErrMissing
	}
	i = some[i]
	was := speaks[i]
	// What the entry was made on: the questions are those there were then.
	before := exception.Fold(c.Log[:i])
	read := s.read(r.Context(), c.Tenant)
	names, err := s.methodNames(r.Context())
	if err != nil {
		return err
	}
	f := &form{v: v, x: &referral.Referral{Facts: law.Facts{Deliveries: before.Deliveries}}, bad: make(map[string][]string), person: c.Person}
	fields, answers, remake := f.corrected(&before, was.Ask, names, read)
	p.Entry, p.Head = seq, v.T("web.act.correct_of", lowerFirst(v.T("verb."+was.Ask.Verb())), v.long(was.On))
	all := func() []field {
		var own []field
		if fields != nil {
			own = fields()
		}
		return v.correcting(i == 0, own, was.On)
	}
	show := func(status int) error {
		p.Fields = f.show(all())
		for _, x := range p.Fields {
			if len(x.Errors) > 0 {
				p.Missing++
			}
		}
		return s.render(w, status, "exceptionact", v, p)
	}
	if r.Method != http.MethodPost {
		f.typed = answers
		if f.typed == nil {
			f.typed = url.Values{}
		}
		f.typed.Set("hvordan", "endre")
		f.typed.Set("dato", words.FieldDate(was.On))
		return show(http.StatusOK)
	}
	f.typed, p.Key = r.PostForm, r.PostForm.Get("key")
	do := &exception.Correct{Seq: seq, Reason: exception.Say(f.need("hvorfor"))}
	if f.value("hvordan") == "stryk" && i > 0 {
		do.Strike = true
	} else {
		if on := f.needDay("dato"); on != was.On {
			do.On = on
		}
		do.With = was.Ask
		if remake != nil {
			do.With = remake()
			keepTexts(was.Ask, do.With, read)
		}
	}
	if len(f.bad) > 0 {
		return show(http.StatusUnprocessableEntity)
	}
	if seen, err := strconv.Atoi(f.value("seq")); err != nil || seen != lastSeq(c) {
		p.Moved = true
		return show(http.StatusConflict)
	}
	o := s.matterOrder(c, p.Key, v.Today, do)
	event, refused, err := s.tryMatter(r.Context(), o)
	if err != nil {
		return err
	}
	if !refused {
		token := digest(asText(do.Strike, do.On, do.With, event.Warned.Norms()))[:16]
		if f.value("bekreft") != token {
			p.Confirmed, p.Submit = token, v.T("web.act.save_correction")
			warned := event.Warned
			p.Was, p.Is = v.matterDated(was), v.T("web.fix.struck")
			if event.With != nil {
				p.Is, warned = v.matterDated(event.With), append(event.With.Warned[:len(event.With.Warned):len(event.With.Warned)], warned...)
			}
			p.Warnings = v.warnings(warned)
			after := exception.Fold(append(c.Log[:len(c.Log):len(c.Log)], exception.Entry{Seq: lastSeq(c) + 1, Known: v.Today, Event: event}))
			p.Changed = v.matterChanges(&c.State, &after)
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

// asText is what a person agrees to when a correction is saved.
func asText(all ...any) string {
	b, err := json.Marshal(all)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// keepTexts lets a free text that was left as it was keep its place outside the log.
func keepTexts(was, is exception.Command, read func(exception.Text) string) {
	old := make(map[string]string)
	for _, t := range exception.Texts(was) {
		if t.Note != "" {
			old[read(*t)] = t.Note
		}
	}
	for _, t := range exception.Texts(is) {
		if note, ok := old[t.Words]; ok && t.Words != "" && t.Note == "" {
			*t = exception.Text{Note: note}
		}
	}
}

// matterDetail is what an entry says in short.
func (v *view) matterDetail(e *exception.Event) string {
	switch x := e.Ask.(type) {
	case *exception.DecideException:
		return v.T("exception.outcome." + string(x.Outcome))
	case *exception.Evaluate:
		return v.T("exc.evaluated." + x.Result)
	case *exception.Endorse:
		return v.T("exc.endorse." + string(x.Endorse))
	case *exception.DecideComplaint:
		return v.T("exc.complaint." + x.Outcome)
	case *exception.Inform:
		if x.Letter != "" {
			return v.T("letter." + string(x.Letter))
		}
	case *exception.PlanEvaluation:
		return v.T("exc.next_evaluation", v.long(x.On))
	case *exception.Consent:
		if !x.On.IsZero() {
			return v.long(x.On)
		}
	case *exception.RegisterMethod:
		return v.T("method_state." + string(x.State))
	case *exception.OpenDoor:
		return v.T("exc.door." + string(x.Door))
	case *exception.LetterDelivered:
		return v.receiver(x.To) + ", " + lowerFirst(v.T("channel."+string(x.Channel)))
	case *exception.LetterNotDelivered:
		return v.receiver(x.To) + ", " + lowerFirst(v.T("undelivered."+string(x.Code)))
	}
	return ""
}

func (v *view) matterDated(e *exception.Event) string {
	text := v.T("verb."+e.Ask.Verb()) + " " + words.Date(v.Lang, e.On)
	if d := v.matterDetail(e); d != "" {
		text += ": " + d
	}
	return text
}

// matterChanges are what a correction makes other: where the case stands, its dates, what is owed.
func (v *view) matterChanges(a, b *exception.Matter) []change {
	var out []change
	add := func(label, from, to string) {
		if from != to {
			out = append(out, change{Label: v.T(label), From: orElse(from, "–"), To: orElse(to, "–")})
		}
	}
	date := func(label string, from, to day.Day) { add(label, v.long(from), v.long(to)) }
	add("exc.column.state", v.matterState(a).Head, v.matterState(b).Head)
	date("exc.column.received", a.ReceivedOn, b.ReceivedOn)
	if a.Kind == law.SingleException {
		date("exc.decide_by", law.DecideExceptionBy(&a.ExceptionFacts, v.s.desk.Settings).Value, law.DecideExceptionBy(&b.ExceptionFacts, v.s.desk.Settings).Value)
	}
	add("exc.route", routeWord(v, a), routeWord(v, b))
	date("exc.decided_on", a.DecidedOn, b.DecidedOn)
	date("exc.started_on", a.StartedOn, b.StartedOn)
	date("exc.evaluate_on", a.EvaluateOn, b.EvaluateOn)
	date("exc.stopped_on", a.StoppedOn, b.StoppedOn)
	owed := func(m *exception.Matter) string {
		var names []string
		for _, d := range law.ExceptionDutiesOn(&m.ExceptionFacts, v.Today, v.s.desk.Settings) {
			names = append(names, v.T("duty."+string(d.Name)+".chip"))
		}
		return strings.Join(names, ", ")
	}
	add("web.duties.of_case", owed(a), owed(b))
	return out
}

func routeWord(v *view, m *exception.Matter) string {
	if m.Route == "" {
		return ""
	}
	return v.T("route." + string(m.Route))
}

// corrected gives the questions of an entry, its answers, and how the answers become a command again; nil where only the day can be corrected, or the entry struck out.
func (f *form) corrected(m *exception.Matter, c exception.Command, names methodNames, read func(exception.Text) string) (fields func() []field, answers url.Values, remake func() exception.Command) {
	set := func(pairs ...string) url.Values {
		out := url.Values{}
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i+1] != "" {
				out.Set(pairs[i], pairs[i+1])
			}
		}
		return out
	}
	date := func(d day.Day) string {
		if d.IsZero() {
			return ""
		}
		return words.FieldDate(d)
	}
	switch x := c.(type) {
	case *exception.Apply:
		fields = func() []field {
			var out []field
			for _, step := range applicationSteps[1 : len(applicationSteps)-1] {
				out = append(out, f.applicationFields(step, &applicationDraft{Referral: 1}, names)...)
			}
			return out
		}
		answers = formAnswers(&x.Form, read)
		if _, known := names[x.Method]; known {
			answers.Set("metode", x.Method)
		} else {
			answers.Set("annen", x.Method)
		}
		answers.Set("samtykke", date(x.Consent))
		answers.Set("begrunnelse", read(x.Reason))
		if x.Urgent {
			answers.Set("haster", "ja")
		}
		return fields, answers, func() exception.Command {
			y := *x
			y.Method, y.Consent, y.Urgent, y.Reason, y.Form = f.method(), f.day("samtykke"), f.value("haster") != "", f.said("begrunnelse"), f.applicationForm()
			if y.Method == "" {
				f.wrong("metode", "web.act.needed")
			}
			return &y
		}
	case *exception.DecideException:
		fields = func() []field {
			first, after := f.decisionFields(m)
			for _, c := range law.Criteria {
				name := f.v.T("exception.criterion." + string(c))
				first = append(first, field{Name: "vilkar-" + string(c), Label: name, Kind: "choice", Options: []option{{"yes", f.v.T("exc.met.yes"), false}, {"no", f.v.T("exc.met.no"), false}}},
					field{Name: "hvorfor-" + string(c), Label: name + ": " + lowerFirst(f.v.T("exc.why")), Kind: "text"})
			}
			return append(first, after...)
		}
		answers = set("utfall", string(x.Outcome), "enkelt", string(x.Individual), "annen", string(x.Redirect), "begrunnelse", read(x.Reason), "sammendrag", read(x.Summary), "avvik", read(x.Departs), "evaluering", date(x.Evaluate),
			"vilkar", joined(x.Conditions, read), "stopp", joined(x.Stop, read))
		answers["grunnlag"] = x.Basis
		for _, y := range x.Members {
			answers.Add("medlemmer", y.Who)
		}
		for _, y := range x.Criteria {
			answers.Set("vilkar-"+string(y.Criterion), string(y.Met))
			answers.Set("hvorfor-"+string(y.Criterion), read(y.Why))
		}
		return fields, answers, func() exception.Command {
			for _, l := range f.decisionLacks(m) {
				f.wrong(strings.TrimPrefix(l.URL, "#f-"), "exc.must_hold", l.Text)
			}
			y := f.decisionOf(m)
			y.Body, y.Meeting, y.Votes, y.Dissent = x.Body, x.Meeting, x.Votes, x.Dissent
			return y
		}
	case *exception.Request:
		fields = func() []field { return f.requestFields(names) }
		answers = set("onske", read(x.Wish), "legens", read(x.DoctorsWhy))
		if _, known := names[x.Method]; known {
			answers.Set("metode", x.Method)
		} else {
			answers.Set("annen", x.Method)
		}
		return fields, answers, func() exception.Command {
			y := *x
			y.Method, y.Wish, y.DoctorsWhy = f.method(), exception.Say(f.need("onske")), exception.Say(f.need("legens"))
			return &y
		}
	case *exception.Complete:
		answers = formAnswers(&x.Form, read)
	case *exception.Consent:
		answers = set("samtykke", date(x.On))
	case *exception.Endorse:
		answers = set("tilra", string(x.Endorse), "tekst", read(x.Words))
	case *exception.Ask:
		answers = set("tekst", read(x.Words))
	case *exception.Got:
		answers = set("tekst", read(x.Words))
	case *exception.Forward:
		answers = set("tekst", read(x.Note))
	case *exception.GiveReasons:
		answers = set("enkelt", string(x.Individual))
		for _, y := range x.Criteria {
			answers.Set("hvorfor-"+string(y.Criterion), read(y.Why))
		}
	case *exception.Start:
		answers = set("startet", map[bool]string{false: "yes", true: "no"}[x.Not], "tekst", read(x.Why))
	case *exception.PlanEvaluation:
		answers = set("dag", date(x.On), "stopp", joined(x.Stop, read))
	case *exception.Evaluate:
		answers = set("resultat", x.Result, "neste", date(x.Next), "tekst", read(x.Words))
	case *exception.NoteNational:
		answers = set("tilstand", string(x.State))
	case *exception.Complain:
		answers = set("tekst", read(x.Words))
	case *exception.DecideComplaint:
		answers = set("utfall", x.Outcome, "tekst", read(x.Words))
	case *exception.LinkReferral:
		answers = set("henvisning", strconv.FormatInt(x.Referral, 10))
	default: // a letter, a copy, a receipt: it was sent or came on a day, or it was not
		return nil, nil, nil
	}
	a := exceptionActs[slices.IndexFunc(exceptionActs, func(a *xact) bool { return a.verb == c.Verb() })]
	return func() []field { return a.fields(f, m) }, answers, func() exception.Command { return a.make(f, m) }
}

func joined(all []exception.Text, read func(exception.Text) string) string {
	var out []string
	for _, t := range all {
		out = append(out, read(t))
	}
	return strings.Join(out, "\n")
}

// formAnswers are the answers of an application, by the names of its questions.
func formAnswers(x *exception.Form, read func(exception.Text) string) url.Values {
	out := url.Values{}
	put := func(name, value string) {
		if value != "" {
			out.Set(name, value)
		}
	}
	number := func(name string, n int) {
		if n != 0 {
			out.Set(name, strconv.Itoa(n))
		}
	}
	grade := func(name string, n *int) {
		if n != nil {
			out.Set(name, strconv.Itoa(*n))
		}
	}
	tick := func(is bool, what string) {
		if is {
			out.Add("ruting", what)
		}
	}
	put("diagnose", x.Indication)
	number("linje", x.Line)
	put("mt", string(x.Authorisation))
	grade("alvor", x.Severity)
	grade("nyttegrad", x.Benefit)
	grade("ressurser", x.Resources)
	number("uker", x.Weeks)
	number("kostnad", x.Cost)
	if len(x.Evaluate) > 0 {
		put("evaluering", words.FieldDate(x.Evaluate[0]))
	}
	if !x.Informed.IsZero() {
		put("informert", words.FieldDate(x.Informed))
	}
	put("interesser", string(x.Conflict))
	tick(x.InTrial, "studie")
	tick(x.StartedBefore, "startet")
	tick(x.Prescription, "resept")
	tick(x.Competence == law.No, "utland")
	for name, t := range map[string]exception.Text{"tidligere": x.Earlier, "skiller": x.Differs, "dokumentasjon": x.Evidence, "ventet": x.Expected, "ubehandlet": x.Untreated, "dose": x.Dose, "alternativer": x.Alternatives, "start": x.Start, "stopp": x.Stop, "hastegrunn": x.UrgentWhy} {
		put(name, read(t))
	}
	return out
}
