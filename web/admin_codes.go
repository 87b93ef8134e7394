package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/words"
)

// The national code lists, for looking: what each code means, since when and until when, and where the list comes from. None is changed here: codes go to
// referrers, to other hospitals and to the registry, who know the national ones alone.

const codesAt = "/admin/kodeverk"

func inLang(l words.Lang, nb, nn, en string) string {
	switch l {
	case words.NN:
		return nn
	case words.EN:
		return en
	}
	return nb
}

// codeLists is every list: also found by the words of its codes.
func (s *site) codeLists(w http.ResponseWriter, r *http.Request, v *view) error {
	v.Here, v.Title = "/admin", v.T("admin.kodeverk")
	p := adminListPage{frame: v.frame, Head: v.Title, About: v.T("admin.kodeverk.about"), Note: v.T("admin.codes.local"), URL: codesAt}
	var rows []adminRow
	for _, number := range clinic.Lists() {
		l, ok := clinic.CodeList(number)
		if !ok { // the lists that are here are all described
			continue
		}
		codes := clinic.Codes(number)
		var find strings.Builder
		current := 0
		for _, c := range codes {
			find.WriteString(c.Code + " " + inLang(v.Lang, c.NB, c.NN, c.EN) + " ")
			if held(c.In, v.Today) {
				current++
			}
		}
		rows = append(rows, adminRow{URL: codesAt + "/" + url.PathEscape(number), Name: number, Off: current == 0, find: find.String(),
			Cells: []string{inLang(v.Lang, l.NB, l.NN, l.EN), strconv.Itoa(current), strconv.Itoa(len(codes) - current), v.codeSource(l), v.localCodes(l)}})
	}
	p.fill(r, []string{"admin.codes.number", "admin.codes.name", "admin.codes.current", "admin.codes.ended", "admin.codes.source", "admin.codes.own"}, rows)
	return s.render(w, http.StatusOK, "adminlist", v, p)
}

// codeList is the codes of one list.
func (s *site) codeList(w http.ResponseWriter, r *http.Request, v *view) error {
	l, ok := clinic.CodeList(r.PathValue("list"))
	if !ok {
		return desk.ErrMissing
	}
	v.Here, v.Title = "/admin", l.Number+" "+inLang(v.Lang, l.NB, l.NN, l.EN)
	p := adminListPage{frame: v.frame, Head: v.Title, About: v.codeSource(l) + ". " + v.localCodes(l) + ".", URL: codesAt + "/" + url.PathEscape(l.Number), Back: link{codesAt, v.T("admin.kodeverk")}}
	if oid := l.OID(); oid != "" {
		p.Note = "OID " + oid
	}
	var rows []adminRow
	for _, c := range clinic.Codes(l.Number) {
		rows = append(rows, adminRow{Name: c.Code, Cells: []string{inLang(v.Lang, c.NB, c.NN, c.EN), v.periodText(c.In)}, Off: !held(c.In, v.Today), find: c.NB + " " + c.NN + " " + c.EN})
	}
	p.fill(r, []string{"admin.codes.code", "admin.codes.means", "admin.period"}, rows)
	return s.render(w, http.StatusOK, "adminlist", v, p)
}

// held tells whether a code is in use on the day.
func held(p day.Period, on day.Day) bool {
	return (p.From.IsZero() || !on.Before(p.From)) && (p.To.IsZero() || !on.After(p.To))
}

func (v *view) codeSource(l clinic.List) string { return v.T("admin.codes.source." + l.Source) }

func (v *view) localCodes(l clinic.List) string {
	if l.Local {
		return v.T("admin.codes.own.yes")
	}
	return v.T("admin.codes.own.no")
}
