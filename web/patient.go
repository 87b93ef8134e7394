package web

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"rettid/access"
	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
	"rettid/say"
	"rettid/words"
)

// The patient's own pages: my referrals, and of each where it stands, what comes next and by when, why, what I can do, who answers for it and who has
// looked. The words are plain and hold no provisions; dates and reasons are the law's findings, as they are for staff.

// patientRoutes are the pages. Each handler decides by itself whose the case is (site.theirs).
func (s *site) patientRoutes(m *http.ServeMux) {
	m.HandleFunc("GET /meg", s.page("", (*site).myReferrals))
	m.HandleFunc("GET /meg/rettigheter", s.page("", (*site).myRights))
	m.HandleFunc("GET /meg/parorende", s.page("", (*site).kinPage))
	m.HandleFunc("GET /meg/kontakt/{n}", s.page("", (*site).contactPage))
	m.HandleFunc("POST /meg/kontakt/{n}", s.page("", (*site).contactPage))
	m.HandleFunc("GET /meg/foreldre", s.page("", (*site).parentsPage))
	m.HandleFunc("POST /meg/foreldre", s.page("", (*site).parentsPage))
	m.HandleFunc("GET /meg/sak/{tenant}/{id}", s.page("", (*site).myCase))
	m.HandleFunc("GET /meg/sak/{tenant}/{id}/innsyn", s.page("", (*site).myLooks))
	m.HandleFunc("GET /meg/sak/{tenant}/{id}/brev/{seq}", s.page("", (*site).myLetter))
	m.HandleFunc("GET /meg/sak/{tenant}/{id}/brev/{seq}/pdf", s.page("", (*site).myLetter))
	m.HandleFunc("GET /meg/sak/{tenant}/{id}/{what}", s.page("", (*site).myAct))
	m.HandleFunc("POST /meg/sak/{tenant}/{id}/{what}", s.page("", (*site).myAct))
}

// Pat tells that the page is a patient's: one size up, one column, no menu.
func (v *frame) Pat() bool { return v.v.s.ownPages() }

func myURL(tenant string, id int64) string { return "/meg" + caseURL(tenant, id) }

// caseOfPath reads which case an address is about.
func caseOfPath(r *http.Request) (tenant string, id int64, ok bool) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	return r.PathValue("tenant"), id, err == nil && id > 0
}

// ownRoles refuses those whose pages these are not.
func (s *site) ownRoles() error {
	if !s.ownPages() {
		return denied{"not_for_role"}
	}
	return nil
}

type myPage struct {
	*frame
	Hello   string
	Groups  []myGroup
	Parents bool // may say that parents do not see
	Gone    bool // a representative for whom nobody is left to see
}

type myGroup struct {
	Name    string // of one the reader acts for; empty: the reader
	Contact string
	Rows    []myRow
}

type myRow struct {
	URL, What, Where, Head, Icon, State string
	Date                                day.Day
	DateText                            string
	Closed                              bool
}

// mostMine is how many referrals of one patient are listed.
const mostMine = 100

func (s *site) myReferrals(w http.ResponseWriter, r *http.Request, v *view) error {
	if err := s.ownRoles(); err != nil {
		return err
	}
	mine, err := s.patientsOf(r.Context())
	if err != nil {
		return err
	}
	v.Title = v.T("pat.mine.head")
	p := myPage{frame: v.frame, Hello: s.user.Name, Gone: len(mine) == 0}
	for n, who := range mine {
		g := myGroup{Contact: "/meg/kontakt/" + strconv.Itoa(n)}
		if who.other {
			g.Name = v.givenName(who.person)
		}
		rows, _, err := s.desk.Ledger.List(r.Context(), ledger.Query{Tenant: who.grant.Patient.Tenant, Patients: []string{who.grant.Patient.ID}, Limit: mostMine, Desc: true})
		if err != nil {
			return err
		}
		for _, row := range rows {
			x, err := readState(row)
			if err != nil {
				return err
			}
			g.Rows = append(g.Rows, v.myRow(row, &x))
		}
		slices.SortStableFunc(g.Rows, func(a, b myRow) int { return boolInt(a.Closed) - boolInt(b.Closed) })
		if !who.other {
			p.Parents = p.Parents || law.MayWish(who.person.Born, v.Today, s.desk.Law(v.Today))
			if at := slices.IndexFunc(p.Groups, func(g myGroup) bool { return g.Name == "" }); at >= 0 { // the same person in another trust's records
				p.Groups[at].Rows = append(p.Groups[at].Rows, g.Rows...)
				continue
			}
		}
		p.Groups = append(p.Groups, g)
	}
	return s.render(w, http.StatusOK, "meg", v, p)
}

func (v *view) myRow(row ledger.Row, x *referral.Referral) myRow {
	at := v.lay(x)
	out := myRow{URL: myURL(row.Tenant, row.Referral), What: v.specialty(x.Specialty), Where: v.provider(x.Holder), Head: at.head, Icon: at.icon, State: at.state, Closed: !x.Open()}
	switch f := &x.Facts; {
	case law.IsWaiting(f, v.Today) && !f.Appointment.IsZero():
		out.Date, out.DateText = f.Appointment.From, v.T("pat.row.time", v.whenLong(f.Appointment))
	case law.IsWaiting(f, v.Today) && !f.StartBy.IsZero():
		out.Date, out.DateText = f.StartBy, v.T("pat.row.deadline", f.StartBy)
	case f.Right == law.Pending && x.Open() && !f.AssessBy.IsZero():
		out.Date, out.DateText = f.AssessBy, v.T("pat.row.answer", f.AssessBy)
	default:
		out.Date, out.DateText = x.ReceivedFirst(), v.T("pat.row.received", x.ReceivedFirst())
	}
	return out
}

// A plainState is how a case stands in a patient's words.
type plainState struct{ head, text, icon, state string }

// lay says how a case stands in plain words.
func (v *view) lay(x *referral.Referral) plainState {
	f, s := &x.Facts, v.settings()
	state := func(key, icon, mark string, args ...any) plainState {
		return plainState{v.T("pat.head." + key), v.T("pat.text."+key, args...), icon, mark}
	}
	switch {
	case f.Status == law.Closed && f.Right == law.NotGranted:
		return state("not_granted", "info", "off")
	case f.Status == law.Closed && x.ClosedFor == "helfo_placed":
		return state("placed", "check", "done", v.provider(f.PlacedAt))
	case f.Status == law.Closed:
		return state("closed", "check", "done", v.long(f.ClosedOn), lowerFirst(v.T("pat.close."+v.closeKey(x.ClosedFor))))
	case f.Right == law.Pending && !f.AssessBy.IsZero() && v.Today.After(f.AssessBy):
		return state("answer_late", "late", "late", v.long(f.AssessBy))
	case f.Right == law.Pending:
		return state("assessing", "clock", "calm")
	case f.Right == law.NotAssessed:
		return state("not_assessed", "ring", "off")
	case f.Status == law.Started:
		return state("started", "check", "done", v.long(f.StartedOn))
	case law.Breach(f, v.Today, s).Value == law.Occurred:
		return state("broken", "late", "late", v.long(f.StartBy))
	case law.Breach(f, v.Today, s).Value == law.Expected:
		return state("expected", "risk", "late")
	case f.Appointment.IsZero():
		return state("granted", "clock", "calm")
	}
	return state("granted_time", "check", "done")
}

// settings are those today is decided under.
func (v *view) settings() *law.Settings { return v.s.desk.Law(v.Today) }

// closeKey names a closing for the patient; what has no words of its own is "other".
func (v *view) closeKey(reason string) string {
	if words.Has(words.NB, "pat.close."+reason) {
		return reason
	}
	return "other"
}

type myCasePage struct {
	*frame
	Hello, For   string
	Number       string
	URL          string
	What         string // the field and the place
	Head, Text   string
	Done         string
	Dates        []myDate
	Why          proof
	Asked        *myAsked // information asked for, and not given
	Offers       []myOffer
	Steps        []myStep
	Next         []pair
	Can          []myCan
	Letters      []myLetterLine
	Owner        string
	Phone        string
	Talk         []myTalk // what was asked, and the answers
	Happened     []pair
	Looks        int
	LooksOutside int
}

type myDate struct {
	Label, Big, ISO, Text string
	Late                  bool
}

type myAsked struct{ Text, URL string }

type myOffer struct{ Where, When, Text, URL string }

type myStep struct {
	K, Head, Text string
	Appt          *myAppt
}

type myAppt struct{ When, Where, Cancel, Note string }

type myCan struct{ URL, Head, Text string }

type myLetterLine struct{ Name, URL, PDF, When string }

type myTalk struct{ When, Who, Text string }

func (s *site) myCase(w http.ResponseWriter, r *http.Request, v *view) error {
	x, who, err := s.theirs(r, access.Open)
	if err != nil {
		return err
	}
	c, err := s.seen(r, x)
	if err != nil {
		return err
	}
	p, err := s.myCaseView(r, v, c, who)
	if err != nil {
		return err
	}
	return s.render(w, http.StatusOK, "megsak", v, p)
}

func (s *site) myCaseView(r *http.Request, v *view, c desk.Case, who whose) (myCasePage, error) {
	x := &c.State
	f := &x.Facts
	at := v.lay(x)
	p := myCasePage{frame: v.frame, Hello: v.givenName(c.Person), Number: caseNumber(c.Tenant, c.ID), URL: myURL(c.Tenant, c.ID), Head: at.head, Text: at.text, What: v.specialty(x.Specialty) + ", " + v.place(x.Holder, x.Site)}
	v.Title = p.Number
	if who.other {
		p.For = p.Hello
	}
	if seq, err := strconv.Atoi(r.URL.Query().Get("gjort")); err == nil {
		for _, e := range c.Log {
			if e.Seq == seq {
				p.Done = v.T("pat.done." + e.Event.Kind())
			}
		}
	}
	p.Dates = v.myDates(x)
	if len(p.Dates) > 0 { // the date it tells of
		p.Why = v.layProof(x)
	}
	notes, err := s.notes(r, c)
	if err != nil {
		return p, err
	}
	p.Asked = v.myAsked(c, notes)
	if waiting(x) {
		for _, o := range slices.Backward(f.Offers) {
			if o.Answer == law.Unanswered {
				p.Offers = append(p.Offers, myOffer{Where: v.provider(o.At), When: v.offerWhen(o), Text: v.offerEffect(f, o), URL: p.URL + "/tilbud"})
			}
		}
	}
	p.Steps = v.mySteps(c)
	p.Next = v.myNext(x)
	if p.Can, err = v.myCan(r.Context(), c, who); err != nil {
		return p, err
	}
	if p.Letters, err = s.myLetters(r.Context(), v, c); err != nil {
		return p, err
	}
	p.Owner = v.provider(x.Holder)
	unit := ""
	if u, ok := s.desk.Org.Unit(x.Holder, x.Specialty, v.Today); ok {
		p.Owner, unit = u.Name+", "+v.provider(x.Holder), u.ID
	}
	p.Phone = s.phoneOf(unit, x.Holder)
	p.Talk = v.myTalk(c, notes)
	p.Happened = v.myHistory(c)
	looks, err := s.accesses(r.Context(), c.Tenant, x.Patient, pageLooks+1, 0)
	if err != nil {
		return p, err
	}
	for _, l := range looks {
		if l.Role != string(law.Patient) {
			p.Looks++
			if access.OutsideOwnWork(l.Purpose) {
				p.LooksOutside++
			}
		}
	}
	return p, nil
}

func (v *view) offerWhen(o law.Offer) string {
	return v.whenLong(law.Appointment{From: o.Start, To: o.Start, Minute: o.Minute})
}

// myDates are the dates on top: the deadline and the time, or by when the answer comes.
func (v *view) myDates(x *referral.Referral) []myDate {
	f := &x.Facts
	var out []myDate
	on := func(label string, d day.Day, big, text string) myDate {
		return myDate{Label: v.T(label), Big: big, ISO: d.String(), Text: text}
	}
	switch {
	case f.Right == law.Pending && x.Open() && !f.AssessBy.IsZero():
		d := on("pat.date.answer", f.AssessBy, words.Date(v.Lang, f.AssessBy), v.T("pat.date.answer_text"))
		if d.Late = v.Today.After(f.AssessBy); d.Late {
			d.Text = v.T("pat.date.answer_late_text")
		}
		out = append(out, d)
	case f.Right == law.Granted && !f.StartBy.IsZero():
		d := on("pat.date.deadline", f.StartBy, words.Date(v.Lang, f.StartBy), "")
		days := f.StartBy.Sub(v.Today)
		put := law.BreachOn(f, v.settings()).IsZero() && !f.PutOff.On.IsZero()
		switch {
		case !f.WaitEnd.IsZero():
			d.Text = v.T("pat.date.deadline_was")
		case put:
			d.Text = v.T("pat.date.deadline_put_off")
		case days < 0:
			d.Late, d.Text = true, v.T("pat.date.deadline_over", v.days(-days))
		case days == 0:
			d.Text = v.T("pat.date.deadline_today")
		default:
			d.Text = v.T("pat.date.deadline_text", v.distance(f.StartBy))
		}
		out = append(out, d)
	}
	if law.IsWaiting(f, v.Today) {
		a := f.Appointment
		switch {
		case a.IsZero():
			out = append(out, myDate{Label: v.T("pat.date.time"), Big: v.T("pat.date.no_time"), Text: v.T("pat.date.no_time_text")})
		default:
			d := on("pat.date.time", a.From, v.whenShort(a), v.T("pat.date.time_at", v.apptPlace(f, a)))
			switch {
			case a.To.Before(v.Today):
				d.Text += " " + v.T("pat.date.time_past")
			case f.StartBy.IsZero():
			case a.To.After(f.StartBy) && law.Breach(f, v.Today, v.settings()).Value != law.NoBreach:
				d.Late = true
				d.Text += " " + v.T("pat.date.time_after")
			case !a.To.After(f.StartBy):
				d.Text += " " + v.T("pat.date.time_before")
			}
			out = append(out, d)
		}
	}
	if !f.Next.IsZero() && !f.Next.To.Before(v.Today) {
		out = append(out, on("pat.date.next", f.Next.From, v.whenShort(f.Next), v.T("pat.date.time_at", v.apptPlace(f, f.Next))))
	}
	return out
}

// whenShort is a time in large letters: the day, with the clock time when there is one.
func (v *view) whenShort(a law.Appointment) string {
	if a.From != a.To {
		return v.T("web.between", a.From, a.To)
	}
	if a.HasClock() {
		return v.T("pat.at_clock", v.long(a.From), words.Clock(v.Lang, int(a.Minute-1)))
	}
	return words.Date(v.Lang, a.From)
}

func (v *view) apptPlace(f *law.Facts, a law.Appointment) string {
	return v.place(careAt(f, a))
}

// notForPatients are reasons the patient's explanation leaves out: they are about the assessor's grading and older law, and move no date.
var notForPatients = map[string]bool{"grade": true, "before-single-start": true, "day-zero": true, "weekend": true, "eve-counted": true, "guide-weeks-from": true, "urgent-target": true}

// layProof is «Hvorfor denne datoen?» in plain words: the same steps as staff see, without provisions.
func (v *view) layProof(x *referral.Referral) proof {
	f := &x.Facts
	key, ask, date := "deadline", "pat.why.ask", f.StartBy
	if f.Right == law.Pending || f.StartBy.IsZero() {
		key, ask, date = "assessment_due", "pat.why.ask_answer", f.AssessBy
	}
	if date.IsZero() {
		return proof{}
	}
	e, ok := x.Explain(key, v.Today, v.settings())
	if !ok {
		return proof{}
	}
	p := proof{Ask: v.T(ask), Date: date}
	if key == "deadline" && !f.Seniority.IsZero() {
		p.Steps = append(p.Steps, proofStep{Text: v.T("pat.why.received", f.Seniority)})
	}
	for _, b := range e.Because {
		text := v.layReason(b)
		switch {
		case text == "":
		case asides[b.Code] || b.Code == "capacity-never-counts":
			p.Notes = append(p.Notes, text)
		default:
			p.Steps = append(p.Steps, proofStep{Text: text})
		}
	}
	p.Result = v.T("pat.why.result")
	return p
}

// layReason is a reason in plain words; the law's own sentence when it has no others, and "" for one that is not for patients.
func (v *view) layReason(b law.Reason) string {
	if notForPatients[b.Code] {
		return ""
	}
	if key := "pat.why." + b.Code; words.Has(words.NB, key) {
		var args []any
		for _, a := range b.List() {
			if d, ok := a.Day(); ok {
				args = append(args, d)
			} else if n, ok := a.Int(); ok {
				args = append(args, n)
			} else {
				args = append(args, a.String())
			}
		}
		return v.T(key, args...)
	}
	return say.Reason(v.Lang, b)
}

// mySteps are the four stations, and where the patient is.
func (v *view) mySteps(c desk.Case) []myStep {
	x := &c.State
	f := &x.Facts
	var out []myStep
	add := func(k, head, text string) *myStep {
		out = append(out, myStep{K: k, Head: v.T("pat.step." + head), Text: text})
		return &out[len(out)-1]
	}
	from := ""
	if words.Has(words.NB, "pat.from."+x.From.Role) {
		from = ", " + v.T("pat.from."+x.From.Role)
	}
	add("done", "received", words.Date(v.Lang, x.ReceivedFirst())+from)
	switch {
	case f.Right == law.Pending && !x.Open():
		add("here", "closed", words.Date(v.Lang, f.ClosedOn))
		return out
	case f.Right == law.Pending:
		text := v.T("pat.step.assess_text")
		if !f.AssessBy.IsZero() {
			text = v.T("pat.step.assess_by", f.AssessBy)
		}
		add("here", "assess", text)
		add("next", "answer", v.T("pat.step.answer_text"))
		return out
	case f.Right == law.NotAssessed:
		add("here", "handled", v.T("pat.step.handled_text"))
		return out
	}
	assessed := words.Date(v.Lang, f.AssessedOn)
	if !f.AssessBy.IsZero() {
		assessed = v.T("pat.step.assessed_text", f.AssessedOn, v.long(f.AssessBy))
	}
	if f.Right == law.NotGranted {
		add("here", "not_granted", assessed)
		return out
	}
	add("done", "assessed", assessed)
	a := f.Appointment
	appt := func() *myAppt {
		m := &myAppt{When: capital(v.apptWhen(a)), Where: v.apptPlace(f, a)}
		if !a.To.Before(v.Today) {
			m.Cancel = myURL(c.Tenant, c.ID) + "/time"
		}
		if a.Provisional {
			m.Note = v.T("pat.step.provisional")
		}
		return m
	}
	switch {
	case f.Status == law.Started:
		add("done", "started", words.Date(v.Lang, f.StartedOn))
		if !f.Next.IsZero() && !f.Next.To.Before(v.Today) {
			st := add("here", "next_time", "")
			a = f.Next
			st.Appt = appt()
		} else {
			add("here", "course", v.T("pat.step.course_text"))
		}
	case !x.Open() && f.StartedOn.IsZero():
		add("here", "closed", words.Date(v.Lang, f.ClosedOn))
	case !x.Open():
		add("done", "started", words.Date(v.Lang, f.StartedOn))
		add("here", "closed", words.Date(v.Lang, f.ClosedOn))
	case a.IsZero():
		add("here", "wait_time", v.T("pat.step.wait_time_text"))
		add("next", "start", v.startBy(f))
	default:
		st := add("here", "time", "")
		st.Appt = appt()
		add("next", "start", v.startBy(f))
	}
	return out
}

func (v *view) startBy(f *law.Facts) string {
	if f.StartBy.IsZero() {
		return ""
	}
	if v.Today.After(f.StartBy) {
		return v.T("pat.step.start_late", v.long(f.StartBy))
	}
	return v.T("pat.step.start_by", v.long(f.StartBy))
}

// apptWhen is a time with its weekday, for one who is to be there.
func (v *view) apptWhen(a law.Appointment) string {
	if a.From != a.To {
		return v.T("web.between", a.From, a.To)
	}
	return words.Weekday(v.Lang, a.From.Weekday()) + " " + v.whenShort(a)
}

// myNext says what happens next and by when, from the duties and the time ahead.
func (v *view) myNext(x *referral.Referral) []pair {
	f, s := &x.Facts, v.settings()
	var out []pair
	add := func(lead, key string, args ...any) { out = append(out, pair{lead, v.T("pat.next."+key, args...)}) }
	for _, d := range law.DutiesOn(f, v.Today, s) {
		lead := ""
		if !d.Due.IsZero() && !d.Due.Before(v.Today) {
			lead = v.T("pat.next.by", v.long(d.Due))
		} else if !d.Due.IsZero() {
			lead = v.T("pat.next.was_due", v.long(d.Due))
		}
		if key := "pat.next." + string(d.Name); words.Has(words.NB, key) {
			out = append(out, pair{lead, v.T(key)})
		}
	}
	if a := f.Appointment; law.IsWaiting(f, v.Today) && !a.IsZero() && !a.From.Before(v.Today) {
		add(capital(v.long(a.From)), "come", v.apptPlace(f, a))
	}
	if law.IsWaiting(f, v.Today) && !f.StartBy.IsZero() && law.BreachOn(f, s).After(v.Today) {
		add(v.T("pat.next.if_broken"), "if_broken_text")
	}
	if !f.HelfoOn.IsZero() && f.HelfoBack.On.IsZero() && law.IsWaiting(f, v.Today) {
		add(v.long(f.HelfoOn), "helfo")
	}
	if limit := law.ComplaintLimit(f.AnsweredOn, s).Value; f.Right == law.NotGranted && !v.Today.After(limit) {
		add(v.T("pat.next.by", v.long(limit)), "may_complain")
	}
	if len(out) == 0 {
		add("", "nothing")
	}
	return out
}

// myCan is what the patient can do.
func (v *view) myCan(ctx context.Context, c desk.Case, who whose) ([]myCan, error) {
	var out []myCan
	at := myURL(c.Tenant, c.ID)
	for _, a := range myActs {
		if a.listed && a.offered(v, &c.State) && v.s.can(a.action, v.s.caseOf(c.Tenant, &c.State)).Allowed {
			text := v.T("pat.can." + a.path)
			if a.path == "klage" {
				switch limit := law.ComplaintLimit(c.State.AnsweredOn, v.settings()).Value; {
				case limit.IsZero():
				case v.Today.After(limit):
					text = v.T("pat.can.klage_late", limit)
				default:
					text = v.T("pat.can.klage_by", limit)
				}
			}
			out = append(out, myCan{at + "/" + a.path, v.T("pat.act." + a.path), text})
		}
	}
	out = append(out, myCan{"/meg/rettigheter#ny-vurdering", v.T("pat.act.second"), v.T("pat.can.second")})
	out = append(out, myCan{"/meg/parorende", v.T("pat.act.kin"), v.T("pat.can.kin")})
	mine, err := v.s.patientsOf(ctx)
	if err != nil {
		return nil, err
	}
	if n := slices.IndexFunc(mine, func(w whose) bool { return w.grant == who.grant }); n >= 0 {
		out = append(out, myCan{"/meg/kontakt/" + strconv.Itoa(n), v.T("pat.act.contact"), v.T("pat.can.contact")})
	}
	return out, nil
}

// myAsked is what the patient was asked for last, when it has not been given.
func (v *view) myAsked(c desk.Case, notes map[string]string) *myAsked {
	x := &c.State
	if !x.Open() || x.InfoAskedOn.IsZero() || !x.InfoGotOn.IsZero() {
		return nil
	}
	q := lastAsked(c.Log)
	if q == nil || q.From != string(law.Patient) {
		return nil
	}
	return &myAsked{Text: notes[q.Text.Note], URL: myURL(c.Tenant, c.ID) + "/opplysninger"}
}

// readPaper keeps when a letter was first opened by the one it is to.
const readPaper = desk.LetterReadPaper

func readID(id int64, seq int) string { return strconv.FormatInt(id, 10) + "/" + strconv.Itoa(seq) }

func (s *site) myLetters(ctx context.Context, v *view, c desk.Case) ([]myLetterLine, error) {
	read, err := s.desk.Ledger.Papers(ctx, c.Tenant, readPaper, strconv.FormatInt(c.ID, 10)+"/", 0, 0)
	if err != nil {
		return nil, err
	}
	var out []myLetterLine
	speaks := referral.Speaking(c.Log)
	for i := len(c.Log) - 1; i >= 0; i-- {
		if speaks[i] == nil {
			continue
		}
		q, ok := speaks[i].Ask.(*referral.Inform)
		if !ok || !q.Patient {
			continue
		}
		kind := q.Letter
		if kind == "" { // an answer that was not named: the outcome's
			kind = law.LetterGranted
			if c.State.Right == law.NotGranted {
				kind = law.LetterNotGranted
			}
		}
		l := myLetterLine{Name: v.T("letter." + string(kind)), When: v.long(speaks[i].On)}
		if k := slices.IndexFunc(q.Kept, func(k referral.Kept) bool { return k.To != string(law.Referrer) }); k >= 0 {
			l.URL = myURL(c.Tenant, c.ID) + "/brev/" + strconv.Itoa(c.Log[i].Seq)
			if q.Kept[k].PDF != "" {
				l.PDF = l.URL + "/pdf"
			}
			mark := v.T("pat.letter.unread")
			for _, p := range read {
				if p.ID == readID(c.ID, c.Log[i].Seq) {
					mark = v.T("pat.letter.read", v.long(day.FromTime(time.UnixMicro(p.At))))
				}
			}
			l.When += " · " + mark
		} else {
			l.When += " · " + v.T("pat.letter.paper")
		}
		out = append(out, l)
	}
	return out, nil
}

// myLetter shows a letter as it was sent, and notes when it was first opened.
func (s *site) myLetter(w http.ResponseWriter, r *http.Request, v *view) error {
	x, who, err := s.theirs(r, access.Open)
	if err != nil {
		return err
	}
	s.o.User.Purpose = "own_letter"
	c, err := s.seen(r, x)
	if err != nil {
		return err
	}
	seq, err := strconv.Atoi(r.PathValue("seq"))
	if err != nil {
		return desk.ErrMissing
	}
	kept := keptIn(c.Log, seq)
	at := slices.IndexFunc(kept, func(k referral.Kept) bool { return k.To != string(law.Referrer) })
	if at < 0 {
		return desk.ErrMissing
	}
	page, ok, err := s.desk.Ledger.Note(r.Context(), c.Tenant, kept[at].Note)
	switch {
	case err != nil:
		return err
	case !ok || page == "":
		return s.erasedLetter(w, v, link{myURL(c.Tenant, c.ID), v.T("pat.back")})
	case digest(page) != kept[at].Digest:
		return changedLetter{c.ID, seq}
	}
	if _, ok, err := s.desk.Ledger.Paper(r.Context(), c.Tenant, readPaper, readID(c.ID, seq)); err != nil {
		return err
	} else if !ok {
		body, err := json.Marshal(struct {
			Role access.Role `json:"role"`
		}{who.grant.Role})
		if err != nil {
			return err
		}
		_, err = s.desk.Ledger.PutPaper(r.Context(), ledger.Paper{Tenant: c.Tenant, Kind: readPaper, ID: readID(c.ID, seq), At: s.desk.Now().UTC().UnixMicro(), Actor: s.o.User.ID, Body: body})
		if err != nil && err != ledger.ErrPaperChanged { // opened in two windows at once: it is opened
			return err
		}
	}
	if strings.HasSuffix(r.URL.Path, "/pdf") {
		return s.keptPDF(w, r, c, seq, kept[at])
	}
	sendPage(w, kept[at].Lang, page)
	return nil
}

// keptPDF gives the PDF that was made when a letter was sent; one that had none is missing.
func (s *site) keptPDF(w http.ResponseWriter, r *http.Request, c desk.Case, seq int, k referral.Kept) error {
	if k.PDF == "" {
		return desk.ErrMissing
	}
	file, gone, err := s.keptFile(r.Context(), c.Tenant, k.PDF, k.PDFDigest, changedLetter{c.ID, seq})
	switch {
	case err != nil:
		return err
	case gone:
		return desk.ErrMissing
	}
	sendPDF(w, "brev-"+caseNumber(c.Tenant, c.ID)+"-"+strconv.Itoa(seq), k.Lang, file)
	return nil
}

// myTalk is what the patient asked and was answered, the latest first.
func (v *view) myTalk(c desk.Case, notes map[string]string) []myTalk {
	var out []myTalk
	for i, e := range referral.Speaking(c.Log) {
		if e == nil {
			continue
		}
		switch q := e.Ask.(type) {
		case *referral.Ask:
			who := v.T("pat.talk.you")
			if c.Log[i].Event.Role != law.Patient {
				who = v.T("pat.talk.noted")
			}
			text := notes[q.Text.Note]
			if q.About != law.AskMessage {
				text = strings.TrimSpace(v.T("pat.talk."+q.About) + " " + text)
			}
			out = append(out, myTalk{v.long(e.On), who, text})
		case *referral.Reply:
			out = append(out, myTalk{v.long(e.On), v.provider(e.Place), notes[q.Text.Note]})
		case *referral.Complain:
			text := v.T("pat.talk.complaint", lowerFirst(v.T("complaint.about."+q.About)))
			if n := notes[q.Text.Note]; n != "" {
				text += " " + n
			}
			out = append(out, myTalk{v.long(e.On), v.T("pat.talk.you"), text})
		}
	}
	slices.Reverse(out)
	return out
}

// myHistory is what has happened, in plain words, the latest first.
func (v *view) myHistory(c desk.Case) []pair {
	var out []pair
	speaks := referral.Speaking(c.Log)
	for i, entry := range c.Log {
		e := speaks[i]
		if _, ok := entry.Event.Ask.(*referral.Correct); ok {
			out = append(out, pair{v.long(entry.Event.On), v.T("pat.did.correct")})
			continue
		}
		if e == nil {
			continue
		}
		key := "pat.did." + e.Kind()
		var args []any
		switch q := e.Ask.(type) {
		case *referral.Receive:
			args = []any{v.provider(q.Place)}
		case *referral.Forward:
			args = []any{v.provider(q.To)}
		case *referral.RequestInformation:
			key += "_" + q.From
		case *referral.ReceiveInformation:
			key += "_" + q.From
		case *referral.Assess:
			key += "_" + string(q.Outcome)
		case *referral.Book:
			args = []any{v.whenLong(bookedTime(q))}
		case *referral.ChangeDeadline:
			args = []any{q.Deadline}
		case *referral.Postpone:
			key += "_" + string(q.By)
		case *referral.MakeOffer:
			args = []any{v.provider(q.At), v.long(q.Start)}
		case *referral.HelfoReturned:
			key += "_" + string(q.Why)
		case *referral.TellHelfo:
			args = []any{v.long(q.Start)}
		case *referral.HelfoPlaced:
			args = []any{v.provider(q.At)}
		case *referral.DecideComplaint:
			key += "_" + q.Outcome
		case *referral.NotifyHelfo:
			if q.AgreedNot {
				key += "_not"
			}
		case *referral.Inform:
			if !q.Patient {
				continue
			}
		case *referral.WishEarlier:
			if q.No {
				key += "_no"
			}
		}
		if words.Has(words.NB, key) {
			out = append(out, pair{v.long(e.On), v.T(key, args...)})
		}
	}
	slices.Reverse(out)
	return out
}
