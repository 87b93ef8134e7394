package guide

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"rettid/clinic"
	"rettid/day"
	"rettid/words"
)

func TestEmbedded(t *testing.T) {
	l := Embedded()
	if n := len(l.All()); n != 173 {
		t.Errorf("%d conditions, want 173", n)
	}
	if n := len(l.Guides()); n != 32 {
		t.Errorf("%d guides, want 32", n)
	}
	factors, without, graded := 0, 0, 0
	ids := make(map[string]bool)
	for _, c := range l.All() {
		factors += len(c.Factors)
		if !c.Right {
			without++
		}
		if c.Severity != nil {
			graded++
		}
		if ids[c.ID] {
			t.Errorf("id %s stands twice", c.ID)
		}
		ids[c.ID] = true
		if len(c.ID) > 64 || strings.Trim(c.ID, "abcdefghijklmnopqrstuvwxyz0123456789-.") != "" || !strings.HasPrefix(c.ID, c.Guide+".") {
			t.Errorf("id %q is not fit for addresses and FHIR", c.ID)
		}
		if c.Label != Demonstration {
			t.Errorf("%s lacks the label: it could be taken for the official guide", c.ID)
		}
		if c.Version != day.On(2015, 11, 1) || c.Source == "" || c.Confidence == "" {
			t.Errorf("%s: version %s, source %q, confidence %q", c.ID, c.Version, c.Source, c.Confidence)
		}
	}
	if factors != 949 || without != 19 || graded != 106 {
		t.Errorf("%d factors, %d without right, %d graded; want 949, 19, 106", factors, without, graded)
	}
	for _, lang := range words.Langs() {
		if !words.Has(lang, "guide.demonstration") {
			t.Errorf("the label has no words in %s", lang)
		}
	}
}

// Every guide is for a specialty the clinic knows, under the key the clinic uses.
func TestGuidesBelongToSpecialties(t *testing.T) {
	for _, g := range Embedded().Guides() {
		s, ok := clinic.SpecialtyByGuide(g.Key)
		if !ok || s.Key != g.Specialty {
			t.Errorf("guide %s says specialty %s, clinic says %q", g.Key, g.Specialty, s.Key)
		}
		if len(Embedded().Conditions(g.Specialty)) != g.Conditions || len(Embedded().Conditions(g.Key)) != g.Conditions {
			t.Errorf("guide %s: not all of its %d conditions are found", g.Key, g.Conditions)
		}
	}
	for _, s := range clinic.Specialties() {
		if s.Guide != "" && len(Embedded().Conditions(s.Guide)) == 0 {
			t.Errorf("specialty %s points to guide %q, which is not here", s.Key, s.Guide)
		}
	}
}

func TestCondition(t *testing.T) {
	on := day.On(2025, 4, 23)
	tests := []struct {
		specialty, name string
		on              day.Day
		want            string // id; empty: not found
	}{
		{"orthopaedics", "Ankelinstabilitet", on, "ortopedi.ankelinstabilitet"},
		{"orthopaedics", "  ankle   INSTABILITY ", on, "ortopedi.ankelinstabilitet"},
		{"ortopedi", "Ankle instability", on, "ortopedi.ankelinstabilitet"},
		{"orthopaedics", "ortopedi.ankelinstabilitet", on, "ortopedi.ankelinstabilitet"},
		{"", "ortopedi.ankelinstabilitet", on, "ortopedi.ankelinstabilitet"},
		{"orthopaedics", "Ankelinstabilitet", day.Day{}, "ortopedi.ankelinstabilitet"},
		{"orthopaedics", "Ankelinstabilitet", day.On(2015, 10, 31), ""}, // before the edition was in force
		{"orthopaedics", "Ankelinstabilitet", day.On(2015, 11, 1), "ortopedi.ankelinstabilitet"},
		{"", "Ankelinstabilitet", on, ""}, // a name alone is not unique
		{"neurology", "Ankelinstabilitet", on, ""},
		{"orthopaedics", "", on, ""},
		{"orthopaedics", "none of these", on, ""},
	}
	for _, tt := range tests {
		c, ok := Embedded().Condition(tt.specialty, tt.name, tt.on)
		if c.ID != tt.want || ok != (tt.want != "") {
			t.Errorf("Condition(%q, %q, %s) = %q, %v; want %q", tt.specialty, tt.name, tt.on, c.ID, ok, tt.want)
		}
		if ok && !c.Named(tt.name) {
			t.Errorf("%s is not named %q", c.ID, tt.name)
		}
	}
	c, _ := Embedded().Condition("orthopaedics", "Ankelinstabilitet", on)
	if !c.Right || c.MaxWeeks != 26 || c.Applies != "treatment" || len(c.Factors) != 4 || c.Factors[2].Caution == "" || c.Factors[3].Effect != NoRight {
		t.Errorf("read as %+v", c)
	}
	c, ok := Embedded().Condition("addiction", "Avhengighet - opiater som hovedrusmiddel", on)
	if !ok || len(c.AltDeadlines) != 3 || c.AltDeadlines[1].MaxWeeks != 2 || c.AltDeadlines[1].Direction != Shorter || c.EmergencyIfNB == "" || c.EmergencyIfEN == "" {
		t.Errorf("read as %+v", c)
	}
}

func TestNew(t *testing.T) {
	l, err := New([]Condition{
		{Specialty: "orthopaedics", NameEN: "hip osteoarthritis", Right: true, MaxWeeks: 26},
		{Specialty: "dermatology", NameEN: "mild eczema"},
		{Specialty: "neurology", NameEN: "migraine", ID: "m", Right: true, MaxWeeks: 16, Version: day.On(2015, 11, 1), Until: day.On(2024, 12, 31)},
		{Specialty: "neurology", NameEN: "migraine", ID: "m", Right: true, MaxWeeks: 12, Version: day.On(2025, 1, 1)},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		specialty, name string
		on              day.Day
		weeks           int
		right, found    bool
	}{
		{"orthopaedics", "Hip osteoarthritis", day.On(1990, 1, 1), 26, true, true},
		{"dermatology", "mild eczema", day.On(2025, 1, 1), 0, false, true},
		{"neurology", "migraine", day.On(2015, 10, 31), 0, false, false},
		{"neurology", "migraine", day.On(2024, 12, 31), 16, true, true}, // an old assessment keeps its own edition
		{"neurology", "migraine", day.On(2025, 1, 1), 12, true, true},
		{"neurology", "migraine", day.Day{}, 12, true, true},
	} {
		c, ok := l.Condition(tt.specialty, tt.name, tt.on)
		if ok != tt.found || c.MaxWeeks != tt.weeks || c.Right != tt.right {
			t.Errorf("%s %s on %s: %d weeks, right %v, found %v", tt.specialty, tt.name, tt.on, c.MaxWeeks, c.Right, ok)
		}
		if ok && c.Label != "" {
			t.Error("a condition given in code is labelled as demonstration content")
		}
	}
	if n := len(l.Conditions("neurology")); n != 2 {
		t.Errorf("%d editions, want 2", n)
	}
}

func TestNewRefuses(t *testing.T) {
	grade := 4
	good := Condition{Specialty: "neurology", NameEN: "migraine", Right: true, MaxWeeks: 16}
	tests := []struct {
		name  string
		spoil func(*Condition)
		want  string
	}{
		{"no name", func(c *Condition) { c.NameEN = "" }, "name is missing"},
		{"no specialty", func(c *Condition) { c.Specialty = "" }, "specialty is missing"},
		{"no weeks", func(c *Condition) { c.MaxWeeks = 0 }, "max_weeks is missing"},
		{"too many weeks", func(c *Condition) { c.MaxWeeks = 105 }, "max_weeks is 105"},
		{"weeks below zero", func(c *Condition) { c.MaxWeeks = -1 }, "max_weeks is -1"},
		{"weeks without right", func(c *Condition) { c.Right = false }, "without a right"},
		{"applies", func(c *Condition) { c.Applies = "slutt" }, `"slutt"`},
		{"grade", func(c *Condition) { c.Severity = &grade }, "grade severity is 4"},
		{"factor label", func(c *Condition) { c.Factors = []Factor{{LabelNB: "a", Effect: Shorter, Basis: "source"}} }, "factor 1: label"},
		{"factor effect", func(c *Condition) {
			c.Factors = []Factor{{LabelNB: "a", LabelEN: "a", Effect: "faster", Basis: "source"}}
		}, `factor 1: effect "faster"`},
		{"factor basis", func(c *Condition) { c.Factors = []Factor{{LabelNB: "a", LabelEN: "a", Effect: Shorter}} }, "effect_basis"},
		{"other deadline", func(c *Condition) { c.AltDeadlines = []AltDeadline{{WhenNB: "a", WhenEN: "a"}} }, "other deadline 1: max_weeks"},
		{"other deadline's when", func(c *Condition) { c.AltDeadlines = []AltDeadline{{MaxWeeks: 1}} }, "when is missing"},
		{"other deadline's direction", func(c *Condition) {
			c.AltDeadlines = []AltDeadline{{WhenNB: "a", WhenEN: "a", MaxWeeks: 1, Direction: NoRight}}
		}, "direction"},
		{"period", func(c *Condition) { c.Version, c.Until = day.On(2025, 1, 2), day.On(2025, 1, 1) }, "before it is in force"},
	}
	for _, tt := range tests {
		c := good
		tt.spoil(&c)
		if _, err := New([]Condition{c}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want one with %q", tt.name, err, tt.want)
		}
	}
	if _, err := New([]Condition{good, good}); err == nil || !strings.Contains(err.Error(), "same id or name") {
		t.Errorf("the same condition twice gave %v", err)
	}
	if _, err := New([]Condition{good}); err != nil {
		t.Errorf("the good one is refused: %v", err)
	}
}

const small = `{
 "specialty_key": "nevrologi", "specialty_nb": "Nevrologi", "specialty_en": "Neurology", "guide_version_date": "2015-11-01",
 "conditions": [
  {"name_nb": "Migrene", "name_en": "Migraine", "right": true, "max_weeks": 16, "individual_factors": [{"label_nb": "a", "label_en": "a", "effect": "shorter", "effect_basis": "source"}]}
 ]
}`

func TestLoad(t *testing.T) {
	l, err := Load(fstest.MapFS{"nevrologi.json": {Data: []byte(small)}, "README.md": {Data: []byte("not a guide")}})
	if err != nil {
		t.Fatal(err)
	}
	c, ok := l.Condition("nevrologi", "migraine", day.On(2015, 11, 1))
	if !ok || c.ID != "nevrologi.migrene" || c.Specialty != "nevrologi" || c.Label != "" || c.MaxWeeks != 16 {
		t.Errorf("read as %+v", c)
	}
}

// Each missing or broken part is an error that names the file and the condition (G2-4).
func TestLoadRefuses(t *testing.T) {
	tests := []struct{ name, old, new, want string }{
		{"name_nb", `"name_nb": "Migrene", `, ``, "g.json: condition 1: name_nb is missing"},
		{"name_en", `"name_en": "Migraine", `, ``, "g.json: condition 1 (Migrene): name_en is missing"},
		{"right", `"right": true, `, ``, "g.json: condition 1 (Migrene): right is missing"},
		{"max_weeks", `"max_weeks": 16, `, ``, "g.json: condition 1 (Migrene): max_weeks is missing"},
		{"max_weeks null", `"max_weeks": 16`, `"max_weeks": null`, "(Migrene): max_weeks is missing"},
		{"max_weeks zero", `"max_weeks": 16`, `"max_weeks": 0`, "(Migrene): max_weeks is 0"},
		{"max_weeks half", `"max_weeks": 16`, `"max_weeks": 1.5`, "(Migrene): "},
		{"weeks without right", `"right": true`, `"right": false`, "(Migrene): max_weeks is 16 without a right"},
		{"factors", `"individual_factors": [{"label_nb": "a", "label_en": "a", "effect": "shorter", "effect_basis": "source"}]`, `"note": ""`, "(Migrene): individual_factors is missing"},
		{"effect", `"effect": "shorter"`, `"effect": ""`, "(Migrene): individual factor 1: effect"},
		{"unknown field", `"right": true`, `"right": true, "maks_uker": 3`, `(Migrene): json: unknown field "maks_uker"`},
		{"unknown field of the guide", `"specialty_nb"`, `"spesialitet"`, `g.json: json: unknown field "spesialitet"`},
		{"specialty", `"specialty_key": "nevrologi", `, ``, "g.json: specialty_key is missing"},
		{"date", `2015-11-01`, `2015-11-31`, "g.json"},
		{"no conditions", small[strings.Index(small, `"conditions"`):], `"conditions": []}`, "g.json: conditions are missing"},
		{"syntax", `"max_weeks": 16,`, `"max_weeks": 16;`, "g.json line 4: "},
		{"more", small, small + "{}", "g.json: there is more"},
		{"applies", `"right": true`, `"right": true, "deadline_applies_to": "slutt"`, `deadline_applies_to is "slutt"`},
	}
	for _, tt := range tests {
		broken := strings.Replace(small, tt.old, tt.new, 1)
		if broken == small {
			t.Fatalf("%s: nothing was changed", tt.name)
		}
		if _, err := Load(fstest.MapFS{"g.json": {Data: []byte(broken)}}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want one with %q", tt.name, err, tt.want)
		}
	}
	if _, err := Load(fstest.MapFS{}); err == nil || !strings.Contains(err.Error(), "no guide files") {
		t.Errorf("an empty directory gave %v", err)
	}
	if _, err := Load(fstest.MapFS{"a.json": {Data: []byte(small)}, "b.json": {Data: []byte(small)}}); err == nil || !strings.Contains(err.Error(), "stands in a.json too") {
		t.Errorf("the same guide twice gave %v", err)
	}
}

func TestSlug(t *testing.T) {
	for in, want := range map[string]string{
		"Ankelinstabilitet": "ankelinstabilitet", "Øre – nese/hals": "ore-nese-hals", "  Ærlig Å ": "aerlig-a", "": "tilstand", "日本": "tilstand",
		strings.Repeat("a", 60): strings.Repeat("a", 48),
	} {
		if got := slug(in); got != want {
			t.Errorf("slug(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(small))
	names, err := fs.Glob(data, "data/*.json")
	if err != nil || len(names) == 0 {
		f.Fatal("no embedded guides", err)
	}
	for _, name := range names {
		b, err := fs.ReadFile(data, name)
		if err != nil {
			f.Fatal(err)
		}
		if len(b) < 3000 { // long seeds make the fuzzer slow without making it wiser
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := Load(fstest.MapFS{"g.json": {Data: b}})
		if err != nil {
			if !strings.Contains(err.Error(), "g.json") {
				t.Fatalf("the error does not name the file: %v", err)
			}
			return
		}
		for _, c := range l.All() {
			if err := c.check(); err != nil {
				t.Fatalf("accepted %+v: %v", c, err)
			}
			on := c.Version
			if on.IsZero() {
				on = c.Until
			}
			if got, ok := l.Condition(c.Specialty, c.ID, on); !ok || !got.Named(c.ID) {
				t.Fatalf("%q is not found by its own id", c.ID)
			}
		}
	})
}

// Guidelines stand as they were entered; one without a name or a safe address is a mistake in the file. The guides that come with the program have none.
func TestGuidelines(t *testing.T) {
	with := func(guidelines string) (*Library, error) {
		return Load(fstest.MapFS{"g.json": {Data: []byte(strings.Replace(small, `"right": true`, `"guidelines": `+guidelines+`, "right": true`, 1))}})
	}
	l, err := with(`[{"name": "Oppdiktet retningslinje", "url": "https://retningslinje.example/1"}]`)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, c := range l.All() {
		n += len(c.Guidelines)
	}
	if n != 1 {
		t.Errorf("%d guidelines, want 1", n)
	}
	for _, bad := range []string{`[{"name": "", "url": "https://a.example"}]`, `[{"name": "x", "url": "http://a.example"}]`, `[{"name": "x", "url": "javascript:alert(1)"}]`, `[{"name": "x"}]`} {
		if _, err := with(bad); err == nil || !strings.Contains(err.Error(), "guidelines") {
			t.Errorf("%s: %v", bad, err)
		}
	}
	for _, c := range Embedded().All() {
		if len(c.Guidelines) > 0 {
			t.Errorf("%s has guidelines nobody has entered", c.ID)
		}
	}
}
