package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"rettid/day"
	"rettid/figures"
	"rettid/registry"
	"rettid/table"
	"rettid/words"
)

// FiguresCmd counts the registry's figures of a reporting period (domain rules chapter 10).
type FiguresCmd struct {
	DatabaseFlag
	DeskFlags
	From               string   `placeholder:"FILE" help:"Count the referral periods of this file (CSV, Parquet or a message of the patient registry); - reads standard input."`
	Ledger             bool     `help:"Count the referrals of the ledger."`
	KnownOn            string   `placeholder:"DAY" help:"Of what had been recorded in the ledger by the end of this day (all)."`
	Period             string   `required:"" placeholder:"PERIOD" help:"The reporting period: 2025-09, 2025-T3 or 2025."`
	By                 string   `placeholder:"A,B" help:"Break down by region, trust, site, department, specialty, sector, age, sex, level, municipality, debtor, month, or a column's own name."`
	Format             string   `enum:"table,json,csv,parquet,xlsx" default:"table" help:"table, json, csv, parquet or xlsx (${default})."`
	Lang               string   `enum:"nb,nn,en" default:"nb" help:"Language of the table: bokmål, nynorsk or English (nb, nn, en)."`
	Out                string   `placeholder:"FILE" help:"Write to this file instead of to the screen."`
	NoSuppress         bool     `help:"Show small numbers too: for use within the service only."`
	Strict             bool     `help:"Stop at the first row that can't be read."`
	PostponedInWaiting bool     `help:"Count those who wait after a postponement by the patient or on medical grounds among the waiting."`
	Rows               string   `placeholder:"COUNT" help:"List the rows behind a count instead (all: every row), each with its exclusion code and what it is counted in. Never for publication."`
	Where              []string `placeholder:"BREAKDOWN=VALUE" help:"With --rows: only rows of this cell; may be repeated."`
	Publish            bool     `help:"With --ledger: keep the figures as published, with the digest of their rows; later facts give a later revision."`
	Recount            bool     `help:"With --ledger: count every published revision again of what was known then, and tell whether it comes out the same."`
	SQL                string   `name:"sql" enum:",duckdb,spark,trino,clickhouse" default:"" placeholder:"ENGINE" help:"Write the same figures as SQL over Parquet instead (duckdb, spark, trino, clickhouse); --from names the file of periods in it."`
	Almanac            string   `placeholder:"FILE" help:"With --sql: write the calendar the SQL joins to this Parquet file."`
	Notes              int      `default:"20" placeholder:"N" help:"Tell of at most N rejected rows, 0 for all (${default})."`
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
	if c.SQL != "" {
		return c.sql(std, figures.Options{Span: span, By: by})
	}
	if (c.From == "") == !c.Ledger {
		return badInput{errors.New("say what to count: --from FILE or --ledger")}
	}
	o := figures.Options{Span: span, By: by, Suppress: !c.NoSuppress, PostponedInWaiting: c.PostponedInWaiting}
	var r *figures.Result
	var src figures.Source
	switch {
	case (c.Publish || c.Recount) && !c.Ledger:
		return badInput{errors.New("--publish and --recount are of the ledger's figures: add --ledger")}
	case c.Ledger:
		r, src, err = c.fromLedger(std, o)
	default:
		r, src, err = c.fromFile(std, o)
	}
	if err != nil || r == nil {
		return err
	}
	return c.write(std, r, src)
}

// sql writes the query, and the almanac it joins.
func (c *FiguresCmd) sql(std *Stdio, o figures.Options) error {
	table := func(file, otherwise string) string {
		switch {
		case file == "":
			return otherwise
		case c.SQL == string(figures.DuckDB):
			return "read_parquet('" + strings.ReplaceAll(file, "'", "''") + "')"
		case c.SQL == string(figures.Spark):
			return "parquet.`" + strings.ReplaceAll(file, "`", "``") + "`"
		case c.SQL == string(figures.ClickHouse):
			return "file('" + strings.ReplaceAll(file, "'", "\\'") + "', Parquet)"
		}
		return otherwise
	}
	text, err := figures.SQL(figures.Engine(c.SQL), o, table(c.From, "periods"), table(c.Almanac, "almanac"))
	if err != nil {
		return badInput{err}
	}
	if c.Almanac != "" {
		f, err := os.Create(c.Almanac)
		if err != nil {
			return badInput{err}
		}
		if err := errors.Join(figures.WriteAlmanac(f), f.Close()); err != nil {
			return fmt.Errorf("write the almanac: %w", err)
		}
	}
	_, err = io.WriteString(std.Out, text)
	return err
}

// fromFile counts a file.
func (c *FiguresCmd) fromFile(std *Stdio, o figures.Options) (*figures.Result, figures.Source, error) {
	var src figures.Source
	f, err := openInput(std, c.From)
	if err != nil {
		return nil, src, badInput{fmt.Errorf("open the file of referral periods: %w", err)}
	}
	defer f.Close()
	today := day.FromTime(time.Now())
	if o.Span.To.After(today) {
		today = o.Span.To
	}
	rows, digest, err := readPeriods(f, today)
	if err != nil {
		return nil, src, badInput{fmt.Errorf("%s: %w", c.From, err)}
	}
	defer rows.Close()
	for i, name := range rows.Unknown {
		if i == 20 {
			fmt.Fprintf(std.Err, "rettid: %s: %d more columns are not asked for\n", c.From, len(rows.Unknown)-i)
			break
		}
		fmt.Fprintf(std.Err, "rettid: %s: the column %.60q is not asked for and is left out\n", c.From, name)
	}
	o.Has = rows.Has
	count, err := figures.NewCounter(o)
	if err != nil {
		return nil, src, badInput{err}
	}
	add := count.Add
	if c.Rows != "" {
		m, err := c.marker(std, o)
		if err != nil {
			return nil, src, err
		}
		defer m.end()
		add = m.mark
	}
	bad := func(err error) error {
		var row *figures.RowError
		if !errors.As(err, &row) || c.Strict {
			return badInput{fmt.Errorf("%s: %w", c.From, err)}
		}
		src.Rows++
		src.Rejected++
		if c.Notes == 0 || src.Rejected <= c.Notes {
			fmt.Fprintf(std.Err, "rettid: %s: %v\n", c.From, row)
		}
		return nil
	}
	var p figures.Period
	for {
		err := rows.Next(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			src.Rows++
			if err = add(&p); err != nil {
				return nil, src, badInput{fmt.Errorf("%s: %w", c.From, err)}
			}
			continue
		}
		if err := bad(err); err != nil {
			return nil, src, err
		}
	}
	if rows.Repeated > 0 {
		fmt.Fprintf(std.Err, "rettid: %s: %d rows have the id of an earlier row of the same institution, the first on line %d; they are excluded as duplicates (32): keep the row that holds and remove the others\n", c.From, rows.Repeated, rows.RepeatedAt)
	}
	if c.Rows != "" {
		return nil, src, nil
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
func readPeriods(f io.Reader, today day.Day) (rows *figures.Rows, digest func() (string, error), err error) {
	h := sha256.New()
	in := bufio.NewReaderSize(&hashing{f, h}, 1<<20)
	head, err := in.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	if string(head) == "PAR1" {
		file, ok := f.(*os.File)
		if !ok {
			return nil, nil, errors.New("Parquet is read from a file, not from a pipe: name the file")
		}
		info, err := file.Stat()
		if err != nil {
			return nil, nil, err
		}
		if !info.Mode().IsRegular() {
			return nil, nil, errors.New("Parquet is read from a file, not from a pipe: name the file")
		}
		rows, err := figures.ReadParquet(file, info.Size(), today)
		return rows, func() (string, error) {
			whole := sha256.New()
			_, err := io.Copy(whole, io.NewSectionReader(file, 0, info.Size()))
			return hex.EncodeToString(whole.Sum(nil)), err
		}, err
	}
	if bytes.HasPrefix(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")), []byte("<")) {
		rows, err = registry.ReadMessage(in)
	} else {
		rows, err = figures.ReadCSV(in, today)
	}
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

func (c *FiguresCmd) write(std *Stdio, r *figures.Result, src figures.Source) (err error) {
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
		return r.WriteJSON(out, src, !c.NoSuppress)
	case "csv":
		return r.WriteCSV(out)
	case "parquet":
		return r.WriteParquet(out)
	case "xlsx":
		return r.WriteWorkbook(out)
	}
	return c.table(out, r, src)
}

// table writes the figures for people: a line for each figure when there is one cell, a line for each cell when there are more.
func (c *FiguresCmd) table(out io.Writer, r *figures.Result, src figures.Source) error {
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

// fromLedger counts the ledger, and publishes when asked to.
func (c *FiguresCmd) fromLedger(std *Stdio, o figures.Options) (*figures.Result, figures.Source, error) {
	known, err := dayFlag("known-on", c.KnownOn)
	if err != nil {
		return nil, figures.Source{}, err
	}
	ctx := context.Background()
	open := c.openToRead
	if c.Publish {
		open = c.open
	}
	l, err := open(ctx)
	if err != nil {
		return nil, figures.Source{}, err
	}
	defer l.Close()
	d, err := c.desk(l)
	if err != nil {
		return nil, figures.Source{}, err
	}
	x := &registry.Registry{Desk: d}
	tenants, err := l.Tenants(ctx)
	if err != nil {
		return nil, figures.Source{}, err
	}
	if c.Rows != "" {
		marks, err := c.marker(std, o)
		if err != nil {
			return nil, figures.Source{}, err
		}
		err = x.EachPeriod(ctx, tenants, o.Span.To, known, marks.mark)
		if err == nil {
			err = marks.end()
		}
		return nil, figures.Source{}, err
	}
	if c.Recount {
		return nil, figures.Source{}, c.recount(ctx, std, x, tenants, o)
	}
	counted, err := x.Figures(ctx, tenants, o, known)
	if err != nil {
		return nil, figures.Source{}, badInput{err}
	}
	if c.Publish {
		p, err := x.Publish(ctx, publisher, "", counted, c.NoSuppress)
		switch {
		case errors.Is(err, registry.ErrUnchanged):
			fmt.Fprintf(std.Err, "rettid: %v: revision %d, known on %s\n", err, p.Revision, p.KnownOn)
		case err != nil:
			return nil, figures.Source{}, err
		default:
			fmt.Fprintf(std.Err, "rettid: published as revision %d, known on %s, digest %s\n", p.Revision, p.KnownOn, p.SHA256)
		}
	}
	return counted.Result, figures.Source{Rows: counted.Rows, SHA256: counted.SHA256}, nil
}

// publisher is whose papers figures of the whole ledger are kept among.
const publisher = "*"

// recount lists the revisions of published figures, each counted again of what was known then.
func (c *FiguresCmd) recount(ctx context.Context, std *Stdio, x *registry.Registry, tenants []string, o figures.Options) error {
	all, err := x.Revisions(ctx, publisher, o.Span.Label, o.By)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return badInput{fmt.Errorf("no figures of %s with these breakdowns are published: rettid figures --ledger --publish publishes some", o.Span.Label)}
	}
	wrong := false
	for _, p := range all {
		verdict := "the same"
		if err := x.Recount(ctx, tenants, p); errors.Is(err, registry.ErrNotTheSame) {
			verdict, wrong = "DIFFERENT", true
		} else if err != nil {
			return err
		}
		fmt.Fprintf(std.Out, "%s revision %d, known on %s, %d rows, %s: %s\n", p.Period, p.Revision, p.KnownOn, p.Rows, p.SHA256, verdict)
	}
	if wrong {
		return exit(exitFailed)
	}
	return nil
}

// marks writes rows with how each is counted.
type marks struct {
	m      *figures.Marker
	w      *csv.Writer
	figure int // -1: all rows
	where  []string
}

func (c *FiguresCmd) marker(std *Stdio, o figures.Options) (*marks, error) {
	m, err := figures.NewMarker(o)
	if err != nil {
		return nil, badInput{err}
	}
	out := &marks{m: m, w: csv.NewWriter(std.Out), figure: slices.Index(figures.CountKeys(), c.Rows)}
	if c.Rows != "all" && out.figure < 0 {
		return nil, badInput{fmt.Errorf("%q is no count: --rows takes all or one of %s", c.Rows, strings.Join(figures.CountKeys(), ", "))}
	}
	out.where = make([]string, len(o.By))
	set := make([]bool, len(o.By))
	for _, w := range c.Where {
		name, value, ok := strings.Cut(w, "=")
		i := slices.IndexFunc(o.By, func(b string) bool { return strings.EqualFold(b, name) })
		if !ok || i < 0 {
			return nil, badInput{fmt.Errorf("--where %q: write BREAKDOWN=VALUE with a breakdown of --by", w)}
		}
		out.where[i], set[i] = value, true
	}
	for i := range set {
		if !set[i] {
			out.where[i] = "*"
		}
	}
	head := append([]string{"id"}, o.By...)
	head = append(head, "excluded", "days")
	return out, out.w.Write(append(head, figures.CountKeys()...))
}

func (x *marks) mark(p *figures.Period) error {
	row, err := x.m.Mark(p)
	if err != nil {
		return err
	}
	if x.figure >= 0 && !row.Counted[x.figure] {
		return nil
	}
	for i, v := range x.where {
		if v != "*" && v != row.By[i] {
			return nil
		}
	}
	line := append([]string{row.ID}, row.By...)
	excluded, days := "", strconv.Itoa(row.Days)
	if row.Excluded != 0 {
		excluded, days = strconv.Itoa(row.Excluded), ""
	}
	line = append(line, excluded, days)
	for _, in := range row.Counted {
		flag := "0"
		if in {
			flag = "1"
		}
		line = append(line, flag)
	}
	return x.w.Write(table.Safe(line))
}

func (x *marks) end() error {
	x.w.Flush()
	return x.w.Error()
}
