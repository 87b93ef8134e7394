package web

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rettid/day"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
	"rettid/words"
)

// getPart asks as htmx does for what it puts into a target.
func getPart(t testing.TB, srv *httptest.Server, path, target string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, srv.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("HX-Request", "true")
	r.Header.Set("HX-Target", target)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

// What the script is given to put in the place of the list, and beneath its lines, is what the whole page has there: nothing is told in two ways.
func TestPartsOfTheListAreThePage(t *testing.T) {
	s, srv := newSite(t, Options{User: User{Name: "Siv Skissesen", Role: law.Specialist}})
	for i := range perList + 10 {
		id := s.receive(arrival{given: "Nr" + itoa(i), family: "Oppdiktet", born: day.On(1970, 1, 1), on: day.On(2025, 4, 1), c: referral.Receive{Specialty: "dermatology"}})
		s.do("FJO", id, day.On(2025, 4, 2), law.Specialist, "Siv Skissesen", &referral.Assess{Outcome: law.Granted, Benefit: law.Yes, ReasonableCost: law.Yes, Need: law.Yes, Deadline: day.On(2025, 8, 1), Clarified: law.Yes, Reason: referral.Say("Følger veilederen.")})
	}
	between := func(s, from, to string) string {
		_, s, ok := strings.Cut(s, from)
		s, _, ok2 := strings.Cut(s, to)
		if !ok || !ok2 {
			t.Fatalf("nothing stands between %s and %s", from, to)
		}
		return s
	}
	for _, path := range []string{"/liste", "/liste?side=2", "/liste?fag=dermatology", "/liste?fag=dermatology&side=2", "/liste?fag=dermatology&side=9", "/liste?sykehus=FJO&sorter=pasient&retning=ned", "/liste?visning=over", "/liste?visning=uten-ansvarlig",
		"/liste?fag=cardiology&sted=x", "/liste?kol=nummer&kol=fag", "/liste?lang=en", "/liste?lang=nn&sorter=ventet"} {
		for range 2 { // the second time all is counted
			res, err := http.Get(srv.URL + path) // a page that is no more leads to the last
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(res.Body)
			res.Body.Close()
			whole := string(b)
			if err != nil || res.StatusCode != http.StatusOK || !strings.HasPrefix(whole, "<!doctype html>") || res.Header.Get("Vary") != "HX-Request, HX-Target" {
				t.Fatalf("%s: %d, Vary %q, %v", path, res.StatusCode, res.Header.Get("Vary"), err)
			}
			res, part := getPart(t, srv, path, "div#listen")
			title, block, _ := strings.Cut(part, "</title>")
			if res.StatusCode != http.StatusOK || !strings.HasPrefix(block, `<div id="listen"`) || !strings.Contains(whole, block) || !strings.Contains(whole, title+"</title>") {
				t.Errorf("%s: the part is not of the page:\n%s\n\n%s", path, part, whole)
			}
			if strings.Contains(part, "<header") || len(part) > len(whole)-5000 {
				t.Errorf("%s: the part is %d bytes, the page %d", path, len(part), len(whole))
			}
			if !strings.Contains(whole, `id="rader"`) { // there are no lines
				continue
			}
			_, more := getPart(t, srv, path, "tbody#rader")
			for _, what := range [][2]string{{"<tbody", "</tbody>"}, {`<div id="mer"`, "</div>"}, {`<div id="sider">`, "</div>"}, {"<title>", "</title>"}} {
				got, want := between(more, what[0], what[1]), between(whole, what[0], what[1])
				if what[0] == "<tbody" { // where the whole page says that the lines are no concern of the script's
					got, want = got[strings.Index(got, ">"):], want[strings.Index(want, ">"):]
				}
				if got != want {
					t.Errorf("%s: %s of more lines is\n%s\nof the page\n%s", path, what[0], got, want)
				}
			}
			if !strings.Contains(more, `id="listen"`) || strings.Contains(more, "<form") || strings.Contains(more, "<header") {
				t.Errorf("%s: more lines come with more than lines, or without what tells that it is the list:\n%s", path, more)
			}
		}
	}
	// Who asks for something else, or says so without being htmx, is given the page.
	for _, target := range []string{"", "body", "div#treff"} {
		if _, b := getPart(t, srv, "/liste", target); !strings.HasPrefix(b, "<!doctype html>") {
			t.Errorf("into %q comes\n%.200s", target, b)
		}
	}
}

// One who leafs through the list, with what is kept of it, sees what one sees who comes to a program just begun; whatever is recorded meanwhile.
func TestLeafingShowsTheList(t *testing.T) {
	s := newSeed(t).fill()
	granted := func(n int) {
		for i := range n {
			id := s.receive(arrival{given: "Nr" + itoa(i), family: "Oppdiktet", born: day.On(1970, 1, 1), on: day.On(2025, 4, 1), c: referral.Receive{Specialty: "dermatology"}})
			s.do("FJO", id, day.On(2025, 4, 2), law.Specialist, "Siv Skissesen", &referral.Assess{Outcome: law.Granted, Benefit: law.Yes, ReasonableCost: law.Yes, Need: law.Yes, Deadline: day.On(2025, 8, 1+i%20), Clarified: law.Yes, Reason: referral.Say("Følger veilederen.")})
		}
	}
	granted(2*perList + 5)
	o := Options{Demo: true, User: User{Name: "Dag Dummy", Role: law.Booking}}
	begun := func() http.Handler {
		site := makeSite(s.d, o)
		site.counts = nil // on a slow machine a number may be some seconds old: they are another matter
		return headers(site.routes())
	}
	used := begun()
	ask := func(h http.Handler, path string) string {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != http.StatusOK {
			t.Fatalf("%s: status %d", path, w.Code)
		}
		return w.Body.String()
	}
	for round := range 3 {
		for _, list := range []string{"/liste?", "/liste?fag=dermatology&", "/liste?sorter=gjelder&retning=ned&", "/liste?sorter=time&", "/liste?sorter=pasient&", "/liste?lang=en&sorter=plikt&"} {
			for _, side := range []string{"1", "3", "2", "3"} {
				if got, want := ask(used, list+"side="+side), ask(begun(), list+"side="+side); got != want {
					t.Fatalf("round %d, %s, page %s:\n%s\nby a program just begun\n%s", round, list, side, got, want)
				}
			}
		}
		granted(3)
	}
}

// A line that is kept is written anew when anything it was written of is another: the case, the name, that it is erased, the language, the day, the columns.
func TestKeptLinesAreTheLines(t *testing.T) {
	s := newSeed(t).fill()
	site := makeSite(s.d, Options{Demo: true})
	stored, _, err := site.desk.Ledger.List(t.Context(), ledger.Query{Tenant: "FJO", View: "waiting", Sort: "left", Today: today, Limit: 20, NoTotal: true, Lines: true})
	if err != nil || len(stored) < 5 {
		t.Fatal(len(stored), err)
	}
	rapid.Check(t, func(t *rapid.T) {
		v := &view{s: site, frame: &frame{Lang: rapid.SampledFrom(words.Langs()).Draw(t, "language"), Today: today.Add(rapid.IntRange(0, 1).Draw(t, "day"))}}
		v.frame.v = v
		shown := filter{Columns: rapid.SampledFrom([][]string{nil, {"nummer", "fag"}}).Draw(t, "columns")}.shown()
		everywhere := rapid.Bool().Draw(t, "everywhere")
		rows := make([]line, len(stored))
		for i, r := range stored {
			rows[i] = line{Row: r, Person: ledger.Person{Family: rapid.SampledFrom([]string{"Oppdiktet", "Fiktiv"}).Draw(t, "family"), Given: "Else", Born: day.On(1970, 1, 1)}}
			if rapid.IntRange(0, 9).Draw(t, "erased") == 0 {
				rows[i].Person = ledger.Person{Erased: 1}
			}
			if rapid.IntRange(0, 4).Draw(t, "another state") == 0 {
				rows[i].State = stored[rapid.IntRange(0, len(stored)-1).Draw(t, "whose")].State
			}
		}
		write, err := v.keptLines(rows, shown, everywhere)
		if err != nil {
			t.Fatal(err)
		}
		var got, want bytes.Buffer
		write(&got)
		for _, x := range rows {
			state, err := readState(x.Row)
			if err != nil {
				t.Fatal(err)
			}
			v.lines(&want, []row{{x.Row, state, x.Person}}, shown, everywhere)
		}
		if got.String() != want.String() {
			t.Fatalf("kept lines are\n%s\nwritten anew\n%s", got.String(), want.String())
		}
	})
	v := &view{s: site, frame: &frame{Lang: words.NB, Today: today}}
	v.frame.v = v
	if _, err := v.keptLines([]line{{Row: ledger.Row{Tenant: "FJO", Referral: 1, State: []byte("{")}}}, filter{}.shown(), false); err == nil {
		t.Error("a state that can't be read is a line")
	}
	for i := range mostDrawn + 10 { // what is kept has an end
		site.drawn.keep(lineKey{0, "x", int64(i)}, drawnLine{})
	}
	if n := len(site.drawn.kept) + len(site.drawn.last); n > mostDrawn {
		t.Errorf("%d lines are kept", n)
	}
}

// The address of a page is its values.
func TestAddressOfAFilterIsItsValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := func(name string) string {
			return rapid.SampledFrom([]string{"", "", "x", "FJO", "æ ø&å=?+%#/", "frist-14"}).Draw(t, name)
		}
		f := filter{View: word("view"), Provider: word("provider"), Site: word("site"), Specialty: word("specialty"), Condition: word("condition"), Duty: word("duty"), Appointment: word("appointment"), Role: word("role"),
			Unit: word("unit"), Week: word("week"), DueWeek: word("due week"), Sort: word("sort"), Desc: rapid.Bool().Draw(t, "desc"), Page: rapid.IntRange(0, 3).Draw(t, "page"),
			Columns: rapid.SampledFrom([][]string{nil, {"time"}, {"plikt", "fag"}}).Draw(t, "columns")}
		u := User{Place: word("place")}
		path, query, _ := strings.Cut(f.url("/x", u), "?")
		got, err := url.ParseQuery(query)
		if err != nil || path != "/x" || query != f.values(u).Encode() || got.Encode() != query {
			t.Fatalf("%s?%s of %s: %v", path, query, f.values(u).Encode(), err)
		}
	})
}
