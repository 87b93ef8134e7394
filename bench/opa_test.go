//go:build unix

package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"

	"rettid/day"
	"rettid/law"
)

// wantedOverOPA is how many times faster than Open Policy Agent the law is to find the two dates of a referral.
const wantedOverOPA = 60

// opaPolicy decides the same two dates in Rego, given the calendar as data: the tenth working day after the reception, from a table of the working days'
// ordinals, and the deadline, whole weeks after it. Days are day numbers on both sides.
const opaPolicy = `package referral

assessment_due := data.calendar.nth[sprintf("%d", [data.calendar.upto[sprintf("%d", [input.seniority])] + 10])]

deadline := input.seniority + input.weeks * 7

dates := {"assessment_due": assessment_due, "deadline": deadline}
`

// opaCalendar is the working days of some years as data for a policy: up to a day, how many; and the day of each number.
func opaCalendar(from, to day.Day) map[string]any {
	upto, nth := make(map[string]any), make(map[string]any)
	n := 0
	for d := from; !d.After(to); d = d.Add(1) {
		if day.Norway.IsWorking(d) {
			n++
			nth[fmt.Sprint(n)] = int64(d.Number())
		}
		upto[fmt.Sprint(d.Number())] = int64(n)
	}
	return map[string]any{"calendar": map[string]any{"upto": upto, "nth": nth}}
}

// opaQuery prepares the policy once, as a server would.
func opaQuery(tb testing.TB) rego.PreparedEvalQuery {
	tb.Helper()
	store := inmem.NewFromObject(opaCalendar(day.On(2015, 11, 1), day.On(2036, 12, 31)))
	q, err := rego.New(rego.Query("data.referral.dates"), rego.Module("referral.rego", opaPolicy), rego.Store(store)).PrepareForEval(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	return q
}

// opaDates asks the policy.
func opaDates(q rego.PreparedEvalQuery, seniority day.Day, weeks int) (due, deadline day.Day, err error) {
	rs, err := q.Eval(context.Background(), rego.EvalInput(map[string]any{"seniority": int64(seniority.Number()), "weeks": weeks}))
	if err != nil {
		return due, deadline, err
	}
	if len(rs) != 1 || len(rs[0].Expressions) != 1 {
		return due, deadline, fmt.Errorf("no answer for %s", seniority)
	}
	m, ok := rs[0].Expressions[0].Value.(map[string]any)
	if !ok {
		return due, deadline, fmt.Errorf("the answer for %s is %v", seniority, rs[0].Expressions[0].Value)
	}
	if due, err = opaDay(m["assessment_due"]); err != nil {
		return due, deadline, err
	}
	deadline, err = opaDay(m["deadline"])
	return due, deadline, err
}

func opaDay(v any) (day.Day, error) {
	n, ok := v.(json.Number)
	if !ok {
		return day.Day{}, fmt.Errorf("%v is no number", v)
	}
	i, err := n.Int64()
	return day.FromNumber(int32(i)), err
}

// rettidDates asks the law, with every reason.
func rettidDates(seniority day.Day, weeks int, s *law.Settings) (due, deadline day.Day, err error) {
	f, err := law.AssessmentDue(law.Clock{Seniority: seniority}, s)
	if err != nil {
		return due, deadline, err
	}
	d := law.Deadline(law.SetDeadline{Outcome: law.Granted, On: seniority, Weeks: weeks, Seniority: seniority}, s)
	return f.Value, d.Value, nil
}

// TestOPAAgrees holds the two against each other on every start: a ratio of different answers says nothing. The spring of 2020 had a limit of its own, which the
// policy does not know.
func TestOPAAgrees(t *testing.T) {
	q, s := opaQuery(t), law.Default()
	for _, at := range starts() {
		if at.day.Before(day.On(2015, 11, 1)) || !at.day.Before(day.On(2020, 3, 27)) && at.day.Before(day.On(2020, 5, 28)) {
			continue
		}
		due, deadline, err := rettidDates(at.day, 12, s)
		if err != nil {
			t.Fatal(err)
		}
		theirDue, theirDeadline, err := opaDates(q, at.day, 12)
		if err != nil {
			t.Fatal(err)
		}
		if due != theirDue || deadline != theirDeadline {
			t.Errorf("%s: %s and %s, by the policy %s and %s", at.day, due, deadline, theirDue, theirDeadline)
		}
	}
}

// processorTime is the time this process has had a processor, the collector's share included: what others on the machine do does not count.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkLawOverOPA finds the assessment limit and the deadline of the same referrals: the law with all its reasons, the policy with the dates alone. The two
// take turns, so that a slow minute of the machine is shared, and processor time is compared.
func BenchmarkLawOverOPA(b *testing.B) {
	q, s := opaQuery(b), law.Default()
	var days []day.Day
	for _, at := range starts() {
		if !at.day.Before(day.On(2024, 6, 1)) { // the law of today: an older deadline has a reason more to tell
			days = append(days, at.day)
		}
	}
	const turns, times = 18, 60
	var ours, theirs time.Duration
	for b.Loop() {
		for range turns {
			begun := processorTime(b)
			for range times {
				for _, d := range days {
					sinkDay, _, _ = rettidDates(d, 12, s)
				}
			}
			then := processorTime(b)
			for _, d := range days {
				var err error
				if sinkDay, _, err = opaDates(q, d, 12); err != nil {
					b.Fatal(err)
				}
			}
			ours, theirs = ours+(then-begun), theirs+(processorTime(b)-then)
		}
	}
	referrals := float64(b.N) * turns * float64(len(days))
	a, o := float64(ours)/referrals/times, float64(theirs)/referrals
	b.ReportMetric(a, "ns/rettid")
	b.ReportMetric(o, "ns/opa")
	fmt.Printf("ratio law rettid/opa = %.0fx (wanted >= %dx): %.0f ns against %.0f ns\n", o/a, wantedOverOPA, a, o)
}
