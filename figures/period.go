package figures

import (
	"fmt"
	"strconv"
	"strings"

	"rettid/day"
)

// A Period is one referral period (henvisningsperiode, R-8.7) as the registry knows it: its own variables and codes. A zero date, number or text is
// not known. Code lists: Outcome 8455 and 8485, Right 8444, EndCode 8445, postponements 8446, Times 8477, Helfo 9180, Specialty 8451, Level 8406.
type Period struct {
	ID            string
	Seniority     day.Day // ansienDato
	Received      day.Day // mottaksDato
	Assessed      day.Day // vurdDato
	Right         int     // rettTilHelsehjelp
	Outcome       int     // henvType; 0 is read as 10
	Deadline      day.Day // fristStartBehandling
	End           day.Day // ventetidSluttDato
	EndCode       int     // ventetidSluttKode
	Postponements []Postponement
	Allocated     day.Day // tildeltDato
	Met           day.Day // oppmoteDato
	Specialty     string  // fagomrade, three digits
	Level         int     // omsNivaHenv
	Debtor        int     // debitor
	SecondOpinion bool
	Times         []int  // typeTidspunkt
	Helfo         int    // varslingHelfo
	Institution   string // institusjonID: the trust
	Site          string // behandlingsstedKode
	Department    string // avdelingReshID
	Region        string
	Sex           string // kjonn: 0, 1, 2, 9
	BirthYear     int    // fodselsar
	Municipality  string // kommune

	// What a ledger knows beside the registry's variables.
	DeptCode   string  // the official department code, three digits
	Born       day.Day // the full birth date; the year alone is used without it
	Letter     day.Day // the first answer letter to the patient
	ReReferred bool    // an earlier referral in the field had ended within the twelve months before
	Duplicate  bool    // marked as a duplicate
	Moves      []Move  // earlier places, the oldest first
}

// A Postponement is one code of 8446 and its day, when it is known.
type Postponement struct {
	Code int
	On   day.Day
}

// A Move tells where a period stood until it moved on a day.
type Move struct {
	On                                    day.Day
	Institution, Site, Department, Region string
	Specialty                             string
}

// at gives the period as its places were at the end of a day.
func (p *Period) at(d day.Day) *Period {
	for _, m := range p.Moves {
		if m.On.After(d) {
			q := *p
			q.Institution, q.Site, q.Department, q.Region = m.Institution, m.Site, m.Department, m.Region
			if m.Specialty != "" {
				q.Specialty = m.Specialty
			}
			return &q
		}
	}
	return p
}

// Start is the day the wait is counted from.
func (p *Period) Start() day.Day {
	if !p.Seniority.IsZero() && (p.Received.IsZero() || !p.Seniority.After(p.Received)) {
		return p.Seniority
	}
	return p.Received
}

// A Span is a reporting period: a month, a tertial or a year, both ends included.
type Span struct {
	Label    string // 2025-09, 2025-T3, 2025
	From, To day.Day
}

// ParseSpan reads 2025-09, 2025-T3 or 2025.
func ParseSpan(s string) (Span, error) {
	wrong := fmt.Errorf("%q is no reporting period: write a month as 2025-09, a tertial as 2025-T3 or a year as 2025", s)
	y, rest, _ := strings.Cut(s, "-")
	year, err := strconv.Atoi(y)
	if err != nil || len(y) != 4 || year < 1901 || year > 2198 {
		return Span{}, wrong
	}
	switch {
	case s == y:
		return Span{s, day.On(year, 1, 1), day.On(year, 12, 31)}, nil
	case len(rest) == 2 && rest[0] == 'T' && rest[1] >= '1' && rest[1] <= '3':
		from := day.On(year, int(rest[1]-'1')*4+1, 1)
		return Span{s, from, from.AddMonths(4).Add(-1)}, nil
	case len(rest) == 2:
		m, err := strconv.Atoi(rest)
		if err == nil && m >= 1 && m <= 12 {
			return MonthOf(day.On(year, m, 1)), nil
		}
	}
	return Span{}, wrong
}

// MonthOf is the calendar month of a day.
func MonthOf(d day.Day) Span {
	year, m, _ := d.Date()
	from := day.On(year, m, 1)
	return Span{fmt.Sprintf("%04d-%02d", year, m), from, from.AddMonths(1).Add(-1)}
}

// Months are the months of the span, in order.
func (s Span) Months() []Span {
	var out []Span
	for d := s.From; !d.After(s.To); d = d.AddMonths(1) {
		m := MonthOf(d)
		if m.To.After(s.To) { // a span that is cut off on a day, for it is not over
			m.To = s.To
		}
		out = append(out, m)
	}
	return out
}

// inside are the shorter reporting periods within the span that are published too: months, and the tertials of a year.
func (s Span) inside() []Span {
	months := s.Months()
	if len(months) == 1 {
		return nil
	}
	out := months
	if len(s.Label) == 4 {
		for t := range 3 {
			span, _ := ParseSpan(fmt.Sprintf("%s-T%d", s.Label, t+1))
			if span.To.After(s.To) {
				break
			}
			out = append(out, span)
		}
	}
	return out
}
