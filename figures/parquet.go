package figures

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"rettid/day"
	"rettid/table"
)

// The bounds of a Parquet file: what is beyond them is refused before it is unpacked.
const (
	maxParquetRows   = 1 << 28
	maxParquetPage   = 64 << 20
	maxParquetGroups = 1 << 16
)

// ReadParquet begins to read a Parquet file of periods: the columns of a CSV file, as text, numbers or dates.
func ReadParquet(in io.ReaderAt, size int64, today day.Day) (rows *Rows, err error) {
	defer func() { // the library panics on some damaged files
		if x := recover(); x != nil {
			rows, err = nil, errors.New("the Parquet file is damaged; write it again")
		}
	}()
	f, err := parquet.OpenFile(in, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, fmt.Errorf("the file is no Parquet file that can be read; write it again: %w", err)
	}
	leaves := f.Root().Columns()
	switch {
	case len(leaves) > table.MaxColumns:
		return nil, fmt.Errorf("the file has %d columns, more than %d; keep those that are asked for", len(leaves), table.MaxColumns)
	case f.NumRows() < 0 || f.NumRows() > maxParquetRows:
		return nil, fmt.Errorf("the file says it has %d rows, more than %d; split it", f.NumRows(), maxParquetRows)
	case len(f.RowGroups()) > maxParquetGroups:
		return nil, fmt.Errorf("the file has %d row groups, more than %d; write it in larger ones", len(f.RowGroups()), maxParquetGroups)
	}
	r := newRows(today)
	place := make([]int, len(Columns))
	for i := range place {
		place[i] = -1
	}
	for i, leaf := range leaves {
		at := slices.IndexFunc(Columns, func(n string) bool { return strings.EqualFold(n, leaf.Name()) })
		switch {
		case at < 0:
			r.Unknown = append(r.Unknown, leaf.Name())
		case !leaf.Leaf() || leaf.Repeated():
			return nil, fmt.Errorf("the column %s is a list or a group; write several values as text separated by |", leaf.Name())
		case place[at] >= 0:
			return nil, fmt.Errorf("the column %s stands twice; remove one", leaf.Name())
		default:
			place[at] = i
			r.Has[Columns[at]] = true
		}
	}
	for _, name := range Required {
		if !r.Has[name] {
			return nil, fmt.Errorf("the column %s is missing; add it and give every row a value", name)
		}
	}
	p := &parquetRows{file: f, leaves: leaves, place: place, texts: make(map[string]string)}
	r.next = p.next
	r.close = p.close
	return r, nil
}

// parquetRows reads column by column, some rows at a time.
type parquetRows struct {
	file   *parquet.File
	leaves []*parquet.Column
	place  []int
	texts  map[string]string
	group  int
	open   []parquet.Pages // by column asked for; nil: not in the file
	vals   []parquetColumn
	left   int64 // rows left in the group
	row    int
}

type parquetColumn struct {
	page   parquet.Page
	values parquet.ValueReader
	buf    [256]parquet.Value
	n, at  int
}

func (p *parquetRows) next(out *Period) (line int, err error) {
	defer func() {
		if x := recover(); x != nil {
			line, err = p.row, fmt.Errorf("row %d: the Parquet file is damaged there; write it again", p.row)
		}
	}()
	for p.left == 0 {
		p.close()
		groups := p.file.RowGroups()
		if p.group == len(groups) {
			return p.row, io.EOF
		}
		g := groups[p.group]
		p.group++
		p.left = g.NumRows()
		p.open, p.vals = make([]parquet.Pages, len(Columns)), make([]parquetColumn, len(Columns))
		chunks := g.ColumnChunks()
		for i, at := range p.place {
			if at >= 0 {
				p.open[i] = chunks[at].Pages()
			}
		}
	}
	p.left--
	p.row++
	values := make([]string, len(Columns))
	for i := range p.vals {
		if p.open[i] == nil {
			continue
		}
		v, err := p.value(i)
		if err != nil {
			return p.row, fmt.Errorf("row %d, column %s: %w", p.row, Columns[i], err)
		}
		values[i] = v
	}
	return p.row, parse(out, p.row, func(i int) string { return values[i] }, p.texts)
}

// value gives a value as the CSV file would have it.
func (p *parquetRows) value(i int) (string, error) {
	c := &p.vals[i]
	for c.at == c.n {
		if c.values == nil {
			page, err := p.open[i].ReadPage()
			if errors.Is(err, io.EOF) {
				return "", errors.New("the column ends before the others: the file is damaged; write it again")
			}
			if err != nil {
				return "", fmt.Errorf("the file is damaged; write it again: %w", err)
			}
			if page.Size() > maxParquetPage {
				return "", fmt.Errorf("a page unpacks to %d bytes, more than %d; write smaller pages", page.Size(), maxParquetPage)
			}
			c.page, c.values = page, page.Values()
		}
		n, err := c.values.ReadValues(c.buf[:])
		c.n, c.at = n, 0
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("the file is damaged; write it again: %w", err)
		}
		if n == 0 {
			parquet.Release(c.page)
			c.page, c.values = nil, nil
		}
	}
	v := c.buf[c.at]
	c.at++
	if v.IsNull() {
		return "", nil
	}
	kind := p.leaves[p.place[i]].Type()
	switch v.Kind() {
	case parquet.ByteArray, parquet.FixedLenByteArray:
		b := v.ByteArray()
		if len(b) > 4096 {
			return "", errors.New("a value is longer than 4096 bytes")
		}
		return strings.TrimSpace(strings.ToValidUTF8(string(b), "?")), nil
	case parquet.Boolean:
		if v.Boolean() {
			return "1", nil
		}
		return "2", nil
	case parquet.Int32, parquet.Int64:
		n := v.Int64()
		if v.Kind() == parquet.Int32 {
			n = int64(v.Int32())
		}
		if logical := kind.LogicalType(); logical != nil {
			switch l := logical.Value.(type) {
			case *format.DateType:
				return sinceEpoch(n), nil
			case *format.TimestampType:
				if l.Unit.Value != nil {
					return sinceEpoch(n / int64(24*time.Hour/l.Unit.Value.Duration())), nil
				}
			}
		}
		return strconv.FormatInt(n, 10), nil
	}
	return "", fmt.Errorf("the column holds values of kind %s; write text, whole numbers or dates", v.Kind())
}

// sinceEpoch writes a day counted from 1970-01-01; as a number when there is no such day, so that it is refused with its value.
func sinceEpoch(n int64) string {
	if d := day.On(1970, 1, 1).Add(int(max(min(n, 1<<20), -1<<20))); !d.IsZero() {
		return d.String()
	}
	return strconv.FormatInt(n, 10)
}

func (p *parquetRows) close() error {
	for _, pages := range p.open {
		if pages != nil {
			pages.Close()
		}
	}
	p.open = nil
	return nil
}
