package exception

import (
	"fmt"

	"rettid/day"
	"rettid/law"
)

// National is the tenant of what is not one trust's: group cases, meetings, the register of methods, hearings, reviews.
const National = "nye-metoder"

// Stripped is an application as secretariat and committee see it: without who and where. The free texts stay with the trust but for those written to leave it: the
// forwarding note, and the reasons for each criterion.
func (m Matter) Stripped() Matter {
	m.Patient, m.Born, m.Sex, m.Municipality, m.Region, m.Home, m.Interpreter, m.Department, m.Doctor, m.Referral = "", day.Day{}, "", "", "", nil, "", "", "", 0
	m.Reason, m.Asked = Text{}, Text{}
	form := m.Form
	for _, t := range form.texts() {
		*t = Text{}
	}
	m.Form = form
	return m
}

// Copy is what leaves the trust of a decision: the fields of X-803 and no other. No free text, no identity, no municipality.
type Copy struct {
	Key          string               `json:"key"` // random
	Method       string               `json:"method,omitempty"`
	Indication   string               `json:"indication,omitempty"`
	Trust        string               `json:"trust,omitempty"`
	Region       string               `json:"region,omitempty"` // of residence
	Catchment    string               `json:"catchment,omitempty"`
	Centrality   string               `json:"centrality,omitempty"`  // group of classes
	Education    int                  `json:"education,omitempty"`   // quintile of the area
	TableYears   []int                `json:"table_years,omitempty"` // of catchment, centrality and education
	Sex          string               `json:"sex,omitempty"`
	AgeBand      string               `json:"age_band,omitempty"`
	Interpreter  law.Answer           `json:"interpreter,omitempty"`
	Route        law.ExceptionRoute   `json:"route,omitempty"`
	ReceivedOn   day.Day              `json:"received"`
	ForwardedOn  day.Day              `json:"forwarded,omitzero"`
	DecidedOn    day.Day              `json:"decided,omitzero"`
	Outcome      law.ExceptionOutcome `json:"outcome,omitempty"`
	Criteria     []law.Criterion      `json:"criteria,omitempty"` // those met
	Conditions   bool                 `json:"conditions,omitempty"`
	Evaluation   string               `json:"evaluation,omitempty"` // the latest result
	ContinuesNot bool                 `json:"not_started,omitempty"`
}

// CopyOf makes the identity-free copy.
func CopyOf(m *Matter, key string) Copy {
	c := Copy{Key: key, Method: m.Method, Indication: Indication3(m.Form.Indication), Trust: m.Holder, Region: m.Region, Sex: m.Sex, Interpreter: m.Interpreter, Route: m.Route,
		ReceivedOn: m.ReceivedOn, ForwardedOn: m.ForwardedOn, DecidedOn: m.DecidedOn, Outcome: m.Outcome, Conditions: len(m.Decision.Conditions) > 0, ContinuesNot: m.NotStarted}
	if h := m.Home; h != nil {
		c.Catchment, c.Centrality, c.Education, c.TableYears = h.Catchment, h.CentralityGroup(), h.Education, []int{h.CatchmentYear, h.CentralityYear, h.EducationYear}
	}
	if !m.Born.IsZero() && !m.Born.After(m.ReceivedOn) {
		age := day.Age(m.Born, m.ReceivedOn)
		c.AgeBand = fmt.Sprintf("%d-%d", age/10*10, age/10*10+9)
	}
	for _, a := range m.Decision.Criteria {
		if a.Met == law.Yes {
			c.Criteria = append(c.Criteria, a.Criterion)
		}
	}
	if n := len(m.Evaluations); n > 0 {
		c.Evaluation = m.Evaluations[n-1].Result
	}
	return c
}

// Indication3 is the category of an indication, its first three characters: as fine as cases are compared and told of.
func Indication3(code string) string {
	if len(code) > 3 {
		return code[:3]
	}
	return code
}

// Like tells whether a decided application is like one about to be decided, and had another answer: the same method, indication and criteria found met (I-12).
func Like(m *Matter, method, indication string, met []law.Criterion) bool {
	if m.Kind != law.SingleException || m.Status != law.ExceptionDecided || !(m.Outcome.Granted() || m.Outcome.Refused()) || method == "" || indication == "" || len(met) == 0 {
		return false
	}
	if m.Method != method || Indication3(m.Form.Indication) != Indication3(indication) {
		return false
	}
	theirs := CopyOf(m, "").Criteria
	if len(theirs) != len(met) {
		return false
	}
	in := make(map[law.Criterion]bool, len(theirs))
	for _, c := range theirs {
		in[c] = true
	}
	for _, c := range met {
		if !in[c] {
			return false
		}
	}
	return true
}

// Met lists the criteria answered with yes.
func Met(cs []Answered) []law.Criterion {
	var out []law.Criterion
	for _, c := range cs {
		if c.Met == law.Yes {
			out = append(out, c.Criterion)
		}
	}
	return out
}
