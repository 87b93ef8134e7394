package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"rettid/access"
)

// newPeople serves a seed's region to everyone and some more who work there.
func newPeople(t testing.TB, s *seed, more string) *httptest.Server {
	t.Helper()
	people, err := access.ReadPeople(strings.NewReader(everyone + more))
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewUnstartedServer(nil)
	h, err := NewGated(s.d, Options{Demo: true, Log: slog.New(slog.DiscardHandler)}, access.GateOptions{People: people, Demo: true, Listener: srv.Listener.Addr()})
	if err != nil {
		t.Fatal(err)
	}
	srv.Config.Handler = h
	srv.Start()
	t.Cleanup(func() { srv.CloseClientConnections(); srv.Close() }) // a stream that is open would be waited for
	return srv
}

// another gives a window of somebody else: another session in the same browser.
func another(t testing.TB, ctx context.Context) context.Context {
	t.Helper()
	other, stop := chromedp.NewContext(ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(stop)
	if err := chromedp.Do(other); err != nil {
		t.Fatalf("open another window: %v", err)
	}
	return other
}

// Two people book the same case. The later one is refused and sees what the other did beside what was typed, decides again, and nothing is overwritten; the
// first sees it on the page that stands open, which is not read anew, and in the list the row says that it is changed.
func TestTwoPeopleByMouse(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	s := newSeed(t).fill()
	srv := newPeople(t, s, "second,Malin Modellsen,booking,FJO,FJO-01,,,,nb,,,,\n")
	id := s.tens["Fiktiv"]
	dag, malin := ctx, another(t, ctx)
	list, stop := chromedp.NewContext(dag, chromedp.WithNewWindow(true)) // and one more window of the first
	t.Cleanup(stop)
	if err := chromedp.Do(list); err != nil {
		t.Fatal(err)
	}
	save := `.decide button[type=submit]`
	fill := func(on string) chromedp.Action[chromedp.Void] {
		return script(`document.querySelector("#f-dag").value = "` + on + `"; document.querySelector("#f-klokke").value = "09.30"`)
	}
	enter(t, dag, srv, "booking", actURL("FJO", id, "book"))
	enter(t, malin, srv, "second", actURL("FJO", id, "book"))
	run(t, list, "the list", width(1440), chromedp.Navigate(srv.URL+"/liste"), chromedp.WaitVisible(".wl"))

	run(t, dag, "the first books", fill("28.04.2025"), chromedp.Click(save), chromedp.WaitReady(".donebar, #svar"))
	if !ask[bool](t, dag, "read", `!!document.querySelector(".donebar")`) {
		t.Fatalf("the first is answered %s", ask[string](t, dag, "read", `document.querySelector("#svar").innerText`))
	}
	run(t, dag, "and stays", script(`window.notReadAnew = true`))
	run(t, malin, "the second books", fill("25.04.2025"), chromedp.Click(save), chromedp.WaitVisible("#h-since"))
	refused := ask[string](t, malin, "read", `document.querySelector("#svar").innerText`)
	for _, want := range []string{"Time satt opp 28. april 2025 kl. 09.30", "25.04.2025"} {
		if !strings.Contains(refused, want) {
			t.Errorf("the refusal does not say %q: %s", want, refused)
		}
	}
	if a := s.state("FJO", id).Appointment; a.From.String() != "2025-04-28" {
		t.Errorf("after the refusal the time is %v", a)
	}
	seq := s.state("FJO", id).Seq
	run(t, malin, "decides again", chromedp.Click(save), chromedp.WaitReady(".donebar"))
	if x := s.state("FJO", id); x.Appointment.From.String() != "2025-04-25" || x.Seq != seq+1 {
		t.Errorf("decided again, the time is %v at entry %d", x.Appointment, x.Seq)
	}

	run(t, dag, "hear of it", chromedp.WaitVisible(".live a"))
	if line := ask[string](t, dag, "read", `document.querySelector(".live").textContent`); !strings.Contains(line, "Malin Modellsen endret saken kl. ") || strings.Contains(line, "Fiktiv") {
		t.Errorf("the line says %q", line)
	}
	if !ask[bool](t, dag, "read", `window.notReadAnew === true && document.querySelector(".live").getAttribute("role") === "status"`) {
		t.Error("the page was read anew")
	}
	run(t, list, "hear of it", chromedp.WaitVisible(".live a"), chromedp.WaitVisible(`tr.changed .changedmark`))
	if got := ask[string](t, list, "read", `[...document.querySelectorAll("tr.changed th")].map(x => x.innerText).join("; ")`); !strings.Contains(got, "Fiktiv, Frida") || !strings.Contains(got, "Endret") || strings.Contains(got, ";") {
		t.Errorf("changed are %q", got)
	}
	run(t, dag, "look again", chromedp.Click(".live a"), chromedp.WaitVisible(fmt.Sprintf(`#r%d`, seq+1)))
	for who, at := range map[string]context.Context{"the first": dag, "the list": list} {
		if got := ask[string](t, at, "read", `window.htmx ? htmx.version : "no htmx"`); got != "4.0.1" {
			t.Errorf("%s has %s", who, got)
		}
	}
}
