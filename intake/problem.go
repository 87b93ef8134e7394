package intake

import (
	"encoding/json"
	"fmt"
	"strings"

	"rettid/referral"
	"rettid/say"
	"rettid/words"
)

// A Problem is what is wrong with an item, or worth saying of it: the field and a code with arguments, never who the patient is.
type Problem struct {
	Field   string
	Code    string // under import.CODE or identity.CODE in the words of the house
	Norm    string // the norm or profile rule behind it
	Args    []any
	Refusal *referral.Refusal // the law saying no
}

// Error gives field and code.
func (p *Problem) Error() string { return p.Field + ": " + p.code() }

// code is the problem's code; of a refusal the norm it is named by.
func (p *Problem) code() string {
	if p.Refusal != nil {
		if norms := p.Refusal.Objections.Norms(); len(norms) > 0 {
			return norms[0]
		}
		return "refused"
	}
	return p.Code
}

// Words writes what is wrong, what it rests on, and how to mend it.
func (p *Problem) Words(l words.Lang) string {
	if p.Refusal != nil {
		text := ""
		for i, o := range p.Refusal.Objections {
			if i > 0 {
				text += " "
			}
			sentence, cite := say.Objection(l, o)
			text += sentence + " (" + strings.Join(append([]string{cite}, o.Norms...), "; ") + ")" // who mends a file may look the norm up with `rettid norms`
		}
		return text
	}
	key := "import." + p.Code
	if !words.Has(words.NB, key) {
		key = "identity." + p.Code
	}
	args := make([]any, len(p.Args))
	for i, a := range p.Args {
		if a, ok := a.(error); ok {
			args[i] = a.Error()
			continue
		}
		args[i] = a
	}
	text := words.Say(l, key, args...)
	if p.Norm != "" {
		text += " (" + p.Norm + ")"
	}
	return text
}

// A Remark is a problem with its place in a file.
type Remark struct {
	File string
	Line int
	Problem
}

// String writes FILE:LINE: field: what; how to mend it.
func (r Remark) String(l words.Lang) string {
	if r.Field == "" {
		return fmt.Sprintf("%s:%d: %s", r.File, r.Line, r.Words(l))
	}
	return fmt.Sprintf("%s:%d: %s: %s", r.File, r.Line, r.Field, r.Words(l))
}

// MarshalJSON writes {file, line, field, code, message}; the message is in English whoever reads.
func (r Remark) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		File    string `json:"file"`
		Line    int    `json:"line"`
		Field   string `json:"field"`
		Code    string `json:"code"`
		Message string `json:"message"`
	}{r.File, r.Line, r.Field, r.code(), r.Words(words.EN)})
}
