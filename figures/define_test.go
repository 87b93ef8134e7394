package figures

import (
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"rettid/day"
	"rettid/law"
)

// drawPeriod draws periods where every definition has its edges: days close together, codes that mean something, and what is missing.
func drawPeriod(t *rapid.T, span Span) *Period {
	on := func(name string) day.Day {
		if rapid.IntRange(0, 5).Draw(t, name+" missing") == 0 {
			return day.Day{}
		}
		near := []int{-3700, -3652, -3653, -40, -32, -31, -30, -15, -2, -1, 0, 1, 2, 14, 29, 30, 31, 32, 40}
		return span.From.Add(rapid.SampledFrom(near).Draw(t, name))
	}
	p := &Period{ID: "x", Seniority: on("seniority"), Received: on("received"), Assessed: on("assessed"), Deadline: on("deadline"), End: on("end"),
		Right:     rapid.SampledFrom([]int{0, 1, 2, 3, 3, 3, 3, 4, 5, 6}).Draw(t, "right"),
		EndCode:   rapid.SampledFrom([]int{0, 1, 1, 1, 2, 3, 4, 5, 9}).Draw(t, "code"),
		Outcome:   rapid.SampledFrom([]int{0, 10, 10, 10, 10, 11, 99, 3, 4, 5, 6, 7}).Draw(t, "outcome"),
		Specialty: rapid.SampledFrom([]string{"", "050", "320", "360", "365", "370", "852"}).Draw(t, "specialty"),
		DeptCode:  rapid.SampledFrom([]string{"", "", "", "261", "810", "852", "910", "110"}).Draw(t, "dept"),
		Duplicate: rapid.IntRange(0, 9).Draw(t, "duplicate") == 0,
		BirthYear: rapid.SampledFrom([]int{0, 1950, 2001, 2002, 2010}).Draw(t, "born")}
	if rapid.IntRange(0, 3).Draw(t, "postponed") == 0 {
		p.Postponements = []Postponement{{Code: rapid.SampledFrom([]int{1, 3, 4, 5, 6, 21, 22}).Draw(t, "code of it")}}
	}
	return p
}

var spans = []string{"2024-05", "2024-T2", "2024", "2015-10", "2015-11", "2020-04", "2024-02"}

// The exclusions counted here are the law's, whatever the row.
func TestExclusionsAreTheLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		span, _ := ParseSpan(rapid.SampledFrom(spans).Draw(t, "span"))
		p := drawPeriod(t, span)
		x := &law.Reported{Seniority: p.Seniority, Received: p.Received, Assessed: p.Assessed, WaitEnd: p.End, EndCode: codeText(p.EndCode), Right: codeText(p.Right),
			Outcome: codeText(p.Outcome), Specialty: p.Specialty, Department: p.DeptCode, Duplicate: p.Duplicate}
		if p.Outcome == 10 || p.Outcome == 99 {
			x.Outcome = ""
		}
		want := law.Exclusion(x, day.Period{From: span.From, To: span.To})
		r, err := Compute(func(yield func(*Period) bool) { yield(p) }, Options{Span: span})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for code, n := range r.Cells[0].Excluded {
			got += strconv.Itoa(int(code))
			if n != 1 {
				t.Fatalf("%d of one", n)
			}
		}
		if got != want {
			t.Fatalf("excluded %q, the law says %q: %+v", got, want, *p)
		}
	})
}

// Whatever the rows, the figures add up, and what is on the list at the end of one month is on it at the beginning of the next.
func TestFiguresAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		span, _ := ParseSpan(rapid.SampledFrom(spans).Draw(t, "span"))
		var rows []*Period
		for range rapid.IntRange(1, 12).Draw(t, "rows") {
			rows = append(rows, drawPeriod(t, span))
		}
		all := func(yield func(*Period) bool) {
			for _, p := range rows {
				if !yield(p) {
					return
				}
			}
		}
		count := func(s Span) *Cell {
			r, err := Compute(all, Options{Span: s})
			if err != nil {
				t.Fatal(err) // does not add up
			}
			return r.Cells[0]
		}
		c := count(span)
		if next := count(MonthOf(span.To.Add(1))); next.N[nOpening] != c.N[nClosing] {
			t.Fatalf("%d at the end of %s, %d at the beginning of the next month", c.N[nClosing], span.Label, next.N[nOpening])
		}
		if c.N[nClosing] != c.N[nWaiting]+c.N[nWaitingPutOff] {
			t.Fatalf("%d on the list, %d waiting and %d apart", c.N[nClosing], c.N[nWaiting], c.N[nWaitingPutOff])
		}
	})
}
