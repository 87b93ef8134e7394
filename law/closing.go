package law

// Guide 2, 3.1, 3.2, 4.1, 4.3, 6; spesialisthelsetjenesteloven § 2-1a: no elective referral is closed as decided without an assessment or a
// classification; a deficient one can't be returned unassessed; one from another region can't be turned away except where the trust risks failing its
// own region, which it must show.
//
// Our reading: before the assessment only the patient's own withdrawal or other choice, death, and a duplicate end a referral. «Handled» is for a matter
// that is not assessed. A start is recorded as a start, not as a closing (8445 code 1). After the start, closing ends the period.
var closingRule = Rule{
	ID: "closing", Norms: []string{"G2-19", "G3.1-16", "G3.2-9", "G3.2-10", "G3.2-11", "G4.3-1", "G6-2", "R-1.29", "R-1.30", "R-3.21", "R-8.1", "R-8.5"}, Cite: "guide 3.1, 3.2, 4.3, 6; sphlsl. § 2-1a",
	Title: "How a referral may end without a start", Funcs: []string{"CloseObjections", "OutOfRegion", "EndCode"},
}

var (
	normsReturned    = []string{"G3.1-16"}
	normsOtherRegion = []string{"G3.2-9"}
	normsOwnRegion   = []string{"G3.2-10"}
	normsUndecided   = []string{"G4.3-1"}
)

// Reasons for closing beside the codes of list 8445.
const (
	ReturnedDeficient = "returned_deficient"
	OtherRegion       = "other_region"
	Withdrawn         = "withdrawn"
	Died              = "died"
	Duplicate         = "duplicate"
	Handled           = "handled"
	Completed         = "completed" // the course after the start is done
)

// EndCode gives the code of list 8445 that a reason for closing stands for; "" when it has none (a duplicate, a matter handled).
func EndCode(reason string) string {
	switch reason {
	case "1", "2", "3", "4", "5", "7", "9":
		return reason
	case Withdrawn:
		return "2"
	case Died:
		return "9"
	}
	return ""
}

// CloseObjections speaks to closing a referral for a reason.
func CloseObjections(f *Facts, reason string) Objections {
	switch reason {
	case OtherRegion:
		return Objections{closingRule.object(Refused, normsOtherRegion, "G3.2-9")}
	case ReturnedDeficient:
		return Objections{closingRule.object(Refused, normsReturned, "G3.1-16")}
	}
	if f.Status == Closed {
		return Objections{appointmentRule.object(Refused, []string{"G2-19"}, "closed")}
	}
	switch reason {
	case "1":
		return Objections{closingRule.object(Refused, []string{"G5.5-3", "R-8.3"}, "start-is-a-start")}
	case Withdrawn, Died, Duplicate, "2", "4":
		return nil
	case "3", "5", "7", "9":
		if f.Right == Pending {
			return Objections{closingRule.object(Refused, normsUndecided, "close-unassessed")}
		}
		return nil
	case Handled, Completed:
		if f.Right == NotAssessed || f.Status == Started {
			return nil
		}
		return Objections{closingRule.object(Refused, normsUndecided, "close-unassessed")}
	}
	return Objections{closingRule.object(Refused, []string{"R-8.1"}, "unknown-end", T(reason))}
}

// OutOfRegion speaks to turning away a referral from another region.
func OutOfRegion(f *Facts, otherRegion, hasReason bool) Objections {
	var out Objections
	if f.Right != Pending || f.Status == Closed {
		out = append(out, closingRule.object(Refused, normsOtherRegion, "region-after-decision"))
	}
	if !otherRegion {
		out = append(out, closingRule.object(Refused, normsOwnRegion, "G3.2-10"))
	}
	if !hasReason {
		out = append(out, closingRule.object(Refused, normsOtherRegion, "G3.2-9"))
	}
	return out
}
