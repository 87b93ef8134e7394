package casefile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"rettid/day"
	"rettid/exception"
	"rettid/figures"
	"rettid/law"
	"rettid/referral"
	"rettid/waitlist"
)

// view is what a check looks at: one referral, or all of them, at the end of a day, as recorded by then.
type view struct {
	r        *referral.Referral
	m        *exception.Matter // instead of r, of the exception scheme
	all      []named
	on       day.Day
	settings *law.Settings
}

// named is a referral with its name in the case.
type named struct {
	name  string
	state *referral.Referral
}

// expectation reads what is expected of one key.
type expectation struct {
	key  string
	read func(r *reader, n *node) (want, bool)
}

// dated, truth, word and count expect one plain value.
func dated(key string, found func(v view) day.Day) expectation {
	return expectation{key, func(r *reader, n *node) (want, bool) {
		var d day.Day
		if n.kind != isNull {
			got, ok := aDate(r, n, key)
			if !ok {
				return want{}, false
			}
			d = got.(day.Day)
		}
		return want{expected: orNull(d), test: func(v view) (string, bool) { f := found(v); return orNull(f), f == d }}, true
	}}
}

func orNull(d day.Day) string {
	if d.IsZero() {
		return "null"
	}
	return d.String()
}

func truth(key string, found func(v view) bool) expectation {
	return expectation{key, func(r *reader, n *node) (want, bool) {
		b, ok := aBool(r, n, key)
		return want{expected: n.text, test: func(v view) (string, bool) { f := found(v); return strconv.FormatBool(f), f == b.(bool) }}, ok
	}}
}

func word[S ~string](key string, words []S, found func(v view) S) expectation {
	return expectation{key, func(r *reader, n *node) (want, bool) {
		_, ok := oneOf(words...)(r, n, key)
		return want{expected: n.text, test: func(v view) (string, bool) { f := string(found(v)); return f, f == n.text }}, ok
	}}
}

func count(key string, found func(v view) int) expectation {
	return expectation{key, func(r *reader, n *node) (want, bool) {
		i, ok := aNumber(0, 1<<30)(r, n, key)
		return want{expected: n.text, test: func(v view) (string, bool) { f := found(v); return strconv.Itoa(f), f == i.(int) }}, ok
	}}
}

// expectations are what can be expected of a referral, in the order of the format.
var expectations = []expectation{
	word("status", law.Statuses, func(v view) law.Status { return v.r.Status }),
	dated("seniority_date", func(v view) day.Day { return v.r.Seniority }),
	dated("assessment_due", assessmentDue),
	dated("deadline", func(v view) day.Day { return v.r.StartBy }),
	dated("waiting_from", func(v view) day.Day { return law.WaitingFrom(&v.r.Facts).Value }),
	truth("assessment_late", func(v view) bool { return law.AssessmentLate(&v.r.Facts, v.on) }),
	truth("waiting", func(v view) bool { return law.IsWaiting(&v.r.Facts, v.on) }),
	word("right", []law.Right{law.Pending, law.Granted, law.NotGranted, law.NotAssessed}, func(v view) law.Right { return v.r.Right }),
	{"appointment", readAppointment},
	count("waiting_days", func(v view) int { return law.WaitingDays(&v.r.Facts, v.on) }),
	word("breach", []law.BreachState{law.NoBreach, law.Expected, law.Occurred}, func(v view) law.BreachState { return law.Breach(&v.r.Facts, v.on, v.settings).Value }),
	dated("waiting_until", func(v view) day.Day { return v.r.WaitEnd }),
	{"flags", readFlags},
	{"letter_parts", readLetterParts},
	truth("breach_counted", func(v view) bool { return law.BreachCounted(&v.r.Facts, v.on, v.settings).Value }),
	{"duties", dutiesOf(dutyNames, openDuties)},
	{"no_duties", noDutiesOf(dutyNames, openDuties)},
	{"letters", readLetters},
	{"explains", readExplains},
	{"errors", readErrors},
}

// assessmentDue is the outer limit; a matter that is not assessed has none (guide 6), whatever its clock would have been.
func assessmentDue(v view) day.Day {
	if law.Assessable(&v.r.Facts, v.settings).Value == law.NotAssessable {
		return day.Day{}
	}
	return v.r.AssessBy
}

func list(words []string) string { return "[" + strings.Join(words, ", ") + "]" }

// theAppointment is the time waited for; after the start, and for a matter not assessed, the planned contact.
func theAppointment(f *law.Facts) law.Appointment {
	if f.Appointment.IsZero() {
		return f.Next
	}
	return f.Appointment
}

func readAppointment(r *reader, n *node) (want, bool) {
	expected := "null"
	switch n.kind {
	case isNull:
	case isMap:
		r.only(n, "appointment", "from", "to")
		from, to := n.get("from"), n.get("to")
		if from == nil || to == nil {
			r.wrong(n.line, "an interval has from and to")
			return want{}, false
		}
		a, ok := aDate(r, from, "from")
		b, good := aDate(r, to, "to")
		if !ok || !good {
			return want{}, false
		}
		expected = shownAppointment(law.Appointment{From: a.(day.Day), To: b.(day.Day)})
	default:
		m, ok := aMoment(r, n, "appointment")
		if !ok {
			return want{}, false
		}
		at := m.(day.Moment)
		expected = at.String()
	}
	return want{expected: expected, test: func(v view) (string, bool) {
		f := shownAppointment(theAppointment(&v.r.Facts))
		return f, f == expected
	}}, true
}

func shownAppointment(a law.Appointment) string {
	switch {
	case a.IsZero():
		return "null"
	case a.From != a.To:
		return fmt.Sprintf("{from: %s, to: %s}", a.From, a.To)
	}
	return a.Moment().String()
}

func readFlags(r *reader, n *node) (want, bool) {
	got, ok := listOf(aText)(r, n, "flags")
	if !ok {
		return want{}, false
	}
	flags := got.([]string)
	return want{expected: list(flags), test: func(v view) (string, bool) {
		found := v.r.Flags(v.on)
		return list(found), holds(found, flags)
	}}, true
}

func holds(all, some []string) bool {
	for _, s := range some {
		if !slices.Contains(all, s) {
			return false
		}
	}
	return true
}

func readLetters(r *reader, n *node) (want, bool) {
	got, ok := listOf(oneOf(letters()...))(r, n, "letters")
	if !ok {
		return want{}, false
	}
	kinds := got.([]string)
	return want{expected: list(kinds), test: func(v view) (string, bool) {
		found := make([]string, len(v.r.Letters))
		for i, l := range v.r.Letters {
			found[i] = string(l.Kind)
		}
		return list(found), slices.Equal(found, kinds)
	}}, true
}

var parts = []law.Part{law.PartOutcome, law.PartDeadline, law.PartAppointment, law.PartAppointmentFollows, law.PartPreliminary, law.PartComplaintRight, law.PartComplaintLimit, law.PartComplaintProcedure, law.PartPrimaryCare}

func readLetterParts(r *reader, n *node) (want, bool) {
	if n.kind != isMap {
		r.wrong(n.line, "letter_parts must be a map such as {granted: [outcome, deadline]}, not %s", shown(n))
		return want{}, false
	}
	r.only(n, "letter_parts", letters()...)
	wanted, ok := make([][]string, len(n.pairs)), true
	shows := make([]string, len(n.pairs))
	for i, p := range n.pairs {
		got, good := listOf(oneOf(parts...))(r, p.value, p.key)
		wanted[i], _ = got.([]string)
		shows[i] = p.key + ": " + list(wanted[i])
		ok = ok && good
	}
	return want{expected: "{" + strings.Join(shows, ", ") + "}", test: func(v view) (string, bool) {
		found, all := make([]string, len(n.pairs)), true
		for i, p := range n.pairs {
			has, sent := latest(v.r, law.Letter(p.key))
			found[i] = p.key + ": " + list(has)
			if !sent {
				found[i] = p.key + ": not sent"
			}
			all = all && sent && holds(has, wanted[i])
		}
		return "{" + strings.Join(found, ", ") + "}", all
	}}, ok
}

// latest finds the parts of the latest letter of a kind.
func latest(r *referral.Referral, kind law.Letter) (has []string, sent bool) {
	for i := len(r.Letters) - 1; i >= 0; i-- {
		if r.Letters[i].Kind == kind {
			for _, p := range r.Letters[i].Parts {
				has = append(has, string(p))
			}
			return has, true
		}
	}
	return nil, false
}

func dutyNames() []string {
	out := make([]string, len(law.DutyNames))
	for i, d := range law.DutyNames {
		out[i] = string(d)
	}
	return out
}

// readDuties reads {name: date, null or any}: the named duties must be open, and due so. A plain list stands for any.
func dutiesOf(names func() []string, openOn func(view) []law.Duty) func(r *reader, n *node) (want, bool) {
	return func(r *reader, n *node) (want, bool) { return readDuties(r, n, names(), openOn) }
}

func readDuties(r *reader, n *node, allowed []string, openOn func(view) []law.Duty) (want, bool) {
	wanted := make(map[string]string)
	shows, ok := []string{}, true
	switch n.kind {
	case isMap:
		r.only(n, "duties", allowed...)
		for _, p := range n.pairs {
			due := "any"
			if p.value.kind == isNull {
				due = "null"
			} else if p.value.text != "any" {
				if _, good := aDate(r, p.value, "duties."+p.key); !good {
					r.wrong(p.value.line, "a duty is due on a date, null (none) or any")
					ok = false
				}
				due = p.value.text
			}
			wanted[p.key] = due
			shows = append(shows, p.key+": "+due)
		}
	default:
		got, good := listOf(oneOf(allowed...))(r, n, "duties")
		names, _ := got.([]string)
		for _, name := range names {
			wanted[name] = "any"
			shows = append(shows, name+": any")
		}
		ok = good
	}
	return want{expected: "{" + strings.Join(shows, ", ") + "}", test: func(v view) (string, bool) {
		open := openOn(v)
		all := true
		for name, due := range wanted {
			met := false
			for _, d := range open {
				met = met || string(d.Name) == name && (due == "any" || orNull(d.Due) == due)
			}
			all = all && met
		}
		return shownDuties(open), all
	}}, ok
}

func openDuties(v view) []law.Duty { return law.DutiesOn(&v.r.Facts, v.on, v.settings) }

func shownDuties(open []law.Duty) string {
	out := make([]string, len(open))
	for i, d := range open {
		out[i] = string(d.Name) + ": " + orNull(d.Due)
	}
	return "{" + strings.Join(out, ", ") + "}"
}

func noDutiesOf(names func() []string, openOn func(view) []law.Duty) func(r *reader, n *node) (want, bool) {
	return func(r *reader, n *node) (want, bool) { return readNoDuties(r, n, names(), openOn) }
}

func readNoDuties(r *reader, n *node, allowed []string, openOn func(view) []law.Duty) (want, bool) {
	got, ok := listOf(oneOf(allowed...))(r, n, "no_duties")
	if !ok {
		return want{}, false
	}
	names := got.([]string)
	return want{expected: "none of " + list(names), test: func(v view) (string, bool) {
		open := openOn(v)
		none := true
		for _, d := range open {
			none = none && !slices.Contains(names, string(d.Name))
		}
		return shownDuties(open), none
	}}, true
}

// explained are the values whose explanation can be asked for, by the key of the expectation.
var explained = map[string]string{
	"seniority_date": "seniority_date", "assessment_due": "assessment_due", "assessment_late": "assessment_due", "deadline": "deadline", "waiting_from": "waiting_from",
	"waiting_days": "waiting_from", "waiting": "waiting", "waiting_until": "waiting", "status": "waiting", "right": "right", "breach": "breach", "breach_counted": "breach_counted", "guarantee": "guarantee",
	"appointment": "appointment",
}

func readExplains(r *reader, n *node) (want, bool) {
	if n.kind != isMap {
		r.wrong(n.line, "explains must be a map such as {deadline: [G5.3-5]}, not %s", shown(n))
		return want{}, false
	}
	r.only(n, "explains", sorted(explained)...)
	ids, ok := make([][]string, len(n.pairs)), true
	shows := make([]string, len(n.pairs))
	for i, p := range n.pairs {
		got, good := listOf(aNorm)(r, p.value, p.key)
		ids[i], _ = got.([]string)
		shows[i] = p.key + ": " + list(ids[i])
		ok = ok && good
	}
	return want{expected: "{" + strings.Join(shows, ", ") + "}", test: func(v view) (string, bool) {
		found, all := make([]string, len(n.pairs)), true
		for i, p := range n.pairs {
			e, there := v.r.Explain(explained[p.key], v.on, v.settings)
			if !there { // a value that is not there is explained by where the decision stands
				e, _ = v.r.Explain("right", v.on, v.settings)
			}
			found[i] = p.key + ": " + list(e.Norms)
			all = all && holds(e.Norms, ids[i])
		}
		return "{" + strings.Join(found, ", ") + "}", all
	}}, ok
}

func sorted(m map[string]string) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// readErrors reads that nothing went wrong. Only nothing can be expected: a step that is refused says so itself, and any other stops the case.
func readErrors(r *reader, n *node) (want, bool) {
	if n.kind == isNull || n.kind == isList && len(n.items) == 0 || n.text == "none" || n.text == "nothing else" {
		return want{expected: "[]", test: func(view) (string, bool) { return "[]", true }}, true
	}
	r.wrong(n.line, "errors can only be expected to be none; write rejected on the step that is refused")
	return want{}, false
}

// readCheck reads an expect: of referrals by name, of waiting_list and of statistics.
func (r *reader) readCheck(n *node, on day.Day, number int, names []string) *check {
	c := &check{line: n.line, step: number, on: on}
	if n.kind != isMap {
		r.wrong(n.line, "expect must be a map such as {R1: {right: granted}}, not %s", shown(n))
		return c
	}
	for _, p := range n.pairs {
		a := about{line: p.line, name: p.key}
		switch {
		case p.key == "waiting_list":
			a.wants = r.readWaitingList(p, names)
		case p.key == "statistics":
			a.wants = r.readStatistics(p)
		case contains(names, p.key):
			a.wants = r.readWants(p)
		case r.matters[p.key] == "exception" || r.matters[p.key] == "review":
			a.wants = r.readMatterWants(p)
		default:
			allowed := slices.Concat(names, r.ofSubject("exception"), r.ofSubject("review"), []string{"waiting_list", "statistics"})
			r.wrong(p.line, "nothing in the case is called %q%s; expected can be: %s", p.key, meant(p.key, allowed), strings.Join(allowed, ", "))
		}
		c.about = append(c.about, a)
	}
	return c
}

// readWants reads what is expected of a referral.
func (r *reader) readWants(p pair) []want {
	return r.wantsOf(p, expectations, "a referral", "{right: granted}")
}

// wantsOf reads what is expected of something of a sort, of which these expectations can be had.
func (r *reader) wantsOf(p pair, of []expectation, sort, such string) []want {
	if p.value.kind != isMap {
		r.wrong(p.line, "what is expected of %s must be a map such as %s, not %s", p.key, such, shown(p.value))
		return nil
	}
	keys := make([]string, len(of))
	for i, e := range of {
		keys[i] = e.key
	}
	r.only(p.value, "what is expected of "+sort, keys...)
	var out []want
	for _, q := range p.value.pairs {
		for _, e := range of {
			if e.key != q.key {
				continue
			}
			if w, ok := e.read(r, q.value); ok {
				w.key, w.line = p.key+"."+q.key, q.line
				out = append(out, w)
			}
		}
	}
	return out
}

func (r *reader) readWaitingList(p pair, names []string) []want {
	if p.value.kind != isMap {
		r.wrong(p.line, "waiting_list must be a map such as {HF: [R1]}, not %s", shown(p.value))
		return nil
	}
	var out []want
	for _, q := range p.value.pairs {
		items := oneOf(names...)
		got, ok := listOf(items)(r, q.value, q.key)
		if !ok {
			continue
		}
		expected := got.([]string)
		sortedNames := slices.Sorted(slices.Values(expected))
		provider, site, bySite := strings.Cut(q.key, "/")
		if !r.stands(q, provider, site) {
			continue
		}
		out = append(out, want{line: q.line, key: "waiting_list." + q.key, expected: list(expected), test: func(v view) (string, bool) {
			var found []string
			for _, l := range waitlist.Of(states(v.all), v.on) {
				if l.Provider != provider || bySite && l.Site != site {
					continue
				}
				for _, i := range l.Waiting {
					found = append(found, v.all[i].name)
				}
			}
			return list(found), slices.Equal(slices.Sorted(slices.Values(found)), sortedNames)
		}})
	}
	return out
}

// stands tells whether a list's provider and site are in the case's world: a list that is nobody's is always empty.
func (r *reader) stands(q pair, provider, site string) bool {
	at, ok := r.org.Provider(provider)
	if !ok {
		var there []string
		for _, p := range r.org.Providers() {
			there = append(there, p.ID)
		}
		r.wrong(q.line, "there is no provider %q in the case's world%s; there is: %s", provider, meant(provider, there), strings.Join(there, ", "))
		return false
	}
	if site == "" {
		return true
	}
	var sites []string
	for _, s := range at.Sites {
		if s.ID == site {
			return true
		}
		sites = append(sites, s.ID)
	}
	r.wrong(q.line, "%s has no site %q%s; it has: %s", provider, site, meant(site, sites), list(sites))
	return false
}

func states(all []named) []*referral.Referral {
	out := make([]*referral.Referral, len(all))
	for i, n := range all {
		out[i] = n.state
	}
	return out
}

var statistics = []struct {
	key   string
	found func(figures.Counts) int
}{
	{"newly_referred", func(c figures.Counts) int { return c.NewlyReferred }}, {"cleared", func(c figures.Counts) int { return c.Cleared }},
	{"waiting", func(c figures.Counts) int { return c.Waiting }}, {"breaches", func(c figures.Counts) int { return c.Breaches }},
	{"granted", func(c figures.Counts) int { return c.Granted }}, {"not_granted", func(c figures.Counts) int { return c.NotGranted }},
}

func (r *reader) readStatistics(p pair) []want {
	if p.value.kind != isMap {
		r.wrong(p.line, "statistics must be a map such as {month: 2025-09, waiting: 1}, not %s", shown(p.value))
		return nil
	}
	keys := []string{"month"}
	for _, s := range statistics {
		keys = append(keys, s.key)
	}
	r.only(p.value, "statistics", keys...)
	m := p.value.get("month")
	if m == nil {
		r.wrong(p.line, "statistics lacks month, such as 2025-09")
		return nil
	}
	month, err := day.Parse(m.text + "-01")
	if len(m.text) != 7 || err != nil {
		r.wrong(m.line, "month must be a month such as 2025-09, not %s", shown(m))
		return nil
	}
	var out []want
	for _, q := range p.value.pairs {
		for _, s := range statistics {
			if s.key != q.key {
				continue
			}
			number, ok := aNumber(0, 1<<30)(r, q.value, q.key)
			if !ok {
				continue
			}
			out = append(out, want{line: q.line, key: "statistics." + q.key, expected: q.value.text, test: func(v view) (string, bool) {
				found := s.found(figures.Month(states(v.all), month, v.on, v.settings))
				return strconv.Itoa(found), found == number.(int)
			}})
		}
	}
	return out
}
