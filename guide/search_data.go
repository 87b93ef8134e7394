package guide

import (
	"bufio"
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

//go:embed data/synonyms.csv data/codes.csv data/compounds.txt data/stopwords.txt data/ordinary.txt data/evidence.csv
var searchData embed.FS

// A synonymRow tells what else a condition is called. Means is words that stand in the condition's Norwegian name, all of
// them, so that the row serves any library; or an id, or the beginning of one and an asterisk, where names do not tell.
type synonymRow struct {
	means string
	terms []string
}

// A codeRow says that a code, and every code below it, points to a condition.
type codeRow struct {
	system    string // "icd10" or "icpc2"
	code      string // capital letters, without the point: "M161"
	condition string
}

// records reads an embedded table of so many columns, header and all.
func records(name string, header ...string) ([][]string, error) {
	f, err := searchData.Open("data/" + name)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = len(header)
	got, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if strings.Join(got, ",") != strings.Join(header, ",") {
		return nil, fmt.Errorf("%s: the columns are %v, want %v", name, got, header)
	}
	var rows [][]string
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		rows = append(rows, row)
	}
}

func readSynonyms() ([]synonymRow, error) {
	rows, err := records("synonyms.csv", "means", "terms")
	if err != nil {
		return nil, err
	}
	out := make([]synonymRow, len(rows))
	for i, row := range rows {
		out[i].means = strings.TrimSpace(row[0])
		for t := range strings.SplitSeq(row[1], ";") {
			if t = strings.TrimSpace(t); t != "" {
				out[i].terms = append(out[i].terms, t)
			}
		}
		if out[i].means == "" || len(out[i].terms) == 0 {
			return nil, fmt.Errorf("synonyms.csv row %d: means or terms are missing", i+2)
		}
	}
	return out, nil
}

func readCodes() ([]codeRow, error) {
	rows, err := records("codes.csv", "system", "code", "condition")
	if err != nil {
		return nil, err
	}
	out := make([]codeRow, len(rows))
	for i, row := range rows {
		code := strings.ReplaceAll(row[1], ".", "")
		switch {
		case row[0] != "icd10" && row[0] != "icpc2":
			return nil, fmt.Errorf("codes.csv row %d: system is %q, not icd10 or icpc2", i+2, row[0])
		case !isCode(code) || row[0] == "icpc2" && len(code) != 3:
			return nil, fmt.Errorf("codes.csv row %d: %q is not a code of %s", i+2, row[1], row[0])
		case row[2] == "":
			return nil, fmt.Errorf("codes.csv row %d: condition is missing", i+2)
		}
		out[i] = codeRow{row[0], code, row[2]}
	}
	return out, nil
}

// readWords reads a list of words; a line that begins with # is a remark.
func readWords(name string) ([]string, error) {
	f, err := searchData.Open("data/" + name)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	defer f.Close()
	var out []string
	for s := bufio.NewScanner(f); s.Scan(); {
		if !strings.HasPrefix(s.Text(), "#") {
			out = append(out, strings.Fields(s.Text())...)
		}
	}
	return out, nil
}
