package law

import "rettid/day"

// Guide 3.3.1: «Datoen henvisningen først ble mottatt i spesialisthelsetjenesten, er ansiennitetsdato.»
//
// Our reading: the first reception that counts is the one at a public provider or a private one with any valid delegation, also
// when the referral lies outside its area and must be sent on; a contract specialist is not part of the public service (R-1.37,
// recall: two settings). Saturdays, Sundays and holidays keep their date. No later step but a correction changes it.
var seniorityRule = Rule{
	ID: "seniority", Norms: []string{"G3.3.1-6", "G3.3.2-3", "R-1.31", "R-1.37", "R-1.38"}, Cite: "guide 3.3.1",
	Title: "The seniority date is the day the specialist health service first received the referral",
	Uses:  []string{"seniority.contract_specialist_counts", "seniority.private_without_delegation_counts"},
	Funcs: []string{"Seniority"},
}

var (
	normsSeniority      = []string{"G3.3.1-6"}
	normsSeniorityEarly = []string{"G3.3.1-6", "G4.1-2"}
	normsSeniorityNew   = []string{"G3.3.1-6", "G3.3.2-3", "R-1.8"}
	normsSeniorityNone  = []string{"G3.3.1-6", "R-1.37"}
)

// Reception is what is known when a referral reaches a provider.
type Reception struct {
	On            day.Day // the day it reached this provider
	FirstReceived day.Day // the day an earlier provider had it, zero when none
	Provider      ProviderKind
	HasDelegation bool    // a private provider with any valid delegation on the day
	NewCondition  bool    // a condition found during care: its clock is its own
	Before        day.Day // the seniority date it already had, zero when none
}

// Seniority finds the seniority date. A zero value means that no provider that counts has received the referral yet.
func Seniority(r Reception, s *Settings) Finding[day.Day] {
	f := Finding[day.Day]{Rule: "seniority", Cite: seniorityRule.Cite, Norms: normsSeniority}
	switch {
	case !r.Before.IsZero():
		f.Value, f.Norms = r.Before, normsSeniorityEarly
		f.because("kept", D(r.Before))
	case r.NewCondition:
		f.Value, f.Norms = r.On, normsSeniorityNew
		f.because("own-clock", D(r.On))
	case !r.FirstReceived.IsZero():
		f.Value, f.Norms = r.FirstReceived, normsSeniorityEarly
		f.because("first-received-elsewhere", D(r.FirstReceived))
	case r.Provider == ContractSpecialist && !s.ContractCounts:
		f.Norms = normsSeniorityNone
		f.because("contract-specialist-first", D(r.On))
	case r.Provider == Private && !r.HasDelegation && !s.PrivateWithoutCounts:
		f.Norms = normsSeniorityNone
		f.because("private-first", D(r.On))
	default:
		f.Value = r.On
		f.because("received", D(r.On))
	}
	return f
}
