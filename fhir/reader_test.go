package fhir

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rettid/clinic"
	"rettid/day"
	"rettid/intake"
	"rettid/law"
	"rettid/patient"
	"rettid/words"
)

var (
	today = day.On(2025, 11, 24)
	now   = day.Moment{Day: today, Minute: 720}
)

func options() Options {
	return Options{Policy: patient.Policy{AllowSynthetic: true, On: today}, Org: clinic.Demo(), At: "KOR", Now: now}
}

// number is a test person born 12 March 1968.
func number(t testing.TB, serial int) string {
	t.Helper()
	n, ok := patient.MakeSynthetic(day.On(1968, 3, 12), serial, true)
	if !ok {
		t.Fatal("no number")
	}
	return n
}

const uuid1 = "00000000-0000-4000-8000-000000000001"

// request is a ServiceRequest that fits the profile, with changes; a nil value takes an element away.
func request(t testing.TB, changes map[string]any) map[string]any {
	sr := map[string]any{
		"resourceType": "ServiceRequest",
		"meta":         map[string]any{"profile": []any{profileSR}},
		"identifier":   []any{map[string]any{"system": "http://helsenorge.no/fhir/identifiers/uuid", "value": uuid1}},
		"status":       "active", "intent": "order", "priority": "routine",
		"subject": subject(number(t, 0)),
	}
	for k, v := range changes {
		if v == nil {
			delete(sr, k)
		} else {
			sr[k] = v
		}
	}
	return sr
}

func subject(number string) map[string]any {
	return map[string]any{"type": "Patient", "identifier": map[string]any{"system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": number}}
}

func date(tail, value string) map[string]any {
	return map[string]any{"url": extensions + tail, "valueDateTime": value}
}

func coded(system, code string) map[string]any {
	return map[string]any{"coding": []any{map[string]any{"system": system, "code": code}}}
}

func reason(system, code string) map[string]any {
	return map[string]any{"url": extensions + "servicerequest-statusReason", "valueCodeableConcept": coded(system, code)}
}

func bundleOf(resources ...any) map[string]any {
	var entries []any
	for i, r := range resources {
		entries = append(entries, map[string]any{"fullUrl": fmt.Sprintf("http://example.invalid/fhir/x/%d", i), "resource": r})
	}
	return map[string]any{"resourceType": "Bundle", "type": "batch", "entry": entries}
}

// one reads a resource and gives its only item.
func one(t *testing.T, o Options, resource any) (intake.Item, *intake.Problem) {
	t.Helper()
	text, err := json.Marshal(resource)
	if err != nil {
		t.Fatal(err)
	}
	items, problems := all(t, o, string(text))
	if len(items) != 1 {
		t.Fatalf("%d items", len(items))
	}
	return items[0], problems[0]
}

func all(t testing.TB, o Options, text string) (items []intake.Item, problems []*intake.Problem) {
	t.Helper()
	r, err := NewReader(strings.NewReader(text), o)
	if err != nil {
		t.Fatal(err)
	}
	for {
		it, err := r.Next()
		if errors.Is(err, io.EOF) {
			return items, problems
		}
		var p *intake.Problem
		if err != nil && !errors.As(err, &p) {
			t.Fatal(err)
		}
		items, problems = append(items, it), append(problems, p)
	}
}

func TestProfile(t *testing.T) {
	type change = map[string]any
	n := number(t, 0)
	oid := "urn:oid:2.16.578.1.12.4.1.1."
	for _, c := range []struct {
		change      change
		field, code string
		rule        string
	}{
		{change{"identifier": nil}, "ServiceRequest.identifier", "fhir_min", "hn-basis-serviceRequest"},
		{change{"identifier": []any{change{"value": uuid1}}}, "ServiceRequest.identifier[0].system", "fhir_min", "hn-basis-serviceRequest"},
		{change{"identifier": []any{change{"system": "x"}}}, "ServiceRequest.identifier[0].value", "fhir_min", "hn-basis-serviceRequest"},
		{change{"identifier": []any{change{"system": "x", "value": "17"}}}, "ServiceRequest.identifier.value", "fhir_uuid", "hn-basis-serviceRequest"},
		{change{"status": nil}, "ServiceRequest.status", "fhir_min", "hn-basis-serviceRequest"},
		{change{"status": "draft"}, "ServiceRequest.status", "fhir_status", "hn-basis-serviceRequest"},
		{change{"status": "on-hold"}, "ServiceRequest.status", "fhir_status", "hn-basis-serviceRequest"},
		{change{"status": "revoked"}, "ServiceRequest.status", "fhir_status", "hn-basis-serviceRequest"},
		{change{"status": "entered-in-error"}, "ServiceRequest.status", "fhir_status", "hn-basis-serviceRequest"},
		{change{"status": "ready"}, "ServiceRequest.status", "fhir_fixed", "hn-basis-serviceRequest"},
		{change{"intent": nil}, "ServiceRequest.intent", "fhir_min", "hn-basis-serviceRequest"},
		{change{"intent": "plan"}, "ServiceRequest.intent", "fhir_fixed", "hn-basis-serviceRequest"},
		{change{"priority": nil}, "ServiceRequest.priority", "fhir_min", "hn-basis-serviceRequest"},
		{change{"priority": "asap"}, "ServiceRequest.priority", "fhir_fixed", "PriorityUrgentOrRoutineOrStat"},
		{change{"subject": nil}, "ServiceRequest.subject", "fhir_min", "hn-basis-serviceRequest"},
		{change{"subject": change{"type": "Patient"}}, "ServiceRequest.subject.identifier", "fhir_min", "hn-basis-serviceRequest"},
		{change{"subject": change{"type": "Group", "identifier": subject(n)["identifier"]}}, "ServiceRequest.subject.type", "fhir_fixed", "hn-basis-serviceRequest"},
		{change{"subject": change{"identifier": change{"system": "urn:oid:2.16.578.1.12.4.1.4.3", "value": n}}}, "ServiceRequest.subject.identifier.system", "fhir_subject_system", "ValidSubjectSystemURL"},
		{change{"subject": change{"identifier": change{"system": "urn:oid:2.16.578.1.12.4.1.4.1"}}}, "ServiceRequest.subject.identifier.value", "fhir_min", "hn-basis-serviceRequest"},
		{change{"subject": subject("12345678901")}, "ServiceRequest.subject.identifier.value", "impossible_date", ""},
		{change{"subject": change{"reference": "Patient/17"}}, "ServiceRequest.subject.reference", "fhir_reference", "hn-basis-serviceRequest"},
		{change{"performerType": coded("urn:other", "LE")}, "ServiceRequest.performerType", "fhir_binding", "hn-basis-serviceRequest"},
		{change{"code": coded(oid+"8451", "051")}, "ServiceRequest.code", "fhir_code", "8451"},
		{change{"extension": []any{date("no-mottatt-dato", "2025-09")}}, "ServiceRequest.extension(no-mottatt-dato)", "not_date", "FHIR R4"},
		{change{"extension": []any{change{"url": extensions + "no-vurdert-dato"}}}, "ServiceRequest.extension(no-vurdert-dato).valueDateTime", "fhir_min", "hn-basis-serviceRequest"},
		{change{"extension": []any{date("no-mottatt-dato", "2025-09-01"), date("no-mottatt-dato", "2025-09-02")}}, "ServiceRequest.extension(no-mottatt-dato)", "fhir_max", "hn-basis-serviceRequest"},
		{change{"extension": []any{change{"url": extensions + "servicerequest-statusReason"}}}, "ServiceRequest.extension(servicerequest-statusReason).valueCodeableConcept", "fhir_min", "hn-basis-serviceRequest"},
		{change{"extension": []any{reason(oid+"9148", "9")}}, "ServiceRequest.extension(servicerequest-statusReason)", "fhir_code", "9148"},
		{change{"extension": []any{reason(oid+"9148", "3")}}, "ServiceRequest.extension(servicerequest-statusReason)", "fhir_forwarded", "9148"},
		{change{"extension": []any{reason("urn:other", "4")}}, "ServiceRequest.extension(servicerequest-statusReason)", "fhir_code", "9148"},
		{change{"extension": []any{date("no-mottatt-dato", "2025-09-01"), date("no-vurdert-dato", "2025-09-04")}}, "ServiceRequest.extension(servicerequest-statusReason)", "fhir_outcome", "hn-basis-serviceRequest"},
		{change{"status": change{}}, "ServiceRequest.status", "fhir_shape", "FHIR R4"},
		{change{"identifier": "x"}, "ServiceRequest.identifier", "fhir_shape", "FHIR R4"},
	} {
		it, p := one(t, options(), request(t, c.change))
		if p == nil || p.Field != c.field || p.Code != c.code || !strings.Contains(p.Norm, c.rule) {
			t.Errorf("%v: %+v, want %s: %s (%s)", c.change, p, c.field, c.code, c.rule)
			continue
		}
		for _, l := range words.Langs() {
			if said := p.Words(l); strings.Contains(said, "{") || strings.Contains(said, n) || strings.Contains(said, "import.") || strings.Contains(said, "identity.") {
				t.Errorf("%v: says %q", c.change, said)
			}
		}
		if len(it.Raw) == 0 || it.Line != 1 {
			t.Errorf("%v: line %d, nothing for the file of rejects", c.change, it.Line)
		}
	}
}

func TestTaken(t *testing.T) {
	type change = map[string]any
	oid, hn := "urn:oid:2.16.578.1.12.4.1.1.", "http://helsenorge.no/fhir/CodeSystem/no-kodeverk-"
	received := date("no-mottatt-dato", "2025-09-01T07:15:00Z")
	for _, c := range []struct {
		name   string
		change change
		ok     func(it intake.Item) bool
	}{
		{"as little as the profile asks", nil, func(it intake.Item) bool {
			return it.External == uuid1 && it.At == "KOR" && it.Received == now && it.Undated && it.Patient.Born == day.On(1968, 3, 12) && len(it.Notes) == 1
		}},
		{"received, in the time of Oslo", change{"extension": []any{received}}, func(it intake.Item) bool { return it.Received.String() == "2025-09-01T09:15" && !it.Undated }},
		{"received late in the evening by UTC", change{"extension": []any{date("no-mottatt-dato", "2025-08-31T22:30:00Z")}}, func(it intake.Item) bool { return it.Received.Day == day.On(2025, 9, 1) }},
		{"first received elsewhere", change{"extension": []any{received, date("no-ansiennitets-dato", "2025-08-28")}}, func(it intake.Item) bool { return it.FirstReceived == day.On(2025, 8, 28) }},
		{"the limit of the source", change{"extension": []any{received, date("no-frist-for-vurdering", "2025-09-15")}}, func(it intake.Item) bool { return it.AssessBy == day.On(2025, 9, 15) }},
		{"granted by its deadline", change{"extension": []any{received, date("no-vurdert-dato", "2025-09-04"), date("no-frist-for-helsehjelp", "2026-01-15")}}, func(it intake.Item) bool {
			return it.Outcome == law.Granted && it.Assessed == day.On(2025, 9, 4) && it.Deadline == day.On(2026, 1, 15)
		}},
		{"granted by its reason", change{"extension": []any{received, date("no-vurdert-dato", "2025-09-04"), reason(hn+"9148.codesystem", "2")}}, func(it intake.Item) bool { return it.Outcome == law.Granted }},
		{"no right", change{"extension": []any{received, date("no-vurdert-dato", "2025-09-04"), reason(oid+"9148", "4")}}, func(it intake.Item) bool { return it.Outcome == law.NotGranted }},
		{"advice", change{"extension": []any{received, date("no-vurdert-dato", "2025-09-04"), reason(hn+"9148", "11")}}, func(it intake.Item) bool { return it.Outcome == law.NotGranted }},
		{"urgent", change{"priority": "urgent"}, func(it intake.Item) bool { return it.Urgent && it.Kind == "" }},
		{"stat is an emergency", change{"priority": "stat"}, func(it intake.Item) bool { return it.Kind == law.Emergency }},
		{"internal by its type of content", change{"category": []any{coded(oid+"9146", "5")}}, func(it intake.Item) bool { return it.Kind == law.Internal }},
		{"specialty", change{"code": coded(oid+"8451", "150")}, func(it intake.Item) bool { return it.Specialty == "cardiology" }},
		{"specialty, the other form", change{"orderDetail": []any{coded(hn+"8451.codesystem", "050")}}, func(it intake.Item) bool { return it.Specialty == "orthopaedics" }},
		{"diagnosis", change{"reasonCode": []any{coded("http://snomed.info/sct", "49436004"), coded("http://hl7.org/fhir/sid/icd-10", "i48")}}, func(it intake.Item) bool { return it.Diagnosis == "I48" }},
		{"text", change{"note": []any{change{"text": "en"}, change{"text": "to"}}}, func(it intake.Item) bool { return it.Text == "en\n\nto" }},
		{"performer by organisation number", change{"performer": []any{change{"identifier": change{"system": "urn:oid:2.16.578.1.12.4.1.4.101", "value": "310 001 376"}}}}, func(it intake.Item) bool { return it.At == "STO" }},
		{"performer by RESH", change{"performer": []any{change{"identifier": change{"system": "http://hl7.no/fhir/NamingSystem/RESHid", "value": "9980111"}}}}, func(it intake.Item) bool { return it.At == "STO" }},
		{"performer by HER", change{"performer": []any{change{"identifier": change{"system": "urn:oid:2.16.578.1.12.4.1.2", "value": "9990111"}}}}, func(it intake.Item) bool { return it.At == "STO" }},
		{"performer contained", change{"performer": []any{change{"reference": "#o"}}, "contained": []any{change{"resourceType": "Organization", "id": "o", "identifier": []any{change{"system": "http://data.brreg.no/begrep/28155", "value": "310001376"}}}}}, func(it intake.Item) bool { return it.At == "STO" }},
		{"patient contained", change{"subject": change{"reference": "#p"}, "contained": []any{patientOf(t, nil)}}, func(it intake.Item) bool {
			p := it.Patient
			return p.Given == "Dummy Attrapp" && p.Family == "Eksempelsen" && p.Municipality == "0301" && p.Sex == "female" && p.Postcode == "0001" && p.Language == "nn" && p.Identity.Kind == patient.FNR
		}},
		{"completed after no right", change{"status": "completed", "extension": []any{received, date("no-vurdert-dato", "2025-09-04"), reason(oid+"9148", "4")}}, func(it intake.Item) bool { return it.Ended.IsZero() && it.Outcome == law.NotGranted }},
		{"completed with an end code", change{"status": "completed", "meta": change{"lastUpdated": "2025-10-20T10:00:00Z"}, "extension": []any{received, date("no-vurdert-dato", "2025-09-04"), date("no-frist-for-helsehjelp", "2026-01-15"), reason(oid+"8445", "4")}}, func(it intake.Item) bool {
			return it.Ended == day.On(2025, 10, 20) && it.EndCode == "4"
		}},
		{"completed emergency", change{"status": "completed", "priority": "stat"}, func(it intake.Item) bool { return it.Ended == today && it.EndCode == law.Handled }},
		{"identifier that is no UUID, no profile claimed", change{"meta": nil, "identifier": []any{change{"system": "urn:x", "value": "17"}}}, func(it intake.Item) bool { return it.External == "urn:x|17" }},
		{"elements not known", change{"noSuchElement": change{"a": []any{1, 2.5, true, nil}}}, func(it intake.Item) bool { return it.External == uuid1 }},
		{"requester is the patient", change{"requester": change{"type": "Patient"}}, func(it intake.Item) bool { return it.Kind == law.Self && it.From.Role == "patient" }},
		{"requester's profession", change{"requester": change{"reference": "#r"}, "contained": []any{change{"resourceType": "PractitionerRole", "id": "r", "code": []any{coded(oid+"9060", "TL")}}}}, func(it intake.Item) bool { return it.From.Role == "dentist" }},
	} {
		if it, p := one(t, options(), request(t, c.change)); p != nil || !c.ok(it) {
			t.Errorf("%s: %+v\n%+v", c.name, p, it)
		}
	}
	o := options()
	o.At = ""
	if _, p := one(t, o, request(t, nil)); p == nil || p.Code != "fhir_no_provider" {
		t.Errorf("nobody received it: %+v", p)
	}
	o = options()
	o.Specialty = "knee_surgery"
	if it, _ := one(t, o, request(t, map[string]any{"code": coded(oid+"8451", "050")})); it.Specialty != "knee_surgery" {
		t.Errorf("the specialty given is within the code's, got %s", it.Specialty)
	}
}

func patientOf(t testing.TB, changes map[string]any) map[string]any {
	type m = map[string]any
	p := m{"resourceType": "Patient", "id": "p",
		"identifier": []any{m{"system": "http://profil.example.invalid/lopenummer", "value": "123"}, m{"system": "http://hl7.no/fhir/NamingSystem/FNR", "value": number(t, 0)}},
		"name":       []any{m{"use": "old", "family": "Kulisse"}, m{"use": "official", "family": "Eksempelsen", "given": []any{"Dummy"}, "extension": []any{m{"url": "http://hl7.no/fhir/StructureDefinition/no-basis-middlename", "valueString": "Attrapp"}}}},
		"gender":     "female", "birthDate": "1968-03-12", "telecom": []any{m{"system": "phone", "value": "+4700000000"}},
		"communication": []any{m{"language": coded("urn:ietf:bcp:47", "nn-NO"), "preferred": true}},
		"address": []any{m{"line": []any{"Oppdiktet vei 1"}, "postalCode": "0001", "city": "Fiktivby", "district": "Fiktiv",
			"_district": m{"extension": []any{m{"url": "http://hl7.no/fhir/StructureDefinition/no-basis-municipalitycode", "valueCoding": m{"code": "0301"}}}}}},
	}
	for k, v := range changes {
		if v == nil {
			delete(p, k)
		} else {
			p[k] = v
		}
	}
	return p
}

func TestPatients(t *testing.T) {
	type m = map[string]any
	other := number(t, 1)
	hnr := "12526812300" // shape only; what is looked at first is the assigner
	for _, c := range []struct {
		name    string
		patient m
		subject m
		field   string
		code    string
	}{
		{"by reference", nil, m{"reference": "Patient/p"}, "", ""},
		{"by reference with server and version", nil, m{"reference": "https://example.invalid/fhir/Patient/p/_history/3"}, "", ""},
		{"by fullUrl", nil, m{"reference": "http://example.invalid/fhir/x/1"}, "", ""},
		{"by number and reference that agree", nil, m{"reference": "Patient/p", "identifier": subject(number(t, 0))["identifier"]}, "", ""},
		{"by number and reference that do not", nil, m{"reference": "Patient/p", "identifier": subject(other)["identifier"]}, "ServiceRequest.subject", "fhir_two_patients"},
		{"no number", m{"identifier": nil}, m{"reference": "Patient/p"}, "Patient.identifier", "missing_patient_number"},
		{"an old number only", m{"identifier": []any{m{"use": "old", "system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": other}}}, m{"reference": "Patient/p"}, "Patient.identifier", "missing_patient_number"},
		{"another date of birth", m{"birthDate": "1968-03-13"}, m{"reference": "Patient/p"}, "Patient.birthDate", "born_differs"},
		{"no date of birth at all", m{"birthDate": "1968-02-30"}, m{"reference": "Patient/p"}, "Patient.birthDate", "not_date_unsaid"},
		{"a year of birth is too little to compare", m{"birthDate": "1968"}, m{"reference": "Patient/p"}, "", ""},
		{"gender", m{"gender": "k"}, m{"reference": "Patient/p"}, "Patient.gender", "fhir_fixed"},
		{"H-number without who gave it", m{"identifier": []any{m{"system": "urn:local", "value": hnr, "type": coded("urn:oid:2.16.578.1.12.4.1.1.8327", "HNR")}}}, m{"reference": "Patient/p"}, "Patient.identifier[0].assigner", "fhir_min"},
		{"wrong check digit", m{"identifier": []any{m{"system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": "13097248032"}}, "birthDate": nil}, m{"reference": "Patient/p"}, "Patient.identifier[0].value", "checksum_2"},
	} {
		sr := request(t, map[string]any{"subject": c.subject, "meta": nil})
		text, _ := json.Marshal(bundleOf(sr, patientOf(t, c.patient)))
		items, problems := all(t, options(), string(text))
		if len(items) != 1 {
			t.Fatalf("%s: %d items", c.name, len(items))
		}
		switch p := problems[0]; {
		case c.code == "" && (p != nil || items[0].Patient.Family != "Eksempelsen" || items[0].Patient.Identity.Number != number(t, 0)):
			t.Errorf("%s: %+v", c.name, p)
		case c.code != "" && (p == nil || p.Field != c.field || p.Code != c.code):
			t.Errorf("%s: %+v, want %s: %s", c.name, p, c.field, c.code)
		case p != nil:
			// The file of rejects has the patient with it: read again it is rejected for the same reason, not for a reference that leads nowhere.
			again, why := all(t, options(), string(jsonRejects{}.Write(items[0].Raw, p, "x")))
			if len(again) != 1 || why[0] == nil || why[0].Code != p.Code {
				t.Errorf("%s: again %+v", c.name, why)
			}
		}
	}
}

// Two patients under one reference: each Bundle of a file of several has its own, and in one Bundle nobody is found.
func TestTheWrongPatientIsNeverTaken(t *testing.T) {
	one := func(serial int) map[string]any {
		return patientOf(t, map[string]any{"identifier": []any{map[string]any{"system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": number(t, serial)}}})
	}
	sr := request(t, map[string]any{"subject": map[string]any{"reference": "Patient/p"}})
	a, _ := json.Marshal(bundleOf(sr, one(0)))
	b, _ := json.Marshal(bundleOf(sr, one(1)))
	items, problems := all(t, options(), string(a)+"\n"+string(b)+"\n")
	if len(items) != 2 || problems[0] != nil || problems[1] != nil || items[0].Patient.Identity.Number != number(t, 0) || items[1].Patient.Identity.Number != number(t, 1) {
		t.Errorf("%v", problems)
	}
	both, _ := json.Marshal(bundleOf(one(0), sr, one(1)))
	if _, problems := all(t, options(), string(both)); len(problems) != 1 || problems[0] == nil || problems[0].Code != "fhir_reference" {
		t.Errorf("%v", problems)
	}
	again, _ := json.Marshal(bundleOf(one(0), sr, one(0)))
	if _, problems := all(t, options(), string(again)); len(problems) != 1 || problems[0] != nil {
		t.Errorf("said twice alike: %v", problems)
	}
}

// asXML writes a resource of the tests in FHIR's XML.
func asXML(kind string, v map[string]any) string {
	var b strings.Builder
	var write func(name string, v any)
	write = func(name string, v any) {
		switch v := v.(type) {
		case []any:
			for _, x := range v {
				write(name, x)
			}
		case map[string]any:
			if r, ok := v["resourceType"]; ok {
				fmt.Fprintf(&b, "<%s>%s</%s>", name, asXML(r.(string), v), name)
				return
			}
			if url, ok := v["url"]; ok && name == "extension" {
				fmt.Fprintf(&b, "<extension url=\"%s\">", url)
			} else {
				fmt.Fprintf(&b, "<%s>", name)
			}
			for k, x := range v {
				if k != "url" {
					write(k, x)
				}
			}
			fmt.Fprintf(&b, "</%s>", name)
		default:
			fmt.Fprintf(&b, "<%s value=\"%v\"/>", name, v)
		}
	}
	fmt.Fprintf(&b, "<%s xmlns=\"%s\">\n", kind, namespace)
	for k, x := range v {
		switch k {
		case "resourceType", "_district":
		default:
			write(k, x)
		}
	}
	fmt.Fprintf(&b, "\n</%s>", kind)
	return b.String()
}

// What is read does not depend on the format.
func TestXMLIsReadAsJSON(t *testing.T) {
	sr := request(t, map[string]any{
		"extension": []any{date("no-mottatt-dato", "2025-09-01T07:15:00Z"), date("no-vurdert-dato", "2025-09-04"), date("no-frist-for-helsehjelp", "2026-01-15"), reason("urn:oid:2.16.578.1.12.4.1.1.9148", "2")},
		"code":      coded("urn:oid:2.16.578.1.12.4.1.1.8451", "150"), "priority": "urgent", "note": []any{map[string]any{"text": "en & to"}},
		"performer": []any{map[string]any{"reference": "#o"}}, "subject": map[string]any{"reference": "#p"},
		"contained": []any{map[string]any{"resourceType": "Organization", "id": "o", "identifier": []any{map[string]any{"system": "urn:oid:2.16.578.1.12.4.1.4.101", "value": "310001376"}}},
			patientOf(t, map[string]any{"address": []any{map[string]any{"postalCode": "0001"}}})},
	})
	sr["note"] = []any{map[string]any{"text": "en og to"}}
	want, p := one(t, options(), sr)
	if p != nil {
		t.Fatal(p)
	}
	for _, text := range []string{
		asXML("ServiceRequest", sr),
		"<?xml version=\"1.0\"?>\n<!-- x -->\n" + asXML("Bundle", bundleOf(sr)),
	} {
		items, problems := all(t, options(), text)
		if len(items) != 1 || problems[0] != nil {
			t.Fatalf("%v\n%s", problems, text)
		}
		got := items[0]
		got.Raw, want.Raw, got.Line, got.Names, want.Names, want.Line = nil, nil, 0, nil, nil, 0
		if a, b := fmt.Sprintf("%#v", got), fmt.Sprintf("%#v", want); a != b {
			t.Errorf("XML  %s\nJSON %s", a, b)
		}
	}
}

func TestXMLRejectsAreReadAgain(t *testing.T) {
	sr := request(t, map[string]any{"priority": "asap", "subject": map[string]any{"reference": "Patient/p"}})
	items, problems := all(t, options(), asXML("Bundle", bundleOf(patientOf(t, map[string]any{"address": nil}), sr)))
	if len(items) != 1 || problems[0] == nil {
		t.Fatal(problems)
	}
	var x xmlRejects
	file := string(x.Head()) + string(x.Write(items[0].Raw, problems[0], "fordi < & \"")) + string(x.Tail())
	again, why := all(t, options(), file)
	if len(again) != 1 || why[0] == nil || why[0].Field != "ServiceRequest.priority" {
		t.Fatalf("%v\n%s", why, file)
	}
	mended, why := all(t, options(), strings.Replace(file, "asap", "routine", 1))
	if len(mended) != 1 || why[0] != nil || mended[0].Patient.Family != "Eksempelsen" {
		t.Errorf("%v", why)
	}
}

func TestLines(t *testing.T) {
	a, _ := json.Marshal(request(t, nil))
	b, _ := json.Marshal(request(t, map[string]any{"priority": nil}))
	p, _ := json.Marshal(patientOf(t, nil))
	for name, text := range map[string]string{
		"ndjson": string(a) + "\n\n" + string(p) + "\n" + string(b) + "\n",
		"bundle": "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[\n{\"resource\":" + string(a) + "},\n{\"resource\":" + string(p) + "},\n {\"resource\":" + string(b) + "}]}",
	} {
		items, problems := all(t, options(), text)
		lines := []int{1, 4}
		if name == "bundle" {
			lines = []int{2, 4}
		}
		if len(items) != 2 || problems[0] != nil || problems[1] == nil || items[0].Line != lines[0] || items[1].Line != lines[1] {
			t.Errorf("%s: %d items, %v, lines %d %d", name, len(items), problems, items[0].Line, items[len(items)-1].Line)
		}
	}
	// A line that is no JSON costs that line alone, and stands in the file of rejects as it was.
	items, problems := all(t, options(), string(a)+"\n{\"resourceType\":\n"+string(a)+"\n")
	if len(items) != 3 || problems[1] == nil || problems[0] != nil || problems[2] != nil || !bytes.Contains(jsonRejects{}.Write(items[1].Raw, problems[1], "x"), []byte("\n{\"resourceType\":\n")) {
		t.Errorf("%d items, %v", len(items), problems)
	}
}

func TestWhatIsNotRead(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100)
	for name, text := range map[string]string{
		"empty":          " \n",
		"a table":        "a;b\n",
		"array":          `[{"resourceType":"Patient"}]`,
		"not a resource": `{"a":1}`,
		"cut short":      `{"resourceType":"Bundle","entry":[{`,
		"twice":          `{"resourceType":"ServiceRequest","status":"active","status":"draft"}`,
		"deep":           `{"resourceType":"ServiceRequest","x":` + deep + `}`,
		"not UTF-8":      "{\"resourceType\":\"ServiceRequest\",\"id\":\"\xe5\"}",
		"doctype":        `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Patient xmlns="http://hl7.org/fhir"/>`,
		"other XML":      `<Patient/>`,
		"entity":         `<Bundle xmlns="http://hl7.org/fhir"><entry><resource><Patient><id value="&x;"/></Patient></resource></entry></Bundle>`,
		"XML cut short":  `<Bundle xmlns="http://hl7.org/fhir"><entry>`,
	} {
		r, err := NewReader(strings.NewReader(text), options())
		if err == nil {
			t.Errorf("%s is read: %v", name, r)
			continue
		}
		if strings.Contains(err.Error(), "draft") || strings.Contains(err.Error(), "aaaa") {
			t.Errorf("%s: the error tells what stands in the file: %v", name, err)
		}
	}
	deepXML := `<Bundle xmlns="http://hl7.org/fhir"><entry><resource><ServiceRequest>` + strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100) + `</ServiceRequest></resource></entry></Bundle>`
	if _, problems := all(t, options(), deepXML); len(problems) != 1 || problems[0] == nil || problems[0].Code != "fhir_unreadable" {
		t.Errorf("deep XML: %v", problems)
	}
}

func TestHugeNumbersAreLeftAlone(t *testing.T) {
	sr, _ := json.Marshal(request(t, nil))
	text := strings.Replace(string(sr), `{`, `{"x":`+strings.Repeat("9", 100_000)+`e999999999,`, 1)
	if _, problems := all(t, options(), text); len(problems) != 1 || problems[0] != nil {
		t.Errorf("%v", problems)
	}
}

const reference = "../../shared/reference/fhir"

// The published example has 12345678901 for a patient, which is no number anybody can have.
func TestPublishedExample(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(reference, "helsenorge/ServiceRequest-hn-basis-serviceRequest-example.json"))
	if err != nil {
		t.Skip("the published example is not here: ", err)
	}
	items, problems := all(t, options(), string(text))
	if len(items) != 1 || problems[0] == nil || problems[0].Field != "ServiceRequest.subject.identifier.value" || problems[0].Code != "impossible_date" {
		t.Fatalf("%+v", problems)
	}
	items, problems = all(t, options(), strings.ReplaceAll(string(text), "12345678901", number(t, 0)))
	if problems[0] != nil || items[0].External != "cdeaceeb-4119-42c6-8a3a-b8d495970cb9" || !strings.HasPrefix(items[0].Text, "Jeg har fått beskjed") {
		t.Errorf("%+v %+v", problems[0], items[0])
	}
}

func TestPublishedPatients(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(reference, "no-basis-examples/*.xml"))
	if len(files) == 0 {
		t.Skip("the published examples are not here")
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if items, _ := all(t, options(), string(text)); len(items) != 0 {
			t.Errorf("%s gives %d referrals", f, len(items))
		}
	}
	c, isXML, err := open(mustOpen(t, filepath.Join(reference, "no-basis-examples/no-basis-Patient-Jannice-Soreng.xml")))
	if err != nil || !isXML {
		t.Fatal(err)
	}
	e, err := c.next()
	if err != nil {
		t.Fatal(err)
	}
	var p Patient
	if err := e.decode(&p); err != nil {
		t.Fatal(err)
	}
	var got intake.Person
	if bad := p.into(&got, patient.Policy{}); bad != nil {
		t.Fatal(bad)
	}
	if got.Municipality != "0301" || got.Postcode != "0603" || got.Born != day.On(2005, 3, 21) || got.Sex != "female" || got.Phone == "" || got.Identity.Kind != patient.FNR {
		t.Errorf("municipality %s postcode %s born %s", got.Municipality, got.Postcode, got.Born)
	}
}

func mustOpen(t *testing.T, path string) *os.File {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func FuzzRead(f *testing.F) {
	sr, _ := json.Marshal(request(f, map[string]any{"extension": []any{date("no-mottatt-dato", "2025-09-01"), reason("urn:oid:2.16.578.1.12.4.1.1.9148", "2")}}))
	b, _ := json.Marshal(bundleOf(request(f, map[string]any{"subject": map[string]any{"reference": "Patient/p"}}), patientOf(f, nil)))
	f.Add(sr)
	f.Add(b)
	f.Add(append(append(bytes.Clone(sr), '\n'), b...))
	f.Add([]byte(asXML("ServiceRequest", request(f, nil))))
	f.Add([]byte(asXML("Bundle", bundleOf(request(f, nil), patientOf(f, nil)))))
	f.Add([]byte(`{"resourceType":"Bundle","entry":[1,{"resource":[]},{"resource":{"resourceType":"ServiceRequest","contained":[{"resourceType":"Patient"}],"subject":{"reference":"#"}}}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := NewReader(bytes.NewReader(text), options())
		if err != nil {
			return
		}
		for {
			it, err := r.Next()
			var p *intake.Problem
			switch {
			case errors.As(err, &p):
				if p.Words(words.NB) == "" || len(r.Rejects().Write(it.Raw, p, "x")) == 0 {
					t.Fatal("a problem without words")
				}
			case err != nil:
				return
			case it.External == "" || it.At == "" || it.Received.IsZero() || it.Patient.Identity.Number == "":
				t.Fatalf("an item lacks what it must have: line %d", it.Line)
			}
		}
	})
}
