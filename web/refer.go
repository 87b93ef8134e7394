package web

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"rettid/access"
	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
	"rettid/say"
	"rettid/words"
)

// A referral is written and sent by the one who refers: the points of the national list (guide 3.1, 4.1), with what is missing said as one writes and once more
// before it is sent; where it goes, which the patient may choose (pbrl. § 2-4); and the clock that starts. A referral that lacks something is taken all the same
// (G3.1-17). It is received as any other (desk.Take), so that it stands in intake and on the referrer's own list at once. The identity number is sent in the form,
// and stands in no address and no log.

const referURL = "/henviser/ny"

func (s *site) referRoutes(m *http.ServeMux) {
	m.HandleFunc("GET /henviser/ny", s.page("", (*site).refer))
	m.HandleFunc("POST /henviser/ny", s.page("", (*site).refer))
	m.HandleFunc("POST /henviser/ny/innhold", s.page("", (*site).referContent))
	m.HandleFunc("GET /henviser/sak/{tenant}/{id}/kvittering", s.page("", (*site).receipt))
	s.referDraftRoutes(m)
}

// refersFrom are the offices the one who looks refers from, as themselves.
func (s *site) refersFrom() []access.Grant {
	return slices.DeleteFunc(s.offices(), func(g access.Grant) bool {
		one := access.User{ID: s.user.ID, HPR: s.user.HPR, Roles: []access.Grant{g}}
		return !access.Decide(one, access.Refer, access.Case{Referrer: g.Provider, ReferrerHPR: s.user.HPR}, s.desk.Today()).Allowed
	})
}

// MayRefer tells whether the one who looks sends referrals: whether to show the way there.
func (v *frame) MayRefer() bool { return len(v.v.s.refersFrom()) > 0 }

type referPage struct {
	*frame
	Head, Key           string
	Saved               string // of a draft: when it was saved
	Just, Old           bool   // it was saved now; it is old
	Who, Where          []field
	Unnumbered          []field // who a patient without a Norwegian number is
	Open                bool    // and they are shown
	Points              []referPoint
	Urgent              []field
	Sum                 string
	Missing             int
	Problems            []problem
	Warnings            []warning
	Preview             bool
	Confirmed           string
	Seniority, AssessBy proof
	Lacks               []pair
	Same                []sameCase
	To                  string
	Submit              string
	Bad                 []field // what is to be mended, for the list at the top
}

// A referPoint is one point of the national list: what is written, or that it is not needed.
type referPoint struct {
	Field     field
	Point     law.Point
	NotNeeded bool
	May       bool // can be said not to be needed
	Held      law.Held
	State     string // how it stands, in words
	Norm      string
}

func pointName(p law.Point) string { return "punkt-" + string(p) }
func skipName(p law.Point) string  { return "trengs-ikke-" + string(p) }

// written reads the points of a form as marks of the national list: what is written is there, what is ticked is not needed, and the rest is missing.
func (f *form) written() (law.Facts, []law.Mark) {
	facts := law.Facts{Kind: law.Elective, Urgent: slices.Contains(f.typed["merke"], "haster"), Serious: slices.Contains(f.typed["merke"], "alvorlig"), Right: law.Pending}
	var marks []law.Mark
	for _, p := range law.Points {
		switch {
		case f.value(pointName(p)) != "":
			marks = append(marks, law.Mark{Point: p, Held: law.Present})
		case p != law.PointProblem && f.value(skipName(p)) != "":
			marks = append(marks, law.Mark{Point: p, Held: law.NotNeeded})
		case p == law.PointUrgency && (facts.Urgent || facts.Serious): // the marks themselves say it
		default:
			marks = append(marks, law.Mark{Point: p, Held: law.Lacking})
		}
	}
	return facts, marks
}

// points are the points as they stand, and how many are there.
func (f *form) points() (out []referPoint, sum string) {
	v := f.v
	facts, marks := f.written()
	if f.typed == nil {
		marks = nil
	}
	there := 0
	for _, x := range law.Content(&facts, marks) {
		p := referPoint{Point: x.Point, Held: x.Held, Norm: v.cite(x.Norm), May: x.Point != law.PointProblem && x.Point != law.PointUrgency, NotNeeded: f.value(skipName(x.Point)) != "",
			Field: field{Name: pointName(x.Point), Label: v.T("content." + string(x.Point)), Kind: "text", Help: v.T("content." + string(x.Point) + ".help"), Need: true}}
		if x.Held == law.Present || x.Held == law.NotNeeded {
			there++
		}
		p.State = v.T("content." + cmp.Or(string(x.Held), "unmarked"))
		p.Field = f.show([]field{p.Field})[0]
		out = append(out, p)
	}
	return out, v.T("ref.new.sum", there, len(law.Points))
}

// referContent tells how the points stand, as one writes: JSON, for the page's script. Nothing is kept.
func (s *site) referContent(w http.ResponseWriter, r *http.Request, v *view) error {
	if len(s.refersFrom()) == 0 {
		return denied{"not_for_role"}
	}
	if err := readText(w, r); err != nil {
		return err
	}
	f := &form{v: v, typed: r.PostForm, bad: make(map[string][]string)}
	type state struct {
		Point string `json:"point"`
		Held  string `json:"held"`
		Text  string `json:"text"`
	}
	out := struct {
		Sum    string  `json:"sum"`
		Points []state `json:"points"`
	}{}
	points, sum := f.points()
	out.Sum = sum
	for _, p := range points {
		out.Points = append(out.Points, state{string(p.Point), string(p.Held), p.State})
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	return json.NewEncoder(w).Encode(out)
}

// hospitals are where a referral can be sent, those of the office's own region first.
func (v *view) hospitals(office clinic.Referrer) []option {
	regions := make(map[string]string)
	for _, r := range v.s.desk.Org.Regions() {
		regions[r.ID] = r.Name
	}
	var near, far []option
	for _, p := range v.s.desk.Org.Providers() {
		if p.Region == office.Region {
			near = append(near, option{p.ID, p.ShortName, false})
		} else {
			far = append(far, option{p.ID, p.ShortName + " (" + regions[p.Region] + ")", false})
		}
	}
	byName := func(a, b option) int { return words.Compare(v.Lang, a.Text, b.Text) }
	slices.SortFunc(near, byName)
	slices.SortFunc(far, byName)
	return append(append([]option{{"", v.T("web.act.choose"), false}}, near...), far...)
}

func (v *view) office(id string) clinic.Referrer {
	for _, r := range v.s.desk.Org.Referrers() {
		if r.ID == id {
			return r
		}
	}
	return clinic.Referrer{}
}

// sent is the referral's text: the points under their headings, in the language of the record.
func (f *form) sent() referral.Text {
	lang := f.v.Lang
	if lang != words.NN {
		lang = words.NB
	}
	var parts []string
	for _, p := range law.Points {
		text := f.value(pointName(p))
		if text == "" && f.value(skipName(p)) != "" {
			text = words.Say(lang, "content.not_needed") + "."
		}
		if text != "" {
			parts = append(parts, words.Say(lang, "content."+string(p))+"\n"+text)
		}
	}
	return referral.Text{Words: strings.Join(parts, "\n\n")}
}

func (s *site) refer(w http.ResponseWriter, r *http.Request, v *view) error {
	from := s.refersFrom()
	if len(from) == 0 {
		return s.mayNotRefer()
	}
	v.Here, v.Title = referURL, v.T("ref.new")
	f := &form{v: v, x: new(referral.Referral), bad: make(map[string][]string)}
	p := referPage{frame: v.frame, Head: v.Title, Key: rand.Text(), Submit: v.T("ref.new.see")}
	grant := from[0]
	show := func(status int) error {
		if len(from) > 1 {
			var some []option
			for _, g := range from {
				some = append(some, option{g.Provider, v.office(g.Provider).Name, false})
			}
			p.Where = append(p.Where, field{Name: "kontor", Label: v.T("ref.new.office"), Kind: "select", Options: some, Value: grant.Provider, Need: true})
		}
		p.Who = f.show([]field{
			{Name: "nummer", Label: v.T("web.field.ident"), Kind: "line", Need: true, Help: v.T("ref.new.number_help")},
			{Name: "kommune", Label: v.T("web.intake.municipality"), Kind: "line"},
			{Name: "fornavn", Label: v.T("web.intake.given"), Kind: "line", Need: true}, {Name: "etternavn", Label: v.T("web.intake.family"), Kind: "line", Need: true},
		})
		p.Unnumbered = f.show(f.noNumberFields())
		for _, x := range p.Unnumbered {
			p.Open = p.Open || x.Value != "" || len(x.Errors) > 0
		}
		p.Where = f.show(append(p.Where, []field{
			{Name: "fag", Label: v.T("web.filter.specialty"), Kind: "select", Options: v.specialties(v.T("web.act.choose")), Need: true},
			{Name: "sted", Label: v.T("ref.new.place"), Kind: "select", Options: v.hospitals(v.office(grant.Provider)), Need: true, Help: v.T("ref.new.place_help")},
		}...))
		p.Urgent = f.show([]field{{Name: "merke", Label: v.T("ref.new.marks"), Kind: "ticks", Options: []option{{"haster", v.T("flag.urgent"), false}, {"alvorlig", v.T("flag.serious_suspected"), false}}, Help: v.T("ref.new.marks_help")}})
		p.Points, p.Sum = f.points()
		all := slices.Concat(p.Who, p.Unnumbered, p.Where, p.Urgent)
		for _, x := range p.Points {
			all = append(all, x.Field)
		}
		for _, x := range all {
			if len(x.Errors) > 0 {
				p.Missing++
				p.Bad = append(p.Bad, x)
			}
		}
		return s.render(w, status, "henvny", v, p)
	}
	if r.Method == http.MethodGet {
		sent, err := s.continued(r, f, &p)
		if err != nil {
			return err
		}
		if sent != "" {
			http.Redirect(w, r, sent, http.StatusSeeOther)
			return nil
		}
		if i := slices.IndexFunc(from, func(g access.Grant) bool { return g.Provider == f.value("kontor") }); i >= 0 {
			grant = from[i]
		}
		return show(http.StatusOK)
	}
	if err := readForm(w, r); err != nil {
		return err
	}
	f.typed, p.Key = r.PostForm, r.PostForm.Get("key")
	if len(from) > 1 {
		i := slices.IndexFunc(from, func(g access.Grant) bool { return g.Provider == f.value("kontor") })
		if i < 0 {
			return badRequest{code: "web.bad_request_text"}
		}
		grant = from[i]
	}
	s.as(grant)
	if f.value("lagre") != "" && !s.sentAlready(r, f) {
		if ok, err := s.keepForLater(w, r, f, p.Key); err != nil || ok {
			return err
		}
		return show(http.StatusUnprocessableEntity)
	}
	if f.value("uten") == "" {
		f.need("nummer")
	}
	for _, name := range []string{"fornavn", "etternavn", "fag", "sted", pointName(law.PointProblem)} {
		f.need(name)
	}
	place, known := s.desk.Org.Provider(f.value("sted"))
	switch {
	case f.value("sted") == "" || f.value("fag") == "":
	case !known:
		f.wrong("sted", "web.act.needed")
	default:
		if _, has := s.desk.Org.Unit(place.ID, f.value("fag"), v.Today); !has && len(place.Units) > 0 {
			f.wrong("sted", "ref.new.no_unit")
		}
	}
	if k := f.value("kommune"); k != "" && (len(k) != 4 || strings.Trim(k, "0123456789") != "") {
		f.wrong("kommune", "ref.new.municipality_shape")
	}
	if len(f.bad) > 0 {
		return show(http.StatusUnprocessableEntity)
	}
	tenant := place.Trust
	if done, ok, err := s.desk.Ledger.Done(r.Context(), tenant, p.Key); err != nil {
		return err
	} else if ok { // sent twice: it is done
		if err := s.dropDraft(r.Context(), draftOf(p.Key)); err != nil {
			return err
		}
		http.Redirect(w, r, sentURL(tenant, done.Referral)+"/kvittering", http.StatusSeeOther)
		return nil
	}
	if wait, ok := s.searches.Allow("refer " + s.user.ID); !ok { // nobody tries numbers out
		return tooMuch{wait}
	}
	who, fresh, err := f.patientReferred(r, tenant)
	if err != nil {
		return err
	}
	if len(f.bad) > 0 {
		return show(http.StatusUnprocessableEntity)
	}
	office := v.office(grant.Provider)
	facts, marks := f.written()
	do := &referral.Receive{Place: place.ID, Patient: who.ID, Born: who.Born, Municipality: who.Municipality, Specialty: f.value("fag"), Kind: law.Elective,
		From: referral.From{Role: office.Role, Provider: office.ID, HPR: s.user.HPR}, Urgent: facts.Urgent, SeriousSuspected: facts.Serious, Text: f.sent()}
	o := desk.Order{Tenant: tenant, Key: p.Key, Known: s.desk.Now(), At: referral.At{On: v.Today, Minute: -1, Role: law.Referrer, Actor: s.o.User.ID, Place: office.ID}, Do: do}
	if fresh {
		o.Person = &who
	}
	_, out, err := s.desk.Prepare(r.Context(), o, nil)
	var refusal *referral.Refusal
	if err != nil && !errors.As(err, &refusal) {
		return err
	}
	if refusal == nil {
		p.To = v.place(place.ID, "")
		for _, point := range law.Missing(law.Content(&facts, marks)) {
			p.Lacks = append(p.Lacks, pair{v.T("content." + string(point)), v.T("content." + string(point) + ".help")})
		}
		drafts, err := s.ownDrafts(r.Context())
		if err != nil {
			return err
		}
		alike, err := s.namesakes(r, who)
		if err != nil {
			return err
		}
		for _, one := range append([]ledger.Person{who}, alike...) {
			same, err := s.sameSent(r, v, tenant, one.ID, do.Specialty)
			if err != nil {
				return err
			}
			p.Same = append(p.Same, same...)
		}
		p.Same = append(p.Same, s.sameDrafts(v, f, drafts)...)
		p.Warnings = v.warnings(out.Warned)
		if !fresh && words.Compare(words.NB, strings.ToLower(strings.TrimSpace(who.Family)), strings.ToLower(f.value("etternavn"))) != 0 {
			p.Warnings = append(p.Warnings, warning{Text: v.T("ref.new.other_name")})
		}
		token := "sendes til " + place.ID + " " + do.Specialty + " " + who.ID + " " + out.State.AssessBy.String() // for another patient or limit it is another thing to confirm
		if who.Ident == "" {
			p.Warnings = append(p.Warnings, warning{Text: v.T("unnumbered.sends")})
		}
		for _, x := range p.Lacks {
			token += " " + x.Key
		}
		if r.PostForm.Get("bekreft") != token {
			p.Preview, p.Confirmed, p.Submit = true, token, v.T("ref.new.send")
			if len(p.Lacks)+len(p.Same) > 0 {
				p.Submit = v.T("ref.new.send_anyway")
			}
			p.Seniority, p.AssessBy = v.receptionProofs(&out.State)
			return show(http.StatusOK)
		}
	}
	out, err = s.desk.Take(r.Context(), o)
	if errors.As(err, &refusal) {
		for _, x := range refusal.Objections {
			text, cite := say.Objection(v.Lang, x)
			p.Problems = append(p.Problems, problem{Text: text, Cite: cite})
		}
		return show(http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	if err := s.dropDraft(r.Context(), draftOf(p.Key)); err != nil {
		return err
	}
	http.Redirect(w, r, sentURL(tenant, out.Referral)+"/kvittering", http.StatusSeeOther)
	return nil
}

// sentAlready tells whether a form was sent: then it is no draft any more.
func (s *site) sentAlready(r *http.Request, f *form) bool {
	place, ok := s.desk.Org.Provider(f.value("sted"))
	if !ok {
		return false
	}
	_, done, err := s.desk.Ledger.Done(r.Context(), place.Trust, f.value("key"))
	return err == nil && done
}

// sameSent are the patient's open referrals in the same specialty that the one who looks has sent; of others' not even that they are there.
func (s *site) sameSent(r *http.Request, v *view, tenant, id, specialty string) ([]sameCase, error) {
	rows, err := s.desk.Ledger.RowsOf(r.Context(), tenant, id)
	if err != nil {
		return nil, err
	}
	var out []sameCase
	for _, x := range rows {
		c, err := s.rowCase(x)
		if err != nil {
			return nil, err
		}
		if x.Open && x.Specialty == specialty && s.can(access.Open, c).Allowed {
			out = append(out, sameCase{sentURL(tenant, x.Referral), caseNumber(tenant, x.Referral), v.specialty(x.Specialty), v.T("web.intake.same", v.long(x.Received), v.provider(x.Provider), lowerFirst(v.T("status."+x.Status)))})
		}
	}
	return out, nil
}

type receiptPage struct {
	*frame
	Head, Number, Name, Facts, URL string
	To                             string
	Dates                          []pair
	AnswerBy                       day.Day
	Next                           []string
	Seniority, AssessBy            proof
}

// receipt tells the referrer what was sent, to whom, and what follows.
func (s *site) receipt(w http.ResponseWriter, r *http.Request, v *view) error {
	row, err := s.referred(r, access.Open)
	if err != nil {
		return err
	}
	c, err := s.seen(r, row)
	if err != nil {
		return err
	}
	x := &c.State
	at, born := c.Records[0].At, x.Born // without the identity number: a receipt is printed, and lies about
	v.Here, v.Title = "/henviser", v.T("ref.receipt.head")
	p := receiptPage{frame: v.frame, Head: v.Title, Number: caseNumber(c.Tenant, c.ID), Name: v.givenName(c.Person), URL: sentURL(c.Tenant, c.ID), To: v.place(firstPlace(x), "")}
	p.Dates = []pair{{v.T("ref.receipt.to"), p.To}, {v.T("web.filter.specialty"), v.specialty(x.Specialty)}, {v.T("ref.receipt.sent"), v.moment(at)}, {v.T("ref.receipt.by"), v.referredBy(x.From)}}
	if !born.IsZero() {
		p.Facts = v.T("ref.receipt.born", words.Date(v.Lang, born))
	}
	if !x.Seniority.IsZero() {
		p.Dates = append(p.Dates, pair{v.T("field.seniority_date"), words.Date(v.Lang, x.Seniority)})
	}
	if !x.AssessBy.IsZero() {
		p.AnswerBy = x.AssessBy
		p.Next = append(p.Next, v.T("ref.receipt.answer", words.Date(v.Lang, x.AssessBy)))
	} else {
		p.Next = append(p.Next, v.T("web.state.no_assess_by"))
	}
	p.Next = append(p.Next, v.T("ref.receipt.asks"), v.T("ref.receipt.worse"))
	p.Seniority, p.AssessBy = v.receptionProofs(x)
	p.Seniority.Open, p.AssessBy.Open = false, false
	return s.render(w, http.StatusOK, "henvkvitt", v, p)
}

// firstPlace is where a referral was sent, wherever it is now.
func firstPlace(x *referral.Referral) string {
	if len(x.Hops) > 0 {
		return x.Hops[0].From
	}
	return x.Holder
}

// referredBy names who referred: the one, as far as the house knows them, and the office or provider.
func (v *view) referredBy(f referral.From) string {
	var parts []string
	if f.HPR != "" {
		if u, ok := v.s.people.ByHPR(f.HPR); ok {
			parts = append(parts, u.Name)
		} else {
			parts = append(parts, v.T("ref.hpr", f.HPR))
		}
	}
	if name := v.referrer(f.Provider); name != "" && !slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(p, name) }) {
		parts = append(parts, name)
	}
	return strings.Join(parts, ", ")
}
