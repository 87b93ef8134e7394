package patient_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rettid/day"
	"rettid/patient"
)

// Every number here is published as test data, made up, or of a test person.
var numbers = []struct {
	number    string
	kind      patient.Kind
	synthetic patient.Synthetic
	born      string
	sex       string
	rule2032  bool
}{
	{"13097248022", patient.FNR, "", "1972-09-13", patient.Female, false},
	{"29029648784", patient.FNR, "", "1996-02-29", patient.Male, false},
	{"15021951940", patient.FNR, "", "2019-02-15", patient.Male, false}, // 11 becomes 0
	{"04110250989", patient.FNR, "", "2002-11-04", patient.Male, false}, // 500-999 with year 00-39: the 2000s
	{"03119849925", patient.FNR, "", "1998-11-03", patient.Male, false},
	{"53097248016", patient.DNR, "", "1972-09-13", patient.Female, false},
	{"50101099943", patient.DNR, "", "2010-10-10", patient.Male, false},
	{"01415612385", patient.HNR, patient.NAVOrHNR, "1956-01-01", patient.Male, false},
	{"55507608360", patient.DNR, patient.NAVOrHNR, "1976-10-15", patient.Male, false},
	{"30878199614", patient.FNR, patient.Tenor, "1981-07-30", patient.Female, false}, // 900-999 with year 40-99: the 1900s
	{"50846202355", patient.DNR, patient.Tenor, "1962-04-10", patient.Male, false},
	{"02013299903", patient.FNR, "", "", "", true}, // by the rule of 2032 only
	{"30108299939", patient.FNR, "", "", "", true},
	{"02013299997", patient.FNR, "", "2032-01-02", patient.Male, false}, // of the new series, and right by today's rule too
	{"81234567802", patient.FHNR, "", "", "", false},
	{"974760673", patient.OrgNr, "", "", "", false},
	{"130972 48022", patient.FNR, "", "1972-09-13", patient.Female, false},
	{"974 760 673", patient.OrgNr, "", "", "", false},
	{"974\u00a0760\u00a0673", patient.OrgNr, "", "", "", false},
}

func TestIdentify(t *testing.T) {
	for _, c := range numbers {
		got, err := patient.Identify(c.number)
		if err != nil {
			t.Errorf("%s: %v", c.number, err)
			continue
		}
		if got.Kind != c.kind || got.Synthetic != c.synthetic || got.Born.String() != c.born || got.Sex != c.sex || got.Rule2032 != c.rule2032 {
			t.Errorf("%s: %v, born %q, %q, rule of 2032 %t; want %+v", c.number, got, got.Born, got.Sex, got.Rule2032, c)
		}
	}
}

func TestIdentifyRefuses(t *testing.T) {
	for _, c := range []struct{ number, code string }{
		{"", "wrong_length"},
		{"1309724802", "wrong_length"},
		{"130972480222", "wrong_length"},
		{"1309724802x", "not_digits"},
		{"130972-48022", "not_digits"},
		{"１3097248022", "not_digits"},
		{"13097248062", "checksum_1"},
		{"13097248032", "checksum_2"}, // the first is right by the rule of 2032
		{"13097248023", "checksum_2"},
		{"02013299996", "checksum_2"},
		{"32127248022", "impossible_date"},
		{"00017248022", "impossible_date"},
		{"13137248022", "impossible_date"},
		{"13007248022", "impossible_date"},
		{"13407248022", "impossible_date"},
		{"13657248022", "impossible_date"},
		{"13807248022", "impossible_date"},
		{"13937248022", "impossible_date"},
		{"01535612303", "impossible_date"}, // right check digits, month 13 of an H-number
		{"29029900157", "impossible_date"}, // right check digits, 29 February 1999
		{"81234567803", "checksum_2"},
		{"81234567812", "checksum_1"},
		{"974760674", "checksum"},
	} {
		got, err := patient.Identify(c.number)
		var why *patient.InvalidNumber
		if !errors.As(err, &why) || why.Code != c.code {
			t.Errorf("%s: %v, %v; want %s", c.number, got, err, c.code)
			continue
		}
		if got != (patient.Identity{}) {
			t.Errorf("%s is refused, but read as %v", c.number, got)
		}
	}
}

// Most numbers by the rule of 2032 fail today's check, and those are refused until the day they are issued.
func TestPolicy(t *testing.T) {
	const (
		national = "13097248022"
		young    = "04110250989" // born 2002-11-04
		help     = "13527248013"
		tenor    = "30878199614"
		navD     = "55507608360"
		future   = "02013299903"
		shared   = "81234567802"
		org      = "974760673"
	)
	now, later, early := day.On(2026, 1, 1), patient.From2032, day.On(2002, 11, 3)
	for _, c := range []struct {
		number string
		policy patient.Policy
		code   string
	}{
		{national, patient.Policy{On: now}, ""},
		{shared, patient.Policy{On: now}, ""},
		{help, patient.Policy{On: now}, ""},
		{tenor, patient.Policy{On: now}, "synthetic"},
		{navD, patient.Policy{On: now}, "synthetic"},
		{tenor, patient.Policy{AllowSynthetic: true, On: now}, ""},
		{navD, patient.Policy{AllowSynthetic: true, On: now}, ""},
		{future, patient.Policy{On: now}, "not_yet_issued"},
		{future, patient.Policy{On: later.Add(-1)}, "not_yet_issued"},
		{future, patient.Policy{On: later}, ""},
		{future, patient.Policy{}, ""},
		{future, patient.Policy{AllowSynthetic: true, On: now}, ""},
		{young, patient.Policy{On: early}, "born_later"},
		{young, patient.Policy{On: early.Add(1)}, ""},
		{young, patient.Policy{AllowSynthetic: true, On: early}, "born_later"},
		{org, patient.Policy{AllowSynthetic: true}, "organisation"},
	} {
		id, err := patient.Identify(c.number)
		if err != nil {
			t.Fatal(err)
		}
		code := ""
		if err := c.policy.Accept(id); err != nil {
			code = err.(*patient.InvalidNumber).Code
		}
		if code != c.code {
			t.Errorf("%s under %+v: %q, want %q", c.number, c.policy, code, c.code)
		}
	}
}

func TestNumbersStayOutOfLogs(t *testing.T) {
	id, err := patient.Identify("30878199614")
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("registered", "id", id)
	slog.New(slog.NewTextHandler(&log, nil)).Info("registered", "id", id, "who", struct{ ID patient.Identity }{id})
	fmt.Fprintf(&log, "%v %+v %#v %s %q %d %x %v", id, id, id, id, id, id, id, []any{&id, []patient.Identity{id}})
	_, err = patient.Identify("30878199615")
	fmt.Fprint(&log, err, patient.Policy{}.Accept(id))
	if strings.Contains(log.String(), "3087") || strings.Contains(log.String(), "33303837") {
		t.Errorf("the number is in the log:\n%s", &log)
	}
}

func TestMakeSynthetic(t *testing.T) {
	first, ok := patient.MakeSynthetic(day.On(1981, 7, 30), 0, true)
	if again, _ := patient.MakeSynthetic(day.On(1981, 7, 30), 0, true); !ok || again != first || len(first) != 11 || first[:6] != "308781" {
		t.Errorf("made %s and then %s", first, again)
	}
	for _, born := range []day.Day{{}, day.On(2040, 1, 1)} {
		if got, ok := patient.MakeSynthetic(born, 0, true); ok {
			t.Errorf("born %q: %s, though there is no such number", born, got)
		}
	}
	if got, ok := patient.MakeSynthetic(day.On(1981, 7, 30), -1, true); ok {
		t.Errorf("serial -1: %s", got)
	}
	// Every number of a day is different, and there are enough for any demonstration.
	for _, born := range []day.Day{day.On(1900, 1, 1), day.On(1939, 12, 31), day.On(1953, 5, 17), day.On(2000, 2, 29), day.On(2039, 12, 31)} {
		seen := make(map[string]bool)
		for _, female := range []bool{true, false} {
			for serial := 0; ; serial++ {
				number, ok := patient.MakeSynthetic(born, serial, female)
				if !ok {
					if serial < 150 {
						t.Errorf("born %s, female %t: only %d numbers", born, female, serial)
					}
					break
				}
				if seen[number] {
					t.Fatalf("born %s: %s is made twice", born, number)
				}
				seen[number] = true
			}
		}
	}
}

func TestSyntheticNumbersAreReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		born := day.FromNumber(rapid.Int32Range(1, day.On(2039, 12, 31).Number()).Draw(t, "born"))
		female := rapid.Bool().Draw(t, "female")
		number, ok := patient.MakeSynthetic(born, rapid.IntRange(0, 149).Draw(t, "serial"), female)
		if !ok {
			t.Fatalf("born %s: no number", born)
		}
		id, err := patient.Identify(number)
		if err != nil || id.Kind != patient.FNR || id.Synthetic != patient.Tenor || id.Born != born || (id.Sex == patient.Female) != female || id.Rule2032 {
			t.Fatalf("born %s, female %t: %s is read as %v, born %s, %s, %v", born, female, number, id, id.Born, id.Sex, err)
		}
		// Modulo 11 finds every single wrong digit and every swap of neighbours by today's rule; the rule of 2032 takes
		// some of them as its own, and those are never read as today's.
		at := rapid.IntRange(0, 10).Draw(t, "at")
		digit := byte('0' + rapid.IntRange(0, 9).Draw(t, "digit"))
		wrong := number[:at] + string(digit) + number[at+1:]
		if wrong != number {
			if id, err := patient.Identify(wrong); err == nil && !id.Rule2032 {
				t.Fatalf("%s with digit %d changed to %c is still valid", number, at, digit)
			}
		}
	})
}

// The published vectors, in place beside the repository.
func TestPublishedVectors(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "shared", "reference", "examples", "person-numbers.json"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the published vectors (shared/reference/examples/person-numbers.json) are not beside the repository")
	}
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors []struct {
			Number    string
			Kind      string
			BirthDate *day.Day
			Valid     bool
			Today     bool `json:"checkDigitsToday"`
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Vectors) < 20 {
		t.Fatalf("only %d vectors", len(file.Vectors))
	}
	for _, v := range file.Vectors {
		id, err := patient.Identify(v.Number)
		if (err == nil) != v.Valid {
			t.Errorf("%s (%s): %v, want valid %t", v.Number, v.Kind, err, v.Valid)
			continue
		}
		if err != nil {
			continue
		}
		if v.BirthDate != nil && !id.Rule2032 && id.Born != *v.BirthDate {
			t.Errorf("%s (%s): born %s, want %s", v.Number, v.Kind, id.Born, v.BirthDate)
		}
		if v.Today == id.Rule2032 {
			t.Errorf("%s (%s): by the rule of 2032 only: %t, though today's check is %t", v.Number, v.Kind, id.Rule2032, v.Today)
		}
		wantKind, wantSeries := patient.Kind(strings.TrimSuffix(strings.Fields(v.Kind)[0], "2032")), patient.Synthetic("")
		switch wantKind {
		case "fh":
			wantKind = patient.FHNR
		case "tenor+80", "nhn+65", "nav+40":
			wantKind = patient.FNR
		}
		switch {
		case strings.HasSuffix(v.Kind, "+80"):
			wantSeries = patient.Tenor
		case strings.HasSuffix(v.Kind, "+65"):
			wantSeries = patient.NHN
		case strings.HasSuffix(v.Kind, "+40"), v.Kind == "hnr":
			wantSeries = patient.NAVOrHNR
		}
		if id.Kind != wantKind || id.Synthetic != wantSeries {
			t.Errorf("%s: %v, want %s %s", v.Number, id, wantKind, wantSeries)
		}
	}
}

func FuzzIdentify(f *testing.F) {
	for _, c := range numbers {
		f.Add(c.number)
	}
	f.Add("")
	f.Add("99999999999")
	f.Add("29020000000")
	f.Fuzz(func(t *testing.T, number string) {
		id, err := patient.Identify(number)
		if err != nil {
			var why *patient.InvalidNumber
			if !errors.As(err, &why) || id != (patient.Identity{}) {
				t.Fatalf("%q: %v, %v", number, id, err)
			}
			return
		}
		again, err := patient.Identify(id.Number)
		if err != nil || again != id {
			t.Fatalf("%q is read as %v, and its number as %v, %v", number, id, again, err)
		}
		if strings.Trim(id.Number, "0123456789") != "" || id.Kind == "" {
			t.Fatalf("%q is read as the number %q of kind %q", number, id.Number, id.Kind)
		}
		if (id.Sex == "") != (id.Rule2032 || id.Kind == patient.FHNR || id.Kind == patient.OrgNr) {
			t.Fatalf("%q: sex %q by %v, rule of 2032 %t", number, id.Sex, id, id.Rule2032)
		}
	})
}
