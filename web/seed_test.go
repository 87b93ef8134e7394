package web

import (
	"context"
	"strings"
	"testing"
	"time"

	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/guide"
	"rettid/internal/testpg"
	"rettid/law"
	"rettid/ledger"
	"rettid/patient"
	"rettid/referral"
)

// today is the day of every test: a Wednesday in April.
var today = day.On(2025, 4, 23)

// A small region made through the desk, as work is done: every state a page can show is there. Everybody is made up.
type seed struct {
	t    testing.TB
	d    *desk.Desk
	ctx  context.Context
	n    int
	tens map[string]int64 // the case numbers by what they show
}

// emptyLedger opens a ledger with nothing in it: PostgreSQL for the journeys that are walked there, and SQLite in memory for the rest.
func emptyLedger(t testing.TB) *ledger.Ledger {
	t.Helper()
	l, err := (*ledger.Ledger)(nil), error(nil)
	if strings.HasPrefix(t.Name(), onPostgres) {
		l, err = ledger.Open(context.Background(), testpg.URL(t))
	} else {
		l, err = ledger.Memory(context.Background())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func newSeed(t testing.TB) *seed {
	t.Helper()
	ctx, l := context.Background(), emptyLedger(t)
	d := desk.New(l, clinic.Demo(), guide.Embedded(), law.Default())
	d.Now = func() time.Time { return time.Date(2025, 4, 23, 10, 42, 0, 0, oslo) }
	return &seed{t: t, d: d, ctx: ctx, tens: make(map[string]int64)}
}

func at(d day.Day, hour, minute int) time.Time {
	y, m, n := d.Date()
	return time.Date(y, time.Month(m), n, hour, minute, 0, 0, oslo)
}

// do gives an order as it would have been given on the day.
func (s *seed) do(tenant string, id int64, on day.Day, role law.Role, actor string, c referral.Command) int {
	s.t.Helper()
	s.n++
	out, err := s.d.Take(s.ctx, desk.Order{Tenant: tenant, Referral: id, At: referral.At{On: on, Role: role, Actor: actor, Place: tenant}, Do: c, Known: at(on, 9, s.n%60)})
	if err != nil {
		s.t.Fatalf("%s %d: %s on %s: %v", tenant, id, c.Verb(), on, err)
	}
	return out.Seq
}

// a referral to the orthopaedists of Fjordvik, unless it says otherwise.
type arrival struct {
	given, family string
	born          day.Day
	on            day.Day
	tenant        string
	c             referral.Receive
}

func (s *seed) receive(a arrival) int64 {
	s.t.Helper()
	s.n++
	if a.tenant == "" {
		a.tenant = "FJO"
	}
	c := a.c
	if c.Place == "" {
		c.Place = a.tenant
	}
	if c.Specialty == "" {
		c.Specialty = "orthopaedics"
	}
	if c.From.Role == "" {
		c.From = referral.From{Role: "gp", Provider: "GP01", HPR: "990000101"}
	}
	if c.Text.IsZero() {
		c.Text = referral.Say("Smerter i kneet i to år. Har prøvd trening i seks måneder. Ønsker vurdering.")
	}
	number, _ := patient.MakeSynthetic(a.born, s.n, s.n%2 == 0)
	c.Patient, c.Born, c.Municipality = a.tenant+"-"+a.family+a.given, a.born, "4601"
	kind := "fnr"
	if number == "" {
		kind = ""
	}
	out, err := s.d.Take(s.ctx, desk.Order{Tenant: a.tenant, At: referral.At{On: a.on, Role: law.Secretary, Actor: "Pia Pseudosen", Place: c.Place}, Do: &c, Known: at(a.on, 8, s.n%60),
		Person: &ledger.Person{Tenant: a.tenant, ID: c.Patient, Ident: number, IdentKind: kind, Given: a.given, Family: a.family, Born: a.born, Language: "nb", Municipality: "4601"}})
	if err != nil {
		s.t.Fatalf("receive %s: %v", a.family, err)
	}
	return out.Referral
}

// grant gives the right with a deadline, and tells patient and referrer.
func (s *seed) grant(tenant string, id int64, on, deadline day.Day, condition string) {
	s.t.Helper()
	s.do(tenant, id, on, law.Specialist, "Siv Skissesen", &referral.Assess{Outcome: law.Granted, Benefit: law.Yes, ReasonableCost: law.Yes, Need: law.Yes, Deadline: deadline, Condition: condition,
		Clarified: law.Yes, Reason: referral.Say("Følger veilederen.")})
	s.do(tenant, id, on, law.Secretary, "Unni Utkast", &referral.Inform{Patient: true, Referrer: true})
}

func (s *seed) book(tenant string, id int64, on, start day.Day, minute int) {
	s.t.Helper()
	s.do(tenant, id, on, law.Booking, "Malin Modellsen", &referral.Book{Start: day.Moment{Day: start, Minute: int16(minute)}})
}

// fill makes the region.
func (s *seed) fill() *seed {
	s.t.Helper()
	d := day.On
	knee, hip, ankle := "", "", ""
	for _, c := range s.d.Guides.Conditions("orthopaedics") {
		switch c.NameNB {
		case "Kneleddsartrose":
			knee = c.ID
		case "Hofteleddsartrose":
			hip = c.ID
		case "Ankelinstabilitet":
			ankle = c.ID
		}
	}
	if knee == "" || hip == "" || ankle == "" {
		s.t.Fatal("the guide of orthopaedics lacks the conditions of the seed")
	}

	// The case of the pictures: forwarded, corrected, moved past the deadline by the hospital.
	a := s.receive(arrival{given: "Ola", family: "Oppdiktet", born: d(1959, 6, 2), on: d(2025, 2, 3), tenant: "INN"})
	s.do("INN", a, d(2025, 2, 6), law.Intake, "Pia Pseudosen", &referral.Forward{To: "FJO", Reason: referral.Say("Opereres ved Fjordvik.")})
	seq := s.do("INN", a, d(2025, 2, 14), law.Specialist, "Siv Skissesen", &referral.Assess{Outcome: law.Granted, Benefit: law.Yes, ReasonableCost: law.Yes, Need: law.Yes, Deadline: d(2025, 8, 4), Condition: ankle,
		Clarified: law.Yes, Reason: referral.Say("Følger veilederen.")})
	s.do("INN", a, d(2025, 2, 14), law.Secretary, "Unni Utkast", &referral.Inform{Patient: true, Referrer: true})
	s.do("INN", a, d(2025, 3, 5), law.Specialist, "Siv Skissesen", &referral.Correct{Seq: seq, Reason: referral.Say("Raden for ankelinstabilitet var valgt ved en feil."),
		With: &referral.Assess{Outcome: law.Granted, Benefit: law.Yes, ReasonableCost: law.Yes, Need: law.Yes, Deadline: d(2025, 4, 28), Condition: knee, Clarified: law.Yes, Reason: referral.Say("Følger veilederen.")}})
	s.do("INN", a, d(2025, 3, 5), law.Secretary, "Unni Utkast", &referral.Inform{Patient: true, Referrer: true, Letter: law.LetterChanged})
	s.do("INN", a, d(2025, 3, 20), law.Booking, "Dag Dummy", &referral.Book{Start: day.Moment{Day: d(2025, 4, 24), Minute: 8*60 + 45}})
	s.do("INN", a, d(2025, 4, 16), law.Booking, "Malin Modellsen", &referral.Postpone{By: law.ByProvider, To: d(2025, 5, 6), Reason: referral.Say("Kapasitet.")})
	s.tens["expected"] = a

	// Over the deadline: with Helfo notified, with a later time, and with nothing.
	x := s.receive(arrival{given: "Per", family: "Påfunnsen", born: d(1949, 3, 9), on: d(2025, 1, 20)})
	s.grant("FJO", x, d(2025, 1, 30), d(2025, 4, 14), hip)
	s.do("FJO", x, d(2025, 4, 15), law.Booking, "Eva Eksempelsen", &referral.NotifyHelfo{ExpectedStart: d(2025, 5, 20), Channel: "portal"})
	s.tens["over"] = x
	x = s.receive(arrival{given: "Mona", family: "Mønster", born: d(1971, 1, 30), on: d(2025, 1, 26)})
	s.grant("FJO", x, d(2025, 2, 3), d(2025, 4, 20), knee)
	s.book("FJO", x, d(2025, 4, 1), d(2025, 4, 29), 9*60)
	x = s.receive(arrival{given: "Arne", family: "Attrapp", born: d(1938, 11, 4), on: d(2025, 1, 28)})
	s.grant("FJO", x, d(2025, 2, 6), d(2025, 4, 22), hip)

	// The patient put the start off past the deadline: not counted.
	x = s.receive(arrival{given: "Terje", family: "Tåkesen", born: d(1980, 5, 17), on: d(2025, 1, 15)})
	s.grant("FJO", x, d(2025, 1, 24), d(2025, 4, 10), ankle)
	s.book("FJO", x, d(2025, 2, 20), d(2025, 4, 8), 12*60)
	s.do("FJO", x, d(2025, 3, 28), law.Patient, "", &referral.Postpone{By: law.ByPatient, To: d(2025, 5, 13), Reason: referral.Say("Er bortreist.")})
	s.tens["postponed"] = x

	// Waiting, with and without a time.
	for i, p := range []struct {
		given, family string
		born          day.Day
		on, by        day.Day
		cond          string
		time          day.Day
		minute        int
	}{
		{"Kjell", "Kulisse", d(1966, 2, 2), d(2024, 10, 23), d(2025, 4, 23), ankle, d(2025, 4, 23), 13*60 + 30},
		{"Frida", "Fiktiv", d(1984, 7, 1), d(2025, 2, 4), d(2025, 4, 29), knee, day.Day{}, 0},
		{"Lars", "Liksom", d(1952, 8, 8), d(2025, 2, 6), d(2025, 5, 1), hip, d(2025, 4, 30), 10*60 + 15},
		{"Anna", "Antatt", d(2001, 4, 5), d(2024, 11, 1), d(2025, 5, 2), ankle, day.Day{}, 0},
		{"Petra", "Prototyp", d(1945, 9, 9), d(2025, 2, 10), d(2025, 5, 5), hip, d(2025, 5, 2), 11*60 + 30},
		{"Sander", "Skissesen", d(1977, 12, 12), d(2025, 2, 11), d(2025, 5, 6), knee, day.Day{}, 0},
		{"Kåre", "Kladd", d(1962, 6, 6), d(2025, 2, 12), d(2025, 5, 7), knee, day.Day{}, 0},
		{"Åse", "Åpenbart", d(1956, 10, 1), d(2025, 2, 17), d(2025, 5, 12), hip, d(2025, 5, 8), 9*60 + 30},
		{"Øyvind", "Øvelsesen", d(1969, 1, 15), d(2025, 2, 19), d(2025, 5, 14), knee, d(2025, 5, 13), 14 * 60},
		{"Nora", "Narratsen", d(1990, 2, 25), d(2024, 11, 18), d(2025, 5, 19), ankle, d(2025, 5, 15), 8*60 + 30},
		{"Finn", "Fabelsen", d(1943, 5, 5), d(2025, 2, 25), d(2025, 5, 20), hip, day.Day{}, 0},
		{"Trym", "Testesen", d(1981, 3, 3), d(2025, 3, 10), d(2025, 6, 2), knee, d(2025, 5, 27), 9 * 60},
		{"Dorthea", "Dikt", d(1948, 11, 11), d(2025, 3, 17), d(2025, 6, 9), hip, day.Day{}, 0},
		{"Espen", "Eventyr", d(1967, 7, 7), d(2025, 3, 25), d(2025, 6, 17), knee, d(2025, 6, 11), 8*60 + 30},
		{"Sverre", "Skinn", d(1951, 12, 1), d(2025, 4, 9), d(2025, 7, 6), knee, day.Day{}, 0},
	} {
		x = s.receive(arrival{given: p.given, family: p.family, born: p.born, on: p.on, c: referral.Receive{Site: []string{"FJO-F", "FJO-H"}[i%2]}})
		s.grant("FJO", x, p.on.Add(7), p.by, p.cond)
		if !p.time.IsZero() {
			s.book("FJO", x, p.on.Add(20), p.time, p.minute)
		}
		s.tens[p.family] = x
	}
	x = s.receive(arrival{given: "Tiril", family: "Tegnet", born: d(1992, 4, 4), on: d(2024, 12, 23)})
	s.grant("FJO", x, d(2025, 1, 3), d(2025, 6, 23), ankle)
	s.do("FJO", x, d(2025, 2, 1), law.Booking, "Malin Modellsen", &referral.Book{From: d(2025, 6, 9), To: d(2025, 6, 13), Provisional: true})
	s.tens["interval"] = x

	// To be assessed: in time, urgent, suspected serious, past the limit, deficient, mixed.
	s.tens["unassessed"] = s.receive(arrival{given: "Siri", family: "Simulert", born: d(1958, 1, 1), on: d(2025, 4, 22)})
	s.receive(arrival{given: "Hedda", family: "Hypotetisk", born: d(1999, 8, 1), on: d(2025, 4, 15), c: referral.Receive{Urgent: true}})
	s.receive(arrival{given: "Pia", family: "Pseudosen", born: d(1974, 3, 13), on: d(2025, 4, 14), c: referral.Receive{SeriousSuspected: true, Pathway: "sarkom", Specialty: "orthopaedics"}})
	s.tens["late-assessment"] = s.receive(arrival{given: "Birk", family: "Blindsen", born: d(2010, 5, 1), on: d(2025, 4, 1), c: referral.Receive{Specialty: "dermatology"}})
	s.receive(arrival{given: "Moa", family: "Mangel", born: d(1963, 2, 1), on: d(2025, 4, 10), c: referral.Receive{Deficient: true}})
	s.receive(arrival{given: "Vilje", family: "Veiledning", born: d(1970, 2, 1), on: d(2025, 4, 11), c: referral.Receive{Concerns: law.Mixed}})

	// A young patient in mental health care at another hospital, in a pathway.
	x = s.receive(arrival{given: "Ronja", family: "Regle", born: d(2006, 9, 1), on: d(2025, 3, 12), tenant: "SUN", c: referral.Receive{Specialty: "mental_health", Pathway: "psykisk helse"}})
	s.grant("SUN", x, d(2025, 3, 20), d(2025, 5, 28), "")
	s.do("SUN", x, d(2025, 3, 20), law.Secretary, "Unni Utkast", &referral.PathwayEvent{Pathway: "psykisk helse", Event: "started"})
	s.book("SUN", x, d(2025, 3, 25), d(2025, 5, 20), 10*60)
	s.tens["pathway"] = x

	// Offers: declined to wait, accepted elsewhere.
	x = s.receive(arrival{given: "Gunn", family: "Gåte", born: d(1955, 9, 1), on: d(2025, 2, 3)})
	s.grant("FJO", x, d(2025, 2, 11), d(2025, 5, 9), knee)
	s.do("FJO", x, d(2025, 4, 7), law.Booking, "Dag Dummy", &referral.MakeOffer{At: "SUN", Start: d(2025, 4, 30)})
	s.do("FJO", x, d(2025, 4, 9), law.Patient, "", &referral.Decline{At: "SUN", WaitFor: "FJO"})
	s.do("FJO", x, d(2025, 4, 10), law.Booking, "Dag Dummy", &referral.MakeOffer{At: "KNE", Start: d(2025, 5, 5)})
	s.tens["offers"] = x

	// Started, closed, no right, a complaint.
	x = s.receive(arrival{given: "Stine", family: "Startet", born: d(1988, 9, 1), on: d(2025, 1, 6)})
	s.grant("FJO", x, d(2025, 1, 15), d(2025, 3, 31), knee)
	s.book("FJO", x, d(2025, 1, 20), d(2025, 3, 20), 8*60)
	s.do("FJO", x, d(2025, 3, 20), law.Specialist, "Siv Skissesen", &referral.Start{What: law.Treatment, Began: law.Yes})
	s.tens["started"] = x
	x = s.receive(arrival{given: "Nils", family: "Nei", born: d(1979, 9, 1), on: d(2025, 3, 3)})
	s.do("FJO", x, d(2025, 3, 10), law.Specialist, "Siv Skissesen", &referral.Assess{Outcome: law.NotGranted, Benefit: law.No, ReasonableCost: law.Yes, Need: law.Yes, Reason: referral.Say("Fastlegen kan følge opp.")})
	s.do("FJO", x, d(2025, 3, 10), law.Secretary, "Unni Utkast", &referral.Inform{Patient: true, Referrer: true})
	s.do("FJO", x, d(2025, 3, 24), law.Patient, "", &referral.Complain{About: "right", By: law.Patient})
	s.tens["no-right"] = x
	x = s.receive(arrival{given: "Trond", family: "Trukket", born: d(1979, 2, 1), on: d(2025, 3, 3)})
	s.do("FJO", x, d(2025, 3, 6), law.Secretary, "Pia Pseudosen", &referral.Close{Reason: "withdrawn"})
	s.tens["closed"] = x
	return s
}

// letter sends a letter of an outcome to the patient, with the page that is kept.
func (s *seed) letter(tenant string, id int64, page string) {
	s.t.Helper()
	s.n++
	note := digest(page)[:24]
	_, err := s.d.Take(s.ctx, desk.Order{Tenant: tenant, Referral: id, At: referral.At{On: today, Role: law.Secretary, Actor: "letters", Place: tenant}, Known: at(today, 9, s.n%60), Notes: []ledger.Note{{ID: note, Text: page}},
		Do: &referral.Inform{Patient: true, Letter: law.LetterGranted, Kept: []referral.Kept{{To: "patient", Lang: "nb", Note: note, Digest: digest(page)}}}})
	if err != nil {
		s.t.Fatalf("send a letter: %v", err)
	}
}
