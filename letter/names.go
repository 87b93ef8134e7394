package letter

import (
	_ "embed"
	"strings"
	"sync"
)

// kind is what sort of value fills a place.
type kind string

const (
	isDate    kind = "date"
	isClock   kind = "clock"
	isMoment  kind = "moment"
	isWeekday kind = "weekday"
	isName    kind = "name"
	isPhone   kind = "phone"
	isURL     kind = "url"
	isAddress kind = "address"
	isSpot    kind = "place"  // an address and a room
	isFixed   kind = "fixed"  // words of the house
	isNumber  kind = "number" // a code, a number, an internal id
	isPhrase  kind = "phrase" // a noun phrase somebody wrote
	isText    kind = "text"   // sentences somebody wrote
)

//go:embed places.csv
var placesCSV string

// places holds every place a letter can have, with what fills it (letters.md ch. 3 and 4).
var places = sync.OnceValue(func() map[string]kind {
	out := map[string]kind{}
	for i, line := range strings.Split(strings.TrimSpace(placesCSV), "\n") {
		name, k, ok := strings.Cut(line, ",")
		if !ok {
			panic("letter/places.csv: a line is a name, a comma and a kind")
		}
		if i > 0 {
			out[name] = kind(k)
		}
	}
	return out
})

func isPlace(name string) bool { _, ok := places()[name]; return ok }

// written tells whether people write the value of a place: then it may be in another language than the letter.
func writtenByHand(place string) bool {
	k := places()[place]
	return k == isPhrase || k == isText
}

// Asks tells how the value of a place is asked for: day, moment, clock, line or text; "list" is several, one a line; "" is no place and no list.
// byHand tells that people write it, so that it is in one language.
func Asks(name string) (as string, byHand bool) {
	switch k := places()[name]; {
	case isList(name):
		return "list", false
	case k == isDate:
		return "day", false
	case k == isMoment:
		return "moment", false
	case k == isClock:
		return "clock", false
	case k == isText, k == isFixed:
		return "text", k == isText
	case k != "":
		return "line", k == isPhrase
	}
	return "", false
}

// lists holds the lists a letter can have, and the places each item fills.
var lists = map[string][]string{
	"missing_items": {"missing_item"}, "questions": {"question"}, "conditions": {"condition_item"}, "stop_criteria": {"stop_criterion"},
	"criteria": {"criterion_name", "criterion_reason"}, "other_routes": {"other_route"},
}

// mayBeEmpty holds the lists that may have no items.
var mayBeEmpty = map[string]bool{"conditions": true, "other_routes": true}

func isList(name string) bool { _, ok := lists[name]; return ok }

// listOf finds the list whose items fill a place; "" when none does.
func listOf(place string) string {
	for name, fills := range lists {
		for _, p := range fills {
			if p == place {
				return name
			}
		}
	}
	return ""
}

// conditionNames are the conditions of letters.md ch. 3 and 5, and those the changed letter needs to tell the time that stands.
var conditionNames = strings.Fields(`
	late virtual appointment_before_deadline appointment_on_deadline appointment_after_deadline guarantee_65 pathway preliminary interpreter_offered
	practical_information complaint_portal reason_not_needed reason_benefit reason_cost advice_text not_yet_assessed out_of_region driving_licence
	ritual_circumcision sterilisation course benefit_statement guidance time_changed time_cancelled time_stands week_stands no_time_yet deadline_changed
	time_after_deadline offer_within_deadline travel_text own_appointment by_patient by_medical time_set breach_expected expected_start helfo_notified
	complaint_incomplete complaint_late waiting decided_by_hospital right_granted other_result has_deadline partly professional_feedback deficient granted
	not_granted method_pending method_no conditions group_granted recipient_address for_someone_else copy_sent english_copy`)

var conditionSet = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for _, c := range conditionNames {
		out[c] = true
	}
	return out
})

func isCondition(name string) bool { return conditionSet()[name] }
