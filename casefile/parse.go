package casefile

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"rettid/clinic"
	"rettid/day"
	"rettid/exception"
	"rettid/guide"
	"rettid/law"
	"rettid/referral"
)

var (
	caseKeys = []string{"case", "norms", "world", "steps", "expect"}
	asRoles  = []law.Role{law.Specialist, law.Secretary, law.Patient, law.Referrer, law.NextOfKin, law.Helfo}
	anyKeys  = []string{"on", "do", "referral", "as", "rejected", "warns", "no_warns", "expect"}
	nameLine = regexp.MustCompile(`(?m)^case:([^\n]+)`)
	normID   = regexp.MustCompile(`^[A-Z][A-Za-z]*-?[0-9][0-9A-Za-z.\-]*$`)
)

func aNorm(r *reader, n *node, name string) (any, bool) {
	if n.kind == isText && normID.MatchString(n.text) {
		return n.text, true
	}
	r.wrong(n.line, "%s must name norms such as G4.1-1, not %s", name, shown(n))
	return nil, false
}

// Parse reads a case file: one case a document. It never fails as a whole: a case that can't be run carries its problems, each with its line.
func Parse(file string, text []byte) []*Case {
	if len(text) > maxFile {
		return []*Case{{File: file, Line: 1, Problems: []Problem{{1, fmt.Sprintf("the file is larger than %d bytes; part it in several", maxFile)}}}}
	}
	if !utf8.Valid(text) {
		line := 1
		for _, l := range bytes.SplitAfter(text, []byte("\n")) {
			if !utf8.Valid(l) {
				break
			}
			line++
		}
		return []*Case{{File: file, Line: line, Problems: []Problem{{line, "the text is not UTF-8"}}}}
	}
	var out []*Case
	for _, d := range split(text) {
		out = append(out, parseCase(file, d))
	}
	if len(out) == 0 {
		return []*Case{{File: file, Line: 1, Problems: []Problem{{1, "there is no case in the file"}}}}
	}
	return out
}

func parseCase(file string, d document) *Case {
	r := &reader{}
	c := &Case{File: file, Line: d.line}
	tree := r.tree(d)
	if tree != nil {
		r.readCase(c, tree)
	} else if m := nameLine.FindSubmatch(d.text); m != nil {
		c.Name = strings.TrimSpace(string(m[1])) // so that one sees which case it is
	}
	slices.SortStableFunc(r.problems, func(a, b Problem) int { return a.Line - b.Line })
	c.Problems = r.problems
	return c
}

func (r *reader) readCase(c *Case, n *node) {
	c.Line = n.line
	if n.kind != isMap {
		r.wrong(n.line, "a case must be a map with case and steps, not %s", shown(n))
		return
	}
	r.only(n, "the case", caseKeys...)
	if v := n.get("case"); v != nil {
		for _, p := range n.pairs {
			if p.key == "case" {
				c.Line = p.line
			}
		}
		if name, ok := aText(r, v, "case"); ok {
			c.Name = strings.Join(strings.Fields(name.(string)), " ")
		}
	} else {
		r.wrong(n.line, "the case lacks its name: case")
	}
	if v := n.get("norms"); v != nil {
		if ids, ok := listOf(aNorm)(r, v, "norms"); ok {
			c.Norms = ids.([]string)
		}
	}
	r.readWorld(c, n.get("world"))
	steps := n.get("steps")
	if steps == nil || steps.kind != isList || len(steps.items) == 0 {
		r.wrong(n.line, "the case lacks steps: a list of what happened")
		return
	}
	names := referralNames(steps)
	r.findMatters(steps)
	for i, s := range steps.items {
		r.readStep(c, s, i+1, names)
	}
	if v := n.get("expect"); v != nil {
		last := day.Day{}
		for _, s := range c.steps {
			last = s.on
		}
		c.close = r.readCheck(v, last, 0, names)
	}
}

// referralNames lists the names the case gives its referrals, R1 when it names none.
func referralNames(steps *node) []string {
	var names []string
	for _, s := range steps.items {
		do := s.get("do")
		if do == nil || do.text != "receive" && do.text != "new_condition" {
			continue
		}
		name := "R1"
		if v := s.get("referral"); v != nil && v.text != "" {
			name = v.text
		}
		if !contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func (r *reader) readWorld(c *Case, n *node) {
	c.org = clinic.Plain()
	defer func() { r.org = c.org }()
	c.guides, _ = guide.New(nil)
	if n == nil {
		return
	}
	if n.kind != isMap {
		r.wrong(n.line, "world must be a map with providers or guides, not %s", shown(n))
		return
	}
	r.only(n, "world", "providers", "guides")
	if v := n.get("providers"); v != nil {
		r.readProviders(c, v)
	}
	if v := n.get("guides"); v != nil {
		r.readGuides(c, v)
	}
}

func (r *reader) readProviders(c *Case, n *node) {
	if n.kind != isList {
		r.wrong(n.line, "providers must be a list, not %s", shown(n))
		return
	}
	before := len(r.problems)
	var providers []clinic.Provider
	for _, it := range n.items {
		if it.kind != isMap {
			r.wrong(it.line, "a provider must be a map such as {id: OUS, kind: public, region: sor-ost}, not %s", shown(it))
			continue
		}
		r.only(it, "a provider", "id", "kind", "region", "may_assess", "sites")
		text := func(key string, read valueOf, otherwise string) string {
			v := it.get(key)
			if v == nil {
				if otherwise == "" {
					r.wrong(it.line, "a provider lacks %s", key)
				}
				return otherwise
			}
			s, _ := read(r, v, key)
			t, _ := s.(string)
			return t
		}
		list := func(key string) []string {
			v := it.get(key)
			if v == nil {
				return nil
			}
			s, _ := someTexts(r, v, key)
			t, _ := s.([]string)
			return t
		}
		p := clinic.Provider{ID: text("id", aText, ""), Region: text("region", oneOf("sor-ost", "vest", "midt", "nord"), "sor-ost")}
		p.Kind = clinic.ProviderKind(text("kind", oneOf(clinic.Public, clinic.Private, clinic.ContractSpecialist), string(clinic.Public)))
		p.Units = []clinic.Unit{{ID: p.ID + "-1", Name: p.ID, Specialties: []string{"*"}}}
		for _, area := range list("may_assess") {
			p.MayAssess = append(p.MayAssess, clinic.Delegation{Area: area})
		}
		for _, site := range list("sites") {
			p.Sites = append(p.Sites, clinic.Site{ID: site, Name: site})
		}
		providers = append(providers, p)
	}
	if len(providers) == 0 || len(r.problems) > before {
		return
	}
	org, err := clinic.New(providers)
	if err != nil {
		r.wrong(n.line, "providers: %v", err)
		return
	}
	c.org = org
}

func (r *reader) readGuides(c *Case, n *node) {
	if n.kind != isMap {
		r.wrong(n.line, "guides must be a map from specialty to conditions, not %s", shown(n))
		return
	}
	before := len(r.problems)
	var conditions []guide.Condition
	for _, p := range n.pairs {
		if p.value.kind != isList {
			r.wrong(p.line, "the guide of %s must be a list of conditions, not %s", p.key, shown(p.value))
			continue
		}
		for _, it := range p.value.items {
			if it.kind != isMap {
				r.wrong(it.line, "a condition must be a map such as {condition: hip osteoarthritis, right: true, max_weeks: 26}, not %s", shown(it))
				continue
			}
			r.only(it, "a condition", "condition", "right", "max_weeks")
			cond := guide.Condition{Specialty: p.key}
			if v := it.get("condition"); v == nil {
				r.wrong(it.line, "a condition lacks its name: condition")
			} else if s, ok := aText(r, v, "condition"); ok {
				cond.NameEN = s.(string)
			}
			if v := it.get("right"); v == nil {
				r.wrong(it.line, "a condition lacks right")
			} else if b, ok := aBool(r, v, "right"); ok {
				cond.Right = b.(bool)
			}
			if v := it.get("max_weeks"); v != nil && v.kind != isNull {
				if w, ok := aNumber(0, 104)(r, v, "max_weeks"); ok {
					cond.MaxWeeks = w.(int)
				}
			}
			conditions = append(conditions, cond)
		}
	}
	if len(r.problems) > before {
		return
	}
	library, err := guide.New(conditions)
	if err != nil {
		r.wrong(n.line, "guides: %v", err)
		return
	}
	c.guides = library
}

func (r *reader) readStep(c *Case, n *node, number int, names []string) {
	s := step{line: n.line, number: number}
	// A step that can't be read still takes its number, so that corrections find theirs.
	defer func() { c.steps = append(c.steps, s) }()
	if n.kind != isMap {
		r.wrong(n.line, "step %d must be a map with on and do, not %s", number, shown(n))
		return
	}
	r.readOn(c, &s, n)
	do := n.get("do")
	if v := n.get("expect"); v != nil {
		s.check = r.readCheck(v, s.on, number, names)
	}
	if do == nil {
		r.only(n, fmt.Sprintf("step %d, which only checks", number), "on", "expect")
		if s.check == nil {
			r.wrong(n.line, "step %d has neither do nor expect", number)
		}
		return
	}
	s.do = do.text
	v := verbNamed(s.do)
	x := r.exceptionVerbOf(n, s.do)
	if v == nil && x == nil && s.do != correct {
		r.wrong(do.line, "unknown verb %s%s; allowed: %s", shown(do), meant(s.do, verbNames()), strings.Join(verbNames(), ", "))
		return
	}
	r.readPromises(&s, n)
	if x != nil {
		r.readMatterStep(c, &s, n, x, names)
		return
	}
	if s.do == correct {
		r.readCorrect(c, &s, n, names)
		return
	}
	r.only(n, s.do, append(slices.Clone(anyKeys), takes(v.args)...)...)
	s.referral = r.readReferral(n, s.do, names, number, c)
	s.build = v.build
	s.args = args{}
	for _, a := range v.args {
		val := n.get(a.name)
		switch {
		case val == nil && a.required:
			r.wrong(n.line, "%s lacks %s", s.do, a.name)
		case val == nil || val.kind == isNull && !a.required:
		default:
			if got, ok := a.read(r, val, a.name); ok {
				s.args[a.name] = got
			}
		}
	}
	foundUnder(c, &s)
	s.latest = s.args
	if s.do == "book" && s.args["start"] == nil && s.args["from"] == nil && n.get("start") == nil && n.get("from") == nil {
		r.wrong(n.line, "book lacks start (a date-time), or from and to (an interval)")
	}
}

// foundUnder gives a new condition that names no course the only referral before it.
func foundUnder(c *Case, s *step) {
	if s.do != "new_condition" || s.args["new_condition_of"] != nil {
		return
	}
	before := ""
	for _, b := range c.steps {
		if opens := b.do == "receive" || b.do == "new_condition"; opens && b.rejected == nil {
			if before != "" {
				return // which of several is for the step to say
			}
			before = b.referral
		}
	}
	if before != "" {
		s.args["new_condition_of"] = before
	}
}

func (r *reader) readOn(c *Case, s *step, n *node) {
	on := n.get("on")
	if on == nil {
		r.wrong(n.line, "step %d lacks its date: on", s.number)
		return
	}
	v, ok := aMoment(r, on, "on")
	if !ok {
		return
	}
	m := v.(day.Moment)
	s.on, s.minute = m.Day, m.Minute
}

// readPromises reads who does a step, and what is to come of it.
func (r *reader) readPromises(s *step, n *node) {
	if v := n.get("as"); v != nil {
		if got, ok := oneOf(asRoles...)(r, v, "as"); ok {
			s.as = got.(string)
		}
	}
	list := func(key string) []string {
		v := n.get(key)
		if v == nil {
			return nil
		}
		got, _ := listOf(aNorm)(r, v, key)
		ids, _ := got.([]string)
		return ids
	}
	s.rejected, s.warns, s.noWarns = list("rejected"), list("warns"), list("no_warns")
	s.accepted = n.get("warns") != nil || n.get("no_warns") != nil
	if v := n.get("rejected"); v != nil {
		if len(s.rejected) == 0 {
			r.wrong(v.line, "rejected names no norm")
		}
		if s.accepted {
			r.wrong(v.line, "a step is either rejected or accepted with warnings, not both")
		}
	}
}

func (r *reader) readReferral(n *node, do string, names []string, number int, c *Case) string {
	given := n.get("referral")
	opens := do == "receive" || do == "new_condition"
	if given == nil {
		switch {
		case do == "new_condition":
			r.wrong(n.line, "new_condition lacks referral: the name of the new one")
			return ""
		case opens:
			return "R1"
		case len(names) == 1:
			return names[0]
		case len(names) == 0:
			r.wrong(n.line, "%s comes before any receive", do)
			return ""
		}
		r.wrong(n.line, "%s lacks referral: the case has several (%s)", do, strings.Join(names, ", "))
		return ""
	}
	v, ok := aText(r, given, "referral")
	if !ok {
		return ""
	}
	name := v.(string)
	received := false
	for _, s := range c.steps {
		if s.referral == name && (s.do == "receive" || s.do == "new_condition") && s.rejected == nil {
			received = true
		}
	}
	switch {
	case opens && received:
		r.wrong(given.line, "referral %s is received twice", name)
	case !opens && !contains(names, name):
		r.wrong(given.line, "there is no referral %q in the case%s; there is: %s", name, meant(name, names), strings.Join(names, ", "))
	}
	return name
}

// readCorrect reads a correction: the corrected arguments are those of the step as corrected before, with the new ones laid over.
func (r *reader) readCorrect(c *Case, s *step, n *node, names []string) {
	r.only(n, correct, append(slices.Clone(anyKeys), "step", "set", "reason")...)
	if v := n.get("reason"); v != nil {
		if got, ok := aText(r, v, "reason"); ok {
			s.args = args{"reason": got}
		}
	}
	at, set := n.get("step"), n.get("set")
	if at == nil || set == nil || set.kind != isMap {
		r.wrong(n.line, "correct must have step (a number) and set (a map of corrected arguments)")
		return
	}
	v, ok := aNumber(1, max(1, s.number-1))(r, at, "step")
	if !ok || v.(int) > len(c.steps) {
		return
	}
	old := &c.steps[v.(int)-1]
	switch {
	case old.do == "" && old.check != nil:
		r.wrong(at.line, "step %d only checks; there is nothing to correct", old.number)
		return
	case old.do == correct:
		r.wrong(at.line, "step %d is a correction itself; correct step %d again", old.number, old.corrects)
		return
	case old.rejected != nil:
		r.wrong(at.line, "step %d was rejected; there is nothing to correct", old.number)
		return
	case old.build == nil && old.ask == nil:
		return // it could not be read, and that is told
	}
	var of []argument
	if old.ask != nil {
		of = exceptionVerbNamed(old.do).args
	} else {
		of = verbNamed(old.do).args
	}
	r.only(set, "set, for "+old.do, append([]string{"on"}, takes(of)...)...)
	merged := maps.Clone(old.latest)
	for _, p := range set.pairs {
		if p.key == "on" {
			if got, ok := aMoment(r, p.value, "on"); ok {
				if s.args == nil {
					s.args = args{}
				}
				s.args["on"] = got.(day.Moment).Day
			}
			continue
		}
		a := argumentNamed(of, p.key)
		switch {
		case a == nil:
		case p.value.kind == isNull && a.required:
			r.wrong(p.line, "%s can't do without %s", old.do, p.key)
		case p.value.kind == isNull:
			delete(merged, p.key)
		default:
			if got, ok := a.read(r, whole(p, old.latest), p.key); ok {
				merged[p.key] = got
			}
		}
	}
	if v := n.get("referral"); v != nil && v.text != old.referral && old.ask == nil {
		r.wrong(v.line, "step %d is about %s, not %s", old.number, old.referral, shown(v))
	}
	s.corrects, s.referral, s.matter = old.number, old.referral, old.matter
	reason := free(s.args, "reason")
	on := get[day.Day](s.args, "on")
	if old.ask != nil {
		build := exceptionVerbNamed(old.do).build
		s.ask = func(_ args, id func(string) int64) exception.Command {
			return &exception.Correct{With: build(merged, id), On: on, Reason: exception.Say(reason.Words)}
		}
	} else {
		build := verbNamed(old.do).build
		s.build = func(_ args, id func(string) int64) referral.Command {
			return &referral.Correct{With: build(merged, id), On: on, Reason: reason}
		}
	}
	if s.rejected == nil {
		old.latest = merged
	}
}

// whole completes a corrected patient with what was not corrected of it.
func whole(p pair, old args) *node {
	was, ok := old[p.key].(patient)
	if !ok || p.value.kind != isMap {
		return p.value
	}
	out := *p.value
	out.pairs = slices.Clone(p.value.pairs)
	for key, text := range map[string]string{"id": was.id, "born": was.born.String(), "municipality": was.municipality} {
		if text != "" && out.get(key) == nil {
			out.pairs = append(out.pairs, pair{p.line, key, &node{line: p.line, text: text}})
		}
	}
	return &out
}
