package npr

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"rettid/clinic"
	"rettid/day"
	"rettid/law"
	"rettid/patient"
	"rettid/referral"
)

// A Case is what a period is made of: a referral as it stood on a day, and what stands outside its log.
type Case struct {
	ID       string // henvisningsperiodeID
	Referral *referral.Referral
	Log      []referral.Entry // what was known; for what a later step has taken out of the state. May be nil.
	AsOf     day.Day          // the last day of the reporting period: later entries of the log are left out
	Who      Who
	Org      *clinic.Org
}

// A Who is the patient, without who it is.
type Who struct {
	Patient      string // pasientNr, as PatientNumber makes it
	Sex          string // patient.Female, patient.Male or ""
	Born         day.Day
	Municipality string
	Borough      string
}

// PatientNumber makes the number a patient has in the registry's messages: the hospital's own patient number when there is one, else one made of the internal
// id. It is the same in every message, and never a national number.
func PatientNumber(tenant, id, local string) string {
	if local != "" && !eleven(local) && len(local) <= 40 {
		return local
	}
	sum := sha256.Sum256([]byte("pasientNr\x00" + tenant + "\x00" + id))
	return "P" + hex.EncodeToString(sum[:8])
}

// Place is where a period is reported: the institution, and the site whose list it stands on.
type Place struct{ Institution, Site string } // provider and site ids of the organisation; Site is "" where the provider has none

// PlaceOf finds where a referral is reported (vlf. § 3, R-9.1): on the list it stands on, else at the site of the unit that works in its field, else at the
// institution's first site.
func PlaceOf(r *referral.Referral, org *clinic.Org, on day.Day) Place {
	provider, site := law.ListPlace(&r.Facts)
	p, ok := org.Provider(provider)
	if !ok {
		return Place{provider, site}
	}
	if _, known := p.Site(site); known && site != "" {
		s, _ := p.Site(site)
		return Place{provider, s.ID}
	}
	if u, ok := org.Unit(provider, r.Specialty, on); ok && u.Site != "" {
		return Place{provider, u.Site}
	}
	if len(p.Sites) > 0 {
		return Place{provider, p.Sites[0].ID}
	}
	return Place{provider, ""}
}

// InPeriod tells whether a period belongs in the message of a reporting period: received by its end, and neither its wait nor the whole of it over before it began.
func InPeriod(r *referral.Referral, in day.Period) bool {
	f := &r.Facts
	switch {
	case r.ReceivedFirst().IsZero() || r.ReceivedFirst().After(in.To):
		return false
	case !f.WaitEnd.IsZero() && f.WaitEnd.Before(in.From):
		return false
	case !f.ClosedOn.IsZero() && f.ClosedOn.Before(in.From):
		return false
	case f.Right != law.Granted && !f.AssessedOn.IsZero() && f.AssessedOn.Before(in.From):
		return false // assessed without the right, and reported in its own period
	case f.Right == law.NotAssessed && f.ReceivedOn.Before(in.From):
		return false // sorted out when it came, and reported then
	}
	return true
}

// Of makes the period of a referral, and the units it refers to. Nothing is guessed: what is not recorded stays empty, and the checks say so.
func Of(c Case) (Period, []Unit) {
	r := c.Referral
	f := &r.Facts
	p := Period{
		ID: c.ID, Patient: c.Who.Patient, Sex: sexCode(c.Who.Sex), Municipality: c.Who.Municipality, Borough: c.Who.Borough,
		Seniority: f.Seniority, Received: f.ReceivedOn, Assessed: f.AssessedOn, Deadline: f.StartBy, WaitEnd: f.WaitEnd, EndCode: f.EndCode, End: f.ClosedOn, Attended: f.StartedOn,
		SecondOpinion: yesNo(f.SecondOpinion),
	}
	if born := c.Who.Born; !born.IsZero() {
		p.BirthYear = born.Year()
	} else if !f.Born.IsZero() {
		p.BirthYear = f.Born.Year()
	}
	if p.Municipality == "" {
		p.Municipality = r.Municipality
	}
	switch f.Right {
	case law.Granted:
		p.Right = "3"
	case law.NotGranted:
		p.Right = "5"
	case law.NotAssessed:
		p.Right = "6"
	}
	switch {
	case f.Kind == law.Emergency:
		p.Outcome, p.OutcomeOld = "99", "4" // generated for an emergency
	case f.Right == law.NotAssessed:
		p.Outcome, p.OutcomeOld = "99", "7"
	case !f.AssessedOn.IsZero():
		p.Outcome = "10"
	}
	if f.NewCondition {
		p.NewCondition = "1"
	}
	for _, u := range f.Postponements {
		p.Postponements = append(p.Postponements, Postponement{u.On, strconv.Itoa(u.Code)})
	}
	c.fromLog(&p)
	p.specialty(r, c.AsOf)
	p.from(r, c.Org)
	p.debtor(r, c.Org)
	return p, c.units(&p)
}

// fromLog finds what later steps take out of the state: the last time the patient was given before care began, and every word about Helfo.
func (c *Case) fromLog(p *Period) {
	f := &c.Referral.Facts
	p.Allocated = f.Appointment.From
	helfo, agreed := f.HelfoOn, f.AgreedNotOn
	if f.Right == law.NotAssessed && p.Assessed.IsZero() {
		p.Assessed = f.ReceivedOn // a matter that is not for rights assessment is sorted when it comes, or on the day it was classified
	}
	for _, e := range referral.Speaking(c.Log) {
		if e == nil || !c.AsOf.IsZero() && e.On.After(c.AsOf) {
			continue
		}
		switch ask := e.Ask.(type) {
		case *referral.Classify:
			if f.Right == law.NotAssessed {
				p.Assessed = e.On
			}
		case *referral.Book:
			if f.StartedOn.IsZero() || e.On.After(f.StartedOn) || ask.Start.IsZero() || ask.What.Preliminary() {
				continue
			}
			p.Allocated = ask.Start.Day
		case *referral.Postpone:
			if !f.StartedOn.IsZero() && !e.On.After(f.StartedOn) && !ask.To.IsZero() {
				p.Allocated = ask.To
			}
		case *referral.NotifyHelfo:
			if ask.AgreedNot {
				agreed = e.On
			} else {
				helfo = e.On
			}
		}
	}
	if !helfo.IsZero() {
		p.Times = append(p.Times, Time{"31", day.Moment{Day: helfo, Minute: day.NoClock}})
	}
	if !agreed.IsZero() {
		p.Times = append(p.Times, Time{"32", day.Moment{Day: agreed, Minute: day.NoClock}})
	}
	switch {
	case !helfo.IsZero() && !helfo.Before(agreed):
		p.Helfo = "2"
	case !agreed.IsZero():
		p.Helfo = "3"
	case f.Right == law.Granted:
		p.Helfo = "1"
	}
}

func (p *Period) specialty(r *referral.Referral, on day.Day) {
	s, ok := clinic.SpecialtyByKey(r.Specialty)
	if !ok {
		return
	}
	p.Specialty = s.Code
	switch s.Code {
	case "360", "365", "370":
		p.Sector = "1"
	case "320":
		p.Sector = "2"
	case "310":
		p.Sector = "3"
	default:
		p.Sector = "4"
	}
}

// from tells who referred, in list 8404.
func (p *Period) from(r *referral.Referral, org *clinic.Org) {
	switch r.From.Role {
	case "patient":
		p.From.Service = "1"
	case "gp", "doctor":
		p.From.Service = "28"
	case "municipality", "child_welfare", "midwife":
		p.From.Service = "88"
	case "":
		if r.Kind == law.Self {
			p.From.Service = "1"
		}
	default:
		p.From.Service = "9"
	}
	p.From.HPR = r.From.HPR
	if org == nil || r.From.Provider == "" {
		return
	}
	if h, ok := org.Provider(r.From.Provider); ok {
		p.From.Institution = h.OrgNr
		p.From.Service = serviceOf(h, p.Sector)
		return
	}
	for _, g := range org.Referrers() {
		if g.ID == r.From.Provider {
			p.From.Institution = g.OrgNr
			return
		}
	}
}

func serviceOf(p clinic.Provider, sector string) string {
	switch {
	case p.Kind == clinic.ContractSpecialist:
		return "10"
	case sector == "1":
		return "42"
	case sector == "2", sector == "3":
		return "44"
	}
	return "41"
}

// debtor is who pays, as far as what is recorded tells (list 8426): a place found by Helfo 70, a contract specialist 50, a private provider with an agreement 80,
// a patient living in Norway at a public institution 1.
func (p *Period) debtor(r *referral.Referral, org *clinic.Org) {
	if org == nil {
		return
	}
	h, ok := org.Provider(r.Holder)
	_, livesHere := org.RegionOf(p.Municipality, r.Seniority)
	switch {
	case r.Appointment.Helfo || r.PlacedAt != "":
		p.Debtor = "70"
	case !ok:
	case h.Kind == clinic.ContractSpecialist:
		p.Debtor = "50"
	case h.Kind == clinic.Private:
		p.Debtor = "80"
	case livesHere:
		p.Debtor = "1"
	}
}

// units finds where the period belongs, and writes it into the period.
func (c *Case) units(p *Period) []Unit {
	if c.Org == nil {
		return nil
	}
	at := PlaceOf(c.Referral, c.Org, c.AsOf)
	h, ok := c.Org.Provider(at.Institution)
	if !ok {
		return nil
	}
	p.Institution, p.Region = first(h.OrgNr, h.ID), h.Region
	if t, ok := c.Org.Provider(h.Trust); ok {
		p.Trust = first(t.OrgNr, t.ID)
	}
	var units []Unit
	site := Unit{ID: first(h.OrgNr, h.ID), OrgNr: h.OrgNr, Name: h.ShortName}
	if s, ok := h.Site(at.Site); ok {
		site = Unit{ID: first(s.OrgNr, s.ID), OrgNr: s.OrgNr, Name: s.Name}
	}
	p.Site = site.ID
	units = append(units, site)
	if u, ok := c.Org.Unit(h.ID, c.Referral.Specialty, c.AsOf); ok {
		x := Unit{ID: first(u.ResHID, u.ID), ResHID: u.ResHID, OfficialCode: u.DeptCode, Name: u.Name}
		p.Unit, p.DepartmentCode = x.ID, u.DeptCode
		units = append(units, x)
	}
	if h.ResHID != "" {
		p.Department = h.ResHID
		units = append(units, Unit{ID: h.ResHID, ResHID: h.ResHID, Name: h.ShortName})
	}
	return units
}

func sexCode(s string) string {
	switch s {
	case patient.Male:
		return "1"
	case patient.Female:
		return "2"
	}
	return "0"
}

func yesNo(b bool) string {
	if b {
		return "1"
	}
	return "2"
}
