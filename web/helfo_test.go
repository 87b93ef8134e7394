package web

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
)

// The notice to Helfo: four boxes on the page, in the PDF, as JSON and as CSV, with the new date; the patient stands on the list until Helfo has placed them.
func TestHelfoNotice(t *testing.T) {
	s, srv := newSite(t, Options{})
	id := s.unanswered("Helfosen", law.Granted)
	at := caseURL("FJO", id)
	later := day.On(2025, 8, 20)
	s.do("FJO", id, today, law.Booking, "Berit Brevik", &referral.Book{Start: day.Moment{Day: later, Minute: 9 * 60}})
	s.do("FJO", id, today, law.Booking, "Berit Brevik", &referral.NotifyHelfo{ExpectedStart: later, Channel: "portal"})

	status, page := get(t, srv, at+"/helfo")
	for _, want := range []string{"Pasienten", "Ansvarlig enhet", "Helsehjelpen", "Andre opplysninger", "Helfosen", "20. juni 2025", "20. august 2025", "står på ventelisten til Helfo"} {
		if status != http.StatusOK || !strings.Contains(text(page), want) {
			t.Errorf("the form: %d, and no %q: %s", status, want, text(page))
		}
	}
	var d helfoData
	status, body := get(t, srv, at+"/helfo.json")
	if err := json.Unmarshal([]byte(body), &d); status != http.StatusOK || err != nil {
		t.Fatalf("JSON: %d %v %s", status, err, body)
	}
	if d.Care.Deadline != "2025-06-20" || d.Care.ExpectedStart != "2025-08-20" || d.Other.From != "2025-08-20" || d.Other.Clock != "09:00" || d.Unit.Provider != "FJO" || d.Unit.Organisation == "" || !strings.Contains(d.Patient.Name, "Helfosen") || d.NotifiedOn != today.String() || !d.OnList || d.PlacedAt != "" {
		t.Errorf("JSON: %+v", d)
	}
	status, body = get(t, srv, at+"/helfo.csv")
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff")))
	r.Comma = ';'
	if rows, err := r.ReadAll(); status != http.StatusOK || err != nil || len(rows) < 10 || len(rows[0]) != 3 {
		t.Errorf("CSV: %d %v %s", status, err, body)
	}
	if status, body := get(t, srv, at+"/helfo.pdf"); status != http.StatusOK || !strings.HasPrefix(body, "%PDF-") {
		t.Errorf("PDF: %d", status)
	}

	// Helfo finds nothing: it asks for a time, the search goes on, and the patient stands where they stood.
	s.do("FJO", id, today, law.Helfo, "Helfo", &referral.HelfoReturned{Why: law.HelfoFoundNone})
	if _, page := get(t, srv, at+"/helfo"); !strings.Contains(text(page), "Helfo fant ingen plass, 23. april") || !strings.Contains(text(page), "Plikten til å finne et annet sted står") || !strings.Contains(text(page), "Helfo venter på time") {
		t.Errorf("Helfo found nothing, and it is not said: %s", text(page))
	}
	if _, page := get(t, srv, at); !strings.Contains(text(page), "Helfo fant ingen plass") || !strings.Contains(text(page), "Gi Helfo beskjed") {
		t.Errorf("the case does not say that Helfo found nothing: %s", text(page))
	}
	_, body = get(t, srv, at+"/helfo.json")
	d = helfoData{}
	if err := json.Unmarshal([]byte(body), &d); err != nil || d.ReturnedWhy != "found_none" || d.ReturnedOn != "2025-04-23" || d.AwaitsSince != "2025-04-23" || !d.OnList {
		t.Errorf("after Helfo found nothing: %+v %v", d, err)
	}
	s.do("FJO", id, today, law.Booking, "Berit Brevik", &referral.TellHelfo{Start: later})
	if _, page := get(t, srv, at+"/helfo"); strings.Contains(text(page), "Helfo venter på time") || !strings.Contains(text(page), "Plikten til å finne et annet sted står") {
		t.Errorf("Helfo is told, and it is not said: %s", text(page))
	}

	// An offer from Helfo is an answer; only the word that the patient is placed takes them off the list.
	s.do("FJO", id, today, law.Helfo, "Helfo", &referral.MakeOffer{At: "HUS", Start: day.On(2025, 6, 2)})
	s.do("FJO", id, today, law.Patient, "Test Helfosen", &referral.Accept{At: "HUS"})
	_, body = get(t, srv, at+"/helfo.json")
	d = helfoData{}
	if err := json.Unmarshal([]byte(body), &d); err != nil || len(d.Answers) != 1 || d.Answers[0].Answer != "yes" || !d.OnList {
		t.Errorf("after an accepted offer: %+v %v", d, err)
	}
	s.do("FJO", id, today, law.Helfo, "Helfo", &referral.HelfoPlaced{At: "HUS"})
	if _, page := get(t, srv, at+"/helfo"); !strings.Contains(text(page), "tatt av listen") {
		t.Errorf("the patient is placed, and it is not said: %s", text(page))
	}
	if status, _ := get(t, srv, caseURL("FJO", s.unanswered("Ingen", law.NotGranted))+"/helfo"); status != http.StatusNotFound {
		t.Errorf("a case without a deadline has a notice: %d", status)
	}
}

// A patient may call Helfo when a breach was not notified: Helfo's answer is taken then too, and not from one whose deadline is kept.
func TestHelfoAnswersOneWhoCalled(t *testing.T) {
	s, srv := newSite(t, Options{})
	for family, start := range map[string]day.Day{"Ringersen": day.On(2025, 8, 20), "Ventesen": day.On(2025, 6, 10)} {
		id, want := s.unanswered(family, law.Granted), start.After(day.On(2025, 6, 20))
		s.do("FJO", id, today, law.Booking, "Berit Brevik", &referral.Book{Start: day.Moment{Day: start, Minute: 9 * 60}})
		_, page := get(t, srv, caseURL("FJO", id))
		for _, verb := range []string{"helfo_placed", "helfo_returned"} {
			if strings.Contains(page, "/gjor/"+verb+`"`) != want {
				t.Errorf("%s is offered for %s: %v, want %v", verb, family, !want, want)
			}
		}
	}
}
