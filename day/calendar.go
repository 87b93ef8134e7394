package day

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Working days (virkedager) are Monday to Friday except public holidays (guide 4.1, norm G4.1-3; rule ).
//
// The public holidays (helligdager) are those of the statute on holidays of 1995 § 2, and 1 and 17 May, which the law of
// 26 April 1947 § 1 makes equal to Sundays. There is no substitute day for one that falls on a weekend, and two
// that coincide are one day off.
//
// Today's list is applied to every year, also to years before those laws. The deadlines counted here began in 2004 or
// later, so nothing is counted wrong by it; it only lets every date be counted.
//
// 24 and 31 December are not in the statute's list, and are working days when they fall on Monday to Friday,
// unless Options say otherwise.

// A Holiday is a day off by law or by configuration. Name is a key, the same in every language: new_year maundy_thursday
// good_friday easter_sunday easter_monday labour_day constitution_day ascension whit_sunday whit_monday christmas
// second_christmas; christmas_eve and new_years_eve where Options.EvesAreHolidays; closed for a configured day. Those that
// coincide are one Holiday with the keys joined, as in constitution_day+whit_monday.
type Holiday struct {
	Day  Day
	Name string
}

// A Closed day is a day off by configuration: not a working day, though the statute does not list it.
type Closed struct {
	Day       Day
	Name      string // what to call it, for people
	KnownFrom Day    // the day it was decided; zero: always known (see KnownOn)
}

// Options is what may differ from the statute.
type Options struct {
	EvesAreHolidays bool     // 24 and 31 December are days off
	Closed          []Closed // further days off
}

// A Calendar knows the working days from 1900 to 2199. It never changes after New, and may be used by many at once.
type Calendar struct {
	upTo     []int32   // by day number: working days from 1900-01-01 to that day, the day included
	nth      []int32   // by ordinal, from 1: the number of that working day
	holidays []Holiday // every one, in order
	closed   []Closed  // in order
	options  Options   // what it was drawn up from
	editions []edition // the calendar as known earlier, oldest first; none when all was always known
}

// An edition is the calendar as known from one day until the next edition's.
type edition struct {
	from     Day
	calendar func() *Calendar // built when first asked for
}

// Norway is the calendar of the statute, with nothing configured.
var Norway = func() *Calendar {
	c, err := New(Options{})
	if err != nil {
		panic(err)
	}
	return c
}()

// New draws up a calendar. It counts every closed day in Options, whenever it was decided; KnownOn gives the calendar as
// it was known earlier. It refuses closed days without a date, and the same date twice.
func New(o Options) (*Calendar, error) {
	closed := slices.Clone(o.Closed)
	slices.SortStableFunc(closed, func(a, b Closed) int { return a.Day.Compare(b.Day) })
	var decided []Day
	for i, c := range closed {
		if c.Day.IsZero() {
			return nil, errors.New("a closed day in the calendar has no date; give each a date such as 2025-12-24")
		}
		if i > 0 && closed[i-1].Day == c.Day {
			return nil, fmt.Errorf("the closed day %s is in the calendar twice; remove one of them", c.Day)
		}
		if !c.KnownFrom.IsZero() {
			decided = append(decided, c.KnownFrom)
		}
	}
	c := draw(closed, o.EvesAreHolidays)
	c.options = Options{EvesAreHolidays: o.EvesAreHolidays, Closed: closed}
	if len(decided) == 0 {
		return c, nil
	}
	// One edition before the first decision (from no day), one from each decision but the last, and c itself from then on.
	slices.SortFunc(decided, Day.Compare)
	decided = slices.Compact(append([]Day{{}}, decided...))
	for _, from := range decided[:len(decided)-1] {
		known := slices.DeleteFunc(slices.Clone(closed), func(c Closed) bool { return c.KnownFrom.After(from) })
		c.editions = append(c.editions, edition{from, sync.OnceValue(func() *Calendar {
			return draw(known, o.EvesAreHolidays)
		})})
	}
	c.editions = append(c.editions, edition{decided[len(decided)-1], func() *Calendar { return c }})
	return c, nil
}

// Options gives what the calendar was drawn up from, for drawing up another.
func (c *Calendar) Options() Options {
	return Options{EvesAreHolidays: c.options.EvesAreHolidays, Closed: slices.Clone(c.options.Closed)}
}

// KnownOn gives the calendar as it was known on d: without the closed days decided later. It is cheap to ask.
func (c *Calendar) KnownOn(d Day) *Calendar {
	for _, e := range slices.Backward(c.editions) {
		if !e.from.After(d) {
			return e.calendar()
		}
	}
	return c
}

func draw(closed []Closed, eves bool) *Calendar {
	var all []Holiday
	for year := firstYear; year <= lastYear; year++ {
		all = append(all, byLaw(year)...)
		if eves {
			all = append(all, Holiday{On(year, 12, 24), "christmas_eve"}, Holiday{On(year, 12, 31), "new_years_eve"})
		}
	}
	for _, c := range closed {
		all = append(all, Holiday{c.Day, "closed"})
	}
	slices.SortStableFunc(all, func(a, b Holiday) int { return cmp.Compare(a.Day.n, b.Day.n) })

	c := &Calendar{closed: closed, upTo: make([]int32, lastDay+1), nth: make([]int32, 1, lastDay*5/7+1)}
	for _, h := range all {
		if last := len(c.holidays) - 1; last >= 0 && c.holidays[last].Day == h.Day {
			c.holidays[last].Name += "+" + h.Name
			continue
		}
		c.holidays = append(c.holidays, h)
	}
	next := c.holidays
	for n := int32(1); n <= lastDay; n++ {
		off := weekday(n) == time.Saturday || weekday(n) == time.Sunday
		if len(next) > 0 && next[0].Day.n == n {
			off, next = true, next[1:]
		}
		if !off {
			c.nth = append(c.nth, n)
		}
		c.upTo[n] = int32(len(c.nth) - 1)
	}
	return c
}

// byLaw lists the public holidays of a year. Where two coincide, the fixed one is named first.
func byLaw(year int) []Holiday {
	easter := Easter(year)
	return []Holiday{
		{On(year, 1, 1), "new_year"},
		{On(year, 5, 1), "labour_day"},
		{On(year, 5, 17), "constitution_day"},
		{easter.Add(-3), "maundy_thursday"},
		{easter.Add(-2), "good_friday"},
		{easter, "easter_sunday"},
		{easter.Add(1), "easter_monday"},
		{easter.Add(39), "ascension"},
		{easter.Add(49), "whit_sunday"},
		{easter.Add(50), "whit_monday"},
		{On(year, 12, 25), "christmas"},
		{On(year, 12, 26), "second_christmas"},
	}
}

// Easter gives Easter Sunday (første påskedag) by the Gregorian reckoning: the Sunday after the first ecclesiastical full
// moon on or after 21 March. A year outside 1900-2199 has none here, and gives no day.
func Easter(year int) Day {
	if year < firstYear || year > lastYear {
		return Day{}
	}
	golden, century, inCentury := year%19, year/100, year%100
	correction := (century - (century+8)/25 + 1) / 3
	epact := (19*golden + century - century/4 - correction + 15) % 30
	toSunday := (32 + 2*(century%4) + 2*(inCentury/4) - epact - inCentury%4) % 7
	late := (golden + 11*epact + 22*toSunday) / 451
	days := epact + toSunday - 7*late + 114
	return On(year, days/31, days%31+1)
}

// IsWorking tells whether d is a working day. No day is not.
func (c *Calendar) IsWorking(d Day) bool {
	return d.n > 0 && c.upTo[d.n] != c.upTo[d.n-1]
}

// AddWorking finds the nth working day after d; d itself is not counted, whether it is a working day or not, and
// n = 0 gives d. It refuses no day, a negative n, and answers after 2199.
func (c *Calendar) AddWorking(d Day, n int) (Day, error) {
	switch {
	case d.IsZero():
		return Day{}, errors.New("cannot count working days from a date that is not set")
	case n < 0:
		return Day{}, fmt.Errorf("cannot count %d working days; give 0 or more", n)
	case n == 0:
		return d, nil
	}
	before := int(c.upTo[d.n])
	if n >= len(c.nth)-before {
		return Day{}, fmt.Errorf("%d working days after %s: %w", n, d, ErrAfter2199)
	}
	return Day{c.nth[before+n]}, nil
}

// Working counts the working days after a, to b with b included: in (a, b]. Where b is before a it is the negative of
// Working(b, a). It panics if either is no day.
func (c *Calendar) Working(a, b Day) int {
	mustBeDays("Working", a, b)
	return int(c.upTo[b.n] - c.upTo[a.n])
}

// LastWorkingOnOrBefore finds the day to plan for when a deadline falls on d: d itself if it is a working day.
// No day gives no day, and so does 1900-01-01, which has no working day before it here.
func (c *Calendar) LastWorkingOnOrBefore(d Day) Day {
	return Day{c.nth[c.upTo[d.n]]}
}

// Holidays lists the days off of a year in order, also those on weekends. A year outside 1900-2199 has none.
func (c *Calendar) Holidays(year int) []Holiday {
	if year < firstYear || year > lastYear {
		return nil
	}
	return slices.Clone(c.between(On(year, 1, 1), On(year, 12, 31)))
}

// Passed lists the days off after a, to b with b included, that fall on Monday to Friday: those that put a deadline off
// by a day. It is what an explanation of a deadline names.
func (c *Calendar) Passed(a, b Day) []Holiday {
	var passed []Holiday
	if a.IsZero() || !a.Before(b) || c.Working(a, b) == int(weekdays(b)-weekdays(a)) {
		return passed // most spans lose no day, and need no search
	}
	for _, h := range c.between(Day{a.n + 1}, b) {
		if w := h.Day.Weekday(); w != time.Saturday && w != time.Sunday {
			passed = append(passed, h)
		}
	}
	return passed
}

// weekdays counts Mondays to Fridays from 1900-01-01, a Monday, to d.
func weekdays(d Day) int32 { return d.n/7*5 + min(d.n%7, 5) }

// ClosedName gives the name configured for a closed day, and "" for every other day.
func (c *Calendar) ClosedName(d Day) string {
	i, found := slices.BinarySearchFunc(c.closed, d, func(c Closed, d Day) int { return c.Day.Compare(d) })
	if !found {
		return ""
	}
	return c.closed[i].Name
}

// between gives the days off from a to b, both included; shared with the calendar, not for changing.
func (c *Calendar) between(a, b Day) []Holiday {
	byDay := func(h Holiday, d Day) int { return h.Day.Compare(d) }
	from, _ := slices.BinarySearchFunc(c.holidays, a, byDay)
	to, found := slices.BinarySearchFunc(c.holidays, b, byDay)
	if found {
		to++
	}
	return c.holidays[from:to]
}
