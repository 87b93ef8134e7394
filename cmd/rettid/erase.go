package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"

	"rettid/desk"
	"rettid/ledger"
	"rettid/registry"
	"rettid/words"
)

// EraseCmd erases everything about the patient of a case, on a decision that was made (helsepersonelloven §§ 43 and 44).
type EraseCmd struct {
	DatabaseFlag
	DeskFlags
	Output
	Case   string `arg:"" placeholder:"TRUST-NUMBER" help:"A case of the patient's, as TRUST-NUMBER: no name and no identity number."`
	DryRun bool   `xor:"do" required:"" help:"Only tell what would go."`
	Yes    bool   `xor:"do" required:"" help:"Erase. It can't be undone."`
	Ground string `enum:",harmful,needless,wrong_patient" default:"" help:"Why: harmful (§ 43 no. 1), needless (§ 43 no. 2), wrong_patient (§ 44). Needed with --yes."`
	Record string `placeholder:"NUMBER" help:"The decision's number in the archive, 2025/1234. Needed with --yes."`
	By     string `placeholder:"ID" help:"Who decided: the id in the people file. Needed with --yes."`
}

// Run counts what would go, and erases it with --yes.
func (c *EraseCmd) Run(std *Stdio) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	cut := strings.LastIndexAny(c.Case, "-/")
	id, err := strconv.ParseInt(c.Case[cut+1:], 10, 64)
	if cut < 1 || err != nil {
		return badInput{fmt.Errorf("the case %q is not written as TRUST-NUMBER", c.Case)}
	}
	tenant := c.Case[:cut]
	if c.Yes && (c.Ground == "" || c.Record == "" || c.By == "") {
		return badInput{errors.New("--yes needs --ground, --record and --by: nothing is erased without a decision")}
	}
	if c.Yes && !desk.ArchiveNumber(c.Record) {
		return badInput{fmt.Errorf("--record %q is no number in an archive: write year and number, 2025/1234", c.Record)}
	}
	open := c.openToRead
	if c.Yes {
		if open = c.open; !strings.Contains(c.Database, "://") {
			if _, err := os.Stat(c.Database); err != nil { // a file that is not there is not made
				return err
			}
		}
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
	patient, err := patientOf(ctx, l, tenant, id)
	if err != nil {
		return err
	}
	about, err := d.ToErase(ctx, tenant, patient)
	if err != nil {
		return err
	}
	if c.Yes {
		masked, err := (&registry.Registry{Desk: d, Version: version()}).Mask(ctx, tenant, patient, c.By)
		if err != nil {
			return err
		}
		done, err := d.ErasePatient(ctx, desk.Erasure{Masked: masked, Tenant: tenant, Patient: patient, Ground: desk.ErasureGround(c.Ground), Reference: c.Record, Actor: c.By, Role: "command_line", Seen: desk.ErasureToken(about)})
		if err != nil {
			return err
		}
		about = done.Took
	}
	if c.Format == "json" {
		return writeJSON(std, struct {
			Case   string       `json:"case"`
			Erased bool         `json:"erased"`
			Took   ledger.About `json:"took"`
		}{Case: c.Case, Erased: c.Yes, Took: about})
	}
	lang, papers := c.language(), 0
	for _, n := range about.Papers {
		papers += n
	}
	head := "erase.goes"
	if c.Yes {
		head = "erase.went"
	}
	fmt.Fprintln(std.Out, words.Say(lang, head)+":")
	for _, x := range []struct {
		key string
		n   int
	}{{"cases", about.Cases}, {"notes", about.Notes}, {"papers", papers}, {"links", about.Links}} {
		fmt.Fprintf(std.Out, "%s\t%s\n", words.Number(lang, x.n), words.Say(lang, "erase.takes."+x.key))
	}
	for _, n := range about.Open {
		fmt.Fprintf(std.Out, "%s\t%s\n", caseName(tenant, n), words.Say(lang, "erase.is_open"))
	}
	if !c.Yes && len(about.Open) > 0 {
		return exit(exitFailed)
	}
	return nil
}

// patientOf finds the patient of a referral or of a matter.
func patientOf(ctx context.Context, l *ledger.Ledger, tenant string, id int64) (string, error) {
	row, ok, err := l.Row(ctx, tenant, id)
	if err != nil || ok {
		return row.Patient, err
	}
	m, ok, err := l.MatterRow(ctx, tenant, id)
	if err != nil {
		return "", err
	}
	if !ok || m.Patient == "" {
		return "", fmt.Errorf("%s is no case of a patient", caseName(tenant, id))
	}
	return m.Patient, nil
}
