package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/guide"
	"rettid/law"
	"rettid/ledger"
	"rettid/patient"
	"rettid/referral"
)

var today = day.On(2026, 3, 4)

func newDesk(t testing.TB) *desk.Desk {
	t.Helper()
	l, err := ledger.Memory(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return desk.New(l, clinic.Demo(), guide.Embedded(), law.Default())
}

func generate(t testing.TB, o Options) (*desk.Desk, Stats) {
	t.Helper()
	d := newDesk(t)
	if o.Today.IsZero() {
		o.Today = today
	}
	s, err := Generate(context.Background(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	return d, s
}

// year is one year that several tests look at; none of them changes it.
var year = sync.OnceValues(func() (*desk.Desk, Stats) {
	l, err := ledger.Memory(context.Background())
	if err != nil {
		panic(err)
	}
	d := desk.New(l, clinic.Demo(), guide.Embedded(), law.Default())
	s, err := Generate(context.Background(), d, Options{Patients: 5000, Seed: 3, Region: "vest", Today: today})
	if err != nil {
		panic(err)
	}
	return d, s
})

// each gives every row with its state.
func each(t *testing.T, d *desk.Desk, fn func(row ledger.Row, r *referral.Referral)) {
	t.Helper()
	tenants, err := d.Ledger.Tenants(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, tenant := range tenants {
		err := d.Ledger.EachRow(context.Background(), tenant, func(row ledger.Row) error {
			r := new(referral.Referral)
			if err := json.Unmarshal(row.State, r); err != nil {
				return err
			}
			fn(row, r)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestSameSeedSameYear holds the chains of two runs against each other, with different numbers of workers, and those of another seed.
func TestSameSeedSameYear(t *testing.T) {
	heads := func(seed uint64, workers int) string {
		d, _ := generate(t, Options{Patients: 700, Seed: seed, Workers: workers, Region: "vest"})
		out := ""
		for _, tenant := range []string{"FJO", "INN", "SUN"} {
			pos, digest, err := d.Ledger.Head(context.Background(), tenant)
			if err != nil {
				t.Fatal(err)
			}
			out += fmt.Sprintf("%s %d %x\n", tenant, pos, digest)
		}
		return out
	}
	one := heads(5, 1)
	if many := heads(5, 5); many != one {
		t.Errorf("the same seed gave\n%s with one worker, and\n%s with five", one, many)
	}
	if other := heads(6, 2); other == one {
		t.Error("another seed gave the same year")
	}
}

// TestSound re-reads the whole year: rows are the fold of the log, findings what the rules say, every open referral has a next step.
func TestSound(t *testing.T) {
	d, s := year()
	v, err := d.Verify(context.Background(), today, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range v.Problems {
		t.Errorf("%s: %s/%d #%d: %s", p.Kind, p.Tenant, p.Referral, p.Seq, p.What)
	}
	if v.Referrals != s.Referrals || v.Open != s.Open || v.Entries != int64(s.Entries) {
		t.Errorf("the ledger holds %d referrals, %d open and %d entries; the statistics say %d, %d and %d", v.Referrals, v.Open, v.Entries, s.Referrals, s.Open, s.Entries)
	}
	if s.Refused == 0 || s.Refused*100 > 2*s.Entries {
		t.Errorf("%d of %d commands were refused: some, and few, belong to life", s.Refused, s.Entries)
	}
}

func TestPlausible(t *testing.T) {
	d, s := year()
	waits := make(map[string][]int)
	var assessed, late, none, ended, broken, starts, open, over, expected int
	months, weekdays := make(map[time.Month]int), make(map[time.Weekday]int)
	each(t, d, func(row ledger.Row, r *referral.Referral) {
		_, month, _ := r.ReceivedFirst().Date()
		months[time.Month(month)]++
		if r.Kind == law.Elective {
			weekdays[r.ReceivedOn.Weekday()]++
		}
		if !r.AssessedOn.IsZero() {
			assessed++
			if law.AssessmentLate(&r.Facts, today) {
				late++
			}
			if r.Right == law.NotGranted {
				none++
			}
		}
		if r.Right == law.Granted && !r.WaitEnd.IsZero() {
			ended++
			if law.BreachCounted(&r.Facts, today, d.Settings).Value {
				broken++
			}
			if r.EndCode == "1" {
				starts++
				waits[sector(r.Specialty)] = append(waits[sector(r.Specialty)], law.WaitingDays(&r.Facts, today))
			}
		}
		if row.Waiting {
			open++
			switch law.Breach(&r.Facts, today, d.Settings).Value {
			case law.Occurred:
				over++
			case law.Expected:
				expected++
			}
		}
	})
	mean := func(of []int) float64 {
		sum := 0
		for _, n := range of {
			sum += n
		}
		return float64(sum) / float64(len(of))
	}
	means := make(map[string]float64)
	for name, of := range waits {
		slices.Sort(of)
		means[name] = mean(of)
		median := float64(of[len(of)/2])
		t.Logf("%-8s %5d started, mean %.1f, median %.0f", name, len(of), means[name], median)
		if name == "somatic" && means[name] <= median {
			t.Errorf("the mean wait, %.1f, is not longer than the median, %.0f", means[name], median)
		}
	}
	within := func(what string, share, low, high float64) {
		t.Helper()
		t.Logf("%s: %.1f", what, share)
		if share < low || share > high {
			t.Errorf("%s is %.1f, not %.1f to %.1f", what, share, low, high)
		}
	}
	within("the mean somatic wait", means["somatic"], 55, 85)
	for name, m := range means {
		if name != "TSB" && m <= means["TSB"] {
			t.Errorf("addiction treatment waits %.1f days, %s %.1f: it is to be the shortest", means["TSB"], name, m)
		}
	}
	percent := func(n, of int) float64 { return 100 * float64(n) / float64(of) }
	within("breach among the concluded, %", percent(broken, ended), 1, 12)
	within("late assessments, %", percent(late, assessed), 1, 6)
	within("no right, %", percent(none, assessed), 5, 10)
	within("waiting past the deadline, %", percent(over, open), 0.8, 4)
	within("waiting with a time after the deadline, %", percent(expected, open), 0.5, 6)
	within("something due by today, % of the open", percent(s.DueToday, s.Open), 1, 10)
	usual := (months[time.May] + months[time.September] + months[time.October]) / 3
	within("July against other months, %", percent(months[time.July], usual), 35, 80)
	within("December against other months, %", percent(months[time.December], usual), 50, 95)
	within("on Saturdays and Sundays, %", percent(weekdays[time.Saturday]+weekdays[time.Sunday], s.Referrals), 0.1, 4)
}

// TestAllOfLife looks for what a demonstration must show.
func TestAllOfLife(t *testing.T) {
	d, s := year()
	for _, verb := range []string{"receive", "forward", "request_information", "receive_information", "begin", "assess", "classify", "book", "inform", "change_deadline", "worsen", "postpone",
		"offer", "accept", "decline", "start", "notify_helfo", "helfo_placed", "complain", "decide_complaint", "next_of_kin", "pathway_event", "close", "correct", "check_place", "check_content", "ask_opinion", "give_opinion", "ask", "reply", "wish_earlier", "letter_delivered", "letter_not_delivered"} {
		if s.Verbs[verb] == 0 {
			t.Errorf("nobody has given the command %s", verb)
		}
	}
	seen := make(map[string]bool)
	each(t, d, func(row ledger.Row, r *referral.Referral) {
		for name, is := range map[string]bool{
			"emergency": r.Kind == law.Emergency, "internal": r.Kind == law.Internal, "self": r.Kind == law.Self, "new condition": r.NewCondition, "second opinion": r.SecondOpinion,
			"task": r.Concerns == law.DrivingLicence, "mixed": r.Concerns == law.Mixed, "care after all": r.CareAfterAll, "urgent": r.Urgent, "serious": r.Serious,
			"deficient": r.Deficient, "guide the referrer": r.GuideReferrer || r.Deficient && r.InfoGotOn.IsZero() && r.Right == law.Granted, "provisional": r.Appointment.Provisional,
			"interval": !r.Appointment.IsZero() && r.Appointment.Days() > 1, "meeting": !r.Meeting.IsZero(), "put off by the patient": r.PutOff.By == law.ByPatient, "put off on medical grounds": r.PutOff.By == law.ByMedical,
			"other place": row.ListProvider != row.Provider, "65 working days": law.Young(r.Specialty, r.Born, r.Seniority) && r.Right == law.Granted, "private": row.Provider == "KNE", "earlier need": !r.NeededBy.IsZero(),
			"agreed not": !r.AgreedNotOn.IsZero(), "notice": !r.HelfoOn.IsZero(), "died": r.ClosedFor == law.Died, "duplicate": r.ClosedFor == law.Duplicate,
			"withdrawn": r.ClosedFor == law.Withdrawn, "out of region": r.ClosedFor == "out_of_region", "deadline changed": len(r.Deadlines) > 1, "kin open": r.KinOpen > 0,
			"complaint open": r.Complaints > 0, "second opinion of the house's own": r.SecondOf != 0, "an opinion is waited for": slices.ContainsFunc(r.Opinions, func(o referral.Opinion) bool { return o.AnsweredOn.IsZero() }),
			"complaint in time": slices.ContainsFunc(r.Grievances, func(g referral.Grievance) bool { return !g.Late }), "complaint late": slices.ContainsFunc(r.Grievances, func(g referral.Grievance) bool { return g.Late }),
			"sent on":                  slices.ContainsFunc(r.Grievances, func(g referral.Grievance) bool { return g.Outcome == "sent_on" && g.AnsweredOn.IsZero() }),
			"answered by the county":   slices.ContainsFunc(r.Grievances, func(g referral.Grievance) bool { return g.Outcome == "sent_on" && !g.AnsweredOn.IsZero() }),
			"letter to print":          slices.ContainsFunc(r.Deliveries, func(d law.Delivery) bool { return d.Open() && d.Channel == law.ChannelPost && d.Posted.IsZero() }),
			"letter on its way":        slices.ContainsFunc(r.Deliveries, func(d law.Delivery) bool { return d.Open() && d.Channel.Digital() }),
			"letter nobody got":        slices.ContainsFunc(r.Deliveries, func(d law.Delivery) bool { return d.Open() && d.Channel == law.ChannelPerson }),
			"the patient asks":         len(r.Asked) > 0,
			"first received elsewhere": r.Seniority.Before(r.ReceivedOn) && len(r.Hops) == 0, "forwarded": len(r.Hops) > 0,
		} {
			seen[name] = seen[name] || is
		}
		for _, p := range r.Postponements {
			seen[fmt.Sprint("code ", p.Code)] = true
		}
		seen["all"] = true
	})
	for _, name := range []string{"code 1", "code 3", "code 5", "code 21", "code 22"} {
		if !seen[name] {
			t.Errorf("no postponement has %s", name)
		}
		delete(seen, name)
	}
	for name, is := range seen {
		if !is {
			t.Errorf("nobody is: %s", name)
		}
	}
}

// TestNobody holds the persons to being nobody: synthetic numbers that fit, each once, and names that say so.
func TestNobody(t *testing.T) {
	d, s := year()
	patients := make(map[string]string)
	each(t, d, func(row ledger.Row, r *referral.Referral) { patients[row.Patient] = row.Tenant })
	if len(patients) != s.Patients {
		t.Errorf("%d patients have referrals, %d were made", len(patients), s.Patients)
	}
	numbers := make(map[string]bool)
	languages := make(map[string]int)
	for id, tenant := range patients {
		p, ok, err := d.Ledger.Person(context.Background(), tenant, id)
		if err != nil || !ok {
			t.Fatalf("patient %s: %v, %v", id, ok, err)
		}
		n, err := patient.Identify(p.Ident)
		if err != nil || n.Synthetic != patient.Tenor || n.Born != p.Born || n.Sex != p.Sex || numbers[p.Ident] {
			t.Errorf("patient %s has a number that is wrong, real or taken: %v", id, err)
		}
		numbers[p.Ident] = true
		languages[p.Language]++
		if !slices.ContainsFunc(families, func(f string) bool { return p.Family == f || strings.HasPrefix(p.Family, f+"-") }) {
			t.Errorf("patient %s may be somebody", id)
		}
	}
	if languages["nb"] == 0 || languages["nn"] == 0 || languages["en"] == 0 {
		t.Errorf("languages are %v", languages)
	}
	if len(families) < 80 || len(women)+len(men) < 60 {
		t.Errorf("%d family names and %d given names", len(families), len(women)+len(men))
	}
}

// TestKnownOn looks at a day in the year as it was known then: what has been recorded since changes nothing.
func TestKnownOn(t *testing.T) {
	d, _ := year()
	then, later := today.Add(-90), 0
	for id := int64(1); id <= 300; id++ {
		recs, err := d.Ledger.Records(context.Background(), "FJO", id)
		if err != nil {
			t.Fatal(err)
		}
		log, err := desk.Entries(recs)
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range log {
			if e.Event.On.After(e.Known) || i > 0 && (e.Known.Before(log[i-1].Known) || recs[i].At <= recs[i-1].At) || e.Known.After(today) {
				t.Fatalf("FJO/%d #%d: happened %s, known %s", id, e.Seq, e.Event.On, e.Known)
			}
			if e.Known.After(e.Event.On) {
				later++
			}
		}
		known := desk.Known(log, then)
		a, _ := json.Marshal(referral.Fold(known))
		b, _ := json.Marshal(desk.View{KnownOn: then}.At(log))
		if !bytes.Equal(a, b) {
			t.Errorf("FJO/%d as known on %s has changed since", id, then)
		}
	}
	if later == 0 {
		t.Error("nothing was recorded later than it happened")
	}
}

func TestRefusesWhatIsNotEmpty(t *testing.T) {
	d, _ := generate(t, Options{Patients: 3, Seed: 1, Region: "vest"})
	if _, err := Generate(context.Background(), d, Options{Patients: 3, Seed: 1, Region: "vest", Today: today}); err != ErrNotEmpty {
		t.Errorf("a second year gave %v", err)
	}
	if mine, err := Made(context.Background(), d); err != nil || !mine {
		t.Errorf("the demonstration does not know its own: %v, %v", mine, err)
	}
	for _, o := range []Options{{}, {Patients: 1, Years: 11}, {Patients: 1, Region: "nowhere"}, {Patients: 1, Today: day.On(2050, 1, 1)}} {
		if _, err := Generate(context.Background(), newDesk(t), o); err == nil {
			t.Errorf("%+v was made", o)
		}
	}
}

func TestManySizes(t *testing.T) {
	for seed, o := range []Options{{Patients: 1}, {Patients: 130, Years: 3}, {Patients: 40, Today: day.On(2025, 12, 28)}, {Patients: 60, Today: day.On(2020, 5, 3)}, {Patients: 300, Region: "nord"}} {
		o.Seed = uint64(seed)
		d, s := generate(t, o)
		v, err := d.Verify(context.Background(), s.Today, nil)
		if err != nil || !v.Sound() || s.Patients != o.Patients {
			t.Errorf("%+v: %v, %+v", o, err, v)
		}
	}
}

func BenchmarkGenerate(b *testing.B) {
	referrals := 0
	for b.Loop() {
		_, s := generate(b, Options{Patients: 2000, Seed: 1, Region: "vest"})
		referrals += s.Referrals
	}
	b.ReportMetric(float64(referrals)/b.Elapsed().Seconds(), "referrals/s")
}
