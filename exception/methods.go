package exception

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"rettid/day"
	"rettid/law"
	"rettid/table"
)

// A MethodLine is one state of one method as a file tells it: what [RegisterMethod] records, and the day it was decided.
type MethodLine struct {
	Line int
	On   day.Day
	Do   RegisterMethod
}

// MethodColumns are the columns of a file of methods: method, state and decided are needed.
var MethodColumns = []string{"method", "state", "decided", "effective", "title", "body", "link", "no_hta"}

// MaxMethods is how many lines a file of methods may have.
const MaxMethods = 100_000

// ReadMethods reads a register of methods, one state a line: method ID2024_001, state a code of law.MethodStates, decided and effective dates as 2025-09-01. The lines come back by day. A line that can't be used is
// an error that tells file, line, column, value and what to do; nothing is then to be imported.
func ReadMethods(r io.Reader, name string) ([]MethodLine, error) {
	t, err := table.Open(r, MethodColumns, MethodColumns[:3])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var out []MethodLine
	for {
		err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if len(out) == MaxMethods {
			return nil, fmt.Errorf("%s has more than %d lines; part it in several", name, MaxMethods)
		}
		wrong := func(col int, remedy string) error {
			v := []rune(t.Get(col))
			if len(v) > 40 {
				v = append(v[:40], '…')
			}
			return fmt.Errorf("%s: line %d, column %s: %q: %s", name, t.Line(), MethodColumns[col], string(v), remedy)
		}
		date := func(col int) (day.Day, error) {
			if t.Get(col) == "" {
				return day.Day{}, nil
			}
			d, err := day.Parse(t.Get(col))
			if err != nil {
				return d, wrong(col, "write the date as 2025-09-01")
			}
			return d, nil
		}
		l := MethodLine{Line: t.Line(), Do: RegisterMethod{ID: t.Get(0), State: law.MethodState(t.Get(1)), Title: t.Get(4), Body: t.Get(5), Link: t.Get(6)}}
		if !law.MethodID(l.Do.ID) {
			return nil, wrong(0, "write the method's id as ID2024_001 (X-201)")
		}
		if !slices.Contains(law.MethodStates, l.Do.State) {
			all := make([]string, len(law.MethodStates))
			for i, s := range law.MethodStates {
				all[i] = string(s)
			}
			return nil, wrong(1, "choose one of "+strings.Join(all, ", ")+" (X-207)")
		}
		if l.On, err = date(2); err != nil {
			return nil, err
		}
		if l.On.IsZero() {
			return nil, wrong(2, "give the day it was decided (X-210)")
		}
		if l.Do.From, err = date(3); err != nil {
			return nil, err
		}
		switch t.Get(7) {
		case "", "no", "false":
		case "yes", "true":
			l.Do.NoHTA = true
		default:
			return nil, wrong(7, "write yes or no")
		}
		out = append(out, l)
	}
	slices.SortStableFunc(out, func(a, b MethodLine) int { return a.On.Compare(b.On) })
	return out, nil
}
