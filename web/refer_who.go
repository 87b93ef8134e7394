package web

import (
	"net/http"

	"rettid/ledger"
	"rettid/patient"
)

// Whom a referral is about: somebody with a Norwegian number, or a newborn, a visitor or somebody unknown, who is known by what there is until there is one.

// noNumberFields ask who a patient without a Norwegian number is.
func (f *form) noNumberFields() []field {
	v := f.v
	why, sex, proof := []option{{"", v.T("unnumbered.has"), false}}, []option{{"", v.T("web.act.choose"), false}}, []option{{"", v.T("web.act.choose"), false}}
	for _, x := range patient.Withouts() {
		why = append(why, option{string(x), v.T("unnumbered.why." + string(x)), false})
	}
	for _, x := range []string{patient.Female, patient.Male, "unknown"} {
		sex = append(sex, option{x, v.T("sex." + x), false})
	}
	for _, x := range patient.Proofs() {
		proof = append(proof, option{string(x), v.T("unnumbered.proof." + string(x)), false})
	}
	return []field{
		{Name: "uten", Label: v.T("unnumbered.why"), Kind: "select", Options: why, Help: v.T("unnumbered.why_help")},
		{Name: "fodt", Label: v.T("web.field.born"), Kind: "day", Help: v.T("unnumbered.born_help")},
		{Name: "kjonn", Label: v.T("unnumbered.sex"), Kind: "select", Options: sex},
		{Name: "legitimasjon", Label: v.T("unnumbered.proof"), Kind: "select", Options: proof},
		{Name: "legnr", Label: v.T("unnumbered.number"), Kind: "line"},
		{Name: "land", Label: v.T("unnumbered.country"), Kind: "line"},
	}
}

// patientReferred finds or makes the person a referral is about, in the tenant it goes to.
func (f *form) patientReferred(r *http.Request, tenant string) (who ledger.Person, fresh bool, err error) {
	v := f.v
	why := patient.Without(f.value("uten"))
	number := f.value("nummer")
	born := f.day("fodt")
	if born.After(v.Today) {
		f.wrong("fodt", "unnumbered.wrong.born_later")
	}
	sex := f.value("kjonn")
	if sex != "" && sex != patient.Female && sex != patient.Male && sex != "unknown" {
		f.wrong("kjonn", "web.act.needed")
	}
	if sex == "unknown" {
		sex = ""
	}
	if why == "" {
		// An H-number is the institution's own, and says nothing outside it.
		if id, err := patient.Identify(number); err == nil && id.Kind == patient.HNR {
			f.wrong("nummer", "unnumbered.wrong.hnr")
			return who, false, nil
		}
		who, fresh, err = f.patientOf(r, tenant)
		if err != nil || !fresh || len(f.bad) > 0 {
			return who, fresh, err
		}
		id, _ := patient.Identify(number)
		switch {
		case id.Born.IsZero(): // a common help number tells neither
			f.needDay("fodt")
			f.need("kjonn")
			who.Born, who.Sex = born, sex
		case !born.IsZero() && born != id.Born:
			f.wrong("fodt", "unnumbered.wrong.born_differs")
		default:
			who.Sex = id.Sex
		}
		return who, true, nil
	}
	if number != "" {
		f.wrong("uten", "unnumbered.wrong.both")
	}
	known := patient.Unnumbered{Why: why, Proof: patient.Proof(f.need("legitimasjon")), Number: f.value("legnr"), Country: f.value("land")}
	switch why {
	case patient.Newborn, patient.Abroad, patient.Other:
		f.needDay("fodt")
	case patient.Unknown:
	default:
		f.wrong("uten", "web.act.needed")
	}
	f.need("kjonn")
	if known.Proof != "" {
		switch code := known.Check(patient.Policy{AllowSynthetic: v.s.o.Demo, On: v.Today}); code {
		case "":
		case "proof", "not_newborn":
			f.wrong("legitimasjon", "unnumbered.wrong."+code)
		default:
			f.wrong("legnr", "unnumbered.wrong."+code)
		}
	}
	if f.value("land") == "" && (known.Proof == patient.Passport || known.Proof == patient.IDCard || known.Proof == patient.HealthCard) {
		f.need("land")
	}
	for _, name := range []string{"legnr", "land"} {
		if len(f.value(name)) > 100 {
			f.wrong(name, "pat.wrong.long")
		}
	}
	given, family := f.need("fornavn"), f.need("etternavn")
	if len(f.bad) > 0 {
		return who, false, nil
	}
	return ledger.Person{Tenant: tenant, ID: personOf(f.value("key")), Given: given, Family: family, Born: born, Sex: sex, Municipality: f.value("kommune"), Language: "nb", More: known.Marshal()}, true, nil
}

// noNumber is what a case says of a patient without a Norwegian number.
type noNumber struct {
	Why, Known string
	URL        string // where the number is added, for one who may
	Likely     []link // who it may be, among those the house knows
}

// unnumbered tells that the patient has no Norwegian number, and how they are known; nil when they have one, or nobody said why not.
func (v *view) unnumbered(p ledger.Person) *noNumber {
	u, err := patient.ReadUnnumbered(p.More)
	if err != nil || u.IsZero() || p.Ident != "" || p.Erased != 0 {
		return nil
	}
	return &noNumber{Why: v.T("unnumbered.is." + string(u.Why)), Known: v.knownBy(u)}
}

// knownBy tells what a patient without a number is known by.
func (v *view) knownBy(u patient.Unnumbered) string {
	if u.Proof == patient.NoProof || u.Proof == "" {
		return v.T("unnumbered.known_none")
	}
	text := v.T("unnumbered.proof." + string(u.Proof))
	if u.Country != "" {
		text += " (" + u.Country + ")"
	}
	return v.T("unnumbered.known", text, u.Number)
}
