package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sort"
	"strings"
	"syscall"
	"time"

	"github.com/schollz/progressbar/v3"

	"rettid/day"
	"rettid/desk"
	"rettid/fhir"
	"rettid/intake"
	"rettid/ledger"
	"rettid/patient"
	"rettid/words"
)

// ImportCmd takes referrals over from files.
type ImportCmd struct {
	File           []string `arg:"" help:"CSV of referrals, or FHIR R4 in JSON, NDJSON or XML; - reads standard input."`
	Source         string   `placeholder:"NAME" help:"The system the referrals come from; an id is known within its source. Without it import: and the provider."`
	At             string   `placeholder:"PROVIDER" help:"The provider that received FHIR referrals which name none in the organisation data."`
	Specialty      string   `placeholder:"KEY" help:"The specialty of FHIR referrals without a code of list 8451."`
	AllowSynthetic bool     `help:"Take test persons too: for tests and demonstrations."`
	DryRun         bool     `help:"Decide everything and write nothing."`
	Strict         bool     `help:"Stop at the first referral that is rejected."`
	Rejects        string   `placeholder:"PATH" help:"Where the rejected of one FILE are written; without it FILE.rejects.csv, .ndjson or .xml."`
	DatabaseFlag
	DeskFlags
	Output
}

// maxStdin is how much is read from standard input, which can't be read twice.
const maxStdin = 256 << 20

// Run imports file by file. Status 0 when all were taken, 2 when some were rejected or a file can't be read, 1 when the work was stopped or failed.
func (c *ImportCmd) Run(std *Stdio) error {
	if c.Rejects != "" && len(c.File) > 1 {
		return badInput{errors.New("--rejects is for one FILE; without it each gets a file of its own")}
	}
	for _, name := range c.File {
		if name == "-" {
			continue
		}
		in, err := os.Stat(name)
		if err != nil {
			return badInput{err}
		}
		if out, err := os.Stat(c.Rejects); err == nil && os.SameFile(in, out) {
			return badInput{errors.New("--rejects names the file to be imported; choose another")}
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	l, err := c.ledger(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	d, err := c.desk(l)
	if err != nil {
		return err
	}
	if _, known := d.Org.Provider(c.At); c.At != "" && !known {
		return badInput{fmt.Errorf("--at %s: there is no such provider in the organisation data", c.At)}
	}

	run := &importing{ImportCmd: c, std: std, desk: d, rejects: []intake.Remark{}, notes: []intake.Remark{}}
	run.m = &intake.Import{Desk: d, Policy: patient.Policy{AllowSynthetic: c.AllowSynthetic, On: d.Today()}, Source: c.Source, Actor: "import", DryRun: c.DryRun, Strict: c.Strict, Noted: run.noted}
	var failed error
	for _, name := range c.File {
		if failed = run.file(ctx, name); failed != nil {
			break
		}
	}
	if err := run.summary(failed); err != nil {
		return err
	}
	switch {
	case errors.Is(failed, intake.ErrStopped) && ctx.Err() == nil: // --strict
		return exit(exitInput)
	case errors.Is(failed, intake.ErrStopped):
		return exit(exitFailed)
	case failed != nil:
		return failed
	case run.m.Counts.Rejected > 0:
		return exit(exitInput)
	}
	return nil
}

// ledger opens the ledger; a dry run makes none that is not there.
func (c *ImportCmd) ledger(ctx context.Context) (*ledger.Ledger, error) {
	if !c.DryRun {
		return c.open(ctx)
	}
	l, err := c.openToRead(ctx)
	if err != nil && !strings.Contains(c.Database, "://") {
		if _, missing := os.Stat(strings.TrimPrefix(c.Database, "sqlite:")); errors.Is(missing, os.ErrNotExist) {
			return ledger.Memory(ctx)
		}
	}
	return l, err
}

// importing is one run over all files.
type importing struct {
	*ImportCmd
	std     *Stdio
	desk    *desk.Desk
	m       *intake.Import
	rejects []intake.Remark
	notes   []intake.Remark
	files   []string // of rejects
}

func (r *importing) noted(n intake.Remark) {
	if r.Format == "json" {
		r.notes = append(r.notes, n)
		return
	}
	fmt.Fprintln(r.std.Err, n.String(r.language()))
}

// file imports one file. Errors in what it holds are bad input.
func (r *importing) file(ctx context.Context, name string) error {
	f, size, err := r.read(name)
	if err != nil {
		return badInput{err}
	}
	if c, ok := f.(io.Closer); ok {
		defer c.Close()
	}
	label := name
	if name == "-" {
		label = "stdin"
	}
	var from intake.Reader
	head := make([]byte, 512)
	n, _ := io.ReadFull(f, head)
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return badInput{err}
	}
	counted := &counter{ReadSeeker: f}
	var sheet *intake.CSV
	var resources *fhir.Reader
	if isFHIR(head[:n]) {
		resources, err = fhir.NewReader(counted, fhir.Options{Policy: r.m.Policy, Org: r.desk.Org, At: r.At, Specialty: r.Specialty, Now: day.MomentOf(r.desk.Now())})
		from = resources
	} else {
		sheet, err = intake.NewCSV(counted, r.m.Policy)
		from = sheet
	}
	if err != nil {
		return badInput{fmt.Errorf("%s: %w", label, err)}
	}
	if sheet != nil && len(sheet.Unknown) > 0 {
		fmt.Fprintf(r.std.Err, "%s: %s\n", label, words.Say(r.language(), "import.left_out", strings.Join(sheet.Unknown, ", ")))
	}
	out := &rejectFile{path: r.Rejects, form: from.Rejects()}
	if out.path == "" {
		out.path = label + ".rejects." + out.form.Extension()
	}
	r.m.Rejected = func(it intake.Item, why intake.Remark) error {
		if r.Format == "json" {
			r.rejects = append(r.rejects, why)
		} else {
			fmt.Fprintln(r.std.Out, why.String(r.language()))
		}
		if r.DryRun {
			return nil
		}
		return out.add(it, &why.Problem, why.Words(r.language()))
	}
	r.m.Took = func() {}
	if r.std.Terminal {
		bar := progressbar.NewOptions64(size, progressbar.OptionSetWriter(r.std.Err), progressbar.OptionSetDescription(label), progressbar.OptionShowBytes(true),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
		defer bar.Finish()
		r.m.Took = func() { _ = bar.Set64(min(counted.n, size)) }
	}
	err = r.m.Run(ctx, label, from)
	if closed := out.close(); closed != nil && err == nil {
		err = closed
	}
	if out.f != nil {
		r.files = append(r.files, out.path)
	}
	if resources != nil && len(resources.Skipped) > 0 {
		var kinds []string
		for k, n := range resources.Skipped {
			kinds = append(kinds, fmt.Sprintf("%s (%d)", k, n))
		}
		sort.Strings(kinds)
		fmt.Fprintf(r.std.Err, "%s: %s\n", label, words.Say(r.language(), "import.left_out", strings.Join(kinds, ", ")))
	}
	var bad intake.BadFile
	if errors.As(err, &bad) {
		return badInput{fmt.Errorf("%s: %w", label, err)}
	}
	return err
}

// read opens a file, or keeps standard input in memory, since resources are looked through twice.
func (r *importing) read(name string) (io.ReadSeeker, int64, error) {
	if name == "-" {
		b, err := io.ReadAll(io.LimitReader(r.std.In, maxStdin+1))
		if err == nil && len(b) > maxStdin {
			err = fmt.Errorf("standard input holds more than %d MiB; import a file", maxStdin>>20)
		}
		return bytes.NewReader(b), int64(len(b)), err
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a file", name)
	}
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

// isFHIR tells JSON and XML from a table by how it begins.
func isFHIR(head []byte) bool {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")), " \t\r\n")
	return len(head) > 0 && (head[0] == '{' || head[0] == '[' || head[0] == '<')
}

// summary says what became of everything.
func (r *importing) summary(failed error) error {
	n := r.m.Counts
	if r.Format == "json" {
		return writeJSON(r.std, struct {
			intake.Counts
			Rejects []intake.Remark `json:"rejects"`
			Notes   []intake.Remark `json:"notes"`
			Stopped bool            `json:"stopped"`
		}{n, r.rejects, r.notes, failed != nil})
	}
	l := r.language()
	fmt.Fprintln(r.std.Out, words.Say(l, "import.summary", n.Received, n.AlreadyKnown, n.Rejected))
	for _, f := range r.files {
		fmt.Fprintln(r.std.Out, words.Say(l, "import.rejects_in", f))
	}
	if r.DryRun {
		fmt.Fprintln(r.std.Out, words.Say(l, "import.dry_run"))
	}
	if errors.Is(failed, intake.ErrStopped) {
		fmt.Fprintln(r.std.Err, words.Say(l, "import.stopped", n.Done()))
	}
	return nil
}

// rejectFile is written from the first reject on. It holds patients: only its owner may read it.
type rejectFile struct {
	path string
	form intake.Rejects
	f    *os.File
}

func (r *rejectFile) add(it intake.Item, p *intake.Problem, why string) error {
	if r.f == nil {
		f, err := os.OpenFile(r.path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
		if err != nil {
			return fmt.Errorf("write the rejected: %w; choose another place with --rejects", err)
		}
		r.f = f
		if _, err := f.Write(r.form.Head()); err != nil {
			return err
		}
	}
	_, err := r.f.Write(r.form.Write(it.Raw, p, why))
	return err
}

func (r *rejectFile) close() error {
	if r.f == nil {
		return nil
	}
	_, err := r.f.Write(r.form.Tail())
	return errors.Join(err, r.f.Close())
}

// counter counts the bytes read, for the progress bar.
type counter struct {
	io.ReadSeeker
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.ReadSeeker.Read(p)
	c.n += int64(n)
	return n, err
}

func (c *counter) Seek(offset int64, whence int) (int64, error) {
	n, err := c.ReadSeeker.Seek(offset, whence)
	c.n = n
	return n, err
}
