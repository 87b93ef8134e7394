package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"rettid/day"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
	"rettid/report"
	"rettid/say"
	"rettid/words"

	"rettid/desk"
)

// ReportCmd prints how it stands on a day.
type ReportCmd struct {
	DatabaseFlag
	DeskFlags
	Output
	AsOf      string `placeholder:"DAY" help:"How it stood at the end of this day (today)."`
	KnownOn   string `placeholder:"DAY" help:"Of what had been recorded by the end of this day (all)."`
	Provider  string `placeholder:"ID" help:"Only referrals on this provider's list, or held by it."`
	Specialty string `placeholder:"KEY" help:"Only this specialty."`
	Ahead     int    `default:"14" placeholder:"DAYS" help:"How many days ahead a duty is coming (${default})."`
	Limit     int    `default:"20" placeholder:"N" help:"Rows of each list in text, 0 for all (${default}). JSON always has all."`
}

// Run draws up the report.
func (c *ReportCmd) Run(std *Stdio) error {
	asOf, err := dayFlag("as-of", c.AsOf)
	if err != nil {
		return err
	}
	knownOn, err := dayFlag("known-on", c.KnownOn)
	if err != nil {
		return err
	}
	ctx := context.Background()
	l, err := c.openToRead(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	d, err := c.desk(l)
	if err != nil {
		return err
	}
	if asOf.IsZero() {
		if asOf = d.Today(); !knownOn.IsZero() && knownOn.Before(asOf) {
			asOf = knownOn
		}
	}
	view := desk.View{AsOf: asOf, KnownOn: knownOn}
	m := report.New(asOf, knownOn, c.Ahead, d.Law(asOf))
	err = eachState(ctx, l, view, func(tenant string, id int64, r *referral.Referral) {
		provider, _ := law.ListPlace(&r.Facts)
		if (c.Provider == "" || c.Provider == provider || c.Provider == r.Holder) && (c.Specialty == "" || c.Specialty == r.Specialty) {
			m.Add(tenant, id, r)
		}
	})
	if err != nil {
		return err
	}
	rep := m.Report()
	if c.Format == "json" {
		return writeJSON(std, rep)
	}
	writeReport(std.Out, rep, c.language(), c.Limit)
	return nil
}

// eachState folds every referral of the ledger as a view asks.
func eachState(ctx context.Context, l *ledger.Ledger, v desk.View, fn func(tenant string, id int64, r *referral.Referral)) error {
	tenants, err := l.Tenants(ctx)
	if err != nil {
		return err
	}
	for _, tenant := range tenants {
		err := l.EachReferral(ctx, tenant, func(id int64, recs []ledger.Record) error {
			log, err := desk.Entries(recs)
			if err != nil {
				return err
			}
			if r := v.At(log); r.Seq > 0 {
				fn(tenant, id, &r)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// writeReport writes the report for people.
func writeReport(out io.Writer, r *report.Report, l words.Lang, limit int) {
	head := words.Say(l, "report.as_of", r.AsOf)
	if !r.KnownOn.IsZero() {
		head += " " + words.Say(l, "report.known_on", r.KnownOn)
	}
	fmt.Fprintf(out, "%s\n%s\n", head, words.Say(l, "report.summary", r.Referrals, r.Open, len(r.Waiting), len(r.Occurred), len(r.Expected), len(r.Unassessed)))

	section := func(key string, n int) bool {
		fmt.Fprintf(out, "\n%s (%s)\n", words.Say(l, key), words.Number(l, n))
		if n == 0 {
			fmt.Fprintf(out, "  %s\n", words.Say(l, "report.none"))
		}
		return n > 0
	}
	cut := func(n int) int {
		if limit > 0 && n > limit {
			return limit
		}
		return n
	}
	more := func(n int) {
		if left := n - cut(n); left > 0 {
			fmt.Fprintf(out, "  %s\n", words.Say(l, "report.more", left))
		}
	}
	duties := func(key string, ds []report.DutyLine) {
		if !section(key, len(ds)) {
			return
		}
		w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
		for _, d := range ds[:cut(len(ds))] {
			fmt.Fprintf(w, "  %s\t%s\t%s\t%s\t%s\n", words.Date(l, d.Due), words.Distance(l, r.AsOf, d.Due), words.Say(l, "duty."+string(d.Duty)+".chip"), caseName(d.Tenant, d.Referral), words.Say(l, "role."+string(d.Owner)))
		}
		w.Flush()
		more(len(ds))
	}
	lines := func(key string, ls []report.Line, why bool) {
		if !section(key, len(ls)) {
			return
		}
		w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
		for _, x := range ls[:cut(len(ls))] {
			date := x.Deadline
			if date.IsZero() || key == "report.unassessed" {
				date = x.AssessBy
			}
			fmt.Fprintf(w, "  %s\t%s\t%s\t%s\t%s\t%s\n", words.Date(l, date), words.Distance(l, r.AsOf, date), caseName(x.Tenant, x.Referral), place(x), appointment(l, x), strings.Join(reasons(l, x, why), " "))
		}
		w.Flush()
		more(len(ls))
	}
	lines("report.waiting", r.Waiting, false)
	duties("report.overdue", r.Overdue)
	duties("report.coming", r.Coming)
	if r.Undated > 0 {
		fmt.Fprintf(out, "  %s\n", words.Say(l, "report.undated", r.Undated))
	}
	lines("report.occurred", r.Occurred, true)
	lines("report.expected", r.Expected, true)
	lines("report.unassessed", r.Unassessed, false)
}

func reasons(l words.Lang, x report.Line, why bool) []string {
	if !why {
		return []string{words.Say(l, "stage."+string(x.Stage))}
	}
	return say.Reasons(l, x.Why)
}

func caseName(tenant string, id int64) string { return fmt.Sprintf("%s-%d", tenant, id) }

func place(x report.Line) string {
	if x.Site == "" {
		return x.Provider
	}
	return x.Provider + "/" + x.Site
}

func appointment(l words.Lang, x report.Line) string {
	if x.Appointment == "" {
		return words.Say(l, "report.no_appointment")
	}
	from, to, interval := strings.Cut(x.Appointment, "/")
	if interval {
		a, _ := day.Parse(from)
		b, _ := day.Parse(to)
		return words.ShortDate(l, a) + "–" + words.ShortDate(l, b)
	}
	m, err := day.ParseMoment(from)
	if err != nil {
		return x.Appointment
	}
	return words.ShortMoment(l, m)
}
