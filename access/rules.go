package access

// A reach is how far from one's own work a rule goes.
type reach int

const (
	nowhere    reach = iota
	theirs           // the patient's own case, or the referrer's own referral
	ownUnit          // the unit and specialty of the grant
	ownPlace         // every unit of the provider
	everywhere       // every provider
)

// A line gives actions to a role: as far as may without further, and as far as ask by saying why.
type line struct {
	may, ask reach
	actions  []Action
}

// rules is who may do what: least privilege, for what is not here is refused. The grounds:
//
//   - Staff see what is needed to give, or to administer, health care to the patients of their own work, and no more
//     (helsepersonelloven §§ 21 a, 25 and 26; pasientjournalloven §§ 15, 16 and 19). Intake and the letter office work for the whole provider, for a
//     referral is somebody's before it is given to a unit; the others for their unit.
//   - Those who give care may open what lies outside by saying why. It gives reading alone: whoever is to act is given
//     the role.
//   - Right and deadline are decided by assessors (G2-18). Managers answer for lists and duties, not for decisions.
//   - Medical directors open single cases for complaints and supervision, always with a reason (helsepersonelloven § 26).
//   - That everything kept of a patient is erased is decided by the medical director, for the provider that answers for the record (helsepersonelloven §§ 43 and 44).
//   - Patients see and answer in their own case and see who has looked (pasientjournalloven § 18; pbrl. § 5-1); so do those
//     who act for them. Referrers see what they themselves referred, and those who work at their office what the office has sent; to refer is the referrer's own.
//   - User representatives never see a case; nor do administrators, authors and auditors.
//   - In the exception scheme the doctor applies for patients of their unit, the department's lead endorses, the trust's medical director decides.
//     What is sent on is seen by secretariat and committee without identity; regional medical directors, user representatives, analysts and
//     readers never see a single patient's application.
//   - Group exceptions, meetings and the review of practice are about groups: the secretariat prepares and records, the regional medical directors decide, and
//     user representatives speak for users there. The review's own numbers are for those who make it; the others see what may be published.
var rules = map[Role][]line{
	Intake: {
		{ownPlace, nowhere, []Action{List, Search, Receive, NewCondition, Forward, RefuseOutOfRegion, Classify, RequestInformation, ReceiveInformation, Offer, NotifyHelfo,
			Complain, Ask, Reply, NextOfKin, Correct, Close, CheckContent, CheckPlace}},
		{ownPlace, everywhere, []Action{Open}},
		{ownUnit, nowhere, []Action{SeeFigures, SeeAccessLog}},
	},
	Assessor: {
		{ownUnit, nowhere, []Action{List, Search, NewCondition, Forward, Classify, RequestInformation, ReceiveInformation, Assess, ChangeDeadline, Worsen, Postpone, Start,
			NextOfKin, PathwayEvent, Correct, Close, DecideComplaint, CheckContent, CheckPlace, AskOpinion, GiveOpinion, Ask, Reply, SeeFigures, SeeAccessLog}},
		{ownUnit, everywhere, []Action{Open}},
	},
	Booking: {
		{ownUnit, nowhere, []Action{List, Search, ReceiveInformation, Book, PlanCapacity, Postpone, WishEarlier, Offer, AnswerOffer, Start, NotifyHelfo, SendLetter, NextOfKin, PathwayEvent, Correct,
			Close, Ask, Reply, SeeFigures, Export, SeeAccessLog}},
		{ownUnit, everywhere, []Action{Open}},
	},
	LetterOffice: {
		{ownPlace, nowhere, []Action{List, Search, Open, SendLetter, ReceiveInformation, Complain, Ask, Reply, SeeException, ExceptionLetter}},
	},
	Manager: {
		{ownUnit, nowhere, []Action{List, Export, PlanCapacity, NotifyHelfo, SeeAccessLog, FollowUp}},
		{ownPlace, nowhere, []Action{SeeFigures, ReportNPR}},
		{ownUnit, ownPlace, []Action{Open}},
		{ownUnit, nowhere, []Action{SeeException, EndorseException}},
		{everywhere, nowhere, []Action{SeePrecedent, SeeMethods}},
	},
	MedicalDirector: {
		{ownPlace, nowhere, []Action{SeeFigures, ReportNPR, DecideComplaint, SeeAccessLog, FollowUp, PublishGuide, Erase}},
		{nowhere, ownPlace, []Action{Open}},
		{ownPlace, nowhere, []Action{SeeException, DecideException, ExceptionLetter}},
		{everywhere, nowhere, []Action{SeePrecedent, SeeMethods}},
		{everywhere, nowhere, []Action{SeeGroups, ProposeGroup, SeeEquity}},
	},
	Patient: {
		{theirs, nowhere, []Action{List, Open, ReceiveInformation, Postpone, WishEarlier, AnswerOffer, Complain, Ask, Withdraw, ChangeContact, SeeAccessLog}},
	},
	Representative: {
		{theirs, nowhere, []Action{List, Open, ReceiveInformation, Postpone, WishEarlier, AnswerOffer, Complain, Ask, Withdraw, ChangeContact, SeeAccessLog}},
	},
	Referrer: {
		{theirs, nowhere, []Action{List, Open, Refer, ReceiveInformation}},
	},
	ReferrerOffice: {
		{theirs, nowhere, []Action{List, Open, ReceiveInformation}},
	},
	UserRepresentative: {
		{everywhere, nowhere, []Action{SeeFigures, SeeMethods}},
		{everywhere, nowhere, []Action{SeeGroups, SeeMeetings, SpeakForUsers, SeeEquity}},
	},
	GuideAuthor: {
		{everywhere, nowhere, []Action{WriteGuide}},
	},
	Administrator: {
		{everywhere, nowhere, []Action{ReportNPR, Administer, SeeMethods, KeepMethods}},
	},
	Auditor: {
		{ownPlace, nowhere, []Action{Audit, SeeAccessLog, FollowUp}},
	},
	TreatingDoctor: {
		{ownUnit, nowhere, []Action{SeeException, ApplyException}},
		{ownUnit, everywhere, []Action{Open}},
		{everywhere, nowhere, []Action{SeePrecedent, SeeMethods}},
		{everywhere, nowhere, []Action{SeeGroups}},
	},
	RHFDirector: {
		{everywhere, nowhere, []Action{SeePrecedent, SeeMethods, OpenExceptionDoors}},
		{everywhere, nowhere, []Action{SeeGroups, ProposeGroup, DecideGroup, SeeMeetings, SeeEquity, KeepReview}},
	},
	Secretariat: {
		{everywhere, nowhere, []Action{SeeForwarded, SeePrecedent, SeeMethods, KeepMethods}},
		{everywhere, nowhere, []Action{SeeGroups, ProposeGroup, KeepGroups, DecideGroup, SeeMeetings, SeeEquity, KeepReview}},
	},
	Committee: {
		{everywhere, nowhere, []Action{SeeForwarded, DecideForwarded, SeePrecedent, SeeMethods}},
		{everywhere, nowhere, []Action{SeeGroups, SeeEquity}},
	},
	Analyst: {
		{everywhere, nowhere, []Action{SeeFigures, SeeMethods}},
		{everywhere, nowhere, []Action{SeeGroups, SeeEquity, KeepReview}},
	},
	Reader: {
		{everywhere, nowhere, []Action{SeeMethods}},
		{everywhere, nowhere, []Action{SeeGroups, SeeEquity}},
	},
}

// rule gives a role's line for an action; zero when there is none.
func rule(r Role, a Action) line {
	for _, l := range rules[r] {
		for _, x := range l.actions {
			if x == a {
				return l
			}
		}
	}
	return line{}
}

// wide tells whether a grant for every provider serves the action: figures and logs, never a case.
func wide(a Action) bool {
	switch a {
	case SeeFigures, ReportNPR, SeeAccessLog, FollowUp, Audit, PublishGuide:
		return true
	}
	return false
}
