package npr

import (
	"strings"
	"testing"

	"rettid/clinic"
	"rettid/day"
	"rettid/law"
	"rettid/referral"
)

// course takes commands through the law and gives the log and what it folds to.
func course(t *testing.T, steps ...any) *referral.Course {
	t.Helper()
	var c referral.Course
	s := law.Default()
	for i := 0; i < len(steps); i += 2 {
		on, do := steps[i].(day.Day), steps[i+1].(referral.Command)
		e, err := c.Decide(do, referral.At{On: on, Role: law.Specialist}, referral.Given{Authority: &law.Authority{Provider: law.Public}}, s)
		if err != nil {
			t.Fatalf("%s on %s: %v", do.Verb(), on, err)
		}
		c.Record(on, e)
	}
	return &c
}

var anna = Who{Patient: "P1", Sex: "female", Born: day.On(1960, 5, 4), Municipality: "4601"}

func TestPeriodOfACourse(t *testing.T) {
	d := day.On
	receive := &referral.Receive{Place: "FJO", Site: "FJO-F", Patient: "x", Born: anna.Born, Municipality: "4601", Specialty: "orthopaedics", Kind: law.Elective, From: referral.From{Role: "gp", Provider: "GP01"}}
	assess := &referral.Assess{Outcome: law.Granted, Benefit: law.Yes, ReasonableCost: law.Yes, Need: law.Yes, Deadline: d(2025, 8, 4), Clarified: law.Yes}
	c := course(t, d(2025, 6, 2), receive, d(2025, 6, 10), assess, d(2025, 6, 12), &referral.Book{Start: day.Moment{Day: d(2025, 7, 1), Minute: 600}},
		d(2025, 6, 20), &referral.Postpone{By: law.ByProvider, To: d(2025, 8, 20)}, d(2025, 8, 5), &referral.NotifyHelfo{ExpectedStart: d(2025, 8, 20), Channel: "portal"},
		d(2025, 8, 20), &referral.Start{What: law.Treatment, Began: law.Yes})
	of := func(asOf day.Day) (Period, []Unit) {
		state := referral.FoldAsOf(c.Log, asOf)
		return Of(Case{ID: "FJO-1", Referral: &state, Log: c.Log, AsOf: asOf, Who: anna, Org: clinic.Demo()})
	}
	p, units := of(d(2025, 8, 31))
	org := clinic.Demo()
	h, _ := org.Provider("FJO")
	site, _ := h.Site("FJO-F")
	gp := ""
	for _, r := range org.Referrers() {
		if r.ID == "GP01" {
			gp = r.OrgNr
		}
	}
	got := strings.Join([]string{p.Sex, p.value(fBirthYear), p.Municipality, p.Outcome, p.Right, p.EndCode, p.Specialty, p.Sector, p.Debtor, p.Helfo, p.From.Service, p.SecondOpinion}, " ")
	if got != "2 1960 4601 10 3 1 050 4 1 2 28 2" {
		t.Error(got)
	}
	if p.Seniority != d(2025, 6, 2) || p.Received != d(2025, 6, 2) || p.Assessed != d(2025, 6, 10) || p.Deadline != d(2025, 8, 4) || p.WaitEnd != d(2025, 8, 20) || p.Attended != d(2025, 8, 20) || p.Allocated != d(2025, 8, 20) {
		t.Errorf("%+v", p)
	}
	if len(p.Postponements) != 1 || p.Postponements[0] != (Postponement{d(2025, 6, 20), "1"}) || len(p.Times) != 1 || p.Times[0].Type != "31" || p.Times[0].At.Day != d(2025, 8, 5) {
		t.Errorf("%+v %+v", p.Postponements, p.Times)
	}
	if p.Institution != h.OrgNr || p.Site != site.OrgNr || site.OrgNr == "" || p.From.Institution != gp || gp == "" || len(units) != 3 || p.Region != "vest" {
		t.Errorf("%+v %+v", p, units)
	}
	k := NewChecker(&Head{In: day.Period{From: d(2025, 8, 1), To: d(2025, 8, 31)}}, nil)
	for _, f := range k.Check(&p, 0, 0, nil) {
		t.Errorf("%+v", f)
	}
	// At the end of July it waited, whatever came later.
	if p, _ := of(d(2025, 7, 31)); !p.WaitEnd.IsZero() || p.EndCode != "" || p.Helfo != "1" || len(p.Times) != 0 || p.Allocated != d(2025, 8, 20) {
		t.Errorf("at the end of July: %+v", p)
	}
}

func TestOutcomesInTheRegistrysCodes(t *testing.T) {
	d := day.On
	receive := func(change func(*referral.Receive)) *referral.Receive {
		r := &referral.Receive{Place: "FJO", Patient: "x", Born: anna.Born, Municipality: "4601", Specialty: "addiction", Kind: law.Elective}
		change(r)
		return r
	}
	no := &referral.Assess{Outcome: law.NotGranted, Benefit: law.No, ReasonableCost: law.Yes, Need: law.Yes}
	for _, c := range []struct {
		name, want string
		steps      []any
	}{
		{"not assessed yet", " // 1 1  20", []any{d(2025, 6, 2), receive(func(*referral.Receive) {})}},
		{"no right", "10//5 1 1  31", []any{d(2025, 6, 2), receive(func(*referral.Receive) {}), d(2025, 6, 5), no}},
		{"a referral by the patient", " // 1 1 1 20", []any{d(2025, 6, 2), receive(func(r *referral.Receive) { r.Kind, r.From.Role = law.Elective, "patient" })}},
		{"a course for next of kin", "99/7/6 1 1  33", []any{d(2025, 6, 2), receive(func(r *referral.Receive) { r.Concerns = law.Course })}},
		{"a second opinion", " // 1 1  20 1", []any{d(2025, 6, 2), receive(func(r *referral.Receive) { r.SecondOpinion = true })}},
	} {
		s := course(t, c.steps...).State
		p, _ := Of(Case{ID: "1", Referral: &s, AsOf: d(2025, 6, 30), Who: anna, Org: clinic.Demo()})
		got := p.Outcome + "/" + p.OutcomeOld + "/" + p.Right + " " + p.Sector + " " + p.Debtor + " " + p.From.Service + " " + Exclusion(&p, day.Period{From: d(2025, 6, 1), To: d(2025, 6, 30)})
		if p.SecondOpinion == "1" {
			got += " 1"
		}
		if got != strings.TrimPrefix(c.want, " ") {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestWhoIsInTheMessageOfAMonth(t *testing.T) {
	d := day.On
	in := day.Period{From: d(2025, 6, 1), To: d(2025, 6, 30)}
	for _, c := range []struct {
		name string
		want bool
		f    law.Facts
	}{
		{"received after it", false, law.Facts{Seniority: d(2025, 7, 1), ReceivedOn: d(2025, 7, 1)}},
		{"unassessed", true, law.Facts{Seniority: d(2025, 6, 30), ReceivedOn: d(2025, 6, 30)}},
		{"waiting", true, law.Facts{Seniority: d(2024, 6, 30), ReceivedOn: d(2024, 6, 30), AssessedOn: d(2024, 7, 1), Right: law.Granted}},
		{"ended in it", true, law.Facts{Seniority: d(2024, 6, 30), ReceivedOn: d(2024, 6, 30), AssessedOn: d(2024, 7, 1), Right: law.Granted, WaitEnd: d(2025, 6, 1)}},
		{"ended before it", false, law.Facts{Seniority: d(2024, 6, 30), ReceivedOn: d(2024, 6, 30), AssessedOn: d(2024, 7, 1), Right: law.Granted, WaitEnd: d(2025, 5, 31)}},
		{"closed before it", false, law.Facts{Seniority: d(2024, 6, 30), ReceivedOn: d(2024, 6, 30), ClosedOn: d(2025, 5, 31)}},
		{"no right, in it", true, law.Facts{Seniority: d(2025, 5, 30), ReceivedOn: d(2025, 5, 30), AssessedOn: d(2025, 6, 2), Right: law.NotGranted}},
		{"no right, before it", false, law.Facts{Seniority: d(2025, 5, 1), ReceivedOn: d(2025, 5, 1), AssessedOn: d(2025, 5, 2), Right: law.NotGranted}},
		{"a course, received before it", false, law.Facts{Seniority: d(2025, 5, 1), ReceivedOn: d(2025, 5, 1), Right: law.NotAssessed}},
	} {
		if got := InPeriod(&referral.Referral{Facts: c.f}, in); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}

func TestPatientNumbers(t *testing.T) {
	a := PatientNumber("FJO", "1", "")
	if a != PatientNumber("FJO", "1", "") || a == PatientNumber("FJO", "2", "") || a == PatientNumber("SUN", "1", "") || len(a) != 17 {
		t.Error(a)
	}
	if got := PatientNumber("FJO", "1", "123456"); got != "123456" {
		t.Errorf("the hospital's own number: %s", got)
	}
	if got := PatientNumber("FJO", "1", "04855000860"); got != a {
		t.Errorf("a national number as the hospital's own: %s", got)
	}
}
