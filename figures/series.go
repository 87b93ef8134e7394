package figures

import (
	"cmp"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"

	"github.com/parquet-go/parquet-go"

	"rettid/day"
)

// A Series counts the figures of every month over many years at once, by up to four breakdowns, from ten million periods and more. Each period is judged
// when it is added, at the months where something happens to it: the month it was assessed, the month its wait ended, the months it stood on the list between.
// What is left of it is sixteen bytes, kept by the first breakdown and by the last month it is counted in; the figures of a month are counted from the periods
// that reach it, and those that ended before are not read again.
//
// A Series says what Compute says of each month by itself, and a test holds the two against each other.
type Series struct {
	from   Span // the first month
	months int
	by     []Dim
	names  []names
	ends   []int32 // the last day of each month, from 1
	month  []uint8 // by day: the month, from 1; 0 outside
	base   int32   // the day that is 0 in a record
	parts  [][]bucket
	c      *Counter
	prog   *program
	rows   int
}

// bucket is the records of one name of the first breakdown that are last counted in one month.
type bucket struct{ chunks [][]record16 }

type record16 struct {
	start, end, deadline uint16 // days from the base
	group                uint16 // the breakdowns but the first
	asked, ended         uint8  // months, from 1; 0: not within the series
	first, last          uint8  // months at whose end it stands on the list; 0: none
	unassessed           uint8  // the last month at whose end it is unassessed; 0: none
	_                    uint8
	flags                uint16
}

const (
	flagNew uint16 = 1 << iota
	flagAssessed
	flagInLimit
	flagGranted
	flagNotGranted
	flagOrdinary
	flagPutOff
	flagOther
	flagBreach
	flagDeadline
	flagApart // waits after a postponement
	flagRight
)

const chunkRecords = 1 << 12

// maxGroups is how many cells the breakdowns but the first may make.
const maxGroups = 1 << 16

// NewSeries begins a series of months, from the month of a day.
func NewSeries(first day.Day, months int, by []string) (*Series, error) {
	if months < 1 || months > 250 {
		return nil, fmt.Errorf("a series has from 1 to 250 months, not %d", months)
	}
	if len(by) == 0 || len(by) > 4 {
		return nil, fmt.Errorf("a series is by one to four breakdowns, not %d", len(by))
	}
	s := &Series{from: MonthOf(first), months: months, ends: make([]int32, months+1), month: make([]uint8, almanacLast.Number()+1), base: almanacFirst.Number() - 1}
	for i, d := 1, s.from.From; i <= months; i, d = i+1, d.AddMonths(1) {
		m := MonthOf(d)
		s.ends[i] = m.To.Number()
		for n := m.From.Number(); n <= m.To.Number(); n++ {
			s.month[n] = uint8(i)
		}
	}
	c, err := NewCounter(Options{Span: s.from, By: by})
	if err != nil {
		return nil, err
	}
	s.c, s.by, s.names = c, c.by, c.names
	fs := []*formula{counted, ordinary, startedPutOff, endedOther, onList, joined, limit}
	for _, k := range []int{nNew, nAssessed, nInLimit, nGranted, nNotGranted, nConcludedBreach, nConcludedRight, nUnassessed} {
		fs = append(fs, counts[k].When)
	}
	s.prog = compile(append(fs, hasRight)...)
	return s, nil
}

// Add takes in one period.
func (s *Series) Add(p *Period) error {
	i := s.c.n
	if err := s.c.set(i, p); err != nil {
		return err
	}
	for k := range s.by {
		s.c.codes[k][i] = s.names[k].code(s.by[k].of(p))
	}
	s.rows++
	if s.c.n++; s.c.n == batchRows {
		return s.flush()
	}
	return nil
}

// flush judges a batch: three times, each row at its own month.
func (s *Series) flush() error {
	n := s.c.n
	if n == 0 {
		return nil
	}
	var from, to [batchRows]int32
	recs := make([]record16, n)
	cols := &s.c.cols
	at := func(days []int32) {
		for i := range n {
			m := s.month[days[i]]
			if m == 0 { // outside the series: a month where nothing can happen to it, judged for nothing
				from[i], to[i] = 1, 1
				continue
			}
			from[i], to[i] = s.ends[m-1]+1, s.ends[m]
			if m == 1 {
				from[i] = s.from.From.Number()
			}
		}
		s.prog.runAt(cols, n, from[:n], to[:n])
	}
	// the month it was assessed
	at(cols[colAssessed])
	isNew, den, in, yes, no, right := s.prog.of(counts[nNew].When), s.prog.of(counts[nAssessed].When), s.prog.of(counts[nInLimit].When), s.prog.of(counts[nGranted].When), s.prog.of(counts[nNotGranted].When), s.prog.of(hasRight)
	for i := range recs {
		r := &recs[i]
		if r.asked = s.month[cols[colAssessed][i]]; r.asked != 0 {
			r.flags |= uint16(isNew[i])*flagNew | uint16(den[i])*flagAssessed | uint16(in[i])*flagInLimit | uint16(yes[i])*flagGranted | uint16(no[i])*flagNotGranted
		}
		r.flags |= uint16(right[i])*flagRight | uint16(cols[colPostponed][i])*flagApart
		r.start, r.end, r.deadline = s.short(cols[colStart][i]), s.short(cols[colEnd][i]), s.short(cols[colDeadline][i])
	}
	// the month its wait ended
	at(cols[colEnd])
	ord, put, other, breach, dead := s.prog.of(ordinary), s.prog.of(startedPutOff), s.prog.of(endedOther), s.prog.of(counts[nConcludedBreach].When), s.prog.of(counts[nConcludedRight].When)
	for i := range recs {
		r := &recs[i]
		if r.ended = s.month[cols[colEnd][i]]; r.ended != 0 {
			r.flags |= uint16(ord[i])*flagOrdinary | uint16(put[i])*flagPutOff | uint16(other[i])*flagOther | uint16(breach[i])*flagBreach | uint16(dead[i])*flagDeadline
		}
	}
	// the first month at whose end it may stand on the list; the first of the series when it came before
	joins := make([]int32, n)
	for i := range n {
		if joins[i] = s.prog.of(joined)[i]; joins[i] < s.from.From.Number() && joins[i] > 0 {
			joins[i] = s.from.From.Number()
		}
	}
	at(joins)
	list := s.prog.of(onList)
	for i := range recs {
		r := &recs[i]
		if m := s.month[joins[i]]; m != 0 && list[i] != 0 {
			r.first, r.last = m, s.lastBefore(cols[colEnd][i], cols[colTenYears][i])
		}
	}
	// the first month at whose end it may be unassessed
	for i := range n {
		if joins[i] = cols[colStart][i]; joins[i] < s.from.From.Number() && joins[i] > 0 {
			joins[i] = s.from.From.Number()
		}
	}
	at(joins)
	open := s.prog.of(counts[nUnassessed].When)
	for i := range recs {
		r := &recs[i]
		if m := s.month[joins[i]]; m != 0 && open[i] != 0 {
			r.unassessed = min(s.lastBefore(cols[colEnd][i], 0), s.lastBefore(cols[colAssessed][i], 0))
		}
	}
	for i := range recs {
		r := &recs[i]
		group := int32(0)
		for k := 1; k < len(s.by); k++ {
			group = group*int32(s.width(k)) + s.c.codes[k][i]
		}
		if group >= maxGroups || s.c.codes[0][i] >= maxGroups {
			return fmt.Errorf("more than %d cells within one %s: ask for fewer breakdowns", maxGroups, s.by[0].Name)
		}
		r.group = uint16(group)
		last := max(r.last, r.unassessed)
		if r.flags&(flagNew|flagAssessed|flagGranted|flagNotGranted) != 0 {
			last = max(last, r.asked)
		}
		if r.flags&(flagOrdinary|flagPutOff|flagOther) != 0 {
			last = max(last, r.ended)
		}
		if last == 0 {
			continue // in no month of the series
		}
		for int(s.c.codes[0][i]) >= len(s.parts) {
			s.parts = append(s.parts, make([]bucket, s.months+1))
		}
		b := &s.parts[s.c.codes[0][i]][last]
		if k := len(b.chunks); k == 0 || len(b.chunks[k-1]) == cap(b.chunks[k-1]) {
			size := 64
			if k > 0 {
				size = min(2*cap(b.chunks[k-1]), chunkRecords)
			}
			b.chunks = append(b.chunks, make([]record16, 0, size))
		}
		k := len(b.chunks) - 1
		b.chunks[k] = append(b.chunks[k], *r)
	}
	s.c.n = 0
	return nil
}

// width is how many names a breakdown may have beside the others: fixed before the first row, so that a group keeps its number.
func (s *Series) width(k int) int {
	switch s.by[k].Column {
	case "fodselsar":
		return len(AgeGroups) + 1
	case "kjonn", "omsNivaHenv":
		return 5
	case "region", "sektor":
		return 8
	case "fagomrade":
		return 256
	}
	return 64
}

// lastBefore is the last month at whose end a day has not come: the end of a wait, or the day ten years are over. 0 means it never comes.
func (s *Series) lastBefore(end, ten int32) uint8 {
	m := s.months
	if end != 0 {
		for m > 0 && s.ends[m] >= end {
			if k := s.month[end]; k != 0 {
				m = int(k) - 1
				continue
			}
			m--
		}
	}
	if ten != 0 {
		if k := s.month[min(int(ten), len(s.month)-1)]; k != 0 {
			last := int(k) - 1
			if s.ends[k] == ten { // exactly ten years on the last day is not more than ten
				last = int(k)
			}
			m = min(m, last)
		}
	}
	return uint8(m)
}

func (s *Series) short(n int32) uint16 {
	if n == 0 {
		return 0
	}
	return uint16(min(max(n-s.base, 1), 1<<16-1))
}

// A SeriesCell is the figures of a month in a cell.
type SeriesCell struct {
	New, Assessed, InLimit, Granted, NotGranted                     int32
	Ordinary, Breach, WithDeadline, PutOff, Other                   int32
	Waiting, WaitingBreach, WaitingRight, WaitingPutOff, Unassessed int32
	ConcludedMean, ConcludedMedian, WaitingMean, WaitingMedian      float64 // days; of none: 0
	concluded, waits                                                int32   // where their days begin
	concludedSum, waitingSum                                        int64
}

// Names gives the names of a cell: of the first breakdown, and of those in the group.
func (s *Series) Names(part int, group int) []string {
	out := make([]string, len(s.by))
	out[0] = s.names[0].text[part]
	for k := len(s.by) - 1; k > 0; k-- {
		w := s.width(k)
		out[k] = s.names[k].text[group%w]
		group /= w
	}
	return out
}

// Each counts the months from one to another (from 1, both included) and gives every cell that has something in it, the parts side by side on all processors:
// fn is called by several at once, but for one part by one at a time, months and groups in order.
func (s *Series) Each(from, to int, fn func(part, month, group int, c *SeriesCell)) error {
	if err := s.flush(); err != nil {
		return err
	}
	from, to = max(from, 1), min(to, s.months)
	order := make([]int, len(s.parts))
	size := make([]int, len(s.parts))
	for i := range order {
		order[i] = i
		for _, b := range s.parts[i] {
			for _, c := range b.chunks {
				size[i] += len(c)
			}
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(size[b], size[a]) })
	jobs := make(chan int)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			var w seriesWork
			for part := range jobs {
				w.count(s, part, from, to, fn)
			}
		})
	}
	for _, part := range order {
		jobs <- part
	}
	close(jobs)
	wg.Wait()
	return nil
}

// seriesWork is the room one processor counts in.
type seriesWork struct {
	place []int32 // by group: its place among those in use
	back  []uint16
	cells []SeriesCell
	days  []int16
}

func (w *seriesWork) count(s *Series, part, from, to int, fn func(part, month, group int, c *SeriesCell)) {
	// the groups in use, close together
	if w.place == nil {
		w.place = make([]int32, maxGroups)
	}
	clear(w.place)
	w.back = w.back[:0]
	each := func(f func(rs []record16)) {
		for m := from; m <= s.months; m++ {
			for _, c := range s.parts[part][m].chunks {
				f(c)
			}
		}
	}
	each(func(rs []record16) {
		for i := range rs {
			if g := rs[i].group; w.place[g] == 0 {
				w.back = append(w.back, g)
				w.place[g] = int32(len(w.back))
			}
		}
	})
	slices.Sort(w.back)
	for i, g := range w.back {
		w.place[g] = int32(i)
	}
	groups, months := len(w.back), to-from+1
	if n := groups * months; cap(w.cells) < n {
		w.cells = make([]SeriesCell, n)
	} else {
		w.cells = w.cells[:n]
		clear(w.cells)
	}
	cell := func(m uint8, g uint16) *SeriesCell { return &w.cells[(int(m)-from)*groups+int(w.place[g])] }
	inside := func(m uint8) bool { return int(m) >= from && int(m) <= to }

	each(func(rs []record16) {
		for i := range rs {
			r := &rs[i]
			if inside(r.asked) && r.flags&(flagNew|flagAssessed|flagGranted|flagNotGranted) != 0 {
				c := cell(r.asked, r.group)
				c.New += int32(r.flags & flagNew)
				c.Assessed += int32(r.flags & flagAssessed / flagAssessed)
				c.InLimit += int32(r.flags & flagInLimit / flagInLimit)
				c.Granted += int32(r.flags & flagGranted / flagGranted)
				c.NotGranted += int32(r.flags & flagNotGranted / flagNotGranted)
			}
			if inside(r.ended) && r.flags&(flagOrdinary|flagPutOff|flagOther) != 0 {
				c := cell(r.ended, r.group)
				c.Ordinary += int32(r.flags & flagOrdinary / flagOrdinary)
				c.PutOff += int32(r.flags & flagPutOff / flagPutOff)
				c.Other += int32(r.flags & flagOther / flagOther)
				c.Breach += int32(r.flags & flagBreach / flagBreach)
				c.WithDeadline += int32(r.flags & flagDeadline / flagDeadline)
			}
			if r.first != 0 {
				for m := max(int(r.first), from); m <= min(int(r.last), to); m++ {
					c := cell(uint8(m), r.group)
					if r.flags&flagApart != 0 {
						c.WaitingPutOff++
						continue
					}
					c.Waiting++
					if r.flags&flagRight != 0 {
						c.WaitingRight++
						if r.deadline != 0 && int32(r.deadline)+s.base < s.ends[m] {
							c.WaitingBreach++
						}
					}
				}
			}
			if r.unassessed != 0 {
				begun := max(int(s.month[int32(r.start)+s.base]), 1)
				for m := max(begun, from); m <= min(int(r.unassessed), to); m++ {
					cell(uint8(m), r.group).Unassessed++
				}
			}
		}
	})
	// counting sort: every cell's days side by side
	total := int32(0)
	for i := range w.cells {
		c := &w.cells[i]
		c.concluded = total
		total += c.Ordinary
		c.waits = total
		total += c.Waiting
	}
	if cap(w.days) < int(total) {
		w.days = make([]int16, total+total/8)
	}
	days := w.days[:cap(w.days)]
	each(func(rs []record16) {
		for i := range rs {
			r := &rs[i]
			if r.flags&flagOrdinary != 0 && inside(r.ended) {
				c := cell(r.ended, r.group)
				d := int32(r.end) - int32(r.start)
				c.concludedSum += int64(d)
				days[c.concluded] = int16(d)
				c.concluded++
			}
			if r.first != 0 && r.flags&flagApart == 0 {
				for m := max(int(r.first), from); m <= min(int(r.last), to); m++ {
					c := cell(uint8(m), r.group)
					d := s.ends[m] - s.base - int32(r.start)
					c.waitingSum += int64(d)
					days[c.waits] = int16(d)
					c.waits++
				}
			}
		}
	})
	for m := range months {
		for g := range groups {
			c := &w.cells[m*groups+g]
			if n := c.Ordinary; n > 0 {
				c.ConcludedMean = float64(c.concludedSum) / float64(n)
				c.ConcludedMedian = median16(days[c.concluded-n : c.concluded])
			}
			if n := c.Waiting; n > 0 {
				c.WaitingMean = float64(c.waitingSum) / float64(n)
				c.WaitingMedian = median16(days[c.waits-n : c.waits])
			}
			if c.New|c.Assessed|c.Granted|c.NotGranted|c.Ordinary|c.PutOff|c.Other|c.Waiting|c.WaitingPutOff|c.Unassessed != 0 {
				fn(part, from+m, int(w.back[g]), c)
			}
		}
	}
}

// median16 is median over days in two bytes.
func median16(days []int16) float64 {
	n := len(days)
	high := pick(days, n/2)
	if n%2 == 1 {
		return float64(high)
	}
	return (float64(slices.Max(days[:n/2])) + float64(high)) / 2
}

// recordRow is a record for other engines to count from: what has been judged, in narrow columns.
type recordRow struct {
	Part       int32 `parquet:"part"`
	Group      int32 `parquet:"grp"`
	Asked      int32 `parquet:"asked"`
	Ended      int32 `parquet:"ended"`
	First      int32 `parquet:"first_month"`
	Last       int32 `parquet:"last_month"`
	Begun      int32 `parquet:"begun_month"`
	Unassessed int32 `parquet:"unassessed_month"`
	Start      int32 `parquet:"start_day"`
	End        int32 `parquet:"end_day"`
	Deadline   int32 `parquet:"deadline"`
	Flags      int32 `parquet:"flags"`
}

// WriteRecords writes the judged records as Parquet, days counted from 1990-01-01 as 1, with the flags of a SeriesCell in its order: new, assessed, within the limit,
// granted, not granted, ordinary, put off, other, breach, with a deadline, waits apart, with the right.
func (s *Series) WriteRecords(out io.Writer) error {
	if err := s.flush(); err != nil {
		return err
	}
	w := parquet.NewGenericWriter[recordRow](out, parquet.Compression(&parquet.Snappy), parquet.MaxRowsPerRowGroup(1<<18))
	buf := make([]recordRow, 0, chunkRecords)
	for part := range s.parts {
		for _, b := range s.parts[part] {
			for _, c := range b.chunks {
				buf = buf[:0]
				for _, r := range c {
					buf = append(buf, recordRow{int32(part), int32(r.group), int32(r.asked), int32(r.ended), int32(r.first), int32(r.last), max(int32(s.month[int32(r.start)+s.base]), 1), int32(r.unassessed),
						int32(r.start), int32(r.end), int32(r.deadline), int32(r.flags)})
				}
				if _, err := w.Write(buf); err != nil {
					return err
				}
			}
		}
	}
	return w.Close()
}

// MonthEnds gives the last day of each month of the series, counted as WriteRecords counts days.
func (s *Series) MonthEnds() []int32 {
	out := make([]int32, 0, s.months)
	for _, d := range s.ends[1:] {
		out = append(out, d-s.base)
	}
	return out
}
