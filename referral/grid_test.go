package referral

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"rettid/day"
	"rettid/law"
)

var update = flag.Bool("update", false, "write the golden files anew")

// begun is the day the referrals of the tests are received.
var begun = day.On(2025, 9, 1)

// A story is steps from a reception; each is (days after the reception, name of a move).
type story struct {
	name  string
	comes string
	steps []struct {
		after int
		move  string
	}
	on int // the day the grid asks on
}

func told(name, comes string, on int, steps ...any) story {
	s := story{name: name, comes: comes, on: on}
	for i := 0; i < len(steps); i += 2 {
		s.steps = append(s.steps, struct {
			after int
			move  string
		}{steps[i].(int), steps[i+1].(string)})
	}
	return s
}

// stories lead to every status and right there is, and to what a waiting referral can be.
var stories = []story{
	told("received", "elective", 2),
	told("received, limit passed", "elective", 20),
	told("deficient", "urgent and deficient", 2),
	told("at a contract specialist", "at a contract specialist", 2),
	told("outside the agreement", "at a private provider", 2),
	told("under assessment", "elective", 2, 1, "begin"),
	told("mixed, undecided", "mixed", 2),
	told("guidance", "mixed", 2, 1, "classify as guidance"),
	told("emergency", "emergency", 2),
	told("internal", "internal", 2),
	told("course", "course", 2),
	told("granted", "elective", 5, 4, "assess granted"),
	told("granted, clarified", "elective", 5, 4, "assess granted, clarified"),
	told("under 23", "young, mental health", 5, 4, "assess granted"),
	told("booked in time", "elective", 8, 4, "assess granted", 5, "book in time"),
	told("booked late", "elective", 8, 4, "assess granted", 5, "book late"),
	told("offered in time", "elective", 8, 4, "assess granted", 5, "offer in time"),
	told("waits for a place", "elective", 9, 4, "assess granted", 5, "offer in time", 6, "decline, waits for HF"),
	told("deadline broken", "elective", 80, 4, "assess granted"),
	told("Helfo notified", "elective", 82, 4, "assess granted", 80, "notify_helfo"),
	told("Helfo found none", "elective", 86, 4, "assess granted", 80, "notify_helfo", 84, "helfo_returned, found none"),
	told("started", "elective", 12, 4, "assess granted", 10, "start treatment"),
	told("started, next planned late", "elective", 14, 4, "assess granted", 10, "start treatment", 11, "book after the sound day"),
	told("opinion asked", "elective", 3, 2, "ask_opinion"),
	told("complaint sent on", "elective", 12, 4, "assess not_granted", 6, "complain", 8, "decide_complaint, sent on"),
	told("emergency, started", "emergency", 4, 1, "start treatment"),
	told("not granted", "elective", 5, 4, "assess not_granted"),
	told("complaint waits", "elective", 9, 4, "assess not_granted", 6, "complain"),
	told("withdrawn", "elective", 9, 4, "assess granted", 6, "close withdrawn"),
	told("placed by Helfo", "elective", 85, 4, "assess granted", 80, "notify_helfo", 82, "helfo_placed"),
}

// play carries a story out and gives the log.
func play(t *testing.T, s story) []Entry {
	t.Helper()
	var log []Entry
	take := func(m move, on day.Day) {
		r := Fold(log)
		e, err := Decide(log, m.do, m.at(on), m.given(&r), law.Default())
		if err != nil {
			t.Fatalf("story %q: %s on %s: %v", s.name, m.name, on, err)
		}
		log = append(log, Entry{Seq: len(log) + 1, Known: on, Event: e})
	}
	for _, m := range receptions() {
		if m.name == s.comes {
			take(m, begun)
		}
	}
	for _, step := range s.steps {
		on := begun.Add(step.after)
		r := Fold(log)
		found := false
		for _, m := range choices(&r, on) {
			if m.name == step.move {
				take(m, on)
				found = true
				break
			}
		}
		if !found {
			t.Fatalf("story %q: no move %q", s.name, step.move)
		}
	}
	return log
}

// TestGrid draws every status and right × every command on one page: what is accepted, what is warned of and what is refused, with the norms.
func TestGrid(t *testing.T) {
	s := law.Default()
	var out strings.Builder
	fmt.Fprintf(&out, "# Every state of a referral × every command: · accepted, ! accepted with a warning, x refused; with the norms that speak.\n")
	fmt.Fprintf(&out, "# Received %s; drawn by TestGrid (go test ./referral -run Grid -update).\n", begun)
	for _, st := range stories {
		log := play(t, st)
		r, on := Fold(log), begun.Add(st.on)
		fmt.Fprintf(&out, "\n== %s == %s %s, %s, %d days after reception\n", st.name, r.Kind, r.Status, r.Right, st.on)
		for _, d := range law.DutiesOn(&r.Facts, on, s) {
			fmt.Fprintf(&out, "   duty %s %s, %s at %s\n", d.Name, d.Due, d.Role, d.At)
		}
		groups := make(map[string][]string)
		var order []string
		for _, m := range choices(&r, on) {
			e, err := Decide(log, m.do, m.at(on), m.given(&r), s)
			var verdict string
			var refusal *Refusal
			switch {
			case errors.As(err, &refusal):
				verdict = "x " + strings.Join(refusal.Objections.Norms(), " ")
			case err != nil:
				t.Errorf("%s: %s: a fault instead of an answer: %v", st.name, m.name, err)
				continue
			case len(e.Warned) > 0:
				verdict = "! " + strings.Join(e.Warned.Norms(), " ")
			default:
				verdict = "·"
			}
			if groups[verdict] == nil {
				order = append(order, verdict)
			}
			groups[verdict] = append(groups[verdict], m.name)
		}
		for _, v := range order {
			fmt.Fprintf(&out, "%s\n", v)
			line := "   "
			for i, name := range groups[v] {
				if i > 0 {
					line += " | "
				}
				if len(line)+len(name) > 150 {
					fmt.Fprintln(&out, strings.TrimRight(line, " "))
					line = "   "
				}
				line += name
			}
			fmt.Fprintln(&out, line)
		}
	}
	golden(t, "testdata/grid.golden", out.String())
}

// golden compares with a kept file, or writes it with -update.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	a, b := strings.Split(string(want), "\n"), strings.Split(got, "\n")
	for i := range max(len(a), len(b)) {
		var x, y string
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		if x != y {
			t.Fatalf("%s line %d is not what is drawn today.\n was: %s\n now: %s\nIf the change is meant, run with -update and read the diff.", file, i+1, x, y)
		}
	}
}

// TestStoriesReachEveryStatus: the grid leaves no status and no right out.
func TestStoriesReachEveryStatus(t *testing.T) {
	seen := make(map[string]bool)
	for _, st := range stories {
		r := Fold(play(t, st))
		seen[string(r.Status)], seen[string(r.Right)] = true, true
	}
	for _, x := range law.Statuses {
		if !seen[string(x)] {
			t.Errorf("no story ends %s", x)
		}
	}
	for _, x := range []law.Right{law.Pending, law.Granted, law.NotGranted, law.NotAssessed} {
		if !seen[string(x)] {
			t.Errorf("no story ends with the right %s", x)
		}
	}
	given := make(map[string]bool)
	for _, m := range append(choices(&Referral{}, begun), receptions()...) {
		given[m.do.Verb()] = true
	}
	for _, v := range Verbs() {
		if !given[v] && v != "correct" {
			t.Errorf("no move gives the command %s", v)
		}
	}
}
