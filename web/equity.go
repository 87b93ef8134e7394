package web

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"encoding/csv"
	"net/http"
	"rettid/desk"
	"rettid/equity"
	"rettid/exception"
	"rettid/law"
	"rettid/table"
	"rettid/words"
)

const equityURL = "/praksisgjennomgang"

// residents gives who lives where; nil when no file has been given.
func (s *site) residents(ctx context.Context) ([]equity.Group, error) {
	p, ok, err := s.desk.Ledger.Paper(ctx, exception.National, desk.PopulationPaper, desk.PopulationID)
	if err != nil || !ok || p.Gone {
		return nil, err
	}
	out, _, err := equity.ReadPopulation(bytes.NewReader(p.Body), "residents")
	return out, err
}

// hiddenCounts are counts by region as they may be shown to all: small numbers hidden, and what they could be worked out from.
func (v *view) hiddenCounts(counts map[string]int, people []equity.Group) []accessLine {
	table := make([][]equity.Count, 0, len(law.UserPanels)+1)
	sum := 0
	for _, region := range law.UserPanels {
		n := counts[region]
		sum += n
		table = append(table, []equity.Count{{N: n}, {N: n}})
	}
	table = equity.Suppress(append(table, []equity.Count{{N: sum}, {N: sum}}), equity.Default().KMin)
	var out []accessLine
	for i, region := range law.UserPanels {
		l := accessLine{Region: v.region(region), Applied: ":", Rate: ":"}
		if c := table[i][1]; !c.Hidden {
			l.Applied = words.Number(v.Lang, c.N)
			lives := 0.0
			for _, g := range people {
				if g.Region == region {
					lives += g.Population
				}
			}
			if l.Rate = "–"; lives > 0 {
				l.Rate = words.Decimal(v.Lang, float64(c.N)/lives*1e6, 1)
			}
		}
		out = append(out, l)
	}
	return out
}

// sendRows answers with rows as a spreadsheet reads them, never as formulas.
func sendRows(w http.ResponseWriter, name string, rows [][]string) error {
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.csv"`, strings.ReplaceAll(name, `"`, "")))
	w.Write([]byte("\ufeff"))
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	for _, r := range rows {
		out.Write(table.Safe(r))
	}
	out.Flush()
	return out.Error()
}
