package chart

import (
	"bytes"
	"encoding/csv"
	"math"
	"strconv"
	"strings"

	"rettid/table"
	"rettid/words"
)

// CSV is the table twin as a file: UTF-8 with a mark at the start, semicolons, decimal comma in Norwegian and point in English, as the spreadsheets of the
// offices read them. Shares are in per cent, as they are shown. What is suppressed is ":".
func (f Figure) CSV() []byte {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.Comma = ';'
	w.UseCRLF = true
	row := func(cells []Cell) {
		out := make([]string, len(cells))
		for i, c := range cells {
			out[i] = f.plain(c)
		}
		w.Write(out) // to memory: it can't fail
	}
	row(f.Head)
	for _, r := range f.Rows {
		row(r)
	}
	w.Flush()
	return b.Bytes()
}

// plain is a cell as a spreadsheet takes it: never as a formula.
func (f Figure) plain(c Cell) string {
	if c.isSet {
		if math.IsNaN(c.value) {
			return Suppressed
		}
		s := strconv.FormatFloat(c.value, 'f', c.places, 64)
		if f.Lang != words.EN {
			s = strings.Replace(s, ".", ",", 1)
		}
		return s
	}
	return table.SafeText(c.Text)
}
