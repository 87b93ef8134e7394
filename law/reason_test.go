package law

import (
	"encoding/json"
	"testing"

	"rettid/day"
)

// A reason is written as encoding/json would write its items, byte for byte: the digests of old logs rest on it.
func TestReasonIsWrittenAsEver(t *testing.T) {
	for _, r := range []Reason{
		{Code: "received", Args: [3]Arg{D(day.On(2025, 9, 1))}}, {Code: "working-days", Args: [3]Arg{N(10)}}, {Code: "below", Args: [3]Arg{N(-3), T("x")}},
		{Code: "odd", Args: [3]Arg{T(`a "quoted" \ <b> & é`), T("line\nbreak"), T("")}}, {Code: "plain"}, {Code: "æøå", Args: [3]Arg{T("holiday.easter_monday"), N(0)}},
	} {
		items := []any{r.Code}
		for _, a := range r.List() {
			if n, ok := a.Int(); ok {
				items = append(items, n)
			} else {
				items = append(items, a.String())
			}
		}
		want, err := json.Marshal(items)
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(r)
		if err != nil || string(got) != string(want) {
			t.Errorf("%s: %s, want %s (%v)", r.Code, got, want, err)
		}
		var back Reason
		if err := json.Unmarshal(got, &back); err != nil || back != r && r.Code != "odd" {
			t.Errorf("%s comes back as %+v (%v)", got, back, err)
		}
	}
}
