// Command rettid is the roof: it reads flags and configuration, joins the rooms, and runs one command.
//
// No rule of the law and no text people read is written here. Commands read and write only what Stdio gives them.
//
// Exit status: 0 when all is well; 1 when the work failed, or found what it was asked to look for (an invalid number, a
// difference); 2 when the input or the command line can't be read.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"rettid/words"
)

type cli struct {
	Case      CaseCmd      `cmd:"" help:"Run the law's executable examples."`
	Day       DayCmd       `cmd:"" help:"Count working days and list public holidays."`
	Demo      DemoCmd      `cmd:"" help:"Make a fictitious year at a fictitious region and show it in the browser."`
	Equity    EquityCmd    `cmd:"" help:"Review the exception scheme for equal access, on files of cases and population."`
	Erase     EraseCmd     `cmd:"" help:"Erase everything about a patient, on a decision."`
	Figures   FiguresCmd   `cmd:"" help:"Count the registry's figures of a month, a tertial or a year, from a file or the ledger."`
	ID        IDCmd        `cmd:"" name:"id" help:"Check national identity numbers and their kin."`
	Import    ImportCmd    `cmd:"" help:"Take referrals over from CSV or FHIR files."`
	Methods   MethodsCmd   `cmd:"" help:"The register of methods of Nye metoder: import it, and see which door of the exception scheme is open."`
	Norms     NormsCmd     `cmd:"" help:"List every norm of the guide with the rule that carries it and the cases that show it."`
	NPR       NPRCmd       `cmd:"" name:"npr" help:"The report to the patient registry: make it, check it, read it, and keep its receipts."`
	Report    ReportCmd    `cmd:"" help:"How it stands: the waiting list, duties, breaches, unassessed referrals."`
	Serve     ServeCmd     `cmd:"" help:"Show the ledger's pages in the browser."`
	Settings  SettingsCmd  `cmd:"" help:"List the points the sources leave open, with their defaults."`
	Retention RetentionCmd `cmd:"" help:"Delete what the review of the exception scheme has been kept long enough for, or list it."`
	Verify    VerifyCmd    `cmd:"" help:"Re-read the whole ledger and check every claim it makes."`
	Practice  PracticeCmd  `cmd:"" help:"Set like assessments beside each other: by condition and provider, specialty or home region."`
}

func main() {
	os.Exit(run(os.Args[1:], &Stdio{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Terminal: isTerminal(os.Stdout)}))
}

// Stdio is where a command reads and writes. Results go to Out, everything else to Err.
type Stdio struct {
	In       io.Reader
	Out, Err io.Writer
	Terminal bool // Out is a person's screen
}

// The exit statuses.
const (
	exitOK     = 0
	exitFailed = 1
	exitInput  = 2
)

// badInput is an error in what the command was given: exit status 2.
type badInput struct{ error }

func (b badInput) Unwrap() error { return b.error }

// exit is the error of a command that has said on Out or Err what there was to say: only the status is left.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// run reads the command line, runs the command, and gives the exit status.
func run(args []string, std *Stdio) (status int) {
	type stopped int // kong ends --help and the like by calling Exit; here that must only end run
	defer func() {
		switch s := recover().(type) {
		case nil:
		case stopped:
			status = int(s)
		default:
			panic(s)
		}
	}()
	parser, err := kong.New(&cli{},
		kong.Name("rettid"),
		kong.Description("From a referral's dates to rights, deadlines and duties, each with its reason."),
		kong.Writers(std.Out, std.Err),
		kong.Exit(func(status int) { panic(stopped(status)) }),
	)
	if err != nil {
		fmt.Fprintf(std.Err, "rettid: the command line is not put together right: %v\n", err)
		return exitFailed
	}
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(std.Err, "rettid: %v (rettid --help tells more)\n", err)
		return exitInput
	}
	err = command.Run(std)
	var said exit
	var bad badInput
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &said):
		return int(said)
	case errors.As(err, &bad):
		fmt.Fprintf(std.Err, "rettid: %v\n", err)
		return exitInput
	}
	fmt.Fprintf(std.Err, "rettid: %v\n", err)
	return exitFailed
}

// Output is the flags of a command that writes for people or for programs. JSON is never localised.
type Output struct {
	Format string `enum:"text,json" default:"text" help:"Write text for people or JSON for programs (text, json)."`
	Lang   string `enum:"nb,nn,en" default:"nb" help:"Language of the text: bokmål, nynorsk or English (nb, nn, en)."`
}

func (o Output) language() words.Lang { return words.Lang(o.Lang) }

// writeJSON writes v indented, with a line break at the end.
func writeJSON(std *Stdio, v any) error {
	e := json.NewEncoder(std.Out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }
