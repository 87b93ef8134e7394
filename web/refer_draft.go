package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"rettid/access"
	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/ledger"
	"rettid/words"
)

// A referral that is not sent is a draft: a paper of the one who writes it, and of nobody else, not even of the office. It starts no clock. It is free text about a
// patient that nobody has recorded, so it is erased for good when it is sent or discarded, and when the patient is erased. Its address has a number of its own and
// nothing of the patient.

const (
	draftsURL  = "/henviser/utkast"
	mostDrafts = 50 // of one person
	oldDraft   = 14 // days after which a draft is said to be old
)

func (s *site) referDraftRoutes(m *http.ServeMux) {
	m.HandleFunc("GET /henviser/utkast", s.page("", (*site).referDrafts))
	m.HandleFunc("POST /henviser/utkast", s.page("", (*site).referDrafts))
}

// draftOf is the number of the draft a form is saved as: it follows from the form's key, so that one saved twice is one draft.
func draftOf(key string) string { return strings.ToLower(key[len(key)-10:]) }

// draftPrefix is what the ids of one's own drafts begin with.
func (s *site) draftPrefix() string { return draftsOf(s.user.ID) }

func draftsOf(user string) string {
	sum := sha256.Sum256([]byte(user))
	return hex.EncodeToString(sum[:8]) + "/"
}

// A referDraft is one as it is kept.
type referDraft struct {
	desk.ReferralDraft
	id    string
	seq   int
	saved time.Time
}

func readReferDraft(p ledger.Paper) (referDraft, error) {
	_, id, _ := strings.Cut(p.ID, "/")
	d := referDraft{id: id, seq: p.Seq, saved: time.UnixMicro(p.At)}
	if err := json.Unmarshal(p.Body, &d.ReferralDraft); err != nil {
		return d, fmt.Errorf("read the draft of a referral: %w", err)
	}
	return d, nil
}

// ownDraft gives one's own draft by its number; another's is not there.
func (s *site) ownDraft(ctx context.Context, id string) (referDraft, bool, error) {
	p, ok, err := s.desk.Ledger.Paper(ctx, desk.HouseTenant, desk.ReferralDraftPaper, s.draftPrefix()+id)
	if err != nil || !ok || p.Gone || id == "" {
		return referDraft{}, false, err
	}
	d, err := readReferDraft(p)
	return d, err == nil, err
}

// ownDrafts are one's own drafts, the latest saved first. Those not touched for long are erased; of one who never comes back the retention round does it.
func (s *site) ownDrafts(ctx context.Context) ([]referDraft, error) {
	all, err := s.desk.Ledger.Papers(ctx, desk.HouseTenant, desk.ReferralDraftPaper, s.draftPrefix(), 0, 0)
	if err != nil {
		return nil, err
	}
	var out []referDraft
	for _, p := range all {
		if s.desk.Today().Sub(day.FromTime(time.UnixMicro(p.At).In(oslo))) > desk.KeepReferralDraft {
			if err := s.desk.Ledger.ErasePaper(ctx, desk.HouseTenant, desk.ReferralDraftPaper, p.ID); err != nil {
				return nil, err
			}
			continue
		}
		d, err := readReferDraft(p)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b referDraft) int { return b.saved.Compare(a.saved) })
	return out, nil
}

// saveDraft keeps what is typed. Of two windows of one person the later speaks.
func (s *site) saveDraft(ctx context.Context, f *form, key string) error {
	d := desk.ReferralDraft{Typed: maps.Clone(f.typed)}
	for _, name := range []string{"bekreft", "lagre"} {
		delete(d.Typed, name)
	}
	for name, values := range d.Typed {
		if !slices.ContainsFunc(values, func(x string) bool { return strings.TrimSpace(x) != "" }) {
			delete(d.Typed, name)
		}
	}
	d.Born, _ = typedDay(f.value("fodt"))
	body, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("write the draft of a referral: %w", err)
	}
	p := ledger.Paper{Tenant: desk.HouseTenant, Kind: desk.ReferralDraftPaper, ID: s.draftPrefix() + draftOf(key), At: s.desk.Now().UTC().UnixMicro(), Actor: s.user.ID, Body: body}
	for range 5 {
		was, _, err := s.desk.Ledger.Paper(ctx, p.Tenant, p.Kind, p.ID)
		if err != nil {
			return err
		}
		p.Seq = was.Seq
		if _, err = s.desk.Ledger.PutPaper(ctx, p); !errors.Is(err, ledger.ErrPaperChanged) {
			return err
		}
	}
	return ledger.ErrPaperChanged
}

// dropDraft erases one's own draft, if there is one.
func (s *site) dropDraft(ctx context.Context, id string) error {
	if _, ok, err := s.ownDraft(ctx, id); err != nil || !ok {
		return err
	}
	return s.desk.Ledger.ErasePaper(ctx, desk.HouseTenant, desk.ReferralDraftPaper, s.draftPrefix()+id)
}

// sameDrafts are one's other drafts about the same patient: by the number, or by name and day of birth.
func (s *site) sameDrafts(v *view, f *form, drafts []referDraft) []sameCase {
	mine, _ := typedDay(f.value("fodt"))
	plain := func(x string) string { return strings.ToLower(strings.Join(strings.Fields(x), "")) }
	var out []sameCase
	for _, d := range drafts {
		number, other := plain(f.value("nummer")), plain(d.Typed.Get("nummer"))
		name := plain(f.value("etternavn"))
		switch {
		case d.id == draftOf(f.value("key")):
		case number != "" && number == other, number == "" && other == "" && name != "" && !mine.IsZero() && mine == d.Born && name == plain(d.Typed.Get("etternavn")) && plain(f.value("fornavn")) == plain(d.Typed.Get("fornavn")):
			out = append(out, sameCase{referURL + "?utkast=" + d.id, v.T("ref.draft.one"), firstOf(v.specialtyOrNone(d.Typed.Get("fag")), v.T("ref.draft.no_specialty")), v.draftAge(d.saved)})
		}
	}
	return out
}

func (v *view) specialtyOrNone(id string) string {
	if id == "" {
		return ""
	}
	return v.specialty(id)
}

// draftAge tells when a draft was saved, and how long ago.
func (v *view) draftAge(saved time.Time) string {
	switch n := v.draftDays(saved); {
	case n <= 0:
		t := saved.In(oslo)
		return v.T("ref.draft.today", words.Clock(v.Lang, t.Hour()*60+t.Minute()))
	case n == 1:
		return v.T("ref.draft.yesterday")
	default:
		return v.T("ref.draft.days_ago", n)
	}
}

func (v *view) draftDays(saved time.Time) int { return v.Today.Sub(day.FromTime(saved.In(oslo))) }

type draftsPage struct {
	*frame
	Head  string
	Tabs  []tab
	Rows  []draftRow
	Count string
	Keep  string
	Gone  bool
}

type draftRow struct {
	ID, URL, Name, Born string
	What, Where         string
	ISO, Saved, Age     string
	Old                 bool
	Points              string
	Sure                bool // asked whether it is to be discarded
}

// referDrafts lists one's own drafts, and discards one.
func (s *site) referDrafts(w http.ResponseWriter, r *http.Request, v *view) error {
	from := s.refersFrom()
	if len(from) == 0 {
		return s.mayNotRefer()
	}
	s.as(from[0])
	v.Here, v.Title = "/henviser", v.T("ref.draft.head")
	p := draftsPage{frame: v.frame, Head: v.Title, Keep: v.T("ref.draft.keep", desk.KeepReferralDraft), Gone: r.URL.Query().Get("forkastet") != ""}
	sure := ""
	if r.Method == http.MethodPost {
		if err := readText(w, r); err != nil {
			return err
		}
		id := r.PostForm.Get("utkast")
		if _, ok, err := s.ownDraft(r.Context(), id); err != nil {
			return err
		} else if !ok {
			http.Redirect(w, r, draftsURL+"?forkastet=1", http.StatusSeeOther) // pressed twice: it is gone
			return nil
		}
		if r.PostForm.Get("sikker") == "ja" {
			if err := s.dropDraft(r.Context(), id); err != nil {
				return err
			}
			http.Redirect(w, r, draftsURL+"?forkastet=1", http.StatusSeeOther)
			return nil
		}
		sure = id
	}
	drafts, err := s.ownDrafts(r.Context())
	if err != nil {
		return err
	}
	_, count, _, err := s.sentBy(r.Context(), "alle")
	if err != nil {
		return err
	}
	p.Tabs = v.sentTabs("", count, len(drafts))
	p.Count = v.T("ref.draft.count", len(drafts))
	for _, d := range drafts {
		f := &form{v: v, typed: d.Typed, bad: make(map[string][]string)}
		facts, marks := f.written()
		there := 0
		for _, x := range law.Content(&facts, marks) {
			if x.Held == law.Present || x.Held == law.NotNeeded {
				there++
			}
		}
		l := draftRow{ID: d.id, URL: referURL + "?utkast=" + d.id, Name: v.name(ledger.Person{Given: f.value("fornavn"), Family: f.value("etternavn")}), What: firstOf(v.specialtyOrNone(f.value("fag")), v.T("ref.draft.no_specialty")),
			Where: v.T("ref.draft.no_place"), ISO: d.saved.In(oslo).Format("2006-01-02T15:04"), Saved: v.moment(d.saved.UnixMicro()), Age: v.draftAge(d.saved), Old: v.draftDays(d.saved) >= oldDraft, Points: v.T("ref.draft.points", there, len(law.Points)), Sure: d.id == sure}
		if !d.Born.IsZero() {
			l.Born = strconv.Itoa(d.Born.Year())
		}
		if place, ok := s.desk.Org.Provider(f.value("sted")); ok {
			l.Where = place.ShortName
		}
		p.Rows = append(p.Rows, l)
	}
	return s.render(w, http.StatusOK, "henvutkast", v, p)
}

// mayNotRefer tells why one who may not refer may not.
func (s *site) mayNotRefer() error {
	if slices.ContainsFunc(s.offices(), func(g access.Grant) bool { return g.Role == access.Referrer }) {
		return denied{"needs_hpr"}
	}
	return denied{"not_for_role"}
}

// continued shows a form from a draft. A draft that was sent and stayed is erased, and leads to what was sent.
func (s *site) continued(r *http.Request, f *form, p *referPage) (sent string, err error) {
	id := r.URL.Query().Get("utkast")
	if id == "" {
		return "", nil
	}
	d, ok, err := s.ownDraft(r.Context(), id)
	if err != nil {
		return "", err
	}
	if !ok || !keyShape.MatchString(d.Typed.Get("key")) {
		return "", desk.ErrMissing
	}
	if place, ok := s.desk.Org.Provider(d.Typed.Get("sted")); ok {
		done, ok, err := s.desk.Ledger.Done(r.Context(), place.Trust, d.Typed.Get("key"))
		if err != nil {
			return "", err
		}
		if ok {
			return sentURL(place.Trust, done.Referral) + "/kvittering", s.dropDraft(r.Context(), id)
		}
	}
	f.typed, p.Key = d.Typed, d.Typed.Get("key")
	p.Saved, p.Just = f.v.T("ref.draft.saved", f.v.moment(d.saved.UnixMicro()), f.v.draftAge(d.saved)), r.URL.Query().Get("lagret") != ""
	if f.v.draftDays(d.saved) <= 0 {
		p.Saved = f.v.T("ref.draft.saved_today", f.v.draftAge(d.saved))
	}
	p.Old = f.v.draftDays(d.saved) >= oldDraft
	drafts, err := s.ownDrafts(r.Context())
	if err != nil {
		return "", err
	}
	p.Same = s.sameDrafts(f.v, f, drafts)
	return "", nil
}

// keepForLater saves the form as a draft, and shows it. ok is false when there was nothing to save, or too much.
func (s *site) keepForLater(w http.ResponseWriter, r *http.Request, f *form, key string) (ok bool, err error) {
	drafts, err := s.ownDrafts(r.Context())
	if err != nil {
		return false, err
	}
	if !slices.ContainsFunc(drafts, func(d referDraft) bool { return d.id == draftOf(key) }) {
		if len(drafts) >= mostDrafts {
			f.wrong("nummer", "ref.draft.too_many", mostDrafts)
		}
		if !written(f.typed) {
			f.wrong("nummer", "ref.draft.empty")
		}
		if len(f.bad) > 0 {
			return false, nil
		}
	}
	if err := s.saveDraft(r.Context(), f, key); err != nil {
		return false, err
	}
	http.Redirect(w, r, referURL+"?"+url.Values{"utkast": {draftOf(key)}, "lagret": {"1"}}.Encode(), http.StatusSeeOther)
	return true, nil
}

// written tells whether anything was typed or chosen.
func written(typed url.Values) bool {
	for name, values := range typed {
		if !slices.Contains([]string{"key", "bekreft", "lagre", "kontor"}, name) && slices.ContainsFunc(values, func(x string) bool { return strings.TrimSpace(x) != "" }) {
			return true
		}
	}
	return false
}
