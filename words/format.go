package words

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"rettid/day"
)

// Between the digits of a number, and before the percent sign: a space that does not break the line (U+00A0).
const nbsp = "\u00a0"

// minus is the minus sign (U+2212), as wide as a plus and read aloud as «minus».
const minus = "\u2212"

var months = map[Lang]*[12]string{
	NB: {"januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "desember"},
	NN: {"januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "desember"},
	EN: {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
}

// Språkrådet's short forms: four letters or fewer are written out, and the point belongs to the Norwegian short form.
var shortMonths = map[Lang]*[12]string{
	NB: {"jan.", "feb.", "mars", "apr.", "mai", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "des."},
	NN: {"jan.", "feb.", "mars", "apr.", "mai", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "des."},
	EN: {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
}

var weekdays = map[Lang][7]string{ // Sunday first, as in package time
	NB: {"søndag", "mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag"},
	NN: {"søndag", "måndag", "tysdag", "onsdag", "torsdag", "fredag", "laurdag"},
	EN: {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
}

// known turns an unset or unknown language into bokmål, which every text has.
func known(l Lang) Lang {
	if l == NN || l == EN {
		return l
	}
	return NB
}

// Date writes a day for running text and letters: "2. mai 2025", "2 May 2025". No day gives "".
func Date(l Lang, d day.Day) string {
	if d.IsZero() {
		return ""
	}
	y, m, n := d.Date()
	return fmt.Sprintf("%d%s %s %d", n, ordinal(l), months[known(l)][m-1], y)
}

// LongDate writes a day without its year: "2. mai", "28. april", "28 April".
func LongDate(l Lang, d day.Day) string {
	if d.IsZero() {
		return ""
	}
	_, m, n := d.Date()
	return strconv.Itoa(n) + ordinal(l) + " " + months[known(l)][m-1]
}

// ShortDate writes a day for lists: "28. apr.", "2. mai", "28 Apr". The year is left out; a list that spans years says
// it in its heading or uses Date.
func ShortDate(l Lang, d day.Day) string {
	if d.IsZero() {
		return ""
	}
	_, m, n := d.Date()
	return strconv.Itoa(n) + ordinal(l) + " " + shortMonths[known(l)][m-1]
}

// DateWithWeekday writes a day on which someone must attend: "onsdag 28. mai", "Wednesday 28 May".
func DateWithWeekday(l Lang, d day.Day) string {
	if d.IsZero() {
		return ""
	}
	return Weekday(l, d.Weekday()) + " " + LongDate(l, d)
}

// FieldDate writes a day for input fields alone: "02.05.2025" in every language.
func FieldDate(d day.Day) string {
	if d.IsZero() {
		return ""
	}
	y, m, n := d.Date()
	return fmt.Sprintf("%02d.%02d.%04d", n, m, y)
}

// Month writes a month with its year: "mai 2025", "May 2025"; month is 1 to 12.
func Month(l Lang, year, month int) string {
	if month < 1 || month > 12 {
		return ""
	}
	return fmt.Sprintf("%s %d", months[known(l)][month-1], year)
}

// Weekday names a day of the week: "onsdag", "Wednesday".
func Weekday(l Lang, w time.Weekday) string { return weekdays[known(l)][w] }

func ordinal(l Lang) string {
	if l == EN {
		return ""
	}
	return "."
}

// Clock writes a time of day, given as minutes since midnight: "kl. 09.30", "09:30". Minutes outside the day (a moment
// without a clock time has -1) give "".
func Clock(l Lang, minute int) string {
	if minute < 0 || minute >= 24*60 {
		return ""
	}
	if l == EN {
		return fmt.Sprintf("%02d:%02d", minute/60, minute%60)
	}
	return fmt.Sprintf("kl. %02d.%02d", minute/60, minute%60)
}

// MomentText writes a moment for running text: "6. mai 2025 kl. 08.45", "6 May 2025 at 08:45"; only the date when it
// has no clock time.
func MomentText(l Lang, m day.Moment) string { return atClock(l, Date(l, m.Day), m) }

// ShortMoment writes a moment for lists: "29. apr. kl. 09.00", "29 Apr at 09:00".
func ShortMoment(l Lang, m day.Moment) string { return atClock(l, ShortDate(l, m.Day), m) }

// MomentWithWeekday writes when someone must attend: "onsdag 28. mai kl. 09.30", "Wednesday 28 May at 09:30".
func MomentWithWeekday(l Lang, m day.Moment) string { return atClock(l, DateWithWeekday(l, m.Day), m) }

func atClock(l Lang, date string, m day.Moment) string {
	clock := Clock(l, int(m.Minute))
	switch {
	case date == "" || clock == "":
		return date
	case l == EN:
		return date + " at " + clock
	}
	return date + " " + clock
}

// FarAway is how many calendar days off a distance is still told in days; further away the date alone says it better.
const FarAway = 60

// Distance tells how far a deadline is from today, for standing beside its date: "frist i dag", "i morgen",
// "om 3 dager", "1 dag over fristen", "3 dager over fristen". More than FarAway days off it is "": then only the date is
// shown. The days are calendar days; WorkingDistance is for what is counted in working days.
func Distance(l Lang, today, d day.Day) string {
	if far(today, d) {
		return ""
	}
	switch n := d.Sub(today); {
	case n == 0:
		return Say(l, "time.due_today")
	case n < 0:
		return counted(l, -n, "time.overdue_one_day", "time.overdue_days")
	default:
		return Relative(l, today, d)
	}
}

// DistanceOrDate is Distance where the date does not stand beside it: more than FarAway days off it gives the Date.
func DistanceOrDate(l Lang, today, d day.Day) string {
	if far(today, d) {
		return Date(l, d)
	}
	return Distance(l, today, d)
}

// Due is Distance as a phrase of its own: "frist i dag", "frist i morgen", "frist om 3 dager", "3 dager over fristen";
// more than FarAway days off "".
func Due(l Lang, today, d day.Day) string {
	if far(today, d) {
		return ""
	}
	switch n := d.Sub(today); {
	case n == 1:
		return Say(l, "time.due_tomorrow")
	case n > 1:
		return counted(l, n, "", "time.due_in_days")
	}
	return Distance(l, today, d)
}

// WorkingDistance tells how many working days (virkedager) are left of a limit counted so: "frist i dag",
// "frist om 1 virkedag", "3 virkedager over fristen". left is what the calendar counted, negative past the limit.
func WorkingDistance(l Lang, left int) string {
	switch {
	case left == 0:
		return Say(l, "time.due_today")
	case left < 0:
		return counted(l, -left, "time.overdue_one_working_day", "time.overdue_working_days")
	}
	return counted(l, left, "time.due_in_one_working_day", "time.due_in_working_days")
}

// Relative tells when something is or was, with no deadline in it: "i dag", "i morgen", "i går", "om 3 dager",
// "for 3 dager siden". It never turns into a date.
func Relative(l Lang, today, d day.Day) string {
	if today.IsZero() || d.IsZero() {
		return ""
	}
	switch n := d.Sub(today); {
	case n == 0:
		return Say(l, "time.today")
	case n == 1:
		return Say(l, "time.tomorrow")
	case n == -1:
		return Say(l, "time.yesterday")
	case n > 0:
		return counted(l, n, "time.in_one_day", "time.in_days")
	default:
		return counted(l, -n, "time.one_day_ago", "time.days_ago")
	}
}

// Waited tells how long someone has waited: "har ventet 1 dag", "har ventet 79 dager".
func Waited(l Lang, days int) string {
	return counted(l, days, "time.waited_one_day", "time.waited_days")
}

// far is true when there is no distance to tell: too far off, or one of the days is not set.
func far(today, d day.Day) bool {
	if today.IsZero() || d.IsZero() {
		return true
	}
	n := d.Sub(today)
	return n > FarAway || n < -FarAway
}

// counted picks the sentence for one or for many.
func counted(l Lang, n int, one, many string) string {
	if n == 1 && one != "" {
		return Say(l, one)
	}
	return SayNamed(l, many, map[string]string{"n": Number(l, n)})
}

// Number writes a whole number with its thousands apart: "1 284" (a space that does not break), "1,284" in English;
// below zero "−9" with the minus sign.
func Number(l Lang, n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = minus, digits[1:]
	}
	return sign + grouped(l, digits)
}

// Decimal writes a number with the given places: "97,1", "1 284,50", "97.1" in English. What is no number is "–".
func Decimal(l Lang, v float64, places int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	whole, fraction, _ := strings.Cut(strconv.FormatFloat(math.Abs(v), 'f', max(places, 0), 64), ".")
	out := grouped(l, whole)
	if fraction != "" {
		out += decimalMark(l) + fraction
	}
	if v < 0 && strings.Trim(out, "0., "+nbsp) != "" { // what is rounded to nothing has no sign
		out = minus + out
	}
	return out
}

// Percent writes a share (0.971) as "97,1 %" with the given places, "97.1%" in English.
func Percent(l Lang, share float64, places int) string {
	n := Decimal(l, share*100, places)
	switch {
	case n == "–":
		return n
	case l == EN:
		return n + "%"
	}
	return n + nbsp + "%"
}

func grouped(l Lang, digits string) string {
	apart := nbsp
	if l == EN {
		apart = ","
	}
	if len(digits) <= 3 {
		return digits
	}
	first := len(digits) % 3
	parts := []string{}
	if first > 0 {
		parts = append(parts, digits[:first])
	}
	for ; first < len(digits); first += 3 {
		parts = append(parts, digits[first:first+3])
	}
	return strings.Join(parts, apart)
}

func decimalMark(l Lang) string {
	if l == EN {
		return "."
	}
	return ","
}

// HolidayName writes the name of a holiday as package day keys it: "langfredag"; two on one day (17 May and Whit Monday in
// 2027) are joined: "17. mai og andre pinsedag". A configured closed day with a name of its own keeps that name.
func HolidayName(l Lang, name string) string {
	names := strings.Split(name, "+")
	for i, n := range names {
		if Has(NB, "holiday."+n) {
			names[i] = Say(l, "holiday."+n)
		}
	}
	return strings.Join(names, map[Lang]string{NB: " og ", NN: " og ", EN: " and "}[known(l)])
}
