package web

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/day"
	"rettid/law"
	"rettid/ledger"
)

// Search: a case number leads straight to the case, a name to those it may be. A name is posted, never part of an address.

type searchPage struct {
	*frame
	Head  string
	Asked string
	Rows  []foundLine
	More  bool
}

type foundLine struct {
	URL, Number   string
	Name, Year    string
	Condition     string
	Where, Status string
	Deadline      day.Day
	DeadlineText  string
}

// most is how many hits are shown: whoever gets more writes more of the name.
const most = 40

var caseNumbers = regexp.MustCompile(`^(?i:([a-zæøå0-9]{1,12})[-/ ])?([0-9]{1,12})$`)

func (s *site) search(w http.ResponseWriter, r *http.Request, v *view) error {
	asked := r.URL.Query().Get("q") // case numbers only: see below
	if r.Method == http.MethodPost {
		r.Body = http.MaxBytesReader(w, r.Body, 4096)
		if err := r.ParseForm(); err != nil {
			return badRequest{code: "web.bad_request_text"}
		}
		asked = r.PostForm.Get("q")
	}
	if !isText(asked) {
		return badRequest{code: "web.bad_request_text"}
	}
	asked = strings.Join(strings.Fields(asked), " ")
	s.act = access.Search
	byNumber := caseNumbers.MatchString(asked)
	if s.guarded() && !s.may(access.Search) && (asked != "" && !byNumber || !s.findsByNumber()) {
		return denied{"not_for_role"}
	}
	if asked != "" {
		who := s.user.ID
		if who == "" {
			who = access.Address(r)
		}
		if wait, ok := s.searches.Allow(who); !ok {
			return tooMuch{wait}
		}
	}
	p := searchPage{frame: v.frame, Head: v.T("web.search.head")}
	v.Title = v.T("web.search.head")
	ctx := r.Context()

	var rows []row
	if m := caseNumbers.FindStringSubmatch(asked); m != nil && len(m[2]) != 11 {
		id, err := strconv.ParseInt(m[2], 10, 64)
		if err != nil {
			return badRequest{code: "web.bad_request_text"}
		}
		found, err := s.caseNumbered(r, strings.ToUpper(m[1]), id)
		if err != nil {
			return err
		}
		if len(found) == 1 {
			to := caseURL(found[0].Tenant, found[0].Referral)
			if s.guarded() && !s.may(access.Open) && !s.asksToOpen() { // those who read logs open no case
				to += "/innsyn"
			}
			http.Redirect(w, r, to, http.StatusSeeOther)
			return nil
		}
		rows = found
	} else if r.Method == http.MethodGet && asked != "" {
		return badRequest{code: "web.search.number_only"}
	} else if len([]rune(asked)) >= 2 {
		found, total, err := s.list(ctx, ledger.Query{PatientPrefix: asked, Today: v.Today, Sort: "patient", Limit: most})
		if err != nil {
			return err
		}
		rows, p.More = found, total > len(found)
	}
	p.Asked = asked
	rows = slices.DeleteFunc(rows, func(x row) bool { return !s.ours(x.Row) })
	for _, x := range rows {
		f := &x.State.Facts
		place, site := law.ListPlace(f)
		p.Rows = append(p.Rows, foundLine{URL: caseURL(x.Tenant, x.Referral), Number: caseNumber(x.Tenant, x.Referral), Name: v.name(x.Person), Year: born(f.Born, x.Person.Born),
			Condition: v.condition(f.Specialty, x.Condition, f.AssessedOn), Where: v.place(place, site), Status: v.T("status." + x.Status), Deadline: f.StartBy, DeadlineText: v.short(f.StartBy)})
	}
	if asked != "" {
		p.Head = v.T("web.search.hits", len(p.Rows))
		if len(p.Rows) == 0 {
			p.Head = v.T("web.search.none")
		}
	}
	return s.render(w, http.StatusOK, "search", v, p)
}

// caseNumbered finds the cases with a number: one when the tenant is said, else one of each tenant that has it.
func (s *site) caseNumbered(r *http.Request, tenant string, id int64) ([]row, error) {
	tenants, err := s.tenants(r.Context(), "")
	if err != nil {
		return nil, err
	}
	var out []row
	for _, t := range tenants {
		if tenant != "" && !strings.EqualFold(t, tenant) {
			continue
		}
		x, ok, err := s.desk.Ledger.Row(r.Context(), t, id)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		state, err := readState(x)
		if err != nil {
			return nil, err
		}
		person, _, err := s.desk.Ledger.Person(r.Context(), t, x.Patient)
		if err != nil {
			return nil, err
		}
		out = append(out, row{x, state, person})
	}
	return out, nil
}

// keyPage lists the keys, for those who want to learn them.
func (s *site) keyPage(w http.ResponseWriter, r *http.Request, v *view) error {
	v.Title = v.T("web.all_keys")
	type key struct {
		Keys []string
		Does string
	}
	type place struct {
		Where string
		Keys  []key
	}
	return s.render(w, http.StatusOK, "keys", v, struct {
		*frame
		Head   string
		Places []place
	}{v.frame, v.T("web.keys.head"), []place{
		{v.T("web.keys.everywhere"), []key{{[]string{"/"}, v.T("web.key.search")}, {[]string{"?"}, v.T("web.key.keys")}, {[]string{"Esc"}, v.T("web.key.back")}}},
		{v.T("web.keys.lists"), []key{{[]string{"J"}, v.T("web.key.down")}, {[]string{"K"}, v.T("web.key.up")}, {[]string{"X"}, v.T("web.key.choose")}, {[]string{"Enter"}, v.T("web.key.open")}}},
		{v.T("web.keys.case"), []key{{[]string{"W"}, v.T("web.key.why")}, {[]string{"P"}, v.T("web.key.duties")}, {[]string{"B"}, v.T("web.key.letters")}, {[]string{"H"}, v.T("web.key.history")}}},
		{v.T("web.keys.assess"), []key{{[]string{"Alt 1", "Alt 4"}, v.T("web.key.step")}, {[]string{"Alt V"}, v.T("web.key.guide")}, {[]string{"Alt F"}, v.T("web.key.deadline")}, {[]string{"Alt ←", "Alt →"}, v.T("web.key.next_case")},
			{[]string{"Ctrl Enter"}, v.T("web.key.decide")}, {[]string{"Ctrl S"}, v.T("web.key.draft")}}},
	}})
}
