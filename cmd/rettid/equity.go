package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"text/tabwriter"

	"rettid/equity"
	"rettid/table"
	"rettid/words"
)

// EquityCmd is the practice review of the exception scheme on files (exceptions.md chapter 7).
type EquityCmd struct {
	Cases      string `required:"" type:"existingfile" placeholder:"FILE" help:"CSV of applications (- reads what is piped in): area, region, age_group, and sex, education_quintile, centrality, interpreter, outcome, received, decided where known."`
	Population string `required:"" type:"existingfile" placeholder:"FILE" help:"CSV of who lives there: area, region, age_group, population, and sex where known."`
	Quintiles  string `type:"existingfile" placeholder:"FILE" help:"CSV of applications by the education quintile of the area: quintile, population, observed, expected."`
	NoSuppress bool   `help:"Show small numbers. Only for those who may see the cases themselves."`
	KMin       int    `name:"k-min" default:"5" placeholder:"N" help:"Hide numbers below this (3, 5 or 6; ${default})."`
	Notes      int    `default:"0" placeholder:"N" help:"Tell of at most N rejected rows of a file, 0 for all (${default})."`
	Strict     bool   `help:"Stop when a row can't be used. Otherwise it is counted and left out."`
	Format     string `enum:"table,json,csv" default:"table" help:"A table for people, JSON or CSV for programs (table, json, csv)."`
	Lang       string `enum:"nb,nn,en" default:"nb" help:"Language of the table: bokmål, nynorsk or English (nb, nn, en)."`
}

// Run reviews.
func (c *EquityCmd) Run(std *Stdio) error {
	if c.KMin != 3 && c.KMin != 5 && c.KMin != 6 {
		return badInput{fmt.Errorf("--k-min %d: choose 3, 5 or 6 (X-720)", c.KMin)}
	}
	lang := words.Lang(c.Lang)
	in := equity.Input{Settings: equity.Default()}
	in.Settings.KMin = c.KMin
	rejected := 0
	piped := false
	read := func(path string, fn func(io.Reader) (equity.File, error)) error {
		from := std.In
		if path == "-" {
			if piped {
				return badInput{errors.New("only one file can be piped in (-); name the others")}
			}
			piped = true
		} else {
			f, err := os.Open(path)
			if err != nil {
				return badInput{err}
			}
			defer f.Close()
			from = f
		}
		got, err := fn(from)
		for _, name := range got.Unknown {
			fmt.Fprintln(std.Err, words.Say(lang, "equity.unknown_column", path, name))
		}
		for i, r := range got.Rejected {
			if c.Notes > 0 && i == c.Notes {
				fmt.Fprintln(std.Err, words.Say(lang, "equity.more_rejected", path, len(got.Rejected)-i))
				break
			}
			fmt.Fprintln(std.Err, r.Error())
		}
		rejected += len(got.Rejected)
		if err != nil {
			return badInput{err}
		}
		return nil
	}
	err := read(c.Population, func(f io.Reader) (got equity.File, err error) {
		in.Population, got, err = equity.ReadPopulation(f, c.Population)
		return got, err
	})
	if err == nil {
		err = read(c.Cases, func(f io.Reader) (got equity.File, err error) {
			in.Cases, got, err = equity.ReadCases(f, c.Cases, in.Population)
			return got, err
		})
	}
	if err == nil && c.Quintiles != "" {
		err = read(c.Quintiles, func(f io.Reader) (got equity.File, err error) {
			in.Quintiles, got, err = equity.ReadQuintiles(f, c.Quintiles)
			return got, err
		})
	}
	if err != nil {
		return err
	}
	if rejected > 0 {
		fmt.Fprintln(std.Err, words.Say(lang, "equity.rejected", rejected))
		if c.Strict {
			return badInput{errors.New("--strict: nothing was computed")}
		}
	}
	r := equity.Review(in)
	if !c.NoSuppress {
		r = r.Public(in.Settings)
	} else if c.Format == "table" {
		r.Hidden = r.Open()
	}
	switch c.Format {
	case "json":
		return writeJSON(std, r)
	case "csv":
		return equityCSV(std, r)
	}
	equityTable(std, lang, r, c.KMin)
	return nil
}

// equityCSV writes the areas with the keys of the JSON as columns; what is hidden or not computed is empty.
func equityCSV(std *Stdio, r equity.Result) error {
	w := csv.NewWriter(std.Out)
	w.Write([]string{"area", "region", "population", "observed", "expected", "rate", "sr", "sr_lo", "sr_hi", "adjusted_rate", "limit_998_lo", "limit_95_lo", "limit_95_hi", "limit_998_hi", "signal"})
	number := func(v *float64) string {
		if v == nil {
			return ""
		}
		return strconv.FormatFloat(*v, 'f', -1, 64)
	}
	for _, a := range r.Areas {
		observed, signal := "", ""
		if a.Observed != nil {
			observed = strconv.Itoa(*a.Observed)
		}
		if a.Signal != nil {
			signal = string(*a.Signal)
		}
		w.Write([]string{table.SafeText(a.Area), table.SafeText(a.Region), number(&a.Population), observed, number(a.Expected), number(a.Rate), number(a.SR), number(a.SRLo), number(a.SRHi),
			number(a.AdjustedRate), number(a.Limit998Lo), number(a.Limit95Lo), number(a.Limit95Hi), number(a.Limit998Hi), signal})
	}
	w.Flush()
	return w.Error()
}

func equityTable(std *Stdio, lang words.Lang, r equity.Result, least int) {
	undefined := false
	number := func(v *float64, places int, hidden bool) string {
		switch {
		case v != nil:
			return words.Decimal(lang, *v, places)
		case hidden:
			return ":"
		}
		undefined = true
		return "–"
	}
	w := tabwriter.NewWriter(std.Out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, words.Say(lang, "equity.head_areas"))
	for _, a := range r.Areas {
		hidden := r.RatesHidden() || a.Observed == nil
		observed, signal, interval := ":", ":", number(a.SRLo, 2, hidden)
		if a.Observed != nil {
			observed = words.Number(lang, *a.Observed)
		}
		switch {
		case a.SR == nil && !hidden:
			signal = "–"
		case a.Signal != nil:
			signal = words.Say(lang, "equity.signal_"+string(*a.Signal))
		}
		if a.SRLo != nil {
			interval += "–" + number(a.SRHi, 2, hidden)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", a.Area, observed, number(a.Expected, 1, hidden), number(a.SR, 2, hidden), interval, number(a.AdjustedRate, 1, hidden), signal)
	}
	w.Flush()
	fmt.Fprintln(std.Out)
	w = tabwriter.NewWriter(std.Out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, words.Say(lang, "equity.head_outcomes"))
	for i, row := range r.Hidden {
		name := row.Area
		if i == len(r.Hidden)-1 {
			name = words.Say(lang, "equity.all")
		}
		fmt.Fprint(w, name)
		for _, n := range []equity.Count{row.Granted, row.Refused, row.Other, row.Total} {
			if n.Hidden {
				fmt.Fprint(w, "\t:")
			} else {
				fmt.Fprint(w, "\t", words.Number(lang, n.N))
			}
		}
		fmt.Fprintln(w)
	}
	w.Flush()
	if slices.ContainsFunc(r.Hidden, func(row equity.TableRow) bool {
		return row.Granted.Hidden || row.Refused.Hidden || row.Other.Hidden || row.Total.Hidden
	}) {
		fmt.Fprintln(std.Out, words.Say(lang, "equity.hidden", least))
	}
	if undefined {
		fmt.Fprintln(std.Out, words.Say(lang, "equity.undefined"))
	}
	fmt.Fprintln(std.Out)
	for _, f := range r.Findings() {
		fmt.Fprintln(std.Out, equitySentence(lang, f))
	}
}

// equitySentence says a finding.
func equitySentence(lang words.Lang, f equity.Finding) string {
	args := make([]any, len(f.Args))
	for i, a := range f.Args {
		switch v := a.(type) {
		case float64:
			places := 2
			switch size := math.Abs(v); {
			case size > 0 && size < 0.0005:
				places = 6
			case size < 0.1:
				places = 4
			}
			args[i] = words.Decimal(lang, v, places)
		case int:
			args[i] = words.Number(lang, v)
		default:
			args[i] = a
		}
	}
	return words.Say(lang, "equity."+f.Code, args...)
}
