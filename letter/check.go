package letter

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"rettid/law"
	"rettid/referral"
	"rettid/words"
)

// A Lack is something a letter must say and does not.
type Lack struct {
	Part  law.Part // where it belongs; empty when it has no part of its own
	Norms []string // the norms that demand it; none for a value that is missing in the text
	Must  string   // the element, a code with words under must.CODE
	Place string   // the place that has no value, when that is the matter
	how   string   // text, value, case or foreign
}

// Remedy says in a language what to do.
func (k Lack) Remedy(l words.Lang) string {
	return phrase(l, "remedy."+k.how, k.What(l))
}

// What says in a language what is lacking.
func (k Lack) What(l words.Lang) string {
	if k.Place != "" {
		if s := phrase(l, "place."+k.Place); s != "" {
			return s
		}
		return k.Place
	}
	return phrase(l, "must."+k.Must)
}

// A demand is one thing a letter must say, by norm.
type demand struct {
	letters []string
	must    string
	when    string // a condition, or !condition; empty: always
	part    law.Part
	holds   []string
	says    map[words.Lang]string // in small letters
	norms   []string
}

//go:embed demands.txt
var demandsText string

var demands = sync.OnceValue(func() []demand {
	out, err := parseDemands(demandsText)
	if err != nil {
		panic("letter/demands.txt: " + err.Error()) // embedded
	}
	return out
})

func parseDemands(text string) ([]demand, error) {
	var out []demand
	for i, line := range strings.Split(text, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "|")
		if len(f) != 7 {
			return nil, fmt.Errorf("line %d: %d columns, not 7", i+1, len(f))
		}
		for j := range f {
			f[j] = strings.TrimSpace(f[j])
		}
		d := demand{letters: strings.Fields(f[0]), must: f[1], when: f[2], part: law.Part(f[3]), holds: strings.Fields(f[4]), norms: strings.Fields(f[6])}
		if f[5] != "" {
			s := strings.Split(f[5], " / ")
			if len(s) != 3 {
				return nil, fmt.Errorf("line %d: words are given in three languages", i+1)
			}
			d.says = map[words.Lang]string{words.NB: s[0], words.NN: s[1], words.EN: s[2]}
		}
		for _, p := range d.holds {
			if !isPlace(p) && listOf(p) == "" {
				return nil, fmt.Errorf("line %d: there is no place %q", i+1, p)
			}
		}
		switch {
		case d.part != "" && !isPart(d.part):
			return nil, fmt.Errorf("line %d: there is no part %q", i+1, d.part)
		case d.when != "" && !isCondition(strings.TrimPrefix(d.when, "!")):
			return nil, fmt.Errorf("line %d: there is no condition %q", i+1, d.when)
		case phrase(words.NB, "must."+d.must) == "":
			return nil, fmt.Errorf("line %d: the element %q has no words", i+1, d.must)
		}
		out = append(out, d)
	}
	return out, nil
}

// An Item is one line of the list of what a letter must say: for a preview beside the letter.
type Item struct {
	Lack
	Met bool
}

// Check says what a letter lacks before it may be sent; nothing when it lacks nothing. l is the letter as [Make] gave it, also with a [*Missing]
// error; r is its referral, nil for a letter of none. The Norwegian letter beside an English one, and the page before the referrer's copy, are held to the same.
func Check(l Letter, r *referral.Referral) []Lack {
	var out []Lack
	for _, it := range Checklist(l, r) {
		if !it.Met {
			out = append(out, it.Lack)
		}
	}
	return out
}

// Checklist lists everything the letter must say, met or not, in the order of the letter's demands.
func Checklist(l Letter, r *referral.Referral) []Item {
	c := checking{l: &l, r: r}
	c.run()
	for _, beside := range []*Letter{l.Cover, l.Record} {
		if beside == nil {
			continue
		}
		for _, it := range Checklist(*beside, r) {
			if !it.Met && !slices.ContainsFunc(c.items, func(o Item) bool { return !o.Met && o.Must == it.Must && o.Place == it.Place }) || beside == l.Cover && it.Met {
				c.items = append(c.items, it)
			}
		}
	}
	return c.items
}

type checking struct {
	l     *Letter
	r     *referral.Referral
	items []Item
}

func (c *checking) add(met bool, how string, part law.Part, must string, norms ...string) {
	c.items = append(c.items, Item{Lack{Part: part, Norms: norms, Must: must, how: how}, met})
}

func (c *checking) has(such func(Item) bool) bool { return slices.ContainsFunc(c.items, such) }

func (c *checking) run() {
	for _, place := range c.l.Missing {
		if c.drawn(place) {
			c.items = append(c.items, Item{Lack{Place: place, how: "value"}, false})
		}
	}
	for _, place := range c.l.Foreign {
		c.items = append(c.items, Item{Lack{Place: place, Must: "no_translation", how: "foreign"}, false})
	}
	for i := range demands() {
		d := &demands()[i]
		if slices.Contains(d.letters, c.l.Variant) && c.applies(d.when) {
			c.add(c.meets(d), "text", d.part, d.must, d.norms...)
		}
	}
	if c.r == nil {
		return // of no referral
	}
	c.parts()
	c.twoDates()
	if c.l.facts.Holds["guarantee_65"] && c.r.Right == law.Granted && c.l.Kind == law.LetterGranted {
		f := c.r.Found.Guarantee
		c.add(f == nil || !c.r.StartBy.After(f.Value), "case", law.PartDeadline, "guarantee_kept", "G5.4-1")
	}
}

// drawn tells whether a place that has no value stands in this letter itself, not in one beside it.
func (c *checking) drawn(place string) bool {
	if isList(place) {
		return true
	}
	for _, bs := range [][]Block{c.l.Top, c.l.Blocks, c.l.Foot} {
		for _, b := range bs {
			if strings.Contains(text(b), "{"+place+"}") {
				return true
			}
		}
	}
	return false
}

func (c *checking) applies(when string) bool {
	if name, not := strings.CutPrefix(when, "!"); not {
		return !c.l.facts.Holds[name]
	}
	return when == "" || c.l.facts.Holds[when]
}

// text is all the text of a block.
func text(b Block) string {
	if b.Items != nil {
		return strings.Join(b.Items, "\n")
	}
	return b.Text
}

// meets tells whether the letter has what is demanded, in the part it is demanded in.
func (c *checking) meets(d *demand) bool {
	there, said := false, len(d.says) == 0
	want := slices.Clone(d.holds)
	for _, b := range c.l.Blocks {
		if d.part != "" && b.Part != d.part {
			continue
		}
		there = true
		want = slices.DeleteFunc(want, func(p string) bool { return slices.Contains(b.Holds, p) })
		said = said || strings.Contains(strings.ToLower(text(b)), d.says[c.l.Lang])
	}
	return there && said && len(want) == 0
}

// partNorms are the norms that demand a part.
var partNorms = map[law.Part][]string{
	law.PartOutcome: {"G8-1", "G2-32"}, law.PartDeadline: {"G8.1-2"}, law.PartAppointment: {"G8.1-3", "G8.1-4"}, law.PartAppointmentFollows: {"G8.1-8"},
	law.PartPreliminary: {"G5.5-9"}, law.PartComplaintRight: {"G8.1-11"}, law.PartComplaintLimit: {"G8.1-12"}, law.PartComplaintProcedure: {"G8.1-13"},
	law.PartPrimaryCare: {"G8.2-6"},
}

var partNormsRefused = map[law.Part][]string{
	law.PartOutcome: {"G8.2-1"}, law.PartComplaintRight: {"G8.2-3"}, law.PartComplaintLimit: {"G8.2-4"}, law.PartComplaintProcedure: {"G8.2-5"},
}

var partElements = map[law.Part]string{
	law.PartOutcome: "outcome_part", law.PartDeadline: "deadline_part", law.PartAppointment: "appointment_part", law.PartAppointmentFollows: "follows_part",
	law.PartPreliminary: "preliminary_part", law.PartComplaintRight: "complaint_right_part", law.PartComplaintLimit: "complaint_limit_part",
	law.PartComplaintProcedure: "complaint_procedure_part", law.PartPrimaryCare: "primary_care_part",
}

// MustHave finds the parts a letter of a kind must have: law.LetterParts where the guide has fixed them; the other kinds have none fixed
// (letters.md ch. 6), but an upheld complaint that leaves a deadline is a new answer, and one sent out of the region a refusal.
func MustHave(kind law.Letter, r *referral.Referral) []law.Part {
	complaint := []law.Part{law.PartComplaintRight, law.PartComplaintLimit, law.PartComplaintProcedure}
	switch kind {
	case law.LetterGranted, law.LetterNotGranted, law.LetterSecondOpinion, law.LetterChanged, law.LetterBreach, law.LetterPostponed, law.LetterDeclined:
		return law.LetterParts(kind, &r.Facts)
	case law.LetterOffer:
		return []law.Part{law.PartAppointment, law.PartDeadline}
	case law.LetterForwarded:
		if r.ClosedFor == "out_of_region" {
			return complaint
		}
	case law.LetterComplaintUpheld:
		out := []law.Part{law.PartOutcome}
		if r.Right == law.Granted && !r.StartBy.IsZero() {
			out = append(out, law.PartDeadline)
			if r.Appointment.HasClock() {
				out = append(out, law.PartAppointment)
			} else {
				out = append(out, law.PartAppointmentFollows)
			}
		}
		return append(out, complaint...)
	}
	return nil
}

func (c *checking) parts() {
	if c.l.Variant == "referrer_copy" {
		return
	}
	for _, p := range MustHave(c.l.Kind, c.r) {
		norms := partNorms[p]
		if n := partNormsRefused[p]; n != nil && c.r.Right == law.NotGranted {
			norms = n
		}
		if !c.has(func(it Item) bool { return it.Part == p }) { // else the demands speak of it
			c.add(slices.Contains(c.l.Parts, p), "text", p, partElements[p], norms...)
		}
	}
}

var (
	timeHeading     = regexp.MustCompile(`\b(TIMEN?|UKEN?|VEKA|VEKE|APPOINTMENT|WEEK)\b`)
	deadlineHeading = regexp.MustCompile(`\b(FRIST(EN)?|DEADLINE)\b`)
	isRight         = regexp.MustCompile(`(?i)(din rett\b|er din rett|kan kreve|kan krevje|your right|can claim)`)
	noAppointment   = regexp.MustCompile(`(?i)(ikke en time|ikkje ein time|not an appointment|på selve fristdagen|på sjølve fristdagen|on the day of the deadline|etter fristen|after the deadline)`)
)

// twoDates holds the letters of a right and of a change to the seven tests of letters.md ch. 1: the appointment is an agreement, the deadline is the
// right, and no one shall take the one for the other (G8.1-9, G10.1-1).
func (c *checking) twoDates() {
	if c.l.Kind != law.LetterGranted && c.l.Kind != law.LetterChanged || c.l.Variant == "referrer_copy" {
		return
	}
	var timed, limited, right, apart, goals = false, false, false, true, true
	told := false
	date := c.l.facts.Values["deadline_date"]
	for _, b := range c.l.Blocks {
		t := text(b)
		inTime := b.Part == law.PartAppointment || b.Part == law.PartAppointmentFollows
		inDeadline := b.Part == law.PartDeadline
		if b.Level > 0 {
			timed = timed || inTime && timeHeading.MatchString(t)
			limited = limited || inDeadline && deadlineHeading.MatchString(t)
		}
		right = right || isRight.MatchString(t)
		told = told || (inDeadline || b.Level == 0) && noAppointment.MatchString(t)
		holds := func(p string) bool { return slices.Contains(b.Holds, p) }
		if holds("deadline_date") != inDeadline && holds("deadline_date") {
			apart = false
		}
		if date != "" && !inDeadline && strings.Contains(t, date) && !c.sameDate(b, date) {
			apart = false // in words somebody wrote
		}
		if inDeadline && (holds("appointment_date") || holds("interval_from")) || holds("appointment_date") && b.Part != law.PartAppointment {
			apart = false
		}
		if inDeadline && holds("pathway_name") {
			goals = false
		}
	}
	c.add(timed && limited, "text", law.PartDeadline, "two_headings", "G8.1-9")
	c.add(apart, "text", law.PartDeadline, "deadline_alone", "G8.1-9")
	c.add(right, "text", law.PartDeadline, "deadline_is_right", "G8.1-9", "G10.1-1")
	c.add(told, "text", law.PartDeadline, "deadline_no_time", "G8.1-9")
	if !c.r.Appointment.HasClock() && !c.has(func(it Item) bool { return it.Must == "time_follows" }) {
		c.add(slices.Contains(c.l.Parts, law.PartAppointmentFollows), "text", law.PartAppointmentFollows, "time_follows", "G8.1-8")
	}
	if c.l.facts.Holds["pathway"] {
		c.add(goals, "text", "", "goals_apart", "G10.1-1")
	}
}

// sameDate tells whether a block prints, of its own, a date that happens to be the deadline's: a time on the day of the deadline, or the limit of the
// assessment.
func (c *checking) sameDate(b Block, date string) bool {
	for _, p := range b.Holds {
		switch places()[p] {
		case isDate, isMoment:
			if p != "deadline_date" && strings.Contains(c.l.facts.Values[p], date) {
				return true
			}
		}
	}
	return false
}
