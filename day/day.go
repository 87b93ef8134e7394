// Package day is the ground floor: calendar days, working days (virkedager), public holidays, periods and clock times,
// all in Norway. Every deadline in the law is counted in days, so all legal arithmetic is done here and on days alone.
//
// The room never reads the clock, never deals in instants or durations, and imports no other room. What day it is today
// is always given by the caller.
package day

import (
	"errors"
	"fmt"
	"time"
)

// A Day is a calendar day from 1900-01-01 to 2199-12-31. The zero value is no day: a date that is not set or not known.
// Days are comparable with ==. No day sorts before every day, so ask IsZero before Before where a date may be missing.
type Day struct{ n int32 } // days since 1899-12-31: 1900-01-01 is 1

const (
	firstYear = 1900
	lastYear  = 2199
	lastDay   = 109573 // 2199-12-31; kept right by a test
)

// The ways a date can be refused; the errors of Of, Parse and ParseMoment wrap one of them, and never repeat free text.
var (
	ErrNotDate    = errors.New("not a date: write year-month-day, as in 2025-09-01")
	ErrNotMoment  = errors.New("not a date or a date with a clock time: write 2025-09-01 or 2025-09-01T12:15")
	ErrImpossible = errors.New("no such date in the calendar")
	ErrBefore1900 = errors.New("before 1900-01-01, the first day that can be counted; check the year")
	ErrAfter2199  = errors.New("after 2199-12-31, the last day that can be counted; check the year")
)

// On gives a day known to be right when the code is written. It panics on an impossible date.
func On(year, month, day int) Day {
	d, err := Of(year, month, day)
	if err != nil {
		panic("day.On: " + err.Error())
	}
	return d
}

// Of gives the day with this year, month (1-12) and day of month (1-31), or an error wrapping ErrImpossible,
// ErrBefore1900 or ErrAfter2199. It never rolls 31 April over to 1 May.
func Of(year, month, day int) (Day, error) {
	switch {
	case month < 1 || month > 12 || day < 1 || day > daysIn(year, month):
		return Day{}, fmt.Errorf("%04d-%02d-%02d: %w", year, month, day, ErrImpossible)
	case year < firstYear:
		return Day{}, fmt.Errorf("%04d-%02d-%02d: %w", year, month, day, ErrBefore1900)
	case year > lastYear:
		return Day{}, fmt.Errorf("%04d-%02d-%02d: %w", year, month, day, ErrAfter2199)
	}
	return Day{number(year, month, day)}, nil
}

// Parse reads an ISO 8601 calendar date in the one form 2025-09-01.
func Parse(s string) (Day, error) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return Day{}, ErrNotDate
	}
	year, ok1 := digits(s[0:4])
	month, ok2 := digits(s[5:7])
	day, ok3 := digits(s[8:10])
	if !ok1 || !ok2 || !ok3 {
		return Day{}, ErrNotDate
	}
	return Of(year, month, day)
}

// FromTime gives the calendar day in Norway (Europe/Oslo) at the instant t; no day if that is outside 1900-2199.
func FromTime(t time.Time) Day {
	year, month, day := t.In(oslo).Date()
	d, err := Of(year, int(month), day)
	if err != nil {
		return Day{}
	}
	return d
}

// FromNumber gives the day that Number made. 0 is no day; a number no day has is corrupt data, and panics.
func FromNumber(n int32) Day {
	if n < 0 || n > lastDay {
		panic(fmt.Sprintf("day.FromNumber: %d is not the number of a day from 1900-01-01 to 2199-12-31", n))
	}
	return Day{n}
}

// Number is the day as a number for databases: days since 1899-12-31, and 0 for no day. It sorts as the days do.
func (d Day) Number() int32 { return d.n }

// IsZero tells that this is no day.
func (d Day) IsZero() bool { return d.n == 0 }

// Before tells whether d comes before o.
func (d Day) Before(o Day) bool { return d.n < o.n }

// After tells whether d comes after o.
func (d Day) After(o Day) bool { return d.n > o.n }

// Compare gives -1, 0 or 1 as d is before, the same as, or after o.
func (d Day) Compare(o Day) int {
	switch {
	case d.n < o.n:
		return -1
	case d.n > o.n:
		return 1
	}
	return 0
}

// Add gives the day so many calendar days after d (before, if negative). No day stays no day, and so does a day that
// would fall outside 1900-2199.
func (d Day) Add(days int) Day {
	if d.IsZero() {
		return Day{}
	}
	n := int64(d.n) + int64(days)
	if n < 1 || n > lastDay || (days > lastDay || days < -lastDay) {
		return Day{}
	}
	return Day{int32(n)}
}

// Sub counts the calendar days from o to d. It panics if either is no day: there is no number to give.
func (d Day) Sub(o Day) int {
	mustBeDays("Sub", d, o)
	return int(d.n) - int(o.n)
}

// AddMonths gives the same date so many calendar months later, on the last day of the month where the month is shorter
// (domain rule ): 31 October and four months is 28 or 29 February. Outside 1900-2199 it gives no day.
func (d Day) AddMonths(n int) Day {
	if d.IsZero() || n > 12*(lastYear-firstYear+1) || n < -12*(lastYear-firstYear+1) {
		return Day{}
	}
	year, month, day := d.Date()
	months := 12*year + month - 1 + n
	year, month = months/12, months%12+1
	later, err := Of(year, month, min(day, daysIn(year, month)))
	if err != nil {
		return Day{}
	}
	return later
}

// Date gives year, month (1-12) and day of month (1-31); all 0 for no day.
func (d Day) Date() (year, month, day int) {
	if d.IsZero() {
		return 0, 0, 0
	}
	return date(d.n)
}

// Year gives the calendar year, 0 for no day.
func (d Day) Year() int {
	year, _, _ := d.Date()
	return year
}

// Weekday gives the day of the week. No day has none, and panics.
func (d Day) Weekday() time.Weekday {
	mustBeDays("Weekday", d)
	return weekday(d.n)
}

// ISOWeek gives the week number as Norwegian calendars print it, and the year that week belongs to: weeks begin on
// Monday, and week 1 is the one with the year's first Thursday. No day panics.
func (d Day) ISOWeek() (year, week int) {
	mustBeDays("ISOWeek", d)
	thursday := d.n + 3 - (d.n+6)%7
	year, _, _ = date(thursday)
	return year, int(thursday-number(year, 1, 1))/7 + 1
}

// Age counts the full years lived by someone born on born, on the day on; it is negative before birth. Someone born on
// 29 February has the birthday on 1 March in common years (R-2.24: this favours the patient). It panics on no day.
func Age(born, on Day) int {
	mustBeDays("Age", born, on)
	bornYear, bornMonth, bornDay := born.Date()
	year, month, day := on.Date()
	if month < bornMonth || month == bornMonth && day < bornDay {
		return year - bornYear - 1
	}
	return year - bornYear
}

// Birthday gives the day on which someone born on born has lived so many full years: the first day with that Age. No day
// if born is no day, or the birthday falls outside 1900-2199.
func Birthday(born Day, years int) Day {
	if born.IsZero() || years > lastYear || years < -lastYear {
		return Day{}
	}
	year, month, day := born.Date()
	year += years
	if month == 2 && day == 29 && daysIn(year, 2) == 28 {
		month, day = 3, 1
	}
	d, err := Of(year, month, day)
	if err != nil {
		return Day{}
	}
	return d
}

// A Period is a run of days, From and To both included. A zero To is an open end, and a zero From an open beginning.
type Period struct {
	From Day `json:"from"`
	To   Day `json:"to"`
}

// Contains tells whether d is one of the days of the period. No day is in no period.
func (p Period) Contains(d Day) bool {
	return !d.IsZero() && !d.Before(p.From) && (p.To.IsZero() || !d.After(p.To))
}

// mustBeDays stops arithmetic on dates that are not set: the answer would be a number of days that looks plausible.
func mustBeDays(op string, days ...Day) {
	for _, d := range days {
		if d.IsZero() {
			panic("day." + op + ": a date is not set; ask IsZero first")
		}
	}
}

// The proleptic Gregorian calendar in integers, reckoned from 1 March so that the leap day is the last of its year, in
// eras of 400 years (146097 days). Norway has used this calendar since 1 March 1700.

const marchFirstYear0 = 693900 // days from 0000-03-01 to 1899-12-31

func number(year, month, day int) int32 {
	if month <= 2 {
		year--
		month += 12
	}
	return int32(365*year + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + day - 1 - marchFirstYear0)
}

func date(n int32) (year, month, day int) {
	z := int(n) + marchFirstYear0
	era := z / 146097
	inEra := z % 146097
	y := (inEra - inEra/1460 + inEra/36524 - inEra/146096) / 365
	inYear := inEra - (365*y + y/4 - y/100)
	m := (5*inYear + 2) / 153
	day = inYear - (153*m+2)/5 + 1
	year = 400*era + y
	if m < 10 {
		return year, m + 3, day
	}
	return year + 1, m - 9, day
}

func weekday(n int32) time.Weekday { return time.Weekday(n % 7) } // 1900-01-01, number 1, was a Monday

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

func digits(s string) (int, bool) {
	v := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		v = 10*v + int(s[i]-'0')
	}
	return v, true
}
