package patient

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Without is why a patient has no Norwegian number.
type Without string

// The reasons.
const (
	Newborn Without = "newborn" // the number is given some days after the birth
	Abroad  Without = "abroad"  // does not live here: a tourist, a sailor, somebody sent for treatment
	Unknown Without = "unknown" // nobody knows who it is
	Other   Without = "other"   // has one, or is to have one, and nobody can tell it now
)

// Withouts lists them.
func Withouts() []Without { return []Without{Newborn, Abroad, Unknown, Other} }

// Proof is what somebody without a Norwegian number is known by.
type Proof string

// The proofs.
const (
	Passport   Proof = "passport"
	IDCard     Proof = "id_card"     // another country's identity card
	HealthCard Proof = "health_card" // the European health insurance card
	DUF        Proof = "duf"         // DUF-nummer, of one who has asked for asylum or family immigration: 12 digits
	Mother     Proof = "mother"      // the number of a newborn's mother
	NoProof    Proof = "none"
)

// Proofs lists them.
func Proofs() []Proof { return []Proof{Passport, IDCard, HealthCard, DUF, Mother, NoProof} }

// Unnumbered is what is known of a patient who has no Norwegian number. It is personal information, and is kept where names are.
type Unnumbered struct {
	Why     Without `json:"why"`
	Proof   Proof   `json:"proof,omitempty"`
	Number  string  `json:"number,omitempty"`  // of the proof
	Country string  `json:"country,omitempty"` // that gave it
}

// IsZero tells whether it says nothing: the patient has a number, or nobody asked.
func (u Unnumbered) IsZero() bool { return u.Why == "" }

// more is what the patient room keeps of a person beside the columns.
type more struct {
	Unnumbered Unnumbered `json:"unnumbered,omitzero"`
}

// Marshal writes u as a person's row keeps it; nothing when it says nothing.
func (u Unnumbered) Marshal() []byte {
	if u.IsZero() {
		return nil
	}
	b, err := json.Marshal(more{u})
	if err != nil {
		panic("patient: " + err.Error()) // texts
	}
	return b
}

// ReadUnnumbered reads what Marshal wrote; nothing gives the zero Unnumbered.
func ReadUnnumbered(b []byte) (Unnumbered, error) {
	if len(b) == 0 {
		return Unnumbered{}, nil
	}
	var m more
	if err := json.Unmarshal(b, &m); err != nil {
		return Unnumbered{}, fmt.Errorf("read what is known of a patient without a number: %w", err)
	}
	return m.Unnumbered, nil
}

// Check finds what is wrong with the number of a proof, as a code of wording unnumbered.wrong.<code>; "" when it can be one. A number of mothers is checked as
// any identity number is, and is read without spaces; so is a DUF-nummer.
func (u *Unnumbered) Check(p Policy) string {
	plain := strings.NewReplacer(" ", "", "\u00a0", "").Replace(u.Number)
	switch u.Proof {
	case NoProof:
		if u.Number != "" {
			return "no_proof"
		}
	case Mother:
		if u.Why != Newborn {
			return "not_newborn"
		}
		id, err := Identify(plain)
		if err != nil || p.Accept(id) != nil {
			return "mother"
		}
		u.Number = id.Number
	case DUF:
		if len(plain) != 12 || strings.Trim(plain, "0123456789") != "" {
			return "duf"
		}
		u.Number = plain
	default:
		if !slices.Contains(Proofs(), u.Proof) {
			return "proof"
		}
		if u.Number == "" {
			return "number"
		}
	}
	return ""
}

// String tells why, never what somebody is known by.
func (u Unnumbered) String() string { return string(u.Why) }

// Format keeps the number out of every verb of package fmt.
func (u Unnumbered) Format(f fmt.State, _ rune) { fmt.Fprint(f, u.String()) }
