package exception

import (
	"encoding/csv"
	"strings"
	"testing"

	"rettid/day"
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
		"method,state,decided\nID2024_001,raised,32.01.2025\n":              `line 2, column decided: "32.01.2025": write the date as`,
		"method,state,decided\nID24,raised,2025-13-01\nID2024_001,no,\n":    "(and 3 more)",
		"method,state,decided\nID2024_001,raised,\"2025-01-01\n":            "quotation mark",
		"state,decided\nraised,2025-01-01\n":                                "column method is missing",
		"method,state,decided\nID2024_001,raised,\n":                        "give the day it was decided",
		"method,state,decided,no_hta\nID2024_001,raised,2025-01-01,maybe\n": "write yes or no",
		"id,state,decided,from\nID2024_001,raised,2025-01-01,soon\n":        `line 2, column from: "soon"`,
		"method,decided\nID2024_001,2025-01-01\n":                           "state",
	} {
		if _, err := ReadMethods(strings.NewReader(text), "m.csv"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// What the register is written as is read again as it was, and the older names of the columns are understood.
func TestMethodRowsAreReadAgain(t *testing.T) {
	m := Method{ID: "ID2024_001", Title: "Fabelmab; ny", History: []State{{State: law.Assessing, On: day.On(2024, 9, 2), From: day.On(2024, 9, 2), Body: "Bestillerforum"}, {State: law.NotIntroduced, On: day.On(2025, 3, 24), From: day.On(2025, 4, 1), Link: "https://example.no/1", NoHTA: true}}}
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Write(MethodColumns)
	for i := range m.History {
		w.Write(MethodRow(&m, m.History[len(m.History)-1-i])) // the latest first
	}
	w.Flush()
	for _, text := range []string{b.String(), strings.Replace(strings.Replace(b.String(), "method,", "id,", 1), "effective", "from", 1)} {
		got, err := ReadMethods(strings.NewReader(text), "m.csv")
		if err != nil || len(got) != 2 {
			t.Fatalf("%v, %v", got, err)
		}
		for i, l := range got { // by day
			if h := m.History[i]; !m.Has(&l.Do, l.On) || l.Do.Title != m.Title || l.Do.Body != h.Body || l.Do.Link != h.Link || l.Do.NoHTA != h.NoHTA {
				t.Errorf("%+v, want %+v", l, h)
			}
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
