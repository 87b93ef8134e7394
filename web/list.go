package web

import (
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"rettid/day"
	"rettid/law"
	"rettid/ledger"
	"rettid/words"
)

// The waiting list: one referral a line, the nearest deadline first.

type listPage struct {
	*frame
	Head, Sub string
	Tally     []tally
	Tabs      []tab
	Picks     []pick
	Hidden    []option // what the filter form keeps
	Shown     int
	Total     int
	Count     string
	CountOf   string // Count with # for how many are shown, for the script that shows more
	Clear     string // the address without filters
	Without   int    // how many there are without them
	Download  string
	Columns   []column
	More      bool     // columns are shown that take room from the scale
	Choose    []option // the columns one can have
	ChooseURL string
	Keep      []option // what the form of columns keeps
	Saved     savedViews
	Lines     template.HTML // the rows
	Pages     pager
	Empty     string
}

type tally struct {
	Label, URL string
	N          int
	More       bool // there are more than N
}

type tab struct {
	URL, Text string
	N         int
	Current   bool
	More      bool
}

// A column is a header: a link when the list can be sorted by it.
type column struct {
	Class, Text, URL, Sort, Icon string
	Left                         bool
}

// A listRow is a line of a list.
type listRow struct {
	ID, Number, URL string
	Name, Year      string
	Condition       string
	Days            string
	Kind            string
	Scale           scale
	Deadline        day.Day
	DeadlineText    string
	Spoken          string
	Time            timeCell
	Duty            dutyChip
	Owner           string
	Waited          int
	Where           string
}

// A listCell is one column of a line: a text, or a time, a duty or an owner.
type listCell struct {
	Class, Title, Text string
	Time               *timeCell
	Duty               *dutyChip
	Where              string // before the owner
	Owner              string
	Unit               bool // a number of days
}

// A timeCell is what stands under Time: a status word, or the time itself.
type timeCell struct{ Icon, State, Text, Spoken string }

// A dutyChip is a duty on a line: what, by when, how it presses, and where it is done.
type dutyChip struct{ Icon, Text, By, State, URL string }

// listPart is the part of the page that is asked for: all of it, or what the script puts in the place of what it has. Both are made by the same templates.
func listPart(r *http.Request) string {
	if r.Header.Get("HX-Request") == "true" {
		switch r.Header.Get("HX-Target") {
		case "div#listen":
			return "listpart"
		case "tbody#rader":
			return "listmore"
		}
	}
	return wholePage
}

func (s *site) waitingList(w http.ResponseWriter, r *http.Request, v *view) error {
	f := s.readFilter(r)
	q, err := f.query(v)
	if err != nil {
		return err
	}
	rows, total, more, err := s.listLines(r.Context(), q)
	if err != nil {
		return err
	}
	if q.Offset >= deepest {
		return badRequest{code: "web.too_deep"}
	}
	if len(rows) == 0 && total > 0 { // a page that is no more: the last there is
		f.Page = (total + perList - 1) / perList
		http.Redirect(w, r, f.url("/liste", s.o.User), http.StatusSeeOther)
		return nil
	}
	at := func(f filter) string { return f.url("/liste", s.o.User) }
	p := listPage{frame: v.frame, Shown: len(rows), Total: total}
	v.Here, p.Head, p.Sub = "/liste", v.listHead(f), v.listPlace(f)
	v.Title = p.Head
	lines, err := v.keptLines(rows, f.shown(), f.Provider == "")
	if err != nil {
		return err
	}
	p.Lines = v.inset(lines)
	p.Pages = pageLinksOf(perList, f, total, at)
	w.Header().Set("Vary", "HX-Request, HX-Target")
	part := listPart(r)
	if part != "listmore" {
		if err := s.aroundList(r, v, &p, f, more); err != nil {
			return err
		}
	}
	return s.renderPart(w, http.StatusOK, "list", part, v, p)
}

// aroundList adds what stands around the lines: numbers, views, filters, columns and saved views.
func (s *site) aroundList(r *http.Request, v *view, p *listPage, f filter, more bool) error {
	ctx := r.Context()
	at := func(f filter) string { return f.url("/liste", s.o.User) }

	// A number counts every row of the hospital, and leads to them; the filters beside the tabs narrow the rows, not the numbers.
	whole := filter{Provider: f.Provider, Specialty: f.Specialty, Columns: f.Columns, Page: 1}
	counts, mores := make(map[string]int), make(map[string]bool)
	every := append(append(listViews[:0:0], listViews...), otherViews...)
	queries := make([]ledger.Query, len(every))
	for i, lv := range every {
		queries[i] = ledger.Query{ListProvider: whole.Provider, Specialty: whole.Specialty, View: lv.view, Today: v.Today}
	}
	ns, ms, err := s.countEach(ctx, queries)
	if err != nil {
		return err
	}
	for i, lv := range every {
		counts[lv.word], mores[lv.word] = ns[i], ms[i]
	}
	go_to := func(word string) string { g := whole; g.View = word; return at(g) }
	for _, t := range [][2]string{{"web.tally.waiting", ""}, {"web.tally.over", "over"}, {"web.tally.appointment_late", "etter-fristen"},
		{"web.tally.due_14_no_appointment", "frist-14-uten-time"}, {"web.tally.unowned", "uten-ansvarlig"}} {
		p.Tally = append(p.Tally, tally{v.T(t[0]), go_to(t[1]), counts[t[1]], mores[t[1]]})
	}
	for _, lv := range listViews {
		p.Tabs = append(p.Tabs, tab{go_to(lv.word), v.T(lv.key), counts[lv.word], lv.word == f.View, mores[lv.word]})
	}
	for _, lv := range otherViews {
		if lv.word == f.View {
			p.Tabs = append(p.Tabs, tab{go_to(lv.word), v.T(lv.key), counts[lv.word], true, mores[lv.word]})
		}
	}

	p.Picks = []pick{v.pickProvider(f)}
	if f.Provider != "" {
		p.Picks = append(p.Picks, v.pickSite(f))
	}
	p.Picks = append(p.Picks, v.pickSpecialty(f))
	if f.Specialty != "" || f.Condition != "" {
		p.Picks = append(p.Picks, v.pickCondition(f))
	}
	p.Picks = append(p.Picks, v.pickDuty(f, law.DutyBook, law.DutyFindAlternative, law.DutyNotifyHelfo, law.DutyTellHelfo, law.DutyRecordAttendance, law.DutyStartCare, law.DutyInformPatient,
		law.DutyInformReferrer, law.DutyInformComplaint, law.DutyHandleComplaint, law.DutyContactKin, law.DutyAnswerPatient), v.pickAppointment(f))
	for _, h := range []option{{Value: f.View, Text: "visning"}, {Value: f.Sort, Text: "sorter"}} {
		if h.Value != "" {
			p.Hidden = append(p.Hidden, h)
		}
	}
	if f.Desc {
		p.Hidden = append(p.Hidden, option{Value: "ned", Text: "retning"})
	}
	for _, h := range [][2]string{{"enhet", f.Unit}, {"uke", f.Week}, {"fristuke", f.DueWeek}} {
		if h[1] != "" {
			p.Hidden = append(p.Hidden, option{Value: h[1], Text: h[0]})
		}
	}
	for _, c := range f.Columns {
		p.Hidden = append(p.Hidden, option{Value: c, Text: "kol"})
	}
	all := words.Number(v.Lang, p.Total)
	if more {
		all = v.T("web.more_than", all)
	}
	p.Count, p.CountOf = v.T("web.shown", words.Number(v.Lang, p.Shown), all), v.T("web.shown", "#", all)
	p.Download = f.url("/liste/eksport", s.o.User)
	p.chooseColumns(f)
	if p.Saved, err = s.savedViews(r, v, f); err != nil {
		return err
	}
	cleared := whole
	cleared.View, cleared.Specialty = f.View, ""
	if p.Clear = at(cleared); f.narrowed() && p.Total == 0 {
		q, err := cleared.query(v)
		if err != nil {
			return err
		}
		if p.Without, err = s.count(ctx, q); err != nil {
			return err
		}
	}
	p.Columns = v.columns(f, at)
	p.Empty = v.listEmpty(f)
	return nil
}

// listHead names the list: «Venteliste, ortopedi».
func (v *view) listHead(f filter) string {
	head := v.T("list.waiting")
	if f.Specialty != "" {
		head += ", " + lowerFirst(v.specialty(f.Specialty))
	}
	return head
}

// listPlace names whose list it is, and the day.
func (v *view) listPlace(f filter) string {
	place := v.allHospitals()
	if f.Provider != "" {
		place = v.place(f.Provider, f.Site)
	}
	if f.Unit != "" {
		place += " · " + v.unitName(f.Provider, f.Unit)
	}
	if m, ok := readWeek(f.Week); ok {
		place += " · " + lowerFirst(v.T("web.capacity.time_in", v.weekName(m)))
	}
	if m, ok := readWeek(f.DueWeek); ok {
		place += " · " + lowerFirst(v.T("web.capacity.due_in", v.weekName(m)))
	}
	return place + " · " + v.Longday()
}

// listEmpty says what it means that there is nothing here.
func (v *view) listEmpty(f filter) string {
	switch f.View {
	case "plikter":
		return v.T("web.empty.duties_today")
	case "uten-time":
		return v.T("empty.booking_list")
	case "over":
		return v.T("web.empty.over")
	case "etter-fristen":
		return v.T("web.empty.appointment_late")
	case "uten-ansvarlig":
		return v.T("web.empty.unowned")
	case "frist-14", "frist-14-uten-time":
		return v.T("web.empty.due_14")
	}
	return v.T("empty.waiting_list")
}

// listRow writes a row as a line.
func (v *view) listRow(x *row, everywhere bool) listRow {
	f, s := &x.State.Facts, v.s.desk.Settings
	kind := pressing(f, v.Today, s)
	late := law.Breach(f, v.Today, s).Value != law.NoBreach && !f.Appointment.IsZero() && f.Appointment.To.After(f.StartBy)
	out := listRow{ID: x.Tenant + "/" + strconv.FormatInt(x.Referral, 10), Number: caseNumber(x.Tenant, x.Referral), URL: caseURL(x.Tenant, x.Referral), Name: v.name(x.Person), Year: born(f.Born, x.Person.Born),
		Condition: v.condition(f.Specialty, x.Condition, f.AssessedOn), Kind: kind, Scale: drawScale(f.StartBy, f.Appointment, v.Today, kind, late), Deadline: f.StartBy,
		DeadlineText: v.short(f.StartBy), Time: v.timeCell(f, late), Waited: law.WaitingDays(f, v.Today)}
	if !f.StartBy.IsZero() {
		left := f.StartBy.Sub(v.Today)
		out.Days, out.Spoken = words.Number(v.Lang, left), v.spoken(left)
		if left < 0 && kind == "" {
			out.Spoken += ", " + v.T("web.not_counted")
		}
	}
	out.Duty, out.Owner = v.chip(x, out.URL)
	if everywhere {
		place, _ := law.ListPlace(f)
		out.Where = v.provider(place)
	}
	return out
}

// spoken is the distance to the deadline for one who hears the row.
func (v *view) spoken(left int) string {
	switch {
	case left == 0:
		return v.T("time.due_today")
	case left == 1:
		return v.T("web.left_one")
	case left > 1:
		return v.T("web.left_days", left)
	case left == -1:
		return v.T("time.overdue_one_day")
	}
	return words.SayNamed(v.Lang, "time.overdue_days", map[string]string{"n": words.Number(v.Lang, -left)})
}

// name is «Etternavn, Fornavn»; one whose identity is erased has none.
func (v *view) name(p ledger.Person) string {
	switch {
	case p.Erased != 0 || p.Family == "" && p.Given == "":
		return v.T("web.nameless")
	case p.Given == "":
		return p.Family
	case p.Family == "":
		return p.Given
	}
	return p.Family + ", " + p.Given
}

// born is the year of birth beside a name.
func born(known, registered day.Day) string {
	if known.IsZero() {
		known = registered
	}
	if known.IsZero() {
		return ""
	}
	return strconv.Itoa(known.Year())
}

// timeCell says what time the patient has, with a word when there is none or it is after the deadline.
func (v *view) timeCell(f *law.Facts, late bool) timeCell {
	a := f.Appointment
	if a.IsZero() {
		if !f.HelfoOn.IsZero() {
			return timeCell{Text: v.T("web.helfo_notified", v.short(f.HelfoOn))}
		}
		return timeCell{Icon: "ring", State: "off", Text: v.T("web.no_time")}
	}
	t := timeCell{Text: v.when(a)}
	if a.Provisional {
		t.Text += " (" + lowerFirst(v.T("web.provisional")) + ")"
	}
	if late {
		t.Icon, t.State, t.Spoken = "risk", "late", ", "+v.T("web.after_deadline")
	}
	return t
}

// when writes an appointment in a list: day and clock, "i dag kl. 13.30", "Uke 24", or from and to.
func (v *view) when(a law.Appointment) string {
	if a.From != a.To {
		y1, w1 := a.From.ISOWeek()
		if y2, w2 := a.To.ISOWeek(); y1 == y2 && w1 == w2 {
			return v.T("web.week", strconv.Itoa(w1))
		}
		return v.short(a.From) + " – " + v.short(a.To)
	}
	text := v.short(a.From)
	if a.From == v.Today {
		text = v.T("time.today")
	}
	if a.HasClock() {
		if v.Lang == words.EN {
			text += " at"
		}
		text += " " + words.Clock(v.Lang, int(a.Minute)-1)
	}
	return text
}

// dutyIcons are the shapes of the duties.
var dutyIcons = map[law.DutyName]string{
	law.DutyAssess: "edit", law.DutyClassify: "swap", law.DutyForward: "right", law.DutyRequestInformation: "paper", law.DutyInformPatient: "mail", law.DutyInformReferrer: "mail",
	law.DutyInformComplaint: "mail", law.DutyDeliverLetter: "clock", law.DutyPostLetter: "print", law.DutyReachReceiver: "person", law.DutyGuideReferrer: "chat", law.DutyBook: "cal", law.DutyStartCare: "right", law.DutyFindAlternative: "right", law.DutyNotifyHelfo: "phone", law.DutyTellHelfo: "phone",
	law.DutyRecordAttendance: "check", law.DutyPlanNext: "cal", law.DutyHandle: "paper", law.DutyHandleComplaint: "chat", law.DutyContactKin: "person", law.DutyAnswerPatient: "chat", law.DutyGiveOpinion: "chat",
}

// chip writes what comes next on a line, and who owes it.
func (v *view) chip(x *row, url string) (dutyChip, string) {
	step, ok := law.NextStep(&x.State.Facts, v.Today, v.s.desk.Settings)
	if !ok {
		return dutyChip{}, ""
	}
	owner := v.T("role." + string(step.Role))
	if step.Duty == "" {
		return dutyChip{}, owner
	}
	return v.dutyChip(step.Duty, step.On, url), owner
}

func (v *view) dutyChip(name law.DutyName, due day.Day, url string) dutyChip {
	by, state := v.dueWord(due)
	return dutyChip{Icon: dutyIcons[name], Text: v.T("duty." + string(name) + ".chip"), By: by, State: state, URL: url + "#plikter"}
}

// dueWord writes when a duty is due, and how it presses: amber on the day, red after it.
func (v *view) dueWord(due day.Day) (text, state string) {
	if due.IsZero() {
		return "", ""
	}
	switch left := due.Sub(v.Today); {
	case left == 0:
		return v.T("time.today"), "today"
	case left == -1:
		return v.T("web.one_over"), "late"
	case left < -1:
		return v.T("web.days_over", -left), "late"
	case left == 1:
		return v.T("time.tomorrow"), ""
	}
	return strings.TrimSpace(v.short(due)), ""
}
