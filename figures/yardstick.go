package figures

import "rettid/day"

// A Yardstick is a national figure that has been published: what a made-up nation can be held against.
type Yardstick struct {
	Period string // as ParseSpan reads it
	Sector string // "": all
	Key    string
	Value  float64
	Source string
}

// Yardsticks are those there are, by period.
var Yardsticks = []Yardstick{
	{"2017", "", "concluded_mean_days", 57, "press"},
	{"2017-T2", "", "concluded_mean_days", 57.6, "hdir news"},
	{"2017-T2", "somatic", "concluded_mean_days", 58.3, "hdir news"},
	{"2017-T2", "PHBU", "concluded_mean_days", 54.1, "hdir news"},
	{"2017-T2", "VOP", "concluded_mean_days", 49.4, "hdir news"},
	{"2017-T2", "TSB", "concluded_mean_days", 34.4, "hdir news"},
	{"2017-T2", "", "concluded_breach_share", 0.025, "hdir news"},
	{"2018-T2", "", "concluded_mean_days", 58.3, "hdir news"},
	{"2018-T2", "somatic", "concluded_mean_days", 59.4, "hdir news"},
	{"2018-T2", "PHBU", "concluded_mean_days", 50.1, "hdir news"},
	{"2018-T2", "VOP", "concluded_mean_days", 47.1, "hdir news"},
	{"2018-T2", "TSB", "concluded_mean_days", 34.8, "hdir news"},
	{"2018-T2", "", "concluded_breach_share", 0.021, "hdir news"},
	{"2019", "", "concluded_mean_days", 60, "hdir-stat"},
	{"2019", "somatic", "concluded_mean_days", 61, "hdir-stat"},
	{"2021", "somatic", "concluded_mean_days", 62.6, "indicator"},
	{"2021", "somatic", "concluded_median_days", 46, "indicator"},
	{"2022", "somatic", "concluded_mean_days", 68.2, "indicator"},
	{"2022", "somatic", "concluded_median_days", 51, "indicator"},
	{"2022", "somatic", "concluded_breach_share", 0.073, "indicator"},
	{"2022-T1", "", "concluded_mean_days", 63, "hdir"},
	{"2023-T1", "", "concluded_mean_days", 69, "hdir"},
	{"2023-T1", "somatic", "concluded_mean_days", 71, "hdir"},
	{"2023", "somatic", "concluded_mean_days", 75, "hdir news May 2024"},
	{"2023", "somatic", "concluded_breach_share", 0.103, "indicator"},
	{"2023", "TSB", "assessed_within_limit_share", 0.984, "indicator"},
	{"2024-03", "", "concluded_mean_days", 71, "press"},
	{"2024-10", "", "concluded_mean_days", 79, "press"},
	{"2024-10", "somatic", "concluded_mean_days", 82, "press"},
	{"2024-10", "VOP", "concluded_mean_days", 50, "press"},
	{"2024-10", "PHBU", "concluded_mean_days", 45, "press"},
	{"2024-10", "TSB", "concluded_mean_days", 28, "press"},
	{"2025-03", "", "concluded_mean_days", 75, "press"},
}

// YardstickFor finds the last one published of a figure and a sector for a period that had begun by a month; false when there is none.
func YardstickFor(key, sector string, month day.Day) (Yardstick, bool) {
	var out Yardstick
	var from day.Day
	for _, y := range Yardsticks {
		if y.Key != key || y.Sector != sector {
			continue
		}
		if s, err := ParseSpan(y.Period); err == nil && !s.From.After(month) && !s.From.Before(from) {
			out, from = y, s.From
		}
	}
	return out, out.Key != ""
}
