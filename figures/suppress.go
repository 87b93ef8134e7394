package figures

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Small numbers: a count from 1 to 4 is hidden, and so is a share with a denominator under 5 or a numerator from 1 to 4, and days of fewer
// than 5. Zero is shown. Then others are hidden until nothing hidden can be found from what is shown: not from the margins of the table, whoever
// publishes them, nor from the figures of a cell that add up, nor by taking months from a tertial or a year.
//
// The margins are taken to be published, each with what it would hide on its own: a table by trust and specialty is protected against those who have the
// tables by trust, by region and by specialty too. What a month hides never depends on what comes after it.
const smallest = 5

// ErrTooFine tells that a table is too fine to be published: what it would have to hide can be found all the same.
var ErrTooFine = errors.New("the table is too fine to hide its small numbers safely: ask for fewer breakdowns or a longer period, or use --no-suppress within the service")

const suppressible = int(nCounts) + 17 // and the exclusion codes

// chains are breakdowns that lie inside each other: the region of a trust is known to everybody.
var chains = [][]string{{"region", "institusjonID", "behandlingsstedKode"}, {"sektor", "fagomrade"}}

// A layer is a table of the cube: how far down each chain it goes.
type layer struct {
	level []int
	cells [][nSuppressible]int64
	keys  []string
	at    map[string]int
	base  int // of its variables in the system
}

const nSuppressible = suppressible

// lattice describes the breakdowns of a table: for every cell, its names down each chain.
type lattice struct {
	depth []int
	names func(c *Cell) [][]string
}

// newLattice joins the breakdowns that lie inside each other.
func newLattice(by []string, month int) lattice {
	var of [][]func(*Cell) string
	var l lattice
	used := make(map[int]bool)
	column := make([]string, len(by))
	for i, name := range by {
		if i != month {
			d, _ := dimOf(name)
			column[i] = d.chainName()
		}
	}
	for _, chain := range chains {
		deepest := -1
		for i := range by {
			if i != month {
				deepest = max(deepest, slices.Index(chain, column[i]))
			}
		}
		if deepest < 0 {
			continue
		}
		var levels []func(*Cell) string
		for _, name := range chain[:deepest+1] {
			at := slices.Index(column, name)
			switch {
			case at >= 0:
				used[at] = true
				levels = append(levels, func(c *Cell) string { return c.By[at] })
			default:
				levels = append(levels, func(c *Cell) string { return c.parents[name] })
			}
		}
		of = append(of, levels)
	}
	for i := range by {
		if i != month && !used[i] {
			of = append(of, []func(*Cell) string{func(c *Cell) string { return c.By[i] }})
		}
	}
	for _, levels := range of {
		l.depth = append(l.depth, len(levels))
	}
	l.names = func(c *Cell) [][]string {
		out := make([][]string, len(of))
		for i, levels := range of {
			for _, f := range levels {
				out[i] = append(out[i], f(c))
			}
		}
		return out
	}
	return l
}

// above gives the breakdowns that those asked for lie inside, as far as the input has them.
func above(by []Dim, has map[string]bool) []Dim {
	var out []Dim
	for _, chain := range chains {
		deepest := -1
		for _, d := range by {
			deepest = max(deepest, slices.Index(chain, d.chainName()))
		}
		for i := 0; i < deepest; i++ {
			d, _ := dimOf(chain[i])
			d.Column = chain[i]
			if d.Column != "sektor" && has != nil && !has[d.Column] || slices.ContainsFunc(by, func(b Dim) bool { return b.chainName() == chain[i] }) {
				continue
			}
			out = append(out, d)
		}
	}
	return out
}

// chainName is the name of a breakdown in its chain: its column, but for the sector, which is drawn from one.
func (d Dim) chainName() string {
	if d.Name == "sector" || d.Name == "sektor" {
		return "sektor"
	}
	return d.Column
}

// tables gives the levels of every table of the cube, those with fewer breakdowns first.
func (l lattice) tables() [][]int {
	out := [][]int{{}}
	for _, depth := range l.depth {
		var next [][]int
		for _, t := range out {
			for k := 0; k <= depth; k++ {
				next = append(next, append(slices.Clone(t), k))
			}
		}
		out = next
	}
	slices.SortStableFunc(out, func(a, b []int) int { return sum(a) - sum(b) })
	return out
}

func sum(a []int) int {
	n := 0
	for _, v := range a {
		n += v
	}
	return n
}

func keyAt(names [][]string, level []int) string {
	var b strings.Builder
	for i, k := range level {
		for _, name := range names[i][:k] {
			b.WriteString(name)
			b.WriteByte(0)
		}
		b.WriteByte(1)
	}
	return b.String()
}

// A block is all tables of one reporting period.
type block struct {
	span   Span
	layers []*layer
	leaf   *layer
}

// most cells a table may have, those with nothing in them counted too, to be published.
const publishable = 12000

// newBlock sums the cells up to every margin. Cells with nothing in them are there too: hiding one may hide another.
func newBlock(l lattice, span Span, cells []*Cell) (*block, error) {
	b := &block{span: span}
	names := make([][][]string, len(cells))
	for i, c := range cells {
		names[i] = l.names(c)
	}
	// every name of each chain that is in use, as whole paths
	paths := make([][][]string, len(l.depth))
	size := 1
	for k := range l.depth {
		seen := make(map[string]bool)
		for i := range cells {
			id := strings.Join(names[i][k], "\x00")
			if !seen[id] {
				seen[id] = true
				paths[k] = append(paths[k], names[i][k])
			}
		}
		slices.SortFunc(paths[k], slices.Compare)
		if size *= max(len(paths[k]), 1); size > publishable {
			return nil, fmt.Errorf("%s: more than %d cells: %w", span.Label, publishable, ErrTooFine)
		}
	}
	for _, level := range l.tables() {
		y := &layer{level: level, at: make(map[string]int)}
		var walk func(k int, names [][]string)
		walk = func(k int, chosen [][]string) {
			if k == len(level) {
				key := keyAt(chosen, level)
				if _, ok := y.at[key]; !ok {
					y.at[key] = len(y.keys)
					y.keys = append(y.keys, key)
					y.cells = append(y.cells, [nSuppressible]int64{})
				}
				return
			}
			if level[k] == 0 {
				walk(k+1, append(slices.Clone(chosen), nil))
				return
			}
			for i, p := range paths[k] {
				if i == 0 || !slices.Equal(p[:level[k]], paths[k][i-1][:level[k]]) {
					walk(k+1, append(slices.Clone(chosen), p))
				}
			}
		}
		walk(0, nil)
		for i, c := range cells {
			at := y.at[keyAt(names[i], level)]
			for k, n := range c.N {
				y.cells[at][k] += n
			}
			for k, x := range exclusions {
				y.cells[at][int(nCounts)+k] += c.Excluded[x.Code]
			}
		}
		b.layers = append(b.layers, y)
	}
	b.leaf = b.layers[len(b.layers)-1]
	return b, nil
}

// The figures that are hidden together, one group after another: a later group is fitted to what the earlier hide.
var (
	groupClosing = []int{nClosing}
	groupOpening = []int{nOpening}
	groupStock   = []int{nWaiting, nWaitingPutOff, nWaitingRight, nWaitingBreach, nUnassessed, nPassed, nPlanned}
	groupFlow    = func() []int {
		var out []int
		for k := range suppressible {
			if k != nClosing && k != nOpening && !slices.Contains(groupStock, k) {
				out = append(out, k)
			}
		}
		return out
	}()
)

// sums are the figures of a cell that add up, so that one tells of another: the first is the sum of the others. They are asked where they hold.
var sums = []struct {
	flow bool
	of   []int
	coef []int64
}{
	{false, []int{nClosing, nWaiting, nWaitingPutOff}, []int64{-1, 1, 1}},
	{false, []int{nClosing, nWaiting}, []int64{-1, 1}},
	{false, []int{nWaiting, nWaitingRight}, []int64{-1, 1}},
	{true, []int{nOpening, nIn, nOut, nClosing}, []int64{1, 1, -1, -1}},
	{true, []int{nIn, nNew}, []int64{-1, 1}},
	{true, []int{nOut, nOrdinary, nPutOff, nOther}, []int64{-1, 1, 1, 1}},
	{true, []int{nOrdinary, nConcludedRight}, []int64{-1, 1}},
	{true, []int{nAssessed, nGranted, nNotGranted}, []int64{-1, 1, 1}},
	{true, []int{nGranted, nAllocatedOf}, []int64{-1, 1}},
	{true, []int{nAssessed, nLetters}, []int64{-1, 1}},
}

// protect finds what to hide in one reporting period, after the shorter ones inside it.
func (s *system) protect(b *block, inside []*block) error {
	for _, y := range b.layers {
		y.base = s.grow(y.cells)
	}
	for at, y := range b.layers {
		stock := func(figs []int) {
			for _, k := range figs {
				s.margins(b, y, k)
			}
		}
		within := func(flow bool) {
			for i := range y.cells {
				for _, x := range sums {
					total := int64(0)
					for j, k := range x.of {
						total += x.coef[j] * y.cells[i][k]
					}
					if x.flow == flow && total == 0 {
						terms := make([]term, len(x.of))
						for j, k := range x.of {
							terms[j] = term{int32(y.base + i*suppressible + k), x.coef[j]}
						}
						s.relate(terms, false)
					}
				}
			}
		}
		stock(groupClosing)
		if err := s.fit(y, groupClosing); err != nil {
			return err
		}
		stock(groupStock)
		within(false)
		if err := s.fit(y, groupStock); err != nil {
			return err
		}
		stock(groupOpening)
		if err := s.fit(y, groupOpening); err != nil {
			return err
		}
		stock(groupFlow)
		within(true)
		for i := range y.cells { // over several months one would tell of the other, since what stands on the list at both ends is known
			s.together(int32(y.base+i*suppressible+nIn), int32(y.base+i*suppressible+nOut))
		}
		s.overTime(y, at, inside)
		if err := s.fit(y, groupFlow); err != nil {
			return err
		}
	}
	return nil
}

// margins relates each margin of a table to its cells.
func (s *system) margins(b *block, y *layer, fig int) {
	for k, depth := range y.level {
		if depth == 0 {
			continue
		}
		up := slices.Clone(y.level)
		up[k]--
		m := b.layers[slices.IndexFunc(b.layers, func(x *layer) bool { return slices.Equal(x.level, up) })]
		lines := make([][]term, len(m.cells))
		for i, key := range y.keys {
			parent := m.at[parentKey(key, k, depth)]
			lines[parent] = append(lines[parent], term{int32(y.base + i*suppressible + fig), 1})
		}
		for i, line := range lines {
			s.relate(append(line, term{int32(m.base + i*suppressible + fig), -1}), true)
		}
	}
}

// parentKey takes the last name off chain k of a key.
func parentKey(key string, k, depth int) string {
	parts := strings.Split(key, "\x01")
	names := strings.Split(parts[k], "\x00")
	parts[k] = ""
	for _, name := range names[:depth-1] {
		parts[k] += name + "\x00"
	}
	return strings.Join(parts, "\x01")
}

// overTime relates the flows of a period to those of the periods that make it up, months and tertials by themselves.
func (s *system) overTime(y *layer, at int, inside []*block) {
	for _, length := range []int{31, 123} {
		var parts []*block
		for _, b := range inside {
			if n := b.span.To.Sub(b.span.From) + 1; n <= length && (length == 31 || n > 31) {
				parts = append(parts, b)
			}
		}
		if len(parts) == 0 {
			continue
		}
		for i, key := range y.keys {
			for _, fig := range groupFlow {
				if fig >= int(nCounts) || fig == nHelfo || fig == nDataErrors { // counted over all that is at hand, not over what happened
					continue
				}
				terms, total := []term{{int32(y.base + i*suppressible + fig), -1}}, -y.cells[i][fig]
				for _, b := range parts {
					if j, ok := b.layers[at].at[key]; ok {
						terms = append(terms, term{int32(b.layers[at].base + j*suppressible + fig), 1})
						total += b.layers[at].cells[j][fig]
					}
				}
				if total == 0 { // a row or two may be counted in a month and not in the year: its exclusion is asked anew
					s.relate(terms, false)
				}
			}
		}
	}
}

// suppress hides small numbers in the result. parts are the shorter reporting periods inside it, by cells of the same breakdown.
func (r *Result) suppress(month int, parts []timed) error {
	l := newLattice(r.By, month)
	blocks := make([]*block, 0, len(parts)+1)
	s := new(system)
	var inside []*block
	for _, p := range parts {
		b, err := newBlock(l, p.span, p.cells)
		if err != nil {
			return err
		}
		var in []*block
		for _, o := range inside {
			if !o.span.From.Before(p.span.From) && !o.span.To.After(p.span.To) {
				in = append(in, o)
			}
		}
		if err := s.protect(b, in); err != nil {
			return fmt.Errorf("%s: %w", p.span.Label, err)
		}
		inside = append(inside, b)
		blocks = append(blocks, b)
	}
	for i, p := range parts {
		if !p.shown {
			continue
		}
		leaf := blocks[i].leaf
		for _, c := range p.cells {
			at := leaf.at[keyAt(l.names(c), leaf.level)]
			base := leaf.base + at*suppressible
			c.hide(func(k int) bool { return s.hidden[base+k] })
			delete(leaf.at, leaf.keys[at])
		}
		// Cells with nothing in them whose zero is hidden are cells of the answer, too.
		for _, at := range leaf.at {
			base := leaf.base + at*suppressible
			if slices.Contains(s.hidden[base:base+suppressible], true) {
				c := &Cell{By: r.namesOf(leaf.keys[at], l, p, month), Excluded: make(map[int32]int64), has: r.has}
				c.hide(func(k int) bool { return s.hidden[base+k] })
				r.Cells = append(r.Cells, c)
			}
		}
	}
	slices.SortStableFunc(r.Cells, func(a, b *Cell) int { return slices.Compare(a.By, b.By) })
	return nil
}

// timed are the cells of one reporting period.
type timed struct {
	span  Span
	cells []*Cell
	shown bool
}

// namesOf gives the names of a cell from its key: those a cell with the same names down the chains has.
func (r *Result) namesOf(key string, l lattice, p timed, month int) []string {
	out := make([]string, len(r.By))
	parts := strings.Split(key, "\x01")
	for i := range r.By {
		if i == month {
			out[i] = p.span.Label
			continue
		}
		for _, c := range p.cells {
			mine := strings.Split(keyAt(l.names(c), l.depth), "\x01")
			if k := chainOf(l, c, i); k >= 0 && mine[k] == parts[k] {
				out[i] = c.By[i]
				break
			}
		}
	}
	return out
}

// chainOf finds which chain a breakdown stands in.
func chainOf(l lattice, c *Cell, i int) int {
	old := c.By[i]
	before := l.names(c)
	c.By[i] = old + "\x02"
	after := l.names(c)
	c.By[i] = old
	for k := range before {
		if !slices.Equal(before[k], after[k]) {
			return k
		}
	}
	return -1
}

// hide marks what is hidden in a cell: the counts, and what would tell of them.
func (c *Cell) hide(hidden func(k int) bool) {
	c.hidden = make(map[string]bool)
	for i := range Figures {
		f := &Figures[i]
		switch {
		case f.of >= 0:
			c.hidden[f.Key] = hidden(f.of)
		case f.part != nil:
			num, den := c.N[f.part.num], c.N[f.part.den]
			c.hidden[f.Key] = den < smallest || num > 0 && num < smallest || hidden(f.part.num) || hidden(f.part.den) || f.part.base >= 0 && f.Key != "guarantee_65_share" && hidden(f.part.base)
		case f.Key == "km_median_days":
			all := len(c.concluded) + len(c.ended) + len(c.waiting) + len(c.putOff)
			c.hidden[f.Key] = all < smallest || hidden(nClosing) || hidden(nOut)
		case f.days != nil:
			c.hidden[f.Key] = c.N[f.base] < smallest || hidden(f.base)
		}
	}
	for k, x := range exclusions {
		if hidden(int(nCounts) + k) {
			c.hidden[fmt.Sprintf("excluded.%d", x.Code)] = true
			c.hidden["excluded"] = true
		}
	}
}
