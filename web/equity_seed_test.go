package web

import (
	"fmt"
	"strings"
	"testing"

	"rettid/day"
	"rettid/desk"
	"rettid/exception"
	"rettid/law"
	"rettid/ledger"
)

// practiceYear is the year of the applications the review of practice is made of.
const practiceYear = 2024

// practise gives the national scheme who lives where, in so many districts that the table of them has two pages, and a year of applications that are all from one region. The methods must be registered.
func (s *seed) practise() {
	s.t.Helper()
	var file strings.Builder
	file.WriteString("area,region,age_group,sex,population\n")
	areas := s.d.Org.HomeAreas()
	for i := range 30 {
		areas = append(areas, fmt.Sprintf("4601%02d", i+1))
	}
	for i, area := range areas {
		region, ok := s.d.Org.RegionOf(area[:4], day.On(practiceYear, 12, 31))
		if !ok {
			continue
		}
		for _, age := range []string{"18-64", "65+"} {
			for _, sex := range []string{"female", "male"} {
				n := 1000 + 100*i
				if len(area) == 6 {
					n = 40 + i
				}
				fmt.Fprintf(&file, "%s,%s,%s,%s,%d\n", area, region, age, sex, n)
			}
		}
	}
	if _, err := s.d.Ledger.PutPaper(s.ctx, ledger.Paper{Tenant: exception.National, Kind: desk.PopulationPaper, ID: desk.PopulationID, At: at(day.On(practiceYear, 1, 2), 9, 0).UTC().UnixMicro(), Actor: "analyst", Body: []byte(file.String())}); err != nil {
		s.t.Fatal(err)
	}
	for i := range 16 {
		s.n++
		on := day.On(practiceYear, 8, 1).Add(7 * i)
		id := fmt.Sprintf("likx%d", i)
		out, err := s.d.TakeMatter(s.ctx, desk.MatterOrder{Tenant: "FJO", At: exception.At{On: on, Actor: "u2001", Place: "FJO"}, Known: at(on, 9, s.n%60),
			Do:     &exception.Apply{Method: "ID2024_902", Patient: id, Born: day.On(1960+i, 3, 12), Sex: []string{"female", "male"}[i%2], Municipality: "4601", Place: "FJO", Doctor: "u2001", Form: exception.Form{Indication: "C50", Authorisation: law.Authorised}},
			Person: &ledger.Person{Tenant: "FJO", ID: id, Given: "Lars", Family: "Liknende", Born: day.On(1960+i, 3, 12), Language: "nb", Municipality: "4601", LocalID: id}})
		if err != nil {
			s.t.Fatal(err)
		}
		s.matter("FJO", out.Matter, on.Add(6), &exception.DecideException{Outcome: law.ExWithdrawn})
	}
}

// reviewed makes the year's review and publishes it, and a review after it with a task that is done and one that is not.
func (s *seed) reviewed() {
	s.t.Helper()
	make := func(name string, from, to, on day.Day) desk.MatterOutcome {
		out, _, err := s.d.MakeReview(s.ctx, "seed/"+name, exception.At{On: on, Role: law.Secretariat, Actor: "analyst", Place: exception.National}, at(on, 10, 0), name, from, to, "Følges opp.")
		if err != nil {
			s.t.Fatal(err)
		}
		return out
	}
	on := day.On(practiceYear+1, 1, 20)
	year := make("Året", day.On(practiceYear, 1, 1), day.On(practiceYear, 12, 31), on)
	s.tens["year's review"] = year.Matter
	if _, err := s.d.PublishReview(s.ctx, "seed/publish", exception.At{On: on, Role: law.Secretariat, Actor: "analyst", Place: exception.National}, at(on.Add(1), 10, 0), year.Matter); err != nil {
		s.t.Fatal(err)
	}
	last := make("Våren", day.On(practiceYear, 4, 1), day.On(practiceYear+1, 3, 31), day.On(practiceYear+1, 4, 8))
	s.tens["review"] = last.Matter
	signals := last.State.Review.Signals
	if len(signals) < 3 {
		s.t.Fatalf("the review has %d signals, too few to show", len(signals))
	}
	for i, by := range []int{30, -3} {
		s.matter(exception.National, last.Matter, today.Add(-14), &exception.AnswerFinding{Finding: signals[i].Finding, Kind: "action", Owner: "vest", By: today.Add(by), Words: exception.Say("Opplæring i regionen.")})
	}
	s.matter(exception.National, last.Matter, today.Add(-2), &exception.CloseFinding{Finding: signals[1].Finding, Words: exception.Say("Holdt i april.")})
}

// newPractice serves a scheme in which the year's review is still to be made.
func newPractice(t testing.TB) *world {
	t.Helper()
	s := newSeed(t)
	s.methods()
	s.practise()
	return serveWorld(t, s)
}
