package figures

import (
	"fmt"
	"math"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"
)

// An attacker has every table that is published: of each month, tertial and year, by every breakdown and by fewer. He writes down all that must hold between the
// numbers, and solves: exactly, by elimination, and by bounds, since no number is below zero. He knows nothing of how the hiding is done, and shares no code with it.
type attacker struct {
	name  map[string]int
	value []float64 // NaN: hidden
	truth []float64
	eqs   []map[int]int64
}

func (a *attacker) cell(table, cell, fig string, v float64, hidden bool, truth float64) int {
	key := table + "|" + cell + "|" + fig
	i, ok := a.name[key]
	if !ok {
		i = len(a.value)
		a.name[key] = i
		a.value = append(a.value, math.NaN())
		a.truth = append(a.truth, truth)
	}
	if !hidden {
		a.value[i] = v
	}
	return i
}

// publish gives the attacker a table, and the truth for the judge.
func (a *attacker) publish(t *testing.T, rows []*Period, span Span, by string) map[string][]string {
	t.Helper()
	names, err := ParseBy(by)
	if err != nil {
		t.Fatal(err)
	}
	open, err := Compute(slices.Values(rows), Options{Span: span, By: names})
	if err != nil {
		t.Fatal(err)
	}
	shut, err := Compute(slices.Values(rows), Options{Span: span, By: names, Suppress: true})
	if err != nil {
		t.Fatalf("%s by %s: %v", span.Label, by, err)
	}
	truth := make(map[string]*Cell)
	for _, c := range open.Cells {
		truth[strings.Join(c.By, "/")] = c
	}
	out := make(map[string][]string)
	for _, c := range shut.Cells {
		cell := strings.Join(c.By, "/")
		out[cell] = c.By
		for i := range Figures {
			f := &Figures[i]
			if f.Unit != "count" || f.of < 0 {
				continue
			}
			v, state := c.Value(f.Key)
			was := 0.0
			if x := truth[cell]; x != nil {
				was, _ = x.Value(f.Key)
			}
			if state == Shown && v != was {
				t.Fatalf("%s %s %s: %v shown, it is %v", span.Label, cell, f.Key, v, was)
			}
			if state == Shown && v > 0 && v < 5 {
				t.Fatalf("%s %s %s: %v shown", span.Label, cell, f.Key, v)
			}
			a.cell(span.Label+" by "+by, cell, f.Key, v, state == Hidden, was)
		}
		for _, x := range []struct{ share, num string }{{"concluded_breach_share", "concluded_breach"}, {"waiting_breach_share", "waiting_breach"}, {"assessed_within_limit_share", "assessed_within_limit"}} {
			if _, state := c.Value(x.share); state == Shown {
				if n, s := c.Value(x.num); s != Shown || n > 0 && n < 5 {
					t.Fatalf("%s %s: %s shown, %s is not", span.Label, cell, x.share, x.num)
				}
			}
		}
	}
	for cell, c := range truth {
		if _, ok := out[cell]; !ok && c.N[nClosing] > 0 {
			t.Fatalf("%s: the cell %s is gone", span.Label, cell)
		}
	}
	return out
}

func (a *attacker) holds(terms map[int]int64) {
	sum := 0.0
	for i, c := range terms {
		sum += float64(c) * a.truth[i]
	}
	if sum == 0 { // he believes only what is so
		a.eqs = append(a.eqs, terms)
	}
}

// known finds what follows from all equations: how many hidden numbers from 1 to 4 he gets.
func (a *attacker) known() []string {
	lo, hi := make([]float64, len(a.value)), make([]float64, len(a.value))
	for i, v := range a.value {
		lo[i], hi[i] = v, v
		if math.IsNaN(v) {
			lo[i], hi[i] = 0, math.Inf(1)
		}
	}
	// elimination, in rational numbers, over the hidden ones
	type row struct {
		c   map[int]*big.Rat
		rhs *big.Rat
	}
	var rows []*row
	for _, eq := range a.eqs {
		r := &row{make(map[int]*big.Rat), new(big.Rat)}
		for i, c := range eq {
			if math.IsNaN(a.value[i]) {
				r.c[i] = big.NewRat(c, 1)
			} else {
				r.rhs.Sub(r.rhs, new(big.Rat).SetInt64(c*int64(a.value[i])))
			}
		}
		if len(r.c) > 0 {
			rows = append(rows, r)
		}
	}
	var done []*row
	used := make(map[int]*row)
	reduce := func(r *row, v int, by *row) {
		k := new(big.Rat).Set(r.c[v])
		for i, c := range by.c {
			n := new(big.Rat).Mul(k, c)
			if r.c[i] != nil {
				n.Sub(r.c[i], n)
			} else {
				n.Neg(n)
			}
			if n.Sign() == 0 {
				delete(r.c, i)
			} else {
				r.c[i] = n
			}
		}
		r.rhs.Sub(r.rhs, new(big.Rat).Mul(k, by.rhs))
	}
	for _, r := range rows {
		for again := true; again; {
			again = false
			for v := range r.c {
				if by := used[v]; by != nil {
					reduce(r, v, by)
					again = true
					break
				}
			}
		}
		if len(r.c) == 0 {
			continue
		}
		pivot := -1
		for v := range r.c {
			if pivot < 0 || v < pivot {
				pivot = v
			}
		}
		k := new(big.Rat).Inv(r.c[pivot])
		for i, c := range r.c {
			r.c[i] = new(big.Rat).Mul(c, k)
		}
		r.rhs.Mul(r.rhs, k)
		for _, o := range done {
			if o.c[pivot] != nil {
				reduce(o, pivot, r)
			}
		}
		used[pivot] = r
		done = append(done, r)
	}
	for v, r := range used {
		if len(r.c) == 1 {
			x, _ := r.rhs.Float64()
			lo[v], hi[v] = x, x
		}
	}
	// bounds, until nothing changes
	for range 50 {
		changed := false
		for _, eq := range a.eqs {
			for v, c := range eq {
				if c != 1 && c != -1 || lo[v] == hi[v] {
					continue
				}
				low, high := 0.0, 0.0
				for o, k := range eq {
					if o == v {
						continue
					}
					k := -float64(k) * float64(c)
					if k > 0 {
						low, high = low+k*lo[o], high+k*hi[o]
					} else {
						low, high = low+k*hi[o], high+k*lo[o]
					}
				}
				if low > lo[v] {
					lo[v], changed = low, true
				}
				if high < hi[v] {
					hi[v], changed = high, true
				}
			}
		}
		if !changed {
			break
		}
	}
	var out []string
	for key, i := range a.name {
		if math.IsNaN(a.value[i]) && lo[i] == hi[i] && lo[i] > 0 && lo[i] < 5 {
			out = append(out, fmt.Sprintf("%s = %v (it is %v)", key, lo[i], a.truth[i]))
		}
	}
	slices.Sort(out)
	return out
}

// within are the sums inside a cell an attacker can think of.
var withinCell = [][]string{{"closing", "waiting", "waiting_postponed"}, {"in", "newly_referred"}, {"out", "ordinarily_concluded", "started_with_postponement", "ended_other"},
	{"assessed", "granted", "not_granted"}}

func attackTables(t *testing.T, rows []*Period, label string, bys [][2]string, overTime bool) {
	t.Helper()
	a := &attacker{name: make(map[string]int)}
	span, _ := ParseSpan(label)
	times := []Span{span}
	if overTime {
		times = append(times, span.inside()...)
	}
	seenBy := make(map[string]bool)
	var tables []string
	for _, s := range times {
		for _, pair := range bys {
			for _, by := range pair {
				if seenBy[s.Label+by] {
					continue
				}
				seenBy[s.Label+by] = true
				cells := a.publish(t, rows, s, by)
				tables = append(tables, s.Label+" by "+by)
				for cell := range cells {
					at := func(fig string) int { return a.cell(s.Label+" by "+by, cell, fig, math.NaN(), true, 0) }
					for _, w := range withinCell {
						eq := map[int]int64{at(w[0]): -1}
						for _, f := range w[1:] {
							eq[at(f)] = 1
						}
						a.holds(eq)
					}
					a.holds(map[int]int64{at("opening"): 1, at("in"): 1, at("out"): -1, at("closing"): -1})
				}
			}
		}
	}
	// margins: the first table of each pair is the sum of the second over what it lacks
	for _, s := range times {
		for _, pair := range bys {
			up, down := s.Label+" by "+pair[0], s.Label+" by "+pair[1]
			lines := make(map[string]map[int]int64)
			for key, i := range a.name {
				parts := strings.Split(key, "|")
				if parts[0] != down {
					continue
				}
				names := strings.Split(parts[1], "/")
				keep := []string{}
				for k, n := range strings.Split(pair[1], ",") {
					if pair[0] != "" && slices.Contains(strings.Split(pair[0], ","), n) {
						keep = append(keep, names[k])
					}
				}
				id := strings.Join(keep, "/") + "|" + parts[2]
				if lines[id] == nil {
					lines[id] = make(map[int]int64)
				}
				lines[id][i] = 1
			}
			for id, eq := range lines {
				if i, ok := a.name[up+"|"+id]; ok {
					eq[i] = -1
					a.holds(eq)
				}
			}
		}
	}
	// time: what flows in the whole flows in its parts; what stands at the end of one stands at the beginning of the next
	if overTime {
		for key, i := range a.name {
			parts := strings.Split(key, "|")
			if !strings.HasPrefix(parts[0], span.Label+" by ") {
				continue
			}
			by := strings.TrimPrefix(parts[0], span.Label+" by ")
			f, _ := FigureByKey(parts[2])
			for _, tertials := range []bool{false, true} {
				eq := map[int]int64{i: -1}
				var firstIn, lastIn int = -1, -1
				for _, s := range span.inside() {
					if strings.Contains(s.Label, "T") != tertials {
						continue
					}
					if j, ok := a.name[s.Label+" by "+by+"|"+parts[1]+"|"+parts[2]]; ok {
						if firstIn < 0 {
							firstIn = j
						}
						lastIn = j
						eq[j] = 1
					}
				}
				switch {
				case firstIn < 0:
				case parts[2] == "opening":
					a.holds(map[int]int64{i: -1, firstIn: 1})
				case f.Stock:
					a.holds(map[int]int64{i: -1, lastIn: 1})
				default:
					a.holds(eq)
				}
			}
		}
	}
	hidden := 0
	for _, v := range a.value {
		if math.IsNaN(v) {
			hidden++
		}
	}
	got := a.known()
	t.Logf("%s, %d tables: %d numbers, %d hidden, %d equations, %d found", label, len(tables), len(a.value), hidden, len(a.eqs), len(got))
	if hidden == 0 {
		t.Fatal("nothing is hidden: the attack shows nothing")
	}
	for i, s := range got {
		if i < 10 {
			t.Errorf("found: %s", s)
		}
	}
}

func nationRows(n int, seed uint64) []*Period {
	var rows []*Period
	for p := range National(n, seed) {
		q := *p
		q.Postponements = slices.Clone(p.Postponements)
		rows = append(rows, &q)
	}
	return rows
}

// Nothing hidden can be found from all that is published: margins, breakdowns inside each other, sums inside a cell, and periods inside each other.
func TestHiddenNumbersStayHidden(t *testing.T) {
	seeds := []uint64{3}
	if os.Getenv("RETTID_LONG") != "" {
		seeds = []uint64{1, 2, 3, 4, 5, 6, 7, 8}
	}
	for _, seed := range seeds {
		rows := nationRows(20000, seed)
		attackTables(t, rows, "2020-09", [][2]string{{"", "region"}, {"region", "region,trust"}, {"", "sector"}, {"region", "region,sector"}, {"sector", "region,sector"}}, false)
		attackTables(t, rows, "2020-09", [][2]string{{"", "sex"}, {"", "age"}, {"sex", "sex,age"}, {"age", "sex,age"}, {"", "region"}, {"region", "region,age"}, {"age", "region,age"}}, false)
		attackTables(t, rows[:6000], "2020-T3", [][2]string{{"", "region"}, {"", "sector"}, {"region", "region,sector"}, {"sector", "region,sector"}}, true)
		attackTables(t, rows[:3000], "2019", [][2]string{{"", "region"}, {"", "age"}}, true)
	}
}
