package demo

import (
	"math/rand/v2"
	"strings"

	"rettid/law"
	"rettid/referral"
)

func say(s string) referral.Text { return referral.Say(s) }

// text makes a free text of one of the templates. {} stands for the condition or what is usual to write in its place.
func (l *life) text(of []string) referral.Text {
	what := "plagene"
	if l.hasCond {
		what = strings.ToLower(l.cond.NameNB)
	}
	return referral.Say("Oppdiktet: " + strings.ReplaceAll(pick(l.r, of), "{}", what))
}

// The words of people who do not exist about people who do not exist.
var (
	referralTexts = []string{
		"Henvises for vurdering av {}. Plager over flere måneder, forsøkt behandling i primærhelsetjenesten uten tilstrekkelig bedring.",
		"Ber om utredning og behandling ved {}. Funksjonsnivået har falt det siste halvåret.",
		"Takk for at dere vurderer pasienten med tanke på {}. Prøver og bilder følger vedlagt.",
		"Tidligere frisk. Nå {}, økende siden i vår. Sykmeldt i perioder.",
		"Kjent {}. Forverring, og ønske om ny vurdering hos dere.",
		"Spørsmål om {}. Klinisk undersøkelse i dag, se funn nedenfor. Ønsker deres vurdering.",
	}
	deficientTexts = []string{"Ber om time for {}.", "Vurdering? Mvh.", "Se tidligere henvisning. {}.", "Ønsker time, {}. Ingen opplysninger om funn, varighet eller tidligere behandling."}
	taskTexts      = []string{"Ber om vurdering og erklæring.", "Anmodning om undersøkelse til bruk utenfor helsetjenesten.", "Spørsmål om deltakelse og veiledning."}
	askTexts       = []string{"Vi trenger varighet, funn og tidligere behandling.", "Mangler blodprøver og svar på bildeundersøkelse.", "Ber om opplysninger om funksjon og faste medisiner."}
	answerTexts    = []string{"Opplysningene ettersendes: varighet ett år, forsøkt fysikalsk behandling.", "Vedlagt prøvesvar og epikrise.", "Funksjon redusert, se utfylt skjema."}
	forwardTexts   = []string{"Rett instans er en annen avdeling.", "Videresendes: vi kan ikke vurdere denne henvisningen.", "Tilhører et annet tilbud i regionen."}
	assessTexts    = []string{"Forventet nytte av utredning av {}. Alvorlighet og funksjonstap er vektlagt.", "Vurdert etter veilederen for {}; ingen individuelle forhold tilsier annet.",
		"Smerter og tap av funksjon tilsier start innen fristen. Kostnadene står i rimelig forhold til nytten.", "Individuelle forhold er vurdert og gir annen frist enn veilederen."}
	notGrantedTexts = []string{"Nytten av helsehjelp i spesialisthelsetjenesten er ikke sannsynliggjort. Råd til fastlegen følger.", "Tilstanden kan utredes og behandles i primærhelsetjenesten.",
		"Individuelle forhold er vurdert. Henvisningen gir ikke grunnlag for rett til nødvendig helsehjelp nå."}
	feedbackTexts = []string{"Ta gjerne med varighet, funn og tidligere behandling neste gang.", "Henvisningsveilederen sier hva vi trenger; se særlig punktet om funksjon."}
	patientTexts  = []string{"Pasienten er bortreist og ønsker senere time.", "Pasienten vil vente til etter ferien.", "Passer ikke på grunn av arbeid; ønsker ny time."}
	medicalTexts  = []string{"Pasienten har en infeksjon og må bli frisk først.", "Annen behandling må avsluttes først."}
	providerTexts = []string{"Lege er syk, timen flyttes.", "Ikke ledig operasjonsstue.", "Utstyr til vedlikehold."}
	noShowTexts   = []string{"Møtte ikke. Ny time sendt.", "Kom ikke til timen og hadde ikke gitt beskjed."}
	worseTexts    = []string{"Tilstanden er forverret; tidligere start er nødvendig.", "Nye opplysninger tilsier en tidligere frist."}
	kinTexts      = []string{"Nærmeste pårørende har stor omsorgsbyrde.", "Barn i hjemmet; behov for informasjon.", "Pårørende deltar i behandlingen."}
)

// concern draws a task that suits the field.
func concern(r *rand.Rand, specialty string) law.Concern {
	switch specialty {
	case "ophthalmology", "neurology", "cardiology":
		return law.DrivingLicence
	case "urology", "gynaecology":
		return pick(r, []law.Concern{law.Sterilisation, law.BenefitStatement})
	case "surgery", "paediatrics", "paediatric_surgery":
		return pick(r, []law.Concern{law.RitualCircumcision, law.Guidance})
	case law.MentalHealth, law.ChildMentalHealth, law.Addiction:
		return pick(r, []law.Concern{law.Forensic, law.Guidance, law.BenefitStatement})
	}
	return pick(r, []law.Concern{law.BenefitStatement, law.Course, law.Guidance})
}

// seriousShare is how many of a field's referrals speak of suspected serious illness.
func seriousShare(specialty string) float64 {
	switch specialty {
	case "oncology":
		return 0.5
	case "haematology", "thoracic_surgery":
		return 0.2
	case "gastro_surgery", "urology", "respiratory", "gynaecology", "gastroenterology", "dermatology", "neurosurgery", "ear_nose_throat":
		return 0.06
	}
	if sector(specialty) == "somatic" {
		return 0.015
	}
	return 0.004
}

// cancerPathway names the package pathway of a field; empty when it has none.
func cancerPathway(specialty string) string {
	return map[string]string{"gastroenterology": "tykk- og endetarmskreft", "gastro_surgery": "tykk- og endetarmskreft", "urology": "prostatakreft", "respiratory": "lungekreft", "gynaecology": "gynekologisk kreft",
		"dermatology": "føflekkreft", "haematology": "lymfom", "ear_nose_throat": "hode- og halskreft", "oncology": "metastaser med ukjent utgangspunkt", "neurosurgery": "hjernekreft"}[specialty]
}

// kinShare is how often next of kin are considered.
func kinShare(specialty string) float64 {
	switch specialty {
	case law.MentalHealth, law.ChildMentalHealth, law.Addiction, "oncology", "geriatrics", "paediatrics":
		return 0.1
	}
	return 0.015
}

// fits tells whether somebody of a role would refer to a field.
func fits(role, specialty string) bool {
	switch role {
	case "chiropractor", "manual_therapist":
		return specialty == "orthopaedics" || specialty == "rehabilitation" || specialty == "rheumatology" || specialty == "radiology"
	case "child_welfare":
		return specialty == law.ChildMentalHealth
	case "dentist":
		return specialty == "maxillofacial_surgery" || specialty == "ear_nose_throat"
	case "midwife":
		return specialty == "gynaecology"
	case "optometrist":
		return specialty == "ophthalmology"
	case "municipality":
		return sector(specialty) == "TSB"
	case "psychologist":
		return sector(specialty) == "VOP" || sector(specialty) == "PHBU"
	}
	return true
}
