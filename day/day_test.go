package day_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rettid/day"
)

var (
	first = day.On(1900, 1, 1)
	last  = day.On(2199, 12, 31)
)

// anyDay draws a day, with the ends and leap days drawn more often than they fall.
func anyDay(t *rapid.T, label string) day.Day {
	return day.FromNumber(rapid.OneOf(
		rapid.Int32Range(first.Number(), last.Number()),
		rapid.SampledFrom([]int32{first.Number(), last.Number(), day.On(2000, 2, 29).Number(), day.On(2024, 2, 29).Number()}),
	).Draw(t, label))
}

// Every day there is, against the calendar of the standard library.
func TestEveryDayAgreesWithTheStandardLibrary(t *testing.T) {
	at := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	for n := int32(1); n <= last.Number(); n++ {
		d := day.FromNumber(n)
		year, month, dom := d.Date()
		isoYear, week := d.ISOWeek()
		wantYear, wantWeek := at.ISOWeek()
		switch {
		case year != at.Year() || month != int(at.Month()) || dom != at.Day():
			t.Fatalf("number %d is %s, want %s", n, d, at.Format(time.DateOnly))
		case d.String() != at.Format(time.DateOnly):
			t.Fatalf("number %d is written %s, want %s", n, d, at.Format(time.DateOnly))
		case d.Weekday() != at.Weekday():
			t.Fatalf("%s is a %s, want %s", d, d.Weekday(), at.Weekday())
		case isoYear != wantYear || week != wantWeek:
			t.Fatalf("%s is in week %d of %d, want %d of %d", d, week, isoYear, wantWeek, wantYear)
		case day.On(year, month, dom) != d:
			t.Fatalf("On gives another day than %s", d)
		}
		at = at.AddDate(0, 0, 1)
	}
	if at.Year() != 2200 || at.YearDay() != 1 {
		t.Fatalf("the last day is followed by %s, want 2200-01-01", at.Format(time.DateOnly))
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		text string
		want day.Day
		err  error
	}{
		{"2025-09-01", day.On(2025, 9, 1), nil},
		{"1900-01-01", first, nil},
		{"2199-12-31", last, nil},
		{"2024-02-29", day.On(2024, 2, 29), nil},
		{"2000-02-29", day.On(2000, 2, 29), nil},
		{"1900-02-29", day.Day{}, day.ErrImpossible},
		{"2100-02-29", day.Day{}, day.ErrImpossible},
		{"2025-02-29", day.Day{}, day.ErrImpossible},
		{"2025-04-31", day.Day{}, day.ErrImpossible},
		{"2025-13-01", day.Day{}, day.ErrImpossible},
		{"2025-00-10", day.Day{}, day.ErrImpossible},
		{"2025-10-00", day.Day{}, day.ErrImpossible},
		{"1899-12-31", day.Day{}, day.ErrBefore1900},
		{"0000-01-01", day.Day{}, day.ErrBefore1900},
		{"2200-01-01", day.Day{}, day.ErrAfter2199},
		{"", day.Day{}, day.ErrNotDate},
		{"2025-9-1", day.Day{}, day.ErrNotDate},
		{"01.09.2025", day.Day{}, day.ErrNotDate},
		{"2025-09-01T00:00", day.Day{}, day.ErrNotDate},
		{" 2025-09-01", day.Day{}, day.ErrNotDate},
		{"2025-+9-01", day.Day{}, day.ErrNotDate},
		{"20250901", day.Day{}, day.ErrNotDate},
		{"２０25-1-1", day.Day{}, day.ErrNotDate},
	} {
		got, err := day.Parse(c.text)
		if got != c.want || !errors.Is(err, c.err) || (c.err == nil) != (err == nil) {
			t.Errorf("Parse(%q) = %v, %v; want %v, %v", c.text, got, err, c.want, c.err)
		}
	}
}

func TestOnPanicsOnAnImpossibleDate(t *testing.T) {
	mustPanic(t, "On", func() { day.On(2025, 2, 29) })
	mustPanic(t, "FromNumber", func() { day.FromNumber(last.Number() + 1) })
	mustPanic(t, "FromNumber", func() { day.FromNumber(-1) })
}

// No day stays no day where there is a day to give, and panics where a number would have to be made up.
func TestNoDay(t *testing.T) {
	var none day.Day
	if !none.IsZero() || none.Number() != 0 || day.FromNumber(0) != none || none.String() != "" || none.Year() != 0 {
		t.Error("the zero Day is not plainly no day")
	}
	if !none.Add(1).IsZero() || !none.AddMonths(1).IsZero() || !day.Birthday(none, 1).IsZero() {
		t.Error("arithmetic made a day out of no day")
	}
	if !none.Before(first) {
		t.Error("no day does not sort first")
	}
	mustPanic(t, "Sub", func() { first.Sub(none) })
	mustPanic(t, "Weekday", func() { none.Weekday() })
	mustPanic(t, "ISOWeek", func() { none.ISOWeek() })
	mustPanic(t, "Age", func() { day.Age(none, first) })
	mustPanic(t, "Working", func() { day.Norway.Working(none, first) })
}

func mustPanic(t *testing.T, name string, f func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Errorf("%s did not panic", name)
		}
	}()
	f()
}

func TestAddStopsAtTheEndsOfTheCalendar(t *testing.T) {
	const huge = int(^uint(0) >> 1)
	for _, c := range []struct {
		from day.Day
		add  int
		want day.Day
	}{
		{first, last.Sub(first), last},
		{last, -last.Sub(first), first},
		{first, -1, day.Day{}},
		{last, 1, day.Day{}},
		{first, huge, day.Day{}},
		{last, -huge - 1, day.Day{}},
	} {
		if got := c.from.Add(c.add); got != c.want {
			t.Errorf("%s and %d days = %v, want %v", c.from, c.add, got, c.want)
		}
	}
}

func TestAddMonths(t *testing.T) {
	for _, c := range []struct {
		from   string
		months int
		want   string
	}{
		{"2024-06-03", 4, "2024-10-03"},
		{"2025-10-31", 4, "2026-02-28"},
		{"2023-10-31", 4, "2024-02-29"},
		{"2025-09-15", 4, "2026-01-15"},
		{"2025-01-31", 1, "2025-02-28"},
		{"2025-12-31", 1, "2026-01-31"},
		{"2025-03-31", -1, "2025-02-28"},
		{"2025-01-15", -1, "2024-12-15"},
		{"2024-02-29", 12, "2025-02-28"},
		{"2024-02-29", -24, "2022-02-28"},
		{"2025-05-05", 0, "2025-05-05"},
		{"2199-12-01", 1, ""},
		{"1900-01-31", -1, ""},
		{"1900-01-01", -1 << 62, ""},
	} {
		from, err := day.Parse(c.from)
		if err != nil {
			t.Fatal(err)
		}
		if got := from.AddMonths(c.months).String(); got != c.want {
			t.Errorf("%s and %d months = %q, want %q", c.from, c.months, got, c.want)
		}
	}
}

func TestAge(t *testing.T) {
	for _, c := range []struct {
		born, on day.Day
		want     int
	}{
		{day.On(2001, 6, 3), day.On(2024, 6, 2), 22}, // the day before the 23rd birthday is the last qualifying one
		{day.On(2001, 6, 3), day.On(2024, 6, 3), 23},
		{day.On(2000, 2, 29), day.On(2023, 2, 28), 22}, // born on the leap day: 1 March
		{day.On(2000, 2, 29), day.On(2023, 3, 1), 23},
		{day.On(2000, 2, 29), day.On(2024, 2, 29), 24},
		{day.On(2000, 2, 29), day.On(2024, 2, 28), 23},
		{day.On(2025, 1, 1), day.On(2025, 1, 1), 0},
		{day.On(2025, 1, 1), day.On(2024, 12, 31), -1},
	} {
		if got := day.Age(c.born, c.on); got != c.want {
			t.Errorf("born %s, on %s: age %d, want %d", c.born, c.on, got, c.want)
		}
	}
}

func TestBirthdayIsTheFirstDayOfTheAge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		born, years := anyDay(t, "born"), rapid.IntRange(-5, 130).Draw(t, "years")
		birthday := day.Birthday(born, years)
		if birthday.IsZero() {
			if year := born.Year() + years; year >= 1900 && year <= 2199 {
				t.Fatalf("no birthday, though it falls in %d", year)
			}
			return
		}
		if got := day.Age(born, birthday); got != years {
			t.Fatalf("born %s, on the birthday %s: age %d, want %d", born, birthday, got, years)
		}
		if eve := birthday.Add(-1); !eve.IsZero() && day.Age(born, eve) != years-1 {
			t.Fatalf("born %s, the day before: age %d, want %d", born, day.Age(born, eve), years-1)
		}
	})
}

func TestArithmeticAgrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyDay(t, "a"), anyDay(t, "b")
		if got := a.Add(b.Sub(a)); got != b {
			t.Fatalf("a + (b - a) = %s, want %s", got, b)
		}
		if a.Before(b) != (b.Sub(a) > 0) || a.After(b) != (b.Sub(a) < 0) || (a.Compare(b) == 0) != (a == b) {
			t.Fatalf("the order of %s and %s is not that of their difference", a, b)
		}
		if a.Compare(b) != -b.Compare(a) || (a.Compare(b) < 0) != a.Before(b) {
			t.Fatalf("Compare disagrees with Before for %s and %s", a, b)
		}
	})
}

func TestPeriodContains(t *testing.T) {
	d := day.On(2025, 9, 15)
	for _, c := range []struct {
		p    day.Period
		want bool
	}{
		{day.Period{From: d, To: d}, true},
		{day.Period{From: d}, true},
		{day.Period{To: d}, true},
		{day.Period{}, true},
		{day.Period{From: d.Add(1)}, false},
		{day.Period{To: d.Add(-1)}, false},
		{day.Period{From: d.Add(-1), To: d.Add(1)}, true},
		{day.Period{From: d.Add(1), To: d.Add(-1)}, false},
	} {
		if got := c.p.Contains(d); got != c.want {
			t.Errorf("%v contains %s: %t, want %t", c.p, d, got, c.want)
		}
		if c.p.Contains(day.Day{}) {
			t.Errorf("%v contains no day", c.p)
		}
	}
}

func TestJSON(t *testing.T) {
	type row struct {
		Due  day.Day
		Open day.Day         `json:",omitzero"`
		At   day.Moment      `json:"at"`
		By   map[day.Day]int `json:"by"`
		Was  *day.Day        `json:"was"`
		Span day.Period      `json:"span"`
	}
	in := row{
		Due:  day.On(2025, 9, 15),
		At:   day.Moment{Day: day.On(2025, 11, 24), Minute: 12*60 + 15},
		By:   map[day.Day]int{day.On(2025, 1, 2): 3},
		Span: day.Period{From: day.On(2025, 1, 1)},
	}
	const want = `{"Due":"2025-09-15","at":"2025-11-24T12:15","by":{"2025-01-02":3},"was":null,"span":{"from":"2025-01-01","to":null}}`
	text, err := json.Marshal(in)
	if err != nil || string(text) != want {
		t.Fatalf("wrote %s, %v; want %s", text, err, want)
	}
	out := row{Span: day.Period{To: last}}
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	if out.Due != in.Due || out.At != in.At || out.By[day.On(2025, 1, 2)] != 3 || out.Span != in.Span {
		t.Errorf("read back %+v, want %+v", out, in)
	}
	for _, bad := range []string{`""`, `"2025-02-30"`, `20250901`, `"x"`, `{}`, `true`} {
		var d day.Day
		if err := json.Unmarshal([]byte(bad), &d); err == nil {
			t.Errorf("read %s as %s, want an error", bad, d)
		}
		var m day.Moment
		if err := json.Unmarshal([]byte(bad), &m); err == nil {
			t.Errorf("read %s as %s, want an error", bad, m)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"2025-09-01", "1899-12-31", "2025-02-29", "", "2025-9-1", "9999-99-99", "----------", "2199-12-31"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := day.Parse(s)
		if (err == nil) == d.IsZero() {
			t.Fatalf("Parse(%q) gives the day %q and the error %v", s, d, err)
		}
		if err == nil && d.String() != s {
			t.Fatalf("Parse(%q) is written back as %q", s, d)
		}
		if at, stdErr := time.Parse(time.DateOnly, s); err == nil && (stdErr != nil || day.FromTime(at) != d) {
			t.Fatalf("Parse(%q) gives %s, the standard library %s, %v", s, d, at, stdErr)
		} else if stdErr == nil && err != nil && !errors.Is(err, day.ErrBefore1900) && !errors.Is(err, day.ErrAfter2199) {
			t.Fatalf("Parse(%q) refuses a date the standard library reads: %v", s, err)
		}
	})
}
