package demo

import (
	"fmt"
	"math/rand/v2"

	"rettid/day"
	"rettid/ledger"
	"rettid/patient"
)

// No one is called this. The given names are ordinary; the family names say what they are.
var (
	women = []string{"Astrid", "Berit", "Dagny", "Eldbjørg", "Frøydis", "Gerd", "Hjørdis", "Ingunn", "Jorunn", "Kjersti", "Liv", "Målfrid", "Nanna", "Oddny", "Pernille", "Ragnhild",
		"Sigrun", "Torhild", "Unni", "Vigdis", "Ylva", "Åse", "Bjørg", "Sølvi", "Tuva", "Eira", "Máret", "Biret", "Sárá", "Ánne", "Inger-Máhtte", "Risten", "Áile", "Amina", "Zofia", "Elif"}
	men = []string{"Arnfinn", "Bård", "Dagfinn", "Eirik", "Frode", "Gunnar", "Halvard", "Ivar", "Jørund", "Ketil", "Leiv", "Magnar", "Njål", "Oddvar", "Pål", "Roar", "Sjur", "Torgeir",
		"Ulrik", "Vemund", "Yngve", "Ørjan", "Åsmund", "Bjørnar", "Øyvind", "Sondre", "Ánte", "Niillas", "Máhtte", "Áslat", "Jovnna", "Piera", "Omar", "Tomasz", "Emre", "Jens-Ájlá"}
	families = []string{"Dummy", "Eksempelsen", "Oppdiktet", "Fiktiv", "Skissesen", "Fabelsen", "Eventyr", "Kulisse", "Attrapp", "Testesen", "Pseudosen", "Narratsen", "Liksom", "Påfunnsen",
		"Mønster", "Antatt", "Kladd", "Tåkesen", "Luftslott", "Innbilt", "Tenktsen", "Utkast", "Modellsen", "Prøvesen", "Drømmesen", "Sagnsen", "Skrønesen", "Eventyrland", "Papirsen", "Plassholder",
		"Pappkulisse", "Skyggesen", "Speilbilde", "Fantasisen", "Gjetning", "Hypotesen", "Kanskjesen", "Kopisen", "Lissomdal", "Lorem", "Ipsumsen", "Maskerade", "Masketorp", "Myteng", "Nissemann",
		"Nullpunkt", "Omtrent", "Oppspinn", "Parodisen", "Pastisj", "Øvelsesen", "Øvingsdal", "Rollesen", "Romanfigur", "Røverhistorie", "Sannsynlig", "Simulert", "Skuespill", "Språkprøve", "Stedfortreder",
		"Stråmann", "Syntetisk", "Teatersen", "Testdata", "Tilfeldig", "Trollsen", "Tullesen", "Ukjentsen", "Uvirkelig", "Vrøvlesen", "Ærlig-Oppdiktet", "Åndeverk", "Figursen", "Fablevik", "Gátterohtti",
		"Máinnas", "Muitalus", "Niehku", "Čállosat", "Ŧesta", "Đokumeanta", "Álgo-Oppdiktet", "Šláddja", "Ŋuohki"}
)

// ages gives the youngest, the commonest and the oldest age of a field's patients.
func ages(specialty string) (low, mode, high float64) {
	switch specialty {
	case "child_mental_health":
		return 3, 14, 18
	case "paediatrics", "child_habilitation", "paediatric_surgery":
		return 0, 5, 17
	case "mental_health":
		return 18, 27, 85
	case "addiction", "opioid_treatment", "gambling_addiction":
		return 18, 33, 72
	case "geriatrics":
		return 68, 84, 99
	case "gynaecology":
		return 16, 38, 86
	case "ophthalmology", "cardiology", "oncology", "haematology", "urology", "vascular_surgery", "nephrology", "thoracic_surgery":
		return 25, 71, 96
	case "plastic_surgery", "obesity", "adult_habilitation", "pain":
		return 18, 44, 80
	}
	return 12, 58, 94
}

// aged draws an age in years from a triangle.
func aged(r *rand.Rand, specialty string) float64 {
	low, mode, high := ages(specialty)
	u, cut := r.Float64(), (mode-low)/(high-low)
	if u < cut {
		return low + sqrt(u*(high-low)*(mode-low))
	}
	return high - sqrt((1-u)*(high-low)*(high-mode))
}

// person makes the patient of a plan.
func (p *plan) person() *ledger.Person {
	r := p.rng(1)
	out := &ledger.Person{Tenant: p.tenant, ID: p.patient(), LocalID: fmt.Sprintf("DEMO-%07d", p.index), Born: p.born, Municipality: p.municipality,
		Family: pick(r, families), Sex: patient.Male, Language: "nb", Phone: fmt.Sprintf("%08d", 99900000+r.IntN(100000)), Address: fmt.Sprintf("%s %d", pick(r, streets), 1+r.IntN(120)),
		Postcode: "9999", City: "Liksomstad"}
	given := men
	if p.female {
		given, out.Sex = women, patient.Female
	}
	out.Given = pick(r, given)
	if second := pick(r, families[:40]); r.IntN(6) == 0 && second != out.Family {
		out.Family += "-" + second
	}
	switch u := r.Float64(); {
	case u < 0.11:
		out.Language = "nn"
	case u < 0.16:
		out.Language = "en"
	}
	if number, ok := patient.MakeSynthetic(p.born, p.serial, p.female); ok {
		out.Ident, out.IdentKind = number, string(patient.FNR)
	}
	return out
}

var streets = []string{"Oppdiktveien", "Kulissegata", "Fabelstien", "Skissebakken", "Attrappalleen", "Eventyrsvingen", "Liksomgata", "Tåkeveien"}

// The identity numbers of one day and sex run out at about 200; a plan then takes the day after.
const maxSerial = 180

type birth struct {
	on     day.Day
	female bool
}
