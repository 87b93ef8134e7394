package law

// Poliklinikkforskriften § 2; guide 3.1: for out-patient reimbursement a referral comes from outside the hospital, by a doctor, chiropractor, manual
// therapist, dentist or psychologist; an optometrist for the eye field, the municipality for addiction treatment, child welfare for child mental health.
//
// Our reading: a mark on the referral and nothing more; it never decides whether the referral is assessed (G3.1-3, G3.1-10).
var reimbursementRule = Rule{
	ID: "reimbursement", Norms: []string{"G3.1-1", "G3.1-3", "G3.1-4", "G3.1-5", "G3.1-6", "G3.1-7", "G3.1-8", "G3.1-9", "G3.1-23", "R-1.14", "R-1.16"}, Cite: "poliklinikkforskriften § 2; guide 3.1",
	Title: "Who refers decides the reimbursement, never the assessment", Uses: []string{"intake.self_gives_reimbursement"}, Funcs: []string{"Reimbursed"},
}

// ReferrerRoles lists who can refer, in the order of a form.
var ReferrerRoles = []string{"gp", "doctor", "chiropractor", "manual_therapist", "dentist", "psychologist", "optometrist", "midwife", "child_welfare", "municipality", "patient", "other"}

// Reimbursed tells whether a referral gives reimbursement. inside says that it comes from within the hospital.
func Reimbursed(role, specialty string, kind Kind, inside bool, s *Settings) bool {
	if kind == Self || role == "patient" {
		return s.SelfReimbursed
	}
	if inside {
		return false
	}
	switch role {
	case "gp", "doctor", "chiropractor", "manual_therapist", "dentist", "psychologist":
		return true
	case "optometrist":
		return specialty == "ophthalmology"
	case "municipality":
		return specialty == Addiction
	case "child_welfare":
		return specialty == ChildMentalHealth
	case "midwife":
		return specialty == "laboratory"
	}
	return false
}
