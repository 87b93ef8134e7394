package exception

import (
	"strings"
	"testing"

	"rettid/law"
)

func TestReadMethods(t *testing.T) {
	got, err := ReadMethods(strings.NewReader("\ufeffMethod;State;Decided;Effective;Title;Body;no_hta\nID2024_001;not_introduced;2025-03-24;2025-04-01;Fabelmab;Beslutningsforum;yes\nID2024_001;assessing;2024-09-02;;;Bestillerforum;\n"), "m.csv")
	if err != nil || len(got) != 2 || got[0].Do.State != law.Assessing || got[1].Do.From.String() != "2025-04-01" || !got[1].Do.NoHTA || got[1].Line != 2 {
		t.Errorf("%+v (%v)", got, err)
	}
	for text, want := range map[string]string{
		"method,state,decided\nID24,assessing,2025-01-01\n":                 `m.csv: line 2, column method: "ID24": write the method's id as ID2024_001`,
		"method,state,decided\nID2024_001,yes,2025-01-01\n":                 `line 2, column state: "yes": choose one of not_raised, raised`,
		"method,state,decided\nID2024_001,raised,01.01.2025\n":              `line 2, column decided: "01.01.2025": write the date as`,
		"method,state,decided\nID2024_001,raised,\n":                        "give the day it was decided",
		"method,state,decided,no_hta\nID2024_001,raised,2025-01-01,maybe\n": "write yes or no",
		"method,decided\nID2024_001,2025-01-01\n":                           "state",
	} {
		if _, err := ReadMethods(strings.NewReader(text), "m.csv"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func FuzzReadMethods(f *testing.F) {
	f.Add("method,state,decided\nID2024_001,raised,2025-01-01\n")
	f.Add("method;state;decided;no_hta\nID2024_001;raised;2025-01-01;yes\n\"")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ReadMethods(strings.NewReader(text), "f")
		if err != nil && got != nil {
			t.Error("lines beside an error")
		}
		for _, l := range got {
			if !law.MethodID(l.Do.ID) || l.On.IsZero() {
				t.Errorf("%+v", l)
			}
		}
	})
}
