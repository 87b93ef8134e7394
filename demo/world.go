package demo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
	"time"

	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/guide"
	"rettid/law"
	"rettid/letter"
)

// world is what every life reads and none changes.
type world struct {
	desk    *desk.Desk
	cal     *day.Calendar
	seed    uint64
	n       int
	from    day.Day
	today   day.Day
	oslo    *time.Location
	tenants []string

	places    weighted[place]    // where referrals arrive
	treats    map[string][]place // public units and private ones that may assess, by field
	wrong     []clinic.Provider  // providers that must send on what they receive
	referrers weighted[clinic.Referrer]
	away      weighted[clinic.Referrer] // of other regions
	allied    []clinic.Referrer         // others than doctors
	guides    map[string][]guide.Condition
	names     map[string]string // of providers, sites and referrers, for letters
	contacts  *letter.Contacts
	arrivals  []float64 // share of the year's referrals that has come by the end of each day
}

// A place is a unit's work in one field.
type place struct {
	tenant, provider, site, specialty string
	private                           bool
}

// weighted draws items in proportion to their weights.
type weighted[T any] struct {
	items []T
	upTo  []float64
}

func (w *weighted[T]) add(item T, weight float64) {
	if weight <= 0 {
		return
	}
	last := 0.0
	if n := len(w.upTo); n > 0 {
		last = w.upTo[n-1]
	}
	w.items, w.upTo = append(w.items, item), append(w.upTo, last+weight)
}

func (w *weighted[T]) draw(r *rand.Rand) T {
	u := r.Float64() * w.upTo[len(w.upTo)-1]
	return w.items[sort.SearchFloat64s(w.upTo, u)]
}

func pick[T any](r *rand.Rand, of []T) T { return of[r.IntN(len(of))] }

func sqrt(x float64) float64 { return math.Sqrt(x) }

func newWorld(d *desk.Desk, o Options) (*world, error) {
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		return nil, fmt.Errorf("demonstration data: %w", err)
	}
	w := &world{desk: d, cal: d.Settings.Calendar, seed: o.Seed, n: o.Patients, today: o.Today, from: o.Today.AddMonths(-12 * o.Years), oslo: oslo,
		treats: make(map[string][]place), guides: make(map[string][]guide.Condition)}
	tenants := make(map[string]bool)
	for _, p := range d.Org.Providers() {
		if o.Region != "" && p.Region != o.Region {
			continue
		}
		tenants[p.Trust] = true
		if p.Kind == clinic.ContractSpecialist {
			w.wrong = append(w.wrong, p)
			continue
		}
		delegated := false
		for _, u := range p.Units {
			if !u.In.To.IsZero() || u.In.From.After(w.from) {
				continue
			}
			for i, specialty := range u.Specialties {
				at := place{tenant: p.Trust, provider: p.ID, site: u.Site, specialty: specialty, private: p.Kind == clinic.Private}
				if at.private && !(p.Delegated(specialty, w.from) && p.Delegated(specialty, w.today)) {
					continue
				}
				delegated = true
				weight := float64(max(u.Weekly, 1))
				if i > 0 {
					weight *= 0.15
				}
				if specialty == "radiology" || specialty == "medical_genetics" {
					weight *= 0.15 // most of what they get is internal, and never on a list
				}
				if specialty == "*" {
					specialty = "internal_medicine"
					at.specialty = specialty
				}
				w.places.add(at, weight)
				w.treats[specialty] = append(w.treats[specialty], at)
			}
		}
		if p.Kind == clinic.Private && !delegated {
			w.wrong = append(w.wrong, p)
		}
	}
	if len(w.places.items) == 0 {
		return nil, fmt.Errorf("demonstration data: no provider of region %q has a unit that may assess", o.Region)
	}
	for t := range tenants {
		w.tenants = append(w.tenants, t)
	}
	sort.Strings(w.tenants)
	for _, r := range d.Org.Referrers() {
		here := o.Region == "" || r.Region == o.Region
		switch {
		case r.Role != "gp":
			if here {
				w.allied = append(w.allied, r)
			}
		case here:
			w.referrers.add(r, float64(max(r.Size, 1)))
		default:
			w.away.add(r, float64(max(r.Size, 1)))
		}
	}
	if len(w.referrers.items) == 0 {
		w.referrers.add(clinic.Referrer{ID: "", Role: "gp"}, 1)
	}
	if d.Guides != nil {
		for specialty := range w.treats {
			for _, c := range d.Guides.Conditions(specialty) {
				if c.InForce(w.from) && c.InForce(w.today) {
					w.guides[specialty] = append(w.guides[specialty], c)
				}
			}
		}
	}
	w.names, w.contacts = make(map[string]string), letter.DemoContacts()
	for _, r := range d.Org.Referrers() {
		w.names[r.ID] = r.Name
	}
	for _, p := range d.Org.Providers() {
		w.names[p.ID] = p.Name
		for _, site := range p.Sites {
			w.names[site.ID] = site.Name
		}
	}
	w.season()
	return w, nil
}

// How many are referred in a month and on a weekday, against the average: July and December are quiet, Fridays too.
var (
	byMonth   = [13]float64{0, 1.08, 1.04, 1.06, 0.96, 1.0, 1.0, 0.55, 0.98, 1.12, 1.1, 1.12, 0.76}
	byWeekday = [7]float64{0.02, 1.18, 1.1, 1.05, 1.0, 0.82, 0.03} // from Sunday
)

// pace is a day's share of the work against the average working day.
func (w *world) pace(d day.Day) float64 {
	_, month, _ := d.Date()
	f := byMonth[month] * byWeekday[d.Weekday()]
	if !w.cal.IsWorking(d) && d.Weekday() != time.Saturday && d.Weekday() != time.Sunday {
		f *= 0.04
	}
	return f
}

func (w *world) season() {
	sum := 0.0
	for d := w.from; !d.After(w.today); d = d.Add(1) {
		f := w.pace(d)
		if d == w.today {
			f *= 0.25 // it is still morning
		}
		sum += f
		w.arrivals = append(w.arrivals, sum)
	}
}

// arrival finds the day by which a share of all referrals has come.
func (w *world) arrival(share float64) day.Day {
	return w.from.Add(sort.SearchFloat64s(w.arrivals, share*w.arrivals[len(w.arrivals)-1]))
}

// working finds the first working day from a day on.
func (w *world) working(d day.Day) day.Day { return w.plus(d, 0) }

// plus finds the working day that is n working days after the first one from d on.
func (w *world) plus(d day.Day, n int) day.Day {
	if !w.cal.IsWorking(d) {
		n++
	}
	out, err := w.cal.AddWorking(d, n)
	if err != nil {
		return d
	}
	return out
}

// clinicDay finds the day a clinic would give a time on near a day: a working day, and in July and around Christmas often another week.
func (w *world) clinicDay(r *rand.Rand, d, before day.Day) day.Day {
	year, month, dom := d.Date()
	quiet := month == 7 && dom > 4 || month == 12 && dom > 19
	if quiet && r.Float64() < 0.6 {
		after := day.On(year, 8, 4+r.IntN(14))
		if month == 12 {
			after = day.On(year+1, 1, 3+r.IntN(12))
		}
		if before.IsZero() || !after.After(before) {
			d = after
		}
	}
	out := w.working(d)
	if !before.IsZero() && out.After(before) && !d.After(before) {
		out = w.cal.LastWorkingOnOrBefore(before)
	}
	return out
}

// A plan is what is settled of a patient before the lives are lived: who, where, when and under which numbers.
type plan struct {
	index        int
	seed         uint64
	tenant       string
	municipality string
	born         day.Day
	female       bool
	serial       int
	matters      []matter
}

// A matter is one referral of a plan.
type matter struct {
	id   int64
	at   place
	on   day.Day
	from clinic.Referrer
	more bool // a condition found under the one before, when that has started
}

func (p *plan) patient() string { return fmt.Sprintf("P%07d", p.index) }

// rng gives one of the patient's own sources of chance.
func (p *plan) rng(n uint64) *rand.Rand {
	return rand.New(rand.NewPCG(p.seed, uint64(p.index)<<8|n))
}

// A planner draws the plans in order and remembers which numbers are taken.
type planner struct {
	w       *world
	numbers map[string]int64
	serials map[birth]int
}

func newPlanner(w *world) *planner {
	return &planner{w: w, numbers: make(map[string]int64), serials: make(map[birth]int)}
}

func (pl *planner) next(i int) *plan {
	w := pl.w
	p := &plan{index: i, seed: w.seed}
	r := p.rng(0)
	at := w.places.draw(r)
	on := w.arrival((float64(i) + r.Float64()) / float64(w.n))
	from := w.referrers.draw(r)
	if len(w.away.items) > 0 && r.Float64() < 0.03 {
		from = w.away.draw(r)
	}
	p.tenant, p.municipality = at.tenant, from.Municipality
	p.female = at.specialty == "gynaecology" || r.Float64() < 0.53 && at.specialty != "urology" || r.Float64() < 0.2
	b := birth{on.Add(-int(aged(r, at.specialty)*365.25) - 1 - r.IntN(300)), p.female}
	for pl.serials[b] >= maxSerial {
		b.on = b.on.Add(-1)
	}
	p.serial, p.born = pl.serials[b], b.on
	pl.serials[b]++

	add := func(m matter) {
		pl.numbers[p.tenant]++
		m.id = pl.numbers[p.tenant]
		p.matters = append(p.matters, m)
	}
	add(matter{at: at, on: on, from: from})
	for n := 0; n < 2 && r.Float64() < 0.17; n++ {
		left := w.today.Sub(on)
		if left < 2 {
			break
		}
		on = on.Add(1 + r.IntN(left-1))
		if next := w.working(on); r.Float64() < 0.97 && next.Before(w.today) {
			on = next
		}
		m := matter{at: at, on: on, from: from, more: r.Float64() < 0.35}
		// Another field of the same trust, for somebody of that age.
		for range 12 {
			other := w.places.draw(r)
			low, _, high := ages(other.specialty)
			age := float64(day.Age(p.born, on))
			if other.tenant == p.tenant && !other.private && age >= low && age <= high && (p.female || other.specialty != "gynaecology") {
				m.at = other
				break
			}
		}
		add(m)
	}
	return p
}

// sector groups fields as the national statistics do.
func sector(specialty string) string {
	switch specialty {
	case law.MentalHealth:
		return "VOP"
	case law.ChildMentalHealth:
		return "PHBU"
	case law.Addiction, "opioid_treatment", "gambling_addiction":
		return "TSB"
	}
	return "somatic"
}
