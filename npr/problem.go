package npr

import (
	"fmt"
	"strings"
)

// A Problem is something in a message that can't be taken as it stands: where it is, as code and arguments, so that doors can say it in the reader's language
// (words npr.problem.CODE and npr.mend.CODE).
type Problem struct {
	Line, Column int // both from 1; 0: of the message as a whole
	Row          string
	Element      string
	Field        string // the attribute as it stands in the message
	Value        string // shortened; never an identity number
	Code         string
	Args         []any
}

// problems says in English what each code means and how it is mended; the words of the house say it to people.
var problems = map[string][2]string{
	"empty":               {"the file is empty", "give a file that holds a message"},
	"not-xml":             {"this is no XML", "give the message as it was made, a file that begins with <"},
	"compressed":          {"the file is compressed", "unpack it first"},
	"utf16":               {"the file is UTF-16", "save it as UTF-8"},
	"encoding":            {"the declared encoding is not one that is read", "use UTF-8, windows-1252 or ISO-8859-1"},
	"not-utf8":            {"a byte here is not UTF-8", "save the file as UTF-8, or declare the encoding it has"},
	"truncated":           {"the file ends in the middle", "fetch it again: it was cut off"},
	"malformed":           {"the XML is not well formed", "have the sender make it again"},
	"doctype":             {"a document type declaration is refused", "remove <!DOCTYPE …>: the registry's messages have none"},
	"entity":              {"an entity that is not one of the five of XML", "write the character itself"},
	"too-deep":            {"elements stand too deep within each other", "give a message of the registry"},
	"too-long":            {"a text or an element is too long", "give a message of the registry"},
	"too-large":           {"the file is larger than the limit", "split it, or raise the limit"},
	"too-many-attributes": {"an element has too many attributes", "give a message of the registry"},
	"too-many-periods":    {"one patient has too many periods", "give each patient a pasientNr of their own"},
	"attribute-twice":     {"the attribute stands twice", "keep one"},
	"second-root":         {"something stands after the end of the message", "give one message a file"},
	"no-message":          {"there is no Melding in the file", "give a message of the module ord"},
	"other-module":        {"the message is of another module", "give a message of activity and waiting lists (ord)"},
	"no-patient":          {"an Objektholder has no pasientNr", "give every patient one"},
	"patient-twice":       {"the pasientNr stands in two places", "gather the patient's periods in one Objektholder"},
	"institution-missing": {"an Institusjon has no institusjonID", "give its organisation number"},
	"id-missing":          {"a period has no henvisningsperiodeID", "give every period one"},
	"id-twice":            {"the henvisningsperiodeID stands twice at the institution", "report each period once"},
	"not-a-date":          {"the value is no date", "write year-month-day, as 2025-09-01"},
	"not-a-moment":        {"the value is no time", "write 2025-09-01T12:15"},
	"not-a-year":          {"the value is no year", "write four digits"},
	"not-a-number":        {"the value is no whole number", "write digits alone"},
	"identity-number":     {"a national identity number stands here", "numbers go in the identity message alone; use pasientNr"},
	"no-receipt":          {"this is no receipt and no report of errors", "give the AppRec or NPR_ERR file the registry sent"},
	"status":              {"the receipt's status is not in list 8258", "ask for the receipt again"},
	"answers-nothing":     {"the receipt does not tell which message it answers", "ask for the receipt again"},
	"contradicts":         {"the same is said twice, and not alike", "let the two places say the same"},
}

// Error says what, where and how it is mended.
func (p *Problem) Error() string {
	var b strings.Builder
	if p.Line > 0 {
		fmt.Fprintf(&b, "line %d, column %d: ", p.Line, p.Column)
	}
	if p.Row != "" {
		fmt.Fprintf(&b, "period %s: ", p.Row)
	}
	if p.Field != "" {
		fmt.Fprintf(&b, "%s: ", p.Field)
	}
	if p.Value != "" {
		fmt.Fprintf(&b, "%q: ", p.Value)
	}
	text := problems[p.Code]
	if text[0] == "" {
		text[0] = p.Code
	}
	b.WriteString(text[0])
	if len(p.Args) > 0 {
		fmt.Fprintf(&b, " (%v)", p.Args[0])
	}
	if text[1] != "" {
		b.WriteString("; " + text[1])
	}
	return b.String()
}

// Problems is why a message is not taken: at most maxProblems of them are kept, all are counted.
type Problems struct {
	First []*Problem
	Total int
}

const maxProblems = 100

func (p *Problems) add(x *Problem) {
	if p.Total++; len(p.First) < maxProblems {
		p.First = append(p.First, x)
	}
}

func (p *Problems) Error() string {
	switch {
	case p.Total == 0:
		return "npr: no problems"
	case p.Total == 1:
		return "npr: " + p.First[0].Error()
	}
	return fmt.Sprintf("npr: %d problems, the first: %s", p.Total, p.First[0].Error())
}

// Unwrap gives the problems one by one.
func (p *Problems) Unwrap() []error {
	out := make([]error, len(p.First))
	for i, x := range p.First {
		out[i] = x
	}
	return out
}

// Codes lists the codes a problem can have, in no order.
func Codes() []string {
	out := make([]string, 0, len(problems))
	for c := range problems {
		out = append(out, c)
	}
	return out
}

// shown makes a value fit to be shown in an error: short, on one line, and without what may be an identity number.
func shown(v string) string {
	digits := 0
	for i := 0; i < len(v); i++ {
		switch {
		case v[i] >= '0' && v[i] <= '9':
			if digits++; digits >= 11 {
				return "…"
			}
		case v[i] == ' ' || v[i] == '-':
		default:
			digits = 0
		}
	}
	out := make([]rune, 0, 40)
	for _, r := range v {
		if len(out) == 40 {
			return string(out) + "…"
		}
		if r < ' ' || r == 0x7f {
			r = ' '
		}
		out = append(out, r)
	}
	return string(out)
}
