package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"rettid/day"
	"rettid/words"
)

// DayCmd counts days as the law does.
type DayCmd struct {
	Add      DayAddCmd      `cmd:"" help:"Find the Nth working day after DATE; DATE itself is not counted."`
	Between  DayBetweenCmd  `cmd:"" help:"Count the working days after A, to B with B included."`
	Holidays DayHolidaysCmd `cmd:"" help:"List the public holidays of YEAR."`
}

// CalendarFlags is what may differ from the public holidays of the statute.
type CalendarFlags struct {
	EvesAreHolidays bool     `help:"24 and 31 December are days off; by the statute they are working days."`
	Closed          []string `sep:"none" placeholder:"DATE[=NAME]" help:"A further day off. May be repeated."`
	Calendar        string   `placeholder:"FILE" help:"Further days off from a JSON file: {\"eves_are_workdays\": true, \"closed\": [{\"date\": \"2026-09-01\", \"name\": \"…\", \"known_from\": \"2026-06-01\"}]}."`
	KnownOn         day.Day  `placeholder:"DATE" help:"Leave out days off that were decided after DATE (known_from in the file)."`
}

// load draws up the calendar. Everything it refuses is bad input.
func (f CalendarFlags) load() (*day.Calendar, error) {
	var o day.Options
	if f.Calendar != "" {
		file, err := os.ReadFile(f.Calendar)
		if err != nil {
			return nil, badInput{fmt.Errorf("read the calendar: %w", err)}
		}
		if o, err = readCalendar(file); err != nil {
			return nil, badInput{fmt.Errorf("calendar %s: %w", f.Calendar, err)}
		}
	}
	o.EvesAreHolidays = o.EvesAreHolidays || f.EvesAreHolidays
	for _, c := range f.Closed {
		date, name, _ := strings.Cut(c, "=")
		d, err := day.Parse(date)
		if err != nil {
			return nil, badInput{fmt.Errorf("--closed %s: %w", c, err)}
		}
		o.Closed = append(o.Closed, day.Closed{Day: d, Name: name})
	}
	c, err := day.New(o)
	if err != nil {
		return nil, badInput{err}
	}
	if !f.KnownOn.IsZero() {
		c = c.KnownOn(f.KnownOn)
	}
	return c, nil
}

// readCalendar reads a calendar file. A field it does not know is refused: a misspelt name must not move a deadline.
func readCalendar(text []byte) (day.Options, error) {
	var file struct {
		EvesAreWorkdays *bool `json:"eves_are_workdays"`
		Closed          []struct {
			Date      day.Day `json:"date"`
			Name      string  `json:"name"`
			KnownFrom day.Day `json:"known_from"`
		} `json:"closed"`
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return day.Options{}, fmt.Errorf("line %d: %w", 1+bytes.Count(text[:syntax.Offset], []byte("\n")), err)
		}
		return day.Options{}, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return day.Options{}, errors.New("there is more after the calendar; keep one JSON object in the file")
	}
	o := day.Options{EvesAreHolidays: file.EvesAreWorkdays != nil && !*file.EvesAreWorkdays}
	for _, c := range file.Closed {
		o.Closed = append(o.Closed, day.Closed{Day: c.Date, Name: c.Name, KnownFrom: c.KnownFrom})
	}
	return o, nil
}

// DayAddCmd finds the Nth working day after a date.
type DayAddCmd struct {
	Date day.Day `arg:"" help:"A date such as 2025-09-01."`
	N    int     `arg:"" help:"How many working days, 0 or more."`
	CalendarFlags
	Output
}

func (c *DayAddCmd) Run(std *Stdio) error {
	calendar, err := c.load()
	if err != nil {
		return err
	}
	due, err := calendar.AddWorking(c.Date, c.N)
	if err != nil {
		return badInput{err}
	}
	if c.Format == "json" {
		return writeJSON(std, struct {
			Date day.Day `json:"date"`
		}{due})
	}
	l := c.language()
	fmt.Fprintf(std.Out, "%s  %s\n", due, words.DateWithWeekday(l, due))
	return writePassed(std.Out, l, calendar, c.Date, due)
}

// DayBetweenCmd counts working days.
type DayBetweenCmd struct {
	A day.Day `arg:"" help:"The day before the first to count, such as 2025-09-01."`
	B day.Day `arg:"" help:"The last day to count. Before A, the count is negative."`
	CalendarFlags
	Output
}

func (c *DayBetweenCmd) Run(std *Stdio) error {
	if c.A.IsZero() || c.B.IsZero() {
		return badInput{day.ErrNotDate}
	}
	calendar, err := c.load()
	if err != nil {
		return err
	}
	n := calendar.Working(c.A, c.B)
	if c.Format == "json" {
		return writeJSON(std, struct {
			WorkingDays int `json:"working_days"`
		}{n})
	}
	l := c.language()
	text := words.SayNamed(l, "time.working_days", map[string]string{"n": words.Number(l, n)})
	if n == 1 {
		text = words.Say(l, "time.one_working_day")
	}
	fmt.Fprintln(std.Out, text)
	return writePassed(std.Out, l, calendar, c.A, c.B)
}

// DayHolidaysCmd lists the public holidays of a year.
type DayHolidaysCmd struct {
	Year int `arg:"" help:"A year from 1900 to 2199."`
	CalendarFlags
	Output
}

func (c *DayHolidaysCmd) Run(std *Stdio) error {
	if c.Year < 1900 || c.Year > 2199 {
		return badInput{fmt.Errorf("the year %d can't be counted; give one from 1900 to 2199", c.Year)}
	}
	calendar, err := c.load()
	if err != nil {
		return err
	}
	if c.Format == "json" {
		type row struct {
			Date day.Day `json:"date"`
			Name string  `json:"name"`
		}
		rows := []row{}
		for _, h := range calendar.Holidays(c.Year) {
			rows = append(rows, row{h.Day, h.Name})
		}
		return writeJSON(std, rows)
	}
	l := c.language()
	table := tabwriter.NewWriter(std.Out, 0, 0, 2, ' ', 0)
	for _, h := range calendar.Holidays(c.Year) {
		fmt.Fprintf(table, "%s\t%s\t%s\n", h.Day, words.Weekday(l, h.Day.Weekday()), holidayName(l, calendar, h))
	}
	return table.Flush()
}

// writePassed names the days off that were passed over, the reason the answer is what it is.
func writePassed(out io.Writer, l words.Lang, c *day.Calendar, a, b day.Day) error {
	for _, h := range c.Passed(a, b) {
		if _, err := fmt.Fprintln(out, words.Say(l, "because.holiday", h.Day, holidayName(l, c, h))); err != nil {
			return err
		}
	}
	return nil
}

// holidayName names a day off, a closed day by its configured name where it has one.
func holidayName(l words.Lang, c *day.Calendar, h day.Holiday) string {
	name := words.HolidayName(l, h.Name)
	if own := c.ClosedName(h.Day); own != "" {
		if h.Name == "closed" {
			return own
		}
		return name + " (" + own + ")"
	}
	return name
}
