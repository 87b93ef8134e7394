package web

import (
	"fmt"
	"net/http"
	"testing"

	"rettid/exception"
	"rettid/law"
	"rettid/referral"
)

// No page asks the database more questions because it has more to show: what rows are about is read for all of them at once.
func TestPagesAskAsMuchOfManyRows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	as := walkedAs(t, w)
	stops := w.stops(t, as, false)
	n := 0
	more := func(k int) {
		for range k {
			n++
			name := fmt.Sprint("Fabel", n)
			x := w.receive(arrival{given: "Trygg", family: name, born: today.Add(-15000 - n), on: today.Add(-40)})
			w.grant("FJO", x, today.Add(-35), today.Add(n-5), "")
			switch n % 3 {
			case 0:
				w.book("FJO", x, today.Add(-30), today.Add(n+3), 9*60)
			case 1:
				w.do("FJO", x, today.Add(-30), law.Booking, "Malin Modellsen", &referral.MakeOffer{At: "KNE", Start: today.Add(9)})
			}
			w.letter("FJO", x, name)
			w.receive(arrival{given: "Trine", family: name, born: today.Add(-15000 - n), on: today.Add(-20)})
			y := w.apply([]string{"ID2024_901", "ID2024_902"}[n%2], "Tuva", name)
			if n%2 == 0 {
				w.matter("FJO", y, today.Add(-4), &exception.Consent{})
				w.matter("FJO", y, today.Add(-3), &exception.Forward{Note: exception.Say("Alvorlig.")})
			}
			z := w.apply("ID2024_902", "Tor", name)
			var why []exception.Answered
			for _, c := range law.Criteria {
				why = append(why, exception.Answered{Criterion: c, Met: law.No, Why: exception.Say("Vurdert for seg.")})
			}
			w.matter("FJO", z, today.Add(-2), &exception.DecideException{Outcome: law.ExRefused, Individual: law.Yes, Criteria: why, Reason: exception.Say("Veid samlet."), Summary: exception.Say("Nytten er usikker.")})
			w.matter(exception.National, 0, today.Add(-60), &exception.Propose{Method: "ID2024_902", UsersFrom: today.Add(-60), Group: exception.Group{Text: exception.Say(name)}})
			w.matter(exception.National, 0, today.Add(-60), &exception.Schedule{Name: name, Date: today.Add(20 + n), Begins: "09:00", Ends: "11:00", Where: "Kulissebyen"})
			w.matter(exception.National, 0, today.Add(-300), &exception.RegisterMethod{ID: fmt.Sprintf("ID2023_%03d", n), Title: name, State: law.Assessing, Body: "Bestillerforum"})
		}
	}
	cost := func() []int64 {
		out := make([]int64, len(stops))
		for i, x := range stops {
			before := w.d.Ledger.Asked()
			if res, body := as[x.who].get(x.at); res.StatusCode != http.StatusOK {
				t.Fatalf("%s as %s: %d %s", x.at, x.who, res.StatusCode, text(body))
			}
			out[i] = w.d.Ledger.Asked() - before
		}
		return out
	}
	more(1)
	few := cost()
	more(24) // nearly a page of each
	many := cost()
	for i, x := range stops {
		if many[i] > few[i]+3 { // what is looked for now and then, and one more page of something
			t.Errorf("%s as %s asks %d questions, and %d when there is more to show", x.at, x.who, few[i], many[i])
		}
		if testing.Verbose() {
			t.Logf("%4d %4d  %s", few[i], many[i], x.at)
		}
	}
	if len(stops) < 100 {
		t.Errorf("%d pages were asked for", len(stops))
	}
}
