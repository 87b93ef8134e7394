package figures

import (
	"sync"

	"rettid/day"
	"rettid/law"
)

// An almanac has for every day what a definition asks of the calendar, so that a row is counted without asking it.
type almanac struct {
	year       []int32
	ten        []int32 // ten years later
	nth        []int32 // working days from 1990 to that day
	limit      []int32 // the last day to assess what was received that day
	limitYoung []int32
}

// firstDay is the day the almanac begins: no referral period is older (the registry's waiting-list figures begin in 2001).
var (
	almanacFirst = day.On(1990, 1, 1)
	almanacLast  = day.On(2099, 12, 31)
)

var norway = sync.OnceValue(func() *almanac {
	s := law.Default()
	n := almanacLast.Number() + 1
	a := &almanac{make([]int32, n), make([]int32, n), make([]int32, n), make([]int32, n), make([]int32, n)}
	for d := almanacFirst; !d.After(almanacLast); d = d.Add(1) {
		i := d.Number()
		a.year[i] = int32(d.Year())
		a.ten[i] = d.AddMonths(120).Number()
		a.nth[i] = a.nth[i-1] + bit(s.Calendar.IsWorking(d))
		if f, err := law.AssessmentDue(law.Clock{Seniority: d}, s); err == nil {
			a.limit[i] = f.Value.Number()
		}
		if f, err := law.AssessmentDue(law.Clock{Seniority: d, Young: true}, s); err == nil {
			a.limitYoung[i] = f.Value.Number()
		}
	}
	return a
})

func look(table []int32, d int32) int32 {
	if int(d) < len(table) {
		return table[d]
	}
	return 0
}
