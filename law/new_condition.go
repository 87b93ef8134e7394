package law

// Guide 3.3.2, 5.3: a condition found after care has started, or during an emergency stay, that would normally have been referred and was not in the
// referral, is referred in the ordinary way and assessed for itself, with a deadline of its own.
var newConditionRule = Rule{
	ID: "new-condition", Norms: []string{"G3.3.2-1", "G3.3.2-2", "G3.3.2-3", "R-1.6"}, Cite: "guide 3.3.2", Title: "A newly found condition is a referral of its own", Funcs: []string{"NewConditionObjections"},
}

// NewConditionObjections speaks to referring a condition found under another referral.
func NewConditionObjections(parent *Facts) Objections {
	if parent == nil {
		return Objections{newConditionRule.object(Refused, []string{"G3.3.2-1"}, "no-parent")}
	}
	if parent.StartedOn.IsZero() && parent.Kind != Emergency {
		return Objections{newConditionRule.object(Refused, []string{"G3.3.2-1", "G3.3.2-2"}, "care-not-started")}
	}
	return nil
}
