package chart

import (
	"strconv"
	"strings"

	"rettid/words"
)

func itoa(n int) string { return strconv.Itoa(n) }

// monthName is a month without its year.
func monthName(l words.Lang, m int) string {
	name, _, _ := strings.Cut(words.Month(l, 2000, m), " ")
	return name
}

// shortMonth is a month on an axis: "jan", "apr", "juli".
func shortMonth(l words.Lang, m int) string {
	r := []rune(monthName(l, m))
	if len(r) > 4 {
		r = r[:3]
	}
	return string(r)
}

func upperFirst(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return s
	}
	return strings.ToUpper(string(r[0])) + string(r[1:])
}
