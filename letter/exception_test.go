package letter

import (
	"fmt"
	"strings"
	"testing"

	"rettid/day"
	"rettid/words"
)

// The exception scheme's letters are filled by the room that knows the case; here they have a case that is nobody's.
func exceptionFacts(holds ...string) func(words.Lang) Facts {
	return func(l words.Lang) Facts {
		f := newFacts()
		for _, h := range holds {
			f.Holds[h] = true
		}
		date := words.Date(l, day.On(2026, 4, 14))
		for place, k := range places() {
			switch k {
			case isDate:
				f.Values[place] = date
			case isText, isPhrase, isFixed, isNumber:
				f.Values[place] = sample(place, l)
			}
		}
		for place, v := range map[string]string{"doctor_name": "Lege Skissesen", "method_name": "Fabelmab", "decision_body": "Fagdirektøren", "contact_name": "Kulisse Eventyr",
			"contact_phone": "00 00 04 00", "treatment_place": "Attrapp sykehus", "meeting_name": "Beslutningsforum", "publication_url": "vedtak.example"} {
			f.Values[place] = v
		}
		one := sample("reason_text", l)
		f.Lists = map[string][]Values{"conditions": {{"condition_item": one}}, "stop_criteria": {{"stop_criterion": one}}, "other_routes": {{"other_route": one}},
			"criteria": {{"criterion_name": words.Say(l, "criterion.benefit"), "criterion_reason": one}, {"criterion_name": words.Say(l, "criterion.severity"), "criterion_reason": one}}}
		return f
	}
}

func TestGoldenExceptionLetters(t *testing.T) {
	in := begin(t).input(day.On(2026, 4, 14))
	met := map[string]bool{}
	for _, g := range []struct {
		name, variant string
		facts         func(words.Lang) Facts
	}{
		{"exception_received", "exception_received", exceptionFacts("method_no")},
		{"exception_received.pending", "exception_received", exceptionFacts("method_pending")},
		{"exception_granted", "exception_granted", exceptionFacts("conditions")},
		{"exception_refused", "exception_refused", exceptionFacts()},
		{"exception_asked", "exception_asked", exceptionFacts()},
		{"exception_group", "exception_group", exceptionFacts("group_granted")},
		{"exception_group.refused", "exception_group", exceptionFacts()},
	} {
		var out strings.Builder
		for _, l := range words.Langs() {
			one, err := Compose(g.variant, Patient, l, in, g.facts)
			if err != nil {
				t.Errorf("%s %s: %v", g.name, l, err)
			}
			for _, it := range Checklist(one, nil) {
				if !it.Met {
					t.Errorf("%s %s: lacks %s (%v)", g.name, l, it.What(words.EN), it.Norms)
				}
				met[g.variant+" "+it.Must] = true
			}
			if l == words.EN && one.Record == nil {
				t.Errorf("%s: the English letter has no Norwegian one beside it", g.name)
			}
			one.Record = nil
			fmt.Fprintf(&out, "======== %s · %s\n%v\n%s", l, one.Subject, one.Parts, PlainText(one))
		}
		compare(t, g.name+".txt", []byte(out.String()))
	}
	for _, d := range demands() {
		for _, v := range d.letters {
			if strings.HasPrefix(v, "exception_") && !met[v+" "+d.must] {
				t.Errorf("no letter on file shows that %s tells %s", v, d.must)
			}
		}
	}
}
