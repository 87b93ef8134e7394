package figures

import (
	"math/rand/v2"
	"slices"
)

// A system is the numbers of published tables with all that is known to hold between them, and which of them are hidden. What can be found out is asked of
// it before anything is published.
type system struct {
	value   []int64
	hidden  []bool
	primary []bool // hidden because it is small
	free    []bool // may be hidden now
	rels    []relation
	of      [][]int32 // relations by number
}

type term struct {
	v    int32
	coef int64
}

// A relation says that the terms add up to nothing. In a line the last term is the margin of the others.
type relation struct {
	terms []term
	line  bool
	pair  bool // no sum: two numbers that are hidden together
}

// grow takes in the numbers of a table and gives where they begin.
func (s *system) grow(cells [][nSuppressible]int64) int {
	base := len(s.value)
	for i := range cells {
		s.value = append(s.value, cells[i][:]...)
	}
	n := len(s.value) - base
	s.hidden = append(s.hidden, make([]bool, n)...)
	s.primary = append(s.primary, make([]bool, n)...)
	s.free = append(s.free, make([]bool, n)...)
	s.of = append(s.of, make([][]int32, n)...)
	return base
}

func (s *system) relate(terms []term, line bool) {
	i := int32(len(s.rels))
	s.rels = append(s.rels, relation{terms: terms, line: line})
	for _, t := range terms {
		s.of[t.v] = append(s.of[t.v], i)
	}
}

// together has two numbers hidden together or not at all.
func (s *system) together(a, b int32) {
	s.relate([]term{{a, 0}, {b, 0}}, false)
	s.rels[len(s.rels)-1].pair = true
}

// fit hides the small numbers of the figures in a table, and others among them until the small ones can't be found.
func (s *system) fit(y *layer, figs []int) error {
	var mine []int32
	var ask []int32
	for i := range y.cells {
		for _, k := range figs {
			v := int32(y.base + i*suppressible + k)
			mine = append(mine, v)
			s.free[v] = true
		}
	}
	defer func() {
		for _, v := range mine {
			s.free[v] = false
		}
	}()
	for _, v := range mine {
		if n := s.value[v]; n > 0 && n < smallest {
			s.hidden[v], s.primary[v] = true, true
		}
		ask = append(ask, s.of[v]...)
	}
	for {
		for len(ask) > 0 {
			r := ask[len(ask)-1]
			ask = ask[:len(ask)-1]
			if !s.tells(&s.rels[r]) {
				continue
			}
			if v, ok := s.candidate(&s.rels[r]); ok {
				s.hidden[v] = true
				ask = append(ask, s.of[v]...)
			}
		}
		found, err := s.found(mine)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return nil
		}
		hid := false
		for _, v := range found {
			for _, r := range s.of[v] {
				if w, ok := s.candidate(&s.rels[r]); ok {
					s.hidden[w], hid = true, true
					ask = append(ask, s.of[w]...)
					break
				}
			}
		}
		if hid {
			continue
		}
		// Nothing beside them is left: look further away; then give up these figures in the table, and at last the table.
		if v, ok := s.any(found); ok {
			s.hidden[v] = true
			ask = append(ask, s.of[v]...)
			continue
		}
		for _, v := range mine {
			s.hidden[v] = true
		}
		if found, err = s.found(mine); err == nil && len(found) == 0 {
			return nil
		}
		for i := range y.cells {
			for k := range suppressible {
				s.hidden[y.base+i*suppressible+k] = true
			}
		}
		return nil
	}
}

// any finds a number to hide among the relations of everything that hangs together with what was found.
func (s *system) any(found []int32) (int32, bool) {
	seen := make(map[int32]bool)
	queue := slices.Clone(found)
	for len(queue) > 0 {
		v := queue[0]
		queue = queue[1:]
		for _, r := range s.of[v] {
			if seen[r] {
				continue
			}
			seen[r] = true
			if w, ok := s.candidate(&s.rels[r]); ok {
				return w, true
			}
			for _, t := range s.rels[r].terms {
				if s.hidden[t.v] {
					queue = append(queue, t.v)
				}
			}
		}
	}
	return 0, false
}

// tells says whether a relation by itself gives away what it hides: one number alone, or, under a margin that is shown, numbers that add up to so little, or
// so exactly, that they are all ones or all fours.
func (s *system) tells(r *relation) bool {
	n, total, large := 0, int64(0), false
	for i, t := range r.terms {
		if !s.hidden[t.v] {
			continue
		}
		if r.line && i == len(r.terms)-1 {
			return n == 0 // the margin is hidden: it alone is told by its cells
		}
		n++
		total += s.value[t.v]
		large = large || s.value[t.v] >= smallest
	}
	switch {
	case n == 0:
		return false
	case n == 1:
		return true
	}
	return r.line && !large && (total < smallest || total == int64(n) || total == int64(n)*(smallest-1))
}

// candidate chooses what to hide beside what a relation hides: the smallest number that is not itself told at once, a zero only when there is no other.
func (s *system) candidate(r *relation) (int32, bool) {
	best, cost := int32(-1), int64(0)
	for _, t := range r.terms {
		v := t.v
		if s.hidden[v] || !s.free[v] {
			continue
		}
		c := s.value[v]
		if c == 0 {
			c = 1 << 40
		}
		for _, o := range s.of[v] {
			if other := &s.rels[o]; other != r && s.alone(other, v) {
				c += 1 << 41
			}
		}
		if best < 0 || c < cost {
			best, cost = v, c
		}
	}
	return best, best >= 0
}

// alone tells whether hiding v would leave it alone in a relation where nothing but zeros could be hidden beside it.
func (s *system) alone(r *relation, v int32) bool {
	for _, t := range r.terms {
		if t.v != v && (s.hidden[t.v] || s.free[t.v] && s.value[t.v] > 0) {
			return false
		}
	}
	return true
}

const prime = 2147483629

// found gives the small hidden numbers that all relations together determine. The relations are solved in whole numbers modulo a prime: a number is determined
// when it is nothing in every difference between two solutions, and one random difference shows that but for one chance in two milliards.
func (s *system) found(mine []int32) ([]int32, error) {
	// everything hidden that hangs together with the numbers at hand
	var vars []int32
	at := make(map[int32]int32)
	seen := make(map[int32]bool)
	var rels []int32
	add := func(v int32) {
		if _, ok := at[v]; !ok {
			at[v] = int32(len(vars))
			vars = append(vars, v)
		}
	}
	for _, v := range mine {
		if s.hidden[v] {
			add(v)
		}
	}
	for i := 0; i < len(vars); i++ {
		for _, r := range s.of[vars[i]] {
			if seen[r] {
				continue
			}
			seen[r] = true
			if s.rels[r].pair {
				continue
			}
			rels = append(rels, r)
			for _, t := range s.rels[r].terms {
				if s.hidden[t.v] {
					add(t.v)
				}
			}
		}
	}
	if len(vars) == 0 {
		return nil, nil
	}
	rows := make([]map[int32]int64, 0, len(rels))
	count := make([]int, len(vars))
	for _, r := range rels {
		row := make(map[int32]int64)
		for _, t := range s.rels[r].terms {
			if s.hidden[t.v] {
				x := at[t.v]
				row[x] = (row[x] + t.coef + prime) % prime
				if row[x] == 0 {
					delete(row, x)
				}
			}
		}
		if len(row) > 0 {
			rows = append(rows, row)
			for x := range row {
				count[x]++
			}
		}
	}
	slices.SortStableFunc(rows, func(a, b map[int32]int64) int { return len(a) - len(b) })
	pivot := make(map[int32]int) // number -> row
	order := make([]int32, 0, len(rows))
	work := 0
	for i, row := range rows {
		for {
			// take out what earlier rows solve, the earliest first
			first := -1
			var which int32
			for x := range row {
				if p, ok := pivot[x]; ok && (first < 0 || p < first) {
					first, which = p, x
				}
			}
			if first < 0 {
				break
			}
			k := row[which]
			for x, c := range rows[first] {
				n := (row[x] + (prime-k)*c) % prime
				if n == 0 {
					delete(row, x)
				} else {
					row[x] = n
				}
			}
			if work += len(rows[first]) + len(row); work > 1<<29 {
				return nil, ErrTooFine
			}
		}
		if len(row) == 0 {
			continue
		}
		best := int32(-1)
		for x := range row {
			if best < 0 || count[x] < count[best] || count[x] == count[best] && x < best {
				best = x
			}
		}
		inv := power(row[best], prime-2)
		for x, c := range row {
			row[x] = c * inv % prime
		}
		pivot[best] = i
		order = append(order, best)
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	diff := make([]int64, len(vars))
	for x := range diff {
		if _, ok := pivot[int32(x)]; !ok {
			diff[x] = 1 + rnd.Int64N(prime-1)
		}
	}
	for k := len(order) - 1; k >= 0; k-- {
		x := order[k]
		n := int64(0)
		for y, c := range rows[pivot[x]] {
			if y != x {
				n = (n + c*diff[y]) % prime
			}
		}
		diff[x] = (prime - n) % prime
	}
	var out []int32
	for x, v := range vars {
		if diff[x] == 0 && s.primary[v] {
			out = append(out, v)
		}
	}
	if len(out) == 0 {
		out = s.squeezed(vars, at, rels)
	}
	return out, nil
}

// squeezed gives the small hidden numbers that are found because no number is below zero: those whose bounds meet.
func (s *system) squeezed(vars []int32, at map[int32]int32, rels []int32) []int32 {
	const far = int64(1) << 40
	lo, hi := make([]int64, len(vars)), make([]int64, len(vars))
	for x := range hi {
		hi[x] = far
	}
	of := func(v int32) (int64, int64) {
		if x, ok := at[v]; ok {
			return lo[x], hi[x]
		}
		return s.value[v], s.value[v]
	}
	for range 40 {
		changed := false
		for _, r := range rels {
			terms := s.rels[r].terms
			low, high := int64(0), int64(0) // of the whole sum
			openLow, openHigh := 0, 0       // terms without a bound, to be left out of it
			for _, t := range terms {
				l, h := of(t.v)
				if t.coef < 0 {
					l, h = -h, -l
				}
				if l <= -far {
					openLow++
				} else {
					low += l
				}
				if h >= far {
					openHigh++
				} else {
					high += h
				}
			}
			stale := false
			for _, t := range terms {
				x, ok := at[t.v]
				if !ok || lo[x] == hi[x] {
					continue
				}
				l, h := lo[x], hi[x]
				if t.coef < 0 {
					l, h = -h, -l
				}
				// the term is minus the sum of the others
				others, othersHigh := low, high
				ol, oh := openLow, openHigh
				if l <= -far {
					ol--
				} else {
					others -= l
				}
				if h >= far {
					oh--
				} else {
					othersHigh -= h
				}
				newLow, newHigh := -far, far
				if oh == 0 {
					newLow = -othersHigh
				}
				if ol == 0 {
					newHigh = -others
				}
				if t.coef < 0 {
					newLow, newHigh = -newHigh, -newLow
				}
				if newLow > lo[x] {
					lo[x], stale = newLow, true
				}
				if newHigh < hi[x] {
					hi[x], stale = newHigh, true
				}
				if stale { // the sums above no longer hold: the relation is taken again in the next round
					break
				}
			}
			changed = changed || stale
		}
		if !changed {
			break
		}
	}
	var out []int32
	for x, v := range vars {
		if s.primary[v] && lo[x] == hi[x] {
			out = append(out, v)
		}
	}
	return out
}

func power(a, n int64) int64 {
	out := int64(1)
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			out = out * a % prime
		}
		a = a * a % prime
	}
	return out
}
