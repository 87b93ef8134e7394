package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/day"
	"rettid/desk"
	"rettid/equity"
	"rettid/exception"
	"rettid/law"
	"rettid/ledger"
	"rettid/words"
)

// The review of practice (X-701 to X-724, X-1014): who gets to the door, who is stopped there, who is granted, how long it takes, from the cases of every trust. A review is made of what had been recorded by
// a day and kept with its digest; each signal is answered with an explanation, an action, or a reason for none, an owner and a date, and followed up until it is closed. Small numbers are for those who make
// the review; everybody else reads what is published of a year, in its one layout, and no other table is ever made of the same cases.

const openEquityURL = "/offentlig/praksisgjennomgang"

func reviewURL(id int64) string { return equityURL + "/" + strconv.FormatInt(id, 10) }

func (s *site) equityRoutes(m *http.ServeMux) {
	m.HandleFunc("GET "+equityURL, s.page(access.SeeEquity, (*site).equityPage))
	m.HandleFunc("POST "+equityURL, s.page(access.KeepReview, (*site).makeReview))
	m.HandleFunc("GET "+equityURL+"/oppgaver", s.page(access.KeepReview, (*site).equityTasks))
	m.HandleFunc("POST "+equityURL+"/folketall", s.page(access.KeepReview, (*site).takePopulation))
	m.HandleFunc("GET "+equityURL+"/folketall.csv", s.page(access.KeepReview, (*site).populationFile))
	m.HandleFunc("GET "+equityURL+"/{id}", s.page(access.KeepReview, (*site).reviewPage))
	m.HandleFunc("POST "+equityURL+"/{id}/funn", s.page(access.KeepReview, (*site).answerFinding))
	m.HandleFunc("POST "+equityURL+"/{id}/lukk", s.page(access.KeepReview, (*site).closeFinding))
	m.HandleFunc("POST "+equityURL+"/{id}/publiser", s.page(access.KeepReview, (*site).publishReview))
	m.HandleFunc("GET "+equityURL+"/{id}/{fil}", s.page(access.KeepReview, (*site).reviewFile))
}

// populationSize is the most a file of who lives where may hold.
const populationSize = 8 << 20

// poolMonths is the main window of a review.
const poolMonths = 36

type equityPageData struct {
	*frame
	Head, Sub  string
	Own        bool
	Due        status
	Reviews    []reviewRow
	Pages      pager
	Count      string
	Published  []link
	OpenTasks  string
	People     string
	PeopleBad  []string
	NoPeople   bool
	Key        string
	From, To   string
	Bad        string
	ToldPeople string
}

type reviewRow struct {
	URL, Name, Period, Known, Cases string
	status
	Published string
}

func (s *site) equityPage(w http.ResponseWriter, r *http.Request, v *view) error {
	return s.showReviews(w, r, v, http.StatusOK, equityPageData{})
}

func (s *site) showReviews(w http.ResponseWriter, r *http.Request, v *view, code int, p equityPageData) error {
	v.Here, v.Title = equityURL, v.T("review.title")
	p.frame, p.Own, p.Key, p.Head = v.frame, s.may(access.KeepReview), rand.Text(), v.T("review.title")
	p.Sub = v.T("review.what")
	years, err := s.publishedYears(v.ctx)
	if err != nil {
		return err
	}
	for _, y := range years {
		p.Published = append(p.Published, link{openEquityURL + "/" + strconv.Itoa(y), v.T("review.year", strconv.Itoa(y))})
	}
	if !p.Own {
		return s.render(w, code, "equity", v, p)
	}
	all, err := s.matters(v.ctx, law.ReviewMatter)
	if err != nil {
		return err
	}
	page, _ := strconv.Atoi(r.URL.Query().Get("side"))
	page = max(1, min(page, (len(all)+perPage-1)/perPage))
	for _, x := range all[min((page-1)*perPage, len(all)):min(page*perPage, len(all))] {
		m := x.State
		row := reviewRow{URL: reviewURL(x.ID), Name: m.Name, Period: v.T("review.period", words.Date(v.Lang, m.Review.From), words.Date(v.Lang, m.Review.To)), Known: words.Date(v.Lang, m.DecidedOn), status: status{"check", "done", v.T("review.closed")}}
		n := 0
		for _, c := range m.Review.Counts["region"] {
			n += c.Applied
		}
		row.Cases = words.Number(v.Lang, n)
		if m.Unanswered > 0 {
			row.status = status{"risk", "late", v.T("review.unanswered", m.Unanswered)}
		} else if !m.FollowBy.IsZero() {
			row.status = status{"clock", "soon", v.T("review.follow_by", words.Date(v.Lang, m.FollowBy))}
		}
		if !m.PublishedOn.IsZero() {
			row.Published = words.Date(v.Lang, m.PublishedOn)
		}
		p.Reviews = append(p.Reviews, row)
	}
	p.Count = v.T("web.shown", words.Number(v.Lang, len(p.Reviews)), words.Number(v.Lang, len(all)))
	p.Pages = pageLinks(filter{Page: page}, len(all), func(f filter) string { return equityURL + "?side=" + strconv.Itoa(f.Page) })
	due, err := s.desk.ReviewDue(v.ctx, exception.National)
	if err != nil {
		return err
	}
	if !due.Value.IsZero() {
		p.Due = status{"clock", "", v.T("review.due", words.Date(v.Lang, due.Value))}
		if due.Value.Before(v.Today) {
			p.Due = status{"late", "late", v.T("review.overdue", words.Date(v.Lang, due.Value))}
		}
	}
	open := 0
	for _, x := range all {
		for _, t := range x.State.Review.Tasks {
			if t.Closed.IsZero() {
				open++
			}
		}
	}
	p.OpenTasks = v.T("review.open_tasks", open)
	people, version, err := s.desk.Population(v.ctx, v.Today)
	switch {
	case errors.Is(err, desk.ErrNoPopulation):
		p.NoPeople = true
	case err != nil:
		return err
	default:
		sum, areas := 0.0, make(map[string]bool)
		for _, g := range people {
			sum += g.Population
			areas[cmpWord(g.Municipality, g.Area)] = true
		}
		p.People = v.T("review.people", words.Number(v.Lang, int(math.Round(sum))), len(areas), version)
	}
	last := lastOfMonth(v.Today)
	p.From, p.To = words.FieldDate(last.Add(1).AddMonths(-poolMonths)), words.FieldDate(last)
	return s.render(w, code, "equity", v, p)
}

// lastOfMonth is the last day of the month before a day.
func lastOfMonth(on day.Day) day.Day {
	y, m, _ := on.Date()
	return day.On(y, m, 1).Add(-1)
}

// publishedYears are the years with a publication, the latest first.
func (s *site) publishedYears(ctx context.Context) ([]int, error) {
	papers, err := s.desk.Ledger.Papers(ctx, exception.National, desk.PublicationPaper, "", 0, 0)
	if err != nil {
		return nil, err
	}
	var out []int
	for _, p := range papers {
		if y, err := strconv.Atoi(p.ID); err == nil && !p.Gone {
			out = append(out, y)
		}
	}
	slices.Sort(out)
	slices.Reverse(out)
	return out, nil
}

func (s *site) reviewAt(v *view) exception.At {
	return exception.At{On: v.Today, Role: s.registerRole(), Actor: s.o.User.ID, Place: exception.National}
}

// makeReview makes a review of a period that is over, of what is recorded today.
func (s *site) makeReview(w http.ResponseWriter, r *http.Request, v *view) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	f := &form{v: v, typed: r.PostForm, bad: make(map[string][]string)}
	from, to, name := f.needDay("fra"), f.needDay("til"), f.need("navn")
	if len(f.bad) > 0 || to.Before(from) || to.After(v.Today) {
		return s.showReviews(w, r, v, http.StatusUnprocessableEntity, equityPageData{Bad: v.T("review.make_needs")})
	}
	out, _, err := s.desk.MakeReview(v.ctx, f.value("key"), s.reviewAt(v), s.desk.Now(), name, from, to, f.value("konklusjon"))
	var refusal *exception.Refusal
	switch {
	case errors.Is(err, desk.ErrNoPopulation):
		return s.showReviews(w, r, v, http.StatusUnprocessableEntity, equityPageData{Bad: v.T("review.no_people_text")})
	case errors.As(err, &refusal):
		return s.showReviews(w, r, v, http.StatusUnprocessableEntity, equityPageData{Bad: v.T("review.words_named")})
	case err != nil:
		return err
	}
	http.Redirect(w, r, reviewURL(out.Matter), http.StatusSeeOther)
	return nil
}

// takePopulation takes a file of who lives where: all of it, or nothing. Every version is kept.
func (s *site) takePopulation(w http.ResponseWriter, r *http.Request, v *view) error {
	r.Body = http.MaxBytesReader(w, r.Body, populationSize)
	if err := r.ParseMultipartForm(populationSize); err != nil {
		return badRequest{code: "web.bad_request_text"}
	}
	bad := func(says ...string) error {
		return s.showReviews(w, r, v, http.StatusUnprocessableEntity, equityPageData{Bad: v.T("review.people_bad"), PeopleBad: says})
	}
	file, _, err := r.FormFile("fil")
	if err != nil {
		return bad(v.T("web.capacity.file_none"))
	}
	defer file.Close()
	raw, err := io.ReadAll(file)
	if err != nil {
		return badRequest{code: "web.bad_request_text"}
	}
	people, read, err := equity.ReadPopulation(bytes.NewReader(raw), v.T("review.the_file"))
	if err != nil {
		return bad(err.Error())
	}
	var says []string
	for i, x := range read.Rejected {
		if i == 20 {
			says = append(says, v.T("review.people_more", len(read.Rejected)-20))
			break
		}
		says = append(says, x.Error())
	}
	for _, g := range people {
		if len(says) == 0 && !slices.Contains(law.UserPanels, g.Region) {
			says = append(says, v.T("review.people_region", g.Area, g.Region, strings.Join(law.UserPanels, ", ")))
		}
	}
	if len(says) > 0 {
		return bad(says...)
	}
	seq := 0
	if old, ok, err := s.desk.Ledger.Paper(v.ctx, exception.National, desk.PopulationPaper, desk.PopulationID); err != nil {
		return err
	} else if ok {
		seq = old.Seq
	}
	_, err = s.desk.Ledger.PutPaper(v.ctx, ledger.Paper{Tenant: exception.National, Kind: desk.PopulationPaper, ID: desk.PopulationID, Seq: seq, At: s.desk.Now().UTC().UnixMicro(), Actor: s.o.User.ID, Body: raw})
	if errors.Is(err, ledger.ErrPaperChanged) {
		return bad(v.T("web.act.moved_text"))
	} else if err != nil {
		return err
	}
	return s.showReviews(w, r, v, http.StatusOK, equityPageData{ToldPeople: v.T("review.people_taken", len(people), seq+1)})
}

// populationFile is the population in use, as it was given.
func (s *site) populationFile(w http.ResponseWriter, r *http.Request, v *view) error {
	p, ok, err := s.desk.Ledger.Paper(v.ctx, exception.National, desk.PopulationPaper, desk.PopulationID)
	if err != nil {
		return err
	}
	if !ok || p.Gone {
		return desk.ErrMissing
	}
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="folketall-`+strconv.Itoa(p.Seq)+`.csv"`)
	_, err = w.Write(p.Body)
	return err
}

// reviewStep takes a step of a review and shows it again; what is refused stands on the page.
func (s *site) reviewStep(w http.ResponseWriter, r *http.Request, v *view, do func(f *form) exception.Command, anchor string) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	c, err := s.matter(r, law.ReviewMatter)
	if err != nil {
		return err
	}
	f := &form{v: v, typed: r.PostForm, bad: make(map[string][]string)}
	cmd := do(f)
	if len(f.bad) > 0 {
		return s.showReview(w, r, v, http.StatusUnprocessableEntity, v.T("review.task_needs"))
	}
	seen, _ := strconv.Atoi(f.value("seq"))
	_, err = s.desk.TakeMatter(v.ctx, desk.MatterOrder{Tenant: exception.National, Matter: c.ID, Key: f.value("key") + "/" + cmd.Verb() + "/" + f.value("funn"), Seen: seen, Known: s.desk.Now(), At: s.reviewAt(v), Do: cmd})
	var refusal *exception.Refusal
	switch {
	case errors.Is(err, desk.ErrMoved):
		return s.showReview(w, r, v, http.StatusConflict, v.T("web.act.moved_text"))
	case errors.As(err, &refusal):
		return s.showReview(w, r, v, http.StatusUnprocessableEntity, v.T("review.task_refused"))
	case err != nil:
		return err
	}
	http.Redirect(w, r, reviewURL(c.ID)+"#"+anchor, http.StatusSeeOther)
	return nil
}

func (s *site) answerFinding(w http.ResponseWriter, r *http.Request, v *view) error {
	return s.reviewStep(w, r, v, func(f *form) exception.Command {
		return &exception.AnswerFinding{Finding: f.need("funn"), Kind: f.need("slag"), Owner: f.need("ansvarlig"), By: f.needDay("innen"), Words: exception.Say(f.need("tekst"))}
	}, "h-f")
}

func (s *site) closeFinding(w http.ResponseWriter, r *http.Request, v *view) error {
	return s.reviewStep(w, r, v, func(f *form) exception.Command {
		c := &exception.CloseFinding{Finding: f.need("funn"), Words: exception.Say(f.need("tekst"))}
		if f.value("senere") != "" {
			c.Later = f.needDay("senere")
		}
		return c
	}, "h-f")
}

// publishReview publishes the review of a year that is over, once.
func (s *site) publishReview(w http.ResponseWriter, r *http.Request, v *view) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	c, err := s.matter(r, law.ReviewMatter)
	if err != nil {
		return err
	}
	p, err := s.desk.PublishReview(v.ctx, r.PostForm.Get("key"), s.reviewAt(v), s.desk.Now(), c.ID)
	var refusal *exception.Refusal
	switch {
	case errors.As(err, &refusal):
		return s.showReview(w, r, v, http.StatusUnprocessableEntity, v.T("review.year_not_over"))
	case errors.Is(err, desk.ErrYearPublished):
		return s.showReview(w, r, v, http.StatusConflict, v.T("review.year_published", strconv.Itoa(c.State.Review.To.Year())))
	case err != nil:
		return err
	}
	http.Redirect(w, r, openEquityURL+"/"+strconv.Itoa(p.Year), http.StatusSeeOther)
	return nil
}

// A taskRow is what is done about one finding, in the list of all.
type taskRow struct {
	URL, Review, Finding, Kind, Words, Owner, By, Result string
	status
	due day.Day
}

type equityTaskPage struct {
	*frame
	Head  string
	Rows  []taskRow
	Show  []option
	Owner []option
	Count string
	Pages pager
}

// equityTasks lists what is done about findings, over all reviews: open first, by the day.
func (s *site) equityTasks(w http.ResponseWriter, r *http.Request, v *view) error {
	v.Here, v.Title = equityURL, v.T("review.tasks")
	all, err := s.matters(v.ctx, law.ReviewMatter)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	show, owner := q.Get("vis"), q.Get("ansvarlig")
	p := equityTaskPage{frame: v.frame, Head: v.T("review.tasks")}
	for _, x := range []string{"", "lukket", "alle"} {
		p.Show = append(p.Show, option{x, v.T("review.show." + orElse(x, "apne")), x == show})
	}
	p.Owner = []option{{"", v.T("review.everybody"), owner == ""}}
	for _, o := range exception.FindingOwners {
		p.Owner = append(p.Owner, option{o, v.owner(o), o == owner})
	}
	var rows []taskRow
	for _, x := range all {
		for _, t := range x.State.Review.Tasks {
			closed := !t.Closed.IsZero()
			if owner != "" && owner != t.Owner || show == "" && closed || show == "lukket" && !closed {
				continue
			}
			row := taskRow{URL: reviewURL(x.ID) + "#" + t.Finding, Review: x.State.Name, Finding: v.findingName(t.Finding), Kind: v.T("review.kind." + t.Kind), Words: v.written(t.Words), Owner: v.owner(t.Owner), By: words.Date(v.Lang, t.By),
				Result: v.written(t.Result), status: status{"clock", "", v.T("review.open")}, due: t.By}
			switch {
			case closed:
				row.status, row.due = status{"check", "done", v.T("review.closed_on", words.Date(v.Lang, t.Closed))}, day.On(2199, 12, 31)
			case t.By.Before(v.Today):
				row.status = status{"late", "late", v.T("review.late")}
			}
			rows = append(rows, row)
		}
	}
	slices.SortStableFunc(rows, func(a, b taskRow) int { return a.due.Compare(b.due) })
	page, _ := strconv.Atoi(q.Get("side"))
	page = max(1, min(page, (len(rows)+perPage-1)/perPage))
	p.Rows = rows[min((page-1)*perPage, len(rows)):min(page*perPage, len(rows))]
	p.Count = v.T("web.shown", words.Number(v.Lang, len(p.Rows)), words.Number(v.Lang, len(rows)))
	p.Pages = pageLinks(filter{Page: page}, len(rows), func(f filter) string {
		q.Set("side", strconv.Itoa(f.Page))
		return equityURL + "/oppgaver?" + q.Encode()
	})
	return s.render(w, http.StatusOK, "equitytasks", v, p)
}

// owner is who answers for a task, by name of the office.
func (v *view) owner(o string) string {
	if o == "secretariat" {
		return v.T("review.owner.secretariat")
	}
	return v.T("review.owner.region", v.region(o))
}

// findingName names a finding in short by its id: whom it is about, and what it is.
func (v *view) findingName(id string) string {
	axis := axisOf(id)
	name := v.T("review.axis." + axis)
	if _, area, ok := strings.Cut(id, "-"+axis+"-"); ok {
		if name = v.groupName(equity.Axis(axis), area); name == "review.group."+axis+"."+area {
			name = area
		}
	}
	for _, code := range []string{"above", "below", "spread", "gradient", "stops", "granted", "contrast"} {
		if strings.Contains(id, "-"+code) {
			return v.T("review.task."+code, name)
		}
	}
	return name
}

// axisOf finds the axis in a finding's id.
func axisOf(id string) string {
	for _, a := range equity.Axes {
		for _, part := range strings.Split(id, "-") {
			if part == string(a) {
				return part
			}
		}
	}
	return "all"
}
