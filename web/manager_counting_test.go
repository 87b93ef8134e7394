package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"rettid/figures"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
)

// While the months of a large place are counted the page stands with the numbers of today, tells how far it has come, and asks again by itself. When they could not be counted it
// says so, with a number.
func TestManagerIsCounting(t *testing.T) {
	t.Parallel()
	d := newSeed(t).fill().d
	s := makeSite(d, Options{Demo: true, User: User{Name: "Dag Dummy", Role: law.Management}})
	at := headers(s.routes())
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		at.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", path, w.Code, text(w.Body.String()))
		}
		return w
	}
	s.tallies.turn <- struct{}{} // another count is under way
	for path, want := range map[string][]string{
		"/ledelse":                    {"Over fristen nå 3", "Tallene regnes ut", "Beregningen begynner straks"},
		"/ledelse/rader?tall=waiting": {"Venter nå", "Tallene regnes ut"},
	} {
		w := get(path)
		if w.Header().Get("Refresh") == "" {
			t.Errorf("%s does not ask again", path)
		}
		for _, x := range want {
			if !strings.Contains(text(w.Body.String()), x) {
				t.Errorf("%s does not say %q: %s", path, x, text(w.Body.String()))
			}
		}
		if strings.Contains(text(w.Body.String()), "uforklart") {
			t.Errorf("%s shows a month", path)
		}
	}
	<-s.tallies.turn
	srv := httptest.NewServer(at)
	defer srv.Close()
	if _, body := fetch(t, srv.Client(), srv.URL+"/ledelse"); !strings.Contains(text(body), "0 uforklart") || strings.Contains(text(body), "Tallene regnes ut") {
		t.Errorf("when it is counted: %s", text(body))
	}
	if _, body := fetch(t, srv.Client(), srv.URL+"/ledelse/rader?tall=waiting"); !strings.Contains(body, `<th scope="row"`) {
		t.Errorf("when the rows are found: %s", text(body))
	}

	s = makeSite(d, Options{Demo: true, Log: slog.New(slog.DiscardHandler), User: User{Name: "Dag Dummy", Role: law.Management}})
	at = headers(s.routes())
	pos, err := d.Ledger.Heads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for tenant := range pos {
		s.tallies.ask(t.Context(), s.tallyKey(tenant, d.Today()), pos[tenant], patiently(), func(context.Context, func(n, of int64)) (*trustTally, error) {
			return nil, errors.New("the disk is gone")
		})
	}
	body := get("/ledelse").Body.String()
	for _, want := range []string{"Månedene kunne ikke regnes ut", "Over fristen nå 3", "Oppgi dette nummeret", "Prøv igjen"} {
		if !strings.Contains(text(body), want) {
			t.Errorf("a failed count does not say %q: %s", want, text(body))
		}
	}
	if strings.Contains(body, "disk") {
		t.Error("the fault itself is shown")
	}
}

// The months counted cell by cell from what is read at a glance are those of the whole states, in every scope.
func TestMonthsAreThoseOfTheStates(t *testing.T) {
	t.Parallel()
	d := newSeed(t).fill().d
	s := makeSite(d, Options{Demo: true})
	s.act = "see_figures"
	ctx, today := t.Context(), d.Today()
	pos, err := d.Ledger.Heads(ctx)
	if err != nil {
		t.Fatal(err)
	}
	scopes := []ledger.Query{{}, {ListProvider: "FJO"}, {ListProvider: "FJO", Unit: "FJO-01"}, {Specialty: "orthopaedics"}, {ListProvider: "none"}}
	counted := 0
	for _, q := range scopes {
		q.Today = today
		var states []*referral.Referral
		for tenant := range pos {
			err := d.Ledger.EachRow(ctx, tenant, func(r ledger.Row) error {
				if q.ListProvider != "" && r.ListProvider != q.ListProvider || q.Unit != "" && r.Unit != q.Unit || q.Specialty != "" && r.Specialty != q.Specialty {
					return nil
				}
				state, err := readState(r)
				states = append(states, &state)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		m, err := s.monthsOf(ctx, q, today, forFile())
		if err != nil || m.err != nil || m.Trend == nil {
			t.Fatal(err, m)
		}
		for i, got := range m.Months {
			want := figures.FlowOf(states, got.Month, today)
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%+v, %s: %+v, of the states %+v", q, got.Month, got, want)
			}
			if n := figures.Month(states, got.Month, today, d.Settings).Breaches; n != m.Breaches[i] {
				t.Errorf("%+v, %s: %d breaches, of the states %d", q, got.Month, m.Breaches[i], n)
			}
			counted += got.Closing + got.Assessed
		}
		waits := slices.DeleteFunc(states, func(r *referral.Referral) bool { return !law.IsWaiting(&r.Facts, today) })
		if m.Waiting() != len(waits) {
			t.Errorf("%+v: %d wait, of the states %d", q, m.Waiting(), len(waits))
		}
	}
	if counted == 0 {
		t.Error("nothing was counted")
	}
}
