package main

import (
	"bufio"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"rettid/patient"
	"rettid/words"
)

// IDCmd looks at identity numbers.
type IDCmd struct {
	Check IDCheckCmd `cmd:"" help:"Tell what each NUMBER is, and whether it can be one. Exit status 1 when any is invalid."`
}

// IDCheckCmd tells what numbers are.
type IDCheckCmd struct {
	Number []string `arg:"" name:"number" help:"Identity numbers, or - to read them from standard input, one a line: that keeps them out of the shell's history."`
	Output
}

// checked is one row of the answer; Reason is a code, empty for a valid number.
type checked struct {
	Number    string            `json:"number"`
	Kind      patient.Kind      `json:"kind"`
	Valid     bool              `json:"valid"`
	Synthetic patient.Synthetic `json:"synthetic"`
	Reason    string            `json:"reason"`
}

func (c *IDCheckCmd) Run(std *Stdio) error {
	numbers, err := c.numbers(std)
	if err != nil {
		return err
	}
	l := c.language()
	rows := []checked{}
	allValid := true
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, number := range numbers {
		row := checked{Number: number}
		id, err := patient.Identify(number)
		var why *patient.InvalidNumber
		switch {
		case errors.As(err, &why):
			row.Reason, allValid = why.Code, false
			fmt.Fprintf(table, "%s\t–\t%s\n", number, words.Say(l, "identity."+why.Code, why.Args...))
		case err != nil:
			return err
		default:
			row.Kind, row.Valid, row.Synthetic = id.Kind, true, id.Synthetic
			fmt.Fprintf(table, "%s\t%s\t%s\n", number, words.Say(l, "identity."+string(id.Kind)), about(l, id))
		}
		rows = append(rows, row)
	}
	if c.Format == "json" {
		err = writeJSON(std, rows)
	} else {
		table.Flush()
		for line := range strings.Lines(text.String()) {
			fmt.Fprintln(std.Out, strings.TrimRight(line, " \n"))
		}
	}
	if err != nil {
		return err
	}
	if !allValid {
		return exit(exitFailed)
	}
	return nil
}

// numbers gives the numbers of the command line, with those of standard input in the place of a dash.
func (c *IDCheckCmd) numbers(std *Stdio) ([]string, error) {
	var numbers []string
	for _, n := range c.Number {
		if n != "-" {
			numbers = append(numbers, n)
			continue
		}
		lines := bufio.NewScanner(std.In)
		for lines.Scan() {
			if line := strings.TrimSpace(lines.Text()); line != "" {
				numbers = append(numbers, line)
			}
		}
		if err := lines.Err(); err != nil {
			return nil, badInput{fmt.Errorf("read numbers from standard input: %w", err)}
		}
	}
	return numbers, nil
}

// about tells what more a valid number says of itself.
func about(l words.Lang, id patient.Identity) string {
	var parts []string
	if id.Synthetic != "" {
		parts = append(parts, words.Say(l, "identity."+string(id.Synthetic)))
	}
	if id.Rule2032 {
		parts = append(parts, words.Say(l, "identity.rule_2032"))
	}
	return strings.Join(parts, ", ")
}
