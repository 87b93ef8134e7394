package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rettid/day"
	"rettid/desk"
	"rettid/exception"
	"rettid/law"
	"rettid/ledger"
	"rettid/words"
)

// Precedent: decided applications of every trust, with the short reason that was written to be read by others, so that like cases are found before a decision (I-12). A decided case without
// identity is still about somebody: nothing of age, sex, place of living or dates by the day stands here, the trust stands only in sets of five and more, and user representatives
// never see it.

// smallest is the least number of decided cases of a method and an indication for which their trusts are told.
const smallest = 5

type precedentLine struct {
	Method, Indication, Route, When, Where string
	Outcome                                doorCell
	Criteria                               []string
	Summary, Departs                       string
	Unlike                                 int
	Few                                    bool
}

type precedentPage struct {
	*frame
	Head, Count, Clear, Empty string
	Picks                     []pick
	Rows                      []precedentLine
	Pages                     pager
	Without                   int
	Granted, Refused          int
	Few                       bool
	Query, Indication         string
}

// precedents lists what has been decided.
func (s *site) precedents(w http.ResponseWriter, r *http.Request, v *view) error {
	v.Here, v.Title = "/praksis", v.T("exc.practice")
	q := r.URL.Query()
	page, _ := strconv.Atoi(q.Get("side"))
	page = max(page, 1)
	pq := desk.PrecedentQuery{Method: q.Get("metode"), Indication: strings.ToUpper(strings.TrimSpace(q.Get("diagnose"))), Outcome: q.Get("utfall"), Route: q.Get("vei"), Limit: perPage, Offset: (page - 1) * perPage}
	p := precedentPage{frame: v.frame, Clear: "/praksis", Empty: v.T("exc.practice_none"), Query: strings.TrimSpace(q.Get("q")), Indication: pq.Indication}
	pq.Words = s.precedentWords(v, p.Query)
	names, err := s.methodNames(r.Context())
	if err != nil {
		return err
	}
	pm := pick{Name: "metode", Label: v.T("exc.column.method"), Options: []option{{"", v.T("web.all"), pq.Method == ""}}}
	for id := range names {
		pm.Options = append(pm.Options, option{id, names.of(id), id == pq.Method})
	}
	slices.SortFunc(pm.Options[1:], func(a, b option) int { return words.Compare(v.Lang, a.Text, b.Text) })
	po := pick{Name: "utfall", Label: v.T("exc.column.outcome"), Options: []option{{"", v.T("web.all"), pq.Outcome == ""}}}
	for _, o := range []law.ExceptionOutcome{law.ExGranted, law.ExConditions, law.ExRefused, law.ExStopped, law.ExRedirected} {
		po.Options = append(po.Options, option{string(o), v.T("exception.outcome." + string(o)), string(o) == pq.Outcome})
	}
	pr := pick{Name: "vei", Label: v.T("exc.route"), Options: []option{{"", v.T("web.all"), pq.Route == ""}}}
	for _, x := range []law.ExceptionRoute{law.RouteSingle, law.RouteAccess} {
		pr.Options = append(pr.Options, option{string(x), v.T("route." + string(x)), string(x) == pq.Route})
	}
	p.Picks = []pick{pm, po, pr}
	rows, total, err := s.desk.Precedents(r.Context(), pq)
	if err != nil {
		return err
	}
	if total == 0 && len(q) > 0 {
		if _, p.Without, err = s.desk.Precedents(r.Context(), desk.PrecedentQuery{}); err != nil {
			return err
		}
	}
	for _, o := range []law.ExceptionOutcome{law.ExGranted, law.ExConditions, law.ExRefused, law.ExStopped} {
		x := pq
		x.Limit, x.Offset = 0, 0
		if pq.Outcome != "" && pq.Outcome != string(o) {
			continue
		}
		x.Outcome = string(o)
		_, n, err := s.desk.Precedents(r.Context(), x)
		if err != nil {
			return err
		}
		if o.Granted() {
			p.Granted += n
		} else {
			p.Refused += n
		}
	}
	p.Few = total > 0 && total < smallest
	p.Head = v.T("exc.practice_head", total)
	p.Count = v.T("web.shown", words.Number(v.Lang, len(rows)), words.Number(v.Lang, total))
	if p.Rows, err = s.precedentLines(r.Context(), v, rows, names); err != nil {
		return err
	}
	p.Pages = pageLinks(filter{Page: page}, total, func(f filter) string {
		u := url.Values{}
		for k := range q {
			u.Set(k, q.Get(k))
		}
		u.Set("side", strconv.Itoa(f.Page))
		return "/praksis?" + u.Encode()
	})
	return s.render(w, http.StatusOK, "precedents", v, p)
}

// precedentLines are lines of precedents, whose texts are read at once.
func (s *site) precedentLines(ctx context.Context, v *view, some []desk.Precedent, names methodNames) ([]precedentLine, error) {
	texts := make(map[string][]exception.Text)
	for _, x := range some {
		texts[trustOf(x)] = append(texts[trustOf(x)], x.Summary, x.Departs)
	}
	read := make(map[string]func(exception.Text) string)
	for tenant, some := range texts {
		var err error
		if read[tenant], err = s.readSome(ctx, tenant, some); err != nil {
			return nil, err
		}
	}
	var out []precedentLine
	for _, x := range some {
		out = append(out, s.precedentLine(v, x, names, read[trustOf(x)]))
	}
	return out, nil
}

// trustOf is the tenant whose log a precedent stands in.
func trustOf(x desk.Precedent) string {
	tenant, _, _ := strings.Cut(x.Reference, "/")
	return tenant
}

// precedentWords turns what is written into the codes decided cases are found by: a word of a criterion or a ground finds its code, a code itself stands.
func (s *site) precedentWords(v *view, typed string) []string {
	var out []string
	for _, w := range strings.Fields(strings.ToLower(typed)) {
		code := w
		if len([]rune(w)) >= 3 {
			for _, c := range law.Criteria {
				if strings.Contains(strings.ToLower(v.T("exception.criterion."+string(c))), w) {
					code = string(c)
				}
			}
			for _, b := range mayCount {
				if strings.Contains(strings.ToLower(v.T("basis."+b)), w) {
					code = b
				}
			}
		}
		out = append(out, code)
	}
	return out
}

func (s *site) precedentLine(v *view, x desk.Precedent, names methodNames, read func(exception.Text) string) precedentLine {
	l := precedentLine{Method: names.of(x.Method), Indication: x.Indication, When: monthName(v, x.DecidedOn), Summary: read(x.Summary), Departs: read(x.Departs), Unlike: len(x.Unlike)}
	if x.Route != "" {
		l.Route = v.T("route." + string(x.Route))
	}
	l.Outcome = doorCell{Text: v.T("exception.outcome." + string(x.Outcome)), Icon: "cross", State: "off"}
	if x.Outcome.Granted() {
		l.Outcome.Icon, l.Outcome.State = "check", "done"
	}
	for _, c := range x.Criteria {
		l.Criteria = append(l.Criteria, v.T("exception.criterion."+string(c)))
	}
	if x.Alike >= smallest {
		l.Where = v.provider(x.Trust)
	} else {
		l.Few = true
	}
	if len(x.Unlike) == 0 {
		l.Departs = ""
	}
	return l
}

// monthName is a day told by its month and year: the day itself could tell who.
func monthName(v *view, d day.Day) string {
	if d.IsZero() {
		return ""
	}
	_, m, _ := d.Date()
	return capital(words.Month(v.Lang, d.Year(), m))
}

// published are the group cases that stand on the open page, the latest first.
func (s *site) published(ctx context.Context) ([]exception.Numbered, error) {
	rows, _, err := s.desk.Ledger.Matters(ctx, ledger.MatterQuery{Tenants: []string{exception.National}, Process: exception.Process, Kinds: []string{string(law.GroupException)}, Decided: true, Sort: "-decided", Limit: 1 << 16})
	if err != nil {
		return nil, err
	}
	var out []exception.Numbered
	for _, r := range rows {
		var m exception.Matter
		if err := unmarshalState(r, &m); err != nil {
			return nil, err
		}
		if !m.PublishedOn.IsZero() && !m.PublishedOn.After(s.desk.Today()) {
			out = append(out, exception.Numbered{Tenant: r.Tenant, ID: r.Matter, State: &m})
		}
	}
	slices.SortStableFunc(out, func(a, b exception.Numbered) int { return b.State.PublishedOn.Compare(a.State.PublishedOn) })
	return out, nil
}
