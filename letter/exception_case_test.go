package letter

import (
	"errors"
	"strings"
	"testing"

	"rettid/day"
	"rettid/exception"
	"rettid/law"
	"rettid/words"
)

// decided makes an application that was answered, through its commands.
func decidedException(t *testing.T, outcome law.ExceptionOutcome) *exception.Matter {
	t.Helper()
	on := day.On(2026, 3, 2)
	var why []exception.Answered
	for _, c := range law.Criteria {
		why = append(why, exception.Answered{Criterion: c, Met: law.Yes, Why: exception.Say("Vi har sett på din sak.")})
	}
	var log []exception.Entry
	for i, c := range []exception.Command{
		&exception.Apply{Method: "ID2024_001", MethodSaid: "no", Patient: "p1", Place: "HF", Form: exception.Form{Weeks: 12}, Reason: exception.Say("a")},
		&exception.DecideException{Outcome: outcome, Individual: law.Yes, Reason: exception.Say("Annen behandling har ikke hjulpet deg."), Criteria: why, Conditions: []exception.Text{exception.Say("Du må til kontroll hver måned.")},
			Stop: []exception.Text{exception.Say("svulsten vokser")}, Evaluate: on.Add(60)},
	} {
		e, err := exception.Decide(log, c, exception.At{On: on.Add(7 * i)}, exception.Given{}, law.Default())
		if err != nil {
			t.Fatal(err)
		}
		log = append(log, exception.Entry{Seq: i + 1, Event: e})
	}
	m := exception.Fold(log)
	if outcome.Granted() {
		m.StartedOn = on.Add(10)
	}
	return &m
}

// TestExceptionLettersOfACase: the letters of a decided application are whole, and no answer goes without the right to complain.
func TestExceptionLettersOfACase(t *testing.T) {
	in := begin(t).input(day.On(2026, 3, 10))
	for kind, outcome := range map[law.Letter]law.ExceptionOutcome{exception.LetterGranted: law.ExConditions, exception.LetterRefused: law.ExRefused, exception.LetterReceived: law.ExGranted} {
		m := decidedException(t, outcome)
		x := ExceptionInput{Input: in, Matter: m, Given: map[string]string{"method_name": "Fabelmab", "doctor_name": "Lege Skissesen", "contact_name": "Kulisse Eventyr", "contact_phone": "00 00 04 00", "treatment_place": "Attrapp sykehus"}}
		for _, l := range words.Langs() {
			got, err := MakeException(kind, Patient, l, x)
			if err != nil {
				t.Errorf("%s %s: %v", kind, l, err)
				continue
			}
			text := PlainText(got)
			if kind != exception.LetterReceived {
				for _, p := range []law.Part{"complaint_right", "complaint_limit", "complaint_procedure"} {
					if !strings.Contains(strings.Join(asTexts(got.Parts), " "), string(p)) {
						t.Errorf("%s %s lacks %s", kind, l, p)
					}
				}
			}
			for _, never := range []string{"kan ikke klages", "kan ikkje klagast", "no right to complain", "ingen klagerett", "ikke klage", "{"} {
				if strings.Contains(text, never) {
					t.Errorf("%s %s says %q", kind, l, never)
				}
			}
		}
	}
	var untrue *Untrue
	if _, err := MakeException(exception.LetterGranted, Patient, words.NB, ExceptionInput{Input: in, Matter: decidedException(t, law.ExRefused)}); !errors.As(err, &untrue) {
		t.Errorf("a refusal is told as a yes: %v", err)
	}
	var missing *Missing
	if _, err := MakeException(exception.LetterRefused, Patient, words.NB, ExceptionInput{Input: in, Matter: decidedException(t, law.ExRefused)}); !errors.As(err, &missing) {
		t.Errorf("a letter without the doctor's name is whole: %v", err)
	}
}

func asTexts(ps []law.Part) []string {
	out := make([]string, len(ps))
	for i, p := range ps {
		out[i] = string(p)
	}
	return out
}
