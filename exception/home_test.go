package exception

import (
	"encoding/json"
	"strings"
	"testing"

	"rettid/day"
	"rettid/law"
)

// the home is looked up when the application comes, stays out of what committee and secretariat see, and is in the copy to the region without the municipality.
func TestHomeIsForTheReviewAlone(t *testing.T) {
	on := day.On(2026, 1, 5)
	var m Matter
	given := Given{Region: "nord", Home: &Home{Catchment: "VID", CatchmentYear: 2024, Centrality: 6, CentralityYear: 2024, Education: 1, EducationYear: 2023}}
	(&Apply{Method: "ID2023_901", Municipality: "5605", Place: "VID", Born: day.On(1950, 3, 1)}).fold(&m, &Event{On: on, Given: given})
	if s := m.Stripped(); s.Home != nil {
		t.Errorf("the committee sees %+v", s.Home)
	}
	c := CopyOf(&m, "k")
	if c.Catchment != "VID" || c.Centrality != "5-6" || c.Education != 1 || len(c.TableYears) != 3 || c.TableYears[2] != 2023 {
		t.Errorf("the copy holds %+v", c)
	}
	b, err := json.Marshal(c)
	if err != nil || strings.Contains(string(b), "5605") {
		t.Errorf("the municipality is in the copy: %s", b)
	}
	for axis, want := range map[string]string{"catchment": "VID", "centrality": "5-6", "education": "1", "municipality": "5605"} {
		if got := m.GroupOf(axis); got != want {
			t.Errorf("%s is %s, want %s", axis, got, want)
		}
	}
	if got := (&Matter{ExceptionFacts: law.ExceptionFacts{}}).GroupOf("education"); got != "unknown" {
		t.Errorf("without a home the education is %s", got)
	}
}

// Each signal of a review is owed an answer; what is to be done has a day, and is closed or given a later one. A review made again keeps its tasks.
func TestFindingsAreDuties(t *testing.T) {
	s, on := law.Default(), day.On(2026, 1, 12)
	var log []Entry
	take := func(c Command, want string) Matter {
		t.Helper()
		e, err := Decide(log, c, At{On: on, Actor: "u1", Role: law.Secretariat}, Given{}, s)
		if got := err != nil; got != (want == "refused") {
			t.Fatalf("%s: %v", c.Verb(), err)
		}
		if err == nil {
			log = append(log, Entry{Seq: len(log) + 1, Known: on, Event: e})
		}
		m := Fold(log)
		var owed []string
		for _, d := range law.ExceptionDuties(&m.ExceptionFacts, s) {
			owed = append(owed, string(d.Name)+" "+d.Due.String())
		}
		if got := strings.Join(owed, ", "); want != "refused" && got != want {
			t.Errorf("after %s: owed %q, want %q", c.Verb(), got, want)
		}
		return m
	}
	made := &ReviewPractice{Name: "4. kvartal", From: day.On(2023, 1, 1), To: day.On(2025, 12, 31), KnownOn: on, Digest: "d", People: 1, Signals: []Signalled{{"a", "red"}, {"b", "amber"}}}
	take(made, "answer_finding "+day.Day{}.String())
	take(&AnswerFinding{Finding: "c", Kind: "action", Owner: "nord", By: on.Add(30)}, "refused")
	take(&AnswerFinding{Finding: "a", Kind: "action", Owner: "oslo", By: on.Add(30)}, "refused")
	take(&AnswerFinding{Finding: "a", Kind: "action", Owner: "nord", By: on.Add(-1)}, "refused")
	take(&CloseFinding{Finding: "a"}, "refused")
	take(&AnswerFinding{Finding: "a", Kind: "action", Owner: "nord", By: on.Add(30)}, "answer_finding "+day.Day{}.String()+", follow_finding "+on.Add(30).String())
	take(&AnswerFinding{Finding: "b", Kind: "none", Owner: "secretariat", By: on.Add(10)}, "follow_finding "+on.Add(10).String())
	take(&CloseFinding{Finding: "b"}, "follow_finding "+on.Add(30).String())
	take(&CloseFinding{Finding: "a", Later: on.Add(90)}, "follow_finding "+on.Add(90).String())
	take(made, "follow_finding "+on.Add(90).String())
	m := take(&CloseFinding{Finding: "a"}, "")
	if !m.Ended(s) || m.Review.Tasks[0].Moved != 1 {
		t.Errorf("all is closed, and the review is open: %+v", m.Review.Tasks)
	}
	take(&PublishReview{Year: 2024, Digest: "d"}, "refused")
	take(&PublishReview{Year: 2025, Digest: "d"}, "")
	take(&PublishReview{Year: 2025, Digest: "d"}, "refused")
}

// TestYearOver: only a review that goes to the last day of a year, made after it, can be published as the year.
func TestYearOver(t *testing.T) {
	last := day.On(2025, 12, 31)
	for _, tt := range []struct {
		to, known day.Day
		want      bool
	}{{last, last.Add(1), true}, {last, last, false}, {last.Add(-1), last.Add(1), false}, {last.Add(1), last.Add(40), false}, {last, day.Day{}, false}} {
		r := Review{To: tt.to, KnownOn: tt.known}
		if _, got := r.Year(); got != tt.want {
			t.Errorf("to %s, known on %s: %v, want %v", tt.to, tt.known, got, tt.want)
		}
	}
}
