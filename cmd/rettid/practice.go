package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"rettid/day"
	"rettid/desk"
	"rettid/figures"
	"rettid/referral"
	"rettid/words"
)

// PracticeCmd sets like assessments beside each other (norm G2-2).
type PracticeCmd struct {
	DatabaseFlag
	DeskFlags
	Output
	From      string `placeholder:"DAY" help:"Assessments from this day."`
	To        string `placeholder:"DAY" help:"Assessments until this day."`
	By        string `enum:"provider,specialty,home_region" default:"provider" help:"Compare by provider, specialty or home_region."`
	Condition string `placeholder:"ID" help:"Only this condition of the guides."`
	Least     int    `default:"5" placeholder:"N" help:"Leave out groups with fewer assessments than N: small groups tell of persons (${default})."`
}

// Run compares.
func (c *PracticeCmd) Run(std *Stdio) error {
	from, err := dayFlag("from", c.From)
	if err != nil {
		return err
	}
	to, err := dayFlag("to", c.To)
	if err != nil {
		return err
	}
	if from.IsZero() {
		from = day.On(1900, 1, 1)
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
	var states []*referral.Referral
	err = eachState(ctx, l, desk.View{}, func(_ string, _ int64, r *referral.Referral) {
		if !r.AssessedOn.IsZero() && (c.Condition == "" || c.Condition == r.Condition) {
			few := &referral.Referral{Condition: r.Condition, Municipality: r.Municipality}
			few.Holder, few.Specialty, few.Right, few.Seniority, few.AssessedOn, few.StartBy = r.Holder, r.Specialty, r.Right, r.Seniority, r.AssessedOn, r.StartBy
			states = append(states, few)
		}
	})
	if err != nil {
		return err
	}
	rows := []figures.Practice{}
	left := 0
	for _, p := range figures.Practices(states, day.Period{From: from, To: to}, d.Org.RegionOf) {
		switch {
		case p.By != c.By:
		case p.Assessed < c.Least:
			left++
		default:
			rows = append(rows, p)
		}
	}
	if c.Format == "json" {
		return writeJSON(std, rows)
	}
	lang := c.language()
	w := tabwriter.NewWriter(std.Out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, words.Say(lang, "practice.head"))
	for _, p := range rows {
		median := "–"
		if p.MedianDays != nil {
			median = words.Number(lang, *p.MedianDays)
		}
		name := p.Condition
		if cond, ok := d.Guides.Condition("", p.Condition, to); ok {
			name = cond.NameNB
			if lang == words.EN {
				name = cond.NameEN
			}
		}
		if name == "" {
			name = words.Say(lang, "practice.none")
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", name, p.Group, words.Number(lang, p.Assessed), words.Percent(lang, p.GrantedShare, 1), median)
	}
	w.Flush()
	if left > 0 {
		fmt.Fprintln(std.Out, words.Say(lang, "practice.left", left, c.Least))
	}
	return nil
}
