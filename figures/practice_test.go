package figures

import (
	"testing"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
)

func TestPracticesSetLikeBesideLike(t *testing.T) {
	one := func(holder, municipality string, right law.Right, days int) *referral.Referral {
		r := &referral.Referral{Condition: "ortopedi.ankelinstabilitet", Municipality: municipality}
		r.Holder, r.Specialty, r.Right, r.Seniority, r.AssessedOn = holder, "orthopaedics", right, day.On(2025, 9, 1), day.On(2025, 9, 8)
		if right == law.Granted {
			r.StartBy = r.Seniority.Add(days)
		}
		return r
	}
	states := []*referral.Referral{one("A", "0301", law.Granted, 84), one("A", "0301", law.Granted, 86), one("A", "4601", law.NotGranted, 0), one("B", "4601", law.Granted, 182)}
	home := func(m string, _ day.Day) (string, bool) {
		return map[string]string{"0301": "sor-ost", "4601": "vest"}[m], true
	}
	got := make(map[string]Practice)
	for _, p := range Practices(states, day.Period{From: day.On(2025, 9, 1), To: day.On(2025, 9, 30)}, home) {
		got[p.By+"/"+p.Group] = p
	}
	check := func(key string, assessed, granted, median int) {
		t.Helper()
		p, ok := got[key]
		if !ok || p.Assessed != assessed || p.Granted != granted || p.MedianDays == nil || *p.MedianDays != median {
			t.Errorf("%s: %+v, want %d assessed, %d granted, median %d", key, p, assessed, granted, median)
		}
	}
	check("provider/A", 3, 2, 85)
	check("provider/B", 1, 1, 182)
	check("home_region/sor-ost", 2, 2, 85)
	check("home_region/vest", 2, 1, 182)
	check("specialty/orthopaedics", 4, 3, 86)
	if n := len(Practices(states, day.Period{From: day.On(2025, 10, 1)}, home)); n != 0 {
		t.Errorf("%d cells outside the period", n)
	}
}
