package figures

import (
	"fmt"
	"strconv"
	"strings"

	"rettid/day"
)

// fields gives a period as the row of a file, in the order of Columns.
func (p *Period) fields() []string {
	out := make([]string, len(Columns))
	date := func(i int, d day.Day) {
		if !d.IsZero() {
			out[i] = d.String()
		}
	}
	code := func(i, n int) {
		if n != 0 {
			out[i] = strconv.Itoa(n)
		}
	}
	out[inID] = p.ID
	date(inSeniority, p.Seniority)
	date(inReceived, p.Received)
	date(inAssessed, p.Assessed)
	date(inDeadline, p.Deadline)
	date(inEnd, p.End)
	date(inAllocated, p.Allocated)
	date(inMet, p.Met)
	date(inLetter, p.Letter)
	code(inRight, p.Right)
	code(inOutcome, p.Outcome)
	code(inEndCode, p.EndCode)
	code(inLevel, p.Level)
	code(inDebtor, p.Debtor)
	code(inHelfo, p.Helfo)
	code(inBirthYear, p.BirthYear)
	var codes, days []string
	dated := false
	for _, x := range p.Postponements {
		codes = append(codes, strconv.Itoa(x.Code))
		d := ""
		if !x.On.IsZero() {
			d, dated = x.On.String(), true
		}
		days = append(days, d)
	}
	out[inPostponed] = strings.Join(codes, "|")
	if dated {
		out[inPostponedOn] = strings.Join(days, "|")
	}
	var times []string
	for _, t := range p.Times {
		times = append(times, strconv.Itoa(t))
	}
	out[inTimes] = strings.Join(times, "|")
	if p.SecondOpinion {
		out[inSecondOpinion] = "1"
	}
	if p.ReReferred {
		out[inReReferred] = "1"
	}
	out[inSpecialty], out[inInstitution], out[inSite], out[inDepartment], out[inRegion] = p.Specialty, p.Institution, p.Site, p.Department, p.Region
	out[inSex], out[inMunicipality], out[inDeptCode] = p.Sex, p.Municipality, p.DeptCode
	return out
}

// AppendPeriod writes a period as a line of a CSV file with the columns of Columns, quoted where it must be.
func AppendPeriod(b []byte, p *Period) []byte {
	for i, f := range p.fields() {
		if i > 0 {
			b = append(b, ',')
		}
		if strings.ContainsAny(f, ",;\t\"\r\n") || strings.HasPrefix(f, " ") || strings.HasSuffix(f, " ") {
			f = `"` + strings.ReplaceAll(f, `"`, `""`) + `"`
		}
		b = append(b, f...)
	}
	return append(b, '\n')
}

// A Marked is a row with how it is counted in a reporting period.
type Marked struct {
	ID       string
	By       []string
	Excluded int    // the exclusion code, 0 when it is counted
	Days     int    // waited, to the end of the wait or of the period; 0 when it is excluded
	Counted  []bool // by the counts of CountKeys
}

// CountKeys are the counts a row can be in, those behind shares among them.
func CountKeys() []string {
	out := make([]string, nCounts)
	for i, k := range counts {
		out[i] = k.Key
	}
	return out
}

// A Marker tells how single rows are counted: the step from a cell to its rows.
type Marker struct {
	c *Counter
	s *spanCounter
}

// NewMarker marks rows of a reporting period; ByMonth is not asked for here.
func NewMarker(o Options) (*Marker, error) {
	o.Suppress = false
	for _, name := range o.By {
		if name == ByMonth {
			return nil, fmt.Errorf("the rows of a cell are those of its month: ask for the month as the period")
		}
	}
	c, err := NewCounter(o)
	if err != nil {
		return nil, err
	}
	return &Marker{c, c.spans[0]}, nil
}

// Mark tells how a row is counted.
func (m *Marker) Mark(p *Period) (Marked, error) {
	if err := m.c.set(0, p); err != nil {
		return Marked{}, err
	}
	prog := m.s.prog
	prog.run(&m.c.cols, 1, m.s.From, m.s.To)
	out := Marked{ID: p.ID, Excluded: int(prog.of(excluded)[0]), Counted: make([]bool, nCounts)}
	if out.Excluded == 0 {
		out.Days = int(prog.of(waited)[0])
	}
	q := p
	if len(p.Moves) > 0 {
		q = p.at(m.s.placeDay(p.End.Number()))
	}
	for _, d := range m.c.by {
		out.By = append(out.By, d.of(q))
	}
	for k := range counts {
		out.Counted[k] = prog.of(counts[k].When)[0] != 0
	}
	if m.c.o.PostponedInWaiting {
		out.Counted[nWaiting] = out.Counted[nWaiting] || out.Counted[nWaitingPutOff]
	}
	return out, nil
}
