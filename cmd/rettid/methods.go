package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"text/tabwriter"

	"rettid/day"
	"rettid/exception"
	"rettid/law"
	"rettid/say"
	"rettid/words"
)

// MethodsCmd keeps the register of methods of Nye metoder, and tells which door of the exception scheme is open for each on a day, and why.
type MethodsCmd struct {
	DatabaseFlag
	DeskFlags
	Output
	AsOf  string   `placeholder:"DAY" help:"The day the doors are looked at (today)."`
	Why   bool     `help:"Tell why each door stands as it does."`
	Files []string `arg:"" optional:"" name:"file" type:"existingfile" help:"CSV files to import: method, state, decided, and effective, title, body, link, no_hta where known. Importing again adds nothing."`
}

// methodLine is one method as programs read it.
type methodLine struct {
	Method string                                `json:"method"`
	Title  string                                `json:"title,omitempty"`
	State  law.MethodState                       `json:"state"`
	Since  day.Day                               `json:"since,omitzero"`
	Doors  map[law.Door]law.Finding[law.Opening] `json:"doors"`
}

// Run imports files, or lists the register.
func (c *MethodsCmd) Run(std *Stdio) error {
	ctx := context.Background()
	on, err := dayFlag("as-of", c.AsOf)
	if err != nil {
		return err
	}
	open := c.openToRead
	if len(c.Files) > 0 {
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
	lang := c.language()
	for _, name := range c.Files {
		f, err := openInput(std, name)
		if err != nil {
			return err
		}
		lines, err := exception.ReadMethods(f, name)
		f.Close()
		if err != nil {
			return badInput{err}
		}
		added, err := d.ImportMethods(ctx, lines, rand.Text(), exception.At{Actor: "import"})
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Fprintln(std.Err, words.Say(lang, "methods.imported", name, len(lines), added))
	}
	if on.IsZero() {
		on = d.Today()
	}
	all, err := d.Methods(ctx)
	if err != nil {
		return err
	}
	out := []methodLine{}
	for _, m := range all {
		at := m.State.Entry.At(on)
		out = append(out, methodLine{Method: at.ID, Title: m.State.Entry.Title, State: at.State, Since: at.Since, Doors: law.Doors(at, on)})
	}
	if c.Format == "json" {
		return writeJSON(std, out)
	}
	w := tabwriter.NewWriter(std.Out, 0, 0, 2, ' ', 0)
	for _, m := range out {
		state := words.Say(lang, "method_state."+string(law.NotRaised))
		if m.State != "" {
			state = words.Say(lang, "method_state."+string(m.State))
		}
		fmt.Fprintf(w, "%s\t%s\t%s", m.Method, m.Title, state)
		for _, door := range law.AllDoors {
			fmt.Fprintf(w, "\t%s: %s", words.Say(lang, "route."+string(door)), words.Say(lang, "opening."+string(m.Doors[door].Value)))
		}
		fmt.Fprintln(w)
		if c.Why {
			for _, door := range law.AllDoors {
				for _, s := range say.Reasons(lang, m.Doors[door].Because) {
					fmt.Fprintf(w, "  %s\n", s)
				}
			}
		}
	}
	return w.Flush()
}
