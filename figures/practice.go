package figures

import (
	"cmp"
	"slices"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
)

// Practice is how a group of assessments of one condition came out: whether like patients are assessed alike, whatever the field, the home or the hospital
// (norms G2-2, G11-2). Shares are 0–1.
type Practice struct {
	Condition    string  `json:"condition"` // guide id; empty: no condition of the guide was chosen (G2-10)
	By           string  `json:"by"`        // provider, specialty or home region
	Group        string  `json:"group"`
	Assessed     int     `json:"assessed"`
	Granted      int     `json:"granted"`
	GrantedShare float64 `json:"granted_share"`
	MedianDays   *int    `json:"median_deadline_days"` // from seniority date to deadline, of those granted; nil when there is none
}

// Practices compares the assessments made in a period, per condition, by provider, specialty and home region. home gives a patient's home region.
func Practices(states []*referral.Referral, in day.Period, home func(municipality string, on day.Day) (string, bool)) []Practice {
	type key struct{ condition, by, group string }
	type cell struct {
		assessed, granted int
		days              []int
	}
	cells := make(map[key]*cell)
	for _, r := range states {
		f := &r.Facts
		if f.AssessedOn.IsZero() || !in.Contains(f.AssessedOn) || f.Right != law.Granted && f.Right != law.NotGranted {
			continue
		}
		region := ""
		if home != nil {
			region, _ = home(r.Municipality, f.AssessedOn)
		}
		for _, k := range []key{{r.Condition, "provider", f.Holder}, {r.Condition, "specialty", f.Specialty}, {r.Condition, "home_region", region}} {
			c := cells[k]
			if c == nil {
				c = new(cell)
				cells[k] = c
			}
			c.assessed++
			if f.Right == law.Granted {
				c.granted++
				if !f.StartBy.IsZero() && !f.Seniority.IsZero() {
					c.days = append(c.days, f.StartBy.Sub(f.Seniority))
				}
			}
		}
	}
	out := make([]Practice, 0, len(cells))
	for k, c := range cells {
		p := Practice{Condition: k.condition, By: k.by, Group: k.group, Assessed: c.assessed, Granted: c.granted, GrantedShare: float64(c.granted) / float64(c.assessed)}
		if n := len(c.days); n > 0 {
			slices.Sort(c.days)
			m := (c.days[(n-1)/2] + c.days[n/2]) / 2
			p.MedianDays = &m
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b Practice) int {
		return cmp.Or(cmp.Compare(a.Condition, b.Condition), cmp.Compare(a.By, b.By), cmp.Compare(a.Group, b.Group))
	})
	return out
}
