package day_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rettid/day"
)

func TestEaster(t *testing.T) {
	for _, want := range []day.Day{
		day.On(2020, 4, 12), day.On(2021, 4, 4), day.On(2022, 4, 17), day.On(2023, 4, 9), day.On(2024, 3, 31), day.On(2025, 4, 20),
		day.On(2026, 4, 5), day.On(2027, 3, 28), day.On(2028, 4, 16), day.On(2029, 4, 1), day.On(2030, 4, 21), day.On(2031, 4, 13),
		// The exceptions of the Gregorian reckoning and its extremes.
		day.On(1954, 4, 18), day.On(1981, 4, 19), day.On(1943, 4, 25), day.On(2038, 4, 25), day.On(2008, 3, 23), day.On(1913, 3, 23),
		day.On(2049, 4, 18), day.On(2076, 4, 19),
	} {
		if got := day.Easter(want.Year()); got != want {
			t.Errorf("Easter %d = %s, want %s", want.Year(), got, want)
		}
	}
	if !day.Easter(1899).IsZero() || !day.Easter(2200).IsZero() {
		t.Error("Easter outside 1900-2199 is not refused")
	}
}

func TestWorkingDaysOfAYear(t *testing.T) {
	for i, want := range []int{254, 254, 253, 251, 252, 252, 253, 255, 251, 251, 251, 252} {
		year := 2020 + i
		if got := day.Norway.Working(day.On(year-1, 12, 31), day.On(year, 12, 31)); got != want {
			t.Errorf("%d has %d working days, want %d", year, got, want)
		}
	}
}

// The worked examples E-01 to E-08 of the domain rules: ten working days from the day after receipt.
func TestTenWorkingDays(t *testing.T) {
	eves, err := day.New(day.Options{EvesAreHolidays: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		example       string
		calendar      *day.Calendar
		received, due day.Day
	}{
		{"E-01 a Monday", day.Norway, day.On(2024, 6, 3), day.On(2024, 6, 17)},
		{"E-02 a Saturday", day.Norway, day.On(2024, 6, 8), day.On(2024, 6, 21)},
		{"E-03 from the first reception, Easter", day.Norway, day.On(2024, 3, 15), day.On(2024, 4, 3)},
		{"E-03 had it been the second", day.Norway, day.On(2024, 3, 22), day.On(2024, 4, 10)},
		{"E-04 Easter and 1 May", day.Norway, day.On(2025, 4, 11), day.On(2025, 4, 30)},
		{"E-05 1 and 9 May", day.Norway, day.On(2024, 4, 26), day.On(2024, 5, 14)},
		{"E-06 17 May on a Saturday", day.Norway, day.On(2025, 5, 16), day.On(2025, 6, 2)},
		{"E-07 the eves are working days", day.Norway, day.On(2024, 12, 13), day.On(2024, 12, 31)},
		{"E-07 the eves are days off", eves, day.On(2024, 12, 13), day.On(2025, 1, 3)},
		{"E-08 17 May is Whit Monday", day.Norway, day.On(2027, 5, 12), day.On(2027, 5, 27)},
	} {
		got, err := c.calendar.AddWorking(c.received, 10)
		if err != nil || got != c.due {
			t.Errorf("%s: ten working days after %s = %s, %v; want %s", c.example, c.received, got, err, c.due)
		}
		if got := c.calendar.Working(c.received, c.due); got != 10 {
			t.Errorf("%s: %d working days from %s to %s, want 10", c.example, got, c.received, c.due)
		}
	}
}

func TestHolidays(t *testing.T) {
	for _, c := range []struct {
		year int
		want string
	}{
		{2025, `2025-01-01 new_year, 2025-04-17 maundy_thursday, 2025-04-18 good_friday, 2025-04-20 easter_sunday,
			2025-04-21 easter_monday, 2025-05-01 labour_day, 2025-05-17 constitution_day, 2025-05-29 ascension,
			2025-06-08 whit_sunday, 2025-06-09 whit_monday, 2025-12-25 christmas, 2025-12-26 second_christmas`},
		{2027, `2027-01-01 new_year, 2027-03-25 maundy_thursday, 2027-03-26 good_friday, 2027-03-28 easter_sunday,
			2027-03-29 easter_monday, 2027-05-01 labour_day, 2027-05-06 ascension, 2027-05-16 whit_sunday,
			2027-05-17 constitution_day+whit_monday, 2027-12-25 christmas, 2027-12-26 second_christmas`},
		{2008, `2008-01-01 new_year, 2008-03-20 maundy_thursday, 2008-03-21 good_friday, 2008-03-23 easter_sunday,
			2008-03-24 easter_monday, 2008-05-01 labour_day+ascension, 2008-05-11 whit_sunday, 2008-05-12 whit_monday,
			2008-05-17 constitution_day, 2008-12-25 christmas, 2008-12-26 second_christmas`},
	} {
		if got, want := list(day.Norway.Holidays(c.year)), strings.Join(strings.Fields(c.want), " "); got != want {
			t.Errorf("%d:\n got %s\nwant %s", c.year, got, want)
		}
	}
	if day.Norway.Holidays(1899) != nil || day.Norway.Holidays(2200) != nil {
		t.Error("years outside 1900-2199 have holidays")
	}
	day.Norway.Holidays(2025)[0].Name = "changed"
	if got := day.Norway.Holidays(2025)[0].Name; got != "new_year" {
		t.Errorf("a caller changed the calendar: %s", got)
	}
}

func TestPassedNamesWhatCostAWorkingDay(t *testing.T) {
	for _, c := range []struct {
		from, to day.Day
		want     string
	}{
		{day.On(2025, 4, 11), day.On(2025, 4, 30), "2025-04-17 maundy_thursday, 2025-04-18 good_friday, 2025-04-21 easter_monday"},
		{day.On(2025, 5, 16), day.On(2025, 6, 2), "2025-05-29 ascension"}, // 17 May is a Saturday
		{day.On(2027, 5, 12), day.On(2027, 5, 27), "2027-05-17 constitution_day+whit_monday"},
		{day.On(2025, 4, 17), day.On(2025, 4, 18), "2025-04-18 good_friday"}, // not the first day, but the last
		{day.On(2025, 4, 18), day.On(2025, 4, 18), ""},
		{day.On(2025, 4, 30), day.On(2025, 4, 11), ""},
		{day.Day{}, day.On(2025, 4, 11), ""},
		{day.On(2199, 12, 24), last, "2199-12-25 christmas, 2199-12-26 second_christmas"},
	} {
		if got := list(day.Norway.Passed(c.from, c.to)); got != c.want {
			t.Errorf("passed from %s to %s: %s; want %s", c.from, c.to, got, c.want)
		}
	}
}

func TestClosedDays(t *testing.T) {
	moving, decided := day.On(2026, 9, 1), day.On(2026, 6, 1)
	c, err := day.New(day.Options{Closed: []day.Closed{
		{Day: day.On(2026, 12, 25), Name: "juleferie"},
		{Day: moving, Name: "flyttedag", KnownFrom: decided},
		{Day: day.On(2026, 9, 2), Name: "flyttedag to", KnownFrom: decided.Add(10)},
	}})
	if err != nil {
		t.Fatal(err)
	}
	due := func(c *day.Calendar) day.Day {
		d, err := c.AddWorking(day.On(2026, 8, 31), 1)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, k := range []struct{ on, want day.Day }{
		{decided.Add(-1), day.On(2026, 9, 1)},
		{decided, day.On(2026, 9, 2)},
		{decided.Add(9), day.On(2026, 9, 2)},
		{decided.Add(10), day.On(2026, 9, 3)},
		{last, day.On(2026, 9, 3)},
	} {
		if got := due(c.KnownOn(k.on)); got != k.want {
			t.Errorf("as known on %s: %s, want %s", k.on, got, k.want)
		}
	}
	if got := due(c); got != day.On(2026, 9, 3) {
		t.Errorf("with every closed day: %s, want 2026-09-03", got)
	}
	if got := list(c.KnownOn(first).Passed(day.On(2026, 8, 31), last)[:1]); got != "2026-12-25 christmas+closed" {
		t.Errorf("a closed day always known, on a public holiday: %s", got)
	}
	if c.ClosedName(moving) != "flyttedag" || c.ClosedName(moving.Add(-1)) != "" || c.KnownOn(first).ClosedName(moving) != "" {
		t.Error("the names of closed days are wrong")
	}
	if day.Norway.KnownOn(first) != day.Norway {
		t.Error("a calendar always known is drawn up again")
	}
	for _, bad := range [][]day.Closed{{{Name: "uten dato"}}, {{Day: moving}, {Day: moving}}} {
		if _, err := day.New(day.Options{Closed: bad}); err == nil {
			t.Errorf("New takes %v, want an error", bad)
		}
	}
}

func TestAddWorkingRefuses(t *testing.T) {
	const huge = int(^uint(0) >> 1)
	for _, c := range []struct {
		from day.Day
		n    int
	}{{day.Day{}, 1}, {day.Day{}, 0}, {first, -1}, {last, 1}, {first, huge}, {day.On(2199, 12, 30), 2}} {
		if got, err := day.Norway.AddWorking(c.from, c.n); err == nil {
			t.Errorf("%d working days after %q = %s, want an error", c.n, c.from, got)
		}
	}
	if got, err := day.Norway.AddWorking(day.On(2199, 12, 30), 1); err != nil || got != last {
		t.Errorf("the last working day = %s, %v", got, err)
	}
}

// The tables against counting on the fingers: every day is asked, one at a time, whether it is a working day.
func TestTablesAgreeWithCounting(t *testing.T) {
	off := make(map[day.Day]bool)
	for year := 1900; year <= 2199; year++ {
		for _, h := range day.Norway.Holidays(year) {
			off[h.Day] = true
		}
	}
	count, before := 0, day.Day{}
	for n := first.Number(); n <= last.Number(); n++ {
		d := day.FromNumber(n)
		working := d.Weekday() >= 1 && d.Weekday() <= 5 && !off[d]
		if got := day.Norway.IsWorking(d); got != working {
			t.Fatalf("%s is a working day: %t, want %t", d, got, working)
		}
		if working {
			count, before = count+1, d
		}
		if got := day.Norway.LastWorkingOnOrBefore(d); got != before {
			t.Fatalf("last working day on or before %s = %s, want %s", d, got, before)
		}
		if got := day.Norway.Working(first, d); got != count {
			t.Fatalf("%d working days from %s to %s, want %d", got, first, d, count)
		}
	}
	if day.Norway.IsWorking(day.Day{}) || !day.Norway.LastWorkingOnOrBefore(day.Day{}).IsZero() {
		t.Error("no day is a working day")
	}
}

func TestAddWorkingAndWorkingAreInverse(t *testing.T) {
	c := day.Norway
	rapid.Check(t, func(t *rapid.T) {
		a, n := anyDay(t, "a"), rapid.IntRange(0, 400).Draw(t, "n")
		b, err := c.AddWorking(a, n)
		if err != nil {
			if c.Working(a, last) >= n {
				t.Fatalf("refused, though there are %d working days left: %v", c.Working(a, last), err)
			}
			return
		}
		if got := c.Working(a, b); got != n {
			t.Fatalf("%d working days after %s is %s, but there are %d between", n, a, b, got)
		}
		if n > 0 && !c.IsWorking(b) {
			t.Fatalf("%d working days after %s is %s, no working day", n, a, b)
		}
		if got := c.Working(b, a); got != -n {
			t.Fatalf("backwards there are %d working days, want %d", got, -n)
		}
		if later, err := c.AddWorking(a, n+1); err == nil && !later.After(b) {
			t.Fatalf("one more working day is %s, not after %s", later, b)
		}
		if morrow, err := c.AddWorking(a.Add(1), n); err == nil && !a.Add(1).IsZero() && morrow.Before(b) {
			t.Fatalf("starting a day later gives %s, before %s", morrow, b)
		}
		weekdays := 0
		for d := a.Add(1); !d.IsZero() && !d.After(b); d = d.Add(1) {
			if d.Weekday() >= 1 && d.Weekday() <= 5 {
				weekdays++
			}
		}
		if got := weekdays - len(c.Passed(a, b)); got != n {
			t.Fatalf("%d weekdays less the days off that passed is %d, want %d", weekdays, got, n)
		}
	})
}

func list(holidays []day.Holiday) string {
	var out []string
	for h := range slices.Values(holidays) {
		out = append(out, h.Day.String()+" "+h.Name)
	}
	return strings.Join(out, ", ")
}

var sink day.Day

func BenchmarkAddWorking(b *testing.B) {
	d := day.On(2025, 3, 1)
	for b.Loop() {
		sink, _ = day.Norway.AddWorking(d, 10)
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := day.New(day.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
