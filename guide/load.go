package guide

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"path"
	"strings"
	"sync"

	"rettid/day"
)

//go:embed data/*.json
var data embed.FS

// Embedded gives the guides that come with the program: historical content for testing and demonstration, every
// condition labelled so.
func Embedded() *Library { return library() }

var library = sync.OnceValue(func() *Library {
	dir, err := fs.Sub(data, "data")
	if err == nil {
		var l *Library
		if l, err = Load(dir); err == nil {
			return l
		}
	}
	panic("guide/data: " + err.Error())
})

// The shape of a guide file; what a pointer can be left out for is told by Load.
type guideFile struct {
	Schema         string            `json:"schema"`
	Specialty      string            `json:"specialty"`
	Key            string            `json:"specialty_key"`
	NameNB         string            `json:"specialty_nb"`
	NameEN         string            `json:"specialty_en"`
	IntroductionNB string            `json:"introduction_nb"`
	IntroductionEN string            `json:"introduction_en"`
	Version        day.Day           `json:"guide_version_date"`
	VersionsSeen   []day.Day         `json:"versions_seen"`
	SourceID       int               `json:"fastlegeportalen_guideline_id"`
	Source         string            `json:"source_url"`
	Status         string            `json:"status"`
	Complete       bool              `json:"complete"`
	Conditions     []json.RawMessage `json:"conditions"`
	NamesOnly      json.RawMessage   `json:"names_only"`
}

type conditionRow struct {
	ID            string           `json:"id"`
	NameNB        string           `json:"name_nb"`
	NameEN        string           `json:"name_en"`
	Right         *bool            `json:"right"`
	MaxWeeks      *int             `json:"max_weeks"`
	Applies       *string          `json:"deadline_applies_to"`
	Factors       *[]factorRow     `json:"individual_factors"`
	AltDeadlines  []altDeadlineRow `json:"alt_deadlines"`
	EmergencyIfNB *string          `json:"emergency_if_nb"`
	EmergencyIfEN *string          `json:"emergency_if_en"`
	Grades        struct {
		Benefit           *int `json:"benefit"`
		CostEffectiveness *int `json:"cost_effectiveness"`
		Severity          *int `json:"severity"`
	} `json:"grades"`
	ValidFrom  day.Day `json:"valid_from"`
	ValidTo    day.Day `json:"valid_to"`
	Source     string  `json:"source_url"`
	SourceDate day.Day `json:"source_version_date"`
	Confidence string  `json:"confidence"`
	Note       string  `json:"note"`

	Guidelines []Guideline `json:"guidelines"` // may be left out
}

type factorRow struct {
	LabelNB string `json:"label_nb"`
	LabelEN string `json:"label_en"`
	Effect  Effect `json:"effect"`
	Basis   string `json:"effect_basis"`
	Caution string `json:"caution"`
}

type altDeadlineRow struct {
	WhenNB    string `json:"when_nb"`
	WhenEN    string `json:"when_en"`
	MaxWeeks  int    `json:"max_weeks"`
	Direction Effect `json:"direction"`
}

// Load reads every *.json file of a directory, one guide a file. A condition must have its names, right yes or no, whole weeks
// when there is a right, and its individual factors (an empty list where the guide lists none); a missing part, an unknown
// field or a contradiction is an error naming file and condition (G2-4), and nothing is loaded by halves.
func Load(dir fs.FS) (*Library, error) {
	names, err := fs.Glob(dir, "*.json")
	if err != nil {
		return nil, fmt.Errorf("list guide files: %w", err)
	}
	if len(names) == 0 {
		return nil, errors.New("no guide files (*.json) in the directory")
	}
	l := &Library{named: make(map[string][]int), grouped: make(map[string][]int)}
	seen := make(map[string]string)
	for _, name := range names {
		b, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		g, conditions, err := read(path.Base(name), b)
		if err != nil {
			return nil, err
		}
		if other, twice := seen[g.Key]; twice {
			return nil, fmt.Errorf("%s: specialty_key %q stands in %s too", name, g.Key, other)
		}
		seen[g.Key] = name
		for i, c := range conditions {
			if err := l.add(c); err != nil {
				return nil, fmt.Errorf("%s: condition %d (%s): %w", name, i+1, c.NameNB, err)
			}
		}
		l.guides = append(l.guides, g)
	}
	return l, nil
}

// read reads one guide file.
func read(name string, b []byte) (Guide, []Condition, error) {
	var f guideFile
	if err := strict(b, &f); err != nil {
		return Guide{}, nil, fmt.Errorf("%s%s: %w", name, lineOf(b, err), err)
	}
	if f.Specialty == "" {
		f.Specialty = f.Key
	}
	for _, part := range []struct{ field, value string }{{"specialty_key", f.Key}, {"specialty_nb", f.NameNB}, {"specialty_en", f.NameEN}} {
		if part.value == "" {
			return Guide{}, nil, fmt.Errorf("%s: %s is missing", name, part.field)
		}
	}
	if len(f.Conditions) == 0 {
		return Guide{}, nil, fmt.Errorf("%s: conditions are missing", name)
	}
	label := ""
	if strings.HasPrefix(f.Status, "HISTORICAL") {
		label = Demonstration
	}
	g := Guide{
		Key: f.Key, Specialty: f.Specialty, NameNB: f.NameNB, NameEN: f.NameEN, IntroductionNB: f.IntroductionNB,
		IntroductionEN: f.IntroductionEN, Version: f.Version, Source: f.Source, Complete: f.Complete, Conditions: len(f.Conditions),
	}
	conditions := make([]Condition, 0, len(f.Conditions))
	for i, raw := range f.Conditions {
		c, err := readCondition(raw, g, label)
		if err != nil {
			return Guide{}, nil, fmt.Errorf("%s: condition %d%s: %w", name, i+1, nameIn(raw), err)
		}
		conditions = append(conditions, c)
	}
	return g, conditions, nil
}

func readCondition(raw []byte, g Guide, label string) (Condition, error) {
	var r conditionRow
	if err := strict(raw, &r); err != nil {
		return Condition{}, err
	}
	switch {
	case r.NameNB == "":
		return Condition{}, errors.New("name_nb is missing")
	case r.NameEN == "":
		return Condition{}, errors.New("name_en is missing")
	case r.Right == nil:
		return Condition{}, errors.New("right is missing: true or false")
	case r.Factors == nil:
		return Condition{}, errors.New("individual_factors is missing: give the list, empty when the guide lists none")
	case r.MaxWeeks != nil && *r.MaxWeeks == 0:
		return Condition{}, errors.New("max_weeks is 0: give whole weeks from 1 to 104, or null without a right")
	}
	c := Condition{
		ID: r.ID, Specialty: g.Specialty, Guide: g.Key, NameNB: r.NameNB, NameEN: r.NameEN, Right: *r.Right,
		EmergencyIfNB: text(r.EmergencyIfNB), EmergencyIfEN: text(r.EmergencyIfEN),
		Benefit: r.Grades.Benefit, CostEffectiveness: r.Grades.CostEffectiveness, Severity: r.Grades.Severity,
		Version: r.ValidFrom, Until: r.ValidTo, SourceDate: r.SourceDate, Source: r.Source, Confidence: r.Confidence, Note: r.Note, Label: label,
	}
	if r.MaxWeeks != nil {
		c.MaxWeeks = *r.MaxWeeks
	}
	// The guides of 2015 say «start utredning» or «start behandling», those of 2024 «start helsehjelp».
	switch applies := text(r.Applies); applies {
	case "utredning":
		c.Applies = "investigation"
	case "behandling":
		c.Applies = "treatment"
	case "start", "":
		c.Applies = applies
	default:
		return Condition{}, fmt.Errorf("deadline_applies_to is %q, not utredning, behandling or start", applies)
	}
	if c.ID == "" {
		c.ID = slug(g.Key) + "." + slug(c.NameNB)
	}
	if c.Version.IsZero() {
		c.Version = g.Version
	}
	if c.Source == "" {
		c.Source = g.Source
	}
	for _, f := range *r.Factors {
		c.Factors = append(c.Factors, Factor(f))
	}
	for _, l := range r.Guidelines {
		at, err := url.Parse(l.URL)
		if l.Name == "" || err != nil || at.Scheme != "https" || at.Host == "" {
			return Condition{}, errors.New("guidelines: each needs a name and a url that begins with https://")
		}
	}
	c.Guidelines = r.Guidelines
	for _, a := range r.AltDeadlines {
		c.AltDeadlines = append(c.AltDeadlines, AltDeadline(a))
	}
	return c, c.check()
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// strict decodes one JSON value into v; unknown fields and anything after the value are errors.
func strict(b []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more after the end of the value")
	}
	return nil
}

// lineOf tells where in the file a JSON error is, when it says so.
func lineOf(b []byte, err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	at := int64(-1)
	switch {
	case errors.As(err, &syntax):
		at = syntax.Offset
	case errors.As(err, &kind):
		at = kind.Offset
	}
	if at < 0 || at > int64(len(b)) {
		return ""
	}
	return fmt.Sprintf(" line %d", bytes.Count(b[:at], []byte("\n"))+1)
}

// nameIn finds the condition's name for an error, even when the rest of it can't be read.
func nameIn(raw []byte) string {
	var named struct {
		Name any `json:"name_nb"`
	}
	_ = json.Unmarshal(raw, &named) // no name is no more to tell
	if name, ok := named.Name.(string); ok && name != "" {
		return " (" + name + ")"
	}
	return ""
}
