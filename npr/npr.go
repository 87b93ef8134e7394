// Package npr is the report to the patient registry (Norsk pasientregister): referral periods as the registry's message carries them, written, read, checked
// and answered for.
//
// What never happens here: no clock is read, no file is opened, nothing is loaded or saved, and no national identity number stands beside a period: who
// pasientNr is goes in a message of its own. Names in the message that no open schema settles stand in one table, names.csv, with where each is known from.
package npr

import "rettid/day"

// A Period is one referral period (henvisningsperiode), in the registry's own terms and codes. Days are zero, and texts empty, where nothing is reported.
// The name of each field in messages and files, and its purpose, stand in names.csv.
type Period struct {
	ID      string // henvisningsperiodeID, unique at the institution
	Patient string // pasientNr: the institution's own, never a national number

	Sex          string // list 3101
	BirthYear    int
	Municipality string // four digits
	Borough      string // six digits

	Seniority, Received, Assessed, Allocated, Attended day.Day

	Outcome    string // list 8455, 8485 until 2016
	OutcomeOld string // list 8485: tells «other referrals» apart
	Right      string // list 8444
	Deadline   day.Day
	WaitEnd    day.Day
	EndCode    string // list 8445
	End        day.Day

	Postponements []Postponement
	From, To      Party

	Specialty, CareLevel, Debtor string // lists 8451, 8406, 8426
	Mediated                     day.Day
	FreeSite, FreeTreatment      string
	SecondOpinion, NewCondition  string
	LegalBasis, Plan             string
	PlanOn                       day.Day
	Times                        []Time
	Helfo                        string // list 9180
	Sector                       string

	// Where: the institution and its trust by organisation number; the treatment site and the units within by the number they are known by.
	Institution, Trust, Site      string
	Department, Unit, ServiceUnit string
	DepartmentCode                string // the official department code, three digits
	Region                        string // in files alone
}

// A Postponement is one put-off start: when it was decided, and the code of list 8446.
type Postponement struct {
	On   day.Day
	Code string
}

// A Time is a time stamp of list 8477: 31 Helfo was notified of a breach, 32 it was agreed with the patient that Helfo is not.
type Time struct {
	Type string
	At   day.Moment
}

// A Party is who referred, or was referred to: a service of list 8404, an institution, and a health worker's number.
type Party struct{ Service, Institution, HPR string }

// Start is the day the wait is counted from.
func (p *Period) Start() day.Day {
	if !p.Seniority.IsZero() && (p.Received.IsZero() || !p.Seniority.After(p.Received)) {
		return p.Seniority
	}
	return p.Received
}
