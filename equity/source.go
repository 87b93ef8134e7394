package equity

import (
	"rettid/clinic"
	"rettid/day"
	"rettid/exception"
	"rettid/law"
)

// CaseOf is an application as the review reads it: codes alone, by the area of residence. False when it is no application of the scheme, as a continuation.
func CaseOf(m *exception.Matter, people []Group) (Case, bool) {
	if !law.Counted(&m.ExceptionFacts) {
		return Case{}, false
	}
	c := Case{Area: m.Region, Region: m.Region, Sex: m.Sex, Received: m.ReceivedOn, Decided: m.DecidedOn, Municipality: m.Municipality, Trust: m.Holder, Stopped: m.Outcome == law.ExStopped, Forwarded: !m.ForwardedOn.IsZero()}
	if m.Interpreter == law.Yes || m.Interpreter == law.No {
		c.Interpreter = string(m.Interpreter)
	}
	if h := m.Home; h != nil {
		c.Centrality, c.Quintile = h.CentralityGroup(), h.Education
		if h.Catchment != "" {
			c.Area = h.Catchment
		}
	}
	if !m.Born.IsZero() && !m.Born.After(m.ReceivedOn) {
		c.AgeGroup = AgeGroupOf(people, day.Age(m.Born, m.ReceivedOn))
	}
	switch {
	case m.Outcome.Granted():
		c.Outcome = Granted
	case m.Outcome.Refused():
		c.Outcome = Refused
	case m.Status == law.ExceptionDecided:
		c.Outcome = Other
	}
	return c, true
}

// Settled places a population by municipality or city district in catchment, centrality and education, by the tables of a day. An area no table knows stays as it is.
func Settled(people []Group, o *clinic.Org, on day.Day) []Group {
	out := make([]Group, len(people))
	for i, g := range people {
		if h, ok := o.HomeOf(g.Area, on); ok {
			home := exception.Home{Catchment: h.Catchment, Centrality: h.Centrality, Education: h.Education}
			g.Municipality, g.Centrality, g.Quintile = g.Area, home.CentralityGroup(), h.Education
			if h.Catchment != "" {
				g.Area = h.Catchment
			}
		}
		out[i] = g
	}
	return out
}
