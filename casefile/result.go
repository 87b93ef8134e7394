package casefile

import (
	"fmt"
	"io"
	"strings"

	"rettid/day"
	"rettid/law"
	"rettid/say"
	"rettid/words"
)

// A Result is what came of one case.
type Result struct {
	File     string    `json:"file"`
	Line     int       `json:"line"`
	Case     string    `json:"case"`
	Norms    []string  `json:"norms,omitempty"`
	Passed   bool      `json:"passed"`
	Failures []Failure `json:"failures,omitempty"`
}

// A Failure is one thing that was not as the case says. Message alone: the case, or the step, can't be run. Step 0 is the closing expectation, or
// the file itself.
type Failure struct {
	Line        int            `json:"line"`
	Step        int            `json:"step,omitempty"`
	Do          string         `json:"do,omitempty"`
	On          day.Day        `json:"on,omitzero"`
	Key         string         `json:"key,omitempty"`
	Expected    string         `json:"expected,omitempty"`
	Found       string         `json:"found,omitempty"`
	Message     string         `json:"message,omitempty"`
	Explanation *Explanation   `json:"explanation,omitempty"`
	Refusals    law.Objections `json:"refusals,omitempty"`
	Warnings    law.Objections `json:"warnings,omitempty"`
}

// Explanation is the law's reasons for the value found: norms, where they stand written, and reasons as codes with arguments.
type Explanation struct {
	Norms   []string     `json:"norms,omitempty"`
	Cite    string       `json:"cite,omitempty"`
	Because []law.Reason `json:"because,omitempty"`
	duties  []law.Duty
	facts   *law.Facts
}

// Sentences writes an explanation in plain words, with its norms last.
func (e *Explanation) Sentences(l words.Lang) []string {
	out := say.Reasons(l, e.Because)
	for _, d := range e.duties {
		out = append(out, say.Duty(l, d, e.facts))
	}
	if len(e.Norms) > 0 {
		from := strings.Join(e.Norms, ", ")
		if e.Cite != "" {
			from = e.Cite + " (" + from + ")"
		}
		out = append(out, "["+from+"]")
	}
	return out
}

// Tally counts the cases that passed and failed.
func Tally(results []Result) (passed, failed int) {
	for _, r := range results {
		if r.Passed {
			passed++
		} else {
			failed++
		}
	}
	return passed, failed
}

// Write prints one line a case, what failed below it, and closes with «N passed, N failed» alone on its line.
func Write(w io.Writer, l words.Lang, results []Result) error {
	var b strings.Builder
	for _, r := range results {
		if r.Passed {
			fmt.Fprintf(&b, "ok   %s\n", r.Case)
			continue
		}
		name := r.Case
		if name == "" {
			name = "(a case without a name)"
		}
		fmt.Fprintf(&b, "FAIL %s:%d %s\n", r.File, r.Line, name)
		for _, f := range r.Failures {
			f.write(&b, l)
		}
	}
	passed, failed := Tally(results)
	fmt.Fprintf(&b, "%d passed, %d failed\n", passed, failed)
	_, err := io.WriteString(w, b.String())
	return err
}

func (f Failure) write(b *strings.Builder, l words.Lang) {
	fmt.Fprintf(b, "  line %d", f.Line)
	switch {
	case f.Step > 0 && f.Do != "":
		fmt.Fprintf(b, ", step %d (%s, %s)", f.Step, f.Do, f.On)
	case f.Step > 0:
		fmt.Fprintf(b, ", step %d (%s)", f.Step, f.On)
	case !f.On.IsZero():
		fmt.Fprintf(b, ", at the end of %s", f.On)
	}
	if f.Key != "" {
		fmt.Fprintf(b, ": %s", f.Key)
	}
	if f.Message != "" {
		fmt.Fprintf(b, ": %s", f.Message)
	}
	b.WriteByte('\n')
	if f.Key != "" {
		fmt.Fprintf(b, "    expected  %s\n    found     %s\n", f.Expected, f.Found)
	}
	for _, o := range append(f.Refusals[:len(f.Refusals):len(f.Refusals)], f.Warnings...) {
		fmt.Fprintf(b, "    %s [%s]\n", strings.Join(say.Reasons(l, o.Because), " "), say.Cite(o))
	}
	if f.Explanation != nil {
		for _, s := range f.Explanation.Sentences(l) {
			fmt.Fprintf(b, "    %s\n", s)
		}
	}
}
