package law

// What no provision speaks of because it can't be: a step before the reception, a date that is missing, a provider that does not exist. The words
// stand in impossible.txt; the norm named is the one whose fact would otherwise be false.
var impossibleRule = Rule{
	ID: "impossible", Norms: []string{"G2-18", "G3.3.1-8", "R-1.36"}, Cite: "guide 1.2, 3.3.1", Title: "What can't have happened is not recorded", Funcs: []string{"Impossible", "CaseClosed", "Questioned"},
}

var normsImpossible = []string{"G3.3.1-8", "R-1.36"}

// Impossible refuses what can't have happened, by its code.
func Impossible(code string, args ...Arg) Objection {
	return impossibleRule.object(Refused, normsImpossible, code, args...)
}

// CaseClosed refuses a step in a case that is closed.
func CaseClosed() Objection {
	return appointmentRule.object(Refused, []string{"G2-19"}, "closed")
}

// Questioned says that a step already taken would be refused after a correction; it stands.
func Questioned(os Objections, seq int) Objection {
	o := impossibleRule.object(Warned, os.Norms(), "would-be-refused", N(seq))
	for _, x := range os {
		o.Because = append(o.Because, x.Because...)
	}
	return o
}
