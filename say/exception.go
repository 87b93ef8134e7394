package say

import (
	"fmt"

	"rettid/exception"
	"rettid/law"
	"rettid/words"
)

// ExceptionRefusal writes a refusal in the exception scheme for a person: one line an objection.
func ExceptionRefusal(l words.Lang, r *exception.Refusal) []string {
	out := make([]string, len(r.Objections))
	for i, o := range r.Objections {
		text, cite := Objection(l, o)
		out[i] = fmt.Sprintf("%s [%s]", text, cite)
	}
	return out
}

// ExceptionDuty writes a duty of the exception scheme as a sentence.
func ExceptionDuty(l words.Lang, d law.Duty) string {
	date := d.Due
	if date.IsZero() {
		date = d.Opens
	}
	return words.SayNamed(l, "duty."+string(d.Name)+".sentence", map[string]string{"date": written(l, date)})
}

// ExceptionExplanation writes an explanation's steps.
func ExceptionExplanation(l words.Lang, e exception.Explanation) []string {
	return Reasons(l, e.Because)
}
