package law

import "slices"

// Nye metoder and the hospitals' flow (domain rules ): what an application for one patient holds, which criteria are answered one by one,
// and what is sent on.
//
// Our reading: a form that lacks something is received all the same, and what is lacking is a duty of the one who applies. The criteria are data, with the day they hold from
// (X-1203). In the access scheme a written consent stands before the application leaves the hospital trust; without it forwarding is refused, the assessment is not. What
// leaves the trust holds no name, number, address or municipality. Who sits in the committee has not been found (X-1205): three members from two regions, none from the trust that
// applied, are asked for, and a decision by others is warned of.
var exceptionApplicationRule = Rule{
	ID: "exception-application", Norms: []string{"X-310", "X-311", "X-312", "X-314", "X-330", "X-331", "X-332", "X-335", "X-107", "X-1203", "X-1205", "X-1207"}, Cite: "Nye metoder; prif. §§ 1–2", Title: "What an application holds, and what is answered",
	Funcs: []string{"ApplicationLacks", "MissingReasons", "ForwardExceptionObjections", "CommitteeObjections", "AnonymousObjections"},
}

// Criterion is one of the criteria an exception is weighed by.
type Criterion string

const (
	CritCommissioned Criterion = "commissioned" // (a) a commissioned assessment, or in the access scheme a no
	CritAuthorised   Criterion = "authorised"   // (b) marketing authorisation on the indication
	CritDiffers      Criterion = "differs"      // (c) the patient differs clearly from the group
	CritTried        Criterion = "tried"        // (d) established treatment tried or contraindicated, with reason to expect effect
	CritWeighed      Criterion = "weighed"      // (e) benefit, resources and severity together
	CritSafe         Criterion = "safe"         // (f) safe and followed up
)

// Criteria lists them in the order they are answered.
var Criteria = []Criterion{CritCommissioned, CritAuthorised, CritDiffers, CritTried, CritWeighed, CritSafe}

// ApplicationFields lists what a form must hold, in its order. Consent is asked for by a duty of its own.
var ApplicationFields = []string{"method", "indication", "line", "authorisation", "earlier", "differs", "evidence", "expected", "severity", "untreated", "dose", "weeks", "cost", "alternatives", "start_criteria", "stop_criteria",
	"evaluation", "informed", "conflict"}

// ApplicationLacks lists the fields of an application that are not filled in. has tells whether one is.
func ApplicationLacks(has func(field string) bool) []string {
	var out []string
	for _, field := range ApplicationFields {
		if !has(field) {
			out = append(out, field)
		}
	}
	return out
}

// MissingReasons lists the criteria a yes or a no has no reason for.
func MissingReasons(f *ExceptionFacts) []Criterion {
	if f.Status != ExceptionDecided || !f.Outcome.Granted() && !f.Outcome.Refused() || f.Kind != SingleException {
		return nil
	}
	var out []Criterion
	for _, c := range Criteria {
		if !slices.Contains(f.Reasoned, c) {
			out = append(out, c)
		}
	}
	return out
}

// ForwardExceptionObjections speaks to sending an application on to the interregional committee.
func ForwardExceptionObjections(f *ExceptionFacts) Objections {
	switch {
	case f.Route != RouteAccess:
		return Objections{exceptionApplicationRule.object(Refused, []string{"X-331"}, "forward-not-access")}
	case f.Status != ExceptionReceived || !f.ForwardedOn.IsZero():
		return Objections{exceptionApplicationRule.object(Refused, []string{"X-331"}, "forward-done")}
	case f.ConsentOn.IsZero():
		return Objections{exceptionApplicationRule.object(Refused, []string{"X-332"}, "forward-no-consent")}
	}
	return nil
}

// CommitteeMember is one of the interregional committee who took part in a decision: region, and trust of employment.
type CommitteeMember struct {
	Who    string `json:"who,omitempty"`
	Region string `json:"region"`
	Trust  string `json:"trust,omitempty"`
}

// CommitteeObjections warns of a decision of the committee by fewer than three members, from one region alone, or with one from the trust that applied.
func CommitteeObjections(members []CommitteeMember, applicant string) Objections {
	regions := make(map[string]bool)
	own := 0
	for _, m := range members {
		if m.Trust != "" && m.Trust == applicant {
			own++
			continue
		}
		regions[m.Region] = true
	}
	if len(members)-own >= 3 && len(regions) >= 2 && own == 0 {
		return nil
	}
	o := exceptionApplicationRule.object(Warned, []string{"X-107", "X-1205"}, "committee-quorum")
	o.because("committee-members", N(len(members)), N(len(regions)), N(own))
	return Objections{o}
}

// AnonymousObjections refuses a text for others to read that holds what looks like an identity number: the short reason of a decision is kept as a precedent, and what leaves
// the trust is without identity.
func AnonymousObjections(text string) Objections {
	digits := 0
	for _, r := range text + "." {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == ' ' && digits == 6: // 010190 12345
		default:
			if digits == 11 {
				return Objections{exceptionApplicationRule.object(Refused, []string{"X-335"}, "not-anonymous")}
			}
			digits = 0
		}
	}
	return nil
}
