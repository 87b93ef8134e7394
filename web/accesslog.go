package web

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"rettid/access"
	"rettid/day"
	"rettid/desk"
	"rettid/ledger"
	"rettid/table"
	"rettid/words"
)

// The access log for those who audit it, and the follow-up of looks outside one's own work (pasientjournalloven § 22, helsepersonelloven § 21 a). A patient is
// a case number here: who follows up looks does not see who the patient is.

const (
	mostLooks    = 5000 // read of a trust at a time: a longer period is narrowed
	followUpDays = 7    // within which a look outside own work is to be followed up
	logDays      = 30   // shown when no period is chosen
	reviewDays   = 90   // looked back for what is to be followed up
)

func (s *site) accessRoutes(m *http.ServeMux) {
	m.HandleFunc("GET /innsynslogg", s.page(access.Audit, (*site).accessLog))
	m.HandleFunc("GET /innsynslogg.csv", s.page(access.Audit, (*site).accessLogFile))
	m.HandleFunc("GET /innsynslogg/oppfolging", s.page(access.FollowUp, (*site).followUps))
	m.HandleFunc("POST /innsynslogg/oppfolging", s.page(access.FollowUp, (*site).followUps))
	m.HandleFunc("GET /innlogginger", s.page("", (*site).sessionPage))
	m.HandleFunc("POST /innlogginger", s.page("", (*site).sessionPage))
}

// A logFilter is which looks are asked for.
type logFilter struct {
	From, To             day.Day
	Actor, Case, Purpose string
	Marked               string // "ja", or a mark's code
	Page                 int
}

func readLogFilter(r *http.Request, today day.Day) (logFilter, error) {
	q := r.URL.Query()
	f := logFilter{Actor: strings.TrimSpace(q.Get("hvem")), Case: strings.TrimSpace(q.Get("sak")), Purpose: q.Get("formal"), Marked: q.Get("merket")}
	var err error
	if f.From, err = typedDay(strings.TrimSpace(q.Get("fra"))); err != nil {
		return f, badRequest{code: "web.act.bad_day"}
	}
	if f.To, err = typedDay(strings.TrimSpace(q.Get("til"))); err != nil {
		return f, badRequest{code: "web.act.bad_day"}
	}
	if f.From.IsZero() {
		f.From = today.Add(-logDays)
	}
	if f.To.IsZero() {
		f.To = today
	}
	f.Page, _ = strconv.Atoi(q.Get("side"))
	f.Page = max(f.Page, 1)
	return f, nil
}

func (f logFilter) url(path string) string {
	q := url.Values{"fra": {words.FieldDate(f.From)}, "til": {words.FieldDate(f.To)}}
	for k, v := range map[string]string{"hvem": f.Actor, "sak": f.Case, "formal": f.Purpose, "merket": f.Marked} {
		if v != "" {
			q.Set(k, v)
		}
	}
	if f.Page > 1 {
		q.Set("side", strconv.Itoa(f.Page))
	}
	return path + "?" + q.Encode()
}

// A seenLine is one look in the log.
type seenLine struct {
	ledger.Access
	When, Time string
	Who, As    string
	Where, Why string
	Case, URL  string
	Marks      []string // codes
	Outside    bool
	MarkTexts  []string
}

// tenantsOf are the trusts whose logs the one who looks may read for the action, each with the place it is narrowed to; empty: all of it.
func (s *site) tenantsOf(ctx context.Context, a access.Action) (map[string]string, error) {
	all, err := s.desk.Ledger.Tenants(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[string]string)
	for _, p := range s.places(a) {
		for _, t := range all {
			o, _ := s.desk.Org.Provider(p.provider)
			switch {
			case p.provider == "" || p.provider == t:
				out[t] = ""
			case o.Trust == t:
				if narrowed, has := out[t]; !has || narrowed != "" {
					out[t] = p.provider
				}
			}
		}
	}
	return out, nil
}

// looksAsked reads the looks that are asked for, the latest first, each with its marks. cut tells that there were more than can be read at a time.
func (s *site) looksAsked(ctx context.Context, v *view, f logFilter) (lines []seenLine, cut bool, err error) {
	tenants, err := s.tenantsOf(ctx, access.Audit)
	if err != nil {
		return nil, false, err
	}
	q := ledger.LookQuery{From: startOf(f.From), To: startOf(f.To.Add(1)), Limit: mostLooks}
	if f.Purpose != "" && f.Purpose != "utenfor" {
		q.Purposes = []string{f.Purpose}
	} else if f.Purpose == "utenfor" {
		q.Purposes = access.OutsidePurposes()
	}
	only := ""
	if m := caseNumbers.FindStringSubmatch(f.Case); f.Case != "" {
		if m == nil || m[1] == "" {
			return nil, false, nil
		}
		only = strings.ToUpper(m[1])
		id, err := strconv.ParseInt(m[2], 10, 64)
		if err != nil {
			return nil, false, nil
		}
		x, ok, err := s.desk.Ledger.Row(ctx, only, id)
		if err != nil || !ok {
			return nil, false, err
		}
		q.Patient = x.Patient
	}
	var all []ledger.Access
	for t, place := range tenants {
		if only != "" && t != only {
			continue
		}
		q.Tenant, q.Place = t, place
		some, err := s.desk.Ledger.Looks(ctx, q)
		if err != nil {
			return nil, false, err
		}
		cut = cut || len(some) == mostLooks
		all = append(all, some...)
	}
	slices.SortStableFunc(all, func(a, b ledger.Access) int { return int(max(-1, min(1, b.At-a.At))) })
	if lines, err = s.seenLines(ctx, v, all); err != nil {
		return nil, false, err
	}
	lines = slices.DeleteFunc(lines, func(l seenLine) bool {
		return f.Marked == "ja" && len(l.Marks) == 0 || f.Marked != "" && f.Marked != "ja" && !slices.Contains(l.Marks, f.Marked) ||
			f.Actor != "" && !strings.Contains(strings.ToLower(l.Who+" "+l.Actor), strings.ToLower(f.Actor))
	})
	return lines, cut, nil
}

// startOf is the first moment of a day in Oslo, in UTC microseconds.
func startOf(d day.Day) int64 {
	y, m, n := d.Date()
	return time.Date(y, time.Month(m), n, 0, 0, 0, 0, oslo).UnixMicro()
}

// seenLines writes looks as people read them, and marks the odd ones. Names of patients are compared, and not shown.
func (s *site) seenLines(ctx context.Context, v *view, all []ledger.Access) ([]seenLine, error) {
	wanted := make(map[string][]string)
	for _, a := range all {
		if a.Patient != "" && !slices.Contains(wanted[a.Tenant], a.Patient) {
			wanted[a.Tenant] = append(wanted[a.Tenant], a.Patient)
		}
	}
	patients := make(map[[2]string]ledger.Person)
	for t, ids := range wanted {
		found, err := s.desk.Ledger.Persons(ctx, t, ids)
		if err != nil {
			return nil, err
		}
		for id, p := range found {
			patients[[2]string{t, id}] = p
		}
	}
	digests := make(map[string]string)
	for _, m := range s.people.Members() {
		digests[m.ID] = m.PidDigest
	}
	looks := make([]access.Look, len(all))
	lines := make([]seenLine, len(all))
	for i, a := range all {
		p := patients[[2]string{a.Tenant, a.Patient}]
		at := time.UnixMicro(a.At).In(oslo)
		own := len(s.pidKey) > 0 && p.Ident != "" && digests[a.Actor] == access.PidDigest(s.pidKey, p.Ident)
		looks[i] = access.Look{Actor: a.Actor, ActorName: s.actor(a.Actor), Patient: a.Tenant + "/" + a.Patient, PatientFamilyName: p.Family, Own: own, Purpose: a.Purpose, At: at}
		l := seenLine{Access: a, Time: at.Format("2006-01-02T15:04"), When: v.moment(a.At), Who: v.actorFor(a.Actor, nil).Name, Where: v.provider(a.Place), Why: a.Purpose, Outside: access.OutsideOwnWork(a.Purpose)}
		if a.Role != "" {
			l.As = v.T("role." + a.Role)
		}
		if key := "purpose." + a.Purpose; words.Has(v.Lang, key) {
			l.Why = v.T(key)
		}
		if a.Referral != 0 {
			l.Case, l.URL = caseNumber(a.Tenant, a.Referral), caseURL(a.Tenant, a.Referral)+"/innsyn"
		}
		lines[i] = l
	}
	for i, marks := range access.Odd(looks) {
		lines[i].Marks = marks
		for _, m := range marks {
			lines[i].MarkTexts = append(lines[i].MarkTexts, v.T("odd."+m))
		}
	}
	return lines, nil
}

type accessLogPage struct {
	*frame
	Head, Sub, Count string
	F                logFilter
	FromText, ToText string
	Picks            []pick
	Rows             []seenLine
	Pages            pager
	Download, Clear  string
	Cut              bool
	Tabs             []tab
}

func (s *site) accessLog(w http.ResponseWriter, r *http.Request, v *view) error {
	f, err := readLogFilter(r, v.Today)
	if err != nil {
		return err
	}
	lines, cut, err := s.looksAsked(r.Context(), v, f)
	if err != nil {
		return err
	}
	v.Here, v.Title = "/innsynslogg", v.T("web.menu.log")
	f.Page = min(f.Page, max(1, (len(lines)+perPage-1)/perPage))
	p := accessLogPage{frame: v.frame, Head: v.T("log.head", len(lines)), Sub: v.T("log.sub"), F: f, FromText: words.FieldDate(f.From), ToText: words.FieldDate(f.To), Cut: cut}
	p.Rows = lines[(f.Page-1)*perPage : min(f.Page*perPage, len(lines))]
	p.Count = v.T("web.shown", words.Number(v.Lang, len(p.Rows)), words.Number(v.Lang, len(lines)))
	p.Pages = pageLinks(filter{Page: f.Page}, len(lines), func(x filter) string { g := f; g.Page = x.Page; return g.url("/innsynslogg") })
	g := f
	g.Page = 1
	p.Download, p.Clear = g.url("/innsynslogg.csv"), "/innsynslogg"
	purposes := []option{{Text: v.T("log.any")}, {Value: "utenfor", Text: v.T("log.outside")}}
	for _, code := range append(access.OutsidePurposes(), "care", "booking", "quality", "follow_up", "export") {
		purposes = append(purposes, option{Value: code, Text: v.T("purpose." + code)})
	}
	marks := []option{{Text: v.T("log.all")}, {Value: "ja", Text: v.T("log.marked")}}
	for _, code := range []string{"own_record", "same_surname", "many_patients"} {
		marks = append(marks, option{Value: code, Text: v.T("odd." + code)})
	}
	for i := range purposes {
		purposes[i].Chosen = purposes[i].Value == f.Purpose
	}
	for i := range marks {
		marks[i].Chosen = marks[i].Value == f.Marked
	}
	p.Picks = []pick{{Name: "formal", Label: v.T("log.purpose"), Options: purposes}, {Name: "merket", Label: v.T("log.marks"), Options: marks}}
	p.Tabs = v.logTabs("/innsynslogg", len(lines), -1)
	return s.render(w, http.StatusOK, "accesslog", v, p)
}

// logTabs are the log and its follow-up; n below 0 is not told.
func (v *view) logTabs(here string, looks, open int) []tab {
	var out []tab
	if v.s.may(access.Audit) {
		out = append(out, tab{URL: "/innsynslogg", Text: v.T("web.menu.log"), N: looks, Current: here == "/innsynslogg"})
	}
	if v.s.may(access.FollowUp) {
		out = append(out, tab{URL: "/innsynslogg/oppfolging", Text: v.T("log.follow_up"), N: open, Current: here != "/innsynslogg"})
	}
	return out
}

// accessLogFile is the log that is asked for as CSV. It names staff and case numbers, never patients.
func (s *site) accessLogFile(w http.ResponseWriter, r *http.Request, v *view) error {
	f, err := readLogFilter(r, v.Today)
	if err != nil {
		return err
	}
	lines, _, err := s.looksAsked(r.Context(), v, f)
	if err != nil {
		return err
	}
	s.log.Info("the access log was downloaded", "by", s.o.User.ID, "lines", len(lines))
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="innsynslogg-%s.csv"`, v.Today))
	w.Write([]byte("\ufeff"))
	out := csv.NewWriter(w)
	out.Comma = ';'
	var head []string
	for _, k := range []string{"web.seen.when", "web.seen.who", "log.id", "log.role", "log.place", "web.seen.why", "log.case", "log.marks"} {
		head = append(head, v.T(k))
	}
	out.Write(head)
	for _, l := range lines {
		out.Write(table.Safe([]string{l.Time, l.Who, l.Actor, l.As, l.Where, l.Why, l.Case, strings.Join(l.MarkTexts, ", ")}))
	}
	out.Flush()
	return out.Error()
}

// A review is what came of following up a look.
type review struct {
	Verdict string `json:"verdict"` // fine · ask · deviation
	Reason  string `json:"reason,omitempty"`
}

// A followUp is looks outside own work by one person at one case for one purpose on one day: one thing to be followed up.
type followUp struct {
	seenLine
	ID, Tenant string
	Times      int
	Due        day.Day
	DueText    string
	State      string // open, late, asked, done
	Review     review
	Reviewed   string // when, and by whom
	Seq        int
	Own        bool // one's own look: somebody else's to follow up
}

const reviewPaper = desk.LookReviewPaper

// followUpList gathers what the one who looks is to follow up, the oldest first.
func (s *site) followUpList(ctx context.Context, v *view) ([]followUp, error) {
	tenants, err := s.desk.Ledger.Tenants(ctx)
	if err != nil {
		return nil, err
	}
	var out []followUp
	for _, t := range tenants {
		all, err := s.desk.Ledger.Looks(ctx, ledger.LookQuery{Tenant: t, From: startOf(v.Today.Add(-reviewDays)), Purposes: access.OutsidePurposes(), Limit: mostLooks})
		if err != nil {
			return nil, err
		}
		mine := make(map[int64]bool)
		for _, a := range all {
			if _, asked := mine[a.Referral]; asked || a.Referral == 0 {
				continue
			}
			x, ok, err := s.desk.Ledger.Row(ctx, t, a.Referral)
			if err != nil {
				return nil, err
			}
			if ok {
				c, err := s.rowCase(x)
				if err != nil {
					return nil, err
				}
				mine[a.Referral] = s.can(access.FollowUp, c).Allowed
			}
		}
		all = slices.DeleteFunc(all, func(a ledger.Access) bool { return !mine[a.Referral] })
		lines, err := s.seenLines(ctx, v, all)
		if err != nil {
			return nil, err
		}
		reviews := make(map[string]ledger.Paper)
		papers, err := s.desk.Ledger.Papers(ctx, t, reviewPaper, "", 0, 0)
		if err != nil {
			return nil, err
		}
		for _, p := range papers {
			reviews[p.ID] = p
		}
		at := make(map[string]int)
		for _, l := range slices.Backward(lines) {
			on := day.FromTime(time.UnixMicro(l.At))
			id := fmt.Sprintf("%s/%d/%s/%s", on, l.Referral, l.Actor, l.Purpose)
			if i, ok := at[id]; ok {
				out[i].Times++
				continue
			}
			f := followUp{seenLine: l, ID: id, Tenant: t, Times: 1, Due: on.Add(followUpDays), State: "open", Own: l.Actor == s.o.User.ID}
			f.DueText = v.long(f.Due)
			if f.Due.Before(v.Today) {
				f.State = "late"
			}
			if p, ok := reviews[id]; ok {
				if err := json.Unmarshal(p.Body, &f.Review); err != nil {
					return nil, fmt.Errorf("read the review %s: %w", id, err)
				}
				f.Seq, f.Reviewed, f.State = p.Seq, v.moment(p.At)+", "+s.actor(p.Actor), "done"
				if f.Review.Verdict == "ask" {
					f.State = "asked"
				}
			}
			at[id] = len(out)
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b followUp) int { return int(max(-1, min(1, a.At-b.At))) })
	return out, nil
}

type followUpPage struct {
	*frame
	Head, Sub string
	Tabs      []tab
	Views     []tab
	Rows      []followUp
	Pages     pager
	Said      string
	Bad       string
	BadAt     string
	Clear     string
}

// followUps shows what is to be followed up, and takes what came of it.
func (s *site) followUps(w http.ResponseWriter, r *http.Request, v *view) error {
	all, err := s.followUpList(r.Context(), v)
	if err != nil {
		return err
	}
	v.Here = "/innsynslogg/oppfolging"
	p := followUpPage{frame: v.frame, Sub: v.T("log.follow_up_text", followUpDays), Clear: "/innsynslogg/oppfolging?visning=alle"}
	status := http.StatusOK
	if r.Method == http.MethodPost {
		r.Body = http.MaxBytesReader(w, r.Body, formSize)
		if err := r.ParseForm(); err != nil || !isText(r.PostForm.Get("grunn")) {
			return badRequest{code: "web.bad_request_text"}
		}
		i := slices.IndexFunc(all, func(f followUp) bool { return f.Tenant == r.PostForm.Get("hf") && f.ID == r.PostForm.Get("id") })
		if i < 0 {
			return desk.ErrMissing
		}
		f := all[i]
		x := review{Verdict: r.PostForm.Get("utfall"), Reason: strings.TrimSpace(r.PostForm.Get("grunn"))}
		seq, _ := strconv.Atoi(r.PostForm.Get("seq"))
		switch {
		case f.Own:
			return denied{"own_look"}
		case !slices.Contains([]string{"fine", "ask", "deviation"}, x.Verdict):
			p.Bad = v.T("log.choose_verdict")
		case x.Verdict != "fine" && x.Reason == "":
			p.Bad = v.T("log.needs_reason")
		default:
			body, err := json.Marshal(x)
			if err != nil {
				return err
			}
			_, err = s.desk.Ledger.PutPaper(r.Context(), ledger.Paper{Tenant: f.Tenant, Kind: reviewPaper, ID: f.ID, Seq: seq, At: s.desk.Now().UTC().UnixMicro(), Actor: s.o.User.ID, Body: body})
			if errors.Is(err, ledger.ErrPaperChanged) {
				p.Bad = v.T("log.somebody_else")
				break
			}
			if err != nil {
				return err
			}
			http.Redirect(w, r, "/innsynslogg/oppfolging?gjort="+x.Verdict, http.StatusSeeOther)
			return nil
		}
		p.BadAt, status = f.ID, http.StatusUnprocessableEntity
	}
	counts := make(map[string]int)
	for _, f := range all {
		counts[f.State]++
		if f.State != "done" {
			counts[""]++
		}
		counts["alle"]++
	}
	shown := r.URL.Query().Get("visning")
	for _, x := range []struct{ word, state string }{{"", ""}, {"forfalt", "late"}, {"spurt", "asked"}, {"ferdig", "done"}, {"alle", "alle"}} {
		u := "/innsynslogg/oppfolging"
		if x.word != "" {
			u += "?visning=" + x.word
		}
		p.Views = append(p.Views, tab{URL: u, Text: v.T("log.view." + x.state), N: counts[x.state], Current: shown == x.word})
	}
	state := map[string]string{"forfalt": "late", "spurt": "asked", "ferdig": "done"}[shown]
	rows := slices.DeleteFunc(slices.Clone(all), func(f followUp) bool {
		return shown == "" && f.State == "done" || state != "" && f.State != state
	})
	if gjort := r.URL.Query().Get("gjort"); slices.Contains([]string{"fine", "ask", "deviation"}, gjort) {
		p.Said = v.T("log.said." + gjort)
	}
	p.Head = v.T("log.follow_up_head", counts[""], counts["late"])
	v.Title = v.T("log.follow_up")
	p.Tabs = v.logTabs(v.Here, -1, counts[""])
	page, _ := strconv.Atoi(r.URL.Query().Get("side"))
	page = min(max(page, 1), max(1, (len(rows)+perPage-1)/perPage))
	p.Pages = pageLinks(filter{Page: page}, len(rows), func(f filter) string {
		return "/innsynslogg/oppfolging?" + url.Values{"visning": {shown}, "side": {strconv.Itoa(f.Page)}}.Encode()
	})
	p.Rows = rows[(page-1)*perPage : min(page*perPage, len(rows))]
	return s.render(w, status, "followup", v, p)
}

type sessionsPage struct {
	*frame
	Head string
	Rows []sessionLine
	All  bool
	Said string
}

type sessionLine struct {
	ID, Who, Began, Seen string
	Own                  bool
}

// sessionPage lists one's own sessions, and everybody's to one who administers; each can be ended.
func (s *site) sessionPage(w http.ResponseWriter, r *http.Request, v *view) error {
	if !s.guarded() || s.user.ID == "" {
		return desk.ErrMissing
	}
	all := s.may(access.Administer)
	list := s.sessions.ListFor(r)
	if !all {
		list = slices.DeleteFunc(list, func(x access.SessionInfo) bool { return x.User != s.user.ID })
	}
	if r.Method == http.MethodPost {
		r.Body = http.MaxBytesReader(w, r.Body, 4096)
		if err := r.ParseForm(); err != nil {
			return badRequest{code: "web.bad_request_text"}
		}
		i := slices.IndexFunc(list, func(x access.SessionInfo) bool { return x.ID == r.PostForm.Get("id") })
		if i < 0 { // another's, or over
			return desk.ErrMissing
		}
		if list[i].Own {
			s.sessions.SignOut(w, r)
			http.Redirect(w, r, "/inn", http.StatusSeeOther)
			return nil
		}
		if who, ok := s.sessions.EndOne(list[i].ID); ok {
			s.log.Info("a session was ended", "of", who, "by", s.user.ID)
		}
		http.Redirect(w, r, "/innlogginger?gjort=1", http.StatusSeeOther)
		return nil
	}
	p := sessionsPage{frame: v.frame, Head: v.T("session.head", len(list)), All: all}
	v.Title = v.T("session.title")
	if r.URL.Query().Get("gjort") != "" {
		p.Said = v.T("session.ended")
	}
	for _, x := range list {
		p.Rows = append(p.Rows, sessionLine{ID: x.ID, Who: s.actor(x.User), Began: v.moment(x.Began.UnixMicro()), Seen: v.moment(x.Seen.UnixMicro()), Own: x.Own})
	}
	return s.render(w, http.StatusOK, "sessions", v, p)
}
