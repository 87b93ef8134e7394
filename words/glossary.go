package words

import (
	_ "embed"
	"fmt"
	"io"
	"strings"
	"sync"
)

// A Term is one of the trade's own nouns, with where it is defined and what the code calls it.
type Term struct {
	EN, NB, NN string
	Definition string // in English
	Source     string // "guide 3.1", "pbrl § 2-2"
	Identifier string // the name in the code
}

//go:embed glossary.csv
var glossaryCSV string

var glossary = sync.OnceValue(func() []Term {
	terms, err := readGlossary(strings.NewReader(glossaryCSV))
	if err != nil {
		panic("words/glossary.csv: " + err.Error())
	}
	return terms
})

// Glossary gives every term in the order of glossary.csv.
func Glossary() []Term { return append([]Term(nil), glossary()...) }

// readGlossary reads the columns term_en, term_nb, term_nn, definition_en, source, identifier; none may be empty and no
// English term may stand twice.
func readGlossary(r io.Reader) ([]Term, error) {
	header := []string{"term_en", "term_nb", "term_nn", "definition_en", "source", "identifier"}
	seen := make(map[string]bool)
	var terms []Term
	err := eachRow(r, header, func(line int, row []string) error {
		for i, field := range row {
			if strings.TrimSpace(field) == "" {
				return fmt.Errorf("line %d: %s is empty", line, header[i])
			}
		}
		if seen[row[0]] {
			return fmt.Errorf("line %d: term %q stands twice", line, row[0])
		}
		seen[row[0]] = true
		terms = append(terms, Term{EN: row[0], NB: row[1], NN: row[2], Definition: row[3], Source: row[4], Identifier: row[5]})
		return nil
	})
	return terms, err
}
