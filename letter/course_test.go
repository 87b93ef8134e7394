package letter

import (
	"testing"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
)

// What the tests of this room share: a referral's course, lived step by step, and a hospital that is nobody's.

type course struct {
	t   testing.TB
	log []referral.Entry
}

// do records a command on a day; a refusal fails the test.
func (c *course) do(on day.Day, role law.Role, do referral.Command) *course {
	c.t.Helper()
	r := referral.Fold(c.log)
	g := referral.Given{Authority: &law.Authority{Provider: law.Public}}
	switch x := do.(type) {
	case *referral.RefuseOutOfRegion:
		g.OtherRegion = true
	case *referral.Receive:
		if x.NewConditionOf != 0 {
			g.Parent = &referral.Parent{Kind: law.Elective, StartedOn: on.Add(-30)}
		}
	}
	e, err := referral.Decide(c.log, do, referral.At{On: on, Role: role, Actor: "a1", Place: "HF"}, g, law.Default())
	if err != nil {
		c.t.Fatalf("%s on %s: %v", do.Verb(), on, err)
	}
	c.log = append(c.log, referral.Entry{Seq: r.Seq + 1, Known: on, Event: e})
	return c
}

func (c *course) state() *referral.Referral {
	r := referral.Fold(c.log)
	return &r
}

var (
	received = day.On(2026, 3, 2) // a Monday; the limit is 16 March
	assessed = day.On(2026, 3, 10)
	deadline = day.On(2026, 9, 1)
)

func begin(t testing.TB, change ...func(*referral.Receive)) *course {
	r := &referral.Receive{Place: "HF", Patient: "P1", Born: day.On(1968, 3, 12), Specialty: "orthopaedics", From: referral.From{Role: "gp"}}
	for _, f := range change {
		f(r)
	}
	c := &course{t: t}
	return c.do(received, law.Secretary, r)
}

func (c *course) grant(on, by day.Day) *course {
	return c.do(on, law.Specialist, &referral.Assess{Outcome: law.Granted, Benefit: law.Yes, ReasonableCost: law.Yes, Need: law.Yes, Deadline: by, Clarified: law.No,
		Severity: new(2), BenefitGrade: new(2), ResourceGrade: new(2), Reason: referral.Say("-")})
}

func (c *course) refuse(on day.Day) *course {
	return c.do(on, law.Specialist, &referral.Assess{Outcome: law.NotGranted, Benefit: law.Yes, ReasonableCost: law.Yes, Need: law.No, Reason: referral.Say("-")})
}

func (c *course) book(on day.Day, at string) *course {
	m, err := day.ParseMoment(at)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.do(on, law.Secretary, &referral.Book{Start: m, What: law.Investigation})
}

func (c *course) week(on, from day.Day) *course {
	return c.do(on, law.Secretary, &referral.Book{From: from, To: from.Add(6), What: law.Investigation})
}

func (c *course) tell(on day.Day, kind law.Letter) *course {
	return c.do(on, law.Secretary, &referral.Inform{Patient: true, Referrer: true, Letter: kind})
}

// input is all a letter is made of beside the case: fictitious persons, a fictitious hospital.
func (c *course) input(on day.Day) Input {
	return Input{
		Case: c.state(), Log: c.log, On: on, Settings: law.Default(), Contacts: DemoContacts(), Hospital: "Attrapp sykehus HF",
		Unit:     Unit{Name: "Ortopedisk avdeling", Phone: "00 00 01 00", GuidancePhone: "00 00 01 01", Place: "Bygg A, rom 3, Attrappveien 1"},
		Patient:  Person{Name: "Oppdikta Eksempelsen", Address: []string{"Kulisseveien 2", "0000 Fabelbyen"}, Born: day.On(1968, 3, 12), Phone: "00 00 00 99"},
		Referrer: Person{Name: "Fabelbyen legekontor", Address: []string{"Eventyrgata 3", "0000 Fabelbyen"}},
		Sender:   Sender{"Fiktiv Skissesen", "overlege"}, Reference: "R-1024",
		Names: map[string]string{"HF": "Attrapp sykehus HF", "HUS": "Kulisse sykehus", "KNE": "Skisse klinikk", "kreft": "Pakkeforløp for skjelett"},
		Given: Given{Words: map[string]string{"condition_text": "vondt i kneet", "condition_text.en": "pain in the knee"}},
	}
}
