package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/clinic"
	"rettid/day"
	"rettid/figures"
	"rettid/registry"
	"rettid/words"
)

// Published figures: what was said first, what is said now, and which referrals made the difference. A publication is kept with the digest of its rows, and can be
// counted again of what was known then; it is never changed, later facts make a later revision.

// everybody is whose papers figures of all hospitals are kept among.
const everybody = "*"

type publishedPage struct {
	*frame
	Head, Sub  string
	Nav        []navItem
	Picks      []pick
	Keep       []option // what the forms send with them
	MayPublish bool
	Done       []string
	Wrong      bool
	Revisions  []revisionRow
	Changes    []changeRow
	First      string // the heads of the table of changes
	Last       string
	Why        []string
	Rows       []link // referrals that made the difference
	More       string
	Empty      string
}

type revisionRow struct {
	N       int
	KnownOn day.Day
	At      string
	Rows    string
	SHA256  string
	By      string
}

type changeRow struct {
	Name              string
	First, Last, Now  string
	Different, NowNew bool
}

// publisherOf is whose figures are published: all hospitals' for those who may see them all, otherwise a trust's that has the ledger's records of its own.
func (s *site) publisherOf(a numbersAsk) (string, []string, error) {
	if a.Provider == "" && s.every(a) {
		return everybody, nil, nil
	}
	p, ok := s.desk.Org.Provider(a.Provider)
	if !ok || p.Trust != "" && p.Trust != p.ID || p.Kind == clinic.ContractSpecialist {
		return "", nil, badRequest{code: "numbers.publish.whole"}
	}
	if !slices.ContainsFunc(s.places(access.SeeFigures), func(l place) bool { return l.covers(place{provider: p.ID}) }) {
		return "", nil, denied{"other_provider"}
	}
	return p.ID, []string{p.ID}, nil
}

// readPublished reads what is published: a period of a hospital or of all, without finer choices.
func (s *site) readPublished(r *http.Request) (numbersAsk, error) {
	a, err := s.readNumbers(r)
	a.By, a.Unit, a.Field, a.Nation, a.Known, a.Page, a.Group, a.Sort = nil, "", "", false, day.Day{}, 1, "", ""
	return a, err
}

func (s *site) numbersPublished(w http.ResponseWriter, r *http.Request, v *view) error {
	return s.showPublished(w, r, v, http.StatusOK, nil, false)
}

func (s *site) showPublished(w http.ResponseWriter, r *http.Request, v *view, status int, done []string, wrong bool) error {
	a, err := s.readPublished(r)
	if err != nil {
		return err
	}
	who, tenants, err := s.publisherOf(a)
	if err != nil {
		return err
	}
	v.Here = numbersURL
	p := publishedPage{frame: v.frame, Sub: v.numbersPlace(a), Nav: v.numbersNav(a, numbersURL+"/offentlig"), Done: done, Wrong: wrong, MayPublish: s.mayPublish(a), Empty: v.T("numbers.publish.none")}
	for _, x := range v.numbersPicks(a) {
		if x.Name == "periode" || x.Name == "sykehus" {
			p.Picks = append(p.Picks, x)
		}
	}
	p.Keep = []option{{Value: a.Span.Label, Text: "periode"}, {Value: a.Provider, Text: "sykehus"}}
	x := s.registry()
	all, err := x.Revisions(r.Context(), who, a.Span.Label, nil)
	if err != nil {
		return err
	}
	for _, k := range slices.Backward(all) {
		p.Revisions = append(p.Revisions, revisionRow{k.Revision, k.KnownOn, v.moment(k.At), words.Number(v.Lang, k.Rows), k.SHA256, k.Actor})
	}
	switch len(all) {
	case 0:
		p.Head = v.T("numbers.publish.not", v.spanName(a.Span.Label))
	case 1:
		p.Head = v.T("numbers.publish.once", v.spanName(a.Span.Label))
	default:
		p.Head = v.T("numbers.publish.revised", v.spanName(a.Span.Label), len(all)-1)
	}
	v.Title = p.Head
	if len(all) > 0 {
		if err := s.differences(r.Context(), v, &p, x, tenants, a, all); err != nil {
			return err
		}
	}
	return s.render(w, status, "numberspublished", v, p)
}

// mayPublish tells whether the one who looks may publish what is asked: who may report it to the registry.
func (s *site) mayPublish(a numbersAsk) bool {
	if a.Span.To.After(s.desk.Today()) { // not before it is over
		return false
	}
	if !s.guarded() {
		return true
	}
	return slices.ContainsFunc(s.places(access.ReportNPR), func(l place) bool { return l.covers(place{provider: a.Provider}) })
}

// differences sets the first publication, the last and the count of today side by side, and finds the referrals that make the difference.
func (s *site) differences(ctx context.Context, v *view, p *publishedPage, x *registry.Registry, tenants []string, a numbersAsk, all []registry.Published) error {
	now, err := x.Figures(ctx, tenants, figures.Options{Span: a.Span, Suppress: true}, day.Day{})
	if err != nil {
		return err
	}
	cells, err := json.Marshal(now.Result)
	if err != nil {
		return err
	}
	firstly, last := all[0], all[len(all)-1]
	p.First, p.Last = words.Date(v.Lang, firstly.KnownOn), words.Date(v.Lang, last.KnownOn)
	values := make([]map[string]any, 3)
	for i, body := range []json.RawMessage{firstly.Cells, last.Cells, cells} {
		var some []map[string]any
		if err := json.Unmarshal(body, &some); err != nil {
			return err
		}
		if len(some) > 0 {
			values[i] = some[0]
		}
	}
	write := func(f figures.Figure, cell map[string]any) string {
		n, ok := cell[f.Key].(float64)
		hidden, _ := cell["suppressed"].([]any)
		switch {
		case !ok && slices.Contains(hidden, any(f.Key)):
			return figures.HiddenMark
		case !ok:
			return "–"
		case f.Unit == "share":
			return words.Percent(v.Lang, n, 1)
		case f.Unit == "days":
			return words.Decimal(v.Lang, n, 1)
		}
		return words.Number(v.Lang, int(n))
	}
	for _, f := range figures.Figures {
		if f.Key == "excluded" || f.Key == "unexplained" {
			continue
		}
		c := changeRow{Name: v.T("figure." + f.Key), First: write(f, values[0]), Last: write(f, values[1]), Now: write(f, values[2])}
		c.Different, c.NowNew = c.First != c.Last, c.Last != c.Now
		if c.Different || c.NowNew || slices.Contains(reportKeys, f.Key) {
			p.Changes = append(p.Changes, c)
		}
	}
	if firstly.SHA256 == now.SHA256 {
		p.Why = []string{v.T("numbers.publish.same")}
		return nil
	}
	lines := func(known day.Day) (map[string]string, error) {
		out := make(map[string]string)
		return out, x.EachPeriod(ctx, tenants, a.Span.To, known, func(p *figures.Period) error {
			out[p.ID] = string(figures.AppendPeriod(nil, p))
			return nil
		})
	}
	then, err := lines(firstly.KnownOn)
	if err != nil {
		return err
	}
	today, err := lines(day.Day{})
	if err != nil {
		return err
	}
	var late, mended, gone int
	var ids []string
	for id, line := range today {
		switch old, there := then[id]; {
		case !there:
			late++
		case old != line:
			mended++
		default:
			continue
		}
		ids = append(ids, id)
	}
	for id := range then {
		if _, there := today[id]; !there {
			gone++
		}
	}
	p.Why = []string{v.T("numbers.publish.why", p.First, late, mended, gone)}
	if !s.numbersRows(a) || len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	if len(ids) > 100 {
		p.More, ids = v.T("numbers.publish.more", len(ids)-100), ids[:100]
	}
	for _, id := range ids {
		if i := strings.LastIndexByte(id, '-'); i > 0 {
			if n, err := strconv.ParseInt(id[i+1:], 10, 64); err == nil {
				p.Rows = append(p.Rows, link{caseURL(id[:i], n), id})
			}
		}
	}
	return nil
}

// published reads the form of a page of published figures as the address of that page.
func published(w http.ResponseWriter, r *http.Request) (*http.Request, error) {
	if err := readPlainForm(w, r); err != nil {
		return nil, err
	}
	at := r.Clone(r.Context())
	q := at.URL.Query()
	for _, k := range []string{"periode", "sykehus"} {
		q.Set(k, r.PostForm.Get(k))
	}
	at.URL.RawQuery = q.Encode()
	return at, nil
}

// numbersPublish publishes the figures of a period, small numbers hidden.
func (s *site) numbersPublish(w http.ResponseWriter, r *http.Request, v *view) error {
	at, err := published(w, r)
	if err != nil {
		return err
	}
	a, err := s.readPublished(at)
	if err != nil {
		return err
	}
	s.act = access.SeeFigures // the page that answers is one of figures
	who, tenants, err := s.publisherOf(a)
	if err != nil {
		return err
	}
	if a.Span.To.After(v.Today) {
		return badRequest{code: "numbers.publish.not_over"}
	}
	if !s.mayPublish(a) {
		return denied{"other_provider"}
	}
	x := s.registry()
	c, err := x.Figures(r.Context(), tenants, figures.Options{Span: a.Span, Suppress: true}, v.Today)
	if err != nil {
		return err
	}
	k, err := x.Publish(r.Context(), who, s.self(), c, false)
	switch {
	case errors.Is(err, registry.ErrUnchanged):
		return s.showPublished(w, at, v, http.StatusOK, []string{v.T("numbers.publish.unchanged", k.Revision)}, false)
	case err != nil:
		return err
	}
	return s.showPublished(w, at, v, http.StatusOK, []string{v.T("numbers.publish.done", k.Revision)}, false)
}

// numbersRecount counts every revision again of what was known then.
func (s *site) numbersRecount(w http.ResponseWriter, r *http.Request, v *view) error {
	at, err := published(w, r)
	if err != nil {
		return err
	}
	a, err := s.readPublished(at)
	if err != nil {
		return err
	}
	who, tenants, err := s.publisherOf(a)
	if err != nil {
		return err
	}
	x := s.registry()
	all, err := x.Revisions(r.Context(), who, a.Span.Label, nil)
	if err != nil {
		return err
	}
	var says []string
	wrong := false
	for _, k := range all {
		switch err := x.Recount(r.Context(), tenants, k); {
		case errors.Is(err, registry.ErrNotTheSame):
			says, wrong = append(says, v.T("numbers.publish.differs", k.Revision)), true
		case err != nil:
			return err
		default:
			says = append(says, v.T("numbers.publish.recounted", k.Revision, k.KnownOn))
		}
	}
	return s.showPublished(w, at, v, http.StatusOK, says, wrong)
}
