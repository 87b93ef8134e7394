package referral

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"rettid/day"
	"rettid/law"
)

// filled gives a command with every field it has set, so that a stored sample shows its whole shape.
func filled(c Command) Command {
	fill(reflect.ValueOf(c).Elem())
	return c
}

func fill(v reflect.Value) {
	switch v.Interface().(type) {
	case day.Day:
		v.Set(reflect.ValueOf(begun))
		return
	case day.Moment:
		v.Set(reflect.ValueOf(day.Moment{Day: begun, Minute: 555}))
		return
	case Text:
		v.Set(reflect.ValueOf(Text{Note: "note-1"}))
		return
	case law.Answer:
		v.SetString("yes")
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(2)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i))
			}
		}
	case reflect.Interface: // the command inside a correction, set by the sample
	default:
		panic(fmt.Sprintf("a command holds a %s, which the samples can't fill", v.Type()))
	}
}

// sample is an event of a verb with everything in it.
func sample(verb string) *Event {
	e := &Event{On: begun, Minute: 555, Role: law.Secretary, Actor: "a1", Place: "HF", Ask: filled(verbs[verb]())}
	fill(reflect.ValueOf(&e.Given).Elem())
	days := &law.Finding[day.Day]{Rule: "deadline", Norms: []string{"G4.4-7"}, Cite: "pbrl. § 2-2 a", Value: begun, Because: []law.Reason{{Code: "set", Args: [3]law.Arg{law.D(begun), law.N(3), law.T("x")}}}}
	e.Found = Found{Seniority: days, AssessBy: days, StartBy: days, Guarantee: days, Assessable: &law.Finding[law.Assessability]{Rule: "assessable", Value: law.IsAssessed},
		Begins: &law.Finding[bool]{Rule: "start-of-care", Value: true}, MayAssess: true, Reimbursed: true, Code: 22, Offer: 1, InTime: true, Parts: []law.Part{law.PartOutcome}}
	e.Warned = law.Objections{{Rule: "appointment", Norms: []string{"G5.3-24"}, Cite: "guide 2", Value: law.Warned, Because: []law.Reason{{Code: "G5.3-24", Args: [3]law.Arg{law.D(begun)}}}}}
	if c, ok := e.Ask.(*Correct); ok {
		with := sample("start")
		c.With, c.Strike, e.With = with.Ask, false, with
		e.Then = map[int]*Event{3: sample("inform")}
	}
	return e
}

// TestEventsStillRead reads one of each shape of event ever written, and writes it as it was. A file in testdata/events is never changed: where a shape
// grows, -update adds a file beside the old ones.
func TestEventsStillRead(t *testing.T) {
	for _, verb := range Verbs() {
		now, err := json.MarshalIndent(sample(verb), "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		now = append(now, '\n')
		files, _ := filepath.Glob("testdata/events/" + verb + ".*.json")
		current := false
		for _, name := range files {
			body, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var e Event
			if err := json.Unmarshal(body, &e); err != nil {
				t.Errorf("%s no longer reads: %v", name, err)
				continue
			}
			if e.Kind() != verb {
				t.Errorf("%s reads as %s", name, e.Kind())
			}
			again, err := json.MarshalIndent(&e, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			if missing := lacks(body, again); missing != "" {
				t.Errorf("%s: read and written again it lacks %s", name, missing)
			}
			var r Referral
			r.Offers = make([]law.Offer, 1)
			r.apply(&e) // folding an old shape must not fall over
			current = current || bytes.Equal(body, now)
		}
		if current {
			continue
		}
		if !*update {
			t.Errorf("testdata/events has no %s of today's shape: run -update, which adds one and leaves the old", verb)
			continue
		}
		name := fmt.Sprintf("testdata/events/%s.%d.json", verb, len(files)+1)
		if err := os.MkdirAll("testdata/events", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, now, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// lacks finds a field of the first JSON text that the second has lost or changed; "" when none.
func lacks(was, now []byte) string {
	var a, b any
	if json.Unmarshal(was, &a) != nil || json.Unmarshal(now, &b) != nil {
		return "its syntax"
	}
	return missing("", a, b)
}

func missing(at string, a, b any) string {
	switch a := a.(type) {
	case map[string]any:
		m, _ := b.(map[string]any)
		for k, x := range a {
			if m[k] == nil && x != nil {
				return at + "." + k
			}
			if s := missing(at+"."+k, x, m[k]); s != "" {
				return s
			}
		}
	case []any:
		l, _ := b.([]any)
		if len(l) != len(a) {
			return at
		}
		for i := range a {
			if s := missing(fmt.Sprintf("%s[%d]", at, i), a[i], l[i]); s != "" {
				return s
			}
		}
	default:
		if !reflect.DeepEqual(a, b) {
			return at
		}
	}
	return ""
}

// TestUnknownEventIsSaid: an event of a newer program is an error that names it, never skipped.
func TestUnknownEventIsSaid(t *testing.T) {
	var e Event
	err := json.Unmarshal([]byte(`{"do":"teleport","ask":{},"on":"2025-09-01"}`), &e)
	if err == nil || !strings.Contains(err.Error(), "teleport") {
		t.Errorf("an unknown event gives %v", err)
	}
}

// FuzzEvent: no stored body makes reading or folding fall over.
func FuzzEvent(f *testing.F) {
	files, _ := filepath.Glob("testdata/events/*.json")
	for _, name := range files {
		body, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var e Event
		if json.Unmarshal(body, &e) != nil {
			return
		}
		if _, err := json.Marshal(&e); err != nil {
			t.Errorf("it reads and can't be written: %v", err)
		}
		var r Referral
		r.apply(&e)
	})
}
