package web

import (
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"rettid/access"
	"rettid/day"
	"rettid/figures"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
	"rettid/table"
	"rettid/words"
)

// From a number of those who lead to its rows in one step: the referrals it counts, asked of the count itself. No name stands here; the
// case asks who looks.

const managerRowsURL = "/ledelse/rader"

// rowsURL makes the addresses of the rows behind the numbers of a scope. The zero value makes none: there are numbers without rows for
// those who have no list.
type rowsURL struct{ scope url.Values }

func (u rowsURL) to(n int, pairs ...string) string {
	if u.scope == nil || n == 0 {
		return ""
	}
	q := url.Values{}
	for k, v := range u.scope {
		q[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return managerRowsURL + "?" + q.Encode()
}

// of is the rows of a month's part, of which there are n.
func (u rowsURL) of(p figures.Part, month day.Day, n int) string {
	return u.to(n, "tall", string(p), "maaned", month.String()[:7])
}

func (u rowsURL) out(month day.Day, code string, n int) string {
	return u.to(n, "tall", string(figures.PartOut), "maaned", month.String()[:7], "kode", code)
}

// waited is the rows of those who wait now and have waited from so many days and less than so many; to is 0 where there is no end.
func (u rowsURL) waited(from, to, n int) string {
	return u.to(n, "tall", "waiting", "fra", strconv.Itoa(from), "til", strconv.Itoa(to))
}

func (u rowsURL) letters(n int) string { return u.to(n, "tall", "letters") }

// lettersOwed gives the letters of a scope that have not reached those they are to, kind by kind: most of each, 0 for none, and how many there are.
func (s *site) lettersOwed(ctx context.Context, f filter, today day.Day, most int, each func(some []ledger.DutyRow, n int)) error {
	tenants, err := s.tenants(ctx, "")
	if err != nil {
		return err
	}
	for _, name := range []law.DutyName{law.DutyReachReceiver, law.DutyPostLetter, law.DutyDeliverLetter} {
		q := ledger.DutyQuery{Name: string(name), Place: f.Provider, Unit: f.Unit, Specialty: f.Specialty, Today: today, Limit: most}
		if name == law.DutyDeliverLetter { // still in time until its day has passed
			q.DueTo = today.Add(-1)
		}
		q, ok := s.dutiesWithin(tenants, q)
		if !ok {
			continue
		}
		some, n, err := s.desk.Ledger.Duties(ctx, q)
		if err != nil {
			return err
		}
		each(some, n)
	}
	return nil
}

// A managerAsk is which rows are wanted.
type managerAsk struct {
	scope    filter
	number   string // a figures.Part, "waiting" or "letters"
	month    day.Day
	code     string
	from, to int // days waited
	sort     string
	down     bool
	page     int
}

func (s *site) readManagerRows(r *http.Request, today day.Day) (managerAsk, error) {
	q := r.URL.Query()
	a := managerAsk{scope: s.managerScope(r), number: q.Get("tall"), code: figures.AnyEnd, sort: q.Get("sorter"), down: q.Get("retning") == "ned", page: 1}
	wrong := badRequest{code: "numbers.no_rows"}
	if q.Has("kode") {
		a.code = q.Get("kode")
	}
	if n, err := strconv.Atoi(q.Get("side")); err == nil {
		a.page = min(max(n, 1), maxPage)
	}
	switch {
	case a.number == "letters":
	case a.number == "waiting":
		var err, err2 error
		a.from, err = strconv.Atoi(cmp.Or(q.Get("fra"), "0"))
		a.to, err2 = strconv.Atoi(cmp.Or(q.Get("til"), "0"))
		if err != nil || err2 != nil || a.from < 0 || a.to < 0 {
			return a, wrong
		}
	case slices.Contains(figures.Parts(), figures.Part(a.number)):
		m, err := day.Parse(q.Get("maaned") + "-01")
		if err != nil || m.After(today) || m.Before(first(today).AddMonths(-shownMonths)) {
			return a, wrong
		}
		a.month = m
	default:
		return a, wrong
	}
	return a, nil
}

// managerRowsAsked finds the rows, in the order asked for, and counts those that stand at places where the asker may not do what is to be done with them:
// look at a list, or take it out.
func (s *site) managerRowsAsked(ctx context.Context, v *view, a managerAsk, may access.Action) (rows []periodRow, elsewhere int, err error) {
	take := func(x ledger.Row, state *referral.Referral) {
		if s.guarded() && !s.can(may, s.caseOf(x.Tenant, state)).Allowed {
			elsewhere++
			return
		}
		rows = append(rows, v.managerRow(x, state, a))
	}
	if a.number == "letters" {
		var owed []ledger.DutyRow
		if err := s.lettersOwed(ctx, a.scope, v.Today, mostStates, func(some []ledger.DutyRow, _ int) { owed = append(owed, some...) }); err != nil {
			return nil, 0, err
		}
		for _, d := range owed { // one row for each letter
			state, err := readState(d.Row)
			if err != nil {
				return nil, 0, err
			}
			take(d.Row, &state)
		}
	} else {
		q := ledger.Query{ListProvider: a.scope.Provider, Unit: a.scope.Unit, Specialty: a.scope.Specialty, Today: v.Today}
		n, err := s.count(ctx, q)
		if err != nil {
			return nil, 0, err
		}
		if n > mostStates {
			return nil, 0, badRequest{code: "numbers.no_rows"}
		}
		err = s.each(ctx, q, batch, func(x ledger.Row) (bool, error) {
			state, err := readState(x)
			if err != nil {
				return false, err
			}
			if a.number == "waiting" {
				if !law.IsWaiting(&state.Facts, v.Today) {
					return true, nil
				}
				if d := law.WaitingDays(&state.Facts, v.Today); d < a.from || a.to > 0 && d >= a.to {
					return true, nil
				}
			} else if !figures.IsIn(&state, figures.Part(a.number), a.code, a.month, v.Today, s.desk.Settings) {
				return true, nil
			}
			take(x, &state)
			return true, nil
		})
		if err != nil {
			return nil, 0, err
		}
	}
	sortPeriodRows(rows, a.sort, a.down)
	return rows, elsewhere, nil
}

// managerRow is a referral as it stands now; its days are those waited, to the end of the wait or until today.
func (v *view) managerRow(x ledger.Row, state *referral.Referral, a managerAsk) periodRow {
	f := &state.Facts
	place, site := law.ListPlace(f)
	out := periodRow{Number: caseNumber(x.Tenant, x.Referral), URL: caseURL(x.Tenant, x.Referral), Field: v.specialty(f.Specialty), Where: v.place(place, site), Start: f.Seniority, Assessed: f.AssessedOn, Deadline: f.StartBy, End: f.WaitEnd}
	if a.number == string(figures.PartAssessed) || a.number == string(figures.PartLate) {
		out.Deadline = f.AssessBy
	}
	switch {
	case !f.StartedOn.IsZero():
		out.EndText = v.endName("started")
	case !f.WaitEnd.IsZero():
		out.EndText = v.endName(f.EndCode)
	}
	if !f.Seniority.IsZero() {
		until := v.Today
		if !f.WaitEnd.IsZero() {
			until = f.WaitEnd
		}
		out.days = law.WaitingDays(f, until)
		out.Days = words.Number(v.Lang, out.days)
	}
	return out
}

// managerNumber names the number the rows are of.
func (v *view) managerNumber(a managerAsk) string {
	switch a.number {
	case "letters":
		return v.T("manager.letters")
	case "waiting":
		switch {
		case a.from == 0 && a.to == 0:
			return v.T("manager.rows.waiting")
		case a.to == 0:
			return v.T("manager.rows.waited_over", a.from)
		}
		return v.T("manager.rows.waited", a.from, a.to-1)
	case string(figures.PartOut):
		if a.code != figures.AnyEnd {
			return v.T("manager.rows.out_by", lowerFirst(v.endName(a.code)), monthOf(v, a.month))
		}
	}
	return v.T("manager.rows."+a.number, monthOf(v, a.month))
}

func (s *site) managerRowList(w http.ResponseWriter, r *http.Request, v *view) error {
	a, err := s.readManagerRows(r, v.Today)
	if err != nil {
		return err
	}
	if !s.rowsShown(a.scope) {
		return denied{access.Decide(s.user, access.List, access.ListOf(a.scope.Provider, a.scope.Unit, a.scope.Specialty), v.Today).Why}
	}
	rows, elsewhere, err := s.managerRowsAsked(r.Context(), v, a, access.List)
	if err != nil {
		return err
	}
	name := v.managerNumber(a)
	v.Here, v.Title = "/ledelse", name
	back := "/ledelse?" + v.scopeValues(a.scope).Encode()
	p := numbersRowsPage{frame: v.frame, Head: name + ": " + words.Number(v.Lang, len(rows)), Sub: v.listPlaceOf(a.scope), Back: link{back, v.T("web.menu.overview")},
		Says: v.T("manager.counted", v.moment(s.desk.Now().UnixMicro())), Empty: v.T("numbers.rows_empty"), Clear: back}
	file := r.URL.Query()
	file.Del("lang")
	file.Del("side")
	if v.MayExport() {
		p.Download = managerRowsURL + ".csv?" + file.Encode()
	}
	limit := "numbers.rows.deadline"
	if a.number == string(figures.PartAssessed) || a.number == string(figures.PartLate) {
		limit = "manager.rows.assess_by"
	}
	p.show(r, v, managerRowsURL, limit, rows, a.page)
	if elsewhere > 0 {
		p.Note = v.T("numbers.elsewhere", elsewhere)
	}
	return s.render(w, http.StatusOK, "numbersrows", v, p)
}

// managerRowFile is all the rows of a number as a file, for those who may take lists out.
func (s *site) managerRowFile(w http.ResponseWriter, r *http.Request, v *view) error {
	a, err := s.readManagerRows(r, v.Today)
	if err != nil {
		return err
	}
	if !s.rowsShown(a.scope) {
		return denied{access.Decide(s.user, access.List, access.ListOf(a.scope.Provider, a.scope.Unit, a.scope.Specialty), v.Today).Why}
	}
	rows, _, err := s.managerRowsAsked(r.Context(), v, a, access.Export)
	if err != nil {
		return err
	}
	s.log.Info("the rows of a number were downloaded", "by", s.o.User.ID, "number", a.number, "rows", len(rows))
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="rettid-%s-%s.csv"`, a.number, v.Today))
	w.Write([]byte("\ufeff"))
	out := csv.NewWriter(w)
	out.Comma = ';'
	var head []string
	for _, k := range []string{"numbers.rows.case", "numbers.by.specialty", "web.filter.provider", "numbers.rows.start", "numbers.rows.assessed", "numbers.rows.deadline", "numbers.rows.end", "manager.why", "numbers.rows.days"} {
		head = append(head, v.T(k))
	}
	out.Write(head)
	iso := func(d day.Day) string {
		if d.IsZero() {
			return ""
		}
		return d.String()
	}
	for _, x := range rows {
		out.Write(table.Safe([]string{x.Number, x.Field, x.Where, iso(x.Start), iso(x.Assessed), iso(x.Deadline), iso(x.End), x.EndText, strconv.Itoa(x.days)}))
	}
	out.Flush()
	return out.Error()
}
