package letter

import "rettid/law"

// Carries lists the norms on what a letter must say that this room carries: the texts say it, and Check looks for it before a letter is sent.
var Carries = carries()

// carries reads the table the letters are held to, so that the list is never another than what is looked for.
func carries() []law.Carrier {
	known := map[string]bool{}
	for _, n := range law.AllNorms() {
		known[n.ID] = true
	}
	c := law.Carrier{By: []string{"letter.Make", "letter.Check"}}
	scheme := law.Carrier{By: []string{"letter.Compose", "letter.Check"}}
	seen := map[string]bool{}
	for _, d := range demands() {
		for _, n := range d.norms {
			if seen[n] || !known[n] {
				continue
			}
			if seen[n] = true; n[0] == 'U' {
				scheme.Norms = append(scheme.Norms, n)
			} else {
				c.Norms = append(c.Norms, n)
			}
		}
	}
	return []law.Carrier{c, {By: []string{"letter.Check"}, Norms: []string{"G8.1-9", "G8.1-10", "G10.1-1"}}, scheme}
}
