package main

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"text/tabwriter"

	"rettid/casefile"
	"rettid/exception"
	"rettid/law"
	"rettid/referral"
)

// NormsCmd lists the norms with what carries them.
type NormsCmd struct {
	Format  string   `enum:"text,json" default:"text" help:"Write text for people or JSON for programs (text, json)."`
	Missing bool     `help:"List only norms that nothing carries, or that no case and no example shows."`
	IDs     []string `arg:"" optional:"" name:"id" help:"Norms to list, or the beginnings of ids (G4.1); all when left out."`
}

// carriedElsewhere is what rooms carry that know nothing of package law, or whose whole purpose is the norm.
var carriedElsewhere = []law.Carrier{
	{By: []string{"law.Editions", "law.Edition"}, Norms: []string{"G1.1-6"}},
	{By: []string{"law.AllNorms", "law.Rules"}, Norms: []string{"G9.3-13"}},
	{By: []string{"say.Reason", "say.Cite"}, Norms: []string{"G2-3"}},
	{By: []string{"guide.Load", "guide.Condition"}, Norms: []string{"G2-4", "G11-4"}},
	{By: []string{"guide.Condition", "guide.Guideline"}, Norms: []string{"G9.1-3"}},
	{By: []string{"guide.Guide"}, Norms: []string{"G2-9", "G11-5"}},
	{By: []string{"clinic.Provider.Delegated"}, Norms: []string{"G3.2-4", "G3.2-7"}},
	{By: []string{"waitlist.Of"}, Norms: []string{"G9.3-11", "G9.3-12"}},
	{By: []string{"report.Maker.Report"}, Norms: []string{"G11-1"}},
	{By: []string{"figures.Month", "figures.Counts"}, Norms: []string{"G9.3-3", "G9.3-4", "G9.3-5", "G9.3-8", "G9.3-1", "G9.3-9", "G9.3-10"}},
	{By: []string{"web.New"}, Norms: []string{"G1.2-1", "G2-1", "G2-21", "G2-23", "G4.3.1-7", "G4.3.2-1", "G5.1-3", "G5.1-5", "G5.1-6", "G5.2.1-1", "G5.2.3-1", "G11-10"}},
	{By: []string{"web.New"}, Norms: []string{"G4.6-12", "G7-14"}},
	{By: []string{"web.NewGated"}, Norms: []string{"G3.1-2", "G3.1-11", "G3.1-15", "G7-14"}}, // the referrer's and the next of kin's pages
	{By: []string{"web.House"}, Norms: []string{"G7-13"}},
	{By: []string{"figures.Practices"}, Norms: []string{"G2-2", "G11-2"}},
	{By: []string{"figures.Compute", "figures.NewMarker", "figures.FigureByKey"}, Norms: []string{"G9.3-1", "G9.3-7", "G9.3-10"}},
	{By: []string{"npr.Names", "npr.Of"}, Norms: []string{"G9.3-2"}},
	{By: []string{"desk.Row"}, Norms: []string{"G9.3-6"}},
	{By: []string{"access.Decide"}, Norms: []string{"X-109", "X-111"}},
	{By: []string{"equity.Review"}, Norms: []string{"X-702", "X-706", "X-710", "X-711", "X-713"}},
	{By: []string{"equity.Suppress"}, Norms: []string{"X-720", "X-722"}},
	{By: []string{"equity.Settings"}, Norms: []string{"X-723", "X-1210"}},
	{By: []string{"clinic.Org.HomeOf"}, Norms: []string{"X-802"}},
	{By: []string{"equity.ReadOut"}, Norms: []string{"X-703", "X-1212"}},
	{By: []string{"equity.Publish"}, Norms: []string{"X-721", "X-724"}},
	{By: []string{"chart.Funnel", "chart.Caterpillar", "chart.Concentration", "chart.Boxes", "chart.TimeSeries"}, Norms: []string{"X-712"}},
	{By: []string{"web.New"}, Norms: []string{"X-1014", "X-1101", "X-1102", "X-1103", "X-1104", "X-1106"}}, // the review's page and its paper
}

// carriers joins the tables of the rooms.
func carriers() []law.Carrier {
	return slices.Concat(law.Carriers(), referral.Carries, exception.Carries, carriedElsewhere)
}

// normLine is a norm with all there is to say of it.
type normLine struct {
	ID        string   `json:"id"`
	Section   string   `json:"section"`
	Kind      string   `json:"kind"`
	Statement string   `json:"statement"`
	Behaviour string   `json:"system_behaviour"`
	Rules     []string `json:"rules,omitempty"`
	By        []string `json:"carried_by,omitempty"`
	Cases     []string `json:"cases,omitempty"`    // file: name
	Examples  []string `json:"examples,omitempty"` // rule: how many rows
	NotYet    string   `json:"not_yet,omitempty"`
}

// normLines draws the whole table from the code, the cases and the examples.
func normLines() ([]normLine, error) {
	all := law.AllNorms()
	out := make([]normLine, len(all))
	at := make(map[string]*normLine, len(all))
	for i, n := range all {
		out[i] = normLine{ID: n.ID, Section: n.Section, Kind: n.Kind, Statement: n.Statement, Behaviour: n.Behaviour}
		at[n.ID] = &out[i]
	}
	find := func(id, where string) (*normLine, error) {
		if l := at[id]; l != nil {
			return l, nil
		}
		return nil, fmt.Errorf("%s names the norm %s, which there is none of", where, id)
	}
	for _, c := range carriers() {
		for _, id := range c.Norms {
			l, err := find(id, strings.Join(c.By, ", "))
			if err != nil {
				return nil, err
			}
			if c.Rule != "" {
				l.Rules = append(l.Rules, c.Rule)
			}
			for _, by := range c.By {
				if !slices.Contains(l.By, by) {
					l.By = append(l.By, by)
				}
			}
		}
	}
	for _, w := range law.NotYet() {
		for _, id := range w.Norms {
			l, err := find(id, "the list of what is not there yet")
			if err != nil {
				return nil, err
			}
			l.NotYet = w.For
		}
	}
	files := casefile.Embedded()
	err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		for _, c := range casefile.Parse(path, text) {
			for _, id := range c.Norms {
				if strings.HasPrefix(id, "R-") {
					continue // a reading of the house
				}
				l, err := find(id, "case "+path+": "+c.Name)
				if err != nil {
					return err
				}
				l.Cases = append(l.Cases, path+": "+c.Name)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, r := range law.Rules() {
		rows := make(map[string]int)
		for _, ex := range r.Provision().Examples {
			for _, cell := range ex.Cells {
				for _, word := range strings.Fields(cell) {
					if at[word] != nil {
						rows[word]++
					}
				}
			}
		}
		for id, n := range rows {
			at[id].Examples = append(at[id].Examples, fmt.Sprintf("%s: %d", r.ID, n))
		}
	}
	return out, nil
}

func (c *NormsCmd) Run(std *Stdio) error {
	all, err := normLines()
	if err != nil {
		return err
	}
	for _, id := range c.IDs {
		if !slices.ContainsFunc(all, func(l normLine) bool { return within(l.ID, id) }) {
			return badInput{fmt.Errorf("there is no norm %s; write an id such as G4.1-1, or the beginning of some, such as G4.1", id)}
		}
	}
	var shown []normLine
	carried, waiting, cased := 0, 0, 0
	for _, l := range all {
		if len(c.IDs) > 0 && !slices.ContainsFunc(c.IDs, func(id string) bool { return within(l.ID, id) }) {
			continue
		}
		switch {
		case l.NotYet != "":
			waiting++
		default:
			carried++
		}
		if len(l.Cases)+len(l.Examples) > 0 {
			cased++
		} else if c.Missing {
			shown = append(shown, l)
			continue
		}
		if !c.Missing || l.NotYet != "" {
			shown = append(shown, l)
		}
	}
	if c.Format == "json" {
		if shown == nil {
			shown = []normLine{}
		}
		return writeJSON(std, shown)
	}
	if len(c.IDs) > 0 {
		for _, l := range shown {
			l.write(std)
		}
	} else {
		w := tabwriter.NewWriter(std.Out, 0, 0, 2, ' ', 0)
		for _, l := range shown {
			by := strings.Join(l.By, ", ")
			if l.NotYet != "" {
				by = "not yet: " + l.NotYet
			}
			fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%s\n", l.ID, l.Kind, len(l.Cases), len(l.Examples), by)
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	fmt.Fprintf(std.Err, "%d norms carried, %d not yet, %d shown by a case or an example\n", carried, waiting, cased)
	return nil
}

// within tells whether an id is the one asked for, or of the chapter asked for.
func within(id, asked string) bool {
	rest, ok := strings.CutPrefix(id, asked)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '-')
}

// write tells all of one norm.
func (l normLine) write(std *Stdio) {
	fmt.Fprintf(std.Out, "%s  %s, chapter %s\n  %s\n  Kept by: %s\n", l.ID, l.Kind, l.Section, l.Statement, l.Behaviour)
	if l.NotYet != "" {
		fmt.Fprintf(std.Out, "  Not yet: waits for %s\n", l.NotYet)
	}
	list := func(head string, items []string) {
		for _, x := range items {
			fmt.Fprintf(std.Out, "  %s %s\n", head, x)
		}
	}
	list("Rule", l.Rules)
	list("Code", l.By)
	list("Case", l.Cases)
	list("Examples", l.Examples)
	fmt.Fprintln(std.Out)
}
