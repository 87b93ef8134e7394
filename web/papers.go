package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/day"
	"rettid/desk"
	"rettid/exception"
	"rettid/law"
	"rettid/words"
)

// The papers of the exception scheme that are no letters (X-1002, X-1009, X-1013, X-1015): a page, and a PDF of the same page. What each must hold is exception.PaperParts, by the ids of its parts. A
// single patient is a case number in them: no name, no identity, no birth date.

func (s *site) paperRoutes(m *http.ServeMux) {
	m.HandleFunc("GET "+groupsURL+"/{id}/framlegg", s.page(access.SeeGroups, (*site).memoPage))
	m.HandleFunc("GET "+groupsURL+"/{id}/framlegg.pdf", s.page(access.SeeGroups, (*site).memoPage))
	m.HandleFunc("GET "+partURL+"/rapport", s.page(access.SeeGroups, (*site).participationPaper))
	m.HandleFunc("GET "+partURL+"/rapport.pdf", s.page(access.SeeGroups, (*site).participationPaper))
	m.HandleFunc("GET /unntak/{tenant}/{id}/papir/{doc}", s.page("", (*site).exceptionPaper))
}

// sendPaper shows a paper, or sends it as PDF when the address ends so.
func (s *site) sendPaper(w http.ResponseWriter, r *http.Request, v *view, name, at string, d meetingDoc, back link) error {
	if strings.HasSuffix(r.URL.Path, ".pdf") {
		return s.sendDoc(w, r, name, d)
	}
	v.Title = d.Title
	return s.render(w, http.StatusOK, "group-paper", v, docPage{frame: v.frame, Doc: d, PDF: at, Back: back})
}

// stamp gives a paper its number and day, which stand at its head, and ends it with what it is: number, day, version and the role that wrote it.
func (v *view) stamp(d *meetingDoc, number string, on day.Day, version int, role law.Role) {
	d.Number, d.Date = number, words.Date(v.Lang, on)
	d.Parts = append(d.Parts, docPart{ID: "meta", Head: v.T("doc.meta"), Pairs: []pair{{v.T("doc.number"), number}, {v.T("doc.date"), d.Date}, {v.T("doc.version"), strconv.Itoa(version)}, {v.T("doc.author"), v.T("role." + string(role))}}})
}

// versions counts how often what a paper is made from was written or corrected: its version, from 1.
func versions(log []exception.Entry, is func(exception.Command) bool) int {
	n, its := 0, make(map[int]bool)
	for _, e := range log {
		fix, corrects := e.Event.Ask.(*exception.Correct)
		if its[e.Seq] = is(e.Event.Ask) || corrects && its[fix.Seq]; its[e.Seq] {
			n++
		}
	}
	return max(n, 1)
}

func orText(some []string, none string) []string {
	some = slices.DeleteFunc(some, func(s string) bool { return strings.TrimSpace(s) == "" })
	if len(some) == 0 {
		return []string{none}
	}
	return some
}

// memoPage is the memo of a group case (saksframlegg): the group and the criteria in the order of X-403, users' part as the events tell it, what was said and answered, and access by region. Prices are
// not in it.
func (s *site) memoPage(w http.ResponseWriter, r *http.Request, v *view) error {
	c, err := s.matter(r, law.GroupException)
	if err != nil {
		return err
	}
	m := &c.State
	v.Here, v.role = groupsURL, true
	title := v.methodTitle(m.Method)
	d := meetingDoc{Lang: v.Lang, Title: v.T("doc.memo", title), From: v.T("doc.secretariat"), To: []string{v.T("meeting.body")}}
	var g *law.GroupMeeting
	if m.MeetingID != 0 {
		if t, err := s.matterOf(v.ctx, m.MeetingID, law.MeetingMatter); err == nil {
			g = t.State.GroupMeeting(m.MeetingID, c.ID)
			d.To = append(d.To, v.T("doc.for_meeting", v.whenAndWhere(t.State.Meeting)))
		}
	}
	if decided(m) {
		g = m.Decision.Meeting
	}
	facts := v.groupFacts(m)
	take := func(keys ...string) []pair {
		var out []pair
		for _, k := range keys {
			value := v.T("doc.not_written")
			for _, f := range facts {
				if f.Key == v.T(k) {
					value = f.Value
				}
			}
			out = append(out, pair{v.T(k), value})
		}
		return out
	}
	number := "G" + strconv.FormatInt(c.ID, 10)
	about := []pair{{v.T("group.col.method"), orElse(strings.TrimSpace(m.Method+" "+title), v.T("group.no_method"))}, {v.T("step.indikasjon"), orElse(m.Form.Indication, v.T("doc.not_written"))}, {v.T("doc.proposed_by"), v.region(m.Holder)}, {v.T("doc.registered"), words.Date(v.Lang, m.ReceivedOn)}}
	if m.Form.Authorisation != "" {
		about = append(about, pair{v.T("step.mt"), v.T("step.mt." + string(m.Form.Authorisation))})
	}
	if m.MethodState != "" {
		about = append(about, pair{v.T("group.method_is"), v.T("method_state." + string(m.MethodState))})
	}
	var users []string
	for _, x := range v.demands(m, g) {
		users = append(users, x.Name+": "+x.Text+". "+x.Fact)
	}
	joined := v.T("doc.users_never")
	if from := m.Participation.UsersFrom; !from.IsZero() {
		joined = v.T("doc.users_from", words.Date(v.Lang, from), from.Sub(m.ReceivedOn)+1)
	}
	var inputs, panels []string
	for _, i := range m.Inputs {
		line := v.T("doc.input", i.N, v.docWho(i), v.written(i.Words))
		if i.Answer == "" {
			line += " " + v.T("group.input.waits") + "."
		} else {
			line += " " + v.T("doc.input_answer", v.T("group.input."+i.Answer), v.written(i.Why))
		}
		inputs = append(inputs, line)
	}
	for _, p := range law.UserPanels {
		said := v.T("group.panel.none")
		if t, ok := m.Panels[p]; ok {
			said = v.written(t)
		}
		panels = append(panels, v.region(p)+": "+said)
	}
	equal := docPart{ID: "equal", Head: v.T("meeting.equal"), Text: orText([]string{v.written(m.Group.Equal)}, v.T("doc.not_written"))}
	lines, err := v.regionsOf(m.Method)
	if err != nil {
		return err
	}
	if len(lines) > 0 {
		equal.Text = append(equal.Text, v.T("meeting.equal_text"))
		equal.Cols = []string{v.T("chart.region"), v.T("meeting.applied"), v.T("meeting.per_million")}
		for _, l := range lines {
			equal.Rows = append(equal.Rows, []string{l.Region, l.Applied, l.Rate})
		}
	}
	d.Parts = []docPart{
		{ID: "plain", Head: v.T("group.plain"), Text: orText(strings.Split(v.written(m.Group.PlainWords), "\n"), v.T("doc.not_written"))},
		{ID: "case", Head: v.T("group.case"), Pairs: about},
		{ID: "criteria", Head: v.T("doc.criteria"), Pairs: take("group.who", "group.per_year", "group.need", "group.benefit", "group.evidence", "group.exit")},
		{ID: "users", Head: v.T("demand.head"), Text: []string{joined}, Items: users},
		{ID: "inputs", Head: v.T("group.inputs", len(m.Inputs)), Items: orText(inputs, v.T("group.no_inputs"))},
		{ID: "panels", Head: v.T("group.panels"), Items: panels},
		equal,
		{ID: "single", Head: v.T("paper.rest"), Text: []string{v.T("paper.single_text"), v.T("exception.always_open")}},
	}
	final := func(do exception.Command) bool {
		step, ok := do.(*exception.TakeStep)
		return ok && step.Step == "memo_final"
	}
	on := m.Participation.MemoFinal
	if on.IsZero() { // a draft
		on = v.Today
	}
	v.stamp(&d, number, on, versions(c.Log, final), law.Secretariat)
	return s.sendPaper(w, r, v, "framlegg-"+number, groupURL(c.ID)+"/framlegg.pdf", d, link{groupURL(c.ID), v.T("group.title", title)})
}

// docWho is who gave an input: a representative by region, anybody else by the name they go by.
func (v *view) docWho(i exception.Input) string {
	if i.Rep {
		return v.T("paper.user_seat", v.region(v.regionOfRep(i.By)))
	}
	return i.By
}

// participationPaper is the report on users' part (X-513, X-1013): PR-1 case by case with the share over time, PR-2 the meetings, PR-3 the representatives, PR-4 the hearings.
func (s *site) participationPaper(w http.ResponseWriter, r *http.Request, v *view) error {
	rep, months, err := s.participationOf(r, v)
	if err != nil {
		return err
	}
	v.Here, v.role = partURL, true
	d := meetingDoc{Lang: v.Lang, Title: v.T("doc.part", words.Date(v.Lang, rep.From), words.Date(v.Lang, rep.To)), From: v.T("doc.secretariat"), To: []string{v.T("meeting.body"), v.T("paper.to_panels")}}
	all := len(rep.Cases)
	of := func(key string, n int) pair { return pair{v.T(key), v.T("part.cadence_n", n, all)} }
	pr1 := docPart{ID: "pr-1", Head: v.T("part.cases"), Text: []string{v.T("part.head", rep.Honoured, all) + "."}, Pairs: []pair{of("part.from_start", rep.FromStart), of("part.early", rep.Early), of("part.invited", rep.Invited2), of("part.there", all-rep.NoRep)}}
	pr1.Cols = []string{v.T("group.col.case"), v.T("group.decided_on"), v.T("part.col.joined"), v.T("part.col.table"), v.T("part.col.heard"), v.T("part.col.verdict")}
	for _, c := range rep.Cases {
		l := v.participationLine(c)
		pr1.Rows = append(pr1.Rows, []string{"G" + strconv.FormatInt(c.Matter, 10) + " " + l.Title, l.Decided, strings.Trim(l.Joined+", "+l.FromDay, ", "), l.Table, l.Heard, strings.Trim(v.T("participation.verdict."+string(c.Part.Verdict))+". "+upperFirst(l.Failed), " .") + "."})
	}
	share := docPart{ID: "pr-1-share", Head: v.T("part.over_time"), Text: []string{v.T("part.figure.sub")}, Cols: []string{v.T("doc.quarter"), v.T("doc.cases"), v.T("doc.honoured"), v.T("part.early")}}
	for _, q := range quartersOf(rep) {
		share.Rows = append(share.Rows, []string{v.T("doc.quarter_of", strconv.Itoa(q.from.Year()), (monthNumber(q.from)-1)/3+1), strconv.Itoa(q.all), strconv.Itoa(q.honoured), strconv.Itoa(q.early)})
	}
	meetings, err := s.matters(r.Context(), law.MeetingMatter)
	if err != nil {
		return err
	}
	var held []day.Day
	same := 0
	came := make(map[string]int)
	for _, x := range meetings {
		if h := x.State.HeldOn; h.IsZero() || h.Before(rep.From) || h.After(rep.To) {
			continue
		}
		t := x.State.Meeting
		held = append(held, x.State.HeldOn)
		if law.SameDay(t.Date, t.Bestiller, t.Beslutning) == "both" {
			same++
		}
		for _, a := range t.Present {
			if a.Role == law.UserRep {
				came[a.Who]++
			}
		}
	}
	with, in := law.Cadence(held, rep.From, rep.To)
	pr3 := docPart{ID: "pr-3", Head: v.T("part.reps"), Cols: []string{v.T("chart.region"), v.T("doc.invited_cases"), v.T("doc.came")}}
	for _, x := range v.seats(access.UserRepresentative) {
		pr3.Rows = append(pr3.Rows, []string{v.region(x.Region), strconv.Itoa(rep.Invitations[x.ID]), strconv.Itoa(came[x.ID])})
	}
	hearings, err := s.matters(r.Context(), law.HearingMatter)
	if err != nil {
		return err
	}
	var pr4 []string
	for _, x := range hearings {
		pr4 = append(pr4, x.State.Name+": "+v.T("part.hearing", v.short(x.State.ReceivedOn), len(x.State.Answered), v.T("exception.status."+string(x.State.Status))))
	}
	d.Parts = []docPart{pr1, share,
		{ID: "pr-2", Head: v.T("part.meetings"), Pairs: []pair{{v.T("part.cadence"), v.T("part.cadence_n", with, in)}, {v.T("part.same_day"), v.T("part.same_day_n", same, len(held))}}},
		pr3, {ID: "pr-4", Head: v.T("part.hearings"), Items: orText(pr4, v.T("part.no_hearings"))}, {ID: "how", Head: v.T("doc.how"), Text: []string{v.T("part.how")}}}
	v.stamp(&d, "PR "+rep.From.String()+"/"+rep.To.String(), v.Today, 1, law.Secretariat)
	return s.sendPaper(w, r, v, "brukermedvirkning-"+rep.To.String(), partURL+"/rapport.pdf?mnd="+strconv.Itoa(months), d, link{partURL + "?mnd=" + strconv.Itoa(months), v.T("part.title")})
}

func monthNumber(d day.Day) int { _, m, _ := d.Date(); return m }

// A quarter is how many cases were decided in one, and in how many of them the demands were met.
type quarter struct {
	from                 day.Day
	all, honoured, early int
}

// quartersOf counts the cases of a report by the quarter they were decided in; a quarter without a case is there with none.
func quartersOf(rep exception.ParticipationReport) []quarter {
	start := func(d day.Day) day.Day { return day.On(d.Year(), (monthNumber(d)-1)/3*3+1, 1) }
	var out []quarter
	for q := start(rep.From); !q.After(rep.To); q = q.AddMonths(3) {
		x := quarter{from: q}
		for _, c := range rep.Cases {
			if start(c.State.DecidedOn) != q {
				continue
			}
			x.all++
			if c.Part.Verdict == law.Honoured {
				x.honoured++
			}
			if c.Part.Early {
				x.early++
			}
		}
		out = append(out, x)
	}
	return out
}

// papersOf are the papers an application has now.
func (v *view) papersOf(tenant string, id int64, m *exception.Matter) []link {
	at := matterURL(tenant, id) + "/papir/"
	var out []link
	if len(m.Pauses) > 0 {
		out = append(out, link{at + "foresporsel", v.T("doc.request")})
	}
	if !m.EvaluateOn.IsZero() && m.StoppedOn.IsZero() {
		out = append(out, link{at + "paminnelse", v.T("doc.reminder")})
	}
	if len(m.Evaluations) > 0 {
		out = append(out, link{at + "evaluering", v.T("doc.evaluation")})
	}
	return out
}

// writtenTo is the doctor a paper of an application is to.
func (v *view) writtenTo(m *exception.Matter) string {
	if name := v.s.actor(m.Doctor); m.Doctor != "" && name != m.Doctor {
		return name
	}
	return upperFirst(v.T("exc.the_doctor"))
}

// exceptionPaper is a paper of one application: the request for information that stops the clock (X-1002), the reminder of an evaluation, and what the evaluations came to (X-1015).
func (s *site) exceptionPaper(w http.ResponseWriter, r *http.Request, v *view) error {
	c, may, err := s.openMatter(r, "")
	if err != nil {
		return err
	}
	m := &c.State
	if m.Kind != law.SingleException || may == stripped {
		return desk.ErrMissing
	}
	v.Here = exceptionURL
	name, _ := strings.CutSuffix(r.PathValue("doc"), ".pdf")
	at := matterURL(c.Tenant, c.ID)
	number := caseNumber(c.Tenant, c.ID)
	read := s.read(r.Context(), c.Tenant)
	names, err := s.methodNames(r.Context())
	if err != nil {
		return err
	}
	about := docPart{ID: "case", Head: v.T("doc.case"), Pairs: []pair{{v.T("doc.case_number"), number}, {v.T("group.col.method"), names.of(m.Method)}, {v.T("step.indikasjon"), orElse(exception.Indication3(m.Form.Indication), v.T("doc.not_written"))}, {v.T("exc.column.received"), words.Date(v.Lang, m.ReceivedOn)}}}
	var stop []string
	for _, t := range m.Decision.Stop {
		stop = append(stop, read(t))
	}
	if len(stop) == 0 {
		stop = strings.Split(read(m.Form.Stop), "\n")
	}
	stops := docPart{ID: "stop", Head: v.T("exc.field.stop_criteria"), Items: orText(stop, v.T("doc.not_written"))}
	v.role = true
	house, _ := s.desk.Org.Provider(m.Holder)
	doctor := []string{v.writtenTo(m), strings.TrimPrefix(v.unitName(m.Holder, m.Department)+", "+house.Name, ", ")}
	d := meetingDoc{Lang: v.Lang, From: v.T("doc.from_director", house.Name), To: doctor}
	switch {
	case name == "foresporsel" && len(m.Pauses) > 0:
		p := m.Pauses[len(m.Pauses)-1]
		d.Title = v.T("doc.request_title", number)
		asked := orText(strings.Split(read(m.Asked), "\n"), v.T("doc.asked_lacks"))
		clock := v.T("doc.clock_stands", words.Date(v.Lang, p.From))
		if !p.To.IsZero() {
			clock = v.T("doc.clock_stood", words.Date(v.Lang, p.From), words.Date(v.Lang, p.To))
		}
		var lacks []string
		for _, f := range m.Lacking() {
			lacks = append(lacks, v.T("exc.field."+f))
		}
		d.Parts = []docPart{about, {ID: "asked", Head: v.T("doc.asked"), Text: asked, Items: lacks}, {ID: "clock", Head: v.T("doc.clock"), Text: []string{clock, v.T("doc.clock_why")}}, {ID: "answer", Head: v.T("doc.answer"), Text: []string{v.T("doc.answer_text", number), v.T("doc.answer_phone", s.guidanceOf(m.Department, m.Holder))}}}
		v.stamp(&d, number+"-F"+strconv.Itoa(len(m.Pauses)), p.From, 1, law.HFDirector)
	case name == "paminnelse" && !m.EvaluateOn.IsZero() && m.StoppedOn.IsZero():
		d.Title = v.T("doc.reminder_title", number)
		due := v.T("doc.evaluate_by", words.Date(v.Lang, m.EvaluateOn))
		if m.EvaluateOn.Before(v.Today) {
			due = v.T("doc.evaluate_late", words.Date(v.Lang, m.EvaluateOn))
		}
		d.Parts = []docPart{about, {ID: "due", Head: v.T("exc.evaluate_on"), Text: []string{due}}, stops, {ID: "record", Head: v.T("doc.record"), Items: []string{v.T("doc.record.continue"), v.T("doc.record.stop"), v.T("doc.record.extend")}}}
		v.stamp(&d, number+"-P"+strconv.Itoa(len(m.Evaluations)+1), v.Today, 1, law.HFDirector)
	case name == "evaluering" && len(m.Evaluations) > 0:
		d.Title = v.T("doc.evaluation_title", number)
		results := docPart{ID: "results", Head: v.T("doc.results"), Cols: []string{v.T("doc.date"), v.T("step.resultat"), v.T("doc.words")}}
		for _, e := range m.Evaluations {
			results.Rows = append(results.Rows, []string{words.Date(v.Lang, e.On), v.T("doc.result." + e.Result), orElse(read(e.Words), "–")})
		}
		next := v.T("doc.next_none")
		switch {
		case !m.StoppedOn.IsZero():
			next = v.T("doc.stopped", words.Date(v.Lang, m.StoppedOn))
		case !m.EvaluateOn.IsZero():
			next = v.T("doc.evaluate_by", words.Date(v.Lang, m.EvaluateOn))
		}
		d.From, d.To = strings.Join(doctor, ", "), []string{v.T("doc.from_director", house.Name)}
		d.Parts = []docPart{about, results, stops, {ID: "next", Head: v.T("doc.next"), Text: []string{next}}}
		v.stamp(&d, number+"-E", m.Evaluations[len(m.Evaluations)-1].On, len(m.Evaluations), law.Specialist)
	default:
		return desk.ErrMissing
	}
	return s.sendPaper(w, r, v, name+"-"+strings.ReplaceAll(number, "/", "-"), at+"/papir/"+name+".pdf", d, link{at, v.T("exc.case", number)})
}
