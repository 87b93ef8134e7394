package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sort"
	"strings"
	"text/tabwriter"

	"rettid/desk"
	"rettid/npr"
	"rettid/registry"
	"rettid/words"
)

// NPRCmd is the report to the patient registry.
type NPRCmd struct {
	Export  NPRExportCmd  `cmd:"" help:"Make the message of a treatment site for a month, a tertial or a year, checked, with what the registry would drop."`
	Check   NPRCheckCmd   `cmd:"" help:"Check a message, own or another's: what can't be read, what is wrong, and what the registry would drop."`
	Import  NPRImportCmd  `cmd:"" help:"Read a message into a file of periods (CSV or Parquet), whole or not at all."`
	Receipt NPRReceiptCmd `cmd:"" help:"Keep the registry's receipt or report of errors with the message it answers."`
	Names   NPRNamesCmd   `cmd:"" help:"List what each field is called, where that is known from, and why it is reported."`
}

// NPRExportCmd makes a message from the ledger.
type NPRExportCmd struct {
	DatabaseFlag
	DeskFlags
	Output
	Period     string `aliases:"month" required:"" placeholder:"2025-09|2025-T3|2025" help:"The reporting period: a month, the year up to the end of a tertial, or a year."`
	Unit       string `required:"" placeholder:"PROVIDER[/SITE]" help:"The provider, or one of its treatment sites."`
	KnownOn    string `placeholder:"DAY" help:"Of what had been recorded by the end of this day (all)."`
	Out        string `placeholder:"FILE" help:"Where the message goes; without it, standard output."`
	Identities string `placeholder:"FILE" help:"Where the identity message goes, which alone says who each patient is; without it none is made."`
	Keep       bool   `help:"Number the message and keep it, to be sent. Without it this is a look."`
	WithErrors bool   `help:"Write the message also when periods in it have errors."`
	Test       bool   `help:"Mark it as a training message."`
	NamesFile  string `name:"names" placeholder:"FILE" help:"Another table of names, of the form of rettid npr names --format csv."`
	Actor      string `hidden:"" default:"cli"`
}

// Run makes the message.
func (c *NPRExportCmd) Run(std *Stdio) error {
	known, err := dayFlag("known-on", c.KnownOn)
	if err != nil {
		return err
	}
	names, err := namesFrom(c.NamesFile)
	if err != nil {
		return err
	}
	ctx := context.Background()
	open := c.openToRead
	if c.Keep {
		open = c.open
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
	provider, site, _ := strings.Cut(c.Unit, "/")
	scope := registry.Scope{Provider: provider, Site: site, Period: c.Period}
	if provider, site, ok := siteOf(d, c.Unit); ok {
		scope.Provider, scope.Site = provider, site
	}
	x := &registry.Registry{Desk: d, Names: names, Version: version()}
	m := registry.Making{Scope: scope, KnownOn: known, Actor: c.Actor, Test: c.Test}
	if !c.WithErrors || c.Keep {
		look, err := x.Make(ctx, m) // what is wrong is known before anything is written or numbered
		if errors.Is(err, registry.ErrNoScope) {
			return badInput{err}
		}
		if err != nil {
			return err
		}
		if n := look.Message.Summary.Faulty; n > 0 && !c.WithErrors {
			c.tell(std, look, names)
			fmt.Fprintln(std.Err, words.Say(c.language(), "npr.cli.refused", n))
			return exit(exitFailed)
		}
	}
	m.Keep = c.Keep
	var files []*pendingFile
	defer func() {
		for _, f := range files {
			f.drop()
		}
	}()
	for _, f := range []struct {
		name string
		to   *io.Writer
	}{{c.Out, &m.Out}, {c.Identities, &m.Identity}} {
		if f.name == "" {
			continue
		}
		p, err := pending(f.name)
		if err != nil {
			return err
		}
		files, *f.to = append(files, p), p
	}
	if c.Out == "" && c.Format != "json" {
		m.Out = std.Out
	}
	res, err := x.Make(ctx, m)
	if errors.Is(err, registry.ErrNoScope) {
		return badInput{err}
	}
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := f.keep(); err != nil {
			return err
		}
	}
	c.tell(std, res, names)
	if c.Format == "text" {
		if c.Out != "" {
			fmt.Fprintln(std.Err, words.Say(c.language(), "npr.cli.written", c.Out, res.Message.SHA256))
		}
		if c.Keep {
			fmt.Fprintln(std.Err, words.Say(c.language(), "npr.cli.kept", res.Message.Number))
		}
	}
	return nil
}

// tell says what the checks found: on Err, since the message may go to Out; as JSON on Out.
func (c *NPRExportCmd) tell(std *Stdio, res registry.Result, names *npr.Names) {
	if c.Format == "json" {
		writeJSON(std, struct {
			Scope    registry.Scope   `json:"scope"`
			Message  registry.Message `json:"message"`
			Findings []npr.Finding    `json:"findings"`
		}{res.Submission.Scope, res.Message, orNone(res.Findings)})
		return
	}
	writeFindings(std.Err, c.language(), res.Message.Summary, res.Findings, 20)
}

func orNone(f []npr.Finding) []npr.Finding {
	if f == nil {
		return []npr.Finding{}
	}
	return f
}

// siteOf finds a provider by the id of one of its sites.
func siteOf(d *desk.Desk, unit string) (provider, site string, ok bool) {
	for _, p := range d.Org.Providers() {
		for _, s := range p.Sites {
			if s.ID == unit {
				return p.ID, s.ID, true
			}
		}
	}
	return "", "", false
}

func version() string {
	if b, ok := debug.ReadBuildInfo(); ok && b.Main.Version != "" {
		return b.Main.Version
	}
	return "-"
}

func namesFrom(file string) (*npr.Names, error) {
	if file == "" {
		return npr.DefaultNames(), nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, badInput{err}
	}
	n, err := npr.LoadNames(bytes.NewReader(b))
	if err != nil {
		return nil, badInput{fmt.Errorf("%s: %w", file, err)}
	}
	return n, nil
}

// pendingFile is a file that takes its name when it is whole.
type pendingFile struct {
	*os.File
	name string
	kept bool
}

func pending(name string) (*pendingFile, error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".rettid-*")
	if err != nil {
		return nil, badInput{fmt.Errorf("write %s: %w", name, err)}
	}
	return &pendingFile{File: f, name: name}, nil
}

func (p *pendingFile) keep() error {
	if err := errors.Join(p.Chmod(0o600), p.Sync(), p.Close()); err != nil {
		return fmt.Errorf("write %s: %w", p.name, err)
	}
	if err := os.Rename(p.Name(), p.name); err != nil {
		return fmt.Errorf("write %s: %w", p.name, err)
	}
	p.kept = true
	return nil
}

func (p *pendingFile) drop() {
	if !p.kept {
		p.Close()
		os.Remove(p.Name())
	}
}

// NPRCheckCmd checks a message.
type NPRCheckCmd struct {
	Output
	File     string `arg:"" name:"file" help:"The message; - reads standard input."`
	Limit    int    `default:"50" placeholder:"N" help:"Findings in text, 0 for all (${default}). JSON always has all."`
	MaxBytes int64  `placeholder:"N" help:"The largest file that is read (eight gibibytes)."`
}

// A readRow is what was wrong with one value of a message.
type readProblem struct {
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Row    string `json:"row,omitempty"`
	Field  string `json:"field,omitempty"`
	Value  string `json:"value,omitempty"`
	Code   string `json:"code"`
	Text   string `json:"message"`
	Mend   string `json:"remedy"`
}

func problemOf(l words.Lang, p *npr.Problem) readProblem {
	return readProblem{p.Line, p.Column, p.Row, p.Field, p.Value, p.Code, words.Say(l, "npr.problem."+p.Code), words.Say(l, "npr.mend."+p.Code)}
}

// Run checks. Exit status 1: something is wrong; 2: the file can't be read as a message.
func (c *NPRCheckCmd) Run(std *Stdio) error {
	in, err := openInput(std, c.File)
	if err != nil {
		return err
	}
	defer in.Close()
	var findings []npr.Finding
	var problems []readProblem
	var check *npr.Checker
	unread := 0
	m, err := scanChecked(in, npr.Options{MaxBytes: c.MaxBytes}, func(row *npr.Row, k *npr.Checker) error {
		check = k
		for _, p := range row.Problems {
			if unread++; len(problems) < 10000 {
				problems = append(problems, problemOf(c.language(), p))
			}
		}
		if findings = k.Check(&row.Period, row.Line, row.Column, findings); len(findings) > 200000 {
			findings = findings[:200000]
		}
		return nil
	})
	if err != nil {
		return c.unreadable(std, err)
	}
	sum := npr.NewChecker(&m.Head, nil).Summary
	if check != nil {
		sum = check.Summary
	}
	if c.Format == "json" {
		err = writeJSON(std, struct {
			Version  string         `json:"version"`
			From     string         `json:"from"`
			To       string         `json:"to"`
			Number   int            `json:"number"`
			ID       string         `json:"id"`
			Patients int            `json:"patients"`
			Summary  npr.Summary    `json:"summary"`
			Unknown  map[string]int `json:"unknown"`
			Problems []readProblem  `json:"problems"`
			Findings []npr.Finding  `json:"findings"`
		}{m.Version, m.In.From.String(), m.In.To.String(), m.Number, m.ID, m.Patients, sum, m.Unknown, append([]readProblem{}, problems...), orNone(findings)})
		if err != nil {
			return err
		}
	} else {
		l := c.language()
		for i, p := range problems {
			if c.Limit > 0 && i == c.Limit {
				fmt.Fprintln(std.Out, words.Say(l, "npr.cli.more", unread-i))
				break
			}
			writeProblem(std.Out, l, p)
		}
		writeFindings(std.Out, l, sum, findings, c.Limit)
		for _, name := range sortedKeys(m.Unknown) {
			fmt.Fprintln(std.Out, words.Say(l, "npr.cli.unknown", name, m.Unknown[name]))
		}
	}
	if unread > 0 || sum.Errors > 0 {
		return exit(exitFailed)
	}
	return nil
}

func (c *NPRCheckCmd) unreadable(std *Stdio, err error) error {
	return unreadable(std, c.Output, err)
}

// unreadable says why a file is no message that can be taken.
func unreadable(std *Stdio, o Output, err error) error {
	var all *npr.Problems
	if !errors.As(err, &all) {
		return err
	}
	out := make([]readProblem, len(all.First))
	for i, p := range all.First {
		out[i] = problemOf(o.language(), p)
	}
	if o.Format == "json" {
		if err := writeJSON(std, struct {
			Problems []readProblem `json:"problems"`
			Total    int           `json:"total"`
		}{out, all.Total}); err != nil {
			return err
		}
		return exit(exitInput)
	}
	for _, p := range out {
		writeProblem(std.Err, o.language(), p)
	}
	if more := all.Total - len(out); more > 0 {
		fmt.Fprintln(std.Err, words.Say(o.language(), "npr.cli.more", more))
	}
	return exit(exitInput)
}

func writeProblem(w io.Writer, l words.Lang, p readProblem) {
	var parts []string
	if p.Line > 0 {
		parts = append(parts, words.Say(l, "npr.cli.at", p.Line, p.Column))
	}
	for _, s := range []string{p.Row, p.Field, p.Value} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	parts = append(parts, p.Text)
	fmt.Fprintf(w, "%s. %s.\n", strings.Join(parts, ": "), p.Mend)
}

// scanChecked reads a message with a checker for its head.
func scanChecked(in io.Reader, o npr.Options, fn func(*npr.Row, *npr.Checker) error) (*npr.Message, error) {
	var check *npr.Checker
	o.Started = func(h *npr.Head) { check = npr.NewChecker(h, o.Names) }
	return npr.Scan(in, o, func(row *npr.Row) error { return fn(row, check) })
}

// openInput opens a file, or standard input for -.
func openInput(std *Stdio, file string) (io.ReadCloser, error) {
	if file == "-" {
		return io.NopCloser(std.In), nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, badInput{err}
	}
	return f, nil
}

// writeFindings writes what the checks came to, errors first.
func writeFindings(w io.Writer, l words.Lang, sum npr.Summary, all []npr.Finding, limit int) {
	fmt.Fprintln(w, words.Say(l, "npr.cli.summary", sum.Rows, sum.Counted, sum.Faulty, sum.Warnings))
	for _, code := range sortedKeys(sum.Excluded) {
		fmt.Fprintln(w, words.Say(l, "npr.cli.excluded", sum.Excluded[code], words.Say(l, "npr.excluded."+code), code))
	}
	for _, name := range sortedKeys(sum.Empty) {
		fmt.Fprintln(w, words.Say(l, "npr.cli.empty", name, sum.Empty[name]))
	}
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	n, total := 0, 0
	for _, severity := range []npr.Severity{npr.Wrong, npr.Doubt} {
		for i := range all {
			f := &all[i]
			if f.Severity != severity {
				continue
			}
			if total++; limit > 0 && n >= limit {
				continue
			}
			n++
			at := ""
			if f.Line > 0 {
				at = words.Say(l, "npr.cli.at", f.Line, f.Column) + "\t"
			}
			fmt.Fprintf(t, "%s%s\t%s\t%s\t%s\t%s. %s.\t%s\n", at, words.Say(l, "npr.severity."+string(severity)), f.Row, f.Field, f.Value, words.Say(l, "npr.rule."+f.Code), words.Say(l, "npr.mend."+f.Code), f.Cite)
		}
	}
	t.Flush()
	if total > n {
		fmt.Fprintln(w, words.Say(l, "npr.cli.more", total-n))
	}
}

func sortedKeys(m map[string]int) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Slice(out, func(i, j int) bool {
		if len(out[i]) != len(out[j]) && len(out[i]) < 3 && len(out[j]) < 3 {
			return len(out[i]) < len(out[j])
		}
		return out[i] < out[j]
	})
	return out
}

// NPRImportCmd turns a message into a file of periods.
type NPRImportCmd struct {
	Output
	File     string `arg:"" name:"file" help:"The message; - reads standard input."`
	Out      string `required:"" placeholder:"FILE.csv|FILE.parquet" help:"The file of periods, with the columns rettid figures reads. It is there when the whole message has been taken, else not at all."`
	Lenient  bool   `help:"Take the message although periods in it contradict themselves: those are left out and counted."`
	MaxBytes int64  `placeholder:"N" help:"The largest file that is read (eight gibibytes)."`
}

// Run imports.
func (c *NPRImportCmd) Run(std *Stdio) error {
	kind := strings.ToLower(filepath.Ext(c.Out))
	if !slices.Contains([]string{".csv", ".parquet"}, kind) {
		return badInput{fmt.Errorf("--out %s: name a file that ends in .csv or .parquet", c.Out)}
	}
	in, err := openInput(std, c.File)
	if err != nil {
		return err
	}
	defer in.Close()
	to, err := pending(c.Out)
	if err != nil {
		return err
	}
	defer to.drop()
	open := npr.NewCSV
	if kind == ".parquet" {
		open = npr.NewParquet
	}
	file, err := open(to, npr.DefaultNames())
	if err != nil {
		return err
	}
	taken, rejected := 0, 0
	var wrong []readProblem
	var scratch []npr.Finding
	reject := func(p readProblem) {
		if len(wrong) < 10000 {
			wrong = append(wrong, p)
		}
	}
	m, err := scanChecked(in, npr.Options{MaxBytes: c.MaxBytes}, func(row *npr.Row, k *npr.Checker) error {
		bad := len(row.Problems) > 0
		for _, p := range row.Problems {
			reject(problemOf(c.language(), p))
		}
		scratch = k.Check(&row.Period, row.Line, row.Column, scratch[:0])
		for _, f := range scratch {
			if f.Severity == npr.Wrong && contradicts(f.Code) {
				bad = true
				reject(readProblem{f.Line, f.Column, f.Row, f.Field, f.Value, f.Code, words.Say(c.language(), "npr.rule."+f.Code), words.Say(c.language(), "npr.mend."+f.Code)})
			}
		}
		if bad {
			rejected++
			return nil
		}
		if rejected > 0 && !c.Lenient {
			return nil
		}
		taken++
		return file.Write(&row.Period)
	})
	if err != nil {
		return unreadable(std, c.Output, err)
	}
	if rejected > 0 && !c.Lenient {
		taken = 0
	} else if err := errors.Join(file.Close(), to.keep()); err != nil {
		return err
	}
	if c.Format == "json" {
		err = writeJSON(std, struct {
			Rows     int            `json:"rows"`
			Taken    int            `json:"received"`
			Rejected int            `json:"rejected"`
			Rejects  []readProblem  `json:"rejects"`
			Unknown  map[string]int `json:"unknown"`
		}{m.Rows, taken, rejected, append([]readProblem{}, wrong...), m.Unknown})
		if err != nil {
			return err
		}
	} else {
		for _, p := range wrong {
			writeProblem(std.Err, c.language(), p)
		}
		fmt.Fprintln(std.Out, words.Say(c.language(), "npr.cli.imported", taken, rejected))
	}
	if rejected > 0 {
		return exit(exitInput)
	}
	return nil
}

// contradicts tells whether a finding makes a period one that can't be so: dates in the wrong order or in the future, and identity where none may be. What is
// merely lacking or unusual is taken, and the figures say so.
func contradicts(code string) bool {
	switch code {
	case "future", "assessed-before-start", "deadline-before-start", "end-before-start", "period-ended-before-wait", "postponement-before-start", "born-after", "identity-number", "helfo-contradicts":
		return true
	}
	return false
}

// NPRReceiptCmd keeps a receipt.
type NPRReceiptCmd struct {
	DatabaseFlag
	DeskFlags
	Output
	File  string `arg:"" name:"file" help:"The receipt (AppRec) or report of errors (NPR_ERR); - reads standard input."`
	Trust string `placeholder:"ID" help:"The trust whose message is answered; found in every trust's when left out."`
	Actor string `hidden:"" default:"cli"`
}

// Run keeps the receipt.
func (c *NPRReceiptCmd) Run(std *Stdio) error {
	in, err := openInput(std, c.File)
	if err != nil {
		return err
	}
	defer in.Close()
	r, err := npr.ReadReceipt(in)
	if err != nil {
		return unreadable(std, c.Output, err)
	}
	ctx := context.Background()
	l, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	d, err := c.desk(l)
	if err != nil {
		return err
	}
	x := &registry.Registry{Desk: d, Version: version()}
	trusts := []string{c.Trust}
	if c.Trust == "" {
		if trusts, err = l.Tenants(ctx); err != nil {
			return err
		}
	}
	for _, trust := range trusts {
		sub, err := x.Receive(ctx, trust, *r, c.Actor)
		if errors.Is(err, registry.ErrUnknownMessage) {
			continue
		}
		if err != nil {
			return err
		}
		if c.Format == "json" {
			return writeJSON(std, sub)
		}
		for i := range sub.Messages {
			if m := &sub.Messages[i]; m.ID == r.Of || r.Of == "" && fmt.Sprint(m.Number) == r.Number {
				fmt.Fprintln(std.Out, words.Say(c.language(), "npr.cli.receipt", m.Number, sub.Scope.ID(), words.Say(c.language(), "npr.status."+string(sub.Status(i)))))
			}
		}
		for _, e := range r.Errors {
			fmt.Fprintf(std.Out, "%s\t%s\t%s\t%s\n", e.Row, e.Field, e.Code, e.Text)
		}
		return nil
	}
	return badInput{errors.New(words.Say(c.language(), "npr.problem.unknown-message"))}
}

// NPRNamesCmd lists the table of names.
type NPRNamesCmd struct {
	Format string `enum:"text,json,csv" default:"text" help:"Write text for people, or JSON or CSV for programs (text, json, csv)."`
	Lang   string `enum:"nb,nn,en" default:"nb" help:"Language of the purposes: bokmål, nynorsk (as bokmål) or English (nb, nn, en)."`
}

// Run lists.
func (c *NPRNamesCmd) Run(std *Stdio) error {
	all := npr.DefaultNames().All()
	switch c.Format {
	case "json":
		return json.NewEncoder(std.Out).Encode(all)
	case "csv":
		_, err := io.WriteString(std.Out, npr.NamesCSV())
		return err
	}
	w := tabwriter.NewWriter(std.Out, 0, 4, 2, ' ', 0)
	for _, n := range all {
		purpose := n.NB
		if c.Lang == "en" {
			purpose = n.EN
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", n.On, n.Name, n.List, n.Attested, n.Source, purpose)
	}
	return w.Flush()
}
