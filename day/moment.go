package day

import (
	"errors"
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // Norwegian time must be right on machines without a time zone database too
)

// oslo is the time zone of the law and of every clock in the hospital.
var oslo = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		panic("day: the time zone Europe/Oslo could not be loaded: " + err.Error())
	}
	return zone
}()

// NoClock is the Minute of a Moment that is known to the day only.
const NoClock int16 = -1

// A Moment is a day, and mostly a clock time on that day, as a clock on a Norwegian wall shows it: an appointment, a
// message received. Minute is minutes since midnight by that clock (0-1439), or NoClock. No legal arithmetic is done on
// it: deadlines run to the end of a day. A zero Day is no moment, whatever the minute.
type Moment struct {
	Day    Day
	Minute int16
}

// MomentOf gives the day and clock time in Norway at the instant t, seconds dropped; no moment outside 1900-2199.
func MomentOf(t time.Time) Moment {
	local := t.In(oslo)
	d := FromTime(t)
	if d.IsZero() {
		return Moment{Minute: NoClock}
	}
	return Moment{d, int16(60*local.Hour() + local.Minute())}
}

// ParseMoment reads 2025-11-24, 2025-11-24T12:15 (seconds allowed) as Norwegian time, and RFC 3339 such as
// 2025-11-24T11:15:00Z, which is carried over to Norwegian time. Seconds are dropped. A clock time that was skipped when
// summer time began is refused; one that came twice when it ended is taken as it stands.
func ParseMoment(s string) (Moment, error) {
	if len(s) < 10 {
		return Moment{}, ErrNotMoment
	}
	d, err := Parse(s[:10])
	if errors.Is(err, ErrNotDate) {
		return Moment{}, ErrNotMoment
	}
	if err != nil {
		return Moment{}, err
	}
	if len(s) == 10 {
		return Moment{d, NoClock}, nil
	}
	if s[10] != 'T' {
		return Moment{}, ErrNotMoment
	}
	clock, zone := s[11:], ""
	if i := strings.IndexAny(clock, "Z+-"); i >= 0 {
		clock, zone = clock[:i], clock[i:]
	}
	hour, minute, ok := readClock(clock)
	if !ok {
		return Moment{}, ErrNotMoment
	}
	year, month, dom := d.Date()
	if zone == "" {
		t := time.Date(year, time.Month(month), dom, hour, minute, 0, 0, oslo)
		if t.Hour() != hour || t.Minute() != minute || t.Day() != dom {
			return Moment{}, fmt.Errorf("%s: the clock was never %02d:%02d that day, for it was moved forward; check the hour: %w",
				d, hour, minute, ErrImpossible)
		}
		return Moment{d, int16(60*hour + minute)}, nil
	}
	offset, ok := readZone(zone)
	if !ok {
		return Moment{}, ErrNotMoment
	}
	m := MomentOf(time.Date(year, time.Month(month), dom, hour, minute, 0, 0, time.UTC).Add(-offset))
	if m.Day.IsZero() {
		if year == firstYear {
			return Moment{}, fmt.Errorf("%s in Norwegian time: %w", d, ErrBefore1900)
		}
		return Moment{}, fmt.Errorf("%s in Norwegian time: %w", d, ErrAfter2199)
	}
	return m, nil
}

// readClock reads 12:15, 12:15:30 and 12:15:30.125; 24:00 is refused (write 00:00 of the next day).
func readClock(s string) (hour, minute int, ok bool) {
	if len(s) < 5 || s[2] != ':' {
		return 0, 0, false
	}
	hour, ok1 := digits(s[0:2])
	minute, ok2 := digits(s[3:5])
	if !ok1 || !ok2 || hour > 23 || minute > 59 {
		return 0, 0, false
	}
	rest := s[5:]
	if rest == "" {
		return hour, minute, true
	}
	if len(rest) < 3 || rest[0] != ':' {
		return 0, 0, false
	}
	// 60 is a leap second, which RFC 3339 allows; the minute is all that is kept.
	if second, ok := digits(rest[1:3]); !ok || second > 60 {
		return 0, 0, false
	}
	if fraction := rest[3:]; fraction != "" {
		if _, ok := digits(fraction[1:]); !ok || fraction[0] != '.' || len(fraction) == 1 || len(fraction) > 10 {
			return 0, 0, false
		}
	}
	return hour, minute, true
}

// readZone reads Z, +01:00 and -01:00.
func readZone(s string) (time.Duration, bool) {
	if s == "Z" {
		return 0, true
	}
	if len(s) != 6 || s[3] != ':' {
		return 0, false
	}
	hour, ok1 := digits(s[1:3])
	minute, ok2 := digits(s[4:6])
	if !ok1 || !ok2 || hour > 23 || minute > 59 {
		return 0, false
	}
	offset := time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute
	if s[0] == '-' {
		offset = -offset
	}
	return offset, true
}

// HasClock tells whether the clock time is known.
func (m Moment) HasClock() bool { return !m.Day.IsZero() && m.Minute >= 0 }

// IsZero tells that this is no moment: no day.
func (m Moment) IsZero() bool { return m.Day.IsZero() }

// Compare orders moments by day and then by clock; one without a clock time comes first on its day.
func (m Moment) Compare(o Moment) int {
	if c := m.Day.Compare(o.Day); c != 0 {
		return c
	}
	switch {
	case m.Minute < o.Minute:
		return -1
	case m.Minute > o.Minute:
		return 1
	}
	return 0
}

// Time gives the instant, for formats that want one (FHIR, RFC 3339): midnight in Norway if there is no clock time, the
// zero time for no moment. An hour that came twice gives one of its two instants.
func (m Moment) Time() time.Time {
	if m.IsZero() {
		return time.Time{}
	}
	year, month, dom := m.Day.Date()
	return time.Date(year, time.Month(month), dom, 0, int(max(m.Minute, 0)), 0, 0, oslo)
}

// String gives 2025-11-24T12:15, 2025-11-24 without a clock time, and "" for no moment.
func (m Moment) String() string {
	if !m.HasClock() {
		return m.Day.String()
	}
	return fmt.Sprintf("%sT%02d:%02d", m.Day, m.Minute/60, m.Minute%60)
}

// MarshalText gives what String gives.
func (m Moment) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what ParseMoment reads, and "" as no moment.
func (m *Moment) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*m = Moment{Minute: NoClock}
		return nil
	}
	parsed, err := ParseMoment(string(text))
	if err != nil {
		return err
	}
	*m = parsed
	return nil
}

// MarshalJSON gives "2025-11-24T12:15", "2025-11-24", or null for no moment.
func (m Moment) MarshalJSON() ([]byte, error) { return quoted(m.String()), nil }

// UnmarshalJSON reads what ParseMoment reads, in a string, or null.
func (m *Moment) UnmarshalJSON(data []byte) error {
	s, null, err := unquoted(data, ErrNotMoment)
	if err != nil {
		return err
	}
	if null {
		*m = Moment{Minute: NoClock}
		return nil
	}
	parsed, err := ParseMoment(s)
	if err != nil {
		return err
	}
	*m = parsed
	return nil
}
