package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/day"
	"rettid/desk"
	"rettid/say"
	"rettid/words"
)

// What the review of practice has kept long enough: what is to be deleted now, what comes within a year, and why each. Nothing goes until somebody has seen the list and confirmed it, and who did
// stands here afterwards. A case is its number: nothing tells of a patient.

const retentionURL = "/admin/sletting"

func (s *site) retentionRoutes(m *http.ServeMux) {
	m.HandleFunc("GET "+retentionURL, s.page(access.Administer, (*site).retention))
	m.HandleFunc("POST "+retentionURL, s.page(access.Administer, (*site).retention))
}

type retentionPage struct {
	*frame
	Head, About, Journal, URL, Empty, Clear string
	Settings                                link
	Tabs                                    []tab
	Picks                                   []pick
	Hidden                                  []option
	Columns                                 []column
	Rows                                    []retentionLine
	Count                                   string
	Pages                                   pager
	Without, Due                            int
	Ahead                                   bool
	Token                                   string // names what is to be deleted, once it has been shown as such
	Confirm, Moved                          bool
	Sure, Done                              string
	Before                                  []pair // earlier deletions
}

type retentionLine struct {
	Number, What, Where, Why, Source string
	Until                            day.Day
	UntilText, Left                  string
}

func (s *site) retention(w http.ResponseWriter, r *http.Request, v *view) error {
	v.Here, v.Title = "/admin", v.T("retention.title")
	set := s.desk.Settings
	p := retentionPage{frame: v.frame, URL: retentionURL, About: v.T("retention.about", set.KeepKeyMonths, set.KeepReviewYears), Journal: v.T("retention.journal"), Settings: link{"/admin/innstillinger?q=exception.keep", v.T("retention.settings")}}
	due, err := s.desk.Expired(r.Context(), v.Today)
	if err != nil {
		return err
	}
	ahead, err := s.desk.Expired(r.Context(), v.Today.AddMonths(12))
	if err != nil {
		return err
	}
	ahead = slices.DeleteFunc(ahead, func(x desk.Expired) bool { return x.Kept.Value.Before(v.Today) })
	p.Due, p.Token = len(due), expiredToken(due)
	q := r.URL.Query()
	if r.Method == http.MethodPost {
		if err := readText(w, r); err != nil {
			return err
		}
		switch {
		case len(due) == 0:
			http.Redirect(w, r, retentionURL, http.StatusSeeOther)
			return nil
		case r.PostForm.Get("bekreft") == "":
			p.Confirm = true
		case r.PostForm.Get("sett") != p.Token:
			p.Moved, p.Confirm = true, true
		default:
			did, err := s.desk.Expire(r.Context(), v.Today, s.o.User.ID)
			if err != nil {
				return err
			}
			http.Redirect(w, r, retentionURL+"?slettet="+strconv.Itoa(len(did)), http.StatusSeeOther)
			return nil
		}
		q = url.Values{}
	}
	if n, err := strconv.Atoi(q.Get("slettet")); err == nil && n > 0 {
		p.Done = v.T("retention.done", words.Number(v.Lang, n))
	}
	if p.Confirm {
		p.Sure = v.T("retention.sure", words.Number(v.Lang, len(due)))
	}
	p.Head = v.T("retention.none_due")
	if len(due) > 0 {
		p.Head = v.T("retention.due", words.Number(v.Lang, len(due)))
	}
	v.retentionList(&p, q, due, ahead)
	before, err := s.desk.Retentions(r.Context())
	if err != nil {
		return err
	}
	for _, x := range before[:min(len(before), 20)] {
		p.Before = append(p.Before, pair{v.moment(x.At.UnixMicro()), v.T("retention.was", words.Number(v.Lang, x.Keys), words.Number(v.Lang, x.Copies), s.actor(x.Actor))})
	}
	code := http.StatusOK
	if p.Moved {
		code = http.StatusConflict
	}
	return s.render(w, code, "retention", v, p)
}

// retentionList narrows, sorts and pages the tab that is asked for.
func (v *view) retentionList(p *retentionPage, q url.Values, due, ahead []desk.Expired) {
	at := kept(retentionURL, q, "visning", "hva", "sted", "sorter")
	p.Ahead = q.Get("visning") == "kommer"
	p.Tabs = []tab{{URL: at("visning", ""), Text: v.T("retention.tab.due"), N: len(due), Current: !p.Ahead}, {URL: at("visning", "kommer"), Text: v.T("retention.tab.ahead"), N: len(ahead), Current: p.Ahead}}
	some, empty := due, "retention.empty"
	if p.Ahead {
		some, empty = ahead, "retention.empty_ahead"
	}
	p.Empty, p.Clear = v.T(empty), at("hva", "", "sted", "")
	what, place := q.Get("hva"), q.Get("sted")
	pw := pick{Name: "hva", Label: v.T("retention.what"), Options: []option{{"", v.T("web.all"), what == ""}}}
	for _, x := range []string{desk.ExpiredKey, desk.ExpiredReview} {
		pw.Options = append(pw.Options, option{x, v.T("retention.thing." + x), x == what})
	}
	pp := pick{Name: "sted", Label: v.T("exc.trust"), Options: []option{{"", v.T("web.all"), place == ""}}}
	var places []string
	for _, x := range some {
		if !slices.Contains(places, x.Tenant) {
			places = append(places, x.Tenant)
		}
	}
	slices.Sort(places)
	for _, x := range places {
		pp.Options = append(pp.Options, option{x, v.provider(x), x == place})
	}
	p.Picks = []pick{pw, pp}
	for _, k := range []string{"visning", "sorter"} {
		if x := q.Get(k); x != "" {
			p.Hidden = append(p.Hidden, option{Value: x, Text: k})
		}
	}
	chosen := slices.DeleteFunc(slices.Clone(some), func(x desk.Expired) bool { return what != "" && x.What != what || place != "" && x.Tenant != place })
	if len(chosen) == 0 {
		p.Without = len(some)
	}
	by := q.Get("sorter")
	word, down := strings.CutPrefix(by, "-")
	slices.SortStableFunc(chosen, func(a, b desk.Expired) int {
		c := a.Kept.Value.Compare(b.Kept.Value)
		if word == "sak" {
			c = cmp.Or(strings.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Matter, b.Matter))
		}
		if down {
			return -c
		}
		return c
	})
	sort := func(to string) string { return at("sorter", to) }
	p.Columns = []column{sortColumn(v, "sak", "retention.case", by, sort), sortColumn(v, "", "retention.what", by, sort), sortColumn(v, "til", "retention.until", orElse(by, "til"), sort), sortColumn(v, "", "retention.why", by, sort)}
	page, _ := strconv.Atoi(q.Get("side"))
	page = max(page, 1)
	from := min((page-1)*perPage, len(chosen))
	shown := chosen[from:min(from+perPage, len(chosen))]
	p.Pages = pageLinks(filter{Page: page}, len(chosen), func(f filter) string { return at("side", strconv.Itoa(f.Page)) })
	for _, x := range shown {
		p.Rows = append(p.Rows, retentionLine{Number: caseNumber(x.Tenant, x.Matter), Where: v.provider(x.Tenant), What: v.T("retention.thing." + x.What), Why: strings.Join(say.Reasons(v.Lang, x.Kept.Because), " "), Source: capital(v.cite(x.Kept.Cite)),
			Until: x.Kept.Value, UntilText: words.Date(v.Lang, x.Kept.Value), Left: v.left(x.Kept.Value)})
	}
	p.Count = v.T("web.shown", words.Number(v.Lang, len(shown)), words.Number(v.Lang, len(chosen)))
}

// expiredToken names what was shown, so that nothing else is deleted than what somebody confirmed.
func expiredToken(some []desk.Expired) string {
	var b strings.Builder
	for _, x := range some {
		fmt.Fprintln(&b, x.Tenant, x.Matter, x.What, x.Kept.Value)
	}
	return digest(b.String())[:16]
}
