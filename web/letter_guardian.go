package web

import (
	"strings"

	"rettid/day"
	"rettid/law"
	"rettid/letter"
	"rettid/words"
)

// Who a patient's letter goes to: the patient, or a guardian or parents, who have it in the patient's place (G7-5). Parents have it until the child decides alone
// (pbrl. §§ 3-4, 4-4), unless whoever sends it says otherwise.

// forOther tells whether the patient's letter goes to somebody else.
func (w *writing) forOther() bool {
	if w.f.typed == nil {
		return law.MayActFor(w.f.x.Born, day.Day{}, w.wish, w.f.v.Today, w.f.v.s.desk.Settings)
	}
	return w.f.value("for") == "verge"
}

// recipient is who a letter is written to.
func (w *writing) recipient(code string) letter.Recipient {
	switch {
	case code == "henviser":
		return letter.Referrer
	case w.forOther():
		return letter.Guardian
	}
	return letter.Patient
}

// name names the receiver of a letter, a key of the words.
func (w *writing) name(code string) string {
	switch w.recipient(code) {
	case letter.Referrer:
		return "web.to_referrer"
	case letter.Guardian:
		return "web.letter.for_guardian"
	}
	return "web.to_patient"
}

// langOf is the language of a letter: the patient's choice, and of the referrer's copy always Norwegian.
func (w *writing) langOf(code string) words.Lang {
	if code == "henviser" && w.lang == words.EN {
		if w.in.Norwegian == words.NN {
			return words.NN
		}
		return words.NB
	}
	return w.lang
}

// guardian fills in the receiver of a letter to somebody else: what was written, or else the patient's parents at the patient's address.
func (w *writing) guardian() {
	if !w.forOther() {
		return
	}
	name, address := w.f.value("verge-navn"), w.f.value("verge-adresse")
	if name == "" && w.in.Patient.Name != "" {
		name = w.f.v.T("web.letter.parents_of", w.in.Patient.Name)
	}
	w.in.Guardian = letter.Person{Name: name, Address: w.in.Patient.Address}
	if address != "" {
		w.in.Guardian.Address = nil
		for line := range strings.Lines(address) {
			if line = strings.TrimSpace(line); line != "" {
				w.in.Guardian.Address = append(w.in.Guardian.Address, line)
			}
		}
	}
}

// guardianFields ask who has the patient's letter.
func (w *writing) guardianFields() []field {
	v := w.f.v
	who := field{Name: "for", Label: v.T("web.letter.for"), Kind: "choice", Value: "pasient", Options: []option{{"pasient", v.T("web.letter.for_patient"), false}, {"verge", v.T("web.letter.for_guardian"), false}}}
	switch alone := law.DecidesAloneFrom(w.f.x.Born, v.s.desk.Settings); {
	case alone.IsZero() || !v.Today.Before(alone):
	case w.wish:
		who.Help = v.T("web.letter.for_wish")
	default:
		who.Help = v.T("web.letter.for_young", alone)
	}
	if !w.forOther() {
		return []field{who}
	}
	who.Value = "verge"
	return []field{who, {Name: "verge-navn", Label: v.T("web.letter.guardian_name"), Kind: "line", Value: w.in.Guardian.Name},
		{Name: "verge-adresse", Label: v.T("web.letter.guardian_address"), Kind: "text", Value: strings.Join(w.in.Guardian.Address, "\n")}}
}
