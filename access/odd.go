package access

import (
	"slices"
	"strings"
	"time"
)

// A Look is what the rules for odd looks ask about one look at a patient. Names are compared here and go no further.
type Look struct {
	Actor, ActorName  string // internal id; the name as colleagues see it
	Patient           string // internal id within the trust
	PatientFamilyName string
	Own               bool // the actor is the patient
	Purpose           string
	At                time.Time
}

// ManyPatients is how many different patients one looks at within an hour before it is marked.
const ManyPatients = 40

// Odd marks looks by rules anyone can check, as codes of wording odd.<code>: own_record, same_surname, outside_work, many_patients. A mark is a reason to ask,
// never a finding: people share names, and some work is looking at many.
func Odd(looks []Look) [][]string {
	out := make([][]string, len(looks))
	byActor := make(map[string][]int)
	for i, l := range looks {
		if l.Own {
			out[i] = append(out[i], "own_record")
		}
		if !l.Own && shareName(l.ActorName, l.PatientFamilyName) {
			out[i] = append(out[i], "same_surname")
		}
		if OutsideOwnWork(l.Purpose) {
			out[i] = append(out[i], "outside_work")
		}
		byActor[l.Actor] = append(byActor[l.Actor], i)
	}
	for _, mine := range byActor {
		slices.SortFunc(mine, func(a, b int) int { return looks[a].At.Compare(looks[b].At) })
		seen := make(map[string]int) // patients in the hour up to the look
		marked := make(map[int]bool)
		from := 0
		for n, i := range mine {
			seen[looks[i].Patient]++
			for looks[i].At.Sub(looks[mine[from]].At) > time.Hour {
				old := looks[mine[from]].Patient
				if seen[old]--; seen[old] == 0 {
					delete(seen, old)
				}
				from++
			}
			if len(seen) > ManyPatients {
				for _, j := range mine[from : n+1] {
					marked[j] = true
				}
			}
		}
		for i := range marked {
			out[i] = append(out[i], "many_patients")
		}
	}
	return out
}

// shareName tells whether a person's last name and a patient's family name have a part in common: "Eksempelsen-Dummy" and "Dummy" have.
func shareName(name, family string) bool {
	words := strings.Fields(strings.ToLower(name))
	if len(words) == 0 || family == "" {
		return false
	}
	mine := strings.Split(words[len(words)-1], "-")
	for _, part := range strings.FieldsFunc(strings.ToLower(family), func(r rune) bool { return r == '-' || r == ' ' }) {
		if slices.Contains(mine, part) {
			return true
		}
	}
	return false
}

// OutsidePurposes lists the purposes of looks outside own work, each once.
func OutsidePurposes() []string {
	var out []string
	for _, r := range Roles() {
		for _, p := range Reasons(r) {
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}
