package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"

	"rettid/day"
	"rettid/figures"
	"rettid/words"
)

// FiguresCmd counts the registry's figures of a reporting period (domain rules chapter 10).
type FiguresCmd struct {
	DatabaseFlag
	DeskFlags
	From               string `placeholder:"FILE" help:"Count the referral periods of this file (CSV or Parquet)."`
	Ledger             bool   `help:"Count the referrals of the ledger."`
	KnownOn            string `placeholder:"DAY" help:"Of what had been recorded in the ledger by the end of this day (all)."`
	Period             string `required:"" placeholder:"PERIOD" help:"The reporting period: 2025-09, 2025-T3 or 2025."`
	By                 string `placeholder:"A,B" help:"Break down by region, trust, site, department, specialty, sector, age, sex, level, municipality, debtor, month, or a column's own name."`
	Format             string `enum:"table,json,csv,parquet,xlsx" default:"table" help:"table, json, csv, parquet or xlsx (${default})."`
	Lang               string `enum:"nb,nn,en" default:"nb" help:"Language of the table: bokmål, nynorsk or English (nb, nn, en)."`
	Out                string `placeholder:"FILE" help:"Write to this file instead of to the screen."`
	NoSuppress         bool   `help:"Show small numbers too: for use within the service only."`
	Strict             bool   `help:"Stop at the first row that can't be read."`
	PostponedInWaiting bool   `help:"Count those who wait after a postponement by the patient or on medical grounds among the waiting."`
	Notes              int    `default:"20" placeholder:"N" help:"Tell of at most N rejected rows, 0 for all (${default})."`
}

// source tells what the figures rest on.
type source struct {
	Rows     int    `json:"rows"`
	Rejected int    `json:"rejected"`
	SHA256   string `json:"sha256"`
}

// Run counts.
func (c *FiguresCmd) Run(std *Stdio) error {
	span, err := figures.ParseSpan(c.Period)
	if err != nil {
		return badInput{err}
	}
	by, err := figures.ParseBy(c.By)
	if err != nil {
		return badInput{err}
	}
	if (c.From == "") == !c.Ledger {
		return badInput{errors.New("say what to count: --from FILE or --ledger")}
	}
	o := figures.Options{Span: span, By: by, Suppress: !c.NoSuppress, PostponedInWaiting: c.PostponedInWaiting}
	var r *figures.Result
	var src source
	if c.Ledger {
		r, src, err = c.fromLedger(o)
	} else {
		r, src, err = c.fromFile(std, o)
	}
	if err != nil {
		return err
	}
	return c.write(std, r, src)
}

// fromFile counts a file.
func (c *FiguresCmd) fromFile(std *Stdio, o figures.Options) (*figures.Result, source, error) {
	var src source
	f, err := os.Open(c.From)
	if err != nil {
		return nil, src, badInput{fmt.Errorf("open the file of referral periods: %w", err)}
	}
	defer f.Close()
	d, err := c.desk(nil)
	if err != nil {
		return nil, src, err
	}
	today := d.Today()
	if o.Span.To.After(today) {
		today = o.Span.To
	}
	rows, digest, err := readPeriods(f, today)
	if err != nil {
		return nil, src, badInput{fmt.Errorf("%s: %w", c.From, err)}
	}
	defer rows.Close()
	for _, name := range rows.Unknown {
		fmt.Fprintf(std.Err, "rettid: %s: the column %.60q is not asked for and is left out\n", c.From, name)
	}
	o.Has = rows.Has
	count, err := figures.NewCounter(o)
	if err != nil {
		return nil, src, badInput{err}
	}
	var p figures.Period
	for {
		err := rows.Next(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		var bad *figures.RowError
		if err == nil {
			src.Rows++
			err = count.Add(&p)
		} else if errors.As(err, &bad) {
			src.Rows++
		}
		switch {
		case err == nil:
		case bad == nil || c.Strict:
			return nil, src, badInput{fmt.Errorf("%s: %w", c.From, err)}
		default:
			src.Rejected++
			if c.Notes == 0 || src.Rejected <= c.Notes {
				fmt.Fprintf(std.Err, "rettid: %s: %v\n", c.From, bad)
			}
		}
	}
	if c.Notes > 0 && src.Rejected > c.Notes {
		fmt.Fprintf(std.Err, "rettid: %s: %d more rows are rejected (--notes 0 tells of all)\n", c.From, src.Rejected-c.Notes)
	}
	if src.SHA256, err = digest(); err != nil {
		return nil, src, err
	}
	r, err := count.Result()
	return r, src, err
}

// readPeriods finds out what a file is by how it begins, and begins to read it. digest gives the file's sha256 once all is read.
func readPeriods(f *os.File, today day.Day) (rows *figures.Rows, digest func() (string, error), err error) {
	head := make([]byte, 4)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, nil, err
	}
	if string(head[:n]) == "PAR1" {
		info, err := f.Stat()
		if err != nil {
			return nil, nil, err
		}
		h := sha256.New()
		rows, err := figures.ReadParquet(f, info.Size(), today)
		return rows, func() (string, error) {
			_, err := io.Copy(h, io.NewSectionReader(f, 0, info.Size()))
			return hex.EncodeToString(h.Sum(nil)), err
		}, err
	}
	h := sha256.New()
	in := bufio.NewReaderSize(&hashing{f, h}, 1<<20)
	rows, err = figures.ReadCSV(in, today)
	return rows, func() (string, error) {
		_, err := io.Copy(io.Discard, in)
		return hex.EncodeToString(h.Sum(nil)), err
	}, err
}

// hashing takes the digest of what is read.
type hashing struct {
	from io.Reader
	h    hash.Hash
}

func (r *hashing) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	r.h.Write(p[:n])
	return n, err
}

func (c *FiguresCmd) write(std *Stdio, r *figures.Result, src source) (err error) {
	out := std.Out
	if c.Out != "" {
		f, err := os.Create(c.Out)
		if err != nil {
			return err
		}
		defer func() {
			if e := f.Close(); err == nil {
				err = e
			}
		}()
		out = f
	}
	switch c.Format {
	case "json":
		cells, err := json.Marshal(r)
		if err != nil {
			return err
		}
		answer := struct {
			Period        string          `json:"period"`
			Source        source          `json:"source"`
			Suppressed    bool            `json:"small_numbers_hidden"`
			NotEvaluated  []string        `json:"exclusions_not_evaluated,omitempty"`
			NotComparable []string        `json:"not_comparable,omitempty"`
			Cells         json.RawMessage `json:"cells"`
		}{r.Span.Label, src, !c.NoSuppress, r.NotEvaluated, r.NotComparable, cells}
		e := json.NewEncoder(out)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(answer)
	case "csv":
		w := csv.NewWriter(out)
		w.Write(r.Head())
		for _, cell := range r.Cells {
			w.Write(safe(r.Line(cell)))
		}
		w.Flush()
		return w.Error()
	case "parquet":
		return r.WriteParquet(out)
	case "xlsx":
		return r.WriteWorkbook(out)
	}
	return c.table(out, r, src)
}

// safe keeps a spreadsheet from taking a name for a formula.
func safe(fields []string) []string {
	for i, f := range fields {
		if _, err := strconv.ParseFloat(f, 64); err != nil && f != "" && strings.ContainsRune("=+-@\t\r", rune(f[0])) {
			fields[i] = "'" + f
		}
	}
	return fields
}

// table writes the figures for people: a line for each figure when there is one cell, a line for each cell when there are more.
func (c *FiguresCmd) table(out io.Writer, r *figures.Result, src source) error {
	lang := words.Lang(c.Lang)
	fmt.Fprintf(out, "%s\n\n", words.Say(lang, "figures.head", r.Span.Label, src.Rows, src.Rejected))
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	if len(r.By) == 0 {
		for _, f := range figures.Figures {
			if f.Key != "excluded" {
				fmt.Fprintf(w, "%s\t%s\t%s\n", words.Say(lang, "figure."+f.Key), figureText(lang, r.Cells[0], &f), f.Rule)
			}
		}
		w.Flush()
		if text := r.Cells[0].ExcludedText(); text != "" {
			fmt.Fprintf(out, "\n%s: %s\n", words.Say(lang, "figure.excluded"), text)
		}
		return nil
	}
	short := []string{"newly_referred", "ordinarily_concluded", "concluded_median_days", "concluded_breach_share", "waiting", "waiting_median_days", "waiting_breach", "assessed_within_limit_share", "opening", "in", "out", "closing"}
	for _, name := range r.By {
		fmt.Fprintf(w, "%s\t", name)
	}
	for _, key := range short {
		fmt.Fprintf(w, "%s\t", words.Say(lang, "figure."+key))
	}
	fmt.Fprintln(w)
	for _, cell := range r.Cells {
		for _, v := range cell.By {
			fmt.Fprintf(w, "%s\t", v)
		}
		for _, key := range short {
			f, _ := figures.FigureByKey(key)
			fmt.Fprintf(w, "%s\t", figureText(lang, cell, &f))
		}
		fmt.Fprintln(w)
	}
	return w.Flush()
}

// figureText writes a figure; : where it is hidden (the mark of Statistics Norway), – where there is none.
func figureText(lang words.Lang, cell *figures.Cell, f *figures.Figure) string {
	v, state := cell.Value(f.Key)
	switch {
	case state == figures.Hidden:
		return ":"
	case state == figures.NotComputed:
		return "–"
	case f.Unit == "share":
		return words.Percent(lang, v, 1)
	case f.Unit == "days":
		return words.Decimal(lang, v, 1)
	}
	return words.Number(lang, int(v))
}

func (c *FiguresCmd) fromLedger(o figures.Options) (*figures.Result, source, error) {
	_ = context.Background()
	return nil, source{}, badInput{errors.New("not yet")}
}
