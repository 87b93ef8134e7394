package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"rettid/access"
	"rettid/day"
	"rettid/law"
	"rettid/ledger"
	"rettid/letter"
	"rettid/referral"
	"rettid/words"
)

// The letters of the last weeks are kept as they were sent, and go ways with receipts; those before were sent by another system, and only that they were sent is
// known. A year of letters would take longer to write than all the rest.
const lettersKept = 21 // days

// inform sends a letter: it is written, kept, and goes its way.
func (l *life) inform(role law.Role, c *referral.Inform) bool {
	var notes []ledger.Note
	if l.w.today.Sub(l.now) <= lettersKept && len(c.Without) == 0 && (c.Patient || c.Referrer) {
		if c.Letter == "" {
			c.Letter = l.outcome()
		}
		if c.Letter != "" {
			notes = l.write(c)
		}
	}
	l.notes = notes
	ok := l.take(role, c)
	l.notes = nil
	if ok {
		for _, k := range c.Kept {
			l.travel(len(l.draft.Log), k)
		}
	}
	return ok
}

// outcome is the letter that tells how it was decided.
func (l *life) outcome() law.Letter {
	switch s := l.state(); {
	case s.SecondOpinion && s.Right != law.Pending:
		return law.LetterSecondOpinion
	case s.Right == law.Granted && !s.Answer.Patient && !s.Answer.Referrer && (s.Changed.Patient || s.Changed.Referrer):
		return law.LetterChanged
	case s.Right == law.Granted:
		return law.LetterGranted
	case s.Right == law.NotGranted:
		return law.LetterNotGranted
	case s.Right == law.NotAssessed:
		return law.LetterNotAssessed
	}
	return ""
}

// write makes the letters of an entry and puts them into it. A letter that would lack something is sent by hand instead, and none is kept.
func (l *life) write(c *referral.Inform) []ledger.Note {
	var notes []ledger.Note
	for _, to := range []letter.Recipient{letter.Patient, letter.Referrer} {
		if to == letter.Patient && !c.Patient || to == letter.Referrer && !c.Referrer {
			continue
		}
		made, ok := l.made(c.Letter, to)
		if !ok {
			c.Kept = nil
			return nil
		}
		page := letter.HTML(made, letter.Screen())
		sum := sha256.Sum256(fmt.Appendf(nil, "demo/%d/%d/%d/%d/%s", l.p.seed, l.p.index, l.m.id, len(l.draft.Log), to))
		of := sha256.Sum256(page)
		k := referral.Kept{To: string(to), Lang: string(made.Lang), Note: hex.EncodeToString(sum[:12]), Digest: hex.EncodeToString(of[:]), Channel: law.ChannelMessage}
		if to == letter.Patient {
			switch u := l.r.Float64(); {
			case u < 0.55:
				k.Channel = law.ChannelMailbox
			case u < 0.85:
				k.Channel = law.ChannelHelsenorge
			default:
				k.Channel = law.ChannelPost
			}
		}
		c.Kept = append(c.Kept, k)
		notes = append(notes, ledger.Note{ID: k.Note, Text: string(page)})
	}
	return notes
}

// made makes one letter; false when it can't be true or would lack something.
func (l *life) made(kind law.Letter, to letter.Recipient) (letter.Letter, bool) {
	s, org := l.state(), l.w.desk.Org
	who := l.p.person()
	lang := words.Lang(who.Language)
	in := letter.Input{Case: s, Log: l.draft.Log, On: l.now, Settings: l.w.desk.Law(l.now), Contacts: l.w.contacts, Reference: fmt.Sprintf("%s/%d", l.p.tenant, l.m.id), Names: l.w.names, Hospital: l.w.names[s.Holder], Norwegian: words.NB,
		Patient:  letter.Person{Name: who.Given + " " + who.Family, Born: who.Born, Phone: who.Phone, Address: []string{who.Address, who.Postcode + " " + who.City}},
		Referrer: letter.Person{Name: l.w.names[s.From.Provider]},
		Sender:   letter.Sender{Name: l.named(l.actor(law.Specialist)), Title: words.Say(words.NB, "role."+string(law.Specialist))},
		Given:    letter.Given{Words: make(map[string]string), Days: make(map[string]day.Day), Times: make(map[string]day.Moment), Lists: make(map[string][]string)}}
	if lang == words.NN {
		in.Norwegian = words.NN
	}
	if in.Referrer.Name == "" {
		in.Referrer.Name = "Liksom legekontor"
	}
	if len(s.Municipality) == 4 {
		in.County = s.Municipality[:2]
	}
	if u, ok := org.Unit(s.Holder, s.Specialty, l.now); ok {
		in.Unit = letter.Unit{Name: u.Name, Phone: "00 00 00 10", GuidancePhone: "00 00 00 11", Place: u.Name + ", " + l.w.names[s.Holder]}
	}
	if l.hasCond {
		in.Given.Words["condition_text"], in.Given.Words["condition_text.en"] = lower(l.cond.NameNB), lower(l.cond.NameEN)
	}
	for range 3 {
		made, err := letter.Make(kind, to, lang, in)
		var lacks *letter.Missing
		switch {
		case errors.As(err, &lacks):
			for _, name := range lacks.Names {
				l.fill(&in.Given, name)
			}
			continue
		case err != nil:
			return made, false
		}
		left := letter.Check(made, s)
		if len(left) == 0 {
			return made, true
		}
		for _, lack := range left {
			if lack.Place == "" {
				return made, false
			}
			l.fill(&in.Given, lack.Place)
		}
	}
	return letter.Letter{}, false
}

// fill gives what staff would have typed into a place of a letter.
func (l *life) fill(g *letter.Given, name string) {
	place, _, _ := strings.Cut(name, ".")
	switch as, _ := letter.Asks(place); as {
	case "day":
		g.Days[place] = l.w.plus(l.now, 10)
	case "moment", "clock":
		g.Times[place] = day.Moment{Day: l.w.plus(l.now, 10), Minute: 9 * 60}
	case "list":
		g.Lists[place] = []string{"varighet og funn (oppdiktet)"}
	default:
		w, ok := typed[place]
		if !ok {
			w = [3]string{"det som er skrevet i henvisningen", "det som er skrive i tilvisinga", "what the referral says"}
		}
		g.Words[place], g.Words[place+".nn"], g.Words[place+".en"] = w[0], w[1], w[2]
	}
}

// typed are words for the places of letters that people fill in, in bokmål, nynorsk and English.
var typed = map[string][3]string{
	"condition_text":         {"plagene du er henvist for", "plagene du er tilvist for", "the complaints you are referred for"},
	"care_start":             {"første undersøkelse hos oss", "første undersøking hos oss", "a first examination with us"},
	"first_step":             {"første undersøkelse hos oss", "første undersøking hos oss", "a first examination with us"},
	"refusal_reason":         {"Oppdiktet: Helsehjelpen kan gis like godt hos fastlegen.", "Oppdikta: Helsehjelpa kan bli gitt like godt hos fastlegen.", "Made up: your GP can give this care just as well."},
	"advice_text":            {"Oppdiktet: Følg fastlegens opplegg, og ta kontakt på nytt ved forverring.", "Oppdikta: Følg opplegget til fastlegen, og ta kontakt på nytt om det blir verre.", "Made up: follow your GP's plan, and get in touch again if it gets worse."},
	"criterion_reason":       {"Oppdiktet: Nytten er ikke sannsynliggjort.", "Oppdikta: Nytta er ikkje sannsynleggjord.", "Made up: the benefit is not shown to be likely."},
	"deadline_change_reason": {"Oppdiktet: Nye opplysninger om tilstanden.", "Oppdikta: Nye opplysningar om tilstanden.", "Made up: new information about the condition."},
	"forward_reason_text":    {"Oppdiktet: Et annet sykehus gjør mer av dette.", "Oppdikta: Eit anna sjukehus gjer meir av dette.", "Made up: another hospital does more of this."},
	"postponement_reason":    {"Oppdiktet: Timen måtte flyttes.", "Oppdikta: Timen måtte flyttast.", "Made up: the appointment had to be moved."},
	"professional_feedback":  {"Oppdiktet: Ta gjerne med varighet og funn neste gang.", "Oppdikta: Ta gjerne med kor lenge det har vart, og funn, neste gong.", "Made up: please state duration and findings next time."},
}

func lower(s string) string {
	if s == "" {
		return s
	}
	r := []rune(s)
	return strings.ToLower(string(r[0])) + string(r[1:])
}

// named is the name of somebody of the demonstration; others are told by their title alone.
func (l *life) named(id string) string {
	for _, u := range access.DemoPeople().All() {
		if u.ID == id {
			return u.Name
		}
	}
	return "Lege Oppdiktet"
}

// travel is what becomes of a letter: most receipts come at once; some ways fail, and the letter goes on; printed letters wait for the letter office.
func (l *life) travel(entry int, k referral.Kept) {
	take := func(days int, role law.Role, c referral.Command) {
		l.in(days, func() {
			if d, ok := l.state().Delivery(entry, k.To); ok && d.Open() && l.take(role, c) {
				if d, ok := l.state().Delivery(entry, k.To); ok && d.Open() && d.Channel != k.Channel {
					next := k
					next.Channel = d.Channel
					l.travel(entry, next)
				}
			}
		})
	}
	u := l.r.Float64()
	switch {
	case k.Channel == law.ChannelPerson:
		if u < 0.5 {
			take(l.between(1, 4), law.Secretary, &referral.LetterDelivered{Letter: entry, To: k.To, Channel: law.ChannelPerson, Confirmed: true})
		}
	case k.Channel == law.ChannelPost && u < 0.93:
		take(l.between(0, 1), law.Secretary, &referral.LetterDelivered{Letter: entry, To: k.To, Channel: law.ChannelPost})
		if u < 0.03 {
			l.in(l.between(6, 10), func() {
				if d, ok := l.state().Delivery(entry, k.To); ok && d.Channel == law.ChannelPost && d.Stopped.IsZero() && l.take(law.Secretary, &referral.LetterNotDelivered{Letter: entry, To: k.To, Channel: law.ChannelPost, Code: law.ReturnedMail}) {
					next := k
					next.Channel = law.ChannelPerson
					l.travel(entry, next)
				}
			})
		}
	case k.Channel == law.ChannelPost:
	case u < 0.9:
		take(0, law.Secretary, &referral.LetterDelivered{Letter: entry, To: k.To, Channel: k.Channel})
	case u < 0.98:
		code := law.OutOfOrder
		if k.To == law.ToPatient {
			code = pick(l.r, []law.Undelivered{law.NoMailbox, law.NoMailbox, law.Reserved, law.OutOfOrder})
		}
		take(0, law.Secretary, &referral.LetterNotDelivered{Letter: entry, To: k.To, Channel: k.Channel, Code: code})
	}
}
