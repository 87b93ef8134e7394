package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
	"rettid/say"
	"rettid/words"
)

// What is done to a case: a form for each verb, in the law's words, with how the case stands beside it. What was typed is never lost: not when the law
// says no, not when it warns, and not when somebody else has done something meanwhile. The form's key makes a second sending of it harmless.

// An act is one thing that can be done to a case: when it makes sense, what it asks, and the command it becomes.
type act struct {
	verb, icon string
	role       law.Role                                     // who decides it; empty: whoever does it
	confirm    bool                                         // its warnings touch the deadline: they are shown before it is saved
	offered    func(v *view, x *referral.Referral) bool     // it makes sense as the case stands
	fields     func(f *form) []field                        // what it asks, with what is proposed
	make       func(f *form) referral.Command               // nil when something is missing; f.bad says what
	values     func(v *view, c referral.Command) url.Values // what a command answers, for correcting it
}

// A field is one question of a form.
type field struct {
	Name, Label, Kind string // day · clock · line · text · select · choice · ticks
	Value, Help       string
	Options           []option
	Need              bool
	For               string // shown only when this choice is made, "slag-time"; without style it is always shown
	Errors            []string
}

// A form is what one person fills in: the case it is about and what was typed.
type form struct {
	v      *view
	c      desk.Case
	x      *referral.Referral
	base   referral.Command // of a correction: what is corrected
	typed  url.Values       // nil: nothing yet
	bad    map[string][]string
	person ledger.Person
}

func (f *form) value(name string) string { return strings.TrimSpace(f.typed.Get(name)) }
func (f *form) yes(name string) bool     { return f.typed.Get(name) == "ja" }
func (f *form) wrong(name, key string, args ...any) {
	f.bad[name] = append(f.bad[name], f.v.T(key, args...))
}

// need reads an answer that must be there.
func (f *form) need(name string) string {
	s := f.value(name)
	if s == "" {
		f.wrong(name, "web.act.needed")
	}
	return s
}

// day reads a day, and says what is wrong with one that can't be read; empty is no day.
func (f *form) day(name string) day.Day {
	d, err := typedDay(f.value(name))
	if err != nil {
		f.wrong(name, "web.act.bad_day")
	}
	return d
}

func (f *form) needDay(name string) day.Day {
	if f.need(name) == "" {
		return day.Day{}
	}
	return f.day(name)
}

// clock reads minutes since midnight; -1 when none was given.
func (f *form) clock(name string) int16 {
	m, ok := typedClock(f.value(name))
	if !ok {
		f.wrong(name, "web.act.bad_clock")
	}
	return m
}

func (f *form) text(name string) referral.Text { return referral.Text{Words: f.value(name)} }

var (
	norwegianDay = regexp.MustCompile(`^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})$`)
	clockTime    = regexp.MustCompile(`^(?:kl\.? ?)?(\d{1,2})[.:]?(\d{2})$`)
)

// typedDay reads 02.05.2025 or 2025-05-02; empty is no day.
func typedDay(s string) (day.Day, error) {
	if s == "" {
		return day.Day{}, nil
	}
	if m := norwegianDay.FindStringSubmatch(s); m != nil {
		n := [3]int{}
		for i := range n {
			n[i], _ = strconv.Atoi(m[i+1])
		}
		return day.Of(n[2], n[1], n[0])
	}
	return day.Parse(s)
}

// typedClock reads 9.30, 09:30 or 0930; empty is no time.
func typedClock(s string) (int16, bool) {
	if s == "" {
		return -1, true
	}
	m := clockTime.FindStringSubmatch(s)
	if m == nil {
		return -1, false
	}
	h, _ := strconv.Atoi(m[1])
	n, _ := strconv.Atoi(m[2])
	if h > 23 || n > 59 {
		return -1, false
	}
	return int16(h*60 + n), true
}

// show fills fields with what was typed, or else what is proposed, and puts what is wrong beside them.
func (f *form) show(fields []field) []field {
	for i := range fields {
		x := &fields[i]
		given := []string{x.Value}
		if f.typed != nil {
			given = f.typed[x.Name]
			x.Value = f.typed.Get(x.Name)
		} else if x.Kind == "ticks" {
			given = strings.Fields(x.Value)
		}
		for j := range x.Options {
			x.Options[j].Chosen = slices.Contains(given, x.Options[j].Value) && (x.Options[j].Value != "" || x.Value == "")
		}
		x.Errors = f.bad[x.Name]
	}
	return fields
}

// actPage is a form, and everything that can be said of it.
type actPage struct {
	*frame
	Head, Intro string
	LiveURL     string // empty: nothing is heard of
	URL         string
	Case        link
	Name, Facts string
	State       standing
	Dates       []fact
	Why         proof
	Fields      []field
	Key         string
	Seq, Entry  int
	Confirmed   string
	Problems    []problem // the law says no
	Warnings    []warning // saved only when one means it
	Missing     int       // fields to be mended
	Since       []happening
	Yours       []pair // what was typed, beside what has happened since
	Submit      string
	Boxes       []box    // what is to be told Helfo
	Was, Is     string   // a correction, before it is saved
	Changed     []change // and the dates that become others
	Capacity    string   // of a booking: where the weeks are seen
	Choose      []choice // entries that can be corrected
	Hidden      []option
	Decides     string
}

type problem struct {
	Text, Cite string
	Links      []link
}

type box struct {
	Head  string
	Pairs []pair
}

type choice struct{ URL, When, What, Detail string }

// size is the most a form may hold.
const formSize = 64 << 10

var keyShape = regexp.MustCompile(`^[A-Z2-7]{26}$`)

// do shows the form of a verb, or takes it.
func (s *site) do(w http.ResponseWriter, r *http.Request, v *view) error {
	tenant := r.PathValue("tenant")
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	a, ok := acts[r.PathValue("verb")]
	if err != nil || id < 1 || !ok {
		return desk.ErrMissing
	}
	x, ok, err := s.desk.Ledger.Row(r.Context(), tenant, id)
	if err != nil {
		return err
	}
	if !ok {
		return desk.ErrMissing
	}
	if s.guarded() {
		if err := s.actOn(r, x, actionOf(a.verb)); err != nil {
			return err
		}
	} else if !s.ours(x) { // the case page asks why; another trust's case is read, and not acted on
		http.Redirect(w, r, caseURL(tenant, id), http.StatusSeeOther)
		return nil
	}
	if !s.guarded() && !s.mayDo(a, desk.Case{}) {
		return s.render(w, http.StatusForbidden, "notice", v, s.forbidden(v, a, caseURL(tenant, id)))
	}
	if r.Method == http.MethodPost {
		return s.takeForm(w, r, v, a, tenant, id)
	}
	c, err := s.desk.Open(r.Context(), tenant, id, desk.View{}, ledger.Access{Actor: s.o.User.ID, Role: string(s.o.User.Role), Place: s.o.User.Place, Purpose: s.o.User.Purpose})
	if err != nil {
		return err
	}
	f := &form{v: v, c: c, x: &c.State, bad: make(map[string][]string), person: c.Person}
	p := s.actPage(f, a)
	p.Key, p.Seq = rand.Text(), c.State.Seq
	if a.verb == "correct" {
		return s.correctPage(w, r, f, p)
	}
	p.Fields = f.show(f.proposed(append(a.fields(f), f.onField()), r.URL.Query()))
	return s.render(w, http.StatusOK, "act", v, p)
}

// proposed fills fields with what the address proposes: a day, a clock time or a choice that was picked on another page. Nothing is saved by it, and free text
// is never taken from an address.
func (f *form) proposed(fields []field, q url.Values) []field {
	for i, x := range fields {
		if given := q.Get(x.Name); given != "" && x.Name != "dato" && slices.Contains([]string{"day", "clock", "choice", "select"}, x.Kind) {
			fields[i].Value = given
		}
	}
	return fields
}

// mayDo tells whether the one who looks may do it: what a specialist decides is a specialist's. In the demonstration one person does it all.
func (s *site) mayDo(a *act, c desk.Case) bool {
	if s.guarded() {
		return s.can(actionOf(a.verb), s.caseOf(c.Tenant, &c.State)).Allowed
	}
	return s.o.Demo || a.role != law.Specialist || s.o.User.Role == law.Specialist
}

func (s *site) forbidden(v *view, a *act, back string) notice {
	v.Title = v.T("verb." + a.verb)
	return notice{frame: v.frame, State: "refusal", Head: v.T("web.act.specialist"), Lines: []string{v.T("web.act.specialist_text")}, Link: link{back, v.T("web.act.to_case")}}
}

// onField asks for the day it happened.
func (f *form) onField() field {
	return field{Name: "dato", Label: f.v.T("web.act.on"), Kind: "day", Value: words.FieldDate(f.v.Today), Help: f.v.T("web.act.on_help"), Need: true}
}

// actPage is the page around a form: whose case it is and how it stands.
func (s *site) actPage(f *form, a *act) actPage {
	v, c := f.v, f.c
	p := actPage{frame: v.frame, LiveURL: liveURL(c.Tenant, c.ID, f.x.Seq), Head: v.verbName(f.x, a.verb), URL: caseURL(c.Tenant, c.ID) + "/gjor/" + a.verb, Case: link{caseURL(c.Tenant, c.ID), v.T("web.referral") + " " + caseNumber(c.Tenant, c.ID)},
		Name: v.givenName(c.Person), Facts: v.personLine(c), State: v.standing(f.x), Dates: v.dates(f.x), Submit: v.verbName(f.x, a.verb)}
	v.Title = p.Head
	if key := "web.act.intro." + a.verb; words.Has(words.NB, key) {
		p.Intro = v.T(key)
	}
	p.Why, _ = v.proofs(f.x)
	if key := "web.act.submit." + a.verb; words.Has(words.NB, key) {
		p.Submit = v.T(key)
	}
	if a.verb == "book" && f.x.Holder != "" {
		p.Capacity = "/kapasitet?" + url.Values{"sykehus": {f.x.Holder}, "sak": {c.Tenant + "/" + strconv.FormatInt(c.ID, 10)}}.Encode()
	}
	if a.verb == "notify_helfo" {
		p.Boxes = v.helfoBoxes(f)
	}
	return p
}

// order makes the order of a command: who, where and when.
func (f *form) order(a *act, key string, do referral.Command, on day.Day) desk.Order {
	u := f.v.s.o.User
	o := desk.Order{Tenant: f.c.Tenant, Referral: f.c.ID, Key: key, Known: f.v.s.desk.Now(), Seen: f.x.Seq, At: referral.At{On: on, Minute: -1, Role: u.Role, Actor: u.ID, Place: u.Place}, Do: do}
	if a.role != "" && !f.v.s.guarded() {
		o.At.Role = a.role
	}
	if o.At.Place == "" {
		o.At.Place = f.x.Holder
	}
	if a.verb == "offer" && f.value("tilbyder") == "helfo" {
		o.At.Role = law.Helfo
	}
	if r, ok := do.(*referral.Receive); ok && (r.NewCondition || r.SecondOf != 0) {
		o.Referral, o.Seen = 0, 0
	}
	return o
}

// readForm reads a form that was sent, no larger than a form can be.
func readForm(w http.ResponseWriter, r *http.Request) error {
	if err := readText(w, r); err != nil {
		return err
	}
	if !keyShape.MatchString(r.PostForm.Get("key")) {
		return badRequest{code: "web.bad_request_text"}
	}
	return nil
}

// readText reads a form that is text, and not too much of it.
func readText(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, formSize)
	if err := r.ParseForm(); err != nil {
		return badRequest{code: "web.bad_request_text"}
	}
	for k, values := range r.PostForm {
		if !isText(k) || slices.ContainsFunc(values, func(s string) bool { return !isText(s) }) {
			return badRequest{code: "web.bad_request_text"}
		}
	}
	return nil
}

func (s *site) takeForm(w http.ResponseWriter, r *http.Request, v *view, a *act, tenant string, id int64) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	c, err := s.desk.Peek(r.Context(), tenant, id, desk.View{})
	if err != nil {
		return err
	}
	key := r.PostForm.Get("key")
	for _, rec := range c.Records {
		if rec.Key == key { // sent twice: it is done
			http.Redirect(w, r, caseURL(tenant, id)+"?gjort="+strconv.Itoa(rec.Seq), http.StatusSeeOther)
			return nil
		}
	}
	f := &form{v: v, c: c, x: &c.State, typed: r.PostForm, bad: make(map[string][]string), person: c.Person}
	p := s.actPage(f, a)
	p.Key, p.Seq = key, c.State.Seq

	on := f.needDay("dato")
	var do referral.Command
	fields := func() []field { return append(a.fields(f), f.onField()) }
	if a.verb == "correct" {
		target, err := f.target()
		if err != nil {
			return err
		}
		do, on, fields = f.correction(target, on)
		p.Entry, p.Head = target.seq, f.correctHead(target)
	} else {
		do = a.make(f)
	}
	show := func(status int) error {
		p.Fields = f.show(fields())
		for _, x := range p.Fields {
			if len(x.Errors) > 0 {
				p.Missing++
			}
		}
		return s.render(w, status, "act", v, p)
	}
	if seen, err := strconv.Atoi(r.PostForm.Get("seq")); err != nil || seen != c.State.Seq {
		return f.conflict(&p, seen, fields(), show)
	}
	if r.PostForm.Get("vis") != "" { // the form again, for another choice in it
		clear(f.bad)
		return show(http.StatusOK)
	}
	if len(f.bad) > 0 || do == nil {
		return show(http.StatusUnprocessableEntity)
	}
	o := f.order(a, key, do, on)
	if a.confirm {
		// What will be warned of is said before it is saved. A refusal is left to the desk, which writes it down.
		_, out, err := s.desk.Prepare(r.Context(), o, f.log(o))
		warned := allWarned(out.Event)
		if token := confirmation(warned, do); err == nil && token != "" && r.PostForm.Get("bekreft") != token {
			p.Confirmed = token
			p.Warnings = v.foreseen(warned)
			p.Submit = v.T("web.act.save_anyway")
			if _, ok := do.(*referral.Correct); ok {
				f.before(&p, out)
			}
			return show(http.StatusOK)
		}
	}
	out, err := s.desk.Take(r.Context(), o)
	var refusal *referral.Refusal
	switch {
	case errors.As(err, &refusal):
		f.refused(&p, a, refusal, fields())
		return show(http.StatusUnprocessableEntity)
	case errors.Is(err, desk.ErrMoved):
		if f.c, err = s.desk.Peek(r.Context(), tenant, id, desk.View{}); err != nil {
			return err
		}
		seen := p.Seq
		f.x, p.Seq = &f.c.State, f.c.State.Seq
		return f.conflict(&p, seen, fields(), show)
	case err != nil:
		return err
	}
	fault := s.slotFault(tenant, out)
	if out.State.Status == law.Closed {
		if err := s.dropDrafts(r.Context(), tenant, out.Referral); err != nil {
			s.log.Error("the drafts of a closed case are still there", "tenant", tenant, "referral", out.Referral, "error", err) // it is closed all the same
		}
	}
	if o.Referral == 0 && !s.can(access.Open, s.caseOf(tenant, &out.State)).Allowed { // a referral of its own, to others: the one who made it stays with the patient
		http.Redirect(w, r, caseURL(tenant, id)+"?nysak="+strconv.FormatInt(out.Referral, 10), http.StatusSeeOther)
		return nil
	}
	http.Redirect(w, r, caseURL(tenant, out.Referral)+"?gjort="+strconv.Itoa(out.Seq)+fault, http.StatusSeeOther)
	return nil
}

// log is what an order is decided on.
func (f *form) log(o desk.Order) []referral.Entry {
	if o.Referral == 0 {
		return nil
	}
	return f.c.Log
}

// confirmation names the warnings that must be confirmed; "" when there is nothing to confirm. A correction is always looked at before it is saved.
func confirmation(warned law.Objections, do referral.Command) string {
	var codes []string
	for _, o := range warned {
		for _, b := range o.Because {
			codes = append(codes, b.Code)
		}
	}
	if c, ok := do.(*referral.Correct); ok {
		codes = append(codes, "correct", strconv.Itoa(c.Seq))
	}
	return strings.Join(codes, " ")
}

// allWarned is what the law warned of when an entry was made; of a correction, also what it says of the corrected step.
func allWarned(e *referral.Event) law.Objections {
	if e == nil {
		return nil
	}
	if e.With == nil {
		return e.Warned
	}
	return append(e.With.Warned[:len(e.With.Warned):len(e.With.Warned)], e.Warned...)
}

func (v *view) warnings(os law.Objections) []warning {
	var out []warning
	for _, o := range os {
		text, cite := say.Objection(v.Lang, o)
		out = append(out, warning{text, cite})
	}
	return out
}

// foreseen writes what will be warned of, before it is saved: where the law's sentence tells what was stored, another tells what will be.
func (v *view) foreseen(os law.Objections) []warning {
	out := slices.Clone(os)
	for i := range out {
		out[i].Because = slices.Clone(out[i].Because)
		for j, b := range out[i].Because {
			if key := "foreseen." + b.Code; words.Has(words.NB, key) {
				out[i].Because[j].Code = key
			}
		}
	}
	return v.warnings(out)
}

// conflict shows what was typed beside what has happened since, to be decided again.
func (f *form) conflict(p *actPage, seen int, fields []field, show func(int) error) error {
	p.State, p.Dates, p.Confirmed = f.v.standing(f.x), f.v.dates(f.x), ""
	for _, h := range f.v.history(f.c, day.Day{}, nil) {
		if n, _ := strconv.Atoi(strings.TrimPrefix(h.ID, "r")); n > seen {
			if h.Fix != nil {
				h.What, h.Detail = f.v.T("history.correct"), h.Fix.Is
			}
			p.Since = append(p.Since, h)
		}
	}
	for _, x := range f.show(fields) {
		value := x.Value
		if len(x.Options) > 0 {
			var chosen []string
			for _, o := range x.Options {
				if o.Chosen && o.Value != "" {
					chosen = append(chosen, o.Text)
				}
			}
			value = strings.Join(chosen, ", ")
		}
		if value != "" {
			p.Yours = append(p.Yours, pair{x.Label, value})
		}
	}
	clear(f.bad)
	return show(http.StatusConflict)
}

// refused says no: on top with what can be done instead, and beside the field it is about.
func (f *form) refused(p *actPage, a *act, r *referral.Refusal, fields []field) {
	p.Confirmed = ""
	for _, o := range r.Objections {
		text, cite := say.Objection(f.v.Lang, o)
		x := problem{Text: text, Cite: cite}
		seen := make(map[string]bool)
		for _, b := range o.Because {
			for _, verb := range instead[b.Code] {
				if !seen[verb] && verb != a.verb && f.v.mayLink(f.c, verb) {
					seen[verb] = true
					x.Links = append(x.Links, f.v.actLink(f.c, verb))
				}
			}
			if name := beside[b.Code]; slices.ContainsFunc(fields, func(x field) bool { return x.Name == name }) {
				f.bad[name] = append(f.bad[name], text)
			} else if len(fields) > 0 && fieldOf[a.verb] != "" {
				f.bad[fieldOf[a.verb]] = append(f.bad[fieldOf[a.verb]], text)
			}
		}
		if len(x.Links) == 0 && a.verb != "correct" && f.v.mayLink(f.c, "correct") {
			x.Links = []link{f.v.actLink(f.c, "correct")}
		}
		p.Problems = append(p.Problems, x)
	}
	for k := range f.bad {
		f.bad[k] = slices.Compact(f.bad[k])
	}
}

// beside names the field a refusal is about, by its reason.
var beside = map[string]string{
	"in-the-future": "dato", "before-received": "dato", "before-earlier-step": "dato", "no-time": "dag", "time-has-passed": "dag", "time-or-interval": "dag", "no-date": "dag", "unknown-helfo-reason": "svar", "offer-in-the-past": "dag",
	"code-does-not-fit": "kode", "postponed-by-whom": "av", "unknown-provider": "sted", "kin-role-missing": "roller", "digital-asks": "begynt", "to-whom": "mottaker", "letter-says-otherwise": "brev",
	"unknown-letter": "brev", "G5.3-11": "grunnlag", "needed-before-received": "trengs", "unknown-end": "grunn", "opinion-of-whom": "hvem", "opinion-view": "syn", "close-unassessed": "grunn", "start-is-a-start": "grunn", "G3.2-9": "begrunnelse", "no-such-offer": "tilbud",
}

// fieldOf is the field a refusal of a verb stands beside when its reason names none.
var fieldOf = map[string]string{"book": "dag", "postpone": "dag", "change_deadline": "dag", "worsen": "trengs", "wish_earlier": "varsel", "offer": "dag", "accept": "tilbud", "decline": "tilbud", "start": "hva", "close": "grunn",
	"forward": "sted", "classify": "gjelder", "inform": "brev", "letter_delivered": "sending", "letter_not_delivered": "sending", "refuse_out_of_region": "begrunnelse", "helfo_placed": "sted", "helfo_returned": "svar", "tell_helfo": "dag", "decide_complaint": "utfall", "complain": "gjelder"}

// instead is what can be done when the law says no, by the reason.
var instead = map[string][]string{
	"G2-14": {"complain", "decide_complaint"}, "closed": {"correct"}, "not-waiting": {"correct"}, "no-such-offer": {"offer"}, "close-unassessed": {"assess", "forward"}, "start-is-a-start": {"start"},
	"assess-first": {"assess"}, "before-received": {"correct"}, "before-earlier-step": {"correct"}, "capacity": {"offer", "notify_helfo"}, "G5.3-11": {"offer", "notify_helfo"}, "G5.3-12": {"offer", "notify_helfo"},
	"G3.2-9": {"forward"}, "G3.2-10": {"forward", "assess"}, "G3.1-16": {"request_information"}, "no-complaint": {"complain"}, "nothing-sent-on": {"decide_complaint"}, "no-opinion-asked": {"ask_opinion"}, "care-not-started": {"start"},
}

// mayLink tells whether the one who looks may do what a link to a verb leads to.
func (v *view) mayLink(c desk.Case, verb string) bool {
	if verb == "assess" {
		return v.s.can(access.Assess, v.s.caseOf(c.Tenant, &c.State)).Allowed
	}
	return v.s.mayDo(acts[verb], c)
}

// verbName is what a verb is called as the case stands: when care has started, what is recorded is the next contact.
func (v *view) verbName(x *referral.Referral, verb string) string {
	if verb == "start" && x.Status == law.Started {
		return v.T("verb.start.again")
	}
	return v.T("verb." + verb)
}

// actLink leads to a verb of a case.
func (v *view) actLink(c desk.Case, verb string) link {
	at := caseURL(c.Tenant, c.ID) + "/gjor/" + verb
	if verb == "assess" {
		at = caseURL(c.Tenant, c.ID) + "/vurder"
	}
	return link{at, v.verbName(&c.State, verb)}
}

// An actItem is a verb in the case page's list of what can be done.
type actItem struct {
	link
	Icon string
}

// caseActs are the verbs that make sense as the case stands, those most used first.
func (v *view) caseActs(c desk.Case) []actItem {
	var out []actItem
	for _, verb := range actOrder {
		a := acts[verb]
		if v.s.mayDo(a, c) && a.offered(v, &c.State) {
			out = append(out, actItem{v.actLink(c, verb), a.icon})
		}
		if x := &c.State; verb == "tell_helfo" && !x.StartBy.IsZero() && v.s.mayDo(a, c) && (!x.HelfoOn.IsZero() || helfoMayAnswer(v, x)) {
			out = append(out, actItem{link{caseURL(c.Tenant, c.ID) + "/helfo", v.T("web.helfo.see")}, "paper"})
		}
	}
	return out
}

// dutyVerbs are where a duty is done.
var dutyVerbs = map[law.DutyName]string{
	law.DutyAssess: "assess", law.DutyClassify: "classify", law.DutyForward: "forward", law.DutyRequestInformation: "request_information", law.DutyInformPatient: "inform", law.DutyInformReferrer: "inform",
	law.DutyInformComplaint: "inform", law.DutyDeliverLetter: "letter_not_delivered", law.DutyPostLetter: "letter_delivered", law.DutyReachReceiver: "letter_delivered", law.DutyGuideReferrer: "inform", law.DutyBook: "book", law.DutyStartCare: "start", law.DutyFindAlternative: "offer", law.DutyNotifyHelfo: "notify_helfo", law.DutyTellHelfo: "tell_helfo",
	law.DutyRecordAttendance: "start", law.DutyPlanNext: "book", law.DutyHandle: "close", law.DutyHandleComplaint: "decide_complaint", law.DutyContactKin: "next_of_kin", law.DutyAnswerPatient: "reply", law.DutyGiveOpinion: "give_opinion",
}

// dutyAct is the button of a duty; none when the one who looks may not do it.
func (v *view) dutyAct(c desk.Case, name law.DutyName) link {
	switch name {
	case law.DutyInformPatient, law.DutyInformReferrer, law.DutyInformComplaint:
		if !v.s.mayDo(acts["inform"], c) {
			return link{}
		}
		if kind := v.letterKind(c); kind != "" {
			return link{brevURL(c, string(kind)), v.T("verb.inform")}
		}
	}
	verb := dutyVerbs[name]
	if name == law.DutyFindAlternative && v.s.mayDo(acts[verb], c) {
		return link{caseURL(c.Tenant, c.ID) + "/annet-sted", v.T("duty.find_alternative.chip")}
	}
	if a := acts[verb]; a != nil && !v.s.mayDo(a, c) || verb == "" || verb == "assess" && !v.s.can(access.Assess, v.s.caseOf(c.Tenant, &c.State)).Allowed {
		return link{}
	}
	return v.actLink(c, verb)
}

// A done is what was just saved, and what the law warned of.
type done struct {
	Text     string
	Warnings []warning
}

// doneNow is the entry the address names, for the page that follows a form.
func (v *view) doneNow(r *http.Request, c desk.Case) *done {
	if made, err := strconv.ParseInt(r.URL.Query().Get("nysak"), 10, 64); err == nil && made > 0 {
		return &done{Text: v.T("web.act.done_new", caseNumber(c.Tenant, made))}
	}
	seq, err := strconv.Atoi(r.URL.Query().Get("gjort"))
	if err != nil {
		return nil
	}
	for _, e := range c.Log {
		if e.Seq != seq {
			continue
		}
		d := &done{Text: v.T("web.act.done", lowerFirst(v.T("history."+e.Event.Kind()))), Warnings: v.warnings(allWarned(e.Event))}
		if detail := v.detail(e.Event); detail != "" {
			d.Text += " " + detail
		}
		if r.URL.Query().Get("ledig") == "nei" {
			d.Warnings = append(d.Warnings, v.notOffered())
		}
		return d
	}
	return nil
}

// helfoBoxes is what the breach portal asks, in its four boxes, to be read off or printed.
func (v *view) helfoBoxes(f *form) []box {
	p, x := f.person, f.x
	unit := ""
	if u, ok := v.s.desk.Org.Unit(x.Holder, x.Specialty, v.Today); ok {
		unit = u.Name
	}
	org, _ := v.s.desk.Org.Provider(x.Holder)
	boxes := []box{
		{v.T("web.helfo.patient"), []pair{{v.T("web.field.name"), v.givenName(p)}, {v.T("web.field.ident"), p.Ident}, {v.T("web.field.born"), words.Date(v.Lang, x.Born)},
			{v.T("web.field.address"), strings.TrimSpace(strings.Trim(p.Address+", "+p.Postcode+" "+p.City, ", "))}, {v.T("web.field.phone"), p.Phone}}},
		{v.T("web.helfo.unit"), []pair{{v.T("web.filter.provider"), org.Name}, {v.T("web.field.unit"), unit}, {v.T("web.field.orgnr"), org.OrgNr}, {v.T("web.field.contact"), v.s.o.User.Name}}},
		{v.T("web.helfo.care"), []pair{{v.T("web.filter.specialty"), v.specialty(x.Specialty)}, {v.T("web.column.condition"), v.condition(x.Specialty, x.Condition, x.AssessedOn)},
			{v.T("field.deadline"), words.Date(v.Lang, x.StartBy)}, {v.T("field.assessed_date"), words.Date(v.Lang, x.AssessedOn)}}},
	}
	other := box{Head: v.T("web.helfo.other"), Pairs: []pair{{v.T("field.seniority_date"), words.Date(v.Lang, x.Seniority)}}}
	if !x.Appointment.IsZero() {
		other.Pairs = append(other.Pairs, pair{v.T("field.appointment"), v.whenLong(x.Appointment)})
	}
	for _, o := range v.offers(x) {
		other.Pairs = append(other.Pairs, pair{v.T("web.field.offer"), fmt.Sprintf("%s, %s: %s", o.Where, o.Start, lowerFirst(o.Answer))})
	}
	boxes = append(boxes, other)
	for i := range boxes {
		boxes[i].Pairs = slices.DeleteFunc(boxes[i].Pairs, func(p pair) bool { return p.Value == "" || p.Value == "–" })
	}
	return boxes
}
