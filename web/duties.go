package web

import (
	"context"
	"net/http"
	"slices"

	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/ledger"
	"rettid/say"
	"rettid/words"
)

// Duties by due date: what is late, what is due today, and what comes.

type dutyPage struct {
	*frame
	Head, Sub string
	Tally     []tally
	Tabs      []tab
	Picks     []pick
	Hidden    []option
	Count     string
	Rows      []dutyLine
	Pages     pager
	Clear     string
	Without   int
	Empty     string
}

type dutyLine struct {
	URL, Number      string
	Icon, Text, Long string
	Due              day.Day
	By, State        string
	Name, Year       string
	Condition        string
	Owner, Where     string
	Cite             string
	Act              string // where it is done; empty for one who may not do it
}

// dutyViews by the word in the address: from and to are days from today.
var dutyViews = []struct {
	word, key string
	narrow    func(q *ledger.DutyQuery, today day.Day)
}{
	{"", "web.duties.due", func(q *ledger.DutyQuery, t day.Day) { q.DueTo = t }},
	{"forfalt", "web.duties.overdue", func(q *ledger.DutyQuery, t day.Day) { q.DueTo = t.Add(-1) }},
	{"uke", "web.duties.week", func(q *ledger.DutyQuery, t day.Day) { q.DueFrom, q.DueTo = t.Add(1), t.Add(7) }},
	{"uten-dato", "web.duties.undated", func(q *ledger.DutyQuery, t day.Day) { q.NoDate = true }},
	{"apne", "web.duties.open", func(q *ledger.DutyQuery, t day.Day) {}},
}

func (s *site) dutyList(w http.ResponseWriter, r *http.Request, v *view) error {
	f := s.readFilter(r)
	ctx := r.Context()
	at := func(f filter) string { return f.url("/plikter", s.o.User) }
	p := dutyPage{frame: v.frame, Sub: v.listPlace(f)}
	v.Here, v.Title = "/plikter", v.T("web.duties.head")

	ask := ledger.DutyQuery{Place: f.Provider, Today: v.Today, Specialty: f.Specialty, Name: f.Duty, Role: f.Role}
	known := false
	total := 0
	for _, dv := range dutyViews {
		q := ask
		dv.narrow(&q, v.Today)
		_, n, err := s.duties(ctx, q)
		if err != nil {
			return err
		}
		g := f
		g.View, g.Page = dv.word, 1
		p.Tabs = append(p.Tabs, tab{URL: at(g), Text: v.T(dv.key), N: n, Current: dv.word == f.View})
		if dv.word != f.View {
			continue
		}
		known, total = true, n
		q.Limit, q.Offset = perPage, (f.Page-1)*perPage
		rows, _, err := s.duties(ctx, q)
		if err != nil {
			return err
		}
		for _, x := range rows {
			p.Rows = append(p.Rows, v.dutyLine(x, f.Provider == ""))
		}
		p.Count = v.T("web.shown", words.Number(v.Lang, len(rows)), words.Number(v.Lang, n))
		if n == 0 && f.narrowed() {
			q = ledger.DutyQuery{Place: f.Provider, Today: v.Today}
			dv.narrow(&q, v.Today)
			if _, p.Without, err = s.duties(ctx, q); err != nil {
				return err
			}
		}
	}
	if !known {
		return badRequest{code: "web.unknown_view"}
	}
	p.Head = v.T("web.duties.head_n", p.Tabs[0].N, p.Tabs[1].N)
	if p.Tabs[0].N == 0 {
		p.Head = v.T("web.empty.duties_today")
	}
	p.Picks = []pick{v.pickProvider(f), v.pickSpecialty(f), v.pickDuty(f, law.DutyNames...), v.pickRole(f)}
	if f.View != "" {
		p.Hidden = []option{{Value: f.View, Text: "visning"}}
	}
	p.Clear = at(filter{View: f.View, Provider: f.Provider, Page: 1})
	p.Pages = pageLinks(f, total, at)
	p.Empty = v.T("web.duties.empty")
	return s.render(w, http.StatusOK, "duties", v, p)
}

func (v *view) dutyLine(x dutyRow, everywhere bool) dutyLine {
	f := &x.State.Facts
	name := law.DutyName(x.Duty.Name)
	out := dutyLine{URL: caseURL(x.Row.Tenant, x.Referral) + "#plikter", Number: caseNumber(x.Row.Tenant, x.Referral), Icon: dutyIcons[name], Text: v.T("duty." + x.Duty.Name + ".chip"), Due: x.Duty.Due,
		Name: v.name(x.Person), Year: born(f.Born, x.Person.Born), Condition: v.condition(f.Specialty, x.Row.Condition, f.AssessedOn), Owner: v.T("role." + x.Duty.Role)}
	out.Act = v.dutyPlace(desk.Case{Tenant: x.Row.Tenant, ID: x.Referral, State: x.State, Person: x.Person}, name)
	for _, d := range law.DutiesOn(f, v.Today, v.s.desk.Settings) {
		if d.Name == name {
			out.Long, out.Cite = v.dutyText(d, f), v.cite(d.Cite)
		}
	}
	out.By, out.State = v.dueWord(x.Duty.Due)
	if out.By == "" {
		out.By = v.T("web.no_date")
	}
	if everywhere {
		out.Where = v.provider(x.Duty.Place)
	}
	return out
}

// dutyPlace is where a duty of a list is done: of a letter, where all the case's letters are written. Which of them it is, the page of one case finds out.
func (v *view) dutyPlace(c desk.Case, name law.DutyName) string {
	switch name {
	case law.DutyInformPatient, law.DutyInformReferrer, law.DutyInformComplaint:
		if !v.s.mayDo(acts["inform"], c) {
			return ""
		}
		return caseURL(c.Tenant, c.ID) + "/brev"
	}
	return v.dutyAct(c, name).URL
}

// Breaches: those that have occurred and those that are expected, with why, and what is open.

type breachPage struct {
	*frame
	Head, Sub string
	Tabs      []tab
	Picks     []pick
	Hidden    []option
	Count     string
	Rows      []breachLine
	Pages     pager
	Clear     string
	Without   int
	Empty     string
	Other     link // the half that is not empty
}

type breachLine struct {
	listRow
	Why   []string
	Helfo timeCell
	Open  []dutyChip
}

var breachViews = []halfView{{"", "over", "web.breach.occurred"}, {"ventes", "expected", "web.breach.expected"}}

// A halfView is one tab of a list that is shown in halves: the word in the address, the ledger's view, and what it is called.
type halfView struct{ word, view, key string }

// A half is a page of the tab that is chosen, and what stands in the others.
type half struct {
	tabs    []tab
	rows    []row
	count   string
	total   int
	without int // how many there are when no specialty is asked for, when none is left
}

func (s *site) half(ctx context.Context, v *view, f filter, views []halfView, at func(filter) string, query func(view string) ledger.Query) (half, error) {
	var out half
	known := false
	for _, x := range views {
		q := query(x.view)
		q.Today = v.Today
		sorted := q.Sort
		q.Sort = ""
		n, err := s.count(ctx, q)
		if err != nil {
			return out, err
		}
		g := f
		g.View, g.Page = x.word, 1
		out.tabs = append(out.tabs, tab{URL: at(g), Text: v.T(x.key), N: n, Current: x.word == f.View})
		if x.word != f.View {
			continue
		}
		known, out.total = true, n
		page := q
		page.Sort, page.Limit, page.Offset = sorted, perPage, (f.Page-1)*perPage
		if out.rows, _, err = s.list(ctx, page); err != nil {
			return out, err
		}
		out.count = v.T("web.shown", words.Number(v.Lang, len(out.rows)), words.Number(v.Lang, n))
		if n == 0 && f.narrowed() {
			q.Specialty = ""
			if out.without, err = s.count(ctx, q); err != nil {
				return out, err
			}
		}
	}
	if !known {
		return out, badRequest{code: "web.unknown_view"}
	}
	return out, nil
}

func (s *site) breachList(w http.ResponseWriter, r *http.Request, v *view) error {
	f := s.readFilter(r)
	ctx := r.Context()
	at := func(f filter) string { return f.url("/fristbrudd", s.o.User) }
	p := breachPage{frame: v.frame, Sub: v.listPlace(f)}
	v.Here = "/fristbrudd"
	h, err := s.half(ctx, v, f, breachViews, at, func(view string) ledger.Query {
		return ledger.Query{ListProvider: f.Provider, Specialty: f.Specialty, View: view, Sort: "left"}
	})
	if err != nil {
		return err
	}
	for _, x := range h.rows {
		p.Rows = append(p.Rows, v.breachLine(x, f.Provider == ""))
	}
	p.Tabs, p.Count, p.Without = h.tabs, h.count, h.without
	p.Head = v.breachHead(p.Tabs[0].N, p.Tabs[1].N)
	v.Title = v.T("list.breach")
	p.Picks = []pick{v.pickProvider(f), v.pickSpecialty(f)}
	if f.View != "" {
		p.Hidden = []option{{Value: f.View, Text: "visning"}}
	}
	p.Clear = at(filter{View: f.View, Provider: f.Provider, Page: 1})
	p.Pages = pageLinks(f, h.total, at)
	p.Empty = v.T("empty.breach_list")
	for _, t := range p.Tabs {
		if !t.Current && t.N > 0 { // this half is empty, and the other is not
			p.Empty, p.Other = v.T(map[string]string{"": "empty.breach_over", "ventes": "empty.breach_expected"}[f.View]), link{t.URL, v.T("web.breach.see_other", t.N, lowerFirst(t.Text))}
		}
	}
	return s.render(w, http.StatusOK, "breaches", v, p)
}

// breachHead says what is so: «3 fristbrudd, 2 ventes».
func (v *view) breachHead(over, expected int) string {
	if over == 0 && expected == 0 {
		return v.T("web.breach.none")
	}
	return v.T("web.breach.head", over, expected)
}

func (v *view) breachLine(x row, everywhere bool) breachLine {
	f, s := &x.State.Facts, v.s.desk.Settings
	out := breachLine{listRow: v.listRow(&x, everywhere)}
	out.Why = say.Reasons(v.Lang, law.Breach(f, v.Today, s).Because)
	switch {
	case !f.HelfoOn.IsZero() && f.HelfoBack.Why != "":
		out.Helfo = timeCell{Icon: "cross", State: "off", Text: v.T("web.helfo_back."+string(f.HelfoBack.Why), v.short(f.HelfoBack.On))}
	case !f.HelfoOn.IsZero():
		out.Helfo = timeCell{Icon: "check", State: "done", Text: v.T("web.notified_on", v.short(f.HelfoOn))}
	case !f.AgreedNotOn.IsZero():
		out.Helfo = timeCell{Icon: "check", State: "done", Text: v.T("web.agreed_not_on", v.short(f.AgreedNotOn))}
	case f.DeclinedInTime:
		out.Helfo = timeCell{Icon: "ring", State: "off", Text: v.T("web.declined_in_time")}
	default:
		out.Helfo = timeCell{Icon: "risk", State: "late", Text: v.T("web.not_notified")}
	}
	open := law.DutiesOn(f, v.Today, s)
	slices.SortStableFunc(open, func(a, b law.Duty) int { return a.Due.Compare(b.Due) })
	for _, d := range open {
		out.Open = append(out.Open, v.dutyChip(d.Name, d.Due, out.URL))
	}
	return out
}

// Referrals that wait for an assessment: suspected serious disease first, then those the referrer marked as urgent, then by what is left of the ten
// working days (pbrl. § 2-2 a, guide 4.1, 4.2).

type assessPage struct {
	*frame
	Head, Sub string
	Tally     []tally
	Picks     []pick
	Hidden    []option
	Tabs      []tab
	Count     string
	Rows      []assessLine
	Pages     pager
	Clear     string
	Without   int
	Empty     string
	Asked     []link // cases in which a colleague has asked the one who looks
}

type assessLine struct {
	URL, Number string
	Name, Year  string
	Field       string
	Received    day.Day
	ReceivedOn  string
	Due         day.Day
	DueText     string
	Left, State string
	Marks       []timeCell
	Duty        dutyChip
	Assess      string // the screen; empty when something else must be decided first
	Owner       string
	Where       string
}

var assessViews = []halfView{{"", "unassessed", "web.assess.all"}, {"over", "assess_late", "web.assess.late"}}

func (s *site) assessmentList(w http.ResponseWriter, r *http.Request, v *view) error {
	f := s.readFilter(r)
	ctx := r.Context()
	at := func(f filter) string { return f.url("/vurdering", s.o.User) }
	p := assessPage{frame: v.frame, Sub: v.listPlace(f)}
	v.Here = "/vurdering"
	h, err := s.half(ctx, v, f, assessViews, at, func(view string) ledger.Query {
		return ledger.Query{Provider: f.Provider, Specialty: f.Specialty, View: view, Sort: "urgency"}
	})
	if err != nil {
		return err
	}
	for _, x := range h.rows {
		p.Rows = append(p.Rows, v.assessLine(x, f.Provider == ""))
	}
	p.Tabs, p.Count, p.Without = h.tabs, h.count, h.without
	p.Head = v.T("web.assess.head", p.Tabs[0].N)
	if p.Tabs[1].N > 0 {
		p.Head = v.T("web.assess.head_late", p.Tabs[0].N, p.Tabs[1].N)
	}
	if p.Asked, err = s.opinionsAskedOf(ctx, v, f.Provider); err != nil {
		return err
	}
	v.Title = v.T("list.assessment")
	p.Picks = []pick{v.pickProvider(f), v.pickSpecialty(f)}
	if f.View != "" {
		p.Hidden = []option{{Value: f.View, Text: "visning"}}
	}
	p.Clear = at(filter{View: f.View, Provider: f.Provider, Page: 1})
	p.Pages = pageLinks(f, h.total, at)
	p.Empty = v.T("empty.assessment_list")
	return s.render(w, http.StatusOK, "assessment", v, p)
}

func (v *view) assessLine(x row, everywhere bool) assessLine {
	f, s := &x.State.Facts, v.s.desk.Settings
	out := assessLine{URL: caseURL(x.Tenant, x.Referral), Number: caseNumber(x.Tenant, x.Referral), Name: v.name(x.Person), Year: born(f.Born, x.Person.Born), Field: v.specialty(f.Specialty),
		Received: f.ReceivedOn, ReceivedOn: v.short(f.ReceivedOn), Due: f.AssessBy, DueText: v.short(f.AssessBy)}
	switch {
	case f.AssessBy.IsZero():
		out.Left = v.T("time.no_deadline")
	default:
		left := s.Calendar.Working(v.Today, f.AssessBy)
		if v.Today.After(f.AssessBy) {
			left = min(left, -max(1, s.Calendar.Working(f.AssessBy, v.Today)))
		}
		out.Left = words.WorkingDistance(v.Lang, left)
		switch {
		case left < 0:
			out.State = "late"
		case left <= 1:
			out.State = "soon"
		}
	}
	if f.Serious {
		out.Marks = append(out.Marks, timeCell{Icon: "risk", State: "soon", Text: v.T("flag.serious_suspected")})
	}
	if f.Urgent {
		out.Marks = append(out.Marks, timeCell{Icon: "clock", State: "soon", Text: v.T("flag.urgent")})
	}
	if f.Deficient && f.InfoGotOn.IsZero() {
		out.Marks = append(out.Marks, timeCell{Icon: "paper", State: "off", Text: v.T("flag.deficient")})
	}
	if f.Status == law.UnderAssessment {
		out.Marks = append(out.Marks, timeCell{Icon: "half", State: "off", Text: v.T("web.begun")})
	}
	out.Duty, out.Owner = v.chip(&x, out.URL)
	if len(law.AssessRefused(f, s)) == 0 && v.s.mayAssess(x.Tenant, &x.State) {
		out.Assess = out.URL + "/vurder"
		out.Duty.URL = out.Assess
	}
	if everywhere {
		out.Where = v.provider(f.Holder)
	}
	return out
}
