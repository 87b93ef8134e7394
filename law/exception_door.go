package law

import (
	"regexp"

	"rettid/day"
)

// Spesialisthelsetjenesteloven § 4-4 and the descriptions of Nye metoder (domain rules ): a method under assessment is not used for new
// patients, unless an exception is made; the exceptions open when an assessment has been commissioned; after a no the decision stands until another, and
// the access scheme is the individual route (since 10 April 2025).
//
// Our reading: the door is that of the state in force on the day the application was received. Whatever the door says, an individual assessment can be asked
// for: a closed door tells which other one fits, and never turns an application away (X-601, X-607; U3-1). A re-assessment opens no door that the no closed, but
// an opening decision by the interregional medical directors does, within its scope and days. There is no setting that closes the access
// scheme after a no. It began on 10 April 2025: one who applied before is told so, and has the legal right to an individual assessment alone.
var exceptionDoorRule = Rule{
	ID: "exception-door", Norms: []string{"X-101", "X-201", "X-202", "X-204", "X-205", "X-206", "X-207", "X-208", "X-209", "X-210", "X-211", "X-601", "X-607", "U3-1", "U3-3"},
	Cite: "sphlsl. § 4-4; Nye metoder", Title: "Which door of the exception scheme is open, on which day", Funcs: []string{"DoorOn", "Doors", "MethodID"},
}

// MethodState is where a method stands in Nye metoder.
type MethodState string

const (
	NotRaised       MethodState = "not_raised"
	Raised          MethodState = "raised"
	Commissioned    MethodState = "commissioned"
	Assessing       MethodState = "assessing"
	Negotiating     MethodState = "negotiating"
	AwaitDecision   MethodState = "awaiting_decision"
	Introduced      MethodState = "introduced"
	IntroducedCond  MethodState = "introduced_cond"
	Temporary       MethodState = "temporary"
	NotIntroduced   MethodState = "not_introduced"
	Reassessing     MethodState = "reassessing" // after a no
	MethodWithdrawn MethodState = "withdrawn"
	PhasedOut       MethodState = "phased_out"
)

// MethodStates lists them in the order of a method's course.
var MethodStates = []MethodState{NotRaised, Raised, Commissioned, Assessing, Negotiating, AwaitDecision, Introduced, IntroducedCond, Temporary, NotIntroduced, Reassessing, MethodWithdrawn, PhasedOut}

// Door is one of the three ways in.
type Door string

const (
	SingleDoor Door = "single" // an exception for one patient, while the method is under assessment
	GroupDoor  Door = "group"
	AccessDoor Door = "access" // Tilgangsordningen, after a no
)

// AllDoors lists them in the order of a page.
var AllDoors = []Door{SingleDoor, GroupDoor, AccessDoor}

// Opening is how a door stands: open, information about the door that fits, or closed until the directors open it.
type Opening string

const (
	DoorOpen   Opening = "open"
	DoorInfo   Opening = "info"
	DoorClosed Opening = "closed"
)

// MethodOn is what the register says of a method on a day.
type MethodOn struct {
	ID       string         `json:"id"`
	State    MethodState    `json:"state,omitempty"`
	Since    day.Day        `json:"since,omitzero"`
	NoHTA    bool           `json:"no_hta,omitempty"` // a no because no documentation was delivered
	Openings []DoorDecision `json:"openings,omitempty"`
}

// DoorDecision is a decision of the interregional medical directors to open a door.
type DoorDecision struct {
	Door Door    `json:"door"`
	From day.Day `json:"from"`
	To   day.Day `json:"to,omitzero"`
}

// accessScheme is the day Tilgangsordningen came into force.
var accessScheme = day.On(2025, 4, 10)

var methodID = regexp.MustCompile(`^ID(20[1-9][0-9])_([0-9]{3,4})$`)

// MethodID tells whether a text is an id of Nye metoder, as ID2020_008.
func MethodID(id string) bool { return methodID.MatchString(id) }

// doorTable: single, group, access.
var doorTable = map[MethodState][3]Opening{
	NotRaised: {DoorInfo, DoorInfo, DoorInfo}, Raised: {DoorInfo, DoorInfo, DoorInfo},
	Commissioned: {DoorOpen, DoorOpen, DoorInfo}, Assessing: {DoorOpen, DoorOpen, DoorInfo}, Negotiating: {DoorOpen, DoorOpen, DoorInfo}, AwaitDecision: {DoorOpen, DoorOpen, DoorInfo},
	Introduced: {DoorInfo, DoorInfo, DoorInfo}, IntroducedCond: {DoorInfo, DoorOpen, DoorOpen}, Temporary: {DoorInfo, DoorOpen, DoorOpen},
	NotIntroduced: {DoorInfo, DoorClosed, DoorOpen}, Reassessing: {DoorClosed, DoorClosed, DoorOpen},
	MethodWithdrawn: {DoorInfo, DoorInfo, DoorInfo}, PhasedOut: {DoorInfo, DoorInfo, DoorOpen},
}

// DoorOn finds how a door stands for a method on a day, and why.
func DoorOn(door Door, m MethodOn, on day.Day) Finding[Opening] {
	f := Finding[Opening]{Rule: "exception-door", Norms: []string{"X-207", "X-210"}, Cite: exceptionDoorRule.Cite, Value: DoorInfo}
	row, known := doorTable[m.State]
	if known {
		for i, d := range AllDoors {
			if d == door {
				f.Value = row[i]
			}
		}
		f.because("door-state", T("method_state."+string(m.State)), D(on))
	} else {
		f.because("door-unknown", D(on))
	}
	early := door == AccessDoor && f.Value == DoorOpen && on.Before(accessScheme)
	if early {
		f.Value = DoorInfo
		f.Norms = append(f.Norms, "X-206")
		f.because("door-access-early", D(accessScheme))
	}
	afterNo := m.State == NotIntroduced || m.State == Reassessing
	if afterNo && door != AccessDoor {
		for _, o := range m.Openings {
			if o.Door == door && !on.Before(o.From) && (o.To.IsZero() || !on.After(o.To)) {
				f.Value = DoorOpen
				f.Norms = append(f.Norms, "X-205", "X-211")
				f.because("door-opened", D(o.From))
			}
		}
	}
	switch {
	case early:
	case f.Value == DoorOpen && door == AccessDoor && (m.State == IntroducedCond || m.State == Temporary):
		f.Norms = append(f.Norms, "X-208")
		f.because("door-outside-conditions")
	case f.Value == DoorOpen && door == AccessDoor:
		f.Norms = append(f.Norms, "X-206")
		f.because("door-access")
		if m.NoHTA {
			f.Norms = append(f.Norms, "X-209")
			f.because("door-no-hta")
		}
	case f.Value == DoorOpen && !afterNo:
		f.Norms = append(f.Norms, "X-204")
		f.because("door-under-assessment")
	case f.Value == DoorClosed:
		f.Norms = append(f.Norms, "X-205")
		f.because("door-closed-by-no")
	case f.Value == DoorInfo && (m.State == NotRaised || m.State == Raised || m.State == MethodWithdrawn):
		f.Norms = append(f.Norms, "X-202", "X-204")
		f.because("door-not-commissioned")
	case f.Value == DoorInfo && (m.State == Introduced || m.State == IntroducedCond || m.State == Temporary):
		f.because("door-introduced")
	case f.Value == DoorInfo && known:
		f.because("door-another")
	}
	f.Norms = append(f.Norms, "X-601", "X-607", "U3-1")
	f.because("door-always")
	return f
}

// Doors finds how all three stand.
func Doors(m MethodOn, on day.Day) map[Door]Finding[Opening] {
	out := make(map[Door]Finding[Opening], len(AllDoors))
	for _, d := range AllDoors {
		out[d] = DoorOn(d, m, on)
	}
	return out
}
