package figures

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// A Figure is one figure's definition, to be printed with it (G9.3-10).
type Figure struct {
	Key  string
	Rule string
	Unit string // count, days, share
	of   int    // the count it is: -1 for none
	part *ratio
	days func(*Cell) (float64, bool)
	base int // of days: the count of the values
	// stock: read at the end of the reporting period, and never added up over time.
	Stock bool
}

type ratio struct{ num, den, base int } // base: the count shown that stands nearest to the denominator; -1 none

// list picks the days a figure is about.
func listed(list func(*Cell) []int32, f func([]int32) float64) func(*Cell) (float64, bool) {
	return func(c *Cell) (float64, bool) {
		if l := list(c); len(l) > 0 {
			return f(l), true
		}
		return 0, false
	}
}

// Figures are all figures in the order they are printed in.
var Figures = func() []Figure {
	concluded := func(c *Cell) []int32 { return c.concluded }
	waiting := func(c *Cell) []int32 { return c.waiting }
	at := func(percent int) func([]int32) float64 {
		return func(days []int32) float64 { return quantile(days, percent) }
	}
	days := func(key, rule string, base int, f func(*Cell) (float64, bool)) Figure {
		return Figure{Key: key, Rule: rule, Unit: "days", of: -1, days: f, base: base, Stock: base == nWaiting}
	}
	share := func(key, rule string, num, den, base int) Figure {
		return Figure{Key: key, Rule: rule, Unit: "share", of: -1, part: &ratio{num, den, base}, Stock: counts[num].Stock}
	}
	n := func(i int) Figure {
		return Figure{Key: counts[i].Key, Rule: counts[i].Rule, Unit: "count", of: i, Stock: counts[i].Stock}
	}
	return []Figure{
		n(nNew), n(nOrdinary),
		days("concluded_mean_days", "R-10.15", nOrdinary, listed(concluded, mean)), days("concluded_median_days", "R-10.15", nOrdinary, listed(concluded, median)),
		days("concluded_p90_days", "R-10.31", nOrdinary, listed(concluded, at(90))),
		n(nConcludedBreach), share("concluded_breach_share", "R-10.16", nConcludedBreach, nConcludedRight, nOrdinary),
		n(nPutOff), n(nOther), n(nWaiting),
		days("waiting_mean_days", "R-10.15", nWaiting, listed(waiting, mean)), days("waiting_median_days", "R-10.15", nWaiting, listed(waiting, median)),
		days("waiting_p90_days", "R-10.31", nWaiting, listed(waiting, at(90))),
		days("km_median_days", "R-10.4", nNew, func(c *Cell) (float64, bool) {
			return survival(slices.Concat(c.concluded, c.ended), slices.Concat(c.waiting, c.putOff))
		}),
		n(nWaitingBreach), share("waiting_breach_share", "R-10.17", nWaitingBreach, nWaitingRight, nWaiting),
		n(nWaitingPutOff), n(nUnassessed), n(nAssessed), n(nInLimit), share("assessed_within_limit_share", "R-10.18", nInLimit, nAssessed, nAssessed),
		n(nHelfo), n(nGranted), n(nNotGranted),
		days("concluded_q1_days", "R-10.31", nOrdinary, listed(concluded, at(25))), days("concluded_q3_days", "R-10.31", nOrdinary, listed(concluded, at(75))),
		days("waiting_q1_days", "R-10.31", nWaiting, listed(waiting, at(25))), days("waiting_q3_days", "R-10.31", nWaiting, listed(waiting, at(75))),
		share("appointment_share", "R-10.20", nAllocated, nAllocatedOf, nGranted), share("guarantee_65_share", "R-10.19", nGuaranteeKept, nGuarantee, nOrdinary),
		share("contacts_kept_share", "R-10.21", nPassed, nPlanned, nWaiting), share("letters_within_limit_share", "R-10.29", nLettersKept, nLetters, nAssessed),
		n(nReReferred), n(nDataErrors),
		{Key: "excluded", Rule: "R-10.11", Unit: "count", of: -1},
		n(nOpening), n(nIn), n(nOut), n(nClosing),
		{Key: "unexplained", Rule: "R-10.8", Unit: "count", of: -1},
	}
}()

// FigureByKey finds a figure.
func FigureByKey(key string) (Figure, bool) {
	i := slices.IndexFunc(Figures, func(f Figure) bool { return f.Key == key })
	if i < 0 {
		return Figure{}, false
	}
	return Figures[i], true
}

// A State tells whether a figure has a value.
type State uint8

// The states of a value.
const (
	NotComputed State = iota // the input lacks what it needs, or there is nothing to count over
	Shown
	Hidden // too small to be shown, or hidden to keep another from being found
)

// Value gives a figure of the cell by its key; "excluded" has no single value, see Excluded.
func (c *Cell) Value(key string) (float64, State) {
	f, ok := FigureByKey(key)
	if !ok {
		return 0, NotComputed
	}
	v, ok := c.value(&f)
	switch {
	case !ok:
		return 0, NotComputed
	case c.hidden[key]:
		return 0, Hidden
	}
	return v, Shown
}

// value is the figure before anything is hidden.
func (c *Cell) value(f *Figure) (float64, bool) {
	switch {
	case f.Key == "unexplained":
		return float64(c.N[nOpening] + c.N[nIn] - c.N[nOut] - c.N[nClosing]), true
	case f.of >= 0:
		return float64(c.N[f.of]), c.given(counts[f.of].Needs)
	case f.part != nil:
		num, den := c.N[f.part.num], c.N[f.part.den]
		if den == 0 || !c.given(counts[f.part.num].Needs) {
			return 0, false
		}
		v := float64(num) / float64(den)
		if f.Key == "contacts_kept_share" {
			v = float64(den-num) / float64(den)
		}
		return v, true
	case f.days != nil:
		if v, ok := c.days[f.Key]; ok {
			return v, true
		}
		v, ok := f.days(c)
		if ok {
			if c.days == nil {
				c.days = make(map[string]float64)
			}
			c.days[f.Key] = v
		}
		return v, ok
	}
	return 0, false
}

// given tells whether the input has the columns; a|b asks for one of them.
func (c *Cell) given(needs []string) bool {
	if c.has == nil {
		return true
	}
	for _, need := range needs {
		if !slices.ContainsFunc(strings.Split(need, "|"), func(k string) bool { return c.has[k] }) {
			return false
		}
	}
	return true
}

// Days are the days of those ordinarily concluded and of those waiting, in no order; nil where small numbers are hidden. They are the cell's own.
func (c *Cell) Days() (concluded, waiting []int32) {
	if c.hidden["concluded_mean_days"] || c.hidden["ordinarily_concluded"] {
		concluded = nil
	} else {
		concluded = c.concluded
	}
	if !c.hidden["waiting_mean_days"] && !c.hidden["waiting"] {
		waiting = c.waiting
	}
	return concluded, waiting
}

// HiddenKeys lists the figures of the cell that are hidden, in the order of Figures.
func (c *Cell) HiddenKeys() []string {
	var out []string
	for i := range Figures {
		f := &Figures[i]
		if _, ok := c.value(f); c.hidden[f.Key] && (ok || f.Key == "excluded") {
			out = append(out, f.Key)
		}
	}
	return out
}

// MarshalJSON writes the cells in the form of the command line: numbers unrounded, null for what is not computed or hidden; what is hidden is listed in
// "suppressed".
func (r *Result) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('[')
	for i, c := range r.Cells {
		if i > 0 {
			b.WriteByte(',')
		}
		c.json(&b, r.By)
	}
	b.WriteByte(']')
	return b.Bytes(), nil
}

func (c *Cell) json(b *bytes.Buffer, by []string) {
	text := func(s string) {
		t, _ := json.Marshal(s)
		b.Write(t)
	}
	b.WriteString(`{"by":{`)
	for i, name := range by {
		if i > 0 {
			b.WriteByte(',')
		}
		text(name)
		b.WriteByte(':')
		if c.By[i] == "" {
			b.WriteString("null")
		} else {
			text(c.By[i])
		}
	}
	b.WriteByte('}')
	for i := range Figures {
		f := &Figures[i]
		b.WriteString(`,"` + f.Key + `":`)
		if f.Key == "excluded" {
			c.excludedJSON(b)
			continue
		}
		v, state := c.Value(f.Key)
		if state == Shown {
			b.WriteString(strconv.FormatFloat(v, 'f', -1, 64))
		} else {
			b.WriteString("null")
		}
	}
	if h := c.HiddenKeys(); len(h) > 0 {
		t, _ := json.Marshal(h)
		b.WriteString(`,"suppressed":`)
		b.Write(t)
	}
	b.WriteByte('}')
}

func (c *Cell) excludedJSON(b *bytes.Buffer) {
	b.WriteByte('{')
	any := false
	for _, x := range exclusions {
		n, ok := c.Excluded[x.Code]
		if !ok {
			continue
		}
		if any {
			b.WriteByte(',')
		}
		any = true
		code := strconv.Itoa(int(x.Code))
		b.WriteString(`"` + code + `":`)
		if c.hidden["excluded."+code] {
			b.WriteString("null")
		} else {
			b.WriteString(strconv.FormatInt(n, 10))
		}
	}
	b.WriteByte('}')
}
