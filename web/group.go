package web

import (
	"context"
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
	"rettid/ledger"
	"rettid/say"
	"rettid/words"
)

// Group exceptions: from a proposal through preparation and a meeting to a decision, its validity, review and end. They are about groups: no
// page here tells of a single patient.

const (
	groupsURL   = "/gruppeunntak"
	meetingsURL = "/moter"
)

func groupURL(id int64) string   { return groupsURL + "/" + strconv.FormatInt(id, 10) }
func meetingURL(id int64) string { return meetingsURL + "/" + strconv.FormatInt(id, 10) }

func (s *site) groupRoutes(m *http.ServeMux) {
	m.HandleFunc("GET "+groupsURL, s.page(access.SeeGroups, (*site).groupList))
	m.HandleFunc("GET "+groupsURL+"/ny", s.page(access.ProposeGroup, (*site).openGroup))
	m.HandleFunc("POST "+groupsURL+"/ny", s.page(access.ProposeGroup, (*site).openGroup))
	m.HandleFunc("GET "+groupsURL+"/{id}", s.page(access.SeeGroups, (*site).groupPage))
	m.HandleFunc("GET "+groupsURL+"/{id}/vedtak", s.page(access.SeeGroups, (*site).groupPDF))
	m.HandleFunc("GET "+groupsURL+"/{id}/vedtak.pdf", s.page(access.SeeGroups, (*site).groupPDF))
	m.HandleFunc("GET "+groupsURL+"/{id}/gjor/{verb}", s.page(access.SeeGroups, (*site).groupStep))
	m.HandleFunc("POST "+groupsURL+"/{id}/gjor/{verb}", s.page(access.SeeGroups, (*site).groupStep))
}

// A seat is one of the four user representatives, or of the four medical directors: a region, and who sits there.
type seat struct{ ID, Name, Region string }

// seats are who sits where on the day, in the order of the regional panels. A region nobody is registered for has its seat all the same.
func (v *view) seats(r access.Role) []seat {
	var out []seat
	for _, region := range law.UserPanels {
		x := seat{ID: string(r) + "-" + region, Region: region}
		if v.s.people != nil {
			for _, u := range v.s.people.All() {
				if slices.ContainsFunc(u.Roles, func(g access.Grant) bool { return g.Role == r && g.Provider == region && g.InForce(v.Today) }) {
					x.ID, x.Name = u.ID, u.Name
					break
				}
			}
		}
		out = append(out, x)
	}
	return out
}

// seatName is a person with the region they sit for.
func (v *view) seatName(id string) string {
	for _, r := range []access.Role{access.UserRepresentative, access.RHFDirector} {
		for _, x := range v.seats(r) {
			if x.ID == id && v.role {
				return v.region(x.Region)
			}
			if x.ID == id {
				return strings.TrimPrefix(x.Name+", "+v.region(x.Region), ", ")
			}
		}
	}
	return v.s.actor(id)
}

// written is the words of a free text; empty when there are none, or they are erased.
func (v *view) written(t exception.Text) string {
	if t.Note == "" {
		return t.Words
	}
	if text, ok := v.texts[t.Note]; ok {
		return text
	}
	v.readTexts([]exception.Text{t})
	return v.texts[t.Note]
}

// readTexts reads texts of the national tenant that the page is going to show, at once.
func (v *view) readTexts(some []exception.Text) {
	var ids []string
	for _, t := range some {
		if _, has := v.texts[t.Note]; t.Note != "" && !has && !slices.Contains(ids, t.Note) {
			ids = append(ids, t.Note)
		}
	}
	if len(ids) == 0 {
		return
	}
	found, err := v.s.desk.Ledger.NotesOf(v.ctx, exception.National, ids)
	if err != nil {
		v.s.log.Error("texts could not be read", "error", err)
		return
	}
	if v.texts == nil {
		v.texts = make(map[string]string)
	}
	for _, id := range ids { // one that is not there is not asked for again
		v.texts[id] = found[id]
	}
}

// matter loads a common matter of a kind: a group case or a meeting.
func (s *site) matter(r *http.Request, kind law.ExceptionKind) (desk.MatterCase, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id < 1 {
		return desk.MatterCase{}, desk.ErrMissing
	}
	return s.matterOf(r.Context(), id, kind)
}

func (s *site) matterOf(ctx context.Context, id int64, kind law.ExceptionKind) (desk.MatterCase, error) {
	c, err := s.desk.PeekMatter(ctx, exception.National, id, desk.View{})
	if err == nil && c.State.Kind != kind {
		err = desk.ErrMissing
	}
	return c, err
}

// matters gives the current states of the common matters of a kind, the latest first.
func (s *site) matters(ctx context.Context, kind law.ExceptionKind) ([]exception.Numbered, error) {
	rows, _, err := s.desk.Ledger.Matters(ctx, ledger.MatterQuery{Tenants: []string{exception.National}, Process: exception.Process, Kinds: []string{string(kind)}, Sort: "-received", Limit: 1 << 14})
	if err != nil {
		return nil, err
	}
	out := make([]exception.Numbered, 0, len(rows))
	for _, x := range rows {
		m, err := desk.MatterState(x)
		if err != nil {
			return nil, err
		}
		out = append(out, exception.Numbered{Tenant: x.Tenant, ID: x.Matter, State: &m})
	}
	return out, nil
}

// methodTitle is the name a method goes by in the register; its id when it is not there.
func (v *view) methodTitle(id string) string {
	if id == "" {
		return v.T("group.no_method")
	}
	names, err := v.s.methodNames(v.ctx)
	if title := names[id]; err == nil && title != "" {
		return title
	}
	return id
}

// groupViews are the tabs of the list.
var groupViews = []struct {
	word string
	in   func(m *exception.Matter, on day.Day) bool
}{
	{"", func(m *exception.Matter, _ day.Day) bool { return m.Status == law.ExceptionReceived }},
	{"gjelder", func(m *exception.Matter, on day.Day) bool { return m.InForce(on) }},
	{"avgjort", func(m *exception.Matter, _ day.Day) bool { return m.Status == law.ExceptionDecided }},
	{"alle", func(*exception.Matter, day.Day) bool { return true }},
}

type groupListPage struct {
	*frame
	Head, Sub  string
	Tabs       []tab
	Rows       []groupLine
	Count      string
	Pages      pager
	Q          string
	Clear      string
	Empty      string
	Without    int
	MayPropose bool
	Choice     string
	Sorts      []column
}

type groupLine struct {
	URL, Title, Method, Who string
	Step, Outcome           string
	Icon, State             string
	Next                    owedLine
	Users                   status
	Since                   day.Day
	SinceText, To           string
}

// A status is a word with a shape.
type status struct{ Icon, State, Text string }

// A owedLine is what is owed next: what, by whom, by when.
type owedLine struct {
	Text, By, State, URL string
	Due                  day.Day
	DueText              string
}

func (s *site) groupList(w http.ResponseWriter, r *http.Request, v *view) error {
	v.Here, v.Title = groupsURL, v.T("group.list")
	all, err := s.matters(r.Context(), law.GroupException)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	p := groupListPage{frame: v.frame, Q: strings.TrimSpace(q.Get("q")), Choice: q.Get("visning"), Clear: groupsURL, MayPropose: s.may(access.ProposeGroup)}
	number, _ := strconv.Atoi(q.Get("side"))
	number = max(1, number)
	sorted := q.Get("sorter")
	at := func(word string, page int, sort string) string {
		u := url.Values{}
		for k, x := range map[string]string{"visning": word, "q": p.Q, "sorter": sort} {
			if x != "" {
				u.Set(k, x)
			}
		}
		if page > 1 {
			u.Set("side", strconv.Itoa(page))
		}
		if len(u) == 0 {
			return groupsURL
		}
		return groupsURL + "?" + u.Encode()
	}
	known := false
	texts := make([]exception.Text, len(all))
	for i, x := range all {
		texts[i] = x.State.Group.Text
	}
	v.readTexts(texts)
	var lines []groupLine
	for _, gv := range groupViews {
		n := 0
		for _, x := range all {
			if !gv.in(x.State, v.Today) {
				continue
			}
			l := v.groupLine(x)
			if gv.word == p.Choice && p.Q == "" || strings.Contains(strings.ToLower(l.Title+" "+l.Method+" "+l.Who), strings.ToLower(p.Q)) {
				n++
				if gv.word == p.Choice {
					lines = append(lines, l)
				}
			} else if gv.word == p.Choice {
				p.Without++
			}
		}
		known = known || gv.word == p.Choice
		p.Tabs = append(p.Tabs, tab{URL: at(gv.word, 1, sorted), Text: v.T("group.view." + cmpWord(gv.word, "open")), N: n, Current: gv.word == p.Choice})
	}
	if !known {
		return badRequest{code: "web.unknown_view"}
	}
	switch sorted {
	case "":
	case "metode":
		slices.SortStableFunc(lines, func(a, b groupLine) int { return strings.Compare(a.Method, b.Method) })
	case "frist":
		slices.SortStableFunc(lines, func(a, b groupLine) int {
			if a.Next.Due.IsZero() != b.Next.Due.IsZero() {
				if a.Next.Due.IsZero() {
					return 1
				}
				return -1
			}
			return a.Next.Due.Compare(b.Next.Due)
		})
	default:
		return badRequest{code: "web.unknown_view"}
	}
	for _, c := range []struct{ word, key string }{{"", "group.col.case"}, {"metode", "group.col.method"}, {"frist", "group.col.next"}} {
		p.Sorts = append(p.Sorts, column{URL: at(p.Choice, 1, c.word), Text: v.T(c.key), Sort: map[bool]string{true: "ascending", false: "none"}[c.word == sorted]})
	}
	total := len(lines)
	if from := (number - 1) * perPage; from < total {
		lines = lines[from:min(total, from+perPage)]
	} else {
		lines = nil
	}
	p.Rows = lines
	p.Pages = pageLinks(filter{Page: number}, total, func(f filter) string { return at(p.Choice, f.Page, sorted) })
	p.Count = v.T("web.shown", words.Number(v.Lang, len(lines)), words.Number(v.Lang, total))
	open := p.Tabs[0].N
	p.Head = v.T("group.head", open)
	p.Sub = v.T("group.sub")
	p.Empty = v.T("group.none." + cmpWord(p.Choice, "open"))
	return s.render(w, http.StatusOK, "group-list", v, p)
}

func cmpWord(word, otherwise string) string {
	if word == "" {
		return otherwise
	}
	return word
}

func (v *view) groupLine(x exception.Numbered) groupLine {
	m := x.State
	l := groupLine{URL: groupURL(x.ID), Title: v.methodTitle(m.Method), Method: m.Method, Who: v.written(m.Group.Text), Step: v.T("group_step." + m.Step()), Since: m.ReceivedOn, SinceText: v.short(m.ReceivedOn)}
	l.Icon, l.State = "half", "calm"
	if m.Status == law.ExceptionDecided {
		l.Icon, l.State, l.Outcome = "check", "done", v.T("exception.outcome."+string(m.Outcome))
		if m.InForce(v.Today) {
			l.To = v.T("group.in_force_to", v.short(m.ValidTo))
		} else if m.Outcome.Granted() {
			l.To = v.T("group.ended")
		}
	}
	l.Next = v.nextDuty(&m.ExceptionFacts, groupURL(x.ID))
	l.Users = v.usersStatus(m)
	return l
}

// nextDuty is the duty that is open and due first.
func (v *view) nextDuty(f *law.ExceptionFacts, at string) owedLine {
	all := v.dutyLines(f, at)
	if len(all) == 0 {
		return owedLine{}
	}
	return all[0]
}

// dutyLines are the open duties, the one due first first; those without a day last.
func (v *view) dutyLines(f *law.ExceptionFacts, at string) []owedLine {
	var out []owedLine
	for _, d := range law.ExceptionDutiesOn(f, v.Today, v.s.desk.Settings) {
		l := owedLine{Text: v.T("duty." + string(d.Name) + ".chip"), By: v.T("role." + string(d.Role)), Due: d.Due}
		if !d.Due.IsZero() {
			l.DueText = v.short(d.Due)
			switch {
			case d.Due.Before(v.Today):
				l.State = "late"
			case d.Due.Sub(v.Today) <= 3:
				l.State = "soon"
			}
		}
		l.URL = at
		if verb, ok := owedVerbs[d.Name]; ok && v.mayStep(matterSteps[verb]) {
			l.URL = at + "/gjor/" + verb
		}
		out = append(out, l)
	}
	slices.SortStableFunc(out, func(a, b owedLine) int {
		if a.Due.IsZero() != b.Due.IsZero() {
			if a.Due.IsZero() {
				return 1
			}
			return -1
		}
		return a.Due.Compare(b.Due)
	})
	return out
}

// owedVerbs are the forms that do a duty.
var owedVerbs = map[law.DutyName]string{
	law.DutyNotifyUsers: "notify_users", law.DutySelectReps: "select_representatives", law.DutyAnswerInputs: "answer_input", law.DutyTreat: "set_meeting", law.DutyPublish: "publish", law.DutyReviewGroup: "review_group",
	law.DutyExtendOrEnd: "review_group", law.DutyInviteUsers: "invite", law.DutySendPapers: "send_papers", law.DutyMinutes: "write_minutes", law.DutyApproveMinutes: "approve_minutes",
}

// usersStatus is how the demands on users' part stand in a group case: of one that is decided, the verdict as it was measured.
func (v *view) usersStatus(m *exception.Matter) status {
	p := m.ParticipationOn(v.s.desk.Settings).Value
	switch {
	case p.Verdict == law.Honoured:
		return status{"check", "done", v.T("participation.verdict.honoured")}
	case m.Status == law.ExceptionReceived:
		return status{"half", "soon", v.T("group.users_missing", len(p.Failed))}
	case p.Verdict == law.Partly:
		return status{"half", "soon", v.T("group.users_partly", len(p.Failed))}
	}
	return status{"cross", "late", v.T("participation.verdict.not_honoured")}
}

// A demand is one requirement on users' part, with the fact that proves it.
type demand struct {
	Name, Fact string
	status
}

// demands are the five of X-509 in their order, each with its fact.
func (v *view) demands(m *exception.Matter, g *law.GroupMeeting) []demand {
	facts := m.Participation
	if m.Status == law.ExceptionReceived && g != nil {
		facts.Meeting, facts.Bestiller, facts.Beslutning, facts.Invited, facts.Conflicted, facts.Attended = g.On, g.Bestiller, g.Beslutning, g.Invited, g.Conflicted, g.Attended
		facts.Inputs += g.Opinions
		facts.Answered += g.Opinions - g.OpinionsUnmet
	}
	set := v.s.desk.Settings
	p := law.ParticipationOf(facts, set).Value
	one := func(part, fact string) demand {
		d := demand{Name: v.T("demand." + part), Fact: fact, status: status{"check", "done", v.T("demand.met")}}
		if slices.Contains(p.Failed, part) {
			d.status = status{"cross", "late", v.T("demand.unmet")}
		}
		return d
	}
	early := v.T("demand.early.never")
	if !facts.Notified.IsZero() {
		early = v.T("demand.early.fact", v.long(facts.Notified), p.EarlyDays, set.EarlyWorkdays)
	}
	reps := law.DistinctReps(&law.GroupMeeting{Invited: facts.Invited, Conflicted: facts.Conflicted}, day.Day{})
	var names []string
	for _, i := range reps {
		names = append(names, v.T("demand.invited.one", v.seatName(i.Rep), v.long(i.On)))
	}
	invited := v.T("demand.invited.none")
	if len(names) > 0 {
		invited = strings.Join(names, "; ") + "."
	}
	for _, c := range facts.Conflicted {
		if slices.ContainsFunc(v.seats(access.UserRepresentative), func(x seat) bool { return x.ID == c }) { // a director's conflict is told of in the minutes
			invited += " " + v.T("demand.invited.conflict", v.seatName(c))
		}
	}
	notice := v.T("demand.notice.unknown")
	switch {
	case p.Notice != "no":
		notice = v.T("demand.notice.fact", p.NoticeDays, set.NoticeWorkdays)
	case !facts.Meeting.IsZero():
		notice = v.T("demand.notice.none", v.long(facts.Meeting))
	}
	answered := v.T("demand.answered.none")
	if facts.Inputs > 0 {
		answered = v.T("demand.answered.fact", facts.Answered, facts.Inputs)
	}
	why := v.written(m.Selection)
	if why == "" {
		why = v.T("demand.rationale.none")
	}
	return []demand{one("early", early), one("invited_two", invited), one("notice", notice), one("answered", answered), one("rationale", why)}
}

// unmetDemands counts those that are not met.
func unmetDemands(ds []demand) int {
	n := 0
	for _, d := range ds {
		if d.State != "done" {
			n++
		}
	}
	return n
}

// demandsStatus sums them up.
func (v *view) demandsStatus(ds []demand) status {
	switch n := unmetDemands(ds); n {
	case 0:
		return status{"check", "done", v.T("demand.all")}
	case len(ds):
		return status{"cross", "late", v.T("demand.no_one")}
	default:
		return status{"half", "soon", v.T("demand.some", n, len(ds))}
	}
}

// A trackStep is one step on the way of a case.
type trackStep struct {
	Name, K string // K: done · now · ""
	On      day.Day
	Text    string
}

// track is the way of a group case, as the mockups draw it: what was done with its day, what is now, and what is to come.
func (v *view) track(m *exception.Matter) []trackStep {
	at := func(names ...string) day.Day {
		var d day.Day
		for _, s := range m.Steps {
			if slices.Contains(names, s.Name) {
				d = s.On
			}
		}
		return d
	}
	steps := []trackStep{
		{Name: "registered", On: m.ReceivedOn}, {Name: "reps_notified", On: m.Participation.Notified}, {Name: "input_round", On: at("input_round", "complete")}, {Name: "memo_final", On: m.Participation.MemoFinal},
		{Name: "summoned", On: at("summoned")}, {Name: "treated", On: m.DecidedOn}, {Name: "published", On: m.PublishedOn},
	}
	if len(m.Participation.Invited) > 0 && steps[4].On.IsZero() {
		steps[4].On = m.Participation.Invited[0].On
	}
	now := false
	for i := range steps {
		x := &steps[i]
		x.Name = v.T("group_step." + x.Name)
		later := slices.ContainsFunc(steps[i:], func(t trackStep) bool { return !t.On.IsZero() })
		switch {
		case !x.On.IsZero():
			x.K, x.Text = "done", v.short(x.On)
		case later:
			x.Text = v.T("group.step_missed")
		case !now:
			now, x.K = true, "now"
			if i == 5 && !m.MeetingOn.IsZero() {
				x.On, x.Text = m.MeetingOn, v.short(m.MeetingOn)
			}
		}
		if i == 6 && x.K == "now" && m.Status == law.ExceptionDecided {
			by := law.PublishBy(m.DecidedOn, v.s.desk.Settings)
			x.On, x.Text = by, v.T("group.within", v.short(by))
		}
	}
	return steps
}

type groupPageData struct {
	*frame
	ID          int64
	URL, Head   string
	Sub         string
	Standing    status
	Track       []trackStep
	Facts       []pair
	Demands     []demand
	Measured    status
	Gate        string
	Inputs      []inputLine
	Panels      []pair
	Duties      []owedLine
	Does        []link
	Missing     []link // what is missing for a decision
	MayDecide   bool
	Meeting     link
	Decision    []pair
	Conditions  []string
	Why         []proof
	Log         []logLine
	PDF         string
	Restricted  string
	Cost        string
	Doors       proof
	EarlierCase link
	Postponed   []pair
	Overlaps    []link // other group exceptions valid at the same time
}

type inputLine struct {
	N               int
	By, When        string
	Words, Answer   string
	Why             string
	Rep             bool
	status          status
	AnswerURL       string
	Icon, State, St string
}

type logLine struct{ When, What, Who string }

// mayReadRestricted tells whether the papers with prices open for the one who looks: for those who prepare and decide, and for a representative who has signed confidentiality and
// declared no conflict of interest in the case.
func (v *view) mayReadRestricted(m *exception.Matter, meeting *exception.Meeting, id int64) bool {
	if !v.s.guarded() || v.s.may(access.KeepGroups) || v.s.may(access.DecideGroup) {
		return true
	}
	if !v.s.may(access.SpeakForUsers) || meeting == nil {
		return false
	}
	ok := false
	for _, d := range meeting.Declared {
		if d.Who == v.s.user.ID && (d.Matter == id || d.Matter == 0) {
			ok = d.Confidential && d.Conflict == law.No
		}
	}
	return ok
}

func (s *site) groupPage(w http.ResponseWriter, r *http.Request, v *view) error {
	c, err := s.matter(r, law.GroupException)
	if err != nil {
		return err
	}
	m := &c.State
	title := v.methodTitle(m.Method)
	v.Here, v.Title = groupsURL, title
	p := groupPageData{frame: v.frame, ID: c.ID, URL: groupURL(c.ID), Head: v.T("group.title", title), Sub: strings.Trim(m.Method+" · "+v.region(m.Holder), " ·")}
	var met *desk.MatterCase
	var g *law.GroupMeeting
	if m.MeetingID != 0 {
		t, err := s.matterOf(r.Context(), m.MeetingID, law.MeetingMatter)
		if err == nil {
			met = &t
			g = t.State.GroupMeeting(m.MeetingID, c.ID)
			p.Meeting = link{meetingURL(m.MeetingID) + "?sak=" + strconv.FormatInt(c.ID, 10), v.T("group.to_meeting", v.long(t.State.Meeting.Date))}
		}
	}
	p.Track = v.track(m)
	p.Facts = v.groupFacts(m)
	p.Standing = status{"half", "calm", v.T("group_step." + m.Step())}
	switch {
	case m.InForce(v.Today):
		p.Standing = status{"check", "done", v.T("group.in_force_to", v.long(m.ValidTo))}
	case m.Status == law.ExceptionDecided && m.Outcome.Granted():
		p.Standing = status{"ring", "", v.T("group.ended")}
	case m.Status == law.ExceptionDecided:
		p.Standing = status{"cross", "", v.T("exception.outcome." + string(m.Outcome))}
	}
	p.Demands = v.demands(m, g)
	p.Measured = v.demandsStatus(p.Demands)
	for _, i := range m.Inputs {
		l := inputLine{N: i.N, By: v.seatName(i.By), When: v.short(i.On), Words: v.written(i.Words), Why: v.written(i.Why), Rep: i.Rep, Icon: "clock", State: "soon", St: v.T("group.input.waits")}
		if i.Answer != "" {
			l.Icon, l.State, l.St = "check", "done", v.T("group.input."+i.Answer)
		} else if v.mayStep(matterSteps["answer_input"]) {
			l.AnswerURL = p.URL + "/gjor/answer_input?n=" + strconv.Itoa(i.N)
		}
		p.Inputs = append(p.Inputs, l)
	}
	for _, panel := range law.UserPanels {
		said := v.T("group.panel.none")
		if t, ok := m.Panels[panel]; ok {
			said = v.written(t)
		}
		p.Panels = append(p.Panels, pair{v.region(panel), said})
	}
	p.Duties = v.dutyLines(&m.ExceptionFacts, p.URL)
	p.Does = v.stepsFor(m, p.URL)
	if cost := v.written(m.Group.Cost); cost != "" {
		var meeting *exception.Meeting
		if met != nil {
			meeting = met.State.Meeting
		}
		if v.mayReadRestricted(m, meeting, c.ID) {
			p.Cost = cost
		} else {
			p.Restricted = v.T("group.restricted")
		}
	}
	if m.Status == law.ExceptionReceived {
		p.MayDecide = v.mayStep(matterSteps["decide_exception"])
		p.Missing = v.decisionLacks(&c, met)
		if v.s.guarded() && !v.s.may(access.KeepGroups) { // what is lacking is for all to see, the way to mend it for those who may
			for i := range p.Missing {
				p.Missing[i].URL = ""
			}
		}
	} else {
		d := m.Decision
		p.Decision = []pair{{v.T("group.decided_on"), v.long(d.On)}, {v.T("group.outcome"), v.T("exception.outcome." + string(m.Outcome))}, {v.T("group.reason"), v.written(d.Reason)}}
		if m.Outcome.Granted() {
			p.Decision = append(p.Decision, pair{v.T("group.valid"), v.T("group.from_to", v.long(m.ValidFrom), v.long(m.ValidTo))}, pair{v.T("group.review_on"), v.long(m.ReviewOn)})
		}
		if said := v.votes(m); said != "" {
			p.Decision = append(p.Decision, pair{v.T("group.votes"), said})
		}
		if t := v.written(d.Dissent); t != "" {
			p.Decision = append(p.Decision, pair{v.T("group.remarks"), t})
		}
		if d.Meeting != nil && d.Meeting.Dissenting > 0 {
			p.Decision = append(p.Decision, pair{v.T("group.user_dissent"), v.T("group.user_dissent_n", d.Meeting.Dissenting)})
		}
		for _, t := range d.Conditions {
			p.Conditions = append(p.Conditions, v.written(t))
		}
		p.PDF = p.URL + "/vedtak"
	}
	for _, key := range []string{"participation", "valid_to", "review_on", "in_force"} {
		if e, ok := m.Explain(key, v.Today, s.desk.Settings); ok && len(e.Because) > 0 {
			x := proof{Ask: v.T("group.why." + key), Result: v.T("group.why." + key + ".is")}
			for _, t := range say.ExceptionExplanation(v.Lang, e) {
				x.Steps = append(x.Steps, proofStep{Text: t})
			}
			x.Cite = say.Source(v.Lang, e.Cite, e.Norms)
			p.Why = append(p.Why, x)
		}
	}
	for _, x := range m.Postponed {
		p.Postponed = append(p.Postponed, pair{v.T("group.postponed", v.long(x.Was)), strings.TrimSpace(v.T("group.postponed_on", v.long(x.On), v.written(x.Why)))})
	}
	others, err := s.desk.Overlapping(r.Context(), exception.National, c.ID, m)
	if err != nil {
		return err
	}
	for _, o := range others {
		p.Overlaps = append(p.Overlaps, link{groupURL(o.Matter), v.T("group.overlaps_case", o.Matter, v.long(o.From), v.long(o.To))})
	}
	if m.Earlier != 0 {
		p.EarlierCase = link{groupURL(m.Earlier), v.T("group.earlier")}
	}
	p.Log = v.matterLog(c)
	return s.render(w, http.StatusOK, "group", v, p)
}

// votes are what the regions said.
func (v *view) votes(m *exception.Matter) string {
	var out []string
	for _, region := range law.UserPanels {
		if a, ok := m.Decision.Votes[region]; ok {
			out = append(out, v.region(region)+": "+lowerFirst(v.T("vote."+cmpWord(string(a), "wait"))))
		}
	}
	return strings.Join(out, " · ")
}

func (v *view) groupFacts(m *exception.Matter) []pair {
	out := []pair{}
	add := func(key, value string) {
		if value != "" {
			out = append(out, pair{v.T(key), value})
		}
	}
	if m.MethodState != "" {
		add("group.method_is", v.T("method_state."+string(m.MethodState)))
	}
	add("group.who", v.written(m.Group.Text))
	if m.Group.PerYear > 0 {
		add("group.per_year", v.T("group.about", m.Group.PerYear))
	}
	add("group.need", v.written(m.Group.Need))
	add("group.benefit", v.written(m.Group.Benefit))
	add("group.evidence", v.written(m.Group.Evidence))
	add("group.equal", v.written(m.Group.Equal))
	add("group.exit", v.written(m.Group.Exit))
	add("group.plain", v.written(m.Group.PlainWords))
	if m.Method == "" {
		add("group.no_method_why", v.written(m.NoMethodID))
	}
	return out
}

// matterLog is what was done, the latest first. It tells of roles and steps; the words stand on the page.
func (v *view) matterLog(c desk.MatterCase) []logLine {
	var out []logLine
	for _, e := range slices.Backward(c.Log) {
		l := logLine{When: v.short(e.Event.On), What: v.T("verb." + e.Event.Ask.Verb()), Who: v.seatName(e.Event.Actor)}
		if t, ok := e.Event.Ask.(*exception.TakeStep); ok {
			l.What = v.T("group_step." + t.Step)
		}
		if len(e.Event.Warned) > 0 {
			for _, w := range v.warnings(e.Event.Warned) {
				l.What += ". " + w.Text
			}
		}
		out = append(out, l)
	}
	return out
}

// decisionLacks are what a decision in a group case still lacks, each with the way to mend it.
func (v *view) decisionLacks(c *desk.MatterCase, met *desk.MatterCase) []link {
	var out []link
	at := groupURL(c.ID)
	if met == nil {
		return []link{{at + "/gjor/set_meeting", v.T("lack.meeting")}}
	}
	t := &met.State
	g := t.GroupMeeting(met.ID, c.ID)
	if len(law.InvitedObjections(g, v.Today, false, v.s.desk.Settings)) > 0 {
		out = append(out, link{meetingURL(met.ID) + "/gjor/invite", v.T("lack.invited", len(law.DistinctReps(g, v.Today)))})
	}
	if c.State.Participation.MemoFinal.IsZero() {
		out = append(out, link{at + "/gjor/take_step", v.T("lack.memo")})
	}
	var away []string
	for _, region := range law.UserPanels {
		if !slices.Contains(g.Regions, region) {
			away = append(away, v.region(region))
		}
	}
	switch {
	case t.HeldOn.IsZero():
		out = append(out, link{meetingURL(met.ID) + "/gjor/hold_meeting", v.T("lack.held")})
	case len(away) > 0:
		out = append(out, link{meetingURL(met.ID) + "/gjor/hold_meeting", v.T("lack.regions", strings.Join(away, ", "))})
	}
	return out
}
