package web

import (
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
	"rettid/say"
	"rettid/words"
)

// The meetings of the interregional medical directors: the calendar beside Bestillerforum and Beslutningsforum (U2-4), the agenda and its papers, who is invited and who came,
// declared conflicts of interest, what the user representatives said and the answer to it, the decision and the minutes (X-103, X-405, X-505 to X-512, X-1010, X-1011, X-1017).

func (s *site) meetingRoutes(m *http.ServeMux) {
	m.HandleFunc("GET "+meetingsURL, s.page(access.SeeMeetings, (*site).meetingList))
	m.HandleFunc("GET "+meetingsURL+"/nytt", s.page(access.KeepGroups, (*site).openMeeting))
	m.HandleFunc("POST "+meetingsURL+"/nytt", s.page(access.KeepGroups, (*site).openMeeting))
	m.HandleFunc("GET "+meetingsURL+"/{id}", s.page(access.SeeMeetings, (*site).meetingPage))
	m.HandleFunc("POST "+meetingsURL+"/{id}", s.page(access.SeeMeetings, (*site).meetingPage))
	m.HandleFunc("GET "+meetingsURL+"/{id}/papir/{n}", s.page(access.SeeMeetings, (*site).meetingPaper))
	m.HandleFunc("GET "+meetingsURL+"/{id}/{doc}", s.page(access.SeeMeetings, (*site).meetingDocument))
	m.HandleFunc("GET "+meetingsURL+"/{id}/gjor/{verb}", s.page(access.SeeMeetings, (*site).meetingStep))
	m.HandleFunc("POST "+meetingsURL+"/{id}/gjor/{verb}", s.page(access.SeeMeetings, (*site).meetingStep))
}

func (s *site) meetingStep(w http.ResponseWriter, r *http.Request, v *view) error {
	c, err := s.matter(r, law.MeetingMatter)
	if err != nil {
		return err
	}
	v.Here = meetingsURL
	return s.step(w, r, v, &c, r.PathValue("verb"), meetingURL(c.ID))
}

func (s *site) openMeeting(w http.ResponseWriter, r *http.Request, v *view) error {
	v.Here = meetingsURL
	return s.step(w, r, v, nil, "schedule_meeting", meetingsURL+"/nytt")
}

type meetingListPage struct {
	*frame
	Head, Sub string
	Tabs      []tab
	Rows      []meetingLine
	Count     string
	Pages     pager
	Empty     string
	MayPlan   bool
	Cadence   string
	Load      loadNote
}

// A loadNote tells what is out of the ordinary in a year's numbers, where meetings are planned and held (X-1105).
type loadNote struct {
	Head string
	Says []string
}

func (v *view) loadOf(year int) (loadNote, error) {
	some, err := v.s.desk.Load(v.ctx, year)
	if err != nil || len(some) == 0 {
		return loadNote{}, err
	}
	return loadNote{v.T("review.load", strconv.Itoa(year)), say.Reasons(v.Lang, some)}, nil
}

type meetingLine struct {
	URL                   string
	Day                   day.Day
	DayText               string
	Bestiller, Beslutning string
	Same                  status
	State                 status
	Cases, Invited        int
	Next                  owedLine
	Clock, Where          string
}

func (s *site) meetingList(w http.ResponseWriter, r *http.Request, v *view) error {
	v.Here, v.Title = meetingsURL, v.T("meeting.list")
	all, err := s.matters(r.Context(), law.MeetingMatter)
	if err != nil {
		return err
	}
	slices.SortFunc(all, func(a, b exception.Numbered) int { return a.State.Meeting.Date.Compare(b.State.Meeting.Date) })
	q := r.URL.Query()
	choice := q.Get("visning")
	page, _ := strconv.Atoi(q.Get("side"))
	page = max(1, page)
	p := meetingListPage{frame: v.frame, Head: v.T("meeting.list"), Sub: v.T("meeting.sub"), MayPlan: s.may(access.KeepGroups)}
	var ahead, held []exception.Numbered
	var days []day.Day
	for _, x := range all {
		if x.State.Status == law.MeetingPlanned && !x.State.Meeting.Date.Before(v.Today) {
			ahead = append(ahead, x)
		} else {
			held = append(held, x)
		}
		if !x.State.HeldOn.IsZero() {
			days = append(days, x.State.HeldOn)
		}
	}
	slices.Reverse(held)
	some, at := ahead, meetingsURL
	switch choice {
	case "":
	case "holdt":
		some, at = held, meetingsURL+"?visning=holdt"
	default:
		return badRequest{code: "web.unknown_view"}
	}
	p.Tabs = []tab{{URL: meetingsURL, Text: v.T("meeting.ahead"), N: len(ahead), Current: choice == ""}, {URL: meetingsURL + "?visning=holdt", Text: v.T("meeting.held"), N: len(held), Current: choice == "holdt"}}
	total := len(some)
	if from := (page - 1) * perPage; from < total {
		some = some[from:min(total, from+perPage)]
	} else {
		some = nil
	}
	for _, x := range some {
		p.Rows = append(p.Rows, v.meetingLine(x))
	}
	if with, months := law.Cadence(days, v.Today.AddMonths(-12), v.Today); months > 0 {
		p.Cadence = v.T("meeting.cadence", with, months)
	}
	if len(ahead) > 0 {
		p.Head = v.T("meeting.next", v.long(ahead[0].State.Meeting.Date))
	}
	p.Count = v.T("web.shown", words.Number(v.Lang, len(p.Rows)), words.Number(v.Lang, total))
	p.Pages = pageLinks(filter{Page: page}, total, func(f filter) string {
		sep := "?"
		if strings.Contains(at, "?") {
			sep = "&"
		}
		if f.Page > 1 {
			return at + sep + "side=" + strconv.Itoa(f.Page)
		}
		return at
	})
	p.Empty = v.T("meeting.none")
	if p.Load, err = v.loadOf(v.Today.Year()); err != nil {
		return err
	}
	return s.render(w, http.StatusOK, "meeting-list", v, p)
}

func (v *view) meetingLine(x exception.Numbered) meetingLine {
	m := x.State
	t := m.Meeting
	l := meetingLine{URL: meetingURL(x.ID), Day: t.Date, DayText: words.Weekday(v.Lang, t.Date.Weekday()) + " " + v.long(t.Date), Cases: m.GroupCases, Invited: m.Invited, Bestiller: "–", Beslutning: "–"}
	if !t.Bestiller.IsZero() {
		l.Bestiller = v.short(t.Bestiller)
	}
	if !t.Beslutning.IsZero() {
		l.Beslutning = v.short(t.Beslutning)
	}
	if t.Begins != "" {
		m, _ := typedClock(t.Begins)
		l.Clock = words.Clock(v.Lang, int(m))
	}
	l.Where = t.Where
	l.Same, l.State = v.sameDay(t), v.meetingState(m)
	l.Next = v.nextDuty(&m.ExceptionFacts, l.URL)
	return l
}

// sameDay tells whether a meeting is on the day of the two forums.
func (v *view) sameDay(t *exception.Meeting) status {
	switch law.SameDay(t.Date, t.Bestiller, t.Beslutning) {
	case "both":
		return status{"check", "done", v.T("meeting.same.both")}
	case "one":
		return status{"half", "soon", v.T("meeting.same.one")}
	case "none":
		return status{"cross", "late", v.T("meeting.same.none")}
	}
	return status{"ring", "", v.T("meeting.same.unknown")}
}

func (v *view) meetingState(m *exception.Matter) status {
	switch {
	case m.Status == law.MeetingApproved:
		return status{"check", "done", v.T("meeting.state.approved")}
	case m.Status == law.MeetingHeld && !m.MinutesOn.IsZero():
		return status{"half", "calm", v.T("meeting.state.preliminary")}
	case m.Status == law.MeetingHeld:
		return status{"half", "soon", v.T("meeting.state.no_minutes")}
	case m.Meeting.Date == v.Today:
		return status{"half", "calm", v.T("meeting.state.today")}
	case m.Meeting.Date.Before(v.Today):
		return status{"risk", "late", v.T("meeting.state.not_held")}
	}
	return status{"ring", "", v.T("meeting.state.planned")}
}

// meetingFacts tell of a meeting beside a form.
func (v *view) meetingFacts(m *exception.Matter) []pair {
	t := m.Meeting
	out := []pair{{v.T("meeting.day"), v.whenMeeting(t)}}
	if t.Where != "" {
		out = append(out, pair{v.T("meeting.where"), t.Where})
	}
	out = append(out, pair{v.T("meeting.forums"), v.sameDay(t).Text})
	var items []string
	for i, a := range t.Agenda {
		items = append(items, strconv.Itoa(i+1)+". "+a.Title)
	}
	if len(items) > 0 {
		out = append(out, pair{v.T("meeting.agenda"), strings.Join(items, " · ")})
	}
	var invited []string
	for _, i := range law.DistinctReps(&law.GroupMeeting{Invited: t.Invited}, day.Day{}) {
		invited = append(invited, v.T("demand.invited.one", v.seatName(i.Rep), v.short(i.On)))
	}
	if len(invited) > 0 {
		out = append(out, pair{v.T("meeting.invited"), strings.Join(invited, "; ")})
	}
	if !m.PapersOn.IsZero() {
		out = append(out, pair{v.T("meeting.papers_sent"), v.papersInTime(m)})
	}
	return out
}

// papersInTime tells when agenda and papers went out, and whether that was in time.
func (v *view) papersInTime(m *exception.Matter) string {
	set := v.s.desk.Settings
	n := set.Calendar.Working(m.PapersOn, m.Meeting.Date)
	key := "meeting.papers_in_time"
	if n < set.NoticeWorkdays {
		key = "meeting.papers_late"
	}
	return v.T(key, v.short(m.PapersOn), n, set.NoticeWorkdays)
}

// A seatLine is one seat with what is known of who sits there in this meeting and case.
type seatLine struct {
	K, Icon, Region, Name, Text string
}

type agendaLine struct {
	N           int
	URL, Title  string
	Text, Icon  string
	K           string
	Current     bool
	Matter      int64
	Paper       string
	PaperText   string
	HasDecision bool
}

type voteLine struct {
	Region, Name, Remark string
	Options              []option
}

type meetingPageData struct {
	*frame
	ID        int64
	URL, Head string
	Sub       string
	State     status
	Agenda    []agendaLine
	Item      *agendaLine
	Group     *exception.Matter
	CaseHead  string
	Method    string
	CaseURL   string
	Track     []trackStep
	Facts     []pair
	Papers    []link
	Withheld  bool
	Demands   []demand
	Measured  status
	Can       string
	CanText   string
	Users     []seatLine
	Directors []seatLine
	Present   int
	Opinions  []saidLine
	Decide    bool
	Decided   []pair
	Votes     []voteLine
	Fields    []field
	Key       string
	Seq       int
	Missing   []link
	MissingOf []string
	Gate      bool
	GateValue string
	Problems  []problem
	Bad       bool
	Moved     bool
	Access    []accessLine
	Load      loadNote
	Duties    []owedLine
	Does      []link
	Docs      []link
	Minutes   string
	Versions  []logLine
	Speak     string
	Log       []logLine
	DecideTop string
	PostURL   string
	Join      string // the address to take part from elsewhere
	Moves     link   // of a case that is treated in another meeting than this: to that one
	Warnings  []warning
	Confirmed string
}

type saidLine struct {
	N             int
	Who, Words    string
	Answer        string
	Dissent       bool
	AnswerURL     string
	AnswerWaiting bool
}

type accessLine struct{ Region, Applied, Rate string }

func (s *site) meetingPage(w http.ResponseWriter, r *http.Request, v *view) error {
	c, err := s.matter(r, law.MeetingMatter)
	if err != nil {
		return err
	}
	m := &c.State
	t := m.Meeting
	at := meetingURL(c.ID)
	v.Here, v.Title = meetingsURL, v.T("meeting.of", words.Date(v.Lang, t.Date))
	p := meetingPageData{frame: v.frame, ID: c.ID, URL: at, Head: v.T("meeting.title"), State: v.meetingState(m), Seq: m.Seq, Key: rand.Text()}
	p.Sub = strings.Join([]string{v.whenAndWhere(t), lowerFirst(v.sameDay(t).Text)}, " · ")
	p.Join = t.Link
	chosen, _ := strconv.ParseInt(r.URL.Query().Get("sak"), 10, 64)
	line, _ := strconv.Atoi(r.URL.Query().Get("punkt"))
	for i, a := range t.Agenda {
		if chosen == 0 && line == 0 && a.Matter != 0 {
			chosen = a.Matter
		}
		l := agendaLine{N: i + 1, Title: a.Title, Matter: a.Matter, URL: at + "?punkt=" + strconv.Itoa(i+1)}
		if a.Matter != 0 {
			l.URL = at + "?sak=" + strconv.FormatInt(a.Matter, 10)
			if x, err := s.matterOf(v.ctx, a.Matter, law.GroupException); err == nil {
				l.Text = v.T("meeting.item.open")
				if decided(&x.State) {
					l.Text, l.Icon, l.K = v.T("exception.outcome."+string(x.State.Outcome)), "check", "done"
				}
				if to := movedTo(&x.State, c.ID); !to.IsZero() {
					l.Text, l.Icon, l.K = v.T("meeting.item.moved", v.short(to)), "turn", "done"
				}
			}
		}
		if !a.Papers.IsZero() {
			l.Paper = at + "/papir/" + strconv.Itoa(i+1)
			l.PaperText = v.paperCame(c, a, t)
		}
		l.Current = chosen != 0 && a.Matter == chosen || line == i+1
		if l.Current {
			if l.K == "" {
				l.K = "now"
			}
			if l.Text == v.T("meeting.item.open") && t.Date == v.Today {
				l.Text = v.T("meeting.item.now")
			}
		}
		p.Agenda = append(p.Agenda, l)
		if l.Current {
			p.Item = &p.Agenda[len(p.Agenda)-1]
		}
	}
	var group *desk.MatterCase
	if p.Item != nil && p.Item.Matter != 0 {
		x, err := s.matterOf(v.ctx, p.Item.Matter, law.GroupException)
		if err != nil {
			return err
		}
		group = &x
	} else if chosen != 0 && r.URL.Query().Has("sak") {
		return desk.ErrMissing
	}
	var caseID int64
	if group != nil {
		caseID = group.ID
	}
	g := m.GroupMeeting(c.ID, caseID)
	p.Users = v.userSeats(m, group, caseID)
	p.Directors, p.Present = v.directorSeats(m)
	for _, o := range t.Opinions {
		if o.Matter != 0 && o.Matter != caseID {
			continue
		}
		l := saidLine{N: o.N, Who: v.seatName(o.Who), Words: v.written(o.Words), Answer: v.written(o.Answer), Dissent: o.Dissent, AnswerWaiting: o.Answer.IsZero()}
		if l.AnswerWaiting && v.mayStep(matterSteps["answer_opinion"]) {
			l.AnswerURL = at + "/gjor/answer_opinion?n=" + strconv.Itoa(o.N)
		}
		p.Opinions = append(p.Opinions, l)
	}
	p.Duties, p.Does = v.dutyLines(&m.ExceptionFacts, at), v.stepsFor(m, at)
	p.Docs = []link{{at + "/innkalling", v.T("meeting.doc.innkalling")}}
	if !m.MinutesOn.IsZero() {
		p.Docs = append(p.Docs, link{at + "/protokoll", v.T("meeting.doc.protokoll")})
		p.Minutes = v.written(t.Minutes)
		n := 0
		for _, e := range c.Log {
			if _, ok := e.Event.Ask.(*exception.WriteMinutes); ok {
				n++
				p.Versions = append(p.Versions, logLine{v.short(e.Event.On), v.T("meeting.version", n), v.seatName(e.Event.Actor)})
			}
		}
	}
	if v.mayStep(matterSteps["give_opinion"]) && matterSteps["give_opinion"].offered(m) {
		p.Speak = at + "/gjor/give_opinion"
		if caseID != 0 {
			p.Speak += "?sak=" + strconv.FormatInt(caseID, 10)
		}
	}
	p.Log = v.matterLog(c)
	if p.Load, err = v.loadOf(t.Date.Year()); err != nil {
		return err
	}
	if group == nil {
		if r.Method == http.MethodPost {
			return badRequest{code: "web.bad_request_text"}
		}
		return s.render(w, http.StatusOK, "meeting", v, p)
	}

	x := &group.State
	p.Group, p.CaseURL, p.Method = x, groupURL(group.ID), x.Method
	p.CaseHead = v.T("meeting.case_n", p.Item.N, p.Item.Title)
	p.Track, p.Facts = v.track(x), v.groupFacts(x)
	if p.Item.Paper != "" {
		p.Papers = append(p.Papers, link{p.Item.Paper, v.T("meeting.read_paper")})
	}
	if !x.Group.Cost.IsZero() {
		if v.mayReadRestricted(x, t, group.ID) {
			p.Papers = append(p.Papers, link{p.CaseURL + "#h-cost", v.T("meeting.price_note")})
		} else {
			p.Withheld = true
		}
	}
	p.Demands = v.demands(x, g)
	p.Measured = v.demandsStatus(p.Demands)
	p.Can, p.CanText = v.T("answer.yes"), v.T("meeting.can.yes")
	gate := law.InvitedObjections(g, v.Today, false, s.desk.Settings)
	if len(gate) > 0 && received(x) {
		p.Can, p.CanText = v.T("answer.no"), v.T("meeting.can.no")
	}
	if decided(x) {
		p.Can = ""
		p.Decided = []pair{{v.T("group.outcome"), v.T("exception.outcome." + string(x.Outcome))}, {v.T("group.decided_on"), v.long(x.DecidedOn)}, {v.T("group.reason"), v.written(x.Decision.Reason)}}
		if said := v.votes(x); said != "" {
			p.Decided = append(p.Decided, pair{v.T("group.votes"), said})
		}
		p.Docs = append(p.Docs, link{p.CaseURL + "/vedtak", v.T("meeting.doc.vedtak")})
	}
	if p.Access, err = v.regionsOf(x.Method); err != nil {
		return err
	}
	step := matterSteps["decide_exception"]
	p.Decide = received(x) && v.mayStep(step)
	if to := movedTo(x, c.ID); !to.IsZero() {
		p.Decide, p.Can, p.Moves = false, "", link{meetingURL(x.MeetingID) + "?sak=" + strconv.FormatInt(caseID, 10), v.T("meeting.moved_to", v.long(to))}
	}
	p.Missing = v.decisionLacks(group, &c)
	p.Gate = len(gate) > 0 && s.desk.Settings.PanelDemands == "warn"
	p.PostURL = at + "?sak=" + strconv.FormatInt(caseID, 10)
	if r.Method == http.MethodPost {
		if err := s.decideInMeeting(w, r, v, group, &p); err != nil || p.Head == "" {
			return err
		}
		code := http.StatusUnprocessableEntity
		if p.Confirmed != "" {
			code = http.StatusOK
		}
		return s.render(w, code, "meeting", v, p)
	}
	f := s.stepForm(r, v, group, step)
	p.Seq = x.Seq
	v.decisionForm(f, &p)
	return s.render(w, http.StatusOK, "meeting", v, p)
}

// decisionForm fills the form of the decision in the meeting: the regions' standpoints, and the rest.
func (v *view) decisionForm(f *stepForm, p *meetingPageData) {
	p.Fields = f.show(append(decideFields(f), f.onField()))
	var waits []string
	for _, s := range v.seats(access.RHFDirector) {
		l := voteLine{Region: s.Region, Name: v.region(s.Region), Remark: f.value("merknad_" + s.Region)}
		given := f.value("stem_" + s.Region)
		for _, o := range []string{"yes", "no", "wait"} {
			l.Options = append(l.Options, option{Value: o, Text: v.T("vote." + o), Chosen: o == given})
		}
		if given != "yes" && given != "no" {
			waits = append(waits, v.region(s.Region))
		}
		p.Votes = append(p.Votes, l)
	}
	p.GateValue = f.value("likevel")
	for _, l := range p.Missing {
		p.MissingOf = append(p.MissingOf, l.Text)
	}
	if p.Gate && p.GateValue == "" {
		p.MissingOf = append(p.MissingOf, v.T("lack.gate"))
	}
	if len(waits) > 0 {
		p.MissingOf = append(p.MissingOf, v.T("lack.votes", strings.Join(waits, ", ")))
	}
}

// decideInMeeting takes the decision. The page holds it back while something is missing, but for what only the law may refuse: too few invited is the law's own no, with its norm.
func (s *site) decideInMeeting(w http.ResponseWriter, r *http.Request, v *view, group *desk.MatterCase, p *meetingPageData) error {
	step := matterSteps["decide_exception"]
	if !v.mayStep(step) {
		return denied{access.Decide(s.user, step.acts[0], access.Case{}, v.Today).Why}
	}
	if err := readStep(w, r); err != nil {
		return err
	}
	f := s.stepForm(r, v, group, step)
	f.typed = r.PostForm
	p.Key, p.Seq = r.PostForm.Get("key"), group.State.Seq
	if group.State.MeetingID == 0 {
		group.State.MeetingID = p.ID
	}
	for _, region := range law.UserPanels {
		if given := f.value("stem_" + region); given != "yes" && given != "no" {
			f.bad["stem_"+region] = []string{v.T("lack.votes", v.region(region))}
		}
	}
	if p.Gate && f.value("likevel") == "" { // the reason of the decision is not the leader's for letting it through
		f.bad["likevel"] = []string{v.T("lack.gate")}
	}
	if len(p.Missing) > 0 && len(f.bad) == 0 && s.heldBack(group, p) {
		f.bad["mangler"] = []string{v.T("meeting.held_back")}
	}
	out, err := s.takeStep(f, step)
	switch refusal := (*exception.Refusal)(nil); {
	case errors.As(err, &refusal):
		p.Problems = v.matterProblems(refusal)
	case errors.Is(err, desk.ErrMoved):
		p.Moved, p.Key = true, rand.Text()
	case err != nil:
		return err
	case out.Matter != 0:
		p.Head = ""
		http.Redirect(w, r, p.PostURL, http.StatusSeeOther)
		return nil
	case f.token != "":
		p.Warnings, p.Confirmed = v.foreseen(f.warned), f.token
	default:
		p.Bad = true
	}
	v.decisionForm(f, p)
	return nil
}

// movedTo is the day of the meeting a case is to be treated in, when that is another than the one of this number: it was postponed. The case that is decided, or that never was set down for another,
// stays where it is.
func movedTo(m *exception.Matter, meeting int64) day.Day {
	if m.MeetingID == 0 || m.MeetingID == meeting || !slices.ContainsFunc(m.Postponed, func(p exception.Postponement) bool { return p.Meeting == meeting }) {
		return day.Day{}
	}
	return m.MeetingOn
}

// whenMeeting is the day of a meeting with its time of day.
func (v *view) whenMeeting(t *exception.Meeting) string {
	out := upperFirst(words.Weekday(v.Lang, t.Date.Weekday()) + " " + v.long(t.Date))
	minute := func(s string) int {
		m, _ := typedClock(s)
		return int(m)
	}
	switch {
	case t.Begins != "" && t.Ends != "":
		return v.T("meeting.from_to", out, words.Clock(v.Lang, minute(t.Begins)), words.Clock(v.Lang, minute(t.Ends)))
	case t.Begins != "":
		return v.T("meeting.at", out, words.Clock(v.Lang, minute(t.Begins)))
	}
	return out
}

// whenAndWhere is the day, the time and the place of a meeting.
func (v *view) whenAndWhere(t *exception.Meeting) string {
	if t.Where == "" {
		return v.whenMeeting(t)
	}
	return v.whenMeeting(t) + ", " + t.Where
}

// heldBack tells whether something other than the invitations is missing: the page asks for it; the law does not refuse it.
func (s *site) heldBack(group *desk.MatterCase, p *meetingPageData) bool {
	return slices.ContainsFunc(p.Missing, func(l link) bool { return !strings.HasSuffix(l.URL, "/gjor/invite") })
}

// paperCame tells when an item's paper came, and whether that was in time.
func (v *view) paperCame(c desk.MatterCase, a exception.Item, t *exception.Meeting) string {
	for _, e := range c.Log {
		set, ok := e.Event.Ask.(*exception.SetAgenda)
		if !ok || !slices.ContainsFunc(set.Items, func(i exception.Item) bool { return i.Papers.Note == a.Papers.Note }) {
			continue
		}
		n := v.s.desk.Settings.Calendar.Working(e.Event.On, t.Date)
		if n >= v.s.desk.Settings.NoticeWorkdays {
			return v.T("meeting.paper.in_time", v.short(e.Event.On), n)
		}
		return v.T("meeting.paper.late", v.short(e.Event.On), n, v.s.desk.Settings.NoticeWorkdays)
	}
	return ""
}

// userSeats are the four user representatives: invited, came, excused, conflicted, or not invited to this case and why.
func (v *view) userSeats(m *exception.Matter, group *desk.MatterCase, caseID int64) []seatLine {
	t := m.Meeting
	var out []seatLine
	for _, s := range v.seats(access.UserRepresentative) {
		l := seatLine{K: "off", Icon: "ban", Region: upperFirst(strings.TrimPrefix(v.region(s.Region), "Region ")), Name: s.Name, Text: v.T("seat.not_invited")}
		if group != nil && !group.State.Selection.IsZero() {
			l.Text = v.T("seat.not_invited_why")
		}
		for _, i := range law.DistinctReps(&law.GroupMeeting{Invited: t.Invited}, day.Day{}) {
			if i.Rep == s.ID {
				l.K, l.Icon, l.Text = "away", "ring", v.T("seat.invited", v.short(i.On))
				if !m.HeldOn.IsZero() {
					l.Text = v.T("seat.absent") + " · " + lowerFirst(l.Text)
				}
			}
		}
		if slices.ContainsFunc(t.Present, func(a exception.Attendee) bool { return a.Who == s.ID && a.Role == law.UserRep }) {
			was := l.Text
			l.Text = v.T("seat.present")
			if l.K == "away" {
				for _, i := range law.DistinctReps(&law.GroupMeeting{Invited: t.Invited}, day.Day{}) {
					if i.Rep == s.ID {
						was = lowerFirst(v.T("seat.invited", v.short(i.On)))
					}
				}
				l.Text += " · " + was
			}
			l.K, l.Icon = "in", "check"
		}
		for _, d := range t.Declared {
			if d.Who == s.ID && (d.Matter == 0 || d.Matter == caseID) {
				if d.Conflict == law.Yes {
					l.K, l.Icon = "off", "ban"
					l.Text = v.T("seat.conflict")
				} else {
					l.Text += " · " + v.T("seat.declared")
				}
			}
		}
		out = append(out, l)
	}
	return out
}

func (v *view) directorSeats(m *exception.Matter) ([]seatLine, int) {
	var out []seatLine
	n := 0
	for _, s := range v.seats(access.RHFDirector) {
		l := seatLine{K: "away", Icon: "ring", Region: upperFirst(strings.TrimPrefix(v.region(s.Region), "Region ")), Name: s.Name, Text: v.T("seat.expected")}
		if !m.HeldOn.IsZero() {
			l.Text = v.T("seat.absent")
		}
		for _, a := range m.Meeting.Present {
			if a.Role == law.RHFDirector && a.Region == s.Region {
				l.K, l.Icon, l.Text = "in", "check", v.T("seat.present")
				if a.Deputy {
					l.Text = v.T("seat.deputy")
				}
				n++
			}
		}
		out = append(out, l)
	}
	return out, n
}

// regionsOf counts the single applications for a method in the last twelve months by region of residence, as they may be shown: small numbers hidden, and none that could be worked out.
func (v *view) regionsOf(method string) ([]accessLine, error) {
	if method == "" {
		return nil, nil
	}
	apps, err := v.s.desk.Applications(v.ctx, exception.National, v.Today.AddMonths(-12), v.Today, day.Day{})
	if err != nil {
		return nil, err
	}
	counts := make(map[string]int)
	for _, a := range apps {
		if a.State.Method == method && law.Counted(&a.State.ExceptionFacts) {
			counts[a.State.Region]++
		}
	}
	people, err := v.s.residents(v.ctx)
	if err != nil {
		return nil, err
	}
	return v.hiddenCounts(counts, people), nil
}
