package referral

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"rettid/day"
	"rettid/law"
)

// What must hold of every referral however it came to stand where it stands, and two ways of getting there: every way, to a depth, by
// abstract state; and millions of random steps with corrections among them (RETTID_LONG=1 for all of them).

// long says that the tests are to take their time.
var long = os.Getenv("RETTID_LONG") != ""

// turns lists the days on which something about a referral can change by itself: today, each day it holds and the day after it, and far ahead. Duties
// and next steps are steps in time that change on these days alone, so what holds on them holds on every day from today on.
func turns(r *Referral, today day.Day, buf []day.Day) []day.Day {
	out := append(buf[:0], today)
	add := func(d day.Day) {
		for _, x := range [2]day.Day{d, d.Add(1)} {
			if !d.IsZero() && x.After(today) && !slices.Contains(out, x) {
				out = append(out, x)
			}
		}
	}
	for _, d := range [...]day.Day{r.AssessBy, r.StartBy, r.NeededBy, r.Appointment.From, r.Appointment.To, r.Next.From, r.Next.To, r.Meeting.To, r.PutOff.To} {
		add(d)
	}
	return append(out, today.Add(3650))
}

// holds checks what must hold on every day from today on if nothing more happens.
func holds(r *Referral, today day.Day, s *law.Settings, buf []day.Day) error {
	f := &r.Facts
	all := law.Duties(f, s)
	for _, d := range all {
		if d.Name == "" || d.Role == "" || d.At == "" || len(d.Norms) == 0 || d.Cite == "" {
			return fmt.Errorf("the duty %q has no owner, place or norm: %+v", d.Name, d)
		}
	}
	switch f.Right {
	case law.Granted:
		// Only in 2020, when the duty to set one rested, is the right without a deadline.
		if f.StartBy.IsZero() && !(f.AssessedOn.After(day.On(2020, 3, 26)) && f.AssessedOn.Before(day.On(2020, 10, 2))) {
			return errors.New("the right is given and there is no deadline")
		}
	case law.NotGranted:
		if !f.Appointment.IsZero() || law.IsWaiting(f, today) {
			return errors.New("the right was not given, and the patient waits or has an appointment")
		}
	}
	if law.IsWaiting(f, today) && (f.Status == law.Closed || f.Status == law.Started) {
		return fmt.Errorf("it is %s and counts as waiting", f.Status)
	}
	if f.Status == law.Waiting && f.Right != law.Granted {
		return fmt.Errorf("it waits with the right %s", f.Right)
	}
	// Letters, kin and complaints are duties beside the course; the course itself must have a next step without them.
	course := *f
	course.Answer, course.Changed, course.ComplaintInfo, course.GuideReferrer, course.KinOpen, course.Complaints, course.Asked = law.Owed{}, law.Owed{}, false, false, 0, 0, nil
	if f.Status == law.Waiting && !law.IsWaiting(f, today) {
		return errors.New("its status is waiting and it does not count as waiting")
	}
	breachOn := law.BreachOn(f, s)
	for _, on := range turns(r, today, buf) {
		step, ok := law.NextStep(&course, on, s)
		if f.Status != law.Closed {
			if !ok {
				return fmt.Errorf("on %s it is open and has no next step", on)
			}
			if step.Role == "" || step.At == "" {
				return fmt.Errorf("on %s the next step %q has no owner", on, step.Duty)
			}
			if step.Duty == "" && step.On.IsZero() {
				return fmt.Errorf("on %s the next step is neither a duty nor a day", on)
			}
		}
		b := law.Breach(f, on, s).Value
		if occurred := !breachOn.IsZero() && !on.Before(breachOn); occurred != (b == law.Occurred) {
			return fmt.Errorf("on %s the breach is %s, by BreachOn from %s", on, b, breachOn)
		}
		if law.BreachCounted(f, on, s).Value != (b == law.Occurred) {
			return fmt.Errorf("on %s the breach is %s and counted otherwise", on, b)
		}
		if b == law.Expected && !(f.Appointment.To.After(f.StartBy) && law.IsWaiting(f, on)) {
			return fmt.Errorf("on %s a breach is expected with no time after the deadline", on)
		}
		if stage := law.StageOn(f, on, s); (stage == law.StageBreached) != (b == law.Occurred) || (stage == law.StageExpected) != (b == law.Expected) {
			return fmt.Errorf("on %s the stage is %s and the breach %s", on, stage, b)
		}
	}
	return nil
}

// shape is a state without its calendar: which of its days lie before, on or after today and the deadline, and what is not a day. Letters, kin,
// complaints and what was asked for are left out: they stand beside the course (see holds).
func shape(r *Referral, today day.Day) string {
	f := &r.Facts
	var b strings.Builder
	rel := func(d day.Day) {
		b.WriteByte('0' + byte(1+d.Compare(today)))
		if d.IsZero() {
			b.WriteByte('-')
		} else if !f.StartBy.IsZero() {
			b.WriteByte('a' + byte(1+d.Compare(f.StartBy)))
		}
	}
	for _, d := range [...]day.Day{f.Seniority, f.AssessBy, f.StartBy, f.NeededBy, f.Appointment.To, f.Next.To, f.PutOff.On, f.PutOff.To, f.BreachSince, f.WaitEnd} {
		rel(d)
	}
	for _, x := range [...]bool{!f.HelfoOn.IsZero(), !f.AgreedNotOn.IsZero(), f.Undecided, f.CareAfterAll, f.NewCondition, f.SecondOpinion, f.MayAssessHere, f.SecuredInTime, f.DeclinedInTime,
		f.Answer.Patient, f.Upheld, f.Complaints > 0} {
		b.WriteByte("-x"[one(x)])
	}
	var offers [3]int
	for _, o := range f.Offers {
		if o.Answer == law.Unanswered {
			offers[1+o.Start.Compare(f.StartBy)] = 1
		}
	}
	fmt.Fprint(&b, f.Kind, f.Concerns, f.Status, f.Right, f.Clarified, f.PutOff.By, offers)
	return b.String()
}

func one(x bool) int {
	if x {
		return 1
	}
	return 0
}

// TestEveryWay walks every command on every abstract state, breadth first, until there is no new state or the bound is reached.
func TestEveryWay(t *testing.T) {
	bound := 6000
	if long {
		bound = 150_000
	}
	s := law.Default()
	type node struct {
		r     Referral
		today day.Day
		way   string
		depth int
	}
	seen := make(map[string]bool)
	var queue []node
	visit := func(n node) {
		key := shape(&n.r, n.today)
		if seen[key] || len(seen) >= bound {
			return
		}
		seen[key] = true
		queue = append(queue, n)
	}
	for _, m := range receptions() {
		var r Referral
		e, err := decideOn(&r, m.do, m.at(begun), m.given(&r), s)
		if err != nil {
			t.Fatalf("%s: %v", m.name, err)
		}
		r.apply(e)
		r.Seq = 1
		visit(node{r: r, today: begun, way: "receive " + m.name})
	}
	var buf []day.Day
	steps := 0
	for at := 0; at < len(queue); at++ {
		n := queue[at]
		if err := holds(&n.r, n.today, s, buf); err != nil {
			t.Fatalf("after %s, on %s: %v", n.way, n.today, err)
		}
		for _, m := range choices(&n.r, n.today) {
			e, err := decideOn(&n.r, m.do, m.at(n.today), m.given(&n.r), s)
			steps++
			var refusal *Refusal
			if errors.As(err, &refusal) {
				if len(refusal.Objections.Norms()) == 0 {
					t.Fatalf("after %s, on %s: %s is refused naming no norm", n.way, n.today, m.name)
				}
				continue
			}
			if err != nil {
				t.Fatalf("after %s, on %s: %s: %v", n.way, n.today, m.name, err)
			}
			next := n.r
			next.apply(e)
			next.Seq++
			visit(node{r: next, today: n.today, way: n.way + ", " + m.name, depth: n.depth + 1})
		}
		for _, d := range turns(&n.r, n.today, buf)[1:] {
			visit(node{r: n.r, today: d, way: n.way + ", " + strconv.Itoa(d.Sub(n.today)) + " days", depth: n.depth + 1})
		}
	}
	t.Logf("%d abstract states, %d decisions, to depth %d", len(seen), steps, queue[len(queue)-1].depth)
}

// TestRandomWalk takes referrals through random courses, corrections of any earlier entry and strikes among them.
func TestRandomWalk(t *testing.T) {
	steps := 200_000
	if long {
		steps = 10_000_000
	}
	const shards = 4
	for shard := range shards {
		t.Run(strconv.Itoa(shard), func(t *testing.T) {
			t.Parallel()
			seed := uint64(shard + 1)
			if x := os.Getenv("RETTID_SEED"); x != "" {
				n, err := strconv.ParseUint(x, 10, 64)
				if err != nil {
					t.Fatalf("RETTID_SEED: %v", err)
				}
				seed = n
			}
			w := walker{rng: rand.New(rand.NewPCG(seed, 2025)), s: law.Default()}
			for w.steps < steps/shards {
				if err := w.course(); err != nil {
					t.Fatalf("seed %d, after %d steps: %v\n%s", seed, w.steps, err, w.told())
				}
			}
			t.Logf("seed %d: %d steps, %d referrals, %d recorded, %d corrections", seed, w.steps, w.courses, w.recorded, w.corrections)
			if w.corrections == 0 || w.recorded < w.steps/10 {
				t.Errorf("the walk hardly moves: %d of %d steps recorded, %d corrections", w.recorded, w.steps, w.corrections)
			}
		})
	}
}

type walker struct {
	rng                                   *rand.Rand
	s                                     *law.Settings
	log                                   []Entry
	steps, courses, recorded, corrections int
	buf                                   []day.Day
}

func (w *walker) told() string {
	var b strings.Builder
	for _, e := range w.log {
		body, _ := json.Marshal(e.Event)
		fmt.Fprintf(&b, "%d %s\n", e.Seq, body)
	}
	return b.String()
}

// course takes one referral from its reception through thirty steps, and checks the whole of it at its end.
func (w *walker) course() error {
	w.courses++
	w.log = w.log[:0]
	all := receptions()
	m := all[w.rng.IntN(len(all))]
	// Courses begin in times of every edition: the old law, 2020, today.
	today := [...]day.Day{day.On(2014, 3, 3), day.On(2020, 3, 2), day.On(2020, 9, 1), begun, begun}[w.rng.IntN(5)].Add(w.rng.IntN(120))
	if c := m.do.(*Receive); !c.FirstReceived.IsZero() {
		c.FirstReceived = today.Add(-w.rng.IntN(10))
	}
	var r Referral
	take := func(e *Event) {
		w.log = append(w.log, Entry{Seq: len(w.log) + 1, Known: today, Event: e})
		w.recorded++
	}
	e, err := decideOn(&r, m.do, m.at(today), m.given(&r), w.s)
	w.steps++
	if err != nil {
		var refusal *Refusal
		if errors.As(err, &refusal) { // a condition found in a course that started later, and the like
			return nil
		}
		return fmt.Errorf("receive %s: %w", m.name, err)
	}
	r.apply(e)
	r.Seq = 1
	take(e)
	struck := false
	for range 30 {
		w.steps++
		switch w.rng.IntN(8) {
		case 0:
			days := turns(&r, today, w.buf)
			today = days[w.rng.IntN(len(days)-1)]
		case 1, 2:
			today = today.Add(w.rng.IntN(40))
		}
		if w.rng.IntN(12) == 0 {
			corrected, err := w.correct(today)
			if err != nil {
				return err
			}
			if corrected {
				r = Fold(w.log)
				struck = true
				if err := holds(&r, today, w.s, w.buf); err != nil {
					return fmt.Errorf("after a correction on %s: %w", today, err)
				}
			}
			continue
		}
		options := choices(&r, today)
		m := options[w.rng.IntN(len(options))]
		e, err := decideOn(&r, m.do, m.at(today), m.given(&r), w.s)
		var refusal *Refusal
		if errors.As(err, &refusal) {
			continue
		}
		if err != nil {
			return fmt.Errorf("%s on %s: %w", m.name, today, err)
		}
		r.apply(e)
		take(e)
		r.Seq = len(w.log)
		if err := holds(&r, today, w.s, w.buf); err != nil {
			return fmt.Errorf("after %s on %s: %w", m.name, today, err)
		}
	}
	if w.courses%4 != 0 {
		return nil
	}
	return w.whole(r, struck)
}

// correct strikes out an earlier entry, moves its day, or puts another command in its place.
func (w *walker) correct(today day.Day) (bool, error) {
	i := w.rng.IntN(len(w.log))
	was := Speaking(w.log)[i]
	c := &Correct{Seq: w.log[i].Seq, Reason: Text{Note: "n2"}}
	if was == nil {
		was = w.log[i].Event
	}
	var g Given
	switch w.rng.IntN(3) {
	case 0:
		c.Strike = true
	case 1:
		c.With, c.On = was.Ask, was.On.Add(w.rng.IntN(21)-10)
		g = was.Given
	default:
		before := Fold(w.log[:i])
		options := choices(&before, was.On)
		if i == 0 {
			options = receptions()
		}
		m := options[w.rng.IntN(len(options))]
		c.With = m.do
		g = m.given(&before)
	}
	if _, again := c.With.(*Correct); again {
		return false, nil
	}
	e, err := Decide(w.log, c, At{On: today, Role: law.Specialist, Actor: "a2", Place: "HF"}, g, w.s)
	var refusal *Refusal
	if errors.As(err, &refusal) {
		return false, nil
	}
	if err != nil {
		if i == 0 != (c.Strike == false && c.With != nil && c.With.Verb() == "receive") {
			return false, nil
		}
		return false, fmt.Errorf("correct entry %d on %s: %w", c.Seq, today, err)
	}
	w.log = append(w.log, Entry{Seq: len(w.log) + 1, Known: today, Event: e})
	w.recorded++
	w.corrections++
	return true, nil
}

// whole checks a finished course: the state is the fold of the log, also of the log as it is stored; and the rules run again on what is in the log find
// what stands in it.
func (w *walker) whole(r Referral, corrected bool) error {
	fold := Fold(w.log)
	a, b := written(&r), written(&fold)
	if !bytes.Equal(a, b) {
		return fmt.Errorf("the state is not the fold of the log:\n%s\n%s", a, b)
	}
	stored := make([]Entry, len(w.log))
	for i, e := range w.log {
		body, err := json.Marshal(e.Event)
		if err != nil {
			return err
		}
		stored[i] = Entry{Seq: e.Seq, Known: e.Known, Event: new(Event)}
		if err := json.Unmarshal(body, stored[i].Event); err != nil {
			return fmt.Errorf("entry %d does not read: %w", e.Seq, err)
		}
		if again, err := json.Marshal(stored[i].Event); err != nil || !bytes.Equal(again, body) {
			return fmt.Errorf("entry %d reads as another: %v\n%s\n%s", e.Seq, err, body, again)
		}
	}
	fold = Fold(stored)
	if b = written(&fold); !bytes.Equal(a, b) {
		return fmt.Errorf("the stored log folds to another state:\n%s\n%s", a, b)
	}
	for i, e := range w.log {
		again, err := Again(w.log[:i], e.Event, w.s)
		if err != nil {
			return fmt.Errorf("entry %d, run again: %w", e.Seq, err)
		}
		was, _ := json.Marshal(e.Event)
		now, _ := json.Marshal(again)
		if !bytes.Equal(was, now) {
			return fmt.Errorf("entry %d, run again, is another:\n%s\n%s", e.Seq, was, now)
		}
	}
	return nil
}

func written(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}
