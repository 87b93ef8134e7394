package web

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"rettid/access"
	"rettid/desk"
	"rettid/exception"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
	"rettid/words"
)

// The decision: by the trust's medical director, or, of a case that was sent on, by the committee. Only the norms of the panels' statement and of guide 4.6 refuse it; what else a decision
// must hold (a reason for each criterion, stop criteria, an evaluation) holds it back on this page until it is there, and is said beside the button.

// mayDecideMatter tells why the one who looks may not decide it now; "" when they may.
func (s *site) mayDecideMatter(c desk.MatterCase) string {
	m := &c.State
	if !open(m) {
		return "exc.decided_already"
	}
	if m.ForwardedOn.IsZero() {
		if s.can(access.DecideException, matterAt(c.Tenant, m)).Allowed {
			return ""
		}
		return "access.not_for_role"
	}
	if !s.guarded() {
		return ""
	}
	d := s.can(access.DecideForwarded, matterAt(c.Tenant, m))
	switch {
	case !d.Allowed:
		return "access.not_for_role"
	case d.As.Provider == m.Holder: // none from the trust that applies
		return "exc.own_trust"
	}
	return ""
}

const decisionPapers = desk.DecisionDraftPaper

type decideMatterPage struct {
	*frame
	toldForm
	Head, Number, Name, Facts, URL, Key string
	Case                                link
	Seq                                 int
	Stripped, Committee                 bool
	State                               standing
	Main                                proof
	Form                                []formPart
	Line                                []said
	Fields                              []field // outcome and what follows
	Criteria                            []criterionField
	After                               []field
	Never                               []string // what can't count
	Missing                             []link
	Like                                []precedentLine
	LikeAll                             link
	LikeN                               int
	Warnings                            []warning
	Confirmed                           string
	Saved                               bool
}

type criterionField struct {
	N                int
	Name, Legend     string
	Met              []option
	Why              string
	MetName, WhyName string
	Lacks            bool
}

// outcomesFor are the answers there are at this point: in the access scheme the trust sends on or stops, and the committee grants or refuses.
func outcomesFor(m *exception.Matter) []law.ExceptionOutcome {
	rest := []law.ExceptionOutcome{law.ExRedirected, law.ExWithdrawn, law.ExDied, law.ExLapsed}
	if m.Route == law.RouteAccess && m.ForwardedOn.IsZero() {
		return append([]law.ExceptionOutcome{law.ExStopped}, rest...)
	}
	return append([]law.ExceptionOutcome{law.ExGranted, law.ExConditions, law.ExRefused}, rest...)
}

// grounds that may count, and those that never may (guide 4.6): the last are named and can't be ticked.
var (
	mayCount   = []string{"survival", "function", "pain", "self_care", "risk", "degree", "suffering", "age_risk", "age_gain", "age_severity"}
	neverCount = []string{"gender", "ethnicity", "past_harmful_behaviour", "work_capacity", "worldview", "sexual_orientation", "social_status", "age_alone", "occupation_alone", "residence", "undermines_system"}
)

func (f *form) decisionFields(m *exception.Matter) (first, after []field) {
	v := f.v
	outcome := field{Name: "utfall", Label: v.T("exc.column.outcome"), Kind: "select", Need: true, Options: []option{{"", v.T("web.act.choose"), false}}}
	for _, o := range outcomesFor(m) {
		outcome.Options = append(outcome.Options, option{string(o), v.T("exception.outcome." + string(o)), false})
	}
	redirect := field{Name: "annen", Label: v.T("exc.redirect"), Kind: "select", Options: []option{{"", v.T("web.act.choose"), false}}, Help: v.T("exc.redirect_help")}
	for _, r := range law.ExceptionRoutes {
		if r != m.Route && r != law.RouteGroup {
			redirect.Options = append(redirect.Options, option{string(r), v.T("route." + string(r)), false})
		}
	}
	individual := field{Name: "enkelt", Label: v.T("exc.individual"), Kind: "choice", Need: true, Help: v.T("exc.individual_help"), Options: []option{{"yes", v.T("exc.individual.yes"), false}, {"no", v.T("exc.individual.no"), false}}}
	basis := field{Name: "grunnlag", Label: v.T("exc.basis"), Kind: "ticks"}
	for _, b := range mayCount {
		basis.Options = append(basis.Options, option{b, v.T("basis." + b), false})
	}
	text := func(name, label, help string) field {
		x := field{Name: name, Label: v.T(label), Kind: "text"}
		if help != "" {
			x.Help = v.T(help)
		}
		return x
	}
	evaluate := field{Name: "evaluering", Label: v.T("exc.evaluate_on"), Kind: "day", Help: v.T("exc.evaluate_help")}
	for _, d := range m.Form.Evaluate {
		if d.After(v.Today) && evaluate.Value == "" {
			evaluate.Value = words.FieldDate(d)
		}
	}
	first = []field{outcome, individual, redirect}
	if some := v.s.committee(m.Holder); !m.ForwardedOn.IsZero() && len(some) > 0 {
		members := field{Name: "medlemmer", Label: v.T("exc.members"), Kind: "ticks", Help: v.T("exc.members_help")}
		for _, x := range some {
			members.Options = append(members.Options, option{x.Who, v.s.actor(x.Who) + ", " + v.provider(x.Trust), false})
		}
		first = append(first, members)
	}
	return first, []field{basis, text("begrunnelse", "exc.reason", "exc.reason_help"), text("vilkar", "exc.conditions", "web.letter.list_help"), text("stopp", "exc.field.stop_criteria", "web.letter.list_help"), evaluate,
		text("sammendrag", "exc.summary", "exc.summary_help"), text("avvik", "exc.departs", "exc.departs_help")}
}

// committee are the members of the interregional committee who may decide a case of a trust: none from the trust itself.
func (s *site) committee(applicant string) []law.CommitteeMember {
	if s.people == nil {
		return nil
	}
	var out []law.CommitteeMember
	for _, u := range s.people.All() {
		for _, g := range u.Roles {
			p, ok := s.desk.Org.Provider(g.Provider)
			if g.Role == access.Committee && g.InForce(s.desk.Today()) && ok && g.Provider != applicant {
				out = append(out, law.CommitteeMember{Who: u.ID, Region: p.Region, Trust: p.ID})
			}
		}
	}
	return out
}

// decisionOf reads the decision.
func (f *form) decisionOf(m *exception.Matter) *exception.DecideException {
	c := &exception.DecideException{Outcome: law.ExceptionOutcome(f.value("utfall")), Individual: law.Answer(f.value("enkelt")), Reason: f.said("begrunnelse"), Summary: f.said("sammendrag"), Departs: f.said("avvik"), Redirect: law.ExceptionRoute(f.value("annen"))}
	for _, b := range f.typed["grunnlag"] {
		if b != "" {
			c.Basis = append(c.Basis, b)
		}
	}
	for _, x := range law.Criteria {
		met, why := law.Answer(f.value("vilkar-"+string(x))), f.value("hvorfor-"+string(x))
		if met != "" || why != "" {
			c.Criteria = append(c.Criteria, exception.Answered{Criterion: x, Met: met, Why: exception.Say(why)})
		}
	}
	if c.Outcome.Granted() {
		c.Stop, c.Evaluate = lines(f.value("stopp")), f.day("evaluering")
	}
	if c.Outcome == law.ExConditions {
		c.Conditions = lines(f.value("vilkar"))
	}
	if c.Outcome != law.ExRedirected {
		c.Redirect = ""
	}
	for _, x := range f.v.s.committee(m.Holder) {
		if !m.ForwardedOn.IsZero() && slices.Contains(f.typed["medlemmer"], x.Who) {
			c.Members = append(c.Members, x)
		}
	}
	return c
}

// decisionLacks is what a decision must hold and does not, each with where it is filled in.
func (f *form) decisionLacks(m *exception.Matter) []link {
	v, c := f.v, f.decisionOf(m)
	var out []link
	lack := func(is bool, at, key string, args ...any) {
		if is {
			out = append(out, link{"#f-" + at, v.T(key, args...)})
		}
	}
	lack(c.Outcome == "", "utfall", "exc.lacks.outcome")
	answered := c.Outcome.Granted() || c.Outcome.Refused()
	if answered || c.Outcome == "" {
		lack(c.Individual == law.Unanswered, "enkelt", "exc.lacks.individual")
		for _, x := range law.Criteria {
			lack(f.value("hvorfor-"+string(x)) == "" || f.value("vilkar-"+string(x)) == "", "hvorfor-"+string(x), "exc.lacks.criterion", lowerFirst(v.T("exception.criterion."+string(x))))
		}
		lack(f.value("begrunnelse") == "", "begrunnelse", "exc.lacks.reason")
		lack(f.value("sammendrag") == "", "sammendrag", "exc.lacks.summary")
	}
	if c.Outcome.Granted() {
		lack(len(c.Stop) == 0 && m.Form.Stop.IsZero(), "stopp", "exc.lacks.stop")
		lack(c.Evaluate.IsZero(), "evaluering", "exc.lacks.evaluation")
	}
	lack(!m.ForwardedOn.IsZero() && len(v.s.committee(m.Holder)) > 0 && (answered || c.Outcome == "") && len(law.CommitteeObjections(c.Members, m.Holder)) > 0, "medlemmer", "exc.lacks.members")
	lack(c.Outcome == law.ExConditions && len(c.Conditions) == 0, "vilkar", "exc.lacks.conditions")
	lack(c.Outcome == law.ExRedirected && c.Redirect == "", "annen", "exc.lacks.redirect")
	lack(c.Outcome != "" && !slices.Contains(outcomesFor(m), c.Outcome), "utfall", "exc.lacks.outcome")
	return out
}

// decideException shows the decision, keeps a draft of it, or takes it.
func (s *site) decideException(w http.ResponseWriter, r *http.Request, v *view) error {
	c, may, done, err := s.openForm(w, r, "")
	if err != nil || done {
		return err
	}
	m, at := &c.State, matterURL(c.Tenant, c.ID)
	switch why := s.mayDecideMatter(c); why {
	case "":
	case "exc.decided_already":
		http.Redirect(w, r, at, http.StatusSeeOther)
		return nil
	default:
		v.Title = v.T("verb.decide_exception")
		return s.render(w, http.StatusForbidden, "notice", v, notice{frame: v.frame, State: "refusal", Head: v.T("exc.not_yours"), Lines: []string{v.T(why)}, Link: link{at, v.T("web.act.to_case")}})
	}
	if s.guarded() {
		a := access.DecideException
		if !m.ForwardedOn.IsZero() {
			a = access.DecideForwarded
		}
		d := s.can(a, matterAt(c.Tenant, m))
		s.as(d.As)
		s.o.User.Role = mattersRole(d.As.Role)
	}
	names, err := s.methodNames(r.Context())
	if err != nil {
		return err
	}
	read := s.read(r.Context(), c.Tenant)
	v.Here, v.Title = exceptionURL, v.T("verb.decide_exception")
	p := decideMatterPage{frame: v.frame, Head: v.Title, Number: caseNumber(c.Tenant, c.ID), URL: at + "/avgjor", Case: link{at, v.T("exc.case", caseNumber(c.Tenant, c.ID))}, Seq: lastSeq(c), Key: rand.Text(), Stripped: may == stripped, Committee: !m.ForwardedOn.IsZero(),
		State: v.matterState(m), Form: v.formParts(m, read, names, may)}
	p.Name, p.Facts = v.matterName(c, may)
	if x, ok := v.matterProof(m, "decide_by", v.T("exc.why.decide_by"), v.T("exc.decide_by"), law.DecideExceptionBy(&m.ExceptionFacts, s.desk.Settings).Value); ok {
		p.Main = x
	}
	for _, e := range m.Endorsements {
		x := said{Head: v.T("exc.endorsed."+string(e.Endorse), v.T("role."+string(e.Role))), Fine: v.long(e.On), Icon: "check", State: "done"}
		if e.Endorse == law.No {
			x.Icon, x.State = "cross", "soon"
		}
		if may == whole {
			x.Text = read(e.Words)
		}
		p.Line = append(p.Line, x)
	}
	if t := read(m.ForwardNote); t != "" {
		p.Line = append(p.Line, said{Head: v.T("exc.forward_note"), Text: t, Fine: v.long(m.ForwardedOn), Icon: "right", State: "off"})
	}
	for _, b := range neverCount {
		p.Never = append(p.Never, v.T("basis."+b))
	}
	if s.may(access.SeePrecedent) {
		some, n, err := s.desk.Precedents(r.Context(), desk.PrecedentQuery{Method: m.Method, Indication: m.Form.Indication, Limit: 5})
		if err != nil {
			return err
		}
		p.LikeN = n
		if p.Like, err = s.precedentLines(r.Context(), v, some, names); err != nil {
			return err
		}
		p.LikeAll = link{"/praksis?" + url.Values{"metode": {m.Method}, "diagnose": {m.Form.Indication}}.Encode(), v.T("exc.like_all", n)}
	}
	f := &form{v: v, x: new(referral.Referral), bad: make(map[string][]string), person: c.Person}
	draftID := fmt.Sprintf("%d/%s", c.ID, digest(s.o.User.ID)[:16])
	paper, ok, err := s.desk.Ledger.Paper(r.Context(), c.Tenant, decisionPapers, draftID)
	if err != nil {
		return err
	}
	if ok && !paper.Gone && r.Method != http.MethodPost {
		if err := json.Unmarshal(paper.Body, &f.typed); err != nil {
			return fmt.Errorf("read the draft of a decision of matter %d: %w", c.ID, err)
		}
	}
	show := func(status int) error {
		p.Missing = f.decisionLacks(m)
		first, after := f.decisionFields(m)
		p.Fields, p.After = f.show(first), f.show(after)
		for i, x := range law.Criteria {
			cf := criterionField{N: i + 1, Name: string(x), Legend: v.T("exception.criterion." + string(x)), MetName: "vilkar-" + string(x), WhyName: "hvorfor-" + string(x), Why: f.value("hvorfor-" + string(x))}
			for _, a := range []law.Answer{law.Yes, law.No} {
				cf.Met = append(cf.Met, option{string(a), v.T("exc.met." + string(a)), f.value(cf.MetName) == string(a)})
			}
			cf.Lacks = status == http.StatusUnprocessableEntity && (cf.Why == "" || f.value(cf.MetName) == "")
			p.Criteria = append(p.Criteria, cf)
		}
		return s.render(w, status, "decideexception", v, p)
	}
	if r.Method != http.MethodPost {
		return show(http.StatusOK)
	}
	f.typed, p.Key = r.PostForm, r.PostForm.Get("key")
	if f.value("lagre") != "" {
		keep := url.Values{}
		for k, x := range f.typed {
			if !slices.Contains([]string{"key", "seq", "lagre", "bekreft"}, k) {
				keep[k] = x
			}
		}
		body, err := json.Marshal(keep)
		if err != nil {
			return err
		}
		if _, err := s.desk.Ledger.PutPaper(r.Context(), ledger.Paper{Tenant: c.Tenant, Kind: decisionPapers, ID: draftID, Seq: paper.Seq, At: s.desk.Now().UTC().UnixMicro(), Actor: s.o.User.ID, Body: body}); err != nil {
			return err
		}
		p.Saved = true
		return show(http.StatusOK)
	}
	if len(f.decisionLacks(m)) > 0 || len(f.bad) > 0 {
		return show(http.StatusUnprocessableEntity)
	}
	if seen, err := strconv.Atoi(f.value("seq")); err != nil || seen != lastSeq(c) {
		p.Moved = true
		return show(http.StatusConflict)
	}
	do := f.decisionOf(m)
	o := s.matterOrder(c, p.Key, v.Today, do)
	event, refused, err := s.tryMatter(r.Context(), o)
	if err != nil {
		return err
	}
	if !refused && len(event.Warned) > 0 { // what is warned of is said before it is saved
		token := digest(fmt.Sprint(event.Warned.Norms(), do.Outcome))[:16]
		if f.value("bekreft") != token {
			p.Confirmed, p.Warnings = token, v.warnings(event.Warned)
			return show(http.StatusOK)
		}
	}
	out, status, err := s.takeMatter(r.Context(), v.Lang, o, &p.toldForm)
	if err != nil {
		return err
	}
	if status != 0 {
		return show(status)
	}
	if papers, err := s.desk.Ledger.Papers(r.Context(), c.Tenant, decisionPapers, fmt.Sprintf("%d/", c.ID), 0, 0); err == nil {
		for _, x := range papers {
			if err := s.desk.Ledger.ErasePaper(r.Context(), c.Tenant, decisionPapers, x.ID); err != nil {
				s.log.Error("the draft of a decision that was made is still there", "tenant", c.Tenant, "matter", c.ID, "error", err)
			}
		}
	}
	http.Redirect(w, r, at+"?gjort="+strconv.Itoa(out.Seq), http.StatusSeeOther)
	return nil
}

func lastSeq(c desk.MatterCase) int {
	if n := len(c.Log); n > 0 {
		return c.Log[n-1].Seq
	}
	return 0
}
