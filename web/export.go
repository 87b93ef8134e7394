package web

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"rettid/access"
	"rettid/day"
	"rettid/law"
	"rettid/ledger"
	"rettid/words"
)

// The list leaves the house as a file: the filtered list, or the chosen rows of it, as CSV, Excel or Parquet. Every export has a purpose and is written in the
// access log of each tenant it reads, before the first row: names leave the house in it (pasientjournalloven § 22). Rows are written as they are read, so a
// million take no more memory than a thousand; whoever closes the download stops the reading.

// exportPurposes are why a list is taken out: wording purpose.<code>.
var exportPurposes = []string{"export_follow_up", "export_validation", "export_planning", "export_reporting"}

// exportFormats are the files, by the word in the form.
var exportFormats = []struct{ word, suffix, mime, key string }{
	{"xlsx", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "web.export.excel"},
	{"csv", "csv", "text/csv; charset=utf-8", "web.export.csv"},
	{"parquet", "parquet", "application/vnd.apache.parquet", "web.export.parquet"},
}

// An exported is one referral on the list as a file has it. Days without a value are the zero day.
type exported struct {
	Case, Tenant          string
	Left                  int // calendar days to the deadline, negative after it; of no meaning without one
	Deadline              day.Day
	Patient               string
	Born                  string // the year
	Specialty, Condition  string
	Start, End            day.Day   // of the appointment
	Minute                int       // minutes since midnight; -1: no clock time
	Risk                  law.Stage // how near a breach is
	RiskText              string
	Duty                  string
	Due                   day.Day
	Owner, Provider, Site string
	Seniority             day.Day
	Waited                int     // calendar days
	Assessed, Notified    day.Day // the assessment; the notice of a breach to Helfo
	Wish                  int     // days' notice with which the patient takes an earlier time; -1: no such wish
}

// A sheet is a file being written.
type sheet interface {
	write([]exported) error
	close() error
}

// exports are the downloads that are under way, so that a page can tell how far one has come and stop it.
type exports struct {
	mu      sync.Mutex
	running map[string]*exportRun
}

type exportRun struct {
	owner string
	rows  atomic.Int64
	total int
	stop  context.CancelFunc

	extend func() // gives the connection more time: as long as rows come, a download may take
}

// patience is how long a download may be without a row.
const patience = 10 * time.Minute

type exportPage struct {
	*frame
	Head, Sub string
	Back      link
	Rows      string
	Query     string
	Chosen    []string
	Formats   []option
	Purposes  []option
	Number    string
	Wrong     string
}

// exportRoutes are the pages of the export.
func (s *site) exportRoutes(m *http.ServeMux) {
	m.HandleFunc("GET /liste/eksport", s.page(access.Export, (*site).exportForm))
	m.HandleFunc("POST /liste/eksport", s.page(access.Export, (*site).exportList))
	m.HandleFunc("GET /liste/eksport/framdrift", s.page(access.Export, (*site).exportProgress))
	m.HandleFunc("POST /liste/eksport/stopp", s.page(access.Export, (*site).exportStop))
}

// exportForm asks for format and purpose.
func (s *site) exportForm(w http.ResponseWriter, r *http.Request, v *view) error {
	q := r.URL.Query()
	return s.exportAsk(w, r, v, http.StatusOK, q, "")
}

func (s *site) exportAsk(w http.ResponseWriter, r *http.Request, v *view, status int, q url.Values, wrong string) error {
	asked, err := http.NewRequestWithContext(r.Context(), http.MethodGet, "/liste?"+q.Encode(), nil)
	if err != nil {
		return badRequest{code: "web.bad_request_text"}
	}
	f := s.readFilter(asked)
	f.Page = 1
	ask, err := f.query(v)
	if err != nil {
		return err
	}
	chosen, err := readChosen(q["sak"])
	if err != nil {
		return err
	}
	v.Here, v.Title = "/liste", v.T("web.export.head")
	p := exportPage{frame: v.frame, Head: v.Title, Sub: v.listHead(f) + " · " + v.listPlace(f), Back: link{f.url("/liste", s.o.User), v.T("list.waiting")}, Query: f.values(s.o.User).Encode(), Number: rand.Text(), Wrong: wrong}
	if len(chosen) > 0 {
		p.Chosen = q["sak"]
		p.Rows = v.T("web.export.chosen", len(p.Chosen))
	} else {
		n, more, err := s.countAll(r.Context(), ask)
		if err != nil {
			return err
		}
		p.Rows = v.T("web.export.rows", words.Number(v.Lang, n))
		if more {
			p.Rows = v.T("web.export.rows", v.T("web.more_than", words.Number(v.Lang, n)))
		}
	}
	for _, x := range exportFormats {
		p.Formats = append(p.Formats, option{x.word, v.T(x.key), x.word == "xlsx"})
	}
	p.Purposes = []option{{"", v.T("web.act.choose"), true}}
	for _, x := range exportPurposes {
		p.Purposes = append(p.Purposes, option{x, v.T("purpose." + x), false})
	}
	return s.render(w, status, "export", v, p)
}

// exportList writes the file.
func (s *site) exportList(w http.ResponseWriter, r *http.Request, v *view) error {
	if err := readPlainForm(w, r); err != nil {
		return err
	}
	asked, err := url.ParseQuery(r.PostForm.Get("sok"))
	if err != nil {
		return badRequest{code: "web.bad_request_text"}
	}
	asked["sak"] = r.PostForm["sak"]
	format := slices.IndexFunc(exportFormats, func(x struct{ word, suffix, mime, key string }) bool { return x.word == r.PostForm.Get("format") })
	purpose := r.PostForm.Get("formaal")
	if !slices.Contains(exportPurposes, purpose) {
		return s.exportAsk(w, r, v, http.StatusUnprocessableEntity, asked, v.T("web.export.why"))
	}
	if format < 0 {
		return badRequest{code: "web.bad_request_text"}
	}
	like, err := http.NewRequestWithContext(r.Context(), http.MethodGet, "/liste?"+asked.Encode(), nil)
	if err != nil {
		return badRequest{code: "web.bad_request_text"}
	}
	f := s.readFilter(like)
	f.Page = 1
	q, err := f.query(v)
	if err != nil {
		return err
	}
	chosen, err := readChosen(asked["sak"])
	if err != nil {
		return err
	}
	total := len(asked["sak"])
	if total == 0 {
		if total, err = s.count(r.Context(), q); err != nil {
			return err
		}
	}
	kind := exportFormats[format]
	if kind.word == "xlsx" && total >= mostInExcel {
		return s.exportAsk(w, r, v, http.StatusUnprocessableEntity, asked, v.T("web.export.too_many", words.Number(v.Lang, mostInExcel)))
	}
	tenants, err := s.tenants(r.Context(), "")
	if err != nil {
		return err
	}
	if len(chosen) > 0 {
		tenants = slices.DeleteFunc(tenants, func(t string) bool { return chosen[t] == nil })
	}
	for _, t := range tenants {
		if err := s.desk.Ledger.Saw(r.Context(), ledger.Access{Tenant: t, Actor: s.o.User.ID, Role: string(s.o.User.Role), Place: s.o.User.Place, Purpose: purpose, At: s.desk.Now().UTC().UnixMicro()}); err != nil {
			return err
		}
	}

	ctx, stop := context.WithCancel(r.Context())
	defer stop()
	run := &exportRun{owner: s.self(), total: total, stop: stop}
	if n := r.PostForm.Get("nr"); keyShape.MatchString(n) {
		s.exports.add(n, run)
		defer s.exports.remove(n)
	}
	h := w.Header()
	h.Set("Content-Type", kind.mime)
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="venteliste-%s.%s"`, v.Today, kind.suffix))
	var out sheet
	switch kind.word {
	case "csv":
		out, err = v.newCSV(w)
	case "xlsx":
		out, err = v.newExcel(w)
	default:
		out = newParquet(w)
	}
	if err != nil {
		return err
	}
	run.extend = func() { http.NewResponseController(w).SetWriteDeadline(time.Now().Add(patience)) }
	run.extend()
	if err := s.writeRows(ctx, v, q, tenants, chosen, run, out); err != nil {
		return s.broken(w, r, err)
	}
	if err := out.close(); err != nil {
		return s.broken(w, r, err)
	}
	return nil
}

// writeRows gives a file every row, some at a time.
func (s *site) writeRows(ctx context.Context, v *view, q ledger.Query, tenants []string, chosen map[string][]int64, run *exportRun, out sheet) error {
	var some []ledger.Row
	write := func() error {
		rows, err := s.whole(ctx, some)
		if err != nil {
			return err
		}
		lines := make([]exported, len(rows))
		for i, x := range rows {
			lines[i] = v.exported(x)
		}
		run.rows.Add(int64(len(some)))
		run.extend()
		some = some[:0]
		return out.write(lines)
	}
	take := func(r ledger.Row) (bool, error) {
		if !s.ours(r) {
			return true, nil
		}
		if some = append(some, r); len(some) < batch {
			return true, nil
		}
		return true, write()
	}
	if len(chosen) == 0 {
		if err := s.each(ctx, q, batch, take); err != nil {
			return err
		}
		return write()
	}
	for _, t := range tenants {
		if err := s.each(ctx, ledger.Query{Tenant: t, Text: chosen[t], Today: v.Today, Sort: "left"}, batch, take); err != nil {
			return err
		}
	}
	return write()
}

// broken ends a file that can't be written to its end so that nobody takes half a list for a whole one: the connection is cut.
func (s *site) broken(w http.ResponseWriter, r *http.Request, err error) error {
	if !errors.Is(err, context.Canceled) {
		s.log.Error("a download failed", "reference", reference(), "page", r.Pattern, "error", err)
	}
	panic(http.ErrAbortHandler)
}

func (e *exports) add(n string, run *exportRun) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.running == nil {
		e.running = make(map[string]*exportRun)
	}
	e.running[n] = run
}

func (e *exports) remove(n string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.running, n)
}

// of finds one's own export.
func (e *exports) of(n, owner string) *exportRun {
	e.mu.Lock()
	defer e.mu.Unlock()
	if x := e.running[n]; x != nil && x.owner == owner {
		return x
	}
	return nil
}

// exportProgress tells how far an export has come: {"rows": 1500, "total": 20000}, and {} for one that is done or not known.
func (s *site) exportProgress(w http.ResponseWriter, r *http.Request, v *view) error {
	answer := struct {
		Text  string `json:"text,omitempty"`
		Rows  int64  `json:"rows,omitempty"`
		Total int    `json:"total,omitempty"`
	}{}
	if x := s.exports.of(r.URL.Query().Get("nr"), s.self()); x != nil {
		answer.Rows, answer.Total = x.rows.Load(), x.total
		answer.Text = v.T("web.export.so_far", words.Number(v.Lang, int(answer.Rows)), words.Number(v.Lang, answer.Total))
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(answer)
}

// exportStop stops an export.
func (s *site) exportStop(w http.ResponseWriter, r *http.Request, v *view) error {
	if err := readPlainForm(w, r); err != nil {
		return err
	}
	if x := s.exports.of(r.PostForm.Get("nr"), s.self()); x != nil {
		x.stop()
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// readChosen reads the chosen cases, "FJO/4711", by tenant.
func readChosen(all []string) (map[string][]int64, error) {
	if len(all) > perPage {
		return nil, badRequest{code: "web.bad_request_text"}
	}
	out := make(map[string][]int64)
	for _, c := range all {
		tenant, number, _ := strings.Cut(c, "/")
		id, err := strconv.ParseInt(number, 10, 64)
		if err != nil || tenant == "" {
			return nil, badRequest{code: "web.bad_request_text"}
		}
		out[tenant] = append(out[tenant], id)
	}
	return out, nil
}

// exported writes a row as a file has it.
func (v *view) exported(x row) exported {
	f := &x.State.Facts
	place, site := law.ListPlace(f)
	out := exported{Case: caseNumber(x.Tenant, x.Referral), Tenant: x.Tenant, Deadline: f.StartBy, Patient: v.name(x.Person), Born: born(f.Born, x.Person.Born), Specialty: v.specialty(f.Specialty),
		Condition: v.condition(f.Specialty, x.Condition, f.AssessedOn), Minute: -1, Provider: v.provider(place), Site: site, Seniority: f.Seniority, Waited: law.WaitingDays(f, v.Today),
		Assessed: f.AssessedOn, Notified: f.HelfoOn, Wish: -1, Risk: law.StageOn(f, v.Today, v.s.desk.Settings)}
	out.RiskText = v.T("stage." + string(out.Risk))
	if e := x.State.Earlier; !e.Since.IsZero() {
		out.Wish = e.Notice
	}
	if p, ok := v.s.desk.Org.Provider(place); ok {
		if t, ok := p.Site(site); ok {
			out.Site = t.Name
		}
	}
	if !f.StartBy.IsZero() {
		out.Left = f.StartBy.Sub(v.Today)
	}
	if step, ok := law.NextStep(f, v.Today, v.s.desk.Settings); ok {
		out.Owner = v.T("role." + string(step.Role))
		if step.Duty != "" {
			out.Duty, out.Due = v.T("duty."+string(step.Duty)+".chip"), step.On
		}
	}
	if a := f.Appointment; !a.IsZero() {
		out.Start, out.End = a.From, a.To
		if a.HasClock() {
			out.Minute = int(a.Minute) - 1
		}
	}
	return out
}
