package figures

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"

	"rettid/table"
)

// HiddenMark stands where a number is too small to be shown (the mark of Statistics Norway).
const HiddenMark = ":"

// Head is the header of the figures as a table: the breakdowns, then the figures.
func (r *Result) Head() []string {
	out := append([]string{"period"}, r.By...)
	for _, f := range Figures {
		out = append(out, f.Key)
	}
	return out
}

// Line is a cell as a line of that table: numbers unrounded, empty for what is not computed, HiddenMark for what is hidden.
func (r *Result) Line(c *Cell) []string {
	out := append([]string{r.Span.Label}, c.By...)
	for i := range Figures {
		f := &Figures[i]
		if f.Key == "excluded" {
			out = append(out, c.ExcludedText())
			continue
		}
		v, state := c.Value(f.Key)
		switch state {
		case Shown:
			out = append(out, strconv.FormatFloat(v, 'f', -1, 64))
		case Hidden:
			out = append(out, HiddenMark)
		default:
			out = append(out, "")
		}
	}
	return out
}

// ExcludedText writes how many are excluded by each code: "12=7 31=40".
func (c *Cell) ExcludedText() string {
	var parts []string
	for _, x := range exclusions {
		n, ok := c.Excluded[x.Code]
		switch {
		case !ok:
		case c.hidden[fmt.Sprintf("excluded.%d", x.Code)]:
			parts = append(parts, fmt.Sprintf("%d=%s", x.Code, HiddenMark))
		default:
			parts = append(parts, fmt.Sprintf("%d=%d", x.Code, n))
		}
	}
	return strings.Join(parts, " ")
}

// WriteCSV writes the figures as a table: a line for each cell.
func (r *Result) WriteCSV(out io.Writer) error {
	w := csv.NewWriter(out)
	w.Write(r.Head())
	for _, cell := range r.Cells {
		w.Write(table.Safe(r.Line(cell)))
	}
	w.Flush()
	return w.Error()
}

// A Source tells what figures rest on: how many rows were counted and how many rejected, and the digest of them all.
type Source struct {
	Rows     int    `json:"rows"`
	Rejected int    `json:"rejected"`
	SHA256   string `json:"sha256"`
}

// WriteJSON writes the figures for programs, with what they rest on; hidden says that small numbers are.
func (r *Result) WriteJSON(out io.Writer, from Source, hidden bool) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		Period        string   `json:"period"`
		Source        Source   `json:"source"`
		Suppressed    bool     `json:"small_numbers_hidden"`
		NotEvaluated  []string `json:"exclusions_not_evaluated,omitempty"`
		NotComparable []string `json:"not_comparable,omitempty"`
		Cells         *Result  `json:"cells"`
	}{r.Span.Label, from, hidden, r.NotEvaluated, r.NotComparable, r})
}

// WriteParquet writes the figures as a Parquet file: a row for each cell, null for what is not computed or hidden, and the names of the hidden ones in
// suppressed.
func (r *Result) WriteParquet(out io.Writer) error {
	group := parquet.Group{"period": parquet.String(), "excluded": parquet.String(), "suppressed": parquet.String()}
	for _, name := range r.By {
		group[name] = parquet.String()
	}
	for _, f := range Figures {
		if f.Key != "excluded" {
			group[f.Key] = parquet.Optional(parquet.Leaf(parquet.DoubleType))
		}
	}
	schema := parquet.NewSchema("figures", group)
	place := make(map[string]int)
	for i, path := range schema.Columns() {
		place[path[0]] = i
	}
	w := parquet.NewGenericWriter[any](out, schema, parquet.Compression(&parquet.Snappy))
	rows := make([]parquet.Row, 0, 256)
	flush := func() error {
		_, err := w.WriteRows(rows)
		rows = rows[:0]
		return err
	}
	for _, c := range r.Cells {
		row := make(parquet.Row, len(place))
		set := func(name, s string) { row[place[name]] = parquet.ByteArrayValue([]byte(s)).Level(0, 0, place[name]) }
		set("period", r.Span.Label)
		set("excluded", c.ExcludedText())
		set("suppressed", strings.Join(c.HiddenKeys(), " "))
		for i, name := range r.By {
			set(name, c.By[i])
		}
		for _, f := range Figures {
			if f.Key == "excluded" {
				continue
			}
			at := place[f.Key]
			if v, state := c.Value(f.Key); state == Shown {
				row[at] = parquet.DoubleValue(v).Level(0, 1, at)
			} else {
				row[at] = parquet.NullValue().Level(0, 0, at)
			}
		}
		if rows = append(rows, row); len(rows) == cap(rows) {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	return w.Close()
}

// WriteWorkbook writes the figures as an Excel workbook: a sheet of the figures and a sheet of their definitions.
func (r *Result) WriteWorkbook(out io.Writer) error {
	f := excelize.NewFile()
	defer f.Close()
	const sheet, notes = "Figures", "Definitions"
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return err
	}
	w, err := f.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	head := make([]any, 0, 64)
	for _, h := range r.Head() {
		head = append(head, h)
	}
	if err := w.SetRow("A1", head); err != nil {
		return err
	}
	for i, c := range r.Cells {
		line := []any{r.Span.Label}
		for _, v := range c.By {
			line = append(line, v)
		}
		for j := range Figures {
			f := &Figures[j]
			if f.Key == "excluded" {
				line = append(line, c.ExcludedText())
				continue
			}
			v, state := c.Value(f.Key)
			switch state {
			case Shown:
				line = append(line, v)
			case Hidden:
				line = append(line, HiddenMark)
			default:
				line = append(line, nil)
			}
		}
		at, err := excelize.CoordinatesToCellName(1, i+2)
		if err != nil {
			return err
		}
		if err := w.SetRow(at, line); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if _, err := f.NewSheet(notes); err != nil {
		return err
	}
	for i, x := range Figures {
		at := strconv.Itoa(i + 1)
		for col, v := range map[string]string{"A": x.Key, "B": x.Rule, "C": x.Unit} {
			if err := f.SetCellStr(notes, col+at, v); err != nil {
				return err
			}
		}
	}
	return f.Write(out)
}
