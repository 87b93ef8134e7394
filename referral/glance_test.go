package referral

import (
	"encoding/json"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"rettid/day"
	"rettid/law"
)

// counted leaves of facts what FactsOf reads.
func counted(f law.Facts) law.Facts {
	return law.Facts{Status: f.Status, Right: f.Right, EndCode: f.EndCode, PutOff: f.PutOff, Seniority: f.Seniority, ReceivedOn: f.ReceivedOn, AssessBy: f.AssessBy,
		AssessedOn: f.AssessedOn, StartBy: f.StartBy, StartedOn: f.StartedOn, WaitEnd: f.WaitEnd, ClosedOn: f.ClosedOn}
}

// The facts read at a glance are those of the whole state.
func TestFactsOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Referral{AssessedBy: rapid.StringN(0, 20, 60).Draw(t, "assessed by"), Condition: rapid.SampledFrom([]string{"", `a "b" \\`, `\`, "}]{"}).Draw(t, "condition")}
		r.Status, r.Right = rapid.SampledFrom([]law.Status{law.Received, law.Closed}).Draw(t, "status"), rapid.SampledFrom([]law.Right{law.Granted, law.NotGranted, law.Pending, ""}).Draw(t, "right")
		r.EndCode = rapid.SampledFrom([]string{"", "2", `"`, "æ"}).Draw(t, "code")
		for _, d := range []*day.Day{&r.Seniority, &r.ReceivedOn, &r.AssessBy, &r.AssessedOn, &r.StartBy, &r.StartedOn, &r.WaitEnd, &r.ClosedOn, &r.PutOff.On, &r.PutOff.To, &r.BreachSince, &r.HelfoOn, &r.Appointment.From, &r.MovedOn} {
			if n := rapid.IntRange(-200, 900).Draw(t, "day"); n >= 0 {
				*d = day.On(2024, 1, 1).Add(n)
			}
		}
		for range rapid.IntRange(0, 3).Draw(t, "letters") {
			r.Letters = append(r.Letters, Sent{Kind: "granted", On: r.AssessedOn})
			r.Deliveries = append(r.Deliveries, law.Delivery{})
		}
		state, err := json.Marshal(&r)
		if err != nil {
			t.Fatal(err)
		}
		var got law.Facts
		if err := FactsOf(state, &got); err != nil {
			t.Fatalf("%v: %s", err, state)
		}
		if want := counted(r.Facts); !reflect.DeepEqual(got, want) {
			t.Fatalf("read %+v\nof   %+v", got, want)
		}
	})
}

func TestFactsOfNoState(t *testing.T) {
	for _, state := range []string{"", "null", "[]", `"x"`, "{", `{"right"`, `{"right":`, `{"right":"granted"`, `{"right":"granted",}`, `{"right":"granted"} x`, `{"right":"gran`, `{"seniority":"2025-02-30"}`, `{"put_off":[]}`, `{"right":1}`, `{,}`, `{"a":"\"}`} {
		var f law.Facts
		if err := FactsOf([]byte(state), &f); err == nil {
			t.Errorf("%s is read as a state: %+v", state, f)
		}
	}
	var f law.Facts
	if err := FactsOf([]byte(" {} \n"), &f); err != nil || !reflect.DeepEqual(f, law.Facts{}) {
		t.Errorf("a state with nothing in it: %v, %+v", err, f)
	}
}

func FuzzFactsOf(f *testing.F) {
	for _, s := range []string{"", "{}", `{"kind":"elective","right":"granted","offers":[{"at":"a,b}"}],"seniority":"2025-03-17","put_off":{"on":"2025-01-02"},"n":-1.5e3}`, `{"a":"\\\"","right":"not_granted"}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var got law.Facts
		FactsOf(b, &got) // whatever it is given, it ends
		var r Referral
		if json.Unmarshal(b, &r) != nil {
			return
		}
		state, err := json.Marshal(&r)
		if err != nil {
			return
		}
		var again Referral
		if err := json.Unmarshal(state, &again); err != nil {
			return
		}
		if err := FactsOf(state, &got); err != nil || !reflect.DeepEqual(got, counted(again.Facts)) {
			t.Fatalf("%v: read %+v\nof %s", err, got, state)
		}
	})
}
