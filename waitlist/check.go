package waitlist

import (
	"slices"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
)

// A Flaw is something on the list that is stale, contradictory or missing: what, since when, the norm that asks for better, and the act that mends it. The
// wording is flaw.<code> and flaw.<code>.remedy.
type Flaw struct {
	Code  string
	Since day.Day  // the day it began, or the day it is about; zero when there is none
	Norms []string // none where only good order asks for it
	Mend  string   // the verb of the command that mends it; "assess"; "assessment" or "reception": it is corrected; "elsewhere": find another provider
}

// The codes, in the order they are shown: what can harm a patient comes first.
const (
	LateNoContact     = "late_no_contact"     // the deadline is passed, and nothing has been done about it
	Unassessed        = "unassessed"          // not assessed within the limit
	NoOwner           = "no_owner"            // open, and nobody owes a next step
	TimePassed        = "time_passed"         // the appointment has passed, and nothing is registered
	BookedClosed      = "booked_closed"       // closed, and a time ahead is still held
	StillProvisional  = "still_provisional"   // the time is near and still provisional
	Stale             = "stale"               // no time, and nothing has happened for long
	Twin              = "twin"                // another open referral of the same patient and condition
	NoDeadline        = "no_deadline"         // the right is granted without a deadline
	DeadlineBefore    = "deadline_before"     // the deadline is before the seniority date
	SeniorityAfter    = "seniority_after"     // the seniority date is after the reception here
	AssessedBefore    = "assessed_before"     // assessed before it was received
	AppointmentBefore = "appointment_before"  // the appointment is before the seniority date
	NoSpecialty       = "no_specialty"        // which field it belongs to is missing
	NoCondition       = "no_condition"        // the right is granted without a condition
	NoBirth           = "no_birth"            // the date of birth is missing
	NoSite            = "no_site"             // the provider keeps several lists, and the referral is on none of them
	WishPassed        = "wish_without_answer" // the patient wants an earlier time and has none at all
)

// Flaws lists every code.
var Flaws = []string{LateNoContact, Unassessed, NoOwner, TimePassed, BookedClosed, StillProvisional, Stale, Twin, NoDeadline, DeadlineBefore, SeniorityAfter, AssessedBefore, AppointmentBefore, NoSpecialty, NoCondition, NoBirth,
	NoSite, WishPassed}

const (
	lateDays        = 14  // after a deadline before silence is a flaw of its own
	staleDays       = 120 // without anything happening
	provisionalDays = 14  // before a provisional time must be settled
	wishDays        = 60  // a wish for an earlier time without any time
)

// flawNorms are the norms that ask for better; none where good order alone does.
var flawNorms = map[string][]string{
	LateNoContact: {"G9.2-1", "G9.2-11"}, Unassessed: {"G2-20", "G4.1-1"}, NoOwner: {"G2-19"}, TimePassed: {"R-8.13", "G2-19"}, BookedClosed: {"G2-30"}, StillProvisional: {"G2-30", "G8.1-3"}, Stale: {"G2-19", "G2-15"},
	NoDeadline: {"G5.3-1"}, DeadlineBefore: {"G3.3.1-8"}, SeniorityAfter: {"G3.3.1-8"}, AssessedBefore: {"G3.3.1-8"}, AppointmentBefore: {"G3.3.1-8"}, NoSpecialty: {"G3.3.1-8"}, NoCondition: {"G9.3-8"}, NoSite: {"G9.3-12"},
	Twin: {"G3.3.1-8"}, NoBirth: {"G3.3.1-8"},
}

var flawMends = map[string]string{
	LateNoContact: "elsewhere", Unassessed: "assess", NoOwner: "book", TimePassed: "start", BookedClosed: "correct", StillProvisional: "book", Stale: "book", Twin: "close", NoDeadline: "assessment", DeadlineBefore: "correct",
	SeniorityAfter: "reception", AssessedBefore: "correct", AppointmentBefore: "correct", NoSpecialty: "reception", NoCondition: "assessment", NoBirth: "reception", NoSite: "reception", WishPassed: "book",
}

// FlawOf is a flaw of a code, since no day in particular: its norms and its mending.
func FlawOf(code string) Flaw { return flaw(code, day.Day{}) }

// flaw makes one of a code.
func flaw(code string, since day.Day) Flaw {
	return Flaw{Code: code, Since: since, Norms: flawNorms[code], Mend: flawMends[code]}
}

// Check finds what is wrong with one referral on the list on a day, in the order of Flaws. sites is how many lists its provider keeps. What asks about other
// referrals too is found by Twins.
func Check(r *referral.Referral, today day.Day, sites int, s *law.Settings) []Flaw {
	f := &r.Facts
	var out []Flaw
	add := func(wrong bool, code string, since day.Day) {
		if wrong {
			out = append(out, flaw(code, since))
		}
	}
	if !f.Open() {
		add(held(f, today), BookedClosed, f.ClosedOn)
		return out
	}
	granted := f.Right == law.Granted && f.Status == law.Waiting
	silent := f.HelfoOn.IsZero() && f.AgreedNotOn.IsZero() && f.PutOff.On.IsZero() && f.Appointment.IsZero() && !slices.ContainsFunc(f.Offers, func(o law.Offer) bool { return o.MadeOn.After(f.StartBy.Add(-lateDays)) })
	_, owned := law.NextStep(f, today, s)
	last := r.MovedOn
	add(granted && !f.StartBy.IsZero() && today.Sub(f.StartBy) > lateDays && silent, LateNoContact, f.StartBy)
	add(f.Right == law.Pending && law.AssessmentLate(f, today), Unassessed, f.AssessBy)
	add(!owned, NoOwner, last)
	add(granted && !f.Appointment.IsZero() && f.Appointment.To.Before(today), TimePassed, f.Appointment.To)
	add(granted && f.Appointment.Provisional && !f.Appointment.From.Before(today) && f.Appointment.From.Sub(today) <= provisionalDays, StillProvisional, f.Appointment.From)
	add(granted && f.Appointment.IsZero() && !last.IsZero() && today.Sub(last) > staleDays, Stale, last)
	add(granted && f.StartBy.IsZero() && !noDeadlineNeeded(f, s), NoDeadline, f.AssessedOn)
	add(earlier(f.StartBy, f.Seniority), DeadlineBefore, f.StartBy)
	add(earlier(f.ReceivedOn, f.Seniority), SeniorityAfter, f.Seniority)
	add(earlier(f.AssessedOn, f.Seniority), AssessedBefore, f.AssessedOn)
	add(earlier(f.Appointment.From, f.Seniority), AppointmentBefore, f.Appointment.From)
	add(f.Specialty == "", NoSpecialty, f.ReceivedOn)
	add(granted && r.Condition == "", NoCondition, f.AssessedOn)
	add(f.Born.IsZero(), NoBirth, f.ReceivedOn)
	_, site := law.ListPlace(f)
	add(granted && sites > 1 && site == "", NoSite, f.ReceivedOn)
	add(granted && !r.Earlier.Since.IsZero() && f.Appointment.IsZero() && today.Sub(r.Earlier.Since) > wishDays, WishPassed, r.Earlier.Since)
	return out
}

// earlier tells that a is before b, both being known.
func earlier(a, b day.Day) bool { return !a.IsZero() && !b.IsZero() && a.Before(b) }

// held tells that a closed referral still holds a time ahead.
func held(f *law.Facts, today day.Day) bool {
	for _, a := range []law.Appointment{f.Appointment, f.Next, f.Meeting} {
		if !a.IsZero() && !a.To.Before(today) {
			return true
		}
	}
	return false
}

// noDeadlineNeeded tells that a right was granted when none needed a deadline (27 March to 1 October 2020).
func noDeadlineNeeded(f *law.Facts, s *law.Settings) bool {
	return s.Suspended2020 && !f.AssessedOn.Before(day.On(2020, 3, 27)) && !f.AssessedOn.After(day.On(2020, 10, 1))
}

// TwinKey is what two open referrals have in common when they may be the same matter; false for one that has no twin: closed, started, or of nobody.
func TwinKey(r *referral.Referral) (key [3]string, ok bool) {
	if !r.Open() || r.Status == law.Started || r.Patient == "" || r.Specialty == "" || r.SecondOpinion {
		return key, false
	}
	return [3]string{r.Patient, r.Specialty, r.Condition}, true
}

// AsTwin is the flaw of one that has a twin.
func AsTwin(r *referral.Referral) Flaw { return flaw(Twin, r.ReceivedOn) }
