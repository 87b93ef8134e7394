package web

import (
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

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

// lettersOwed gives what is asked of the ledger for the letters of a scope that have not reached those they are to, kind by kind.
func (s *site) lettersOwed(ctx context.Context, f filter, today day.Day) ([]ledger.DutyQuery, error) {
	tenants, err := s.tenants(ctx, "")
	if err != nil {
		return nil, err
	}
	var out []ledger.DutyQuery
	for _, name := range []law.DutyName{law.DutyReachReceiver, law.DutyPostLetter, law.DutyDeliverLetter} {
		q := ledger.DutyQuery{Name: string(name), Place: f.Provider, Unit: f.Unit, Specialty: f.Specialty, Today: today}
		if name == law.DutyDeliverLetter { // still in time until its day has passed
			q.DueTo = today.Add(-1)
		}
		if q, ok := s.dutiesWithin(tenants, q); ok {
			out = append(out, q)
		}
	}
	return out, nil
}

// lettersNumber counts them.
func (s *site) lettersNumber(ctx context.Context, f filter, today day.Day, until time.Time) (keptAnswer[int], error) {
	asked, err := s.lettersOwed(ctx, f, today)
	if err != nil {
		return keptAnswer[int]{}, err
	}
	pos, err := s.heads(ctx)
	if err != nil {
		return keptAnswer[int]{}, err
	}
	sum, err := s.headsOf(ctx, slices.Collect(maps.Keys(pos)))
	if err != nil {
		return keptAnswer[int]{}, err
	}
	return s.owed.ask(ctx, fmt.Sprint(asked), sum, until, func(ctx context.Context, _ func(n, of int64)) (int, error) {
		n := 0
		for _, q := range asked {
			_, some, err := s.desk.Ledger.Duties(ctx, q)
			if err != nil {
				return 0, err
			}
			n += some
		}
		return n, nil
	})
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
	if !slices.Contains(foundOrders, a.sort) {
		a.sort = ""
	}
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

// A foundRow is a referral that is counted in a number, and what rows are ordered by.
type foundRow struct {
	referral                       int64
	tenant                         int32 // its place among the tenants
	days                           int32 // waited
	start, assessed, deadline, end day.Day
}

// foundRows are the rows of a number: some forty bytes for each.
type foundRows struct {
	at        time.Time
	by        *law.Settings
	tenants   []string
	rows      []foundRow
	elsewhere int // those at places where the asker may not do what is to be done with them

	mu     sync.Mutex
	orders map[string][]int32
}

// order gives the numbers of the rows in the order a heading asks for: the longest wait first unless another is named, turned round when it is down.
func (f *foundRows) order(by string, down bool) []int32 {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := by
	if down {
		key += " down"
	}
	if f.orders[key] != nil {
		return f.orders[key]
	}
	order := make([]int32, len(f.rows))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(i, j int32) int {
		x, y := &f.rows[i], &f.rows[j]
		n := 0
		switch by {
		case "start":
			n = x.start.Compare(y.start)
		case "vurdert":
			n = x.assessed.Compare(y.assessed)
		case "frist":
			n = x.deadline.Compare(y.deadline)
		case "slutt":
			n = x.end.Compare(y.end)
		default:
			n = cmp.Compare(y.days, x.days)
		}
		if down {
			n = -n
		}
		return cmp.Or(n, cmp.Compare(x.tenant, y.tenant), cmp.Compare(x.referral, y.referral), cmp.Compare(i, j))
	})
	if f.orders == nil || len(f.orders) >= 4 {
		f.orders = make(map[string][]int32)
	}
	f.orders[key] = order
	return order
}

// foundOrders are the orders but the first, as addresses say them.
var foundOrders = []string{"start", "vurdert", "frist", "slutt"}

// managerFind finds the rows of a number, and counts those at places where the asker may not do what is to be done with them: look at a list, or take it out. It
// waits until a moment for a search that is not finished.
func (s *site) managerFind(ctx context.Context, a managerAsk, may access.Action, today day.Day, until time.Time) (keptAnswer[*foundRows], error) {
	pos, err := s.heads(ctx)
	if err != nil {
		return keptAnswer[*foundRows]{}, err
	}
	tenants := slices.Sorted(maps.Keys(pos))
	sum, err := s.headsOf(ctx, tenants)
	if err != nil {
		return keptAnswer[*foundRows]{}, err
	}
	key := fmt.Sprint(today, "|", a.scope.Provider, "|", a.scope.Unit, "|", a.scope.Specialty, "|", a.number, "|", a.month, "|", a.code, "|", a.from, "|", a.to, "|", may, "|", s.places(s.act), "|", s.places(may)) + fmt.Sprintf("|%p", s.desk.Settings)
	return s.found.ask(ctx, key, sum, until, func(ctx context.Context, seen func(n, of int64)) (*foundRows, error) {
		return s.findRows(ctx, a, may, today, tenants, seen)
	})
}

func (s *site) findRows(ctx context.Context, a managerAsk, may access.Action, today day.Day, tenants []string, seen func(n, of int64)) (*foundRows, error) {
	out := &foundRows{at: s.desk.Now(), by: s.desk.Settings, tenants: tenants}
	allowed := make(map[standsAt]bool)
	take := func(tenant int, id int64, at standsAt, f *law.Facts) {
		ok, known := allowed[at]
		if !known {
			ok = !s.guarded() || s.can(may, access.Case{Holder: at.provider, ListProvider: at.list, Unit: at.unit, Specialty: at.specialty}).Allowed
			allowed[at] = ok
		}
		if !ok {
			out.elsewhere++
			return
		}
		x := foundRow{referral: id, tenant: int32(tenant), start: f.Seniority, assessed: f.AssessedOn, deadline: f.StartBy, end: f.WaitEnd, days: int32(daysWaited(f, today))}
		if a.limited() {
			x.deadline = f.AssessBy
		}
		out.rows = append(out.rows, x)
	}
	if a.number == "letters" { // one row for each letter
		asked, err := s.lettersOwed(ctx, a.scope, today)
		if err != nil {
			return nil, err
		}
		for _, q := range asked {
			for q.Limit = 2000; ; q.Offset += q.Limit {
				some, n, err := s.desk.Ledger.Duties(ctx, q)
				if err != nil {
					return nil, err
				}
				for _, d := range some {
					var f law.Facts
					if err := referral.FactsOf(d.Row.State, &f); err != nil {
						return nil, fmt.Errorf("read the state of referral %d: %w", d.Referral, err)
					}
					take(slices.Index(tenants, d.Row.Tenant), d.Referral, standsAt{d.Row.Provider, d.Row.ListProvider, d.Row.Unit, d.Row.Specialty}, &f)
				}
				if len(some) == 0 || q.Offset+len(some) >= n {
					break
				}
			}
		}
		return out, nil
	}
	numbers, err := s.desk.Ledger.Numbers(ctx)
	if err != nil {
		return nil, err
	}
	var before, of int64
	for _, tenant := range tenants {
		of += numbers[tenant]
	}
	for i, tenant := range tenants {
		q, ok := s.within([]string{tenant}, ledger.Query{ListProvider: a.scope.Provider, Unit: a.scope.Unit, Specialty: a.scope.Specialty, Today: today})
		if !ok {
			continue
		}
		err := s.eachStanding(ctx, q, numbers[tenant], func(n int64) { seen(before+n, of) }, func(x *ledger.Standing, f *law.Facts) {
			switch {
			case a.number != "waiting":
				if !figures.IsIn(f, figures.Part(a.number), a.code, a.month, today, out.by) {
					return
				}
			case !law.IsWaiting(f, today):
				return
			default:
				if d := law.WaitingDays(f, today); d < a.from || a.to > 0 && d >= a.to {
					return
				}
			}
			take(i, x.Referral, standsAt{x.Provider, x.ListProvider, x.Unit, x.Specialty}, f)
		})
		if err != nil {
			return nil, err
		}
		before += numbers[tenant]
	}
	return out, nil
}

// limited tells that the deadline of the rows is that of the assessment.
func (a managerAsk) limited() bool {
	return a.number == string(figures.PartAssessed) || a.number == string(figures.PartLate)
}

// daysWaited counts to the end of the wait, or until today.
func daysWaited(f *law.Facts, today day.Day) int {
	if f.Seniority.IsZero() {
		return 0
	}
	if !f.WaitEnd.IsZero() {
		today = f.WaitEnd
	}
	return law.WaitingDays(f, today)
}

// managerRows reads some of the rows found, as they stand now. What has come out of the asker's sight since is left out.
func (s *site) managerRows(ctx context.Context, v *view, a managerAsk, may access.Action, found *foundRows, some []int32) ([]periodRow, error) {
	ids := make(map[string][]int64)
	for _, i := range some {
		x := &found.rows[i]
		tenant := found.tenants[x.tenant]
		if !slices.Contains(ids[tenant], x.referral) {
			ids[tenant] = append(ids[tenant], x.referral)
		}
	}
	type key struct {
		tenant   string
		referral int64
	}
	read := make(map[key]periodRow)
	for tenant, some := range ids {
		rows, _, err := s.desk.Ledger.List(ctx, ledger.Query{Tenant: tenant, Text: some, Limit: len(some), NoTotal: true})
		if err != nil {
			return nil, err
		}
		for _, x := range rows {
			state, err := readState(x)
			if err != nil {
				return nil, err
			}
			if !s.guarded() || s.can(may, s.caseOf(x.Tenant, &state)).Allowed {
				read[key{x.Tenant, x.Referral}] = v.managerRow(x, &state, a)
			}
		}
	}
	out := make([]periodRow, 0, len(some))
	for _, i := range some {
		if x, ok := read[key{found.tenants[found.rows[i].tenant], found.rows[i].referral}]; ok {
			out = append(out, x)
		}
	}
	return out, nil
}

// managerRow is a referral as it stands now; its days are those waited, to the end of the wait or until today.
func (v *view) managerRow(x ledger.Row, state *referral.Referral, a managerAsk) periodRow {
	f := &state.Facts
	place, site := law.ListPlace(f)
	out := periodRow{Number: caseNumber(x.Tenant, x.Referral), URL: caseURL(x.Tenant, x.Referral), Field: v.specialty(f.Specialty), Where: v.place(place, site), Start: f.Seniority, Assessed: f.AssessedOn, Deadline: f.StartBy, End: f.WaitEnd}
	if a.limited() {
		out.Deadline = f.AssessBy
	}
	switch {
	case !f.StartedOn.IsZero():
		out.EndText = v.endName("started")
	case !f.WaitEnd.IsZero():
		out.EndText = v.endName(f.EndCode)
	}
	if !f.Seniority.IsZero() {
		out.days = daysWaited(f, v.Today)
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
	found, err := s.managerFind(r.Context(), a, access.List, v.Today, patiently())
	if err != nil {
		return err
	}
	name := v.managerNumber(a)
	v.Here, v.Title = "/ledelse", name
	back := link{"/ledelse?" + v.scopeValues(a.scope).Encode(), v.T("web.menu.overview")}
	if !found.ok {
		return s.render(w, http.StatusOK, "managerwait", v, managerWaitPage{frame: v.frame, Head: name, Sub: v.listPlaceOf(a.scope), Back: back, Counting: v.counting(w, found.seen, found.of)})
	}
	p := numbersRowsPage{frame: v.frame, Head: name + ": " + words.Number(v.Lang, len(found.value.rows)), Sub: v.listPlaceOf(a.scope), Back: back,
		Says: v.countedAt(found.value.at, found.newer), Empty: v.T("numbers.rows_empty"), Clear: back.URL}
	file := r.URL.Query()
	file.Del("lang")
	file.Del("side")
	if v.MayExport() {
		p.Download = managerRowsURL + ".csv?" + file.Encode()
	}
	limit := "numbers.rows.deadline"
	if a.limited() {
		limit = "manager.rows.assess_by"
	}
	p.show(r, v, managerRowsURL, limit, len(found.value.rows), a.page, func(from, to int) {
		p.Rows, err = s.managerRows(r.Context(), v, a, access.List, found.value, found.value.order(a.sort, a.down)[from:to])
	})
	if err != nil {
		return err
	}
	if found.value.elsewhere > 0 {
		p.Note = v.T("numbers.elsewhere", found.value.elsewhere)
	}
	return s.render(w, http.StatusOK, "numbersrows", v, p)
}

// managerWaitPage tells how far the search for the rows of a number has come.
type managerWaitPage struct {
	*frame
	Head, Sub string
	Back      link
	Counting  *countingBar
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
	found, err := s.managerFind(r.Context(), a, access.Export, v.Today, forFile())
	if err != nil {
		return err
	}
	if !found.ok {
		return fmt.Errorf("the rows were not found within an hour")
	}
	s.log.Info("the rows of a number were downloaded", "by", s.o.User.ID, "number", a.number, "rows", len(found.value.rows))
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
	more := http.NewResponseController(w)
	for some := range slices.Chunk(found.value.order(a.sort, a.down), batch) {
		rows, err := s.managerRows(r.Context(), v, a, access.Export, found.value, some)
		if err != nil {
			return err
		}
		for _, x := range rows {
			out.Write(table.Safe([]string{x.Number, x.Field, x.Where, iso(x.Start), iso(x.Assessed), iso(x.Deadline), iso(x.End), x.EndText, strconv.Itoa(x.days)}))
		}
		if out.Flush(); out.Error() != nil {
			return out.Error()
		}
		more.SetWriteDeadline(time.Now().Add(patience)) // as long as rows come; where it can't be set a file is shorter
	}
	return nil
}
