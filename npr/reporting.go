package npr

import (
	"fmt"
	"regexp"
	"strconv"

	"rettid/day"
)

// A Reporting is a period that is reported: a month, the year up to the end of a tertial (reports of tertials are cumulative, R-10.26), or a year.
type Reporting struct {
	Name string // 2025-09, 2025-T3, 2025
	In   day.Period
}

var reportingName = regexp.MustCompile(`^(19|20|21)([0-9]{2})(-(T[1-3]|0[1-9]|1[0-2]))?$`)

// ParseReporting reads the name of a reporting period.
func ParseReporting(name string) (Reporting, error) {
	m := reportingName.FindStringSubmatch(name)
	if m == nil {
		return Reporting{}, fmt.Errorf("%q is no reporting period: write a month as 2025-09, a tertial as 2025-T3, or a year as 2025", shown(name))
	}
	year, _ := strconv.Atoi(m[1] + m[2])
	r := Reporting{Name: name, In: day.Period{From: day.On(year, 1, 1), To: day.On(year, 12, 31)}}
	switch rest := m[4]; {
	case rest == "":
	case rest[0] == 'T':
		r.In.To = day.On(year, 4*int(rest[1]-'0'), 1).AddMonths(1).Add(-1)
	default:
		month, _ := strconv.Atoi(rest)
		r.In.From = day.On(year, month, 1)
		r.In.To = r.In.From.AddMonths(1).Add(-1)
	}
	return r, nil
}

// Reportings lists the reporting periods that have begun by a day, the latest first: the last n months, and the tertials and years that ended in them.
func Reportings(today day.Day, n int) []Reporting {
	var out []Reporting
	add := func(name string) {
		if r, err := ParseReporting(name); err == nil {
			out = append(out, r)
		}
	}
	year, month, _ := today.Date()
	for range n {
		if end := day.On(year, month, 1).AddMonths(1); !end.After(today) {
			if month == 12 {
				add(fmt.Sprint(year))
			}
			if month%4 == 0 {
				add(fmt.Sprintf("%d-T%d", year, month/4))
			}
		}
		add(fmt.Sprintf("%d-%02d", year, month))
		if month--; month == 0 {
			year, month = year-1, 12
		}
	}
	return out
}
