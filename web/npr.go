package web

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"rettid/access"
	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/ledger"
	"rettid/npr"
	"rettid/registry"
	"rettid/words"
)

// The report to the patient registry: which messages have been made, sent and answered, and what is to be mended in them. Messages hold no names; the identity
// message, which says who each patient is, is made when it is asked for and never kept.

const nprURL = "/npr"

func (s *site) nprRoutes(m *http.ServeMux) {
	m.HandleFunc("GET "+nprURL, s.page(access.ReportNPR, (*site).nprList))
	m.HandleFunc("GET "+nprURL+"/melding", s.page(access.ReportNPR, (*site).nprMessage))
	m.HandleFunc("POST "+nprURL+"/lag", s.page(access.ReportNPR, (*site).nprMake))
	m.HandleFunc("POST "+nprURL+"/sendt", s.page(access.ReportNPR, (*site).nprSent))
	m.HandleFunc("POST "+nprURL+"/fil", s.page(access.ReportNPR, (*site).nprFile))
	m.HandleFunc("POST "+nprURL+"/ident", s.page(access.ReportNPR, (*site).nprIdentities))
	m.HandleFunc("POST "+nprURL+"/kvittering", s.page(access.ReportNPR, (*site).nprReceipt))
}

func (s *site) registry() *registry.Registry {
	return &registry.Registry{Desk: s.desk, Version: "1"}
}

// MayReport tells whether a page shows the way to the registry's messages.
func (v *frame) MayReport() bool { return v.v.s.may(access.ReportNPR) }

// mayReport decides on one provider's message.
func (s *site) mayReport(provider string) error {
	if d := s.can(access.ReportNPR, access.ListOf(provider, "", "")); !d.Allowed {
		return denied{d.Why}
	}
	if !s.guarded() && !s.mine(provider) {
		return denied{"other_provider"}
	}
	return nil
}

// mayIdentify tells whether the one who looks may take out who the patients are: those who may take out the lists themselves.
func (s *site) mayIdentify(provider string) bool {
	return s.mayReport(provider) == nil && s.can(access.Export, access.ListOf(provider, "", "")).Allowed
}

type nprPage struct {
	*frame
	Head, Sub, Count string
	Tabs             []tab
	Picks            []pick
	Hidden           []option
	Rows             []nprLine
	Pages            pager
	Empty            string
	Without          string
	Clear            string
	Wrong            []string // what was wrong with a receipt
	Receipt          bool     // where a receipt is put in
}

type nprLine struct {
	URL, Place, Site      string
	Status                nprStatus
	Number                string
	Made                  string
	MadeOn                day.Day
	Rows, Counted, Faults string
}

type nprStatus struct{ Text, Icon, State string }

func (v *view) nprStatus(s registry.Status) nprStatus {
	out := nprStatus{Text: v.T("npr.status." + string(s)), Icon: "ring", State: "none"}
	switch s {
	case registry.Made:
		out.Icon, out.State = "paper", "soon"
	case registry.Sent:
		out.Icon, out.State = "right", "soon"
	case registry.Received:
		out.Icon, out.State = "check", "done"
	case registry.Errors:
		out.Icon, out.State = "risk", "late"
	case registry.Rejected:
		out.Icon, out.State = "ban", "late"
	case registry.Corrected:
		out.Icon, out.State = "turn", "none"
	}
	return out
}

// nprPeriod names a reporting period as people do.
func (v *view) nprPeriod(name string) string {
	r, err := npr.ParseReporting(name)
	if err != nil {
		return name
	}
	year, rest, _ := strings.Cut(name, "-")
	switch {
	case rest == "":
		return v.T("web.npr.year", year)
	case rest[0] == 'T':
		return v.T("web.npr.tertial", rest[1:], year)
	}
	y, month, _ := r.In.From.Date()
	return words.Month(v.Lang, y, month)
}

// nprScopes are the sites a provider's messages are about: each of its own, or the provider when it has none.
func nprScopes(p clinic.Provider, period string) []registry.Scope {
	if len(p.Sites) == 0 {
		return []registry.Scope{{Provider: p.ID, Period: period}}
	}
	out := make([]registry.Scope, len(p.Sites))
	for i, site := range p.Sites {
		out[i] = registry.Scope{Provider: p.ID, Site: site.ID, Period: period}
	}
	return out
}

func nprAt(s registry.Scope) string {
	q := url.Values{"periode": {s.Period}, "sykehus": {s.Provider}}
	if s.Site != "" {
		q.Set("sted", s.Site)
	}
	return nprURL + "/melding?" + q.Encode()
}

// nprList shows every site's message of one reporting period.
func (s *site) nprList(w http.ResponseWriter, r *http.Request, v *view) error {
	return s.nprListWith(w, r, v, http.StatusOK, nil)
}

func (s *site) nprListWith(w http.ResponseWriter, r *http.Request, v *view, status int, wrong []string) error {
	q := r.URL.Query()
	period, provider, only := q.Get("periode"), q.Get("sykehus"), registry.Status(q.Get("status"))
	periods := npr.Reportings(v.Today, 15)
	if period == "" {
		period = periods[min(1, len(periods)-1)].Name // the last month that is over
		for _, p := range periods {
			if p.In.To.Before(v.Today) && len(p.Name) == len("2025-09") && !strings.Contains(p.Name, "T") {
				period = p.Name
				break
			}
		}
	}
	if _, err := npr.ParseReporting(period); err != nil || only != "" && !slices.Contains(registry.Statuses, only) {
		return badRequest{code: "web.unknown_view"}
	}
	v.Here, v.Title = nprURL, v.T("web.npr.head")
	p := nprPage{frame: v.frame, Head: v.T("web.npr.head_of", v.nprPeriod(period)), Sub: v.T("web.npr.sub"), Wrong: wrong, Receipt: true}
	one := pick{Name: "periode", Label: v.T("web.npr.period")}
	known := false
	for _, x := range periods {
		one.Options = append(one.Options, option{x.Name, upperFirst(v.nprPeriod(x.Name)), x.Name == period})
		known = known || x.Name == period
	}
	if !known {
		one.Options = append(one.Options, option{period, upperFirst(v.nprPeriod(period)), true})
	}
	places := pick{Name: "sykehus", Label: v.T("web.filter.provider"), Options: []option{{"", v.T("web.all_hospitals"), provider == ""}}}
	made := make(map[string]registry.Submission)
	seen := make(map[string]bool)
	var scopes []registry.Scope
	for _, o := range s.desk.Org.Providers() {
		if o.Kind == clinic.ContractSpecialist || s.mayReport(o.ID) != nil {
			continue
		}
		places.Options = append(places.Options, option{o.ID, o.ShortName, o.ID == provider})
		if provider != "" && provider != o.ID {
			continue
		}
		if !seen[o.Trust] {
			seen[o.Trust] = true
			all, err := s.registry().Submissions(r.Context(), o.Trust, period)
			if err != nil {
				return err
			}
			for _, x := range all {
				made[x.Scope.ID()] = x
			}
		}
		scopes = append(scopes, nprScopes(o, period)...)
		if whole := (registry.Scope{Provider: o.ID, Period: period}); len(o.Sites) > 0 {
			if _, ok := made[whole.ID()]; ok {
				scopes = append(scopes, whole)
			}
		}
	}
	p.Picks = []pick{one, places}
	counts := make(map[registry.Status]int)
	var some []registry.Scope
	for _, scope := range scopes {
		sub := made[scope.ID()]
		at := sub.Status(len(sub.Messages) - 1)
		if counts[at]++; only == "" || only == at {
			some = append(some, scope)
		}
	}
	to := func(st registry.Status, page int) string {
		q := url.Values{"periode": {period}}
		if provider != "" {
			q.Set("sykehus", provider)
		}
		if st != "" {
			q.Set("status", string(st))
		}
		if page > 1 {
			q.Set("side", strconv.Itoa(page))
		}
		return nprURL + "?" + q.Encode()
	}
	p.Tabs = []tab{{URL: to("", 1), Text: v.T("web.all"), N: len(scopes), Current: only == ""}}
	for _, st := range registry.Statuses {
		if counts[st] > 0 || st == only {
			p.Tabs = append(p.Tabs, tab{URL: to(st, 1), Text: v.T("npr.status." + string(st)), N: counts[st], Current: st == only})
		}
	}
	if only != "" {
		p.Hidden = []option{{Value: string(only), Text: "status"}}
	}
	f := filter{Page: 1}
	if n, err := strconv.Atoi(q.Get("side")); err == nil && n > 1 {
		f.Page = min(n, max(1, (len(some)+perPage-1)/perPage))
	}
	p.Pages = pageLinks(f, len(some), func(f filter) string { return to(only, f.Page) })
	for _, scope := range some[min((f.Page-1)*perPage, len(some)):min(f.Page*perPage, len(some))] {
		p.Rows = append(p.Rows, v.nprLine(scope, made[scope.ID()]))
	}
	p.Count = v.T("web.shown", words.Number(v.Lang, len(p.Rows)), words.Number(v.Lang, len(some)))
	p.Empty, p.Clear = v.T("web.npr.none"), to("", 1)
	return s.render(w, status, "npr", v, p)
}

func (v *view) nprLine(scope registry.Scope, sub registry.Submission) nprLine {
	l := nprLine{URL: nprAt(scope), Place: v.provider(scope.Provider), Site: v.nprSite(scope), Status: v.nprStatus(sub.Status(len(sub.Messages) - 1))}
	if m, ok := sub.Last(); ok {
		l.Number, l.Made, l.MadeOn = words.Number(v.Lang, m.Number), v.nprWhen(m.MadeAt), day.FromTime(time.UnixMicro(m.MadeAt))
		l.Rows, l.Counted, l.Faults = words.Number(v.Lang, m.Summary.Rows), words.Number(v.Lang, m.Summary.Counted), words.Number(v.Lang, m.Summary.Faulty)
	}
	return l
}

func (v *view) nprSite(s registry.Scope) string {
	if p, ok := v.s.desk.Org.Provider(s.Provider); ok {
		if x, ok := p.Site(s.Site); ok && s.Site != "" {
			return x.Name
		}
	}
	return v.T("web.all_sites")
}

func (v *view) nprWhen(at int64) string {
	if at == 0 {
		return ""
	}
	t := time.UnixMicro(at).In(oslo)
	return v.short(day.FromTime(t)) + " " + words.Clock(v.Lang, t.Hour()*60+t.Minute())
}

// nprScope reads which message an address or a form is about, and decides on it.
func (s *site) nprScope(q url.Values) (registry.Scope, error) {
	scope := registry.Scope{Provider: q.Get("sykehus"), Site: q.Get("sted"), Period: q.Get("periode")}
	o, ok := s.desk.Org.Provider(scope.Provider)
	if !ok {
		return scope, desk.ErrMissing
	}
	if x, known := o.Site(scope.Site); scope.Site != "" && (!known || x.ID != scope.Site) {
		return scope, desk.ErrMissing
	}
	if r, err := npr.ParseReporting(scope.Period); err != nil || r.In.From.After(s.desk.Today()) {
		return scope, desk.ErrMissing
	}
	return scope, s.mayReport(scope.Provider)
}

type nprMessagePage struct {
	*frame
	Head, Sub, Lead string
	Back            link
	Scope           registry.Scope
	Status          nprStatus
	Made            bool
	Facts           []pair
	Excluded        []nprExcluded
	Lacks           []string
	History         []nprHistory
	Tabs            []tab
	Findings        []nprFinding
	Count           string
	Pages           pager
	Empty           string
	Number          int
	Sent            bool
	Identify        bool
	Past            bool // the period is over
	Done            string
}

type nprExcluded struct{ N, Text, Code string }

type nprHistory struct {
	Number, Made, By, Known, Digest, Rows string
	Status                                nprStatus
	Answers                               []string
	N                                     int
}

type nprFinding struct {
	Severity, State, Icon    string
	Case, Number             string
	Field, Value, Text, Mend string
	Cite                     string
	Act                      link
}

// nprMessage shows one site's messages of one period, and what is to be mended.
func (s *site) nprMessage(w http.ResponseWriter, r *http.Request, v *view) error {
	q := r.URL.Query()
	scope, err := s.nprScope(q)
	if err != nil {
		return err
	}
	x := s.registry()
	sub, err := x.Submission(r.Context(), scope)
	if err != nil {
		return err
	}
	reporting, _ := npr.ParseReporting(scope.Period)
	v.Here, v.Title = nprURL, v.T("web.npr.head_of", v.nprPeriod(scope.Period))
	p := nprMessagePage{frame: v.frame, Head: v.nprSite(scope), Sub: v.provider(scope.Provider) + " · " + v.nprPeriod(scope.Period), Scope: scope, Identify: s.mayIdentify(scope.Provider),
		Back: link{nprURL + "?periode=" + url.QueryEscape(scope.Period), v.Title}, Status: v.nprStatus(sub.Status(len(sub.Messages) - 1)), Past: reporting.In.To.Before(v.Today)}
	switch q.Get("svar") {
	case "laget":
		p.Done = v.T("web.npr.done_made")
	case "sendt":
		p.Done = v.T("web.npr.done_sent")
	case "kvittering":
		p.Done = v.T("web.npr.done_receipt")
	}
	if !p.Past {
		p.Lead = v.T("web.npr.not_over", v.long(reporting.In.To))
	}
	m, made := sub.Last()
	if !made {
		p.Empty = v.T("web.npr.not_made")
		return s.render(w, http.StatusOK, "nprmessage", v, p)
	}
	p.Made, p.Number, p.Sent = true, m.Number, m.SentAt != 0
	p.Facts = []pair{{Key: v.T("web.npr.rows"), Value: words.Number(v.Lang, m.Summary.Rows)}, {Key: v.T("web.npr.counted"), Value: words.Number(v.Lang, m.Summary.Counted)},
		{Key: v.T("web.npr.faulty"), Value: words.Number(v.Lang, m.Summary.Faulty)}, {Key: v.T("web.npr.as_of"), Value: v.long(m.AsOf)}, {Key: v.T("web.npr.known"), Value: v.long(m.KnownOn)}}
	for _, code := range sortedCodes(m.Summary.Excluded) {
		p.Excluded = append(p.Excluded, nprExcluded{words.Number(v.Lang, m.Summary.Excluded[code]), v.T("npr.excluded." + code), code})
	}
	for _, name := range sortedCodes(m.Summary.Empty) {
		p.Lacks = append(p.Lacks, v.T("npr.cli.empty", name, words.Number(v.Lang, m.Summary.Empty[name])))
	}
	for i := len(sub.Messages) - 1; i >= 0; i-- {
		m := &sub.Messages[i]
		h := nprHistory{Number: words.Number(v.Lang, m.Number), N: m.Number, Made: v.nprWhen(m.MadeAt), By: s.actor(m.MadeBy), Known: v.short(m.KnownOn), Digest: m.SHA256, Rows: words.Number(v.Lang, m.Summary.Rows), Status: v.nprStatus(sub.Status(i))}
		if m.SentAt != 0 {
			h.Answers = append(h.Answers, v.T("web.npr.sent_on", v.nprWhen(m.SentAt)))
		}
		for _, a := range m.Receipts {
			h.Answers = append(h.Answers, v.nprAnswer(a)...)
		}
		p.History = append(p.History, h)
	}
	all, err := x.Findings(r.Context(), scope, m.Number)
	if err != nil {
		return err
	}
	v.nprFindings(&p, all, m, q)
	return s.render(w, http.StatusOK, "nprmessage", v, p)
}

// nprAnswer says what the registry answered, of the message as a whole.
func (v *view) nprAnswer(a npr.Receipt) []string {
	key := "web.npr.report"
	if a.Kind == "apprec" {
		key = "web.npr.apprec"
	}
	status := a.Status
	if c, ok := clinic.CodeOf("8258", a.Status); ok {
		status = v.codeText(c)
	}
	out := []string{v.T(key, status)}
	for _, e := range a.Errors {
		if e.Row == "" && len(out) < 6 {
			out = append(out, v.nprError(e))
		}
	}
	return out
}

func (v *view) codeText(c clinic.Code) string {
	switch v.Lang {
	case words.NN:
		return c.NN
	case words.EN:
		return c.EN
	}
	return c.NB
}

func (v *view) nprError(e npr.ReceiptError) string {
	text := e.Text
	if c, ok := clinic.CodeOf(e.List, e.Code); ok && e.List != "" {
		if text = v.codeText(c); e.Text != "" && e.Text != text {
			text += ": " + e.Text
		}
	}
	return strings.TrimSpace(e.Code + " " + text)
}

func sortedCodes(m map[string]int) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b string) int {
		if m[a] != m[b] {
			return m[b] - m[a]
		}
		return strings.Compare(a, b)
	})
	return out
}

// nprKinds are the tabs of what is to be mended, worst first.
var nprKinds = []struct{ word, key string }{{"register", "web.npr.from_registry"}, {"feil", "npr.severity.error"}, {"ettersyn", "npr.severity.warning"}, {"telles-ikke", "npr.severity.dropped"}}

// nprFindings makes the worklist: what the registry found, what is wrong, what is to be looked at, and what is not counted.
func (v *view) nprFindings(p *nprMessagePage, all []npr.Finding, m *registry.Message, q url.Values) {
	by := make(map[string][]nprFinding)
	for _, a := range m.Receipts {
		for _, e := range a.Errors {
			if e.Row != "" {
				by["register"] = append(by["register"], v.nprCase(e.Row, nprFinding{State: "late", Icon: "risk", Field: e.Field, Text: v.nprError(e), Mend: v.T("npr.mend.registry"), Cite: first2(e.Class, "NPR")}, ""))
			}
		}
	}
	for _, f := range all {
		line := nprFinding{Field: f.Field, Value: f.Value, Text: v.T("npr.rule." + f.Code), Mend: v.T("npr.mend." + f.Code), Cite: f.Cite}
		word := "ettersyn"
		switch f.Severity {
		case npr.Wrong:
			word, line.State, line.Icon = "feil", "late", "risk"
		case npr.Doubt:
			line.State, line.Icon = "soon", "eye"
		case npr.Dropped:
			word, line.State, line.Icon, line.Text, line.Field, line.Value = "telles-ikke", "none", "ring", v.T("npr.excluded."+f.Value), "", ""
			line.Cite += " · " + f.Value
			if f.Value == "20" {
				line.Mend = v.T("npr.mend.assess")
			}
		}
		by[word] = append(by[word], v.nprCase(f.Row, line, f.Code+" "+f.Value))
	}
	chosen := q.Get("vis")
	if by[chosen] == nil {
		chosen = ""
	}
	to := func(word string, page int) string {
		u := nprAt(p.Scope) + "&vis=" + word
		if page > 1 {
			u += "&side=" + strconv.Itoa(page)
		}
		return u + "#rettes"
	}
	for _, k := range nprKinds {
		if len(by[k.word]) == 0 {
			continue
		}
		if chosen == "" {
			chosen = k.word
		}
		p.Tabs = append(p.Tabs, tab{URL: to(k.word, 1), Text: v.T(k.key), N: len(by[k.word]), Current: k.word == chosen})
	}
	some := by[chosen]
	f := filter{Page: 1}
	if n, err := strconv.Atoi(q.Get("side")); err == nil && n > 1 {
		f.Page = min(n, max(1, (len(some)+perPage-1)/perPage))
	}
	p.Pages = pageLinks(f, len(some), func(f filter) string { return to(chosen, f.Page) })
	p.Findings = some[min((f.Page-1)*perPage, len(some)):min(f.Page*perPage, len(some))]
	p.Count = v.T("web.shown", words.Number(v.Lang, len(p.Findings)), words.Number(v.Lang, len(some)))
	p.Empty = v.T("web.npr.nothing")
}

func first2(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// nprCase gives a finding the way to its case and to what mends it.
func (v *view) nprCase(row string, f nprFinding, code string) nprFinding {
	f.Number = row
	at := strings.LastIndexByte(row, '-')
	if at < 1 {
		return f
	}
	id, err := strconv.ParseInt(row[at+1:], 10, 64)
	if err != nil || id <= 0 {
		return f
	}
	f.Case = caseURL(row[:at], id)
	verb := "correct"
	switch kind, value, _ := strings.Cut(code, " "); kind {
	case "excluded":
		if value != "20" {
			return f
		}
		if v.s.may(access.Assess) {
			f.Act = link{f.Case + "/vurder", v.T("duty.assess.chip")}
		}
		return f
	case "helfo-without-time":
		verb = "notify_helfo"
	case "period-ended-waiting", "end-without-code", "code-without-end":
		verb = "close"
	case "site-missing", "org-number":
		return f
	}
	if v.s.may(actionOf(verb)) {
		f.Act = link{f.Case + "/gjor/" + verb, v.T("verb." + verb)}
	}
	return f
}

// nprMake makes a message and keeps it; made before, the new one corrects it.
func (s *site) nprMake(w http.ResponseWriter, r *http.Request, v *view) error {
	if err := readPlainForm(w, r); err != nil {
		return err
	}
	scope, err := s.nprScope(r.PostForm)
	if err != nil {
		return err
	}
	if n, err := strconv.Atoi(r.PostForm.Get("sist")); err == nil { // the same button pressed twice makes one message
		sub, err := s.registry().Submission(r.Context(), scope)
		if err != nil {
			return err
		}
		if m, ok := sub.Last(); ok && m.Number != n {
			http.Redirect(w, r, nprAt(scope), http.StatusSeeOther)
			return nil
		}
	}
	if _, err := s.registry().Make(r.Context(), registry.Making{Scope: scope, Actor: s.self(), Keep: true}); err != nil {
		return err
	}
	http.Redirect(w, r, nprAt(scope)+"&svar=laget", http.StatusSeeOther)
	return nil
}

func (s *site) nprSent(w http.ResponseWriter, r *http.Request, v *view) error {
	if err := readPlainForm(w, r); err != nil {
		return err
	}
	scope, err := s.nprScope(r.PostForm)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PostForm.Get("nr"))
	if err != nil {
		return badRequest{code: "web.bad_request_text"}
	}
	if _, err := s.registry().MarkSent(r.Context(), scope, n, s.self()); errors.Is(err, registry.ErrNoScope) {
		return desk.ErrMissing
	} else if err != nil {
		return err
	}
	http.Redirect(w, r, nprAt(scope)+"&svar=sendt", http.StatusSeeOther)
	return nil
}

// nprLog writes down that a message leaves the house, before it does.
func (s *site) nprLog(r *http.Request, scope registry.Scope) error {
	o, _ := s.desk.Org.Provider(scope.Provider)
	return s.desk.Ledger.Saw(r.Context(), ledger.Access{Tenant: o.Trust, Actor: s.self(), Role: string(s.o.User.Role), Place: scope.Provider, Purpose: "export_reporting", At: s.desk.Now().UTC().UnixMicro()})
}

// nprFile gives a kept message as it was made.
func (s *site) nprFile(w http.ResponseWriter, r *http.Request, v *view) error {
	if err := readPlainForm(w, r); err != nil {
		return err
	}
	scope, err := s.nprScope(r.PostForm)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PostForm.Get("nr"))
	if err != nil {
		return badRequest{code: "web.bad_request_text"}
	}
	sub, err := s.registry().Submission(r.Context(), scope)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(sub.Messages, func(m registry.Message) bool { return m.Number == n }) {
		return desk.ErrMissing
	}
	if err := s.nprLog(r, scope); err != nil {
		return err
	}
	nprHead(w, scope, "ord", n)
	if err := s.registry().File(r.Context(), scope, n, w); err != nil {
		return s.broken(w, r, err)
	}
	return nil
}

func nprHead(w http.ResponseWriter, scope registry.Scope, module string, n int) {
	h := w.Header()
	h.Set("Content-Type", "application/xml")
	place := scope.Provider
	if scope.Site != "" {
		place = scope.Site
	}
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="npr-%s-%s-%s-%d.xml"`, module, scope.Period, place, n))
}

// nprIdentities makes the identity message of a scope.
func (s *site) nprIdentities(w http.ResponseWriter, r *http.Request, v *view) error {
	if err := readPlainForm(w, r); err != nil {
		return err
	}
	scope, err := s.nprScope(r.PostForm)
	if err != nil {
		return err
	}
	if !s.mayIdentify(scope.Provider) {
		return denied{"not_for_role"}
	}
	sub, err := s.registry().Submission(r.Context(), scope)
	if err != nil {
		return err
	}
	m, ok := sub.Last()
	if !ok {
		return desk.ErrMissing
	}
	if err := s.nprLog(r, scope); err != nil {
		return err
	}
	nprHead(w, scope, "ide", m.Number)
	if _, err := s.registry().Make(r.Context(), registry.Making{Scope: scope, KnownOn: m.KnownOn, Actor: s.self(), Identity: w}); err != nil {
		return s.broken(w, r, err)
	}
	return nil
}

// maxReceipt is how large a receipt may be: a report can name every period of a large message.
const maxReceipt = 64 << 20

// nprReceipt takes in a receipt, and finds the message it answers.
func (s *site) nprReceipt(w http.ResponseWriter, r *http.Request, v *view) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxReceipt+1<<16)
	again := func(p *npr.Problem) error {
		text := v.T("npr.problem."+p.Code) + ". " + v.T("npr.mend."+p.Code) + "."
		if p.Line > 0 {
			text = v.T("npr.cli.at", words.Number(v.Lang, p.Line), words.Number(v.Lang, p.Column)) + ": " + text
		}
		return s.nprListWith(w, r, v, http.StatusUnprocessableEntity, []string{text})
	}
	file, _, err := r.FormFile("kvittering")
	if errors.Is(err, http.ErrMissingFile) {
		return again(&npr.Problem{Code: "empty"})
	}
	if err != nil {
		return badRequest{code: "web.bad_request_text"}
	}
	defer file.Close()
	b, err := io.ReadAll(io.LimitReader(file, maxReceipt))
	if err != nil {
		return badRequest{code: "web.bad_request_text"}
	}
	receipt, err := npr.ReadReceipt(bytes.NewReader(b))
	var wrong *npr.Problems
	if errors.As(err, &wrong) {
		return again(wrong.First[0])
	}
	if err != nil {
		return err
	}
	asked := make(map[string]bool)
	for _, o := range s.desk.Org.Providers() {
		if asked[o.Trust] || s.mayReport(o.ID) != nil {
			continue
		}
		asked[o.Trust] = true
		all, err := s.registry().Submissions(r.Context(), o.Trust, "")
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(all, func(x registry.Submission) bool { return s.mayReport(x.Scope.Provider) == nil && x.Answers(receipt) }) {
			continue
		}
		sub, err := s.registry().Receive(r.Context(), o.Trust, *receipt, s.self())
		if errors.Is(err, registry.ErrUnknownMessage) {
			continue
		}
		if err != nil {
			return err
		}
		http.Redirect(w, r, nprAt(sub.Scope)+"&svar=kvittering", http.StatusSeeOther)
		return nil
	}
	return again(&npr.Problem{Code: "unknown-message"})
}
