package law

// The trade's own code words, as the case files and the interfaces write them (design/cases.md).

// Kind is how a matter came in (guide ch. 3).
type Kind string

const (
	Elective  Kind = "elective"
	Emergency Kind = "emergency"
	Internal  Kind = "internal"
	Self      Kind = "self"
)

// Kinds lists them in the order of a form.
var Kinds = []Kind{Elective, Emergency, Internal, Self}

// Concern is a task that is not necessary health care and is therefore not assessed (guide ch. 6), or mixed: not decided yet.
type Concern string

const (
	DrivingLicence     Concern = "driving_licence"
	RitualCircumcision Concern = "ritual_circumcision"
	Sterilisation      Concern = "sterilisation"
	Forensic           Concern = "forensic"
	BenefitStatement   Concern = "benefit_statement"
	Course             Concern = "course"
	Guidance           Concern = "guidance"
	Experimental       Concern = "experimental_abroad" // care abroad that is on trial, for a rare disease (prioriteringsforskriften § 3 second paragraph)
	Mixed              Concern = "mixed"
)

// Concerns lists them in the order of a form.
var Concerns = []Concern{DrivingLicence, RitualCircumcision, Sterilisation, Forensic, BenefitStatement, Course, Guidance, Experimental, Mixed}

// Right is where the decision on the right to necessary health care stands.
type Right string

const (
	Pending     Right = "pending"
	Granted     Right = "granted"
	NotGranted  Right = "not_granted"
	NotAssessed Right = "not_assessed"
)

// Status is where a referral stands in its course.
type Status string

const (
	Received        Status = "received"
	UnderAssessment Status = "under_assessment"
	Waiting         Status = "waiting"
	Started         Status = "started"
	Closed          Status = "closed"
)

// Statuses lists them in the order of a course.
var Statuses = []Status{Received, UnderAssessment, Waiting, Started, Closed}

// BreachState is the case flag of R-6.10a: how the legal deadline stands.
type BreachState string

const (
	NoBreach BreachState = "none"
	Expected BreachState = "expected"
	Occurred BreachState = "occurred"
)

// Contact is what a start or a booked meeting is about (guide 5.5).
type Contact string

const (
	Investigation       Contact = "investigation"
	Treatment           Contact = "treatment"
	IntroductoryTalk    Contact = "introductory_talk"
	PathwayTalk         Contact = "pathway_talk"
	PreExamination      Contact = "pre_examination"
	DigitalConsultation Contact = "digital_consultation"
)

// Contacts lists them in the order of a form.
var Contacts = []Contact{Investigation, Treatment, IntroductoryTalk, PathwayTalk, PreExamination, DigitalConsultation}

// Preliminary says that a contact stands before the care itself: a talk or a pre-examination.
func (c Contact) Preliminary() bool {
	return c == IntroductoryTalk || c == PathwayTalk || c == PreExamination
}

// Role is who does something, or who owes it.
type Role string

const (
	Specialist Role = "specialist"
	Secretary  Role = "secretary"
	Patient    Role = "patient"
	Referrer   Role = "referrer"
	NextOfKin  Role = "next_of_kin"
	Helfo      Role = "helfo"
	Management Role = "management"
	Intake     Role = "intake"
	Booking    Role = "booking"
	System     Role = "system"
)

// ProviderKind is what sort of provider somebody is (guide 3.2).
type ProviderKind string

const (
	Public             ProviderKind = "public"
	Private            ProviderKind = "private"
	ContractSpecialist ProviderKind = "contract_specialist"
)

// PostponedBy is who an appointment was put off by.
type PostponedBy string

const (
	ByPatient  PostponedBy = "patient"
	ByMedical  PostponedBy = "medical"
	ByProvider PostponedBy = "provider"
)

// Answer is yes, no, or not answered. Neither condition has a default value (G2-22).
type Answer string

const (
	Unanswered Answer = ""
	Yes        Answer = "yes"
	No         Answer = "no"
)

// Bool turns a given boolean into an answer; nil is unanswered.
func Bool(b *bool) Answer {
	switch {
	case b == nil:
		return Unanswered
	case *b:
		return Yes
	}
	return No
}

// Specialties of the 65-working-day guarantee (prioriteringsforskriften § 4 a).
const (
	MentalHealth      = "mental_health"
	ChildMentalHealth = "child_mental_health"
	Addiction         = "addiction"
)

// Letter kinds, as the trade sends them (texts: domain letters).
type Letter string

const (
	LetterGranted           Letter = "granted"
	LetterNotGranted        Letter = "not_granted"
	LetterChanged           Letter = "changed"
	LetterBreach            Letter = "breach"
	LetterDeclined          Letter = "declined"
	LetterForwarded         Letter = "forwarded"
	LetterNotAssessed       Letter = "not_assessed"
	LetterInformation       Letter = "information_request"
	LetterOffer             Letter = "offer"
	LetterPostponed         Letter = "postponed"
	LetterNewCondition      Letter = "new_condition"
	LetterComplaintReceived Letter = "complaint_received"
	LetterComplaintSentOn   Letter = "complaint_sent_on"
	LetterComplaintUpheld   Letter = "complaint_upheld"
	LetterSecondOpinion     Letter = "second_opinion"
)

// Letters lists the kinds a referral can have.
var Letters = []Letter{LetterGranted, LetterNotGranted, LetterChanged, LetterBreach, LetterDeclined, LetterForwarded, LetterNotAssessed,
	LetterInformation, LetterOffer, LetterPostponed, LetterNewCondition, LetterComplaintReceived, LetterComplaintSentOn, LetterComplaintUpheld, LetterSecondOpinion}

// Part is a piece of content a letter has (guide 8.1, 8.2).
type Part string

const (
	PartOutcome            Part = "outcome"
	PartDeadline           Part = "deadline"
	PartAppointment        Part = "appointment"
	PartAppointmentFollows Part = "appointment_follows"
	PartPreliminary        Part = "preliminary"
	PartComplaintRight     Part = "complaint_right"
	PartComplaintLimit     Part = "complaint_limit"
	PartComplaintProcedure Part = "complaint_procedure"
	PartPrimaryCare        Part = "primary_care"
)
