package law

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strings"
	"sync"
)

// A Norm is one sentence of the guide on priorities (31.05.2024), or of the views on the exception scheme, as something a program can keep or break.
type Norm struct {
	ID        string   // "G4.1-1": chapter and number; U and X for the exception scheme
	Section   string   // "4.1"
	Kind      string   // date · duty · refusal · warning · right · count · content · process · view
	Statement string   // what the source says
	Behaviour string   // what a program that keeps it does
	Actors    []string // whom it concerns
	Verbs     []string // the steps it speaks to
}

//go:embed norms.csv
var normsCSV string

// exceptionsCSV are the rules of the exception scheme (X-…): read in a source (confirmed), chosen by us and open to settings (default), or from general
// knowledge (recall).
//
//go:embed exceptions.csv
var exceptionsCSV string

var normList = sync.OnceValue(func() []Norm {
	all, err := readNorms(normsCSV)
	if err != nil {
		panic("law/norms.csv: " + err.Error()) // embedded: a mistake here is a mistake in the program
	}
	scheme, err := readNorms(exceptionsCSV)
	if err != nil {
		panic("law/exceptions.csv: " + err.Error())
	}
	return append(all, scheme...)
})

// AllNorms gives every norm in the order of the guide, those of the exception scheme last.
func AllNorms() []Norm { return append([]Norm(nil), normList()...) }

func readNorms(text string) ([]Norm, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = 7
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 || strings.Join(rows[0], ",") != "id,section,kind,statement,system_behaviour,actors,verbs" {
		return nil, fmt.Errorf("the header is not id,section,kind,statement,system_behaviour,actors,verbs")
	}
	seen := make(map[string]bool)
	out := make([]Norm, 0, len(rows))
	for i, row := range rows[1:] {
		n := Norm{ID: row[0], Section: row[1], Kind: row[2], Statement: row[3], Behaviour: row[4], Verbs: strings.Fields(row[6])}
		for _, a := range strings.Split(row[5], ",") {
			if a = strings.TrimSpace(a); a != "" {
				n.Actors = append(n.Actors, a)
			}
		}
		if n.ID == "" || n.Statement == "" || n.Behaviour == "" || seen[n.ID] {
			return nil, fmt.Errorf("row %d: %q has no id, statement or behaviour, or stands twice", i+2, n.ID)
		}
		seen[n.ID] = true
		out = append(out, n)
	}
	return out, nil
}

// A Carrier is code that carries norms: a rule's functions, or a function or type of another room, which says so in a table of its own.
type Carrier struct {
	Rule  string // id of the rule, empty outside this room
	By    []string
	Norms []string
}

// Carriers lists the rules as carriers of their norms.
func Carriers() []Carrier {
	known := make(map[string]bool)
	for _, n := range normList() {
		known[n.ID] = true
	}
	out := make([]Carrier, 0, len(rules))
	for _, r := range rules {
		c := Carrier{Rule: r.ID}
		for _, f := range r.Funcs {
			c.By = append(c.By, "law."+f)
		}
		for _, n := range r.Norms {
			if known[n] { // the others are the house's own readings, R-…
				c.Norms = append(c.Norms, n)
			}
		}
		if c.Norms != nil {
			out = append(out, c)
		}
	}
	return out
}

// Waits is why some norms are not in the program: what they wait for.
type Waits struct {
	For   string
	Norms []string
}

// NotYet lists the norms that nothing in the program carries, by what they wait for. One that is carried must be taken out; a test holds the two apart.
func NotYet() []Waits { return notYet }

var notYet = []Waits{
	{"the authoring of guides: who made them, gradings side by side, hearings, advice, a changelog", []string{"G11-6", "G11-7", "G11-8", "G11-9", "G11-11", "G11-12"}},
}
