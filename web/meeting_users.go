package web

import (
	"net/http"
	"slices"
	"strconv"

	"rettid/access"
	"rettid/chart"
	"rettid/day"
	"rettid/desk"
	"rettid/exception"
	"rettid/law"
	"rettid/words"
)

// The user representatives' own workspace: what they are invited to, the cases in plain words, where they speak and what was answered. Papers of single
// patients are not here, and no address leads from here to any. And the report on whether users were there from the start, at the table, and heard (X-513, U1-3).

const (
	repURL  = "/bruker"
	partURL = "/brukermedvirkning"
)

func (s *site) userRoutes(m *http.ServeMux) {
	m.HandleFunc("GET "+repURL, s.page(access.SpeakForUsers, (*site).repPage))
	m.HandleFunc("GET "+partURL, s.page(access.SeeGroups, (*site).participation))
	m.HandleFunc("GET "+partURL+"/figur/{fil}", s.page(access.SeeGroups, (*site).participationFile))
	m.HandleFunc("GET "+partURL+"/saker.csv", s.page(access.SeeGroups, (*site).participationCSV))
}

type repPageData struct {
	*frame
	Head, Sub string
	Seat      string
	Meetings  []repMeeting
	Cases     []repCase
	Said      []repSaid
	Who       []option // without a gate: whose workspace
}

type repMeeting struct {
	URL, Day, Invited  string
	Papers             string
	Declared           status
	DeclareURL, Speak  string
	Cases              []link
	Paper              string
	MineInvited, Ahead bool
}

type repCase struct {
	URL, Title, Plain string
	Step, Meeting     string
	InputURL          string
	N                 int
}

type repSaid struct {
	URL, Title, When string
	Words, Answer    string
	status
	Dissent bool
}

func (s *site) repPage(w http.ResponseWriter, r *http.Request, v *view) error {
	v.Here, v.Title = repURL, v.T("rep.title")
	p := repPageData{frame: v.frame, Head: v.T("rep.title"), Sub: v.T("rep.sub")}
	me := s.user.ID
	if !s.guarded() {
		me = r.URL.Query().Get("hvem")
		for _, x := range v.seats(access.UserRepresentative) {
			if me == "" {
				me = x.ID
			}
			p.Who = append(p.Who, option{x.ID, v.region(x.Region), x.ID == me})
		}
	}
	p.Seat = v.region(v.regionOfRep(me))
	meetings, err := s.matters(r.Context(), law.MeetingMatter)
	if err != nil {
		return err
	}
	groups, err := s.matters(r.Context(), law.GroupException)
	if err != nil {
		return err
	}
	var texts []exception.Text
	for _, x := range meetings {
		for _, o := range x.State.Meeting.Opinions {
			if o.Who == me {
				texts = append(texts, o.Words, o.Answer)
			}
		}
	}
	for _, x := range groups {
		if received(x.State) {
			texts = append(texts, x.State.Group.PlainWords)
		}
		for _, i := range x.State.Inputs {
			if i.By == me {
				texts = append(texts, i.Words, i.Why)
			}
		}
	}
	v.readTexts(texts)
	slices.SortFunc(meetings, func(a, b exception.Numbered) int { return b.State.Meeting.Date.Compare(a.State.Meeting.Date) })
	asked := 0
	for _, x := range meetings {
		t := x.State.Meeting
		ahead := x.State.Status == law.MeetingPlanned && !t.Date.Before(v.Today)
		line := repMeeting{URL: meetingURL(x.ID), Day: v.whenAndWhere(t), Ahead: ahead}
		for _, i := range t.Invited {
			if i.Rep == me && line.Invited == "" {
				line.MineInvited, line.Invited = true, v.T("seat.invited", v.short(i.On))
				line.Papers = v.T("rep.papers_none")
				if i.Papers || !x.State.PapersOn.IsZero() {
					line.Papers = v.T("rep.papers", s.desk.Settings.Calendar.Working(i.On, t.Date))
				}
			}
		}
		for _, o := range t.Opinions {
			if o.Who != me {
				continue
			}
			said := repSaid{URL: line.URL, Title: v.T("rep.in_meeting", v.long(t.Date)), When: v.short(t.Date), Words: v.written(o.Words), Answer: v.written(o.Answer), Dissent: o.Dissent, status: status{"clock", "soon", v.T("group.input.waits")}}
			if !o.Answer.IsZero() {
				said.status = status{"check", "done", v.T("rep.answered")}
			}
			p.Said = append(p.Said, said)
		}
		if !ahead {
			continue
		}
		line.Declared = status{"risk", "soon", v.T("rep.declare_first")}
		if matterSteps["declare"].offered(x.State) {
			line.DeclareURL = line.URL + "/gjor/declare"
		}
		for _, d := range t.Declared {
			if d.Who == me {
				line.Declared = status{"check", "done", v.T("seat.declared")}
				if d.Conflict == law.Yes {
					line.Declared = status{"ban", "", v.T("seat.conflict")}
				}
			}
		}
		line.Speak = line.URL + "/gjor/give_opinion"
		for _, a := range t.Agenda {
			if a.Matter != 0 {
				line.Cases = append(line.Cases, link{groupURL(a.Matter), a.Title})
			}
		}
		line.Paper = line.URL + "/innkalling"
		if line.MineInvited {
			asked++
		}
		p.Meetings = append(p.Meetings, line)
	}
	slices.Reverse(p.Meetings)
	for _, x := range groups {
		m := x.State
		if received(m) {
			c := repCase{URL: groupURL(x.ID), Title: v.T("group.title", v.methodTitle(m.Method)), Plain: v.written(m.Group.PlainWords), Step: v.T("group_step." + m.Step()), InputURL: groupURL(x.ID) + "/gjor/give_input"}
			if c.Plain == "" {
				c.Plain = v.T("rep.no_plain")
			}
			if !m.MeetingOn.IsZero() {
				c.Meeting = v.T("rep.treated_on", v.long(m.MeetingOn))
			}
			p.Cases = append(p.Cases, c)
		}
		for _, i := range m.Inputs {
			if i.By != me {
				continue
			}
			said := repSaid{URL: groupURL(x.ID), Title: v.T("group.title", v.methodTitle(m.Method)), When: v.short(i.On), Words: v.written(i.Words), Answer: v.written(i.Why), status: status{"clock", "soon", v.T("group.input.waits")}}
			if i.Answer != "" {
				said.status = status{"check", "done", v.T("group.input." + i.Answer)}
			}
			p.Said = append(p.Said, said)
		}
	}
	p.Head = v.T("rep.head", asked, v.T("rep.head_cases", len(p.Cases)))
	return s.render(w, http.StatusOK, "meeting-rep", v, p)
}

type participationPage struct {
	*frame
	Head, Sub string
	Picks     []pick
	Big       []bigNumber
	Figure    figureView
	Rows      []participationLine
	Reps      []pair
	Cadence   []pair
	CSV       string
	Paper     string
	Empty     string
	Panels    []pair
}

type participationLine struct {
	URL, Title, Decided  string
	Joined, FromDay      string
	Table, Heard, Failed string
	status
	Day day.Day
}

// partPeriod is the twelve months to today, or as many as are asked for.
func (v *view) partPeriod(r *http.Request) (from, to day.Day, months int) {
	months = 24
	if n, err := strconv.Atoi(r.URL.Query().Get("mnd")); err == nil && (n == 3 || n == 12 || n == 24 || n == 36) {
		months = n
	}
	return v.Today.AddMonths(-months).Add(1), v.Today, months
}

func (s *site) participationOf(r *http.Request, v *view) (exception.ParticipationReport, int, error) {
	from, to, months := v.partPeriod(r)
	cases, err := s.desk.GroupCases(r.Context(), exception.National, from, to)
	if err != nil {
		return exception.ParticipationReport{}, 0, err
	}
	return exception.ReportParticipation(cases, from, to, s.desk.Settings), months, nil
}

// participationFigure is the share of group cases, quarter by quarter, in which the demands were met.
func (v *view) participationFigure(rep exception.ParticipationReport) chart.Figure {
	type n struct{ honoured, all, early int }
	by := make(map[day.Day]*n)
	start := func(d day.Day) day.Day {
		y, m, _ := d.Date()
		return day.On(y, (m-1)/3*3+1, 1)
	}
	for _, c := range rep.Cases {
		q := start(c.State.DecidedOn)
		if by[q] == nil {
			by[q] = new(n)
		}
		by[q].all++
		if c.Part.Verdict == law.Honoured {
			by[q].honoured++
		}
		if c.Part.Early {
			by[q].early++
		}
	}
	var honoured, early chart.Line
	for q := start(rep.From); !q.After(rep.To); q = q.AddMonths(3) {
		a, b := chart.Missing, chart.Missing
		if x := by[q]; x != nil {
			a, b = float64(x.honoured)/float64(x.all), float64(x.early)/float64(x.all)
		}
		honoured.Points = append(honoured.Points, chart.Point{At: q, Value: a})
		early.Points = append(early.Points, chart.Point{At: q, Value: b})
	}
	honoured.Name, honoured.Own, early.Name = v.T("part.line.honoured"), true, v.T("part.line.early")
	return chart.TimeSeries(chart.Frame{Lang: v.Lang, ID: "medvirkning", Title: v.T("part.figure", rep.Honoured, len(rep.Cases)), Subtitle: v.T("part.figure.sub"), Unit: chart.Unit{Percent: true}}, honoured, early)
}

func (s *site) participation(w http.ResponseWriter, r *http.Request, v *view) error {
	v.Here, v.Title = partURL, v.T("part.title")
	rep, months, err := s.participationOf(r, v)
	if err != nil {
		return err
	}
	p := participationPage{frame: v.frame, Head: v.T("part.head", rep.Honoured, len(rep.Cases)), Sub: v.T("part.sub", words.Date(v.Lang, rep.From), words.Date(v.Lang, rep.To)), CSV: partURL + "/saker.csv?mnd=" + strconv.Itoa(months), Empty: v.T("part.none"), Paper: partURL + "/rapport?mnd=" + strconv.Itoa(months)}
	choose := pick{Name: "mnd", Label: v.T("part.period")}
	for _, n := range []int{3, 12, 24, 36} {
		choose.Options = append(choose.Options, option{strconv.Itoa(n), v.T("part.months", n), n == months})
	}
	p.Picks = []pick{choose}
	all := len(rep.Cases)
	big := func(key string, n int) {
		b := bigNumber{Label: v.T(key), Value: "–"}
		if all > 0 {
			b.Value, b.Note = words.Number(v.Lang, n), v.T("part.of", all)
		}
		p.Big = append(p.Big, b)
	}
	big("part.from_start", rep.FromStart)
	big("part.early", rep.Early)
	big("part.invited", rep.Invited2)
	big("part.there", all-rep.NoRep)
	if all > 0 {
		f := v.participationFigure(rep)
		p.Figure = v.figure(f, partURL+"/figur", map[string][]string{"mnd": {strconv.Itoa(months)}})
		for _, c := range rep.Cases {
			p.Rows = append(p.Rows, v.participationLine(c))
		}
	}
	for _, x := range v.seats(access.UserRepresentative) {
		p.Reps = append(p.Reps, pair{seatTitle(v, x), v.T("part.invitations", rep.Invitations[x.ID])})
	}
	meetings, err := s.matters(r.Context(), law.MeetingMatter)
	if err != nil {
		return err
	}
	var held []day.Day
	same := make(map[law.SameDayAs]int)
	came := make(map[string]int)
	for _, x := range meetings {
		if d := x.State.HeldOn; !d.IsZero() && !d.Before(rep.From) && !d.After(rep.To) {
			held = append(held, d)
			t := x.State.Meeting
			same[law.SameDay(t.Date, t.Bestiller, t.Beslutning)]++
			for _, a := range t.Present {
				if a.Role == law.UserRep {
					came[a.Who]++
				}
			}
		}
	}
	for i, x := range v.seats(access.UserRepresentative) {
		p.Reps[i].Value += ", " + v.T("part.came", came[x.ID])
	}
	with, months := law.Cadence(held, rep.From, rep.To)
	p.Cadence = []pair{{v.T("part.cadence"), v.T("part.cadence_n", with, months)}, {v.T("part.same_day"), v.T("part.same_day_n", same["both"], len(held))}}
	hearings, err := s.matters(r.Context(), law.HearingMatter)
	if err != nil {
		return err
	}
	for _, x := range hearings {
		h := x.State
		p.Panels = append(p.Panels, pair{h.Name, v.T("part.hearing", words.Date(v.Lang, h.ReceivedOn), len(h.Answered), v.T("exception.status."+string(h.Status)))})
	}
	return s.render(w, http.StatusOK, "meeting-part", v, p)
}

func seatTitle(v *view, x seat) string {
	if x.Name == "" {
		return v.region(x.Region)
	}
	return v.region(x.Region) + ": " + x.Name
}

// participationLine is one case: from which day, at the table, and heard.
func (v *view) participationLine(c exception.ParticipationCase) participationLine {
	m := c.State
	l := participationLine{URL: groupURL(c.Matter), Title: v.methodTitle(m.Method), Day: m.DecidedOn, Decided: words.Date(v.Lang, m.DecidedOn), Joined: v.T("part.never"), status: v.usersStatus(m)}
	if c.Joined != "" {
		l.Joined = v.T("group_step." + c.Joined)
		from := m.Participation.UsersFrom
		l.FromDay = v.T("part.day", words.Date(v.Lang, from), from.Sub(m.ReceivedOn)+1)
	}
	l.Table = v.T("part.table", c.Part.Distinct, c.Part.Attended)
	l.Heard = v.T("part.heard", c.Part.Inputs, c.Part.Inputs-c.Part.Unanswered)
	if c.Part.NoInput {
		l.Heard = v.T("part.no_input")
	}
	for i, f := range c.Part.Failed {
		if i > 0 {
			l.Failed += ", "
		}
		l.Failed += v.T("participation." + f)
	}
	return l
}

func (s *site) participationFile(w http.ResponseWriter, r *http.Request, v *view) error {
	rep, _, err := s.participationOf(r, v)
	if err != nil {
		return err
	}
	f := v.participationFigure(rep)
	for _, kind := range []string{"svg", "png", "csv"} {
		if r.PathValue("fil") == f.ID+"."+kind {
			_, err := sendFigure(w, f, kind)
			return err
		}
	}
	return desk.ErrMissing
}

// participationCSV is the report case by case, as a spreadsheet reads it.
func (s *site) participationCSV(w http.ResponseWriter, r *http.Request, v *view) error {
	rep, _, err := s.participationOf(r, v)
	if err != nil {
		return err
	}
	rows := [][]string{{v.T("group.col.case"), v.T("group.col.method"), v.T("group.decided_on"), v.T("part.col.joined"), v.T("part.col.first_day"), v.T("demand.invited_two"), v.T("part.col.attended"), v.T("part.col.inputs"), v.T("part.col.answered"), v.T("part.col.same_day"), v.T("part.col.verdict"), v.T("part.col.failed")}}
	for _, c := range rep.Cases {
		l := v.participationLine(c)
		first := ""
		if d := c.State.Participation.UsersFrom; !d.IsZero() {
			first = strconv.Itoa(d.Sub(c.State.ReceivedOn) + 1)
		}
		rows = append(rows, []string{strconv.FormatInt(c.Matter, 10), c.State.Method, c.State.DecidedOn.String(), l.Joined, first, strconv.Itoa(c.Part.Distinct), strconv.Itoa(c.Part.Attended), strconv.Itoa(c.Part.Inputs), strconv.Itoa(c.Part.Inputs - c.Part.Unanswered), string(c.Part.SameDay), v.T("participation.verdict." + string(c.Part.Verdict)), l.Failed})
	}
	return sendRows(w, "brukermedvirkning", rows)
}
