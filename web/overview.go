package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"rettid/access"
	"rettid/day"
	"rettid/ledger"
)

// The page for those who lead: how many wait where, and where it presses. Every number leads to its rows.

type overviewPage struct {
	*frame
	Head, Sub string
	TableHead string
	Columns   []string
	Rows      []placeLine
	Sum       placeLine
	Now       *managerPart
	Linked    bool         // some of its numbers lead to their rows
	Counting  *countingBar // the table is being counted, for the first time
}

type placeLine struct {
	Name  string
	Cells []numberCell
}

type numberCell struct {
	N     int
	URL   string
	State string
}

// The columns: a view of the ledger, which provider it counts for, and the page its rows are on.
var overviewColumns = []struct{ key, view, path, word, state string }{
	{"web.tally.waiting", "waiting", "/liste", "", ""},
	{"web.tally.over", "over", "/liste", "over", "late"},
	{"web.tally.appointment_late", "appointment_late", "/liste", "etter-fristen", "late"},
	{"web.tally.due_14_no_appointment", "due_14+no_appointment", "/liste", "frist-14-uten-time", "soon"},
	{"web.assess.all", "unassessed", "/vurdering", "", ""},
	{"web.assess.late", "assess_late", "/vurdering", "over", "late"},
}

func (s *site) overview(w http.ResponseWriter, r *http.Request, v *view) error {
	until := patiently()
	placed, err := s.placedNow(r.Context(), v.Today, until)
	if err != nil {
		return err
	}
	p := overviewPage{frame: v.frame, Sub: v.listPlace(filter{})}
	v.Here = "/ledelse"
	counts := placed.value
	if !placed.ok { // the first count of a large list
		p.Counting = v.counting(w, 0, 0)
		counts = make([]map[string]int, len(overviewColumns))
	}
	for _, c := range overviewColumns {
		p.Columns = append(p.Columns, v.T(c.key))
	}
	p.Sum.Name = v.allHospitals()
	p.Sum.Cells = make([]numberCell, len(overviewColumns))
	var ids []string
	for _, o := range s.desk.Org.Providers() {
		ids = append(ids, o.ID)
	}
	for _, id := range append(ids, others(counts, ids)...) {
		if !s.mine(id) {
			continue
		}
		listed := s.listed(id)
		line := placeLine{Name: v.provider(id)}
		any := false
		for i, c := range overviewColumns {
			n := counts[i][id]
			any = any || n > 0
			url, all := filter{View: c.word, Provider: id, Page: 1}.url(c.path, s.o.User), filter{View: c.word, Page: 1}.url(c.path, s.o.User)
			if !listed {
				url = ""
			}
			p.Linked = p.Linked || listed && n > 0
			if s.guarded() {
				all = "" // a sum of places is no list of theirs
			}
			line.Cells = append(line.Cells, cell(n, url, c.state))
			p.Sum.Cells[i] = cell(p.Sum.Cells[i].N+n, all, c.state)
		}
		if any {
			p.Rows = append(p.Rows, line)
		}
	}
	if p.Now, err = s.manager(w, r, v, until); err != nil {
		return err
	}
	if !placed.ok && p.Now.Counting != nil { // one word is enough
		p.Counting = nil
	}
	p.TableHead = v.T("web.overview.head", p.Sum.Cells[0].N, p.Sum.Cells[1].N)
	p.Head, p.Sub = v.listPlaceOf(s.managerScope(r)), v.Longday()
	v.Title = v.T("web.menu.overview")
	return s.render(w, http.StatusOK, "overview", v, p)
}

// placedNow counts the rows of each column at each place, or gives what was counted a little while ago.
func (s *site) placedNow(ctx context.Context, today day.Day, until time.Time) (keptAnswer[[]map[string]int], error) {
	tenants, err := s.tenants(ctx, "")
	if err != nil {
		return keptAnswer[[]map[string]int]{}, err
	}
	pos, err := s.headsOf(ctx, tenants)
	if err != nil {
		return keptAnswer[[]map[string]int]{}, err
	}
	places := s.places(s.act)
	return s.placed.ask(ctx, fmt.Sprint(tenants, today, places), pos, until, func(ctx context.Context, _ func(n, of int64)) ([]map[string]int, error) {
		counts := make([]map[string]int, len(overviewColumns))
		for i, c := range overviewColumns {
			counts[i] = make(map[string]int)
			for _, where := range places {
				some, err := s.desk.Ledger.CountByPlace(ctx, ledger.Query{Tenants: tenants, View: c.view, Today: today, Unit: where.unit, Specialty: where.specialty})
				if err != nil {
					return nil, err
				}
				for at, n := range some {
					if where.provider == "" || where.provider == at {
						counts[i][at] += n
					}
				}
			}
		}
		return counts, nil
	})
}

// listed tells whether a number of a provider may lead to its rows: the whole of them, so that the number and the rows agree.
func (s *site) listed(provider string) bool {
	if !s.guarded() {
		return true
	}
	figures, lists := s.places(s.act), s.places(access.List)
	return slices.ContainsFunc(lists, func(l place) bool {
		return slices.ContainsFunc(figures, func(f place) bool {
			f.provider = provider
			return l.covers(f)
		})
	})
}

func cell(n int, url, state string) numberCell {
	if n == 0 {
		return numberCell{}
	}
	return numberCell{n, url, state}
}

// others are the places with rows that the organisation data do not know.
func others(counts []map[string]int, known []string) []string {
	seen := make(map[string]bool)
	for _, id := range known {
		seen[id] = true
	}
	var out []string
	for _, m := range counts {
		for id := range m {
			if !seen[id] {
				seen[id] = true
				out = append(out, id)
			}
		}
	}
	slices.Sort(out)
	return out
}
