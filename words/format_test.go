package words

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"rettid/day"
)

// The golden table: how everything is written, in the three languages. testdata/formats.txt is read by people too;
// set RETTID_UPDATE=1 to write it anew, and look at the difference.
func TestFormats(t *testing.T) {
	today := day.On(2025, 4, 23)
	row := func(name string, f func(l Lang) string) string {
		cells := []string{fmt.Sprintf("%-34s", name)}
		for _, l := range Langs() {
			cells = append(cells, fmt.Sprintf("%-40s", strings.ReplaceAll(f(l), nbsp, "~")))
		}
		return strings.TrimRight(strings.Join(cells, " "), " ") + "\n"
	}
	var b strings.Builder
	b.WriteString("A space that does not break the line is shown as ~. Today is 2025-04-23.\n\n")
	for _, d := range []day.Day{
		day.On(2025, 1, 31), day.On(2025, 2, 28), day.On(2025, 3, 20), day.On(2025, 4, 28), day.On(2025, 5, 2), day.On(2025, 6, 9),
		day.On(2025, 7, 1), day.On(2025, 8, 4), day.On(2025, 9, 1), day.On(2025, 10, 5), day.On(2025, 11, 24), day.On(2025, 12, 13),
	} {
		b.WriteString(row("Date "+d.String(), func(l Lang) string { return Date(l, d) }))
		b.WriteString(row("ShortDate "+d.String(), func(l Lang) string { return ShortDate(l, d) }))
		b.WriteString(row("DateWithWeekday "+d.String(), func(l Lang) string { return DateWithWeekday(l, d) }))
	}
	for _, n := range []int{-61, -60, -3, -1, 0, 1, 2, 3, 60, 61} {
		d := today.Add(n)
		b.WriteString(row(fmt.Sprintf("Distance %d", n), func(l Lang) string { return Distance(l, today, d) }))
		b.WriteString(row(fmt.Sprintf("DistanceOrDate %d", n), func(l Lang) string { return DistanceOrDate(l, today, d) }))
		b.WriteString(row(fmt.Sprintf("Due %d", n), func(l Lang) string { return Due(l, today, d) }))
		b.WriteString(row(fmt.Sprintf("Relative %d", n), func(l Lang) string { return Relative(l, today, d) }))
	}
	for _, n := range []int{-4, -1, 0, 1, 6} {
		b.WriteString(row(fmt.Sprintf("WorkingDistance %d", n), func(l Lang) string { return WorkingDistance(l, n) }))
	}
	for _, n := range []int{0, 1, 79} {
		b.WriteString(row(fmt.Sprintf("Waited %d", n), func(l Lang) string { return Waited(l, n) }))
	}
	for _, m := range []int{-1, 0, 525, 570, 1439, 1440} {
		b.WriteString(row(fmt.Sprintf("Clock %d", m), func(l Lang) string { return Clock(l, m) }))
	}
	for _, m := range []day.Moment{{Day: day.On(2025, 5, 28), Minute: 570}, {Day: day.On(2025, 5, 28), Minute: -1}, {}} {
		name := fmt.Sprintf("%s %d", m.Day, m.Minute)
		b.WriteString(row("MomentText "+name, func(l Lang) string { return MomentText(l, m) }))
		b.WriteString(row("ShortMoment "+name, func(l Lang) string { return ShortMoment(l, m) }))
		b.WriteString(row("MomentWithWeekday "+name, func(l Lang) string { return MomentWithWeekday(l, m) }))
	}
	for _, n := range []int{0, 7, 999, 1000, 1284, 12345, 999999, 1234567, -9, -1284, math.MinInt} {
		b.WriteString(row(fmt.Sprintf("Number %d", n), func(l Lang) string { return Number(l, n) }))
	}
	for _, v := range []float64{0, 1.25, 1284.5, -0.04, -3.26, math.NaN(), math.Inf(1)} {
		b.WriteString(row(fmt.Sprintf("Decimal %v", v), func(l Lang) string { return Decimal(l, v, 1) }))
	}
	for _, v := range []float64{0, 0.0871, 0.971, 1, -0.012} {
		b.WriteString(row(fmt.Sprintf("Percent %v", v), func(l Lang) string { return Percent(l, v, 1) }))
		b.WriteString(row(fmt.Sprintf("Percent whole %v", v), func(l Lang) string { return Percent(l, v, 0) }))
	}
	b.WriteString(row("Month 2025-03", func(l Lang) string { return Month(l, 2025, 3) }))
	for _, n := range []string{"good_friday", "constitution_day+whit_monday", "closed", "Planleggingsdag"} {
		b.WriteString(row("HolidayName "+n, func(l Lang) string { return HolidayName(l, n) }))
	}
	b.WriteString(row("FieldDate 2025-05-02", func(Lang) string { return FieldDate(day.On(2025, 5, 2)) }))

	const file = "testdata/formats.txt"
	if os.Getenv("RETTID_UPDATE") != "" {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	wantLines, gotLines := strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")
	for i := range max(len(wantLines), len(gotLines)) {
		if i >= len(wantLines) || i >= len(gotLines) || wantLines[i] != gotLines[i] {
			t.Fatalf("%s line %d differs; set RETTID_UPDATE=1 if the new way is right\n got %q", file, i+1, gotLines[min(i, len(gotLines)-1)])
		}
	}
}

// What the design says, word for word, apart from the golden file that could be rewritten by accident.
func TestFormatsOfTheDesign(t *testing.T) {
	today, appointment := day.On(2025, 4, 23), day.Moment{Day: day.On(2025, 5, 28), Minute: 570}
	for got, want := range map[string]string{
		Date(NB, day.On(2025, 5, 2)):               "2. mai 2025",
		Date(EN, day.On(2025, 5, 2)):               "2 May 2025",
		ShortDate(NB, day.On(2025, 5, 2)):          "2. mai",
		ShortDate(NB, day.On(2025, 4, 28)):         "28. apr.",
		MomentWithWeekday(NB, appointment):         "onsdag 28. mai kl. 09.30",
		FieldDate(day.On(2025, 5, 2)):              "02.05.2025",
		Distance(NB, today, today):                 "frist i dag",
		Distance(NB, today, today.Add(1)):          "i morgen",
		Distance(NB, today, today.Add(3)):          "om 3 dager",
		Distance(EN, today, today.Add(3)):          "in 3 days",
		Distance(NB, today, today.Add(-3)):         "3 dager over fristen",
		DistanceOrDate(NB, today, today.Add(61)):   "23. juni 2025",
		Number(NB, 1284):                           "1\u00a0284",
		Percent(NB, 0.971, 1):                      "97,1\u00a0%",
		Date(NB, day.Day{}) + FieldDate(day.Day{}): "",
		"x" + Distance(NB, today, today.Add(61)):   "x",
		"y" + MomentWithWeekday(NN, day.Moment{}):  "y",
		"z" + DistanceOrDate(NB, today, day.Day{}): "z",
		"u" + Distance(NB, day.Day{}, today) + Due(NB, today, day.Day{}) + Relative(NB, day.Day{}, today): "u",
		"w" + DateWithWeekday("", day.On(2025, 5, 2)):                                                     "wfredag 2. mai",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
