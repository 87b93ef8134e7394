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

// looks gives looks at a patient, the latest first: several of one person for the same purpose on one day are one line.
func (s *site) looks(ctx context.Context, v *view, tenant, patient string, today day.Day, offset, most int) (out []look, more bool, err error) {
	all, err := s.desk.Ledger.Accesses(ctx, tenant, patient, pageLooks+1, offset)
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
	x, ok, err := s.desk.Ledger.Row(r.Context(), tenant, id)
	if err != nil {
		return err
	}
	if !ok {
		return desk.ErrMissing
	}
	if s.guarded() {
		c, err := s.rowCase(x)
		if err != nil {
			return err
		}
		if d := s.can(access.SeeAccessLog, c); !d.Allowed {
			return denied{d.Why}
		}
	} else if !s.ours(x) {
		return desk.ErrMissing
	}
	from, _ := strconv.Atoi(r.URL.Query().Get("fra"))
	from = min(max(from, 0), maxPage)
	p := lookPage{frame: v.frame, Number: caseNumber(tenant, id), URL: caseURL(tenant, id), Head: v.T("web.seen.head")}
	v.Title = p.Head
	looks, more, err := s.looks(r.Context(), v, tenant, x.Patient, v.Today, from, pageLooks)
	if err != nil {
		return err
	}
	p.Looks = looks
	p.Opens = !s.guarded() || s.may(access.Open)
	if more {
		p.Next = p.URL + "/innsyn?" + url.Values{"fra": {strconv.Itoa(from + pageLooks)}}.Encode()
	}
	return s.render(w, http.StatusOK, "looks", v, p)
}
