// Package guide holds the priority guides (prioriteringsveiledere): for each specialty the conditions that are commonly referred,
// with an indicative right, an indicative longest wait in calendar weeks and the individual circumstances to consider.
//
// What never happens here: no guide entry decides anything. The guide speaks of groups and the law of the individual
// (guide 2); law compares an assessment with the entry and asks for a reason, and refuses nothing on its account (G2-16).
// The room reads no clock and changes no content after loading.
package guide

import (
	"fmt"
	"slices"
	"strings"

	"rettid/day"
)

// Demonstration is what every embedded condition is labelled with. The text for readers is the wording key
// guide.demonstration.
const Demonstration = "historical demonstration content to be checked before clinical use"

// An Effect is what a circumstance does to the group's right or deadline, where it is present.
type Effect string

// The guides normally list circumstances without a direction (Unspecified); Factor.Basis tells when one is our reading.
const (
	Shorter      Effect = "shorter"
	Longer       Effect = "longer"
	NoRight      Effect = "no_right"
	RightDespite Effect = "right_despite"
	Unspecified  Effect = "unspecified"
)

// A Factor is one of the individual circumstances (individuelle forhold) listed for a condition; the list is not
// exhaustive (guide 4.5).
type Factor struct {
	LabelNB, LabelEN string
	Effect           Effect
	Basis            string // "source": the guide gives it; "inferred": our reading, to be set by a specialist
	Caution          string // chapter 4.6 restricts weighing this (age, sex, ethnicity ...): show, never weigh by itself
}

// An AltDeadline is another deadline the guide gives for a named subgroup.
type AltDeadline struct {
	WhenNB, WhenEN string
	MaxWeeks       int
	Direction      Effect // Shorter, Longer or RightDespite
}

// A Condition is one recommendation of a guide: the unit that has a right and a deadline.
type Condition struct {
	ID                string // given once and kept when the title changes: "ortopedi.ankelinstabilitet"
	Specialty         string // the specialty's key, "orthopaedics"
	Guide             string // the guide's own key, "ortopedi"
	NameNB, NameEN    string
	Right             bool
	MaxWeeks          int    // calendar weeks (kalenderuker) to the latest start; 0 without a right
	Applies           string // what must start in time: "investigation", "treatment", "start" (any care), "" not stated
	Factors           []Factor
	AltDeadlines      []AltDeadline
	EmergencyIfNB     string // when the guide says emergency care instead of a place on the waiting list
	EmergencyIfEN     string
	Benefit           *int // grades 0-3: 3 «anses å være», 2 «sannsynligvis», 1 «under tvil», 0 «ikke»; nil not published
	CostEffectiveness *int
	Severity          *int
	Version           day.Day     // in force from; no day: always been
	Until             day.Day     // in force to and with; no day: still
	SourceDate        day.Day     // the date shown at the source, when one was
	Source            string      // web address
	Guidelines        []Guideline // national professional guidelines that may support the further care (guide 9.1); none where nobody has entered them
	Confidence        string      // high, medium, low: how much of the source could be seen
	Note              string
	Label             string // Demonstration, or empty for content the installation has checked
}

// A Guideline is a national professional guideline, as whoever keeps the guide's file has entered it: the program invents none.
type Guideline struct {
	Name string `json:"name"`
	URL  string `json:"url"` // https
}

// InForce tells whether the condition is in force on the day; no day asks about now and later.
func (c Condition) InForce(on day.Day) bool {
	if on.IsZero() {
		return c.Until.IsZero()
	}
	return (c.Version.IsZero() || !on.Before(c.Version)) && (c.Until.IsZero() || !on.After(c.Until))
}

// Named tells whether the text is the condition's id or one of its names; case and space around make no difference.
func (c Condition) Named(nameOrID string) bool {
	n := fold(nameOrID)
	return n != "" && (n == fold(c.ID) || n == fold(c.NameNB) || n == fold(c.NameEN))
}

// A Guide is one specialty's guide as a whole.
type Guide struct {
	Key, Specialty string // "ortopedi", "orthopaedics"
	NameNB, NameEN string
	IntroductionNB string // matters special to the field (G2-9); empty where the source shows none
	IntroductionEN string
	Version        day.Day
	Source         string
	Complete       bool // every known condition of the guide is here
	Conditions     int
}

// A Library is a set of guides. It never changes after loading and may be read by many at once.
type Library struct {
	guides     []Guide
	conditions []Condition
	named      map[string][]int // specialty or guide key, and folded id or name
	grouped    map[string][]int // specialty or guide key
}

// New makes a library of conditions given in code, as case files do. Only a name, a specialty and a right with its weeks are
// needed; the other name, the guide key and the id are filled from them. Errors name the condition.
func New(conditions []Condition) (*Library, error) {
	l := &Library{named: make(map[string][]int), grouped: make(map[string][]int)}
	for i, c := range conditions {
		if c.NameNB == "" {
			c.NameNB = c.NameEN
		}
		if c.NameEN == "" {
			c.NameEN = c.NameNB
		}
		if c.Guide == "" {
			c.Guide = c.Specialty
		}
		if err := c.check(); err != nil {
			return nil, fmt.Errorf("condition %d (%s): %w", i+1, c.NameNB, err)
		}
		if c.ID == "" {
			c.ID = slug(c.Guide) + "." + slug(c.NameNB)
		}
		if err := l.add(c); err != nil {
			return nil, fmt.Errorf("condition %d (%s): %w", i+1, c.NameNB, err)
		}
	}
	return l, nil
}

// check finds what is missing or contradicts itself (G2-4).
func (c Condition) check() error {
	switch {
	case c.NameNB == "" || c.NameEN == "":
		return fmt.Errorf("name is missing")
	case c.Specialty == "":
		return fmt.Errorf("specialty is missing")
	case c.Right && c.MaxWeeks == 0:
		return fmt.Errorf("max_weeks is missing: a right has a deadline in calendar weeks")
	case c.Right && (c.MaxWeeks < 1 || c.MaxWeeks > 104):
		return fmt.Errorf("max_weeks is %d: give whole weeks from 1 to 104", c.MaxWeeks)
	case !c.Right && c.MaxWeeks != 0:
		return fmt.Errorf("max_weeks is %d without a right: leave it out, or set right", c.MaxWeeks)
	case c.Applies != "" && c.Applies != "investigation" && c.Applies != "treatment" && c.Applies != "start":
		return fmt.Errorf("what the deadline applies to is %q, not investigation, treatment or start", c.Applies)
	case !c.Until.IsZero() && c.Until.Before(c.Version):
		return fmt.Errorf("in force to %s, before it is in force from %s", c.Until, c.Version)
	}
	for _, g := range []struct {
		name  string
		grade *int
	}{{"benefit", c.Benefit}, {"cost_effectiveness", c.CostEffectiveness}, {"severity", c.Severity}} {
		if g.grade != nil && (*g.grade < 0 || *g.grade > 3) {
			return fmt.Errorf("grade %s is %d, not 0 to 3", g.name, *g.grade)
		}
	}
	for i, f := range c.Factors {
		switch {
		case f.LabelNB == "" || f.LabelEN == "":
			return fmt.Errorf("individual factor %d: label is missing", i+1)
		case !slices.Contains([]Effect{Shorter, Longer, NoRight, RightDespite, Unspecified}, f.Effect):
			return fmt.Errorf("individual factor %d: effect %q is not shorter, longer, no_right, right_despite or unspecified", i+1, f.Effect)
		case f.Basis != "source" && f.Basis != "inferred":
			return fmt.Errorf("individual factor %d: effect_basis %q is not source or inferred", i+1, f.Basis)
		}
	}
	for i, a := range c.AltDeadlines {
		switch {
		case a.WhenNB == "" || a.WhenEN == "":
			return fmt.Errorf("other deadline %d: when is missing", i+1)
		case a.MaxWeeks < 1 || a.MaxWeeks > 104:
			return fmt.Errorf("other deadline %d: max_weeks is %d: give whole weeks from 1 to 104", i+1, a.MaxWeeks)
		case a.Direction != Shorter && a.Direction != Longer && a.Direction != RightDespite:
			return fmt.Errorf("other deadline %d: direction %q is not shorter, longer or right_despite", i+1, a.Direction)
		}
	}
	return nil
}

// add puts a condition in the library. The same id, or the same name in the same specialty, may come back only as another
// edition: in force on other days.
func (l *Library) add(c Condition) error {
	keys := c.keys()
	for _, k := range keys {
		for _, i := range l.named[k] {
			if overlap(l.conditions[i], c) {
				return fmt.Errorf("the same id or name as %s, in force on the same days", l.conditions[i].ID)
			}
		}
	}
	at := len(l.conditions)
	l.conditions = append(l.conditions, c)
	for _, k := range keys {
		l.named[k] = append(l.named[k], at)
	}
	l.grouped[c.Specialty] = append(l.grouped[c.Specialty], at)
	if c.Guide != c.Specialty {
		l.grouped[c.Guide] = append(l.grouped[c.Guide], at)
	}
	return nil
}

// keys are what the condition is found under, each once.
func (c Condition) keys() []string {
	var keys []string
	for _, group := range []string{c.Specialty, c.Guide, ""} {
		for _, name := range []string{c.ID, c.NameNB, c.NameEN} {
			if group == "" && name != c.ID {
				continue // names alone are not unique across specialties
			}
			keys = append(keys, group+"\x00"+fold(name))
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func overlap(a, b Condition) bool {
	return (a.Until.IsZero() || b.Version.IsZero() || !b.Version.After(a.Until)) &&
		(b.Until.IsZero() || a.Version.IsZero() || !a.Version.After(b.Until))
}

// Condition finds the edition in force on the day by id or by either name. specialty is a specialty key ("orthopaedics") or a
// guide key ("ortopedi"); with an id it may be empty. No match is a normal answer: the guides cover 75-80 % of what is
// referred, and the rest is assessed all the same (guide 2).
func (l *Library) Condition(specialty, nameOrID string, on day.Day) (Condition, bool) {
	for _, i := range l.named[specialty+"\x00"+fold(nameOrID)] {
		if l.conditions[i].InForce(on) {
			return l.conditions[i], true
		}
	}
	return Condition{}, false
}

// Conditions gives every condition of a specialty (or guide) key, all editions, in the order of the guide.
func (l *Library) Conditions(specialty string) []Condition {
	at := l.grouped[specialty]
	out := make([]Condition, len(at))
	for i, n := range at {
		out[i] = l.conditions[n]
	}
	return out
}

// All gives every condition of every guide in order.
func (l *Library) All() []Condition { return slices.Clone(l.conditions) }

// Guides gives the guides in the order of their keys; a library made in code has none.
func (l *Library) Guides() []Guide { return slices.Clone(l.guides) }

func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// slug makes a name fit for an id: small letters a-z, digits and hyphens, at most 48.
func slug(s string) string {
	var b strings.Builder
	hyphen := false
	for _, r := range strings.ToLower(s) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
		case r == 'ø':
			r = 'o'
		case r == 'å':
			r = 'a'
		case r == 'æ':
			b.WriteByte('a')
			r = 'e'
		default:
			hyphen = b.Len() > 0
			continue
		}
		if hyphen {
			b.WriteByte('-')
			hyphen = false
		}
		if b.Len() >= 48 {
			break
		}
		b.WriteRune(r)
	}
	if b.Len() == 0 {
		return "tilstand"
	}
	return strings.TrimRight(b.String(), "-")
}
