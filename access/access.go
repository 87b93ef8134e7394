// Package access tells who may see and do what with a referral, and lets people in: by HelseID for staff, ID-porten for
// patients, and in a demonstration on one machine by choosing who to be.
//
// A person holds grants, each a role at a place or with regard to a patient. Decide is a pure function of the person, the
// action, the case and the day: what no rule gives is refused. Whoever gives health care may open a case outside their own
// work by saying why; that is followed up, and the patient sees it (helsepersonelloven §§ 21 a, 25 and 45, pasientjournalloven §§ 15, 16, 19
// and 22).
//
// What never happens here: no case is loaded and no look is written down (package desk does both), no page is laid out
// (package web), and no name, identity number or HPR number stands in an address, a log or an error.
package access

import (
	"fmt"
	"log/slog"
	"slices"

	"rettid/clinic"
	"rettid/day"
	"rettid/law"
)

// A Role is what somebody's work is, or what they are to the patient. The wording is role.<code>.
type Role string

// The roles.
const (
	Intake             Role = "intake"              // receives, sorts and forwards referrals to a provider
	Assessor           Role = "assessor"            // decides right and deadline (G2-18)
	Booking            Role = "booking"             // sets times
	LetterOffice       Role = "letter_office"       // sends letters
	Manager            Role = "manager"             // answers for a unit's list and duties
	MedicalDirector    Role = "medical_director"    // answers for a provider's practice; complaints, follow-up of looks
	Patient            Role = "patient"             // whom the case is about
	Representative     Role = "representative"      // acts for the patient, by authority or as a parent
	Referrer           Role = "referrer"            // one who refers: sees what they themselves have sent
	ReferrerOffice     Role = "referrer_office"     // works at an office that refers: sees what the office has sent
	UserRepresentative Role = "user_representative" // speaks for users in general; never opens a case
	GuideAuthor        Role = "guide_author"        // writes the guides
	Administrator      Role = "administrator"       // settings, people; no cases
	Auditor            Role = "auditor"             // reads logs; no cases

	// In the exception scheme of Nye metoder. Manager is the department's lead, MedicalDirector the trust's medical director.
	TreatingDoctor Role = "treating_doctor" // applies for a patient, and follows up
	RHFDirector    Role = "rhf_director"    // medical director of a region: decides for groups; never opens a single patient's case
	Secretariat    Role = "secretariat"     // of Nye metoder: the register of methods, cases sent on, without identity
	Committee      Role = "committee"       // decides cases sent on, without identity
	Analyst        Role = "analyst"         // counts; no cases
	Reader         Role = "reader"          // reads what is common: methods, group exceptions; no cases
)

// Roles lists the roles.
func Roles() []Role {
	return []Role{Intake, Assessor, Booking, LetterOffice, Manager, MedicalDirector, Patient, Representative, Referrer, ReferrerOffice, UserRepresentative, GuideAuthor, Administrator, Auditor,
		TreatingDoctor, RHFDirector, Secretariat, Committee, Analyst, Reader}
}

// Law gives what the law calls one in this role: what stands in the log as the one who acted. It is empty for those who
// never act on a referral.
func (r Role) Law() law.Role {
	switch r {
	case Intake:
		return law.Intake
	case Assessor, TreatingDoctor:
		return law.Specialist
	case RHFDirector:
		return law.RHFDirector
	case Secretariat:
		return law.Secretariat
	case Committee:
		return law.Committee
	case Booking:
		return law.Booking
	case LetterOffice:
		return law.Secretary
	case Manager, MedicalDirector:
		return law.Management
	case Patient:
		return law.Patient
	case Representative:
		return law.NextOfKin
	case Referrer, ReferrerOffice:
		return law.Referrer
	}
	return ""
}

// refers tells whether the role's place is an office that refers.
func (r Role) refers() bool { return r == Referrer || r == ReferrerOffice }

// staff tells whether the role is work at a provider.
func (r Role) staff() bool {
	switch r {
	case Intake, Assessor, Booking, LetterOffice, Manager, MedicalDirector, TreatingDoctor:
		return true
	}
	return false
}

// An Action is something one may do. The wording is action.<code>.
type Action string

// The actions. Those on a case carry the names of the commands (package referral) where there is one.
const (
	List               Action = "list"   // see a list of referrals
	Search             Action = "search" // find a patient by name or number
	Open               Action = "open"   // see a case
	Refer              Action = "refer"  // send a referral, as the one who refers
	Receive            Action = "receive"
	NewCondition       Action = "new_condition" // refer a patient on for what was found under way (guide 3.3.2)
	Forward            Action = "forward"
	RefuseOutOfRegion  Action = "refuse_out_of_region"
	Classify           Action = "classify"
	RequestInformation Action = "request_information"
	ReceiveInformation Action = "receive_information"
	Assess             Action = "assess" // begin and decide
	ChangeDeadline     Action = "change_deadline"
	Worsen             Action = "worsen"
	Book               Action = "book"
	Postpone           Action = "postpone"
	WishEarlier        Action = "wish_earlier" // ask for, or give up, a time that becomes free
	Offer              Action = "offer"
	AnswerOffer        Action = "answer_offer"
	Start              Action = "start"
	NotifyHelfo        Action = "notify_helfo" // and what Helfo answers
	SendLetter         Action = "send_letter"
	NextOfKin          Action = "next_of_kin"
	PathwayEvent       Action = "pathway_event"
	Correct            Action = "correct"
	Close              Action = "close"
	Complain           Action = "complain"
	DecideComplaint    Action = "decide_complaint"
	Ask                Action = "ask"      // what the patient asks, also when somebody writes down a telephone call
	Reply              Action = "reply"    // and the answer
	Withdraw           Action = "withdraw" // a closing by the patient, who wants no more help
	ChangeContact      Action = "change_contact"
	CheckContent       Action = "check_content" // what the referral holds, of the national list
	CheckPlace         Action = "check_place"   // whether it came to the right place
	AskOpinion         Action = "ask_opinion"   // of a colleague
	GiveOpinion        Action = "give_opinion"
	PlanCapacity       Action = "plan_capacity" // say how many starts a unit can take
	SeeFigures         Action = "see_figures"
	Export             Action = "export"         // take a list out of the program
	ReportNPR          Action = "report_npr"     // make, take out and follow the messages to the patient registry
	SeeAccessLog       Action = "see_access_log" // who has looked at one patient
	FollowUp           Action = "follow_up"      // check looks outside own work
	Audit              Action = "audit"          // read the logs of a provider
	WriteGuide         Action = "write_guide"
	PublishGuide       Action = "publish_guide"
	Administer         Action = "administer"
	Erase              Action = "erase" // decide that everything kept of a patient is erased (helsepersonelloven §§ 43 and 44)

	// On a single patient's application in the exception scheme.
	SeeException       Action = "see_exception"       // see the list of applications, and open one
	ApplyException     Action = "apply_exception"     // apply, complete, and follow treatment up
	EndorseException   Action = "endorse_exception"   // a word from the line
	DecideException    Action = "decide_exception"    // decide, send on, ask for more, answer a complaint
	ExceptionLetter    Action = "exception_letter"    // tell patient and doctor
	SeeForwarded       Action = "see_forwarded"       // see what was sent on to the committee, without identity
	DecideForwarded    Action = "decide_forwarded"    // the committee's decision
	SeePrecedent       Action = "see_precedent"       // decided applications without identity
	SeeMethods         Action = "see_methods"         // the register of methods
	KeepMethods        Action = "keep_methods"        // enter a method, or a state it came into
	OpenExceptionDoors Action = "open_exception_door" // after a no

	// On what concerns groups, and the practice of all: never a single patient.
	SeeGroups     Action = "see_groups"      // group exceptions, and the report on users' part
	ProposeGroup  Action = "propose_group"
	KeepGroups    Action = "keep_groups"     // prepare cases and meetings
	DecideGroup   Action = "decide_group"    // decide, review, approve minutes
	SeeMeetings   Action = "see_meetings"    // the meetings and their papers
	SpeakForUsers Action = "speak_for_users" // give input, opinion and dissent, declare conflicts of interest
	SeeEquity     Action = "see_equity"      // the review of practice, as it may be published
	KeepReview    Action = "keep_review"     // the review's own numbers, and what is done about its findings
)

// Actions lists the actions.
func Actions() []Action {
	return []Action{List, Search, Open, Refer, Receive, NewCondition, Forward, RefuseOutOfRegion, Classify, RequestInformation, ReceiveInformation, Assess, ChangeDeadline, Worsen,
		Book, Postpone, WishEarlier, Offer, AnswerOffer, Start, NotifyHelfo, SendLetter, NextOfKin, PathwayEvent, Correct, Close, Complain, DecideComplaint,
		CheckContent, CheckPlace, AskOpinion, GiveOpinion,
		Ask, Reply, Withdraw, ChangeContact, PlanCapacity, SeeFigures, Export, ReportNPR, SeeAccessLog, FollowUp, Audit, WriteGuide, PublishGuide, Administer, Erase,
		SeeException, ApplyException, EndorseException, DecideException, ExceptionLetter, SeeForwarded, DecideForwarded, SeePrecedent, SeeMethods, KeepMethods, OpenExceptionDoors,
		SeeGroups, ProposeGroup, KeepGroups, DecideGroup, SeeMeetings, SpeakForUsers, SeeEquity, KeepReview}
}

// ActionOf gives the action that a command of package referral is, by its verb. It is false for a verb that is no command.
func ActionOf(verb string) (Action, bool) {
	switch verb {
	case "begin":
		return Assess, true
	case "accept", "decline":
		return AnswerOffer, true
	case "helfo_placed", "helfo_returned", "tell_helfo":
		return NotifyHelfo, true
	case "inform", "letter_delivered", "letter_not_delivered":
		return SendLetter, true
	}
	if a := Action(verb); slices.Contains(Actions(), a) && a.command() {
		return a, true
	}
	return "", false
}

// command tells whether the action changes a referral.
func (a Action) command() bool {
	switch a {
	case List, Search, Open, Refer, NewCondition, ChangeContact, Withdraw, PlanCapacity, SeeFigures, Export, ReportNPR, SeeAccessLog, FollowUp, Audit, WriteGuide, PublishGuide, Administer, Erase,
		SeeException, ApplyException, EndorseException, DecideException, ExceptionLetter, SeeForwarded, DecideForwarded, SeePrecedent, SeeMethods, KeepMethods, OpenExceptionDoors,
		SeeGroups, ProposeGroup, KeepGroups, DecideGroup, SeeMeetings, SpeakForUsers, SeeEquity, KeepReview:
		return false
	}
	return true
}

// A PatientID is a patient as one trust's records know them: the same person has one in each.
type PatientID struct{ Tenant, ID string }

// Everywhere as a grant's provider is every provider, for those who see figures or logs; it never opens a case.
const Everywhere = "*"

// A Grant is one role in one place and period. What is left empty gives less, not more: a role at no provider is no role,
// save that an empty unit and specialty is the whole of the provider.
type Grant struct {
	Role      Role
	Provider  string     // of staff: clinic.Provider.ID; of a referrer: clinic.Referrer.ID; of one in the committee: the trust of employment; of a regional medical director or a user representative: the region
	Unit      string     // clinic.Unit.ID at the provider; empty: every unit
	Specialty string     // specialty key; empty: every specialty of the unit
	Patient   PatientID  // of a patient: themselves; of a representative: the one they act for
	In        day.Period // zero ends are open
}

// InForce tells whether the grant holds on the day. A grant is never in force on no day.
func (g Grant) InForce(on day.Day) bool {
	return !on.IsZero() && (g.In.From.IsZero() || !on.Before(g.In.From)) && (g.In.To.IsZero() || !on.After(g.In.To))
}

// A User is one who is let in. ID is the house's own, made up and lasting; it goes into logs, and nothing else about the
// user does.
type User struct {
	ID       string
	Name     string
	Roles    []Grant
	Language string // nb, nn or en; empty: not chosen
	HPR      string // number in the register of health personnel; may be empty
}

// Has tells whether the user has the role on the day.
func (u User) Has(r Role, on day.Day) bool {
	return slices.ContainsFunc(u.Roles, func(g Grant) bool { return g.Role == r && g.InForce(on) })
}

// Main is the first grant in force: what stands under the name on a page.
func (u User) Main(on day.Day) (Grant, bool) {
	i := slices.IndexFunc(u.Roles, func(g Grant) bool { return g.InForce(on) })
	if i < 0 {
		return Grant{}, false
	}
	return u.Roles[i], true
}

// String gives the internal id alone, so that no name reaches a log by accident.
func (u User) String() string { return "user " + u.ID }

// Format keeps the name out of every verb of package fmt, %#v included.
func (u User) Format(f fmt.State, _ rune) { fmt.Fprint(f, u.String()) }

// LogValue keeps the name out of package slog.
func (u User) LogValue() slog.Value { return slog.StringValue(u.ID) }

// A Case is what access asks about a referral, or about a list of them: empty fields are not known.
type Case struct {
	Holder       string // the provider that has it (clinic.Provider.ID)
	ListProvider string // the provider on whose waiting list it stands
	Unit         string // the unit at the holder; empty until it is given to one
	Specialty    string
	Patient      PatientID
	Referrer     string // clinic.Referrer.ID
	ReferrerHPR  string // of the one there who referred; empty when it was not told
}

// ListOf is the case of a whole list, a provider's or a unit's: for List, Search, Export and SeeFigures. An empty unit is
// every unit, which one in a single unit does not have.
func ListOf(provider, unit, specialty string) Case {
	if unit == "" {
		unit = Everywhere
	}
	return Case{Holder: provider, ListProvider: provider, Unit: unit, Specialty: specialty}
}

// regional tells whether the grant's place is a region.
func (g Grant) regional() bool { return g.Role == RHFDirector || g.Role == UserRepresentative }

// Check finds a grant at a provider, a unit or a referrer that is not in the organisation: a misspelt one would quietly
// give nothing.
func (g Grant) Check(org *clinic.Org) error {
	switch {
	case g.Role.refers():
		if !slices.ContainsFunc(org.Referrers(), func(r clinic.Referrer) bool { return r.ID == g.Provider }) {
			return fmt.Errorf("referrer %q is not in the organisation data", g.Provider)
		}
	case g.regional():
		if g.Provider != "" && !slices.ContainsFunc(org.Regions(), func(r clinic.Region) bool { return r.ID == g.Provider }) {
			return fmt.Errorf("region %q is not in the organisation data", g.Provider)
		}
	case g.Provider != "" && g.Provider != Everywhere:
		p, ok := org.Provider(g.Provider)
		if !ok {
			return fmt.Errorf("provider %q is not in the organisation data", g.Provider)
		}
		if g.Unit != "" && !slices.ContainsFunc(p.Units, func(u clinic.Unit) bool { return u.ID == g.Unit }) {
			return fmt.Errorf("unit %q is not one of provider %q's", g.Unit, g.Provider)
		}
	}
	return nil
}
