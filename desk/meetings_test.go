package desk

import (
	"slices"
	"testing"

	"rettid/day"
	"rettid/exception"
	"rettid/law"
)

func agendaOf(t *testing.T, d *Desk, meeting int64) []int64 {
	t.Helper()
	c, err := d.PeekMatter(t.Context(), exception.National, meeting, View{})
	if err != nil {
		t.Fatal(err)
	}
	var out []int64
	for _, x := range c.State.Meeting.Agenda {
		out = append(out, x.Matter)
	}
	return out
}

// A case that is postponed leaves the old agenda and stands on the new one with its papers, once; a meeting that is moved takes its cases' day with it; a meeting that was held keeps its agenda.
func TestACaseIsPostponed(t *testing.T) {
	onBoth(t, func(t *testing.T, d *Desk) {
		n, on := exception.National, day.On(2026, 2, 2)
		meet := func(date day.Day) int64 {
			return mustMatter(t, d, matterOrder(n, 0, on, &exception.Schedule{Date: date, Begins: "09:00", Ends: "11:00", Where: "Kulissebyen", Link: "https://video.example.no/a"})).Matter
		}
		first, second := meet(on.Add(14)), meet(on.Add(42))
		group := mustMatter(t, d, matterOrder(n, 0, on, &exception.Propose{NoMethodID: exception.Say("part of a trial"), Place: "vest", UsersFrom: on})).Matter
		arrange := func(matter int64, key string, on day.Day, do exception.Command) MatterOutcome {
			t.Helper()
			o := matterOrder(n, matter, on, do)
			o.Key = key
			out, err := d.Arrange(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		arrange(group, "set", on, &exception.SetMeeting{Meeting: first, Date: on.Add(14)})
		if got := agendaOf(t, d, first); !slices.Equal(got, []int64{group}) {
			t.Fatalf("the agenda is %v", got)
		}
		mustMatter(t, d, matterOrder(n, first, on, &exception.SetAgenda{Items: []exception.Item{{Title: "Orienteringer"}, {Matter: group, Title: "Gruppeunntak", Papers: exception.Say("the memo")}}}))
		for range 2 { // sent twice, it is done once
			arrange(group, "move", on.Add(1), &exception.SetMeeting{Meeting: second, Date: on.Add(42), Why: exception.Say("the assessment is not ready")})
		}
		a, b := agendaOf(t, d, first), agendaOf(t, d, second)
		if !slices.Equal(a, []int64{0}) || !slices.Equal(b, []int64{group}) {
			t.Errorf("after the case was postponed the agendas are %v and %v", a, b)
		}
		c, err := d.PeekMatter(t.Context(), n, second, View{})
		if err != nil || c.State.Meeting.Agenda[0].Papers.IsZero() {
			t.Errorf("the papers did not follow the case (%v)", err)
		}
		g, err := d.PeekMatter(t.Context(), n, group, View{})
		if p := g.State.Postponed; err != nil || len(p) != 1 || p[0].Meeting != first || p[0].Was != on.Add(14) || p[0].On != on.Add(1) || p[0].Why.IsZero() {
			t.Errorf("the case tells of %+v (%v)", p, err)
		}
		arrange(second, "later", on.Add(2), &exception.Schedule{Date: on.Add(49)})
		if g, _ := d.PeekMatter(t.Context(), n, group, View{}); g.State.MeetingOn != on.Add(49) || len(g.State.Postponed) != 1 {
			t.Errorf("the meeting moved to %s, and the case is to be treated on %s", on.Add(49), g.State.MeetingOn)
		}
		// Held without treating it: the agenda stays as it was.
		third := meet(on.Add(70))
		mustMatter(t, d, matterOrder(n, second, on.Add(49), &exception.Hold{}))
		arrange(group, "again", on.Add(50), &exception.SetMeeting{Meeting: third, Date: on.Add(70)})
		a, b = agendaOf(t, d, second), agendaOf(t, d, third)
		if !slices.Equal(a, []int64{group}) || !slices.Equal(b, []int64{group}) {
			t.Errorf("after a meeting that did not treat the case the agendas are %v and %v", a, b)
		}
		if v, err := d.Verify(t.Context(), d.Today(), nil); err != nil || !v.Sound() {
			t.Errorf("verify: %+v (%v)", v.Problems, err)
		}
	})
}

// Two group exceptions for the same method and indication at once are warned of, when one is granted and when one is extended; another indication, or one that has ended, is not.
func TestOverlapIsWarnedOf(t *testing.T) {
	onBoth(t, func(t *testing.T, d *Desk) {
		n, on := exception.National, day.On(2026, 2, 2)
		mustMatter(t, d, matterOrder(n, 0, on.Add(-30), &exception.RegisterMethod{ID: "ID2024_001", Title: "Fabelmab", State: law.Assessing, Body: "Bestillerforum"}))
		meeting := mustMatter(t, d, matterOrder(n, 0, on, &exception.Schedule{Date: on})).Matter
		mustMatter(t, d, matterOrder(n, meeting, on, &exception.Invite{Reps: []string{"B1", "B2"}, Papers: true}))
		grant := func(indication string, from, to day.Day) MatterOutcome {
			t.Helper()
			g := mustMatter(t, d, matterOrder(n, 0, on, &exception.Propose{Method: "ID2024_001", Place: "vest", UsersFrom: on, Form: exception.Form{Indication: indication}}))
			return mustMatter(t, d, matterOrder(n, g.Matter, on, &exception.DecideException{Outcome: law.ExGranted, Meeting: meeting, ValidFrom: from, ValidTo: to}))
		}
		warned := func(name string, out MatterOutcome, want bool) {
			t.Helper()
			if got := slices.ContainsFunc(out.Warned, func(o law.Objection) bool { return o.Because[0].Code == "group-overlap" }); got != want {
				t.Errorf("%s: warned of overlap %v, want %v", name, got, want)
			}
		}
		a := grant("C61", on, on.Add(99))
		warned("the first", a, false)
		warned("another indication", grant("C50", on, on.Add(99)), false)
		warned("the day after the last", grant("C61", on.Add(100), on.Add(200)), false)
		warned("on the last day", grant("C612", on.Add(99), on.Add(99)), true)
		out := mustMatter(t, d, matterOrder(n, a.Matter, on, &exception.ReviewGroup{Result: "extend", ValidTo: on.Add(150)}))
		warned("extended into the next", out, true)
		all, err := d.Overlapping(t.Context(), n, a.Matter, &out.State)
		if err != nil || len(all) != 2 {
			t.Errorf("overlapping: %+v (%v)", all, err)
		}
		mustMatter(t, d, matterOrder(n, a.Matter, on.Add(0), &exception.ReviewGroup{Result: "end"}))
		warned("after the first was ended", grant("C61", on.Add(300), on.Add(301)), false)
	})
}
