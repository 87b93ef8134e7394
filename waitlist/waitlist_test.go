package waitlist

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
)

func waiting(holder, site string, startBy, seniority day.Day) *referral.Referral {
	return &referral.Referral{Facts: law.Facts{Holder: holder, Site: site, Status: law.Waiting, Right: law.Granted, Seniority: seniority, ReceivedOn: seniority, AssessedOn: seniority, StartBy: startBy}}
}

func TestOf(t *testing.T) {
	on := day.On(2025, 9, 30)
	june, july := day.On(2025, 6, 2), day.On(2025, 7, 1)
	noRight, started, moved, later := waiting("INN", "Hamar", on, june), waiting("INN", "Hamar", on, june), waiting("INN", "Hamar", day.On(2025, 11, 3), june), waiting("INN", "Hamar", on, day.On(2025, 10, 1))
	noRight.Right = law.NotGranted
	started.WaitEnd = on
	moved.Appointment = law.Appointment{From: on, To: on, Site: "Elverum"}
	got := Of([]*referral.Referral{
		waiting("INN", "Hamar", day.On(2025, 12, 1), june), // 0
		waiting("INN", "Hamar", day.On(2025, 11, 3), july), // 1: the earlier deadline
		waiting("INN", "Hamar", day.On(2025, 11, 3), june), // 2: the same deadline, has waited longer
		noRight, started, moved, later, // 3 to 6: no place; ended that day; on another list; assessed later
		waiting("HUS", "", day.Day{}, june),            // 7: without a deadline
		waiting("HUS", "", day.On(2026, 12, 31), july), // 8
	}, on)
	want := []List{{"HUS", "", []int{8, 7}}, {"INN", "Elverum", []int{5}}, {"INN", "Hamar", []int{2, 1, 0}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// Everyone who waits stands on one list, and no one else on any.
func TestEveryoneOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		on := day.On(2025, 9, 30)
		var states []*referral.Referral
		for range rapid.IntRange(0, 20).Draw(t, "n") {
			at := on.Add(rapid.IntRange(-30, 30).Draw(t, "seniority"))
			r := waiting(rapid.SampledFrom([]string{"OUS", "HUS"}).Draw(t, "holder"), rapid.SampledFrom([]string{"", "A"}).Draw(t, "site"), at.Add(60), at)
			r.Right = rapid.SampledFrom([]law.Right{law.Granted, law.NotGranted, law.Pending}).Draw(t, "right")
			if rapid.Bool().Draw(t, "ended") {
				r.WaitEnd = on.Add(rapid.IntRange(-5, 5).Draw(t, "end"))
			}
			states = append(states, r)
		}
		on = on.Add(rapid.IntRange(-10, 10).Draw(t, "on"))
		times := make([]int, len(states))
		for _, l := range Of(states, on) {
			if len(l.Waiting) == 0 {
				t.Fatal("an empty list")
			}
			for _, i := range l.Waiting {
				times[i]++
			}
		}
		for i, r := range states {
			want := 0
			if law.IsWaiting(&r.Facts, on) {
				want = 1
			}
			if times[i] != want {
				t.Fatalf("referral %d stands on %d lists", i, times[i])
			}
		}
	})
}
