package demo

import (
	"bytes"
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/equity"
	"rettid/exception"
	"rettid/guide"
	"rettid/law"
	"rettid/ledger"
)

func twoYears(t *testing.T, shuffled bool) (*desk.Desk, ExceptionStats) {
	t.Helper()
	l, err := ledger.Memory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	d := desk.New(l, clinic.Demo(), guide.Embedded(), law.Default())
	today := day.On(2026, 3, 2)
	d.Now = func() time.Time { return at(today) }
	s, err := GenerateExceptions(context.Background(), d, ExceptionOptions{Seed: 5, Today: today, Shuffled: shuffled})
	if err != nil {
		t.Fatal(err)
	}
	return d, s
}

// TestExceptions: two years are made whole; the ledger is sound; and the inequality planted is found by the review of equal access, and not in the shuffled copy.
func TestExceptions(t *testing.T) {
	for _, shuffled := range []bool{false, true} {
		d, s := twoYears(t, shuffled)
		if s.Applications != 240 || s.Groups < 5 || s.Meetings < 18 || s.Methods != 6 || s.Reviews != 8 || s.Granted < 60 || s.Refused < 60 {
			t.Errorf("made: %+v", s)
		}
		v, err := d.Verify(t.Context(), d.Today(), nil)
		if err != nil || !v.Sound() || v.Referrals != 0 || v.Matters < 260 {
			t.Errorf("verified: %d matters, %+v, first %+v (%v)", v.Matters, v.Counts, v.Problems[:min(1, len(v.Problems))], err)
		}
		if v.Reviews != 8 {
			t.Errorf("the numbers of %d reviews were counted again, want 8", v.Reviews)
		}
		groups, err := d.GroupCases(t.Context(), exception.National, day.On(2024, 1, 1), d.Today())
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range groups { // the later takes over where the earlier ends
			others, err := d.Overlapping(t.Context(), g.Tenant, g.ID, g.State)
			if err != nil || len(others) > 0 {
				t.Errorf("group exception %d is valid at the same time as %+v (%v)", g.ID, others, err)
			}
		}
		apps, err := d.Applications(t.Context(), exception.National, day.On(2024, 1, 1), d.Today(), day.Day{})
		if err != nil || len(apps) != 240 {
			t.Fatalf("%d applications (%v)", len(apps), err)
		}
		in := equity.Input{Population: equity.Settled(ExceptionResidents(d.Org), d.Org, d.Today())}
		for _, a := range apps {
			c, ok := equity.CaseOf(a.State, in.Population)
			if !ok || c.AgeGroup == "" || c.Quintile == 0 || c.Centrality == "" || c.Interpreter == "" || c.Area == c.Region {
				t.Fatalf("the application %d is not placed: %+v", a.ID, c)
			}
			in.Cases = append(in.Cases, c)
		}
		red := make(map[equity.Axis]int)
		never := false
		for _, f := range equity.ReadOut(equity.ReviewBy(in, equity.Axes...)) {
			if f.Signal == equity.Red {
				red[f.Axis]++
			}
			never = never || f.Axis == equity.ByCatchment && f.Area == "VID"
		}
		if !shuffled && (red[equity.ByRegion] < 2 || red[equity.ByEducation] == 0 || red[equity.ByInterpreter] == 0 || red[equity.ByCentrality] == 0 || !never) || shuffled && len(red) > 0 {
			t.Errorf("shuffled %t: the review finds %v, the trust that never applies %t", shuffled, red, never)
		}
		group, err := d.GroupCases(t.Context(), exception.National, day.On(2024, 1, 1), d.Today())
		if err != nil {
			t.Fatal(err)
		}
		p := exception.ReportParticipation(group, day.On(2024, 1, 1), d.Today(), d.Settings)
		if p.Honoured == 0 || p.Partly == 0 || p.Invited2 != len(p.Cases) || p.FromStart == len(p.Cases) {
			t.Errorf("participation: %d honoured, %d partly, %d not, of %d", p.Honoured, p.Partly, p.NotHonoured, len(p.Cases))
		}
	}
}

// The numbers of a review that are not those it was made with are found, by the digest and by counting them again, and told of by their place.
func TestChangedReviewIsFound(t *testing.T) {
	d, _ := twoYears(t, false)
	ctx := t.Context()
	all, err := d.Ledger.Papers(ctx, exception.National, desk.ReviewPaper, "", 0, 0)
	if err != nil || len(all) != 8 {
		t.Fatalf("%d reviews are kept (%v)", len(all), err)
	}
	id, err := strconv.ParseInt(all[0].ID, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	check := func() desk.ReviewCheck {
		c, err := d.CheckReview(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if c := check(); !c.Sound() || !c.Kept || c.Counted < 500 || len(c.Digest) != 64 {
		t.Errorf("as it was made: %+v", c)
	}
	// What is recorded after the review is not in its numbers.
	in, err := d.PracticeReview(ctx, day.On(2024, 1, 1), d.Today(), at(d.Today()), 0)
	if err != nil || in.Known == nil || in.Known.Single.Applied+in.Known.Access.Applied == 0 || in.Known.Single.Applied+in.Known.Access.Applied > in.Cases || in.Known.Groups < 3 {
		t.Errorf("counted: %+v (%v)", in.Known, err)
	}
	p := all[0]
	changed := bytes.Replace(p.Body, []byte(`"cases":`), []byte(`"cases":1`), 1)
	if bytes.Equal(changed, p.Body) {
		t.Fatal("nothing was changed")
	}
	p.Body = changed
	if _, err := d.Ledger.PutPaper(ctx, p); err != nil {
		t.Fatal(err)
	}
	c := check()
	if c.Sound() || c.Same || len(c.Differs) != 1 || !strings.HasPrefix(c.Differs[0], "/cases: kept 1") {
		t.Errorf("changed: %+v", c)
	}
	v, err := d.Verify(ctx, d.Today(), nil)
	if err != nil || v.Sound() || v.Counts.Finding != 2 {
		t.Errorf("verified: %+v (%v)", v.Counts, err)
	}
}
