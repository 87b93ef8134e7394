package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"rettid/access"
	"rettid/day"
	"rettid/desk"
	"rettid/ledger"
	"rettid/words"
)

// Who has looked: every look at the patient, the same list as the patient sees.

type look struct {
	Time, When string
	Who, Role  string
	Purpose    string
	Outside    bool // opened from another unit, with a reason
	Times      int  // when more than one the same day
}

const (
	shownLooks = 6   // on the case
	pageLooks  = 100 // on the page of its own
)

// accesses are the looks at a patient, those at what the same patient was known by before among them, the latest first.
func (s *site) accesses(ctx context.Context, tenant, patient string, limit, offset int) ([]ledger.Access, error) {
	also, err := s.desk.KnownAs(ctx, tenant, patient)
	if err != nil {
		return nil, err
	}
	return s.desk.Ledger.Accesses(ctx, tenant, patient, limit, offset, also...)
}

// looks gives looks at a patient, the latest first: several of one person for the same purpose on one day are one line.
func (s *site) looks(ctx context.Context, v *view, tenant, patient string, today day.Day, offset, most int) (out []look, more bool, err error) {
	all, err := s.accesses(ctx, tenant, patient, pageLooks+1, offset)
	if err != nil {
		return nil, false, err
	}
	if more = len(all) > pageLooks; more {
		all = all[:pageLooks]
	}
	names, err := s.standInNames(ctx, v, tenant, patient)
	if err != nil {
		return nil, false, err
	}
	var last ledger.Access
	for _, a := range all {
		who := v.actorFor(a.Actor, names)
		at := time.UnixMicro(a.At).In(oslo)
		on := day.FromTime(at)
		if n := len(out); n > 0 && last.Actor == a.Actor && last.Role == a.Role && last.Purpose == a.Purpose && day.FromTime(time.UnixMicro(last.At)) == on {
			out[n-1].Times = max(out[n-1].Times, 1) + 1
			continue
		}
		if len(out) == most {
			return out, true, nil
		}
		last = a
		l := look{Time: at.Format("2006-01-02T15:04"), Who: who.Name, Purpose: v.T("purpose." + a.Purpose)}
		if !words.Has(words.NB, "purpose."+a.Purpose) {
			l.Purpose = a.Purpose
		}
		for _, code := range opening {
			l.Outside = l.Outside || a.Purpose == code
		}
		if a.Role != "" {
			l.Role = lowerFirst(v.T("role." + a.Role))
		}
		if who.As != "" {
			l.Role = who.As
		}
		l.When = v.short(on)
		if on == today {
			l.When = v.T("time.today") + " " + words.Clock(v.Lang, at.Hour()*60+at.Minute())
		}
		out = append(out, l)
	}
	return out, more, nil
}

type lookPage struct {
	*frame
	Number, URL, Head string
	Looks             []look
	Opens             bool // the one who looks has cases to go to, and not the log alone
	Next              string
}

func (s *site) lookPage(w http.ResponseWriter, r *http.Request, v *view) error {
	tenant := r.PathValue("tenant")
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return desk.ErrMissing
	}
	x, err := s.lookedAt(r.Context(), tenant, id)
	if err != nil {
		return err
	}
	from, _ := strconv.Atoi(r.URL.Query().Get("fra"))
	from = min(max(from, 0), maxPage)
	p := lookPage{frame: v.frame, Number: caseNumber(tenant, id), URL: x.url, Head: v.T("web.seen.head")}
	v.Title = p.Head
	looks, more, err := s.looks(r.Context(), v, tenant, x.patient, v.Today, from, pageLooks)
	if err != nil {
		return err
	}
	p.Looks = looks
	p.Opens = !s.guarded() || s.may(x.opens)
	if more {
		p.Next = caseURL(tenant, id) + "/innsyn?" + url.Values{"fra": {strconv.Itoa(from + pageLooks)}}.Encode()
	}
	return s.render(w, http.StatusOK, "looks", v, p)
}

// A lookedCase is a case whose patient's looks are asked for.
type lookedCase struct {
	patient, url string
	opens        access.Action // what one who follows the link to it must be allowed
}

// lookedAt finds a referral or an application of the exception scheme for the one who asks who has looked at its patient, and
// refuses with desk.ErrMissing what is not there or is about no patient, and with denied what the asker has no access to.
func (s *site) lookedAt(ctx context.Context, tenant string, id int64) (lookedCase, error) {
	var at access.Case
	x, ok, err := s.desk.Ledger.Row(ctx, tenant, id)
	if err != nil {
		return lookedCase{}, err
	}
	found := lookedCase{patient: x.Patient, url: caseURL(tenant, id), opens: access.Open}
	switch {
	case ok && !s.guarded():
		if !s.ours(x) {
			return lookedCase{}, desk.ErrMissing
		}
	case ok:
		if at, err = s.rowCase(x); err != nil {
			return lookedCase{}, err
		}
	default:
		m, ok, err := s.desk.Ledger.MatterRow(ctx, tenant, id)
		if err != nil {
			return lookedCase{}, err
		}
		if !ok || m.Patient == "" || !s.guarded() && !s.mine(m.Place) && !s.mine(tenant) {
			return lookedCase{}, desk.ErrMissing
		}
		found = lookedCase{patient: m.Patient, url: matterURL(tenant, id), opens: access.SeeException}
		at = access.Case{Holder: m.Place, ListProvider: m.Place, Patient: access.PatientID{Tenant: tenant, ID: m.Patient}}
	}
	if s.guarded() {
		if d := s.can(access.SeeAccessLog, at); !d.Allowed {
			return lookedCase{}, denied{d.Why}
		}
	}
	return found, nil
}
