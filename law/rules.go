package law

import (
	"embed"
	"fmt"
	"sort"
	"strings"
	"sync"
)

//go:embed *.txt
var files embed.FS

// rules lists every rule in the order of a referral's course.
var rules = []*Rule{&seniorityRule, &assessableRule, &contentRule, &reimbursementRule, &authorityRule, &assessmentDueRule, &conditionsRule, &basisRule, &guideRule, &deadlineRule, &guaranteeRule,
	&appointmentRule, &answerRule, &deliveryRule, &complaintRule, &askingRule, &representationRule, &worseningRule, &postponementRule, &startRule, &breachRule, &helfoRule, &waitingRule, &exclusionRule, &followUpRule, &pathwayRule, &newConditionRule, &secondOpinionRule, &nextOfKinRule, &closingRule, &dutiesRule, &impossibleRule,
	&exceptionDoorRule, &exceptionRouteRule, &exceptionApplicationRule, &exceptionIndividualRule, &exceptionGroundsRule, &exceptionUsersRule, &exceptionTimesRule, &exceptionReviewRule, &exceptionRetentionRule, &exceptionDutiesRule}

// Rules lists every rule in the order of a referral's course.
func Rules() []Rule {
	out := make([]Rule, len(rules))
	for i, r := range rules {
		out[i] = *r
	}
	return out
}

// RuleOf finds a rule by its id.
func RuleOf(id string) (Rule, bool) {
	for _, r := range rules {
		if r.ID == id {
			return *r, true
		}
	}
	return Rule{}, false
}

// Provision is what stands in a rule's text file: our reading, the sentences of the reasons that are its own, and its examples.
type Provision struct {
	Reading  string
	Words    map[string]map[string]string // language → reason code → sentence with {0}, {1} …
	Header   []string                     // of the examples
	Examples []Example
}

// Example is one row of a rule's examples: its cells by column, and the line it stands on.
type Example struct {
	Line  int
	Cells map[string]string
}

var provisions = sync.OnceValue(func() map[string]Provision {
	out := make(map[string]Provision, len(rules))
	for _, r := range rules {
		b, err := files.ReadFile(r.file())
		if err != nil {
			panic("law: rule " + r.ID + " has no text file: " + err.Error())
		}
		p, err := parseProvision(string(b))
		if err != nil {
			panic("law/" + r.file() + ": " + err.Error()) // embedded: a mistake here is a mistake in the program
		}
		out[r.ID] = p
	}
	return out
})

// Provision gives what stands in the rule's text file.
func (r *Rule) Provision() Provision { return provisions()[r.ID] }

// parseProvision reads the sections of a rule's text file. Columns of examples are told apart by where their header begins.
func parseProvision(text string) (Provision, error) {
	p := Provision{Words: map[string]map[string]string{"nb": {}, "nn": {}, "en": {}}}
	section := ""
	var starts []int
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(line, " \r")
		if strings.HasPrefix(line, "-- ") && strings.HasSuffix(line, " --") {
			section = strings.TrimSuffix(strings.TrimPrefix(line, "-- "), " --")
			continue
		}
		if line == "" {
			continue
		}
		switch section {
		case "reading":
			p.Reading += line + "\n"
		case "nb", "nn", "en":
			code, sentence, ok := strings.Cut(line, " ")
			if !ok {
				return p, fmt.Errorf("line %d: a reason is a code, spaces and a sentence", i+1)
			}
			p.Words[section][code] = strings.TrimSpace(sentence)
		case "examples":
			if starts == nil {
				starts, p.Header = columns(line)
				continue
			}
			ex := Example{Line: i + 1, Cells: make(map[string]string, len(starts))}
			runes := []rune(line)
			for c, at := range starts {
				end := len(runes)
				if c+1 < len(starts) && starts[c+1] < end {
					end = starts[c+1]
				}
				if at < end {
					ex.Cells[p.Header[c]] = strings.TrimSpace(string(runes[at:end]))
				}
			}
			p.Examples = append(p.Examples, ex)
		default:
			return p, fmt.Errorf("line %d: text outside a section", i+1)
		}
	}
	return p, nil
}

// columns finds where each word of a header begins.
func columns(line string) (starts []int, names []string) {
	in := false
	for i, r := range []rune(line) {
		if r != ' ' && !in {
			starts = append(starts, i)
			names = append(names, "")
		}
		if in = r != ' '; in {
			names[len(names)-1] += string(r)
		}
	}
	return starts, names
}

// Sentence finds the words of a reason that belong to a rule alone; "" when it has none of that code.
func Sentence(lang, code string) string {
	s, ok := sentences()[lang+" "+code]
	if !ok {
		return ""
	}
	return s
}

var sentences = sync.OnceValue(func() map[string]string {
	out := make(map[string]string)
	for _, p := range provisions() {
		for lang, ws := range p.Words {
			for code, s := range ws {
				out[lang+" "+code] = s
			}
		}
	}
	return out
})

// Norms lists every norm id a rule carries, with the rules that carry it, sorted.
func Norms() map[string][]string {
	out := make(map[string][]string)
	for _, r := range rules {
		for _, n := range r.Norms {
			out[n] = append(out[n], r.ID)
		}
	}
	for _, ids := range out {
		sort.Strings(ids)
	}
	return out
}
