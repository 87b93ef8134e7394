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

// also are other names of columns: those of files made before the columns had one name.
var also = map[string]string{"method": "id", "effective": "from"}

// MaxMethods is how many lines a file of methods may have.
const MaxMethods = 100_000

// MethodFaults are what is wrong with a file of methods, in the order of its lines. Nothing of it is then to be entered.
type MethodFaults []MethodFault

// A MethodFault is what is wrong at one place of a file of methods.
type MethodFault struct {
	Line   int
	Column string // as the file calls it; "" for the whole line
	Code   string // id · state · day · missing · no_hta, or of the table: quotes · columns · not_utf8 · zero_byte
	Value  string // as it stands in the file, shortened
	Args   []any  // of a fault of the table
	says   string
	table  bool
}

func (f MethodFault) Error() string {
	if f.table {
		return f.says
	}
	return fmt.Sprintf("line %d, column %s: %q: %s", f.Line, f.Column, f.Value, f.says)
}

func (f MethodFaults) Error() string {
	if len(f) == 1 {
		return f[0].Error()
	}
	return fmt.Sprintf("%s (and %d more)", f[0].Error(), len(f)-1)
}

// MethodRow writes a state of a method as a line of a file, in the order of MethodColumns: what is written so is read again as it was.
func MethodRow(m *Method, h State) []string {
	hta := ""
	if h.NoHTA {
		hta = "yes"
	}
	return []string{m.ID, string(h.State), h.On.String(), h.From.String(), m.Title, h.Body, h.Link, hta}
}

// ReadMethods reads a register of methods, one state a line: method ID2024_001, state a code of law.MethodStates, decided and effective dates as 2025-09-01 or 01.09.2025. The lines come back by day. What is wrong with the
// lines is told all at once, as [MethodFaults] with line, column, value and what to do; nothing is then to be entered. Another error is of the file itself.
func ReadMethods(r io.Reader, name string) ([]MethodLine, error) {
	columns := slices.Clone(MethodColumns)
	at := make(map[string]int) // in columns, by the name of MethodColumns
	for i, c := range MethodColumns {
		at[c] = i
		if other := also[c]; other != "" {
			columns = append(columns, other)
		}
	}
	t, err := table.Open(r, columns, []string{"state", "decided"})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for c, other := range also {
		if i := slices.Index(columns, other); t.Has(i) && !t.Has(at[c]) {
			at[c] = i
		}
	}
	if !t.Has(at["method"]) {
		return nil, fmt.Errorf("%s: line 1: the column method is missing; add it and give every row a value", name)
	}
	var out []MethodLine
	var faults MethodFaults
	for {
		err := t.Next()
		var fault *table.Fault
		switch {
		case errors.Is(err, io.EOF):
			if len(faults) > 0 {
				return nil, fmt.Errorf("%s: %w", name, faults)
			}
			slices.SortStableFunc(out, func(a, b MethodLine) int { return a.On.Compare(b.On) })
			return out, nil
		case errors.As(err, &fault):
			faults = append(faults, MethodFault{Line: fault.Line, Column: fault.Head, Code: fault.Code, Args: fault.Args, says: fault.Error(), table: true})
			continue
		case err != nil:
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if len(out) == MaxMethods {
			return nil, fmt.Errorf("%s has more than %d lines; part it in several", name, MaxMethods)
		}
		get := func(column string) string { return strings.TrimSpace(t.Get(at[column])) }
		n := len(faults)
		wrong := func(column, code, remedy string) {
			v := []rune(get(column))
			if len(v) > 40 {
				v = append(v[:40], '…')
			}
			faults = append(faults, MethodFault{Line: t.Line(), Column: columns[at[column]], Code: code, Value: string(v), says: remedy})
		}
		date := func(column string) day.Day {
			d, err := writtenDay(get(column))
			if err != nil {
				wrong(column, "day", "write the date as 2025-09-01")
			}
			return d
		}
		l := MethodLine{Line: t.Line(), Do: RegisterMethod{ID: strings.ToUpper(get("method")), State: law.MethodState(strings.ToLower(get("state"))), Title: get("title"), Body: get("body"), Link: get("link")}}
		if !law.MethodID(l.Do.ID) {
			wrong("method", "id", "write the method's id as ID2024_001 (X-201)")
		}
		if !slices.Contains(law.MethodStates, l.Do.State) {
			wrong("state", "state", "choose one of "+methodStates()+" (X-207)")
		}
		if l.On = date("decided"); get("decided") == "" {
			wrong("decided", "missing", "give the day it was decided (X-210)")
		}
		l.Do.From = date("effective")
		switch strings.ToLower(get("no_hta")) {
		case "", "no", "false", "0", "nei":
		case "yes", "true", "1", "ja":
			l.Do.NoHTA = true
		default:
			wrong("no_hta", "no_hta", "write yes or no")
		}
		if len(faults) == n {
			out = append(out, l)
		}
	}
}

func methodStates() string {
	all := make([]string, len(law.MethodStates))
	for i, s := range law.MethodStates {
		all[i] = string(s)
	}
	return strings.Join(all, ", ")
}

// writtenDay reads 2025-09-01 or 01.09.2025; empty is no day.
func writtenDay(s string) (day.Day, error) {
	switch p := strings.Split(s, "."); {
	case s == "":
		return day.Day{}, nil
	case len(p) == 3 && len(s) == 10:
		return day.Parse(p[2] + "-" + p[1] + "-" + p[0])
	}
	return day.Parse(s)
}
