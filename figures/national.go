package figures

import (
	"fmt"
	"iter"
	"math"
	"math/rand/v2"

	"rettid/day"
)

// NationalTrusts is how many trusts the made-up nation has, in four regions; a few are large, many small.
const NationalTrusts = 22

// National gives n referral periods of a made-up nation, received over ten years from 2016: the same ones for the same seed. Waits, rights and breaches lie where
// the national yardsticks do: mean above median, somatic 55–85 days, substance use lowest, five to ten per cent without a right, few starts in July and
// December. The period it yields is used again for the next.
func National(n int, seed uint64) iter.Seq[*Period] {
	return func(yield func(*Period) bool) {
		g := newNation(seed)
		var p Period
		for i := range n {
			g.draw(&p, i)
			if !yield(&p) {
				return
			}
		}
	}
}

type nation struct {
	rnd    *rand.Rand
	trusts []float64 // summed shares
	fields []float64
	sites  [NationalTrusts]int
	texts  map[string]string
}

// nationalFields are the specialties of the nation with their shares and mean waits in days.
var nationalFields = []struct {
	code        string
	share, wait float64
}{
	{"010", 5, 60}, {"020", 1, 65}, {"030", 5, 66}, {"040", 2, 62}, {"050", 14, 85}, {"060", 0.4, 50}, {"070", 6, 70}, {"080", 2, 90}, {"090", 2.5, 110}, {"100", 1.5, 75},
	{"105", 2, 45}, {"110", 2, 60}, {"120", 1, 40}, {"130", 2.5, 75}, {"140", 5, 72}, {"150", 6, 68}, {"160", 0.6, 45}, {"170", 3, 62}, {"180", 1, 60}, {"190", 3, 80},
	{"200", 7, 60}, {"210", 0.5, 60}, {"220", 5, 58}, {"230", 2, 88}, {"233", 0.8, 80}, {"234", 0.8, 85}, {"240", 4, 75}, {"250", 5, 80}, {"290", 6, 85}, {"300", 8, 95},
	{"310", 3, 45}, {"320", 6, 48}, {"340", 0.05, 50}, {"350", 0.8, 45}, {"360", 2, 30}, {"365", 0.3, 25}, {"370", 0.1, 28}, {"380", 0.2, 15}, {"410", 0.5, 80}, {"420", 0.7, 120},
	{"430", 0.8, 110}, {"610", 0.1, 60}, {"620", 0.1, 60}, {"840", 0.5, 90}, {"853", 2, 25},
}

func newNation(seed uint64) *nation {
	g := &nation{rnd: rand.New(rand.NewPCG(seed, 0x6e6f7277617921)), texts: make(map[string]string)}
	total := 0.0
	for i := range NationalTrusts {
		total += 1 / math.Pow(float64(i+1), 0.8)
		g.trusts = append(g.trusts, total)
		g.sites[i] = 1 + (NationalTrusts-i)/4
	}
	total = 0
	for _, f := range nationalFields {
		total += f.share
		g.fields = append(g.fields, total)
	}
	return g
}

// choose draws a place in summed shares.
func (g *nation) choose(sums []float64) int {
	x := g.rnd.Float64() * sums[len(sums)-1]
	lo, hi := 0, len(sums)-1
	for lo < hi {
		if m := (lo + hi) / 2; sums[m] < x {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo
}

func (g *nation) text(format string, args ...any) string {
	s := fmt.Sprintf(format, args...)
	if t, ok := g.texts[s]; ok {
		return t
	}
	g.texts[s] = s
	return s
}

var nationFirst = day.On(2016, 1, 1)

const nationDays = 3653

// exp draws a wait: few short, most about the mean, some long.
func (g *nation) wait(mean float64) int {
	x := 0.0
	for range 2 {
		x -= math.Log(1-g.rnd.Float64()) * mean / 2
	}
	return int(x)
}

func (g *nation) draw(p *Period, i int) {
	r := g.rnd
	trust, f := g.choose(g.trusts), nationalFields[g.choose(g.fields)]
	*p = Period{ID: fmt.Sprintf("N%09d", i), Postponements: p.Postponements[:0], Times: p.Times[:0], Outcome: 10, Specialty: f.code, Debtor: 1, Level: 3}
	p.Institution = g.text("T%02d", trust+1)
	p.Site = g.text("T%02d-%d", trust+1, 1+r.IntN(g.sites[trust]))
	p.Department = g.text("T%02d-%s", trust+1, f.code)
	p.Region = [4]string{"sor-ost", "vest", "midt", "nord"}[(trust*7+trust/5)%4]
	p.Sex = [2]string{"1", "2"}[r.IntN(2)]
	p.Municipality = g.text("%04d", 1100+r.IntN(350))
	if r.IntN(5) == 0 {
		p.Level = 1 + r.IntN(2)
	}
	start := nationFirst.Add(r.IntN(nationDays))
	if wd := start.Weekday(); wd == 0 || wd == 6 {
		start = start.Add(2)
	}
	p.Seniority, p.Received = start, start
	switch x := r.IntN(100); {
	case x < 6:
		p.Received = start.Add(1 + r.IntN(10))
	case x < 7:
		p.Seniority = start.Add(1 + r.IntN(5)) // a fault in the data
	}
	age := 25 + int(r.NormFloat64()*22) + r.IntN(40)
	switch f.code {
	case "310", "220", "020", "233":
		age = r.IntN(18)
	case "350":
		age = 75 + r.IntN(20)
	}
	p.BirthYear = start.Year() - max(min(age, 102), 0)
	if r.IntN(1000) < 15 { // not assessed
		if r.IntN(3) > 0 {
			return
		}
		p.End, p.EndCode = p.Received.Add(r.IntN(40)), 9
		return
	}
	limit := day.FromNumber(norway().limit[start.Number()])
	p.Assessed = p.Received.Add(r.IntN(max(limit.Sub(p.Received), 1)))
	if r.IntN(100) < 4 {
		p.Assessed = limit.Add(1 + r.IntN(20))
	}
	if p.Assessed.Before(p.Received) {
		p.Assessed = p.Received
	}
	switch x := r.IntN(1000); {
	case x < 70:
		p.Right = 5
		return
	case x < 90:
		p.Right = 6
	default:
		p.Right = 3
	}
	switch x := r.IntN(1000); {
	case x < 10:
		p.Outcome = 3 + r.IntN(5)
	case x < 15:
		p.Outcome = 11
	}
	mean := f.wait * (0.85 + 0.02*float64(start.Year()-2016)) * (0.8 + 0.4*float64((trust*37)%11)/10)
	w := g.wait(mean)
	p.Deadline = start.Add(max(p.Assessed.Sub(start)+7, int(mean*1.9)+r.IntN(40)))
	if r.IntN(100) > 12 && start.Add(w).After(p.Deadline) { // most are kept
		w = max(p.Deadline.Sub(start)-r.IntN(20), 2)
	}
	end := start.Add(max(w, p.Assessed.Sub(start)))
	if _, m, _ := end.Date(); (m == 7 || m == 12) && r.IntN(100) < 40 {
		end = end.Add(20 + r.IntN(20))
	}
	if r.IntN(100) < 7 {
		x := Postponement{Code: [7]int{1, 4, 21, 22, 5, 6, 3}[r.IntN(7)], On: p.Assessed.Add(r.IntN(30))}
		p.Postponements = append(p.Postponements, x)
		end = end.Add(10 + r.IntN(60))
	}
	if r.IntN(100) < 70 {
		p.Allocated = end
	}
	if end.After(p.Deadline) && r.IntN(3) > 0 {
		p.Helfo = 2
	}
	if end.Sub(nationFirst) > nationDays || r.IntN(4000) == 0 { // still waiting, or forgotten
		return
	}
	p.End, p.EndCode, p.Met = end, 1, end
	if r.IntN(100) < 12 {
		p.EndCode, p.Met = [6]int{2, 3, 4, 5, 7, 9}[r.IntN(6)], day.Day{}
	}
}
