package letter

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
	"rettid/words"
)

//go:embed samples.txt
var samplesText string

// sampleValues holds the made-up value of each place, by language; a day as "+40".
var sampleValues = sync.OnceValue(func() map[string][3]string {
	out := make(map[string][3]string)
	for n, line := range strings.Split(strings.TrimSpace(samplesText), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, " | ")
		switch {
		case !isPlace(cells[0]):
			panic(fmt.Sprintf("letter/samples.txt:%d: there is no place %q", n+1, cells[0]))
		case len(cells) == 4:
			out[cells[0]] = [3]string{cells[1], cells[2], cells[3]}
		case len(cells) == 2:
			out[cells[0]] = [3]string{cells[1], cells[1], cells[1]}
		default:
			panic(fmt.Sprintf("letter/samples.txt:%d: a line is a place and a day, or a place and its words in three languages", n+1))
		}
	}
	return out
})

// sampleHolds are the conditions that hold in the sample of a text: one common case of each.
var sampleHolds = map[string]string{
	"granted_appointment": "appointment_before_deadline", "not_granted": "reason_not_needed advice_text", "changed": "time_changed", "breach": "breach_expected expected_start helfo_notified",
	"complaint_upheld": "decided_by_hospital right_granted has_deadline", "second_opinion": "right_granted", "not_assessed": "driving_licence", "forwarded": "not_yet_assessed",
	"declined": "offer_within_deadline", "postponed": "by_patient", "offer": "offer_within_deadline travel_text", "complaint_sent_on": "waiting", "exception_group": "group_granted",
	"exception_received": "method_pending", "exception_granted": "conditions", "referrer_copy": "professional_feedback granted",
}

// Sample writes a letter about nobody with a text: what one looks at, and what [Check] is asked about, before a text or the house's own numbers are taken
// into use. text is a text's name; frame_top and frame_foot are shown on a letter that tells of a right. The house, the day, the contacts and the texts are of in; the
// referral, given to Check beside the letter, is made up (nil: a letter of none). A place the house has no value for is in Missing.
func Sample(text string, l words.Lang, in Input) (Letter, *referral.Referral, error) {
	in.Case = new(referral.Referral)
	if err := in.check(); err != nil {
		return Letter{}, nil, err
	}
	if text == "frame_top" || text == "frame_foot" {
		text = "granted_time_follows"
	}
	kind, to := law.Letter(text), Patient
	switch text {
	case "granted_appointment", "granted_week", "granted_time_follows":
		kind = law.LetterGranted
	case "information_request_patient":
		kind = law.LetterInformation
	case "information_request_referrer":
		kind, to = law.LetterInformation, Referrer
	case "referrer_copy":
		kind, to = law.LetterGranted, Referrer
	}
	in.Patient = Person{Name: "Fabel Fiktiv", Address: []string{"Oppdiktet gate 1", "0000 Eksempelbyen"}}
	in.Referrer = Person{Name: "Fabelbyen legekontor"}
	if in.Sender.Name == "" {
		in.Sender = Sender{Name: "Attrapp Skissesen", Title: words.Say(l, "role."+string(law.Specialist))}
	}
	if in.Reference == "" {
		in.Reference = "0000"
	}
	g := gathering{in: &in, kind: kind, variant: text, to: to, lang: l, facts: newFacts(), foreign: map[string]bool{}}
	g.frame()
	g.house()
	g.set("patient_name", in.Patient.Name)
	g.set("case_reference", in.Reference)
	at := slices.Index(words.Langs(), l)
	if at < 0 {
		return Letter{}, nil, fmt.Errorf("letter: no letter is written in %q", l)
	}
	for place, by := range sampleValues() {
		v := by[at]
		if n, err := strconv.Atoi(v); err == nil {
			switch d := in.On.Add(n); places()[place] {
			case isDate, isMoment:
				v = words.Date(l, d)
			case isWeekday:
				v = words.Weekday(l, d.Weekday())
			}
		}
		if list := listOf(place); list != "" {
			row := Values{place: v}
			if rows := g.facts.Lists[list]; len(rows) > 0 {
				rows[0][place] = v
			} else {
				g.facts.Lists[list] = []Values{row}
			}
		}
		if g.facts.Values[place] == "" {
			g.facts.Values[place] = v
		}
	}
	g.set("law_sections", sections(text, l))
	for _, c := range strings.Fields(sampleHolds[text]) {
		g.holds(c, true)
	}
	for _, c := range []string{"complaint_portal", "practical_information"} {
		g.holds(c, g.facts.Values[c] != "")
	}
	out, err := g.compose()
	if err != nil || strings.HasPrefix(text, "exception_") {
		return out, nil, err
	}
	r := in.Case
	r.Right, r.StartBy, r.Seniority = law.Granted, in.On.Add(80), in.On.Add(-5)
	switch text {
	case "not_granted":
		r.Right, r.StartBy = law.NotGranted, day.Day{}
	case "granted_appointment", "changed":
		r.Appointment = law.Appointment{From: in.On.Add(40), To: in.On.Add(40), Minute: 10*60 + 31}
	case "granted_week":
		r.Appointment = law.Appointment{From: in.On.Add(60), To: in.On.Add(64)}
	}
	return out, r, nil
}
