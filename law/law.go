// Package law is the law on referrals as Rettid applies it: one provision, one rule, one file.
//
// A rule is a pure function from facts to a [Finding]: the value, the rule and the norms behind it, where they stand written,
// and the reasons as codes with arguments. Beside each rule stands a text file of the same name with our reading of the
// provision, the sentences of its reasons in bokmål, nynorsk and English where they belong to it alone, and its examples.
//
// What never happens here: no clock, no database, no sentence is built, no missing fact is guessed. Rules are in force
// between dates ([Editions]); an old case keeps its old law. Exceptions name what they except from: two that both fit the
// same case are an error naming both ([Clash]), never first-match.
package law

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"rettid/day"
)

// Arg is one argument of a reason: a day, a number or a code. The zero Arg is no argument. Numbers are counts of days, weeks and entries: 32 bits hold them.
type Arg struct {
	kind argKind
	n    int32
	s    string
}

type argKind uint8

const (
	argNone argKind = iota
	argDay
	argInt
	argText
)

// D, N and T make arguments of a day, a number and a code or name.
func D(d day.Day) Arg { return Arg{kind: argDay, n: d.Number()} }
func N(n int) Arg     { return Arg{kind: argInt, n: int32(n)} }
func T(s string) Arg  { return Arg{kind: argText, s: s} }

// Day gives the day an argument holds, and whether it holds one.
func (a Arg) Day() (day.Day, bool) { return day.FromNumber(a.n), a.kind == argDay }

// Int gives the number an argument holds, and whether it holds one.
func (a Arg) Int() (int, bool) { return int(a.n), a.kind == argInt }

// IsZero says that there is no argument.
func (a Arg) IsZero() bool { return a.kind == argNone }

// String is the argument as stored: an ISO date, digits, or the code itself. Doors turn it into words.
func (a Arg) String() string {
	switch a.kind {
	case argDay:
		return day.FromNumber(a.n).String()
	case argInt:
		return strconv.FormatInt(int64(a.n), 10)
	}
	return a.s
}

func (a Arg) MarshalJSON() ([]byte, error) {
	switch a.kind {
	case argInt:
		return strconv.AppendInt(nil, int64(a.n), 10), nil
	case argNone:
		return []byte("null"), nil
	}
	return json.Marshal(a.String())
}

func (a *Arg) UnmarshalJSON(b []byte) error {
	if len(b) == 0 {
		return fmt.Errorf("law: empty argument")
	}
	switch b[0] {
	case 'n':
		*a = Arg{}
		return nil
	case '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		if d, err := day.Parse(s); err == nil && len(s) == 10 {
			*a = D(d)
		} else {
			*a = T(s)
		}
		return nil
	}
	n, err := strconv.ParseInt(string(b), 10, 32)
	*a = Arg{kind: argInt, n: int32(n)}
	return err
}

// Reason is why a finding is as it is: a code with up to three arguments. The sentence of the code is in the rule's text
// file or under because.CODE in the words of the house.
type Reason struct {
	Code string
	Args [3]Arg
}

// List gives the arguments that are there.
func (r Reason) List() []Arg {
	n := 0
	for n < len(r.Args) && !r.Args[n].IsZero() {
		n++
	}
	return r.Args[:n]
}

func (r Reason) MarshalJSON() ([]byte, error) {
	out := make([]byte, 0, 48)
	out = appendText(append(out, '['), r.Code)
	for _, a := range r.List() {
		out = append(out, ',')
		switch a.kind {
		case argInt:
			out = strconv.AppendInt(out, int64(a.n), 10)
		default:
			out = appendText(out, a.String())
		}
	}
	return append(out, ']'), nil
}

// appendText writes a string as encoding/json does; codes and days are plain and need no look at each rune.
func appendText(out []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			b, _ := json.Marshal(s) // a string is always written
			return append(out, b...)
		}
	}
	return append(append(append(out, '"'), s...), '"')
}

func (r *Reason) UnmarshalJSON(b []byte) error {
	var raw []json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	if len(raw) == 0 || len(raw) > 4 {
		return fmt.Errorf("law: a reason is a code with up to three arguments, not %d items", len(raw))
	}
	*r = Reason{}
	if err := json.Unmarshal(raw[0], &r.Code); err != nil {
		return err
	}
	for i, m := range raw[1:] {
		if err := r.Args[i].UnmarshalJSON(m); err != nil {
			return err
		}
	}
	return nil
}

// Finding is an answer of the law: a value, the rule that found it, the norms it rests on (ids of norms.csv and, for the
// house's own readings, of the domain rules, R-…), where they stand written, and why.
type Finding[V any] struct {
	Rule    string   `json:"rule"`
	Norms   []string `json:"norms,omitempty"`
	Cite    string   `json:"cite,omitempty"`
	Value   V        `json:"value"`
	Because []Reason `json:"because,omitempty"`
}

// because adds a reason to a finding.
func (f *Finding[V]) because(code string, args ...Arg) {
	f.Because = append(f.Because, Reason{Code: code})
	copy(f.Because[len(f.Because)-1].Args[:], args)
}

// Names reports whether the finding rests on a norm.
func (f Finding[V]) Names(norm string) bool {
	for _, n := range f.Norms {
		if n == norm {
			return true
		}
	}
	return false
}

// Verdict is what the law says to a step somebody wants to take.
type Verdict string

const (
	Refused Verdict = "refused" // the step is not taken
	Warned  Verdict = "warned"  // the step is taken, and this is said
)

// An Objection is a refusal or a warning with its reasons.
type Objection = Finding[Verdict]

// Rule describes a rule for those who look it up: docs/law.md and the norms list are drawn from it.
type Rule struct {
	ID    string   // also the name of its files: assessment-due → assessment_due.go and .txt
	Norms []string // every norm id it carries
	Cite  string   // statute, regulation or guide section, as lawyers write it
	Title string   // English, one line
	Uses  []string // keys of the settings it reads
	Funcs []string // the exported functions that are the rule

	editions func() []InForce // what it said from when, drawn from the editions the code uses; nil when it has one text for all days
}

// InForce is one edition of a rule, for those who look it up.
type InForce struct {
	From day.Day
	Cite string // where it stands
	Says string // in English
}

// Editions lists what a rule has said from when, in order of time; none for a rule with one text for all days.
func (r *Rule) Editions() []InForce {
	if r.editions == nil {
		return nil
	}
	return r.editions()
}

// object makes an objection of a rule. norms are those that speak in this very case, first the one it is named by.
func (r *Rule) object(v Verdict, norms []string, code string, args ...Arg) Objection {
	o := Objection{Rule: r.ID, Norms: norms, Cite: r.Cite, Value: v}
	o.because(code, args...)
	return o
}

// Objections gathers what several rules say to one step.
type Objections []Objection

// Refused gives those that refuse.
func (os Objections) Refused() Objections { return os.only(Refused) }

// Warned gives those that warn.
func (os Objections) Warned() Objections { return os.only(Warned) }

func (os Objections) only(v Verdict) Objections {
	var out Objections
	for _, o := range os {
		if o.Value == v {
			out = append(out, o)
		}
	}
	return out
}

// Norms lists every norm the objections name, in order, once each.
func (os Objections) Norms() []string {
	var out []string
	seen := make(map[string]bool)
	for _, o := range os {
		for _, n := range o.Norms {
			if !seen[n] {
				seen[n] = true
				out = append(out, n)
			}
		}
	}
	return out
}

// Edition is what a provision said from a day until the next edition begins.
type Edition[T any] struct {
	From day.Day
	Cite string
	Says T
}

// Editions are the editions of one provision in order of time. An edition once in use stays; a repeal is an edition that says so.
type Editions[T any] []Edition[T]

// On finds the edition in force on a day. Before the first there is none, and that is an error: the law is never guessed.
func (es Editions[T]) On(d day.Day) (Edition[T], error) {
	for i := len(es) - 1; i >= 0; i-- {
		if !d.Before(es[i].From) {
			return es[i], nil
		}
	}
	return Edition[T]{}, NoEdition{On: d}
}

// listed writes editions for those who look them up.
func (es Editions[T]) listed(says func(T) string) []InForce {
	out := make([]InForce, len(es))
	for i, e := range es {
		out[i] = InForce{From: e.From, Cite: e.Cite, Says: says(e.Says)}
	}
	return out
}

// after is the day the edition after the one in force on d begins; the zero day when there is none.
func (es Editions[T]) after(d day.Day) day.Day {
	for _, e := range es {
		if e.From.After(d) {
			return e.From
		}
	}
	return day.Day{}
}

// NoEdition is the error when no edition of a provision was in force.
type NoEdition struct{ On day.Day }

func (e NoEdition) Error() string {
	return "law: no edition of the rule was in force on " + e.On.String()
}

// Exception is a named departure from a rule: what it excepts from, and whether it fits the case at hand.
type Exception struct {
	Name, From string
	Norms      []string
	Fits       bool
}

// Clash is the error when two exceptions from the same rule fit the same case.
type Clash struct{ From, A, B string }

func (c Clash) Error() string {
	return fmt.Sprintf("law: both %q and %q claim to be the exception from %q", c.A, c.B, c.From)
}

// one finds the exception that fits. None is fine; two are an error naming both.
func one(from string, all ...Exception) (*Exception, error) {
	var hit *Exception
	for i := range all {
		if !all[i].Fits {
			continue
		}
		if hit != nil {
			return nil, Clash{From: from, A: hit.Name, B: all[i].Name}
		}
		hit = &all[i]
	}
	return hit, nil
}

// file is the name of a rule's text file.
func (r *Rule) file() string { return strings.ReplaceAll(r.ID, "-", "_") + ".txt" }
