package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/guide"
	"rettid/law"
	"rettid/ledger"
)

// DatabaseFlag says which ledger a command works on.
type DatabaseFlag struct {
	Database string `env:"RETTID_DATABASE" default:"rettid.db" placeholder:"FILE|postgres://…" help:"The ledger: a file, or a PostgreSQL address (${env})."`
}

// open opens the ledger, making a file that is not there.
func (d DatabaseFlag) open(ctx context.Context) (*ledger.Ledger, error) {
	return ledger.Open(ctx, d.Database)
}

// openToRead opens a ledger that must be there.
func (d DatabaseFlag) openToRead(ctx context.Context) (*ledger.Ledger, error) {
	return ledger.OpenReadOnly(ctx, d.Database)
}

// DeskFlags says what the desk works with beside the ledger: organisation, guides and settings.
type DeskFlags struct {
	Org      string   `placeholder:"DIR" help:"Organisation data: a folder with the files of clinic/data. Without it the fictitious Norway of the demonstration."`
	Guides   string   `placeholder:"DIR" help:"Priority guides: a folder of guide files. Without it the embedded demonstration content."`
	Settings string   `env:"RETTID_SETTINGS" placeholder:"FILE" help:"Settings, a line each: key = value (${env}); rettid settings lists them."`
	Set      []string `placeholder:"KEY=VALUE" help:"One setting; may be repeated."`
	Calendar string   `name:"calendar" placeholder:"FILE" help:"Extra closed days and eves, as for rettid day --calendar."`
}

// desk joins the rooms.
func (f DeskFlags) desk(l *ledger.Ledger) (*desk.Desk, error) {
	org, guides := clinic.Demo(), guide.Embedded()
	var err error
	if f.Org != "" {
		if org, err = clinic.Load(os.DirFS(f.Org)); err != nil {
			return nil, badInput{err}
		}
	}
	if f.Guides != "" {
		if guides, err = guide.Load(os.DirFS(f.Guides)); err != nil {
			return nil, badInput{err}
		}
	}
	s, err := f.settings()
	if err != nil {
		return nil, badInput{err}
	}
	d := desk.New(l, org, guides, s)
	d.Now = time.Now
	if err := d.ReadHouse(context.Background()); err != nil {
		return nil, err
	}
	return d, nil
}

// settings reads the settings file and the single settings over it.
func (f DeskFlags) settings() (*law.Settings, error) {
	s := law.Default()
	if f.Settings != "" {
		file, err := os.Open(f.Settings)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		lines := bufio.NewScanner(file)
		for n := 1; lines.Scan(); n++ {
			line := strings.TrimSpace(lines.Text())
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			if err := set(s, line); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", f.Settings, n, err)
			}
		}
		if err := lines.Err(); err != nil {
			return nil, err
		}
	}
	for _, one := range f.Set {
		if err := set(s, one); err != nil {
			return nil, err
		}
	}
	if f.Calendar != "" {
		c, err := CalendarFlags{Calendar: f.Calendar}.load()
		if err != nil {
			return nil, err
		}
		s.Calendar = c
	}
	return s, nil
}

// set applies one line "key = value".
func set(s *law.Settings, line string) error {
	key, value, ok := strings.Cut(line, "=")
	if !ok {
		return fmt.Errorf("%q is not a setting: write key = value", line)
	}
	return s.Set(strings.TrimSpace(key), strings.TrimSpace(value))
}

// dayFlag reads a day given on the command line; empty is the zero day.
func dayFlag(name, value string) (day.Day, error) {
	if value == "" {
		return day.Day{}, nil
	}
	d, err := day.Parse(value)
	if err != nil {
		return d, badInput{fmt.Errorf("--%s: %w", name, err)}
	}
	return d, nil
}
