package figures

import (
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"rettid/day"
	"rettid/table"
)

// Columns are the columns of a file of referral periods: the registry's names, and after them what only a ledger knows. The first two of Required
// must be there.
var Columns = []string{"id", "ansienDato", "mottaksDato", "vurdDato", "rettTilHelsehjelp", "henvType", "fristStartBehandling", "ventetidSluttDato", "ventetidSluttKode",
	"utsettKode", "utsettDato", "tildeltDato", "oppmoteDato", "fagomrade", "omsNivaHenv", "debitor", "secondOpinion", "typeTidspunkt", "varslingHelfo", "institusjonID",
	"behandlingsstedKode", "avdelingReshID", "region", "kjonn", "fodselsar", "kommune", "avdelingskode", "brevDato", "gjenhenvist"}

// Required are the columns a file must have.
var Required = []string{"id", "mottaksDato"}

// The places of the columns in Columns.
const (
	inID = iota
	inSeniority
	inReceived
	inAssessed
	inRight
	inOutcome
	inDeadline
	inEnd
	inEndCode
	inPostponed
	inPostponedOn
	inAllocated
	inMet
	inSpecialty
	inLevel
	inDebtor
	inSecondOpinion
	inTimes
	inHelfo
	inInstitution
	inSite
	inDepartment
	inRegion
	inSex
	inBirthYear
	inMunicipality
	inDeptCode
	inLetter
	inReReferred
)

// A RowError is why a row could not be read: where, what, and how to mend it. A value is repeated only when it is a date or a code.
type RowError struct {
	Line   int    `json:"line"`
	Column string `json:"column,omitempty"`
	Value  string `json:"value,omitempty"`
	Reason string `json:"reason"`
}

func (e *RowError) Error() string {
	s := fmt.Sprintf("line %d", e.Line)
	if e.Column != "" {
		s += ", column " + e.Column
	}
	if e.Value != "" {
		s += fmt.Sprintf(", value %q", e.Value)
	}
	return s + ": " + e.Reason
}

// A Rows reads periods one at a time, whatever the file is.
type Rows struct {
	Has     map[string]bool // the columns the file has
	Unknown []string        // columns nobody asked for

	// Repeated are the rows whose id stands on an earlier line too, of the same institution: each is given as a duplicate (R-10.11, code 32). RepeatedAt is
	// the line of the first.
	Repeated, RepeatedAt int

	next  func(*Period) (int, error)
	close func() error
	seen  map[uint64]struct{}
	seed  maphash.Seed
	today day.Day
}

// Next reads the next period into p. io.EOF after the last; a *RowError when this one can't be used and the next may be tried; any other error ends the file.
func (r *Rows) Next(p *Period) error {
	*p = Period{Postponements: p.Postponements[:0], Times: p.Times[:0]}
	line, err := r.next(p)
	if err != nil {
		return err
	}
	for _, x := range [...]struct {
		column int
		on     day.Day
	}{{inSeniority, p.Seniority}, {inReceived, p.Received}, {inAssessed, p.Assessed}, {inEnd, p.End}} {
		switch {
		case x.on.IsZero():
		case x.on.Before(almanacFirst):
			return &RowError{line, Columns[x.column], x.on.String(), "the day is before 1990, the first year that can be counted; check the year"}
		case !r.today.IsZero() && x.on.After(r.today):
			return &RowError{line, Columns[x.column], x.on.String(), "the day has not come yet; what has happened is dated today or earlier: check the year"}
		}
	}
	var h maphash.Hash
	h.SetSeed(r.seed)
	h.WriteString(p.Institution)
	h.WriteByte(0)
	h.WriteString(p.ID)
	key := h.Sum64()
	if _, ok := r.seen[key]; ok {
		if p.Duplicate = true; r.Repeated == 0 {
			r.RepeatedAt = line
		}
		r.Repeated++
	}
	r.seen[key] = struct{}{}
	return nil
}

// Close lets the file go.
func (r *Rows) Close() error {
	if r.close == nil {
		return nil
	}
	return r.close()
}

// ReadCSV begins to read a CSV file of periods. today, when given, is the last day anything can have happened on.
func ReadCSV(in io.Reader, today day.Day) (*Rows, error) {
	t, err := table.Open(in, Columns, Required)
	if err != nil {
		return nil, err
	}
	r := newRows(today)
	r.Unknown = slices.Clone(t.Unknown)
	for i, name := range Columns {
		r.Has[name] = t.Has(i)
	}
	texts := make(map[string]string)
	r.next = func(p *Period) (int, error) {
		err := t.Next()
		var f *table.Fault
		switch {
		case errors.As(err, &f):
			_, reason, _ := strings.Cut(f.Error(), ": ")
			return f.Line, &RowError{f.Line, f.Head, "", reason}
		case err != nil:
			return t.Line(), err
		}
		return t.Line(), parse(p, t.Line(), t.Get, texts)
	}
	return r, nil
}

// Pull reads periods from something that gives them one after another: with the line each stands on, and what is wrong with it (a *RowError). What it returns at
// last ends the reading.
func Pull(has map[string]bool, each func(yield func(p *Period, line int, wrong error) bool) error) (*Rows, error) {
	r := newRows(day.Day{})
	r.Has = has
	type item struct {
		p     *Period
		line  int
		wrong error
	}
	var last error
	next, stop := iter.Pull(func(yield func(item) bool) {
		last = each(func(p *Period, line int, wrong error) bool { return yield(item{p, line, wrong}) })
	})
	r.close = func() error { stop(); return nil }
	r.next = func(p *Period) (int, error) {
		x, ok := next()
		switch {
		case !ok && last != nil:
			return 0, last
		case !ok:
			return 0, io.EOF
		case x.wrong != nil:
			return x.line, x.wrong
		}
		*p = *x.p
		return x.line, nil
	}
	return r, nil
}

func newRows(today day.Day) *Rows {
	return &Rows{Has: make(map[string]bool), seen: make(map[uint64]struct{}), seed: maphash.MakeSeed(), today: today}
}

// parse reads the texts of a row.
func parse(p *Period, line int, get func(int) string, texts map[string]string) error {
	var bad *RowError
	wrong := func(i int, value, reason string) {
		if bad == nil {
			if len(value) > 32 || identity(value) {
				value = ""
			}
			bad = &RowError{line, Columns[i], value, reason}
		}
	}
	date := func(i int) day.Day {
		s := get(i)
		if s == "" {
			return day.Day{}
		}
		x, err := day.Parse(s)
		if err != nil {
			wrong(i, s, cause(err))
		}
		return x
	}
	code := func(i int, list string, allowed ...int) int {
		s := get(i)
		if s == "" {
			return 0
		}
		n, err := strconv.Atoi(s)
		if err != nil || !slices.Contains(allowed, n) {
			wrong(i, s, "no code of list "+list+"; write one of "+numbers(allowed)+", or leave it empty when it is not known")
		}
		return n
	}
	text := func(i, most int) string {
		s := get(i)
		if len(s) > most {
			wrong(i, "", fmt.Sprintf("longer than %d bytes; write the code alone", most))
			return ""
		}
		if v, ok := texts[s]; ok {
			return v
		}
		if len(texts) > 1<<20 { // hostile: every row another name
			clear(texts)
		}
		s = strings.Clone(s)
		texts[s] = s
		return s
	}
	if p.ID = get(inID); p.ID == "" {
		wrong(inID, "", "the id is missing; give every referral period its own")
	} else if len(p.ID) > 200 {
		wrong(inID, "", "the id is longer than 200 bytes")
	}
	p.ID = strings.Clone(p.ID)
	p.Seniority, p.Received, p.Assessed = date(inSeniority), date(inReceived), date(inAssessed)
	p.Deadline, p.End, p.Allocated, p.Met, p.Letter = date(inDeadline), date(inEnd), date(inAllocated), date(inMet), date(inLetter)
	p.Right = code(inRight, "8444", 1, 2, 3, 4, 5, 6, 9)
	p.Outcome = code(inOutcome, "8455 or 8485", 1, 2, 3, 4, 5, 6, 7, 10, 11, 99)
	p.EndCode = code(inEndCode, "8445", 1, 2, 3, 4, 5, 7, 9)
	p.Level = code(inLevel, "8406", 1, 2, 3, 8)
	p.Helfo = code(inHelfo, "9180", 1, 2, 3)
	p.SecondOpinion = code(inSecondOpinion, "1101", 1, 2, 9) == 1
	p.ReReferred = code(inReReferred, "1101", 1, 2, 9) == 1
	if s := get(inDebtor); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > 99 {
			wrong(inDebtor, s, "no code of list 8426; write a number from 1 to 99")
		}
		p.Debtor = n
	}
	if s := get(inSpecialty); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 || len(s) > 3 {
			wrong(inSpecialty, s, "no code of list 8451; write three digits, with the zero in front, as in 050")
		} else {
			p.Specialty = text(inSpecialty, 3)
			if len(s) < 3 { // a spreadsheet took the zero in front
				p.Specialty = fmt.Sprintf("%03d", n)
			}
		}
	}
	if s := get(inDeptCode); s != "" {
		if n, err := strconv.Atoi(s); err != nil || n < 0 || len(s) != 3 {
			wrong(inDeptCode, s, "no official department code; write three digits")
		}
		p.DeptCode = text(inDeptCode, 3)
	}
	if s := get(inBirthYear); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1850 || n > 2199 {
			wrong(inBirthYear, s, "no year; write four digits, as in 1968")
		}
		p.BirthYear = n
	}
	if s := get(inSex); s != "" && !slices.Contains([]string{"0", "1", "2", "9"}, s) {
		wrong(inSex, s, "no code of list 3101; write 0, 1, 2 or 9")
	}
	p.Sex = text(inSex, 1)
	p.Institution, p.Site, p.Department, p.Region, p.Municipality = text(inInstitution, 64), text(inSite, 64), text(inDepartment, 64), text(inRegion, 64), text(inMunicipality, 64)
	if s := get(inPostponed); s != "" {
		parts := strings.Split(s, "|")
		var days []string
		if on := get(inPostponedOn); on != "" {
			days = strings.Split(on, "|")
		}
		switch {
		case len(parts) > 100:
			wrong(inPostponed, "", "more than 100 postponements; check the separator")
		case len(days) > len(parts):
			wrong(inPostponedOn, "", fmt.Sprintf("%d days for %d codes; give each postponement a code and a day", len(days), len(parts)))
		default:
			for i, part := range parts {
				if part = strings.TrimSpace(part); part == "" {
					continue
				}
				n, err := strconv.Atoi(part)
				if err != nil || !slices.Contains([]int{1, 3, 4, 5, 6, 21, 22}, n) {
					wrong(inPostponed, part, "no code of list 8446; write 1, 3, 4, 5, 6, 21 or 22, several separated by |")
				}
				x := Postponement{Code: n}
				if i < len(days) && strings.TrimSpace(days[i]) != "" {
					if x.On, err = day.Parse(strings.TrimSpace(days[i])); err != nil {
						wrong(inPostponedOn, days[i], cause(err))
					}
				}
				p.Postponements = append(p.Postponements, x)
			}
		}
	} else if on := get(inPostponedOn); on != "" {
		wrong(inPostponed, "", "a postponement has a day and no code; add the code of list 8446")
	}
	if s := get(inTimes); s != "" {
		for _, part := range strings.SplitN(s, "|", 101) {
			if part = strings.TrimSpace(part); part == "" {
				continue
			}
			n, err := strconv.Atoi(part)
			if err != nil || n < 0 || n > 999 {
				wrong(inTimes, part, "no code of list 8477; write numbers separated by |")
			}
			p.Times = append(p.Times, n)
		}
	}
	if bad != nil {
		return bad
	}
	return nil
}

// cause is what is wrong with a date, without the date.
func cause(err error) string {
	for _, e := range []error{day.ErrNotDate, day.ErrImpossible, day.ErrBefore1900, day.ErrAfter2199} {
		if errors.Is(err, e) {
			return e.Error()
		}
	}
	return err.Error()
}

// identity tells whether a value may be a national identity number: it is then never repeated.
func identity(s string) bool {
	n := 0
	for _, c := range s {
		if c >= '0' && c <= '9' {
			n++
		}
	}
	return n >= 11
}

func numbers(list []int) string {
	var s []string
	for _, n := range list {
		s = append(s, strconv.Itoa(n))
	}
	return strings.Join(s, ", ")
}
