package figures

import "rettid/day"

// A formula is a definition as a value: whole numbers and truths (0, 1) over the columns of one referral period and the two ends of the reporting period.
// It is written once and read in two ways: counted here, a batch of rows at a time, and written as SQL (sql.go). Days are numbers as in day.Day.Number,
// and what is not known is 0 in both.
type formula struct {
	op   op
	a, b *formula
	c    *formula // of choose: otherwise
	col  column
	n    int32
	set  []int32
}

type op uint8

const (
	opColumn op = iota
	opNumber
	opFirst // first day of the reporting period
	opLast  // its last day
	opAnd
	opOr
	opNot
	opEq
	opLess
	opAtMost
	opMinus
	opIn
	opChoose
)

// A column is one whole number of a row.
type column uint8

const (
	colSeniority column = iota
	colReceived
	colAssessed
	colRight
	colOutcome
	colDeadline
	colEnd
	colEndCode
	colPostponed // 1: a postponement by the patient or on medical grounds, whatever its date (R-6.10a)
	colAllocated
	colMet
	colSpecialty
	colSecondOpinion
	colHelfo // 1: Helfo notified (9180 code 2, or time stamp 31)
	colBirthYear
	colDept
	colLetter
	colReReferred
	colDuplicate
	// drawn from the row and the calendar
	colStart       // henv_dato
	colStartYear   // its year
	colTenYears    // ten years after it (R-10.11, code 10)
	colLimit       // the last day to assess it
	colLimitYoung  // the same for patients under 23 in mental health or addiction care
	colAssessedNth // how many working days there have been by the assessment
	colEndNth      // and by the end
	colNoSeniority // 1: the seniority date is not given where it can be
	colAge         // years on the seniority date, or by the calendar year when only the year of birth is known; -1: not known
	columns
)

func of(c column) *formula         { return &formula{op: opColumn, col: c} }
func number(n int32) *formula      { return &formula{op: opNumber, n: n} }
func not(a *formula) *formula      { return &formula{op: opNot, a: a} }
func less(a, b *formula) *formula  { return &formula{op: opLess, a: a, b: b} }
func most(a, b *formula) *formula  { return &formula{op: opAtMost, a: a, b: b} } // a is at most b
func equal(a, b *formula) *formula { return &formula{op: opEq, a: a, b: b} }
func minus(a, b *formula) *formula { return &formula{op: opMinus, a: a, b: b} }
func known(a *formula) *formula    { return less(zero, a) }
func is(a *formula, n int32) *formula {
	return equal(a, number(n))
}
func among(a *formula, set ...int32) *formula { return &formula{op: opIn, a: a, set: set} }
func choose(when, then, otherwise *formula) *formula {
	return &formula{op: opChoose, a: when, b: then, c: otherwise}
}
func all(fs ...*formula) *formula {
	out := fs[0]
	for _, f := range fs[1:] {
		out = &formula{op: opAnd, a: out, b: f}
	}
	return out
}
func either(fs ...*formula) *formula {
	out := fs[0]
	for _, f := range fs[1:] {
		out = &formula{op: opOr, a: out, b: f}
	}
	return out
}
func within(a *formula) *formula { return all(most(first, a), most(a, last)) } // a day of the reporting period

// before rewrites a formula to speak of the day before the reporting period, as its first and last day.
func before(f *formula, done map[*formula]*formula) *formula {
	if f == nil {
		return nil
	}
	if g := done[f]; g != nil {
		return g
	}
	var g *formula
	if f.op == opFirst || f.op == opLast {
		g = minus(first, number(1))
	} else {
		g = &formula{op: f.op, a: before(f.a, done), b: before(f.b, done), c: before(f.c, done), col: f.col, n: f.n, set: f.set}
	}
	done[f] = g
	return g
}

// A program counts formulas over batches. Each formula is counted once for a batch, however often it is used.
type program struct {
	steps []step
	slot  map[*formula]int
	buf   [][]int32
	rows  int // that every buf has room for
}

type step struct {
	f               *formula
	out, a, b, c    int
	aConst, bConst  bool
	aNumber, bValue int32
}

const batchRows = 2048

func compile(fs ...*formula) *program {
	p := &program{slot: make(map[*formula]int)}
	for _, f := range fs {
		p.add(f)
	}
	p.buf = make([][]int32, len(p.steps))
	return p
}

// room makes place for n rows, at most batchRows, in every step: a small clinic's month does not pay for a whole batch.
func (p *program) room(n int) {
	if p.rows >= n {
		return
	}
	rows := 64
	for rows < n {
		rows *= 2
	}
	p.rows = rows
	whole := make([]int32, rows*len(p.buf))
	for i := range p.buf {
		p.buf[i] = whole[i*rows : (i+1)*rows : (i+1)*rows]
	}
}

func (p *program) add(f *formula) int {
	if f == nil {
		return 0
	}
	if i, ok := p.slot[f]; ok {
		return i
	}
	s := step{f: f, a: p.add(f.a), b: p.add(f.b), c: p.add(f.c)}
	if f.b != nil && f.b.op == opNumber {
		s.bConst, s.bValue = true, f.b.n
	}
	if f.a != nil && f.a.op == opNumber {
		s.aConst, s.aNumber = true, f.a.n
	}
	s.out = len(p.steps)
	p.steps = append(p.steps, s)
	p.slot[f] = s.out
	return s.out
}

// run counts every formula over the first n rows of the columns, in one reporting period.
func (p *program) run(cols *[columns][]int32, n int, from, to day.Day) {
	p.room(n)
	for i := range p.steps {
		switch s := &p.steps[i]; s.f.op {
		case opFirst:
			fill(p.buf[s.out][:n], from.Number())
		case opLast:
			fill(p.buf[s.out][:n], to.Number())
		}
	}
	p.steady(cols, n)
}

// runAt counts every formula, each row in a reporting period of its own.
func (p *program) runAt(cols *[columns][]int32, n int, from, to []int32) {
	p.room(n)
	for i := range p.steps {
		switch s := &p.steps[i]; s.f.op {
		case opFirst:
			copy(p.buf[s.out][:n], from)
		case opLast:
			copy(p.buf[s.out][:n], to)
		}
	}
	p.steady(cols, n)
}

// steady counts the formulas once the ends of the reporting periods are in place.
func (p *program) steady(cols *[columns][]int32, n int) {
	for i := range p.steps {
		s := &p.steps[i]
		out := p.buf[s.out][:n]
		switch s.f.op {
		case opColumn:
			p.buf[s.out] = cols[s.f.col] // used in place
			continue
		case opNumber:
			fill(out, s.f.n)
			continue
		case opFirst, opLast:
			continue
		}
		a := p.buf[s.a][:n]
		switch s.f.op {
		case opNot:
			for i := range out {
				out[i] = 1 - a[i]
			}
			continue
		case opIn:
			for i := range out {
				out[i] = 0
				for _, v := range s.f.set {
					out[i] |= bit(a[i] == v)
				}
			}
			continue
		}
		b := p.buf[s.b][:n]
		switch {
		case s.f.op == opAnd:
			for i := range out {
				out[i] = a[i] & b[i]
			}
		case s.f.op == opOr:
			for i := range out {
				out[i] = a[i] | b[i]
			}
		case s.f.op == opEq && s.bConst:
			for i := range out {
				out[i] = bit(a[i] == s.bValue)
			}
		case s.f.op == opEq:
			for i := range out {
				out[i] = bit(a[i] == b[i])
			}
		case s.f.op == opLess && s.aConst:
			for i := range out {
				out[i] = bit(s.aNumber < b[i])
			}
		case s.f.op == opLess:
			for i := range out {
				out[i] = bit(a[i] < b[i])
			}
		case s.f.op == opAtMost:
			for i := range out {
				out[i] = bit(a[i] <= b[i])
			}
		case s.f.op == opMinus:
			for i := range out {
				out[i] = a[i] - b[i]
			}
		case s.f.op == opChoose:
			c := p.buf[s.c][:n]
			for i := range out {
				if a[i] != 0 {
					out[i] = b[i]
				} else {
					out[i] = c[i]
				}
			}
		}
	}
}

// of gives what a formula came to in the last run.
func (p *program) of(f *formula) []int32 { return p.buf[p.slot[f]] }

func fill(out []int32, n int32) {
	for i := range out {
		out[i] = n
	}
}

func bit(b bool) int32 {
	if b {
		return 1
	}
	return 0
}
