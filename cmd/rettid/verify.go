package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"github.com/schollz/progressbar/v3"

	"rettid/words"
)

// VerifyCmd re-reads the whole ledger.
type VerifyCmd struct {
	DatabaseFlag
	DeskFlags
	Output
	AsOf string `placeholder:"DAY" help:"The day the next steps are looked at (today)."`
}

// Run verifies, and gives status 1 when anything is not as it must be.
func (c *VerifyCmd) Run(std *Stdio) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	today, err := dayFlag("as-of", c.AsOf)
	if err != nil {
		return err
	}
	l, err := c.openToRead(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	d, err := c.desk(l)
	if err != nil {
		return err
	}
	if today.IsZero() {
		today = d.Today()
	}
	var progress func(int)
	if std.Terminal {
		bar := progressbar.NewOptions(-1, progressbar.OptionSetWriter(std.Err), progressbar.OptionSetDescription("verify"), progressbar.OptionShowCount(), progressbar.OptionClearOnFinish())
		defer bar.Finish()
		progress = func(n int) { _ = bar.Set(n) }
	}
	v, err := d.Verify(ctx, today, progress)
	if err != nil {
		return err
	}
	if c.Format == "json" {
		if err := writeJSON(std, v); err != nil {
			return err
		}
	} else {
		lang := c.language()
		for _, p := range v.Problems {
			where := ""
			if p.Referral != 0 {
				where = caseName(p.Tenant, p.Referral)
			} else if p.Tenant != "" {
				where = p.Tenant
			}
			if p.Seq != 0 {
				where += fmt.Sprintf(" #%d", p.Seq)
			}
			fmt.Fprintf(std.Out, "%s: %s: %s\n", p.Kind, where, p.What)
		}
		for _, t := range v.Tenants {
			fmt.Fprintf(std.Out, "%s\t%s\t%s\n", t.Tenant, words.Number(lang, int(t.Entries)), t.Head)
		}
		k := v.Counts
		fmt.Fprintln(std.Out, words.Say(lang, "verify.summary", v.Referrals, int(v.Entries), v.Open, v.Days, v.Unexplained))
		fmt.Fprintln(std.Out, words.Say(lang, "verify.matters", v.Matters, v.Reviews))
		if v.Sound() {
			fmt.Fprintln(std.Out, words.Say(lang, "verify.sound"))
		} else {
			fmt.Fprintln(std.Out, words.Say(lang, "verify.unsound", k.Chain, k.Row, k.Duty, k.Finding, k.NextStep, k.Conservation, k.Unreadable))
		}
	}
	if !v.Sound() {
		return exit(exitFailed)
	}
	return nil
}
