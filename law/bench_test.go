//go:build unix

package law

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"rettid/day"
)

// benchFacts are referrals of a year with all that can be found for them: granted by weeks, some booked late, some young, some broken.
func benchFacts() []Facts {
	s := Default()
	var out []Facts
	for i := range 512 {
		seniority := day.On(2025, 1, 2).Add(i % 360)
		f := Facts{Kind: Elective, Specialty: "orthopaedics", Born: day.On(1960+i%50, 5, 20), MayAssessHere: true, Holder: "HF", Right: Granted, Status: Waiting,
			Seniority: seniority, ReceivedOn: seniority, AssessedOn: seniority.Add(4), Answer: Owed{Patient: i%3 == 0, Referrer: i%2 == 0}}
		if i%7 == 0 {
			f.Specialty = MentalHealth
		}
		due, err := AssessmentDue(Clock{Seniority: seniority}, s)
		if err != nil {
			panic(err)
		}
		f.AssessBy, f.StartBy = due.Value, seniority.Add(84)
		if i%4 > 0 {
			to := f.StartBy.Add(i%40 - 25)
			f.Appointment = Appointment{From: to, To: to, Minute: 541}
		}
		if f.Appointment.To.After(f.StartBy) {
			f.BreachSince = f.AssessedOn
		}
		out = append(out, f)
	}
	return out
}

// wantedReferrals is how many referrals a second one core is to give dates, duties and reasons.
const wantedReferrals = 1_000_000

var sinkDuties int

// processorTime is the time this process has had a processor, the collector's share included: others on the machine do not count.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkReferral gives one referral all its dates with every reason: the assessment limit, the legal deadline, the breach, and its duties.
func BenchmarkReferral(b *testing.B) {
	s := Default()
	all := benchFacts()
	today := day.On(2025, 9, 1)
	b.ReportAllocs()
	i := 0
	before := processorTime(b)
	for b.Loop() {
		f := &all[i&511]
		i++
		due, err := AssessmentDue(Clock{Seniority: f.Seniority, Young: Young(f.Specialty, f.Born, f.Seniority)}, s)
		if err != nil {
			b.Fatal(err)
		}
		dl := Deadline(SetDeadline{Outcome: Granted, On: f.AssessedOn, Weeks: 12, Seniority: f.Seniority, GuideWeeks: 12}, s)
		br := Breach(f, today, s)
		sinkDuties += len(Duties(f, s)) + len(due.Because) + len(dl.Because) + len(br.Because)
	}
	perSecond := float64(b.N) / (processorTime(b) - before).Seconds()
	b.ReportMetric(perSecond, "referrals/s/core")
	if b.N > 1000 {
		fmt.Printf("ratio law referrals/s/core = %.0f (wanted >= %d)\n", perSecond, wantedReferrals)
	}
}
