package demo

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/equity"
	"rettid/exception"
	"rettid/law"
	"rettid/ledger"
	"rettid/patient"
)

// ExceptionOptions say what of the exception scheme to make.
type ExceptionOptions struct {
	Applications int     // for single patients, over two years; 0: 240
	Seed         uint64  // the same seed, the same two years
	Today        day.Day // the day after the last day of the data; zero: the desk's own today
	Shuffled     bool    // without the inequality that is planted otherwise: who applies and who is granted no longer depends on the region
}

// ExceptionStats is what was made.
type ExceptionStats struct {
	Applications, Groups, Meetings, Methods, Reviews int
	Granted, Refused                                 int
}

// regions are the inequality planted by region: how much more often people of the region apply, and are granted, than they would if nothing depended on where one lives.
var regions = map[string]struct{ applied, granted float64 }{"sor-ost": {1.45, 1.25}, "vest": {0.75, 1}, "midt": {0.45, 0.8}, "nord": {0.25, 0.6}}

// homes are the areas with a made-up number of residents in two age groups, in thousands. What the tables say of each (package clinic) is the rest of the inequality planted: people of areas with long
// education apply and are granted more often, those far from towns less, and those who need an interpreter much less.
var homes = []struct {
	area       string
	young, old float64
}{
	{"0301", 420, 105}, {"3203", 90, 25}, {"3205", 150, 42}, {"3226", 40, 14}, {"3207", 110, 30}, {"3301", 150, 45}, {"3324", 30, 14}, {"3312", 60, 20}, {"3403", 110, 38}, {"3407", 90, 34}, {"3432", 18, 8},
	{"3419", 50, 22}, {"4204", 190, 48}, {"4203", 112, 30}, {"4216", 100, 25}, {"3901", 80, 20},
	{"4601", 200, 48}, {"4627", 60, 16}, {"4621", 20, 8}, {"4640", 50, 17}, {"4602", 30, 11}, {"4648", 12, 6}, {"1103", 190, 46}, {"1106", 78, 24}, {"1121", 40, 14},
	{"5001", 170, 42}, {"5059", 40, 14}, {"1505", 70, 24}, {"1508", 60, 20}, {"1577", 25, 10}, {"5007", 55, 19}, {"5020", 30, 11},
	{"5501", 80, 20}, {"5503", 40, 15}, {"1804", 60, 19}, {"1865", 30, 12}, {"1870", 15, 8}, {"5601", 40, 14}, {"5605", 25, 10},
}

// ageGroups share the two ages of homes: of the young, and of the old.
var ageGroups = []struct {
	name     string
	from, to int
	share    float64
	old      bool
}{{"18-39", 18, 39, 0.5, false}, {"40-64", 40, 64, 0.5, false}, {"65-79", 65, 79, 0.75, true}, {"80+", 80, 94, 0.25, true}}

// interpreters is the share of the people who need an interpreter.
const interpreters = 0.08

// never is the trust whose doctors have not found the route.
const never = "VID"

// planted is how much more often somebody of an area applies, and is granted, because of what the area is like and of the language.
func planted(h clinic.Home, region string, interpreter bool) (applied, granted float64) {
	r := regions[region]
	applied, granted = r.applied, r.granted
	if h.Education > 0 {
		applied *= 0.55 + 0.15*float64(h.Education)
	}
	if h.Education > 0 && h.Education <= 2 {
		granted *= 0.8
	}
	if h.Centrality >= 5 {
		applied *= 0.5
	}
	if interpreter {
		applied *= 0.2
	}
	return applied, granted
}

// ExceptionResidents gives the made-up population the applications of GenerateExceptions are drawn from, by area of residence, age, sex and need of an interpreter.
func ExceptionResidents(o *clinic.Org) []equity.Group {
	var out []equity.Group
	for _, h := range homes {
		region, _ := o.RegionOf(h.area, day.On(2025, 1, 1))
		for _, a := range ageGroups {
			n := h.young
			if a.old {
				n = h.old
			}
			for _, sex := range []string{patient.Female, patient.Male} {
				for _, interpreter := range []string{"yes", "no"} {
					share := 1 - interpreters
					if interpreter == "yes" {
						share = interpreters
					}
					out = append(out, equity.Group{Area: h.area, Region: region, AgeGroup: a.name, Sex: sex, Interpreter: interpreter, Population: math.Round(n * 1000 * a.share / 2 * share)})
				}
			}
		}
	}
	return out
}

// residentsFile is the population as the file it is given in.
func residentsFile(o *clinic.Org) []byte {
	var b strings.Builder
	b.WriteString("area,region,age_group,population,sex,interpreter\n")
	for _, g := range ExceptionResidents(o) {
		fmt.Fprintf(&b, "%s,%s,%s,%.0f,%s,%s\n", g.Area, g.Region, g.AgeGroup, g.Population, g.Sex, g.Interpreter)
	}
	return []byte(b.String())
}

// keepResidents stores the made-up population where the review of practice finds who lives where.
func keepResidents(ctx context.Context, d *desk.Desk, today day.Day) error {
	_, err := d.Ledger.PutPaper(ctx, ledger.Paper{Tenant: exception.National, Kind: "population", ID: "residents", At: at(today.AddMonths(-24)).UTC().UnixMicro(), Actor: secretary, Body: residentsFile(d.Org)})
	return err
}

// made-up methods, with the state each ends in
var methods = []struct {
	id, title  string
	indication string
	state      law.MethodState
}{
	{"ID2023_901", "Fabelmab", "C50", law.NotIntroduced}, {"ID2023_902", "Eventyrinib", "C61", law.Assessing}, {"ID2024_903", "Dummyzumab", "C34", law.NotIntroduced}, {"ID2024_904", "Kulissetinib", "C92", law.Negotiating},
	{"ID2024_905", "Attrappgen", "G12", law.NotIntroduced}, {"ID2024_906", "Skissepumpe", "E10", law.AwaitDecision},
}

// GenerateExceptions makes two fictitious years of the exception scheme: a register of methods, monthly meetings of the medical directors with user representatives, group exceptions,
// applications for single patients with decisions, letters and follow-up, and the quarterly reviews. Every step is taken at the desk. An inequality between the regions is planted, unless
// it is shuffled away. It needs a ledger without matters; referrals do not matter to it.
func GenerateExceptions(ctx context.Context, d *desk.Desk, o ExceptionOptions) (ExceptionStats, error) {
	if o.Applications == 0 {
		o.Applications = 240
	}
	if o.Today.IsZero() {
		o.Today = d.Today()
	}
	trusts := make(map[string][]string)
	for _, p := range d.Org.Tenants() {
		if p.Kind == "public" {
			trusts[p.Region] = append(trusts[p.Region], p.ID)
		}
	}
	if len(trusts) == 0 {
		return ExceptionStats{}, errors.New("demonstration data of the exception scheme: there is no public health trust")
	}
	if _, n, err := d.Ledger.Matters(ctx, ledger.MatterQuery{Tenants: []string{exception.National}, Process: exception.Process}); err != nil {
		return ExceptionStats{}, err
	} else if n > 0 {
		return ExceptionStats{}, ErrNotEmpty
	}
	if err := keepResidents(ctx, d, o.Today); err != nil {
		return ExceptionStats{}, err
	}
	from := o.Today.AddMonths(-24)
	m := &maker{ctx: ctx, d: d, today: o.Today, from: from, rng: rand.New(rand.NewPCG(o.Seed, 0xE0CE))}
	for _, region := range panels {
		for i, trust := range trusts[region] {
			m.members = append(m.members, law.CommitteeMember{Who: fmt.Sprintf("komite-%s-%d", region, i+1), Region: region, Trust: trust})
		}
	}
	if err := m.national(); err != nil {
		return m.stats, err
	}
	plans := m.applications(o, trusts)
	byTrust := make(map[string][]application)
	for _, a := range plans {
		byTrust[a.trust] = append(byTrust[a.trust], a)
	}
	for trust, list := range byTrust { // the last of each trust are on their way
		for i, ago := range []int{2, 6, 9} {
			if n := len(list) - 1 - i; n > 2 {
				list[n].on, list[n].days, list[n].stage = o.Today.Add(-ago), 60, i+1
			}
		}
		if n := len(list) - 4; n > 2 && staff[trust][0] != "" { // where somebody of the demonstration works one is under treatment, and soon to be evaluated
			list[n].on, list[n].days, list[n].luck = o.Today.Add(-80), 5, 0
		}
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	var errs []error
	for _, list := range byTrust {
		wg.Go(func() {
			for _, a := range list {
				granted, refused, err := m.live(a)
				mu.Lock()
				m.stats.Applications++
				m.stats.Granted += granted
				m.stats.Refused += refused
				if err != nil {
					errs = append(errs, fmt.Errorf("demonstration application %d: %w", a.index, err))
				}
				mu.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return m.stats, err
	}
	if err := m.requests(plans); err != nil {
		return m.stats, err
	}
	return m.stats, m.reviews()
}

// maker makes the two years.
type maker struct {
	ctx         context.Context
	d           *desk.Desk
	from, today day.Day
	rng         *rand.Rand
	stats       ExceptionStats
	members     []law.CommitteeMember // of the interregional committee, one from each trust
}

// committee is who decides an application sent on from a trust: none of its own.
func (m *maker) committee(trust string) []law.CommitteeMember {
	var out []law.CommitteeMember
	for _, c := range m.members {
		if c.Trust != trust {
			out = append(out, c)
		}
	}
	return out
}

func at(d day.Day) time.Time { return day.Moment{Day: d, Minute: 12 * 60}.Time() }

// take takes a step, unless it lies ahead; ahead tells so.
func (m *maker) take(tenant, key string, id int64, on day.Day, actor string, c exception.Command, person *ledger.Person) (out desk.MatterOutcome, ahead bool, err error) {
	if !on.Before(m.today) {
		return out, true, nil
	}
	out, err = m.d.TakeMatter(m.ctx, desk.MatterOrder{Tenant: tenant, Matter: id, Key: "demo/x/" + key, At: exception.At{On: on, Actor: actor, Place: tenant}, Known: at(on), Do: c, Person: person})
	return out, false, err
}

// secretary is the secretariat of Nye metoder, and director a region's medical director, as in the made-up people of package access.
const secretary = "u2201"

func director(region string) string {
	return map[string]string{"vest": "u2101", "sor-ost": "u2102", "midt": "u2103", "nord": "u2104"}[region]
}

// memo is the made-up paper of a group case.
const memo = `# Bakgrunn
Metoden vurderes nasjonalt, og svaret ventes om et halvt år.

# Det foreslås
- Samme vilkår i alle fire regioner.
- Evaluering etter tolv uker.
- De som er i gang, får fullføre også ved et nasjonalt nei.
`

// thirdMonday is the day of the forums in a month.
func thirdMonday(d day.Day) day.Day {
	first := day.On(d.Year(), monthOf(d), 1)
	return first.Add((8-int(first.Weekday()))%7 + 14)
}

func monthOf(d day.Day) int { _, m, _ := d.Date(); return m }

// national makes methods, meetings and group cases, in order of time within each.
func (m *maker) national() error {
	n := exception.National
	var err error
	step := func(key string, id int64, on day.Day, actor string, c exception.Command) int64 {
		if err != nil {
			return 0
		}
		out, _, e := m.take(n, key, id, on, actor, c, nil)
		err = e
		return out.Matter
	}
	for i, x := range methods {
		start := m.from.Add(-200 + 10*i)
		id := step("m"+x.id, 0, start, secretary, &exception.RegisterMethod{ID: x.id, Title: x.title, State: law.Raised, Body: "Sekretariatet for Nye metoder", Link: methodPaper(x.id, "forslag")})
		step("m1"+x.id, id, start.Add(30), secretary, &exception.RegisterMethod{State: law.Commissioned, Body: "Bestillerforum", Link: methodPaper(x.id, "oppdrag")})
		step("m2"+x.id, id, start.Add(60), secretary, &exception.RegisterMethod{State: law.Assessing, Body: "Bestillerforum"})
		if x.state != law.Assessing {
			step("m3"+x.id, id, m.from.Add(-20+5*i), secretary, &exception.RegisterMethod{State: x.state, Body: "Beslutningsforum", Link: methodPaper(x.id, "beslutning")})
		}
		m.stats.Methods++
	}
	// Group cases: how users were treated differs, so that the report has something to tell.
	kinds := []string{"honoured", "late", "short", "honoured", "unanswered", "honoured"}
	reps := []string{"u1704", "u1703", "u1702", "u1701"} // of nord, midt, vest and sor-ost, as in the made-up people of package access
	for i := 0; i < 27; i++ {                            // the last lie ahead
		date := thirdMonday(m.from.AddMonths(i))
		if monthOf(date) == 7 || !date.After(m.from) {
			continue
		}
		key := fmt.Sprintf("meeting-%d", i)
		meeting := step(key, 0, date.Add(-42), secretary, &exception.Schedule{Name: "FDM " + date.String(), Date: date, Bestiller: date, Beslutning: date,
			Begins: "09:00", Ends: "11:30", Where: "Møterom Kulisse, Liksomstad", Link: "https://video.example.no/fagdirektorer"})
		if meeting == 0 {
			continue
		}
		m.stats.Meetings++
		var group int64
		kind := ""
		lead := 14 // days before the meeting by which the case is on its agenda
		if i >= 24 {
			lead = 25
		}
		if i%4 == 1 || i >= 24 {
			kind = kinds[i/4%len(kinds)]
			which := i / 4
			if i >= 24 { // each of the last three is about a method of its own
				which = i
			}
			x := methods[[]int{1, 3, 5}[which%3]]
			users := date.Add(-lead - 21)
			if kind == "late" {
				users = day.Day{}
			}
			who := "Voksne med tilstanden, der annen behandling ikke har hjulpet."
			if kind == "unanswered" {
				who = "Alle voksne med tilstanden, også de som ikke har prøvd annen behandling."
			}
			group = step(key+"/g", 0, date.Add(-lead-21), secretary, &exception.Propose{Method: x.id, UsersFrom: users, Place: panels[i%len(panels)], Form: exception.Form{Indication: x.indication, Authorisation: law.ConditionallyMT},
				Group: exception.Group{PerYear: 20 + 5*i, Text: exception.Say(who), PlainWords: exception.Say("En ny behandling for noen få. Vi vet ikke sikkert hvor godt den virker."),
					Need: exception.Say("Ingen annen behandling er igjen. Sykdommen er alvorlig."), Benefit: exception.Say("Bedre funksjon i minst et år for omtrent halvparten."), Evidence: exception.Say("To små studier uten kontrollgruppe."),
					Cost: exception.Say("Om lag 400 000 kroner for hver pasient i året. Oppdiktet tall."), Equal: exception.Say("Kan gis ved ett sykehus i hver region fra første dag."), Exit: exception.Say("De som er i gang, får fullføre.")}})
			m.stats.Groups++
			step(key+"/gs", group, date.Add(-lead-16), secretary, &exception.SelectReps{Reps: []string{reps[i%4], reps[(i+1)%4]}, Why: exception.Say("De kjenner pasientgruppen gjennom sine organisasjoner.")})
			step(key+"/gi", group, date.Add(-lead-11), reps[i%4], &exception.GiveInput{By: reps[i%4], Rep: true, Words: exception.Say("Pasientene bør få vite tidlig hva som skjer når unntaket går ut.")})
			if kind != "unanswered" {
				step(key+"/ga", group, date.Add(-lead-6), secretary, &exception.AnswerInput{N: 1, Answer: "adopted", Why: exception.Say("Tatt inn i planen for utgang.")})
			}
			step(key+"/gc", group, date.Add(-lead-6), secretary, &exception.TakeStep{Step: "complete"})
			step(key+"/gm", group, date.Add(-lead-1), secretary, &exception.TakeStep{Step: "memo_final"})
			step(key+"/gt", group, date.Add(-lead), secretary, &exception.SetMeeting{Meeting: meeting, Date: date})
			if i >= 24 {
				step(key+"/gi2", group, date.Add(-lead+3), reps[(i+1)%4], &exception.GiveInput{By: reps[(i+1)%4], Rep: true, Words: exception.Say("Reiseveien er lang for mange. Oppfølging bør kunne skje nær hjemmet.")})
			}
			if kind == "late" {
				step(key+"/gn", group, date.Add(-7), secretary, &exception.NotifyUsers{Reps: reps[:2]})
			}
			step(key+"/a", meeting, date.Add(-lead), secretary, &exception.SetAgenda{Items: []exception.Item{{Matter: group, Title: "Gruppeunntak: " + x.title, Papers: exception.Say(memo)}, {Title: "Protokoll fra forrige møte"}}})
			invited := date.Add(-lead)
			if kind == "short" {
				invited = date.Add(-4)
			}
			step(key+"/i", meeting, invited, secretary, &exception.Invite{Reps: []string{reps[i%4], reps[(i+1)%4]}, Papers: true})
			step(key+"/p", meeting, invited, secretary, &exception.SendPapers{})
			step(key+"/d", meeting, date.Add(-1), reps[i%4], &exception.Declare{Who: reps[i%4], Matter: group, Conflict: law.No, Confidential: true})
		} else {
			step(key+"/a", meeting, date.Add(-lead), secretary, &exception.SetAgenda{Items: []exception.Item{{Title: "Orienteringer"}}})
		}
		present := []exception.Attendee{{Who: reps[i%4], Role: law.UserRep}}
		for _, region := range panels {
			present = append(present, exception.Attendee{Who: director(region), Role: law.RHFDirector, Region: region})
		}
		step(key+"/h", meeting, date, secretary, &exception.Hold{Present: present})
		if group != 0 && err == nil && date.Before(m.today) {
			outcome := law.ExConditions
			if kind == "unanswered" {
				outcome = law.ExRefused
			}
			step(key+"/o", meeting, date, reps[i%4], &exception.GiveOpinion{Who: reps[i%4], Matter: group, Words: exception.Say("Brukerne støtter forslaget, og ber om at alle regioner kan tilby det fra samme dag."), Dissent: outcome.Refused()})
			step(key+"/oa", meeting, date, secretary, &exception.AnswerOpinion{N: 1, Answer: exception.Say("Møtet er enig.")})
			step(key+"/gd", group, date, director("vest"), &exception.DecideException{Outcome: outcome, Meeting: meeting, Basis: []string{"survival", "degree"}, Reason: exception.Say("Nytte, ressursbruk og alvorlighet er vurdert samlet."),
				Conditions: []exception.Text{exception.Say("Bare ved sykehus som kan følge opp.")}, Votes: map[string]law.Answer{"sor-ost": law.Yes, "vest": law.Yes, "midt": law.Yes, "nord": law.Yes}})
			step(key+"/gp", group, date.Add(3), secretary, &exception.Publish{Words: exception.Say("De fire helseregionene har avgjort saken. Alle regioner følger avgjørelsen fra samme dag.")})
			if outcome.Granted() {
				step(key+"/gr", group, date.AddMonths(6), director("vest"), &exception.ReviewGroup{Result: "continue", ReviewOn: date.AddMonths(11)})
				if again := thirdMonday(m.from.AddMonths(i + 12)); i+12 < 24 && kinds[(i+12)/4%len(kinds)] != "unanswered" { // the same group is treated anew: what is decided then takes over
					step(key+"/ge", group, again, director("vest"), &exception.ReviewGroup{Result: "end", Words: exception.Say("Avløses av et nytt gruppeunntak fra samme dag.")})
				} else if date.AddMonths(12).Add(-10).Before(m.today) {
					step(key+"/ge", group, date.AddMonths(12).Add(-10), director("vest"), &exception.ReviewGroup{Result: "extend", ValidTo: date.AddMonths(24), ReviewOn: date.AddMonths(18)})
				}
			}
		}
		step(key+"/w", meeting, date.Add(3), secretary, &exception.WriteMinutes{Words: exception.Say("Møtet gjorde vedtak som vist på den åpne siden.")})
		step(key+"/ok", meeting, thirdMonday(date.AddMonths(1)), director("vest"), &exception.ApproveMinutes{})
	}
	hearing := step("hearing", 0, m.from.Add(100), secretary, &exception.OpenHearing{Title: "Endringer i unntaksordningen", About: exception.Say("Forslag til endring i hvordan brukerne tas med.")})
	for i, p := range law.UserPanels {
		step("hearing/"+p, hearing, m.from.Add(110+3*i), "brukerutvalg-"+p, &exception.AnswerHearing{Panel: p, Words: exception.Say("Utvalget ber om at brukerne er med fra første dag.")})
	}
	step("hearing/r", hearing, m.from.Add(135), secretary, &exception.Respond{Words: exception.Say("Tatt til følge.")})
	return err
}

// application is one plan: who, where, when, and what the draw of the decision will be.
type application struct {
	stage         int // 0: lived through; 1 received; 2 endorsed; 3 with the committee, in the access scheme
	index         int
	trust, region string
	municipality  string
	interpreter   bool
	born          day.Day
	female        bool
	method        int
	on            day.Day
	luck          float64 // against the chance of being granted
	chance        float64
	days          int
}

// applications draws who applies. Planted: by the people of each area and how much more often such people apply. Shuffled: by its people alone.
func (m *maker) applications(o ExceptionOptions, trusts map[string][]string) []application {
	type choice struct {
		area, region, trust string
		home                clinic.Home
		old, interpreter    bool
		weight              float64
	}
	var all []choice
	sum := 0.0
	for _, h := range homes {
		home, _ := m.d.Org.HomeOf(h.area, m.from)
		region, _ := m.d.Org.RegionOf(h.area, m.from)
		if len(trusts[region]) == 0 {
			continue
		}
		trust := home.Catchment
		if !slices.Contains(trusts[region], trust) {
			trust = trusts[region][len(all)%len(trusts[region])]
		}
		for _, old := range []bool{false, true} {
			for _, interpreter := range []bool{true, false} {
				c := choice{area: h.area, region: region, trust: trust, home: home, old: old, interpreter: interpreter, weight: h.young * (1 - interpreters)}
				if old {
					c.weight = 4 * h.old * (1 - interpreters)
				}
				if interpreter {
					c.weight *= interpreters / (1 - interpreters)
				}
				if !o.Shuffled {
					applied, _ := planted(home, region, interpreter)
					c.weight *= applied
					if trust == never {
						c.weight = 0
					}
				}
				sum += c.weight
				all = append(all, c)
			}
		}
	}
	var out []application
	for k := range o.Applications {
		u, i := m.rng.Float64()*sum, 0
		for i < len(all)-1 && u >= all[i].weight {
			u -= all[i].weight
			i++
		}
		c := all[i]
		a := application{index: k, region: c.region, municipality: c.area, trust: c.trust, interpreter: c.interpreter, method: m.rng.IntN(len(methods)), female: m.rng.IntN(2) == 0,
			on: m.from.Add(5 + m.rng.IntN(720)), luck: m.rng.Float64(), chance: 0.55, days: 3 + int(math.Abs(m.rng.NormFloat64())*8)}
		age := 66 + m.rng.IntN(25)
		if !c.old {
			age = 20 + m.rng.IntN(44)
		}
		a.born = a.on.AddMonths(-12 * age).Add(-m.rng.IntN(300))
		if !o.Shuffled {
			_, granted := planted(c.home, c.region, c.interpreter)
			a.chance *= granted
		}
		out = append(out, a)
	}
	slices.SortStableFunc(out, func(a, b application) int { return a.on.Compare(b.on) })
	return out
}

// live takes one application through its course, as far as today.
func (m *maker) live(a application) (granted, refused int, err error) {
	x := methods[a.method]
	r := rand.New(rand.NewPCG(uint64(a.index), 77))
	id := fmt.Sprintf("demo-x%04d", a.index)
	key := func(s string) string { return fmt.Sprintf("%04d/%s", a.index, s) }
	person := &ledger.Person{Tenant: a.trust, ID: id, LocalID: fmt.Sprintf("DEMO-X%04d", a.index), Born: a.born, Municipality: a.municipality, Given: pick(r, men), Family: pick(r, families), Sex: patient.Male, Language: "nb",
		Address: pick(r, streets) + " 1", Postcode: "9999", City: "Liksomstad", Phone: fmt.Sprintf("%08d", 99900000+a.index)}
	if a.female {
		person.Given, person.Sex = pick(r, women), patient.Female
	}
	grade := func(n int) *int { return &n }
	form := exception.Form{Indication: x.indication, Line: 2 + r.IntN(3), Authorisation: law.Authorised, Severity: grade(2 + r.IntN(2)), Benefit: grade(1 + r.IntN(3)), Resources: grade(r.IntN(3)), Weeks: 12 + 4*r.IntN(8), Cost: 200_000 + 10_000*r.IntN(60),
		Evaluate: []day.Day{a.on.Add(80)}, Informed: a.on, Conflict: law.No, Earlier: exception.Say("To behandlingslinjer uten varig virkning."), Differs: exception.Say("Forløpet skiller seg klart fra resten av gruppen."),
		Evidence: exception.Say("To studier med små grupper."), Expected: exception.Say("Bedre funksjon i minst et år."), Untreated: exception.Say("Rask forverring."), Dose: exception.Say("Hver tredje uke."),
		Alternatives: exception.Say("Ingen som ikke er prøvd."), Start: exception.Say("Stabil hjertefunksjon."), Stop: exception.Say("Ingen virkning etter tre måneder.")}
	if a.index%9 == 4 {
		form.Evidence, form.Cost = exception.Text{}, 0 // one in nine is not complete
	}
	take := func(name string, matter int64, on day.Day, c exception.Command, p *ledger.Person) (desk.MatterOutcome, bool) {
		if err != nil {
			return desk.MatterOutcome{}, false
		}
		out, ahead, e := m.take(a.trust, key(name), matter, on, actorOf(a.trust, c), c, p)
		err = e
		return out, e == nil && !ahead
	}
	in, ok := take("apply", 0, a.on, &exception.Apply{Method: x.id, Patient: id, Born: a.born, Sex: person.Sex, Municipality: a.municipality, Interpreter: yesNo(a.interpreter), Place: a.trust, Department: m.department(a), Doctor: actorOf(a.trust, &exception.Apply{}), Urgent: a.index%17 == 3, Form: form,
		Reason: exception.Say("Annen behandling har ikke hjulpet.")}, person)
	if !ok {
		return 0, 0, err
	}
	if a.stage == 1 { // it has just come
		return 0, 0, err
	}
	take("ack", in.Matter, a.on.Add(1), &exception.Inform{Letter: exception.LetterReceived, Patient: true, Referrer: true}, nil)
	take("endorse", in.Matter, a.on.Add(2), &exception.Endorse{Endorse: law.Yes, Words: exception.Say("Avdelingen støtter søknaden.")}, nil)
	if a.stage == 2 { // it waits for the medical director
		return 0, 0, err
	}
	on := a.on.Add(a.days)
	access := in.State.Route == law.RouteAccess
	stopped := access && a.luck > 0.86 && a.stage == 0
	if access {
		take("consent", in.Matter, a.on.Add(2), &exception.Consent{}, nil)
		if !stopped {
			if _, ok := take("forward", in.Matter, a.on.Add(3), &exception.Forward{Note: exception.Say("Alvorlig tilstand, med ventet nytte ut over gruppen.")}, nil); !ok {
				return 0, 0, err
			}
			on = on.Add(4)
		}
	}
	outcome := law.ExRefused
	switch {
	case stopped:
		outcome = law.ExStopped
	case a.luck < a.chance:
		outcome = law.ExGranted
	}
	var why []exception.Answered
	for i, c := range law.Criteria {
		met := law.Yes
		if outcome.Refused() && i == 2+a.index%3 {
			met = law.No
		}
		why = append(why, exception.Answered{Criterion: c, Met: met, Why: exception.Say("Vurdert ut fra den ene pasienten og det som er dokumentert.")})
	}
	c := &exception.DecideException{Outcome: outcome, Individual: law.Yes, Basis: []string{"survival", "degree"}, Criteria: why, Reason: exception.Say("Nytte, ressursbruk og alvorlighet er vurdert samlet for denne pasienten."),
		Summary: exception.Say("Nytten er vurdert mot alvorlighet og ressursbruk; sammenlignet med gruppen bak den nasjonale beslutningen."), Departs: exception.Say("Forløpet er et annet enn i de like sakene.")}
	if outcome.Granted() {
		c.Stop, c.Evaluate = []exception.Text{exception.Say("ingen virkning ved første evaluering")}, on.Add(75)
	}
	if access && !stopped {
		c.Members = m.committee(a.trust)
	}
	if _, ok := take("decide", in.Matter, on, c, nil); !ok {
		return 0, 0, err
	}
	letter := exception.LetterRefused
	if outcome.Granted() {
		granted, letter = 1, exception.LetterGranted
	} else {
		refused = 1
	}
	take("letter", in.Matter, on.Add(1), &exception.Inform{Letter: letter, Patient: true, Referrer: true}, nil)
	take("copy", in.Matter, on.Add(2), &exception.SendCopy{}, nil)
	if outcome.Granted() {
		take("start", in.Matter, on.Add(6+a.index%20), &exception.Start{}, nil)
		result, next := "continue", on.Add(165)
		if a.index%4 == 1 {
			result, next = "stop", day.Day{}
		}
		take("evaluate", in.Matter, on.Add(75), &exception.Evaluate{Result: result, Next: next, Words: exception.Say("Vurdert mot stoppkriteriene.")}, nil)
		if result == "continue" {
			take("evaluate2", in.Matter, on.Add(165), &exception.Evaluate{Result: "stop", Words: exception.Say("Behandlingen er fullført.")}, nil)
		}
	} else if a.index%6 == 2 {
		take("complain", in.Matter, on.Add(12), &exception.Complain{Words: exception.Say("Jeg mener saken ikke er vurdert godt nok.")}, nil)
		take("complaint", in.Matter, on.Add(24), &exception.DecideComplaint{Outcome: "sent_on"}, nil)
	}
	return granted, refused, err
}

// requests are patients who asked while no doctor applied: they live as one in twenty of those who were applied for. The last has not been told of a renewed assessment yet.
func (m *maker) requests(plans []application) error {
	for i := 7; i < len(plans); i += 20 {
		a := plans[i]
		r := rand.New(rand.NewPCG(uint64(a.index), 78))
		id := fmt.Sprintf("demo-q%04d", a.index)
		person := &ledger.Person{Tenant: a.trust, ID: id, LocalID: fmt.Sprintf("DEMO-Q%04d", a.index), Born: a.born, Municipality: a.municipality, Given: pick(r, women), Family: pick(r, families), Sex: patient.Female, Language: "nb",
			Address: pick(r, streets) + " 2", Postcode: "9999", City: "Liksomstad", Phone: fmt.Sprintf("%08d", 99910000+a.index)}
		on := a.on
		if i+20 >= len(plans) {
			on = m.today.Add(-2)
		}
		in, ahead, err := m.take(a.trust, fmt.Sprintf("%04d/asked", a.index), 0, on, actorOf(a.trust, &exception.Request{}), &exception.Request{Method: methods[a.method].id, Patient: id, Born: a.born, Sex: person.Sex, Municipality: a.municipality, Place: a.trust,
			Department: m.department(a), Wish: exception.Say("Jeg har lest om behandlingen og ønsker at det søkes."), DoctorsWhy: exception.Say("Jeg kan ikke se at forløpet skiller seg fra gruppen.")}, person)
		if err == nil && !ahead {
			_, _, err = m.take(a.trust, fmt.Sprintf("%04d/asked-told", a.index), in.Matter, on.Add(2), actorOf(a.trust, &exception.Request{}), &exception.Inform{Letter: exception.LetterAsked, Patient: true}, nil)
		}
		if err != nil {
			return fmt.Errorf("demonstration request %d: %w", a.index, err)
		}
	}
	return nil
}

func yesNo(b bool) law.Answer {
	if b {
		return law.Yes
	}
	return law.No
}

// panels are the four regions in the order of the demonstration.
var panels = []string{"sor-ost", "vest", "midt", "nord"}

// staff are the made-up people of the demonstration who apply, endorse and decide at a trust.
var staff = map[string][3]string{"FJO": {"u2001", "u2011", "u1008"}, "STO": {"u2002", "u2012", "u1207"}, "INN": {"u2003", "u1106", "u1107"}, "NLY": {"u2004", "u1306", "u1307"}}

// actorOf is the one who takes a step at a trust.
func actorOf(trust string, c exception.Command) string {
	who, ok := staff[trust]
	if !ok {
		return "demo"
	}
	switch c.(type) {
	case *exception.Endorse:
		return who[1]
	case *exception.DecideException, *exception.Forward, *exception.DecideComplaint:
		return who[2]
	case *exception.Complain:
		return "patient"
	}
	return who[0]
}

// department is the unit an application comes from: the same for the same method at the same trust.
func (m *maker) department(a application) string {
	p, ok := m.d.Org.Provider(a.trust)
	if !ok || len(p.Units) == 0 {
		return ""
	}
	return p.Units[a.method%len(p.Units)].ID
}

// findingAnswers are what is said to a finding, by its kind.
var findingAnswers = map[string]string{
	"explanation": "Få søknader i området; følges i neste gjennomgang.",
	"action":      "Tas opp med fagmiljøene i regionen, som gjør ordningen bedre kjent.",
	"none":        "Tallet er lite og intervallet bredt.",
}

// methodPaper is where the made-up paper of a state of a method would be.
func methodPaper(id, what string) string {
	return "https://nyemetoder.example.no/" + id + "/" + what
}

// reviews makes a review of practice each quarter, of all that had come by then, but for the last, which is due, and one of the first calendar year with half of it or more in the data, which is published when the year is over. What is done
// about the findings of the last and of the one before it is under way.
func (m *maker) reviews() error {
	type period struct {
		key, name string
		to        day.Day
	}
	year := m.from.AddMonths(6).Year() // half of it at least is in the data
	periods := []period{{"year", fmt.Sprintf("Året %d", year), day.On(year, 12, 31)}}
	for q := 1; q <= 7; q++ {
		periods = append(periods, period{strconv.Itoa(q), fmt.Sprintf("%d. kvartal", q), m.from.AddMonths(3 * q).Add(-1)})
	}
	slices.SortFunc(periods, func(a, b period) int { return a.to.Compare(b.to) })
	for _, p := range periods {
		on := p.to.Add(20)
		if !on.Before(m.today) {
			continue
		}
		who := exception.At{On: on, Role: law.Secretariat, Actor: secretary, Place: exception.National}
		out, _, err := m.d.MakeReview(m.ctx, "demo/x/review-"+p.key, who, at(on), p.name, m.from, p.to, "Det som ikke er påvist, er ikke det samme som likt. Forskjellene følges til neste møte.")
		if err != nil {
			return err
		}
		m.stats.Reviews++
		if p.key == "year" {
			who.On = on.Add(10)
			if _, err := m.d.PublishReview(m.ctx, "demo/x/publish", who, at(who.On), out.Matter); err != nil {
				return err
			}
		}
		signals := out.State.Review.Signals
		step := func(key string, i int, on day.Day, c exception.Command) {
			if err == nil {
				_, _, err = m.take(exception.National, fmt.Sprintf("review-%s/%s-%d", p.key, key, i), out.Matter, on, secretary, c, nil)
			}
		}
		for i, f := range signals {
			if p.key == "7" && i%3 == 2 { // the last review is answered as far as it has come
				continue
			}
			kind, owner := "action", exception.FindingOwners[i%len(exception.FindingOwners)]
			if f.Signal != string(equity.Red) {
				kind = []string{"explanation", "none"}[i%2]
			}
			for _, region := range law.UserPanels {
				if strings.HasSuffix(f.Finding, "-"+region) {
					owner = region
				}
			}
			step("answer", i, on.Add(11+i/4), &exception.AnswerFinding{Finding: f.Finding, Kind: kind, Owner: owner, By: on.Add(75), Words: exception.Say(findingAnswers[kind])})
		}
		for i, f := range signals {
			if p.key != "7" && (p.key != "6" || i >= 3) {
				step("close", i, on.Add(50+i/4), &exception.CloseFinding{Finding: f.Finding, Words: exception.Say("Lagt fram i fagdirektørmøtet.")})
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}
