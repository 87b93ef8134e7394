package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"text/tabwriter"

	"rettid/desk"
	"rettid/say"
	"rettid/words"
)

// RetentionCmd deletes what has been kept long enough, or only tells what it is.
type RetentionCmd struct {
	DatabaseFlag
	DeskFlags
	Output
	AsOf   string `placeholder:"DAY" help:"The day it is looked at (today). Only with --dry-run may it lie ahead."`
	DryRun bool   `help:"List what would be deleted, and delete nothing."`
}

// Run lists or deletes.
func (c *RetentionCmd) Run(std *Stdio) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	on, err := dayFlag("as-of", c.AsOf)
	if err != nil {
		return err
	}
	open := c.open
	if c.DryRun {
		open = c.openToRead
	}
	l, err := open(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	d, err := c.desk(l)
	if err != nil {
		return err
	}
	switch {
	case on.IsZero():
		on = d.Today()
	case on.After(d.Today()) && !c.DryRun:
		return badInput{fmt.Errorf("--as-of %s lies ahead: what is deleted before its time cannot be had back; --dry-run lists it", on)}
	}
	var all []desk.Expired
	if c.DryRun {
		all, err = d.Expired(ctx, on)
	} else {
		all, err = d.Expire(ctx, on, "retention")
	}
	if err != nil {
		return err
	}
	drafts, err := d.ExpireReferralDrafts(ctx, on, c.DryRun)
	if err != nil {
		return err
	}
	if c.Format == "json" {
		if all == nil {
			all = []desk.Expired{}
		}
		return writeJSON(std, all)
	}
	lang := c.language()
	w := tabwriter.NewWriter(std.Out, 0, 0, 2, ' ', 0)
	for _, x := range all {
		why := ""
		for _, r := range x.Kept.Because {
			why = say.Reason(lang, r)
		}
		fmt.Fprintf(w, "%s/%d\t%s\t%s\t%s\n", x.Tenant, x.Matter, words.Say(lang, "retention."+x.What), x.Kept.Value, why)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	key := "retention.done"
	if c.DryRun {
		key = "retention.would"
	}
	fmt.Fprintln(std.Err, words.Say(lang, key, len(all)))
	if drafts > 0 {
		fmt.Fprintln(std.Err, words.Say(lang, key+"_drafts", drafts))
	}
	return nil
}
