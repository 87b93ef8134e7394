package ledger

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"rettid/day"
)

// A listener is a store that keeps what it was asked.
type listener struct {
	store
	mu    sync.Mutex
	asked []step
}

func (s *listener) query(ctx context.Context, sql string, args []any, fn func(*row) error) error {
	s.mu.Lock()
	s.asked = append(s.asked, step{sql: sql, args: slices.Clone(args)})
	s.mu.Unlock()
	return s.store.query(ctx, sql, args, fn)
}

// years makes what two trusts have after years: n referrals each, half of them closed, a patient and a duty to each. One text for both databases.
func years(t *testing.T, l *Ledger, n int) {
	t.Helper()
	named := func(prefix, i string) string { return "'" + prefix + "' || CAST(" + i + " AS TEXT)" }
	blob := l.store.translate("CAST('{}' AS BLOB)")
	row := strings.Join([]string{"i", "1", named("p", "i"), named("h", "i % 4"), "'s'", named("u", "i % 9"), named("f", "i % 7"), "'elective'", named("st", "i % 5"),
		"CASE WHEN i % 11 = 0 THEN 'not_assessed' ELSE 'granted' END", named("c", "i % 90"), named("h", "i % 4"), named("s", "i % 3"), "45000 + i % 700", "45000 + i % 700",
		"CASE WHEN i % 6 = 0 THEN 45700 + i % 30 ELSE 0 END", "CASE WHEN i % 8 = 0 THEN 0 ELSE 45600 END", "CASE WHEN i % 5 > 0 THEN 45600 + i % 400 ELSE 0 END", "0",
		"CASE WHEN i % 3 > 0 THEN 45700 + i % 300 ELSE 0 END", "45700 + i % 300", "541", "CASE WHEN i % 4 = 1 THEN 1 ELSE 0 END", "CASE WHEN i % 4 < 2 THEN 1 ELSE 0 END",
		"CASE WHEN i % 50 = 1 THEN 1 ELSE 0 END", "CASE WHEN i % 40 = 1 THEN 45690 ELSE 0 END", "i % 3", "''", "'book'", "CASE WHEN i % 4 < 2 THEN 45700 + i % 60 ELSE 0 END", "'booking'", blob}, ", ")
	duty := strings.Join([]string{"0", "i", "CASE WHEN i % 8 = 0 THEN 'assess' ELSE 'book' END", "0", "45700 + i % 60", "'booking'", named("h", "i % 4"), "''"}, ", ")
	person := strings.Join([]string{named("p", "i"), "''", "''", "''", "'Else'", "'Attrapp'", "''", "''", "''", "20000", "''", "''", "''", "''", blob, "0", blob, named("a", "i"), named("e", "i")}, ", ")
	var steps []*step
	for _, tenant := range []string{"hf", "other"} {
		for into, what := range map[string]string{"referral (" + rowColumns + ")": row, "duty (tenant, n, " + dutyColumns + ")": duty, "person (" + personColumns + ", sort_key, by_family, by_given)": person} {
			steps = append(steps, &step{sql: fmt.Sprintf("WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < %d) INSERT INTO %s SELECT '%s', %s FROM c", n, into, tenant, what)})
		}
	}
	if err := l.do(t.Context(), steps...); err != nil {
		t.Fatal(err)
	}
}

// plansToday is a day among those of years.
var plansToday = day.FromNumber(45700)

// filters are what a list is narrowed to, by name.
func filters() map[string]func(q *Query) {
	return map[string]func(q *Query){
		"nothing":              func(q *Query) {},
		"a hospital":           func(q *Query) { q.ListProvider = "h1" },
		"a hospital and field": func(q *Query) { q.ListProvider, q.Specialty = "h1", "f3" },
		"a site":               func(q *Query) { q.ListProvider, q.ListSite = "h1", "s1" },
		"a unit":               func(q *Query) { q.Provider, q.Unit = "h1", "u1" },
		"a condition":          func(q *Query) { q.ListProvider, q.Specialty, q.Conditions = "h1", "f3", []string{"c1", "c5"} },
		"a duty":               func(q *Query) { q.ListProvider, q.Duty = "h1", "book" },
		"a role":               func(q *Query) { q.Role = "booking" },
		"times of a week":      func(q *Query) { q.TimeIn = day.Period{From: plansToday, To: plansToday.Add(6)} },
		"deadlines of a week":  func(q *Query) { q.DeadlineIn = day.Period{From: plansToday, To: plansToday.Add(6)} },
		"two units":            func(q *Query) { q.Within = []Place{{Provider: "h1", Unit: "u1"}, {Provider: "h2", Specialty: "f2"}} },
		"two trusts":           func(q *Query) { q.Tenant, q.Tenants = "", []string{"hf", "other"} },
		"a hospital of trusts": func(q *Query) { q.Tenant, q.Tenants, q.ListProvider = "", []string{"hf", "other"}, "h1" },
		"a name":               func(q *Query) { q.PatientPrefix = "att" },
		"some":                 func(q *Query) { q.Text = []int64{1, 5, 9} },
	}
}

var period = regexp.MustCompile(`^SEARCH r USING (COVERING )?INDEX \w+ \(tenant=\? AND (start_by|appt_from)>\? AND (start_by|appt_from)<\?\)`)

var fullScan = regexp.MustCompile(`^SCAN (r|d|p|referral|duty|person)\b`)

// sqlitePlan tells what is wrong with the plan of a statement; "" when nothing is.
func sqlitePlan(t *testing.T, s store, st step) string {
	t.Helper()
	type node struct {
		parent int64
		what   string
	}
	var plan []node
	err := s.query(t.Context(), "EXPLAIN QUERY PLAN "+st.sql, st.args, func(r *row) error {
		r.int64()
		n := node{parent: r.int64()}
		r.int64()
		n.what = r.string()
		plan = append(plan, n)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range plan {
		if fullScan.MatchString(n.what) || strings.HasSuffix(n.what, "sqlite_autoindex_referral_1 (tenant=?)") && strings.Contains(st.sql, "r.waiting = 1") {
			return n.what
		}
		if !strings.HasPrefix(n.what, "USE TEMP B-TREE") || !strings.HasSuffix(n.what, "ORDER BY") {
			continue
		}
		few := strings.Contains(st.sql, "FROM referral r CROSS JOIN person p") // they have been counted
		// What is sorted is one page, or what was asked for one by one, or the days of a period, or what nobody owns.
		for _, m := range plan {
			few = few || m.parent == n.parent && (strings.HasPrefix(m.what, "SCAN page") || strings.HasPrefix(m.what, "SCAN part") || strings.Contains(m.what, "referral_unowned") || strings.Contains(m.what, "rowid=?") || period.MatchString(m.what) ||
				strings.Contains(m.what, "(tenant=? AND referral=?)") && strings.HasPrefix(m.what, "SEARCH r ") || strings.Contains(m.what, "(tenant=? AND patient=?)") && strings.HasPrefix(m.what, "SEARCH r "))
		}
		if !few {
			return n.what
		}
	}
	return ""
}

var (
	postgresNode = regexp.MustCompile(`^\s*(?:->\s+)?(Seq Scan on \w+|Parallel Seq Scan on \w+|Sort|Incremental Sort)\b.*rows=(\d+)`)
	mostSorted   = 2000
)

// postgresPlan is sqlitePlan, of PostgreSQL.
func postgresPlan(t *testing.T, s store, st step) string {
	t.Helper()
	wrong := ""
	err := s.query(t.Context(), "EXPLAIN "+st.sql, st.args, func(r *row) error {
		line := r.string()
		m := postgresNode.FindStringSubmatch(line)
		if m == nil {
			return nil
		}
		rows, _ := strconv.Atoi(m[2])
		if strings.Contains(m[1], "Seq Scan") || rows > mostSorted {
			wrong = strings.TrimSpace(line)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return wrong
}

// asked are the orders and views that pages and downloads ask for together.
var asked = []struct{ orders, views []string }{
	{[]string{"left", "patient", "condition", "appointment", "duty", "waited"}, []string{"waiting", "waiting+duties_today", "no_appointment", "due_14", "over", "appointment_late", "due_14+no_appointment", "unowned"}},
	{[]string{"arrival"}, []string{"not_assessed", "incoming", "incoming+pending", "incoming+task"}},
	{[]string{"urgency"}, []string{"unassessed+not_assessed"}},
	{[]string{"left"}, []string{"expected"}},
	{[]string{""}, []string{""}},
}

// No page of a list reads a whole table or sorts one: every order that pages ask for, in every view and narrowed by every filter, is answered from an index in
// that order, or from the index of what it is narrowed to, on both databases.
func TestNoListIsReadWhole(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		wrong, some := sqlitePlan, filters()
		switch _, postgres := l.store.(*postgresStore); {
		case l.store.alone():
			return // in memory it is the file's plan
		case postgres: // plans by what there is in the tables, and takes longer to: fewer are looked at
			wrong = postgresPlan
			maps.DeleteFunc(some, func(name string, _ func(*Query)) bool {
				return !slices.Contains([]string{"nothing", "a hospital and field", "two trusts"}, name)
			})
			years(t, l, 20_000)
			if err := l.do(t.Context(), &step{sql: "ANALYZE"}); err != nil {
				t.Fatal(err)
			}
		default:
			years(t, l, 4400) // more wait than are sorted
		}
		watched := &listener{store: l.store}
		l.store = watched
		defer func() { l.store = watched.store }()
		plans := 0
		for _, a := range asked {
			for _, order := range a.orders {
				for _, view := range a.views {
					for _, name := range slices.Sorted(maps.Keys(some)) {
						for _, desc := range []bool{false, true} {
							if desc && (order == "arrival" || order == "urgency" || name != "nothing" && name != "two trusts") || order == "patient" && len(some) == 3 { // by name, PostgreSQL reads the few it is narrowed to, or all of so few
								continue
							}
							q := Query{Tenant: "hf", Sort: order, View: view, Desc: desc, Today: plansToday, Limit: 50, NoTotal: true}
							some[name](&q)
							watched.asked = nil
							rows, _, err := l.List(t.Context(), q)
							if err == nil && len(rows) == q.Limit { // and the page after it
								q.After = KeyOf(order, rows[len(rows)-1])
								_, _, err = l.List(t.Context(), q)
							}
							if err != nil {
								t.Fatalf("%q, %q, %s: %v", order, view, name, err)
							}
							for _, st := range watched.asked {
								if strings.Contains(st.sql, "NOT EXISTS") { // after all names: those without one are looked for among the rest
									continue
								}
								plans++
								if strings.Contains(st.sql, "LIMIT $") { // see countSQL
									t.Errorf("order %q, view %q: planned anew each time\n%s", order, view, st.sql)
								}
								if w := wrong(t, watched.store, st); w != "" {
									t.Errorf("order %q, view %q, narrowed to %s, descending %v: %s\n%s", order, view, name, desc, w, st.sql)
								}
							}
						}
					}
				}
			}
		}
		if plans < 100 {
			t.Errorf("%d plans were looked at", plans)
		}
	})
}

// Those not assessed are few among the open, and are counted from the index of them alone: without it a million open referrals were read for the number in the menu.
func TestIntakeIsCountedAmongItself(t *testing.T) {
	l := openFile(t, filepath.Join(t.TempDir(), "intake.db"))
	years(t, l, 300)
	watched := &listener{store: l.store}
	l.store = watched
	defer func() { l.store = watched.store }()
	for _, view := range asked[1].views {
		for _, provider := range []string{"", "h1"} {
			for _, most := range []int{-1, 10_000} {
				watched.asked = nil
				if _, err := l.CountTo(t.Context(), Query{Tenant: "hf", View: view, Provider: provider, Today: plansToday}, most); err != nil {
					t.Fatal(err)
				}
				for _, st := range watched.asked {
					var plan string
					err := watched.store.query(t.Context(), "EXPLAIN QUERY PLAN "+st.sql, st.args, func(r *row) error {
						r.int64()
						r.int64()
						r.int64()
						plan += r.string() + "\n"
						return nil
					})
					if err != nil {
						t.Fatal(err)
					}
					if !strings.Contains(plan, "referral_arrival") || strings.Contains(plan, "TEMP B-TREE FOR ORDER") {
						t.Errorf("%s is counted by\n%s%s", view, plan, st.sql)
					}
				}
			}
		}
	}
}
