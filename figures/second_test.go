package figures

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A secondCase is a file of referral periods beside what the domain rules (chapters 2, 6 to 10 and 12.2) say is counted of it. The set was written from the rules alone.
type secondCase struct {
	Why            string
	Period         string
	Args           []string // --by LIST, --strict
	Suppress       bool
	Count          *int // rows of the file
	Rejected       *int
	Cells          []map[string]any // what is said of each cell; more may be true of it
	Fails          []string         // words of the message, when nothing is counted
	AnyOrder       bool             `json:"any_order"`
	rows, rejected int
}

func TestSecondReading(t *testing.T) {
	files, err := filepath.Glob("testdata/second/*.json")
	if err != nil || len(files) < 60 {
		t.Fatalf("%d cases, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var c secondCase
			if err := json.Unmarshal(text, &c); err != nil {
				t.Fatal(err)
			}
			if len(c.Cells) == 0 && len(c.Fails) == 0 {
				t.Fatal("nothing is expected")
			}
			cells, err := c.count(strings.TrimSuffix(file, "json") + "csv")
			if len(c.Fails) > 0 {
				for _, word := range c.Fails {
					if err == nil || !strings.Contains(err.Error(), word) {
						t.Errorf("%s: %v lacks %q", c.Why, err, word)
					}
				}
				return
			}
			if err != nil {
				t.Fatalf("%s: %v", c.Why, err)
			}
			if c.Count != nil && *c.Count != c.rows || c.Rejected != nil && *c.Rejected != c.rejected {
				t.Errorf("%s: %d rows, %d rejected", c.Why, c.rows, c.rejected)
			}
			if len(cells) != len(c.Cells) {
				t.Fatalf("%s: %d cells, want %d", c.Why, len(cells), len(c.Cells))
			}
			for i, want := range c.Cells {
				got := cells[i]
				if by, ok := want["by"].(map[string]any); ok && c.AnyOrder {
					j := slices.IndexFunc(cells, func(c map[string]any) bool { return maps.Equal(c["by"].(map[string]any), by) })
					if j < 0 {
						t.Errorf("%s: no cell %v", c.Why, by)
						continue
					}
					got = cells[j]
				}
				for key, w := range want {
					if g, ok := got[key]; !ok || !same(g, w) {
						t.Errorf("%s: %s is %v, want %v", c.Why, key, g, w)
					}
				}
			}
		})
	}
}

// same compares what JSON holds, numbers to the ninth decimal.
func same(a, b any) bool {
	x, ok1 := a.(float64)
	y, ok2 := b.(float64)
	if ok1 && ok2 {
		return math.Abs(x-y) < 1e-9
	}
	return fmt.Sprint(a) == fmt.Sprint(b)
}

// count reads and counts a file, and gives the cells as they are printed.
func (c *secondCase) count(file string) ([]map[string]any, error) {
	span, err := ParseSpan(c.Period)
	if err != nil {
		return nil, err
	}
	o := Options{Span: span, Suppress: c.Suppress}
	if i := slices.Index(c.Args, "--by"); i >= 0 {
		if o.By, err = ParseBy(c.Args[i+1]); err != nil {
			return nil, err
		}
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := ReadCSV(f, span.To.AddMonths(12))
	if err != nil {
		return nil, err
	}
	o.Has = rows.Has
	counter, err := NewCounter(o)
	if err != nil {
		return nil, err
	}
	for {
		var p Period
		err := rows.Next(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		c.rows++
		var row *RowError
		switch {
		case errors.As(err, &row) && !slices.Contains(c.Args, "--strict"):
			c.rejected++
			continue
		case err != nil:
			return nil, err
		}
		if err := counter.Add(&p); err != nil {
			return nil, err
		}
	}
	r, err := counter.Result()
	if err != nil {
		return nil, err
	}
	text, err := r.MarshalJSON()
	if err != nil {
		return nil, err
	}
	var cells []map[string]any
	return cells, json.Unmarshal(text, &cells)
}
