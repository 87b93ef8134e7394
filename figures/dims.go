package figures

import (
	"fmt"
	"slices"
	"strings"

	"rettid/day"
)

// A Dim is something figures can be broken down by.
type Dim struct {
	Name   string // as asked for, and as it stands in the answer
	Column string // the registry's variable it is read from
	of     func(*Period) string
	sql    string // the same in SQL over the columns of sql.go; empty: the column as it stands
}

// The breakdowns, by their short names and by the registry's own. month is not among them: it is a reporting period of its own for each.
var dims = []struct {
	names []string
	Dim
}{
	{[]string{"region"}, Dim{Column: "region", of: func(p *Period) string { return p.Region }}},
	{[]string{"trust", "institusjonID"}, Dim{Column: "institusjonID", of: func(p *Period) string { return p.Institution }}},
	{[]string{"site", "behandlingsstedKode"}, Dim{Column: "behandlingsstedKode", of: func(p *Period) string { return p.Site }}},
	{[]string{"department", "avdelingReshID"}, Dim{Column: "avdelingReshID", of: func(p *Period) string { return p.Department }}},
	{[]string{"specialty", "fagomrade"}, Dim{Column: "fagomrade", of: func(p *Period) string { return p.Specialty }}},
	{[]string{"sector", "sektor"}, Dim{Column: "fagomrade", of: func(p *Period) string { return Sector(p.Specialty) }, sql: sectorSQL}},
	{[]string{"age", "fodselsar"}, Dim{Column: "fodselsar", of: func(p *Period) string { return AgeGroup(p.age()) }, sql: ageSQL()}},
	{[]string{"sex", "kjonn"}, Dim{Column: "kjonn", of: func(p *Period) string { return p.Sex }}},
	{[]string{"level", "omsNivaHenv"}, Dim{Column: "omsNivaHenv", of: func(p *Period) string { return codeText(p.Level) }}},
	{[]string{"municipality", "kommune"}, Dim{Column: "kommune", of: func(p *Period) string { return p.Municipality }}},
	{[]string{"debtor", "debitor"}, Dim{Column: "debitor", of: func(p *Period) string { return codeText(p.Debtor) }}},
	{[]string{"outcome", "henvType"}, Dim{Column: "henvType", of: func(p *Period) string { return codeText(p.Outcome) }}},
	{[]string{"right", "rettTilHelsehjelp"}, Dim{Column: "rettTilHelsehjelp", of: func(p *Period) string { return codeText(p.Right) }}},
}

// ByMonth is the breakdown into months: each is counted as a reporting period of its own.
const ByMonth = "month"

// ParseBy reads the breakdowns of a comma-separated list, in any case.
func ParseBy(list string) ([]string, error) {
	var out []string
	for _, name := range strings.Split(list, ",") {
		name = strings.TrimSpace(name)
		if name == "" {
			continue
		}
		if strings.EqualFold(name, ByMonth) {
			name = ByMonth
		} else {
			d, err := dimOf(name)
			if err != nil {
				return nil, err
			}
			name = d.Name
		}
		if slices.Contains(out, name) {
			return nil, fmt.Errorf("%q is asked for twice", name)
		}
		out = append(out, name)
	}
	return out, nil
}

func dimOf(name string) (Dim, error) {
	for _, d := range dims {
		for _, n := range d.names {
			if strings.EqualFold(n, name) {
				d.Dim.Name = n
				return d.Dim, nil
			}
		}
	}
	var known []string
	for _, d := range dims {
		known = append(known, d.names[0])
	}
	return Dim{}, fmt.Errorf("figures can't be broken down by %q: take some of %s, %s", name, strings.Join(known, ", "), ByMonth)
}

func codeText(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// Sector gives the sector of a specialty: somatic, VOP (adult mental health), PHBU (children's), TSB (substance use); "" without a specialty.
func Sector(specialty string) string {
	switch specialty {
	case "":
		return ""
	case "310":
		return "PHBU"
	case "320":
		return "VOP"
	case "360", "365", "370":
		return "TSB"
	}
	return "somatic"
}

// AgeGroups are the groups of age on the day the wait began.
var AgeGroups = []string{"0-17", "18-29", "30-49", "50-66", "67-79", "80+"}

// AgeGroup gives the group of an age in years; "" when it is not known.
func AgeGroup(age int) string {
	switch {
	case age < 0:
		return ""
	case age < 18:
		return AgeGroups[0]
	case age < 30:
		return AgeGroups[1]
	case age < 50:
		return AgeGroups[2]
	case age < 67:
		return AgeGroups[3]
	case age < 80:
		return AgeGroups[4]
	}
	return AgeGroups[5]
}

// age is the age on the day the wait began, by the calendar year where only the year of birth is known; -1: not known.
func (p *Period) age() int {
	start := p.Start()
	switch {
	case start.IsZero():
		return -1
	case !p.Born.IsZero() && !p.Born.After(start):
		return day.Age(p.Born, start)
	case p.BirthYear > 0 && p.BirthYear <= start.Year():
		return start.Year() - p.BirthYear
	}
	return -1
}
