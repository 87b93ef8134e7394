package day_test

import (
	"errors"
	"testing"
	"time"

	"rettid/day"
)

// Days turn at midnight in Norway, winter and summer, wherever the clock that made the instant stood.
func TestFromTimeIsTheDayInNorway(t *testing.T) {
	for _, c := range []struct{ at, want string }{
		{"2025-01-14T22:59:59Z", "2025-01-14"},
		{"2025-01-14T23:00:00Z", "2025-01-15"},
		{"2025-07-14T21:59:59Z", "2025-07-14"},
		{"2025-07-14T22:00:00Z", "2025-07-15"},
		{"2025-03-29T23:00:00Z", "2025-03-30"}, // the night summer time begins
		{"2025-03-30T21:59:59Z", "2025-03-30"},
		{"2025-03-30T22:00:00Z", "2025-03-31"},
		{"2025-10-25T22:00:00Z", "2025-10-26"}, // the night it ends: a day of 25 hours
		{"2025-10-26T22:59:59Z", "2025-10-26"},
		{"2025-10-26T23:00:00Z", "2025-10-27"},
		{"2025-12-31T18:00:00-08:00", "2026-01-01"},
		{"2199-12-31T23:00:00Z", ""},
		{"1899-12-31T12:00:00Z", ""},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := day.FromTime(at).String(); got != c.want {
			t.Errorf("FromTime(%s) = %q, want %q", c.at, got, c.want)
		}
	}
}

func TestParseMoment(t *testing.T) {
	for _, c := range []struct {
		text, want string
		err        error
	}{
		{"2025-11-24T12:15", "2025-11-24T12:15", nil},
		{"2025-11-24", "2025-11-24", nil},
		{"2025-11-24T00:00", "2025-11-24T00:00", nil},
		{"2025-11-24T23:59:59", "2025-11-24T23:59", nil},
		{"2025-11-24T11:15:00Z", "2025-11-24T12:15", nil},
		{"2025-07-24T11:15:00Z", "2025-07-24T13:15", nil},
		{"2025-11-24T12:15:30.250+01:00", "2025-11-24T12:15", nil},
		{"2025-11-24T12:15+01:00", "2025-11-24T12:15", nil},
		{"2025-11-24T23:30:00Z", "2025-11-25T00:30", nil},
		{"2025-11-24T12:15:00-05:00", "2025-11-24T18:15", nil},
		{"2025-03-30T00:59:00Z", "2025-03-30T01:59", nil},
		{"2025-03-30T01:00:00Z", "2025-03-30T03:00", nil},
		{"2025-10-26T00:30:00Z", "2025-10-26T02:30", nil}, // 02:30 comes twice
		{"2025-10-26T01:30:00Z", "2025-10-26T02:30", nil},
		{"2025-10-26T02:30", "2025-10-26T02:30", nil},
		{"2025-03-30T02:30", "", day.ErrImpossible}, // 02:30 never came
		{"2025-02-29T12:15", "", day.ErrImpossible},
		{"2025-11-24T24:00", "", day.ErrNotMoment},
		{"2025-11-24T12:60", "", day.ErrNotMoment},
		{"2025-11-24T12:15:61", "", day.ErrNotMoment},
		{"2025-11-24T1:15", "", day.ErrNotMoment},
		{"2025-11-24T12", "", day.ErrNotMoment},
		{"2025-11-24T12:15:", "", day.ErrNotMoment},
		{"2025-11-24T12:15:00.", "", day.ErrNotMoment},
		{"2025-11-24T12:15:00,5Z", "", day.ErrNotMoment},
		{"2025-11-24T12:15+1", "", day.ErrNotMoment},
		{"2025-11-24T12:15+0100", "", day.ErrNotMoment},
		{"2025-11-24T12:15Zz", "", day.ErrNotMoment},
		{"2025-11-24 12:15", "", day.ErrNotMoment},
		{"2025-11-24T", "", day.ErrNotMoment},
		{"24.11.2025", "", day.ErrNotMoment},
		{"", "", day.ErrNotMoment},
		{"1900-01-01T00:30:00+02:00", "", day.ErrBefore1900},
		{"2199-12-31T23:30:00Z", "", day.ErrAfter2199},
	} {
		got, err := day.ParseMoment(c.text)
		if got.String() != c.want || !errors.Is(err, c.err) || (c.err == nil) != (err == nil) {
			t.Errorf("ParseMoment(%q) = %q, %v; want %q, %v", c.text, got, err, c.want, c.err)
		}
	}
}

func TestMomentWithoutClock(t *testing.T) {
	d := day.On(2025, 11, 24)
	plain, midnight := day.Moment{Day: d, Minute: day.NoClock}, day.Moment{Day: d}
	if plain.HasClock() || !midnight.HasClock() || (day.Moment{}).HasClock() {
		t.Error("HasClock is wrong")
	}
	if plain.Compare(midnight) != -1 || midnight.Compare(plain) != 1 || plain.Compare(plain) != 0 {
		t.Error("a day without a clock time does not come before the times of that day")
	}
	if (day.Moment{Day: d.Add(1), Minute: day.NoClock}).Compare(midnight) != 1 {
		t.Error("the next day does not come after")
	}
	if got := plain.Time().Format(time.RFC3339); got != "2025-11-24T00:00:00+01:00" {
		t.Errorf("Time gives %s", got)
	}
	if !(day.Moment{}).Time().IsZero() || (day.Moment{}).String() != "" {
		t.Error("no moment is not plainly none")
	}
}

func FuzzParseMoment(f *testing.F) {
	for _, s := range []string{"2025-11-24", "2025-11-24T12:15", "2025-11-24T11:15:00Z", "2025-03-30T02:30", "2025-10-26T02:30",
		"2025-11-24T12:15:30.250+01:00", "2199-12-31T23:30:00Z", "1900-01-01T00:30:00+02:00", "2025-11-24T", "2025-11-24T12:15-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := day.ParseMoment(s)
		if (err == nil) == m.IsZero() {
			t.Fatalf("ParseMoment(%q) gives %q and the error %v", s, m, err)
		}
		if err != nil {
			return
		}
		if again, err := day.ParseMoment(m.String()); err != nil || again != m {
			t.Fatalf("ParseMoment(%q) gives %s, which is read back as %s, %v", s, m, again, err)
		}
		if m.Minute < day.NoClock || m.Minute >= 24*60 {
			t.Fatalf("ParseMoment(%q) gives minute %d", s, m.Minute)
		}
		if m.HasClock() && day.MomentOf(m.Time()) != m {
			t.Fatalf("%s becomes %s by way of the instant", m, day.MomentOf(m.Time()))
		}
		if at, stdErr := time.Parse(time.RFC3339, s); stdErr == nil && day.MomentOf(at) != m {
			t.Fatalf("ParseMoment(%q) gives %s, the standard library %s", s, m, day.MomentOf(at))
		}
	})
}
