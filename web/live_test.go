package web

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
)

// A change by somebody else comes as one line, without a patient's name; one's own does not.
func TestLiveTellsWhoChangedTheCase(t *testing.T) {
	s := newSeed(t).fill()
	site := makeSite(s.d, Options{Demo: true})
	site.streams.every = 5 * time.Millisecond
	srv := httptest.NewServer(headers(site.routes()))
	t.Cleanup(srv.Close)
	id := s.tens["Fiktiv"]
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
	defer stop()
	open := func(path string) *bufio.Scanner {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, srv.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := srv.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { res.Body.Close() })
		if res.Header.Get("Content-Type") != "text/event-stream" {
			t.Fatalf("%s is %s", path, res.Header.Get("Content-Type"))
		}
		return bufio.NewScanner(res.Body)
	}
	next := func(in *bufio.Scanner) string {
		event := ""
		for in.Scan() {
			if name, ok := strings.CutPrefix(in.Text(), "event: "); ok {
				event = name + " "
			}
			if line, ok := strings.CutPrefix(in.Text(), "data: "); ok {
				return event + line
			}
		}
		t.Fatal("the stream ended without news")
		return ""
	}
	one, list := open("/hendt?sak=FJO/"+itoa(int(id))+"&seq="+itoa(s.state("FJO", id).Seq)), open("/hendt")
	s.do("FJO", id, today, law.Booking, "Dag Dummy", &referral.WishEarlier{Notice: 1}) // one's own, in another window
	s.do("FJO", id, today, law.Booking, "Malin Modellsen", &referral.Book{Start: day.Moment{Day: day.On(2025, 4, 28), Minute: 600}})
	if got := next(one); !strings.Contains(got, "Malin Modellsen endret saken kl. ") || !strings.Contains(got, ": time satt opp.") || strings.Contains(got, "Fiktiv") {
		t.Errorf("the case's line is %q", got)
	}
	if got, want := next(list), "rettid:changed "+caseURL("FJO", id); got != want {
		t.Errorf("of the rows the list is told %q, not %q", got, want)
	}
	if got := next(list); !strings.HasPrefix(got, "Listen er endret kl. ") || !strings.HasSuffix(got, `<a href="">Se på nytt</a>`) {
		t.Errorf("the list's line is %q", got)
	}
	for path, want := range map[string]int{"/hendt?sak=FJO/99999&seq=1": 404, "/hendt?sak=x&seq=1": 400} {
		if status, _ := get(t, srv, path); status != want {
			t.Errorf("%s: %d", path, status)
		}
	}
}
