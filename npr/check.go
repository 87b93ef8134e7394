package npr

import (
	"strings"
	"sync"
	"unicode/utf8"

	"rettid/clinic"
	"rettid/day"
	"rettid/law"
	"rettid/patient"
)

// Severity is what a finding means for the message.
type Severity string

const (
	Wrong   Severity = "error"   // contradicts itself or the code lists: it is mended before the message leaves
	Doubt   Severity = "warning" // may be right, or is lacking: it is looked at
	Dropped Severity = "dropped" // the registry counts the period in no waiting-list figure
)

// A Rule is one rule of content, with where it comes from. Its words are npr.rule.CODE, how it is mended npr.mend.CODE.
type Rule struct {
	Code     string
	Cite     string // rule of the domain rules, norm or standard
	Severity Severity
	Says     string // in English, for files and programs
}

// Rules are all the rules of content, in the order a period is asked.
var rules = []Rule{
	{"start-missing", "R-10.3, R-10.11", Wrong, "neither a seniority date nor a reception: the wait has no beginning"},
	{"seniority-missing", "R-9.2", Doubt, "no seniority date: the wait is counted from the reception"},
	{"received-missing", "R-9.2", Wrong, "no date of reception"},
	{"seniority-after-received", "R-10.3", Doubt, "the seniority date is after the reception: the wait is counted from the reception"},
	{"future", "R-9.3", Wrong, "the date is after the extract was made"},
	{"assessed-before-start", "R-10.6", Wrong, "assessed before it was received anywhere"},
	{"assessed-without-right", "R-9.7", Wrong, "assessed, and no right is given"},
	{"right-without-assessed", "R-9.7", Wrong, "a right is given, and no date of assessment"},
	{"outcome-missing", "R-9.6", Doubt, "assessed, and no outcome is given"},
	{"deadline-missing", "G10.1-2", Wrong, "the right is given without a deadline"},
	{"deadline-without-right", "R-9.7", Wrong, "a deadline, and no right to necessary health care"},
	{"deadline-before-start", "G10.1-3", Wrong, "the deadline is before the referral was received"},
	{"end-without-code", "R-8.2", Wrong, "the wait has an end and no end code"},
	{"code-without-end", "R-8.2", Wrong, "an end code, and no end of the wait"},
	{"end-before-start", "R-10.4", Wrong, "the wait ended before it began"},
	{"start-before-assessed", "R-8.3", Doubt, "care began before the assessment"},
	{"started-without-right", "R-8.1", Doubt, "care began on the waiting list, and no right is given"},
	{"period-ended-before-wait", "R-8.7", Wrong, "the period ended before the wait did"},
	{"period-ended-waiting", "R-8.7", Doubt, "the period has ended, and the wait has not"},
	{"postponement-incomplete", "R-6.3", Wrong, "a postponement lacks its date or its code"},
	{"postponement-before-start", "R-6.3", Wrong, "put off before it was received"},
	{"postponement-after-end", "R-6.3", Doubt, "put off after the wait had ended"},
	{"code-unknown", "R-9.11", Wrong, "the code is not in its national list"},
	{"code-retired", "R-9.11", Doubt, "the code was not in use on the day"},
	{"helfo-contradicts", "R-7.10", Wrong, "the notice to Helfo and its time stamp say different things"},
	{"helfo-without-time", "R-7.10", Doubt, "Helfo was notified, and no time stamp says when"},
	{"helfo-agreed-without-time", "R-7.11", Doubt, "it was agreed with the patient not to notify Helfo, and no time stamp says when"},
	{"missing", "R-9.2", Doubt, "a field the statistics need is empty"},
	{"born-after", "R-9.2", Wrong, "the patient was born after the referral"},
	{"age", "R-9.2", Doubt, "the patient is more than 120 years old"},
	{"municipality", "R-9.2", Wrong, "a municipality is four digits, a borough six"},
	{"org-number", "R-9.2", Doubt, "no organisation number: nine digits with a right check digit"},
	{"site-missing", "R-9.1", Wrong, "no treatment site: each has its own list"},
	{"identity-number", "NPR ide", Wrong, "a national identity number: it goes in the identity message alone"},
	{"excluded", "R-10.11", Dropped, "the registry counts the period in no waiting-list figure"},
}

// Rules gives every rule of content.
func Rules() []Rule { return append([]Rule(nil), rules...) }

// RuleOf finds a rule by its code.
func RuleOf(code string) (Rule, bool) {
	r, ok := ruleByCode()[code]
	return r, ok
}

var ruleByCode = sync.OnceValue(func() map[string]Rule {
	out := make(map[string]Rule, len(rules))
	for _, r := range rules {
		out[r.Code] = r
	}
	return out
})

// A Finding is what a rule says of one period.
type Finding struct {
	Code     string   `json:"rule"`
	Cite     string   `json:"cite"`
	Severity Severity `json:"severity"`
	Row      string   `json:"row"`
	Line     int      `json:"line,omitempty"`
	Column   int      `json:"column,omitempty"`
	Field    string   `json:"field,omitempty"` // the attribute
	Value    string   `json:"value,omitempty"`
}

// A Checker asks the rules of content of the periods of one message.
type Checker struct {
	in          day.Period
	made        day.Day
	n           *Names
	out         []Finding
	p           *Period
	at          [2]int
	institution string // the last one asked about
	notOrg      bool
	Summary     Summary
}

// A Summary is what a whole message came to.
type Summary struct {
	Rows     int            `json:"rows"`
	Errors   int            `json:"errors"`   // findings
	Warnings int            `json:"warnings"` // findings
	Faulty   int            `json:"faulty"`   // periods with an error
	Counted  int            `json:"counted"`  // periods the registry counts
	Excluded map[string]int `json:"excluded"` // exclusion code to how many
	By       map[string]int `json:"by"`       // rule and field to how many
	Empty    map[string]int `json:"empty"`    // fields that are wanted and empty, told of the message and not of each period
}

// NewChecker checks the periods of a message with this head. Dates after the day the extract was made lie in the future; a head that does not tell when it was made lets them pass.
func NewChecker(h *Head, n *Names) *Checker {
	if n == nil {
		n = DefaultNames()
	}
	c := &Checker{in: h.In, n: n, Summary: Summary{Excluded: make(map[string]int), By: make(map[string]int), Empty: make(map[string]int)}}
	if !h.Made.IsZero() {
		c.made = day.FromTime(h.Made)
	}
	return c
}

// Check adds what the rules say of a period to out. The period is asked as it was reported; line and column are where it stands, 0 when it was not read from a file.
func (c *Checker) Check(p *Period, line, column int, out []Finding) []Finding {
	before := len(out)
	c.p, c.out, c.at = p, out, [2]int{line, column}
	c.Summary.Rows++
	c.dates()
	c.right()
	c.end()
	c.codes()
	c.who()
	wrong := false
	for i := before; i < len(c.out); i++ {
		f := &c.out[i]
		switch f.Severity {
		case Wrong:
			wrong = true
			c.Summary.Errors++
		case Doubt:
			c.Summary.Warnings++
		}
		if f.Field == "" {
			c.Summary.By[f.Code]++
		} else {
			c.Summary.By[f.Code+" "+f.Field]++
		}
	}
	if wrong {
		c.Summary.Faulty++
	}
	if code := Exclusion(p, c.in); code != "" {
		c.Summary.Excluded[code]++
		c.add("excluded", fields, code)
	} else {
		c.Summary.Counted++
	}
	out, c.p, c.out = c.out, nil, nil
	return out
}

// Exclusion is the registry's exclusion code of a period, "" when it is counted.
func Exclusion(p *Period, in day.Period) string {
	old := p.OutcomeOld
	if old == "" && len(p.Outcome) == 1 {
		old = p.Outcome
	}
	return law.Exclusion(&law.Reported{Seniority: p.Seniority, Received: p.Received, Assessed: p.Assessed, WaitEnd: p.WaitEnd, EndCode: p.EndCode, Right: p.Right, Outcome: old,
		Specialty: p.Specialty, Department: p.DepartmentCode}, in)
}

func (c *Checker) add(code string, f field, value string) {
	r := ruleByCode()[code]
	x := Finding{Code: code, Cite: r.Cite, Severity: r.Severity, Row: c.p.ID, Line: c.at[0], Column: c.at[1], Value: shown(value)}
	switch {
	case f == fields:
	case c.n.all[f].On == "RefEnhet" || c.n.all[f].On == "":
		x.Field = c.n.all[f].Column
	default:
		x.Field = c.n.all[f].Name
	}
	c.out = append(c.out, x)
}

func (c *Checker) addDay(code string, f field, d day.Day) { c.add(code, f, d.String()) }

// future finds dates of what has happened that lie after the extract.
func (c *Checker) future(f field, d day.Day) {
	if !c.made.IsZero() && d.After(c.made) {
		c.addDay("future", f, d)
	}
}

func (c *Checker) dates() {
	p := c.p
	start := p.Start()
	switch {
	case start.IsZero():
		c.add("start-missing", fSeniority, "")
	case p.Seniority.IsZero():
		c.add("seniority-missing", fSeniority, "")
	case p.Received.IsZero():
		c.add("received-missing", fReceived, "")
	case p.Seniority.After(p.Received):
		c.addDay("seniority-after-received", fSeniority, p.Seniority)
	}
	c.future(fSeniority, p.Seniority)
	c.future(fReceived, p.Received)
	c.future(fAssessed, p.Assessed)
	c.future(fAttended, p.Attended)
	c.future(fWaitEnd, p.WaitEnd)
	c.future(fEnd, p.End)
	if !p.Assessed.IsZero() && p.Assessed.Before(start) {
		c.addDay("assessed-before-start", fAssessed, p.Assessed)
	}
	for i := range p.Postponements {
		u := &p.Postponements[i]
		switch {
		case u.On.IsZero() || u.Code == "":
			c.addDay("postponement-incomplete", fPostponedOn, u.On)
		case u.On.Before(start):
			c.addDay("postponement-before-start", fPostponedOn, u.On)
		case !p.WaitEnd.IsZero() && u.On.After(p.WaitEnd):
			c.addDay("postponement-after-end", fPostponedOn, u.On)
		}
		c.future(fPostponedOn, u.On)
	}
}

func (c *Checker) right() {
	p := c.p
	switch {
	case p.Assessed.IsZero() && p.Right != "" && p.Right != "6": // a matter that is not for rights assessment is sorted, not assessed
		c.add("right-without-assessed", fRight, p.Right)
	case !p.Assessed.IsZero() && p.Right == "":
		c.addDay("assessed-without-right", fRight, day.Day{})
	}
	if !p.Assessed.IsZero() && p.Outcome == "" {
		c.add("outcome-missing", fOutcome, "")
	}
	switch {
	case p.Right == "3" && p.Deadline.IsZero():
		c.add("deadline-missing", fDeadline, "")
	case p.Right != "3" && !p.Deadline.IsZero():
		c.addDay("deadline-without-right", fDeadline, p.Deadline)
	case !p.Deadline.IsZero() && p.Deadline.Before(p.Start()):
		c.addDay("deadline-before-start", fDeadline, p.Deadline)
	}
}

func (c *Checker) end() {
	p := c.p
	switch {
	case p.WaitEnd.IsZero() && p.EndCode != "":
		c.add("code-without-end", fEndCode, p.EndCode)
	case !p.WaitEnd.IsZero() && p.EndCode == "":
		c.addDay("end-without-code", fWaitEnd, p.WaitEnd)
	}
	if !p.WaitEnd.IsZero() {
		if p.WaitEnd.Before(p.Start()) {
			c.addDay("end-before-start", fWaitEnd, p.WaitEnd)
		}
		if p.EndCode == "1" && (p.Assessed.IsZero() || p.Assessed.After(p.WaitEnd)) {
			c.addDay("start-before-assessed", fWaitEnd, p.WaitEnd)
		}
		if p.EndCode == "1" && (p.Right == "5" || p.Right == "6") {
			c.add("started-without-right", fEndCode, p.EndCode)
		}
	}
	switch {
	case p.End.IsZero():
	case p.End.Before(p.WaitEnd):
		c.addDay("period-ended-before-wait", fEnd, p.End)
	case p.WaitEnd.IsZero() && p.Right == "3":
		c.addDay("period-ended-waiting", fEnd, p.End)
	}
	at31, at32 := false, false
	for i := range p.Times {
		at31, at32 = at31 || p.Times[i].Type == "31", at32 || p.Times[i].Type == "32"
	}
	switch {
	case p.Helfo == "1" && (at31 || at32), p.Helfo == "2" && !at31 && at32, p.Helfo == "3" && !at32 && at31:
		c.add("helfo-contradicts", fHelfo, p.Helfo)
	case p.Helfo == "2" && !at31:
		c.add("helfo-without-time", fHelfo, p.Helfo)
	case p.Helfo == "3" && !at32:
		c.add("helfo-agreed-without-time", fHelfo, p.Helfo)
	}
}

// coded are the fields with a code list, by when a code must have been in use.
var coded = []field{fSex, fOutcome, fRight, fEndCode, fFromService, fToService, fSpecialty, fCareLevel, fDebtor, fFreeSite, fFreeTreatment, fSecondOpinion, fNewCondition, fLegalBasis,
	fPlan, fHelfo, fSector}

// needed are the fields the statistics can't do without: each period that lacks one is named. summed are those that are told of the message as a whole, since a system
// that does not record them lacks them everywhere.
var (
	needed = []field{fSpecialty, fFromService}
	summed = []field{fCareLevel, fDebtor, fDepartment, fUnit} // a referral shall refer to a department and a professional unit too
)

// retired are codes that deliveries from the registry once had and the lists here have not, by the last day they may have been in use: says when, R-9.13 and
// do not.
var retired = sync.OnceValue(func() map[field]map[string]day.Day {
	services := make(map[string]day.Day)
	for _, v := range []string{"2", "4", "5", "6", "7", "8", "21", "22", "23", "43", "49", "81", "82"} {
		services[v] = day.On(2016, 12, 31)
	}
	return map[field]map[string]day.Day{fFromService: services, fToService: services, fSpecialty: {"231": {}, "232": {}}, fDebtor: {"41": {}, "42": {}}}
})

// lists hold the codes of every list by their validity: looked up once, asked millions of times.
var lists = sync.OnceValue(func() map[string]map[string][]day.Period {
	out := make(map[string]map[string][]day.Period)
	for _, l := range clinic.Lists() {
		m := make(map[string][]day.Period)
		for _, c := range clinic.Codes(l) {
			m[c.Code] = append(m[c.Code], c.In)
		}
		out[l] = m
	}
	return out
})

var codedLists = sync.OnceValue(func() [fields]map[string][]day.Period {
	var out [fields]map[string][]day.Period
	for f, n := range DefaultNames().all {
		if n.List != "" {
			out[f] = lists()[n.List]
		}
	}
	return out
})

func (c *Checker) codes() {
	p, all := c.p, codedLists()
	for _, f := range coded {
		if v := p.text(f); *v != "" {
			c.code(f, *v, all[f], first8455(f, *v))
		}
	}
	for i := range p.Postponements {
		if v := p.Postponements[i].Code; v != "" {
			c.code(fPostponedCode, v, all[fPostponedCode], nil)
		}
	}
	for i := range p.Times {
		if v := p.Times[i].Type; v != "" {
			c.code(fTimeType, v, all[fTimeType], nil)
		}
	}
	if p.OutcomeOld != "" {
		if _, known := all[fOutcomeOld][p.OutcomeOld]; !known {
			c.add("code-unknown", fOutcomeOld, p.OutcomeOld)
		}
	}
	for _, f := range needed {
		if *p.text(f) == "" && (f != fSpecialty || !p.Assessed.IsZero()) {
			c.add("missing", f, "")
		}
	}
	for _, f := range summed {
		if *p.text(f) == "" {
			name := c.n.all[f].Name
			if c.n.all[f].On == "RefEnhet" {
				name = c.n.all[f].Column
			}
			c.Summary.Empty[name]++
		}
	}
}

// first8455 gives the retired list where a value may still be from it: outcomes until 2016.
func first8455(f field, v string) map[string][]day.Period {
	if f == fOutcome && len(v) == 1 {
		return codedLists()[fOutcomeOld]
	}
	return nil
}

func (c *Checker) code(f field, v string, list, older map[string][]day.Period) {
	in, known := list[v]
	if !known && older != nil {
		in, known = older[v]
	}
	on := c.p.Assessed
	if f == fEndCode {
		on = c.p.WaitEnd
	}
	if on.IsZero() {
		on = c.p.Start()
	}
	if !known {
		last, was := retired()[f][v]
		switch {
		case !was:
			c.add("code-unknown", f, v)
		case last.IsZero() || on.After(last):
			c.add("code-retired", f, v)
		}
		return
	}
	if on.IsZero() {
		return
	}
	for _, p := range in {
		if (p.From.IsZero() || !on.Before(p.From)) && (p.To.IsZero() || !on.After(p.To)) {
			return
		}
	}
	c.add("code-retired", f, v)
}

func (c *Checker) who() {
	p := c.p
	if p.BirthYear != 0 {
		start := p.Start()
		switch {
		case !start.IsZero() && p.BirthYear > start.Year():
			c.add("born-after", fBirthYear, p.value(fBirthYear))
		case !start.IsZero() && start.Year()-p.BirthYear > 120:
			c.add("age", fBirthYear, p.value(fBirthYear))
		}
	} else {
		c.add("missing", fBirthYear, "")
	}
	if p.Municipality != "" && !digits(p.Municipality, 4) {
		c.add("municipality", fMunicipality, p.Municipality)
	}
	if p.Borough != "" && !digits(p.Borough, 6) {
		c.add("municipality", fBorough, p.Borough)
	}
	if p.Site == "" {
		c.add("site-missing", fSite, "")
	}
	if p.Institution != c.institution {
		c.institution = p.Institution
		id, err := patient.Identify(p.Institution)
		c.notOrg = p.Institution != "" && (err != nil || id.Kind != patient.OrgNr)
	}
	if c.notOrg {
		c.add("org-number", fInstitution, p.Institution)
	}
	if len(p.Patient) == 11 && eleven(p.Patient) {
		c.add("identity-number", fPatient, "")
	}
}

func digits(s string, n int) bool {
	return len(s) == n && utf8.RuneCountInString(s) == n && strings.Trim(s, "0123456789") == ""
}
