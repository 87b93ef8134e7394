package web

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"rettid/law"
	"rettid/ledger"
)

// exportList writes the filtered list, or the chosen rows of it, as CSV with semicolons: what the offices' spreadsheets open. The download is
// logged once for each tenant: names leave the house in it.
func (s *site) exportList(w http.ResponseWriter, r *http.Request, v *view) error {
	f := s.readFilter(r)
	f.Page = 1
	q, err := f.query(v)
	if err != nil {
		return err
	}
	chosen, err := readChosen(r.URL.Query()["sak"])
	if err != nil {
		return err
	}
	tenants, err := s.tenants(r.Context(), "")
	if err != nil {
		return err
	}
	if len(chosen) > 0 {
		tenants = slices.DeleteFunc(tenants, func(t string) bool { return chosen[t] == nil })
	}
	for _, t := range tenants {
		if err := s.desk.Ledger.Saw(r.Context(), ledger.Access{Tenant: t, Actor: s.o.User.ID, Role: string(s.o.User.Role), Place: s.o.User.Place, Purpose: "export", At: s.desk.Now().UTC().UnixMicro()}); err != nil {
			return err
		}
	}
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="venteliste-%s.csv"`, v.Today))
	w.Write([]byte("\ufeff"))
	out := csv.NewWriter(w)
	out.Comma = ';'
	head := []string{"web.csv.case", "web.csv.left", "field.deadline", "web.column.patient", "web.csv.born", "web.filter.specialty", "web.column.condition", "web.column.appointment", "web.csv.appointment_to",
		"web.column.duty", "web.csv.due", "web.column.owner", "web.filter.provider", "web.filter.site", "web.csv.waited"}
	for i, k := range head {
		head[i] = v.T(k)
	}
	out.Write(head)
	var some []ledger.Row
	write := func() error {
		rows, err := s.whole(r.Context(), some)
		if err != nil {
			return err
		}
		for _, x := range rows {
			out.Write(v.exportRow(x))
		}
		some = some[:0]
		out.Flush()
		return out.Error()
	}
	take := func(r ledger.Row) (bool, error) {
		if !s.ours(r) {
			return true, nil
		}
		if some = append(some, r); len(some) < batch {
			return true, nil
		}
		return true, write()
	}
	if len(chosen) == 0 {
		err = s.each(r.Context(), q, batch, take)
	}
	for _, t := range tenants {
		if err == nil && len(chosen[t]) > 0 {
			err = s.each(r.Context(), ledger.Query{Tenant: t, Text: chosen[t], Today: v.Today, Sort: "left"}, batch, take)
		}
	}
	if err == nil {
		err = write()
	}
	if err != nil {
		return s.broken(w, r, err)
	}
	return nil
}

// broken ends a file that can't be written to its end so that nobody takes half a list for a whole one: the connection is cut.
func (s *site) broken(w http.ResponseWriter, r *http.Request, err error) error {
	s.log.Error("a download failed", "reference", reference(), "page", r.Pattern, "error", err)
	panic(http.ErrAbortHandler)
}

// readChosen reads the chosen cases, "FJO/4711", by tenant.
func readChosen(all []string) (map[string][]int64, error) {
	if len(all) > perPage {
		return nil, badRequest{code: "web.bad_request_text"}
	}
	out := make(map[string][]int64)
	for _, c := range all {
		tenant, number, _ := strings.Cut(c, "/")
		id, err := strconv.ParseInt(number, 10, 64)
		if err != nil || tenant == "" {
			return nil, badRequest{code: "web.bad_request_text"}
		}
		out[tenant] = append(out[tenant], id)
	}
	return out, nil
}

func (v *view) exportRow(x row) []string {
	f := &x.State.Facts
	left := ""
	if !f.StartBy.IsZero() {
		left = strconv.Itoa(f.StartBy.Sub(v.Today))
	}
	duty, due, owner := "", "", ""
	if step, ok := law.NextStep(f, v.Today, v.s.desk.Settings); ok {
		owner = v.T("role." + string(step.Role))
		if step.Duty != "" {
			duty, due = v.T("duty."+string(step.Duty)+".chip"), step.On.String()
		}
	}
	from, to := "", ""
	if a := f.Appointment; !a.IsZero() {
		from, to = a.Moment().String(), a.To.String()
	}
	place, site := law.ListPlace(f)
	return plain([]string{caseNumber(x.Tenant, x.Referral), left, f.StartBy.String(), v.name(x.Person), born(f.Born, x.Person.Born), v.specialty(f.Specialty), v.condition(f.Specialty, x.Condition, f.AssessedOn),
		from, to, duty, due, owner, v.provider(place), site, strconv.Itoa(law.WaitingDays(f, v.Today))})
}

// plain keeps a spreadsheet from taking a text for a formula. A number with its sign stays a number.
func plain(fields []string) []string {
	for i, s := range fields {
		if s == "" || !strings.ContainsRune("=+-@\t\r", rune(s[0])) {
			continue
		}
		if _, err := strconv.Atoi(s); err != nil {
			fields[i] = "'" + s
		}
	}
	return fields
}
