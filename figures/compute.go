package figures

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"rettid/day"
)

// Options say what is asked.
type Options struct {
	Span     Span
	By       []string // names of ParseBy
	Suppress bool     // hide small numbers
	// PostponedInWaiting counts those who have put off, or are put off on medical grounds, among the waiting (R-10.9; default: apart).
	PostponedInWaiting bool
	// Has says which of the registry's columns the input has; nil: all of them.
	Has map[string]bool
}

// A Result is the figures of a reporting period.
type Result struct {
	Span  Span
	By    []string
	Rows  int // referral periods counted over
	Cells []*Cell
	// NotEvaluated are the exclusion codes that ask what the input has not got.
	NotEvaluated []string
	// NotComparable are figures the law makes incomparable in the period: from 27 March to 1 October 2020 no deadline had to be set, and from 27
	// March to 27 May 2020 the limit of the assessment was another.
	NotComparable []string

	has map[string]bool
}

// A Cell is the figures of one group.
type Cell struct {
	By       []string // values, in the order of Result.By
	N        [nCounts]int64
	Excluded map[int32]int64

	concluded, waiting, ended, putOff []int32 // days; ended: other ends of the wait; putOff: those still waiting apart
	has                               map[string]bool
	hidden                            map[string]bool
	days                              map[string]float64
	parents                           map[string]string // the names above those asked for: the region of a trust
}

// A Counter takes in referral periods and gives figures. Its memory grows with the cells and by eight bytes for each period that is counted.
type Counter struct {
	o          Options
	by         []Dim
	month      int // place of ByMonth in Options.By, -1: not asked for
	spans      []*spanCounter
	cols       [columns][]int32
	codes      [][]int32
	moved      []*Period // by row; nil: it has stayed where it is
	n          int
	rows       int
	names      []names
	above      []Dim // what the breakdowns lie inside, when small numbers are hidden
	aboveCodes [][]int32
	aboveNames []names
	a          *almanac
}

type names struct {
	of   map[string]int32
	text []string
}

func (n *names) code(s string) int32 {
	if c, ok := n.of[s]; ok {
		return c
	}
	c := int32(len(n.text))
	s = strings.Clone(s)
	n.of[s] = c
	n.text = append(n.text, s)
	return c
}

// A spanCounter counts one reporting period.
type spanCounter struct {
	Span
	prog  *program
	cells map[string]int32
	keys  []string // codes of the cell, 4 bytes each
	n     [][nCounts]int64
	out   []map[int32]int64
	above [][]int32
	recs  []record
	inner bool // counted for what it hides alone
	last  string
	lastI int32
}

// A record is a period's days in a cell: the two high bits of days tell what ended the wait.
type record struct{ cell, days int32 }

// NewCounter begins to count.
func NewCounter(o Options) (*Counter, error) {
	c := &Counter{o: o, month: -1, a: norway()}
	if o.Span.From.Before(almanacFirst.Add(31)) || o.Span.To.After(almanacLast) {
		return nil, fmt.Errorf("figures can be counted from %d to %d; check the year of the period", almanacFirst.Year()+1, almanacLast.Year())
	}
	for i, name := range o.By {
		if name == ByMonth {
			c.month = i
			continue
		}
		d, err := dimOf(name)
		if err != nil {
			return nil, err
		}
		if o.Has != nil && !o.Has[d.Column] {
			return nil, fmt.Errorf("figures by %s need the column %s, which the input has not got", name, d.Column)
		}
		c.by = append(c.by, d)
	}
	spans := []Span{o.Span}
	if c.month >= 0 {
		spans = o.Span.Months()
	}
	if o.Suppress && c.month < 0 {
		for _, s := range o.Span.inside() {
			inner := newSpanCounter(s)
			inner.inner = true
			c.spans = append(c.spans, inner)
		}
	}
	for _, s := range spans {
		c.spans = append(c.spans, newSpanCounter(s))
	}
	if o.Suppress {
		c.above = above(c.by, o.Has)
	}
	for i := range c.cols {
		c.cols[i] = make([]int32, batchRows)
	}
	for range c.by {
		c.codes = append(c.codes, make([]int32, batchRows))
		c.names = append(c.names, names{of: make(map[string]int32)})
	}
	for range c.above {
		c.aboveCodes = append(c.aboveCodes, make([]int32, batchRows))
		c.aboveNames = append(c.aboveNames, names{of: make(map[string]int32)})
	}
	c.moved = make([]*Period, batchRows)
	return c, nil
}

func newSpanCounter(s Span) *spanCounter {
	fs := []*formula{excluded, waited, counted, ordinary, startedPutOff, endedOther, waiting, waitingPutOff}
	for _, k := range counts {
		fs = append(fs, k.When)
	}
	return &spanCounter{Span: s, prog: compile(fs...), cells: make(map[string]int32)}
}

// Add counts one period.
func (c *Counter) Add(p *Period) error {
	i := c.n
	if err := c.set(i, p); err != nil {
		return err
	}
	for k := range c.by {
		c.codes[k][i] = c.names[k].code(c.by[k].of(p))
	}
	for k := range c.above {
		c.aboveCodes[k][i] = c.aboveNames[k].code(c.above[k].of(p))
	}
	c.moved[i] = nil
	if len(p.Moves) > 0 {
		c.moved[i] = p
	}
	c.rows++
	if c.n++; c.n == batchRows {
		c.flush()
	}
	return nil
}

// set puts a period's numbers into row i of the columns.
func (c *Counter) set(i int, p *Period) error {
	start := p.Start().Number()
	for _, d := range [...]day.Day{p.Seniority, p.Received, p.Assessed, p.End} {
		if n := d.Number(); n != 0 && (d.Before(almanacFirst) || d.After(almanacLast)) {
			return fmt.Errorf("the day %s is outside %d–%d, so it can't be counted; check the year", d, almanacFirst.Year(), almanacLast.Year())
		}
	}
	out := p.Outcome
	if out == 0 {
		out = 10
	}
	field, _ := strconv.Atoi(p.Specialty)
	dept := 0
	if len(p.DeptCode) == 3 {
		dept, _ = strconv.Atoi(p.DeptCode)
	}
	putOff, helfo := false, p.Helfo == 2
	for _, x := range p.Postponements {
		putOff = putOff || excuses(x.Code)
	}
	for _, t := range p.Times {
		helfo = helfo || t == 31
	}
	set := func(k column, v int32) { c.cols[k][i] = v }
	set(colSeniority, p.Seniority.Number())
	set(colReceived, p.Received.Number())
	set(colAssessed, p.Assessed.Number())
	set(colRight, int32(p.Right))
	set(colOutcome, int32(out))
	set(colDeadline, p.Deadline.Number())
	set(colEnd, p.End.Number())
	set(colEndCode, int32(p.EndCode))
	set(colPostponed, bit(putOff))
	set(colAllocated, p.Allocated.Number())
	set(colMet, p.Met.Number())
	set(colSpecialty, int32(field))
	set(colSecondOpinion, bit(p.SecondOpinion))
	set(colHelfo, bit(helfo))
	set(colBirthYear, int32(p.BirthYear))
	set(colDept, int32(dept))
	set(colLetter, p.Letter.Number())
	set(colReReferred, bit(p.ReReferred))
	set(colDuplicate, bit(p.Duplicate))
	set(colStart, start)
	set(colStartYear, look(c.a.year, start))
	set(colTenYears, look(c.a.ten, start))
	set(colLimit, look(c.a.limit, start))
	set(colLimitYoung, look(c.a.limitYoung, start))
	set(colAssessedNth, look(c.a.nth, p.Assessed.Number()))
	set(colEndNth, look(c.a.nth, p.End.Number()))
	set(colNoSeniority, bit(p.Seniority.IsZero() && !p.Received.IsZero() && (c.o.Has == nil || c.o.Has[Columns[inSeniority]])))
	set(colAge, int32(p.age()))
	return nil
}

// excuses tells the postponements by the patient and on medical grounds from the institution's own (list 8446, R-6.1).
func excuses(code int) bool {
	switch code {
	case 3, 5, 6, 21, 22:
		return true
	}
	return false
}

func (c *Counter) flush() {
	if c.n == 0 {
		return
	}
	for _, s := range c.spans {
		s.add(c)
	}
	c.n = 0
}

const (
	recConcluded = iota
	recWaiting
	recEnded
	recPutOff
)

func (s *spanCounter) add(c *Counter) {
	p := s.prog
	p.run(&c.cols, c.n, s.From, s.To)
	var when [nCounts][]int32
	for k := range counts {
		when[k] = p.of(counts[k].When)
	}
	days, code := p.of(waited), p.of(excluded)
	kinds := [4][]int32{recConcluded: p.of(ordinary), recWaiting: p.of(waiting), recEnded: nil, recPutOff: p.of(waitingPutOff)}
	isCounted := p.of(counted)
	key := make([]byte, 0, 64)
	for i := range c.n {
		touched := code[i] != 0
		for k := range when {
			touched = touched || when[k][i] != 0
		}
		if !touched {
			continue
		}
		key = key[:0]
		for k := range c.by {
			v := c.codes[k][i]
			key = append(key, byte(v>>24), byte(v>>16), byte(v>>8), byte(v))
		}
		now, then := s.cell(key), int32(-1)
		for len(s.above) < len(s.keys) {
			var codes []int32
			for k := range c.above {
				codes = append(codes, c.aboveCodes[k][i])
			}
			s.above = append(s.above, codes)
		}
		if q := c.moved[i]; q != nil {
			now = s.cellOf(c, q.at(s.placeDay(c.cols[colEnd][i])))
			if when[nOpening][i] != 0 {
				if then = s.cellOf(c, q.at(s.From.Add(-1))); then == now {
					then = -1
				}
			}
		}
		n := &s.n[now]
		for k := range when {
			n[k] += int64(when[k][i])
		}
		if then >= 0 { // it stood elsewhere when the period began: out there, in here
			n[nOpening]--
			n[nIn]++
			s.n[then][nOpening]++
			s.n[then][nOut]++
		}
		if code[i] != 0 {
			if s.out[now] == nil {
				s.out[now] = make(map[int32]int64)
			}
			s.out[now][code[i]]++
		}
		if isCounted[i] != 0 && !s.inner {
			kind := int32(recEnded)
			for k := range kinds {
				if kinds[k] != nil && kinds[k][i] != 0 {
					kind = int32(k)
				}
			}
			s.recs = append(s.recs, record{now, kind<<29 | days[i]&(1<<29-1)})
		}
	}
}

// placeDay is the day a period's place in the span is taken on: the end of its wait, or the end of the span.
func (s *spanCounter) placeDay(end int32) day.Day {
	if end != 0 && end <= s.To.Number() {
		return day.FromNumber(end)
	}
	return s.To
}

func (c *Counter) keyOf(p *Period) []byte {
	key := make([]byte, 0, 4*len(c.by))
	for k := range c.by {
		v := c.names[k].code(c.by[k].of(p))
		key = append(key, byte(v>>24), byte(v>>16), byte(v>>8), byte(v))
	}
	return key
}

// cellOf is the cell of a period where it stood; what is above a new cell is told by the same period.
func (s *spanCounter) cellOf(c *Counter, p *Period) int32 {
	i := s.cell(c.keyOf(p))
	for len(s.above) < len(s.keys) {
		codes := make([]int32, 0, len(c.above))
		for k := range c.above {
			codes = append(codes, c.aboveNames[k].code(c.above[k].of(p)))
		}
		s.above = append(s.above, codes)
	}
	return i
}

func (s *spanCounter) cell(key []byte) int32 {
	if len(s.keys) > 0 && string(key) == s.last {
		return s.lastI
	}
	i, ok := s.cells[string(key)]
	if !ok {
		k := string(key)
		i = int32(len(s.keys))
		s.cells[k] = i
		s.keys = append(s.keys, k)
		s.n = append(s.n, [nCounts]int64{})
		s.out = append(s.out, nil)
	}
	s.last, s.lastI = s.keys[i], i
	return i
}

// ErrUnexplained tells that figures do not add up: a fault in the program, never in the data.
var ErrUnexplained = errors.New("the figures do not add up: opening + in − out is not closing")

// Result gives the figures of all that was added. It refuses to give figures that do not add up.
func (c *Counter) Result() (*Result, error) {
	c.flush()
	r := &Result{Span: c.o.Span, By: c.o.By, Rows: c.rows, has: c.o.Has}
	var parts []timed
	for _, s := range c.spans {
		cells := s.result(c)
		for _, cell := range cells {
			if d := cell.N[nOpening] + cell.N[nIn] - cell.N[nOut] - cell.N[nClosing]; d != 0 {
				return nil, fmt.Errorf("%s, %s: %d unexplained: %w", s.Label, strings.Join(cell.By, ", "), d, ErrUnexplained)
			}
			if c.o.PostponedInWaiting {
				cell.joinPutOff()
			}
		}
		slices.SortFunc(cells, func(a, b *Cell) int { return slices.Compare(a.By, b.By) })
		parts = append(parts, timed{s.Span, cells, !s.inner})
		if !s.inner {
			r.Cells = append(r.Cells, cells...)
		}
	}
	if len(r.By) == 0 && len(r.Cells) == 0 {
		r.Cells = []*Cell{{By: []string{}, Excluded: make(map[int32]int64), has: c.o.Has}}
	}
	slices.SortStableFunc(r.Cells, func(a, b *Cell) int { return slices.Compare(a.By, b.By) })
	r.notes()
	if c.o.Suppress {
		if err := r.suppress(c.month, parts); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (s *spanCounter) result(c *Counter) []*Cell {
	cells := make([]*Cell, len(s.keys))
	sizes := make([][4]int, len(s.keys))
	for _, x := range s.recs {
		sizes[x.cell][uint32(x.days)>>29]++
	}
	for i, k := range s.keys {
		cell := &Cell{By: make([]string, 0, len(c.o.By)), N: s.n[i], Excluded: s.out[i], has: c.o.Has}
		if cell.Excluded == nil {
			cell.Excluded = make(map[int32]int64)
		}
		if len(c.above) > 0 {
			cell.parents = make(map[string]string, len(c.above))
			for j, d := range c.above {
				cell.parents[d.Column] = c.aboveNames[j].text[s.above[i][j]]
			}
		}
		d := 0
		for j := range c.o.By {
			if j == c.month {
				cell.By = append(cell.By, s.Label)
				continue
			}
			v := int32(k[4*d])<<24 | int32(k[4*d+1])<<16 | int32(k[4*d+2])<<8 | int32(k[4*d+3])
			cell.By = append(cell.By, c.names[d].text[v])
			d++
		}
		z := sizes[i]
		cell.concluded, cell.waiting, cell.ended, cell.putOff = make([]int32, 0, z[0]), make([]int32, 0, z[1]), make([]int32, 0, z[2]), make([]int32, 0, z[3])
		cells[i] = cell
	}
	for _, x := range s.recs {
		cell, days := cells[x.cell], x.days<<3>>3
		switch uint32(x.days) >> 29 {
		case recConcluded:
			cell.concluded = append(cell.concluded, days)
		case recWaiting:
			cell.waiting = append(cell.waiting, days)
		case recEnded:
			cell.ended = append(cell.ended, days)
		default:
			cell.putOff = append(cell.putOff, days)
		}
	}
	s.recs = nil
	return cells
}

// joinPutOff counts those who wait after a postponement among the waiting; their deadlines stay out of the breaches.
func (c *Cell) joinPutOff() {
	c.N[nWaiting] += c.N[nWaitingPutOff]
	c.waiting = append(c.waiting, c.putOff...)
	c.putOff = nil
}

func (r *Result) notes() {
	if r.has != nil && !r.has["avdelingskode"] {
		r.NotEvaluated = []string{"6 (department code)", "23 (department code)", "24"}
	}
	overlaps := func(from, to day.Day) bool { return !r.Span.To.Before(from) && !r.Span.From.After(to) }
	if overlaps(day.On(2020, 3, 27), day.On(2020, 12, 31)) {
		r.NotComparable = append(r.NotComparable, "concluded_breach", "waiting_breach", "helfo_notified")
	}
	if overlaps(day.On(2020, 3, 27), day.On(2020, 6, 30)) {
		r.NotComparable = append(r.NotComparable, "assessed_within_limit")
	}
}

// Compute counts the figures of periods.
func Compute(periods iter.Seq[*Period], o Options) (*Result, error) {
	c, err := NewCounter(o)
	if err != nil {
		return nil, err
	}
	for p := range periods {
		if err := c.Add(p); err != nil {
			return nil, fmt.Errorf("period %s: %w", p.ID, err)
		}
	}
	return c.Result()
}
