// Package letter is what a letter must say, in bokmål, nynorsk or English. It takes where a referral stands and gives a letter: blocks of text with
// the parts of the guide's chapters 8.1 and 8.2, the same every time for the same input.
//
// The texts are data (texts/*.txt) and can be replaced by a directory of one's own; the same reader holds them to the same rules. Which conditional
// parts a letter has follows from the referral and the law, never from a choice made when it is written. [Check] says, norm by norm, what a letter
// lacks before it may be sent.
//
// What never happens here: nothing is loaded or saved, no clock is read, no letter is sent, and no identity number is printed.
package letter

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
	"rettid/words"
)

// A Recipient is who a letter goes to.
type Recipient string

const (
	Patient  Recipient = "patient"
	Referrer Recipient = "referrer"
	Guardian Recipient = "guardian" // or next of kin, or another with authority (G7-5)
)

// A Letter is one letter as it is sent.
type Letter struct {
	Kind       law.Letter `json:"kind"`
	Variant    string     `json:"variant"` // the text it is made of: granted_appointment, granted_week …
	To         Recipient  `json:"to"`
	Lang       words.Lang `json:"lang"`
	On         day.Day    `json:"on"`
	Subject    string     `json:"subject"`
	Top        []Block    `json:"top,omitempty"` // who from, who to, when
	Blocks     []Block    `json:"blocks"`
	Foot       []Block    `json:"foot,omitempty"` // who signs
	Parts      []law.Part `json:"parts,omitempty"`
	Missing    []string   `json:"missing,omitempty"`      // places and lists without a value
	Foreign    []string   `json:"untranslated,omitempty"` // places whose words are in another language than the letter
	AnswerCode string     `json:"answer_code,omitempty"`  // to the referrer: code list 9148
	Version    string     `json:"version"`                // digest of text, rules and configuration
	Cover      *Letter    `json:"cover,omitempty"`        // the referrer's page; the patient's letter follows it, word for word (G8.1-10)
	Record     *Letter    `json:"record,omitempty"`       // of an English letter: the Norwegian one, which counts

	facts Facts
}

// Input is all a letter is made from.
type Input struct {
	Case      *referral.Referral
	Log       []referral.Entry // its log: what was told before, and what the state does not keep. Without it those values are given.
	On        day.Day          // the day of the letter
	Settings  *law.Settings
	Contacts  *Contacts
	Texts     *Texts // nil: the standard ones
	Hospital  string
	Unit      Unit
	Patient   Person
	Guardian  Person // the receiver of a letter to a guardian
	Referrer  Person // the name is that of the office or the person who referred
	Sender    Sender
	Reference string            // the case's internal id; never an identity number
	Copies    []string          // who has a copy
	Names     map[string]string // of providers, sites and pathways, by their id
	County    string            // the patient's county number, for ombud and County Governor
	Norwegian words.Lang        // of the letter of record beside an English one: NB (default) or NN
	Given     Given
}

// Person is a receiver or the patient.
type Person struct {
	Name    string
	Address []string // empty in digital mail
	Born    day.Day
	Phone   string
}

// Unit is the unit that writes.
type Unit struct {
	Name, Phone   string
	GuidancePhone string // for professionals
	Place         string // where one comes: address and room
	Practical     string // the clinic's own practical information
}

// Sender signs: the assessor, for other letters the one who sends it.
type Sender struct{ Name, Title string }

// Given is what people add, by the name of the place: what neither the referral nor its log holds. Words in another language than bokmål are given
// under the name with a point and the language: "condition_text.en". Days and moments are printed as the language writes them. A value the referral
// itself gives is never taken from here, but for care_start and first_step, where the planned care may be named.
type Given struct {
	Words map[string]string
	Days  map[string]day.Day
	Times map[string]day.Moment
	Lists map[string][]string
}

// Missing is the error of a letter that has places without a value. The letter is given all the same, to be looked at, not sent.
type Missing struct {
	Variant string
	Names   []string
}

func (e *Missing) Error() string {
	return fmt.Sprintf("letter %s: no value for %s; give them, or record what they follow from", e.Variant, strings.Join(e.Names, ", "))
}

// Untrue is the error of a letter that would say what is not so: the kind, and why it does not fit.
type Untrue struct {
	Kind law.Letter
	Why  string
}

func (e *Untrue) Error() string { return fmt.Sprintf("letter %s: %s", e.Kind, e.Why) }

// Kinds lists the kinds of letter a referral can have.
func Kinds() []law.Letter { return slices.Clone(law.Letters) }

// Name names a kind of letter, or a variant of one.
func Name(kind law.Letter, l words.Lang) string { return words.Say(l, "letter."+string(kind)) }

// Variant finds the text a letter is made of.
func Variant(kind law.Letter, to Recipient, r *referral.Referral) (string, error) {
	switch kind {
	case law.LetterGranted:
		switch {
		case r.Appointment.HasClock():
			return "granted_appointment", nil
		case !r.Appointment.IsZero():
			return "granted_week", nil
		}
		return "granted_time_follows", nil
	case law.LetterInformation:
		if to == Referrer {
			return "information_request_referrer", nil
		}
		return "information_request_patient", nil
	}
	if !slices.Contains(law.Letters, kind) {
		return "", fmt.Errorf("letter: there is no kind of letter %q", kind)
	}
	return string(kind), nil
}

// alone tells whether a letter to the referrer is written to the referrer, with no patient's letter behind it.
func alone(variant string, r *referral.Referral) bool {
	return variant == "information_request_referrer" || variant == string(law.LetterNotAssessed) && r.Concerns == law.Guidance
}

// Make writes a letter. The error is [*Untrue] when the letter does not fit where the referral stands, and [*Missing] when values are missing: then
// the letter is given too. An English letter carries the Norwegian one, and one to the referrer the patient's letter under a page of its own.
func Make(kind law.Letter, to Recipient, l words.Lang, in Input) (Letter, error) {
	if err := in.check(); err != nil {
		return Letter{}, err
	}
	variant, err := Variant(kind, to, in.Case)
	if err != nil {
		return Letter{}, err
	}
	if to == Referrer && !alone(variant, in.Case) {
		return makeCopy(kind, l, in)
	}
	out, err := in.write(kind, variant, to, l)
	if err != nil {
		return Letter{}, err
	}
	if l == words.EN {
		record, err := in.write(kind, variant, to, in.norwegian())
		if err != nil {
			return Letter{}, err
		}
		out.Record = &record
		out.Missing = union(record.Missing, out.Missing)
	}
	return out, out.missing()
}

// makeCopy writes what the referrer gets: the patient's letter unchanged, with a page before it when the referral was answered.
func makeCopy(kind law.Letter, l words.Lang, in Input) (Letter, error) {
	receiver := Patient
	if in.Guardian.Name != "" {
		receiver = Guardian
	}
	out, err := Make(kind, receiver, l, in)
	if _, gaps := err.(*Missing); err != nil && !gaps {
		return Letter{}, err
	}
	out.To = Referrer
	if out.AnswerCode != "" && kind != law.LetterForwarded && !in.Case.AssessedOn.IsZero() {
		cover, err := in.write(kind, "referrer_copy", Referrer, l)
		if err != nil {
			return Letter{}, err
		}
		cover.Parts = out.Parts
		out.Cover = &cover
		out.Missing = union(out.Missing, cover.Missing)
	}
	return out, out.missing()
}

func (l *Letter) missing() error {
	if len(l.Missing) == 0 {
		return nil
	}
	return &Missing{l.Variant, l.Missing}
}

func union(a, b []string) []string {
	out := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func (in *Input) check() error {
	switch {
	case in.Case == nil:
		return fmt.Errorf("letter: the referral is not given")
	case in.On.IsZero():
		return fmt.Errorf("letter: the day of the letter is not given")
	}
	if in.Settings == nil {
		in.Settings = law.Default()
	}
	if in.Contacts == nil {
		return fmt.Errorf("letter: the contacts are not given; set the letter settings, or use the demonstration's")
	}
	if in.Texts == nil {
		in.Texts = Standard()
	}
	return nil
}

// write finds the facts of a letter and fills its text.
func (in *Input) write(kind law.Letter, variant string, to Recipient, l words.Lang) (Letter, error) {
	g := gathering{in: in, kind: kind, variant: variant, to: to, lang: l, facts: newFacts(), foreign: map[string]bool{}}
	if err := g.gather(); err != nil {
		return Letter{}, err
	}
	return g.compose()
}

// Compose writes a letter that is of no referral (the exception scheme's): its facts are found by the room that knows the case, in each language; head,
// foot, phones and addresses are filled here. variant is the name of the text, and the kind.
func Compose(variant string, to Recipient, l words.Lang, in Input, facts func(words.Lang) Facts) (Letter, error) {
	in.Case = new(referral.Referral)
	if err := in.check(); err != nil {
		return Letter{}, err
	}
	one := func(l words.Lang) (Letter, error) {
		g := gathering{in: &in, kind: law.Letter(variant), variant: variant, to: to, lang: l, facts: newFacts(), foreign: map[string]bool{}}
		g.frame()
		g.house()
		g.set("case_reference", in.Reference)
		g.set("patient_name", in.Patient.Name)
		f := facts(l)
		for place, v := range f.Values {
			g.facts.Values[place] = v
		}
		for c, is := range f.Holds {
			g.facts.Holds[c] = is
		}
		g.facts.Lists = f.Lists
		g.holds("complaint_portal", g.facts.Values["complaint_portal"] != "")
		return g.compose()
	}
	out, err := one(l)
	if err == nil && l == words.EN {
		var record Letter
		if record, err = one(in.norwegian()); err == nil {
			out.Record, out.Missing = &record, union(record.Missing, out.Missing)
		}
	}
	if err != nil {
		return Letter{}, err
	}
	return out, out.missing()
}

// norwegian is the language of the letter of record beside an English one.
func (in *Input) norwegian() words.Lang {
	if in.Norwegian == words.NN {
		return words.NN
	}
	return words.NB
}

// compose fills a text and its frame with the facts found.
func (g *gathering) compose() (Letter, error) {
	out := Letter{Kind: g.kind, Variant: g.variant, To: g.to, Lang: g.lang, On: g.in.On, AnswerCode: g.facts.Values["answer_code"], facts: g.facts}
	var texts []*Text
	for _, x := range []struct {
		name string
		into *[]Block
	}{{"frame_top", &out.Top}, {g.variant, &out.Blocks}, {"frame_foot", &out.Foot}} {
		t, ok := g.in.Texts.Of(x.name)
		if !ok {
			return Letter{}, fmt.Errorf("letter: there is no text %q", x.name)
		}
		texts = append(texts, t)
		blocks, missing := t.Draw(g.lang, g.facts)
		*x.into, out.Missing = blocks, union(out.Missing, missing)
	}
	for _, b := range out.Blocks {
		if b.Level > 0 && out.Subject == "" {
			out.Subject = b.Text
		}
		for _, p := range b.Holds {
			if g.foreign[p] {
				out.Foreign = union(out.Foreign, []string{p})
			}
		}
	}
	out.Parts = partsOf(out.Blocks)
	out.Version = version(g.in, texts)
	return out, nil
}

// Digest is of the letter as it reads, with what goes together with it: what is kept of a letter sent.
func (l *Letter) Digest() string {
	return fmt.Sprintf("%x", sha256.Sum256([]byte(PlainText(*l))))
}
